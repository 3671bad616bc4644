"""Judge generated claims, over worker processes, and count what came of them."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from random import Random

from measuring import judged, table

from verifier.engine.outcome import FAILS, HOLDS, Outcome
from verifier.engine.settings import Settings
from verifier.language.checker import check
from verifier.language.expression import parse
from verifier.language.sizes import generator
from verifier.reading.problem import Fault
from verifier.reading.writing import yaml_of
from verifier.running.pool import usable_cores
from verifier.running.verification import verify_chunk

from .claims import Made, Stated, made
from .faults import Wrong
from .referee import MANY, RIGHT, UNKNOWN, WRONG, confirmed, truth, witnessed

CHUNK = 20
"""Records that a worker judges at a time."""
Key = tuple[str, str, str]
"""How a claim was made, whether it is right or wrong, and the verdict on it."""


@dataclass
class Seen:
    """What came of some records."""

    counts: Counter[Key] = field(default_factory=Counter)
    false: list[str] = field(default_factory=list)
    """False verdicts, each with a record that can be pasted."""
    doubts: list[str] = field(default_factory=list)
    """Claims that were made by rule and that the referee does not confirm."""
    open: list[str] = field(default_factory=list)
    """What was left inconclusive, on a line each."""
    none: int = 0
    """Numbers that gave no record."""
    records: int = 0

    def add(self, other: Seen) -> None:
        """Count what another has seen."""
        self.counts += other.counts
        self.false += other.false
        self.doubts += other.doubts
        self.open += other.open
        self.none += other.none
        self.records += other.records

    def total(self, truth: str = "", verdict: str = "") -> int:
        """Return how many claims are right or wrong, and were judged so."""
        return sum(
            n
            for (_, t, v), n in self.counts.items()
            if truth in ("", t) and verdict in ("", v)
        )


def judge(seed: int, first: int, count: int, settings: Settings) -> Seen:
    """Judge the records of some numbers."""
    seen = Seen()
    for number in range(first, first + count):
        one = made(seed, number)
        if one is None or check(one.record)[0] is None:
            seen.none += 1
            continue
        seen.records += 1
        (outcomes,) = verify_chunk([one.record], settings)
        random = generator(seed, one.record.id, "truth")
        for stated, outcome in zip(one.claims, outcomes, strict=True):
            _count(seen, one, stated, outcome, random)
            if outcome.diagnosis and (text := outcome.diagnosis["suggestion"]):
                _advised(seen, one, stated, text, random)
    return seen


def _advised(seen: Seen, one: Made, stated: Stated, text: str, random: Random) -> None:
    """Count what is suggested in the place of a claim, where it has the same shape."""
    with suppress(Fault):
        new = replace(stated, text=text, made=Wrong("suggestion", parse(text)))
        true = truth(one, new, random, MANY // 8)
        seen.counts[new.made.kind, true, HOLDS] += 1
        if true == WRONG:
            what = f"false suggestion `{text}` for a claim: {stated.made.kind}"
            seen.false.append(told(what, one, stated))


def _count(
    seen: Seen, one: Made, stated: Stated, outcome: Outcome, random: Random
) -> None:
    verdict, shown = outcome.verdict, outcome.counterexample
    true = RIGHT if stated.is_right else truth(one, stated, random)
    if true == RIGHT and verdict == FAILS:
        # Only then it matters whether the rules are right, and an edit no mistake.
        sizes = shown and {n: int(k) for n, k in shown["sizes"].items()}
        true = confirmed(one, stated, random, sizes=sizes)
        if true == RIGHT and not stated.is_right:
            true = truth(one, stated, random, MANY)
        if true == RIGHT and shown and witnessed(one, stated, shown, random):
            true = WRONG
    kind = stated.made.kind
    if stated.is_right and true != RIGHT:
        seen.doubts.append(told(f"made by rule, and {true}", one, stated))
    said = verdict if verdict in (HOLDS, FAILS) else "inconclusive"
    seen.counts[kind, true, said] += 1
    if (true, verdict) in ((RIGHT, FAILS), (WRONG, HOLDS)):
        seen.false.append(told(f"false {verdict}: {kind}", one, stated))
    elif said == "inconclusive":
        note = outcome.evidence.get("note", "")
        place = f"{one.record.id}, {stated.field}"
        seen.open.append(f"{true}, {kind}: {place}: {stated.text[:120]}: {note}")


def told(what: str, one: Made, stated: Stated) -> str:
    """Return a false verdict with a record that shows it."""
    claims = [
        claim
        for claim, other in zip(one.record.claims, one.claims, strict=True)
        if other is stated
    ]
    return f"# {what}\n{yaml_of(replace(one.record, claims=tuple(claims)))}"


def rows(seen: Seen) -> Iterator[tuple[str, ...]]:
    """Yield a row for each way in which claims were made, and one for all."""
    kinds = sorted({kind for kind, _, _ in seen.counts})

    def row(name: str, of: list[str]) -> tuple[str, ...]:
        def n(truth: str, verdict: str = "") -> int:
            return sum(
                k
                for (kind, t, v), k in seen.counts.items()
                if kind in of and t == truth and verdict in ("", v)
            )

        left = n(RIGHT, "inconclusive") + n(WRONG, "inconclusive")
        numbers = (
            n(RIGHT),
            n(WRONG),
            n(UNKNOWN),
            n(RIGHT, FAILS),
            n(WRONG, HOLDS),
            left,
        )
        return (name, *(f"{x:,}" for x in numbers))

    for kind in kinds:
        yield row(kind, [kind])
    yield row("all", kinds)


HEADS = (
    "how it was made", "right", "wrong", "unknown", "false fails", "false holds",
    "inconclusive",
)  # fmt: skip


def main() -> int:
    """Judge as many claims as are asked for, and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=100_000, help="(default: 100000)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--first", type=int, default=0, help="number of the first record"
    )
    parser.add_argument("--draws", type=int, default=256, help="(default: 256)")
    parser.add_argument("--jobs", type=int, default=usable_cores(), help="processes")
    parser.add_argument("--open", action="store_true", help="list what is in doubt")
    parser.add_argument(
        "--diagnose", action="store_true", help="judge suggestions as well"
    )
    asked = parser.parse_args()
    settings = Settings(draws=asked.draws, diagnose=asked.diagnose)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    seen, began, number = Seen(), time.monotonic(), asked.first
    with ProcessPoolExecutor(asked.jobs, mp_context=get_context("spawn")) as pool:
        work: dict[Future[Seen], int] = {}
        try:
            while seen.total() < asked.claims:
                while len(work) < 2 * asked.jobs:
                    task = pool.submit(judge, asked.seed, number, CHUNK, settings)
                    work[task], number = number, number + CHUNK
                done = next(as_completed(work))
                found = done.result()
                del work[done]
                for text in found.false:
                    print(text, flush=True)
                seen.add(found)
                _progress(seen, asked.claims)
        except KeyboardInterrupt:
            number = min(work.values(), default=number)
            print(f"\ninterrupted: go on with --first {number}", file=sys.stderr)
        finally:
            pool.shutdown(cancel_futures=True)
    seconds = time.monotonic() - began
    if asked.open:
        print("\n".join([*seen.doubts, *seen.open]), end="\n\n")
    print(table(HEADS, list(rows(seen))))
    total = seen.total()
    print(
        f"\n{total:,} claims of {seen.records:,} records in {seconds:,.0f} s: "
        f"{total / max(seconds, 1e-9):.1f} a second; seed {asked.seed}, records "
        f"{asked.first} to {number - 1}"
    )
    false = seen.total(RIGHT, FAILS) + seen.total(WRONG, HOLDS)
    print(judged(f"{false:,} false verdicts among {total:,}", not false))
    return int(bool(false))


def _progress(seen: Seen, wanted: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{seen.total():,} of {wanted:,} claims", end="", file=sys.stderr)
