"""Where a failing claim holds: classes of inputs, sizes, signs; found by drawing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..engine import numeric
from ..engine.draws import Draws, Source, values
from ..engine.enclosure import Finding, enclose, point
from ..engine.evaluate import Evaluation, Exact
from ..engine.experiment import Block
from ..judging.tally import Tally, tally_of
from ..language.declaration import FunctionType, Type
from ..language.sizes import Case
from ..language.statement import Statement
from ..language.term import Term
from ..motion.behaviour import behaves
from .patient import Patient

Array = Any
CLASSES = {
    "symmetric": "symmetric",
    "diagonal": "diagonal",
    "orthogonal": "orthogonal",
    "skew": "skew-symmetric",
    "positive_definite": "positive definite",
    "unit_vector": "a unit vector",
    "probability_vector": "a probability vector",
    "positive_vector": "positive",
    "positive_matrix": "positive",
    "positive": "positive",
}
NARROWER = {
    "matrix": ("symmetric", "skew", "orthogonal", "positive_definite", "diagonal"),
    "invertible": ("symmetric", "orthogonal", "positive_definite", "diagonal"),
    "symmetric": ("positive_definite", "diagonal"),
    "vector": ("positive_vector", "unit_vector", "probability_vector"),
    "positive_vector": ("probability_vector",),
    "scalar": ("positive",),
}
DRAWS = 3
"""Draws of each of a few cases at which a class must satisfy the claim."""
CLOSE = 1e-7
LEAST = 3
"""Draws on each side of a condition, without which it says nothing."""


@dataclass(frozen=True)
class Assumption:
    """The kind of diagnosis, the condition in words, and the names it restricts."""

    kind: str
    words: str
    names: tuple[str, ...] = ()


def of_class(patient: Patient, only: Sequence[str] = ()) -> Assumption | None:
    """Return a class of inputs for which a claim holds."""
    for names, kind in _classes(patient.statement):
        if only and kind not in only:
            continue
        if _holds_for(patient, names, kind):
            verb = "are" if len(names) > 1 else "is"
            words = f"{' and '.join(names)} {verb} {CLASSES[kind]}"
            if kind == "diagonal" and len(names) > 1:
                words = f"{words}, and so commute"
                return Assumption("wrong-order", words, names)
            label = "symmetric" if kind == "symmetric" else "other-assumption"
            return Assumption(f"needs-{label}", words, names)
    return None


def _classes(statement: Statement) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield single names and all names of a type together, with a narrower class."""
    groups: dict[str, list[str]] = {}
    for name, declared in statement.types.items():
        if isinstance(declared, Type) and name != statement.moving:
            groups.setdefault(declared.kind, []).append(name)
    for kind, names in groups.items():
        for narrow in NARROWER.get(kind, ()):
            fit = [n for n in names if _can_be(statement.variable(n), narrow)]
            for name in fit:
                yield (name,), narrow
            if len(fit) > 1:
                yield tuple(fit), narrow


def _can_be(declared: Type, kind: str) -> bool:
    if declared.kind == "matrix" and kind != "positive_matrix":
        return declared.dims[0] == declared.dims[1]
    return True


def _holds_for(patient: Patient, names: Sequence[str], kind: str) -> bool:
    types = {
        name: Type(kind, declared.dims[:1])
        if name in names and not isinstance(declared, FunctionType)
        else declared
        for name, declared in patient.statement.types.items()
    }
    return holds_at(patient, replace(patient.statement, types=types))


def holds_at(
    patient: Patient, statement: Statement, cases: Sequence[Case] | None = None
) -> bool:
    """Whether the claim holds where a statement draws other inputs."""
    experiment = patient.experiment
    if cases is None:
        plain = max(len(case.sizes) for case in experiment.cases)
        first = experiment.cases[:4]
        cases = [case for case in first if case.weight > plain] or first
    seed, id = experiment.settings.seed, statement.record.id
    source = Source(statement.values, cases, seed, id)
    drawn = source.draw(DRAWS * len(cases))
    truth = patient.closed_form(statement)
    if truth is not None and not _looks_right(patient, truth, statement, drawn):
        return False
    if patient.moving and truth is None:
        return False
    found = []
    for draws in drawn:
        for draw in range(len(draws)):
            at = point(statement, draws.case, draws.raw, draw)
            seen = (behaves if patient.moving else enclose)(at, patient.claim)
            if seen.finding is Finding.DIFFERENT:
                return False
            # Where both sides are zero, whatever is claimed is true and says nothing.
            found.append(seen.finding is Finding.SAME and np.any(seen.left))
    return sum(found) >= max(2, len(found) / 2)


