"""The δ of physicists and optimisers: that of a differential, a step, a derivative.

`δ(A B) = δA B + A δB` and `δL = x^T δx` are of differentials, in `A + δA` a step has a
name of its own, and `δf/δx` is a derivative. Any other δ is a letter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .tokens import Token

_OPENING = {"(": ")", "[": "]", "{": "}"}
_BARS = ("|", "‖")
_EQUAL = ("=", "≈", "≡")


def varied(tokens: Sequence[Token]) -> list[Token]:
    """Write ∂ or d for a δ that is no letter, and give a step one name."""
    found = _slopes(tokens)
    letters = [at for at, token in enumerate(found) if _is_delta(token)]
    if not letters:
        return found
    if _differentials(found, letters):
        return [
            replace(token, text="d") if at in letters else token
            for at, token in enumerate(found)
        ]
    return _steps(found, letters)


def _is_delta(token: Token) -> bool:
    return token.kind == "name" and token.text == "delta"


def _text(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].text if 0 <= at < len(tokens) else ""


def _kind(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].kind if 0 <= at < len(tokens) else ""


# --- derivatives -------------------------------------------------------------------


def _slopes(tokens: Sequence[Token]) -> list[Token]:
    """Write `∂f/∂x` for `δf/δx`: a δ below a fraction that has one above."""
    found = list(tokens)

    def change(at: int) -> None:
        found[at] = replace(found[at], kind="sign", text="∂")

    for at, token in enumerate(tokens):
        if token.kind == "fraction" and _text(tokens, at + 1) == "{":
            below = closing(tokens, at + 1) + 1
            named = _kind(tokens, below + 2) in ("name", "accent", "font")
            above = _is_delta(tokens[at + 2]) if at + 2 < len(tokens) else False
            opens = named and _text(tokens, below) == "{"
            if above and opens and _is_delta_at(tokens, below + 1):
                change(at + 2)
                change(below + 1)
        elif token.text == "/" and _is_delta_at(tokens, at + 1):
            first = _above(tokens, at)
            if first >= 0 and _kind(tokens, at + 2) == "name":
                change(first)
                change(at + 1)
    return found


def _is_delta_at(tokens: Sequence[Token], at: int) -> bool:
    return at < len(tokens) and _is_delta(tokens[at])


def _above(tokens: Sequence[Token], slash: int) -> int:
    """Return where the δ of `δf /` or `δ(f) /` stands, -1 for nowhere."""
    if _text(tokens, slash - 1) == "delta":
        return slash - 1
    if _text(tokens, slash - 1) == ")":
        depth = 0
        for at in range(slash - 1, -1, -1):
            depth += (tokens[at].text == ")") - (tokens[at].text == "(")
            if not depth:
                return at - 1 if at and _is_delta(tokens[at - 1]) else -1
    lone = _kind(tokens, slash - 1) == "name" and slash > 1
    return slash - 2 if lone and _is_delta(tokens[slash - 2]) else -1


# --- differentials -----------------------------------------------------------------


def _differentials(tokens: Sequence[Token], letters: Sequence[int]) -> bool:
    """Whether each δ is the sign of a differential."""
    if len(letters) < 2:
        return False
    if all(_kind(tokens, at + 1) in ("name", "accent") for at in letters):
        before = [token.text for token in tokens[: letters[0] + 1]]
        if letters[0] == 0 or before[-3:] == [")", "[", "delta"]:
            return True  # `δL = x^T δx` and `f'(A)[δA] = ...`
    if not all(_operates(tokens, at) for at in letters):
        return False
    moved = {_text(tokens, at + 1) for at in letters if _kind(tokens, at + 1) == "name"}
    return any(moved & _inside(tokens, at) for at in letters)


def _operates(tokens: Sequence[Token], at: int) -> bool:
    """Whether something stands behind a δ that it can be the change of."""
    kind, text = _kind(tokens, at + 1), _text(tokens, at + 1)
    return kind in ("name", "accent", "word") or text in ("(", "[", "{", *_BARS)


def _inside(tokens: Sequence[Token], at: int) -> set[str]:
    """Return the names in what a δ stands before, where that is all of a side."""
    if at and tokens[at - 1].text not in _EQUAL:
        return set()
    first, stop = at + 1, len(tokens)
    word = _kind(tokens, first) == "word"
    while _kind(tokens, first) == "word":
        first += 1
    if word and _kind(tokens, first) == "name":
        stop = first
        first -= 1
    elif _text(tokens, first) in _OPENING:
        stop = closing(tokens, first)
    elif _text(tokens, first) in _BARS:
        bar = _text(tokens, first)
        stop = next(
            (k for k in range(first + 1, len(tokens)) if tokens[k].text == bar), 0
        )
    else:
        return set()
    behind = stop + 1
    while behind < len(tokens) and tokens[behind].text in ("^", "_"):  # of a norm
        braced = _text(tokens, behind + 1) == "{"
        behind = (closing(tokens, behind + 1) if braced else behind + 1) + 1
    if behind < len(tokens) and tokens[behind].text not in _EQUAL:
        return set()
    inside = {token.text for token in tokens[first : stop + 1] if token.kind == "name"}
    return inside - {"delta"}


# --- steps -------------------------------------------------------------------------


def _steps(tokens: list[Token], letters: Sequence[int]) -> list[Token]:
    """Read the step of `A + δA` as one name: no letter is a factor so."""
    if not any(_is_step(tokens, at) for at in letters):
        return tokens
    if not all(_kind(tokens, at + 1) == "name" for at in letters):
        return tokens
    made: list[Token] = []
    for at, token in enumerate(tokens):
        if at - 1 in letters:
            text = f"Delta_{token.text}"  # as the step `ΔA` is called
            made[-1] = replace(made[-1], text=text, stop=token.stop, bold=token.bold)
        else:
            made.append(token)
    return made


def _is_step(tokens: Sequence[Token], at: int) -> bool:
    """Whether this is the δ of `A + δA`, `A - δA` or `A + s δA`."""
    name, sign = _text(tokens, at + 1), at - 1
    if _kind(tokens, sign) == "name" and _text(tokens, sign - 1) in ("+", "-"):
        sign -= 1
    return _text(tokens, sign) in ("+", "-") and _text(tokens, sign - 1) == name


def closing(tokens: Sequence[Token], at: int) -> int:
    """Return where a bracket is closed, 0 for nowhere."""
    opening, depth = tokens[at].text, 0
    for stop in range(at, len(tokens)):
        if tokens[stop].kind == "sign":
            depth += tokens[stop].text == opening
            depth -= tokens[stop].text == _OPENING[opening]
        if not depth:
            return stop
    return 0
