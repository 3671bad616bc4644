"""`nabla show`: one record of the catalogue."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ..output import text
from ..results.model import AS_EXPECTED, BAD_INPUT
from ..running import catalogue
from .latest import latest
from .options import Add

if TYPE_CHECKING:
    from ..reading.record import Record
    from ..results.model import Report, Result


def add(command: Add) -> None:
    """Add the command."""
    sub = command("show", show, "print one record as it was read")
    sub.add_argument("id", metavar="ID", help="an id of the catalogue, or PATH::id")
    sub.add_argument(
        "--latex", action="store_true", help="print its formulas as LaTeX instead"
    )


def show(options: argparse.Namespace) -> int:
    """Run `nabla show`."""
    selection = catalogue.select([options.id])
    paint = text.Paint.of(sys.stdout)
    problems = list(selection.problems)
    for record in selection.records:
        if not options.latex:
            print(text.record_text(record, paint))
            if (report := latest()) and (found := results_of(record, report)):
                print(f"\n{text.latest_text(found, report.run, paint)}")
            continue
        from ..language.checker import check
        from ..output import documents

        statement, found = check(record)
        problems += found
        if statement is not None:
            print(documents.fragment(statement), end="")
    for problem in sorted(problems):
        print(text.problem_text(problem, paint))
    return BAD_INPUT if problems else AS_EXPECTED


def results_of(record: Record, report: Report) -> list[Result]:
    """Return what a report says of a record: of its id, in its file."""
    here = catalogue.real(Path(record.place.file))
    return [
        result
        for result in report.results
        if result.id == record.id and catalogue.real(Path(result.file)) == here
    ]
