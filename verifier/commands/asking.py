"""`verifier.check`: one statement, asked from Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict, Unpack

from ..asking.entry import question_of, question_of_fields
from ..asking.question import Question
from ..engine.settings import Settings
from ..output import notebook
from ..output.text import problem_text
from ..reading.problem import InputError, Problem
from ..results.answer import CHOICES, EITHER, Answer
from ..results.shown import show_by
from ..running.desk import Desk
from ..running.device import find as find_device
from ..running.inquiry import answered, layouts_of

show_by(notebook)


class Fields(TypedDict, total=False):
    """The fields of a record, as in a file; `claim` is `both`, and `as_` is `as`."""

    function: str
    value: str
    limit: str
    expansion: str
    sign: str
    shape: str
    wrt: str | Sequence[str]
    let: Mapping[str, str]
    as_: str
    small: str
    error: str
    order: str
    entries: str
    claim: str | Sequence[str]
    both: str | Sequence[str]
    numerator: str | Sequence[str]
    denominator: str | Sequence[str]
    mixed: str | Sequence[str]
    differential: str | Sequence[str]
    hessian: str | Sequence[str]


def check(
    statement: str = "",
    /,
    *,
    where: str | Mapping[str, str] = "",
    layout: Literal["either", "both", "numerator", "denominator", "mixed"] = EITHER,
    draws: int = 256,
    seed: int = 0,
    device: Literal["auto", "cpu", "gpu"] = "auto",
    fresh: bool = False,
    **fields: Unpack[Fields],
) -> Answer:
    """Check one statement; InputError says where and why it cannot be read.

    >>> check("d(x.T @ A @ x)/dx = (A + A.T) @ x").layouts
    ('denominator',)
    >>> check("d(x.T @ A @ x)/dx = 2*A @ x", where={"A": "symmetric(n)"}).holds
    True
    >>> check(function="A @ x", wrt="x", numerator="A").types
    {'A': 'matrix(m, n)', 'x': 'vector(n)'}

    Types that `where` does not give are inferred. The answer is true where the
    statement holds: in `either` layout, in `both`, or in the one that is named. The
    verdict on what was asked before is remembered, unless `fresh` asks for it again.
    `nabla check --help` has the notations. No code of a statement is ever run.
    """
    if layout not in CHOICES:
        raise InputError(f"layout is one of {', '.join(CHOICES)}, not {layout!r}")
    if bool(statement) == bool(fields):
        raise InputError("give either a statement or the fields of a record")
    try:
        settings = Settings(
            seed, draws, device=find_device(device), layouts=layouts_of(layout)
        )
    except ValueError as error:
        raise InputError(str(error)) from None
    with Desk(fresh) as desk:
        desk.start(settings.device)
        if statement:
            return answer_to(statement, settings, where=where, layout=layout, desk=desk)
        said: dict[str, Any] = dict(fields)
        found = {_KEYS.get(key, key): value for key, value in said.items()}
        question = sound(*question_of_fields(found, where, settings.layouts))
        return answered(question, "", settings, layout=layout, desk=desk)


_KEYS = {"as_": "as", "claim": "both"}


def answer_to(
    statement: str,
    settings: Settings,
    *,
    where: str | Mapping[str, str] = "",
    layout: str = EITHER,
    command: str = "",
    desk: Desk | None = None,
    spare: bool = False,
) -> Answer:
    """Answer a statement; InputError where it cannot be read.

    Names in `where` must occur in it, unless they are spare.
    """
    types = where if isinstance(where, str) else joined(where)
    question = sound(*question_of(statement, types, settings.layouts, spare))
    return answered(
        question, statement, settings, layout=layout, command=command, desk=desk
    )


def joined(where: Mapping[str, str]) -> str:
    """Return types as they are written behind a statement."""
    return ", ".join(f"{name}: {declared}" for name, declared in where.items())


def sound(question: Question | None, problems: Sequence[Problem]) -> Question:
    """Return the question; InputError where there are problems."""
    if question is None or problems:
        said = "\n\n".join(map(problem_text, problems))
        raise InputError(said, problems)
    return question
