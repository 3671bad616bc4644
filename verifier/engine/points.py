"""Draws of one case as points: their values, and those of their moved copies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..language.arrays import Array
from ..language.declaration import FunctionType, Type
from . import numeric
from .draws import LANES, Draws, values
from .evaluate import Evaluation, Exact
from .symbols import Symbol


@dataclass(frozen=True)
class Points:
    """Values at draws of a case, and behind them at the moved copies of the first ones.

    `lanes` says where the draw itself and its copies stand, (LANES, draws with copies).
    """

    evaluation: Evaluation
    draws: int
    lanes: Array

    @property
    def origin(self) -> Array:
        """Return which draw each point is, or is a copy of."""
        copied = np.tile(np.arange(self.lanes.shape[1]), LANES - 1)
        return np.concatenate([np.arange(self.draws), copied])

    def of(self, term: Any) -> Array:
        """Return the value of a term at every point, (points, rows, columns)."""
        with np.errstate(all="ignore"):
            X = self.evaluation.of(term)
        if X.ndim == 4:
            return X[0]
        return np.broadcast_to(X, (len(self.origin), *X.shape))


def points(
    types: Mapping[str, Type | FunctionType],
    draws: Draws,
    noisy: int,
    dtype: str = "float64",
) -> Points:
    """Return draws as points, with the moved copies of as many as `noisy`."""
    key = "points", noisy, dtype
    if key not in draws.known:
        draws.known[key] = _made(types, draws, noisy, dtype)
    found, symbols, lanes = draws.known[key]
    at = Evaluation(found, symbols, Exact(draws.case.numbers), numeric)
    return Points(at, len(draws), lanes)


def _made(
    types: Mapping[str, Type | FunctionType], draws: Draws, noisy: int, dtype: str
) -> tuple[dict[str, Array], dict[str, Symbol], Array]:
    """Return the values at draws and at their copies, and where these stand."""
    count = min(noisy, len(draws))
    copies = draws.only(slice(count)).moved()
    raw = {
        name: np.concatenate(
            [X, copies.raw[name][1:].reshape(1, -1, *X.shape[2:])], axis=1
        )
        for name, X in draws.raw.items()
    }
    found, symbols = values(numeric, types, raw, draws.case)
    if dtype != "float64":
        found = {name: X.astype(dtype) for name, X in found.items()}
        for name, symbol in symbols.items():
            numbers = {k: X.astype(dtype) for k, X in symbol.numbers.items()}
            symbols[name] = replace(symbol, numbers=numbers)
    behind = len(draws) + np.arange((LANES - 1) * count).reshape(LANES - 1, count)
    lanes = np.concatenate([np.arange(count)[None], behind])
    return found, symbols, lanes
