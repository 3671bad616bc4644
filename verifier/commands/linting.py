"""`nabla lint`: read records, check names and shapes, compute nothing."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from ..output import text
from ..results.model import AS_EXPECTED, BAD_INPUT
from ..results.phrases import plural
from ..running import catalogue
from ..running.memo import remembered
from .options import Add, paths


def add(command: Add) -> None:
    """Add the command."""
    sub = command("lint", lint, "read records, check names and shapes, compute nothing")
    paths(sub, "file, folder, PATH::id or id")


def lint(options: argparse.Namespace) -> int:
    """Run `nabla lint`."""
    paint = text.Paint.of(sys.stdout)

    def found() -> list[int] | None:
        """Count records and files, and print the problems, which are not kept."""
        from ..language.checker import check

        selection = catalogue.select(options.paths)
        problems = list(selection.problems)
        for record in selection.records:
            problems += check(record)[1]
        for problem in sorted(problems):
            print(text.problem_text(problem, paint), end="\n\n")
        if more := text.explain_line([p.kind for p in sorted(problems)], paint):
            print(more, end="\n\n")
        counts = [len(selection.records), selection.files]
        if not problems and selection.records:
            return counts
        said = plural(len(problems), "problem") if problems else "no problems"
        print(paint(f"{counted(counts)}: {said}", "red"))
        return None

    files = catalogue.files_of(options.paths)
    clean = found() if files is None else remembered("lint", files, found)
    if clean is None:
        return BAD_INPUT
    print(paint(f"{counted(clean)}: no problems", "green"))
    return AS_EXPECTED


def counted(counts: Sequence[int]) -> str:
    """Return `3 records in 1 file`."""
    return f"{plural(counts[0], 'record')} in {plural(counts[1], 'file')}"
