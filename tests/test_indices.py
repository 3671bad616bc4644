"""What is written with indices has, without them, the same values."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from indexed import by_loops, without, world

from verifier.language.printing import show
from verifier.language.tree import Call, Name, Number, Tree
from verifier.reading.problem import Fault
from verifier.spelling import loose
from verifier.spelling.grammar import parse
from verifier.spelling.indices import indexed, lettered, lifted, numbered

# A formula, its free indices, and what it is without them.
ENTRIES = [
    (r"x_i", "i", "x"),
    (r"A_{ij}", "ij", "A"),
    (r"A_{ji}", "ij", "A.T"),
    (r"\delta_{ij}", "ij", "<identity_matrix>()"),
    (r"I_{ij}", "ij", ""),
    (r"A_{ii}", "i", "diagonal(A)"),
    (r"\sum_j A_{ij} x_j", "i", "A @ x"),
    (r"\sum_j A_{ji} x_j", "i", "A.T @ x"),
    (r"\sum_k A_{ik} B_{kj}", "ij", "A @ B"),
    (r"\sum_k A_{ki} B_{jk}", "ij", "A.T @ B.T"),
    (r"\sum_k A_{ik} s_k B_{kj}", "ij", "A @ diag(s) @ B"),
    (r"\sum_k \sum_l A_{ik} B_{kl} C_{lj}", "ij", "A @ B @ C"),
    (r"\sum_i x_i", "", "sum(x)"),
    (r"\sum_i x_i y_i", "", "x.T @ y"),
    (r"\sum_i x_i^2", "", "x.T @ x"),
    (r"\sum_i \log x_i", "", "sum(log(x))"),
    (r"\sum_i e^{x_i}", "", "sum(exp(x))"),
    (r"\log \sum_i e^{x_i}", "", "log(sum(exp(x)))"),
    (r"\sum_{ij} A_{ij}^2", "", "sum(A**2)"),
    (r"\sum_i \sum_j A_{ij}", "", "sum(A)"),
    (r"\sum_i A_{ii}", "", "tr(A)"),
    (r"\sum_{ij} A_{ij} B_{ji}", "", "tr(A @ B)"),
    (r"\sum_{ij} A_{ij} B_{ij}", "", "sum(A * B)"),
    (r"\sum_{ijk} A_{ij} B_{jk} C_{ki}", "", "tr(C @ A @ B)"),
    (r"\sum_i a_i x_i y_i", "", "sum(a * x * y)"),
    (r"\sum_{ij} A_{ij} x_i y_j", "", "x.T @ A @ y"),
    (r"\sum_{i,j} K_{ij} a_i a_j y_i y_j", "", "(a * y).T @ K @ (a * y)"),
    (r"x_i y_j", "ij", "x @ y.T"),
    (r"x_i", "ij", "x @ <vector_of_ones>().T"),
    (r"x_j", "ij", "<vector_of_ones>() @ x.T"),
    (r"3", "i", "3 * <vector_of_ones>()"),
    (r"c", "ij", ""),
    (r"2 x_i + 1", "i", "2 * x + 1"),
    (r"c - x_i", "i", "c - x"),
    (r"x_i^2 y_i / z_i", "i", "x**2 * y / z"),
    (r"\frac{x_i}{c}", "i", "x / c"),
    (r"A_{ij} x_i", "ij", "diag(x) @ A"),
    (r"A_{ij} y_j", "ij", "A @ diag(y)"),
    (r"x_i A_{ij} y_j", "ij", "diag(x) @ A @ diag(y)"),
    (r"\frac{A_{ij}}{x_i}", "ij", "diag(1 / x) @ A"),
    (r"x_i + y_j", "ij", ""),
    (r"A_{ij} (x_i + y_j)", "ij", ""),
    (r"A_{ij} + x_i - c", "ij", ""),
    (r"\sum_{ij} (x_i + y_j)^2 A_{ij}", "", ""),
    (r"s_i (\delta_{ij} - s_j)", "ij", "diag(s) - s @ s.T"),
    (r"x_i x_j + \delta_{ij}", "ij", "x @ x.T + <identity_matrix>()"),
    (r"c \delta_{ij} x_i", "ij", "c * diag(x)"),
    (r"\sum_j \delta_{ij} x_j", "i", "x"),
    (r"\sum_k A_{ik} \delta_{kj}", "ij", "A"),
    (r"\sum_j \delta_{ij}", "i", "<vector_of_ones>()"),
    (r"\sum_{ij} \delta_{ij} x_i y_j", "", "x.T @ y"),
    (r"\sum_{ij} A_{ij} \delta_{ij}", "", "tr(A)"),
    (r"-\frac{x_i x_j}{\|x\|^3} + \frac{\delta_{ij}}{\|x\|}", "ij", ""),
    (r"\frac{e^{x_i}}{\sum_j e^{x_j}}", "i", "exp(x) / sum(exp(x))"),
    (r"\frac{e^{A_{ij}}}{\sum_k e^{A_{ik}}}", "ij", ""),
    (r"\frac{x_i}{\|x\|}", "i", "x / <double_bars>(x)"),
    (r"(\sum_i x_i)^2", "", "sum(x)**2"),
    (r"\sum_i x_i \sum_j y_j", "", "sum(x) * sum(y)"),
    (r"(\sum_i x_i) y_j", "j", "sum(x) * y"),
    (r"\sum_i (x_i - c)^2", "", "sum((x - c)**2)"),
    (r"\sum_{i=1}^n (x_i - c)", "", "sum(x - c)"),
    (r"\sum_{i=1}^n c", "", "n * c"),
    (r"\frac{1}{n}\sum_{i=1}^n x_i", "", "<over>(1, n) * sum(x)"),
    (r"\sum_i (y_i - \sum_j A_{ij} x_j)^2", "", "sum((y - A @ x)**2)"),
    (r"\sum_j A_{ij} (\sum_k A_{jk} x_k)", "i", "A @ A @ x"),
    (r"\sum_i |x_i - y_i|", "", "sum(abs(x - y))"),
    (r"\sum_i x_i^{y_i}", "", "sum(x**y)"),
    (r"x_i^{y_j}", "ij", ""),
    (r"\sum_i \sin(x_i) y_i", "", "sin(x).T @ y"),
    (r"\sum_i f(x_i)", "", "sum(f(x))"),
    (r"\sum_i (A w)_i", "", "sum(<juxtaposed>(A, w))"),
    (r"(A w)_i", "i", "<juxtaposed>(A, w)"),
    (r"(w^T A)_i", "i", "<juxtaposed>(w.T, A).T"),
    (r"w_i (A w)_i", "i", ""),
    (r"\sum_j (A^T)_{ij} w_j", "i", "A.T @ w"),
    (r"(A B)_{ji}", "ij", "<juxtaposed>(A, B).T"),
    (r"\sum_j A_{ij}", "i", "rowsum(A)"),
    (r"\sum_i A_{ij}", "j", "colsum(A).T"),
    (r"\sum_i A_{ij} / s_i", "j", "A.T @ (1 / s)"),
    (r"\sum_k \sqrt{A_{ik}} \, B_{kj}", "ij", "sqrt(A) @ B"),
    (r"\sum_{n=1}^N t_n x_n", "", "t.T @ x"),
    (r"\sum_i \max(x_i, y_i)", "", ""),
    (r"x^T x + \sum_i x_i", "", ""),
    (r"-(x_i - y_i)", "i", ""),
    (r"\sum_{ij} (c \odot A^T)_{ij}", "", "sum(c * A.T)"),
    (r"\sum_{ij} (c \odot A B)_{ij}", "", ""),
    (r"\sum_i (c \odot A w)_i", "", ""),
    (r"x_i - (y_i - z_i) - 2", "i", ""),
]
SAMPLES = [
    (r"\sum_{i=1}^n (y_i - w^T x_i)^2", "", "sum((y - X.T @ w)**2)"),
    (r"\sum_i (y_i - x_i^T w)^2", "", "sum((y - X.T @ w)**2)"),
    (r"\sum_i \log(1 + e^{-y_i w^T x_i})", "", "sum(log(1 + exp(-(y * (X.T @ w)))))"),
    (r"\sum_i x_i x_i^T", "", "X @ X.T"),
    (r"\sum_i a_i x_i x_i^T", "", "X @ diag(a) @ X.T"),
    (r"\sum_i a_i x_i", "", "X @ a"),
    (r"\sum_i x_i", "", "rowsum(X)"),
    (r"\sum_i x_i^T", "", ""),
    (r"\sum_i \|x_i - \mu\|^2", "", ""),
    (r"\sum_i \|x_i - \mu\|", "", ""),
    (r"\sum_i \|x_i\|_1", "", ""),
    (r"\sum_i (x_i - \mu)^T S (x_i - \mu)", "", ""),
    (r"\sum_i (x_i - \mu)(x_i - \mu)^T", "", ""),
    (r"\sum_i x_i^T A x_i", "", ""),
    (r"\sum_i x_i^T x_i", "", "sum(X**2)"),
    (r"\sum_i \|A x_i - b_i\|^2", "", "sum((A @ X - B)**2)"),
    (r"\sum_i b_i x_i^T", "", "B @ X.T"),
    (r"-2 \sum_i (y_i - w^T x_i) x_i", "", "-(2 * (X @ (y - X.T @ w)))"),
    (r"\sum_i \frac{-y_i x_i}{1 + e^{y_i w^T x_i}}", "", ""),
    (r"x_i^T x_j", "ij", "X.T @ X"),
    (r"x_i^T b_j", "ij", "X.T @ B"),
    (r"\sum_{ij} a_i a_j x_i^T x_j", "", ""),
    (r"e^{-\|x_i - x_j\|^2}", "ij", ""),
    (r"\sum_{ij} a_i a_j e^{-\|x_i - x_j\|^2}", "", ""),
    (r"w^T x_i", "i", "X.T @ w"),
    (r"\|x_i\|^2", "i", ""),
    (r"\langle w, x_i \rangle", "i", "X.T @ w"),
    (r"x_i \cdot w", "i", "X.T @ w"),
    (r"\frac{1}{n} \sum_{i=1}^n (y_i - w^T x_i)^2 + \lambda \|w\|^2", "", ""),
    (r"\left(\sum_i x_i x_i^T\right)^{-1} \sum_i y_i x_i", "", ""),
    (r"\mathrm{tr}(\sum_i x_i x_i^T)", "", "sum(X**2)"),
    (r"\sum_i \mathrm{tr}(x_i x_i^T A)", "", ""),
    (r"\sum_{n=1}^N (t_n - w^T x_n)^2", "", "sum((t - X.T @ w)**2)"),
    (r"\sum_i (y^{(i)} - w^T x^{(i)})^2", "", "sum((y - X.T @ w)**2)"),
]
MATRICES = {"x": "X", "b": "B"}


def check(tree: Tree, free: str, columns: dict[str, str]) -> Tree:
    """Compare both readings of a tree, and return the one without indices."""
    tree = lettered(tree, frozenset(free))
    kinds = {"w": "column", "mu": "column"}
    made = lifted(tree, tuple(free), columns, kinds).tree
    assert not indexed(made)
    values, shape = world(tree, free, columns)
    expected = by_loops(tree, free, values, shape)
    found = without(made, values, expected.shape)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)
    return made


@pytest.mark.parametrize(("text", "free", "expected"), ENTRIES)
def test_entries_have_the_values_of_loops(text, free, expected):
    made = check(parse(text), free, {})
    assert not expected or show(made) == expected


@pytest.mark.parametrize(("text", "free", "expected"), SAMPLES)
def test_samples_have_the_values_of_loops(text, free, expected):
    made = check(parse(text), free, MATRICES)
    assert not expected or show(made) == expected


@pytest.mark.parametrize(
    ("text", "free", "said"),
    [
        (r"\sum_i i x_i", "", "the index `i` cannot be a number"),
        (r"\sum_i x_i^i", "", "the index `i` cannot be a number"),
        (r"A_{ij} x_j", "i", "the index `j` is not summed over"),
        (r"\sum_i x_1 x_i", "", "`x_1` may be an entry of `x`"),
        (r"\sum_i x_{i+1} x_i", "", "an index with more than a letter"),
        (r"\sum_i A_{i1} x_i", "", "a fixed number"),
        (r"u_i v_j w_k", "ijk", "more than two free indices"),
        (r"\sum_{i=1}^{n-1} x_i", "", "a part of the entries"),
        (r"\sum_{i=1}^n x_i + \sum_{i=1}^k x_i", "", "end at `n` and at `k`"),
        (r"\sum_{j=1}^n \sum_{i=1}^j x_i y_j", "", "a part of the entries"),
        (r"\sum_l A_{il} B_{jl} C_{kl} x_i y_j z_k", "ijk", "more than two free"),
        (r"\sum_{ijkl} A_{il} B_{jl} C_{kl} E_{ij} F_{jk} G_{ik}", "", "three factors"),
        (r"\sum_i c", "", "does not depend on the index `i`"),
        (r"x_i + x_{ij}", "ij", "one index here and two there"),
        (r"\sum_i \det(x_i y_i)", "", "cannot be said of what has an index"),
        (r"\sum_i \frac{\partial f}{\partial x_i}", "", "a derivative inside"),
        (r"\sum_i (x + x_i)", "", "do not fit together"),
    ],
)
def test_what_is_in_doubt_is_refused(text, free, said):
    with pytest.raises(Fault) as found:
        lifted(parse(text), tuple(free))
    assert said in found.value.text


@pytest.mark.parametrize(
    "text",
    [r"\sum_{i \ne j} x_i x_j", r"\sum_{i<j} x_i x_j", r"\sum_{i=2}^n x_i",
     r"\sum_{i \in S} x_i", r"\sum_{i \le n} x_i"],
)  # fmt: skip
def test_a_sum_with_a_condition_is_refused(text):
    with pytest.raises(Fault):
        parse(text)


def test_a_matrix_has_no_entries_with_one_index():
    with pytest.raises(Fault, match="a matrix has no entries with 1 index"):
        lifted(parse(r"\sum_i A_i"), kinds={"A": "matrix"})


def test_the_size_where_a_sum_ends_is_known():
    text = r"\frac{1}{n} \sum_{i=1}^n (y_i - w^T x_i)^2"
    made = lifted(parse(text), columns={"x": "X"})
    assert made.sizes == {("y", 0): "n", ("X", 1): "n"}
    assert made.assumed == {}


def test_what_a_name_without_an_index_was_taken_for_is_said():
    made = lifted(parse(r"\sum_i s x_i"))
    assert made.assumed == {Name("s"): "number"}
    made = lifted(parse(r"\sum_i \|x_i - m\|^2"), columns={"x": "X"})
    assert made.assumed == {Name("m"): "column"}


def test_entries_with_numbers_only_are_names():
    one = Call(loose.ENTRY, (Name("x"), Number(Fraction(1))))
    letter = Call(loose.ENTRY, (Name("x"), Name("i")))
    assert numbered([one]) == [Name("x_1")]
    assert numbered([one, letter]) == [one, letter]


# --- generated ----------------------------------------------------------------------


def called(name: str, *args: Tree) -> Call:
    return Call(name, args)


def index(draw, scope: tuple[str, ...]) -> Name:
    return Name(draw(st.sampled_from(scope)))


def number(draw, scope: tuple[str, ...], depth: int, samples: bool) -> Tree:
    """Draw an expression that is a number for every value of its indices."""
    leaf = ["number", "name", *["column", "matrix", "delta"] * bool(scope)]
    inner = ["add", "sub", "product", "product", "product", "sum", "sum", "over",
             "neg", "square", "function", *["inner", "norm"] * samples]  # fmt: skip
    match draw(st.sampled_from(leaf if depth <= 0 else inner)):
        case "number":
            return Number(Fraction(draw(st.integers(1, 3))))
        case "name":
            return Name("c")
        case "column":
            base = Name(draw(st.sampled_from("yz")))
            return called(loose.ENTRY, base, index(draw, scope))
        case "matrix":
            base = Name(draw(st.sampled_from("AB")))
            return called(loose.ENTRY, base, index(draw, scope), index(draw, scope))
        case "delta":
            return called(
                loose.ENTRY, Name("delta"), index(draw, scope), index(draw, scope)
            )
        case "add" | "sub" as name:
            sides = (number(draw, scope, depth - 1, samples) for _ in range(2))
            return called(name, *sides)
        case "product":
            sides = (number(draw, scope, depth - 1, samples) for _ in range(2))
            return called(loose.JUXTAPOSED, *sides)
        case "over":
            below = number(draw, scope, depth - 2, samples)
            below = called("exp", called("sin", below))
            return called(loose.OVER, number(draw, scope, depth - 1, samples), below)
        case "sum":
            if len(scope) > 3:
                return number(draw, scope, depth - 1, samples)
            letter = draw(st.sampled_from("ijk"))
            larger = tuple(dict.fromkeys([*scope, letter]))
            body = number(draw, larger, depth - 1, samples)
            return called(loose.TOTAL, Name(letter), body, Name("n"))
        case "neg":
            return called("neg", number(draw, scope, depth - 1, samples))
        case "square":
            inside = number(draw, scope, depth - 1, samples)
            return called(loose.POWER, inside, Number(Fraction(2)))
        case "function":
            name = draw(st.sampled_from(("sin", "tanh", "abs", "f")))
            return called(name, number(draw, scope, depth - 1, samples))
        case "inner":
            left = column(draw, scope, depth - 1)
            right = column(draw, scope, depth - 1)
            return called(loose.JUXTAPOSED, called("transpose", left), right)
        case "norm":
            norm = called(loose.NORM, column(draw, scope, depth - 1))
            return called(loose.POWER, norm, Number(Fraction(2)))
    raise AssertionError


def column(draw, scope: tuple[str, ...], depth: int) -> Tree:
    """Draw an expression that is a column for every value of its indices."""
    inner = ["add", "sub", "scaled", "turned", "sum"]
    leaf = ["w", *["x"] * (3 * bool(scope))]
    match draw(st.sampled_from(leaf if depth <= 0 else [*leaf, *inner])):
        case "w":
            return Name("w")
        case "x":
            return called(loose.ENTRY, Name("x"), index(draw, scope))
        case "add" | "sub" as name:
            sides = (column(draw, scope, depth - 1) for _ in range(2))
            return called(name, *sides)
        case "scaled":
            factor = number(draw, scope, depth - 1, samples=True)
            return called(loose.JUXTAPOSED, factor, column(draw, scope, depth - 1))
        case "turned":
            return called(loose.JUXTAPOSED, Name("S"), column(draw, scope, depth - 1))
        case "sum":
            letter = draw(st.sampled_from("ij"))
            larger = tuple(dict.fromkeys([*scope, letter]))
            body = column(draw, larger, depth - 1)
            return called(loose.TOTAL, Name(letter), body, Name("n"))
    raise AssertionError


@st.composite
def expressions(draw, samples: bool = False) -> tuple[Tree, str]:
    """Draw a tree and its free indices."""
    free = draw(st.sampled_from(("", "i", "ij")))
    return number(draw, tuple(free), draw(st.integers(1, 4)), samples), free


def compare(drawn: tuple[Tree, str], columns: dict[str, str]) -> bool:
    """Compare both readings of a drawn tree; False where it is refused."""
    try:
        check(*drawn, columns)
    except Fault:
        return False
    return True


@settings(max_examples=400, deadline=None)
@given(expressions())
def test_drawn_entries_have_the_values_of_loops(drawn):
    assume(compare(drawn, {}))


@settings(max_examples=400, deadline=None)
@given(expressions(samples=True))
def test_drawn_samples_have_the_values_of_loops(drawn):
    assume(compare(drawn, {"x": "X"}))
