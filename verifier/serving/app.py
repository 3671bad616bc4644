"""The addresses of the service."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from ..output.asked_page import Asked as Form
from ..output.asked_page import files, page_html
from ..reading.bounds import HTTP_BODY_SECONDS, HTTP_BYTES
from ..results.answer import CHOICES, EITHER
from ..streaming.line import Asked
from ..streaming.told import verdict_in
from . import limits, metrics
from .fragments import refused
from .front import Front, Refusal
from .guard import Guard
from .lines import Lines

T = TypeVar("T")
PATHS = ("/", "/show", "/answer", "/answers", "/health", "/metrics")
FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}


def app_for(front: Front, loopback: bool) -> Starlette:
    """Return the application; `loopback`: whether it is for this machine only."""
    pages = Pages(front)
    texts = files().texts

    async def file(request: Request) -> Response:
        text, kind = texts[request.url.path]
        return Response(text, media_type=kind, headers=FOREVER)

    return Starlette(
        routes=[
            Route("/", pages.page),
            Route("/show", pages.show, methods=["POST"]),
            Route("/answer", pages.answer, methods=["POST"]),
            Route("/answers", Lines(front), methods=["POST"]),
            Route("/health", pages.health),
            Route("/metrics", pages.metrics),
            *(Route(path, file) for path in texts),
        ],
        middleware=[
            Middleware(Guard, counts=front.counts, paths=set(PATHS), loopback=loopback)
        ],
        exception_handlers={
            Refusal: _refused,
            HTTPException: _unknown,
            ClientDisconnect: _gone,
            Exception: _fault,
        },
    )


class Pages:
    """What is answered at once: one question, the page, and how the service does."""

    def __init__(self, front: Front):
        """`front`: who answers."""
        self.front = front

    async def answer(self, request: Request) -> Response:
        """`POST /answer`: a line of a stream, and its answer."""
        text = await body_of(request)
        found = await while_there(request, self.front.line(Asked(1, text)))
        status = 400 if verdict_in(found) == "malformed" else 200
        return Response(f"{found}\n", status, media_type="application/json")

    async def show(self, request: Request) -> Response:
        """`POST /show`: the answer as a part of the page, for its script."""
        try:
            said = json.loads(await body_of(request))
            form = form_of(said if isinstance(said, dict) else {})
        except (ValueError, RecursionError):
            raise Refusal(400, "this is not JSON") from None
        found = await while_there(request, self.front.fragment(line_of_form(form)))
        return HTMLResponse(found.html)

    async def page(self, request: Request) -> Response:
        """`GET /`: the form, and the answer to what it asked, without any script."""
        form = form_of(dict(request.query_params))
        if not form.statement.strip():
            return HTMLResponse(page_html(form))
        try:
            found = await while_there(request, self.front.fragment(line_of_form(form)))
        except Refusal as error:
            shown = page_html(form, refused(error.text, error.hint).html)
            return HTMLResponse(shown, error.status, error.headers)
        return HTMLResponse(page_html(form, found.html))

    async def health(self, _: Request) -> Response:
        """`GET /health`: whether a question would be answered."""
        ready = self.front.crew.ready
        stopping = self.front.stopping.is_set()
        said = "stopping" if stopping else "ready" if ready else "starting"
        status = 200 if said == "ready" else 503
        return JSONResponse({"status": said, "workers": ready}, status)

    async def metrics(self, _: Request) -> Response:
        """`GET /metrics`: for Prometheus."""
        return PlainTextResponse(
            self.front.metrics(), headers={"Content-Type": metrics.MEDIA_TYPE}
        )


def form_of(said: dict[str, Any]) -> Form:
    """Read what a form says."""
    layout = said.get("layout")
    return Form(
        " ".join(str(said.get("statement", "")).split()),
        " ".join(str(said.get("where", "")).split()),
        layout if layout in CHOICES else EITHER,
    )


def line_of_form(form: Form) -> str:
    """Return what a form says as a line of a stream: people want reasons."""
    said = {"statement": form.statement, "where": form.where, "layout": form.layout}
    return json.dumps({**said, "diagnose": True}, ensure_ascii=False)


async def body_of(request: Request) -> bytes:
    """Return the body of a question, if it comes soon and is no longer than a line."""
    too_long = Refusal(
        413,
        HTTP_BYTES.said(limit=limits.BYTES),
        HTTP_BYTES.hint,
    )
    length = request.headers.get("Content-Length", "0")
    if length.isascii() and length.isdigit() and int(length[:20]) > limits.BYTES:
        raise too_long
    parts, size = [], 0
    try:
        async with asyncio.timeout(limits.BODY_SECONDS):
            async for part in request.stream():
                size += len(part)
                if size > limits.BYTES:
                    raise too_long
                parts.append(part)
    except TimeoutError:
        said = HTTP_BODY_SECONDS.said(limit=f"{limits.BODY_SECONDS:g}")
        raise Refusal(408, said) from None
    return b"".join(parts)


async def while_there(request: Request, answer: Awaitable[T]) -> T:
    """Wait for an answer as long as somebody wants it."""
    # Whoever types on has given up the question before: no worker needs to take it.
    wanted = asyncio.ensure_future(answer)
    left = asyncio.ensure_future(_left(request))
    try:
        await asyncio.wait((wanted, left), return_when=asyncio.FIRST_COMPLETED)
        if wanted.done():
            return wanted.result()
        raise ClientDisconnect
    finally:
        left.cancel()
        wanted.cancel()


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return JSONResponse(error.said, error.status, headers=error.headers)


async def _unknown(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    hint = f"there are {', '.join(PATHS)}"
    return JSONResponse(
        {"error": error.detail.lower(), "hint": hint},
        error.status_code,
        headers=error.headers,
    )


async def _gone(_: Request, __: Exception) -> Response:
    return Response(status_code=499)


async def _fault(_: Request, __: Exception) -> Response:
    return JSONResponse({"error": "this is a fault of ours"}, 500)
