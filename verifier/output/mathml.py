"""MathML Core: formulas that a browser sets without any script."""

from __future__ import annotations

from html import escape

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
    tall,
)
from .setting import Types, boxes

_GREEK = """
    alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi omicron
    pi rho varsigma sigma tau upsilon varphi chi psi omega
""".split()  # noqa: SIM905
"""In the order of Unicode."""
_NAMED = {
    name.removeprefix("var").title(): (chr(0x391 + index), chr(0x1D6A8 + index))
    for index, name in enumerate(_GREEK)
}
_NAMED |= {
    name: (chr(0x3B1 + index), chr(0x1D736 + index))
    for index, name in enumerate(_GREEK)
}
_NAMED |= {
    "epsilon": ("\N{GREEK LUNATE EPSILON SYMBOL}", "\U0001d750"),
    "phi": ("\N{GREEK PHI SYMBOL}", "\U0001d753"),
    "nabla": ("\N{NABLA}", "\U0001d6c1"),
    "partial": ("\N{PARTIAL DIFFERENTIAL}", "\U0001d6db"),
    "infty": ("\N{INFINITY}", "\N{INFINITY}"),
}
_INVISIBLE = "\N{FUNCTION APPLICATION}\N{INVISIBLE TIMES}"
_OTHER = {
    ("T", "sans"): "\N{MATHEMATICAL SANS-SERIF CAPITAL T}",
    ("R", "blackboard"): "\N{DOUBLE-STRUCK CAPITAL R}",
    ("Z", "blackboard"): "\N{DOUBLE-STRUCK CAPITAL Z}",
}
_PLAIN = {key: letter for key, letter in _OTHER.items() if key[1] == "blackboard"}


def mathml(tree: Tree, types: Types | Scope) -> str:
    """Print a tree as a `math` element; `types` may be those of a result, as texts."""
    return element(boxes(tree, types))


def element(box: Box) -> str:
    """Print a box as a `math` element."""
    return f'<math displaystyle="true">{inline(box)}</math>'


def inline(box: Box) -> str:
    """Print a box as a part of a row: what groups nothing to see gets no element."""
    if isinstance(box, Row):
        return "".join(map(inline, box.items))
    if isinstance(box, Fence) and not tall(box.inside):
        return _fence(box)
    return markup(box)


def markup(box: Box) -> str:
    """Print a box as the inside of a `math` element."""
    match box:
        case Letter(text, style):
            return _letter(text, style)
        case Word(text, bold):
            inside = "".join(map(_bold, text)) if bold else escape(text)
            upright = ' mathvariant="normal"' if len(text) == 1 else ""
            return f"<mi{upright}>{inside}</mi>"
        case Digits(text):
            return f"<mn>{escape(text)}</mn>"
        case Sign(text, form):
            return _sign(text, form)
        case Space(wide):
            return f'<mspace width="{"2em" if wide else "0.1667em"}"/>'
        case Note(text):
            return f"<mtext>{escape(text)}</mtext>"
        case Row(items):
            return f"<mrow>{''.join(map(inline, items))}</mrow>"
        case Scripts(base, sub, sup):
            scripts = [markup(close(part)) for part in (sub, sup) if part is not None]
            name = "m" + "sub" * (sub is not None) + "sup" * (sup is not None)
            return f"<{name}>{markup(base)}{''.join(scripts)}</{name}>"
        case Under(base, below):
            return f"<munder>{markup(base)}{markup(close(below))}</munder>"
        case Ratio(top, bottom):
            return f"<mfrac>{markup(top)}{markup(bottom)}</mfrac>"
        case Root(inside):
            return f"<msqrt>{inline(inside)}</msqrt>"
        case Fence():
            return f"<mrow>{_fence(box)}</mrow>"
        case Table(rows):
            lines = (
                "".join(f"<mtd>{inline(cell)}</mtd>" for cell in row) for row in rows
            )
            return f"<mtable>{''.join(f'<mtr>{line}</mtr>' for line in lines)}</mtable>"


def close(box: Box) -> Box:
    """Return a script without room round its signs, as TeX would set it."""
    match box:
        case Row(items):
            return Row(tuple(map(close, items)))
        case Fence(left, inside, right):
            return Fence(left, close(inside), right)
        case Sign(text, "infix" | "separator"):
            return Sign(text, "tight")
    return box


def plain_letter(text: str, style: str = "") -> str:
    """Return a letter as it is typed, neither bold nor italic."""
    return _PLAIN.get((text, style), _NAMED.get(text, (text, ""))[0])


def _letter(text: str, style: str) -> str:
    plain, bold = _NAMED.get(text, (text, ""))
    if style == "upright":
        return f'<mi mathvariant="normal">{plain}</mi>'
    if style == "bold":
        plain = bold or _bold(text)
    return f"<mi>{_OTHER.get((text, style), plain)}</mi>"


def _bold(character: str) -> str:
    """Return the bold letter or digit of Unicode's mathematical alphabets."""
    for begin, end, code in (
        ("A", "Z", 0x1D400),
        ("a", "z", 0x1D41A),
        ("0", "9", 0x1D7CE),
    ):
        if begin <= character <= end:
            return chr(code + ord(character) - ord(begin))
    return escape(character)


def _sign(text: str, form: str) -> str:
    more = ' form="prefix"' if form == "prefix" else ""
    if form == "tight" and text not in _INVISIBLE:
        more = ' lspace="0" rspace="0"'
    if text == "⊗":  # Firefox takes it for the large sign of a product of many
        more += ' largeop="false"'
    return f"<mo{more}>{escape(text)}</mo>"


def _fence(fence: Fence) -> str:
    more = "" if tall(fence.inside) else ' stretchy="false"'
    forms = ("", "")
    if fence.left == fence.right:  # of a bar it is not known which side it is of
        forms = (' form="prefix"', ' form="postfix"')
    left, right = (
        f"<mo{form}{more}>{escape(sign)}</mo>"
        for form, sign in zip(forms, (fence.left, fence.right), strict=True)
    )
    return f"{left}{inline(fence.inside)}{right}"
