"""Faults at random moments: nothing finished is lost, and what goes on says the same.

Each round disturbs one run, of records or of JSON lines, and goes on with `--resume`:
a worker or the command itself is killed, somebody presses Ctrl-C, the disk is full, the
cache cannot be written to, the clock jumps. Each is a function of the seed and of its
number, but for what the system's scheduler does.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

from faulty.disks import in_a_namespace
from faulty.rounds import FAULTS, Bench, Broken
from measuring import judged, table

RECORDS = Path(__file__).with_name("faults.yaml")


def main() -> int:
    """Run undisturbed, then disturb; say what broke, and which promises are kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=50, help="rounds (default: 50)")
    parser.add_argument("--seed", type=int, default=0, help="(default: 0)")
    parser.add_argument("--first", type=int, default=0, help="round (default: 0)")
    parser.add_argument("--records", type=Path, default=RECORDS, help="(faults.yaml)")
    asked = parser.parse_args()
    mounts = in_a_namespace()
    if not mounts:
        print("nothing can be mounted: files are bounded in place of the disk")
    broken, done = 0, Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), asked.records.resolve(), mounts)
        for number in range(asked.first, asked.first + asked.times):
            chance = random.Random(f"{asked.seed} {number}")
            name = list(FAULTS)[number % len(FAULTS)]
            try:
                said = FAULTS[name](bench, chance)
            except Broken as error:
                broken += 1
                said = f"BROKEN: {error}"
            done[name] += 1
            print(f"round {number}: {name}: {said}", flush=True)
    for source, seconds in bench.seconds.items():
        count = len(bench.whole[source])
        print(f"undisturbed: {source.name}, {count} verdicts, {seconds:.1f} s")
    print(f"\n{table(('fault', 'rounds'), [(k, str(n)) for k, n in done.items()])}\n")
    print(judged(f"{broken} of {asked.times} faults did harm", broken == 0))
    return 0 if broken == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
