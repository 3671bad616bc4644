"""Why a line of a derivation follows from the one before, in a student's words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..language.declaration import FunctionType, Type
from ..language.printing import show
from ..language.term import ONE, SCALAR
from ..language.tree import Call, Derived, Tree
from .algebra import names, summands
from .derivation import Derivation
from .forms import SYMMETRIC
from .links import (
    Beside,
    Flip,
    Inner,
    Left,
    Link,
    Named,
    Primary,
    Reduced,
    Right,
    Spread,
    Stack,
    Times,
)
from .naming import LINEAR, PRODUCTS
from .products import Product

MOST_REASONS = 3
"""Reasons of one line; the others are left out."""
LONGEST = 60
"""Characters of a formula in a reason."""


def listed(reasons: Iterable[str]) -> str:
    """Return reasons on one line, each once."""
    found = list(dict.fromkeys(filter(None, reasons)))
    return "; ".join(found[:MOST_REASONS])


# Rules of differentials.


def of_rules(tree: Tree, rules: Derivation) -> str:
    """Say which rules lead from a function to its differential."""
    if not rules.chains(tree):
        return "the variable does not stand in it"
    found = list(_of_rules(tree, rules, whole=True))
    return listed(found) or _linear(tree, rules)


def _of_rules(tree: Tree, rules: Derivation, whole: bool = False) -> Iterator[str]:
    if not isinstance(tree, Call | Derived) or not rules.chains(tree):
        return
    if isinstance(tree, Call) and rules.closed(tree) is not None:
        yield _formula(tree, rules, whole)
        return
    moving = [arg for arg in tree.args if rules.chains(arg)]
    linear = isinstance(tree, Call) and tree.name in LINEAR
    quotient = isinstance(tree, Call) and tree.name == "div"
    if linear or (quotient and tree.args[1] not in moving):
        assert isinstance(tree, Call)
        if tree.name in PRODUCTS and len(moving) > 1:
            yield "product rule"
    elif quotient:
        yield "quotient rule"
    elif isinstance(tree, Derived) or _is_symbol(tree, rules):
        yield "chain rule"
    else:
        yield _formula(tree, rules, whole)
        return
    for arg in moving:
        yield from _of_rules(arg, rules)


def _is_symbol(tree: Call, rules: Derivation) -> bool:
    return isinstance(rules.algebra.scope.types.get(tree.name), FunctionType)


def _formula(tree: Call, rules: Derivation, whole: bool) -> str:
    """Return the differential of one function; its name, where the line says it."""
    match tree:
        case Call("pow", (Call("norm"), _)):
            said = "the differential of a squared norm"
        case Call("pow"):
            said = "power rule"
        case Call("tr", _):
            said = "a known differential"
        case _:
            said = f"the differential of {tree.name}"
    if whole:
        return said
    terms = rules.differential(tree)
    text = f"d({show(tree)}) = {show(rules.algebra.joined(terms))}"
    return text if len(text) <= LONGEST else said


def _linear(tree: Tree, rules: Derivation) -> str:
    """Say what is left to say of a linear function."""
    terms = summands(tree)
    if any(not rules.chains(term) for term in terms):
        return "the differential of a constant is zero"
    if len(terms) > 1:
        return "sum rule"
    match tree:
        case Call(name) if name in LINEAR - PRODUCTS - {"transpose", "neg"}:
            return f"{name} is linear"
        case Call("transpose"):
            return "the transpose is linear"
    return "constant factors stay"


# The change moved to the end.


def of_moves(links: Sequence[Link], column: bool) -> Iterator[str]:
    """Say how a term becomes an inner product with the change of the variable."""
    summed = any(isinstance(link, Reduced) and link.name != "tr" for link in links)
    factor = any(isinstance(link, Times) and link.C.shape != SCALAR for link in links)
    if summed and factor:
        yield "sum(a * v) = a.T @ v" if column else "sum(A * M) = tr(A.T @ M)"
    for link in links:
        if not (summed and factor and isinstance(link, Times | Reduced)):
            yield _move(link, column)
        if isinstance(link, Flip):
            yield from _symmetric(links)
            column = column and link.shape[1] == ONE


def _move(link: Link, column: bool) -> str:
    match link:
        case Flip():
            return "a scalar is its own transpose" if column else "tr(M.T) = tr(M)"
        case Right(shape=shape) if not column and shape != SCALAR:
            return "the trace is cyclic"
        case Times(C=C) if C.shape != SCALAR:
            if column:
                return "a.T @ (b * v) = (a * b).T @ v"
            return "tr(A.T @ (B * M)) = tr((A * B).T @ M)"
        case Named(name="diag"):
            return "tr(A.T @ diag(v)) = diagonal(A).T @ v"
        case Named(name="diagonal"):
            return "a.T @ diagonal(M) = tr(diag(a) @ M)"
        case Named(name="tril" | "triu" as name):
            return f"tr(A.T @ {name}(M)) = tr({name}(A).T @ M)"
        case Reduced(name="sum" | "mean"):
            return "a sum is a product with ones"
        case Spread():
            return "tr(A.T @ (s * B)) = s * tr(A.T @ B)"
        case Stack(shape=shape) if ONE not in shape:
            return "vec(A).T @ vec(B) = tr(A.T @ B)"
        case Beside():
            return "a Kronecker product is linear in each factor"
        case Primary(name=name):
            return f"{name} of a block matrix holds its derivative"
    return ""


def _symmetric(links: Sequence[Link]) -> Iterator[str]:
    """Say which factors of a term are their own transposes."""
    for link in links:
        if isinstance(link, Left | Right | Times | Inner):
            product = link.A if isinstance(link, Left) else _factor(link)
            for part in product.chain:
                for name in names(part):
                    declared = link.algebra.scope.types.get(name)
                    if isinstance(declared, Type) and declared.kind in SYMMETRIC:
                        yield f"{name} is symmetric"


def _factor(link: Right | Times | Inner) -> Product:
    return link.B if isinstance(link, Right) else link.C


# The change in a column.


def of_stacking(links: Sequence[Link]) -> str:
    """Say how a term becomes a matrix times the stacked change of the variable."""
    wide = [
        link
        for link in links
        if isinstance(link, Left | Right) and ONE not in _widths(link)
    ]
    if {Left, Right} <= set(map(type, wide)):
        return "vec(A @ M @ B) = kron(B.T, A) @ vec(M)"
    return listed(_stacked(link) for link in links)


def _widths(link: Left | Right) -> tuple[object, ...]:
    """Return the sizes that stay: a column needs no Kronecker product."""
    return (link.shape[1],) if isinstance(link, Left) else (link.shape[0],)


def _stacked(link: Link) -> str:
    match link:
        case Left(A=A, shape=(_, columns)) if columns == ONE:
            is_diagonal = any(isinstance(p, Call) and p.name == "diag" for p in A.chain)
            return "a * v = diag(a) @ v" if is_diagonal else ""
        case Left():
            return "vec(A @ M) = kron(eye(n), A) @ vec(M)"
        case Right(shape=(rows, _)) if rows != ONE:
            return "vec(M @ B) = kron(B.T, eye(m)) @ vec(M)"
        case Flip(shape=shape) if ONE not in shape:
            return "vec(M.T) = commutation(m, n) @ vec(M)"
        case Times(C=C, shape=(_, columns)) if C.shape != SCALAR:
            if columns == ONE:
                return "a * v = diag(a) @ v"
            return "vec(A * M) = diag(vec(A)) @ vec(M)"
        case Spread():
            return "(g.T @ v) * a = a @ g.T @ v"
        case Inner(shape=(_, columns)) if columns != ONE:
            return "tr(A.T @ M) = vec(A).T @ vec(M)"
        case Named(name="diag" | "diagonal"):
            return "the entries of a diagonal, as a matrix of zeros and ones"
        case Beside():
            return "vec(kron(A, B)) is linear in each factor"
    return ""


TWO_PLACES = "{X} is symmetric: entries off the diagonal stand in two places"
BY_ENTRIES = {
    "symmetric": TWO_PLACES,
    "positive_definite": TWO_PLACES,
    "diagonal": "{X} is diagonal: only entries of the diagonal move",
    "lower": "{X} is lower triangular: no entry above the diagonal moves",
    "upper": "{X} is upper triangular: no entry below the diagonal moves",
    "skew": "{X}.T = -{X}: entry (j, i) moves as minus entry (i, j)",
}
"""How a gradient by all entries becomes one by the independent ones."""


def of_entries(kind: str, name: str) -> str:
    """Say which entries of a structured variable move."""
    return BY_ENTRIES.get(kind, "by the independent entries").format(X=name)
