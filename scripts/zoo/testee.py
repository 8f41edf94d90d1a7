"""A folder of the zoo, and its copy in the scratch folder, set up once."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

# What Autobahn said of a testee is no part of how it is built.
NOT_THE_RECIPE = {"golden.json", "meta.json"}
STAMP = ".set-up-from"


class Role(Enum):
    """Which side the testee plays; the value is its folder in the zoo."""

    SERVER = "servers"
    CLIENT = "clients"


class SetupFailed(Exception):
    """A testee could not be set up on this machine; the text says why, in a line."""


@dataclass(frozen=True)
class Testee:
    """An implementation under test."""

    role: Role
    name: str
    recipe: Path

    @property
    def id(self) -> str:
        """Its folder's place in the zoo, such as `servers/js-ws`."""
        return f"{self.role.value}/{self.name}"

    @property
    def request_target(self) -> str:
        """What an opening handshake asks this server for."""
        path = json.loads((self.recipe / "meta.json").read_text()).get("path") or ""
        return path if path.startswith("/") else "/" + path

    def digest(self) -> str:
        """Changes when a file of the recipe does."""
        files = (file for file in self.recipe.rglob("*") if file.is_file())
        digest = hashlib.sha256()
        for file in sorted(files):
            if file.name not in NOT_THE_RECIPE:
                digest.update(f"{file.relative_to(self.recipe)}\0".encode())
                digest.update(file.read_bytes() + b"\0")
        return digest.hexdigest()


def find(zoo: Path, role: Role, only: list[str]) -> list[Testee]:
    """The testees of a role, by name; `only` picks from them, and an unknown name is an error."""
    folders = sorted(run.parent for run in (zoo / role.value).glob("*/run"))
    found = {folder.name: Testee(role, folder.name, folder) for folder in folders}
    if not found:
        raise SystemExit(f"no testees in {zoo / role.value}: --zoo names the folder that holds them")
    if unknown := [name for name in only if name not in found]:
        raise SystemExit(f"no such testee: {', '.join(unknown)}; there are {', '.join(found)}")
    return [found[name] for name in only] if only else list(found.values())


class Scratch:
    """The folder where testees are copied to and set up; kept from run to run."""

    def __init__(self, folder: Path, may_set_up: bool = True) -> None:
        self.folder = folder
        self.may_set_up = may_set_up

    @staticmethod
    def default() -> Path:
        """In the user's cache."""
        cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        return Path(cache) / "wspec-zoo"

    def ready(self, testee: Testee) -> Path:
        """The testee's folder with all that its `run` needs; raises SetupFailed."""
        folder = self.folder / testee.id
        if folder.resolve() == testee.recipe.resolve():
            raise SystemExit("--scratch must be another folder than --zoo: setup writes beside itself")
        with self._alone():
            if self._is_set_up(testee, folder):
                return folder
            if not self.may_set_up:
                raise SetupFailed("not set up yet")
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(testee.recipe, folder)
            make_writable(folder)
            self._set_up(testee, folder)
            (folder / STAMP).write_text(testee.digest())
        return folder

    def _is_set_up(self, testee: Testee, folder: Path) -> bool:
        stamp = folder / STAMP
        return stamp.is_file() and stamp.read_text() == testee.digest()

    def _set_up(self, testee: Testee, folder: Path) -> None:
        log = self.folder / "log" / f"setup-{testee.role.value}-{testee.name}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        print(f"setting up {testee.id} (log: {log})", flush=True)
        # The recipes keep what several of them build (crates, Go packages) in this folder.
        environment = os.environ | {"WSPEC_ZOO_CACHE": str(self.folder)}
        with log.open("wb") as out:
            done = subprocess.run(
                ["./setup"], cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out
            )
        if done.returncode != 0:
            lines = log.read_text(errors="replace").split("\n")
            last = next((line.strip() for line in reversed(lines) if line.strip()), "no output")
            raise SetupFailed(f"setup failed: {last[:200]} (log: {log})")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Two runs must not set up in the same folder at once."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def make_writable(folder: Path) -> None:
    """A zoo may be laid out without write bits, which a copy takes along."""
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | 0o200)
