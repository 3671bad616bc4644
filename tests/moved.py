"""Claims about a name that moves, put to a few draws: for tests."""

from __future__ import annotations

from typing import Any

from stated import statement

from verifier.engine.ball_point import point
from verifier.engine.experiment import Experiment
from verifier.engine.finding import Enclosure, Finding
from verifier.engine.outcome import Outcome
from verifier.engine.settings import Settings
from verifier.judging.motion import judge_motion
from verifier.motion.behaviour import behaves

SAME, DIFFERENT, UNDECIDED = Finding.SAME, Finding.DIFFERENT, Finding.UNDECIDED
DRAWS = 8

SCALARS = {"x": "scalar", "h": "scalar", "c": "positive", "f": "scalar -> scalar"}
REAL = {"x": "scalar"}
POSITIVE = {"h": "positive"}
PLANE = {"h": "vector(2)"}
U, V = "(unit(1, 2).T @ h)", "(unit(2, 2).T @ h)"


def found(**fields: Any) -> list[Enclosure]:
    """Return what each of a few draws says about the first claim."""
    stated = statement(**fields)
    spots = []
    for block in Experiment(stated, Settings(draws=DRAWS)).blocks:
        for draw in range(len(block.draws)):
            at = point(stated, block.case, block.draws.raw, draw)
            spots.append(behaves(at, stated.claims[0]))
    assert len(spots) == DRAWS
    return spots


def says(**fields: Any) -> Finding:
    """Return the one finding that all draws have."""
    (finding,) = {one.finding for one in found(**fields)}
    return finding


def outcome(draws: int = 64, **fields: Any) -> Outcome:
    """Return the outcome of the first claim over all draws."""
    stated = statement(**fields)
    return judge_motion(Experiment(stated, Settings(draws=draws)), stated.claims[0])
