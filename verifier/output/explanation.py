"""Explanations on the terminal: what a word means, an example, and what to do."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from ..language.checker import check
from ..reading.problem import Problem
from ..reading.record import records_of
from ..reading.source import Source
from ..results.explanations import GROUPS, Explanation
from .text import WIDTH, Paint, problem_text

EXAMPLE = "example.yaml"


def explanation_text(one: Explanation, paint: Paint) -> str:
    """Return one explanation; a problem shows the message that the example gets."""
    lines = [f"{paint(one.kind, 'bold')}: {GROUPS[one.group]}", ""]
    lines += paragraph(one.means)
    mistake = one.wrong and one.right
    for title, text, color in (
        ("this record has it" if one.wrong else "", one.wrong, "red"),
        ("and this one does not" if mistake else "for example", one.right, "green"),
    ):
        if text:
            lines += ["", paint(title, color), ""]
            lines += textwrap.indent(text.rstrip(), "    ").splitlines()
        if text and text is one.wrong and one.group == "problems":
            lines += ["", "nabla says", ""]
            for problem in problems_of(text):
                said = problem_text(problem, paint)
                lines += textwrap.indent(said, "    ").splitlines()
    if one.do:
        lines += ["", paint("what to do", "bold"), "", *paragraph(one.do)]
    if one.example and one.group != "problems":
        lines += ["", "to see it", ""]
        lines.append(f"    nabla explain {one.kind} --example > {EXAMPLE}")
        lines.append(f"    nabla verify {EXAMPLE}")
    return "\n".join(lines) + "\n"


def list_text(all: Sequence[Explanation], paint: Paint) -> str:
    """Return every kind with the first sentence of its explanation, by group."""
    width = max(len(one.kind) for one in all)
    blocks = []
    for group in GROUPS:
        lines = [group]
        for one in all:
            if one.group == group:
                name = f"  {one.kind:<{width}}  "
                said = textwrap.fill(
                    one.gist,
                    WIDTH,
                    subsequent_indent=" " * len(name),
                    initial_indent=name,
                )
                lines.append(said.replace(one.kind, paint(one.kind, "bold"), 1))
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def problems_of(text: str) -> list[Problem]:
    """Return the problems of an example, as `nabla lint` finds them."""
    records, problems = records_of(Source(EXAMPLE, text))
    for record in records:
        problems += check(record)[1]
    return sorted(problems)


def paragraph(text: str) -> Iterator[str]:
    """Yield the lines of a paragraph, indented."""
    yield from textwrap.wrap(
        text, WIDTH - 2, initial_indent="  ", subsequent_indent="  "
    )
