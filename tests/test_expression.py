"""Expressions: what is read, where it stands, and what each mistake is told."""

import pickle
import sys
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from verifier.language.expression import (
    Call,
    Derived,
    Name,
    Number,
    Tree,
    Tuple_,
    parse,
)
from verifier.language.printing import show
from verifier.reading.problem import Fault

x, y, A = Name("x"), Name("y"), Name("A")


def attempt(text: str) -> Tree | Fault:
    try:
        return parse(text, tuple_allowed=True)
    except Fault as fault:
        return fault


def number(value: object) -> Number:
    return Number(Fraction(str(value)))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("x", x),
        ("x + y", Call("add", (x, y))),
        ("x - y", Call("sub", (x, y))),
        ("x * y", Call("mul", (x, y))),
        ("x / y", Call("div", (x, y))),
        ("x @ y", Call("matmul", (x, y))),
        ("x ** 2", Call("pow", (x, number(2)))),
        ("-x", Call("neg", (x,))),
        ("+x", x),
        ("-2", Call("neg", (number(2),))),
        ("x.T", Call("transpose", (x,))),
        ("x.T @ x", Call("matmul", (Call("transpose", (x,)), x))),
        ("x @ y.T", Call("matmul", (x, Call("transpose", (y,))))),
        ("-x**2", Call("neg", (Call("pow", (x, number(2))),))),
        ("solve(A, x)", Call("solve", (A, x))),
        ("solve(A, x,)", Call("solve", (A, x))),
        ("f()", Call("f", ())),
        ("exp (x)", Call("exp", (x,))),
        ("x . T", Call("transpose", (x,))),
        ("D(f)(x)", Derived("D", "f", (1,), None, None, (x,))),
        ("D(f, 2)(x, y)", Derived("D", "f", (2,), None, None, (x, y))),
        ("D(D(f))(x)", Derived("D", "f", (1, 1), None, None, (x,))),
        ("D(D(f, 1), 2)(x, y)", Derived("D", "f", (1, 2), None, None, (x, y))),
        ("hessian(f)(x)", Derived("hessian", "f", (), None, None, (x,))),
        ("taylor(f, y, 3)(x)", Derived("taylor", "f", (), y, number(3), (x,))),
    ],
)
def test_expression_is_read(text: str, tree: object):
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", Fraction(0)),
        ("0.1", Fraction(1, 10)),
        ("1e-12", Fraction(1, 10**12)),
        ("2.5e3", Fraction(2500)),
        (".5", Fraction(1, 2)),
        ("2.", Fraction(2)),
        ("1E+2", Fraction(100)),
        ("3.141592653589793", Fraction(3141592653589793, 10**15)),
        ("9007199254740993", Fraction(9007199254740993)),
        ("1e300", Fraction(10) ** 300),
        ("1e-300", Fraction(1, 10**300)),
    ],
)
def test_number_is_exact(text: str, value: Fraction):
    assert parse(text) == Number(value)


def test_tuple_is_read_where_it_is_allowed():
    m, n = Name("m"), Name("n")
    assert parse("(m, n, n)", tuple_allowed=True) == Tuple_((m, n, n))
    assert parse("(m,)", tuple_allowed=True) == Tuple_((m,))
    assert parse("m", tuple_allowed=True) == m
    with pytest.raises(Fault, match="tuple is not allowed"):
        parse("(m, (n, n))", tuple_allowed=True)


@pytest.mark.parametrize(
    ("text", "start", "stop", "mark"),
    [
        ("x.T @ y", 0, 7, 4),
        ("  x.T @ y  ", 2, 9, 6),
        ("\n x.T @\n y\n", 2, 10, 6),
        ("\tx\t+\ty", 1, 6, 3),
        ("((a)) * ((b))", 0, 13, 6),
        ("(a * b) * (c * d)", 0, 17, 8),
        ("a ** b", 0, 6, 2),
        ("a**-b", 0, 5, 1),
        ("a - -b", 0, 6, 2),
        ("-x", 0, 2, 0),
        ("x.T", 0, 3, 0),
        ("exp(x)", 0, 6, 0),
        ("D(f)(x)", 0, 7, 0),
        (" +x", 2, 3, 2),
    ],
)
def test_node_knows_where_it_stands(text: str, start: int, stop: int, mark: int):
    tree = parse(text)
    assert (tree.start, tree.stop, tree.mark) == (start, stop, mark)


