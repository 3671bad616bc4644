"""The report of a run: `index.html` for people, `results.json` for tools."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ..reading.problem import Problem
from ..results import phrases
from ..results.model import Report, Result
from ..results.storage import embedded
from . import text

LINK = re.compile(r"https?://[^\s<>\"'`\\]+[^\s<>\"'`\\.,;:!?)\]}]")


@dataclass(frozen=True)
class Identity:
    """The results of one record, for its place in the report."""

    anchor: str  # a counter: nothing of a record becomes an attribute of the page
    results: tuple[Result, ...]

    @property
    def head(self) -> Result:
        """Return the result that speaks for what all have in common."""
        return self.results[0]

    @property
    def as_expected(self) -> bool:
        """Whether every claim got the expected verdict."""
        return all(result.as_expected for result in self.results)

    @property
    def verdict(self) -> str:
        """Return the worst verdict of the claims."""
        odd = [result for result in self.results if not result.as_expected]
        return min(odd or self.results, key=lambda r: RANK[r.verdict]).verdict


RANK = {"malformed": 0, "crashed": 1, "fails": 2, "inconclusive": 3, "holds": 4}


def identities(results: Sequence[Result]) -> list[Identity]:
    """Group results by record; those with a surprise come first."""
    groups: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        groups.setdefault((result.file, result.id), []).append(result)
    found = [
        Identity(f"identity-{number}", tuple(group))
        for number, group in enumerate(groups.values(), 1)
    ]
    return sorted(found, key=lambda identity: identity.as_expected)


def segments(source: str) -> Iterator[tuple[str, bool]]:
    """Split a text into pieces, each with whether it is a link to follow."""
    end = 0
    for match in LINK.finditer(source):
        yield source[end : match.start()], False
        yield match.group(), True
        end = match.end()
    yield source[end:], False


def table_of(value: Any) -> list[list[str]]:
    """Return a value as rows of cells."""
    return [
        [phrases.number(entry, True) for entry in row] for row in phrases.rows(value)
    ]


def case_tables(result: Result) -> list[tuple[str, list[list[str]]]]:
    """Return the smallest failing case as named tables: values, then both sides."""
    case = result.counterexample or {}
    named = [(n, v) for n, v in (case.get("values") or {}).items()]
    named += [(side, case.get(side)) for side in ("autodiff", "claim")]
    return [(name, table_of(value)) for name, value in named if value is not None]


def safe(value: Any) -> Any:
    """Escape what does not print; Jinja2 escapes what HTML would read."""
    if isinstance(value, (Markup, int, float)):
        return value
    return phrases.printable(re.sub(r"[\t\r\n]", " ", str(value)))


def environment() -> Environment:
    """Return what fills in the templates: all that it prints is escaped."""
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=safe,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def html(report: Report) -> str:
    """Return the page: one file that loads nothing and runs nothing."""
    groups = identities(report.results)
    return (
        environment()
        .get_template("report.html")
        .render(
            report=report,
            embedded=embedded,
            run=report.run,
            problems=sorted(report.problems),
            surprises=[group for group in groups if not group.as_expected],
            others=[group for group in groups if group.as_expected],
            facts=facts(report),
            problem_text=problem_excerpt,
            case_tables=case_tables,
            segments=segments,
            phrases=phrases,
        )
    )


def facts(report: Report) -> list[tuple[str, str]]:
    """Return what is to be known about the run, in pairs."""
    run = report.run
    known = [
        (name, str(run[name]))
        for name in ("started", "command", "seed", "draws", "device", "dtype")
        if name in run
    ]
    known.append(("layouts", ", ".join(run.get("layouts", ()))))
    known.append(("time", f"{run.get('seconds', 0.0):.1f} s"))
    known += [(name, str(v)) for name, v in (run.get("versions") or {}).items()]
    return [(name, value) for name, value in known if value]


def problem_excerpt(problem: Problem) -> Markup:
    """Return the source line of a problem, the marked character in a `mark`."""
    line, mark = text.excerpt(problem.excerpt, problem.caret)
    if not mark or text.width_of(line) != len(line):
        return Markup.escape(line)
    before, at, after = line[: mark - 1], line[mark - 1 : mark] or " ", line[mark:]
    return Markup("{}<mark>{}</mark>{}").format(before, at, after)


def write(report: Report, folder: Path) -> Path:
    """Write both files, each whole or not at all, and return the page's path."""
    folder.mkdir(parents=True, exist_ok=True)
    data = json.dumps(report.to_json(), indent=1, allow_nan=False)
    replace(folder / "results.json", data + "\n")
    replace(folder / "index.html", html(report))
    return folder / "index.html"


def replace(path: Path, content: str) -> None:
    """Put a file in its place in one step, so that no reader sees half of it."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(content, encoding="utf-8", newline="\n")
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
