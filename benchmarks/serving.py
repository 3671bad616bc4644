"""`nabla serve` under load: claims about functions that it knows, by many at once."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from itertools import count
from pathlib import Path
from statistics import median

from measuring import ROOT, judged, table

RATE, LATE = 200.0, 0.1
"""Requests a second that are promised, and seconds at half of them, for 99 of 100."""
FUNCTIONS = (
    ("x.T @ x", "x", "2*x"),
    ("a.T @ x", "x", "a"),
    ("x.T @ A @ x", "x", "(A + A.T) @ x"),
    ("(A @ x - b).T @ (A @ x - b)", "x", "2*A.T @ (A @ x - b)"),
    ("tr(A @ X)", "X", "A.T"),
    ("tr(X.T @ X)", "X", "2*X"),
    ("tr(X.T @ A @ X)", "X", "(A + A.T) @ X"),
    ("a.T @ X @ b", "X", "a @ b.T"),
    ("log(det(X))", "X", "inv(X).T"),
    ("det(X)", "X", "det(X)*inv(X).T"),
    ("tr(inv(X))", "X", "-inv(X @ X).T"),
    ("log(1 + exp(a.T @ x))", "x", "a/(1 + exp(-a.T @ x))"),
)
"""Functions, what of, and gradients."""


def known() -> Iterator[bytes]:
    """Yield claims that were made before, under names that come and go."""
    capitals, letters = list("ABCGHKMNPQSW"), list("abcpqruvwxyz")
    while True:
        for f, x, gradient in FUNCTIONS:
            random.shuffle(capitals)
            random.shuffle(letters)
            names = dict(zip("AXabx", [*capitals[:2], *letters[:3]], strict=True))
            yield _statement(*(_renamed(text, names) for text in (f, x, gradient)))


def new() -> Iterator[bytes]:
    """Yield claims that nobody made before, right and wrong, about few functions."""
    for k in count(2):
        for f, x, gradient in FUNCTIONS:
            right = f"{k}*({gradient})/{k}"
            yield _statement(f, x, random.choice((right, f"{k}*({gradient})")))


def _renamed(text: str, names: Mapping[str, str]) -> str:
    return re.sub(r"\b[AXabx]\b", lambda found: names[found[0]], text)


def _statement(f: str, x: str, gradient: str) -> bytes:
    return json.dumps({"statement": f"d({f})/d{x} = {gradient}"}).encode()


@contextmanager
def service(jobs: int) -> Iterator[tuple[int, int]]:
    """Run the service until the block ends: its port and its process."""
    words = ["serve", "--port", "0", "--jobs", str(jobs), "--device", "cpu"]
    process = subprocess.Popen(
        [sys.executable, "-m", "verifier", *words],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    try:
        assert process.stdout is not None
        found = re.search(r":(\d+)/", process.stdout.readline())
        assert found, "the service did not start"
        yield int(found[1]), process.pid
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


class Connection:
    """One connection that stays open, as little as HTTP needs: the load is to be the
    service's, not the client's."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        self.reader, self.writer = reader, writer

    async def ask(self, body: bytes, path: str = "/answer") -> tuple[int, bytes]:
        """Return the status and the body of the answer."""
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}"
        self.writer.write(f"{head}\r\n\r\n".encode() + body)
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
        length = re.search(r"content-length: (\d+)", head, re.I)
        assert length, head
        found = await self.reader.readexactly(int(length[1]))
        return int(head.split()[1]), found


@asynccontextmanager
async def connections(port: int, number: int) -> AsyncIterator[list[Connection]]:
    """Open so many."""
    found = [
        Connection(*await asyncio.open_connection("127.0.0.1", port))
        for _ in range(number)
    ]
    try:
        yield found
    finally:
        for one in found:
            one.writer.close()


