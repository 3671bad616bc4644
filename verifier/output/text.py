"""What the terminal shows: quiet on success, complete on failure."""

from __future__ import annotations

import os
import sys
import time
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

from ..reading.problem import Problem
from ..results import phrases
from ..results.model import Report, Result
from ..results.phrases import inert, one_line, plural, printable

if TYPE_CHECKING:
    from ..reading.record import Record
    from ..running.selftest import Census

WIDTH = 88
EXCERPT = 76  # characters of a source line that are shown
MOST_KINDS = 3  # of which the end of a run says how to learn more
COLORS = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33"}
VERDICT_COLORS = {
    "holds": "green",
    "fails": "red",
    "inconclusive": "yellow",
    "malformed": "red",
    "crashed": "red",
}


@dataclass(frozen=True)
class Paint:
    """Colours a text, or leaves it as it is."""

    on: bool = False

    @classmethod
    def of(cls, stream: TextIO) -> Paint:
        """Colour a terminal; NO_COLOR forbids it, FORCE_COLOR demands it, in order.

        An empty variable says nothing, and a terminal that is `dumb` has no colours.
        """
        if os.environ.get("NO_COLOR"):
            return cls(False)
        if os.environ.get("FORCE_COLOR"):
            return cls(True)
        return cls(stream.isatty() and os.environ.get("TERM") != "dumb")

    def __call__(self, text: str, color: str) -> str:
        return f"\x1b[{COLORS[color]}m{text}\x1b[0m" if self.on and text else text


