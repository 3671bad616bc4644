"""Edits of a claim, one at a time: where the mistakes that people make lie.

Each edit is a mistake undone: its kind, what is wrong in words, and the whole tree with
the change in it. None of them is believed before it is verified.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations

from ..language.printing import show
from ..language.tree import Call, Derived, Name, Number, Tree
from .algebra import chained, factors, joined, negative, put, scaled, spots, summands
from .products import Algebra

ONCE, TWICE = Number(Fraction(1)), Number(Fraction(2))
MOST_FACTORS = 4
"""Factors of a product that are tried in every order."""


@dataclass(frozen=True)
class Edit:
    """A mistake undone."""

    kind: str
    text: str
    tree: Tree


Family = Callable[[Tree, Algebra], Iterator[Edit]]


def _names(tree: Tree) -> list[str]:
    return sorted({part.name for part, _ in spots(tree) if isinstance(part, Name)})


def transposed(tree: Tree, algebra: Algebra) -> Iterator[Edit]:
    """Yield a `.T` added to one factor, or taken away from one."""
    for part, rebuild in spots(tree):
        match part:
            case Number() | Call("neg" | "add" | "sub" | "matmul"):
                continue
            case Call("transpose", (inner,)):
                text = f"`{show(inner)}` is not transposed here"
                yield Edit("transposed", text, rebuild(inner))
            case _ if not algebra.is_symmetric(part):
                text = f"`{show(part)}` must be transposed"
                yield Edit("transposed", text, rebuild(Call("transpose", (part,))))


def transposed_sums(tree: Tree, algebra: Algebra) -> Iterator[Edit]:
    """Yield a `.T` added to a whole product or sum, or to all places of a name."""
    for part, rebuild in spots(tree):
        match part:
            case Call("neg" | "add" | "sub" | "matmul"):
                text = f"`{show(part)}` must be transposed"
                yield Edit("transposed", text, rebuild(Call("transpose", (part,))))
    for name in _names(tree):
        text = f"`{name}` stands for its transpose"
        new = put(tree, name, Call("transpose", (Name(name),)))
        yield Edit("transposed", text, new)


def reordered(tree: Tree, algebra: Algebra) -> Iterator[Edit]:
    """Yield the factors of a product in another order."""
    for part, rebuild in spots(tree):
        match part:
            case Call("kron" | "div" as name, (left, right)):
                text = f"`{show(left)}` and `{show(right)}` are in the wrong order"
                yield Edit("wrong-order", text, rebuild(Call(name, (right, left))))
            case Call("commutation", (m, n)):
                text = f"the sizes of `{show(part)}` are in the wrong order"
                turned = Call("commutation", (n, m))
                yield Edit("wrong-order", text, rebuild(turned))
            case Call("solve", (A, B)):
                text = f"the factors of `{show(part)}` are in the wrong order"
                product = Call("matmul", (B, Call("inv", (A,))))
                yield Edit("wrong-order", text, rebuild(product))
    for part, rebuild in spots(tree):
        if isinstance(part, Call) and part.name == "matmul":
            yield from _permuted(part, rebuild)


def _permuted(part: Tree, rebuild: Callable[[Tree], Tree]) -> Iterator[Edit]:
    """Yield a chain of factors in other orders, two exchanged before the others."""
    chain = factors(part)
    if len(chain) > MOST_FACTORS:
        return
    text = f"the factors of `{show(part)}` are in the wrong order"
    orders = sorted(
        permutations(range(len(chain))),
        key=lambda order: sum(i != k for i, k in enumerate(order)),
    )
    for order in orders[1:]:
        yield Edit("wrong-order", text, rebuild(chained([chain[i] for i in order])))


def exchanged(tree: Tree, algebra: Algebra) -> Iterator[Edit]:
    """Yield all products of a kind turned round, or two names in each other's place."""
    for name, said in (("kron", "Kronecker products"), ("matmul", "products")):
        turned = _turned(tree, name)
        if turned != tree:
            text = f"the factors of all {said} are in the wrong order"
            yield Edit("wrong-order", text, turned)
    names = _names(tree)
    for i, first in enumerate(names):
        for second in names[:i]:
            kept = put(tree, first, Name(" "))
            new = put(put(kept, second, Name(first)), " ", Name(second))
            text = f"`{second}` and `{first}` stand in each other's place"
            yield Edit("wrong-order", text, new)


