"""Cold and unchanged runs of the lectures, and many draws against few."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path
from statistics import median

from measuring import LECTURES, Run, judged, nabla, table

COLD_SECONDS, PEAK_BYTES, DRAWS_RATIO = 20.0, 1.5 * 2**30, 2.0
UNCHANGED_RATIO = 1.5  # CPU of a run that remembers all, against a cold `nabla lint`
KINDS = ("cold", "unchanged")
"""One after another with one cache folder."""


def options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", help="records (default: the lectures)")
    parser.add_argument("--jobs", type=int, default=2, help="workers (default: 2)")
    parser.add_argument("--repeat", type=int, default=3, help="rounds (default: 3)")
    parser.add_argument("--draws", type=int, nargs=2, default=[256, 2560])
    return parser.parse_args()


def main() -> int:
    """Measure in rounds, so that what is compared runs side by side."""
    asked = options()
    paths = asked.paths or [str(LECTURES)]
    few, many = asked.draws
    runs: dict[str, list[Run]] = {}
    for _ in range(asked.repeat):
        for name, run in one_round(paths, asked.jobs, few, many):
            runs.setdefault(name, []).append(run)
    print(f"{os.cpu_count()} cores, {asked.jobs} workers, rounds: {asked.repeat}\n")
    heads = ("median of the rounds", "wall s", "CPU s", "peak MiB")
    print(table(heads, [row(name, found) for name, found in runs.items()]))
    print()
    cold = runs[f"cold, {few} draws"]
    seconds = median(run.seconds for run in cold)
    peak = max(run.peak for found in runs.values() for run in found)
    ratio = paired(cold, runs[f"cold, {many} draws"])
    again = paired(runs["lint"], runs[f"unchanged, {few} draws"])
    kept = {
        f"cold in {seconds:.1f} s, under {COLD_SECONDS:.0f}": seconds < COLD_SECONDS,
        f"{peak / 2**30:.2f} GiB a process, under 1.5": peak < PEAK_BYTES,
        f"{many} draws cost {ratio:.2f} times {few}, under 2": ratio < DRAWS_RATIO,
        f"unchanged: {again:.2f} times a cold lint, at most {UNCHANGED_RATIO}": (
            again <= UNCHANGED_RATIO
        ),
    }
    for promise, good in kept.items():
        print(judged(promise, good))
    return 0 if all(kept.values()) else 1


def one_round(
    paths: list[str], jobs: int, few: int, many: int
) -> list[tuple[str, Run]]:
    """Run both numbers of draws, each in a cache folder of its own, and a cold lint."""
    found = []
    for draws in (few, many):
        with tempfile.TemporaryDirectory() as cache:
            for kind in KINDS:
                words = ["verify", *paths, "--jobs", str(jobs), "--draws", str(draws)]
                run = measured([*words, "--device", "cpu"], Path(cache))
                found.append((f"{kind}, {draws} draws", run))
    with tempfile.TemporaryDirectory() as cache:
        found.append(("lint", measured(["lint", *paths], Path(cache))))
    return found


def measured(words: list[str], cache: Path) -> Run:
    """Run a command with this cache folder."""
    run = nabla(*words, settings={"NABLA_CACHE_DIR": str(cache)})
    if run.status == 2:
        sys.exit(run.output)
    return run


def row(name: str, found: list[Run]) -> tuple[str, ...]:
    """Print the medians of some runs, and their largest process."""
    return (
        name,
        f"{median(run.seconds for run in found):.1f}",
        f"{median(run.cpu for run in found):.1f}",
        f"{max(run.peak for run in found) / 2**20:.0f}",
    )


def paired(before: list[Run], after: list[Run]) -> float:
    """Return the median over the rounds of the ratio of CPU times."""
    return median(b.cpu / a.cpu for a, b in zip(before, after, strict=True))


if __name__ == "__main__":
    sys.exit(main())
