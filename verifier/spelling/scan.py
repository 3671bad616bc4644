"""A formula while it is divided into tokens: the place, and what is found so far."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..reading.problem import Fault
from .tokens import Token
from .vocabulary import MODULES

DOUBLED = re.compile(r"\\{1,2}\|\s*\\{1,2}\|")
VERTS = re.compile(r"\\vert\s*\\vert(?![A-Za-z])")
MODULE = "|".join(sorted(name for name in MODULES if name.isalpha()))
_CODE = re.compile(
    rf"@|\.T\b|\*\*|%\*%|\b(?:{MODULE})\.[a-z]|\.(?:dot|t)\(|\blambda\s[\w, ]+:"
)
_STAR = re.compile(r"[A-Za-z0-9)]\s*\*\s*[A-Za-z(]")
"""A product as programs write it, and people among letters that touch."""


@dataclass
class Scan:
    """How far a formula is divided, and what is known of it."""

    text: str
    known: frozenset[str] = frozenset()
    """Names that stay whole."""
    at: int = 0
    spaced: bool = False
    found: list[Token] = field(default_factory=list)
    skipped: set[int] = field(default_factory=set)
    """Where braces are closed that only group."""
    reasons: list[tuple[int, int]] = field(default_factory=list)
    """Where it is said above a sign why it holds."""

    def __post_init__(self) -> None:
        text = self.text
        self.latex = re.search(r"\\[A-Za-z]{2}", text) is not None
        bars = DOUBLED.sub("", text)
        self.doubled = bars != text and "\\|" not in bars
        verts = VERTS.sub("", text)
        self.paired = verts != text and "\\vert" not in verts
        """Whether `\\vert` always stands twice, as the bar of a norm."""
        self.escaped = "&" not in text and "\\begin" not in text
        """Whether `\\\\|` may be what Markdown makes of `\\|`."""
        self.strict = not self.latex and _CODE.search(text) is not None
        """Whether this is code, whose names are never products of letters."""
        self.code = self.strict or (not self.latex and _STAR.search(text) is not None)

    def token(self, kind: str, stop: int, text: str | None = None) -> Token:
        """Return a token from here to `stop`, and move there."""
        start, self.at = self.at, stop
        return Token(kind, self.text[start:stop] if text is None else text, start, stop)

    def argument(self, start: int) -> tuple[str, int]:
        """Return the text in the braces at `start`, and where they end."""
        at = start
        while self.text[at : at + 1] == " ":
            at += 1
        if self.text[at : at + 1] != "{":
            return self.text[at : at + 1], min(at + 1, len(self.text))
        depth = 0
        for stop in range(at, len(self.text)):
            depth += {"{": 1, "}": -1}.get(self.text[stop], 0)
            if not depth:
                return self.text[at + 1 : stop], stop + 1
        raise Fault(at, "`{` is never closed", "close it with `}`")
