"""YAML becomes nodes whose places are true, or problems in words that help."""

import string
import time
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from verifier.reading.nodes import MAX_DEPTH, MAX_EVENTS, Items, Pairs, Scalar, parse
from verifier.reading.places import text_of
from verifier.reading.source import Source

LOADERS: list[Any] = [yaml.SafeLoader]
if hasattr(yaml, "CSafeLoader"):
    LOADERS.append(yaml.CSafeLoader)


def only_scalar(text: str, loader=None) -> tuple[Source, Scalar]:
    """Return the last scalar of a file of one key and its value."""
    source = Source("a.yaml", text)
    root, problems = parse(source, loader)
    assert not problems
    assert isinstance(root, Pairs)
    value = root.pairs[0][1]
    assert isinstance(value, Scalar)
    return source, value


def places_of(text: str) -> list[tuple[str, int, int]]:
    found = text_of(*only_scalar(text))
    places = [found.at(i) for i in range(len(found.value))]
    return [(c, p.line, p.column) for c, p in zip(found.value, places, strict=True)]


@pytest.mark.parametrize("loader", LOADERS)
def test_nothing_is_typed(loader):
    text = "y: no\non: 1e-6\nn: 2024-13-45\n~: 0x1F\n1: 1:30\ntrue: null\n"
    root, problems = parse(Source("a.yaml", text), loader)
    assert problems == []
    assert isinstance(root, Pairs)
    scalars = [node for pair in root.pairs for node in pair if isinstance(node, Scalar)]
    values = [scalar.value for scalar in scalars]
    assert list(zip(values[::2], values[1::2], strict=True)) == [
        ("y", "no"),
        ("on", "1e-6"),
        ("n", "2024-13-45"),
        ("~", "0x1F"),
        ("1", "1:30"),
        ("true", "null"),
    ]


def test_nodes_know_their_line_and_column():
    root, _ = parse(Source("a.yaml", "- id: a\n  where: {x: scalar}\n  wrt: [x]\n"))
    assert isinstance(root, Items)
    record = root.nodes[0]
    assert isinstance(record, Pairs)
    where, wrt = record.pairs[1], record.pairs[2]
    assert (record.line, record.column, record.flow) == (1, 3, False)
    assert (where[0].line, where[0].column) == (2, 3)
    assert isinstance(where[1], Pairs)
    assert (where[1].line, where[1].column, where[1].flow) == (2, 10, True)
    assert (wrt[1].line, wrt[1].column) == (3, 8)


def test_characters_beyond_the_basic_plane_count_as_one_column():
    root, problems = parse(Source("a.yaml", "{a: 🙂🙂, b: *c}"))
    assert root is None
    assert problems[0].place.column == 12


def test_a_plain_text_stands_where_it_is_written():
    assert places_of("a: x @ y") == [
        ("x", 1, 4),
        (" ", 1, 5),
        ("@", 1, 6),
        (" ", 1, 7),
        ("y", 1, 8),
    ]


def test_a_quoted_text_begins_after_its_quote():
    assert places_of("a: 'x''y'") == [("x", 1, 5), ("'", 1, 6), ("y", 1, 8)]


def test_escapes_stand_where_their_backslash_is():
    assert places_of(r'a: "x\ty\x41\u0042\"z"') == [
        ("x", 1, 5),
        ("\t", 1, 6),
        ("y", 1, 8),
        ("A", 1, 9),
        ("B", 1, 13),
        ('"', 1, 19),
        ("z", 1, 21),
    ]


def test_folded_lines_keep_their_lines():
    assert places_of("a: x +\n   y\n\n   z\n") == [
        ("x", 1, 4),
        (" ", 1, 5),
        ("+", 1, 6),
        (" ", 1, 7),
        ("y", 2, 4),
        ("\n", 2, 5),
        ("z", 4, 4),
    ]


def test_an_escaped_line_end_stands_for_nothing():
    assert places_of('a: "x\\\n  y"') == [("x", 1, 5), ("y", 2, 3)]


@pytest.mark.parametrize("style", "|>")
def test_lines_of_a_block_stand_after_their_indentation(style):
    between = "\n" if style == "|" else " "
    assert places_of(f"a: {style}\n  xy\n  z\n") == [
        ("x", 2, 3),
        ("y", 2, 4),
        (between, 2, 5),
        ("z", 3, 3),
        ("\n", 3, 4),
    ]


