"""Functions that are guessed by their letters: sigma, psi, a cross-entropy, losses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..language.tree import Call, Derived, Name, Tree
from ..spelling.defining import Definition
from ..spelling.loose import GRADIENT, LOOSE, calls, parts
from .uses import LOSSES

GUESSED_LOGISTIC = "`sigma` is read as the logistic function"
LOGISTIC = Definition(("argument_",), Call("sigmoid", (Name("argument_"),)))


MOST_NAMES = 20
"""Definitions that are looked through for a sigma."""
DIGAMMA = Definition(("argument_",), Call("digamma", (Name("argument_"),)))


_Y, _P = Name("observed_"), Name("predicted_")
CROSS_ENTROPY = Definition(
    (_Y.name, _P.name),
    Call("neg", (Call("sum", (Call("mul", (_Y, Call("log", (_P,)))),)),)),
)


def observed_in(sides: Sequence[Tree], known: Mapping[str, Definition]) -> set[str]:
    """Return names that are the first argument of a cross-entropy that is spoken of."""
    used = {p.name for side in sides for p in parts(side) if isinstance(p, Name | Call)}
    bodies = [known[name].body for name in used if name in known and name != "CE"]
    return {
        part.args[0].name
        for tree in (*sides, *bodies)
        for part in parts(tree)
        if isinstance(part, Call) and part.name == "CE" and len(part.args) == 2
        if isinstance(part.args[0], Name)
    }


def under_nablas(sides: Sequence[Tree]) -> dict[str, str]:
    """Return what names are that a nabla stands before, and what it is by.

    The values of the functions are hardly anything but numbers, and nobody writes a
    nabla by a number.
    """
    found: dict[str, str] = {}
    for call in (one for side in sides for one in calls(side, GRADIENT)):
        body = call.args[0]
        name = body.name if isinstance(body, Name | Call) else ""
        if name not in LOOSE and (name in LOSSES or not name[:1].isupper()):
            found[name] = "scalar"  # the F of `∇F` may as well be a field
        by = call.args[1:] or (getattr(body, "args", ()) if name not in LOOSE else ())
        for one in by:
            if isinstance(one, Name) and len(by) == 1 and one.name[0].islower():
                found[one.name] = "vector"
    return found


def is_gamma(sides: Sequence[Tree], known: Mapping[str, Definition]) -> bool:
    """Whether psi is applied somewhere, and the gamma function is spoken of."""
    used = {p.name for side in sides for p in parts(side) if isinstance(p, Call)}
    bodies = [known[name].body for name in used if name in known]
    spoken = used.union(
        p.name for body in bodies for p in parts(body) if isinstance(p, Call)
    )
    return "psi" in used and "lgamma" in spoken


def is_logistic(sides: Sequence[Tree], known: Mapping[str, Definition]) -> bool:
    """Whether sigma is applied somewhere and no derivative of it is asked for.

    It may be so in what the names in it stand for, as in `p = sigma(z)`.
    """
    trees, seen = list(sides), set[str]()
    applied = False
    while trees and not applied and len(seen) < MOST_NAMES:
        for part in parts(trees.pop()):
            name = part.name if isinstance(part, Name | Call) else ""
            applied |= isinstance(part, Call) and name == "sigma"
            if name in known and name not in seen:
                seen.add(name)
                trees.append(known[name].body)
    claims = (part for side in sides[1:] for part in parts(side))
    primed = any(isinstance(p, Derived) and p.symbol == "sigma" for p in claims)
    return applied and not primed


def targets_in(body: Tree) -> set[str]:
    """Return the names that weigh the logarithm of a softmax: they are probabilities.

    The gradient `softmax(z) - y` of `-y^T log(softmax(z))` is one for those only.
    """
    found = set[str]()
    for part in parts(body):
        match part:
            case Call("matmul" | "mul", (one, other)):
                pairs = ((one, other), (other, one))
            case _:
                continue
        for weight, value in pairs:
            if isinstance(weight, Call) and weight.name == "transpose":
                weight = weight.args[0]
            if isinstance(weight, Name) and _is_log_of_softmax(value):
                found.add(weight.name)
    return found


def _is_log_of_softmax(tree: Tree) -> bool:
    match tree:
        case Call("log", (Call("softmax"),)):
            return True
        case Call("transpose", (inner,)):
            return _is_log_of_softmax(inner)
    return False
