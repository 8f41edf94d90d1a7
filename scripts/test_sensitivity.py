"""Tests of `sensitivity`, with a wspec of a few lines: `python3 -m unittest discover scripts`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from zoo.defects import Defect, Share, by_topic, finding, parse_list, total

SENSITIVITY = Path(__file__).with_name("sensitivity")

LIST = """\
no-pong         control  fault   both    The endpoint does not answer a Ping.  rfc6455-5.5.2-2
two-pongs       control  choice  both    The endpoint answers a Ping with two Pongs.  -
no-tcp-close    closing  fault   server  The endpoint leaves it to the client.  rfc6455-5.5.1-16
"""

# Finds `no-pong` only: in a server by a case, in a client because it leaves no report.
FAKE_WSPEC = """#!{python}
import json, pathlib, sys
arguments = sys.argv[1:]
if arguments[:3] == ["echo", "--defect", "list"]:
    print({list!r}, end="")
    sys.exit(0)
is_found = arguments[-1] == "no-pong"
if is_found and arguments[0] == "client":
    sys.exit(3)
report = pathlib.Path(arguments[arguments.index("--report") + 1]) / "report.json"
cases = [dict(id="2.1", verdict="fail" if is_found else "pass")]
report.write_text(json.dumps(dict(agents=[dict(cases=cases)])))
sys.exit(1 if is_found else 0)
"""


class Listing(unittest.TestCase):
    def test_lines_become_defects(self) -> None:
        pong, two_pongs, tcp = parse_list(LIST)
        self.assertEqual(pong, Defect("no-pong", "control", "fault", ("server", "client")))
        self.assertEqual([one.is_fault for one in (pong, two_pongs, tcp)], [True, False, True])
        self.assertEqual(tcp.roles, ("server",))

    def test_something_else_is_no_list(self) -> None:
        with self.assertRaises(ValueError):
            parse_list("error: no such option\n")


class Finding(unittest.TestCase):
    def test_the_first_case_that_is_not_content(self) -> None:
        cases = [dict(id="1", verdict="informational"), dict(id="2", verdict="non-strict")]
        self.assertEqual(finding(0, cases), "2: non-strict")
        self.assertIsNone(finding(0, cases[:1]))

    def test_who_cannot_be_tested_is_found(self) -> None:
        self.assertEqual(finding(3, None), "no connection that could be judged")
        self.assertEqual(finding(1, []), "no connection that could be judged")
        self.assertIsNone(finding(2, None))


class Counting(unittest.TestCase):
    def test_shares_by_topic_and_in_all(self) -> None:
        pong, _, tcp = parse_list(LIST)
        shares = by_topic([(pong, "server", "2.1: fail"), (pong, "client", None), (tcp, "server", None)])
        self.assertEqual(str(shares["control"]), "1/2  50.0 %")
        whole = total(shares.values())
        self.assertEqual((whole.found, whole.tried), (1, 3))
        self.assertEqual(whole.missed, ["no-pong as client", "no-tcp-close as server"])
        self.assertEqual(str(Share()), "0/0  100.0 %")


class Running(unittest.TestCase):
    def test_what_is_not_found_is_named_and_fails(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            fake = Path(folder) / "wspec"
            fake.write_text(FAKE_WSPEC.format(python=sys.executable, list=LIST))
            fake.chmod(0o755)

            def sensitivity(*arguments: str) -> subprocess.CompletedProcess:
                command = [sys.executable, SENSITIVITY, "--wspec", fake, *arguments]
                return subprocess.run(command, capture_output=True, text=True, check=False)

            everything = sensitivity()
            self.assertEqual(everything.returncode, 1, everything.stderr)
            self.assertIn("not found: no-tcp-close as server", everything.stdout)
            self.assertIn("all                 2/3  66.7 %", everything.stdout)
            some = sensitivity("--topic", "control", "--verbose")
            self.assertEqual(some.returncode, 0, some.stdout + some.stderr)
            self.assertIn("no-pong as server: 2.1: fail", some.stdout)


if __name__ == "__main__":
    unittest.main()
