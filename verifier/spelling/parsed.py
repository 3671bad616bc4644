"""The sides of a statement as trees, and what was noticed on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..language.primitives import PRIMITIVES
from ..language.tree import Call, Derived, Name, Tree
from ..reading.problem import Fault
from . import loose
from .adjugates import with_adjugates
from .changing import has_changes, has_lone_partial
from .cursor import SYMBOLS, Context
from .defining import Definition
from .derivatives import has_derivative
from .division import DEFINED, EQUAL, split
from .grammar import Parser
from .lambdas import is_product
from .samples import free_letters
from .sized import with_sizes
from .tokens import Token


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
    start = whole_of(text, start)
    while stop < len(text) and text[stop] == "}" and is_open(text[start:stop]):
        stop += 1
    return " ".join(text[start:stop].replace("&", " ").split())


def is_open(text: str) -> bool:
    return text.count("{") > text.count("}")


def whole_of(text: str, at: int) -> int:
    """Where a name begins with the command that sets it: `\\mathbf{A}`."""
    return at - len(found[0]) if (found := _SET.search(text, 0, at)) else at


_SET = re.compile(r"\\(?!overset|underset|stackrel)[A-Za-z]{1,20}\s?\{$")


def parsed(text: str, main: Sequence[Token], context: Context, some: bool) -> Sides:
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
