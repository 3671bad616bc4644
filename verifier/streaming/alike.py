"""Lines alike up to the names that they declare: what was answered to one answers all.

Only statements in the strict language whose names all have declared types: letters say
nothing there, and so the answers differ by the names alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ..asking.disguised import plainly_strict
from ..asking.inline import LENGTH
from ..results.streamed import StreamAnswer
from .line import Line
from .renaming import WORD

NAME = re.compile(r"(?![dDoOIT]\b)[A-Za-z](?:_?\d+)?", re.ASCII)
"""A name that no word of the language is like: longer ones keep their letters."""


@dataclass(frozen=True)
class Alike:
    """What a line says beside its names, and these in the order of their appearance."""

    key: str
    names: tuple[str, ...]

    def told(self, known: StreamAnswer, other: Alike, line: Line) -> StreamAnswer:
        """Return the answer to an other line that is alike, told in its names."""
        new = dict(zip(self.names, other.names, strict=True))
        changed = new | {f"d{name}": f"d{own}" for name, own in new.items()}

        def said(text: str) -> str:
            return WORD.sub(lambda word: changed.get(word[0], word[0]), text)

        return replace(
            known,
            statement=line.statement,
            types={new[name]: declared for name, declared in known.types.items()},
            results=[{**one, "text": said(one["text"])} for one in known.results],
        )


def alike(line: Line) -> Alike | None:
    """Return what a line has in common with others; None where its names matter."""
    where = line.where
    if line.fields or not where or isinstance(where, str):
        return None
    changes = {f"d{name}" for name in where}
    sizes = {word for declared in where.values() for word in WORD.findall(declared)}
    if len(line.statement) > LENGTH or not plainly_strict(line.statement):
        return None
    if {*where} & (changes | sizes):
        return None
    names = dict.fromkeys(_names(line.statement, where))
    order = {name: k for k, name in enumerate(names)}
    if not all(map(NAME.fullmatch, where)) or order.keys() != where.keys():
        return None

    def place(word: re.Match[str]) -> str:
        name = word[0]
        change = name in changes
        k = order.get(name[change:])
        return name if k is None else f"{'d' * change}{{{k}}}"

    said = WORD.sub(place, line.statement)
    declared = [where[name] for name in order]
    return Alike(repr((said, declared, line.layout, line.diagnose)), tuple(order))


def _names(statement: str, where: Mapping[str, str]) -> Iterator[str]:
    """Yield the declared names that occur, each once, in order."""
    for word in dict.fromkeys(WORD.findall(statement)):
        if word in where:
            yield word
        elif word[0] == "d" and word[1:] in where:
            yield word[1:]


def is_nameless(answer: StreamAnswer) -> bool:
    """Whether an answer names nothing but in the statement, its claims and types."""
    plain = not (answer.read or answer.inferred or answer.others or answer.notes)
    for one in answer.results:
        named = any(word in answer.types for word in WORD.findall(one.get("note", "")))
        plain &= not (named or one.get("diagnosis") or one.get("counterexample"))
    return plain and answer.verdict in ("holds", "fails")
