"""Formulas between the tags of HTML and MediaWiki, as Markdown has them.

Each is written with dollars instead, as long as it was: every offset stays true. So
are those of generators of sites (`{{< katex >}}`), of MathML that keeps its TeX, and
what is between double dollars with empty lines in it.
"""

from __future__ import annotations

import re

from ..spelling.vocabulary import FONTS, FRACTIONS, GREEK, SIGNS
from .pictures import with_drawn
from .symbols import looks_like_latex, prose_words

MAX_FORMULA = 8000
"""Characters of a formula with empty lines in it."""
_HIDDEN = re.compile(r"<(?P<tag>script|style)\b[^<>]{0,200}>", re.IGNORECASE)
"""What is no text."""
_SCRIPT = re.compile(
    r"(?P<opens><script\s[^<>\n]{0,80}math/tex(?P<mode>[^<>\n]{0,80})>)"
    r"(?P<inside>(?:[^<]|<(?!/?script)){0,8000})(?P<closes></script>)"
)
_TAG = re.compile(
    r"(?P<opens><math(?P<mode>(?:\s[^<>\n]{0,80})?)>)"
    r"(?P<inside>[^<>]{0,8000})(?P<closes></math>)"
)
"""TeX between MediaWiki's tags; MathML has tags of its own inside."""
_ROLE = re.compile(r"(?P<opens>:math:`)(?P<inside>[^`]{1,2000})(?P<closes>`)")
"""A formula in a line of reStructuredText."""
_SHORTCODE = re.compile(
    r"(?P<opens>\{(?:\{[<%]|%)-?\s*(?P<name>katex|math|latex|tex|mathjax)\b"
    r"(?P<mode>[^{}<>%\n]{0,80})(?:[>%]\}|%)?\})"
    r"(?P<inside>(?:[^${]|\{(?![{%])){1,8000})"
    r"(?P<closes>\{(?:\{[<%]|%)-?\s*(?:/|end)\s*(?P=name)\s*(?:[>%]\}|%)?\})"
)
"""A formula between `{{< katex >}}` and `{{< /katex >}}`, or `{% math %}`."""
_COLONS = re.compile(
    r"^(?P<opens>[ \t]*(?P<mark>:{3,})[ \t]*\{math\}[^\n]*\n(?:[ \t]*:\w+:[^\n]*\n)*)"
    r"(?P<inside>(?:[^$:]|:(?!:)){1,8000}?)(?P<closes>\n[ \t]*(?P=mark)[ \t]*)$",
    re.MULTILINE,
)
"""A directive of MyST between colons."""
_MATHML = re.compile(
    r"<math\b(?P<mode>[^<>]{0,200})>(?:(?!</?math\b).){0,20000}</math>", re.DOTALL
)
_ANNOTATION = re.compile(
    r"(?P<opens><annotation\s[^<>]{0,80}x-tex[^<>]{0,20}>)"
    r"(?P<inside>[^<>]{0,8000})(?P<closes></annotation>)"
)
"""The TeX that MathML was made of."""
_DOUBLE = re.compile(r"(?<!\\)\$\$")
_DOUBLED = re.compile(r"(?<!\\)\\\\[A-Za-z]{2,}")
_COMMAND = re.compile(r"(?<!\\)\\[A-Za-z]{2,}")
_ESCAPES = re.compile(r"\\{2,8}|\\(?=[_*])")
_BETWEEN = re.compile(r"(?<!\\)(\${1,2})(?!\$)(?:[^$\n]|\n(?!\s*\n)){4,4000}?(?<!\\)\1")
_COMMANDS = frozenset(GREEK) | {*SIGNS, *FONTS, *FRACTIONS, "begin", "left", "text"}
"""What is a command behind two backslashes, and no row that begins with its letters."""
_PLAIN = re.compile(r"[\w\s]|$")
"""What a backslash stands before that Markdown keeps."""
MANY_DOUBLED = 5
"""From so many commands with two backslashes on, and no others, one is meant."""
_EMPTY = re.compile(r"\n(?=[ \t]*\n)")
_ENTITIES = {
    "&amp;": "&", "&lt;": "<", "&gt;": ">", "&nbsp;": " ", "&#39;": "'",
    "&quot;": '"', "&minus;": "-", "&#x27;": "'", "&#160;": " ",
}  # fmt: skip
_ENTITY = re.compile("|".join(_ENTITIES))
_PAGE = re.compile(r"<(?:!DOCTYPE\s+html|html|body|p|div|td|li)\b", re.IGNORECASE)


