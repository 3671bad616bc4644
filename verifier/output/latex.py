"""LaTeX, with amsmath and amssymb and nothing else."""

from __future__ import annotations

import re
import unicodedata

from ..language.term import Scope
from ..language.tree import Tree
from .boxes import (
    Box,
    Digits,
    Fence,
    Letter,
    Note,
    Ratio,
    Root,
    Row,
    Scripts,
    Sign,
    Space,
    Table,
    Under,
    Word,
    first,
    tall,
)
from .letters import GREEK
from .setting import Types, boxes

_SIGNS = {
    "\N{MINUS SIGN}": "-",
    "\N{MIDDLE DOT}": r"\cdot",
    "\N{MULTIPLICATION SIGN}": r"\times",
    "\N{NOT EQUAL TO}": r"\neq",
    "≥": r"\geq",
    "≤": r"\leq",
    "⊙": r"\odot",
    "⊗": r"\otimes",
    "⊘": r"\oslash",
    "∘": r"\circ",
    "→": r"\to",
    "∈": r"\in",
    ",": ", ",
    ":": r"\colon ",
    "…": r"\ldots",
    "\N{FUNCTION APPLICATION}": "",
    "\N{INVISIBLE TIMES}": "",
}
_PRIMES = "\N{PRIME}\N{DOUBLE PRIME}\N{TRIPLE PRIME}"
_ARCS = "arcsin arccos arctan"
_OPERATORS = frozenset(
    f"sin cos tan sinh cosh tanh {_ARCS} exp log det max min lim".split()
)
_STYLES = {"upright": "mathrm", "sans": "mathsf", "blackboard": "mathbb"}
_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': "''",
    "\N{NO-BREAK SPACE}": "~",
    "\N{MIDDLE DOT}": r"\textperiodcentered{}",
    "\N{EN DASH}": "--",
    "\N{EM DASH}": "---",
    "\N{LEFT SINGLE QUOTATION MARK}": "`",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{LEFT DOUBLE QUOTATION MARK}": "``",
    "\N{RIGHT DOUBLE QUOTATION MARK}": "''",
    "\N{SECTION SIGN}": r"\S{}",
    "ß": r"\ss{}",
    "æ": r"\ae{}",
    "ø": r"\o{}",
    "Ø": r"\O{}",
    "ł": r"\l{}",
    "Ł": r"\L{}",
    "\N{NABLA}": r"$\nabla$",
    "\N{CHECK MARK}": r"$\checkmark$",
    "\N{BALLOT X}": r"$\times$",
}
_GREEK = re.compile("GREEK (SMALL|CAPITAL) LETTER ([A-Z]+)")
_ACCENTS = {
    "\N{COMBINING ACUTE ACCENT}": "'",
    "\N{COMBINING GRAVE ACCENT}": "`",
    "\N{COMBINING CIRCUMFLEX ACCENT}": "^",
    "\N{COMBINING DIAERESIS}": '"',
    "\N{COMBINING TILDE}": "~",
    "\N{COMBINING CEDILLA}": "c",
    "\N{COMBINING CARON}": "v",
    "\N{COMBINING RING ABOVE}": "r",
    "\N{COMBINING MACRON}": "=",
}


def latex(tree: Tree, types: Types | Scope) -> str:
    """Print a tree as LaTeX for math mode; `types` may be those of a result."""
    return source(boxes(tree, types))


def source(box: Box) -> str:
    """Print a box as LaTeX for math mode."""
    match box:
        case Letter(text, style):
            return _letter(text, style)
        case Word(text, bold, operator):
            return _word(text, bold, operator)
        case Digits(text):
            return text
        case Sign(text, form):
            said = _SIGNS.get(text, text)
            return f" {said} " if form == "infix" else said
        case Space(wide):
            return r"\qquad" if wide else r"\,"
        case Note(text):
            return rf"\text{{{escaped(text)}}}"
        case Row(items):
            return _row(items)
        case Scripts(base, sub, sup):
            below = "" if sub is None else f"_{{{source(sub)}}}"
            above = "" if sup is None else _above(sup)
            return f"{_base(base)}{below}{above}"
        case Under(base, below):
            return rf"{source(base)}_{{{source(below)}}}"
        case Ratio(top, bottom):
            return rf"\frac{{{source(top)}}}{{{source(bottom)}}}"
        case Root(inside):
            return rf"\sqrt{{{source(inside)}}}"
        case Fence(left, inside, right):
            return _fence(left, inside, right)
        case Table():
            return _table(box, "matrix")


