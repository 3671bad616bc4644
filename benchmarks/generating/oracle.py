"""The truth about a claim at single points, by long arithmetic and difference quotients.

Nothing is shared with the verdict but the values that the table of primitives states:
linear algebra is written again, on arrays of long numbers, and derivatives are
quotients of differences that are too small to be seen in a float.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random
from typing import Any

import flint
import numpy as np
from flint import arb, arb_mat

from verifier.engine.draws import build
from verifier.language.declaration import FunctionType, Type
from verifier.language.primitives import PRIMITIVES
from verifier.language.tree import Call, Derived, Name, Number, Tree, dimension_of

Array = Any
BITS = 1600
SCALES = (1, 1, Fraction(1, 4), 8, Fraction(1, 64), 1)
ALIASES = {
    "arctan": "atan", "arcsin": "asin", "arccos": "acos",
    "arcsinh": "asinh", "arccosh": "acosh", "arctanh": "atanh",
}  # fmt: skip


SHAPING = frozenset({"max", "min"})
"""Names that mean more than a function of one number."""


class NoValue(Exception):
    """A value does not exist here, or is not known to."""


def entrywise(f: Callable[..., Any]) -> Callable[..., Array]:
    """Return a function of arrays, entry by entry."""
    made = np.frompyfunc(f, f.__code__.co_argcount if hasattr(f, "__code__") else 1, 1)
    return lambda *args: np.asarray(made(*args), object)


def real(value: Any) -> arb:
    """Return a number, long."""
    if isinstance(value, Fraction):
        return arb(value.numerator) / value.denominator
    return value if isinstance(value, arb) else arb(value)


LONG = entrywise(lambda x: real(x))


def _wrapped(f: Any) -> Any:
    """Return a function of NumPy whose result is an array, without axes if need be."""

    def call(*args: Any, **more: Any) -> Any:
        found = f(*args, **more)
        return np.array(found, object) if isinstance(found, arb) else found

    return call if callable(f) else f


class Long:
    """The array namespace of long numbers: what the rows of the table call `xp`."""

    inf = np.inf

    def __getattr__(self, name: str) -> Any:
        method = ALIASES.get(name, name)
        if name not in SHAPING and hasattr(arb, method):
            return entrywise(lambda x: getattr(real(x), method)())
        if hasattr(np, name):
            return _wrapped(getattr(np, name))
        raise NoValue(name)

    @property
    def pi(self) -> arb:
        """Return pi."""
        return arb.pi()

    def sum(self, X: Array, axis: Any = None, keepdims: bool = True) -> Array:
        """Return sums along an axis, or of all entries."""
        return np.asarray(np.sum(X, axis=axis, keepdims=keepdims), object)

    def number(self, condition: Array) -> Array:
        """Return 1 where true, else 0."""
        return LONG(np.asarray(condition).astype(int))

    def eye(self, n: int) -> Array:
        """Return the identity."""
        return LONG(np.eye(n, dtype=int))

    def ones(self, shape: Any) -> Array:
        """Return ones."""
        return LONG(np.ones(shape, int))

    def zeros(self, shape: Any) -> Array:
        """Return zeros."""
        return LONG(np.zeros(shape, int))

    def tri(self, rows: int, columns: int, k: int) -> Array:
        """Return ones on and below diagonal k."""
        return LONG(np.tri(rows, columns, k, dtype=int))

    def constant(self, value: Any) -> Array:
        """Return a number as a 1 x 1 array."""
        return np.array([[real(value)]], object)

    def top(self, x: Array) -> Array:
        """Return a shift."""
        return self.constant(0)

    def sign(self, x: Array) -> Array:
        """Return -1, 0 or 1."""
        return entrywise(_sign)(x)

    def where(self, condition: Array, x: Array, y: Array) -> Array:
        """Return the entries of x where true, else those of y."""
        return np.where(np.asarray(condition, bool), x, y)

    def maximum(self, x: Array, y: Array) -> Array:
        """Return the larger entries."""
        return entrywise(lambda a, b: a if a > b else b)(x, y)

    def minimum(self, x: Array, y: Array) -> Array:
        """Return the smaller entries."""
        return entrywise(lambda a, b: a if a < b else b)(x, y)

    def power(self, x: Array, y: Any) -> Array:
        """Return x ** y."""
        return entrywise(lambda a, b: a**b)(x, y)

    def erf(self, x: Array) -> Array:
        """Return the error function."""
        return entrywise(lambda a: a.erf())(x)

    # Linear algebra, by elimination and by power series.

    def inv(self, A: Array) -> Array:
        """Return the inverse."""
        return self.solve(A, self.eye(len(A)))

    def solve(self, A: Array, B: Array) -> Array:
        """Return inv(A) @ B."""
        n = len(A)
        M = np.concatenate((A, B), axis=1)
        _eliminated(M, n)
        for j in reversed(range(n)):
            M[j] = M[j] / M[j, j]
            for i in range(j):
                M[i] = M[i] - M[i, j] * M[j]
        return M[:, n:]

    def det(self, A: Array) -> Array:
        """Return the determinant, 1 x 1."""
        M = A.copy()
        found = real(_eliminated(M, len(M)))
        for j in range(len(M)):
            found = found * M[j, j]
        return self.constant(found)

    def logdet(self, A: Array) -> Array:
        """Return log|det A|, 1 x 1."""
        return self.constant(abs(self.det(A)[0, 0]).log())

    def pinv(self, A: Array) -> Array:
        """Return the Moore-Penrose inverse of full rank."""
        m, n = A.shape
        if m >= n:
            return self.solve(A.T @ A, A.T)
        return self.solve(A @ A.T, A).T

    def expm(self, A: Array) -> Array:
        """Return the matrix exponential, by squaring a power series."""
        halvings = 40
        A = A / arb(2) ** halvings
        total = term = self.eye(len(A))
        for k in range(1, flint.ctx.prec // 30 + 8):
            term = term @ A / k
            total = total + term
        for _ in range(halvings):
            total = total @ total
        return total

    def cholesky(self, A: Array) -> Array:
        """Return the lower Cholesky factor of a symmetric matrix."""
        _needs_symmetric(A)
        n, L = len(A), self.zeros(A.shape)
        for j in range(n):
            for i in range(j, n):
                rest = A[i, j] - sum((L[i, k] * L[j, k] for k in range(j)), arb(0))
                L[i, j] = rest.sqrt() if i == j else rest / L[j, j]
        return L

    def eigenvalues(self, A: Array) -> Array:
        """Return the eigenvalues of a symmetric matrix, ascending."""
        _needs_symmetric(A)
        try:
            found = arb_mat(A.tolist()).eig()
        except ValueError as error:
            raise NoValue from error
        values = sorted((z.real for z in found), key=lambda x: float(x.mid()))
        return np.array(values, object)[:, None]


def _sign(x: arb) -> arb:
    return arb(1 if x > 0 else -1 if x < 0 else 0)


def _needs_symmetric(A: Array) -> None:
    if any(not x.contains(0) for x in (A - A.T).ravel()):
        raise NoValue("not symmetric")


def _eliminated(M: Array, n: int) -> int:
    """Bring the first n columns to a triangle; return the sign of the exchanges."""
    sign = 1
    for j in range(n):
        best = max(range(j, n), key=lambda i: float(abs(M[i, j]).mid()))
        if best != j:
            M[[j, best]], sign = M[[best, j]], -sign
        for i in range(j + 1, n):
            M[i] = M[i] - M[i, j] / M[j, j] * M[j]
    return sign


XP = Long()


@dataclass(frozen=True)
class Symbol:
    """A function symbol of the oracle: waves and squares of sums, drawn at random."""

    declared: FunctionType
    shape: tuple[int, int]
    W: Sequence[Array]
    C: Array

    def value(self, args: Sequence[Array]) -> Array:
        """Return the value."""
        u = sum((W @ _flat(X) for W, X in zip(self.W, args, strict=True)), 0)
        wave = entrywise(lambda x: x.sin() + x * x / 8 + x / 2)(u)
        return (self.C @ wave).reshape(self.shape)

    def slope(self, args: Sequence[Array], position: int) -> Array:
        """Return D in numerator layout, by differences."""
        i = position - 1
        J = differences(
            lambda X: self.value([*args[:i], X, *args[i + 1 :]]), args[i], _units(args[i])
        )
        if self.shape == (1, 1):
            return J.reshape(args[i].shape, order="F").T
        if args[i].shape == (1, 1):
            return J.reshape(self.shape, order="F")
        return J


def _flat(X: Array) -> Array:
    return X.reshape(-1, 1, order="F")


def _units(X: Array) -> list[Array]:
    """Return a direction for each entry, the columns one after another."""
    found = []
    for j in range(X.shape[1]):
        for i in range(X.shape[0]):
            E = XP.zeros(X.shape)
            E[i, j] = arb(1)
            found.append(E)
    return found


def step() -> arb:
    """Return a step of difference quotients, at the bits that are set."""
    return arb(2) ** -(flint.ctx.prec // 4)


def differences(
    f: Callable[[Array], Array], X: Array, directions: Sequence[Array]
) -> Array:
    """Return the Jacobian on stacked columns, one column for each direction."""
    h = step()
    columns = [_flat((f(X + h * E) - f(X - h * E)) / (2 * h)) for E in directions]
    return np.concatenate(columns, axis=1)


@dataclass
class Spot:
    """A point: sizes and whole numbers, values of names, function symbols."""

    numbers: dict[str, int]
    values: dict[str, Array]
    symbols: dict[str, Symbol]
    turned: bool = False
    """Whether D has the denominator layout."""
    known: dict[int, tuple[Tree, Array]] = field(default_factory=dict)

    def at(self, name: str, X: Array) -> Spot:
        """Return the point at which a name has another value."""
        return Spot(self.numbers, {**self.values, name: X}, self.symbols, self.turned)

    def value(self, tree: Tree) -> Array:
        """Return the value of a tree; NoValue where it is not finite."""
        found = self._value(tree)
        if not all(x.is_finite() for x in found.ravel()):
            raise NoValue
        return found

    def _value(self, tree: Tree) -> Array:
        """Return a value, which is computed once wherever a tree stands."""
        if id(tree) not in self.known:
            self.known[id(tree)] = tree, self._computed(tree)
        return self.known[id(tree)][1]

    def _computed(self, tree: Tree) -> Array:
        match tree:
            case Number(value):
                return XP.constant(value)
            case Name("pi"):
                return XP.constant(arb.pi())
            case Name(name):
                if name in self.values:
                    return self.values[name]
                return XP.constant(self.numbers[name])
            case Derived(kind="D", symbol=symbol, positions=(position,)):
                args = [self._value(arg) for arg in tree.args]
                J = self.symbols[symbol].slope(args, position)
                return J.T if self.turned else J
            case Call(name, args) if name in self.symbols:
                return self.symbols[name].value([self._value(arg) for arg in args])
            case Call("pow" | "matpow" as name, (base, Number(k))) if (
                k.denominator == 1
            ):
                return PRIMITIVES[name].value(XP, self._value(base), int(k))
            case Call(name, args):
                return self._called(name, args)
        raise NoValue

    def _called(self, name: str, args: Sequence[Tree]) -> Array:
        row = PRIMITIVES[name]
        if row.signature == "elementwise":
            return row.value(XP, *map(self._value, args))
        found = []
        for parameter, arg in zip(row.parameters, args, strict=True):
            whole = parameter.startswith("#") or parameter == "integer"
            if whole:
                found.append(int(dimension_of(arg).number(self.numbers)))
            else:
                found.append(self._value(arg))
        if name == "unit":
            index, n = int(float(found[0][0, 0])), found[1]
            return XP.number(np.arange(1, n + 1)[:, None] == index)
        if name == "matmul" and (1, 1) in (found[0].shape, found[1].shape):
            if found[0].shape[1] != found[1].shape[0]:
                return found[0] * found[1]
        tail = [i for i, p in enumerate(row.parameters) if not _sized(p)]
        tail += [i for i, p in enumerate(row.parameters) if _sized(p)]
        return row.value(XP, *(found[i] for i in tail))


def _sized(parameter: str) -> bool:
    return parameter.startswith("#") or parameter == "integer"


def spot(
    types: Mapping[str, Type | FunctionType], random: Random, pinned: Mapping[str, int]
) -> Spot:
    """Draw a point, at values as large as the verifier's; some sizes may be pinned."""
    sizes = sorted({n for d in _values(types) for dim in d.dims for n in dim.names})
    numbers = {n: pinned.get(n, random.randint(1, 5)) for n in sizes}
    scale, mode = random.choice(SCALES), random.randrange(8)
    values: dict[str, Array] = {}
    symbols: dict[str, Symbol] = {}
    for name, declared in types.items():
        if isinstance(declared, FunctionType):
            symbols[name] = _symbol(declared, random, numbers)
            continue
        if declared.kind == "index":
            top = int(declared.dims[0].number(numbers))
            numbers[name] = pinned.get(name, random.randint(1, top))
            if numbers[name] > top:
                raise NoValue
        elif declared.kind == "integer":
            numbers[name] = pinned.get(name, random.randint(-2, 5))
        else:
            shape = tuple(int(d.number(numbers)) for d in declared.shape)
            V = _entries(random, shape, scale, mode)
            values[name] = np.asarray(build(XP, declared.kind, V), object)
    return Spot(numbers, values, symbols)


