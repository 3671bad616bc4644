"""Trees set as formulas: what a reader takes them to mean is what they are."""

from __future__ import annotations

import random
from fractions import Fraction

import paper
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from verifier.language.expression import DEPTH, parse
from verifier.language.layout import Layout
from verifier.language.term import Scope
from verifier.language.tokens import BRACKETS
from verifier.language.tree import Call, Name, Number, Tree
from verifier.output.latex import latex
from verifier.output.mathml import mathml
from verifier.output.setting import scope_of

TYPES = {
    "a": "scalar",
    "b": "scalar",
    "x": "vector(n)",
    "y": "vector(n)",
    "A": "matrix(n, n)",
    "B": "matrix(n, n)",
    "S": "symmetric(n)",
    "k": "integer",
    "i": "index(n)",
    "f": "scalar -> scalar",
    "g": "(scalar, scalar) -> scalar",
    "L": "vector(n) -> scalar",
    "F": "(vector(n), vector(n)) -> vector(m)",
    "U": "scalar -> matrix(n, n)",
}


def typeset(text: str, layout: Layout = Layout.NUMERATOR) -> str:
    """Return LaTeX with bold letters as they are, and a transpose as ^T."""
    scope = scope_of(TYPES)
    tree = parse(text, tuple_allowed=True)
    said = latex(tree, Scope(scope.types, layout))
    said = said.replace(r"\mathsf{T}", "T").replace("^{T}", "^T")
    return said.replace(r"\mathbf", "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        # sums and signs
        ("a - (b - a)", "a - (b - a)"),
        ("a - b - a", "a - b - a"),
        ("a - (-b)", "a - (-b)"),
        ("a + -b * a", "a + (-ba)"),
        ("-(a + b)", "-(a + b)"),
        ("-(A @ B)", "-{A}{B}"),
        ("a * -b", r"a\,(-b)"),
        # products
        ("a * b * a", "aba"),
        ("2 * a", "2a"),
        ("a * 2", r"a \cdot 2"),
        ("2 * 3", r"2 \cdot 3"),
        ("a * (b + 1)", r"a\,(b + 1)"),
        ("2 * (A @ B)", "2{A}{B}"),
        ("a * (A @ x)", "a{A}{x}"),
        ("A @ (B @ x)", r"{A}\,({B}{x})"),
        ("x.T @ (A + A.T)", "{x}^T({A} + {A}^T)"),
        ("x * (y.T @ x)", r"{x}\,({y}^T{x})"),
        ("A * B", r"{A} \odot {B}"),
        ("A * B * A", r"{A} \odot {B} \odot {A}"),
        ("A * (B * A)", r"{A} \odot ({B} \odot {A})"),
        ("A * B @ x", r"({A} \odot {B}){x}"),
        ("A @ B * A", r"({A}{B}) \odot {A}"),
        ("A * (a * B)", r"{A} \odot a{B}"),
        ("-(A * B) @ A", r"(-{A} \odot {B}){A}"),
        ("kron(A, B) * kron(B, A)", r"({A} \otimes {B}) \odot ({B} \otimes {A})"),
        ("kron(A @ B, x)", r"({A}{B}) \otimes {x}"),
        # quotients
        ("a / b", r"\frac{a}{b}"),
        ("x / a", r"\frac{{x}}{a}"),
        ("-a**2 / 2", r"-\frac{a^{2}}{2}"),
        ("b - (-a / 2)", r"b - \left(-\frac{a}{2}\right)"),
        ("-(a + b) / 2", r"-\frac{a + b}{2}"),
        ("-abs(a) / 2", r"-\frac{\lvert a\rvert}{2}"),
        ("(-a - b) / 2", r"\frac{-a - b}{2}"),
        ("(-a / b)**2", r"\left(-\frac{a}{b}\right)^{2}"),
        ("x / y", r"{x} \oslash {y}"),
        ("1 / x", r"1 \oslash {x}"),
        ("x / y / x", r"({x} \oslash {y}) \oslash {x}"),
        ("1 / 3 * a", r"\frac{1}{3}a"),
        ("2 * (1 / 3)", r"2 \cdot \frac{1}{3}"),
        ("a ** (1 / 2)", "a^{1/2}"),
        ("a ** (1 / 2 * b)", "a^{(1/2)b}"),
        ("a ** (1 / (2 * b))", "a^{1/(2b)}"),
        # powers
        ("a ** 2", "a^{2}"),
        ("(-a) ** 2", "(-a)^{2}"),
        ("-a ** 2", "-a^{2}"),
        ("(a / b) ** 2", r"\left(\frac{a}{b}\right)^{2}"),
        ("(a ** b) ** 2", "(a^{b})^{2}"),
        ("x ** 2", r"{x}^{\circ 2}"),
        ("A ** -1", r"{A}^{\circ(-1)}"),
        ("2 ** x", r"2^{\circ{x}}"),
        ("matpow(A, -2)", "{A}^{-2}"),
        ("sqrt(a) ** 3", r"(\sqrt{a})^{3}"),
        ("sqrt(A)", r"\operatorname{sqrt}({A})"),
        ("exp(a) ** 2", r"\exp(a)^{2}"),
        ("logdet(A) ** 2", r"(\log\lvert\det({A})\rvert)^{2}"),
        ("1e-9", "10^{-9}"),
        ("2.5e-9 * a", r"(2.5 \times 10^{-9})a"),
        ("0.044715", "0.044715"),
        # transposes and inverses
        ("(A @ B).T", "({A}{B})^T"),
        ("inv(A).T", "{A}^{-T}"),
        ("inv(A.T)", "({A}^T)^{-1}"),
        ("inv(A + B)", "({A} + {B})^{-1}"),
        ("matpow(A, 2).T", "({A}^{2})^T"),
        ("solve(A + B, x)", "({A} + {B})^{-1}{x}"),
        ("pinv(A)", "{A}^{+}"),
        ("expm(a * A)", r"\mathrm{e}^{a{A}}"),
        # norms and bars
        ("norm(x) ** 2", r"\lVert{x}\rVert^{2}"),
        ("norm(A)", r"\lVert{A}\rVert_{\mathrm{F}}"),
        ("norm1(A)", r"\lVert\operatorname{vec}({A})\rVert_{1}"),
        ("abs(a)", r"\lvert a\rvert"),
        ("abs(A)", r"\operatorname{abs}({A})"),
        # constants
        ("eye(n + 1)", "{I}_{n + 1}"),
        ("ones(n, n + 1)", r"{1}_{n\times(n + 1)}"),
        ("ones(2 * n, 1)", r"{1}_{2n\times 1}"),
        ("unit(i, n).T", "{e}_{i}^T"),
        ("commutation(n, 2)", "{K}_{n, 2}"),
        ("unvec(x, n, 1)", r"\operatorname{unvec}_{n\times 1}({x})"),
        ("hstack(A, x)", r"\begin{bmatrix} {A} & {x} \end{bmatrix}"),
        (
            "vstack(hstack(A, x), hstack(x.T, a))",
            r"\begin{bmatrix} {A} & {x} \\ {x}^T & a \end{bmatrix}",
        ),
        ("vstack(A, hstack(x, x))", r"\begin{bmatrix} {A} \\ \begin{bmatrix} {x} & {x} "
         r"\end{bmatrix} \end{bmatrix}"),
        ("(m, n, 2 * n)", r"m \times n \times 2n"),
        # derivatives of function symbols
        ("D(f)(a)", "f'(a)"),
        ("D(D(f))(a)", "f''(a)"),
        ("D(D(D(D(f))))(a)", "f^{(4)}(a)"),
        ("D(g, 2)(a, b)", r"\partial_{2}g(a, b)"),
        ("D(D(g, 1), 2)(a, b)", r"\partial_{2}\partial_{1}g(a, b)"),
        ("D(L)(x)", r"\mathrm{D}L({x})"),
        ("D(F, 2)(x, y)", r"\mathrm{D}_{2}{F}({x}, {y})"),
        ("D(U)(a)", r"\mathrm{D}{U}(a)"),
        ("D(sin)(a)", r"\sin'(a)"),
        ("hessian(L)(x)", r"\nabla^{2}L({x})"),
        ("taylor(f, 0, k + 1)(a)", "T_{k + 1, 0}f(a)"),
    ],
)  # fmt: skip
def test_formula_is_written_as_in_a_book(text: str, said: str):
    assert typeset(text) == said


