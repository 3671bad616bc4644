"""Trees set as boxes: what is printed as MathML and LaTeX, from one place.

What a value is decides how it looks: vectors and matrices are bold, a product with a
scalar has no sign, an entrywise one has. Where types are not known, every `*` is
entrywise, which is never wrong. The derivative of a function symbol f at x reads

    f'(x)        for a scalar function of a scalar; with several arguments a partial
                 derivative with the argument's number
    D f(x)       in numerator layout, nabla f(x), its transpose, in denominator layout;
                 in mixed layout nabla f(x) of a scalar function, else D f(x)
    nabla^2 f(x) the Hessian
    T_{n,a} f(x) the Taylor polynomial of degree n about a
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..language.declaration import FunctionType, Type, parse_type
from ..language.layout import Layout, kind_of_pair
from ..language.primitives import ELEMENTARY, PRIMITIVES, Row
from ..language.printing import show
from ..language.shapes import infer
from ..language.term import ONE, SCALAR, Scope, Term, is_scalar
from ..language.tree import Call, Derived, Name, Number, Tree, Tuple_
from ..reading.problem import Fault
from .boxes import (
    MINUS,
    Box,
    Digits,
    Letter,
    Scripts,
    Sign,
    Word,
    listed,
    row,
)
from .forms import applied, filled, fitting, sizes
from .letters import Symbols
from .pieces import Level, Piece, negated, ratio, slashed

Types = Mapping[str, str | Type | FunctionType]

BY = Sign("\N{MULTIPLICATION SIGN}")
NABLA = Letter("nabla", "upright")
PRIMES = {1: "\N{PRIME}", 2: "\N{DOUBLE PRIME}", 3: "\N{TRIPLE PRIME}"}


def scope_of(types: Types | Scope) -> Scope:
    """Return a scope of these types; what cannot be read is left out."""
    if isinstance(types, Scope):
        return types
    read: dict[str, Type | FunctionType] = {}
    for name, declared in types.items():
        try:
            read[name] = parse_type(declared) if isinstance(declared, str) else declared
        except Fault:
            continue
    return Scope(read, Layout.NUMERATOR)


def boxes(tree: Tree, types: Types | Scope) -> Box:
    """Set a tree."""
    return Setter(scope_of(types)).piece(tree).box


class Setter:
    """Sets trees of one scope."""

    def __init__(self, scope: Scope):
        self.scope, self.symbols = scope, Symbols(scope)

    def piece(self, tree: Tree, small: bool = False) -> Piece:
        """Set a tree; small: in a script."""
        return self.set(tree, self.term(tree), small)

    def term(self, tree: Tree) -> Term | None:
        """Infer a tree; one that does not fit is set by what is known of its parts."""
        try:
            return infer(tree, self.scope)
        except Fault:
            return None

    def below(self, tree: Call | Derived, term: Term | None) -> list[Term | None]:
        """Return the terms of a call's arguments."""
        terms = [None] * len(tree.args) if term is None else _given(tree, term)
        return [
            self.term(arg) if known is None else known
            for arg, known in zip(tree.args, terms, strict=True)
        ]

    def set(self, tree: Tree, term: Term | None, small: bool) -> Piece:
        match tree:
            case Number():
                piece = number(tree, small)
            case Name(name):
                piece = self.name(name)
            case Tuple_(items):
                piece = self.tuple(items)
            case Derived():
                piece = self.derived(tree, term)
            case Call():
                piece = self.call(tree, term, small)
        return replace(piece, scalar=kind_of(tree, term) == "scalar")

    def name(self, name: str) -> Piece:
        if name == "inf" and name not in self.symbols.boxes:
            return Piece(Letter("infty", "upright"))
        change = name in self.symbols.changes
        level = Level.FACTOR if change else Level.ATOM
        return Piece(self.symbols[name], level, loose=change)

    def tuple(self, items: Sequence[Tree]) -> Piece:
        """Set a shape, such as m x n x n."""
        return Piece(sizes([self.piece(item) for item in items], BY), Level.ENTRYWISE)

    def call(self, tree: Call, term: Term | None, small: bool) -> Piece:
        terms = self.below(tree, term)
        row = PRIMITIVES.get(tree.name)
        declared = isinstance(self.scope.types.get(tree.name), FunctionType)
        if row is None or declared or not row.typeset or not _complete(tree, row):
            known = row is not None and not declared
            head = Word(tree.name, operator=True) if known else self.symbols[tree.name]
            return applied(head, self.arguments(tree.args, terms))
        pairs = list(zip(tree.args, terms, strict=True))
        form = fitting(row.typeset, [kind_of(arg, term) for arg, term in pairs])
        arguments = [
            self.set(arg, term, small or index in form.small)
            for index, (arg, term) in enumerate(pairs)
        ]
        return filled(form, arguments, small)

    def arguments(
        self, trees: Sequence[Tree], terms: Sequence[Term | None]
    ) -> list[Box]:
        return [
            self.set(tree, term, False).box
            for tree, term in zip(trees, terms, strict=True)
        ]

    def derived(self, tree: Derived, term: Term | None) -> Piece:
        """Set a derivative of a function symbol."""
        declared = self.scope.types.get(tree.symbol)
        if declared is None and tree.symbol in ELEMENTARY:
            head: Box = Word(tree.symbol, operator=True)
        else:
            head = self.symbols[tree.symbol]
        arguments = self.arguments(tree.args, self.below(tree, term))
        if tree.kind == "hessian":
            head = row(Scripts(NABLA, None, Digits("2")), head)
        elif tree.kind == "taylor":
            assert tree.center is not None and tree.order is not None
            about = listed([self.piece(t, True).box for t in (tree.order, tree.center)])
            head = row(Scripts(Letter("T"), about), head)
        else:
            head = self.differentiated(tree, head)
        return applied(head, arguments)

    def of_scalars(self, tree: Derived) -> bool:
        """Whether a function of scalars is differentiated, so that layouts agree."""
        declared = self.scope.types.get(tree.symbol)
        if isinstance(declared, FunctionType):
            return all(map(is_scalar, (*declared.arguments, declared.result)))
        return tree.symbol in ELEMENTARY

    def rule(self, tree: Tree) -> str:
        """Name the row of the layouts' table for a derivative of a function symbol."""
        declared = self.scope.types.get(getattr(tree, "symbol", ""))
        if not isinstance(declared, FunctionType):
            return kind_of_pair(SCALAR, True)
        return kind_of_pair(declared.result.shape, is_scalar(declared.arguments[0]))

    def differentiated(self, tree: Derived, head: Box) -> Box:
        """Put the sign of a derivative to a function's symbol."""
        several, scalars = len(tree.args) > 1, self.of_scalars(tree)
        if scalars and not several:
            times = len(tree.positions)
            if times in PRIMES:
                return Scripts(head, None, Sign(PRIMES[times], "tight"))
            order = row(Sign("(", "tight"), Digits(str(times)), Sign(")", "tight"))
            return Scripts(head, None, order)
        turned = self.scope.layout.turns(self.rule(tree))
        d: Box = NABLA if turned else Letter("D", "upright")
        d = Letter("partial") if scalars else d
        signs = [
            Scripts(d, Digits(str(position))) if several else d
            for position in reversed(tree.positions)
        ]
        return row(*signs, head)


