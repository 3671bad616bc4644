"""A statement in the spelling of mathematics, as a question."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ..language.declaration import parse_type
from ..language.tree import Tree
from ..reading.problem import Fault, Place, Problem, Text
from ..spelling.defining import Definition
from ..spelling.grammar import Context
from .inline import WHERE as WHERE_TYPES
from .inline import declared, line
from .meant import spelled
from .pieces import Piece
from .question import (
    ID,
    STATEMENT,
    WHERE,
    Asked,
    Question,
    asked,
    infer,
    misnamed,
    names_in,
)
from .spelled import Spelled, record_of
from .ways import OF_MATRICES


def spelled_question(
    statement: str,
    where: str,
    layouts: Sequence[str],
    spare: bool,
    lets: Mapping[str, Tree] | None = None,
) -> Asked:
    """Read a statement in the spelling of mathematics."""
    plain = Text(
        statement,
        Place(STATEMENT, 1, 1),
        (re.sub(r"[\t\r\n]", " ", statement),),
        tuple((1, at + 1) for at in range(len(statement) + 1)),
    )
    more = line(where, WHERE)
    definitions = {name: Definition((), tree) for name, tree in (lets or {}).items()}
    try:
        types, places = declared(more)
        if found := WHERE_TYPES.search(statement):
            said = declared(Piece(plain, found.end(), len(statement)).text)
            types, places = types | said[0], places | said[1]
            statement = statement[: found.start()]
        given = {name: parse_type(text.value) for name, text in types.items()}
        context = Context(names=frozenset(definitions))
        found_readings = spelled(statement, given, context, definitions)
    except Fault as fault:
        return None, [plain.problem(fault)]
    fitting = [read for read in found_readings if read.fits]
    questions: list[Question] = []
    problems: list[Problem] = []
    for read in fitting or found_readings[:1]:
        question, more_problems = _question_of(
            read, plain, types, places, layouts, spare
        )
        problems += more_problems
        if question is not None:
            questions.append(question)
    if not questions:
        return None, problems
    return replace(questions[0], others=tuple(questions[1:])), []


def readings_of_matrices(
    statement: str, where: str, layouts: Sequence[str], spare: bool
) -> Iterator[Question]:
    """Yield the readings whose `exp`, `log` or `sqrt` is one of whole matrices."""
    read, _ = spelled_question(statement, where, layouts, spare)
    for one in (read, *read.others) if read else ():
        if OF_MATRICES in one.inferred.notes:
            yield one


def _question_of(
    read: Spelled,
    plain: Text,
    types: Mapping[str, Text],
    places: Mapping[str, Text],
    layouts: Sequence[str],
    spare: bool,
) -> Asked:
    """Make a question of a reading."""
    record = record_of(read, plain, types, ID)
    if spare:
        types = {name: types[name] for name in types.keys() & names_in(record)}
        record = record_of(read, plain, types, ID)
    found, given, problems = infer(record, read.ranks)
    problems += misnamed(replace(record, where_places=places))
    if found is None or problems:
        return None, problems
    said = {
        name: read.said.restricted(name, declared_)
        for name, declared_ in found.types.items()
        if name not in types
    }
    all_types = {
        name: types.get(name) or replace(plain, value=said[name], places=())
        for name in found.types
    }
    in_words = {n for n, text in said.items() if text != str(found.types[n])}
    given = {**given, **{name: parse_type(said[name]) for name in in_words}}
    record = record_of(read, plain, all_types, ID)
    question, problems = asked(record, found, given, layouts)
    if question is None:
        return None, problems
    found_also = [
        (one, _question_of(one, plain, types, places, layouts, True)[0])
        for one in read.also
    ]
    left_out = (
        *read.left_out,
        *(f"`{one.text}` is left out" for one, made in found_also if made is None),
    )
    notes = (
        *question.inferred.notes,
        *read.notes,
        *(f"`{one.text}` is part of it" for one, made in found_also if made),
        *left_out,
        *(f"`{words}` was not understood, and is not used" for words in read.unheard),
    )
    inferred = replace(question.inferred, notes=notes)
    question = replace(question, read=read.text, inferred=inferred)
    also = tuple(made for _, made in found_also if made is not None)
    question = replace(question, unheard=read.unheard, also=also, left_out=left_out)
    return question, problems
