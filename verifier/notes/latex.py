"""A LaTeX document: its body's prose and formulas, with the files that it inputs."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from ..reading.bounds import ENVIRONMENTS
from ..reading.source import Source
from .formulas import (
    CLOSERS,
    DISPLAYS,
    END,
    HEADINGS,
    INLINE_ENVIRONMENTS,
    MAX_LABEL,
    Collector,
    Formula,
    counted,
    environment_name,
    remark,
)
from .gathering import Gathering
from .inputs import Inputs
from .lexing import Token
from .macros import Macros
from .stream import Stream, text_of

# Commands of text whose arguments are no prose: how many.
_ARGUMENTS = {
    1: """
    label ref eqref pageref cref Cref autoref nameref cite citep citet citealp autocite
    parencite textcite nocite bibliography bibliographystyle includegraphics usepackage
    documentclass vspace hspace color pagestyle thispagestyle pagenumbering hypersetup
    href textcolor usetikzlibrary RequirePackage graphicspath bibitem input include
    counterwithin theoremstyle date linespread geometry phantom vphantom hphantom
    addbibresource index tag fontsize selectlanguage captionsetup cline cmidrule
    cellcolor rowcolor columncolor arrayrulecolor rotatebox specialrule addlinespace
    """,
    2: """
    setlength addtolength setcounter addtocounter numberwithin rule resizebox scalebox
    definecolor addcontentsline multicolumn multirow
    """,
}
_WITH_ARGUMENTS = {
    "\\" + name: count for count, names in _ARGUMENTS.items() for name in names.split()
}
TABULARS = {
    "tabular": 1, "longtable": 1, "tblr": 1, "array": 1,
    "tabularx": 2, "tabular*": 2, "tabulary": 2,
}  # fmt: skip
"""Tables whose arguments say what their columns look like."""
ROW_ENDS = ("\\\\", "\\tabularnewline", "\\cr")
_LETTERS = {
    "\\ss": "ß", "\\ae": "æ", "\\AE": "Æ", "\\oe": "œ", "\\OE": "Œ", "\\o": "ø",
    "\\O": "Ø", "\\aa": "å", "\\AA": "Å", "\\l": "ł", "\\L": "Ł", "\\i": "i",
    "\\j": "j", "\\ldots": "...", "\\dots": "...", "\\textemdash": "-", "\\S": "§",
    "\\%": "%", "\\&": "&", "\\_": "_", "\\#": "#", "\\$": "$", "\\{": "{", "\\}": "}",
    "\\ ": " ", "\\,": " ", "\\;": " ", "\\:": " ", "\\!": "", "\\\\": "\n",
    "\\newline": "\n", "\\quad": " ", "\\qquad": " ", "\\textbackslash": "\\",
    "\\footnote": " ",
}  # fmt: skip
_ACCENTS = {
    "\\'": "\u0301", "\\`": "\u0300", "\\^": "\u0302", '\\"': "\u0308",
    "\\~": "\u0303", "\\=": "\u0304", "\\.": "\u0307", "\\u": "\u0306",
    "\\v": "\u030c", "\\H": "\u030b", "\\c": "\u0327", "\\k": "\u0328",
    "\\r": "\u030a", "\\d": "\u0323", "\\b": "\u0331",
}  # fmt: skip
_BEGIN_DOCUMENT = re.compile(r"\\begin\s*\{document\}")
MAX_WITHIN = ENVIRONMENTS.value
MAX_TITLE = 1000  # tokens


@dataclass
class _Open:
    """A file that is being read."""

    source: Source
    stream: Stream


class Latex:
    """Reads a LaTeX document into a gathering."""

    def __init__(self, gathering: Gathering, macros: Macros, inputs: Inputs):
        self.gathering, self.macros, self.inputs = gathering, macros, inputs
        self.files: list[_Open] = []
        self.headings: dict[str, str] = {}
        self.environments: list[str] = []
        self.too_deep = False

    # --- the way through the files

    def read(self, source: Source) -> None:
        """Read the document and all that it inputs."""
        self._enter(source)
        self.gathering.seen = not has_body(source.text)
        while self.files:
            token = self.stream.next()
            if token is None or not self._take(token):
                self._leave()
        self.gathering.end_paragraph(source.file)

    @property
    def stream(self) -> Stream:
        """The tokens of the file that is being read."""
        return self.files[-1].stream

    @property
    def file(self) -> str:
        """The name of the file that is being read."""
        return self.files[-1].source.file

    def _enter(self, source: Source) -> None:
        if self.files:
            self.gathering.end_prose(self.file)
        self.gathering.open(source)

        def report(offset: int, text: str, hint: str) -> None:
            self.gathering.problem(source.file, offset, text, hint)

        length = len(source.text)
        stream = Stream(source.text, 0, length, report, self.macros.budget)
        self.files.append(_Open(source, stream))

    def _leave(self) -> None:
        self.gathering.end_prose(self.file)
        self.inputs.leave(self.files.pop().source.file)

    def _input(self, token: Token) -> None:
        found = self.stream.argument(MAX_LABEL)
        name = text_of(found or ()).strip()
        if found and len(found) == 1 and name and found[0].kind == "chars":
            # `\input file` without braces: the name ends at white space.
            while not name.endswith((" ", "\n")) and (more := self.stream.atom()):
                if more.kind != "chars" or more.text.isspace():
                    self.stream.back(more)
                    break
                name += more.text
        opened = self.inputs.enter(self.file, name)
        if isinstance(opened, Source):
            self._enter(opened)
        elif opened:
            text, hint, note = opened
            self.gathering.problem(self.file, token.place, text, hint, "file", note)

    # --- text

    def _take(self, token: Token) -> bool:
        """Take a token of the text; False at the end of the document."""
        match token.kind:
            case "chars":
                self._words(token)
            case "command":
                return self.macros.take(token, self.stream) or self._command(token)
            case "primitive":
                return self._command(token)
            case "break":
                self.gathering.end_paragraph(self.file)
            case "comment":
                remark(token, self.gathering, self.file)
            case "$":
                self._dollar(token)
            case "~" | "skipped":
                self._say(" ", token)
            case "[" | "]":
                self._words(token)
        return True

    def _words(self, token: Token) -> None:
        if token.true:
            places = range(token.place, token.stop)
        else:
            places = [token.place] * len(token.text)
        self.gathering.words(token.text, places, token.stop)

    def _say(self, text: str, token: Token) -> None:
        self.gathering.words(text, [token.place] * len(text), token.stop)

    def _command(self, token: Token) -> bool:
        name, stream = token.text, self.stream
        if name in CLOSERS:
            self._formula(token, CLOSERS[name], display=name == "\\[")
        elif name == "\\begin":
            self._begin(token)
        elif name == "\\end":
            return self._end(token)
        elif name in ("\\input", "\\include", "\\subfile"):
            self._input(token)
        elif name[1:] in HEADINGS:
            self._heading(name[1:])
        elif name in ("\\item", "\\par"):
            self.gathering.end_paragraph(self.file)
        elif name == "\\ensuremath":
            self._ensured(token)
        elif (
            name in ROW_ENDS
            and self.environments[-1:]
            and self.environments[-1] in (TABULARS)
        ):
            self._say(";", token)  # what is no space is kept between two formulas
        elif name in _LETTERS:
            self._say(_LETTERS[name], token)
        elif name in _ACCENTS:
            self._accent(name, token)
        elif name in _WITH_ARGUMENTS:
            stream.star()
            while stream.optional() is not None:
                pass
            if name == "\\cmidrule":
                stream.delimited("(", [")"])
            for _ in range(_WITH_ARGUMENTS[name]):
                stream.argument(MAX_LABEL)
        return True

    def _accent(self, name: str, token: Token) -> None:
        found = self.stream.argument(MAX_LABEL)
        letter = text_of(found or ())
        letter = _LETTERS.get(letter, letter)
        if len(letter) == 1:
            letter = unicodedata.normalize("NFC", letter + _ACCENTS[name])
            self._say(letter, token)
        elif found:
            self.stream.push(found)  # an accent on more than a letter is left out

    def _ensured(self, token: Token) -> None:
        found = self.stream.argument()
        if found:
            dollar = token._replace(kind="$", text="$")
            self.stream.push([dollar, *found, dollar])

    def _heading(self, level: str) -> None:
        self.gathering.end_paragraph(self.file)
        self.stream.star()
        self.stream.optional()
        title = self.stream.argument(MAX_TITLE)
        if title is None:
            return
        if self.gathering.seen:
            words = " ".join(text_of(title).replace("$", "").split())
            rank = HEADINGS.index(level)
            for lower in HEADINGS[rank:]:
                self.headings.pop(lower, None)
            self.headings[level] = f"{level}: {words}"
        self._within()
        # The title is read as a paragraph: it may have formulas.
        end = Token("break", "\n\n", self._at(title), self._at(title))
        self.stream.push([*title, end])

    def _at(self, tokens: list[Token]) -> int:
        return tokens[-1].stop if tokens else 0

    def _within(self) -> None:
        headings = [
            self.headings[level] for level in HEADINGS if level in self.headings
        ]
        self.gathering.within = (*headings, *self.environments)

    # --- environments and formulas

    def _begin(self, token: Token) -> None:
        found = environment_name(self.stream)
        if found is None:
            return
        name, _ = found
        if self.macros.environment(token, "begin", name, self.stream):
            return
        bare = name.rstrip("*")
        if bare in DISPLAYS or bare in INLINE_ENVIRONMENTS:
            if counted(name):
                self.stream.optional()
                self.stream.argument(MAX_LABEL)
            self._formula(token, END, bare in DISPLAYS, name)
        elif name == "document":
            self.gathering.seen = True
            self.gathering.end_paragraph(self.file)
        else:
            for _ in range(TABULARS.get(name, 0)):
                self.stream.optional()
                self.stream.argument(MAX_LABEL)
            self._open(token, self.macros.table.titles.get(bare, bare))

    def _open(self, token: Token, name: str) -> None:
        if len(self.environments) < MAX_WITHIN:
            self.environments.append(name)
        elif not self.too_deep:
            self.too_deep = True
            self.gathering.problem(
                self.file,
                token.place,
                ENVIRONMENTS.said(),
                "close each with its `\\end`",
                "limit",
            )
        self.gathering.end_paragraph(self.file)
        self._within()

    def _end(self, token: Token) -> bool:
        found = environment_name(self.stream)
        if found is None:
            return True
        name, _ = found
        if self.macros.environment(token, "end", name, self.stream):
            return True
        if name == "document":
            self._within()
            return self._finish()
        name = self.macros.table.titles.get(name.rstrip("*"), name.rstrip("*"))
        if name in self.environments:
            while self.environments.pop() != name:
                pass
            self.gathering.end_paragraph(self.file)
            self._within()
        return True

    def _finish(self) -> bool:
        """End the document here, whatever files are open."""
        while len(self.files) > 1:
            self._leave()
        return False

    def _dollar(self, token: Token) -> None:
        after = self.stream.next()
        if after and after.kind == "$":
            self._formula(token, "$$", display=True)
            return
        if after:
            self.stream.back(after)
        self._formula(token, "$")

    def _formula(
        self, token: Token, closer: str, display: bool = False, environment: str = ""
    ) -> None:
        gathering, file = self.gathering, self.file
        collector = Collector(
            self.stream, self.macros, gathering, file, closer, environment
        )
        found = collector.collect(token.place)
        if not found.closed:
            gathering.count(file, token.place)
        if found.closed and not found.too_long:
            bare = environment.rstrip("*")
            gathering.formula(
                found.text, found.places, token.place, found.stop, file, display, bare
            )
        elif not found.too_long:
            self._as_prose(found)

    def _as_prose(self, found: Formula) -> None:
        self.gathering.words(found.text, found.places[:-1], found.stop)


def has_body(text: str) -> bool:
    """Say whether a text has `\\begin{document}`, and not in a comment."""
    for found, _ in zip(_BEGIN_DOCUMENT.finditer(text), range(100), strict=False):
        before = text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
        if "%" not in before.replace("\\%", ""):
            return True
    return False
