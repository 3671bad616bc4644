"""What the sides of a formula are like, before anything is known of their names."""

from __future__ import annotations

from collections.abc import Sequence

from ..language.primitives import PRIMITIVES
from ..language.tree import Call, Derived, Name, Number, Tree
from ..spelling import loose
from ..spelling.statement import is_zero

LANGUAGE = (
    loose.LOOSE
    | loose.CALCULUS
    | PRIMITIVES.keys()
    | {loose.ENTRY, loose.TOTAL, loose.PRODUCT, "hessian"}
)
"""Functions that have a meaning of their own."""
SIZES = frozenset("nmNTpdkijl") | {"e", "pi"}
"""Letters that an equation may have on one side only."""


def is_nought(tree: Tree) -> bool:
    """Whether a side is zero; a matrix of zeros is called O."""
    return is_zero(tree) or tree == Name("O")


def names_of(tree: Tree) -> set[str]:
    """Return the names of a side, those of its functions too."""
    return {p.name for p in loose.parts(tree) if isinstance(p, Name | Call)}


def expands(trees: Sequence[Tree]) -> bool:
    """Whether an equation has an error term, `+ o(h)`."""
    return any(
        isinstance(part, Call | Name) and part.name in ("o", "O")
        for part in loose.parts(trees[-1])
    )


def same_names(trees: Sequence[Tree]) -> bool:
    """Whether the sides of an equation are about the same names and functions."""
    unit = Call(loose.IDENTITY, ())
    if len(trees) == 2 and unit in trees:  # `A A^{-1} = I`
        return any(map(cancels, trees))
    found = [
        {
            part.name
            for part in loose.parts(tree)
            if (isinstance(part, Name) and part.name not in SIZES)
            or (isinstance(part, Call) and part.name not in LANGUAGE)
        }
        | {part.symbol for part in loose.parts(tree) if isinstance(part, Derived)}
        for tree in trees
    ]
    if len(trees) > 2:  # `A A^{-1} = A^{-1} A = I`
        kept = [at for at, tree in enumerate(trees) if tree != Call(loose.IDENTITY, ())]
        found = [found[at] for at in kept] if len(kept) > 1 else found
    composite = all(isinstance(tree, Call | Derived) for tree in trees[:1])
    return composite and bool(found[0]) and all(names == found[0] for names in found)


def leading(trees: Sequence[Tree]) -> int:
    """Count the sides in front of a chain that only name what the others are about."""
    for count in range(1, len(trees) - 1):
        if same_names(trees[count:]):
            return 0 if same_names(trees) else count
    return 0


def cancels(tree: Tree) -> bool:
    """Whether a side is a product of something and its inverse, whatever that is."""
    match tree:
        case Call(loose.JUXTAPOSED | loose.DOTTED | loose.TIMES | "matmul", (one, two)):
            return _inverse(one) == two or _inverse(two) == one
    return False


def _inverse(tree: Tree) -> Tree | None:
    """Return what a side is the inverse of, None if it is none."""
    match tree:
        case Call("inv", (inner,)):
            return inner
        case Call(loose.POWER, (inner, Call("neg", (Number(value),)))) if value == 1:
            return inner
        case Call(loose.POWER, (inner, Number(value))) if value == -1:
            return inner
    return None


def is_letter(tree: Tree) -> bool:
    """Whether a side is a name, its transpose, inverse or power, or the identity."""
    match tree:
        case Name() | Number() | Call(loose.IDENTITY, ()):
            return True
        case Call("transpose" | loose.PRIMED | "inv" | "neg", (inner,)):
            return is_letter(inner)
        case Call(loose.POWER | loose.ENTRY, (inner, *_)):
            return is_letter(inner)
        case Call(loose.JUXTAPOSED | loose.DOTTED, (left, right)):
            return is_letter(left) and is_letter(right)
    return False


def is_traced(tree: Tree) -> bool:
    """Whether a side is a number, or a vector, that is made of a matrix."""
    return isinstance(tree, Call) and tree.name in ("tr", "det", "logdet", "vec")


def entry_name(tree: Tree) -> str:
    """Return the name of an entry, `x_k`; "" for all else."""
    match tree:
        case Call(loose.ENTRY, (Name(name), Name(index))):
            return f"{name}_{index}"
    return ""


def names_derivative(tree: Tree) -> bool:
    """Whether a side is the derivative of a name by a name, which `δ` may stand for."""
    match tree:
        case Call("transpose" | loose.ACTING, (inner,)):
            return names_derivative(inner)
        case Call(loose.PARTIAL | loose.GRADIENT, (Name(), Name())):
            return True
    return False


def is_change(left: Tree, right: Sequence[Tree]) -> bool:
    """Whether a side is `dy`, of what the other sides say in terms of changes."""
    return _change(left) and any(
        _change(part) for tree in right for part in loose.parts(tree)
    )


def _change(tree: Tree) -> bool:
    return isinstance(tree, Name) and tree.name[:1] == "d" and len(tree.name) > 1
