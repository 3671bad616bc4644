"""Spellings that are looked at before a formula is parsed: arguments, bounds, letters.

`∇f(x_1, …, x_n)` is about f at an x, `\\sideset{}{_i^n}\\sum` a sum with its bounds,
and in `∂f/∂V_{ab} = [U^T R]_{ab}` the a and the b are indices.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .calls import INDICES
from .tokens import Token, closed

_SUMS = (["∑"], ["∏"])


def with_arguments(tokens: Sequence[Token]) -> list[Token]:
    """Read the `(x_1, …, x_n)` behind a function as `(x)`."""
    made: list[Token] = []
    at = 0
    while at < len(tokens):
        made.append(tokens[at])
        if tokens[at].text == "(" and at and _is_called(tokens, at):
            stop = closed(tokens, at)
            if stop and (name := _listed(tokens[at + 1 : stop - 1])) is not None:
                made += [name, tokens[stop - 1]]
                at = stop
                continue
        at += 1
    return made


def _is_called(tokens: Sequence[Token], at: int) -> bool:
    """Whether what stands before a bracket may be a function."""
    before = tokens[at - 1]
    return before.kind in ("name", "word") or before.text in ("'", "}")


def _listed(inside: Sequence[Token]) -> Token | None:
    """Return the x of `x_1, x_2, …, x_n`; None for any other list."""
    if not any(token.text == "…" for token in inside):
        return None
    items: list[list[Token]] = [[]]
    for token in inside:
        if token.text == ",":
            items.append([])
        elif token.text not in ("{", "}") and token.kind != "gap":
            items[-1].append(token)
    entries = [item for item in items if [token.text for token in item] != ["…"]]
    if len(entries) < 2 or len(entries) == len(items):
        return None
    whole = all(len(one) == 3 and one[1].text == "_" for one in entries)
    if not whole or len({one[0].text for one in entries}) > 1:
        return None
    first, last = entries[0][2], entries[-1][2]
    counted = first.text in ("0", "1") and last.kind == "name"
    return entries[0][0] if counted and entries[0][0].kind == "name" else None


def with_bounds(tokens: Sequence[Token]) -> list[Token]:
    """Read `\\sideset{}{_{i=1}^n}\\sum` as a sum with these bounds."""
    made: list[Token] = []
    at = 0
    while at < len(tokens):
        if tokens[at].text.lstrip("\\") == "sideset":
            # The braces before the sign are empty, and left out by now.
            stop = closed(tokens, at + 1)
            if stop and [one.text for one in tokens[stop : stop + 1]] in _SUMS:
                made += [tokens[stop], *_lower_first(tokens[at + 2 : stop - 1])]
                at = stop + 1
                continue
        made.append(tokens[at])
        at += 1
    return made


def _lower_first(scripts: Sequence[Token]) -> Sequence[Token]:
    """Return the bounds of a sum with the lower one first."""
    depth = 0
    for at, token in enumerate(scripts):
        depth += {"{": 1, "}": -1}.get(token.text, 0)
        if not depth and token.text == "_":
            return [*scripts[at:], *scripts[:at]]
    return scripts


def indices_of(tokens: Sequence[Token]) -> frozenset[str]:
    """Return letters that are indices here, as the a and b of `∂f/∂V_{ab}`.

    They stand behind a bracket as well, or each beside another index: `u_{ia}`.
    """
    pairs = [*_pairs(tokens)]
    derived = {pair for at, pair in pairs if _is_derived(tokens, at)}
    behind = {pair for at, pair in pairs if tokens[at - 1].text in (")", "]")}
    beside = {
        one
        for _, pair in pairs
        for one, other in (pair, pair[::-1])
        if other in INDICES and one not in INDICES
    }
    counted = {tokens[at - 1].text for at, pair in pairs if {*pair} <= INDICES}
    named = {
        pair
        for at, pair in pairs
        if _is_derived(tokens, at) and tokens[at - 1].text in counted
    }  # as `v_{kj}` is, which stands there too
    found = {pair for pair in derived if pair in behind or {*pair} <= beside} | named
    return frozenset(letter for pair in found for letter in pair)


def _pairs(tokens: Sequence[Token]) -> Iterator[tuple[int, tuple[str, str]]]:
    """Yield the subscripts of two small letters, and where they stand."""
    for at in range(1, len(tokens) - 4):
        if tokens[at].text != "_" or tokens[at + 1].text != "{":
            continue
        inside = [token.text for token in tokens[at + 2 : at + 6] if token.text != ","]
        small = all(len(text) == 1 and text.islower() for text in inside[:2])
        if inside[2:3] == ["}"] and small:
            yield at, (inside[0], inside[1])


def _is_derived(tokens: Sequence[Token], at: int) -> bool:
    """Whether a derivative is by what a subscript stands below."""
    if tokens[at - 1].kind == "differential":
        return True
    before = tokens[at - 2].text if at > 1 else ""
    return before in ("∂", "d") and tokens[at - 1].kind == "name"
