"""Letters that differentiate what follows them: `H(x^T A x) = 2 A`, `Jf(x) = A`.

They begin a side that they are all of, and stand nowhere else: no matrix does.
"""

from __future__ import annotations

from collections.abc import Sequence, Set

from .division import DEFINED, EQUAL, split
from .tokens import Token, closed


def operating(tokens: Sequence[Token], functions: Set[str]) -> frozenset[str]:
    """Return the H and the J that are operators; `functions` are what is defined."""
    texts = [token.text for token in tokens]
    return frozenset(
        side[0].text
        for side in split(tokens, (*EQUAL, *DEFINED))
        if side and side[0].text in ("H", "J") and texts.count(side[0].text) == 1
        if _is_all(side, functions)
    )


def _is_all(side: Sequence[Token], functions: Set[str]) -> bool:
    """Whether a letter stands before a function, or an expression in brackets."""
    texts = [token.text for token in side]
    if texts[1:2] == ["("]:
        inside = [
            token
            for token in side[2:-1]
            if token.text not in ("{", "}") and token.kind not in ("accent", "font")
        ]
        whole = closed(side, 1) == len(side)
        return whole and len(inside) > 1 and inside[1].text not in (",", "_")
    if len(texts) < 2 or texts[1] not in functions:
        return False
    return len(texts) == 2 or (texts[2] == "(" and closed(side, 2) == len(side))
