"""A reader of formulas: what a person takes LaTeX to mean, computed modulo a prime.

It knows the habits of books (a product without a sign binds tighter than one with a
sign, a minus in front takes the whole product) and nothing of how formulas are printed.
What a person could not tell apart is an error.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from verifier.language.tree import Call, Name, Number, Tree

P = 2**31 - 1
Value = tuple[tuple[int, ...], ...]
TOKEN = re.compile(r"\\(?:mathbf|mathsf|operatorname)\{\w+\}|\\[A-Za-z]+|\d+|\S")
SIGNS = {r"\odot": "mul", r"\oslash": "div"}


class Unclear(Exception):
    """A person could read it in two ways."""


def number(value: int) -> Value:
    return ((value % P,),)


def inverse(value: int) -> int:
    if value % P == 0:
        raise ZeroDivisionError
    return pow(value, -1, P)


def scalar(x: Value) -> bool:
    return len(x) == len(x[0]) == 1


def entrywise(name: str, x: Value, y: Value) -> Value:
    """Return x op y, a scalar spread."""
    if scalar(x) and not scalar(y):
        x = tuple(tuple(x[0][0] for _ in line) for line in y)
    if scalar(y) and not scalar(x):
        y = tuple(tuple(y[0][0] for _ in line) for line in x)
    work = {
        "add": lambda a, b: a + b,
        "sub": lambda a, b: a - b,
        "mul": lambda a, b: a * b,
        "div": lambda a, b: a * inverse(b),
        "pow": lambda a, b: pow(a, b, P) if b < P // 2 else pow(inverse(a), P - b, P),
    }[name]
    return tuple(
        tuple(work(a, b) % P for a, b in zip(r, s, strict=True))
        for r, s in zip(x, y, strict=True)
    )


def product(x: Value, y: Value) -> Value:
    if len(x[0]) != len(y):
        assert scalar(x) or scalar(y)
        return entrywise("mul", x, y)
    columns = list(zip(*y, strict=True))
    return tuple(
        tuple(sum(a * b for a, b in zip(r, c, strict=True)) % P for c in columns)
        for r in x
    )


def transposed(x: Value) -> Value:
    return tuple(zip(*x, strict=True))


def traced(x: Value) -> Value:
    return number(sum(line[i] for i, line in enumerate(x)))


def inverted(x: Value) -> Value:
    """Return the inverse of a 1 x 1 or 2 x 2 matrix."""
    if scalar(x):
        return number(inverse(x[0][0]))
    (a, b), (c, d) = x
    factor = inverse(a * d - b * c)
    return entrywise("mul", number(factor), ((d, -b), (-c, a)))


def power(x: Value, k: int) -> Value:
    if k < 0:
        return power(inverted(x), -k)
    result = x
    for _ in range(k - 1):
        result = product(result, x)
    return result


def value(tree: Tree, names: Mapping[str, Value]) -> Value:
    """Compute a tree, as the language defines it."""
    match tree:
        case Number(exact):
            return number(exact.numerator * inverse(exact.denominator))
        case Name(name):
            return names[name]
        case Call("neg", (x,)):
            return entrywise("mul", number(-1), value(x, names))
        case Call("transpose", (x,)):
            return transposed(value(x, names))
        case Call("inv", (x,)):
            return inverted(value(x, names))
        case Call("matpow", (x, Number(k))):
            return power(value(x, names), int(k))
        case Call("tr", (x,)):
            return traced(value(x, names))
        case Call("matmul", (x, y)):
            return product(value(x, names), value(y, names))
        case Call(name, (x, y)):
            return entrywise(name, value(x, names), value(y, names))
    raise AssertionError(tree)


@dataclass(frozen=True)
class Read:
    """A value, and of how many factors it is, and how many are no scalars."""

    value: Value
    factors: int = 1
    matrices: int = 0


class Reader:
    """Reads from left to right."""

    def __init__(self, text: str, names: Mapping[str, Value]):
        self.tokens = TOKEN.findall(text.replace(r"\,", " "))  # room means nothing
        self.names, self.at = names, 0

    @property
    def next(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, wanted: str = "") -> str:
        token = self.next
        assert token and wanted in ("", token), (wanted, self.tokens[self.at :])
        self.at += 1
        return token

    def all(self) -> Value:
        """Read the whole text."""
        found = self.sum()
        assert not self.next, self.tokens[self.at :]
        return found

    def sum(self) -> Value:
        minus = self.next == "-" and bool(self.take())
        result = self.term()
        if minus:
            result = entrywise("mul", number(-1), result)
        while self.next in ("+", "-"):
            name = {"+": "add", "-": "sub"}[self.take()]
            if self.next == "-":
                raise Unclear("two signs in a row")
            result = entrywise(name, result, self.term())
        return result

    def term(self) -> Value:
        """Read products with signs between: of one kind only, and one quotient."""
        left = self.product()
        used = ""
        while self.next in (*SIGNS, "/"):
            sign = self.take()
            right = self.product()
            if used and (used != sign or sign != r"\odot"):
                raise Unclear(f"{used} and {sign} side by side")
            if sign != "/" and max(left.matrices, right.matrices) > 1:
                raise Unclear(f"a matrix product beside {sign}")
            if sign != r"\odot" and right.factors > 1:
                raise Unclear(f"several factors behind {sign}")
            name, used = SIGNS.get(sign, "div"), sign
            left = Read(entrywise(name, left.value, right.value))
        return left.value

    def product(self) -> Read:
        """Read factors side by side."""
        result = self.factor()
        factors, matrices = 1, int(not scalar(result))
        while self.next and self.next not in (*SIGNS, *"/+-)}", r"\right"):
            if self.next == r"\cdot":
                self.take()
            elif self.next.isdigit():
                raise Unclear("a number behind a factor")
            right = self.factor()
            factors, matrices = factors + 1, matrices + int(not scalar(right))
            result = product(result, right)
        return Read(result, factors, matrices)

    def factor(self) -> Value:
        """Read one thing with its exponent."""
        base = self.whole()
        if self.next != "^":
            return base
        self.take()
        self.take("{")
        kind = self.next
        minus = kind == "-" and bool(self.take())
        if self.next == r"\mathsf{T}":
            self.take()
            result = transposed(inverted(base) if minus else base)
        elif kind == r"\circ":
            self.take()
            result = entrywise("pow", base, self.sum())
        else:
            k = self.sum()[0][0]
            result = power(base, -k if minus else k)
        self.take("}")
        return result

    def whole(self) -> Value:
        """Read a number, a name, or what stands in brackets."""
        token = self.take()
        if token.isdigit():
            return number(int(token))
        if token == r"\frac":
            return entrywise("div", self.braced(), self.braced())
        if token == r"\operatorname{tr}":
            return traced(self.whole())
        if token == r"\left":
            token = self.take("(")
        if token != "(":
            return self.names[token.removeprefix(r"\mathbf{").removesuffix("}")]
        found = self.sum()
        if self.next == r"\right":
            self.take()
        self.take(")")
        return found

    def braced(self) -> Value:
        self.take("{")
        found = self.sum()
        self.take("}")
        return found


def read(text: str, names: Mapping[str, Value]) -> Value:
    """Compute what a person takes a formula to mean."""
    return Reader(text, names).all()
