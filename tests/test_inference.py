"""Types that nobody gave: by letter, by shape, by domain, and never too special."""

from __future__ import annotations

import pytest

from verifier.asking.entry import question_of
from verifier.asking.question import Question
from verifier.asking.unification import Sizes
from verifier.language.dimension import Dim


def question(statement: str, where: str = "") -> Question:
    found, problems = question_of(statement, where)
    assert problems == []
    assert found is not None
    return found


def types(statement: str, where: str = "") -> str:
    """Return the types of all names, in order, on one line."""
    record = question(statement, where).record
    return ", ".join(f"{name}: {text.value}" for name, text in record.where.items())


BY_LETTER = {
    "d(x.T @ A @ x)/dx = (A + A.T) @ x": "x: vector(n), A: matrix(n, n)",
    "d(A @ x)/dx = A": "A: matrix(m, n), x: vector(n)",
    "tr(A @ B) = tr(B @ A)": "A: matrix(m, n), B: matrix(n, m)",
    "A @ B = B @ A": "A: matrix(n, n), B: matrix(n, n)",
    "A.T @ A = A @ A.T": "A: matrix(n, n)",
    "d(c * x)/dx = c * eye(n)": "c: scalar, x: vector(n)",
    "d(alpha * x)/dx = alpha * eye(n)": "alpha: scalar, x: vector(n)",
    "d(exp(t * A))/dt = A * exp(t * A)": "t: scalar, A: matrix(m, n)",
    "d(x1.T @ x_2)/dx_2 = x1": "x1: vector(n), x_2: vector(n)",
    "d(Sigma @ x)/dx = Sigma": "Sigma: matrix(m, n), x: vector(n)",
}
BY_SHAPE = {
    "d(norm(A @ x - b)**2)/dx = 2*A.T @ (A @ x - b)": (
        "A: matrix(m, n), x: vector(n), b: vector(m)"
    ),
    "d(a.T @ x)/dx = a": "a: vector(n), x: vector(n)",
    "d(x.T @ x * a)/dx = 2*a @ x.T": "x: vector(n), a: vector(m)",
    "d((x - mu).T @ (x - mu))/dx = 2*(x - mu)": "x: vector(n), mu: vector(n)",
    "d(sum((x - mu)**2))/dmu = -2*sum(x - mu)": "x: vector(n), mu: scalar",
    "d(norm(Y - X @ beta)**2)/dbeta = -2*X.T @ (Y - X @ beta)": (
        "Y: vector(m), X: matrix(m, n), beta: vector(n)"
    ),
    "d(softmax(z/T))/dz = diag(softmax(z/T))/T": "z: vector(n), T: scalar",
    "d(sin(x))/dx = cos(x)": "x: scalar",
    "d(x**2)/dx = 2*x": "x: scalar",
    "d(A * x**2)/dx = 2*A*x": "A: matrix(m, n), x: scalar",
    "tr(a + 2*b.T) = tr(a) + 2*tr(b)": "a: matrix(n, n), b: matrix(n, n)",
    "d(exp(t * a))/dt = (a * exp(t * a)).T": "t: scalar, a: vector(n)",
    "d(tr(A @ X @ B))/dX = A.T @ B.T": (
        "A: matrix(p, m), X: matrix(m, n), B: matrix(n, p)"
    ),
    "vec(A @ X @ B) = kron(B.T, A) @ vec(X)": (
        "A: matrix(m, n), X: matrix(n, p), B: matrix(p, q)"
    ),
    "d(A @ X.T @ B)/dX = kron(B.T, A) @ commutation(m, n)": (
        "A: matrix(p, n), X: matrix(m, n), B: matrix(m, q)"
    ),
    "logdet(vstack(hstack(X, Z), hstack(zeros(n, m), Y))) = logdet(X) + logdet(Y)": (
        "X: invertible(m), Z: matrix(m, n), Y: invertible(n)"
    ),
}
FUNCTIONS = {
    "d(f(A @ x))/dx = A.T @ D(f)(A @ x)": (
        "f: vector(m) -> vector(p), A: matrix(m, n), x: vector(n)"
    ),
    "d(sum(f(A @ x)))/dx = A.T @ D(f)(A @ x)": (
        "f: scalar -> scalar, A: matrix(m, n), x: vector(n)"
    ),
    "d(f(x))/dx = diag(D(f)(x))": "f: scalar -> scalar, x: vector(n)",
    "d(sum(f(X)))/dX = D(f)(X)": "f: scalar -> scalar, X: matrix(m, n)",
    "d(tanh(x))/dx = diag(D(tanh)(x))": "x: vector(n)",
    "d(D(f)(x) @ v)/dx = hessian(f)(x) @ v": (
        "f: vector(n) -> scalar, x: vector(n), v: vector(n)"
    ),
    "d(g(f(x)))/dx = D(g)(f(x)) @ D(f)(x)": (
        "g: vector(m) -> vector(p), f: vector(n) -> vector(m), x: vector(n)"
    ),
    "d(f(x)**2)/dx = 2*f(x)*D(f)(x)": "f: vector(n) -> scalar, x: vector(n)",
    "d(f(g(t)))/dt = D(f)(g(t)) * D(g)(t)": (
        "f: scalar -> vector(n), g: scalar -> scalar, t: scalar"
    ),
    "d(U(t) @ V(t))/dt = D(U)(t) @ V(t) + U(t) @ D(V)(t)": (
        "U: scalar -> matrix(m, n), t: scalar, V: scalar -> matrix(n, p)"
    ),
    "hessian(f(x), x) = hessian(f)(x)": "f: vector(n) -> scalar, x: vector(n)",
    "d(f(X)) = tr(D(f)(X) @ dX)": "f: matrix(m, n) -> scalar, X: matrix(m, n)",
    "d(f(x, y))/dx = D(f)(x, y)": (
        "f: (vector(n), vector(m)) -> vector(p), x: vector(n), y: vector(m)"
    ),
    "f(x + h) = f(x) + D(f)(x) @ h + o(h)": (
        "f: vector(n) -> vector(m), x: vector(n), h: vector(n)"
    ),
    "lim h->0 of (f(x + h) - f(x))/h = D(f)(x)": (
        "f: scalar -> vector(n), x: scalar, h: scalar"
    ),
    "lim h->0 of (f(x + h*v) - f(x))/h = D(f)(x) @ v": (
        "f: vector(n) -> vector(m), x: vector(n), h: scalar, v: vector(n)"
    ),
    "f(x + t) = taylor(f, x, 3)(x + t) + o(t**3)": (
        "f: scalar -> scalar, x: scalar, t: scalar"
    ),
    "D(loss)(x) = D(loss)(x)": "loss: vector(n) -> vector(m), x: vector(n)",
}
SIZES = {
    "d(mean(x))/dx = ones(n, 1)/n": "x: vector(n)",
    "mean(x) = sum(x)/n": "x: vector(n)",
    "mean(X) = sum(X)/(m*n)": "X: matrix(m, n)",
    "d(sum(X))/dX = ones(m, n)": "X: matrix(m, n)",
    "d(mean((X @ w - y)**2))/dw = 2/N * X.T @ (X @ w - y)": (
        "X: matrix(N, n), w: vector(n), y: vector(N)"
    ),
    "d(norm(A @ x - b)**2/m)/dx = 2/m * A.T @ (A @ x - b)": (
        "A: matrix(m, n), x: vector(n), b: vector(m)"
    ),
    "tr(eye(n) + A) = n + tr(A)": "A: matrix(n, n)",
    "d(unit(i, n).T @ x)/dx = unit(i, n)": "i: index(n), x: vector(n)",
    "d(x**n)/dx = n*x**(n - 1)": "x: scalar, n: integer",
    "det(c*A) = c**n * det(A)": "c: scalar, A: matrix(n, n)",
    "d(tr(matpow(X, k)))/dX = k * matpow(X, k - 1).T": ("X: matrix(n, n), k: integer"),
    "lim n->inf of (1 + x/n)**n = exp(x)": "x: vector(m), n: integer",
}
DOMAINS = {
    "d(log(x))/dx = 1/x": "x: positive",
    "d(p.T @ log(p))/dp = 1 + log(p)": "p: positive_vector(n)",
    "d(sqrt(x))/dx = 1/(2*sqrt(x))": "x: positive",
    "d(x**a)/dx = a*x**(a - 1)": "x: positive, a: scalar",
    "d(log(a.T @ x))/dx = a/(a.T @ x)": "a: vector(n), x: vector(n)",
    "d(logdet(X))/dX = inv(X).T": "X: invertible(n)",
    "d(det(X))/dX = det(X) * inv(X).T": "X: invertible(n)",
    "d(x.T @ solve(A, x))/dx = 2*solve(A, x)": "x: vector(n), A: invertible(n)",
    "log(x * y) = log(x) + log(y)": "x: positive_vector(n), y: positive_vector(n)",
    "cholesky(S) @ cholesky(S).T = S": "S: positive_definite(n)",
    "sum(eigenvalues(S)) = tr(S)": "S: matrix(n, n)",
}
GIVEN = {
    ("d(x.T @ A @ x)/dx = 2*A @ x", "A: symmetric(n)"): "x: vector(n), A: symmetric(n)",
    ("d(x.T @ A @ x)/dx = 2*A @ x", "A: symmetric(k)"): "x: vector(k), A: symmetric(k)",
    ("d(A @ x - b)/dx = A", "b: scalar"): ("A: matrix(m, n), x: vector(n), b: scalar"),
    ("d(sin(x))/dx = diag(cos(x))", "x: vector(3)"): "x: vector(3)",
    ("d(loss(x))/dx = D(loss)(x)", "loss: vector(n) -> scalar"): (
        "loss: vector(n) -> scalar, x: vector(n)"
    ),
}
TABLE = {**BY_LETTER, **BY_SHAPE, **FUNCTIONS, **SIZES, **DOMAINS}


