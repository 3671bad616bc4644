"""Rounds: one fault each, and what must be as in a run that nothing disturbed."""

from __future__ import annotations

import json
import random
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from verifier.results.storage import NoResults, read
from verifier.running.journal import texts

from . import disks
from .commands import Command, Hung

JUMPING = str(Path(__file__).with_name("jumping"))
USUAL = ("--draws", "16", "--jobs", "2", "--device", "cpu")
MOST_KIB = 300
"""Of room on a disk that is nearly full: a report and its cache take about as much."""


class Broken(Exception):
    """A promise was broken."""


@dataclass(frozen=True)
class Place:
    """Where a run reads and writes: its cache, its report, the answers to its lines."""

    folder: Path
    source: Path

    @property
    def cache(self) -> Path:
        """Return the folder of what is remembered."""
        return self.folder / "cache"

    @property
    def reports(self) -> Path:
        """Return the folder of the report."""
        return self.folder / "reports"

    @property
    def answers(self) -> Path:
        """Return the file of the answers."""
        return self.folder / "answers.jsonl"

    @property
    def lines(self) -> bool:
        """Whether JSON lines are answered."""
        return self.source.suffix == ".jsonl"

    def start(self, *more: str, **how: Any) -> Command:
        """Start the run."""
        words = ["verify", str(self.source), *USUAL, *more]
        if self.lines:
            words += ["--format", "jsonl", "--output", str(self.answers)]
        else:
            words += ["--report", str(self.reports)]
        return Command(words, self.cache, **how)

    def finished(self) -> int:
        """Count what is finished for good: verdicts, or answers."""
        if self.lines:
            return (
                self.answers.read_bytes().count(b"\n") if self.answers.exists() else 0
            )
        known: dict[bytes, str] = {}
        for file in self.cache.glob("verdicts/*.journal"):
            known |= dict(texts(file.read_bytes()))
        for file in self.cache.glob("verdicts/*.sqlite"):
            with closing(sqlite3.connect(file)) as base:
                try:
                    known |= dict(base.execute("SELECT key, text FROM kept"))
                except sqlite3.OperationalError:  # killed before there was a table
                    continue
        return sum(len(json.loads(text)) for text in known.values())

    def found(self) -> list[Any]:
        """Return all that was found, but for times and the like."""
        if self.lines:
            return [json.loads(one) for one in self.answers.read_bytes().splitlines()]
        return [*json.loads((self.reports / "results.json").read_text())["results"]]


@dataclass
class Bench:
    """What is disturbed, and what is found where nothing is."""

    folder: Path
    records: Path
    mounts: bool
    whole: dict[Path, list[Any]] = field(init=False, default_factory=dict)
    seconds: dict[Path, float] = field(init=False, default_factory=dict)

    @property
    def good(self) -> Path:
        """Return the folder of what undisturbed runs have made."""
        return self.folder / "good"

    def prepare(self, lines: bool) -> Path:
        """Run undisturbed, unless that was done; return what is run."""
        source = self.folder / "lines.jsonl" if lines else self.records
        if source in self.whole:
            return source
        if lines:
            said = yaml.safe_load(self.records.read_text())
            source.write_text("".join(json.dumps(one) + "\n" for one in said))
        self.good.mkdir(exist_ok=True)
        place, began = Place(self.good, source), time.monotonic()
        status, _, err = ended(place.start())
        if status not in (0, 1):
            raise Broken(f"undisturbed, the status is {status}: {err}")
        self.seconds[source] = time.monotonic() - began
        self.whole[source] = place.found()
        return source

    @contextmanager
    def place(self, chance: random.Random) -> Iterator[Place]:
        """Make a place, where a good report is already; afterwards it is gone."""
        source = self.prepare(lines=chance.random() < 0.5)
        folder = self.folder / "disturbed"
        folder.mkdir(mode=0o700)
        try:
            if self.mounts:
                disks.mount(folder)
            if source == self.records:
                shutil.copytree(self.good / "reports", folder / "reports")
            yield Place(folder, source)
        finally:
            if self.mounts:
                disks.unmount(folder)
            shutil.rmtree(folder, ignore_errors=True)

    def moment(self, place: Place, chance: random.Random) -> float:
        """Return a moment of the run, in seconds from its start."""
        return chance.uniform(0, 1.1 * self.seconds[place.source])

    def same(self, place: Place) -> None:
        """See to it that all is found, and what an undisturbed run finds."""
        found, whole = place.found(), self.whole[place.source]
        if found != whole:
            other = [a for a, b in zip(found, whole, strict=False) if a != b][:1]
            raise Broken(f"{len(found)} of {len(whole)} found, differing: {other}")

    def whole_report(self, place: Place) -> None:
        """See to it that the good report is there, or another whole one."""
        if place.lines:
            return
        whole = self.whole[place.source]
        for name in ("results.json", "index.html"):
            try:
                report = read(place.reports / name)
            except NoResults as error:
                raise Broken(f"the report is gone: {error.text}") from None
            if report.interrupted or len(report.results) != len(whole):
                raise Broken(f"{name} is now that of an interrupted run")

    def resumed(self, place: Place, before: int) -> str:
        """Go on: what is finished is not asked again, and the rest is as it must be."""
        kept = given(place.answers)
        status, _, err = ended(place.start("--resume"))
        if status not in (0, 1):
            raise Broken(f"to go on ended with status {status}: {err[-500:]}")
        self.same(place)
        if place.lines:
            whole = kept[: kept.rfind(b"\n") + 1]
            if not place.answers.read_bytes().startswith(whole):
                raise Broken("answers that were given are no more")
            return f"{before} of {len(self.whole[place.source])} answers were kept"
        told = json.loads((place.reports / "results.json").read_text())["run"]
        if told["remembered"] < before:
            raise Broken(f"{told['remembered']} of {before} verdicts are remembered")
        self.whole_report(place)
        return f"{before} of {len(self.whole[place.source])} verdicts were kept"


