"""Statements typeset: both sides of a claim, from the very texts that were parsed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import Any, Protocol

from ..language.declaration import Type
from ..language.expression import parse
from ..language.layout import Layout
from ..language.shapes import infer
from ..language.term import SCALAR, Scope
from ..language.tree import Call, Derived, Name, Tree
from ..reading.problem import Fault
from ..results.phrases import LAYOUT_NAMES, one_line
from . import latex, mathml, unicode
from .boxes import (
    EQUALS,
    THIN,
    WIDE,
    Box,
    Digits,
    Fence,
    Letter,
    Note,
    Ratio,
    Scripts,
    Sign,
    Under,
    Word,
    length,
    listed,
    row,
    tall,
)
from .forms import applied
from .pieces import Level, Piece, bound
from .setting import NABLA, Setter, scope_of
from .spaces import assumed, declarations

FORMS: Mapping[str, Callable[[Box], str]] = {
    "mathml": mathml.element,
    "latex": latex.source,
}
NBSP = "\N{NO-BREAK SPACE}"
SIGNS = {"positive": ">", "negative": "<"}
PARTIAL = Letter("partial")
D = Letter("d", "upright")
WIDEST = 18
"""Letters that a function may have to stand over the bar of its derivative."""


class Claimed(Protocol):
    """What is typeset: a result, or a claim that was not verified yet."""

    @property
    def claim(self) -> str: ...
    @property
    def layout(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def types(self) -> Mapping[str, str]: ...
    @property
    def statement(self) -> Mapping[str, Any]: ...


def left_side(result: Claimed, form: str) -> str:
    """Return what the claim is about: a derivative, a limit, a value."""
    return FORMS[form](Typeset(result).left)


def right_side(result: Claimed, form: str) -> str:
    """Return what is claimed."""
    return FORMS[form](Typeset(result).right)


def equation(result: Claimed, form: str) -> str:
    """Return both sides, and the layout where it matters."""
    return FORMS[form](Typeset(result).equation)


def plain(results: Sequence[Claimed]) -> str:
    """Return what is claimed, `a = b = c`, as Unicode; all results of one layout."""
    typeset = [Typeset(result) for result in results]
    sides = [row(one.relation, one.right) for one in typeset]
    return unicode.line(row(typeset[0].left, *dict.fromkeys(sides)))


def where(result: Claimed, form: str) -> str:
    """Return the abbreviations, as `where y = f(x)`; empty where there are none."""
    found = Typeset(result).where
    clause = row(Note(f"where{NBSP}"), listed(found, apart=True))
    return FORMS[form](clause) if found else ""


class Typeset:
    """A claim as boxes; a text that cannot be read stands there as it is."""

    def __init__(self, claimed: Claimed):
        self.claimed, self.statement = claimed, claimed.statement
        self.kind = self.statement.get("kind", "")
        self.wrt = [str(name).strip() for name in self.statement.get("wrt", ())]
        self.moving, self.target = self._moving()
        self.setter = Setter(self._scope())

    def _moving(self) -> tuple[str, str]:
        small = str(self.statement.get("small") or "").strip()
        if small:
            return small, "0"
        name, _, target = str(self.statement.get("as") or "").partition("->")
        return name.strip(), target.strip()

    def _scope(self) -> Scope:
        scope = scope_of(self.claimed.types)
        types = dict(scope.types)
        if self.moving and self.moving not in types:
            kind = "integer" if self.target == "inf" else "scalar"
            types[self.moving] = Type(kind)
        extra: dict[str, Type] = {}
        if self.claimed.claim == "differential":
            for name in self.wrt:
                declared = types.get(name)
                if isinstance(declared, Type):
                    extra[f"d{name}"] = declared
        said = self.claimed.layout
        layout = Layout(said) if said in LAYOUT_NAMES and said else Layout.NUMERATOR
        scope = Scope(types, layout, {}, extra=extra)
        for name, tree in self.lets.items():
            # As when it was checked: an abbreviation may use earlier ones only.
            with suppress(Fault):
                infer(tree, scope)
                scope = replace(scope, lets={**scope.lets, name: tree})
        return scope

    @cached_property
    def lets(self) -> dict[str, Tree]:
        """The abbreviations that can be read."""
        texts = self.statement.get("let") or {}
        trees = {name: read(str(text)) for name, text in texts.items()}
        return {name: tree for name, tree in trees.items() if tree is not None}

    def piece(self, text: str) -> Piece:
        """Set a text of the record."""
        tree = read(text)
        if tree is None:
            return Piece(Note(one_line(text)))
        return self.setter.piece(tree)

    @cached_property
    def body(self) -> Piece:
        """The subject."""
        return self.piece(str(self.statement.get("body", "")))

    @cached_property
    def left(self) -> Box:
        """The left side."""
        match self.kind:
            case "function" if self.claimed.claim == "differential":
                return self._operated(D, Level.ATOM)
            case "function" if self.claimed.claim == "hessian":
                nabla = Scripts(NABLA, self._over(), Digits("2"))
                return self._operated(nabla, Level.FACTOR)
            case "function":
                return self._derivative("")
            case "shape":
                order = str(self.statement.get("order") or "1").strip()
                known = order in ("2", "3", "4")
                derivative = self._derivative(order if known else "")
                return applied(Word("size", operator=True), [derivative]).box
            case "limit":
                towards = row(
                    self.setter.symbols[self.moving],
                    Sign("→"),
                    self.piece(self.target).box,
                )
                lim = Under(Word("lim", operator=True), towards)
                return self._operated(lim, Level.PRODUCT)
            case "":
                return Note(one_line(self.claimed.subject))
        return self.body.box

    def _operated(self, operator: Box, least: Level) -> Box:
        """Put an operator in front of the subject, which holds together enough."""
        body = bound(self.body, least).box
        return row(operator, *([] if isinstance(body, Fence) else [THIN]), body)

    def _over(self) -> Box:
        """Return the variables of a Hessian: x, or vec(X)."""
        name = self.wrt[0] if self.wrt else ""
        box = self.setter.symbols[name]
        declared = self.setter.scope.types.get(name)
        matrix = isinstance(declared, Type) and len(declared.dims) == 2
        structured = isinstance(declared, Type) and declared.shape[1].constant != 1
        if matrix or structured:
            return applied(Word("vec", operator=True), [box]).box
        return box

    def _derivative(self, order: str) -> Box:
        """Return the derivative: over one bar where the function is short."""
        partial = Scripts(PARTIAL, None, Digits(order)) if order else PARTIAL
        name = self.setter.symbols[self.wrt[0]] if self.wrt else Note("")
        by = row(PARTIAL, Scripts(name, None, Digits(order)) if order else name)
        widest = WIDEST if self.body.level >= Level.PRODUCT else WIDEST // 2
        if tall(self.body.box) or length(self.body.box) > widest:
            return self._operated(Ratio(partial, by), Level.FACTOR)
        return Ratio(self._operated(partial, Level.PRODUCT), by)

    @cached_property
    def right(self) -> Box:
        """The right side; that of an expansion with its error, that of a sign words."""
        if self.kind == "sign":
            return Digits("0") if self.sign in SIGNS else Note(self.sign)
        claim = self.piece(self.claimed.text).box
        error = self._error() if self.kind == "expansion" else None
        return claim if error is None else row(claim, Sign("+"), error)

    def _error(self) -> Box | None:
        """Return the error of an expansion; that of a vector is one of its norm."""
        text = str(self.statement.get("error") or "")
        match = re.fullmatch(r"\s*([oO])\s*\((.*)\)\s*", text, re.DOTALL)
        if match is None:
            return Note(one_line(text)) if text else None
        tree = read(match[2])
        if tree is None:
            return Note(one_line(text))
        name = self.moving
        if self.setter.symbols.bold(name):
            tree = normed(tree, name)
        return applied(Letter(match[1]), [self.setter.piece(tree).box]).box

    @cached_property
    def equation(self) -> Box:
        """Both sides, with notes that say the layout where it matters."""
        notes = ", ".join(self.notes)
        after = [WIDE, Note(f"({notes})")] if notes else []
        return row(self.left, self.relation, self.right, *after)

    @property
    def relation(self) -> Box:
        """What stands between the sides."""
        if self.kind != "sign":
            return EQUALS
        return Sign(SIGNS[self.sign]) if self.sign in SIGNS else Note(f"{NBSP}is{NBSP}")

    @property
    def sign(self) -> str:
        """The word that a claim of a sign is."""
        return one_line(self.claimed.text)

    @property
    def notes(self) -> list[str]:
        """What must be said beside an equation: the layout, and which entries."""
        said = []
        if self._depends_on_layout():
            said.append(LAYOUT_NAMES.get(self.claimed.layout, ""))
        if self.statement.get("entries") == "independent":
            said.append("independent entries")
        if self.kind == "sign":
            said.append(f"for small {one_line(self.moving)}")
        return [note for note in said if note]

    def _depends_on_layout(self) -> bool:
        texts = [str(self.statement.get("body", "")), self.claimed.text]
        if self.kind in ("function", "shape"):
            texts[1] = self.wrt[0] if self.wrt else ""
            trees = [tree for text in texts if (tree := read(text)) is not None]
            terms = [self.setter.term(tree) for tree in trees]
            return any(term is None or term.shape != SCALAR for term in terms)
        return any(
            self._arranged(tree) for tree in map(read, texts) if tree is not None
        )

    def _arranged(self, tree: Tree) -> bool:
        """Whether a D stands in a tree, which each layout arranges in its own way."""
        if isinstance(tree, Derived) and tree.kind == "D":
            return not self.setter.of_scalars(tree)
        parts = tree.args if isinstance(tree, Call | Derived) else ()
        return any(map(self._arranged, parts))

    @cached_property
    def where(self) -> list[Box]:
        """The abbreviations: y = f(x)."""
        return [
            row(self.setter.symbols[name], EQUALS, self.setter.piece(tree).box)
            for name, tree in self.lets.items()
        ]

    @cached_property
    def given(self) -> list[Box]:
        """The declared names, the spaces they live in, and what is assumed of them."""
        texts = [str(text) for text in self.statement.get("assume", ())]
        said = [assumed(self.setter, text) for text in texts]
        return [*declarations(self.setter), *said]


@lru_cache(64)  # both sides and both forms of a statement come one after the other
def read(text: str) -> Tree | None:
    """Parse a text of a record, or return None."""
    try:
        return parse(text, tuple_allowed=True)
    except Fault:
        return None


def normed(tree: Tree, name: str) -> Tree:
    """Put the norm of a name in the place of the name, as in o(h**2)."""
    if tree == Name(name):
        return Call("norm", (tree,))
    if isinstance(tree, Call) and tree.name in ("pow", "mul", "div"):
        return Call(tree.name, tuple(normed(arg, name) for arg in tree.args))
    return tree
