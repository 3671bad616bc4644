"""Work for the pool's tests: functions that misbehave in a worker process."""

from __future__ import annotations

import atexit
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

MIB = 2**20
Item = tuple[str, Any]


def perform(items: list[Item], settings: Any) -> list[Any]:
    """Do what each item says; an item is the name of a deed below and a value."""
    return [DEEDS[deed](value) for deed, value in items]


def each(items: list[Item], settings: Any) -> Iterator[Any]:
    """Do the same, and give each result when it is there."""
    for deed, value in items:
        yield DEEDS[deed](value)


def lost(items: list[Item], settings: Any) -> Iterator[Any]:
    """Leave out what an item says to lose."""
    return each([one for one in items if one[0] != "lose"], settings)


def square(value: int) -> int:
    return value * value


def grow(value: int) -> int:
    """Allocate and touch 4 GB, in blocks."""
    blocks = [bytes([value % 255 + 1]) * (64 * MIB) for _ in range(64)]
    return len(blocks)


def babble(value: int) -> int:
    """Print on stdout, in the three ways that there are."""
    print("\x00\x00garbage", value)
    os.write(1, b"\xff" * 100_000)
    subprocess.run([sys.executable, "-c", "print('garbage')"], check=True)
    sys.stdin.read()
    return square(value)


def forge(value: int) -> int:
    """Write garbage on every pipe that can be found, the private ones included."""
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, b"garbage, garbage, garbage")
        except OSError:
            continue
    return value


def fail_once(marker: str) -> str:
    """Kill the process the first time, and do well the second."""
    if not Path(marker).exists():
        Path(marker).touch()
        os._exit(7)
    return "second time"


def linger(value: int) -> int:
    """Arrange for the process to hang at its exit."""
    atexit.register(time.sleep, 60)
    return square(value)


def leave_child(value: int) -> int:
    """Leave a process behind that holds this one's pipes."""
    code = "import time; time.sleep(60)"
    return subprocess.Popen([sys.executable, "-c", code], close_fds=False).pid


def tell(path: str) -> None:
    """Write this process's number to a file, and hang."""
    Path(f"{path}.part").write_text(str(os.getpid()))
    Path(f"{path}.part").rename(path)
    spin(0)


def spin(value: int) -> None:
    while True:
        pass


def burn(seconds: float) -> float:
    """Compute for so long."""
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass
    return seconds


def mark(file: str) -> int:
    """Return how often this was asked for."""
    with open(file, "a") as marks:
        marks.write(".")
    return Path(file).stat().st_size


def rest(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def pids(seconds: float) -> tuple[int, int]:
    """Take a while; return this process, and the one that started it."""
    time.sleep(seconds)
    return os.getpid(), os.getppid()


def once(marker: str) -> str:
    """Kill the process that started this one, the first time only."""
    if not Path(marker).exists():
        Path(marker).touch()
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(60)
    return "second time"


class Unloadable:
    """Can be pickled, but not unpickled."""

    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return int, ("not a number",)


DEEDS: dict[str, Callable[[Any], Any]] = {
    "square": square,
    "kill": lambda value: os.kill(os.getpid(), signal.SIGKILL),
    "exit": lambda value: os._exit(0),
    "sys-exit": lambda value: sys.exit(0),
    "segfault": lambda value: ctypes.string_at(0),
    "abort": lambda value: os.abort(),
    "raise": lambda value: 1 / 0,
    "interrupt": lambda value: (_ for _ in ()).throw(KeyboardInterrupt),
    "lambda": lambda value: lambda: value,
    "unloadable": lambda value: Unloadable(),
    "spin": spin,
    "burn": burn,
    "mark": mark,
    "grow": grow,
    "babble": babble,
    "forge": forge,
    "fail-once": fail_once,
    "linger": linger,
    "leave-child": leave_child,
    "tell": tell,
    "pause": time.sleep,
    "pid": lambda value: os.getpid(),
    "pids": pids,
    "once": once,
    "rest": rest,
    "environment": os.environ.get,
    "modules": lambda name: name in sys.modules,
}


def swallow(items: list[Item], settings: Any) -> list[Any]:
    """Lose a result wherever an item says `lose`."""
    return [value for deed, value in items if deed != "lose"]


def give_back(items: list[Any], settings: Any) -> list[Any]:
    return items


def with_jax(items: list[int], settings: Any) -> list[float]:
    """Differentiate x^2 by JAX."""
    import jax

    return [float(jax.jit(jax.grad(lambda x: x * x))(float(item))) for item in items]
