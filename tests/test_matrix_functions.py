"""`exp`, `log` and `sqrt` of a square matrix: of its entries, or of the matrix."""

from __future__ import annotations

import pytest

from verifier import check


@pytest.mark.parametrize(
    ("statement", "read"),
    [
        ("∇_X tr(exp(X)) = exp(X)ᵀ", "d(tr(expm(X)))/dX = expm(X).T"),
        ("d(tr(exp(X)))/dX = exp(X).T", "d(tr(expm(X)))/dX = expm(X).T"),
        ("d tr(log X)/dX = X^{-T}", "d(tr(logm(X)))/dX = inv(X).T"),
        ("∇_X sum(exp(X)) = exp(X)", ""),
        ("d(tr(exp(X)))/dX = exp(X).T * eye(n)", ""),
    ],
)
def test_the_reading_that_holds_is_the_answer(statement, read):
    found = check(statement, draws=8, device="cpu")
    assert found.holds
    assert found.read == read


def test_both_readings_of_what_fails_are_named():
    found = check("d(tr(exp(X)))/dX = 2 * exp(X).T", draws=8, device="cpu")
    assert not found.holds
    assert list(found.others.values()) == ["fails"]
    assert list(found.others) == ["d(tr(expm(X)))/dX = 2 * expm(X).T"]


def test_a_reading_that_is_written_in_the_language_is_named_as_it_stands():
    written = "d(tr(exp(X)))/dX = exp(X).T"
    found = check(written, draws=8, device="cpu")
    assert found.others == {written: "fails"}


def test_numbers_and_vectors_have_one_reading():
    assert check("d(sum(log(x)))/dx = 1/x", draws=8, device="cpu").others == {}
    assert check("∇_x sqrt(x^T x) = x/sqrt(x^T x)", draws=8, device="cpu").others == {}
