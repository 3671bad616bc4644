"""A formula in its clauses: the sides of a statement, definitions, and conditions.

`Let f(x) = b^T x. Then ∇f = b`, `L = ... ⇒ dL/dx = ...`, `... where A is symmetric`:
one clause is the statement, the others say what it is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..language.primitives import PRIMITIVES
from ..language.tree import Call, Derived, Name, Tree
from ..reading.bounds import STATEMENT
from ..reading.problem import Fault
from . import loose
from .adjugates import with_adjugates
from .alone import with_lone_operators
from .apart import pair_of
from .approximate import expansion, with_equals
from .cases import with_deltas
from .coded import indices_of, with_arguments, with_bounds
from .cursor import SYMBOLS
from .defining import Definition, defined, softmaxed
from .derivatives import has_derivative
from .division import (
    DEFINED,
    EQUAL,
    abbreviated,
    balanced,
    clauses,
    conditional,
    has_changes,
    has_lone_partial,
    numbered,
    split,
    trimmed,
)
from .flows import timed
from .grammar import Context, Parser
from .lambdas import is_product, listed, parameters
from .layers import layers_of
from .operating import operating
from .ranges import with_ranges
from .rearranged import without_places
from .regrouping import regrouped
from .samples import free_letters
from .scanner import tokens_of
from .sized import with_sizes
from .taylor import about as about_point
from .taylor import is_expanded, with_error, with_points
from .tokens import Token

LENGTH = STATEMENT.value
"""Characters of a statement."""


@dataclass(frozen=True)
class Sides:
    """A formula that is parsed: its sides, and what is said behind them."""

    sides: tuple[Tree, ...]
    conditions: tuple[str, ...] = ()
    lets: Mapping[str, Definition] = field(default_factory=dict)
    fonts: Mapping[str, str] = field(default_factory=dict)
    """The ranks that bold letters give."""
    defines: bool = False
    """Whether `:=` says that it is a definition."""
    tight: tuple[Tree, ...] = ()
    """The sides where all of `bc` is below in `a/bc`, if that is written."""
    text: str = ""
    """The formula, in which trees have their places."""
    unread: tuple[Unread, ...] = ()
    """Sides of a chain that cannot be read."""
    either: int = 0
    """How many signs are `±` or `∓`."""

    def shown(self, tree: Tree) -> str:
        """Return what a part of the formula looks like; "" where that is not known."""
        return shown(self.text, tree.start, tree.stop)


@dataclass(frozen=True)
class Unread:
    """A side that cannot be read: which one it is, how it looks, and why."""

    at: int
    shown: str
    fault: Fault


def shown(text: str, start: int, stop: int) -> str:
    """Return a part of a formula on one line, with the commands that set it."""
    start = _whole(text, start)
    while stop < len(text) and text[stop] == "}" and _is_open(text[start:stop]):
        stop += 1
    return " ".join(text[start:stop].replace("&", " ").split())


def _is_open(text: str) -> bool:
    return text.count("{") > text.count("}")


def sides_of(text: str, context: Context | None = None, some: bool = False) -> Sides:
    """Parse a formula; a Fault says which part cannot be read.

    With `some`, sides of a chain that cannot be read are left out if two can.
    """
    context = context or Context()
    if len(text) > LENGTH:
        said = STATEMENT.said(found=len(text))
        raise Fault(0, said, STATEMENT.hint, kind="limit")
    tokens = with_bounds(with_ranges(tokens_of(text, context.names)))
    tokens = regrouped(without_places(with_deltas(tokens)))
    tokens = with_arguments(numbered(trimmed(tokens)))
    layers, counting = layers_of(tokens), indices_of(tokens)
    context = replace(context, layers=context.layers | layers, counting=counting)
    tokens, about = with_equals(conditional(abbreviated(tokens, context.names)))
    balanced(tokens)
    before, main, behind = clauses(tokens)
    conditions, lets = _conditions(text, [*before, *behind], context)
    if not main:
        raise Fault(0, "there is no formula in it")
    names = context.names | {name for name in lets if len(name) > 1}
    functions = context.functions | {n for n, d in lets.items() if d.parameters}
    functions |= _always_applied(main, about is not None)
    operators = operating(main, functions | lets.keys()) - names
    context = replace(
        context,
        names=names,
        functions=functions - operators,
        operators=operators,
        normed=_is_normed(main),
    )
    made = _parsed(text, main, context, some)
    if (alone := with_lone_operators(made.sides)) != made.sides:
        made = replace(made, sides=alone, tight=())
    if about is not None:
        made = _stepped(made, expansion(made.sides, about))
    elif (steps := with_error(made.sides)) != made.sides:
        made = _stepped(made, steps)
    elif is_expanded(made.sides):
        made = _stepped(made, about_point(*with_points(made.sides)))
    return replace(made, conditions=conditions, lets=lets)


def _is_normed(tokens: Sequence[Token]) -> bool:
    """Whether a norm with `p`, `1` or `∞` below it has two bars."""
    texts = [token.text for token in tokens if token.text not in ("{", "}")]
    norms = (at for at in range(len(texts)) if texts[at : at + 2] == ["‖", "_"])
    return any(texts[at + 2 : at + 3] not in (["2"], ["F"]) for at in norms)


def _stepped(made: Sides, sides: tuple[Tree, ...]) -> Sides:
    """Return an expansion whose step may be new: it is of the kind of its point."""
    fonts = dict(made.fonts)
    for part in loose.calls(sides[0], "add"):
        match part.args:
            case (Name(point), Name(step)) if point in fonts:
                fonts.setdefault(step, fonts[point])
    return replace(made, sides=sides, fonts=fonts, tight=())


def _parsed(text: str, main: Sequence[Token], context: Context, some: bool) -> Sides:
    """Parse the sides of a statement."""
    changes, cookbook = has_changes(main), has_lone_partial(main)
    entrywise = any(map(is_product, main, [None, *main])) or "np." in text
    found = _trees(main, context, changes, cookbook, entrywise, some)
    above = {
        part.args[0].name
        for tree in found.sides
        for part in loose.calls(tree, loose.PARTIAL)
        if isinstance(part.args[0], Name)
    }
    called = {
        part.args[0].name
        for tree in found.sides
        for part in loose.calls(tree, loose.PARTIAL)
        if isinstance(part.args[0], Call) and part.args[0].args == part.args[1:]
    }
    called -= loose.LOOSE | loose.CALCULUS | PRIMITIVES.keys()
    # What is differentiated somewhere is a function where a bracket follows it, that of
    # `∂l(y)/∂y` whatever the bracket holds.
    functions = context.functions | called
    dependent = context.dependent | above
    products = context.products | (_factors(found.sides) - functions)
    products |= _turned(found.sides) - functions - dependent
    free = {letter for tree in found.sides for letter in free_letters(tree)}
    context = replace(
        context,
        dependent=dependent,
        functions=functions,
        products=products,
        free=frozenset(free),
    )
    found = _trees(main, context, changes, cookbook, entrywise, some)
    if found.faults and len(found.sides) < 2:
        raise found.faults[0][1]
    if len(found.sides) < 2:
        if main[-1].kind == "sign" and main[-1].text in (*EQUAL, *DEFINED):
            raise Fault(main[-1].start, "one side of the `=` is empty")
        said = "there is no `=` in it: a statement has two sides"
        hint = "such as `d(x.T @ x)/dx = 2*x` or `tr(A @ B) = tr(B @ A)`"
        raise Fault(main[-1].stop, said, hint)
    fonts = {name: _rank(name) for name in found.bold}
    if found.bold:
        plain = found.plain - found.bold
        fonts |= {name: "scalar" for name in plain if _is_small(name)}
    defines = any(token.text in DEFINED for token in main if token.kind == "sign")
    tight: tuple[Tree, ...] = ()
    if found.slashes:
        context = replace(context, tight=True)
        again = _trees(main, context, changes, cookbook, entrywise, some).sides
        tight = tuple(with_adjugates(again))
    unread = tuple(
        Unread(at, shown(text, start, stop), fault)
        for at, fault, start, stop in found.faults
    )
    _check_lists(found.sides)
    found.sides = with_adjugates(found.sides)
    made, tight = (
        with_sizes(some, context.commutation) for some in (found.sides, tight)
    )
    either = sum(token.either for token in main)
    return Sides(made, (), {}, fonts, defines, tight, text, unread, either)


def _always_applied(tokens: Sequence[Token], expands: bool) -> set[str]:
    """Return letters that a bracket follows wherever they stand, once a lone name.

    In `L(θ) ≈ L(θ_t) + ∇L(θ_t)^T (θ - θ_t)` no L is a factor. A small letter is only
    one of these in an expansion, `r(x + h) ≈ r(x) + J(x) h`.
    """
    expands |= any(token.text in ("o", "O") for token in tokens)
    found: dict[str, list[bool | None]] = {}
    for at, token in enumerate(tokens):
        letter = token.text if token.kind == "name" and len(token.text) == 1 else ""
        small = expands and letter.islower() and letter not in "abcdexo"
        if not (letter.isupper() or small) or letter == "D":
            continue
        inside = [one.text for one in tokens[at + 1 : at + 4]]
        called = inside[:1] == ["("] and not tokens[at + 1].spaced
        lone = called and inside[2:] == [")"] and tokens[at + 2].kind == "name"
        lone = lone and inside[1][:1].islower()
        found.setdefault(token.text, []).append(bool(lone) if called else None)
    made = {n for n, all_ in found.items() if None not in all_ and any(all_)}
    return made | _defined_there(tokens)


def _defined_there(tokens: Sequence[Token]) -> set[str]:
    """Return the V of `V(X) = ...` where V stands nowhere else: it is defined so.

    So is the `Q_n` of `Q_n (β) = ...`.
    """
    texts = [token.text for token in tokens]
    if not tokens or tokens[0].kind != "name":
        return set()
    start = 3 if texts[1:2] == ["_"] and texts[3:4] == ["("] else 1
    if texts[start : start + 1] != ["("]:
        return set()
    stop = texts.index(")") if ")" in texts else 0
    inside = [one for one in tokens[start + 1 : stop] if one.text not in ("{", "}")]
    lone = len(inside) == 1 or [one.text for one in inside[1:2]] == ["_"]
    named = lone and len(inside) in (1, 3) and inside[0].kind == "name"
    equal = texts[stop + 1 : stop + 2] in (["="], [":="], ["≡"])
    known = texts[0] in ("D", "d") or not texts[0].isupper() or len(texts[0]) > 1
    if known or not named or not equal or texts[0] in texts[1:]:
        return set()
    return {texts[0]} if start == 1 else {f"{texts[0]}_{texts[2]}"}


def _factors(sides: Sequence[Tree]) -> set[str]:
    """Return the letters of functions that are matrices: `F (G + H F)^{-1}`.

    They stand without a bracket too, and nothing is differentiated.
    """
    if any(map(has_derivative, sides)):
        return set()
    alone = {
        factor.name
        for side in sides
        for part in loose.calls(side, loose.JUXTAPOSED, "inv", "transpose", loose.POWER)
        for factor in part.args
        if isinstance(factor, Name) and factor.name in _MATRICES
    }
    called = {name: list(_arguments(sides, name)) for name in alone}
    return {
        name
        for name, args in called.items()
        if args and not any(isinstance(arg, Name) for arg in args)
    }


def _turned(sides: Sequence[Tree]) -> set[str]:
    """Return the X of `X'(y - X b)` and the x of `x'(A + A')x`: no functions.

    They stand without a bracket too. A small letter is none where a name is all of a
    bracket behind it: that of `u'(x)` is a function.
    """
    parts = [part for side in sides for part in loose.parts(side)]
    alone = {part.name for part in parts if isinstance(part, Name)}
    primed = [part for part in parts if isinstance(part, Derived)]
    applied = {p.symbol for p in primed if any(isinstance(a, Name) for a in p.args)}
    small = alone - applied - SYMBOLS
    return {
        part.symbol
        for part in primed
        if part.symbol in (alone if part.symbol.isupper() else small)
    }


_MATRICES = frozenset("FG")


def _arguments(sides: Sequence[Tree], name: str) -> Iterator[Tree]:
    for side in sides:
        for call in loose.calls(side, name):
            yield from call.args


def _check_lists(sides: Sequence[Tree]) -> None:
    """Refuse a list of values that no derivative and no function is said to be."""
    lists = [one for side in sides for one in loose.calls(side, loose.LISTED)]
    said = any(map(has_derivative, sides)) or isinstance(sides[0], Call)
    if lists and (not said or any(one in sides[:1] for one in lists)):
        raise loose.unstacked(lists[0].start)


@dataclass
class _Trees:
    """The sides of a formula, and what was noticed on the way."""

    sides: list[Tree] = field(default_factory=list)
    bold: set[str] = field(default_factory=set)
    plain: set[str] = field(default_factory=set)
    slashes: int = 0
    """How often `a/bc` is written."""
    faults: list[tuple[int, Fault, int, int]] = field(default_factory=list)
    """Of each side that cannot be read: its number, why, and where it stands."""


def _is_side(tokens: Sequence[Token]) -> bool:
    """Whether this only says which side of another statement it is: `RHS = ...`."""
    said = "".join(token.text for token in tokens if token.text not in ("{", "}"))
    return said.replace(".", "").upper() in ("LHS", "RHS")


def _trees(
    main: Sequence[Token],
    context: Context,
    changes: bool,
    cookbook: bool,
    entrywise: bool,
    some: bool,
) -> _Trees:
    """Parse each side; with `some`, as far as it can be read."""
    made = _Trees()
    slashes = [0]
    groups = list(split(main, (*EQUAL, *DEFINED)))
    called = [at for at, group in enumerate(groups) if _is_side(group)]
    for at, group in enumerate(groups):
        if not group and at:
            continue  # `= &=`, where a line goes on
        if at in called and len(groups) > len(called) + 1:
            continue
        if not group and len(groups) > 2:
            continue  # `LHS = a = b`, in words
        if not group:
            raise Fault(main[0].start, "one side of the `=` is empty")
        bold, plain = set[str](), set[str]()
        parser = Parser(
            group, context, changes, cookbook, entrywise, bold=bold, plain=plain
        )
        parser.slashes = slashes
        try:
            tree = parser.whole()
            span = {"start": group[0].start, "stop": group[-1].stop}  # with brackets
            made.sides.append(replace(tree, **span))
        except Fault as fault:
            if not some or fault.kind == "limit":
                raise
            made.faults.append((at, fault, group[0].start, group[-1].stop))
        made.bold |= bold
        made.plain |= plain
    made.slashes = slashes[0]
    return made


def _is_small(name: str) -> bool:
    return len(name.split("_")[0]) == 1 and name[0].islower()


def _rank(name: str) -> str:
    capital = name[0].isupper()
    return "matrix" if capital else "vector"


def _conditions(
    text: str, groups: Sequence[Sequence[Token]], context: Context
) -> tuple[tuple[str, ...], dict[str, Definition]]:
    """Read the clauses round a statement: texts, and definitions."""
    found: list[str] = []
    lets: dict[str, Definition] = {}
    for group in groups:
        kept = [token for token in group if token.kind != "gap"]
        if not kept:
            continue
        start, stop = _whole(text, kept[0].start), kept[-1].stop
        stop += text[stop : stop + 1] == "}" and _is_open(text[start:stop])
        said = text[start:stop]
        if pair_of(said) is not None:  # `for i = j` defines nothing
            found.append(said)
        elif (made := definition(timed(kept), context)) is not None:
            lets[made[0]] = made[1]
        else:
            found.append(said)
    return tuple(found), lets


def _whole(text: str, at: int) -> int:
    """Where a name begins with the command that sets it: `\\mathbf{A}`."""
    return at - len(found[0]) if (found := _SET.search(text, 0, at)) else at


_SET = re.compile(r"\\(?!overset|underset|stackrel)[A-Za-z]{1,20}\s?\{$")


def definition(
    tokens: Sequence[Token], context: Context
) -> tuple[str, Definition] | None:
    """Read `s = softmax(x)` or `f(x) = x^T A x`; None for anything else."""
    parts = list(split(tokens, (*EQUAL, *DEFINED)))
    if len(parts) < 2 or not all(parts[:2]):
        return None
    left, value = parts[:2]
    names, start = parameters(value)
    if names:  # `f = lambda x: x @ A @ x`
        left = [*left, *listed(names)]
    try:
        head = Parser(left, replace(context, functions=_any_name(left))).whole()
        body = Parser(value[start:], context).whole()
        head, body = with_adjugates([head, body])
    except Fault:
        return None
    return defined(head, body) or softmaxed(head, body)


def _any_name(tokens: Sequence[Token]) -> frozenset[str]:
    return frozenset(token.text for token in tokens if token.kind == "name")
