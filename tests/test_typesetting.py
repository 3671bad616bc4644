"""Both sides of a statement, typeset: every subject, and the whole catalogue."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import groupby
from typing import Any
from xml.etree import ElementTree

import pytest
from made import failure, result
from stated import quadratic, statement

from verifier.language.checker import check
from verifier.language.expression import parse
from verifier.language.tree import Call, Derived, Tree
from verifier.output.latex import source
from verifier.output.sheet import stated
from verifier.output.typesetting import (
    FORMS,
    Typeset,
    equation,
    left_side,
    right_side,
    where,
)
from verifier.running import catalogue

VECTORS = {"x": "vector(n)", "h": "vector(n)", "f": "vector(n) -> vector(m)"}


def claims(**fields: Any) -> list[Typeset]:
    """Return what is typeset of each claim of a record."""
    found = statement(**fields)
    return [Typeset(stated(found, claim)) for claim in found.claims]


def equations(**fields: Any) -> list[str]:
    """Return the equations of a record as LaTeX without the marks of bold letters."""
    said = [source(claim.equation) for claim in claims(**fields)]
    return [text.replace(r"\mathbf", "").replace(r"\mathsf{T}", "T") for text in said]


def test_derivative_in_each_layout_its_differential_and_its_hessian():
    assert equations(
        **quadratic(
            denominator="(A + A.T) @ x",
            differential="x.T @ (A + A.T) @ dx",
            hessian="A + A.T",
        )
    ) == [
        r"\frac{\partial\,{x}^{T}{A}{x}}{\partial{x}} = {x}^{T}({A} + {A}^{T})"
        r"\qquad\text{(numerator layout)}",
        r"\frac{\partial\,{x}^{T}{A}{x}}{\partial{x}} = ({A} + {A}^{T}){x}"
        r"\qquad\text{(denominator layout)}",
        r"\mathrm{d}({x}^{T}{A}{x}) = {x}^{T}({A} + {A}^{T})\,\mathrm{d}{x}",
        r"\nabla_{{x}}^{2}({x}^{T}{A}{x}) = {A} + {A}^{T}",
    ]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (
            {"where": {"x": "scalar"}, "function": "x**2", "wrt": "x", "both": "2 * x"},
            r"\frac{\partial\,x^{2}}{\partial x} = 2x",
        ),
        (
            {
                "where": {"x": "vector(n)", "A": "matrix(m, n)", "b": "vector(m)"},
                "function": "norm(A @ x - b)**2 / 2",
                "wrt": "x",
                "denominator": "A.T @ (A @ x - b)",
            },
            r"\frac{\partial}{\partial{x}}\,"
            r"\frac{\lVert{A}{x} - {b}\rVert^{2}}{2} = {A}^{T}({A}{x} - {b})"
            r"\qquad\text{(denominator layout)}",
        ),
        (
            {
                "where": {"X": "matrix(n, n)", "A": "matrix(n, n)"},
                "function": "tr(A @ X)",
                "wrt": ["X"],
                "hessian": "zeros(n**2, n**2)",
            },
            r"\nabla_{\operatorname{vec}({X})}^{2}\operatorname{tr}({A}{X})"
            r" = {0}_{n^{2}\times n^{2}}",
        ),
        (
            {
                "where": {"X": "invertible(n)", "Y": "matrix(n, n)"},
                "function": "X @ Y",
                "wrt": ["X", "Y"],
                "differential": "dX @ Y + X @ dY",
            },
            r"\mathrm{d}({X}{Y}) = \mathrm{d}{X}\,{Y} + {X}\,\mathrm{d}{Y}",
        ),
        (
            {
                "where": {"X": "symmetric(n)"},
                "function": "logdet(X)",
                "wrt": "X",
                "entries": "independent",
                "denominator": "2 * inv(X) - diag(diagonal(inv(X)))",
            },
            r"\frac{\partial\log\lvert\det({X})\rvert}{\partial{X}} = 2{X}^{-1}"
            r" - \operatorname{diag}(\operatorname{diagonal}({X}^{-1}))"
            r"\qquad\text{(denominator layout, independent entries)}",
        ),
        (
            {"where": {"A": "matrix(n, n)"}, "value": "tr(A.T)", "both": "tr(A)"},
            r"\operatorname{tr}({A}^{T}) = \operatorname{tr}({A})",
        ),
        (
            {"where": {"x": "scalar"}, "limit": "(1 + x/n)**n", "as": "n -> inf",
             "both": "exp(x)"},
            r"\lim_{n \to \infty}\left(1 + \frac{x}{n}\right)^{n} = \exp(x)",
        ),
        (
            {"where": {"x": "vector(n)", "y": "vector(n)"}, "limit": "x + y",
             "as": "x -> y", "both": "2 * y"},
            r"\lim_{{x} \to {y}}({x} + {y}) = 2{y}",
        ),
        (
            {"where": VECTORS, "expansion": "f(x + h)", "small": "h", "error": "o(h)",
             "numerator": "f(x) + D(f)(x) @ h"},
            r"{f}({x} + {h}) = {f}({x}) + \mathrm{D}{f}({x}){h} + o(\lVert{h}\rVert)"
            r"\qquad\text{(numerator layout)}",
        ),
        (
            {"where": VECTORS, "expansion": "h.T @ h", "small": "h",
             "error": "O(h**2)", "both": "0"},
            r"{h}^{T}{h} = 0 + O(\lVert{h}\rVert^{2})",
        ),
        (
            {"where": {"h": "scalar"}, "expansion": "exp(h)", "small": "h",
             "error": "O(h**3)", "both": "1 + h + h**2/2"},
            r"\exp(h) = 1 + h + \frac{h^{2}}{2} + O(h^{3})",
        ),
        (
            {"where": {"h": "scalar"}, "sign": "h**2", "small": "h",
             "both": "positive"},
            r"h^{2} > 0\qquad\text{(for small h)}",
        ),
        (
            {"where": {"h": "scalar"}, "sign": "h", "small": "h",
             "both": "indefinite"},
            r"h\text{~is~}\text{indefinite}\qquad\text{(for small h)}",
        ),
        (
            {"where": {"x": "vector(n)", "A": "matrix(n, n)"}, "shape": "x.T @ A @ x",
             "wrt": "x", "order": "2", "both": "(n, n)"},
            r"\operatorname{size}\left(\frac{\partial^{2}\,{x}^{T}{A}{x}}"
            r"{\partial{x}^{2}}\right) = n \times n\qquad\text{(numerator layout)}",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_each_subject_has_its_left_side(fields: dict[str, Any], said: str):
    fields = {("as_" if name == "as" else name): v for name, v in fields.items()}
    assert equations(**fields)[0] == said


def test_layout_is_said_only_where_it_matters():
    types = {"x": "scalar", "v": "vector(n)"}
    types |= {"f": "scalar -> scalar", "g": "vector(n) -> scalar"}
    for text, matters in (("f(x)", False), ("D(f)(x)", False), ("D(g)(v)", True)):
        first, second = claims(where=types, value=text, both=text)
        assert ("numerator layout" in first.notes) == matters
        assert ("denominator layout" in second.notes) == matters
        assert (first.left == second.left) != matters


def test_abbreviations_stand_in_a_clause_of_their_own():
    (claim,) = claims(
        where={"x": "vector(n)", "A": "matrix(m, n)", "t": "scalar"},
        let={"y": "A @ x", "s": "y.T @ y"},
        function="s * t",
        wrt="t",
        both="s",
    )[:1]
    assert list(map(source, claim.where)) == [
        r"\mathbf{y} = \mathbf{A}\mathbf{x}",
        r"s = \mathbf{y}^{\mathsf{T}}\mathbf{y}",
    ]
    assert list(map(source, claim.given)) == [
        r"\mathbf{x} \in \mathbb{R}^{n}",
        r"\mathbf{A} \in \mathbb{R}^{m\times n}",
        r"t \in \mathbb{R}",
    ]


@pytest.mark.parametrize(
    ("types", "said"),
    [
        ({"x": "scalar", "y": "scalar"}, "x, y in R"),
        ({"x": "positive"}, "x in R positive"),
        ({"S": "positive_definite(n)"}, r"S in R^{n\times n} positive definite"),
        ({"L": "lower(n + 1)"}, r"L in R^{(n + 1)\times(n + 1)} lower triangular"),
        ({"p": "probability_vector(k)"}, "p in R^{k} positive, of sum 1"),
        ({"v": "vector(m*n)"}, "v in R^{mn}"),
        ({"i": "index(n)", "j": "index(n)"}, r"i, j in \{1, \ldots, n\}"),
        ({"k": "integer"}, r"k in Z"),
        ({"f": "vector(n) -> matrix(m, n)"}, r"f: R^{n} to R^{m\times n}"),
        ({"f": "(scalar, vector(n)) -> scalar"}, r"f: R \times R^{n} to R"),
        ({"f": "convex vector(n) -> scalar"}, "f: R^{n} to R convex"),
    ],
)
def test_declared_names_are_said_to_live_in_their_spaces(types, said):
    (given,) = Typeset(result(types=types, statement={})).given
    text = re.sub(r"\\(?:mathbf|mathbb|text)\{([^{}]*)\}", r"\1", source(given))
    text = text.replace(r"\in", "in").replace(r"\to", "to").replace(r"\colon", ":")
    assert text.replace("~", " ") == said


def test_functions_of_a_result_give_both_forms():
    found = result(statement={"kind": "function", "body": "x.T @ A @ x", "wrt": ["x"]})
    assert left_side(found, "latex").startswith(r"\frac{\partial\,")
    assert right_side(found, "latex").endswith(r"\mathbf{A}^{\mathsf{T}})")
    assert left_side(found, "mathml").startswith('<math displaystyle="true"><mfrac>')
    assert equation(found, "latex") == (
        f"{left_side(found, 'latex')} = {right_side(found, 'latex')}"
        r"\qquad\text{(numerator layout)}"
    )
    assert where(found, "latex") == where(found, "mathml") == ""


@pytest.mark.parametrize("form", FORMS)
def test_result_without_a_statement_shows_its_texts(form):
    found = failure(subject="d(<b>)/dx", text="x @ @", statement={})
    said = equation(found, form)
    assert "d(" in said and "<b>" not in said
    assert "x @ @" in said


HOSTILE = "</math><script>alert(1)</script>\\input{/etc/passwd}$\u202e\x1b"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "statement",
    [
        {
            "kind": "function",
            "body": HOSTILE,
            "wrt": [HOSTILE],
            "let": {HOSTILE: HOSTILE},
        },
        {"kind": "limit", "body": HOSTILE, "as": HOSTILE},
        {"kind": "expansion", "body": HOSTILE, "small": HOSTILE, "error": HOSTILE},
        {"kind": "expansion", "body": "x", "small": "x", "error": f"o({HOSTILE})"},
        {"kind": "sign", "body": HOSTILE, "small": HOSTILE},
        {"kind": "shape", "body": HOSTILE, "wrt": [HOSTILE], "order": HOSTILE},
        {"kind": "value", "body": HOSTILE, "let": {HOSTILE: HOSTILE, "y": "x"}},
        {"kind": HOSTILE, "body": HOSTILE},
    ],
    ids=lambda statement: statement["kind"][:9],
)
def test_hostile_text_stays_a_text(form: str, statement: dict[str, Any]):
    for claim in ("numerator", "differential", "hessian"):
        found = result(
            claim=claim,
            text=HOSTILE,
            subject=HOSTILE,
            types={HOSTILE: HOSTILE, "f": HOSTILE},
            statement=statement,
        )
        said = equation(found, form) + where(found, form)
        assert "<script" not in said
        assert r"\input" not in said or form == "mathml"
        assert "\u202e" not in said and "\x1b" not in said


def test_abbreviation_of_itself_is_no_abbreviation():
    lets = {"a": "a + 1", "b": "c", "c": "b", "y": "x"}
    found = result(statement={"kind": "value", "body": "a + b", "let": lets}, text="y")
    assert equation(found, "latex").startswith("a + b = \\mathbf{y}")
    assert where(found, "latex").startswith(r"\text{where~}a = a + 1")


@pytest.fixture(scope="module")
def typeset() -> list[tuple[str, Typeset]]:
    """Return every claim of the catalogue."""
    found = [(record.id, check(record)[0]) for record in catalogue.select().records]
    return [
        (id, Typeset(stated(statement, claim)))
        for id, statement in found
        if statement is not None
        for claim in statement.claims
    ]


def test_every_claim_of_the_catalogue_is_typeset(typeset):
    assert len(typeset) > 2000
    for id, claim in typeset:
        for box in (claim.equation, *claim.where, *claim.given):
            said = FORMS["latex"](box)
            assert said.isascii(), id
            plain = said.replace(r"\{", "").replace(r"\}", "")
            assert plain.count("{") == plain.count("}"), id
            assert said.count(r"\left") == said.count(r"\right"), id
            assert said.count(r"\begin") == said.count(r"\end"), id
            assert "\\text" not in said.replace(r"\text{", "", 4), id
            ElementTree.fromstring(FORMS["mathml"](box))


def test_no_text_of_the_catalogue_is_left_unread(typeset):
    assert typeset
    for id, claim in typeset:
        for box in (claim.body.box, claim.right):
            assert "Note(" not in repr(box) or claim.kind == "sign", id


def test_claims_of_a_record_that_differ_look_different(typeset):
    assert typeset
    for id, group in groupby(typeset, key=lambda pair: pair[0]):
        seen: dict[tuple[Any, ...], Any] = {}
        for _, claim in group:
            if claim.kind == "sign":
                continue
            tree = unsolved(parse(claim.claimed.text, tuple_allowed=True))
            look = (claim.left, claim.right, tuple(claim.notes))
            assert seen.setdefault(look, tree) == tree, id


def unsolved(tree: Tree) -> Tree:
    """Write solve(A, b) as inv(A) @ b, which is what stands on paper for both."""
    match tree:
        case Call("solve", (left, right)):
            tree = Call("matmul", (Call("inv", (left,)), right))
    if isinstance(tree, Call | Derived):
        return replace(tree, args=tuple(map(unsolved, tree.args)))
    return tree