def test_block_with_an_indentation_of_its_own():
    assert places_of("a: |2-\n    x\n   y\n") == [
        (" ", 2, 3),
        (" ", 2, 4),
        ("x", 2, 5),
        ("\n", 2, 6),
        (" ", 3, 3),
        ("y", 3, 4),
    ]


WRITTEN = string.ascii_letters + string.digits + "  \n'\"\\:#@*&%{}[],.+-()é𝑥|>!?`"


@given(
    st.text(WRITTEN, max_size=60),
    st.sampled_from([None, "'", '"', "|", ">"]),
    st.integers(4, 80),
    st.sampled_from(LOADERS),
)
@settings(max_examples=500)
def test_every_character_is_found_at_its_place(value, style, width, loader):
    written = yaml.safe_dump(
        {"k": value}, default_style=style, width=width, allow_unicode=True
    )
    source, scalar = only_scalar(written, loader)
    text = text_of(source, scalar)
    assert text.value == value
    offsets = [text.at(i) for i in range(len(value) + 1)]
    assert offsets == sorted(offsets)
    for char, place in zip(value, offsets, strict=False):
        if char not in " \n":
            at = source.lines[place.line - 1][place.column - 1]
            assert at == char or (at == "\\" and scalar.style == '"')
    assert text.lines[0] == source.lines[text.place.line - 1]
    last = max(place.line for place in offsets)
    assert len(text.lines) == last - text.place.line + 1


@given(st.text(max_size=80), st.sampled_from(LOADERS))
@settings(max_examples=300)
def test_any_text_gives_nodes_or_problems_inside_the_file(text, loader):
    root, problems = parse(Source("a", text), loader)
    assert root is None or problems == []
    for problem in problems:
        assert problem.text
        assert 1 <= problem.place.line <= text.count("\n") + 2


SOUP = st.lists(
    st.sampled_from([*"-?:,[]{}#&*!|>'\"%@` \n\t~", "a", "x: ", "- ", "\n  ", "---\n"]),
    max_size=30,
).map("".join)


@given(SOUP, st.sampled_from(LOADERS))
@settings(max_examples=500)
def test_any_soup_of_indicators_gives_nodes_or_problems(text, loader):
    root, problems = parse(Source("a", text), loader)
    assert root is None or problems == []


