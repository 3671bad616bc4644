"""`∂f/∂x = ∂g/∂x + b`: derivatives of expressions on both sides, brought to one.

To differentiate is linear, and so that says `∂(f - g)/∂x = b`. Functions by their names
keep their sides: `∇(f + g) = ∇f + ∇g` is a rule of any f and g. So does what does not
show its variable: it may be a function as well.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from ..language.tree import Call, Name, Number, Tree
from . import loose
from .defining import is_symbol
from .derivatives import gathered, has_derivative, names_in

Signed = tuple[str, Tree]
"""A summand, and whether it is to "add" or to "sub"."""
OTHER = {"add": "sub", "sub": "add"}


def balanced(sides: Sequence[Tree], defined: Container[str]) -> Sequence[Tree]:
    """Return two sides with all derivatives on the first; others as they are."""
    if len(sides) != 2:
        return sides
    match gathered(sides[0]):
        case Call(loose.PARTIAL | loose.GRADIENT, (body, Name() as by)) as first if (
            by.name in names_in([body])
        ):
            known = names_in([body])
        case _:
            return sides
    rest: list[Signed] = []
    found = False
    for sign, term in _terms(sides[1]):
        match gathered(term):
            case Call(name, (inner, again)) if (name, again) == (first.name, by):
                inside = names_in([inner])
                if not _is_compound(inner, defined) or not (
                    by.name in inside or inside <= known
                ):
                    return sides
                body, found = loose.call(OTHER[sign], body, inner), True
            case other:
                rest.append((sign, other))
    if not found or any(has_derivative(term) for _, term in rest):
        return sides
    return [replace(first, args=(body, by)), _sum(rest, by)]


def _terms(tree: Tree, sign: str = "add") -> Iterator[Signed]:
    match tree:
        case Call("neg", (inner,)):
            yield from _terms(inner, OTHER[sign])
        case Call("add" | "sub" as name, (left, right)):
            yield from _terms(left, sign)
            yield from _terms(right, sign if name == "add" else OTHER[sign])
        case _:
            yield sign, tree


def _sum(terms: Sequence[Signed], by: Name) -> Tree:
    """Return a sum; of nothing a zero in the shape of the variable."""
    if not terms:
        return loose.call(loose.JUXTAPOSED, Number(Fraction(0)), by)
    (sign, total), *more = terms
    total = total if sign == "add" else loose.call("neg", total)
    for name, term in more:
        total = loose.call(name, total, term)
    return total


def _is_compound(tree: Tree, defined: Container[str]) -> bool:
    """Whether what is differentiated is an expression, and no function by its name."""
    if not isinstance(tree, Call) or is_symbol(tree.name):
        return False
    return tree.name not in defined
