"""For a claim that fails, the nearest true statement.

Tried in a fixed order: the other layout, the sign, a scalar factor, other conventions,
one edit of the claim, its terms beside the true ones, a class of inputs for which it
holds. Whatever is suggested has been verified before it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice
from typing import Any

import numpy as np

from ..engine.experiment import Experiment
from ..engine.outcome import FAILS, Outcome, diagnosis
from ..language.checker import SIGNS
from ..language.declaration import Type
from ..language.expression import parse
from ..language.printing import show
from ..language.statement import Claim
from ..language.term import SCALAR, show_shape
from ..language.tree import Call, Name, Number, Tree
from .algebra import (
    drop_scalar_transposes,
    joined,
    negative,
    scaled,
    spots,
    summands,
    symmetrised,
    transpose,
)
from .assumptions import Assumption, of_class, of_draws, of_sizes, only_at_ones
from .conventions import is_row_major, is_symmetric_form
from .edits import EARLY, LATE, Edit, Family, exchanged
from .matching import Difference, Part, difference
from .products import Product
from .trial import Trial

Array = Any
Found = dict[str, str] | None
MOST_EDITS = 2500
MOVING_EDITS = 60


def diagnose(experiment: Experiment, claim: Claim, outcome: Outcome) -> Outcome:
    """Add to a failure what is wrong, and what would be right."""
    if outcome.verdict != FAILS or outcome.diagnosis is not None:
        return outcome
    if claim.term is None:
        return replace(outcome, diagnosis=_other_word(claim, outcome))
    try:
        with np.errstate(all="ignore"):
            found = _Search(Trial(experiment, claim)).diagnosis()
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

    trial: Trial

    def diagnosis(self) -> dict[str, str]:
        """Return the first finding, in the order of the likely."""
        looks: tuple[Callable[[], Found], ...] = (
            self._other_layout,
            self._whole,
            self._row_major,
            lambda: self._edited(EARLY),
            lambda: self._assumed(of_class, ("symmetric",)),
            lambda: self._edited(LATE),
            self._symmetric_form,
            lambda: self._assumed(of_class),
            self._matched,
            self._multiplied,
            lambda: self._assumed(of_sizes),
            lambda: self._assumed(of_draws),
            self._missing_factor,
            self._shape,
            lambda: self._assumed(only_at_ones),
        )
        for look in looks:
            found = look()
            if found is not None:
                return found
        return self._other()

    # What is tried.

    def _other_layout(self) -> Found:
        claim = self.trial.claim
        if not claim.fits and not claim.fits_transposed:
            return None
        turned = self._tidy(transpose(self.trial.tree))
        if not self.trial.holds(turned):
            turned = Call("transpose", (self.trial.tree,))
            if not self.trial.holds(turned):
                return None
        new = show(turned)
        shapes = "" if claim.fits else f"{self._shapes()}; "
        if claim.layout and self.trial.statement.record.subject == "function":
            text = (
                f"{shapes}this is the derivative in {claim.layout.other.value} layout, "
                f"its transpose; write `{new}`"
            )
            return diagnosis("wrong-layout", text, new)
        text = f"{shapes}this is the transpose of the left side; write `{new}`"
        return diagnosis("transposed", text, new)

    def _shapes(self) -> str:
        claim = self.trial.claim
        assert claim.term is not None
        found, wanted = (show_shape(s) for s in (claim.term.shape, claim.demanded))
        where = f"{claim.layout.value} layout" if claim.layout else "it"
        return f"the claim has the shape {found}, and {where} needs the shape {wanted}"

    def _whole(self) -> Found:
        if not self.trial.claim.fits:
            return None
        turned = negative(self.trial.tree)
        if self.trial.holds(turned):
            new = show(turned)
            return diagnosis("sign", f"the sign is wrong; write `{new}`", new)
        for factor in self._factors():
            if self.trial.holds(factor):
                new = show(factor)
                text = f"a scalar factor is wrong; write `{new}`"
                return diagnosis("factor", text, new)
        return None

    def _factors(self) -> Iterator[Tree]:
        """Yield multiples of the claim by a small fraction that match the glances."""
        tree = self.trial.tree
        if self.trial.glances is None:
            for k in (2, Fraction(1, 2), 3, Fraction(1, 3), 4, Fraction(1, 4)):
                yield scaled(Fraction(k), tree)
            return
        k = self._fraction(tree)
        if k is not None:
            yield scaled(k, tree)

    def _fraction(self, tree: Tree) -> Fraction | None:
        """Return the small fraction that a tree is too small by, if it is one."""
        ratio = self._ratio(tree)
        if ratio is None:
            return None
        k = Fraction(ratio).limit_denominator(64)
        return k if k and abs(ratio - float(k)) <= 1e-7 * abs(float(k)) else None

    def _ratio(self, tree: Tree) -> float | None:
        term = self.trial.algebra.term(tree)
        if term is None or term.shape != self.trial.claim.demanded:
            return None
        return self.trial.glances.ratio(term) if self.trial.glances else None

    def _multiplied(self) -> Found:
        """Find a factor that is a size, its root, or a scalar; or just a number."""
        if not self.trial.claim.fits or not self.trial.glances:
            return None
        for tree in self._multiples():
            k = self._fraction(tree)
            if k is not None and self.trial.holds(scaled(k, tree)):
                new = show(scaled(k, tree))
                text = f"a scalar factor is wrong; write `{new}`"
                return diagnosis("factor", text, new)
        ratio = self._ratio(self.trial.tree)
        if ratio is None:
            return None
        text = f"the left side is {ratio:.12g} times the claim"
        return diagnosis("factor", *self._with_truth(text))

    def _multiples(self) -> Iterator[Tree]:
        """Yield the claim times or by a size, its root, or a scalar."""
        statement, tree = self.trial.statement, self.trial.tree
        parts: list[Tree] = [Name(name) for name in sorted(statement.sizes)]
        parts += [Call("sqrt", (part,)) for part in parts]
        parts += [
            Name(name)
            for name, declared in statement.types.items()
            if isinstance(declared, Type) and declared.shape == SCALAR
        ]
        for part in parts:
            yield Call("mul", (part, tree))
            yield Call("div", (tree, part))

    def _edited(self, families: Sequence[Family]) -> Found:
        edit = self._edit(families)
        if edit is None:
            return None
        tidy = self._tidy(edit.tree)
        new = show(tidy if self.trial.holds(tidy) else edit.tree)
        return diagnosis(edit.kind, f"{edit.text}; write `{new}`", new)

    def _edit(self, families: Sequence[Family]) -> Edit | None:
        """Return the first edit of the claim that is right."""
        tree = self.trial.tree
        tried = {tree}
        budget = MOVING_EDITS if self.trial.glances is None else MOST_EDITS
        edits = (e for family in families for e in family(tree, self.trial.algebra))
        for edit in islice(edits, budget):
            if edit.tree not in tried:
                tried.add(edit.tree)
                if self.trial.holds(edit.tree):
                    return edit
        return None

    def _assumed(
        self, look: Callable[..., Assumption | None], *more: Sequence[str]
    ) -> Found:
        """Find a condition under which the claim holds."""
        if not self.trial.claim.fits or self.trial.moving:
            return None
        found = look(self.trial, *more)
        if found is None:
            return None
        text = f"it holds when {found.words}"
        if found.kind == "needs-symmetric":
            tree = self.trial.tree
            for name in found.names:
                tree = symmetrised(tree, name)
            if self.trial.holds(tree):
                new = show(tree)
                every = " and ".join(f"every {name}" for name in found.names)
                return diagnosis(found.kind, f"{text}; for {every} write `{new}`", new)
        return diagnosis(found.kind, *self._with_truth(text))

    def _row_major(self) -> Found:
        if not is_row_major(self.trial):
            return None
        text = "this is right for a vec that stacks rows; here vec stacks columns"
        edited = self._edited((*EARLY, exchanged))
        if edited is None:
            return diagnosis("row-major", *self._with_truth(text))
        new = edited["suggestion"]
        return diagnosis("row-major", f"{text}; write `{new}`", new)

    def _symmetric_form(self) -> Found:
        if self.trial.moving or not is_symmetric_form(self.trial):
            return None
        name = self.trial.statement.wrt[0]
        if self.trial.statement.record.entries == "independent":
            text = (
                f"this counts the entries of {name} as free; by the independent "
                "entries each off the diagonal stands twice"
            )
        else:
            text = (
                f"this is the derivative by the independent entries of a symmetric "
                f"{name}; here all entries are free"
            )
        return diagnosis("symmetric-form", *self._with_truth(text))

    def _matched(self) -> Found:
        """Compare the terms of the claim with the true ones."""
        claim, trial = self.trial.claim, self.trial
        if not claim.fits or not trial.truth:
            return None
        assert trial.glances is not None
        for claimed, true in self._sums():
            sides = ([self._part(p) for p in side] for side in (claimed, true))
            found = difference(*sides, trial.algebra)
            if found is not None:
                new = self._put_right(found)
                return diagnosis(found.kind, *self._with(new, found.text))
        return None

    def _sums(self) -> Iterator[tuple[list[Product], list[Product]]]:
        """Yield the claim and the truth as sums: as written, and multiplied out."""
        algebra, tree, truth = self.trial.algebra, self.trial.tree, self.trial.truth
        written = [algebra.product(term) for term in summands(tree)]
        if all(p.shape == self.trial.claim.demanded for p in written):
            yield written, truth
        yield algebra.expanded(tree), truth
        out = [p for term in truth for p in algebra.expanded(algebra.tree(term))]
        yield algebra.expanded(tree), algebra.total(out)

    def _part(self, product: Product) -> Part:
        algebra, glances = self.trial.algebra, self.trial.glances
        term = algebra.term(algebra.tree(product))
        assert term is not None and glances is not None
        return Part(product, glances.vector(term))

    def _put_right(self, found: Difference) -> Tree | None:
        """Mend the claim with the terms that were found, or write the whole truth."""
        trial, algebra = self.trial, self.trial.algebra
        wrong = [product.body for product in found.wrong]
        kept = [
            term
            for term in summands(trial.tree)
            if algebra.closed(algebra.product(term)).body not in wrong
            and algebra.product(term).body not in wrong
        ]
        right = [trial.written([product]) for product in found.right]
        if kept or right:
            mended = joined([*kept, *right])
            if trial.holds(mended):
                return mended
        return None

    def _missing_factor(self) -> Found:
        for part in self._pool():
            for args in ((self.trial.tree, part), (part, self.trial.tree)):
                for name in ("mul", "matmul"):
                    tree = Call(name, args)
                    if self.trial.holds(tree):
                        new = show(tree)
                        text = f"the factor `{show(part)}` is missing; write `{new}`"
                        return diagnosis("missing-term", text, new)
        return None

    def _pool(self) -> Iterator[Tree]:
        """Yield parts of the claim, of the function and of the truth."""
        parts: dict[Tree, Tree] = {}
        trial = self.trial
        body = parse(trial.statement.record.body.value)
        truth = [trial.algebra.tree(product) for product in trial.truth]
        for tree in (trial.tree, body, *truth):
            for part, _ in spots(tree):
                for variant in (part, transpose(part)):
                    parts.setdefault(variant, variant)
        yield from islice((p for p in parts if not isinstance(p, Number)), 60)

    def _shape(self) -> Found:
        claim = self.trial.claim
        if claim.fits:
            return None
        turned = "; its transpose would fit" if claim.fits_transposed else ""
        return diagnosis("shape", *self._with_truth(self._shapes() + turned))

    def _other(self) -> dict[str, str]:
        text = "the claim differs from the left side"
        return diagnosis("other", *self._with_truth(text))

    # What is said.

    def _with_truth(self, text: str) -> tuple[str, str]:
        """Add the whole derivative, where it is known, to what is said."""
        return self._with(None, text)

    def _with(self, tree: Tree | None, text: str) -> tuple[str, str]:
        """Add what to write instead, or else the truth if it is known."""
        if tree is None and self.trial.truth:
            whole = self.trial.written(self.trial.truth)
            tree = whole if self.trial.holds(whole) else None
        if tree is None:
            return text, ""
        new = show(tree)
        return f"{text}; write `{new}`", new

    def _tidy(self, tree: Tree) -> Tree:
        return drop_scalar_transposes(tree, self.trial.algebra.is_scalar)
