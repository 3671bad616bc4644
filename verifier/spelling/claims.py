"""What is claimed of a derivative: by which variable, and in which layout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..language.tree import Call, Name, Tree
from ..reading.problem import Fault
from . import loose
from .defining import Definition
from .derivatives import reaches, unturned
from .differentials import claimed_change
from .written import Written


def claimed(
    left: Tree, right: Sequence[Tree], known: Mapping[str, Definition]
) -> Written | None:
    """Return what other sides claim of a derivative; None where it is none."""
    match left:
        case Call(loose.ACTING, (inner,)):
            return claimed(inner, right, known)
        case Call("neg", (inner,)):
            made = claimed(inner, right, known)
            return made and replace(made, body=loose.call("neg", made.body))
        case Call(loose.JUXTAPOSED | loose.DOTTED | loose.STARRED, (factor, inner)):
            made = claimed(inner, right, known)
            return made and replace(
                made, body=loose.call(loose.JUXTAPOSED, factor, made.body)
            )
        case Call(loose.OVER, (inner, below)):
            made = claimed(inner, right, known)
            return made and replace(made, body=loose.call(loose.OVER, made.body, below))
        case Call("transpose", (inner,)):
            turned = [loose.call("transpose", side) for side in right]
            return claimed(inner, turned, known)
        case Call(loose.PARTIAL | loose.GRADIENT, (body, by)):
            return _derivative(body, by, right)
        case Call(loose.GRADIENT, (body,)):
            return _derivative(body, _variable(body, left, known), right)
        case Call("hessian", (body,)):
            return _hessian(body, _variable(body, left, known), right)
        case Call(loose.SECOND_PARTIAL, (body, one, other)):
            first, second = unturned(one), unturned(other)
            if _is_entry(first) and _is_entry(second):
                claims = tuple(("hessian", side) for side in right)
                return Written("entries", body, claims, by=left)
            if first != second:
                said = "a second derivative by two variables is not read"
                raise Fault(left.start, said)
            return _hessian(body, first, right)
        case Call(loose.CHANGE, (body,)):
            return claimed_change(body, right, known)
    return None


def _is_entry(tree: Tree) -> bool:
    return isinstance(tree, Call) and tree.name == loose.ENTRY


def _derivative(body: Tree, by: Tree, right: Sequence[Tree]) -> Written:
    layout = "both" if unturned(by) == by else "numerator"
    variable = unturned(by)
    match body, variable:
        case Call("vec", (inner,)), Call("vec", (Name() as name,)):
            body, variable = inner, name  # a derivative by a matrix is of its entries
    claims = tuple((layout, side) for side in right)
    if _is_entry(variable):
        return Written("entries", body, claims, by=variable)
    match variable:
        case Call(loose.POWER, (Name(name), two)) if loose.is_number(two, 2):
            square = f"{name}_squared"
            root = Definition((), loose.call("sqrt", Name(square)))
            return Written("function", body, claims, (square,), lets={name: root})
        case Call("inv", (Name(name),)):
            inverse = f"{name}_inverse"
            root = Definition((), loose.call("inv", Name(inverse)))
            return Written("function", body, claims, (inverse,), lets={name: root})
    if not isinstance(variable, Name):
        raise Fault(variable.start, "a derivative is by a name")
    return Written("function", body, claims, (variable.name,))


def _hessian(body: Tree, by: Tree, right: Sequence[Tree]) -> Written:
    if not isinstance(by, Name):
        raise Fault(by.start, "a derivative is by a name")
    claims = tuple(("hessian", side) for side in right)
    return Written("function", body, claims, (by.name,))


def _variable(body: Tree, left: Tree, known: Mapping[str, Definition]) -> Name:
    """Return the variable of a derivative that does not name it."""
    match body:
        case Call(name, (Name() as argument,)) if name not in loose.LOOSE:
            return argument
        case Name(name) if name not in known and name not in _POINT | {*_USUAL}:
            # `∇λ`, of a λ that depends on something, is no derivative by λ.
            raise Fault(left.start, _NO_VARIABLE, _VARIABLE_HINT)
        case Name(name) | Call(name, _) if name in known:
            made = known[name]
            if len(made.parameters) == 1:
                return Name(made.parameters[0])
            if len(made.parameters) > 1 and _POINT.issuperset(made.parameters):
                said = (
                    f"a gradient by all of `{', '.join(made.parameters)}` is not read"
                )
                raise Fault(left.start, said, "write it by one of them, `d(f)/dx`")
            body = made.body
            if isinstance(body, Call) and body.name in known and len(body.args) == 1:
                return _variable(body, left, known)  # `E = J(w)`
            below = name.partition("_")[2]  # as in `∇² E_w`
            if Name(below) in {*loose.parts(body)}:
                return Name(below)
    names = [part for part in loose.parts(body) if isinstance(part, Name)]
    small = list(dict.fromkeys(n.name for n in names if n.name[0].islower()))
    every = list(dict.fromkeys(n.name for n in names))
    usual = [name for name in small if name.partition("_")[0] in _USUAL]
    if not usual:  # an unknown is called so, too
        usual = [name for name in every if name in ("X", "W")][:1]
    for some in (every, usual, small):
        if len(some) == 1:
            return Name(some[0])
    raise Fault(left.start, _NO_VARIABLE, _VARIABLE_HINT)


_NO_VARIABLE = "it is not said by which variable"
_VARIABLE_HINT = "write `∇_x f(x)` or `d(f)/dx`"
_POINT = frozenset("xyzuvt")
"""Names of coordinates: a gradient by several of them is a vector."""
_USUAL = ("x", "w", "theta", "X")
"""Names of variables, where nothing says which one of several it is."""


def own_claim(
    side: Tree, plain: Sequence[Tree], known: Mapping[str, Definition]
) -> Written | None:
    """Return what a further derivative claims; None for that of a mere name."""
    try:
        reached = next(reaches(side, plain))
        made = claimed(reached, plain, known) if plain else None
    except Fault:
        return None
    if made is None or isinstance(made.body, Name):
        return None
    return replace(made, side=side)


def by_turned(written: Written) -> Written | None:
    """Return `∂L/∂X^T = W (∂L/∂Y)^T` as a derivative by the transpose of X.

    Elsewhere the `T` below says that a derivative is laid out as a row. Beside another
    one that is by a plain name it would be of another layout than that.
    """
    derived = [
        part
        for _, claim in written.claims
        for part in loose.calls(claim, loose.PARTIAL, loose.GRADIENT)
    ]
    plain = all(unturned(by) == by for part in derived for by in part.args[1:])
    rows = all(where == "numerator" for where, _ in written.claims)
    if not (derived and plain and rows and len(written.wrt) == 1):
        return None
    (name,) = written.wrt
    if written.subject != "function" or not name[0].isupper():
        return None
    turned = f"{name}_turned"
    back = Definition((), loose.call("transpose", Name(turned)))
    claims = tuple(("denominator", claim) for _, claim in written.claims)
    lets = {**written.lets, name: back}
    return replace(written, wrt=(turned,), claims=claims, lets=lets)
