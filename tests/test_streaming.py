"""A line in, a line out: in order, in bounded memory, and none costs another."""

from __future__ import annotations

import asyncio
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Future
from itertools import count, islice

import pytest

import verifier
from verifier.asking.entry import question_of
from verifier.commands.cli import main
from verifier.commands.lining import lines, verdict_in
from verifier.engine.settings import LAYOUTS, Settings
from verifier.language.checker import check
from verifier.language.statement import Statement
from verifier.reading.problem import InputError
from verifier.reading.record import Record
from verifier.results.streamed import StreamAnswer
from verifier.running import pool
from verifier.running.crew import Crew
from verifier.running.familiar import CLAIMS, Familiar
from verifier.running.memory import content
from verifier.running.recent import Recent
from verifier.streaming.aflow import aflow
from verifier.streaming.answering import answer_lines
from verifier.streaming.flow import flow
from verifier.streaming.line import MOST_BYTES, Asked, line_of
from verifier.streaming.renaming import renamed
from verifier.streaming.resuming import Answers, Mismatch, mark
from verifier.streaming.team import read_back
from verifier.streaming.told import made_by, written

SETTINGS = Settings(0, 32, diagnose=False)
WAIT = 120  # seconds, for what takes one


def answered(*said: object, settings: Settings = SETTINGS) -> list[StreamAnswer]:
    """Answer lines in this process, as a worker does."""
    texts = [one if isinstance(one, (str, bytes)) else json.dumps(one) for one in said]
    asked = [Asked(n, text) for n, text in enumerate(texts, 1)]
    return [
        StreamAnswer.from_json(json.loads(s)) for s in answer_lines(asked, settings)
    ]


# --- lines ------------------------------------------------------------------------


def test_statements_and_records_are_answered():
    found = answered(
        {"statement": "d(x.T @ A @ x)/dx = (A + A.T) @ x", "id": "one"},
        {"statement": "d(x.T @ A @ x)/dx = 2*A @ x", "id": 2},
        {"statement": "d(x.T @ A @ x)/dx = 2*A @ x", "where": "A: symmetric(n)"},
        {"statement": "d(x.T @ A @ x)/dx = 2*A @ x", "where": {"A": "symmetric(n)"}},
        {"function": "A @ x", "wrt": "x", "numerator": "A", "title": "a record"},
        {"function": "A @ x", "wrt": "x", "numerator": "A.T"},
        {"latex": r"\nabla_x \|x\|^2 = 2x"},
        {"value": "tr(A @ B)", "both": "tr(B @ A)", "where": "A: matrix(m, n)"},
    )
    verdicts = ["holds", "fails", "holds", "holds", "holds", "fails", "holds"]
    assert [one.verdict for one in found] == [*verdicts, "holds"]
    assert [one.n for one in found] == list(range(1, 9))
    assert [one.id for one in found[:3]] == ["one", 2, None]
    assert found[0].layouts == ["denominator"]
    assert found[6].read == "d(norm(x)**2)/dx = 2 * x"
    assert all(one.by == made_by(SETTINGS) for one in found)
    assert bool(found[0]) and not bool(found[1])


def test_layout_of_a_line_is_the_one_that_must_hold():
    said = {"statement": "d(x.T @ A @ x)/dx = (A + A.T) @ x"}
    found = answered(*({**said, "layout": name} for name in ("numerator", "both")))
    assert [one.verdict for one in found] == ["fails", "fails"]
    other = Settings(0, 32, layouts=("numerator",), diagnose=False)
    found = answered(said, {**said, "layout": "denominator"}, settings=other)
    assert [one.verdict for one in found] == ["fails", "holds"]


