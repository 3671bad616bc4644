"""The verdict measured: right claims and mutants, at many scales, by several rules.

Every claim and every mutant of it is judged at inputs scaled by powers of two from
2^-27 to 2^13, by floating point alone (R), by the whole way of the verdict, and beside
them by the defaults of `allclose` and of `gradcheck`. Which mutants are the claim in
other words is decided by exact arithmetic or by balls at the unscaled draws.
"""

from __future__ import annotations

import os

os.environ |= {"NPROC": "1", "OPENBLAS_NUM_THREADS": "1", "JAX_PLATFORMS": "cpu"}

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from measuring import table

from verifier.engine import traced
from verifier.engine.derivative import Program
from verifier.engine.draws import Draws, Source
from verifier.engine.experiment import Experiment, compile_groups
from verifier.engine.outcome import FAILS, HOLDS
from verifier.engine.settings import Settings
from verifier.judging.judge import verdict_on
from verifier.judging.kinks import mark_kinks
from verifier.judging.proof import prove
from verifier.judging.tally import tally_of
from verifier.language.checker import check
from verifier.language.statement import Claim
from verifier.reading.record import load
from verifier.running.selftest import spoiled

SCALES = (2.0**-27, 2.0**-13, 1.0, 2.0**7, 2.0**13)
RULES = {"allclose": (1e-5, 1e-8), "gradcheck": (1e-3, 1e-5)}
CATALOGUE = Path(__file__).parent.parent / "identities"


class Scaled(Source):
    """Draws whose variables are scaled; function symbols stay as they are."""

    scale = 1.0

    def draw(self, count: int) -> list[Draws]:
        """Return the draws, scaled."""
        return [
            replace(
                d, raw={k: X if "." in k else X * self.scale for k, X in d.raw.items()}
            )
            for d in super().draw(count)
        ]


class ScaledExperiment(Experiment):
    """An experiment whose variables are scaled."""

    def __init__(self, statement: Any, settings: Settings, scale: float):
        Scaled.scale = scale
        super().__init__(statement, settings)


def accepted(experiment: Experiment, claim: Claim, rtol: float, atol: float) -> bool:
    """Whether a rule of fixed tolerances accepts a claim at all finite draws."""
    for block in experiment.blocks:
        left, right = (
            experiment.left(block, claim)[0],
            experiment.right(block, claim.term)[0],
        )
        fine = block.usable & np.isfinite(left).all(axis=(-2, -1))
        with np.errstate(all="ignore"):
            near = abs(right - left) <= atol + rtol * abs(left)
        if not near[fine].all():
            return False
    return True


def pairs(paths: list[Path]) -> Iterator[tuple[Any, Any]]:
    """Yield each record with one of its mutants as claims, where there are any."""
    for record in load(paths)[0]:
        if record.expect == "holds" and record.subject in ("function", "value"):
            for mutant, _ in spoiled(record):
                yield record, mutant


def main() -> int:
    """Judge everything, and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path, default=[CATALOGUE / "lectures"])
    parser.add_argument("--draws", type=int, default=24, help="(default: 24)")
    asked = parser.parse_args()
    sys.setrecursionlimit(10_000)
    traced.configure("float64")
    from verifier.engine import experiment as stage

    stage.Source = Scaled  # type: ignore[misc]
    settings = Settings(draws=asked.draws, diagnose=False)
    counts: Counter[tuple[str, str]] = Counter()
    for record, mutant in pairs(asked.paths):
        same: list[bool] = []
        right, wrong = check(record)[0], check(mutant)[0]
        if right is None or wrong is None:
            continue
        for scale in sorted(SCALES, key=lambda s: s != 1.0):
            first = ScaledExperiment(right, settings, scale)
            second = ScaledExperiment(wrong, settings, scale)
            for group in compile_groups([first, second]):
                program = Program([unit for _, unit in group])
                outs = program.run([e.inputs(unit) for e, unit in group])
                for (experiment, unit), out in zip(group, outs, strict=True):
                    experiment.accept(unit, out)
            for experiment in (first, second):
                mark_kinks(experiment)
            if scale == 1.0:
                same = [_is_same(second, claim) for claim in wrong.claims]
            for claim in right.claims:
                count(counts, first, claim, "right")
            for claim, equal in zip(wrong.claims, same, strict=True):
                if not equal:
                    count(counts, second, claim, "wrong")
    names = sorted({name for name, _ in counts})
    rows = [(n, str(counts[n, "right"]), str(counts[n, "wrong"])) for n in names]
    print(table(("", "right", "wrong"), rows))
    return 0


def _is_same(experiment: Experiment, claim: Claim) -> bool:
    outcome = prove(experiment, claim, verdict_on(experiment, claim))
    strong = outcome.evidence.get("grade") in ("ball", "exact")
    return outcome.verdict == HOLDS and strong


def count(
    counts: Counter[tuple[str, str]], experiment: Experiment, claim: Claim, truth: str
) -> None:
    """Judge one claim by every rule."""
    if not claim.fits or claim.term is None:
        return
    counts["claims", truth] += 1
    tally = tally_of(experiment, claim)
    float_fails = bool(tally.failing)
    float_open = not float_fails and bool(
        tally.open or tally.undefined or not tally.usable
    )
    said = "fails" if float_fails else "open" if float_open else "holds"
    counts[f"R alone: {said}", truth] += 1
    outcome = prove(experiment, claim, verdict_on(experiment, claim))
    said = {HOLDS: "holds", FAILS: "fails"}.get(outcome.verdict, "inconclusive")
    counts[f"verdict: {said}", truth] += 1
    for name, (rtol, atol) in RULES.items():
        good = accepted(experiment, claim, rtol, atol)
        counts[f"{name}: {'holds' if good else 'fails'}", truth] += 1


if __name__ == "__main__":
    sys.exit(main())
