"""The tokens of written mathematics: one language for LaTeX, Unicode, ASCII and code.

A token knows where it came from. What only changes the looks is gone; a sign has one
spelling, whichever of its spellings was written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ..reading import bounds
from ..reading.problem import Fault
from .vocabulary import (
    ABBREVIATIONS,
    ACCENTS,
    BOLD,
    BOXES,
    CODE_ONLY,
    COMBINING,
    DROPPED,
    FONTS,
    FRACTIONS,
    FUNCTIONS,
    GAPS,
    GREEK,
    IGNORED_ARGUMENT,
    LETTERS,
    MODULES,
    OPERATORS,
    SIGNS,
    SPACES,
    SPELT,
    SUBSCRIPTS,
    SUPERSCRIPTS,
    SWITCHES,
    TEXTS,
    TRANSPOSES,
    UNICODE,
    UPRIGHT,
    VULGAR,
    WORDS,
)

IGNORED = "~\u200b\u2061\u2062\u2063〖〗?"
"""Characters that say nothing."""
MOST = bounds.SIGNS.value
"""Tokens of one formula."""
MOST_DIGITS, MOST_EXPONENT = bounds.FORMULA_DIGITS.value, bounds.EXPONENT.value
"""Of a number, as in the language."""
LONGEST_RUN = 4
"""Letters that may be names of one letter each, written without a space."""
LONGEST_WORD = 6
"""Letters that LaTeX sets as names of one letter each; more are a word."""
MOST_FONTS = 8
"""Fonts, or transposes in front, within each other: `\\boldsymbol{\\mathit{x}}`."""
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+")
_COMMAND = re.compile(r"\\(?:([A-Za-z]+\*?)|(.))", re.DOTALL)
_RUN = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_DOTTED = re.compile(r"[A-Za-z]+(?:\.[A-Za-z_]\w*)+")
_SNAKE = re.compile(r"[A-Za-z]+(?:_[A-Za-z]+)+(?=\s*\()")
_CODE = re.compile(
    r"@|\.T\b|\*\*|%\*%|\b(?:np|jnp|numpy|torch|jax|tf)\.|\.(?:dot|t)\(|"
    r"[A-Za-z0-9)]\s*\*\s*[A-Za-z(]"
)
_NESTED = re.compile(r"\\(?:text|mathrm|textrm|operatorname|mbox)\s*\{([^{}]*)\}")
_CAPITAL = re.compile(r"D[A-Za-z]\d*")
_CHINESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]+")
"""Words of Chinese and Japanese, which need no `\text` in a formula."""
_OPENS = re.compile(r" *\{")
_DOUBLED = re.compile(r"\\{1,2}\|\s*\\{1,2}\|")
_VERTS = re.compile(r"\\vert\s*\\vert(?![A-Za-z])")
_BRACED = re.compile(r"\{\s*(\\?[\W_])\s*\}")
_CALLED = re.compile(r"\s*(?:\\(?:left|big\w*|Big\w*)\s*)?[(\[{]")
_PLACE = re.compile(r"\s*\[[tbc]\]")
_SIZED_BOX = re.compile(r"\s*\[[^\[\]]{0,80}\]")
_OF_BRACKET = re.compile(r"\s*(?:\\(?:left|big\w*|Big\w*)\s*)?\(")
_TERM = re.compile(r"(?:^|[-+=&({])\s*$")
_NEXT = re.compile(r"\s*(?:$|[-+=&,.;)}]|\\\\|\\(?:end|right|quad)\b)")
_ATTRIBUTES = ("T", "I", "H", "mT")
_OPERATORS = (
    ".+", ".-", "%*%", "**", "||", ".*", "./", ".^", ".'", "==", ":=", "->", "//", "…",
)  # fmt: skip


GROUPED = frozenset(("tr", "Tr", "det", "diag", "vec")) & FUNCTIONS.keys()
"""Functions that some write as a group of letters, `{tr}`."""
LED = frozenset(("tr", "Tr", "det", "vec", "log", "ln", "exp", "sin", "cos"))
"""Functions that a letter may touch that is a factor, or a transpose."""
CHANGED = frozenset(("vec", "vech", "tr", "det", "logdet"))
"""Functions that a `d` may touch, which is then that of a differential."""
_TAKES = re.compile(r"(?:[_^}\]]|\\[A-Za-z]{1,30})\s*$")
"""What takes the group that follows."""


@dataclass(frozen=True)
class Token:
    """A word or a sign.

    Kinds: number, name, word (a function's name), differential (dX in one word), sign,
    text, accent, font, begin, end, row, gap, fraction, root, unknown.
    """

    kind: str
    text: str
    start: int
    stop: int
    spaced: bool = False
    """Whether there is a space before it."""
    bold: bool = False
    either: bool = False
    """Whether it is the upper one of the signs of a `±` or a `∓`."""


def tokens_of(text: str, known: frozenset[str] = frozenset()) -> list[Token]:
    """Split a formula; `known` are names that stay whole."""
    text = "".join(
        unicodedata.normalize("NFKC", char) if "\uff01" <= char <= "\uff5e" else char
        for char in text
    )
    return [_settled(token) for token in _Lexer(text, known).run()]


def _settled(token: Token) -> Token:
    """Return the upper sign of `±` and `∓`, and `#`; any other token as it is."""
    if token.text == "\\#":
        return replace(token, kind="sign", text="#")
    sign = _UPPER.get(token.text) if token.kind in ("sign", "unknown") else None
    return replace(token, kind="sign", text=sign, either=True) if sign else token


_UPPER = {"±": "+", "∓": "-"}


def _check_number(token: Token) -> None:
    """Refuse a number that costs more to hold than to write."""
    digits, _, exponent = token.text.lower().partition("e")
    long = max(map(len, digits.split("."))) > MOST_DIGITS
    if long or len(exponent) > 4 or abs(int(exponent or 0)) > MOST_EXPONENT:
        said = bounds.FORMULA_DIGITS.said(found=token.text[:MOST_DIGITS])
        hint = f"numbers have at most {MOST_DIGITS} digits, and 1e{MOST_EXPONENT}"
        raise Fault(token.start, said, hint, kind="limit")


class _Lexer:
    """The state of a scan."""

    def __init__(self, text: str, known: frozenset[str]):
        self.text, self.known = text, known
        self.at = 0
        self.latex = re.search(r"\\[A-Za-z]{2}", text) is not None
        bars = _DOUBLED.sub("", text)
        self.doubled = bars != text and "\\|" not in bars
        verts = _VERTS.sub("", text)
        self.paired = verts != text and "\\vert" not in verts
        """Whether `\\vert` always stands twice, as the bar of a norm."""
        self.escaped = "&" not in text and "\\begin" not in text
        """Whether `\\\\|` may be what Markdown makes of `\\|`."""
        self.code = not self.latex and _CODE.search(text) is not None
        self.spaced = False
        self.found: list[Token] = []
        self.skipped: set[int] = set()
        """Where braces are closed that only group."""

    def run(self) -> list[Token]:
        while self.at < len(self.text):
            char = self.text[self.at]
            if char.isspace() or char in IGNORED or self.at in self.skipped:
                self.at += 1
                self.spaced = True
                continue
            for token in self.next(char):
                if token.kind == "number":
                    _check_number(token)
                self.found.append(replace(token, spaced=self.spaced))
                self.spaced = False
            if len(self.found) > MOST:
                said, hint = bounds.SIGNS.said(), bounds.SIGNS.hint
                raise Fault(0, said, hint, kind="limit")
        found = list(_joined(_unswitched(self.found)))
        return _turned(_fractions(_ungrouped(_without_empty(_fronted(found)))))

    def next(self, char: str) -> Iterator[Token]:
        """Yield the tokens at the place, and move on."""
        text, at = self.text, self.at
        if char == "\\" and text[at + 1 : at + 2] not in ("[", "]", "(", ")"):
            yield from self.command()
        elif found := _NUMBER.match(text, at):
            yield self.token("number", found.end())
        elif char == "$" or text.startswith(("\\[", "\\]", "\\(", "\\)"), at):
            self.at += 1 if char == "$" else 2  # delimiters that were pasted
        elif char in VULGAR:
            yield from self.vulgar(char)
        elif char == "&":
            yield self.token("tab", at + 1)
        elif char in SUPERSCRIPTS or char in SUBSCRIPTS:
            yield from self.script(SUPERSCRIPTS if char in SUPERSCRIPTS else SUBSCRIPTS)
        elif char.isalpha() or unicodedata.category(char) == "Mn":
            yield from self.letters()
        else:
            yield self.sign()

    def vulgar(self, char: str) -> Iterator[Token]:
        """Read `½` as `(1/2)`."""
        start, self.at = self.at, self.at + 1
        above, below = VULGAR[char]
        for kind, text in (
            ("sign", "("),
            ("number", above),
            ("sign", "/"),
            ("number", below),
            ("sign", ")"),
        ):
            yield Token(kind, text, start, self.at)

    def token(self, kind: str, stop: int, text: str | None = None) -> Token:
        """Return a token from here to `stop`, and move there."""
        start, self.at = self.at, stop
        return Token(kind, self.text[start:stop] if text is None else text, start, stop)

    def sign(self) -> Token:
        """Take a sign of one or more characters."""
        for operator in _OPERATORS:
            if self.text.startswith(operator, self.at):
                spelt = {"||": "‖", "->": "→", "**": "^", ".'": "'", "==": "="}
                spelt |= {"%*%": "@", ".+": "+", ".-": "-"}
                stop = self.at + len(operator)
                return self.token("sign", stop, spelt.get(operator, operator))
        if found := re.compile(r"\.T(?![A-Za-z0-9])").match(self.text, self.at):
            return self.token("sign", found.end(), "⊤!")
        char = self.text[self.at]
        if self.text.startswith("...", self.at):
            return self.token("sign", self.at + 3, "…")
        return self.token("sign", self.at + 1, UNICODE.get(char, char))

    def script(self, table: dict[str, str]) -> Iterator[Token]:
        """Read `⁻¹` as `^{-1}`, and `₁₂` as `_{12}`."""
        start = self.at
        while self.at < len(self.text) and self.text[self.at] in table:
            self.at += 1
        inside = "".join(table[char] for char in self.text[start : self.at])
        below = table is SUBSCRIPTS
        kinds = re.findall(r"\d+|.", inside)

        def make(kind: str, text: str) -> Token:
            return Token(kind, text, start, self.at)

        yield make("sign", "_" if below else "^")
        yield make("sign", "{")
        for part in kinds:
            kind = "number" if part.isdigit() else "name" if part.isalpha() else "sign"
            yield make(kind, part)
        yield make("sign", "}")

    # --- LaTeX ---

    def command(self) -> Iterator[Token]:
        """Take a command of LaTeX."""
        found = _COMMAND.match(self.text, self.at)
        if found is None:
            raise Fault(self.at, "the formula ends in `\\`", "leave the backslash out")
        name = found[1] or found[2]
        stop = found.end()
        bare = name.rstrip("*")
        apart = found[2] == " " and self.text[self.at - 1 : self.at] == " "
        if not self.latex and (apart or (found[1] and len(found[1]) == 1)):
            yield self.token("sign", self.at + 1, "\\")  # MATLAB's `A\\b`
        elif name == "\\" and self.escaped and self.text[stop : stop + 1] == "|":
            yield self.bars()
        elif name == "\\":
            if gap := re.compile(r"\\\\\*?(?:\[[^\]]{0,20}\])?").match(
                self.text, self.at
            ):
                stop = gap.end()
            yield self.token("row", stop)
        elif name in ("begin", "end"):
            yield self.environment(name, stop)
        elif name in IGNORED_ARGUMENT:
            _, self.at = self.argument(stop)
            self.unboxed()
        elif name in ("overset", "underset", "stackrel"):
            _, self.at = self.argument(stop)
            if braced := _BRACED.match(self.text, self.at):  # `\stackrel{(1)}{=}`
                self.at = braced.start(1)
                self.skipped.add(braced.end() - 1)
        elif name == "bbox" and (size := _SIZED_BOX.match(self.text, stop)):
            self.at = size.end()
            self.unboxed()
        elif name in ("overbrace", "underbrace"):
            self.without_label(stop, "_" if name == "underbrace" else "^")
            self.at = self.opened(self.at, stop)
        elif name in ("xlongequal", "xequal"):
            if bracket := re.compile(r"\s*\[[^\]]*\]").match(self.text, stop):
                stop = bracket.end()
            yield self.token("sign", self.argument(stop)[1], "=")
        elif name == "|":
            yield self.bars()
        elif name in ("_", "*"):  # escaped for Markdown
            yield self.token("sign", stop, name)
        elif self.paired and (pair := _VERTS.match(self.text, self.at)):
            yield self.token("sign", pair.end(), "‖")
        elif name in ("mathop", "mathbin", "mathrel", "mathord"):
            inside, end = self.argument(stop)
            self.at = stop
            if end - stop > len(inside):  # in braces
                self.skipped.add(end - 1)
                self.at = self.text.index("{", stop) + 1
        elif name in TEXTS:
            inside, stop = self.argument(stop)
            yield from self.words(inside, stop)
        elif name in FRACTIONS:
            yield self.token("fraction", stop, "frac")
        elif name == "sqrt":
            yield self.token("root", stop)
        elif name == "vec" and _OF_BRACKET.match(self.text, stop):
            yield self.token("word", stop, "vec")  # there is no arrow on a bracket
        elif name in ACCENTS:
            yield self.token("accent", stop, ACCENTS[name])
        elif name in GAPS:
            yield self.token("gap", stop)
        elif name in SPACES:
            self.spaced, self.at = True, stop
        elif name in BOXES and self.unboxed(stop):
            pass
        elif name in DROPPED and (braced := _BRACED.match(self.text, stop)):
            self.at = braced.start(1)  # `\big{(}`
            self.skipped.add(braced.end() - 1)
        elif name in DROPPED:
            bracket = self.text[stop : stop + 2]
            if name in ("left", "right") and bracket[:1] == ".":
                stop += 1
            if bracket in ("\\(", "\\)"):
                self.at = stop
                yield self.token("sign", stop + 2, bracket[1])
            else:
                self.at = stop
        elif bare in FONTS:
            yield self.token("font", stop, bare)
        elif bare in GREEK:
            yield self.token("name", stop, SPELT.get(bare, bare))
        elif name in TRANSPOSES and self.is_postfix(stop):
            yield self.token("sign", stop, "⊤")
        elif name in TRANSPOSES:
            yield self.token("word", stop, "transpose")
        elif name in SIGNS:
            yield self.token("sign", stop, SIGNS[name])
        elif bare in FUNCTIONS:
            yield self.token("word", stop, FUNCTIONS[bare])
        elif name in ("ell", "hbar", "imath", "jmath"):
            yield self.token("name", stop, {"ell": "l"}.get(name, name[0]))
        else:
            yield self.token("unknown", stop, f"\\{name}")

    def is_postfix(self, stop: int) -> bool:
        """Whether a transpose stands behind its operand, or is an exponent."""
        before = self.found[-1].text if self.found else ""
        exponent = before == "^" or (
            before in ("{", "-") and any(t.text == "^" for t in self.found[-3:-1])
        )
        operand = bool(self.found) and (
            self.found[-1].kind in ("name", "number", "end")
            or before in (")", "]", "}")
        )
        return exponent or (operand and not _OPENS.match(self.text, stop))

    def unboxed(self, start: int | None = None) -> bool:
        """Skip the braces round a whole statement, as those of a box or a colour."""
        start = self.at if start is None else start
        opens = _OPENS.match(self.text, start)
        if opens is None:
            return False
        inside, stop = self.argument(start)
        flat = re.sub(r"\{[^{}]*\}", "", re.sub(r"\{[^{}]*\}", "", inside))
        if "=" not in flat:
            return False
        self.at = opens.end()
        self.skipped.add(stop - 1)
        return True

    def bars(self) -> Token:
        """Take the bars of a norm; where all are doubled, two are one of `||`."""
        pair = _DOUBLED.match(self.text, self.at) if self.doubled else None
        stop = pair.end() if pair else self.text.index("|", self.at) + 1
        return self.token("sign", stop, "‖")

    def without_label(self, start: int, sign: str) -> None:
        """Skip what is set below or above a brace."""
        _, at = self.argument(start)
        if label := re.compile(rf"\s*\{sign}").match(self.text, at):
            _, stop = self.argument(label.end())
            self.skipped.update(range(at, stop))

    def opened(self, before: int, start: int) -> int:
        """Return where terms below a brace begin: it is no bracket round them.

        One below `b - c` in `a - b - c + d` changes nothing; beside a factor it may.
        """
        inside, stop = self.argument(start)
        while stop in self.skipped:
            stop += 1
        alone = _TERM.search(self.text, 0, before) and _NEXT.match(self.text, stop)
        end = start + self.text[start:].find(inside) + len(inside)
        if not alone or self.text[end : end + 1] != "}":
            return start
        self.skipped.add(end)
        return end - len(inside)

    def environment(self, name: str, stop: int) -> Token:
        inside, stop = self.argument(stop)
        placed = _PLACE.match(self.text, stop)
        if placed and inside in ("array", "aligned", "alignedat", "gathered"):
            stop = placed.end()
        if inside in ("array", "aligned", "alignedat") and self.text[stop:][:1] == "{":
            _, stop = self.argument(stop)  # its columns
        return self.token(name, stop, inside)

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

    def words(self, inside: str, stop: int) -> Iterator[Token]:
        """Take what is set as text: a function's name, a letter, or words."""
        inside = inside.strip()
        while nested := _NESTED.fullmatch(inside):  # `\operatorname{\text{d}}`
            inside = nested[1].strip()
        if inside in FUNCTIONS or inside in OPERATORS:
            known = FUNCTIONS.get(inside) or OPERATORS[inside]
            yield self.token("word", stop, known)
        elif inside[:1] == "d" and inside[1:] in CHANGED:  # `\operatorname{dvec}`
            yield Token("name", "d", self.at, stop)
            yield self.token("word", stop, FUNCTIONS[inside[1:]])
        elif inside in ("(", ")", "[", "]", "=", "+", "-", ","):
            yield self.token("sign", stop, inside)
        elif re.fullmatch(r"[A-Za-z]", inside) or (
            inside.isalpha() and _CALLED.match(self.text, stop)
        ):
            yield self.token("name", stop, inside)
        else:
            yield self.token("text", stop, inside)

    # --- letters ---

    def letters(self) -> Iterator[Token]:
        """Take letters: a name, a function, or several names that touch."""
        text, at = self.text, self.at
        if not self.latex:
            if (found := _DOTTED.match(text, at)) and (
                found[0].split(".")[0] in MODULES
            ):
                last = found[0].split(".")[-1]
                known = FUNCTIONS | OPERATORS
                if last not in _ATTRIBUTES or found[0].count(".") > 1:
                    kind = "word" if last in known else "unknown"
                    yield self.token(kind, found.end(), known.get(last, found[0]))
                    return
            if (found := _SNAKE.match(text, at)) and found[0] in FUNCTIONS:
                yield self.token("word", found.end(), FUNCTIONS[found[0]])
                return
        if words := _CHINESE.match(text, at):
            yield self.token("text", words.end())
            return
        found = _RUN.match(text, at)
        if found is not None:
            after = text[found.end() : found.end() + 1]
            if after and unicodedata.category(after) == "Mn":
                found = re.compile(r".").match(
                    text, at
                )  # its last letter has an accent
                assert found is not None
        if found is None:
            yield self.letter()
        elif text[at + 1 : at + 2] in COMBINING:
            yield self.accented(at + 1)
        elif self.latex:
            yield from self.in_latex(found[0])
        else:
            yield from self.run_of(found[0])

    def in_latex(self, run: str) -> Iterator[Token]:
        """Take one letter; words that stand in a formula stay words."""
        word = re.match(r"[A-Za-z]+", run)
        alone = not self.at or not self.text[self.at - 1].isalpha()
        alone &= word is None or not self.is_product(word[0])
        if alone and word and word[0] in ABBREVIATIONS:
            yield self.token("name", self.at + len(word[0]))
            return
        if word and self.is_led(word[0]):
            yield self.token("name", self.at + 1)
            yield self.token("word", self.at + len(word[0]) - 1, FUNCTIONS[word[0][1:]])
            return
        applied = word is not None and word[0] in UPRIGHT and alone
        if applied and word and _CALLED.match(self.text, self.at + len(word[0])):
            yield self.token("word", self.at + len(word[0]), FUNCTIONS[word[0]])
        elif word and word[0] in GROUPED and self.is_grouped(len(word[0])):
            self.found.pop()  # its braces go with it
            stop = self.at + len(word[0]) + 1
            yield self.token("word", stop, FUNCTIONS[word[0]])
        elif alone and word and (word[0] in WORDS or len(word[0]) > LONGEST_WORD):
            if word[0] in FUNCTIONS:
                yield self.token("word", self.at + len(word[0]), FUNCTIONS[word[0]])
            else:
                yield self.token("text", self.at + len(word[0]))
        else:
            yield self.accented(self.at + 1)

    def is_led(self, run: str) -> bool:
        """Whether a letter touches a function that is called: `ktr(A)`, `^Tvec(X)`."""
        called = _CALLED.match(self.text, self.at + len(run)) is not None
        own = run in FUNCTIONS or run in OPERATORS or run in self.known
        before = self.text[self.at - 1 : self.at]
        return called and not (own or before.isalpha()) and run[1:] in LED

    def is_grouped(self, size: int) -> bool:
        """Whether letters are all of a group that nothing takes: the `{tr} A`."""
        stop = self.at + size
        inside = (
            self.text[self.at - 1 : self.at] == "{"
            and self.text[stop : stop + 1] == "}"
        )
        return inside and not _TAKES.search(self.text, 0, self.at - 1)

    def letter(self) -> Token:
        """Take one letter of another alphabet, with its accent."""
        char = self.text[self.at]
        plain = unicodedata.normalize("NFD", char)
        base = unicodedata.normalize("NFKC", plain[0])
        bold = "BOLD" in unicodedata.name(char, "")
        sign = LETTERS.get(base)
        if char == "Σ" and self.text[self.at + 1 : self.at + 2] in ("_", "ᵢ", "ⱼ", "ₖ"):
            return self.token("sign", self.at + 1, "∑")
        if sign is None and not re.fullmatch(r"[A-Za-z]", base):
            return self.token("unknown", self.at + 1)
        name = sign or base
        for mark in plain[1:]:
            name += f"_{COMBINING[mark]}" if COMBINING.get(mark) else ""
        return replace(self.accented(self.at + 1, name), bold=bold)

    def accented(self, stop: int, name: str = "") -> Token:
        """Take a letter and the accents that are combined with it."""
        name = name or self.text[self.at]
        while stop < len(self.text) and self.text[stop] in COMBINING:
            mark = COMBINING[self.text[stop]]
            name += f"_{mark}" if mark else ""
            stop += 1
        return self.token("name", stop, name)

    def run_of(self, run: str) -> Iterator[Token]:
        """Take letters that touch each other."""
        stop = self.at + len(run)
        if self.found and self.found[-1].text == "_" and not self.spaced:
            if re.match(r"[a-z][A-Z]", run):  # `K_kR` is a product
                stop = self.at + 1
            yield self.token("name", stop)  # `A_ij`
            return
        above = self.found and self.found[-1].text == "^" and not self.spaced
        if above and run[0] == "T" and len(run) > 1:  # `r^Td(X w)`
            yield self.token("name", self.at + 1)
            return
        called = self.text[stop : stop + 1] == "("
        if self.is_led(run) and not self.code:
            yield self.token("name", self.at + 1)
            yield self.token("word", stop, FUNCTIONS[run[1:]])
        elif run in self.known:
            yield self.token("name", stop)
        elif run in FUNCTIONS and (called or run not in CODE_ONLY):
            yield self.token("word", stop, FUNCTIONS[run])
        elif run in GREEK:
            yield self.token("name", stop, SPELT.get(run, run))
        elif re.fullmatch(r"[A-Za-z]\d*", run):
            yield self.token("name", stop)
        elif (rest := _changed(run)) and (not called or self.below):
            yield self.token("differential", stop, rest)
        elif run[0] == "d" and run[1:] in CHANGED:
            yield self.token("name", self.at + 1)
            yield self.token("word", stop, FUNCTIONS[run[1:]])
        elif _CAPITAL.fullmatch(run) and self.is_slope(stop):
            yield self.token("differential", stop, run[1:])
        elif run in WORDS and not called and not self.is_product(run):
            yield self.token("text", stop)
        elif run in OPERATORS:
            yield self.token("word", stop, OPERATORS[run])
        elif run[0] == "d" and re.match(r"\s*/\s*d", self.text[stop:]):
            yield self.token("name", self.at + 1)  # `dAx/dx`
            yield from self.run_of(run[1:])
        elif self.repeated(run):
            yield self.token("name", stop)
        elif called and 1 < len(run) < LONGEST_RUN and run[-1] in "fgh":
            yield from self.prefixed(run, split=True)
        elif self.code or called or len(run) > LONGEST_RUN or not run.isalpha():
            yield from self.prefixed(run)
        else:
            yield from self.prefixed(run, split=True)

    def is_slope(self, stop: int) -> bool:
        """Whether a `DY` that ends here is above or below in `DY/DX`."""
        above = re.match(r"\s*/\s*D[A-Za-z]\d*\b(?!\s*\()", self.text[stop:])
        return above is not None or (
            self.below and len(self.found) > 1 and self.found[-2].kind == "differential"
        )

    def is_product(self, run: str) -> bool:
        """Whether a word of two letters is a product: the `By` of `Ax + By`."""
        before = self.found[-1].text if self.found else ""
        return len(run) == 2 and run[0].isupper() and before in ("+", "-")

    def repeated(self, run: str) -> bool:
        """Whether a run of small letters is a word, since it stands there twice."""
        if len(run) < 3 or not run.islower():
            return False
        return len(re.findall(rf"\b{run}\b", self.text)) > 1

    @property
    def below(self) -> bool:
        """Whether a slash stands before this."""
        return bool(self.found) and self.found[-1].text == "/"

    def prefixed(self, run: str, split: bool = False) -> Iterator[Token]:
        """Take `logdetX`, `trAB` or `AB` as what they are made of."""
        if not self.code:
            for size in range(min(len(run) - 1, 7), 1, -1):
                head, rest = run[:size], run[size:]
                short = len(rest) <= 3 or any(rest.startswith(w) for w in ("det", "tr"))
                if head in FUNCTIONS and head not in CODE_ONLY and short:
                    yield self.token("word", self.at + size, FUNCTIONS[head])
                    yield from self.run_of(rest)
                    return
        if split:
            for _ in run:
                yield self.token("name", self.at + 1)
        else:
            yield self.token("name", self.at + len(run))


def _changed(run: str) -> str:
    """Return the name whose change is written `dX` or `dlam`, or nothing."""
    rest = run[1:]
    if run[0] != "d":
        return ""
    if re.fullmatch(r"[A-Za-z]\d*", rest):
        return rest
    return SPELT.get(rest, rest) if rest in GREEK else ""


def _matching(found: Sequence[Token], at: int) -> int:
    """Return where the brace that opens at a place is closed."""
    depth = 0
    for stop in range(at, len(found)):
        if found[stop].kind == "sign":
            depth += {"{": 1, "}": -1}.get(found[stop].text, 0)
        if not depth:
            return stop
    raise Fault(found[at].start, "`{` is never closed", "close it with `}`")


def _unswitched(found: Sequence[Token]) -> list[Token]:
    """Give `{\\rm tr}`, whose font holds in its group, braces: `\\rm{tr}`."""
    made: list[Token] = []
    at = 0
    while at < len(found):
        token = found[at]
        follows = found[at + 1] if at + 1 < len(found) else None
        switch = follows is not None and follows.kind == "font"
        if follows and switch and token.text == "{" and follows.text in SWITCHES:
            stop = _matching(found, at)
            inside = _unswitched(found[at + 2 : stop])
            made += [replace(follows, spaced=token.spaced), token]
            made += [*inside, found[stop]]
            at = stop + 1
        else:
            made.append(token)
            at += 1
    return made


def _fronted(found: Sequence[Token], depth: int = 0) -> list[Token]:
    """Set a transpose behind its operand that stands in front: `{}^t A`."""
    made: list[Token] = []
    at = 0
    while at < len(found):
        size = _front_mark(found, at)
        stop = _operand(found, at + size) if size and depth < MOST_FONTS else 0
        if stop:
            mark = found[at + size - 1]
            above = Token("sign", "^", mark.start, mark.stop)
            made += _fronted(found[at + size : stop], depth + 1)
            made += [above, replace(above, text="⊤")]
            at = stop
        else:
            made.append(found[at])
            at += 1
    return made


def _front_mark(found: Sequence[Token], at: int) -> int:
    """Count the tokens of `{}^t` or, where no operand is before it, `^t`."""
    texts = [token.text for token in found[at : at + 6]]
    empty = 2 if texts[:2] == ["{", "}"] else 0
    begins = at == 0 or found[at - 1].text in ("=", "+", "-", "(", "[", ",", "&", "·")
    if texts[empty : empty + 1] != ["^"] or not (empty or begins):
        return 0
    if texts[empty + 1 : empty + 2] in (["t"], ["T"], ["⊤"]):
        return empty + 2
    if texts[empty + 1 : empty + 4] in (["{", "t", "}"], ["{", "T", "}"]):
        return empty + 4
    return 0


def _operand(found: Sequence[Token], at: int) -> int:
    """Return where a name or bracket ends, with its subscript; 0 for anything else."""
    if at >= len(found):
        return 0
    if found[at].kind == "accent":
        at += 1
    if at < len(found) and found[at].text in ("(", "[", "{"):
        stop = _closed(found, at)
    elif at < len(found) and found[at].kind == "name":
        stop = at + 1
    else:
        return 0
    if stop and [token.text for token in found[stop : stop + 1]] == ["_"]:
        braced = [token.text for token in found[stop + 1 : stop + 2]] == ["{"]
        stop = _closed(found, stop + 1) if braced else min(stop + 2, len(found))
    return stop


def _closed(found: Sequence[Token], at: int) -> int:
    """Return where a bracket's group ends, 0 for nowhere."""
    depth = 0
    for stop in range(at, len(found)):
        if found[stop].kind == "sign":
            depth += found[stop].text in ("(", "[", "{")
            depth -= found[stop].text in (")", "]", "}")
        if not depth:
            return stop + 1
    return 0


def _without_empty(found: Sequence[Token]) -> list[Token]:
    """Leave out `{}`, which only changes spaces, and empty scripts."""
    made: list[Token] = []
    for token in found:
        empty = token.text == "}" and len(made) > 1 and made[-1].text == "{"
        if empty and made[-2].text in ("^", "_"):  # `\partial^{} x`, of a macro
            del made[-2:]
        elif empty and made[-2].text != "frac":
            made.pop()
        else:
            made.append(token)
    return made


def _ungrouped(found: list[Token]) -> list[Token]:
    """Leave out braces round a whole fraction: `{\\frac{\\partial}{\\partial x}} f`."""
    gone: set[int] = set()
    for at, token in enumerate(found):
        inside = [one.text for one in found[at + 1 : at + 3]]
        if token.text != "{" or inside != ["frac", "{"] or not _is_free(found, at):
            continue
        below = _closed(found, at + 2)
        stop = _closed(found, below) if found[below : below + 1] else 0
        braced = stop and found[below].text == "{"
        if braced and [one.text for one in found[stop : stop + 1]] == ["}"]:
            gone |= {at, stop}
    return [token for at, token in enumerate(found) if at not in gone]


def _is_free(found: Sequence[Token], at: int) -> bool:
    """Whether a brace at a place is no argument of what stands before it."""
    if at == 0:
        return True
    before = found[at - 1]
    signs = ("=", "+", "-", "(", "[", ",", "·", "≡", "{")
    return before.kind in ("tab", "row", "gap") or (
        before.kind == "sign" and before.text in signs
    )


def _fractions(found: list[Token]) -> list[Token]:
    """Read `{a \\over b}` as `\\frac{a}{b}`."""
    for at, token in enumerate(found):
        if token.kind == "sign" and token.text == "over":
            depth, first = 0, at
            while first >= 0 and depth >= 0:
                first -= 1
                text = found[first].text if first >= 0 else "{"
                depth += {"}": 1, "{": -1}.get(text, 0)
            last = _matching(found, first) if first >= 0 else len(found)
            inside = found[first + 1 : at], _fractions(found[at + 1 : last])
            start, stop = token.start, token.stop
            brace = Token("sign", "{", start, stop), Token("sign", "}", start, stop)
            made = [Token("fraction", "frac", start, stop, token.spaced)]
            for part in inside:
                made += [brace[0], *part, brace[1]]
            return [*found[: max(first, 0)], *made, *_fractions(found[last + 1 :])]
    return found


def _turned(found: list[Token]) -> list[Token]:
    """Read `x^t` as a transpose, where t stands nowhere else."""
    places = [at for at, t in enumerate(found) if t.kind == "name" and t.text == "t"]
    above = [
        at
        for at in places
        if at
        and (
            found[at - 1].text == "^"
            or (found[at - 1].text == "{" and at > 1 and found[at - 2].text == "^")
        )
        and not (
            at + 1 < len(found)
            and found[at - 1].text == "{"
            and found[at + 1].text != "}"
        )
    ]
    capital = any(t.kind == "name" and t.text[0].isupper() for t in found)
    if places and places == above and capital:
        for at in places:
            found[at] = replace(found[at], kind="sign", text="⊤")
    return found


def _joined(found: list[Token], depth: int = 0) -> list[Token]:
    """Join fonts with what they set: `\\mathrm{tr}`, `\\mathbf{x}`, `{\\bf x}`."""
    made: list[Token] = []
    at = 0
    while at < len(found):
        token = found[at]
        if token.kind != "font":
            made.append(token)
            at += 1
            continue
        inside, after = _set(found, at + 1)
        if depth < MOST_FONTS and any(one.kind == "font" for one in inside):
            inside = _joined(inside, depth + 1)
        made += _in_font(token, inside)
        at = after
    return made


def _set(found: list[Token], at: int) -> tuple[list[Token], int]:
    """Return what a font is applied to, and where that ends."""
    if at >= len(found):
        return [], at
    if found[at].text != "{":
        stop = at + 1
        if found[at - 1].text in SWITCHES:  # it sets all that follows in its group
            while stop < len(found) and _is_lone(found[stop]):
                stop += 1
        return found[at:stop], stop
    depth = 0
    for stop in range(at, len(found)):
        depth += {"{": 1, "}": -1}.get(found[stop].text, 0)
        if not depth:
            return found[at + 1 : stop], stop + 1
    raise Fault(found[at].start, "`{` is never closed", "close it with `}`")


OPTIMA = frozenset(("argmin", "argmax", "arginf", "argsup", "min", "max", "inf", "sup"))
"""What is set in letters and is no product of them."""


def _is_lone(token: Token) -> bool:
    return token.kind == "gap" or (token.kind == "name" and len(token.text) == 1)


def _in_font(font: Token, inside: list[Token]) -> list[Token]:
    """Return what a font sets, as one word where it sets letters upright."""
    upright = font.text in ("mathrm", "mathsf", "rm", "sf", "symup", "mathtt")
    upright |= font.text in ("mathbf", "bf", "mathit")
    if upright and font.text in SWITCHES:
        inside = [token for token in inside if token.kind != "gap"]
    letters = len(inside) > 1 and all(
        token.kind in ("name", "number") and len(token.text) == 1 for token in inside
    )
    if upright and letters:
        word = "".join(token.text for token in inside)
        start, stop = inside[0].start, inside[-1].stop
        if word in FUNCTIONS:
            return [Token("word", FUNCTIONS[word], start, stop, font.spaced)]
        if word in OPTIMA:
            return [Token("unknown", word, start, stop, font.spaced)]
        if font.text not in BOLD:
            return [Token("name", word, start, stop, font.spaced)]
    made = list(inside)
    if font.text == "mathbb" and [t.text for t in made] in (["E"], ["P"], ["V"]):
        return [replace(made[0], kind="unknown", text=f"\\mathbb{{{made[0].text}}}")]
    if font.text == "mathbb" and [token.text for token in made] == ["1"]:
        made = [replace(made[0], kind="name", text="ones")]
    if font.text in BOLD and [token.text for token in made] == ["d"]:
        return [replace(made[0], spaced=font.spaced)]  # a differential
    if font.text in BOLD:
        made = [
            replace(token, kind="name", text={"1": "ones", "0": "zeros"}[token.text])
            if token.text in ("0", "1") and len(made) == 1
            else replace(token, bold=token.kind == "name")
            for token in made
        ]
    if made:
        made[0] = replace(made[0], spaced=font.spaced)
    return made
