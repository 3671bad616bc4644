"""Brackets and braces that do not only hold one value together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .tokens import Token
from .variations import closing, varied

APPLIED = frozenset(("f", "g", "h", "F", "G", "phi", "psi", "sigma", "varphi"))
"""Letters that are functions where a bracket touches them: `f[x]`, `f'[x]`."""
_TAKES = ("^", "_", "fraction", "accent", "root", "font")


def regrouped(tokens: Sequence[Token]) -> list[Token]:
    """Return tokens with `f[x]` as `f(x)`, and `{d} x` as `d x`."""
    return _ungrouped(varied(_curved(_applied(_indicated(_plain_nabla(tokens))))))


def _indicated(tokens: Sequence[Token]) -> list[Token]:
    """Read `1(x > 0)` and `1_{x > 0}` as the condition alone, which is 1 or 0."""
    made: list[Token] = []
    at = 0
    while at < len(tokens):
        below = [token.text for token in tokens[at + 1 : at + 2]] == ["_"]
        first = at + 1 + below
        opens = first < len(tokens) and tokens[first].text in ("(", "[", "{")
        if tokens[at].text in _INDICATORS and opens:
            last = closing(tokens, first)
            if _compares(tokens[first + 1 : last]):
                made.append(replace(tokens[first], text="("))
                made += _bare(tokens[first + 1 : last])
                made.append(replace(tokens[last], text=")"))
                at = last + 1
                continue
        made.append(tokens[at])
        at += 1
    return made


_INDICATORS = ("ones", "1", "I")
"""Signs of a function that is 1 where a condition holds."""


def _compares(tokens: Sequence[Token]) -> bool:
    """Whether tokens are a condition, with no commas."""
    signs = [token.text for token in tokens if token.kind == "sign"]
    return any(sign in signs for sign in "<>≤≥") and "," not in signs


def _bare(tokens: Sequence[Token]) -> Sequence[Token]:
    """Leave out a pair of brackets round all of it, as in `1_{(x > 0)}`."""
    opens = tokens and tokens[0].text in ("(", "{")
    return tokens[1:-1] if opens and closing(tokens, 0) == len(tokens) - 1 else tokens


def _applied(tokens: Sequence[Token]) -> list[Token]:
    """Write round brackets for square ones that hold an argument."""
    found = list(tokens)
    for at, token in enumerate(tokens):
        if token.text != "[" or token.kind != "sign" or token.spaced:
            continue
        before = at - 1
        while before > 0 and tokens[before].text == "'":
            before -= 1
        named = before >= 0 and tokens[before].kind == "name"
        if not named or tokens[before].text not in APPLIED:
            continue
        stop = closing(tokens, at)
        if stop > at + 1:
            found[at] = replace(token, text="(")
            found[stop] = replace(tokens[stop], text=")")
    return found


def _plain_nabla(tokens: Sequence[Token]) -> list[Token]:
    """Leave out the arrow over ∇."""
    made: list[Token] = []
    at = 0
    while at < len(tokens):
        texts = [token.text for token in tokens[at : at + 4]]
        arrow = tokens[at].kind == "accent" and not tokens[at].text
        if arrow and texts[1:2] == ["∇"]:
            at += 1
        elif arrow and texts[1:] == ["{", "∇", "}"]:
            made.append(tokens[at + 2])
            at += 4
            continue
        made.append(tokens[at])
        at += 1
    return made


def _curved(tokens: Sequence[Token]) -> list[Token]:
    """Write `∇²f(x) = ...` for `Hf(x) = ...`, in a formula without another H."""
    letters = [at for at, t in enumerate(tokens) if t.kind == "name" and t.text == "H"]
    heads = [at for at in letters if _is_curve(tokens, at)]
    if not heads or heads != letters:
        return list(tokens)
    made: list[Token] = []
    for at, token in enumerate(tokens):
        if at in heads:
            nabla = replace(token, kind="sign", text="∇", bold=False)
            above = replace(nabla, text="^", spaced=False)
            made += [nabla, above, replace(above, kind="number", text="2")]
        else:
            made.append(token)
    return made


def _is_curve(tokens: Sequence[Token], at: int) -> bool:
    """Whether a side is all of `H f(x)`, before what it is."""
    before = tokens[at - 1] if at else None
    begins = before is None or before.kind in ("gap", "text", "tab", "row")
    begins = begins or (before is not None and before.text in ("⇒", ",", ";", ":"))
    named = at + 2 < len(tokens) and tokens[at + 1].kind == "name"
    if not (begins and named and tokens[at + 1].text in _CURVED):
        return False
    if tokens[at + 2].text != "(":
        return False
    stop = closing(tokens, at + 2) + 1
    while stop < len(tokens) and tokens[stop].kind in ("tab", "gap"):
        stop += 1
    return 0 < stop < len(tokens) and tokens[stop].text in ("=", "≡", ":=")


_CURVED = APPLIED - {"sigma"} | {"L", "J", "E", "l"}
"""Letters of functions that have a Hessian."""


def _ungrouped(tokens: Sequence[Token]) -> list[Token]:
    """Leave out the braces of a lone `{d}`, which some give a differential."""
    made: list[Token] = []
    at = 0
    while at < len(tokens):
        texts = [token.text for token in tokens[at : at + 3]]
        if texts == ["{", "d", "}"] and not _is_taken(tokens, at):
            made.append(replace(tokens[at + 1], spaced=tokens[at].spaced))
            at += 3
        else:
            made.append(tokens[at])
            at += 1
    return made


def _is_taken(tokens: Sequence[Token], at: int) -> bool:
    """Whether braces are the argument of a command, or a superscript."""
    if not at:
        return False
    before = tokens[at - 1]
    if before.text in _TAKES or before.kind in _TAKES:
        return True
    if before.text != "}":
        return False
    depth = 0
    for start in range(at - 1, -1, -1):
        if tokens[start].kind == "sign":
            depth += {"}": 1, "{": -1}.get(tokens[start].text, 0)
        if not depth:
            return start > 0 and tokens[start - 1].kind == "fraction"
    return True
