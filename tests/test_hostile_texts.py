"""Hostile documents, lines, statements and requests: read or refused, soon, alone."""

from __future__ import annotations

import json
import socket
import threading
import time
from concurrent.futures import Future
from typing import Any

import httpx
import pytest
import uvicorn
from hostile_texts import LATEX, LINES, MARKDOWN, NOTEBOOKS, STATEMENTS

from verifier.asking.entry import question_of
from verifier.engine.settings import LAYOUTS, Settings
from verifier.notes.reading import read_document
from verifier.notes.scanning import scan, scan_text
from verifier.results.streamed import StreamAnswer
from verifier.serving import limits
from verifier.serving.app import app_for
from verifier.serving.fragments import Fragment, ToShow
from verifier.serving.front import Front
from verifier.streaming.line import Asked, line_of
from verifier.streaming.told import written

SECONDS = 10.0
"""Of the processor, for any one of them."""


@pytest.fixture(autouse=True)
def _soon(tmp_path, monkeypatch):
    """Demand that each takes no longer, and that nothing of it was executed."""
    monkeypatch.chdir(tmp_path)
    start = time.process_time()
    yield
    assert time.process_time() - start < SECONDS
    assert not (tmp_path / "PWNED").exists()


def statements(document: Any) -> list[str]:
    return [
        one.read for one in read_document(document).findings if one.status == "read"
    ]


READ = "d(x.T @ A @ x)/dx = (A + A.T) @ x"


SLOW = ("many-uses", "argument-in-argument")
"""Documents that take seconds, as long as any may."""


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.thorough if name in SLOW else ())
        for name in LATEX
    ],
)
def test_a_hostile_document_is_read_around_what_is_wrong(name: str):
    text, says = LATEX[name]
    document = scan_text(text, f"{name}.tex")
    assert READ in statements(document)
    told = " ".join(one.text for one in (*document.problems, *document.notes))
    assert says in told
    assert len(document.problems) <= 102


@pytest.mark.parametrize("name", MARKDOWN)
def test_hostile_markdown_is_read_around_what_is_wrong(name: str):
    text, _says = MARKDOWN[name]
    document = scan_text(text, f"{name}.md")
    assert READ in statements(document)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_hostile_notebook_is_read_or_refused(name: str, tmp_path):
    text, good = NOTEBOOKS[name]
    (tmp_path / "a.ipynb").write_text(text)
    document = scan(tmp_path / "a.ipynb")
    assert statements(document) == ([READ] if good else [])
    assert good or document.problems


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_hostile_statement_is_read_or_refused(name: str):
    question, problems = question_of(STATEMENTS[name])
    assert question is not None or problems
    assert all(one.text.isprintable() for one in problems)


@pytest.mark.parametrize("name", LINES)
def test_a_hostile_line_is_refused_with_a_place(name: str):
    text, says = LINES[name]
    line, problems = line_of(text)
    if not problems and line.statement:
        _, problems = question_of(line.statement, "", LAYOUTS)
    told = " ".join(f"{one.text} {one.hint}" for one in problems)
    assert says in told
    assert told.isprintable()


# --- the service, with workers that answer at once ------------------------------------


class Ready:
    """Workers that say of everything that it holds."""

    ready, deaths, unfinished, pids = 1, 0, 0, ()

    def submit(self, item: Asked | ToShow) -> Future[Any]:
        done: Future[Any] = Future()
        if isinstance(item, ToShow):
            done.set_result(Fragment("holds", "<p>"))
            return done
        _, problems = line_of(item.text)
        verdict = "malformed" if problems else "holds"
        done.set_result(written(StreamAnswer(item.n, verdict)))
        return done


