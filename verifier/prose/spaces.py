"""Names, sizes and sets, as the tokens of a formula spell them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from ..language.declaration import parse_type
from ..language.tree import Call, Name, Tree
from ..reading.problem import Fault
from ..spelling.grammar import Parser
from ..spelling.loose import ENTRY
from ..spelling.tokens import Token
from .facts import UNKNOWN

OPENING = frozenset("([{⟨")
CLOSING = frozenset(")]}⟩")
_REALS = frozenset(("R", "\\R", "\\Re", "\\real", "\\reals", "\\Real", "\\Reals", "ℝ"))
_WHOLE = frozenset(("Z", "N", "\\Z", "\\N", "ℤ", "ℕ"))
SUCC = frozenset(("\\succ", "≻", "\\succeq", "\\succcurlyeq", "⪰", "≽"))
_ORDER = frozenset((">", "<", "≥", "≤", "≠", *SUCC))
RELATIONS = frozenset(("=", ":=", "≡", "≈", "∝", "∈", "→", "∼", "⇒", "⇔", *_ORDER))
SIZE_NAME = re.compile(r"[A-Za-z]\w*")


def at_top(tokens: Sequence[Token]) -> list[int]:
    """Return the indices of the tokens outside of all brackets and bars."""
    found, depth = [], 0
    for i, token in enumerate(tokens):
        if token.kind in ("sign", "begin", "end"):
            if token.text in OPENING or token.kind == "begin":
                depth += 1
            elif token.text in CLOSING or token.kind == "end":
                depth -= 1
        if not depth:
            found.append(i)
    return found


def tree_of(tokens: Sequence[Token]) -> Tree | None:
    """Return the loose tree of a short formula; None if it has none."""
    if not tokens or len(tokens) > 60:
        return None
    try:
        return Parser(list(tokens)).whole()
    except Fault:
        return None


def name_of(tokens: Sequence[Token]) -> str:
    """Return the name that tokens spell, or nothing."""
    if len(tokens) > 16 or any(t.kind in ("differential", "fraction") for t in tokens):
        return ""
    if any(token.text in RELATIONS for token in tokens):
        return ""
    if len(tokens) == 1 and tokens[0].kind == "name":
        return tokens[0].text  # also I, which is no name to the grammar
    if [t.text for t in tokens[:2]] == ["I", "_"] and tokens[-1].kind == "name":
        return f"I_{tokens[-1].text}" if len(tokens) == 3 else ""
    tree = tree_of(tokens)
    if isinstance(tree, Name):
        return tree.name
    if isinstance(tree, Call) and tree.name == ENTRY:
        parts = [part.name for part in tree.args if isinstance(part, Name)]
        if len(parts) == len(tree.args):
            return parts[0] + "_" + "".join(parts[1:])
    return ""


def sizes_of(
    tokens: Sequence[Token], signs: tuple[str, ...] = ("×", "*", ",")
) -> tuple[str, ...] | None:
    """Read `m \\times n`, or one size; in the exponent of a set also `m, n`."""
    if not tokens or len(tokens) > 40:
        return None
    if tokens[0].text in "({" and tokens[-1].text in ")}":
        inside = at_top(tokens)
        if inside == [len(tokens) - 1]:
            tokens = tokens[1:-1]
    top = at_top(tokens)
    cuts = [i for i in top if tokens[i].text in signs]
    edges = [-1, *cuts, len(tokens)]
    parts = [tokens[a + 1 : b] for a, b in pairwise(edges)]
    if not 1 <= len(parts) <= 2 or not all(parts):
        return None
    sizes = [size_of(part) for part in parts]
    return tuple(size for size in sizes if size) if all(sizes) else None


def size_of(tokens: Sequence[Token]) -> str:
    """Read one size as a dimension; a `?` if it is one that has no usable name."""
    if any(t.text in RELATIONS for t in tokens) or len(tokens) > 16:
        return ""
    if len(tokens) == 3 and tokens[0].text == tokens[2].text == "|":
        return f"size_{tokens[1].text}" if tokens[1].kind == "name" else UNKNOWN
    name = name_of(tokens)
    if name and SIZE_NAME.fullmatch(name):
        return name
    made, last = "", ""
    for token in tokens:
        kind = token.kind
        if kind not in ("name", "number") and token.text not in "+-·(){}":
            return UNKNOWN
        if token.text in "{}":
            continue
        if kind in ("name", "number") and (last in ("name", "number") or last == ")"):
            made += "*"
        made += "*" if token.text == "·" else token.text
        last = kind if kind != "sign" else token.text
    if made.count("*") > 1:
        return ""  # likelier `r x s` with a letter for the sign
    try:
        return str(parse_type(f"vector({made})"))[len("vector(") : -1]
    except Fault:
        return UNKNOWN


def typed(kind: str, sizes: Sequence[str] = ()) -> str:
    """Return a type in the language, `?` for sizes that are not known."""
    if kind in ("scalar", "positive", "integer"):
        return kind
    if kind in ("matrix", "positive_matrix"):
        if len(sizes) == 1:
            sizes = (sizes[0], sizes[0])
        rows, columns = sizes if len(sizes) == 2 else (UNKNOWN, UNKNOWN)
        return f"{kind}({rows}, {columns})"
    if len(sizes) == 2 and kind.endswith("vector"):
        sizes = [size for size in sizes if size != "1"] or ["1"]
        sizes = sizes if len(sizes) == 1 else [UNKNOWN]
    size = sizes[0] if sizes and len(set(sizes)) == 1 else UNKNOWN
    return f"{kind}({size})"


def space_of(tokens: Sequence[Token]) -> str:
    """Return the type of the elements of a set: `R^{m \\times n}`, `S^n_{++}`."""
    if not 0 < len(tokens) <= 40:
        return ""
    head, rest = tokens[0].text, tokens[1:]
    if head == "{" and tokens[-1].text == "}":  # \mathbb{R^n}, {R}^n
        close = at_top(tokens)
        if close == [len(tokens) - 1]:
            return space_of(tokens[1:-1])
        if close and close[0] == 2:
            return space_of([tokens[1], *tokens[3:]])
    if head in _WHOLE and not rest:
        return "integer"
    if found := _over_reals(tokens):
        return found
    above, below = _scripts(rest)
    if above is None or below is None:
        return ""
    plus = [t.text for t in below + above if t.text in "+*"]
    above = [t for t in above if t.text not in ("*", "{", "}") or len(above) > 3]
    if head in _REALS:
        signed = [t.text for t in below if t.text not in "{}"]
        if signed and set(signed) - {"+", ">", "0", "*"}:
            return ""
        lone = [t.text for t in above if t.text not in "{}"]
        if not lone or lone in (["+"], ["*"]):
            return "positive" if plus or signed else "scalar"
        return shaped(sizes_of(above), "positive" if signed else "")
    if head in ("S", "M", "GL", "O", "\\S", "\\Sym", "Sym", "P"):
        return _set_of_matrices(head, above, below, rest)
    return ""


_OVER_REALS = {"M": "matrix", "S": "symmetric", "GL": "invertible", "O": "orthogonal"}
"""Sets of matrices as French texts write them, such as `M_n(R)`."""


def _over_reals(tokens: Sequence[Token]) -> str:
    """Return the type of the elements of `M_{m,n}(R)`, `S_n^{++}(R)`, `GL_n(R)`."""
    at = next((i for i in at_top(tokens) if tokens[i].text in ("_", "^", "(")), 0)
    kind = _OVER_REALS.get("".join(token.text for token in tokens[:at]), "")
    last = next((i for i, t in enumerate(tokens) if t.text == "("), 0)
    inside = [token.text for token in tokens[last + 1 :] if token.text != "\\"]
    if not kind or len(inside) != 2 or inside[0] not in _REALS or inside[1] != ")":
        return ""
    above, below = _scripts(tokens[at:last])
    sizes = sizes_of(below) if below else None
    if sizes is None or above is None:
        return ""
    signs = {token.text for token in above if token.text not in "{}"}
    if signs:
        return typed("positive_definite", sizes) if (kind, signs) == _PLUS else ""
    return typed(kind, sizes)


_PLUS = ("symmetric", {"+"})


def _scripts(
    tokens: Sequence[Token],
) -> tuple[list[Token] | None, list[Token] | None]:
    """Split `^{...}_{...}`; None if there is anything else."""
    found: dict[str, list[Token]] = {"^": [], "_": []}
    at = 0
    while at < len(tokens):
        mark = tokens[at].text
        if mark not in found or found[mark] or at + 1 >= len(tokens):
            return None, None
        stop = at + 2
        if tokens[at + 1].text in ("{", "("):
            depth = 1
            while stop < len(tokens) and depth:
                depth += (tokens[stop].text in "{(") - (tokens[stop].text in "})")
                stop += 1
        found[mark] = list(tokens[at + 1 : stop])
        at = stop
    return found["^"], found["_"]


def shaped(sizes: Sequence[str] | None, sign: str = "") -> str:
    """Return the type of what has these sizes; of one of them a column."""
    if sizes is None:
        return ""
    if len(sizes) == 1 and sizes[0] == "1":
        return sign or "scalar"
    if len(sizes) == 1 or (sizes[1] == "1" and sizes[0] != "1"):
        return typed(f"{sign}_vector".lstrip("_"), sizes[:1])
    return typed(f"{sign}_matrix".lstrip("_"), sizes)


def _set_of_matrices(
    head: str, above: list[Token], below: list[Token], rest: Sequence[Token]
) -> str:
    """Read `S^n`, `S_{++}^n`, `S_n`."""
    if head not in ("S", "\\S", "\\Sym", "Sym") or not rest:
        return ""
    signs = [t.text for t in below if t.text in ("+", "-")]
    where = above if above else [t for t in below if t.text not in ("+", "-")]
    if below and above and not signs:
        return ""
    if "-" in signs:
        return ""
    sizes = sizes_of(where)
    if not sizes:
        return ""
    return typed("positive_definite" if signs else "symmetric", sizes)
