"""What each primitive of JAX means to NumPy: the table of all rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..language.arrays import Array
from .numeric import erf
from .rules_of_axes import AXES
from .rules_of_matrices import MATRICES, solves
from .rules_of_places import PLACES
from .ruling import Rule, Shapes, Unexecutable

__all__ = ["RULES", "Unexecutable", "solves"]


def _aligned(call: Callable[..., Array]) -> Rule:
    """Return the rule of an elementwise function; numbers spread over all axes."""

    def rule(params: Any, ranks: tuple[int, ...], shapes: Shapes) -> Any:
        rank = len(shapes[0])
        if all(r == rank for r in ranks):
            return call
        gaps = [(None,) * (rank - r) for r in ranks]

        def spread(*args: Array) -> Array:
            return call(*(_behind(x, gap) for x, gap in zip(args, gaps, strict=True)))

        return spread

    return rule


def _behind(x: Array, gap: tuple[None, ...]) -> Array:
    x = np.asarray(x)
    return x[(..., *gap)] if gap and x.ndim else x


def _select(which: Array, *cases: Array) -> Array:
    if len(cases) == 2:
        return np.where(which, cases[1], cases[0])
    return np.select([which == k for k in range(len(cases))], cases)


def _divide(x: Array, y: Array) -> Array:
    x, y = np.asarray(x), np.asarray(y)
    if np.issubdtype(x.dtype, np.integer):
        return (x - np.fmod(x, y)) // y  # towards zero
    return np.divide(x, y)


def _integer_power(params: Any, ranks: Any, shapes: Any) -> Any:
    y = params["y"]
    return lambda x: x * x if y == 2 else np.power(x, float(y))


def _convert(params: Any, ranks: Any, shapes: Any) -> Any:
    dtype = np.dtype(params["new_dtype"])
    return lambda x: np.asarray(x).astype(dtype, copy=False)


<<<<<<< HEAD
=======
# Axes.


def _lanes(x: Array, rank: int) -> tuple[int, ...]:
    return x.shape[: x.ndim - rank]


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
        lanes = _lanes(x, rank)
        full = [1] * len(shape)
        for axis, size in zip(kept, x.shape[len(lanes) :], strict=True):
            full[axis] = size
        return np.broadcast_to(x.reshape(*lanes, *full), (*lanes, *shape))

    return spread


def _reshape(params: Any, ranks: tuple[int, ...], shapes: Shapes) -> Any:
    return lambda x, *_: np.reshape(x, (*_lanes(x, ranks[0]), *shapes[0]))


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
        lanes = np.broadcast_shapes(*(_lanes(x, rank) for x in args))
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
        lanes = _lanes(x, ranks[0])
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


# Entries by their places.


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
        lanes = np.broadcast_shapes(_lanes(X, rank), _lanes(indices, ranks[1]))
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
                    _lanes(Z, r)
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
        lanes = np.broadcast_shapes(_lanes(X, rank), *(s.shape for s in starts))
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
        lanes = np.broadcast_shapes(*(_lanes(X, rank) for X in (first, *rest)))
        whole = (*lanes, *first.shape[first.ndim - rank :])
        order = np.argsort(first, axis=axis, kind="stable")
        order = np.broadcast_to(order, whole)
        found = [
            np.take_along_axis(np.broadcast_to(X, whole), order, axis)
            for X in (first, *rest)
        ]
        return found if rest else found[0]

    return sort


# Linear algebra.


def _dot(params: Any, ranks: tuple[int, ...], shapes: Any) -> Any:
    (left, right), batch = params["dimension_numbers"]
    if any(batch) or len(left) != 1:
        return _contracted(left, right, batch, ranks)
    if ranks == (2, 2):
        if left[0] == 1 and right[0] == 0:
            return np.matmul
        return lambda X, Y: np.matmul(
            X if left[0] == 1 else np.swapaxes(X, -1, -2),
            Y if right[0] == 0 else np.swapaxes(Y, -1, -2),
        )
    return _contracted(left, right, batch, ranks)


def _contracted(left: Any, right: Any, batch: Any, ranks: tuple[int, ...]) -> Any:
    letters = iter("abcdefghijklmnopqrstuvwxyz")
    X, Y = ([""] * rank for rank in ranks)
    for i, j in (*zip(*batch, strict=True), *zip(left, right, strict=True)):
        X[i] = Y[j] = next(letters)
    X = [x or next(letters) for x in X]
    Y = [y or next(letters) for y in Y]
    first = [X[i] for i in batch[0]]
    first += [X[i] for i in range(len(X)) if i not in (*batch[0], *left)]
    first += [Y[j] for j in range(len(Y)) if j not in (*batch[1], *right)]
    form = f"...{''.join(X)},...{''.join(Y)}->...{''.join(first)}"
    return lambda X, Y: np.einsum(form, X, Y)


class _LinearSolve:
    """`custom_linear_solve` of the matrix that its own product names.

    JAX gives four ways to solve and multiply; NumPy needs but the matrix, which is the
    constant of the product, and the axis that it acts on.
    """

    name = "custom_linear_solve"

    def reads(self, equation: Any, reads: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return what is needed of an equation's operands."""
        if equation.primitive.name != self.name:
            return reads
        if len(reads) == 2:  # has been cut already
            return reads
        lengths = equation.params["const_lengths"]
        if lengths.matvec != 1 or len(reads) != sum(lengths) + 1:
            raise Unexecutable("NumPy solves for one matrix at a time")
        return reads[0], reads[-1]

    def __call__(self, params: Any, ranks: tuple[int, ...], shapes: Any) -> Any:
        product = params["jaxprs"].matvec.jaxpr
        dots = [e for e in product.eqns if e.primitive.name == "dot_general"]
        if len(dots) != 1:
            raise Unexecutable("NumPy solves for a matrix that is multiplied once")
        (left, right), _ = dots[0].params["dimension_numbers"]
        matrix_first = dots[0].invars[0] is product.invars[0]
        over, axis = (left[0], right[0]) if matrix_first else (right[0], left[0])
        axis -= ranks[-1]

        def solve(A: Array, B: Array) -> Array:
            A = A if over == 1 else np.swapaxes(A, -1, -2)
            if axis == -1:
                B = np.swapaxes(B, -1, -2)
            X = _solved(A, B)
            return np.swapaxes(X, -1, -2) if axis == -1 else X

        return solve


