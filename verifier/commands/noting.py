"""`nabla notes`: the statements of documents, read as they are written and verified."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from ..engine.settings import LAYOUTS, Settings
from ..notes.model import Digest, exit_status
from ..output import text
from ..reading.problem import InputError
from ..results.model import BAD_INPUT
from ..results.phrases import printable
from ..running import device
from .options import (
    Add,
    cluster_option,
    device_option,
    draw_options,
    fresh_option,
    no_jobs,
    refuse,
    writable,
)
from .printing import SUMMARY, format_option, summarise
from .proofreading import AUTO, CHOICES, declared, read_all

ABOUT = """\
Read LaTeX, Markdown, Jupyter notebooks and plain text: find every derivative and matrix
equation that a document states, read it with the document's own definitions, verify it,
and report at its line what is wrong and what to write.
"""
EPILOG = """\
examples:
  nabla notes lecture.tex                         what it states, and what is wrong
  nabla notes lecture.tex --report reports        and reports/index.html
  nabla notes lecture.tex --verbose               how everything was read
  nabla notes *.md --where "A: symmetric(n)"      with a type that no text gives
  nabla notes lecture.tex --yaml > lecture.yaml   records, to be kept and verified

remarks in a document:
  % nabla: where A: symmetric(n), b: scalar       types, from here on
  % nabla: layout denominator                     the layout, from here on
  % nabla: skip                                   leave out what comes next
  % nabla: expect fails                           what comes next is known to be wrong
In Markdown they are written as <!-- nabla: skip -->.

exit status of `nabla notes`:
  0  every statement that was read holds, or is said to be wrong and fails
  1  a statement is wrong
  2  bad usage, a file that cannot be read, or no statement that could be
  3  nothing worse than inconclusive, or right in another reading only
"""


def add(command: Add) -> None:
    """Add the command."""
    sub = command(
        "notes", run, "find what documents state, and verify it", ABOUT, EPILOG
    )
    option = sub.add_argument
    option("files", nargs="+", metavar="FILE", help="such as lecture.tex or notes.md")
    option(
        "--layout",
        choices=CHOICES,
        default=AUTO,
        help="the layout of the documents (default: auto, as they say or as fits best)",
    )
    option(
        "--where",
        action="append",
        default=[],
        metavar="TYPES",
        help='types of names, such as "A: symmetric(n), b: scalar" (may be repeated)',
    )
    draw_options(sub)
    cluster_option(sub)
    device_option(sub)
    fresh_option(sub)
    option(
        "--report",
        type=Path,
        metavar="DIR",
        help="write DIR/index.html and DIR/notes.json",
    )
    format_option(sub)
    option(
        "--verbose",
        action="store_true",
        help="show every reading, what was inferred and from where",
    )
    option(
        "--yaml",
        action="store_true",
        help="print what was read as records for `nabla verify`, and verify nothing",
    )
    option(
        "--allow-empty",
        action="store_true",
        help="documents without any statement are no mistake",
    )


def run(options: argparse.Namespace) -> int:
    """Run `nabla notes`."""
    no_jobs(options)
    if options.report and not writable(options.report):
        return BAD_INPUT
    try:
        where = declared(", ".join(options.where))
        place = device.find(options.device, here=not options.cluster)
    except device.NoDevice as none:
        return refuse(str(none), "use `--device cpu`")
    except InputError as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    settings = Settings(options.seed, options.draws, device=place, layouts=LAYOUTS)
    files = list(dict.fromkeys(options.files))
    if options.yaml:
        return records(files, options, where)
    with text.Progress(len(files)) as progress:
        read = read_all(files, options.layout, where, progress.step)
    digests = verified(read, options, settings)
    published = publish(digests, options)
    status = exit_status(digests, options.allow_empty)
    if status == BAD_INPUT:
        explain(digests)
    interrupted = any(digest.interrupted for digest in digests)
    return status if published or interrupted else BAD_INPUT


def verified(
    read: Sequence[Digest], options: argparse.Namespace, settings: Settings
) -> list[Digest]:
    """Verify what was read, and show on a terminal how far that is."""
    from ..running.noted import judged

    with text.Progress(0) as progress:

        def plan(count: int) -> None:
            progress.total += count

        return judged(
            read,
            settings,
            jobs=options.jobs,
            command=options.typed,
            fresh=options.fresh,
            cluster=options.cluster,
            on_plan=plan,
            on_result=progress.step,
        )


def records(
    files: Sequence[str], options: argparse.Namespace, where: dict[str, str]
) -> int:
    """Print what was read as records; problems are told on standard error."""
    from ..output.notes_forms import yaml_text
    from ..running.noted import sound

    digests = sound(read_all(files, options.layout, where))
    print(yaml_text(digests), end="")
    paint = text.Paint.of(sys.stderr)
    problems = [problem for digest in digests for problem in sorted(digest.problems)]
    if problems:
        said = [text.problem_text(problem, paint) for problem in problems]
        print("\n\n".join(said), file=sys.stderr)
        return BAD_INPUT
    if exit_status(digests, options.allow_empty) == BAD_INPUT:
        explain(digests)
        return BAD_INPUT
    return 0


def explain(digests: Sequence[Digest]) -> None:
    """Say why nothing was read, where that is not said by problems."""
    if any(digest.problems for digest in digests):
        return
    found = sum(map(len, (digest.verdicts for digest in digests)))
    if found:
        refuse(
            "there are formulas, and none was read as a statement",
            "`--verbose` says why; `--where` gives types that the text does not",
        )
    else:
        refuse("no statement was found", "`--allow-empty` makes that no mistake")


def publish(digests: Sequence[Digest], options: argparse.Namespace) -> bool:
    """Write the page and print; say whether all of it was done."""
    # The page before printing: a reader who goes away does not cost it.
    page, failure = save(digests, options.report) if options.report else (None, "")
    show(digests, options)
    if page and options.format == "text":
        print(f"report: {printable(str(page))}")
    if failure:
        refuse(failure)
    return not failure


def save(digests: Sequence[Digest], folder: Path) -> tuple[Path | None, str]:
    """Write the page and what it shows as JSON; return where it is, or what failed."""
    from ..output.notes_page import write

    try:
        return write(digests, folder), ""
    except OSError as error:
        return None, f"cannot write a report to `{folder}`: {error.strerror or error}"


def show(digests: Sequence[Digest], options: argparse.Namespace) -> None:
    """Print on standard output; for GitHub, add to the step's summary too."""
    from ..output.notes_forms import rendered, summary

    if options.format == "github" and (file := os.environ.get(SUMMARY)):
        # Before printing, so that a reader who goes away does not cost it.
        summarise(lambda room: summary(digests, room), Path(file))
    paint = text.Paint.of(sys.stdout)
    folder = os.environ.get("GITHUB_WORKSPACE", "")
    print(rendered(digests, options.format, paint, folder, options.verbose), end="")
