"""Whether what can be read in the language is hardly meant in it.

`∂(xyz)/∂x` may be by an x beside a name `xyz`; people mean a product.
"""

from __future__ import annotations

import re

from ..language.declaration import parse_type
from ..language.expression import parse
from ..spelling.runs import LONGEST_RUN
from ..spelling.scan import MODULE
from .question import Question
from .uses import GREEK, names

IDENTITY = "I"
SCALAR_TYPE = parse_type("scalar")
VECTORS = frozenset(("x", "y", "z", "u", "v", "w"))
"""Letters of vectors, by which a Jacobian is."""


_STARRED = re.compile(
    r"\s*(?:jacobian|gradient|hessian)\s*\([^=]*(?<!\*)\*(?!\*)[^=]*="
)
"""A derivative by a word, of what has a `*` in it."""


def is_disguised(question: Question, statement: str) -> bool:
    """Whether a name is hardly meant as one: the identity `I`, a product `AX`."""
    return (
        IDENTITY in question.guessed
        or _runs_together(question, statement)
        or _is_of_a_number(question, statement)
    )


def _is_of_a_number(question: Question, statement: str) -> bool:
    """Whether `jacobian(A*x, x)` was read as one by a number, because of its `*`."""
    record = question.record
    named = _STARRED.match(statement)
    return named is not None and any(
        name.value in question.guessed
        and question.inferred.types[name.value] == SCALAR_TYPE
        and name.value in VECTORS
        for name in record.wrt
    )


def _runs_together(question: Question, statement: str) -> bool:
    """Whether names such as `AX` or `df` look like letters written together."""
    changes = [name for name in question.guessed if re.fullmatch(r"d[A-Za-z]", name)]
    if len(changes) > 1 and re.search(r"[d∂][A-Za-z]\s*/\s*[d∂]", statement):
        return True
    if any(name.startswith("sum_") for name in question.guessed):
        return True
    if _is_hidden(question):
        return True
    guessed = [name for name in question.guessed if name not in GREEK]
    letters = {name for name in guessed if len(name) == 1}
    runs = [n for n in guessed if 2 <= len(n) <= LONGEST_RUN and n.isalpha()]
    return any(
        letters & {*run} or any({*run} & {*other} for other in runs if other != run)
        if any(map(str.isupper, run))
        else {*run} <= letters
        for run in runs
    )


def _is_hidden(question: Question) -> bool:
    """Whether what a derivative is by stands only inside of a run: `∂(xyz)/∂x`."""
    body = parse(question.record.body.value)
    inside = [*names(body)]
    return any(
        name.value not in inside
        and any(name.value in run for run in inside if run.isalpha() and len(run) < 5)
        for name in question.record.wrt
        if len(name.value) == 1
    )


def plainly_strict(statement: str) -> bool:
    """Whether a statement has no sign of another spelling than the language's."""
    return not _OTHER.search(statement)


_OTHER = re.compile(
    rf"[^\x00-\x7f]|\\|[\^'|${{}}]|\)_|\bsum_|\b(?:{MODULE})\.(?!T\b)[A-Za-z]|\blambda\s+\w|"
    r"\(\s*\w+\s*->(?!\s*[-\w.]+\s*[),])|@\(|\babs2\b|\brange\(|\.\.|[A-Za-z)]\.[*^/(]"
)
"""Signs that the language does not have."""
