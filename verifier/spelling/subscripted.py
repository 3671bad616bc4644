"""Subscripts: `f_x` of a defined f is a derivative, `S_k` the matrix of step k."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..language.tree import Call, Name, Tree
from . import loose
from .defining import Definition


def with_subscripts(
    sides: Sequence[Tree], definitions: Mapping[str, Definition]
) -> tuple[Tree, ...]:
    """Return sides in which the first, `f_x` or `f_xy`, is a derivative of f."""
    left, *others = sides
    by = _by(left, definitions)
    if not by:
        return tuple(sides)
    symbol, *variables = by
    made: Tree = Name(symbol, start=left.start, stop=left.stop)
    parameters = definitions[symbol].parameters
    if parameters:
        made = Call(symbol, tuple(map(Name, parameters)), start=left.start)
    match variables:
        case [one]:
            made = loose.call(loose.PARTIAL, made, Name(one))
        case [one, other] if one == other:
            made = loose.call(loose.SECOND_PARTIAL, made, Name(one), Name(other))
        case _:
            return tuple(sides)
    return replace(made, start=left.start, stop=left.stop), *others


STEPS = frozenset("klnt")
"""Letters that count steps or layers, where a matrix has no other index."""


def with_labels(
    sides: Sequence[Tree], definitions: Mapping[str, Definition]
) -> tuple[Tree, ...]:
    """Return sides in which `S_k`, the matrix of a step, is a name.

    It is defined by the other side, or was before: one index makes no entry of a
    matrix. Where an index is summed over it is none of a step.
    """
    sums = loose.TOTAL, loose.PRODUCT
    bound = {total.args[0] for tree in sides for total in loose.calls(tree, *sums)}
    left, *others = sides
    own = _label(left)
    entries = [entry for tree in others for entry in loose.calls(tree, loose.ENTRY)]
    steps = isinstance(left, Call) and all(
        entry.args[1:] == left.args[1:] for entry in entries
    )
    named = {own} if own and steps else set[str]()

    def change(part: Tree) -> Tree:
        label = _label(part)
        known = label in named or label in definitions
        if known and isinstance(part, Call) and part.args[1] not in bound:
            return Name(label, start=part.start, stop=part.stop)
        return part

    return tuple(loose.mapped(tree, change) for tree in sides)


def with_samples(
    sides: Sequence[Tree], definitions: Mapping[str, Definition]
) -> tuple[Tree, ...]:
    """Return sides in which `p_i`, of the one sample i that all is about, is a name.

    `z_i = w^T x_i` and `p_i = σ(z_i)` define it; `∂p_i/∂z_i` is a derivative of it.
    """
    left = sides[0]
    entries = [entry for tree in sides for entry in loose.calls(tree, loose.ENTRY)]
    indices = {entry.args[1:] for entry in entries}
    if len(indices) != 1 or not isinstance(left, Call):
        return tuple(sides)
    index, *more = next(iter(indices))
    if more or not isinstance(index, Name):
        return tuple(sides)
    sums = loose.TOTAL, loose.PRODUCT
    if any(True for tree in sides for _ in loose.calls(tree, *sums)):
        return tuple(sides)
    if left.name == loose.ACTING and isinstance(inner := left.args[0], Call):
        left = inner
    if left.name in (loose.PARTIAL, loose.GRADIENT, loose.SECOND_PARTIAL, "hessian"):
        inside = [*loose.calls(left.args[0], loose.ENTRY)]
        known = bool(inside) and all(_sample(one) in definitions for one in inside)
    else:
        inside = [one for tree in sides[1:] for one in loose.calls(tree, loose.ENTRY)]
        known = left in entries and bool(inside) and bool(_sample(left))
    if not known:
        return tuple(sides)

    def change(part: Tree) -> Tree:
        if not (isinstance(part, Call) and (label := _sample(part))):
            return part
        if isinstance(part.args[0], Call):
            return replace(part, name=label, args=part.args[0].args)
        return Name(label, start=part.start, stop=part.stop)

    return tuple(loose.mapped(tree, change) for tree in sides)


def with_counts(
    sides: Sequence[Tree], definitions: Mapping[str, Definition]
) -> tuple[Tree, ...]:
    """Return sides in which the n of `L_n(β)`, how many samples there are, is no index.

    It is where a sum ends in the formula that defines L.
    """
    sums = [total for side in sides for total in loose.calls(side, loose.TOTAL)]
    ends = {end for total in sums for end in total.args[2:]}
    head = _spaced(sides[0])
    own = {_sample(head)} if _counted(head) in ends else set[str]()
    known = {name for name, made in definitions.items() if made.parameters} | own
    summed = {total.args[0] for total in sums}

    def change(part: Tree) -> Tree:
        match part:
            case Call(loose.JUXTAPOSED, (Name(name), Name() as arg)) if name in known:
                return Call(name, (arg,), start=part.start, stop=part.stop)
        label = _sample(part)
        index = _counted(part)
        if not label or label not in known or index is None or index in summed:
            return part
        assert isinstance(part, Call)
        match part.args[0]:
            case Call(_, args) as inner:
                return replace(inner, name=label, args=args, stop=part.stop)
            case _:
                return Name(label, start=part.start, stop=part.stop)

    return tuple(loose.mapped(side, change) for side in sides)


def _spaced(tree: Tree) -> Tree:
    """Return the `L_n` of `L_n (β)`, which is set with a space."""
    match tree:
        case Call(loose.JUXTAPOSED, (Call(loose.ENTRY, (Name(), _)) as head, Name())):
            return head
    return tree


def _counted(tree: Tree) -> Tree | None:
    """Return the n of `L_n(β)` or `L_n`."""
    match tree:
        case Call(loose.ENTRY, (Call() | Name(), Name("n" | "N" | "m" | "T") as index)):
            return index
    return None


def _sample(tree: Tree) -> str:
    """Return the name of what has one index, "" for anything else."""
    match tree:
        case Call(loose.ENTRY, (Name(name), Name(index))):
            return f"{name}_{index}"
        case Call(loose.ENTRY, (Call(name, args), Name(index))):
            plain = all(isinstance(arg, Name) for arg in args)
            return f"{name}_{index}" if plain and name not in loose.LOOSE else ""
    return ""


def _label(tree: Tree) -> str:
    """Return the name of the matrix of a step, "" for anything else."""
    match tree:
        case Call(loose.ENTRY, (Name(name), Name(index))):
            return f"{name}_{index}" if name[:1].isupper() and index in STEPS else ""
    return ""


def _by(tree: Tree, definitions: Mapping[str, Definition]) -> tuple[str, ...]:
    """Return the function and the variables of `f_x`, nothing where it is a name."""
    match tree:
        case Name(name) if name not in definitions:
            pass
        case Call(name, args) if all(isinstance(arg, Name) for arg in args):
            pass
        case _:
            return ()
    symbol, _, letters = name.partition("_")
    made = definitions.get(symbol)
    if made is None or not 0 < len(letters) <= 2:
        return ()
    variables = made.parameters or tuple(
        part.name for part in loose.parts(made.body) if isinstance(part, Name)
    )
    return (symbol, *letters) if {*letters} <= {*variables} else ()
