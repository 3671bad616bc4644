"""Dimensions: the ring, the canonical form, printing and reading."""

import ast
import pickle
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.language.dimension import Dim, parse_dim
from verifier.language.tree import dimension_of
from verifier.reading.problem import Fault

m, n, p = Dim.of("m"), Dim.of("n"), Dim.of("p")

NAMES = ("m", "n", "p")
dims = st.recursive(
    st.one_of(st.integers(-3, 5).map(Dim.of), st.sampled_from(NAMES).map(Dim.of)),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: pair[0] + pair[1]),
        st.tuples(inner, inner).map(lambda pair: pair[0] - pair[1]),
        st.tuples(inner, inner).map(lambda pair: pair[0] * pair[1]),
        st.tuples(inner, st.integers(1, 4)).map(lambda pair: pair[0] / pair[1]),
    ),
    max_leaves=5,
)
points = st.fixed_dictionaries({name: st.integers(1, 9) for name in NAMES})


def read(text: str, limit: int = 64) -> Dim:
    return parse_dim(ast.parse(text, mode="eval").body, limit=limit)


@given(dims, dims, dims)
def test_dimensions_form_a_commutative_ring(a: Dim, b: Dim, c: Dim):
    assert a + b == b + a
    assert a * b == b * a
    assert (a + b) + c == a + (b + c)
    assert (a * b) * c == a * (b * c)
    assert a * (b + c) == a * b + a * c
    assert a + 0 == a == a * 1
    assert a - a == Dim.of(0) == a * 0
    assert a - b == a + -b == -(b - a)


@given(dims, dims, points)
def test_value_of_a_sum_and_a_product_is_the_sum_and_the_product_of_values(a, b, sizes):
    assert (a + b).at(sizes) == a.at(sizes) + b.at(sizes)
    assert (a - b).at(sizes) == a.at(sizes) - b.at(sizes)
    assert (a * b).at(sizes) == a.at(sizes) * b.at(sizes)
    assert (a / 3).at(sizes) == a.at(sizes) / 3


@given(dims, dims)
def test_dimensions_are_equal_exactly_when_their_values_are(a: Dim, b: Dim):
    # A polynomial of degree at most 5 in each name is zero if it is on a 6-point grid.
    grid = [
        {"m": i, "n": j, "p": k}
        for i in range(1, 7)
        for j in range(1, 7)
        for k in range(1, 7)
    ]
    same = all(a.at(sizes) == b.at(sizes) for sizes in grid)
    assert (a == b) == same
    if same:
        assert hash(a) == hash(b)


@given(dims, points)
def test_printed_dimension_read_as_python_has_its_value(
    dim: Dim, sizes: dict[str, int]
):
    def value(tree: ast.expr) -> Fraction:
        match tree:
            case ast.Constant(value=int(number)):
                return Fraction(number)
            case ast.Name(id=name):
                return Fraction(sizes[name])
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -value(operand)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return value(left) + value(right)
            case ast.BinOp(left=left, op=ast.Sub(), right=right):
                return value(left) - value(right)
            case ast.BinOp(left=left, op=ast.Mult(), right=right):
                return value(left) * value(right)
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                return value(left) / value(right)
            case ast.BinOp(left=left, op=ast.Pow(), right=right):
                return value(left) ** int(value(right))
        raise AssertionError(ast.dump(tree))

    assert value(ast.parse(str(dim), mode="eval").body) == dim.at(sizes)


@given(dims)
def test_dimension_survives_pickling(dim: Dim):
    assert pickle.loads(pickle.dumps(dim)) == dim


@pytest.mark.parametrize(
    ("dim", "text"),
    [
        (Dim.of(3), "3"),
        (n, "n"),
        (m * n, "m*n"),
        (n + 1, "n + 1"),
        (n - 1, "n - 1"),
        (1 - n, "-n + 1"),
        (2 * n - m, "2*n - m"),
        (n * m + m * n, "2*m*n"),
        (n * (n + 1) / 2, "n*(n + 1)/2"),
        (n * (n - 1) / 2 + m, "(n**2 + 2*m - n)/2"),
        (3 * n / 2, "3*n/2"),
        (-n / 2, "-n/2"),
        (n * n, "n**2"),
        (n - n, "0"),
    ],
)
def test_dimension_prints_as_a_book_writes_it(dim: Dim, text: str):
    assert str(dim) == text


def test_dimension_knows_its_names_degree_and_constant():
    assert (m * n + 1).names == {"m", "n"}
    assert (m * n + 1).degree == 2
    assert (m - m + 4).constant == 4
    assert Dim.of(0).constant == 0
    assert n.constant is None
    assert (Dim.of(1) / 2).constant is None


def test_value_is_a_size():
    assert (n * (n + 1) / 2).value({"n": 4}) == 10


@pytest.mark.parametrize("dim", [n - 3, n / 2, Dim.of(0), n - 5])
def test_value_that_is_no_size_is_an_error(dim: Dim):
    with pytest.raises(ValueError, match="dimension"):
        dim.value({"n": 3})


