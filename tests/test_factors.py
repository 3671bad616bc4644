"""One product beside another, and sums beside sums: what differs, in words."""

from __future__ import annotations

import numpy as np
import pytest
from stated import statement

from verifier.deriving.products import Algebra, Product
from verifier.diagnosis.factors import relation
from verifier.diagnosis.matching import Difference, Part, difference
from verifier.language.expression import parse
from verifier.language.printing import show

WHERE = {
    "x": "vector(n)",
    "A": "matrix(n, n)",
    "B": "matrix(n, n)",
    "Y": "matrix(m, n)",
    "s": "scalar",
    "f": "vector(n) -> scalar",
    "u": "vector(n) -> vector(n)",
}


@pytest.fixture(scope="module")
def algebra() -> Algebra:
    stated = statement(where=WHERE, value="s", numerator="s")
    return Algebra(stated.scope(stated.claims[0]))


@pytest.mark.parametrize(
    ("wrong", "right", "kind", "words"),
    [
        ("A @ x", "A.T @ x", "transposed", "a factor of `A @ x` is transposed"),
        ("A @ B", "B @ A", "wrong-order", "the factors of `A @ B`"),
        ("x / n", "x / m", "factor", "`m` and `n`"),
        ("x / s", "x / s**2", "wrong-power", "the power of `s`"),
        ("A @ x", "inv(A) @ x", "wrong-power", "the power of `A`"),
        ("A", "A @ A", "wrong-power", "the power of `A`"),
        ("B @ A", "A.T @ B @ A", "missing-term", "`A` is missing once more"),
        ("A @ x", "f(x) * A @ x", "missing-term", "the factor `f(x)`"),
        ("s * f(x) * x", "x", "missing-term", "the factors `f(x)` and `s`"),
        ("x @ ones(1, n)", "diag(x)", "wrong-part", "the factor `ones(1, n)`"),
        ("D(u)(x) @ A", "D(u)(A @ x) @ A", "missing-term", "place of `D(u)(x)`"),
        ("A @ x", "A @ (x - u(x))", "missing-term", "`x - u(x)` belongs in"),
        ("f(x) * x", "s * x", "wrong-part", "`s` belongs in the place of `f(x)`"),
        ("x / norm(A @ x)", "x / norm(x)", "wrong-part", "`norm(x)` belongs in"),
        ("diag(x * x)", "x @ x.T", "wrong-part", "`x @ x.T` belongs in the place of"),
        ("tr(A @ B)", "tr(A.T @ B)", "transposed", "a factor of `tr(A @ B)`"),
        ("tr(inv(A) @ B)", "tr(inv(A) @ inv(A) @ B)", "missing-term", "`inv(A)` is"),
        ("tr(B)", "tr(inv(A) @ B)", "missing-term", "the factor `inv(A)` of"),
        ("x", "x / s", "missing-term", "the divisor `s` of"),
        ("tr(A)**2", "tr(A @ A)", "wrong-part", "`tr(A @ A)` belongs in the place of"),
        ("A * B", "A @ B", "wrong-operation", "`A @ B` belongs in the place of"),
        ("inv(A @ A) @ B", "inv(A) @ B @ inv(A)", "wrong-order", "in the wrong order"),
    ],
)
def test_difference_of_two_products_has_a_name(algebra, wrong, right, kind, words):
    have, want = (algebra.product(parse(text)) for text in (wrong, right))
    found = relation(have, want, algebra, f"`{wrong}`")
    assert found is not None
    assert found[0] == kind
    assert words in found[1]


def test_products_of_other_factors_are_not_related(algebra):
    have, want = (algebra.product(parse(t)) for t in ("A @ x", "s * f(x) * u(x)"))
    assert relation(have, want, algebra, "`A @ x`") is None


def parts(algebra: Algebra, **vectors: list[float]) -> list[Part]:
    """Return terms, each with its entries at one draw."""
    terms = {"Ax": "A @ x", "Bx": "B @ x", "x": "x", "u": "u(x)", "ATx": "A.T @ x"}
    return [
        Part(algebra.product(parse(terms[name])), np.array(entries))
        for name, entries in vectors.items()
    ]


