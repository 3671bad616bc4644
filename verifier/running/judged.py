"""What was found of the claims of a record, and the results that it makes with it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ..asking.question import LAYOUTS as BOTH
from ..engine.outcome import Outcome
from ..engine.settings import LAYOUTS
from ..reading.record import Record, WrittenClaim
from ..results.model import Result

CRASHED = "crashed"


@dataclass(frozen=True)
class Judged:
    """What was found of one claim in one layout; the record says all the rest."""

    shape: str  # that the claim must have
    claimed_shape: str  # its own, where that is another one
    outcome: Outcome


def asked(record: Record, layouts: Sequence[str]) -> Iterator[tuple[WrittenClaim, str]]:
    """Yield each claim in each layout asked for, as `Statement.asked` orders them."""
    for claim in record.claims:
        if claim.field not in ("both", *LAYOUTS):
            yield claim, ""
        for layout in BOTH if claim.field == "both" else (claim.field,):
            if layout in layouts:
                yield claim, layout


def results(
    record: Record, layouts: Sequence[str], found: Iterable[Judged]
) -> Iterator[Result]:
    """Yield a result for each claim."""
    for (claim, layout), judged in zip(asked(record, layouts), found, strict=True):
        yield result(record, claim, layout, judged)


def result(record: Record, claim: WrittenClaim, layout: str, judged: Judged) -> Result:
    """Join what was claimed and what was found."""
    outcome, place = judged.outcome, claim.text.place
    return Result(
        id=record.id,
        claim=claim_name(record, claim.field, layout),
        layout=layout,
        text=claim.text.value.strip(),
        verdict=outcome.verdict,
        expected=record.expect,
        evidence=outcome.evidence,
        diagnosis=outcome.diagnosis,
        counterexample=outcome.counterexample,
        # A known mistake is explained by its small case: there are hundreds of them.
        sample=None if record.expect == "fails" else outcome.sample,
        file=place.file,
        line=place.line,
        column=place.column,
        title=record.title,
        source=record.source,
        why=record.why,
        notes=record.notes,
        tags=list(record.tags),
        subject=left_side_text(record, claim.field),
        types={name: text.value for name, text in record.where.items()},
        shape=judged.shape,
        claimed_shape=judged.claimed_shape,
        statement=statement_of(record),
    )


def statement_of(record: Record) -> dict[str, Any]:
    """Return the texts of a record that its claims are about, without empty ones."""
    said = {
        "kind": record.subject,
        "body": record.body.value,
        "wrt": [text.value for text in record.wrt],
        "assume": [text.value for text in record.assume],
        "let": {name: text.value for name, text in record.let.items()},
        "as": record.approach and record.approach.value,
        "small": record.small and record.small.value,
        "error": record.error and record.error.value,
        "order": record.order and record.order.value,
        "entries": "" if record.entries == "all" else record.entries,
    }
    return {name: value for name, value in said.items() if value}


def claim_name(record: Record, field: str, layout: str) -> str:
    """Return what kind of claim this is; a `both` is one of each layout."""
    if record.subject in ("shape", "sign"):
        return record.subject
    return layout or field


def left_side_text(record: Record, field: str) -> str:
    """Return what the claim is about, as people write it."""
    body = record.body.value.strip()
    wrt = ", ".join(text.value.strip() for text in record.wrt)
    small = record.small.value.strip() if record.small else ""
    match record.subject:
        case "function" if field == "differential":
            return f"d({body})"
        case "function" if field == "hessian":
            return f"the Hessian of {body} over {wrt}"
        case "function":
            return f"d({body})/d{wrt}"
        case "shape":
            order = record.order.value.strip() if record.order else "1"
            power = "" if order == "1" else f"^{order}"
            return f"the shape of d{power}({body})/d{wrt}{power}"
        case "limit":
            towards = record.approach.value.strip() if record.approach else ""
            return f"lim {body} as {towards}"
        case "expansion":
            error = record.error.value.strip() if record.error else ""
            return f"{body} up to {error}"
        case "sign":
            return f"the sign of {body} for small {small}"
    return body


# --- as text ----------------------------------------------------------------------

TUPLE = ""
"""The key under which a tuple is written; no mapping of an outcome has it."""


def written(found: Iterable[Judged]) -> str:
    """Return what was found as JSON that `read` turns into the same values.

    TypeError says that there is something in it that JSON does not have.
    """
    return json.dumps([_plain(asdict(one)) for one in found], separators=(",", ":"))


def read(text: str) -> list[Judged]:
    """Read what `written` wrote; ValueError where it did not."""
    try:
        return [
            Judged(**{**one, "outcome": Outcome(**one["outcome"])})
            for one in json.loads(text, object_hook=_restored)
        ]
    except (TypeError, KeyError) as error:
        raise ValueError(f"these are no findings: {error}") from None


def _plain(value: Any) -> Any:
    """Return a value of which JSON loses nothing; Python's JSON has NaN as well."""
    if isinstance(value, dict):
        if not all(isinstance(key, str) and key != TUPLE for key in value):
            raise TypeError("a key that is no text")
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return {TUPLE: [_plain(item) for item in value]}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _restored(value: dict[str, Any]) -> Any:
    return tuple(value[TUPLE]) if TUPLE in value else value
