"""What a record states: its subject, its names, what moves and how fast."""

from __future__ import annotations

import pytest
from stated import only_problem, problems, quadratic, statement

from verifier.language.checker import SIGNS
from verifier.language.dimension import Dim
from verifier.language.layout import Layout
from verifier.language.primitives import LATER
from verifier.language.statement import demands
from verifier.language.term import terms

VECTORS = {"x": "vector(n)", "h": "vector(n)"}
SCALARS = {"x": "scalar", "h": "scalar"}
N, D = Layout.NUMERATOR, Layout.DENOMINATOR


def said(**fields):
    found = only_problem(**fields)
    return found.text, found.hint, found.field


def expansion(**fields):
    return {
        "where": VECTORS,
        "expansion": "x + h",
        "small": "h",
        "error": "o(h)",
        "numerator": "x + h",
        **fields,
    }


def limit(**fields):
    return {
        "where": SCALARS,
        "limit": "x + h",
        "as_": "h -> 0",
        "numerator": "x",
        **fields,
    }


# Subjects and claims.


def test_function_has_a_claim_for_each_layout():
    found = statement(**quadratic(denominator="(A + A.T) @ x"))
    assert [(c.field, c.layout, c.fits) for c in found.claims] == [
        ("numerator", N, True),
        ("denominator", D, True),
    ]
    assert found.wrt == ("x",)
    assert found.body.op == "matmul"
    assert found.bodies[N] is found.bodies[D]


def test_both_is_a_claim_in_each_layout():
    found = statement(where=SCALARS, function="x**2", wrt="x", both="2 * x")
    assert [claim.layout for claim in found.claims] == [N, D]
    assert [claim.field for claim in found.claims] == ["both", "both"]


def test_list_of_texts_is_a_claim_each():
    found = statement(where=SCALARS, function="x", wrt="x", both=["1", "x**0"])
    assert [(claim.text, claim.layout) for claim in found.claims] == [
        ("1", N),
        ("1", D),
        ("x**0", N),
        ("x**0", D),
    ]


def test_differential_and_hessian_have_no_layout():
    found = statement(
        where={"x": "vector(n)"},
        function="x.T @ x",
        wrt="x",
        differential="2 * x.T @ dx",
        hessian="2 * eye(n)",
    )
    assert [(c.field, c.layout, c.fits) for c in found.claims] == [
        ("differential", None, True),
        ("hessian", None, True),
    ]
    assert str(found.differentials["dx"]) == "vector(n)"
    assert set(found.values) == {"x", "dx"}


def test_differential_of_several_variables():
    found = statement(
        where={"X": "matrix(m, n)", "Y": "matrix(n, p)"},
        function="X @ Y",
        wrt=["X", "Y"],
        differential="dX @ Y + X @ dY",
    )
    assert list(found.differentials) == ["dX", "dY"]
    assert found.claims[0].fits


def test_differential_of_a_structured_variable_is_free_unless_entries_are_tied():
    fields = {
        "where": {"S": "positive_definite(n)"},
        "function": "tr(S)",
        "wrt": "S",
        "differential": "tr(dS)",
    }
    assert str(statement(**fields).differentials["dS"]) == "matrix(n, n)"
    found = statement(**fields, entries="independent")
    assert str(found.differentials["dS"]) == "symmetric(n)"


def test_D_of_a_value_is_in_the_layout_of_each_claim():
    found = statement(
        where={"x": "vector(n)", "f": "vector(n) -> vector(m)"},
        value="D(f)(x)",
        numerator="D(f)(x)",
        denominator="D(f)(x)",
    )
    assert [str(found.bodies[layout].shape[0]) for layout in (N, D)] == ["m", "n"]
    assert [claim.fits for claim in found.claims] == [True, True]


def test_shape_claim_is_a_tuple_of_sizes():
    found = statement(
        where={"x": "vector(n)", "f": "vector(n) -> vector(m)"},
        shape="f(x)",
        wrt="x",
        order="2",
        numerator="(m, n, n)",
    )
    m, n = Dim.of("m"), Dim.of("n")
    assert found.claims[0].tuple == (m, n, n)
    assert found.order == 2


@pytest.mark.parametrize("word", SIGNS)
def test_sign_claim_is_a_word(word):
    found = statement(where={"x": "vector(n)"}, sign="x.T @ x", small="x", both=word)
    assert {claim.word for claim in found.claims} == {word}
    assert (found.moving, found.target) == ("x", "0")


def test_claim_of_the_wrong_shape_is_kept_and_does_not_fit():
    claim = statement(**quadratic(numerator="(A + A.T) @ x")).claims[0]
    assert (claim.fits, claim.fits_transposed) == (False, True)
    claim = statement(**quadratic(numerator="A")).claims[0]
    assert (claim.fits, claim.fits_transposed) == (False, False)


def test_only_the_claims_asked_for_are_left():
    found = statement(**quadratic(denominator="(A + A.T) @ x", differential="0"))
    asked = found.asked(("denominator",))
    assert asked is not None
    assert [claim.field for claim in asked.claims] == ["denominator", "differential"]
    assert statement(**quadratic()).asked(("denominator",)) is None


