"""Macros of packages: those for derivatives that a text uses and does not define.

Lectures are often only the body of a document, whose preamble is elsewhere. What the
document defines itself goes before.
"""

from __future__ import annotations

from functools import cache

from .definitions import NO_VALUE, Macro, Parameter, made

_SLOPE = (
    r"\IfNoValueTF{#4}{\frac{%s}{%s #3}}"
    r"{\IfNoValueTF{#2}{\frac{%s #3}{%s #4}}{\frac{%s^{#2} #3}{%s #4^{#2}}}}"
)
"""With a star or none, an order or none, of one argument or of two."""
_DERIVATIVES = {
    r"\partial": ("pdv", "pderivative", "partialderivative", "pderiv"),
    r"\mathrm{d}": ("dv", "derivative", "odv", "deriv"),
}
_CHANGE = r"\IfNoValueTF{#1}{\mathrm{d}}{\mathrm{d}\left(#1\right)}"
_SHORT = {
    r"\nabla": ("grad", "gradient"),
    r"\dagger": ("dag",),
}


@cache
def packaged() -> dict[str, Macro]:
    """Return the macros of packages by their names."""
    found: dict[str, Macro] = {}
    none = made(NO_VALUE)
    parameters = (
        Parameter("s"),
        Parameter("o", none),
        Parameter("m"),
        Parameter("between", none, ("}",), "{"),
    )
    for sign, names in _DERIVATIVES.items():
        body = made(_SLOPE.replace("%s", sign))
        found |= {f"\\{name}": Macro(parameters, body) for name in names}
    for body, names in _SHORT.items():
        found |= {f"\\{name}": Macro(body=made(body)) for name in names}
    change = Macro(parameters[3:], made(_CHANGE))
    found |= {f"\\{name}": change for name in ("dd", "diff", "dif", "differential")}
    return found
