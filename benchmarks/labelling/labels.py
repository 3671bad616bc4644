"""Labels: what a person says that the formulas of a document mean, one a line."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = "labels.jsonl"
KINDS = ("statement", "step", "error")
TRUTHS = ("right", "wrong")
LAYOUTS = ("numerator", "denominator", "mixed")


@dataclass(frozen=True)
class Label:
    """What one formula means; `meanings` are equivalent, `parts` those of a chain."""

    number: int  # of the line that has it
    file: str
    line: int  # where the formula begins, in its cell where it stands in a notebook
    formula: str
    kind: str
    truth: str
    meanings: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    where: str = ""
    layout: str = ""  # "" where it does not matter
    cell: int = 0
    why: str = ""  # what the language lacks, where there is no meaning

    @property
    def place(self) -> str:
        """Return the place as people read it."""
        cell = f":cell {self.cell}" if self.cell else ""
        return f"{self.file}{cell}:{self.line}"

    @property
    def options(self) -> tuple[tuple[str, ...], ...]:
        """Return the ways to say it, each in one or several statements."""
        chain = (self.parts,) if self.parts else ()
        return (*((meaning,) for meaning in self.meanings), *chain)

    @property
    def expressible(self) -> bool:
        """Whether it is a statement, and the language can say it."""
        return self.kind != "step" and bool(self.options)

    @property
    def wrong(self) -> bool:
        """Whether the text is wrong here, with its own conventions."""
        return self.truth == "wrong"


class BadLabel(Exception):
    """A line that is no label; the text says where, and why."""


def load(folder: Path) -> list[Label]:
    """Read the labels of a folder, in the order of its file; BadLabel at the first."""
    lines = (folder / FILE).read_text(encoding="utf-8").splitlines()
    return [read(line, number) for number, line in enumerate(lines, 1) if line.strip()]


def read(line: str, number: int = 1) -> Label:
    """Read one label."""
    try:
        given = json.loads(line)
        return _label(given, number)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BadLabel(f"{FILE}:{number}: {error!r}") from None


def _label(given: Mapping[str, Any], number: int) -> Label:
    meaning = given.get("meaning")
    parts: object = given.get("parts")
    if isinstance(meaning, Mapping):  # a chain, and nothing but its parts
        meaning, parts = None, meaning["parts"]
    meanings, chain = _texts(meaning), _texts(parts)
    if {*meanings} <= {*chain}:  # all of a chain is meant, and not one of its parts
        meanings = ()
    return Label(
        number,
        str(given["file"]),
        int(given["line"]),
        str(given["formula"]),
        _one_of(KINDS, given.get("kind") or "statement"),
        _one_of(TRUTHS, given["truth"]),
        meanings,
        chain,
        given.get("where") or "",
        _layout(given.get("layout")),
        int(given.get("cell") or 0),
        given.get("why") or "",
    )


def _texts(value: object) -> tuple[str, ...]:
    """Return one text or several; what cannot be said, null, is left out."""
    values = (
        value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    )
    return tuple(str(one) for one in values if one)


def _one_of(words: Sequence[str], word: str) -> str:
    if word not in words:
        raise ValueError(f"{word!r} is none of {', '.join(words)}")
    return word


def _layout(word: object) -> str:
    return word if isinstance(word, str) and word in LAYOUTS else ""
