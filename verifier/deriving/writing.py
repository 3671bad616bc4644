"""Products written as people write them: numbers, scalars, matrices in a row."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from ..language.tree import Call, Name, Number, Tree
from .algebra import factors


def is_chain(tree: Tree) -> bool:
    """Whether a tree is a matrix product."""
    return isinstance(tree, Call) and tree.name == "matmul"


def raised(base: Tree, k: Fraction) -> Tree:
    """Write a power."""
    if k == 1:
        return base
    if k == Fraction(1, 2):
        return Call("sqrt", (base,))
    return Call("pow", (base, Number(k)))


def all_raised(powers: Sequence[tuple[Tree, Fraction]]) -> list[Tree]:
    """Write powers; constants under equal roots stand under one: sqrt(2 * pi)."""
    found: dict[tuple[Fraction, int], Tree] = {}
    for i, (base, k) in enumerate(powers):
        constant = base == Name("pi") or (isinstance(base, Number) and base.value > 0)
        key = (k, -1) if constant and k.denominator != 1 else (k, i)
        other = found.get(key)
        if other is not None:
            first, last = sorted((other, base), key=lambda b: not isinstance(b, Number))
            base = Call("mul", (first, last))
        found[key] = base
    return [raised(base, k) for (k, _), base in found.items()]


def written_in_a_row(
    scalars: list[Tree], chain: tuple[Tree, ...], negative: bool = False
) -> Tree:
    """Write scalars, then a chain, with a minus in front where there is one."""
    matrices = [factor for part in chain for factor in factors(part)]
    steps = [("mul", scalar) for scalar in scalars]
    if matrices:
        steps += spine(matrices[0], bool(steps))
        steps += [("matmul", factor) for factor in matrices[1:]]
    tree = steps[0][1] if steps else Number(Fraction(1))
    if negative:
        tree = Call("neg", (tree,))
    for name, factor in steps[1:]:
        tree = Call(name, (tree, factor))
    return tree


def spine(tree: Tree, follows: bool = False) -> list[tuple[str, Tree]]:
    """Return what is multiplied, entry by entry, from left to right.

    What follows a factor is written s / v in the place of s * (1 / v).
    """
    match tree:
        case Call("div", (Number(k), right)) if follows and k == 1:
            return [("div", right)]
        case Call("mul" | "div" as name, (left, right)) if left != Number(Fraction(1)):
            return [*spine(left, follows), (name, right)]
    return [("mul", tree)]
