"""Where a function is constant a derivative is 0, however steep a root of it is."""

from __future__ import annotations

import pytest
from flint import arb
from stated import record

from verifier.engine.balls import BALLS, REAL, ball_matrix
from verifier.engine.jets import Jet
from verifier.engine.matrices import Matrix
from verifier.engine.outcome import FAILS, HOLDS, INCONCLUSIVE, Outcome
from verifier.engine.settings import Settings
from verifier.judging.counting import NO_SLOPE
from verifier.running.verification import verify_chunk

KINDS = {
    "x": "scalar", "y": "scalar", "t": "positive", "k": "integer", "u": "vector(n)",
    "v": "vector(n)", "b": "vector(m)", "M": "matrix(m, n)", "S": "symmetric(n)",
    "D": "diagonal(n)", "f": "scalar -> scalar",
}  # fmt: skip
BOX = "maximum(minimum(u, 2), -3)"
OFF = "relu(abs(u) - 2)"
CUT = "relu(M @ u - b)"
END = "arccos(1 - relu(-tanh(x)))"
SLOPE = "(1 - tanh(x)**2)/sqrt(abs(tanh(x)*(2 + tanh(x))))"
ROOT = "tanh(sqrt(x*step(x)))"


def judged(function, claim, names="x", field="denominator", **more) -> Outcome:
    """Judge a claim about the derivative by the first of some names."""
    where = {name: KINDS[name] for name in names}
    fields = {"where": where, "function": function, "wrt": names[0], field: claim}
    ((found,),) = verify_chunk([record(**fields, **more)], Settings(diagnose=False))
    return found