def test_failures_are_explained_where_that_is_asked_for():
    said = {"statement": "d(x.T @ A @ x)/dx = 2*A @ x", "layout": "denominator"}
    plain, told = answered(said, {**said, "diagnose": True})
    assert "diagnosis" not in plain.results[0]
    assert told.results[0]["diagnosis"]["kind"] == "needs-symmetric"
    assert "A" in told.results[0]["counterexample"]["values"]
    silent = {**said, "diagnose": False}
    plain, told = answered(silent, said, settings=Settings(0, 32))
    assert "diagnosis" not in plain.results[0]
    assert told.results[0]["diagnosis"]["suggestion"] == "(A + A.T) @ x"


@pytest.mark.parametrize(
    ("line", "said", "column"),
    [
        ("", "the line is empty", 1),
        ("nonsense", "this is not JSON", 1),
        ('{"statement": "d(x', "this is not JSON", 15),
        (b'{"statement": "\xff"}', "this byte is not UTF-8", 16),
        ("[1, 2]", "a line is a JSON object, not a list", 1),
        ("null", "a line is a JSON object, not null", 1),
        ("true", "a line is a JSON object, not true or false", 1),
        ("[" * 50_000, "brackets are nested too deeply", 1),
        (" " * (MOST_BYTES + 1), "the line is longer than 65,536 bytes", 1),
        ('{"statement": "a = b", "statement": "c = d"}', "is there twice", 1),
        ('{"statement": "a = b", "id": NaN}', "JSON has no NaN", 1),
        ('{"statement": "a = b", "id": -1e999}', "'id' is a number that is too", 1),
        ('{"statement": "a = b", "id": [1]}', "'id' is a text or a number", 1),
        ('{"statement": 7}', "'statement' is a text, not 7", 1),
        ('{"statement": "a = b", "layout": "left"}', "'layout' is one of", 1),
        ('{"statement": "a = b", "where": 3}', "'where' is an object of", 1),
        ('{"statement": "a = b", "diagnose": 1}', "'diagnose' is true or false", 1),
        ('{"statment": "a = b"}', "unknown key 'statment'", 1),
        ("{}", "missing key 'statement'", 1),
        ('{"function": {"a": [1]}, "wrt": "x"}', "'function' is a text, a list", 1),
        ('{"function": "A @ x", "wrt": "x", "claim": "A"}', "unknown key 'claim'", 3),
        ('{"statement": "d(x/dx = 1"}', "this bracket is not closed", 2),
    ],
)
def test_line_that_cannot_be_read_says_why(line, said, column):
    good = {"statement": "d(x.T @ x)/dx = 2*x"}
    before, found, after = answered(good, line, good)
    assert before.verdict == after.verdict == "holds"
    assert found.verdict == "malformed"
    texts = [problem["text"] for problem in found.problems]
    assert any(said in text for text in texts)
    assert found.problems[0].get("column", 1) == column


def test_all_problems_of_a_line_are_told_at_once():
    _, problems = line_of('{"statement": 7, "layout": "left", "where": 3, "seed": 1}')
    assert [problem.field for problem in problems] == ["layout", "where", "statement"]


def test_fault_of_ours_costs_no_other_line(monkeypatch):
    def broken(*_):
        raise RuntimeError("a fault")

    monkeypatch.setattr("verifier.streaming.answering.question_of", broken)
    fresh = Settings(1, 8, diagnose=False)
    first, second = answered({"statement": "a = b", "id": 5}, "", settings=fresh)
    assert (first.verdict, first.id) == ("crashed", 5)
    assert first.reason == "RuntimeError: a fault"
    assert second.verdict == "malformed"


def test_what_was_answered_is_not_judged_again(monkeypatch):
    said = {"statement": "d(sum(x * x * x))/dx = 3 * x * x", "id": 1}
    (first,) = answered(said)

    def never(*_):
        raise AssertionError("it was judged again")

    monkeypatch.setattr("verifier.running.familiar.outcomes", never)
    (again,) = answered({**said, "id": 2})
    other = "d(sum(y * y * y))/dy = 3 * y * y"  # alike up to its name
    (alike,) = answered({"statement": other})
    assert first.verdict == again.verdict == alike.verdict == "holds"
    assert (again.id, alike.statement, alike.types) == (2, other, {"y": "vector(n)"})


