"""What a record states, in trees: one form for what was meant and what was read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from verifier.asking.question import draft_of, given_types
from verifier.asking.uses import names as names_in
from verifier.language.checker import check
from verifier.language.declaration import FunctionType, Type
from verifier.language.layout import Layout
from verifier.language.primitives import PRIMITIVES
from verifier.language.tree import Call, Derived, Name, Tree, Tuple_
from verifier.reading.record import Record

Types = Mapping[str, Type | FunctionType]
ARRANGED = ("numerator", "denominator", "mixed")
OF_ITS_OWN = ("hessian", "differential")
"""Claims that stand in no layout, each of another kind of derivative."""


@dataclass(frozen=True)
class Side:
    """A right side; `turned` says whether it stands as in denominator layout."""

    tree: Tree
    turned: bool | None = None  # None: in no layout


@dataclass(frozen=True)
class Stated:
    """What a record states; a chain has several sides."""

    subject: str
    body: Tree
    sides: tuple[Side, ...]
    types: Types
    kind: str = ""  # of derivative, one of OF_ITS_OWN, or "" for all others
    wrt: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    """How a name moves, which name is small, how large an error is."""
    spare: tuple[Side, ...] = ()
    """Sides that may be among those of what was read, and need not."""

    @property
    def left(self) -> tuple[object, ...]:
        """Return all of the left side."""
        return self.subject, self.body, self.kind, self.wrt, self.others

    @property
    def trees(self) -> list[Tree]:
        """Return all sides."""
        return [self.body, *(side.tree for side in self.sides)]

    @property
    def names(self) -> list[str]:
        """Return the names in all sides, as they appear."""
        found = dict.fromkeys(name for tree in self.trees for name in names_in(tree))
        return [name for name in found if name not in self.changes]

    @property
    def changes(self) -> dict[str, str]:
        """Return the names of differentials, each with the name that it is of."""
        moved = self.wrt if self.kind == "differential" else ()
        return {f"d{name}": name for name in moved}

    def renamed(self, names: Mapping[str, Tree], types: Types) -> Stated:
        """Return the same with other names, whose types are given."""
        words = {
            name: tree.name for name, tree in names.items() if isinstance(tree, Name)
        }
        changed = {
            change: Name(f"d{words.get(name, name)}")
            for change, name in self.changes.items()
        }
        every = {**names, **changed}
        return Stated(
            self.subject,
            renamed(self.body, every),
            tuple(replace(side, tree=renamed(side.tree, every)) for side in self.sides),
            types,
            self.kind,
            tuple(words.get(name, name) for name in self.wrt),
            tuple(
                re.sub(r"[A-Za-z]\w*", lambda word: words.get(word[0], word[0]), text)
                for text in self.others
            ),
        )


def stated(record: Record) -> Stated | None:
    """Return what a record states, or None where it has no meaning."""
    draft, problems = draft_of(record)
    types, more = given_types(record)
    if draft is None or problems or more:
        return None
    fields = [claim.field for claim in record.claims]
    # The words of a sign and the sizes of a shape are no expressions.
    claims = draft.claims or [(c.field, Name(c.text.value)) for c in record.claims]
    rule = ""
    if draft.subject == "function" and any(field in ARRANGED for field in fields):
        statement, _ = check(record)
        if statement is None:
            return None
        rule = statement.pair(draft.wrt[0])
    said = (record.approach, record.small, record.error, record.order)
    return Stated(
        draft.subject,
        simple(draft.body),
        tuple(
            Side(
                simple(tree),
                Layout(field).turns(rule) if rule and field in ARRANGED else None,
            )
            for field, tree in claims
        ),
        types,
        next((field for field in fields if field in OF_ITS_OWN), ""),
        draft.wrt,
        tuple(re.sub(r"\s", "", text.value) if text else "" for text in said),
    )


def in_no_layout(made: Stated) -> Stated:
    """Return a statement of which only the letters count, and no layout."""
    sides = tuple(replace(side, turned=None) for side in made.sides)
    return replace(made, sides=sides)


def simple(tree: Tree) -> Tree:
    """Return a tree in which nothing is transposed twice."""
    match tree:
        case Call("transpose", (Call("transpose", (inner,)),)):
            return simple(inner)
        case Call(name, args):
            return Call(name, tuple(map(simple, args)))
    return tree


def renamed(tree: Tree, names: Mapping[str, Tree]) -> Tree:
    """Return a tree with other names."""

    def new(part: Tree) -> Tree:
        return renamed(part, names)

    match tree:
        case Name(name):
            return names.get(name, tree)
        case Call(name, args):
            word = name if name in PRIMITIVES else _word(name, names)
            return Call(word, tuple(map(new, args)))
        case Derived():
            return replace(
                tree,
                symbol=_word(tree.symbol, names),
                center=None if tree.center is None else new(tree.center),
                order=None if tree.order is None else new(tree.order),
                args=tuple(map(new, tree.args)),
            )
        case Tuple_(items):
            return Tuple_(tuple(map(new, items)))
    return tree


def _word(name: str, names: Mapping[str, Tree]) -> str:
    found = names.get(name)
    return found.name if isinstance(found, Name) else name
