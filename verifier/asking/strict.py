"""Loose operators as the strict trees that they are once their shapes are known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ..language.dimension import Dim
from ..language.term import ONE, SCALAR, Shape
from ..language.tree import Call, Number, Tree
from ..reading.problem import Fault
from ..spelling import loose
from .loosened import (
    LOOSE,
    Shapes,
    half_sign,
    is_row_before,
    is_vector,
    whole_number,
)
from .unification import is_unknown, put

MOST_FACTORS = 6
"""Factors that a power of a matrix is written out to; beyond it is `matpow`."""


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


Rule = Callable[[Strict, Call, Sequence[Tree]], Tree]


def _sized(dim: Dim) -> Tree:
    from ..language.expression import parse

    return parse(str(dim))


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


def _strict_arrays(to: Strict, tree: Call, args: Sequence[Tree]) -> Tree:
    left, right = args
    shapes = [to.shape(arg) for arg in tree.args]
    if SCALAR in shapes:
        return Call("mul", (left, right))
    if is_row_before(*shapes):
        left = tidy(Call("transpose", (left,)))
    return Call("matmul", (left, right))


def _strict_quotient(to: Strict, tree: Call, args: Sequence[Tree]) -> Tree:
    if ONE not in to.shape(tree.args[1]):
        said = "nothing is divided by a matrix: `A/B` may be `A B^-1` or `B^-1 A`"
        raise Fault(tree.start, said, "write `A @ inv(B)`, or `A ./ B` by entries")
    return Call("div", tuple(args))


def _strict_power(to: Strict, tree: Call, args: Sequence[Tree]) -> Tree:
    base, exponent = args
    if to.shape(tree.args[0]) == SCALAR or ONE in to.shape(tree.args[0]):
        if loose.is_number(exponent, -1):
            return Call("div", (Number(Fraction(1)), base))
        return Call("pow", (base, exponent))
    whole, half = whole_number(exponent), half_sign(exponent)
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
    loose.ARRAYS: _strict_arrays,
    loose.INNER: _strict_product,
    loose.TIMES: _strict_product,
    loose.OVER: _strict_quotient,
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
