"""Verdicts on limits, expansions and signs: a few draws, each by leading terms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np

from ..engine.ball_point import point
from ..engine.experiment import Block, Experiment
from ..engine.finding import Enclosure, Finding
from ..engine.magnitude import FOLLOWED, written
from ..engine.outcome import FAILS, HOLDS, INCONCLUSIVE, Outcome, evidence
from ..language.arrays import Array
from ..language.declaration import Type
from ..language.statement import Claim
from ..motion.behaviour import behaves
from ..motion.moving import Motion
from ..motion.signs import NOTHING, ZERO, Signs, depends_on_draws, signs
from .jumps import by_sides, on_each_side, tied_at
from .regions import regions
from .scaled import longer, multiplied, scaled
from .tally import Spot, Tally, counterexample

MOVING_DRAWS = 12
"""Draws that are looked at, of each case one of another round."""
SPECIAL = 6
"""And draws at which a function symbol is constant, affine, very large or the like."""
THOROUGH, CURVED = 12, 6
"""Draws whose signs are looked for thoroughly; draws that go along curves as well."""
SEARCHED = 12
"""Draws among which one with a value is looked for, where others had none."""
LEAST = 3
ENOUGH = 4
"""Draws that refute a claim, after which no more are looked at."""
BENT = "a degenerate function puts it on a bend"


def judge_motion(experiment: Experiment, claim: Claim) -> Outcome:
    """Return the verdict on a claim about a name that moves."""
    spots = motion_spots(experiment)
    _ask(experiment, claim, spots)
    _leave_out_ties(experiment, spots)
    failing = [s for s in spots if s.finding is Finding.DIFFERENT]
    holding = [s for s in spots if s.finding is Finding.SAME]
    reasons = Counter(
        _reason(s) for s in spots if s.finding is Finding.UNDECIDED and not _moot(s)
    )
    tally = Tally(failing=failing, holding=holding)
    tried = {id(s.block): s.block.case.numbers for s in tally.telling}
    subject = experiment.statement.record.subject
    digits = [s.enclosure.digits for s in holding if s.enclosure is not None]
    told = digits and not failing and subject == "limit"
    found = evidence(
        "ball",
        digits=round(min(digits), 1) if told else None,
        draws=len(tally.telling),
        left_out=dict(reasons),
        sizes=list(tried.values()),
    )
    far = written(experiment.statement.body, claim.term) >= FOLLOWED
    if far and all(_reason(s) == ZERO for s in failing):
        # Beside such a number another may be taken for zero that is not.
        found["note"] = f"a number that is written is beyond 2**{FOLLOWED}"
        return Outcome(INCONCLUSIVE, found)
    if failing:
        spot = min(failing, key=lambda s: (s.block.case.weight, s.number))
        found["note"] = _reason(spot)
        shown = counterexample(experiment, claim, spot)
        return Outcome(FAILS, found, counterexample=shown)
    undecided = sum(reasons.values())
    if subject == "sign":
        # A sign is claimed for all directions: where one is open, so is the claim.
        few = undecided > reasons[NOTHING]
    else:
        few = undecided > len(holding)
    if few or len(holding) < LEAST:
        told = [f"{why} at {n} draws" for why, n in reasons.items()]
        found["note"] = "; ".join([*told, *_missing(experiment, reasons)])
        return Outcome(INCONCLUSIVE, found)
    if open_ := _left_open(experiment, claim, spots):
        found["note"] = open_
        return Outcome(INCONCLUSIVE, found)
    said = Counter(_reason(s) for s in holding).most_common(1)
    found["note"] = said[0][0]
    return Outcome(HOLDS, found)


def _left_open(experiment: Experiment, claim: Claim, spots: Sequence[Spot]) -> str:
    """Say where the claim has no value, or nothing is decided on a side of a jump."""
    plain = [spot for spot in spots if not spot.special]
    if lost := [spot for spot in plain if spot.claimless]:
        at = "1 draw" if len(lost) == 1 else f"{len(lost)} draws"
        return f"the claim has no value at {at} where the left side stays finite"
    undecided = [spot for spot in plain if spot.finding is Finding.UNDECIDED]
    decided = [spot for spot in plain if spot.decided]
    known = by_sides(experiment, claim, decided)
    for sides, spot in by_sides(experiment, claim, undecided).items():
        if sides not in known and not _reason(spot).startswith("no value"):
            return f"{_reason(spot)}, at all draws on one side of a jump"
    return ""


def _leave_out_ties(experiment: Experiment, spots: Sequence[Spot]) -> None:
    """Let degenerate functions say nothing where they put a limit on a bend.

    There it has two values, one for each side, and a claim is about neither.
    """
    statement = experiment.statement
    failing = [spot for spot in spots if spot.finding is Finding.DIFFERENT]
    if statement.target in ("inf", "-inf") or not all(s.special for s in failing):
        return
    for spot in failing:
        target = _number(statement.target)
        if target is None or spot.block.large:
            return
        if tied_at(statement, spot.block, statement.moving, target)[spot.draw]:
            spot.enclosure = Enclosure(Finding.UNDECIDED, reason=BENT)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _missing(experiment: Experiment, reasons: Iterable[str]) -> list[str]:
    """Say which type of the name that moves may be missing."""
    name = experiment.statement.moving
    declared = experiment.statement.values[name]
    negative = any("negative" in why for why in reasons)
    if negative and isinstance(declared, Type) and declared.kind == "scalar":
        return [f"`{name}: positive` may be missing"]
    return []


def _moot(spot: Spot) -> bool:
    """Whether there is no value, because of what a function symbol is here."""
    return spot.special and _reason(spot).startswith("no value")


def _reason(spot: Spot) -> str:
    return "" if spot.enclosure is None else spot.enclosure.reason


def _ask(experiment: Experiment, claim: Claim, spots: list[Spot]) -> None:
    """Put the draws to the balls."""
    statement = experiment.statement
    if statement.record.subject == "sign":
        found = _signs(experiment, claim, spots)
        for spot, enclosure in zip(spots, found, strict=False):
            spot.enclosure = enclosure
        if all(spot.finding is not Finding.DIFFERENT for spot in spots):
            _ask_elsewhere(experiment, claim, spots)
        return
    refuted = 0
    for position, spot in enumerate(spots):
        at = point(statement, spot.block.case, spot.raw, spot.draw)
        spot.enclosure = behaves(at, claim, position < CURVED)
        refuted += spot.finding is Finding.DIFFERENT
        if refuted >= ENOUGH:
            return
    if not refuted:
        _ask_silent_cases(experiment, claim, spots)
        _ask_zero_cases(experiment, claim, spots)
        _ask_elsewhere(experiment, claim, spots)


def _ask_silent_cases(experiment: Experiment, claim: Claim, spots: list[Spot]) -> None:
    """Look for a draw with a value at sizes where none of those asked had one."""
    heard = {id(spot.block) for spot in spots if spot.decided}
    asked = {(id(spot.block), spot.draw) for spot in spots}
    for block in experiment.blocks:
        others = np.flatnonzero(block.usable).tolist() if id(block) not in heard else []
        others = [draw for draw in others if (id(block), draw) not in asked]
        for spot in (Spot(block, draw) for draw in others[:SEARCHED]):
            at = point(experiment.statement, block.case, spot.raw, spot.draw)
            spot.enclosure = behaves(at, claim, False)
            if spot.decided:
                spots.append(spot)
                break


def _ask_zero_cases(experiment: Experiment, claim: Claim, spots: list[Spot]) -> None:
    """Look for a draw at which a claim is not zero, at sizes where all asked are.

    What agrees in zero says nothing of a factor.
    """
    told = {
        id(s.block) for s in spots if s.decided and _nonzero(s.block, claim)[s.draw]
    }
    heard = {id(s.block): s.block for s in spots if s.decided}
    for block in (block for key, block in heard.items() if key not in told):
        for some in (block, *experiment.more([block.case], SEARCHED)):
            draws = np.flatnonzero(_nonzero(some, claim) & some.usable)
            if len(draws):
                spot = Spot(some, int(draws[0]))
                spot.enclosure = _there(experiment, claim, spot)
                spots.append(spot)
                break


def _nonzero(block: Block, claim: Claim) -> Array:
    """Return at which draws a claim is a number, and not zero."""
    found = block.of(claim.term)
    return np.isfinite(found).all(axis=(-2, -1)) & (found != 0).any(axis=(-2, -1))


def _ask_elsewhere(experiment: Experiment, claim: Claim, spots: list[Spot]) -> None:
    """Look for a region of what does not move, or a size, where the claim is wrong."""
    seen = [spot for spot in spots if spot.decided and not spot.special]
    for spot in chain(
        scaled(experiment, seen),
        multiplied(experiment, claim, seen),
        longer(experiment),
        on_each_side(experiment, claim, experiment.blocks),
        regions(experiment, claim, [spot for spot in spots if spot.decided]),
    ):
        spot.enclosure = _there(experiment, claim, spot)
        if spot.finding is Finding.DIFFERENT:
            spots.append(spot)
            return


def _there(experiment: Experiment, claim: Claim, spot: Spot) -> Enclosure:
    """Return what is seen at a draw along the direction that was drawn."""
    at = point(experiment.statement, spot.block.case, spot.raw, spot.draw)
    return behaves(at, claim, False)


def _signs(experiment: Experiment, claim: Claim, spots: list[Spot]) -> list[Enclosure]:
    """Return what the draws say about a sign; those of one form say it together."""
    found: list[Signs] = []
    together: dict[int, set[int]] = {}
    refuted = 0
    for position, spot in enumerate(spots):
        draws = spot.block.draws
        at = point(experiment.statement, draws.case, draws.raw, spot.draw)
        motion = Motion(at, claim.layout)
        found.append(signs(motion, claim.word, position < THOROUGH))
        alone = depends_on_draws(motion)
        if not alone:
            together.setdefault(id(spot.block), set()).update(found[-1].seen)
        # Without other names a draw says what another may complete.
        if alone or claim.word != "indefinite":
            refuted += found[-1].judged(claim.word).finding is Finding.DIFFERENT
        if refuted >= ENOUGH:
            break
    return [
        Signs(together.get(id(spot.block), one.seen), one.doubt).judged(claim.word)
        for spot, one in zip(spots, found, strict=False)
    ]


def motion_spots(experiment: Experiment) -> list[Spot]:
    """Return the draws that are looked at: of each case another round first.

    Behind them come some at which function symbols are no plain ones. In a sign no
    function is constant or affine: of such a one it is zero, and no strict sign holds.
    """
    cases = len(experiment.cases)
    spots = [
        Spot(block, draw)
        for block in experiment.blocks
        for draw in np.flatnonzero(block.usable).tolist()
    ]
    if experiment.statement.record.subject == "sign":
        spots = [spot for spot in spots if not spot.block.draws.flat[spot.draw]]
    rounds = 1 + max((s.number // cases for s in spots), default=0)

    def turn(spot: Spot) -> tuple[int, int]:
        round_, case = divmod(spot.number, cases)
        return (round_ - case) % rounds, case

    plain = sorted((s for s in spots if not s.special), key=turn)
    special = sorted((s for s in spots if s.special), key=turn)
    return [*plain[:MOVING_DRAWS], *special[:SPECIAL]]
