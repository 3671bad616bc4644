"""The last looks at a claim that nothing refutes, and that it holds."""

from __future__ import annotations

from collections.abc import Sequence

from ..engine.ball_point import CLOSE_RANKS
from ..engine.finding import Finding
from ..engine.outcome import Outcome
from .case import Case
from .confirming import UNSEEN, Confirming
from .exact import show_sizes
from .lines import FARTHEST
from .reasons import BEYOND, FAINT, TIED, TOO_FINE, lost
from .steep import claimless
from .tally import Spot
from .unenclosed import UNENCLOSED, differing
from .valueless import HINTS


def confirmed(case: Case) -> Outcome:
    """Let balls look at a few draws that hold, and say that the claim does."""
    looked = Confirming(case.experiment, case.claim, case.tally)
    for doubt in (_looked, _unseen, _faint):
        if found := doubt(case, looked):
            return found
    return _holds(case, looked)


def _looked(case: Case, looked: Confirming) -> Outcome | None:
    """Return a verdict if balls see more than floats, wherever they look."""
    for spots in looked.looks():
        if refuted := case.ask(spots):
            return case.fails(refuted)
        if any(spot.doubted for spot in spots):
            return case.inconclusive(CLOSE_RANKS)
        if differing(case.experiment, case.claim, spots):
            tied = any(spot.tied for spot in spots)
            return case.inconclusive(TIED if tied else UNENCLOSED)
        if missing := claimless(case.experiment, case.claim, case.tally, spots):
            said = lost(case.experiment, case.claim, case.tally, missing[0])
            return case.inconclusive(said)
    if looked.confirmed and all(s.tied for s in looked.confirmed):
        return case.inconclusive(TIED)
    if reason := next(filter(None, (s.valueless for s in looked.confirmed)), ""):
        return case.inconclusive(f"{reason}, where balls look; {HINTS[reason]}")
    return None


def _unseen(case: Case, looked: Confirming) -> Outcome | None:
    """Return a verdict if floats do not see what is written, and balls do not hold."""
    if looked.written > FARTHEST:
        return case.inconclusive(BEYOND)
    for spots in looked.by_case() if looked.written > UNSEEN else ():
        if refuted := case.ask_until_decided(spots):
            return case.fails(refuted)
        if not any(spot.decided for spot in spots):
            at = show_sizes([spots[0].block.case.numbers], " at ")
            return case.inconclusive(TOO_FINE + at)
    return None


def _faint(case: Case, looked: Confirming) -> Outcome | None:
    """Return a verdict if both sides are zero for rounding only, as far as is seen."""
    if not _is_faint(case, looked):
        return None
    near = looked.faintest()
    if refuted := case.ask(near):
        return case.fails(refuted)
    if any(s.faint or s.finding is not Finding.SAME for s in near):
        return case.inconclusive(FAINT)
    return None


def _is_faint(case: Case, looked: Confirming) -> bool:
    return case.tally.zero and any(s.faint for s in looked.confirmed)


def _holds(case: Case, looked: Confirming) -> Outcome:
    """Say that the claim holds, and by which evidence."""
    tally = case.tally
    spots: Sequence[Spot] = [*tally.failing, *tally.open, *looked.confirmed]
    if not tally.zero and not any(s.agrees for s in spots):
        spots = looked.others()
        if refuted := case.ask(spots):
            return case.fails(refuted)
    agree = any(s.finding is Finding.SAME if tally.zero else s.agrees for s in spots)
    if not agree and looked.written > UNSEEN:
        return case.inconclusive(TOO_FINE)
    vacuous = tally.zero and not _is_faint(case, looked)
    return case.holds("ball" if agree else "float", vacuous)
