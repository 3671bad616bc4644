"""The formula that code is checked against: a text in any spelling, or an id."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..asking.entry import STATEMENT, question_of
from ..asking.inline import WHERE
from ..language.checker import check
from ..language.declaration import FunctionType, Type
from ..language.primitives import FUNCTIONS
from ..language.statement import WHOLE, Statement
from ..output.text import problem_text
from ..reading.problem import InputError, Problem
from ..reading.record import Record, WrittenClaim
from ..results.phrases import did_you_mean
from ..running.catalogue import ID, Unknown, select

FUNCTION, VALUE = "function", "value"
DERIVATIVE = re.compile(
    r"^\s*(?:d\s*[(/²^]|∂|∇|\\nabla|\\frac\s*\{\s*(?:\\partial|d\b)|grad)"
)
"""How a text begins that is a derivative itself: what it is of is the function."""


DEFINED = re.compile(
    r"(?P<name>\\?[A-Za-z]+(?:\{[A-Za-z]+\})?(?:_\{?\w+\}?)?)\s*(?:\([\w\s,;\\]*\))?"
)
"""The left side of a definition: `f(x, A)`, `y`, `\\mathcal{L}(w)`."""


@dataclass(frozen=True)
class Formula:
    """What is right: a function of names, and what it is differentiated by."""

    text: str
    """As it was given."""
    record: Record
    """The function as a record of a value; it claims what it says."""
    statement: Statement
    inferred: tuple[str, ...] = ()
    """Names whose types nobody gave."""
    notes: tuple[str, ...] = ()
    wrt: tuple[str, ...] = ()
    """What it says that it is differentiated by, if it does."""
    layout: str = ""

    @property
    def variables(self) -> tuple[str, ...]:
        """Return the names of all values that are no whole numbers, in order."""
        return tuple(
            name
            for name, declared in self.statement.types.items()
            if isinstance(declared, Type) and declared.kind not in WHOLE
        )

    @property
    def names(self) -> tuple[str, ...]:
        """Return every name that a parameter may have, those that are drawn first."""
        sizes = sorted(self.statement.sizes - self.statement.types.keys())
        return (*self.statement.types, *sizes)

    def of(self, text: str) -> Formula:
        """Return the formula of another function of the same names."""
        body = replace(self.record.body, value=text, places=())
        claims = (WrittenClaim("numerator", body),)
        record = replace(self.record, body=body, claims=claims)
        statement, problems = check(record)
        if statement is None:
            raise AssertionError(f"`{text}` was checked before: {problems}")
        return replace(self, record=record, statement=statement)

    def by(self, name: str, layout: str = "numerator") -> Record:
        """Return the record of a derivative; it claims the function, be it not so."""
        body = self.record.body
        return replace(
            self.record,
            subject=FUNCTION,
            wrt=(replace(body, value=name, places=()),),
            claims=(WrittenClaim(layout, body),),
        )


def formula_of(text: str, where: str | Mapping[str, str] = "") -> Formula:
    """Read a formula; InputError says where and why it cannot be read."""
    if not isinstance(text, str) or not text.strip():
        raise InputError(
            "the formula is a text, such as `x.T @ A @ x`, or a record's id"
        )
    recorded = _recorded(text.strip())
    if recorded is not None and where:
        raise InputError("a record has types of its own: leave `where` out")
    return formula_from(*(recorded or _asked(text, where)), text)


def formula_from(
    record: Record,
    inferred: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
    text: str = "",
) -> Formula:
    """Return the formula that a record is about."""
    wrt = tuple(one.value.strip() for one in record.wrt)
    body = replace(
        record,
        subject=VALUE,
        wrt=(),
        claims=(WrittenClaim("numerator", record.body),),
        expect="holds",
    )
    statement, problems = check(body)
    if statement is None:
        raise _unreadable(problems)
    symbols = [n for n, t in statement.types.items() if isinstance(t, FunctionType)]
    if symbols:
        said = f"`{symbols[0]}` stands for any function, and code computes one"
        raise InputError(f"{said}: write the function out")
    return Formula(text or record.id, body, statement, inferred, notes, wrt)


Read = tuple[Record, tuple[str, ...], tuple[str, ...]]


def _recorded(text: str) -> Read | None:
    """Return the record of an id or of `PATH::id`; None where it is another text."""
    if "::" not in text and not ("-" in text and ID.fullmatch(text)):
        return None
    try:
        selection = select([text])
    except Unknown:
        if "::" in text or all(len(word) > 1 for word in text.split("-")):
            raise
        return None  # `a-b` is a difference
    if selection.problems or len(selection.records) != 1:
        raise _unreadable(selection.problems)
    (record,) = selection.records
    if record.subject not in (FUNCTION, VALUE):
        raise InputError(f"`{text}` is about a {record.subject}, and about no function")
    return record, (), ()


def _asked(text: str, where: str | Mapping[str, str]) -> Read:
    types = where if isinstance(where, str) else _joined(where)
    formula, behind = text, ""
    if found := WHERE.search(text):
        formula, behind = text[: found.start()], text[found.start() :]
    formula = _defined(formula)
    tries = [f"{formula} {behind}"] if _is_statement(formula) else []
    if not tries and not DERIVATIVE.search(formula):
        tries.append(f"{formula} = {formula} {behind}")
    if not tries:
        tries.append(f"{formula} = 0 {behind}")
    question, problems = question_of(tries[0].rstrip(), types)
    if question is None:
        raise _unreadable(problems, formula)
    record = question.record
    if record.subject not in (FUNCTION, VALUE):
        raise InputError(f"this is about a {record.subject}: give a function")
    notes = [note for note in question.inferred.notes if "= 0" not in note]
    if question.read:
        notes.insert(0, f"read as {record.body.value}")
    return record, question.guessed, tuple(notes)


def _defined(formula: str) -> str:
    """Return what a text such as `f(x) = x.T @ x` defines, else the text."""
    left, sign, right = formula.partition("=")
    found = DEFINED.fullmatch(left.strip())
    if not sign or found is None or found["name"] in FUNCTIONS:
        return formula
    return formula if right.startswith("=") else right.strip()


def _is_statement(formula: str) -> bool:
    """Whether a text has two sides, of which the left one is meant."""
    return re.search(r"(?<![<>=!])=(?!=)", formula) is not None


def _joined(where: Mapping[str, str]) -> str:
    return ", ".join(f"{name}: {declared}" for name, declared in where.items())


def _unreadable(problems: Sequence[Problem], formula: str = "") -> InputError:
    if formula:  # of two equal sides the first is shown
        problems = [
            replace(p, excerpt=formula) if p.place.file == STATEMENT else p
            for p in problems[:1]
        ]
    said = "\n\n".join(map(problem_text, problems))
    return InputError(said or "the formula cannot be read", problems)


def chosen(formula: Formula, wrt: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return what is differentiated by, as it was asked for; nothing: to be seen."""
    if wrt is None:
        return formula.wrt
    names = (
        tuple(part.strip() for part in wrt.split(","))
        if isinstance(wrt, str)
        else (tuple(wrt))
    )
    for name in names:
        if name not in formula.variables:
            known = ", ".join(f"`{one}`" for one in formula.variables)
            hint = did_you_mean(name, formula.variables) or f"there are {known}"
            raise InputError(f"wrt: the formula has no variable `{name}`; {hint}")
    return names
