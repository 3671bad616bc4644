"""Dimensions: polynomials in size names, with rational coefficients, canonical."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import gcd, lcm
from typing import TypeAlias

from ..reading.bounds import DIMENSION, DIMENSION_DEGREE
from ..reading.problem import Fault
from .characters import NAME_LENGTH

LITERAL_LIMIT = DIMENSION.value
LARGEST_DEGREE = DIMENSION_DEGREE.value
_NAMES, _TERMS = 6, 32  # of a written dimension; enough for n**2 * m**2

Monomial: TypeAlias = tuple[tuple[str, int], ...]  # (name, power), by name
Rational: TypeAlias = int | Fraction


@dataclass(frozen=True)
class Dim:
    """A polynomial in size names; equal dimensions have equal terms.

    `terms` holds (monomial, coefficient), highest degree first, no coefficient zero;
    a whole coefficient is an `int`, since fractions are slow.
    """

    terms: tuple[tuple[Monomial, Rational], ...]

    @staticmethod
    def of(value: Dim | int | str) -> Dim:
        """Make a dimension of a whole number or of a size name."""
        if isinstance(value, Dim):
            return value
        if isinstance(value, str):
            return Dim(((((value, 1),), 1),))
        return _collect({(): value})

    def __add__(self, other: Dim | int | str) -> Dim:
        sums = dict(self.terms)
        for monomial, coefficient in Dim.of(other).terms:
            sums[monomial] = sums.get(monomial, 0) + coefficient
        return _collect(sums)

    def __radd__(self, other: int | str) -> Dim:
        return self + other

    def __neg__(self) -> Dim:
        return Dim(tuple((monomial, -c) for monomial, c in self.terms))

    def __sub__(self, other: Dim | int | str) -> Dim:
        return self + -Dim.of(other)

    def __rsub__(self, other: int | str) -> Dim:
        return Dim.of(other) - self

    def __mul__(self, other: Dim | int | str) -> Dim:
        sums: dict[Monomial, Rational] = {}
        for left, a in self.terms:
            for right, b in Dim.of(other).terms:
                monomial = _times(left, right)
                sums[monomial] = sums.get(monomial, 0) + a * b
        return _collect(sums)

    def __rmul__(self, other: int | str) -> Dim:
        return self * other

    def __truediv__(self, divisor: int) -> Dim:
        return _collect({monomial: Fraction(c, divisor) for monomial, c in self.terms})

    def __pow__(self, power: int) -> Dim:
        result = Dim.of(1)
        for _ in range(power):
            result = result * self
        return result

    @cached_property
    def names(self) -> frozenset[str]:
        """Return the size names in it."""
        return frozenset(name for monomial, _ in self.terms for name, _ in monomial)

    @property
    def degree(self) -> int:
        """Return the highest total degree of its terms; 0 for a constant."""
        return max((_degree(monomial) for monomial, _ in self.terms), default=0)

    @property
    def constant(self) -> int | None:
        """Return its value where it is a whole number, else None."""
        if not self.terms:
            return 0
        monomial, coefficient = self.terms[0]
        if monomial or coefficient.denominator != 1:
            return None
        return int(coefficient)

    def at(self, sizes: Mapping[str, int]) -> Fraction:
        """Return the polynomial's value, whatever it is."""
        return Fraction(self.number(sizes))

    def number(self, sizes: Mapping[str, int]) -> Rational:
        """Return the value as `at` does, but fast: mostly as an `int`."""
        total: Rational = 0
        for monomial, c in self.terms:
            for name, power in monomial:
                c = c * sizes[name] ** power
            total = total + c
        return total

    def value(self, sizes: Mapping[str, int]) -> int:
        """Return the size; ValueError where it is not a positive whole number."""
        value = self.number(sizes)
        if value.denominator != 1 or value < 1:
            where = ", ".join(f"{name} = {sizes[name]}" for name in sorted(self.names))
            raise ValueError(f"dimension {self} is {value} at {where or 'any size'}")
        return int(value)

    def __str__(self) -> str:
        below = lcm(*(c.denominator for _, c in self.terms))
        if below == 1:
            return _sum_text(self.terms)
        # n**2/2 + n/2 reads n*(n + 1)/2: the common factors, the rest, the divisor.
        above = gcd(*(int(c * below) for _, c in self.terms))
        shared = dict(self.terms[0][0])
        for monomial, _ in self.terms:
            powers = dict(monomial)
            shared = {n: min(p, powers[n]) for n, p in shared.items() if n in powers}
        rest = tuple(
            (
                tuple((n, p - shared.get(n, 0)) for n, p in m if p > shared.get(n, 0)),
                Fraction(c * below, above),
            )
            for m, c in self.terms
        )
        factors = [str(above)] if above != 1 else []
        factors += [_power_text(name, power) for name, power in shared.items()]
        if len(rest) > 1:
            factors.append(f"({_sum_text(rest)})")
        sign = "-" if len(rest) == 1 and rest[0][1] < 0 else ""
        return f"{sign}{'*'.join(factors) or '1'}/{below}"


