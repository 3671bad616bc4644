"""Derivatives asked for: derived, verified as claims, shown only where they hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from ..asking.question import Question
from ..deriving.algebra import names
from ..deriving.closed_form import ClosedForms
from ..deriving.lines import Step, records, verified
from ..deriving.links import NoRule
from ..deriving.sharing import shared
from ..deriving.steps import steps
from ..engine.settings import LAYOUTS, Settings
from ..language.checker import check
from ..language.expression import parse
from ..language.primitives import PRIMITIVES
from ..language.printing import show
from ..language.statement import Statement
from ..language.tree import Call, Derived, Number, Tree
from ..reading.problem import Text
from ..reading.record import Record, WrittenClaim
from ..reading.writing import yaml_of
from ..results.answer import BOTH, EITHER
from ..results.derivation import Derivation
from ..results.model import Result
from .catalogue import Selection
from .desk import Desk
from .inquiry import DERIVATIVE, NEW_ID
from .session import run

NO_FORM = "it has no closed form in this language, or no rule for it is known"
UNSEEN = "what the rules give could not be verified"
TWO = ("numerator", "denominator")
Forms = Mapping[str, Tree]
"""Closed forms by the field of the claim that they make."""


def fields_of(layout: str, more: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the claims to derive for a layout, with the differential or a Hessian."""
    return (*(TWO if layout in (EITHER, BOTH) else (layout,)), *more)


def derived(
    record: Record,
    fields: Sequence[str],
    settings: Settings,
    *,
    statement: str = "",
    question: Question | None = None,
    command: str = "",
    desk: Desk | None = None,
    share: bool = True,
    told: bool = False,
) -> Derivation:
    """Derive the function of a record in these fields, and verify what comes of it.

    What long forms repeat is named by `let`, unless nothing is to be shared. Where the
    way is to be `told`, its lines are verified as well. KeyboardInterrupt where that
    was stopped.
    """
    work = _Work(record, settings, command, desk, share)
    found = work.derived(fields)
    lines, left = work.told(fields) if told and found.results else ([], 0)
    id = record.id if question is None else NEW_ID
    return Derivation(
        statement or record.id,
        found.results,
        found.missing,
        _used((form.text for form in found.results), found.record.let),
        {name: text.value for name, text in record.where.items()},
        question.guessed if question else (),
        tuple(dict.fromkeys(_kinks(work.closed.function))),
        question.inferred.notes if question else (),
        yaml_of(replace(found.record, id=id)) if found.results else "",
        question.read.partition(" = ")[0] if question else "",
        lines,
        left,
        run=work.made,
    )


@dataclass(frozen=True)
class _Found:
    """A record with the claims that hold, their results, and what was not found."""

    record: Record
    results: list[Result]
    missing: dict[str, str]


