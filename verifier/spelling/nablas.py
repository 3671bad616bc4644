"""Derivatives by a sign or a word that stands before a function.

`∇_x f`, `∇²f`, `grad(f, x)`, `D f(x)`, `J_f(x)`, `H_f(x)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..language.tree import Call, Derived, Name, Tree
from ..reading.problem import Fault
from . import loose
from .compositions import of_composed
from .lambdas import applied
from .tokens import Token

if TYPE_CHECKING:
    from .grammar import Parser
from .variables import acting, arguments, operand, subscript, subscript_or_none

SYMBOLS = ("f", "g", "h", "L", "J", "E", "F", "l", "phi", "psi", "C", "R", "Q")
"""Letters that are functions behind `∇`."""


def with_nabla(parser: Parser) -> Tree:
    """Read `∇f`, `∇_x f`, `∇²f`, `∇_x^2 f`, `∇_x ∇_x f`."""
    start = parser.place
    parser.at += 1
    order, by = 1, list[Tree]()
    transposed = False
    while parser.peek() in ("_", "^"):
        if parser.take("_"):
            by = subscript(parser)
            match by:
                case [Call("transpose", (inner,))]:  # `∇_{A^T} f = (∇_A f)^T`
                    by, transposed = [inner], True
        else:
            exponent = parser.exponent()
            if loose.is_name(exponent, "⊤"):
                transposed = True
            elif loose.is_number(exponent, 2):
                order = 2
            else:
                raise parser.fault("`∇` has the powers 1 and 2")
    if parser.peek() == "^":
        order = 2
    if not by and order == 1 and (lost := _lost(parser)) is not None:
        by.append(lost)
    if (symbol := _symbol(parser)) is not None:
        made = nabla(symbol, by, order, transposed, start, parser.behind)
        return parser.behind_of(made)
    body = operand(parser)
    made = nabla(body, by, order, transposed, start, parser.behind)
    return loose.call(loose.ACTING, made, start=start, stop=parser.behind)


def _lost(parser: Parser) -> Name | None:
    """Take the variable of `∇ x f(x)`, which has lost the sign of its subscript.

    It stands before a function, alone or of that variable: no factor is written there.
    """
    token, behind = parser.token, parser.tokens[parser.at + 1 :]
    if token is None or token.kind != "name" or token.text in SYMBOLS or not behind:
        return None
    end = next(
        (at for at, one in enumerate(behind) if one.text in ")+-=,"), len(behind)
    )
    word = behind[0].kind == "word"
    named = behind[0].kind == "name" and behind[0].text in SYMBOLS
    if not word and not named:
        return None
    inside = [one.text for one in behind[1:]]
    whole = named and end == 1
    of_it = inside[:1] in (["("], ["|"]) and token.text in inside
    if not whole and not of_it and not (word and token.text in inside):
        return None
    parser.at += 1
    return Name(token.text, start=token.start, stop=token.stop)


def _symbol(parser: Parser) -> Tree | None:
    """Read the function that `∇` stands before, `f` or `f(x)`, if it is one."""
    token = parser.token
    if token is None or token.kind not in ("name", "accent"):
        return None
    at = parser.at
    tree = parser.name()
    if isinstance(tree, Name) and parser.is_applied(tree):
        return parser.application(tree, tree.start)
    known = isinstance(tree, Name) and (
        tree.name.split("_")[0] in SYMBOLS or tree.name in parser.context.functions
    )
    behind = ("^", "'", "⊤", ")", "+", "-", "·", "=", ",")
    alone = parser.token is None or parser.peek() in behind or parser.at_a_point()
    if known and (alone or parser.kind() == "differential"):
        return tree
    parser.at = at
    return None


def nabla(
    body: Tree, by: list[Tree], order: int, transposed: bool, start: int, stop: int
) -> Tree:
    """Return a gradient or a Hessian, by a variable that may be left out."""
    by = arguments(body, by, start)
    if order == 2 and len(by) == 1:
        by = by * 2
    if len(by) == 2:
        return loose.call(loose.SECOND_PARTIAL, body, *by, start=start, stop=stop)
    if order == 2:
        return loose.call("hessian", body, start=start, stop=stop)
    made = loose.call(loose.GRADIENT, body, *by, start=start, stop=stop)
    if transposed:
        made = loose.call("transpose", made, start=start, stop=stop)
    return made


def worded(parser: Parser, token: Token) -> Tree:
    """Read `grad(f, x)`, `hessian(f, x)`, `grad f`."""
    start = token.start
    parser.at += 1
    order = 2 if token.text == "hessian" else 1
    by: list[Tree] = []
    if parser.take("_"):
        by = subscript(parser)
    if parser.peek() == "(":
        if (made := applied(parser)) is not None:
            body, variable = made
            return nabla(body, [variable], order, False, start, parser.behind)
        parser.at += 1
        items = parser.inside(")")
        if len(items) == 2 and not by:
            return nabla(items[0], [items[1]], order, False, start, parser.behind)
        if len(items) == 3 and loose.is_number(items[2], 2) and not by:
            return nabla(items[0], [items[1]], 2, False, start, parser.behind)
        if len(items) == 1 and by:
            return nabla(items[0], by, order, False, start, parser.behind)
        if len(items) == 1 and isinstance(items[0], Name) and parser.peek() == "(":
            parser.at += 1
            args = tuple(parser.inside(")"))
            kind = "hessian" if order == 2 else "D"
            return Derived(
                kind, items[0].name, (1,) if kind == "D" else (), None, None, args,
                start=start, stop=parser.behind, mark=start,
            )  # fmt: skip
        if len(items) == 1:
            return nabla(items[0], [], order, False, start, parser.behind)
        raise Fault(start, f"`{token.text}` takes a function and a variable")
    if (symbol := _symbol(parser)) is not None:
        made = nabla(symbol, by, order, False, start, parser.behind)
        return parser.behind_of(made)
    return nabla(operand(parser), by, order, False, start, parser.behind)


_COUNTERS = frozenset("ijkntm")
"""Letters that count steps."""


def with_letter(parser: Parser, token: Token) -> Tree | None:
    """Read `D_x f`, `D f(x)`, `J_f(x)`, `H_f(x)`; None where the letter is a name."""
    at, start = parser.at, token.start
    name = token.text
    if name == "D" and parser.peek(1) == "[":
        parser.at += 2
        items = parser.inside("]")
        if len(items) == 2:
            return nabla(items[0], [items[1]], 1, False, start, parser.behind)
        parser.at = at
    if name in parser.context.operators:
        parser.at += 1
        body = parser.inside(")")[0] if parser.take("(") else parser.factor()
        order = 2 if name == "H" else 1
        return nabla(body, [], order, False, start, parser.behind)
    if name in parser.context.names or name in parser.context.functions:
        return None
    if (made := of_composed(parser, name)) is not None:
        return made

    def is_function(below: Name) -> bool:  # `H_k (x - x_k)` is a product
        return below.name not in _COUNTERS or below.name in parser.context.functions

    if parser.peek(1) == "_":
        parser.at += 2
        below = subscript_or_none(parser)
        if below and name == "D" and isinstance(below, Name):
            if parser.starts_operand():
                return acting(parser, [below], start)
        elif below and name in "JH" and parser.peek() == "(" and is_function(below):
            parser.at += 1
            args = tuple(parser.inside(")"))
            kind = "hessian" if name == "H" else "D"
            return Derived(
                kind, below.name, (1,) if kind == "D" else (), None, None, args,
                start=start, stop=parser.behind, mark=start,
            )  # fmt: skip
        parser.at = at
        return None
    function = parser.kind(1) == "name" and (
        parser.tokens[at + 1].text in ("f", "g", "h", *parser.context.functions)
    )
    if name == "D" and function and parser.peek(2) == "(":
        parser.at += 1
        inner = parser.factor()
        if isinstance(inner, Call):
            return Derived(
                "D", inner.name, (1,), None, None, inner.args,
                start=start, stop=parser.behind, mark=start,
            )  # fmt: skip
        parser.at = at
    if name == "D" and parser.peek(1) == "(" and parser.kind(2) == "name":
        closed = parser.peek(3) == ")" and parser.peek(4) == "("
        if closed:  # the language's own `D(f)(x)`
            symbol = parser.tokens[at + 2].text
            parser.at += 5
            args = tuple(parser.inside(")"))
            return Derived(
                "D", symbol, (1,), None, None, args,
                start=start, stop=parser.behind, mark=start,
            )  # fmt: skip
    return None
