"""How a command prints a report: the option `--format`, and where the text goes."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

from ..output import text
from ..output.formats import FORMATS, rendered
from ..results.model import Report
from ..results.phrases import printable
from .options import refuse

SUMMARY = "GITHUB_STEP_SUMMARY"


def format_option(
    sub: argparse.ArgumentParser,
    default: str | None = "text",
    more: tuple[str, ...] = (),
) -> None:
    """Add the option that says what to print."""
    formats = (*FORMATS, *more)
    said = f"what to print: {', '.join(formats)}"
    sub.add_argument(
        "--format",
        choices=formats,
        metavar="FORMAT",
        default=default,
        help=f"{said} (default: {default})" if default else said,
    )


def publish(report: Report, format: str | None, folder: Path | None) -> bool:
    """Write the page and print, as far as asked; say whether all of it was done."""
    # The page before printing: a reader who goes away does not cost it.
    page, failure = save(report, folder) if folder else (None, "")
    if format:
        show(report, format)
    if page and format in (None, "text"):
        print(f"report: {printable(str(page))}")
    if failure:
        refuse(failure)
    return not failure


def save(report: Report, folder: Path) -> tuple[Path | None, str]:
    """Write the page and the results; return where the page is, or what failed."""
    from ..output.report import write

    try:
        return write(report, folder), ""
    except OSError as error:
        return None, f"cannot write a report to `{folder}`: {error.strerror or error}"


def show(report: Report, format: str) -> None:
    """Print a report on standard output; for GitHub, add to the step's summary too."""
    if format == "github" and (file := os.environ.get(SUMMARY)):
        # Before printing, so that a reader who goes away does not cost it.
        from ..output.github import summary

        summarise(lambda room: summary(report, room), Path(file))
    folder = os.environ.get("GITHUB_WORKSPACE", "")
    paint = text.Paint.of(sys.stdout)
    print(rendered(report, format, paint, folder), end="")


def summarise(made: Callable[[int], str], file: Path) -> None:
    """Add what is made for so many bytes to the summary of a step.

    A summary that cannot be written fails nothing.
    """
    from ..output.github import MAX_SUMMARY

    try:
        taken = file.stat().st_size if file.exists() else 0
        with file.open("a", encoding="utf-8", errors="backslashreplace") as stream:
            stream.write(made(MAX_SUMMARY - taken))
    except OSError as error:
        said = f"cannot add to the step summary `{file}`: {error.strerror or error}"
        print(text.message(said), file=sys.stderr)
