"""What a formula says about names: `x \\in R^n`, `A = A^T`, `X \\succ 0`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from ..language.tree import Call, Name
from ..reading.problem import Fault
from ..spelling import loose
from ..spelling.scanner import tokens_of
from ..spelling.tokens import Token
from .facts import UNKNOWN
from .spaces import (
    CLOSING,
    OPENING,
    RELATIONS,
    SIZE_NAME,
    SUCC,
    at_top,
    name_of,
    size_of,
    sizes_of,
    space_of,
    tree_of,
    typed,
)

LONGEST = 1000
"""Characters of a formula that is looked at; what is longer declares no names."""


@dataclass(frozen=True)
class Said:
    """A type that a formula gives to names."""

    names: tuple[str, ...]
    value: str
    condition: bool = False
    """Whether it is an equation or inequality, which may be no declaration."""


@dataclass(frozen=True)
class Look:
    """What can be seen of a formula."""

    names: tuple[str, ...] = ()
    """All of it, if it lists nothing but names."""
    called: str = ""
    """The name f, if it is `f(x)` or `y = f(x)`."""
    inner: str = ""
    """The name X, if it is `X^{-1}`, `X^T` or the like."""
    sizes: tuple[str, ...] = ()
    """The sizes, if it is `m \\times n`, `n`, or the set R^n."""
    space: str = ""
    """A type, if it is a set such as R^n, with or without the sign for `in`."""
    said: tuple[Said, ...] = ()
    claims: bool = False
    """Whether it has a relation: it could be a statement."""
    unequal: bool = False
    sign: str = ""
    """The sign, if it is nothing but a sign or a function's name."""


