"""Which device the workers compute on; the parent never opens one itself."""

from __future__ import annotations

import subprocess
import sys

from ..engine.settings import DEVICES
from ..reading.problem import InputError
from .worker import environment

PATIENCE = 60.0  # seconds for a process to import jax and list its devices
PROBE = "import jax; print('gpu' if jax.default_backend() == 'gpu' else 'cpu')"


class NoDevice(InputError):
    """A device was asked for that is not there."""


def find(device: str, large: bool = False, here: bool = True) -> str:
    """Return "cpu" or "gpu" for "auto", "cpu" or "gpu"; a GPU must be found to be used.

    Where no large sizes are asked for, a GPU has nothing to do, and "auto" looks for
    none. A process of its own looks, under a time limit: a broken driver may hang.
    Where the workers are not `here` but a cluster's, there is nothing to look at: they
    have a GPU if it was asked for, or say that they have none.
    """
    if device not in DEVICES:
        raise ValueError(f"no such device: {device!r}")
    if device == "cpu" or (device == "auto" and not large):
        return "cpu"
    if not here:
        return "gpu" if device == "gpu" else "cpu"
    if not plugged():
        found, said = "cpu", "JAX has no plugin for one"
    else:
        found, said = probe()
    if device == "gpu" and found != "gpu":
        raise NoDevice(f"no GPU: {said}")
    return found


def plugged() -> bool:
    """Whether jax has a plugin that could find a GPU; looking imports nothing."""
    from importlib import metadata, util  # slow to import: not for `nabla lint`

    named = metadata.entry_points(group="jax_plugins")
    return bool(named) or util.find_spec("jax_plugins") is not None


def probe() -> tuple[str, str]:
    """Ask a process that imports jax; return the device, and why it is no GPU."""
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-c", PROBE],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            env=environment("gpu"),
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "cpu", f"jax found no device within {PATIENCE:.0f} s"
    if done.stdout.strip() == "gpu":
        return "gpu", ""
    last = done.stderr.strip().splitlines()[-1:]
    return "cpu", last[0] if last else "jax sees none"
