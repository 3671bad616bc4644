"""What the words of a document, with the formulas among them, say about names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from .announcing import announced
from .clauses import Clauses
from .facts import Fact, Piece, Scope
from .layouts import letters_in, of_headings, of_sentence
from .sayings import Found
from .sentences import Item, sentences
from .typed import pieces_of

MOST = 20_000
"""Facts of one document; what it says after that is not heard."""
MOST_TEXT = 1_000_000
"""Characters of one document; what stands behind them is not heard."""
_WHOLE = re.compile(
    r"\b(?:throughout|in (?:this|these) (?:document|notes?|paper|article|text|course)|"
    r"from now on|hereafter|"
    r"dans (?:tout )?(?:ce|la suite)|we always)\b|本文|全文",
    re.I,
)
_OTHERWISE = frozenset(("otherwise", "else", "sinon", "autrement", "否则"))
_NOTATION = re.compile(r"\b(?:notations?|conventions?|symbols)\b|符号|记号|约定", re.I)


def facts_of(pieces: Sequence[Piece]) -> tuple[Fact, ...]:
    """Return all that a document says about its names, in its order."""
    pieces = _heard(pieces)
    ends = _Ends(pieces)
    found: list[Fact] = list(of_headings(pieces, ends.section))
    before = 0  # where the sentence before starts
    for items in sentences(pieces):
        if len(found) > MOST:
            break
        words = _words(pieces, items, 0, len(items))
        whole = _WHOLE.search(words) is not None
        for one in Clauses(items).run():
            found.append(_placed(pieces, items, one, ends, before, whole))
        found += of_sentence(pieces, items, words, ends.section)
        found += letters_in(pieces, items, words, len(pieces) - 1)
        found += announced(pieces, items, words)
        before = items[0].piece
    return tuple(_once(found))


def facts_behind(text: str) -> tuple[Fact, ...]:
    """Return what a condition says that is typed behind a statement.

    `where A is symmetric`, `(A symmetric)`, `A = A^T`, `with x in R^n`.
    """
    pieces = pieces_of(text)
    ends = _Ends(pieces)
    return tuple(
        _once(
            _placed(pieces, items, one, ends, 0, False)
            for items in sentences(pieces)
            for one in Clauses(items, bare=True).run()
        )
    )


def _heard(pieces: Sequence[Piece]) -> Sequence[Piece]:
    """Return the pieces up to the limit of what is heard."""
    length = 0
    for at, piece in enumerate(pieces):
        length += len(piece.text)
        if length > MOST_TEXT:
            return pieces[:at]
    return pieces


class _Ends:
    """The last piece of the paragraph and of the section of each piece."""

    def __init__(self, pieces: Sequence[Piece]):
        self.paragraph = [0] * len(pieces)
        self.section = [0] * len(pieces)
        for i in reversed(range(len(pieces))):
            last = i + 1 == len(pieces)
            one, next = pieces[i], pieces[min(i + 1, len(pieces) - 1)]
            same = not last and one.section == next.section
            self.section[i] = self.section[i + 1] if same else i
            same &= one.paragraph == next.paragraph
            self.paragraph[i] = self.paragraph[i + 1] if same else i


def _placed(
    pieces: Sequence[Piece],
    items: Sequence[Item],
    found: Found,
    ends: _Ends,
    before: int,
    whole: bool,
) -> Fact:
    """Give a fact its place and its scope."""
    item = items[found.start]
    at, piece = item.piece, pieces[item.piece]
    fact = Fact(
        found.about,
        found.names,
        found.value,
        _words(pieces, items, found.start, found.stop),
        at,
        item.start,
        piece.line + piece.text.count("\n", 0, item.start),
        "section",
        at,
        ends.section[at],
    )
    cue = items[found.cue] if found.cue >= 0 else None
    if cue is not None and cue.has("if") and not (cue.has("where")):
        return _conditional(fact, items, found, ends)
    if whole or _NOTATION.search(re.split(r"[/\n]", piece.section)[-1]):
        return replace(fact, scope="document", first=0, last=len(pieces) - 1)
    start, last = items[0].piece, items[-1].piece
    if cue is not None and cue.has("where", "such") and not cue.has("let"):
        leads = found.cue == 0 or all(i.kind == "end" for i in items[: found.cue])
        first = before if leads else start
        if not fact.restricts or fact.about == "meaning":
            return replace(fact, first=first)
        return replace(fact, scope="sentence", first=first, last=max(last, at))
    if cue is not None and cue.has("since") and not cue.has("let"):
        return replace(
            fact, scope="paragraph", first=start, last=max(ends.paragraph[at], last)
        )
    return replace(fact, first=start)


def _conditional(fact: Fact, items: Sequence[Item], found: Found, ends: _Ends) -> Fact:
    """Say for which formulas `if A is symmetric` is said: those behind, or before."""
    end = next(
        (i for i in range(found.stop, len(items)) if items[i].text in _OTHERWISE),
        len(items),
    )
    ahead = [i for i in range(found.stop, end) if _states(items[i])]
    behind = [i for i in range(found.cue) if _states(items[i])]
    attached = bool(behind) and behind[-1] == found.cue - 1
    opened = found.cue > 1 and items[found.cue - 1].kind == "open"
    attached |= opened and bool(behind) and behind[-1] == found.cue - 2
    rest = max(ends.paragraph[fact.at], items[-1].piece)
    if behind and (attached or not ahead):
        first, last = items[behind[-1]].piece, fact.at
    elif ahead:
        first, last = fact.at, items[end - 1].piece
    else:
        first, last = fact.at, rest
    if ahead and "->" in fact.value:  # of what follows `if f: R^n → R^m`, too
        return replace(fact, scope="paragraph", first=first, last=max(last, rest))
    scope: Scope = "sentence" if behind or ahead else "paragraph"
    return replace(fact, scope=scope, first=first, last=last)


def _states(item: Item) -> bool:
    """Whether a formula may be a statement."""
    if item.kind != "formula":
        return False
    return item.display or (item.seen.claims and not item.seen.said)


def _words(
    pieces: Sequence[Piece], items: Sequence[Item], start: int, stop: int
) -> str:
    """Return what stands between two items, on one line."""
    first, last = items[start], items[max(start, stop - 1)]
    made = []
    for at in range(first.piece, last.piece + 1):
        text = pieces[at].text
        begin = first.start if at == first.piece else 0
        end = last.stop if at == last.piece else len(text)
        made.append(text[begin:end])
    return re.sub(r"\s+", " ", " ".join(made)).strip()


def _once(found: Sequence[Fact] | Iterator[Fact]) -> Iterator[Fact]:
    """Leave out what is said twice at one place."""
    seen: set[tuple[object, ...]] = set()
    for fact in found:
        key = (fact.about, fact.names, fact.value, fact.at, fact.first, fact.last)
        if key not in seen:
            seen.add(key)
            yield fact