class _Work:
    """Derives the function of one record, and has what comes of it verified."""

    def __init__(
        self,
        record: Record,
        settings: Settings,
        command: str,
        desk: Desk | None,
        share: bool,
    ):
        self.record, self.command, self.desk = record, command, desk
        self.share = share
        self.settings = replace(settings, layouts=LAYOUTS, diagnose=False)
        self.made: dict[str, Any] = {}

    def derived(self, fields: Sequence[str]) -> _Found:
        """Return the forms that hold: as short as was found, else as the rules give."""
        self.statement = self._open(fields)
        self.closed = ClosedForms(self.statement)
        self.alike = self.closed.is_scalar
        if self.alike and fields[0] in LAYOUTS:
            fields = (TWO[0], *(field for field in fields if field not in LAYOUTS))
        forms: dict[str, Tree] = {}
        missing: dict[str, str] = {}
        for field in fields:
            try:
                forms[field] = self.closed.form(field)
            except NoRule:
                missing[field] = NO_FORM
        if not forms and "differential" not in fields:
            self.statement = self._open((*fields, "differential"))
            self.closed = ClosedForms(self.statement)
            with suppress(NoRule):  # that has a closed form more often
                forms["differential"] = self.closed.form("differential")
        found = self._judged(forms, missing)
        if left := [field for field in forms if field in found.missing]:
            forms |= {field: self.closed.plain(field) for field in left}
            found = self._judged(forms, missing)
        return found

    def _open(self, fields: Sequence[str]) -> Statement:
        """Return the statement of the record, whose claims are still open."""
        text = replace(self.record.body, value="0", places=())
        claims = tuple(WrittenClaim(field, text) for field in fields)
        statement, problems = check(replace(self.record, claims=claims))
        if statement is None:
            raise AssertionError(f"checked before: {problems}")
        return statement

    def _judged(self, forms: Forms, missing: Mapping[str, str]) -> _Found:
        """Return the record with those of these forms that hold."""
        record = self._claiming(forms)
        results: dict[str, Result] = {}
        if forms:
            found = self._run([record])
            true = (r for r in found if r.verdict == "holds")
            results = {r.layout or r.claim: r for r in true}
        left = {field: UNSEEN for field in forms if field not in results}
        kept = [claim for claim in record.claims if claim.field in results]
        record = replace(record, claims=tuple(_joined(kept, self.alike)))
        shown = [self._shown(result) for result in results.values()]
        return _Found(record, shown, {**missing, **left})

    def told(self, fields: Sequence[str]) -> tuple[list[Step], int]:
        """Return the lines of a textbook that hold, and how many do not.

        Of two layouts it is the one in which a gradient has its variable's shape.
        """
        field = fields[0]
        if TWO[1] in fields and self.closed.is_gradient:
            field = TWO[1]
        try:
            lines = steps(self.statement, field)
        except NoRule:
            return [], 0
        kept = verified(
            lines, self.statement, self._run(records(lines, self.statement))
        )
        return kept, len(lines) - len(kept)

    def _run(self, asked: Sequence[Record]) -> Sequence[Result]:
        """Verify records in one run."""
        report = run(
            Selection(tuple(asked), (), 1),
            self.settings,
            jobs=1,
            command=self.command,
            desk=self.desk,
        )
        if report.interrupted:
            raise KeyboardInterrupt
        self.made = self.made or dict(report.run)
        return report.results

    def _shown(self, result: Result) -> Result:
        """Return a result without a layout, where the layouts do not differ."""
        if not (self.alike and result.layout):
            return result
        return replace(result, layout="", claim=DERIVATIVE)

    def _claiming(self, forms: Forms) -> Record:
        """Return a record that claims the forms, what they repeat named by `let`."""
        statement, record = self.statement, self.record
        taken = {*statement.types, *statement.sizes, *statement.lets}
        trees, named = list(forms.values()), dict[str, Tree]()
        if self.share:
            trees, named = shared(trees, self.closed.shape, taken)
        lets = {name: self._text(tree) for name, tree in named.items()}
        claims = (
            WrittenClaim(field, self._text(tree))
            for field, tree in zip(forms, trees, strict=True)
        )
        return replace(
            record,
            claims=tuple(claims),
            let={**record.let, **lets},
            let_places={**record.let_places, **lets},
            expect="holds",
            why="",
        )

    def _text(self, tree: Tree) -> Text:
        return replace(self.record.body, value=show(tree), places=())


def _joined(claims: Sequence[WrittenClaim], alike: bool) -> Iterator[WrittenClaim]:
    """Yield claims of which equal ones in both layouts are one."""
    texts = {claim.field: claim.text.value for claim in claims}
    same = alike or texts.get(TWO[0], "") == texts.get(TWO[1])
    for claim in claims:
        if not (same and claim.field in TWO):
            yield claim
        elif claim.field == TWO[0]:
            yield replace(claim, field=BOTH)


def _kinks(tree: Tree) -> Iterator[str]:
    """Yield where a function has no derivative because a part of it has a kink."""
    match tree:
        case Call("pow", (Call("norm", args), Number(k))) if k > 0 and k % 2 == 0:
            pass  # the square of a norm is smooth
        case Call(name, args):
            row = PRIMITIVES.get(name)
            if row is not None and row.kink is not None:
                yield f"where `{show(tree)}` has a derivative"
        case Derived(args=args):
            pass
        case _:
            return
    for arg in args:
        yield from _kinks(arg)


def _used(forms: Iterable[str], lets: Mapping[str, Text]) -> dict[str, str]:
    """Return the abbreviations that forms use, themselves or through others."""
    found: set[str] = set()
    open_ = list(forms)
    while open_:
        more = {name for name in names(parse(open_.pop())) if name in lets} - found
        found |= more
        open_ += (lets[name].value for name in more)
    return {name: text.value for name, text in lets.items() if name in found}
