"""One record under test: its cases, its draws, and what JAX finds at them.

At every draw the derivative is known along one direction and one codirection that are
drawn for it. At the first draw of each case, and wherever it is asked for, it is known
whole, by both modes, at the draw and at the moved copies that tell its noise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from ..language.arrays import Array
from ..language.distant import distant
from ..language.sizes import Case, asked, beyond, cases, generator
from ..language.statement import Statement
from ..language.structure import unvec, vec
from ..language.term import Nodes
from .derivative import Along, Differentiation, Directions, Whole
from .draws import LANES, PRECISIONS, Draws, Source
from .evaluate import Evaluation, Exact
from .function import Function
from .outcome import R_HOLDS
from .plan import NUMPY, XLA
from .points import Points, points
from .settings import Settings
from .subject import tied

NOISY = 64
"""Draws of each case whose noise is measured at once; of others, where it matters."""
AFFORDABLE = 40_000_000
"""Numbers that a value may have over all draws."""
DRAWN = 16_000_000
"""Numbers that may be drawn of one name, as a function of many entries has them."""
BEARABLE = 4_000_000
"""Numbers that further draws of a run may take together."""
AFFORDABLE_LARGE = 8_000_000
"""The same for a case that is asked for, whose values are large."""
LARGEST = 4_194_304
"""Entries of a value beyond which a case that is asked for is not tried."""
WHOLE = 2_000_000
"""Numbers that may be computed to see all entries of a derivative where it is large."""
LARGE = 20_000
"""Entries of a value from which on XLA is faster, and balls are not asked."""


@dataclass
class Block:
    """The draws of one case, their values, and what JAX found at them."""

    draws: Draws
    points: Points
    source: Source
    """What draws them."""
    large: bool = False
    """Whether its values are too large for balls, and for a look at every entry."""
    along: Along | None = None
    """What is known along directions; None where nothing is differentiated."""
    wholes: dict[int, Whole] = field(default_factory=dict)
    """By draw what is known of it whole."""
    excluded: dict[str, Array] = field(default_factory=dict)
    """Reasons to leave draws out, each with the draws that it concerns."""
    creased: Array | None = None
    """Draws at which the derivative itself has none: a Hessian does not exist there."""

    @property
    def case(self) -> Case:
        """The sizes of these draws."""
        return self.draws.case

    @property
    def evaluation(self) -> Evaluation:
        """The values at the points: the first of them are the draws."""
        return self.points.evaluation

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

    def of(self, term: Any) -> Array:
        """Return the value of a term at every draw, (draws, rows, columns)."""
        return self.points.of(term)[: len(self.draws)]


def _directions_only(case: Case, draws: int, unit: float) -> str:
    """Say how small a wrong entry may be that a random direction does not show.

    No direction has an entry that is zero, or small beside another.
    """
    sizes = ", ".join(f"{name} = {n}" for name, n in case.sizes.items())
    least = f"{R_HOLDS:.0f} roundings ({R_HOLDS * unit:.0e})"
    return (
        f"at {sizes}, {draws} draws compare random directions only, where one wrong "
        f"entry is missed if it is wrong by less than about {least} of the sum over "
        "its row or column"
    )


class Experiment:
    """A statement with its draws; `blocks` has one entry for each case."""

    def __init__(self, statement: Statement, settings: Settings):
        self.statement, self.settings = statement, settings
        self.precision = PRECISIONS[settings.dtype]
        record = statement.record
        self.cases = self._cases(statement)
        self.source = Source(
            statement.values, self.cases, settings.seed, record.id, self.precision
        )
        count = self._count(statement)
        self.shared: dict[Any, Any] = {}
        """Draws of the exact stage, which claims about one left side share."""
        self.nodes: Nodes = {}
        """Terms of all claims so far, once there is a further one."""
        self.note = ""
        """What is to be said of sizes that were asked for."""
        self.blocks = [
            Block(draws, self._points(draws), self.source)
            for draws in self.source.draw(count)
        ]
        self.blocks += self._asked()

    def turn_to(self, statement: Statement) -> bool:
        """Go on with other claims about the same function, if the draws suit these."""
        if self._cases(statement) != self.cases:
            return False
        if self._count(statement) != self._count(self.statement):
            return False
        mine = self.statement
        new = mine.alike(
            statement.demands, record=statement.record, claims=statement.claims
        )
        # What was computed of the bodies, and of the claims before, is known.
        if not self.nodes:
            mine.with_shared_terms(self.nodes)
        new = new.alike(claims=new.with_shared_terms(self.nodes).claims)
        self.statement = new
        for known in ("beyond", "distant"):  # which sizes these claims can afford
            self.__dict__.pop(known, None)
        return True

    def _cases(self, statement: Statement) -> list[Case]:
        return cases(
            sorted(statement.sizes),
            statement.demands,
            statement.whole,
            self.settings.seed,
            statement.record.id,
        )

    def _count(self, statement: Statement) -> int:
        """Return how many draws there are of all cases together.

        Large values get fewer draws, so that a record stays within memory, and so do
        functions of which much is drawn.
        """
        most = max(statement.demands.entries(case.sizes) for case in self.cases)
        affordable = min(AFFORDABLE // most, DRAWN // self.source.longest)
        return max(8, min(self.settings.draws, affordable))

    def _asked(self) -> Iterator[Block]:
        """Yield the draws of a case that is asked for besides those of every run."""
        statement, settings = self.statement, self.settings
        case = asked(
            sorted(statement.sizes),
            statement.demands,
            statement.whole,
            settings.size,
            dict(settings.sizes),
        )
        if case is None:
            names = {name for name, _ in settings.sizes} & statement.sizes
            if names or (settings.size and statement.sizes):
                self.note = "the sizes that were asked for do not fit"
        if case is None or case in self.cases:
            return
        entries = statement.demands.entries(case.sizes)
        if entries > LARGEST:
            sizes = ", ".join(f"{name} = {n}" for name, n in case.sizes.items())
            self.note = f"{sizes} was not tried: a value would have {entries:,} entries"
            return
        count = max(2, min(settings.draws, AFFORDABLE_LARGE // (entries * LANES)))
        source = Source(
            statement.values,
            [case],
            settings.seed,
            f"{statement.record.id}\0asked",
            self.precision,
            settings.draws,
        )
        for draws in source.draw(count):
            large = self._is_large(case, entries)
            if large and self.differentiates:
                self.note = _directions_only(case, len(draws), self.precision.unit)
            yield Block(draws, self._points(draws), source, large)

    @cached_property
    def beyond(self) -> list[Block]:
        """Return a draw at each of a few sizes larger than those of the run."""
        statement, seed = self.statement, self.settings.seed
        id, names = statement.record.id, sorted(statement.sizes)
        larger = beyond(names, statement.demands, statement.whole, seed, id)
        return self._more("beyond", larger, 1)

    @cached_property
    def distant(self) -> list[Block]:
        """Return a draw at each of a few numbers, whole or sizes, that are far out."""
        statement = self.statement
        random = generator(self.settings.seed, statement.record.id, "distant")
        far = distant(
            self.cases,
            statement.demands,
            statement.whole,
            [statement.body, *(claim.term for claim in statement.claims)],
            random,
        )
        return self._more("distant", far, 1) if far else []

    def more(self, cases: Sequence[Case], count: int) -> list[Block]:
        """Return so many more draws of each of some cases, or what is bearable."""
        return self._more("more", cases, count)

    def _more(self, name: str, cases: Sequence[Case], count: int) -> list[Block]:
        source = Source(
            self.statement.values,
            cases,
            self.settings.seed,
            f"{self.statement.record.id}\0{name}",
            self.precision,
            self.settings.draws,
        )
        bearable = BEARABLE // (source.longest * max(1, len(cases)))
        count = max(1, min(count, bearable))
        return [
            Block(draws, self._points(draws), source)
            for draws in source.draw(count * len(cases))
        ]

    def _is_large(self, case: Case, entries: int) -> bool:
        """Whether all entries of a derivative are too much to ask for."""
        frame = Exact(case.numbers)
        shapes = [frame.shape(shape) for shape in self.statement.derivatives]
        directions = max((max(shape) for shape in shapes), default=1)
        return entries >= LARGE or entries * directions * LANES > WHOLE

    def _points(self, draws: Draws) -> Points:
        return points(self.statement.values, draws, NOISY, self.settings.dtype)

    @property
    def differentiates(self) -> bool:
        """Whether there is anything for JAX to differentiate."""
        return self.statement.record.subject == "function"

    def differentiate(self) -> None:
        """Let JAX differentiate: along directions, and whole at the first draws."""
        for block in self.blocks if self.differentiates else ():
            job = self._job(block.case, block.points)
            directions = self._directions(block.source, block.draws, block.points)
            if block.large:
                block.along = job.along(directions)
                continue
            lanes = block.points.lanes[:, :1]
            block.along, block.wholes[0] = job.both(directions, lanes)

    def noted(self, block: Block, rows: Array) -> tuple[Points, Along | None]:
        """Return some draws with their moved copies, and what is found along these."""
        draws = block.draws.only(rows)
        found = self._points(draws)
        if not self.differentiates:
            return found, None
        job = self._job(block.case, found)
        return found, job.along(self._directions(block.source, draws, found))

    def elsewhere(self, block: Block, draws: Draws) -> Block:
        """Return what is found at other values than those that a block has drawn."""
        found = Block(draws, self._points(draws), block.source)
        if self.differentiates:
            directions = self._directions(block.source, draws, found.points)
            found.along = self._job(block.case, found.points).along(directions)
        return found

    def whole(self, block: Block, draw: int) -> Whole:
        """Return one draw with all entries of its derivative, (LANES, 1, ...)."""
        if draw not in block.wholes:
            found = self._points(block.draws.only(np.array([draw])))
            if self.differentiates:
                block.wholes[draw] = self._job(block.case, found).whole(found.lanes)
            else:
                block.wholes[draw] = Whole(found, found.lanes)
        return block.wholes[draw]

    def entire(self, block: Block, at: Points | None = None) -> Whole:
        """Return all entries at all points that have copies, (LANES, draws, ...)."""
        at = at or block.points
        return self._job(block.case, at).whole(at.lanes)

    def _job(self, case: Case, at: Points) -> Differentiation:
        frame, names = Exact(case.numbers), self.statement.wrt
        shapes = {n: frame.shape(self.statement.variable(n).shape) for n in names}
        y = frame.shape(self.statement.body.shape)
        entries = self.statement.demands.entries(case.sizes)
        return Differentiation(self._function, at, shapes, y, self._executor(entries))

    def _executor(self, entries: int) -> str:
        """Return who runs a function whose largest value has so many entries."""
        if self.settings.executor != "auto":
            return self.settings.executor
        return XLA if self.settings.device == "gpu" or entries >= LARGE else NUMPY

    @cached_property
    def _function(self) -> Function:
        return Function(self.statement)

    def _directions(self, source: Source, draws: Draws, at: Points) -> Directions:
        """Return directions for each point; a differential names its own."""
        frame, names = Exact(draws.case.numbers), self.statement.wrt
        shapes = {n: frame.shape(self.statement.variable(n).shape) for n in names}
        shapes[""] = frame.shape(self.statement.body.shape)
        origin = at.origin
        drawn = source.directions(shapes, draws)
        z = {name: Z[origin] for name, Z in drawn.items()}
        u = z.pop("")
        if self.statement.differentials:
            z = {name: at.evaluation.values[f"d{name}"][0] for name in names}
        v = {}
        for name, Z in z.items():
            S = self.ties(name, draws.case)
            v[name] = Z if S is None else unvec(np, S @ vec(np, Z), *shapes[name])
        return Directions(z, v, u)

    def ties(self, name: str, case: Case) -> Array | None:
        """Return how entries of a variable move along with those that are free."""
        if self.statement.record.entries != "independent":
            return None
        declared = self.statement.variable(name)
        return tied(declared.kind, case.size(declared.shape[0]))