@pytest.fixture(scope="module")
def port():
    """The port of a service."""
    listener = socket.create_server(("127.0.0.1", 0))
    front: Any = Front(Settings(), Ready())  # type: ignore[arg-type]
    config = uvicorn.Config(
        app_for(front, True), log_level="critical", lifespan="off", ws="none"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join()


def sent(port: int, text: bytes, wait: float = 60.0) -> bytes:
    """Send bytes, and return the beginning of what comes back, if anything does."""
    with socket.create_connection(("127.0.0.1", port), timeout=wait) as connection:
        found = b""
        try:
            connection.sendall(text)
            while b"\r\n\r\n" not in found and (part := connection.recv(65536)):
                found += part
        except (TimeoutError, ConnectionError):
            pass
        return found


def request(
    path: str = "/answer", body: bytes = b'{"statement": "x = x"}', *headers: str
) -> bytes:
    """Return a request."""
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", "Connection: close", *headers]
    lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


HEAD = b"POST /answer HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
REQUESTS: dict[str, tuple[bytes, tuple[int, ...]]] = {
    # what is sent, and which status is right; 0: the connection just ends
    "good": (request(), (200,)),
    "type": (request("/answer", b"<a/>", "Content-Type: application/xml"), (400,)),
    "form": (request("/answer", b"a=b", "Content-Type: multipart/form-data"), (400,)),
    "empty": (request("/answer", b""), (400,)),
    "long": (request("/answer", b" " * (limits.BYTES + 1)), (413,)),
    "longer-than-said": (
        HEAD + b"Content-Length: 99999999999999999999\r\n\r\n{}",
        (413, 400),
    ),
    "negative": (HEAD + b"Content-Length: -5\r\n\r\n{}", (400,)),
    "two-lengths": (
        HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x",
        (400,),
    ),
    "smuggled": (
        HEAD
        + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / X",
        (400,),
    ),
    "bad-chunk": (
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        (400,),
    ),
    "huge-chunk": (
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
        (400, 0),
    ),
    "chunks": (
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        (400,),
    ),
    "unknown-coding": (HEAD + b"Transfer-Encoding: gzip\r\n\r\n{}", (400, 501)),
    "method": (b"BREW /answer HTTP/1.1\r\nHost: localhost\r\n\r\n", (405, 400)),
    "delete": (
        b"DELETE / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        (405,),
    ),
    "trace": (
        b"TRACE / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        (405,),
    ),
    "proxy": (
        HEAD.replace(b"/answer", b"http://a.example/").replace(
            b"localhost", b"a.example"
        )
        + b"\r\n",
        (403, 421, 400),
    ),
    "connect": (b"CONNECT a:1 HTTP/1.1\r\nHost: localhost\r\n\r\n", (400, 404, 405)),
    "above": (request("/../../etc/passwd"), (404,)),
    "above-by-number": (request("/%2e%2e/%2e%2e/etc/passwd"), (404,)),
    "nul-in-path": (request("/answer%00.html"), (404,)),
    "double-slash": (request("//answer"), (404,)),
    "crlf": (request("/answer%0d%0aSet-Cookie:%20a=b"), (404,)),
    "other-host": (request().replace(b"localhost", b"evil.example"), (403, 421, 400)),
    "other-origin": (request("/answer", b"{}", "Origin: http://evil.example"), (403,)),
    "no-host": (
        b"POST /answer HTTP/1.1\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}",
        (400, 403, 421),
    ),
    "old": (b"GET /\r\n\r\n", (400, 0)),
    "new": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", (400, 421, 505, 0)),
    "noise": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", (400, 0)),
    "long-head": (HEAD + b"A: " + b"a" * 200_000 + b"\r\n\r\n", (400, 431, 0)),
    "many-heads": (
        HEAD + b"".join(b"A%d: b\r\n" % i for i in range(20_000)) + b"\r\n",
        (400, 431, 0),
    ),
    "long-query": (
        b"GET /?statement=" + b"x" * 100_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        (200, 400, 414, 431, 0),
    ),
    "folded": (HEAD + b"A: b\r\n c\r\nContent-Length: 2\r\n\r\n{}", (400,)),
    "bare-line-feed": (
        b"GET /health HTTP/1.1\nHost: localhost\nConnection: close\n\n",
        (200, 400),
    ),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_a_hostile_request_costs_nobody_else_an_answer(port: int, name: str):
    text, right = REQUESTS[name]
    found = sent(port, text, 1.0 if 0 in right else 60.0)
    status = int(found.split(b" ", 2)[1]) if found.startswith(b"HTTP/") else 0
    assert status in right, found[:300]
    head = found.partition(b"\r\n\r\n")[0].lower()
    assert b"set-cookie" not in head and b"root:" not in found
    assert b" 200 " in sent(port, request()).splitlines()[0]


def test_a_slow_body_is_given_up_while_others_are_answered(port, monkeypatch):
    monkeypatch.setattr(limits, "BODY_SECONDS", 0.3)
    with socket.create_connection(("127.0.0.1", port), timeout=60) as slow:
        slow.sendall(HEAD + b"Content-Length: 9\r\n\r\n{")
        assert b" 200 " in sent(port, request()).splitlines()[0]
        found = slow.recv(65536)
        assert b" 408 " in found.splitlines()[0]
        while b"}" not in found:
            found += slow.recv(65536)
        assert b"the question did not come within 0.3 s" in found


def test_lines_of_a_request_cost_no_other_line_its_answer(port):
    parts = [text for text, _ in LINES.values() if b"\n" not in text]
    good = b'{"statement": "x = x"}'
    body = b"\n".join(line for part in parts for line in (part, good))
    reply = httpx.post(f"http://127.0.0.1:{port}/answers", content=body, timeout=30)
    found = [json.loads(line) for line in reply.text.splitlines()]
    assert [one["verdict"] for one in found[1::2]] == ["holds"] * len(parts)


def test_a_hundred_connections_that_say_nothing_keep_nobody_out(port):
    idle = [socket.create_connection(("127.0.0.1", port)) for _ in range(100)]
    try:
        assert b" 200 " in sent(port, request()).splitlines()[0]
    finally:
        for one in idle:
            one.close()


def test_the_table_is_long():
    assert (
        sum(map(len, (LATEX, MARKDOWN, NOTEBOOKS, LINES, STATEMENTS, REQUESTS))) > 140
    )
