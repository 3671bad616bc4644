"""A record whose names need no types: what it does not say of them is inferred.

It is a record like all others from then on; only that a claim which has no shape in one
of the layouts is no mistake there, as long as it has one in the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..language.checker import check
from ..language.declaration import FunctionType, Type, parse_type
from ..language.expression import parse
from ..language.layout import BOTH, Layout
from ..language.statement import Statement
from ..language.term import SCALAR, terms
from ..language.tree import Call, Derived, Name, Tree
from ..reading.fields import name_fault
from ..reading.problem import Fault, Problem, Text
from ..reading.record import Record, WrittenClaim
from .inference import Inferred, infer_types
from .uses import Draft, names

ID = "inline"
"""The id of a record that has none; draws are a function of it."""
LAYOUTS = tuple(layout.value for layout in BOTH)
STATEMENT, WHERE = "<statement>", "<where>"
"""The files that a statement, and its types, are in."""
Given = Mapping[str, Type | FunctionType]


@dataclass(frozen=True)
class Question:
    """A record to be verified, and what was assumed to make it."""

    record: Record
    """Its claims are those that have a shape, in the layouts that are asked for."""
    inferred: Inferred
    given: Given
    misfits: Mapping[str, Problem] = field(default_factory=dict)
    """For layouts in which the claim has no shape: why."""
    layouts: bool = True
    """Whether layouts matter."""
    statement: Statement | None = None
    """What the record says, in the layouts that are asked for or in more."""
    read: str = ""
    """The statement in the language, where it was written in another spelling."""
    others: tuple[Question, ...] = ()
    """Further readings, where there is more than one."""
    also: tuple[Question, ...] = ()
    """What must hold as well."""
    left_out: tuple[str, ...] = ()
    """What of the statement is not in the record, and why."""
    unheard: tuple[str, ...] = ()
    """Conditions in words that were not understood."""

    @property
    def guessed(self) -> tuple[str, ...]:
        """Return the names whose types nobody gave."""
        return tuple(name for name in self.inferred.types if name not in self.given)


Asked = tuple[Question | None, list[Problem]]


def given_types(record: Record) -> tuple[Given, list[Problem]]:
    """Read the types that a record declares."""
    found: dict[str, Type | FunctionType] = {}
    problems = []
    for name, text in record.where.items():
        try:
            found[name] = parse_type(text.value)
        except Fault as fault:
            problems.append(text.problem(fault))
    return found, problems


def draft_of(record: Record) -> tuple[Draft | None, list[Problem]]:
    """Parse the sides of a record, its abbreviations written out."""
    problems: list[Problem] = []

    def parsed(text: Text) -> Tree | None:
        try:
            return parse(text.value)
        except Fault as fault:
            problems.append(text.problem(fault))
            return None

    lets: dict[str, Tree] = {}
    for name, text in record.let.items():
        if (tree := parsed(text)) is not None:
            lets[name] = written_out(tree, lets)
    # The words of a sign are no expressions, and the sizes of a shape are no values.
    claims = record.claims if record.subject not in ("sign", "shape") else ()
    body = parsed(record.body)
    sides = [(claim.field, parsed(claim.text)) for claim in claims]
    if body is None or problems:
        return None, problems
    moving = target = ""
    if record.approach is not None:
        moving, target = map(str.strip, record.approach.value.split("->", 1))
    elif record.small is not None:
        moving, target = record.small.value.strip(), "0"
    wrt = tuple(text.value.strip() for text in record.wrt)
    trees = [(where, written_out(tree, lets)) for where, tree in sides if tree]
    body = written_out(body, lets)
    return Draft(record.subject, body, trees, wrt, moving, target), problems


def written_out(tree: Tree, lets: Mapping[str, Tree]) -> Tree:
    """Put abbreviated trees in the place of their names."""
    if not lets:
        return tree
    match tree:
        case Name(name):
            return lets.get(name, tree)
        case Call(name, args):
            return Call(name, tuple(written_out(arg, lets) for arg in args))
        case Derived():
            args = tuple(written_out(arg, lets) for arg in tree.args)
            return replace(tree, args=args)
    return tree


def infer(
    record: Record, ranks: Mapping[str, str] | None = None
) -> tuple[Inferred | None, Given, list[Problem]]:
    """Return the types of all names of a record, given or not.

    Where it is known already which names are vectors and which matrices, `ranks` says.
    """
    given, problems = given_types(record)
    draft, more = draft_of(record)
    if draft is None or problems or more:
        return None, given, problems + more
    if ranks:
        draft = replace(draft, ranks=ranks, firm=True)
    return infer_types(draft, given), given, []


def asked(
    record: Record, inferred: Inferred, given: Given, layouts: Sequence[str]
) -> tuple[Question | None, list[Problem]]:
    """Keep the claims of a record in these layouts, where they have a shape."""
    statement, problems = check(record)
    matter = statement is None or _matter(statement)
    claims = {name: _claims(record, name) for name in (*layouts[: 1 + matter], "")}
    claims = {layout: found for layout, found in claims.items() if found}
    if not claims:
        said = f"nothing is claimed here in {layouts[0]} layout"
        fault = Fault(0, said, kind="missing-key")
        return None, [record.claims[0].text.problem(fault)]
    # What has no mistake as a whole has none in its parts.
    wrong = {
        layout: check(replace(record, claims=found))[1] if problems else []
        for layout, found in claims.items()
    }
    kept = [claim for name in claims if not wrong[name] for claim in claims[name]]
    free = all(claim.field == "both" for claim in record.claims)
    if not kept and free and tuple(layouts) == LAYOUTS and _fits_mixed(record):
        return asked(record, inferred, given, (Layout.MIXED.value,))
    if not kept or (any(wrong.values()) and not free):
        found = [problem for some in wrong.values() for problem in some]
        return None, list(dict.fromkeys(replace(p, id="", field="") for p in found))
    misfits = {name: found[0] for name, found in wrong.items() if found}
    kept_record = replace(record, claims=tuple(kept))
    if problems:
        statement, _ = check(kept_record)
    return Question(kept_record, inferred, given, misfits, matter, statement), []


def _fits_mixed(record: Record) -> bool:
    """Whether claims that have a shape in neither layout have the one that is mixed."""
    claims = _claims(record, Layout.MIXED.value)
    statement = check(replace(record, claims=claims))[0]
    return statement is not None and all(claim.fits for claim in statement.claims)


def _matter(statement: Statement) -> bool:
    """Whether the layouts differ: in a derivative that is no scalar, or in a D."""
    subject = statement.record.subject
    roots = [*statement.bodies.values(), *(claim.term for claim in statement.claims)]
    derived = any(
        term.op == "derived" and term.kind == "D" and term.shape != SCALAR
        for term in terms(*roots)
    )
    arranged = subject == "function" and any(
        claim.layout and claim.demanded != SCALAR for claim in statement.claims
    )
    return derived or arranged or subject == "shape"


def _claims(record: Record, layout: str) -> tuple[WrittenClaim, ...]:
    """Return the claims in a layout, or those that are in none."""
    fields = ("both", layout) if layout else ("differential", "hessian")
    return tuple(
        replace(claim, field=layout or claim.field)
        for claim in record.claims
        if claim.field in fields
    )


def misnamed(record: Record) -> list[Problem]:
    """Refuse types of what cannot be a name, or does not occur."""
    written = names_in(record)
    problems = []
    for name in record.where:
        place = record.where_places[name]
        if fault := name_fault(name):
            problems.append(place.problem(Fault(0, *fault, kind="name")))
        elif name not in written:
            said = f"`{name}` does not occur in the statement"
            fault = Fault(0, said, "leave its type out", kind="unknown-name")
            problems.append(place.problem(fault))
    return problems


def names_in(record: Record) -> set[str]:
    """Return the names that occur in a statement; those declared, if it has a fault."""
    draft, _ = draft_of(record)
    if draft is None:
        return {*record.where}
    written = {name for tree in draft.trees for name in names(tree)}
    return written | {*draft.wrt, draft.moving, draft.target}
