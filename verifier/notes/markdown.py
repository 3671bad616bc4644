"""Markdown: its prose and formulas, by pandoc's rules where they say something.

What is no text (code, comments, links, marks of lists and quotes) is first blanked out,
character by character, so that every offset stays true. Then each paragraph is divided
into formulas and prose. Dollars with white space inside, which pandoc takes for prose,
are a formula where what they hold can be nothing else.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from functools import partial
from operator import itemgetter

from ..reading.source import Source
from .formulas import DISPLAYS, HEADINGS, INLINE_ENVIRONMENTS, Collector, counted
from .gathering import MAX_FORMULA, Gathering
from .macros import Macros
from .masking import masked
from .stream import Stream
from .symbols import looks_like_latex

_OPENER = re.compile(
    r"""
    (?P<define>\\(?:new|renew|provide)command(?![a-z])|\\def(?![a-z])
       |\\Declare(?:MathOperator|PairedDelimiter)|\\let(?![a-z]))
    | \\begin\s*\{(?P<name>[A-Za-z]+\*?)\}
    | (?P<double>\\\\[\[(])
    | (?P<single>\\[\[(])
    | \\. | (?P<display>\$\$) | (?P<code>\$`) | (?P<dollar>\$)
    | (?P<ticks>`+)
    """,
    re.VERBOSE | re.DOTALL,
)
_DOLLAR = re.compile(r"\\.|\$", re.DOTALL)
_CLOSERS = {"\\[": "\\]", "\\(": "\\)", "\\\\[": "\\\\]", "\\\\(": "\\\\)"}
_BEGIN = re.compile(r"\\begin\s*\{([A-Za-z]+\*?)\}")
_MATHS = re.compile(r"[\\^_=<>+*/|\d-]|^\W*\w\W*$|^\s*\w\s*\(\s*\w\s*\)\s*$")
_PAIRED = re.compile(r"(?<!\\)(?:\$|\\\[|\\\()")
_MARKS = re.compile(
    r"\*+|`+|(?<![^\W_])__?(?=\w)|(?<=\w)__?(?![^\W_])|</?[A-Za-z][^<>\n]*>|\\(?=[^\w\s])"
)


class Markdown:
    """Reads Markdown into a gathering; one for each document, or cell of it."""

    def __init__(self, gathering: Gathering, macros: Macros):
        self.gathering, self.macros = gathering, macros
        self.headings: dict[int, str] = {}
        self.file = ""
        self.text = ""
        self._codes: dict[int, tuple[int, int, int]] = {}
        self._coded = False  # whether formulas are set as code
        self._missing: dict[str, int] = {}  # what is not there from an offset on

    def read(self, source: Source, loose: bool = False) -> None:
        """Read a text."""
        self.gathering.open(source)
        self.file = source.file
        self._past = 0  # a formula with empty lines may end beyond its paragraph
        self._missing.clear()
        found = masked(source.text, loose, self._coded)
        self._codes, self._coded = found.codes, bool(found.codes) or self._coded
        self.text = found.text
        for start in found.unclosed:
            said = "a fence of code opens here and never ends: what follows is not read"
            self.gathering.problem(
                self.file, start, said, "close it where the code ends"
            )
        self._dollars = [m.start() for m in _DOLLAR.finditer(self.text) if m[0] == "$"]
        events: list[tuple[int, int, Callable[[], None]]] = [
            *((it[0], 0, partial(self._remark, *it)) for it in found.remarks),
            *((it[0], 1, partial(self._heading, *it)) for it in found.headings),
            *((it[0], 2, partial(self._fence, *it)) for it in found.fences),
            *((it[0], 3, partial(self._paragraph, *it)) for it in found.blocks),
        ]
        events.sort(key=itemgetter(0, 1))
        for _, _, act in events:
            act()

    def _remark(self, start: int, said: str, at: int, stop: int) -> None:
        self.gathering.remark(said, at, start, stop, self.file)

    def _paragraph(self, start: int, stop: int) -> None:
        start = max(start, self._past)
        if start < stop:
            self._block(start, stop)
        self.gathering.end_paragraph(self.file)

    def _heading(self, start: int, level: int, title: str) -> None:
        for lower in [have for have in self.headings if have >= level]:
            del self.headings[lower]
        name = HEADINGS[min(level + 1, len(HEADINGS) - 1)]
        self.headings[level] = f"{name}: {title}"
        ordered = sorted(self.headings)
        self.gathering.within = tuple(self.headings[have] for have in ordered)

    def _fence(self, start: int, begin: int, end: int, stop: int) -> None:
        """Read what a fence marked `math` or `latex` holds."""
        if _delimited(self.text[begin:end]):
            self._block(begin, end)
        else:
            self._formula(begin, end, start, stop, True)
        self.gathering.end_paragraph(self.file)

    # --- a paragraph

    def _block(self, start: int, stop: int) -> None:
        at = said = start
        while at < stop and (found := _OPENER.search(self.text, at, stop)):
            past = self._opened(found, said, stop)
            if past is None:
                # A dollar that opens nothing may be the first of two that do.
                at = found.end()
                continue
            at = said = past
        self._past = at
        if said < stop:
            self._prose(said, stop)
        self.gathering.end_prose(self.file)

    def _opened(self, found: re.Match[str], said: int, stop: int) -> int | None:
        """Read the formula that begins here; return its end, None if none does."""
        start, end = found.span()
        match found.lastgroup:
            case "define":
                return self._definition(said, start, stop)
            case "name":
                return self._named(found["name"], said, start, end)
            case "single" | "double":
                return self._bracketed(found[0], said, start, end, stop)
            case "display":
                return self._displayed(said, start, stop)
            case "code":
                close = self._find("`$", end, stop)
                if close > end:
                    return self._between(said, start, end, close, close + 2)
            case "dollar":
                return self._inline(said, start, stop)
            case "ticks" if start in self._codes:
                begin, close, past = self._codes[start]
                return self._between(said, start, begin, close, past)
        return None

    def _find(self, what: str, start: int, stop: int) -> int:
        """Return where something is next, -1 for nowhere; sought in vain only once."""
        if start >= self._missing.get(what, len(self.text) + 1):
            return -1
        at = self.text.find(what, start)
        if at < 0:
            self._missing[what] = start
        return at if at + len(what) <= stop else -1

    def _named(self, name: str, said: int, start: int, end: int) -> int | None:
        bare = name.rstrip("*")
        if bare not in DISPLAYS and bare not in INLINE_ENVIRONMENTS:
            return None
        # It may hold empty lines, and so be longer than the paragraph.
        closer = f"\\end{{{name}}}"
        close = self._find(closer, end, min(len(self.text), end + 2 * MAX_FORMULA))
        if close < 0:
            self._unclosed(start, f"\\begin{{{name}}}", closer)
            return None
        if counted(name) and (size := re.match(r"\{\w*\}", self.text[end : end + 20])):
            end += size.end()
        stop = close + len(closer)
        display = bare in DISPLAYS
        return self._between(said, start, end, close, stop, display, bare)

    def _bracketed(
        self, opener: str, said: int, start: int, end: int, stop: int
    ) -> int | None:
        closer = _CLOSERS[opener]
        close = self._find(closer, end, stop)
        # `\\[2pt]` is `\\` and a bracket; so is `\\]`.
        while close > 0 and len(closer) == 2 and self.text[close - 1] == "\\":
            close = self._find(closer, close + 2, stop)
        if close < 0:
            if len(closer) == 2 and looks_like_latex(self.text[end : end + 200]):
                self._unclosed(start, opener, closer)
            return None
        if not _MATHS.search(self.text[end:close]):
            return None  # `\[` is how Markdown writes a bracket
        display = opener.endswith("[")
        return self._between(said, start, end, close, close + len(closer), display)

    def _displayed(self, said: int, start: int, stop: int) -> int | None:
        text, dollars = self.text, self._dollars
        index = bisect_left(dollars, start + 2)
        while index < len(dollars) and dollars[index] < stop - 1:
            close = dollars[index]
            if text[close + 1] == "$":
                return self._between(said, start, start + 2, close, close + 2, True)
            index += 1
        if start + 2 < stop and looks_like_latex(text[start + 2 : start + 200]):
            self._unclosed(start, "$$", "$$")
        return None

    def _inline(self, said: int, start: int, stop: int) -> int | None:
        text, dollars = self.text, self._dollars
        index = bisect_left(dollars, start + 1)
        if index == len(dollars) or dollars[index] >= stop:
            return None
        close = dollars[index]
        content = text[start + 1 : close]
        if not content or text[close + 1 : close + 2].isdigit():
            return None
        spaced = content[0].isspace() or content[-1].isspace()
        if spaced and not looks_like_latex(content):
            return None
        return self._between(said, start, start + 1, close, close + 1)

    def _definition(self, said: int, start: int, stop: int) -> int | None:
        """Read a macro that is defined in the text."""
        stream = self._stream(start, stop)
        token = stream.next()
        if token is None or not self.macros.take(token, stream):
            return None
        after = stream.next()
        self._prose(said, start)
        return after.place if after else stop

    # --- what is kept

    def _unclosed(self, start: int, opener: str, closer: str) -> None:
        text = f"the formula that `{opener}` begins has no end"
        self.gathering.problem(self.file, start, text, f"write `{closer}` after it")

    def _between(
        self,
        said: int,
        start: int,
        begin: int,
        end: int,
        stop: int,
        display: bool = False,
        environment: str = "",
    ) -> int:
        self._prose(said, start)
        self._formula(begin, end, start, stop, display, environment)
        return stop

    def _formula(
        self,
        begin: int,
        end: int,
        start: int,
        stop: int,
        display: bool,
        environment: str = "",
    ) -> None:
        whole = (self._stream(begin, end), self.macros, self.gathering, self.file, "")
        found = Collector(*whole, environment).collect(begin)
        if not found.too_long:
            self.gathering.formula(
                found.text, found.places, start, stop, self.file, display, environment
            )

    def _stream(self, start: int, stop: int) -> Stream:
        def report(offset: int, text: str, hint: str) -> None:
            self.gathering.problem(self.file, offset, text, hint)

        return Stream(self.text, start, stop, report, self.macros.budget)

    def _prose(self, start: int, stop: int) -> None:
        at = start
        for found in _MARKS.finditer(self.text, start, stop):
            self._words(at, found.start())
            at = found.end()
        self._words(at, stop)

    def _words(self, start: int, stop: int) -> None:
        if start < stop:
            self.gathering.words(self.text[start:stop], range(start, stop), stop)


def _delimited(text: str) -> bool:
    """Say whether formulas in a text of mathematics have delimiters of their own."""
    names = (found[1].rstrip("*") for found in _BEGIN.finditer(text))
    return bool(_PAIRED.search(text)) or any(name in DISPLAYS for name in names)
