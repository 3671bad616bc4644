"""Domains: what a statement asks of the values of its names, so that it says anything.

Only where the name itself is the argument: `log(x)` needs a positive x, `log(x.T @ y)`
says nothing of x. `log(det(X))` asks for an invertible X and not for a definite one, of
which more is true. But for `invertible`, which leaves out next to nothing, a domain
counts only where the left side asks for it: a claim must hold wherever that is defined.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..language.primitives import DOMAINS
from ..language.tree import Call, Derived, Name, Number, Tree
from .uses import Draft, bare

STRICTER = ("invertible", "positive_definite")
"""Of two kinds that are needed the later one serves for both."""


def domains(draft: Draft, whole: frozenset[str]) -> dict[str, str]:
    """Return for each name the domain that the statement puts it in.

    `whole` names whole numbers, whose powers are defined everywhere.
    """
    found: dict[str, str] = {}
    both = draft.subject == "value"
    for tree in draft.trees:
        for name, kind in _asked(tree, whole):
            if kind != "invertible" and not both and tree is not draft.body:
                continue
            before = found.get(name, kind)
            if before in STRICTER and kind in STRICTER:
                kind = max(before, kind, key=STRICTER.index)
            found[name] = kind
    return found


def _asked(tree: Tree, whole: frozenset[str]) -> Iterator[tuple[str, str]]:
    match tree:
        case Call("log" | "sqrt", (Call("det", (inner,)),)):
            yield bare(inner), "invertible"
        case Call("pow", (base, exponent)) if not _is_whole(exponent, whole):
            yield bare(base), "positive"
        case Call(name, args) if name in DOMAINS and args:
            yield bare(args[0]), DOMAINS[name]
    parts = tree.args if isinstance(tree, Call | Derived) else ()
    for part in parts:
        yield from _asked(part, whole)


def _is_whole(tree: Tree, whole: frozenset[str]) -> bool:
    """Whether an exponent is a whole number for certain."""
    match tree:
        case Number(value):
            return value.denominator == 1
        case Name(name):
            return name in whole
        case Call("add" | "sub" | "mul" | "neg", args):
            return all(_is_whole(arg, whole) for arg in args)
    return False


def positive(kind: str) -> str:
    """Return the positive kind of a scalar, a vector or a matrix."""
    kinds: Mapping[str, str] = {
        "scalar": "positive",
        "vector": "positive_vector",
        "matrix": "positive_matrix",
    }
    return kinds.get(kind, kind)
