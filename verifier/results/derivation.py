"""What was derived of one function: closed forms, each verified before it is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..deriving.lines import Step
from .model import AS_EXPECTED, UNDECIDED, Report, Result, plain
from .shown import Shown

LAYOUTS = ("numerator", "denominator", "mixed")


@dataclass(frozen=True, repr=False)
class Derivation(Shown):
    """The derivatives of a function; it is true where all that were asked were found.

    `print(derivation)` shows what `nabla derive` does, and a notebook its formulas.
    """

    statement: str  # as it was asked
    forms: Sequence[Result] = ()  # one a claim and layout; every one of them holds
    missing: Mapping[str, str] = field(default_factory=dict)
    """What was asked and not found, by the name of the claim, and why."""
    lets: Mapping[str, str] = field(default_factory=dict)  # factors named once
    types: Mapping[str, str] = field(default_factory=dict)  # name -> type
    inferred: Sequence[str] = ()  # names whose types nobody gave
    conditions: Sequence[str] = ()  # where the function has no derivative
    notes: Sequence[str] = ()  # on what was read otherwise than its letter says
    record: str = ""  # YAML, for a file
    read: str = ""  # the derivative in the language, where it was spelled otherwise
    steps: Sequence[Step] = ()  # the way as a textbook tells it; every line holds
    left_out: int = 0  # lines of it that could not be verified
    run: Mapping[str, Any] = field(default_factory=dict)  # seed, draws, device, ...

    def __bool__(self) -> bool:
        return bool(self.forms) and not self.missing

    def __getitem__(self, claim: str) -> str:
        """Return the closed form in a layout, or the `differential` or `hessian`."""
        for form in self.forms:
            if claim in (form.layout, form.claim):
                return form.text
            if form.claim == "derivative" and claim in LAYOUTS:
                return form.text  # which is the same in each of them
        raise KeyError(claim)

    @property
    def exit_status(self) -> int:
        """Return the status of the command."""
        return AS_EXPECTED if self else UNDECIDED

    @property
    def report(self) -> Report:
        """Return the closed forms as the results of a run."""
        return Report(self.run, self.forms)

    def to_json(self) -> dict[str, Any]:
        """Return the JSON of the report, and with it what was asked and assumed."""
        asked = {
            "statement": self.statement,
            "read": self.read,
            "forms": {form.layout or form.claim: form.text for form in self.forms},
            "missing": self.missing,
            "let": self.lets,
            "types": self.types,
            "inferred": self.inferred,
            "conditions": self.conditions,
            "notes": self.notes,
            "steps": [
                {"left": one.left, "right": one.right, "reason": one.reason}
                for one in self.steps
            ],
            "record": self.record,
        }
        return {**self.report.to_json(), "derived": plain(asked)}
