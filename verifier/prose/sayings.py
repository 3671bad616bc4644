"""What a phrase says of a formula that it stands beside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .facts import UNKNOWN, About
from .memberships import Look
from .phrases import Phrase, kinds_of, phrase
from .sentences import Item
from .spaces import shaped

CUES = ("let", "if", "where", "since", "such")
"""Classes of words that introduce what is said of a name."""
OPERATORS = ("mul", "kron", "tr", "det", "transpose", "inv", "pinv", "norm",
              "frobenius", "vec", "composition", "log")  # fmt: skip


@dataclass(frozen=True)
class Found:
    """A fact, by the items of its sentence that say so."""

    about: About
    names: tuple[str, ...]
    value: str
    start: int
    stop: int
    cue: int  # the item that introduces it; -1 if none does


class Sayings:
    """What the phrases of one sentence say."""

    def __init__(self, items: Sequence[Item]):
        self.items = items

    def facts(
        self, seen: Look, made: Phrase, start: int, stop: int, verb: bool = False
    ) -> Iterator[Found]:
        """Yield what a phrase says of a subject."""
        cue = self.cue(start)
        names = seen.names or (seen.said[-1].names if seen.said else ())
        if made.noun == "function" or "elementwise" in made.adjectives:
            called = (seen.called,) if seen.called else names
            yield from self.function(called, made, start, stop, cue)
            return
        meaning = {"identity": "eye", "ones": "ones", "zeros": "zeros"}.get(
            made.noun, ""
        )
        meaning = meaning or made.meaning
        if meaning:
            yield from self.meaning(seen, meaning, start, stop, cue)
            return
        if made.constant and names:
            yield Found("constant", names, "", start, stop, cue)
        if not names and seen.inner:
            inside = [
                a for a in made.adjectives if a not in ("unit", "positive", "square")
            ]
            made = Phrase(made.stop, inside)
            names = (seen.inner,) if inside else ()
        for name in names:
            lower = not name[0].isupper()
            value = kinds_of(made, lower)
            if not value and verb and len(made.sizes) == 2 and not made.adjectives:
                value = shaped(made.sizes)
            if seen.said and not seen.said[-1].condition:
                value = _sized(value, seen.said[-1].value)
            if value:
                yield Found("type", (name,), value, start, stop, cue)
            for adjective in made.adjectives:
                if adjective in ("full_rank", "convex", "concave"):
                    yield Found("property", (name,), adjective, start, stop, cue)
            if not lower or made.noun == "matrix":
                for adjective in made.unsaid:
                    yield Found("not", (name,), adjective, start, stop, cue)

    def function(
        self, names: tuple[str, ...], made: Phrase, start: int, stop: int, cue: int
    ) -> Iterator[Found]:
        """Yield what is said of a function."""
        if not names:
            return
        for adjective in made.adjectives:
            if adjective in ("convex", "concave", "elementwise"):
                yield Found("property", names, adjective, start, stop, cue)
        if "elementwise" in made.adjectives:
            yield Found("type", names, "scalar -> scalar", start, stop, cue)
            return
        result = ""
        if made.inner in ("scalar", "vector", "matrix"):
            result = {"vector": "vector(?)", "matrix": "matrix(?, ?)"}.get(
                made.inner, made.inner
            )
        for adjective, kind in (
            ("scalar", "scalar"),
            ("valued_vector", "vector(?)"),
            ("valued_matrix", "matrix(?, ?)"),
        ):
            result = kind if adjective in made.adjectives else result
        argument, end = self.argument(stop)
        if result and argument:
            yield Found("type", names, f"{argument} -> {result}", start, end, cue)
        elif not result and not argument:
            spaces = [item.seen.space for item in self.items[stop : stop + 4]]
            if len(spaces) == 4 and spaces[1] and spaces[3]:
                plain = f"{spaces[1]} -> {spaces[3]}"
                words = (self.items[stop].text, self.items[stop + 2].text)
                if words == ("from", "to") and "positive" not in plain:
                    yield Found("type", names, plain, start, stop + 4, cue)
            else:
                yield Found("property", names, "function", start, stop, cue)

    def argument(self, at: int) -> tuple[str, int]:
        """Read `of the vector x` behind a function."""
        if at >= len(self.items) or self.items[at].text not in ("of", "de", "d'un"):
            return "", at
        made = phrase(self.items, at + 1)
        if made is None or made.noun not in ("scalar", "vector", "matrix"):
            return "", at
        return kinds_of(made, True), made.stop

    def meaning(
        self, seen: Look, meaning: str, start: int, stop: int, cue: int
    ) -> Iterator[Found]:
        """Yield what a sign or a name stands for."""
        if meaning in OPERATORS:
            if seen.sign:
                yield Found("meaning", (seen.sign,), meaning, start, stop, cue)
            return
        following = self.items[stop] if stop < len(self.items) else None
        names = seen.names or ((seen.called,) if seen.called else ())
        names = names or ((seen.sign,) if seen.sign else ())
        of = following is not None and following.text in ("of", "applied", "de")
        if names and not (of and meaning not in ("eye", "ones", "zeros")):
            yield Found("meaning", names, meaning, start, stop, cue)

    def cue(self, i: int) -> int:
        """Return the item that introduces what stands at an item; -1 if none does."""
        for at in range(min(i, len(self.items) - 1), -1, -1):
            item = self.items[at]
            if item.has(*CUES) and not item.has("no cue"):
                return at
        return -1


def _sized(value: str, given: str) -> str:
    """Give a type the sizes that its formula has."""
    head, _, inside = value.partition("(")
    sizes = given.partition("(")[2].rstrip(")").split(", ")
    shape = given.partition("(")[0]
    if head in ("scalar", "positive", "matrix", "vector", "square", ""):
        return ""  # the formula says it
    if UNKNOWN in inside and len(set(sizes)) == 1 and sizes[0]:
        vector = head.endswith("vector")
        if vector == (shape == "vector"):
            return f"{head}({sizes[0]})"
    return value
