"""NumPy and XLA agree on functions of the catalogue: both run what JAX derived.

Functions are taken until all programs have been seen; each is compared at one case, at
a few draws and at the moved copies that tell its noise.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import jax
import numpy as np
import pytest
from executed import LONG, QUICK, Job, by_xla
from sampled import first_of

from verifier.engine import traced
from verifier.engine.draws import PRECISIONS, Source
from verifier.engine.function import Function
from verifier.engine.points import Points, points
from verifier.engine.programs import Program
from verifier.language.checker import check
from verifier.language.sizes import cases
from verifier.language.statement import Statement
from verifier.language.term import terms
from verifier.reading.record import load
from verifier.running.catalogue import builtin

Array = Any
PARTS = 4
DRAWS = 4
"""Of each function; the second is all positive."""
CLOSE = 1e-10
NOISY = 64
"""How often its own noise a difference may be, where a function is ill-conditioned."""


@cache
def functions() -> list[Function]:
    """Return functions of the catalogue, each with a program that is new."""
    records, problems = load([builtin()])
    assert not problems
    found: list[Function] = []
    seen: set[Program] = set()
    for record in records:
        if record.subject == "function":
            stated, _ = check(record)
            assert stated is not None
            function = Function(stated)
            programs = {program for program, _ in function.recipe.steps}
            if programs - seen and not any(t.op in LONG for t in terms(stated.body)):
                found.append(function)
                seen |= programs
    return found


def drawn(statement: Statement) -> Points:
    """Return the first draws of a record at its first sizes, with moved copies."""
    (case, *_) = cases(
        sorted(statement.sizes),
        statement.demands,
        statement.whole,
        0,
        statement.record.id,
    )
    (draws,) = Source(statement.values, [case], 0, statement.record.id).draw(DRAWS)
    return points(statement.values, draws, DRAWS)


def differences(job: Job, at: Points, found: list[Array]) -> tuple[float, float]:
    """Return the largest difference, relative to all entries and to the noise.

    Draws at which neither has a value are left out; where one has one, both must.
    """
    known = job.by_numpy()
    assert len(known) == len(found) >= 3
    relative = noisy = 0.0
    for X, Y in zip(known, found, strict=True):
        X, Y = X[at.lanes], Y[at.lanes]
        valued = np.isfinite(X).all(axis=(0, 2, 3))
        assert np.array_equal(valued, np.isfinite(Y).all(axis=(0, 2, 3)))
        X, Y = X[:, valued], Y[:, valued]
        gap = abs(X[0] - Y[0]).max(axis=(-2, -1))
        scale = abs(X[0]).max(axis=(-2, -1))
        noise = _noise(X, Y).max(axis=(-2, -1))
        floor = noise + PRECISIONS["float64"].unit * scale
        with np.errstate(divide="ignore", invalid="ignore"):
            relative = max(relative, _largest(gap / scale))
            noisy = max(noisy, _largest(gap / floor))
    return relative, noisy


def _largest(ratio: Array) -> float:
    """Return the largest ratio; of nothing to nothing it is 0."""
    return float(np.where(np.isnan(ratio), 0.0, ratio).max(initial=0.0))


def _noise(X: Array, Y: Array) -> Array:
    """Return what rounding does to values, by their copies moved in the last digits."""
    moved = abs(X[1:] - X[0]) + abs(Y[1:] - Y[0])
    precision = PRECISIONS["float64"]
    return moved[0] * (precision.unit / precision.push) + moved[1:].max(axis=0)


@pytest.mark.parametrize("part", first_of(range(PARTS), 2))
def test_numpy_and_xla_find_the_same_derivatives(part):
    traced.configure("float64")
    some = functions()[part::PARTS]
    assert len(some) > 20
    ats = [drawn(function.statement) for function in some]
    jobs = [
        Job(function, at.evaluation, len(at.origin))
        for function, at in zip(some, ats, strict=True)
    ]
    steady = 0
    for job, at, found in zip(jobs, ats, by_xla(jobs), strict=True):
        relative, noisy = differences(job, at, found)
        id = job.function.statement.record.id
        assert relative <= CLOSE or noisy <= NOISY, (id, relative, noisy)
        steady += relative <= CLOSE
    assert steady >= 0.95 * len(some)  # few are ill-conditioned


@pytest.mark.parametrize("name", QUICK)
def test_option_that_compiles_quickly_is_one_of_xla(name):
    lowered = jax.jit(lambda x: 2 * x).lower(1.0)
    assert lowered.compile(compiler_options={name: QUICK[name]})(3.0) == 6.0
    with pytest.raises(jax.errors.JaxRuntimeError, match="No such compile option"):
        lowered.compile(compiler_options={f"{name}_of_old": QUICK[name]})
