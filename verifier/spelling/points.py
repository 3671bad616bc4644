"""Derivatives at a point: `d/dt |_{t=0} f(x + t v)`, `∂f/∂x |_{x=a} (x - a)`.

At a point that has a name the statement is one about any x. At a number the derivative
is the limit of a quotient of differences.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..language.tree import Call, Derived, Name, Tree
from ..reading.problem import Fault
from . import loose
from .defining import Definition, inserted

_HINT = "say what it is at any x, such as `∂f/∂x = ...`"


@dataclass(frozen=True)
class Quotient:
    """A quotient of differences, the variable that moves, and where it goes."""

    body: Tree
    moving: str
    target: Tree


def freed(
    sides: Sequence[Tree], known: Mapping[str, Definition]
) -> tuple[list[Tree], Quotient | None]:
    """Return sides without points, and what the first one is where that is a limit."""
    left, *right = sides
    right = [loose.mapped(side, lambda part: _inside(part, known)) for side in right]
    match left:
        case Call(loose.AT, (inner, value, *named)):
            return _first(inner, value, named, right, known)
    return [loose.mapped(left, lambda part: _inside(part, known)), *right], None


def _first(
    inner: Tree,
    value: Tree,
    named: Sequence[Tree],
    right: Sequence[Tree],
    known: Mapping[str, Definition],
) -> tuple[list[Tree], Quotient | None]:
    """Read the left side `∂f/∂x |_{x=a}`."""
    inner = _with_variable(inner, value)
    body, by, order = _derivative(inner)
    if isinstance(inner, Call) and inner.name == loose.GRADIENT and not inner.args[1:]:
        raise Fault(
            inner.start, "this is no derivative that is taken at a point", _HINT
        )
    if named and [*named] != [by]:
        said = "it is taken at a point of another name than it is by"
        raise Fault(value.start, said, _HINT)
    if right and all(map(loose.is_zero, right)):
        said = "this says at which point a derivative is zero, and nothing of any other"
        raise Fault(value.start, said, _HINT)
    inside = {*loose.parts(inserted(body, known))}
    match value:
        case Name(_) if value == by:
            return [inner, *right], None
        case Name(name) if value not in inside and name not in known:
            if any(by in {*loose.parts(side)} for side in right):
                said = f"`{by.name}` stands outside of the derivative at `{name}`"
                raise Fault(value.start, said, _HINT)
            return [inner, *(_renamed(side, value, by) for side in right)], None
    numeric = not any(isinstance(part, Name) for part in loose.parts(value))
    if not numeric or order > 1 or Name(by.name) not in inside:
        raise Fault(value.start, "a derivative at this point is not read", _HINT)
    body = inserted(body, known)
    there = loose.mapped(
        body, lambda part: value if part == by else _without_zero(part)
    )
    step: Tree = by if loose.is_number(value, 0) else Call("sub", (by, value))
    body = loose.call(loose.OVER, Call("sub", (body, there)), step, start=inner.start)
    return [body, *right], Quotient(body, by.name, value)


def _without_zero(part: Tree) -> Tree:
    """Return x for `x + 0 v`."""
    match part:
        case Call("add" | "sub", (kept, Call(loose.JUXTAPOSED, (zero, _)))):
            return kept if loose.is_number(zero, 0) else part
    return part


def _with_variable(tree: Tree, value: Tree) -> Tree:
    """Return `∇f |_{x_0}` as by x, as the name of the point says."""
    match tree, value:
        case Call(loose.GRADIENT, (body,)), Name(name) if "_" in name:
            return replace(tree, args=(body, Name(name.partition("_")[0])))
    return tree


def _derivative(tree: Tree) -> tuple[Tree, Name, int]:
    """Return what a derivative is of, what it is by, and its order."""
    match tree:
        case Call(loose.ACTING, (inner,)):
            return _derivative(inner)
        case Call(loose.PARTIAL | loose.GRADIENT, (body, Name() as by)):
            return body, by, 1
        case Call(loose.GRADIENT, (Call(_, (Name() as by,)) as body,)):
            return body, by, 1
        case Call(loose.SECOND_PARTIAL, (body, Name() as by, Name() as again)):
            if by == again:
                return body, by, 2
    raise Fault(tree.start, "this is no derivative that is taken at a point", _HINT)


def _inside(part: Tree, known: Mapping[str, Definition]) -> Tree:
    """Read `∂f/∂x |_{x=a}` within an expression, of an f that is no more than named."""
    match part:
        case Call(loose.AT, (inner, value, Name() as by)) if not _is_slope(inner):
            return _taken_at(inner, by, value)
        case Call(loose.AT, (inner, value, *_)):
            body, by, order = _derivative(_with_variable(inner, value))
            match body:
                case Name(symbol) | Call(symbol, (Name(),)) if symbol not in known:
                    if symbol not in loose.LOOSE and body != by:
                        kind, at = ("D", (1,)) if order == 1 else ("hessian", ())
                        return Derived(kind, symbol, at, None, None, (value,))
            raise Fault(part.start, "a derivative at this point is not read", _HINT)
    return part


def _is_slope(tree: Tree) -> bool:
    """Whether a tree is a derivative as a whole, and no expression with one in it."""
    try:
        return bool(_derivative(tree))
    except Fault:
        return False


def _taken_at(tree: Tree, by: Name, value: Tree) -> Tree:
    """Return `(∂f(y)/∂y W) |_{y=a}` with a in the place of y."""

    def change(part: Tree) -> Tree:
        match part:
            case Call(loose.PARTIAL, (Call(symbol, (inner,)), again)) if (
                inner == again == by
            ):
                return Derived("D", symbol, (1,), None, None, (value,))
        return part

    def there(part: Tree) -> Tree:
        return value if part == by else part

    return loose.mapped(loose.mapped(tree, change), there)


def _renamed(tree: Tree, old: Tree, new: Name) -> Tree:
    return loose.mapped(tree, lambda part: new if part == old else part)
