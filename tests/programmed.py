"""Printed programs, run at points that are drawn, beside the values of the engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from inspect import signature
from typing import Any

import numpy as np

from verifier.engine import numeric
from verifier.engine.derived import derived
from verifier.engine.draws import Source, values
from verifier.engine.evaluate import Evaluation, Exact
from verifier.engine.symbols import Symbol
from verifier.language.declaration import FunctionType
from verifier.language.layout import BY_SCALAR_VALUE, Layout
from verifier.language.shapes import infer
from verifier.language.sizes import Case, cases
from verifier.language.statement import Statement
from verifier.language.term import Scope, Term, is_scalar
from verifier.language.tree import Tree
from verifier.output.translation import declared_rank, rank

Array = Any
NAMES = ("prime", "second", "third", "derivative_4", "derivative_5")


@dataclass(frozen=True)
class Point:
    """Values of all names, as matrices of the language."""

    case: Case
    values: Mapping[str, Array]
    symbols: Mapping[str, Symbol]

    def of(self, term: Term) -> Array:
        frame = Exact(self.case.numbers)
        with np.errstate(all="ignore"):
            return Evaluation(self.values, self.symbols, frame, numeric).of(term)


def points(statement: Statement, count: int = 3, most: int = 2) -> list[Point]:
    """Return points of a few cases at which the function has a value."""
    names, id = sorted(statement.sizes), statement.record.id
    found = cases(names, statement.demands, statement.whole, 0, id)
    chosen = sorted(found, key=lambda case: -len({*case.numbers.values()}))[:most]
    usable = []
    for case in chosen:
        (draws,) = Source(statement.values, [case], 0, id).draw(count)
        for i in range(count):
            raw = {name: X[0, i] for name, X in draws.raw.items()}
            with np.errstate(all="ignore"):
                known, symbols = values(numeric, statement.values, raw, case)
            point = Point(case, known, symbols)
            if np.isfinite(point.of(statement.body)).all():
                usable.append(point)
    return usable


def as_given(X: Array, rank: str) -> Array:
    """Return a matrix of the language as people have it."""
    return {"s": lambda: X[0, 0], "v": lambda: X[:, 0], "r": lambda: X[0]}.get(
        rank, lambda: X
    )()


def arguments(statement: Statement, point: Point) -> dict[str, Any]:
    """Return what the functions of a program take."""
    found: dict[str, Any] = {**point.case.numbers}
    for name, declared in statement.values.items():
        if isinstance(declared, FunctionType):
            found |= callables(name, declared, point)
        elif declared.kind in ("integer", "index"):
            found[name] = int(point.values[name].item())
        else:
            found[name] = as_given(point.values[name], declared_rank(declared))
    return found


def callables(name: str, declared: FunctionType, point: Point) -> dict[str, Callable]:
    """Return a function symbol and its derivatives, as a program asks for them."""
    symbol, size = point.symbols[name], Exact(point.case.numbers).integer
    ranks = [rank(argument.shape) for argument in declared.arguments]
    entrywise = declared.result.kind == "scalar" and set(ranks) == {"s"}

    def wide(x: Array, rank: str) -> Array:
        x = np.asarray(x, float)
        return x.reshape({"v": (x.size, 1)}.get(rank, x.shape if x.ndim else (1, 1)))

    def returning(kind: str, positions: tuple[int, ...]) -> Callable:
        def call(*args: Array) -> Array:
            if entrywise:
                one = np.vectorize(
                    lambda *xs: symbol.by_scalars(
                        numeric, [np.full((1, 1), x) for x in xs], positions
                    ).item()
                )
                return one(*args)
            given = [wide(x, r) for x, r in zip(args, ranks, strict=True)]
            result = declared.result
            if not kind:
                Y = symbol.value(numeric, given)
                shape = tuple(map(size, result.shape))
                return as_given(Y.reshape(shape), rank(result.shape))
            layout = Layout.MIXED if len(positions) == 1 else Layout.NUMERATOR
            term = Term(
                "derived",
                result.shape,
                kind=kind,
                positions=positions,
                layout=layout,
            )
            Y = derived(numeric, term, symbol, given, 0, size)
            return as_given(Y, _rank_of(declared, kind, positions))

        return call

    found = {name: returning("", ())}
    count = len(declared.arguments)
    if count == 1:
        found |= {
            f"{name}_{word}": returning("D", (1,) * k)
            for k, word in enumerate(NAMES, start=1)
        }
        found[f"{name}_hessian"] = returning("hessian", ())
    for i in range(1, count + 1):
        if count > 1:
            found[f"{name}_prime_{i}"] = returning("D", (i,))
            found |= {
                f"{name}_second_{i}_{j}": returning("D", (i, j))
                for j in range(1, count + 1)
            }
    return found


def _rank_of(declared: FunctionType, kind: str, positions: Sequence[int]) -> str:
    """Say what a derivative is in code, by hand."""
    if kind == "hessian":
        return "m"
    result = rank(declared.result.shape)
    used = [rank(declared.arguments[p - 1].shape) for p in positions]
    if set(used) == {"s"}:
        return result
    if len(used) == 2:
        return {"vv": "m", "vs": "v", "sv": "r"}["".join(used)]
    return used[0] if result == "s" else "m"


def run(text: str) -> dict[str, Any]:
    """Execute a program."""
    scope: dict[str, Any] = {}
    exec(compile(text, "<program>", "exec"), scope)
    return scope


def wanted(statement: Statement, field: str, X: Array) -> Array:
    """Return a value of the language as a function of a program returns it."""
    value, x = statement.body.shape, statement.variable(statement.wrt[0])
    if field in ("value", "differential"):
        return X if rank(value) in "rm" else as_given(X, rank(value))
    if field == "hessian":
        return as_given(X, "v" if rank(value) != "s" else "s") if is_scalar(x) else X
    pair = statement.pair(statement.wrt[0])
    turned = Layout(field).turns(pair)
    if is_scalar(x):
        if rank(value) == "s":
            return X[0, 0]
        return X[:, 0] if (rank(value) == "v") != turned and rank(value) != "m" else X
    if turned and pair == BY_SCALAR_VALUE:
        return as_given(X, declared_rank(x))
    return X


def called(statement: Statement, field: str) -> str:
    """Return the name of a function of a program."""
    if field in ("differential", "hessian"):
        return f"_{field}"
    if field == "value":
        return ""
    turned = Layout(field).turns(statement.pair(statement.wrt[0]))
    if is_scalar(statement.variable(statement.wrt[0])):
        return (
            "_gradient"
            if turned and rank(statement.body.shape) != "s"
            else ("_derivative")
        )
    return "_gradient" if turned else "_jacobian"


def difference(
    statement: Statement,
    forms: Mapping[str, Tree],
    text: str,
    point: Point,
    framework: str = "numpy",
) -> dict[str, float]:
    """Return how far a program is from the engine, for each field."""
    scope, given = run(text), arguments(statement, point)
    name = "f" if "f" in scope else "value"
    found = {}
    terms = {"value": statement.body} | {
        field: infer(tree, _scope(statement, field)) for field, tree in forms.items()
    }
    for field, term in terms.items():
        X = wanted(statement, field, np.asarray(point.of(term)))
        if not np.isfinite(X).all():
            continue
        function = scope[name + called(statement, field)]
        args = [given[key.rstrip("_")] for key in signature(function).parameters]
        if framework == "torch":
            args = list(map(_tensor, args))
        Y = np.asarray(function(*args))
        if Y.shape != X.shape:
            raise ValueError(f"{field}: {Y.shape} where {X.shape} is wanted")
        found[field] = float(abs(Y - X).max() / max(abs(X).max(), 1e-300))
    return found


def _tensor(value: Any) -> Any:
    """Return an argument as PyTorch has it."""
    from torch import from_numpy  # type: ignore

    if callable(value):
        return lambda *args: _tensor(value(*(np.asarray(x) for x in args)))
    if isinstance(value, int):
        return value
    return from_numpy(np.array(value, float))


def _scope(statement: Statement, field: str) -> Scope:
    layout = Layout(field) if field in {one.value for one in Layout} else None
    return Scope(
        statement.types,
        layout or Layout.NUMERATOR,
        statement.lets,
        extra=statement.differentials,
    )
