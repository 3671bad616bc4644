"""Shapes are checked first; messages are asserted as people read them."""

from __future__ import annotations

import time

import pytest
from stated import only_problem, problems, statement

from verifier.language.layout import Layout
from verifier.language.shapes import show_shape
from verifier.language.term import terms

WHERE = {
    "x": "vector(n)",
    "y": "vector(m)",
    "A": "matrix(m, n)",
    "S": "matrix(n, n)",
    "s": "scalar",
    "i": "index(n)",
    "k": "integer",
    "f": "vector(n) -> vector(m)",
    "g": "scalar -> scalar",
    "h": "vector(n) -> scalar",
    "u": "(scalar, scalar) -> scalar",
}
FROM_N = "n from x: vector(n)"
FROM_M = "m from y: vector(m)"
FROM_MN = f"{FROM_M}; {FROM_N}"
TRANSPOSE_LEFT = "the left factor would fit transposed: put `.T` behind it"
TRANSPOSE_RIGHT = "the right factor would fit transposed: put `.T` behind it"
MATMUL = "dimension mismatch: `@` needs matching inner sizes"


def in_function(text):
    return only_problem(where=WHERE, function=text, wrt="x", numerator="1")


def in_claim(text):
    return only_problem(where=WHERE, function="x", wrt="x", numerator=text)


def shape(text):
    """Return the shape of a value as people read it."""
    return show_shape(statement(where=WHERE, value=text, numerator="1").body.shape)


def op(text):
    return statement(where=WHERE, value=text, numerator="1").body.op


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("x", "n x 1"),
        ("x.T", "1 x n"),
        ("A @ x", "m x 1"),
        ("x @ y.T", "n x m"),
        ("s * A", "m x n"),
        ("A @ s", "m x n"),
        ("s / A", "m x n"),
        ("A**2", "m x n"),
        ("s**A", "m x n"),
        ("x.T @ x", "1 x 1"),
        ("m * n", "1 x 1"),
        ("sqrt(n)", "1 x 1"),
        ("2/3 * pi", "1 x 1"),
        ("kron(A, x)", "m*n x n"),
        ("kron(A, A)", "m**2 x n**2"),
        ("vec(A)", "m*n x 1"),
        ("unvec(vec(A), m, n)", "m x n"),
        ("unvec(vec(A), n, m)", "n x m"),
        ("hstack(A, y)", "m x (n + 1)"),
        ("vstack(A, x.T)", "(m + 1) x n"),
        ("rowsum(A)", "m x 1"),
        ("colsum(A)", "1 x n"),
        ("diag(x)", "n x n"),
        ("diagonal(S)", "n x 1"),
        ("pinv(A)", "n x m"),
        ("solve(S, A.T)", "n x m"),
        ("eigenvalues(S)", "n x 1"),
        ("eye(2*n - 1)", "(2*n - 1) x (2*n - 1)"),
        ("ones(n**2, 3)", "n**2 x 3"),
        ("unit(i, n)", "n x 1"),
        ("unit(3, n)", "n x 1"),
        ("unit(n, n)", "n x 1"),
        ("commutation(m, n)", "m*n x m*n"),
        ("duplication(3)", "9 x 6"),
        ("matpow(S, k)", "n x n"),
        ("f(x)", "m x 1"),
        ("u(s, s**2)", "1 x 1"),
        ("D(f)(x)", "m x n"),
        ("D(h)(x)", "1 x n"),
        ("D(u, 2)(s, s)", "1 x 1"),
        ("D(D(g))(s)", "1 x 1"),
        ("D(exp)(s)", "1 x 1"),
        ("hessian(h)(x)", "n x n"),
        ("taylor(g, 0, 3)(s)", "1 x 1"),
        ("taylor(sin, s, k)(s)", "1 x 1"),
    ],
)
def test_shape_of_a_value(text, found):
    assert shape(text) == found


@pytest.mark.parametrize(
    ("text", "layout", "found"),
    [
        ("D(f)(x)", "denominator", "n x m"),
        ("D(h)(x)", "denominator", "n x 1"),
        ("hessian(h)(x)", "denominator", "n x n"),
    ],
)
def test_D_is_in_the_layout_of_its_claim(text, layout, found):
    claim = statement(where=WHERE, function="x", wrt="x", **{layout: text}).claims[0]
    assert claim.term is not None
    assert show_shape(claim.term.shape) == found


def test_product_with_a_scalar_is_elementwise_and_an_inner_product_is_not():
    assert op("A @ s") == "mul"
    assert op("x.T @ x") == "matmul"
    assert op("(x.T @ x) @ A") == "mul"


