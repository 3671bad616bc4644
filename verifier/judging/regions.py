"""Draws in every region that kinks, jumps and steep places cut out of the values.

Between its kinks a function is analytic: where two of them agree at a random point, to
all bits, they agree up to the next kink. An exponential is analytic throughout, and yet
`exp(-1e5 * (x - 30)**2)` shows in no number of bits but where its argument is largest.
All such places are looked for on lines through two draws, one of which has entries of
one sign: those of all names are scaled together, those of each name alone, and one of
each name. Between any two kinks is a point to look at, and at every steep place; where
several names have some, any combination.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice, pairwise, product, zip_longest
from math import prod
from typing import NamedTuple

import numpy as np

from ..engine import numeric
from ..engine.arrays import Truths
from ..engine.draws import POSITIVE, round_of, values
from ..engine.evaluate import Evaluation, Exact
from ..engine.experiment import Experiment
from ..language.arrays import Array
from ..language.declaration import Type
from ..language.layout import Layout
from ..language.primitives import PRIMITIVES, Value
from ..language.statement import Claim, Statement
from ..language.term import Term, stands_still, terms
from .tally import Scales, Spot

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
CLOSE = 2.0**-16
"""How close to a place, as a part of it, a point beside it is."""
BESIDE = "below", "above"
FURTHER = 2.0**8
"""How many times as far as the last place a point is beyond it."""
NEAR = 1e-9
"""A distance that is zero but for rounding."""
CLOSER = 40
"""How often the room that is left for a place is cut to two thirds."""
HOMOGENEOUS = frozenset(
    "same product quotient matpow det inverse pinv solve constant".split()  # noqa: SIM905
)
"""Rules for degrees of functions that are homogeneous in every argument."""
SCALING = frozenset(
    "scalar vector matrix positive positive_vector positive_matrix symmetric "  # noqa: SIM905
    "positive_definite diagonal lower upper skew index integer".split()
)
"""Kinds whose values are multiplied as what is drawn for them is."""
MOST = 32
"""Points that are looked at."""
TRIED = 256
"""Points of which these are chosen by whether there is a value."""
COMBINED = 4096
"""Combinations of names' places that those are chosen from."""
NUMBERS = 2_000_000
"""Entries of a value at all points together, beyond which none are looked for."""


def regions(experiment: Experiment, claim: Claim, spots: Sequence[Spot]) -> list[Spot]:
    """Return a draw from every region that lines through some draws go across."""
    statement = experiment.statement
    body = statement.bodies[claim.layout or Layout.NUMERATOR]
    known = list(terms(body, claim.term))
    still = [term for term in known if stands_still(term, statement.moving)]
    watched = [watch for term in still if (watch := _watch(term, statement))]
    # `exp(-k * (x - 5))` goes to zero or to infinity, by a name that stands still.
    turning = [term for term in known if term not in still]
    watched += [
        replace(watch, breaks=True)
        for term in turning
        if (watch := _watch(term, statement))
    ]
    bent = any((row := PRIMITIVES.get(t.op)) and row.kink for t in still)
    if not watched and not bent:
        return []
    cases = len(experiment.cases)
    spots = [spot for spot in spots if not spot.zero] or spots
    alike = [s for s in spots if round_of(s.number, cases) == POSITIVE]
    others = [s for s in spots if not alike or s.block is not alike[0].block]
    return [
        there
        for spot in (*others[:1], *alike[:1])
        for there in _Lines(experiment, spot, still, watched).spots(bent)
    ]


@dataclass(frozen=True)
class Watch:
    """A term that breaks, or is steep, where some distance of its arguments is least.

    A break is a place between two regions, and what is steep is looked at itself.
    """

    args: tuple[Term, ...]
    distance: Value
    breaks: bool

    def at(self, here: Evaluation) -> Array:
        """Return the distance at some points."""
        return self.distance(numeric, *(here.of(arg) for arg in self.args))