def with_dollars(text: str) -> str:
    """Return a text with the formulas of its tags between dollars."""
    doubled = len(_DOUBLED.findall(text))
    if doubled >= MANY_DOUBLED and doubled > 4 * len(_COMMAND.findall(text)):
        text = _ESCAPES.sub(_undoubled, text)
    elif doubled:
        text = _BETWEEN.sub(_alone, text)
    if "<" in text:
        text = _SCRIPT.sub(_dollars, text)
        text = _TAG.sub(_dollars, text)
        if "x-tex" in text:
            text = _MATHML.sub(_annotated, text)
    if ":math:`" in text:
        text = _ROLE.sub(_dollars, text)
    if "{%" in text or "{{" in text:
        text = _SHORTCODE.sub(_dollars, text)
    if "{math}" in text:
        text = _COLONS.sub(lambda found: _dollars(found, display=True), text)
    text = with_drawn(text)
    if _PAGE.search(text):
        text = _ENTITY.sub(_spelt, _shown(text))
    return _unbroken(text)


def _alone(found: re.Match[str]) -> str:
    """Return a formula with half of its backslashes, if all commands have two."""
    names = _DOUBLED.findall(found[0])
    known = any(name.lstrip("\\") in _COMMANDS for name in names)
    if not known or _COMMAND.search(found[0]):
        return found[0]
    return _ESCAPES.sub(_undoubled, found[0])


def _undoubled(found: re.Match[str]) -> str:
    """Return the backslashes that Markdown leaves, behind spaces.

    One of two is left, and one alone before a letter or space: `\\\\\\ ` ends a row.
    """
    size = len(found[0])
    alone = size % 2 and _PLAIN.match(found.string, found.end())
    left = found[0][: size // 2 + bool(alone)]
    return left.rjust(size)


def _unbroken(text: str) -> str:
    """Take the empty lines out of what stands between double dollars."""
    marks = [*_DOUBLE.finditer(text)]
    kept: list[str] = []
    at = done = 0
    while at + 1 < len(marks):
        start, stop = marks[at].end(), marks[at + 1].start()
        inside = text[start : min(stop, start + MAX_FORMULA)]
        if not _EMPTY.search(inside):
            at += 2
        elif stop - start <= MAX_FORMULA and _is_maths(inside):
            kept += (text[done:start], _EMPTY.sub(" ", inside))
            done = stop
            at += 2
        else:
            at += 1  # it has no end
    return "".join((*kept, text[done:]))


def _is_maths(text: str) -> bool:
    """Whether a text of several lines is a formula in each of them."""
    lines = text.split("\n")
    return looks_like_latex(text) and all(prose_words(line) <= 1 for line in lines)


def _annotated(found: re.Match[str]) -> str:
    """Return MathML as the TeX that it keeps; all else in it says the same again."""
    kept = _ANNOTATION.search(found[0])
    if kept is None:
        return found[0]
    before, behind = found[0][: kept.start()], found[0][kept.end() :]
    display = re.search(r"display\s*=\s*.block", found["mode"]) is not None
    return f"{_blank(before)}{_dollars(kept, display)}{_blank(behind)}"


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _shown(text: str) -> str:
    """Blank out the programs and styles of a page."""
    kept: list[str] = []
    at = 0
    while opens := _HIDDEN.search(text, at):
        closer = re.compile(rf"</{opens['tag']}\s*>", re.IGNORECASE)
        if (closes := closer.search(text, opens.end())) is None:
            break
        kept.append(text[at : opens.start()])
        kept.append(_blank(text[opens.start() : closes.end()]))
        at = closes.end()
    return "".join((*kept, text[at:]))


def _spelt(entity: re.Match[str]) -> str:
    return f"{_ENTITIES[entity[0]]:<{len(entity[0])}}"


def _dollars(tag: re.Match[str], display: bool = False) -> str:
    """Return a tag's formula between dollars, as long as it was."""
    mode = tag.groupdict().get("mode") or ""
    display = display or ("display" in mode and "inline" not in mode)
    mark = "$$" if display else "$"
    inside = _EMPTY.sub(" ", tag["inside"])  # no empty lines
    lead, kept = len(inside) - len(inside.lstrip()), inside.strip()
    opens, closes = tag["opens"], tag["closes"]
    if "\n" in inside:
        lead, kept = 0, inside
    if len(closes) < len(mark):
        return tag[0]
    # What is indented would be code.
    before = f"\u200b{mark:>{len(opens) + lead - 1}}"
    return f"{before}{kept}{mark:<{len(closes) + len(inside) - lead - len(kept)}}"
