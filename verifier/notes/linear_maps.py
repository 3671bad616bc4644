"""Differentials written as linear maps, as the differentials that they are.

`d_x f : h ↦ 2 x^T A h`, `d_x f(h) = ...`, `Df(x)[h] = ...`, `df(x) · h = ...` say what
`d f(x) = 2 x^T A dx` says: h is the change of x. A map in another side,
`d_{g(x)} f(h)`, is its derivative `Df(g(x))` by what it is applied to, and so it is
where it is applied to nothing: `∇(g ∘ f)(x) = df(x)^T ∇g(f(x))`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from .relations import RELATIONS, Line
from .respelling import FONT, GAP, LETTER, SIZE, respelled
from .unapplied import with_arguments

_INDEX = r"(?:\s*_\s*(?:\d|\{\s*\d+\s*\}))"
_NAME = rf"{LETTER}{_INDEX}?"
_SIGN = re.compile(
    r"(?<![A-Za-z\\])(?:[dD]|\\(?:mathrm|text|rm)\s*\{\s*[dD]\s*\}|\\mathrm\s+[dD])\s*"
)
_FUNCTION = re.compile(_NAME)
_WORD = re.compile(
    r"\\(?:exp|log|ln|sin|cos|tan|tanh|sinh|cosh|det|sqrt)(?![A-Za-z])|"
    r"\\(?:operatorname|mathrm)\s*\{\s*(?:tr|Tr|det|exp|log)\s*\}"
)
"""Functions of which a differential may be taken at a point."""
_COMPOSED = re.compile(
    rf"{SIZE}\(\s*(?P<of>{_NAME}(?:\s*\\circ\s*{_NAME}){{1,4}})\s*{SIZE}\)"
)
_BEHIND = re.compile(r"\s*(?:(?:\\cdot|\\circ)(?![A-Za-z])|\\,)?\s*")
"""What may stand between a map and what it is applied to."""
_SLOPES = re.compile(
    rf"[\s&]*(?:\\nabla(?![A-Za-z])|{SIZE}\([^()=]*\)\s*(?:'|\^\s*\{{?\s*\\prime)|"
    r"[A-Za-z]\s*'\s*\()"
)
"""A side that is a gradient, or a derivative by its prime."""
_CIRCLED = re.compile(rf"\s*\\circ\s*({_NAME})")
_POINT = re.compile(rf"\s*_\s*(?:({LETTER})|\{{)")
_BARE_POINT = re.compile(rf"\s*_\s*(?:({LETTER})|\{{\s*({LETTER})\s*\}})")
_PRIME = re.compile(r"\s*(?:'|\^\s*\{?\s*\\prime\s*\}?)")
_OPEN = re.compile(rf"\s*{SIZE}([(\[])")
_APPLIED = re.compile(
    rf"{GAP}(?:(?::|\\colon){GAP}(?P<arrow>{_NAME}){GAP}(?:\\(?:long)?mapsto\b|↦)|"
    rf"(?:{SIZE}[(\[]\s*(?P<called>{_NAME})\s*{SIZE}[)\]]|"
    rf"(?:\\cdot\s*|\.\s*)(?P<dotted>{_NAME})|(?P<beside>{_NAME}))"
    rf"{GAP}(?={RELATIONS.pattern}))"
)
_TOKEN = re.compile(
    rf"{FONT}\s*\{{[^{{}}]*\}}(?:{_INDEX})?|"
    r"(?<![A-Za-z])(?:tr|Tr|sin|cos|tan|exp|log|ln|det|diag|vec|cosh|sinh|tanh|rank)"
    rf"(?![A-Za-z])|\\[A-Za-z]+|\\.|[A-Za-z](?:{_INDEX})?|.",
    re.DOTALL,
)
_ANGLES = re.compile(
    r"<(?!\s)(?P<left>(?:[^<>=,]|<[^<>=]*>){1,300}),(?P<right>(?:[^<>=]|<[^<>=]*>){1,300})(?<!\s)>"
)
_COLOURS = re.compile(r"\\color\s*\{\w{1,20}\}|\\textcolor\s*\{\w{1,20}\}")
_MEMBER = re.compile(rf"\\(?:space\b|[ ,;:])(?=\s*{_NAME}\s*\\in\b)")
"""The gap before what says to which set a name belongs."""
_MIXED = re.compile(
    r"(\\[dt]?frac\s*\{\s*)d(?=\s*[A-Z\\][^{}]{0,80}(?:\{[^{}]*\}[^{}]*){0,3}\}\s*\{\s*\\partial)"
)
"""A `d` over `∂x`."""
_ONES = re.compile(r"(?<![\w.^_])1(?=_(?:[nmNd]|\{[nmNd]\})(?!\w))")
"""The vector of ones, `1_n`."""
_LEADS = re.compile(
    r"[\s&]*(?:\\(?:bigg?|Bigg?)[lr]?\s*\\[{}]|\\(?:right|left)\s*\\\}|\\to\b|→)\s*"
)
_JACOBIAN = re.compile(
    rf"^(?P<lead>[\s&]*)(?:\\(?:mathrm|operatorname|text)\s*\{{\s*)?(?:Jac|J)\s*\}}?\s*"
    rf"(?:_\s*(?:(?P<point>{LETTER})|\{{\s*(?P<braced>{LETTER})\s*\}})\s*"
    rf"(?P<f>{LETTER})|(?P<called>{LETTER})\s*\(\s*(?P<at>{LETTER})\s*\))"
    rf"(?={GAP}(?:{RELATIONS.pattern}))"
)
_UNDER = re.compile(
    r"\\underbrace\s*\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}\s*_\s*\{?\s*([a-zA-Z])\s*\}?"
)
MOST_BRACES = 5
MOST_DEEP = 20
"""Maps within each other."""
MOST = 4000
"""Characters of a line that is looked at."""


@dataclass(frozen=True)
class _Map:
    """The differential of a function at a point, up to where it stands."""

    function: str
    point: str
    stop: int
    indexed: bool = False  # whether the point is its index: `d_x f`
    value: str = ""  # of what it is the differential, where it has no name


def rewritten(line: Line) -> Line:
    """Return a line with its linear maps written as differentials."""
    text = line.text
    if len(text) > MOST:
        return line
    if lead := _LEADS.match(text):
        text = text[lead.end() :]
    text = respelled(text)
    text = _MIXED.sub(r"\1\\partial ", _ONES.sub(r"\\mathbf{1}", text))
    text = _MEMBER.sub(r"\\quad ", _COLOURS.sub("", text))
    for _ in range(2):  # one may stand in the other
        text = _ANGLES.sub(r"\\langle \g<left>,\g<right>\\rangle ", text)
    if found := _JACOBIAN.match(text):
        name = found["f"] or found["called"]
        point = found["point"] or found["braced"] or found["at"]
        text = rf"{found['lead']}J_{{{name}}}({point}) {text[found.end() :]}"
    if rule := with_arguments(text):
        return replace(line, text=rule, said="its functions are taken at a point")
    made = _as_change(text) or _as_derivatives(text) or _as_slopes(text)
    if made is not None:
        return replace(line, text=made[0], said=made[1])
    return replace(line, text=text) if text != line.text else line


def _as_change(text: str) -> tuple[str, str] | None:
    """Return `d f(x) = ... dx` for a map that is applied to a direction."""
    lead = re.match(GAP, text)
    at = lead.end() if lead else 0
    found = _map_at(text, at) or _word_at(text, at) or _expression_at(text, at)
    applied = _APPLIED.match(text, found.stop) if found else None
    if found is None or applied is None or not _is_name(found.point):
        return None
    given = next(filter(None, applied.groups()))
    if found.function == "\0" and not (applied["dotted"] or applied["arrow"]):
        return None
    text = _without_braces(text)
    if given in (found.point, found.function):
        return None
    behind = text[applied.end() :]
    if found.indexed and _is_along(found, given, behind):
        return None
    mark = RELATIONS.match(behind)
    if mark:
        behind = behind[mark.end() :]
    change = rf"\mathrm{{d}}{found.point}"
    sides = _sides(behind)
    made = [_inserted(side, given, change) for side in sides]
    if not behind.strip(" .,&") or any(side is None for side in made):
        return None
    value = found.value or _value(found)
    whole = rf"\mathrm{{d}}\left({value}\right)"
    said = f"`{given}` is the change of `{found.point}`"
    return " = ".join([whole, *filter(None, made)]), said


def _is_along(found: _Map, given: str, behind: str) -> bool:
    """Whether `D_v f(x)` is the derivative along v at x, as its letters say."""
    index, at = (_BARE.sub("", name) for name in (found.point, given))
    if re.search(
        rf"{re.escape(found.function)}{GAP}\(\s*{re.escape(given)}\s*\)", behind
    ):
        return True  # `= ∇f(x)^T v`
    return index in _ALONG and at in _AT


_BARE = re.compile(r"\\(?:mathbf|boldsymbol|vec|bm|mathrm)|[{}\s]")
_ALONG, _AT = frozenset("uvdh"), frozenset("xyzapw")
"""Letters of directions, and of points."""


def _without_braces(text: str) -> str:
    """Return a text with what is called y by a brace below it, wherever y stands."""
    for _ in range(MOST_BRACES):
        if (found := _UNDER.search(text)) is None:
            break
        inside, name = found[1], found[2]
        before, behind = text[: found.start()], text[found.end() :]
        tokens = (token[0] for token in _TOKEN.finditer(behind))
        named = f"({inside})"
        behind = "".join(named if token == name else token for token in tokens)
        text = f"{before}{inside}{behind}"
    return text


def _as_derivatives(text: str) -> tuple[str, str] | None:
    """Return an equation of maps `d_x f` that are applied to nothing."""
    lead = re.match(GAP, text)
    found = _map_at(text, lead.end() if lead else 0)
    if found is None or not _is_name(found.point):
        return None
    first, *others = _sides(text)
    if text[found.stop :].lstrip(" &\n")[:1] not in ("=", "\\") or not others:
        return None
    if not found.indexed:
        sign = _SIGN.match(first.lstrip(" &"))
        if sign is None or "D" in sign[0]:
            return None
        if not all(map(_is_applied_nowhere, others)):
            return _as_jacobian(found, others)
    if found.indexed and first[found.stop :].strip(" &"):
        return None
    change = rf"\mathrm{{d}}{found.point}"
    made: list[str] = []
    for side in others:
        if _inserted(side, "", change) is None:
            return None
        made.append(_composed(side, change))
    whole = rf"\mathrm{{d}}\left({_value(found)}\right)"
    said = f"each map is applied to a change of `{found.point}`"
    return " = ".join([whole, *made]), said


def _is_applied_nowhere(side: str) -> bool:
    """Whether a side has maps with their points, and no change that they are of."""
    seen, at = False, 0
    while at < len(side):
        found = _map_at(side, at) if side[at] in "\\dD" else None
        if found is not None and not found.indexed and not found.value:
            seen, at = True, found.stop
        elif _SIGN.match(side, at):
            return False
        else:
            token = _TOKEN.match(side, at)
            at = token.end() if token else at + 1
    return seen


def _as_jacobian(found: _Map, others: Sequence[str]) -> tuple[str, str] | None:
    """Return `d(g ∘ f)(x) = g'(f(x)) ∇f(x)^T` as the derivative that it names."""
    if "\\circ" not in found.function or any(_moves(side) for side in others):
        return None
    by = found.point
    whole = rf"\frac{{\partial \left({_value(found)}\right)}}{{\partial {by}}}"
    said = "a differential that is applied to nothing is the derivative"
    return " = ".join([whole, *others]), said


def _moves(side: str) -> bool:
    """Whether there is a sign of a differential in a side."""
    return any(_SIGN.match(side, at) for at in range(len(side)))


def _as_slopes(text: str) -> tuple[str, str] | None:
    """Return the derivative of which a side says `(df(x))^T ∇g(f(x))`, maps as such."""
    if _SLOPES.match(text) is None or re.search(r"\\[dt]?frac|/", text):
        return None
    first, *others = _sides(text)
    made = [_with_derivatives(side) for side in others]
    if made == others:
        return None
    said = "a differential that is applied to nothing is the derivative"
    return " = ".join([first, *made]), said


def _with_derivatives(side: str) -> str:
    """Return a side in which maps with their points are derivatives."""
    made: list[str] = []
    at = 0
    while at < len(side):
        found = _map_at(side, at) if side[at] in "\\d" else None
        if found is None or found.indexed:
            token = _TOKEN.match(side, at)
            made.append(token[0] if token else side[at])
            at = token.end() if token else at + 1
        else:
            made.append(_derivative(found))
            at = found.stop
    return "".join(made)


def _word_at(text: str, at: int) -> _Map | None:
    """Return the differential of a known function at a point: `d exp(y)`."""
    sign = _SIGN.match(text, at)
    name = _WORD.match(text, sign.end()) if sign else None
    called = _group(text, name.end()) if name else None
    if name is None or called is None:
        return None
    return _Map(name[0], called[0], called[1])


def _expression_at(text: str, at: int) -> _Map | None:
    """Return the differential of an expression in brackets, by its small letter."""
    sign = _SIGN.match(text, at)
    inside = _group(text, sign.end()) if sign else None
    if inside is None:
        return None
    letters = {
        token[0]
        for token in _TOKEN.finditer(inside[0])
        if re.fullmatch(r"[a-z]", token[0])
    }
    by = "x" if "x" in letters else letters.pop() if len(letters) == 1 else ""
    return _Map("\0", by, inside[1], value=inside[0]) if by else None


def _map_at(text: str, at: int) -> _Map | None:
    """Return the map that stands at a place."""
    sign = _SIGN.match(text, at)
    if sign is None:
        name = _FUNCTION.match(text, at)
        prime = _PRIME.match(text, name.end()) if name else None
        called = _group(text, prime.end()) if prime else None
        if name is None or called is None:
            return None
        return _Map(name[0], called[0], called[1])
    at = sign.end()
    if text[at : at + 1] == "_" and (point := _POINT.match(text, at)):
        where, stop = (point[1], point.end()) if point[1] else _braced(text, point)
        name = _FUNCTION.match(
            text, stop + len(text[stop:]) - len(text[stop:].lstrip())
        )
        if name is None:
            whole = _group(text, stop)
            if not where or whole is None:
                return _inner(text, where, stop)
            return _Map(f"({whole[0]})", where, whole[1], indexed=True)
        function, stop = name[0], name.end()
        while circled := _CIRCLED.match(text, stop):
            function, stop = f"{function}\\circ {circled[1]}", circled.end()
        return _Map(function, where, stop, indexed=True) if where else None
    if composed := _COMPOSED.match(text, at):
        called = _group(text, composed.end())
        return _Map(composed["of"], called[0], called[1]) if called else None
    name = _FUNCTION.match(text, at)
    if name is None:
        return None
    if called := _group(text, name.end()):
        return _Map(name[0], called[0], called[1])
    if (point := _BARE_POINT.match(text, name.end())) and "d" in sign[0]:
        return _Map(name[0], point[1] or point[2], point.end(), indexed=True)
    return None


def _inner(text: str, point: str, stop: int) -> _Map | None:
    """Return the map of an inner product of two functions, `d_x<f, g>`."""
    found = re.compile(rf"\s*\\langle\s*({_NAME})\s*,\s*({_NAME})\s*\\rangle\s*").match(
        text, stop
    )
    if not point or found is None:
        return None
    both = rf"\langle {found[1]}({point}), {found[2]}({point})\rangle"
    return _Map(f"\0{both}", point, found.end(), indexed=True)


def _value(found: _Map) -> str:
    """Return the value of a map's function at its point."""
    if found.function.startswith("\0"):
        return found.function[1:]
    if "\\circ" in found.function:
        inner = found.point
        for name in reversed(found.function.split("\\circ")):
            inner = f"{name.strip()}({inner})"
        return inner
    return f"{found.function}({found.point})"


