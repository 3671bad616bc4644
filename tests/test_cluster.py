"""A Dask cluster gives what workers of this machine give, and loses nothing."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import verifier
from verifier.commands import cli
from verifier.running import cluster as connecting
from verifier.running import memory, outpost, pool, remote
from verifier.running.cluster import Cluster, ClusterError
from verifier.running.loopback import Loopback
from verifier.running.pool import Crash

pytestmark = pytest.mark.skipif(os.name != "posix", reason="sends POSIX signals")

TESTS = Path(__file__).parent
WORK = "pool_faults:perform"
PATHS = os.pathsep.join((str(TESTS.parent), str(TESTS)))
HOSTILE = {"JAX_ENABLE_X64": "0", "OPENBLAS_NUM_THREADS": "4", "NPROC": "4"}
"""What a user may have set for other programs."""
STATEMENTS = [
    "d(x.T @ x)/dx = 2*x",
    "d(x.T @ A @ x)/dx = 2*A*x",
    "d(x.T @ A @ x)/dx = (A + A.T) @ x",
    r"\nabla_x \|Ax-b\|^2 = 2A^\top(Ax-b)",
    "d(tr(A @ X))/dX = A.T",
    "d(logdet(X))/dX = inv(X)",
    "d(y.T @ y)/dy = 2*y",
    "d(x.T @ x)/dx = x",
    "no statement at all",
]
Ran = subprocess.CompletedProcess[str]


def dask(*words: str) -> subprocess.Popen[bytes]:
    """Start a command of Dask, as a user would, with an environment of theirs."""
    return subprocess.Popen(
        [sys.executable, "-m", "dask", *words],
        env={**os.environ, **HOSTILE, "PYTHONPATH": PATHS},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def until(found: Any, seconds: float = 60) -> Any:
    """Wait until a function finds something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := found():
            return value
        time.sleep(0.05)
    raise AssertionError("waited in vain")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A scheduler, a Dask worker with one thread, and one with two."""
    folder = tmp_path_factory.mktemp("dask")
    file = folder / "scheduler.json"
    where = ("--scheduler-file", str(file))
    scheduler = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    worker = ("--no-dashboard", "--local-directory", str(folder))
    processes = [
        dask("scheduler", *scheduler, *where),
        dask("worker", *where, *worker, "--nthreads", "1"),
        dask("worker", *where, *worker, "--nthreads", "2"),
    ]
    try:
        said = until(lambda: file.exists() and file.read_text())
        yield json.loads(said)["address"]
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(20)


@pytest.fixture(scope="module")
def cluster(address: str) -> Iterator[Cluster]:
    """A connection, when all workers are there."""
    found = Cluster(address)
    until(lambda: found.jobs == 3)
    yield found
    found.close()


def results_of(cluster: Cluster, items: list[Any], **more: Any) -> list[Any]:
    """Run items; each is answered once."""
    found: dict[int, Any] = {}

    def keep(index: int, result: Any) -> None:
        assert index not in found
        found[index] = result

    remote.run(cluster, items, WORK, None, on_result=keep, **more)
    assert sorted(found) == list(range(len(items)))
    return [found[index] for index in range(len(items))]


def nabla(*words: str, lines: str = "", **env: str) -> Ran:
    return subprocess.run(
        [sys.executable, "-m", "verifier", *words],
        input=lines,
        env={**os.environ, "PYTHONPATH": PATHS, **env},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def records() -> Iterator[str]:
    """Yield forty records, some of which are wrong."""
    for n in range(40):
        claim = "2 * A @ x" if n % 10 == 3 else f"{n} * (A + A.T) @ x"
        yield (
            f"- id: record-{n}\n  title: One of many\n"
            "  where: {x: vector(n), A: 'matrix(n, n)'}\n"
            f"  function: {n} * x.T @ A @ x\n  wrt: x\n  denominator: {claim}\n"
        )


# --- the same results ---


def test_results_are_those_of_this_machine(address, monkeypatch, tmp_path):
    monkeypatch.setenv("NABLA_CACHE_DIR", str(tmp_path))
    file = tmp_path / "records.yaml"
    file.write_text("".join(records()))
    asked: Any = {"draws": 8, "seed": 3, "fresh": True}
    here = verifier.verify(file, **asked, jobs=1)
    there = verifier.verify(file, **asked, cluster=address)
    assert there.run["remembered"] == 0
    assert [r.to_json() for r in there.results] == [r.to_json() for r in here.results]
    assert here.counts["holds"] == 36 and here.counts["fails"] == 4


def test_a_stream_is_answered_as_here(address):
    here = list(verifier.stream(STATEMENTS, draws=32, jobs=1))
    there = list(verifier.stream(STATEMENTS, draws=32, cluster=address))
    assert there == here
    assert {one.verdict for one in there} == {"holds", "fails", "malformed"}


def test_workers_have_the_environment_of_ours(cluster):
    names = ["JAX_ENABLE_X64", "OPENBLAS_NUM_THREADS", "NPROC"]
    asked = [("environment", name) for name in names]
    assert results_of(cluster, asked) == ["1", "1", "1"]


def test_processes_are_kept_between_chunks_and_dask_loads_no_jax(cluster):
    first = {pid for pid, _ in results_of(cluster, [("pids", 0)] * 12, chunk_size=1)}
    again = results_of(cluster, [("pids", 0)] * 12, chunk_size=1)
    assert {pid for pid, _ in again} <= first or len(first) < 3
    parent = next(iter({dask for _, dask in again}))
    assert "jaxlib" not in Path(f"/proc/{parent}/maps").read_text()


def test_threads_of_one_dask_worker_have_a_process_each(cluster):
    found = set(results_of(cluster, [("pids", 0.3)] * 12, chunk_size=1))
    by_parent: dict[int, set[int]] = {}
    for pid, parent in found:
        by_parent.setdefault(parent, set()).add(pid)
    assert sorted(map(len, by_parent.values())) == [1, 2]


# --- what goes wrong ---


@pytest.mark.parametrize("deed", ["kill", "segfault", "exit", "raise"])
def test_a_poisonous_item_is_a_crash_and_costs_nothing_else(cluster, deed):
    before = {dask for _, dask in results_of(cluster, [("pids", 0.1)] * 9)}
    items = [("square", n) for n in range(12)]
    items[5] = (deed, 0)
    found = results_of(cluster, items, chunk_size=4)
    assert isinstance(found[5], Crash)
    assert found[:5] + found[6:] == [n * n for n in range(12) if n != 5]
    after = {dask for _, dask in results_of(cluster, [("pids", 0.1)] * 9)}
    assert after <= before


def test_a_crash_says_what_it_says_here(cluster):
    found: dict[int, Any] = {}
    pool.run([("exit", 0)], WORK, None, jobs=1, on_result=found.__setitem__)
    assert results_of(cluster, [("exit", 0)]) == [found[0]]


def test_a_dask_worker_that_is_killed_loses_nothing(cluster, tmp_path):
    items: list[Any] = [("square", n) for n in range(40)]
    items[7] = ("once", str(tmp_path / "killed"))
    found = results_of(cluster, items, chunk_size=4)
    assert found.pop(7) == "second time"
    assert found == [n * n for n in range(40) if n != 7]
    until(lambda: cluster.jobs == 3)  # Dask's nanny starts another


def test_a_worker_that_does_not_start_is_told(cluster, monkeypatch):
    monkeypatch.setattr(connecting, "ATTEMPTS", 1)
    with pytest.raises(ClusterError, match=r"do not get it done: 3 .*no_such_module"):
        remote.run(cluster, [1], "no_such_module:work", None, on_result=lambda *_: None)


def test_only_so_many_chunks_are_at_the_cluster(cluster):
    most = 0
    with remote.RemoteCrew(cluster, WORK, None, chunk_size=2) as crew:
        futures = [crew.submit(("rest", 0.05)) for _ in range(60)]
        while not futures[-1].done():
            most = max(most, crew.flying)
            time.sleep(0.005)
        assert [future.result() for future in futures] == [0.05] * 60
    assert 3 <= most <= remote.DEPTH * 3


def test_the_end_of_a_crew_stops_what_is_at_the_workers(cluster, tmp_path):
    told = tmp_path / "pid"
    crew = remote.RemoteCrew(cluster, WORK, None)
    futures = [crew.submit(("tell", str(told))), *[crew.submit(("spin", 0))] * 3]
    until(told.exists)
    pid = int(told.read_text())
    crew.close()
    until(lambda: not Path(f"/proc/{pid}").exists(), 10)
    assert all(future.cancelled() for future in futures)
    with pytest.raises(RuntimeError, match="ended"):
        crew.submit(("square", 1))


def test_ctrl_c_ends_a_run_and_keeps_what_is_finished(address, tmp_path):
    told = tmp_path / "pid"
    code = f"""
