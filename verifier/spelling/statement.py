"""A statement as it was written: what is claimed of which derivative, still loose.

Sides are told apart, conditions behind the last side are kept as texts, definitions are
put in, and derivatives of names become derivatives of function symbols (`chains`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..language.tree import Call, Name, Tree
from ..reading.problem import Fault
from . import loose
from .grammar import Context, Parser
from .tokens import Token, tokens_of

EQUAL = ("=", "≡")
DEFINED = (":=",)
CUTS = frozenset(("where", "with", "if", "for", "when", "given", "let", "and", "since"))
"""Words that begin a condition."""
LENGTH = 6000
"""Characters of a statement."""


@dataclass(frozen=True)
class Definition:
    """What a name, or a function of parameters, stands for."""

    parameters: tuple[str, ...]
    body: Tree


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


@dataclass(frozen=True)
class Written:
    """A statement: a subject, its body, and what is claimed of it in which field."""

    subject: str
    body: Tree
    claims: tuple[tuple[str, Tree], ...]
    wrt: tuple[str, ...] = ()
    moving: str = ""
    target: str = ""

    @property
    def trees(self) -> list[Tree]:
        """Return all trees."""
        return [self.body, *(tree for _, tree in self.claims)]


def sides_of(text: str, context: Context | None = None) -> Sides:
    """Parse a formula; a Fault says which part cannot be read."""
    context = context or Context()
    if len(text) > LENGTH:
        said = f"the statement has {len(text)} characters; the limit is {LENGTH}"
        raise Fault(0, said, "split it, or name its parts", kind="limit")
    tokens = [t for t in tokens_of(text, context.names) if t.kind != "gap" or t]
    main, rest = _cut(_trimmed(tokens))
    conditions, lets = _conditions(text, rest, context)
    if not main:
        raise Fault(0, "there is no formula in it")
    names = context.names | {name for name in lets if len(name) > 1}
    functions = context.functions | {n for n, d in lets.items() if d.parameters}
    context = replace(context, names=names, functions=functions)
    changes = _has_changes(main)
    found: list[Tree] = []
    bold, plain = set[str](), set[str]()
    groups = list(_split(main, (*EQUAL, *DEFINED)))
    for group in groups:
        if not group:
            raise Fault(main[0].start, "one side of the `=` is empty")
        parser = Parser(group, context, changes, bold=bold, plain=plain)
        found.append(parser.whole())
    if len(found) < 2:
        said = "there is no `=` in it: a statement has two sides"
        hint = "such as `d(x.T @ x)/dx = 2*x` or `tr(A @ B) = tr(B @ A)`"
        raise Fault(main[-1].stop, said, hint)
    fonts = {name: _rank(name) for name in bold}
    if bold:
        letters = plain - bold
        fonts |= {name: "scalar" for name in letters if _is_small(name)}
    defines = any(token.text in DEFINED for token in main if token.kind == "sign")
    return Sides(tuple(found), conditions, lets, fonts, defines)


def _is_small(name: str) -> bool:
    return len(name.split("_")[0]) == 1 and name[0].islower()


def _rank(name: str) -> str:
    capital = name[0].isupper()
    return "matrix" if capital else "vector"


def _trimmed(tokens: Sequence[Token]) -> list[Token]:
    """Leave out what ends a sentence, and the marks of aligned lines."""
    found = [token for token in tokens if token.kind not in ("row", "tab")]
    if any(token.kind == "begin" for token in tokens):
        found = list(tokens)
        while found and found[0].kind == "tab":
            found.pop(0)
        depth, kept = 0, list[Token]()
        for token in found:
            depth += (token.kind == "begin") - (token.kind == "end")
            if depth or token.kind not in ("row", "tab"):
                kept.append(token)
        found = kept
    while found and (
        (found[-1].kind in ("gap", "unknown") and found[-1].text in (".", ",", ";"))
        or (found[-1].kind == "sign" and found[-1].text in (".", ",", ";", ":"))
        or found[-1].kind == "gap"
    ):
        found.pop()
    return found


def _cut(tokens: Sequence[Token]) -> tuple[list[Token], list[Token]]:
    """Divide a formula from the conditions behind it."""
    depth, equal = 0, False
    for at, token in enumerate(tokens):
        depth += (token.kind, token.text) in _OPEN
        depth -= (token.kind, token.text) in _CLOSE
        depth += (token.kind == "begin") - (token.kind == "end")
        equal |= token.kind == "sign" and token.text in (*EQUAL, *DEFINED)
        if depth or not equal:
            continue
        ends = token.kind == "text" and at
        ends = ends or (token.kind == "gap" and at)
        ends = ends or (token.kind == "sign" and token.text in (",", ";") and at)
        ends = ends or token.text in ("⇔", "⇒", "∀")
        if ends and not _is_label(tokens, at):
            return list(tokens[:at]), list(tokens[at:])
    return list(tokens), []


_OPEN = frozenset(("sign", char) for char in "([{⟨")
_CLOSE = frozenset(("sign", char) for char in ")]}⟩")


def _is_label(tokens: Sequence[Token], at: int) -> bool:
    """Whether a gap stands inside a sum or a product, only for the looks."""
    token = tokens[at]
    if token.kind != "gap" or at + 1 >= len(tokens):
        return False
    following = tokens[at + 1]
    before = tokens[at - 1]
    signs = ("+", "-", "=", "·")
    return following.text in signs or before.text in signs


def _conditions(
    text: str, tokens: Sequence[Token], context: Context
) -> tuple[tuple[str, ...], dict[str, Definition]]:
    """Read the conditions behind a statement: texts, and definitions."""
    found: list[str] = []
    lets: dict[str, Definition] = {}
    for group in _split(tokens, (",", ";")):
        group = [token for token in group if token.kind != "gap"]
        while group and group[0].text in CUTS:
            group = group[1:]
        if not group:
            continue
        said = text[group[0].start : group[-1].stop]
        if (made := definition(group, context)) is not None:
            lets[made[0]] = made[1]
        else:
            found.append(said)
    return tuple(found), lets


def definition(
    tokens: Sequence[Token], context: Context
) -> tuple[str, Definition] | None:
    """Read `s = softmax(x)` or `f(x) = x^T A x`; None for anything else."""
    parts = list(_split(tokens, (*EQUAL, *DEFINED)))
    if len(parts) < 2 or not all(parts[:2]):
        return None
    left = parts[0]
    try:
        head = Parser(left, replace(context, functions=_any_name(left))).whole()
        body = Parser(parts[1], context).whole()
    except Fault:
        return None
    return defined(head, body)


def _any_name(tokens: Sequence[Token]) -> frozenset[str]:
    return frozenset(token.text for token in tokens if token.kind == "name")


def defined(head: Tree, body: Tree) -> tuple[str, Definition] | None:
    """Return what a side that is a name, or a function of names, is defined as."""
    match head:
        case Name(name):
            found = name, Definition((), body)
        case Call(name, args) if name not in loose.LOOSE | loose.CALCULUS and all(
            isinstance(arg, Name) for arg in args
        ):
            names = tuple(arg.name for arg in args if isinstance(arg, Name))
            found = name, Definition(names, body)
        case _:
            return None
    used = {part.name for part in loose.parts(body) if isinstance(part, Name | Call)}
    return None if found[0] in used else found


def _split(tokens: Sequence[Token], signs: Sequence[str]) -> Iterator[list[Token]]:
    """Yield what stands between some signs, outside all brackets."""
    depth, start = 0, 0
    for at, token in enumerate(tokens):
        depth += (token.kind, token.text) in _OPEN
        depth -= (token.kind, token.text) in _CLOSE
        if depth <= 0 and token.kind == "sign" and token.text in signs:
            yield list(tokens[start:at])
            start = at + 1
    if tokens:
        yield list(tokens[start:])


def _has_changes(tokens: Sequence[Token]) -> bool:
    """Whether a `d` in front of something is a differential."""
    for at, token in enumerate(tokens):
        if token.kind == "differential":
            return True
        if token.kind != "name" or token.text != "d":
            continue
        before = tokens[at - 1] if at else None
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        if after is None:
            continue
        first = before is None or before.text in ("=", "frac", "(", "[", "/")
        inside = before is not None and before.text == "{" and at > 1
        begins = after.kind in ("name", "word", "accent") or after.text in (
            "(",
            "|",
            "[",
        )
        if after.text in ("^", "}", "/"):
            return first or inside
        if begins and (first or inside or not after.spaced):
            return True
    return False


# --- what is claimed -----------------------------------------------------------------


def statement_of(
    sides: Sequence[Tree], definitions: Mapping[str, Definition] | None = None
) -> Written:
    """Return what the sides of a formula claim."""
    definitions = definitions or {}
    sides = [inserted(side, definitions) for side in sides]
    order = sorted(range(len(sides)), key=lambda at: not _is_derivative(sides[at]))
    left = sides[order[0]] if _is_derivative(sides[order[0]]) else sides[0]
    right = [side for side in sides if side is not left]
    return _claimed(left, right)


def _is_derivative(tree: Tree) -> bool:
    match tree:
        case Call("transpose", (inner,)):
            return _is_derivative(inner)
        case Call("hessian", (_,)):
            return True
        case Call(name, _):
            return name in loose.CALCULUS
    return False


def _claimed(left: Tree, right: Sequence[Tree]) -> Written:
    match left:
        case Call("transpose", (inner,)) if _is_derivative(inner):
            turned = [loose.call("transpose", side) for side in right]
            return _claimed(inner, turned)
        case Call(loose.PARTIAL, (body, by)):
            return _derivative(body, by, right)
        case Call(loose.GRADIENT, (body, by)):
            return _derivative(body, by, right)
        case Call(loose.GRADIENT, (body,)):
            return _derivative(body, _variable(body, left), right)
        case Call("hessian", (body,)):
            return _hessian(body, _variable(body, left), right)
        case Call(loose.SECOND_PARTIAL, (body, one, other)):
            first, second = _plain(one), _plain(other)
            if first != second:
                said = "a second derivative by two variables is not read"
                raise Fault(left.start, said)
            return _hessian(body, first, right)
        case Call(loose.CHANGE, (body,)):
            return _differential(body, right)
    for side in (left, *right):
        for change in loose.calls(side, loose.CHANGE):
            raise Fault(change.start, "a differential stands alone on one side")
    return Written("value", left, tuple(("both", side) for side in right))


def _plain(tree: Tree) -> Tree:
    match tree:
        case Call("transpose" | loose.PRIMED, (inner,)):
            return inner
    return tree


def _derivative(body: Tree, by: Tree, right: Sequence[Tree]) -> Written:
    layout = "both" if _plain(by) == by else "numerator"
    variable = _plain(by)
    if not isinstance(variable, Name):
        if isinstance(variable, Call) and variable.name == loose.ENTRY:
            claims = tuple((layout, side) for side in right)
            return Written("entries", body, claims, (), moving=_base(variable))
        raise Fault(variable.start, "a derivative is by a name")
    claims = tuple((layout, side) for side in right)
    return Written("function", body, claims, (variable.name,))


def _base(tree: Tree) -> str:
    match tree:
        case Call(loose.ENTRY, (Name(name), *_)):
            return name
    return ""


def _hessian(body: Tree, by: Tree, right: Sequence[Tree]) -> Written:
    if not isinstance(by, Name):
        raise Fault(by.start, "a derivative is by a name")
    claims = tuple(("hessian", side) for side in right)
    return Written("function", body, claims, (by.name,))


def _variable(body: Tree, left: Tree) -> Name:
    """Return the variable of a derivative that does not name it."""
    match body:
        case Call(_, (Name() as name,)):
            if body.name not in loose.LOOSE:
                return name
    names = [part for part in loose.parts(body) if isinstance(part, Name)]
    small = list(dict.fromkeys(n.name for n in names if n.name[0].islower()))
    found = list(dict.fromkeys(n.name for n in names))
    for some in (found, [n for n in small if n == "x"], small):
        if len(some) == 1:
            return Name(some[0])
    said = "it is not said by which variable"
    raise Fault(left.start, said, "write `∇_x f(x)` or `d(f)/dx`")


def _differential(body: Tree, right: Sequence[Tree]) -> Written:
    inside = {part.name for part in loose.parts(body) if isinstance(part, Name)}
    changed = [
        part.name[1:]
        for side in right
        for part in loose.parts(side)
        if isinstance(part, Name) and part.name[0] == "d" and part.name[1:] in inside
    ]
    if not changed:
        said = "a differential names the changes of its variables on the right"
        hint = "such as `d(A @ X) = A @ dX`; a derivative is `d(f)/dx`"
        raise Fault(body.start, said, hint)
    claims = tuple(("differential", side) for side in right)
    return Written("function", body, claims, tuple(dict.fromkeys(changed)))


def inserted(tree: Tree, definitions: Mapping[str, Definition], depth: int = 0) -> Tree:
    """Put what names are defined as in their places."""
    if depth > 8 or not definitions:
        return tree

    def change(part: Tree) -> Tree:
        match part:
            case Name(name) if name in definitions:
                return definitions[name].body
            case Call(name, args) if name in definitions:
                made = definitions[name]
                if len(made.parameters) == len(args):
                    values = dict(zip(made.parameters, args, strict=True))
                    return _put(made.body, values)
        return part

    found = loose.mapped(tree, change)
    return found if found == tree else inserted(found, definitions, depth + 1)


def _put(tree: Tree, values: Mapping[str, Tree]) -> Tree:
    def change(part: Tree) -> Tree:
        return values.get(part.name, part) if isinstance(part, Name) else part

    return loose.mapped(tree, change)
