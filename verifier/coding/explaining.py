"""What is said of a verdict on code: what it computes, what is wrong, a small case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..engine.outcome import FAILS, HOLDS, INCONCLUSIVE, diagnosis
from ..language.arrays import Array
from ..language.layout import Layout
from .asking import Unanswered
from .calling import Misbehaved
from .comparing import Judgement, judged
from .facts import multiple, said_in_code, said_of
from .items import Batch, Code, Named
from .question import Question
from .running import Given, beside, run_gradient
from .setting import Setting
from .shapes import EITHER
from .smallest import Smallest

FACTOR = "a scalar factor is wrong"
"""What a diagnosis says that knows no more; of code the number is known."""


@dataclass(frozen=True)
class Told:
    """A verdict with all that explains it, as a result carries it."""

    verdict: str
    evidence: Mapping[str, Any]
    text: str = ""
    diagnosis: Mapping[str, str] | None = None
    counterexample: Mapping[str, Any] | None = None
    layout: str = ""


class Explaining:
    """Explains what is found of one piece of code."""

    def __init__(self, question: Question, setting: Setting, batches: Sequence[Batch]):
        self.question, self.setting = question, setting
        self.smallest = Smallest(question, setting, batches)
        self.function = ""
        """What the function was found to compute, where it is wrong."""

    def told(self, name: str, given: Given, found: Judgement) -> Told:
        """Explain the verdict on the function, or on the derivative by a name."""
        layout = self._layout(name, given)
        if found.verdict != FAILS:
            usual = given.reading is None or given.reading.usual
            if found.verdict == HOLDS and not usual and self.question.layout == EITHER:
                return self._turned(found, layout)
            return Told(found.verdict, found.evidence, layout=layout)
        if found.coarse:
            note = "it agrees as far as float32 or a difference quotient does, and no "
            note += "further: compute all of it in float64"
            evidence = {**found.evidence, "note": note}
            return Told(INCONCLUSIVE, evidence, layout=layout)
        label = "gradient" if name else "function"
        if not found.failing:  # no finite number anywhere
            told = diagnosis("other", f"your {label} gives no finite number")
            return Told(FAILS, found.evidence, "", told)
        if self.function and (told := self._consistent(name)):
            case = self.smallest.case(name, given, None)
            return Told(FAILS, found.evidence, "", told, case, layout)
        named = self._named(name, given)
        case = self.smallest.case(name, given, named)
        if named is None:
            told = diagnosis(*said_of(given.compared, label, given.dtype))
            if other := self._exchanged(name, given):
                told = diagnosis("wrong-part", f"this is the derivative by `{other}`")
            return Told(FAILS, found.evidence, "", told, case, layout)
        told = dict(named.outcome.diagnosis or diagnosis("other", ""))
        sizes = self.question.formula.statement.sizes
        told = said_in_code(told, label, self.question.layout != EITHER, sizes)
        if told["text"].startswith(FACTOR) and (k := multiple(given.compared)):
            behind = told["text"].removeprefix(FACTOR)
            told["text"] = f"it is {k:.6g} times what is right{behind}"
        if not name:
            self.function = named.text
        return Told(FAILS, found.evidence, named.text, told, case, layout)

    def _layout(self, name: str, given: Given) -> str:
        """Return the layout of a Jacobian, or the one that was asked for."""
        if not name or given.reading is None:
            return ""
        y, x = self.setting.kind(""), self.setting.kind(name)
        if self.question.layout == EITHER and (y.scalar or x.scalar):
            return (
                ""
                if given.reading.layout is Layout.DENOMINATOR or x.scalar
                else (given.reading.layout.value)
            )
        return given.reading.layout.value

    def _turned(self, found: Judgement, layout: str) -> Told:
        """Tell that an array has the shape of the other layout, where it is right."""
        text = f"your gradient is the transpose: that of {layout} layout (right with "
        text += f'`layout="{layout}"`); a gradient has the shape of its variable'
        return Told(FAILS, found.evidence, "", diagnosis("wrong-layout", text))

    def _named(self, name: str, given: Given) -> Named | None:
        """Ask the worker what the code computes."""
        if not any(one.code[one.usable].any() for one in given.compared):
            return None  # zero everywhere
        question = self.question
        record = question.formula.record
        if name:
            assert given.reading is not None
            record = question.formula.by(name, given.reading.layout.value)
        asked = Code(
            record,
            question.drawn_by,
            given.dtype,
            tuple(one.code for one in given.compared),
            tuple(one.usable for one in given.compared),
        )
        try:
            found = question.worker.ask(asked, question.settings)
        except Unanswered:  # a verdict is never lost to its diagnosis
            return None
        return found if isinstance(found, Named) else None

    def _consistent(self, name: str) -> dict[str, str] | None:
        """Tell that a derivative is right for what the function computes, if it is."""
        if not name:
            return None
        other = self.question.about(self.function)
        batches = other.batches()
        runner, wrt = other.runner("gradient"), other.wrt
        try:
            found = run_gradient(runner, self.setting, batches, wrt, other.layout)
        except Misbehaved:
            return None
        if name not in found:
            return None
        one = found[name]
        if judged(one.compared, one.dtype).verdict != HOLDS:
            return None
        text = (
            "it is the derivative of what your function computes: mend the function, "
        )
        return diagnosis("other", text + "and it with it")

    def _exchanged(self, name: str, given: Given) -> str:
        """Return the variable whose derivative this is, where it is another's."""
        for other in self.question.drawn_by if name else ():
            alike = all(
                one.batch.shapes[other] == one.batch.shapes[name]
                and _same(
                    one.code,
                    beside(one.batch, other, self.setting, given)[0],
                    one.usable,
                )
                for one in given.compared
            )
            if other != name and alike:
                return other
        return ""


def _same(code: Array, right: Array, usable: Array) -> bool:
    if code.shape != right.shape:
        return False
    return np.allclose(code[usable], right[usable], rtol=1e-7, atol=1e-12)