# --- names, and functions that were seen -----------------------------------------


def record_of(statement: str, where: str = ""):
    question, problems = question_of(statement, where)
    assert question is not None, problems
    return question.record


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("d(x.T @ A @ x)/dx = 2*A @ x", "d(u.T @ T @ u)/du = 2*T @ u"),
        ("d(f(x))/dx = D(f)(x)", "d(g(y))/dy = D(g)(y)"),
        ("d(sum(exp(t*x)))/dx = t*exp(t*x)", "d(sum(exp(c*z)))/dz = c*exp(c*z)"),
        ("tr(A @ B) = tr(B @ A)", "tr(X @ Y) = tr(Y @ X)"),
    ],
)
def test_alike_up_to_names_becomes_the_same(one, other):
    found = [content(renamed(record_of(said))) for said in (one, other)]
    same = record_of(one).subject == "function"
    assert (found[0] == found[1]) == same


def test_renaming_says_the_same():
    record = record_of("d(x.T @ A @ x + t*n)/dx = (A + A.T) @ x", "t: scalar")
    found = renamed(record)
    assert found.body.value == "nabla0_.T @ nabla1_ @ nabla0_ + nabla2_*n"
    assert check(found)[1] == []
    assert [text.value for text in found.wrt] == ["nabla0_"]


@pytest.mark.parametrize(
    "said",
    [
        "hessian(x.T @ A @ x, x) = A + A.T",
        "d(x.T @ x) = 2*x.T @ dx",
        "d(A @ x)/dx = A where A: matrix(nabla0_, n)",
    ],
)
def test_names_with_rules_of_their_own_are_left(said):
    record = record_of(said)
    assert renamed(record) is record


def asked_of(record: Record) -> Statement:
    statement, problems = check(record)
    assert statement is not None, problems
    asked = statement.asked(LAYOUTS)
    assert asked is not None
    return asked


CLAIMED = (
    ("x.T @ A @ x", ["(A + A.T) @ x", "2*A @ x", "A.T @ x + A @ x", "ones(n, 1)"]),
    ("log(1 + exp(a.T @ x))", ["a*sigmoid(a.T @ x)", "a*sigmoid(x.T @ x)", "a / 2"]),
    ("norm(x)", ["x / norm(x)", "x / norm(x)**2", "x / sqrt(x.T @ x)"]),
    ("sum(relu(x))", ["step(x)", "step(-x)", "sign(x)", "relu(x) / x"]),
    ("logdet(X.T @ X)", ["2*pinv(X).T", "2*X @ inv(X.T @ X)", "2*inv(X).T"]),
)


@pytest.mark.parametrize(("function", "claims"), CLAIMED)
def test_familiar_function_gets_the_verdicts_of_a_new_one(function, claims):
    wrt = "X" if "X" in function else "x"
    known = Familiar("float64")
    for claim in [*claims, *claims]:
        record = record_of(f"d({function})/d{wrt} = {claim}")
        asked = asked_of(record)
        fresh = Familiar("float64").outcomes(asked, SETTINGS)
        found = known.outcomes(asked, SETTINGS)
        assert [(one.verdict, one.evidence) for one in found] == [
            (one.verdict, one.evidence) for one in fresh
        ]
    assert len(known.found._kept) == (2 if "inv(X).T" in claims[-1] else 1)


def test_familiar_function_is_drawn_anew_after_some_claims(monkeypatch):
    monkeypatch.setattr("verifier.running.familiar.CLAIMS", 4)
    known = Familiar("float64")
    asked = asked_of(record_of("d(x.T @ x)/dx = 2*x"))
    seen = set()
    for _ in range(4):
        known.outcomes(asked, SETTINGS)
        ((experiment, claims),) = known.found._kept.values()
        seen.add(id(experiment))
        assert claims <= 4 < CLAIMS
    assert len(seen) > 1


