"""No text of a stranger gets out of its place: every format, every field of its own."""

from __future__ import annotations

import io
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import replace
from typing import Any

import notes_made
import pytest
from made import EVIL, failure, hostile, problem, report
from made import result as made_by_hand
from stated import quadratic, statement
from test_report import Page

from verifier.commands import cli
from verifier.language.checker import check
from verifier.output import documents, notebook
from verifier.output.asked_page import Asked, page_html, problems_html
from verifier.output.formats import FORMATS, rendered
from verifier.output.github import summary
from verifier.output.notes_forms import yaml_text
from verifier.output.report import html
from verifier.output.sheet import sheet
from verifier.output.text import Paint
from verifier.reading.nodes import Pairs, Scalar, parse
from verifier.reading.problem import Place
from verifier.reading.record import records_of
from verifier.reading.source import Source
from verifier.reading.writing import quoted
from verifier.results.streamed import StreamAnswer
from verifier.streaming.told import written

WORST = (
    "</script></style></title><img src=x onerror=alert(1)>\"'`]]>--><!-- \x1b[31m\x9b2J"
    "\u202e\u2028\x85\r\n::error file=x::y%0A ##[group] \\write18{id}\\input{x}^^5c"
    "|a|[l](javascript:alert(1)) {{7*7}}<< 7 >>$7$ &lt;&#60; \x00\ud800 - a: 'b'"
)
TAME = "tame"


# --- reports ------------------------------------------------------------------------

FIELDS: dict[str, Callable[[str], Any]] = {
    **{
        name: lambda evil, name=name: failure(**{name: evil})
        for name in ("id", "claim", "text", "file", "title", "source", "subject")
    },
    "why": lambda evil: failure(why=evil, expected="fails"),
    "notes": lambda evil: failure(notes=evil),
    "tags": lambda evil: failure(tags=[evil]),
    "a name": lambda evil: failure(types={evil: "scalar"}),
    "a type": lambda evil: failure(types={"x": evil}),
    "body": lambda evil: failure(statement={"kind": "function", "body": evil}),
    "let": lambda evil: failure(
        statement={"kind": "function", "body": "y", "wrt": ["x"], "let": {"y": evil}}
    ),
    "diagnosis": lambda evil: failure(diagnosis={"kind": "sign", "text": evil}),
    "suggestion": lambda evil: failure(
        diagnosis={"kind": "sign", "text": "so", "suggestion": evil}
    ),
    "evidence": lambda evil: failure(evidence={"grade": "float", "note": evil}),
    "last words": lambda evil: made_by_hand(
        "crashed", evidence={"note": "it died", "detail": evil}
    ),
    "problem": lambda evil: problem(text=evil),
    "hint": lambda evil: problem(hint=evil),
    "line": lambda evil: problem(excerpt=evil, caret=3),
    "detail": lambda evil: problem(detail=(evil,)),
    "key": lambda evil: problem(field=evil),
    "id of a problem": lambda evil: problem(id=evil),
    "file of a problem": lambda evil: problem(place=Place(evil, 1, 1)),
}
RUN = ("command", "started", "device", "dtype")


def made(field: str, evil: str) -> Any:
    """Return a report with a text of a stranger in one place."""
    if field in RUN:
        return report(failure(), **{field: evil})
    if field == "versions":
        return report(failure(), versions={evil: evil})
    return report(FIELDS[field](evil))


def printable(text: str) -> None:
    """Demand that nothing moves a cursor, hides or turns text."""
    text.encode()
    assert all(line.isprintable() for line in text.split("\n"))


COMMAND = re.compile(r"(?m)^\s*(::|##)")
"""What a CI server takes for a command, wherever it stands in the log."""


def in_terminal(said: str, tame: str) -> None:
    printable(said)
    assert not COMMAND.search(said)


def in_json(said: str, tame: str) -> None:
    printable(said)
    assert json.loads(said).keys() == json.loads(tame).keys()


def in_xml(said: str, tame: str) -> None:
    tags = [
        sorted(one.tag for one in ET.fromstring(text).iter()) for text in (said, tame)
    ]
    assert tags[0] == tags[1]


def in_commands(said: str, tame: str) -> None:
    printable(said)
    commands = [re.findall(r"(?m)^::\w+", text) for text in (said, tame)]
    assert commands[0] == commands[1]
    assert all(line.startswith("::") for line in said.splitlines())
    assert not re.search(r"(?m)^##\[", said)


FORMULA = {"math", "mtext", "mrow", "mi", "mo", "mn", "mfrac", "mspace", "msup"}