def _derivative(found: _Map) -> str:
    """Return the derivative of a map's function at its point."""
    made: list[str] = []
    inner = found.point
    for name in reversed([one.strip() for one in found.function.split("\\circ")]):
        indexed = re.search(r"\d", name) is not None
        slope = f"{name}'" if indexed else _jacobian(name)
        made.append(rf"{slope}({inner})\,")
        inner = f"{name}({inner})"
    return "".join(reversed(made))


def _jacobian(name: str) -> str:
    """Return how the derivative of a function is written for the reader."""
    return f"J_{{{name}}}" if name.isupper() else f"D{name}"


def _inserted(side: str, given: str, change: str, depth: int = 0) -> str | None:
    """Return a side with its direction as a change; None where it has none."""
    made: list[str] = []
    at, seen = 0, False
    while at < len(side):
        found = _map_at(side, at) if side[at] in "\\dD" else None
        if found and not found.function.startswith(("\0", "(")):
            gap = _BEHIND.match(side, found.stop)
            behind = gap.end() if gap else found.stop
            whole = _group(side, behind)
            inside = None
            if whole is not None and depth < MOST_DEEP:
                inside = _inserted(whole[0], given, change, depth + 1)
            if whole and inside is not None:
                made.append(f"{_derivative(found)}{_wrapped(inside, change)}")
                at, seen = whole[1], True
                continue
            if not given:
                at, seen = found.stop, True
                continue
            if not found.indexed:
                made.append(_derivative(found))
                at = behind
                continue
        token = _TOKEN.match(side, at)
        if token is None:
            return None
        at = token.end()
        if given and token[0].replace(" ", "") == given.replace(" ", ""):
            seen = True
            gap = r"\," if re.match(r"\s*[A-Za-z\\(]", side[at:]) else ""
            made.append(f"{change}{gap}")
        else:
            made.append(token[0])
    return "".join(made) if seen else None


