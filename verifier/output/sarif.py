"""SARIF 2.1.0, the form in which code scanning reads findings."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from hashlib import blake2b
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any
from urllib.parse import quote

from ..reading.mending import Page, Written
from ..reading.problem import Place, Problem
from ..reading.source import Source, read
from ..results import phrases
from ..results.model import Report, Result
from ..results.phrases import one_line, printable
from . import text
from .rules import Rule, rule_of, rules

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "%SRCROOT%"
STATUS = {
    0: "every verdict is the expected one",
    1: "a claim fails, or one that is expected to fail holds",
    2: "a malformed record, or nothing to check",
    3: "nothing worse than inconclusive or crashed",
    130: "interrupted",
}
Finding = tuple[Rule, dict[str, Any]]


def sarif(report: Report) -> str:
    """Return the report as SARIF: a finding for all that is not as expected."""
    findings = [*problem_findings(report), *result_findings(report)]
    return log(findings, invocation(report), report.run)


def log(
    findings: Sequence[Finding], made: Mapping[str, Any], run: Mapping[str, Any]
) -> str:
    """Return findings of a run as a log, with how the run ended."""
    used = {rule.id: rule for rule, _ in findings}
    known = {**rules(), **used}
    index = {name: number for number, name in enumerate(known)}
    driver: dict[str, Any] = {"name": "nabla-verifier"}
    if version := (run.get("versions") or {}).get("nabla-verifier"):
        driver["version"] = printable(version)
    driver["rules"] = [rule_to_json(rule) for rule in known.values()]
    told = {
        "tool": {"driver": driver},
        "language": "en",
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {
            ROOT: {"description": {"text": "the folder in which nabla was run"}}
        },
        "invocations": [made],
        "results": [
            {"ruleId": rule.id, "ruleIndex": index[rule.id], **finding}
            for rule, finding in findings
        ],
    }
    whole = {"$schema": SCHEMA, "version": "2.1.0", "runs": [told]}
    return json.dumps(whole, indent=1, allow_nan=False) + "\n"


def rule_to_json(rule: Rule) -> dict[str, Any]:
    """Return a kind of finding, with what it means and what to do."""
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.id.split("-")),
        "shortDescription": {"text": rule.gist},
        "fullDescription": {"text": rule.means},
        "help": {"text": rule.help, "markdown": rule.help},
        "defaultConfiguration": {"level": rule.level},
    }


def invocation(report: Report) -> dict[str, Any]:
    """Return how the run ended; a fault of our own is told here too."""
    crashed = [result for result in report.results if result.verdict == "crashed"]
    notices = [("error", f"{phrases.name_of(r)} crashed") for r in crashed]
    if report.interrupted:
        notices.append(("error", "interrupted: what was not finished is not here"))
    if not report.results and not report.problems:
        notices.append(("error", "nothing was checked"))
    return invoked(report.run, report.exit_status, STATUS, notices)


def invoked(
    run: Mapping[str, Any],
    status: int,
    meanings: Mapping[int, str],
    notices: Sequence[tuple[str, str]],
) -> dict[str, Any]:
    """Return how a run ended, and what is to be noticed about it."""
    made: dict[str, Any] = {
        "executionSuccessful": not notices,
        "exitCode": status,
        "exitCodeDescription": meanings[status],
    }
    if command := run.get("command"):
        made["commandLine"] = printable(command)
    if notices:
        made["toolExecutionNotifications"] = [
            {"level": level, "message": message(said)} for level, said in notices
        ]
    facts = (
        "seed",
        "draws",
        "device",
        "dtype",
        "executor",
        "versions",
        "seconds",
        "started",
    )
    made["properties"] = {k: run[k] for k in facts if k in run}
    return made


def problem_findings(report: Report) -> Iterator[Finding]:
    """Yield a finding for each problem of a record."""
    seen: Counter[tuple[str, ...]] = Counter()
    for problem in sorted(report.problems):
        rule = rule_of(problem)
        about = ("malformed", problem.id, problem.field, problem.text)
        seen[about] += 1
        region = {"startLine": problem.place.line, "startColumn": problem.place.column}
        yield (
            rule,
            {
                "level": rule.level,
                "message": message(problem_said(problem)),
                "locations": [location(problem.place, region)],
                "partialFingerprints": fingerprint(*about, seen[about]),
            },
        )


def message(said: str) -> dict[str, str]:
    """Return a message; braces stand for arguments, and `](` would make a link."""
    said = said.replace("{", "{{").replace("}", "}}")
    return {"text": said.replace("](", "] (")}


def problem_said(problem: Problem) -> str:
    """Return a problem in sentences, without the source line that is beside it."""
    hint = f"hint: {problem.hint}" if problem.hint else ""
    said = [problem.text, *problem.detail, hint]
    return "\n".join(one_line(line) for line in said if line)


def result_findings(report: Report) -> Iterator[Finding]:
    """Yield a finding for each result that is not as expected."""
    pages = cache(page_of)
    fixes = Suggestions(report.results)
    seen: Counter[tuple[str, ...]] = Counter()
    order = {id(result): number_in(seen, result) for result in report.results}
    for result in report.surprises:
        rule = rule_of(result)
        page = pages(result.file)
        claim = page and page.claim(result.id, result.text, result.place)
        finding: dict[str, Any] = {
            "level": rule.level,
            "message": message(text.result_text(result, report.run)),
            "locations": [location(result.place, region(result, claim))],
            "partialFingerprints": fingerprint(
                result.id, result.claim, result.layout, order[id(result)]
            ),
            "properties": {
                "verdict": result.verdict,
                "evidence": phrases.evidence_of(result),
                "replay": phrases.replay(result, report.run),
            },
        }
        if claim is not None and (new := fixes.of(result)) and claim.takes(new):
            finding["fixes"] = [fix(result.place, region(result, claim), new)]
        yield rule, finding


def number_in(seen: Counter[tuple[str, ...]], result: Result) -> int:
    """Count the claims of one record in one layout."""
    about = (result.id, result.claim, result.layout)
    seen[about] += 1
    return seen[about]


def fingerprint(*about: str | int) -> dict[str, str]:
    """Return what tells a finding from others, wherever its line has moved."""
    said = "\0".join(map(str, about)).encode(errors="backslashreplace")
    return {"nablaClaim/v1": blake2b(said, digest_size=16).hexdigest()}


class Suggestions:
    """What may be written in the place of a claim, for all layouts that it is for."""

    def __init__(self, results: Sequence[Result]):
        self.at: dict[Place, set[str]] = {}
        for result in results:
            said = (result.diagnosis or {}).get("suggestion") or ""
            wrong = result.verdict == "fails" and not result.as_expected
            self.at.setdefault(result.place, set()).add(said if wrong else "")

    def of(self, result: Result) -> str:
        """Return the one suggestion for the text of a claim, or nothing."""
        said = self.at[result.place]
        return next(iter(said)) if len(said) == 1 else ""


# Where a claim is written.


def page_of(file: str) -> Page | None:
    """Read a file below the working folder: results of strangers name any file."""
    found = read(Path(file)) if is_below(file) else None
    return Page(found) if isinstance(found, Source) else None


def is_below(file: str) -> bool:
    """Whether a path stays inside the folder that it starts from."""
    windows = PureWindowsPath(file)
    return bool(file) and not windows.anchor and ".." not in windows.parts


def region(result: Result, claim: Written | None) -> Mapping[str, int]:
    """Return the part of the file that a claim takes, as far as it is known."""
    if claim is None:
        return {"startLine": result.line, "startColumn": result.column}
    start, stop = claim.start, claim.stop
    return {
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": stop.line,
        "endColumn": stop.column,
    }


def location(place: Place, region: Mapping[str, int]) -> dict[str, Any]:
    """Return a place; a line that is not known is left out."""
    physical: dict[str, Any] = {"artifactLocation": artifact(place.file)}
    if region["startLine"] > 0:
        known = region.get("startColumn", 0) > 0
        physical["region"] = region if known else {"startLine": region["startLine"]}
    return {"physicalLocation": physical}


def artifact(file: str) -> dict[str, Any]:
    """Return a file: relative to the working folder where it is below it."""
    if is_below(file):
        path = PurePosixPath(file.replace("\\", "/"))
        return {"uri": uri(str(path)), "uriBaseId": ROOT}
    if PureWindowsPath(file).drive:
        return {"uri": "file:///" + uri(file.replace("\\", "/"), ":")}
    return {"uri": "file://" + uri(file)} if file[:1] == "/" else {"uri": uri(file)}


def uri(path: str, safe: str = "") -> str:
    """Return a path as part of a URI."""
    return quote(path, safe=f"/{safe}", errors="replace")


def fix(place: Place, region: Mapping[str, int], new: str) -> dict[str, Any]:
    """Return the replacement of a claim's text, which was verified."""
    replacement = {"deletedRegion": region, "insertedContent": {"text": new}}
    return {
        "description": message(f"write `{one_line(new)}`"),
        "artifactChanges": [
            {
                "artifactLocation": artifact(place.file),
                "replacements": [replacement],
            }
        ],
    }
