"""What the terminal shows of the answer to one statement."""

from __future__ import annotations

from collections.abc import Iterator

from ..results import phrases
from ..results.answer import BOTH, Answer
from ..results.model import Result
from ..results.phrases import one_line, printable
from . import text
from .text import VERDICT_COLORS, Paint


def answer_text(answer: Answer, paint: Paint | None = None) -> str:
    """Return where a statement holds, for which types, and what is wrong elsewhere."""
    paint = paint or Paint()
    lines = [paint(headline(answer), VERDICT_COLORS[answer.verdict])]
    lines += [f"  {line}" for line in assumptions(answer)]
    best = answer.best
    for result in sorted(answer.results, key=lambda r: r.layout != best.layout):
        lines += [f"  {line}" for line in _result_lines(answer, result, paint)]
    return "\n".join(lines) + "\n"


def headline(answer: Answer) -> str:
    """Return `holds in denominator layout, fails in numerator layout`."""
    verdicts = answer.verdicts
    names = {
        said: " and ".join(k for k, v in verdicts.items() if v == said)
        for said in dict.fromkeys(verdicts.values())
    }
    if "" in verdicts:
        return _said(verdicts[""])
    if len(verdicts) == 2 and len(names) == 1:
        (only,) = names
        return f"{_said(only)} in both layouts"
    order = sorted(names, key=lambda verdict: verdict != "holds")
    parts = [f"{_said(verdict)} in {names[verdict]} layout" for verdict in order]
    wanted = ", and both were asked for" if answer.layout == BOTH else ""
    return ", ".join(parts) + (wanted if len(parts) > 1 else "")


def _said(verdict: str) -> str:
    return {"inconclusive": "is inconclusive"}.get(verdict, verdict)


def assumptions(answer: Answer) -> Iterator[str]:
    """Yield the types, those that were given first, and the notes on the others."""
    inferred = set(answer.inferred)
    for label, names in (
        ("given", [name for name in answer.types if name not in inferred]),
        ("inferred", [name for name in answer.types if name in inferred]),
    ):
        said = (f"{printable(n)}: {one_line(answer.types[n])}" for n in names)
        if listed := ", ".join(said):
            yield f"{label}: {listed}"
    for note in answer.notes:
        yield f"note: {one_line(note)}"


def _result_lines(answer: Answer, result: Result, paint: Paint) -> Iterator[str]:
    """Yield what a verdict rests on, and for a failure what would be right."""
    several = len({one.text for one in answer.results}) > 1
    label = phrases.LAYOUT_NAMES[result.layout]
    if several:
        label = f"{one_line(result.text)}{', ' if label else ''}{label}"
    verdict = phrases.verdict_of(result) if several or result.layout else ""
    head = ": ".join(part for part in (label, verdict) if part)
    said = phrases.diagnosis_of(result) if result.verdict == "fails" else ""
    evidence = phrases.evidence_of(result)
    if head:
        color = VERDICT_COLORS[result.verdict]
        yield f"{label}: {paint(verdict, color)}" if label else paint(verdict, color)
    indent = "  " if head else ""
    if said:
        yield f"{indent}{said}"
    for line in text.case_lines(result):
        yield f"{indent}{line}"
    if evidence:
        yield f"{indent}evidence: {evidence}"
