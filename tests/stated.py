"""Records from keywords, and what the checker makes of them: for many tests."""

from __future__ import annotations

from typing import Any

import yaml

from verifier.language.checker import check
from verifier.language.statement import Statement
from verifier.reading.problem import Problem
from verifier.reading.record import Record, records_of
from verifier.reading.source import Source


def text_of(*records: dict[str, Any]) -> str:
    """Return records as a file; `as_` stands for the key `as`."""
    return yaml.safe_dump(
        [
            {key.rstrip("_"): value for key, value in {"id": "one", **fields}.items()}
            for fields in records
        ],
        sort_keys=False,
    )


def record(**fields: Any) -> Record:
    """Return a record that has no problem before its expressions are read."""
    records, problems = records_of(Source("a.yaml", text_of(fields)))
    assert problems == []
    return records[0]


def statement(**fields: Any) -> Statement:
    """Return a record that has no problem at all, checked."""
    found, problems = check(record(**fields))
    assert problems == []
    assert found is not None
    return found


def problems(**fields: Any) -> list[Problem]:
    """Return the problems of a record, those of its fields or of its expressions."""
    records, found = records_of(Source("a.yaml", text_of(fields)))
    return found if found else check(records[0])[1]


def only_problem(**fields: Any) -> Problem:
    """Return the problem of a record that has just one."""
    found = problems(**fields)
    assert len(found) == 1, found
    return found[0]


def function_of(
    function: str, wrt: str | list[str], field: str, where: dict[str, str], **more: Any
) -> Statement:
    """Return a record of a function with one claim, whatever its text."""
    claim = {field: more.pop("claim", "0")}
    return statement(where=where, function=function, wrt=wrt, **claim, **more)


def quadratic(**fields: Any) -> dict[str, Any]:
    """Return the fields of the quadratic form, some of them changed."""
    return {
        "where": {"x": "vector(n)", "A": "matrix(n, n)"},
        "function": "x.T @ A @ x",
        "wrt": "x",
        "numerator": "x.T @ (A + A.T)",
        **fields,
    }
