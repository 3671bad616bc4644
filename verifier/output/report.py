"""The report of a run: `index.html` for people, `results.json` for tools."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ..reading.problem import Problem
from ..results import phrases
from ..results.model import Report
from ..results.storage import embedded
from . import text, typeface
from .axis import Axis
from .identity import KINDS
from .page import Page, segments
from .writing import replace, room

TEMPLATES = Path(__file__).parent / "templates"
IMPLIED = re.compile(r"</(?:p|dt|dd|li|option)>\n*")
BETWEEN = re.compile(r">\n+<")
QUOTED = re.compile(r'( [a-z-]+)="([\w#.-]+)"(?=[ >])')
TAG = re.compile(r"<[a-z][^<>]*>")


class Loader(FileSystemLoader):
    """Templates without their indentation, which nobody sees who reads the page."""

    def get_source(self, environment: Environment, template: str) -> Any:
        """Return the source with every line moved to the left."""
        source, name, uptodate = super().get_source(environment, template)
        return "\n".join(map(str.strip, source.splitlines())), name, uptodate


def environment() -> Environment:
    """Return what fills in the templates: all that it prints is escaped."""
    environment = Environment(
        loader=Loader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=safe,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        font_face=Markup(typeface.face()),
        kinds=KINDS,
        lines=lines,
        problem_text=problem_excerpt,
        segments=segments,
        ticked=ticked,
        phrases=phrases,
    )
    return environment


def safe(value: Any) -> Any:
    """Escape what does not print; Jinja2 escapes what HTML would read."""
    if isinstance(value, (Markup, int, float)):
        return value
    return phrases.printable(re.sub(r"[\t\r\n]", " ", str(value)))


def html(report: Report) -> str:
    """Return the page: one file that loads nothing, and reads well without scripts."""
    script = (TEMPLATES / "page.js").read_text("utf-8")
    rendered = (
        environment()
        .get_template("page.html")
        .render(
            page=Page(report),
            report=report,
            problems=sorted(report.problems),
            axis=Axis(),
            script=Markup(script),
            script_hash=digest(script),
            data=Markup(embedded(report)),
        )
    )
    return compact(rendered)


def compact(page: str) -> str:
    """Leave out line ends between tags, and end tags and quotes that HTML implies.

    No text is touched: its `<` is `&lt;` by now, and the scripts have none of these.
    """
    body, script, scripts = page.partition("<script")
    body = TAG.sub(lambda tag: QUOTED.sub(r"\1=\2", tag[0]), body)
    return BETWEEN.sub("><", IMPLIED.sub("", body + script + scripts))


def digest(script: str) -> str:
    """Return what the page's policy calls a script: all others do not run."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def lines(value: str) -> Markup:
    """Return a text with its line breaks, for `pre`."""
    shown = (phrases.printable(line.replace("\t", " ")) for line in value.splitlines())
    return Markup("\n").join(shown)


def ticked(value: str) -> Markup:
    """Return a sentence with what stands between backticks as code."""
    parts = re.split(r"`([^`]*)`", str(safe(value)))
    shown = (
        Markup("<code>{}</code>" if index % 2 else "{}").format(part)
        for index, part in enumerate(parts)
    )
    return Markup("").join(shown)


def problem_excerpt(problem: Problem) -> Markup:
    """Return the source line of a problem, and below it a caret."""
    line, mark = text.excerpt(problem.excerpt, problem.caret)
    if not mark:
        return Markup.escape(line)
    caret = " " * (mark - 1) + "^"
    if text.width_of(line) != len(line):
        return Markup("{}\n{}").format(line, caret)
    before, at, after = line[: mark - 1], line[mark - 1 : mark] or " ", line[mark:]
    return Markup("{}<mark>{}</mark>{}\n{}").format(before, at, after, caret)


def write(report: Report, folder: Path) -> Path:
    """Write both files, each whole or not at all, and return the page's path."""
    data = json.dumps(report.to_json(), indent=1, allow_nan=False)
    page = html(report)
    folder = room(folder, "results.json", report.interrupted)
    replace({folder / "results.json": data + "\n", folder / "index.html": page})
    return folder / "index.html"