@pytest.mark.parametrize(
    ("function", "claim", "names", "expected"),
    [
        # Roots of what is zero on one side.
        ("sqrt(relu(3 - x))", "-step(3 - x)/(2*sqrt(abs(3 - x)))", "x", HOLDS),
        ("sqrt(relu(3 - x))", "-1/(2*sqrt(abs(3 - x)))", "x", FAILS),
        ("sqrt(relu(3 - x))", "-1/(2*sqrt(3 - x))", "x", INCONCLUSIVE),
        ("x*sqrt(relu(x))", "1.5*sqrt(relu(x))", "x", HOLDS),
        ("x*sqrt(relu(x))", "1.5*sqrt(abs(x))", "x", FAILS),
        (ROOT, "sqrt(x)/x/2*(1 - tanh(sqrt(x))**2)", "x", INCONCLUSIVE),
        ("sqrt(abs(x**3) + x**3)", "1.5*sqrt(2)*sqrt(relu(x))", "x", HOLDS),
        ("sqrt(abs(x**3) + x**3)", "1.5*sqrt(2)*sqrt(abs(x))", "x", FAILS),
        ("minimum(x, 0*x + y)**0.5", "0.5*step(y - x)*x**(-0.5)", "xy", HOLDS),
        ("relu(x - y)**0.7", "0.7*step(x - y)*abs(x - y)**(-0.3)", "xy", HOLDS),
        ("relu(x - y)**0.7", "0.7*abs(x - y)**(-0.3)", "xy", FAILS),
        ("relu(x - y)**t", "t*step(x - y)*abs(x - y)**(t - 1)", "xyt", HOLDS),
        ("relu(x - y)**t", "t*abs(x - y)**(t - 1)", "xyt", FAILS),
        ("sqrt(relu(f(x)))", "D(f)(x)/(2*sqrt(abs(f(x))))", "xf", FAILS),
        ("sqrt(relu(f(x)))", "D(f)(x)/(2*sqrt(f(x)))", "xf", INCONCLUSIVE),
        ("sqrt(relu(-f(x)) + 1)", "-step(-f(x))*D(f)(x)/(2*sqrt(relu(-f(x)) + 1))",
         "xf", HOLDS),
        # The ends of arccos and its like.
        ("arcsin(maximum(minimum(x, 1), -1))", "step(1 - x**2)/sqrt(abs(1 - x**2))",
         "x", HOLDS),
        ("arcsin(maximum(minimum(x, 1), -1))", "1/sqrt(abs(1 - x**2))", "x", FAILS),
        (END, f"-step(-x)*{SLOPE}", "x", HOLDS),
        (END, f"-{SLOPE}", "x", FAILS),
        ("acosh(1 + relu(x))", "1/sqrt(abs(x*(x + 2)))", "x", FAILS),
        ("acosh(1 + relu(x))", "step(x)/sqrt(abs(x*(x + 2)))", "x", HOLDS),
        # Norms.
        (f"norm(u - {BOX})", f"(u - {BOX})/norm(u - {BOX})", "u", INCONCLUSIVE),
        (f"norm({OFF})", f"{OFF}*sign(u)/(norm({OFF}) + 1 - step(max({OFF})))",
         "u", HOLDS),
        (f"norm({OFF})", f"({OFF} + 1 - step(max({OFF})))*sign(u)"
         f"/(norm({OFF}) + 1 - step(max({OFF})))", "u", FAILS),
        (f"norm({CUT})", f"M.T @ {CUT}/norm({CUT})", "uMb", INCONCLUSIVE),
        (f"norm({CUT})", f"M.T @ {CUT}/(norm({CUT}) + step(-max(M @ u - b)))",
         "uMb", HOLDS),
        ("norm(u - minimum(u, v))", "(u - minimum(u, v))/norm(u - minimum(u, v))",
         "uv", INCONCLUSIVE),
        ("norm(step(x)*u)", "step(x)*u/norm(u)", "ux", HOLDS),
        ("norm(step(x)*u)", "u/norm(u)", "ux", FAILS),
        ("norm(k*u)", "abs(k)*u/norm(u)", "uk", HOLDS),
        ("norm(k*u)", "k**2*u/norm(k*u)", "uk", INCONCLUSIVE),
        # Of one entry the norm is zero throughout, which says nothing of others.
        ("norm(u - mean(u))", "(u - mean(u))/norm(u - mean(u))", "u", HOLDS),
        ("norm(u - mean(u))", "u/norm(u - mean(u))", "u", FAILS),
        ("norm(relu(M))", "relu(M)/(norm(relu(M)) + step(-max(M)))", "M", HOLDS),
        # At points of a set, entries may move that are zero there.
        ("sum(sqrt(relu(S)))", "step(S)/(2*sqrt(abs(S)))", "S", HOLDS),
        ("sum(sqrt(relu(S)))", "1/(2*sqrt(abs(S)))", "S", FAILS),
        ("sqrt(sum((S - S.T)**2))", "ones(n, n)", "S", INCONCLUSIVE),
        ("sum((D**2 * D**2)**0.25)", "ones(n, n)", "D", INCONCLUSIVE),
        # What cancels between balls.
        ("sqrt(sin(x) + abs(sin(x)))", "cos(x)/sqrt(2*abs(sin(x)))", "x", FAILS),
        ("sqrt(sin(x) + abs(sin(x)))", "cos(x)/sqrt(2*sin(x))", "x", INCONCLUSIVE),
        ("sqrt(relu(f(x)) - f(x))", "-step(-f(x))*D(f)(x)/2/sqrt(abs(f(x)))",
         "xf", HOLDS),
        ("sqrt(relu(f(x)) - f(x))", "-D(f)(x)/2/sqrt(abs(f(x)))", "xf", FAILS),
        ("sqrt(maximum(-exp(x), -3) + exp(x))",
         "step(exp(x) - 3)*exp(x)/2/sqrt(abs(exp(x) - 3))", "x", HOLDS),
        ("sqrt(maximum(-exp(x), -3) + exp(x))", "exp(x)/2/sqrt(abs(exp(x) - 3))",
         "x", FAILS),
        # Where no draw is.
        ("sqrt(relu(x + 30))", "1/(2*sqrt(x + 30))", "x", INCONCLUSIVE),
        ("sqrt(relu(x + 30))", "1/(2*sqrt(abs(x + 30)))", "x", FAILS),
        ("sqrt(relu(x + 30))", "step(x + 30)/(2*sqrt(abs(x + 30)))", "x", HOLDS),
    ],
)  # fmt: skip
def test_constant_under_a_root_has_the_derivative_zero(
    function, claim, names, expected
):
    assert judged(function, claim, names).verdict == expected