def test_derivative_of_a_symbol_says_its_layout():
    assert typeset("D(L)(x)", Layout.DENOMINATOR) == r"\nabla L({x})"
    assert typeset("D(F, 2)(x, y)", Layout.DENOMINATOR) == r"\nabla_{2}{F}({x}, {y})"
    assert typeset("D(f)(a)", Layout.DENOMINATOR) == "f'(a)"
    assert typeset("D(g, 2)(a, b)", Layout.DENOMINATOR) == r"\partial_{2}g(a, b)"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("u * v", r"u \odot v"),
        ("u / v", r"u \oslash v"),
        ("u ** 2", r"u^{\circ 2}"),
        ("u @ v", "uv"),
        ("norm(u)", r"\lVert u\rVert_{\mathrm{F}}"),
        ("2 * u", "2u"),
        ("h(u, v)", "h(u, v)"),
        ("exp(u, v)", r"\exp(u, v)"),
        ("D(h)(u)", r"\mathrm{D}h(u)"),
        ("A * x", r"\mathbf{A} \odot \mathbf{x}"),
        ("A @ a.T + u", r"\mathbf{A}a^{\mathsf{T}} + u"),
    ],
)
def test_what_is_not_known_is_set_as_it_is_written(text: str, said: str):
    assert latex(parse(text), TYPES) == said


