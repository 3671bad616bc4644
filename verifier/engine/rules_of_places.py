"""What JAX's primitives that take entries by their places mean to NumPy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from jax.lax import GatherScatterMode

from ..language.arrays import Array
from .ruling import Rule, Shapes, Unexecutable, lanes_of


def _places(
    params: Any, rank: int, indices: Array, window: Sequence[int], limits: Sequence[int]
) -> list[Array]:
    """Return for each axis of an operand where a gather reads, or a scatter writes.

    Each is an array (lanes, *batch, *offsets) up to broadcasting. A window that sticks
    out is moved inside where JAX says so; otherwise nothing sticks out.
    """
    names, mode = params["dimension_numbers"], params["mode"]
    if hasattr(names, "start_index_map"):
        mapped, gone = names.start_index_map, names.collapsed_slice_dims
    else:
        mapped, gone = names.scatter_dims_to_operand_dims, names.inserted_window_dims
    if names.operand_batching_dims:
        raise Unexecutable("NumPy has no rule for `gather` with batching axes")
    kept = [axis for axis in range(rank) if axis not in gone]
    places = []
    for axis in range(rank):
        at: Array = 0
        if axis in mapped:
            start = indices[..., mapped.index(axis)]
            at = np.clip(start, 0, limits[axis] - window[axis])
            if mode is not GatherScatterMode.CLIP and np.any(at != start):
                raise Unexecutable("NumPy has no rule for what sticks out")
            at = at[(..., *(None,) * len(kept))]
        if axis in kept:
            offset = np.arange(window[axis])
            behind = len(kept) - 1 - kept.index(axis)
            at = at + offset.reshape(-1, *(1,) * behind)
        places.append(at)
    return places


def _gather(params: Any, ranks: tuple[int, ...], shapes: Shapes) -> Any:
    names, window = params["dimension_numbers"], params["slice_sizes"]
    rank, out = ranks[0], len(shapes[0])
    offsets = list(names.offset_dims)
    batch = [axis for axis in range(out) if axis not in offsets]
    order = [*batch, *offsets]

    def gather(X: Array, indices: Array) -> Array:
        lanes = np.broadcast_shapes(lanes_of(X, rank), lanes_of(indices, ranks[1]))
        limits = X.shape[X.ndim - rank :]
        places = _places(params, rank, indices, window, limits)
        X = np.broadcast_to(X, (*lanes, *limits))
        found = X[(*_grid(lanes, out), *places)]
        found = np.broadcast_to(found, (*lanes, *(shapes[0][axis] for axis in order)))
        front = len(lanes)
        return np.moveaxis(
            found, [front + i for i in range(out)], [front + axis for axis in order]
        )

    return gather


def _grid(lanes: tuple[int, ...], behind: int) -> list[Array]:
    """Return open indices over the axes of the draws."""
    count = len(lanes)
    return [
        np.arange(n).reshape(-1, *(1,) * (count - 1 - i + behind))
        for i, n in enumerate(lanes)
    ]


def _scatter(add: bool) -> Rule:
    def rule(params: Any, ranks: tuple[int, ...], shapes: Shapes) -> Any:
        names = params["dimension_numbers"]
        rank, moved = ranks[0], ranks[2]
        kept = [a for a in range(rank) if a not in names.inserted_window_dims]
        offsets = list(names.update_window_dims)
        order = [axis for axis in range(moved) if axis not in offsets] + offsets

        def scatter(X: Array, indices: Array, updates: Array) -> Array:
            lanes = np.broadcast_shapes(
                *(
                    lanes_of(Z, r)
                    for Z, r in zip((X, indices, updates), ranks, strict=True)
                )
            )
            front = updates.ndim - moved
            U = np.transpose(
                updates, (*range(front), *(front + axis for axis in order))
            )
            window = [1] * rank
            for axis, place in zip(kept, offsets, strict=True):
                window[axis] = updates.shape[front + place]
            limits = X.shape[X.ndim - rank :]
            places = _places(params, rank, indices, window, limits)
            result = np.array(np.broadcast_to(X, (*lanes, *limits)))
            at = (*_grid(lanes, moved), *places)
            U = np.broadcast_to(U, (*lanes, *U.shape[front:]))
            if add:
                np.add.at(result, at, U)
            else:
                result[at] = U
            return result

        return scatter

    return rule


def _dynamic_slice(params: Any, ranks: tuple[int, ...], shapes: Shapes) -> Any:
    rank, window = ranks[0], params["slice_sizes"]

    def cut(X: Array, *starts: Array) -> Array:
        starts = tuple(np.asarray(start) for start in starts[:rank])
        limits = X.shape[X.ndim - rank :]
        lanes = np.broadcast_shapes(lanes_of(X, rank), *(s.shape for s in starts))
        X = np.broadcast_to(X, (*lanes, *limits))
        at = []
        for axis, start in enumerate(starts):
            start = np.clip(start, 0, limits[axis] - window[axis])
            offset = np.arange(window[axis])
            offset = offset.reshape(-1, *(1,) * (rank - 1 - axis))
            at.append(start[(..., *(None,) * rank)] + offset)
        found = X[(*_grid(lanes, rank), *at)]
        return np.broadcast_to(found, (*lanes, *window))

    return cut


def _sort(params: Any, ranks: tuple[int, ...], shapes: Any) -> Any:
    rank = ranks[0]
    axis = params["dimension"] - rank
    if params["num_keys"] != 1:
        raise Unexecutable("NumPy has no rule for `sort` by several keys")

    def sort(first: Array, *rest: Array) -> Any:
        lanes = np.broadcast_shapes(*(lanes_of(X, rank) for X in (first, *rest)))
        whole = (*lanes, *first.shape[first.ndim - rank :])
        order = np.argsort(first, axis=axis, kind="stable")
        order = np.broadcast_to(order, whole)
        found = [
            np.take_along_axis(np.broadcast_to(X, whole), order, axis)
            for X in (first, *rest)
        ]
        return found if rest else found[0]

    return sort


PLACES: dict[str, Rule] = {
    "gather": _gather,
    "scatter": _scatter(add=False),
    "scatter-add": _scatter(add=True),
    "dynamic_slice": _dynamic_slice,
    "sort": _sort,
}
