"""From draws to a verdict: floating point first, balls where it matters.

A failure is believed when balls prove the two sides different at a failing draw; an
open draw is decided by balls; and two draws of all that holds are confirmed by them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .behaviour import behaves
from .enclosure import Enclosure, Finding, enclose, point
from .experiment import Block, Experiment
from .outcome import FAILS, HOLDS, INCONCLUSIVE, Outcome, evidence
from .shape_claim import judge_shape
from .statement import Claim
from .verdict import Measure, agree, finite, measure

Array = Any
ESCALATED = 6
"""Draws of a claim that balls look at, those with the largest R first."""
MOVING_DRAWS = 24
"""Draws of a limit, an expansion or a sign: each is looked at in hundreds of bits."""
LEAST_USABLE = 4
MODES = "forward and reverse mode differ"
NOT_FINITE = "not finite"


@dataclass
class Spot:
    """One draw that says something: where it is, and what it says."""

    block: Block
    draw: int
    R: float = 0.0
    enclosure: Enclosure | None = None

    @property
    def number(self) -> int:
        """Return the number of the draw in the run."""
        return int(self.block.draws.numbers[self.draw])


@dataclass
class Tally:
    """What all draws of a claim say together."""

    usable: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    undefined: int = 0
    """Draws where the function is fine and the claim is not finite."""
    failing: list[Spot] = field(default_factory=list)
    open: list[Spot] = field(default_factory=list)
    holding: list[Spot] = field(default_factory=list)
    R: float = 0.0
    rho: float = 0.0
    relative: float = 0.0
    zero: bool = True
    sizes: list[dict[str, int]] = field(default_factory=list)

    def leave_out(self, reason: str, count: int) -> None:
        """Count draws that do not count."""
        if count:
            self.left_out[reason] = self.left_out.get(reason, 0) + count

    def evidence(self, grade: str, **more: Any) -> dict[str, Any]:
        """Return the evidence that goes with a verdict."""
        digits = 17.0 if self.relative == 0 else -np.log10(self.relative)
        return evidence(
            grade,
            digits=round(float(min(max(digits, 0.0), 17.0)), 1),
            draws=self.usable,
            left_out=self.left_out,
            sizes=self.sizes,
            R=_rounded(self.R),
            rho=_rounded(self.rho),
            **more,
        )


def _rounded(x: float) -> float:
    return float(f"{x:.3g}")


def judge(experiment: Experiment, claim: Claim) -> Outcome:
    """Return the verdict on one claim, without a diagnosis."""
    subject = experiment.statement.record.subject
    if subject == "shape":
        return judge_shape(experiment.statement, claim)
    if not claim.fits:
        return Outcome(FAILS, evidence("shape", note="the shape is wrong"))
    if subject in ("limit", "expansion", "sign"):
        return _judge_motion(experiment, claim)
    tally = tally_of(experiment, claim)
    return decide(experiment, claim, tally)


def tally_of(experiment: Experiment, claim: Claim, term: Any = None) -> Tally:
    """Compare both sides at every draw."""
    tally = Tally()
    for block in experiment.blocks:
        left = experiment.left(block, claim)
        right = experiment.right(block, term or claim.term)
        usable = block.usable
        for reason, mask in block.excluded.items():
            tally.leave_out(reason, int(mask.sum()))
        defined = finite(left)
        if block.derivative is not None:
            value = block.derivative.value
            defined &= finite(value.reshape(len(left), -1, *value.shape[1:]))
        tally.leave_out(NOT_FINITE, int((usable & ~defined).sum()))
        usable &= defined
        if block.derivative is not None:
            other = experiment.left(block, claim, "reverse")
            same = agree(left, other, experiment.precision)
            tally.leave_out(MODES, int((usable & ~same).sum()))
            usable &= same
        undefined = usable & ~finite(right)
        tally.undefined += int(undefined.sum())
        usable &= ~undefined
        found = measure(right, left, experiment.precision)
        _count(tally, block, usable, found)
    tally.open.sort(key=lambda spot: -spot.R)
    return tally


def _count(tally: Tally, block: Block, usable: Array, found: Measure) -> None:
    if not usable.any():
        return
    tally.usable += int(usable.sum())
    tally.sizes.append(dict(block.case.numbers))
    for spots, mask in (
        (tally.failing, found.fails),
        (tally.open, found.open),
        (tally.holding, found.holds),
    ):
        for draw in np.flatnonzero(mask & usable):
            spots.append(Spot(block, int(draw), float(found.R[draw])))
    for name in ("R", "rho", "relative"):
        worst = float(np.nanmax(getattr(found, name)[usable]))
        setattr(tally, name, max(getattr(tally, name), worst))
    tally.zero &= bool(found.zero[usable].all())


def decide(experiment: Experiment, claim: Claim, tally: Tally) -> Outcome:
    """Turn a tally into a verdict."""
    # The smallest failing case is the one that people can check by hand.
    tally.failing.sort(key=lambda s: (s.block.case.weight, s.number))
    ask = _asker(experiment, claim)
    refuted = _first(ask, tally.failing, Finding.DIFFERENT)
    if refuted is not None and (reason := _too_few(experiment, tally)):
        return Outcome(INCONCLUSIVE, tally.evidence("ball", note=reason))
    if refuted is not None:
        return _fails(experiment, claim, tally, refuted)
    if tally.failing and all(
        spot.enclosure is not None and spot.enclosure.finding is Finding.UNDECIDED
        for spot in tally.failing[:ESCALATED]
    ):
        if len(tally.failing) >= 2:
            return _fails(experiment, claim, tally, tally.failing[0])
        note = "one draw fails in floating point, and no enclosure confirms it"
        return Outcome(INCONCLUSIVE, tally.evidence("float", note=note))
    refuted = _first(ask, tally.open, Finding.DIFFERENT)
    if refuted is not None:
        return _fails(experiment, claim, tally, refuted)
    return _unrefuted(experiment, tally, ask)


def _unrefuted(experiment: Experiment, tally: Tally, ask: Any) -> Outcome:
    if tally.undefined:
        note = (
            f"claim is not finite at {tally.undefined} draws where the function is; "
            "a type such as `positive` may be missing"
        )
        return Outcome(INCONCLUSIVE, tally.evidence("float", note=note))
    reason = _too_few(experiment, tally)
    if reason:
        return Outcome(INCONCLUSIVE, tally.evidence("float", note=reason))
    checked = [s for s in (*tally.failing, *tally.open) if s.enclosure is not None]
    unsure = [s for s in checked if s.enclosure.finding is not Finding.SAME]  # type: ignore[union-attr]
    doubtful = len(tally.failing) + len(tally.open)
    if unsure and doubtful > tally.usable / 2:
        note = f"{doubtful} of {tally.usable} draws are too ill-conditioned to decide"
        return Outcome(INCONCLUSIVE, tally.evidence("float", note=note))
    # The first draw of distinct sizes: at size 1 nearly everything is true.
    candidates = sorted(tally.holding, key=lambda s: s.number)[:2]
    confirmed = [ask(spot) for spot in candidates]
    if any(found is Finding.DIFFERENT for found in confirmed):
        spot = candidates[confirmed.index(Finding.DIFFERENT)]
        note = "JAX agrees with the claim here, and enclosures do not: not decided"
        return Outcome(
            INCONCLUSIVE, tally.evidence("float", note=note, disputed=spot.number)
        )
    grade = "ball" if Finding.SAME in confirmed or checked else "float"
    note = "both sides are identically zero: vacuous" if tally.zero else ""
    if tally.failing:
        note = _inaccurate(tally, note)
    return Outcome(HOLDS, tally.evidence(grade, vacuous=tally.zero, note=note))


def _inaccurate(tally: Tally, note: str) -> str:
    count = len(tally.failing)
    text = f"floating point is inaccurate at {count} draws, where enclosures agree"
    return f"{note}; {text}" if note else text


def _too_few(experiment: Experiment, tally: Tally) -> str:
    """Say why the usable draws are not enough, or nothing."""
    asked = tally.usable + sum(tally.left_out.values()) + tally.undefined
    reasons = ", ".join(f"{why} at {n}" for why, n in tally.left_out.items())
    largest = max((spot.block.case.weight for spot in _telling(tally)), default=0)
    if not reasons and tally.open:
        reasons = f"ill-conditioned at {len(tally.open)}"
    possible = max(case.weight for case in experiment.cases)
    names = max(len(case.sizes) for case in experiment.cases)
    if tally.usable < min(LEAST_USABLE, asked) or (
        possible > names and largest <= names
    ):
        kink = "at a kink" in tally.left_out
        dispute = "; oracle disagreement: autodiff picks a side" if kink else ""
        return f"only {tally.usable} of {asked} draws are usable ({reasons}){dispute}"
    return ""


def _telling(tally: Tally) -> list[Spot]:
    """Return the draws that said something, in floating point or in balls."""
    decided = [*tally.holding, *tally.failing]
    return decided + [
        spot
        for spot in tally.open
        if spot.enclosure is not None
        and spot.enclosure.finding is not Finding.UNDECIDED
    ]


def _asker(experiment: Experiment, claim: Claim) -> Any:
    def ask(spot: Spot) -> Finding:
        if spot.enclosure is None:
            draws = spot.block.draws
            at = point(experiment.statement, draws.case, draws.raw, spot.draw)
            spot.enclosure = enclose(at, claim)
        return spot.enclosure.finding

    return ask


def _first(ask: Any, spots: list[Spot], wanted: Finding) -> Spot | None:
    for spot in spots[:ESCALATED]:
        if ask(spot) is wanted:
            return spot
    return None


def _fails(experiment: Experiment, claim: Claim, tally: Tally, spot: Spot) -> Outcome:
    proven = spot.enclosure is not None and spot.enclosure.finding is Finding.DIFFERENT
    note = "the claim differs from the left side at the draw shown"
    note += ", which is proven" if proven else ""
    failing = len(tally.failing)
    return Outcome(
        FAILS,
        tally.evidence("ball" if proven else "float", note=note, failing=failing),
        counterexample=counterexample(experiment, claim, spot),
    )


def counterexample(experiment: Experiment, claim: Claim, spot: Spot) -> dict[str, Any]:
    """Return the sizes, the values and both sides of one draw."""
    block = spot.block
    if spot.enclosure is not None and spot.enclosure.left is not None:
        left, right = spot.enclosure.left, spot.enclosure.right
    else:
        left = experiment.left(block, claim)[0, spot.draw]
        right = experiment.right(block, claim.term)[0, spot.draw]
    values = {
        name: _rows(X[0, spot.draw] if X.ndim == 4 else X)
        for name, X in block.evaluation.values.items()
    }
    drawn = sorted(block.evaluation.symbols)
    note = f"function symbols drawn at random: {', '.join(drawn)}" if drawn else ""
    return {
        "sizes": dict(block.case.sizes),
        "values": values,
        "autodiff": _rows(left),
        "claim": _rows(right),
        "draw": spot.number,
        "note": note,
    }


def _rows(X: Array | None) -> list[list[float]] | None:
    return None if X is None else [[float(x) for x in row] for row in X]


# Limits, expansions and signs.


def _judge_motion(experiment: Experiment, claim: Claim) -> Outcome:
    tally, digits = Tally(), []
    reasons: dict[str, int] = {}
    for spot in motion_spots(experiment):
        draws = spot.block.draws
        at = point(experiment.statement, draws.case, draws.raw, spot.draw)
        spot.enclosure = behaves(at, claim)
        match spot.enclosure.finding:
            case Finding.DIFFERENT:
                tally.failing.append(spot)
            case Finding.SAME:
                tally.holding.append(spot)
                digits.append(spot.enclosure.digits)
            case Finding.UNDECIDED:
                reason = spot.enclosure.reason
                reasons[reason] = reasons.get(reason, 0) + 1
    decided = [*tally.holding, *tally.failing]
    sizes = []
    for spot in decided:
        if dict(spot.block.case.numbers) not in sizes:
            sizes.append(dict(spot.block.case.numbers))
    found = evidence(
        "ball",
        digits=round(min(digits), 1) if digits else None,
        draws=len(decided),
        left_out=reasons,
        sizes=sizes,
    )
    if tally.failing:
        spot = min(tally.failing, key=lambda s: (s.block.case.weight, s.number))
        found["note"] = spot.enclosure.reason if spot.enclosure else ""
        shown = counterexample(experiment, claim, spot) if claim.term else None
        if shown is None:
            shown = _sign_example(spot)
        return Outcome(FAILS, found, counterexample=shown)
    undecided = sum(reasons.values())
    if len(tally.holding) < 3 or undecided > len(tally.holding):
        found["note"] = "; ".join(f"{why} at {n} draws" for why, n in reasons.items())
        return Outcome(INCONCLUSIVE, found)
    return Outcome(HOLDS, found)


def _sign_example(spot: Spot) -> dict[str, Any]:
    block = spot.block
    return {
        "sizes": dict(block.case.sizes),
        "values": {
            name: _rows(X[0, spot.draw] if X.ndim == 4 else X)
            for name, X in block.evaluation.values.items()
        },
        "autodiff": None,
        "claim": None,
        "draw": spot.number,
        "note": spot.enclosure.reason if spot.enclosure else "",
    }


def motion_spots(experiment: Experiment) -> list[Spot]:
    """Return the draws that are looked at, the first of each case first."""
    spots = [
        Spot(block, draw)
        for block in experiment.blocks
        for draw in range(len(block.draws))
    ]
    return sorted(spots, key=lambda s: s.number)[:MOVING_DRAWS]
