"""Sizes in code: the lines that read them off the arguments of a function."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import lcm

from ..language.declaration import FunctionType, Type
from ..language.dimension import Dim
from .snippets import Names, declared_rank, sized


@dataclass(frozen=True)
class Lengths:
    """The lengths of the axes of arguments."""

    types: Mapping[str, Type | FunctionType]
    names: Names

    def lines(
        self, given: Sequence[str], wanted: set[str]
    ) -> Iterator[tuple[str, str]]:
        """Yield sizes with the lines that read them off arguments; some are empty.

        An argument that shows a size as it stands is preferred; of others it is the
        solution of an equation in one unknown.
        """
        known: set[str] = set()
        for name in given:
            own = self.names.own(name)
            plain = [_plain(dim) for dim in self._axes(name)]
            if len({*plain} & wanted - known) == 2:
                known |= {*plain}
                yield plain[0], f"{', '.join(map(self.names.own, plain))} = {own}.shape"
                yield plain[1], ""
            for axis, size in enumerate(plain):
                if size in wanted - known:
                    known.add(size)
                    yield size, f"{self.names.own(size)} = {own}.shape[{axis}]"
        while (solved := self._solved(given, wanted - known, known)) is not None:
            known.add(solved[0])
            yield solved

    def _axes(self, name: str) -> tuple[Dim, ...]:
        """Return the lengths of the axes of an argument."""
        declared = self.types[name]
        if not isinstance(declared, Type):
            return ()
        return declared.shape[: {"s": 0, "v": 1, "m": 2}[declared_rank(declared)]]

    def _solved(
        self, given: Sequence[str], wanted: set[str], known: set[str]
    ) -> tuple[str, str] | None:
        """Return a size that an axis shows by others that are known."""
        for name in given:
            for axis, dim in enumerate(self._axes(name)):
                unknown = dim.names - known
                if len(unknown) == 1 and unknown <= wanted:
                    (size,) = unknown
                    length = f"{self.names.own(name)}.shape[{axis}]"
                    if found := self._solution(dim, size, length):
                        return size, f"{self.names.own(size)} = {found}"
        return None

    def _solution(self, dim: Dim, name: str, length: str) -> str:
        """Return where a polynomial in a name is a length, or nothing."""
        below = lcm(*(c.denominator for _, c in dim.terms))
        parts = [Dim(()), Dim(()), Dim(())]
        for powers, c in (dim * below).terms:
            power = dict(powers).get(name, 0)
            if power > 2:
                return ""
            rest = tuple((one, p) for one, p in powers if one != name)
            parts[power] += Dim(((rest, c),))
        a, b = parts[2].constant, parts[1].constant
        if a is None or b is None:
            return ""
        if not a:
            left = length if below == 1 else f"{below} * {length}"
            if parts[0].terms:
                left += f" - {sized(parts[0], self.names):product}"
            bracketed = f"({left})" if " " in left else left
            return left if b == 1 else f"{bracketed} // {b}"
        # The root of a n**2 + b n + c = below * length.
        inside = f"{4 * a * below} * {length}"
        more = Dim.of(b * b) - parts[0] * (4 * a)
        if more.terms:
            inside += f" + {sized(more, self.names)}"
        root = f"math.isqrt({inside})"
        return f"({root} - {b}) // {2 * a}" if b else f"{root} // {2 * a}"


def _plain(dim: Dim) -> str:
    """Return the one name that a size is, or nothing."""
    return str(dim) if dim.names == {str(dim)} else ""