def test_terms_are_walked_over_once():
    found = statement(where=SCALARS, let={"y": "exp(x)"}, value="y * y", numerator="1")
    assert sorted(term.op for term in terms(found.body)) == ["exp", "mul", "variable"]


# What moves, and how fast.


@pytest.mark.parametrize(
    ("where", "text", "moving", "target"),
    [
        (SCALARS, "h -> 0", "h", "0"),
        (SCALARS, "h -> 1", "h", "1"),
        (SCALARS, "h->-2.5", "h", "-2.5"),
        (SCALARS, "h -> x", "h", "x"),
        (SCALARS, "h -> inf", "h", "inf"),
        (SCALARS, "h -> -inf", "h", "-inf"),
        ({"x": "scalar", "h": "integer"}, "h -> inf", "h", "inf"),
        ({"x": "scalar"}, "h -> 0", "h", "0"),
    ],
)
def test_limit_goes_to_a_number_a_name_or_infinity(where, text, moving, target):
    found = statement(**limit(where=where, as_=text))
    assert (found.moving, found.target) == (moving, target)


def test_name_that_is_not_declared_moves_as_a_scalar_or_a_whole_number():
    scalar = statement(**limit(where={"x": "scalar"}))
    assert str(scalar.types["h"]) == "scalar"
    whole = statement(**limit(where={"x": "scalar"}, as_="h -> inf"))
    assert str(whole.types["h"]) == "integer"
    assert whole.whole == {"h": None}


@pytest.mark.parametrize(
    ("text", "letter", "power"),
    [
        ("o(h)", "o", "1"),
        ("O(h)", "O", "1"),
        ("o(1)", "o", "0"),
        ("o(h**2)", "o", "2"),
        ("O(h ** 3)", "O", "3"),
        ("o(norm(h))", "o", "1"),
        ("O(norm(h)**2)", "O", "2"),
        ("O(norm(h)**(k + 1))", "O", "k + 1"),
    ],
)
def test_rate_of_a_remainder(text, letter, power):
    found = statement(**expansion(where={**VECTORS, "k": "integer"}, error=text))
    assert (found.rate[0], str(found.rate[1])) == (letter, power)


@pytest.mark.parametrize(
    ("fields", "said_", "hint", "field"),
    [
        (limit(as_="h -> q"), "`h -> q`: 'q' is not a declared value",
         "go to a number, to a declared name, or to `inf`", "as"),
        (limit(as_="h -> h"), "`h -> h`: 'h' is not a declared value",
         "go to a number, to a declared name, or to `inf`", "as"),
        (limit(where=VECTORS, as_="h -> 1", numerator="x"),
         "`h` and 1 have different shapes", "", "as"),
        (limit(where={"x": "scalar"}, let={"h": "2 * x"}),
         "'h' is an abbreviation and cannot go to a limit", "", "as"),
        (limit(where={"x": "scalar", "h": "unit_vector(n)"}),
         "'h' is unit_vector(n): it cannot be small",
         "a small name is a scalar, a vector or a matrix", "as"),
        (expansion(where={"x": "vector(n)", "h": "scalar -> scalar"}),
         "'h' is scalar -> scalar: it cannot be small",
         "a small name is a scalar, a vector or a matrix", "small"),
        (expansion(where={"x": "vector(n)", "h": "orthogonal(n)"}),
         "'h' is orthogonal(n): it cannot be small",
         "a small name is a scalar, a vector or a matrix", "small"),
        (expansion(error="o(x)"),
         "`error` must read `o(h)`, `o(h**2)` or `O(h**3)`, not `o(x)`", "", "error"),
        (expansion(error="o(h**x)"), "an exponent or a degree must be a whole number, "
         "a name that stands for one (n), or `+ - *` of these", "", "error"),
    ],
)  # fmt: skip
def test_message_about_what_moves(fields, said_, hint, field):
    assert said(**fields) == (said_, hint, field)


# Names and types.


@pytest.mark.parametrize(
    "name", ["exp", "tr", "unvec", "pi", "hessian", "taylor", "add", "transpose"]
)
def test_names_of_the_language_are_reserved(name):
    where = {"x": "vector(n)", name: "scalar"}
    text, hint, _ = said(where=where, function="x", wrt="x", numerator="1")
    assert text == f"'{name}' is reserved: it is a name of the language"
    assert hint == f"choose another name, such as `{name}_` or `{name[0]}1`"


@pytest.mark.parametrize("name", sorted(LATER))
def test_functions_that_came_later_leave_a_record_its_names(name):
    where = {"x": "vector(n)", name: "vector(n) -> scalar"}
    checked = statement(where=where, function=f"{name}(x)", wrt="x", numerator="x.T")
    assert checked.body.op == "apply"
    where = {"x": "vector(n)", name: "vector(n)"}
    checked = statement(where=where, function=f"{name}.T @ x", wrt="x", numerator="x.T")
    assert checked.body.args[0].args[0].op == "variable"


