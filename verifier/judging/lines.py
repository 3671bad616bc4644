"""Lines through one draw, and points on them on every side of what breaks there.

The entries of all names are scaled together, those of each name alone, and one of each
name. Between any two breaks is a point to look at, others close beside each, and at
every steep place; where several names have some, any combination. Where there are too
many, each term that is watched has its turn: a sine of what grows has many places, and
a step one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, pairwise, product, zip_longest
from math import prod
from typing import NamedTuple, TypeVar

import numpy as np

from ..engine.arrays import Truths
from ..engine.evaluate import Evaluation
from ..engine.experiment import Experiment
from ..engine.magnitude import written
from ..language.arrays import Array
from ..language.term import Term
from .rays import rays
from .tally import Scales, Spot
from .watching import Watch, evaluation, finite

STEPS = 1 / 8, 1 / 32
"""Octaves from one point to the next, and where most places are."""
GRID = np.exp2(
    np.concatenate(
        (
            np.arange(-60, -12, 1.0),
            np.arange(-12, -1, STEPS[0]),
            np.arange(-1, 7, STEPS[1]),
            np.arange(7, 17, STEPS[0]),
            np.arange(17, 60, 1.0),
        )
    )
)
"""How many times as large as drawn the entries are, and as many of the other sign."""
OCTAVES, FARTHEST = 60, 500
"""How far from 1 these are, and how far others are where such numbers are written:
floats hold them, and their squares."""
MORE, SPARSE = 8, 8
"""Octaves beyond what is written, and from one point to the next behind these."""
ROUNDING = 2.0**-30
"""Part of itself by which a distance changes though it is the same everywhere."""
CLOSE = 2.0**-16
"""How close to a place, as a part of it, a point beside it is."""
BESIDE = "below", "above"
FURTHER = 2.0**8
"""How many times as far as the last place a point is beyond it."""
GOLDEN = (np.sqrt(5) - 1) / 2
CLOSER = 34
"""How often the room that is left for a place is cut to that part of it."""
MOST = 32
"""Points that are looked at."""
TRIED = 256
"""Points of which these are chosen by whether there is a value."""
COMBINED = 4096
"""Combinations of names' places that those are chosen from."""
PLACES, LEAST = 512, 8
"""Places that are found closely, in all, and of each term on each line at least."""
NUMBERS = 2_000_000
"""Entries of a value at all points together, beyond which none are looked for."""


Line = Mapping[str, Array]
"""Which entries of which names are scaled."""
Move = tuple[int, float]
"""The number of a line, and how many times as large as drawn its entries are."""
Way = tuple[Move, ...]
"""Moves along lines of different names."""

Turn = TypeVar("Turn")


class Stop(NamedTuple):
    """A point on a line, and which of the watched terms it is there for."""

    t: float
    owners: frozenset[int]
    sort: str = "between"
    """Where it is: between two breaks, below or above one, or at a steep place."""


