"""Loose trees: trees whose operators still depend on what their operands are.

They are trees of the language but for calls of the names below. `a b` is `a * b`
where one of the two is a number and `a @ b` where both are matrices, `|A|` a
determinant or an absolute value. Whoever knows the shapes makes strict trees of them.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import replace

from ..language.tree import Call, Derived, Name, Number, Tree
from ..reading.bounds import DEFINED_DEPTH, DEFINED_PARTS
from ..reading.problem import Fault

JUXTAPOSED = "<juxtaposed>"
"""`a b`, `a × b`: a product."""
DOTTED = "<dotted>"
"""`a · b`: an inner product of vectors, else a product."""
STARRED = "<starred>"
"""`a * b`: a product of matrices where it conforms, else entry by entry."""
ARRAYS = "<product_of_arrays>"
"""`a @ b` of arrays, as numpy has it: a vector in front is a row."""
INNER = "<inner_product>"
"""`⟨a, b⟩`: of vectors and of matrices."""
OVER = "<over>"
"""`a / b`."""
POWER = "<power>"
"""`a^k`: of a number or a matrix."""
BARS = "<bars>"
"""`|a|`: a determinant, an absolute value, or a norm."""
NORM = "<double_bars>"
"""`‖a‖`: the norm of a vector, Frobenius' norm of a matrix."""
PRIMED = "<primed>"
"""`a'`: a transpose, where a is no function."""
IDENTITY = "<identity_matrix>"
"""`I`, of whatever size fits."""
ONES, ZEROS = "<vector_of_ones>", "<zeros_of>"
"""`𝟏`, and a `0` in bold, of whatever size fits."""
EXPONENTIAL, LOGARITHM, ROOT = "<exponential>", "<logarithm>", "<root>"
"""`e^a`, `log a`, `√a`: of a number or of a matrix."""
MATRIX_FUNCTIONS = {"exp": EXPONENTIAL, "log": LOGARITHM, "sqrt": ROOT}
"""What functions of the entries are called where they may be those of a matrix."""
DIAGONAL = "<diagonal_of>"
"""`diag(a)`: the matrix of a vector, the vector of a matrix."""
COMPOSED = "<composed>"
"""`f ∘ g` of functions, `A ∘ B` entry by entry."""
TIMES = "<times>"
"""`a × b`: a product, of two vectors a cross product."""
BLOCKS, LINE, EMPTY = "<block_matrix>", "<line_of_blocks>", "<empty_block>"
"""A matrix that is written out, a line of it, and a `0` in it of the size that fits."""
ADJUGATE = "<adjugate>"
"""`A^*` and `A^#`, an adjugate beside the determinant of A, and unsaid elsewhere."""
UNIT = "<unit_vector_of>"
"""`e_i`, a column of the identity of whatever size fits."""
LISTED = "<list_of_values>"
"""`(a, b)`: several values, which only a derivative by coordinates is said to be."""
LOOSE = frozenset((
    JUXTAPOSED, DOTTED, STARRED, ARRAYS, INNER, OVER, POWER, BARS, NORM, PRIMED,
    IDENTITY, ONES, ZEROS, EXPONENTIAL, LOGARITHM, ROOT, DIAGONAL, COMPOSED, TIMES,
    BLOCKS, LINE, EMPTY, UNIT,
))  # fmt: skip
"""Calls that shapes decide."""

PARTIAL = "<partial>"
"""`∂f/∂x`: the derivative of the first argument by the second."""
SECOND_PARTIAL = "<second_partial>"
"""`∂²f/∂x∂y`, a Hessian where both names are the same."""
GRADIENT = "<gradient>"
"""`∇f`, `∇_x f`."""
ACTING = "<acting>"
"""`∂/∂x f`, which may act on more than the term behind it."""
AT = "<at_a_point>"
"""`∂f/∂x |_{x=a}`: a derivative, the point, and the name that is said to be there."""
LIMIT = "<limit>"
"""`lim_{h → 0} f`: the name, where it goes, and of what."""
CHANGE = "<change>"
"""`d(f)`: a differential."""
ENTRY, TOTAL, PRODUCT = "<entry>", "<total>", "<product_over>"
"""`x_i` and `A_ij`; a sum over an index; the column of what a product is over."""
ALONG = "<along>"
"""`Df(X)[H]`: a derivative, and what it is along."""
CALCULUS = frozenset((PARTIAL, SECOND_PARTIAL, GRADIENT, CHANGE, ACTING, AT, ALONG))


