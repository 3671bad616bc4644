"""What the terminal shows of documents: the counts, what is wrong, what was not read.

Everything from a document passes through `one_line`: it may be anyone's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..asking.inline import with_types
from ..notes.model import (
    ASIDE,
    READ,
    UNREAD,
    Digest,
    Finding,
    Inference,
    Verdict,
    exit_status,
)
from ..reading.record import Record
from ..results import phrases
from ..results.model import Result
from ..results.phrases import one_line, plural, printable
from . import text
from .text import Paint

WORDS = {
    "fails": ("fails", "fail"),
    "held": ("holds unexpectedly", "hold unexpectedly"),
    "crashed": ("crashed", "crashed"),
    "conditional": ("holds in another reading only", "hold in another reading only"),
    "inconclusive": ("is inconclusive", "are inconclusive"),
    "unfinished": ("is not finished", "are not finished"),
    "refuted": ("is known to be wrong", "are known to be wrong"),
    "holds": ("holds", "hold"),
    UNREAD: ("is not read", "are not read"),
    ASIDE: ("is no statement", "are no statements"),
}
"""What became of a formula: said of one, of several."""
COLORS = {"fails": "red", "held": "red", "crashed": "red", "refuted": "dim"}
COLORS |= {"holds": "green", UNREAD: "dim", ASIDE: "dim"}
URGENT = ("fails", "held", "crashed", "conditional", "inconclusive")
"""What is told in full."""
LONGEST = 400
"""Characters of a formula or a reason that a terminal shows."""
MOST_LINES = 12
"""Lines that are listed for a construct; more are counted."""


def notes_text(
    digests: Sequence[Digest], paint: Paint | None = None, verbose: bool = False
) -> str:
    """Return all that `nabla notes` prints on standard output."""
    paint = paint or Paint()
    blocks = [block for one in digests for block in _blocks(one, paint, verbose)]
    if len(digests) > 1:
        color = {0: "green", 3: "yellow"}.get(exit_status(digests), "red")
        said = f"{plural(len(digests), 'document')}: {tally(digests)}"
        blocks.append(paint(said, color))
    kinds = [
        phrases.kind_of(worst_result(verdict))
        for one in digests
        for verdict in one.verdicts
        if verdict.kind in URGENT and verdict.results
    ]
    last = [text.explain_line(kinds, paint)]
    run = digests[0].run if digests else {}
    last.append(paint(text.run_line(run), "dim") if run else "")
    blocks += [line for line in last if line]
    return "\n\n".join(blocks) + "\n"


def _blocks(digest: Digest, paint: Paint, verbose: bool) -> Iterator[str]:
    color = {0: "green", 3: "yellow"}.get(digest.exit_status, "red")
    cut = "interrupted; " if digest.interrupted else ""
    name = paint(f"{one_line(digest.name)}:", "bold")
    lines = [f"{name} {paint(cut + tally([digest]), color)}"]
    lines += [f"  {said}" for said in [layout_of(digest)] if said]
    yield "\n".join(lines)
    for problem in sorted(digest.problems):
        yield text.problem_text(problem, paint)
    for kind in URGENT:
        for verdict in digest.verdicts:
            if verdict.kind == kind:
                yield verdict_text(verdict, digest.run, paint)
    if verbose:
        rest = [v for v in digest.verdicts if v.kind not in (*URGENT, UNREAD, ASIDE)]
        yield from (verdict_text(verdict, digest.run, paint) for verdict in rest)
    for status, head in ((UNREAD, "not read"), (ASIDE, "no statements")):
        found = [v.finding for v in digest.verdicts if v.kind == status]
        if found and (verbose or status == UNREAD):
            yield "\n".join([paint(f"{head}:", "bold"), *_left_out(found, verbose)])


def tally(digests: Sequence[Digest]) -> str:
    """Return `12 read: 10 hold, 2 fail; 3 are no statements; 2 are not read`."""
    kinds: dict[str, int] = {}
    for digest in digests:
        for kind, count in digest.kinds.items():
            kinds[kind] = kinds.get(kind, 0) + count
    count = sum(digest.counts[READ] for digest in digests)
    order = ("holds", *URGENT, "unfinished", "refuted")
    said = ", ".join(counted(kind, kinds[kind]) for kind in order if kind in kinds)
    parts = [f"{count:,} read{': ' if said else ''}{said}"]
    parts += [counted(kind, kinds[kind]) for kind in (ASIDE, UNREAD) if kind in kinds]
    return "; ".join(parts)


def counted(kind: str, count: int) -> str:
    """Return `1 fails`, `3 hold`."""
    return f"{count:,} {WORDS[kind][count != 1]}"


def layout_of(digest: Digest) -> str:
    """Return the layout of a document, and why it is that one."""
    why = one_line(digest.why_layout)
    if not digest.layout:
        return f"layout: none: {why}" if why else ""
    return f"layout: {one_line(digest.layout)}{f' ({why})' if why else ''}"


def headline(verdict: Verdict) -> str:
    """Return what became of a formula, in words."""
    finding = verdict.finding
    match verdict.kind:
        case "refuted" if finding.expected:
            return "fails, as a remark expects"
        case "refuted":
            return "fails: the text says so itself"
        case "held" if finding.expected:
            return "holds, but a remark expects it to fail"
        case "held":
            return "holds, but the text calls it wrong"
        case "conditional":
            return f"holds in another reading only: {one_line(verdict.under)}"
        case "crashed" if any(r.evidence.get("limit") for r in verdict.results):
            return "crashed: stopped at a limit"
        case "crashed":
            return "crashed: a fault of nabla-verifier, not of the text"
    return WORDS[verdict.kind][0]


def verdict_text(
    verdict: Verdict, run: Mapping[str, Any], paint: Paint | None = None
) -> str:
    """Return a formula, how it was read, what is wrong, and what to write."""
    paint = paint or Paint()
    place = paint(printable(str(verdict.finding.place)) + ":", "bold")
    head = paint(headline(verdict), COLORS.get(verdict.kind, "yellow"))
    return phrases.inert(
        "\n".join([f"{place} {head}", *(f"  {one}" for one in lines_of(verdict, run))])
    )


def lines_of(verdict: Verdict, run: Mapping[str, Any]) -> Iterator[str]:
    """Yield all that is known of a formula that was read."""
    finding = verdict.finding
    yield shortened(finding.formula)
    if finding.read:
        yield f"read as: {one_line(finding.read)}"
    if verdict.other is not None:
        other = verdict.other
        yield f"the reading that holds: {typed(other.read, other.record)}"
    if verdict.kind in URGENT or verdict.kind == "refuted":
        yield from _explained(verdict)
    for inference in finding.inferred:
        yield f"inferred: {inferred(inference)}"
    if verdict.kind in URGENT and (command := replay(verdict, run)):
        yield f"try it: {command}"


def _explained(verdict: Verdict) -> Iterator[str]:
    """Yield what is wrong and what to write, once where it is the same."""
    said: dict[tuple[str, ...], str] = {}
    for result in verdict.results:
        if result.verdict != "holds":
            lines = tuple(explained(result, verdict.finding))
            said.setdefault(lines, phrases.LAYOUT_NAMES[result.layout])
    for lines, about in said.items():
        several = len(said) > 1 and about
        yield from ([f"{about}:"] if several else [])
        yield from (f"  {line}" if several else line for line in lines)


def explained(result: Result, finding: Finding) -> Iterator[str]:
    """Yield what is wrong with a claim, and what it rests on."""
    if diagnosis := phrases.diagnosis_of(result):
        yield diagnosis
    if finding.latex and (source := latex_of_suggestion(result)):
        yield f"in LaTeX: {source}"
    yield from text.case_lines(result)
    if evidence := phrases.evidence_of(result):
        yield f"{'reason' if result.verdict == 'crashed' else 'evidence'}: {evidence}"


def suggestion_of(result: Result) -> str:
    """Return the right side that was verified in the place of this one, or nothing."""
    if result.verdict != "fails":
        return ""
    return one_line(str((result.diagnosis or {}).get("suggestion") or ""))


def latex_of_suggestion(result: Result) -> str:
    """Return what to write as LaTeX, or nothing."""
    from .typesetting import right_side  # slow to import: not for what holds

    if not (said := suggestion_of(result)):
        return ""
    try:
        return one_line(right_side(replace(result, text=said), "latex"))
    except Exception:  # a report is never lost to one formula
        return ""


def inferred(one: Inference) -> str:
    """Return `A: symmetric(n) (line 3: the text says so)`."""
    line = where_said(one)
    why = ": ".join(part for part in (line, one_line(one.why)) if part)
    return f"{one_line(one.said)} ({why})" if why else one_line(one.said)


def where_said(one: Inference) -> str:
    """Return `line 3`, with the file where that is another one."""
    if not one.line:
        return ""
    return f"{printable(one.file)}:{one.line}" if one.file else f"line {one.line}"


def replay(verdict: Verdict, run: Mapping[str, Any]) -> str:
    """Return the command that asks for the same statement, or nothing."""
    if not verdict.results or not verdict.finding.read:
        return ""
    result = worst_result(verdict)
    return phrases.replay(result, {**run, "statement": statement_of(verdict)})


def statement_of(verdict: Verdict) -> str:
    """Return a statement with all its types, as it is typed for `nabla check`."""
    return typed(verdict.finding.read, verdict.finding.record)


def typed(read: str, record: Record | None) -> str:
    """Return what was read with all its types."""
    types = {} if record is None else {n: t.value for n, t in record.where.items()}
    return one_line(with_types(read, types))


def worst_result(verdict: Verdict) -> Result:
    """Return the result that gives a statement its verdict."""
    same = (r for r in verdict.results if r.verdict == verdict.verdict)
    return next(same, verdict.results[0])


def shortened(said: str) -> str:
    """Return a text on one line, and not too long for a terminal."""
    line = one_line(said[: 4 * LONGEST])
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def _left_out(findings: Sequence[Finding], verbose: bool) -> Iterator[str]:
    """Yield what was left out, by construct, with the lines where it stands."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        about = finding.construct or finding.reason or "of another kind"
        groups.setdefault(shortened(about), []).append(finding)
    for about, ones in sorted(groups.items(), key=lambda item: -len(item[1])):
        if not verbose:
            yield f"  {about}: {lines_said(ones)}"
            continue
        yield f"  {about}"
        for one in ones:
            yield f"    {printable(str(one.place))}: {shortened(one.formula)}"
            if one.reason and shortened(one.reason) != about:
                yield f"      {shortened(one.reason)}"


def lines_said(findings: Sequence[Finding]) -> str:
    """Return `line 3`, `lines 3, 7 and 12 more`; of other files with their names."""
    first = findings[0].place.file
    said = [
        str(f.place.line)
        if f.place.file == first
        else f"{printable(f.place.file)}:{f.place.line}"
        for f in findings[:MOST_LINES]
    ]
    more = len(findings) - len(said)
    word = "line" if len(findings) == 1 else "lines"
    return f"{word} {', '.join(said)}{f' and {more:,} more' if more else ''}"
