"""This program beside what people write instead, on the same claims and draws.

Every contestant judges some functions of the catalogue in both layouts, in a process of
its own on one core, and its CPU time is taken: once cold, in a fresh process with an
empty cache, and once more in the same process. Right claims are timed; right and wrong
ones are judged.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from statistics import fmean, median
from typing import Any

from contestants import CONTESTANTS, PROGRAM
from contestants.functions import FUNCTIONS
from measuring import ROOT, judged

from verifier.running.worker import environment

PAGE = ROOT / "docs" / "performance.md"
MARK = re.compile(r"(?<=<!-- measured: peers -->\n).*?(?=<!-- end -->)", re.S)
DRAWS = (1, 16, 256, 4096)
JUDGED = 32
"""Draws at which wrong claims are judged."""
WRONGLY = {"right": "fails", "factor": "holds", "mistake": "holds"}
"""By kind of claim, the verdict that is false."""
PROMISES = (
    (256, "jax-loop", 10),
    (256, "gradcheck", 8),
    (256, "torch-loop", 1),
)
"""At so many draws a contestant takes so many times as long as this program, cold."""


@dataclass(frozen=True)
class Times:
    """CPU seconds of a contestant: of starting, and by function, cold and warm."""

    start: float
    cold: dict[str, float]
    warm: dict[str, float]
    extrapolated: bool = False

    def of(self, kind: str) -> dict[str, float]:
        """Return the seconds by function."""
        return self.cold if kind == "cold" else self.warm


@cache
def asked(name: str, draws: int, times: int, *kinds: str) -> Any:
    """Return what a contestant says in a fresh process with an empty cache."""
    print(f"{name}: {', '.join(kinds)}, {draws} draws", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        settings = environment("cpu", os.environ | {"NABLA_CACHE_DIR": folder})
        if name != PROGRAM:  # as JAX is by itself
            settings["JAX_ENABLE_COMPILATION_CACHE"] = "0"
        paths = [str(ROOT), str(ROOT / "benchmarks"), settings["PYTHONPATH"]]
        settings["PYTHONPATH"] = os.pathsep.join(paths)
        done = subprocess.run(
            [sys.executable, "-m", "contestants", name, str(draws), str(times), *kinds],
            stdout=subprocess.PIPE,
            env=settings,
            check=True,
            timeout=3600,
        )
    return json.loads(done.stdout)


def timed(name: str, draws: int) -> Times:
    """Time the right claims; draws beyond a contestant's most are extrapolated.

    They take what as many draws take the second time, when all sizes have been seen.
    """
    most = min(draws, CONTESTANTS[name].most or draws)
    found = asked(name, most, 2, "right")
    cold, warm = (
        {claim["id"]: claim["seconds"][i] for claim in found["claims"]} for i in (0, 1)
    )
    more = (draws - most) / most
    return Times(
        found["start"],
        {id: seconds + more * warm[id] for id, seconds in cold.items()},
        {id: seconds + more * seconds for id, seconds in warm.items()},
        extrapolated=more > 0,
    )


def ratio(times: Times, ours: Times, kind: str) -> tuple[float, float]:
    """Return how many times as long it takes: in all, and the median of functions."""
    theirs, own = times.of(kind), ours.of(kind)
    total = sum(theirs.values()) / sum(own.values())
    return total, median(theirs[id] / own[id] for id in own)


# --- the tables ---------------------------------------------------------------------

Measured = dict[str, dict[int, Times]]
"""By contestant and draws."""


def markdown(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table of Markdown, the first column at the left."""
    ruler = ["---", *["--:"] * (len(heads) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in (heads, ruler, *rows))


def number(value: float) -> str:
    """Write two or three digits."""
    places = 2 if value < 1 else 1 if value < 10 else 0
    return f"{value:,.{places}f}"


def columns(draws: Sequence[int]) -> list[tuple[int, str]]:
    """Return the columns of a table: draws, and whether cold or warm."""
    return [(count, kind) for count in draws for kind in ("cold", "warm")]


def times_table(measured: Measured, draws: Sequence[int]) -> str:
    """Return the CPU time a function takes."""
    rows = []
    for name, found in measured.items():
        row = [CONTESTANTS[name].label]
        row.append(f"{median(times.start for times in found.values()):.1f} s")
        for count, kind in columns(draws):
            mean = 1000 * fmean(found[count].of(kind).values())
            row.append("≈ " * found[count].extrapolated + number(mean))
        rows.append(row)
    heads = [f"{count:,} {kind}" for count, kind in columns(draws)]
    return markdown(["CPU ms a function", "start", *heads], rows)


def ratios_table(measured: Measured, draws: Sequence[int]) -> str:
    """Return how many times as long as this program every contestant takes."""
    rows = []
    for name, found in measured.items():
        row = [CONTESTANTS[name].label]
        for count, kind in columns(draws):
            total, middle = ratio(found[count], measured[PROGRAM][count], kind)
            about = "≈ " * found[count].extrapolated
            row.append(f"{about}{number(total)} ({number(middle)})")
        rows.append(row)
    heads = [f"{count:,} {kind}" for count, kind in columns(draws)]
    return markdown(["times this program", *heads], rows[1:])


def verdicts_table(names: Sequence[str]) -> str:
    """Return how many claims every contestant judges wrongly."""
    rows = []
    for name in names:
        said = [
            (claim["kind"], verdict)
            for claim in asked(name, JUDGED, 1, *WRONGLY)["claims"]
            for verdict in claim["verdicts"].values()
        ]
        every = 2 * len(FUNCTIONS)
        counts = [f"{said.count(wrong)} of {every}" for wrong in WRONGLY.items()]
        left = sum(verdict not in ("holds", "fails") for _, verdict in said)
        rows.append([CONTESTANTS[name].label, *counts, str(left)])
    heads = ["judged wrongly", "right claims", "1 + 1e-9 times", "mistakes", "open"]
    return markdown(heads, rows)


def setting() -> str:
    """Say what was measured, and on what."""
    found = [f"Python {platform.python_version()}"] + [
        f"{name} {importlib.metadata.version(name)}"
        for name in ("jax", "torch", "numpy")
        if importlib.util.find_spec(name)
    ]
    return f"{len(FUNCTIONS)} functions; {', '.join(found)}; {platform.machine()}."


def kept(measured: Measured) -> list[bool]:
    """Print the promises that could be looked at; return which of them are kept."""
    found = []
    for count, name, least in PROMISES:
        if count in measured[PROGRAM] and name in measured:
            times, ours = measured[name][count], measured[PROGRAM][count]
            total, _ = ratio(times, ours, "cold")
            label = CONTESTANTS[name].label
            promise = f"{count} draws, cold: {label}: {total:.1f}, at least {least}"
            found.append(total >= least)
            print(judged(promise, found[-1]))
    return found


def main() -> int:
    """Measure, print the tables, and write them into the page if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, nargs="+", default=DRAWS)
    parser.add_argument("--only", nargs="+", choices=CONTESTANTS, default=CONTESTANTS)
    parser.add_argument("--write", action="store_true", help=f"into {PAGE.name}")
    options = parser.parse_args()
    names = [
        name
        for name in dict.fromkeys((PROGRAM, *options.only))
        if importlib.util.find_spec(CONTESTANTS[name].library)
    ]
    measured = {
        name: {count: timed(name, count) for count in options.draws} for name in names
    }
    parts = [
        setting(),
        times_table(measured, options.draws),
        ratios_table(measured, options.draws),
    ]
    print("\n\n".join(parts), end="\n\n", flush=True)
    parts.append(verdicts_table(names))
    print(parts[-1], end="\n\n")
    if options.write:
        text = "\n\n".join(parts)
        page = PAGE.read_text(encoding="utf-8")
        made = MARK.sub(lambda _: f"\n{text}\n\n", page)
        PAGE.write_text(made, encoding="utf-8", newline="\n")
    return int(not all(kept(measured)))


if __name__ == "__main__":
    sys.exit(main())