def call(name: str, *args: Tree, start: int = 0, stop: int = 0) -> Call:
    """Return a call that spans a part of the text."""
    return Call(name, args, start=start, stop=stop, mark=start)


EITHER = -1
"""The mark of a sum or a difference that is the other one with the lower sign."""


def lowered(tree: Tree) -> Tree:
    """Return a tree with the lower one of each sign `±` and `∓`."""

    def change(part: Tree) -> Tree:
        match part:
            case Call("add" | "sub" as name, _) if part.mark == EITHER:
                return replace(part, name="sub" if name == "add" else "add")
        return part

    return mapped(tree, change)


def unstacked(start: int) -> Fault:
    """Say that a list of values stands where a value does."""
    said = "a list of values in brackets is no matrix"
    return Fault(start, said, "stack them: `vstack(a, b)`, or name a vector")


def mapped(tree: Tree, change) -> Tree:
    """Return a tree whose parts, from the leaves up, went through `change`."""
    match tree:
        case Call(name, args):
            tree = Call(
                name,
                tuple(mapped(arg, change) for arg in args),
                start=tree.start,
                stop=tree.stop,
                mark=tree.mark,
            )
        case Derived():
            args = tuple(mapped(arg, change) for arg in tree.args)
            tree = Derived(
                tree.kind,
                tree.symbol,
                tree.positions,
                tree.center,
                tree.order,
                args,
                start=tree.start,
                stop=tree.stop,
                mark=tree.mark,
            )
    return change(tree)


MOST_PARTS, DEEPEST = DEFINED_PARTS.value, DEFINED_DEPTH.value
"""Parts of a tree, and parts within each other: more than the language takes anyway."""


def bounded(tree: Tree) -> Tree:
    """Return a tree; a Fault where it is larger or deeper than a tree may be.

    Parts that occur several times count as often, since all else goes through them so.
    """
    waiting, count = [(tree, 1)], 0
    while waiting:
        part, depth = waiting.pop()
        count += 1
        if depth > DEEPEST:
            said, hint = DEFINED_DEPTH.said(), DEFINED_DEPTH.hint
            raise Fault(max(part.start, 0), said, hint, kind="limit")
        if count > MOST_PARTS:
            said, hint = DEFINED_PARTS.said(), DEFINED_PARTS.hint
            raise Fault(max(tree.start, 0), said, hint, kind="limit")
        waiting += [(arg, depth + 1) for arg in getattr(part, "args", ())]
    return tree


def parts(tree: Tree) -> Iterator[Tree]:
    """Yield a tree and all that it is made of."""
    yield tree
    for arg in getattr(tree, "args", ()):
        yield from parts(arg)


def calls(tree: Tree, *names: str) -> Iterator[Call]:
    """Yield the calls of some names in a tree."""
    for part in parts(tree):
        if isinstance(part, Call) and part.name in names:
            yield part


def indices(tree: Tree) -> set[str]:
    """Return the names that count entries or are summed over."""
    return {
        part.name
        for call_ in calls(tree, ENTRY, TOTAL, PRODUCT)
        for part in (call_.args[1:] if call_.name == ENTRY else call_.args[:1])
        if isinstance(part, Name)
    }


def is_number(tree: Tree, value: int) -> bool:
    """Whether a tree is a whole number, with its sign."""
    match tree:
        case Number(found):
            return found == value
        case Call("neg", (Number(found),)):
            return -found == value
    return False


def is_zero(tree: Tree) -> bool:
    """Whether a side is a 0, of a number, a vector or a matrix."""
    match tree:
        case Call(name, _) if name == ZEROS:
            return True
        case Call("transpose", (inner,)):
            return is_zero(inner)
    return is_number(tree, 0)


WORDS = frozenset(("delta", "dim", "diff", "dist", "deg", "data", "div"))
"""Names that begin with a d, and are no change of anything."""


def is_change(name: str) -> bool:
    """Whether a name is that of a change, `dX`."""
    return len(name) > 1 and name[0] == "d" and name.partition("_")[0] not in WORDS


def is_moved(name: str, letters: Container[str]) -> bool:
    """Whether a name is the change of one of these."""
    return is_change(name) and name[1:] in letters


def is_name(tree: Tree, *names: str) -> bool:
    """Whether a tree is one of these names."""
    return isinstance(tree, Name) and tree.name in names
