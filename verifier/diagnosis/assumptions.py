"""Classes of inputs for which a failing claim holds: found by drawing such inputs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..engine.draws import Source
from ..engine.enclosure import Finding, enclose, point
from ..engine.experiment import Experiment
from ..language.declaration import FunctionType, Type
from ..language.sizes import Case
from ..language.statement import Claim, Statement

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
    "matrix": ("symmetric", "orthogonal", "diagonal", "positive_definite"),
    "invertible": ("symmetric", "orthogonal", "diagonal", "positive_definite"),
    "symmetric": ("diagonal", "positive_definite"),
    "vector": ("positive_vector", "unit_vector", "probability_vector"),
    "positive_vector": ("probability_vector",),
    "scalar": ("positive",),
}
DRAWS = 3
"""Draws of each of a few cases at which a class must satisfy the claim."""


def assumption(
    experiment: Experiment, claim: Claim, only: Sequence[str] = ()
) -> tuple[str, str, list[str]] | None:
    """Return the kind, the condition in words, and the names that it restricts."""
    for names, kind in _classes(experiment):
        if only and kind not in only:
            continue
        if _holds_for(experiment, claim, names, kind):
            verb = "are" if len(names) > 1 else "is"
            words = f"{' and '.join(names)} {verb} {CLASSES[kind]}"
            if kind == "diagonal" and len(names) > 1:
                return "wrong-order", f"{words}, and so commute", names
            label = "symmetric" if kind == "symmetric" else "other-assumption"
            return f"needs-{label}", words, names
    return None if only else _equal_sizes(experiment, claim)


def _classes(experiment: Experiment) -> Iterator[tuple[list[str], str]]:
    """Yield single names and all names of a type together, with a narrower class."""
    groups: dict[str, list[str]] = {}
    for name, declared in experiment.statement.types.items():
        if isinstance(declared, Type) and name != experiment.statement.moving:
            groups.setdefault(declared.kind, []).append(name)
    for kind, names in groups.items():
        for narrow in NARROWER.get(kind, ()):
            square = [n for n in names if _can_be(experiment, n, narrow)]
            for name in square:
                yield [name], narrow
            if len(square) > 1:
                yield square, narrow


def _can_be(experiment: Experiment, name: str, kind: str) -> bool:
    declared = experiment.statement.variable(name)
    if declared.kind == "matrix" and kind != "positive_matrix":
        return declared.dims[0] == declared.dims[1]
    return True


def _narrowed(declared: Type, kind: str) -> Type:
    return Type(kind, declared.dims[:1])


def _holds_for(
    experiment: Experiment, claim: Claim, names: list[str], kind: str
) -> bool:
    statement = experiment.statement
    types = {
        name: _narrowed(declared, kind)
        if name in names and not isinstance(declared, FunctionType)
        else declared
        for name, declared in statement.types.items()
    }
    narrow = replace(statement, types=types)
    return _holds_at(experiment, claim, narrow, experiment.cases[:4])


def _holds_at(
    experiment: Experiment, claim: Claim, statement: Statement, cases: list[Case]
) -> bool:
    plain = max(len(case.sizes) for case in experiment.cases)
    cases = [case for case in cases if case.weight > plain] or cases
    source = Source(
        statement.values, cases, experiment.settings.seed, statement.record.id
    )
    found = []
    for draws in source.draw(DRAWS * len(cases)):
        for draw in range(len(draws)):
            at = point(statement, draws.case, draws.raw, draw)
            finding = enclose(at, claim).finding
            if finding is Finding.DIFFERENT:
                return False
            found.append(finding)
    return found.count(Finding.SAME) >= max(2, len(found) / 2)


def _equal_sizes(
    experiment: Experiment, claim: Claim
) -> tuple[str, str, list[str]] | None:
    """Find out whether a claim holds where two sizes are equal."""
    names = sorted(experiment.statement.sizes)
    for i, first in enumerate(names):
        for second in names[:i]:
            cases = [
                Case(
                    {**dict.fromkeys(names, 3 + k), first: 2 + k, second: 2 + k}, whole
                )
                for k in (0, 1)
                for whole in [experiment.cases[0].whole]
            ]
            demands = experiment.statement.demands
            if all(demands.met(c.sizes) for c in cases) and _holds_at(
                experiment, claim, experiment.statement, cases
            ):
                return "needs-square", f"{second} = {first}", []
    return None
