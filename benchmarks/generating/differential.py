"""Differentials by rule: d(f) as a tree that is linear in the changes dX.

What a row of the table says of its differential is taken, or its degree, where it is
linear or bilinear. Nothing of the verifier's own rules is used here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

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
class Differentials:
    """Differentials of functions of some names; `scope` knows their changes too."""

    scope: Scope
    names: frozenset[str]

    @classmethod
    def of(cls, scope: Scope, names: Sequence[str]) -> Self:
        """Return the derivatives by some names."""
        found = {}
        for name in names:
            declared = scope.types[name]
            assert isinstance(declared, Type)
            found[f"d{name}"] = Type("matrix", declared.shape)
        return cls(replace(scope, extra=found, seen={}), frozenset(names))

    def shape(self, tree: Tree) -> Shape:
        """Return the rows and columns of a tree."""
        match tree:
            case Call(name, (A, _)) if name == FRECHET:
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
                return (
                    None if moved[0] is None else Call(tree.name, (moved[0], *args[1:]))
                )
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
        changes: dict[str, Linear] = dict(zip(("du", "dv"), moved, strict=False))
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


def written_out(tree: Tree, by: Differentials) -> Tree:
    """Write derivatives of expm as blocks of the exponential of a larger matrix."""
    match tree:
        case Call(name, (A, E)) if name == FRECHET:
            A, E = written_out(A, by), written_out(E, by)
            n = by.shape(A)[0]
            zero, one = zeros(n, n), call("eye", size(n))
            rows = call("hstack", A, E), call("hstack", zero, A)
            big = call("expm", call("vstack", *rows))
            return at(at(call("hstack", one, zero), big), call("vstack", zero, one))
        case Call(name, args):
            return Call(name, tuple(written_out(arg, by) for arg in args))
    return tree
