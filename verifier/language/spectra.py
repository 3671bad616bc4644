"""Symmetric functions of eigenvalues: they have a value though these are complex.

`sum(g(eigenvalues(X)))` with an analytic g that is real for reals is real for every X:
complex eigenvalues come in pairs, and so do the summands. The same sum is written
`mean`, `ones(1, n) @ w`, `w.T @ w`, `tr(diag(w))`; `det(diag(w))` is the product. An
absolute value is a modulus: of what is made of moduli there is a largest as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from .primitives import PRIMITIVES
from .term import ONE, SCALAR, Term, shared

Form = tuple[Any, ...]
"""How an entry is made of an eigenvalue: `("w",)`, `("scalar", i)` or an operation."""

RATIONAL = frozenset({"add", "sub", "neg", "mul", "div", "pow"})
ANALYTIC = RATIONAL | frozenset(
    "exp log sin cos tan sinh cosh tanh sqrt sigmoid".split()  # noqa: SIM905
)
"""Functions of the entries that take a conjugate to the conjugate of the value."""
ELEMENTWISE = frozenset(row.name for row in PRIMITIVES.values() if row.entrywise)
ORDERED = ("max", "min")


_ONE = Term("number", SCALAR, value=Fraction(1))


@dataclass(frozen=True)
class Spectral:
    """What one function of the eigenvalues of a matrix comes to, in any order."""

    matrix: Term
    scalars: tuple[Term, ...]
    form: Form
    kind: str
    """`sum`, `mean`, `product`, `norm`, `logsumexp`, `max` or `min`."""

    @property
    def operands(self) -> tuple[Term, ...]:
        """What it is computed from."""
        return self.matrix, *self.scalars


def entry(form: Form, xp: Any, w: Any, scalars: Sequence[Any]) -> Any:
    """Return the function of the eigenvalues w, a column, in a namespace."""
    match form:
        case ("w",):
            return w
        case ("scalar", i):
            return scalars[i]
        case (op, power, *parts):
            args = [entry(part, xp, w, scalars) for part in parts]
            return PRIMITIVES[op].value(xp, *args, *(() if power is None else (power,)))
    raise AssertionError(form)


@lru_cache(4096)
def spectral(term: Term) -> Spectral | None:
    """Return what a term is as a symmetric function of eigenvalues, or None."""
    found = _column(term)
    if found is None:
        return None
    kind, column = found
    if not _matrices(column):
        return None
    column = shared(column)
    matrices = list(dict.fromkeys(_matrices(column)))
    if len(matrices) != 1:
        return None
    scalars: list[Term] = []
    form = _form(column, scalars, {})
    if form is None or form[0] == "scalar":
        return None
    if kind in ORDERED and not _real(form):
        return None
    return Spectral(matrices[0], tuple(scalars), form, kind)


def operands(term: Term) -> tuple[Term, ...]:
    """Return what a term is computed from."""
    found = spectral(term)
    return term.args if found is None else found.operands


def as_trace(found: Spectral, exponential: bool = False) -> Term | None:
    """Return a sum over eigenvalues as the trace of a function of the matrix.

    None where the function is not rational, and no exponential where these are allowed.
    """
    if found.kind not in ("sum", "mean", "product"):
        return None
    X = found.matrix
    eye = Term("eye", X.shape, dims=X.shape[:1])
    known = RATIONAL | {"exp"} if exponential else RATIONAL
    whole = _of_matrix(found, found.form, eye, known)
    if whole is None:
        return None
    if found.kind == "product":
        return Term("det", SCALAR, (whole,))
    trace = Term("tr", SCALAR, (whole,))
    if found.kind == "sum":
        return trace
    return Term("div", SCALAR, (trace, Term("size", SCALAR, dims=X.shape[:1])))


def _of_matrix(
    found: Spectral, form: Form, eye: Term, known: frozenset[str]
) -> Term | None:
    X = found.matrix
    if form == ("w",):
        return X
    if form[0] == "scalar":
        return Term("mul", X.shape, (found.scalars[form[1]], eye))
    op, power, *parts = form
    if op not in known or (op == "pow" and power is None):
        return None
    made = [_of_matrix(found, part, eye, known) for part in parts]
    args = tuple(arg for arg in made if arg is not None)
    if len(args) < len(made):
        return None
    match op:
        case "mul":
            return Term("matmul", X.shape, args)
        case "exp":
            return Term("expm", X.shape, args)
        case "div":
            return Term("solve", X.shape, args[::-1])
        case "pow":
            base = args[0]
            if power < 0:
                base = Term("inv", X.shape, args)
            product = eye if power == 0 else base
            for _ in range(abs(power) - 1):
                product = Term("matmul", X.shape, (product, base))
            return product
    return Term(op, X.shape, args)


def _column(term: Term) -> tuple[str, Term] | None:
    """Return which column a term adds up, or multiplies."""
    match term.op, term.args:
        case "sum" | "colsum", (column,) if term.shape == SCALAR:
            return "sum", column
        case (("mean" | "max" | "min" as kind), (column,)):
            return kind, column
        case "norm", (column,):
            square = Term("abs", column.shape, (column,))
            return "norm", Term("pow", column.shape, (square,), value=Fraction(2))
        case "logsumexp", (column,):
            return "logsumexp", Term("exp", column.shape, (column,))
        case "norm1", (column,):
            return "sum", Term("abs", column.shape, (column,))
        case "tr", (Term(op="diag", args=(column,)),):
            return "sum", column
        case "det", (Term(op="diag", args=(column,)),):
            return "product", column
        case "matmul", (left, right) if term.shape == SCALAR:
            if left.op == "ones":
                return "sum", right
            if left.op == "transpose":
                column = left.args[0]
                if right.op == "ones":
                    return "sum", column
                return "sum", Term("mul", column.shape, (column, right))
    return None


def _matrices(column: Term) -> list[Term]:
    """Return the matrices whose eigenvalues a column is made of, entry by entry."""
    found, seen, stack = [], set[Term](), [column]
    while stack:
        term = stack.pop()
        if term in seen:
            continue
        seen.add(term)
        if term.op == "eigenvalues":
            found.append(term.args[0])
        elif term.op in ELEMENTWISE:
            stack += term.args
    return found


def _real(form: Form) -> bool:
    """Whether a function of complex eigenvalues is real: made of their moduli."""
    if form[0] in ("w", "scalar", "abs"):
        return form[0] != "w"
    return all(_real(part) for part in form[2:])


def _form(term: Term, scalars: list[Term], known: dict[Term, Form | None]) -> Any:
    if term not in known:
        known[term] = _made(term, scalars, known)
    return known[term]


def _made(
    term: Term, scalars: list[Term], known: dict[Term, Form | None]
) -> Form | None:
    if term.op == "eigenvalues":
        return ("w",)
    if not _matrices(term):
        if term.op == "ones" and term.shape[1] == ONE:
            term = _ONE
        elif term.shape != SCALAR:
            return None
        scalars.append(term)
        return "scalar", len(scalars) - 1
    if term.op not in ELEMENTWISE:
        return None
    parts = [_form(arg, scalars, known) for arg in term.args]
    if any(part is None for part in parts):
        return None
    if not all(_real(part) for part in parts):
        exponential = (
            term.op == "pow" and term.value is None and parts[1][0] != "scalar"
        )
        if exponential or term.op not in (*ANALYTIC, "abs"):
            return None
    power = None if term.value is None else int(term.value)
    return (term.op, power, *parts)