def test_inner_nodes_know_where_they_stand():
    tree = parse("\n(a @ b) @ (c @ d)")
    assert isinstance(tree, Call)
    left, right = tree.args
    assert (tree.start, tree.mark, tree.stop) == (1, 9, 18)
    assert (left.start, left.mark, left.stop) == (2, 4, 7)
    assert (right.start, right.mark, right.stop) == (12, 14, 17)


def test_trees_are_equal_wherever_they_stand():
    assert parse("x+y") == parse(" ( x ) + y")
    assert hash(parse("x+y")) == hash(parse(" ( x ) + y"))


MISTAKES = [
    # text, offset, what is said, what is hinted
    ("", 0, "the expression is empty", ""),
    (" \n ", 0, "the expression is empty", ""),
    # an operator or an operand is missing
    ("2x", 1, "syntax: no operator between `2` and `x`", "write `2*x`"),
    ("2 x", 2, "syntax: no operator between `2` and `x`", "write `2*x`"),
    ("1e5x", 3, "syntax: no operator between `1e5` and `x`", "write `1e5*x`"),
    ("2(x + 1)", 1, "syntax: no operator between `2` and `(`", "write `2*(...)`"),
    (
        "x.T x",
        4,
        "syntax: no operator between `x.T` and `x`",
        "write `x.T @ x` or `x.T * x`",
    ),
    (
        "(A + B) x",
        8,
        "syntax: no operator between `(A + B)` and `x`",
        "write `(A + B) @ x` or `(A + B) * x`",
    ),
    (
        "sin x",
        4,
        "syntax: no operator between `sin` and `x`",
        "a function's argument needs brackets: `sin(x)`",
    ),
    ("x 2", 2, "syntax: no operator between `x` and `2`", "`x * 2`"),
    ("1_000", 1, "syntax: no operator between `1` and `_000`", "without `_`"),
    ("x.T @ @ x", 6, "syntax: `@` is followed by `@`", "missing between them"),
    ("x * * 2", 4, "syntax: `*` is followed by `*`", "`**`, without a space"),
    ("x.T @", 4, "syntax: the expression ends after `@`", "missing on its right"),
    ("@ x", 0, "syntax: the expression begins with `@`", "on the left of `@`"),
    ("x..T", 2, "syntax: `.` is followed by `.`", "missing"),
    ("f(, x)", 2, "syntax: `(` is followed by `,`", "missing"),
    ("f(x,, y)", 4, "syntax: `,` is followed by `,`", "missing"),
    ("(x + )", 5, "syntax: `+` is followed by `)`", "on the right of `+`"),
    ("(x.T @ x", 0, "syntax: `(` is never closed", "close it with `)`"),
    ("x.T @ x)", 7, "syntax: `)` closes nothing", "drop it"),
    ("(x]", 2, "syntax: `(` is closed by `]`", "close it with `)`"),
    ("<x, y>", 0, "syntax: the expression begins with `<`", "`x.T @ y`"),
    # other notations
    ("x^T @ x", 1, "`^` is not allowed", "a transpose is written `.T`, a power `**`"),
    ("x^2", 1, "`^` is not allowed", "a power `**`"),
    ("x' * y'", 1, "`'` is not allowed", "a transpose is written `x.T`"),
    ("b' * x", 1, "`'` is not allowed", "a transpose is written `b.T`"),
    ("b' * x' ", 1, "`'` is not allowed", "a transpose is written `b.T`"),
    ("(A + B)' * x", 7, "`'` is not allowed", "a transpose is written `(A + B).T`"),
    ("f'(x)", 1, "`'` is not allowed", "a derivative is written `D(f)(...)`"),
    ("f'(x) * g'(x)", 1, "`'` is not allowed", "`D(f)(...)`"),
    ("X'(x - y)", 1, "`'` is not allowed", "a transpose is written `X.T`"),
    ("x' (x - y)", 1, "`'` is not allowed", "a transpose is written `x.T`"),
    ("f''(x)", 1, "`'` is not allowed", "a derivative is written `D(D(f))(...)`"),
    ("|x|", 0, "`|` is not allowed", "`abs(x)` of a number, `norm(x)` of a vector"),
    ("2*|A|", 2, "`|` is not allowed", "`det(A)` of a matrix"),
    ("A\\b", 1, "`\\` is not allowed", "write `solve(A, b)`"),
    ("y = x", 2, "syntax: `=` is not allowed in an expression", "another field"),
    ("(y = x)", 3, "syntax: `=` is not allowed in an expression", "another field"),
    ("x.T @ x; import os", 7, "';' is not allowed", "one expression"),
    ("x # the input", 2, "`#` is not allowed", "YAML"),
    ("x!", 1, "`!` is not allowed", "no factorial"),
    ("$x$", 0, "`$` is not allowed", "LaTeX"),
    ("{x}", 0, "`{` is not allowed", "round brackets"),
    ("f -> x", 2, "`->` is not allowed", "`as: h -> 0`"),
    ("1 + ... + n", 4, "`...` is not allowed", "every term"),
    # Python that is no expression here
    ("import os", 0, "syntax: `import` is a Python keyword, not part of an", "name"),
    ("lambda * x", 0, "`lambda` is not allowed: it is a Python keyword", "`lam`"),
    ("lambda x: x", 0, "`lambda` is not allowed: it is a Python keyword", "`lam`"),
    ("(y := x)", 3, "`:=` is not allowed", "`let`"),
    ("x.shape", 0, "'.shape' is not allowed, only .T", "`vector(n)`"),
    ("x.at", 0, "'.at' is not allowed, only .T", ""),
    ("2 * A.I", 4, "'.I' is not allowed, only .T", "write `inv(A)`"),
    ("x.t", 0, "'.t' is not allowed, only .T", "write `x.T`"),
    ("x.__class__.T", 0, "'.__class__' is not allowed, only .T", ""),
    ("x.T()", 0, "`.T` is not a function", "write `x.T` without brackets"),
    ("x.sum()", 0, "method call '.sum(...)' is not allowed, only .T", "`sum(x)`"),
    ("np.exp(x)", 0, "method call '.exp(...)' is not allowed, only .T", "`exp(x)`"),
    ("x.dot(y)", 0, "method call '.dot(...)' is not allowed, only .T", "`x @ ...`"),
    ("A.transpose()", 0, "method call '.transpose(...)' is not allowed", "`A.T`"),
    (
        "exp.__reduce__()",
        0,
        "method call '.__reduce__(...)' is not allowed, only .T",
        "",
    ),
    (
        "__import__('os').system('id')",
        0,
        "method call '.system(...)' is not allowed, only .T",
        "",
    ),
    ("eval('1')", 0, "unknown function 'eval'", "Python's functions are not known"),
    ("(y for y in x).gi_frame", 0, "'.gi_frame' is not allowed, only .T", ""),
    ("sum([a for a in x])", 4, "comprehension is not allowed", "`rowsum`"),
    ("sum(a for a in x)", 3, "comprehension is not allowed", "`rowsum`"),
    ("x[0]", 0, "subscript is not allowed", "`unit(i, n).T @ x`"),
    ("sum(x, axis=0)", 7, "keyword argument `axis=` is not allowed", "`rowsum(X)`"),
    ("f(x, y=1)", 5, "keyword argument `y=` is not allowed", "by position"),
    ("f(*x)", 2, "starred argument `*` is not allowed", ""),
    ("f(**x)", 2, "starred argument `**` is not allowed", ""),
    ("x if x else x", 0, "if-else is not allowed", "`step`"),
    ("x < y", 0, "comparison is not allowed", "`step`"),
    ("x == y", 0, "comparison is not allowed", "two fields"),
    ("x in y", 0, "comparison is not allowed", ""),
    ("x and y", 0, "operator `and` is not allowed", ""),
    ("not x", 0, "operator `not` is not allowed", "+ - * / ** @"),
    ("~x", 0, "operator `~` is not allowed", "+ - * / ** @"),
    ("(x) % y", 0, "operator `%` is not allowed", "+ - * / ** @"),
    ("x // y", 0, "operator `//` is not allowed", "+ - * / ** @"),
    ("x << y", 0, "operator `<<` is not allowed", "+ - * / ** @"),
    ("[1, 2]", 0, "list is not allowed", "`hstack`"),
    ("(m, n)", 0, "tuple is not allowed", "`where`"),
    ("m, n", 0, "tuple is not allowed", "`where`"),
    ("()", 0, "tuple is not allowed", "`where`"),
    ("True", 0, "bool constant `True` is not allowed", "1 or 0"),
    ("None", 0, "None constant `None` is not allowed", "a number"),
    ("1j * x", 0, "complex constant `1j` is not allowed", "`1*j`"),
    ("2J @ x", 0, "complex constant `2J` is not allowed", "`2*J`"),
    ("b'x'", 0, "bytes constant `b'x'` is not allowed", "`b.T`"),
    ("exp('x')", 4, "text constant `'x'` is not allowed", "no text"),
    ("sum('x')", 4, "text constant `'x'` is not allowed", "no text"),
    ('f"{x.__class__}"', 0, "f-string is not allowed", "no text"),
    ("'x", 0, "syntax: `'` is never closed", ""),
    ('"x', 0, '`"` is not allowed', "no text"),
    # calls
    ("exp(x)(x)", 0, "only a named function can be called", "`*` or `@`"),
    ("(x + 1)(x + 2)", 0, "only a named function can be called", "`(x + 1) * (...)`"),
    ("D(f)(x)(y)", 0, "only a named function can be called", "`D(f)(x)` is a value"),
    (
        "D(f)",
        0,
        "D takes a declared function and then its arguments",
        "`D(f)` is a function; write `D(f)(x)`",
    ),
    ("D(D(f))", 0, "D takes a declared function and then its arguments", "D(f)(x)"),
    ("D(f).T", 0, "D takes a declared function and then its arguments", "D(f)(x)"),
    ("2 * hessian(f)", 4, "hessian takes a declared function and then its", "(f)(x)"),
    ("D(f(x))", 2, "D takes a declared function, not `f(x)`", "write `D(f)(x)`"),
    ("D(f(x))(x)", 2, "D takes a declared function, not `f(x)`", "write `D(f)(x)`"),
    ("D(x.T @ x)(x)", 2, "D takes a declared function, not `x.T @ x`", "`D(f)(x)`"),
    ("D(x.T @ x)", 2, "D takes a declared function, not `x.T @ x`", "`D(f)(x)`"),
    ("D(f, x)(x)", 5, "D takes the number of an argument, from 1, not `x`", "2)(x, y)"),
    ("D(f, 0)(x)", 5, "D takes the number of an argument, from 1, not `0`", "2)(x, y)"),
    ("D(f, True)(x)", 5, "D takes the number of an argument, from 1, not `True`", ""),
    ("D(f, 1, 2)(x)", 0, "D takes 1 or 2, given 3", "`D(f)(x)`"),
    ("D()(x)", 0, "D takes 1 or 2, given 0", "`D(f)(x)`"),
    ("D(hessian(f))(x)", 2, "D takes a declared function, not `hessian(f)`", ""),
    ("hessian(D(f))(x)", 8, "hessian takes a declared function, not `D(f)`", ""),
    ("hessian(f, g)(x)", 0, "hessian takes 1, given 2", "`hessian(f)(x)`"),
    ("taylor(f, a)(x)", 0, "taylor takes 3, given 2", "`taylor(f, a, n)(x)`"),
    ("taylor(f(x), a, n)", 7, "taylor takes a declared function", "(f, a, n)(x)"),
    ("D(f)(x, n=1)", 8, "keyword argument `n=` is not allowed", ""),
    # numbers
    ("9" * 20, 0, "too many digits: 20 in a row; the limit is 19", ""),
    ("x + 0." + "3" * 25, 4, "too many digits: 25 in a row; the limit is 19", ""),
    ("1e999 * x", 0, "number is too large; the limit is 1e300", ""),
    ("1e" + "9" * 50, 0, "number is too large; the limit is 1e300", ""),
    ("x*1e-999", 2, "number is too small; the limit is 1e-300", ""),
    ("007", 0, "syntax: `007` begins with a zero", "write `7`"),
    # limits
    ("x" * 32, 0, f"'{'x' * 31}...' is not declared", "32 characters; the limit is 31"),
    ("x + " + "y" * 40 + "(1)", 4, f"'{'y' * 31}...' is not declared", "40 characters"),
    (
        "x+" * 1000 + "x",
        0,
        "the expression has 2001 characters; the limit is 2000",
        "`let`",
    ),
    ("x+" * 300 + "x", 0, "more words and operators than the limit of 600", "`let`"),
    ("(" * 41 + "x" + ")" * 41, 0, "brackets nested deeper than the limit of 40", ""),
    ("-" * 101 + "x", 0, "the expression is nested too deeply; the limit is 100", ""),
    ("+" * 500 + "x", 0, "the expression is nested too deeply; the limit is 100", ""),
    ("x" + ".T" * 101, 0, "the expression is nested too deeply; the limit is 100", ""),
    ("x" + "**x" * 101, 0, "the expression is nested too deeply; the limit is 100", ""),
    ("-" * 601 + "x", 0, "more words and operators than the limit of 600", ""),
    # characters
    ("x\ry", 1, "control character U+000D in an expression", "plain line break"),
    ("x\0", 1, "control character U+0000 in an expression", "delete it"),
    ("x\x7f", 1, "control character U+007F in an expression", "delete it"),
    ("x @ \u0391", 4, "U+0391 GREEK CAPITAL LETTER ALPHA in an expression", "'A'"),
    ("\u0410 @ x", 0, "U+0410 CYRILLIC CAPITAL LETTER A in an expression", "'A'"),
    ("\uff45xp(x)", 0, "U+FF45 FULLWIDTH LATIN SMALL LETTER E in an expression", "'e'"),
    ("\U0001d465", 0, "U+1D465 MATHEMATICAL ITALIC SMALL X in an expression", "'x'"),
    (
        "\U0001d6fc",
        0,
        "U+1D6FC MATHEMATICAL ITALIC SMALL ALPHA in an expression",
        "'alpha'",
    ),
    ("x \u2212 1", 2, "U+2212 MINUS SIGN in an expression", "write '-'"),
    ("2\u00b7x", 1, "U+00B7 MIDDLE DOT in an expression", "write '*'"),
    ("2\u00d7x", 1, "U+00D7 MULTIPLICATION SIGN in an expression", "write '*'"),
    ("x\u1d40", 1, "U+1D40 MODIFIER LETTER CAPITAL T in an expression", "'.T'"),
    ("x\u00b2", 1, "U+00B2 SUPERSCRIPT TWO in an expression", "write '**2'"),
    ("x\u207b", 1, "U+207B SUPERSCRIPT MINUS in an expression", "'inv(A)'"),
    ("\u03bb*x", 0, "U+03BB GREEK SMALL LETTER LAMDA in an expression", "'lam'"),
    ("\u03c3", 0, "U+03C3 GREEK SMALL LETTER SIGMA in an expression", "'sigma'"),
    ("\u03a3", 0, "U+03A3 GREEK CAPITAL LETTER SIGMA in an expression", "'Sigma'"),
    ("\u03c0", 0, "U+03C0 GREEK SMALL LETTER PI in an expression", "'pi'"),
    ("\u2207f", 0, "U+2207 NABLA in an expression", "'D(f)(x)'"),
    ("x\u200b", 1, "U+200B ZERO WIDTH SPACE in an expression", "delete it"),
    ("\u202ex", 0, "U+202E RIGHT-TO-LEFT OVERRIDE in an expression", "delete it"),
    ("x\u00a0+ y", 1, "U+00A0 NO-BREAK SPACE in an expression", "a plain space"),
    ("\ud800", 0, "U+D800 in an expression", "delete it"),
    ("\u5b57", 0, "U+5B57 CJK UNIFIED IDEOGRAPH-5B57 in an expression", "ASCII"),
]


