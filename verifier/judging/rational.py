"""A claim as an equation between rational functions of raw entries, or why it is none.

Both sides are evaluated over any field. A derivative is compared along directions u
that are drawn like the entries: J u = C u for a Jacobian, u^T H w = u^T C w for a
Hessian; these are equations between rational functions of the entries and of u, w.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..engine.draws import build as build_real
from ..engine.evaluate import Evaluation, Exact
from ..engine.jets import Jet
from ..engine.residues import P, Rational
from ..engine.subject import tied
from ..language.declaration import FunctionType, Type
from ..language.layout import Layout, arrange
from ..language.sizes import Case, smallest
from ..language.statement import Claim, Statement
from ..language.structure import unvec, vec
from ..language.term import Term, terms
from .degrees import (
    Degrees,
    NotRational,
    Pair,
    cost,
    derivative_of,
    has_logarithm,
    lifted,
    parametrised,
)

Array = Any


class Identity:
    """The two sides of a claim, or of another closed form in its place."""

    def __init__(self, statement: Statement, claim: Claim, term: Term | None = None):
        self.statement, self.claim = statement, claim
        known: dict[Term, Term] = {}
        self.body = without_roots(statement.bodies[self.layout], known)
        found = term or claim.term
        assert found is not None
        self.right = without_roots(found, known)
        self.types: dict[str, Type] = {
            name: declared
            for name, declared in statement.values.items()
            if not isinstance(declared, FunctionType)
        }

    @property
    def layout(self) -> Layout:
        """The layout of the claim; differentials and Hessians have none."""
        return self.claim.layout or Layout.NUMERATOR

    @property
    def order(self) -> int:
        """How many derivatives the left side takes."""
        if self.statement.record.subject != "function":
            return 0
        return 2 if self.claim.field == "hessian" else 1

    @property
    def directions(self) -> int:
        """How many directions are drawn; a differential names its own."""
        return 0 if self.claim.field == "differential" else self.order

    # Whether it is rational, and of which degree.

    def degree(self, case: Case) -> tuple[int, int]:
        """Return the degree of left minus right, and of what must not vanish."""
        leaves = {
            name: parametrised(declared, case.size(declared.shape[0]))
            for name, declared in self.types.items()
        }
        degrees = Degrees(leaves, case.numbers)
        left, right = degrees.of(self.body), degrees.of(self.right)
        if self.order:
            lift = max(lifted(leaves[name]) for name in self.statement.wrt)
            left = derivative_of(left, self.order, lift)
        right = right[0] + self.directions, right[1]
        inverted = degrees.inverted + sum(below for _, below in leaves.values())
        return _difference(left, right), inverted

    def cost(self, case: Case) -> int:
        """Return about how many products both sides take at one draw."""
        return sum(cost(term, case.numbers) for term in (self.body, self.right))

    # Both sides.

    def values(
        self, xp: Rational, raw: Mapping[str, Array], case: Case
    ) -> dict[str, Jet]:
        """Return the values of all names, from raw entries (draws, rows, columns)."""
        return {
            name: xp.constant(case.whole[name])
            if name in case.whole
            else build(xp, declared.kind, xp.array(raw[name]))
            for name, declared in self.types.items()
        }

    def sides(
        self,
        xp: Rational,
        values: Mapping[str, Jet],
        case: Case,
        directions: Sequence[Array] = (),
    ) -> tuple[Array, Array]:
        """Return both sides, along these directions where a derivative is claimed."""
        right = self.evaluate(xp, values, case, self.right).part(0)
        if not self.order:
            return self.evaluate(xp, values, case, self.body).part(0), right
        moving = dict(values)
        if not self.directions:
            for name in self.statement.wrt:
                moving[name] = values[name].moving(values[f"d{name}"].value)
            return self.evaluate(xp, moving, case, self.body).part(1), right
        name = self.statement.wrt[0]
        for mask, u in enumerate(directions, start=1):
            moving[name] = moving[name].moving(self._tie(u), mask)
        left = self.evaluate(xp, moving, case, self.body)
        u = vec(np, directions[0])
        if self.order == 2:
            w = vec(np, directions[1])
            right = np.matmul(np.swapaxes(u, -1, -2), np.matmul(right, w))
            return left.part(3), xp.reduce(right)
        along = np.matmul(self._jacobian(right, case), u)
        return vec(np, left.part(1)), xp.reduce(along)

    def evaluate(
        self, xp: Rational, values: Mapping[str, Jet], case: Case, term: Term
    ) -> Jet:
        """Return the value of a term, with what it carries along."""
        return Evaluation(values, {}, Exact(case.numbers), xp).of(term)

    def _tie(self, u: Array) -> Array:
        """Let the entries move that a structured variable does not have free."""
        if self.statement.record.entries != "independent":
            return u
        kind = self.statement.variable(self.statement.wrt[0]).kind
        *_, m, n = u.shape
        return unvec(np, np.matmul(tied(kind, m).astype(object), vec(np, u)), m, n)

    def _jacobian(self, C: Array, case: Case) -> Array:
        """Undo a layout: return J, |y| x |x|, of a claim that is arranged."""
        name, frame = self.statement.wrt[0], Exact(case.numbers)
        y, x = (
            frame.shape(part.shape)
            for part in (self.statement.body, self.statement.variable(name))
        )
        rows, columns = y[0] * y[1], x[0] * x[1]
        places = np.arange(rows * columns).reshape(rows, columns)
        arranged = arrange(places, y, x, self.layout, self.statement.pair(name))
        *lanes, _, _ = C.shape
        J = np.empty((*lanes, rows * columns), dtype=object)
        J[..., arranged.ravel()] = C.reshape(*lanes, rows * columns)
        return J.reshape(*lanes, rows, columns)


def _difference(x: Pair, y: Pair) -> int:
    """Return the degree of the numerator of a difference."""
    return max(x[0] + y[1], y[0] + x[1])


def unfit(statement: Statement, claim: Claim, term: Term | None = None) -> str:
    """Say why a claim is no equation between rational functions; empty if it is one."""
    if statement.record.subject not in ("function", "value"):
        return f"a {statement.record.subject} is not an equation at a point"
    if term is None and not claim.fits:
        return "the shape is wrong"
    return _reason(Identity(statement, claim, term))


def _reason(identity: Identity) -> str:
    statement = identity.statement
    sizes = smallest(sorted(statement.sizes), statement.demands)
    some = Case(sizes or {}, dict.fromkeys(statement.whole, 1))
    try:
        identity.degree(some)
    except NotRational as reason:
        return str(reason)
    if has_logarithm(identity.right) or (
        has_logarithm(identity.body) and not identity.order
    ):
        return "a logarithm has no rational value"
    for number in terms(identity.body, identity.right):
        value = number.value
        if value is not None and (
            value.denominator % P == 0 or (value and value.numerator % P == 0)
        ):
            return f"a number is a multiple of {P}"
    return ""


def without_roots(term: Term, known: dict[Term, Term]) -> Term:
    """Write even powers of norms, roots and absolute values as what they are."""
    if term not in known:
        args = tuple(without_roots(arg, known) for arg in term.args)
        same = all(x is y for x, y in zip(args, term.args, strict=True))
        made = term if same else replace(term, args=args)
        known[term] = _even_power(made) or made
    return known[term]


def _even_power(term: Term) -> Term | None:
    k = term.value
    if term.op != "pow" or k is None or k % 2 or not term.args[0].args:
        return None
    base, X = term.args[0], term.args[0].args[0]
    match base.op:
        case "norm":
            square = Term("sum", base.shape, (Term("mul", X.shape, (X, X)),))
            return replace(term, args=(square,), value=k / 2)
        case "sqrt":
            return replace(term, args=(X,), value=k / 2)
        case "abs":
            return replace(term, args=(X,))
    return None


def build(xp: Rational, kind: str, V: Jet) -> Jet:
    """Turn raw entries into a value, generic in the set of a type.

    An open set is as good as the space round it: where a rational function vanishes on
    the positive definite matrices, it does on the symmetric ones.
    """
    n = V.shape[-2]
    match kind:
        case "positive_definite":
            return build_real(xp, "symmetric", V)
        case "invertible":
            return V
        case "unit_vector" if n == 1:
            return xp.sign(V)
        case "unit_vector":  # stereographic: (2 t, |t|^2 - 1) / (|t|^2 + 1)
            t = V[..., 1:, :]
            s = xp.sum(t * t, axis=(-2, -1), keepdims=True)
            return xp.concatenate((2 * t, s - 1), axis=-2) / (s + 1)
    return build_real(xp, kind, V)


def two_parts(declared: Type, case: Case) -> bool:
    """Whether a set falls apart in two: the sign of the first raw entry chooses."""
    n = case.size(declared.shape[0])
    return declared.kind == "orthogonal" or (declared.kind == "unit_vector" and n == 1)
