"""Macros of packages and preambles that a text uses and does not define.

Lectures are often only the body of a document, whose preamble is elsewhere. What the
document defines itself goes before.
"""

from __future__ import annotations

from functools import cache
from string import ascii_lowercase, ascii_uppercase

from ..spelling.vocabulary import (
    ACCENTS,
    DROPPED,
    FONTS,
    FUNCTIONS,
    GREEK,
    SIGNS,
    TEXTS,
)
from .definitions import NO_VALUE, Macro, Parameter, made

_SLOPE = (
    r"\IfNoValueTF{#4}{\frac{%s}{%s #3}}"
    r"{\IfNoValueTF{#2}{\frac{%s #3}{%s #4}}{\frac{%s^{#2} #3}{%s #4^{#2}}}}"
)
"""With a star or none, an order or none, of one argument or of two."""
_DERIVATIVES = {
    r"\partial": (
        *("pdv", "pderivative", "partialderivative", "pderiv", "pd", "pder", "pdiff"),
        *("parder", "parderiv", "pardiff", "partialdiff", "diffp", "dpd", "tpd"),
    ),
    r"\mathrm{d}": (
        "dv",
        "derivative",
        "odv",
        "deriv",
        "od",
        "dod",
        "tod",
        "totalderiv",
    ),
}
_CHANGE = r"\IfNoValueTF{#1}{\mathrm{d}}{\mathrm{d}\left(#1\right)}"
_QUOTIENT = (
    r"\IfNoValueTF{#2}{\IfNoValueTF{#1}{\mathrm{d}}{\mathrm{d}\left(#1\right)}}"
    r"{\frac{\mathrm{d} #1}{\mathrm{d} #2}}"
)
"""Of one argument a change, of two a derivative."""
_SHORT = {
    r"\nabla": ("grad", "gradient"),
    r"\dagger": ("dag",),
    r"\otimes": ("kron", "kronecker", "kp", "kprod", "kronprod", "krp"),
    r"\odot": ("had", "hadamard", "hprod", "hadprod", "hadam"),
    r"\operatorname{vec}": ("vecop", "vectorize", "vectorise", "vectorization", "Vect"),
    r"\mathbb{R}": ("RR", "bbR"),
    r"\operatorname{abs}": ("Abs", "absval", "abso", "absolutevalue"),
    r"\operatorname{Hess}": ("Hess", "hess", "Hessian", "hessian"),
    r"\operatorname{Jacobian}": ("Jacobian", "jacobian", "Jac", "jac"),
    r"\frac{1}{2}": ("half", "onehalf", "ohalf"),
    r"\mathbf{1}": ("ones", "one", "bone", "bones", "bfone", "vone", "vones", "onevec"),
    r"\mathbf{0}": ("zeros", "zero", "bzero", "bfzero", "vzero", "mzero", "zerovec"),
    r"\mathbf{I}": ("Id", "id", "eye", "ident", "identity"),
    r"\cdot": ("vdot",),
    r"\times": ("cross",),
    r"\nabla^2": ("laplacian",),
    "": ("qty", "quantity"),
    r"\epsilon": ("eps",),
    r"\lambda": ("lam",),
}
_FENCED = {
    (r"\left\|", r"\right\|"): (r"\operatorname{norm}", ("norm", "Norm", "nrm")),
    (r"\left(", r"\right)"): ("", ("paren", "parens", "parenth", "pqty", "brround")),
    (r"\left[", r"\right]"): ("", ("brackets", "bracket", "bqty", "brsquare")),
}
"""What stands round the argument of a macro, and what it is without braces."""
_TAKEN = {
    r"\left. #1\right|": (1, ("eval", "evaluated")),
    r"\left. #1\right|_{#2}": (2, ("evalat", "at", "restr")),
    r"\begin{matrix}#1\end{matrix}": (1, ("mqty", "matrixquantity", "smqty")),
    r"\begin{pmatrix}#1\end{pmatrix}": (1, ("pmqty", "pmat")),
    r"\begin{bmatrix}#1\end{bmatrix}": (1, ("bmqty", "bmat")),
    "#3": (3, ("multicolumn", "IEEEeqnarraymulticol")),
}
"""What arguments in braces stand for, and how many there are."""
_PAIRS = (
    *("inner", "ip", "iprod", "inprod", "inp", "innerprod", "innerproduct", "dotp"),
    *("innerp", "dotprod", "dotproduct", "scalprod", "prodscal", "scal", "scalp"),
    *("angles", "langlerangle", "braket"),
)
_PAIR = (
    r"\IfNoValueTF{#2}{\IfNoValueTF{#1}{\operatorname{inner}}{\left\langle #1"
    r"\right\rangle}}{\left\langle #1, #2\right\rangle}"
)
_UNCLEAR = frozenset(
    ("bb", "be", "bs", "ba", "bE", "bP", "bR", "va", "vb", "vu", "vs", "mE", "mP", "mR")
)
"""What looks like a bold letter and may be else, such as an expectation."""
_MEANT = (GREEK, SIGNS, FUNCTIONS, FONTS, TEXTS, DROPPED, ACCENTS)
"""What has a meaning as it is: `\\beta` is no bold eta, and `\\mp` no matrix."""


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
    braced = parameters[3]
    change = Macro((braced,), made(_CHANGE))
    found |= {f"\\{name}": change for name in ("dd", "dif", "differential")}
    found["\\diff"] = Macro((braced, braced), made(_QUOTIENT))
    for (opens, closes), (bare, names) in _FENCED.items():
        whole = rf"\IfNoValueTF{{#2}}{{{bare}}}{{{opens} #2{closes}}}"
        fenced = Macro((parameters[0], braced), made(whole))
        found |= {f"\\{name}": fenced for name in names}
    mandatory = parameters[2]
    for body, (count, names) in _TAKEN.items():
        macro = Macro((mandatory,) * count, made(body))
        found |= {f"\\{name}": macro for name in names}
    pair = Macro((braced, braced), made(_PAIR))
    found |= {f"\\{name}": pair for name in _PAIRS}
    return _bold() | found


