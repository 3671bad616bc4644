"""`verifier.read_notes`: a document read and its statements verified, from Python."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Literal

from ..asking.entry import types_of
from ..engine.settings import LAYOUTS, Settings
from ..notes.model import Digest, Verdict
from ..output.text import problem_text
from ..reading.problem import InputError
from ..running.device import find as find_device
from ..running.noted import judged
from .asking import joined

AUTO = "auto"
CHOICES = (AUTO, *LAYOUTS)
"""In which layout a document is read."""


def read_notes(
    path: str | Path,
    *,
    layout: Literal["auto", "numerator", "denominator", "mixed"] = AUTO,
    where: str | Mapping[str, str] = "",
    draws: int = 256,
    seed: int = 0,
    device: Literal["auto", "cpu", "gpu"] = "auto",
    jobs: int | None = None,
    fresh: bool = False,
    cluster: str | None = None,
) -> Digest:
    """Read a document and verify what it states, as `nabla notes` does.

    >>> digest = read_notes("docs/sample-notes.tex", draws=64, device="cpu")
    >>> digest.counts["read"], [error.finding.place.line for error in digest.errors]
    (5, [18])

    LaTeX, Markdown, notebooks and plain text are told by their names. `where` has types
    that the document does not give. `cluster` is the address of a Dask scheduler, or
    `local:4`, in the place of `jobs`. `digest.verdicts` has every formula that could be
    a statement, with what it was read as; `digest.errors` those that are wrong.
    """
    if layout not in CHOICES:
        raise InputError(f"layout is one of {', '.join(CHOICES)}, not {layout!r}")
    try:
        place = find_device(device, here=not cluster)
        settings = Settings(seed, draws, device=place, layouts=LAYOUTS)
    except ValueError as error:
        raise InputError(str(error)) from None
    types = declared(where if isinstance(where, str) else joined(where))
    (digest,) = judged(
        [read(path, layout, types)], settings, jobs=jobs, fresh=fresh, cluster=cluster
    )
    return digest


def read_all(
    paths: Sequence[str | Path],
    layout: str,
    where: Mapping[str, str],
    on_read: Callable[[str], None] = lambda path: None,
) -> list[Digest]:
    """Read documents, and verify nothing yet."""
    digests = []
    for path in paths:
        on_read(os.fspath(path))
        digests.append(read(path, layout, where))
    return digests


def read(path: str | Path, layout: str, where: Mapping[str, str]) -> Digest:
    """Read a document: what it states, and nothing of whether that holds."""
    from ..notes.reading import read_document  # slow to import: not for `--help`
    from ..notes.scanning import scan

    document = scan(path)
    found = read_document(document, "" if layout == AUTO else layout, where)
    return Digest(
        document.name,
        document.source,
        found.layout,
        found.why_layout,
        tuple(Verdict(finding) for finding in found.findings),
        tuple(dict.fromkeys([*document.problems, *found.problems])),
    )


def declared(where: str) -> dict[str, str]:
    """Return types as they are typed, by name; InputError where they cannot be read."""
    types, problems = types_of(where) if where.strip() else ({}, [])
    if problems:
        raise InputError("\n\n".join(map(problem_text, problems)), problems)
    return types
