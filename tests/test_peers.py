"""The contestants of `benchmarks/peers.py` judge the same claims, and rightly."""

from __future__ import annotations

from functools import partial

import jax
import numpy as np
import peers
import pytest
from contestants import CONTESTANTS
from contestants.functions import FUNCTIONS, Function
from contestants.question import LAYOUTS, NUMPY, drawn, questions, stated
from sampled import first_of

from verifier import load
from verifier.engine import numeric
from verifier.engine.evaluate import Exact, evaluate
from verifier.language.checker import check

DRAWS = 14
FEW = FUNCTIONS[3::7]
"""For contestants that compile: scalars, vectors and matrices are among them."""


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.id)
def test_function_and_claims_are_those_of_the_record(function: Function):
    (record,), _ = load(function.id)
    assert sorted(function.names.split()) == sorted(record.where)
    for kind, claim in (("right", function.claim), ("mistake", function.mistake.claim)):
        statement, problems = check(stated(record, function, kind))
        assert statement is not None, problems
        assert statement.wrt == tuple(function.names.split()[:1])
        assert [str(c.layout and c.layout.value) for c in statement.claims] == [
            *LAYOUTS
        ]
        for values in drawn(statement, function.names.split(), DRAWS):
            named = dict(zip(function.names.split(), values, strict=True))
            sizes = {
                str(dim): size
                for name, X in named.items()
                for dim, size in zip(
                    statement.variable(name).shape, X.shape, strict=True
                )
            }
            terms = statement.body, *(c.term for c in statement.claims if c.term)
            said = [evaluate(t, named, {}, Exact(sizes), numeric) for t in terms]
            C = claim(NUMPY, *values)
            written = np.atleast_2d(function.body(NUMPY, *values)), C, C.T
            for one, other in zip(said, written, strict=True):
                np.testing.assert_allclose(one, other, rtol=1e-9)


def test_jax_finds_the_derivatives_that_are_claimed():
    from contestants import jaxes

    asked = [*questions(1, ["right"])]
    assert asked
    values = {q.function.id: q.draws[0] for q in asked}

    @jax.jit  # one program for all: what takes time is compiling
    def derivatives(values):
        return {
            q.function.id: jax.jacfwd(partial(q.function.body, jaxes.JAX))(
                *values[q.function.id]
            )
            for q in asked
        }

    found = derivatives(values)
    for question in asked:
        C = question.claim(NUMPY, *question.draws[0])
        J = np.asarray(found[question.function.id])
        for one, other in zip(question.arranged(J), (C, C.T), strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)


# PyTorch warns of its own use of what it deprecates.
@pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")
@pytest.mark.parametrize("name", first_of(CONTESTANTS, 3))
def test_contestants_accept_the_right_and_refuse_the_mistakes(name: str):
    contestant = CONTESTANTS[name]
    pytest.importorskip(contestant.library)
    for question in questions(2, ["right", "mistake"]):
        if contestant.library == "torch" or question.function in FEW:
            verdict = {"right": "holds", "mistake": "fails"}[question.kind]
            said = contestant.prepare()(question)()
            assert said == dict.fromkeys(LAYOUTS, verdict), question.function.id


def test_draws_beyond_the_most_are_extrapolated_from_the_second_time(monkeypatch):
    claim = {"id": "f", "kind": "right", "verdicts": {}, "seconds": [9.0, 2.0]}
    monkeypatch.setattr(peers, "asked", lambda *_: {"start": 1.0, "claims": [claim]})
    short, long = peers.timed("gradcheck", 256), peers.timed("gradcheck", 4 * 256)
    assert (short.cold, short.warm) == ({"f": 9.0}, {"f": 2.0})
    assert (long.cold, long.warm) == ({"f": 9.0 + 3 * 2.0}, {"f": 4 * 2.0})
    assert long.extrapolated and not short.extrapolated


def test_ratios_are_of_the_totals_and_beside_them_the_median_of_functions():
    ours = peers.Times(0.0, {"f": 1.0, "g": 1.0, "h": 2.0}, {})
    theirs = peers.Times(0.0, {"f": 3.0, "g": 5.0, "h": 32.0}, {})
    assert peers.ratio(theirs, ours, "cold") == (10.0, 5.0)


def test_the_page_has_one_place_for_what_is_measured():
    page = peers.PAGE.read_text(encoding="utf-8")
    assert len(peers.MARK.findall(page)) == 1