def test_dimension_cannot_be_a_name_as_well():
    where = {"x": "vector(n)", "n": "scalar"}
    text, hint, _ = said(where=where, function="x", wrt="x", numerator="1")
    assert text == "`n` is a dimension of a type and cannot be a name as well"
    assert hint == "rename one of the two"
    text, *_ = said(**quadratic(let={"n": "x.T @ x"}))
    assert text == "`n` is a dimension of a type and cannot be a name as well"


@pytest.mark.parametrize(
    ("fields", "text", "hint", "field"),
    [
        ({"where": {"x": "vector(n)", "f": "scalar -> scalar"}, "wrt": "f"},
         "wrt 'f' is a function: differentiate by a variable", "", "wrt"),
        ({"where": {"x": "vector(n)", "k": "integer"}, "wrt": "k"},
         "wrt 'k' is a whole number: no derivative by it exists", "", "wrt"),
        ({"entries": "independent"},
         "`entries: independent` needs a structured wrt, and `x` is vector(n)",
         "structured types: diagonal, lower, positive_definite, skew, symmetric, upper",
         "wrt"),
        ({"numerator": None, "differential": "0", "wrt": ["x", "x"]},
         "wrt names a variable twice", "", "wrt"),
        ({"where": {"x": "vector(n)", "dx": "scalar"}, "numerator": None,
          "differential": "dx"},
         "`dx` is the differential of `x` here", "rename one of the two", "where"),
    ],
)  # fmt: skip
def test_message_about_a_variable(fields, text, hint, field):
    given = {"where": {"x": "vector(n)"}, "function": "x", "wrt": "x"}
    given |= {"numerator": "eye(n)", **fields}
    kept = {key: value for key, value in given.items() if value is not None}
    assert said(**kept) == (text, hint, field)


@pytest.mark.parametrize(
    ("fields", "text", "field"),
    [
        ({"sign": "x.T @ x", "small": "x", "both": "big"},
         "a claim of a sign is one of positive, negative, indefinite, not `big`",
         "both"),
        ({"sign": "x", "small": "x", "both": "positive"},
         "a sign is that of a scalar, and this is n x 1", "sign"),
        ({"shape": "x", "wrt": "x", "numerator": "n"},
         "a claim of a shape is a tuple such as `(m, n)`", "numerator"),
        ({"shape": "x", "wrt": "x", "order": "7", "numerator": "(n, n)"},
         "order must be 1, 2, 3 or 4, not `7`", "order"),
    ],
)  # fmt: skip
def test_message_about_a_word_or_a_tuple(fields, text, field):
    found = said(where={"x": "vector(n)"}, **fields)
    assert (found[0], found[2]) == (text, field)


# Sizes.


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"where": {"x": "matrix(60, 60)"}, "function": "kron(x, x)"},
         "a value would have 12960000 entries; the limit is 20000"),
        ({"where": {"x": "matrix(40, 40)"}, "function": "x @ x"},
         "the Jacobian would have 2560000 entries; the limit is 1000000"),
        ({"where": {"x": "vector(n - 10)"}, "function": "x"},
         "no sizes up to 9 satisfy all dimensions of this record"),
    ],
)  # fmt: skip
def test_what_is_too_large_at_the_smallest_sizes_is_a_problem(fields, text):
    assert said(**fields, wrt="x", numerator="1")[0] == text


def test_hessian_that_is_too_large_is_a_problem():
    text, *_ = said(
        where={"x": "matrix(40, 40)"}, function="norm(x)", wrt="x", hessian="1"
    )
    assert text == "the Hessian would have 2560000 entries; the limit is 1000000"


def test_literal_index_asks_for_a_size_that_has_it():
    found = statement(
        where={"x": "vector(n)"}, function="x.T @ unit(3, n)", wrt="x", numerator="1"
    )
    wanted = found.demands
    assert wanted.least == {(Dim.of("n"), 3)}
    assert not wanted.met({"n": 2})
    assert wanted.met({"n": 3})


def test_demands_hold_every_dimension_and_shape():
    found = statement(**quadratic())
    n = Dim.of("n")
    wanted = demands(found.types, [found.body], found.derivatives)
    assert {str(d) for d in wanted.dims} == {"1", "n"}
    assert (n, n) in wanted.shapes
    assert wanted.derivatives == {(Dim.of(1), n)}


# Problems come together.


def test_a_wrong_type_does_not_hide_a_mistake_of_syntax():
    where = {"x": "vektor(n)", "A": "matrix(n, n)"}
    found = problems(**quadratic(where=where, numerator="x +* A"))
    assert [problem.text for problem in found] == [
        "unknown type 'vektor'; did you mean 'vector'?",
        "syntax: `+` is followed by `*`",
    ]


def test_every_claim_is_looked_at():
    found = problems(**quadratic(numerator="x @ x", denominator="q", differential="z"))
    assert [problem.field for problem in found] == [
        "numerator",
        "denominator",
        "differential",
    ]


def test_abbreviation_that_is_wrong_is_told_once():
    found = problems(**quadratic(let={"y": "A @ x.T"}, numerator="y.T + y"))
    assert [problem.field for problem in found] == ["let y"]
