"""The sample of a failure: large enough to see, and true to what is counted."""

from __future__ import annotations

from stated import statement

from verifier.engine.experiment import Experiment
from verifier.engine.settings import Settings
from verifier.judging.judge import verdict_on
from verifier.judging.sample import LARGEST

WHERE = {"x": "vector(n)", "A": "matrix(m, n)", "s": "scalar"}


def outcome(body: str, claim: str, where: dict[str, str] = WHERE):
    """Judge an equation: nothing is compiled."""
    stated = statement(where=where, value=body, numerator=claim)
    experiment = Experiment(stated, Settings(draws=24))
    return verdict_on(experiment, experiment.statement.claims[0])


def sampled(body: str, claim: str, where: dict[str, str] = WHERE):
    found = outcome(body, claim, where)
    assert found.verdict == "fails"
    assert found.sample is not None
    return found.sample


def test_sample_is_of_the_largest_case_and_shows_where_the_sides_differ():
    sample = sampled("diag(x) @ A.T", "diag(x) @ A.T + unit(1, n) @ ones(1, m)")
    sizes = sample["sizes"]
    assert sizes["m"] * sizes["n"] >= 12
    assert len(sample["difference"]) == sizes["n"]
    for row in sample["difference"][1:]:
        assert row == [0.0] * sizes["m"]
    assert sample["difference"][0] == [1.0] * sizes["m"]
    assert (sample["differ"], sample["entries"]) == (
        sizes["m"],
        sizes["m"] * sizes["n"],
    )
    for left, right in zip(sample["autodiff"][0], sample["claim"][0], strict=True):
        assert abs(right - left - 1) < 1e-2


def test_rounding_is_no_difference_and_a_tiny_mistake_is_one():
    sample = sampled("exp(A)", "exp(A) * (1 + 1e-9 * step(A))")
    positive = sum(x > 1 for row in sample["autodiff"] for x in row)
    assert sample["differ"] == positive
    assert 0 < positive < sample["entries"]
    shown = [x for row in sample["difference"] for x in row]
    assert sum(x != 0 for x in shown) == positive


def test_sample_is_never_larger_than_can_be_shown():
    sample = sampled("kron(A, x @ x.T)", "kron(A, 2 * x @ x.T)")
    assert max(len(sample["claim"]), len(sample["claim"][0])) <= LARGEST
    assert sample["entries"] == len(sample["claim"]) * len(sample["claim"][0])


def test_what_holds_and_what_has_the_wrong_shape_has_no_sample():
    assert outcome("x + x", "2 * x").sample is None
    assert outcome("x.T", "x").sample is None