class Taken:
    """How long answers took, and what they were."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.statuses: Counter[int] = Counter()
        self.began = time.monotonic()
        self.wall = self.cpu = 0.0

    async def ask(self, connection: Connection, body: bytes, since: float) -> None:
        """Ask, and count what came of it."""
        status, _ = await connection.ask(body)
        self.statuses[status] += 1
        self.seconds.append(time.monotonic() - since)
        self.wall = time.monotonic() - self.began

    @property
    def rate(self) -> float:
        return len(self.seconds) / self.wall

    def at(self, share: float) -> float:
        """Return the seconds within which so large a share was answered."""
        ranked = sorted(self.seconds)
        return ranked[min(len(ranked) - 1, int(share * len(ranked)))]

    @property
    def lost(self) -> int:
        """Return how many got no answer."""
        return sum(count for status, count in self.statuses.items() if status != 200)

    def row(self, name: str) -> tuple[str, ...]:
        each = f"{1000 * self.cpu / len(self.seconds):.1f}"
        times = (f"{1000 * s:.0f}" for s in (median(self.seconds), self.at(0.99)))
        return (name, f"{self.rate:.0f}", each, *times, str(self.lost))


async def at_once(port: int, bodies: Iterator[bytes], number: int, s: float) -> Taken:
    """Ask on so many connections, each as soon as it has an answer."""
    taken = Taken()

    async def on(connection: Connection) -> None:
        while time.monotonic() < taken.began + s:
            await taken.ask(connection, next(bodies), time.monotonic())

    async with connections(port, number) as open_ones:
        await asyncio.gather(*map(on, open_ones))
    return taken


async def at_rate(port: int, bodies: Iterator[bytes], rate: float, s: float) -> Taken:
    """Ask so many times a second, whether or not answers have come."""
    async with connections(port, 64) as open_ones:
        free: asyncio.Queue[Connection] = asyncio.Queue()
        for one in open_ones:
            free.put_nowait(one)
        taken = Taken()

        async def one_of(since: float) -> None:  # the wait for a connection counts
            connection = await free.get()
            await taken.ask(connection, next(bodies), since)
            free.put_nowait(connection)

        async with asyncio.TaskGroup() as group:
            for n in range(int(rate * s)):
                due = taken.began + n / rate
                await asyncio.sleep(max(0.0, due - time.monotonic()))
                group.create_task(one_of(due))
    return taken


async def measured(port: int, pid: int, options: argparse.Namespace) -> list[Taken]:
    """Ask until everything is warm, and then for the record."""
    number, seconds = options.connections, options.seconds
    await at_once(port, known(), number, options.warm)
    found = []
    for load in (
        lambda: at_once(port, known(), number, seconds),
        lambda: at_rate(port, known(), RATE / 2, seconds),
        lambda: at_once(port, new(), number, seconds),
    ):
        before = cpu_of(pid)
        taken = await load()
        taken.cpu = cpu_of(pid) - before
        found.append(taken)
    return found


def cpu_of(pid: int) -> float:
    """Return the seconds of CPU of the service and its workers, on Linux."""
    threads = Path(f"/proc/{pid}/task").glob("*/children")
    pids = [pid, *(int(word) for one in threads for word in one.read_text().split())]
    ticks = 0
    for one in pids:
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Start the service, load it, and say how it did."""
    parser = argparse.ArgumentParser(description=__doc__)
    option = parser.add_argument
    option("--connections", type=int, default=16, help="(default: 16)")
    option("--seconds", type=float, default=10, help="of each load (default: 10)")
    option("--warm", type=float, default=15, help="seconds before (default: 15)")
    option("--jobs", type=int, default=2, help="workers (default: 2)")
    options = parser.parse_args()
    random.seed(0)
    with service(options.jobs) as (port, pid):
        found = asyncio.run(measured(port, pid, options))
    names = (
        f"known claims, {options.connections} at once",
        f"known claims, {RATE / 2:.0f} a second",
        f"new claims of known functions, {options.connections} at once",
    )
    head = ("", "a second", "CPU ms each", "p50 ms", "p99 ms", "lost")
    rows = [taken.row(name) for name, taken in zip(names, found, strict=True)]
    print(table(head, rows))
    load, half, _ = found
    kept = load.rate >= RATE and not load.lost
    said = f"{load.rate:.0f} requests a second, at least {RATE:.0f}, none lost"
    print(f"\n{judged(said, kept)}")
    soon = half.at(0.99) < LATE
    said = f"p99 {1000 * half.at(0.99):.0f} ms at half of that, under {1000 * LATE:.0f}"
    print(judged(said, soon))
    return 0 if kept and soon else 1


if __name__ == "__main__":
    sys.exit(main())
