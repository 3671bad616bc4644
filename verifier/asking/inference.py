"""Types of the names of a statement that does not say them.

What a name is comes from its letter and from the shapes (`readings`), what its values
are from what is defined (`domains`). Sizes are as general as they can be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from ..language.declaration import KINDS, FunctionType, Type
from ..language.dimension import Dim
from ..language.synonyms import name_meant
from ..language.term import ONE, SCALAR, Shape, size_names
from ..language.tree import Tree
from .domains import domains, positive
from .fitting import RANKS, Misfit
from .readings import Reading, Search, best
from .unification import is_unknown, put
from .uses import WHOLE_LETTERS, Draft, Uses, names, uses_of

POOL = (*"nmpqrkluvwdhgfzyxedcba", *(f"n{k}" for k in range(1, 1000)))
"""Names of sizes, in the order in which they are given."""


@dataclass(frozen=True)
class Inferred:
    """The types of all names, those that were given too, in order of appearance."""

    types: Mapping[str, Type | FunctionType]
    notes: tuple[str, ...] = ()
    """What was read otherwise than its letter says, and why."""


def infer_types(draft: Draft, given: Mapping[str, Type | FunctionType]) -> Inferred:
    """Return types for all names of a statement, some of which may be given."""
    uses = uses_of(draft)
    if _are_all_given(uses, given):
        order = dict.fromkeys([*_written(draft), *given])
        return Inferred({name: given[name] for name in order if name in given})
    search = Search(draft, uses, given)
    return _Naming(draft, uses, given, best(search), search.first()).inferred()


def _are_all_given(uses: Uses, given: Mapping[str, Type | FunctionType]) -> bool:
    """Whether every name has a type, and none of them is that of a size as well."""
    numbers = {*uses.indices, *uses.integers, *uses.exponents} - uses.sizes
    named = {*uses.variables, *uses.functions} | numbers
    return named <= given.keys() and not uses.counts & size_names(given)


def _written(draft: Draft) -> list[str]:
    """Return the names of a statement in order, as often as they occur."""
    return [*(n for tree in draft.trees for n in names(tree)), *draft.wrt]


def sized_names(
    draft: Draft,
    search: Search,
    given: Mapping[str, Type | FunctionType],
    reading: Reading,
) -> Mapping[str, Dim]:
    """Return what the unknown sizes of a reading are called."""
    naming = _Naming(draft, search.uses, given, reading, search.first())
    naming.inferred()
    return naming.names


@dataclass
class _Naming:
    """Makes types of shapes: unknown sizes get names, values their domains."""

    draft: Draft
    uses: Uses
    given: Mapping[str, Type | FunctionType]
    reading: Reading
    usual: Mapping[str, str]
    """What the letters say."""

    def __post_init__(self) -> None:
        assert self.reading.fitting is not None
        self.fitting = self.reading.fitting
        self.order = list(dict.fromkeys([*_written(self.draft), *self.given]))
        self.free = self._free_names()
        self.names: dict[str, Dim] = {}

    def inferred(self) -> Inferred:
        """Return the types."""
        for name in self.uses.variables:
            self.fitting.named(name)  # those, too, that nothing has asked for
        self._name_rows()
        for name in (*self.draft.wrt, *self.order):
            for shape in self._shapes(name):
                self._name(shape)
        found = {
            name: declared
            for name in self.order
            if (declared := self._type(name)) is not None
        }
        sizes = size_names(found)
        for name in self.uses.counts & sizes:
            del found[name]
        return Inferred(found, tuple(self._notes()))

    # sizes

    def _free_names(self) -> list[str]:
        """Return the names that sizes may get, in order."""
        taken = {*self.order, *size_names(self.given)} - self.uses.counts
        taken |= {*self.draft.sizes.values()}  # a sum ends there: it is known of what
        return [name for name in POOL if name not in taken]

    def _name_rows(self) -> None:
        """Let `m` or `N`, where it stands as a number, be the rows of a matrix.

        Where there is no matrix it is the first size that there is.
        """
        for letter in sorted(self.uses.counts - {"n", *self.draft.sizes.values()}):
            shapes = [s for name in sorted(self.order) for s in self._shapes(name)]
            shapes.sort(key=lambda shape: shape[1] == ONE)
            rows = (self._unnamed(shape)[:1] for shape in shapes)
            for unknown in next(filter(None, rows), []):
                self.names[unknown] = Dim.of(letter)
                self.free = [name for name in self.free if name != letter]

    def _shapes(self, name: str) -> Iterator[Shape]:
        """Yield the shapes of a variable, or of a function's arguments and value."""
        if name in self.given:
            return
        if name in self.fitting.functions:
            arguments, result = self.fitting.functions[name]
            yield from (*arguments, result)
        elif name in self.fitting.shapes:
            yield self.fitting.shapes[name]

    def _name(self, shape: Shape) -> None:
        """Give names to the unknown sizes of a shape."""
        unnamed = self._unnamed(shape)
        if len(unnamed) == 2 and self.free[:2] == ["n", "m"]:
            unnamed.reverse()  # m x n
        for unknown in unnamed:
            self.names[unknown] = Dim.of(self.free.pop(0))

    def _unnamed(self, shape: Shape) -> list[str]:
        """Return the unknown sizes of a shape that have no name yet."""
        new = [
            name
            for dim in self.fitting.sizes.shape(shape)
            for monomial, _ in dim.terms
            for name, _ in monomial
            if is_unknown(name) and name not in self.names
        ]
        return list(dict.fromkeys(new))

    def _sized(self, shape: Shape) -> Shape:
        rows, columns = self.fitting.sizes.shape(shape)
        return put(rows, self.names), put(columns, self.names)

    # types

    def _type(self, name: str) -> Type | FunctionType | None:
        """Return the type of a name; None for one that has none, such as a size."""
        uses, draft = self.uses, self.draft
        if name in self.given:
            return self.given[name]
        if name in self.fitting.functions:
            arguments, result = self.fitting.functions[name]
            return FunctionType(
                tuple(type_of(self._sized(argument)) for argument in arguments),
                type_of(self._sized(result)),
            )
        if name in uses.indices:
            return self._index(uses.indices[name])
        if name in uses.integers - uses.sizes:
            return Type("integer")
        if name not in uses.variables:
            return None
        if name == draft.moving and draft.target in ("inf", "-inf"):
            return Type("integer" if name in WHOLE_LETTERS else "scalar")
        if name in uses.exponents and name not in (*draft.wrt, draft.moving):
            return Type("integer")
        return self._valued(name, type_of(self._sized(self.fitting.named(name))))

    def _index(self, size: Tree) -> Type | None:
        try:
            return Type("index", (put(self.fitting.size(size), self.names),))
        except Misfit:
            return None

    def _valued(self, name: str, declared: Type) -> Type:
        """Restrict a type to the domain that the statement puts its name in."""
        kind = self._domains.get(name, "")
        if kind == "positive":
            return Type(positive(declared.kind), declared.dims)
        rows, columns = declared.shape
        if kind and declared.kind == "matrix" and rows == columns:
            return Type(kind, (rows,))
        return declared

    @cached_property
    def _domains(self) -> Mapping[str, str]:
        uses = self.uses
        whole = uses.integers | uses.sizes | uses.exponents | uses.counts
        return domains(self.draft, frozenset(whole))

    def _notes(self) -> Iterator[str]:
        """Yield what was read as less than its letter says."""
        for name in self.order:
            if name not in self.uses.variables or name in self.given:
                continue
            if meant := name_meant(name):
                yield f"`{name}` is a name like any other here; did you mean `{meant}`?"
            rank, usual = self.reading.choice[name], self.usual[name]
            if {rank, usual} <= {*RANKS} and RANKS.index(rank) < RANKS.index(usual):
                yield (
                    f"`{name}` is read as a {rank}, since as a {usual} the shapes do "
                    f"not fit; `where {name}: {KINDS[usual].example}` asks for that"
                )


def type_of(shape: Shape) -> Type:
    """Return the plain type of a shape."""
    rows, columns = shape
    if shape == SCALAR:
        return Type("scalar")
    return Type("vector", (rows,)) if columns == ONE else Type("matrix", shape)
