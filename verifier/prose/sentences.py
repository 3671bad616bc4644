"""Pieces of a document to sentences of words and formulas."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from .facts import Piece
from .lexicon import LEXICON, LONGEST_SIGNS, MOST_WORDS
from .memberships import Look, look

LONGEST = 300
"""Items of one sentence; a longer one is read in parts."""
_SCAN = re.compile(
    r"(?P<command>\\(?:[A-Za-z]+\*?|.))"
    r"|(?P<size>(?<![\w-])(?:[A-Za-z]|\d{1,3})(?:[ ]?×[ ]?|[ -]by[ -]|[ ][xX][ ])"
    r"(?:[A-Za-z]|\d{1,3})(?![\w-]))"
    r"|(?P<short>(?:[A-Za-z]\.){1,3}[A-Za-z]\.?(?!\w))"
    r"|(?P<sign>[\u3400-\u9fff])"
    r"|(?P<word>[^\W_\u3400-\u9fff]+(?:[-'’][^\W_\u3400-\u9fff]+)*)"
    r"|(?P<blank>\n[ \t]*(?:\n|(?:[-*+]|\d{1,2}[.)])[ \t]))"
    r"|(?P<mark>[.,;:?!()\[\]，。；：？！（）、&|=]|l['’])"
)
_TEXT = re.compile(r"\\(?:text|mbox|textrm|mathrm)\s*\{([^{}]*)\}")
_MEMBER = re.compile(r"\\in(?![A-Za-z])")
_PARTED = re.compile(rf"{_TEXT.pattern}|\\q?quad\b")
_STATED = re.compile(r"\\(?:nabla|partial|grad|begin|frac\s*\{\s*(?:d|\\mathrm))")
_MARKS = {
    ",": "comma", "，": "comma", ";": "comma", "；": "comma", "|": "comma",
    ":": "colon", "：": "colon", "(": "open", "（": "open", "[": "open",
    ")": "close", "）": "close", "]": "close",
    "?": "end", "!": "end", "？": "end", "！": "end", "。": "end",
}  # fmt: skip
_SHORTENED = frozenset(
    [
        "resp",
        "cf",
        "eq",
        "eqs",
        "fig",
        "vs",
        "sec",
        "th",
        "thm",
        "prop",
        "no",
        "ex",
        "approx",
    ]
)
_GOES_ON = re.compile(
    r"\s*(?:[,;:)a-zà-ÿ，、]|where\b|with\b|here\b|其中|这里|此处)", re.I
)
_BEGINS = re.compile(
    r"\s*(?:[A-ZÀ-ÖØ-Ý](?!here\b|ith\b)|(?!其中|这里|此处|即|且|和|与|为|是|"
    r"的)[\u3400-\u9fff])"
)


@dataclass(frozen=True)
class Item:
    """A phrase of the lexicon, another word, a formula or a mark."""

    kind: str  # word, formula, comma, colon, open, close, end
    text: str  # in lower case
    piece: int
    start: int
    stop: int
    rows: frozenset[tuple[str, str]] = frozenset()
    seen: Look = field(default_factory=Look)
    display: bool = False

    def has(self, *kinds: str) -> bool:
        """Whether the phrase is of one of these classes."""
        return bool(self.rows) and any(kind in kinds for kind, _ in self.rows)

    def value(self, kind: str) -> str:
        """Return its value in a class, or nothing."""
        return next((value for k, value in self.rows if k == kind), "")


def sentences(pieces: Sequence[Piece]) -> Iterator[list[Item]]:
    """Yield the sentences of a document."""
    made: list[Item] = []
    for at, piece in enumerate(pieces):
        if made and _breaks(pieces[at - 1], piece, made[-1]):
            yield made
            made = []
        for item in _items(piece, at):
            made.append(item)
            if item.kind == "end" or len(made) >= LONGEST:
                yield made
                made = []
    if made:
        yield made


def _breaks(before: Piece, piece: Piece, last: Item) -> bool:
    """Whether a sentence ends between two pieces."""
    if before.section != piece.section:
        return True
    if before.display:
        if before.text.rstrip(" }\n").endswith((".", "。")):
            return not re.match(
                r"\s*(?:where\b|with\b|here\b|其中|这里)", piece.text, re.I
            )
        return piece.kind == "words" and _BEGINS.match(piece.text) is not None
    if before.paragraph == piece.paragraph:
        return False
    if piece.display:
        return last.kind == "end"
    return last.kind not in ("comma", "colon") or not _GOES_ON.match(piece.text)


def _items(piece: Piece, at: int) -> Iterator[Item]:
    if piece.kind == "formula" and _has_words(piece.text):
        yield from _phrases(list(_parts(piece, at)))
        return
    if piece.kind == "formula":
        seen = look(piece.text)
        rows = LEXICON.get("=" if piece.text.strip() == "=" else "", frozenset())
        yield Item(
            "formula", piece.text, at, 0, len(piece.text), rows, seen, piece.display
        )
        return
    yield from _phrases(list(_raw(piece.text, at)))


def _has_words(formula: str) -> bool:
    """Whether words in a formula say what a name is: `A \\in R \\text{ symmetric}`.

    What is said behind a statement is heard with it.
    """
    if (
        _MEMBER.search(formula) is None
        or len(formula) > LONGEST
        or _STATED.search(formula)
    ):
        return False
    words = (word for said in _TEXT.finditer(formula) for word in said[1].split())
    return any(_is_adjective(word) for word in words)


def _is_adjective(word: str) -> bool:
    rows = LEXICON.get(word.lower(), frozenset())
    return any(kind == "adjective" for kind, _ in rows)


def _parts(piece: Piece, at: int) -> Iterator[Item]:
    """Yield the formulas and the words that a formula is made of."""
    place = 0
    for part in (*_PARTED.finditer(piece.text), None):
        stop = part.start() if part else len(piece.text)
        said = piece.text[place:stop].strip(" ,;~")
        if said:
            seen = look(said)
            if "\\in" in said:  # `A \in R^{n n} \text{ symmetric}` lets A be so
                yield _word("let", at, place, place)
            yield Item("formula", said, at, place, stop, frozenset(), seen, True)
        if part is None:
            return
        if words := _TEXT.match(part[0]):
            yield from _raw(words[1], at)
        else:
            yield Item("comma", ",", at, *part.span())
        place = part.end()


def _raw(text: str, piece: int) -> Iterator[Item]:
    """Yield words, marks and sizes, before words are joined to phrases."""
    at = 0
    last = ""
    while found := _SCAN.search(text, at):
        start, at = found.span()
        kind, said = str(found.lastgroup), found[0].lower().replace("’", "'")
        if kind == "command":
            if found[0] in ("\\item", "\\par"):
                yield Item("end", "", piece, start, at)
        elif kind == "size":
            parts = re.split(r"[ -]by[ -]|×|[ ][xX][ ]", found[0])
            seen = Look(sizes=(parts[0].strip(), parts[1].strip()))
            yield Item("formula", found[0], piece, start, at, frozenset(), seen)
        elif kind == "sign":
            for stop in range(min(len(text), start + LONGEST_SIGNS), start, -1):
                rows = LEXICON.get(text[start:stop])
                if rows or stop == start + 1:
                    at = stop
                    said = text[start:stop]
                    yield Item("word", said, piece, start, at, rows or frozenset())
                    break
        elif kind == "short":
            yield _word(said.rstrip("."), piece, start, at)
        elif kind == "word" and _is_bare(text, start, at):
            seen = look(found[0])
            yield Item("formula", found[0], piece, start, at, frozenset(), seen)
        elif kind == "word":
            for shift, word in _elided(said):
                yield _word(word, piece, start + shift, start + shift + len(word))
        elif kind == "blank":
            yield Item("end", "", piece, start, at)
        elif said == ".":
            after = text[at : at + 20].lstrip()
            if not (after[:1].islower() or last in _SHORTENED):
                yield Item("end", ".", piece, start, at)
        elif said in ("、", "&", "="):
            yield Item("word", said, piece, start, at, LEXICON[said])
        elif said in _MARKS:
            yield Item(_MARKS[said], said, piece, start, at)
        last = said


def _is_bare(text: str, start: int, stop: int) -> bool:
    """Whether a capital letter is a name without dollars: `(A symmetric)`."""
    if stop != start + 1 or not text[start].isupper() or text[:start][-1:] != "(":
        return False
    behind = re.match(r" (?:is |est |ist |es )?([^\W\d_]+)\)", text[stop : stop + 60])
    return behind is not None and _is_adjective(behind[1])


def _word(said: str, piece: int, start: int, stop: int) -> Item:
    return Item("word", said, piece, start, stop, LEXICON.get(said, frozenset()))


def _elided(word: str) -> Iterator[tuple[int, str]]:
    """Split `l'identité`."""
    if word not in LEXICON and word[1:2] == "'" and word[0] in "ld":
        yield 2, word[2:]
    else:
        yield 0, word


def _phrases(raw: list[Item]) -> Iterator[Item]:
    """Join words to the longest phrases of the lexicon."""
    at = 0
    while at < len(raw):
        item = raw[at]
        if item.kind != "word" or (
            not item.text[0].isascii() and not item.text.isalpha()
        ):
            yield item
            at += 1
            continue
        words = [item.text]
        best, rows = at + 1, item.rows
        for next in range(at + 1, min(at + MOST_WORDS, len(raw))):
            if raw[next].kind != "word":
                break
            words.append(raw[next].text)
            found = LEXICON.get(" ".join(words))
            if found:
                best, rows = next + 1, found
        last = raw[best - 1]
        text = " ".join(words[: best - at])
        if not rows and text.endswith(("-dimensional", "-vector", "-by")):
            rows = LEXICON["dimensional" if text.endswith("dimensional") else "vector"]
        yield Item("word", text, item.piece, item.start, last.stop, rows)
        at = best
