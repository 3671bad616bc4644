"""Edits of a claim, one at a time: where the mistakes that people make lie.

Each edit is a mistake undone: its kind, what is wrong in words, and the whole tree with
the change in it. None of them is believed before it is verified.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations

from ..deriving.abbreviations import Abbreviations
from ..deriving.algebra import (
    chained,
    factors,
    names,
    negative,
    put,
    scaled,
    spots,
)
from ..deriving.products import Algebra
from ..language.primitives import PRIMITIVES
from ..language.printing import show
from ..language.tree import Call, Name, Number, Tree
from .patient import Patient

ONE, TWO, THREE = (Number(Fraction(k)) for k in (1, 2, 3))
SCALES = (Fraction(2), Fraction(1, 2))
MOST_FACTORS = 4
"""Factors of a product that are tried in every order."""
NO_POWER = ("add", "sub", "neg", "transpose", "vec", "kron", "eye", "ones", "zeros")


@dataclass(frozen=True)
class Edit:
    """A mistake undone; `words` has a `{}` for each of the parts that it names."""

    kind: str
    words: str
    tree: Tree
    parts: tuple[Tree, ...] = ()
    cost: float = 0.0
    """What the edit takes more than the least: a sign turned, a `.T` added."""

    def text(self, lets: Abbreviations) -> str:
        """Return what is wrong, in the words of the record."""
        parts = (f"`{show(lets.folded(part))}`" for part in self.parts)
        return self.words.format(*parts)


Family = Callable[[Patient], Iterator[Edit]]
TURN, TURNED = "{} must be transposed", "{} must not be transposed"
ORDER = "the factors of {} are in the wrong order"
SIGN = "the sign of {} is wrong"
FACTOR = "the factor of {} is wrong"
POWER = "the power of {} is wrong"
PLACE = "{} belongs in the place of {}"


def transposed(patient: Patient) -> Iterator[Edit]:
    """Yield a `.T` added to one factor, or taken away from one."""
    for part, rebuild in spots(patient.tree):
        match part:
            case Number() | Call("neg" | "add" | "sub" | "mul" | "div" | "matmul"):
                continue
            case Call("transpose", (inner,)):
                yield Edit("transposed", TURNED, rebuild(inner), (inner,))
            case _ if not patient.algebra.is_symmetric(part):
                turned = Call("transpose", (part,))
                yield Edit("transposed", TURN, rebuild(turned), (part,))


def transposed_sums(patient: Patient) -> Iterator[Edit]:
    """Yield a `.T` added to a whole product or sum, or to all places of a name."""
    for part, rebuild in spots(patient.tree):
        match part:
            case Call("neg" | "add" | "sub" | "mul" | "div" | "matmul"):
                turned = Call("transpose", (part,))
                yield Edit("transposed", TURN, rebuild(turned), (part,), 0.3)
    for name in map(Name, names(patient.tree)):
        new = put(patient.tree, {name.name: Call("transpose", (name,))})
        yield Edit("transposed", "{} stands for its transpose", new, (name,), 0.3)


def reordered(patient: Patient) -> Iterator[Edit]:
    """Yield the factors of a product in another order."""
    for part, rebuild in spots(patient.tree):
        match part:
            case Call("kron" | "div" | "commutation" as name, (left, right)):
                turned = Call(name, (right, left))
            case Call("solve", (A, B)):
                turned = Call("matmul", (B, Call("inv", (A,))))
            case _:
                continue
        yield Edit("wrong-order", ORDER, rebuild(turned), (part,), 0.1)
    for part, rebuild in spots(patient.tree):
        if isinstance(part, Call) and part.name == "matmul":
            for turned in _permuted(factors(part)):
                yield Edit("wrong-order", ORDER, rebuild(turned), (part,))


def _permuted(chain: list[Tree]) -> Iterator[Tree]:
    """Yield a product in other orders, two factors exchanged before more are moved."""
    if len(chain) > MOST_FACTORS:
        return
    orders = sorted(
        permutations(range(len(chain))),
        key=lambda order: sum(i != k for i, k in enumerate(order)),
    )
    for order in orders[1:]:
        yield chained([chain[i] for i in order])


def resigned(patient: Patient) -> Iterator[Edit]:
    """Yield one sign turned."""
    for part, rebuild in spots(patient.tree):
        match part:
            case Call("add", (left, right)):
                yield Edit("sign", SIGN, rebuild(Call("sub", (left, right))), (right,))
                yield Edit("sign", SIGN, rebuild(Call("sub", (right, left))), (left,))
            case Call("sub", (left, right)):
                yield Edit("sign", SIGN, rebuild(Call("add", (left, right))), (right,))
                yield Edit("sign", SIGN, rebuild(Call("sub", (right, left))), (part,))
            case Call("neg", (inner,)):
                yield Edit("sign", SIGN, rebuild(inner), (inner,))
            case Call(name, (inner,)) if name in PRIMITIVES and name != "transpose":
                new = rebuild(Call(name, (negative(inner),)))
                yield Edit("sign", SIGN, new, (inner,))


def repowered(patient: Patient) -> Iterator[Edit]:
    """Yield one power moved by one, added or taken away, or turned round."""
    for part, rebuild in spots(patient.tree):
        for cost, new in _powers(part, patient.algebra):
            yield Edit("wrong-power", POWER, rebuild(new), (_base(part),), cost)
    for name in map(Name, names(patient.tree)):
        if patient.algebra.is_square(name):
            new = put(patient.tree, {name.name: Call("inv", (name,))})
            words = "{} stands for its inverse"
            yield Edit("wrong-power", words, new, (name,), 0.3)


def _base(part: Tree) -> Tree:
    """Return what stands twice at the end of a product, or the whole of a part."""
    match part:
        case Call("matmul", (Call("matmul", (_, left)), right)) if left == right:
            return right
    return part


def _powers(part: Tree, algebra: Algebra) -> Iterator[tuple[float, Tree]]:
    scalar, square = algebra.is_scalar(part), algebra.is_square(part)
    match part:
        case Number() | Call("eye" | "ones" | "zeros" | "add" | "sub"):
            pass
        case Call("pow" | "matpow" as name, (base, k)):
            for step in (1, -1, 2, -2):
                yield 0.1 * (abs(step) - 1), Call(name, (base, _moved(k, step)))
            yield 0, base
            if scalar:
                yield 0.5, Call("mul", (k, base))
        case Call("inv", (inner,)):
            yield 0, inner
        case Call("matmul", (left, right)) if left == right:
            yield 0, left
        case Call("matmul", (Call("matmul", (rest, left)), right)) if left == right:
            yield 0, Call("matmul", (rest, left))
        case Name() | Call("transpose", (Name(),)) if square:
            yield 0, Call("inv", (part,))
            yield 0, Call("matmul", (part, part))
        case Call("matmul") if square:
            yield 0, Call("inv", (part,))
        case Call("neg", (inner,)):
            for size in sorted(algebra.scope.sizes):
                sign = Call("pow", (Number(Fraction(-1)), Name(size)))
                yield 0.5, Call("mul", (sign, inner))
    if isinstance(part, Number):
        for size in sorted(algebra.scope.sizes) if part.value not in (0, 1) else ():
            yield 0.3, Call("pow", (part, Name(size)))
        return
    if scalar:
        yield 0, Call("pow", (part, TWO))
        yield 0.1, Call("pow", (part, THREE))
        yield 0.1, Call("sqrt", (part,))
        yield 0.2, Call("div", (ONE, part))
    elif not isinstance(part, Call) or part.name not in NO_POWER:
        yield 0, Call("pow", (part, TWO))
        yield 0.3, Call("div", (ONE, part))


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


def rescaled(patient: Patient) -> Iterator[Edit]:
    """Yield one number taken away, or one part of a sum doubled or halved."""
    for part, rebuild in spots(patient.tree):
        match part:
            case Call("mul" | "matmul", (Number() as k, right)):
                words = "the factor {} of {} is too much"
                yield Edit("factor", words, rebuild(right), (k, right))
            case Call("div", (left, Number() as k)):
                words = "the divisor {} of {} is too much"
                yield Edit("factor", words, rebuild(left), (k, left))
            case Call("add" | "sub" as name, (left, right)):
                for k in SCALES:
                    first = Call(name, (scaled(k, left), right))
                    yield Edit("factor", FACTOR, rebuild(first), (left,))
                    second = Call(name, (left, scaled(k, right)))
                    yield Edit("factor", FACTOR, rebuild(second), (right,))


SMALL = (transposed, reordered, transposed_sums, resigned, rescaled, repowered)
"""A `.T`, an order, a sign, a number, a power: the smallest mistakes that there are."""