@pytest.mark.parametrize("statement", TABLE)
def test_types_are_inferred(statement):
    assert types(statement) == TABLE[statement]


@pytest.mark.parametrize(("statement", "where"), GIVEN)
def test_given_types_stay_and_the_others_follow(statement, where):
    assert types(statement, where) == GIVEN[statement, where]


def test_types_at_the_end_of_a_statement_come_before_the_option():
    statement = "d(x.T @ A @ x)/dx = 2*A @ x where A: symmetric(n)"
    assert types(statement, "A: matrix(n, n)") == "x: vector(n), A: symmetric(n)"


def test_log_det_asks_for_no_definite_matrix():
    # For a definite X, inv(X) would do as well as inv(X).T, and a false claim hold.
    assert types("d(log(det(X)))/dX = inv(X)") == "X: invertible(n)"


def test_a_claim_alone_restricts_nothing():
    assert types("d(abs(x))/dx = sqrt(x)/sqrt(x)") == "x: scalar"
    assert types("abs(x) = sqrt(x)**2") == "x: positive_vector(n)"


@pytest.mark.parametrize(
    "statement",
    [
        "d(x.T @ A @ x)/dx = 2*A*x",
        "d(x @ y)/dx = y",
        "d(A @ x)/dx = A*x + x",
        "x.T @ y = y @ x",
    ],
)
def test_no_name_becomes_a_scalar_to_mend_a_product(statement):
    """Whoever writes `@` and `.T` means matrices: the mistake must be said."""
    found, problems = question_of(statement)
    assert found is None
    assert any("mismatch" in problem.text for problem in problems)


