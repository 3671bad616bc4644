"""Spoiled copies of a claim: the mistakes that the verifier must notice."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from ..deriving.algebra import negative, spots
from ..language.tree import Call, Number, Tree

TWO = Number(Fraction(2))
TINY = Number(1 + Fraction(1, 10**9))
"""A relative error that `allclose` never sees."""


def mutants(tree: Tree) -> Iterator[tuple[str, Tree]]:
    """Yield each mutant once, with the name of the mutation."""
    seen = {tree}
    for name, mutant in _all(tree):
        if mutant not in seen:
            seen.add(mutant)
            yield name, mutant


def _all(tree: Tree) -> Iterator[tuple[str, Tree]]:
    yield "sign", negative(tree)
    yield "factor 2", Call("mul", (TWO, tree))
    yield "factor 1 + 1e-9", Call("mul", (TINY, tree))
    for part, rebuild in spots(tree):
        for name, mutant in _of(part):
            yield name, rebuild(mutant)


def _of(part: Tree) -> Iterator[tuple[str, Tree]]:
    """Yield the mutations of one node."""
    match part:
        case Call("transpose", (inner,)):
            yield "drop .T", inner
        case Call("matmul", (left, right)):
            yield "swap factors", Call("matmul", (right, left))
            yield "* for @", Call("mul", (left, right))
        case Call("mul", (left, right)):
            yield "@ for *", Call("matmul", (left, right))
        case Call("kron" | "solve" as name, (left, right)):
            yield "swap arguments", Call(name, (right, left))
        case Call("commutation", (m, n)):
            yield "swap arguments", Call("commutation", (n, m))
        case Call("vec", (X,)):
            yield "row-major vec", Call("vec", (Call("transpose", (X,)),))
        case Call("pow" | "matpow" as name, (base, Number(k))):
            yield "exponent off by one", Call(name, (base, Number(k + 1)))
        case Call("inv", (inner,)):
            yield "drop inv", inner
    match part:
        case Call("add" | "sub" as name, (left, right)):
            other = "sub" if name == "add" else "add"
            yield "sign", Call(other, (left, right))
            yield "drop a term", left
            yield "drop a term", right if name == "add" else negative(right)
    match part:
        case Call("add", (left, Call("transpose", (right,)))) if left == right:
            yield "2 A for A + A.T", Call("mul", (TWO, left))
