"""A record with its types, terms and shapes: what a worker verifies.

Everything here is symbolic. A claim of the wrong outer shape is not a mistake of the
record but a false claim, and is kept with the shape that its layout demands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from ..reading.problem import Place
from ..reading.record import Record
from .assumption import Bound
from .declaration import FunctionType, Type, values_of
from .dimension import Dim
from .layout import Layout, kind_of_pair
from .primitives import PRIMITIVES
from .sizes import Demands
from .term import (
    SCALAR,
    Nodes,
    Scope,
    Shape,
    Term,
    is_scalar,
    shared,
    size_names,
    terms,
)
from .tree import Tree

WHOLE = ("integer", "index")
"""Kinds of whole numbers: they are drawn with the sizes."""


@dataclass(frozen=True)
class Claim:
    """One claim in one layout; `word` is what a claim of a sign or a shape says."""

    field: str
    layout: Layout | None
    text: str
    place: Place
    term: Term | None = None
    demanded: Shape = SCALAR
    word: str = ""
    tuple: tuple[Dim, ...] = ()

    @property
    def fits(self) -> bool:
        """Whether the claim has the shape that its layout demands."""
        return self.term is None or self.term.shape == self.demanded

    @property
    def fits_transposed(self) -> bool:
        """Whether its transpose has that shape."""
        return self.term is not None and self.term.shape[::-1] == self.demanded


@dataclass(frozen=True)
class Statement:
    """A record that can be verified."""

    record: Record
    types: Mapping[str, Type | FunctionType]
    bodies: Mapping[Layout, Term]
    claims: tuple[Claim, ...]
    wrt: tuple[str, ...] = ()
    differentials: Mapping[str, Type] = field(default_factory=dict)
    moving: str = ""
    """The name that is small, or that goes to a limit."""
    target: str = ""
    """Where it goes: `inf` or a number."""
    rate: tuple[str, Dim] = ("", Dim.of(1))
    """`o` or `O`, and the power of the small name."""
    order: int = 1
    lets: Mapping[str, Tree] = field(default_factory=dict)
    bounds: tuple[Bound, ...] = ()
    """What is assumed of sizes and whole numbers."""

    def scope(self, claim: Claim) -> Scope:
        """Return what names mean inside a claim."""
        layout = claim.layout or Layout.NUMERATOR
        return Scope(self.types, layout, self.lets, extra=self.differentials)

    @property
    def body(self) -> Term:
        """The subject, where the layout does not matter."""
        return self.bodies[Layout.NUMERATOR]

    @property
    def whole(self) -> dict[str, Dim | None]:
        """Whole numbers that are drawn with the sizes: integers, and indices 1..n."""
        return {
            name: declared.dims[0] if declared.kind == "index" else None
            for name, declared in self.types.items()
            if isinstance(declared, Type) and declared.kind in WHOLE
        }

    @cached_property
    def demands(self) -> Demands:
        """What sizes must satisfy for this record."""
        return demands(
            self.types,
            [*self.bodies.values(), *(claim.term for claim in self.claims)],
            self.derivatives,
            self.bounds,
        )

    @property
    def derivatives(self) -> list[Shape]:
        """The shapes of the derivatives that are computed."""
        y = self.body.shape
        found = []
        for name in self.wrt if self.record.subject == "function" else ():
            x = self.variable(name).shape
            found.append((y[0] * y[1], x[0] * x[1]))
            if any(claim.field == "hessian" for claim in self.claims):
                found.append((y[0] * y[1] * x[0] * x[1], x[0] * x[1]))
        return found

    def asked(self, layouts: Sequence[str]) -> Statement | None:
        """Return the statement with the claims of some layouts, if any is left."""
        claims = tuple(
            claim
            for claim in self.claims
            if claim.layout is None or claim.layout.value in layouts
        )
        if claims == self.claims:
            return self
        return replace(self, claims=claims) if claims else None

    def with_shared_terms(self, nodes: Nodes | None = None) -> Statement:
        """Return the statement with one node for what bodies and claims have alike.

        Values are known by the node that they are of, and so are computed once; those
        of other statements as well, where these share the nodes.
        """
        claimed = [claim.term for claim in self.claims if claim.term is not None]
        roots = (*self.bodies.values(), *claimed)
        found = iter(shared(Term("all", SCALAR, roots), nodes).args)
        bodies = {layout: next(found) for layout in self.bodies}
        claims = tuple(
            claim if claim.term is None else replace(claim, term=next(found))
            for claim in self.claims
        )
        return self.alike(bodies=bodies, claims=claims)

    def alike(self, demands: Demands | None = None, **changed: Any) -> Statement:
        """Return the statement changed in what does not change its demands."""
        found = replace(self, **changed)
        found.__dict__["demands"] = demands or self.demands
        return found

    @property
    def values(self) -> dict[str, Type | FunctionType]:
        """Every name that is drawn, the differentials too."""
        return {**self.types, **self.differentials}

    @property
    def sizes(self) -> frozenset[str]:
        """The size names."""
        return size_names(self.types)

    def pair(self, name: str) -> str:
        """Name the row of the layouts' table for the derivative by one variable."""
        return kind_of_pair(self.body.shape, is_scalar(self.variable(name)))

    def variable(self, name: str) -> Type:
        """Return the type of a name that is no function."""
        declared = self.types[name]
        assert isinstance(declared, Type)
        return declared


def demands(
    types: Mapping[str, Type | FunctionType],
    roots: Iterable[Term | None],
    derivatives: Iterable[Shape],
    bounds: Iterable[Bound] = (),
) -> Demands:
    """Collect what these types and terms ask of sizes."""
    shapes: set[Shape] = set()
    least: set[tuple[Dim, int]] = set()
    sizes = size_names(types)
    among = {bound for bound in bounds if not bound[0].names <= sizes}
    least |= {bound for bound in bounds if bound[0].names <= sizes}
    every = list(terms(*roots))
    shapes.update(term.shape for term in every)
    dims = {dim for shape in shapes for dim in shape}  # of few shapes, and many terms
    for declared in values_of(types.values()):
        dims |= {*declared.dims, *declared.shape}
        shapes.add(declared.shape)
    for term in every:
        if (row := PRIMITIVES.get(term.op)) and row.pairs:
            entries = term.shape[0] * term.shape[1]
            shapes.add((entries, entries))
        if term.op == "unit" and term.args[0].op == "number":
            assert term.args[0].value is not None
            least.add((term.dims[0], int(term.args[0].value)))
    return Demands(
        frozenset(dims),
        frozenset(shapes),
        frozenset(derivatives),
        frozenset(least),
        frozenset(among),
    )
