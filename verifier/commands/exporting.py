"""`nabla export`: a formula sheet of any part of the catalogue."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ..engine.settings import LAYOUTS
from ..language.checker import check
from ..output import text
from ..results.model import AS_EXPECTED, BAD_INPUT
from ..results.phrases import plural
from ..running import catalogue
from .filtering import chosen, entry, filters
from .listing import NOTHING_FOUND
from .options import Add, paths, refuse

if TYPE_CHECKING:
    from ..output.sheet import Verdicts

DEFAULT_RESULTS = Path("reports/results.json")
FORMATS = {"latex": (".tex",), "markdown": (".md",), "html": (".html", ".htm")}


def add(command: Add) -> None:
    """Add the command."""
    sub = command(
        "export",
        export,
        "typeset the catalogue as a formula sheet",
        "Typeset records as a formula sheet: LaTeX, Markdown or a web page. Verdicts "
        f"are shown where there are results: those of `{DEFAULT_RESULTS}`, or of "
        "--results.",
        "examples:\n"
        "  nabla export identities/matrices --layout denominator -o matrices.tex\n"
        "  nabla export --format html --tag trace -o traces.html\n",
    )
    paths(sub, "records to export: files, folders or PATH::id (default: all)")
    option = sub.add_argument
    option(
        "--format",
        choices=FORMATS,
        help="latex, markdown or html (default: what the name behind -o ends with)",
    )
    option(
        "--layout",
        choices=(*LAYOUTS, "both"),
        default="both",
        help="which layout's formulas (default: both)",
    )
    option("--results", metavar="FILE", help="verdicts: results.json or index.html")
    option("-o", "--output", metavar="FILE", help="write to this file")
    filters(sub)


def export(options: argparse.Namespace) -> int:
    """Run `nabla export`."""
    from ..output import sheet

    format = options.format or format_of(options.output)
    if format is None:
        return refuse("no format given", "write `--format latex`, `markdown` or `html`")
    selection = catalogue.select(options.paths)
    entries = [entry(record) for record in selection.records]
    fits = chosen(options, entries)
    pairs = zip(selection.records, entries, strict=True)
    wanted = [record for record, one in pairs if fits(one)]
    if not wanted:
        print(text.message("no record has all these words"), file=sys.stderr)
        return NOTHING_FOUND
    checked = [check(record)[0] for record in wanted]
    statements = [statement for statement in checked if statement is not None]
    layouts = LAYOUTS if options.layout == "both" else (options.layout,)
    made = sheet.sheet(statements, layouts, known(options.results))
    content = sheet.FORMATS[format](made)
    if options.output is None:
        sys.stdout.write(content)
    else:
        try:
            Path(options.output).write_text(content, encoding="utf-8", newline="\n")
        except OSError as error:
            return refuse(f"cannot write `{options.output}`: {error.strerror or error}")
    bad = len(selection.problems) + checked.count(None)
    if bad:
        said = f"{plural(bad, 'record or file')} left out: what is wrong there"
        print(text.message(said, "see `nabla lint`"), file=sys.stderr)
    return BAD_INPUT if bad else AS_EXPECTED


def format_of(name: str | None) -> str | None:
    """Return the format that a file's name ends with."""
    ending = Path(name).suffix.lower() if name else ""
    return next((format for format, known in FORMATS.items() if ending in known), None)


def known(file: str | None) -> Verdicts:
    """Return the verdicts of a file; nothing said: of the last report, if it is there.

    That one is a courtesy, so what is wrong with it is said and does no harm.
    """
    if file is None and not DEFAULT_RESULTS.is_file():
        return {}
    from ..output.sheet import verdicts
    from ..results import storage

    try:
        return verdicts(storage.read(file or DEFAULT_RESULTS))
    except storage.NoResults as error:
        if file is not None:
            raise
        print(text.message(f"no verdicts: {error.text}"), file=sys.stderr)
        return {}
