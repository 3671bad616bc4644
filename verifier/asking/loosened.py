"""Loose operators: which shapes they allow, and what they are once those are known.

One row a loose operator: the shape of its value, which may make unknown sizes equal,
and the strict tree that it is for the shapes that were found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from ..language.dimension import Dim
from ..language.term import ONE, SCALAR, Shape
from ..language.tree import Call, Derived, Name, Number, Tree
from ..reading.problem import Fault
from ..spelling import loose
from .unification import Sizes, is_unknown, put

MOST_FACTORS = 6
"""Factors that a power of a matrix is written out to; beyond it is `matpow`."""


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


# --- shapes -----------------------------------------------------------------------


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
        if _whole(exponent) is None and _half(exponent) is None:
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


# --- strict trees -------------------------------------------------------------------


@dataclass(frozen=True)
class Strict:
    """Makes strict trees of loose ones whose shapes are known."""

    of: Shapes
    names: Mapping[str, Dim]
    """What unknown sizes are called."""

    def tree(self, tree: Tree) -> Tree:
        """Return a tree of the language."""
        match tree:
            case Call(name, args) if name in LOOSE:
                made = _STRICT[name](self, tree, [self.tree(arg) for arg in args])
            case Call(name, args):
                made = Call(name, tuple(self.tree(arg) for arg in args))
            case _ if hasattr(tree, "args"):
                from dataclasses import replace

                args = tuple(self.tree(arg) for arg in getattr(tree, "args", ()))
                return replace(tree, args=args)  # type: ignore[type-var]
            case _:
                return tree
        return tidy(made)

    def shape(self, tree: Tree) -> Shape:
        """Return the shape of a loose tree."""
        return self.of.shape(tree)

    def zeros(self, shape: Shape, at: int) -> Tree:
        """Return a zero of a shape."""
        if shape == SCALAR:
            return Number(Fraction(0))
        return Call("zeros", (self.size(shape[0], at), self.size(shape[1], at)))

    def size(self, dim: Dim, at: int) -> Tree:
        """Return a size as a tree; a Fault where it is nobody's."""
        found = put(self.of.sizes.of(dim), self.names)
        if any(map(is_unknown, found.names)):
            said = "the size of an identity or of ones is not known here"
            raise Fault(at, said, "write `eye(n)` or `ones(n, 1)`")
        return _sized(found)


def _sized(dim: Dim) -> Tree:
    from ..language.expression import parse

    return parse(str(dim))


Rule = Callable[[Strict, Call, Sequence[Tree]], Tree]


def _strict_product(to: Strict, tree: Call, args: Sequence[Tree]) -> Tree:
    left, right = map(to.shape, tree.args)
    if SCALAR in (left, right):
        return Call("mul", tuple(args))
    if tree.name == loose.INNER and ONE not in left:
        inner = Call("matmul", (Call("transpose", (args[0],)), args[1]))
        return Call("tr", (inner,))
    inner = tree.name in (loose.DOTTED, loose.INNER)
    if inner and left[1] == ONE == right[1]:
        return Call("matmul", (tidy(Call("transpose", (args[0],))), args[1]))
    if tree.name == loose.TIMES and is_vector(left) and is_vector(right):
        return Call("cross", tuple(args))
    conforms = to.of.sizes.of(left[1]) == to.of.sizes.of(right[0])
    return Call("matmul" if conforms else "mul", tuple(args))


def _strict_power(to: Strict, tree: Call, args: Sequence[Tree]) -> Tree:
    base, exponent = args
    if to.shape(tree.args[0]) == SCALAR or ONE in to.shape(tree.args[0]):
        if loose.is_number(exponent, -1):
            return Call("div", (Number(Fraction(1)), base))
        return Call("pow", (base, exponent))
    whole, half = _whole(exponent), _half(exponent)
    if whole is not None and 0 < abs(whole) <= MOST_FACTORS:
        made = base if whole > 0 else Call("inv", (base,))
        power = made
        for _ in range(abs(whole) - 1):
            power = Call("matmul", (power, made))
        return power
    if half is not None:
        root = Call("sqrtm", (base,))
        return root if half > 0 else Call("inv", (root,))
    return Call("matpow", (base, exponent))


