"""Ctrl-C: held back while workers run, and never lost before they do.

Python raises KeyboardInterrupt wherever it is. In a finaliser or in a callback of the
import system the exception is printed and forgotten, and whoever pressed Ctrl-C waits
for a run that has not heard of it. So it is noted as well, until somebody has obeyed.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator

_noted: list[int] = []


@contextlib.contextmanager
def listening() -> Iterator[None]:
    """Note each Ctrl-C meanwhile, besides raising KeyboardInterrupt."""
    before = signal.getsignal(signal.SIGINT)
    if (
        threading.current_thread() is not threading.main_thread()
        or before is not signal.default_int_handler
    ):
        yield
        return
    signal.signal(signal.SIGINT, _note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        obeyed()


def obeyed() -> None:
    """Forget what was noted: it has stopped what it was meant to stop."""
    _noted.clear()


def _note(number: int, frame: object) -> None:
    _noted.append(number)
    raise KeyboardInterrupt


@contextlib.contextmanager
def held() -> Iterator[list[int]]:
    """Hold the first Ctrl-C back to the end, so that it loses no finished result.

    The list is empty until then. A second Ctrl-C is not held.
    """
    found: list[int] = []
    own = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or own not in (
        _note,
        signal.default_int_handler,
    ):
        yield found
        return

    def hold(number: int, frame: object) -> None:
        signal.signal(signal.SIGINT, own)
        found.append(number)

    signal.signal(signal.SIGINT, hold)
    found += _noted  # one that was raised where nobody could catch it
    try:
        yield found
    finally:
        signal.signal(signal.SIGINT, own)
    if found:
        raise KeyboardInterrupt
