"""Formulas that Markdown sets as code: `d(x^T A x)/dx = (A + A^T) x`.

Code in a line of text is a program's name more often than a formula. A text in which
some of it states a rule as nobody programs it writes its mathematics so, and then the
names and expressions beside it are formulas too.
"""

from __future__ import annotations

import re

from .symbols import FUNCTIONS, names

_TEXT = re.compile(
    r"\\(?:text|mbox|mathrm|textrm|operatorname)\s*\{[^{}]*\}|\\[A-Za-z]+"
)
_PROGRAM = re.compile(
    r"==|!=|\+=|-=|\*\*|->|::|//|&&|[\"#;%$~?@]|\w\.(?:\w*[A-Za-z]|_)|[\]\w]\[|"
    r"\[\s*\]|\(\s*\)|\w_[a-z]{2,}\w*_|(?<![\w^_{\\])[A-Za-z]{2,}_[A-Za-z]{2}|,\s*\w+\s*="
)
"""What programs have and formulas have not."""
_RELATION = re.compile(r"(?<![<>!:=])=(?!=)|≈|≡")
_LETTER = r"(?:[A-Za-z]|alpha|beta|gamma|theta|lambda|sigma|mu|phi|[α-ωΑ-Ω])"
_RULE = re.compile(
    rf"\\(?:d?frac|partial|nabla|operatorname|math[a-z]+|top)\b|[∂∇ᵀ]|\^\s*\{{?\s*[T⊤]\b|"
    rf"\bd\s*/\s*d\s*{_LETTER}\b|\)\s*/\s*d\s*{_LETTER}\b|"
    rf"\bd\s*{_LETTER}\s*/\s*d\s*{_LETTER}\b|\^\s*\{{?\s*-\s*[1T]\b|\|\|[^|]+\|\|"
)
"""What only a formula has."""
_WORD = re.compile(r"[^\W\d_]{2,}")
_INDEX = re.compile(r"[_^]\s*\{[^{}]*\}|(?<=[^\W_])_[^\W_]+")
_ENGLISH = names("""
    an as at be by do if in is it no of on or so to up us we he me my am go vs id lr
""")
_CHANGE = re.compile(r"d(?:[A-Za-z]|" + "|".join(FUNCTIONS) + r")|ln|[tT]r")
_LONGEST_PRODUCT = 4
MAX_FORMULA = 400


def is_rule(code: str) -> bool:
    """Whether code in a line of text is an equation of mathematics and no program."""
    return bool(is_formula(code) and _RELATION.search(code) and _RULE.search(code))


def is_formula(code: str) -> bool:
    """Whether code in a line of text may be a formula, where formulas are set so."""
    if len(code) > MAX_FORMULA or not re.search(r"[^\W\d_]", code):
        return False
    if _PROGRAM.search(code):
        return False
    bare = _INDEX.sub(" ", _TEXT.sub(" ", code))
    return all(map(_is_name, _WORD.findall(bare)))


def _is_name(word: str) -> bool:
    """Whether letters are a name of mathematics, or a product such as `Xb`, `dX`."""
    if word in FUNCTIONS or _CHANGE.fullmatch(word):
        return True
    # Products of letters have a capital among them, which words have in front only.
    if len(word) == 2:
        return word.lower() not in _ENGLISH
    inner = word[1:]
    return len(word) <= _LONGEST_PRODUCT and any(map(str.isupper, inner))
