"""The verdict measured: right claims and mutants, badly scaled, by several rules.

Every claim and every mutant of it is judged at inputs of many sizes and conditions, by
floating point alone (R), by the whole way of the verdict, and beside them by the
defaults of `allclose` and of `gradcheck`. Which mutants are the claim in other words is
decided by exact arithmetic or by balls at ordinary draws, never by hand. A mutant may
also be true at some inputs and false at others, as `step(1 + m)` in the place of
`step(1 - m)` is where m is tiny: it is not called wrong where balls of 4096 bits, many
more than the verdict looks at, show both sides to agree at every single draw.
"""

from __future__ import annotations

import os

os.environ |= {
    "NPROC": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "JAX_ENABLE_X64": "1",
    "JAX_PLATFORMS": "cpu",
}

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from measuring import ROOT, judged, table

from verifier.engine import experiment as stage
from verifier.engine import traced
from verifier.engine.ball_point import point
from verifier.engine.balls import precision
from verifier.engine.comparison import sides
from verifier.engine.draws import Draws, Source
from verifier.engine.experiment import Experiment
from verifier.engine.finding import Finding, compare
from verifier.engine.outcome import FAILS, HOLDS
from verifier.engine.settings import Settings
from verifier.judging.counting import tally_of
from verifier.judging.judge import verdict_on
from verifier.judging.kinks import mark_kinks
from verifier.language.checker import check
from verifier.language.statement import Claim, Statement
from verifier.motion.paths import FAULTS
from verifier.reading.record import Record, load
from verifier.running.pool import usable_cores
from verifier.running.selftest import spoiled


@dataclass(frozen=True)
class Inputs:
    """What is done to a draw: all entries scaled, its rows graded down to 1 / grade."""

    name: str
    scale: float = 1.0
    grade: float = 1.0

    def of(self, X: np.ndarray) -> np.ndarray:
        """Return the entries of a draw, by powers of two, so that nothing is rounded"""
        rows = X.shape[-2]
        steps = np.round(np.log2(self.grade) * np.arange(rows) / max(1, rows - 1))
        return X * self.scale * (2.0**-steps)[:, None]


ORDINARY = Inputs("as drawn")
INPUTS = (
    ORDINARY,
    Inputs("scale 2^-27 (7e-9)", 2.0**-27),
    Inputs("scale 2^-13 (1e-4)", 2.0**-13),
    Inputs("scale 2^7 (128)", 2.0**7),
    Inputs("scale 2^13 (8e3)", 2.0**13),
    Inputs("rows graded to 1e-5", grade=2.0**17),
    Inputs("rows graded to 1e-10", grade=2.0**33),
)
BITS = 4096
RULES = {"allclose": (1e-5, 1e-8), "gradcheck": (1e-3, 1e-5)}
CHUNK = 6
Key = tuple[str, str, str]
"""The inputs, what was said by which rule, and whether the claim is right or wrong.

What is the same at these inputs only is neither.
"""


class Changed(Source):
    """Draws whose variables are changed; function symbols stay as they are."""

    inputs = ORDINARY

    def draw(self, count: int) -> list[Draws]:
        """Return the draws, changed."""
        return [
            replace(
                draws,
                raw={
                    name: X if "." in name else self.inputs.of(X)
                    for name, X in draws.raw.items()
                },
            )
            for draws in super().draw(count)
        ]


def experiments(
    statements: Sequence[Statement], settings: Settings, inputs: Inputs
) -> list[Experiment]:
    """Return the statements with their draws and derivatives at such inputs."""
    Changed.inputs = inputs
    found = [Experiment(statement, settings) for statement in statements]
    for experiment in found:
        experiment.differentiate()
        mark_kinks(experiment)
    return found


def accepted(experiment: Experiment, claim: Claim, rtol: float, atol: float) -> bool:
    """Whether a rule of fixed tolerances accepts a claim at all finite draws."""
    for block in experiment.blocks:
        for draw in np.flatnonzero(block.usable):
            left, right = (X[0, 0] for X in sides(experiment, claim, block, int(draw)))
            with np.errstate(all="ignore"):
                near = abs(right - left) <= atol + rtol * abs(left)
            if np.isfinite(left).all() and not near.all():
                return False
    return True


def same_here(experiment: Experiment, claim: Claim) -> bool:
    """Whether both sides agree at every draw, to two thousand bits."""
    assert claim.term is not None
    with precision(BITS):
        for block in experiment.blocks:
            for draw in range(len(block.draws)):
                at = point(experiment.statement, block.case, block.draws.raw, draw)
                try:
                    left, right, _ = at.sides(claim, claim.term)
                    found = compare(left.entries, right.entries, BITS)
                except FAULTS:
                    return False
                if found.finding is not Finding.SAME:
                    return False
    return True


def by_floats(experiment: Experiment, claim: Claim) -> str:
    """Return what R alone says."""
    tally = tally_of(experiment, claim)
    if tally.failing:
        return "fails"
    unsure = tally.open or tally.undefined or not tally.usable
    return "inconclusive" if unsure else "holds"


def judge(records: Sequence[Record], draws: int) -> tuple[Counter[Key], list[str]]:
    """Judge some records and their mutants; return counts, and what went wrong."""
    sys.setrecursionlimit(10_000)
    stage.Source = Changed  # type: ignore[misc]
    traced.configure("float64")
    settings = Settings(draws=draws, diagnose=False)
    counts: Counter[Key] = Counter()
    odd: list[str] = []
    for right, wrong in _pairs(records):
        same: list[bool] = []
        for inputs in INPUTS:
            first, second = experiments([right, wrong], settings, inputs)
            if inputs is ORDINARY:
                same = [_is_same(second, claim) for claim in wrong.claims]
            claims = [(first, claim, "right") for claim in right.claims]
            claims += [
                (second, claim, "wrong")
                for claim, equal in zip(wrong.claims, same, strict=True)
                if not equal
            ]
            for experiment, claim, truth in claims:
                _count(counts, odd, experiment, claim, inputs.name, truth)
    return counts, odd