def test_whole_literal_exponent_stays_static():
    for text, value in (("x**3", 3), ("x**-2", -2), ("x**0", 0), ("x**2.0", 2)):
        body = statement(where=WHERE, value=text, numerator="1").body
        assert (len(body.args), body.value) == (1, value)
    for text in ("x**0.5", "x**s", "x**17", "x**k"):
        body = statement(where=WHERE, value=text, numerator="1").body
        assert (len(body.args), body.value) == (2, None)


def test_abbreviation_used_twice_is_one_term():
    found = statement(
        where=WHERE, let={"z": "A @ x"}, value="z.T @ z + sum(z)", numerator="1"
    )
    products = [term for term in terms(found.body) if term.op == "matmul"]
    assert len(products) == 2  # A @ x once, and z.T @ z


# Messages.


@pytest.mark.parametrize(
    ("text", "said", "hint", "detail"),
    [
        ("x + y", "dimension mismatch: `+` needs equal shapes or a scalar", "",
         f"left is n x 1, right is m x 1    ({FROM_MN})"),
        ("x.T + x", "dimension mismatch: `+` needs equal shapes or a scalar",
         "one side is the transpose of the other's shape; put `.T` behind one",
         f"left is 1 x n, right is n x 1    ({FROM_N})"),
        ("x ** y", "dimension mismatch: `**` needs equal shapes or a scalar", "",
         f"left is n x 1, right is m x 1    ({FROM_MN})"),
        ("maximum(x, y)",
         "dimension mismatch: `maximum` needs equal shapes or a scalar", "",
         f"left is n x 1, right is m x 1    ({FROM_MN})"),
        ("A * x", "dimension mismatch: `*` needs equal shapes or a scalar",
         "`*` multiplies entry by entry; the matrix product is written `@`",
         f"left is m x n, right is n x 1    ({FROM_MN})"),
        ("y * A @ x", "dimension mismatch: `*` needs equal shapes or a scalar",
         "`*` and `@` bind alike, from the left: put brackets round the product with "
         "`@`",
         f"left is m x 1, right is m x n    ({FROM_MN})"),
        ("x @ x", MATMUL, TRANSPOSE_RIGHT,
         f"left is n x 1, right is n x 1: 1 against n    ({FROM_N})"),
        ("A @ y", MATMUL, TRANSPOSE_LEFT,
         f"left is m x n, right is m x 1: n against m    ({FROM_MN})"),
        ("A @ x.T", MATMUL, TRANSPOSE_RIGHT,
         f"left is m x n, right is 1 x n: n against 1    ({FROM_MN})"),
        ("x.T @ y", MATMUL, "the factors would fit in the other order",
         f"left is 1 x n, right is m x 1: n against m    ({FROM_MN})"),
        ("tr(A)",
         "dimension mismatch: tr needs a square matrix, and this argument is m x n",
         "tr: trace", FROM_MN),
        ("det(x)",
         "dimension mismatch: det needs a square matrix, and this argument is n x 1",
         "det: determinant", FROM_N),
        ("hstack(A, x)",
         "dimension mismatch: hstack needs m rows, and this argument is n x 1",
         "hstack: side by side", FROM_N),
        ("vstack(x, A)",
         "dimension mismatch: vstack needs shape m x 1, and this argument is m x n",
         "vstack: one above the other", FROM_MN),
        ("unvec(x, m, n)",
         "dimension mismatch: unvec needs shape m*n x 1, and this argument is n x 1",
         "unvec: the m x n matrix whose columns are stacked in v", FROM_N),
        ("f(y)",
         "dimension mismatch: argument 1 of f must be n x 1, and this is m x 1",
         "it is declared as f: vector(n) -> vector(m)", ""),
        ("f(x, x)", "f takes 1 argument, not 2",
         "it is declared as f: vector(n) -> vector(m)", ""),
        ("u(s)", "u takes 2 arguments, not 1",
         "it is declared as u: (scalar, scalar) -> scalar", ""),
        ("exp(x, x)", "exp takes 1 argument, not 2", "exp: exponential", ""),
        ("norm()", "norm takes 1 argument, not 0",
         "norm: 2-norm of a vector, Frobenius norm of a matrix", ""),
        ("exq(x)", "unknown function 'exq'", "did you mean 'exp'?", ""),
        ("sofmax(x)", "unknown function 'sofmax'", "did you mean 'softmax'?", ""),
        ("atan(x)", "unknown function 'atan'", "write `arctan(x)`", ""),
        ("gamma(s)", "unknown function 'gamma'", "write `exp(lgamma(x))`", ""),
        ("skew(x)", "unknown function 'skew'", "write `cross_matrix(x)`", ""),
        ("arcsinh(x)", "unknown function 'arcsinh'", "write `asinh(x)`", ""),
        ("xyz(x)", "unknown function 'xyz'",
         "declare it in `where`; `nabla explain functions` lists all there are", ""),
        ("x(3)", "`x` is not a function, so `x(...)` means nothing",
         "write `*` or `@` for a product", ""),
        ("f", "`f` is a function and stands here without its argument",
         "write `f(x)`", ""),
        ("sin", "'sin' is a function of the language and stands here without arguments",
         "", ""),
        ("z", "'z' is not declared",
         "declare it in `where`, for instance `z: vector(n)`", ""),
        ("xx", "'xx' is not declared", "did you mean 'x'?", ""),
        # sizes, indices, whole numbers
        ("unit(0, n)", "unit(0, n) has no such entry: the index must lie in 1..n",
         "", ""),
        ("unit(4, 3)", "unit(4, 3) has no such entry: the index must lie in 1..3",
         "", ""),
        ("unit(i, m)", "`i` counts 1..n, and unit needs an index of 1..m", "", ""),
        ("unit(s, n)", "the first argument of unit must be a whole number or a name of "
         "type `index(n)`", "", ""),
        ("eye(s)", "a dimension must be a whole number, a name that stands for one "
         "(m, n), or `+ - *` of these", "", ""),
        ("eye(0)", "a dimension is positive, and this is 0", "", ""),
        ("eye(5000)", "dimension 5000 is over the limit: 1..4096 are allowed", "", ""),
        ("matpow(S, s)", "an exponent or a degree must be a whole number, a name that "
         "stands for one (i, k, m, n), or `+ - *` of these", "", ""),
        ("matpow(S, 17)", "17 is over the limit: at most 16 is allowed", "", ""),
        ("matpow(A, 2)", "dimension mismatch: matpow needs a square matrix, and this "
         "argument is m x n", "matpow: matrix power with a whole exponent", FROM_MN),
    ],
)  # fmt: skip
def test_message_in_a_function(text, said, hint, detail):
    found = in_function(text)
    assert (found.text, found.hint) == (said, hint)
    assert found.detail == ((detail,) if detail else ())
    assert (found.field, found.id) == ("function", "one")


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("D(q)(x)", "D takes a declared function, and `q` is not one",
         "declare it in `where`, for instance `f: vector(n) -> scalar`, and write "
         "`D(f)(x)`"),
        ("D(softmax)(x)", "D takes a declared function, and `softmax` is not one",
         "declare it in `where`, for instance `f: vector(n) -> scalar`, and write "
         "`D(f)(x)`"),
        ("f(s)",
         "dimension mismatch: argument 1 of f must be n x 1, and this is 1 x 1",
         "it is declared as f: vector(n) -> vector(m)"),
        ("D(f, 2)(x)", "D(f, 2) asks for argument 2, and f takes 1", ""),
        ("D(D(f))(x)", "D of D is for functions of scalars, or from vectors to a "
         "scalar, and `f` is vector(n) -> vector(m)",
         "write `hessian(f)(x)`, the Hessians of its entries"),
        ("hessian(g)(x)", "`g` is applied to the entries of n x 1, and a hessian is "
         "that of one value",
         "entry by entry the second derivative is `D(D(g))(x)`"),
        ("taylor(f, 0, 2)(x)", "taylor takes a declared scalar function of a scalar, "
         "and `f` is vector(n) -> vector(m)", ""),
        ("taylor(g, 0, 0 - 1)(s)", "the degree of taylor must be 0 or more", ""),
        ("taylor(g, x, 2)(s)", "the centre of taylor must be a scalar", ""),
        ("dx", "'dx' is not declared", "did you mean 'x'?"),
    ],
)  # fmt: skip
def test_message_in_a_claim(text, said, hint):
    found = in_claim(text)
    assert (found.text, found.hint, found.field) == (said, hint, "numerator")


