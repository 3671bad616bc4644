"""The smallest failing case as the page shows it: what is given, and what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from ..results import phrases
from ..results.model import Result
from ..results.phrases import one_line, printable
from . import matrices
from .matrices import Texts


@dataclass(frozen=True)
class Case:
    """Values at which the two sides of a claim differ; matrices as texts, by name."""

    sizes: Mapping[str, Any]
    given: Mapping[str, Texts]
    sides: Mapping[str, Texts]
    note: str

    @property
    def where(self) -> str:
        """Return the sizes, and what else is to be known."""
        note = f"({self.note})" if self.note else ""
        return " ".join(part for part in (phrases.sizes_of(self.sizes), note) if part)

    @property
    def values(self) -> list[tuple[str, Markup]]:
        """Return what is given, typeset."""
        return [(name, matrices.mathml(X)) for name, X in self.given.items()]

    @property
    def outcomes(self) -> list[tuple[str, Markup]]:
        """Return both sides typeset, with a mark where they differ."""
        marked = matrices.differing(*self.sides.values()) if len(self.sides) > 1 else ()
        return [(name, matrices.mathml(X, marked)) for name, X in self.sides.items()]

    @property
    def text(self) -> str:
        """Return everything as lines that other programs can read."""
        lines = [f"{printable(name)} = {size}" for name, size in self.sizes.items()]
        named = {**self.given, **self.sides}
        lines += [
            matrices.plain(name.replace(" ", "_"), X) for name, X in named.items()
        ]
        return "\n".join(lines)


def case_of(result: Result) -> Case | None:
    """Return the smallest failing case of a result, if it has one."""
    found = result.counterexample
    if not found:
        return None
    sizes = found.get("sizes") or {}
    given = {
        printable(name): matrices.texts(value)
        for name, value in (found.get("values") or {}).items()
        if name not in sizes
    }
    left, right = matrices.sides(found)
    sides = {phrases.left_of(result): left, "claim": right}
    if left == right:  # of an expansion: it is the remainder that shows the mistake
        sides = {}
    sides = {name: X for name, X in sides.items() if X}
    return Case(sizes, given, sides, one_line(str(found.get("note") or "")))
