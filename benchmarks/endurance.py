"""The same linear algebra again and again: no run may hang, or say anything else.

Batched LAPACK calls on small thread pools have hung in one run of a few dozen; this is
where it would be seen. Each run is a new command with new workers.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from statistics import median

from measuring import TookTooLong, judged, nabla, table

RECORDS = Path(__file__).with_name("linear-algebra.yaml")


def main() -> int:
    """Run, compare the verdicts with those of the first run, and stop at a hang."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", default=[str(RECORDS)], help="records")
    parser.add_argument("--runs", type=int, default=200, help="(default: 200)")
    parser.add_argument("--jobs", type=int, default=2, help="workers (default: 2)")
    parser.add_argument("--limit", type=float, default=120.0, help="seconds for each")
    parser.add_argument("--draws", type=int, default=256, help="(default: 256)")
    parser.add_argument("--executor", default="auto", help="numpy, xla or auto")
    asked = parser.parse_args()
    seconds: list[float] = []
    first: list[tuple[str, ...]] = []
    hung = changed = 0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(asked.runs):
            words = ["verify", *asked.paths, "--jobs", str(asked.jobs)]
            words += ["--draws", str(asked.draws), "--executor", asked.executor]
            words += ["--format", "json", "--fresh"]
            settings = {"NABLA_CACHE_DIR": folder}
            try:
                run = nabla(*words, settings=settings, limit=asked.limit)
            except TookTooLong:
                hung += 1
                print(f"run {number}: no end within {asked.limit:g} s")
                continue
            if run.status == 2:
                sys.exit(run.output)
            seconds.append(run.seconds)
            found = verdicts(run.output)
            first = first or found
            if found != first:
                changed += 1
                print(f"run {number}: {sorted(set(found) ^ set(first))}")
            if (number + 1) % 20 == 0 or number < 20:
                said = f"{number + 1} runs, {hung} hung, {changed} with other results"
                print(f"{said}; the last took {run.seconds:.1f} s", flush=True)
    if seconds:
        heads = ("runs", "results", "fastest s", "median s", "slowest s")
        times = (min(seconds), median(seconds), max(seconds))
        row = (str(len(seconds)), str(len(first)), *(f"{t:.1f}" for t in times))
        print(f"\n{table(heads, [row])}\n")
    print(judged(f"{hung} of {asked.runs} runs hung", hung == 0))
    print(judged(f"{changed} of {asked.runs} runs had other results", changed == 0))
    return 0 if hung == changed == 0 else 1


def verdicts(output: str) -> list[tuple[str, ...]]:
    """Return each claim with its verdict and its digits, which must not change."""
    return [
        (
            found["id"],
            found["claim"],
            found["verdict"],
            str(found["evidence"].get("R")),
            str(found["evidence"].get("digits")),
        )
        for found in json.loads(output)["results"]
    ]


if __name__ == "__main__":
    sys.exit(main())
