"""What `nabla verify --watch` prints when a file was saved: what is different now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace

from ..reading.problem import Place, Problem
from ..results import phrases
from ..results.model import Report, Result
from .text import Paint, plural, problem_text, result_text

NOWHERE = Place("", 0, 0)


def round_text(old: Report, new: Report, paint: Paint, when: str) -> str:
    """Return the results and problems that the old report has not, and a summary."""
    known = {problem_content(problem) for problem in old.problems}
    problems = [p for p in sorted(new.problems) if problem_content(p) not in known]
    results = changed(old.results, new.results)
    blocks = [problem_text(problem, paint) for problem in problems]
    blocks += [
        result_text(result, new.run, paint)
        for result in results
        if not result.as_expected
    ]
    if good := [result for result in results if result.as_expected]:
        blocks.append("\n".join(line(result, paint) for result in good))
    gone = dict(numbered(old.results)).keys() - dict(numbered(new.results)).keys()
    counts = {"changed": len(problems) + len(results), "gone": len(gone)}
    said = ", ".join(f"{n:,} {what}" for what, n in counts.items() if n)
    blocks.append(summary(said or "nothing changed", new, paint, when))
    return "\n\n".join(blocks) + "\n"


def changed(old: Sequence[Result], new: Sequence[Result]) -> list[Result]:
    """Return the new results that are not among the old ones, wherever they stand."""
    before = dict(numbered(old))
    return [
        result
        for name, result in numbered(new)
        if name not in before or placeless(before[name]) != placeless(result)
    ]


def numbered(results: Sequence[Result]) -> Iterator[tuple[Hashable, Result]]:
    """Yield each result under its name: a record may claim several forms of one."""
    seen: Counter[Hashable] = Counter()
    for result in results:
        name = (result.file, result.id, result.claim, result.layout)
        seen[name] += 1
        yield (name, seen[name]), result


def placeless(result: Result) -> Result:
    """Return a result without its place in the file."""
    return replace(result, line=0, column=0)


def problem_content(problem: Problem) -> Problem:
    """Return a problem without its place in the file."""
    return replace(problem, place=replace(NOWHERE, file=problem.place.file), caret=0)


def line(result: Result, paint: Paint) -> str:
    """Return a result that is as expected on one line."""
    name = paint(f"{phrases.name_of(result)}:", "bold")
    return f"{name} {paint(phrases.verdict_of(result), 'green')}"


def summary(news: str, report: Report, paint: Paint, when: str) -> str:
    """Return `12:34:56  2 changed; 7 hold; 0.2 s, 5 verdicts remembered`."""
    said = [news]
    said += [phrases.tally(report.results)] if report.results else []
    said += [plural(len(report.problems), "problem")] if report.problems else []
    color = {0: "green", 3: "yellow"}.get(report.exit_status, "red")
    took = f"{report.run.get('seconds', 0.0):.1f} s"
    if remembered := report.run.get("remembered"):
        took += f", {plural(remembered, 'verdict')} remembered"
    told = paint("; ".join(said), color)
    return f"{paint(when, 'dim')}  {told}; {paint(took, 'dim')}"