@pytest.mark.parametrize(
    ("text", "numerator", "denominator"),
    [
        ("g(x)", "n x 1", "n x 1"),
        ("D(g)(x)", "n x 1", "n x 1"),
        ("D(D(g))(A)", "m x n", "m x n"),
        ("D(tanh)(A)", "m x n", "m x n"),
        ("taylor(g, s, 3)(A)", "m x n", "m x n"),
        ("b(x, s)", "n x 1", "n x 1"),
        ("D(D(b, 2), 1)(s, A)", "m x n", "m x n"),
        ("D(D(c, 1), 2)(x, y)", "n x m", "m x n"),
        ("D(D(c, 2), 1)(x, y)", "m x n", "n x m"),
        ("D(D(c, 1), 1)(x, y)", "n x n", "n x n"),
        ("D(D(v))(s)", "n x 1", "1 x n"),
        ("hessian(f)(x)", "m*n x n", "m*n x n"),
        ("D(D(D(b, 1), 2), 2)(s, s)", "1 x 1", "1 x 1"),
    ],
)
def test_shape_of_what_a_function_is_applied_to(text, numerator, denominator):
    where = {
        **WHERE,
        "g": "scalar -> scalar",
        "b": "(scalar, scalar) -> scalar",
        "c": "(vector(n), vector(m)) -> scalar",
        "v": "scalar -> vector(n)",
        "f": "vector(n) -> vector(m)",
    }
    for layout, shape in (("numerator", numerator), ("denominator", denominator)):
        stated = statement(where=where, value=text, **{layout: "1"})
        found = stated.bodies[Layout(layout)].shape
        assert show_shape(found).replace("(m*n)", "m*n") == shape


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("b(x, y)", "dimension mismatch: b acts entry by entry and needs equal shapes "
         "or a scalar, and these are n x 1 and m x 1",
         "it is declared as b: (scalar, scalar) -> scalar"),
        ("hessian(b)(s, s)", "hessian takes a declared function of one argument, and "
         "`b` is (scalar, scalar) -> scalar",
         "for second derivatives write `D(D(b, 1), 2)(x, y)`"),
        ("D(D(M))(A)", "D of D is for functions of scalars, or from vectors to a "
         "scalar, and `M` is matrix(m, n) -> scalar",
         "write `hessian(M)(X)`, over vec(X)"),
        ("D(D(D(h)))(x)", "D of D is for functions of scalars, or from vectors to a "
         "scalar, and `h` is vector(n) -> scalar",
         "higher derivatives are there for functions of scalars"),
        ("D(D(e, 1), 2)(x, x)", "D of D is for functions of scalars, or from vectors "
         "to a scalar, and `e` is (vector(n), vector(n)) -> vector(n)",
         "differentiate one entry of it"),
    ],
)  # fmt: skip
def test_message_of_a_second_derivative(text, said, hint):
    where = {
        **WHERE,
        "b": "(scalar, scalar) -> scalar",
        "M": "matrix(m, n) -> scalar",
        "h": "vector(n) -> scalar",
        "e": "(vector(n), vector(n)) -> vector(n)",
    }
    found = only_problem(where=where, function="x", wrt="x", numerator=text)
    assert (found.text, found.hint) == (said, hint)


