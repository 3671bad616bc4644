"""Streams on a Dask cluster: claims a second of one worker and of two, side by side.

New functions are sums of terms that no other line has; known ones are eight. Runs of
one and of two workers alternate, and each is timed when all workers have begun:
to start is not what scales. On a machine that others use as well, two workers get no
second core, and the ratio says little.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from measuring import table

from verifier.running.loopback import Loopback

ROOT = Path(__file__).resolve().parent.parent
LEAST = 1.8
TERMS = [
    ("{k} * x.T @ A @ x", "{k} * (A + A.T) @ x"),
    ("sin({k} * c.T @ x)", "{k} * cos({k} * c.T @ x) * c"),
    ("exp(-{k} * x.T @ x)", "-2 * {k} * exp(-{k} * x.T @ x) * x"),
    ("{k} * norm(B @ x - b)**2", "2 * {k} * B.T @ (B @ x - b)"),
    ("log({k} + x.T @ x)", "2 * x / ({k} + x.T @ x)"),
    ("{k} * (c.T @ x)**3", "3 * {k} * (c.T @ x)**2 * c"),
]


KINDS = ("new functions", "new claims on known functions", "known claims, renamed")


def lines(count: int, kind: str, seed: int) -> Iterator[str]:
    """Yield statements, three in four of which are right."""
    draw = random.Random(seed)
    for number in range(count):
        own = draw if kind == KINDS[0] else random.Random(number % 8)
        pairs = [(pair, own.randint(2, 99) / 8) for pair in own.sample(TERMS, 2)]
        body = " + ".join(f.format(k=k) for (f, _), k in pairs)
        claim = " + ".join(d.format(k=k) for (_, d), k in pairs)
        factor = draw.randint(2, 10**6) if kind == KINDS[1] else 2
        wrong = number % 8 in (3, 6)
        said = f"d({body})/dx = ({factor} * ({claim})) / {factor + wrong}"
        names = {old: f"{old}{draw.randint(0, 10**6)}" for old in "xAbBc"}
        if kind == KINDS[2]:
            said = NAME.sub(lambda word, names=names: names[word[0]], said)
            said = said.replace("/dx", f"/d{names['x']}")
        else:
            names = {old: old for old in names}
        used = {*NAME.findall(body)}
        where = {names[k]: declared for k, declared in WHERE.items() if k in used}
        yield json.dumps({"statement": said, "where": where})


NAME = re.compile(r"(?<!\.)\b[xAbBc]\b")
WHERE = {
    "x": "vector(n)",
    "A": "matrix(n, n)",
    "B": "matrix(m, n)",
    "b": "vector(m)",
    "c": "vector(n)",
}


def timed(address: str, given: list[str]) -> tuple[float, int]:
    """Return the claims a second, and the bytes of an answer."""
    process = subprocess.Popen(
        [sys.executable, "-m", "verifier", *WORDS, "--cluster", address],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin and process.stdout
    warm, rest = given[:WARM], given[WARM:]
    process.stdin.write("".join(f"{line}\n" for line in warm))
    process.stdin.flush()
    for _ in warm:
        process.stdout.readline()
    began, size = time.perf_counter(), 0
    process.stdin.write("".join(f"{line}\n" for line in rest))
    process.stdin.close()
    for _ in rest:
        answer = process.stdout.readline()
        assert '"verdict": "malformed"' not in answer, answer
        size += len(answer.encode())
    seconds = time.perf_counter() - began
    process.wait()
    return len(rest) / seconds, size // len(rest)


WORDS = ("verify", "-", "--format", "jsonl", "--unordered")
WARM = 40
"""Lines before the clock runs: all workers have begun, and JAX is loaded."""


def main() -> int:
    """Run both clusters in turn; say how much faster two workers are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=1200, help="(default: 1200)")
    parser.add_argument("--repeat", type=int, default=3, help="(default: 3)")
    asked = parser.parse_args()
    rows, worst = [], float("inf")
    one, two = Loopback(1), Loopback(2)
    try:
        for kind in KINDS:
            rates: dict[str, list[float]] = {one.address: [], two.address: []}
            size = 0
            for turn in range(asked.repeat):
                for address, found in rates.items():
                    given = list(lines(asked.claims + WARM, kind, turn))
                    rate, size = timed(address, given)
                    found.append(rate)
            slow, fast = map(median, rates.values())
            ratios = [b / a for a, b in zip(*rates.values(), strict=True)]
            worst = min(worst, median(ratios))
            rows.append([kind, f"{slow:.0f}", f"{fast:.0f}", f"{median(ratios):.2f}"])
            rows[-1].append(f"{size:,}")
    finally:
        one.close()
        two.close()
    print(table(["claims", "1 worker", "2 workers", "ratio", "bytes"], rows))
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    print(f"claims a second; {os.cpu_count()} cores, load {load:.1f}; least {LEAST}")
    return 0 if worst >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
