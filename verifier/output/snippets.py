"""Pieces of Python: expressions that know how tightly they bind, names, and ranks."""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction

from ..language.declaration import KINDS, Type
from ..language.dimension import Dim
from ..language.printing import show
from ..language.term import ONE, Shape
from ..language.tree import Number


class Level(IntEnum):
    """How tightly an expression of Python binds."""

    SUM = 1
    PRODUCT = 2
    SIGN = 3
    POWER = 4
    ATOM = 5


@dataclass(frozen=True)
class Code:
    """An expression of Python; `plain` where it is a number of Python, no array."""

    text: str
    level: Level = Level.ATOM
    plain: bool = False

    def __str__(self) -> str:
        return self.text

    def __format__(self, least: str) -> str:
        """Print it, in brackets where it binds less tightly than is needed."""
        enough = not least or self.level >= Level[least.upper()]
        return self.text if enough else f"({self.text})"


SIGNS = {
    "add": (Level.SUM, "{0:sum} + {1:product}"),
    "sub": (Level.SUM, "{0:sum} - {1:product}"),
    "mul": (Level.PRODUCT, "{0:product} * {1:sign}"),
    "div": (Level.PRODUCT, "{0:product} / {1:sign}"),
    "matmul": (Level.PRODUCT, "{0:product} @ {1:sign}"),
    "neg": (Level.SIGN, "-{0:atom}"),
}
_SIMPLE = re.compile(r"[^\W\d][\w.]*|-?\d[\w.]*")
"""Operands that stand close to the sign of a power."""


def signed(op: str, *args: Code) -> Code:
    """Return what an operator makes of expressions."""
    level, template = SIGNS[op]
    return Code(template.format(*args), level, all(arg.plain for arg in args))


def raised(base: Code, exponent: Code) -> Code:
    """Return a power."""
    left, right = f"{base:atom}", f"{exponent:sign}"
    close = _SIMPLE.fullmatch(left) and _SIMPLE.fullmatch(right)
    text = f"{left}**{right}" if close else f"{left} ** {right}"
    return Code(text, Level.POWER, base.plain and exponent.plain)


def rank(shape: Shape) -> str:
    """Say what a shape is in code: a number, a column, a row or a matrix."""
    rows, columns = (size == ONE for size in shape)
    return {(1, 1): "s", (0, 1): "v", (1, 0): "r"}.get((rows, columns), "m")


def declared_rank(declared: Type) -> str:
    """Say what people have for a value of a type: `matrix(n, 1)` has two axes."""
    return {"1 1": "s", "a 1": "v"}.get(KINDS[declared.kind].shape, "m")


def numeral(value: Fraction) -> Code:
    """Return a number."""
    text = show(Number(value))
    if "/" in text:
        return Code(text.replace("/", " / "), Level.PRODUCT, True)
    return Code(text, Level.SIGN if value < 0 else Level.ATOM, True)


def sized(dim: Dim, names: Names) -> Code:
    """Return a size, or a whole number, as a number of Python."""
    text = re.sub(r"[^\W\d]\w*", lambda found: names.own(found[0]), str(dim))
    text = re.sub(r"(?<!\*)\*(?!\*)", " * ", text).replace("/", " // ")
    flat = re.sub(r"\(.*\)", "", text)
    level = Level.SUM if re.search("[+-]", flat) else Level.PRODUCT
    return Code(text, level if " " in flat or "-" in flat else Level.ATOM, True)


@dataclass
class Names:
    """The names of a program: those of the record, and those that are made."""

    taken: set[str]
    reserved: set[str]

    def own(self, name: str) -> str:
        """Return what a name of the record is called in code."""
        return f"{name}_" if name in self.reserved or keyword.iskeyword(name) else name

    def fresh(self, name: str) -> str:
        """Return a name that nothing else has."""
        found, count = self.own(name), 1
        while found in self.taken:
            count += 1
            found = f"{name}_{count}"
        self.taken.add(found)
        return found
