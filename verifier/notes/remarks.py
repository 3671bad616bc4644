"""Remarks in a document that are meant for nabla: `nabla: skip`, `nabla: where ...`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from ..asking.entry import types_of
from ..reading.problem import Problem
from .document import Document

LAYOUTS = ("numerator", "denominator", "mixed")


@dataclass
class Remarks:
    """What remarks say of the parts of a document."""

    skips: set[int] = field(default_factory=set)
    expects: set[int] = field(default_factory=set)
    layouts: list[tuple[int, str]] = field(default_factory=list)
    types: list[tuple[int, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def skipped(self, part: int) -> bool:
        """Whether a formula is to be left out."""
        return part in self.skips

    def expected(self, part: int) -> bool:
        """Whether a formula is known to be wrong."""
        return part in self.expects

    def layout(self, part: int) -> str:
        """Return the layout that a remark before a formula declares."""
        return next((name for at, name in reversed(self.layouts) if at < part), "")

    def where(self, part: int) -> str:
        """Return the types that remarks before a formula declare."""
        return ", ".join(text for at, text in self.types if at < part)


def remarks_of(document: Document) -> Remarks:
    """Read the remarks of a document; one that is not understood is a problem."""
    found = Remarks()
    for at, part in enumerate(document.parts):
        if part.kind != "remark":
            continue
        word, _, rest = part.text.strip().partition(" ")
        rest = rest.strip()
        following = next(
            (
                later
                for later in range(at + 1, len(document.parts))
                if document.parts[later].kind == "formula"
            ),
            -1,
        )
        if word == "skip" and not rest:
            found.skips.add(following)
        elif word == "expect" and rest in ("fails", "fail"):
            found.expects.add(following)
        elif word == "layout" and rest in LAYOUTS:
            found.layouts.append((at, rest))
        elif word == "where" and re.match(r"\w+\s*[,:]", rest):
            _, problems = types_of(rest)
            place = document.place(part)
            found.problems += [replace(problem, place=place) for problem in problems]
            if not problems:
                found.types.append((at, rest))
        else:
            said = f"the remark `{part.text.strip()[:60]}` is not understood"
            hint = "write `skip`, `expect fails`, `layout numerator` or `where A: type`"
            found.problems.append(Problem(document.place(part), said, hint))
    return found