@lru_cache(4096)
def look(text: str) -> Look:
    """Look at a formula; what cannot be read says nothing."""
    declares = "\\in" in text or "∈" in text or "\\to" in text
    if len(text) > (LONGEST if declares else LONGEST // 6):
        return Look(claims="=" in text)
    try:
        tokens = tokens_of(_plain(text))
    except Fault:
        return Look(claims="=" in text)
    tokens = [t for t in tokens if t.kind not in ("gap", "tab")]
    while tokens and (tokens[-1].text in ".,;:" or tokens[-1].kind == "row"):
        tokens.pop()
    if not tokens:
        return Look()
    top = at_top(tokens)
    signs = {tokens[i].text for i in top}
    chunks = _chunks(tokens, top)
    names = [name_of(chunk) for chunk in chunks]
    whole = tuple(name for name in names if name)
    space = tokens[1:] if tokens[0].text == "∈" else tokens
    return Look(
        names=whole if all(names) else (),
        called=_called(tokens),
        inner=_inner(tokens),
        sizes=sizes_of(tokens, ("×", "*")) or (),
        space=space_of(space) if len(chunks) == 1 else "",
        said=tuple(_said(tokens, chunks)),
        claims=bool(signs & RELATIONS),
        unequal=any(_differ(chunk) for chunk in chunks),
        sign=_sign(tokens),
    )


def _plain(text: str) -> str:
    """Write what the tokens do not know in a way that they do."""
    text = re.sub(r"\\(?:textit|emph|text|mbox)\{ ?(?:and|et) ?\}", ",", text)
    return re.sub(r"\\not\s*=", r"\\neq", text)


def _chunks(tokens: Sequence[Token], top: Sequence[int]) -> list[list[Token]]:
    """Split at the commas outside of brackets."""
    cuts = [i for i in top if tokens[i].text in (",", ";", "、", "，", "and", "，")]
    edges = [-1, *cuts, len(tokens)]
    return [list(tokens[a + 1 : b]) for a, b in pairwise(edges) if b > a + 1]


def _called(tokens: Sequence[Token]) -> str:
    """Return f of `f(x)` or `y = f(x)`."""
    equal = [i for i, token in enumerate(tokens) if token.text in ("=", ":=")]
    if len(equal) == 1 and name_of(tokens[: equal[0]]):
        tokens = tokens[equal[0] + 1 :]
    at = next((i for i, token in enumerate(tokens) if token.text == "("), 0)
    if not at or tokens[-1].text != ")":
        return ""
    depth = 0
    for token in tokens[at:-1]:
        depth += (token.text in OPENING) - (token.text in CLOSING)
        if not depth:
            return ""
    head = tokens[:at]
    if len(head) == 1 and head[0].kind == "word":
        return head[0].text
    return name_of(head)


def _inner(tokens: Sequence[Token]) -> str:
    """Return X of X^{-1} or X^T."""
    tree = tree_of(tokens) if len(tokens) <= 16 else None
    if not isinstance(tree, Call) or tree.name not in ("transpose", loose.POWER, "inv"):
        return ""
    base = tree.args[0]
    if tree.name == loose.POWER and str(tree.args[1:]).find("neg") < 0:
        return ""
    return base.name if isinstance(base, Name) else ""


def _differ(chunk: Sequence[Token]) -> bool:
    """Whether it denies an equation; `i \\neq j` and `x \\neq 0` are no equations."""
    at = next((i for i, token in enumerate(chunk) if token.text == "≠"), 0)
    left, right = chunk[:at], chunk[at + 1 :]
    if _is_index(left[-1:]) and _is_index(right[:1]):
        return False  # `-p_i p_j if i ≠ j`
    return (
        bool(at) and not name_of(left) and [t.text for t in right] not in (["0"], ["1"])
    )


def _is_index(tokens: Sequence[Token]) -> bool:
    return [token.text for token in tokens] in [[letter] for letter in "ijklmnpqrst"]


def _sign(tokens: Sequence[Token]) -> str:
    """Return a lone sign or function's name, alone or with places for its arguments."""
    left = [t for t in tokens if t.text not in ("·", "(", ")", "{", "}", ",")]
    if len(tokens) == 1 and tokens[0].kind in ("sign", "word"):
        return tokens[0].text
    texts = [t.text for t in left]
    if len(left) == 1 and left[0].kind in ("word", "name") and tokens[-1].text == ")":
        return texts[0]
    if (
        texts
        and texts[0] in ("‖", "|")
        and texts[-1].strip("F2") in ("‖", "|", "_", "")
    ):
        bars = texts.count(texts[0])
        inside = [t for t in left if t.text not in ("‖", "|", "_", "F", "2")]
        if bars == 2 and len(inside) <= 1:
            return texts[0]
    raised = len(left) in (3, 4) and left[1].text == "^" and left[0].kind == "name"
    if raised and left[2].text in ("+", "†", "H", "T", "⊤", "*"):
        return "^" + left[2].text
    if len(left) == 2 and left[0].kind == "name" and left[1].text == "'":
        return "'"
    if len(left) == 3 and left[1].text in ("⊙", "⊗", "∘") and left[1].kind == "sign":
        return left[1].text
    return ""


# --- what is said of names ---


def _said(tokens: Sequence[Token], chunks: list[list[Token]]) -> Iterator[Said]:
    ranged = _range(tokens)
    if ranged:
        yield ranged
        return
    waiting: list[str] = []
    for chunk in chunks:
        if chunk[0].text == "∀":
            chunk = chunk[1:]
        name = name_of(chunk)
        if name:
            waiting.append(name)
            continue
        yield from _of_chunk(chunk, waiting)
        waiting = []


def _of_chunk(chunk: list[Token], waiting: list[str]) -> Iterator[Said]:
    top = at_top(chunk)
    at = {chunk[i].text: i for i in reversed(top)}
    if "∈" in at:
        left, right = chunk[: at["∈"]], chunk[at["∈"] + 1 :]
        cut = next((i for i, t in enumerate(right) if t.text in RELATIONS), None)
        right = right if cut is None else right[:cut]
        equal = next((i for i, t in enumerate(left) if t.text in ("=", ":=")), None)
        value = space_of(right)
        name = name_of(left if equal is None else left[:equal])
        if not value and [t.text for t in right] == ["(", "0", ",", "1", ")"]:
            value = "scalar"
        if name and value:
            yield Said((*waiting, name), value)
            return
        inner = _inner(left)
        if inner and value.startswith("matrix(") and not waiting:
            rows, columns = value[7:-1].split(", ")
            yield Said((inner,), typed("matrix", (columns, rows)))
        return
    if ":" in at and "→" in at and at[":"] < at["→"]:
        name = name_of(chunk[: at[":"]]) or _called(chunk[: at[":"]])
        value = _mapping(chunk[at[":"] + 1 :])
        if name and value:
            yield Said((*waiting, name), value)
        return
    yield from _condition(chunk, top, waiting)


def _mapping(tokens: list[Token]) -> str:
    """Read `R^n \\to R`, `R^n \\times R^m \\to R`."""
    arrows = [i for i, token in enumerate(tokens) if token.text == "→"]
    if len(arrows) != 1:
        return ""
    result = space_of(tokens[arrows[0] + 1 :])
    left = tokens[: arrows[0]]
    cuts = [i for i in at_top(left) if left[i].text == "×"]
    edges = [-1, *cuts, len(left)]
    spaces = [space_of(left[a + 1 : b]) for a, b in pairwise(edges)]
    plain = [s.replace("positive_", "").replace("positive", "scalar") for s in spaces]
    allowed = ("scalar", "vector", "matrix")
    if not all(s.partition("(")[0] in allowed for s in (*plain, result)):
        return ""
    arguments = plain[0] if len(plain) == 1 else f"({', '.join(plain)})"
    return f"{arguments} -> {result}"


def _range(tokens: Sequence[Token]) -> Said | None:
    """Read `1 \\le i \\le n` and `i = 1, ..., n`."""
    texts = [token.text for token in tokens]
    if texts[:1] == ["1"] and len(texts) >= 5 and texts[1] == texts[-2] == "≤":
        name, size = name_of(tokens[2:-2]), size_of(tokens[-1:])
        names = (name,) if name else tuple(filter(None, texts[2:-2:2]))
        if size and all(map(SIZE_NAME.fullmatch, names)) and "," not in names:
            return Said(names, f"index({size})")
    if len(texts) >= 6 and texts[1:4] == ["=", "1", ","] and "…" in texts:
        size = size_of(tokens[texts.index("…") + 2 :])
        if size and size != UNKNOWN and tokens[0].kind == "name":
            return Said((texts[0],), f"index({size})")
    return None


def _condition(
    chunk: list[Token], top: list[int], waiting: list[str]
) -> Iterator[Said]:
    """Read `A = A^T`, `Q^T Q = I`, `x > 0`, `X \\succ 0`, `‖u‖ = 1`."""
    relations = [i for i in top if chunk[i].text in RELATIONS]
    if not 1 <= len(relations) <= 2:
        return
    left, sign = chunk[: relations[0]], chunk[relations[0]].text
    stop = relations[1] if len(relations) == 2 else len(chunk)
    right = chunk[relations[0] + 1 : stop]
    name = name_of(left)
    zero = [t.text for t in right] in (["0"], ["zeros"])
    if sign in SUCC | {">"} and zero and name and len(relations) == 1:
        capital = name[0].isupper()
        kind = "positive_definite(?)" if sign in SUCC else "positive"
        if sign in SUCC or not capital:
            yield Said((*waiting, name), kind, True)
        return
    if sign != "=":
        return
    sides = [left, right]
    if len(relations) == 2:
        sides.append(chunk[stop + 1 :])
    yield from _equation(sides)


def _equation(sides: list[list[Token]]) -> Iterator[Said]:
    """Read what an equation of a name with its own transpose, or with one, says."""
    spelt = ["".join(t.text for t in s if t.text not in "{}") for s in sides]
    if len(sides) == 2 and re.fullmatch(r"‖\w+‖(_2)?(\^2)?", spelt[0]):
        if spelt[1] == "1" and spelt[0][1].islower():
            yield Said((spelt[0].split("‖")[1],), "unit_vector(?)", True)
        return
    for one, other in ((spelt[0], spelt[1]), (spelt[1], spelt[0])):
        found = re.fullmatch(r"(\w+)(?:\^[⊤T]|')", one)
        if not found or not found[1][0].isupper():
            continue
        name = found[1]
        kind = {name: "symmetric", f"-{name}": "skew", f"{name}^-1": "orthogonal"}
        if other in kind:
            yield Said((name,), f"{kind[other]}(?)", True)
            return
    product = re.fullmatch(r"(\w+?)(?:\^[⊤T]|')(\w+)", spelt[0])
    one = re.fullmatch(r"I(_\w+)?", spelt[-1])
    if product and one and product[1] == product[2] and product[1][0].isupper():
        if len(sides) == 3 or product[1] in ("Q", "U", "V", "R", "P"):
            yield Said((product[1],), "orthogonal(?)", True)
    elif re.fullmatch(r"([A-Z])(\1|\^2)", spelt[0]) and spelt[0][0] == spelt[1]:
        yield Said((spelt[1],), "idempotent(?)", True)
