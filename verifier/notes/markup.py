"""Formulas between the tags of HTML and MediaWiki, as Markdown has them.

Each is written with dollars instead, as long as it was: every offset stays true.
"""

from __future__ import annotations

import re

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
_ENTITIES = {
    "&amp;": "&", "&lt;": "<", "&gt;": ">", "&nbsp;": " ", "&#39;": "'",
    "&quot;": '"', "&minus;": "-", "&#x27;": "'", "&#160;": " ",
}  # fmt: skip
_ENTITY = re.compile("|".join(_ENTITIES))
_PAGE = re.compile(r"<(?:!DOCTYPE\s+html|html|body|p|div|td|li)\b", re.IGNORECASE)


def with_dollars(text: str) -> str:
    """Return a text with the formulas of its tags between dollars."""
    if "<" in text:
        text = _SCRIPT.sub(_dollars, text)
        text = _TAG.sub(_dollars, text)
    if ":math:`" in text:
        text = _ROLE.sub(_dollars, text)
    if _PAGE.search(text):
        text = _ENTITY.sub(_spelt, _shown(text))
    return text


def _shown(text: str) -> str:
    """Blank out the programs and styles of a page."""
    kept: list[str] = []
    at = 0
    while opens := _HIDDEN.search(text, at):
        closer = re.compile(rf"</{opens['tag']}\s*>", re.IGNORECASE)
        if (closes := closer.search(text, opens.end())) is None:
            break
        kept.append(text[at : opens.start()])
        kept.append(re.sub(r"[^\n]", " ", text[opens.start() : closes.end()]))
        at = closes.end()
    return "".join((*kept, text[at:]))


def _spelt(entity: re.Match[str]) -> str:
    return f"{_ENTITIES[entity[0]]:<{len(entity[0])}}"


def _dollars(tag: re.Match[str]) -> str:
    """Return a tag's formula between dollars, as long as it was."""
    mode = tag.groupdict().get("mode") or ""
    mark = "$$" if "display" in mode and "inline" not in mode else "$"
    inside = re.sub(r"\n(?=[ \t]*\n)", " ", tag["inside"])  # no empty lines
    lead, kept = len(inside) - len(inside.lstrip()), inside.strip()
    opens, closes = tag["opens"], tag["closes"]
    if "\n" in inside:
        lead, kept = 0, inside
    if len(closes) < len(mark):
        return tag[0]
    # What is indented would be code.
    before = f"\u200b{mark:>{len(opens) + lead - 1}}"
    return f"{before}{kept}{mark:<{len(closes) + len(inside) - lead - len(kept)}}"
