"""Whom a sentence speaks of, and short ways to say what something is."""

from __future__ import annotations

from collections.abc import Iterator

from .memberships import Look
from .phrases import phrase
from .sayings import OPERATORS, Found, Sayings

_PREPOSITIONS = frozenset(
    ("of", "in", "to", "from", "on", "by", "over", "at", "between", "than", "via",
     "de", "des", "du", "à", "sur", "par", "d")
)  # fmt: skip
_CLOSE = frozenset(("of", "at", "by", "de", "du"))


class Subjects(Sayings):
    """Finds the formulas that are the subjects of one sentence."""

    def subjects(self, i: int, one: bool) -> tuple[list[Look], int]:
        """Return the formulas in front of an item that are its subjects."""
        found: list[Look] = []
        at = i - 1
        while at >= 0 and self.items[at].has("adverb", "modal"):
            at -= 1
        last_one = at
        while at >= 0 and self.items[at].kind == "formula" and len(found) < 12:
            seen = self.items[at].seen
            if not (seen.names or seen.said or seen.called or seen.inner or seen.sign):
                break
            found.append(seen)
            at -= 1
            if at < 1 or not (
                self.items[at].kind == "comma" or self.items[at].has("and")
            ):
                break
            last = at - 1
            if self.items[last].kind == "comma":
                last -= 1
            if last < 0 or self.items[last].kind != "formula":
                break
            at = last
        if len(found) > 1 and at >= 0 and self.items[at].has("depends"):
            found.pop()  # a does not depend on x, u and v are scalars
        if not found or self.of_another(at):
            return [], at + 1
        if one:
            return found[:1], last_one
        return found[::-1], at + 1

    def of_another(self, at: int) -> bool:
        """Whether the words up to an item end in `the columns of the matrix`."""
        unknown = 0  # words that are not understood: `at a point x`
        for _ in range(5):
            if at < 0:
                return False
            item = self.items[at]
            if item.text in (_CLOSE if unknown else _PREPOSITIONS):
                return True
            known = item.has("det", "noun", "adjective")
            unknown += not known
            if item.kind != "word" or (not known and (item.rows or unknown > 1)):
                return False
            at -= 1
        return False

    def operator(self, sign: str, first: int, at: int) -> Iterator[Found]:
        """Read `⊙ denotes multiplication of the elements, the Hadamard product`."""
        for stop in range(at, min(at + 7, len(self.items))):
            item = self.items[stop]
            if item.kind in ("formula", "end", "comma") or item.has("stop", "copula"):
                return
            value = item.value("meaning")
            if value in OPERATORS:
                yield Found("meaning", (sign,), value, first, stop + 1, self.cue(first))
                return

    def listed(self, i: int) -> Iterator[Found]:
        """Read `A: a symmetric matrix`, as lists of symbols have it."""
        items = self.items
        if i + 2 >= len(items) or items[i + 1].kind != "colon":
            return
        made = phrase(items, i + 2)
        if made is None or not made.noun or (i and items[i - 1].kind != "comma"):
            return
        if made.stop == len(items) or items[made.stop].kind in ("comma", "end"):
            yield from self.facts(items[i].seen, made, i, made.stop)

    def denoted(self, i: int) -> Iterator[Found]:
        """Read `denote by ⊙ the product` and `denote the product by ⊙`."""
        items, sign = self.items, self.items[i].seen.sign
        if not sign or not i or items[i - 1].text != "by":
            return
        for at in range(i - 2, max(-1, i - 8), -1):
            if items[at].text in ("denote", "denoted"):
                span = (*items[at:i], *items[i + 1 : i + 4])
                values = {item.value("meaning") for item in span} & set(OPERATORS)
                if len(values) == 1:
                    yield Found("meaning", (sign,), values.pop(), at, i + 1, -1)
                return

    def depends(self, i: int) -> Iterator[Found]:
        """Read `a does not depend on x`."""
        at = i
        while at and self.items[at - 1].has(
            "copula", "modal", "not", "det", "noun", "adverb"
        ):
            at -= 1
        at -= at > 1 and self.items[at - 1].text in ("which", "that")
        while at and self.items[at - 1].has(
            "noun", "det", "copula", "adverb", "adjective"
        ):
            at -= 1
        verbs = [item.text.split()[0] for item in self.items[at : i + 1]]
        several = any(verb in ("are", "do", "ne") for verb in verbs)
        subjects, first = self.subjects(at, not several)
        names = tuple(name for seen in subjects for name in seen.names)
        if names and self.items[i - 1].text not in ("if",):
            yield Found("constant", names, "", first, i + 1, self.cue(first))
