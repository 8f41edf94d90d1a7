"""Programs in process groups of their own, run to their end or while a block runs."""

from __future__ import annotations

import os
import resource
import select
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

GRACE_SECONDS = 5.0


@dataclass(frozen=True)
class Ended:
    """What a program that ran to its end used."""

    exit_code: int
    wall_seconds: float
    cpu_seconds: float
    peak_rss_bytes: int
    timed_out: bool

    @property
    def peak_rss_is_exact(self) -> bool:
        """Linux lets a child's peak begin at its parent's, so ours hides a smaller one."""
        return self.peak_rss_bytes > resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@contextmanager
def running(command: Sequence[str | Path], log: Path, cwd: Path | None = None) -> Iterator[subprocess.Popen]:
    """Runs the command, output to `log`; when the block is left its process group is ended."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        end_group(process)


def end_group(process: subprocess.Popen) -> None:
    """Ends the process and all that it started: asked first, then killed."""
    if process.returncode is not None:
        return
    # The leader is not reaped before the last signal: until then nobody else gets its group id.
    os.killpg(process.pid, signal.SIGTERM)
    wait_unreaped(process, GRACE_SECONDS)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def has_ended(process: subprocess.Popen) -> bool:
    """Whether it ended; it stays unreaped."""
    flags = os.WEXITED | os.WNOWAIT | os.WNOHANG
    return process.returncode is not None or os.waitid(os.P_PID, process.pid, flags) is not None


def wait_unreaped(process: subprocess.Popen, seconds: float) -> bool:
    """Waits for the end, at most so long; whether it came."""
    handle = os.pidfd_open(process.pid)
    try:
        readable, _, _ = select.select([handle], [], [], seconds)
        return bool(readable)
    finally:
        os.close(handle)


def run_to_end(
    command: Sequence[str | Path], log: Path, timeout_seconds: float, cwd: Path | None = None
) -> Ended:
    """Runs the command to its end, or ends it after the timeout."""
    started = time.monotonic()
    with running(command, log, cwd) as process:
        timed_out = not wait_unreaped(process, timeout_seconds)
        wall = time.monotonic() - started
        # Whatever it left running goes too.
        os.killpg(process.pid, signal.SIGKILL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return Ended(
        exit_code=process.returncode,
        wall_seconds=wall,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        peak_rss_bytes=usage.ru_maxrss * 1024,
        timed_out=timed_out,
    )
