"""The shapes of a statement whose sizes are unknown, for one choice of what names are.

Mirrors `shapes`, which checks what is known: here shapes that must fit are made to fit,
and what cannot fit, or fits as hardly anyone means it, is noted with the names in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..language.declaration import FunctionType, Type, of_scalars
from ..language.dimension import Dim, bounded, raised
from ..language.layout import Layout, arranged_shape
from ..language.primitives import CONSTANTS, ELEMENTARY, PRIMITIVES, Row
from ..language.shapes import signature_size
from ..language.term import ONE, SCALAR, Shape
from ..language.tree import Call, Derived, Name, Number, Tree
from ..reading.problem import Fault
from ..spelling import loose
from . import loosened
from .unification import Sizes
from .uses import names

RANKS = ("scalar", "vector", "matrix")
ROW = "row"
"""The rank of a vector that is written as a row, as the h of `h W`."""
ENTRIES = "entries"
"""The rank of a function of scalars that takes vectors and matrices entry by entry."""


class Misfit(Exception):
    """Shapes that cannot fit; `names` are those below the place."""

    def __init__(self, *trees: Tree):
        super().__init__()
        self.names = {name for tree in trees for name in names(tree)}


@dataclass
class Fitting:
    """What is known of the shapes of names, and what is odd about them."""

    ranks: Mapping[str, str]
    """What each undeclared name is, and each undeclared function's value."""
    given: Mapping[str, Type | FunctionType]
    sizes: Sizes = field(default_factory=Sizes)
    shapes: dict[str, Shape] = field(default_factory=dict)
    functions: dict[str, tuple[tuple[Shape, ...], Shape]] = field(default_factory=dict)
    odd: set[frozenset[str]] = field(default_factory=set)
    """For each place where a scalar spreads over a sum, or scales by `@`: who might."""
    layout: Layout = Layout.NUMERATOR
    alias: Mapping[str, str] = field(default_factory=dict)
    """Differentials, each with the name whose shape it has."""
    leaves: dict[tuple[str, int], Shape] = field(default_factory=dict)
    """Shapes of identities and the like, by where they stand."""
    seen: dict[int, tuple[Tree, Shape]] = field(default_factory=dict)
    """Shapes of trees in this layout: a rule may ask more than once for one."""
    told: frozenset[str] = frozenset()
    """Names of which their letters say what they are."""

    def copy(self, layout: Layout) -> Fitting:
        """Return a state that can be changed without this one, for a layout."""
        return Fitting(
            self.ranks,
            self.given,
            self.sizes.copy(),
            dict(self.shapes),
            dict(self.functions),
            set(self.odd),
            layout,
            self.alias,
            dict(self.leaves),
            told=self.told,
        )

    def remembered(self, tree: Tree, rank: str) -> Shape:
        """Return the shape of a leaf that has no name, the same each time."""
        key = type(tree).__name__, tree.start
        if isinstance(tree, Call):
            key = tree.name, tree.start
        if key not in self.leaves:
            self.leaves[key] = self.fresh(rank)
        return self.leaves[key]

    def counted(self, index: str) -> Shape:
        """Return the shape of the columns that an index counts the entries of."""
        key = f"{loose.UNIT} {index}", 0
        if key not in self.leaves:
            self.leaves[key] = self.fresh("vector")
        return self.leaves[key]

    def settle(self, tree: Tree, shape: Shape) -> None:
        """Give a leaf the shape that what stands round it leaves to it."""
        assert isinstance(tree, Call)
        self.leaves[tree.name, tree.start] = shape
        self.seen.pop(id(tree), None)

    def stretch(self, tree: Tree, weight: int = 1) -> None:
        """Note that hardly anyone means a tree this way."""
        found = frozenset(names(tree))
        for count in range(weight):
            self.odd.add(found | {f" {count}"} if count else found)

    def named(self, name: str) -> Shape:
        """Return the shape of a variable."""
        name = self.alias.get(name, name)
        declared = self.given.get(name)
        if isinstance(declared, Type):
            return declared.shape
        if name not in self.shapes:
            self.shapes[name] = self.fresh(self.ranks.get(name, "scalar"))
        return self.shapes[name]

    def fresh(self, rank: str) -> Shape:
        """Return a shape of a rank, of sizes that nothing is known of."""
        if rank == "scalar":
            return SCALAR
        rows = self.sizes.fresh()
        if rank == "square":
            return rows, rows
        if rank == ROW:
            return ONE, rows
        return rows, (ONE if rank == "vector" else self.sizes.fresh())

    def shape(self, tree: Tree) -> Shape:
        """Return the shape of a tree, in terms of what is still unknown."""
        known = self.seen.get(id(tree))
        if known is None:
            # The tree is kept, so that no other one gets its id.
            known = self.seen[id(tree)] = tree, self._shape(tree)
        return self.sizes.shape(known[1])

    def _shape(self, tree: Tree) -> Shape:
        match tree:
            case Number():
                return SCALAR
            case Name(name):
                return SCALAR if name in CONSTANTS else self.named(name)
            case Derived():
                return self._derived(tree)
            case Call() if tree.name in loosened.LOOSE:
                try:
                    return loosened.shape_of(self, tree)
                except loosened.Misfit:
                    raise Misfit(tree) from None
            case Call() if tree.name in PRIMITIVES:
                row = PRIMITIVES[tree.name]
                if len(tree.args) != len(row.parameters) and row.signature != _EACH:
                    raise Misfit
                if row.signature == _EACH:
                    return self._elementwise(tree)
                if tree.name == "matmul":
                    return self._matmul(tree)
                if tree.name == "transpose" and self.shape(tree.args[0]) == SCALAR:
                    self._note(tree.args[0])
                return self._primitive(tree, row)
            case Call(name, args):
                return self._applied(name, args)
        raise Misfit

    def _elementwise(self, tree: Call) -> Shape:
        if len(tree.args) != 2:
            raise Misfit
        left, right = map(self.shape, tree.args)
        if SCALAR not in (left, right):
            if not self.sizes.fit(left, right):
                raise Misfit(tree)
            return left
        if left != right and tree.name in ("add", "sub", "maximum", "minimum"):
            # `A @ x - b` hardly means one number taken from every entry.
            self._note(tree.args[0] if left == SCALAR else tree.args[1])
        return right if left == SCALAR else left

    def _matmul(self, tree: Call) -> Shape:
        left, right = map(self.shape, tree.args)
        if left[1] == right[0]:
            return left[0], right[1]
        if SCALAR in (left, right):
            self.odd.add(frozenset(names(tree)))
            return right if left == SCALAR else left
        if not self.sizes.unify(left[1], right[0]):
            raise Misfit(tree)
        return left[0], right[1]

    def _note(self, tree: Tree) -> None:
        """Note the names that make a term a scalar, if there are any."""
        found = {name for name in _surface(tree) if self.ranks.get(name) == "scalar"}
        if found:
            self.odd.add(frozenset(found))

    def _primitive(self, tree: Call, row: Row) -> Shape:
        bound: dict[str, Dim] = {}
        for parameter, arg in zip(row.parameters, tree.args, strict=True):
            if parameter.startswith("#"):
                bound[parameter[1:]] = self.size(arg)
        for parameter, arg in zip(row.parameters, tree.args, strict=True):
            if parameter.startswith("#") or parameter in ("integer", "index"):
                continue
            found = self.shape(arg)
            for letters, actual in zip(parameter.split(), found, strict=True):
                if len(letters) == 1 and letters.isalpha() and letters not in bound:
                    bound[letters] = actual
                elif not self.sizes.unify(signature_size(letters, bound), actual):
                    raise Misfit(tree)
        rows, columns = row.signature.split("->")[1].split()
        return signature_size(rows, bound), signature_size(columns, bound)

    def size(self, tree: Tree) -> Dim:
        """Return the dimension that an argument such as n + 1 says."""
        try:
            return _size(tree)
        except Fault:
            raise Misfit(tree) from None

    # function symbols

    def _applied(self, name: str, args: tuple[Tree, ...]) -> Shape:
        declared, result = self._signature(name, args)
        if len(declared) != len(args):
            raise Misfit(*args)
        if self._acts_on_entries(name):
            return self._entries(args)
        for wanted, arg in zip(declared, args, strict=True):
            if not self.sizes.fit(wanted, self.shape(arg)):
                raise Misfit(Name(name), *args)
        return result

    def _acts_on_entries(self, name: str) -> bool:
        """Whether a function of scalars takes vectors and matrices entry by entry."""
        given = self.given.get(name)
        if isinstance(given, FunctionType):
            return of_scalars(given) and given.result.kind == "scalar"
        return self.ranks.get(name) == ENTRIES

    def _entries(self, args: tuple[Tree, ...]) -> Shape:
        """Return the one shape of all arguments that are no scalars."""
        shape = SCALAR
        for arg in args:
            found = self.sizes.shape(self.shape(arg))
            if SCALAR in (shape, found):
                shape = found if shape == SCALAR else shape
            elif not self.sizes.fit(shape, found):
                raise Misfit(*args)
        return shape

    def _signature(
        self, name: str, args: tuple[Tree, ...]
    ) -> tuple[tuple[Shape, ...], Shape]:
        declared = self.given.get(name)
        if isinstance(declared, FunctionType):
            arguments = tuple(argument.shape for argument in declared.arguments)
            return arguments, declared.result.shape
        if name not in self.functions:
            if name not in self.ranks:
                raise Misfit(*args)
            if self.ranks[name] == ENTRIES:
                self.functions[name] = (SCALAR,) * len(args), SCALAR
                return self.functions[name]
            found = tuple(self.shape(arg) for arg in args)
            result = self.fresh(self.ranks.get(name, "scalar"))
            self.functions[name] = found, result
        return self.functions[name]

    def _derived(self, tree: Derived) -> Shape:
        if tree.symbol in ELEMENTARY and tree.symbol not in self.given:
            return self._entries(tree.args)
        if self._acts_on_entries(tree.symbol):
            shape = self._applied(tree.symbol, tree.args)
            if tree.kind == "hessian" and shape != SCALAR:
                raise Misfit(tree)
            return shape
        y = self.sizes.shape(self._applied(tree.symbol, tree.args))
        arguments = [
            self.sizes.shape(x) for x in self._signature(tree.symbol, tree.args)[0]
        ]
        if not all(1 <= position <= len(arguments) for position in tree.positions):
            raise Misfit(tree)
        if tree.kind == "taylor" or len(tree.positions) > 1:
            if {y, *arguments} != {SCALAR}:
                raise Misfit(tree)
            return SCALAR
        if tree.kind == "hessian":
            if y != SCALAR:
                raise Misfit(tree)
            ((rows, columns), *_) = arguments
            return rows * columns, rows * columns
        position = tree.positions[0] if tree.positions else 1
        x = arguments[position - 1]
        return arranged_shape(y, x, self.layout, x == SCALAR)


_EACH = "elementwise"


def _size(tree: Tree) -> Dim:
    match tree:
        case Number(value) if value.denominator == 1:
            return Dim.of(int(value))
        case Name(name):
            return Dim.of(name)
        case Call("add" | "sub" | "mul", (left, right)):
            a, b = _size(left), _size(right)
            found = {"add": a + b, "sub": a - b, "mul": a * b}[tree.name]
            return bounded(found, tree.start)
        case Call("div", (left, Number(value))) if value.denominator == 1 and value:
            return _size(left) / int(value)
        case Call("pow", (left, Number(value))) if value in (1, 2, 3):
            return raised(_size(left), int(value), tree.start)
    raise Misfit(tree)


def _surface(tree: Tree) -> set[str]:
    """Return the names that an elementwise expression is made of."""
    match tree:
        case Name(name):
            return {name}
        case Call(name, args) if name in PRIMITIVES:
            row = PRIMITIVES[name]
            maps = row.signature.replace(" ", "") == "mn->mn" or name == "transpose"
            if row.signature == _EACH or maps:
                return set().union(*map(_surface, args))
        case Call(name, _):
            return {name}
    return set()