def test_recent_forgets_what_was_not_used():
    kept: Recent[int] = Recent(2)
    kept.put("a", 1)
    kept.put("b", 2)
    assert kept.get("a") == 1
    kept.put("c", 3)
    assert [kept.get(key) for key in "abc"] == [1, None, 3]


# --- the flow ---------------------------------------------------------------------


def at_once(item: int) -> Future[int]:
    future: Future[int] = Future()
    future.set_result(item * item)
    return future


def later(item: int) -> Future[int]:
    """Odd items take longer than even ones."""
    future: Future[int] = Future()
    wait = 0.1 * (item % 2)
    threading.Timer(wait, future.set_result, [item * item]).start()
    return future


def test_results_come_in_order_or_as_they_are_found():
    items = [1, 2, 4]
    assert list(flow(items, later, 8)) == [(1, 1), (2, 4), (4, 16)]
    assert list(flow(items, later, 8, ordered=False)) == [(2, 4), (4, 16), (1, 1)]


@pytest.mark.parametrize("ordered", [True, False])
def test_source_is_read_no_further_than_is_taken(ordered):
    read = []

    def source():
        for item in count():
            read.append(item)
            yield item

    found = flow(source(), at_once, 5, ordered)
    list(islice(found, 10))
    time.sleep(0.3)
    assert len(read) <= 10 + 5 + 2
    found.close()
    time.sleep(0.5)
    assert len(read) <= 10 + 5 + 3


def test_what_the_source_raises_comes_after_what_it_gave():
    def source():
        yield 1
        raise OSError("the disk is gone")

    found = flow(source(), at_once, 5)
    assert next(found) == (1, 1)
    with pytest.raises(OSError, match="the disk is gone"):
        next(found)


@pytest.mark.parametrize("ordered", [True, False])
def test_flow_in_an_event_loop(ordered):
    async def some():
        for item in (1, 2, 4):
            yield item
            await asyncio.sleep(0)

    async def take(source):
        return [pair async for pair in aflow(source, later, 2, ordered)]

    first = asyncio.run(take(some()))
    assert sorted(first) == [(1, 1), (2, 4), (4, 16)]
    assert not ordered or first == sorted(first)
    assert len(asyncio.run(take([1, 2, 4]))) == 3


# --- the crew ---------------------------------------------------------------------


def test_crew_answers_and_outlives_what_kills_its_workers():
    limits = pool.Limits(seconds_per_item=1, seconds_start=20)
    work = "pool_faults:perform"
    with Crew(work, None, jobs=1, limits=limits) as crew:
        good = [crew.submit(("square", k)) for k in range(5)]
        bad = crew.submit(("die", 3))
        after = crew.submit(("square", 7))
        assert [f.result(WAIT) for f in good] == [k * k for k in range(5)]
        assert isinstance(bad.result(WAIT), pool.Crash)
        assert after.result(WAIT) == 49
        assert crew.unfinished == 0
    with pytest.raises(RuntimeError, match="have ended"):
        crew.submit(("square", 1))


def test_crew_that_ends_cancels_what_is_left():
    crew = Crew("pool_faults:perform", None, jobs=1)
    future = crew.submit(("sleep", 60))
    crew.close()
    assert future.cancelled()


def test_crew_that_cannot_start_says_so():
    with Crew("no.such.module:work", None, jobs=1) as crew:
        future = crew.submit(1)
        with pytest.raises(pool.WorkerStartError):
            future.result(WAIT)


