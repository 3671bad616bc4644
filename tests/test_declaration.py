"""Types: every kind, function types, and the mistakes that people make in `where`."""

import pickle
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from verifier.language.declaration import (
    FUNCTION_KINDS,
    KINDS,
    PROPERTIES,
    FunctionType,
    KindRow,
    Type,
    near_miss,
    parse_type,
)
from verifier.language.dimension import Dim
from verifier.reading.problem import Fault

m, n = Dim.of("m"), Dim.of("n")


def attempt(text: str) -> Type | FunctionType | Fault:
    try:
        return parse_type(text)
    except Fault as fault:
        return fault


SCALAR, VECTOR = Type("scalar"), Type("vector", (n,))


@pytest.mark.parametrize("row", KINDS.values(), ids=list(KINDS))
def test_every_kind_is_read_as_its_example_shows(row: KindRow):
    type = parse_type(row.example)
    assert isinstance(type, Type)
    assert type.kind == row.name
    assert len(type.dims) == row.dims
    assert str(type) == row.example


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("scalar", (1, 1)),
        ("vector(n)", ("n", 1)),
        ("matrix(m, n)", ("m", "n")),
        ("index(n)", (1, 1)),
        ("integer", (1, 1)),
        ("positive", (1, 1)),
        ("positive_vector(n)", ("n", 1)),
        ("positive_matrix(m, n)", ("m", "n")),
        ("unit_vector(n)", ("n", 1)),
        ("probability_vector(n)", ("n", 1)),
        ("symmetric(n)", ("n", "n")),
        ("positive_definite(n)", ("n", "n")),
        ("invertible(n)", ("n", "n")),
        ("orthogonal(n)", ("n", "n")),
        ("diagonal(n)", ("n", "n")),
        ("idempotent(n)", ("n", "n")),
        ("projection(n)", ("n", "n")),
        ("lower(n)", ("n", "n")),
        ("upper(n)", ("n", "n")),
        ("skew(n)", ("n", "n")),
    ],
)
def test_shape_of_each_kind_is_rows_by_columns(text: str, shape: tuple):
    type = parse_type(text)
    assert isinstance(type, Type)
    assert type.shape == tuple(map(Dim.of, shape))


def test_dimensions_may_be_arithmetic():
    assert parse_type(" matrix( m*n ,\n  n+1 )") == Type("matrix", (m * n, n + 1))
    assert parse_type("vector(n*(n+1)/2)") == Type("vector", (n * (n + 1) / 2,))


@pytest.mark.parametrize(
    ("text", "type"),
    [
        ("vector(n) -> vector(m)", ((VECTOR,), Type("vector", (m,)), "")),
        ("scalar -> matrix(m, n)", ((SCALAR,), Type("matrix", (m, n)), "")),
        ("matrix(m, n)->scalar", ((Type("matrix", (m, n)),), SCALAR, "")),
        ("(scalar, scalar) -> scalar", ((SCALAR, SCALAR), SCALAR, "")),
        ("(scalar) -> scalar", ((SCALAR,), SCALAR, "")),
        ("scalar -> (scalar)", ((SCALAR,), SCALAR, "")),
        ("convex vector(n) -> scalar", ((VECTOR,), SCALAR, "convex")),
        ("concave (vector(n)) -> scalar", ((VECTOR,), SCALAR, "concave")),
        ("convex (vector(n), scalar) -> scalar", ((VECTOR, SCALAR), SCALAR, "convex")),
        ("positive scalar -> scalar", ((SCALAR,), SCALAR, "positive")),
        ("positive(scalar) -> scalar", ((SCALAR,), SCALAR, "positive")),
        ("positive vector(n) -> vector(n)", ((VECTOR,), VECTOR, "positive")),
        ("  vector(n)\n -> scalar ", ((VECTOR,), SCALAR, "")),
    ],
)
def test_function_type_is_read(text: str, type: tuple):
    assert parse_type(text) == FunctionType(*type)


kinds_of_functions = st.sampled_from(FUNCTION_KINDS).flatmap(
    lambda kind: st.builds(
        Type,
        st.just(kind),
        st.tuples(*[st.sampled_from((m, n, m * n, n + 1))] * KINDS[kind].dims),
    )
)
types = st.one_of(
    st.sampled_from(list(KINDS)).flatmap(
        lambda kind: st.builds(
            Type,
            st.just(kind),
            st.tuples(*[st.sampled_from((m, n, m * n, n + 1))] * KINDS[kind].dims),
        )
    ),
    st.builds(
        FunctionType,
        st.lists(kinds_of_functions, min_size=1, max_size=3).map(tuple),
        kinds_of_functions,
        st.sampled_from(("", "positive")),
    ),
    st.builds(
        FunctionType,
        st.lists(kinds_of_functions, min_size=1, max_size=3).map(tuple),
        st.just(SCALAR),
        st.sampled_from(PROPERTIES),
    ),
)


