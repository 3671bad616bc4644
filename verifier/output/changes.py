"""What is different between two runs, as text, JSON or a page."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence

from ..results import phrases
from ..results.comparison import KINDS, WORSE, Change, Comparison
from ..results.model import Report
from ..results.phrases import one_line, plural, printable
from . import text
from .text import Paint

LISTED = ("new", "gone")
"""Kinds of changes of which a list says enough."""
MOST_NAMED = 5
"""Records that a line names."""


def rendered(found: Comparison, format: str, paint: Paint) -> str:
    """Return a comparison in one of its formats."""
    if format == "json":
        return json.dumps(found.to_json(), indent=1, allow_nan=False) + "\n"
    return html(found) if format == "html" else comparison_text(found, paint)


def comparison_text(found: Comparison, paint: Paint) -> str:
    """Return all that `nabla compare` prints, the weightiest first."""
    blocks = ["\n".join(head_lines(found, paint))]
    if found.problems:
        blocks.append(paint(f"{plural(len(found.problems), 'new problem')}:", "bold"))
        blocks += [text.problem_text(problem, paint) for problem in found.problems]
    for kind in KINDS:
        if changes := found.of(kind):
            many = plural(len(changes), "claim")
            blocks.append(paint(f"{KINDS[kind]}: {many}", "bold"))
            blocks += section(found, changes, paint)
    color = "red" if found.worse else "green"
    blocks.append(paint(tally(found), color))
    return "\n\n".join(blocks) + "\n"


def head_lines(found: Comparison, paint: Paint) -> Iterator[str]:
    """Yield what each run found, and what they do not have in common."""
    for name, run in (("old", found.old), ("new", found.new)):
        yield f"{paint(name, 'bold')}  {one_line(run_said(run))}"
    for name, old, new in found.settings:
        yield paint(f"{one_line(name)}: {one_line(old)} -> {one_line(new)}", "yellow")


def run_said(report: Report) -> str:
    """Return when a run began, and what it found."""
    said = f"{plural(len(report.results), 'claim')}: {phrases.tally(report.results)}"
    if report.problems:
        said += f"; {plural(len(report.problems), 'problem')}"
    if report.interrupted:
        said = f"interrupted; {said}"
    return ", ".join(filter(None, (report.run.get("started", ""), said)))


def section(
    found: Comparison, changes: Sequence[Change], paint: Paint
) -> Iterator[str]:
    """Yield the blocks that show the changes of one kind."""
    if changes[0].kind in LISTED:
        listed = by_file(changes, found.common)
        yield "\n".join(f"  {file}: {names}" for file, names in listed)
        return
    for change in changes:
        result = change.result
        if change.kind in WORSE:
            block = text.result_text(result, found.new.run, paint)
        else:
            name = paint(f"{phrases.name_of(result)}:", "bold")
            place = paint(printable(str(result.place)), "dim")
            block = f"{name} {phrases.verdict_of(result)}\n  {place}"
        lines = [block, *(f"  {one_line(line)}" for line in change.details)]
        yield "\n".join(lines)


def by_file(
    changes: Sequence[Change], common: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Yield each file with what is new or gone of it, not more than a line holds.

    Of a record that both runs have, the claim is named too.
    """
    files: dict[str, dict[str, None]] = {}
    for change in changes:
        result = change.result
        name = f"{result.id} ({result.claim})" if result.id in common else result.id
        files.setdefault(result.file, {})[one_line(name)] = None
    for file, names in files.items():
        more = (
            f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
        )
        yield printable(file), ", ".join(list(names)[:MOST_NAMED]) + more


def tally(found: Comparison) -> str:
    """Return `2 not as expected any more, 1 gone; 580 as they were`."""
    counts = [(len(found.problems), plural(len(found.problems), "new problem"))]
    counts += [
        (len(found.of(kind)), f"{len(found.of(kind)):,} {said}")
        for kind, said in KINDS.items()
    ]
    if found.solved:
        counts.append(
            (1, plural(len(found.solved), "problem solved", "problems solved"))
        )
    said = ", ".join(said for count, said in counts if count) or "no change"
    said += f"; {plural(found.same, 'claim')} as before"
    if found.unfinished:
        said = f"the new run was interrupted, and what is gone was not checked; {said}"
    return said


def html(found: Comparison) -> str:
    """Return the page: one file that loads nothing and runs nothing."""
    from .identity import ShownClaim
    from .report import environment, problem_excerpt

    return (
        environment()
        .get_template("changes.html")
        .render(
            found=found,
            runs=[("old", run_said(found.old)), ("new", run_said(found.new))],
            kinds=KINDS,
            listed=LISTED,
            worse=WORSE,
            claim_of=lambda result: ShownClaim((result,), found.new.run),
            case_of=text.case_line,
            by_file=by_file,
            tally=tally(found),
            problem_text=problem_excerpt,
            phrases=phrases,
        )
    )
