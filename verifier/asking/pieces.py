"""Pieces of a text: what stands between two signs, outside all brackets, and where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..reading.problem import Fault, Text


@dataclass(frozen=True)
class Piece:
    """A part of a text, without the spaces round it."""

    whole: Text
    start: int
    stop: int

    def __post_init__(self) -> None:
        value = self.whole.value[self.start : self.stop]
        start = self.start + len(value) - len(value.lstrip())
        stop = max(start, self.stop - len(value) + len(value.rstrip()))
        object.__setattr__(self, "start", start)
        object.__setattr__(self, "stop", stop)

    @property
    def value(self) -> str:
        """What it says."""
        return self.whole.value[self.start : self.stop]

    @property
    def text(self) -> Text:
        """Return it as a text that knows its place."""
        places = self.whole.places[self.start : self.stop + 1]
        place = self.whole.at(self.start)
        first = place.line - self.whole.place.line
        return Text(self.value, place, self.whole.lines[first:], places)

    def cut(self, start: int, stop: int | None = None) -> Piece:
        """Return a part of it, by offsets from its beginning."""
        stop = len(self.value) if stop is None else stop
        return Piece(self.whole, self.start + start, self.start + stop)

    def without(self, sign: str) -> Piece:
        """Return it without a sign at one of its ends."""
        value = self.value
        return self.cut(value.startswith(sign), len(value) - value.endswith(sign))

    def outer(self) -> Iterator[tuple[int, str]]:
        """Yield the characters outside all brackets, with their offsets."""
        depth = 0
        for at, char in enumerate(self.value):
            depth -= char in ")]}"
            if depth <= 0:
                yield at, char
            depth += char in "([{"

    def split(self, signs: str) -> Iterator[Piece]:
        """Yield the parts between signs that stand outside all brackets."""
        start = 0
        for at, char in self.outer():
            if char in signs:
                yield self.cut(start, at)
                start = at + 1
        yield self.cut(start)

    def sides(self) -> Iterator[Piece]:
        """Yield the sides of an equation."""
        value, start = self.value, 0
        for at, char in self.outer():
            if char != "=" or at < start or value[at - 1 : at] in ("<", ">", "!", ":"):
                continue
            yield self.cut(start, at)
            start = at + 2 if value[at : at + 2] == "==" else at + 1
        yield self.cut(start)

    def called(self, pattern: re.Pattern[str]) -> tuple[str, Piece] | None:
        """Return what is called and its arguments, where the call is the whole."""
        found = pattern.match(self.value)
        if found is None:
            return None
        rest = self.cut(found.end() - 1)
        return None if rest.inner == rest else (found["what"], rest.inner)

    @property
    def inner(self) -> Piece:
        """Return what is in a pair of brackets round the whole, if there is one."""
        value = self.value
        if not value.startswith("(") or not value.endswith(")"):
            return self
        closed = [at for at, char in self.outer() if char == ")"]
        return self.cut(1, len(value) - 1) if closed[:1] == [len(value) - 1] else self

    def check_reach(self, product: bool = True, bracket: bool = True) -> None:
        """Refuse what `d` or `lim` may be meant to reach in part only."""
        value = self.value
        signs = "".join(
            char for at, char in self.outer() if at and value[at - 1] not in "*/@(,eE"
        )
        loose = re.search(r"[+-]", signs) if product else re.search(r"[-+*/@]", signs)
        half = bracket and value.startswith("(") and self.inner == self
        if loose or half:
            said = f"it is not clear how much of `{value[:60]}` is meant"
            raise Fault(self.start, said, "put all of it in one pair of brackets")