def _turned(tree: Tree, name: str) -> Tree:
    match tree:
        case Call(found, args):
            args = tuple(_turned(arg, name) for arg in args)
            return Call(found, args[::-1] if found == name else args)
    return tree


def resigned(tree: Tree, algebra: Algebra) -> Iterator[Edit]:
    """Yield one sign turned."""
    for part, rebuild in spots(tree):
        match part:
            case Call("add" | "sub" as name, (left, right)):
                other = "sub" if name == "add" else "add"
                text = f"the sign of `{show(right)}` is wrong"
                yield Edit("sign", text, rebuild(Call(other, (left, right))))
                text = f"the sign of `{show(left)}` is wrong"
                turned = Call("sub", (right, left))
                if name == "sub":
                    text = f"the sign of `{show(part)}` is wrong"
                yield Edit("sign", text, rebuild(turned))
            case Call("neg", (inner,)):
                text = f"the sign of `{show(inner)}` is wrong"
                yield Edit("sign", text, rebuild(inner))


def repowered(tree: Tree, algebra: Algebra) -> Iterator[Edit]:
    """Yield one power moved by one, added or taken away."""
    for part, rebuild in spots(tree):
        text = f"the power of `{show(part)}` is wrong"
        for new in _powers(part, algebra):
            yield Edit("wrong-power", text, rebuild(new))
    for name in _names(tree):
        if algebra.is_square(Name(name)):
            text = f"`{name}` stands for its inverse"
            new = put(tree, name, Call("inv", (Name(name),)))
            yield Edit("wrong-power", text, new)


def _powers(part: Tree, algebra: Algebra) -> Iterator[Tree]:
    scalar = algebra.is_scalar(part)
    match part:
        case Number():
            return
        case Call("pow" | "matpow" as name, (base, k)):
            for step in (1, -1, 2, -2):
                yield Call(name, (base, _moved(k, step)))
            yield base
        case Call("inv", (inner,)):
            yield inner
        case Call("matmul", (left, right)) if left == right:
            yield left
        case Call("matmul", (Call("matmul", (rest, left)), right)) if left == right:
            yield Call("matmul", (rest, left))
        case _ if scalar or not isinstance(part, Call) or part.name not in _NO_POWER:
            yield Call("pow", (part, TWICE))
            if scalar:
                yield Call("pow", (part, Number(Fraction(3))))
                yield Call("sqrt", (part,))
                for size in sorted(algebra.scope.sizes):
                    yield Call("pow", (part, Name(size)))
    match part:
        case Name() | Call("transpose", (Name(),)) if algebra.is_square(part):
            yield Call("inv", (part,))
            yield Call("matmul", (part, part))


_NO_POWER = ("add", "sub", "neg", "transpose", "vec", "kron", "eye", "ones", "zeros")


def _moved(k: Tree, step: int) -> Tree:
    if isinstance(k, Number):
        return Number(k.value + step)
    match k, step:
        case Call("add", (inner, Number(value))), -1 if value == 1:
            return inner
        case Call("sub", (inner, Number(value))), 1 if value == 1:
            return inner
    name = "add" if step > 0 else "sub"
    return Call(name, (k, Number(Fraction(abs(step)))))


def rescaled(tree: Tree, algebra: Algebra) -> Iterator[Edit]:
    """Yield one term, or one number in it, doubled, halved or taken away."""
    terms = summands(tree)
    for i, term in enumerate(terms if len(terms) > 1 else ()):
        text = f"the factor of `{show(term)}` is wrong"
        for k in (Fraction(2), Fraction(1, 2)):
            changed = [*terms[:i], scaled(k, term), *terms[i + 1 :]]
            yield Edit("factor", text, joined(changed))
    for part, rebuild in spots(tree):
        match part:
            case Call("mul" | "matmul", (Number() as k, right)):
                text = f"the factor {show(k)} of `{show(right)}` is too much"
                yield Edit("factor", text, rebuild(right))
            case Call("div", (left, Number() as k)):
                text = f"the divisor {show(k)} of `{show(left)}` is too much"
                yield Edit("factor", text, rebuild(left))
            case Call("add" | "sub" as name, (left, right)):
                for k in (Fraction(2), Fraction(1, 2)):
                    text = f"the factor of `{show(left)}` is wrong"
                    new = Call(name, (scaled(k, left), right))
                    yield Edit("factor", text, rebuild(new))
                    text = f"the factor of `{show(right)}` is wrong"
                    new = Call(name, (left, scaled(k, right)))
                    yield Edit("factor", text, rebuild(new))


