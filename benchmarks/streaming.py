"""Streams on this machine: the first answer, claims a second, and memory over many.

Each kind of claims is a stream of its own. What is timed is from its first answer to
its last, and beside it `python -c "import jax"`, which no first answer can do without.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from measuring import judged, table
from scaling import KINDS, lines

LEAST = {KINDS[0]: 60, KINDS[1]: 500, KINDS[2]: 500}
"""Claims a second of each core that are promised."""
FIRST = 2.0  # seconds
GROWTH = 1.1
"""What the memory at the end may be of that at a quarter of the way."""


def main() -> int:
    """Measure each kind of claims, and print what is promised of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=400, help="a kind (default: 400)")
    parser.add_argument("--kind", choices=KINDS, help="this alone (default: all)")
    parser.add_argument("--jobs", type=int, default=1, help="workers (default: 1)")
    parser.add_argument("--draws", type=int, default=256, help="(default: 256)")
    asked = parser.parse_args()
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", "import jax"], check=True)
    jax = time.monotonic() - began
    rows, kept = [], {}
    for kind in [asked.kind] if asked.kind else KINDS:
        stream = Stream(list(lines(asked.claims, kind, 1)), asked.jobs, asked.draws)
        rate = (asked.claims - 1) / stream.seconds / asked.jobs
        early, late = stream.memory
        rows.append(
            (kind, f"{stream.first:.2f}", f"{rate:.1f}", f"{early:.0f}", f"{late:.0f}")
        )
        kept[f"{kind}: {rate:.1f} a second a core, at least {LEAST[kind]}"] = (
            rate >= LEAST[kind]
        )
        kept[f"{kind}: {late / early:.2f} times the memory, at most {GROWTH}"] = (
            late <= GROWTH * early
        )
        said = f"first answer after {stream.first:.2f} s, within {FIRST} s"
        kept[f"{kind}: {said}; {stream.first / jax:.2f} times `import jax`"] = (
            stream.first <= FIRST
        )
    heads = (
        "claims",
        "first s",
        "a second a core",
        "MiB at a quarter",
        "MiB at the end",
    )
    print(table(heads, rows))
    print()
    for promise, good in kept.items():
        print(judged(promise, good))
    return 0 if all(kept.values()) else 1


class Stream:
    """One stream from its start to its end."""

    def __init__(self, claims: Sequence[str], jobs: int, draws: int):
        words = [sys.executable, "-m", "verifier", "verify", "-", "--format", "jsonl"]
        words += ["--jobs", str(jobs), "--draws", str(draws)]
        began = time.monotonic()
        pipe = subprocess.PIPE
        with subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True) as process:
            stdin, stdout = process.stdin, process.stdout
            assert stdin is not None and stdout is not None

            def write() -> None:
                with stdin:
                    stdin.writelines(f"{claim}\n" for claim in claims)

            threading.Thread(target=write, daemon=True).start()
            self.first, early, late = 0.0, 0.0, 0.0
            for number, _ in enumerate(stdout):
                self.first = self.first or time.monotonic() - began
                if number == len(claims) // 4:
                    early = resident(process.pid)
                if number == len(claims) - 2:
                    late = resident(process.pid)
            self.seconds = time.monotonic() - began - self.first
        self.memory = early, late


def resident(pid: int) -> float:
    """Return the MiB that a process and its children have in memory, on Linux."""
    found = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            said = dict(
                line.split(":", 1)
                for line in (folder / "status").read_text().splitlines()
                if ":" in line
            )
        except OSError:
            continue
        if pid in (int(said["Pid"]), int(said["PPid"])):
            found += int(said.get("VmRSS", "0 kB").split()[0])
    return found / 1024


if __name__ == "__main__":
    sys.exit(main())
