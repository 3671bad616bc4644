"""For a claim that fails, the nearest true statement.

Tried in a fixed order: the other layout, the sign, a scalar factor, one edit of the
claim, a class of inputs for which it holds, a missing term. Whatever is suggested has
been verified at every draw before it is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice
from typing import Any

import numpy as np

from ..engine.enclosure import Finding, point
from ..engine.experiment import Experiment
from ..engine.outcome import FAILS, Outcome, diagnosis
from ..judging.motion import motion_spots
from ..judging.tally import tally_of
from ..language.checker import SIGNS
from ..language.declaration import FunctionType, Type
from ..language.expression import parse
from ..language.printing import show
from ..language.shapes import infer
from ..language.statement import Claim
from ..language.term import SCALAR, Term, show_shape
from ..language.tree import Call, Derived, Name, Number, Tree
from ..motion.behaviour import behaves
from ..reading.problem import Fault
from .assumptions import assumption
from .glimpse import glances, ratio_of
from .occurrences import coefficients
from .rewrites import (
    EDITS,
    drop_scalar_transposes,
    negative,
    plus,
    scaled,
    spots,
    symmetrised,
    transpose,
    transposed_parts,
)

Array = Any
MOST_EDITS = 400
MOTION = ("limit", "expansion")


def diagnose(experiment: Experiment, claim: Claim, outcome: Outcome) -> Outcome:
    """Add to a failure what is wrong, and what would be right."""
    if outcome.verdict != FAILS or outcome.diagnosis is not None:
        return outcome
    if claim.term is None:
        return replace(outcome, diagnosis=_other_word(claim, outcome))
    try:
        with np.errstate(all="ignore"):
            found = _Search(experiment, claim).diagnosis()
    except Exception as error:  # a verdict is never lost to its diagnosis
        text = "the claim differs from the left side; no diagnosis, by a fault of ours"
        found = diagnosis("other", f"{text}: {type(error).__name__}: {error}")
    return replace(outcome, diagnosis=found)


def _other_word(claim: Claim, outcome: Outcome) -> dict[str, str]:
    """Diagnose a wrong word about a sign."""
    note = outcome.evidence["note"]
    word = next((w for w in SIGNS if f"it is {w} here" == note), "")
    opposite = {claim.word, word} == {"positive", "negative"}
    text = f"the claim differs: {note}" + (f"; write `{word}`" if word else "")
    return diagnosis("sign" if opposite else "other", text, word)


@dataclass
class _Search:
    """Looks for the nearest true statement of one failing claim."""

    experiment: Experiment
    claim: Claim

    def __post_init__(self) -> None:
        statement = self.experiment.statement
        self.tree = parse(self.claim.text)
        self.scope = statement.scope(self.claim)
        self.moving = statement.record.subject in MOTION
        self.glances = [] if self.moving else glances(self.experiment, self.claim)

    def diagnosis(self) -> dict[str, str]:
        """Return the first finding, in the order of the likely."""
        claim = self.claim
        for look in (
            self._other_layout,
            self._whole,
            lambda: self._edited((transposed_parts,)),
            lambda: self._assumed(("symmetric",)),
            lambda: self._edited(EDITS),
            self._counted,
            self._assumed,
            self._missing,
        ):
            found = look()
            if found is not None:
                return found
        if not claim.fits:
            turned = "; its transpose would fit" if self.claim.fits_transposed else ""
            return diagnosis("shape", self._shapes() + turned)
        where = self._where_it_holds()
        return diagnosis("other", f"the claim differs from the left side{where}")

    def _shapes(self) -> str:
        assert self.claim.term is not None
        found, wanted = (
            show_shape(s) for s in (self.claim.term.shape, self.claim.demanded)
        )
        where = f"{self.claim.layout.value} layout" if self.claim.layout else "it"
        return f"the claim has the shape {found}, and {where} needs the shape {wanted}"

    # What is tried.

    def _other_layout(self) -> dict[str, str] | None:
        if not self.claim.fits and not self.claim.fits_transposed:
            return None
        turned = self._tidy(transpose(self.tree))
        if not self._holds(turned):
            turned = Call("transpose", (self.tree,))
            if not self._holds(turned):
                return None
        new = show(turned)
        layout, function = self.claim.layout, self.experiment.statement.record.subject
        shapes = "" if self.claim.fits else f"{self._shapes()}; "
        if layout is not None and function == "function":
            text = (
                f"{shapes}this is the derivative in {layout.other.value} layout, "
                f"its transpose; write `{new}`"
            )
            return diagnosis("wrong-layout", text, new)
        text = f"{shapes}this is the transpose of the left side; write `{new}`"
        return diagnosis("transposed", text, new)

    def _whole(self) -> dict[str, str] | None:
        if not self.claim.fits:
            return None
        turned = negative(self.tree)
        if self._holds(turned):
            new = show(turned)
            return diagnosis("sign", f"the sign is wrong; write `{new}`", new)
        for factor in self._factors():
            if self._holds(factor):
                new = show(factor)
                text = f"a scalar factor is wrong; write `{new}`"
                return diagnosis("factor", text, new)
        return self._constantratio_of()

    def _constantratio_of(self) -> dict[str, str] | None:
        """Find a factor that is one number, though not one that is easy to write."""
        ratios = [] if self.moving else self._ratios_of(self.tree)
        if not ratios or any(abs(r / ratios[0] - 1) > 1e-9 for r in ratios):
            return None
        k = ratios[0]
        text = f"the left side is {k:.12g} times the claim"
        for _, tree in self._edits(EDITS):
            if self._holds(tree):
                new = show(self._tidy(tree))
                return diagnosis("factor", f"{text}; write `{new}`", new)
        return diagnosis("factor", text)

    def _counted(self) -> dict[str, str] | None:
        """Find out whether the claim forgets where else the variable stands."""
        if self.moving or not self.claim.fits:
            return None
        weights = coefficients(self.experiment, self.claim)
        if weights is None or set(weights) == {1}:
            return None
        names = " and ".join(self.experiment.statement.wrt)
        said = ", ".join(_TIMES.get(w, f"{w} times") for w in weights)
        kind = "missing-term" if 0 in weights else "sign" if -1 in weights else "factor"
        text = (
            f"{names} stands at {len(weights)} places of the function, and the claim "
            f"counts them, from left to right: {said}; each counts once"
        )
        return diagnosis(kind, text)

    def _factors(self) -> Iterator[Tree]:
        """Yield constant multiples of the claim that match the glances."""
        if self.moving:
            for k in (2, Fraction(1, 2), 3, Fraction(1, 3), 4, Fraction(1, 4)):
                yield scaled(Fraction(k), self.tree)
            return
        for tree in self._multiples():
            ratios = self._ratios_of(tree)
            if not ratios:
                continue
            k = Fraction(ratios[0]).limit_denominator(64)
            if k and all(abs(r - float(k)) <= 1e-7 * abs(float(k)) for r in ratios):
                yield scaled(k, tree)

    def _multiples(self) -> Iterator[Tree]:
        """Yield the claim, and the claim times or by a size, its root, or a scalar."""
        yield self.tree
        if not self._ratios_of(self.tree):
            return
        statement = self.experiment.statement
        parts: list[Tree] = [Name(name) for name in sorted(statement.sizes)]
        parts += [Call("sqrt", (part,)) for part in parts]
        parts += [
            Name(name)
            for name, declared in statement.types.items()
            if isinstance(declared, Type) and declared.shape == SCALAR
        ]
        for part in parts:
            yield Call("mul", (part, self.tree))
            yield Call("div", (self.tree, part))

    def _ratios_of(self, tree: Tree) -> list[float]:
        """Return left side / tree at each draw looked at, or nothing."""
        term = self._infer(tree)
        found = []
        for glance in self.glances if term is not None else ():
            assert term is not None
            C = np.broadcast_to(glance.of(term), glance.left.shape)
            for left, right in zip(glance.left, C, strict=True):
                ratio = ratio_of(left, right)
                if ratio is None:
                    return []
                found.append(ratio)
        return found

    def _edits(self, kinds: Sequence[Any]) -> Iterator[tuple[str, Tree]]:
        """Yield edits of the claim, each tree once."""
        tried = {show(self.tree)}
        budget = 60 if self.moving else MOST_EDITS
        edits = ((k, t) for edit in kinds for k, t in edit(self.tree))
        for kind, tree in islice(edits, budget):
            text = show(tree)
            if text not in tried:
                tried.add(text)
                yield kind, tree

    def _edited(self, kinds: Sequence[Any]) -> dict[str, str] | None:
        for kind, tree in self._edits(kinds):
            if self._holds(tree):
                tidy = self._tidy(tree)
                new = show(tidy if self._holds(tidy) else tree)
                return diagnosis(kind, f"{_SAID[kind]}; write `{new}`", new)
        return None

    def _assumed(self, classes: Sequence[str] = ()) -> dict[str, str] | None:
        """Find a class of inputs for which the claim holds."""
        if not self.claim.fits or self.moving:
            return None
        found = assumption(self.experiment, self.claim, classes)
        if found is None:
            return None
        kind, condition, names = found
        text, new = f"it holds when {condition}", ""
        if kind == "needs-symmetric":
            tree = self.tree
            for name in names:
                tree = symmetrised(tree, name)
            if self._holds(tree):
                new = show(tree)
                every = " and ".join(f"every {name}" for name in names)
                text += f"; for {every} write `{new}`"
        return diagnosis(kind, text, new)

    def _missing(self) -> dict[str, str] | None:
        """Find a term that makes up for the difference, up to a rational factor."""
        function = self.experiment.statement.record.subject == "function"
        if not function or not self.claim.fits:
            return None
        assert self.claim.term is not None
        for part in self._pool():
            term = self._infer(part)
            if term is None or term.shape != self.claim.demanded:
                continue
            ks = []
            for glance in self.glances:
                C, T = (
                    np.broadcast_to(glance.of(t), glance.left.shape)
                    for t in (self.claim.term, term)
                )
                ks.append(ratio_of(glance.left - C, T))
            if None in ks:
                continue
            k = Fraction(ks[0]).limit_denominator(12)
            tree = plus(self.tree, scaled(k, part)) if k else self.tree
            if k and self._holds(tree):
                new = show(tree)
                text = f"a term is missing; write `{new}`"
                return diagnosis("missing-term", text, new)
        return self._missing_factor()

    def _missing_factor(self) -> dict[str, str] | None:
        for part in self._pool(products=False):
            for args in ((self.tree, part), (part, self.tree)):
                for name in ("mul", "matmul"):
                    tree = Call(name, args)
                    if self._holds(tree):
                        new = show(tree)
                        text = f"the factor `{show(part)}` is missing; write `{new}`"
                        return diagnosis("missing-term", text, new)
        return None

    def _pool(self, products: bool = True) -> Iterator[Tree]:
        """Yield parts of the claim and of the function, and their products."""
        parts: dict[str, Tree] = {}
        body = parse(self.experiment.statement.record.body.value)
        for tree in (self.tree, body):
            for part, _ in spots(tree):
                for variant in (*self._derivatives(part), part, transpose(part)):
                    parts.setdefault(show(variant), variant)
        base = list(islice(parts.values(), 40))
        yield from base
        if not products:
            return
        inside = [part for part in base if not isinstance(part, Number)][:14]
        for left in inside:
            for right in inside:
                for name in ("matmul", "mul"):
                    yield Call(name, (left, right))

    def _derivatives(self, part: Tree) -> Iterator[Tree]:
        """Yield the derivatives of a function symbol where it is applied."""
        declared = self.scope.types.get(part.name) if isinstance(part, Call) else None
        if isinstance(part, Call) and isinstance(declared, FunctionType):
            for i in range(1, len(part.args) + 1):
                yield Derived("D", part.name, (i,), None, None, part.args)

    def _where_it_holds(self) -> str:
        """Say at which sizes the claim holds nevertheless."""
        if self.moving:
            return ""
        tally = tally_of(self.experiment, self.claim)
        bad = {id(spot.block) for spot in (*tally.failing, *tally.open)}
        good = [b.case for b in self.experiment.blocks if id(b) not in bad]
        if not good or not all(set(c.sizes.values()) <= {1} for c in good):
            return ""
        names = sorted(self.experiment.statement.sizes)
        return f"; it holds at {' = '.join(names)} = 1 only" if names else ""

    # Verifying.

    def _infer(self, tree: Tree) -> Term | None:
        try:
            return infer(tree, self.scope)
        except Fault:
            return None

    def _tidy(self, tree: Tree) -> Tree:
        def is_scalar(part: Tree) -> bool:
            term = self._infer(part)
            return term is not None and term.shape == SCALAR

        return drop_scalar_transposes(tree, is_scalar)

    def _holds(self, tree: Tree) -> bool:
        """Whether a tree is right at every draw."""
        term = self._infer(tree)
        if term is None or term.shape != self.claim.demanded:
            return False
        if self.moving:
            return self._holds_moving(term)
        if not all(glance.matches(term) for glance in self.glances):
            return False
        tally = tally_of(self.experiment, self.claim, term)
        doubtful = len(tally.failing) + len(tally.open) + len(tally.undefined)
        return not tally.failing and doubtful <= tally.usable / 4

    def _holds_moving(self, term: Term) -> bool:
        claim = replace(self.claim, term=term)
        for spot in motion_spots(self.experiment)[:8]:
            draws = spot.block.draws
            at = point(self.experiment.statement, draws.case, draws.raw, spot.draw)
            if behaves(at, claim).finding is not Finding.SAME:
                return False
        return True


_TIMES = {0: "not at all", 1: "once", 2: "twice", -1: "with the wrong sign"}
_SAID = {
    "transposed": "a factor is transposed",
    "sign": "a sign is wrong",
    "factor": "a factor is wrong",
    "wrong-order": "the order of a product is wrong",
    "wrong-power": "a power is wrong",
    "missing-term": "a term is missing",
    "other": "a part is wrong",
}