_MATRIX = ("mat", "matr", "bf")
"""What stands behind the letter of a matrix: `\\Wmat`."""
_DOUBLED = "bpquvwxyzBKMWXY"
"""Letters that are doubled for bold ones, where that is no sign: `\\xx`."""
_SINGLE = "ABKMWXY"
"""Capitals that are no signs of LaTeX or of a usual set."""


def _bold() -> dict[str, Macro]:
    """Return the names of bold letters: `\\bx`, `\\vx`, `\\mA`, `\\vtheta`."""
    latin = (
        *((f"{mark}{one}", one) for mark in ("b", "bf") for one in ascii_lowercase),
        *(
            (f"{mark}{one}", one)
            for mark in ("b", "bf", "m")
            for one in ascii_uppercase
        ),
        *((f"v{one}", one) for one in ascii_lowercase),
        *((f"{one}{mark}", one) for mark in _MATRIX for one in ascii_uppercase),
        *((f"mat{one}", one) for one in ascii_uppercase),
        *(
            (name, one)
            for one in ascii_lowercase
            for name in (f"{one}vec", f"vec{one}")
        ),
        *((2 * one, one) for one in _DOUBLED),
        *((one, one) for one in _SINGLE),
    )
    greek = [(f"{mark}{one}", one) for mark in ("b", "bf", "v", "m") for one in GREEK]
    named = {name: rf"\mathbf{{{one}}}" for name, one in latin}
    named |= {name: rf"\boldsymbol{{\{one}}}" for name, one in greek}
    return {
        f"\\{name}": Macro(body=made(body))
        for name, body in named.items()
        if name not in _UNCLEAR and not any(name in known for known in _MEANT)
    }
