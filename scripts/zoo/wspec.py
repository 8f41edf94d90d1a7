"""The wspec binary and its report.json."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from .golden import Verdict

CHECKOUT = Path(__file__).resolve().parents[2]


def binary(given: Path | None) -> Path:
    """The one that was named, or this checkout's release build."""
    if given is not None:
        if not given.is_file():
            raise SystemExit(f"--wspec {given}: no such file")
        return given.resolve()
    if subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=CHECKOUT).returncode != 0:
        raise SystemExit("cargo build --release failed; --wspec names a binary that is there already")
    return CHECKOUT / "target" / "release" / "wspec"


def cases(report_folder: Path) -> list[dict]:
    """The cases of the only agent in a report."""
    report = json.loads((report_folder / "report.json").read_text())
    return report["agents"][0]["cases"]


def autobahn_verdicts(report_folder: Path) -> dict[str, Verdict]:
    """What the report says that Autobahn would have said, by case id."""
    return {
        case["id"]: Verdict(case.get("behavior"), case.get("behavior_close"), case.get("remote_close_code"))
        for case in cases(report_folder)
    }
