"""One line of a stream, read: a JSON object with a statement, or one that is a record.

Nothing here raises on what a line says: it is a question, or problems.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..reading.bounds import LINE_BYTES
from ..reading.fields import SPELLINGS, SUBJECTS
from ..reading.problem import Mistake, Place, Problem
from ..reading.source import shown
from ..results.answer import CHOICES
from ..results.phrases import did_you_mean

MOST_BYTES = LINE_BYTES.value
"""Bytes of a line."""
KEYS = ("statement", "where", "layout", "id", "diagnose")
STATED = ("statement", *SPELLINGS)
"""Where a whole statement stands: a record calls it by its spelling."""
OWN = ("layout", "id", "diagnose")
"""What is no field of a record."""
FILE = "<line>"
EXAMPLE = '{"statement": "d(x.T @ x)/dx = 2*x"}'


@dataclass(frozen=True)
class Asked:
    """A line as it came, and its number from 1."""

    n: int
    text: str | bytes


@dataclass(frozen=True)
class Line:
    """What a line asks."""

    statement: str = ""
    where: str | Mapping[str, str] = ""
    layout: str = ""  # "": as the stream does
    id: Any = None
    diagnose: bool | None = None  # None: as the stream does
    fields: Mapping[str, Any] = field(default_factory=dict)
    """The fields of a record, where it is one."""


def line_of(text: str | bytes) -> tuple[Line, list[Problem]]:
    """Read a line; where there are problems, only its id is of use."""
    if len(text) > MOST_BYTES:
        return Line(), [_problem(1, LINE_BYTES.said(), kind="limit")]
    try:
        written = text.decode() if isinstance(text, bytes) else text
    except UnicodeDecodeError as error:
        hint = "JSON lines are written in UTF-8"
        return Line(), [_problem(error.start + 1, "this byte is not UTF-8", hint)]
    if not written.strip():
        return Line(), [_problem(1, "the line is empty", f"write {EXAMPLE}")]
    try:
        data = json.loads(written, object_pairs_hook=_once, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        text = f"this is not JSON: {error.msg}"
        return Line(), [_problem(error.colno, text, f"write {EXAMPLE}")]
    except RecursionError:
        return Line(), [_problem(1, "brackets are nested too deeply", kind="limit")]
    except ValueError as error:
        return Line(), [_problem(1, str(error))]
    if not isinstance(data, dict):
        text = f"a line is a JSON object, not {_KINDS.get(type(data), 'null')}"
        return Line(), [_problem(1, text, f"write {EXAMPLE}")]
    return _read(data)


def joined(where: Mapping[str, str]) -> str:
    """Return types as they are written behind a statement."""
    return ", ".join(f"{name}: {declared}" for name, declared in where.items())


def _read(data: dict[str, Any]) -> tuple[Line, list[Problem]]:
    problems: list[Problem] = []

    def complain(key: str, text: str, hint: str = "") -> None:
        problems.append(_problem(1, text, hint, key))

    id = data.get("id")
    if not isinstance(id, (str, int, float)) and id is not None:
        complain("id", "'id' is a text or a number")
        id = None
    elif isinstance(id, float) and not math.isfinite(id):  # `1e999`
        complain("id", "'id' is a number that is too large")
        id = None
    layout = data.get("layout", "")
    if layout not in CHOICES and "layout" in data:
        text = f"'layout' is one of {', '.join(CHOICES)}, not {_cut(layout)}"
        complain("layout", text)
    diagnose = data.get("diagnose")
    if not isinstance(diagnose, bool) and diagnose is not None:
        complain("diagnose", f"'diagnose' is true or false, not {_cut(diagnose)}")
    where = data.get("where", {})
    if not isinstance(where, str) and not _is_texts(where):
        text = "'where' is an object of names and types, or a text like `A: matrix(n)`"
        complain("where", text)
    said = next((key for key in STATED if key in data), "")
    fields: dict[str, Any] = {}
    if said and not isinstance(data[said], str):
        complain(said, f"'{said}' is a text, not {_cut(data[said])}")
    elif said or not {*SUBJECTS} & set(data):
        for key in data:
            if key not in (*KEYS, said):
                hint = did_you_mean(key, KEYS) or f"there are {', '.join(KEYS)}"
                complain(shown(key), f"unknown key '{shown(key)}'", hint)
        if not said:
            hint = f"write {EXAMPLE}, or the fields of a record"
            complain("", "missing key 'statement'", hint)
    else:
        fields = {k: v for k, v in data.items() if k not in (*OWN, "where")}
        for key, value in fields.items():
            texts = value if isinstance(value, list) else [value]
            if not all(isinstance(one, str) for one in texts) and not _is_texts(value):
                text = f"'{shown(key)}' is a text, a list of texts or an object of them"
                complain(shown(key), text)
    return Line(data.get(said, ""), where, layout, id, diagnose, fields), problems


_KINDS = {str: "a text", list: "a list", int: "a number", float: "a number"}
_KINDS[bool] = "true or false"


def _is_texts(value: Any) -> bool:
    """Whether this is an object of texts."""
    return isinstance(value, dict) and all(isinstance(v, str) for v in value.values())


def _cut(value: Any) -> str:
    return shown(json.dumps(value, ensure_ascii=False))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of pairs, of which no key may be there twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key '{shown(twice)}' is there twice")
    return found


def _no_number(name: str) -> float:
    raise ValueError(f"JSON has no {name}")


def _problem(
    column: int, text: str, hint: str = "", field: str = "", kind: Mistake = "value"
) -> Problem:
    return Problem(Place(FILE, 1, column), text, hint, field=field, kind=kind)
