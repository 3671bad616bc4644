"""The layout of a document, and which other ones are a mistake in it.

A text that writes `∂f/∂x` as a row may write `∇f` as a column all the same, and `∂f/∂X`
in the shape of X; and one of gradients may write a Jacobian in rows. So statements of
these kinds say little of each other.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from ..asking.said import VECTORS
from ..language.expression import parse
from ..language.tree import Call
from ..prose.facts import Fact
from .fits import LAYOUTS, Candidate, Fitted, is_a_chain_rule, is_number

NABLA, JACOBIAN, BY_MATRIX, OTHER = "nabla", "jacobian", "by matrix", ""
"""Kinds of derivatives: `∇f`, `J_f` and `Df`, `∂f/∂X` and all others."""
ENOUGH = 3
"""Statements that show which layout a document keeps to."""
_NABLA = re.compile(r"\\nabla|∇|\bgrad\b|\\operatorname\s*\{grad\}")
_JACOBIAN = re.compile(r"\s*(?:\\[A-Za-z]+\s*\{?\s*)?[JD]\}?\s*(?:[_({\[\\]|[a-z]\b)")
_FRACTION = re.compile(r"\\partial|∂|\\[dt]?frac|/")


@dataclass(frozen=True)
class Shown:
    """What one statement shows of the layout of its document."""

    layouts: Collection[str]
    """Those in which it has a shape."""
    kind: str
    """Which of the kinds below it is of."""


@dataclass(frozen=True)
class Keeping:
    """The layout that a document is in, and how strictly."""

    layout: str
    why: str
    shown: tuple[Shown, ...] = ()
    asked: bool = False
    """Whether it was asked for."""
    heads: frozenset[str] = frozenset()
    """Layouts that heads of tables declare, to which most rows below them keep."""

    @classmethod
    def of(
        cls,
        candidates: Sequence[Candidate],
        fitted: Sequence[Sequence[Fitted]],
        facts: Sequence[Fact],
        asked: str,
    ) -> Keeping:
        """Choose the layout that is declared, or the one that most statements fit."""
        shown = tuple(_shown(candidates, fitted))
        if asked:
            return cls(asked, "as it was asked for", shown, True)
        heads = frozenset(_heads(candidates, fitted))
        counts = Counter(layout for one in shown for layout in one.layouts)
        declared = next(
            (f for f in facts if f.about == "layout" and f.value in LAYOUTS), None
        )
        if declared and counts[declared.value] * 2 >= len(shown):
            why = f"declared on line {declared.line}"
            return cls(declared.value, why, shown, heads=heads)
        if not shown:
            return cls("denominator", "nothing in it needs one")
        best = max(LAYOUTS, key=lambda layout: counts[layout])
        why = f"{counts[best]} of {len(shown)} statements fit it"
        return cls(best, why, shown, heads=heads)

    def of_kind(self, kind: str) -> str:
        """Return the layout of one kind of derivatives: of `∂f/∂X` it may be another.

        A text in numerator layout may write these in the shape of X all the same.
        """
        counts = Counter(
            o for one in self.shown if one.kind == kind for o in one.layouts
        )
        best = max(LAYOUTS, key=lambda layout: counts[layout])
        differs = kind and not self.asked and counts[best] > counts[self.layout]
        return best if differs else self.layout

    def firm(self, kind: str = OTHER) -> frozenset[str]:
        """Return the layouts that are a mistake in this document.

        Statements that fit both say nothing: to a text of gradients a Jacobian in mixed
        layout is as good as one in denominator layout.
        """
        own = self.of_kind(kind)
        others = frozenset(LAYOUTS) - {own}
        declared = "declared" in self.why and own == self.layout
        if self.asked or (declared and self._is_kept(kind)):
            return others
        return frozenset(other for other in others if self._excludes(other, kind))

    def rows(self, kind: str) -> bool:
        """Whether the gradients of a text in numerator layout are rows indeed."""
        return self.of_kind(kind) == "numerator" and self._excludes("mixed", kind)

    def _excludes(self, other: str, kind: str) -> bool:
        """Whether many statements fit the layout only, and few the other one only."""
        alike = [one for one in self.shown if one.kind == kind]
        own = self.of_kind(kind)
        # That others are rows says nothing of `∇f` and of `∂f/∂X`.
        kept = alike if kind and self.layout == "numerator" else self.shown
        if not kind:  # nor do `∇f`, which are columns, say how `f_x` is laid out
            kept = [one for one in kept if one.kind != NABLA]
        within = sum(own in one.layouts and other not in one.layouts for one in kept)
        broken = sum(other in one.layouts and own not in one.layouts for one in alike)
        kept_alike = sum(
            own in one.layouts and other not in one.layouts for one in alike
        )
        if broken > max(1, kept_alike):
            return False  # it is how all of this kind are written
        return within >= ENOUGH and within >= ENOUGH * broken

    def _is_kept(self, kind: str) -> bool:
        """Whether few statements of a document depart from the layout it declares."""
        alike = [one for one in self.shown if one.kind == kind]
        within = sum(
            self.layout in one.layouts and len(one.layouts) < len(LAYOUTS)
            for one in self.shown
        )
        return within >= ENOUGH * sum(self.layout not in o.layouts for o in alike)


def _shown(
    candidates: Sequence[Candidate], fitted: Sequence[Sequence[Fitted]]
) -> Iterator[Shown]:
    for candidate, some in zip(candidates, fitted, strict=True):
        first = some[0] if some else None
        if first is not None and "" not in first.records and not _is_told(first):
            yield Shown(first.records.keys(), kind_of(candidate, first))


def _heads(
    candidates: Sequence[Candidate], fitted: Sequence[Sequence[Fitted]]
) -> Iterator[str]:
    """Yield the layouts of columns that most of what stands in them has."""
    within, broken = Counter[str](), Counter[str]()
    for candidate, some in zip(candidates, fitted, strict=True):
        if some and candidate.layout and "" not in some[0].records:
            fits = candidate.layout in some[0].records
            (within if fits else broken)[candidate.layout] += 1
    for layout, count in within.items():
        if count >= ENOUGH and count >= ENOUGH * broken[layout]:
            yield layout


def _is_told(first: Fitted) -> bool:
    """Whether a statement says itself how it is laid out, as `∂x^T`, `∂y^T/∂x`."""
    told = any(where in LAYOUTS for where, _ in first.read.claims)
    body = parse(first.read.body)
    turned = isinstance(body, Call) and body.name == "transpose"
    return told or turned or first.read.entrywise


def kind_of(candidate: Candidate, first: Fitted) -> str:
    """Return which kind of derivatives a statement is about."""
    left = candidate.finding.formula.partition("=")[0]
    if _NABLA.search(left) is not None and _FRACTION.search(left) is None:
        return NABLA
    if _JACOBIAN.match(left) is not None and _FRACTION.search(left) is None:
        return JACOBIAN
    where = next(iter(first.records.values())).where
    by = [where[name].value for name in first.read.wrt if name in where]
    shapes = ("scalar", "positive", "vector", "index", *VECTORS)
    return OTHER if all(type_.startswith(shapes) for type_ in by) else BY_MATRIX


def breaks(
    keeping: Keeping, candidate: Candidate, first: Fitted, layout: str, chosen: str
) -> bool:
    """Whether a statement is in another layout than the one that its text keeps to."""
    kind = kind_of(candidate, first)
    # A text in numerator layout may write its gradients as columns all the same.
    headed = candidate.layout in keeping.heads
    columns = layout == "numerator" and "mixed" in first.records
    if columns and not headed and not keeping.rows(kind):
        return False
    # By a number a row is often the same as its column.
    free = not all(is_number(first, name) for name in first.read.wrt)
    free &= any(where == "both" for where, _ in first.read.claims)
    free &= not _is_told(first)
    wrong = headed or keeping.firm(kind) >= first.records.keys()
    wrong &= layout not in first.records and bool(chosen)
    return wrong and free and not is_a_chain_rule(first)
