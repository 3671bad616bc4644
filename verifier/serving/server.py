"""The server: it listens, it says where, and at Ctrl-C it finishes what it began."""

from __future__ import annotations

import ipaddress
import signal
import socket
from collections.abc import Callable
from types import FrameType

import uvicorn

from ..engine.settings import Settings
from . import limits
from .app import app_for
from .front import Front, crew_of


def is_loopback(host: str) -> bool:
    """Whether an address is reached from this machine only."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def listening(host: str, port: int) -> socket.socket:
    """Listen at an address; OSError where that is not possible."""
    family, *_, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    return socket.create_server(address[:2], family=family, backlog=2048)


def address_of(listener: socket.socket) -> str:
    """Return the address as a browser takes it."""
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def serve(
    listener: socket.socket,
    settings: Settings,
    jobs: int | None,
    loopback: bool,
    ready: Callable[[], None],
) -> None:
    """Serve until a signal says that it is enough."""
    server: Server | None = None

    def ended(sig: int, frame: FrameType | None) -> None:
        # The server has its own handlers while it runs, and repeats signals then.
        if server is None or not server.should_exit:
            raise KeyboardInterrupt

    before = {s: signal.signal(s, ended) for s in (signal.SIGINT, signal.SIGTERM)}
    crew = crew_of(settings, jobs)
    try:
        front = Front(settings, crew)
        config = uvicorn.Config(
            app_for(front, loopback),
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            ws="none",
            lifespan="off",
            limit_concurrency=limits.CONNECTIONS,
            timeout_graceful_shutdown=limits.STOP_SECONDS,
        )
        server = Server(config, front, ready)
        server.run(sockets=[listener])
    finally:
        crew.close()
        for one, handler in before.items():
            signal.signal(one, handler)


class Server(uvicorn.Server):
    """A server that says when it has started, and tells streams when it stops."""

    def __init__(self, config: uvicorn.Config, front: Front, ready: Callable[[], None]):
        """`front`: who is told; `ready`: called at the start."""
        super().__init__(config)
        self.front, self.ready = front, ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept connections."""
        await super().startup(sockets)
        self.ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take no more, and finish what was begun."""
        super().handle_exit(sig, frame)
        self.front.stopping.set()