def _looks_right(
    patient: Patient, truth: Term, statement: Statement, drawn: Sequence[Draws]
) -> bool:
    """Whether the claim agrees with the left side in closed form at some draws."""
    assert patient.claim.term is not None
    for draws in drawn:
        raw = {name: X[0] for name, X in draws.raw.items()}
        found, symbols = values(numeric, statement.values, raw, draws.case)
        evaluation = Evaluation(found, symbols, Exact(draws.case.numbers), numeric)
        L, R = np.broadcast_arrays(*map(evaluation.of, (truth, patient.claim.term)))
        gap = abs(L - R).max(axis=(-2, -1))
        size = np.maximum(abs(L), abs(R)).max(axis=(-2, -1))
        if np.any(gap > CLOSE * size):
            return False
    return True


# Sizes and signs.


def of_sizes(patient: Patient) -> Assumption | None:
    """Find out whether a claim holds where two sizes are equal."""
    names = sorted(patient.statement.sizes)
    for i, first in enumerate(names):
        for second in names[:i]:
            whole = patient.experiment.cases[0].whole
            cases = [
                Case(
                    {**dict.fromkeys(names, 3 + k), first: 2 + k, second: 2 + k}, whole
                )
                for k in (0, 1)
            ]
            demands = patient.statement.demands
            if all(demands.met(c.sizes) for c in cases) and holds_at(
                patient, patient.statement, cases
            ):
                return Assumption("needs-square", f"{second} = {first}")
    return None


def of_draws(patient: Patient) -> Assumption | None:
    """Find a condition that tells the draws where a claim holds from the others."""
    if patient.moving:
        return None
    tally = tally_of(patient.experiment, patient.claim)
    for words, test in _conditions(patient.statement):
        holding, failing = _told(tally, test)
        if holding >= LEAST and failing >= LEAST:
            return Assumption("needs-other-assumption", words)
    return None


def _conditions(
    statement: Statement,
) -> Iterator[tuple[str, Callable[[Mapping[str, Array]], Array]]]:
    """Yield signs of scalars, of entries and of determinants."""
    for name, declared in statement.types.items():
        if not isinstance(declared, Type):
            continue
        rows, columns = declared.shape
        sides = (("positive", 1), ("negative", -1))
        for word, sign in sides:
            if declared.kind in ("matrix", "invertible") and rows == columns:
                yield (
                    f"det({name}) is {word}",
                    lambda v, n=name, s=sign: s * np.linalg.det(v[n]) > 0,
                )
            if declared.kind in ("scalar", "vector", "matrix", "invertible"):
                yield (
                    f"{name} is {word}",
                    lambda v, n=name, s=sign: (s * v[n] > 0).all(axis=(-2, -1)),
                )


def _told(
    tally: Tally, test: Callable[[Mapping[str, Array]], Array]
) -> tuple[int, int]:
    """Count the draws on both sides of a condition; none where it does not tell."""
    count = {True: 0, False: 0}
    known: dict[int, Array] = {}
    for holds, spots in ((True, tally.holding), (False, tally.failing)):
        for spot in spots:
            block: Block = spot.block
            if id(block) not in known:
                found = block.evaluation.values
                plain = {n: X[0] for n, X in found.items() if X.ndim == 4}
                known[id(block)] = np.asarray(test(plain))
            if bool(known[id(block)][spot.draw]) is not holds:
                return 0, 0
            count[holds] += 1
    return count[True], count[False]


def only_at_ones(patient: Patient) -> Assumption | None:
    """Say so where a claim holds at size 1 and nowhere else."""
    if patient.moving:
        return None
    tally = tally_of(patient.experiment, patient.claim)
    bad = {id(spot.block) for spot in (*tally.failing, *tally.open)}
    good = [b.case for b in patient.experiment.blocks if id(b) not in bad]
    names = sorted(patient.statement.sizes)
    ones = names and good and all(set(c.sizes.values()) <= {1} for c in good)
    if not ones:
        return None
    return Assumption("needs-square", f"{' = '.join(names)} = 1")
