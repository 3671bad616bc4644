"""Markdown without what is no text: blanked out, so that offsets stay true."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .codes import is_formula, is_rule
from .formulas import DISPLAYS
from .markup import with_dollars

_SPAN = re.compile(
    r"""
    ^(?:[ \t]*>)*[ \t]*(?:[-*+][ \t]+)?(?P<fence>`{3,}|~{3,})(?P<info>[^`\n]*)$
    | (?P<comment><!--)
    | ^(?P<indent>[ \t]*)\.\.[ \t]+math::[ \t]*(?P<rest>[^\n]*)$
    | (?P<maths>\$`[^`\n]+`\$)
    | (?<![\\`])(?P<ticks>`+)(?!`)
    """,
    re.VERBOSE | re.MULTILINE,
)
_DIRECTIVE = re.compile(
    r"\{(?:admonition|note|tip|hint|important|attention|caution|warning|danger|error|"
    r"seealso|dropdown|margin|sidebar|card|tab-item|proof|theorem|lemma|corollary|"
    r"definition|example|exercise|solution|remark|proposition|prf:[a-z]+)\}"
)
"""Fences of MyST that hold text."""
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
MAX_CODE = 2000  # characters of code in a line of text
_MATHS = frozenset({"math", "latex", "tex", "katex", "mathjax"})
_PLAIN = frozenset({"text", "txt", "plain", "plaintext"})
_LINE = re.compile(r"(?<=[ \t\n])[^\s][^\n]*")
_LIST = re.compile(r"[ \t]*(?:[-*+•◦▪]|\(?\d{1,9}[.)]|\#\.)(?=[ \t])")
_QUOTE = re.compile(r"[ \t]{0,3}(?:>[ \t]?)+")
_CONTAINER = re.compile(
    r"[ \t]*(?:!!!|\?\?\?\+?|===\+?)[ \t]+[\w\"']|"
    r"[ ]{0,3}(?:\[\^[^\]\s]+\]:|:[ \t]+\S)"
)
"""What indented text belongs to: boxes and tabs of MkDocs, notes, definitions."""
_INDENTED = re.compile(r"(?:[ \t]*\n|(?:[ ]{4}|[ ]{0,3}\t)[^\n]*(?:\n|\Z))*")
_COMMAND = re.compile(r"\\[A-Za-z]{2,}")
_DISPLAYED = re.compile(
    r"\\begin\{(?:equation|align|gather|multline|eqnarray)\*?\}|\\[\])]"
)
_HEADING = re.compile(r"[ ]{0,3}(#{1,6})[ \t]+(\S.*)$")
_UNDERLINE = re.compile(r"[ ]{0,3}(?:=+|-+)[ \t]*$")
_RULE = re.compile(r"[ ]{0,3}([-*_])[ \t]*(?:\1[ \t]*){2,}$")
_DISPLAY = re.compile(
    r"\\begin\{(?P<name>[a-zA-Z]+\*?)\}|\\end\{[a-zA-Z]+\*?\}|\$\$|\\[^\W_]|\\\W"
)
_ATTRIBUTES = re.compile(r"[ \t]*\{[#.][^{}]*\}[ \t]*$")
_MARKED = re.compile(r"^#{1,6}[ \t]", re.MULTILINE)
# A short line that begins as no sentence does.
_TITLE = re.compile(
    r"(?!(?:An?|And|As|But|For|Hence|If|In|It|Let|Now|So|Suppose|The|Then|There|These|"
    r"This|Thus|We|When|Where)\b)[A-Z\d][^\n$\\=|]{2,58}[\w)]"
)
_DIV = re.compile(r"[ \t]*:{3,}")
_LINK = re.compile(
    r"(?<=\])\([^()\s\\$]*(?:\([^()\s]*\)[^()\s\\$]*)?(?:[ \t]+\"[^\"\n]*\")?\)"
)
_ADDRESS = re.compile(r"<?\bhttps?://[^\s<>)\]]*>?")


@dataclass
class Masked:
    """The text with blanks, and what was seen on the way, each by where it starts."""

    text: str
    blocks: list[tuple[int, int]] = field(default_factory=list)
    """Start and stop of each paragraph."""
    headings: list[tuple[int, int, str]] = field(default_factory=list)
    """Of each heading: start, level and words; its text is a block as well."""
    fences: list[tuple[int, int, int, int]] = field(default_factory=list)
    """Of each fence of mathematics: start; begin and end of its content; and stop."""
    unclosed: list[int] = field(default_factory=list)
    """Where a fence opens that never ends, with formulas behind it."""
    remarks: list[tuple[int, str, int, int]] = field(default_factory=list)
    """Of each `<!-- nabla: ... -->`: start; what it says, and where; and stop."""
    codes: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    """Of each formula that is set as code, by its start: begin, end and stop."""


def masked(text: str, loose: bool = False, coded: bool = False) -> Masked:
    """Find the blocks of a Markdown text, and blank out what is no text.

    What is set as code is kept where it is a formula and some of it states a rule, or
    where the text before this one, such as the cell of a notebook, was `coded`.

    Loose Markdown is plain text with formulas: it is indented for the eye, not to show
    code, and a short line alone is a heading if none has a mark.
    """
    found = Masked(text)
    text = with_dollars(text)
    visible = _spans(_front_matter(text), found)
    if found.codes:
        visible = _uncovered(visible, text, found, coded)
    text = _Lines(text, visible, found, loose).read()
    for pattern in (_LINK, _ADDRESS):
        text = pattern.sub(lambda match: _blank(match[0]), text)
    found.text = text
    return found


def _blank(text: str) -> str:
    """Return spaces in the place of a text, with its line ends."""
    return re.sub(r"[^\n]", " ", text)


def _front_matter(text: str) -> str:
    if text.startswith("---\n"):
        end = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE).search(text, 4)
        if end:
            return _blank(text[: end.end()]) + text[end.end() :]
    return text


# --- code and comments


def _spans(text: str, found: Masked) -> str:
    """Blank out code and comments; note fences of mathematics and remarks."""
    kept: list[str] = []
    at = done = 0
    open_comment = True  # may there be a `-->` ahead?
    closers: dict[str, int] = {}  # of directives, whose text is kept
    while span := _SPAN.search(text, at):
        start, at, before = span.start(), span.end(), len(found.fences)
        stop = -1
        match span.lastgroup:
            case "info" if start in closers.values():
                stop = at
            case "info" if _keeps(text, span, closers):
                stop = at
            case "info" if _is_space(text, span):
                pass
            case "info":
                stop = _fence(text, span, found)
            case "rest":
                stop = _directive(text, span, found)
            case "comment" if open_comment:
                end = text.find("-->", at)
                open_comment = end >= 0
                if open_comment:
                    stop = end + 3
                    _remark(text, start, at, end, stop, found)
            case "ticks":
                stop = _code(text, at, span["ticks"])
                if stop >= 0:
                    found.codes[start] = (at, stop - len(span["ticks"]), stop)
        if stop >= 0:
            begin = stop if stop < start else start
            kept.append(text[done:begin])
            for _, first, last, _ in found.fences[before:]:
                kept.append(_blank(text[begin:first]))
                kept.append(text[first:last])
                begin = last
            kept.append(_blank(text[begin:stop]))
            at = done = stop
    kept.append(text[done:])
    return "".join(kept)


def _uncovered(visible: str, text: str, found: Masked, coded: bool) -> str:
    """Return the text with the code in it that is formulas; note which that is."""
    spans = found.codes.items()
    kept = {at: it for at, it in spans if is_formula(text[it[0] : it[1]])}
    if not (coded or any(is_rule(text[it[0] : it[1]]) for it in kept.values())):
        kept = {}
    found.codes = kept
    pieces: list[str] = []
    done = 0
    for start, (_, _, stop) in kept.items():
        pieces += (visible[done:start], text[start:stop])
        done = stop
    return "".join((*pieces, visible[done:]))


def _keeps(text: str, span: re.Match[str], closers: dict[str, int]) -> bool:
    """Say whether a fence holds text, and note where it is closed."""
    mark = span["fence"]
    if len(mark) > 10 or not _DIRECTIVE.match(span["info"].strip()):
        return False
    if closers.get(mark, 0) < span.end():
        closer = _closer(mark).search(text, span.end())
        if closer is None:
            return False
        closers[mark] = closer.start()
    return True


def _is_space(text: str, span: re.Match[str]) -> bool:
    """Whether tildes are the white space of a formula that is open before them.

    What is indented so is `$\\displaystyle`, and in the next line `~~~~\\nabla f = a`.
    """
    if span["fence"][0] != "~":
        return False
    before = text[max(0, span.start() - MAX_CODE) : span.start()]
    paragraph = _BLANK_LINE.split(before)[-1]
    dollars = len(re.findall(r"(?<!\\)\$", paragraph))
    return dollars % 2 == 1 or _inside_display(paragraph)


def _inside_display(paragraph: str) -> bool:
    """Whether a display that is open at the end of a paragraph began in it."""
    opened = max(paragraph.rfind(mark) for mark in ("$$", "\\[", "\\begin{"))
    closed = max(paragraph.rfind(mark) for mark in ("\\]", "\\end{"))
    displays = paragraph.count("$$") % 2 == 1
    return displays or (opened > closed and not paragraph.count("$$"))


def _fence(text: str, span: re.Match[str], found: Masked) -> int:
    """Return where a fence ends, which may be the end of the text."""
    end = _closer(span["fence"]).search(text, span.end())
    stop = end.end() if end else len(text)
    words = re.findall(r"[A-Za-z]+", span["info"])
    raw = span["info"].lstrip().startswith("{=")  # pandoc's raw blocks are no formula
    if end is None and _DISPLAYED.search(text, span.end()):
        found.unclosed.append(span.start())
    if words and words[0].lower() in _MATHS and not raw:
        begin = min(span.end() + 1, stop)
        inner = max(begin, end.start() if end else stop)
        found.fences.append((span.start(), begin, inner, stop))
    elif not raw and {*words} <= _PLAIN:
        for line in _LINE.finditer(text, span.end(), end.start() if end else stop):
            if is_rule(line[0]):  # a rule that stands in a fence of its own
                where = line.span()
                found.fences.append((where[0], *where, where[1]))
    return stop


_DISPLAYED = re.compile(
    r"^[ \t]*(?:\$\$|\\\[|\\begin\{(?:align|equation|gather))", re.M
)
"""A formula on lines of its own."""


def _directive(text: str, span: re.Match[str], found: Masked) -> int:
    """Return where the formula of reStructuredText ends that stands below `math::`."""
    indent = len(span["indent"])
    deeper = re.compile(rf"(?:[ \t]*\n|[ \t]{{{indent + 1},}}[^\n]*(?:\n|\Z))*")
    options = re.compile(r"(?:[ \t]+:\w+:[^\n]*(?:\n|\Z))*")
    below = min(span.end() + 1, len(text))
    block = deeper.match(text, below)
    stop = len(text[: block.end() if block else below].rstrip())
    stop = max(stop, span.end())
    if span["rest"].strip():
        begin, end = span.start("rest"), span.end("rest")
    else:
        taken = options.match(text, below, stop)
        begin, end = min(taken.end() if taken else below, stop), stop
    if text[begin:end].strip():
        found.fences.append((span.start(), begin, end, stop))
    return stop


def _closer(mark: str) -> re.Pattern[str]:
    """Return what closes a fence."""
    return re.compile(rf"^[ \t>]*{mark[0]}{{{len(mark)},}}[ \t]*$", re.MULTILINE)


def _remark(
    text: str, start: int, begin: int, end: int, stop: int, found: Masked
) -> None:
    inner = text[begin:end]
    said = inner.strip()
    if said.startswith("nabla:"):
        words = said.removeprefix("nabla:").strip()
        after = inner.index("nabla:") + len("nabla:")
        at = begin + after + len(inner[after:]) - len(inner[after:].lstrip())
        found.remarks.append((start, words, at, stop))


def _code(text: str, begin: int, ticks: str) -> int:
    """Return where code in a line ends, -1 for nowhere near."""
    limit = min(len(text), begin + MAX_CODE)
    if end := _BLANK_LINE.search(text, begin, limit):
        limit = end.start()
    closer = re.compile(rf"(?<!`){ticks}(?!`)").search(text, begin, limit)
    return closer.end() if closer else -1


# --- lines


class _Lines:
    """The lines of a text, and the blocks that they make."""

    def __init__(self, whole: str, text: str, found: Masked, loose: bool):
        self.whole, self.text, self.found = whole, text, found
        self.loose = loose
        self.titled = loose and not _MARKED.search(text)
        self.start = -1  # of the paragraph that is open
        self.in_list = False
        self.after_blank = True
        self.indented = (
            False,
            0,
        )  # has the last block formulas, and where does it end?
        self.display = ""  # what closes the display that is open
        self.out: list[str] = []

    def read(self) -> str:
        """Return the text with blanks."""
        fences = iter([*self.found.fences, (len(self.text) + 1,) * 4])
        fence = next(fences)
        at = 0
        lines = zip(self.text.split("\n"), self.whole.split("\n"), strict=True)
        for line, whole in lines:
            if at > fence[3]:
                fence = next(fences)
            if at >= fence[0]:
                self._close(at)
                kept, self.after_blank = line, True
            else:
                indented = whole.startswith(("    ", "\t"))
                kept = self._line(line, at, indented)
                self.after_blank = not kept.strip()
            self.out.append(kept)
            at += len(line) + 1
        self._close(at - 1)
        return "\n".join(self.out)

    def _close(self, at: int) -> None:
        if self.start >= 0:
            self.found.blocks.append((self.start, at))
            line = self.whole[self.start : at].strip()
            if self.titled and _TITLE.fullmatch(line):
                self.found.headings.append((self.start, 1, _plain(line)))
            self.start = -1

    def _line(self, line: str, at: int, indented: bool) -> str:
        """Take a line; return it with its marks blanked out."""
        shift = quote.end() if (quote := _QUOTE.match(line)) else 0
        body = line[shift:]
        line = " " * shift + body
        if self._in_display(body):
            return line
        if self._underlines(body):
            level = 1 if "=" in body else 2
            self.found.headings.append((self.start, level, _plain(self.out[-1])))
            self._close(at)
            return " " * len(line)
        if not body.strip() or _RULE.match(body) or _DIV.match(body):
            self._close(at)
            return " " * len(line)
        if heading := _HEADING.match(body):
            return self._heading(line, at, shift, heading)
        if not indented and self.after_blank:
            self.in_list = False
        if indented and self.after_blank and not self.in_list and not self.loose:
            if not self._has_formulas(at):
                self._close(at)
                return " " * len(line)
            self.in_list = True
        if _CONTAINER.match(body):
            self._close(at)
            self.in_list = True
        if mark := _LIST.match(body):
            self._close(at)
            self.in_list = True
            line = " " * (shift + mark.end()) + body[mark.end() :]
        elif body.lstrip().startswith("|"):  # a row of a table
            self._close(at)
        if self.start < 0:
            self.start = at
        return line

    def _has_formulas(self, at: int) -> bool:
        """Whether formulas are set in the indented lines from here on: no code."""
        if at >= self.indented[1]:
            block = _INDENTED.match(self.text, at)
            stop = block.end() if block else at
            self.indented = (_has_formulas(self.text[at:stop]), stop)
        return self.indented[0]

    def _in_display(self, body: str) -> bool:
        """Say whether a line goes on with a display; its marks are none of lists."""
        if not body.strip():
            if not self.display.startswith("\\end"):
                self.display = ""
            return bool(self.display)
        inside = bool(self.display) and self.start >= 0
        for found in _DISPLAY.finditer(body):
            if self.display:
                if found[0] == self.display:
                    self.display = ""
            elif found[0] == "$$":
                self.display = "$$"
            elif found[0] == "\\[":
                self.display = "\\]"
            elif (name := found["name"]) and name.rstrip("*") in DISPLAYS:
                self.display = f"\\end{{{name}}}"
        return inside

    def _underlines(self, body: str) -> bool:
        """Say whether a line makes the one line of text above it a heading."""
        if self.start < 0 or not _UNDERLINE.match(body):
            return False
        above = self.out[-1]
        return bool(above.strip()) and above[:4].strip() != "" and "$" not in above

    def _heading(self, line: str, at: int, shift: int, heading: re.Match[str]) -> str:
        self._close(at)
        self.found.headings.append((at, len(heading[1]), _plain(heading[2])))
        begin = shift + heading.start(2)
        self.found.blocks.append((at + begin, at + len(line)))
        return " " * begin + line[begin:]


def _has_formulas(text: str) -> bool:
    """Whether a text has formulas of LaTeX with their delimiters, as no program has."""
    inside = text.split("$")[1:-1]
    if any(_COMMAND.search(one) for one in inside):
        return True
    return bool(_DISPLAYED.search(text) and _COMMAND.search(text))


def _plain(title: str) -> str:
    """Return the words of a heading."""
    title = _ATTRIBUTES.sub("", title).rstrip("# \t")
    return " ".join(re.sub(r"[*`$]|(?<!\w)_|_(?!\w)", "", title).split())
