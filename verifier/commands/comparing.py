"""`nabla compare`: what is different between two runs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ..output import text
from ..results.model import AS_EXPECTED, DIFFERS
from ..results.phrases import printable
from ..results.storage import read
from .options import Add, refuse

ABOUT = """\
Show what is different between two runs: what is newly not as expected, what is mended,
what rests on other evidence, what is new and what is gone. OLD and NEW are results.json
or index.html of `nabla verify --report`, or the folder of both.
"""
EXAMPLES = """\
exit status of `nabla compare`:
  0  nothing is newly not as expected
  1  something is
  2  bad usage
"""


def add(command: Add) -> None:
    """Add the command."""
    sub = command("compare", compare, "compare two runs", ABOUT, EXAMPLES)
    sub.add_argument("old", metavar="OLD", help="results to compare with")
    sub.add_argument("new", metavar="NEW", help="results to look at")
    sub.add_argument(
        "--format",
        choices=("text", "json", "html"),
        default="text",
        help="what to print (default: text)",
    )
    sub.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="write it there instead"
    )


def compare(options: argparse.Namespace) -> int:
    """Run `nabla compare`."""
    from ..output.changes import rendered
    from ..output.writing import replace
    from ..results.comparison import Comparison

    found = Comparison(read(options.old), read(options.new))
    if not found.new.results and not found.new.problems:
        return refuse(f"nothing was checked in `{options.new}`")
    if options.output is None:
        print(rendered(found, options.format, text.Paint.of(sys.stdout)), end="")
    else:
        try:
            options.output.parent.mkdir(parents=True, exist_ok=True)
            made = rendered(found, options.format, text.Paint())
            replace({options.output: made})
        except OSError as error:
            said = f"cannot write `{options.output}`: {error.strerror or error}"
            return refuse(said)
        print(f"comparison: {printable(str(options.output))}")
    return DIFFERS if found.worse else AS_EXPECTED
