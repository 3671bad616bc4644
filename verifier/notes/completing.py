"""What people leave out: the change of a name that is defined, the I of `A - λ`.

And what they do not mean: that the A of a rule is the one of an example.

In `dy = 2 r^T dr = 2 r^T A dx` the dr is that of `r = A x - b`, which is `A dx`; so is
`d(X^T) A` inside of a side what it is in terms of dX.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace

from ..language.tree import Call, Name, Number, Tree
from ..spelling import loose
from ..spelling.defining import Definition
from .context import Defined

_PRODUCTS = frozenset((
    loose.JUXTAPOSED, loose.DOTTED, loose.STARRED, loose.COMPOSED, loose.INNER,
    "matmul", "mul", "kron",
))  # fmt: skip
_LINEAR = frozenset((
    "transpose", loose.PRIMED, loose.DIAGONAL, "tr", "vec", "vech", "sum", "rowsum",
    "colsum", "neg", "diag", "diagonal",
))  # fmt: skip
DEPTH = 4
"""Definitions within each other."""


class _Unmoved(Exception):
    """The change of something is not known."""


def with_changes(
    trees: Sequence[Tree],
    definitions: Mapping[str, Definition],
    beside: Iterable[Set[str]] = (),
) -> tuple[Tree, ...]:
    """Return sides in terms of the changes of names that are not defined.

    Where no side has one, as in `dl = d(X w)^T r + r^T d(X w)`, all that stands in each
    differential moves, or what of it does in the formulas beside, the nearest first.
    """
    trees = (trees[0], *map(_with_value, trees[1:]))
    named = {
        part.name
        for tree in trees
        for part in loose.parts(tree)
        if isinstance(part, Name) and loose.is_change(part.name)
    }
    known = {
        name: made
        for name, made in definitions.items()
        if not made.parameters and _plain(made.body) and not _is_example(made.body)
    }
    inner = {name[1:] for name in named}
    moving = inner - known.keys()
    if not moving:
        moving = _in_each(trees, known)
        moving = next((both for names in beside if (both := moving & names)), moving)
    if not moving:
        return tuple(trees)

    def change(part: Tree) -> Tree:
        body: Tree | None = None
        match part:
            case Name(name) if loose.is_change(name) and name[1:] in known:
                body = known[name[1:]].body
            case Call(loose.CHANGE, (body,)):
                pass
        if body is None:
            return part
        try:
            return _moved(body, moving, known) or part
        except _Unmoved:
            return part

    first, *others = trees
    return first, *(
        tree if _is_whole(tree) else loose.bounded(loose.mapped(tree, change))
        for tree in others
    )


def _with_value(side: Tree) -> Tree:
    """Return `2 y^T dy |_{y = A x}` in terms of x: the point is that of all of it."""
    found = [call for call in loose.calls(side, loose.AT) if len(call.args) == 3]
    match found:
        case [Call(_, (_, value, Name(by)))] if not isinstance(value, Number):
            pass
        case _:
            return side
    names = {part.name for part in loose.parts(side) if isinstance(part, Name)}
    changed = f"d{by}" in names or any(True for _ in loose.calls(side, loose.CHANGE))
    if not changed or next(loose.calls(side, loose.PARTIAL), None) is not None:
        return side

    def change(part: Tree) -> Tree:
        match part:
            case Name(name) if name == by:
                return value
            case Name(name) if name == f"d{by}":
                return loose.call(loose.CHANGE, value, start=part.start)
            case Call(loose.AT, (inner, *_)):
                return inner
        return part

    return loose.mapped(side, change)


def _in_each(trees: Sequence[Tree], known: Mapping[str, Definition]) -> set[str]:
    """Return the names that stand in every differential of the sides but the first."""
    found = [
        {part.name for part in loose.parts(change) if isinstance(part, Name)}
        for tree in trees[1:]
        if not _is_whole(tree)
        for change in loose.calls(tree, loose.CHANGE)
    ]
    return set.intersection(*found) - known.keys() - _NUMBERS if found else set()


_NUMBERS = frozenset(("e", "pi"))


def without_examples(
    definitions: Mapping[str, Defined], trees: Sequence[Tree]
) -> dict[str, Defined]:
    """Leave out that A is a certain matrix of numbers, where a rule names it.

    Where a side has numbers written out, it is about the example.
    """
    units = (loose.BLOCKS,)
    kept = {**definitions}
    if any(True for tree in trees for _ in loose.calls(tree, *units)):
        return kept
    claimed = {
        part.name
        for tree in trees[1:]
        for part in loose.parts(tree)
        if isinstance(part, Name)
    }
    for name in claimed & kept.keys():
        body = kept[name].made.body
        numbers = not any(isinstance(part, Name) for part in loose.parts(body))
        if numbers and any(True for _ in loose.calls(body, *units)):
            del kept[name]
    return kept


def without_entries(
    definitions: Mapping[str, Defined], trees: Sequence[Tree]
) -> dict[str, Defined]:
    """Leave out `X = [x_11 x_12; x_21 x_22]` where a formula is about X as a whole.

    That says how entries are called, and nothing of X.
    """
    letters = {
        part.name
        for tree in trees
        for part in loose.parts(tree)
        if isinstance(part, Name)
    }
    return {
        name: one
        for name, one in definitions.items()
        if not (own := _own_entries(name, one.made.body)) or own & letters
    }


def _own_entries(name: str, body: Tree) -> frozenset[str]:
    """Return the names of the entries of a matrix that is written out by them."""
    match body:
        case Call("transpose", (inner,)):
            return _own_entries(name, inner)
        case Call("vstack" | "hstack", _):
            pass
        case _:
            return frozenset()
    named = {part.name for part in loose.parts(body) if isinstance(part, Name)}
    plain = all(
        isinstance(part, Name | Number) or part.name in _WRITTEN_OUT
        for part in loose.parts(body)
        if isinstance(part, Name | Number | Call)
    )
    letter = name.partition("_")[0].casefold()
    own = all(one.partition("_")[0].casefold() == letter for one in named)
    return frozenset(named) if plain and own else frozenset()


_WRITTEN_OUT = frozenset(("vstack", "hstack", "transpose", loose.ENTRY))


def is_column(name: str, definitions: Mapping[str, Definition], depth: int = 0) -> bool:
    """Whether a name is a column by its definition: `A 1`, `1/(A 1)`; of a Y, `A x`.

    A small letter says by itself what it is.
    """
    return _is_column_of(definitions[name].body, definitions, depth, name[0].isupper())


def _is_column_of(
    tree: Tree, definitions: Mapping[str, Definition], depth: int, capital: bool
) -> bool:
    match tree:
        case Call(loose.ONES, ()):
            return True
        case Call(loose.POWER | "inv", (inner, *_)) | Call("neg" | "exp", (inner,)):
            return _is_column_of(inner, definitions, depth, capital)
        case Call(loose.JUXTAPOSED, (Name(left), right)) if left[0].isupper():
            if isinstance(right, Name):
                return capital and right.name in _COLUMNS
            return _is_column_of(right, definitions, depth, capital)
        case Name(name) if name in definitions and depth < DEPTH:
            return is_column(name, definitions, depth + 1)
    return False


_COLUMNS = frozenset(("x", "y", "z", "w", "u", "v", "h", "theta", "beta"))
"""Letters of columns."""


def _is_whole(tree: Tree) -> bool:
    """Whether a side is a differential itself: that is what it is said of."""
    return isinstance(tree, Call) and tree.name == loose.CHANGE


def _is_example(tree: Tree) -> bool:
    """Whether a side is a matrix that is written out: its entries are its names."""
    return isinstance(tree, Call) and tree.name == loose.BLOCKS


def _plain(tree: Tree) -> bool:
    return next(loose.calls(tree, *loose.CALCULUS), None) is None


def _moved(
    tree: Tree, moving: Set[str], known: Mapping[str, Definition], depth: int = 0
) -> Tree | None:
    """Return the change of a side, None for that of a constant."""
    match tree:
        case Number():
            return None
        case Name(name) if name in moving:
            return Name(f"d{name}", start=tree.start, stop=tree.stop)
        case Name(name) if name in known and depth < DEPTH:
            return _moved(known[name].body, moving, known, depth + 1)
        case Name():
            return None
        case Call("add" | "sub" as name, (left, right)):
            one, other = (_moved(arg, moving, known, depth) for arg in (left, right))
            if one is None or other is None:
                return (
                    loose.call("neg", other)
                    if other and name == "sub"
                    else one or other
                )
            return replace(tree, args=(one, other))
        case Call(loose.OVER | "div", (above, below)) if not _moves(
            below, moving, known
        ):
            one = _moved(above, moving, known, depth)
            return replace(tree, args=(one, below)) if one else None
        case Call(name, (left, right)) if name in _PRODUCTS:
            one, other = (_moved(arg, moving, known, depth) for arg in (left, right))
            terms = [replace(tree, args=(one, right))] if one else []
            terms += [replace(tree, args=(left, other))] if other else []
            return (
                loose.call("add", *terms) if len(terms) > 1 else next(iter(terms), None)
            )
        case Call(name, (inner,)) if name in _LINEAR:
            made = _moved(inner, moving, known, depth)
            return replace(tree, args=(made,)) if made else None
        case Call("inv", (inner,)) | Call(
            loose.POWER, (inner, Call("neg", (Number(1),)))
        ):
            if (made := _moved(inner, moving, known, depth)) is not None:
                right = loose.call(loose.JUXTAPOSED, tree, made)
                return loose.call(
                    "neg", loose.call(loose.JUXTAPOSED, right, tree), start=tree.start
                )
            return None
        case Call(loose.EXPONENTIAL | "exp", (inner,)) if _is_column(inner):
            made = _moved(inner, moving, known, depth)
            return loose.call("mul", tree, made) if made else None
    if _moves(tree, moving, known):
        raise _Unmoved
    return None


def _moves(tree: Tree, moving: Set[str], known: Mapping[str, Definition]) -> bool:
    """Whether a side may depend on what moves."""
    names = {part.name for part in loose.parts(tree) if isinstance(part, Name)}
    return bool(names & (moving | known.keys()))


def _is_column(tree: Tree) -> bool:
    """Whether a side is no matrix by its letters: `X b`, whose power has entries."""
    match tree:
        case Name(name):
            return name[0].islower()
        case Call("neg", (inner,)):
            return _is_column(inner)
        case Call("add" | "sub", (left, right)):
            return _is_column(left) and _is_column(right)
        case Call(loose.JUXTAPOSED | loose.DOTTED | "matmul", (_, right)):
            return _is_column(right)
    return False


def with_units(tree: Tree) -> Tree:
    """Return a side in which the λ of `A - λ` is `λ I`: no number stands there."""

    def change(part: Tree) -> Tree:
        match part:
            case Call("add" | "sub", (left, right)) if _is_matrix(left):
                if _is_eigenvalue(right):
                    return replace(part, args=(left, _scaled(right)))
            case Call("add" | "sub", (left, right)) if _is_matrix(right):
                if _is_eigenvalue(left):
                    return replace(part, args=(_scaled(left), right))
        return part

    return loose.mapped(tree, change)


def _scaled(tree: Tree) -> Tree:
    return loose.call(loose.JUXTAPOSED, tree, loose.call(loose.IDENTITY))


def _is_matrix(tree: Tree) -> bool:
    """Whether a side is a matrix by its letters: A, `A^T A`."""
    match tree:
        case Name(name):
            return name[0].isupper()
        case Call(loose.JUXTAPOSED | loose.DOTTED, (left, right)):
            return _is_matrix(left) and _is_matrix(right)
        case Call("transpose" | "inv", (inner,)):
            return _is_matrix(inner)
    return False


def _is_eigenvalue(tree: Tree) -> bool:
    return isinstance(tree, Name) and tree.name.partition("_")[0] == "lam"
