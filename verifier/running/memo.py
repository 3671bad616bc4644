"""Answers that are remembered between runs, as long as files and program are the same.

Reading and checking a thousand records takes a second; that they have not changed since
is seen in milliseconds. Only what is derived from the files alone is kept, under a hash
of their contents and of this package's own files. Without a cache folder all is
computed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any

from . import cache

MOST = 16
"""Answers that are kept; the oldest go first."""


def remembered(
    name: str, files: Sequence[str | Path], compute: Callable[[], Any]
) -> Any:
    """Return compute(), or what it returned before; None is not remembered."""
    place = _place(name, files)
    if place is not None:
        with suppress(OSError, ValueError):
            return json.loads(place.read_text())
    answer = compute()
    if place is not None and answer is not None:
        with suppress(OSError):
            _keep(place, json.dumps(answer))
    return answer


def _place(name: str, files: Sequence[str | Path]) -> Path | None:
    folder = cache.folder("answers")
    if folder is None:
        return None
    digest = blake2b(digest_size=16)
    try:
        for path in sorted(Path(__file__).parent.parent.rglob("*.py")):
            stat = path.stat()
            digest.update(f"{path}\0{stat.st_mtime_ns}\0{stat.st_size}\0".encode())
        for file in files:
            digest.update(f"\0{file}\0".encode(errors="replace"))
            digest.update(blake2b(Path(file).read_bytes()).digest())
    except OSError:
        return None
    return folder / f"{name}-{digest.hexdigest()}.json"


def _keep(place: Path, text: str) -> None:
    fresh = place.with_suffix(f".{os.getpid()}")
    fresh.write_text(text)
    os.replace(fresh, place)
    known = sorted(place.parent.glob("*.json"), key=lambda p: p.stat().st_mtime)
    for old in known[:-MOST]:
        old.unlink(missing_ok=True)
