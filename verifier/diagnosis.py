"""For a claim that fails, the nearest true statement."""

from __future__ import annotations

from .experiment import Experiment
from .outcome import Outcome
from .statement import Claim


def diagnose(experiment: Experiment, claim: Claim, outcome: Outcome) -> Outcome:
    """Add to a failure what is wrong, and what would be right."""
    return outcome
