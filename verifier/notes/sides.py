"""What the sides of a formula are like, before anything is known of their names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..language.primitives import PRIMITIVES
from ..language.tree import Call, Derived, Name, Number, Tree
from ..reading.problem import Fault
from ..spelling import loose
from ..spelling.approximate import WRITTEN
from ..spelling.clauses import sides_of
from ..spelling.indices import lettered
from ..spelling.loose import is_zero

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


_CONSTANT = re.compile(
    r"\bnot\s+(?:a\s+)?(?:functions?\s+of|depend)|n[o']t\s+depend|\bindependent\s+of|"
    r"\bconstants?\b|\bconstante?s?\b|\bne\s+dépend(?:ent)?\s+pas|\bindépendant|"
    r"\bindependientes?\s+de|\bno\s+depende|\bunabhängig|\bkonstant|\bhängt\s+nicht|"
    r"常数|常量|常向量|常矩阵|无关|不依赖|定数|依存しない",
    re.IGNORECASE,
)
"""What says that a derivative is zero for good."""


def is_expansion(text: str) -> bool:
    """Whether a formula is an approximation that says what is small."""
    if WRITTEN.search(text) is None:
        return False
    try:
        return len(sides_of(text).sides) > 1
    except Fault:
        return False


def is_nothing(trees: Sequence[Tree]) -> bool:
    """Whether the derivative of a name by another one is said to be zero."""
    match [*map(_inner, trees)]:
        case [Call(loose.PARTIAL | loose.GRADIENT, (Name(name), Name(by))), value]:
            return name != by and is_nought(value)
    return False


_FUNCTIONS = frozenset("fghFGHLJE")
"""Letters of functions, whose derivative is zero where they are least."""
_REASON = re.compile(
    r"^[\s,.;:]*(?:\(|（|since|because|as|being|car|puisque|da\b|weil|porque|因为|因為|这是)?"
    r"[^.。;]{0,40}$",
    re.IGNORECASE,
)


def is_constant(trees: Sequence[Tree], before: str, behind: str = "") -> bool:
    """Whether `∂a/∂x = 0` is the rule of what does not depend on x, by the words.

    They stand before it, or behind as its reason: `(constant with respect to x)`.
    """
    if len(trees) != 2 or not is_nought(trees[1]):
        return False
    match _inner(trees[0]):
        case Call(loose.PARTIAL | loose.GRADIENT, (body, Name(by))):
            pass
        case _:
            return False
    if by in names_of(body) or (isinstance(body, Name) and body.name in _FUNCTIONS):
        return False
    found = _CONSTANT.search(behind)
    reason = found is not None and _REASON.match(behind[: found.start()]) is not None
    return bool(_CONSTANT.search(before)) or reason


def is_flat(trees: Sequence[Tree]) -> bool:
    """Whether `∇²f = 0` is claimed, which nobody demands: there is nothing to solve."""
    if len(trees) != 2 or not is_nought(trees[1]):
        return False
    match _inner(trees[0]):
        case Call("hessian" | loose.SECOND_PARTIAL):
            return True
        case Derived("hessian"):
            return True
    return False


def _inner(tree: Tree) -> Tree:
    match tree:
        case Call(loose.ACTING, (inner,)):
            return inner
    return tree


def names_of(tree: Tree) -> set[str]:
    """Return the names of a side, those of its functions too."""
    return {p.name for p in loose.parts(tree) if isinstance(p, Name | Call)}


def with_whole(trees: Sequence[Tree]) -> list[Tree]:
    """Return sides in which samples `x_i` are the X that stands beside them.

    `X^T X = Σ_i x_i x_i^T` is about the same things on both sides.
    """
    try:  # `x^{(i)}` in a sum is an entry
        trees = [lettered(tree, frozenset()) for tree in trees]
    except Fault:
        return [*trees]
    bare = {part.name for tree in trees for part in _whole(tree)}

    def change(part: Tree) -> Tree:
        match part:
            case Call(loose.ENTRY, (Name(name), _)):
                capital = name[0].upper() + name[1:]
                return Name(capital) if capital in bare and name not in bare else part
        return part

    return [loose.mapped(tree, change) for tree in trees]


def _whole(tree: Tree) -> Iterator[Name]:
    """Yield the names that stand without an index."""
    match tree:
        case Name():
            yield tree
        case Call(loose.ENTRY, (Name(), *_)):
            return
        case _:
            for arg in getattr(tree, "args", ()):
                yield from _whole(arg)


def expands(trees: Sequence[Tree]) -> bool:
    """Whether an equation has an error term, `+ o(h)`."""
    return any(
        isinstance(part, Call | Name) and part.name in ("o", "O")
        for part in loose.parts(trees[-1])
    )


def same_names(trees: Sequence[Tree], samples: bool = True) -> bool:
    """Whether the sides of an equation are about the same names and functions.

    With `samples`, the `x_i` are those of the X beside them.
    """
    unit = Call(loose.IDENTITY, ())
    if len(trees) == 2 and unit in trees:  # `A A^{-1} = I`
        return any(map(cancels, trees))
    trees = [
        loose.mapped(tree, _without_sizes)
        for tree in (with_whole(trees) if samples else trees)
    ]
    sizes = sizes_in(trees)
    found = [
        {
            part.name
            for part in loose.parts(tree)
            if (isinstance(part, Name) and part.name not in sizes)
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


def sizes_in(trees: Sequence[Tree]) -> frozenset[str]:
    """Return the letters of sizes, without those that are vectors here: `d^T X d`."""
    turned = {
        inner.name
        for tree in trees
        for call in loose.calls(tree, "transpose", loose.NORM)
        for inner in call.args[:1]
        if isinstance(inner, Name)
    }
    return SIZES - turned


def nested_names(trees: Sequence[Tree]) -> bool:
    """Whether one side has all the names of the others, some of which cancel in it.

    `(X b + e) - H (X b + e) = (I - H) e` may hold for all values; `b = A x` says what b
    is.
    """
    kept = [tree for tree in with_whole(trees) if not _is_unit(tree)]
    if len(kept) < 2 or any(map(is_nought, kept)):
        return False
    found = [
        (names_of(tree) - LANGUAGE - sizes_in(kept))
        | {part.symbol for part in loose.parts(tree) if isinstance(part, Derived)}
        for tree in kept
    ]
    whole = max(found, key=len)
    if not all(found) or not all(names <= whole for names in found):
        return False
    return not any(is_letter(tree) and not _shrinks(tree) for tree in kept)


def may_cancel(trees: Sequence[Tree]) -> bool:
    """Whether all sides but an identity or a zero may be that, since much cancels.

    `(A B)^{-1} A B = I` holds for all values, `Q^T Q = I` says what Q is: that is known
    when it is verified.
    """
    plain = [tree for tree in trees if _is_unit(tree) or is_nought(tree)]
    kept = [tree for tree in trees if tree not in plain]
    letters = any(is_letter(tree) and not _shrinks(tree) for tree in kept)
    if not plain or not kept or letters:
        return False
    return len(kept) < 2 or same_names(kept) or nested_names(kept)


def largest_nested(trees: Sequence[Tree]) -> list[int]:
    """Return which sides of a chain have no other names than one of them has.

    Of `y - z = X b + e - H X b - H e = e - H e = M e` the first and the last are about
    what the text may say elsewhere.
    """
    best: list[int] = []
    trees = with_whole(trees)
    named_ = [names_of(tree) - LANGUAGE - sizes_in(trees) for tree in trees]
    for whole in named_:
        kept = [at for at, names in enumerate(named_) if names and names <= whole]
        some = [trees[at] for at in kept]
        alike = len(kept) > 1 and same_names(some)  # `P^T = a = b = P`
        if len(kept) > len(best) and (alike or nested_names(some)):
            best = kept
    return best


def _is_unit(tree: Tree) -> bool:
    """Whether a side is an identity, or one of several: `I ⊗ I`."""
    match tree:
        case Call(loose.IDENTITY, ()):
            return True
        case Call("kron" | loose.JUXTAPOSED, (one, other)):
            return _is_unit(one) and _is_unit(other)
    return False


def orthogonal_by(trees: Sequence[Tree]) -> str:
    """Return the Q of `Q Q^T = I`, or of `Q^T Q = I`; "" for all else."""
    match trees:
        case (Call(loose.JUXTAPOSED, (one, other)), Call(loose.IDENTITY, ())):
            for name, turned in ((one, other), (other, one)):
                if isinstance(name, Name) and turned == Call("transpose", (name,)):
                    return name.name
    return ""


def _without_sizes(tree: Tree) -> Tree:
    """Return a matrix that is known by its sizes as the identity."""
    if isinstance(tree, Call) and tree.name in ("commutation", "eye"):
        return Call(loose.IDENTITY, ())
    return tree


def formulas(trees: Sequence[Tree]) -> Sequence[Tree]:
    """Leave out the sides at the end that are numbers: `= 2 w x = 2 (-4)(2) = -16`.

    They are the value at a point, where a side before is in terms of names.
    """
    for count in range(2, len(trees)):
        if all(map(_is_value, trees[count:])):
            named_ = [one for one in trees[1:count] if names_of(one) - LANGUAGE]
            return trees[:count] if any(map(_is_plain, named_)) else trees
    return trees


def _is_value(tree: Tree) -> bool:
    """Whether a side is made of numbers alone."""
    if is_nought(tree):
        return False
    units = (loose.IDENTITY, loose.ONES, loose.ZEROS, loose.BLOCKS)
    found = list(loose.parts(tree))
    numbers = any(isinstance(part, Number) for part in found)
    named_ = names_of(tree) - LANGUAGE
    return numbers and not named_ and not any(True for _ in loose.calls(tree, *units))


def _is_plain(tree: Tree) -> bool:
    return next(loose.calls(tree, *loose.CALCULUS), None) is None


def leading(trees: Sequence[Tree]) -> int:
    """Count the sides in front of a chain that only name what the others are about."""
    for count in range(1, len(trees) - 1):
        if same_names(trees[count:]):
            return 0 if same_names(trees) else count
    return 0


def cancels(tree: Tree) -> bool:
    """Whether a side is a product of something and its inverse, whatever that is."""
    return len(_factors(tree)) > 1 and not _reduced(tree)


def _shrinks(tree: Tree) -> bool:
    """Whether some of a product cancels: of `B^{-1} A^{-1} A B` the middle."""
    return len(_reduced(tree)) < len(_factors(tree))


def _reduced(tree: Tree) -> list[Tree]:
    """Return the factors that are left of a product where those beside it cancel."""
    found: list[Tree] = []
    for factor in _factors(tree):
        if found and (_inverse(found[-1]) == factor or _inverse(factor) == found[-1]):
            found.pop()
        elif factor != Call(loose.IDENTITY, ()):
            found.append(factor)
    return found


def _factors(tree: Tree) -> list[Tree]:
    """Return the factors of a product, and of its inverse, one after another."""
    match tree:
        case Call(loose.JUXTAPOSED | loose.DOTTED | loose.TIMES | "matmul", (one, two)):
            return [*_factors(one), *_factors(two)]
    inner = _inverse(tree)
    if inner is not None and len(inside := _factors(inner)) > 1:
        return [Call("inv", (factor,)) for factor in reversed(inside)]
    return [tree]


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
    match left:
        case Call("tr" | "vec" | "vech" | "diagonal", (inner,)):
            left = inner  # `tr(dl)`, of a number or not
        case Call(loose.JUXTAPOSED, (Name(name), Name(change) as inner)):
            left = inner if name.endswith(f"_{change[1:]}") else left  # `f_A[dA]`
    return _change(left) and any(
        _change(part) for tree in right for part in loose.parts(tree)
    )


def _change(tree: Tree) -> bool:
    return isinstance(tree, Name) and loose.is_change(tree.name)
