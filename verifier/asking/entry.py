"""Questions: a statement on one line, or the fields of a record from Python."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ..language.declaration import parse_type
from ..language.expression import parse
from ..language.statement import Statement
from ..language.term import ONE, Term, terms
from ..language.tree import Tree
from ..reading.fields import name_fault
from ..reading.problem import Fault, Problem, Text
from ..reading.record import Record, WrittenClaim, records_of
from ..reading.source import Source
from ..reading.writing import quoted
from ..spelling.loose import MATRIX_FUNCTIONS, calls
from .disguised import is_disguised, plainly_strict
from .inline import Parts, declared, line, parts, with_types
from .question import (
    ID,
    LAYOUTS,
    STATEMENT,
    WHERE,
    Asked,
    Question,
    asked,
    infer,
    misnamed,
)
from .unsaid import unsaid
from .worded import in_signs

FIELDS = "<fields>"
Fields = Mapping[str, str | Sequence[str] | Mapping[str, str]]
_QUOTED = re.compile(r"^(\s*)`([^`]*)`(\s*)$")
"""A statement in backquotes, as in Markdown."""


def question_of(
    statement: str,
    where: str = "",
    layouts: Sequence[str] = LAYOUTS,
    spare: bool = False,
    lets: Mapping[str, Tree] | None = None,
) -> Asked:
    """Make a question of a statement, or say all that is wrong with it.

    `where` declares further names, such as `A: symmetric(n), b: scalar`, which must
    occur unless they are `spare`; what the statement itself says of a name comes first.
    What is not written in the language is read as mathematics is written, also in a
    sentence. Names that abbreviate something, `lets`, are written out.
    """
    statement = in_signs(_QUOTED.sub(r"\1 \2 \3", statement))
    question, problems = _question(statement, where, layouts, spare, lets)
    if question is not None and (problem := unsaid(question)) is not None:
        return None, [problem]
    return question, problems


def _question(
    statement: str,
    where: str,
    layouts: Sequence[str],
    spare: bool,
    lets: Mapping[str, Tree] | None,
) -> Asked:
    if lets and any(re.search(rf"\b{name}\b", statement) for name in lets):
        return _elsewise(statement, where, layouts, spare, lets)
    found, problems = strict_question(statement, where, layouts, spare)
    if found is not None and not is_disguised(found, statement):
        others = [*_of_matrices(found, statement, where, layouts, spare)]
        others += _of_stars(found, statement, where, layouts, spare)
        return replace(found, others=tuple(others)), problems
    read, faults = _elsewise(statement, where, layouts, spare)
    if read is not None or found is not None:
        return read or found, []
    return None, faults if _told_better(statement, problems, faults) else problems


def _elsewise(
    statement: str,
    where: str,
    layouts: Sequence[str],
    spare: bool,
    lets: Mapping[str, Tree] | None = None,
) -> Asked:
    from .elsewise import spelled_question  # a stream may never need it

    return spelled_question(statement, where, layouts, spare, lets)


def _of_matrices(
    question: Question, statement: str, where: str, layouts: Sequence[str], spare: bool
) -> Iterator[Question]:
    """Yield the readings whose `exp`, `log` or `sqrt` is one of whole matrices."""
    texts = (question.record.body, *_claimed(question.record))
    named = any(any(calls(parse(text.value), *MATRIX_FUNCTIONS)) for text in texts)
    if named and _takes_a_matrix(question.statement):
        from .elsewise import readings_of_matrices  # few statements need it

        yield from readings_of_matrices(statement, where, layouts, spare)


def _of_stars(
    question: Question, statement: str, where: str, layouts: Sequence[str], spare: bool
) -> Iterator[Question]:
    """Yield the readings whose `*` is a product of matrices, as in most programs.

    Where an `@` stands too, `*` goes entry by entry.
    """
    if "@" in statement or "*" not in statement:
        return
    starred = question.statement is not None and any(
        term.op == "mul" and all(ONE not in arg.shape for arg in term.args)
        for root in _roots(question.statement)
        for term in terms(root)
    )
    read, _ = _elsewise(statement, where, layouts, spare) if starred else (None, [])
    for one in (read, *read.others) if read else ():
        if _sides(one.record) != _sides(question.record):
            yield one


def _takes_a_matrix(statement: Statement | None) -> bool:
    """Whether one of those functions may have an argument that is no row or column."""
    if statement is None:
        return True
    return any(
        term.op in MATRIX_FUNCTIONS and ONE not in term.args[0].shape
        for root in _roots(statement)
        for term in terms(root)
    )


def _roots(statement: Statement) -> Iterator[Term]:
    """Yield all sides of a statement."""
    yield from statement.bodies.values()
    yield from (claim.term for claim in statement.claims if claim.term is not None)


def _told_better(
    statement: str, strict: Sequence[Problem], loose: Sequence[Problem]
) -> bool:
    """Whether the language's own message is of less use than the other one.

    So it is where the statement has signs of another spelling, or where the language
    only misses a sign between two factors.
    """
    if not loose or any("is empty" in problem.text for problem in strict):
        return False
    product = any(p.text.startswith("syntax: no operator") for p in strict)
    return product or not plainly_strict(statement)


def strict_question(
    statement: str, where: str, layouts: Sequence[str], spare: bool = False
) -> Asked:
    """Read a statement in the language."""
    text, more = line(statement, STATEMENT), line(where, WHERE)
    try:
        made = parts(text)
    except Fault as fault:
        return None, [text.problem(fault)]
    try:
        types, places = declared(more)
    except Fault as fault:
        return None, [more.problem(fault)]
    if spare:
        here = {name for name in types if re.search(rf"\b{name}\b", text.value)}
        types = {name: types[name] for name in here}
        places = {name: places[name] for name in here}
    types, places = {**types, **made.where}, {**places, **made.where_places}
    record = _record(text, made, types, places)
    found, given, problems = infer(record)
    problems += misnamed(record)
    if found is None or problems:
        return None, problems
    places |= {n: _first(text, n) for n in found.types if n not in places}
    types |= {
        name: replace(places[name], value=str(declared_))
        for name, declared_ in found.types.items()
        if name not in types
    }
    types = {name: types[name] for name in found.types}
    return asked(_record(text, made, types, places), found, given, layouts)


def repeated(question: Question, statement: str) -> str:
    """Return the statement in the language, with the types that it cannot do without.

    Those that were given are said in any case. What cannot be said in the language is
    repeated as it was written.
    """
    if not question.read or question.also:
        return with_types(statement, question.given)
    every = {name: text.value for name, text in question.record.where.items()}
    for types in (question.given, every):
        said = with_types(question.read, types)
        again, _ = strict_question(said, "", LAYOUTS)
        if again is not None and _same(again.record, question.record):
            return said
    return with_types(statement, question.given)


def _same(one: Record, other: Record) -> bool:
    """Whether two records are of the same values, and their claims the same."""
    sides = [_sides(record) for record in (one, other)]
    types = [
        {name: parse_type(text.value) for name, text in record.where.items()}
        for record in (one, other)
    ]
    return sides[0] == sides[1] and types[0] == types[1]


def _sides(record: Record) -> tuple[str, set[Tree]]:
    """Return what a record is about, and all of its sides."""
    return record.subject, {parse(t.value) for t in (record.body, *_claimed(record))}


def _claimed(record: Record) -> list[Text]:
    return [claim.text for claim in record.claims]


def types_of(types: str) -> tuple[dict[str, str], list[Problem]]:
    """Read types such as `A: symmetric(n), b: scalar`, or say what is wrong."""
    text = line(types, WHERE)
    try:
        found, places = declared(text)
    except Fault as fault:
        return {}, [text.problem(fault)]
    problems = []
    for name, declared_ in found.items():
        try:
            if fault := name_fault(name):
                problems.append(places[name].problem(Fault(0, *fault, kind="name")))
            parse_type(declared_.value)
        except Fault as fault:
            problems.append(declared_.problem(fault))
    return {name: declared_.value for name, declared_ in found.items()}, problems


def _record(
    text: Text, made: Parts, types: Mapping[str, Text], places: Mapping[str, Text]
) -> Record:
    return Record(
        ID,
        text.at(0),
        made.subject,
        made.body,
        tuple(WrittenClaim(where, claim) for where, claim in made.claims),
        where=types,
        where_places={name: places[name] for name in types},
        wrt=made.wrt,
        approach=made.approach,
        small=made.small,
        error=made.error,
        order=made.order,
    )


def _first(text: Text, name: str) -> Text:
    """Return a text that stands, with each of its characters, where a name does."""
    found = re.search(rf"\b{name}\b", text.value)
    at = text.at(found.start() if found else 0)
    return Text(name, at, text.lines, ((at.line, at.column),))


# --- fields -----------------------------------------------------------------------


def question_of_fields(
    fields: Fields,
    where: str | Mapping[str, str] = "",
    layouts: Sequence[str] = LAYOUTS,
) -> Asked:
    """Make a question of the fields of a record, or say all that is wrong with them.

    They are written as YAML and read as every file is, so that nothing is checked in
    two ways; a problem shows the line that was written. `where` need not name all.
    """
    if isinstance(where, str):
        where, problems = types_of(where)
        if problems:
            return None, problems
    # Until its type is inferred, a name that must be declared is a scalar.
    named = [*_texts(fields.get("wrt", ())), *_texts(fields.get("small", ()))]
    assumed = {name: "scalar" for name in named if not name_fault(name)}
    record, problems = _read(assumed | {**where}, fields)
    if record is None:
        return None, problems
    known = {name: text for name, text in record.where.items() if name in where}
    found, given, problems = infer(replace(record, where=known))
    if found is None:
        return None, problems
    types = {name: str(where.get(name, t)) for name, t in found.types.items()}
    if record.subject == "shape":  # its sizes have the names that the claim gives them
        types = {**where}
    record, problems = _read(types, fields)
    return asked(record, found, given, layouts) if record else (None, problems)


def _read(
    where: Mapping[str, str], fields: Fields
) -> tuple[Record | None, list[Problem]]:
    """Write the fields of a record as a file, and read it."""
    lines = "\n  ".join([f"id: {ID}", *_lines({"where": where, **fields})])
    records, problems = records_of(Source(FIELDS, f"- {lines}\n"))
    problems = [replace(problem, id="") for problem in problems]
    return (records[0] if records else None), problems


def _lines(fields: Fields) -> Iterator[str]:
    for key, value in fields.items():
        if isinstance(value, Mapping):
            yield from [f"{quoted(key)}:"] if value else ()
            yield from (f"  {quoted(n)}: {quoted(str(t))}" for n, t in value.items())
        elif len(texts := _texts(value)) == 1:
            yield f"{quoted(key)}: {quoted(texts[0])}"
        else:
            yield f"{quoted(key)}:"
            yield from (f"- {quoted(text)}" for text in texts)


def _texts(value: object) -> list[str]:
    if isinstance(value, list | tuple):
        return [str(text) for text in value]
    return [str(value)]
