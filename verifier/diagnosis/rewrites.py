"""Edits of a claim, one at a time: where the mistakes that people make lie.

Each edit is a mistake undone: its kind, and the whole tree with the change in it. None
of them is believed before it is verified.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction

from ..language.tree import Call, Derived, Name, Number, Tree

Edit = tuple[str, Tree]
Rebuild = Callable[[Tree], Tree]


def spots(tree: Tree) -> Iterator[tuple[Tree, Rebuild]]:
    """Yield every subtree, the outermost first, with a way to replace it."""
    yield tree, lambda new: new
    if isinstance(tree, Call | Derived):
        for i, arg in enumerate(tree.args):
            for inner, rebuild in spots(arg):
                yield inner, _within(tree, i, rebuild)


def _within(tree: Call | Derived, i: int, rebuild: Rebuild) -> Rebuild:
    def put_back(new: Tree) -> Tree:
        args = (*tree.args[:i], rebuild(new), *tree.args[i + 1 :])
        if isinstance(tree, Call):
            return Call(tree.name, args)
        return replace(tree, args=args)

    return put_back


def transpose(tree: Tree) -> Tree:
    """Return the transpose, written as people write it: (A @ x).T is x.T @ A.T."""
    match tree:
        case Number():
            return tree
        case Call("transpose", (inner,)):
            return inner
        case Call("neg", (inner,)):
            return Call("neg", (transpose(inner),))
        case Call("add" | "sub" | "mul" | "div" as name, (left, right)):
            return Call(name, (transpose(left), transpose(right)))
        case Call("matmul", (left, right)):
            return Call("matmul", (transpose(right), transpose(left)))
        case Call("kron" | "hstack" | "vstack" as name, (left, right)):
            other = {"hstack": "vstack", "vstack": "hstack"}.get(name, name)
            return Call(other, (transpose(left), transpose(right)))
        case Call("inv" | "expm" | "pinv" as name, (inner,)):
            return Call("transpose", (Call(name, (inner,)),))
        case Call("eye" | "diag"):
            return tree
        case Call("ones" | "zeros" as name, (m, n)):
            return Call(name, (n, m))
        case Call("rowsum", (inner,)):
            return Call("colsum", (transpose(inner),))
        case Call("colsum", (inner,)):
            return Call("rowsum", (transpose(inner),))
    return Call("transpose", (tree,))


def drop_scalar_transposes(tree: Tree, is_scalar: Callable[[Tree], bool]) -> Tree:
    """Leave out transposes of 1 x 1 values: they change nothing."""
    match tree:
        case Call("transpose", (inner,)) if is_scalar(inner):
            return drop_scalar_transposes(inner, is_scalar)
        case Call(name, args):
            return Call(name, tuple(drop_scalar_transposes(a, is_scalar) for a in args))
    return tree


def negative(tree: Tree) -> Tree:
    """Return minus a tree."""
    match tree:
        case Call("neg", (inner,)):
            return inner
        case Call("sub", (left, right)):
            return Call("sub", (right, left))
        case Call("mul" | "matmul" | "div" as name, (left, right)):
            return Call(name, (negative(left), right))
        case Number(value):
            return Number(-value)
    return Call("neg", (tree,))


def scaled(k: Fraction, tree: Tree) -> Tree:
    """Return k times a tree, joined with a number that stands in front."""
    if k == 1:
        return tree
    match tree:
        case Call("neg", (inner,)):
            return negative(scaled(k, inner))
        case Call("mul", (left, Number(value))):
            k *= value
            return left if k == 1 else Call("mul", (left, Number(k)))
        case Call("mul" | "matmul" as name, (left, right)) if _leads(left):
            return _product(name, scaled(k, left), right)
        case Call("div", (top, Number(below))):
            left = k / below
            return scaled(left, top)
        case Number(value):
            return Number(value * k)
    if k < 0:
        return negative(scaled(-k, tree))
    if k.numerator == 1:
        return Call("div", (tree, Number(Fraction(k.denominator))))
    return Call("mul", (Number(k), tree))


def _leads(tree: Tree) -> bool:
    match tree:
        case Number():
            return True
        case Call("neg", (inner,)) | Call("mul" | "matmul", (inner, _)):
            return _leads(inner)
    return False


def _product(name: str, left: Tree, right: Tree) -> Tree:
    if left == Number(Fraction(1)):
        return right
    if left == Number(Fraction(-1)):
        return negative(right)
    return Call(name, (left, right))


def summands(tree: Tree) -> list[Tree]:
    """Return the terms of a sum, their signs with them."""
    match tree:
        case Call("add", (left, right)):
            return summands(left) + summands(right)
        case Call("sub", (left, right)):
            return summands(left) + [negative(t) for t in summands(right)]
        case Call("neg", (inner,)):
            return [negative(t) for t in summands(inner)]
    return [tree]


def plus(left: Tree, right: Tree) -> Tree:
    """Return a sum; a negative second term is subtracted."""
    match right:
        case Call("neg", (inner,)):
            return Call("sub", (left, inner))
        case Number(value) if value < 0:
            return Call("sub", (left, Number(-value)))
        case Call("mul" | "matmul" as name, (Number(value), rest)) if value < 0:
            return Call("sub", (left, _product(name, Number(-value), rest)))
        case Call("mul" | "matmul" | "div" as name, (Call("neg", (inner,)), rest)):
            return Call("sub", (left, Call(name, (inner, rest))))
    return Call("add", (left, right))


def joined(terms: list[Tree]) -> Tree:
    """Return the sum of terms."""
    total = terms[0]
    for term in terms[1:]:
        total = plus(total, term)
    return total


# Edits.


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


def symmetrised(tree: Tree, name: str) -> Tree:
    """Put the symmetric part (A + A.T) / 2 in the place of A."""
    A = Name(name)
    whole = Call("add", (A, Call("transpose", (A,))))
    return scaled(Fraction(1, 2), put(_straight(tree, name), name, whole))


def _straight(tree: Tree, name: str) -> Tree:
    match tree:
        case Call("transpose", (Name(found),)) if found == name:
            return Name(name)
        case Call(called, args):
            return Call(called, tuple(_straight(arg, name) for arg in args))
    return tree


def put(tree: Tree, name: str, new: Tree) -> Tree:
    """Put a tree in the place of a name; the transpose of a transpose is the name."""
    match tree:
        case Name(found) if found == name:
            return new
        case Call("transpose", (Name(found),)) if found == name:
            return transpose(new)
        case Call(called, args):
            return Call(called, tuple(put(arg, name, new) for arg in args))
        case Derived():
            args = tuple(put(arg, name, new) for arg in tree.args)
            return replace(tree, args=args)
    return tree


EDITS = (
    resigned,
    rescaled,
    reordered,
    exchanged,
    repowered,
    thinned,
    reproducted,
)
"""The order in which mistakes are looked for, after `transposed_parts`."""