@given(types)
def test_printed_type_is_read_as_the_same_type(type: Type | FunctionType):
    assert parse_type(str(type)) == type


@given(types)
def test_type_survives_pickling(type: Type | FunctionType):
    assert pickle.loads(pickle.dumps(type)) == type


MISTAKES = [
    # text, offset, what is said, what is hinted
    ("", 0, "the type is empty", "the types are scalar, vector(n)"),
    ("  ", 0, "the type is empty", "the types are"),
    ("matrix(n)", 0, "matrix takes 2 dimensions, given 1", "write `matrix(m, n)`"),
    ("matrix", 0, "matrix takes 2 dimensions, given 0", "write `matrix(m, n)`"),
    ("vector", 0, "vector takes 1 dimension, given 0", "write `vector(n)`"),
    ("vector(m, n)", 0, "vector takes 1 dimension, given 2", "write `vector(n)`"),
    ("scalar(n)", 0, "scalar takes no dimension, given 1", "write `scalar`"),
    ("scalar()", 0, "scalar takes no dimension, given 0", "write `scalar`"),
    ("vector(-3)", 7, "a dimension must be positive, not -3", ""),
    ("vector(1000000000)", 7, "dimension 1000000000 is over the limit: 1..64", "name"),
    ("vector(2.5)", 7, "a dimension must be a whole number, not `2.5`", "positive"),
    ("matrix(n, 'm')", 10, "a dimension cannot be quoted text, 'm'", "a name"),
    ("vector(__import__('os').system('id'))", 7, "a dimension cannot be a call", ""),
    ("vector.__class__", 0, "malformed type `vector.__class__`", "the types are"),
    ("vec(n)", 0, "unknown type 'vec'; did you mean 'vector'?", "write `vector(n)`"),
    ("Vector(n)", 0, "unknown type 'Vector'; did you mean 'vector'?", "vector(n)"),
    ("matrx(m, n)", 0, "unknown type 'matrx'; did you mean 'matrix'?", "(m, n)"),
    ("real", 0, "unknown type 'real'; did you mean 'scalar'?", "write `scalar`"),
    ("triu(n)", 0, "unknown type 'triu'; did you mean 'upper'?", "write `upper(n)`"),
    (
        "projector(n)",
        0,
        "unknown type 'projector'; did you mean 'projection'?",
        "write `projection(n)`",
    ),
    ("row(n)", 0, "unknown type 'row'; did you mean 'vector'?", "`x.T`"),
    ("quaternion", 0, "unknown type 'quaternion'", "the types are scalar"),
    ("matrix[m, n]", 0, "malformed type `matrix[m, n]`", "round brackets"),
    ("matrix(n", 0, "malformed type `matrix(n`", "YAML splits at each comma"),
    ("n)", 0, "malformed type `n)`", "YAML splits at each comma"),
    ("  vector(n", 2, "malformed type `vector(n`", "brackets do not match"),
    ("vector(n m)", 0, "malformed type `vector(n m)`", "the types are"),
    ("vector(n=3)", 0, "malformed type `vector(n=3)`", "write `vector(n)`"),
    ("R^n", 0, "malformed type `R^n`", "write `vector(n)`"),
    ("3", 0, "malformed type `3`", "the types are"),
    ("scalar, scalar", 0, "malformed type `scalar, scalar`", "a name has one type"),
    ("unit vector(n)", 0, "malformed type `unit vector(n)`", "`unit_vector(n)`"),
    (
        "positive definite(n)",
        0,
        "malformed type `positive definite(n)`",
        "write `positive_definite(n)`",
    ),
    (
        "convex vector(n)",
        0,
        "malformed type `convex vector(n)`",
        "`convex vector(n) -> scalar`",
    ),
    (
        "convex",
        0,
        "'convex' is a property of a function",
        "write `convex vector(n) -> scalar`",
    ),
    (
        "vector(n) => scalar",
        0,
        "malformed type `vector(n) => scalar`",
        "an arrow is written `->`",
    ),
    (
        "vector(n) \N{RIGHTWARDS ARROW} scalar",
        10,
        "U+2192 RIGHTWARDS ARROW in a type",
        "write '->'",
    ),
    (
        "vector(n) -> vector(n) -> scalar",
        0,
        "malformed function type `vector(n) -> vector(n) -> scalar`: "
        "more than one `->`",
        "several arguments in brackets",
    ),
    (
        "-> scalar",
        0,
        "malformed function type `-> scalar`: nothing before `->`",
        "a function's type reads `vector(n) -> scalar`",
    ),
    (
        "scalar ->",
        0,
        "malformed function type `scalar ->`: nothing after `->`",
        "a function's type reads",
    ),
    (
        "scalar, scalar -> scalar",
        0,
        "malformed function type `scalar, scalar -> scalar`: "
        "several arguments stand in brackets",
        "write it as `(scalar, scalar) -> scalar`",
    ),
    (
        "() -> scalar",
        0,
        "malformed function type `() -> scalar`: no argument",
        "(scalar, scalar) -> scalar",
    ),
    (
        "scalar -> (scalar, scalar)",
        0,
        "malformed function type `scalar -> (scalar, scalar)`: "
        "a function has one result",
        "a function's type reads",
    ),
    (
        "symmetric(n) -> scalar",
        0,
        "a function's argument cannot be symmetric(n)",
        "allowed are scalar, vector(n), matrix(m, n)",
    ),
    (
        "(scalar, positive) -> scalar",
        9,
        "a function's argument cannot be positive",
        "allowed are scalar, vector(n), matrix(m, n)",
    ),
    (
        "positive -> scalar",
        0,
        "a function's argument cannot be positive",
        "allowed are",
    ),
    (
        "scalar -> diagonal(n)",
        10,
        "a function's result cannot be diagonal(n)",
        "allowed are scalar, vector(n), matrix(m, n)",
    ),
    (
        "conves vector(n) -> scalar",
        0,
        "unknown property 'conves'; did you mean 'convex'?",
        "convex, concave, strictly_convex, strictly_concave, positive",
    ),
    (
        "smooth vector(n) -> scalar",
        0,
        "unknown property 'smooth'",
        "convex, concave, strictly_convex, strictly_concave, positive",
    ),
    (
        "convex vector(n) -> vector(n)",
        20,
        "a convex function has a scalar result, not vector(n)",
        "",
    ),
    ("vector(n) -> vector(0)", 20, "a dimension must be positive, not 0", ""),
    ("vector(n) -> matrix(n)", 13, "matrix takes 2 dimensions, given 1", "(m, n)"),
    ("vec(n) -> scalar", 0, "unknown type 'vec'; did you mean 'vector'?", ""),
    ("vector(n) -> vec(m)", 13, "unknown type 'vec'; did you mean 'vector'?", ""),
    ("vector(n) -> scalar)", 13, "malformed type `scalar)`", "brackets"),
    ("v" * 201, 0, "type has 201 characters; the limit is 200", ""),
    ("(" * 200, 0, f"malformed type `{'(' * 200}`", "brackets do not match"),
    ("vec\rtor(n)", 3, "control character U+000D in a type", "line break"),
]