def _pairs(records: Sequence[Record]) -> Iterator[tuple[Statement, Statement]]:
    """Yield each statement that can be scaled, with its mutants as another one."""
    for record in records:
        if record.expect == "holds" and record.subject in ("function", "value"):
            for mutant, _ in spoiled(record):
                right, wrong = check(record)[0], check(mutant)[0]
                if right is not None and wrong is not None:
                    yield right, wrong


def _is_same(experiment: Experiment, claim: Claim) -> bool:
    outcome = verdict_on(experiment, claim)
    strong = outcome.evidence.get("grade") in ("ball", "exact")
    return outcome.verdict == HOLDS and strong


def _count(
    counts: Counter[Key],
    odd: list[str],
    experiment: Experiment,
    claim: Claim,
    inputs: str,
    truth: str,
) -> None:
    """Judge one claim by every rule."""
    if not claim.fits or claim.term is None:
        return
    outcome = verdict_on(experiment, claim)
    verdict = outcome.verdict if outcome.verdict in (HOLDS, FAILS) else "inconclusive"
    if truth == "wrong" and verdict != FAILS and same_here(experiment, claim):
        counts[inputs, "claims", "same here"] += 1
        return
    said = {"verdict": verdict, "R alone": by_floats(experiment, claim)}
    for name, (rtol, atol) in RULES.items():
        said[name] = HOLDS if accepted(experiment, claim, rtol, atol) else FAILS
    counts[inputs, "claims", truth] += 1
    for rule, word in said.items():
        counts[inputs, f"{rule}: {word}", truth] += 1
    if verdict != {"right": HOLDS, "wrong": FAILS}[truth]:
        note = outcome.evidence.get("note", "")
        place = f"{experiment.statement.record.id}, {claim.field}, {inputs}"
        odd.append(f"{truth} but {verdict}: {place}: {claim.text}: {note}")


HEADS = (
    "inputs",
    "right",
    "wrong",
    "same here",
    "false fails",
    "false holds",
    "inconclusive",
)
BESIDE = ("inputs", "R alone: open", "R alone: false", "allclose", "gradcheck")


def rows_of(counts: Counter[Key], inputs: Sequence[str]) -> tuple[Any, Any]:
    """Return the two tables: of the verdict, and of the rules beside it."""

    def n(said: str, truth: str) -> int:
        return sum(counts[name, said, truth] for name in inputs)

    name = inputs[0] if len(inputs) == 1 else "all"
    both = ("right", "wrong")
    verdict = (
        n("claims", "right"),
        n("claims", "wrong"),
        n("claims", "same here"),
        n("verdict: fails", "right"),
        n("verdict: holds", "wrong"),
        sum(n("verdict: inconclusive", truth) for truth in both),
    )
    false = n("R alone: fails", "right") + n("R alone: holds", "wrong")
    beside = [sum(n("R alone: inconclusive", truth) for truth in both), false]
    texts = [f"{x:,}" for x in beside]
    for rule in RULES:
        refused, passed = n(f"{rule}: fails", "right"), n(f"{rule}: holds", "wrong")
        texts.append(f"{refused:,} + {passed:,}")
    return (name, *(f"{x:,}" for x in verdict)), (name, *texts)


def main() -> int:
    """Judge everything, and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path, default=[ROOT / "identities"])
    parser.add_argument("--draws", type=int, default=24, help="(default: 24)")
    parser.add_argument("--jobs", type=int, default=usable_cores(), help="processes")
    asked = parser.parse_args()
    records = load(asked.paths)[0]
    chunks = [records[i : i + CHUNK] for i in range(0, len(records), CHUNK)]
    counts: Counter[Key] = Counter()
    odd: list[str] = []
    with ProcessPoolExecutor(asked.jobs, mp_context=get_context("spawn")) as pool:
        work = [pool.submit(judge, chunk, asked.draws) for chunk in chunks]
        for number, done in enumerate(as_completed(work), 1):
            found, strange = done.result()
            counts += found
            odd += strange
            if sys.stderr.isatty():
                print(f"\r{number} of {len(work)}", end="", file=sys.stderr)
    names = [inputs.name for inputs in INPUTS]
    both = [rows_of(counts, group) for group in (*([name] for name in names), names)]
    print(table(HEADS, [verdict for verdict, _ in both]), end="\n\n")
    print(table(BESIDE, [beside for _, beside in both]))
    print("allclose and gradcheck: right claims refused + wrong claims accepted\n")
    for line in sorted(odd):
        print(line)
    claims = sum(
        counts[name, "claims", t] for name in names for t in ("right", "wrong")
    )
    false = sum(
        counts[name, "verdict: fails", "right"]
        + counts[name, "verdict: holds", "wrong"]
        for name in names
    )
    left = sum(
        counts[name, "verdict: inconclusive", t]
        for name in names
        for t in ("right", "wrong")
    )
    kept = [not false, left <= claims / 100]
    print(judged(f"no false verdict among {claims:,}", kept[0]))
    print(judged(f"{left:,} inconclusive, at most 1 %", kept[1]))
    return int(not all(kept))


if __name__ == "__main__":
    sys.exit(main())
