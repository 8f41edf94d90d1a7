"""wspec and the tools that it is measured against, as commands that test a server."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from . import wspec


class Tool(Protocol):
    """A program that tests the server at a URL and writes a report."""

    @property
    def label(self) -> str:
        """What it is called in the results."""

    def command(self, url: str, cases: list[str], folder: Path) -> list[str | Path]:
        """The command that plays the cases that the globs match, reporting into the folder."""

    def cases_played(self, folder: Path) -> int:
        """How many cases the report there has; 0 if there is none."""


@dataclass(frozen=True)
class Wspec:
    """This project."""

    binary: Path
    label: str = "wspec"
    options: tuple[str, ...] = ()

    def command(self, url: str, cases: list[str], folder: Path) -> list[str | Path]:
        chosen = [f"--cases={glob}" for glob in cases]
        return [self.binary, "server", url, "--report", folder, *self.options, *chosen]

    def cases_played(self, folder: Path) -> int:
        return len(wspec.cases(folder)) if (folder / "report.json").is_file() else 0


@dataclass(frozen=True)
class Wstest:
    """Autobahn's own."""

    binary: Path
    label: str = "wstest"

    def command(self, url: str, cases: list[str], folder: Path) -> list[str | Path]:
        spec = {
            "outdir": str(folder),
            "servers": [{"agent": "testee", "url": url}],
            "cases": cases,
            "exclude-cases": [],
            "exclude-agent-cases": {},
        }
        file = folder / "spec.json"
        file.write_text(json.dumps(spec))
        return [self.binary, "--mode", "fuzzingclient", "--spec", file]

    def cases_played(self, folder: Path) -> int:
        index = folder / "index.json"
        return len(json.loads(index.read_text())["testee"]) if index.is_file() else 0


@dataclass(frozen=True)
class Kosoku:
    """Autobahn's case files on a runner in Rust."""

    binary: Path
    parallelism: int

    @property
    def label(self) -> str:
        return f"kosoku -p {self.parallelism}"

    def command(self, url: str, cases: list[str], folder: Path) -> list[str | Path]:
        chosen = [f"--include={glob}" for glob in cases]
        return [self.binary, *chosen, f"--parallelism={self.parallelism}", "--outdir", folder, url]

    def cases_played(self, folder: Path) -> int:
        return len(list(folder.glob("*_case_*.json")))
