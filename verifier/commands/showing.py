"""`nabla show`: one record of the catalogue."""

from __future__ import annotations

import argparse
import sys

from ..output import text
from ..results.model import AS_EXPECTED, BAD_INPUT
from ..running import catalogue
from .options import Add


def add(command: Add) -> None:
    """Add the command."""
    sub = command("show", show, "print one record as it was read")
    sub.add_argument("id", metavar="ID", help="an id of the catalogue, or PATH::id")


def show(options: argparse.Namespace) -> int:
    """Run `nabla show`."""
    selection = catalogue.select([options.id])
    paint = text.Paint.of(sys.stdout)
    for problem in sorted(selection.problems):
        print(text.problem_text(problem, paint))
    for record in selection.records:
        print(text.record_text(record, paint))
    return BAD_INPUT if selection.problems else AS_EXPECTED
