"""Statements about functions of numbers: `(f g)' = f' g + f g'` says so by its primes.

Where a prime is a derivative, and nothing in a statement is a vector or a matrix, it is
about numbers, as the calculus of one variable is. It may hold of more than that; a
statement of numbers that is wrong is seen to be wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..language.primitives import ELEMENTARY
from ..language.tree import Call, Derived, Name, Number, Tree
from ..reading.problem import Fault
from . import loose
from .defining import Definition, inserted

_ARITHMETIC = frozenset((
    "add", "sub", "neg", "mul", "div", "pow", loose.JUXTAPOSED, loose.DOTTED,
    loose.STARRED, loose.TIMES, loose.OVER, loose.POWER, loose.PRIMED, loose.COMPOSED,
    loose.PARTIAL, loose.ACTING, loose.EXPONENTIAL,
))  # fmt: skip
"""Calls that numbers are as good for as anything else."""


def of_numbers(
    sides: Sequence[Tree], known: Mapping[str, Definition]
) -> dict[str, str]:
    """Return the ranks of the names of a statement with primes, if all are numbers."""
    primes = (part for side in sides for part in loose.parts(side) if _is_primed(part))
    if next(primes, None) is None:
        return {}
    try:
        trees = [inserted(side, known) for side in sides]
    except Fault:
        return {}
    found: dict[str, str] = {}
    bent = any(  # the second derivative in an expansion is one of numbers
        isinstance(part, Derived) and len(part.positions) > 1
        for tree in trees
        for part in loose.parts(tree)
    )
    for part in (part for tree in trees for part in loose.parts(tree)):
        match part:
            case Number():
                continue
            case Call(loose.DOTTED | loose.TIMES, args) if _are_curves(args):
                return {}
            case Name(name) if name[0].islower():
                found[name] = "scalar"
            case Call("o" | "O", _) if bent:
                continue
            case Call(name, _) if name in _ARITHMETIC or name in ELEMENTARY:
                continue
            case Call(name, _) | Derived("D", name) if name in _FUNCTIONS:
                found[name] = "scalar"
            case _:
                return {}
    return found


def _is_primed(tree: Tree) -> bool:
    """Whether a tree is `f'(x)`, or `f'` of a letter that functions have."""
    match tree:
        case Derived("D", name, _, _, _, (_,)):
            return name in _FUNCTIONS
        case Call(loose.PRIMED, (inner,)):
            parts = [part for part in loose.parts(inner) if isinstance(part, Name)]
            names = {part.name for part in parts}
            return bool(names & _FUNCTIONS) and names <= _FUNCTIONS | _FACTORS
    return False


def _are_curves(args: Sequence[Tree]) -> bool:
    """Whether factors with a sign between them are values of functions as they are."""
    return all(
        isinstance(arg, Name | Call)
        and (arg.name in _FUNCTIONS)
        and not isinstance(arg, Derived)
        for arg in args
    )


_FUNCTIONS = frozenset(("f", "g", "h", "u", "v", "phi", "psi", "sigma"))
"""Letters that functions of numbers have."""
_FACTORS = frozenset(("a", "b", "c", "k", "n", "lam", "alpha", "beta", "mu", "x", "t"))
"""Letters of numbers beside them, and of what they are functions of."""
