"""What the words of a document say: pieces in, facts out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

UNKNOWN = "?"
"""A size that the text does not give, in the value of a fact: `vector(?)`."""

About = Literal[
    "type", "property", "constant", "not", "meaning", "letters", "layout", "wrong"
]
Scope = Literal["document", "section", "paragraph", "sentence"]


@dataclass(frozen=True)
class Piece:
    """Words, or one formula without its delimiters, in the order of the document."""

    kind: Literal["words", "formula"]
    text: str
    line: int = 1  # of its first character
    display: bool = False  # a formula on lines of its own
    paragraph: int = 0
    section: str = ""  # the headings above it


@dataclass(frozen=True)
class Fact:
    """One thing that is said, where, and for which pieces.

    `about` says what `value` is:

    - type: a type of the language, with `?` for a size that is not given, or
      `square(?)`: a matrix that is square
    - property: what no type says, such as `full_rank`, `elementwise`, `convex`
    - constant: nothing; the names do not depend on what is differentiated
    - not: a kind that the names need not have: `symmetric`
    - meaning: what a sign or name stands for: `eye`, `ones`, `mul`, `kron`, `sigmoid`
    - letters: the kind of all names of a fashion (`bold lower`, `upper`, ...)
    - layout: see `layouts.py`
    - wrong: nothing, or `in general` where the claim holds in special cases only
    """

    about: About
    names: tuple[str, ...]
    value: str
    words: str  # that say so
    at: int  # the piece in which they stand
    offset: int  # in its text
    line: int
    scope: Scope
    first: int  # the pieces for which it is said, both included
    last: int

    def covers(self, piece: int) -> bool:
        """Whether it is said for a piece."""
        return self.first <= piece <= self.last

    @property
    def restricts(self) -> bool:
        """Whether it is more than a shape."""
        head = self.value.partition("(")[0]
        return self.about != "type" or head not in (
            "scalar",
            "vector",
            "matrix",
            "square",
        )