def test_crew_does_not_work_on_what_nobody_waits_for(tmp_path):
    marker = tmp_path / "done"
    with Crew("pool_faults:perform", None, jobs=1) as crew:
        crew.submit(("square", 1)).result(WAIT)
        busy = crew.submit(("pause", 0.5))
        given_up = crew.submit(("fail-once", str(marker)))
        assert given_up.cancel()
        busy.result(WAIT)
        assert crew.submit(("square", 3)).result(WAIT) == 9
        assert crew.unfinished == 0
    assert not marker.exists()


def test_crew_replaces_workers_that_die_idle():
    with Crew("pool_faults:perform", None, jobs=2, standing=2) as crew:
        first = crew.pids
        assert len(first) == 2
        os.kill(first[0], signal.SIGKILL)
        until = time.monotonic() + WAIT
        while not (crew.ready == 2 and first[0] not in crew.pids):
            assert time.monotonic() < until
            time.sleep(0.01)
        assert crew.deaths == 1


# --- the answers on disk ----------------------------------------------------------


def line(n: int, verdict: str = "holds") -> str:
    return written(StreamAnswer(n, verdict, by="me"))


def test_answers_are_there_at_once_and_known_again(tmp_path):
    file = tmp_path / "answers.jsonl"
    kept = Answers(file, "me", resume=False)
    kept.add(line(1), b"first")
    kept.add(line(3, "fails"), b"third")
    assert len(file.read_bytes().splitlines()) == 2  # before it is closed
    with file.open("ab") as stream:
        stream.write(b'{"n": 4, "verdict": "ho')  # killed here
    again = Answers(file, "me", resume=True)
    assert (again.count, again.status) == (2, 1)
    assert [again.has(n, b"first") for n in (1, 2)] == [True, False]
    with pytest.raises(Mismatch, match="line 3 is another one"):
        again.has(3, b"another")
    again.add(line(4), b"fourth")
    again.close()
    kept.close()
    found = [json.loads(one) for one in file.read_text().splitlines()]
    assert [one["n"] for one in found] == [1, 3, 4]
    assert found[2]["of"] == f"{mark(b'fourth'):08x}"
    with pytest.raises(Mismatch, match="was answered by me"):
        Answers(file, "another", resume=True)
    file.write_text("no answer\n")
    with pytest.raises(Mismatch, match="line 1 of"):
        Answers(file, "me", resume=True)


def test_answers_without_resume_begin_anew(tmp_path):
    file = tmp_path / "answers.jsonl"
    file.write_text("old\n")
    Answers(file, "me", resume=False).close()
    assert file.read_text() == ""


# --- the command ------------------------------------------------------------------


def test_long_lines_are_cut_and_cost_no_other():
    source = io.BytesIO(b"a" * (3 * MOST_BYTES) + b"\nb\r\nc")
    first, *rest = lines(source)
    assert len(first) == MOST_BYTES + 2
    assert rest == [b"b", b"c"]


def test_verdict_is_the_one_of_the_line_not_of_what_it_says():
    said = StreamAnswer(1, "fails", id='"verdict": "holds"', statement="holds")
    assert verdict_in(written(said)) == "fails"


def test_crash_is_an_answer_too():
    asked = Asked(4, '{"statement": "a = b", "id": "x"}')
    found = json.loads(read_back(asked, pool.Crash("it was too much"), SETTINGS))
    assert (found["n"], found["verdict"], found["id"]) == (4, "crashed", "x")
    assert found["reason"] == "it was too much"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-"], "write `nabla verify - --format jsonl`"),
        (["a.jsonl", "b.jsonl", "--format", "jsonl"], "read from one place"),
        (["--format", "jsonl"], "read from one place"),
        (["-", "--format", "jsonl", "--resume"], "`--output answers.jsonl`"),
        (["-", "--format", "jsonl", "--watch"], "`--watch` is for files of records"),
        (["a.yaml", "--unordered"], "there are no JSON lines for `--unordered`"),
        (["a.yaml", "--fresh", "--resume"], "leave `--fresh` out"),
        (["none.jsonl", "--format", "jsonl"], "cannot open `none.jsonl`"),
    ],
)
def test_misuse_is_refused(capsys, words, said):
    assert main(["verify", *words]) == 2
    assert said in capsys.readouterr().err


