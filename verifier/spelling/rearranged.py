"""Tokens that are read in another order than they are written in, or not at all.

`{}^t A` is a transpose, `{a \\over b}` a fraction, and `{}` only space.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .tokens import Token, closed, matching

MOST_MARKS = 8
"""Transposes in front, within each other."""


def with_marks_behind(found: Sequence[Token], depth: int = 0) -> list[Token]:
    """Set a transpose behind its operand that stands in front: `{}^t A`."""
    made: list[Token] = []
    at = 0
    while at < len(found):
        size = _front_mark(found, at)
        stop = _operand(found, at + size) if size and depth < MOST_MARKS else 0
        if stop:
            mark = found[at + size - 1]
            above = Token("sign", "^", mark.start, mark.stop)
            made += with_marks_behind(found[at + size : stop], depth + 1)
            made += [above, replace(above, text="⊤")]
            at = stop
        else:
            made.append(found[at])
            at += 1
    return made


def _front_mark(found: Sequence[Token], at: int) -> int:
    """Count the tokens of `{}^t` or, where no operand is before it, `^t`."""
    texts = [token.text for token in found[at : at + 6]]
    empty = 2 if texts[:2] == ["{", "}"] else 0
    if empty and _ends_power(found, at):
        return 0  # `x^{(i)}{}^T`
    begins = at == 0 or found[at - 1].text in ("=", "+", "-", "(", "[", ",", "&", "·")
    if texts[empty : empty + 1] != ["^"] or not (empty or begins):
        return 0
    if texts[empty + 1 : empty + 2] in (["t"], ["T"], ["⊤"]):
        return empty + 2
    if texts[empty + 1 : empty + 4] in (["{", "t", "}"], ["{", "T", "}"]):
        return empty + 4
    return 0


def _ends_power(found: Sequence[Token], at: int) -> bool:
    """Whether the braces of what stands above something end before a place."""
    if not at or found[at - 1].text != "}":
        return False
    depth, first = 0, at
    while first and (first == at or depth):
        first -= 1
        depth += {"}": 1, "{": -1}.get(found[first].text, 0)
    return first > 0 and found[first - 1].text == "^"


def _operand(found: Sequence[Token], at: int) -> int:
    """Return where a name or bracket ends, with its subscript; 0 for anything else."""
    if at >= len(found):
        return 0
    if found[at].kind == "accent":
        at += 1
    if at < len(found) and found[at].text in ("(", "[", "{"):
        stop = closed(found, at)
    elif at < len(found) and found[at].kind == "name":
        stop = at + 1
    else:
        return 0
    if stop and [token.text for token in found[stop : stop + 1]] == ["_"]:
        braced = [token.text for token in found[stop + 1 : stop + 2]] == ["{"]
        stop = closed(found, stop + 1) if braced else min(stop + 2, len(found))
    return stop


def with_numbers_apart(found: Sequence[Token]) -> list[Token]:
    """Read `x^{(i)T}` as `x^{(i)}^T`: what numbers a sample, and a transpose."""
    made: list[Token] = []
    at = 0
    while at < len(found):
        size, marks = _numbered_mark(found, at)
        if size:
            brace = found[at + size - 1]
            above = Token("sign", "^", brace.start, brace.start)
            made += [*found[at : at + size - marks - 1], brace]
            made += [above, replace(above, text="⊤", start=found[at + size - 2].start)]
            at += size
        else:
            made.append(found[at])
            at += 1
    return made


def _numbered_mark(found: Sequence[Token], at: int) -> tuple[int, int]:
    """Count the tokens of `^{(i)T}`, and those of its mark; 0 where none stands."""
    texts = [token.text for token in found[at : at + 12]]
    bracket = {"(": ")", "[": "]"}.get("".join(texts[2:3]), "")
    if texts[:2] != ["^", "{"] or bracket not in texts:
        return 0, 0
    closing = texts.index(bracket) + 1
    if not 1 <= closing - 4 <= 3:
        return 0, 0
    for mark in _MARKS:
        if texts[closing : closing + len(mark) + 1] == [*mark, "}"]:
            return closing + len(mark) + 1, len(mark)
    return 0, 0


_MARKS = [
    mark
    for sign in ("T", "⊤", "t")
    for mark in ([sign], ["^", sign], ["^", "{", sign, "}"])
]
"""How a transpose stands behind the number of a sample, in one group with it."""


def without_empty(found: Sequence[Token]) -> list[Token]:
    """Leave out `{}`, which only changes spaces, and empty scripts."""
    made: list[Token] = []
    for token in found:
        empty = token.text == "}" and len(made) > 1 and made[-1].text == "{"
        if empty and made[-2].text in ("^", "_"):  # `\partial^{} x`, of a macro
            del made[-2:]
        elif empty and made[-2].text != "frac":
            made.pop()
        else:
            made.append(token)
    return made


def ungrouped(found: list[Token]) -> list[Token]:
    """Leave out braces round a whole fraction: `{\\frac{\\partial}{\\partial x}} f`."""
    gone: set[int] = set()
    for at, token in enumerate(found):
        inside = [one.text for one in found[at + 1 : at + 3]]
        if token.text != "{" or inside != ["frac", "{"] or not _is_free(found, at):
            continue
        below = closed(found, at + 2)
        stop = closed(found, below) if found[below : below + 1] else 0
        braced = stop and found[below].text == "{"
        if braced and [one.text for one in found[stop : stop + 1]] == ["}"]:
            gone |= {at, stop}
    return [token for at, token in enumerate(found) if at not in gone]


def _is_free(found: Sequence[Token], at: int) -> bool:
    """Whether a brace at a place is no argument of what stands before it."""
    if at == 0:
        return True
    before = found[at - 1]
    signs = ("=", "+", "-", "(", "[", ",", "·", "≡", "{")
    return before.kind in ("tab", "row", "gap") or (
        before.kind == "sign" and before.text in signs
    )


def with_fractions(found: list[Token]) -> list[Token]:
    """Read `{a \\over b}` as `\\frac{a}{b}`."""
    for at, token in enumerate(found):
        if token.kind == "sign" and token.text == "over":
            depth, first = 0, at
            while first >= 0 and depth >= 0:
                first -= 1
                text = found[first].text if first >= 0 else "{"
                depth += {"}": 1, "{": -1}.get(text, 0)
            last = matching(found, first) if first >= 0 else len(found)
            inside = found[first + 1 : at], with_fractions(found[at + 1 : last])
            start, stop = token.start, token.stop
            brace = Token("sign", "{", start, stop), Token("sign", "}", start, stop)
            made = [Token("fraction", "frac", start, stop, token.spaced)]
            for part in inside:
                made += [brace[0], *part, brace[1]]
            return [*found[: max(first, 0)], *made, *with_fractions(found[last + 1 :])]
    return found


def with_transposes(found: list[Token]) -> list[Token]:
    """Read `x^t` as a transpose: t stands nowhere else, and nobody writes `x^T`."""
    places = [at for at, t in enumerate(found) if t.kind == "name" and t.text == "t"]
    above = [
        at
        for at in places
        if at
        and (
            found[at - 1].text == "^"
            or (found[at - 1].text == "{" and at > 1 and found[at - 2].text == "^")
        )
        and not (
            at + 1 < len(found)
            and found[at - 1].text == "{"
            and found[at + 1].text != "}"
        )
    ]
    capital = any(t.kind == "name" and t.text[0].isupper() for t in found)
    if places and places == above and capital and not has_transposes(found):
        for at in places:
            found[at] = replace(found[at], kind="sign", text="⊤")
    return found


def has_transposes(found: Sequence[Token]) -> bool:
    """Whether something has the mark of a transpose, other than a small t."""
    marks = ("T", "⊤", "⊤!")
    return any(
        token.text in marks
        and (found[at - 1].text == "^" or found[max(at - 2, 0)].text == "^")
        for at, token in enumerate(found)
        if at
    )


def without_places(found: Sequence[Token]) -> list[Token]:
    """Leave out where an error is small: `o_a(h)`, and `o_{h → 0}(h)`, are o(h)."""
    made: list[Token] = []
    at = 0
    while at < len(found):
        made.append(found[at])
        at += 1
        below = found[at].text == "_" if at < len(found) - 1 else False
        if made[-1].text in ("o", "O") and below and _is_last_term(found, at - 1):
            stop = matching(found, at + 1) + 1 if found[at + 1].text == "{" else at + 2
            if [token.text for token in found[stop : stop + 1]] == ["("]:
                at = stop
    return made


def _is_last_term(found: Sequence[Token], at: int) -> bool:
    return at > 0 and found[at - 1].text in ("+", "=")