def _watch(term: Term, statement: Statement) -> Watch | None:
    row = PRIMITIVES.get(term.op)
    if row is None or _is_whole_power(term):
        return None
    straight = all(_is_homogeneous(part, statement) for part in terms(*term.args))
    if straight and _is_zero_at_zero_only(term.op):
        return None  # it grows or shrinks all along a line from zero
    if kink := row.kink:
        return Watch(
            term.args, lambda xp, *x: np.asarray(kink(xp, *x))[..., None, None], True
        )
    if row.branch:
        return Watch(term.args, row.branch, True)
    return Watch(term.args, row.steep, False) if row.steep else None


@cache
def _is_zero_at_zero_only(op: str) -> bool:
    """Whether a function of one argument breaks at zero, and nowhere else."""
    row = PRIMITIVES[op]
    distance = row.kink or row.branch or row.steep
    if distance is None or "," in row.signature or row.signature == "elementwise":
        return False
    at = [
        float(np.squeeze(distance(numeric, np.array([[x]])))) for x in (-1.0, 0.0, 1.0)
    ]
    return at[1] == 0 and min(abs(at[0]), abs(at[2])) > NEAR


def _is_whole_power(term: Term) -> bool:
    return term.op == "pow" and term.value is not None


def _is_homogeneous(term: Term, statement: Statement) -> bool:
    """Whether a term of homogeneous ones is homogeneous in every name's entries."""
    if term.op == "variable":
        declared = statement.values[term.name]
        return isinstance(declared, Type) and declared.kind in SCALING
    row = PRIMITIVES.get(term.op)
    if row is None:
        return term.op not in ("apply", "derived")
    if term.op == "pow":
        return _is_whole_power(term)
    return row.degree in HOMOGENEOUS or term.op in ("abs", "norm", "sqrt")


Line = Mapping[str, Truths]
"""Which entries of which names are scaled."""
Move = tuple[int, float]
"""The number of a line, and how many times as large as drawn its entries are."""
Way = tuple[Move, ...]
"""Moves along lines of different names."""


class Stop(NamedTuple):
    """A point on a line, and which of the watched terms it is there for."""

    t: float
    owners: frozenset[int]
    sort: str = "between"
    """Where it is: between two breaks, below or above one, or at a steep place."""


