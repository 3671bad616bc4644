"""What the terminal shows of the answer to one statement."""

from __future__ import annotations

from collections.abc import Iterator

from ..results import phrases
from ..results.answer import BOTH, Answer
from ..results.derivation import Derivation
from ..results.model import Result
from ..results.phrases import one_line, printable
from . import text
from .text import VERDICT_COLORS, Paint

READ_AS = "read as: "


def answer_text(answer: Answer, paint: Paint | None = None) -> str:
    """Return where a statement holds, for which types, and what is wrong elsewhere."""
    paint = paint or Paint()
    lines = [*reading(answer)]
    lines += [paint(headline(answer), VERDICT_COLORS[answer.verdict])]
    lines += [f"  {line}" for line in assumptions(answer)]
    lines += [f"  {line}" for line in other_readings(answer)]
    best = answer.best
    for result in sorted(answer.results, key=lambda r: r.layout != best.layout):
        lines += [f"  {line}" for line in _result_lines(answer, result, paint)]
    return "\n".join(lines) + "\n"


def reading(answer: Answer) -> Iterator[str]:
    """Yield what was read: in the language, and below it as it is written on paper."""
    if not answer.read:
        return
    yield f"{READ_AS}{one_line(answer.read)}"
    if formula := formula_of(answer):
        yield f"{' ' * len(READ_AS)}{formula}"


def formula_of(answer: Answer) -> str:
    """Return the statement as a line of Unicode; empty where nothing was judged."""
    from .typesetting import plain  # slow to import: not for who writes the language

    best = answer.best
    return one_line(plain([r for r in answer.results if r.layout == best.layout]))


def other_readings(answer: Answer) -> Iterator[str]:
    """Yield the readings that were judged beside the one that is shown."""
    for read, verdict in answer.others.items():
        yield f"also read as: {one_line(read)}, which {_said(verdict)}"


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


def assumptions(answer: Answer | Derivation) -> Iterator[str]:
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
