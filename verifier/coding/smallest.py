"""The smallest inputs at which code is wrong: what is right there, and its value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..engine.draws import PRECISIONS
from ..judging.verdict import measure
from ..language.arrays import Array
from .asking import Unanswered
from .calling import Misbehaved
from .items import Batch, Draw, Named
from .question import Question
from .running import Given, beside
from .setting import Setting


class Smallest:
    """Looks for the smallest inputs, and runs the code there."""

    def __init__(self, question: Question, setting: Setting, batches: Sequence[Batch]):
        self.question, self.setting, self.batches = question, setting, batches

    def case(
        self, name: str, given: Given, named: Named | None
    ) -> dict[str, Any] | None:
        """Return small inputs at which code is wrong, what is right and its value."""
        shown = named.outcome.counterexample if named else None
        if (
            shown
            and "exact" in shown
            and (case := self._checked(name, given, dict(shown)))
        ):
            return case
        question = self.question
        record = (
            question.formula.by(question.drawn_by[0])
            if name
            else question.formula.record
        )
        wrt = question.drawn_by if name else ()
        asked = Draw(record, wrt, given.dtype, small=True)
        try:
            found = question.worker.ask(asked, question.settings)
        except Unanswered:
            return None
        assert isinstance(found, list)
        for batch in found:
            right = beside(batch, name, self.setting, given)
            for draw in np.flatnonzero(batch.usable[name]):
                code = self._at(name, given, batch, batch.at(0, int(draw)))
                if code is not None and _differs(code, right[:, draw], given.dtype):
                    values = {n: rows(X[0, draw]) for n, X in batch.values.items()}
                    return _shown(batch.sizes, values, right[0, draw], code)
        return None

    def _checked(
        self, name: str, given: Given, shown: dict[str, Any]
    ) -> dict[str, Any] | None:
        """Return a case of the diagnosis, if the code gives there what it says."""
        values = {n: np.array(v, float) for n, v in shown["values"].items()}
        sizes = shown["sizes"]
        whole = {n: int(v.item()) for n, v in values.items() if n in self._whole}
        drawn = {n: v for n, v in values.items() if n not in whole}
        batch = next(iter(self.batches))
        claim, right = (np.array(shown[k], float) for k in ("claim", "autodiff"))
        code = self._at(name, given, batch, {**sizes, **whole, **drawn}, drawn)
        if code is None or code.shape != claim.shape:
            return None
        near = np.allclose(code, claim, rtol=1e-5, atol=1e-8)
        if not near or np.allclose(code, right, rtol=1e-5, atol=1e-8):
            return None
        return _shown(sizes, shown["values"], right, claim)

    @property
    def _whole(self) -> set[str]:
        return set(self.question.formula.statement.whole)

    def _at(
        self,
        name: str,
        given: Given,
        batch: Batch,
        values: Mapping[str, Any],
        drawn: Mapping[str, Array] | None = None,
    ) -> Array | None:
        """Return what the code gives at small inputs, None where it does not work."""
        if drawn is not None:
            shapes = {n: (X.shape[0], X.shape[1]) for n, X in drawn.items()}
            sizes = {n: k for n, k in values.items() if n not in drawn}
            shapes[""] = self._shape(sizes)
            batch = Batch(sizes, {}, {}, batch.value, {}, {}, {}, shapes)
        runner = self.question.runner("gradient" if name else "function")
        try:
            assert given.again is not None
            return given.again(runner.at(self.setting.entered(values)), batch)
        except Misbehaved:
            return None

    def _shape(self, sizes: Mapping[str, int]) -> tuple[int, int]:
        shape = self.question.formula.statement.body.shape
        return int(shape[0].number(sizes)), int(shape[1].number(sizes))


def _differs(code: Array, right: Array, dtype: str) -> bool:
    C = np.repeat(code[None, None], len(right), axis=0)
    return bool(measure(C, right[:, None], PRECISIONS[dtype]).fails.all())


def _shown(
    sizes: Mapping[str, int], values: Mapping[str, Any], right: Array, code: Array
) -> dict[str, Any]:
    return {
        "sizes": dict(sizes),
        "values": dict(values),
        "autodiff": rows(right),
        "claim": rows(code),
        "draw": None,
        "note": "",
    }


def rows(X: Array) -> list[list[float]]:
    """Return a matrix as results carry it."""
    return [[float(x) for x in row] for row in X]
