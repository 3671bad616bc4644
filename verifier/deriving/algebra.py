"""Trees taken apart and put together again: places, transposes, signs, sums.

Nothing here is simplified beyond what people would write; what a tree means is not
known here, only how it looks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from ..language.tree import Call, Derived, Name, Number, Tree

Rebuild = Callable[[Tree], Tree]


def spots(tree: Tree) -> Iterator[tuple[Tree, Rebuild]]:
    """Yield every subtree, the outermost first, with a way to replace it."""
    yield tree, lambda new: new
    if isinstance(tree, Call | Derived):
        for i, arg in enumerate(tree.args):
            for inner, rebuild in spots(arg):
                yield inner, _within(tree, i, rebuild)


def length(tree: Tree) -> int:
    """Return the number of parts of a tree: how long it is to read."""
    return tree.length


def names(tree: Tree) -> list[str]:
    """Return the names in a tree."""
    return sorted({part.name for part, _ in spots(tree) if isinstance(part, Name)})


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
        case Call("commutation", (m, n)):
            return Call("commutation", (n, m))
        case Call("tril" | "triu" as name, (inner,)):
            other = {"tril": "triu", "triu": "tril"}[name]
            return Call(other, (transpose(inner),))
        case Call("rowsum", (inner,)):
            return Call("colsum", (transpose(inner),))
        case Call("colsum", (inner,)):
            return Call("rowsum", (transpose(inner),))
    return Call("transpose", (tree,))


def negative(tree: Tree) -> Tree:
    """Return minus a tree."""
    match tree:
        case Call("neg", (inner,)):
            return inner
        case Call("sub", (left, right)):
            return Call("sub", (right, left))
        case Call("mul" | "matmul" | "div" as name, (left, right)):
            first = _first(left)
            is_difference = isinstance(first, Call) and first.name == "sub"
            if is_difference and _contains(right, first):
                # -(x - m) @ (x - m).T is not written (m - x) @ (x - m).T.
                return Call(name, (_put_first(left, Call("neg", (first,))), right))
            return Call(name, (negative(left), right))
        case Number(value):
            return Number(-value)
    return Call("neg", (tree,))


def _first(tree: Tree) -> Tree:
    """Return the first factor of a product."""
    match tree:
        case Call("mul" | "matmul" | "div", (left, _)):
            return _first(left)
    return tree


def _put_first(tree: Tree, new: Tree) -> Tree:
    match tree:
        case Call("mul" | "matmul" | "div" as name, (left, right)):
            return Call(name, (_put_first(left, new), right))
    return new


def _contains(tree: Tree, part: Tree) -> bool:
    return any(inner == part for inner, _ in spots(tree))


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
        case Call("div", (Number(value), below)) if (
            whole := k * value
        ).denominator > 1:
            under = scaled(Fraction(whole.denominator), below)
            return Call("div", (Number(Fraction(whole.numerator)), under))
        case Call("div", (top, below)) if _leads(top):
            return Call("div", (scaled(k, top), below))
        case Number(value):
            return Number(value * k)
    if k < 0:
        return negative(scaled(-k, tree))
    if k.numerator == 1:
        return Call("div", (tree, Number(Fraction(k.denominator))))
    match tree:
        case Call("mul" | "matmul" as name, (left, right)):
            return Call(name, (scaled(k, left), right))
    return Call("mul", (Number(k), tree))


def _leads(tree: Tree) -> bool:
    match tree:
        case Number():
            return True
        case Call("neg", (inner,)) | Call("mul" | "matmul", (inner, _)):
            return _leads(inner)
    return False


def _product(name: str, left: Tree, right: Tree) -> Tree:
    if left == Number(Fraction(1)) and name != "div":
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
    opposite = _without_minus(right)
    if opposite is not None:
        return Call("sub", (left, opposite))
    return Call("add", (left, right))


def _without_minus(tree: Tree) -> Tree | None:
    """Take away the minus that stands in front of a term, if one does."""
    match tree:
        case Call("neg", (inner,)):
            return inner
        case Number(value) if value < 0:
            return Number(-value)
        case Call("mul" | "matmul" | "div" as name, (first, rest)):
            opposite = _without_minus(first)
            if opposite is not None:
                return _product(name, opposite, rest)
    return None


def joined(terms: list[Tree]) -> Tree:
    """Return the sum of terms."""
    total = terms[0]
    for term in terms[1:]:
        total = plus(total, term)
    return total


def symmetrised(tree: Tree, name: str) -> Tree:
    """Put the symmetric part (A + A.T) / 2 in the place of A."""
    A = Name(name)
    whole = Call("add", (A, Call("transpose", (A,))))
    return scaled(Fraction(1, 2), put(_straight(tree, name), {name: whole}))


def _straight(tree: Tree, name: str) -> Tree:
    match tree:
        case Call("transpose", (Name(found),)) if found == name:
            return Name(name)
        case Call(called, args):
            return Call(called, tuple(_straight(arg, name) for arg in args))
    return tree


def put(tree: Tree, new: Mapping[str, Tree]) -> Tree:
    """Put trees in the place of names; the transpose of a transpose is the name."""
    match tree:
        case Name(name) if name in new:
            return new[name]
        case Call("transpose", (Name(name),)) if name in new:
            return transpose(new[name])
    return inside(tree, lambda part: put(part, new))


def inside(tree: Tree, change: Rebuild) -> Tree:
    """Change the arguments of a tree."""
    match tree:
        case Call(name, args):
            return Call(name, tuple(map(change, args)))
        case Derived(args=args):
            return replace(tree, args=tuple(map(change, args)))
    return tree


def everywhere(tree: Tree, part: Tree, new: Tree) -> Tree:
    """Put another part in every place of one."""
    if tree == part:
        return new
    return inside(tree, lambda inner: everywhere(inner, part, new))


def factors(tree: Tree) -> list[Tree]:
    """Return the factors of a matrix product, brackets aside."""
    match tree:
        case Call("matmul", (left, right)):
            return factors(left) + factors(right)
    return [tree]


def chained(chain: Sequence[Tree]) -> Tree:
    """Return the matrix product of factors."""
    tree = chain[0]
    for factor in chain[1:]:
        tree = Call("matmul", (tree, factor))
    return tree
