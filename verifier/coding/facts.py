"""What can be said of wrong code that is no likely mistake: where, and how far off."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set

import numpy as np

from ..engine.draws import PRECISIONS
from ..judging.verdict import differing
from ..language.arrays import Array
from .comparing import Compared

NEAR = 1e-4
"""Part of its size within which a wrong derivative looks like a difference quotient."""
SAME = 1e-6
MOST_PLACES = 3


def said_of(found: Sequence[Compared], label: str, dtype: str) -> tuple[str, str]:
    """Return a kind and words: what is true of all draws of code that is wrong."""
    pairs = [(one.code[one.usable], one.right[0][one.usable]) for one in found]
    pairs = [(C, J) for C, J in pairs if C.size]
    error = max(_relative(C, J) for C, J in pairs)
    if error <= NEAR:
        digits = int(-np.log10(max(error, 1e-16)))
        said = f"it agrees to about {digits} digits"
        if label == "gradient":
            said += ", as a difference quotient does"
        return "other", said
    if all(not C.any() for C, _ in pairs):
        return "missing-term", "it is zero everywhere"
    if all(_relative(C, -J) <= SAME for C, J in pairs):
        return "sign", "the sign is wrong"
    square = all(J.shape[-1] == J.shape[-2] for _, J in pairs)
    if square and all(_relative(C, J.swapaxes(-1, -2)) <= SAME for C, J in pairs):
        return "transposed", f"your {label} is the transpose"
    if (
        square
        and label == "gradient"
        and all(_relative(C, _tied(J)) <= SAME for C, J in pairs)
    ):
        said = "it is the derivative by the independent entries of a symmetric matrix; "
        return "symmetric-form", f"{said}here all entries are free"
    ratios = [r for C, J in pairs for r in _ratios(C, J)]
    if None not in ratios:
        if (k := multiple(found)) is not None:
            return "factor", f"it is {k:.6g} times what is right"
        return (
            "factor",
            "it is a multiple of what is right, by another factor each time",
        )
    return "other", _where(found, dtype)


def multiple(found: Sequence[Compared]) -> float | None:
    """Return the number that code is times what is right, if it is one at all draws."""
    pairs = [(one.code[one.usable], one.right[0][one.usable]) for one in found]
    told = [r for C, J in pairs for r in _ratios(C, J) if C.size]
    numbers = [r for r in told if r is not None]
    if not numbers or None in told:
        return None
    close = max(numbers) - min(numbers) <= SAME * abs(numbers[0])
    return numbers[0] if close else None


def _relative(C: Array, J: Array) -> float:
    size = np.maximum(abs(C), abs(J)).max(axis=(-2, -1))
    gap = abs(C - J).max(axis=(-2, -1))
    return float(np.max(np.where(size == 0, 0, gap / np.where(size == 0, 1, size))))


def _tied(J: Array) -> Array:
    """Return a derivative by all entries as one by those of a symmetric matrix."""
    return J + J.swapaxes(-1, -2) - J * np.eye(J.shape[-1])


def _ratios(C: Array, J: Array) -> list[float | None]:
    """Return C / J at each draw where it is one number, else None.

    Of zero only zero is a multiple, and by any number.
    """
    found: list[float | None] = []
    for c, j in zip(C, J, strict=True):
        at = np.unravel_index(abs(j).argmax(), j.shape)
        if j[at] == 0:
            found += [None] if c.any() else []
            continue
        k = float(c[at] / j[at])
        found.append(k if k and abs(c - k * j).max() <= SAME * abs(c).max() else None)
    return found or [None]


def _where(found: Sequence[Compared], dtype: str) -> str:
    """Say which entries differ, if they are the same ones at all sizes."""
    masks = []
    for one in found:
        C = np.repeat(one.code[None], one.right.shape[0], axis=0)
        apart = differing(C, one.right, PRECISIONS[dtype])[one.usable].any(axis=0)
        masks.append(apart)
    large = [m for m in masks if m.size > 1]
    if large and all(m.all() for m in large):
        return "all entries differ from what is right"
    square = [m for m in large if m.shape[0] == m.shape[1] > 1]
    if square and len(square) == len(large):
        eyes = [np.eye(len(m), dtype=bool) for m in square]
        if all((m == e).all() for m, e in zip(square, eyes, strict=True)):
            return "the entries of the diagonal differ, and the others are right"
        if all((m == ~e).all() for m, e in zip(square, eyes, strict=True)):
            return "the entries of the diagonal are right, and the others differ"
    some = next((m for m in large if m.any()), None)
    if some is None:
        return "it differs from what is right"
    places = [str(tuple(int(k) + 1 for k in at)) for at in np.argwhere(some)]
    shown = ", ".join(places[:MOST_PLACES]) + (
        ", ..." if len(places) > MOST_PLACES else ""
    )
    rows, columns = some.shape
    return f"of {rows} x {columns} entries {len(places)} differ: at {shown}"


SIZED = re.compile(
    r"the (?P<what>divisor|factor) `(?P<size>\w+)`(?: of `[^`]*`)? is "
    r"(?P<how>missing|too much)"
)


def said_in_code(
    told: Mapping[str, str], label: str, asked: bool, sizes: Set[str]
) -> dict[str, str]:
    """Return a diagnosis of a formula in words about code."""
    text = told["text"]
    if told["kind"] in ("wrong-layout", "transposed") and "its transpose" in text:
        head, _, behind = text.partition("; ")
        layout = "numerator" if "numerator" in head else "denominator"
        text = f"your {label} is the transpose: that of {layout} layout"
        if not asked:
            text += f' (right with `layout="{layout}"`)'
        text = "; ".join(filter(None, [text, behind]))
    found = SIZED.match(text)
    if found and found["size"] in sizes:
        lacks_mean = (found["what"] == "divisor") == (found["how"] == "missing")
        pair = ("sum", "mean") if lacks_mean else ("mean", "sum")
        said = ": this is a {} where a {} is asked for".format(*pair)
        text = found[0] + said + text[found.end() :]
    return {**told, "text": text}
