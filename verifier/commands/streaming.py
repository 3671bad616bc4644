"""`verifier.stream`: statements and records from any source, answered one by one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping
from typing import Any, Literal

from ..engine.settings import Settings
from ..reading.problem import InputError
from ..results.streamed import StreamAnswer
from ..running.device import find as find_device
from ..streaming.aflow import aflow
from ..streaming.flow import flow, room_for
from ..streaming.line import Asked
from ..streaming.team import read_back, workers_for

Claim = str | Mapping[str, Any]
"""A statement, or what a line says: a statement with its types, or a record."""


def stream(
    claims: Iterable[Claim],
    /,
    *,
    ordered: bool = True,
    diagnose: bool = False,
    draws: int = 256,
    seed: int = 0,
    device: Literal["auto", "cpu", "gpu"] = "auto",
    jobs: int | None = None,
    ahead: int | None = None,
    cluster: str | None = None,
) -> Iterator[StreamAnswer]:
    """Answer claims as they come, in bounded memory.

    >>> claims = ["d(x.T @ x)/dx = 2*x", {"statement": "d(x.T @ x)/dx = x"}]
    >>> [answer.verdict for answer in stream(claims)]
    ['holds', 'fails']

    A claim is a statement, or a mapping: `statement`, with `where`, `layout`, `id` and
    `diagnose` if need be, or the fields of a record. What cannot be read gets an answer
    that says so. The source is read in a thread, and no further than `ahead` claims
    before the answers that were taken. Answers come in order, or as they are found.
    `cluster` is the address of a Dask scheduler, or `local:4`, in the place of `jobs`.
    """
    settings = _settings(draws, seed, device, diagnose, cluster)
    with workers_for(settings, jobs, cluster) as crew:
        most = room_for(crew.jobs) if ahead is None else max(1, ahead)
        asked = (_asked(n, claim) for n, claim in enumerate(claims, 1))
        for one, found in flow(asked, crew.submit, most, ordered):
            yield StreamAnswer.from_json(json.loads(read_back(one, found, settings)))


async def astream(
    claims: Iterable[Claim] | AsyncIterable[Claim],
    /,
    *,
    ordered: bool = True,
    diagnose: bool = False,
    draws: int = 256,
    seed: int = 0,
    device: Literal["auto", "cpu", "gpu"] = "auto",
    jobs: int | None = None,
    ahead: int | None = None,
    cluster: str | None = None,
) -> AsyncIterator[StreamAnswer]:
    """Do as `stream` does, in an event loop: `async for answer in astream(claims)`."""
    settings = _settings(draws, seed, device, diagnose, cluster)
    if cluster:  # to connect takes a while, in which others may go on
        crew = await asyncio.to_thread(workers_for, settings, jobs, cluster)
    else:
        crew = workers_for(settings, jobs, None)
    most = room_for(crew.jobs) if ahead is None else max(1, ahead)
    try:
        source = _numbered(claims)
        async for one, found in aflow(source, crew.submit, most, ordered):
            yield StreamAnswer.from_json(json.loads(read_back(one, found, settings)))
    finally:
        crew.close()


async def _numbered(
    claims: Iterable[Claim] | AsyncIterable[Claim],
) -> AsyncIterator[Asked]:
    n = 0
    if isinstance(claims, AsyncIterable):
        async for claim in claims:
            n += 1
            yield _asked(n, claim)
        return
    for claim in claims:
        n += 1
        yield _asked(n, claim)


def _asked(n: int, claim: Claim) -> Asked:
    said = {"statement": claim} if isinstance(claim, str) else claim
    try:
        return Asked(n, json.dumps(said, ensure_ascii=False))
    except (TypeError, ValueError) as error:
        raise InputError(f"claim {n} cannot be written as JSON: {error}") from None


def _settings(
    draws: int, seed: int, device: str, diagnose: bool, cluster: str | None
) -> Settings:
    try:
        place = find_device(device, here=not cluster)
        return Settings(seed, draws, device=place, diagnose=diagnose)
    except ValueError as error:
        raise InputError(str(error)) from None
