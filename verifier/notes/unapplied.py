"""Rules of functions that stand without their argument, with one.

`∇(f g) = g ∇f + f ∇g`, `(f ∘ g)' = (f' ∘ g) g'` and `∂(G ∘ F) = (∂G ∘ F) ∂F` say it of
every point x: a function is a name that is differentiated.
"""

from __future__ import annotations

import re

from .relations import RELATIONS

_FONT = r"\\(?:math(?:bf|rm|it)|boldsymbol|bm|vec)"
_NAME = rf"(?:{_FONT}\s*\{{\s*[A-Za-z]\s*\}}|[A-Za-z])"
_SIZE = r"(?:\\(?:left|right|[bB]igg?[lr]?)\s*)?"
_PRIME = r"(?:'|\^\s*\{?\s*\\prime\s*\}?)"
_SIGN = r"\\nabla(?![A-Za-z_^])|\\partial(?![A-Za-z])|∂|∇|D(?=\s*[A-Za-z\\])"
_BEFORE = re.compile(
    rf"[\s&]*(?P<sign>{_SIGN})\s*{_SIZE}\((?P<of>[^()]{{1,80}}?){_SIZE}\)[\s&]*(?={RELATIONS.pattern})"
)
_BEHIND = re.compile(
    rf"[\s&]*{_SIZE}\((?P<of>[^()]{{1,80}}?){_SIZE}\)\s*{_PRIME}[\s&]*(?={RELATIONS.pattern})"
)
_JACOBIAN = r"(?<![A-Za-z\\])J\s*_\s*"
_DERIVED = re.compile(
    rf"(?:(?:{_SIGN})\s*(?P<name>{_NAME})|(?P<primed>{_NAME})\s*{_PRIME}|"
    rf"{_JACOBIAN}(?:\{{\s*(?P<braced>{_NAME})\s*\}}|(?P<below>{_NAME})))"
)
_TURNED = (
    r"\^\s*(?:\{\s*)?(?:\\(?:top|intercal|mathsf\s*\{T\}|mathrm\s*\{T\})|T)(?:\s*\})?"
)
_SIMPLE = re.compile(
    rf"(?:{_NAME}|{_TURNED}|[-+*/\s\d]|"
    r"\\(?:cdot|times|circ|lambda|alpha|beta|gamma|mu|eta|[,;! ]))+"
)
_BRACE = re.compile(
    r"\\underbrace\s*\{((?:[^{}]|\{[^{}]*\})*)\}\s*_\s*(?:\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}|\w)"
)
VARIABLES = "xtz"
FUNCTIONS = frozenset("fgh")
"""Names whose prime is a derivative."""
MOST = 400
"""Characters of such a rule."""


def with_arguments(text: str) -> str | None:
    """Return a rule of functions with their argument; None for anything else."""
    if len(text) > 4 * MOST or not ("nabla" in text or "'" in text or "circ" in text):
        return None
    text = _BRACE.sub(r"\1", text)
    head = _BEFORE.match(text) or _BEHIND.match(text)
    if head is None or len(text) > MOST or not _SIMPLE.fullmatch(head["of"]):
        return None
    sign = head.groupdict().get("sign") or ""
    behind = text[head.end() :]
    if sign not in ("", "\\nabla", "∇") and "\\circ" not in head["of"]:
        return None
    found = _DERIVED.finditer(behind)
    names = {next(filter(None, one.groups())).replace(" ", "") for one in found}
    inside = {name.replace(" ", "") for name in re.findall(_NAME, head["of"])}
    if not names or not names <= inside:
        return None
    if not sign and not names <= FUNCTIONS:
        return None  # `(A B)' = B' A'` is of transposes
    variable = next(one for one in VARIABLES if one not in inside)
    some = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    if re.search(rf"(?:{some})\s*{_PRIME}?\s*(?:{_SIZE}\(|_)", behind):
        return None  # they have an argument, or an index
    whole = _applied(head["of"], some, variable)
    value = _applied(behind, some, variable)
    if "\\circ" in whole + value:
        return None
    if sign in ("\\nabla", "∇"):
        return rf"\nabla_{variable}\left({whole}\right) {value}"
    return rf"\frac{{\partial \left({whole}\right)}}{{\partial {variable}}} {value}"


def _applied(text: str, names: str, variable: str) -> str:
    """Return a text whose functions are applied to a variable, or to each other."""
    pattern = re.compile(
        rf"{_JACOBIAN}\{{?\s*(?P<of>{names})\s*\}}?|"
        rf"(?P<sign>{_SIGN})?\s*(?P<name>{names})(?P<prime>\s*{_PRIME})?"
        rf"(?P<inner>(?:\s*\\circ\s*(?:{names}))*)|\\[A-Za-z]+|.",
        re.DOTALL,
    )

    def change(found: re.Match[str]) -> str:
        if found["of"]:
            return rf" J_{{{found['of']}}}({variable})"
        if found["name"] is None:
            return found[0]
        inner = variable
        for name in reversed(re.findall(names, found["inner"])):
            inner = f"{name}({inner})"
        sign = found["sign"] or ""
        if sign and sign not in ("\\nabla", "∇"):
            return rf" J_{{{found['name']}}}({inner})\,"
        prime = (found["prime"] or "").strip()
        return f"{sign} {found['name']}{prime}({inner})" + (r"\," if prime else "")

    return pattern.sub(change, text)
