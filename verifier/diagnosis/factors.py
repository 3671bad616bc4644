"""One product beside another: which factor is missing, inverted, turned or moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import pairwise

from ..language.printing import show
from ..language.tree import Call, Derived, Name, Number, Tree
from .algebra import spots
from .products import Algebra, Product

Relation = tuple[str, str]
"""The kind of a difference, and the difference in words."""
Powers = Mapping[Tree, Fraction | int]
OPEN = ("transpose", "diag", "diagonal", "kron", "mul", "matmul", "tr", "vec", "sum")
"""Functions whose factors are those of what they are applied to."""
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
            return _rearranged(wrong, right, term)
        found = _by_powers(powers, have, want, (wrong, right), algebra, term)
        if found is not None:
            return found
    return _exchanged(powers, have, term)


def _rearranged(wrong: Product, right: Product, term: str) -> Relation:
    if [_bare(f) for f in wrong.chain] == [_bare(f) for f in right.chain]:
        return "transposed", f"a factor of {term} is transposed"
    return "wrong-order", f"the factors of {term} are in the wrong order"


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
        few = all(k > 0 for k in powers.values())
        said = "is missing once more" if few else "stands there too often"
        return "missing-term", f"in {term}, the factor {names} {said}"
    if all(have[base] + want[base] < 0 for base in powers):
        factor = factor.replace("factor", "divisor")
    if not any(have[base] for base in powers):
        return "missing-term", f"the {factor} {names} of {term} {are} missing"
    if not any(want[base] for base in powers):
        constant = all(isinstance(b, Call) and b.name in CONSTANT for b in powers)
        kind = "other" if constant else "missing-term"
        return kind, f"the {factor} {names} of {term} {are} too much"
    return None


def _exchanged(powers: Powers, have: Powers, term: str) -> Relation | None:
    """Say which factor stands in the place of another."""
    old = [base for base in powers if have[base]]
    new = [base for base in powers if not have[base]]
    if len(old) != 1 or len(new) != 1:
        return None
    text = f"in {term}, {_named(new)} belongs in the place of {_named(old)}"
    return ("missing-term" if _grows(old[0], new[0]) else "other"), text


def _grows(old: Tree, new: Tree) -> bool:
    """Whether what stands there is a part of what belongs there, or a stopgap."""
    match old, new:
        case Call("eye" | "ones"), Call("eye" | "ones"):
            return False
        case (Call("eye" | "ones"), _) | (Derived(), Derived()):
            return True
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
