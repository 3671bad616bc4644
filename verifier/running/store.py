"""Texts under keys, in one file that several processes may use at once.

It is a cache: what cannot be read is absent, what cannot be written is not kept, and a
file that is damaged is deleted. Each text is sealed with its key, so that no bit that
turned on a disk is ever taken for an answer.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing, suppress
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from sqlite3 import Connection

MOST_BYTES = 64 * 2**20
"""Above this, the quarter goes that was not used for longest."""
PATIENCE = 2.0  # seconds to wait for other processes, each of which writes for less
DAY = 86_400
AT_ONCE = 500  # keys in one question: SQLite takes at least 999

TABLE = """
CREATE TABLE IF NOT EXISTS kept (
    key BLOB PRIMARY KEY, text BLOB NOT NULL, seal BLOB NOT NULL, used INTEGER NOT NULL
)"""

T = TypeVar("T")


class Store:
    """A file of texts, bounded in size."""

    def __init__(self, file: Path):
        self.file = file

    def get(self, keys: Iterable[bytes]) -> dict[bytes, str]:
        """Return the texts that are there, and note that they are of use."""
        wanted = list(dict.fromkeys(keys))
        return self._use(lambda base: _get(base, wanted), {}) if wanted else {}

    def put(self, texts: Mapping[bytes, str]) -> bool:
        """Keep texts, of too many the newest; say whether another try is in vain."""
        if not texts or not _available():
            return True
        return self._use(lambda base: _put(base, texts), False)

    def _use(self, action: Callable[[Connection], T], otherwise: T) -> T:
        """Open the file for one action; if that cannot be, do without."""
        if not _available():
            return otherwise
        import sqlite3

        for _ in range(2):
            try:
                with closing(sqlite3.connect(self.file, timeout=PATIENCE)) as base:
                    # What a power failure leaves is sealed, or is damaged and goes.
                    base.execute("PRAGMA synchronous = OFF")
                    base.execute(TABLE)
                    with base:
                        return action(base)
            except sqlite3.OperationalError:  # in use for too long, or not writable
                break
            except sqlite3.DatabaseError:
                for path in (Path(f"{self.file}-journal"), self.file):
                    with suppress(OSError):
                        path.unlink(missing_ok=True)
        return otherwise


def _available() -> bool:
    try:
        import sqlite3  # noqa: F401
    except ImportError:  # a Python that was built without it
        return False
    return True


def _get(base: Connection, keys: list[bytes]) -> dict[bytes, str]:
    found: dict[bytes, str] = {}
    today, unnoted = _today(), []
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        marks = ", ".join("?" * len(some))
        ask = f"SELECT key, text, seal, used FROM kept WHERE key IN ({marks})"
        for key, text, seal, used in base.execute(ask, some):
            if isinstance(text, bytes) and seal == _seal(key, text):
                found[key] = text.decode()
                unnoted += [(today, key)] if used != today else []
    if unnoted:  # once a day: reading hardly ever writes
        base.executemany("UPDATE kept SET used = ? WHERE key = ?", unnoted)
    return found


def _put(base: Connection, texts: Mapping[bytes, str]) -> bool:
    today = _today()
    for key, text in texts.items():
        data = text.encode()
        row = (key, data, _seal(key, data), today)
        base.execute("INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?)", row)
    if _bytes(base) > MOST_BYTES:
        (count,) = base.execute("SELECT COUNT(*) FROM kept").fetchone()
        oldest = "SELECT rowid FROM kept ORDER BY used, rowid LIMIT ?"
        base.execute(f"DELETE FROM kept WHERE rowid IN ({oldest})", (1 + count // 4,))
    return True


def _bytes(base: Connection) -> int:
    """Return how much of the file is in use."""
    names = ("page_count", "freelist_count", "page_size")
    pages, free, size = (base.execute(f"PRAGMA {n}").fetchone()[0] for n in names)
    return (pages - free) * size


def _seal(key: bytes, text: bytes) -> bytes:
    return blake2b(key + text, digest_size=16).digest()


def _today() -> int:
    return int(time.time()) // DAY