class _Lines:
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
        self.names = [n for n in self.drawn if "." not in n and n != moving]
        shapes = {name: self.drawn[name].shape[-2:] for name in self.names}
        whole = {name: np.ones(shape, bool) for name, shape in shapes.items()}
        one = {name: _one_of(spot.number, shape) for name, shape in shapes.items()}
        alone = [{name: mask} for name, mask in whole.items()]
        self.alone = alone if len(alone) > 1 else []
        entries = [{name: mask} for name, mask in one.items() if not mask.all()]
        self.lines: list[Line] = [whole, *self.alone, *entries]

    def spots(self, bent: bool) -> Iterator[Spot]:
        """Yield points at the places found, and between them.

        What is `bent` may be so at zero: there each line goes on to another region.
        """
        statement, case = self.experiment.statement, self.spot.block.case
        points = 2 * len(GRID) * len(self.lines)
        if not self.names or statement.demands.entries(case.sizes) * points > NUMBERS:
            return
        single: dict[tuple[int, str], list[Way]] = {}
        if bent:
            single[-1, ""] = [((line, -1.0),) for line in range(1, len(self.lines))]
        several: list[list[tuple[Move, Stop]]] = []
        for line, stops in enumerate(self._stops()):
            moves = [((line, stop.t), stop) for stop in stops]
            for move, stop in moves:
                for owner in stop.owners:
                    single.setdefault((owner, stop.sort), []).append((move,))
            apart = [(move, stop) for move, stop in moves if stop.sort not in BESIDE]
            if apart and 0 < line <= len(self.alone):
                several.append(apart)
        ways = _in_turn(map(_spread, single.values()))
        if len(several) > 1:
            both: dict[tuple[frozenset[int], ...], list[Way]] = {}
            for some in islice(product(*several), COMBINED):
                whose = tuple(stop.owners for _, stop in some)
                both.setdefault(whose, []).append(tuple(move for move, _ in some))
            # What has an end on both sides is the smallest, and seen by no draw.
            inner = sorted(both, key=lambda whose: -sum(map(len, whose)))
            ways = _in_turn([ways, _in_turn(_spread(both[whose]) for whose in inner)])
        for way in self._with_values(list(dict.fromkeys(ways))[:TRIED])[:MOST]:
            scales = self._scales(way)
            yield Spot(self.spot.block, self.spot.draw, scales=scales, closely=True)

    def _with_values(self, ways: Sequence[Way]) -> list[Way]:
        """Let two ways to where floats see values go before another."""
        if not ways:
            return []
        raw = dict(self.drawn)
        for name in self.names:
            scales = [self._scales(way).get(name, np.ones((1, 1))) for way in ways]
            shape = raw[name].shape[-2:]
            raw[name] = raw[name] * np.stack(
                [np.broadcast_to(c, shape) for c in scales]
            )
        with np.errstate(all="ignore"):
            here = self._at(raw)
            seen = np.ones(len(ways), bool)
            for term in self.still:
                seen &= np.isfinite(here.of(term)).all(axis=(-2, -1)).ravel()
        good = [way for way, there in zip(ways, seen, strict=True) if there]
        rest = [way for way, there in zip(ways, seen, strict=True) if not there]
        return _in_turn([good[::2], good[1::2], rest])

    def _scales(self, way: Way) -> Scales:
        """Return what the entries of names are multiplied by."""
        return {
            name: np.where(mask, t, 1.0)
            for line, t in way
            for name, mask in self.lines[line].items()
        }

    def _stops(self) -> list[list[Stop]]:
        """Return for each line points between breaks, and at steep places."""
        if not self.watched:
            return [[] for _ in self.lines]
        signed = np.concatenate((-GRID[::-1], GRID))
        count = len(signed)
        line = np.repeat(np.arange(len(self.lines)), count)
        D, owners = self._distances(line, np.tile(signed, len(self.lines)))
        D = D.reshape(len(self.lines), count, -1)
        inner = (D[:, 1:-1] < D[:, :-2]) & (D[:, 1:-1] <= D[:, 2:])
        line, at, which = np.nonzero(inner)
        low, high = signed[at], signed[at + 2]
        apart = low * high > 0  # the rest is at zero, where others look
        line, which, low, high = line[apart], which[apart], low[apart], high[apart]
        each = np.arange(len(line))
        for _ in range(CLOSER if len(line) else 0):
            third = (high - low) / 3
            left, right = low + third, high - third
            D, _ = self._distances(np.tile(line, 2), np.concatenate((left, right)))
            rises = D[each, which] < D[each + len(each), which]
            low, high = np.where(rises, low, left), np.where(rises, right, high)
        places, owners = (low + high) / 2, owners[which]
        found: list[list[Stop]] = []
        for i in range(len(self.lines)):
            here = list(zip(places[line == i], owners[line == i].tolist(), strict=True))
            breaks = [(t, one) for t, one in here if self.watched[one].breaks]
            steep = [
                Stop(float(t), frozenset({one}), "steep")
                for t, one in here
                if not self.watched[one].breaks
            ]
            found.append([*_beside(breaks), *steep])
        return found

    def _at(self, raw: Mapping[str, Array]) -> Evaluation:
        """Return the values at some raw entries."""
        case, declared = self.spot.block.case, self.experiment.statement.values
        found, symbols = values(numeric, declared, raw, case)
        return Evaluation(found, symbols, Exact(case.numbers), numeric)

    def _distances(self, line: Array, t: Array) -> tuple[Array, Array]:
        """Return distances at points on lines, (points, places), and whose they are."""
        raw = dict(self.drawn)
        for name in self.names:
            still = np.zeros(raw[name].shape[-2:], bool)
            moves = np.array([mask.get(name, still) for mask in self.lines])[line]
            raw[name] = raw[name] * np.where(moves, t.reshape(-1, 1, 1), 1.0)
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


def _in_turn(groups: Iterable[Sequence[Way]]) -> list[Way]:
    """Take the first of every group, then the second of every group, ..."""
    return [way for turn in zip_longest(*groups) for way in turn if way is not None]


def _spread(ways: Sequence[Way]) -> list[Way]:
    """Order points so that the first few are from everywhere, the ends first.

    Before the first place all entries are on one side, behind the last on the other.
    """
    step = max(1, len(ways) // MOST)
    inner = [way for start in range(step) for way in ways[start::step]]
    return [*ways[:1], *ways[-1:], *inner]
