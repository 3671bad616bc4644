"""`nabla list`: what the catalogue knows."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence

from ..output import text
from ..results.model import AS_EXPECTED
from ..results.phrases import one_line, plural, printable
from ..running import catalogue
from ..running.memo import remembered
from .filtering import Entry, chosen, entry, filters
from .options import Add, paths

NOTHING_FOUND = 1


def add(command: Add) -> None:
    """Add the command."""
    sub = command("list", list_records, "list the records of the catalogue")
    paths(sub, "list these instead")
    filters(sub)


def list_records(options: argparse.Namespace) -> int:
    """Run `nabla list`."""
    paint = text.Paint.of(sys.stdout)
    files = catalogue.files_of(options.paths)
    problems = 0

    def read() -> list[Entry]:
        nonlocal problems
        selection = catalogue.select(options.paths)
        problems = len(selection.problems)
        return [entry(record) for record in selection.records]

    def clean() -> list[Entry] | None:
        found = read()
        return None if problems else found

    found = None if files is None else remembered("list", files, clean)
    found = read() if found is None else found
    found = list(filter(chosen(options, found), found))
    if words := (options.search or "").casefold().split():
        found.sort(key=lambda one: distance(one, words))
    if found:
        rows = [(printable(one["id"]), one_line(one["title"])) for one in found]
        print(text.columns(rows, paint))
    else:
        print(text.message("no record has all these words"), file=sys.stderr)
    if problems:
        many = f"{plural(problems, 'problem')} in these files"
        print(text.message(many, "see `nabla lint`"), file=sys.stderr)
    return AS_EXPECTED if found else NOTHING_FOUND


def distance(one: Entry, words: Sequence[str]) -> tuple[int, bool, int]:
    """Return how far a record is from the words: those of a short title come first."""
    title = one["title"].casefold()
    near = " ".join((title, one["id"], *one["tags"]))
    apart = set(re.findall(r"\w+", title))
    far = sum(0 if word in apart else 1 if word in near else 3 for word in words)
    return far, one["fails"], len(title)