def in_page(said: str, tame: str) -> None:
    page, plain = Page(said), Page(tame)
    allowed = {tag for tag, _ in plain.tags} | FORMULA | {"code", "br", "p"}
    assert {tag for tag, _ in page.tags} <= allowed
    assert "img" not in {tag for tag, _ in page.tags}
    for _, attributes in page.tags:
        assert not any(name.startswith("on") for name in attributes)
        for name in ("href", "src", "action"):
            assert not (attributes.get(name) or "").startswith("javascript")
    shown = re.sub(r"(?s)<(script|style)[^>]*>.*?</\1>", "", said)
    printable(re.sub("[\N{FUNCTION APPLICATION}\N{INVISIBLE TIMES}]", "", shown))


def in_summary(said: str, tame: str) -> None:
    printable(said)
    tags = [set(re.findall(r"(?<!\\)</?([a-z]+)", text)) for text in (said, tame)]
    assert tags[0] <= tags[1]


PRINTED: dict[str, tuple[Callable[[Any], str], Callable[[str, str], None]]] = {
    "text": (lambda made: rendered(made, "text", Paint()), in_terminal),
    "json": (lambda made: rendered(made, "json", Paint()), in_json),
    "junit": (lambda made: rendered(made, "junit", Paint()), in_xml),
    "sarif": (lambda made: rendered(made, "sarif", Paint()), in_json),
    "github": (lambda made: rendered(made, "github", Paint()), in_commands),
    "summary of a step": (summary, in_summary),
    "page": (html, in_page),
    "cell of a notebook": (notebook.html, in_page),
    "repr": (notebook.line, in_terminal),
    "print": (notebook.text, in_terminal),
}


def test_every_format_is_in_the_table():
    assert set(FORMATS) <= set(PRINTED)


@pytest.mark.parametrize("format", PRINTED)
def test_all_fields_of_a_stranger_stay_in_their_places(format: str):
    print_, demand = PRINTED[format]
    demand(print_(hostile(WORST)), print_(hostile(TAME)))


@pytest.mark.thorough
@pytest.mark.parametrize("format", PRINTED)
@pytest.mark.parametrize("field", [*FIELDS, *RUN, "versions"])
def test_one_field_of_a_stranger_stays_in_its_place(format: str, field: str):
    print_, demand = PRINTED[format]
    demand(print_(made(field, WORST)), print_(made(field, TAME)))


LOGGED = ["::stop-commands::x", "  ##[group]a", "##vso[x]"]


@pytest.mark.parametrize("evil", LOGGED)
def test_no_line_of_a_log_is_a_command(evil: str):
    assert not COMMAND.search(rendered(hostile(evil), "text", Paint()))


@pytest.mark.thorough
@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("evil", LOGGED)
def test_no_field_of_a_log_is_a_command(field: str, evil: str):
    assert not COMMAND.search(rendered(made(field, evil), "text", Paint()))


@pytest.mark.parametrize("evil", EVIL)
def test_a_cell_of_a_notebook_takes_all_of_them(evil: str):
    in_page(notebook.html(hostile(evil)), notebook.html(hostile(TAME)))


# --- lines, and the service ---------------------------------------------------------


@pytest.mark.parametrize("evil", [WORST, *EVIL])
def test_an_answer_is_one_line_that_a_terminal_can_show(evil: str):
    answer = StreamAnswer(
        1,
        "crashed",
        id={evil: evil},
        statement=evil,
        reason=evil,
        problems=[{"text": evil, "hint": evil}],
    )
    line = written(answer)
    printable(line)
    assert "\n" not in line
    assert json.loads(line)["statement"] == evil


@pytest.mark.parametrize("evil", [WORST, *EVIL])
def test_the_page_of_the_service_shows_texts_only(evil: str):
    evil = evil.replace("\ud800", "")  # no request has it
    in_page(page_html(Asked(evil, evil)), page_html(Asked(TAME, TAME)))
    wrong = problem(
        text=evil, hint=evil, field=evil, id=evil, excerpt=evil, place=Place(evil, 1, 1)
    )
    in_page(problems_html([wrong]), problems_html([problem()]))


# --- sheets, LaTeX and Markdown -----------------------------------------------------

SHOWN = {"title": TAME, "source": TAME, "why": TAME}


def sheets(evil: str) -> Iterator[Any]:
    """Yield formula sheets with a text of a stranger in one place."""
    one = statement(**quadratic(expect="fails"))
    for name in SHOWN:
        record = replace(one.record, **{**SHOWN, name: evil})
        yield sheet([replace(one, record=record)], ["numerator"])
    topic = replace(one, record=replace(one.record, topic=evil))
    yield sheet([topic], ["numerator"])
    place = replace(one.record.place, file=f"{evil}.yaml")
    yield sheet([replace(one, record=replace(one.record, place=place))], ["numerator"])


