"""A condition typed on one line, to words and formulas: `where A is symmetric`."""

from __future__ import annotations

import re

from ..spelling.vocabulary import FUNCTIONS, GREEK
from .facts import Piece
from .lexicon import LEXICON

LONGEST = 2000
"""Characters of a condition; what is behind them is not read."""
_PARTS = re.compile(
    r"(?P<dollar>\$[^$]*\$|\\\(.*?\\\))"
    r"|(?P<size>\b(?:[A-Za-z]|\d{1,3}) (?:by|x|×) (?:[A-Za-z]|\d{1,3})\b|"
    r"\b\d{1,3}x\d{1,3}\b)"
    r"|(?P<word>[A-Za-zÀ-ÖØ-öø-ÿ]+(?:['-][A-Za-zÀ-ÖØ-öø-ÿ]+)*(?![A-Za-z0-9_]))"
    r"|(?P<sign>[\u3400-\u9fff])"
    r"|(?P<space>\s+)"
    r"|(?P<rest>\\[A-Za-z]+|[^\s$])"
)


def pieces_of(text: str) -> list[Piece]:
    """Tell the words of a line from its formulas, which have no dollars here."""
    text = text[:LONGEST]
    runs: list[tuple[str, str]] = []
    parts = list(_PARTS.finditer(text))
    for at, part in enumerate(parts):
        kind, said = str(part.lastgroup), part[0]
        if kind == "dollar":
            said = said.strip("$") if said[0] == "$" else said[2:-2]
            runs.append(("formula", said))
            continue
        if kind == "space":
            if runs:
                runs[-1] = (runs[-1][0], runs[-1][1] + " ")
            continue
        behind = bool(runs) and runs[-1][0] == "formula"
        if behind and (size := _SIZE.fullmatch(said)) and _is_exponent(runs[-1][1]):
            made = f"{size[1]}×{size[2]}"
            made = f"{{{made}}}" if runs[-1][1].rstrip().endswith("^") else made
            runs[-1] = ("formula", runs[-1][1] + made)
            continue
        if said == "in" and behind and not _noun_follows(parts, at):
            runs[-1] = ("formula", runs[-1][1] + "∈ ")
            continue
        math = kind == "rest" or (kind == "word" and not _is_word(parts, at))
        if (
            kind == "rest"
            and said in ",;:.()"
            and not _in_formula(runs, said, parts, at)
        ):
            math = False
        made = "formula" if math else "words"
        if runs and runs[-1][0] == made:
            runs[-1] = (made, runs[-1][1] + said)
        else:
            runs.append((made, said))
    return [
        Piece("formula" if kind == "formula" else "words", said.strip())
        for kind, said in runs
        if said.strip()
    ]


_SIZE = re.compile(r"([A-Za-z]|\d{1,3}) ?(?:by|x|×) ?([A-Za-z]|\d{1,3})")
"""A size as it is typed: `n x n`, `nxn`."""


def _is_exponent(before: str) -> bool:
    """Whether what goes on is the exponent of a set: `R^`, `R^{`, `R^(`."""
    return re.search(r"\^ ?[{(]?$", before) is not None


def _is_word(parts: list[re.Match[str]], at: int) -> bool:
    """Whether letters are a word: in the lexicon, or long and no name or function."""
    said = parts[at][0]
    after = parts[at + 1] if at + 1 < len(parts) else None
    touches = after is not None and after[0] in ("^", "_", "'", "(", "ᵀ", ".")
    if len(said) == 1:
        if said not in ("a", "à") or touches:
            return False
        next = parts[at + 2][0] if at + 2 < len(parts) else ""
        if after is None or not after[0].isspace() or len(next) < 2:
            return False
        rows = LEXICON.get(next.lower(), frozenset())
        kinds = {kind for kind, _ in rows}
        noun = bool(kinds & {"adjective", "noun", "det"}) and "copula" not in kinds
        return noun
    if said in GREEK or (said in FUNCTIONS and touches):
        return False
    return said.lower() in LEXICON or len(said) > 2


def _noun_follows(parts: list[re.Match[str]], at: int) -> bool:
    return at + 2 < len(parts) and len(parts[at + 2][0]) > 2


def _in_formula(
    runs: list[tuple[str, str]], said: str, parts: list[re.Match[str]], at: int
) -> bool:
    """Whether a mark belongs to the formula before it, as in `f(x)`, `R^(m x n)`."""
    if not runs or runs[-1][0] != "formula":
        return False
    before = runs[-1][1]
    if said == "(":
        return not before.endswith(" ")
    if said == ")":
        return before.count("(") > before.count(")")
    if said in ",:":
        after = parts[at + 1 : at + 3]
        next = _next_said(after)
        if any(before.count(a) > before.count(b) for a, b in ("()", "{}")):
            return True
        return (said == "," and next == "…") or (
            said == ":" and "→" in _rest(parts, at)
        )
    return False


def _next_said(parts: list[re.Match[str]]) -> str:
    """Return the text of the first part that is no space."""
    return next((part[0] for part in parts if not part[0].isspace()), "")


def _rest(parts: list[re.Match[str]], at: int) -> str:
    return "".join(part[0] for part in parts[at : at + 12]).replace("->", "→")
