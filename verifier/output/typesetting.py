"""Statements typeset: both sides of a claim, from the very texts that were parsed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Protocol

from ..language.declaration import Type
from ..language.expression import parse
from ..language.layout import Layout
from ..language.term import SCALAR, Scope
from ..language.tree import Call, Derived, Name, Tree
from ..reading.problem import Fault
from ..results.phrases import LAYOUT_NAMES, one_line
from . import latex, mathml
from .boxes import (
    COMMA,
    EQUALS,
    THIN,
    WIDE,
    Box,
    Digits,
    Letter,
    Note,
    Ratio,
    Row,
    Scripts,
    Sign,
    Under,
    Word,
    row,
    tall,
)
from .forms import applied
from .pieces import Level, Piece, bound
from .setting import NABLA, Setter, scope_of

FORMS: Mapping[str, Callable[[Box], str]] = {
    "mathml": mathml.element,
    "latex": latex.source,
}
SIGNS = {"positive": ">", "negative": "<"}
PARTIAL = Letter("partial")
D = Letter("d", "upright")
WIDEST = 14
"""Boxes that a function may have to stand over the bar of its derivative."""


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


def where(result: Claimed, form: str) -> str:
    """Return the abbreviations, as `where y = f(x)`; empty where there are none."""
    clause = Typeset(result).where
    return "" if clause is None else FORMS[form](clause)


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
        lets: dict[str, Tree] = {}
        for name, text in (self.statement.get("let") or {}).items():
            tree = read(text)
            if tree is not None:
                lets[name] = tree
        extra: dict[str, Type] = {}
        if self.claimed.claim == "differential":
            for name in self.wrt:
                declared = types.get(name)
                if isinstance(declared, Type):
                    extra[f"d{name}"] = declared
        denominator = self.claimed.layout == Layout.DENOMINATOR.value
        layout = Layout.DENOMINATOR if denominator else Layout.NUMERATOR
        return Scope(types, layout, lets, extra=extra)

    def piece(self, text: Any) -> Piece:
        """Set a text of the record."""
        tree = read(text)
        if tree is None:
            return Piece(Note(one_line(str(text))))
        return self.setter.piece(tree)

    @cached_property
    def body(self) -> Piece:
        """The subject."""
        return self.piece(self.statement.get("body", ""))

    @cached_property
    def left(self) -> Box:
        """The left side."""
        match self.kind:
            case "function" if self.claimed.claim == "differential":
                return row(D, bound(self.body, Level.ATOM).box)
            case "function" if self.claimed.claim == "hessian":
                nabla = Scripts(NABLA, self._over(), Digits("2"))
                return row(nabla, self._bound(Level.ATOM))
            case "function":
                return self._derivative("")
            case "shape":
                order = str(self.statement.get("order") or "1").strip()
                derivative = self._derivative("" if order == "1" else order)
                return applied(Word("size", operator=True), [derivative]).box
            case "limit":
                towards = row(
                    self.setter.symbols[self.moving],
                    Sign("→"),
                    self.piece(self.target).box,
                )
                lim = Under(Word("lim", operator=True), towards)
                return row(lim, THIN, self._bound(Level.PRODUCT))
            case "":
                return Note(one_line(self.claimed.subject))
        return self.body.box

    def _bound(self, least: Level) -> Box:
        return bound(self.body, least).box

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
        if tall(self.body.box) or length(self.body.box) > WIDEST:
            return row(Ratio(partial, by), THIN, self._bound(Level.ATOM))
        body = self._bound(Level.PRODUCT)
        return Ratio(row(partial, THIN, body), by)

    @cached_property
    def right(self) -> Box:
        """The right side; that of an expansion with its error, that of a sign words."""
        if self.kind == "sign":
            if self.claimed.text in SIGNS:
                return row(Sign(SIGNS[self.claimed.text]), Digits("0"))
            return Note(f"is {one_line(self.claimed.text)}")
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
        """Both sides, with a note that says the layout where it matters."""
        if self.kind == "sign":
            known = self.claimed.text in SIGNS
            said: list[Box] = [self.left, self.right]
            said = said if known else [self.left, THIN, self.right]
            small = self.setter.symbols[self.moving]
            return row(*said, WIDE, Note("for small "), small)
        notes = ", ".join(self.notes)
        after = [WIDE, Note(f"({notes})")] if notes else []
        return row(self.left, EQUALS, self.right, *after)

    @property
    def notes(self) -> list[str]:
        """What must be said beside an equation: the layout, and which entries."""
        said = []
        if self._depends_on_layout():
            said.append(LAYOUT_NAMES.get(self.claimed.layout, ""))
        if self.statement.get("entries") == "independent":
            said.append("independent entries")
        return [note for note in said if note]

    def _depends_on_layout(self) -> bool:
        texts = [self.statement.get("body"), self.claimed.text]
        if self.kind == "function":
            shapes = [
                self.setter.term(tree)
                for text in (texts[0], self.wrt[0] if self.wrt else "")
                if (tree := read(text)) is not None
            ]
            return any(term is None or term.shape != SCALAR for term in shapes)
        return any(
            (tree := read(text)) is not None and _arranged(tree) for text in texts
        )

    @cached_property
    def where(self) -> Box | None:
        """The abbreviations."""
        lets = self.setter.scope.lets
        items: list[Box] = [Note("where ")] if lets else []
        for name, tree in lets.items():
            items += [COMMA, THIN] if len(items) > 1 else []
            items += [self.setter.symbols[name], EQUALS, self.setter.piece(tree).box]
        return row(*items) if items else None


def read(text: Any) -> Tree | None:
    """Parse a text of a record, or return None."""
    try:
        return parse(str(text or ""), tuple_allowed=True)
    except Fault:
        return None


def normed(tree: Tree, name: str) -> Tree:
    """Put the norm of a name in the place of the name, as in o(h**2)."""
    if tree == Name(name):
        return Call("norm", (tree,))
    if isinstance(tree, Call) and tree.name in ("pow", "mul", "div"):
        return Call(tree.name, tuple(normed(arg, name) for arg in tree.args))
    return tree


def _arranged(tree: Tree) -> bool:
    """Whether a D stands in a tree, which each layout arranges in its own way."""
    if isinstance(tree, Derived):
        return tree.kind == "D" or any(map(_arranged, tree.args))
    return isinstance(tree, Call) and any(map(_arranged, tree.args))


def length(box: Box) -> int:
    """Return how many boxes stand side by side, scripts counted half."""
    match box:
        case Row(items):
            return sum(map(length, items))
        case Scripts(base):
            return length(base)
        case Word(text):
            return max(1, len(text) // 2)
    inside = getattr(box, "inside", None)
    return 1 if inside is None else 2 + length(inside)
