"""Sums as programs write them: `sum(x_i^2, i=1..n)`, `Sum(x_i**2, (i, 1, n))`.

They become the sums of mathematics, an index with its bounds and a term behind it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .calls import INDICES
from .tokens import Token, closed

_SUMS = {"sum": "∑", "Sum": "∑", "summation": "∑", "prod": "∏", "Product": "∏"}
_IN = (["in"], ["i", "n"], ["∈"], ["="])
"""What stands between an index and what it runs over."""


def with_ranges(tokens: Sequence[Token]) -> list[Token]:
    """Return tokens in which a sum with the range of its index is one with bounds."""
    made = _with_sums(tokens)
    return made if len(made) == len(tokens) else _with_entries(made)


def _with_entries(tokens: Sequence[Token]) -> list[Token]:
    """Read `x[i]` and `A[i, j]` as `x_i` and `A_{ij}`."""
    made: list[Token] = []
    at = 0
    while at < len(tokens):
        stop = closed(tokens, at) if tokens[at].text == "[" and at else 0
        inside = [one for one in tokens[at + 1 : stop - 1] if one.text != ","]
        indices = stop and all(one.text in INDICES for one in inside)
        if indices and (tokens[at - 1].kind == "name" or tokens[at - 1].text == ")"):
            opening = replace(tokens[at], kind="sign", text="_")
            made += [opening, replace(opening, text="{"), *inside]
            made.append(replace(tokens[stop - 1], text="}"))
            at = stop
        else:
            made.append(tokens[at])
            at += 1
    return made


def _with_sums(tokens: Sequence[Token]) -> list[Token]:
    made: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        behind = tokens[at + 1].text if at + 1 < len(tokens) else ""
        sign = _SUMS.get(token.text) if token.kind in ("word", "name") else None
        stop = closed(tokens, at + 1) if sign and behind == "(" else 0
        found = _ranged(tokens[at + 2 : stop - 1]) if stop else None
        if sign is None or found is None:
            made.append(token)
            at += 1
            continue
        body, index, end = found

        def mark(text: str, kind: str = "sign", place: Token = token) -> Token:
            return Token(kind, text, place.start, place.stop)

        made += [mark(sign), mark("_"), mark("{"), index, mark("=")]
        made += [mark("1", "number"), mark("}"), mark("^"), mark("{"), *end, mark("}")]
        made += [tokens[at + 1], *_with_sums(body), tokens[stop - 1]]
        at = stop
    return made


Range = tuple[Sequence[Token], Token, Sequence[Token]]


def _ranged(inside: Sequence[Token]) -> Range | None:
    """Return what is summed, its index and where that ends."""
    depth = 0
    for at, token in enumerate(inside):
        depth += token.text in ("(", "[", "{")
        depth -= token.text in (")", "]", "}")
        if depth or not at:
            continue
        rest = inside[at + 1 :]
        found = None
        if token.text == ",":
            found = _triple(rest) or _run(rest)
        elif token.kind == "text" and token.text == "for":
            found = _run(rest)
        if found is not None:
            return inside[:at], *found
    return None


def _triple(tokens: Sequence[Token]) -> tuple[Token, Sequence[Token]] | None:
    """Read `(i, 1, n)`."""
    texts = [token.text for token in tokens]
    whole = texts[:1] == ["("] and closed(tokens, 0) == len(tokens)
    if not whole or len(texts) != 7 or texts[2] != "," or texts[4] != ",":
        return None
    if tokens[1].kind != "name" or texts[3] != "1":
        return None
    return tokens[1], tokens[5:6]


def _run(tokens: Sequence[Token]) -> tuple[Token, Sequence[Token]] | None:
    """Read `i=1..n`, `i = 1:n`, `i in range(n)`."""
    if not tokens or tokens[0].kind != "name":
        return None
    for size in (1, 2):
        if [token.text for token in tokens[1 : 1 + size]] in _IN:
            run = tokens[1 + size :]
            texts = [token.text for token in run]
            if texts[:2] == ["range", "("] and texts[3:] == [")"]:
                return tokens[0], run[2:3]
            plain = texts[:1] == ["1"] and run[-1].kind == "name"
            if plain and texts[1:-1] in (["…"], [".", "."], [":"]):
                return tokens[0], run[-1:]
    return None
