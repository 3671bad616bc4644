"""One record under test: its cases, its draws, and both sides of its claims at them.

At every draw the derivative is known along one direction and one codirection, drawn for
it. At the first draws of each case, and at any others that are asked for, it is known
whole: every entry, by both modes, at the draw and at the moved copies that tell noise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from ..language.layout import Layout, restored
from ..language.sizes import Case, cases
from ..language.statement import Claim, Statement
from ..language.structure import unvec, vec
from . import numeric
from .derivative import Derivative, Plan, at_any_size
from .draws import LANES, PRECISIONS, Draws, Source, values
from .evaluate import Evaluation, Exact
from .settings import Settings
from .subject import left_side, tied

Array = Any
FIRST = 2
"""Draws of each case at which everything is compared."""
ENTRIES = 4_000_000
"""Numbers that a derivative with all its entries may take at once: else in pieces."""


@dataclass
class Whole:
    """Some draws of a block with all that is to be seen there, (LANES, draws, ...)."""

    rows: Array
    """Which draws of the block these are."""
    evaluation: Evaluation
    points: Array
    """Where the lanes of each draw stand in the evaluation, (LANES, draws)."""
    value: Array | None = None
    forward: dict[str, Array] = field(default_factory=dict)
    """By variable (LANES, draws, |y|, |x|), columns stacked."""
    reverse: dict[str, Array] = field(default_factory=dict)
    hessian: tuple[Array, Array] | None = None

    def of(self, term: Any) -> Array:
        """Return the value of a term, (LANES, draws, rows, columns)."""
        with np.errstate(all="ignore"):
            X = self.evaluation.of(term)
        if X.ndim == 2:
            return np.broadcast_to(X, (*self.points.shape, *X.shape))
        return X[0, self.points]


@dataclass(frozen=True)
class Along:
    """What JAX finds at every draw of a block along its directions, (draws, ...)."""

    z: Mapping[str, Array]
    """By variable the direction, as far as its entries are free."""
    u: Array
    derivative: Derivative


@dataclass
class Block:
    """The draws of one case, their values, and what JAX found at them.

    The first points of the evaluation are the draws; behind them stand the moved copies
    of the first ones.
    """

    draws: Draws
    evaluation: Evaluation
    first: Whole
    along: Along | None = None
    """What is known along directions; None where nothing is differentiated."""
    others: list[Whole] = field(default_factory=list)
    """Draws that were looked at whole besides the first ones."""
    excluded: dict[str, Array] = field(default_factory=dict)
    """Reasons to leave draws out, each with the draws that it concerns."""

    @property
    def case(self) -> Case:
        """The sizes of these draws."""
        return self.draws.case

    @property
    def usable(self) -> Array:
        """Return which draws count."""
        left = np.ones(len(self.draws), bool)
        for mask in self.excluded.values():
            left &= ~mask
        return left

    def exclude(self, reason: str, mask: Array) -> None:
        """Leave out draws that no other reason has left out."""
        fresh = mask & self.usable
        if fresh.any():
            self.excluded[reason] = self.excluded.get(reason, fresh) | fresh

    def values(self, name: str) -> Array:
        """Return what is drawn for a name, (draws, rows, columns)."""
        return self.evaluation.values[name][0, : len(self.draws)]

    def of(self, term: Any) -> Array:
        """Return the value of a term at every draw, (draws, rows, columns)."""
        with np.errstate(all="ignore"):
            X = self.evaluation.of(term)
        if X.ndim == 2:
            return np.broadcast_to(X, (len(self.draws), *X.shape))
        return X[0, : len(self.draws)]


class Experiment:
    """A statement with its draws; `blocks` has one entry for each case."""

    def __init__(self, statement: Statement, settings: Settings):
        self.statement, self.settings = statement, settings
        self.precision = PRECISIONS[settings.dtype]
        record = statement.record
        self.cases = cases(
            sorted(statement.sizes),
            statement.demands,
            statement.whole,
            settings.seed,
            record.id,
        )
        self.source = Source(
            statement.values, self.cases, settings.seed, record.id, self.precision
        )
        self.second = any(claim.field == "hessian" for claim in statement.claims)
        self._plans: dict[Any, Plan] = {}
        self.blocks = [
            self._block(draws)
            for draws in self.source.draw(self._affordable(settings.draws))
        ]

    def _affordable(self, draws: int) -> int:
        """Large values get fewer draws, so that a record stays within memory."""
        most = max(self.statement.demands.entries(case.sizes) for case in self.cases)
        return max(8, min(draws, 40_000_000 // most))

    # Values.

    def _block(self, draws: Draws) -> Block:
        count, rows = len(draws), np.arange(min(FIRST, len(draws)))
        copies = draws.only(rows).moved()
        raw = {
            name: np.concatenate(
                [X, copies.raw[name][1:].reshape(1, -1, *X.shape[2:])], axis=1
            )
            for name, X in draws.raw.items()
        }
        evaluation = self._evaluation(raw, draws.case)
        behind = count + np.arange((LANES - 1) * len(rows)).reshape(LANES - 1, -1)
        points = np.concatenate([rows[None, :], behind])
        return Block(draws, evaluation, Whole(rows, evaluation, points))

    def _evaluation(self, raw: Mapping[str, Array], case: Case) -> Evaluation:
        dtype = self.settings.dtype
        found, symbols = values(numeric, self.statement.values, raw, case)
        if dtype != "float64":
            found = {name: X.astype(dtype) for name, X in found.items()}
            for symbol in symbols.values():
                symbol.numbers = {k: X.astype(dtype) for k, X in symbol.numbers.items()}
        return Evaluation(found, symbols, Exact(case.numbers), numeric)

    # Derivatives.

    @property
    def differentiates(self) -> bool:
        """Whether there is anything for JAX to differentiate."""
        return self.statement.record.subject == "function"

    def differentiate(self) -> None:
        """Let JAX differentiate: along directions, and whole at the first draws."""
        for block in self.blocks if self.differentiates else ():
            frame, names = Exact(block.case.numbers), self.statement.wrt
            shapes = {n: frame.shape(self.statement.variable(n).shape) for n in names}
            y = frame.shape(self.statement.body.shape)
            z = self.source.directions({**shapes, "": y}, block.draws)
            u = z.pop("")
            if self.statement.differentials:
                z = {n: block.values(f"d{n}") for n in names}
            v = {name: self._tied(name, Z) for name, Z in z.items()}
            found = self._run(block.evaluation, block.case, block.first, v, u)
            block.along = Along(z, u, found)

    def whole(self, block: Block, rows: Array) -> list[tuple[Whole, Array]]:
        """Look at some draws of a block whole: where each stands among others.

        What was looked at once is kept: claims of a record share it.
        """
        known = [block.first, *block.others]
        new = rows[~np.isin(rows, np.concatenate([w.rows for w in known]))]
        if len(new):
            block.others.append(self._look(block, new))
            known.append(block.others[-1])
        found = [(w, np.flatnonzero(np.isin(w.rows, rows))) for w in known]
        return [(w, places) for w, places in found if len(places)]

    def _look(self, block: Block, rows: Array) -> Whole:
        copies = block.draws.only(rows).moved()
        raw = {n: X.reshape(1, -1, *X.shape[2:]) for n, X in copies.raw.items()}
        points = np.arange(LANES * len(rows)).reshape(LANES, -1)
        found = Whole(rows, self._evaluation(raw, block.case), points)
        if self.differentiates:
            self._run(found.evaluation, block.case, found)
        return found

    def _run(
        self,
        evaluation: Evaluation,
        case: Case,
        whole: Whole,
        v: Mapping[str, Array] | None = None,
        u: Array | None = None,
    ) -> Derivative:
        """Differentiate along v and u at the first points, and at some draws whole.

        Returns what is found along v and u.
        """
        frame, names = Exact(case.numbers), self.statement.wrt
        y = frame.shape(self.statement.body.shape)
        xs = {n: frame.shape(self.statement.variable(n).shape) for n in names}
        widths = {name: p * q for name, (p, q) in xs.items()}
        count = max(sum(widths.values()), y[0] * y[1])
        first = 0 if u is None else len(u)
        flat = whole.points.ravel()
        steps = max(1, ENTRIES // (count * self.statement.demands.entries(case.sizes)))
        basis, start = {}, 0
        for name, (p, q) in xs.items():
            E = np.zeros((count, p * q, 1))
            E[start + np.arange(p * q), np.arange(p * q), 0] = 1
            basis[name], start = unvec(np, E, p, q), start + p * q
        rows = unvec(np, np.eye(count, y[0] * y[1])[..., None], *y)
        plan, pieces = self._plan(case), []
        for begin in range(0, len(flat), steps):
            chosen = flat[begin : begin + steps]
            points = np.repeat(chosen, count)
            moves = {n: np.tile(E, (len(chosen), 1, 1)) for n, E in basis.items()}
            comove = np.tile(rows, (len(chosen), 1, 1))
            if begin == 0 and v is not None and u is not None:
                points = np.concatenate([np.arange(first), points])
                moves = {n: np.concatenate([v[n], X]) for n, X in moves.items()}
                comove = np.concatenate([u, comove])
            dtype = self.settings.dtype
            pieces.append(
                plan.run(
                    case.numbers,
                    evaluation,
                    {n: X.astype(dtype, copy=False) for n, X in moves.items()},
                    comove.astype(dtype, copy=False),
                    points,
                )
            )
        found = joined(pieces)
        self._fill(whole, found, first, count, y, xs)
        return found.only(slice(first))

    def _fill(
        self,
        whole: Whole,
        found: Derivative,
        first: int,
        count: int,
        y: tuple[int, int],
        xs: Mapping[str, tuple[int, int]],
    ) -> None:
        """Put the entries of a derivative together, of which each stands at a point."""

        def stacked(X: Array) -> Array:
            X = X[first:].reshape(*whole.points.shape, count, *X.shape[1:])
            return vec(np, X)[..., 0]

        whole.value = found.value[first::count].reshape(*whole.points.shape, *y)
        forward, start = stacked(found.forward), 0
        for name, (p, q) in xs.items():
            columns = forward[..., start : start + p * q, :]
            whole.forward[name] = np.swapaxes(columns, -1, -2)
            start += p * q
            whole.reverse[name] = stacked(found.reverse[name])[..., : y[0] * y[1], :]
        if found.hessian is not None:
            p, q = xs[self.statement.wrt[0]]
            a, b = (stacked(H)[..., : p * q, :] for H in found.hessian)
            whole.hessian = np.swapaxes(a, -1, -2), np.swapaxes(b, -1, -2)

    def _plan(self, case: Case) -> Plan:
        key: Any = () if self._any_size else tuple(sorted(case.numbers.items()))
        if key not in self._plans:
            self._plans[key] = Plan(self.statement, self.second, case.numbers)
        return self._plans[key]

    @cached_property
    def _any_size(self) -> bool:
        return at_any_size(self.statement.body)

    def _tied(self, name: str, Z: Array) -> Array:
        """Let the entries move along that a structured variable does not have free."""
        S = self._ties(name, Z.shape[-1])
        return Z if S is None else unvec(np, S @ vec(np, Z), *Z.shape[-2:])

    def _ties(self, name: str, n: int) -> Array | None:
        if self.statement.record.entries != "independent":
            return None
        return tied(self.statement.variable(name).kind, n)

    # Both sides of a claim.

    def left(
        self, block: Block, whole: Whole, claim: Claim, mode: str = "forward"
    ) -> Array:
        """Return the left side of a claim, (LANES, draws, rows, columns)."""
        if whole.value is None:
            return whole.of(self.statement.bodies[claim.layout or Layout.NUMERATOR])
        jacobians = whole.forward if mode == "forward" else whole.reverse
        hessian = None
        if whole.hessian is not None:
            hessian = whole.hessian[0 if mode == "forward" else 1]
        moves = {
            name: X[0, whole.points] if X.ndim == 4 else X
            for name, X in whole.evaluation.values.items()
        }
        return left_side(
            numeric, self.statement, claim, block.case, jacobians, hessian, moves
        )

    def sides(
        self, block: Block, draw: int, claim: Claim, term: Any = None
    ) -> tuple[Array, Array]:
        """Return both sides of a claim at one draw, (LANES, 1, rows, columns)."""
        ((whole, places),) = self.whole(block, np.array([draw]))
        left = self.left(block, whole, claim)[:, places]
        return left, whole.of(term or claim.term)[:, places]

    def along(self, block: Block, claim: Claim, term: Any) -> Compared:
        """Return both sides of a claim at every draw, along its directions."""
        with np.errstate(all="ignore"):
            return self._along(block, claim, term)

    def _along(self, block: Block, claim: Claim, term: Any) -> Compared:
        right = block.of(term)
        along = block.along
        if along is None:
            left = block.of(self.statement.bodies[claim.layout or Layout.NUMERATOR])
            return Compared(left, left, right, ((left, right, abs(right)),))
        found = along.derivative
        frame, name = Exact(block.case.numbers), self.statement.wrt[0]
        y = frame.shape(self.statement.body.shape)
        if claim.field == "differential":
            back = sum(total(found.reverse[n] * Z) for n, Z in along.z.items())
            u = along.u
            pairs = (
                (found.forward, right, abs(right)),
                (back, total(u * right), total(abs(u * right))),
            )
            return Compared(found.value, found.forward, right, pairs)
        z, S = along.z[name], self._ties(name, along.z[name].shape[-1])
        column = vec(np, z)

        def free(X: Array) -> Array:
            return vec(np, X) if S is None else S.T @ vec(np, X)

        if claim.field == "hessian":
            assert found.hessian is not None
            pairs = tuple(
                (free(H), right @ column, abs(right) @ abs(column))
                for H in found.hessian
            )
            return Compared(found.value, found.hessian[0], right, pairs)
        x, rule = z.shape[-2:], self.statement.pair(name)
        C = restored(right, y, x, claim.layout or Layout.NUMERATOR, rule)
        row, size = np.swapaxes(vec(np, along.u), -1, -2), abs(C)
        pairs = (
            (vec(np, found.forward), C @ column, size @ abs(column)),
            (
                np.swapaxes(free(found.reverse[name]), -1, -2),
                row @ C,
                abs(row) @ size,
            ),
        )
        return Compared(found.value, found.forward, right, pairs)


@dataclass(frozen=True)
class Compared:
    """Both sides of a claim at every draw, as far as directions show them."""

    value: Array
    left: Array
    right: Array
    pairs: tuple[tuple[Array, Array, Array], ...]
    """What must agree: left, right, and how large the parts of the right side are."""


def total(X: Array) -> Array:
    """Return the sum of all entries, 1 x 1."""
    return X.sum(axis=(-2, -1), keepdims=True)


def joined(pieces: list[Derivative]) -> Derivative:
    """Put what was found in pieces one behind the other."""
    if len(pieces) == 1:
        return pieces[0]

    def join(*parts: Array) -> Array:
        return np.concatenate(parts)

    second = [piece.hessian for piece in pieces if piece.hessian is not None]
    return Derivative(
        join(*(p.value for p in pieces)),
        join(*(p.forward for p in pieces)),
        {n: join(*(p.reverse[n] for p in pieces)) for n in pieces[0].reverse},
        (join(*(a for a, _ in second)), join(*(b for _, b in second)))
        if second
        else None,
    )
