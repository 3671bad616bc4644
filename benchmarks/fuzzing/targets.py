"""What is fed with bytes, and the promises that hold for whatever they are."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterable

from verifier.asking.entry import question_of
from verifier.engine.settings import Settings
from verifier.language.checker import check
from verifier.language.expression import parse
from verifier.language.printing import show
from verifier.language.tree import Tree
from verifier.notes.reading import read_document
from verifier.notes.scanning import scan_text
from verifier.reading.problem import Fault, Problem
from verifier.reading.record import Record, records_of
from verifier.reading.source import decode
from verifier.running.catalogue import settled
from verifier.running.verification import DEEP, verify_chunk
from verifier.streaming.answering import Bench
from verifier.streaming.line import Asked

# Judging does so; fuzzers are better told before they look.
sys.setrecursionlimit(max(sys.getrecursionlimit(), DEEP))

SETTINGS = Settings(draws=4, diagnose=False)
VERDICTS = ("holds", "fails", "inconclusive", "malformed")
DOCUMENTS = ("a.tex", "a.md", "a.txt", "a.ipynb", "a.rst")
MOST = 4096
"""Bytes: what is longer takes longer, and is no other."""


def yaml(data: bytes) -> None:
    """Read a file of records, and check each of them."""
    _records(data)


def expression(data: bytes) -> None:
    """Parse an expression; printed and parsed again, it is the same."""
    text = data.decode(errors="replace")
    found = _parsed(text)
    if not isinstance(found, Fault):
        assert _parsed(show(found)) == found, "printed as another one"
        return
    assert 0 <= found.offset <= len(text), "a fault outside of the text"
    assert found.text, "a fault without a word"
    assert (found.text + found.hint).isprintable(), "signs that move a terminal"


def _parsed(text: str) -> Tree | Fault:
    try:
        return parse(text, tuple_allowed=True)
    except Fault as fault:
        return fault


def statement(data: bytes) -> None:
    """Read a statement, with the types behind a line break."""
    text, _, where = data.decode(errors="replace").partition("\n")
    question, problems = question_of(text, where)
    assert (question is None) == bool(problems), "neither read nor refused"
    _told(problems)


def latex(data: bytes) -> None:
    """Read a document; its first byte chooses what it is."""
    name = DOCUMENTS[data[0] % len(DOCUMENTS)] if data else DOCUMENTS[0]
    document = scan_text(data[1:].decode(errors="replace"), name)
    reading = read_document(document)
    _told(reading.problems)
    for finding in reading.findings:
        assert finding.read or finding.reason, "unread, and nobody says why"


def lines(data: bytes) -> None:
    """Answer a JSON line, as a worker does."""
    answer = Bench(SETTINGS).answer(Asked(1, data))
    text = json.dumps(answer.to_json(), allow_nan=False)
    assert answer.verdict in VERDICTS, f"{answer.verdict}: {text[:500]}"


def records(data: bytes) -> None:
    """Read a file of records, and verify what can be understood of it."""
    for record in _records(data):
        ((*found,),) = verify_chunk([record], SETTINGS)
        for outcome in found:
            assert outcome.verdict in VERDICTS, f"a verdict {outcome.verdict}"
            R = outcome.evidence.get("R")
            if outcome.verdict == "holds" and R is not None:
                assert math.isfinite(R), "a claim holds that nobody could compare"


def _records(data: bytes) -> list[Record]:
    """Return the records that can be verified; all others have problems."""
    source = decode(data, "fuzzed.yaml")
    if isinstance(source, Problem):
        _told([source])
        return []
    found, problems = settled(*records_of(source))
    _told(problems)
    good: list[Record] = []
    for record in found:
        made, mistakes = check(record)
        assert (made is None) == bool(mistakes), (
            f"{record.id}: neither read nor refused"
        )
        _told(mistakes)
        good += [record] if made else []
    return good


def _told(problems: Iterable[Problem]) -> None:
    """Problems are one line each, at a place that there is."""
    for problem in problems:
        assert problem.text, "a problem without a word"
        assert "\n" not in problem.text, f"two lines: {problem.text!r}"
        assert problem.place.line >= 1, "no such line"
        assert problem.place.column >= 1, "no such column"


TARGETS: dict[str, Callable[[bytes], None]] = {
    "yaml": yaml,
    "expression": expression,
    "statement": statement,
    "latex": latex,
    "lines": lines,
    "records": records,
}