@pytest.mark.parametrize(("text", "offset", "said", "hint"), MISTAKES)
def test_mistake_in_a_type_is_named_with_its_place(
    text: str, offset: int, said: str, hint: str
):
    with pytest.raises(Fault) as fault:
        parse_type(text)
    assert (fault.value.offset, fault.value.text) == (offset, said)
    assert hint in fault.value.hint


words = st.lists(
    st.sampled_from(
        [*KINDS, *PROPERTIES, "->", "(", ")", ",", "n", "m", "*", "+", " ", "2", "/"]
    ),
    max_size=12,
).map("".join)


@given(st.one_of(st.text(max_size=60), words))
@example("vector(" + "-" * 150 + "n)")
@example("vector(" + "(" * 90 + "n" + ")" * 90 + ")")
@example("\ud800")
def test_reading_a_type_raises_nothing_but_faults(text: str):
    found = attempt(text)
    if isinstance(found, Fault):
        assert 0 <= found.offset <= len(text)
        assert found.text.isprintable()
        assert found.text
    else:
        assert parse_type(str(found)) == found


def test_near_miss_names_the_word_or_nothing():
    assert near_miss("logsumexpp", ["log", "logsumexp"]) == "logsumexp"
    assert near_miss("frobnicate", ["log", "logsumexp"]) == ""


def test_every_kind_says_what_it_is():
    for row in KINDS.values():
        assert row.help
        assert re.fullmatch("[1ab] [1ab]", row.shape)
