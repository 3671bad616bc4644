"""The answer to one statement: in which layouts it holds, and for which types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .model import AS_EXPECTED, DIFFERS, UNDECIDED, Report, Result, plain
from .shown import Shown

EITHER, BOTH = "either", "both"
CHOICES = (EITHER, BOTH, "numerator", "denominator", "mixed")
"""What may be asked: that a statement holds in one of two layouts, in both, in one."""


@dataclass(frozen=True, repr=False)
class Answer(Shown):
    """What was found of one statement; it is true where the statement holds.

    `bool(answer)` is `answer.holds`, and `print(answer)` shows what `nabla check` does.
    """

    statement: str  # as it was asked
    results: Sequence[Result]  # one a claim and layout
    types: Mapping[str, str] = field(default_factory=dict)  # name -> type
    inferred: Sequence[str] = ()  # names whose types nobody gave
    notes: Sequence[str] = ()  # on what was read otherwise than its letter says
    layout: str = EITHER  # that was asked for, one of CHOICES
    record: str = ""  # YAML, for a file
    read: str = ""  # the statement in the language, where it was spelled otherwise
    others: Mapping[str, str] = field(default_factory=dict)
    """Further readings of what was asked, in the language, and the verdict on each."""
    run: Mapping[str, Any] = field(default_factory=dict)  # seed, draws, device, ...

    def __bool__(self) -> bool:
        return self.holds

    @property
    def verdicts(self) -> dict[str, str]:
        """Return the verdict in each layout; under "" where layouts do not differ."""
        return {
            layout: worst([r.verdict for r in self.results if r.layout == layout])
            for layout in dict.fromkeys(result.layout for result in self.results)
        }

    @property
    def layouts(self) -> tuple[str, ...]:
        """Return the layouts in which it holds."""
        return tuple(k for k, verdict in self.verdicts.items() if verdict == "holds")

    @property
    def verdict(self) -> str:
        """Return the verdict on what was asked; "could not tell" never is "holds"."""
        found = list(self.verdicts.values())
        if not found:
            return "inconclusive"
        if self.layout == EITHER:
            return next((v for v in ("holds", *_OPEN) if v in found), "fails")
        return worst(found)

    @property
    def holds(self) -> bool:
        """Whether it holds in the layouts that were asked for."""
        return self.verdict == "holds"

    @property
    def best(self) -> Result:
        """Return the result that says most: one that holds, or that comes nearest."""
        rank = {"holds": 0, "inconclusive": 1}
        return min(
            self.results,
            key=lambda r: (rank.get(r.verdict, 2), r.counterexample is None),
        )

    @property
    def exit_status(self) -> int:
        """Return the status of the command."""
        found = {"holds": AS_EXPECTED, "fails": DIFFERS}
        return found.get(self.verdict, UNDECIDED)

    @property
    def report(self) -> Report:
        """Return the results as those of a run, to be written or compared."""
        return Report(self.run, self.results)

    def to_json(self) -> dict[str, Any]:
        """Return the JSON of the report, and with it what was asked and assumed."""
        asked = {
            "statement": self.statement,
            "read": self.read,
            "others": self.others,
            "verdict": self.verdict,
            "layouts": [layout for layout in self.layouts if layout],
            "types": self.types,
            "inferred": self.inferred,
            "notes": self.notes,
            "record": self.record,
        }
        return {**self.report.to_json(), "asked": plain(asked)}


_OPEN = ("inconclusive", "crashed")


def worst(verdicts: Sequence[str]) -> str:
    """Return the verdict on claims that must hold together."""
    ranked = ("fails", *reversed(_OPEN), "holds")
    return next((v for v in ranked if v in verdicts), "inconclusive")
