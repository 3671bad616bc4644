"""Formulas of which the text itself says that they are wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .facts import Fact, Piece
from .sentences import Item

_AHEAD = re.compile(
    r"\b(?:it is (?:not true|false|wrong|incorrect|untrue) (?:that|to)|"
    r"(?:it|this) (?:is|would be) (?:a mistake|an error|wrong|incorrect|tempting) to|"
    r"(?:common|typical|frequent|classic|usual|popular|tempting|frequently made)\s+"
    r"(?:mistake|error|misconception|pitfall|wrong)s?\b|"
    r"(?:is|are|be|was) tempted to|(?:mistakenly|wrongly|incorrectly|erroneously|"
    r"falsely)\b|"
    r"do not (?:write|confuse this with|use)|don't write|never write|"
    r"(?:wrong|incorrect|false|erroneous|mistaken|not correct|bad|naive but wrong)\s*"
    r"(?:formula|result|answer|claim|version|identity|equation|rule|in general)?"
    r"\s*:|"
    r"the (?:wrong|incorrect|false|erroneous) (?:formula|result|answer|claim|"
    r"identity|rule|equation)|"
    r"(?:erreur (?:fréquente|courante|classique)|il est faux (?:que|d')|on n'a pas)|"
    r"faux\s*:|à tort)"
    r"|常见(?:的)?错误|错误(?:地|的)?(?:写|做法|公式|结果|认为)|误(?:认为|写)|"
    r"(?:错误|错)[:：]",
    re.I,
)
_TURNS = re.compile(
    r"\b(?:correct(?:ly)?|right|instead|actually|in fact|but|however|whereas|"
    r"should (?:be|read)|"
    r"en fait|mais|plutôt|because|since)\b|正确|应(?:该|为|当)|而是|实际上|但",
    re.I,
)
_DENIED = re.compile(
    r"\b(?:not|no|never|without|isn't|n't|avoid\w*|if|correct me|any|mistaken)\b"
    r"(?: (?:a|an|the|any|been|be|this))?\s*$|不(?:是|算)?$",
    re.I,
)
_BEHIND = re.compile(
    r"^[\s,]*(?:(?:which|this|that|it|but|clearly|however|alone|as such|"
    r"here)[\s,]+){0,2}"
    r"(?:(?:is|are|would be|was)\s+(?:clearly |obviously |simply |just |in general "
    r"|generally |certainly )?"
    r"(?:wrong|false|incorrect|not true|not correct|not valid|not right|invalid|untrue|"
    r"a (?:common )?mistake|an error|erroneous|a misprint|a typo)\b"
    r"|(?:does|do) not (?:in general |generally |necessarily |always )?hold\b|"
    r"doesn't hold\b"
    r"|[^.]{0,60}\b(?:does not|doesn't|do not|cannot) (?:quite |really |actually )?"
    r"(?:work|make sense|type[- ]?check)\b"
    r"|(?:no longer|fails to|need not|cannot) hold|fails in general"
    r"|should (?:read|be (?:replaced|corrected))\b"
    r"|(?:est|sont) (?:faux|fausse|fausses|incorrecte?|erronée?)\b|n'est pas "
    r"(?:vraie?|correcte?|valable)"
    r"|ne tient pas|\(\s*(?:this is )?(?:wrong|false|incorrect|not true)\b)"
    r"|^[\s，,]*(?:这)?(?:是)?(?:一般|通常|并)?(?:不成立|不正确|是?错误的|是?错的|"
    r"不对|有误|应改为|应更正为)",
    re.I,
)
_LOOSE = re.compile(
    r"in general|generally|necessarily|always|一般|通常|en général", re.I
)
_QUALIFIED = re.compile(
    r"\b(?:unless|if|when|only|for (?:non|general))\b|除非|如果|当", re.I
)


def announced(
    pieces: Sequence[Piece], items: Sequence[Item], words: str
) -> Iterator[Fact]:
    """Yield the formulas of a sentence that it calls wrong."""
    formulas = [i for i, item in enumerate(items) if item.kind == "formula"]
    claims = [i for i in formulas if items[i].seen.claims and not _declares(items[i])]
    for i in claims:
        if items[i].seen.unequal:
            yield _fact(pieces, items, i, _spoken(pieces, items, 0, i) + " ≠")
    question = items[-1].text in ("?", "？")
    if question or not claims or len(words) > 3000:
        return
    done: set[int] = set()
    for i in claims:
        before = max((j for j in claims if j < i), default=-1)
        lead = _spoken(pieces, items, before + 1, i)
        cues = list(_AHEAD.finditer(lead))
        denied = cues and _DENIED.search(lead[: cues[-1].start()])
        if cues and not denied and not _TURNS.search(lead[cues[-1].end() :]):
            done.add(i)
            yield _fact(pieces, items, i, lead)
            continue
        after = min((j for j in claims if j > i), default=len(items))
        tail = _spoken(pieces, items, i + 1, after)
        found = _BEHIND.match(tail)
        if found and i not in done:
            if not _QUALIFIED.match(tail[found.end() :].lstrip(" ,")) or _LOOSE.search(
                found[0]
            ):
                yield _fact(pieces, items, i, tail)
            else:
                yield _fact(pieces, items, i, tail, "in general")


def _declares(item: Item) -> bool:
    """Whether a formula declares a type, so that nobody would call it wrong."""
    return bool(item.seen.said) and not item.seen.said[0].condition


def _spoken(
    pieces: Sequence[Piece], items: Sequence[Item], start: int, stop: int
) -> str:
    """Return the text of items with `…` for the formulas."""
    if stop <= start:
        return ""
    made: list[str] = []
    for item in items[start:stop]:
        if item.kind == "formula":
            made.append(" … ")
            continue
        text = pieces[item.piece].text[item.start : item.stop]
        near = made and made[-1].isascii() and text.isascii() and item.kind == "word"
        made.append(f" {text}" if near else text)
    return "".join(made).strip()


def _fact(
    pieces: Sequence[Piece], items: Sequence[Item], i: int, words: str, value: str = ""
) -> Fact:
    item = items[i]
    if _LOOSE.search(words):
        value = "in general"
    at = item.piece
    line = pieces[at].line
    return Fact("wrong", (), value, words.strip(), at, 0, line, "sentence", at, at)
