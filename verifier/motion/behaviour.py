"""Limits, expansions and signs: what a value does as one name moves.

Nothing is differentiated here. The values are computed in balls at steps as small as
2^-640, where orders of magnitude are plain to see, in as many bits as that takes;
nothing is lost to cancellation.
"""

from __future__ import annotations

from ..engine.duals import Undecided
from ..engine.enclosure import Enclosure, Finding, Point
from ..language.statement import Claim
from .expansions import expansion
from .limits import limit
from .paths import FAULTS, Motion
from .signs import sign

_JUDGES = {"limit": limit, "expansion": expansion, "sign": sign}


def behaves(point: Point, claim: Claim, thorough: bool = True) -> Enclosure:
    """Return what one draw says about a claim of a limit, an expansion or a sign.

    A thorough look also takes curved paths, goes along the zeros of terms where a value
    may break, and searches for directions of other signs.
    """
    judge = _JUDGES[point.statement.record.subject]
    try:
        return judge(Motion(point, claim.layout), claim, thorough)
    except FAULTS as fault:
        said = str(fault) if isinstance(fault, Undecided) else f"no enclosure: {fault}"
        return Enclosure(Finding.UNDECIDED, reason=said)
