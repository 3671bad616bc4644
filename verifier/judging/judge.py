"""From draws to a verdict: exact arithmetic first, balls where that does not apply.

Floating point has compared every draw. Where both sides are rational functions, a field
decides, and balls are asked only about draws that contradict it. Of any other claim
every draw that fails, and every case with open draws, is put to the balls: it fails
when they prove its two sides different at one draw, and what they show to agree was
floating point's mistake. What holds they look at as well (`confirming`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..engine.ball_point import CLOSE_RANKS
from ..engine.experiment import Experiment
from ..engine.finding import Finding
from ..engine.magnitude import written
from ..engine.outcome import FAILS, HOLDS, INCONCLUSIVE, Outcome, evidence
from ..language.assumption import inequalities
from ..language.declaration import values_of
from ..language.layout import Layout
from ..language.primitives import DOMAINS
from ..language.statement import Claim
from ..language.term import terms
from .confirming import (
    CONFIRMED,
    FARTHEST,
    UNSEEN,
    Confirming,
    one_of_each_round,
    says_little,
)
from .counting import tally_of
from .exact import Exactly, show_sizes
from .kinks import RANK
from .kinks import REASON as KINK
from .proof import demanded, disproof, exactly
from .rational import may_break
from .rounded import judged_to_digits
from .sample import sample
from .shape_claim import judge_shape
from .standing import decimals_of
from .steep import claimless, left_open, some_of_each
from .tally import UNDECIDED, Spot, Tally, counterexample
from .valueless import HINTS
from .weighted import is_stacked, weighted
from .witness import testimony

SINGULAR = 8
"""Doubtful draws of a case that are all singular, so that the case is."""
PATIENCE = 6
"""Failing draws that balls cannot decide, after which the rest are not asked."""
OPEN = 12
OVERFLOWS = "claim not finite in floating point only"
DEGENERATE = "no value for a degenerate function"
LEAST_USABLE = 4
VACUOUS = "both sides are identically zero: vacuous"
TIED = (
    "a value may lie just at a jump of `sign` or `step`, to all bits that were looked "
    "at, and floating point picks a side"
)
FAINT = (
    "both sides are zero in floating point, and not exactly: where a function "
    "saturates, as `1 - tanh(x)**2` at large x, this says nothing of them"
)
FULL_RANK = "a type such as `invertible`, of full rank, may be missing"
ANY_SIGN = {"scalar", "vector", "matrix"}
"""Kinds of which there are positive ones."""
BEYOND = (
    f"a number that is written is too far from 1, by more than 2**{FARTHEST}, to look "
    "for what it hides; write it nearer to 1"
)
TOO_FINE = (
    "floats do not see a number that is written beside others, and no enclosure "
    "decides a draw"
)


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
    case = _Case(experiment, claim, tally_of(experiment, claim))
    return demanded(experiment, case.outcome(exactly(experiment, claim)))


class _Case:
    """One claim before the judge: its tally, and what balls say when asked."""

    def __init__(self, experiment: Experiment, claim: Claim, tally: Tally):
        self.experiment, self.claim, self.tally = experiment, claim, tally
        # The smallest failing case is the one that people can check by hand.
        tally.failing.sort(key=lambda s: (s.block.case.weight, s.number))

    def outcome(self, exact: Exactly | None) -> Outcome:
        """Return the verdict: exact arithmetic first, balls where it does not apply."""
        somewhere = self.tally.usable or self.tally.undefined
        if exact is not None and exact.finding is Finding.DIFFERENT and somewhere:
            return self._disproved(exact)
        if exact is None or exact.finding is not Finding.SAME:
            return self._undecided(exact)
        if exact.partial:
            larger = [Spot(block, 0) for block in self.experiment.beyond]
            if refuted := self._ask(larger):
                return self._fails(refuted)
        if exact.free:
            # Zero by underflow, perhaps; or real values are zero, and free ones not.
            plain = not self.tally.zero and self._witnessed(exact)
            return self._proven(exact) if plain else self._compared()
        if self.tally.failing or self.tally.undefined or self._too_few():
            # What a field does not know is where a value exists as a real number.
            found = self._compared()
            rounding = found.evidence.get("ill_conditioned")
            if found.verdict == FAILS or (found.verdict != HOLDS and not rounding):
                return found
        return self._proven(exact)

    def _undecided(self, exact: Exactly | None) -> Outcome:
        """Return what floats and balls say, with what a field has seen."""
        if exact is not None and exact.suspect is not None:
            blocks = self.experiment.more([exact.suspect], 2)
            spots = [Spot(block, i) for block in blocks for i in range(2)]
            if refuted := self._ask(spots):
                return self._fails(refuted)
        found = self._compared()
        if found.verdict == HOLDS and exact is not None and exact.claimless:
            at = show_sizes([exact.claimless.numbers], " at ")
            return self._inconclusive(
                f"the claim has no value{at}, where the left side has one"
            )
        return found

    def _witnessed(self, exact: Exactly) -> bool:
        """Whether all draws agree, and balls find both sides at some of them.

        At one of each size, the larger ones too, where real values may be missing: a
        matrix of sines of sums has the rank 2, and is invertible at no larger size.
        """
        if self.tally.failing or self.tally.undefined or self._too_few():
            return False
        spots = sorted(self.tally.agreeing, key=says_little)
        body = self.experiment.statement.bodies[self.claim.layout or Layout.NUMERATOR]
        if self.claim.term is not None and may_break(body, self.claim.term):
            spots = list({id(spot.block): spot for spot in reversed(spots)}.values())
            spots += self._larger(exact)
        else:
            spots = spots[:CONFIRMED]
        self._ask(spots)
        return bool(spots) and all(spot.finding is Finding.SAME for spot in spots)

    def _larger(self, exact: Exactly) -> list[Spot]:
        """Return a draw at each size that the exact stage alone has looked at."""
        known = self.experiment.cases
        cases = [case for case in exact.cases if case not in known]
        blocks = self.experiment.more(cases, 1) if cases else []
        return [Spot(block, 0) for block in blocks]

    def _disproved(self, exact: Exactly) -> Outcome:
        note = "the claim differs from the left side"
        evidence = self.tally.evidence("exact", exact=str(exact), note=note)
        if not self.experiment.settings.examples:
            return Outcome(FAILS, evidence)
        shown = disproof(self.experiment, self.claim)
        if shown is None and (spots := self.tally.failing[:1]):
            self._ask(spots)
            shown = counterexample(self.experiment, self.claim, spots[0])
        seen = sample(self.experiment, self.claim, self.tally)
        return Outcome(FAILS, evidence, counterexample=shown, sample=seen)

    def _proven(self, exact: Exactly) -> Outcome:
        tally = self.tally
        notes = [VACUOUS] if tally.zero else []
        notes += testimony(self.experiment, self.claim, tally)
        found = tally.evidence(
            "exact",
            tally.holding,
            vacuous=tally.zero,
            note="; ".join(filter(None, [*notes, self.experiment.note])),
            exact=str(exact),
            bound=exact.bound,
        )
        return Outcome(HOLDS, found)

    def _compared(self) -> Outcome:
        """Return what floats and balls say."""
        tally = self.tally
        # Most claims that fail do so at the first draw, and one regular draw is enough.
        refuted = self._ask(tally.failing[:1])
        if refuted is None:
            self._leave_out_singular()
            refuted = self._ask(tally.failing) or self._ask(self._open())
        if refuted is None and self._too_few():
            # Where floats overflow, or contradict themselves, there may be a value.
            refuted = self._ask(sorted(tally.silent, key=says_little)[:OPEN])
        if refuted is not None and self._only_ones(tally.telling):
            # What floats leave open at larger sizes may speak as well.
            self._leave_out_singular()
            refuted = self._ask(sorted(self._open(), key=says_little)) or refuted
            # A claim without a value there is no excuse: the left side has one.
            if self._only_ones([*tally.telling, *tally.undefined]):
                return self._inconclusive(self._too_few())
        if refuted is not None:
            return self._fails(refuted)
        undecided = [s for s in tally.failing if s.finding is not Finding.SAME]
        if any(s.tied for s in undecided):
            return self._inconclusive(TIED)
        if undecided and self._fails_throughout(undecided):
            if written(self.experiment.statement.body, self.claim.term) > UNSEEN:
                return self._inconclusive(TOO_FINE)
            return self._fails(undecided[0])
        if undecided:
            count = f"{len(undecided)} of {len(tally.failing)} failing draws"
            return self._inconclusive(f"no enclosure decides {count}", open=True)
        return self._unrefuted()

    def _fails_throughout(self, undecided: list[Spot]) -> bool:
        """Whether floating point alone refutes the claim: at all draws of some case.

        Where it fails at some of them only, it may be what saturates there; and where
        balls find that the claim is singular, it is garbage.
        """
        tally = self.tally
        asked = [s for s in undecided if s.enclosure is not None]
        others = {
            id(s.block) for s in (*tally.holding, *tally.failing) if s not in undecided
        }
        others |= {id(s.block) for s in asked if s.enclosure and s.enclosure.singular}
        return sum(id(s.block) not in others for s in asked) > 1

    def _ask(self, spots: Sequence[Spot]) -> Spot | None:
        """Put draws to the balls until one is proven different; return that one."""
        left_open = 0
        for spot in spots:
            found = spot.ask(self.experiment, self.claim)
            if found is Finding.DIFFERENT:
                return spot
            left_open += found is Finding.UNDECIDED
            if left_open > PATIENCE:
                return None
        return None

    def _ask_until_decided(self, spots: Sequence[Spot]) -> Spot | None:
        """Put draws to the balls until they decide one; return it if they differ."""
        for spot in spots:
            if self._ask([spot]) or spot.decided:
                return spot if spot.finding is Finding.DIFFERENT else None
        return None

    def _leave_out_singular(self) -> None:
        """Leave out draws where the left side does not exist, whatever floats say.

        The inverse of a singular matrix is garbage in floating point, and not finite in
        balls at any precision. Where the first draws of a case are all like that, so is
        the case: inv(X.T @ X) for a wide X. Where the first draw is regular and none
        fails, the rest are not asked: an open draw decides nothing by itself.
        """
        tally = self.tally
        doubtful: dict[int, list[Spot]] = {}
        for spot in (*tally.failing, *tally.open, *tally.undefined):
            doubtful.setdefault(id(spot.block), []).append(spot)
        singular: set[int] = set()
        for spots in doubtful.values():
            first = spots[0].ask(self.experiment, self.claim)
            failing = any(s in tally.failing for s in spots)
            if first is not Finding.UNDEFINED and not failing:
                continue
            asked = [s.ask(self.experiment, self.claim) for s in spots[:SINGULAR]]
            if all(found is Finding.UNDEFINED for found in asked):
                singular |= {id(s) for s in spots}
            elif Finding.UNDEFINED in asked:
                singular |= {
                    id(s)
                    for s in spots
                    if s.ask(self.experiment, self.claim) is Finding.UNDEFINED
                }
        for name in ("failing", "open", "undefined"):
            kept = [s for s in getattr(tally, name) if id(s) not in singular]
            gone = len(getattr(tally, name)) - len(kept)
            tally.leave_out("singular", gone)
            tally.usable -= 0 if name == "undefined" else gone
            setattr(tally, name, kept)

    def _open(self) -> list[Spot]:
        """Return open draws to ask about: the worst of every case, and the worst."""
        seen: set[int] = set()
        first, rest = [], []
        for spot in self.tally.open:
            (rest if id(spot.block) in seen else first).append(spot)
            seen.add(id(spot.block))
        return [*first, *rest[:OPEN]]

    def _unrefuted(self) -> Outcome:
        tally = self.tally
        # Where floats overflow, or take 0 * log(0), balls may have a value.
        some = one_of_each_round(tally.undefined, self.experiment)
        refuted = self._ask(some) or self._ask(tally.undefined)
        if refuted is not None:
            return self._fails(refuted)
        for silent in (tally.steep, tally.unclaimed):
            some = some_of_each(self.experiment, self.claim, silent)
            if refuted := self._ask(some):
                return self._fails(refuted)
        if all(s.finding is Finding.SAME for s in tally.undefined):
            tally.leave_out(OVERFLOWS, len(tally.undefined))
            tally.undefined = []
        tally.undefined += [
            s for s in tally.unclaimed if s.claimless and tally.heard(s)
        ]
        kept = [s for s in tally.undefined if s.finding is not Finding.UNDEFINED]
        tally.leave_out("singular", len(tally.undefined) - len(kept))
        # A quotient by f(x) says nothing of the function that is zero.
        tally.undefined = kept
        kept = [s for s in kept if not s.special or s.decided]
        tally.leave_out(DEGENERATE, len(tally.undefined) - len(kept))
        tally.undefined = kept
        if tally.undefined:
            count = f"{len(tally.undefined)} draws where the left side"
            if reason := next(filter(None, (s.valueless for s in tally.undefined)), ""):
                said = f"the claim has no value at {count} has one"
                return self._inconclusive(f"{said}: {reason}; {HINTS[reason]}")
            return self._inconclusive(
                f"claim is not finite at {count} is{self._missing()}"
            )
        if reason := self._too_few() or left_open(tally):
            return self._inconclusive(reason)
        unsure = any(s.finding is Finding.UNDECIDED for s in tally.open)
        if unsure and len(tally.open) > tally.usable / 2:
            count = f"{len(tally.open)} of {tally.usable} draws"
            reason = f"{count} are too ill-conditioned to decide"
            return self._inconclusive(reason, open=True)
        return self._confirmed()

    def _missing(self) -> str:
        """Say what may be missing where the claim alone has no value."""
        statement, tally = self.experiment.statement, self.tally
        bad = [spot.block.case.numbers for spot in tally.undefined]
        good = [spot.block.case.numbers for spot in tally.holding]
        for words, test in inequalities(statement.sizes, statement.whole):
            if good and all(map(test, good)) and not any(map(test, bad)):
                return f"; `assume: {words}` may be missing"
        inverts = self.claim.term is not None and any(
            DOMAINS.get(term.op) == "invertible" for term in terms(self.claim.term)
        )
        if inverts:
            return ": what it inverts is singular there"
        kinds = {one.kind for one in values_of(statement.types.values())}
        return "; a type such as `positive` may be missing" if kinds & ANY_SIGN else ""

    def _confirmed(self) -> Outcome:
        """Let balls look at a few draws that hold, and say that the claim does."""
        tally, looked = self.tally, Confirming(self.experiment, self.claim, self.tally)
        confirmed = looked.confirmed
        for spots in looked.looks():
            if refuted := self._ask(spots):
                return self._fails(refuted)
            if any(spot.doubted for spot in spots):
                return self._inconclusive(CLOSE_RANKS)
            if lost := claimless(self.experiment, self.claim, tally, spots):
                return self._inconclusive(self._lost(lost[0]))
        if confirmed and all(s.tied for s in confirmed):
            return self._inconclusive(TIED)
        if reason := next(filter(None, (s.valueless for s in confirmed)), ""):
            return self._inconclusive(f"{reason}, where balls look; {HINTS[reason]}")
        if looked.written > FARTHEST:
            return self._inconclusive(BEYOND)
        if looked.written > UNSEEN:
            for spots in looked.by_case():
                if refuted := self._ask_until_decided(spots):
                    return self._fails(refuted)
                if not any(spot.decided for spot in spots):
                    at = show_sizes([spots[0].block.case.numbers], " at ")
                    return self._inconclusive(TOO_FINE + at)
        faint = tally.zero and any(s.faint for s in confirmed)
        if faint:
            near = looked.faintest()
            if refuted := self._ask(near):
                return self._fails(refuted)
            if any(s.faint or s.finding is not Finding.SAME for s in near):
                return self._inconclusive(FAINT)
        vacuous = tally.zero and not faint
        spots = [*tally.failing, *tally.open, *confirmed]
        if not tally.zero and not any(s.agrees for s in spots):
            spots = looked.others()
            if refuted := self._ask(spots):
                return self._fails(refuted)
        agree = any(
            s.finding is Finding.SAME if tally.zero else s.agrees for s in spots
        )
        grade = "ball" if agree else "float"
        if grade == "float" and looked.written > UNSEEN:
            return self._inconclusive(TOO_FINE)
        notes = [VACUOUS] if vacuous else []
        notes += testimony(self.experiment, self.claim, tally)
        note = "; ".join(filter(None, [*notes, self.experiment.note]))
        found = tally.evidence(grade, tally.holding, vacuous=vacuous, note=note)
        return Outcome(HOLDS, found)

    def _lost(self, spot: Spot) -> str:
        """Say where the claim alone has no value, that no draw of the run is."""
        case = spot.block.case
        if case not in self.experiment.cases:
            at = show_sizes([case.numbers], " at ")
            return f"claim is not finite{at}, where the left side is"
        said = "claim is not finite where the left side is"
        if spot.scales:
            said += f", with entries {_scales(spot)} times those drawn"
        return said + self._missing()

    def _only_ones(self, spots: Iterable[Spot]) -> bool:
        """Whether draws are all at size 1, though there are cases of other sizes."""
        cases = self.experiment.cases
        names = max(len(case.sizes) for case in cases)
        largest = max(case.weight for case in cases)
        return largest > names and all(s.block.case.weight <= names for s in spots)

    def _too_few(self) -> str:
        """Say why the usable draws are not enough for a verdict, or nothing."""
        tally = self.tally
        asked = tally.usable + sum(tally.left_out.values()) + len(tally.undefined)
        left_out = dict(tally.left_out)
        if silent := sum(s.finding is Finding.UNDECIDED for s in tally.open):
            left_out[UNDECIDED] = silent
        reasons = ", ".join(f"{why} at {n}" for why, n in left_out.items())
        telling = tally.telling
        only_ones = self._only_ones(spot for spot in telling if not spot.special)
        if RANK in left_out:
            count = f"{left_out[RANK]} of {asked} draws"
            return f"there is no derivative at {count}, {RANK}; {FULL_RANK}"
        if tally.usable >= min(LEAST_USABLE, asked) and not only_ones:
            return ""
        dispute = "; oracle disagreement: autodiff picks a side"
        dispute = dispute if KINK in tally.left_out else ""
        heard = len(telling)
        special = all(spot.special for spot in telling)
        alike = "of degenerate functions" if special else "at size 1"
        at_ones = f" and they are all {alike}" if only_ones and heard else ""
        used = f"only {heard} of {asked} draws are usable"
        hints = "".join(f"; {HINTS[why]}" for why in left_out if why in HINTS)
        return f"{used}{at_ones} ({reasons}){dispute}{hints}"

    def _fails(self, spot: Spot) -> Outcome:
        proven = spot.finding is Finding.DIFFERENT
        note = "the claim differs from the left side at the draw shown"
        note += ", which is proven" if proven else ""
        if spot in self.tally.holding:
            note += "; in floating point the two look equal"
        elif spot.scales:
            note += f", with entries {_scales(spot)} times those drawn, where it holds"
        evidence = self.tally.evidence(
            "ball" if proven else "float",
            note=note,
            failing=len(self.tally.failing) + self.tally.alike,
        )
        if not self.experiment.settings.examples:
            return Outcome(FAILS, evidence)
        return Outcome(
            FAILS,
            evidence,
            counterexample=counterexample(self.experiment, self.claim, spot),
            sample=sample(self.experiment, self.claim, self.tally),
        )

    def _inconclusive(self, reason: str, open: bool = False) -> Outcome:
        """Return no verdict; `open` where only rounding stands in the way of one."""
        unsure = open and not self.tally.undefined
        found = self.tally.evidence("float", note=reason, ill_conditioned=unsure)
        return Outcome(INCONCLUSIVE, found)


def _scales(spot: Spot) -> str:
    factors = [float(c) for C in spot.scales.values() for c in C.ravel()]
    low, high = min(factors), max(factors)
    return f"{low:.3g}" if low == high else f"{low:.3g} to {high:.3g}"
