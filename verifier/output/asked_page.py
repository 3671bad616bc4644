"""One statement as a page: a form to ask it, and the answer as the report shows it.

Templates print these data and compute nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property

from jinja2 import Environment
from markupsafe import Markup

from ..reading.problem import Problem
from ..results.answer import BOTH, CHOICES, EITHER, Answer
from ..results.phrases import one_line
from . import answers, typeface
from .axis import Axis, Mark
from .identity import Identity
from .page import Page
from .report import TEMPLATES, compact, environment

FIELDS = {"<statement>": "the statement", "<where>": "the types"}
"""What a page calls the texts that its form asks for."""
LAYOUTS = {EITHER: "either layout", BOTH: "both layouts"}
EXAMPLES = (
    ("d(x.T @ A @ x)/dx = 2*A @ x", ""),
    ("d(x.T @ A @ x)/dx = 2*A @ x", "A: symmetric(n)"),
    ("∇_X log det X = X⁻ᵀ", ""),
    (r"\frac{\partial}{\partial X} \operatorname{tr}(AX) = A^\top", ""),
)
"""Statements to begin with, and the types of their names."""


@dataclass(frozen=True)
class Shown:
    """An answer in words and formulas."""

    answer: Answer

    @property
    def headline(self) -> str:
        """Return where it holds, and where not."""
        return answers.headline(self.answer)

    @property
    def said(self) -> list[str]:
        """Return what was assumed, and how else it was read."""
        answer = self.answer
        return [*answers.assumptions(answer), *answers.other_readings(answer)]

    @property
    def read(self) -> str:
        """Return the statement in the language, where it was spelled otherwise."""
        return one_line(self.answer.read)

    @property
    def typeset(self) -> Markup:
        """Return the statement as a formula, in the layouts where it holds."""
        from .typesetting import equation  # slow to import: not before it is needed

        best = self.answer.best
        return Markup(equation(best, "mathml"))

    @cached_property
    def identities(self) -> list[Identity]:
        """The claims in all layouts, those in which it holds in one, if it does."""
        results = self.answer.results
        true = [one for one in results if one.verdict == "holds"]
        rest = [one for one in results if one.verdict != "holds"]
        parts = [true, rest] if self.answer.holds else [results]
        run = self.answer.run
        pages = (Page(replace(self.answer.report, results=p, run=run)) for p in parts)
        return [one for page in pages for one in page.identities]

    @property
    def marks(self) -> list[Mark]:
        """Return the marks that are drawn with the axis."""
        return list({mark for one in self.identities for mark in one.marks[:1]})


@dataclass(frozen=True)
class Asked:
    """What stands in the form."""

    statement: str = ""
    where: str = ""
    layout: str = EITHER

    @property
    def layouts(self) -> list[tuple[str, str, bool]]:
        """Return what may be chosen, how it is called, and whether it is."""
        return [
            (one, LAYOUTS.get(one, f"{one} layout"), one == self.layout)
            for one in CHOICES
        ]


@dataclass(frozen=True)
class Files:
    """The addresses of what a page needs: each changes with its content."""

    texts: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Content and media type by address."""
    style: str = ""
    script: str = ""


@cache
def files() -> Files:
    """Return the styles of the report, with those of the form, and the script."""
    sheets = [(TEMPLATES / name).read_text("utf-8") for name in ("page.css", "ask.css")]
    style = "\n".join([typeface.face(), *sheets])
    script = (TEMPLATES / "ask.js").read_text("utf-8")
    names = [f"/{_digest(style)}.css", f"/{_digest(script)}.js"]
    kinds = ("text/css", "text/javascript")
    found = zip((style, script), kinds, strict=True)
    return Files(dict(zip(names, found, strict=True)), *names)


def answer_html(answer: Answer) -> str:
    """Return the answer as a part of a page."""
    shown = Shown(answer)
    return _filled("answer.html", shown=shown, problems=[], axis=Axis())


def problems_html(problems: Sequence[Problem]) -> str:
    """Return what is wrong with a question, as a part of a page."""
    named = [
        replace(one, place=replace(one.place, file=_called(one.place.file)))
        for one in problems
    ]
    return _filled("answer.html", shown=None, problems=named)


def page_html(asked: Asked, answer: str = "") -> str:
    """Return the page: the form, and the answer as it was made above."""
    return _filled(
        "ask.html",
        asked=asked,
        answer=Markup(answer),
        files=files(),
        examples=EXAMPLES,
    )


def _called(name: str) -> str:
    return FIELDS.get(name, name)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@cache
def _environment() -> Environment:
    return environment()


def _filled(template: str, **data: object) -> str:
    return compact(_environment().get_template(template).render(**data))
