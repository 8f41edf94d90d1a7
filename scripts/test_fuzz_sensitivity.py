"""Tests of `fuzz-sensitivity`, with a wspec of a few lines: `python3 -m unittest discover scripts`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

FUZZ_SENSITIVITY = Path(__file__).with_name("fuzz-sensitivity")

LIST = """\
no-pong         control  fault   both    The endpoint does not answer a Ping.  rfc6455-5.5.2-2
two-pongs       control  choice  both    The endpoint answers a Ping with two Pongs.  -
no-tcp-close    closing  fault   server  The endpoint leaves it to the client.  rfc6455-5.5.1-16
late-tcp-close  closing  fault   server  The endpoint closes TCP late.  rfc6455-5.5.1-16
"""

# Finds `no-pong` only, with a case of one step.
FAKE_WSPEC = """#!{python}
import pathlib, sys
arguments = sys.argv[1:]
if arguments[:3] == ["echo", "--defect", "list"]:
    print({list!r}, end="")
    sys.exit(0)
assert arguments[0] == "fuzz" and "--from-nothing" in arguments
if arguments[-1] != "no-pong":
    sys.exit(0)
folder = pathlib.Path(arguments[arguments.index("--findings") + 1])
folder.mkdir()
case = '[[case]]\\nsteps = [{{ ping = "" }}]\\n'
(folder / "pong-missing.rfc6455-5.5.2-2.toml").write_text(case)
sys.exit(1)
"""


class Running(unittest.TestCase):
    def test_the_share_and_the_steps_are_told(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            fake = Path(folder) / "wspec"
            fake.write_text(FAKE_WSPEC.format(python=sys.executable, list=LIST))
            fake.chmod(0o755)

            def sensitivity(*arguments: str) -> subprocess.CompletedProcess:
                command = [sys.executable, FUZZ_SENSITIVITY, "--wspec", fake, *arguments]
                return subprocess.run(command, capture_output=True, text=True, check=False)

            everything = sensitivity()
            self.assertEqual(everything.returncode, 1, everything.stderr)
            self.assertIn("not found: no-tcp-close as server", everything.stdout)
            self.assertNotIn("late-tcp-close", everything.stdout)
            self.assertIn("all                 2/3  66.7 %", everything.stdout)
            self.assertIn("steps of the shrunk cases: median 1, most 1", everything.stdout)
            self.assertEqual(sensitivity("--share", "0.6").returncode, 0)
            some = sensitivity("--topic", "control", "--verbose")
            self.assertEqual(some.returncode, 0, some.stdout + some.stderr)
            self.assertIn("no-pong as server: pong-missing.rfc6455-5.5.2-2, 1 steps", some.stdout)


if __name__ == "__main__":
    unittest.main()