def _degree(monomial: Monomial) -> int:
    return sum(power for _, power in monomial)


def _times(left: Monomial, right: Monomial) -> Monomial:
    powers = dict(left)
    for name, power in right:
        powers[name] = powers.get(name, 0) + power
    return tuple(sorted(powers.items()))


def _collect(sums: Mapping[Monomial, Rational]) -> Dim:
    """Order the terms and drop the zeros: the canonical form."""
    kept = [
        (monomial, c if c.denominator != 1 else c.numerator)
        for monomial, c in sums.items()
        if c
    ]
    if len(kept) > 1:
        kept.sort(key=lambda term: (-_degree(term[0]), term[0]))
    return Dim(tuple(kept))


def _power_text(name: str, power: int) -> str:
    return name if power == 1 else f"{name}**{power}"


def _sum_text(terms: tuple[tuple[Monomial, Rational], ...]) -> str:
    """Print a polynomial with whole coefficients: 2*m*n - n + 1."""
    text = ""
    # n - m rather than -m + n: a positive term leads where there is one.
    for monomial, c in sorted(terms, key=lambda term: (-_degree(term[0]), term[1] < 0)):
        factors = [_power_text(name, power) for name, power in monomial]
        if abs(c) != 1 or not factors:
            factors.insert(0, str(abs(c)))
        sign = "-" if c < 0 else "+"
        text += f" {sign} " if text else sign.strip("+")
        text += "*".join(factors)
    return text or "0"


def raised(dim: Dim, power: int, offset: int) -> Dim:
    """Return a power; a Fault where it would be too large, before it is computed."""
    if dim.degree * power > LARGEST_DEGREE:
        raise _too_large(offset)
    return bounded(dim**power, offset)


def bounded(dim: Dim, offset: int) -> Dim:
    """Return a dimension that is within the limits; a Fault for any other."""
    if (
        dim.degree > LARGEST_DEGREE
        or len(dim.terms) > _TERMS
        or len(dim.names) > _NAMES
    ):
        raise _too_large(offset)
    return dim


def _too_large(offset: int) -> Fault:
    return Fault(
        offset,
        f"{DIMENSION_DEGREE.said()}, {_NAMES} names and {_TERMS} terms",
        kind="limit",
    )


@dataclass(frozen=True)
class DimReader:
    """Builds a dimension from the parts of a tree, and says what does not make one.

    Types read Python's trees with it, and calls such as `eye(n + 1)` read ours.
    """

    limit: int = LITERAL_LIMIT

    def number(self, value: Rational, source: str, offset: int) -> Dim:
        """Read a literal."""
        if value.denominator != 1:
            raise Fault(
                offset,
                f"a dimension must be a whole number, not `{source}`",
                _ALLOWED,
                kind="type",
            )
        if value > self.limit:
            raise Fault(
                offset,
                DIMENSION.said(found=_short(source), limit=self.limit),
                DIMENSION.hint,
                kind="limit",
            )
        return Dim.of(int(value))

    def name(self, name: str, offset: int) -> Dim:
        """Read a size name."""
        if len(name) > NAME_LENGTH:
            raise Fault(
                offset,
                f"dimension name `{_short(name)}` has {len(name)} characters; "
                f"the limit is {NAME_LENGTH}",
                kind="limit",
            )
        return Dim.of(name)

    def join(self, operator: str, left: Dim, right: Dim, offset: int) -> Dim:
        """Apply one of add, sub, mul, div, pow."""
        if operator == "add":
            result = left + right
        elif operator == "sub":
            result = left - right
        elif operator == "mul":
            result = left * right
        elif operator == "div":
            divisor = right.constant
            if not divisor:
                raise Fault(
                    offset,
                    "a dimension is divided by a whole number only, as in "
                    f"`n*(n + 1)/2`, not by `{right}`",
                    kind="type",
                )
            result = left / divisor
        else:
            power = right.constant
            if power is None or not 1 <= power <= 4:
                raise Fault(
                    offset,
                    f"a dimension must be a small whole number: power `{right}` "
                    "is not one of 1..4",
                    _ALLOWED,
                    kind="type",
                )
            result = raised(left, power, offset)
        return bounded(result, offset)

    def refuse(self, found: str, offset: int) -> Fault:
        """Say that something is no dimension."""
        return Fault(offset, f"a dimension cannot be {found}", _ALLOWED, kind="type")

    def finish(self, dim: Dim, offset: int) -> Dim:
        """Check the whole: positive, whole for all sizes, within the limit."""
        if not dim.names:
            value = dim.at({})
            if value.denominator != 1:
                raise Fault(
                    offset,
                    f"a dimension must be a whole number, not `{dim}`",
                    _ALLOWED,
                    kind="type",
                )
            if value < 1:
                raise Fault(
                    offset, f"a dimension must be positive, not {value}", kind="type"
                )
            return self.number(value, str(value), offset)
        if all(c.denominator == 1 for _, c in dim.terms):
            return dim
        for sizes in _grid(sorted(dim.names), dim.degree):
            if dim.at(sizes).denominator != 1:
                where = ", ".join(f"{name} = {size}" for name, size in sizes.items())
                raise Fault(
                    offset,
                    f"dimension `{dim}` is not a whole number at {where}",
                    "start from the part: with `vector(2*n)`, `n` is the half",
                    kind="type",
                )
        return dim


