"""Operators that take one name and not the product behind it: `∇_x u ∇_u y`.

An operator takes the term that follows, as `∇_x x^T A x` has it. Where the first factor
is what the next derivative is by, or what the left side is the derivative of, as in
`∇_W L = ∇_z L x^T`, it takes that factor, and the rest is a factor beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..language.tree import Call, Name, Tree
from . import loose
from .derivatives import differentiated, is_derivative

_PRODUCTS = (loose.JUXTAPOSED, loose.DOTTED, loose.STARRED, "mul", loose.COMPOSED)
_OPERATORS = (loose.GRADIENT, loose.PARTIAL)


def with_lone_operators(sides: Sequence[Tree]) -> tuple[Tree, ...]:
    """Return sides whose operators take one name where that is what is meant."""
    first, *others = sides
    subject = differentiated(first) if is_derivative(first) else None

    def change(part: Tree) -> Tree:
        match part:
            case Call(loose.ACTING, (Call(name, (body, by)) as operator,)):
                if name not in _OPERATORS:
                    return part
            case _:
                return part
        factors, marks = _factors(body)
        if len(factors) < 2 or not isinstance(factors[0], Name):
            return part
        if factors[0] != subject and not _is_by(factors[1], factors[0]):
            return part
        made: Tree = replace(operator, args=(factors[0], by))
        for mark, factor in zip(marks, factors[1:], strict=True):
            made = loose.call(mark, made, factor, start=part.start, stop=part.stop)
        return made

    return first, *(loose.mapped(side, change) for side in others)


def _factors(tree: Tree) -> tuple[list[Tree], list[str]]:
    """Return the factors of a product, and the signs between them."""
    match tree:
        case Call(name, (left, right)) if name in _PRODUCTS:
            factors, marks = _factors(left)
            return [*factors, right], [*marks, name]
    return [tree], []


def _is_by(tree: Tree, name: Tree) -> bool:
    """Whether a factor is a derivative by a name."""
    match tree:
        case Call("transpose" | loose.ACTING, (inner,)):
            return _is_by(inner, name)
        case Call(loose.GRADIENT | loose.PARTIAL, (_, by)):
            return by == name
    return any(
        _is_by(factor, name) for factor in _factors(tree)[0][:1] if factor != tree
    )
