"""`verifier.derive`: a derivative in closed form, asked from Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from ..asking.onesided import function_of, is_onesided
from ..asking.question import Question
from ..engine.settings import Settings
from ..reading.problem import InputError
from ..reading.record import Record
from ..results.answer import CHOICES, EITHER, Answer
from ..results.derivation import Derivation
from ..running.catalogue import ID, select
from ..running.desk import Desk
from ..running.device import find as find_device
from .asking import answer_to, joined, sound


def derive(
    statement: str,
    /,
    *,
    where: str | Mapping[str, str] = "",
    wrt: str = "",
    layout: Literal["either", "both", "numerator", "denominator", "mixed"] = EITHER,
    differential: bool = False,
    hessian: bool = False,
    steps: bool = False,
    draws: int = 256,
    seed: int = 0,
    device: Literal["auto", "cpu", "gpu"] = "auto",
    fresh: bool = False,
) -> Derivation:
    """Derive a function in closed form; each form is verified before it is shown.

    >>> derive("d(x.T @ x)/dx", device="cpu")["denominator"]
    '2 * x'
    >>> derive("logdet(X)", wrt="X", device="cpu").types
    {'X': 'invertible(n)'}

    The statement is a derivative without a right side, in any spelling that `check`
    reads, a function with `wrt`, or the id of a record. What has no closed form is in
    `missing`, with the reason; the derivation is true where nothing is. `steps` has the
    way as a textbook tells it, where it was asked for.
    """
    if layout not in CHOICES:
        raise InputError(f"layout is one of {', '.join(CHOICES)}, not {layout!r}")
    try:
        settings = Settings(seed, draws, device=find_device(device))
    except ValueError as error:
        raise InputError(str(error)) from None
    asked = {"differential": differential, "hessian": hessian}
    more = [name for name, wanted in asked.items() if wanted]
    with Desk(fresh) as desk:
        desk.start(settings.device)
        return derivation_of(
            statement,
            settings,
            where=where if isinstance(where, str) else joined(where),
            wrt=wrt,
            layout=layout,
            more=more,
            told=steps,
            desk=desk,
        )


def answer_or_derivation(
    statement: str,
    settings: Settings,
    *,
    where: str | Mapping[str, str] = "",
    layout: str = EITHER,
    command: str = "",
    desk: Desk | None = None,
    spare: bool = False,
) -> Answer | Derivation:
    """Answer a statement; derive what has no right side."""
    types = where if isinstance(where, str) else joined(where)
    try:
        return answer_to(
            statement,
            settings,
            where=types,
            layout=layout,
            command=command,
            desk=desk,
            spare=spare,
        )
    except InputError as error:
        if not is_onesided(error.problems):
            raise
        question, problems = function_of(statement, types, spare=spare)
        if question is None or problems:
            raise
    return _derived(question, statement, settings, layout, (), False, command, desk)


def derivation_of(
    statement: str,
    settings: Settings,
    *,
    where: str = "",
    wrt: str = "",
    layout: str = EITHER,
    more: Sequence[str] = (),
    told: bool = False,
    command: str = "",
    desk: Desk | None = None,
    spare: bool = False,
) -> Derivation:
    """Derive a statement without a right side, or the record of an id."""
    if ID.fullmatch(statement) and "-" in statement and not wrt:
        from ..running.derived import derived, fields_of  # slow to import

        record = _record(statement, where)
        fields = fields_of(layout, more)
        return derived(record, fields, settings, command=command, desk=desk, told=told)
    question = sound(*function_of(statement, where, wrt, spare))
    return _derived(question, statement, settings, layout, more, told, command, desk)


def _derived(
    question: Question,
    statement: str,
    settings: Settings,
    layout: str,
    more: Sequence[str],
    told: bool,
    command: str,
    desk: Desk | None,
) -> Derivation:
    """Derive what a question asks for: a Hessian or a differential if it says so."""
    from ..running.derived import derived, fields_of  # not for who checks two sides

    asked = {claim.field for claim in question.record.claims}
    fields = fields_of(layout, more)
    if asked <= {"hessian", "differential"}:
        fields = (*sorted(asked), *(name for name in more if name not in asked))
    return derived(
        question.record,
        fields,
        settings,
        statement=statement,
        question=question,
        command=command,
        desk=desk,
        told=told,
    )


def _record(id: str, where: str) -> Record:
    """Return the record of an id, whose function is to be derived."""
    (record,) = select([id]).records
    if record.subject != "function":
        said = f"`{id}` is no function: its subject is `{record.subject}`"
        raise InputError(f"{said}; give the id of a record with `function`")
    if where:
        said = f"the record `{id}` has types of its own, and `{where}` is not used"
        raise InputError(f"{said}; write the function for other types")
    return record
