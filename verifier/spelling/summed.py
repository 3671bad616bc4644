"""Einstein's convention: an index that stands twice in a product is summed over.

`x^T A x = x_i a_ij x_j` is no statement about the entries, since its left side has
none: each index stands exactly twice in each product. Where an index stands otherwise,
nothing is read into a formula.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from ..language.tree import Call, Name, Tree
from . import loose

SUMMED = "an index that stands twice in a product is summed over"
_PRODUCTS = (
    loose.JUXTAPOSED,
    loose.DOTTED,
    loose.STARRED,
    loose.TIMES,
    "matmul",
    "mul",
)
_SUMS = ("add", "sub", "neg")
MOST = 2
"""Free indices of what a statement is about."""


def with_units(sides: Sequence[Tree]) -> tuple[Tree, ...]:
    """Read `∂x_i/∂x_k` within an expression as Kronecker's delta, `∂X_ij/∂X_kl` too."""
    return (sides[0], *(loose.mapped(side, _unit) for side in sides[1:]))


def _unit(part: Tree) -> Tree:
    match part:
        case Call(
            loose.PARTIAL,
            (
                Call(loose.ENTRY, (Name(x), *above)),
                Call(loose.ENTRY, (Name(same), *below)),
            ),
        ) if x == same and len(above) == len(below):
            place = {"start": part.start, "stop": part.stop}
            first, *rest = (
                loose.call(loose.ENTRY, Name("delta", **place), *pair, **place)
                for pair in zip(above, below, strict=True)
            )
            return (
                loose.call(loose.JUXTAPOSED, first, *rest, **place) if rest else first
            )
    return part


def with_sums(sides: Sequence[Tree]) -> tuple[Tree, ...]:
    """Return the sides of a statement, with sums where this convention says them."""
    if not any(True for side in sides for _ in loose.calls(side, loose.ENTRY)):
        return tuple(sides)
    found = _dummies(sides)
    return tuple(_summed(side, found) for side in sides) if found else tuple(sides)


def _dummies(sides: Sequence[Tree]) -> set[str]:
    """Return the indices that are summed over; none where one is not plainly so."""
    counted: list[tuple[Tree, Counter[str]]] = []
    for side in sides:
        for term in _terms(side):
            letters = _letters(term)
            if letters is None:
                return set()
            counted.append((term, letters))
    every = {letter for _, letters in counted for letter in letters}
    barred = _barred(sides)
    twice = {
        letter
        for letter in every - barred
        if all(letters[letter] in (0, 2) for _, letters in counted)
    }
    lacking = any(
        twice - letters.keys() and is_about_entries(term, sides)
        for term, letters in counted
    )
    many = len(every - barred) > MOST  # all of them free are those of no matrix
    return twice if lacking or many else set()


def _terms(tree: Tree) -> Iterator[Tree]:
    """Yield what signs stand between."""
    if isinstance(tree, Call) and tree.name in _SUMS:
        for arg in tree.args:
            yield from _terms(arg)
    else:
        yield tree


def _letters(tree: Tree) -> Counter[str] | None:
    """Count the indices of a product; None where that depends on how it goes on."""
    match tree:
        case Call(loose.ENTRY, (base, *indices)):
            found = Counter(one.name for one in indices if isinstance(one, Name))
            inner = _letters(base) if not isinstance(base, Name) else Counter[str]()
            return None if inner is None or inner else found
        case Call(name, args) if name in _SUMS:
            each = [_letters(arg) for arg in args if not loose.is_zero(arg)]
            first, *rest = each or [Counter[str]()]
            return first if all(one == first for one in rest) else None
        case Call(name, args) if name in (*_PRODUCTS, loose.PARTIAL, loose.ACTING):
            total: Counter[str] = Counter()
            for arg in args:
                own = _letters(arg)
                if own is None:
                    return None
                total += own
            return total
        case Call():
            # What a function is taken of, a power or a sum is no factor.
            inside = [one for arg in tree.args for one in loose.calls(arg, loose.ENTRY)]
            return None if inside else Counter()
    return Counter()


def _barred(sides: Sequence[Tree]) -> set[str]:
    """Return the indices of columns, `x_i^T x_i`, and those that have a sum already."""
    found: set[str] = set()
    for side in sides:
        for total in loose.calls(side, loose.TOTAL, loose.PRODUCT):
            found |= loose.indices(total)
        for turned in loose.calls(side, "transpose", loose.PRIMED):
            for entry in loose.calls(turned, loose.ENTRY):
                if len(entry.args) == 2:
                    found |= loose.indices(entry)
    return found


def is_about_entries(term: Tree, sides: Sequence[Tree]) -> bool:
    """Whether a term is about what has entries in a statement, and is no constant."""
    bases = {
        entry.args[0].name.lower()
        for side in sides
        for entry in loose.calls(side, loose.ENTRY)
        if isinstance(entry.args[0], Name)
    }
    names = (part for part in loose.parts(term) if isinstance(part, Name))
    return any(part.name.lower() in bases for part in names)


def _summed(tree: Tree, dummies: set[str]) -> Tree:
    """Put sums round the products that hold an index twice."""
    if not isinstance(tree, Call) or tree.name in (loose.TOTAL, loose.PRODUCT):
        return tree
    if tree.name in _SUMS or tree.name in (loose.PARTIAL, loose.ACTING):
        args = tuple(_summed(arg, dummies) for arg in tree.args)
        return Call(tree.name, args, start=tree.start, stop=tree.stop, mark=tree.mark)
    own = _letters(tree) or Counter[str]()
    within = [_letters(arg) or Counter[str]() for arg in tree.args]
    inner = {letter for one in within for letter in dummies if one[letter] == 2}
    if inner and tree.name in _PRODUCTS:
        args = tuple(_summed(arg, inner) for arg in tree.args)
        tree = Call(tree.name, args, start=tree.start, stop=tree.stop, mark=tree.mark)
    for letter in sorted(dummies - inner):
        if own[letter] == 2:
            place = {"start": tree.start, "stop": tree.stop}
            tree = loose.call(loose.TOTAL, Name(letter, **place), tree, **place)
    return tree
