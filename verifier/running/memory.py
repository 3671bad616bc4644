"""Verdicts that are remembered between runs, while all that they rest on is the same.

That is the text of a record, the settings, the program, and the versions of what it
computes with. Where a record stands does not matter: places are attached anew. A crash
is never remembered.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, fields, is_dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

from ..engine.settings import Settings
from ..reading.problem import Place, Text
from ..reading.record import Record
from . import cache
from .journal import Journal, take
from .judged import CRASHED, Judged, read, written
from .store import Store
from .versions import machine, versions

FILE = "verdicts.sqlite"
AT_ONCE = 64  # records whose findings wait to be written
PACKAGE = Path(__file__).parent.parent


class Memory:
    """What was found of records: in this process, and on disk where that can be done.

    One Memory belongs to one set of workers: they run the program that was there when
    it was made, and nothing is remembered once that has changed.
    """

    def __init__(self, work: str, fresh: bool = False):
        """Remember what `work` finds; a fresh memory knows only what it was told."""
        self.program, self.versions = program(), versions()
        self.basis = [work, self.program, self.versions, machine()]
        self.found: dict[bytes, list[Judged]] = {}
        self.waiting: dict[bytes, str] = {}
        self.fresh = fresh
        folder = cache.folder("verdicts") if self.program else None
        self.store = folder and Store(folder / FILE)
        self.journal = folder and Journal(folder)
        if folder and self.store:
            take(folder, self.store.put)

    def recall(
        self, records: Sequence[Record], settings: Settings
    ) -> list[list[Judged] | None]:
        """Return what is known of each record: of each of its claims, or None."""
        keys = self._keys(records, settings)
        missing = [key for key in keys if key not in self.found]
        if self.store and missing and not self.fresh:
            for key, text in self.store.get(missing).items():
                with suppress(ValueError):
                    self.found[key] = read(text)
        return [self.found.get(key) for key in keys]

    def keep(self, record: Record, settings: Settings, found: Sequence[Judged]) -> None:
        """Remember what was found of a record; `flush` writes what is left."""
        if any(one.outcome.verdict == CRASHED for one in found):
            return
        (key,) = self._keys([record], settings)
        self.found[key] = list(found)
        try:
            self.waiting[key] = written(found)
        except TypeError:  # what does not survive being written is asked again
            return
        if self.journal:
            self.journal.add(key, self.waiting[key])
        if len(self.waiting) % AT_ONCE == 0:  # and not each time where that fails
            self.flush()

    def flush(self) -> None:
        """Write what was found since; what cannot be written stays in the journal."""
        current = self.waiting and program() == self.program
        if current and self.store and not self.store.put(self.waiting):
            return
        self.waiting = {}
        if self.journal:
            self.journal.clear()

    def close(self) -> None:
        """Write what is left, and leave no journal behind but for what could not be."""
        self.flush()
        if self.journal:
            self.journal.close(kept=not self.waiting)

    def _keys(self, records: Iterable[Record], settings: Settings) -> list[bytes]:
        basis = json.dumps([*self.basis, asdict(settings)]).encode()
        # The title of its file is no part of a record.
        said = (content(replace(record, topic="")) for record in records)
        texts = (json.dumps(one).encode() for one in said)
        return [blake2b(basis + text, digest_size=16).digest() for text in texts]


def content(value: Any) -> Any:
    """Return all that a record says as JSON values, without where it says it."""
    if isinstance(value, Text):
        return value.value
    if isinstance(value, Place):
        return None
    if is_dataclass(value):
        return [content(getattr(value, field.name)) for field in fields(value)]
    if isinstance(value, Mapping):
        return [[key, content(item)] for key, item in value.items()]
    if isinstance(value, tuple):
        return [content(item) for item in value]
    return value


def program() -> str:
    """Return a hash of this package's own program; "" where it cannot be read."""
    digest = blake2b(digest_size=16)
    files = sorted(PACKAGE.glob("*/*.py"))
    try:
        for file in files:
            data = blake2b(file.read_bytes()).digest()
            digest.update(f"{file.parent.name}/{file.name}\0".encode() + data)
    except OSError:  # it is being edited
        return ""
    return digest.hexdigest() if files else ""