def report_text(report: Report, paint: Paint | None = None) -> str:
    """Return all that `nabla verify` prints on standard output."""
    paint = paint or Paint()
    blocks = ["\n".join(file_lines(report, paint))]
    blocks += [problem_text(problem, paint) for problem in sorted(report.problems)]
    blocks += [result_text(result, report.run, paint) for result in report.surprises]
    kinds = [problem.kind for problem in sorted(report.problems)]
    kinds += map(phrases.kind_of, report.surprises)
    blocks += [explain_line(kinds, paint), summary(report, paint)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def file_lines(report: Report, paint: Paint) -> Iterator[str]:
    """Yield a line for each file: its name and the tally of its claims."""
    files: dict[str, list[Result]] = {}
    for result in report.results:
        files.setdefault(result.file, []).append(result)
    for problem in report.problems:
        files.setdefault(problem.place.file, [])
    width = min(60, max(map(width_of, map(printable, files)), default=0))
    for file, results in sorted(files.items()):
        wrong = sum(problem.place.file == file for problem in report.problems)
        said = [phrases.tally(results)] if results else []
        said += [plural(wrong, "problem")] if wrong else []
        good = not wrong and all(result.as_expected for result in results)
        name = inert(printable(file))
        pad = " " * max(0, width - width_of(name))
        yield f"{name}{pad}  {paint(', '.join(said), 'green' if good else 'red')}"


def problem_text(problem: Problem, paint: Paint | None = None) -> str:
    """Return where, what was found, the source line with a caret, and what to do."""
    paint = paint or Paint()
    place, text = printable(str(problem.place)), one_line(problem.text)
    about = ", ".join(printable(part) for part in (problem.id, problem.field) if part)
    lines = [f"{paint(place + ':', 'bold')} {about + ': ' if about else ''}{text}"]
    if problem.excerpt:
        source, mark = excerpt(problem.excerpt, problem.caret)
        lines.append(f"    {source}")
        if mark:
            lines.append(f"    {' ' * (mark - 1)}{paint('^', 'red')}")
    lines += [f"  {printable(detail)}" for detail in problem.detail]
    if problem.hint:
        lines.append(f"  {paint('hint:', 'bold')} {one_line(problem.hint)}")
    return inert("\n".join(lines))


def explain_line(kinds: Iterable[str], paint: Paint) -> str:
    """Return which commands say more about what was found, the first few of them."""
    found = list(dict.fromkeys(kind for kind in kinds if kind))[:MOST_KINDS]
    said = ", ".join(f"nabla explain {printable(kind)}" for kind in found)
    return paint(f"to learn more: {said}", "dim") if said else ""


def excerpt(line: str, caret: int) -> tuple[str, int]:
    """Return a source line fit to print, and the column there that `caret` marks.

    Indentation is dropped, characters that do not print are escaped, a long line is
    cut to a window round the caret; columns count from 1, 0 marks nothing.
    """
    line = line.rstrip("\r\n")
    indent = len(line) - len(line.lstrip())
    mark = max(0, caret - 1 - indent)
    cells = [" " if c == "\t" else printable(c) for c in line[indent:].rstrip()]
    first = max(0, mark - EXCERPT * 2 // 3) if len(cells) > EXCERPT else 0
    last = first + EXCERPT
    before = ("…" if first else "") + "".join(cells[first:mark])
    after = "".join(cells[mark:last]) + ("…" if last < len(cells) else "")
    return before + after, width_of(before) + 1 if caret else 0


def width_of(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) + wide - sum(map(bool, map(unicodedata.combining, text)))


def result_text(
    result: Result, run: Mapping[str, Any], paint: Paint | None = None
) -> str:
    """Return a result that was not to be expected, with all that explains it."""
    paint = paint or Paint()
    verdict = phrases.verdict_of(result)
    color = "red" if result.verdict == "holds" else VERDICT_COLORS[result.verdict]
    name, claim = phrases.name_of(result), one_line(result.text)
    place = printable(str(result.place))
    lines = [f"{paint(name + ':', 'bold')} {paint(verdict, color)}"]
    if len(claim) + len(place) + 12 <= WIDTH:
        lines.append(f"  {claim:<22} {paint(place, 'dim')}")
    else:
        lines += [f"  {paint(place, 'dim')}", f"  {claim}"]
    if result.subject:
        lines.append(f"  claimed of {one_line(result.subject)}")
    if result.why and result.expected == "fails":
        lines.append(f"  said to be wrong because: {one_line(result.why)}")
    if said := phrases.diagnosis_of(result):
        lines.append(f"  {said}")
    lines += [f"  {line}" for line in case_lines(result)]
    if said := phrases.evidence_of(result):
        label = "reason" if result.verdict == "crashed" else "evidence"
        lines.append(f"  {label}: {said}")
    if detail := str(result.evidence.get("detail") or "").strip():
        lines.append(f"  last words: {one_line(detail.splitlines()[-1])}")
    lines.append(f"  replay: {phrases.replay(result, run)}")
    return inert("\n".join(lines))


def case_lines(result: Result) -> list[str]:
    """Return the smallest failing case, on one line where it fits."""
    if not result.counterexample:
        return []
    line = case_line(result)
    if len(line) + 2 <= WIDTH:
        return [line]
    given, gives = phrases.case_of(result)
    return ["smallest case:", *(f"  {item}" for item in [*given, gives] if item)]


def case_line(result: Result) -> str:
    """Return the smallest failing case on one line."""
    given, gives = phrases.case_of(result)
    line = f"smallest case: {', '.join(given)}"
    return line + (f": {gives}" if given and gives else gives)


def summary(report: Report, paint: Paint | None = None) -> str:
    """Return the last lines: the tally, and how the run was made."""
    paint = paint or Paint()
    identities = {(result.file, result.id) for result in report.results}
    files = {result.file for result in report.results}
    color = {0: "green", 3: "yellow"}.get(report.exit_status, "red")
    said = phrases.tally(report.results)
    if report.results:
        said = (
            f"{plural(len(report.results), 'claim')} of "
            f"{plural(len(identities), 'identity', 'identities')} in "
            f"{plural(len(files), 'file')}: {said}"
        )
    if report.problems:
        said += f"; {plural(len(report.problems), 'problem')}"
    if report.interrupted:
        said = f"interrupted; {said}"
    return f"{paint(said, color)}\n{paint(run_line(report.run), 'dim')}"


def run_line(run: Mapping[str, Any]) -> str:
    """Return `seed 0, 256 draws, cpu, float64; jax 0.10.2, ...; 3.2 s`."""
    made = [f"seed {run.get('seed', 0)}", plural(run.get("draws", 0), "draw")]
    made += [str(run[key]) for key in ("device", "dtype") if run.get(key)]
    versions = [f"{name} {v}" for name, v in (run.get("versions") or {}).items()]
    parts = [", ".join(made), ", ".join(versions)]
    parts.append(f"{run.get('seconds', 0.0):.1f} s")
    if remembered := run.get("remembered"):
        parts.append(f"{plural(remembered, 'verdict')} remembered")
    return printable("; ".join(part for part in parts if part))


def columns(table: Sequence[Sequence[str]], paint: Paint | None = None) -> str:
    """Return rows of two texts, the first ones bold and padded to one width."""
    paint = paint or Paint()
    width = min(40, max((width_of(row[0]) for row in table), default=0))
    lines = []
    for name, text in table:
        pad = " " * max(0, width - width_of(name))
        lines.append(f"{paint(name, 'bold')}{pad}  {text}".rstrip())
    return "\n".join(lines)


def latest_text(results: Sequence[Result], run: Mapping[str, Any], paint: Paint) -> str:
    """Return what the last run said of one record, claim by claim."""
    when = printable(str(run.get("started", ""))[:16].replace("T", " "))
    lines = [paint(f"the last run{when and ', '}{when}", "bold")]
    for result in results:
        grounds = phrases.grounds_of(result)
        said = f"{phrases.verdict_of(result)}{grounds and ': '}{grounds}"
        lines.append(f"  {one_line(result.text)}")
        kind = phrases.name_of(result).removeprefix(f"{printable(result.id)}, ")
        lines.append(f"    {kind}: {said}")
    return "\n".join(lines)


def record_text(record: Record, paint: Paint | None = None) -> str:
    """Return a record as it was read, field by field."""
    paint = paint or Paint()
    lines = [f"{paint(printable(record.id), 'bold')}  {printable(str(record.place))}"]
    lines += [one_line(record.title)] if record.title else []
    fields: list[tuple[str, str]] = []
    for name, said in (
        ("where", [f"{key}: {text.value}" for key, text in record.where.items()]),
        ("assume", [text.value for text in record.assume]),
        ("let", [f"{key}: {text.value}" for key, text in record.let.items()]),
    ):
        fields += [(name if i == 0 else "", one) for i, one in enumerate(said)]
    fields.append((record.spelling, record.stated.value if record.stated else ""))
    fields.append((record.subject, record.body.value))
    fields += [("wrt", ", ".join(text.value for text in record.wrt))]
    for name, text in (
        ("as", record.approach),
        ("small", record.small),
        ("error", record.error),
        ("order", record.order),
    ):
        fields.append((name, text.value if text else ""))
    fields += [(claim.field, claim.text.value) for claim in record.claims]
    fields.append(("entries", "" if record.entries == "all" else record.entries))
    fields.append(("expect", "" if record.expect == "holds" else record.expect))
    fields += [("why", record.why), ("source", record.source)]
    fields += [("notes", record.notes), ("tags", ", ".join(record.tags))]
    told = [(name, one_line(value)) for name, value in fields if value]
    body = columns(told, Paint(False)).splitlines()
    return "\n".join([*lines, "", *(f"  {line}" for line in body)])


def census_text(census: Census, paint: Paint) -> str:
    """Return what became of the mutants: by kind, and every survivor."""
    lines = [f"  {name}: {n:,} killed" for name, n in sorted(census.killed.items())]
    for mutant, why in census.survivors:
        place = f"{mutant.id}, {mutant.field}, {mutant.name}"
        lines.append(paint(f"survivor: {place}: {why}", "red"))
        lines.append(f"  {one_line(mutant.text)}")
    killed = sum(census.killed.values())
    said = plural(killed + len(census.survivors), "mutant")
    same = plural(len(census.equivalent), "other is", "others are")
    rate = f"{100 * census.kill_rate:.4g} % of {said} fail; {same} the claim itself"
    if census.without_value:
        rate += f", and {len(census.without_value):,} without any value"
    good = bool(killed) and not census.survivors
    return "\n".join([*lines, "", paint(rate, "green" if good else "red"), ""])


class Progress:
    """A line on a terminal that says how far the run is; nothing in a pipe."""

    INTERVAL = 0.1  # seconds between two displays

    def __init__(self, total: int, stream: TextIO | None = None):
        self.stream = stream or sys.stderr
        self.on = self.stream.isatty() and os.environ.get("TERM") != "dumb"
        self.total, self.done, self.shown = total, 0, 0.0

    def __enter__(self) -> Progress:
        self.show("starting")
        return self

    def __exit__(self, *_: object) -> None:
        self.write("")

    def step(self, id: str) -> None:
        """Count a finished record."""
        self.done += 1
        if time.monotonic() - self.shown >= self.INTERVAL:
            self.show(id)

    def show(self, text: str) -> None:
        """Write the line anew."""
        self.shown = time.monotonic()
        bar = "█" * (20 * self.done // max(1, self.total))
        said = f"{bar:<20} {self.done} of {self.total}  {printable(text)}"
        self.write(said[: WIDTH - 8])

    def write(self, text: str) -> None:
        """Replace the line."""
        if self.on:
            self.stream.write(f"\r\x1b[K{text}")
            self.stream.flush()


def message(text: str, hint: str = "", details: Iterable[str] = ()) -> str:
    """Return how the command says that it was used wrongly."""
    lines = [f"nabla: {one_line(text)}", *(f"  {one_line(line)}" for line in details)]
    return "\n".join(lines + ([f"  hint: {one_line(hint)}"] if hint else []))
