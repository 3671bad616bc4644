"""The answer to whether code is right: its function, and each of its derivatives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .answer import worst
from .model import AS_EXPECTED, DIFFERS, UNDECIDED, Result, plain
from .shown import Shown


@dataclass(frozen=True, repr=False)
class CodeAnswer(Shown):
    """What was found of a function and its gradient; true where all of it holds.

    `bool(answer)` is `answer.holds`. Each result is about the function or about one
    derivative: its `text` is what the code was found to compute, if that is known.
    """

    formula: str  # as it was given
    function: str  # the function in the language
    results: Sequence[Result]  # the function first, then the derivatives
    types: Mapping[str, str] = field(default_factory=dict)  # name -> type
    inferred: Sequence[str] = ()  # names whose types nobody gave
    notes: Sequence[str] = ()  # on how the code was run, and the formula read
    run: Mapping[str, Any] = field(default_factory=dict)  # seed, framework, dtype

    def __bool__(self) -> bool:
        return self.holds

    @property
    def verdict(self) -> str:
        """Return the verdict on all of it; "could not tell" never is "holds"."""
        return worst([result.verdict for result in self.results])

    @property
    def holds(self) -> bool:
        """Whether the function and all derivatives that were given are right."""
        return self.verdict == "holds"

    @property
    def wrong(self) -> list[Result]:
        """Return the results that do not hold, the refuted ones first."""
        found = [result for result in self.results if result.verdict != "holds"]
        return sorted(found, key=lambda result: result.verdict != "fails")

    @property
    def diagnosis(self) -> str:
        """Return what is wrong, in words; empty where all of it holds."""
        said = [str((r.diagnosis or {}).get("text", "")) for r in self.wrong]
        return "; ".join(filter(None, said))

    @property
    def exit_status(self) -> int:
        """Return what a command would end with."""
        found = {"holds": AS_EXPECTED, "fails": DIFFERS}
        return found.get(self.verdict, UNDECIDED)

    def to_json(self) -> dict[str, Any]:
        """Return the answer as JSON values."""
        return {
            "formula": self.formula,
            "function": self.function,
            "verdict": self.verdict,
            "types": plain(self.types),
            "inferred": list(self.inferred),
            "notes": list(self.notes),
            "run": plain(self.run),
            "results": [result.to_json() for result in self.results],
        }
