"""One formula: its tokens up to the end, macros expanded, labels and comments gone."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..reading.bounds import FORMULA
from ..reading.source import shown
from .gathering import MAX_FORMULA, Gathering
from .lexing import Token
from .macros import Macros
from .stream import Stream, text_of
from .symbols import names

DISPLAYS = names("""
    equation align gather multline eqnarray displaymath flalign alignat dmath dgroup
    xalignat xxalignat IEEEeqnarray dseries darray empheq
""")
INLINE_ENVIRONMENTS = frozenset({"math"})
# Environments whose first argument says something of their columns.
_COUNTED = names("alignat xalignat xxalignat IEEEeqnarray empheq")
CLOSERS = {"$": "$", "$$": "$$", "\\(": "\\)", "\\[": "\\]"}
END = "end"  # closes an environment
HEADINGS = (
    *("part", "chapter", "section", "subsection", "subsubsection"),
    *("paragraph", "subparagraph"),
)

_TEXTS = names(
    "text mbox hbox textrm textnormal textbf textit textsf texttt textup mathrm", "\\"
)
_DROPPED = names(
    """
    nonumber notag xspace protect allowbreak hfill par noindent displaybreak
    global long smallskip medskip bigskip centering maketitle IEEEyesnumber
    IEEEnonumber IEEEyessubnumber IEEEeqnarraynumspace numberthis yesnumber qedhere
    leavevmode nobreak goodbreak relax tiny scriptsize footnotesize small normalsize
    large Large LARGE huge Huge normalfont rmfamily
    """,
    "\\",
)
_DROPPED_WITH_ARGUMENT = names(
    "label hspace vspace ref eqref cite input include footnote index refstepcounter "
    "phantom hphantom vphantom",
    "\\",
)
_DROPPED_WITH_TWO = names("setcounter addtocounter setlength addtolength", "\\")
_WORDS = re.compile(r"[^\W\d_]{2,}")
_VARIED = re.compile(
    r"\\[dt]?frac\s*\{\s*(?P<d>\\delta)(?=\s*(?:\}|\(|\\[A-Za-z]|[A-Za-z]))(?!\s*\\delta)"
)
_VARIED_BY = re.compile(r"\s*\{\s*(?P<d>\\delta)(?=\s*(?:\\[A-Za-z]+|[A-Za-z]))")
_EMPTY = re.compile(
    r"(?<!\\)[\^_]\s*\{\s*\}|\\math(?:rel|bin|op|ord|punct|inner)\s*\{\s*\}|"
    r"\\(?:mkern|kern|hskip|mskip|hglue)\s*[-+]?\s*[\d.]+\s*(?:mu|pt|em|ex|cm|mm|in|sp|bp)\b"
    r"(?:\s*(?:plus|minus)\s*[\d.]+\s*[a-z]{2,4}\b){0,2}"
)
"""Scripts and classes of nothing, and kerning."""
_STYLE = re.compile(r"^\s*(?:\\(?:display|text)style(?![A-Za-z])(?!\s*\{))?[\s~]+")
"""The style that a formula is set in, and its indent."""
_SPACES = r"(?:\\q?quad(?![A-Za-z])|(?<!\\)\\[,;:!]|~)"
_SIGN = (
    r"(?<![<>:!=])=(?!=)|(?<=\\!)=(?!=)|[≡≜≈]|"
    r"\\(?:equiv|triangleq|coloneqq|doteq|approx)(?![A-Za-z])"
)
_SET_APART = re.compile(
    rf"(?P<before>(?:{_SPACES}\s*)+)(?=(?:&\s*)?(?:{_SIGN}))|"
    rf"(?:{_SIGN})(?:\s*&)?\s*(?P<behind>{_SPACES}(?:\s*{_SPACES})*)"
)
"""White space round a sign of relation: `a \\quad = \\quad b` is one statement."""
_PLACED = names("aligned gathered alignedat array tabular multlined IEEEeqnarraybox")
"""Environments that may say how high they stand: `\\begin{aligned}[t]`."""
MAX_NAME, MAX_LABEL = 60, 1000  # tokens
MAX_NESTED = 200  # environments and groups inside each other


@dataclass
class Formula:
    """The content of a formula, and where it ends."""

    text: str = ""
    places: list[int] = field(default_factory=list)
    stop: int = 0
    closed: bool = False
    too_long: bool = False


def environment_name(stream: Stream) -> tuple[str, list[Token]] | None:
    """Take `{name}` after `\\begin` or `\\end`: the name, and its tokens."""
    found = stream.argument(MAX_NAME)
    if not found:
        return None
    return text_of(found).strip(), found


class Collector:
    """Reads one formula; `closer` is `$`, `$$`, `\\)`, `\\]`, END, or "" for all."""

    def __init__(
        self,
        stream: Stream,
        macros: Macros,
        gathering: Gathering,
        file: str,
        closer: str,
        environment: str = "",
    ):
        self.stream, self.macros, self.gathering = stream, macros, gathering
        self.file, self.closer, self.environment = file, closer, environment
        self.length = 0
        self.tokens: list[Token] = []
        self.groups: list[bool] = []  # of each open brace: does it hold text?
        self.nested: list[str] = []  # environments
        self.in_text_formula = False
        self.previous = ""
        self.unbalanced = -1  # where a brace has no partner

    def collect(self, start: int) -> Formula:
        """Return the formula that was opened at `start`."""
        stream = self.stream
        stop, closed = start, False
        while True:
            token = stream.next()
            if token is None:
                stop, closed = max(stop, stream.stop), not self.closer
                end = stream.stop
                break
            ended = self._take(token)
            if ended is not None:
                closed, end, stop = ended
                break
        return self._made(start, end, stop, closed)

    def _take(self, token: Token) -> tuple[bool, int, int] | None:
        """Take a token; at the end: does it close, and where do content and all end?"""
        kind, text = token.kind, token.text
        if kind in ("command", "primitive"):
            return self._command(token)
        if kind == "$":
            return self._dollar(token)
        if kind == "break":
            if self.closer in CLOSERS.values():
                self.stream.back(token)
                return False, token.place, token.place
            self._add(token)
        elif kind == "{":
            self.groups.append(self.previous in _TEXTS)
            self._add(token)
        elif kind == "}":
            if self.groups:
                if self.groups.pop():
                    self.in_text_formula = False
            elif self.unbalanced < 0:
                self.unbalanced = token.place
            self._add(token)
        elif kind == "comment":
            remark(token, self.gathering, self.file)
        elif kind != "skipped":
            self._add(token)
        if not text.isspace():
            self.previous = ""
        return None

    def _add(self, token: Token) -> None:
        self.length += len(token.text)
        if self.length <= MAX_FORMULA:
            self.tokens.append(token)

    def _dollar(self, token: Token) -> tuple[bool, int, int] | None:
        if self.groups and self.groups[-1]:
            self.in_text_formula = not self.in_text_formula
            self._add(token)
            return None
        if self.in_text_formula and self.groups:
            self.in_text_formula = False
            self._add(token)
            return None
        if self.closer == "$":
            return True, token.place, token.stop
        after = self.stream.next()
        if self.closer == "$$":
            if after and after.kind == "$":
                return True, token.place, after.stop
            if after:
                self.stream.back(after)
            return True, token.place, token.stop
        if self.closer == "":  # Markdown has found the end itself
            if after:
                self.stream.back(after)
            self._add(token)
            return None
        self.stream.back(token, *([after] if after else []))
        return False, token.place, token.place

    def _command(self, token: Token) -> tuple[bool, int, int] | None:
        name = token.text
        if (
            token.kind == "command"
            and self.length <= MAX_FORMULA
            and self.macros.take(token, self.stream, maths=True)
        ):
            return None
        if name == self.closer:
            return True, token.place, token.stop
        if name in ("\\(", "\\)") and any(self.groups):
            self._add(token)
        elif name == "\\part" and not self.closer:  # in Markdown it is no heading
            self._add(token._replace(text="\\partial"))
        elif name in ("\\[", "\\(", "\\item") or name[1:] in HEADINGS:
            if self.closer:
                self.stream.back(token)
                return False, token.place, token.place
        elif name in ("\\]", "\\)"):
            pass  # closes nothing
        elif name == "\\begin":
            return self._begin(token)
        elif name == "\\end":
            return self._end(token)
        elif name in _DROPPED:
            pass
        elif name == "\\ensuremath":
            self._ensured()
        elif name in ("\\_", "\\*") and not (self.closer or any(self.groups)):
            self._add(token._replace(text=name[1:]))  # Markdown needs the backslash
        elif name in _DROPPED_WITH_ARGUMENT:
            self.stream.star()
            self.stream.argument(MAX_LABEL)
        elif name in _DROPPED_WITH_TWO:
            self.stream.argument(MAX_LABEL)
            self.stream.argument(MAX_LABEL)
        elif name == "\\tag":
            self._tag(token)
        else:
            self._add(token)
            self.previous = name
            return None
        self.previous = ""
        return None

    def _ensured(self) -> None:
        """Leave out the braces of `\\ensuremath{x}`, if nothing takes them."""
        before = next((t.text for t in reversed(self.tokens) if t.text.strip()), "")
        font = self.previous[1:].isalpha()  # `\\mathbf\\ensuremath{x}`
        takes = font or before.rstrip()[-1:] in ("^", "_")
        found = None if takes else self.stream.argument()
        if found:
            self.stream.push(found)

    def _tag(self, token: Token) -> None:
        """Keep what a tag says, such as `if A is symmetric`, and no number."""
        self.stream.star()
        found = self.stream.argument(MAX_LABEL) or []
        if _WORDS.search(text_of(found)):
            text = token._replace(kind="primitive", text="\\text")
            for part in (text, *_braced(found)):
                self._add(part)

    def _begin(self, token: Token) -> tuple[bool, int, int] | None:
        found = environment_name(self.stream)
        if found is None:
            return None
        name, tokens = found
        if self.macros.environment(token, "begin", name, self.stream):
            return None
        bare = name.rstrip("*")
        again = bare in DISPLAYS and (
            (self.closer == END and bare == self.environment.rstrip("*"))
            or any(inner.rstrip("*") in DISPLAYS for inner in self.nested)
        )
        if (again and self.closer) or name == "document":
            self.stream.back(token, *_braced(tokens))
            return False, token.place, token.place
        if len(self.nested) < MAX_NESTED:
            self.nested.append(name)
        self._environment(token, tokens)
        if bare in _PLACED:
            self._place()
        return None

    def _place(self) -> None:
        """Leave out the `[t]` behind the beginning of an environment."""
        found = self.stream.optional()
        if found is not None and text_of(found).strip() not in ("t", "b", "c", ""):
            last = found[-1]
            left, right = (last._replace(kind="chars", text=one) for one in "[]")
            at = found[0].place
            left = left._replace(place=max(at - 1, 0), stop=at)
            right = right._replace(place=last.stop, stop=last.stop + 1)
            self.stream.push([left, *found, right])

    def _end(self, token: Token) -> tuple[bool, int, int] | None:
        found = environment_name(self.stream)
        if found is None:
            return None
        name, tokens = found
        if self.macros.environment(token, "end", name, self.stream):
            return None
        stop = tokens[-1].stop + 1 if tokens[-1].true else tokens[-1].stop
        if self.closer == END and name == self.environment and name not in self.nested:
            return True, token.place, stop
        if name in self.nested:
            while self.nested.pop() != name:
                pass
        elif self.closer:
            self.stream.back(token, *_braced(tokens))
            return False, token.place, token.place
        self._environment(token, tokens)
        return None

    def _environment(self, token: Token, tokens: list[Token]) -> None:
        for part in (token, *_braced(tokens)):
            self._add(part)

    def _made(self, start: int, end: int, stop: int, closed: bool) -> Formula:
        report = self.gathering.problem
        if self.length > MAX_FORMULA:
            report(
                self.file,
                start,
                FORMULA.said(),
                "divide it, or define shorter macros",
                "limit",
            )
            return Formula(stop=stop, closed=closed, too_long=True)
        text, places = _without_empty(*spelled(self.tokens))
        text = _STYLE.sub(lambda found: _blank(found[0]), text, count=1)
        text = _SET_APART.sub(_closed_up, text)
        text = _varied(text)
        places.append(max(end, start))
        if closed and (self.groups or self.unbalanced >= 0):
            if self.unbalanced >= 0:
                brace, at = "}", self.unbalanced
                hint = "write `{` before it, or delete it"
            else:
                brace, at = "{", start
                hint = "write the `}` that is missing"
            report(self.file, at, f"a `{brace}` of this formula has no partner", hint)
        if not closed:
            opener = opening(self.closer, self.environment)
            report(
                self.file,
                start,
                f"the formula that `{shown(opener)}` begins has no end",
                f"write `{shown(closing(self.closer, self.environment))}` after it",
            )
        return Formula(text, places, stop, closed)


def _without_empty(text: str, places: list[int]) -> tuple[str, list[int]]:
    """Leave out the scripts of `\\partial^{} x`, of which a macro may be full."""
    at = 0
    kept: list[str] = []
    where: list[int] = []
    for found in _EMPTY.finditer(text):
        kept.append(text[at : found.start()])
        where += places[at : found.start()]
        at = found.end()
    return "".join((*kept, text[at:])), [*where, *places[at:]]


def _closed_up(found: re.Match[str]) -> str:
    """Blank out the white space that is set round a sign, as long as it was."""
    group = "before" if found["before"] else "behind"
    start, stop = (at - found.start() for at in found.span(group))
    return found[0][:start] + _blank(found[group]) + found[0][stop:]


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _varied(text: str) -> str:
    """Write `∂` in `\\frac{\\delta f}{\\delta x}`, as long as it was."""
    for found in reversed([*_VARIED.finditer(text)]):
        depth, at = 1, found.end()
        while depth and at < len(text):
            depth += {"{": 1, "}": -1}.get(text[at], 0) if text[at - 1] != "\\" else 0
            at += 1
        below = _VARIED_BY.match(text, at)
        if depth == 0 and below:
            for start, stop in (below.span("d"), found.span("d")):
                text = text[:start] + "∂".ljust(stop - start) + text[stop:]
    return text


def opening(closer: str, environment: str) -> str:
    """Return what begins a formula."""
    if closer == END:
        return f"\\begin{{{environment}}}"
    return {"\\)": "\\(", "\\]": "\\["}.get(closer, closer)


def closing(closer: str, environment: str) -> str:
    """Return what ends a formula."""
    return f"\\end{{{environment}}}" if closer == END else closer


def _braced(tokens: list[Token]) -> list[Token]:
    """Return tokens with the braces that stood around them."""
    first, last = tokens[0], tokens[-1]
    left = first._replace(kind="{", text="{")
    right = last._replace(kind="}", text="}")
    if first.true:
        left = left._replace(place=first.place - 1, stop=first.place)
    if last.true:
        right = right._replace(place=last.stop, stop=last.stop + 1)
    return [left, *tokens, right]


def spelled(tokens: list[Token]) -> tuple[str, list[int]]:
    """Return the text of tokens, and the place of each character.

    A space parts a command from a letter that came next to it by a macro.
    """
    texts: list[str] = []
    places: list[int] = []
    word = False
    for token in tokens:
        text, place = token.text, token.place
        if word and text[:1].isalpha():
            texts.append(" ")
            places.append(place)
        texts.append(text)
        if token.true:
            places.extend(range(place, place + len(text)))
        else:
            places.extend([place] * len(text))
        word = token.kind in ("command", "primitive") and text[-1].isalpha()
    return "".join(texts), places


def remark(token: Token, gathering: Gathering, file: str) -> None:
    """Keep a comment `% nabla: ...`."""
    line = token.text.partition("\n")[0]
    said = line.lstrip("% \t")
    if said.startswith("nabla:"):
        text = said.removeprefix("nabla:").strip()
        at = token.place + line.index("nabla:") + len("nabla:")
        at += len(line[at - token.place :]) - len(line[at - token.place :].lstrip())
        gathering.remark(text, at, token.place, token.place + len(line), file)


def counted(environment: str) -> bool:
    """Say whether a number follows the beginning of this environment."""
    return environment.rstrip("*") in _COUNTED
