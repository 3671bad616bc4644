"""Why there is no verdict: what draws lack, and what a claim may lack, in words."""

from __future__ import annotations

from collections.abc import Iterable

from ..engine.experiment import Experiment
from ..engine.finding import Finding
from ..language.assumption import inequalities
from ..language.declaration import values_of
from ..language.primitives import DOMAINS
from ..language.statement import Claim
from ..language.term import terms
from .exact import show_sizes
from .kinks import RANK
from .kinks import REASON as KINK
from .lines import FARTHEST
from .tally import UNDECIDED, Spot, Tally
from .valueless import HINTS

LEAST_USABLE = 4
TIED = (
    "a value may lie just at a jump of `sign` or `step`, to all bits that were looked "
    "at, and floating point picks a side"
)
FAINT = (
    "both sides are zero in floating point, and not exactly: where a function "
    "saturates, as `1 - tanh(x)**2` at large x, this says nothing of them"
)
FULL_RANK = "a type such as `invertible`, of full rank, may be missing"
BEYOND = (
    f"a number that is written is too far from 1, by more than 2**{FARTHEST}, to look "
    "for what it hides; write it nearer to 1"
)
TOO_FINE = (
    "floats do not see a number that is written beside others, and no enclosure "
    "decides a draw"
)
ANY_SIGN = {"scalar", "vector", "matrix"}
"""Kinds of which there are positive ones."""


def too_few(experiment: Experiment, tally: Tally) -> str:
    """Say why the usable draws are not enough for a verdict, or nothing."""
    asked = tally.usable + sum(tally.left_out.values()) + len(tally.undefined)
    left_out = dict(tally.left_out)
    if silent := sum(s.finding is Finding.UNDECIDED for s in tally.open):
        left_out[UNDECIDED] = silent
    reasons = ", ".join(f"{why} at {n}" for why, n in left_out.items())
    telling = tally.telling
    at_ones = only_ones(experiment, (spot for spot in telling if not spot.special))
    if RANK in left_out:
        count = f"{left_out[RANK]} of {asked} draws"
        return f"there is no derivative at {count}, {RANK}; {FULL_RANK}"
    if tally.usable >= min(LEAST_USABLE, asked) and not at_ones:
        return ""
    dispute = "; oracle disagreement: autodiff picks a side"
    dispute = dispute if KINK in tally.left_out else ""
    heard = len(telling)
    special = all(spot.special for spot in telling)
    alike = "of degenerate functions" if special else "at size 1"
    all_alike = f" and they are all {alike}" if at_ones and heard else ""
    used = f"only {heard} of {asked} draws are usable"
    hints = "".join(f"; {HINTS[why]}" for why in left_out if why in HINTS)
    return f"{used}{all_alike} ({reasons}){dispute}{hints}"


def only_ones(experiment: Experiment, spots: Iterable[Spot]) -> bool:
    """Whether draws are all at size 1, though there are cases of other sizes."""
    cases = experiment.cases
    names = max(len(case.sizes) for case in cases)
    largest = max(case.weight for case in cases)
    return largest > names and all(s.block.case.weight <= names for s in spots)


def unclaimed(experiment: Experiment, claim: Claim, tally: Tally) -> str:
    """Say where the claim alone has no value, at draws of the run."""
    count = f"{len(tally.undefined)} draws where the left side"
    if reason := next(filter(None, (s.valueless for s in tally.undefined)), ""):
        return f"the claim has no value at {count} has one: {reason}; {HINTS[reason]}"
    missing = _missing(experiment, claim, tally)
    return f"claim is not finite at {count} is{missing}"


def lost(experiment: Experiment, claim: Claim, tally: Tally, spot: Spot) -> str:
    """Say where the claim alone has no value, that no draw of the run is."""
    case = spot.block.case
    if case not in experiment.cases:
        at = show_sizes([case.numbers], " at ")
        return f"claim is not finite{at}, where the left side is"
    said = "claim is not finite where the left side is"
    if spot.scales:
        said += f", with entries {scales(spot)} times those drawn"
    return said + _missing(experiment, claim, tally)


def _missing(experiment: Experiment, claim: Claim, tally: Tally) -> str:
    """Say what may be missing where the claim alone has no value."""
    statement = experiment.statement
    bad = [spot.block.case.numbers for spot in tally.undefined]
    good = [spot.block.case.numbers for spot in tally.holding]
    for words, test in inequalities(statement.sizes, statement.whole):
        if good and all(map(test, good)) and not any(map(test, bad)):
            return f"; `assume: {words}` may be missing"
    inverts = claim.term is not None and any(
        DOMAINS.get(term.op) == "invertible" for term in terms(claim.term)
    )
    if inverts:
        return ": what it inverts is singular there"
    kinds = {one.kind for one in values_of(statement.types.values())}
    return "; a type such as `positive` may be missing" if kinds & ANY_SIGN else ""


def scales(spot: Spot) -> str:
    """Show how many times as large as drawn the entries of a draw are."""
    factors = [float(c) for C in spot.scales.values() for c in C.ravel()]
    low, high = min(factors), max(factors)
    return f"{low:.3g}" if low == high else f"{low:.3g} to {high:.3g}"