def _solved(A: Array, B: Array) -> Array:
    """Return inv(A) @ B; NaN where A is singular."""
    lanes = np.broadcast_shapes(A.shape[:-2], B.shape[:-2])
    A = np.broadcast_to(A, (*lanes, *A.shape[-2:]))
    B = np.broadcast_to(B, (*lanes, *B.shape[-2:]))
    return each(np.linalg.solve, A, B)


solves = _LinearSolve()


def _triangular_solve(params: Any, ranks: Any, shapes: Any) -> Any:
    triangle = np.tril if params["lower"] else np.triu

    def solve(A: Array, B: Array) -> Array:
        A = triangle(A)
        if params["unit_diagonal"]:
            eye = np.eye(A.shape[-1])
            A = A * (1 - eye) + eye
        if params["transpose_a"]:
            A = np.swapaxes(A, -1, -2)
        if params["left_side"]:
            return _solved(A, B)
        X = _solved(np.swapaxes(A, -1, -2), np.swapaxes(B, -1, -2))
        return np.swapaxes(X, -1, -2)

    return solve


def _lu(params: Any, ranks: Any, shapes: Any) -> Any:
    def factored(A: Array) -> tuple[Array, Array, Array]:
        A = np.array(A)
        m, n = A.shape[-2:]
        steps = min(m, n)
        lanes = A.shape[:-2]
        pivots = np.zeros((*lanes, steps), np.int32)
        order = np.broadcast_to(np.arange(m, dtype=np.int32), (*lanes, m)).copy()
        for k in range(steps):
            p = k + np.argmax(abs(A[..., k:, k]), axis=-1)
            pivots[..., k] = p
            for X in (A, order[..., None]):
                chosen = np.take_along_axis(X, p[..., None, None], axis=-2)
                kept = X[..., k : k + 1, :].copy()
                np.put_along_axis(X, p[..., None, None], kept, axis=-2)
                X[..., k : k + 1, :] = chosen
            below = A[..., k + 1 :, k : k + 1]
            A[..., k + 1 :, k : k + 1] = below / A[..., k : k + 1, k : k + 1]
            A[..., k + 1 :, k + 1 :] -= (
                A[..., k + 1 :, k : k + 1] * A[..., k : k + 1, k + 1 :]
            )
        return A, pivots, order

    return factored


def _cholesky(params: Any, ranks: Any, shapes: Any) -> Any:
    return lambda A: each(np.linalg.cholesky, A)


def _eigh(params: Any, ranks: Any, shapes: Any) -> Any:
    def eigh(A: Array) -> tuple[Array, Array]:
        n = A.shape[-1]

        def joined(X: Array) -> Array:
            w, V = np.linalg.eigh(X)
            return np.concatenate([V, w[..., None]], axis=-1)

        wide = np.concatenate([A, A[..., :, :1]], axis=-1)
        found = each(lambda X: joined(X[..., :n]), wide)
        return found[..., :n], found[..., n]

    return eigh


def _svd(params: Any, ranks: Any, shapes: Shapes) -> Any:
    full = params["full_matrices"]

    def svd(A: Array) -> Any:
        # LAPACK refuses what is not a number, and may never end where it is infinite.
        finite = np.isfinite(A).all(axis=(-2, -1))
        found = np.linalg.svd(
            np.where(finite[..., None, None], A, 0), full_matrices=full
        )
        for X in found:
            X[~finite] = np.nan
        U, s, V = found
        return (s, U, V) if params["compute_uv"] else s

    return svd


>>>>>>> math
_ELEMENTWISE: dict[str, Callable[..., Array]] = {
    "add": np.add,
    "add_any": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": _divide,
    "rem": np.fmod,
    "pow": np.power,
    "max": np.maximum,
    "min": np.minimum,
    "neg": np.negative,
    "abs": np.abs,
    "sign": np.sign,
    "floor": np.floor,
    "ceil": np.ceil,
    "square": np.square,
    "sqrt": np.sqrt,
    "exp": np.exp,
    "exp2": np.exp2,
    "log": np.log,
    "log1p": np.log1p,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "logistic": lambda x: 1 / (1 + np.exp(-x)),
    "erf": erf,
    "eq": np.equal,
    "ne": np.not_equal,
    "lt": np.less,
    "le": np.less_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
    "and": np.logical_and,
    "or": np.logical_or,
    "not": np.logical_not,
    "is_finite": np.isfinite,
    "select_n": _select,
    "clamp": lambda low, x, high: np.clip(x, low, high),
    "copy": lambda x: x,
    "copy_p": lambda x: x,
    "stop_gradient": lambda x: x,
    "optimization_barrier": lambda x: x,
    "reduce_precision": lambda x: x,
}
RULES: dict[str, Rule] = {
    **{name: _aligned(call) for name, call in _ELEMENTWISE.items()},
    "integer_pow": _integer_power,
    "convert_element_type": _convert,
    **AXES,
    **PLACES,
    **MATRICES,
}
"""Every primitive of JAX that the language's functions are made of."""
