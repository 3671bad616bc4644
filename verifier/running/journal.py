"""What was found since the store was last written: a line each, there at once.

The store is written now and then, for it costs; a process that is killed in between
leaves its journal behind, and the next one takes what is in it.
"""

from __future__ import annotations

import os
import secrets
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

SUFFIX = ".journal"
MOST_BYTES = 2**24
"""A journal that is longer than any that was ever written is not read."""


class Journal:
    """A file that lines are added to; where that cannot be, there is none."""

    def __init__(self, folder: Path):
        self.file = folder / f"{secrets.token_hex(8)}{SUFFIX}"
        self._stream: BinaryIO | None = None

    def add(self, key: bytes, text: str) -> None:
        """Add a text under a key, and leave it to the system: it outlives us."""
        with suppress(OSError):
            if self._stream is None:
                self._stream = self.file.open("ab", buffering=0)
                _lock(self._stream)
            self._stream.write(_line(key, text))  # half of it, where a disk is full

    def clear(self) -> None:
        """Forget all: it is in the store."""
        if self._stream is not None:
            with suppress(OSError):
                self._stream.truncate(0)

    def close(self, kept: bool = True) -> None:
        """Leave nothing behind; where it is not kept elsewhere, leave the file."""
        if self._stream is not None:
            with suppress(OSError):
                self._stream.close()
                if kept:
                    self.file.unlink(missing_ok=True)
            self._stream = None


def take(folder: Path, keep: Callable[[dict[bytes, str]], bool]) -> None:
    """Keep what is in journals whose process has ended; what is kept is deleted."""
    for file in folder.glob(f"*{SUFFIX}"):
        with suppress(OSError), file.open("r+b") as stream:
            _lock(stream)  # or it is somebody's, who is still at work
            if keep(dict(texts(stream.read(MOST_BYTES)))):
                file.unlink(missing_ok=True)


def _line(key: bytes, text: str) -> bytes:
    data = f"{key.hex()} {text}".encode()
    # On a line of its own, whatever is left there of another.
    return b"\n%08x %s\n" % (zlib.crc32(data), data)


def texts(data: bytes) -> Iterator[tuple[bytes, str]]:
    """Yield the lines that are whole."""
    for line in data.split(b"\n"):
        seal, _, said = line.partition(b" ")
        with suppress(ValueError):
            if said and int(seal, 16) == zlib.crc32(said):
                key, _, text = said.decode().partition(" ")
                yield bytes.fromhex(key), text


def _lock(stream: BinaryIO) -> None:
    """Lock a file for as long as it is open; OSError where another has done so."""
    if os.name == "posix":
        import fcntl

        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    else:  # pragma: no cover
        import msvcrt

        stream.seek(0)
        msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
