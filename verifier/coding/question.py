"""What is asked of code: the formula, the callables, and who is asked what is right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ..engine.settings import Settings
from ..language.declaration import Type
from ..reading.problem import InputError
from .asking import Worker
from .calling import Runner, bound
from .formula import Formula
from .frameworks import Arrays
from .items import Batch, Draw

FUNCTION, GRADIENT = "function", "gradient"
MOST_VARIABLES = 8
"""Variables of which all derivatives are drawn where nobody says which are wanted."""


@dataclass(frozen=True)
class Question:
    """What is asked of some code, with the worker that is asked about the formula."""

    formula: Formula
    function: Callable[..., Any] | None
    gradient: Callable[..., Any] | None
    wrt: tuple[str, ...]
    layout: str
    arrays: Arrays
    settings: Settings
    worker: Worker

    @property
    def drawn_by(self) -> tuple[str, ...]:
        """Return what the formula is differentiated by at the draws."""
        if self.gradient is None:
            return ()
        if not self.wrt and len(self.formula.variables) > MOST_VARIABLES:
            raise InputError("wrt: say by which variables the gradient is")
        return self.wrt or self.formula.variables

    def batches(self, dtype: str = "float64") -> list[Batch]:
        """Return the draws."""
        record = self.formula.record
        if self.drawn_by:
            record = self.formula.by(self.drawn_by[0])
        found = self.worker.ask(Draw(record, self.drawn_by, dtype), self.settings)
        assert isinstance(found, list)
        return found

    def about(self, text: str) -> Question:
        """Return the same question about another function of the same names."""
        return replace(self, formula=self.formula.of(text))

    def runner(self, label: str) -> Runner:
        """Return what runs the function or the gradient."""
        call = self.function if label == FUNCTION else self.gradient
        assert call is not None
        types = self.formula.statement.types
        values = [name for name, t in types.items() if isinstance(t, Type)]
        sizes = [name for name in self.formula.names if name not in types]
        code = bound(call, label, values, sizes)
        return Runner(code, self.arrays)
