"""The service: what it answers over HTTP, whom it refuses, and how it ends."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from verifier.commands import cli, serving
from verifier.engine.settings import Settings
from verifier.running.worker import environment
from verifier.serving import limits, server
from verifier.serving.app import app_for
from verifier.serving.front import Front
from verifier.serving.lines import Lines

WAIT = 60.0
RIGHT = {"statement": "d(x.T @ x)/dx = 2*x"}
WRONG = {"statement": "d(x.T @ A @ x)/dx = 2*A @ x"}


class Service:
    """The command, running."""

    def __init__(self) -> None:
        words = ["serve", "--port", "0", "--jobs", "2", "--draws", "32"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "verifier", *words, "--device", "cpu"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment("cpu"),
        )
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        found = re.fullmatch(r"nabla serve: (http://127.0.0.1:(\d+)/) .*\n", said)
        assert found, said
        self.url, self.port = found[1], int(found[2])
        self.client = httpx.Client(base_url=self.url, timeout=WAIT)
        until = time.monotonic() + WAIT
        while self.client.get("/health").status_code != 200:
            assert time.monotonic() < until
            time.sleep(0.05)

    @property
    def workers(self) -> list[int]:
        threads = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return [int(word) for one in threads for word in one.read_text().split()]

    def metric(self, name: str) -> float:
        said = self.client.get("/metrics").text
        found = re.search(rf"^{re.escape(name)} (\S+)$", said, re.M)
        return float(found[1]) if found else 0.0


@pytest.fixture(scope="module")
def service():
    started = Service()
    try:
        yield started
    finally:
        started.client.close()
        started.process.kill()
        started.process.communicate()


# --- one question -------------------------------------------------------------------


def test_a_question_gets_the_answer_of_a_stream(service):
    reply = service.client.post("/answer", json={**RIGHT, "id": "a"})
    said = reply.json()
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "application/json"
    assert (said["verdict"], said["id"]) == ("holds", "a")
    assert said["layouts"] == ["denominator"]


def test_a_failure_is_explained_where_it_is_asked_for(service):
    brief, full = (
        service.client.post("/answer", json={**WRONG, **more}).json()
        for more in ({}, {"diagnose": True})
    )
    assert brief["verdict"] == full["verdict"] == "fails"
    assert "diagnosis" not in brief["results"][1]
    assert full["results"][1]["diagnosis"]["kind"] == "needs-symmetric"


@pytest.mark.parametrize(
    ("body", "column", "said"),
    [
        (b'{"statement": "d(x.T @@ x)/dx = x"}', 8, "`@` is followed by `@`"),
        (b'{"statement": ', 15, "this is not JSON"),
        (b"\xff", 1, "not UTF-8"),
        (b"", 1, "the line is empty"),
        (b'{"statement": "\\ud800 = x", "id": "\\udfff"}', 1, "cannot be read here"),
        (b"[" * 60_000, 1, "nested too deeply"),
    ],
)
def test_what_cannot_be_read_is_answered_with_its_place(service, body, column, said):
    reply = service.client.post("/answer", content=body)
    (problem,) = reply.json()["problems"]
    assert (reply.status_code, reply.json()["verdict"]) == (400, "malformed")
    assert problem["column"] == column and said in problem["text"]


@pytest.mark.parametrize("body", [b"[" * 60_000, b"\xff", b"", b"{"])
def test_the_page_is_not_asked_in_other_ways(service, body):
    reply = service.client.post("/show", content=body)
    assert (reply.status_code, reply.json()["error"]) == (400, "this is not JSON")


@pytest.mark.parametrize("said", ['{"statement": 5}', '{"statement": "\\ud800"}', "[]"])
def test_whatever_the_page_is_asked_it_shows_what_is_wrong(service, said):
    reply = service.client.post("/show", content=said)
    assert reply.status_code == 200 and "class=problem" in reply.text


@pytest.mark.parametrize("chunked", [False, True])
def test_a_question_that_is_too_long_is_refused(service, chunked):
    body = b" " * (limits.BYTES + 1)
    reply = service.client.post(
        "/answer", content=iter([body[:9], body[9:]]) if chunked else body
    )
    assert reply.status_code == 413
    assert reply.json()["error"] == "a question has at most 65,536 bytes"


def test_unknown_addresses_and_methods_name_those_that_are_there(service):
    missing, method = service.client.get("/x"), service.client.get("/answer")
    assert (missing.status_code, method.status_code) == (404, 405)
    assert "/answers" in missing.json()["hint"]


# --- streams ------------------------------------------------------------------------


def lines_of(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_lines_are_answered_in_order_and_a_bad_one_costs_no_other(service):
    lines = [json.dumps(RIGHT), "", "{", "x" * (limits.BYTES + 9), json.dumps(WRONG)]
    reply = service.client.post("/answers", content="\n".join(lines))
    found = [(one["n"], one["verdict"]) for one in lines_of(reply.text)]
    bad = [(3, "malformed"), (4, "malformed")]
    assert found == [(1, "holds"), *bad, (5, "fails")]


def test_lines_may_be_answered_as_they_are_decided(service):
    lines = "\n".join(json.dumps(one) for one in (WRONG, RIGHT))
    found = lines_of(service.client.post("/answers?unordered", content=lines).text)
    assert sorted(one["n"] for one in found) == [1, 2]


def test_a_line_is_answered_before_the_next_one_is_sent(service):
    head = (
        b"POST /answers HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
    )
    line = json.dumps(RIGHT).encode() + b"\n"
    part = b"%x\r\n%s\r\n" % (len(line), line)
    with socket.create_connection(("127.0.0.1", service.port), WAIT) as connection:
        connection.sendall(head + b"\r\n")
        got = b""
        for n in (1, 2):
            connection.sendall(part)
            while b'"n": %d,' % n not in got:
                got += (more := connection.recv(2**16))
                assert more, got
        connection.sendall(b"0\r\n\r\n")
        while not got.endswith(b"0\r\n\r\n"):
            got += (more := connection.recv(2**16))
            assert more, got
    assert got.count(b'"verdict": "holds"') >= 2


# --- people -------------------------------------------------------------------------


def test_the_page_answers_without_a_script_and_loads_nothing_from_elsewhere(service):
    reply = service.client.get("/", params={**WRONG, "layout": "denominator"})
    assert reply.status_code == 200
    assert "needs symmetric:" in reply.text and "<math" in reply.text
    assert "nabla check &#39;d(x.T @ A @ x)/dx = 2*A @ x&#39;" in reply.text
    wanted = re.findall(
        r"<(?:script|link)\b[^>]*\b(?:src|href)=\"?([^\s\">]+)", reply.text
    )
    files = [address for address in wanted if not address.startswith("data:")]
    assert [Path(file).suffix for file in files] == [".css", ".js"]
    for file in files:
        assert service.client.get(file).status_code == 200
    assert "<script>" not in reply.text and " style=" not in reply.text


def test_headers_let_nothing_in_and_keep_nothing(service):
    headers = service.client.get("/").headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self';")
    assert "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert "set-cookie" not in headers and "server" not in headers


HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


@pytest.mark.parametrize(
    "asked",
    [
        {"statement": HOSTILE},
        {"statement": RIGHT["statement"], "where": HOSTILE},
        {"statement": RIGHT["statement"], "layout": HOSTILE},
        {"statement": f"d(x.T @ x)/dx = 2*x where {HOSTILE}"},
    ],
)
def test_nothing_that_is_typed_becomes_markup(service, asked):
    page = service.client.get("/", params=asked).text
    part = service.client.post("/show", json=asked).text
    for html in (page, part):
        assert "<script>" not in html and "<img" not in html


def test_a_page_from_elsewhere_may_not_ask(service):
    post, get = service.client.post, service.client.get
    name = {"Host": "evil.example"}
    for reply in (post("/answer", json=RIGHT, headers=name), get("/", headers=name)):
        assert reply.status_code == 421
    for name in ("localhost:1", "127.0.0.1", "[::1]:8000"):
        assert get("/health", headers={"Host": name}).status_code == 200
    across = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert post("/answer", json=RIGHT, headers=across).status_code == 403
    assert get("/", headers=across).status_code == 200  # a link
    across["Sec-Fetch-Mode"] = "no-cors"
    assert get("/", headers=across).status_code == 403


def test_the_page_answers_as_one_types(service, chromium):
    chromium.open(service.url)
    chromium.find("#statement").send_keys(WRONG["statement"])
    chromium.wait("document.querySelector('#answer .verdict.fails')")
    assert "needs symmetric" in chromium.find("#answer").text
    chromium.find("#where").send_keys("A: symmetric(n)")
    chromium.wait("document.querySelector('#answer h2 .verdict.holds')")
    chromium.find("#where").send_keys(", B: matrx(n)")
    chromium.wait("document.querySelector('#answer .problem mark')")
    assert chromium.find("#answer .place").text == "character 21 of the types"
    assert "where=A%3A+symmetric" in chromium.ask("location.search")
    assert chromium.complaints() == []
    assert {
        address.split("?")[0].startswith(service.url) for address in chromium.requests()
    } == {True}


def test_the_form_answers_without_its_script(service, chromium):
    chromium.open(service.url, script=False, size=(390, 800), dark=True)
    chromium.find("#statement").send_keys(RIGHT["statement"])
    chromium.find("button").click()
    chromium.wait("document.querySelector('#answer h2 .verdict.holds')")
    assert chromium.ask("document.documentElement.scrollWidth") <= 390
    assert chromium.complaints() == []


# --- who runs it --------------------------------------------------------------------


def test_what_happened_is_counted(service):
    names = ('nabla_answers_total{verdict="holds"}', "nabla_answer_seconds_count")
    before = [service.metric(name) for name in names]
    service.client.post("/answer", json=RIGHT)
    assert [service.metric(name) for name in names] == [n + 1 for n in before]
    assert service.metric('nabla_answer_seconds_bucket{le="+Inf"}') == before[1] + 1
    assert service.metric("nabla_questions_under_way") == 0
    assert service.metric("nabla_workers_ready") >= 1


def test_no_request_is_lost_when_workers_are_killed_under_load(service):
    deaths = service.metric("nabla_worker_deaths_total")
    over = threading.Event()

    def kill() -> None:
        time.sleep(0.3)
        for pid in service.workers:
            os.kill(pid, signal.SIGKILL)
        over.set()

    def ask(number: int) -> list[tuple[int, str]]:
        found = []
        with httpx.Client(base_url=service.url, timeout=WAIT) as client:
            while not over.is_set() or len(found) < 2:
                k = 1000 * number + len(found) + 2
                said = {"statement": f"d({k}*x.T @ x)/dx = {2 * k}*x"}
                reply = client.post("/answer", json=said)
                found.append((reply.status_code, reply.json()["verdict"]))
        return found

    with ThreadPoolExecutor(7) as threads:
        killer = threads.submit(kill)
        found = [one for some in threads.map(ask, range(6)) for one in some]
        killer.result()
    assert set(found) == {(200, "holds")}
    assert service.metric("nabla_worker_deaths_total") >= deaths + 2


def test_an_idle_worker_that_dies_is_replaced(service):
    before = service.workers
    os.kill(before[0], signal.SIGKILL)
    until = time.monotonic() + WAIT
    while not {*service.workers} - {*before} or service.metric("nabla_workers") < 2:
        assert time.monotonic() < until
        time.sleep(0.05)


def test_when_it_is_stopped_it_finishes_and_ends_its_workers(service):
    line = json.dumps(RIGHT).encode() + b"\n"
    head = b"POST /answers HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999\r\n\r\n"
    with socket.create_connection(("127.0.0.1", service.port), WAIT) as connection:
        connection.sendall(head + line)  # and no more
        got = b""
        while b'"n": 1,' not in got:
            got += connection.recv(2**16)
        workers = service.workers
        service.process.send_signal(signal.SIGTERM)
        while more := connection.recv(2**16):
            got += more
    assert b"the service is stopping" in got and b"from 2 on" in got
    _, errors = service.process.communicate(timeout=WAIT)
    assert (service.process.returncode, errors) == (0, "")
    assert not any(Path(f"/proc/{pid}").exists() for pid in workers)


# --- limits, with nobody who works --------------------------------------------------


class Nobody:
    """Workers that never answer."""

    ready, deaths, unfinished, pids = 0, 0, 0, ()

    def submit(self, _: object) -> Future[Any]:
        return Future()


def refused(*asked: tuple[str, bytes], loopback: bool = True) -> list[httpx.Response]:
    """Ask all of it at once of a service in which nobody works."""

    async def ask() -> list[httpx.Response]:
        front: Any = Front(Settings(), Nobody())  # type: ignore[arg-type]
        transport = httpx.ASGITransport(app_for(front, loopback))
        url = "http://localhost"
        async with httpx.AsyncClient(transport=transport, base_url=url) as client:
            posts = (client.post(path, content=body) for path, body in asked)
            return await asyncio.gather(*posts)

    return asyncio.run(ask())


def test_who_waits_too_long_is_told_so(monkeypatch):
    monkeypatch.setattr(limits, "SECONDS", 0.05)
    (reply,) = refused(("/answer", b"{}"))
    assert reply.status_code == 504
    assert reply.json()["error"] == "no answer within 0.05 s"


def test_too_many_at_once_are_to_come_again(monkeypatch):
    monkeypatch.setattr(limits, "SECONDS", 0.2)
    monkeypatch.setattr(limits, "UNDER_WAY", 1)
    first, second = refused(("/answer", b"{}"), ("/answer", b"{}"))
    assert sorted((first.status_code, second.status_code)) == [429, 504]
    late = max(first, second, key=lambda reply: reply.status_code == 429)
    assert late.json()["error"] == "1 questions are under way already"
    assert late.headers["retry-after"] == "1"


def test_a_stream_has_its_limits(monkeypatch):
    monkeypatch.setattr(limits, "STREAMS", 0)
    (reply,) = refused(("/answers", b"{}"))
    assert (reply.status_code, reply.headers["retry-after"]) == (503, "1")
    monkeypatch.setattr(limits, "STREAMS", 1)
    monkeypatch.setattr(limits, "LINES", 0)
    (reply,) = refused(("/answers", b"{}\n"))
    (last,) = lines_of(reply.text)
    assert last["problems"][0]["text"] == "a request has at most 0 lines"


class Echo(Nobody):
    """Workers that answer at once."""

    def submit(self, _: object) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(json.dumps({"n": 1, "verdict": "holds"}))
        return future


def test_who_takes_no_answers_is_read_no_further_and_is_left(monkeypatch):
    monkeypatch.setattr(limits, "STILL_SECONDS", 0.2)
    monkeypatch.setattr(limits, "UNREAD", 1000)
    read = 0

    async def receive() -> dict[str, Any]:
        nonlocal read
        read += 1
        return {"type": "http.request", "body": b"{}\n", "more_body": True}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            await asyncio.sleep(WAIT)

    async def ask() -> Front:
        front = Front(Settings(), Echo())  # type: ignore[arg-type]
        await Lines(front)({"query_string": b""}, receive, send)
        return front

    front = asyncio.run(ask())
    assert 1 < read < 200
    assert front.streams == 0


def test_others_than_this_machine_may_ask_where_that_is_meant(monkeypatch):
    monkeypatch.setattr(limits, "SECONDS", 0.01)
    (reply,) = refused(("http://nabla.example/answer", b"{}"), loopback=False)
    assert reply.status_code == 504


# --- the command --------------------------------------------------------------------


def test_without_the_extra_it_says_what_to_install(monkeypatch, capsys):
    monkeypatch.delattr("verifier.serving.server")
    monkeypatch.delitem(sys.modules, "verifier.serving.server")
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    assert cli.main(["serve"]) == 2
    assert capsys.readouterr().err == (
        "nabla: `nabla serve` needs uvicorn, which is not installed\n"
        '  hint: pip install "nabla-verifier[serve]"\n'
    )


def test_a_port_that_is_taken_is_a_clear_error(capsys):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert cli.main(["serve", "--port", str(port), "--device", "cpu"]) == 2
    said = capsys.readouterr().err
    assert f"cannot listen at `127.0.0.1`, port {port}" in said


@pytest.mark.parametrize(("host", "warned"), [("127.0.0.1", False), ("0.0.0.0", True)])
def test_it_warns_where_others_can_reach_it(monkeypatch, capsys, host, warned):
    seen = []

    def serve(_, settings, jobs, loopback, ready):
        seen.append((settings.draws, jobs, loopback))
        ready()

    monkeypatch.setattr(server, "serve", serve)
    words = ["--port", "0", "--jobs", "3", "--draws", "9", "--device", "cpu"]
    assert cli.main(["serve", "--host", host, *words]) == 0
    said = capsys.readouterr()
    assert said.out.startswith(f"nabla serve: http://{host}:")
    assert ("nobody is asked who he is" in said.err) == warned
    assert seen == [(9, 3, not warned)]
    assert serving.HOST == "127.0.0.1"
