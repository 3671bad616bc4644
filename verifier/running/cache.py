"""The folder of what is kept between runs, which nobody else may write to."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path


def folder(name: str, base: Mapping[str, str] | None = None) -> Path | None:
    """Return a folder of the cache, made if need be; None: do without one.

    The cache is NABLA_CACHE_DIR, or nabla-verifier in XDG_CACHE_HOME or ~/.cache. What
    is read from it is believed, so a folder that others may write to is not used.
    """
    base = os.environ if base is None else base
    try:
        home = Path(base.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        root = Path(base.get("NABLA_CACHE_DIR") or home / "nabla-verifier")
        found = root.absolute() / name
        found.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = found.stat()
        if os.name == "posix" and (
            status.st_uid != os.geteuid()
            or status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
        ):
            return None
        probe = found / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except (OSError, RuntimeError):  # RuntimeError: no home folder can be told
        return None
    return found
