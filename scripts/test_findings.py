"""Tests of `findings`."""

import importlib.machinery
import importlib.util
import unittest
from pathlib import Path

LOADER = importlib.machinery.SourceFileLoader(
    "findings", str(Path(__file__).with_name("findings"))
)
SPEC = importlib.util.spec_from_loader("findings", LOADER)
findings = importlib.util.module_from_spec(SPEC)
LOADER.exec_module(findings)


class Ranges(unittest.TestCase):
    def test_three_that_follow_each_other_are_a_range_within_their_section(self):
        cases = ["14.1.1", "14.1.2", "14.1.3", "14.2.1", "14.2.2", "14.2.4"]
        order = {case: place for place, case in enumerate([*cases[:5], "14.2.3", cases[5]])}
        failed = {case: {"a"} for case in cases}
        self.assertEqual(
            findings.ranges(failed, order), ["14.1.1–14.1.3", "14.2.1", "14.2.2", "14.2.4"]
        )


class Broken(unittest.TestCase):
    def test_a_broken_rule_goes_before_what_the_case_names(self):
        rule = {"verdict": "fail", "requirement": "rfc6455-5.1-2"}
        hint = {"verdict": "non-strict", "requirement": "rfc6455-7.1.1-5"}
        case = {"broken": [hint, rule], "requirements": ["rfc6455-5.5-1"]}
        self.assertEqual(findings.broken(case), "rfc6455-5.1-2")
        self.assertEqual(findings.broken(case | {"broken": [hint]}), "rfc6455-5.5-1")
        self.assertEqual(findings.broken({"broken": [], "requirements": []}), findings.NONE)


class Notes(unittest.TestCase):
    def test_only_fails_of_cases_of_our_own_are_told(self):
        def case(name, verdict):
            return {"id": name, "verdict": verdict, "broken": [], "requirements": ["r"]}

        agent = {"cases": [case("1.1.1", "fail"), case("14.1.1", "fail"), case("14.1.2", "pass")]}
        table = findings.defaultdict(lambda: findings.defaultdict(set))
        findings.note(agent, "a", table, {})
        self.assertEqual(table, {"r": {"14.1.1": {"a"}}})


if __name__ == "__main__":
    unittest.main()