def test_function_named_like_an_operator_is_a_function():
    types = {"transpose": "vector(n) -> vector(n)", "x": "vector(n)"}
    said = latex(parse("transpose(x)"), types)
    assert said == r"\mathbf{transpose}(\mathbf{x})"


@pytest.mark.parametrize(
    "text",
    [
        "-(1 - " * BRACKETS + "a" + ")" * BRACKETS,
        "-inv(" * 33 + "A" + ".T)" * 33,
        "-exp(" * 33 + "a" + ".T)" * 33,
        "-sqrt(" * 33 + "a" + "/2)" * 33,
        "1/(1 + " * BRACKETS + "a" + ")" * BRACKETS,
        "a**(1 - " * BRACKETS + "b" + ")" * BRACKETS,
        " + ".join("a" * DEPTH),
        " @ ".join("A" * DEPTH),
        " * ".join("B" * DEPTH),
        "x" + ".T" * (DEPTH - 1),
    ],
)
def test_deepest_expression_that_can_be_read_can_be_set(text: str):
    tree = parse(text)
    assert latex(tree, TYPES)
    assert mathml(tree, TYPES)


# What a reader takes a formula to mean.

numbers = st.integers(1, 9).map(lambda k: Number(Fraction(k)))
small = st.sampled_from((2, 3, -1)).map(
    lambda k: Number(Fraction(k)) if k > 0 else Call("neg", (Number(Fraction(-k)),))
)


def calls(name: str, *parts: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    return st.tuples(*parts).map(lambda args: Call(name, args))


TWO = st.just(Number(Fraction(2)))
BINARY = ("add", "sub", "mul", "div")


def trees(depth: int) -> dict[str, st.SearchStrategy[Tree]]:
    """Return trees of each kind: scalars, columns, rows and square matrices."""
    s, v, m = (st.sampled_from(names).map(Name) for names in ("ab", "xy", "AB"))
    kinds = {"s": s | numbers, "v": v, "r": calls("transpose", v), "m": m}
    for _ in range(depth):
        s, v, r, m = kinds.values()
        made = {
            kind: [one, calls("neg", one), calls("pow", one, small)]
            + [calls(name, one, other) for name in BINARY for other in (one, s)]
            + [calls(name, s, one) for name in BINARY]
            for kind, one in kinds.items()
        }
        made["s"] += [calls("matmul", r, v), calls("tr", m)]
        made["v"] += [calls("matmul", m, v), calls("matmul", v, s)]
        made["v"] += [calls("transpose", r)]
        made["r"] += [calls("matmul", r, m), calls("transpose", v)]
        made["m"] += [calls("matmul", m, m), calls("matmul", v, r)]
        made["m"] += [calls("inv", m), calls("transpose", m), calls("matpow", m, TWO)]
        kinds = {kind: st.one_of(options) for kind, options in made.items()}
    return kinds


def values(seed: int) -> dict[str, paper.Value]:
    """Return values of the names, of size 2."""
    draw = random.Random(seed)
    rows = {"a": 1, "b": 1, "x": 2, "y": 2, "A": 2, "B": 2}
    return {
        name: tuple(
            tuple(draw.randrange(1, paper.P) for _ in range(2 if name.isupper() else 1))
            for _ in range(count)
        )
        for name, count in rows.items()
    }


@settings(max_examples=1000, deadline=None)
@given(st.one_of(*trees(3).values()), st.integers(0, 2**32))
def test_reader_takes_a_formula_for_what_it_is(tree: Tree, seed: int):
    names = values(seed)
    try:
        expected = paper.value(tree, names)
    except ZeroDivisionError:
        assume(False)
    types = {name: kind for name, kind in TYPES.items() if name in names}
    assert paper.read(latex(tree, types), names) == expected


@pytest.mark.parametrize(
    "text", ["a/bb", r"a \odot b \oslash a", r"A \odot AB", "a2", "a - -b"]
)
def test_reader_of_the_tests_refuses_what_is_unclear(text: str):
    with pytest.raises(paper.Unclear):
        paper.read(text, values(1))


@pytest.mark.parametrize(
    ("text", "said", "wrong"),
    [
        ("A * (B @ A)", r"A \odot (BA)", r"(A \odot B)A"),
        ("a - (b - a)", "a - (b - a)", "a - b - a"),
        ("inv(A @ B)", "(AB)^{-1}", "AB^{-1}"),
        ("(a + b) * a", r"(a + b)\,a", "a + ba"),
        ("-a ** 2", "-a^{2}", "(-a)^{2}"),
    ],
)
def test_reader_of_the_tests_sees_where_brackets_stand(text, said, wrong):
    names = values(2)
    expected = paper.value(parse(text), names)
    assert paper.read(said, names) == expected
    assert paper.read(wrong, names) != expected
