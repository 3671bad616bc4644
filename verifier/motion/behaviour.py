"""Limits, expansions and signs: what a value does as one name moves.

Along a path every value is a function of one small t > 0, and evaluated as a germ: its
leading terms are sums of products of powers of t, logarithms and exponentials. They say
what becomes of it; what they leave open is inconclusive.
"""

from __future__ import annotations

from ..engine.ball_point import Point
from ..engine.finding import NO_CLAIM, Enclosure, Finding
from ..engine.magnitude import written
from ..language.statement import Claim
from ..language.term import Term
from . import limits
from .expansions import expansion
from .monomials import ONE, Open, order
from .moving import FAULTS, Motion, resolved
from .paths import Path, rays
from .places import detailed
from .signs import sign

_JUDGES = {"limit": limits.limit, "expansion": expansion, "sign": sign}


def behaves(point: Point, claim: Claim, thorough: bool = True) -> Enclosure:
    """Return what one draw says about a claim of a limit, an expansion or a sign.

    A thorough look also takes curved paths, goes along the zeros of terms where a value
    may break, and searches for directions of other signs.
    """
    judge = _JUDGES[point.statement.record.subject]
    try:
        motion = Motion(point, claim.layout)
        with detailed(written(motion.body, claim.term)):
            return judge(motion, claim, thorough)
    except Open as fault:
        return Enclosure(Finding.UNDECIDED, reason=str(fault))
    except FAULTS as fault:
        said = NO_CLAIM if _is_claimless(point, claim) else f"no value: {fault}"
        return Enclosure(Finding.UNDECIDED, reason=said)


def _is_claimless(point: Point, claim: Claim) -> bool:
    """Whether the left side stays finite where the claim has no value at all."""
    ways = _WAYS.get(point.statement.record.subject)
    if ways is None or claim.term is None:
        return False
    term = claim.term
    with detailed(0):
        motion = Motion(point, claim.layout)
        return all(
            _is_finite(motion, motion.body, path) and not _has_value(motion, term, path)
            for path in ways(motion)
            if path.straight
        )


def _is_finite(motion: Motion, term: Term, path: Path) -> bool:
    """Whether no entry grows without bound along a path."""
    try:
        found = resolved(lambda: motion.at(term, path.at(), path.given()))
    except FAULTS:
        return False
    return all(x.size is None or order(x.size, ONE) <= 0 for x in found.ravel())


def _has_value(motion: Motion, term: Term, path: Path) -> bool:
    """Whether there may be a value along a path: more bits might show one."""
    try:
        resolved(lambda: motion.at(term, path.at(), path.given()))
    except Open:
        return True
    except FAULTS:
        return False
    return True


_WAYS = {
    "limit": lambda motion: limits.paths(motion, thorough=False),
    "expansion": lambda motion: rays(motion, motion.one_sided),
}
"""Along what the name goes, by subjects in which the claim may lack a value."""
