"""One product beside another: which factor is missing, inverted, turned or moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from ..deriving.algebra import spots
from ..deriving.products import Algebra, Product
from ..language.printing import show
from ..language.tree import Call, Derived, Name, Number, Tree

Relation = tuple[str, str]
"""The kind of a difference, and the difference in words."""
Powers = Mapping[Tree, Fraction | int]
OPEN = ("transpose", "diag", "diagonal", "kron", "mul", "matmul", "tr", "vec", "sum")
"""Functions whose factors are those of what they are applied to."""
BUILT = ("diag", "diagonal", "kron", "mul", "tr", "vec", "sum")
"""Those that do not just turn or join them."""
CONSTANT = ("eye", "ones")


def relation(
    wrong: Product, right: Product, algebra: Algebra, term: str
) -> Relation | None:
    """Say how one product differs from another, if their factors tell."""
    have, want, powers = Counter[Tree](), Counter[Tree](), {}
    for take in (_wholes, _atoms):
        have, want = take(wrong), take(right)
        powers = {
            base: want[base] - have[base]
            for base in {**have, **want}
            if want[base] != have[base]
        }
        if not powers:
            return _rearranged(wrong, right, algebra, term)
        found = _by_powers(powers, have, want, (wrong, right), algebra, term)
        if found is not None:
            return found
    return _exchanged(powers, have, term)


def _rearranged(
    wrong: Product, right: Product, algebra: Algebra, term: str
) -> Relation:
    have, want = (_built(algebra.tree(product)) for product in (wrong, right))
    orders = [_in_order(product) for product in (wrong, right)]
    if have == want and orders[0] == orders[1]:
        return "transposed", f"a factor of {term} is transposed"
    sets = [_grouped(product) for product in (wrong, right)]
    if have == want and sets[0] == sets[1]:
        return "wrong-order", f"the factors of {term} are in the wrong order"
    new = show(algebra.tree(replace(right, number=abs(right.number))))
    other = {name for name in {**have, **want} if have[name] != want[name]}
    kind = "wrong-operation" if other == {"mul"} else "wrong-part"
    return kind, f"`{new}` belongs in the place of {term}"


def _grouped(product: Product) -> tuple[Counter[Tree], list[list[str]]]:
    """Return the atoms of the chain, and those of each scalar."""
    chain: Counter[Tree] = Counter()
    for factor in product.chain:
        _add(chain, atoms(factor))
    return chain, sorted(sorted(map(show, _row(base))) for base, _ in product.scalars)


def _in_order(product: Product) -> tuple[list[Tree], list[list[Tree]]]:
    """Return the factors of a product and of its scalars in order, transposes aside."""
    bases = sorted((base for base, _ in product.scalars), key=show)
    return [_bare(f) for f in product.chain], [list(_row(base)) for base in bases]


def _row(tree: Tree) -> Iterator[Tree]:
    match tree:
        case Call(name, args) if name in OPEN:
            for arg in args:
                yield from _row(arg)
        case _:
            yield tree


def _built(tree: Tree) -> Counter[str]:
    """Return by which functions and products a term is built of its factors."""
    called = (part.name for part, _ in spots(tree) if isinstance(part, Call))
    return Counter(name for name in called if name in BUILT)


def _by_powers(
    powers: Powers,
    have: Powers,
    want: Powers,
    pair: tuple[Product, Product],
    algebra: Algebra,
    term: str,
) -> Relation | None:
    """Say what follows from the powers by which factors differ."""
    names, sizes = _named(powers), algebra.scope.sizes
    many = len(powers) > 1
    are, factor = ("are", "factors") if many else ("is", "factor")
    if all(isinstance(base, Name) and base.name in sizes for base in powers):
        return "factor", f"the {factor} {names} of {term} {are} wrong"
    if all(have[base] and want[base] for base in powers):
        if all(
            algebra.is_scalar(base)
            or have[base] * want[base] < 0
            or _beside_itself(base, pair)
            for base in powers
        ):
            return (
                "wrong-power",
                f"the power{'s' * many} of {names} in {term} {are} wrong",
            )
        few = all(abs(want[base]) > abs(have[base]) for base in powers)
        said = f"{are} missing once more" if few else f"stand{'' if many else 's'}"
        said = said if few else f"{said} there too often"
        names = _named(_inverted(powers, have, want, algebra))
        return "missing-term", f"in {term}, the {factor} {names} {said}"
    below = [base for base in powers if have[base] + want[base] < 0]
    if below and all(map(algebra.is_square, below)):
        names = _named(_inverted(powers, have, want, algebra))
    elif len(below) == len(powers):
        factor = factor.replace("factor", "divisor")
    if not any(have[base] for base in powers):
        return "missing-term", f"the {factor} {names} of {term} {are} missing"
    if not any(want[base] for base in powers):
        constant = all(isinstance(b, Call) and b.name in CONSTANT for b in powers)
        kind = "wrong-part" if constant else "missing-term"
        return kind, f"the {factor} {names} of {term} {are} too much"
    return None


def _inverted(
    powers: Powers, have: Powers, want: Powers, algebra: Algebra
) -> Iterable[Tree]:
    """Return the bases by which factors differ, those of inverses inverted."""
    for base in powers:
        below = have[base] + want[base] < 0 and algebra.is_square(base)
        yield Call("inv", (base,)) if below else base


def _exchanged(powers: Powers, have: Powers, term: str) -> Relation | None:
    """Say which factor stands in the place of another."""
    old = [base for base in powers if have[base]]
    new = [base for base in powers if not have[base]]
    if len(old) != 1 or len(new) != 1:
        return None
    text = f"in {term}, {_named(new)} belongs in the place of {_named(old)}"
    if isinstance(new[0], Call) and new[0].name == "eye":
        return "missing-identity", text
    return ("missing-term" if _grows(old[0], new[0]) else "wrong-part"), text


def _grows(old: Tree, new: Tree) -> bool:
    """Whether what stands there is a part of what belongs there, or a stopgap."""
    match old, new:
        case Call("eye" | "ones"), Call("eye" | "ones"):
            return False
        case Call("eye" | "ones"), _:
            return True
        case Derived(), Derived():  # at another argument: the inner one is missing
            return old.symbol == new.symbol and old.positions == new.positions
    return any(part == old for part, _ in spots(new))


def _named(bases: Iterable[Tree]) -> str:
    return " and ".join(sorted(f"`{show(base)}`" for base in bases))


def _beside_itself(base: Tree, pair: tuple[Product, Product]) -> bool:
    """Whether a factor stands beside itself, as in X @ X: a power."""
    return any(
        _bare(a) == _bare(b) == base
        for product in pair
        for a, b in pairwise(product.chain)
    )


def _wholes(product: Product) -> Counter[Tree]:
    """Return the factors as they stand, with their powers, transposes aside."""
    found: Counter[Tree] = Counter()
    for base, k in product.scalars:
        _add(found, {base: k})
    _add(found, Counter(_bare(factor) for factor in product.chain))
    return found


def _atoms(product: Product) -> Counter[Tree]:
    """Return what the factors are made of, with its powers, transposes aside."""
    found: Counter[Tree] = Counter()
    for base, k in product.scalars:
        _add(found, atoms(base), k)
    for factor in product.chain:
        _add(found, atoms(factor))
    return Counter({atom: k for atom, k in found.items() if k})


def atoms(tree: Tree) -> Counter[Tree]:
    """Return what a product is made of, with its powers, transposes aside."""
    found: Counter[Tree] = Counter()
    match tree:
        case Number():
            pass
        case Call("neg", (inner,)):
            return atoms(inner)
        case Call(name, args) if name in OPEN:
            for arg in args:
                _add(found, atoms(arg))
        case Call("div", (left, right)):
            _add(found, atoms(left))
            _add(found, atoms(right), -1)
        case Call("inv", (inner,)):
            _add(found, atoms(inner), -1)
        case Call("pow" | "matpow", (base, Number(k))):
            _add(found, atoms(base), k)
        case Call("pow" | "matpow", (base, Call("neg", (Number(k),)))):
            _add(found, atoms(base), -k)
        case Call("sqrt", (base,)):
            _add(found, atoms(base), Fraction(1, 2))
        case _:
            _add(found, {tree: 1})
    return found


def _add(
    found: Counter[Tree], more: Mapping[Tree, Fraction | int], times: Fraction | int = 1
) -> None:
    for base, k in more.items():
        found[base] += k * times  # type: ignore[assignment]


def _bare(tree: Tree) -> Tree:
    """Take a transpose away."""
    match tree:
        case Call("transpose", (inner,)):
            return inner
    return tree
