"""Formulas as one line of Unicode: `∂(xᵀAx)/∂x = (A + Aᵀ)x`, as people type them.

Scripts are raised and lowered where Unicode has all their characters; where it has not,
`^` and `_` say it. Only what a reader needs is put into brackets.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from unicodedata import category, normalize

from .boxes import (
    APPLY,
    THIN,
    TIMES,
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
    row,
)
from .mathml import close, plain_letter

_RAISED = dict(
    zip(
        "0123456789+\N{MINUS SIGN}()TabcdeghijklmnoprstuvwxyzN\N{PRIME}"
        "\N{DOUBLE PRIME}\N{TRIPLE PRIME}",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ᵀᵃᵇᶜᵈᵉᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴺ\N{PRIME}"
        "\N{DOUBLE PRIME}\N{TRIPLE PRIME}",
        strict=True,
    )
)
_LOWERED = dict(
    zip(
        "0123456789+\N{MINUS SIGN}()aehijklmnoprstuvxβγρφχ",  # noqa: RUF001
        "₀₁₂₃₄₅₆₇₈₉₊₋₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ",
        strict=True,
    )
)
_OVER = {"hat": "\N{COMBINING CIRCUMFLEX ACCENT}", "tilde": "\N{COMBINING TILDE}"}
_OVER |= {"bar": "\N{COMBINING MACRON}"}
_PARTIAL, _NABLA, _D = Letter("partial"), Letter("nabla"), Letter("d", "upright")
_HALF = Ratio(Digits("1"), Digits("2"))


def line(box: Box) -> str:
    """Print a box on one line."""
    return re.sub(r"(?<! ) {2}(?! )", " ", _text(box)).strip()


def _text(box: Box) -> str:
    match box:
        case Letter(text, style):
            return plain_letter(text, style)
        case Word(text) | Digits(text) | Note(text):
            return text
        case Sign(text, form):
            return _sign(text, form)
        case Space(wide):
            return "   " if wide else " "
        case Row(items):
            return _row(items)
        case Scripts(base, sub, sup):
            return f"{_lowered(base, sub)}{_script(sup, '^')}"
        case Under(base, below):
            return f"{_text(base)}_{{{_text(close(below))}}}"
        case Ratio(top, bottom):
            return _ratio(top, bottom)
        case Root(inside):
            return f"√{_bracketed(inside)}"
        case Fence(left, inside, right):
            return f"{left}{_text(inside)}{right}"
        case Table(rows):
            return "; ".join(", ".join(map(_text, cells)) for cells in rows)


def _sign(text: str, form: str) -> str:
    if text in (APPLY.text, TIMES.text):
        return ""
    if form == "separator":
        return f"{text} "
    return f" {text} " if form == "infix" else text


def _row(items: Sequence[Box]) -> str:
    """Put boxes side by side; words keep a distance that letters do not need."""
    made = ""
    for at, item in enumerate(items):
        left, right = (
            items[at + step] if 0 <= at + step < len(items) else None
            for step in (-1, 1)
        )
        if item == THIN and left and right and _close(items[:at], right):
            continue
        text = _text(item)
        if isinstance(item, Ratio) and (_ends(item, right) or _after(items[:at])):
            text = "½" if item == _HALF else f"({text})"
        made += f" {text}" if left and _apart(left, item, made, text) else text
    return made


def _close(before: Sequence[Box], right: Box) -> bool:
    """Whether two factors need no room between them."""
    left = before[-1]
    if _D in (right, *before[-2:-1]):  # a change keeps its distance
        return False
    if isinstance(right, Fence):
        power = isinstance(left, Scripts) and left.sup is not None
        return power or isinstance(left, Fence | Digits)
    single = isinstance(left, Letter | Scripts | Fence | Digits)
    return single and isinstance(right, Letter | Scripts) and not _is_operator(left)


def _apart(left: Box, right: Box, before: str, text: str) -> bool:
    """Whether two boxes need room between them that they have not."""
    if isinstance(right, Fence):
        return _acts(left)
    touch = re.search(r"\w$", before) and re.match(r"\w", text)
    return left == APPLY or (touch is not None and (_is_long(left) or _is_long(right)))


def _is_long(box: Box) -> bool:
    """Whether a name has several letters, or a script that is typed."""
    word = re.sub(r"\W|\d", "", _text(box))
    letters = [char for char in word if category(char) in ("Lu", "Ll", "Pc")]
    return len(letters) > 1 or "^" in _text(box)


def _is_infix(box: Box) -> bool:
    return isinstance(box, Sign) and box.form == "infix"


def _acts(box: Box) -> bool:
    """Whether a box is an operator such as ∂/∂x."""
    return isinstance(box, Ratio) and _is_operator(box.top)


def _is_operator(box: Box) -> bool:
    while isinstance(box, Scripts):
        box = box.base
    return box in (_PARTIAL, _NABLA, _D)


def _ends(ratio: Ratio, right: Box | None) -> bool:
    """Whether what follows would be read as a part of the denominator."""
    if _acts(ratio) or right is None:
        return False
    return right in (THIN, TIMES) or not isinstance(right, Sign | Space | Note)


def _after(before: Sequence[Box]) -> bool:
    """Whether an operator stands in front."""
    return any(_acts(box) for box in before[-2:])


def _ratio(top: Box, bottom: Box) -> str:
    match top:
        case Row((operator, Space() | Fence() as second, *rest)) if _is_operator(
            operator
        ):
            inner = [*([second] if isinstance(second, Fence) else []), *rest]
            above = f"{_text(operator)}{_bracketed(row(*inner))}"
        case Row(items) if any(_is_infix(item) for item in items):
            above = f"({_text(top)})"
        case _:
            above = _text(top)
    if isinstance(bottom, Row) and _is_operator(bottom.items[0]):
        return f"{above}/{_text(bottom)}"
    return f"{above}/{_bracketed(bottom)}"


def _bracketed(box: Box) -> str:
    """Put brackets round what is more than a name, a number, a call or a norm."""
    match box:
        case Row((_, sign, Fence())) if sign == APPLY:
            return _text(box)
        case Row() | Ratio() | Table() | Under():
            return f"({_text(box)})"
    return _text(box)


def _lowered(base: Box, sub: Box | None) -> str:
    """Set a base with its subscript; a hat or a bar stands over a letter."""
    text = _text(base)
    if isinstance(sub, Word):
        over = _OVER.get(sub.text, "") if len(text) == 1 else ""
        return normalize("NFC", text + over) if over else f"{text}_{sub.text}"
    return text + _script(sub, "_")


def _script(box: Box | None, sign: str) -> str:
    """Raise or lower a script."""
    if box is None:
        return ""
    text = _text(close(box))
    known = _RAISED if sign == "^" else _LOWERED
    if all(char in known for char in text):
        return "".join(known[char] for char in text)
    if len(text) == 1 or (text.isalnum() and isinstance(box, Word | Digits)):
        return f"{sign}{text}"
    return f"{sign}({text})" if sign == "^" else f"{sign}{{{text}}}"