_ALLOWED = (
    "a dimension is a positive whole number, a name, or arithmetic on them "
    "such as `m*n`, `n + 1`"
)


def _short(source: str) -> str:
    return source if len(source) <= 40 else source[:37] + "..."


def _grid(names: list[str], degree: int) -> Iterator[dict[str, int]]:
    """Yield the points of a corner simplex, sizes from 1.

    A polynomial of that degree that is whole there is whole everywhere (Newton: the
    forward differences at the corner are its coefficients in binomial products).
    """
    if not names:
        yield {}
        return
    for step in range(degree + 1):
        for rest in _grid(names[1:], degree - step):
            yield {names[0]: 1 + step, **rest}


_OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "div",
    ast.Pow: "pow",
}


def parse_dim(tree: ast.expr, shift: int = 0, limit: int = LITERAL_LIMIT) -> Dim:
    """Read a dimension from a Python tree whose text starts at offset `shift`."""
    reader = DimReader(limit)
    return reader.finish(_read(tree, shift, reader), shift + tree.col_offset)


def read_dim(tree: ast.expr, shift: int = 0, limit: int = LITERAL_LIMIT) -> Dim:
    """Read a difference of dimensions: it may be zero, or negative, or a fraction."""
    return _read(tree, shift, DimReader(limit))


def _read(tree: ast.expr, shift: int, reader: DimReader) -> Dim:
    offset = shift + tree.col_offset
    if isinstance(tree, ast.Name):
        return reader.name(tree.id, offset)
    if isinstance(tree, ast.Constant):
        return _read_constant(tree.value, offset, reader)
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.UAdd | ast.USub):
        operand = _read(tree.operand, shift, reader)
        return -operand if isinstance(tree.op, ast.USub) else operand
    if isinstance(tree, ast.BinOp) and type(tree.op) in _OPERATORS:
        left = _read(tree.left, shift, reader)
        right = _read(tree.right, shift, reader)
        return reader.join(_OPERATORS[type(tree.op)], left, right, offset)
    raise reader.refuse(_FOUND.get(type(tree), "that"), offset)


_FOUND: dict[type[ast.expr], str] = {
    ast.Call: "a call",
    ast.Attribute: "an attribute",
    ast.Subscript: "a subscript",
    ast.Tuple: "a tuple",
    ast.List: "a list",
    ast.Starred: "starred",
    ast.Compare: "a comparison",
    ast.BinOp: "made with that operator",
    ast.UnaryOp: "made with that operator",
}


def _read_constant(value: object, offset: int, reader: DimReader) -> Dim:
    if isinstance(value, str):
        raise reader.refuse(f"quoted text, {_short(ascii(value))}", offset)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise reader.refuse(f"`{_short(ascii(value))}`", offset)
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < 1e15
        # 2.0 is refused as 2.5 is: a size is written as a whole number.
        raise Fault(
            offset,
            f"a dimension must be a whole number, not `{value!r}`",
            f"write `{int(value)}`" if whole else _ALLOWED,
            kind="type",
        )
    return reader.number(Fraction(value), str(value), offset)
