"""LaTeX to tokens with places, a piece of text at a time.

pylatexenc's `LatexWalker.get_token` reads the same tokens, one character of prose each.
It is not used: it takes 8 s for a megabyte, and it copies the rest of the text at each
`\\begin`, so that its time grows with the square of the text; its tokens serve as the
second witness in the tests.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple


class Token(NamedTuple):
    """A piece of LaTeX.

    `kind` is "command", "comment", "break" (an empty line), "skipped" (verbatim),
    "parameter" (`#1`), "chars", or the character itself for one of `{}[]$~`;
    "primitive" is a command that is never expanded.
    """

    kind: str
    text: str
    place: int  # where it starts in the file, or where the macro that made it is used
    stop: int
    depth: int = 0  # the levels of macros it comes from
    true: bool = True  # each character has a place of its own


_TOKEN = re.compile(
    r"""
    (?P<break>\n[ \t]*\n\s*)
    | (?P<command>\\(?:[A-Za-z@]+|[\s\S]|\Z))
    | (?P<comment>%[^\n]*(?:\n(?![ \t]*\n)[ \t]*)?)
    | (?P<mark>[][{}$~])
    | (?P<parameter>\#[1-9#])
    | (?P<chars>[^][\\%{}$~\n#]+|[\n#])
    """,
    re.VERBOSE,
)
_SKIPPED = "verbatim Verbatim lstlisting minted comment filecontents tikzpicture"
_RAW = re.compile(rf"\\begin\s*\{{({'|'.join(_SKIPPED.split())})(\*?)\}}")
_VERB = re.compile(r"\\(?:verb\*?|lstinline(?:\[[^]\n]*\])?)([^\sA-Za-z*{])")
_INLINE = re.compile(
    r"\\(?:lstinline(?:\[[^]\n]*\])?|mintinline\{\w*\}|url|path)\{[^{}\n]*\}"
)
_CONDITION = re.compile(r"\\(?:if(?!f\b|thenelse\b)[A-Za-z@]*|else|fi)(?![A-Za-z@])")
_MAX_VERB = 1000  # characters within which `\verb|...|` must end

Report = Callable[[int, str, str], None]
"""Takes an offset, what was found there, and what to write instead."""


class Lexer:
    """The tokens of `text[start:stop]`."""

    def __init__(self, text: str, start: int, stop: int, report: Report):
        self.text, self.at, self.stop, self.report = text, start, stop, report
        self._unclosed: set[str] = set()  # what is sought in vain is sought once

    def __iter__(self) -> Iterator[Token]:
        text, stop = self.text, self.stop
        match = _TOKEN.match
        while self.at < stop:
            start = self.at
            found = match(text, start, stop)
            assert found, "every character begins a token"
            kind, end = found.lastgroup or "", found.end()
            if kind == "command" and (past := self._raw(found[0], start)) > start:
                kind, end = "skipped", past
            self.at = end
            value = text[start:end]
            yield Token(value if kind == "mark" else kind, value, start, end)

    def _raw(self, command: str, start: int) -> int:
        """Return where the text ends that `command` says to leave alone."""
        if command == "\\begin" and (found := _RAW.match(self.text, start, self.stop)):
            closer = f"\\end{{{found[1]}{found[2]}}}"
            return self._past(closer, found.end(), start)
        if command in ("\\verb", "\\lstinline"):
            found = _VERB.match(self.text, start, self.stop)
            if found:
                end = self.text.find(found[1], found.end(), found.end() + _MAX_VERB)
                line = self.text.find("\n", found.end(), found.end() + _MAX_VERB)
                if 0 <= end < self.stop and not 0 <= line < end:
                    return end + 1
        if command in ("\\lstinline", "\\mintinline", "\\url", "\\path"):
            found = _INLINE.match(self.text, start, self.stop)
            return found.end() if found else start
        if command == "\\iffalse":
            return self._condition(start)
        return start

    def _past(self, closer: str, begin: int, start: int) -> int:
        if closer not in self._unclosed:
            end = self.text.find(closer, begin, self.stop)
            if end >= 0:
                return end + len(closer)
            self._unclosed.add(closer)
            self.report(start, f"`{closer}` is missing", f"write `{closer}` after it")
        return start

    def _condition(self, start: int) -> int:
        """Return the end of `\\iffalse ... \\fi`, or of its part up to `\\else`."""
        if "\\fi" in self._unclosed:
            return start
        depth = 0
        for found in _CONDITION.finditer(self.text, start, self.stop):
            word = found[0]
            depth += (word.startswith("\\if")) - (word == "\\fi")
            if depth == 0 or (depth == 1 and word == "\\else"):
                return found.end()
        self._unclosed.add("\\fi")
        self.report(start, "`\\fi` is missing", "write `\\fi` where `\\iffalse` ends")
        return start
