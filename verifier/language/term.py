"""Terms: nodes of an expression that know their rows and columns, and their scope."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from .declaration import FunctionType, Type, values_of
from .dimension import Dim
from .layout import Layout
from .tree import Tree

Shape = tuple[Dim, Dim]
ONE = Dim.of(1)
SCALAR: Shape = (ONE, ONE)


@dataclass(frozen=True, eq=False)
class Term:
    """A node with its shape; `op` is a row's name or one of the kinds below.

    number    `value`
    variable  `name`
    constant  pi
    size      `dims[0]`, a size used as a number
    apply     function symbol `name` at `args`
    derived   D, hessian or taylor (`kind`) of `name` at `args`, arranged in `layout`
    """

    op: str
    shape: Shape
    args: tuple[Term, ...] = ()
    name: str = ""
    dims: tuple[Dim, ...] = ()
    value: Fraction | None = None
    kind: str = ""
    positions: tuple[int, ...] = ()
    layout: Layout | None = None


@dataclass
class Scope:
    """What names mean: declared types, differentials, abbreviations."""

    types: Mapping[str, Type | FunctionType]
    layout: Layout
    lets: Mapping[str, Tree] = field(default_factory=dict)
    extra: Mapping[str, Type] = field(default_factory=dict)
    """Names that exist only here, such as differentials, with their types."""
    inferred: dict[str, Term] = field(default_factory=dict)
    seen: dict[int, tuple[Tree, Term]] = field(default_factory=dict)
    """Terms of trees by identity: the edits of a claim share most of their trees."""

    @property
    def sizes(self) -> frozenset[str]:
        """The size names of all declared types."""
        return size_names(self.types)


def size_names(types: Mapping[str, Type | FunctionType]) -> frozenset[str]:
    """Return the names that stand for dimensions in these types."""
    dims = (dim for type in values_of(types.values()) for dim in type.dims)
    return frozenset(name for dim in dims for name in dim.names)


def show_shape(shape: Shape) -> str:
    """Print a shape as people write it: `m x n`."""
    return " x ".join(_factor(d) for d in shape)


def _factor(dim: Dim) -> str:
    text = str(dim)
    return f"({text})" if " " in text else text


def origins(dims: tuple[Dim, ...], scope: Scope) -> str:
    """Say for each size name which declaration it comes from: `n from x: vector(n)`."""
    wanted = sorted(set().union(*(d.names for d in dims)))
    found = []
    for size in wanted:
        for name, declared in scope.types.items():
            if size in size_names({name: declared}):
                found.append(f"{size} from {name}: {declared}")
                break
    return "; ".join(found)


def is_scalar(declared: Type) -> bool:
    """Whether a type is a scalar by declaration: a `vector(n)` stays one at n = 1."""
    return declared.kind in ("scalar", "positive", "integer", "index")


def literal(term: Term) -> Fraction | None:
    """Return the value of a number with its sign, or None."""
    if term.op == "neg":
        inner = literal(term.args[0])
        return None if inner is None else -inner
    return term.value if term.op == "number" else None


def terms(*roots: Term | None) -> Iterator[Term]:
    """Walk over all terms below these, each once."""
    seen: set[Term] = set()
    stack = [root for root in roots if root is not None]
    while stack:
        term = stack.pop()
        if term not in seen:
            seen.add(term)
            yield term
            stack.extend(term.args)


def stands_still(root: Term, name: str) -> bool:
    """Whether a name does not stand in a term."""
    return not name or all(
        term.name != name and all(name not in dim.names for dim in term.dims)
        for term in terms(root)
    )


Nodes = dict[tuple[object, ...], Term]
"""Terms by all that is written in them, each once."""


def shared(root: Term, nodes: Nodes | None = None) -> Term:
    """Return a term in which what is written twice, or in `nodes`, is one node."""
    nodes = {} if nodes is None else nodes
    found: dict[Term, Term] = {}

    def visit(term: Term) -> Term:
        if term not in found:
            args = tuple(visit(arg) for arg in term.args)
            same = all(one is other for one, other in zip(args, term.args, strict=True))
            node = term if same else replace(term, args=args)
            # A decimal that is rounded is none that is equal to it.
            value = node.value, getattr(node.value, "ends", None)
            said = (node.op, node.shape, args, node.name, node.dims, *value)
            key = (*said, node.kind, node.positions, node.layout)
            found[term] = nodes.setdefault(key, node)
        return found[term]

    return visit(root)
