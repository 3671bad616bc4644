"""No fault of a worker loses a neighbour's result, stops the parent or stays behind."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pool_faults
import pytest

from verifier.running import chunks, pool, process, worker
from verifier.running.pool import Crash, Limits, WorkerStartError

PATIENT = Limits(seconds_per_item=1, seconds_start=10)
HASTY = Limits(seconds_per_item=0.1, seconds_start=2)
WORK = "pool_faults:perform"
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
posix_only = pytest.mark.skipif(os.name != "posix", reason="sends POSIX signals")


@pytest.fixture(autouse=True)
def _nothing_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """After each test: no child, no zombie, no new thread, no new descriptor."""
    monkeypatch.setenv("NABLA_CACHE_DIR", str(tmp_path / "cache"))
    before = open_descriptors(), threading.active_count()
    yield
    assert (open_descriptors(), threading.active_count()) == before
    if os.name == "posix":
        with pytest.raises(ChildProcessError):
            os.waitpid(-1, os.WNOHANG)


def open_descriptors() -> int:
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.exists() else 0


def results_of(
    items: list[Any],
    work: str = WORK,
    settings: Any = None,
    jobs: int = 1,
    chunk_size: int = 4,
    limits: Limits = PATIENT,
    stop: Callable[[], bool] = lambda: False,
) -> dict[int, Any]:
    """Run the pool; every item is answered at most once."""
    results: dict[int, Any] = {}

    def keep(index: int, result: Any) -> None:
        assert index not in results
        results[index] = result

    pool.run(
        items,
        work,
        settings,
        jobs=jobs,
        chunk_size=chunk_size,
        limits=limits,
        on_result=keep,
        stop=stop,
    )
    return results


def has_ended(pid: int, seconds: float = 5) -> bool:
    """Wait for a process to disappear (or to be a zombie of somebody else's)."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state in "ZX":
            return True
        time.sleep(0.02)
    return False


# --- faults -----------------------------------------------------------------------

FAULTS = {
    "kill": "worker died with signal SIGKILL",
    "exit": "worker ended with exit status 0 before it had answered",
    "sys-exit": "raised SystemExit: 0",
    "segfault": "worker died with signal SIGSEGV",
    "abort": "worker died with signal SIGABRT",
    "raise": "raised ZeroDivisionError: division by zero",
    "interrupt": "raised KeyboardInterrupt",
    "lambda": "raised",
    "unloadable": "worker answered garbage",
    "forge": "worker answered garbage",
}


@posix_only
@pytest.mark.parametrize("deed", FAULTS)
def test_a_fault_is_a_crash_and_its_neighbours_have_their_results(deed: str):
    results = results_of([("square", 2), (deed, 0), ("square", 3)])
    crash = results.pop(1)
    assert results == {0: 4, 2: 9}
    assert isinstance(crash, Crash)
    assert crash.reason.startswith(FAULTS[deed])


@posix_only
def test_a_crash_carries_the_place_where_it_happened():
    results = results_of([("segfault", 0), ("raise", 0)], jobs=2, chunk_size=1)
    assert "Segmentation fault" in results[0].detail
    assert "pool_faults.py" in results[0].detail
    assert "ZeroDivisionError" in results[1].detail
    assert "pool_faults.py" in results[1].detail


def test_an_endless_loop_is_ended_and_its_place_is_told():
    results = results_of([("square", 2), ("spin", 0), ("square", 3)], limits=HASTY)
    crash = results.pop(1)
    assert results == {0: 4, 2: 9}
    assert crash.reason == "no answer within 2.1 s"
    assert "in spin" in crash.detail


def test_work_may_have_less_time_than_a_start():
    limits = Limits(seconds_per_item=0.1, seconds_start=60, seconds_base=0.4)
    results = results_of([("spin", 0), ("square", 2)], chunk_size=1, limits=limits)
    assert results[0].reason == "no answer within 0.5 s"
    assert results[1] == 4


EACH = "pool_faults:each"


@posix_only
def test_an_item_that_computes_too_long_is_stopped_and_costs_no_other_its_result():
    limits = Limits(5, 30, budget=lambda item: 1.0)
    items = [("square", 2), ("spin", 0), ("square", 3), ("rest", 1.5)]
    results = results_of(items, work=EACH, limits=limits)
    reason = "took more than 1 s of processor time"
    assert results == {0: 4, 1: Crash(reason, limit=True), 2: 9, 3: 1.5}


@posix_only
def test_time_that_one_item_leaves_over_is_not_that_of_the_next():
    limits = Limits(5, 30, budget=lambda item: 2.0 if item[1] else 1.0)
    results = results_of([("burn", 1.5), ("burn", 0)], work=EACH, limits=limits)
    assert results == {0: 1.5, 1: 0}


@posix_only
def test_only_the_item_that_kills_its_worker_is_tried_again(tmp_path: Path):
    marks = [("mark", str(tmp_path / name)) for name in "ab"]
    results = results_of([marks[0], ("abort", 0), marks[1]], work=EACH, jobs=1)
    assert "SIGABRT" in results.pop(1).reason
    assert results == {0: 1, 2: 1}


def test_too_few_results_one_by_one_are_a_crash():
    results = results_of([("square", 2), ("lose", 0)], work="pool_faults:lost")
    assert results[0] == 4
    assert results[1].reason.endswith("gave 0 results for 1 items")


@linux_only
def test_a_worker_that_grows_too_large_is_ended():
    limits = Limits(seconds_per_item=1, seconds_start=10, memory_bytes=300 * 2**20)
    results = results_of([("square", 2), ("grow", 0)], limits=limits)
    assert results[0] == 4
    assert results[1].reason == "used more than 300 MiB of memory"


def test_what_the_work_prints_does_not_disturb_the_answers():
    assert results_of([("babble", 2), ("square", 3)]) == {0: 4, 1: 9}


def test_too_few_results_are_nobody_elses_loss():
    items = [("keep", 1), ("keep", 2), ("lose", 3), ("keep", 4)]
    results = results_of(items, work="pool_faults:swallow")
    assert [results[i] for i in (0, 1, 3)] == [1, 2, 4]
    text = "raised ValueError: `pool_faults:swallow` gave 0 results for 1 items"
    assert results[2].reason == text


def test_an_item_that_cannot_be_pickled_is_a_crash():
    results = results_of([("square", 2), ("square", lambda: 0), ("square", 3)])
    assert results[1].reason.startswith("cannot be pickled")
    assert (results[0], results[2]) == (4, 9)


def test_a_lone_item_that_fails_once_is_tried_again(tmp_path: Path):
    items = [("fail-once", str(tmp_path / "marker"))]
    assert results_of(items) == {0: "second time"}


@posix_only
def test_the_second_try_is_in_a_fresh_worker():
    items = [("pid", 0), ("raise", 0), ("pid", 0)]
    results = results_of(items, jobs=1, chunk_size=1)
    assert results[0] != results[2]


@posix_only
@pytest.mark.parametrize(("jobs", "chunk_size"), [(1, 20), (2, 7), (3, 1)])
def test_results_depend_on_neither_jobs_nor_chunk_size(jobs: int, chunk_size: int):
    items: list[pool_faults.Item] = [("square", k) for k in range(20)]
    items[3], items[4], items[17] = ("segfault", 0), ("exit", 0), ("raise", 0)
    results = results_of(items, jobs=jobs, chunk_size=chunk_size)
    assert {k for k, v in results.items() if isinstance(v, Crash)} == {3, 4, 17}
    for k in set(range(20)) - {3, 4, 17}:
        assert results[k] == k * k


def test_a_worker_that_hangs_at_its_exit_is_ended(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pool, "GRACE", 0.5)
    start = time.monotonic()
    assert results_of([("linger", 2)]) == {0: 4}
    assert time.monotonic() - start < 60


@linux_only
def test_processes_that_a_worker_started_end_with_it():
    child = results_of([("leave-child", 0)])[0]
    assert has_ended(child)


def test_large_items_and_results_pass():
    items = [b"x" * 5_000_000] * 3
    assert results_of(items, work="pool_faults:give_back", chunk_size=2) == dict(
        enumerate(items)
    )


# --- start, stop, interrupt -------------------------------------------------------


def test_no_items_start_no_worker():
    assert results_of([], work="no_such_module:f") == {}


def test_workers_that_are_started_ahead_do_the_work_and_stay():
    kept = pool.Kept()
    try:
        kept.start(WORK, limits=PATIENT, count=2)
        kept.start(WORK, limits=PATIENT, count=1)  # there are more already
        ahead = {process.pid for process in kept.workers}
        assert len(ahead) == 2
        for _ in range(2):
            found: dict[int, Any] = {}
            pool.run(
                [("square", k) for k in range(8)],
                WORK,
                None,
                jobs=2,
                chunk_size=1,
                limits=PATIENT,
                on_result=found.__setitem__,
                kept=kept,
            )
            assert found == {k: k * k for k in range(8)}
            assert {process.pid for process in kept.workers} == ahead
    finally:
        kept.close()


def test_workers_that_were_started_in_vain_end_at_once():
    kept = pool.Kept()
    kept.start(WORK, count=2)
    start = time.monotonic()
    kept.close()
    assert kept.workers == {}
    assert time.monotonic() - start < 20


def test_a_start_ahead_that_fails_is_told_by_the_run(monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: Any) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr(pool, "Process", refuse)
    kept = pool.Kept()
    kept.start(WORK, count=5)
    assert kept.workers == {}
    with pytest.raises(pool.WorkerStartError, match="no more processes"):
        results_of([("square", 2)])


@pytest.mark.parametrize("count", [0, 1, 2, 7, 12, 13, 24, 100, 1244])
@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_chunks_get_smaller_so_that_workers_end_together(count: int, jobs: int):
    made = [chunk.indexes for chunk in chunks.portions(count, jobs, 12)]
    assert [k for chunk in made for k in chunk] == list(range(count))
    sizes = [len(chunk) for chunk in made]
    assert sizes == sorted(sizes, reverse=True)
    assert max(sizes, default=0) <= 12
    if jobs == 1:
        assert len(sizes) == -(-count // 12)
    elif count >= 2 * jobs:
        assert len(sizes) >= jobs
        assert sizes[-jobs] <= chunks.SMALLEST  # nobody waits for more than that


def test_a_gpu_has_one_worker():
    assert (pool.crew(5, "gpu"), pool.crew(5, "cpu"), pool.crew(None, "gpu")) == (
        1,
        5,
        1,
    )
    assert pool.crew() == pool.usable_cores()


def test_a_missing_module_is_one_clear_error():
    text = "3 workers in a row failed before they were ready: worker ended with"
    with pytest.raises(WorkerStartError, match=text) as caught:
        results_of([1, 2, 3], work="no_such_module:f", jobs=2)
    assert "No module named 'no_such_module'" in str(caught.value)


@linux_only
def test_too_little_memory_to_start_is_one_clear_error():
    limits = Limits(memory_bytes=2**20)
    with pytest.raises(WorkerStartError, match="used more than 1 MiB of memory"):
        results_of([("square", 2)], limits=limits)


def test_stop_ends_the_run_with_what_has_finished():
    items = [("square", 2), ("spin", 0)]
    seen: dict[int, Any] = {}
    pool.run(
        items,
        WORK,
        None,
        jobs=2,
        chunk_size=1,
        limits=PATIENT,
        on_result=seen.__setitem__,
        stop=lambda: bool(seen),
    )
    assert seen == {0: 4}


def test_an_error_of_the_caller_ends_the_workers():
    def lose(index: int, result: Any) -> None:
        raise LookupError("lost")

    items = [("square", 2), ("spin", 0)]
    with pytest.raises(LookupError, match="lost"):
        pool.run(
            items, WORK, None, jobs=2, chunk_size=1, limits=PATIENT, on_result=lose
        )


@posix_only
def test_an_interrupt_gives_what_has_finished_and_ends_the_workers():
    seen: dict[int, Any] = {}

    def keep(index: int, result: Any) -> None:
        seen[index] = result
        if len(seen) == 1:
            os.kill(os.getpid(), signal.SIGINT)

    items = [("square", 2), ("square", 3), ("spin", 0)]
    with pytest.raises(KeyboardInterrupt):
        pool.run(
            items, WORK, None, jobs=2, chunk_size=2, limits=PATIENT, on_result=keep
        )
    assert seen == {0: 4, 1: 9}
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_interrupt_inside_a_callback_loses_no_other_result():
    seen: list[int] = []

    def keep(index: int, result: Any) -> None:
        seen.append(index)
        if index == 0:
            raise KeyboardInterrupt

    items = [("square", 2), ("square", 3), ("spin", 0)]
    with pytest.raises(KeyboardInterrupt):
        pool.run(
            items, WORK, None, jobs=2, chunk_size=2, limits=PATIENT, on_result=keep
        )
    assert seen == [0, 1]


@linux_only
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_workers_end_with_their_parent(tmp_path: Path, number: signal.Signals):
    code = """
        import sys
        from verifier.running import pool
        items = [("tell", sys.argv[1]), ("tell", sys.argv[2])]
        pool.run(items, "pool_faults:perform", None, jobs=2, chunk_size=1,
                 on_result=print)
    """
    files = [tmp_path / "first", tmp_path / "second"]
    path = os.pathsep.join(os.path.abspath(entry) for entry in sys.path)
    parent = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, files)],
        env=os.environ | {"PYTHONPATH": path},
        stderr=subprocess.PIPE,
    )
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until and not all(file.exists() for file in files):
            time.sleep(0.02)
        workers = [int(file.read_text()) for file in files]
        parent.send_signal(number)
        errors = parent.communicate(timeout=60)[1].decode()
        assert (number is signal.SIGINT) == ("KeyboardInterrupt" in errors)
        assert all(has_ended(pid) for pid in workers)
    finally:
        parent.kill()
        parent.communicate(timeout=60)


