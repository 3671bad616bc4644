"""JUnit XML, the form in which CI servers read results: one test case for each claim.

There is no official schema. The elements and attributes are those that the common
tools read: a `testsuite` for each file, `file` and `line` on each `testcase`. Undecided
is not passed: inconclusive is a failure, malformed and crashed are errors.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET

from ..reading.problem import Problem
from ..results import phrases
from ..results.model import Report, Result
from ..results.phrases import one_line, printable
from . import text

ERRORS = ("malformed", "crashed")
FACTS = ("seed", "draws", "device", "dtype", "executor")
THE_RUN = "the run"


@dataclass(frozen=True)
class Case:
    """A test case: its place and name, and what is wrong where something is."""

    file: str
    name: str
    line: int = 0
    outcome: str = ""  # "failure", "error", or "" where it passed
    kind: str = ""
    message: str = ""
    body: str = ""


def junit(report: Report) -> str:
    """Return the report as JUnit XML; everything in it can be printed."""
    cases = [of_problem(problem) for problem in sorted(report.problems)]
    cases += [of_result(result, report.run) for result in report.results]
    cases += of_run(report)
    return document("nabla verify", cases, report.run)


def document(name: str, cases: Sequence[Case], run: Mapping[str, Any]) -> str:
    """Return test cases as JUnit XML, a suite for each file."""
    suites: dict[str, list[Case]] = {}
    for case in numbered(cases):
        suites.setdefault(case.file, []).append(case)
    seconds = run.get("seconds", 0.0)
    root = ET.Element("testsuites", {"name": name, **counts(cases, seconds)})
    for file, inside in sorted(suites.items()):
        suite(root, file, inside, run)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, "unicode")}\n'


def of_problem(problem: Problem) -> Case:
    """Return the test case of a record that cannot be checked."""
    name = ", ".join(printable(part) for part in (problem.id, problem.field) if part)
    return Case(
        problem.place.file,
        name or "the file",
        problem.place.line,
        outcome="error",
        kind="malformed",
        message=one_line(problem.text),
        body=text.problem_text(problem),
    )


def of_result(result: Result, run: Mapping[str, Any]) -> Case:
    """Return the test case of a claim."""
    name = phrases.name_of(result)
    if result.as_expected:
        return Case(result.file, name, result.line)
    said = phrases.diagnosis_of(result) or phrases.evidence_of(result)
    verdict = phrases.verdict_of(result)
    kind = (result.diagnosis or {}).get("kind") if result.verdict == "fails" else ""
    return Case(
        result.file,
        name,
        result.line,
        "error" if result.verdict in ERRORS else "failure",
        one_line(kind or result.verdict),
        f"{verdict}: {said}" if said else verdict,
        text.result_text(result, run),
    )


def of_run(report: Report) -> list[Case]:
    """Return an error where the run is not to be trusted as a whole."""
    found = []
    if report.interrupted:
        found.append(("interrupted", "interrupted: what was not finished is not here"))
    if not report.results and not report.problems:
        found.append(("nothing", "nothing was checked"))
    return [
        Case(THE_RUN, kind, outcome="error", kind=kind, message=said, body=said)
        for kind, said in found
    ]


def numbered(cases: Sequence[Case]) -> Iterator[Case]:
    """Yield the cases under names of their own: readers join cases of one name."""
    seen: Counter[tuple[str, str]] = Counter()
    for case in cases:
        seen[case.file, case.name] += 1
        times = seen[case.file, case.name]
        yield case if times == 1 else replace(case, name=f"{case.name} ({times})")


def counts(cases: Sequence[Case], seconds: float) -> dict[str, str]:
    """Return how many cases there are, and what became of them, as attributes."""
    outcomes = [case.outcome for case in cases]
    return {
        "tests": str(len(cases)),
        "failures": str(outcomes.count("failure")),
        "errors": str(outcomes.count("error")),
        "time": f"{seconds:.3f}",
    }


def suite(
    root: ET.Element, file: str, cases: Sequence[Case], run: Mapping[str, Any]
) -> None:
    """Add the cases of one file, with how the run was made."""
    shown = printable(file)
    made = ET.SubElement(root, "testsuite", {"name": shown, **counts(cases, 0)})
    made.set("skipped", "0")  # undecided is not skipped
    with suppress(ValueError, OverflowError):
        started = datetime.fromisoformat(run.get("started", "")).astimezone(UTC)
        made.set("timestamp", started.isoformat(timespec="seconds"))
    properties = ET.SubElement(made, "properties")
    facts = {key: run[key] for key in FACTS if key in run}
    for name, value in {**facts, **(run.get("versions") or {})}.items():
        ET.SubElement(
            properties, "property", name=printable(name), value=printable(str(value))
        )
    classname = re.sub(r"[/\\]+", ".", re.sub(r"\.ya?ml$", "", shown)).strip(".")
    for case in cases:
        child = ET.SubElement(made, "testcase", classname=classname, name=case.name)
        if case.file != THE_RUN:
            child.set("file", shown)
        if case.line:
            child.set("line", str(case.line))
        # Claims are compiled and run together: only the whole run has a time.
        child.set("time", "0.000")
        if case.outcome:
            what = {"type": case.kind, "message": case.message}
            ET.SubElement(child, case.outcome, what).text = case.body
