"""Letters as tokens: a name, a function, or several names that touch."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from .scan import Scan
from .tokens import Token
from .vocabulary import (
    ABBREVIATIONS,
    CODE_ONLY,
    COMBINING,
    FUNCTIONS,
    GREEK,
    LETTERS,
    MODULES,
    OPERATORS,
    SPELT,
    UPRIGHT,
    WORDS,
)

LONGEST_RUN = 4
"""Letters that may be names of one letter each, written without a space."""
LONGEST_WORD = 6
"""Letters that LaTeX sets as names of one letter each; more are a word."""
_RUN = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_DOTTED = re.compile(r"[A-Za-z]+(?:\.[A-Za-z_]\w*)+")
_SNAKE = re.compile(r"[A-Za-z]+(?:_[A-Za-z]+)+(?=\s*\()")
_CAPITAL = re.compile(r"D[A-Za-z]\d*")
_CHINESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]+")
"""Words of Chinese and Japanese, which need no `\text` in a formula."""
_OPERATED = re.compile(r"[A-Za-z][fghFGJL]")
"""A variable and the function behind it, of which only the first is a subscript."""
CALLED = re.compile(r"\s*(?:\\(?:left|big\w*|Big\w*)\s*)?[(\[{]")
_ATTRIBUTES = ("T", "I", "H", "mT")
GROUPED = frozenset(("tr", "Tr", "det", "diag", "vec")) & FUNCTIONS.keys()
"""Functions that some write as a group of letters, `{tr}`."""
LED = frozenset(("tr", "Tr", "det", "vec", "log", "ln", "exp", "sin", "cos"))
"""Functions that a letter may touch that is a factor, or a transpose."""
CHANGED = frozenset(("vec", "vech", "tr", "det", "logdet"))
"""Functions that a `d` may touch, which is then that of a differential."""
_TAKES = re.compile(r"(?:[_^}\]]|\\[A-Za-z]{1,30})\s*$")
"""What takes the group that follows."""


def letters(scan: Scan) -> Iterator[Token]:
    """Take letters: a name, a function, or several names that touch."""
    text, at = scan.text, scan.at
    if not scan.latex:
        if (found := _DOTTED.match(text, at)) and (found[0].split(".")[0] in MODULES):
            last = found[0].split(".")[-1]
            known = FUNCTIONS | OPERATORS
            if last not in _ATTRIBUTES or found[0].count(".") > 1:
                kind = "word" if last in known else "unknown"
                yield scan.token(kind, found.end(), known.get(last, found[0]))
                return
        if (found := _SNAKE.match(text, at)) and found[0] in FUNCTIONS:
            yield scan.token("word", found.end(), FUNCTIONS[found[0]])
            return
    if words := _CHINESE.match(text, at):
        yield scan.token("text", words.end())
        return
    found = _RUN.match(text, at)
    if found is not None:
        after = text[found.end() : found.end() + 1]
        if after and unicodedata.category(after) == "Mn":
            found = re.compile(r".").match(text, at)  # its last letter has an accent
            assert found is not None
    if found is None:
        yield _letter(scan)
    elif text[at + 1 : at + 2] in COMBINING:
        yield _accented(scan, at + 1)
    elif scan.latex:
        yield from _in_latex(scan, found[0])
    else:
        yield from _run_of(scan, found[0])


def _in_latex(scan: Scan, run: str) -> Iterator[Token]:
    """Take one letter; words that stand in a formula stay words."""
    word = re.match(r"[A-Za-z]+", run)
    alone = not scan.at or not scan.text[scan.at - 1].isalpha()
    # `Tr(A) + Tr(B)` is no `T r(B)`, and `sign(x)` no product of four letters.
    called = word is not None and (word[0] in UPRIGHT or _is_spelt(word[0]))
    called &= word is not None and bool(CALLED.match(scan.text, scan.at + len(word[0])))
    alone &= called or word is None or not _is_product(scan, word[0])
    if alone and word and word[0] in ABBREVIATIONS:
        yield scan.token("name", scan.at + len(word[0]))
        return
    if word and _is_led(scan, word[0]):
        yield scan.token("name", scan.at + 1)
        yield scan.token("word", scan.at + len(word[0]) - 1, FUNCTIONS[word[0][1:]])
        return
    if called and alone and word:
        yield scan.token("word", scan.at + len(word[0]), FUNCTIONS[word[0]])
    elif word and word[0] in GROUPED and _is_grouped(scan, len(word[0])):
        scan.found.pop()  # its braces go with it
        stop = scan.at + len(word[0]) + 1
        yield scan.token("word", stop, FUNCTIONS[word[0]])
    elif alone and word and (word[0] in WORDS or len(word[0]) > LONGEST_WORD):
        if word[0] in FUNCTIONS:
            yield scan.token("word", scan.at + len(word[0]), FUNCTIONS[word[0]])
        else:
            yield scan.token("text", scan.at + len(word[0]))
    else:
        yield _accented(scan, scan.at + 1)


def _is_spelt(run: str) -> bool:
    """Whether letters are the name of a function, which no product looks like."""
    return len(run) > 2 and run in FUNCTIONS and run not in CODE_ONLY


def _is_led(scan: Scan, run: str) -> bool:
    """Whether a letter touches a function that is called: `ktr(A)`, `^Tvec(X)`."""
    called = CALLED.match(scan.text, scan.at + len(run)) is not None
    own = run in FUNCTIONS or run in OPERATORS or run in scan.known
    before = scan.text[scan.at - 1 : scan.at]
    return called and not (own or before.isalpha()) and run[1:] in LED


def _is_grouped(scan: Scan, size: int) -> bool:
    """Whether letters are all of a group that nothing takes: the `{tr} A`."""
    stop = scan.at + size
    inside = (
        scan.text[scan.at - 1 : scan.at] == "{" and scan.text[stop : stop + 1] == "}"
    )
    return inside and not _TAKES.search(scan.text, 0, scan.at - 1)


def _letter(scan: Scan) -> Token:
    """Take one letter of another alphabet, with its accent."""
    char = scan.text[scan.at]
    plain = unicodedata.normalize("NFD", char)
    base = unicodedata.normalize("NFKC", plain[0])
    bold = "BOLD" in unicodedata.name(char, "")
    sign = LETTERS.get(base)
    if char == "Σ" and scan.text[scan.at + 1 : scan.at + 2] in ("_", "ᵢ", "ⱼ", "ₖ"):
        return scan.token("sign", scan.at + 1, "∑")
    if sign is None and not re.fullmatch(r"[A-Za-z]", base):
        return scan.token("unknown", scan.at + 1)
    name = sign or base
    for mark in plain[1:]:
        name += f"_{COMBINING[mark]}" if COMBINING.get(mark) else ""
    return replace(_accented(scan, scan.at + 1, name), bold=bold)


def _accented(scan: Scan, stop: int, name: str = "") -> Token:
    """Take a letter and the accents that are combined with it."""
    name = name or scan.text[scan.at]
    while stop < len(scan.text) and scan.text[stop] in COMBINING:
        mark = COMBINING[scan.text[stop]]
        name += f"_{mark}" if mark else ""
        stop += 1
    return scan.token("name", stop, name)


def _run_of(scan: Scan, run: str) -> Iterator[Token]:
    """Take letters that touch each other."""
    stop = scan.at + len(run)
    if scan.found and scan.found[-1].text == "_" and not scan.spaced:
        called = scan.text[stop : stop + 1] == "("
        if re.match(r"[a-z][A-Z]", run) or (called and _OPERATED.fullmatch(run)):
            stop = scan.at + 1  # `K_kR` is a product, `D_xf(x)` a derivative
        yield scan.token("name", stop)  # `A_ij`
        return
    above = scan.found and scan.found[-1].text == "^" and not scan.spaced
    if above and run[0] == "T" and len(run) > 1:  # `r^Td(X w)`
        yield scan.token("name", scan.at + 1)
        return
    called = scan.text[stop : stop + 1] == "("
    if _is_led(scan, run) and not scan.code:
        yield scan.token("name", scan.at + 1)
        yield scan.token("word", stop, FUNCTIONS[run[1:]])
    elif run in scan.known:
        yield scan.token("name", stop)
    elif run in FUNCTIONS and (called or run not in CODE_ONLY):
        yield scan.token("word", stop, FUNCTIONS[run])
    elif run in GREEK:
        yield scan.token("name", stop, SPELT.get(run, run))
    elif re.fullmatch(r"[A-Za-z]\d*", run):
        yield scan.token("name", stop)
    elif (rest := _changed(run)) and (not called or _is_below(scan)):
        yield scan.token("differential", stop, rest)
    elif run[0] == "d" and run[1:] in CHANGED:
        yield scan.token("name", scan.at + 1)
        yield scan.token("word", stop, FUNCTIONS[run[1:]])
    elif _CAPITAL.fullmatch(run) and _is_slope(scan, stop):
        yield scan.token("differential", stop, run[1:])
    elif run in WORDS and not called and not _is_product(scan, run):
        yield scan.token("text", stop)
    elif run in OPERATORS:
        yield scan.token("word", stop, OPERATORS[run])
    elif run[0] == "d" and re.match(r"\s*/\s*d", scan.text[stop:]):
        yield scan.token("name", scan.at + 1)  # `dAx/dx`
        yield from _run_of(scan, run[1:])
    elif _is_repeated(scan, run):
        yield scan.token("name", stop)
    else:
        yield from _prefixed(scan, run, split=_is_split(scan, run, called))


def _is_split(scan: Scan, run: str, called: bool) -> bool:
    """Whether letters that touch are names of one letter each."""
    if called:
        return 1 < len(run) < LONGEST_RUN and run[-1] in "fgh"
    if scan.code:
        return _is_of_letters(scan, run)
    return len(run) <= LONGEST_RUN and run.isalpha()


def _is_of_letters(scan: Scan, run: str) -> bool:
    """Whether each letter of a run is a name elsewhere: the `Wx` of `∂σ(Wx)/∂x * W`."""
    return (
        not scan.strict
        and run.isalpha()
        and all(
            re.search(rf"(?<![A-Za-z0-9_.])d?{letter}(?![A-Za-z0-9_])", scan.text)
            for letter in run
        )
    )


def _is_slope(scan: Scan, stop: int) -> bool:
    """Whether a `DY` that ends here is above or below in `DY/DX`."""
    above = re.match(r"\s*/\s*D[A-Za-z]\d*\b(?!\s*\()", scan.text[stop:])
    return above is not None or (
        _is_below(scan)
        and len(scan.found) > 1
        and scan.found[-2].kind == "differential"
    )


def _is_product(scan: Scan, run: str) -> bool:
    """Whether a word of two letters is a product: the `By` of `Ax + By`."""
    before = scan.found[-1].text if scan.found else ""
    return len(run) == 2 and run[0].isupper() and before in ("+", "-")


def _is_repeated(scan: Scan, run: str) -> bool:
    """Whether a run of small letters is a word, since it stands there twice."""
    if len(run) < 3 or not run.islower():
        return False
    return len(re.findall(rf"\b{run}\b", scan.text)) > 1


def _is_below(scan: Scan) -> bool:
    """Whether a slash stands before this."""
    return bool(scan.found) and scan.found[-1].text == "/"


def _prefixed(scan: Scan, run: str, split: bool = False) -> Iterator[Token]:
    """Take `logdetX`, `trAB` or `AB` as what they are made of."""
    if not scan.code:
        for size in range(min(len(run) - 1, 7), 1, -1):
            head, rest = run[:size], run[size:]
            short = len(rest) <= 3 or any(rest.startswith(w) for w in ("det", "tr"))
            if head in FUNCTIONS and head not in CODE_ONLY and short:
                yield scan.token("word", scan.at + size, FUNCTIONS[head])
                yield from _run_of(scan, rest)
                return
    if split:
        for _ in run:
            yield scan.token("name", scan.at + 1)
    else:
        yield scan.token("name", scan.at + len(run))


def _changed(run: str) -> str:
    """Return the name whose change is written `dX` or `dlam`, or nothing."""
    rest = run[1:]
    if run[0] != "d":
        return ""
    if re.fullmatch(r"[A-Za-z]\d*", rest):
        return rest
    return SPELT.get(rest, rest) if rest in GREEK else ""
