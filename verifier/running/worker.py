"""A worker process: it receives chunks of items, works on them, answers, nothing else.

`python -m verifier.running.worker MODULE:FUNCTION BYTES PARENT` starts one; `process`
is the other end of its pipes. Nothing numeric is imported here before the worker's own
work is, so that `environment` has been in force by then. A cluster calls `execute`.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import importlib
import math
import os
import pickle
import queue
import signal
import struct
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

HEADER = struct.Struct(">4sQ")  # a mark against stray bytes, then the frame's length
MARK = b"nbla"
LONGEST_FRAME = 2**30
LONGEST_DETAIL = 4096  # characters of a traceback that travel
YOUNG = 50_000  # objects between two looks for garbage: terms and tracers are many
ORPHAN_SECONDS = 2.0  # how long a worker outlives its parent in the middle of an item
PLATFORMS = {"cpu": "cpu", "gpu": "cuda,cpu"}  # a missing GPU is an error, no fallback


def execute(work: str, items: Sequence[Any], settings: Any) -> list[Any]:
    """Call `work` ("module:function") on the items: one result an item, in order."""
    results = list(resolve(work)(list(items), settings))
    _count(work, results, items)
    return results


def _count(work: str, results: Sequence[Any], items: Sequence[Any]) -> None:
    if len(results) != len(items):
        raise ValueError(f"`{work}` gave {len(results)} results for {len(items)} items")


def resolve(work: str) -> Callable[[list[Any], Any], Sequence[Any]]:
    """Import what "module:function" names."""
    module, colon, function = work.partition(":")
    if not (module and colon and function):
        raise ValueError(f"work is named as `module:function`, not as `{work}`")
    return getattr(importlib.import_module(module), function)


# --- the environment --------------------------------------------------------------


def environment(
    device: str = "cpu", base: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return a worker's whole environment, made from `base` (this process's own).

    One thread for XLA's pool and one for OpenBLAS: with more, batched LAPACK calls of
    jaxlib 0.10 wait for each other for ever, and processes give the parallelism anyway.
    """
    if device not in PLATFORMS:
        raise ValueError(f"device is one of {', '.join(PLATFORMS)}, not `{device}`")
    base = os.environ if base is None else base
    # A verdict must not depend on what a user set for other programs of theirs.
    dropped = {"PYTHONINSPECT", "PYTHONSTARTUP", "PYTHONWARNINGS", "PYTHONSAFEPATH"}
    dropped |= {"NVIDIA_TF32_OVERRIDE"}
    if device == "cpu":  # of a GPU's flags some are needed to find it
        dropped |= {"XLA_FLAGS"}
    kept = {
        name: value
        for name, value in base.items()
        if not name.startswith("JAX_") and name not in dropped
    }
    threads = ("NPROC", "PJRT_NPROC", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")
    chosen = dict.fromkeys((*threads, "MKL_NUM_THREADS"), "1") | {
        "JAX_ENABLE_X64": "1",
        "JAX_ENABLE_COMPILATION_CACHE": "0",  # nothing is compiled but on demand
        "JAX_PLATFORMS": PLATFORMS[device],
        "TF_CPP_MIN_LOG_LEVEL": "2",  # errors only: they end in the crash's detail
        "PYTHONIOENCODING": "utf-8:backslashreplace",
        "PYTHONPATH": os.pathsep.join(os.path.abspath(path) for path in sys.path),
    }
    if device == "gpu":  # leave memory to others unless the user has said how much
        kept.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
    return kept | chosen


# --- the pipes --------------------------------------------------------------------


def write_frame(pipe: IO[bytes], frame: bytes) -> None:
    """Write one frame."""
    pipe.write(HEADER.pack(MARK, len(frame)) + frame)
    pipe.flush()


def read_frame(pipe: IO[bytes]) -> bytes | None:
    """Read one frame; None at the end of the pipe, ValueError for anything else."""
    header = pipe.read(HEADER.size)
    if not header:
        return None
    if len(header) < HEADER.size:
        raise ValueError("half a header")
    mark, length = HEADER.unpack(header)
    if mark != MARK or length > LONGEST_FRAME:
        raise ValueError("not a frame")
    frame = pipe.read(length)
    if len(frame) < length:
        raise ValueError("half a frame")
    return frame


def take_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Move the pipes to private descriptors: what the work prints goes to stderr."""
    requests, answers = os.dup(0), os.dup(1)  # dup'ed ones are not inherited further
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(2, 1)
    os.close(null)
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(requests, os.O_BINARY)
        msvcrt.setmode(answers, os.O_BINARY)
    return os.fdopen(requests, "rb"), os.fdopen(answers, "wb")


# --- the process ------------------------------------------------------------------


def main(work: str, address_space: int, parent: int) -> None:
    """Say that the work is imported, then answer every request until the pipe ends."""
    requests, answers = take_pipes()
    faulthandler.enable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    bind(address_space, parent)
    gc.disable()  # to look for garbage in what is imported takes a sixth of the time
    resolve(work)
    gc.freeze()
    gc.enable()
    gc.set_threshold(YOUNG, 20, 50)
    inbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(requests, inbox), daemon=True).start()
    write_frame(answers, pickle.dumps(("ready",)))

    def send(*message: Any) -> None:
        write_frame(answers, pickle.dumps(message))

    while (request := inbox.get()) is not None:
        _answer(work, request, send)


def bind(address_space: int, parent: int) -> None:
    """Bound the memory and tie this process's life to its parent's, on Linux."""
    if sys.platform != "linux":
        return
    import ctypes
    import resource

    die_with_parent = 1  # PR_SET_PDEATHSIG
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(die_with_parent, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit("the parent is gone")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # who is killed leaves no file
    with contextlib.suppress(OSError):  # short of memory, Linux ends workers first
        Path("/proc/self/oom_score_adj").write_text("500")
    if address_space:
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        if hard != resource.RLIM_INFINITY:
            address_space = min(address_space, hard)
        resource.setrlimit(resource.RLIMIT_AS, (address_space, hard))


def _listen(requests: IO[bytes], inbox: queue.SimpleQueue[bytes | None]) -> None:
    """Pass requests on; when the pipe ends, see to it that this process does too."""
    try:
        while (request := read_frame(requests)) is not None:
            inbox.put(request)
    finally:
        inbox.put(None)
        time.sleep(ORPHAN_SECONDS)
        os._exit(1)


def _answer(work: str, request: bytes, send: Callable[..., None]) -> None:
    """Work on one chunk: send the results, or what went wrong."""
    try:
        items, settings, seconds, budgets = pickle.loads(request)
        # Where it stood when the parent lost patience; needs no help from Python.
        faulthandler.dump_traceback_later(seconds - min(1.0, seconds / 10))
        results = resolve(work)(items, settings)
        if isinstance(results, Iterator):
            _one_by_one(work, results, budgets, send)
        else:
            results = list(results)
            _count(work, results, items)
            send("results", results)
    except BaseException as error:  # SystemExit of the work included
        name = type(error).__name__
        text = "".join(traceback.format_exception_only(error)).strip()
        detail = "".join(traceback.format_exception(error))[-LONGEST_DETAIL:]
        send("error", f"raised {text or name}"[:500], detail)
    finally:
        allow(0)
        faulthandler.cancel_dump_traceback_later()


def _one_by_one(
    work: str,
    results: Iterator[Any],
    budgets: Sequence[float],
    send: Callable[..., None],
) -> None:
    """Send each result when it is there, each made within the seconds it may take."""
    send("one by one")
    for index, budget in enumerate(budgets):
        allow(budget)
        try:
            result = next(results)
        except StopIteration:
            said = f"`{work}` gave {index} results for {len(budgets)} items"
            raise ValueError(said) from None
        send("results", [result])


def allow(seconds: float) -> None:
    """Let this process compute for so many seconds more, or without end if 0.

    The kernel counts and kills: nothing within XLA or BLAS could be interrupted
    otherwise. A busy machine makes no difference, since only own seconds count.
    """
    if os.name != "posix":
        return
    import resource

    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    soft = math.ceil(time.process_time() + seconds) if seconds else hard
    if hard != resource.RLIM_INFINITY:
        soft = min(soft, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
