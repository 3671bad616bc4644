"""Functions of which a statement says no more than what their derivative should be.

`∇J(θ) = X^T (X θ - y)` is true of one J and of no other: without that J it is no rule
that could fail. A rule of any function, `∇f(Ax) = A^T ∇f(Ax)`, speaks of it again.
"""

from __future__ import annotations

from ..language.declaration import FunctionType
from ..language.expression import parse
from ..language.printing import show
from ..language.tree import Name, Tree
from ..reading.problem import Fault, Problem
from ..spelling.loose import calls, is_zero
from .question import Question
from .uses import names


def unsaid(question: Question) -> Problem | None:
    """Return what is to be told where it is not said which function is meant."""
    record = question.record
    if record.subject != "function":
        return None
    body = parse(record.body.value)
    claims = [parse(claim.text.value) for claim in record.claims]
    if all(map(is_zero, claims)):
        return None
    if _depends_on_nothing(body, question):
        name, by = show(body), record.wrt[0].value
        said = f"it is not said what `{name}` is, and how it depends on `{by}`"
        hint = f"say what it is: `... where {name} = ...`"
        return record.body.problem(Fault(body.start, said, hint))
    types = question.inferred.types
    guessed = {n for n in question.guessed if isinstance(types[n], FunctionType)}
    asked = [name for name in names(body) if name in guessed]
    if not asked or any(guessed & {*names(claim)} for claim in claims):
        return None
    name = asked[0]
    said = f"it is not said what `{name}` is, and the right side does not speak of it"
    called = next((show(one) for one in calls(body, name)), name)
    hint = f"say what it is: `... where {called} = ...`"
    return record.body.problem(Fault(body.start, said, hint))


def _depends_on_nothing(body: Tree, question: Question) -> bool:
    """Whether a name is differentiated by another, and no type of it was given."""
    by = {text.value for text in question.record.wrt}
    return (
        isinstance(body, Name) and body.name in question.guessed and body.name not in by
    )
