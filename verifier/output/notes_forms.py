"""Documents in the forms of tools: JSON, JUnit, SARIF, annotations on GitHub, YAML."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..notes.model import READ, Digest, Finding, Verdict, exit_status
from ..reading.fields import PEOPLE
from ..reading.record import Record
from ..reading.writing import yaml_of
from ..results.model import SCHEMA, Report, plain, problem_to_json
from ..results.phrases import one_line, plural, printable
from . import github, junit, sarif, text
from .notes_text import (
    URGENT,
    headline,
    lines_of,
    notes_text,
    replay,
    shortened,
    tally,
    worst_result,
)
from .rules import rule_of
from .text import Paint

STATUS = {
    0: "every statement that was read is as it should be",
    1: "a statement is wrong",
    2: "something cannot be read, or there is no statement",
    3: "nothing worse than inconclusive, or right in another reading only",
    130: "interrupted",
}
ERRORS = ("fails", "held", "crashed")
"""What tools hear of as an error; all else that is urgent is a warning."""
COMMAND = "nabla notes"


def rendered(
    digests: Sequence[Digest],
    format: str,
    paint: Paint,
    folder: str = "",
    verbose: bool = False,
) -> str:
    """Return documents in one of the formats of a report."""
    match format:
        case "json":
            return json_text(digests)
        case "junit":
            return junit_text(digests)
        case "sarif":
            return sarif_text(digests)
        case "github":
            return github_text(digests, folder)
    return notes_text(digests, paint, verbose)


def run_of(digests: Sequence[Digest]) -> Mapping[str, Any]:
    """Return how the run was made, which is one for all documents."""
    return digests[0].run if digests else {}


def urgent(digests: Sequence[Digest]) -> list[Verdict]:
    """Return what is not as it should be, the most urgent first."""
    found = [verdict for digest in digests for verdict in digest.verdicts]
    return [verdict for kind in URGENT for verdict in found if verdict.kind == kind]


def problems_of(digests: Sequence[Digest]) -> Report:
    """Return the problems of all documents, as those of a report."""
    problems = sorted(problem for digest in digests for problem in digest.problems)
    return Report(run_of(digests), (), problems)


# --- JSON ---------------------------------------------------------------------------


def json_text(digests: Sequence[Digest]) -> str:
    """Return all that is known, but for the text of the documents."""
    whole = {
        "schema": SCHEMA,
        "run": plain(run_of(digests)),
        "documents": [digest_to_json(digest) for digest in digests],
    }
    return json.dumps(whole, indent=1, allow_nan=False) + "\n"


def digest_to_json(digest: Digest) -> dict[str, Any]:
    """Return a document as JSON values."""
    return {
        "name": digest.name,
        "layout": digest.layout,
        "why_layout": digest.why_layout,
        "counts": digest.counts,
        "kinds": digest.kinds,
        "statements": [verdict_to_json(verdict) for verdict in digest.verdicts],
        "problems": [problem_to_json(problem) for problem in digest.problems],
    }


def verdict_to_json(verdict: Verdict) -> dict[str, Any]:
    """Return a formula as JSON values: as it stands, as it was read, what was found."""
    finding = verdict.finding
    return {
        "file": finding.place.file,
        "line": finding.place.line,
        "column": finding.place.column,
        "section": finding.section,
        "formula": finding.formula,
        "latex": finding.latex,
        "status": finding.status,
        "kind": verdict.kind,
        "verdict": verdict.verdict,
        "read": finding.read,
        "inferred": [
            {"said": one.said, "why": one.why, "line": one.line, "file": one.file}
            for one in finding.inferred
        ],
        "reason": finding.reason,
        "construct": finding.construct,
        "announced": finding.announced,
        "expected": finding.expected,
        "under": verdict.under,
        "other": verdict.other.read if verdict.other else "",
        "record": yaml_of(finding.record) if finding.record else "",
        "results": [result.to_json() for result in verdict.results],
    }


# --- JUnit --------------------------------------------------------------------------


def junit_text(digests: Sequence[Digest]) -> str:
    """Return documents as JUnit XML: a test case for each statement that was read."""
    report = problems_of(digests)
    cases = [junit.of_problem(problem) for problem in report.problems]
    verdicts = [verdict for digest in digests for verdict in digest.verdicts]
    read = [verdict for verdict in verdicts if verdict.finding.status == READ]
    cases += [case_of(v, report.run) for v in read if v.kind != "unfinished"]
    # What a run says of itself, it says of results; their number is all that counts.
    results = tuple(result for verdict in read for result in verdict.results)
    cases += junit.of_run(replace(report, results=results))
    return junit.document(COMMAND, cases, report.run)


def case_of(verdict: Verdict, run: Mapping[str, Any]) -> junit.Case:
    """Return the test case of a statement."""
    place, said = verdict.finding.place, one_line(verdict.finding.read)
    name = f"line {place.line}: {said}"
    if verdict.kind not in URGENT:
        return junit.Case(place.file, name, place.line)
    return junit.Case(
        place.file,
        name,
        place.line,
        "error" if verdict.kind == "crashed" else "failure",
        rule_of(worst_result(verdict)).id,
        headline(verdict),
        "\n".join(lines_of(verdict, run)),
    )


# --- SARIF --------------------------------------------------------------------------


def sarif_text(digests: Sequence[Digest]) -> str:
    """Return documents as SARIF: a finding for all that is not as it should be."""
    report = problems_of(digests)
    findings = [*sarif.problem_findings(report), *_sarif_findings(digests)]
    notices = []
    if any(digest.interrupted for digest in digests):
        notices.append(("error", "interrupted: what was not finished is not here"))
    if not any(digest.counts[READ] for digest in digests):
        notices.append(("error", "no statement was read"))
    made = sarif.invoked(report.run, exit_status(digests), STATUS, notices)
    return sarif.log(findings, made, report.run)


def _sarif_findings(digests: Sequence[Digest]) -> Iterator[sarif.Finding]:
    seen: Counter[tuple[str, ...]] = Counter()
    run = run_of(digests)
    for verdict in urgent(digests):
        finding, rule = verdict.finding, rule_of(worst_result(verdict))
        about = (finding.place.file, finding.formula, verdict.kind)
        seen[about] += 1
        place = finding.place
        region = {"startLine": place.line, "startColumn": place.column}
        told = {
            "level": level_of(verdict),
            "message": sarif.message("\n".join(said_of(verdict, run))),
            "locations": [sarif.location(place, region)],
            "partialFingerprints": sarif.fingerprint(*about, seen[about]),
            "properties": {"kind": verdict.kind, "replay": replay(verdict, run)},
        }
        yield rule, told


def level_of(verdict: Verdict) -> str:
    """Return how loudly tools are told."""
    return "error" if verdict.kind in ERRORS else "warning"


def said_of(verdict: Verdict, run: Mapping[str, Any]) -> list[str]:
    """Return what became of a statement, and what explains it."""
    return [headline(verdict), *lines_of(verdict, run)]


# --- GitHub -------------------------------------------------------------------------


def github_text(digests: Sequence[Digest], folder: str = "") -> str:
    """Return annotations of the worst, and a notice that counts."""
    run = run_of(digests)
    found = [github.of_problem(p, folder) for p in problems_of(digests).problems]
    for verdict in urgent(digests):
        title, *lines = said_of(verdict, run)
        place = verdict.finding.place
        kind = level_of(verdict)
        found.append(github.command(kind, "\n".join(lines), place, folder, title))
    said = f"{_interrupted(digests)}{tally(digests)}\n{text.run_line(run)}"
    if left := len(found[github.MOST_ANNOTATED :]):
        others = plural(left, "other")
        said = f"the {github.MOST_ANNOTATED} worst are annotated, {others} not\n{said}"
    last = github.command("notice", said, title=COMMAND)
    return "".join(f"{line}\n" for line in [*found[: github.MOST_ANNOTATED], last])


def summary(digests: Sequence[Digest], room: int = github.MAX_SUMMARY) -> str:
    """Return the summary of a step in at most so many bytes: whole entries only."""
    said = f"{_interrupted(digests)}{tally(digests)}"
    run = run_of(digests)
    entries = [github.problem_entry(p) for p in problems_of(digests).problems]
    for verdict in urgent(digests):
        place = printable(str(verdict.finding.place))
        title = f"{place}: {headline(verdict)}"
        entries.append(github.entry(title, list(lines_of(verdict, run))))
    head = f"### {COMMAND}: {github.literal(said)}\n"
    foot = f"{github.literal(text.run_line(run))}\n"
    return github.joined(head, entries, foot, room)


def _interrupted(digests: Sequence[Digest]) -> str:
    return "interrupted; " if any(digest.interrupted for digest in digests) else ""


# --- YAML ---------------------------------------------------------------------------


def yaml_text(digests: Sequence[Digest]) -> str:
    """Return what was read as a file of records that `nabla verify` takes."""
    return "\n".join(
        f"# {printable(str(finding.place))}: {shortened(finding.formula)}\n"
        f"{yaml_of(_for_a_file(finding, finding.record))}"
        for digest in digests
        for finding in (verdict.finding for verdict in digest.verdicts)
        if finding.status == READ and finding.record is not None
    )


def _for_a_file(finding: Finding, record: Record) -> Record:
    """Return a record that says where it comes from, and what is known to be wrong."""
    source = f"{finding.place.file}, line {finding.place.line}"
    made = replace(record, source=one_line(source)[-PEOPLE["source"] :])
    if finding.expected:
        return replace(made, expect="fails", why="a remark in the document expects it")
    if finding.announced:
        return replace(made, expect="fails", why="the document says that it is wrong")
    return made
