"""What a run found: one versioned data model, from which every output is printed."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..reading.problem import Place, Problem
from .shown import Shown

SCHEMA = 1
VERDICTS = ("holds", "fails", "inconclusive", "malformed", "crashed")
DIAGNOSES = (
    "wrong-layout",
    "transposed",
    "factor",
    "sign",
    "needs-symmetric",
    "needs-square",
    "needs-commuting",
    "needs-other-assumption",
    "wrong-order",
    "missing-term",
    "missing-identity",
    "wrong-power",
    "wrong-operation",
    "wrong-part",
    "eigenvalue-order",
    "row-major",
    "symmetric-form",
    "shape",
    "other",
)

AS_EXPECTED, DIFFERS, BAD_INPUT, UNDECIDED, INTERRUPTED = 0, 1, 2, 3, 130


@dataclass(frozen=True, repr=False)
class Result(Shown):
    """The verdict on one claim in one layout, with what it rests on.

    `evidence`: grade ("float", "ball", "exact", "shape"), digits, draws (that the
    verdict rests on), whole (draws compared entry by entry; the others along random
    directions), left_out (reason -> draws), undefined (draws where the claim alone has
    no value), sizes, R, rho, vacuous, note.
    `diagnosis`: kind (one of DIAGNOSES), text, suggestion.
    `counterexample`: sizes, values (name -> rows), autodiff, claim (rows), draw, note.
    `sample`: a failing draw of a larger case, in rounded numbers: sizes, draw,
    autodiff, claim, difference (rows; 0 where it is rounding), differ, entries.
    `statement`: the texts that were parsed: kind (the subject), body, wrt, assume, let,
    and of `as`, `small`, `error`, `order`, `entries` those that the record has.
    """

    id: str  # of the record
    claim: str  # "numerator", "denominator", "differential", "hessian", ...
    layout: (
        str  # "numerator", "denominator", "mixed", or "" where layouts do not differ
    )
    text: str  # the right side that is claimed
    verdict: str  # one of VERDICTS
    expected: str = "holds"  # or "fails"
    evidence: Mapping[str, Any] = field(default_factory=dict)  # what it rests on
    diagnosis: Mapping[str, Any] | None = None  # what is wrong, of a failure
    counterexample: Mapping[str, Any] | None = None  # the smallest that was found
    sample: Mapping[str, Any] | None = None  # of an unexpected failure
    file: str = ""  # where the claim is written
    line: int = 0  # from 1
    column: int = 0  # from 1
    title: str = ""  # of the record
    source: str = ""  # of the record, or of its file
    why: str = ""  # what the record says is wrong, if it is expected to fail
    notes: str = ""  # of the record
    tags: Sequence[str] = field(default_factory=list)  # of the record
    subject: str = ""  # the left side as people write it: "d(x.T @ A @ x)/dx"
    types: Mapping[str, str] = field(default_factory=dict)  # name -> declared type
    shape: str = ""  # that the claim must have: "1 x n"
    claimed_shape: str = ""  # its own, where that is another one
    statement: Mapping[str, Any] = field(default_factory=dict)  # the texts parsed

    def __post_init__(self) -> None:
        if self.verdict not in VERDICTS:
            raise ValueError(f"no such verdict: {self.verdict!r}")
        if self.expected not in ("holds", "fails"):
            raise ValueError(f"nothing to expect: {self.expected!r}")

    @property
    def as_expected(self) -> bool:
        """Whether the verdict is the expected one; "could not tell" never is."""
        return self.verdict == self.expected

    @property
    def place(self) -> Place:
        """Return where the claim is written."""
        return Place(self.file, self.line, self.column)

    def to_json(self) -> dict[str, Any]:
        """Return the promised keys first, in the promised order, then the rest."""
        return plain(
            {
                "id": self.id,
                "claim": self.claim,
                "layout": self.layout,
                "text": self.text,
                "verdict": self.verdict,
                "expected": self.expected,
                "as_expected": self.as_expected,
                "evidence": self.evidence,
                "diagnosis": self.diagnosis,
                "counterexample": self.counterexample,
                "file": self.file,
                "line": self.line,
                "column": self.column,
                "title": self.title,
                "source": self.source,
                "why": self.why,
                "notes": self.notes,
                "tags": self.tags,
                "subject": self.subject,
                "types": self.types,
                "shape": self.shape,
                "claimed_shape": self.claimed_shape,
                "statement": self.statement,
                "sample": self.sample,
            }
        )

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Result:
        """Read what `to_json` wrote; unknown keys of a later version are dropped."""
        known = {k: v for k, v in data.items() if k in cls.__dataclass_fields__}
        return cls(**known)


@dataclass(frozen=True, repr=False)
class Report(Shown):
    """A whole run: how it was made, a result for every claim, every problem."""

    run: Mapping[str, Any]  # seed, draws, device, versions, seconds, ...
    results: Sequence[Result] = ()  # one a claim and layout, in the order read
    problems: Sequence[Problem] = ()  # of records that could not be verified

    @property
    def counts(self) -> dict[str, int]:
        """Return how many results have each verdict, in the order of VERDICTS."""
        found = Counter(result.verdict for result in self.results)
        return {verdict: found[verdict] for verdict in VERDICTS}

    @property
    def surprises(self) -> list[Result]:
        """Return the results that are not as expected, the refuted ones first."""
        rank = {"fails": 0, "holds": 0, "malformed": 1, "crashed": 2, "inconclusive": 3}
        return sorted(
            (result for result in self.results if not result.as_expected),
            key=lambda result: rank[result.verdict],
        )

    @property
    def interrupted(self) -> bool:
        """Whether the run was stopped before its end."""
        return bool(self.run.get("interrupted"))

    @property
    def exit_status(self) -> int:
        """Return the status of the command; the worst that can be said wins.

        A malformed record outranks a refuted claim: until it is mended nobody knows
        what it says. Nothing checked is bad usage, never a success.
        """
        if self.interrupted:
            return INTERRUPTED
        verdicts = {result.verdict for result in self.surprises}
        if self.problems or not self.results or "malformed" in verdicts:
            return BAD_INPUT
        if verdicts & {"fails", "holds"}:
            return DIFFERS
        return UNDECIDED if verdicts else AS_EXPECTED

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        return {
            "schema": SCHEMA,
            "run": plain(self.run),
            "results": [result.to_json() for result in self.results],
            "problems": [problem_to_json(problem) for problem in self.problems],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Report:
        """Read what `to_json` wrote."""
        if data.get("schema") != SCHEMA:
            raise ValueError(
                f"these results have schema {data.get('schema')!r}, not {SCHEMA}"
            )
        return cls(
            data["run"],
            [Result.from_json(result) for result in data["results"]],
            [problem_from_json(problem) for problem in data["problems"]],
        )


def problem_to_json(problem: Problem) -> dict[str, Any]:
    """Return a problem as JSON values, the promised keys first."""
    return {
        "file": problem.place.file,
        "line": problem.place.line,
        "column": problem.place.column,
        "id": problem.id,
        "text": problem.text,
        "hint": problem.hint,
        "field": problem.field,
        "detail": list(problem.detail),
        "excerpt": problem.excerpt,
        "caret": problem.caret,
        "kind": problem.kind,
    }


def problem_from_json(data: Mapping[str, Any]) -> Problem:
    """Read what `problem_to_json` wrote."""
    return Problem(
        Place(data["file"], data["line"], data["column"]),
        data["text"],
        data["hint"],
        data["id"],
        data.get("field", ""),
        tuple(data.get("detail", ())),
        data.get("excerpt", ""),
        data.get("caret", 0),
        data.get("kind", ""),
    )


def plain(value: Any) -> Any:
    """Return `value` as strict JSON: arrays as lists, NaN and infinities as texts."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (str, bool, int)) or value is None:
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else str(float(value))
    if hasattr(value, "tolist"):  # an array, or a scalar of one
        return plain(value.tolist())
    return str(value)
