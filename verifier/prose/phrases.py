"""Phrases that say what something is: `a real symmetric n x n matrix`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .facts import UNKNOWN
from .lexicon import WITH_MATRIX
from .sentences import Item
from .spaces import typed

_RANK = (
    "positive_definite", "projection", "orthogonal", "diagonal", "symmetric", "skew",
    "lower", "upper", "idempotent", "invertible",
)  # fmt: skip
"""Kinds of matrices; of several that are said, the first one is the type."""
SQUARE = frozenset((*_RANK, "square"))
"""Kinds of matrices with as many rows as columns."""
_VECTORS = {
    "unit": "unit_vector",
    "positive": "positive_vector",
    "probability": "probability_vector",
}
_SQUARE = ("square", "square_matrix")
_ENTRIES = frozenset(
    [
        "entries",
        "elements",
        "components",
        "coordinates",
        "rows",
        "columns",
        "éléments",
        "composantes",
    ]
)


@dataclass
class Phrase:
    """What is said of something, and where the phrase ends."""

    stop: int
    adjectives: list[str]
    noun: str = ""
    inner: str = ""
    """The noun before another: `scalar` of `a scalar function`."""
    sizes: tuple[str, ...] = ()
    space: str = ""
    """The type of the set that it is said to lie in."""
    unsaid: tuple[str, ...] = ()
    """Adjectives that are denied."""
    meaning: str = ""

    @property
    def constant(self) -> bool:
        """Whether it says that something is constant."""
        return "constant" in self.adjectives or self.noun == "constant"


def phrase(items: Sequence[Item], at: int) -> Phrase | None:
    """Read the phrase that starts at an item; None if there is none."""
    made = Phrase(at, [])
    negated = False
    needs_matrix = False
    while at < len(items):
        item = items[at]
        after = items[at + 1] if at + 1 < len(items) else None
        if item.kind == "formula":
            taken = _sizes_at(items, at, made)
            if not taken:
                break
            at += taken
        elif item.has("adjective") and not (item.has("noun") and made.noun == ""
                                            and _ends_noun(items, at)):  # fmt: skip
            value = item.value("adjective")
            if negated:
                made.unsaid += (value,)
            elif value.startswith("not "):
                made.unsaid += (value[4:],)
            else:
                made.adjectives.append(value)
                needs_matrix |= item.text in WITH_MATRIX
            at += 1
        elif item.has("noun"):
            made.inner, made.noun = made.noun, item.value("noun")
            if made.noun == "covariance":
                made.adjectives.append("positive_definite")
                made.noun = "matrix"
            at += 1
        elif item.has("meaning") and not made.noun and not made.adjectives:
            made.meaning = item.value("meaning")
            at += 1
            made.stop = at
            if at < len(items) and items[at].has("noun"):
                at += 1  # the sigmoid function
            break
        elif item.has("not") and not made.noun:
            negated = True
            at += 1
        elif item.has("and") or item.kind == "comma":
            # symmetric and positive definite; not: symmetric and B
            at_next = at + 1
            while at_next < len(items) and items[at_next].has("and", "adverb"):
                at_next += 1
            next = items[at_next] if at_next < len(items) else None
            again = next is not None and next.has("adjective") and made.adjectives
            if not again or made.noun or _names_follow(items, at_next):
                break
            at = at_next
            negated = negated and item.text in ("or", "ou", "或")
        elif item.text in ("of", "de", "with", "à", "avec") and made.noun:
            taken = _of_size(items, at, made)
            if not taken:
                break
            at += taken
        elif item.has("in") and after is not None and after.seen.space and made.noun:
            made.space = after.seen.space
            at += 2
        elif item.has("det") and not (made.noun and not _sized(items, at)):
            at += 1
            continue
        else:
            break
        made.stop = at
    at = made.stop
    said = made.adjectives or made.noun or made.unsaid or made.meaning
    said = said or len(made.sizes) == 2
    if not said or (needs_matrix and made.noun != "matrix"):
        return None
    if at < len(items) and _goes_on(items[at], made):
        return None
    return made


def _ends_noun(items: Sequence[Item], at: int) -> bool:
    """Whether a word that can be adjective or noun (`constant`) is the noun here."""
    after = items[at + 1] if at + 1 < len(items) else None
    return after is None or not after.has("noun", "adjective", "meaning")


def _names_follow(items: Sequence[Item], at: int) -> bool:
    """Whether a new phrase starts: `symmetric and orthogonal Q`."""
    while at < len(items) and items[at].has("adjective", "noun"):
        at += 1
    return at < len(items) and bool(items[at].seen.names)


def _sized(items: Sequence[Item], at: int) -> bool:
    """Whether a size follows words such as `of length`."""
    for next in items[at + 1 : at + 3]:
        if next.kind == "formula":
            return bool(next.seen.sizes)
        if not next.has("det"):
            return False
    return False


def _sizes_at(items: Sequence[Item], at: int, made: Phrase) -> int:
    """Take a size that stands in a phrase: `an n x n matrix`, `$n$-vector`."""
    seen = items[at].seen
    if seen.space and made.noun:
        made.space = seen.space
        return 1
    if made.sizes or not seen.sizes or UNKNOWN in seen.sizes:
        return 0
    after = items[at + 1 : at + 4]
    if len(seen.sizes) == 2:
        made.sizes = seen.sizes
        return 1
    before = items[at - 1] if at else None
    behind = before is not None and made.noun and before.has("det")
    ahead = bool(after) and after[0].text in (
        "dimensional", "-dimensional", "维", "阶", "级", "by"
    )  # fmt: skip
    if not made.noun and ahead:
        for count, item in enumerate(items[at + 1 : at + 4]):
            if item.kind == "formula" and item.seen.sizes and after[0].text == "by":
                made.sizes = (*seen.sizes, *item.seen.sizes)
                return count + 2
        made.sizes = seen.sizes
        return 2
    if behind:
        made.sizes = seen.sizes
        return 1
    if not made.noun and after and after[0].has("noun"):
        made.sizes = seen.sizes
        return 1
    return 0


def _of_size(items: Sequence[Item], at: int, made: Phrase) -> int:
    """Take `of length n`, `of size m x n`, `with n entries`."""
    stop = at + 1
    while stop < len(items) and items[stop].text in (
        "length", "size", "dimension", "dimensions", "order", "shape", "taille", "the",
        "longueur", "ordre", "sizes",
    ):  # fmt: skip
        stop += 1
    if stop >= len(items) or items[stop].kind != "formula":
        return 0
    seen = items[stop].seen
    if not seen.sizes or UNKNOWN in seen.sizes or made.sizes:
        return 0
    if stop == at + 1:  # with n entries
        word = items[stop + 1].text if stop + 1 < len(items) else ""
        if word not in _ENTRIES or made.noun != "vector":
            return 0
        stop += 1
    made.sizes = seen.sizes
    return stop + 1 - at


def _goes_on(item: Item, made: Phrase) -> bool:
    """Whether the next word shows that the phrase means something else."""
    if item.kind != "word":
        return False
    if item.text in ("to", "à", "part", "parts") and not made.noun:
        return True  # orthogonal to b, the symmetric part
    if item.text in (
        "if",
        "iff",
        "only if",
        "si",
        "当且仅当",
        "when",
        "unless",
        "whenever",
    ):
        return not made.noun or bool(made.adjectives)
    if item.rows or not item.text[0].isascii():
        return item.has("meaning")
    return not item.text.endswith(("ed", "ing", "ly"))


def kinds_of(made: Phrase, lower: bool) -> str:
    """Return the type that a phrase gives to a name; nothing if it gives none.

    `lower` is whether the name is a small letter, of which no adjective alone makes a
    matrix.
    """
    noun, adjectives = made.noun, made.adjectives
    sizes = made.sizes
    if made.space and not sizes:
        inside = made.space.partition("(")[2].rstrip(")")
        sizes = tuple(inside.split(", ")) if inside else ()
    if noun in ("identity", "ones", "zeros") or made.meaning or noun == "function":
        return ""
    if noun == "row_vector" or (noun == "vector" and "row" in adjectives):
        length = sizes[0] if len(sizes) == 1 else (sizes or (UNKNOWN, UNKNOWN))[-1]
        return f"matrix(1, {length})"
    if noun == "vector":
        kind = "vector"
        for adjective, special in _VECTORS.items():
            kind = special if adjective in adjectives else kind
        return typed(kind, sizes)
    if noun == "integer":
        return "integer"
    if noun == "scalar" or (not noun and "scalar" in adjectives):
        return "positive" if "positive" in adjectives else "scalar"
    if noun == "constant":
        scalar = {"positive", "scalar"} & set(adjectives)
        if not scalar:
            return ""
        return "positive" if "positive" in adjectives else "scalar"
    if noun in ("matrix", "square_matrix") or (not noun and not lower):
        for kind in _RANK:
            if kind in adjectives:
                return typed(kind, sizes)
        if noun == "square_matrix" or set(_SQUARE) & set(adjectives):
            return f"matrix({sizes[0]}, {sizes[0]})" if sizes else "square(?)"
        return typed("matrix", sizes) if noun else ""
    if not noun and lower and "positive" in adjectives:
        return "positive"
    return ""
