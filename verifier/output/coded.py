"""What is shown of the answer on code: what it computes, and what would be right."""

from __future__ import annotations

from collections.abc import Iterator

from ..results import phrases
from ..results.coded import CodeAnswer
from ..results.model import Result
from ..results.phrases import one_line, printable
from .text import VERDICT_COLORS, WIDTH, Paint


def code_text(answer: CodeAnswer, paint: Paint | None = None) -> str:
    """Return what holds, and of what does not what is wrong and what is right."""
    paint = paint or Paint()
    lines = []
    for result in answer.results:
        said = paint(verdict(result), VERDICT_COLORS[result.verdict])
        lines.append(f"{result.claim}: {said}")
        lines += [f"  {line}" for line in why(result)]
    lines += [f"of {one_line(answer.function)}", *assumptions(answer)]
    return "\n".join(lines)


def headline(answer: CodeAnswer) -> str:
    """Return `function holds, gradient by x fails`."""
    return ", ".join(f"{r.claim} {verdict(r)}" for r in answer.results)


def verdict(result: Result) -> str:
    """Return the verdict, and in which layout a Jacobian stands."""
    said = phrases.verdict_of(result)
    return f"{said} in {result.layout} layout" if result.layout else said


def why(result: Result) -> Iterator[str]:
    """Yield what code computes, what is wrong with it, and what a verdict rests on."""
    if result.text:
        yield f"your {_kind(result)} computes `{one_line(result.text)}`"
    if result.verdict != "holds" and (said := phrases.diagnosis_of(result)):
        yield said
    yield from case_lines(result)
    if said := phrases.evidence_of(result):
        yield f"evidence: {said}"


def _kind(result: Result) -> str:
    return result.claim.partition(" ")[0]


def case_lines(result: Result) -> Iterator[str]:
    """Yield small inputs at which code is wrong, what is right and what it gives."""
    case = result.counterexample
    if not case:
        return
    given = [phrases.sizes_of(case["sizes"])] if case["sizes"] else []
    given += [
        f"{printable(n)} = {phrases.matrix(v)}" for n, v in case["values"].items()
    ]
    right, code = phrases.pair(case["autodiff"], case["claim"])
    gives = f"right {right}, your code {code}"
    line = f"smallest case: {', '.join(given)}: {gives}"
    if len(line) + 2 <= WIDTH:
        yield line
        return
    yield "smallest case:"
    yield from (f"  {item}" for item in [*given, gives])


def assumptions(answer: CodeAnswer) -> Iterator[str]:
    """Yield the types, those that were given first, and the notes."""
    guessed = set(answer.inferred)
    for label, inferred in (("given", False), ("inferred", True)):
        said = [
            f"{printable(name)}: {one_line(declared)}"
            for name, declared in answer.types.items()
            if (name in guessed) is inferred
        ]
        if said:
            yield f"  {label}: {', '.join(said)}"
    for note in answer.notes:
        yield f"  note: {one_line(note)}"
