"""What all testees of a parity run together came to."""

from __future__ import annotations

from dataclasses import dataclass, field

from .agreement import Compared
from .known import Known


@dataclass
class Tally:
    """Grows testee by testee; keys are testee ids."""

    known: list[Known]
    compared: dict[str, list[Compared]] = field(default_factory=dict)
    # The recipe does not run on this machine; the reason in a line.
    skipped: dict[str, str] = field(default_factory=dict)
    # The recipe runs but there is no report; the reason in a line.
    untested: dict[str, str] = field(default_factory=dict)
    explained: int = 0
    unexplained: int = 0
    flaky: int = 0
    _needed: set[Known] = field(default_factory=set)

    def explain(self, testee: str, difference: Compared) -> Known | None:
        """Counts a difference; the entry that covers it, if one does."""
        for known in self.known:
            if known.covers(testee, difference.case):
                self.explained += 1
                self._needed.add(known)
                return known
        self.unexplained += 1
        return None

    def everything(self) -> list[Compared]:
        """All compared cases of all testees."""
        return [one for compared in self.compared.values() for one in compared]

    def stale(self) -> list[Known]:
        """The entries that no difference needed though all that they speak of was compared."""
        return [known for known in self.known if self._is_stale(known)]

    def _is_stale(self, known: Known) -> bool:
        if known.varies or known in self._needed:
            return False
        if any(known.speaks_of(testee) for testee in [*self.skipped, *self.untested]):
            return False
        return any(
            known.covers(testee, one.case) for testee, compared in self.compared.items() for one in compared
        )
