"""The answer to one line of a stream: small, and the same in every form of a stream."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from .model import AS_EXPECTED, BAD_INPUT, DIFFERS, UNDECIDED


@dataclass(frozen=True)
class StreamAnswer:
    """What was found of one line; it is true where its claims hold.

    `results` has for each claim in each layout: claim, layout, text, verdict, grade,
    note, and of a failure that was to be explained diagnosis and counterexample.
    `problems` says of a line that could not be read what is wrong with it: text, hint,
    column (from 1, in the line or in its statement), field.
    """

    n: int  # of the line, from 1
    verdict: str  # "holds", "fails", "inconclusive", "malformed", "crashed"
    id: Any = None  # that the line gave itself
    statement: str = ""  # as it was asked
    read: str = ""  # in the language, where it was spelled otherwise
    layouts: Sequence[str] = ()  # in which it holds
    types: Mapping[str, str] = field(default_factory=dict)  # name -> type
    inferred: Sequence[str] = ()  # names whose types nobody gave
    results: Sequence[Mapping[str, Any]] = ()
    others: Mapping[str, str] = field(default_factory=dict)  # reading -> verdict
    notes: Sequence[str] = ()  # on what was read otherwise than its letter says
    problems: Sequence[Mapping[str, Any]] = ()
    reason: str = ""  # why it crashed
    by: str = ""  # versions, seed and draws

    @property
    def holds(self) -> bool:
        """Whether it holds in the layouts that were asked for."""
        return self.verdict == "holds"

    def __bool__(self) -> bool:
        return self.holds

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values; what is empty is left out."""
        said = asdict(self)
        return {k: v for k, v in said.items() if v or k in ("n", "verdict")}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> StreamAnswer:
        """Read what `to_json` wrote; unknown keys of a later version are dropped."""
        known = {one.name for one in fields(cls)}
        return cls(**{key: value for key, value in data.items() if key in known})


STATUS = {
    "holds": AS_EXPECTED,
    "fails": DIFFERS,
    "malformed": BAD_INPUT,
    "inconclusive": UNDECIDED,
    "crashed": UNDECIDED,
}


def worse(status: int, verdict: str) -> int:
    """Return the exit status of a stream after one more verdict.

    As of a file: what cannot be read outranks what fails, and that what is open.
    """
    rank = [AS_EXPECTED, UNDECIDED, DIFFERS, BAD_INPUT]
    return max(status, STATUS[verdict], key=rank.index)
