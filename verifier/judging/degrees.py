"""Degrees of rational functions, read off a term: what a random residue proves.

All entries of a value are written over one denominator, N_ij / Q; a pair (a, b) bounds
the degrees of the N_ij and of Q as polynomials in the raw entries that are drawn.
Cancellation is not looked for, so the bounds are safe and often not sharp.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction

from ..language.declaration import Type
from ..language.primitives import PRIMITIVES
from ..language.term import Term, terms

Pair = tuple[int, int]
LARGEST_EXPONENT = 64
LARGEST_DEGREE = 2**52
"""Degrees must be small beside the orders of the fields."""


def parametrised(declared: Type, n: int) -> Pair:
    """Return the degrees of a value of a type in its raw entries (`rational.build`)."""
    if declared.commutes:  # a polynomial of degree n - 1, with coefficients
        return n, 0
    match declared.kind:
        case "index" | "integer":
            return 0, 0
        case "probability_vector":  # v / sum(v)
            return 1, 1
        case "unit_vector":  # stereographic projection
            return 2, 2
        case "orthogonal":  # inv(I + S) @ (I - S)
            return n, n
        case "idempotent":  # S @ D @ inv(S)
            return n, n
        case "projection":  # Q @ D @ Q.T
            return 2 * n, 2 * n
    return 1, 0


def by_size(declared: Type) -> bool:
    """Whether `parametrised` says different things at different sizes."""
    return parametrised(declared, 2) != parametrised(declared, 3)


def sum_of(x: Pair, y: Pair) -> Pair:
    """Return the degrees of a sum over the product of the denominators."""
    return max(x[0] + y[1], y[0] + x[1]), x[1] + y[1]


def product_of(x: Pair, y: Pair) -> Pair:
    """Return the degrees of a product, a matrix product too."""
    return x[0] + y[0], x[1] + y[1]


def power_of(x: Pair, k: int) -> Pair:
    """Return the degrees of a power that is not negative."""
    return k * x[0], k * x[1]


def derivative_of(x: Pair, order: int, lift: int) -> Pair:
    """Return the degrees of a derivative along directions that are drawn as well.

    With e for the direction, N and Q have coefficients of e^k of degree at most
    a + k lift and b + k lift; and the coefficient of e^k in N / Q is over Q^(k+1).
    """
    a, b = x
    return a + order * (b + lift), (order + 1) * b


def lifted(x: Pair) -> int:
    """Return how much a direction of degree 1 adds: R / S + e u = (R + e S u) / S."""
    return max(0, x[1] + 1 - x[0])


def whole(term: Term, numbers: Mapping[str, int]) -> Fraction | None:
    """Return an exponent made of numbers, sizes and whole numbers by name, or None."""
    if term.op == "number":
        return term.value
    if term.op == "size":
        return term.dims[0].at(numbers)
    if term.op == "variable":
        value = numbers.get(term.name)
        return None if value is None else Fraction(value)
    parts = [whole(arg, numbers) for arg in term.args]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    match term.op:
        case "neg":
            return -known[0]
        case "add":
            return known[0] + known[1]
        case "sub":
            return known[0] - known[1]
        case "mul":
            return known[0] * known[1]
    return None


class NotRational(Exception):
    """A term is no rational function of the values; the message says why."""


@dataclass
class Degrees:
    """The degrees of terms at one choice of sizes."""

    leaves: Mapping[str, Pair]
    numbers: Mapping[str, int]
    free: bool = False
    """Whether elementary functions are free: their values are drawn as well."""
    symbols: Collection[str] = ()
    """Function symbols, which then are free as well."""
    lift: int = 0
    """How much each order of a derivative adds at most to a degree."""
    inverted: int = 0
    """The degree of everything that must not vanish, all denominators together."""
    reach: int = 1
    """The largest degree of what a free function is applied to, both parts together."""
    arguments: int = 0
    """Entries that a free function is applied to."""
    logarithms: bool = False
    """Whether one of these functions is a logarithm, which `exp` undoes."""
    sized: bool = False
    """Whether any of this depends on the sizes, or on whole numbers by name."""

    def __post_init__(self) -> None:
        self._known: dict[Term, Pair] = {}

    def of(self, term: Term) -> Pair:
        """Return the degrees of a term, or raise NotRational."""
        if term not in self._known:
            self._known[term] = self._compute(term)
        return self._known[term]

    def _compute(self, term: Term) -> Pair:
        match term.op:
            case "number" | "size":
                return 0, 0
            case "constant":
                return 1, 0
            case "variable":
                return self.leaves[term.name]
        if term.name in self.symbols and term.kind != "taylor":
            return bounded(_symbol(self, term, [self.of(arg) for arg in term.args]))
        row = PRIMITIVES.get(term.op)
        rule = _RULES.get(row.degree) if row else None
        if self.free and row and row.free:
            rule = _free
        if rule is None:
            raise NotRational(_refusal(term))
        return bounded(rule(self, term, [self.of(arg) for arg in term.args]))

    @property
    def coincident(self) -> int:
        """The degree of all by which two arguments may happen to be the same.

        An argument u may meet any v or -v, and zero, where it meets -u. Beside
        logarithms it may also meet 1 / v, one, and the value of a function, or what is
        less by its sign or its inverse.
        """
        n = self.arguments
        pairs = 8 * n * n if self.logarithms else n * (2 * n - 1)
        return pairs * 2 * self.reach

    def apply(self, pair: Pair, count: int) -> None:
        """Note that a free function is applied to so many entries of these degrees."""
        self.arguments += count
        self.reach = max(self.reach, sum(pair))
        self.lift += pair[0]

    def size(self, term: Term, axis: int = 0) -> int:
        """Return a number of rows or columns."""
        dim = term.shape[axis]
        self.sized |= bool(dim.names)
        return int(dim.number(self.numbers))

    def divide(self, x: Pair, y: Pair, count: int = 1) -> Pair:
        """Divide by entries with `count` different numerators over one denominator."""
        self.inverted += count * y[0]
        return x[0] + y[1] + (count - 1) * y[0], x[1] + count * y[0]

    def inverse(self, x: Pair, n: int) -> Pair:
        """Invert a matrix: inv A = adj A / det A."""
        a, b = x
        self.inverted += n * a
        return (n - 1) * a + b, n * a


def bounded(pair: Pair) -> Pair:
    """Return degrees as they are; NotRational where they are too large."""
    if sum(pair) > LARGEST_DEGREE:
        raise NotRational("a degree is too large for the fields")
    return pair


Rule = Callable[[Degrees, Term, list[Pair]], Pair]


def _quotient(degrees: Degrees, term: Term, args: list[Pair]) -> Pair:
    below = term.args[1]
    count = degrees.size(below) * degrees.size(below, 1)
    return degrees.divide(args[0], args[1], count)


def _power(degrees: Degrees, term: Term, args: list[Pair]) -> Pair:
    k = term.value
    if k is None:
        k = whole(term.args[1], degrees.numbers)
        degrees.sized = True
    if k is None or k.denominator != 1 or abs(k) > LARGEST_EXPONENT:
        raise NotRational("an exponent is not a small whole number")
    if k >= 0:
        return power_of(args[0], int(k))
    count = degrees.size(term) * degrees.size(term, 1)
    return power_of(degrees.divide((0, 0), args[0], count), -int(k))


def _matrix_power(degrees: Degrees, term: Term, args: list[Pair]) -> Pair:
    k = int(term.dims[0].at(degrees.numbers))
    degrees.sized |= bool(term.dims[0].names)
    if k >= 0:
        return power_of(args[0], k)
    return power_of(degrees.inverse(args[0], degrees.size(term)), -k)


def _pseudoinverse(degrees: Degrees, term: Term, args: list[Pair]) -> Pair:
    least = min(degrees.size(term), degrees.size(term, 1))
    gram = power_of(args[0], 2)
    return product_of(degrees.inverse(gram, least), args[0])


def _logarithm(degrees: Degrees, x: Pair, count: int = 1) -> Pair:
    # Only derivatives count: those of log(N_ij / Q) are over powers of N_ij Q.
    a, b = x
    degrees.inverted += count * a
    return count * (a + b), count * (a + b)


def _log(degrees: Degrees, term: Term, args: list[Pair]) -> Pair:
    count = degrees.size(term) * degrees.size(term, 1)
    return _logarithm(degrees, args[0], count)


def _log1p(degrees: Degrees, term: Term, args: list[Pair]) -> Pair:
    return _log(degrees, term, [sum_of((0, 0), args[0])])


def _arctan(degrees: Degrees, term: Term, args: list[Pair]) -> Pair:
    # With N / Q below, derivatives are over powers of Q^2 + N^2, or of Q^2 - N^2.
    count = degrees.size(term) * degrees.size(term, 1)
    total = count * 2 * max(args[0])
    degrees.inverted += total
    return total, total


def _free(degrees: Degrees, term: Term, args: list[Pair]) -> Pair:
    """Return the degrees of what is made of free functions.

    Their slopes and values, over one denominator, are of at most `own` in the values
    that are drawn, in 1 / N_ij, and in what is known to be a logarithm or a power. With
    N / Q for the arguments, whose coefficients of e^k are of degree a + k lift, the
    chain rule brings Q to the fourth, and a more for each order.
    """
    row, arg = PRIMITIVES[term.op], term.args[0]
    a, b = args[0]
    a, count = max(a, b), degrees.size(arg) * degrees.size(arg, 1)
    if row.degree == "logdet":
        (a, b), count = power_of((a, b), 2 * degrees.size(arg)), 1
    degrees.logarithms |= row.free > 1 or row.degree in VALUELESS
    for _ in range(row.free):
        degrees.apply((a, b), count)
        own = 4 * count * (1 + degrees.reach + a + b)
        degrees.inverted += own
        a = b = own + 4 * b
    return a, b


def _symbol(degrees: Degrees, term: Term, args: list[Pair]) -> Pair:
    """Return the degrees of a function symbol: all its derivatives are drawn."""
    b = sum(below for _, below in args)
    a = max(above for above, _ in args) + b
    degrees.apply((a, b), degrees.size(term) * degrees.size(term, 1))  # or fewer
    return 1 + 4 * b, 4 * b


_RULES: dict[str, Rule] = {
    "constant": lambda degrees, term, args: (0, 0),
    "same": lambda degrees, term, args: args[0],
    "sum": lambda degrees, term, args: sum_of(*args),
    "product": lambda degrees, term, args: product_of(*args),
    "quotient": _quotient,
    "power": _power,
    "matpow": _matrix_power,
    "prod": lambda degrees, term, args: power_of(
        args[0], degrees.size(term.args[0]) * degrees.size(term.args[0], 1)
    ),
    "det": lambda degrees, term, args: power_of(args[0], degrees.size(term.args[0])),
    "inverse": lambda degrees, term, args: degrees.inverse(args[0], degrees.size(term)),
    "solve": lambda degrees, term, args: product_of(
        degrees.inverse(args[0], degrees.size(term)), args[1]
    ),
    "pinv": _pseudoinverse,
    "logarithm": _log,
    "log1p": _log1p,
    "arctan": _arctan,
    "logdet": lambda degrees, term, args: _logarithm(
        degrees, power_of(args[0], degrees.size(term.args[0]))
    ),
}
VALUELESS = ("logarithm", "log1p", "logdet", "arctan")
"""Rules of what has rational derivatives, and no rational value."""


def _refusal(term: Term) -> str:
    if term.op in ("apply", "derived"):
        return f"`{term.name}` is a function that is drawn at random"
    return f"`{term.op}` is not a rational function of its argument"


def has_logarithm(root: Term) -> bool:
    """Whether a term has no value here, but perhaps derivatives."""
    return any(
        PRIMITIVES[term.op].degree in VALUELESS
        for term in terms(root)
        if term.op in PRIMITIVES
    )