def test_derivative_in_a_function_lies_in_numerator_layout():
    where = {"x": "vector(n)", "v": "vector(n)", "f": "vector(n) -> scalar"}
    fields = {"where": where, "wrt": "x", "denominator": "v"}
    found = only_problem(function="v.T @ D(f)(x)", **fields)
    assert found.hint.endswith(
        "; in a `function` D(f)(x) is in numerator layout: a row"
    )
    stated = statement(function="D(f)(x) @ v", **fields)
    assert stated.claims[0].fits


def test_place_is_that_of_the_operand_and_the_caret_is_under_the_operator():
    found = in_function("x.T @ x + A @ y")
    assert found.excerpt[found.caret - 1 :].startswith("@ y")
    assert found.excerpt[found.place.column - 1 :].startswith("A @ y")


def test_problem_in_an_abbreviation_is_told_once_where_it_is_written():
    found = problems(
        where=WHERE, let={"B": "A @ y"}, function="x.T @ x", wrt="x", numerator="B"
    )
    assert [(p.text, p.field) for p in found] == [(MATMUL, "let B")]


def test_long_name_is_cut_in_a_message():
    found = in_function("q" * 31)
    assert found.text == f"'{'q' * 31}' is not declared"


def test_a_size_that_no_computer_could_expand_is_refused_at_once():
    size = "(a + b + c + d + e + f)"
    for _ in range(4):
        size = f"({size}**3)"
    where = {letter * 2: f"vector({letter})" for letter in "abcdef"}
    problem = only_problem(where=where, value=f"tr(eye({size}))", both="1")
    assert problem.text.startswith("dimension is too large: the limit is degree 6")


@pytest.mark.parametrize(
    "text", ["y * A" + " @ x * y @ A" * 15, "y * A @ (" * 20 + "x" + ")" * 20]
)
def test_a_long_chain_of_products_that_do_not_fit_is_refused_at_once(text):
    began = time.process_time()
    assert in_function(text).kind == "dimension-mismatch"
    assert time.process_time() - began < 10
