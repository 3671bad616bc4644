"""Small counterexamples where the exact stage does not apply: exp, log, norms.

Entries from 0, 1, -1, 2 at the smallest sizes are tried in floating point, many at a
time, with the left side in closed form; balls have the last word on what is shown.
"""

from __future__ import annotations

from itertools import islice
from typing import Any

import numpy as np

from ..engine import numeric
from ..engine.arrays import Floats
from ..engine.ball_point import Point
from ..engine.draws import Source, values
from ..engine.enclosure import enclose
from ..engine.evaluate import Evaluation, Exact
from ..engine.finding import Enclosure, Finding
from ..judging.candidates import Candidate, Candidates, small_cases, weight
from ..judging.tally import rows
from ..language.declaration import Type
from ..language.sizes import Case, generator
from ..language.term import Term
from .patient import Patient

MOST_SIZES = 12
"""Choices of sizes and whole numbers that are looked at, the smallest first."""
APART = 1e-6
"""How far apart the sides must be, so that it is seen in what is printed."""
SMALLEST = 1e-3
"""What is apart by less than a millionth of this may be rounding."""
TRIES = 4
"""Candidates of a batch that are put to the balls."""
CASES = 2
"""Sizes at which balls may turn everything down, after which a draw is shown."""


def small_case(patient: Patient) -> dict[str, Any] | None:
    """Return a counterexample as the results carry it, or None where none is found."""
    if patient.moving or not patient.claim.fits:
        return None
    truth = patient.closed_form(patient.statement)
    if truth is None:
        return None
    refused = 0
    for case in islice(small_cases(patient.statement), MOST_SIZES):
        looked = _Looked(patient, case, truth)
        found = looked.candidates.smallest(looked.simplest)
        if found is None:
            continue
        if not looked.proven(found):  # a tie or a kink, such as the norm of zero
            found = looked.candidates.smallest(looked.simplest_proven)
        if found is not None:
            return looked.shown(found)
        refused += 1
        if refused == CASES:
            break
    return None


class _Looked:
    """Candidates at one choice of sizes, looked at in floating point."""

    def __init__(self, patient: Patient, case: Case, truth: Term):
        self.patient, self.case, self.truth = patient, case, truth
        self.statement = patient.statement
        seed, id = patient.experiment.settings.seed, self.statement.record.id
        declared = self.statement.values
        plain = {name: t for name, t in declared.items() if isinstance(t, Type)}
        words = [f"{name}={k}" for name, k in sorted(case.numbers.items())]
        random = generator(seed, id, "small", *words)
        self.candidates = Candidates(plain, case, random)
        drawn = Source(declared, [case], seed, id).draw(1)[0].raw
        self.symbols = {name: X[0] for name, X in drawn.items() if "." in name}
        """Numbers of the function symbols, which are drawn."""
        self.enclosed: dict[Candidate, Enclosure] = {}

    def simplest(self, candidates: list[Candidate]) -> Candidate | None:
        """Return the simplest candidate at which the sides look different."""
        return next(iter(self._different(candidates)), None)

    def simplest_proven(self, candidates: list[Candidate]) -> Candidate | None:
        """Return the simplest at which they are, of the first few."""
        return next(filter(self.proven, self._different(candidates)[:TRIES]), None)

    def _different(self, candidates: list[Candidate]) -> list[Candidate]:
        """Return the candidates at which the sides look different, simplest first."""
        if not candidates:
            return []
        values_ = self._values(candidates)
        at = Evaluation(*values_, Exact(self.case.numbers), numeric)
        assert self.patient.claim.term is not None
        L, R = map(at.of, (self.truth, self.patient.claim.term))
        shape = np.broadcast_shapes(L.shape, R.shape, (len(candidates), 1, 1))
        L, R = (np.broadcast_to(X, shape) for X in (L, R))
        gap = abs(L - R).max(axis=(-2, -1))
        size = np.maximum(abs(L), abs(R)).max(axis=(-2, -1))
        apart = np.isfinite(size) & (gap > APART * np.maximum(size, SMALLEST))
        return sorted((candidates[i] for i in np.flatnonzero(apart)), key=weight)

    def _values(self, candidates: list[Candidate]) -> tuple[Any, Any]:
        declared = self.statement.values
        return values(numeric, declared, self._raw(candidates), self.case)

    def _raw(self, candidates: list[Candidate]) -> dict[str, Floats]:
        raw = self.candidates.raw(candidates)
        repeated = {
            name: np.repeat(X, len(candidates), axis=0)
            for name, X in self.symbols.items()
        }
        return {name: X.astype(float) for name, X in raw.items()} | repeated

    def _enclosed(self, candidate: Candidate) -> Enclosure:
        if candidate not in self.enclosed:
            raw = {name: X[0] for name, X in self._raw([candidate]).items()}
            at = Point(self.statement, self.case, raw)
            self.enclosed[candidate] = enclose(at, self.patient.claim)
        return self.enclosed[candidate]

    def proven(self, candidate: Candidate) -> bool:
        """Whether balls say that the sides differ."""
        return self._enclosed(candidate).finding is Finding.DIFFERENT

    def shown(self, candidate: Candidate) -> dict[str, Any]:
        """Return a counterexample as the results carry it, with the sides in balls."""
        drawn = sorted({name.partition(".")[0] for name in self.symbols})
        note = f"function symbols drawn at random: {', '.join(drawn)}" if drawn else ""
        found, _ = self._values([candidate])
        shaped = {name: X.reshape(X.shape[-2:]) for name, X in found.items()}
        seen = self._enclosed(candidate)
        return {
            "sizes": dict(self.case.sizes),
            "values": {name: rows(X) for name, X in shaped.items()},
            "autodiff": rows(seen.left),
            "claim": rows(seen.right),
            "draw": None,
            "note": note,
        }
