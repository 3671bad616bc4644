"""Ways in which one statement may be meant, and what each departs from its letters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from ..language.tree import Call, Derived, Name, Tree
from ..spelling import loose
from ..spelling.loose import MATRIX_FUNCTIONS, calls, mapped
from ..spelling.unindexed import Unindexed
from ..spelling.written import Written

COLUMNS = 0.5
"""What it costs that gradients are columns."""
MATRIX, UNDER_A_TRACE = 0.5, -0.5
"""What it costs that a function is one of matrices, and where it hardly can be else."""
OF_MATRICES = "functions of a square matrix are those of the matrix, not of its entries"
ARRAYS = 0.25
"""What it costs that a vector before an `@` is a row."""
STARS = 0.75
"""What it costs that a star is no product of matrices."""


@dataclass(frozen=True)
class Way:
    """A statement as it may be meant."""

    plain: Unindexed
    cost: float = 0.0
    columns: bool = False
    """Whether derivatives in a differential have the shape of what they are by."""


def ways(plains: Iterable[Unindexed], arrays: bool = False) -> Iterator[Way]:
    """Yield statements, and those that they are if they are meant otherwise.

    With `arrays`, vectors may be arrays of one axis, as in numpy.
    """
    for plain in plains:
        yield Way(plain)
        if arrays:
            yield from _with_arrays(plain)
        yield from _with_columns(plain)
        yield from _of_matrices(plain)
        yield from _with_stars(plain)


def _with_columns(plain: Unindexed) -> Iterator[Way]:
    """Yield a differential with gradients as columns.

    `df = (∂f/∂x)^T dx` is said by those to whom `∂f/∂x` has the shape of x.
    """
    claims = tuple(
        (where, mapped(tree, _turned) if where == "differential" else tree)
        for where, tree in plain.written.claims
    )
    if claims != plain.written.claims:
        written = replace(plain.written, claims=claims)
        note = "derivatives have the shape of what they are by"
        yield Way(_noted(plain, written, note), COLUMNS, columns=True)


def _turned(tree: Tree) -> Tree:
    if isinstance(tree, Derived) and tree.kind == "D" and len(tree.positions) == 1:
        return Call("transpose", (tree,), start=tree.start, stop=tree.stop)
    return tree


def _of_matrices(plain: Unindexed) -> Iterator[Way]:
    """Yield a statement whose `exp A`, `log A` and `√A` are those of the matrix A."""
    whole = _changed(plain.written, _of_a_matrix)
    if whole == plain.written:
        return
    traced = any(
        any(calls(trace, *MATRIX_FUNCTIONS))
        for tree in plain.written.trees
        for trace in calls(tree, "tr", "det", "logdet")
    )
    cost = UNDER_A_TRACE if traced else MATRIX
    yield Way(_noted(plain, whole, OF_MATRICES), cost)


def _of_a_matrix(tree: Tree) -> Tree:
    if isinstance(tree, Call) and tree.name in MATRIX_FUNCTIONS:
        return replace(tree, name=MATRIX_FUNCTIONS[tree.name])
    return tree


def _with_arrays(plain: Unindexed) -> Iterator[Way]:
    """Yield a statement in which a vector before an `@` is a row: `x @ A @ x`."""
    made = _changed(plain.written, _of_arrays)
    if made != plain.written:
        note = "a vector before `@` is a row where it has to be, as in numpy"
        yield Way(_noted(plain, made, note), ARRAYS)


def _of_arrays(tree: Tree) -> Tree:
    match tree:
        case Call("matmul" | loose.DOTTED):
            return replace(tree, name=loose.ARRAYS)
    return tree


def _with_stars(plain: Unindexed) -> Iterator[Way]:
    """Yield a statement in which `A * B` is the product entry by entry."""
    starred = _changed(plain.written, _of_entries)
    if starred != plain.written:
        yield Way(_noted(plain, starred, "`*` is taken entry by entry"), STARS)


def _of_entries(tree: Tree) -> Tree:
    match tree:
        case Call(loose.STARRED, (left, right)):
            if _is_matrix(left) and _is_matrix(right):
                return replace(tree, name=loose.COMPOSED)
    return tree


def _is_matrix(tree: Tree) -> bool:
    """Whether a factor is a matrix by its letter: A, `dX`, `f'(X)`."""
    match tree:
        case Name(name):
            return (name[1:] if loose.is_change(name) else name)[0].isupper()
        case Derived("D", _, _, _, _, (Name() | Call() as argument,)):
            return _is_matrix(argument)
        case Call(name, (Name() as argument,)) if name not in loose.LOOSE:
            return _is_matrix(argument)  # `g(Z)`, of each entry
    return False


def _changed(written: Written, change: Callable[[Tree], Tree]) -> Written:
    return replace(
        written,
        body=mapped(written.body, change),
        claims=tuple((where, mapped(tree, change)) for where, tree in written.claims),
    )


def _noted(plain: Unindexed, written: Written, note: str) -> Unindexed:
    return replace(plain, written=written, notes=(*plain.notes, note))
