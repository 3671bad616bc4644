"""The report of a run: `index.html` for people, `results.json` for tools."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ..reading.problem import Problem
from ..results import phrases, storage
from ..results.model import Report
from . import text
from .axis import Axis
from .identity import KINDS
from .page import Page, segments

TEMPLATES = Path(__file__).parent / "templates"


class Loader(FileSystemLoader):
    """Templates without their indentation, which a reader of the page never sees."""

    def get_source(self, environment: Environment, template: str) -> Any:
        """Return the source with every line moved to the left."""
        source, name, uptodate = super().get_source(environment, template)
        lines = (line.strip() for line in source.splitlines())
        return "\n".join(line for line in lines if line), name, uptodate


def safe(value: Any) -> Any:
    """Escape what does not print; Jinja2 escapes what HTML would read."""
    if isinstance(value, (Markup, int, float)):
        return value
    return phrases.printable(re.sub(r"[\t\r\n]", " ", str(value)))


def html(report: Report) -> str:
    """Return the page: one file that loads nothing, and reads well without scripts."""
    environment = Environment(
        loader=Loader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=safe,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        kinds=KINDS,
        lines=lines,
        excerpt=problem_excerpt,
        segments=segments,
        phrases=phrases,
    )
    style, script = (
        (TEMPLATES / name).read_text("utf-8") for name in ("page.css", "page.js")
    )
    return environment.get_template("page.html").render(
        page=Page(report),
        report=report,
        problems=sorted(report.problems),
        axis=Axis(),
        style=Markup(style),
        script=Markup(script),
        script_hash=digest(script),
        data=Markup(storage.embedded(report)),
    )


def digest(script: str) -> str:
    """Return what the page's policy calls a script: all others do not run."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def lines(value: str) -> Markup:
    """Return a text with its line breaks, for `pre`."""
    shown = (phrases.printable(line.replace("\t", " ")) for line in value.splitlines())
    return Markup("\n").join(shown)


def problem_excerpt(problem: Problem) -> Markup:
    """Return the source line of a problem, and below it a caret."""
    line, mark = text.excerpt(problem.excerpt, problem.caret)
    if not mark:
        return Markup.escape(line)
    if text.width_of(line) != len(line):
        return Markup("{}\n{}^").format(line, " " * (mark - 1))
    before, at, after = line[: mark - 1], line[mark - 1 : mark] or " ", line[mark:]
    caret = " " * (mark - 1) + "^"
    return Markup("{}<mark>{}</mark>{}\n{}").format(before, at, after, caret)


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