class Lines:
    """Lines through one draw, and where on them the watched terms break."""

    def __init__(
        self,
        experiment: Experiment,
        spot: Spot,
        still: Sequence[Term],
        watched: Sequence[Watch],
    ):
        self.experiment, self.spot = experiment, spot
        self.still, self.watched = still, watched
        self.drawn = {
            name: X[:1, spot.draw : spot.draw + 1]
            for name, X in spot.block.draws.raw.items()
        }
        moving = experiment.statement.moving
        names = [n for n in self.drawn if "." not in n and n != moving]
        shapes = {name: self.drawn[name].shape[-2:] for name in names}
        whole = {name: np.ones(shape, bool) for name, shape in shapes.items()}
        one = {name: _one_of(spot.number, shape) for name, shape in shapes.items()}
        alone = [{name: mask} for name, mask in whole.items()]
        self.alone = alone if len(alone) > 1 else []
        entries = [{name: mask} for name, mask in one.items() if not mask.all()]
        self.lines: list[Line] = [whole, *self.alone, *entries]
        self.positive: list[int] = []
        """Lines on which no sign changes: minus a convex function is none."""
        self._lay_through_symbols()
        self.names = sorted({name for line in self.lines for name in line})
        self.grid = _grid(min(written(*still), FARTHEST))
        self.stops = self._known_stops()

    def _lay_through_symbols(self) -> None:
        """Lay lines along which function symbols are multiplied within their class."""
        for ray in rays(self.experiment.statement, self.drawn):
            if not ray.signed:
                self.positive.append(len(self.lines))
            line = {
                part: np.ones(self.drawn[part].shape[2:], bool) for part in ray.parts
            }
            self.lines.append(line)

    def spots(self, bent: bool) -> Iterator[Spot]:
        """Yield points at the places found, and between them.

        What is `bent` may be so at zero: there each line goes on to another region.
        """
        if not self._affordable:
            return
        single, several = self._single(bent), self._several()
        ways = _in_turn([single, several]) if several else single
        block, draw = self.spot.block, self.spot.draw
        for way, seen in self._with_values(list(dict.fromkeys(ways))[:TRIED])[:MOST]:
            scales = self._scales(way)
            yield Spot(block, draw, scales=scales, closely=True, unseen=not seen)

    def _single(self, bent: bool) -> list[Way]:
        """Return points on one line each, in turn for each term that is watched."""
        found: dict[tuple[int, str], list[Way]] = {}
        if bent:
            turned = [k for k in range(1, len(self.lines)) if k not in self.positive]
            found[-1, ""] = [((line, -1.0),) for line in turned]
        for line, some in enumerate(self.stops):
            for stop in some:
                for owner in stop.owners:
                    way = ((line, stop.t),)
                    found.setdefault((owner, stop.sort), []).append(way)
        return _in_turn(map(_spread, found.values()))

    def _several(self) -> list[Way]:
        """Return points where several names are moved, each alone on its line."""
        apart = [
            [(line, stop) for stop in some if stop.sort not in BESIDE]
            for line, some in enumerate(self.stops)
            if 0 < line <= len(self.alone)
        ]
        apart = [some for some in apart if some]
        found: dict[tuple[frozenset[int], ...], list[Way]] = {}
        for some in islice(product(*apart), COMBINED) if len(apart) > 1 else ():
            owners = tuple(stop.owners for _, stop in some)
            way = tuple((line, stop.t) for line, stop in some)
            found.setdefault(owners, []).append(way)
        # What has an end on both sides is the smallest, and seen by no draw.
        inner = sorted(found, key=lambda owners: -sum(map(len, owners)))
        return _in_turn(_spread(found[owners]) for owners in inner)

    def _with_values(self, ways: Sequence[Way]) -> list[tuple[Way, bool]]:
        """Let two ways to where floats see values go before another; say which is."""
        if not ways:
            return []
        raw = dict(self.drawn)
        for name in self.names:
            scales = [self._scales(way).get(name, np.ones(())) for way in ways]
            shape = raw[name].shape[2:]
            raw[name] = raw[name] * np.stack(
                [np.broadcast_to(c, shape) for c in scales]
            )
        with np.errstate(all="ignore"):
            here = self._at(raw)
        seen = finite(here, self.still, len(ways))
        told = list(zip(ways, seen.tolist(), strict=True))
        good = [way for way in told if way[1]]
        rest = [way for way in told if not way[1]]
        return _in_turn([good[::2], good[1::2], rest])

    def _scales(self, way: Way) -> Scales:
        """Return what the entries of names are multiplied by."""
        return {
            name: np.where(mask, t, 1.0)
            for line, t in way
            for name, mask in self.lines[line].items()
        }

    @property
    def _affordable(self) -> bool:
        statement, case = self.experiment.statement, self.spot.block.case
        points = 2 * len(self.grid) * len(self.lines)
        entries = statement.demands.entries(case.sizes)
        return bool(self.names) and entries * points <= NUMBERS

    def _known_stops(self) -> list[list[Stop]]:
        """Return the stops; claims of which the same is watched share them."""
        block, shared = self.spot.block, self.experiment.shared
        key = "stops", id(block), self.spot.draw, tuple(self.watched)
        if key not in shared:  # the block is kept too: so its id stays its own
            shared[key] = block, self._stops()
        return shared[key][1]

    def _stops(self) -> list[list[Stop]]:
        """Return for each line points between breaks, and at steep places."""
        if not self.watched or not self._affordable:
            return [[] for _ in self.lines]
        signed = np.concatenate((-self.grid[::-1], self.grid))
        count = len(signed)
        line = np.repeat(np.arange(len(self.lines)), count)
        D, owners = self._distances(line, np.tile(signed, len(self.lines)))
        D = D.reshape(len(self.lines), count, -1)
        D[self.positive, : count // 2] = np.inf
        # A value that no line changes, as that of an identity, falls by rounding only.
        inner = (_above(D[:, 1:-1]) < D[:, :-2]) & (D[:, 1:-1] <= D[:, 2:])
        line, at, which = np.nonzero(inner)
        low, high = signed[at], signed[at + 2]
        owner = owners[which]
        kept = low * high > 0  # the rest is at zero, where others look
        kept &= _thinned(len(owners) * line + owner, kept)
        line, which, low, high = line[kept], which[kept], low[kept], high[kept]
        places, owner = self._least(line, which, low, high), owner[kept]
        found: list[list[Stop]] = []
        for i in range(len(self.lines)):
            here = list(zip(places[line == i], owner[line == i].tolist(), strict=True))
            breaks = [(t, one) for t, one in here if self.watched[one].breaks]
            steep = [
                Stop(float(t), frozenset({one}), "steep")
                for t, one in here
                if not self.watched[one].breaks
            ]
            found.append([*_beside(breaks), *steep])
        return found

    def _least(self, line: Array, which: Array, low: Array, high: Array) -> Array:
        """Return where distances are least between two ends, by golden sections.

        Of two points inside one lies where the next room has one, so that each step
        takes one more.
        """
        each = np.arange(len(line))
        if not len(line):
            return low

        def at(t: Array) -> Array:
            return self._distances(line, t)[0][each, which]

        left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        below, above = at(left), at(right)
        for _ in range(CLOSER):
            rises = below < above
            low, high = np.where(rises, low, left), np.where(rises, right, high)
            kept, known = np.where(rises, left, right), np.where(rises, below, above)
            new = low + high - kept
            found = at(new)
            left, right = np.where(rises, new, kept), np.where(rises, kept, new)
            below, above = np.where(rises, found, known), np.where(rises, known, found)
        return (low + high) / 2

    def _at(self, raw: Mapping[str, Array]) -> Evaluation:
        """Return the values at some raw entries."""
        return evaluation(self.experiment.statement, raw, self.spot.block.case)

    def _distances(self, line: Array, t: Array) -> tuple[Array, Array]:
        """Return distances at points on lines, (points, places), and whose they are."""
        raw = dict(self.drawn)
        for name in self.names:
            still = np.zeros(raw[name].shape[2:], bool)
            moves = np.array([mask.get(name, still) for mask in self.lines])[line]
            factors = t.reshape(-1, *[1] * still.ndim)
            raw[name] = raw[name] * np.where(moves, factors, 1.0)
        here = self._at(raw)
        columns, owners = [], []
        with np.errstate(all="ignore"):
            for owner, watch in enumerate(self.watched):
                D = watch.at(here)
                D = np.broadcast_to(D, (1, len(t), *D.shape[-2:])).reshape(len(t), -1)
                columns.append(D)
                owners += [owner] * D.shape[1]
        D = np.concatenate(columns, axis=1)
        return np.where(np.isfinite(D), D, np.inf), np.array(owners)


def _grid(written: int) -> Array:
    """Return how many times as large entries are: densely as far as what is written.

    Of much larger ones a logarithm, or a root, may be a number that is small.
    """
    dense = max(OCTAVES, written + MORE)
    ends = np.arange(OCTAVES, dense), np.arange(dense, FARTHEST, SPARSE)
    further = 1.0 * np.concatenate(ends)
    return np.concatenate((np.exp2(-1 - further[::-1]), GRID, np.exp2(further)))


def _above(D: Array) -> Array:
    """Return what distances are more than, by rounding at most."""
    return D + ROUNDING * abs(D)


def _thinned(groups: Array, kept: Array) -> Truths:
    """Return which of some places are kept: of each group so many, from end to end."""
    chosen = np.zeros(len(groups), bool)
    each = np.unique(groups[kept])
    for group in each:
        (at,) = np.nonzero(kept & (groups == group))
        most = max(PLACES // len(each), LEAST)
        if len(at) > most:
            at = at[np.linspace(0, len(at) - 1, most).round().astype(int)]
        chosen[at] = True
    return chosen


def _one_of(number: int, shape: tuple[int, ...]) -> Truths:
    """Return which entry of a matrix is the one that a draw scales alone."""
    return (np.arange(prod(shape)) == number % prod(shape)).reshape(shape)


def _beside(breaks: Sequence[tuple[float, int]]) -> Iterator[Stop]:
    """Yield points between any two places, beyond the last ones, and close to each.

    Of two roots that are near each other one place alone may be found.
    """
    for sign in (1, -1):
        some: dict[float, set[int]] = {}
        for t, owner in sorted((sign * t, owner) for t, owner in breaks):
            if t > 0:
                some.setdefault(t, set()).add(owner)
        if some:
            ends = [(t, frozenset(owners)) for t, owners in some.items()]
            (least, first), (most, last) = ends[0], ends[-1]
            around = [(least / 2, first), *ends, (most * 2, last)]
            for (low, one), (high, other) in pairwise(around):
                yield Stop(float(sign * np.sqrt(low * high)), one | other)
            # Far below, and above, another name may be large, or small.
            yield Stop(sign * least / FURTHER, first)
            yield Stop(sign * most * FURTHER, last)
            for t, owners in ends:
                for side, sort in zip((1 - CLOSE, 1 + CLOSE), BESIDE, strict=True):
                    yield Stop(float(sign * t * side), owners, sort)


def _in_turn(groups: Iterable[Sequence[Turn]]) -> list[Turn]:
    """Take the first of every group, then the second of every group, ..."""
    return [way for turn in zip_longest(*groups) for way in turn if way is not None]


def _spread(ways: Sequence[Way]) -> list[Way]:
    """Order points so that the first few are from everywhere, the ends first.

    Before the first place all entries are on one side, behind the last on the other.
    """
    step = max(1, len(ways) // MOST)
    inner = [way for start in range(step) for way in ways[start::step]]
    return [*ways[:1], *ways[-1:], *inner]
