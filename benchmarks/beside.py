"""SymPy's matrix derivatives beside ours, on the functions that SymPy accepts.

A function of the language is written for SymPy, which differentiates it; its result is
computed with NumPy at a random draw and compared with difference quotients of the
function itself, and so is ours. SymPy promises no layout: its result may be right in
one of ours, in both where they agree, or as an array of up to four axes.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np
from sympy_values import Unfinished, value

from verifier.deriving.closed_form import ClosedForms
from verifier.deriving.links import NoRule
from verifier.engine import numeric
from verifier.engine.draws import Source, values
from verifier.engine.evaluate import Evaluation, Exact
from verifier.language.layout import Layout, arrange
from verifier.language.shapes import infer
from verifier.language.sizes import Case, cases
from verifier.language.statement import Statement
from verifier.language.tree import Tree

LIMIT = 20.0
"""Seconds after which SymPy is stopped."""
STEP, CLOSE = 1e-6, 1e-5
"""Of difference quotients: their step, and what they are off by at most."""
DRAWS = 24
OURS = (Layout.DENOMINATOR, Layout.NUMERATOR)
RIGHT = ("both layouts", "denominator layout", "numerator layout", "an array")


class TooLong(Exception):
    """SymPy was stopped."""


@dataclass(frozen=True)
class Outcome:
    """What became of a derivative, by whom, in how many seconds."""

    id: str
    said: str
    """One of RIGHT, `wrong`, or why there is none."""
    seconds: float


def outcomes(
    known: Sequence[Statement],
    write: Callable[[ClosedForms, str], Sequence[tuple[Any, Any]]],
) -> Iterator[tuple[Outcome, list[Outcome]]]:
    """Yield SymPy's outcome and ours in each layout, where SymPy takes the function.

    `write` returns a function and its variable in SymPy, in each way to write them; the
    one that SymPy does best with counts.
    """
    for statement in known:
        if len(statement.wrt) != 1 or statement.record.entries != "all":
            continue
        forms = ClosedForms(statement)
        try:
            ways = write(forms, statement.wrt[0])
        except Exception:  # what SymPy cannot even write, it refuses in many ways
            continue
        point = _point(statement)
        if point is None:
            continue
        ours = [_ours(statement, point, layout.value) for layout in OURS]
        theirs = [_sympy(statement, point, function, x) for function, x in ways]
        yield min(theirs, key=_worth), ours


class _Point:
    """A draw: the values of the names, and the derivative by difference quotients."""

    def __init__(self, statement: Statement, case: Case, draws: Any):
        raw = {name: X[0] for name, X in draws.raw.items()}
        found, self.symbols = values(numeric, statement.values, raw, case)
        self.values = {name: np.asarray(X, float) for name, X in found.items()}
        self.case, self.statement = case, statement
        self.J, other = (self._quotients(statement.wrt[0], h) for h in (STEP, 3 * STEP))
        self.usable = _same(other, self.J)

    def of(self, term: Any, **new: Any) -> Any:
        """Return the value of a term, with other values of some names."""
        frame = Exact(self.case.numbers)
        given = {**self.values, **new}
        return Evaluation(given, self.symbols, frame, numeric).of(term)

    def tree(self, tree: Tree, layout: Layout) -> Any:
        """Return the value of a tree."""
        claim = self.statement.claims[0]
        scope = self.statement.scope(claim)
        scope.layout = layout
        found = np.asarray(self.of(infer(tree, scope)))
        return found.reshape(found.shape[-2:])

    def _quotients(self, x: str, step: float) -> Any:
        """Return the Jacobian, (entries of f, entries of x), columns stacked."""
        X = self.values[x].reshape(self.values[x].shape[-2:])
        rows = len(X)
        lanes = np.repeat(X[None], 2 * X.size, 0)
        for k in range(X.size):
            at = (k % rows, k // rows)
            lanes[(2 * k, *at)] += step
            lanes[(2 * k + 1, *at)] -= step
        Y = np.broadcast_to(
            self.of(self.statement.body, **{x: lanes}),
            (len(lanes), *self.case_shape(self.statement.body.shape)),
        )
        slopes = (Y[::2] - Y[1::2]) / (2 * step)
        return slopes.swapaxes(-1, -2).reshape(X.size, -1).T

    def case_shape(self, shape: Any) -> tuple[int, int]:
        """Return a shape in numbers."""
        return Exact(self.case.numbers).shape(shape)

    def said(self, R: Any) -> str:
        """Return in which layout an array is the derivative."""
        statement, x = self.statement, self.statement.wrt[0]
        y_shape = self.case_shape(statement.body.shape)
        x_shape = self.case_shape(statement.variable(x).shape)
        rule = statement.pair(x)
        found = [
            layout
            for layout in OURS
            if _same(R, arrange(self.J, y_shape, x_shape, layout, rule))
        ]
        if found:
            return RIGHT[0] if len(found) == len(OURS) else f"{found[0].value} layout"
        T = self.J.reshape(*y_shape[::-1], *x_shape[::-1]).transpose(1, 0, 3, 2)
        ways = (T, T.transpose(2, 3, 0, 1))
        squeezed = [np.squeeze(way) for way in ways]
        right = any(_same(np.squeeze(R), way) for way in squeezed)
        return RIGHT[3] if right else "wrong"


def _same(R: Any, wanted: Any) -> bool:
    if np.shape(R) != np.shape(wanted):
        return np.size(R) == np.size(wanted) == 1 and _same(np.ravel(R), wanted.ravel())
    size = np.abs(wanted).max(initial=0.0)
    return bool(np.abs(R - wanted).max(initial=0.0) <= CLOSE * max(1.0, size))


def _point(statement: Statement) -> _Point | None:
    """Return a draw at which the function has a derivative; no two sizes are equal."""
    id = statement.record.id
    names = sorted(statement.sizes)
    found = cases(names, statement.demands, statement.whole, 0, id)

    def telling(case: Case) -> tuple[int, int]:
        sizes = list(case.sizes.values())
        return min(min(sizes, default=2), 2), len(set(sizes))

    case = max(found, key=telling)
    source = Source(statement.values, [case], 0, id)
    with np.errstate(all="ignore"):
        for draws in source.draw(DRAWS):
            for row in range(len(draws)):
                point = _Point(statement, case, draws.only(np.array([row])))
                if point.usable:
                    return point
    return None


def _ours(statement: Statement, point: _Point, field: str) -> Outcome:
    began = time.process_time()
    try:
        tree = ClosedForms(statement).form(field)
    except NoRule:
        return Outcome(statement.record.id, "no rule", time.process_time() - began)
    seconds = time.process_time() - began
    said = point.said(point.tree(tree, Layout(field)))
    said = "right" if said in (RIGHT[0], f"{field} layout") else "wrong"
    return Outcome(statement.record.id, said, seconds)


def _sympy(statement: Statement, point: _Point, function: Any, x: Any) -> Outcome:
    def stop(*_: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, LIMIT)
    began, seconds = time.process_time(), LIMIT
    try:
        found = function.diff(x)
        seconds = time.process_time() - began
        signal.setitimer(signal.ITIMER_REAL, 0)
        said = point.said(value(found, _drawn(point)))
    except Unfinished:
        said = "left open"
    except TooLong:
        said = "too long"
    except Exception as error:  # whatever SymPy raises is its own answer
        said, seconds = type(error).__name__, time.process_time() - began
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    return Outcome(statement.record.id, said, seconds)


def _worth(outcome: Outcome) -> int:
    if outcome.said in RIGHT:
        return RIGHT.index(outcome.said)
    return len(RIGHT) + (outcome.said == "wrong")


def _drawn(point: _Point) -> dict[str, Any]:
    """Return the values of names and of sizes."""
    found: dict[str, Any] = {}
    for name, X in point.values.items():
        X = X.reshape(X.shape[-2:])
        found[name] = X[0, 0] if X.shape == (1, 1) else X
    return {**found, **point.case.numbers}


HEADS = ("functions of", "SymPy takes", "derives", *(f"in {r}" for r in RIGHT))
HEADS += ("wrong", "none", "ms", "ours right", "ours wrong", "ours none", "ours ms")


def row(
    title: str, count: int, found: Sequence[tuple[Outcome, list[Outcome]]]
) -> list[str]:
    """Return a row of the table: SymPy's figures, then ours in both layouts."""
    theirs = [one for one, _ in found]
    ours = [one for _, some in found for one in some]
    said = [one.said for one in theirs]
    right = [str(said.count(how)) for how in RIGHT]
    derived = sum(map(int, right)) + said.count("wrong")
    mine = [one.said for one in ours]
    return [
        title,
        f"{len(found)} of {count}",
        str(derived),
        *right,
        str(said.count("wrong")),
        str(len(found) - derived),
        f"{1000 * median(one.seconds for one in theirs):.0f}",
        *(str(mine.count(how)) for how in ("right", "wrong", "no rule")),
        f"{1000 * median(one.seconds for one in ours):.0f}",
    ]
