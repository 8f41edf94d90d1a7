"""The defects of the built-in testees, and what a suite finds of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

# wspec's exit statuses after which a missing report means that the testee was of no use.
PLAYED = 0
FAILED = 1
UNREACHABLE = 3

FINDINGS = frozenset({"fail", "non-strict"})


@dataclass(frozen=True)
class Defect:
    """A defect as `wspec echo --defect list` prints it."""

    name: str
    topic: str
    kind: str
    roles: tuple[str, ...]

    @property
    def is_fault(self) -> bool:
        """Whether a suite has to find it."""
        return self.kind == "fault"

    @property
    def is_choice(self) -> bool:
        """Whether a suite must not mind it."""
        return self.kind == "choice"


def parse_list(text: str) -> list[Defect]:
    """Reads the list; raises ValueError for a line that is none of it."""
    defects = []
    for line in text.splitlines():
        columns = re.split(r" {2,}", line.strip())
        if len(columns) != 6:
            raise ValueError(f"no line of the list of defects: {line!r}")
        name, topic, kind, testee = columns[:4]
        roles = ("server", "client") if testee == "both" else (testee,)
        defects.append(Defect(name, topic, kind, roles))
    return defects


def finding(exit_code: int, cases: list[dict] | None) -> str | None:
    """What a run found, in a few words; None if nothing. `cases` are those of its report."""
    found = [case for case in cases or [] if case["verdict"] in FINDINGS]
    if found:
        return f"{found[0]['id']}: {found[0]['verdict']}"
    if exit_code == UNREACHABLE or (cases == [] and exit_code == FAILED):
        return "no connection that could be judged"
    return None


@dataclass
class Share:
    """How many defects were found, and which were not."""

    tried: int = 0
    missed: list[str] = field(default_factory=list)

    @property
    def found(self) -> int:
        """How many were."""
        return self.tried - len(self.missed)

    def __str__(self) -> str:
        percent = 100 * self.found / self.tried if self.tried else 100
        return f"{self.found}/{self.tried}  {percent:.1f} %"


def by_topic(results: Iterable[tuple[Defect, str, str | None]]) -> dict[str, Share]:
    """The share found of each topic; a result is a defect, who had it and what was found."""
    shares: dict[str, Share] = {}
    for defect, role, found in results:
        share = shares.setdefault(defect.topic, Share())
        share.tried += 1
        if found is None:
            share.missed.append(f"{defect.name} as {role}")
    return shares


def total(shares: Iterable[Share]) -> Share:
    """All topics together."""
    whole = Share()
    for share in shares:
        whole.tried += share.tried
        whole.missed += share.missed
    return whole
