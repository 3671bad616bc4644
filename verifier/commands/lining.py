"""`nabla verify - --format jsonl`: a line in, a line out."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from ..engine.settings import Settings
from ..output import text
from ..results.model import AS_EXPECTED, INTERRUPTED, VERDICTS
from ..results.streamed import worse
from ..streaming.flow import flow, room_for
from ..streaming.line import EXAMPLE, MOST_BYTES, Asked
from ..streaming.resuming import Answers, Mismatch
from ..streaming.team import read_back, workers_for
from ..streaming.told import made_by, verdict_in
from .options import refuse

STDIN = "-"


def verify_lines(options: argparse.Namespace, settings: Settings) -> int:
    """Answer each line of a file or of standard input."""
    if len(options.paths) != 1 or options.format != "jsonl":
        hint = "write `nabla verify - --format jsonl`, or a file `x.jsonl` for `-`"
        return refuse("JSON lines are read from one place, and answered in kind", hint)
    for name in ("report", "watch", "evidence", "fresh"):
        if getattr(options, name):
            return refuse(f"`--{name}` is for files of records, not for JSON lines")
    if options.resume and not options.output:
        hint = "name the file of the answers so far: `--output answers.jsonl`"
        return refuse("`--resume` needs the answers that were given", hint)
    by = made_by(settings)
    with contextlib.ExitStack() as stack:
        try:
            source = _opened(options.paths[0], stack)
            answers = None
            if options.output:
                answers = Answers(options.output, by, options.resume)
                stack.callback(answers.close)
        except Mismatch as error:
            return refuse(str(error), "without `--resume` the file is written anew")
        except OSError as error:
            name = error.filename or options.output
            said = f"cannot open `{name}`: {error.strerror or error}"
            return refuse(said)
        return _answered(options, settings, source, answers)


def _opened(path: str, stack: contextlib.ExitStack) -> BinaryIO:
    if path == STDIN:
        try:  # a reader of its own: at its end Python waits for that of `sys.stdin`
            return os.fdopen(os.dup(sys.stdin.fileno()), "rb")
        except (OSError, ValueError):
            return sys.stdin.buffer
    return stack.enter_context(Path(path).open("rb"))


def _answered(
    options: argparse.Namespace,
    settings: Settings,
    source: BinaryIO,
    answers: Answers | None,
) -> int:
    """Answer the lines that have no answer yet."""
    status, counts = answers.status if answers else AS_EXPECTED, Counter[str]()

    def left() -> Iterator[Asked]:
        for n, line in enumerate(lines(source), 1):
            if line.strip() and not (answers and answers.has(n, line)):
                yield Asked(n, line)

    with (
        workers_for(settings, options.jobs, options.cluster) as crew,
        Pace() as pace,
    ):
        found = flow(left(), crew.submit, room_for(crew.jobs), not options.unordered)
        try:
            for one, result in found:
                said = read_back(one, result, settings)
                verdict = verdict_in(said)
                counts[verdict] += 1
                status = worse(status, verdict)
                if answers and (failure := added(answers, said, one.text)):
                    return refuse(failure, "`--resume` goes on where there is room")
                if not answers:
                    sys.stdout.write(f"{said}\n")
                    sys.stdout.flush()
                pace.step(verdict)
        except Mismatch as error:
            return refuse(str(error), "without `--resume` the file is written anew")
        except KeyboardInterrupt:
            pace.write("")
            if answers:
                said = "the answers so far are kept; `--resume` goes on from here"
                print(text.message(said), file=sys.stderr)
            return INTERRUPTED
    if not counts and not (answers and answers.count):
        return refuse("there are no lines", f"write {EXAMPLE}")
    if answers:
        listed = ", ".join(f"{counts[v]} {v}" for v in VERDICTS if counts[v])
        before = f", {answers.count} were answered before" if answers.count else ""
        print(f"{sum(counts.values())} lines answered: {listed or 'none'}{before}")
    return status


def added(answers: Answers, said: str, line: bytes | str) -> str:
    """Add an answer to the file; return why that cannot be."""
    try:
        answers.add(said, line)
    except OSError as error:
        return f"cannot write to `{answers.file}`: {error.strerror or error}"
    return ""


def lines(source: BinaryIO) -> Iterator[bytes]:
    """Yield lines; of one that is too long, only so much that this can be seen."""
    while line := source.readline(MOST_BYTES + 2):
        rest = line
        while len(rest) == MOST_BYTES + 2 and not rest.endswith(b"\n"):
            rest = source.readline(MOST_BYTES + 2)
        yield line.rstrip(b"\r\n")


class Pace(text.Progress):
    """A line on a terminal that says how fast it goes: nobody knows how much comes."""

    def __init__(self) -> None:
        super().__init__(0)
        self.on = self.on and not sys.stdout.isatty()
        self.began = time.monotonic()

    def step(self, id: str) -> None:
        """Count an answer."""
        self.done += 1
        if time.monotonic() - self.shown >= self.INTERVAL:
            self.shown = time.monotonic()
            rate = self.done / max(1e-9, self.shown - self.began)
            self.write(f"{self.done:,} lines answered, {rate:,.0f} a second")

    def show(self, text: str) -> None:
        """Write the line anew."""
        self.write(text)
