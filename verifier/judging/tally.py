"""What all draws of a claim say together, in floating point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..engine import numeric
from ..engine.ball_point import Point, point
from ..engine.comparison import sides
from ..engine.draws import values
from ..engine.enclosure import enclose
from ..engine.experiment import Block, Experiment
from ..engine.finding import NO_CLAIM, Enclosure, Finding
from ..engine.members import said
from ..engine.outcome import evidence
from ..engine.undecided import COMPLEX, UNSYMMETRIC
from ..language.arrays import Array
from ..language.statement import Claim

Scales = Mapping[str, Array]
"""What the entries of names are multiplied by."""
MOST_POINTS = 512
"""Draws in balls that are kept for the next claim."""
OUTSIDE = "a value is none of its type"
UNDECIDED = "ill-conditioned"
"""Why a draw says nothing of a claim that holds at others."""


@dataclass(eq=False, slots=True)  # a spot is itself: blocks hold arrays
class Spot:
    """One draw that says something: where it is, and what it says."""

    block: Block
    draw: int
    R: float = 0.0
    rho: float = 0.0
    relative: float = 0.0
    zero: bool = False
    """Whether both sides are exactly zero."""
    enclosure: Enclosure | None = None
    scales: Scales = field(default_factory=dict)
    """What entries of names are multiplied by; floats have seen the draw as it is."""
    closely: bool = False
    """Whether it stands for a region that no other draw is in."""
    unseen: bool = False
    """Whether floats see no value of some part there."""

    @property
    def number(self) -> int:
        """Return the number of the draw in the run."""
        return int(self.block.draws.numbers[self.draw])

    @property
    def special(self) -> bool:
        """Return whether a function symbol is a degenerate member of its class."""
        return bool(self.block.draws.special[self.draw])

    @property
    def raw(self) -> Mapping[str, Array]:
        """Return the raw entries of the block, scaled; function symbols stay."""
        drawn, scales = self.block.draws.raw, self.scales
        return {**drawn, **{name: drawn[name] * c for name, c in scales.items()}}

    def scaled(self, scale: float) -> Spot:
        """Return the draw with all its entries larger, or smaller."""
        names = [name for name in self.block.draws.raw if "." not in name]
        scales = dict.fromkeys(names, np.array(scale))
        return Spot(self.block, self.draw, scales=scales)

    @property
    def finding(self) -> Finding | None:
        """Return what the balls say, if they were asked."""
        return None if self.enclosure is None else self.enclosure.finding

    @property
    def decided(self) -> bool:
        """Return whether balls find a value on both sides."""
        return self.finding in (Finding.SAME, Finding.DIFFERENT)

    @property
    def tied(self) -> bool:
        """Return whether a jump may lie just here, where floats pick a side."""
        return self.enclosure is not None and self.enclosure.tied

    @property
    def doubted(self) -> bool:
        """Return whether balls find the sides different, and are not sure of a rank."""
        return self.enclosure is not None and self.enclosure.doubted

    @property
    def claimless(self) -> bool:
        """Return whether balls find a value of the left side, and none of the claim."""
        found = self.enclosure
        if found is None or found.finding is not Finding.UNDECIDED:
            return False
        return found.reason == NO_CLAIM or bool(self.valueless)

    @property
    def faint(self) -> bool:
        """Return whether balls see no more than that both sides are nearly zero."""
        return self.enclosure is not None and self.enclosure.faint

    @property
    def agrees(self) -> bool:
        """Return whether balls find both sides the same, and not just zero.

        What is 1e-30 times the left side too much is nothing where that is zero.
        """
        found = self.enclosure
        if found is None or found.finding is not Finding.SAME or found.faint:
            return False
        return found.left is not None and bool(np.any(found.left))

    @property
    def valueless(self) -> str:
        """Return why balls find no value here, if the reason can be said."""
        reason = "" if self.enclosure is None else self.enclosure.reason
        return reason if reason in (COMPLEX, UNSYMMETRIC) else ""

    def ask(self, experiment: Experiment, claim: Claim) -> Finding:
        """Put the draw to the balls, once."""
        if self.enclosure is None and self.block.large:
            self.enclosure = Enclosure(Finding.UNDECIDED, reason="too large for balls")
        if self.enclosure is None:
            at = self._point(experiment)
            if at.outside:
                self.enclosure = Enclosure(Finding.UNDEFINED, reason=OUTSIDE)
            else:
                self.enclosure = enclose(at, claim, closely=self.closely)
        return self.enclosure.finding

    def _point(self, experiment: Experiment) -> Point:
        """Return the draw in balls; claims about one function share what it is here."""
        at = point(experiment.statement, self.block.case, self.raw, self.draw)
        points = experiment.shared.setdefault("points", {})
        entries = ((name, X.tobytes()) for name, X in sorted(at.raw.items()))
        # A point keeps its statement, and so its bodies, whose id stays their own.
        key = id(at.statement.bodies), *sorted(at.case.numbers.items()), *entries
        if len(points) >= MOST_POINTS:
            points.clear()
        return points.setdefault(key, at)


@dataclass
class Tally:
    """What all draws of a claim say together."""

    usable: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    zero: bool = True
    """Whether both sides are exactly zero at every draw."""
    held: int = 0
    """Draws that hold: of very many only some are kept one by one, in `holding`."""
    alike: int = 0
    """Draws beside those in `failing` that differ as well, and are not kept."""
    failing: list[Spot] = field(default_factory=list)
    open: list[Spot] = field(default_factory=list)
    holding: list[Spot] = field(default_factory=list)
    undefined: list[Spot] = field(default_factory=list)
    """Draws where the left side is finite and the claim is not."""
    silent: list[Spot] = field(default_factory=list)
    """Draws left out where floats are not finite, or modes differ: balls may speak."""
    steep: list[Spot] = field(default_factory=list)
    """Those of them where the function is finite, and what autodiff makes of it not."""
    unclaimed: list[Spot] = field(default_factory=list)
    """The same where the claim is not finite either."""
    sizes: list[dict[str, int]] = field(default_factory=list)

    @property
    def counted(self) -> list[Spot]:
        """Return the draws that floats have compared."""
        return [*self.holding, *self.failing, *self.open]

    @property
    def telling(self) -> list[Spot]:
        """Return the draws that said something, in floating point or in balls."""
        return [
            *self.holding,
            *self.failing,
            *(s for s in self.open if s.finding not in (None, Finding.UNDECIDED)),
            *(s for s in self.silent if s.finding is Finding.DIFFERENT),
        ]

    @property
    def agreeing(self) -> list[Spot]:
        """Return the draws at which the sides agree, in floating point or in balls.

        Of `f + 1e20 - 1e20` floats see nothing: balls alone do.
        """
        return [*self.holding, *self.settled]

    def heard(self, spot: Spot) -> bool:
        """Return whether the sides agree at some draw with these sizes.

        `norm(x - mean(x))` is zero for n = 1 throughout, and says nothing there.
        """
        sizes = spot.block.case.sizes
        return any(other.block.case.sizes == sizes for other in self.agreeing)

    @property
    def settled(self) -> list[Spot]:
        """Return the draws that floats leave open, or refute, and balls find to agree.

        Some that fail are among them: floating point was wrong there.
        """
        return [s for s in (*self.failing, *self.open) if s.finding is Finding.SAME]

    def leave_out(self, reason: str, count: int) -> None:
        """Count draws that do not count."""
        if count:
            self.left_out[reason] = self.left_out.get(reason, 0) + count

    def evidence(
        self, grade: str, spots: Sequence[Spot] | None = None, **more: Any
    ) -> dict[str, Any]:
        """Return the evidence that goes with a verdict: of the draws that it rests on.

        These are `spots` and what balls find to agree beside them, or all that floats
        have compared but for their mistakes.
        """
        settled = self.settled
        if spots is None:
            on = [spot for spot in self.counted if spot not in settled]
            known: dict[str, Any] = {"draws": self.usable, "left_out": self.left_out}
        else:
            on = list(spots)
            known = {"draws": self.held + len(settled), "left_out": self.left_out}
            if open_ := self.usable - known["draws"]:
                known["left_out"] = {**self.left_out, UNDECIDED: open_}
        if self.undefined and not any(s.decided for s in self.undefined):
            known["undefined"] = len(self.undefined)
        compared = [*on, *(settled if spots is not None else ())]
        if any(spot.block.along for spot in compared):
            known["whole"] = sum(spot.draw in spot.block.wholes for spot in compared)
        if self.usable:
            relative, R, rho = (
                max((getattr(spot, name) for spot in on), default=0.0)
                for name in ("relative", "R", "rho")
            )
            digits = 17.0 if relative == 0 else -np.log10(relative)
            known |= {
                "digits": round(float(min(max(digits, 0.0), 17.0)), 1),
                "sizes": self._sizes(compared),
                "R": _rounded(R),
                "rho": _rounded(rho),
            }
        return evidence(grade, **known, **more)

    def _sizes(self, spots: Sequence[Spot]) -> list[dict[str, int]]:
        """Return the sizes at which some of the draws are."""
        blocks = {id(spot.block): spot.block for spot in spots}
        there = [dict(block.case.numbers) for block in blocks.values()]
        return [sizes for sizes in self.sizes if sizes in there]


def _rounded(x: float) -> float:
    return float(f"{x:.3g}")


def counterexample(experiment: Experiment, claim: Claim, spot: Spot) -> dict[str, Any]:
    """Return the sizes, the values and both sides of one draw."""
    block, left, right = spot.block, None, None
    if spot.enclosure is not None and spot.enclosure.left is not None:
        left, right = spot.enclosure.left, spot.enclosure.right
    elif claim.term is not None and not block.large:
        left, right = (X[0, 0] for X in sides(experiment, claim, block, spot.draw))
    shown = block.evaluation.values
    if spot.scales:
        declared = experiment.statement.values
        shown = values(numeric, declared, spot.raw, block.case)[0]
    # In a limit the name that moves has no value.
    subject = experiment.statement.record.subject
    moving = experiment.statement.moving if subject == "limit" else ""
    entries = {
        name: rows(X[0, spot.draw] if X.ndim == 4 else X)
        for name, X in shown.items()
        if name != moving
    }
    drawn = [
        f"{name}, which is {special}" if special else name
        for name, symbol in sorted(block.evaluation.symbols.items())
        for special in [said({k: X[0, spot.draw] for k, X in symbol.numbers.items()})]
    ]
    note = f"function symbols drawn at random: {', '.join(drawn)}" if drawn else ""
    if claim.term is None and spot.enclosure is not None:
        note = spot.enclosure.reason
    return {
        "sizes": dict(block.case.sizes),
        "values": entries,
        "autodiff": rows(left),
        "claim": rows(right),
        "draw": spot.number,
        "note": note,
    }


def rows(X: Array | None) -> list[list[float]] | None:
    """Return a matrix as the results carry it."""
    return None if X is None else [[float(x) for x in row] for row in X]
