"""The same records with many seeds: a verdict that changes with the seed is a bug.

What is random are the draws, so a verdict that depends on them is no verdict. Nothing
is taken from what is remembered; the workers stay between seeds.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import defaultdict

from measuring import judged

from verifier.engine.settings import Settings
from verifier.results.model import Report
from verifier.running import catalogue, session
from verifier.running.desk import Desk


def main() -> int:
    """Verify with each seed; name the claims that had several verdicts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", help="records (default: the catalogue)")
    parser.add_argument("--seeds", type=int, default=100, help="(default: 100)")
    parser.add_argument("--first", type=int, default=0, help="seed (default: 0)")
    parser.add_argument("--part", type=int, default=0, help="so many records (all)")
    parser.add_argument("--choice", type=int, default=0, help="which part (0)")
    parser.add_argument("--draws", type=int, default=256, help="(default: 256)")
    parser.add_argument("--jobs", type=int, help="workers (default: one a core)")
    asked = parser.parse_args()
    selection = catalogue.select(asked.paths)
    if asked.part:
        records = list(selection.records)
        some = random.Random(asked.choice).sample(records, asked.part)
        kept = tuple(one for one in records if one in some)
        selection = catalogue.Selection(kept, (), selection.files)
    found: dict[tuple[str, str, str], dict[str, list[int]]] = defaultdict(dict)
    began = time.monotonic()
    with Desk(fresh=True) as desk:
        for seed in range(asked.first, asked.first + asked.seeds):
            settings = Settings(seed, asked.draws, diagnose=False)
            report = session.run(selection, settings, jobs=asked.jobs, desk=desk)
            if report.interrupted:
                return 130
            take(report, seed, found)
            changed = sum(len(seeds) > 1 for seeds in found.values())
            took = time.monotonic() - began
            print(f"seed {seed}: {changed} changed, {took:.0f} s", flush=True)
    tell(found)
    count, runs = len(found), len(found) * asked.seeds
    print(f"\n{count} claims of {len(selection.records)} identities, {runs} verdicts")
    print(judged(f"{changed} of {count} claims changed their verdict", changed == 0))
    return 0 if changed == 0 else 1


def take(
    report: Report, seed: int, found: dict[tuple[str, str, str], dict[str, list[int]]]
) -> None:
    """Note the verdict of each claim with a seed; say where it is another one."""
    for one in report.results:
        seeds = found[one.id, one.claim, one.layout]
        if one.verdict not in seeds and seeds:
            before = ", ".join(seeds)
            said = one.evidence.get("note", "")
            print(f"{one.id}, {one.claim}: {one.verdict}, before {before}: {said}")
        seeds.setdefault(one.verdict, []).append(seed)


def tell(found: dict[tuple[str, str, str], dict[str, list[int]]]) -> None:
    """Name the claims that had several verdicts, and how often and with which seed."""
    for (id, claim, _), seeds in found.items():
        if len(seeds) > 1:
            said = (f"{len(s)} x {v} (seed {s[0]})" for v, s in seeds.items())
            print(f"{id}, {claim}: {', '.join(said)}")


if __name__ == "__main__":
    sys.exit(main())
