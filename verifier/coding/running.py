"""A user's function or gradient, run at all draws: its arrays beside what is right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..language.arrays import Array
from ..reading.problem import InputError
from .calling import Misbehaved, Runner
from .comparing import Compared, doubtful
from .giving import array, parted, precision_of
from .items import Batch
from .setting import Setting
from .shapes import (
    EITHER,
    Kind,
    Reading,
    fitting,
    readings,
    stood,
    value_of,
)

LANES_AT = 8
"""Draws at which the noise of code is measured, where it does not hold at once."""
NOISE = 1e5
"""What no measured noise explains, in roundings: there code is not run at copies."""


@dataclass
class Given:
    """What code gave at all draws of a run, and how it is to be read."""

    compared: list[Compared]
    dtype: str
    reading: Reading | None = None
    again: Callable[[Any, Batch], Array] | None = field(default=None, repr=False)
    """Turns what code gives at another draw into what stands beside the right side."""


def beside(batch: Batch, name: str, setting: Setting, given: Given) -> Array:
    """Return what is right as code gives it, (lanes, draws, rows, columns)."""
    if not name:
        return batch.value
    assert given.reading is not None
    m, p = batch.shapes[""], batch.shapes[name]
    kinds = setting.kind(""), setting.kind(name)
    return stood(batch.jacobians[name], m, p, *kinds, given.reading.layout)


def run_function(runner: Runner, setting: Setting, batches: Sequence[Batch]) -> Given:
    """Run a function at all draws; Misbehaved says what is wrong with its values."""
    kind, compared, types = setting.kind(""), [], set[str]()

    def read(found: Any, batch: Batch) -> Array:
        V = array(found, "function")
        types.add(precision_of(V, "function"))
        value = value_of(V, batch.shapes[""], kind)
        if value is None:
            wanted = kind.natural(batch.shapes[""], setting.vectors)
            said = _misshapen("function", V.shape, wanted, batch)
            raise Misbehaved(said, shape=True)
        return value

    for batch in batches:
        code = [
            read(runner.at(setting.entered(batch.at(0, draw))), batch)
            for draw in range(batch.value.shape[1])
        ]
        compared.append(Compared(batch, batch.value, np.array(code), batch.usable[""]))
    dtype = _dtype(types)
    _measure(runner, setting, compared, dtype, read)
    return Given(compared, dtype, again=read)


def run_gradient(
    runner: Runner,
    setting: Setting,
    batches: Sequence[Batch],
    names: Sequence[str],
    layout: str,
) -> dict[str, Given]:
    """Run a gradient at all draws: what it gives for each variable."""
    order = [name for name in runner.code.names if name in batches[0].jacobians]

    def parts(batch: Batch, lane: int, draw: int) -> dict[str, Array]:
        found = runner.at(setting.entered(batch.at(lane, draw)))
        return parted(found, names, order)

    every = [
        [parts(batch, 0, draw) for draw in range(batch.value.shape[1])]
        for batch in batches
    ]
    keys = {tuple(one) for some in every for one in some}
    if len(keys) != 1:
        raise Misbehaved("your gradient gives now these derivatives, now others")
    found = {}
    for name in keys.pop():
        arrays = [[one[name] for one in some] for some in every]
        by = name or _variable(arrays, setting, batches, order)
        types = {precision_of(G, "gradient") for some in arrays for G in some}
        found[by] = _read(arrays, by, setting, batches, layout, _dtype(types))
        one = found[by]

        def read(got: Any, batch: Batch, name: str = name, by: str = by) -> Array:
            G = parted(got, names, order)[name]
            return _stood(G, by, setting, batch, found[by].reading)

        one.again = read
        _measure(runner, setting, one.compared, one.dtype, read)
    return found


def _variable(
    arrays: Sequence[Sequence[Array]],
    setting: Setting,
    batches: Sequence[Batch],
    order: Sequence[str],
) -> str:
    """Return by which variable a lone array is: the first one whose shape it has."""
    y = setting.kind("")
    for name in order:
        seen = _seen(arrays, name, batches)
        usual = [one for one in readings(y, setting.kind(name), EITHER) if one.usual]
        if fitting(usual, seen):
            return name
    if not order:
        raise InputError("wrt: say by which variable the gradient is")
    return order[0]


def _seen(
    arrays: Sequence[Sequence[Array]], name: str, batches: Sequence[Batch]
) -> list[tuple[tuple[int, ...], tuple[int, int], tuple[int, int]]]:
    return [
        (G.shape, *_pair(batch, name))
        for some, batch in zip(arrays, batches, strict=True)
        for G in some
    ]


def _pair(batch: Batch, name: str) -> tuple[tuple[int, int], tuple[int, int]]:
    return batch.shapes[""], batch.shapes[name]


def _read(
    arrays: Sequence[Sequence[Array]],
    name: str,
    setting: Setting,
    batches: Sequence[Batch],
    layout: str,
    dtype: str,
) -> Given:
    y, x = setting.kind(""), setting.kind(name)
    seen = _seen(arrays, name, batches)
    ways = readings(y, x, layout)
    fits = fitting(ways, seen)
    if not fits:
        others = [w for w in fitting(readings(y, x, EITHER), seen) if w not in ways]
        shape, batch = next(
            (G.shape, batch)
            for some, batch in zip(arrays, batches, strict=True)
            for G in some
            if not any(w.fits(G.shape, *_pair(batch, name)) for w in ways)
        )
        m, p = _pair(batch, name)
        wanted = _wanted(y, x, m, p, ways[0], setting.vectors)
        said = _misshapen("gradient", shape, wanted, batch, name)
        if others:
            there = others[0].layout.value
            said += f'; it fits {there} layout: ask for `layout="{there}"`'
        raise Misbehaved(said, shape=True)
    # A matrix of the transpose's shape is taken for the mistake that it mostly is.
    reading = fits[0]
    given = Given([], dtype, reading)
    given.compared += [
        Compared(
            batch,
            beside(batch, name, setting, given),
            np.array([_stood(G, name, setting, batch, reading) for G in some]),
            batch.usable[name],
        )
        for some, batch in zip(arrays, batches, strict=True)
    ]
    return given


def _wanted(
    y: Kind, x: Kind, m: tuple[int, int], p: tuple[int, int], way: Reading, vectors: str
) -> tuple[int, ...]:
    """Return the shape that is expected, for a message."""
    candidates = [
        x.natural(p, vectors),
        y.natural(m, vectors),
        y.natural(m, vectors) + x.natural(p, vectors),
        x.natural(p, vectors) + y.natural(m, vectors),
        p[::-1],
        m[::-1],
    ]
    return next((s for s in candidates if way.fits(s, m, p)), candidates[0])


def _stood(
    G: Array, name: str, setting: Setting, batch: Batch, reading: Reading | None
) -> Array:
    assert reading is not None
    m, p = batch.shapes[""], batch.shapes[name]
    if not reading.fits(G.shape, m, p):
        raise Misbehaved("your gradient gives now one shape, now another")
    J = reading.jacobian(G.astype(float), m, p)
    return stood(J, m, p, setting.kind(""), setting.kind(name), reading.layout)


def _misshapen(
    label: str,
    found: tuple[int, ...],
    wanted: tuple[int, ...],
    batch: Batch,
    by: str = "",
) -> str:
    at = ", ".join(f"{name} = {n}" for name, n in batch.sizes.items())
    by = f" by {by}" if by else ""
    said = f"your {label}{by} has the shape `{found}`, where `{wanted}` is wanted"
    return f"{said} (at {at})" if at else said


def _dtype(types: set[str]) -> str:
    return "float32" if "float32" in types else "float64"


def _measure(
    runner: Runner,
    setting: Setting,
    compared: Sequence[Compared],
    dtype: str,
    read: Callable[[Any, Batch], Array],
) -> None:
    """Run code at the copies of draws that do not hold, where noise may explain it."""
    spots = [(one, draw) for one in compared for draw in doubtful(one, dtype, NOISE)]
    for one, draw in spots[:LANES_AT]:
        lanes = range(1, one.right.shape[0])
        values = (setting.entered(one.batch.at(lane, draw)) for lane in lanes)
        one.moved[draw] = np.array([read(runner.at(v), one.batch) for v in values])