def given(answers: Path) -> bytes:
    """Return the answers that were given so far."""
    return answers.read_bytes() if answers.exists() else b""


def ended(command: Command) -> tuple[int, str, str]:
    """Wait for the end; a traceback is none that anyone should see."""
    try:
        status, out, err = command.end()
    except Hung as error:
        raise Broken(str(error)) from None
    if "Traceback" in err and "/verifier/" in err:  # not of Python's own start
        raise Broken(f"a traceback: {err[-1500:]}")
    return status, out, err


def a_worker_dies(bench: Bench, chance: random.Random) -> str:
    """Kill workers; a record that was twice too much for one may be called crashed."""
    with bench.place(chance) as place:
        command = place.start()
        deaths = 0
        for moment in sorted(
            bench.moment(place, chance) for _ in range(chance.choice((1, 3)))
        ):
            if command.wait_until(moment) and (pids := command.busy()):
                command.send(signal.SIGKILL, chance.choice(pids))
                deaths += 1
        status, _, err = ended(command)
        told = f"{deaths} killed"
        for one in place.found():
            if one["verdict"] == "crashed" and deaths > 1:
                return f"{told}, one record twice"
        if status not in (0, 1):
            raise Broken(f"{told}, status {status}: {err[-500:]}")
        bench.same(place)
        bench.whole_report(place)
        return told


def the_command_dies(bench: Bench, chance: random.Random) -> str:
    """Kill the command; its workers go with it, and what was finished stays."""
    with bench.place(chance) as place:
        command, moment = place.start(), bench.moment(place, chance)
        if command.wait_until(moment):
            command.send(signal.SIGKILL)
        ended(command)
        bench.whole_report(place)
        return f"at {moment:.2f} s: {bench.resumed(place, place.finished())}"


def it_is_interrupted(bench: Bench, chance: random.Random) -> str:
    """Press Ctrl-C, or end it by SIGTERM; what has finished is said and stays."""
    with bench.place(chance) as place:
        command, moment = place.start(), bench.moment(place, chance)
        number = chance.choice((signal.SIGINT, signal.SIGTERM))
        if running := command.wait_until(moment):
            command.send(number)
        status, _, err = ended(command)
        if running and status not in (130, -number, 0, 1):
            raise Broken(f"{number.name}: status {status}: {err[-500:]}")
        bench.whole_report(place)
        kept = bench.resumed(place, place.finished())
        return f"{number.name} at {moment:.2f} s: {kept}"


def the_disk_is_full(bench: Bench, chance: random.Random) -> str:
    """Leave too little room; what cannot be written is said, and no report is lost."""
    kib = chance.randrange(MOST_KIB)
    with bench.place(chance) as place:
        if bench.mounts:
            disks.leave(place.folder, kib)
            status, _, err = ended(place.start())
        else:
            status, _, err = ended(place.start(most_bytes=1024 * kib))
        if status not in (0, 1, 2):
            raise Broken(f"status {status}: {err[-500:]}")
        if status == 2 and "cannot" not in err:
            raise Broken(f"nothing is said: {err[-500:]}")
        bench.whole_report(place)
        if bench.mounts:
            disks.make_roomy(place.folder)
        kept = bench.resumed(place, place.finished())
        return f"room for {kib} KiB, status {status}: {kept}"


def nothing_can_be_kept(bench: Bench, chance: random.Random) -> str:
    """Let the cache be read-only: all is found, and nothing is remembered."""
    with bench.place(chance) as place:
        if chance.random() < 0.5:
            ended(place.start())  # something is remembered already
        if bench.mounts:
            place.cache.mkdir(exist_ok=True)
            disks.mount(place.cache)
            disks.make_read_only(place.cache)
        else:
            shutil.rmtree(place.cache, ignore_errors=True)
            place.cache.write_text("no folder")
        try:
            status, _, err = ended(place.start())
            if status not in (0, 1):
                raise Broken(f"status {status}: {err[-500:]}")
            bench.same(place)
            bench.whole_report(place)
            return "all was found"
        finally:
            if bench.mounts:
                disks.unmount(place.cache)


def the_clock_jumps(bench: Bench, chance: random.Random) -> str:
    """Let the clock jump in all processes, and kill the command; then go on so."""
    jumping: Mapping[str, str] = {"PYTHONPATH": JUMPING}
    with bench.place(chance) as place:
        command = place.start(surroundings=jumping)
        if chance.random() < 0.5:
            moment = bench.moment(place, chance)
            if command.wait_until(moment):
                command.send(signal.SIGKILL)
            ended(command)
            kept = bench.resumed(place, place.finished())
            return f"and it dies at {moment:.2f} s: {kept}"
        ended(command)
        bench.same(place)
        bench.whole_report(place)
        return "all was found"


FAULTS: dict[str, Callable[[Bench, random.Random], str]] = {
    "the command dies": the_command_dies,
    "a worker dies": a_worker_dies,
    "the disk is full": the_disk_is_full,
    "it is interrupted": it_is_interrupted,
    "the clock jumps": the_clock_jumps,
    "nothing can be kept": nothing_can_be_kept,
}
