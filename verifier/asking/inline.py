"""A statement on one line, such as `d(x.T @ A @ x)/dx = (A + A.T) @ x`, to its parts.

The parts are texts that know their places, and go the way of every record's texts. Here
is decided only where one part ends and the next begins; where that could be read in two
ways, a Fault asks for brackets.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ..reading.bounds import STATEMENT
from ..reading.problem import Fault, Place, Text
from .pieces import Piece

LENGTH = STATEMENT.value
"""Characters of a statement: two sides of the limit of an expression, and types."""

NAME = r"[A-Za-z][A-Za-z0-9_]*"
_TWO = r"(?:\*\*\s*2|\^\s*2|²|2)"
_GRAD = r"(?:grad|gradient|derivative|jacobian|D)"
_ABOVE = re.compile(rf"d\s*(?P<two>{_TWO})?(?=[\s(])")
_BELOW = re.compile(
    rf"""
    (?:d\s*\(\s*(?P<inside>{NAME})\s*\)|\(?\s*d\s*(?P<name>{NAME}))\s*
    (?P<turned>\.T)?\s*(?P<power>\*\*\s*2|\^\s*2|²)?\s*
    (?P<again>d\s*{NAME}\s*\.T\s*\)?)?
    """,
    re.VERBOSE,
)
_OPERATOR = re.compile(rf"d\s*(?P<two>{_TWO})?\s*/\s*(?=\(?\s*d)")
_SUBSCRIPT = re.compile(
    rf"(?P<what>{_GRAD}|hessian)(?P<two>{_TWO})?"
    rf"_\{{?(?P<name>[A-Za-z][A-Za-z0-9]*)\}}?(?P<late>{_TWO})?(?=[\s(])"
)
_LIMIT = re.compile(
    rf"lim(?:it)?\s*_?\s*(?P<open>[{{(]?)\s*"
    rf"(?P<way>{NAME}\s*->\s*(?:-?\s*inf|-?\s*[\d.]+|{NAME}))\s*(?P<close>[}})]?)"
    r"\s*(?P<of>of\b|:|,)?"
)
_CALL = re.compile(rf"(?P<what>{_GRAD}|hessian|lim|limit)\s*\(")
_ABOUT = re.compile(r"(sign|shape)\s+of\b")
_FOR_SMALL = re.compile(rf"\s+for\s+small\s+({NAME})$")
_ERROR = re.compile(r"\+\s*([oO]\s*\(.*\))\s*$")
_SMALL = re.compile(rf"(?:norm|abs)?\s*\(?\s*({NAME})")
WHERE = re.compile(rf"\bwhere\s+(?={NAME}\s*[,:])")
_TYPED = {
    "∂": "d",
    "∇": "grad",
    "ᵀ": ".T",
    "\N{DOWN TACK}": ".T",
    "\N{MINUS SIGN}": "-",
    "→": "->",
    "∞": "inf",
}
_SIGNS = re.compile(rf"\^\s*(?:T\b|[ᵀ\u22a4])|[{''.join(_TYPED)}]")


@dataclass(frozen=True)
class Parts:
    """The parts of a statement; `claims` are the further sides, with their field."""

    subject: str
    body: Text
    claims: tuple[tuple[str, Text], ...]
    wrt: tuple[Text, ...] = ()
    approach: Text | None = None
    small: Text | None = None
    error: Text | None = None
    order: Text | None = None
    where: Mapping[str, Text] = field(default_factory=dict)
    where_places: Mapping[str, Text] = field(default_factory=dict)


def line(statement: str, file: str) -> Text:
    """Return a statement with signs spelt as the language spells them.

    Each character still knows its place in what was typed.
    """
    powers = re.sub(r"\^\s*T\b|\.T\b", "", statement)
    keep = re.search(r"\bT\b", powers) is not None  # then `^T` may be a power
    value, places, at = "", list[int](), 0
    for found in _SIGNS.finditer(statement):
        spelt = ".T" if found[0][0] == "^" else _TYPED[found[0]]
        if keep and found[0][0] == "^":
            continue
        value += statement[at : found.start()] + spelt
        places += [*range(at, found.start()), *[found.start()] * len(spelt)]
        at = found.end()
    value += statement[at:]
    places += range(at, len(statement) + 1)
    shown = re.sub(r"[\t\r\n]", " ", statement)
    return Text(
        re.sub(r"[\t\r\n]", " ", value),
        Place(file, 1, 1),
        (shown,),
        tuple((1, place + 1) for place in places),
    )


def _open_bracket(text: str) -> int | None:
    """Return where the last bracket stands that is not closed, if there is one."""
    left: list[int] = []
    for at, sign in enumerate(text):
        if sign == "(":
            left.append(at)
        elif sign == ")" and left:
            left.pop()
    return left[-1] if left else None


def parts(text: Text) -> Parts:
    """Split a statement; a Fault says what is missing or unclear, and where."""
    if len(text.value) > LENGTH:
        said = STATEMENT.said(found=len(text.value))
        raise Fault(0, said, "write a record in a file, with `let`", kind="limit")
    if not text.value.strip():
        hint = "such as `d(x.T @ x)/dx`, or `tr(A @ B) = tr(B @ A)`"
        raise Fault(0, "the statement is empty", hint)
    whole = Piece(text, 0, len(text.value))
    where: dict[str, Text] = {}
    places: dict[str, Text] = {}
    if found := WHERE.search(text.value):
        whole, types = whole.cut(0, found.start()), whole.cut(found.end())
        where, places = declared(types.text)
    sides = list(whole.sides())
    if len(sides) < 2:
        if (at := _open_bracket(text.value)) is not None:
            raise Fault(at, "this bracket is not closed", "put `)` where its part ends")
        said = "there is no `=` in it: a statement has two sides"
        hint = "such as `d(x.T @ x)/dx = 2*x` or `tr(A @ B) = tr(B @ A)`"
        if re.search("[<>≤≥]", whole.value.replace("->", "")):
            said = "an inequality cannot be checked, a sign for small values can"
            hint = "such as `sign of h.T @ h = positive for small h`"
        raise Fault(whole.stop, said, hint)
    for side in sides:
        if not side.value:
            raise Fault(side.start, "one side of the `=` is empty")
    left, right = sides[0], sides[1:]
    made = (
        _about(left, right)
        or _derivative(left, right)
        or _limit(left, right)
        or _equation(left, right)
    )
    return replace(made, where=where, where_places=places)


def declared(text: Text) -> tuple[dict[str, Text], dict[str, Text]]:
    """Read `A: symmetric(n), b, c: scalar`: types and the places of their names."""
    types: dict[str, Text] = {}
    places: dict[str, Text] = {}
    waiting: list[Piece] = []
    for piece in Piece(text, 0, len(text.value)).split(",;\n"):
        if not piece.value:
            continue
        name, colon, _ = piece.value.partition(":")
        names = [*waiting, piece.cut(0, len(name))]
        waiting = []
        if not colon:
            waiting = names
            continue
        for one in names:
            if one.value in types:
                said = f"`{one.value[:40]}` is declared twice"
                raise Fault(one.start, said, "leave one of them out", kind="duplicate")
            types[one.value] = piece.cut(len(name) + 1).text
            places[one.value] = one.text
    if waiting:
        said = f"`{waiting[0].value[:40]}` has no type"
        hint = f"write `{waiting[0].value[:31]}: vector(n)`, with a colon"
        raise Fault(waiting[0].start, said, hint, kind="type")
    return types, places


def with_types(statement: str, types: Mapping[str, object]) -> str:
    """Return a statement that declares these types at its end, and no others."""
    found = WHERE.search(statement)
    plain = (statement[: found.start()] if found else statement).rstrip()
    listed = ", ".join(f"{name}: {declared_}" for name, declared_ in types.items())
    return f"{plain} where {listed}" if listed else plain


# --- left sides -------------------------------------------------------------------


def _about(left: Piece, right: list[Piece]) -> Parts | None:
    """Read `sign of f = positive for small h`, `shape of d(f)/dx = (m, n)`."""
    if (found := _ABOUT.match(left.value)) is None:
        return None
    return (_sign if found[1] == "sign" else _shape)(left.cut(found.end()), right)


def _sign(body: Piece, right: list[Piece]) -> Parts:
    """Read `f = positive for small h`; the name may stand on the left as well."""
    sides = [body, *right]
    small = None
    for at, side in enumerate(sides):
        if found := _FOR_SMALL.search(side.value):
            small = side.cut(*found.span(1)).text
            sides[at] = side.cut(0, found.start())
    if small is None:
        hint = "such as `sign of h.T @ h = positive for small h`"
        raise Fault(right[-1].stop, "it is not said which name is small", hint)
    body, *words = sides
    claims = tuple(("both", word.text) for word in words)
    return Parts("sign", body.inner.text, claims, small=small)


def _shape(left: Piece, right: list[Piece]) -> Parts:
    """Read `d(f)/dx = (m, n)`."""
    found = _fraction(left) or _operator(left) or _applied(left)
    if found is None:
        hint = "such as `shape of d(f(x))/dx = (m, n)`"
        raise Fault(left.start, "a shape is that of a derivative", hint)
    body, name, where = found
    order = None
    if where == "hessian":
        where, order = "both", replace(name.text, value="2")
    claims = tuple((where, side.text) for side in right)
    return Parts("shape", body.inner.text, claims, (name.text,), order=order)


def _derivative(left: Piece, right: list[Piece]) -> Parts | None:
    """Read the left sides that differentiate."""
    if (found := _fraction(left) or _operator(left) or _applied(left)) is None:
        return _differential(left, right)
    body, name, where = found
    if re.search(rf"/\s*d\s*\(?{NAME}", "".join(char for _, char in body.outer())):
        raise _alone(left)
    body.check_reach()
    claims = tuple((where, side.text) for side in right)
    return Parts("function", body.inner.text, claims, (name.text,))


def _fraction(left: Piece) -> tuple[Piece, Piece, str] | None:
    """Read `d(f)/dx`, `d f / d x`, `d2(f)/dx2`."""
    above = _ABOVE.match(left.value)
    if above is None:
        return None
    for slash in reversed([at for at, char in left.outer() if char == "/"]):
        below = _BELOW.fullmatch(left.value, slash + 1 + _spaces(left.value, slash + 1))
        if below is not None and left.value[above.end() : slash].strip():
            body = left.cut(above.end(), slash)
            return body, *_variable(left, below, above["two"])
    return None


def _operator(left: Piece) -> tuple[Piece, Piece, str] | None:
    """Read `d/dx (f)`."""
    found = _OPERATOR.match(left.value)
    if found is None:
        return None
    below = _BELOW.match(left.value, found.end())
    if below is None or not left.value[below.end() :].strip():
        return None
    return left.cut(below.end()), *_variable(left, below, found["two"])


def _variable(left: Piece, below: re.Match[str], two: str | None) -> tuple[Piece, str]:
    """Return the variable of a fraction, and the field that is claimed."""
    group = "inside" if below["inside"] else "name"
    start, stop = below.span(group)
    power = below["power"] or below["again"]
    if two and not power and left.value[stop - 1] == "2" and stop - start > 1:
        stop, power = stop - 1, "2"
    name = left.cut(start, stop)
    if bool(two) != bool(power):
        hint = f"write `d2(...)/d{name.value}2`, or `hessian(..., {name.value})`"
        raise Fault(left.start, "a second derivative has a 2 above and below", hint)
    if two:
        return name, "hessian"
    return name, "numerator" if below["turned"] else "both"


def _applied(left: Piece) -> tuple[Piece, Piece, str] | None:
    """Read `grad(f, x)`, `grad_x f`, `hessian(f, x)`."""
    if found := _SUBSCRIPT.match(left.value):
        second = found["what"] == "hessian" or found["two"] or found["late"]
        name = left.cut(*found.span("name"))
        return left.cut(found.end()), name, "hessian" if second else "both"
    if (inside := left.called(_CALL)) is None:
        if re.match(r"grad\s*[A-Za-z(]", left.value):
            said = "a gradient says by which variable"
            hint = "write `grad(f(x), x)` or `∇_x f(x)`"
            raise Fault(left.start, said, hint)
        return None
    what, arguments = inside
    *before, name = arguments.split(",")
    if what.startswith("lim") or not before or not re.fullmatch(NAME, name.value):
        return None
    body = arguments.cut(0, name.start - arguments.start).without(",")
    return body, name, "hessian" if what == "hessian" else "both"


def _differential(left: Piece, right: list[Piece]) -> Parts | None:
    """Read `d(f) = ... dX ...`: by the names whose differentials are on the right."""
    found = _ABOVE.match(left.value)
    if re.search(rf"\bd\s*\(.*\)\s*/\s*d\s*\(?{NAME}", left.value) or (
        found is not None and found["two"]
    ):
        raise _alone(left)
    if found is None:
        if above := re.fullmatch(rf"d({NAME})\s*/\s*d\s*({NAME})", left.value):
            said = f"`d{above[1]}` is no derivative without brackets"
            hint = f"write `d({above[1]}({above[2]}))/d{above[2]}`"
            raise Fault(left.start, said, hint)
        return None
    body = left.cut(found.end())
    body.check_reach(product=False)
    inside = set(re.findall(NAME, body.value))
    names = [
        Piece(side.whole, side.start + word.start() + 1, side.start + word.end())
        for side in right
        for word in re.finditer(rf"\bd{NAME}", side.value)
    ]
    known = {name.value: name for name in reversed(names) if name.value in inside}
    if not known:
        said = "a differential names the changes of its variables on the right"
        hint = "such as `d(A @ X) = A @ dX`; a derivative is `d(f)/dx`"
        raise Fault(right[0].start, said, hint)
    wrt = sorted(known.values(), key=lambda name: name.start)
    claims = tuple(("differential", side.text) for side in right)
    return Parts("function", body.inner.text, claims, tuple(name.text for name in wrt))


def _alone(left: Piece) -> Fault:
    hint = "bring what stands beside it to the right side, or put it inside `d(...)`"
    return Fault(left.start, "a derivative stands alone on the left side", hint)


def _limit(left: Piece, right: list[Piece]) -> Parts | None:
    """Read `lim h->0 of f`, `lim_{h->0} f`, `limit(f, h->0)`."""
    claims = tuple(("both", side.text) for side in right)
    inside = left.called(_CALL)
    if inside is not None and inside[0].startswith("lim"):
        pieces = list(inside[1].split(","))
        ways = [piece for piece in pieces if "->" in piece.value]
        if len(ways) == 1 and len(pieces) > 1 and ways[0] in (pieces[0], pieces[-1]):
            way, start = ways[0], inside[1].start
            body = (
                inside[1].cut(way.stop - start)
                if way is pieces[0]
                else inside[1].cut(0, way.start - start)
            ).without(",")
            return Parts("limit", body.text, claims, approach=way.text)
    found = _LIMIT.match(left.value)
    if found is None or bool(found["open"]) != bool(found["close"]):
        if re.match(r"lim(?:it)?\b", left.value):
            said = "this limit cannot be read"
            raise Fault(left.start, said, "write `lim h->0 of (...) = ...`")
        return None
    body = left.cut(found.end())
    if not body.value:
        raise Fault(left.stop, "the limit of nothing", "write `lim h->0 of (...)`")
    if not found["of"]:
        body.check_reach(bracket=False)
    way = left.cut(*found.span("way"))
    return Parts("limit", body.text, claims, approach=way.text)


def _equation(left: Piece, right: list[Piece]) -> Parts:
    """Read an equation, or an expansion: it ends in `+ o(h)`."""
    error = _ERROR.search(right[-1].value)
    if error is None:
        claims = tuple(("both", side.text) for side in right)
        return Parts("value", left.text, claims)
    if len(right) > 1:
        raise Fault(right[1].start, "an expansion has two sides", "write one `=`")
    claim, rate = right[0].cut(0, error.start()), right[0].cut(error.start(1))
    inside = rate.cut(rate.value.index("(") + 1)
    small = _SMALL.match(inside.value)
    if small is None:
        said = f"`{rate.value[:40]}` does not say which name is small"
        raise Fault(rate.start, said, "write `o(h)`, `o(h**2)` or `O(h**3)`")
    name = inside.cut(*small.span(1))
    return Parts(
        "expansion",
        left.text,
        (("both", claim.text),),
        small=name.text,
        error=rate.text,
    )


def _spaces(value: str, start: int) -> int:
    return len(value[start:]) - len(value[start:].lstrip())
