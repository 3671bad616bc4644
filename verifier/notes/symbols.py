"""What looks like mathematics, and what like words."""

from __future__ import annotations

import re

_LATEX = re.compile(r"\\[A-Za-z]|[\\^_=]")
_HIDDEN = re.compile(r"\\(?:text|mbox|textrm)\s*\{[^{}]*\}|\\[A-Za-z]+")
_WORD = re.compile(r"[^\W\d_]{3,}")
_PRODUCT = re.compile(r"d?[A-Z]{2,4}[a-z]?")
"""Letters without a sign between them: `AXB`, `dXAX`."""


def names(words: str, mark: str = "") -> frozenset[str]:
    """Return a set of names, each with a mark before it."""
    return frozenset(mark + word for word in words.split())


FUNCTIONS = names("""
    log exp det sin cos tan sinh cosh tanh arcsin arccos arctan asin acos atan sqrt
    trace diag vec kron sum prod mean norm max min abs inv pinv rank sign argmax argmin
    softmax sigmoid relu logsumexp logdet grad div curl hessian jacobian transpose dot
    cross vech inf sup lim logistic softplus adj adjugate eig erf gamma cov var matmul
    linalg slogdet multiply outer inner
    numpy torch jnp
    alpha beta delta epsilon zeta eta theta iota kappa lambda lam sigma rho tau phi chi
    psi omega Gamma Delta Theta Lambda Sigma Phi Psi Omega
""")


def looks_like_latex(text: str) -> bool:
    """Say whether text between delimiters is a formula, and no sentence about money."""
    return _LATEX.search(text) is not None and prose_words(text) <= 1


def prose_words(text: str) -> int:
    """Count the words of a text that are no part of a formula."""
    words = _WORD.findall(_HIDDEN.sub(" ", text))
    return sum(not (word in FUNCTIONS or _PRODUCT.fullmatch(word)) for word in words)
