"""Small counterexamples in whole numbers, with both sides as fractions.

The smallest sizes at which the sides differ, then entries from 0, 1, -1, 2, mostly 0.
The search is in the field of order 2^61 - 1: sides that differ there differ as
fractions too, which are worked out for the last one only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import chain, islice

from ..engine.directions import body_whole, directions_of, order_of
from ..engine.finding import Finding
from ..engine.jets import Jet
from ..engine.matrices import Matrix
from ..engine.residues import FRACTIONS, Rational
from ..engine.undecided import Leaves
from ..language.arrays import Array
from ..language.sizes import Case, generator
from ..language.statement import Claim, Statement
from ..language.term import Term, terms
from .candidates import Candidate, Candidates, small_cases, weight
from .degrees import NotRational
from .fields import Fields
from .rational import Identity, unfit, without_roots
from .trials import Trial

Rows = tuple[tuple[Fraction, ...], ...]
MOST_SIZES = 24
"""Choices of sizes and whole numbers that are looked at, the smallest first."""


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
    identity = Identity(statement, claim, term)
    if unfit(identity) or any(
        part.op == "constant" for part in terms(identity.body, identity.right)
    ):
        return None
    fields = Fields(seed, (statement.record.id, "example"))
    for case in chain(islice(small_cases(statement), MOST_SIZES), cases):
        if _false_at(identity, case, fields):
            search = _Search(identity, case, fields, seed)
            found = search.smallest()
            if found is not None:
                raw = search.raw(found, FRACTIONS.field)
                with suppress(Leaves):  # entry by entry, where only ties keep a rank
                    return _worked_out(identity, case, raw)
    return None


def _false_at(identity: Identity, case: Case, fields: Fields) -> bool:
    try:
        trial = Trial(identity, case, fields, 1)
        return not trial.too_large and trial.look() is Finding.DIFFERENT
    except NotRational:
        return False


class _Search:
    """Looks for entries at which the sides of a false claim differ, at one case."""

    def __init__(self, identity: Identity, case: Case, fields: Fields, seed: int):
        self.identity, self.case, self.fields = identity, case, fields
        words = [f"{name}={k}" for name, k in sorted(case.numbers.items())]
        random = generator(seed, identity.statement.record.id, "example", *words)
        self.candidates = Candidates(identity.types, case, random)
        self.guards = list(_guards(identity))

    def raw(
        self, candidate: Candidate, field: Rational, *_: object
    ) -> dict[str, Matrix]:
        """Return raw entries by name."""
        raw = {}
        for name, X in self.candidates.raw([candidate]).items():
            V = X[0]
            if self.identity.types[name].kind == "positive_definite":
                V = V @ V.T
            raw[name] = Matrix(field, V.shape, list(map(field.number, V.ravel())))
        return raw

    def smallest(self) -> Candidate | None:
        """Return entries that cannot be made simpler one by one, or None."""
        return self.candidates.smallest(self._best)

    def _best(self, candidates: list[Candidate]) -> Candidate | None:
        """Return the simplest candidate at which both sides exist and differ."""
        return next(filter(self._serves, sorted(candidates, key=weight)), None)

    def _serves(self, candidate: Candidate) -> bool:
        raw = partial(self.raw, candidate)
        if not self.fields.differ_at(self.identity, self.case, raw):
            return False
        values = self.identity.values(FRACTIONS, raw(FRACTIONS.field), self.case)
        for name, declared in self.identity.types.items():
            det = declared.kind == "invertible" and FRACTIONS.det(values[name])
            if det and det.value.scalar == 0:
                return False
        return all(self._smooth(op, term, values) for op, term in self.guards)

    def _smooth(self, op: str, term: Term, values: Mapping[str, Jet]) -> bool:
        """Whether a logarithm, a root or a norm exists there, and is smooth."""
        try:
            X = self.identity.evaluate(FRACTIONS, values, self.case, term).value
        except ArithmeticError:
            return False
        inside = [x > 0 if op in ("log", "sqrt") else x != 0 for x in X.entries]
        return any(inside) if op == "norm" else all(inside)


def _guards(identity: Identity) -> Iterator[tuple[str, Term]]:
    """Yield what stands under logarithms, roots, norms and absolute values."""
    claim, statement = identity.claim, identity.statement
    kinks = ("norm", "abs") if order_of(statement, claim) else ()
    for term in terms(statement.bodies[identity.layout], claim.term):
        if term.op in ("log", "sqrt", *kinks):
            yield term.op, without_roots(term.args[0], {})


def _worked_out(identity: Identity, case: Case, raw: Mapping[str, Matrix]) -> Example:
    """Return both sides in full at one point, as fractions."""
    values = identity.values(FRACTIONS, raw, case)
    right = identity.evaluate(FRACTIONS, values, case, identity.right).part(0)
    if directions_of(identity.statement, identity.claim):
        left = body_whole(
            lambda moved: identity.evaluate(FRACTIONS, moved, case, identity.body),
            identity.statement,
            identity.claim,
            case,
            values,
        )
    else:
        left = identity.left_side(FRACTIONS, values, case).array
    return Example(
        dict(case.sizes),
        dict(case.whole),
        {
            name: _rows(X.value.array)
            for name, X in values.items()
            if name not in case.whole
        },
        _rows(left),
        _rows(right.array),
    )


def _rows(X: Array) -> Rows:
    return tuple(tuple(Fraction(int(x.p), int(x.q)) for x in row) for row in X)