# --- environment, cache, frames ---------------------------------------------------


def test_a_worker_has_one_thread_and_64_bits_before_anything_is_imported():
    names = {
        "NPROC": "1",
        "PJRT_NPROC": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "JAX_ENABLE_X64": "1",
        "JAX_PLATFORMS": "cpu",
    }
    items = [("environment", name) for name in names]
    items += [("modules", "jax"), ("modules", "numpy")]
    assert list(results_of(items).values()) == [*names.values(), False, False]


def test_the_environment_of_a_gpu_worker():
    gpu = worker.environment("gpu", {"HOME": "/nowhere", "JAX_DISABLE_JIT": "1"})
    assert gpu["JAX_PLATFORMS"] == "cuda,cpu"
    assert gpu["HOME"] == "/nowhere"
    assert "JAX_DISABLE_JIT" not in gpu
    with pytest.raises(ValueError, match="device is one of cpu, gpu, not `tpu`"):
        worker.environment("tpu")


def test_jax_runs_in_workers_and_keeps_no_programs(tmp_path: Path):
    pytest.importorskip("jax")
    items = [float(k) for k in range(4)]
    limits = Limits(seconds_per_item=5, seconds_start=60)
    results = results_of(
        items, work="pool_faults:with_jax", jobs=2, chunk_size=2, limits=limits
    )
    assert results == {k: 2.0 * k for k in range(4)}
    assert not list((tmp_path / "cache").rglob("*-cache"))
    assert worker.environment("cpu", {})["JAX_ENABLE_COMPILATION_CACHE"] == "0"


