"""Autobahn's recorded verdicts of one testee."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple


class Verdict(NamedTuple):
    """What Autobahn says of a case, in its own words."""

    behavior: str | None
    behavior_close: str | None
    remote_close_code: int | None

    def __str__(self) -> str:
        code = "no code" if self.remote_close_code is None else self.remote_close_code
        return f"{self.behavior} / {self.behavior_close} / {code}"


@dataclass(frozen=True)
class Golden:
    """A `golden.json`."""

    verdicts: dict[str, Verdict]
    # Autobahn's own runs differed here, so neither can ours be held to it.
    flaky: frozenset[str]

    @staticmethod
    def read(recipe: Path) -> Golden:
        """The one of this folder."""
        golden = json.loads((recipe / "golden.json").read_text())
        verdicts = {case: Verdict(*verdict) for case, verdict in golden["cases"].items()}
        return Golden(verdicts, frozenset(golden.get("flaky", ())))

    def selected(self, globs: list[str]) -> Golden:
        """Only the cases that one of the globs matches; all, if there is no glob."""
        chosen = {case: verdict for case, verdict in self.verdicts.items() if matches(case, globs)}
        return Golden(chosen, self.flaky & chosen.keys())


def matches(case: str, globs: list[str]) -> bool:
    """Whether a glob matches the id; `9.*` stands for the whole of chapter 9, as in Autobahn."""
    return not globs or any(fnmatchcase(case, glob) for glob in globs)
