"""How well `nabla notes` reads a folder of documents whose formulas are labelled.

The folder has `labels.jsonl`, a label a line, whose format benchmarks/README.md
describes. Each document is read and verified as the command does it, each label is
paired with what was found at its place, and what was read is compared with what the
label says was meant.
"""

from __future__ import annotations

import argparse
import sys
import traceback
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from labelling import judging
from labelling.bench import Bench
from labelling.judging import MEANT, Judged, Outcome, judge
from labelling.labels import BadLabel, Label, load
from measuring import table

from verifier.commands.proofreading import read, read_notes
from verifier.notes.model import Digest, Verdict
from verifier.running.desk import Desk
from verifier.running.noted import sound

HEADS = (
    *("document", "labels", "expressible", "as meant", "otherwise"),
    *("not read", "aside", "not found", "right", "called wrong", "wrong", "caught"),
)
OTHERWISE = (judging.MISREAD, judging.TURNED, judging.TYPED, judging.RIGHTED)


def main() -> int:
    """Judge the documents one after another, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--only",
        nargs="+",
        default=[],
        metavar="NAME",
        help="documents by part of name",
    )
    parser.add_argument(
        "--no-verdicts", action="store_true", help="only read, and verify nothing"
    )
    parser.add_argument("--misses", type=Path, metavar="FILE", help="list every miss")
    parser.add_argument("--draws", type=int, default=256, help="(default: 256)")
    parser.add_argument("--jobs", type=int, help="workers (default: all cores)")
    asked = parser.parse_args()
    try:
        labels = by_file(load(asked.folder), asked.only)
    except (BadLabel, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    found: list[Judged] = []
    with Desk() as desk:
        bench = Bench(desk, asked.jobs)
        for name, own in labels.items():
            try:
                digest = digested(asked.folder / name, asked)
            except Exception:  # the other documents are judged all the same
                traceback.print_exc()
                digest = Digest(name)
            found.append(judge(digest, own, bench, name))
            print(f"{name}: {told(found[-1])}", file=sys.stderr, flush=True)
    print(report(found, HEADS[:-4] if asked.no_verdicts else HEADS))
    if asked.misses:
        asked.misses.write_text("\n".join(misses(found)) + "\n", encoding="utf-8")
    return 0


def digested(path: Path, asked: argparse.Namespace) -> Digest:
    """Read and verify a document as `nabla notes` does, or only read it."""
    if asked.no_verdicts:
        return sound([read(path, "auto", {})])[0]
    return read_notes(path, draws=asked.draws, jobs=asked.jobs, device="cpu")


def by_file(labels: Sequence[Label], only: Sequence[str]) -> Mapping[str, list[Label]]:
    """Return the labels of each document, or of those whose name has one of `only`."""
    found: dict[str, list[Label]] = {}
    for label in labels:
        if not only or any(part in label.file for part in only):
            found.setdefault(label.file, []).append(label)
    return found


# --- the table ---------------------------------------------------------------------


def counted(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """Return the counts of one row, by their heads."""
    sound = [one for one in outcomes if one.what != judging.BROKEN]
    able = [one for one in sound if one.label.expressible]
    right = [one for one in outcomes if not one.label.wrong]
    wrong = [one for one in able if one.label.wrong]
    what = Counter(one.what for one in able)
    numbers = (
        *(len(outcomes), len(able), what[MEANT], sum(what[w] for w in OTHERWISE)),
        *(what["not read"], what["no statement"], what[judging.LOST]),
        *(len(right), sum(one.called_wrong for one in right)),
        *(len(wrong), sum(one.caught for one in wrong)),
    )
    return dict(zip(HEADS[1:], numbers, strict=True))


OF = {"as meant": "expressible", "called wrong": "right", "caught": "wrong"}
"""Shares, and what they are shares of."""


def row(name: str, outcomes: Sequence[Outcome], heads: Sequence[str]) -> list[str]:
    """Return a row of the table."""
    numbers = counted(outcomes)
    return [name, *(shared(head, numbers) for head in heads[1:])]


def shared(head: str, numbers: Mapping[str, int]) -> str:
    """Return a number, with its share where it has one."""
    number, whole = numbers[head], numbers.get(OF.get(head, ""), 0)
    if not whole:
        return str(number)
    digits = 1 if head == "called wrong" else 0
    return f"{number} ({100 * number / whole:.{digits}f} %)"


def report(found: Sequence[Judged], heads: Sequence[str] = HEADS) -> str:
    """Return the table, and why statements were not read."""
    every = [outcome for one in found for outcome in one.outcomes]
    rows = [row(one.name, one.outcomes, heads) for one in found]
    lines = [table(heads, [*rows, row("all", every, heads)])]
    done = (MEANT, judging.BROKEN)
    causes = Counter(
        reason(one) for one in every if one.label.expressible and one.what not in done
    )
    lines += ["", "expressible, and not read as meant:"]
    lines += [f"{count:5}  {cause}" for cause, count in causes.most_common()]
    stray = sum(len(one.stray) for one in found)
    doubts = sum(bool(one.doubt) for one in every)
    lines.append("")
    if heads == HEADS:
        lines.append(f"{stray} called wrong where no label stands")
    lines.append(f"{doubts} labels are in doubt")
    return "\n".join(lines)


def reason(outcome: Outcome) -> str:
    """Return in a few words why a label was not read as it was meant."""
    if outcome.verdict is None or outcome.what in OTHERWISE:
        return outcome.what
    finding = outcome.verdict.finding
    why = finding.construct or finding.reason
    return f"{outcome.what}: {why}" if why else outcome.what


def told(one: Judged) -> str:
    """Return the row of a document in words."""
    numbers = counted(one.outcomes)
    return ", ".join(f"{shared(head, numbers)} {head}" for head in HEADS[1:])


# --- the misses --------------------------------------------------------------------


def misses(found: Sequence[Judged]) -> Iterator[str]:
    """Yield the lines of the list: what went wrong at which place."""
    for one in found:
        for outcome in one.outcomes:
            if heads := list(faults(outcome)):
                yield f"{outcome.label.place}: {'; '.join(heads)}"
                yield from shown(outcome)
                yield ""
        for verdict in one.stray:
            yield f"{verdict.finding.place}: called wrong where no label stands"
            yield from of_verdict(verdict)
            yield ""


def faults(outcome: Outcome) -> Iterator[str]:
    """Yield what is not as it should be."""
    label = outcome.label
    if label.expressible and outcome.what != MEANT:
        yield outcome.what.upper()
    if outcome.called_wrong and not label.wrong:
        yield f"RIGHT, CALLED WRONG{' (a step)' if label.kind == 'step' else ''}"
    if label.expressible and label.wrong and not outcome.caught:
        yield "WRONG, NOT CAUGHT"
    if outcome.doubt:
        yield f"label {label.number} in doubt: {outcome.doubt}"


def shown(outcome: Outcome) -> Iterator[str]:
    """Yield what a label says, and what was found."""
    label = outcome.label
    yield f"  formula:  {label.formula}"
    said = " | ".join("; ".join(option) for option in label.options)
    where = f"  where {label.where}" if label.where else ""
    yield f"  meant:    {said or 'not expressible'}{where}"
    yield f"            {label.kind}, {label.truth}, {label.layout or 'any layout'}"
    if outcome.verdict is not None:
        yield from of_verdict(outcome.verdict)


def of_verdict(verdict: Verdict) -> Iterator[str]:
    """Yield what was found, and what became of it."""
    finding = verdict.finding
    yield f"  found:    {finding.place.line}:{finding.place.column} {finding.formula}"
    if finding.read:
        record = finding.record
        types = (
            ", ".join(f"{n}: {t.value}" for n, t in record.where.items())
            if record
            else ""
        )
        fields = (
            ", ".join(dict.fromkeys(c.field for c in record.claims)) if record else ""
        )
        yield f"  read:     {finding.read}  where {types} ({fields})"
    if finding.reason:
        construct = f" [{finding.construct}]" if finding.construct else ""
        yield f"  reason:   {finding.reason}{construct}"
    under = f": {verdict.under}" if verdict.under else ""
    yield f"  verdict:  {verdict.kind}{under}"
    said = [r.diagnosis["text"] for r in verdict.results if r.diagnosis]
    yield from (f"            {text}" for text in said[:1])


if __name__ == "__main__":
    sys.exit(main())
