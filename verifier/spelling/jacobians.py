"""The chain rule by components: `∂L/∂x_j = Σ_i ∂L/∂z_i ∂z_i/∂x_j`, without its indices.

`∂L/∂z_i` is the entry of a column and `∂z_i/∂x_j` that of a Jacobian. Each of them has
a name while the sums become products of matrices, and is a derivative again after that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from ..language.tree import Call, Derived, Name, Tree
from ..reading.problem import Fault
from . import loose
from .defining import Definition
from .indices import lifted
from .kinds import COLUMN, MATRIX, NUMBER
from .samples import free_letters, shared
from .written import Written

_KINDS = (NUMBER, COLUMN, MATRIX)
_RANKS = {NUMBER: "scalar", COLUMN: "vector", MATRIX: "matrix"}


def by_components(
    sides: Sequence[Tree], known: Mapping[str, Definition]
) -> Written | None:
    """Return what a chain rule by components says of whole derivatives.

    None where a statement is no such, or is one of more than matrices.
    """
    left, *right = (
        loose.mapped(side, partial(_in_full, known=known)) for side in sides
    )
    asked = _Asked.of(left, right)
    if asked is None or not any(map(_has_entries, (left, *right))):
        return None
    made = _Slopes(asked.layout)
    try:
        plain = [made.named(side) for side in right]
        if not made.slopes and not made.functions:
            return None
        kinds = shared(plain, {}, made.kinds)
        whole = [lifted(side, asked.free, {}, kinds).tree for side in plain]
    except Fault:
        return None
    made.check(asked, known)
    claims = tuple((asked.layout, made.put(tree)) for tree in whole)
    ranks = {**_matrices(known), **made.ranks, **asked.ranks}
    body, by = Name(asked.body), (asked.by,)
    return Written("function", body, claims, by, ranks=ranks)


def of_symmetry(sides: Sequence[Tree]) -> Written | None:
    """Return that a Hessian is symmetric, as `∂²f/∂x_i∂x_j = ∂²f/∂x_j∂x_i` says."""
    match [*sides]:
        case [
            Call(loose.SECOND_PARTIAL, (Name(f), one, other)),
            Call(loose.SECOND_PARTIAL, (Name(again), *turned)),
        ] if f == again and turned == [other, one] and one != other:
            pass
        case [
            Call("hessian", (Call(f, (Name() as x,)),)) as whole,
            Call("transpose" | loose.PRIMED, (back,)),
        ] if whole == back:
            return _symmetric(f, x)
        case _:
            return None
    match one, other:
        case (
            Call(loose.ENTRY, (Name() as x, Name())),
            Call(loose.ENTRY, (Name() as y, Name())),
        ) if x == y:
            return _symmetric(f, x)
    return None


def _symmetric(symbol: str, x: Name) -> Written:
    whole = Derived("hessian", symbol, (), None, None, (x,))
    claim = loose.call("transpose", whole)
    return Written("value", whole, (("both", claim),), ranks={x.name: "vector"})


def _matrices(known: Mapping[str, Definition]) -> dict[str, str]:
    """Return the small letters that are matrices: the w of `z_j = Σ_k w_jk a_k`."""
    found: dict[str, str] = {}
    for one in known.values():
        for product in loose.calls(one.body, "matmul"):
            match product.args:
                case (Name(w), Name(a)) if w[0].islower() and not a[0].isupper():
                    found[w] = "matrix"
    return found


def _reached(name: str, below: Mapping[str, set[str]]) -> set[str]:
    """Return all that a name depends on."""
    found, waiting = set[str](), [name]
    while waiting:
        new = below.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found


def _in_full(part: Tree, known: Mapping[str, Definition]) -> Tree:
    """Return `∂L/∂z_i` for a δ_i that is defined as that."""
    match part:
        case Call(loose.ENTRY, (Name(name), *indices)) if name in known:
            match known[name].body:
                case Call(loose.PARTIAL, (Name() as body, Name() as by)):
                    entry = loose.call(loose.ENTRY, by, *indices)
                    place = {"start": part.start, "stop": part.stop}
                    return loose.call(loose.PARTIAL, body, entry, **place)
    return part


def _has_entries(tree: Tree) -> bool:
    return any(
        isinstance(arg, Call) and arg.name == loose.ENTRY
        for part in loose.calls(tree, loose.PARTIAL)
        for arg in part.args
    ) or any(
        isinstance(base, Name) and loose.is_change(base.name)
        for entry in loose.calls(tree, loose.ENTRY)
        for base in entry.args[:1]
    )


def _named(tree: Tree) -> tuple[str, tuple[str, ...]] | None:
    """Return the name and the indices of `x`, `x_j` or `W_ij`; None for all else."""
    match tree:
        case Name(name):
            return name, ()
        case Call(loose.ENTRY, (Name(name), *indices)):
            letters = tuple(one.name for one in indices if isinstance(one, Name))
            return (name, letters) if len(letters) == len(indices) else None
    return None


@dataclass(frozen=True)
class _Asked:
    """What the left side is: a derivative or a differential, and of what kind."""

    body: str
    by: str
    free: tuple[str, ...]
    layout: str
    kinds: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, left: Tree, right: Sequence[Tree]) -> _Asked | None:
        """Return what is asked for; None where there is no such derivative."""
        match left:
            case Call(loose.ACTING, (inner,)):
                return cls.of(inner, right)
            case Call(loose.PARTIAL, (body, by)):
                above, below = _named(body), _named(by)
            case _:
                return cls._of_change(left, right)
        if above is None or below is None or above[0] == below[0]:
            return None
        free = (*above[1], *below[1])
        if len(above[1]) > 1 or len({*free}) < len(free) or len(free) > 2:
            return None
        layout = "numerator" if above[1] else "denominator"
        kinds = {above[0]: _KINDS[len(above[1])], below[0]: _KINDS[len(below[1])]}
        return cls(above[0], below[0], free, layout, kinds)

    @classmethod
    def _of_change(cls, left: Tree, right: Sequence[Tree]) -> _Asked | None:
        """Return what `df = Σ_i ∂f/∂x_i dx_i` asks for."""
        made = _named(left)
        if made is None or not loose.is_change(made[0]) or len(made[1]) > 1:
            return None
        changes = {
            base.name[1:]
            for side in right
            for entry in loose.calls(side, loose.ENTRY)
            for base in entry.args[:1]
            if isinstance(base, Name) and loose.is_change(base.name)
        }
        if len(changes) != 1 or changes == {made[0][1:]}:
            return None
        (by,) = changes
        kinds = {made[0][1:]: _KINDS[len(made[1])], by: COLUMN}
        return cls(made[0][1:], by, made[1], "differential", kinds)

    @property
    def ranks(self) -> dict[str, str]:
        """Return what its names can only be."""
        return {name: _RANKS[kind] for name, kind in self.kinds.items()}


@dataclass
class _Slopes:
    """The derivatives in a statement, and the names that they have meanwhile."""

    layout: str
    slopes: dict[str, Tree] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    ranks: dict[str, str] = field(default_factory=dict)
    functions: dict[str, Derived] = field(default_factory=dict)
    pairs: set[tuple[str, str]] = field(default_factory=set)
    """What is differentiated by what."""

    def named(self, tree: Tree) -> Tree:
        """Return a side with a name for each derivative."""
        return loose.mapped(tree, self._change)

    def _change(self, part: Tree) -> Tree:
        match part:
            case Call(loose.PARTIAL, (body, by)):
                above, below = _named(body), _named(by)
                if above is None or below is None or above[0] == below[0]:
                    raise Fault(part.start, "this is no derivative by components")
                return self._slope(part, above, below)
            case Derived("D", symbol, (_,), _, _, (argument,)) if free_letters(
                argument
            ):
                name = f"{symbol}_slope"
                self.functions[name] = part
                return Call(name, (argument,), start=part.start, stop=part.stop)
            case Call(name) if name in loose.CALCULUS and name != loose.ACTING:
                raise Fault(part.start, "this is no derivative by components")
        return part

    def _slope(
        self,
        part: Call,
        above: tuple[str, tuple[str, ...]],
        below: tuple[str, tuple[str, ...]],
    ) -> Tree:
        """Return the entry of a derivative that has a name."""
        (u, over), (v, under) = above, below
        indices = (*over, *under)
        if len(over) > 1 or len(indices) > 2:
            raise Fault(
                part.start, "a derivative of more than two indices is no matrix"
            )
        if over and over == under:
            said = f"`{u}` may be a function of each entry of `{v}` alone"
            raise Fault(part.start, said)
        name = f"slope_of_{u}_by_{v}"
        whole: Tree = replace(part, args=(Name(u), Name(v)))
        turned = (self.layout == "denominator") == bool(over)
        if indices and turned:
            whole = loose.call("transpose", whole, start=part.start, stop=part.stop)
        kind = _KINDS[len(indices)]
        if self.slopes.setdefault(name, whole) != whole or (
            self.kinds.setdefault(name, kind) != kind
        ):
            raise Fault(part.start, "one derivative stands with several indices")
        for one, letters in (above, below):
            rank = _RANKS[_KINDS[len(letters)]]
            if self.ranks.setdefault(one, rank) != rank:
                raise Fault(part.start, f"`{one}` stands with and without indices")
        self.pairs.add((u, v))
        base = Name(name, start=part.start, stop=part.stop)
        return loose.call(loose.ENTRY, base, *map(Name, indices)) if indices else base

    def check(self, asked: _Asked, known: Mapping[str, Definition]) -> None:
        """Refuse `∂L/∂w = ∂L/∂z x` where nobody says that z depends on w."""
        below: dict[str, set[str]] = {}
        for u, v in self.pairs:
            below.setdefault(u, set()).add(v)
        for name, one in known.items():
            inside = (part for part in loose.parts(one.body) if isinstance(part, Name))
            below.setdefault(name, set()).update(part.name for part in inside)
        beside = {v for u, v in self.pairs if u == asked.body}
        for v in sorted(beside - {asked.by}):
            if asked.by not in _reached(v, below):
                said = f"it is not said that `{v}` depends on `{asked.by}`"
                raise Fault(0, said, f"define `{v}`")

    def put(self, tree: Tree) -> Tree:
        """Return a tree with derivatives where it has their names."""

        def change(part: Tree) -> Tree:
            match part:
                case Name(name) if name in self.slopes:
                    return self.slopes[name]
                case Call(name, args) if name in self.functions:
                    return replace(self.functions[name], args=args)
            return part

        return loose.mapped(tree, change)
