"""Derivatives in shorthand, written in full: `ẋ`, `(f g)'`, `f'(x)` of a known f."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..language.tree import Call, Derived, Name, Tree
from . import loose
from .defining import Definition
from .derivatives import names_in
from .differentials import is_step_name

PRIMED = frozenset(("f", "g", "h", "u", "v", "y", "z", "phi", "psi", "F", "G"))
"""Names whose prime is a derivative."""


def with_primes(side: Tree, sides: Sequence[Tree]) -> Tree:
    """Read primes as derivatives where all of a statement is about numbers."""
    primes = [
        part
        for one in sides
        for part in loose.parts(one)
        if isinstance(part, Call) and part.name == loose.PRIMED
    ]
    inner = names_in(primes)
    if not primes or any(name[0].isupper() and name not in PRIMED for name in inner):
        return side
    whole = any(not isinstance(p.args[0], Name) for p in primes if p in sides)
    symbols = {p.args[0].name for p in primes if isinstance(p.args[0], Name)}
    led = _variable_of(sides[0])
    if led is not None and led.name[0].isupper():
        return side  # by a matrix: `d(u'Xv)/dX = uv'`
    begins = sides[0] in primes or led is not None
    if not whole and not (symbols and symbols <= PRIMED and begins):
        return side
    usual = Name(next((n for n in ("x", "t", "s") if n in names_in(sides)), "x"))
    variable = led or usual

    def change(part: Tree) -> Tree:
        match part:
            case Call(loose.PRIMED, (inner,)):
                body = _applied(inner, variable)
                return replace(part, name=loose.PARTIAL, args=(body, variable))
        return part

    return loose.mapped(side, change)


def of_prime(sides: Sequence[Tree]) -> tuple[Tree, ...]:
    """Return `(x^T A x)' = (A + A^T) x` as a derivative by x; () where it is none.

    It is one of an expression in brackets, the only prime there is, with one variable.
    """
    left, *right = sides
    primes = [one for side in sides for one in loose.calls(side, loose.PRIMED)]
    match left:
        case Call(loose.PRIMED, (Call() as inner,)) if primes == [left]:
            variables = [name for name in _VARIABLES if name in names_in([inner])]
        case _:
            return ()
    if len(variables) != 1:
        return ()
    body = replace(left, name=loose.PARTIAL, args=(inner, Name(variables[0])))
    return body, *right


_VARIABLES = ("x", "w", "u", "v", "y", "z", "theta", "beta", "X")
"""Letters of what a derivative is by, where it does not say."""


def _variable_of(tree: Tree) -> Name | None:
    """Return the variable that a side is a derivative by, if it is one by a name."""
    match tree:
        case Call(loose.ACTING, (inner,)) | Call("add" | "sub", (inner, _)):
            return _variable_of(inner)
        case Call(loose.PARTIAL, (_, Name() as by)):
            return by
    return None


def _applied(tree: Tree, variable: Name) -> Tree:
    """Return `f ∘ g` at a variable; anything else as it is."""
    match tree:
        case Call(loose.COMPOSED, (Name(outer), inner)):
            inside = _applied(inner, variable)
            if isinstance(inside, Name):
                inside = Call(inside.name, (variable,))
            return Call(outer, (inside,), start=tree.start, stop=tree.stop)
    return tree


def with_dots(side: Tree, sides: Sequence[Tree]) -> Tree:
    """Read `ẋ` as the derivative of x by t."""
    letters = names_in(sides)

    def change(part: Tree) -> Tree:
        match part:
            case Call(name, args) if name.endswith("_dot") and len(args) == 1:
                symbol = name.removesuffix("_dot")
                return Derived("D", symbol, (1,), None, None, args)
            case Name(name) if name.endswith("_dot") and "t" in letters:
                by = Name(name.removesuffix("_dot")), Name("t")
                return Call(loose.PARTIAL, by, start=part.start, stop=part.stop)
        return part

    return loose.mapped(side, change)


def of_defined(
    left: Tree, right: Sequence[Tree], known: Mapping[str, Definition]
) -> Tree:
    """Read `f'(x)` of an f that is defined, and `dy` before what changes."""
    match left:
        case Derived("D", name, _, _, _, (argument,)) if (
            name in known and len(left.positions) < 3
        ):
            value: Tree = Call(name, (argument,), start=left.start, stop=left.stop)
            if not known[name].parameters:  # `f = x^T x, f'(x) = 2x`
                value = Name(name, start=left.start, stop=left.stop)
            if len(left.positions) == 2:
                by = argument, argument
                return Call(loose.SECOND_PARTIAL, (value, *by), start=left.start)
            return Call(loose.PARTIAL, (value, argument), start=left.start)
        case Call(
            loose.JUXTAPOSED | loose.DOTTED,
            (Derived("D", name, (_,), _, _, (argument,)), Name(change)),
        ) if loose.is_change(change):  # `f'(A)[dA]`
            value = Call(name, (argument,), start=left.start, stop=left.stop)
            return Call(loose.CHANGE, (value,), start=left.start, stop=left.stop)
        case Call(loose.JUXTAPOSED, (Name(partial), Name(change))) if loose.is_change(
            change
        ) and partial.endswith(
            f"_{change[1:]}"
        ):  # `f_A[dA]`, the part of `df` that is by A
            name = partial.removesuffix(f"_{change[1:]}")
            if name in known:
                value = Name(name, start=left.start, stop=left.stop)
                if names := known[name].parameters:
                    value = Call(name, tuple(map(Name, names)), start=left.start)
                return Call(loose.CHANGE, (value,), start=left.start, stop=left.stop)
        case Derived("hessian", name, _, _, _, (argument,)) if name in known:
            value = Call(name, (argument,), start=left.start, stop=left.stop)
            by = value, argument, argument
            return Call(loose.SECOND_PARTIAL, by, start=left.start)
        case Call("tr" | "vec" | "vech" | "diagonal", (Name() as change,)):
            match of_defined(change, right, known):
                case Call(loose.CHANGE, (Name(name) as body,)) if name in known:
                    body = replace(left, args=(body,))
                    return Call(loose.CHANGE, (body,), start=left.start)
        case Name(name) if loose.is_change(name):
            if any(is_step_name(part) for side in right for part in loose.parts(side)):
                body = Name(name[1:], start=left.start, stop=left.stop)
                return Call(loose.CHANGE, (body,), start=left.start, stop=left.stop)
    return left
