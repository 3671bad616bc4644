"""A whole run: records, what is remembered of them, workers for the rest, results."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ..engine.outcome import Outcome
from ..engine.settings import LAYOUTS, Settings
from ..reading.problem import Problem
from ..reading.record import Record
from ..results.model import Report, Result
from ..results.phrases import did_you_mean
from . import pool
from .catalogue import Selection, Unknown, select
from .desk import Desk
from .device import find as find_device
from .judged import CRASHED, Judged, results

if TYPE_CHECKING:
    from ..language.statement import Statement

CHUNK = 12  # records that share an XLA module; more compile no faster, and take memory
MOST_NAMED = 8  # names of sizes that a hint lists
WORTH = 4  # records that are worth a further worker: it takes a second to start


def load(*paths: str | Path) -> tuple[list[Record], list[Problem]]:
    """Read files, folders, `PATH::id` or built-in ids; nothing: the catalogue.

    >>> records, problems = load("gradient-of-quadratic-form")
    >>> records[0].subject, records[0].body.value
    ('function', 'x.T @ A @ x')
    >>> problems
    []

    InputError says that something is not there; mistakes of records are problems.
    """
    selection = select([str(path) for path in paths])
    return list(selection.records), list(selection.problems)


def verify(
    *paths: str | Path,
    layout: Literal["both", "numerator", "denominator", "mixed"] = "both",
    draws: int = 256,
    seed: int = 0,
    device: Literal["auto", "cpu", "gpu"] = "auto",
    dtype: Literal["float64", "float32"] = "float64",
    jobs: int | None = None,
    fresh: bool = False,
    size: int = 0,
    sizes: Mapping[str, int] | None = None,
    executor: Literal["auto", "numpy", "xla"] = "auto",
    cluster: str | None = None,
) -> Report:
    """Verify files, folders, `PATH::id` or built-in ids, as `nabla verify` does.

    >>> report = verify("gradient-of-quadratic-form", draws=8, device="cpu")
    >>> report.counts["holds"], report.surprises
    (4, [])

    With a `size`, or `sizes` by name as `{"n": 512, "m": 64}`, each record is tried at
    these as well, along random directions where they are large.
    Verdicts on what has not changed are remembered, unless `fresh` asks for them again.
    `cluster` is the address of a Dask scheduler, or `local:4`, in the place of `jobs`.
    `report.results` has a result for each claim in each layout, `report.surprises`
    those with another verdict than the record expects, `report.problems` the mistakes
    of records that could not be read.
    """
    selection = select([str(path) for path in paths])
    layouts = LAYOUTS if layout == "both" else (layout,)
    settings = Settings(
        seed,
        draws,
        dtype,
        find_device(device, bool(size or sizes), not cluster),
        layouts,
        executor=executor,
        size=size,
        sizes=tuple(sorted((sizes or {}).items())),
    )
    unknown_sizes(selection.records, settings)
    with Desk(fresh, cluster) as desk:
        return run(selection, settings, jobs=jobs, desk=desk)


def run(
    selection: Selection,
    settings: Settings,
    *,
    jobs: int | None = None,
    command: str = "",
    on_result: Callable[[str], None] = lambda id: None,
    fresh: bool = False,
    desk: Desk | None = None,
) -> Report:
    """Take what is remembered, check and verify the rest, and collect the results.

    An interruption keeps what is finished and marks the report. The workers of a desk
    stay there; a desk that is given decides what is asked afresh.
    """
    began, started = time.monotonic(), datetime.now(UTC)
    with Desk(fresh) if desk is None else nullcontext(desk) as desk:
        session = _Session(selection.records, settings, desk, on_result)
        remembered = session.recall()
        interrupted = session.verify(jobs)
    made: dict[str, Any] = {
        "seed": settings.seed,
        "draws": settings.draws,
        "device": settings.device,
        "dtype": settings.dtype,
        "executor": _executor(settings),
        "layouts": list(settings.layouts),
        "versions": desk.memory.versions,
        "seconds": round(time.monotonic() - began, 3),
        "started": started.isoformat(timespec="seconds"),
        "command": command,
        "interrupted": interrupted,
        "remembered": remembered,
    }
    if settings.size:
        made["size"] = settings.size
    if settings.sizes:
        made["sizes_asked"] = dict(settings.sizes)
    problems = [*selection.problems, *session.problems]
    return Report(made, session.results(), problems)


def _executor(settings: Settings) -> str:
    """Return who runs what JAX derives."""
    if settings.executor != "auto":
        return settings.executor
    if settings.device == "gpu":
        return "xla"
    return "numpy, xla at large sizes" if settings.size or settings.sizes else "numpy"


class _Session:
    """The records of a run, and what is known of each of them so far."""

    def __init__(
        self,
        records: Sequence[Record],
        settings: Settings,
        desk: Desk,
        on_result: Callable[[str], None],
    ):
        self.records, self.settings = records, settings
        self.desk, self.on_result = desk, on_result
        self.found: dict[int, list[Judged]] = {}
        self.problems: list[Problem] = []

    def recall(self) -> int:
        """Take what is remembered; return how many verdicts those are."""
        known = self.desk.memory.recall(self.records, self.settings)
        for index, judged in enumerate(known):
            if judged is not None:
                self.found[index] = judged
                self.on_result(self.records[index].id)
        return sum(map(len, self.found.values()))

    def verify(self, jobs: int | None) -> bool:
        """Check and verify all that is not known; say whether that was cut short."""
        left = [index for index in range(len(self.records)) if index not in self.found]
        if not left:
            return False
        device = self.settings.device
        jobs = min(pool.crew(jobs, device), -(-len(left) // WORTH))
        try:
            self.desk.start(device, jobs)  # in vain, if checking decides everything
            checked = [(index, self._check(index)) for index in left]
            open_ = {index: statement for index, statement in checked if statement}
            return self._ask(open_, jobs)
        finally:
            self.desk.memory.flush()

    def results(self) -> list[Result]:
        """Return the results of all that is known, in the order of the records."""
        return [
            result
            for index, record in enumerate(self.records)
            if index in self.found
            for result in results(record, self.settings.layouts, self.found[index])
        ]

    def _check(self, index: int) -> Statement | None:
        """Return what is to be verified of a record, if anything is."""
        from ..language.checker import check  # slow to import: not for what is known

        statement, mistakes = check(self.records[index])
        self.problems += mistakes
        if statement is None:
            self.on_result(self.records[index].id)
            return None
        asked = statement.asked(self.settings.layouts)
        if asked is None:
            self._take(index, [])
        elif (outcomes := decided(asked)) is not None:
            self._take(index, judged(asked, outcomes))
        else:
            return asked
        return None

    def _ask(self, statements: Mapping[int, Statement], jobs: int) -> bool:
        """Run the workers; say whether they were interrupted."""
        indexes = list(statements)

        def take(number: int, outcome: Any) -> None:
            index = indexes[number]
            self._take(index, judged(statements[index], outcome))

        try:
            self.desk.run(
                [self.records[index] for index in indexes],
                self.settings,
                jobs=jobs,
                chunk_size=CHUNK,
                on_result=take,
            )
        except KeyboardInterrupt:
            return True
        except pool.WorkerStartError as error:
            reason, _, detail = str(error).partition("\n")
            crash = pool.Crash(reason, detail)
            for number, index in enumerate(indexes):
                if index not in self.found:
                    take(number, crash)
        return False

    def _take(self, index: int, found: list[Judged]) -> None:
        self.found[index] = found
        self.desk.memory.keep(self.records[index], self.settings, found)
        self.on_result(self.records[index].id)


def unknown_sizes(records: Sequence[Record], settings: Settings) -> None:
    """Refuse sizes that no record has; InputError says which, and which there are."""
    if not settings.sizes:
        return
    from ..language.checker import check

    known: set[str] = set()
    for record in records:
        statement, _ = check(record)
        known |= statement.sizes if statement else set()
    for name, _ in settings.sizes:
        if name not in known:
            some = ", ".join(f"`{one}`" for one in sorted(known)[:MOST_NAMED])
            hint = did_you_mean(name, sorted(known)) or (
                f"there are {some}" if some else "there are no sizes at all"
            )
            raise Unknown(f"no record has a size `{name}`", hint)


def decided(statement: Statement) -> list[Outcome] | None:
    """Return what the symbols alone decide, for which no worker is needed."""
    if statement.record.subject != "shape":
        return None
    from ..judging.shape_claim import judge_shape

    return [judge_shape(statement, claim) for claim in statement.claims]


def judged(statement: Statement, outcome: Any) -> list[Judged]:
    """Join claims and outcomes; a crash is one for every claim of the record."""
    from ..language.term import show_shape

    claims = statement.claims
    if not isinstance(outcome, pool.Crash) and len(outcome) != len(claims):
        counts = f"{len(outcome)} outcomes for {len(claims)} claims"
        outcome = pool.Crash(f"the worker gave {counts}")
    if isinstance(outcome, pool.Crash):
        evidence = {"note": outcome.reason, "detail": outcome.detail}
        if outcome.limit:
            evidence = {"note": outcome.reason, "limit": True}
        outcome = [Outcome(CRASHED, evidence)] * len(claims)
    return [
        Judged(
            "" if claim.term is None else show_shape(claim.demanded),
            "" if claim.term is None or claim.fits else show_shape(claim.term.shape),
            found,
        )
        for claim, found in zip(claims, outcome, strict=True)
    ]
