"""`python -m contestants NAME DRAWS TIMES KIND...`: one contestant, by itself.

It prints JSON: the CPU time of starting, and for each claim the verdicts and the CPU
time of each judgement, which is made so many times.
"""

from __future__ import annotations

import json
import os
import sys
import time

from . import CONTESTANTS


def main(name: str, draws: str, times: str, *kinds: str) -> None:
    """Judge every claim, on one core; print what was said and what it took."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    prepare = CONTESTANTS[name].prepare()
    start = time.process_time()  # since the process began

    from .question import questions

    claims = []
    for question in questions(int(draws), kinds):
        judge, seconds, verdicts = prepare(question), [], {}
        for _ in range(int(times)):
            began = time.process_time()
            verdicts = judge()
            seconds.append(time.process_time() - began)
        claims.append(
            {
                "id": question.function.id,
                "kind": question.kind,
                "verdicts": verdicts,
                "seconds": seconds,
            }
        )
    json.dump({"start": start, "claims": claims}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
