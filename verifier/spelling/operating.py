"""Letters that differentiate what follows them: `H(x^T A x) = 2 A`, `Jf(x) = A`.

They begin a side that they are all of, and stand nowhere else: no matrix does.
"""

from __future__ import annotations

from collections.abc import Sequence, Set

from ..reading.problem import Fault
from .division import DEFINED, EQUAL, split
from .tokens import Token, closed


def operating(tokens: Sequence[Token], functions: Set[str]) -> frozenset[str]:
    """Return the H and the J that are operators; `functions` are what is defined."""
    texts = [token.text for token in tokens]
    for side in split(tokens, (*EQUAL, *DEFINED)):
        laplacian = side and side[0].text == "Delta" and texts.count("Delta") == 1
        if laplacian and _is_all(side, functions):
            hint = "it is the trace of the Hessian, `∇²`, whose entries can be claimed"
            raise Fault(side[0].start, "there is no Laplacian here", hint)
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


def always_applied(tokens: Sequence[Token], expands: bool) -> set[str]:
    """Return letters that a bracket follows wherever they stand, once a lone name.

    In `L(θ) ≈ L(θ_t) + ∇L(θ_t)^T (θ - θ_t)` no L is a factor. A small letter is only
    one of these in an expansion, `r(x + h) ≈ r(x) + J(x) h`.
    """
    expands |= any(token.text in ("o", "O") for token in tokens)
    found: dict[str, list[bool | None]] = {}
    for at, token in enumerate(tokens):
        letter = token.text if token.kind == "name" and len(token.text) == 1 else ""
        small = expands and letter.islower() and letter not in "abcdexo"
        if not (letter.isupper() or small) or letter == "D":
            continue
        inside = [one.text for one in tokens[at + 1 : at + 4]]
        called = inside[:1] == ["("] and not tokens[at + 1].spaced
        lone = called and inside[2:] == [")"] and tokens[at + 2].kind == "name"
        lone = lone and inside[1][:1].islower()
        found.setdefault(token.text, []).append(bool(lone) if called else None)
    made = {n for n, all_ in found.items() if None not in all_ and any(all_)}
    return made | _defined_there(tokens)


def _defined_there(tokens: Sequence[Token]) -> set[str]:
    """Return the V of `V(X) = ...` where V stands nowhere else: it is defined so.

    So is the `Q_n` of `Q_n (β) = ...`.
    """
    texts = [token.text for token in tokens]
    if not tokens or tokens[0].kind != "name":
        return set()
    start = 3 if texts[1:2] == ["_"] and texts[3:4] == ["("] else 1
    if texts[start : start + 1] != ["("]:
        return set()
    stop = texts.index(")") if ")" in texts else 0
    inside = [one for one in tokens[start + 1 : stop] if one.text not in ("{", "}")]
    lone = len(inside) == 1 or [one.text for one in inside[1:2]] == ["_"]
    named = lone and len(inside) in (1, 3) and inside[0].kind == "name"
    equal = texts[stop + 1 : stop + 2] in (["="], [":="], ["≡"])
    known = texts[0] in ("D", "d") or not texts[0].isupper() or len(texts[0]) > 1
    if known or not named or not equal or texts[0] in texts[1:]:
        return set()
    return {texts[0]} if start == 1 else {f"{texts[0]}_{texts[2]}"}