SAFE = {"textbackslash", "textasciicircum", "textasciitilde", "textless", "textgreater"}


@pytest.mark.parametrize("evil", [WORST, *EVIL, "\\write18{touch /tmp/x}", "^^5cinput"])
def test_latex_runs_nothing_that_a_stranger_wrote(evil: str):
    for made, tame in zip(sheets(evil), sheets(TAME), strict=True):
        said, plain = map(documents.tex, (made, tame))
        words = [set(re.findall(r"\\([A-Za-z]+)", text)) for text in (said, plain)]
        assert {w for w in words[0] - words[1] if not w.startswith("text")} <= {
            *("mathord", "quad"),
            *SAFE,
        }
        assert "^^" not in said and "write18" not in words[0]
        depth = re.sub(r"\\[\\{}]|[^{}]", "", said)
        assert depth.count("{") == depth.count("}")
        said.encode("ascii")
        assert all(line.isprintable() for line in said.split("\n"))


@pytest.mark.parametrize("evil", [WORST, *EVIL])
def test_markdown_has_no_markup_of_a_stranger(evil: str):
    for made, tame in zip(sheets(evil), sheets(TAME), strict=True):
        said, plain = map(documents.markdown, (made, tame))
        printable(said)
        assert len(said.splitlines()) == len(plain.splitlines())
        assert not re.search(r"(?<!\\)<[a-zA-Z/!]", said)
        assert not re.search(r"(?<!\\)\]\(", said)


@pytest.mark.parametrize("evil", [WORST, *EVIL])
def test_pages_of_sheets_have_no_markup_of_a_stranger(evil: str):
    for made, tame in zip(sheets(evil), sheets(TAME), strict=True):
        in_page(documents.html(made), documents.html(tame))


# --- YAML that is read again --------------------------------------------------------


@pytest.mark.parametrize(
    "evil",
    [
        WORST,
        *EVIL,
        "- a",
        "a: b",
        "a #b",
        "'",
        '"',
        "\\",
        "*a",
        "!x",
        "~",
        "",
        " a ",
        "\t",
        "\n",
        "\x7f",
        "\x85",
        "\u2028",
        "\ufeff",
        "\U000e0041",
        "\x9b2J",
        "%",
        "|",
    ],
)
def test_what_is_written_as_yaml_reads_as_the_same_text(evil: str):
    text = f"- id: a\n  title: {quoted(evil)}\n  wrt: x\n"
    root, problems = parse(Source("a.yaml", text))
    assert problems == []
    (pairs,) = root.nodes  # type: ignore[union-attr]
    assert isinstance(pairs, Pairs)
    said = {k.value: v for k, v in pairs.pairs if isinstance(k, Scalar)}
    assert list(said) == ["id", "title", "wrt"]
    title = said["title"]
    assert isinstance(title, Scalar)
    assert title.value == evil.replace("\ud800", "\ufffd")
    printable(text)


@pytest.mark.parametrize("evil", [WORST, *EVIL])
def test_records_of_a_document_are_read_again_whatever_it_says(evil: str):
    digest = notes_made.digest(replace(notes_made.RIGHT, formula=evil, section=evil))
    text = yaml_text([digest])
    records, problems = records_of(Source("a.yaml", text))
    assert problems == []
    assert [check(one)[1] for one in records] == [[]]


# --- what is typed ------------------------------------------------------------------

TYPED = "\x1b[31m\x9b2J\u202e\u2028::error::x"
COMMANDS = [
    *(["verify", TYPED], ["verify", f"{TYPED}::a"], ["verify", "--draws", TYPED]),
    *(
        ["verify", "--sizes", TYPED],
        ["verify", "--format", TYPED],
        [TYPED],
        ["x", TYPED],
    ),
    *(["verify", f"--{TYPED}"], ["check", TYPED], ["check", f"tr({TYPED}) = 1"]),
    *(["check", "x = x", "--where", TYPED], ["derive", TYPED], ["lint", TYPED]),
    *(["list", "--search", TYPED], ["list", "--tag", TYPED], ["show", TYPED]),
    *(["notes", TYPED], ["fill", TYPED], ["export", TYPED, "--format", "latex"]),
    *(["explain", TYPED], ["report", TYPED], ["compare", TYPED, TYPED]),
    *(["new", f"/nowhere/{TYPED}.yaml"], ["completion", TYPED], ["schema", TYPED]),
]


@pytest.mark.parametrize(
    "words", COMMANDS, ids=lambda words: words[0][:8].strip("\x1b")
)
def test_what_was_typed_is_shown_and_moves_nothing(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), suppress(SystemExit):
        cli.main(words)
    printable(out.getvalue() + err.getvalue())