def _wrapped(inside: str, change: str) -> str:
    return inside if inside.strip() == change else f"({inside})"


def _composed(side: str, change: str) -> str:
    """Return a side whose maps, `d_{g(x)} f ∘ d_x g`, are derivatives by a change."""
    made: list[str] = []
    at = 0
    while at < len(side):
        found = _map_at(side, at) if side[at] in "\\dD" else None
        if found is None:
            token = _TOKEN.match(side, at)
            made.append(token[0] if token else side[at])
            at = token.end() if token else at + 1
            continue
        at = found.stop
        function = found.function
        follows = ""
        if "\\circ" in function:  # `d_y f ∘ d_x g` has no function called d
            function, _, follows = function.partition("\\circ")
            at -= len(follows.lstrip())
        made.append(_derivative(replace(found, function=function.strip())))
        circle = re.match(r"\s*\\circ\s*", side[at:])
        gap = _BEHIND.match(side, at)
        if follows or circle:
            at += circle.end() if circle else 0
        elif gap and gap.end() < len(side) and _map_at(side, gap.end()):
            at = gap.end()  # `dg(f(x)) · df(x)`
        else:
            made.append(change)
    return "".join(made)


def _sides(text: str) -> list[str]:
    """Return the sides of an equation."""
    return [side.strip(" &\n") for side in RELATIONS.split(text)]


def _is_name(point: str) -> bool:
    return re.fullmatch(_NAME, point.strip()) is not None


def _group(text: str, at: int) -> tuple[str, int] | None:
    """Return what the bracket at a place holds, and where it ends."""
    opens = _OPEN.match(text, at)
    if opens is None:
        return None
    closer = {"(": ")", "[": "]"}[opens[1]]
    depth = 0
    for place in _brackets(text, opens.end() - 1):
        depth += 1 if text[place] in "([{" else -1
        if depth == 0:
            inside = re.sub(r"\\right\s*$", "", text[opens.end() : place])
            return (inside.strip(), place + 1) if text[place] == closer else None
    return None


def _braced(text: str, point: re.Match[str]) -> tuple[str, int]:
    """Return an index in braces, and where it ends; "" for none."""
    depth = 0
    for place in _brackets(text, point.end() - 1):
        depth += 1 if text[place] in "([{" else -1
        if depth == 0:
            return text[point.end() : place].strip(), place + 1
    return "", point.end()


def _brackets(text: str, at: int) -> Iterator[int]:
    return (
        found.start()
        for found in re.compile(r"(?<!\\)[()\[\]{}]").finditer(text, at, at + MOST)
    )
