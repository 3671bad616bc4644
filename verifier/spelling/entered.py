"""Definitions by entries: `y_i = Σ_j W_ij x_j + b_i` says that y is `W x + b`.

An x_i may be a sample too, and a column of its own. So only what can be nothing else is
read: a sum over one of two indices, or a function that is one of numbers.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..language.tree import Call, Name, Tree
from ..reading.problem import Fault
from . import loose
from .defining import Definition
from .indices import lifted
from .samples import free_letters, shared

_OF_NUMBERS = frozenset("sigma sigmoid tanh relu ReLU logistic softplus".split())
"""Functions that are applied to each entry."""


def entered(left: Tree, right: Tree) -> tuple[str, Definition] | None:
    """Return what a name is, where both sides are one of its entries."""
    match left:
        case Call(loose.ENTRY, (Name(name), *indices)):
            free = [one.name for one in indices if isinstance(one, Name)]
        case _:
            return None
    if len({*free}) != len(indices) or {*free_letters(right)} != {*free}:
        return None
    match right:
        case Call(
            loose.PARTIAL, (Name() as body, Call(loose.ENTRY, (Name() as by, *own)))
        ):
            if own == indices:  # `δ_j = ∂L/∂z_j`
                return name, Definition((), loose.call(loose.PARTIAL, body, by))
        case Call(
            loose.PARTIAL,
            (
                Call(loose.ENTRY, (Name() as body, *above)),
                Call(loose.ENTRY, (Name() as by, *below)),
            ),
        ):
            if [*above, *below] == indices and len(indices) == 2:
                return name, Definition((), loose.call(loose.PARTIAL, body, by))
    inside = {part.name for part in loose.parts(right) if isinstance(part, Name)}
    if name in inside or not (_is_product(right, free) or _is_applied(right)):
        return None
    try:
        body = lifted(right, free, {}, shared([left, right], {}, {})).tree
    except Fault:
        return None
    return name, Definition((), body)


def _is_product(tree: Tree, free: Sequence[str]) -> bool:
    """Whether entries with two indices are summed, and what is added has an index."""
    match tree:
        case Call("add" | "sub", (left, right)):
            return (_is_product(left, free) and _is_product(right, free)) or (
                _is_product(left, free) and _is_entry(right, free)
            )
        case Call(loose.TOTAL, (Name(index), body, *_)):
            entries = [*loose.calls(body, loose.ENTRY)]
            own = {letter for entry in entries for letter in free_letters(entry)}
            double = any(len(entry.args) == 3 for entry in entries)
            return double and own == {index, *free}
    return False


def _is_entry(tree: Tree, free: Sequence[str]) -> bool:
    match tree:
        case Call(loose.ENTRY, (Name(), *indices)):
            return indices == [Name(one) for one in free]
    return False


def _is_applied(tree: Tree) -> bool:
    match tree:
        case Call(name, (Call(loose.ENTRY, (Name(), Name())),)):
            return name in _OF_NUMBERS
    return False
