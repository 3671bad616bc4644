"""`nabla serve`: the same answers over HTTP, for people and programs."""

from __future__ import annotations

import argparse
import sys

from ..engine.settings import Settings
from ..output import text
from ..results.model import AS_EXPECTED
from ..running import device
from .options import Add, device_option, draw_options, refuse, whole

HOST, PORT = "127.0.0.1", 8000
ABOUT = """\
Answer statements over HTTP: a page to type them, and JSON for programs. It listens on
this machine only, unless `--host` says otherwise, and asks nobody who he is. It needs
the extra `serve`: pip install "nabla-verifier[serve]". Ctrl-C ends it.
"""
EPILOG = """\
addresses:
  GET  /          a page: type a statement and see the answer
  POST /answer    one question, as a line of `nabla verify - --format jsonl`
  POST /answers   many, one a line; an answer a line, as soon as it is decided
  GET  /health    200 when a question would be answered, else 503
  GET  /metrics   what was asked and answered, for Prometheus

examples:
  nabla serve
  nabla serve --port 9000 --jobs 4
  curl http://127.0.0.1:8000/answer -d '{"statement": "d(x.T @ x)/dx = 2*x"}'
  curl -N -X POST -T claims.jsonl http://127.0.0.1:8000/answers
"""


def add(command: Add) -> None:
    """Add the command."""
    sub = command("serve", run, "answer statements over HTTP", ABOUT, EPILOG)
    option = sub.add_argument
    option(
        "--host",
        default=HOST,
        metavar="NAME",
        help=f"the address to listen at (default: {HOST})",
    )
    option(
        "--port",
        type=whole(0, 65535),
        default=PORT,
        metavar="N",
        help=f"the port; 0 takes a free one (default: {PORT})",
    )
    draw_options(sub)
    device_option(sub)


def run(options: argparse.Namespace) -> int:
    """Run `nabla serve`."""
    try:
        from ..serving import server
    except ModuleNotFoundError as error:
        if error.name not in ("starlette", "uvicorn"):
            raise
        said = f"`nabla serve` needs {error.name}, which is not installed"
        return refuse(said, 'pip install "nabla-verifier[serve]"')
    try:
        place = device.find(options.device)
    except device.NoDevice as none:
        return refuse(str(none), "use `--device cpu`")
    try:
        listener = server.listening(options.host, options.port)
    except OSError as error:
        said = f"cannot listen at `{options.host}`, port {options.port}"
        return refuse(f"{said}: {error.strerror or error}", "try another `--port`")
    address, loopback = server.address_of(listener), server.is_loopback(options.host)
    settings = Settings(options.seed, options.draws, device=place, diagnose=False)

    def ready() -> None:
        print(f"nabla serve: {address} (Ctrl-C ends it)", flush=True)
        if not loopback:
            said = "others can reach this address, and nobody is asked who he is"
            hint = "put a proxy before it that asks, as in docs/serving.md"
            print(text.message(said, hint), file=sys.stderr, flush=True)

    with listener:
        server.serve(listener, settings, options.jobs, loopback, ready)
    return AS_EXPECTED
