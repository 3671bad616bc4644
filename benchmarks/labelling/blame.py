"""Which of the labels that share a chain is called wrong where the chain is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from verifier.notes.model import Verdict

from .bench import Bench
from .meanings import Meaning
from .sameness import Way, ways
from .stated import in_no_layout, stated


@dataclass(frozen=True)
class Blame:
    """What an error is about: its claims that fail, and whose they are."""

    error: bool = False
    claims: Sequence[Mapping[int, Sequence[Way]]] = field(default_factory=list)
    """For each claim that fails, what must hold for it to be what a label says."""

    @staticmethod
    def of(verdict: Verdict | None, labels: Sequence[Sequence[Meaning]]) -> Blame:
        """Return what is wrong with a finding, in terms of its labels."""
        if verdict is None or not verdict.error:
            return Blame()
        record = verdict.finding.record
        whole = stated(record) if record and len(labels) > 1 else None
        if record is None or whole is None:
            return Blame(True)
        failing = {one.text for one in verdict.results if one.verdict == "fails"}
        found = []
        for claim, side in zip(record.claims, whole.sides, strict=True):
            if claim.text.value in failing:
                alone = in_no_layout(replace(whole, sides=(side,)))
                found.append(
                    {
                        at: [way for one in some for way in ways(alone, one.stated)]
                        for at, some in enumerate(labels)
                    }
                )
        return Blame(True, found)

    @property
    def asked(self) -> Iterator[Way]:
        """Yield all that is to be asked."""
        for claim in self.claims:
            for some in claim.values():
                yield from some

    def falls_on(self, label: int, bench: Bench) -> bool:
        """Whether a label is called wrong; what nobody has said, the first one has."""
        if not self.error or not self.claims:
            return self.error and label == 0
        for claim in self.claims:
            own = {at for at, ways in claim.items() if bench.same(ways)} or {0}
            if label in own:
                return True
        return False