CLAIMS_IN = [
    {"statement": "d(x.T @ x)/dx = 2*x", "id": 1},
    {"statement": "d(x.T @ x)/dx = x"},
    "nonsense",
    {"statement": "d(y.T @ y)/dy = 2*y"},
]


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    file = tmp_path_factory.mktemp("lines") / "claims.jsonl"
    texts = [c if isinstance(c, str) else json.dumps(c) for c in CLAIMS_IN]
    file.write_text("\n".join([*texts[:2], "", *texts[2:]]) + "\n")
    return file


def nabla(*words: str, stdin: int | None = None) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "verifier", "verify", *words]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=stdin, stdout=pipe, stderr=pipe)


def test_command_answers_lines_and_goes_on_after_an_interruption(source, tmp_path):
    words = ["--format", "jsonl", "--jobs", "1", "--draws", "16"]
    piped = nabla("-", *words, stdin=subprocess.PIPE)
    out, err = piped.communicate(source.read_bytes(), timeout=WAIT)
    assert (piped.returncode, err) == (2, b"")
    found = [json.loads(one) for one in out.splitlines()]
    assert [one["n"] for one in found] == [1, 2, 4, 5]
    verdicts = [one["verdict"] for one in found]
    assert verdicts == ["holds", "fails", "malformed", "holds"]

    kept = tmp_path / "answers.jsonl"
    by = found[0]["by"]
    answers = Answers(kept, by, resume=False)
    answers.add(out.splitlines()[0].decode(), json.dumps(CLAIMS_IN[0]))
    answers.close()
    words += ["--output", str(kept), "--resume"]
    done = nabla(str(source), *words)
    said, _ = done.communicate(timeout=WAIT)
    assert done.returncode == 2
    assert b"3 lines answered" in said and b"1 were answered before" in said
    again = [json.loads(one) for one in kept.read_text().splitlines()]
    assert [{**one, "of": ""} for one in again] == [{**one, "of": ""} for one in found]


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
def test_ctrl_c_keeps_what_is_answered(tmp_path):
    kept = tmp_path / "answers.jsonl"
    words = ["--format", "jsonl", "--jobs", "1", "--draws", "8", "--output", str(kept)]
    running = nabla("-", *words, stdin=subprocess.PIPE)
    assert running.stdin is not None
    running.stdin.write(b'{"statement": "d(x.T @ x)/dx = 2*x"}\n')
    running.stdin.flush()
    until = time.monotonic() + WAIT
    while not (kept.exists() and kept.read_bytes().endswith(b"\n")):
        assert time.monotonic() < until
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=WAIT)
    assert running.returncode == 130
    assert b"`--resume` goes on from here" in err
    assert json.loads(kept.read_text())["verdict"] == "holds"


# --- from Python ------------------------------------------------------------------


def test_stream_from_python():
    claims = ["d(x.T @ x)/dx = 2*x", {"statement": "d(x.T @ x)/dx = x", "id": "b"}, "("]
    found = list(verifier.stream(claims, draws=16, jobs=1))
    assert [one.verdict for one in found] == ["holds", "fails", "malformed"]
    assert [one.id for one in found] == [None, "b", None]

    async def some():
        for claim in claims:
            yield claim

    async def take(source):
        stream = verifier.astream(source, draws=16, jobs=1, ordered=False)
        return [one async for one in stream]

    assert {one.n: one.verdict for one in asyncio.run(take(some()))} == {
        one.n: one.verdict for one in found
    }
    with pytest.raises(InputError, match="claim 1 cannot be written as JSON"):
        list(verifier.stream([{"statement": object()}], jobs=1))
    with pytest.raises(InputError, match="draws at least 1"):
        list(verifier.stream([], draws=0))
