"""What floats and balls say of a claim that no exact arithmetic decides.

Floating point has compared every draw. Every draw that fails, and every case with open
draws, is put to the balls: the claim fails when they prove its two sides different at
one draw, and what they show to agree was floating point's mistake. Of what is left the
balls look at more (`holding`).
"""

from __future__ import annotations

from ..engine.finding import Finding
from ..engine.magnitude import written
from ..engine.outcome import Outcome
from .case import Case
from .confirming import UNSEEN, one_of_each_round, says_little
from .holding import confirmed
from .reasons import TIED, TOO_FINE, only_ones, unclaimed
from .steep import left_open, some_of_each
from .tally import Spot

SINGULAR = 8
"""Doubtful draws of a case that are all singular, so that the case is."""
OPEN = 12
OVERFLOWS = "claim not finite in floating point only"
DEGENERATE = "no value for a degenerate function"


def compared(case: Case) -> Outcome:
    """Return what floats and balls say."""
    if refuted := _refuted(case):
        if _speaks_of_ones_only(case):
            # What floats leave open at larger sizes may speak as well.
            _leave_out_singular(case)
            larger = sorted(_open(case), key=says_little)
            refuted = case.ask(larger) or refuted
            if _speaks_of_ones_only(case, undefined=True):
                return case.inconclusive(case.too_few())
        return case.fails(refuted)
    failing = case.tally.failing
    undecided = [s for s in failing if s.finding is not Finding.SAME]
    if any(s.tied for s in undecided):
        return case.inconclusive(TIED)
    if undecided and _fails_throughout(case, undecided):
        if written(case.experiment.statement.body, case.claim.term) > UNSEEN:
            return case.inconclusive(TOO_FINE)
        return case.fails(undecided[0])
    if undecided:
        count = f"{len(undecided)} of {len(failing)} failing draws"
        return case.inconclusive(f"no enclosure decides {count}", open=True)
    return _unrefuted(case)


def _refuted(case: Case) -> Spot | None:
    """Return a draw at which balls see a difference, of those that floats doubt."""
    tally = case.tally
    # Most claims that fail do so at the first draw, and one regular draw is enough.
    if refuted := case.ask(tally.failing[:1]):
        return refuted
    _leave_out_singular(case)
    if refuted := case.ask(tally.failing) or case.ask(_open(case)):
        return refuted
    if case.too_few():
        # Where floats overflow, or contradict themselves, there may be a value.
        return case.ask(sorted(tally.silent, key=says_little)[:OPEN])
    return None


def _speaks_of_ones_only(case: Case, undefined: bool = False) -> bool:
    """Whether all that speaks is at size 1, where there are other sizes.

    A claim without a value at those is no excuse, if the left side has one.
    """
    tally = case.tally
    others = tally.undefined if undefined else []
    return only_ones(case.experiment, [*tally.telling, *others])


def _fails_throughout(case: Case, undecided: list[Spot]) -> bool:
    """Whether floating point alone refutes the claim: at all draws of some case.

    Where it fails at some of them only, it may be what saturates there; and where
    balls find that the claim is singular, it is garbage.
    """
    tally = case.tally
    asked = [s for s in undecided if s.enclosure is not None]
    others = {
        id(s.block) for s in (*tally.holding, *tally.failing) if s not in undecided
    }
    others |= {id(s.block) for s in asked if s.enclosure and s.enclosure.singular}
    return sum(id(s.block) not in others for s in asked) > 1


def _leave_out_singular(case: Case) -> None:
    """Leave out draws where the left side does not exist, whatever floats say.

    The inverse of a singular matrix is garbage in floating point, and not finite in
    balls at any precision. Where the first draws of a case are all like that, so is
    the case: inv(X.T @ X) for a wide X. Where the first draw is regular and none
    fails, the rest are not asked: an open draw decides nothing by itself.
    """
    tally = case.tally
    doubtful: dict[int, list[Spot]] = {}
    for spot in (*tally.failing, *tally.open, *tally.undefined):
        doubtful.setdefault(id(spot.block), []).append(spot)
    singular: set[int] = set()
    for spots in doubtful.values():
        first = case.heard(spots[0])
        failing = any(s in tally.failing for s in spots)
        if first is not Finding.UNDEFINED and not failing:
            continue
        asked = [case.heard(s) for s in spots[:SINGULAR]]
        if all(found is Finding.UNDEFINED for found in asked):
            singular |= {id(s) for s in spots}
        elif Finding.UNDEFINED in asked:
            heard = (s for s in spots if case.heard(s) is Finding.UNDEFINED)
            singular |= {id(s) for s in heard}
    for name in ("failing", "open", "undefined"):
        kept = [s for s in getattr(tally, name) if id(s) not in singular]
        gone = len(getattr(tally, name)) - len(kept)
        tally.leave_out("singular", gone)
        tally.usable -= 0 if name == "undefined" else gone
        setattr(tally, name, kept)


def _open(case: Case) -> list[Spot]:
    """Return open draws to ask about: the worst of every case, and the worst."""
    seen: set[int] = set()
    first, rest = [], []
    for spot in case.tally.open:
        (rest if id(spot.block) in seen else first).append(spot)
        seen.add(id(spot.block))
    return [*first, *rest[:OPEN]]


def _unrefuted(case: Case) -> Outcome:
    """Return what is left to say where no draw that floats doubt refutes the claim."""
    tally = case.tally
    if refuted := _refuted_in_silence(case):
        return case.fails(refuted)
    _leave_out_undefined(case)
    if tally.undefined:
        said = unclaimed(case.experiment, case.claim, tally)
        return case.inconclusive(said)
    if reason := case.too_few() or left_open(tally):
        return case.inconclusive(reason)
    unsure = any(s.finding is Finding.UNDECIDED for s in tally.open)
    if unsure and len(tally.open) > tally.usable / 2:
        count = f"{len(tally.open)} of {tally.usable} draws"
        reason = f"{count} are too ill-conditioned to decide"
        return case.inconclusive(reason, open=True)
    return confirmed(case)


def _refuted_in_silence(case: Case) -> Spot | None:
    """Return a draw at which balls see a difference, of those without a value."""
    tally = case.tally
    # Where floats overflow, or take 0 * log(0), balls may have a value.
    some = one_of_each_round(tally.undefined, case.experiment)
    if refuted := case.ask(some) or case.ask(tally.undefined):
        return refuted
    for silent in (tally.steep, tally.unclaimed):
        if refuted := case.ask(some_of_each(case.experiment, case.claim, silent)):
            return refuted
    return None


def _leave_out_undefined(case: Case) -> None:
    """Keep those draws without a value that say something of the claim."""
    tally = case.tally
    if all(s.finding is Finding.SAME for s in tally.undefined):
        tally.leave_out(OVERFLOWS, len(tally.undefined))
        tally.undefined = []
    tally.undefined += [s for s in tally.unclaimed if s.claimless and tally.heard(s)]
    kept = [s for s in tally.undefined if s.finding is not Finding.UNDEFINED]
    tally.leave_out("singular", len(tally.undefined) - len(kept))
    # A quotient by f(x) says nothing of the function that is zero.
    telling = [s for s in kept if not s.special or s.decided]
    tally.leave_out(DEGENERATE, len(kept) - len(telling))
    tally.undefined = telling