from verifier.running import interrupts, remote
from verifier.running.cluster import Cluster
cluster = Cluster({address!r})
items = [("square", 3), ("tell", {str(told)!r}), ("square", 4)]
try:
    with interrupts.listening():
        remote.run(cluster, items, {WORK!r}, None, chunk_size=1,
                   on_result=lambda index, result: print(index, result, flush=True))
except KeyboardInterrupt:
    print("interrupted")
cluster.close()
"""
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": PATHS},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    said = sorted([process.stdout.readline(), process.stdout.readline()])
    assert said == ["0 9\n", "2 16\n"]
    pid = int(until(told.exists) and told.read_text())
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=30)[0] == "interrupted\n"
    assert process.returncode == 0
    until(lambda: not Path(f"/proc/{pid}").exists(), 10)


# --- a scheduler that goes away ---


def test_without_a_scheduler_a_stream_ends_and_is_resumed(tmp_path):
    lines = [json.dumps({"statement": one}) + "\n" for one in STATEMENTS] * 2
    file = tmp_path / "answers.jsonl"
    own = Loopback(1)
    words = ("verify", "-", "--format", "jsonl", "--draws", "16", "--output", str(file))
    process = subprocess.Popen(
        [sys.executable, "-m", "verifier", *words, "--cluster", own.address],
        env={**os.environ, "PYTHONPATH": PATHS},
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin and process.stderr
    with process.stdin, process.stderr:
        process.stdin.writelines(lines[:5])
        process.stdin.flush()
        until(lambda: file.exists() and file.read_text().count("\n") == 5)
        os.kill(own.pids[0], signal.SIGKILL)
        process.stdin.writelines(lines[5:])
        process.stdin.flush()
        said = process.stderr.read()
        assert process.wait(60) == 2
    own.close()
    assert said.splitlines() == [
        f"nabla: the scheduler at `{own.address}` is gone",
        "  hint: start it and its workers again; `--resume` does what is left",
    ]
    assert file.read_text().count("\n") == 5
    again = nabla(*words, "--resume", "--jobs", "1", lines="".join(lines))
    assert "5 were answered before" in again.stdout
    answers = [json.loads(line) for line in file.read_text().splitlines()]
    assert sorted(answer["n"] for answer in answers) == list(range(1, 19))


def test_a_run_whose_scheduler_goes_keeps_its_verdicts(monkeypatch, tmp_path):
    monkeypatch.setenv("NABLA_CACHE_DIR", str(tmp_path))
    own = Cluster("local:1")
    assert own._loopback
    scheduler = own._loopback.pids[0]
    found: dict[int, Any] = {}

    def keep(index: int, result: Any) -> None:
        found[index] = result
        os.kill(scheduler, signal.SIGKILL)

    items = [("square", 5), ("rest", 60)]
    try:
        with pytest.raises(ClusterError, match="is gone"):
            remote.run(own, items, WORK, None, chunk_size=1, on_result=keep)
    finally:
        own.close()
    assert found == {0: 25}


# --- what is refused ---


def test_an_address_that_is_none_is_refused(capsys):
    for word in ("", "here", "host:8786", "local:0", "local:1000", "tcp://host"):
        with pytest.raises(ClusterError, match=r"address|local"):
            Cluster(word)
    with pytest.raises(SystemExit, match="2"):
        cli.main(["verify", "--cluster", "host:8786"])
    said = capsys.readouterr().err
    assert "`host:8786` is no address of a cluster; write that of" in said


@pytest.mark.thorough
def test_where_nobody_listens_that_is_said(monkeypatch):
    monkeypatch.setattr(connecting, "CONNECT", 1.0)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        with pytest.raises(ClusterError, match="no scheduler of Dask answers"):
            Cluster(f"tcp://127.0.0.1:{port}")
        listening.listen()  # and says nothing
        with pytest.raises(ClusterError, match="no scheduler of Dask answers"):
            Cluster(f"tcp://127.0.0.1:{port}")


def test_a_scheduler_without_workers_is_not_waited_for_for_ever(monkeypatch):
    monkeypatch.setattr(connecting, "WORKERS", 0.5)
    own = Loopback(0)
    try:
        with pytest.raises(ClusterError, match=r"no workers for 0.5 s"):
            Cluster(own.address)
    finally:
        own.close()


def test_other_versions_are_refused_by_name(address, cluster, monkeypatch):
    own, other = outpost.made(), {"jax": "0.1", "python": "3.9"}
    with monkeypatch.context() as patch:
        patch.setattr(outpost, "versions", lambda: {**memory.versions(), **other})
        outpost.made.cache_clear()
        with pytest.raises(
            ClusterError, match=r"would compute otherwise: jax \d.*here 0\.1.*python 3"
        ):
            Cluster(address)
    outpost.made.cache_clear()
    assert outpost.made() == own
    monkeypatch.setattr(
        cluster, "made", {**own, **other}
    )  # as of a worker that came later
    with pytest.raises(ClusterError, match=r"otherwise: jax .*here 0\.1"):
        results_of(cluster, [("square", 1)])


def test_without_dask_it_is_said_what_to_install(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "distributed", None)
    words = ["verify", "-", "--format", "jsonl", "--cluster", "local:2"]
    assert cli.main(words) == 2
    said = capsys.readouterr().err.splitlines()
    assert said[0].startswith("nabla: `local:2` needs Dask, which is not there")
    assert said[1:] == ['  hint: pip install "nabla-verifier[cluster]"']


def test_workers_of_a_cluster_are_not_counted_here(capsys):
    for command in (["verify"], ["selftest"], ["notes", "x.tex"]):
        assert cli.main([*command, "--cluster", "local:2", "--jobs", "3"]) == 2
        assert "`--jobs` is for the workers of this" in capsys.readouterr().err


@pytest.mark.thorough
def test_a_local_cluster_ends_with_its_run():
    before = threading.active_count()
    own = Cluster("local:2")
    assert own._loopback
    pids = own._loopback.pids
    assert own.jobs == 2 and len(pids) == 3
    assert results_of(own, [("square", n) for n in range(5)]) == [0, 1, 4, 9, 16]
    own.close()
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
    assert threading.active_count() <= before
