"""Files of a report, put in their places: whole, together, and never for worse."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

BESIDE = "interrupted"
"""The folder of what an interrupted run has found, beside the report of a whole one."""
CUT = b'"interrupted": true'
"""What JSON says of a run that was stopped; in a text its quotes would be escaped."""


def room(folder: Path, name: str, interrupted: bool) -> Path:
    """Make and return the folder to write to.

    What an interrupted run has found does not take the place of a report of a whole
    one, which is known by its JSON file.
    """
    if interrupted and _whole(folder / name):
        folder = folder / BESIDE
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def replace(contents: Mapping[Path, str]) -> None:
    """Put files in their places, each in one step, once all of them are written.

    No reader sees half of a file, and where there is no room for one of them, OSError
    says so and all that was there before is still there.
    """
    fresh = {p: p.with_name(f".{p.name}.{os.getpid()}.tmp") for p in contents}
    try:
        for path, content in contents.items():
            with fresh[path].open("w", encoding="utf-8", newline="\n") as stream:
                stream.write(content)
        for path in contents:
            os.replace(fresh[path], path)
    finally:
        for left in fresh.values():
            with suppress(OSError):
                left.unlink(missing_ok=True)


def _whole(file: Path) -> bool:
    """Whether a file is there that does not say that its run was interrupted."""
    try:
        return CUT not in file.read_bytes()
    except OSError:
        return False