@pytest.mark.parametrize(
    ("field", "function", "claim", "names", "expected"),
    [
        ("differential", "sum(sqrt(relu(u)))", "sum(step(u)/(2*sqrt(abs(u)))*du)",
         "u", HOLDS),
        ("differential", "sum(sqrt(relu(u)))", "sum(1/(2*sqrt(abs(u)))*du)",
         "u", FAILS),
        ("differential", "sqrt(relu(x))", "dx/(2*sqrt(x))", "x", INCONCLUSIVE),
        ("hessian", "relu(x)**1.25", "5/16*step(x)*abs(x)**(-3/4)", "x", HOLDS),
        ("hessian", "relu(x)**1.25", "5/16*abs(x)**(-3/4)", "x", FAILS),
        ("hessian", "relu(x)**1.25", "5/16*x**(-3/4)", "x", INCONCLUSIVE),
        ("hessian", "norm(relu(u))**3", "3*norm(relu(u))*eye(n)", "u", FAILS),
        ("hessian", "norm(relu(u))", "(diag(step(u)) - relu(u) @ relu(u).T"
         "/(norm(relu(u))**2 + step(-max(u))))/(norm(relu(u)) + step(-max(u)))",
         "u", HOLDS),
    ],
)  # fmt: skip
def test_differentials_and_hessians_are_still_as_well(
    field, function, claim, names, expected
):
    assert judged(function, claim, names, field).verdict == expected


def test_evidence_says_that_autodiff_alone_has_no_number():
    found = judged("sqrt(relu(x))", "step(x)/(2*sqrt(abs(x)))")
    assert found.evidence["left_out"].keys() == {NO_SLOPE}
    assert found.evidence["draws"] + found.evidence["left_out"][NO_SLOPE] == 256
    assert "not finite" in judged("sqrt(x)", "1/(2*sqrt(x))").evidence["left_out"]


@pytest.mark.parametrize(
    ("claim", "note"),
    [
        ("1/(2*sqrt(x))", "claim is not finite at"),
        ("1/(2*sqrt(abs(x))) + step(-sqrt(x))", "no enclosure decides"),
    ],
)
def test_claim_without_a_value_beside_a_constant_says_so(claim, note):
    found = judged("sqrt(relu(x))", claim)
    assert found.verdict == INCONCLUSIVE
    assert note in found.evidence["note"]


def test_claim_without_a_value_at_one_point_of_many_holds():
    # There is 0/0 at -1, which is drawn.
    claim = "step(x - 1)/sqrt(abs(x**2 - 1))"
    assert judged("acosh(maximum(x, 1))", claim, id="r12").verdict == HOLDS


# In balls.


def row(*entries, along) -> Jet:
    value = Matrix(REAL, (1, len(entries)), [arb(x) for x in entries])
    ways = {mask: ball_matrix([way]) for mask, way in enumerate(along, 1)}
    return Jet({0: value, **ways})


def floats(X: Matrix) -> list[float]:
    return [float(x.mid()) if x.is_finite() else float("nan") for x in X.entries]


@pytest.mark.parametrize(
    ("f", "edge", "value"),
    [
        (BALLS.sqrt, 0, 0), (BALLS.arccosh, 1, 0), (BALLS.arccos, 1, 0),
        (lambda x: BALLS.power(x, BALLS.exactly([[0.5]])), 0, 0),
        (lambda x: BALLS.power(x, row(0.5, 0.5, along=[[1, 1]])), 0, 0),
    ],
)  # fmt: skip
def test_what_does_not_move_stays_still_under_what_is_infinitely_steep(f, edge, value):
    found = f(row(edge, edge, along=[[0, 1], [0, 1]]))
    assert floats(found.value)[0] == value
    for mask in found.parts:
        if mask:
            assert found.part(mask).entries[0] == 0
            assert not found.part(mask).entries[1].is_finite()


def test_what_has_no_value_does_not_stay_still():
    for found in (BALLS.log(row(0, along=[[0]])), 1 / row(0, along=[[0]])):
        assert not any(found.part(mask).scalar.is_finite() for mask in (0, 1))
    negative = BALLS.power(row(0, along=[[0]]), row(-0.5, along=[[1]]))
    assert not negative.part(1).scalar.is_finite()
