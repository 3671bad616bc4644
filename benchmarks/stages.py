"""What each stage of the verdict costs: floating point, balls, exact, diagnosis.

The catalogue is verified in this one process, chunk by chunk, as a worker does it, and
the CPU time of every stage is taken. None of the stages beyond floating point should
cost more than six tenths of it.
"""

from __future__ import annotations

import os

os.environ |= {"NPROC": "1", "OPENBLAS_NUM_THREADS": "1", "JAX_PLATFORMS": "cpu"}

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from measuring import ROOT, judged, table

from verifier.engine.settings import Settings
from verifier.judging import judge, motion, tally
from verifier.reading.record import load
from verifier.running import verification
from verifier.running.session import CHUNK

FLOAT = "floating point"
SHARE = 0.6
"""What any other stage may cost of it."""
STAGES = {
    "balls": (tally, "enclose"),
    "limits, expansions, signs": (motion, "behaves"),
    "exact": (judge, "exactly"),
    "diagnosis": (verification, "_diagnosed"),
}
"""What is timed where: a stage is entered through one function of one module."""


class Clock:
    """CPU seconds by stage; inside one stage the time of another is not its own."""

    def __init__(self) -> None:
        self.spent: defaultdict[str, float] = defaultdict(float)
        self.inside: list[str] = [FLOAT]
        self.since = time.process_time()

    def enter(self, stage: str) -> None:
        """Charge the time so far, and go on in a stage."""
        self.charge()
        self.inside.append(stage)

    def leave(self) -> None:
        """Charge the stage, and go back to the one before."""
        self.charge()
        self.inside.pop()

    def charge(self) -> None:
        """Charge the time since the last change to the stage at work."""
        now = time.process_time()
        # What the diagnosis asks of other stages is the diagnosis' own cost.
        outer = "diagnosis" if "diagnosis" in self.inside else self.inside[-1]
        self.spent[outer] += now - self.since
        self.since = now

    def timed(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that runs in a stage."""

        def run(*args: Any, **kwargs: Any) -> Any:
            self.enter(stage)
            try:
                return function(*args, **kwargs)
            finally:
                self.leave()

        return run


def main() -> int:
    """Verify, and print what each stage took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path, default=[ROOT / "identities"])
    parser.add_argument("--draws", type=int, default=256, help="(default: 256)")
    asked = parser.parse_args()
    records, problems = load(asked.paths)
    if problems:
        print(f"{len(problems)} problems in these records", file=sys.stderr)
        return 2
    clock = Clock()
    for stage, (module, name) in STAGES.items():
        setattr(module, name, clock.timed(stage, getattr(module, name)))
    settings = Settings(draws=asked.draws)
    claims = 0
    for start in range(0, len(records), CHUNK):
        outcomes = verification.verify_chunk(records[start : start + CHUNK], settings)
        claims += sum(map(len, outcomes))
    clock.charge()
    base = clock.spent[FLOAT]
    rows = [
        (name, f"{clock.spent[name]:.1f}", f"{clock.spent[name] / base:.2f}")
        for name in (FLOAT, *STAGES)
    ]
    print(table((f"{len(records)} records, {claims} claims", "CPU s", "ratio"), rows))
    dearest = max(clock.spent[name] for name in STAGES) / base
    promise = f"the dearest other stage costs {dearest:.2f} of it, at most {SHARE}"
    print(judged(promise, dearest <= SHARE))
    return int(dearest > SHARE)


if __name__ == "__main__":
    sys.exit(main())
