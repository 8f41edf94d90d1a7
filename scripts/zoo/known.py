"""The differences from Autobahn that we know of, each with its reason."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from .golden import matches

KEYS = {"testee", "cases", "reason", "varies"}


@dataclass(frozen=True)
class Known:
    """An entry: these cases of these testees may differ."""

    # A glob over testee ids such as `servers/js-ws`.
    testee: str
    cases: tuple[str, ...]
    reason: str
    # Differs in some runs only, so an agreeing run does not make the entry stale.
    varies: bool = False

    def speaks_of(self, testee: str) -> bool:
        """Whether it is about this testee."""
        return fnmatchcase(testee, self.testee)

    def covers(self, testee: str, case: str) -> bool:
        """Whether it lets this case of this testee differ."""
        return self.speaks_of(testee) and matches(case, list(self.cases))


def read_known(file: Path) -> list[Known]:
    """The entries of `parity-known.toml`; a wrong one is an error that names it."""
    entries = tomllib.loads(file.read_text()).get("known", []) if file.is_file() else []
    return [known_from(entry, f"{file}, entry {number}") for number, entry in enumerate(entries, 1)]


def known_from(entry: dict, place: str) -> Known:
    """One table, checked."""
    if unknown := entry.keys() - KEYS:
        named, allowed = ", ".join(sorted(unknown)), ", ".join(sorted(KEYS))
        raise SystemExit(f"{place}: unknown key {named}; there are {allowed}")
    for key in ("testee", "cases", "reason"):
        if not entry.get(key):
            raise SystemExit(f"{place}: {key} is missing")
    if not isinstance(entry["cases"], list):
        raise SystemExit(f"{place}: cases must be a list of case ids or globs")
    return Known(entry["testee"], tuple(entry["cases"]), entry["reason"], entry.get("varies", False))


ID = r"`(\d[\d.*]*)`"
# A heading, list item or table row that begins with ids in backquotes.
DEVIATION = re.compile(rf"^(?:#+|[-*]|\|)\s*({ID}(?:(?:,|\s|and)+{ID})*)", re.MULTILINE)


def read_deviations(file: Path) -> list[Known]:
    """The cases that `cases/DEVIATIONS.md` speaks of, for every testee.

    A heading, list item or table row that begins with case ids (or globs) in backquotes lists them.
    """
    text = file.read_text() if file.is_file() else ""
    return [
        Known("*", tuple(re.findall(ID, found.group(1))), f"see {file.name}", varies=True)
        for found in DEVIATION.finditer(text)
    ]
