"""A formula cut in its clauses: what leads to a statement, its sides, conditions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import replace

from .cursor import BRACKETS_CLOSE, BRACKETS_OPEN
from .lambdas import within
from .tokens import Token
from .vocabulary import UNWRAPPED

EQUAL = ("=", "≡")


DEFINED = (":=",)


ORDERS = (
    *("\\succeq", "\\succ", "\\preceq", "\\prec", "\\geqslant", "\\leqslant"),
    *("⪰", "≻", "⪯", "≺", "⩾", "⩽"),
)
"""How matrices compare, behind what they are equal to: `H = 2 X^T X ⪰ 0`."""


def clauses(
    tokens: Sequence[Token],
) -> tuple[list[list[Token]], list[Token], list[list[Token]]]:
    """Return what stands before the statement, the statement, what stands behind."""
    groups: list[list[Token]] = [[]]
    depth = 0
    tokens = _unwrapped(tokens)
    arrows = _implications(tokens)
    for at, token in enumerate(tokens):
        depth += (token.kind, token.text) in BRACKETS_OPEN
        depth -= (token.kind, token.text) in BRACKETS_CLOSE
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
    mapped, rest = _mapped_before(_unwrapped(_without_words(groups[-1], _SAYING)))
    defined, rest = _defined_before(rest)
    first, last = _led(_without_words(_unwrapped(_without_words(rest))))
    main, behind = _cut(last)
    before = [part for group in groups[:-1] for part in _pieces(_without_words(group))]
    before += [*mapped, *defined, *_pieces(first)]
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


def _mapped_before(
    tokens: Sequence[Token],
) -> tuple[list[list[Token]], Sequence[Token]]:
    """Divide what a function maps from what is said of it: `f: R^n -> R, ∇f = a`."""
    texts = [token.text for token in tokens]
    if texts[1:2] != [":"] or tokens[0].kind != "name":
        return [], tokens
    for at, token in enumerate(tokens):
        if token.text in EQUAL:
            break
        if token.text in (",", ";") or token.kind == "gap":
            return ([[*tokens[:at]]] if "→" in texts[:at] else []), tokens[at + 1 :]
    return [], tokens


def _defined_before(
    tokens: Sequence[Token],
) -> tuple[list[list[Token]], Sequence[Token]]:
    """Divide definitions from the derivative behind them: `y = Wx, dy/dx = W`."""
    starts, depth, inside = [0], 0, within(tokens)
    for at, token in enumerate(tokens):
        depth += (token.kind, token.text) in BRACKETS_OPEN
        depth -= (token.kind, token.text) in BRACKETS_CLOSE
        ends = token.kind == "sign" and token.text in (",", ";", ":")
        if depth <= 0 and ends and at not in inside:
            starts.append(at + 1)
    before: list[list[Token]] = []
    for start, stop in zip(starts, [*(s - 1 for s in starts[1:]), None], strict=True):
        piece = list(tokens[start:stop])
        left, *further = split(piece, (*EQUAL, *DEFINED)) if piece else [[]]
        moves = before and _moved(left) in [group[0].text for group in before if group]
        if moves or _is_slope(left) or any(map(_is_slope, further[:-1])):
            if before and len(left) < len(piece):
                return before, tokens[start:]
            break
        is_definition = len(left) < len(piece) and _names_one(left)
        named = {token.text for group in before for token in group[:1]}
        if not is_definition and named & {token.text for token in piece} and further:
            return before, tokens[start:]
        if not is_definition and not (piece and piece[0].kind == "text"):
            break
        before.append(_without_words(piece, _SAYING))
    return [], tokens


def _is_slope(tokens: Sequence[Token]) -> bool:
    """Whether something is differentiated here."""
    words = ("gradient", "jacobian", "hessian", "diff")
    if [token.text for token in tokens[:2]] == ["d", "("]:  # `d(x^T A x) = ... dx`
        return True
    below = [token.text for token in tokens[1:3]]
    return any(
        token.text in ("∂", "∇", *words) or token.kind == "differential"
        for token in tokens
    ) or (tokens[:1] != [] and tokens[0].kind == "fraction" and below == ["{", "d"])


def _moved(tokens: Sequence[Token]) -> str:
    """Return the V of `V̇`, `V̇(x)` and `V'(x)`, "" where there is no such mark."""
    texts = [token.text for token in tokens if token.text not in ("{", "}")]
    if texts[:1] == ["dot"] and tokens[0].kind == "accent":
        return "".join(texts[1:2])
    if texts[1:2] == ["'"]:
        return texts[0]
    return texts[0].removesuffix("_dot") if texts and texts[0].endswith("_dot") else ""


def _names_one(tokens: Sequence[Token]) -> bool:
    """Whether this is a name, or a function of one: `y`, `f(x)`, with its accents."""
    rest = [t for t in tokens if t.kind not in ("accent", "font", "text")]
    texts = [token.text for token in rest if token.text not in ("{", "}")]
    if not rest or rest[0].kind != "name":
        return False
    return len(texts) == 1 or (texts[1] in ("(", "_") and len(texts) <= MOST_NAMED)


MOST_NAMED = 6
"""Words and signs of what a definition names."""


def _led(tokens: Sequence[Token]) -> tuple[list[Token], list[Token]]:
    """Divide what leads to a statement from it: `t ∈ R, ∇(t f) = t ∇f`."""
    depth, cut = 0, -1
    for at, token in enumerate(tokens):
        depth += (token.kind, token.text) in BRACKETS_OPEN
        depth -= (token.kind, token.text) in BRACKETS_CLOSE
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


def _without_words(
    tokens: Sequence[Token], kept: frozenset[str] = frozenset()
) -> list[Token]:
    """Leave out the words in front of a clause, up to those that are `kept`."""
    at = 0
    while at < len(tokens) and (
        (tokens[at].kind in ("text", "gap") and not {*tokens[at].text.split()} & kept)
        or tokens[at].text in (",", ";", ":")
    ):
        at += 1
    return list(tokens[at:])


_SAYING = frozenset(("symmetric", "definite", "constant", "const", "any", "all"))
"""Words that say something of the names behind them: `for symmetric A`."""


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
    return [
        kept
        for part in found
        if (
            kept := _without_words(part, _SAYING)
            or [token for token in part if " " in token.text]
        )
    ]


def numbered(tokens: list[Token]) -> list[Token]:
    """Leave out the number of a formula: `(3) ∂(Ax)/∂x = A`."""
    texts = [token.text for token in tokens[:3]]
    numbered = texts[:1] == ["("] and texts[2:] == [")"] and len(tokens) > 3
    if numbered and tokens[1].kind == "number" and tokens[3].text not in "*/^=":
        return tokens[3:]
    return tokens


def abbreviated(tokens: Sequence[Token], names: Set[str] = frozenset()) -> list[Token]:
    """Read `CE(y, p)`, a cross-entropy, and the step `Δx` as one name each.

    A Δ among the `names` is one by itself.
    """
    found: list[Token] = []
    for at, token in enumerate(tokens):
        behind = tokens[at + 1].text if at + 1 < len(tokens) else ""
        last = found[-1].text if found else ""
        entropy = last == "C" and token.text == "E" and behind == "("
        if entropy and found[-1].stop == token.start:
            found[-1] = replace(found[-1], text="CE", stop=token.stop)
            continue
        step = last == "Delta" and "Delta" not in names
        initials = [one.text for one in found[-4:]] + [token.text]
        if initials in (["L", ".", "H", ".", "S"], ["R", ".", "H", ".", "S"]):
            side = replace(found[-4], text=f"{initials[0]}HS", stop=token.stop)
            found[-4:] = [side]
            continue
        if token.text == "." and last in ("LHS", "RHS"):
            continue
        if step and token.kind == "name" and len(token.text) == 1:
            text = f"Delta_{token.text}"
            found[-1] = replace(found[-1], kind="name", text=text, stop=token.stop)
            continue
        found.append(token)
    return found


def trimmed(tokens: Sequence[Token]) -> list[Token]:
    """Leave out what ends a sentence, and what only sets aligned lines."""
    found: list[Token] = []
    matrices = 0
    if len(tokens) > 1 and tokens[1].kind == "tab" and tokens[0].kind == "sign":
        tokens = tokens[1:]  # the sign in front is a cell of a table
    apart = False  # whether a tab stands before
    for token in tokens:
        if token.kind in ("begin", "end") and token.text in UNWRAPPED:
            continue
        matrices += (token.kind == "begin") - (token.kind == "end")
        if matrices or token.kind not in ("row", "tab"):
            found.append(replace(token, spaced=token.spaced or apart))
            apart = False
        else:
            apart = True
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
    depth, equal, angle = 0, False, 0
    for at, token in enumerate(tokens):
        if not depth and equal and at and _in_words(tokens, at):
            inside = list(tokens[at + 1 :])
            while inside and inside[-1].text == ")":
                inside.pop()
            return list(tokens[:at]), inside
        depth += (token.kind, token.text) in BRACKETS_OPEN
        depth -= (token.kind, token.text) in BRACKETS_CLOSE
        depth += (token.kind == "begin") - (token.kind == "end")
        equal |= token.kind == "sign" and token.text in (*EQUAL, *DEFINED)
        if depth or not equal:
            continue
        ends = token.kind == "text" and at and not _is_below(tokens, at)
        ends = ends or (token.kind == "gap" and at)
        ends = ends or (token.kind == "sign" and token.text in (",", ";") and at)
        if token.text == ">" and angle:
            angle -= 1
            continue
        if token.text == "<" and _is_angle(tokens, at):
            angle += 1
            continue
        ends = ends or token.text in ("⇔", "⇒", "∀", "∈", "<", ">", "≥", "≤", *ORDERS)
        if ends and not angle and not _is_label(tokens, at):
            return list(tokens[:at]), list(tokens[at:])
    return list(tokens), []


def _is_angle(tokens: Sequence[Token], at: int) -> bool:
    """Whether a `<` opens `<a, b>`, an inner product."""
    behind = [token.text for token in tokens[at + 1 :]]
    return ">" in behind and "," in behind[: behind.index(">")]


def _in_words(tokens: Sequence[Token], at: int) -> bool:
    """Whether a bracket holds words, as in `(A symmetric)`."""
    if tokens[at].text != "(":
        return False
    for place in range(at, len(tokens)):
        if tokens[place].kind == "text" and not _is_below(tokens, place):
            return True
        if tokens[place].text == ")":
            return False
    return False


def _is_below(tokens: Sequence[Token], at: int) -> bool:
    """Whether words are a part of a name: `x_\\text{max}`."""
    before = tokens[at - 1] if at else None
    return before is not None and (before.kind, before.text) == ("sign", "_")


def _is_label(tokens: Sequence[Token], at: int) -> bool:
    """Whether a gap stands inside a sum or a product, only for the looks."""
    token = tokens[at]
    if token.kind != "gap" or at + 1 >= len(tokens):
        return False
    following = tokens[at + 1]
    before = tokens[at - 1]
    signs = ("+", "-", "=", "·")
    return following.text in signs or before.text in signs


def split(tokens: Sequence[Token], signs: Sequence[str]) -> Iterator[list[Token]]:
    """Yield what stands between some signs, outside all brackets."""
    depth, start = 0, 0
    for at, token in enumerate(tokens):
        depth += (token.kind, token.text) in BRACKETS_OPEN
        depth -= (token.kind, token.text) in BRACKETS_CLOSE
        if depth <= 0 and token.kind == "sign" and token.text in signs:
            yield list(tokens[start:at])
            start = at + 1
    if tokens:
        yield list(tokens[start:])
