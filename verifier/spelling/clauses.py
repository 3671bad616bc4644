"""A formula in its clauses: the sides of a statement, definitions, and conditions.

`Let f(x) = b^T x. Then ∇f = b`, `L = ... ⇒ dL/dx = ...`, `... where A is symmetric`:
one clause is the statement, the others say what it is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..language.tree import Name, Tree
from ..reading.problem import Fault
from . import loose
from .defining import Definition, defined
from .grammar import Context, Parser
from .tokens import Token, tokens_of
from .vocabulary import UNWRAPPED

EQUAL = ("=", "≡")
DEFINED = (":=",)
CUTS = frozenset(("where", "with", "if", "for", "when", "given", "let", "and", "since"))
"""Words that begin a condition."""
LENGTH = 6000
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


def sides_of(text: str, context: Context | None = None) -> Sides:
    """Parse a formula; a Fault says which part cannot be read."""
    context = context or Context()
    if len(text) > LENGTH:
        said = f"the statement has {len(text)} characters; the limit is {LENGTH}"
        raise Fault(0, said, "split it, or name its parts", kind="limit")
    tokens = _numbered(_trimmed(tokens_of(text, context.names)))
    tokens = _conditional(_abbreviated(tokens))
    _balanced(tokens)
    before, main, behind = clauses(tokens)
    conditions, lets = _conditions(text, [*before, *behind], context)
    if not main:
        raise Fault(0, "there is no formula in it")
    names = context.names | {name for name in lets if len(name) > 1}
    functions = context.functions | {n for n, d in lets.items() if d.parameters}
    context = replace(context, names=names, functions=functions)
    return replace(_parsed(text, main, context), conditions=conditions, lets=lets)


def _parsed(text: str, main: Sequence[Token], context: Context) -> Sides:
    """Parse the sides of a statement."""
    changes, cookbook = _has_changes(main), _has_lone_partial(main)
    entrywise = any(token.text == "@" for token in main) or "np." in text
    found = _trees(main, context, changes, cookbook, entrywise)[0]
    above = {
        part.args[0].name
        for tree in found
        for part in loose.calls(tree, loose.PARTIAL)
        if isinstance(part.args[0], Name)
    }
    # What is differentiated somewhere is a function where a bracket follows it.
    context = replace(context, dependent=context.dependent | above)
    found, bold, plain, slashes = _trees(main, context, changes, cookbook, entrywise)
    if len(found) < 2:
        if main[-1].kind == "sign" and main[-1].text in (*EQUAL, *DEFINED):
            raise Fault(main[-1].start, "one side of the `=` is empty")
        said = "there is no `=` in it: a statement has two sides"
        hint = "such as `d(x.T @ x)/dx = 2*x` or `tr(A @ B) = tr(B @ A)`"
        raise Fault(main[-1].stop, said, hint)
    fonts = {name: _rank(name) for name in bold}
    if bold:
        fonts |= {name: "scalar" for name in plain - bold if _is_small(name)}
    defines = any(token.text in DEFINED for token in main if token.kind == "sign")
    tight: tuple[Tree, ...] = ()
    if slashes:
        context = replace(context, tight=True)
        tight = tuple(_trees(main, context, changes, cookbook, entrywise)[0])
    return Sides(tuple(found), fonts=fonts, defines=defines, tight=tight)


def _trees(
    main: Sequence[Token],
    context: Context,
    changes: bool,
    cookbook: bool,
    entrywise: bool,
) -> tuple[list[Tree], set[str], set[str], int]:
    """Parse each side; with the names in bold and not, and the count of `a/bc`."""
    found: list[Tree] = []
    bold, plain, slashes = set[str](), set[str](), [0]
    for group in split(main, (*EQUAL, *DEFINED)):
        if not group and len(found) > 0:
            continue  # `= &=`, where a line goes on
        if not group:
            raise Fault(main[0].start, "one side of the `=` is empty")
        parser = Parser(
            group, context, changes, cookbook, entrywise, bold=bold, plain=plain
        )
        parser.slashes = slashes
        found.append(parser.whole())
    return found, bold, plain, slashes[0]


def clauses(
    tokens: Sequence[Token],
) -> tuple[list[list[Token]], list[Token], list[list[Token]]]:
    """Return what stands before the statement, the statement, what stands behind."""
    groups: list[list[Token]] = [[]]
    depth = 0
    tokens = _unwrapped(tokens)
    arrows = _implications(tokens)
    for at, token in enumerate(tokens):
        depth += (token.kind, token.text) in _OPEN
        depth -= (token.kind, token.text) in _CLOSE
        ends = token.kind == "sign" and (token.text == "⇒" or at in arrows)
        # The dot of `A.sum()` ends nothing.
        touching = at and not token.spaced and not _is_spaced(tokens, at + 1)
        ends |= token.kind == "sign" and token.text == "." and not touching
        if depth <= 0 and (ends or (token.kind == "text" and token.text in _THEN)):
            groups.append([])
        else:
            groups[-1].append(token)
    groups = [group for group in groups if group]
    if not groups:
        return [], [], []
    first, last = _led(_without_words(groups[-1]))
    main, behind = _cut(last)
    before = [part for group in groups[:-1] for part in _pieces(_without_words(group))]
    before += _pieces(first)
    return before, main, _pieces(behind)


def _unwrapped(tokens: Sequence[Token]) -> Sequence[Token]:
    """Leave out braces round all of a formula, as those of a box."""
    while tokens and tokens[0].text == "{":
        depth, closed = 0, 0
        for at, token in enumerate(tokens):
            depth += {"{": 1, "}": -1}.get(token.text, 0)
            if not depth:
                closed = at
                break
        if closed < len(tokens) - 1:
            return tokens
        tokens = tokens[1:-1]
    return tokens


def _implications(tokens: Sequence[Token]) -> frozenset[int]:
    """Return the arrows that stand between two statements."""
    equals = [at for at, token in enumerate(tokens) if token.text in EQUAL]
    if not equals:
        return frozenset()
    return frozenset(
        at
        for at, token in enumerate(tokens)
        if token.text == "→" and equals[0] < at < equals[-1]
    )


def _led(tokens: Sequence[Token]) -> tuple[list[Token], list[Token]]:
    """Divide what leads to a statement from it: `t ∈ R, ∇(t f) = t ∇f`."""
    depth, cut = 0, -1
    for at, token in enumerate(tokens):
        depth += (token.kind, token.text) in _OPEN
        depth -= (token.kind, token.text) in _CLOSE
        if depth <= 0 and token.text in EQUAL + DEFINED:
            break
        if depth <= 0 and (token.text == "," or token.kind == "gap") and at:
            cut = at
    else:
        cut = -1
    return list(tokens[: max(cut, 0)]), _without_words(tokens[cut + 1 :])


_THEN = frozenset(("then", "Then", "so", "hence", "thus"))


def _is_spaced(tokens: Sequence[Token], at: int) -> bool:
    """Whether there is a space before a token, or no token."""
    return at >= len(tokens) or tokens[at].spaced


def _without_words(tokens: Sequence[Token]) -> list[Token]:
    """Leave out the words in front of a clause."""
    at = 0
    while at < len(tokens) and (
        tokens[at].kind in ("text", "gap") or tokens[at].text in (",", ";", ":")
    ):
        at += 1
    return list(tokens[at:])


def _pieces(tokens: Sequence[Token]) -> list[list[Token]]:
    """Divide conditions at commas and at `and`."""
    found: list[list[Token]] = []
    for group in split(tokens, (",", ";")):
        part: list[Token] = []
        for token in group:
            if token.kind == "text" and token.text == "and" and len(part) > 1:
                found.append(part)
                part = []
            else:
                part.append(token)
        found.append(part)
    return [_without_words(part) for part in found if _without_words(part)]


def _is_small(name: str) -> bool:
    return len(name.split("_")[0]) == 1 and name[0].islower()


def _rank(name: str) -> str:
    capital = name[0].isupper()
    return "matrix" if capital else "vector"


def _numbered(tokens: list[Token]) -> list[Token]:
    """Leave out the number of a formula: `(3) ∂(Ax)/∂x = A`."""
    texts = [token.text for token in tokens[:3]]
    numbered = texts[:1] == ["("] and texts[2:] == [")"] and len(tokens) > 3
    if numbered and tokens[1].kind == "number" and tokens[3].text not in "*/^=":
        return tokens[3:]
    return tokens


def _abbreviated(tokens: Sequence[Token]) -> list[Token]:
    """Read `CE(y, p)`, a cross-entropy, as a function of one name."""
    found: list[Token] = []
    for at, token in enumerate(tokens):
        behind = tokens[at + 1].text if at + 1 < len(tokens) else ""
        begun = found and found[-1].text == "C" and found[-1].stop == token.start
        if begun and token.text == "E" and behind == "(":
            found[-1] = replace(found[-1], text="CE", stop=token.stop)
        else:
            found.append(token)
    return found


def _conditional(tokens: Sequence[Token]) -> list[Token]:
    """Read the bar of `p(x | m)` as `p(x ∣ m)`: one that no other bar closes."""
    found = list(tokens)
    open_: list[tuple[int, list[int]]] = []
    for at, token in enumerate(tokens):
        if (token.kind, token.text) in _OPEN:
            open_.append((at, []))
        elif (token.kind, token.text) in _CLOSE and open_:
            first, bars = open_.pop()
            before = tokens[first - 1].kind if first else ""
            if len(bars) == 1 and token.text == ")" and before in _APPLIED:
                found[bars[0]] = replace(tokens[bars[0]], text="∣")
        elif token.kind == "sign" and token.text in ("|", "‖") and open_:
            open_[-1][1].extend([at, at] if token.text == "‖" else [at])
    return found


_APPLIED = ("name", "accent", "word")
"""What stands before the bracket of arguments."""


def _balanced(tokens: Sequence[Token]) -> None:
    """Refuse brackets that are open at an equals sign, or closed without need."""
    open_: list[Token] = []
    for at, token in enumerate(tokens):
        if (token.kind, token.text) in _OPEN:
            open_.append(token)
        elif (token.kind, token.text) in _CLOSE:
            if not open_:
                said = f"the bracket `{token.text}` closes nothing"
                raise Fault(token.start, said, "drop it or open it")
            open_.pop()
        elif token.text in EQUAL and open_ and open_[0].text != "{":
            called = open_[-1].text == "("
            if called and at > 1 and tokens[at - 2].text == ",":  # `np.sum(A, axis=0)`
                said = f"the argument `{tokens[at - 1].text}=` is not read"
                hint = "along an axis there are `rowsum(X)` and `colsum(X)`"
                raise Fault(tokens[at - 1].start, said, hint)
            said = f"the bracket `{open_[-1].text}` is not closed before `=`"
            raise Fault(open_[-1].start, said, "close it")


def _trimmed(tokens: Sequence[Token]) -> list[Token]:
    """Leave out what ends a sentence, and what only sets aligned lines."""
    found: list[Token] = []
    matrices = 0
    for token in tokens:
        if token.kind in ("begin", "end") and token.text in UNWRAPPED:
            continue
        matrices += (token.kind == "begin") - (token.kind == "end")
        if matrices or token.kind not in ("row", "tab"):
            found.append(token)
    while found and (found[-1].kind == "gap" or found[-1].text in (".", ",", ";", ":")):
        found.pop()
    number = [token.text for token in found[-3:]]
    if len(found) > 4 and number[0] == "(" and number[2] == ")":
        spaced = found[-3].spaced or found[-4].kind == "gap"
        if spaced and found[-2].kind == "number":  # that of the formula
            del found[-3:]
    return found


def _cut(tokens: Sequence[Token]) -> tuple[list[Token], list[Token]]:
    """Divide a formula from the conditions behind it."""
    depth, equal = 0, False
    for at, token in enumerate(tokens):
        if not depth and equal and at and _in_words(tokens, at):
            inside = list(tokens[at + 1 :])
            while inside and inside[-1].text == ")":
                inside.pop()
            return list(tokens[:at]), inside
        depth += (token.kind, token.text) in _OPEN
        depth -= (token.kind, token.text) in _CLOSE
        depth += (token.kind == "begin") - (token.kind == "end")
        equal |= token.kind == "sign" and token.text in (*EQUAL, *DEFINED)
        if depth or not equal:
            continue
        ends = token.kind == "text" and at
        ends = ends or (token.kind == "gap" and at)
        ends = ends or (token.kind == "sign" and token.text in (",", ";") and at)
        ends = ends or token.text in ("⇔", "⇒", "∀", "∈", "<", ">", "≥", "≤")
        if ends and not _is_label(tokens, at):
            return list(tokens[:at]), list(tokens[at:])
    return list(tokens), []


_OPEN = frozenset(("sign", char) for char in "([{⟨")
_CLOSE = frozenset(("sign", char) for char in ")]}⟩")


def _in_words(tokens: Sequence[Token], at: int) -> bool:
    """Whether a bracket holds words, as in `(A symmetric)`."""
    if tokens[at].text != "(":
        return False
    for token in tokens[at:]:
        if token.kind == "text":
            return True
        if token.text == ")":
            return False
    return False


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
    text: str, groups: Sequence[Sequence[Token]], context: Context
) -> tuple[tuple[str, ...], dict[str, Definition]]:
    """Read the clauses round a statement: texts, and definitions."""
    found: list[str] = []
    lets: dict[str, Definition] = {}
    for group in groups:
        kept = [token for token in group if token.kind != "gap"]
        if not kept:
            continue
        if (made := definition(kept, context)) is not None:
            lets[made[0]] = made[1]
        else:
            found.append(text[_whole(text, kept[0].start) : kept[-1].stop])
    return tuple(found), lets


def _whole(text: str, at: int) -> int:
    """Where a name begins with the command that sets it: `\\mathbf{A}`."""
    return at - len(found[0]) if (found := _SET.search(text, 0, at)) else at


_SET = re.compile(r"\\[A-Za-z]{1,20}\s?\{$")


def definition(
    tokens: Sequence[Token], context: Context
) -> tuple[str, Definition] | None:
    """Read `s = softmax(x)` or `f(x) = x^T A x`; None for anything else."""
    parts = list(split(tokens, (*EQUAL, *DEFINED)))
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


def split(tokens: Sequence[Token], signs: Sequence[str]) -> Iterator[list[Token]]:
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
            *("(", "|", "[", "‖", "⟨", "∑"),
        )
        if after.text == "}":  # `\frac{d}{dx}`, and not `\frac{d}{2}`
            below = tokens[at + 3] if at + 3 < len(tokens) else None
            if inside and below is not None and below.kind == "differential":
                return True
            if inside and below is not None and below.text == "d":
                return True
            continue
        if after.text in ("^", "/"):
            return first or inside
        if begins and (first or inside or not after.spaced):
            return True
    return False


def _has_lone_partial(tokens: Sequence[Token]) -> bool:
    """Whether a `∂` is no part of a fraction, as where it means a differential."""
    if any(token.kind == "fraction" for token in tokens):
        return False
    signs = [token.text for token in tokens if token.kind == "sign"]
    return "∂" in signs and "/" not in signs