def resized(tree: Tree, algebra: Algebra) -> Iterator[Edit]:
    """Yield a size replaced by another, taken away, or moved by one."""
    sizes = sorted(algebra.scope.sizes)
    for part, rebuild in spots(tree):
        match part:
            case Name(name) if name in sizes:
                for other in sizes:
                    if other != name:
                        text = f"the size `{other}` belongs in the place of `{name}`"
                        yield Edit("factor", text, rebuild(Name(other)))
            case Call("mul", (Name(name), right)) if name in sizes:
                text = f"the factor `{name}` of `{show(right)}` is too much"
                yield Edit("factor", text, rebuild(right))
            case Call("div", (left, Name(name))) if name in sizes:
                text = f"the divisor `{name}` of `{show(left)}` is too much"
                yield Edit("factor", text, rebuild(left))
            case Call("add" | "sub", (Name(name), Number())) if name in sizes:
                text = f"`{name}` belongs in the place of `{show(part)}`"
                yield Edit("factor", text, rebuild(Name(name)))


def thinned(tree: Tree, algebra: Algebra) -> Iterator[Edit]:
    """Yield one term taken out, or its transpose or an identity put beside it."""
    for part, rebuild in spots(tree):
        match part:
            case Call("add" | "sub" as name, (left, right)):
                text = f"the term `{show(right)}` is too much"
                yield Edit("missing-term", text, rebuild(left))
                text = f"the term `{show(left)}` is too much"
                new = right if name == "add" else negative(right)
                yield Edit("missing-term", text, rebuild(new))
    for part, rebuild in spots(tree):
        match part:
            case Call("mul" | "matmul", (Number(value), right)) if value == 2:
                yield Edit(*_twin(right), rebuild(_with_twin(right)))
            case Name() | Derived() | Call("matmul" | "inv" | "kron"):
                if not algebra.is_symmetric(part):
                    yield Edit(*_twin(part), rebuild(_with_twin(part)))
            case Call("add" | "sub" as name, (left, right)):
                yield from _spread(name, left, right, rebuild, algebra)


def _twin(part: Tree) -> tuple[str, str]:
    return "missing-term", f"the transpose of `{show(part)}` is missing beside it"


def _with_twin(part: Tree) -> Tree:
    return Call("add", (part, Call("transpose", (part,))))


def _spread(
    name: str,
    left: Tree,
    right: Tree,
    rebuild: Callable[[Tree], Tree],
    algebra: Algebra,
) -> Iterator[Edit]:
    """Yield an identity beside a scalar that is added to a square matrix."""
    for scalar, other in ((left, right), (right, left)):
        if algebra.is_scalar(scalar) and algebra.is_square(other):
            eye = algebra.eye(algebra.shape(other)[0])
            new = Call("mul", (scalar, eye)) if scalar != ONCE else eye
            text = f"the factor `{show(eye)}` of `{show(scalar)}` is missing"
            args = (new, right) if scalar is left else (left, new)
            yield Edit("missing-term", text, rebuild(Call(name, args)))


def reproducted(tree: Tree, algebra: Algebra) -> Iterator[Edit]:
    """Yield an elementwise product for a matrix product, and the other way round."""
    for part, rebuild in spots(tree):
        match part:
            case Call("mul" | "matmul" as name, (left, right)):
                other = "matmul" if name == "mul" else "mul"
                sign = "@" if name == "mul" else "*"
                text = f"`{sign}` joins the factors of `{show(part)}`"
                yield Edit("other", text, rebuild(Call(other, (left, right))))
            case Call("exp" | "expm" as name, (inner,)):
                other = "expm" if name == "exp" else "exp"
                text = f"`{other}` belongs in the place of `{name}`"
                yield Edit("other", text, rebuild(Call(other, (inner,))))
            case Call("pow" | "matpow" as name, (base, Number() as k)):
                other = "matpow" if name == "pow" else "pow"
                text = f"the power in `{show(part)}` is of another kind"
                yield Edit("other", text, rebuild(Call(other, (base, k))))


EARLY = (transposed, reordered, transposed_sums)
LATE = (resigned, rescaled, resized, exchanged, repowered, thinned, reproducted)
"""The order in which mistakes are looked for; between them the claim may hold for
symmetric matrices."""
