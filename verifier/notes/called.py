"""What words call a Jacobian, a Hessian, a gradient: `J is the Jacobian of r`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..language.tree import Call, Name, Tree
from ..reading.problem import Fault
from ..spelling import loose
from ..spelling.clauses import sides_of
from ..spelling.defining import Definition
from ..spelling.grammar import Context
from .document import Part
from .joints import IS

_KINDS = {
    "jacobian": r"Jacobian|jacobienne|Jacobi-?Matrix|jacobiana|雅可比矩阵|雅可比",
    "hessian": r"Hessian|hessienne|Hesse-?Matrix|hessiana|海森矩阵|黑塞矩阵|海塞矩阵",
    "gradient": r"gradient|Gradient|gradiente|梯度向量|梯度",
}
_WHAT = rf"(?P<what>{'|'.join(_KINDS.values())})"
_OF_THE = r"(?:of|for|de|von|der|del)(?:\s+(?:the|la|der))?(?:\s+\w+){0,2}"
_IS = re.compile(
    r"^[\s,(]*(?:(?:is|denotes|being|be|as|for|est|désigne|ist|es|é)\s+)?"
    r"(?:(?:the|la|le|die|der)\s+)?(?:matrice\s+)?"
    rf"{_WHAT}(?:\s+(?:matrix|vector))?\s+{_OF_THE}\s*$",
    re.IGNORECASE,
)
"""Between a letter and what it is of: `J` is the Jacobian of `r`."""
_THE = re.compile(rf"\b{_WHAT}(?:\s+(?:matrix|vector))?\s*$", re.IGNORECASE)
_OF = re.compile(rf"^\s*{_OF_THE}\s*$", re.IGNORECASE)
"""Before and behind a letter: the Jacobian `J` of `r`."""
_BETWEEN = re.compile(r"^[\s,，]*(?:是|为|表示)(?:函数|残差)?\s*$")
_BEHIND = re.compile(rf"^\s*(?:的|关于\s*的)\s*{_WHAT}")
"""In Chinese it stands behind what it is of."""
MOST = 40
"""Characters of such a letter."""


def called(parts: Sequence[Part], at: int) -> tuple[str, Definition] | None:
    """Return what the letter at a place is, if words say of which function it is."""
    if len(parts) < at + 3 or [one.kind for one in parts[at + 1 : at + 3]] != [
        "prose",
        "formula",
    ]:
        return None
    letter, words, function = parts[at : at + 3]
    if letter.paragraph != function.paragraph:
        return None
    before = parts[at - 1].text if at and parts[at - 1].kind == "prose" else ""
    behind = parts[at + 3].text if len(parts) > at + 3 else ""
    found = _IS.match(words.text)
    if IS.match(behind) and not behind.lstrip().startswith(","):
        found = None  # `for symmetric A the gradient of f is ...`
    if _BETWEEN.match(words.text):
        found = _BEHIND.match(behind)
    if found is None and (found := _THE.search(before)) and not _OF.match(words.text):
        found = None
    if found is None or len(letter.text) > MOST or len(function.text) > MOST:
        return None
    head, of = _tree(letter.text), _tree(function.text)
    by = _argument(head) or _argument(of) or _usual(parts, of)
    if head is None or of is None or by is None:
        return None
    name, symbol = _symbol(head), _symbol(of)
    if not name or not symbol or name == symbol:
        return None
    kind = next(
        k for k, word in _KINDS.items() if re.fullmatch(word, found["what"], re.I)
    )
    applied = isinstance(head, Call) or _usual(parts, head) == by
    return name, Definition((by,) if applied else (), _slope(kind, symbol, by))


def _slope(what: str, symbol: str, by: str) -> Tree:
    """Return the derivative that a word is for."""
    if what == "hessian":
        return Call("hessian", (Call(symbol, (Name(by),)),))
    if what == "gradient":
        return loose.call(loose.GRADIENT, Call(symbol, (Name(by),)), Name(by))
    return loose.call(loose.PARTIAL, Name(symbol), Name(by))


def _tree(text: str) -> Tree | None:
    text = text.strip(" .,;")
    letter = re.sub(r"\(.*", "", text).strip()
    names = frozenset(re.findall(r"[A-Za-z]+", letter)[-1:])
    try:
        return sides_of(f"{text} = 0", Context(functions=names)).sides[0]
    except Fault:
        return None


def _argument(tree: Tree | None) -> str | None:
    match tree:
        case Call(_, (Name(by),)):
            return by
    return None


def _symbol(tree: Tree) -> str:
    match tree:
        case Name(name):
            return name
        case Call(name, (Name(),)) if name not in loose.LOOSE | loose.CALCULUS:
            return name
    return ""


def _usual(parts: Sequence[Part], of: Tree | None) -> str | None:
    """Return what the text applies a function to."""
    if not isinstance(of, Name):
        return None
    applied = re.compile(
        rf"(?<![A-Za-z\\]){re.escape(of.name)}\s*\(\s*(?:\\mathbf\s*\{{\s*)?"
        r"(?P<by>[a-z])\s*\}?\s*\)"
    )
    found = {
        one["by"]
        for part in parts
        if part.kind == "formula"
        for one in applied.finditer(part.text)
    }
    return found.pop() if len(found) == 1 else None
