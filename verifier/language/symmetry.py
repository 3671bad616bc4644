"""Whether a matrix is its own transpose, as far as types alone can tell that it is not.

Sums and products of names are written as sums of words: `A @ B.T` is the word A B'.
Between names of which nothing is known but that some are symmetric, or skew, different
words are different matrices; so what differs from its transpose word by word is not
symmetric. Nothing is said where an inverse, a function or another relation comes in.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from .declaration import FunctionType, Type
from .term import SCALAR, Term, literal

Letter = tuple[str, bool]
"""A name, and whether it is transposed."""
Words = dict[tuple[Letter, ...], Fraction]
FREE = ("matrix", "positive_matrix", "invertible", "lower", "vector", "positive_vector")
EVEN = ("symmetric", "positive_definite", "diagonal")
LONGEST = 64
"""Words of a sum, beyond which nothing is said."""


def is_unsymmetric(term: Term, types: Mapping[str, Type | FunctionType]) -> bool:
    """Whether a square matrix is certainly not symmetric at all values of its names."""
    if term.shape == SCALAR:
        return False
    words = _words(term, types)
    if words is None or words == _transposed(words, types):
        return False
    kinds = [[_kind(name, types) for name, _ in word] for word in words]
    # Between vectors stand numbers, and diagonal matrices commute.
    columns = max(sum("vector" in kind for kind in word) for word in kinds)
    return columns <= 2 and all(word.count("diagonal") <= 1 for word in kinds)


def is_symmetric(term: Term, types: Mapping[str, Type | FunctionType]) -> bool:
    """Whether a square matrix is certainly symmetric, for all that words can tell."""
    words = _words(term, types)
    return words is not None and words == _transposed(words, types)


def _kind(name: str, types: Mapping[str, Type | FunctionType]) -> str:
    declared = types.get(name)
    return declared.kind if isinstance(declared, Type) else ""


def _words(term: Term, types: Mapping[str, Type | FunctionType]) -> Words | None:
    """Return a term as a sum of words with their factors, or None."""
    match term.op, term.args:
        case "variable", ():
            known = _kind(term.name, types) in (*FREE, *EVEN, "skew")
            return {((term.name, False),): Fraction(1)} if known else None
        case "eye", _:
            return {(): Fraction(1)}
        case "zeros", _:
            return {}
        case "transpose", (inner,):
            words = _words(inner, types)
            return None if words is None else _transposed(words, types)
        case "neg", (inner,):
            return _scaled(_words(inner, types), Fraction(-1))
        case "mul" | "div", (left, right):
            factor, other = literal(right), left
            if factor is None and term.op == "mul":
                factor, other = literal(left), right
            if not factor:
                return None
            factor = 1 / factor if term.op == "div" else factor
            return _scaled(_words(other, types), factor)
        case "add" | "sub" | "matmul", (left, right) if left.shape != SCALAR:
            first, second = _words(left, types), _words(right, types)
            if first is None or second is None or right.shape == SCALAR:
                return None
            if term.op == "matmul":
                return _product(first, second)
            sign = 1 if term.op == "add" else -1
            return _sum([*first.items(), *((w, sign * c) for w, c in second.items())])
    return None


def _scaled(words: Words | None, factor: Fraction) -> Words | None:
    return None if words is None else {w: factor * c for w, c in words.items()}


def _product(first: Words, second: Words) -> Words | None:
    if len(first) * len(second) > LONGEST:
        return None
    return _sum(
        [(v + w, c * d) for v, c in first.items() for w, d in second.items()],
    )


def _sum(parts: list[tuple[tuple[Letter, ...], Fraction]]) -> Words:
    found: Words = {}
    for word, factor in parts:
        found[word] = found.get(word, Fraction(0)) + factor
    return {word: factor for word, factor in found.items() if factor}


def _transposed(words: Words, types: Mapping[str, Type | FunctionType]) -> Words:
    found: Words = {}
    for word, factor in words.items():
        turned: list[Letter] = []
        for name, flag in reversed(word):
            kind = _kind(name, types)
            factor = -factor if kind == "skew" else factor
            turned.append((name, kind not in (*EVEN, "skew") and not flag))
        found[tuple(turned)] = factor
    return found