@pytest.mark.parametrize(("text", "offset", "said", "hint"), MISTAKES)
def test_mistake_is_named_with_its_place(text: str, offset: int, said: str, hint: str):
    with pytest.raises(Fault) as fault:
        parse(text)
    assert fault.value.offset == offset
    assert fault.value.text.startswith(said)
    assert hint in fault.value.hint


def test_offset_counts_from_the_start_of_the_original_text():
    with pytest.raises(Fault) as fault:
        parse("\n\n  x +\n  y.shape\n")
    assert fault.value.offset == 10


def test_bracket_that_is_too_deep_is_pointed_at():
    with pytest.raises(Fault) as fault:
        parse("(" * 41 + "x" + ")" * 41)
    assert (fault.value.offset, fault.value.mark) == (0, 40)


PIECES = r"""
    x A f D ( ) ( ) [ ] , . .T + - * / @ ** ' " = : ; | ~ < > in if else for not and
    True None 2 0.5 1e 1j hessian(f) taylor D(f) (x) _ \ # lambda b' f'' exp( ... := ^ !
"""
words = st.lists(st.sampled_from(PIECES.split()), max_size=14)
junk = st.one_of(
    st.text(max_size=80),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=80),
    words.map("".join),
    words.map(" ".join),
)


@given(junk)
@example("(" * 40 + "-" * 500 + "x" + ")" * 40)
@example("f(" * 40 + "x" + ")" * 40)
@example("[" * 40 + "]" * 40)
@example("D(" * 39 + "f" + ")" * 39 + "(x)")
@example("1if x else 2")
@example("0xfor x in y")
@example('f"{(lambda: 1)()}"')
@example("x" + "[0]" * 150)
@example("not " * 150 + "x")
@example("x if x else " * 100 + "x")
def test_parsing_raises_nothing_but_faults(text: str):
    found = attempt(text)
    if isinstance(found, Fault):
        assert 0 <= found.offset <= len(text)
        assert 0 <= found.mark <= len(text)
        assert found.text
        assert (found.text + found.hint).isprintable()
    else:
        assert parse(show(found), tuple_allowed=True) == found


@pytest.mark.parametrize(
    "text",
    [
        "x" + "+x" * 100,
        "x" + ".T" * 100,
        "-" * 100 + "x",
        "x" + "**x" * 100,
        "(" * 40 + "x" + ")" * 40,
        "exp(" * 40 + "-" * 59 + "x" + ")" * 40,
        "D(f)(" * 20 + "x" + "+x" * 60 + ")" * 20,
    ],
)
def test_deepest_trees_can_be_printed_hashed_compared_and_pickled(text: str):
    # Half of Python's usual recursion limit: the callers have frames of their own.
    frame, frames = sys._getframe(), 0
    while frame is not None:
        frame, frames = frame.f_back, frames + 1
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(frames + 500)
    try:
        tree = parse(text)
        assert parse(show(tree)) == tree
        assert hash(tree) == hash(parse(text))
        assert pickle.loads(pickle.dumps(tree)) == tree
        assert repr(tree)
    finally:
        sys.setrecursionlimit(limit)


def test_parsing_leaves_the_warnings_filters_alone():
    import warnings

    before = list(warnings.filters)
    parse("x + 1")
    assert warnings.filters == before
