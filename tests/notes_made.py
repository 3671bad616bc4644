"""Documents read by hand, for the tests of everything that verifies and prints them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from made import failure, problem, result

from verifier.asking.entry import question_of
from verifier.notes.model import Digest, Finding, Inference, Other, Verdict
from verifier.reading.problem import Place
from verifier.reading.record import Record

SOURCE = "\n".join(f"line {number} of the text" for number in range(1, 61))
RUN = {
    **{"seed": 0, "draws": 64, "device": "cpu", "dtype": "float64", "seconds": 1.0},
    **{"versions": {"nabla-verifier": "0.1.0"}, "command": "nabla notes a.tex"},
    **{"interrupted": False, "remembered": 0, "executor": "numpy"},
}


def record(statement: str, where: str = "", layout: str = "denominator") -> Record:
    """Return the record of a statement in one layout."""
    question, problems = question_of(statement, where, (layout,))
    assert question is not None, problems
    return question.record


def finding(statement: str, line: int, **more: Any) -> Finding:
    """Return a statement that was read; `where` and `layout` say more of its record."""
    made = record(statement, more.pop("where", ""), more.pop("layout", "denominator"))
    given: dict[str, Any] = {
        "formula": rf"\frac{{\partial f}}{{\partial x}} % {line}",
        "place": Place("a.tex", line, 3),
        "read": statement,
        "record": made,
        "section": "Quadratic forms",
    }
    return Finding("read", **{**given, **more})


def other(statement: str, why: str, where: str = "", **more: Any) -> Other:
    """Return a further reading."""
    return Other(record(statement, where, **more), statement, why)


def aside(line: int, reason: str = "this defines `f`") -> Finding:
    """Return a formula that is no statement."""
    return Finding("aside", "f(x) = x^2", Place("a.tex", line, 1), reason=reason)


def unread(line: int, construct: str = "an integral", **more: Any) -> Finding:
    """Return a formula that was not read."""
    formula = more.pop("formula", r"\nabla \int f \, dx = g")
    reason = more.pop("reason", "`\\int` is not read yet")
    place = Place("a.tex", line, 5)
    return Finding("unread", formula, place, reason=reason, construct=construct, **more)


def read(path: str, layout: str, where: Mapping[str, str]) -> Digest:
    """Read a document of which every line is a statement, or a word and a formula.

    It stands in the place of the reader of documents, where that does not matter.
    """
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    found = []
    for number, said in enumerate(lines, 1):
        word, _, rest = said.partition(": ")
        here = {"place": Place(str(path), number, 1), "formula": rest or said}
        match word:
            case "":
                continue
            case "announced" | "expected":
                found.append(finding(rest, number, **{**here, word: True}))
            case "aside":
                found.append(replace(aside(number), **here))
            case "unread":
                found.append(replace(unread(number), **here))
            case "symmetric":
                found.append(replace(SYMMETRIC, **here))
            case _:
                types = ", ".join(f"{n}: {t}" for n, t in where.items())
                found.append(finding(said, number, where=types, **here))
    if layout == "auto":
        layout = "denominator"
    source = {str(path): "\n".join(lines)}
    return Digest(str(path), source, layout, "it fits", tuple(map(Verdict, found)))


def digest(*found: Finding | Verdict, **more: Any) -> Digest:
    """Return a document with these formulas."""
    verdicts = tuple(Verdict(f) if isinstance(f, Finding) else f for f in found)
    given = {"layout": "denominator", "why_layout": "declared on line 6", **more}
    return Digest("a.tex", {"a.tex": SOURCE}, verdicts=verdicts, **given)


RIGHT = finding(
    "d(x.T @ A @ x)/dx = (A + A.T) @ x",
    10,
    inferred=(
        Inference("A: matrix(n, n)", "the text says `A \\in R^{n x n}`", 4),
        Inference("x: vector(n)", "by its letter"),
    ),
)
WRONG = finding("d(x.T @ x)/dx = 3*x", 20)
SYMMETRIC = finding(
    "d(x.T @ A @ x)/dx = 2*A @ x",
    30,
    others=(
        other("d(x.T @ A @ x)/dx = x.T @ A", "in numerator layout", layout="numerator"),
        other("d(x.T @ A @ x)/dx = 2*A @ x", "A symmetric", "A: symmetric(n)"),
    ),
)


def mixed(**run: Any) -> Digest:
    """Return a document that was verified, with everything that can become of one."""
    wrong = failure(
        text="3*x",
        subject="d(x.T @ x)/dx",
        diagnosis={"kind": "factor", "text": "write `2*x`", "suggestion": "2*x"},
        statement={"kind": "function", "body": "x.T @ x", "wrt": ["x"]},
        layout="denominator",
        claim="denominator",
    )
    good = result(
        statement={"kind": "function", "body": "x.T @ A @ x", "wrt": ["x"]},
        layout="denominator",
        claim="denominator",
        text="(A + A.T) @ x",
    )
    symmetric = failure(
        text="2*A @ x",
        statement={"kind": "function", "body": "x.T @ A @ x", "wrt": ["x"]},
        layout="denominator",
        claim="denominator",
    )
    return digest(
        Verdict(RIGHT, (good,), "holds"),
        Verdict(WRONG, (wrong,), "fails"),
        aside(22),
        Verdict(SYMMETRIC, (symmetric,), "fails", "A symmetric", SYMMETRIC.others[1]),
        Verdict(
            replace(WRONG, announced=True, place=Place("a.tex", 35, 1)),
            (wrong,),
            "fails",
        ),
        Verdict(
            replace(RIGHT, expected=True, place=Place("a.tex", 40, 1)), (good,), "holds"
        ),
        unread(42),
        unread(44),
        unread(46, "dots", section="Others"),
        Verdict(
            replace(RIGHT, place=Place("a.tex", 48, 1)),
            (replace(good, verdict="inconclusive", evidence={"note": "only 2 draws"}),),
            "inconclusive",
        ),
        Verdict(
            replace(RIGHT, place=Place("a.tex", 50, 1)),
            (
                replace(
                    good, verdict="crashed", evidence={"note": "n", "detail": "a\nb"}
                ),
            ),
            "crashed",
        ),
        problems=[problem(place=Place("a.tex", 2, 1), id="", field="")],
        run={**RUN, **run},
    )


def hostile(evil: str) -> Digest:
    """Return a document that says one thing wherever a stranger's text may stand."""
    from made import hostile as hostile_report

    report = hostile_report(evil)
    said = Inference(evil, evil, 3, evil)
    place = Place(evil, 3, 1)
    odd = replace(record("d(x.T @ x)/dx = 3*x"), source=evil, title=evil)
    texts = dict.fromkeys(("formula", "section", "read", "reason", "construct"), evil)
    one = Finding(
        "read",
        place=place,
        record=odd,
        inferred=(said,),
        others=(Other(odd, evil, evil),),
        **texts,
    )
    found = [
        Verdict(one, tuple(report.results), "fails"),
        Verdict(one, tuple(report.results), "fails", evil, one.others[0]),
        Verdict(replace(one, announced=True), tuple(report.results), "fails"),
        *(
            Verdict(replace(one, status=status, record=None))
            for status in ("aside", "unread")
        ),
    ]
    return Digest(
        evil,
        {evil: f"a\nb\n{evil}\n"},
        evil,
        evil,
        found,
        report.problems,
        {**report.run, "device": "cpu"},
    )
