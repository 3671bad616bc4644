"""A whole run: records, statements, workers, results."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from ..engine.outcome import Outcome
from ..engine.settings import LAYOUTS, Settings
from ..language.checker import check
from ..language.statement import Claim, Statement
from ..language.term import show_shape
from ..reading.problem import Problem
from ..reading.record import Record
from ..results.model import Report, Result
from . import pool
from .catalogue import Selection, select
from .device import find as find_device

WORK = "verifier.running.verification:verify_chunk"
CHUNK = 12  # records that share an XLA module; more compile no faster, and take memory
PACKAGES = ("nabla-verifier", "jax", "jaxlib", "numpy", "python-flint")


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
    layout: Literal["both", "numerator", "denominator"] = "both",
    draws: int = 256,
    seed: int = 0,
    device: Literal["auto", "cpu", "gpu"] = "auto",
    dtype: Literal["float64", "float32"] = "float64",
    jobs: int | None = None,
) -> Report:
    """Verify files, folders, `PATH::id` or built-in ids, as `nabla verify` does.

    >>> report = verify("gradient-of-quadratic-form", draws=8, device="cpu")
    >>> report.counts["holds"], report.surprises
    (4, [])

    `report.results` has a result for each claim in each layout, `report.surprises`
    those with another verdict than the record expects, `report.problems` the mistakes
    of records that could not be read.
    """
    selection = select([str(path) for path in paths])
    layouts = LAYOUTS if layout == "both" else (layout,)
    settings = Settings(seed, draws, dtype, find_device(device), layouts)
    return run(selection, settings, jobs=jobs)


def run(
    selection: Selection,
    settings: Settings,
    *,
    jobs: int | None = None,
    command: str = "",
    on_result: Callable[[str], None] = lambda id: None,
    kept: pool.Kept | None = None,
) -> Report:
    """Check all records, verify the sound ones in workers, and collect the results.

    An interruption keeps what is finished and marks the report.
    """
    began, started = time.monotonic(), datetime.now(UTC)
    statements, problems = [], list(selection.problems)
    for record in selection.records:
        statement, found = check(record)
        problems += found
        if statement is not None and (left := statement.asked(settings.layouts)):
            statements.append(left)
        else:
            on_result(record.id)
    found, interrupted = verified(statements, settings, jobs, on_result, kept)
    made: dict[str, Any] = {
        "seed": settings.seed,
        "draws": settings.draws,
        "device": settings.device,
        "dtype": settings.dtype,
        "layouts": list(settings.layouts),
        "versions": versions(),
        "seconds": round(time.monotonic() - began, 3),
        "started": started.isoformat(timespec="seconds"),
        "command": command,
        "interrupted": interrupted,
    }
    return Report(made, found, problems)


def verified(
    statements: Sequence[Statement],
    settings: Settings,
    jobs: int | None,
    on_result: Callable[[str], None],
    kept: pool.Kept | None = None,
) -> tuple[list[Result], bool]:
    """Run the workers; return the results in the records' order, and if it was cut."""
    done: dict[int, list[Result]] = {}

    def keep(index: int, outcome: Any) -> None:
        done[index] = list(results(statements[index], outcome))
        on_result(statements[index].record.id)

    interrupted = False
    try:
        pool.run(
            [statement.record for statement in statements],
            WORK,
            settings,
            jobs=jobs,
            chunk_size=CHUNK,
            device=settings.device,
            on_result=keep,
            kept=kept,
        )
    except KeyboardInterrupt:
        interrupted = True
    except pool.WorkerStartError as error:
        for index in range(len(statements)):
            if index not in done:
                keep(index, pool.Crash(*str(error).partition("\n")[::2]))
    return [result for index in sorted(done) for result in done[index]], interrupted


def results(statement: Statement, outcome: Any) -> Iterator[Result]:
    """Yield a result for each claim; a crash is one for every claim of the record."""
    if isinstance(outcome, pool.Crash):
        evidence = {"note": outcome.reason, "detail": outcome.detail}
        for claim in statement.claims:
            yield result(statement, claim, Outcome("crashed", evidence))
    elif len(outcome) != len(statement.claims):
        counts = f"{len(outcome)} outcomes for {len(statement.claims)} claims"
        yield from results(statement, pool.Crash(f"the worker gave {counts}"))
    else:
        for claim, found in zip(statement.claims, outcome, strict=True):
            yield result(statement, claim, found)


def result(statement: Statement, claim: Claim, outcome: Outcome) -> Result:
    """Join what was claimed and what was found."""
    record = statement.record
    layout = claim.layout.value if claim.layout else ""
    return Result(
        id=record.id,
        claim=claim_name(record, claim),
        layout=layout,
        text=claim.text,
        verdict=outcome.verdict,
        expected=record.expect,
        evidence=outcome.evidence,
        diagnosis=outcome.diagnosis,
        counterexample=outcome.counterexample,
        # A known mistake is explained by its small case: there are hundreds of them.
        sample=None if record.expect == "fails" else outcome.sample,
        file=claim.place.file,
        line=claim.place.line,
        column=claim.place.column,
        title=record.title,
        source=record.source,
        why=record.why,
        notes=record.notes,
        tags=list(record.tags),
        subject=left_side_text(record, claim.field),
        types={name: text.value for name, text in record.where.items()},
        shape="" if claim.term is None else show_shape(claim.demanded),
        claimed_shape=""
        if claim.term is None or claim.fits
        else show_shape(claim.term.shape),
        statement=statement_of(record),
    )


def statement_of(record: Record) -> dict[str, Any]:
    """Return the texts of a record that its claims are about, without empty ones."""
    said = {
        "kind": record.subject,
        "body": record.body.value,
        "wrt": [text.value for text in record.wrt],
        "let": {name: text.value for name, text in record.let.items()},
        "as": record.approach and record.approach.value,
        "small": record.small and record.small.value,
        "error": record.error and record.error.value,
        "order": record.order and record.order.value,
        "entries": "" if record.entries == "all" else record.entries,
    }
    return {name: value for name, value in said.items() if value}


def claim_name(record: Record, claim: Claim) -> str:
    """Return what kind of claim this is; a `both` is one of each layout."""
    if record.subject in ("shape", "sign"):
        return record.subject
    return claim.layout.value if claim.layout else claim.field


def left_side_text(record: Record, field: str) -> str:
    """Return what the claim is about, as people write it."""
    body = record.body.value.strip()
    wrt = ", ".join(text.value.strip() for text in record.wrt)
    small = record.small.value.strip() if record.small else ""
    match record.subject:
        case "function" if field == "differential":
            return f"d({body})"
        case "function" if field == "hessian":
            return f"the Hessian of {body} over {wrt}"
        case "function":
            return f"d({body})/d{wrt}"
        case "shape":
            order = record.order.value.strip() if record.order else "1"
            power = "" if order == "1" else f"^{order}"
            return f"the shape of d{power}({body})/d{wrt}{power}"
        case "limit":
            towards = record.approach.value.strip() if record.approach else ""
            return f"lim {body} as {towards}"
        case "expansion":
            error = record.error.value.strip() if record.error else ""
            return f"{body} up to {error}"
        case "sign":
            return f"the sign of {body} for small {small}"
    return body


def versions() -> dict[str, str]:
    """Return what computed the results, without importing any of it."""
    from importlib import metadata  # slow to import: not for `nabla lint`

    found = {}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return {**found, "python": ".".join(map(str, sys.version_info[:3]))}
