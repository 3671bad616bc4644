"""What is known at a place of a document: definitions, facts, remarks, layout."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import inf

from ..asking.said import Said, said_of
from ..language.printing import show
from ..language.tree import Call, Name, Number, Tree
from ..prose.facts import Fact, Piece
from ..prose.hearing import facts_of
from ..spelling import loose
from ..spelling.defining import Definition
from .document import Document, Part

NEAR, MOST_BEFORE = 100, 12
"""Characters before a formula that are about it, and parts that they may stand in."""
_STOP = re.compile(r"[.;](?=\s|$)|[。；]")
"""Where a sentence ends."""
USED_ANEW = frozenset(
    [
        "f",
        "g",
        "h",
        "F",
        "G",
        "u",
        "v",
        "x",
        "y",
        "z",
        "w",
        "a",
        "b",
        "c",
        "d",
        "s",
        "t",
        "A",
        "B",
        "C",
        "I",
        "X",
    ]
)
"""Names that mean something else in each section."""


@dataclass(frozen=True)
class Defined:
    """A definition of the document, and where it stands."""

    name: str
    made: Definition
    line: int
    within: tuple[str, ...]
    paragraph: int
    piece: int = -1
    """Of the document, -1 where that is not known."""
    implied: bool = False
    """Whether only a derivative says so, which may be of another one."""


@dataclass(frozen=True)
class Unused:
    """What the text says of a name and cannot be put in: a definition, or a value."""

    text: str
    line: int
    within: tuple[str, ...]


@dataclass
class Context:
    """What a document has said up to a place."""

    document: Document
    defined: dict[str, Defined] = field(default_factory=dict)
    every: dict[str, list[Defined]] = field(default_factory=dict)
    """All definitions of a name, in the order of the document."""
    unused: dict[str, list[Unused]] = field(default_factory=dict)
    """Definitions of a name that could not be read."""
    values: dict[str, list[Unused]] = field(default_factory=dict)
    """Numbers that a name is said to be."""

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """The document as its prose is heard: words and formulas, no remarks."""
        return tuple(
            Piece(
                "formula" if part.kind == "formula" else "words",
                part.text,
                self.document.place(part).line,
                part.display,
                part.paragraph,
                " / ".join(part.within),
            )
            for part in self._kept
        )

    @cached_property
    def numbers(self) -> Mapping[int, int]:
        """The piece that each part is."""
        kept = [
            at for at, part in enumerate(self.document.parts) if part.kind != "remark"
        ]
        return {part: piece for piece, part in enumerate(kept)}

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """All that the words of the document say."""
        facts = facts_of(self.pieces)
        return tuple(map(self._in_row, facts)) if self.document.rows else facts

    def is_in_a_row(self, fact: Fact) -> bool:
        """Whether a row of a table says it, and so of itself only."""
        part = self._kept[fact.at]
        row = bisect_right(self.document.rows, (part.file, part.start, inf)) - 1
        file, _, stop = self.document.rows[row] if row >= 0 else ("", 0, 0)
        return file == part.file and part.start < stop

    def _in_row(self, fact: Fact) -> Fact:
        """Return a fact that counts in its row, where a row of a table says it."""
        if not fact.restricts or fact.about not in ("type", "property"):
            return fact
        part = self._kept[fact.at]
        place = part.places[min(fact.offset, len(part.places) - 1)]
        rows = self.document.rows
        row = bisect_right(rows, (part.file, place, inf)) - 1
        file, start, stop = rows[row]
        if row < 0 or file != part.file or not start <= place < stop:
            return fact
        first, last = self._rows.get(row, (fact.first, fact.last))
        return replace(fact, first=first, last=last)

    @cached_property
    def _rows(self) -> Mapping[int, tuple[int, int]]:
        """The first and the last piece of each row."""
        found: dict[int, tuple[int, int]] = {}
        for at, part in enumerate(self._kept):
            row = bisect_right(self.document.rows, (part.file, part.start, inf)) - 1
            file, _, stop = self.document.rows[row]
            if row >= 0 and file == part.file and part.start < stop:
                found[row] = (found.get(row, (at, at))[0], at)
        return found

    @cached_property
    def _kept(self) -> Sequence[Part]:
        """The part that each piece is."""
        return [part for part in self.document.parts if part.kind != "remark"]

    @cached_property
    def _pieces(self) -> Mapping[int, int]:
        """The piece that each part is, by its identity."""
        return {id(part): piece for piece, part in enumerate(self._kept)}

    @cached_property
    def _by_piece(self) -> Mapping[int, Sequence[Fact]]:
        found: dict[int, list[Fact]] = {}
        for fact in self.facts:
            found.setdefault(fact.at, []).append(fact)
        return found

    def part(self, piece: int) -> Part:
        """Return the part that a piece is."""
        return self._kept[piece]

    def before(self, piece: int) -> str:
        """Return what stands before a formula, in its paragraph or the one before."""
        found = ""
        for at in range(piece - 1, max(-1, piece - MOST_BEFORE), -1):
            part, own = self._kept[at], self._kept[piece]
            if part.paragraph < own.paragraph - 1 or part.within != own.within:
                break
            if len(found) > NEAR:
                break
            found = f"{part.text} {found}"
        return found[-NEAR:]

    def behind(self, piece: int) -> str:
        """Return the sentence behind a formula, with the formulas in it."""
        found, own = "", self._kept[piece]
        for part in self._kept[piece + 1 : piece + MOST_BEFORE]:
            if part.paragraph > own.paragraph + 1 or part.within != own.within:
                break
            sentence = _STOP.split(part.text, maxsplit=1)
            found += f" {sentence[0]}"
            if len(sentence) > 1 or len(found) > NEAR:
                break
        return found[:NEAR]

    def stated_in(self, part: int) -> Sequence[Fact]:
        """Return the facts that a formula itself states."""
        return self._by_piece.get(self.numbers[part], ())

    def said(self, part: int, names: frozenset[str], own: bool = True) -> Said:
        """Return what is said of some names at a formula, by its `own` sign too."""
        piece = self.numbers[part]
        facts = [
            fact
            for fact in self.facts
            if fact.covers(piece)
            and names & {*fact.names}
            and (own or fact.at != piece)
        ]
        known = {name for fact in facts for name in fact.names}
        # A name with a subscript, such as W_1, is hardly used for something else.
        rest = [name for name in names - known if len(name) > 1]
        elsewhere = [fact for name in rest for fact in self._only.get(name, ())]
        introduced = self._introduced(names - known) if names - known else []
        return said_of([*elsewhere, *introduced, *facts])

    def _introduced(self, names: frozenset[str]) -> list[Fact]:
        """Return what is said of names where a product of theirs is introduced.

        Of `A = C Λ C^T, where C is orthogonal` that counts wherever all the letters of
        the product stand together again. That one is symmetric only narrows a rule.
        """
        together = [
            (one.piece, inside)
            for every in self.every.values()
            for one in every
            if len(inside := _names(one.made.body)) > 1 and inside <= names
            if not one.made.parameters
        ]
        return [
            replace(fact, names=tuple(name for name in fact.names if name in inside))
            for piece, inside in together
            for fact in self._of_factors
            if fact.first <= piece <= fact.last and inside & names & {*fact.names}
        ]

    @cached_property
    def _of_factors(self) -> Sequence[Fact]:
        """What sentences say of the factors of a matrix for themselves only."""
        return [
            fact
            for fact in self.facts
            if (fact.scope, fact.about) == ("sentence", "type")
            and fact.value.partition("(")[0] in _FACTORS
        ]

    def sizes(self, part: int, names: frozenset[str]) -> frozenset[str]:
        """Return numbers of rows and columns: the N and K of `Y ∈ R^{N x K}`.

        That is said at a formula, or of a name in it; elsewhere K may be a matrix.
        """
        piece = self.numbers[part]
        inside = (
            fact.value.partition("(")[2]
            for fact in self.facts
            if fact.about == "type"
            and fact.value.startswith(("matrix(", "vector("))
            and (fact.covers(piece) or names & {*fact.names})
        )
        found = {name for sizes in inside for name in _SIZE.findall(sizes)}
        return names & found - {name for fact in self.facts for name in fact.names}

    @cached_property
    def _only(self) -> Mapping[str, Sequence[Fact]]:
        """What is said of a name anywhere, where one thing is said of it."""
        found: dict[str, dict[str, Fact]] = {}
        for fact in self.facts:
            for name in fact.names:
                found.setdefault(name, {}).setdefault(
                    f"{fact.about} {fact.value}", fact
                )
        return {
            name: [replace(fact, names=(name,)) for fact in values.values()]
            for name, values in found.items()
            if len(values) == 1 and all(f.about == "type" for f in values.values())
        }

    def with_definitions(self, said: Said, part: Part, used: Iterable[Defined]) -> Said:
        """Return what is said, and what is where a definition of elsewhere stands.

        `with P symmetric` counts where `f(x) = x^T P x` is put in, sections later.
        """
        for one in used:
            if one.piece < 0 or one.within == part.within:
                continue
            inside = {p.name for p in loose.parts(one.made.body) if isinstance(p, Name)}
            there = [
                fact
                for fact in self.facts
                if fact.covers(one.piece) and inside & {*fact.names}
            ]
            apart = [fact for name in inside for fact in self._only.get(name, ())]
            said = said_of([*apart, *there]).and_then(said)
        return said

    def announced(self, part: int) -> bool:
        """Whether the text says that a formula is wrong."""
        piece = self.numbers[part]
        return any(
            fact.about == "wrong" and fact.covers(piece) and fact.value != "in general"
            for fact in self.facts
        )

    # --- definitions ---

    def define(
        self,
        name: str,
        made: Definition,
        part: Part,
        others: Sequence[Tree] = (),
        *,
        implied: bool = False,
    ) -> None:
        """Take note of a definition; the last one of a name counts.

        `others` are further sides that say the same. `implied` says that only a
        derivative does.
        """
        line = self.document.place(part).line
        if not made.parameters:
            self.value(name, made.body, part)
        piece = self._pieces.get(id(part), -1)
        found = [
            Defined(
                name,
                replace(made, body=body),
                line,
                part.within,
                part.paragraph,
                piece,
                implied,
            )
            for body in (made.body, *others)
            if not _is_value(body)
        ]
        if found:
            self.defined[name] = found[0]
            self.every.setdefault(name, []).extend(found)

    def value(self, name: str, tree: Tree, part: Part) -> None:
        """Take note of the number that a name is, if it is one."""
        if _is_value(tree):
            line = self.document.place(part).line
            value = Unused(show(tree), line, part.within)
            self.values.setdefault(name, []).append(value)

    def miss(self, name: str, text: str, part: Part) -> None:
        """Take note of a definition that could not be read."""
        line = self.document.place(part).line
        self.unused.setdefault(name, []).append(Unused(text, line, part.within))

    @cached_property
    def tuples(self) -> bool:
        """Whether vectors are written `⟨a, b, c⟩`."""
        formulas = (p.text for p in self.document.parts if p.kind == "formula")
        return any(_TUPLE.search(text) for text in formulas)

    def definitions(self, part: Part) -> dict[str, Defined]:
        """Return the definitions in force at a part.

        Letters that every section uses anew, such as f, count in their own section.
        """
        return {
            name: one
            for name, one in self.defined.items()
            if name not in USED_ANEW or part.within[: len(one.within)] == one.within
        }

    def leading(
        self, definitions: dict[str, Defined], subject: Tree, part: Part
    ) -> dict[str, Defined]:
        """Return definitions that lead to what a derivative is by, where any do.

        Of `B = softmax(W) = E C = E (r 1^T)` the second is meant in `∂L/∂C`.
        """
        by = _by(subject)
        if not by:
            return definitions
        found = {**definitions}
        for name, one in definitions.items():
            every = [d for d in self.every.get(name, ()) if d.within == one.within]
            if len(every) < 2 or name == by or by in _names(one.made.body):
                continue
            same = [
                d for d in every if d.line == one.line and by in _names(d.made.body)
            ]
            found[name] = same[0] if same else one
        return found

    def nearest(self, name: str, part: Part) -> list[Defined]:
        """Return the definitions of a name: of its section, before it, behind it."""
        line = self.document.place(part).line

        def distance(one: Defined) -> tuple[bool, bool, int]:
            own = part.within[: len(one.within)] == one.within
            return not own, one.line > line, abs(one.line - line)

        return sorted(self.every.get(name, ()), key=distance)


_FACTORS = frozenset(("orthogonal", "diagonal", "lower", "upper", "unit_vector"))
"""What the factors of a matrix are, by which it is defined."""
_SIZE = re.compile(r"[A-Za-z]\w*")
_INSIDE = r"(?:[^⟨⟩,()\\]|\([^()]{0,80}\)|\\(?!langle|rangle))*"
_OPEN, _CLOSE = r"(?:\\left\s*)?(?:\\langle|⟨)", r"(?:\\right\s*)?(?:\\rangle|⟩)"
_TUPLE = re.compile(rf"{_OPEN}{_INSIDE},{_INSIDE},{_INSIDE}{_CLOSE}")
"""Three things in angle brackets: of two it may be a product."""


def _by(tree: Tree) -> str:
    """Return the name that a derivative is by; "" where it is none."""
    match tree:
        case Call(loose.ACTING | "transpose", (inner,)):
            return _by(inner)
        case Call(loose.PARTIAL | loose.GRADIENT, (_, Name(name))):
            return name
    return ""


def _names(tree: Tree) -> set[str]:
    return {part.name for part in loose.parts(tree) if isinstance(part, Name)}


def _is_value(tree: Tree) -> bool:
    """Whether a side is a mere number: `x = 0` is a condition and no definition.

    So is `A = I`, a case.
    """
    if isinstance(tree, Call) and tree.name == loose.IDENTITY:
        return True
    if isinstance(tree, Call) and tree.name == "neg":
        tree = tree.args[0]
    return isinstance(tree, Number)
