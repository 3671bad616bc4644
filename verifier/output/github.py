"""What GitHub Actions shows: annotations on the claims' own lines, and a summary.

A job shows ten annotations of a kind for each step, so the ten worst are chosen here,
and a last one counts. Texts of records come from strangers: nothing of them may end a
command, become markup, or call somebody.
"""

from __future__ import annotations

import html
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..reading.problem import Place, Problem
from ..results import phrases
from ..results.model import Report, Result
from ..results.phrases import one_line, plural, printable
from . import text

MOST_ANNOTATED = 10
"""Surprises that are shown beside their lines; GitHub shows no more of a step."""
MAX_SUMMARY = 2**20
"""Bytes of all that one step may put into its summary."""
ROOM = 200
"""Bytes kept for the line that says how many entries are left out."""


def github(report: Report, folder: str = "") -> str:
    """Return annotations of the ten worst, and a notice that counts.

    `folder` is the top of the repository: names of files are told from there.
    """
    problems = sorted(report.problems)
    found = [of_problem(problem, folder) for problem in problems]
    found += [of_result(result, report, folder) for result in report.surprises]
    said = text.summary(report)
    if left := len(found[MOST_ANNOTATED:]):
        others = plural(left, "other")
        said = f"the {MOST_ANNOTATED} worst are annotated, {others} not\n{said}"
    lines = [*found[:MOST_ANNOTATED], command("notice", said, title="nabla verify")]
    return "".join(f"{line}\n" for line in lines)


def of_problem(problem: Problem, folder: str) -> str:
    """Return the annotation of a record that cannot be checked."""
    about = ", ".join(part for part in (problem.id, problem.field) if part)
    hint = f"hint: {problem.hint}" if problem.hint else ""
    lines = [one_line(line) for line in (problem.text, *problem.detail, hint) if line]
    title = f"{about}: malformed" if about else "malformed"
    return command("error", "\n".join(lines), problem.place, folder, one_line(title))


def of_result(result: Result, report: Report, folder: str) -> str:
    """Return the annotation of a claim that is not as expected."""
    kind = "warning" if result.verdict == "inconclusive" else "error"
    said, *rest = text.result_text(result, report.run).splitlines()
    message = "\n".join(map(one_line, rest))
    return command(kind, message, result.place, folder, said)


def command(
    kind: str,
    message: str,
    place: Place | None = None,
    folder: str = "",
    title: str = "",
) -> str:
    """Return a command to the runner, on one line, with all in it escaped."""
    told: dict[str, str] = {}
    if place is not None:
        told["file"] = from_top(place.file, folder)
        told |= {
            k: str(n) for k, n in (("line", place.line), ("col", place.column)) if n
        }
    if title:
        told["title"] = title
    given = ",".join(f"{name}={escaped(value, ':,')}" for name, value in told.items())
    return f"::{kind} {given}::{escaped(message)}"


def escaped(value: str, more: str = "") -> str:
    """Escape what would end a value or a command, as the runner reads it back."""
    for character in "%\r\n" + more:
        value = value.replace(character, f"%{ord(character):02X}")
    return "".join(c if c.isprintable() else phrases.escape(c) for c in value)


def from_top(file: str, folder: str) -> str:
    """Return a file's name from the top of the repository, with `/`."""
    if folder and file:
        path = os.path.relpath(file, folder)
        file = file if path.startswith(os.pardir) else path
    return Path(file).as_posix()


# The summary of the step, in Markdown.


def summary(report: Report, room: int = MAX_SUMMARY) -> str:
    """Return the summary of a run in at most so many bytes: whole entries only."""
    head = [f"### nabla verify: {literal(phrases.tally(report.results))}\n"]
    if report.interrupted:
        head.append("**Interrupted:** what was not finished is not here.\n")
    head.append(counts_table(report))
    entries = [*map(problem_entry, sorted(report.problems))]
    entries += [result_entry(result, report.run) for result in report.surprises]
    foot = f"{literal(text.run_line(report.run))}\n"
    return joined("\n".join([*head, ""]), entries, foot, room)


def joined(head: str, entries: Sequence[str], foot: str, room: int) -> str:
    """Join as many whole entries as there is room for, and count the others."""
    left = room - ROOM - size(head) - size(foot)
    if left < 0:
        return ""
    kept: list[str] = []
    for entry in entries:
        left -= size(entry) + 1
        if left < 0:
            many = plural(len(entries) - len(kept), "entry is", "entries are")
            kept.append(f"{many} left out here: there is no room for more.\n")
            break
        kept.append(entry)
    return "\n".join([head, *kept, foot])


def size(markdown: str) -> int:
    """Return the bytes of a text."""
    return len(markdown.encode())


def counts_table(report: Report) -> str:
    """Return how many claims have each verdict, as a table."""
    counts = {**report.counts, "problems": len(report.problems)}
    shown = {name: n for name, n in counts.items() if n or name in ("holds", "fails")}
    rows = (shown, ["---:"] * len(shown), map(str, shown.values()))
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def problem_entry(problem: Problem) -> str:
    """Return a problem as it is printed on a terminal."""
    about = problem.id or problem.place.file
    return entry(f"{about}: malformed", text.problem_text(problem).splitlines())


def result_entry(result: Result, run: Mapping[str, object]) -> str:
    """Return a result as it is printed on a terminal."""
    said, *lines = text.result_text(result, run).splitlines()
    return entry(said, [line.removeprefix("  ") for line in lines])


def entry(title: str, lines: Sequence[str]) -> str:
    """Return a heading and a block in which nothing is markup."""
    block = "\n".join(printable(line) for line in lines)
    # Inside `code` nobody is called by an @.
    head = f"#### <code>{literal(one_line(title))}</code>"
    return f"{head}\n\n<pre>{html.escape(block)}</pre>\n"


def literal(said: str) -> str:
    """Return a text in which Markdown and HTML find nothing of theirs."""
    return re.sub(r"[^\w\s,;-]|_", lambda found: f"&#{ord(found[0])};", said)
