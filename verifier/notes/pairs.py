"""Which entries a derivative is said of: `For i ≠ j we have ∂s_i/∂x_j = -s_i s_j`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ..language.tree import Call, Name, Tree
from ..spelling import loose
from ..spelling.samples import free_letters

Pair = tuple[str, str, str]
_PAIR = re.compile(
    r"(?<![\w\\^_{.,=+*/-])(?P<one>[i-n])\s*(?P<sign>=|≠|!=|\\not\s*=|\\neq?(?![a-z]))"
    r"\s*(?P<other>[i-n])(?![\w^({.]|\s*[-+*/^=<>\\])"
)
_BEHIND = re.compile(r"[\s,.;(]*(?:if|for|when|whenever|where|with)\b")
_STOP = re.compile(r"[.!?](?=\s)")
_SPACES = re.compile(r"\\[,;:! ]|[~$]|\\(?:quad|qquad|left|right)(?![A-Za-z])")


def is_pair(formula: str) -> bool:
    """Whether a formula says of two indices that they are one, or are not."""
    found = _PAIR.fullmatch(_SPACES.sub(" ", formula).strip(" .,;:"))
    return found is not None and {found["one"], found["other"]} <= {*"ijkl"}


def told_pair(
    trees: Sequence[Tree], around: tuple[str, str], known: Mapping[Tree, Pair]
) -> Pair | None:
    """Return what the text says of the two indices of a derivative; None for nothing.

    A sentence near before it says that, or what stands behind; what follows of the same
    derivative is said of the same entries.
    """
    match trees[0]:
        case Call(loose.PARTIAL, (body, by)):
            above, below = free_letters(body), free_letters(by)
        case _:
            return None
    letters = {*above, *below}
    one_each = len(above) == len(below) == 1
    if not one_each or len(letters) != 2 or any(map(_has_delta, trees)):
        return None
    before, behind = (_SPACES.sub(" ", text) for text in around)
    near = [behind] if _BEHIND.match(behind) else []
    for sentence in [*near, *reversed(_STOP.split(before))]:
        if signs := _signs(sentence, letters):
            one, other = sorted(letters)
            return (one, signs.pop(), other) if len(signs) == 1 else None
    return known.get(trees[0])


def _signs(sentence: str, letters: set[str]) -> set[str]:
    """Return what a sentence says of two indices, `=` or `≠`."""
    return {
        "=" if found["sign"] == "=" else "≠"
        for found in _PAIR.finditer(sentence)
        if {found["one"], found["other"]} == letters
    }


def _has_delta(tree: Tree) -> bool:
    entries = loose.calls(tree, loose.ENTRY)
    return any(
        base == Name("delta")
        or (isinstance(base, Call) and base.name == loose.IDENTITY)
        for base, *_ in (entry.args for entry in entries)
    )
