"""What a question asks, so that two of them can be compared.

Two statements mean the same if they differ only in how the same products and sums are
written: in brackets of sums and of products, in the order of what is added and of the
numbers and scalars of a product, and in whether a transpose or an inverse is written
outside a product or inside. The order of matrices, `*` against `@`, signs, the layouts
that are asked for, the variable, the kinds of the names: all of these tell them apart.
The names of sizes do not, nor does the shape in which a zero is written.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from verifier.asking.question import Question
from verifier.language.checker import check
from verifier.language.declaration import FunctionType, Type
from verifier.language.dimension import Dim
from verifier.language.statement import Claim, Statement
from verifier.language.term import ONE, SCALAR, Shape, Term

SMALL_POWERS = tuple("12345678")
"""Powers of matrices that are products here."""


@dataclass(frozen=True)
class Link:
    """A matrix in a product: what it is, and which of its sides are 1."""

    what: Any  # a Sum, or the name of an operation and its arguments
    row: bool
    column: bool
    square: bool = field(compare=False)  # the kinds of the names tell


@dataclass(frozen=True)
class Product:
    """A number, powers of scalars in any order, and matrices in their order."""

    number: Fraction = Fraction(1)
    scalars: frozenset[tuple[Any, Fraction]] = frozenset()
    chain: tuple[Link, ...] = ()


Sum = frozenset[Product]
"""Products of which no two differ only in their number; the empty one is zero."""


@dataclass(frozen=True)
class Meaning:
    """All that a question asks."""

    subject: str
    wrt: tuple[str, ...]
    claims: frozenset[tuple[Any, ...]]  # layout, body and claim
    limit: tuple[str, ...]  # what moves, where to, and the rate and order of an error
    kinds: tuple[tuple[str, str], ...]
    assumed: frozenset[str]


def meaning_of(question: Question) -> Meaning:
    """Return what a question asks."""
    statement, problems = check(question.record)
    assert statement is not None, problems
    reader = _Reader(_sizes(statement.types))
    rate, power = statement.rate
    return Meaning(
        question.record.subject,
        statement.wrt,
        frozenset(reader.claim(statement, claim) for claim in statement.claims),
        (statement.moving, statement.target, rate, str(power), str(statement.order)),
        tuple(sorted((n, _kind(type_)) for n, type_ in statement.types.items())),
        frozenset(text.value.replace(" ", "") for text in question.record.assume),
    )


def _kind(declared: Type | FunctionType) -> str:
    """Return a type without its sizes, which may be one twice."""
    if isinstance(declared, Type):
        square = declared.kind == "matrix" and len({*declared.dims}) == 1
        return "square" if square else declared.kind
    arguments = ", ".join(map(_kind, declared.arguments))
    return f"({arguments}) -> {_kind(declared.result)} {declared.property}".strip()


def _sizes(types: Mapping[str, Type | FunctionType]) -> Mapping[str, str]:
    """Name each size after the first name that has it."""
    found: dict[str, str] = {}
    for name, declared in sorted(types.items()):
        if isinstance(declared, Type):
            for at, dim in enumerate(declared.dims):
                found.setdefault(str(dim), f"{name}.{at}")
    return found


class _Reader:
    """Terms to sums of products."""

    def __init__(self, sizes: Mapping[str, str]):
        self.sizes = sizes

    def claim(self, statement: Statement, claim: Claim) -> tuple[Any, ...]:
        layout = claim.layout.value if claim.layout else claim.field
        body = statement.bodies[claim.layout] if claim.layout else statement.body
        sizes = tuple(self.dim(dim) for dim in claim.tuple)
        said = self.of(claim.term) if claim.term else (claim.word, *sizes)
        return layout, self.of(body), said

    def dim(self, dim: Dim) -> str:
        return re.sub(r"[a-zA-Z]\w*", lambda m: self.sizes.get(m[0], m[0]), str(dim))

    def of(self, term: Term) -> Sum:
        """Return a term as a sum of products."""
        scalar = term.shape == SCALAR
        args = [self.of(arg) for arg in term.args]
        shapes = [arg.shape for arg in term.args]
        match term.op:
            case "number":
                return summed([Product(term.value or Fraction(0))])
            case "zeros":
                return frozenset()
            case "neg":
                return scaled(args[0], -1)
            case "add":
                return summed([*args[0], *args[1]])
            case "sub":
                return summed([*args[0], *scaled(args[1], -1)])
            case "matmul":
                return times(args, shapes)
            case "mul" if SCALAR in shapes:
                return times(args, shapes)
            case "mul":
                return entrywise(args, [Fraction(1)] * 2, term.shape)
            case "div" if shapes[1] == SCALAR:
                return times([args[0], power(args[1], Fraction(-1))], shapes)
            case "div" if shapes[0] != SCALAR:
                return entrywise(args, [Fraction(1), Fraction(-1)], term.shape)
            case "div":
                below = entrywise(args[1:], [Fraction(-1)], term.shape)
                return times([args[0], below], shapes)
            case "pow" if term.value is not None:
                if scalar:
                    return power(args[0], term.value)
                return entrywise(args, [term.value], term.shape)
            case "sqrt" if scalar:
                return power(args[0], Fraction(1, 2))
            case "matpow" if (count := str(term.dims[0])) in SMALL_POWERS:
                return times(args * int(count), shapes * int(count))
            case "transpose":
                return turned(args[0])
            case "inv":
                return inverse(args[0], term.shape)
            case "logdet":
                return called("log", SCALAR, called("det", SCALAR, args[0]))
            case "ones" | "eye":
                return called(term.op, term.shape)
        own = (term.name, term.value, term.kind, term.positions)
        if not any(own) and not term.dims:
            return called(term.op, term.shape, *args)
        return called((term.op, own, *map(self.dim, term.dims)), term.shape, *args)


def atom(what: Any, shape: Shape, exponent: Fraction = Fraction(1)) -> Sum:
    """Return one thing as a sum; the exponent is of a scalar."""
    if shape == SCALAR:
        return frozenset({Product(scalars=frozenset({(what, exponent)}))})
    rows, columns = shape
    link = Link(what, rows == ONE, columns == ONE, rows == columns)
    return frozenset({Product(chain=(link,))})


def called(name: Any, shape: Shape, *args: Sum) -> Sum:
    """Return a function of its arguments as a sum."""
    return atom((name, *args), shape)


def summed(products: Iterable[Product]) -> Sum:
    """Add, equal products once."""
    numbers: dict[Product, Fraction] = {}
    for product in products:
        bare = replace(product, number=Fraction(1))
        numbers[bare] = numbers.get(bare, Fraction(0)) + product.number
    return frozenset(replace(bare, number=n) for bare, n in numbers.items() if n)


def scaled(total: Sum, number: Fraction | int) -> Sum:
    """Multiply each product by a number."""
    return frozenset(replace(one, number=one.number * number) for one in total)


def as_product(total: Sum, shape: Shape) -> Product:
    """Return a sum that is not zero as one product; of many it is itself a factor."""
    if len(total) == 1:
        return next(iter(total))
    # The number that makes 2*(a - b), 2*a - 2*b and -2*(b - a) the same.
    first = min(total, key=lambda one: repr(_ordered(replace(one, number=Fraction(1)))))
    factor = next(iter(atom(scaled(total, 1 / first.number), shape)))
    return replace(factor, number=first.number)


def _ordered(form: Any) -> Any:
    """Return a form with the parts of its sets in order, to be printed."""
    match form:
        case frozenset():
            return sorted(map(repr, map(_ordered, form)))
        case Product():
            return form.number, _ordered(form.scalars), _ordered(form.chain)
        case Link():
            return _ordered(form.what)
        case tuple():
            return tuple(map(_ordered, form))
    return form


def times(sums: list[Sum], shapes: list[Shape]) -> Sum:
    """Multiply in this order; rows that meet columns are scalars."""
    if not all(sums):
        return frozenset()
    number, chain = Fraction(1), []
    scalars: defaultdict[Any, Fraction] = defaultdict(Fraction)
    for factor in map(as_product, sums, shapes):
        number *= factor.number
        chain += factor.chain
        for what, exponent in factor.scalars:
            scalars[what] += exponent
    kept: list[Link] = []
    for piece in _pieces(chain):
        if piece[0].row and piece[-1].column:
            scalars[tuple(piece)] += Fraction(1)
        else:
            kept += piece
    powers = frozenset((what, k) for what, k in scalars.items() if k)
    return frozenset({Product(number, powers, tuple(kept))})


def _pieces(chain: list[Link]) -> list[list[Link]]:
    """Cut a product of matrices wherever the inner size is 1."""
    pieces: list[list[Link]] = []
    for link in chain:
        if pieces and not (pieces[-1][-1].column and link.row):
            pieces[-1].append(link)
        else:
            pieces.append([link])
    return pieces


def power(total: Sum, exponent: Fraction) -> Sum:
    """Raise a scalar to a power; a root is one of the whole."""
    if not total:
        return total if exponent > 0 else atom(("pow", total, exponent), SCALAR)
    one = as_product(total, SCALAR)
    if exponent.denominator == 1 and one.number:
        powers = frozenset((what, k * exponent) for what, k in one.scalars)
        return frozenset({Product(one.number ** int(exponent), powers)})
    if len(one.scalars) == 1 and one.number == 1:
        what, inner = next(iter(one.scalars))
        if inner == 1:
            return atom(what, SCALAR, exponent)
    return atom(("root", total), SCALAR, exponent)


def entrywise(sums: list[Sum], exponents: list[Fraction], shape: Shape) -> Sum:
    """Multiply powers by entries; numbers and scalars stand outside."""
    if not all(sums):
        return atom(("entries", tuple(sums), tuple(exponents)), shape)
    members: defaultdict[Any, Fraction] = defaultdict(Fraction)
    outside: list[Sum] = []
    for total, exponent in zip(sums, exponents, strict=True):
        one = as_product(total, shape)
        inner: Any = one.chain[0].what if len(one.chain) == 1 else None
        if exponent.denominator != 1 or not one.chain:
            members[total] += exponent
            continue
        outside.append(power(frozenset({replace(one, chain=())}), exponent))
        if isinstance(inner, tuple) and inner[0] == "entries":
            for what, k in inner[1]:
                members[what] += k * exponent
        else:
            members[frozenset({Product(chain=one.chain)})] += exponent
    if list(members.values()) == [1]:
        inside = next(iter(members))
    else:
        inside = atom(("entries", frozenset(members.items())), shape)
    return times([*outside, inside], [*[SCALAR] * len(outside), shape])


def turned(total: Sum) -> Sum:
    """Transpose: the factors in the other order, each transposed."""
    return frozenset(
        replace(one, chain=tuple(_turned(link) for link in reversed(one.chain)))
        for one in total
    )


def _turned(link: Link) -> Link:
    what = link.what
    if isinstance(what, frozenset):
        what = turned(what)
    elif what[0] == "transpose":
        what = what[1]
    elif what[0] == "inv":
        what = ("inv", turned(what[1]))
    elif what[0] not in ("ones", "eye"):
        what = ("transpose", what)
    return Link(what, link.column, link.row, link.square)


def inverse(total: Sum, shape: Shape) -> Sum:
    """Invert: the factors in the other order, each inverted where each is square."""
    if shape == SCALAR:
        return power(total, Fraction(-1))
    if len(total) != 1:
        return atom(("inv", total), shape)
    one = as_product(total, shape)
    if not all(link.square for link in one.chain):
        return atom(("inv", total), shape)
    chain = [_inverse(link, shape) for link in reversed(one.chain)]
    outside = power(frozenset({replace(one, chain=())}), Fraction(-1))
    return times([outside, *chain], [SCALAR, *[shape] * len(chain)])


def _inverse(link: Link, shape: Shape) -> Sum:
    if isinstance(link.what, tuple) and link.what[0] == "inv":
        return link.what[1]
    if link.what == ("eye",):
        return frozenset({Product(chain=(link,))})
    return atom(("inv", frozenset({Product(chain=(link,))})), shape)