def test_what_is_read_as_less_than_its_letter_says_is_noted():
    notes = question("d(sin(x))/dx = cos(x)").inferred.notes
    assert notes == (
        "`x` is read as a scalar, since as a vector the shapes do not fit; "
        "`where x: vector(n)` asks for that",
    )
    assert question("d(A @ x - b)/dx = A").inferred.notes == ()


def test_names_of_sizes_are_no_names_of_the_statement():
    assert types("d(m.T @ n)/dm = n") == "m: vector(p), n: vector(p)"
    assert types("d(A @ x + n*x)/dx = A + n*eye(q)") == (
        "A: matrix(q, q), x: vector(q), n: scalar"
    )


def test_a_misspelt_function_is_no_function_symbol():
    _, problems = question_of("d(trase(A @ X))/dX = A")
    assert problems[0].text == "unknown function 'trase'"


def test_a_hundred_names_are_read_in_good_time():
    total = " + ".join(f"x{i} * y{i}" for i in range(50))
    text = types(f"sum({total}) = 1")
    assert text.count("vector(n)") == 100


# Unknown sizes.


def test_sizes_unify_by_value_by_solving_and_part_by_part():
    sizes = Sizes()
    a, b, c, d = (sizes.fresh() for _ in range(4))
    assert sizes.unify(a, Dim.of("n"))
    assert sizes.of(a) == Dim.of("n")
    assert sizes.unify(b + 1, Dim.of("m") + 3)
    assert sizes.of(b) == Dim.of("m") + 2
    assert sizes.unify(c * d, Dim.of("p") * Dim.of("q"))
    assert (sizes.of(c), sizes.of(d)) == (Dim.of("p"), Dim.of("q"))
    assert sizes.ambiguous
    assert sizes.unify(a * 2, Dim.of("n") + Dim.of("n"))


def test_two_written_sizes_never_become_one_and_no_size_becomes_1():
    sizes = Sizes()
    assert not sizes.unify(Dim.of("m"), Dim.of("n"))
    assert not sizes.unify(sizes.fresh(), Dim.of(1))
    assert not sizes.unify(sizes.fresh(), Dim.of("n") - 1)
    assert not sizes.unify(Dim.of("m") * Dim.of("n"), Dim.of("m") + Dim.of("n"))
    unknown = sizes.fresh()
    assert not sizes.unify(unknown, unknown * Dim.of("n"))
    assert sizes.known == {}
