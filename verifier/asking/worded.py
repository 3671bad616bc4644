"""A statement in an English sentence, with signs in the place of its words.

`the gradient of x^T A x with respect to x is (A + A^T) x` has the formulas of a
statement, and says in words what `∂`, `/` and `=` would.
"""

from __future__ import annotations

import re

_BY = r"(?:with\s+respect\s+to|w\.?\s?r\.?\s?t\.?)"
_SENTENCE = re.compile(
    rf"""\s*(?:what\s+is\s+)?(?:the\s+)?
    (?:(?P<slope>(?:partial\s+)?derivative|gradient|jacobian(?:\s+matrix)?)
    |(?P<curve>hessian(?:\s+matrix)?|second\s+derivative)
    |(?P<change>(?:total\s+)?differential))
    (?:\s+{_BY}\s+(?P<early>\S{{1,30}}))?\s+of\s+(?P<rest>.+?)\s*[.?]?\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_LED = re.compile(
    r"""(?P<lead>\s*(?:let|given|if|suppose|assume|define|for|with)\b.{1,400}?)
    (?:[.;,]\s+(?:then\b,?\s*)?|\s+then\b,?\s*)
    (?P<sentence>(?:the\s+)?(?:partial\s|derivative|gradient|jacobian|hessian|second\s
    |total\s|differential).+)""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
"""What leads to a sentence: `Let f(x) = x^T x. Then the gradient of f is 2x`."""
_BE = re.compile(r"\bbe\b")
_VERB = re.compile(
    r"\s*,?\s*\b(?:is|equals)(?:\s+(?:given\s+by|equal\s+to)\b|\b)\s*", re.IGNORECASE
)
_SIGN = re.compile(r"(?<![<>=:!])=(?!=)")
_BEHIND = re.compile(rf"\s*,?\s+{_BY}\s+(?P<by>\S{{1,30}}?),?\s*$", re.IGNORECASE)
_PROSE = re.compile(r"(?<![A-Za-z\\])[a-z]{3,}\s+[a-z]{4,}(?![a-z(])")
"""Words where a formula should be: `a quadratic form is ...`."""
_HEAD = re.compile(r"\s*\w+\s*(?:\(\s*(?P<by>\w+)\s*\)\s*)?=(?!=)\s*")
"""What only names a function: `f(x) = `."""


def in_signs(statement: str) -> str:
    """Return a statement with signs in the place of its words; as it is, if none."""
    if led := _LED.fullmatch(statement):
        sentence = in_signs(led["sentence"])
        if sentence != led["sentence"]:
            if _SIGN.search(led["lead"]):
                return f"{led['lead']}; {sentence}"
            said = _BE.sub("is", led["lead"].split(maxsplit=1)[1])
            return f"{sentence.rstrip(' .')} where {said}"
    found = _SENTENCE.fullmatch(statement)
    if found is None:
        return statement
    rest = found["rest"].replace("$", "")
    verb = _VERB.search(rest)
    if verb is not None:
        body, value = rest[: verb.start()], rest[verb.end() :]
        body = _HEAD.sub("", body, count=1)
    else:
        body, *values = _SIGN.split(rest, maxsplit=1)
        value = values[0] if values else ""
    by = (found["early"] or "").strip("$")
    if behind := _BEHIND.search(body):
        body, by = body[: behind.start()], behind["by"]
    if _PROSE.search(body):
        return statement
    return _left(found, body.strip(), by) + (f" = {value}" if value.strip() else "")


def _left(found: re.Match[str], body: str, by: str) -> str:
    if found["change"]:
        return f"d({body})"
    if found["curve"]:
        return f"hessian({body}, {by})" if by else f"∇²({body})"
    return f"∂({body})/∂{by}" if by else f"∇({body})"
