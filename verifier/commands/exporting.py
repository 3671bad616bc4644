"""`nabla export`: a formula sheet of any part of the catalogue."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ..engine.settings import LAYOUTS
from ..output import text
from ..results import storage
from ..results.model import AS_EXPECTED, BAD_INPUT
from ..results.phrases import plural
from ..running import catalogue
from .filtering import chosen, entry, filters
from .latest import RESULTS, latest
from .listing import NOTHING_FOUND
from .options import Add, paths, refuse

if TYPE_CHECKING:
    from ..output.sheet import Verdicts

ENDINGS = {".tex": "latex", ".md": "markdown", ".html": "html", ".htm": "html"}

ABOUT = f"""\
Typeset records as a formula sheet, grouped by file. Where there are results of a run,
those of --results or of `{RESULTS}`, a verdict stands beside each formula:
✓ it holds, ✗ it is refuted, ? it is undecided.
"""
EXAMPLES = """\
examples:
  nabla export identities/matrices --layout denominator -o matrices.tex
  nabla export --tag trace --format markdown
  nabla export --results reports -o sheet.html

exit status: 0 where a sheet was written, 1 where there is no such formula,
2 for bad usage or malformed records, which are left out
"""


def add(command: Add) -> None:
    """Add the command."""
    sub = command("export", export, "typeset a formula sheet", ABOUT, EXAMPLES)
    paths(sub, "file, folder, PATH::id or id")
    option = sub.add_argument
    option(
        "--format",
        choices=tuple(dict.fromkeys(ENDINGS.values())),
        help="what to write (default: what the name behind -o ends with)",
    )
    option(
        "--layout",
        choices=(*LAYOUTS, "both"),
        default="both",
        help="the formulas of one layout only (default: all)",
    )
    option("--results", metavar="FILE", help="results.json, or a page with results")
    option("-o", "--output", metavar="FILE", help="write to this file")
    filters(sub)


def export(options: argparse.Namespace) -> int:
    """Run `nabla export`."""
    from ..language.checker import check
    from ..output import documents, sheet

    ending = Path(options.output or "").suffix.lower()
    format = options.format or ENDINGS.get(ending)
    if format is None:
        return refuse("which format?", "write `--format latex`, `markdown` or `html`")
    selection = catalogue.select(options.paths)
    entries = [entry(record) for record in selection.records]
    fits = chosen(options, entries)
    pairs = zip(selection.records, entries, strict=True)
    checked = [check(record)[0] for record, one in pairs if fits(one)]
    bad = len(selection.problems) + checked.count(None)
    if bad:
        said = f"{plural(bad, 'problem')} in these files: what is malformed is left out"
        print(text.message(said, "see `nabla lint`"), file=sys.stderr)
    statements = [statement for statement in checked if statement is not None]
    layouts = LAYOUTS if options.layout == "both" else (options.layout,)
    made = sheet.sheet(statements, layouts, known(options.results))
    if not made.sections:
        print(text.message("there is no such formula"), file=sys.stderr)
        return BAD_INPUT if bad else NOTHING_FOUND
    content = documents.FORMATS[format](made)
    if options.output is None:
        sys.stdout.write(content)
    else:
        try:
            Path(options.output).write_text(content, encoding="utf-8", newline="\n")
        except OSError as error:
            return refuse(f"cannot write `{options.output}`: {error.strerror or error}")
    return BAD_INPUT if bad else AS_EXPECTED


def known(file: str | None) -> Verdicts:
    """Return the verdicts of a file; nothing said: of the last report, if any."""
    from ..output.sheet import verdicts

    report = latest() if file is None else storage.read(file)
    return verdicts(report) if report else {}
