"""Whether a formula is about changes: a `d` or a `∂` that is no part of a fraction."""

from __future__ import annotations

from collections.abc import Sequence

from .tokens import Token


def has_changes(tokens: Sequence[Token]) -> bool:
    """Whether a `d` in front of something is a differential."""
    variable = _is_variable(tokens)
    for at, token in enumerate(tokens):
        if token.kind == "differential":
            return True
        if token.kind != "name" or token.text != "d" or variable:
            continue
        before = tokens[at - 1] if at else None
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        if after is None:
            continue
        first = before is None or before.text in ("=", "frac", "(", "[", "/")
        inside = before is not None and before.text == "{" and at > 1
        begins = after.kind in ("name", "word", "accent") or after.text in (*"([⟨∑",)
        if after.text in ("|", "‖"):  # one that opens, and closes nothing
            begins = sum(one.text == after.text for one in tokens[:at]) % 2 == 0
        if after.text == "}":  # `\frac{d}{dx}`, and not `\frac{d}{2}`
            below = tokens[at + 3] if at + 3 < len(tokens) else None
            if inside and below is not None and below.kind == "differential":
                return True
            if inside and below is not None and below.text == "d":
                return True
            continue
        if after.text in ("^", "/"):
            return first or inside
        if begins and (first or inside or not after.spaced):
            return True
    return False


def _is_variable(tokens: Sequence[Token]) -> bool:
    """Whether d is the name of a vector, as in `∇_d (d^T S d)`."""
    for at, token in enumerate(tokens):
        if token.kind != "name" or token.text != "d":
            continue
        behind = [one.text for one in tokens[at + 1 : at + 4] if one.text != "{"]
        before = [one.text for one in tokens[max(at - 3, 0) : at] if one.text != "{"]
        if behind[:1] == ["^"] and behind[1:2] in (["⊤"], ["T"]):
            return True
        if before[-2:] == ["∇", "_"]:
            return True
    return False


def has_lone_partial(tokens: Sequence[Token]) -> bool:
    """Whether a `∂` is no part of a fraction, as where it means a differential."""
    if any(token.kind == "fraction" for token in tokens):
        return False
    signs = [token.text for token in tokens if token.kind == "sign"]
    return "∂" in signs and "/" not in signs
