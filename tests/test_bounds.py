"""Every limit is reached at its value, and says so in words of its own."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from verifier.asking.entry import question_of
from verifier.engine.settings import Settings
from verifier.language.assumption import parse_assumption
from verifier.language.checker import check
from verifier.language.declaration import parse_type
from verifier.language.expression import parse
from verifier.notes.gathering import Enough, Gathering
from verifier.notes.inputs import Inputs
from verifier.notes.scanning import scan, scan_text
from verifier.notes.stream import Budget, Stream
from verifier.reading import bounds
from verifier.reading.bounds import BOUNDS, Bound
from verifier.reading.problem import Fault, Problem
from verifier.reading.record import records_of
from verifier.reading.source import Source, decode, read
from verifier.running.allowance import limits_for
from verifier.running.chunks import GIB
from verifier.running.session import load
from verifier.serving import limits, lines
from verifier.serving.front import Front, Refusal
from verifier.spelling.grammar import Parser
from verifier.spelling.scanner import tokens_of
from verifier.spelling.values import Algebra
from verifier.streaming.line import line_of

TESTS = Path(__file__).resolve().parent
NAMES = {name: one for name, one in vars(bounds).items() if isinstance(one, Bound)}
"""By the name that modules use."""


def problems_of(text: str) -> Iterable[str]:
    """Return what is said of a file."""
    source = decode(text.encode(), "a.yaml")
    assert isinstance(source, Source)
    records, problems = records_of(source)
    for record in records:
        problems += check(record)[1]
    for one in problems:
        yield f"{one.text} {one.hint}"


def record(**more: str) -> Iterable[str]:
    """Return what is said of a record."""
    given = {
        "x": "vector(n)",
        "function": "x.T @ x",
        "wrt": "x",
        "numerator": "2 * x.T",
    }
    given |= {key: value for key, value in more.items() if key != "where"}
    kind = given.pop("x")
    lines = ["- id: " + given.pop("id", "a"), "  where:", f"    x: '{kind}'"]
    lines += [f"    {more['where']}"] if "where" in more else []
    lines += [f"  {key}: '{value}'" for key, value in given.items()]
    return problems_of("\n".join(lines))


def fault(read: Callable[[], object]) -> Iterable[str]:
    """Return what is said of a text, if anything is."""
    try:
        read()
    except Fault as error:
        yield f"{error.text} {error.hint}"


def document(text: str, name: str = "a.tex") -> Iterable[str]:
    """Return what is said of a document."""
    found = scan_text(text, name)
    return [one.text for one in (*found.problems, *found.notes)]


def tex(text: str) -> Iterable[str]:
    return document(f"\\begin{{document}}{text}\\end{{document}}")


def statement(text: str) -> Iterable[str]:
    """Return what is said of a statement."""
    return [f"{one.text} {one.hint}" for one in question_of(text)[1]]


def of_file(tmp_path: Path, size: int) -> Iterable[str]:
    """Return what is said of a file of so many bytes."""
    (tmp_path / "a.yaml").write_bytes(b"#" * size)
    found = read(tmp_path / "a.yaml")
    return [found.text] if isinstance(found, Problem) else []


def of_document(tmp_path: Path, size: int) -> Iterable[str]:
    (tmp_path / "a.tex").write_bytes(b"%" * size)
    return [one.text for one in scan(tmp_path / "a.tex").problems]


def asked(size: int) -> Iterable[str]:
    try:
        Settings(size=size)
    except ValueError as error:
        yield str(error)


def macros(count: int) -> Iterable[str]:
    """Return what is said of macros inside each other."""
    head = "\\newcommand{\\a}{x}"
    names = ["\\a" + "b" * i for i in range(count)]
    for inner, outer in itertools.pairwise(names):
        head += f"\\newcommand{{{outer}}}{{{inner} }}"
    return tex(f"{head} ${names[-1]}$")


REACHED: dict[str, Callable[[int], Iterable[str]]] = {
    "FILE_DEPTH": lambda n: problems_of("- id: " + "[" * (n - 2) + "]" * (n - 2)),
    "ID": lambda n: record(id="a" * n),
    "TAG": lambda n: record(tags="a" * n),
    "LINE_OF_TEXT": lambda n: record(title="a" * n),
    "PROSE": lambda n: record(notes="a" * n),
    "NAME": lambda n: fault(lambda: parse("a" * n)),
    "TYPE": lambda n: fault(lambda: parse_type("scalar".ljust(n))),
    "EXPRESSION": lambda n: fault(lambda: parse("x".ljust(n))),
    "EXPRESSION_DEPTH": lambda n: fault(lambda: parse("-" * n + "x")),
    "TOKENS": lambda n: fault(lambda: parse("+".join("x" * (n // 2)) + "-x" * (n % 2))),
    "BRACKETS": lambda n: fault(lambda: parse("(" * n + "x" + ")" * n)),
    "DIGITS": lambda n: fault(lambda: parse("1" * n)),
    "EXPONENT": lambda n: fault(lambda: parse(f"1e{n}")),
    "POWER": lambda n: record(
        where="A: matrix(n, n)", function=f"tr(matpow(A, {n})) + x.T @ x"
    ),
    "DIMENSION": lambda n: fault(lambda: parse_type(f"vector({n})")),
    "MADE_DIMENSION": lambda n: record(function=f"x.T @ x + tr(eye({n}))"),
    "DIMENSION_DEGREE": lambda n: fault(
        lambda: parse_type(f"vector({'*'.join('n' * n)})")
    ),
    "ASKED_SIZE": asked,
    "STATEMENT": lambda n: statement("x = x".ljust(n)),
    "FORMULA": lambda n: tex("$" + "x" * n + "$"),
    "ENVIRONMENTS": lambda n: tex("\\begin{quote}" * n + "x" + "\\end{quote}" * n),
    "CELLS": lambda n: document(
        json.dumps({"cells": [{"cell_type": "raw"}] * n}), "a.ipynb"
    ),
    "LINE_BYTES": lambda n: [one.text for one in line_of(" " * n)[1]],
    "MACRO_DEPTH": macros,
    "SIGNS": lambda n: fault(lambda: tokens_of(("x+" * n)[:n])),
    "FORMULA_DIGITS": lambda n: fault(lambda: tokens_of("1" * n)),
    "FORMULA_DEPTH": lambda n: fault(lambda: [*map(Parser.deeper, [Parser([])] * n)]),
}
"""What is said of something that is so large."""
IN_FILES = {"FILE_BYTES": of_file, "DOCUMENT_BYTES": of_document}
ELSEWHERE = {
    "FILE_NODES": ("test_nodes", "MAX_EVENTS"),
    "FILE_PROBLEMS": ("test_record", "too many problems: the file is not read beyond"),
    "RECORD_PROBLEMS": ("hostile_files", "more than 100 problems of this record"),
    "ENTRIES": ("hostile_files", "huge-ones"),
    "DERIVATIVE_ENTRIES": ("hostile_files", "huge-jacobian"),
    "RECORD_SECONDS": ("test_pool", "took more than 1 s of processor time"),
    "RECORD_MEMORY": ("test_pool", "used more than 300 MiB of memory"),
    "DEFINED_PARTS": ("test_spelling_hostile", "more than 1500 parts"),
    "DEFINED_DEPTH": ("test_spelling_hostile", "operations stand within each other"),
    "PARTS": ("test_scanning", "more than {MAX_PARTS}"),
    "MACRO_EFFORT": ("hostile_texts", "expand to too much: over 1000000"),
    "HTTP_BYTES": ("test_serving", "a question has at most 65,536 bytes"),
    "HTTP_SECONDS": ("test_serving", "no answer within 0.05 s"),
    "HTTP_UNDER_WAY": ("test_serving", "questions are under way already"),
    "HTTP_LINES": ("test_serving", "a request has at most 0 lines"),
    "HTTP_BODY_SECONDS": ("test_hostile_texts", "the question did not come within"),
    "RESULTS_BYTES": ("test_storage", "the limit is {MAX_BYTES} bytes"),
}
"""Limits whose tests take workers or a service, where those are, and what they say."""
APART = {
    *("ASSUMPTION", "OWN_SECONDS", "ROOMY_SECONDS", "ROOMY_MEMORY", "FORMULA_STEPS"),
    *("PRODUCT_TERMS", "DOCUMENT_FILES", "INPUT_DEPTH", "INPUT_NAMES", "WORDS"),
    *(
        "MACRO_BURST",
        "DOCUMENT_PROBLEMS",
        "DOCUMENT_TROUBLE",
        "HTTP_STREAMS",
        "HTTP_STILL_SECONDS",
    ),
}
"""Those that have a test of their own below."""


@pytest.mark.parametrize("name", REACHED)
def test_a_limit_is_reached_at_its_value_and_says_so(name: str):
    bound, said = NAMES[name], REACHED[name]
    assert not any(map(bound.fits, said(bound.value)))
    assert any(map(bound.fits, said(bound.value + 1)))


@pytest.mark.parametrize("name", IN_FILES)
def test_a_file_may_be_so_long_and_no_longer(name: str, tmp_path: Path):
    bound, said = NAMES[name], IN_FILES[name]
    assert not any(map(bound.fits, said(tmp_path, bound.value)))
    assert any(map(bound.fits, said(tmp_path, bound.value + 1)))


@pytest.mark.parametrize("name", ELSEWHERE)
def test_the_others_are_reached_where_it_is_said(name: str):
    file, words = ELSEWHERE[name]
    assert words in (TESTS / f"{file}.py").read_text(encoding="utf-8")


def test_an_assumption_may_be_so_long():
    bound = bounds.ASSUMPTION
    texts = ["m < n".ljust(bound.value + more) for more in (0, 1)]
    said = [[*fault(lambda text=text: parse_assumption(text, {}))] for text in texts]
    assert [any(map(bound.fits, some)) for some in said] == [False, True]


def test_a_record_has_its_seconds_by_where_it_stands_and_what_is_asked_of_it():
    own, _ = load("gradient-of-quadratic-form")
    (one,) = own
    other = replace(one, place=replace(one.place, file="mine.yaml"))
    usual = limits_for(Settings())
    assert usual.budget is not None
    assert usual.budget(one) == bounds.OWN_SECONDS.value
    assert usual.budget(other) == usual.budget("a line") == bounds.RECORD_SECONDS.value
    assert usual.memory_bytes == bounds.RECORD_MEMORY.value * GIB
    for more in (
        {"size": 64},
        {"sizes": (("n", 9),)},
        {"draws": 999},
        {"device": "gpu"},
    ):
        roomy = limits_for(Settings(**more))  # type: ignore[arg-type]
        assert roomy.budget and roomy.budget(other) == bounds.ROOMY_SECONDS.value
        assert roomy.memory_bytes == bounds.ROOMY_MEMORY.value * GIB
    said = limits_for(Settings(seconds=7))
    assert said.budget and said.budget(one) == said.budget(other) == 7


def test_reading_a_formula_takes_so_many_steps():
    bound = bounds.FORMULA_STEPS
    parser = Parser(tokens_of("x"))
    parser.steps[0] = bound.value - 1
    parser.deeper()
    assert any(map(bound.fits, fault(parser.deeper)))


def test_a_product_has_so_many_terms():
    made: Any = SimpleNamespace(unit=lambda value: value, both=lambda a, b: (a, b))
    sums: list[Any] = [
        SimpleNamespace(terms=[SimpleNamespace(deltas=())] * n, axes=())
        for n in (4, 8, 9)
    ]
    times = partial(Algebra.multiplied, made)
    assert len(times(sums[0], sums[1])) == bounds.PRODUCT_TERMS.value
    said = fault(lambda: times(sums[0], sums[2]))
    assert any(map(bounds.PRODUCT_TERMS.fits, said))


def test_so_many_files_are_input_and_so_deep(tmp_path: Path):
    main = tmp_path / "a.tex"

    def said(text: str) -> list[str]:
        main.write_text(f"\\begin{{document}}{text}\\end{{document}}")
        found = scan(main)
        return [one.text for one in (*found.problems, *found.notes)]

    for n in range(bounds.DOCUMENT_FILES.value + 1):
        (tmp_path / f"f{n}.tex").write_text("x")
        (tmp_path / f"d{n}.tex").write_text(f"\\input{{d{n + 1}}}")
    some = "".join(f"\\input{{f{n}}}" for n in range(bounds.DOCUMENT_FILES.value))
    assert said(some) == []
    assert any(map(bounds.DOCUMENT_FILES.fits, said(f"{some}\\input{{f200}}")))
    assert any(map(bounds.INPUT_DEPTH.fits, said("\\input{d1}")))


def test_so_many_names_of_files_are_looked_for(tmp_path: Path):
    inputs = Inputs(tmp_path, "a.tex")
    count = bounds.INPUT_NAMES.value + 1
    answers = [inputs.enter("input", "none") for _ in range(count)]
    said = [one[0] for one in answers if isinstance(one, tuple)]
    assert [bounds.INPUT_NAMES.fits(one) for one in said[-2:]] == [False, True]


def test_a_macro_puts_so_much_into_the_text(monkeypatch):
    bound = bounds.MACRO_BURST
    stream = Stream("x", 0, 1, lambda *_: None, Budget())
    token = stream.next()
    assert token and stream.push([token] * bound.value)
    assert not stream.push([token])
    monkeypatch.setattr("verifier.notes.stream.MAX_BURST", 10)
    (said,) = tex("\\newcommand{\\a}{a{}b{}c{}d{}e{}f{}} \\a")
    assert bound.fits(said)


def test_a_document_has_so_many_words():
    said: list[str] = []
    stream = Stream("a{}", 0, 3, lambda _, text, hint: said.append(text), Budget(2))
    assert stream.next() and stream.next()
    assert said == []
    with pytest.raises(Enough):
        stream.next()
    assert bounds.WORDS.fits(said[0])
    assert Budget().tokens == bounds.WORDS.value


def test_of_the_problems_of_a_document_so_many_are_shown():
    def told(count: int) -> list[str]:
        gathering = Gathering("a.tex")
        gathering.open(Source("a.tex", "x"))
        with suppress(Enough):
            for _ in range(count):
                gathering.problem("a.tex", 0, "so", "")
        return [one.text for one in gathering.document().problems]

    shown, trouble = bounds.DOCUMENT_PROBLEMS.value, bounds.DOCUMENT_TROUBLE.value
    assert told(shown) == ["so"] * shown
    assert bounds.DOCUMENT_PROBLEMS.fits(told(shown + 1)[-1])
    assert bounds.DOCUMENT_PROBLEMS.fits(told(shown + trouble)[-1])
    assert bounds.DOCUMENT_TROUBLE.fits(told(shown + trouble + 1)[-1])


def test_there_are_so_many_streams_and_none_stands_still_for_longer(monkeypatch):
    front: Any = Front(Settings(), None)  # type: ignore[arg-type]
    front.streams = bounds.HTTP_STREAMS.value
    with pytest.raises(Refusal) as refused, front.stream():
        pass
    assert bounds.HTTP_STREAMS.fits(refused.value.text)
    monkeypatch.setattr(limits, "STILL_SECONDS", 0.01)

    async def wait() -> None:
        source: Any = lines.Source(asyncio.Event().wait, asyncio.Event())  # type: ignore[arg-type]
        await source._message()

    with pytest.raises(Refusal) as still:
        asyncio.run(wait())
    said = bounds.HTTP_STILL_SECONDS.said(limit="0.01")
    assert still.value.text == said


def test_every_limit_is_in_the_table_once():
    rows = [one for group in BOUNDS.values() for one in group]
    assert len(rows) == len(NAMES)
    assert {id(one) for one in rows} == {id(one) for one in NAMES.values()}


def test_every_limit_has_a_test():
    tables = [REACHED, IN_FILES, ELSEWHERE, APART]
    assert sorted(name for one in tables for name in one) == sorted(NAMES)


def test_every_limit_says_how_much_may_be():
    silent = {name for name, one in NAMES.items() if "{limit" not in one.text}
    assert silent == {"FILE_PROBLEMS", "FORMULA_DIGITS", "DOCUMENT_PROBLEMS"}
    for bound in NAMES.values():
        assert bound.value > 0 and bound.of and bound.text[-1] != "."


def test_each_has_words_of_its_own():
    alike = {name: one.text for name, one in NAMES.items()}
    shared = {
        text: sorted(name for name in alike if alike[name] == text)
        for text in alike.values()
    }
    # What is said of a file says which file it is, and of a text which key it has.
    assert [names for names in shared.values() if len(names) > 1] == [
        ["DOCUMENT_BYTES", "FILE_BYTES", "RESULTS_BYTES"],
        ["LINE_OF_TEXT", "PROSE", "TAG"],
        ["OWN_SECONDS", "RECORD_SECONDS", "ROOMY_SECONDS"],
        ["RECORD_MEMORY", "ROOMY_MEMORY"],
    ]
