"""Superscripts that number a layer, as those of `z^l = W^l a^{l-1} + b^l` do.

They are parts of names. So is the k below a derivative by `x^k`, and with it every
other one of the formula; an l is hardly ever a power, unless it is summed over. A t
above is the number of a step where transposes are written otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .rearranged import has_transposes
from .tokens import Token

_ALWAYS, _LAST, _STEP = "l", "L", "t"
_VALUES = frozenset(("a", "z", "h", "x", "y", "o", "W", "b", "delta"))
"""What the last layer has, of which `a^L` speaks."""
_BELOW = frozenset("lLkitjs")
"""Letters that number what a derivative is by."""


def layers_of(tokens: Sequence[Token]) -> frozenset[str]:
    """Return the letters that number layers where they stand above a name."""
    above = [*_above(tokens)]
    found = {letter for letter in _below(tokens) if letter in _BELOW}
    if _are_layers(tokens, above):
        found |= {letter for _, letter in above if letter == _ALWAYS}
        found |= {letter for name, letter in above if _is_last(name, letter)}
    if has_transposes(tokens) and _stands_above(tokens, above, _STEP):
        found |= {letter for _, letter in above if letter == _STEP}
    return frozenset(found - _summed(tokens))


def _is_last(name: str, letter: str) -> bool:
    return letter == _LAST and name in _VALUES


def _are_layers(tokens: Sequence[Token], above: Sequence[tuple[str, str]]) -> bool:
    """Whether an l above names is no number: it, and the names, stand there alone."""
    numbered = {name for name, letter in above if letter in (_ALWAYS, _LAST)}
    others = {name for name, letter in above if letter not in (_ALWAYS, _LAST)}
    texts = [token.text for token in tokens if token.kind == "name"]
    alone = _stands_above(tokens, above, _ALWAYS)
    whole = all(texts.count(name) == _times(above, name) for name in numbered)
    return alone and whole and not numbered & others


def _stands_above(
    tokens: Sequence[Token], above: Sequence[tuple[str, str]], letter: str
) -> bool:
    """Whether a letter stands above names, and nowhere else."""
    texts = [token.text for token in tokens if token.kind == "name"]
    return texts.count(letter) == sum(one == letter for _, one in above)


def _times(above: Sequence[tuple[str, str]], name: str) -> int:
    return sum(one == name for one, _ in above)


def _summed(tokens: Sequence[Token]) -> set[str]:
    """Return the letters that stand below a sum."""
    return {
        token.text
        for at, token in enumerate(tokens)
        if any(sign.text in ("∑", "∏") for sign in tokens[max(at - 3, 0) : at])
    }


def _above(tokens: Sequence[Token]) -> Iterator[tuple[str, str]]:
    """Yield names with the letters that stand above them, first."""
    for at in range(len(tokens) - 2):
        name, sign, letter = tokens[at : at + 3]
        if name.text == "}" and at and tokens[at - 1].kind == "name":
            name = tokens[at - 1]  # `\\mathbf{W}^l`
        if sign.text != "^" or name.kind != "name":
            continue
        if letter.text == "{" and at + 3 < len(tokens):
            letter = tokens[at + 3]
        if letter.kind == "name":
            yield name.text, letter.text


def _below(tokens: Sequence[Token]) -> Iterator[str]:
    """Yield the letters above the names that a derivative is by."""
    for at, token in enumerate(tokens):
        if token.kind != "fraction":
            continue
        upper = _group(tokens, at + 1)
        lower = _group(tokens, at + 2 + len(upper) + (len(upper) != 1))
        once = [one.text for one in upper[1:2]] != ["^"]
        if once and [one.text for one in lower[:1]] in (["∂"], ["d"]):
            yield from (letter for _, letter in _above(lower))


def _group(tokens: Sequence[Token], at: int) -> Sequence[Token]:
    """Return the tokens in the braces that begin here, or the one that stands here."""
    depth = 0
    for end in range(at, len(tokens)):
        depth += {"{": 1, "}": -1}.get(tokens[end].text, 0)
        if not depth:
            return tokens[at + 1 : end] if end > at else tokens[at : at + 1]
    return ()
