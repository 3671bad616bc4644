"""Records with names of their own: those that are alike up to names become the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from typing import Any

from ..reading.problem import Text
from ..reading.record import Record, WrittenClaim

WORD = re.compile(r"(?<![\w.])[^\W\d]\w*")
"""A name, or a function of the language; not what stands behind a dot, as in `A.T`."""
COMMON = "nabla{}_"


def renamed(record: Record) -> Record:
    """Give the names of a record an order instead of letters: that of its function.

    It says the same, so that its verdict is the same; only what is told people should
    come from the record as it was written. What has other rules for names is left.
    """
    plain = all(c.field not in ("hessian", "differential") for c in record.claims)
    if record.subject != "function" or record.let or not plain:
        return record
    met = [w for text in _texts(record) for w in WORD.findall(text)]
    odd = any(WORD.fullmatch(name) is None for name in record.where)
    if odd or any(w.startswith("nabla") for w in met):
        return record
    order = dict.fromkeys(word for word in met if word in record.where)
    names = {name: COMMON.format(k) for k, name in enumerate(order)}
    return _with(record, names)


def _texts(record: Record) -> Iterator[str]:
    yield record.body.value
    yield from (text.value for text in record.wrt)
    yield from (claim.text.value for claim in record.claims)
    yield from record.where
    yield from (text.value for text in record.where.values())  # sizes are names too


def _with(value: Any, names: Mapping[str, str]) -> Any:
    """Return a part of a record with other names; its places count no longer."""
    if isinstance(value, Text):
        said = WORD.sub(lambda word: names.get(word[0], word[0]), value.value)
        return Text(said, value.place)
    if isinstance(value, Record):
        found = {
            one.name: _with(getattr(value, one.name), names)
            for one in fields(value)
            if one.name not in ("where", "where_places", "stated")
        }
        for key in ("where", "where_places"):
            given = getattr(value, key).items()
            named = ((names[n], _with(text, names)) for n, text in given)
            found[key] = dict(sorted(named))
        return replace(value, **found)
    if isinstance(value, WrittenClaim):
        return replace(value, text=_with(value.text, names))
    if isinstance(value, tuple):
        return tuple(_with(item, names) for item in value)
    return value
