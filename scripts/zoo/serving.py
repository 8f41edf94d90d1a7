"""A server testee on a free loopback port."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .process import has_ended, running, wait_unreaped
from .testee import Testee

START_SECONDS = 60.0
RETRY_SECONDS = 0.02
# Between our asking for a free port and the server's taking it, another program may be faster.
ATTEMPTS = 3


class DidNotServe(Exception):
    """A server ended, or accepted no connection; the text says so in a line."""


@dataclass(frozen=True)
class Served:
    """A server that accepts connections."""

    url: str
    process: subprocess.Popen

    def has_died(self) -> bool:
        """Whether it ended by itself."""
        return has_ended(self.process)


@contextmanager
def served(testee: Testee, folder: Path, log: Path) -> Iterator[Served]:
    """Runs the server while the block runs; raises DidNotServe."""
    for attempt in range(1, ATTEMPTS + 1):
        port = free_port()
        with running(["./run", str(port)], log, cwd=folder) as process:
            trouble = wait_for_port(port, process)
            if trouble is None:
                yield Served(f"ws://127.0.0.1:{port}{testee.request_target}", process)
                return
        if attempt == ATTEMPTS:
            raise DidNotServe(f"{trouble} (log: {log})")


def free_port() -> int:
    """A loopback port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port: int, process: subprocess.Popen) -> str | None:
    """None as soon as the port accepts a connection, else what is wrong."""
    limit = time.monotonic() + START_SECONDS
    while time.monotonic() < limit:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return None
        except OSError:
            if wait_unreaped(process, RETRY_SECONDS):
                return "ended before it accepted a connection"
    return f"accepted no connection in {START_SECONDS:.0f} s"
