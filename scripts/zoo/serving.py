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
            trouble = wait_for_answer(port, testee.request_target, process)
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


def wait_for_answer(port: int, target: str, process: subprocess.Popen) -> str | None:
    """None as soon as the server answers an opening handshake with 101, else what is wrong.

    A proxy accepts connections before the server behind it does.
    """
    limit = time.monotonic() + START_SECONDS
    answer = "no answer"
    while time.monotonic() < limit:
        try:
            answer = opening_handshake(port, target)
            if answer.split()[1:2] == ["101"]:
                return None
        except OSError:
            pass
        if wait_unreaped(process, RETRY_SECONDS):
            return "ended before it accepted a connection"
    return f"opened no WebSocket connection in {START_SECONDS:.0f} s ({answer!r})"


def opening_handshake(port: int, target: str) -> str:
    """The status line of the response to a request for a WebSocket connection."""
    request = (
        f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Version: 13\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
        connection.sendall(request.encode())
        return connection.recv(4096).split(b"\r\n")[0].decode("latin-1")
