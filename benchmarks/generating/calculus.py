"""Gradients and Jacobians, read off a differential that is linear in a change.

A gradient is what the adjoint of that linear map makes of the number 1, and a Jacobian
its matrix on stacked columns.
"""

from __future__ import annotations

from collections.abc import Mapping

from verifier.language.declaration import FunctionType, Type
from verifier.language.term import ONE, SCALAR
from verifier.language.tree import Call, Derived, Name, Tree

from .differential import FRECHET, Differentials, Linear, NoRule
from .writing import (
    UNIT,
    at,
    call,
    eye,
    kron,
    negative,
    ones,
    plus,
    size,
    times,
    turned,
    vec,
    zeros,
)


class Calculus(Differentials):
    """Derivatives of functions of one name."""

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
        p, q = self.shape(Name(f"d{name}"))
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
    return call("sub", call("add", G, turned(G)), call("diag", call("diagonal", G)))
