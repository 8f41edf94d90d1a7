"""Autobahn's verdicts beside ours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .golden import Golden, Verdict

# The words of Autobahn's reports, in the order of a Verdict.
FIELDS = ("behavior", "behaviorClose", "remoteCloseCode")


@dataclass(frozen=True)
class Compared:
    """One case of one testee."""

    case: str
    theirs: Verdict
    # None where our report has no verdict of this case.
    ours: Verdict | None

    @property
    def agrees(self) -> bool:
        """In all of it."""
        return self.ours == self.theirs

    def agrees_in(self, field: int) -> bool:
        """In the one at this place of FIELDS."""
        return self.ours is not None and self.ours[field] == self.theirs[field]


def compare(golden: Golden, ours: dict[str, Verdict]) -> list[Compared]:
    """Every recorded case that Autobahn itself judged alike each time, in the recorded order."""
    return [
        Compared(case, theirs, ours.get(case))
        for case, theirs in golden.verdicts.items()
        if case not in golden.flaky
    ]


def counts(compared: Iterable[Compared]) -> str:
    """How many agree, field by field: `367/367 behavior  ...`."""
    compared = list(compared)
    return "  ".join(
        f"{sum(one.agrees_in(place) for one in compared)}/{len(compared)} {field}"
        for place, field in enumerate(FIELDS)
    )
