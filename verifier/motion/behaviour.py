"""Limits, expansions and signs: what a value does as one name moves.

Along a path every value is a function of one small t > 0, and evaluated as a germ: its
leading terms are sums of products of powers of t, logarithms and exponentials. They say
what becomes of it; what they leave open is inconclusive.
"""

from __future__ import annotations

from ..engine.ball_point import Point
from ..engine.finding import Enclosure, Finding
from ..engine.magnitude import written
from ..language.statement import Claim
from .expansions import expansion
from .germs import detailed
from .limits import limit
from .monomials import Open
from .moving import FAULTS, Motion
from .signs import sign

_JUDGES = {"limit": limit, "expansion": expansion, "sign": sign}


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
    except FAULTS as fault:
        said = str(fault) if isinstance(fault, Open) else f"no value: {fault}"
        return Enclosure(Finding.UNDECIDED, reason=said)
