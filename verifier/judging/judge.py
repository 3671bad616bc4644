"""From draws to a verdict: exact arithmetic first, balls where that does not apply.

Where both sides are rational functions, or hold by the rules of the functions in them,
a field decides, and balls are asked only about draws that contradict it. Of any other
claim floats have compared every draw, and balls look at those that tell (`comparing`).
"""

from __future__ import annotations

from ..engine.experiment import Experiment
from ..engine.finding import Finding
from ..engine.outcome import FAILS, HOLDS, Outcome, evidence
from ..language.layout import Layout
from ..language.statement import Claim
from .case import Case
from .comparing import compared
from .confirming import CONFIRMED, says_little
from .counting import tally_of
from .exact import Exactly, show_sizes
from .proof import demanded, disproof, exactly
from .rational import may_break
from .rounded import judged_to_digits
from .sample import sample
from .shape_claim import judge_shape
from .standing import decimals_of
from .tally import Spot, counterexample
from .weighted import is_stacked, weighted


def verdict_on(experiment: Experiment, claim: Claim) -> Outcome:
    """Return the verdict on one claim, without a diagnosis."""
    if experiment.statement.record.subject == "shape":
        return judge_shape(experiment.statement, claim)
    if not claim.fits:
        return Outcome(FAILS, evidence("shape", note="the shape is wrong"))
    if is_stacked(experiment.statement, claim):
        return verdict_on(*weighted(experiment, claim))
    if decimals_of(experiment.statement, claim):
        return judged_to_digits(experiment, claim, _as_written)
    return _as_written(experiment, claim)


def _as_written(experiment: Experiment, claim: Claim) -> Outcome:
    """Return the verdict on a claim that has the right shape."""
    subject = experiment.statement.record.subject
    if subject in ("limit", "expansion", "sign"):
        from .motion import judge_motion  # few records move

        return demanded(experiment, judge_motion(experiment, claim))
    case = Case(experiment, claim, tally_of(experiment, claim))
    return demanded(experiment, _judged(case, exactly(experiment, claim)))


def _judged(case: Case, exact: Exactly | None) -> Outcome:
    """Return the verdict: exact arithmetic first, balls where it does not apply."""
    tally = case.tally
    somewhere = tally.usable or tally.undefined
    if exact is not None and exact.finding is Finding.DIFFERENT and somewhere:
        return _disproved(case, exact)
    if exact is None or exact.finding is not Finding.SAME:
        return _undecided(case, exact)
    if exact.partial:
        larger = [Spot(block, 0) for block in case.experiment.beyond]
        if refuted := case.ask(larger):
            return case.fails(refuted)
    if exact.free:
        # Zero by underflow, perhaps; or real values are zero, and free ones not.
        plain = not tally.zero and _witnessed(case, exact)
        return _proven(case, exact) if plain else compared(case)
    if tally.failing or tally.undefined or case.too_few():
        # What a field does not know is where a value exists as a real number.
        found = compared(case)
        rounding = found.evidence.get("ill_conditioned")
        if found.verdict == FAILS or (found.verdict != HOLDS and not rounding):
            return found
    return _proven(case, exact)


def _undecided(case: Case, exact: Exactly | None) -> Outcome:
    """Return what floats and balls say, with what a field has seen."""
    if exact is not None and exact.suspect is not None:
        blocks = case.experiment.more([exact.suspect], 2)
        if refuted := case.ask([Spot(block, i) for block in blocks for i in range(2)]):
            return case.fails(refuted)
    found = compared(case)
    if found.verdict == HOLDS and exact is not None and exact.claimless:
        at = show_sizes([exact.claimless.numbers], " at ")
        return case.inconclusive(
            f"the claim has no value{at}, where the left side has one"
        )
    return found


def _witnessed(case: Case, exact: Exactly) -> bool:
    """Whether all draws agree, and balls find both sides at some of them.

    At one of each size, the larger ones too, where real values may be missing: a matrix
    of sines of sums has the rank 2, and is invertible at no larger size.
    """
    tally = case.tally
    if tally.failing or tally.undefined or case.too_few():
        return False
    spots = sorted(tally.agreeing, key=says_little)
    body = case.experiment.statement.bodies[case.claim.layout or Layout.NUMERATOR]
    if case.claim.term is not None and may_break(body, case.claim.term):
        spots = list({id(spot.block): spot for spot in reversed(spots)}.values())
        spots += _larger(case.experiment, exact)
    else:
        spots = spots[:CONFIRMED]
    case.ask(spots)
    return bool(spots) and all(spot.finding is Finding.SAME for spot in spots)


def _larger(experiment: Experiment, exact: Exactly) -> list[Spot]:
    """Return a draw at each size that the exact stage alone has looked at."""
    cases = [case for case in exact.cases if case not in experiment.cases]
    blocks = experiment.more(cases, 1) if cases else []
    return [Spot(block, 0) for block in blocks]


def _disproved(case: Case, exact: Exactly) -> Outcome:
    experiment, claim, tally = case.experiment, case.claim, case.tally
    note = "the claim differs from the left side"
    evidence = tally.evidence("exact", exact=str(exact), note=note)
    if not experiment.settings.examples:
        return Outcome(FAILS, evidence)
    shown = disproof(experiment, claim, exact.cases)
    if shown is None and (spots := tally.failing[:1]):
        case.ask(spots)
        shown = counterexample(experiment, claim, spots[0])
    seen = sample(experiment, claim, tally)
    return Outcome(FAILS, evidence, counterexample=shown, sample=seen)


def _proven(case: Case, exact: Exactly) -> Outcome:
    more = {"exact": str(exact), "bound": exact.bound}
    return case.holds("exact", case.tally.zero, **more)
