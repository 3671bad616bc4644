"""This program: what a worker does with one record, in this process.

Verdicts are remembered by the run that hands records to workers, not here: whoever asks
a worker twice has the record verified twice.
"""

from __future__ import annotations

from verifier.engine.settings import Settings
from verifier.running.verification import verify_chunk

from . import Judge
from .question import LAYOUTS, SEED, Question


def verified(question: Question) -> Judge:
    """Judge by the program, floating point, balls, exact arithmetic and diagnosis."""
    settings = Settings(seed=SEED, draws=len(question.draws))

    def judge() -> dict[str, str]:
        (outcomes,) = verify_chunk([question.record], settings)
        found = [outcome.verdict for outcome in outcomes]
        return dict(zip(LAYOUTS, found, strict=True))

    return judge
