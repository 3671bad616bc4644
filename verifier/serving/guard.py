"""What goes for every request: who may ask from where, safe headers, and a count."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from .metrics import Counts

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
"""What a browser may call this machine."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src data:; "
    "img-src data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Guard:
    """Stands before the application.

    On loopback a page from elsewhere must not ask in the name of who reads it: neither
    under a name of its own that leads here, nor across sites.
    """

    def __init__(self, app: App, counts: Counts, paths: set[str], loopback: bool):
        """`paths`: those that are counted by name."""
        self.app, self.counts, self.paths = app, counts, paths
        self.loopback = loopback

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"] if scope["path"] in self.paths else "other"

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.counts.requests[path, message["status"]] += 1
                headers = message.setdefault("headers", [])
                there = {name.lower() for name, _ in headers}
                for name, value in HEADERS.items():
                    headers.append((name.lower().encode(), value.encode()))
                if b"cache-control" not in there:
                    headers.append((b"cache-control", b"no-store"))
            await send(message)

        if wrong := self._wrong(scope):
            await _refuse(sent, *wrong)
            return
        await self.app(scope, receive, sent)

    def _wrong(self, scope: Scope) -> tuple[int, str, str] | None:
        headers = {k: v.decode("latin-1") for k, v in scope["headers"]}
        host = headers.get(b"host", "")
        name = host.rpartition(":")[0] if not host.endswith("]") else host
        name = name if host.rpartition(":")[2].isdigit() else host
        if self.loopback and name.lower() not in LOOPBACK:
            said = "this service is for this machine only, under its own name"
            return 421, said, f"ask for {LOOPBACK[0]}, or start it with `--host`"
        origin = headers.get(b"origin", "").partition("://")[2]
        # Browsers that say no more than an origin: it is another one, or hidden.
        unsaid = "cross-site" if b"origin" in headers and origin != host else "none"
        site = headers.get(b"sec-fetch-site", unsaid)
        follows = (
            scope["method"] == "GET" and headers.get(b"sec-fetch-mode") == "navigate"
        )
        if site in ("cross-site", "same-site") and not follows:
            return 403, "a page from elsewhere may not ask", ""
        return None


async def _refuse(send: Send, status: int, text: str, hint: str) -> None:
    body = json.dumps({"error": text, **({"hint": hint} if hint else {})}).encode()
    headers = [(b"content-type", b"application/json")]
    headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
