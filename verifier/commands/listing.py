"""`nabla list`: what the catalogue knows."""

from __future__ import annotations

import argparse
import re
import sys
from typing import TYPE_CHECKING, Any

from ..output import text
from ..results.model import AS_EXPECTED
from ..results.phrases import did_you_mean, one_line, plural, printable
from ..running import catalogue
from ..running.memo import remembered
from .options import Add, paths, refuse

if TYPE_CHECKING:
    from ..reading.record import Record

NOTHING_FOUND = 1


def add(command: Add) -> None:
    """Add the command."""
    sub = command("list", list_records, "list the records of the catalogue")
    paths(sub, "list these instead")
    sub.add_argument("--tag", metavar="T", help="only records with this tag")
    sub.add_argument("--search", metavar="WORDS", help="only records with all words")
    sub.add_argument("--source", metavar="WORDS", help="only with these in the source")


def list_records(options: argparse.Namespace) -> int:
    """Run `nabla list`."""
    paint = text.Paint.of(sys.stdout)
    files = catalogue.files_of(options.paths)
    problems = 0

    def read() -> list[dict[str, Any]]:
        nonlocal problems
        selection = catalogue.select(options.paths)
        problems = len(selection.problems)
        return [entry(record) for record in selection.records]

    def clean() -> list[dict[str, Any]] | None:
        found = read()
        return None if problems else found

    found = None if files is None else remembered("list", files, clean)
    found = read() if found is None else found
    if options.tag is not None:
        known = sorted({tag for one in found for tag in one["tags"]})
        found = [one for one in found if options.tag in one["tags"]]
        if not found:
            return refuse(
                f"no record has the tag `{options.tag}`",
                did_you_mean(options.tag, known),
            )
    words = (options.search or "").casefold().split()
    found = [one for one in found if all(word in one["said"] for word in words)]
    if words:
        found.sort(key=lambda one: distance(one, words))
    sources = (options.source or "").casefold().split()
    found = [
        one for one in found if all(w in one["source"].casefold() for w in sources)
    ]
    if found:
        rows = [(printable(one["id"]), one_line(one["title"])) for one in found]
        print(text.columns(rows, paint))
    else:
        print(text.message("no record has all these words"), file=sys.stderr)
    if problems:
        many = f"{plural(problems, 'problem')} in these files"
        print(text.message(many, "see `nabla lint`"), file=sys.stderr)
    return AS_EXPECTED if found else NOTHING_FOUND


def entry(record: Record) -> dict[str, Any]:
    """Return what a list shows of a record and looks for in it."""
    return {
        "id": record.id,
        "title": record.title,
        "source": record.source,
        "tags": list(record.tags),
        "fails": record.expect == "fails",
        "said": said(record),
    }


def distance(one: dict[str, Any], words: list[str]) -> tuple[int, bool, int]:
    """Return how far a record is from the words: those of a short title come first."""
    title = one["title"].casefold()
    near = " ".join((title, one["id"], *one["tags"]))
    apart = set(re.findall(r"\w+", title))
    far = sum(0 if word in apart else 1 if word in near else 3 for word in words)
    return far, one["fails"], len(title)


def said(record: Record) -> str:
    """Return all that a search looks at."""
    parts = [record.id, record.id.replace("-", " "), record.title, record.source]
    parts += [record.notes, record.why, *record.tags, record.body.value]
    parts += [claim.text.value for claim in record.claims]
    return " ".join(parts).casefold()
