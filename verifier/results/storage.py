"""Results on disk: read again from `results.json`, or from the page that carries them.

A results file may come from anyone: its size is bounded before and after unpacking, it
is only ever data, and what it says is checked before anything prints it.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import json
import re
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from ..reading.bounds import RESULTS_BYTES
from ..reading.problem import Refused
from ..reading.source import TooLarge, Unreadable, contents
from .checks import REPORT, Wrong
from .model import SCHEMA, Report

MAX_BYTES = RESULTS_BYTES.value
"""Of a file, and of what is packed inside a page; a thousand records take 3 MiB."""
GZIP = 16 + zlib.MAX_WBITS
ELEMENT = re.compile(
    rb"<script\b[^<>]{0,200}\bid=\"nabla-results\"[^<>]{0,200}>([^<]*)</script>"
)
MAKE = "`nabla verify --report DIR` writes `DIR/results.json` and `DIR/index.html`"


class NoResults(Refused):
    """A file that holds no results."""


def embedded(report: Report) -> str:
    """Return the results as text for a page, in columns: alike packs better."""
    data = report.to_json()
    return pack({**data, "results": columns(data["results"])})


def columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Return the values of rows that have the same keys, key by key."""
    return {key: [row[key] for row in rows] for key in (rows[0] if rows else ())}


def rows(columns: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return rows from their columns; ValueError where these are no such thing."""
    if not all(isinstance(column, list) for column in columns.values()):
        raise ValueError("a column that is no list")
    values = zip(*columns.values(), strict=True)
    return [dict(zip(columns, row, strict=True)) for row in values]


def pack(data: Any) -> str:
    """Return JSON values as base64 of gzip of compact JSON."""
    text = json.dumps(data, separators=(",", ":"), allow_nan=False)
    return base64.b64encode(gzip.compress(text.encode("ascii"), mtime=0)).decode()


def read(path: str | Path) -> Report:
    """Read results: a JSON file, a page that carries them, or the folder of both."""
    path = Path(path)
    file = path / "results.json" if path.is_dir() else path

    def refuse(text: str, hint: str = MAKE) -> NoReturn:
        raise NoResults(f"`{file}`: {text}", hint) from None

    try:
        data = contents(file, MAX_BYTES)
        if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            data = _unpacked(data)
        return _report(_parsed(data))
    except TooLarge as error:
        refuse(str(error), RESULTS_BYTES.hint)
    except Unreadable as error:
        refuse(str(error))
    except NoResults as error:
        refuse(error.text, error.hint)


def _unpacked(page: bytes) -> bytes:
    """Return the JSON that a page carries."""
    found = ELEMENT.findall(page)
    if len(found) != 1:
        several = f"carries {len(found)} results" if found else "carries no results"
        raise NoResults(f"this page {several}", MAKE)
    try:
        packed = base64.b64decode(b"".join(found[0].split()), validate=True)
        unpacker = zlib.decompressobj(GZIP)
        data = unpacker.decompress(packed, MAX_BYTES + 1)
    except (binascii.Error, zlib.error) as error:
        raise NoResults(
            f"the results in this page are damaged: {error}", MAKE
        ) from None
    if len(data) > MAX_BYTES:
        text = f"the results in this page have more than {MAX_BYTES} bytes"
        raise NoResults(text, "verify fewer records at a time")
    if not unpacker.eof:
        raise NoResults("the results in this page are damaged: they are cut", MAKE)
    return data


def _parsed(data: bytes) -> Any:
    """Return JSON values; whatever is wrong with the text is said in one way."""

    def constant(name: str) -> NoReturn:
        raise ValueError(f"`{name}` is no JSON")

    try:
        # The encoding is looked for: a shell may write what is piped as UTF-16.
        return json.loads(data, parse_constant=constant)
    except RecursionError:
        raise NoResults("this is not JSON of results: too deep", MAKE) from None
    except ValueError as error:
        why = str(error)
        why = why[:1].lower() + why[1:]
        said = f"this is not JSON: {why}" if data.strip() else "the file is empty"
        raise NoResults(said, MAKE) from None


def _report(data: Any) -> Report:
    """Return the report that JSON values hold."""
    if isinstance(data, dict) and isinstance(data.get("results"), dict):
        try:
            data = {**data, "results": rows(data["results"])}
        except ValueError:
            raise NoResults("these results are damaged: columns", MAKE) from None
    if not isinstance(data, dict) or not {"schema", "run", "results"} <= set(data):
        raise NoResults("this is JSON, but not the results of a run", MAKE)
    if data["schema"] != SCHEMA:
        raise NoResults(
            f"these results have schema {json.dumps(data['schema'])[:40]}, "
            f"and this version reads schema {SCHEMA}",
            "verify again, or read them with the version that wrote them",
        )
    try:
        REPORT(data, "")
    except Wrong as error:
        raise NoResults(f"these results are damaged: {error}", MAKE) from None
    return Report.from_json(data)