def _whole(exponent: Tree) -> int | None:
    """Return the whole number that an exponent is."""
    sign = 1
    if isinstance(exponent, Call) and exponent.name == "neg":
        sign, exponent = -1, exponent.args[0]
    if isinstance(exponent, Number) and exponent.value.denominator == 1:
        return sign * int(exponent.value)
    return None


def _half(exponent: Tree) -> int | None:
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


def _strict_bars(to: Strict, tree: Call, args: Sequence[Tree]) -> Tree:
    shape = to.shape(tree.args[0])
    name = "abs" if shape == SCALAR else "norm" if ONE in shape else "det"
    return Call(name, tuple(args))


def _by_shape(of_matrices: str, of_entries: str) -> Rule:
    """Return a function of matrices, or of entries where there is no matrix."""

    def strict(to: Strict, tree: Call, args: Sequence[Tree]) -> Tree:
        square = ONE not in to.shape(tree.args[0])
        return Call(of_matrices if square else of_entries, tuple(args))

    return strict


def _strict_diagonal(to: Strict, tree: Call, args: Sequence[Tree]) -> Tree:
    vector = is_vector(to.shape(tree.args[0]))
    return Call("diag" if vector else "diagonal", tuple(args))


def _strict_identity(to: Strict, tree: Call, args: Sequence[Tree]) -> Tree:
    return Call("eye", (to.size(to.shape(tree)[0], tree.start),))


def _strict_ones(to: Strict, tree: Call, args: Sequence[Tree]) -> Tree:
    name = "ones" if tree.name == loose.ONES else "zeros"
    size = to.size(to.shape(tree)[0], tree.start)
    return Call(name, (size, Number(Fraction(1))))


def _strict_unit(to: Strict, tree: Call, args: Sequence[Tree]) -> Tree:
    return Call("unit", (args[0], to.size(to.shape(tree)[0], tree.start)))


def _strict_empty(to: Strict, tree: Call, args: Sequence[Tree]) -> Tree:
    return to.zeros(to.shape(tree), tree.start)


def _strict_line(to: Strict, tree: Call, args: Sequence[Tree]) -> Tree:
    return _folded("hstack", args)


def _strict_blocks(to: Strict, tree: Call, args: Sequence[Tree]) -> Tree:
    return _folded("vstack", args)


def _folded(name: str, items: Sequence[Tree]) -> Tree:
    tree = items[0]
    for item in items[1:]:
        tree = Call(name, (tree, item))
    return tree


def _same(name: str) -> Rule:
    return lambda to, tree, args: Call(name, tuple(args))


_STRICT: Mapping[str, Rule] = {
    loose.JUXTAPOSED: _strict_product,
    loose.DOTTED: _strict_product,
    loose.STARRED: _strict_product,
    loose.INNER: _strict_product,
    loose.TIMES: _strict_product,
    loose.OVER: _same("div"),
    loose.POWER: _strict_power,
    loose.BARS: _strict_bars,
    loose.NORM: _same("norm"),
    loose.PRIMED: _same("transpose"),
    loose.COMPOSED: _same("mul"),
    loose.EXPONENTIAL: _by_shape("expm", "exp"),
    loose.LOGARITHM: _by_shape("logm", "log"),
    loose.ROOT: _by_shape("sqrtm", "sqrt"),
    loose.DIAGONAL: _strict_diagonal,
    loose.IDENTITY: _strict_identity,
    loose.ONES: _strict_ones,
    loose.ZEROS: _strict_ones,
    loose.UNIT: _strict_unit,
    loose.EMPTY: _strict_empty,
    loose.LINE: _strict_line,
    loose.BLOCKS: _strict_blocks,
}


def tidy(tree: Tree) -> Tree:
    """Return a call in the form in which it is usually written."""
    match tree:
        case Call("log", (Call("det", args),)):
            return Call("logdet", args)
        case Call("transpose", (Call("transpose", (inner,)),)):
            return inner
        case Call("norm", (Call("norm"),)) | Call("det", (Call("det"),)):
            return tree.args[0]  # `‖‖x‖‖`, `det |A|`
        case Call("neg", (Number(value),)) if value == 0:
            return tree.args[0]
    return tree
