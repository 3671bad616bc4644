"""Derivatives as people write them: `∂f/∂x`, `d/dx f`, `∇_x f`, `f'`, `J_f(x)`.

`∂f/∂x` stands as a fraction of LaTeX or with a slash; without an f it is an operator
and takes the term that follows.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from ..language.tree import Call, Derived, Name, Number, Tree
from ..reading.problem import Fault
from . import loose
from .calls import power
from .compositions import of_composed
from .tokens import Token
from .vocabulary import MATRICES

if TYPE_CHECKING:
    from .grammar import Parser

SYMBOLS = ("f", "g", "h", "L", "J", "E", "F", "l", "phi", "psi", "C", "R", "Q")
"""Letters that are functions behind `∇`."""
GRADIENTS = ("gradient", "jacobian", "hessian", "diff")


def derivative(parser: Parser) -> Tree | None:
    """Read a derivative, if one begins here."""
    token = parser.token
    assert token is not None
    if token.kind == "fraction":
        return _fraction(parser)
    if token.text == "∂" and token.kind == "sign":
        return _with_slash(parser, "∂")
    if token.text == "∇" and token.kind == "sign":
        return _nabla(parser)
    if token.kind == "word" and token.text in GRADIENTS:
        return _named(parser, token)
    if token.text == "lim":
        return _limit(parser)
    if token.text == "(" and parser.kind(1) in ("name", "differential", "sign"):
        return _in_brackets(parser)
    if token.kind == "differential":
        return _differential(parser, token)
    if token.kind == "name" and token.text == "d" and parser.changes:
        return _with_slash(parser, "d")
    if token.kind == "name" and token.text in ("D", "J", "H"):
        return _operator_letter(parser, token)
    return None


# --- fractions --------------------------------------------------------------------


def _fraction(parser: Parser) -> Tree | None:
    """Read `\\frac{∂ f}{∂ x}`; None for another fraction."""
    at, start = parser.at, parser.place
    parser.at += 1
    above, below = _braced(parser), _braced(parser)
    if above is None or below is None:
        parser.at = at
        return None
    sign = _sign_of(below)
    if not sign or _sign_of(above) != sign:
        parser.at = at
        return None
    order, body = _numerator(parser, above, sign)
    by = _denominator(parser, below, sign)
    if order == 1 and (square := _square(by)) is not None:
        by = [square]
    if order != len(by):
        said = f"a derivative of order {order} is by {order} variables"
        if order > 2 or len(by) > 2:
            said = "derivatives of an order above 2 are not read"
        raise Fault(start, said)
    if body is None:
        return acting(parser, by, start)
    if isinstance(body, Name) and parser.peek() == "(" and by == _point(parser):
        parser.at += 3  # `∂f/∂x (x)`, at a point that is called as the variable
        body = loose.call(body.name, *by, start=body.start, stop=parser.behind)
    elif isinstance(body, Name) and _at_its_value(parser, by):
        parser.at += len(parser.bracketed()) + 2  # `dF/du (u(x))`
    made = derived(body, by, start, parser.behind)
    while parser.peek() in ("^", "⊤", "'"):
        made = (
            parser.raised(made, start)
            if parser.peek() == "^"
            else (parser.primed(made, start))
        )
    return made


def _square(by: Sequence[Tree]) -> Tree | None:
    """Return σ² where a first derivative is by `∂σ^2`."""
    if len(by) == 2 and by[0] == by[1] and isinstance(by[0], Name):
        two = Number(Fraction(2))
        return loose.call(loose.POWER, by[0], two, start=by[0].start)
    return None


def _point(parser: Parser) -> list[Tree]:
    """Return the name that stands alone in the bracket that follows."""
    inside = parser.bracketed()
    lone = len(inside) == 1 and inside[0].kind == "name"
    return [Name(inside[0].text)] if lone else []


def _at_its_value(parser: Parser, by: Sequence[Tree]) -> bool:
    """Whether the bracket that follows says what the variable is: `(u(x))` of u."""
    inside = [token.text for token in parser.bracketed()]
    called = len(inside) > 3 and inside[1] == "(" and inside[-1] == ")"
    alone = called and ")" not in inside[2:-1]
    return parser.peek() == "(" and alone and [*by] == [Name(inside[0])]


def acting(parser: Parser, by: Sequence[Tree], start: int) -> Tree:
    """Return the derivative of the term behind an operator."""
    point = _taken_at(parser)
    made = derived(_operand(parser), by, start, parser.behind)
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


def _braced(parser: Parser) -> list[Token] | None:
    """Return the tokens of a group, and move behind it."""
    token = parser.token
    if token is None:
        return None
    if parser.peek() != "{":
        parser.at += 1
        return [token]
    depth, first = 0, parser.at + 1
    for at in range(parser.at, len(parser.tokens)):
        token = parser.tokens[at]
        if token.kind == "sign":
            depth += {"{": 1, "}": -1}.get(token.text, 0)
        if not depth:
            parser.at = at + 1
            return list(parser.tokens[first:at])
    raise parser.fault("`{` is never closed", "close it with `}`")


def _sign_of(tokens: Sequence[Token]) -> str:
    """Return `∂` or `d`, if the tokens of one side of a fraction begin with it."""
    if not tokens:
        return ""
    first = tokens[0]
    if first.kind == "sign" and first.text == "∂":
        return "∂"
    if first.kind == "differential":
        return "d"
    if first.kind == "name" and first.text in ("d", "D"):
        return "d"
    return ""


def _numerator(
    parser: Parser, tokens: Sequence[Token], sign: str
) -> tuple[int, Tree | None]:
    """Read `∂`, `∂f`, `∂²f`, `d^2`: the order, and what is differentiated if said."""
    inner = parser.part(tokens)
    first = tokens[0]
    if first.kind == "differential":
        inner.at = 1
        return 1, inner.behind_of(inner.decorated(first.text, first.start))
    inner.at = 1
    order = _order(inner)
    if inner.token is None:
        return order, None
    body = inner.sum()
    if inner.token is not None:
        raise inner.unreadable()
    return order, body


def _order(parser: Parser) -> int:
    """Read the order of a derivative behind its sign."""
    if parser.peek() != "^":
        return 1
    exponent = parser.exponent()
    if isinstance(exponent, Number) and exponent.value in (1, 2):
        return int(exponent.value)
    raise parser.fault("derivatives of an order above 2 are not read")


def _denominator(parser: Parser, tokens: Sequence[Token], sign: str) -> list[Tree]:
    """Read `∂x`, `∂x²`, `∂x ∂y^T`: the variables, once for each order."""
    inner = parser.part(tokens)
    found: list[Tree] = []
    while inner.token is not None:
        inner.take("(") if inner.peek() == "(" and inner.peek(1) == sign else None
        found += _variable(inner, sign)
        inner.take(")")
    return found


def _variable(parser: Parser, sign: str) -> list[Tree]:
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


def derived(body: Tree, by: Sequence[Tree], start: int, stop: int) -> Tree:
    """Return the derivative of a body by one variable or two."""
    name = loose.PARTIAL if len(by) == 1 else loose.SECOND_PARTIAL
    return loose.call(name, body, *by, start=start, stop=stop)


def _operand(parser: Parser) -> Tree:
    """Read what an operator stands before: the term that follows."""
    if parser.token is None:
        raise parser.fault("there is nothing behind the derivative", "")
    if parser.peek() == "-":
        return parser.negative()
    return parser.product()


# --- with a slash -----------------------------------------------------------------


def _with_slash(parser: Parser, sign: str) -> Tree:
    """Read `∂f/∂x`, `∂/∂x f`, `∂_x f`, `d(f)/dx`, `d(f)`."""
    start = parser.place
    parser.at += 1
    if sign == "∂" and parser.take("_"):
        by = _by(parser)
        return acting(parser, by, start)
    order = _order(parser)
    if parser.peek() == "/":
        parser.at += 1
        by = _below(parser, sign, order)
        _same(parser, order, by, start)
        return acting(parser, by, start)
    outer, parser.fraction = parser.fraction, sign
    body = _above(parser)
    parser.fraction = outer
    if parser.peek() != "/":
        if order == 1 and (sign == "d" or parser.cookbook):
            return changed(body, start, parser.behind)
        raise parser.fault(f"`{sign}` has no `/ {sign}x`", f"write `{sign}f/{sign}x`")
    parser.at += 1
    by = _below(parser, sign, order)
    _same(parser, order, by, start)
    return derived(body, by, start, parser.behind)


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


def _same(parser: Parser, order: int, by: Sequence[Tree], start: int) -> None:
    if order != len(by):
        said = f"a derivative of order {order} is by {order} variables"
        raise Fault(start, said)


def _above(parser: Parser) -> Tree:
    """Read what stands between `∂` or `d` and the slash."""
    if parser.peek() == "(":
        start = parser.place
        tree = parser.behind_of(parser.bracket()[0])
        if parser.peek() == "/":
            return tree
        return _more(parser, tree, start)
    start = parser.place
    return _more(parser, parser.factor(), start)


def _more(parser: Parser, tree: Tree, start: int) -> Tree:
    while parser.starts_operand() and (
        parser.fraction == "∂" or _slash_follows(parser)
    ):
        tree = parser.joined(loose.JUXTAPOSED, tree, parser.factor(), start)
    return tree


def _slash_follows(parser: Parser) -> bool:
    """Whether this product stands above a slash, as in `dAx/dx`."""
    for at in range(parser.at, len(parser.tokens)):
        text = parser.tokens[at].text
        if text == "/":
            after = parser.tokens[at + 1 : at + 2]
            return bool(after) and (
                after[0].kind == "differential" or after[0].text == "d"
            )
        if parser.tokens[at].kind == "sign" and text in ("+", "-", ")", ","):
            return False
    return False


def _below(parser: Parser, sign: str, order: int) -> list[Tree]:
    """Read the variables behind the slash: as many as the order says."""
    bracket = parser.peek() == "(" and (
        parser.peek(1) == sign
        or parser.kind(1) == "differential"
        or (parser.kind(1) == "name" and parser.tokens[parser.at + 1].text == "d")
    )
    if bracket:
        parser.at += 1
    found = _variable(parser, sign)
    while len(found) < order and (
        parser.peek() == sign == "∂" or parser.kind() == "differential"
    ):
        found += _variable(parser, sign)
    if bracket and not parser.take(")"):
        raise parser.unreadable()
    return found


def _by(parser: Parser) -> list[Tree]:
    """Read the variable in the subscript of an operator: one, or two of them."""
    if not parser.take("{"):
        return [parser.atom_of_name()]
    found = [parser.atom_of_name()]
    while not parser.take("}"):
        parser.take(",")
        found.append(parser.atom_of_name())
    return found


# --- nabla, and words --------------------------------------------------------------


def _nabla(parser: Parser) -> Tree:
    """Read `∇f`, `∇_x f`, `∇²f`, `∇_x^2 f`, `∇_x ∇_x f`."""
    start = parser.place
    parser.at += 1
    order, by = 1, list[Tree]()
    transposed = False
    while parser.peek() in ("_", "^"):
        if parser.take("_"):
            by = _by(parser)
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
    body = _operand(parser)
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


def _named(parser: Parser, token: Token) -> Tree:
    """Read `grad(f, x)`, `hessian(f, x)`, `grad f`."""
    start = token.start
    parser.at += 1
    order = 2 if token.text == "hessian" else 1
    by: list[Tree] = []
    if parser.take("_"):
        by = _by(parser)
    if parser.peek() == "(":
        if (made := _of_lambda(parser, order)) is not None:
            return made
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
    return nabla(_operand(parser), by, order, False, start, parser.behind)


def _of_lambda(parser: Parser, order: int) -> Tree | None:
    """Read `grad(lambda x: f)(x)`, as code has it."""
    start = parser.place
    named = parser.tokens[parser.at + 1 : parser.at + 4]
    if [token.text for token in named[:1]] != ["lam"] or len(named) < 3:
        return None
    if named[1].kind != "name" or named[2].text != ":":
        return None
    parser.at += 4
    body = parser.inside(")")[0]
    if parser.take("("):
        parser.inside(")")
    by: list[Tree] = [parser.named_only(named[1])]
    return nabla(body, by, order, False, start, parser.behind)


def _operator_letter(parser: Parser, token: Token) -> Tree | None:
    """Read `D_x f`, `D f(x)`, `J_f(x)`, `H_f(x)`; None where the letter is a name."""
    at, start = parser.at, token.start
    name = token.text
    if name == "D" and parser.peek(1) == "[":
        parser.at += 2
        items = parser.inside("]")
        if len(items) == 2:
            return nabla(items[0], [items[1]], 1, False, start, parser.behind)
        parser.at = at
    if name in parser.context.names or name in parser.context.functions:
        return None
    if (made := of_composed(parser, name)) is not None:
        return made
    if parser.peek(1) == "_":
        parser.at += 2
        below = _by_or_none(parser)
        if below and name == "D" and isinstance(below, Name):
            if parser.starts_operand():
                return acting(parser, [below], start)
        elif below and name in "JH" and parser.peek() == "(":
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


def _by_or_none(parser: Parser) -> Name | None:
    braces = parser.take("{")
    token = parser.token
    if token is None or token.kind != "name":
        return None
    parser.at += 1
    found = parser.named_only(token)
    if braces and not parser.take("}"):
        return None
    return found


def _differential(parser: Parser, token: Token) -> Tree | None:
    """Read `dX` in one word: above a slash, before an inverse, or as it is."""
    start = token.start
    if parser.peek(1) == "/" and parser.kind(2) == "differential":
        parser.at += 2
        by = _below(parser, "d", 1)
        return derived(
            Name(token.text, start=start + 1, stop=token.stop), by, start, parser.behind
        )
    turned = parser.peek(1) in ("'", "⊤") and parser.peek(2) == "/"
    if turned and parser.kind(3) == "differential":  # `dX'/dX`
        parser.at += 3
        by = _below(parser, "d", 1)
        name = Name(token.text, start=start + 1, stop=token.stop)
        return derived(loose.call("transpose", name), by, start, parser.behind)
    if parser.peek(1) in ("^", "_"):
        parser.at += 1
        inner = parser.decorated(token.text, start)
        if parser.peek() == "/" and parser.kind(1) == "differential":
            parser.at += 1
            by = _below(parser, "d", 1)
            return derived(inner, by, start, parser.behind)
        if parser.peek() == "^":
            exponent = parser.exponent()
            if loose.is_name(exponent, "⊤", "'"):
                turned = changed(inner, start, parser.behind)
                return loose.call("transpose", turned, start=start, stop=parser.behind)
            raised = power(inner, exponent, start, parser.behind)
            return loose.call(loose.CHANGE, raised, start=start, stop=parser.behind)
        return changed(inner, start, parser.behind)
    return None


def _in_brackets(parser: Parser) -> Tree | None:
    """Read `(d/dt) f`, an operator in brackets of its own; None for other brackets."""
    tokens = parser.tokens[parser.at : parser.at + 6]
    texts = [token.text for token in tokens]
    sign = texts[1] if len(texts) > 1 else ""
    if sign not in ("d", "∂") or texts[2:3] != ["/"]:
        return None
    joined = tokens[3].kind == "differential" if len(tokens) > 3 else False
    end = 4 if joined else 5
    if texts[end : end + 1] != [")"] or not (joined or texts[3] == sign):
        return None
    start = parser.place
    by = Name(texts[3] if joined else texts[4], start=tokens[3].start)
    parser.at += end + 1
    return acting(parser, [by], start)


def _limit(parser: Parser) -> Tree:
    """Read `lim_{h → 0} f`: where it goes, and the term behind it."""
    start = parser.place
    parser.at += 1
    if not parser.take("_"):
        raise parser.fault("a limit says which name goes where", "write `lim_{h → 0}`")
    closing = "}" if parser.take("{") else ")" if parser.take("(") else ""
    moving = parser.atom_of_name()
    if not parser.take("→"):
        raise parser.unreadable()
    minus = parser.take("-")
    if parser.take("∞"):
        infinite = Name("-inf" if minus else "inf")
        target: Tree = infinite
    else:
        target = parser.sum()
        if minus:
            target = loose.call("neg", target)
    if parser.peek() == "^":
        raise parser.fault("a limit from one side is not read")
    if closing and not parser.take(closing):
        raise parser.unreadable()
    body = _operand(parser)
    return loose.call(
        loose.LIMIT, moving, target, body, start=start, stop=parser.behind
    )


# --- matrices that are written out ---------------------------------------------------


def written_out(parser: Parser) -> Tree:
    """Read a matrix between `\\begin` and `\\end`."""
    token = parser.token
    assert token is not None
    start = token.start
    if token.text not in MATRICES:
        if token.text == "cases":
            said = "a definition by cases is not read"
            raise Fault(start, said, "write `step`, `maximum` or `minimum`")
        said = f"`\\begin{{{token.text}}}` is not read inside a formula"
        raise Fault(start, said, "write one statement: `left = right`")
    parser.at += 1
    rows: list[list[Tree]] = [[]]
    while parser.kind() != "end":
        if parser.token is None:
            raise Fault(start, f"`\\begin{{{token.text}}}` never ends")
        if parser.kind() == "row":
            parser.at += 1
            rows.append([])
        elif parser.kind() == "tab":
            parser.at += 1
        else:
            rows[-1].append(parser.sum())
    parser.at += 1
    tree = in_blocks([row for row in rows if row], start, parser.behind)
    if token.text == "vmatrix":
        return loose.call("det", tree, start=start, stop=parser.behind)
    return tree


def in_blocks(rows: Sequence[Sequence[Tree]], start: int, stop: int) -> Tree:
    """Return a matrix of blocks, in which each `0` is of the size that fits."""
    if not rows:
        raise Fault(start, "there is nothing in this matrix")
    if len({len(row) for row in rows}) > 1:
        said = "the lines of this matrix are not of one length"
        raise Fault(start, said, "write a `0` where there is nothing")
    lines = [
        loose.call(loose.LINE, *map(_block, row), start=row[0].start, stop=row[-1].stop)
        for row in rows
    ]
    return loose.call(loose.BLOCKS, *lines, start=start, stop=stop)


def _block(tree: Tree) -> Tree:
    if isinstance(tree, Number) and not tree.value:
        return loose.call(loose.EMPTY, start=tree.start, stop=tree.stop)
    return tree