def number(tree: Number, small: bool = False) -> Piece:
    """Set a number: 0.5, a fraction, or a power of ten."""
    text = show(tree)
    if text.startswith("-"):
        return negated(number(Number(-tree.value), small))
    if "/" in text:
        top, bottom = (Piece(Digits(part)) for part in text.split("/"))
        return (slashed if small else ratio)(top, bottom)
    match = re.fullmatch(r"(\d+)e(-?\d+)", text)
    if match is None:
        return Piece(Digits(text))
    digits, exponent = match[1], int(match[2]) + len(match[1]) - 1
    sup = row(*([MINUS] if exponent < 0 else []), Digits(str(abs(exponent))))
    power = Scripts(Digits("10"), None, sup)
    if digits == "1":
        return Piece(power, Level.POWER)
    point = "." if len(digits) > 1 else ""
    box = row(Digits(f"{digits[0]}{point}{digits[1:]}"), BY, power)
    return Piece(box, Level.ENTRYWISE, sign=BY.text)


def kind_of(tree: Tree, term: Term | None) -> str:
    """Say whether a value is a scalar, a vector or a matrix; empty: not known."""
    if isinstance(tree, Number):
        return "scalar"
    if term is None:
        return ""
    if term.shape == SCALAR:
        return "scalar"
    return "vector" if ONE in term.shape else "matrix"


def _given(tree: Call | Derived, term: Term) -> list[Term | None]:
    """Return the terms of a call's arguments; those that are sizes have none."""
    terms = list(term.args)
    if isinstance(tree, Derived):
        return [*terms[len(terms) - len(tree.args) :]]
    if len(terms) == len(tree.args):
        return [*terms]
    if tree.name == "pow":  # a whole exponent is no term
        return [*terms, None]
    rest = iter(terms)
    return [
        None if parameter.startswith("#") or parameter == "integer" else next(rest)
        for parameter in PRIMITIVES[tree.name].parameters
    ]


def _complete(tree: Call, row: Row) -> bool:
    """Whether a call of a primitive has as many arguments as its row says."""
    wanted = 2 if row.signature == "elementwise" else len(row.parameters)
    return len(tree.args) == wanted
