"""The sides of a formula that are derivatives, and what they are derivatives of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..language.tree import Call, Derived, Name, Tree
from . import loose


def is_derivative(tree: Tree) -> bool:
    """Whether a side is a derivative, or a multiple of one."""
    match tree:
        case Call("transpose" | "neg", (inner,)):
            return is_derivative(inner)
        case Call("add" | "sub", (left, right)):
            return _acts(left) and not has_derivative(right)
        case Call(loose.JUXTAPOSED | loose.DOTTED | loose.STARRED, (left, right)):
            return is_derivative(right) and _is_plain(left)
        case Call(loose.OVER, (above, below)):
            return is_derivative(above) and _is_plain(below)
        case Call("hessian", (_,)):
            return True
        case Call(name, _):
            return name in loose.CALCULUS
    return False


def differentiated(tree: Tree) -> Tree | None:
    """Return what a side is the derivative of."""
    match tree:
        case Call("transpose" | "neg" | loose.ACTING | loose.OVER, (inner, *_)):
            return differentiated(inner)
        case Call(loose.JUXTAPOSED | loose.DOTTED | loose.STARRED, (_, inner)):
            return differentiated(inner)
        case Call("hessian", (body,)):
            return body
        case Call(name, (body, *_)) if name in loose.CALCULUS:
            return body
    return None


def _is_plain(tree: Tree) -> bool:
    """Whether a factor is a number or a letter of one."""
    whole = next(loose.calls(tree, loose.IDENTITY, loose.ONES, loose.ZEROS), None)
    names = (part.name for part in loose.parts(tree) if isinstance(part, Name))
    return whole is None and _NUMBERS.issuperset(names) and not has_derivative(tree)


_NUMBERS = frozenset("lam alpha beta gamma eta mu a c k m n N M T t s".split())
"""Letters of numbers, which may stand before a derivative."""


def _acts(tree: Tree) -> bool:
    """Whether the first term of a sum is an operator, which may act on all of it."""
    match tree:
        case Call("add" | "sub", (left, right)):
            return _acts(left) and not has_derivative(right)
        case Call(loose.ACTING, _):
            return True
    return False


def has_derivative(tree: Tree) -> bool:
    """Whether a derivative or a differential stands somewhere in it."""
    return any(True for _ in loose.calls(tree, *loose.CALCULUS)) or any(
        isinstance(part, Derived) for part in loose.parts(tree)
    )


def gathered(tree: Tree) -> Tree:
    """Return `∂f/∂x + ∂g/∂x` as `∂(f + g)/∂x`; anything else as it is."""
    match tree:
        case Call("neg", (inner,)):
            match gathered(inner):
                case Call(loose.PARTIAL | loose.GRADIENT, (body, *by)) as made:
                    return replace(made, args=(loose.call("neg", body), *by))
        case Call("add" | "sub" as name, (left, right)):
            match gathered(left), gathered(right):
                case (
                    Call(loose.PARTIAL | loose.GRADIENT as above, (body, by)),
                    Call(loose.PARTIAL | loose.GRADIENT as other, (more, again)),
                ) if above == other and by == again:
                    return replace(
                        tree, name=above, args=(loose.call(name, body, more), by)
                    )
        case Call(loose.JUXTAPOSED | loose.DOTTED | loose.STARRED, (factor, inner)) if (
            _is_plain(factor)
        ):
            match gathered(inner):
                case Call(loose.PARTIAL | loose.GRADIENT, (body, *by)) as made:
                    return replace(made, args=(replace(tree, args=(factor, body)), *by))
        case Call(loose.OVER, (inner, below)) if _is_plain(below):
            match gathered(inner):
                case Call(loose.PARTIAL | loose.GRADIENT, (body, *by)) as made:
                    return replace(made, args=(replace(tree, args=(body, below)), *by))
        case Call(loose.ACTING, (inner,)):
            return gathered(inner)
    return tree


def reaches(side: Tree, others: Sequence[Tree]) -> Iterator[Tree]:
    """Yield a side with its operator acting on all of it, as far as it may."""
    match side:
        case Call("add" | "sub", _):
            yield _whole(side)
        case _:
            yield side


def _whole(tree: Tree) -> Tree:
    """Return a sum whose first term's operator acts on all terms."""
    match tree:
        case Call(loose.ACTING, (inner,)):
            return inner
        case Call("add" | "sub" as name, (left, right)):
            inner = _whole(left)
            assert isinstance(inner, Call)
            body = replace(tree, name=name, args=(inner.args[0], right))
            return replace(inner, args=(body, *inner.args[1:]))
    return tree


def names_in(sides: Sequence[Tree]) -> set[str]:
    """Return the names that stand in some trees."""
    return {p.name for side in sides for p in loose.parts(side) if isinstance(p, Name)}


def unturned(tree: Tree) -> Tree:
    """Return what a derivative is by, without a transpose or a prime of it."""
    match tree:
        case Call("transpose" | loose.PRIMED, (inner,)):
            return inner
    return tree
