"""Which names are columns for every index, and derivatives by entries."""

from __future__ import annotations

import pytest

from verifier.asking.entry import question_of
from verifier.language.printing import show
from verifier.language.tree import Call, Name
from verifier.reading.problem import Fault
from verifier.spelling import loose
from verifier.spelling.grammar import parse
from verifier.spelling.samples import Told, by_entries, proposals


@pytest.mark.parametrize(
    ("text", "first"),
    [
        (r"\sum_i (y_i - w^T x_i)^2", {"x": "X"}),
        (r"\sum_i x_i x_i^T", {"x": "X"}),
        (r"\frac1n \sum_{i=1}^n \log(1 + e^{-y_i w^T x_i})", {"x": "X"}),
        (r"\sum_i \|x_i - \mu\|^2", {"x": "X"}),
        (r"\sum_i \|A x_i - b_i\|^2", {"x": "X", "b": "B"}),
        (r"\sum_i \langle w, x_i \rangle y_i", {"x": "X"}),
        (r"\sum_i (x_i - \mu)^T \Sigma^{-1} (x_i - \mu)", {"x": "X"}),
        (r"\sum_{n=1}^N (t_n - w^T x_n)^2", {"x": "X"}),
        (r"\sum_i X x_i^T", {"x": "x_columns"}),
        (r"\sum_i x_i y_i", {}),
        (r"\sum_{ij} A_{ij} x_i x_j", {}),
        (r"\sum_i (y_i - \sum_j A_{ij} x_j)^2", {}),
    ],
)
def test_the_likeliest_columns_come_first(text, first):
    assert proposals([parse(text)])[0] == first


def test_bold_names_are_columns_and_every_other_name_may_be():
    tree = parse(r"\sum_i a_i x_i")
    assert proposals([tree], Told(frozenset("x")))[0] == {"x": "X"}
    assert proposals([tree]) == [{}, {"a": "A"}, {"x": "X"}]


def derivative(text: str, claim: str) -> tuple[str, ...]:
    tree = parse(text)
    assert isinstance(tree, Call)
    if tree.name == loose.ACTING:  # `∂/∂x f`
        (tree,) = tree.args
        assert isinstance(tree, Call)
    body, *by = tree.args
    made = by_entries(body, by, parse(claim))
    return show(made.body), show(made.by), show(made.claim), made.layout


@pytest.mark.parametrize(
    ("text", "claim", "expected"),
    [
        (r"\frac{\partial f}{\partial x_i}", "2 x_i", ("f", "x", "2 * x")),
        (r"\frac{\partial}{\partial x_k} \sum_i x_i^2", "2 x_k",
         ("x.T @ x", "x", "2 * x")),
        (r"\frac{\partial c}{\partial x_k}", "0", ("c", "x", "0 * <vector_of_ones>()")),
        (r"\frac{\partial}{\partial A_{ij}} \mathrm{tr}(A)", r"\delta_{ij}",
         ("tr(A)", "A", "<identity_matrix>()")),
        (r"\frac{\partial}{\partial A_{ij}} (u^T A v)", "u_i v_j",
         ("<juxtaposed>(<juxtaposed>(u.T, A), v)", "A", "u @ v.T")),
        (r"\frac{\partial}{\partial A_{ji}} (u^T A v)", "u_j v_i",
         ("<juxtaposed>(<juxtaposed>(u.T, A), v)", "A", "u @ v.T")),
        (r"\frac{\partial}{\partial x_k} \sum_{ij} A_{ij} x_i x_j",
         r"\sum_j (A_{kj} + A_{jk}) x_j",
         ("x.T @ A @ x", "x", "(A + A.T) @ x")),
    ],
)  # fmt: skip
def test_a_gradient_by_entries_is_in_denominator_layout(text, claim, expected):
    assert derivative(text, claim) == (*expected, "denominator")


@pytest.mark.parametrize(
    ("text", "claim", "expected"),
    [
        (r"\frac{\partial y_i}{\partial x_j}", "A_{ij}", ("y", "x", "A")),
        (r"\frac{\partial y_j}{\partial x_i}", "A_{ij}", ("y", "x", "A.T")),
        (r"\frac{\partial x_i}{\partial x_j}", r"\delta_{ij}",
         ("x", "x", "<identity_matrix>()")),
        (r"\frac{\partial (A x)_i}{\partial x_k}", "A_{ik}",
         ("<juxtaposed>(A, x)", "x", "A")),
        (r"\frac{\partial}{\partial x_k} \sum_j A_{ij} x_j", "A_{ik}",
         ("A @ x", "x", "A")),
        (r"\frac{\partial f_i(x)}{\partial x_j}", "x_i x_j", ("f(x)", "x", "x @ x.T")),
        (r"\frac{\partial s_i}{\partial z_j}", r"s_i (\delta_{ij} - s_j)",
         ("s", "z", "diag(s) - s @ s.T")),
        (r"\frac{\partial y_i}{\partial t}", "2 y_i", ("y", "t", "2 * y")),
    ],
)  # fmt: skip
def test_a_jacobian_by_entries_is_in_numerator_layout(text, claim, expected):
    assert derivative(text, claim) == (*expected, "numerator")


def test_two_entries_are_those_of_a_hessian():
    text = r"\frac{\partial^2 f}{\partial x_i \partial x_j}"
    assert derivative(text, "A_{ij} + A_{ji}") == ("f", "x", "A + A.T", "hessian")


@pytest.mark.parametrize(
    ("text", "claim", "said"),
    [
        (r"\frac{\partial y_i}{\partial x_i}", "2 x_i", "above and below"),
        (r"\frac{\partial y_i}{\partial A_{jk}}", "x_k", "more than two free"),
        (r"\frac{\partial f}{\partial x_i}", "x_j", "`j` is not summed over"),
        (r"\frac{\partial f}{\partial x_i}", "x_{ij}", "one index here and two there"),
        (r"\frac{\partial f}{\partial x_i}", "x", "no number for every index"),
        (r"\frac{\partial^2 f}{\partial x_i \partial y_j}", "1", "of one vector"),
    ],
)
def test_what_is_no_derivative_by_entries_is_refused(text, claim, said):
    with pytest.raises(Fault) as found:
        derivative(text, claim)
    assert said in found.value.text


def test_a_derivative_by_a_column_is_refused():
    by = Call(loose.ENTRY, (Name("x"), Name("i")))
    with pytest.raises(Fault, match="by the column"):
        by_entries(Name("f"), by, Name("c"), {"x": "X"})


@pytest.mark.parametrize(
    ("text", "given", "read"),
    [
        (
            "∂(Σ_j (x_j + b)^2)/∂x_i = 2(x_i + b)",
            "",
            {"x": "vector(n)", "b": "scalar"},
        ),
        ("∂(Σ_j (x_j + b)^2)/∂x_i = 2(x_i + b)", "b: vector(n)", None),
        ("Σ_i x_i (b + x_i) = b sum(x) + x^T x", "b: vector(n)", None),
    ],
)
def test_what_was_taken_for_a_number_is_one_or_nothing_is_read(text, given, read):
    question, problems = question_of(text, given)
    if read is None:
        assert question is None
        assert "`b` is a vector, and beside its indices" in problems[0].text
    else:
        assert question is not None
        where = question.record.where
        assert {name: where[name].value for name in read} == read
