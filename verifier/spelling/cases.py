"""Values by cases of two indices: `{ a if i = j, b otherwise }` with Kronecker's delta.

It is `δ_ij a + (1 - δ_ij) b`. Cases of anything else, such as the sign of a number,
stay as they are, and are refused where they are read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from .tokens import Token

_CASES = ("cases", "dcases", "rcases")
_ARRAYS = ("array", "aligned", "gathered")
"""What holds cases behind a `\\left\\{` that nothing closes."""
_CONDITION = re.compile(
    r"(?:if|for|when|whenever|where|and|si|falls|wenn|pour|für|当|若|если|при)?"
    r"(?P<one>[a-zA-Z]),?(?P<sign>=|≠)(?P<other>[a-zA-Z])"
)
_OTHERWISE = re.compile(
    r"(?:otherwise|else|elsewhere|inallothercases|sonst|andernfalls|sinon|autrement"
    r"|否则|其他|其它|иначе)"
)
_UNEQUAL = re.compile(r"\\neq?(?![A-Za-z])|\\not\s*=|!=|<>")
_SETTING = re.compile(
    r"\\(?:quad|qquad|text|mbox|mathrm|,|;|:|!)(?![A-Za-z])|[$\s{}~.]"
)
MOST_ENDS = 8
"""Places in a row without a tab where its condition may begin."""
_WORDS = ("text", "gap", "word", "unknown")


def with_deltas(tokens: Sequence[Token]) -> list[Token]:
    """Write values that depend on whether two indices are one in terms of δ."""
    made: list[Token] = []
    at = 0
    while at < len(tokens):
        if (told := _indicator(tokens, at)) is not None:
            instead, at = told
            made += instead
            continue
        if tokens[at].kind == "begin" and (found := _read(tokens, at)) is not None:
            instead, at = found
            if tokens[at - 1].text in _ARRAYS:
                made.pop()
            made += instead
            continue
        made.append(tokens[at])
        at += 1
    return made


def _indicator(tokens: Sequence[Token], at: int) -> tuple[list[Token], int] | None:
    """Return `δ_ij` for an indicator: `1{i = j}`, `1_{i = j}`, `[i = j]`."""
    head = tokens[at]
    if at and tokens[at - 1].text in ("_", "^"):
        return None
    start = at + (head.text in _INDICATORS)
    lower = start > at and [one.text for one in tokens[start : start + 1]] == ["_"]
    stop = start + lower
    opened: list[str] = []
    while stop < len(tokens) and len(opened) < 2 and tokens[stop].text in _PAIRS:
        opened.append(tokens[stop].text)
        stop += 1
    inside = tokens[stop : stop + 3]
    bare = start == at and opened != ["["]
    if not opened or bare or len(inside) < 3 or inside[1].text not in ("=", "≠"):
        return None
    one, sign, other = inside
    letters = all(i.kind == "name" and len(i.text) == 1 for i in (one, other))
    closed = [token.text for token in tokens[stop + 3 : stop + 3 + len(opened)]]
    if not letters or closed != [_PAIRS[text] for text in reversed(opened)]:
        return None

    def made(text: str, kind: str = "sign") -> Token:
        return Token(kind, text, head.start, head.start)

    delta = [made("delta", "name"), made("_"), made("{"), one, other, made("}")]
    delta[0] = replace(delta[0], spaced=head.spaced)
    if sign.text == "≠":
        rest = [made("("), made("1", "number"), made("-"), *delta, made(")")]
        return rest, stop + 3 + len(opened)
    return delta, stop + 3 + len(opened)


_INDICATORS = ("ones", "1", "I")
"""What an indicator is called: `\\mathbf{1}`, `1`, `\\mathbb{I}`."""
_PAIRS = {"(": ")", "[": "]", "{": "}"}


def _read(tokens: Sequence[Token], at: int) -> tuple[list[Token], int] | None:
    """Return the tokens of cases that begin somewhere, and where they are over."""
    token = tokens[at]
    stop = next((n for n in range(at, len(tokens)) if tokens[n].kind == "end"), None)
    if stop is None:
        return None
    opened = at > 0 and tokens[at - 1].text == "("
    closed = stop + 1 < len(tokens) and tokens[stop + 1].text == ")"
    braced = token.text in _ARRAYS and opened and not closed
    if token.text not in _CASES and not braced:
        return None
    rows: list[list[Token]] = [[]]
    for one in tokens[at + 1 : stop]:
        if one.kind == "row":
            rows.append([])
        else:
            rows[-1].append(one)
    parted = [_parted(row) for row in rows if row]
    if len(parted) != 2 or None in parted:
        return None
    cases = [part for part in parted if part is not None]
    told = {said: indices for _, said, indices in cases if said}
    pairs = {frozenset(indices) for indices in told.values()}
    if len({said for _, said, _ in cases}) != 2 or len(pairs) != 1:
        return None
    indices = next(iter(told.values()))
    by_sign = {said: value for value, said, _ in cases}
    same = by_sign["="] if "=" in by_sign else by_sign[""]
    other = by_sign["≠"] if "≠" in by_sign else by_sign[""]

    def sign(text: str, kind: str = "sign") -> Token:
        return Token(kind, text, token.start, token.start)

    below = [sign("_"), sign("{"), *(sign(i, "name") for i in indices), sign("}")]
    delta = [sign("delta", "name"), *below]
    first = [sign("("), *same, sign(")")]
    second = [sign("("), *other, sign(")")]
    rest = [sign("("), sign("1", "number"), sign("-"), *delta, sign(")")]
    made: list[Token] = []
    if not _is_zero(same):
        made += delta if _is_one(same) else [*delta, *first]
    if not _is_zero(other):
        made += [sign("+")] if made else []
        made += rest if _is_one(other) else [*rest, *second]
    made = made or [sign("0", "number")]
    return [sign("("), *made, sign(")")], stop + 1


_Case = tuple[list[Token], str, tuple[str, ...]]


def _parted(row: Sequence[Token]) -> _Case | None:
    """Return the value of a row, `=` or `≠` or "", and the two indices."""
    while row and row[0].kind == "tab":
        row = row[1:]
    tabs = [n for n, token in enumerate(row) if token.kind == "tab"]
    ends = [n for n, t in enumerate(row) if t.kind in _WORDS or t.text == ","]
    places = tabs[:1] or ends[-MOST_ENDS:]
    for place in places:
        value = list(row[:place])
        while value and (value[-1].text in (",", ";") or value[-1].kind == "gap"):
            value.pop()
        said = _UNEQUAL.sub("≠", "".join(token.text for token in row[place:]))
        said = _SETTING.sub("", said).replace("==", "=").replace("&", "")
        said = said.strip(",;:.")
        found = _CONDITION.fullmatch(said)
        if value and found and found["one"] != found["other"]:
            return value, found["sign"], (found["one"], found["other"])
        if value and _OTHERWISE.fullmatch(said.lower()):
            return value, "", ()
    return None


def _is_zero(tokens: Sequence[Token]) -> bool:
    return [token.text for token in tokens] == ["0"]


def _is_one(tokens: Sequence[Token]) -> bool:
    return [token.text for token in tokens] == ["1"]
