"""`nabla report`: results of a run once more, in another form."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..results.model import AS_EXPECTED, BAD_INPUT
from ..results.storage import read
from .options import Add, writable
from .printing import format_option, publish

ABOUT = """\
Print the results of a run again, without verifying anything. FILE is `results.json`,
the page `index.html`, which carries the same results, or the folder of both.
"""
EXAMPLES = """\
examples:
  nabla report results.json                     reports/index.html from results
  nabla report results.json -o site             the same in another folder
  nabla report index.html --format junit        what a CI server reads
  nabla report reports --format text            what `nabla verify` printed

exit status: 0 where it was printed, whatever the results say; 2 for bad usage
"""


def add(command: Add) -> None:
    """Add the command."""
    sub = command("report", report, "print results again", ABOUT, EXAMPLES)
    sub.add_argument("file", metavar="FILE", help="results, or a page with results")
    sub.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="DIR",
        help="write DIR/index.html and DIR/results.json"
        " (default: reports; with --format nothing is written)",
    )
    format_option(sub, default=None)


def report(options: argparse.Namespace) -> int:
    """Run `nabla report`."""
    found = read(options.file)
    folder = options.output or (None if options.format else Path("reports"))
    if folder and not writable(folder):
        return BAD_INPUT
    published = publish(found, options.format, folder)
    return AS_EXPECTED if published else BAD_INPUT
