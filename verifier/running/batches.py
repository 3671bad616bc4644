"""Claims as tests of pytest: their names, and which of them are verified together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..reading.record import Record
from ..reading.source import SUFFIXES
from .judged import asked, claim_name

BATCH = 96
"""Records that are verified together: to start a worker costs as much as twenty."""


def test_names(record: Record, layouts: Sequence[str]) -> list[str]:
    """Return a name for each claim, with what tells equal ones apart behind it.

    No brackets: pytest takes what stands in them for a parameter of a test function.
    """
    claims = list(asked(record, layouts))
    names = [claim_name(record, claim.field, layout) for claim, layout in claims]
    if len({layout for _, layout in claims}) > 1:
        both = [(name, claim[1]) for name, claim in zip(names, claims, strict=True)]
        names = [n if n == layout else f"{n}-{layout}" for n, layout in both]
    counts: dict[str, int] = {}
    numbered = []
    for name in names:
        counts[name] = counts.get(name, 0) + 1
        several = names.count(name) > 1
        numbered.append(f"{name}-{counts[name]}" if several else name)
    return numbered


def batches(nodeids: Iterable[str], mode: str) -> dict[str, str]:
    """Return the batch of each claim, by their names alone.

    The main process of xdist knows no more than the names, and must come to the same
    batches as its workers do.
    """
    found: dict[str, str] = {}
    records: dict[str, int] = {}
    for nodeid in nodeids:
        file, _, rest = nodeid.partition("::")
        if not file.endswith(SUFFIXES) or "::" not in rest:
            continue
        record = nodeid.rpartition("::")[0]
        if mode == "loadfile":
            found[nodeid] = file
        elif mode == "load":
            number = records.setdefault(record, len(records))
            found[nodeid] = f"batch {number // BATCH}"
        else:
            found[nodeid] = record
    return found
