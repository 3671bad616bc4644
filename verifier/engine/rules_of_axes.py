"""What JAX's primitives that change axes mean to NumPy, for many draws at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..language.arrays import Array
from .ruling import Rule, Shapes, lanes_of


def _broadcast(params: Any, ranks: tuple[int, ...], shapes: Shapes) -> Any:
    shape, kept = shapes[0], params["broadcast_dimensions"]
    rank = ranks[0]
    if rank == 0:
        gap = (None,) * len(shape)

        def fill(x: Array, *_: Array) -> Array:
            x = np.asarray(x)
            return np.broadcast_to(x[(..., *gap)], (*x.shape, *shape))

        return fill

    def spread(x: Array, *_: Array) -> Array:
        lanes = lanes_of(x, rank)
        full = [1] * len(shape)
        for axis, size in zip(kept, x.shape[len(lanes) :], strict=True):
            full[axis] = size
        return np.broadcast_to(x.reshape(*lanes, *full), (*lanes, *shape))

    return spread


def _reshape(params: Any, ranks: tuple[int, ...], shapes: Shapes) -> Any:
    return lambda x, *_: np.reshape(x, (*lanes_of(x, ranks[0]), *shapes[0]))


def _transpose(params: Any, ranks: tuple[int, ...], shapes: Any) -> Any:
    permutation = params["permutation"]
    if tuple(permutation) == (1, 0):
        return lambda x: np.swapaxes(x, -1, -2)

    def permute(x: Array) -> Array:
        front = x.ndim - ranks[0]
        return np.transpose(x, (*range(front), *(front + k for k in permutation)))

    return permute


def _squeeze(params: Any, ranks: tuple[int, ...], shapes: Any) -> Any:
    axes = tuple(axis - ranks[0] for axis in params["dimensions"])
    return lambda x: np.squeeze(x, axes)


def _reduced(call: Callable[..., Array]) -> Rule:
    def rule(params: Any, ranks: tuple[int, ...], shapes: Any) -> Any:
        axes = tuple(axis - ranks[0] for axis in params["axes"])
        return lambda x: call(x, axis=axes) if axes else x

    return rule


def _cumulated(call: Callable[..., Array]) -> Rule:
    def rule(params: Any, ranks: tuple[int, ...], shapes: Any) -> Any:
        axis = params["axis"] - ranks[0]
        if params["reverse"]:
            return lambda x: np.flip(call(np.flip(x, axis), axis=axis), axis)
        return lambda x: call(x, axis=axis)

    return rule


def _concatenate(params: Any, ranks: tuple[int, ...], shapes: Any) -> Any:
    axis, rank = params["dimension"] - ranks[0], ranks[0]

    def join(*args: Array) -> Array:
        lanes = np.broadcast_shapes(*(lanes_of(x, rank) for x in args))
        whole = [np.broadcast_to(x, (*lanes, *x.shape[x.ndim - rank :])) for x in args]
        return np.concatenate(whole, axis)

    return join


def _split(params: Any, ranks: tuple[int, ...], shapes: Any) -> Any:
    axis = params["axis"] - ranks[0]
    places = list(np.cumsum(params["sizes"])[:-1])
    if not places:
        return lambda x: x
    return lambda x: np.split(x, places, axis)


def _slice(params: Any, ranks: tuple[int, ...], shapes: Any) -> Any:
    steps = params["strides"] or (1,) * ranks[0]
    bounds = zip(params["start_indices"], params["limit_indices"], steps, strict=True)
    window = (..., *(slice(*bound) for bound in bounds))
    return lambda x: x[window]


def _pad(params: Any, ranks: tuple[int, ...], shapes: Shapes) -> Any:
    config, shape = params["padding_config"], shapes[0]

    def pad(x: Array, value: Array) -> Array:
        lanes = lanes_of(x, ranks[0])
        result = np.full((*lanes, *shape), np.asarray(value).ravel()[0], x.dtype)
        source, target = [], []
        for (low, _, inner), size, whole in zip(
            config, x.shape[len(lanes) :], shape, strict=True
        ):
            # Entry i comes to low + i (inner + 1); what falls outside is cut.
            step = inner + 1
            first = max(0, -(low // step))
            last = min(size, -((low - whole) // step))
            source.append(slice(first, max(first, last)))
            target.append(slice(low + first * step, None, step))
        kept = x[(..., *source)]
        ends = kept.shape[len(lanes) :]
        target = [
            slice(t.start, t.start + (n - 1) * t.step + 1 if n else t.start, t.step)
            for t, n in zip(target, ends, strict=True)
        ]
        result[(..., *target)] = kept
        return result

    return pad


def _rev(params: Any, ranks: tuple[int, ...], shapes: Any) -> Any:
    axes = tuple(axis - ranks[0] for axis in params["dimensions"])
    return lambda x: np.flip(x, axes)


def _tile(params: Any, ranks: tuple[int, ...], shapes: Any) -> Any:
    reps = tuple(params["reps"])
    return lambda x: np.tile(x, (*(1,) * (x.ndim - ranks[0]), *reps))


def _iota(params: Any, ranks: Any, shapes: Shapes) -> Any:
    shape, axis = shapes[0], params["dimension"]
    along = [-1 if i == axis else 1 for i in range(len(shape))]
    row = np.arange(shape[axis], dtype=params["dtype"]).reshape(along)
    whole = np.broadcast_to(row, shape)
    return lambda *_: whole


def _size(params: Any, ranks: Any, shapes: Any) -> Any:
    value = np.asarray(params["dim"])
    return lambda *_: value


def _empty(params: Any, ranks: Any, shapes: Shapes) -> Any:
    whole = np.zeros(shapes[0])
    return lambda *_: whole


AXES: dict[str, Rule] = {
    "broadcast_in_dim": _broadcast,
    "reshape": _reshape,
    "transpose": _transpose,
    "squeeze": _squeeze,
    "reduce_sum": _reduced(np.sum),
    "reduce_max": _reduced(np.max),
    "reduce_min": _reduced(np.min),
    "reduce_prod": _reduced(np.prod),
    "reduce_or": _reduced(np.any),
    "reduce_and": _reduced(np.all),
    "cumsum": _cumulated(np.cumsum),
    "cumprod": _cumulated(np.cumprod),
    "concatenate": _concatenate,
    "split": _split,
    "slice": _slice,
    "pad": _pad,
    "rev": _rev,
    "tile": _tile,
    "iota": _iota,
    "dim_as_value": _size,
    "empty2": _empty,
}
