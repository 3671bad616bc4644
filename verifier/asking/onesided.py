"""A statement without its right side: the derivative that somebody asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..reading.problem import Fault, Place, Problem, Text
from .entry import STATEMENT, Asked, question_of
from .question import LAYOUTS
from .worded import in_signs

OPEN = " = 0"
"""The right side that is put in its place: a zero fits every function."""
CLAUSE = re.compile(r"\s*[,;]?\s*\b(?:where|with|if|for|when|given)\b")
"""Where what is said of names may begin."""
EQUALS = re.compile(r"(?<![<>=:!])=(?!=)")


def function_of(
    statement: str, where: str = "", wrt: str = "", spare: bool = False
) -> Asked:
    """Make a question of a derivative, or of a function and what it is derived by."""
    statement = in_signs(statement)
    plain = Text(statement, Place(STATEMENT, 1, 1), (statement,))
    if wrt:
        head, tail = _cut(statement)
        statement = f"d({head})/d{wrt}{tail}"
    head, _ = _cut(statement)
    if found := EQUALS.search(head):
        said = "there is a right side already, and it is what is asked for here"
        hint = "`nabla check` compares two sides"
        return None, [plain.problem(Fault(found.start(), said, hint))]
    problems: list[Problem] = []
    for at in _ends(statement):
        whole = f"{statement[:at]}{OPEN}{statement[at:]}"
        question, faults = question_of(whole, where, LAYOUTS, spare)
        if question is not None and question.record.subject == "function":
            return question, []
        problems = problems or [_moved(fault, at, statement) for fault in faults]
    if not problems:
        said = "nothing is differentiated here"
        hint = "say by what: `d(x.T @ A @ x)/dx`, or `--wrt x` for a function"
        problems = [plain.problem(Fault(0, said, hint))]
    return None, problems


def is_onesided(problems: Sequence[Problem]) -> bool:
    """Whether all that a statement lacks is a right side."""
    return any(problem.text.startswith("there is no `=`") for problem in problems)


def _cut(statement: str) -> tuple[str, str]:
    """Return what is differentiated, and what is said of the names behind it."""
    found = CLAUSE.search(statement)
    at = found.start() if found else len(statement)
    return statement[:at], statement[at:]


def _ends(statement: str) -> Iterator[int]:
    """Yield where the derivative may end."""
    yield from (found.start() for found in CLAUSE.finditer(statement))
    yield len(statement)


def _moved(problem: Problem, at: int, statement: str) -> Problem:
    """Place a problem in what was typed, without the zero behind it."""
    if problem.place.file != STATEMENT:
        return problem
    column, caret = (
        min(value, len(statement) + 1) if value <= at + 1 else max(at + 1, value - 4)
        for value in (problem.place.column, problem.caret)
    )
    place = replace(problem.place, column=column)
    return replace(problem, place=place, excerpt=statement, caret=caret)
