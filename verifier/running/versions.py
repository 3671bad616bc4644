"""What results rest on besides records and settings: versions, and the machine."""

from __future__ import annotations

import os
import platform
import sys

PACKAGES = ("nabla-verifier", "jax", "jaxlib", "numpy", "scipy", "python-flint")


def versions() -> dict[str, str]:
    """Return what computes the results, without importing any of it."""
    from importlib import metadata  # slow to import: not for `nabla lint`

    found = {}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return {**found, "python": ".".join(map(str, sys.version_info[:3]))}


def machine() -> list[str]:
    """Return what else decides how numbers are computed."""
    return [sys.platform, platform.machine(), os.environ.get("XLA_FLAGS", "")]
