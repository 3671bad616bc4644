"""What a decimal of many digits stands for: `pi`, `sqrt(2/pi)`, `log(2)/2`, `1/3`.

Candidates are small fractions times products and quotients of well-known numbers. The
simplest one that has all digits is believed only where it is the only one so simple,
and where hardly any decimal of so many digits would meet one by chance.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import gcd

import numpy as np

from ..engine.balls import BALLS, precision
from ..engine.evaluate import Evaluation, Exact
from ..language.arrays import Array
from ..language.decimals import Rounded
from ..language.expression import parse
from ..language.layout import Layout
from ..language.shapes import infer
from ..language.term import Scope, Term

BASES = {
    "pi": math.pi,
    "sqrt(pi)": math.sqrt(math.pi),
    "sqrt(2)": math.sqrt(2),
    "sqrt(3)": math.sqrt(3),
    "exp(1)": math.e,
    "log(2)": math.log(2),
    "sqrt(2*pi)": math.sqrt(2 * math.pi),
    "pi**2": math.pi**2,
    "log(2*pi)": math.log(2 * math.pi),
    "log(pi)": math.log(math.pi),
    "log(3)": math.log(3),
    "log(10)": math.log(10),
    "sqrt(5)": math.sqrt(5),
    "sqrt(6)": math.sqrt(6),
    "sqrt(10)": math.sqrt(10),
    "exp(1/2)": math.exp(0.5),
    "exp(2)": math.exp(2),
    "(1 + sqrt(5))": 1 + math.sqrt(5),
    "sqrt(log(2))": math.sqrt(math.log(2)),
}
"""Well-known numbers, the best known first."""
SPECIAL = {
    "sqrt(2/pi)": math.sqrt(2 / math.pi),
    "sqrt(pi/2)": math.sqrt(math.pi / 2),
    "exp(-1)": math.exp(-1),
    "exp(-1/2)": math.exp(-0.5),
    "exp(-2)": math.exp(-2),
    "180/pi": 180 / math.pi,
    "pi/180": math.pi / 180,
}
"""What is written in a way of its own."""
COMMON = 8
"""How many of them are tried in products and quotients of two."""
LARGEST = 12
"""The largest numerator and denominator beside a well-known number."""
PLAIN = 1_000_000
"""The largest product of numerator and denominator of a plain fraction."""
LUCK = 4e-3
"""How many candidates as simple may meet a decimal by chance."""
BITS = 192
"""Bits in which a candidate is compared with the digits written."""


@dataclass(frozen=True)
class Constant:
    """An expression without names, and what it is."""

    text: str
    term: Term
    value: Fraction
    """To `BITS` bits."""


@cache
def constant(text: str) -> Constant:
    """Return an expression without names."""
    term = infer(parse(text), Scope({}, Layout.NUMERATOR))
    with precision(BITS):
        ball = Evaluation({}, {}, Exact({}), BALLS).of(term).value.scalar
        mantissa, exponent = ball.mid().man_exp()
    value = int(mantissa) * Fraction(2) ** int(exponent)
    return Constant(text, term, value)


@cache
def recognised(decimal: Rounded) -> Constant | None:
    """Return the one simplest expression that has all digits of a decimal."""
    size = Rounded(abs(decimal), decimal.unit, decimal.digits)
    width = 1.5 * float(decimal.unit / size)
    found = [
        (chances * width, one)
        for chances, text in (*_quotients(size), *_products(size))
        if chances * width <= LUCK
        for one in [constant(text)]
        if size.is_rounded_from(one.value) or size.is_cut_from(one.value)
    ]
    found.sort(key=lambda pair: pair[0])
    if not found or (len(found) > 1 and found[1][0] < 2 * found[0][0]):
        return None
    text = found[0][1].text
    return constant(f"-{text}" if decimal < 0 else text)


def _quotients(size: Rounded) -> Iterator[tuple[float, str]]:
    """Yield the simplest fraction near a decimal, with how many are as simple."""
    low, high = size.ends
    simplest = _simplest(low, high)
    p, q = simplest.numerator, simplest.denominator
    if p and q > 1 and p * q <= PLAIN:
        yield float(p * q), f"{p}/{q}"


def _simplest(low: Fraction, high: Fraction) -> Fraction:
    """Return the fraction with the smallest denominator between two."""
    whole = -(-low.numerator // low.denominator)
    if whole <= high:
        return Fraction(whole)
    whole -= 1
    return whole + 1 / _simplest(1 / (high - whole), 1 / (low - whole))


def _products(size: Rounded) -> Iterator[tuple[float, str]]:
    """Yield products near a decimal, with how many are as simple and as large."""
    values, texts = _table()
    near = np.flatnonzero(abs(values / float(size) - 1) <= _slack(size))
    for place in near:
        alike = abs(np.log2(values[: place + 1] / values[place])) <= 1
        yield float(alike.sum()), texts[place]


def _slack(size: Rounded) -> float:
    return 1.01 * float(size.unit / size) + 1e-13


@cache
def _table() -> tuple[Array, list[str]]:
    """Return candidates, each value once and the simplest first."""
    found: dict[str, tuple[float, float]] = {}
    for numerator in range(1, LARGEST + 1):
        for denominator in range(1, LARGEST + 1):
            if gcd(numerator, denominator) == 1:
                plain = math.log2(numerator * denominator)
                for cost, value, above, below in _factors():
                    text = _written(numerator, denominator, above, below)
                    found[text] = cost + plain, value * numerator / denominator
    ordered = sorted(found.items(), key=lambda item: (item[1][0], len(item[0])))
    seen: set[float] = set()
    values, texts = [], []
    for text, (_, value) in ordered:
        key = float(f"{value:.11e}")
        if key not in seen:
            seen.add(key)
            values.append(value)
            texts.append(text)
    return np.array(values), texts


def _factors() -> Iterator[tuple[float, float, list[str], list[str]]]:
    """Yield well-known numbers, products and quotients of two, with what they cost."""
    costs = {name: 1 + 0.25 * place for place, name in enumerate(BASES)}
    for name, value in BASES.items():
        yield costs[name], value, [name], []
        if not name.startswith("exp"):
            yield costs[name] + 0.5, 1 / value, [], [name]
    common = list(BASES)[:COMMON]
    for i, first in enumerate(common):
        for second in common[i + 1 :]:
            cost, x, y = 1 + costs[first] + costs[second], BASES[first], BASES[second]
            yield cost, x * y, [first, second], []
            yield cost, x / y, [first], [second]
            yield cost, y / x, [second], [first]
            yield cost + 0.5, 1 / (x * y), [], [first, second]
    for text, value in SPECIAL.items():
        yield 2.0, value, [text], []


def _written(p: int, q: int, above: list[str], below: list[str]) -> str:
    """Write a product over another, as people do: `2*pi/3`, `1/sqrt(2*pi)`."""
    top = [str(p)] * (p > 1 or not above) + above
    under = [str(q)] * (q > 1) + below
    text = "*".join(top)
    if not under:
        return text
    return f"{text}/({'*'.join(under)})" if len(under) > 1 else f"{text}/{under[0]}"
