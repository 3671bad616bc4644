"""Small counterexamples in whole numbers, with both sides as fractions.

The smallest sizes at which the sides differ, then entries from 0, 1, -1, 2, mostly 0.
The search is in the field of order 2^61 - 1, many candidates at once: sides that differ
there differ as fractions too, which are worked out for the last one only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, islice
from typing import Any

import numpy as np

from ..engine.enclosure import Finding
from ..engine.jets import defined
from ..engine.residues import Rational, Residues
from ..engine.subject import left_side
from ..language.sizes import Case, generator
from ..language.statement import Claim, Statement
from ..language.structure import unvec, vec
from ..language.term import Term, terms
from .candidates import Candidate, Candidates, small_cases, weight
from .degrees import NotRational
from .exact import Trial, compare
from .rational import Identity, unfit, without_roots

Array = Any
Rows = tuple[tuple[Fraction, ...], ...]
MOST_SIZES = 24
"""Choices of sizes and whole numbers that are looked at, the smallest first."""
MOST_GIVEN = 6
"""Choices of `cases` that are looked at after these."""


@dataclass(frozen=True)
class Example:
    """A point at which the two sides differ, everything exact."""

    sizes: Mapping[str, int]
    whole: Mapping[str, int]
    values: Mapping[str, Rows]
    left: Rows
    right: Rows


def show(rows: Rows) -> str:
    """Print a matrix of fractions: `[[1, 1/2], [0, 2]]`."""
    lines = (f"[{', '.join(str(x) for x in row)}]" for row in rows)
    return f"[{', '.join(lines)}]"


def small_counterexample(
    statement: Statement,
    claim: Claim,
    cases: Sequence[Case] = (),
    seed: int = 0,
    *,
    term: Term | None = None,
) -> Example | None:
    """Return a small point at which a claim is false, or None where none is found.

    Only for claims that `unfit` has nothing against, and without pi. Sizes up to 3 are
    tried, the smallest first, then those of `cases`.
    """
    if unfit(statement, claim, term):
        return None
    identity = Identity(statement, claim, term)
    if any(part.op == "constant" for part in terms(identity.body, identity.right)):
        return None
    given = sorted(cases, key=lambda case: case.weight)[:MOST_GIVEN]
    for case in chain(islice(small_cases(statement), MOST_SIZES), given):
        if _false_at(identity, case, seed):
            search = _Search(identity, case, seed)
            found = search.smallest()
            if found is not None:
                return _worked_out(identity, case, search.raw([found]))
    return None


def _false_at(identity: Identity, case: Case, seed: int) -> bool:
    try:
        trial = Trial(identity, case, seed, 1)
    except NotRational:
        return False
    return not trial.too_large and trial.finding() is Finding.DIFFERENT


class _Search:
    """Looks for entries at which the sides of a false claim differ, at one case."""

    def __init__(self, identity: Identity, case: Case, seed: int):
        self.identity, self.case = identity, case
        words = [f"{name}={k}" for name, k in sorted(case.numbers.items())]
        record = identity.statement.record
        self.random = generator(seed, record.id, "example", *words)
        self.candidates = Candidates(identity.types, case, self.random)
        self.guards = list(_guards(identity))

    def raw(self, candidates: Sequence[Candidate]) -> dict[str, Array]:
        """Return raw entries (candidates, rows, columns) by name."""
        raw = self.candidates.raw(candidates)
        for name, declared in self.identity.types.items():
            if declared.kind == "positive_definite":
                L = raw[name]
                raw[name] = np.matmul(L, np.swapaxes(L, -1, -2))
        return raw

    def smallest(self) -> Candidate | None:
        """Return entries that cannot be made simpler one by one, or None."""
        return self.candidates.smallest(self._best)

    def _best(self, candidates: list[Candidate]) -> Candidate | None:
        """Return the simplest candidate at which both sides exist and differ."""
        if not candidates:
            return None
        raw = self.raw(candidates)
        _, differ = compare(self.identity, self.case, raw, len(candidates), self.random)
        for name, declared in self.identity.types.items():
            if declared.kind == "invertible":
                xp = Residues()
                det = xp.det(xp.array(raw[name])).part(0)
                differ = differ & np.asarray(det != 0, bool).all(axis=(-2, -1))
        found = sorted((candidates[i] for i in np.flatnonzero(differ)), key=weight)
        return next((c for c in found if self._allowed(c)), None)

    def _allowed(self, candidate: Candidate) -> bool:
        """Whether logarithms and roots exist there, and are smooth."""
        if not self.guards:
            return True
        xp = Rational()
        values = self.identity.values(xp, self.raw([candidate]), self.case)
        for op, term in self.guards:
            X = self.identity.evaluate(xp, values, self.case, term).value
            if not defined(X).all():
                return False
            nonzero = [x > 0 if op in ("log", "sqrt") else x != 0 for x in X.ravel()]
            if not (any(nonzero) if op == "norm" else all(nonzero)):
                return False
        return True


def _guards(identity: Identity) -> Iterator[tuple[str, Term]]:
    """Yield what stands under logarithms, roots, norms and absolute values."""
    claim, statement = identity.claim, identity.statement
    kinks = ("norm", "abs") if identity.order else ()
    for term in terms(statement.bodies[identity.layout], claim.term):
        if term.op in ("log", "sqrt", *kinks):
            yield term.op, without_roots(term.args[0], {})


def _worked_out(identity: Identity, case: Case, raw: Mapping[str, Array]) -> Example:
    """Return both sides in full at one point, as fractions."""
    xp = Rational()
    values = identity.values(xp, raw, case)
    right = identity.evaluate(xp, values, case, identity.right).part(0)
    if identity.directions:
        left = _derivative(xp, identity, case, raw)
    else:
        left = identity.sides(xp, values, case)[0]
    return Example(
        dict(case.sizes),
        dict(case.whole),
        {name: _rows(X.value) for name, X in values.items() if name not in case.whole},
        _rows(left),
        _rows(right),
    )


def _derivative(
    xp: Rational, identity: Identity, case: Case, raw: Mapping[str, Array]
) -> Array:
    """Return the left side: one lane for each entry of x, or for each two."""
    name, order = identity.statement.wrt[0], identity.order
    p, q = raw[name].shape[-2:]
    size = p * q
    units = unvec(np, np.eye(size, dtype=int).astype(object)[..., None], p, q)
    lanes = size**order
    values = identity.values(
        xp, {key: np.repeat(X, lanes, axis=0) for key, X in raw.items()}, case
    )
    moving = values[name].moving(np.repeat(units, lanes // size, axis=0))
    if order == 2:
        moving = moving.moving(np.tile(units, (size, 1, 1)), 2)
    y = identity.evaluate(xp, {**values, name: moving}, case, identity.body)
    part = y.part(1 if order == 1 else 3)
    part = np.broadcast_to(part, (lanes, *part.shape[-2:]))
    J, H = vec(np, part)[..., 0].T, None
    if order == 2:
        J, H = J[:, :size], part.reshape(size, size)
    statement, claim = identity.statement, identity.claim
    return left_side(np, statement, claim, case, {name: J}, H, {})


def _rows(X: Array) -> Rows:
    rows, columns = X.shape[-2:]
    flat = X.reshape(-1, rows, columns)[0]
    return tuple(tuple(Fraction(x) for x in row) for row in flat)