def test_the_parent_imports_nothing_numeric():
    code = "import sys, verifier.running.pool as _; loaded = set(sys.modules)\n"
    code += "assert not {'jax', 'numpy'} & loaded"
    path = os.pathsep.join(os.path.abspath(entry) for entry in sys.path)
    environment = os.environ | {"PYTHONPATH": path}
    subprocess.run(
        [sys.executable, "-c", code], env=environment, check=True, timeout=30
    )


def test_a_cluster_can_call_the_work():
    assert worker.execute(WORK, [("square", 2), ("square", 3)], None) == [4, 9]
    with pytest.raises(ValueError, match="`module:function`, not as `square`"):
        worker.resolve("square")


def test_a_torn_frame_is_refused(tmp_path: Path):
    path = tmp_path / "frames"
    with path.open("wb") as pipe:
        worker.write_frame(pipe, pickle.dumps(1))
    whole = path.read_bytes()
    with path.open("rb") as pipe:
        assert worker.read_frame(pipe) == pickle.dumps(1)
        assert worker.read_frame(pipe) is None
    for torn in (whole[:5], whole[:-1], b"x" + whole[1:]):
        path.write_bytes(torn)
        with path.open("rb") as pipe, pytest.raises(ValueError, match=r"half|not a"):
            worker.read_frame(pipe)
    assert process.unpickled(b"") is None
