"""Code checked against a formula: drawn, run, compared, and what is wrong named."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..engine.outcome import FAILS, HOLDS, INCONCLUSIVE, diagnosis
from ..engine.settings import Settings
from ..reading.problem import InputError
from ..results.coded import CodeAnswer
from ..results.model import Result
from .asking import Worker
from .calling import Misbehaved, Runner
from .comparing import judged
from .explaining import Explaining
from .formula import chosen, formula_of
from .frameworks import options
from .items import Batch
from .question import FUNCTION, GRADIENT, Question
from .running import Given, run_function, run_gradient
from .setting import Setting
from .shapes import COLUMNS, FLAT


def checked(
    worker: Worker,
    function: Callable[..., Any] | None,
    text: str,
    gradient: Callable[..., Any] | None,
    where: str | Mapping[str, str],
    layout: str,
    wrt: str | Sequence[str] | None,
    framework: str | None,
    settings: Settings,
) -> CodeAnswer:
    """Compare code with a formula; InputError where it cannot be done."""
    if function is None and gradient is None:
        raise InputError("give a function, a gradient, or both")
    formula = formula_of(text, where)
    given = [call for call in (function, gradient) if call is not None]
    first, *others = options(given, framework)
    question = Question(
        formula,
        function,
        gradient,
        chosen(formula, wrt),
        layout,
        first,
        settings,
        worker,
    )
    for label, call in ((FUNCTION, function), (GRADIENT, gradient)):
        if call is not None:
            question.runner(label)  # a signature that does not fit is told at once
    batches = question.batches()
    found = _attempt(question, batches)
    for other in others if found.foreign else ():
        again = _attempt(replace(question, arrays=other), batches)
        if not again.faults:
            found = again
            break
    notes = [*formula.notes]
    if found.setting.vectors == COLUMNS:
        notes.append("vectors are given to the code as columns, n x 1")
    dtypes = sorted({given.dtype for given in found.given.values()})
    if "float32" in dtypes:
        notes.append("the code computes in float32: judged by the rounding of float32")
    results = found.results()
    return CodeAnswer(
        formula.text,
        formula.record.body.value.strip(),
        results,
        {name: text.value for name, text in formula.record.where.items()},
        formula.inferred,
        notes,
        {
            "seed": settings.seed,
            "framework": found.question.arrays.framework,
            "dtype": dtypes[0] if dtypes else "float64",
        },
    )


def _attempt(question: Question, batches: Sequence[Batch]) -> Attempt:
    """Run code with vectors of one axis, and if that is no good with columns."""
    found = Attempt(question, batches, FLAT)
    if found.good or not found.setting.has_vectors:
        return found
    if found.faults and not any(fault.form for fault in found.faults.values()):
        return found
    other = Attempt(question, batches, COLUMNS)
    better = other.good or (found.faults and not other.faults)
    return other if better else found


class Attempt:
    """Code run at all draws, with vectors given to it in one way."""

    def __init__(self, question: Question, batches: Sequence[Batch], vectors: str):
        self.question = question
        self.setting = Setting(question.formula.statement, vectors)
        self.given: dict[str, Given] = {}
        """By the variable, and under "" of the function."""
        self.faults: dict[str, Misbehaved] = {}
        self.batches = batches
        for label in (FUNCTION, GRADIENT):
            if (question.function if label == FUNCTION else question.gradient) is None:
                continue
            try:
                self.given |= self._run(label, batches)
            except Misbehaved as fault:
                self.faults[label] = fault
        self.judged = {
            name: judged(one.compared, one.dtype) for name, one in self.given.items()
        }

    def _run(self, label: str, batches: Sequence[Batch]) -> dict[str, Given]:
        runner = self.question.runner(label)
        runner.steady(self.setting.entered(batches[0].at(0, 0)))
        found = self._at(runner, label, batches)
        if all(one.dtype == "float64" for one in found.values()):
            return found
        return self._at(runner, label, self.question.batches("float32"))

    def _at(
        self, runner: Runner, label: str, batches: Sequence[Batch]
    ) -> dict[str, Given]:
        if label == FUNCTION:
            return {"": run_function(runner, self.setting, batches)}
        asked = self.question
        return run_gradient(runner, self.setting, batches, asked.wrt, asked.layout)

    @property
    def good(self) -> bool:
        """Whether all of it holds."""
        verdicts = {one.verdict for one in self.judged.values()}
        return not self.faults and verdicts == {HOLDS}

    @property
    def foreign(self) -> bool:
        """Whether code may want the arrays of another framework."""
        return any(fault.foreign for fault in self.faults.values())

    def results(self) -> list[Result]:
        """Return a result for the function, and for each derivative."""
        found = []
        for label, fault in self.faults.items():
            verdict = INCONCLUSIVE if fault.unsure else FAILS
            kind = "shape" if fault.shape else "other"
            told = diagnosis(kind, str(fault))
            found.append(self._result(label, verdict, {}, told))
        explaining = Explaining(self.question, self.setting, self.batches)
        for name, one in self.given.items():
            told = explaining.told(name, one, self.judged[name])
            label = f"{GRADIENT} by {name}" if name else FUNCTION
            layout = told.layout
            found.append(
                replace(
                    self._result(label, told.verdict, told.evidence, told.diagnosis),
                    text=told.text,
                    layout=layout,
                    counterexample=told.counterexample,
                )
            )
        return sorted(found, key=lambda result: result.claim != FUNCTION)

    def _result(
        self,
        claim: str,
        verdict: str,
        evidence: Mapping[str, Any],
        told: Mapping[str, str] | None,
    ) -> Result:
        record = self.question.formula.record
        body, _, name = record.body.value.strip(), *claim.partition(" by ")[1:]
        return Result(
            id=record.id,
            claim=claim,
            layout="",
            text="",
            verdict=verdict,
            evidence=evidence,
            diagnosis=told,
            subject=f"d({body})/d{name}" if name else body,
            types={n: text.value for n, text in record.where.items()},
        )