def _values(types: Mapping[str, Type | FunctionType]) -> list[Type]:
    found: list[Type] = []
    for declared in types.values():
        if isinstance(declared, FunctionType):
            found += [*declared.arguments, declared.result]
        else:
            found.append(declared)
    return found


def _entries(random: Random, shape: Any, scale: Any, mode: int) -> Array:
    """Draw raw entries: short dyadic numbers of one scale."""

    def one(_: Any) -> arb:
        sign = {0: 1, 1: -1}.get(mode, random.choice((1, -1)))
        return real(Fraction(sign * random.randint(512, 6144), 4096) * scale)

    return np.frompyfunc(one, 1, 1)(np.zeros(shape)).astype(object)


def _symbol(
    declared: FunctionType, random: Random, numbers: Mapping[str, int]
) -> Symbol:
    def sized(type: Type) -> tuple[int, int]:
        m, n = type.shape
        return int(m.number(numbers)), int(n.number(numbers))

    y = sized(declared.result)
    xs = [sized(argument) for argument in declared.arguments]
    ridges = 4
    W = [_entries(random, (ridges, m * n), Fraction(1, 2), 2) for m, n in xs]
    C = _entries(random, (y[0] * y[1], ridges), Fraction(1, 2), 2)
    return Symbol(declared, y, W, C)


class bits:
    """A context in which numbers have so many bits."""

    def __init__(self, count: int):
        self.count = count

    def __enter__(self) -> None:
        self.before, flint.ctx.prec = flint.ctx.prec, self.count

    def __exit__(self, *_: object) -> None:
        flint.ctx.prec = self.before


def differ(left: Array, right: Array) -> bool:
    """Whether two values are different, beyond what difference quotients leave."""
    if left.shape != right.shape:
        return True
    dust = arb(2) ** -(flint.ctx.prec // 3)
    scale = arb(0)
    for x in (*left.ravel(), *right.ravel()):
        top = abs(x).upper()
        scale = top if top > scale else scale
    return any(abs(d).lower() > dust * scale for d in (left - right).ravel())
