"""Who a sentence speaks of, and what it says that they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .memberships import Look
from .phrases import SQUARE, Phrase, phrase
from .sayings import CUES, OPERATORS, Found
from .sentences import Item
from .subjects import Subjects

_LAST = ("ist", "sind")
"""Verbs that stand behind what they say: `wenn A symmetrisch ist`."""
_FAR = 14
"""Items between a fact and the word that introduces it."""
_ONE = frozenset(("is", "est", "equals", "represents", "denotes", "désigne"))
_UNSURE = frozenset(("whether", "unless", "是否", "would", "were", "serait", "除非"))
_DEFINES = frozenset(
    [
        "called",
        "said",
        "termed",
        "iff",
        "denote",
        "denoted",
        "denotes",
        "appelée",
        "appelé",
        "dite",
        "dit",
        "称为",
        "称",
        "definition",
        "définition",
        "named",
    ]
)
_PASSED = frozenset(("applied", "acting", "acts", "evaluated", "taken", "understood"))
_HAS = frozenset(("has", "have"))
_COUNTED = frozenset(("维", "阶", "级", "个", "dimensional", "dimension", "by", "型"))


class Clauses(Subjects):
    """Finds what one sentence says about names."""

    def __init__(self, items: Sequence[Item], bare: bool = False):
        super().__init__(items)
        self.bare = bare
        texts = {item.text for item in items}
        question = items[-1].text in ("?", "？")
        self.unsure = question or bool(texts & _UNSURE)
        self.defines = bool(texts & _DEFINES) or self.generic()
        self.paired = bool(
            texts & {"respectively", "respectivement", "分别为", "分别是"}
        )

    def generic(self) -> bool:
        """Whether it says what an adjective means: `a matrix is symmetric if`."""
        said = False
        for item in self.items:
            if item.has("copula") and item.kind == "word":
                said = True
            elif said and item.text in ("if", "iff", "when", "si", "only if"):
                return True
            elif not item.has("det", "adjective", "noun", "adverb"):
                said = False
        return False

    def run(self) -> Iterator[Found]:
        """Yield what is found, in the order of the items."""
        oblong = {
            name
            for item in self.items
            for said in item.seen.said
            for name in said.names
            if _is_oblong(said.value)
        }
        for found in self.all():
            square = found.about == "type" and found.value.partition("(")[0] in SQUARE
            if not (square and oblong & set(found.names)):
                yield found

    def all(self) -> Iterator[Found]:
        """Yield also what the sizes of the names contradict."""
        done = 0  # where the last phrase in front of a name ended
        for i, item in enumerate(self.items):
            if item.kind == "formula":
                yield from self.formula(i)
                if not self.unsure:
                    yield from self.behind(i)
                    yield from self.listed(i)
                    yield from self.denoted(i)
            if self.unsure:
                continue
            if item.has("copula"):
                yield from self.clause(i)
            if item.has("depends"):
                yield from self.depends(i)
            if i >= done and (
                item.has("adjective", "noun", "meaning") or item.seen.sizes
            ):
                made = phrase(self.items, i)
                if made is not None:
                    yield from self.before(i, made)
                    done = max(made.stop, i + 1)

    # --- formulas that say something themselves ---

    def formula(self, i: int) -> Iterator[Found]:
        for said in self.items[i].seen.said:
            cue = self.cue(i)
            if said.condition and (
                self.defines or self.unsure or not self.introduced(i)
            ):
                continue
            if said.value.startswith(("symmetric", "positive_d")) and self.defines:
                continue
            if said.names:
                yield Found("type", said.names, said.value, i, i + 1, cue)

    # --- A is symmetric ---

    def clause(self, i: int) -> Iterator[Found]:
        """Read a copula with what is before it and behind it."""
        before = self.items[i - 1] if i else None
        if before is None:
            return
        if before.has("modal") and not (before.text == "to" and self.assumed(i)):
            return
        start = i + 1
        while start < len(self.items) and (
            self.items[start].has("adverb") or self.items[start].text == "being"
        ):
            start += 1
        while start < len(self.items) and self.items[start].text in _PASSED:
            start += 1
        subjects, first = self.subjects(i, self.items[i].text in _ONE)
        if not subjects:
            return
        made = phrase(self.items, start)
        sign = subjects[0].sign if len(subjects) == 1 else ""
        applied = made is not None and subjects[0].called and made.adjectives
        if sign and not applied and not (made and (made.meaning or made.noun)):
            yield from self.operator(sign, first, start)
            return
        if made is None:
            return
        if len(subjects[0].names) > 1:
            each = [Look(names=(name,)) for seen in subjects for name in seen.names]
        else:
            each = subjects
        if len(each) > 1 and self.another(made):
            pairs = list(self.pairs(each, first, start))
            yield from pairs
            if pairs or self.paired:
                return
        if self.possessed(made):
            return
        if self.items[i].text in _HAS and made.adjectives != ["full_rank"]:
            return
        passed = self.items[start - 1].text in _PASSED
        if passed and made.adjectives != ["elementwise"]:
            return
        if self.defines and not made.noun and not made.meaning and not made.unsaid:
            defined = {item.text for item in self.items} & _DEFINES
            if defined - {"denotes", "denote"}:
                return
        for subject in subjects:
            yield from self.facts(subject, made, first, made.stop, verb=True)

    def another(self, made: Phrase) -> bool:
        """Whether a phrase is the first of several: `a vector and a matrix`."""
        if made.stop + 1 >= len(self.items):
            return False
        joint = self.items[made.stop]
        if not (joint.has("and") or joint.kind == "comma") or not made.noun:
            return False
        next = phrase(self.items, made.stop + 1)
        return next is not None and next.noun != ""

    def possessed(self, made: Phrase) -> bool:
        """Whether a phrase is of what follows: `the vector x's`, `向量 x 的元素`."""
        if made.stop >= len(self.items):
            return False
        next = self.items[made.stop]
        return bool(next.seen.names) or next.text == "的"

    def assumed(self, i: int) -> bool:
        """Whether `A to be symmetric` is an assumption."""
        verbs = {item.text for item in self.items[max(0, i - 8) : i]}
        return bool(verbs & {"assume", "take", "let", "suppose", "consider", "choose"})

    def pairs(self, subjects: list[Look], first: int, at: int) -> Iterator[Found]:
        """Read `x and A are a vector and a matrix, respectively`."""
        made: list[Phrase] = []
        while at < len(self.items) and len(made) < len(subjects):
            one = phrase(self.items, at)
            if one is None:
                break
            made.append(one)
            at = one.stop
            while at < len(self.items) and (
                self.items[at].has("and") or self.items[at].kind == "comma"
            ):
                at += 1
        if len(made) == len(subjects):
            for subject, one in zip(subjects, made, strict=True):
                yield from self.facts(subject, one, first, one.stop)

    # --- with A symmetric ---

    def behind(self, i: int) -> Iterator[Found]:
        """Read a phrase that follows names without a verb."""
        seen = self.items[i].seen
        if i + 1 >= len(self.items) or not (seen.names or seen.said):
            return
        next = self.items[i + 1]
        if next.kind != "word" or not next.has("det", "adjective", "noun", "not"):
            return
        if next.text in _COUNTED:
            return
        made = phrase(self.items, i + 1)
        if made is not None and made.noun and not next.has("det"):
            last = self.items[made.stop - 1].text
            if (
                last.endswith("s")
                or not made.adjectives
                or (not made.sizes and seen.sizes)
            ):
                return  # for n vectors
        if made is None or not self.introduced(i, also_and=made.noun != ""):
            return
        stop = self.items[made.stop] if made.stop < len(self.items) else None
        if stop is not None and stop.kind == "formula" and stop.seen.names:
            return  # `A symmetric B`: the phrase is of B
        if stop is not None and stop.has("copula") and stop.text not in _LAST:
            return
        subjects, first = self.subjects(i + 1, False)
        for subject in subjects:
            yield from self.facts(subject, made, first, made.stop)

    def introduced(self, i: int, also_and: bool = False) -> bool:
        """Whether a word such as `where` introduces what stands at an item."""
        items = self.items
        if self.bare:
            return True
        around = i + 1 < len(items) and items[i + 1].kind == "close"
        if i and items[i - 1].kind == "open":
            return around or items[i].seen.names != ()
        for at in range(i - 1, max(-1, i - _FAR), -1):
            item = items[at]
            if item.has("no cue"):
                return False
            if item.has(*CUES) or item.kind == "open":
                return True
            if item.kind == "colon" and also_and:
                return True
            passes = item.kind in ("comma", "formula") or item.has(
                "and", "det", "noun", "adjective", "in", "adverb", "copula"
            )
            if item.display or item.has("stop") or not (passes or item.text == "that"):
                return False
        return False

    # --- the symmetric matrix A ---

    def before(self, i: int, made: Phrase) -> Iterator[Found]:
        """Read a phrase that stands before names."""
        stop = made.stop
        if stop >= len(self.items) or self.items[stop].kind != "formula":
            return
        last = self.items[stop - 1]
        if i and self.items[i - 1].has("not"):
            made.unsaid, made.adjectives = tuple(made.adjectives), []
        if (i and self.items[i - 1].text in ("-", "of the")) or not last.rows:
            return
        said = made.adjectives or made.unsaid
        alone = not made.noun and not made.meaning
        if alone and not (said and self.may_stand(i)):
            return
        if made.meaning in OPERATORS and not self.items[stop].seen.sign:
            return
        after = self.items[stop + 1] if stop + 1 < len(self.items) else None
        subjects = [self.items[stop].seen]
        plural = (
            last.text.endswith(("s", "x")) or not last.text.isascii() or not made.noun
        )
        plural &= last.text != "matrix"
        end = stop + 1
        while plural and after is not None and end + 1 < len(self.items):
            joint = self.items[end].has("and") or self.items[end].kind == "comma"
            gap = end + 1
            if joint and self.items[gap].has("and"):
                gap += 1
            if not joint or gap >= len(self.items):
                break
            next = self.items[gap]
            ahead = self.items[gap + 1] if gap + 1 < len(self.items) else None
            if next.kind != "formula" or not (next.seen.names or next.seen.said):
                break
            if ahead is not None and ahead.has("copula"):
                break
            subjects.append(next.seen)
            end = gap + 1
        for subject in subjects:
            yield from self.facts(subject, made, i, end)

    def may_stand(self, i: int) -> bool:
        """Whether adjectives alone may say something of the names behind them."""
        at = i - 1
        while at >= 0 and self.items[at].has("not"):
            at -= 1
        if at < 0:
            return True
        before = self.items[at]
        return before.kind in ("open", "comma", "colon") or before.has(
            "det", "and", *CUES
        )


def _is_oblong(value: str) -> bool:
    """Whether a type is of matrices whose sizes differ."""
    if not value.startswith("matrix(") or "->" in value:
        return False
    rows, _, columns = value[len("matrix(") : -1].partition(", ")
    return rows != columns