# (what was written, line:column, text, hint)
MISTAKES = [
    (
        "a: @x\n",
        "1:4",
        "YAML: an unquoted `@` cannot stand here",
        "quote the text: `a: '@x'`",
    ),
    (
        "- `x`\n",
        "1:3",
        'YAML: an unquoted "`" cannot stand here',
        "quote the text: `- '`x`'`",
    ),
    (
        "a: %x\n",
        "1:4",
        "YAML: an unquoted `%` cannot stand here",
        "quote the text: `a: '%x'`",
    ),
    (
        "a: ]\n",
        "1:4",
        "YAML: an unquoted `]` cannot stand here",
        "quote the text: `a: ']'`",
    ),
    (
        "a: - b\n",
        "1:4",
        "YAML: an unquoted `- ` cannot stand here",
        "quote the text: `a: '- b'`",
    ),
    (
        "a: [x] @ y\n",
        "1:8",
        "YAML: an unquoted `@` cannot stand here",
        "put the text in single quotes",
    ),
    (
        "a: b: c\n",
        "1:5",
        "YAML: `: ` inside a text reads as the end of a key",
        "quote the text: `a: 'b: c'`",
    ),
    (
        "a: *x\n",
        "1:4",
        "alias '*x' is not allowed: a record has only texts, lists and mappings",
        "quote the text: `a: '*x'`",
    ),
    (
        "a: *x @ y\n",
        "1:4",
        "alias '*x' is not allowed: a record has only texts, lists and mappings",
        "quote the text: `a: '*x @ y'`",
    ),
    (
        "a: *x.T\n",
        "1:4",
        "YAML: a text that begins with `*` is read as an alias",
        "quote the text: `a: '*x.T'`",
    ),
    (
        "a: &x y\n",
        "1:4",
        "anchor '&x' is not allowed: a record has only texts, lists and mappings",
        "quote the text: `a: '&x y'`",
    ),
    (
        "a: !x y\n",
        "1:4",
        "tag '!x' is not allowed: a record has only texts, lists and mappings",
        "quote the text: `a: '!x y'`",
    ),
    (
        "a: !!python/object/apply:os.system [b]\n",
        "1:4",
        "tag '!!python/object/apply:os.system' is not allowed: "
        "a record has only texts, lists and mappings",
        "quote the text: `a: '!!python/object/apply:os.system [b]'`",
    ),
    (
        "a: > x\n",
        "1:4",
        "YAML: `>` begins a block of lines, and ends its own line",
        "quote the text: `a: '> x'`",
    ),
    (
        "a: 'it's'\n",
        "1:8",
        "YAML: a text goes on after its closing quote or bracket",
        "quote the text: `a: 'it''s'`",
    ),
    (
        'a: "x\n',
        "1:4",
        'YAML: the quote `"` opened here is never closed',
        "close it; a quote inside a text is doubled (`''`) or escaped (`\\\"`)",
    ),
    (
        "a: {x: y\n",
        "1:4",
        "YAML: the `{` opened here is not closed",
        "close it, or put a text that has brackets in quotes",
    ),
    (
        "a:\n\tb: c\n",
        "2:1",
        "YAML: a tab cannot indent a line",
        "use spaces",
    ),
    (
        "a:\n  x:b\n  y: c\n",
        "3:4",
        "YAML: a key cannot stand here: this line goes on from the one above",
        "indent it like the other keys; a key above needs a space after its `:`",
    ),
    (
        "a: b\nfoo\n",
        "2:1",
        "YAML: this line is neither `key: text` nor `- text`",
        "write a colon and a space after the key",
    ),
    (
        "- a: b\n c: d\n",
        "2:2",
        "YAML: this line does not fit the indentation of the lines above",
        "every record begins with `- `, and its keys stand under each other",
    ),
    (
        "%YAML 1.1\n---\na\n",
        "1:1",
        "a YAML directive is not allowed",
        "delete this line",
    ),
    (
        "%YAML 9.9\n---\na\n",
        "1:1",
        "YAML: a directive (`%`) is not allowed",
        "delete this line",
    ),
    (
        "- a\n---\n- b\n",
        "2:1",
        "more than one YAML document: a file holds one list of records",
        "delete this line",
    ),
]


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize(("text", "place", "message", "hint"), MISTAKES)
def test_common_mistakes_are_explained(text, place, message, hint, loader):
    root, problems = parse(Source("a.yaml", text), loader)
    assert root is None
    assert [problem.text for problem in problems] == [message]
    assert str(problems[0].place) == f"a.yaml:{place}"
    assert problems[0].hint == hint
    assert problems[0].excerpt == text.split("\n")[problems[0].place.line - 1]


def test_an_unknown_escape_is_explained():
    _, problems = parse(Source("a.yaml", r'a: "\partial"'))
    assert problems[0].text == (
        "YAML: this `\\` in double quotes is not an escape that YAML knows"
    )
    assert problems[0].hint == "use single quotes, which keep `\\` as it is"


def test_every_anchor_alias_and_tag_is_reported_once_a_line():
    text = "- &a [*a, *a]\n- !!str b\n- *a\n"
    root, problems = parse(Source("a.yaml", text))
    assert root is None
    assert [(problem.place.line, problem.text.split()[0]) for problem in problems] == [
        (1, "anchor"),
        (2, "tag"),
        (3, "alias"),
    ]


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize(
    ("text", "column"),
    [("[" * 100_000, 6), ("{a: " * 50_000, 21), ("- " * 2_000, 11)],
    ids=["lists", "mappings", "dashes"],
)
def test_deep_nesting_is_refused_before_it_is_followed(text, column, loader):
    started = time.process_time()
    root, problems = parse(Source("a.yaml", text), loader)
    assert root is None
    assert [(problem.text, problem.place.column) for problem in problems] == [
        ("lists and mappings are nested too deeply; the limit is 5 levels", column)
    ]
    assert time.process_time() - started < 30


def test_nesting_up_to_the_limit_is_read():
    root, problems = parse(Source("a.yaml", "[" * MAX_DEPTH + "]" * MAX_DEPTH))
    assert root is not None
    assert problems == []


def test_too_many_nodes_are_refused():
    _, problems = parse(Source("a.yaml", "[" + "x," * MAX_EVENTS + "]"))
    assert [problem.text for problem in problems] == [
        "the file has more than 200000 texts, lists and mappings"
    ]
