"""Derivatives by rule: a differential, linear in the changes, and what is read off it.

The differential of a function comes from the table of primitives: from what a row says
of its differential, or from its degree, where it is linear or bilinear. A gradient is
what the adjoint of that linear map makes of the number 1, and a Jacobian its matrix on
stacked columns. Nothing of the verifier's own rules is used here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from verifier.language.declaration import FunctionType, Type
from verifier.language.expression import parse
from verifier.language.primitives import PRIMITIVES, Row
from verifier.language.shapes import infer
from verifier.language.term import ONE, SCALAR, Scope, Shape
from verifier.language.tree import Call, Derived, Name, Number, Tree

from .writing import (
    at,
    call,
    changed,
    eye,
    kron,
    names_in,
    negative,
    number,
    ones,
    plus,
    size,
    times,
    turned,
    vec,
    zeros,
)

FRECHET = "frechet"
"""The derivative of expm at A along E, a linear map of E, until it is written out."""
Linear = Tree | None


class NoRule(Exception):
    """A derivative that is not known here."""


@dataclass(frozen=True)
class Calculus:
    """The derivatives of functions of some names; `scope` knows their changes too."""

    scope: Scope
    names: frozenset[str]

    @staticmethod
    def of(scope: Scope, names: Sequence[str]) -> Calculus:
        """Return the derivatives by some names."""
        found = {f"d{name}": Type("matrix", scope.types[name].shape) for name in names}  # type: ignore[union-attr]
        return Calculus(replace(scope, extra=found, seen={}), frozenset(names))

    def shape(self, tree: Tree) -> Shape:
        """Return the rows and columns of a tree."""
        match tree:
            case Call(name, (A, E)) if name == FRECHET:
                return self.shape(A)
        return infer(written_out(tree, self), self.scope).shape

    def moves(self, tree: Tree) -> bool:
        """Whether a change stands in a tree."""
        return any(f"d{name}" in names_in(tree) for name in self.names)

    # The differential.

    def differential(self, tree: Tree) -> Linear:
        """Return d(tree), linear in the changes dX; None for zero."""
        match tree:
            case Name(name):
                return Name(f"d{name}") if name in self.names else None
            case Call(name, args):
                moved = [self.differential(arg) for arg in args]
                if all(change is None for change in moved):
                    return None
                declared = self.scope.types.get(name)
                if isinstance(declared, FunctionType):
                    return self._symbol(tree, declared, moved)
                return self._row(tree, PRIMITIVES[name], moved)
        return None

    def _row(self, tree: Call, row: Row, moved: Sequence[Linear]) -> Linear:
        args = tree.args
        match tree:
            case Call("pow", (u, Number(k))) if moved[0] is not None:
                power = u if k == 2 else call("pow", u, number(k - 1))
                return times(times(number(k), power), self._spread(moved[0], u, tree))
            case Call("matpow", (u, Number(k))) if moved[0] is not None:
                return _power(u, int(k), moved[0])
            case Call("expm", (A,)) if moved[0] is not None:
                return call(FRECHET, A, moved[0])
            case Call("cholesky", (A,)) if moved[0] is not None:
                return _factor(tree, moved[0])
        if row.differential:
            return self._stated(tree, row, moved)
        match row.degree:
            case "same":
                return None if moved[0] is None else Call(tree.name, (moved[0], *args[1:]))
            case "sum":
                return self._sum(tree, moved)
            case "product":
                found: Linear = None
                for i, change in enumerate(moved):
                    if change is not None:
                        new = (*args[:i], change, *args[i + 1 :])
                        found = plus(found, Call(tree.name, new))
                return found
        raise NoRule

    def _sum(self, tree: Call, moved: Sequence[Linear]) -> Linear:
        left, right = moved
        if tree.name in ("add", "sub"):
            left, right = (
                None if change is None else self._spread(change, arg, tree)
                for change, arg in zip(moved, tree.args, strict=True)
            )
            return plus(left, negative(right) if tree.name == "sub" else right)
        shapes = [self.shape(arg) for arg in tree.args]
        parts = [
            zeros(*shape) if change is None else change
            for change, shape in zip(moved, shapes, strict=True)
        ]
        return Call(tree.name, tuple(parts))

    def _spread(self, change: Tree, arg: Tree, tree: Tree) -> Tree:
        """Return the change of a scalar that stands beside a matrix."""
        shape = self.shape(tree)
        if self.shape(arg) == SCALAR and shape != SCALAR:
            return times(change, ones(*shape))
        return change

    def _stated(self, tree: Call, row: Row, moved: Sequence[Linear]) -> Linear:
        """Return the differential that a row states, of the arguments that move."""
        bound: dict[str, Tree] = {}
        values = [arg for arg, p in zip(tree.args, _kinds(row), strict=False) if p]
        for parameter, arg in zip(row.parameters, tree.args, strict=False):
            if " " in parameter:
                for letter, dim in zip(parameter.split(), self.shape(arg), strict=True):
                    bound[letter] = size(dim)
        bound |= dict(zip("uv", values, strict=False))
        changes = dict(zip(("du", "dv"), moved, strict=False))
        if row.signature == "elementwise":
            changes = {
                name: None if change is None else self._spread(change, arg, tree)
                for (name, change), arg in zip(changes.items(), tree.args, strict=True)
            }
        return _linear(parse(row.differential), bound, changes)

    def _symbol(
        self, tree: Call, declared: FunctionType, moved: Sequence[Linear]
    ) -> Linear:
        """Return the differential of a function symbol, D in numerator layout."""
        found: Linear = None
        y = declared.result.shape
        for i, change in enumerate(moved):
            if change is None:
                continue
            x = declared.arguments[i].shape
            D: Tree = Derived("D", tree.name, (i + 1,), None, None, tree.args)
            if x == SCALAR:
                part = times(D, change)
            elif y == SCALAR:
                part = at(D, change) if x[1] == ONE else call("tr", at(D, change))
            else:
                flat = at(D, vec(change, x))
                part = flat if y[1] == ONE else call("unvec", flat, *map(size, y))
            found = plus(found, part)
        return found

    # The gradient: the adjoint of a linear map.

    def gradient(self, tree: Linear, G: Tree) -> Linear:
        """Return the gradient of sum(G * tree) by the only name that moves in it."""
        if tree is None or not self.moves(tree):
            return None
        pull = self.gradient
        match tree:
            case Name():
                return G
            case Call("add", (left, right)):
                return plus(pull(left, G), pull(right, G))
            case Call("sub", (left, right)):
                return plus(pull(left, G), negative(pull(right, G)))
            case Call("neg", (inner,)):
                return negative(pull(inner, G))
            case Call("transpose", (inner,)):
                return pull(inner, turned(G))
            case Call("div", (inner, below)):
                return self._scaled(inner, call("div", UNIT, below), G)
            case Call("mul", (left, right)):
                moving, other = (left, right) if self.moves(left) else (right, left)
                return self._scaled(moving, other, G)
            case Call("matmul", (left, right)):
                if SCALAR in (self.shape(left), self.shape(right)):
                    moving, other = (left, right) if self.moves(left) else (right, left)
                    return self._scaled(moving, other, G)
                if self.moves(left):
                    return pull(left, at(G, turned(right)))
                return pull(right, at(turned(left), G))
            case Call(name, (A, E)) if name == FRECHET:
                return pull(E, call(FRECHET, turned(A), G))
            case Call("solve", (A, right)):
                return pull(right, call("solve", turned(A), G))
            case Call("kron", (left, right)):
                return self._kron_gradient(left, right, G)
            case Call("hstack" | "vstack", (left, right)):
                first, second = self._blocks(tree)
                if tree.name == "hstack":
                    return plus(pull(left, at(G, first)), pull(right, at(G, second)))
                first, second = turned(first), turned(second)
                return plus(pull(left, at(first, G)), pull(right, at(second, G)))
            case Call(_, (inner, *_)):
                return pull(inner, self._adjoint(tree, inner, G))
        raise NoRule

    def _scaled(self, moving: Tree, other: Tree, G: Tree) -> Linear:
        if self.shape(moving) == SCALAR and self.shape(other) != SCALAR:
            return self.gradient(moving, call("sum", call("mul", other, G)))
        return self.gradient(moving, times(other, G))

    def _adjoint(self, tree: Call, inner: Tree, G: Tree) -> Tree:
        m, n = self.shape(inner)
        match tree.name:
            case "sum":
                return times(G, ones(m, n))
            case "mean":
                return call("div", times(G, ones(m, n)), size(m * n))
            case "tr":
                return times(G, eye(n))
            case "rowsum":
                return at(G, ones(ONE, n))
            case "colsum":
                return at(ones(m, ONE), G)
            case "vec":
                return G if n == ONE else call("unvec", G, size(m), size(n))
            case "unvec":
                return vec(G, self.shape(tree))
            case "diag":
                return call("diagonal", G)
            case "diagonal":
                return call("diag", G)
            case "tril" | "triu":
                return call(tree.name, G)
        raise NoRule

    def _blocks(self, tree: Call) -> tuple[Tree, Tree]:
        """Return what picks the two parts of a stack, columns below one another."""
        axis = 1 if tree.name == "hstack" else 0
        a, b = (self.shape(arg)[axis] for arg in tree.args)
        first = call("vstack", eye(a), zeros(b, a))
        second = call("vstack", zeros(a, b), eye(b))
        return first, second

    def _regrouped(self, left: Tree, right: Tree) -> Tree:
        """Return the matrix M with vec(kron(A, B)) = M kron(vec(A), vec(B))."""
        (m, n), (p, q) = self.shape(left), self.shape(right)
        K = eye(q * m) if ONE in (q, m) else call("commutation", size(q), size(m))
        return kron(kron(eye(n), K), eye(p))

    def _kron_gradient(self, left: Tree, right: Tree, G: Tree) -> Linear:
        M = self._regrouped(left, right)
        g = at(turned(M), vec(G, self.shape(call("kron", left, right))))
        A, B = self.shape(left), self.shape(right)
        if self.moves(left):
            flat = at(kron(eye(A[0] * A[1]), turned(vec(right, B))), g)
            moving, shape = left, A
        else:
            flat = at(kron(turned(vec(left, A)), eye(B[0] * B[1])), g)
            moving, shape = right, B
        part = flat if shape[1] == ONE else call("unvec", flat, *map(size, shape))
        return self.gradient(moving, part)

    # The Jacobian: a linear map on stacked columns.

    def jacobian(self, tree: Linear) -> Linear:
        """Return J with vec(tree) = J vec(dX)."""
        if tree is None or not self.moves(tree):
            return None
        J = self.jacobian
        match tree:
            case Name():
                m, n = self.shape(tree)
                return eye(m * n)
            case Call("add", (left, right)):
                return plus(J(left), J(right))
            case Call("sub", (left, right)):
                return plus(J(left), negative(J(right)))
            case Call("neg", (inner,)):
                return negative(J(inner))
            case Call("hstack", (left, right)):
                return call("vstack", self._stacked(left), self._stacked(right))
            case Call("vstack", (left, right)):
                n = self.shape(tree)[1]
                found: Linear = None
                for part, block in zip((left, right), self._blocks(tree), strict=True):
                    found = plus(found, self._through(kron(eye(n), block), part))
                return found
            case Call("div", (inner, below)):
                return self._times(inner, call("div", UNIT, below))
            case Call("mul", (left, right)):
                moving, other = (left, right) if self.moves(left) else (right, left)
                return self._times(moving, other)
            case Call("matmul", (left, right)):
                moving, other = (left, right) if self.moves(left) else (right, left)
                if SCALAR in (self.shape(left), self.shape(right)):
                    return self._times(moving, other)
                m, n = self.shape(moving)
                if moving is left:
                    return self._through(kron(turned(other), eye(m)), moving)
                return self._through(kron(eye(n), other), moving)
            case Call("kron", (left, right)):
                A, B = self.shape(left), self.shape(right)
                M = self._regrouped(left, right)
                if self.moves(left):
                    side = kron(eye(A[0] * A[1]), vec(right, B))
                    return self._through(at(M, side), left)
                side = kron(vec(left, A), eye(B[0] * B[1]))
                return self._through(at(M, side), right)
            case Call("solve", (A, right)):
                n = self.shape(right)[1]
                return self._through(kron(eye(n), call("inv", A)), right)
            case Call(_, (inner, *_)):
                return self._through(self._matrix(tree, inner), inner)
        raise NoRule

    def _stacked(self, tree: Tree) -> Tree:
        """Return the Jacobian of a part, zeros where it does not move."""
        found = self.jacobian(tree)
        if found is not None:
            return found
        m, n = self.shape(tree)
        (name,) = self.names
        p, q = self.scope.types[name].shape  # type: ignore[union-attr]
        return zeros(m * n, p * q)

    def _through(self, M: Tree, inner: Tree) -> Linear:
        J = self.jacobian(inner)
        return None if J is None else at(M, J)

    def _times(self, moving: Tree, other: Tree) -> Linear:
        J, shape = self.jacobian(moving), self.shape(other)
        if J is None:
            return None
        if shape == SCALAR:
            return times(other, J)
        if self.shape(moving) == SCALAR:
            return at(vec(other, shape), J)
        return at(call("diag", vec(other, shape)), J)

    def _matrix(self, tree: Call, inner: Tree) -> Tree:
        m, n = self.shape(inner)
        pick = call("diag", vec(call("eye", size(n)), (n, n)))
        match tree.name:
            case "sum":
                return ones(ONE, m * n)
            case "mean":
                return call("div", ones(ONE, m * n), size(m * n))
            case "tr":
                return turned(vec(call("eye", size(n)), (n, n)))
            case "rowsum":
                return kron(ones(ONE, n), eye(m))
            case "colsum":
                return kron(eye(n), ones(ONE, m))
            case "vec" | "unvec":
                return eye(m * n)
            case "transpose":
                flat = ONE in (m, n)
                return eye(m * n) if flat else call("commutation", size(m), size(n))
            case "diag":
                pick = call("diag", vec(call("eye", size(m)), (m, m)))
                return at(pick, kron(ones(m, ONE), eye(m)))
            case "diagonal":
                return at(kron(ones(ONE, n), eye(n)), pick)
            case "tril" | "triu":
                mask = call(tree.name, call("ones", size(m), size(n)))
                return call("diag", vec(mask, (m, n)))
        raise NoRule


UNIT = number(1)


def _kinds(row: Row) -> list[bool]:
    """Say of each parameter whether it is a value that may change."""
    if row.signature == "elementwise":
        return [True, True]
    return [" " in parameter for parameter in row.parameters]


def _linear(
    tree: Tree, bound: Mapping[str, Tree], changes: Mapping[str, Linear]
) -> Linear:
    """Return a stated differential, with nothing where an argument does not change."""
    match tree:
        case Name(name) if name in changes:
            return changes[name]
        case Call("add", (left, right)):
            return plus(_linear(left, bound, changes), _linear(right, bound, changes))
        case Call("sub", (left, right)):
            second = negative(_linear(right, bound, changes))
            return plus(_linear(left, bound, changes), second)
        case Call(name, args):
            new = []
            for arg in args:
                if names_in(arg) & changes.keys():
                    part = _linear(arg, bound, changes)
                    if part is None:
                        return None
                else:
                    part = changed(arg, dict(bound))
                new.append(part)
            if name == "mul":
                return times(*new)
            return at(*new) if name == "matmul" else Call(name, tuple(new))
    return changed(tree, dict(bound))


def _power(u: Tree, k: int, du: Tree) -> Linear:
    """Return the differential of a whole power of a matrix."""
    found: Linear = None
    if k < 0:
        inner = _power(call("inv", u), -k, at(at(call("inv", u), du), call("inv", u)))
        return negative(inner)
    for j in range(k):
        part = du
        for _ in range(j):
            part = at(u, part)
        for _ in range(k - 1 - j):
            part = at(part, u)
        found = plus(found, part)
    return found


def _factor(L: Tree, dA: Tree) -> Tree:
    """Return the differential of a Cholesky factor where dA is symmetric."""
    inner = at(at(call("inv", L), dA), turned(call("inv", L)))
    half = call("div", call("diag", call("diagonal", inner)), number(2))
    return at(L, call("sub", call("tril", inner), half))


def written_out(tree: Tree, calculus: Calculus) -> Tree:
    """Write derivatives of expm as blocks of the exponential of a larger matrix."""
    match tree:
        case Call(name, (A, E)) if name == FRECHET:
            A, E = written_out(A, calculus), written_out(E, calculus)
            n = calculus.shape(A)[0]
            zero, one = zeros(n, n), call("eye", size(n))
            rows = call("hstack", A, E), call("hstack", zero, A)
            big = call("expm", call("vstack", *rows))
            return at(at(call("hstack", one, zero), big), call("vstack", zero, one))
        case Call(name, args):
            return Call(name, tuple(written_out(arg, calculus) for arg in args))
    return tree


def in_denominator_layout(tree: Tree, types: Mapping[str, Type | FunctionType]) -> Tree:
    """Return a tree in which D has the denominator layout: turned where it matters."""
    match tree:
        case Call(name, args):
            inner = tuple(in_denominator_layout(arg, types) for arg in args)
            return Call(name, inner)
        case Derived(kind="D", symbol=symbol, positions=(i,)):
            declared = types[symbol]
            assert isinstance(declared, FunctionType)
            one = declared.result.shape == declared.arguments[i - 1].shape == SCALAR
            return tree if one else turned(tree)
    return tree


def by_entries(kind: str, G: Tree) -> Tree:
    """Return a gradient by the independent entries, from that by all of them."""
    match kind:
        case "diagonal":
            return call("diag", call("diagonal", G))
        case "lower":
            return call("tril", G)
        case "skew":
            return call("sub", G, turned(G))
    return call(
        "sub", call("add", G, turned(G)), call("diag", call("diagonal", G))
    )


