"""Definitions that a formula makes: what its one side stands for from then on.

`s = softmax(x)` and `f(x) = x^T A x` say so of a name, `log p(x | m) = ...` of a
function through its logarithm, and `L^T L = Σ` names what stands on its left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from fractions import Fraction

from ..language.primitives import PRIMITIVES
from ..language.tree import Call, Name, Number, Tree
from . import loose

_KNOWN = (
    loose.LOOSE
    | loose.CALCULUS
    | PRIMITIVES.keys()
    | {
        loose.ENTRY,
        loose.TOTAL,
        loose.PRODUCT,
        loose.LIMIT,
        "hessian",
    }
)
"""Calls that nobody defines."""
INDICES = frozenset("ijkl")
"""Letters that count entries."""
LOGARITHMS = ("log", "ln")
DEPTH = 8
"""Definitions within each other."""


def is_symbol(name: str) -> bool:
    """Whether a name that is called belongs to no function of the language."""
    return name not in _KNOWN


@dataclass(frozen=True)
class Definition:
    """What a name, or a function of parameters, stands for."""

    parameters: tuple[str, ...]
    body: Tree
    value: Tree | None = None
    """What else it is where its body is a derivative: `δ = ∂L/∂z = W^T ∂L/∂y`."""


def defined(head: Tree, body: Tree) -> tuple[str, Definition] | None:
    """Return what a side that is a name, or a function of names, is defined as."""
    match head:
        case Name(name) if name in PRIMITIVES:
            return None
        case Name(name) if name in INDICES and isinstance(body, Name | Number):
            return None  # `where i = j` says of which entries something holds
        case Name(name) if name in _FUNCTIONS and (inside := _composed(body)):
            found = name, Definition((_ARGUMENT.name,), inside)
        case Name(name):
            found = name, Definition((), body)
        case Call(name, args) if name in LOGARITHMS and len(args) == 1:
            inner = args[0]
            if not isinstance(inner, Call):
                return None
            return defined(inner, loose.call("exp", body))
        case Call(name, args) if is_symbol(name) and all(
            isinstance(arg, Name) for arg in args
        ):
            names = tuple(arg.name for arg in args if isinstance(arg, Name))
            if _at_a_point(names, body):
                return None
            found = name, Definition(names, _stacked(body))
        case _:
            return None
    used = {part.name for part in loose.parts(body) if isinstance(part, Name | Call)}
    return None if found[0] in used else found


def _at_a_point(parameters: Sequence[str], body: Tree) -> bool:
    """Whether a function has a value at one point only: `P(t_1) = M`, `x(t_0) = a`.

    A numbered argument that the value does not know is a point, unless its like stand
    beside it: `f(x_1, x_2) = x_1^2` is said of all.
    """
    used = {part.name for part in loose.parts(body) if isinstance(part, Name)}
    letters = [name.partition("_")[0] for name in parameters]
    return any(
        name.partition("_")[2].isdigit()
        and name not in used
        and letters.count(letter) == 1
        for name, letter in zip(parameters, letters, strict=True)
    )


_FUNCTIONS = frozenset(("f", "g", "h", "F", "G", "H", "phi", "psi"))
"""Letters of functions: between them a `∘` is no product of entries."""
_ARGUMENT = Name("argument_")


def _composed(body: Tree) -> Tree | None:
    """Return the value of `f ∘ g` at an argument."""
    match body:
        case Call(loose.COMPOSED, (first, Name(inner))) if inner in _FUNCTIONS:
            value = loose.call(inner, _ARGUMENT, start=body.start, stop=body.stop)
        case _:
            return None
    while isinstance(first, Call) and first.name == loose.COMPOSED:
        first, last = first.args
        if not isinstance(last, Name) or last.name not in _FUNCTIONS:
            return None
        value = replace(value, name=last.name, args=(value,))
    if not isinstance(first, Name) or first.name not in _FUNCTIONS:
        return None
    return replace(value, name=first.name, args=(value,))


def _stacked(body: Tree) -> Tree:
    """Return the values of a function, in a list, as a column."""
    match body:
        case Call(loose.LISTED, values):
            lines = (loose.call(loose.LINE, value) for value in values)
            return replace(body, name=loose.BLOCKS, args=tuple(lines))
    return body


def named(sides: Sequence[Tree]) -> tuple[str, Definition] | None:
    """Return what is named behind an equals sign: `L^T L = Σ`, `softmax(z) = ŷ`.

    A single Latin letter there may as well be data, as the b of `A x = b`.
    """
    if len(sides) != 2 or isinstance(sides[0], Name):
        return None
    match sides[1]:
        case Name(name) if len(name) > 1 and (name[0].isupper() or "_" in name):
            return defined(sides[1], sides[0])
    return None


def rooted(left: Tree, right: Tree) -> tuple[str, Definition] | None:
    """Return what E is where `E^T E = (X - M C)^T (X - M C)`, or of the norms."""
    match left, right:
        case (
            Call(loose.JUXTAPOSED, (Call("transpose", (Name() as name,)), again)),
            Call(loose.JUXTAPOSED, (Call("transpose", (body,)), other)),
        ) if name == again and body == other:
            return defined(name, body)
        case (
            Call(loose.POWER, (Call(loose.NORM, (Name() as name, *kind)), two)),
            Call(loose.POWER, (Call(loose.NORM, (body, *same)), again)),
        ) if two == again and kind == same:
            return defined(name, body)
    return None


def softmaxed(left: Tree, right: Tree) -> tuple[str, Definition] | None:
    """Return what is a softmax where `p_i = e^{z_i} / Σ_j e^{z_j}` says so."""
    match left, right:
        case (
            Call(loose.ENTRY, (head, Name(index))),
            Call(
                loose.OVER | "div", (above, Call(loose.TOTAL, (Name(bound), below, *_)))
            ),
        ) if index != bound:
            one, other = _exponent(above), _exponent(below)
        case _:
            return None
    match one, other:
        case (
            Call(loose.ENTRY, (Name() as z, Name(own))),
            Call(loose.ENTRY, (again, Name(summed))),
        ) if z == again and (own, summed) == (index, bound):
            body = Call("softmax", (z,))
        case _:
            return None
    match head:
        case Name(name):
            return name, Definition((), body)
        case Call(name, (argument,)) if argument == z and is_symbol(name):
            return name, Definition((z.name,), body)
    return None


def _exponent(tree: Tree) -> Tree | None:
    match tree:
        case Call("exp" | loose.EXPONENTIAL, (inner,)):
            return inner
    return None


# --- inserting ----------------------------------------------------------------------


def inserted(tree: Tree, definitions: Mapping[str, Definition], depth: int = 0) -> Tree:
    """Put what names are defined as in their places."""
    if depth > DEPTH or not definitions:
        return tree
    counting = loose.indices(tree)

    def change(part: Tree) -> Tree:
        match part:
            case Name(name) if name in definitions and name not in counting:
                return _apart(definitions[name].body, counting)
            case Call(name, args) if name in definitions:
                made = definitions[name]
                if len(made.parameters) == len(args):
                    values = dict(zip(made.parameters, args, strict=True))
                    return put(_apart(made.body, counting), values)
        return part

    def applied(part: Tree) -> Tree:
        match part:  # `f ∘ g(x)` of functions is f(g(x))
            case Call(loose.COMPOSED, (Name(outer), Call() as inner)):
                if outer in definitions and len(definitions[outer].parameters) == 1:
                    return replace(part, name=outer, args=(inner,))
        return part

    tree = loose.mapped(tree, applied)
    found = loose.bounded(loose.mapped(loose.mapped(tree, change), cancelled))
    return found if found == tree else inserted(found, definitions, depth + 1)


def _apart(body: Tree, counting: Set[str]) -> Tree:
    """Name the indices anew that a body sums over, and that count something outside.

    Without that, the `i` of `∂f/∂x_ij` would be the one that f sums over.
    """
    summed = {
        index.name
        for call in loose.calls(body, loose.TOTAL, loose.PRODUCT)
        for index in call.args[:1]
        if isinstance(index, Name)
    }
    return put(body, {name: Name(f"{name}_summed") for name in summed & counting})


def put(tree: Tree, values: Mapping[str, Tree]) -> Tree:
    """Put trees in the place of names."""

    def change(part: Tree) -> Tree:
        return values.get(part.name, part) if isinstance(part, Name) else part

    return loose.mapped(tree, change)


def cancelled(tree: Tree) -> Tree:
    """Return the a of `log(exp(a))` and `sqrt(a)^2`, which definitions bring about."""
    match tree:
        case Call("log" | "ln", (Call("exp", (inner,)),)):
            return inner
        case Call(loose.POWER, (Call("sqrt", (inner,)), Number(value))):
            if value.denominator == 1 and not value % 2:
                if value == 2:
                    return inner
                return replace(tree, args=(inner, Number(value / Fraction(2))))
        case Call(loose.POWER, (Call("sqrt", (inner,)), Call("neg", (Number(value),)))):
            if value.denominator == 1 and not value % 2:
                half = loose.call("neg", Number(value / Fraction(2)))
                return replace(tree, args=(inner, half))
    return tree
