"""Edits of a claim, one at a time: where the mistakes that people make lie.

Each edit is a mistake undone: its kind, and the whole tree with the change in it. None
of them is believed before it is verified.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from ..language.tree import Call, Derived, Name, Number, Tree
from .algebra import joined, negative, put, scaled, spots, summands

Edit = tuple[str, Tree]


def transposed_parts(tree: Tree) -> Iterator[Edit]:
    """Yield a `.T` added to one part, or taken away from one."""
    for part, rebuild in spots(tree):
        match part:
            case Number():
                continue
            case Call("transpose", (inner,)):
                yield "transposed", rebuild(inner)
            case Name() | Derived() | Call():
                yield "transposed", rebuild(Call("transpose", (part,)))
    for name in sorted(
        {part.name for part, _ in spots(tree) if isinstance(part, Name)}
    ):
        yield "transposed", put(tree, name, Call("transpose", (Name(name),)))


def reordered(tree: Tree) -> Iterator[Edit]:
    """Yield two neighbours of a product in the other order."""
    for part, rebuild in spots(tree):
        match part:
            case Call("matmul" | "kron" | "sub" | "div" as name, (left, right)):
                kind = "sign" if name == "sub" else "wrong-order"
                yield kind, rebuild(Call(name, (right, left)))
        match part:
            case Call("matmul", (Call("matmul", (a, b)), c)):
                for first, second, third in (
                    (a, c, b),
                    (c, a, b),
                    (b, c, a),
                    (c, b, a),
                ):
                    pair = Call("matmul", (first, second))
                    yield "wrong-order", rebuild(Call("matmul", (pair, third)))
            case Call("commutation", (m, n)):
                yield "wrong-order", rebuild(Call("commutation", (n, m)))
            case Call("solve", (A, B)):
                product = Call("matmul", (B, Call("inv", (A,))))
                yield "wrong-order", rebuild(product)


def exchanged(tree: Tree) -> Iterator[Edit]:
    """Yield all products of a kind turned round, or two names in each other's place."""
    for name in ("kron", "matmul"):
        turned = _turned(tree, name)
        if turned != tree:
            yield "wrong-order", turned
    names = sorted({part.name for part, _ in spots(tree) if isinstance(part, Name)})
    for i, first in enumerate(names):
        for second in names[:i]:
            kept = put(tree, first, Name(" "))
            yield "wrong-order", put(put(kept, second, Name(first)), " ", Name(second))


def _turned(tree: Tree, name: str) -> Tree:
    match tree:
        case Call(found, args):
            args = tuple(_turned(arg, name) for arg in args)
            return Call(found, args[::-1] if found == name else args)
    return tree


def resigned(tree: Tree) -> Iterator[Edit]:
    """Yield one sign turned."""
    for part, rebuild in spots(tree):
        match part:
            case Call("add", (left, right)):
                yield "sign", rebuild(Call("sub", (left, right)))
                yield "sign", rebuild(Call("sub", (right, left)))
            case Call("sub", (left, right)):
                yield "sign", rebuild(Call("add", (left, right)))
            case Call("neg", (inner,)):
                yield "sign", rebuild(inner)


def repowered(tree: Tree) -> Iterator[Edit]:
    """Yield one power moved by one, added or taken away."""
    one, two = Number(Fraction(1)), Number(Fraction(2))
    for part, rebuild in spots(tree):
        match part:
            case Call("pow" | "matpow" as name, (base, k)):
                for step in ("add", "sub"):
                    moved = _moved_power(k, step, one)
                    yield "wrong-power", rebuild(Call(name, (base, moved)))
                yield "wrong-power", rebuild(base)
            case Call("inv", (inner,)):
                yield "wrong-power", rebuild(inner)
            case Call(name) if name not in _NO_POWER:
                yield "wrong-power", rebuild(Call("pow", (part, two)))
            case Name() | Derived():
                yield "wrong-power", rebuild(Call("pow", (part, two)))
        match part:
            case Name() | Call("transpose", (Name(),)):
                yield "wrong-power", rebuild(Call("inv", (part,)))


_NO_POWER = {"add", "sub", "neg", "transpose", "vec", "kron", "eye", "ones", "zeros"}


def _moved_power(k: Tree, step: str, one: Tree) -> Tree:
    if isinstance(k, Number):
        return Number(k.value + (1 if step == "add" else -1))
    match k:
        case Call("add", (inner, Number(value))) if step == "sub" and value == 1:
            return inner
        case Call("sub", (inner, Number(value))) if step == "add" and value == 1:
            return inner
    return Call(step, (k, one))


def rescaled(tree: Tree) -> Iterator[Edit]:
    """Yield one term doubled or halved."""
    terms = summands(tree)
    for i, term in enumerate(terms):
        for k in (Fraction(2), Fraction(1, 2)):
            changed = [*terms[:i], scaled(k, term), *terms[i + 1 :]]
            if len(terms) > 1:
                yield "factor", joined(changed)
    for part, rebuild in spots(tree):
        match part:
            case Call("mul" | "matmul", (Number(), right)):
                yield "factor", rebuild(right)
            case Call("div", (left, Number())):
                yield "factor", rebuild(left)
            case Call("add" | "sub", (left, right)):
                for k in (Fraction(2), Fraction(1, 2)):
                    yield "factor", rebuild(Call(part.name, (scaled(k, left), right)))
                    yield "factor", rebuild(Call(part.name, (left, scaled(k, right))))


def thinned(tree: Tree) -> Iterator[Edit]:
    """Yield one term taken out, or its transpose put beside it."""
    for part, rebuild in spots(tree):
        match part:
            case Call("add" | "sub", (left, right)):
                yield "other", rebuild(left)
                yield "other", rebuild(right if part.name == "add" else negative(right))
    for part, rebuild in spots(tree):
        match part:
            case Call("mul" | "matmul", (Number(value), right)) if value == 2:
                twin = Call("transpose", (right,))
                yield "missing-term", rebuild(Call("add", (right, twin)))
            case Name() | Derived() | Call("matmul" | "inv" | "kron"):
                twin = Call("transpose", (part,))
                yield "missing-term", rebuild(Call("add", (part, twin)))


def reproducted(tree: Tree) -> Iterator[Edit]:
    """Yield an elementwise product for a matrix product, and the other way round."""
    for part, rebuild in spots(tree):
        match part:
            case Call("mul" | "matmul" as name, (left, right)):
                other = "matmul" if name == "mul" else "mul"
                yield "other", rebuild(Call(other, (left, right)))
            case Call("exp", (inner,)):
                yield "other", rebuild(Call("expm", (inner,)))
            case Call("expm", (inner,)):
                yield "other", rebuild(Call("exp", (inner,)))
            case Call("pow", (base, Number() as k)):
                yield "other", rebuild(Call("matpow", (base, k)))
            case Call("matpow", (base, k)):
                yield "other", rebuild(Call("pow", (base, k)))


EARLY = (transposed_parts, reordered)
LATE = (resigned, rescaled, exchanged, repowered, thinned, reproducted)
