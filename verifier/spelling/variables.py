"""What a derivative is by, where it is taken, and what an operator stands before."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from ..language.tree import Call, Name, Number, Tree
from ..reading.problem import Fault
from . import loose

if TYPE_CHECKING:
    from .grammar import Parser


def variable_of(parser: Parser, sign: str) -> list[Tree]:
    """Read one `∂x`, `∂x^T` or `∂x²`."""
    token = parser.token
    if token is None:
        raise parser.fault(f"below a derivative stands `{sign}x`")
    start = token.start
    if token.kind == "differential":
        parser.at += 1
        tree = _with_argument(parser, parser.decorated(token.text, start))
    elif token.text == sign or (sign == "d" and token.text == "D"):
        parser.at += 1
        if parser.peek() in ("(", "{"):
            tree = parser.bracket()[0]
        elif parser.kind() == "word":  # `∂ vec(X)`
            tree = parser.word()
        else:
            tree = parser.atom()
            tree = parser.with_number(tree, start) or tree
            tree = _with_argument(parser, tree)
    else:
        raise parser.fault(f"below a derivative stands `{sign}x`")
    if parser.peek() == "^":
        exponent = parser.exponent()
        if loose.is_number(exponent, 2):
            return [tree, tree]
        if loose.is_name(exponent, "⊤", "'"):
            return [loose.call("transpose", tree, start=start, stop=parser.behind)]
        if loose.is_number(exponent, -1) and isinstance(tree, Name):
            return [loose.call("inv", tree, start=start, stop=parser.behind)]
        hint = "a derivative is `∂f/∂x`, a second one `∂²f/∂x²`"
        raise parser.fault("below a derivative stands one variable", hint)
    if parser.take("⊤!", "'", "⊤"):
        return [loose.call("transpose", tree, start=start, stop=parser.behind)]
    return [tree]


def _with_argument(parser: Parser, tree: Tree) -> Tree:
    """Read the value of a function that a derivative is by, as in `∂g(f(x))/∂f(x)`."""
    if isinstance(tree, Name) and parser.peek() == "(" and parser.is_applied(tree):
        return parser.application(tree, tree.start)
    return tree


def subscript(parser: Parser) -> list[Tree]:
    """Read the variable in the subscript of an operator: one, or two of them.

    A number says which argument it is: `∇_2 f(x, y)` is by y.
    """
    token = parser.token
    if token is not None and token.kind == "number" and token.text in "123":
        parser.at += 1
        return [Number(Fraction(int(token.text)), start=token.start, stop=token.stop)]
    if not parser.take("{"):
        return [parser.atom_of_name()]
    found: list[Tree] = [parser.atom_of_name()]
    at = parser.at
    if parser.peek() == "^":
        if loose.is_name(parser.exponent(), "⊤", "'"):
            start = found[0].start
            found = [loose.call("transpose", *found, start=start, stop=parser.behind)]
        else:
            parser.at = at
    while not parser.take("}"):
        parser.take(",")
        found.append(parser.atom_of_name())
    return found


def subscript_or_none(parser: Parser) -> Name | None:
    """Read the one name in a subscript; None where there is more than that."""
    braces = parser.take("{")
    token = parser.token
    if token is None or token.kind != "name":
        return None
    parser.at += 1
    found = parser.named_only(token)
    if braces and not parser.take("}"):
        return None
    return found


def arguments(body: Tree, by: Sequence[Tree], start: int) -> list[Tree]:
    """Return what a derivative is by, where that is the number of an argument."""
    if not any(isinstance(one, Number) for one in by):
        return [*by]
    args = body.args if isinstance(body, Call) and body.name not in loose.LOOSE else ()
    counted = [int(one.value) for one in by if isinstance(one, Number)]
    if len(counted) < len(by) or not all(0 < at <= len(args) for at in counted):
        said = "here stands the name of a variable, not a number"
        raise Fault(start, said, "such as the x of `∇_x f(x)`")
    return [args[at - 1] for at in counted]


def derived(body: Tree, by: Sequence[Tree], start: int, stop: int) -> Tree:
    """Return the derivative of a body by one variable or two."""
    by = arguments(body, by, start)
    name = loose.PARTIAL if len(by) == 1 else loose.SECOND_PARTIAL
    return loose.call(name, body, *by, start=start, stop=stop)


def changed(body: Tree, start: int, stop: int) -> Tree:
    """Return a differential: of a name it is a name."""
    match body:
        case Name(name):
            return Name(f"d{name}", start=start, stop=stop)
        case Call("transpose", (Name(name),)):
            return loose.call("transpose", Name(f"d{name}"), start=start, stop=stop)
        case Call(loose.ENTRY, (Name(name), *indices)):
            base = Name(f"d{name}", start=start, stop=stop)
            return loose.call(loose.ENTRY, base, *indices, start=start, stop=stop)
    return loose.call(loose.CHANGE, body, start=start, stop=stop)


def acting(parser: Parser, by: Sequence[Tree], start: int) -> Tree:
    """Return the derivative of the term behind an operator."""
    point = _taken_at(parser)
    made = derived(operand(parser), by, start, parser.behind)
    made = loose.call(loose.ACTING, made, start=start, stop=parser.behind)
    return at_point(parser, made, point)


def at_point(parser: Parser, tree: Tree, point: Sequence[Tree] = ()) -> Tree:
    """Return a derivative with the point at which it is taken, if one is said."""
    point = point or _taken_at(parser)
    if not point:
        return tree
    return loose.call(loose.AT, tree, *point, start=tree.start, stop=parser.behind)


def _taken_at(parser: Parser) -> list[Tree]:
    """Read `|_{x=a}`: the point, and what is there; or `|_a`, the point alone."""
    if not parser.at_a_point():
        return []
    parser.at += 2
    if not parser.take("{"):
        return [parser.atom()]
    found = [parser.sum()]
    while parser.take("="):
        found.insert(0, parser.sum())
    if not parser.take("}"):
        raise parser.fault("a derivative at this point is not read")
    return found


def operand(parser: Parser) -> Tree:
    """Read what an operator stands before: the term that follows."""
    if parser.token is None:
        raise parser.fault("there is nothing behind the derivative", "")
    if parser.peek() == "-":
        return parser.negative()
    return parser.product()
