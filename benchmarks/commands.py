"""Commands that compute nothing: each must answer at once, on the whole catalogue."""

from __future__ import annotations

import argparse
import sys
from statistics import median

from measuring import judged, nabla, table

SECONDS = 0.3


def main() -> int:
    """Run every command a few times; the fastest is what the machine can do."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=7, help="runs (default: 7)")
    repeat = parser.parse_args().repeat
    listed = nabla("list").output.split()
    commands = [["lint"], ["list"], ["show", listed[0]], ["schema"], ["--help"]]
    commands += [["explain"], ["completion", "bash"]]
    rows, worst = [], 0.0
    for words in commands:
        runs = [nabla(*words) for _ in range(repeat)]
        fastest = min(run.seconds for run in runs)
        worst = max(worst, fastest)
        rows.append(
            (
                f"nabla {' '.join(words)}",
                f"{fastest:.3f}",
                f"{median(run.seconds for run in runs):.3f}",
                f"{min(run.cpu for run in runs):.3f}",
            )
        )
    print(table(("", "fastest s", "median s", "CPU s"), rows))
    print(f"\n{judged(f'{worst:.2f} s at most, under {SECONDS}', worst < SECONDS)}")
    return 0 if worst < SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
