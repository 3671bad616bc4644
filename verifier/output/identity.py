"""One identity as the page shows it: its claims, and what they have in common.

What many claims have in common is said once: a page of a thousand identities must stay
small.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from markupsafe import Markup

from ..results import phrases
from ..results.model import Result
from ..results.phrases import one_line
from . import axis
from .failure import Failure
from .formulas import Formulas

KINDS = {
    "malformed": "malformed",
    "crashed": "crashed",
    "fails": "fails",
    "held": "holds unexpectedly",
    "inconclusive": "inconclusive",
    "refuted": "refuted, as expected",
    "holds": "holds",
}
"""What can become of a claim, the most urgent first."""
MANY = {"holds": "hold", "fails": "fail", "held": "hold unexpectedly"}
"""How that is said of several, where it is not said in the same way."""
EXPECTED = ("refuted", "holds")
LABELS = {
    "numerator": "numerator",
    "denominator": "denominator",
    "mixed": "mixed layout",
    "hessian": "Hessian",
    "differential": "differential",
    "both": "both layouts",
}
NOT_EQUAL = "\N{NOT EQUAL TO}"
TIMES = "\N{MULTIPLICATION SIGN}"
MOST_SIZES = 5
"""Sizes that are listed; the results carry all of them."""
FINDING = "autodiff inaccurate here"


def kind_of(result: Result) -> str:
    """Return what became of a claim."""
    known = {("fails", "fails"): "refuted", ("fails", "holds"): "held"}
    return known.get((result.expected, result.verdict), result.verdict)


@dataclass(frozen=True)
class ShownClaim:
    """One claim; `results` are several where both layouts say the very same."""

    results: tuple[Result, ...]
    run: Any

    @property
    def head(self) -> Result:
        """Return the result that speaks for all."""
        return self.results[0]

    @cached_property
    def kind(self) -> str:
        """What became of the claim."""
        return kind_of(self.head)

    @property
    def layouts(self) -> list[str]:
        """Return the layouts that the claim is made in."""
        return [result.layout for result in self.results if result.layout]

    @property
    def grade(self) -> str:
        """Return the grade of evidence, if it is one that we know."""
        grade = self.head.evidence.get("grade")
        return grade if grade in phrases.GRADES else ""

    def classes(self, of: Identity) -> Markup:
        """Return the attribute with the classes that the identity has not already."""
        kind = "" if self.kind == of.kind else self.kind
        grade = "" if self.grade == of.grade else self.grade
        names = [name for name in (*self.layouts, grade, kind) if name]
        return Markup(' class="{}"').format(" ".join(names)) if names else Markup("")

    @property
    def label(self) -> str:
        """Return what kind of claim this is."""
        if len(self.results) > 1:
            return LABELS["both"]
        head = self.head
        name = head.layout if head.claim in ("shape", "sign") else head.claim
        return LABELS.get(name, one_line(name))

    @property
    def shape(self) -> str:
        """Return the shape that the claim must have, and its own if it is another."""
        if self.head.claimed_shape:
            own, must = times(self.head.claimed_shape), times(self.head.shape)
            return f"{own}, must be {must}"
        return times(self.head.shape)

    @property
    def relation(self) -> str:
        """Return what stands between the sides: a refuted claim is no equation."""
        if self.head.claim == "sign":
            return ""  # the right side brings its own, as in `> 0`
        return NOT_EQUAL if self.head.verdict == "fails" else "="

    @cached_property
    def formulas(self) -> Formulas:
        """The claim typeset."""
        return Formulas(self.head)

    @cached_property
    def grounds(self) -> str:
        """What the verdict rests on, but for figures and findings."""
        evidence = self.head.evidence
        rest = [part for part in self._notes if not part.startswith(FINDING)]
        plain = replace(self.head, evidence={**evidence, "note": "; ".join(rest)})
        return phrases.grounds_of(plain)

    @property
    def finding(self) -> str:
        """Return what was found out about autodiff."""
        found = (part for part in self._notes if part.startswith(FINDING))
        return one_line(next(found, ""))

    @property
    def _notes(self) -> list[str]:
        return str(self.head.evidence.get("note") or "").split("; ")

    @cached_property
    def sizes(self) -> str:
        """The sizes that were tried."""
        return sizes_tried(self.head.evidence.get("sizes") or ())

    def remarks(self, of: Identity) -> list[str]:
        """Return digits and R, and what the verdict rests on where claims differ."""
        said = [phrases.figures_of(self.head)]
        if self.grounds != of.grounds:
            said.append(self.grounds)
        if self.sizes != of.sizes:
            said.append(f"sizes {self.sizes}")
        return [remark for remark in said if remark]

    @cached_property
    def failure(self) -> Failure:
        """What explains a claim that is not as it should be."""
        return Failure(self.head, self.run, len(self.results) > 1)


@dataclass(frozen=True)
class Identity:
    """The claims of one record."""

    anchor: str
    claims: tuple[ShownClaim, ...]

    @property
    def head(self) -> Result:
        """Return the result that speaks for what all have in common."""
        return self.claims[0].head

    @cached_property
    def kind(self) -> str:
        """The most urgent of what became of the claims."""
        found = {claim.kind for claim in self.claims}
        return next(kind for kind in KINDS if kind in found)

    @property
    def as_expected(self) -> bool:
        """Whether every claim got the expected verdict."""
        return self.kind in EXPECTED

    @property
    def title(self) -> str:
        """Return the title; a record without one is called by its id."""
        return one_line(self.head.title) or one_line(self.head.id)

    @property
    def columns(self) -> list[ShownClaim]:
        """Return the claims, those of one kind and both layouts side by side."""
        left, right, rest = [], [], []
        for claim in self.claims:
            sides = {"numerator": left, "denominator": right}
            sides.get(" ".join(claim.layouts), rest).append(claim)
        paired = [claim for pair in zip(left, right, strict=False) for claim in pair]
        longer = left if len(left) > len(right) else right
        return [*paired, *longer[min(len(left), len(right)) :], *rest]

    @property
    def shown(self) -> list[ShownClaim]:
        """Return the claims that are explained in full."""
        if not self.as_expected:
            return [c for c in self.claims if c.kind not in EXPECTED]
        refuted = [claim for claim in self.claims if claim.kind == "refuted"]
        # The claims of a known mistake fail alike: one of them explains it.
        return sorted(refuted, key=lambda claim: not claim.head.counterexample)[:1]

    @property
    def marks(self) -> list[axis.Mark]:
        """Return the claims' places on the axis of R."""
        return axis.marks(claim.head.evidence.get("R") for claim in self.claims)

    @cached_property
    def grounds(self) -> str:
        """What all verdicts rest on, or nothing where they differ."""
        return common([claim.grounds for claim in self.claims])

    @cached_property
    def sizes(self) -> str:
        """The sizes that were tried, or nothing where they differ."""
        return common([claim.sizes for claim in self.claims])

    @property
    def evidence(self) -> str:
        """Return what all verdicts rest on, and the sizes that were tried."""
        sizes = self.sizes and f"sizes {self.sizes}"
        return "; ".join(said for said in (self.grounds, sizes) if said)

    @property
    def grade(self) -> str:
        """Return the grade of evidence of all claims, or nothing where they differ."""
        return common([claim.grade for claim in self.claims])

    @property
    def types(self) -> str:
        """Return the declarations as one text."""
        return ", ".join(f"{name}: {type}" for name, type in self.head.types.items())

    @property
    def assumed(self) -> str:
        """Return what is assumed beside the declarations, as one text."""
        return ", ".join(map(str, self.head.statement.get("assume", ())))

    @property
    def place(self) -> str:
        """Return the file and the line."""
        return f"{self.head.file}:{self.head.line}"

    @cached_property
    def tags(self) -> list[str]:
        """The tags."""
        return [one_line(str(tag)) for tag in self.head.tags]


def common(texts: Sequence[str]) -> str:
    """Return what all of these say, or nothing."""
    return texts[0] if len(set(texts)) == 1 else ""


def times(shape: str) -> str:
    """Return a shape with the sign of a product for the letter x, and raised powers."""
    text = one_line(shape).replace(" x ", f" {TIMES} ")
    return text.replace("**2", "²").replace("**3", "³")


def sizes_tried(sizes: Sequence[Any]) -> str:
    """Return `n = 2, 1, 3`, or `m x n = 2 x 3, 1 x 1` for several names."""
    if not sizes or not sizes[0]:
        return ""
    names = list(sizes[0])
    rows = (TIMES.join(str(case.get(name, "")) for name in names) for case in sizes)
    listed = list(dict.fromkeys(rows))
    more = (
        f" and {len(listed) - MOST_SIZES} more" if len(listed) > MOST_SIZES + 1 else ""
    )
    shown = listed[:MOST_SIZES] if more else listed
    return one_line(f"{TIMES.join(names)} = {', '.join(shown)}{more}")
