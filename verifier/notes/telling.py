"""What a formula tells before its names are known: zeros, numbers, a derivative."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..asking.said import Said
from ..language.declaration import FunctionType, Type, parse_type
from ..language.tree import Call, Derived, Name, Tree
from ..spelling import loose
from ..spelling.parsed import Sides
from .sides import LANGUAGE, is_nought

DERIVATIVE = re.compile(
    r"\\partial|\\nabla|∂|∇|\\frac\s*\{\s*\\?(?:mathrm|operatorname|rm)?\s*\{?d\b|"
    r"\\d?frac\{d|\bd\s*/\s*d|\bd[A-Za-z]+\s*/\s*d|\\mathrm\s*\{?\s*d\s*\}?|\bgrad\b|"
    r"\\operatorname\{grad\}|'\s*\(|\bd\s*\\?(?:log|ln|det|tr|operatorname|mathrm)|"
    r"\bd\s*\(|(?<![\\A-Za-z])d(?:[A-Za-z]\b|\s*\\(?:left|math[bi]|bold|bm|theta|beta))|"
    r"\bD\s*[_f(]|\bD[A-Za-z]\s*/\s*D[A-Za-z]\b|\bH\}?\s*f\s*\(|"
    r"\{\s*(?:\\delta|δ)[^{}=]*(?:\{[^{}]*\}[^{}=]*)*\}\s*\{\s*(?:\\delta|δ)"
)
QUANTIFIED = re.compile(
    r"\\forall\b|∀|\\(?:text|mbox|textrm)\s*\{\s*(?:for|pour|für|para)\s+"
    r"(?:all|any|every|each|tout|toute|tous|alle|jede[ns]?|tod[oa]s?)\b"
)
"""What makes a rule of an equation whose names are said to be something."""
MATRICES = re.compile(
    r"\^\s*\{?\s*(?:\\top|T\b|\\mathsf|\\intercal|-\s*1|\\dagger|')|ᵀ|⁻¹|"
    r"\\(?:det|tr|Tr|operatorname|mathrm)\b|\\\||‖|\\otimes|\\odot|\\circ"
)


def without_zeros(sides: Sides) -> tuple[Sides, tuple[str, ...]]:
    """Leave out sides that are zero, and what is solved behind them; say so.

    In `a = b = 0, c = d` a = b is a rule; where one side is left all is a condition.
    """
    trees = list(sides.sides)
    zeros = [at for at, tree in enumerate(trees) if is_nought(tree)]
    if not zeros:
        return sides, ()
    noted: tuple[str, ...] = ("`= 0` is left out: it is set to zero",)
    if 1 < zeros[0] + 1 < len(trees):
        trees = trees[: zeros[0] + 1]
        noted += ("what stands behind `= 0` is left out: there it is solved",)
        sides = replace(sides, tight=())
    kept = [tuple(t for t in some if not is_nought(t)) for some in (trees, sides.tight)]
    return replace(sides, sides=kept[0], tight=kept[1]), noted


def numbers_of(trees: Sequence[Tree]) -> frozenset[str]:
    """Return the names of a statement of numbers, in a text whose vectors are bold.

    With a transpose or a capital in it, it is not one. Nobody writes `∇` by a number.
    """
    found: set[str] = set()
    by: set[str] = set()
    for part in (part for tree in trees for part in loose.parts(tree)):
        match part:
            case Call("transpose" | loose.PRIMED | loose.NORM | loose.INNER):
                return frozenset()
            case Call(loose.GRADIENT, (_, Name(name))):
                by.add(name)
            case Call(loose.GRADIENT, (Call(_, (Name(name),)),)):
                by.add(name)
            case Name(name) | Call(name) | Derived(_, name):
                found.add(name)
    found -= LANGUAGE | by
    return frozenset(found) if all(name[0].islower() for name in found) else frozenset()


def sizes_said(trees: Sequence[Tree], said: Said) -> dict[str, Type | FunctionType]:
    """Return the types of matrices with their sizes, where these are spoken of.

    In `K_{pm} (A ⊗ B)` the m and p are the sizes that the text gives A and B.
    """
    if not any(True for tree in trees for _ in loose.calls(tree, "commutation")):
        return {}
    types = {name: fact.value for name, fact in said.facts.items()}
    square = {
        inner.name
        for tree in trees
        for call in loose.calls(tree, "inv", "det", "logdet", "tr", loose.POWER)
        for inner in call.args[:1]
        if isinstance(inner, Name)
    }  # which the X of another example, `X is m x n`, is not
    return {
        name: parse_type(value)
        for name, value in types.items()
        if value.startswith("matrix(") and "?" not in value and name not in square
    }


# --- how it is shown ---

MOST_SHOWN = 400
"""Characters of a formula that a report repeats."""


def shown(text: str) -> str:
    """Return a formula on one line, as far as a report repeats it."""
    line = " ".join(text.replace("&", " ").split()).strip()
    return line if len(line) <= MOST_SHOWN else line[: MOST_SHOWN - 1] + "…"


def lead(text: str) -> int:
    """Return where a formula begins behind its spaces."""
    return len(text) - len(text.lstrip())
