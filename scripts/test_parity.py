"""Tests of `parity`, with a zoo and a wspec of a few lines: `python3 -m unittest discover scripts`."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from zoo.agreement import compare, counts
from zoo.golden import Golden, Verdict
from zoo.known import Known, known_from, read_deviations
from zoo.tally import Tally

PARITY = Path(__file__).with_name("parity")

ECHO_NOTHING = """#!{python}
import socket, sys
with socket.create_server(("127.0.0.1", int(sys.argv[1]))) as server:
    while True:
        client, _ = server.accept()
        client.recv(4096)
        client.sendall(b"HTTP/1.1 101 Switching Protocols\\r\\n\\r\\n")
        client.close()
"""

# Reports the verdicts in `verdicts.json` beside it, whatever the testee does.
FAKE_WSPEC = """#!{python}
import json, pathlib, sys
verdicts = json.loads(pathlib.Path(__file__).with_name("verdicts.json").read_text())
keys = ("id", "behavior", "behavior_close", "remote_close_code")
cases = [dict(zip(keys, (case, *verdict))) for case, verdict in verdicts.items()]
report = pathlib.Path(sys.argv[sys.argv.index("--report") + 1]) / "report.json"
report.write_text(json.dumps(dict(agents=[dict(cases=cases)])))
sys.exit(1)
"""


class Comparing(unittest.TestCase):
    GOLDEN = Golden(
        {
            "1.1": Verdict("OK", "OK", 1000),
            "1.2": Verdict("OK", "UNCLEAN", None),
            "1.3": Verdict("OK", "OK", 1000),
        },
        frozenset({"1.3"}),
    )

    def test_flaky_cases_are_left_out(self) -> None:
        self.assertEqual([one.case for one in compare(self.GOLDEN, {})], ["1.1", "1.2"])

    def test_each_field_is_counted_apart(self) -> None:
        ours = {"1.1": Verdict("FAILED", "OK", 1002), "1.2": Verdict("OK", "UNCLEAN", None)}
        self.assertEqual(
            counts(compare(self.GOLDEN, ours)), "1/2 behavior  2/2 behaviorClose  1/2 remoteCloseCode"
        )

    def test_no_verdict_agrees_in_nothing(self) -> None:
        self.assertEqual(
            counts(compare(self.GOLDEN, {})), "0/2 behavior  0/2 behaviorClose  0/2 remoteCloseCode"
        )


class KnownDifferences(unittest.TestCase):
    def test_globs_pick_testees_and_cases(self) -> None:
        known = Known("servers/py-*", ("9.*",), "why")
        self.assertTrue(known.covers("servers/py-tornado", "9.1.1"))
        self.assertFalse(known.covers("servers/js-ws", "9.1.1"))
        self.assertFalse(known.covers("servers/py-tornado", "10.1.1"))

    def test_an_entry_needs_a_reason(self) -> None:
        with self.assertRaisesRegex(SystemExit, "here: reason is missing"):
            known_from({"testee": "*", "cases": ["1.1"]}, "here")

    def test_an_unknown_key_is_named(self) -> None:
        with self.assertRaisesRegex(SystemExit, "unknown key case;"):
            known_from({"testee": "*", "case": "1.1"}, "here")

    def test_deviations_are_listed_by_the_ids_that_a_line_begins_with(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "DEVIATIONS.md"
            file.write_text("## `6.4.3`, `6.4.4`\nUnlike `1.1.1`.\n| `9.*` | as `2.1` |\n- `7.1.6`: why\n")
            listed = [known.cases for known in read_deviations(file)]
        self.assertEqual(listed, [("6.4.3", "6.4.4"), ("9.*",), ("7.1.6",)])

    def test_an_unneeded_entry_is_stale_once_its_cases_were_compared(self) -> None:
        tally = Tally([Known("servers/a", ("1.*",), "why"), Known("servers/b", ("1.*",), "why")])
        golden = Golden({"1.1": Verdict("OK", "OK", 1000)}, frozenset())
        tally.compared["servers/a"] = compare(golden, golden.verdicts)
        tally.skipped["servers/b"] = "not here"
        self.assertEqual([known.testee for known in tally.stale()], ["servers/a"])


class Runs(unittest.TestCase):
    """The whole script, in a folder of its own."""

    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        self.program("wspec", FAKE_WSPEC.format(python=sys.executable))
        self.known("")
        self.add_testee("good", "#!/bin/sh\n", ECHO_NOTHING.format(python=sys.executable))

    def test_agreement_succeeds(self) -> None:
        self.verdicts({"1.1": ["OK", "OK", 1000]})
        status, said = self.parity()
        self.assertEqual(status, 0, said)
        self.assertIn("1/1 behavior  1/1 behaviorClose  1/1 remoteCloseCode", said)

    def test_a_difference_is_listed_and_fails(self) -> None:
        self.verdicts({"1.1": ["FAILED", "OK", None]})
        status, said = self.parity()
        self.assertEqual(status, 1, said)
        self.assertRegex(said, r"1\.1 +theirs OK / OK / 1000 +ours FAILED / OK / no code")

    def test_a_known_difference_succeeds(self) -> None:
        self.verdicts({})
        self.known('[[known]]\ntestee = "servers/good"\ncases = ["1.1"]\nreason = "because"\n')
        status, said = self.parity()
        self.assertEqual(status, 0, said)
        self.assertIn("ours no verdict  (known: because)", said)

    def test_a_stale_entry_fails(self) -> None:
        self.verdicts({"1.1": ["OK", "OK", 1000]})
        self.known('[[known]]\ntestee = "servers/good"\ncases = ["1.1"]\nreason = "because"\n')
        status, said = self.parity()
        self.assertEqual(status, 1, said)
        self.assertIn("stale in parity-known.toml: servers/good, 1.1", said)

    def test_a_recipe_that_does_not_run_here_is_skipped_with_the_reason(self) -> None:
        self.verdicts({"1.1": ["OK", "OK", 1000]})
        self.add_testee("unbuildable", "#!/bin/sh\necho no compiler; exit 1\n", "#!/bin/sh\n")
        self.add_testee("unstartable", "#!/bin/sh\n", "#!/bin/sh\nexit 1\n")
        status, said = self.parity()
        self.assertEqual(status, 0, said)
        self.assertIn("skipped servers/unbuildable: setup failed: no compiler", said)
        self.assertIn("skipped servers/unstartable: ended before it accepted a connection", said)

    def test_a_testee_without_a_report_fails(self) -> None:
        self.program("wspec", "#!/bin/sh\nexit 2\n")
        status, said = self.parity()
        self.assertEqual(status, 1, said)
        self.assertIn("not tested servers/good: wspec wrote no report.json, exit status 2", said)

    def parity(self) -> tuple[int, str]:
        places = [f"--{name}={self.folder / name}" for name in ("zoo", "scratch", "wspec", "report")]
        known = f"--known={self.folder / 'known.toml'}"
        done = subprocess.run([sys.executable, PARITY, *places, known], capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    def add_testee(self, name: str, setup: str, run: str) -> None:
        place = f"zoo/servers/{name}"
        self.program(f"{place}/setup", setup)
        self.program(f"{place}/run", run)
        (self.folder / place / "meta.json").write_text("{}")
        (self.folder / place / "golden.json").write_text(json.dumps({"cases": {"1.1": ["OK", "OK", 1000]}}))

    def program(self, place: str, text: str) -> None:
        file = self.folder / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(0o755)

    def verdicts(self, verdicts: dict) -> None:
        (self.folder / "verdicts.json").write_text(json.dumps(verdicts))

    def known(self, text: str) -> None:
        (self.folder / "known.toml").write_text(text)


if __name__ == "__main__":
    unittest.main()
