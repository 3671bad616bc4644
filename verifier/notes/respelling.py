"""Other spellings of a formula's head: `a =: b`, `∇` before a column, `D(F)(v)`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from .relations import RELATIONS, Line

FONT = r"\\(?:math(?:bf|rm|it|sf)|boldsymbol|bm|vec|operatorname|text)"
_GREEK = (
    "alpha|beta|gamma|delta|epsilon|theta|lambda|mu|nu|xi|rho|sigma|tau|phi|varphi|psi|"
    "omega|Sigma|Phi|Psi|Omega|Theta|Lambda|Gamma|Delta"
)
LETTER = (
    rf"(?:{FONT}\s*\{{\s*\\?[A-Za-z]+\s*\}}|\\(?:{_GREEK})(?![A-Za-z])|"
    r"[A-Za-z](?![A-Za-z]*\{))"
)
SIZE = r"(?:\\(?:left|right|[bB]igg?[lr]?)\s*)?"
GAP = r"(?:[\s&]|\\[,;:! ]|\\q?quad\b)*"
_UPRIGHT = re.compile(
    r"^[\s&]*\\(?:mathrm|mathsf|operatorname|text)\s*\{\s*D\s*\}\s*(?=[A-Za-z\\(])"
)
"""The sign of a derivative, set upright."""


def respelled(text: str) -> str:
    """Return a line as its usual spelling has it."""
    text = _SIZED.sub("", _UPRIGHT.sub("D ", text))
    return _BARE.sub(_by_column, _forward(text))


_SIZED = re.compile(
    r"(?:&|\\q?quad\b|\\[,;:! ])(?:[\s&]|\\[,;:! ]|\\q?quad\b)*"
    r"\(\s*(?:\w{1,2}|\\ell)\s*(?:\\times|×)\s*(?:\w{1,2}|\\ell)\s*\)[\s.,;]*$"
)
"""The size of what a row has said, `&& (m \\times n)`."""


def directed(line: Line, parameters: Mapping[str, str]) -> Line:
    """Return `D(F)(v) = M v` as `dF_u(v) = M v`, of an F that is defined by its u.

    In a text of linear maps v is a direction, and no point.
    """
    found = _DIRECTED.match(line.text)
    if found is None:
        return line
    name, by = found["f"] or found["bare"], found["by"]
    own = parameters.get(re.findall(r"[A-Za-z]+", name)[-1], "")
    behind = line.text[found.end() :]
    if not own or own == re.findall(r"[A-Za-z]+", by)[-1] or by not in behind:
        return line
    own = own if len(own) == 1 else f"\\{own}"
    return replace(line, text=rf"\mathrm{{d}}{name}_{{{own}}}({by}){behind}")


LINEAR = re.compile(
    r"\blinear\s+(?:map|transformation|operator|function)|\bdirection|"
    r"\b(?:application|forme)s?\s+linéaire|\blineare\s+Abbildung|"
    r"\b(?:aplicación|transformación)\s+lineal|线性映射|线性变换|線形写像",
    re.IGNORECASE,
)
"""What a text of differentials as linear maps says."""
_DIRECTED = re.compile(
    rf"{GAP}D\s*(?:\(\s*(?P<f>{LETTER})\s*\)|(?P<bare>{LETTER}))\s*"
    rf"{SIZE}[(\[]\s*(?P<by>{LETTER})\s*{SIZE}[)\]](?={GAP}(?:{RELATIONS.pattern}))"
)


def _by_column(nabla: re.Match[str]) -> str:
    """Return `∇` with its variable, where a column of partial derivatives names it."""
    found = _COLUMN.search(nabla.string)
    if found is None:
        return nabla[0]
    return rf"\nabla_{{{found['by']}}} "


_BARE = re.compile(r"^[\s&]*\\nabla(?![A-Za-z_^])\s*")
_COLUMN = re.compile(
    r"\\begin\s*\{(?:[bpv]?matrix|array)\}(?:\{[lcr]*\})?\s*"
    r"\\[dt]?frac\s*\{\s*\\partial\b[^{}]{0,40}(?:\{[^{}]*\}[^{}]{0,20})?\}\s*"
    rf"\{{\s*\\partial\s*(?P<by>{LETTER})\s*_\s*\{{?\s*[1i]\b"
)
"""A column whose first entry is a partial derivative by the first entry of a name."""


def _forward(text: str) -> str:
    """Return `a =: b`, which says what b is, as `b := a`; in a chain as `=`."""
    if _BACKWARD.search(text) is None:
        return text
    relations = [*RELATIONS.finditer(text), *_BACKWARD.finditer(text)]
    if len({found.start() for found in relations}) == 1:
        value, name = _BACKWARD.split(text, maxsplit=1)
        end = _ENDS.search(name)
        return f"{name[: end.start()]} := {value}{end[0]}" if end else text
    return _BACKWARD.sub("=", text)


_BACKWARD = re.compile(r"=\s*:|=\s*\\(?:mathrel\s*\{\s*:\s*\}|colon)|\\eqqcolon\b|≕")
_ENDS = re.compile(r"[\s.,;]*$")
