"""Records as YAML: the text that, read again, is the same record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .fields import CLAIMS, PEOPLE
from .nodes import Pairs, Scalar, parse
from .problem import Text
from .record import Record
from .source import Source


def yaml_of(record: Record) -> str:
    """Return a record as an item of a file."""
    lines = list(_lines(record))
    return "- " + "\n  ".join(lines) + "\n"


def _lines(record: Record) -> Iterator[str]:
    yield f"id: {record.id}"
    people = {key: getattr(record, key) for key in PEOPLE}
    if title := people.pop("title"):
        yield f"title: {quoted(title)}"
    yield from _named("where", record.where)
    yield from _several("assume", [text.value for text in record.assume])
    yield from _named("let", record.let)
    yield f"{record.subject}: {quoted(record.body.value)}"
    companions: dict[str, Text | None] = {
        "as": record.approach,
        "small": record.small,
        "error": record.error,
        "order": record.order,
    }
    yield from _several("wrt", [text.value for text in record.wrt])
    for key, text in companions.items():
        yield from _several(key, [text.value] if text else [])
    if record.entries != "all":
        yield f"entries: {record.entries}"
    for key in CLAIMS:
        texts = [claim.text.value for claim in record.claims if claim.field == key]
        yield from _several(key, texts)
    if record.expect != "holds":
        yield f"expect: {record.expect}"
    yield from (f"{key}: {quoted(text)}" for key, text in people.items() if text)
    yield from _several("tags", record.tags)


def _named(key: str, named: Mapping[str, Text]) -> Iterator[str]:
    if named:
        yield f"{key}:"
        yield from (f"  {name}: {quoted(t.value)}" for name, t in named.items())


def _several(key: str, texts: list[str] | tuple[str, ...]) -> Iterator[str]:
    """Yield one text on the line of its key, several ones below it."""
    if len(texts) == 1:
        yield f"{key}: {quoted(texts[0])}"
    elif texts:
        yield f"{key}:"
        yield from (f"- {quoted(text)}" for text in texts)


def quoted(text: str) -> str:
    """Return a text as YAML: plain where that reads back as the same text."""
    if not text.isprintable():
        return '"' + "".join(map(_escaped, text)) + '"'
    root, problems = parse(Source("", f"key: {text}"))
    if not problems and isinstance(root, Pairs) and len(root.pairs) == 1:
        value = root.pairs[0][1]
        if isinstance(value, Scalar) and not value.style and value.value == text:
            return text
    return "'" + text.replace("'", "''") + "'"


_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}


def _escaped(char: str) -> str:
    """Return a character as it stands between double quotes."""
    if char in _ESCAPES or char.isprintable():
        return _ESCAPES.get(char, char)
    if "\ud800" <= char <= "\udfff":  # half of a pair, which YAML cannot say
        return "\N{REPLACEMENT CHARACTER}"
    return f"\\U{ord(char):08x}"