def told(algebra: Algebra, claimed: list[Part], true: list[Part]) -> Difference | None:
    def write(product: Product) -> str:
        return show(algebra.tree(product))

    return difference(claimed, true, algebra, write)


ONE, TWO, THREE = [1.0, 0.5, -2.0], [0.25, 3.0, 1.0], [-1.5, 0.75, 4.0]


def test_terms_that_agree_cancel_and_the_rest_is_missing(algebra):
    found = told(
        algebra, parts(algebra, Ax=ONE), parts(algebra, Ax=ONE, x=TWO, u=THREE)
    )
    assert found is not None
    assert (found.kind, found.text) == (
        "missing-term",
        "the terms `x` and `u(x)` are missing",
    )
    assert [show(algebra.tree(p)) for p in found.right] == ["x", "u(x)"]


def test_sums_of_terms_cancel_too(algebra):
    whole = [a + b for a, b in zip(ONE, TWO, strict=True)]
    found = told(
        algebra, parts(algebra, u=whole, x=THREE), parts(algebra, Ax=ONE, Bx=TWO)
    )
    assert found is not None
    assert found.text == "the term `x` is too much"


@pytest.mark.parametrize(
    ("k", "kind", "text"),
    [
        (-1.0, "sign", "the sign of `x` is wrong"),
        (2.0, "factor", "the factor 2 of `x` is missing"),
        (1 / 3, "factor", "the factor 1/3 of `x` is missing"),
        (2**0.5, "factor", "the factor 1.41421356237 of `x` is missing"),
    ],
)
def test_term_that_is_a_multiple_lacks_a_factor(algebra, k, kind, text):
    multiple = [k * entry for entry in TWO]
    found = told(
        algebra, parts(algebra, Ax=ONE, x=TWO), parts(algebra, Ax=ONE, x=multiple)
    )
    assert found is not None
    assert (found.kind, found.text) == (kind, text)


def test_one_part_counted_twice_is_said_so(algebra):
    twice = [2 * entry for entry in ONE]
    claimed = [Part(algebra.product(parse("2 * A @ x")), np.array(twice))]
    found = told(algebra, claimed, parts(algebra, Ax=ONE, ATx=TWO))
    assert found is not None
    assert found.kind == "factor"
    assert found.text == (
        "`2 * A @ x` counts one part twice, and the term `A.T @ x` is missing"
    )


def test_all_terms_wrong_in_one_way_are_one_mistake(algebra):
    minus = [[-entry for entry in row] for row in (ONE, TWO)]
    found = told(
        algebra,
        parts(algebra, Ax=minus[0], Bx=minus[1], x=THREE),
        parts(algebra, Ax=ONE, Bx=TWO, x=THREE),
    )
    assert found is not None
    assert (found.kind, len(found.wrong)) == ("sign", 2)


def test_difference_without_a_name_is_left_to_others(algebra):
    claimed = parts(algebra, Ax=ONE, x=TWO)
    assert told(algebra, claimed, parts(algebra, u=THREE, Bx=[9.0, 1.0, 1.0])) is None
    assert told(algebra, claimed, []) is None


def test_small_term_beside_a_large_one_is_seen(algebra):
    large, small = (algebra.product(parse(text)) for text in ("exp(s)", "s"))
    x = np.array([1.0, 2.0, 3.0])
    parts = [Part(large, x), Part(small, 1e-12 * x)]
    found = difference(parts[:1], parts, algebra, lambda p: show(algebra.tree(p)))
    assert found is not None
    assert found.text == "the term `s` is missing"


def test_terms_that_look_equal_are_no_difference(algebra):
    claimed, true = (algebra.product(parse(text)) for text in ("s", "exp(s)"))
    x = np.array([1.0, 2.0, 3.0])
    found = difference([Part(claimed, x)], [Part(true, x)], algebra, lambda _: "")
    assert found is None
