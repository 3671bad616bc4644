"""Functions that no formula defines, and whose derivative says what they are.

`∇J(θ) = ∇ ½ ‖X θ - y‖²` says of J that it is that norm, but for a constant; so the
formulas behind it, such as `∇J(θ) = X^T (X θ - y)`, are about the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..language.tree import Call, Name, Tree
from ..spelling import loose
from ..spelling.defining import Definition
from ..spelling.derivatives import differentiated, is_derivative
from .context import Defined
from .sides import LANGUAGE, names_of


def implied(
    trees: Sequence[Tree], definitions: Mapping[str, Defined]
) -> tuple[str, Definition] | None:
    """Return what the function of a derivative is, by the derivative beside it."""
    if len(trees) < 2:
        return None
    one, other = _of(trees[0]), _of(trees[1])
    if one is None or other is None or not is_derivative(trees[1]):
        return None
    (head, by), (body, again) = one, other
    match head:
        case Name(name):
            parameters: tuple[str, ...] = ()
        case Call(name, args) if all(isinstance(arg, Name) for arg in args):
            parameters = tuple(arg.name for arg in args if isinstance(arg, Name))
        case _:
            return None
    own = names_of(body)
    variable = by.name if by else parameters[0] if len(parameters) == 1 else ""
    if name in {*LANGUAGE, *definitions, *own} or variable not in own:
        return None
    if again is not None and again.name != variable:
        return None
    # `∇f = λ ∇g` is a condition, and g may be anything.
    core = differentiated(trees[1])
    known = isinstance(core, Call) and (
        core.name in LANGUAGE or core.name in loose.LOOSE
    )
    plain = next(loose.calls(body, *loose.CALCULUS), None) is None
    return (name, Definition(parameters, body)) if known and plain else None


def _of(tree: Tree) -> tuple[Tree, Name | None] | None:
    """Return what a side is the derivative of, and by what, with its factors."""
    match tree:
        case Call(loose.ACTING, (inner,)):
            return _of(inner)
        case Call("neg", (inner,)) if found := _of(inner):
            return replace(tree, args=(found[0],)), found[1]
        case Call(loose.JUXTAPOSED | loose.DOTTED, (factor, inner)) if found := _of(
            inner
        ):
            return replace(tree, args=(factor, found[0])), found[1]
        case Call(loose.OVER, (inner, below)) if found := _of(inner):
            return replace(tree, args=(found[0], below)), found[1]
        case Call(loose.PARTIAL | loose.GRADIENT, (body, Name() as by)):
            return body, by
        case Call(loose.GRADIENT, (body,)):
            return body, None
    return None
