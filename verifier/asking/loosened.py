"""Loose operators: which shapes they allow.

One row a loose operator: the shape of its value, which may make unknown sizes equal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Protocol

from ..language.dimension import Dim
from ..language.term import ONE, SCALAR, Shape
from ..language.tree import Call, Derived, Name, Number, Tree
from ..spelling import loose
from .unification import Sizes


class Misfit(Exception):
    """Shapes that no loose operator allows."""


class Shapes(Protocol):
    """What knows the shapes of trees."""

    sizes: Sizes
    told: frozenset[str]
    """Names of which their letters say what they are."""

    def shape(self, tree: Tree) -> Shape:
        """Return the shape of a tree."""
        ...

    def fresh(self, rank: str) -> Shape:
        """Return a new shape of a rank."""
        ...

    def remembered(self, tree: Tree, rank: str) -> Shape:
        """Return the shape that a leaf had when it was first asked for."""
        ...

    def counted(self, index: str) -> Shape:
        """Return the shape of the columns that an index counts the entries of."""
        ...

    def settle(self, tree: Tree, shape: Shape) -> None:
        """Give a leaf the shape that what stands round it leaves to it."""
        ...

    def stretch(self, tree: Tree, weight: int = 1) -> None:
        """Note that hardly anyone means a tree this way."""
        ...


def is_vector(shape: Shape) -> bool:
    """Whether a shape is that of a column."""
    return shape != SCALAR and shape[1] == ONE


def is_square(shape: Shape, sizes: Sizes) -> bool:
    """Whether a shape can be square; it is from then on."""
    return ONE not in shape and sizes.unify(*shape)


def shape_of(of: Shapes, tree: Call) -> Shape:
    """Return the shape of a loose call; Misfit where there is none."""
    rule = _SHAPES.get(tree.name)
    if rule is None:
        raise Misfit
    return rule(of, tree)


def _product(of: Shapes, tree: Call) -> Shape:
    left, right = (of.shape(arg) for arg in tree.args)
    if SCALAR in (left, right):
        letters = not any(isinstance(arg, Number) for arg in tree.args)
        if tree.name == loose.TIMES and letters:
            of.stretch(tree, 3)  # numbers are multiplied without a cross
        elif letters and left != SCALAR and _is_odd(of, *tree.args):
            of.stretch(tree)  # `a^T b`, `X b`: a number would stand in front
        return right if left == SCALAR else left
    if tree.name in (loose.DOTTED, loose.INNER) and left[1] == ONE == right[1]:
        if of.sizes.fit(left, right):
            return SCALAR
        raise Misfit
    if tree.name == loose.INNER:
        if of.sizes.fit(left, right):
            return SCALAR
        raise Misfit
    if tree.name == loose.TIMES and is_vector(left) and is_vector(right):
        three = Dim.of(3)
        if all(of.sizes.unify(shape[0], three) for shape in (left, right)):
            return left
        raise Misfit
    if (left[1] == ONE) != (right[0] == ONE):
        # A size that is not known is never one.
        if tree.name == loose.STARRED and of.sizes.fit(left, right):
            return left
        raise Misfit
    if of.sizes.unify(left[1], right[0]):
        return left[0], right[1]
    if tree.name == loose.STARRED and of.sizes.fit(left, right):
        return left
    raise Misfit


def _arrays(of: Shapes, tree: Call) -> Shape:
    """Return the shape of `a @ b`, in which a vector a is a row where it has to be."""
    left, right = (of.shape(arg) for arg in tree.args)
    if SCALAR in (left, right):
        of.stretch(tree)
        return right if left == SCALAR else left
    if is_row_before(left, right):
        left = left[1], left[0]
    if of.sizes.unify(left[1], right[0]):
        return left[0], right[1]
    raise Misfit


def is_row_before(left: Shape, right: Shape) -> bool:
    """Whether an array of one axis stands before what has more than one row."""
    return is_vector(left) and right[0] != ONE


def _is_odd(of: Shapes, left: Tree, right: Tree) -> bool:
    """Whether a number behind others is odd: not in `(dY/dx) dx`, of a bold Y."""
    if not isinstance(right, Name):
        return False
    derived = (part for part in loose.parts(left) if isinstance(part, Derived))
    slope = any(part.symbol in of.told for part in derived)
    return not (slope and loose.is_change(right.name))


def _entrywise(of: Shapes, tree: Call) -> Shape:
    left, right = (of.shape(arg) for arg in tree.args)
    if SCALAR in (left, right):
        of.stretch(tree)
        return right if left == SCALAR else left
    if of.sizes.fit(left, right):
        return left
    raise Misfit


def _quotient(of: Shapes, tree: Call) -> Shape:
    left, right = (of.shape(arg) for arg in tree.args)
    if right == SCALAR:
        return left
    of.stretch(tree)
    if left == SCALAR:
        return right
    if of.sizes.fit(left, right):
        return left
    raise Misfit


def _power(of: Shapes, tree: Call) -> Shape:
    base = of.shape(tree.args[0])
    exponent = tree.args[1]
    if of.shape(exponent) != SCALAR:
        raise Misfit
    if base == SCALAR:
        return base
    if is_square(base, of.sizes):
        if whole_number(exponent) is None and half_sign(exponent) is None:
            of.stretch(tree)
        return base
    if base[1] == ONE or base[0] == ONE:
        of.stretch(tree, 2)
        return base
    raise Misfit


def _bars(of: Shapes, tree: Call) -> Shape:
    shape = of.shape(tree.args[0])
    if shape == SCALAR or ONE in shape or is_square(shape, of.sizes):
        return SCALAR
    raise Misfit


def _number(of: Shapes, tree: Call) -> Shape:
    of.shape(tree.args[0])
    return SCALAR


def _turned(of: Shapes, tree: Call) -> Shape:
    shape = of.shape(tree.args[0])
    if shape == SCALAR:
        of.stretch(tree)
    return shape[1], shape[0]


def _same_shape(of: Shapes, tree: Call) -> Shape:
    return of.shape(tree.args[0])


def _diagonal(of: Shapes, tree: Call) -> Shape:
    shape = of.shape(tree.args[0])
    if is_vector(shape):
        return shape[0], shape[0]
    if is_square(shape, of.sizes):
        return shape[0], ONE
    raise Misfit


def _identity(of: Shapes, tree: Call) -> Shape:
    size = of.remembered(tree, "vector")[0]
    return size, size


def _ones(of: Shapes, tree: Call) -> Shape:
    return of.remembered(tree, "vector")


def _unit(of: Shapes, tree: Call) -> Shape:
    (index,) = tree.args
    return of.counted(index.name if isinstance(index, Name) else "")


def _empty(of: Shapes, tree: Call) -> Shape:
    return of.remembered(tree, "scalar")


def _blocks(of: Shapes, tree: Call) -> Shape:
    """Return the shape of a matrix of blocks, and give each zero its own."""
    lines = [line.args for line in tree.args if isinstance(line, Call)]
    filled: list[Shape] = []
    heights: list[Dim | None] = [None] * len(lines)
    widths: list[Dim | None] = [None] * len(lines[0])
    for row, line in enumerate(lines):
        for column, block in enumerate(line):
            if _is_empty(block):
                continue
            height, width = of.shape(block)
            filled.append((height, width))
            for sides, at, size in ((heights, row, height), (widths, column, width)):
                known = sides[at]
                if known is None:
                    sides[at] = size
                elif not of.sizes.unify(known, size):
                    raise Misfit
    rows = _left_over(of, heights, [height for height, _ in filled])
    columns = _left_over(of, widths, [width for _, width in filled])
    for row, line in zip(rows, lines, strict=True):
        for column, block in zip(columns, line, strict=True):
            if _is_empty(block):
                of.settle(block, (row, column))
    return sum(rows[1:], start=rows[0]), sum(columns[1:], start=columns[0])


def _is_empty(tree: Tree) -> bool:
    return isinstance(tree, Call) and tree.name == loose.EMPTY


def _left_over(
    of: Shapes, sizes: Sequence[Dim | None], filled: Sequence[Dim]
) -> list[Dim]:
    """Return sizes, of which those are new or 1 where there are zeros only."""
    single = all(size == ONE for size in filled)
    return [
        (ONE if single else of.fresh("vector")[0]) if size is None else size
        for size in sizes
    ]


_SHAPES: Mapping[str, Callable[[Shapes, Call], Shape]] = {
    loose.JUXTAPOSED: _product,
    loose.DOTTED: _product,
    loose.STARRED: _product,
    loose.ARRAYS: _arrays,
    loose.INNER: _product,
    loose.TIMES: _product,
    loose.OVER: _quotient,
    loose.POWER: _power,
    loose.BARS: _bars,
    loose.NORM: _number,
    loose.PRIMED: _turned,
    loose.COMPOSED: _entrywise,
    loose.EXPONENTIAL: _same_shape,
    loose.LOGARITHM: _same_shape,
    loose.ROOT: _same_shape,
    loose.DIAGONAL: _diagonal,
    loose.IDENTITY: _identity,
    loose.ONES: _ones,
    loose.ZEROS: _ones,
    loose.UNIT: _unit,
    loose.EMPTY: _empty,
    loose.BLOCKS: _blocks,
}
LOOSE = frozenset((*_SHAPES, loose.LINE))
"""The calls that are decided here."""


def whole_number(exponent: Tree) -> int | None:
    """Return the whole number that an exponent is."""
    sign = 1
    if isinstance(exponent, Call) and exponent.name == "neg":
        sign, exponent = -1, exponent.args[0]
    if isinstance(exponent, Number) and exponent.value.denominator == 1:
        return sign * int(exponent.value)
    return None


def half_sign(exponent: Tree) -> int | None:
    """Return the sign of an exponent that is one half."""
    sign = 1
    if isinstance(exponent, Call) and exponent.name == "neg":
        sign, exponent = -1, exponent.args[0]
    match exponent:
        case Number(value) if value == Fraction(1, 2):
            return sign
        case Call("div" | loose.OVER, (above, below)):
            if loose.is_number(above, 1) and loose.is_number(below, 2):
                return sign
            if loose.is_number(above, -1) and loose.is_number(below, 2):
                return -sign
    return None