@pytest.mark.parametrize(
    ("text", "dim"),
    [
        ("3", Dim.of(3)),
        ("64", Dim.of(64)),
        ("m*n", m * n),
        ("n + 1", n + 1),
        ("+n - -1", n + 1),
        ("n*(n + 1)/2", n * (n + 1) / 2),
        ("n/2*(n + 1)", n * (n + 1) / 2),
        ("n*(n + 1)*(n + 2)/6", n * (n + 1) * (n + 2) / 6),
        ("n**2", n * n),
        ("2*(m + n) - m - m", 2 * n),
        ("6/2", Dim.of(3)),
    ],
)
def test_dimension_is_read(text: str, dim: Dim):
    assert read(text) == dim


@pytest.mark.parametrize(
    ("text", "offset", "said"),
    [
        ("-3", 0, "a dimension must be positive, not -3"),
        ("0", 0, "a dimension must be positive, not 0"),
        ("n - n", 0, "a dimension must be positive, not 0"),
        ("1000000000", 0, "dimension 1000000000 is over the limit: 1..64"),
        ("65", 0, "dimension 65 is over the limit: 1..64"),
        ("8*9", 0, "dimension 72 is over the limit: 1..64"),
        ("2.5", 0, "a dimension must be a whole number, not `2.5`"),
        ("n + 2.0", 4, "a dimension must be a whole number, not `2.0`"),
        ("3/2", 0, "a dimension must be a whole number, not `3/2`"),
        (
            "n**9",
            0,
            "a dimension must be a small whole number: power `9` is not one of 1..4",
        ),
        (
            "n**m",
            0,
            "a dimension must be a small whole number: power `m` is not one of 1..4",
        ),
        ("n/2", 0, "dimension `n/2` is not a whole number at n = 1"),
        ("(n + 1)/2", 0, "dimension `(n + 1)/2` is not a whole number at n = 2"),
        ("m*n/2", 0, "dimension `m*n/2` is not a whole number at m = 1, n = 1"),
        (
            "m/n",
            0,
            "a dimension is divided by a whole number only, as in `n*(n + 1)/2`, "
            "not by `n`",
        ),
        (
            "n/0",
            0,
            "a dimension is divided by a whole number only, as in `n*(n + 1)/2`, "
            "not by `0`",
        ),
        ("f(n)", 0, "a dimension cannot be a call"),
        ("'n'", 0, "a dimension cannot be quoted text, 'n'"),
        ("2*n.T", 2, "a dimension cannot be an attribute"),
        ("n[0]", 0, "a dimension cannot be a subscript"),
        ("True", 0, "a dimension cannot be `True`"),
        ("1j", 0, "a dimension cannot be `1j`"),
        ("n % 2", 0, "a dimension cannot be made with that operator"),
        ("n @ m", 0, "a dimension cannot be made with that operator"),
        ("~n", 0, "a dimension cannot be made with that operator"),
        (
            "n**4*m**4",
            0,
            "dimension is too large: the limit is degree 6, 6 names and 32 terms",
        ),
        (
            "(n**4)**4",
            0,
            "dimension is too large: the limit is degree 6, 6 names and 32 terms",
        ),
        (
            "a + b + c + d + e + f + g",
            0,
            "dimension is too large: the limit is degree 6, 6 names and 32 terms",
        ),
        (
            "n" * 32,
            0,
            f"dimension name `{'n' * 32}` has 32 characters; the limit is 31",
        ),
    ],
)
def test_text_that_is_no_dimension_is_refused(text: str, offset: int, said: str):
    with pytest.raises(Fault) as fault:
        read(text)
    assert (fault.value.offset, fault.value.text) == (offset, said)


def test_offset_of_a_fault_counts_from_the_start_of_the_whole_text():
    tree = ast.parse("f(n, 2.5)", mode="eval").body
    assert isinstance(tree, ast.Call)
    with pytest.raises(Fault) as fault:
        parse_dim(tree.args[1], shift=100)
    assert fault.value.offset == 105


def test_limit_of_a_literal_can_be_raised():
    assert read("4096", limit=4096) == Dim.of(4096)
    with pytest.raises(Fault, match=r"dimension 4097 is over the limit: 1\.\.4096"):
        read("4097", limit=4096)


@pytest.mark.parametrize("text", ["n + 1", "-(-n)", "n*(n + 1)/2", "m*n", "n**2", "7"])
def test_dimension_in_an_expression_reads_as_in_a_type(text: str):
    from verifier.language.expression import parse

    assert dimension_of(parse(text)) == read(text)


@pytest.mark.parametrize(
    ("text", "offset", "said"),
    [
        ("ones(n**9, n)", 5, "a dimension must be a small whole number"),
        ("eye(2.5)", 4, "a dimension must be a whole number, not `2.5`"),
        ("eye(n - n)", 4, "a dimension must be positive, not 0"),
        ("eye(tr(A))", 4, "a dimension cannot be a call"),
        ("eye(n.T)", 4, "a dimension cannot be made with that operator"),
        ("eye(D(f)(x))", 4, "a dimension cannot be a call"),
        ("eye(1000000000)", 4, "dimension 1000000000 is over the limit: 1..64"),
    ],
)
def test_argument_that_is_no_dimension_is_refused(text: str, offset: int, said: str):
    from verifier.language.expression import Call, parse

    tree = parse(text)
    assert isinstance(tree, Call)
    with pytest.raises(Fault) as fault:
        dimension_of(tree.args[0])
    assert fault.value.offset == offset
    assert fault.value.text.startswith(said)