def _letter(text: str, style: str) -> str:
    greek = len(text) > 1
    said = f"\\{text}" if greek else text
    if style == "bold":
        return rf"\boldsymbol{{{said}}}" if greek else rf"\mathbf{{{said}}}"
    if style == "italic" or greek:
        return said
    return rf"\{_STYLES[style]}{{{said}}}"


def _word(text: str, bold: bool, operator: bool) -> str:
    if operator and text in _OPERATORS:
        return f"\\{text}"
    said = text.replace("_", r"\_")
    if operator:
        return rf"\operatorname{{{said}}}"
    return rf"\mathbf{{{said}}}" if bold else rf"\mathrm{{{said}}}"


def _row(items: tuple[Box, ...]) -> str:
    text = ""
    for index, item in enumerate(items):
        after = items[index + 1] if index + 1 < len(items) else None
        before = items[index - 1] if index else None
        beside = _operator(before) or (after is not None and _operator(first(after)))
        if beside and isinstance(item, Space) and not item.wide:
            continue  # LaTeX itself leaves room there
        text = joined(text, source(item))
    return text


def _operator(box: Box | None) -> bool:
    """Whether a box is an operator by itself, such as a limit."""
    base = box.base if isinstance(box, Under) else box
    return isinstance(base, Word) and base.operator


def joined(left: str, right: str) -> str:
    """Put two texts side by side; a command's name must end before a letter."""
    name = left[left.rfind("\\") + 1 :] if "\\" in left else ""
    if left.endswith(" "):
        return left + right.lstrip()
    return f"{left} {right}" if name.isalpha() and right[:1].isalnum() else left + right


def _above(box: Box) -> str:
    if isinstance(box, Sign) and box.text in _PRIMES:
        return "'" * (1 + _PRIMES.index(box.text))
    return f"^{{{source(box)}}}"


def _base(box: Box) -> str:
    text = source(box)
    match box:
        case Letter() | Word() | Fence() | Digits() | Sign():
            return text
        case Row(items) if isinstance(items[-1], Fence):
            return text  # f(x)^2 is written as it is said
    return f"{{{text}}}"


def _table(table: Table, name: str) -> str:
    lines = (" & ".join(map(source, row)) for row in table.rows)
    inside = r" \\ ".join(lines)
    return rf"\begin{{{name}}} {inside} \end{{{name}}}"


def _fence(left: str, inside: Box, right: str) -> str:
    text = source(inside)
    if left == "[" and isinstance(inside, Table):
        return (
            text.replace("{matrix}", "{bmatrix}", 1)[: -len("{matrix}")] + "{bmatrix}"
        )
    left, right = {
        "{": (r"\{", r"\}"),
        "|": (r"\lvert", r"\rvert"),
        "‖": (r"\lVert", r"\rVert"),
    }.get(left, (left, right))
    if tall(inside):
        left, right = rf"\left{left}", rf"\right{right}"
    return joined(joined(left, text), right)


def escaped(text: str) -> str:
    """Return a text as LaTeX shows it letter by letter; nothing of it is a command."""
    return "".join(map(_shown, unicodedata.normalize("NFC", text)))


def _shown(character: str) -> str:
    """Return one character in ASCII; one that the fonts of LaTeX lack is named."""
    if character in _SPECIAL:
        return _SPECIAL[character]
    if character.isascii():
        return character if character.isprintable() else " "
    plain, *marks = unicodedata.normalize("NFD", character)
    if plain.isascii() and len(marks) == 1 and marks[0] in _ACCENTS:
        return rf"\{_ACCENTS[marks[0]]}{{{plain}}}"
    if character in _SIGNS:
        return rf"$\mathord{{{_SIGNS[character]}}}$"
    match = _GREEK.fullmatch(unicodedata.name(character, ""))
    name = "" if match is None else match[2].lower().replace("lamda", "lambda")
    name = name.title() if match is not None and match[1] == "CAPITAL" else name
    return rf"$\{name}$" if name in GREEK else f"[U+{ord(character):04X}]"
