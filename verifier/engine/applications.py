"""The programs of function symbols: applied to arguments, and their derivatives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ..language.arrays import Array
from ..language.declaration import FunctionType
from ..language.dimension import Dim
from ..language.layout import Layout
from ..language.term import SCALAR, Shape, Term, is_scalar
from . import traced
from .derived import derived
from .programs import Family, Program, Sizes
from .sides import matrix, sides
from .symbols import Symbol, apply, parts


@dataclass(frozen=True)
class _Side:
    """An argument or the result of a function symbol, its shape in letters."""

    kind: str
    shape: tuple[Any, Any]


@dataclass(frozen=True)
class _Asked:
    """What is asked of a function: the same for terms alike up to names and sizes."""

    op: str
    alone: tuple[bool, ...]
    """Which arguments are one number, whatever the others are."""
    name: str = ""
    """Of an elementary function; of a function symbol its types are given."""
    promise: str = ""
    kinds: tuple[str, ...] = ()
    """Those of the arguments, then that of the result."""
    kind: str = ""
    positions: tuple[int, ...] = ()
    layout: Layout | None = None

    @property
    def at_letters(self) -> bool:
        """Whether it is the same at all sizes; else entries are taken one by one."""
        if self.kind == "taylor":
            return False
        entries = all(kind == "scalar" for kind in self.kinds)
        return self.op == "apply" or entries


def applied(term: Term, declared: Any) -> tuple[Program, SymbolBound]:
    """Return the program of a term, and what its letters stand for."""
    spread = term.shape != SCALAR
    alone = tuple(spread and arg.shape == SCALAR for arg in term.args)
    more = {"kind": term.kind, "positions": term.positions, "layout": term.layout}
    if not isinstance(declared, FunctionType):
        asked = _Asked(term.op, alone, term.name, **more)
        return _program(asked), SymbolBound(None, term.shape, term.dims)
    value = "scalar" if declared.result.shape == SCALAR else declared.result.kind
    kinds = (*(side.kind for side in declared.arguments), value)
    asked = _Asked(term.op, alone, "", declared.property, kinds, **more)
    return _program(asked), SymbolBound(declared, term.shape, term.dims)


@cache
def _program(asked: _Asked) -> Program:
    """Return the program: its arguments, then the numbers of the symbol."""
    if asked.at_letters:
        return _made(asked, ())
    count = len(asked.alone) + len(_numbers(asked, ()))
    return Family(lambda sizes: _made(asked, sizes), count)


def _made(asked: _Asked, sizes: Sizes) -> Program:
    whole = sides(("me", "ne"), sizes)
    declared, numbers = _declared(asked, sizes), _numbers(asked, sizes)
    entries = all(kind == "scalar" for kind in asked.kinds)
    shapes = [
        (1, 1) if alone else whole if entries else declared.arguments[i].shape
        for i, alone in enumerate(asked.alone)
    ]
    count = len(shapes)
    degree = dict(sizes).get("k", 0)
    term: Any = Term(
        asked.op,
        whole,
        kind=asked.kind,
        positions=asked.positions,
        layout=asked.layout,
    )

    def call(*args: Array) -> list[Array]:
        symbol: Any = asked.name or Symbol(
            declared, dict(zip(numbers, args[count:], strict=True))
        )
        if asked.op == "apply":
            shape = whole if entries else declared.result.shape
            return [apply(traced, symbol, args[:count], shape)]
        return [derived(traced, term, symbol, args[:count], degree, _same)]

    given = [*shapes, *numbers.values()]
    return Program(
        call,
        [matrix(*shape) for shape in given],
        lambda sizes: _made(asked, sizes),
    )


def _declared(asked: _Asked, sizes: Sizes) -> Any:
    """Return the type of a function symbol, its sizes in letters or in numbers."""
    if asked.name:
        return None
    *arguments, result = (
        _Side(kind, sides(_names(i), sizes) if kind != "scalar" else (1, 1))
        for i, kind in enumerate(asked.kinds)
    )
    known: Any = (tuple(arguments), result, asked.promise)
    return FunctionType(*known)


def _numbers(asked: _Asked, sizes: Sizes) -> dict[str, tuple[Any, Any]]:
    """Return the arrays of a function symbol with their shapes."""
    if asked.name:
        return {}
    (ridges,) = sides(["r"], sizes)
    found = parts(_declared(asked, sizes), _same, ridges)
    return {
        key: (_product(part.rows), _product(part.columns))
        for key, part in found.items()
    }


def _same(size: Any) -> Any:
    return size


def _names(side: int) -> tuple[str, str]:
    return f"m{side}", f"n{side}"


def _product(sizes: Iterable[Any]) -> Any:
    total: Any = 1
    for size in sizes:
        total = total * size
    return total


@dataclass(frozen=True)
class SymbolBound:
    """What the letters of a function's program stand for."""

    declared: FunctionType | None
    shape: Shape
    degree: tuple[Dim, ...]

    def at(self, numbers: Mapping[str, int]) -> Sizes:
        """Return the letters with their numbers."""

        def size(dim: Dim) -> int:
            return int(dim.number(numbers))

        found: dict[str, int] = {"me": size(self.shape[0]), "ne": size(self.shape[1])}
        if self.degree:
            found["k"] = size(self.degree[0])
        if self.declared is not None:
            for i, side in enumerate((*self.declared.arguments, self.declared.result)):
                if not is_scalar(side):
                    found.update(zip(_names(i), map(size, side.shape), strict=True))
            found["r"] = parts(self.declared, size)["b"].rows[0]
        return tuple(sorted(found.items()))
