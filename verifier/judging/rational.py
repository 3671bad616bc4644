"""A claim as an equation between rational functions of raw entries, or why it is none.

Both sides are evaluated over any field. A derivative is compared along directions u
that are drawn like the entries: J u = C u for a Jacobian, u^T H w = u^T C w for a
Hessian; these are equations between rational functions of the entries and of u, w.
Where elementary functions are taken for free ones (`engine.free`), what they are at
each argument counts as an entry as well.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from math import prod
from typing import Any

from ..engine.directions import body_along, claim_along, directions_of, order_of
from ..engine.draws import build as build_real
from ..engine.draws import kept, polynomial
from ..engine.evaluate import Evaluation, Exact
from ..engine.free_symbols import FreeSymbol
from ..engine.jets import Jet, constant
from ..engine.matrices import Matrix
from ..engine.residues import ExactArithmetic
from ..engine.undecided import Leaves
from ..language.decimals import Rounded
from ..language.declaration import FunctionType, Type
from ..language.layout import Layout
from ..language.primitives import PRIMITIVES
from ..language.sizes import Case, smallest
from ..language.spectra import as_trace, spectral
from ..language.statement import Claim, Statement
from ..language.term import Term, terms
from .cost import Cost
from .degrees import (
    Degrees,
    NotRational,
    Pair,
    bounded,
    by_size,
    derivative_of,
    has_logarithm,
    lifted,
    parametrised,
)

PARTIAL = ("log", "log1p", "atanh", "sqrt")
"""Functions that are not defined on a whole region of numbers."""
DIVISORS = {"div": 1, "inv": 0, "solve": 0, "matpow": 0, "pow": 0}
"""The argument that an operation divides by, or may."""
ROOTS = ("sqrt",)
"""Those of them of which powers may be rational."""


class Identity:
    """The two sides of a claim, or of another closed form in its place.

    With `free` functions only what is equal means something.
    """

    def __init__(
        self,
        statement: Statement,
        claim: Claim,
        term: Term | None = None,
        free: bool = False,
        known: dict[Term, Term] | None = None,
    ):
        self.statement, self.claim, self.free = statement, claim, free
        known = {} if known is None else known
        self.body = without_roots(statement.bodies[self.layout], known)
        found = term or claim.term
        assert found is not None
        self.written = statement.bodies[self.layout], found
        """Both sides with their roots: these may have no value, and squares one."""
        self.right = without_roots(found, known)
        self.types: dict[str, Type] = {
            name: declared
            for name, declared in statement.values.items()
            if not isinstance(declared, FunctionType)
        }
        self._degree: tuple[int, int] | None = None

    def symbols(self, case: Case) -> dict[str, FreeSymbol]:
        """Return the function symbols at these sizes."""
        return {
            name: FreeSymbol(
                name,
                declared,
                _entries(declared.result, case),
                tuple(_entries(one, case) for one in declared.arguments),
            )
            for name, declared in self.statement.values.items()
            if isinstance(declared, FunctionType)
        }

    @property
    def layout(self) -> Layout:
        """The layout of the claim; differentials and Hessians have none."""
        return self.claim.layout or Layout.NUMERATOR

    # Whether it is rational, and of which degree.

    def degree(self, case: Case) -> tuple[int, int]:
        """Return the degree of left minus right, and of what must not vanish."""
        if self._degree is not None:
            return self._degree
        leaves = {
            name: parametrised(declared, case.size(declared.shape[0]))
            for name, declared in self.types.items()
        }
        symbols = self.symbols(case) if self.free else {}
        degrees = Degrees(leaves, case.numbers, self.free, symbols.keys())
        order = order_of(self.statement, self.claim)
        if order:
            degrees.lift = max(lifted(leaves[name]) for name in self.statement.wrt)
        left = degrees.of(self.body)
        left = derivative_of(left, order, degrees.lift) if order else left
        right = degrees.of(self.right)
        right = right[0] + directions_of(self.statement, self.claim), right[1]
        inverted = degrees.inverted + sum(below for _, below in leaves.values())
        found = bounded((_difference(left, right) + degrees.coincident, inverted))
        if not degrees.sized and not any(map(by_size, self.types.values())):
            self._degree = found  # it is the same at all sizes
        return found

    def cost(self, case: Case) -> int:
        """Return about how many products both sides take at one draw."""
        return self._cost.at(case.numbers)

    @cached_property
    def _cost(self) -> Cost:
        found = Cost()
        found.add(self.body, order_of(self.statement, self.claim))
        found.add(self.right)
        return found

    # Both sides.

    def values(
        self, xp: ExactArithmetic, raw: Mapping[str, Matrix], case: Case
    ) -> dict[str, Jet]:
        """Return the values of all names, from raw entries."""
        found = {
            name: xp.constant(case.whole[name])
            if name in case.whole
            else build(xp, declared.kind, constant(raw[name]))
            for name, declared in self.types.items()
        }
        for name, declared in self.types.items():
            if declared.commutes:
                A = found[declared.commutes]
                found[name] = polynomial(xp, A, constant(raw[name]))
        return found

    @property
    def kind(self) -> Hashable:
        """What the left side is: claims of one kind are about the same."""
        directions = directions_of(self.statement, self.claim)
        return directions, id(self.statement.bodies[self.layout]), self.free

    def left_side(
        self,
        xp: ExactArithmetic,
        values: Mapping[str, Jet],
        case: Case,
        directions: Sequence[Matrix] = (),
    ) -> Matrix:
        """Return the left side, along these directions where it is a derivative.

        ZeroDivisionError where it has no value there, or no derivative.
        """

        def body(moving: Mapping[str, Jet]) -> Jet:
            self._keep_ranks(xp, moving, case)
            return self.evaluate(xp, moving, case, self.body)

        return body_along(
            body,
            xp,
            self.statement,
            self.claim,
            values,
            directions,
        )

    def _keep_ranks(
        self, xp: ExactArithmetic, moving: Mapping[str, Jet], case: Case
    ) -> None:
        """Raise Leaves if what `pinv` inverts changes its rank on the way.

        One step along a direction that is drawn is as good as any other point there.
        """
        if not self._inverted or all(X.still for X in moving.values()):
            return
        there = {name: constant(_sum_of_parts(X)) for name, X in moving.items()}
        for X in self._inverted:
            ranks = {
                self.evaluate(xp, at, case, X).value.flint.rank()
                for at in (moving, there)
            }
            if len(ranks) > 1:
                raise Leaves("there is no derivative where a rank changes")

    @cached_property
    def _inverted(self) -> list[Term]:
        """What `pinv` inverts in the left side."""
        return [term.args[0] for term in terms(self.body) if term.op == "pinv"]

    def right_side(
        self, known: Evaluation, case: Case, directions: Sequence[Matrix] = ()
    ) -> Matrix:
        """Return the claim, along the same directions, from what is known there."""
        C = known.of(self.right).part(0)
        return claim_along(C, self.statement, self.claim, case, directions)

    def evaluate(
        self, xp: ExactArithmetic, values: Mapping[str, Jet], case: Case, term: Term
    ) -> Jet:
        """Return the value of a term, with what it carries along."""
        return self.evaluation(xp, values, case).of(term)

    def evaluation(
        self, xp: ExactArithmetic, values: Mapping[str, Jet], case: Case
    ) -> Evaluation:
        """Return what has the values of terms at these values of the names."""
        symbols: Any = self.symbols(case) if self.free else {}
        return Evaluation(values, symbols, Exact(case.numbers), xp)


def _entries(declared: Type, case: Case) -> int:
    return prod(case.size(dim) for dim in declared.shape)


def _sum_of_parts(X: Jet) -> Matrix:
    return sum((part for mask, part in X.parts.items() if mask), X.value)


def _difference(x: Pair, y: Pair) -> int:
    """Return the degree of the numerator of a difference."""
    return max(x[0] + y[1], y[0] + x[1])


def unfit(identity: Identity) -> str:
    """Say why a claim is no equation between rational functions; empty if it is one."""
    statement, claim = identity.statement, identity.claim
    if statement.record.subject not in ("function", "value"):
        return f"a {statement.record.subject} is not an equation at a point"
    if identity.written[1] is claim.term and not claim.fits:
        return "the shape is wrong"
    for part in terms(identity.body, identity.right):
        if isinstance(part.value, Rounded):
            return "a decimal is rounded"
    sizes = smallest(sorted(statement.sizes), statement.demands)
    some = Case(sizes or {}, dict.fromkeys(statement.whole, 1))
    try:
        identity.degree(some)
    except NotRational as reason:
        return str(reason)
    if narrower := _narrower(identity):
        return narrower
    if identity.free:
        return _beside_ranks(identity) or _whole_argument(identity)
    differentiated = order_of(statement, identity.claim) > 0
    if has_logarithm(identity.right) or (
        has_logarithm(identity.body) and not differentiated
    ):
        return "a logarithm or an inverse tangent has no rational value"
    return ""


def _narrower(identity: Identity) -> str:
    """Say what may leave the right side without a value where the left side has one."""
    body, right = identity.written
    left = set(terms(body))
    for part in terms(right):
        if part.op in (PARTIAL if identity.free else ROOTS) and part not in left:
            return f"`{part.op}` has no value at many numbers"
    return ""


def _beside_ranks(identity: Identity) -> str:
    """Say whether a rank is taken of free values: real ones may be related.

    sin(pi) is zero, and free it is not; what else is built of them, rational functions,
    agrees where it does for free values.
    """
    for part in terms(identity.body, identity.right):
        row = PRIMITIVES.get(part.op)
        if row and row.ranked:
            return f"`{part.op}` of free values may be of a rank that it is not"
    return ""


def may_break(body: Term, right: Term) -> bool:
    """Whether real values may be missing where free ones are not.

    So it is where what is free stands in a divisor, which may be zero for real values,
    and where a function on the right side alone has poles.
    """
    left = set(terms(body))
    return any(
        bool(row and row.free and row.pole)
        for part in terms(right)
        if part not in left
        for row in [PRIMITIVES.get(part.op)]
    ) or any(
        bool(row and row.free)
        for part in terms(body, right)
        if part.op in DIVISORS and (part.value is None or part.value < 0)
        for row in (
            PRIMITIVES.get(below.op) for below in terms(part.args[DIVISORS[part.op]])
        )
    )


def _whole_argument(identity: Identity) -> str:
    """Say whether a function may have a pole at whole numbers that are drawn."""
    for part in terms(identity.body, identity.right):
        row = PRIMITIVES.get(part.op)
        if not (row and row.free):
            continue
        below = list(terms(*part.args))
        names = {term.name for term in below if term.op == "variable"}
        real = names - identity.statement.whole.keys()
        drawn = real or any(term.op in ("apply", "derived") for term in below)
        if not drawn and (names or any(term.op == "size" for term in below)):
            return f"`{part.op}` is taken of whole numbers"
        if part.dims and part.dims[0].constant is None:
            return f"`{part.op}` has an order that is drawn"
    return ""


def without_roots(term: Term, known: dict[Term, Term]) -> Term:
    """Write even powers of norms, roots and absolute values as what they are.

    So are sums over eigenvalues: traces.
    """
    over = spectral(term)
    trace = None if over is None else as_trace(over)
    if term not in known and trace is not None:
        known[term] = without_roots(trace, known)
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


def build(xp: ExactArithmetic, kind: str, V: Jet) -> Jet:
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
        case "idempotent":
            return xp.matmul(V * kept(xp, V), xp.inv(V))
        case "unit_vector" if n == 1:
            return xp.sign(V)
        case "unit_vector":  # stereographic: (2 t, |t|^2 - 1) / (|t|^2 + 1)
            t = V[..., 1:, :]
            s = xp.sum(t * t, axis=(-2, -1), keepdims=True)
            return xp.concatenate((2 * t, s - 1), axis=-2) / (s + 1)
    return build_real(xp, kind, V)


def parts_of(declared: Type, case: Case) -> int:
    """Return into how many parts a set falls: `chosen` takes one of them."""
    n = case.size(declared.shape[0])
    match declared.kind:
        case "idempotent" | "projection":
            return n + 1  # by rank
        case "orthogonal":
            return 2
        case "unit_vector" if n == 1:
            return 2
    return 1


def chosen(declared: Type, V: Matrix, part: int) -> Matrix:
    """Return raw entries of a value that lies in one part of its set."""
    entries, columns = list(V.entries), V.shape[1]
    if declared.kind in ("idempotent", "projection"):
        for i in range(columns):
            entries[i * (columns + 1)] = V.field.number(1 if i < part else -1)
    else:
        entries[0] = V.field.number(-1 if part else 1)
    return V.of(V.shape, entries)
