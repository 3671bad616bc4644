"""The exact stage: true identities pass, false ones do not, and the bound is honest."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from flint import fmpz
from stated import quadratic, statement

from verifier.engine.finding import Finding
from verifier.engine.residues import P, random_prime
from verifier.judging.exact import Exactly, compared, show_sizes
from verifier.judging.rational import Identity, unfit
from verifier.judging.trials import LARGEST, MOST_ENTRIES, TARGET, chosen
from verifier.language.sizes import Case, cases
from verifier.language.statement import Statement
from verifier.language.term import SCALAR, Term

SAME, DIFFERENT, UNDECIDED = Finding.SAME, Finding.DIFFERENT, Finding.UNDECIDED


def cases_of(found: Statement) -> list[Case]:
    names = sorted(found.sizes)
    return cases(names, found.demands, found.whole, 0, found.record.id)


def findings(**fields: Any) -> set[Finding | None]:
    """Return what is found for the claims of a record."""
    found = statement(**fields)
    results = (compared(found, claim, cases_of(found), 0) for claim in found.claims)
    return {None if result is None else result.finding for result in results}


def only(**fields: Any) -> Exactly:
    """Return what is found for the first claim of a record."""
    found = statement(**fields)
    result = compared(found, found.claims[0], cases_of(found), 0)
    assert result is not None
    return result


def vector(**fields: Any) -> dict[str, Any]:
    return {"where": {"x": "vector(n)"}, **fields}


def square(**fields: Any) -> dict[str, Any]:
    return {"where": {"A": "matrix(n, n)", "B": "matrix(n, n)"}, **fields}


TRUE = {
    "quadratic form": quadratic(),
    "denominator": quadratic(numerator=None, denominator="(A + A.T) @ x"),
    "hessian": quadratic(numerator=None, hessian="A + A.T"),
    "differential": quadratic(numerator=None, differential="dx.T @ (A + A.T) @ x"),
    "differential in two": quadratic(
        wrt=["x", "A"],
        numerator=None,
        differential="dx.T @ (A + A.T) @ x + x.T @ dA @ x",
    ),
    "inverse": {
        "where": {"X": "invertible(n)"},
        "function": "inv(X)",
        "wrt": "X",
        "numerator": "-kron(inv(X).T, inv(X))",
        "differential": "-inv(X) @ dX @ inv(X)",
    },
    "second derivative of a quotient": vector(
        function="1 / (1 + x.T @ x)",
        wrt="x",
        hessian="8 * x @ x.T / (1 + x.T @ x)**3 - 2 * eye(n) / (1 + x.T @ x)**2",
    ),
    "log determinant": {
        "where": {"X": "invertible(n)"},
        "function": "logdet(X)",
        "wrt": "X",
        "denominator": "inv(X).T",
        "hessian": "-commutation(n, n) @ kron(inv(X).T, inv(X))",
    },
    "logarithm entry by entry": vector(
        where={"x": "positive_vector(n)"},
        function="sum(log(x))",
        wrt="x",
        numerator="(1 / x).T",
        hessian="-diag(1 / x**2)",
    ),
    "logarithm of one plus x": vector(
        where={"x": "positive_vector(n)"},
        function="sum(log1p(x))",
        wrt="x",
        numerator="(1 / (1 + x)).T",
        hessian="-diag(1 / (1 + x)**2)",
    ),
    "inverse tangent": vector(
        function="sum(arctan(x / 2))",
        wrt="x",
        numerator="(2 / (4 + x**2)).T",
        hessian="-diag(4 * x / (4 + x**2)**2)",
    ),
    "inverse hyperbolic tangent": vector(
        function="sum(atanh(1 / x))",
        wrt="x",
        numerator="(1 / (1 - x**2)).T",
        hessian="diag(2 * x / (1 - x**2)**2)",
    ),
    "square of a norm": vector(function="norm(x)**2", wrt="x", numerator="2 * x.T"),
    "power with a named exponent": {
        "where": {"x": "scalar", "k": "integer"},
        "function": "x**k",
        "wrt": "x",
        "numerator": "k * x**(k - 1)",
    },
    "matrix power with a named exponent": {
        "where": {"A": "invertible(n)", "k": "integer"},
        "value": "matpow(A, k) @ A",
        "both": "matpow(A, k + 1)",
    },
    "determinant of a product": square(value="det(A @ B)", both="det(A) * det(B)"),
    "pseudoinverse": {
        "where": {"A": "matrix(m, n)"},
        "value": "A @ pinv(A) @ A",
        "both": "A",
    },
    "pi is a variable": vector(
        function="pi * x.T @ x", wrt="x", numerator="2 * pi * x.T"
    ),
    "independent entries of a symmetric matrix": {
        "where": {"A": "symmetric(n)", "x": "vector(n)"},
        "function": "x.T @ A @ x",
        "wrt": "A",
        "entries": "independent",
        "denominator": "2 * x @ x.T - diag(x**2)",
    },
    "independent entries of a skew matrix": {
        "where": {"S": "skew(n)", "a": "vector(n)", "b": "vector(n)"},
        "function": "a.T @ S @ b",
        "wrt": "S",
        "entries": "independent",
        "denominator": "a @ b.T - b @ a.T",
    },
    "scalar by any": {
        "where": {"X": "matrix(m, n)", "A": "matrix(n, m)"},
        "function": "tr(A @ X)",
        "wrt": "X",
        "numerator": "A",
        "denominator": "A.T",
    },
    "any by scalar": {
        "where": {"t": "scalar", "A": "matrix(m, n)"},
        "function": "t**2 * A",
        "wrt": "t",
        "numerator": "2 * t * A",
        "denominator": "2 * t * A.T",
    },
    "constant": vector(function="3", wrt="x", numerator="0 * x.T"),
    "no sizes": {
        "where": {"x": "scalar"},
        "function": "x**3",
        "wrt": "x",
        "both": "3 * x**2",
    },
}


@pytest.mark.parametrize("fields", TRUE.values(), ids=TRUE.keys())
def test_true_identity_is_the_same(fields):
    assert findings(**{k: v for k, v in fields.items() if v is not None}) == {SAME}


@pytest.mark.parametrize("fields", TRUE.values(), ids=TRUE.keys())
def test_spoiled_twin_is_different(fields):
    spoiled = {
        key: f"({value}) * (1 + 1e-9) + 1/61"
        if key in ("numerator", "denominator", "both", "differential", "hessian")
        else value
        for key, value in fields.items()
        if value is not None
    }
    assert findings(**spoiled) == {DIFFERENT}


FALSE = {
    "off by 1e-9": quadratic(numerator="(1 + 1e-9) * x.T @ (A + A.T)"),
    "off by 1e-300": vector(value="x.T @ x", both="(1 + 1e-300) * x.T @ x"),
    "true for symmetric matrices": quadratic(numerator="2 * x.T @ A"),
    "not transposed": quadratic(numerator="x.T @ (A + A)"),
    "hessian": quadratic(numerator=None, hessian="2 * A"),
    "the other side": square(value="det(A + B)", both="det(A) + det(B)"),
    "commuted": square(value="A @ B", both="B @ A"),
    "true at n = 1": square(value="det(2 * A)", both="2 * det(A)"),
    "a rotation only": {
        "where": {"Q": "orthogonal(n)"},
        "value": "det(Q)",
        "both": "1",
    },
    "inverse tangent with the wrong sign": vector(
        function="sum(arctan(x))", wrt="x", numerator="(1 / (1 - x**2)).T"
    ),
    "true for one unit vector of the line": {
        "where": {"u": "unit_vector(1)"},
        "value": "u",
        "both": "-1",
    },
    "true for free entries": {
        "where": {"A": "symmetric(n)", "x": "vector(n)"},
        "function": "x.T @ A @ x",
        "wrt": "A",
        "entries": "independent",
        "denominator": "x @ x.T",
    },
    "pi is no fraction": {"value": "pi", "both": "22/7", "where": {"x": "scalar"}},
    "for one exponent": {
        "where": {"x": "scalar", "k": "integer"},
        "value": "x**k",
        "both": "x**3",
    },
}


@pytest.mark.parametrize("fields", FALSE.values(), ids=FALSE.keys())
def test_false_identity_is_different(fields):
    found = {k: v for k, v in fields.items() if v is not None}
    assert findings(**found) == {DIFFERENT}


SETS = {
    "unit_vector(n)": ("V.T @ V", "1"),
    "unit_vector(1)": ("V**2", "1"),
    "probability_vector(n)": ("sum(V)", "1"),
    "orthogonal(n)": ("V.T @ V", "eye(n)"),
    "symmetric(n)": ("V", "V.T"),
    "positive_definite(n)": ("V", "V.T"),
    "skew(n)": ("V", "-V.T"),
    "diagonal(n)": ("V", "diag(diagonal(V))"),
    "lower(n)": ("V", "tril(V)"),
    "upper(n)": ("V", "triu(V)"),
    "idempotent(n)": ("V @ V", "V"),
    "projection(n)": ("V @ V.T", "V"),
    "invertible(n)": ("V @ inv(V)", "eye(n)"),
}


@pytest.mark.parametrize("declared", SETS)
def test_values_lie_in_the_set_of_their_type(declared):
    left, right = SETS[declared]
    assert findings(where={"V": declared}, value=left, both=right) == {SAME}


@pytest.mark.parametrize(
    ("declared", "equation"),
    [
        ("unit_vector(n)", "sum(V)"),
        ("probability_vector(n)", "V.T @ V"),
        ("orthogonal(n)", "V @ V"),
        ("symmetric(n)", "V @ V"),
        ("positive_definite(n)", "inv(V)"),
        ("skew(n)", "V @ V"),
        ("diagonal(n)", "V"),
        ("lower(n)", "V @ V.T"),
        ("upper(n)", "V @ V.T"),
        ("idempotent(n)", "V"),
        ("projection(n)", "V"),
    ],
)
def test_values_are_generic_in_their_set(declared, equation):
    doubled = f"2 * ({equation})"
    fields = {"where": {"V": declared}, "value": equation, "both": doubled}
    assert findings(**fields) == {DIFFERENT}


def test_both_parts_of_the_orthogonal_matrices_are_seen():
    fields = {"where": {"Q": "orthogonal(n)"}, "value": "det(Q)**2", "both": "1"}
    assert findings(**fields) == {SAME}
    fields = {"where": {"Q": "orthogonal(n)"}, "value": "det(Q)", "both": "-1"}
    assert findings(**fields) == {DIFFERENT}


@pytest.mark.parametrize("kind", ["idempotent", "projection"])
@pytest.mark.parametrize(
    ("value", "claim", "same"),
    [
        ("tr(P) * (P @ P - P)", "zeros(n, n)", True),
        ("det(P) * (P - eye(n))", "zeros(n, n)", True),  # invertible: the identity
        ("det(P)", "0", False),  # wrong at full rank only
        ("det(eye(n) - P)", "0", False),  # wrong at rank 0 only
        ("(tr(P) - 1) * tr(P) * (tr(P) - n) * P", "zeros(n, n)", False),  # in between
    ],
)
def test_every_rank_of_an_idempotent_matrix_is_seen(kind, value, claim, same):
    fields = {"where": {"P": f"{kind}(n)"}, "value": value, "both": claim}
    assert findings(**fields) == {SAME if same else DIFFERENT}


# What does not qualify.

UNFIT = {
    "`sqrt` is not a rational function of its argument": vector(
        value="sqrt(x)", both="sqrt(x)"
    ),
    "`norm` is not a rational function of its argument": vector(
        function="norm(x)", wrt="x", numerator="x.T / norm(x)"
    ),
    "`f` is a function that is drawn at random": vector(
        where={"x": "vector(n)", "f": "vector(n) -> scalar"}, value="f(x)", both="f(x)"
    ),
    "a limit is not an equation at a point": vector(
        where={"h": "scalar"}, limit="h**2", **{"as": "h -> 0"}, both="0"
    ),
    "the shape is wrong": quadratic(numerator="(A + A.T) @ x"),
    "a logarithm or an inverse tangent has no rational value": vector(
        where={"x": "positive"}, value="log(x)", both="log(x)"
    ),
}


def test_a_word_is_no_side_of_an_equation():
    found = statement(where={"h": "scalar"}, sign="h**2", small="h", both="positive")
    assert compared(found, found.claims[0], cases_of(found), 0) is None


@pytest.mark.parametrize("reason", UNFIT)
def test_what_does_not_qualify_says_why(reason):
    found = statement(**UNFIT[reason])
    assert unfit(Identity(found, found.claims[0])) == reason
    if "drawn at random" not in reason:  # a function symbol may be a free one
        assert compared(found, found.claims[0], cases_of(found), 0) is None


def test_value_of_a_logarithm_is_not_decided():
    found = only(
        where={"x": "positive"},
        function="x * log(x)",
        wrt="x",
        both="1",
    )
    assert found.finding is UNDECIDED
    assert str(found) == (
        "not decided exactly: a side needs the value of a logarithm or an inverse "
        "tangent"
    )


def test_determinant_of_logarithms_is_not_decided():
    found = only(
        where={"X": "positive_matrix(n, n)"},
        function="det(log(X))",
        wrt="X",
        numerator="zeros(n, n)",
    )
    assert found.finding is UNDECIDED


def test_inverse_that_never_exists_is_not_decided():
    found = only(where={"S": "skew(3)"}, value="S @ inv(S)", both="eye(3)")
    assert str(found) == "not decided exactly: a side is not defined"


def test_inverse_that_exists_at_some_sizes_is_decided_there():
    found = only(where={"S": "skew(n)"}, value="S @ inv(S)", both="eye(n)")
    assert found.finding is SAME
    assert {sizes["n"] for sizes in found.sizes} == {2, 4, 6, 8, 10, 12}


def test_sizes_that_are_too_large_are_left_out():
    squares = "kron(A, A) @ kron(A, A)", "kron(A @ A, A @ A)"
    found = only(where={"A": "matrix(10, 10)"}, value=squares[0], both=squares[1])
    assert MOST_ENTRIES < 2 * 100**2 + 100**3
    assert str(found) == "not decided exactly: the sizes are too large"


def test_another_closed_form_can_stand_in_the_place_of_the_claim():
    found = statement(**quadratic(numerator="x.T @ (A + A)"))
    claim = found.claims[0]
    assert claim.term is not None
    half = Term("number", SCALAR, value=Fraction(1, 2))
    term = Term("mul", claim.demanded, (half, claim.term))
    for other, wanted in ((None, DIFFERENT), (term, DIFFERENT)):
        result = compared(found, claim, cases_of(found), 0, term=other)
        assert result is not None
        assert result.finding is wanted
    right = statement(**quadratic()).claims[0].term
    result = compared(found, claim, cases_of(found), 0, term=right)
    assert result is not None
    assert result.finding is SAME


# The bound.


def test_bound_of_a_quadratic_form_by_hand():
    # left: x.T A u + u.T A x of degree 3, as is the right side; a draw in each field.
    found = only(**quadratic())
    assert found.degree == 3
    assert found.bound == (3 / P) ** 2


def test_size_1_is_looked_at_and_counts_where_there_are_values_elsewhere():
    fields = {"where": {"X": "matrix(n, n)"}, "value": "prod(tril(X))"}
    assert {"n": 1} in only(**fields, both="prod(triu(X.T).T)").sizes
    # Zero at all other sizes, and so small that floating point does not see it at 1.
    found = only(**fields, both="prod(tril(X)) + 1e-30 * prod(tril(X))")
    assert (found.finding, found.different) == (DIFFERENT, ({"n": 1},))
    fields = {"where": {"x": "vector(n)"}, "value": "tr(inv(x @ x.T))"}
    assert only(**fields, both="x.T @ x").finding is UNDECIDED


def test_bound_of_an_inverse_by_hand():
    # At n = 2: left (1, 2) -> u.T ... (1 + 2, 4), right 1 + (2, 4); so 3 + 4 = 7, and
    # the determinant, of degree 2, must not vanish: three inverses are written.
    found = statement(
        where={"X": "matrix(2, 2)"},
        function="inv(X)",
        wrt="X",
        numerator="-kron(inv(X).T, inv(X))",
    )
    identity = Identity(found, found.claims[0])
    assert identity.degree(Case({}, {})) == (7, 6)
    result = compared(found, found.claims[0], [Case({}, {})], 0)
    assert result is not None
    assert result.draws == 2
    assert result.bound == (7 / (P - 6)) ** 2


def test_sentence_for_people_names_sizes_and_bound():
    found = Exactly(SAME, ({"n": 3}, {"n": 2}, {"n": 5}), draws=2, bound=3.2e-33)
    assert str(found) == (
        "exact at n in {2, 3, 5}: "
        "a false identity would pass with probability below 1e-32"
    )
    assert str(only(**quadratic())).endswith(
        ": a false identity would pass with probability below 1e-35"
    )


def test_sentence_about_a_difference_names_the_sizes():
    found = only(**quadratic(numerator="2 * x.T @ A"))
    assert str(found) == f"exact: the sides differ{show_sizes(found.different, ' at ')}"
    assert found.sizes == ()


def test_sizes_are_printed_as_sets():
    assert show_sizes([], " at ") == ""
    assert show_sizes([{}], " at ") == ""
    assert show_sizes([{"n": 2}], " at ") == " at n = 2"
    assert show_sizes([{"n": 3}, {"n": 2}], " at ") == " at n in {2, 3}"
    assert show_sizes([{"n": 2, "m": 3}], "") == "(m, n) = (3, 2)"
    many = [{"n": k, "m": k + 1} for k in range(1, 14)]
    assert show_sizes(many, " at ") == " at 13 choices of (m, n) to 14"
    assert show_sizes([{"n": 2, "m": 3}, {"m": 1, "n": 1}], "") == (
        "(m, n) in {(1, 1), (3, 2)}"
    )


def test_equation_between_constants_leaves_nothing_to_chance():
    found = only(value="tr(eye(3))", both="3", where={"x": "scalar"})
    assert (found.degree, found.bound, str(found)) == (0, 0.0, "exact")


def test_large_degrees_get_more_draws():
    found = only(
        where={"x": "vector(5)", "c": "scalar"},
        value="sum((c / x)**16) * (1 + c)**16 / c**64",
        both="(1 + c)**16 * sum(c**16 / x**16) / c**64",
    )
    assert found.finding is SAME
    assert found.bound < TARGET < (found.degree / P) ** 2


def test_the_same_seed_gives_the_same_draws():
    found = statement(**quadratic(numerator="2 * x.T @ A"))
    first, second, _ = (
        compared(found, found.claims[0], cases_of(found), seed) for seed in (1, 1, 2)
    )
    assert first == second


# Which sizes, and how many draws.


def chosen_sizes(given: list[Case], **fields: Any) -> list[Case]:
    found = statement(**fields)
    identity = Identity(found, found.claims[0])
    return list(chosen(identity, given, Random(3)))


def test_sizes_that_are_all_one_are_the_last():
    ones, twos = Case({"n": 1}, {}), Case({"n": 2}, {})
    found = chosen_sizes([ones, twos, twos], **quadratic())
    assert (found[0], found[-1], found.count(twos)) == (twos, ones, 1)
    assert chosen_sizes([ones], **quadratic())[-1] == ones
    fields = {"where": {"x": "scalar"}, "value": "x", "both": "x"}
    assert chosen_sizes([Case({}, {})], **fields) == [Case({}, {})]


def test_every_name_has_every_size_up_to_twelve_and_no_two_the_same():
    where = {"A": "matrix(m, n)", "B": "matrix(n, p)"}
    cases = chosen_sizes([Case({"m": 2, "n": 3, "p": 4}, {})], where=where,
                         value="A @ B", both="A @ B")  # fmt: skip
    for name in "mnp":
        assert {case.sizes[name] for case in cases} == set(range(2, LARGEST + 1))
    assert all(len(set(case.sizes.values())) == 3 for case in cases)


@pytest.mark.parametrize(
    "fields",
    [
        quadratic(),
        {"where": {"x": "scalar"}, "function": "x**3", "wrt": "x", "both": "3 * x**2"},
        {"where": {"Q": "orthogonal(n)"}, "value": "Q.T @ Q", "both": "eye(n)"},
        {"where": {"A": "matrix(m, n)", "B": "matrix(p, q)"}, "function": "kron(A, B)",
         "wrt": "A", "differential": "kron(dA, B)"},
    ],
    ids=["one size", "no size", "two parts", "four sizes"],
)  # fmt: skip
def test_each_size_has_a_draw_in_both_fields(fields):
    found = only(**fields)
    assert found.draws >= 2 * len(found.sizes) >= 2


def roots(name: str, numbers: Iterable[int]) -> str:
    """Return a product that is zero at these numbers."""
    return " * ".join(f"({name} - {k})" for k in numbers)


@pytest.mark.parametrize("name", "mn")
def test_claim_that_is_false_first_at_size_eight_is_refuted(name):
    zero = f"{roots(name, range(1, 8))} * A"
    fields = {"where": {"A": "matrix(m, n)"}, "value": f"A + {zero}", "both": "A"}
    assert findings(**fields) == {DIFFERENT}


def test_claim_that_is_false_first_at_a_large_whole_number_is_refuted():
    where = {"x": "scalar", "k": "integer"}
    zero = f"{roots('k', range(-2, 6))} * x"
    assert findings(where=where, value=f"x + {zero}", both="x") == {DIFFERENT}


def test_index_varies_over_the_draws():
    where = {"x": "vector(n)", "i": "index(n)"}
    first = "unit(1, n).T @ x"
    both = f"{first} + {roots('i', range(1, 6))} * {first}"
    assert findings(where=where, value=first, both=both) == {DIFFERENT}


def test_large_products_are_looked_at_at_the_sizes_that_are_affordable():
    found = only(
        where={"A": "matrix(n, n)", "B": "matrix(n, n)"},
        function="A @ B",
        wrt="A",
        numerator="kron(B.T, eye(n))",
    )
    assert found.finding is SAME
    assert {sizes["n"] for sizes in found.sizes} >= {2, 3, 4, 5, 6}


def test_multiple_of_a_prime_does_not_hide():
    for claim in (f"x + {P} * x", f"(1 + {P}) * x"):
        assert findings(**vector(value="x", both=claim)) == {DIFFERENT}
    assert findings(**vector(value=f"{P} * (x / {P})", both="x")) == {SAME}


def test_prime_of_a_seed_is_one_of_many():
    primes = {random_prime(Random(seed)) for seed in range(8)}
    assert len(primes) == 8
    assert all(fmpz(p).is_prime() and 2**62 < p < 2**63 for p in primes)
