"""What a results file must look like, so that whatever prints it can rely on it.

A results file may come from anyone. Keys that are not named here are kept as they are:
they are plain JSON, and printing does not look at them.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from ..reading.source import shown
from .model import VERDICTS

Check = Callable[[Any, str], None]
"""Takes a value and its path, and raises Wrong unless the value is of its kind."""

SURROGATE = re.compile("[\ud800-\udfff]")
PATH_LENGTH = 80
"""Characters of a path that a message shows."""
LARGEST = 2**63
"""Whole numbers are below it: beyond, they cannot be written as a float."""


class Wrong(Exception):
    """A value that is not what it must be: where it is, and what was needed."""

    def __init__(self, path: str, needed: str, found: Any):
        at = shown(path or "the whole", PATH_LENGTH)
        super().__init__(f"`{at}` must be {needed}, not {told(found)}")


def told(value: Any) -> str:
    """Return what a JSON value is, for a message."""
    if isinstance(value, (str, bool, int, float)) or value is None:
        return f"`{shown(json.dumps(value))}`"
    return "an object" if isinstance(value, dict) else "a list"


def text(value: Any, path: str) -> None:
    """Any text that can be written: half of a surrogate pair cannot."""
    if not isinstance(value, str) or SURROGATE.search(value):
        raise Wrong(path, "a text", value)


def flag(value: Any, path: str) -> None:
    """True or false."""
    if not isinstance(value, bool):
        raise Wrong(path, "true or false", value)


def whole(value: Any, path: str) -> None:
    """A whole number that is not negative."""
    if type(value) is not int or not 0 <= value < LARGEST:
        raise Wrong(path, "a whole number", value)


def number(value: Any, path: str) -> None:
    """A finite number."""
    if type(value) is int and abs(value) < LARGEST:
        return
    if not isinstance(value, float) or not math.isfinite(value):
        raise Wrong(path, "a number", value)


def entry(value: Any, path: str) -> None:
    """A number, or the text that stands for NaN or an infinity."""
    if isinstance(value, str):
        text(value, path)
    else:
        number(value, path)


def table(value: Any, path: str) -> None:
    """A number, a list of numbers, or a list of such lists."""
    if not isinstance(value, list):
        entry(value, path)
    elif value and isinstance(value[0], list):
        many(many(entry))(value, path)
    else:
        many(entry)(value, path)


def many(check: Check) -> Check:
    """Return the check of a list."""

    def listed(value: Any, path: str) -> None:
        if not isinstance(value, list):
            raise Wrong(path, "a list", value)
        for index, item in enumerate(value):
            check(item, f"{path}[{index}]")

    return listed


def named(check: Check) -> Check:
    """Return the check of an object with any names."""

    def mapped(value: Any, path: str) -> None:
        if not isinstance(value, dict):
            raise Wrong(path, "an object", value)
        for name, item in value.items():
            text(name, path)
            check(item, f"{path}.{name}")

    return mapped


def maybe(check: Check) -> Check:
    """Return the check of something that may be null."""
    return lambda value, path: None if value is None else check(value, path)


def one_of(words: Collection[str]) -> Check:
    """Return the check of a text that is one of several."""
    listed = " or ".join(f"`{word}`" for word in words)

    def chosen(value: Any, path: str) -> None:
        if value not in words:
            raise Wrong(path, listed, value)

    return chosen


def record(needed: Mapping[str, Check], others: Mapping[str, Check]) -> Check:
    """Return the check of an object with known names, some of them needed."""
    known = {**needed, **others}

    def checked(value: Any, path: str) -> None:
        if not isinstance(value, dict):
            raise Wrong(path, "an object", value)
        for name in needed:
            if name not in value:
                raise Wrong(path, f"an object with `{name}`", value)
        for name, check in known.items():
            if name in value:
                check(value[name], f"{path}.{name}" if path else name)

    return checked


RUN = {
    "seed": whole,
    "draws": whole,
    "device": text,
    "dtype": text,
    "executor": text,
    "size": whole,
    "sizes_asked": named(whole),
    "layouts": many(text),
    "versions": named(text),
    "seconds": number,
    "started": text,
    "command": text,
    "interrupted": flag,
    "remembered": whole,
}
EVIDENCE = {
    "grade": text,
    "exact": text,
    "bound": number,
    "digits": maybe(number),
    "draws": whole,
    "whole": whole,
    "failing": whole,
    "left_out": named(whole),
    "undefined": whole,
    "sizes": many(named(entry)),
    "R": maybe(entry),
    "rho": maybe(entry),
    "vacuous": flag,
    "note": text,
    "detail": text,
}
DIAGNOSIS = {"kind": text, "text": text, "suggestion": maybe(text)}
COUNTEREXAMPLE = {
    "sizes": named(entry),
    "values": named(table),
    "autodiff": maybe(table),
    "claim": maybe(table),
    "draw": maybe(whole),
    "exact": named(text),
    "note": text,
}
SAMPLE = {
    "sizes": named(entry),
    "draw": whole,
    **dict.fromkeys(("autodiff", "claim", "difference"), many(many(entry))),
    "differ": whole,
    "entries": whole,
}
STATEMENT = {
    "kind": text,
    "body": text,
    "wrt": many(text),
    "assume": many(text),
    "let": named(text),
    **dict.fromkeys(("as", "small", "error", "order", "entries"), text),
}
PLACED = {"file": text, "line": whole, "column": whole}
CLAIMED = {
    "id": text,
    "claim": text,
    "layout": one_of(("", "numerator", "denominator", "mixed")),
    "text": text,
    "verdict": one_of(VERDICTS),
}
RESULT = {
    "expected": one_of(("holds", "fails")),
    "evidence": record({}, EVIDENCE),
    "diagnosis": maybe(record({}, DIAGNOSIS)),
    "counterexample": maybe(record({}, COUNTEREXAMPLE)),
    **PLACED,
    "title": text,
    "source": text,
    "why": text,
    "notes": text,
    "tags": many(text),
    "subject": text,
    "types": named(text),
    "shape": text,
    "claimed_shape": text,
    "statement": record({}, STATEMENT),
    "sample": maybe(record(SAMPLE, {})),
}
PROBLEM = {**PLACED, "id": text, "text": text, "hint": text}
PROBLEM_MORE = {
    "field": text,
    "detail": many(text),
    "excerpt": text,
    "caret": whole,
    "kind": text,
}
REPORT = record(
    {
        "run": record({}, RUN),
        "results": many(record(CLAIMED, RESULT)),
        "problems": many(record(PROBLEM, PROBLEM_MORE)),
    },
    {},
)
"""What `Report.to_json` writes; the schema's number is for the reader to look at."""
