"""The record format as JSON Schema (draft 2020-12), for editors and other tools.

Built from the tables that records are read by. What a schema cannot say (names, shapes,
ids unique over all files) is checked by `nabla lint`.
"""

from __future__ import annotations

from typing import Any

from ..reading.record import (
    CLAIMS,
    COMPANIONS,
    ENTRIES,
    EXPECT,
    FILE_KEYS,
    KEYS,
    LAYOUTS,
    MAX_ID,
    MAX_NAME,
    MAX_TAG,
    PEOPLE,
    SPELLINGS,
    SUBJECTS,
)
from .declaration import FUNCTION_KINDS, KINDS, PROPERTIES

DESCRIPTIONS = {
    "id": "Names the record: kebab-case, unique over all files read, permanent.",
    "title": "One line for people: what the identity is called.",
    "source": "Where it is stated; a file's own is the default of its records.",
    "notes": "Anything worth knowing about the identity, for people.",
    "why": "With `expect: fails`: what is wrong with the claim.",
    "tags": "Words to find the record by.",
    "where": "Every free name and its type.",
    "assume": "What is true of the sizes, such as `m >= n`, or that matrices commute: "
    "`commute(A, B)`; one text or a list.",
    "let": "Abbreviations, in order; a later one may use an earlier one.",
    "latex": "The whole statement in LaTeX, read as `nabla check` reads it: "
    r"`\frac{\partial x^T A x}{\partial x} = (A + A^T) x`; types that `where` does not "
    "give are inferred.",
    "math": "The whole statement as mathematics is typed: `∂(xᵀAx)/∂x = (A + Aᵀ)x`.",
    "layout": "The layout in which `latex` or `math` is claimed; where absent, in each "
    "in which it has a shape.",
    "function": "The subject is the derivative of this expression by `wrt`.",
    "value": "The subject is this expression itself: an equation.",
    "limit": "The subject is the limit of this expression, as `as` says.",
    "expansion": "The subject is this expression for small `small`, up to `error`.",
    "sign": "The subject is the sign of this scalar for all small `small`; "
    "the claims are words: positive, negative, indefinite.",
    "shape": "The subject is the shape of the derivative tensor of this expression; "
    "the claims are tuples such as `(m, n, n)`.",
    "wrt": "The variable of the derivative; several for `differential` claims only.",
    "as": "Which name goes where: `h -> 0` or `n -> inf`.",
    "small": "The name that is small.",
    "error": "The rate at which the remainder shrinks: `o(h)`, `o(h**2)`, `O(h**3)`.",
    "order": "The order of the derivative whose shape is claimed; 1 where absent.",
    "entries": "For a structured `wrt`: `all` entries are free (the default), or the "
    "derivative is with respect to the `independent` entries.",
    "numerator": "The right side in numerator layout; a list: equal forms.",
    "denominator": "The right side in denominator layout; a list: equal forms.",
    "both": "The right side in both layouts, checked twice; a list: equal forms.",
    "mixed": "The right side with gradients of scalars as in denominator layout and "
    "Jacobians as in numerator layout; a list: equal forms.",
    "differential": "The differential d(function), with `dX` for that of a wrt name X.",
    "hessian": "Second derivatives over vec(x), n x n; of a vector, entry above entry.",
    "expect": "`holds` (the default), or `fails`: a known error, to be refuted.",
    "identities": "The records.",
}


WORDS = {"expect": EXPECT, "entries": ENTRIES, "layout": LAYOUTS}
"""The words of fields that take no others."""


def of_field(key: str) -> dict[str, Any]:
    """Return the schema of one field of a record."""
    text = {"$ref": "#/$defs/text"}
    said = {"description": DESCRIPTIONS[key]}
    if key == "id":
        pattern = "^[a-z0-9]+(-[a-z0-9]+)*$"
        return {**said, "type": "string", "maxLength": MAX_ID, "pattern": pattern}
    if key in PEOPLE:
        return {**said, "type": ["string", "number"], "maxLength": PEOPLE[key]}
    if key == "tags":
        tag = {"type": ["string", "number"], "maxLength": MAX_TAG}
        return {**said, "anyOf": [tag, {"type": "array", "items": tag}]}
    if key in ("where", "let"):
        value = {"$ref": "#/$defs/type"} if key == "where" else text
        names = {"$ref": "#/$defs/name"}
        return {
            **said,
            "type": "object",
            "propertyNames": names,
            "additionalProperties": value,
        }
    if key in WORDS:
        return {**said, "enum": list(WORDS[key])}
    if key == "order":
        return {**said, "enum": [1, 2, 3, 4, "1", "2", "3", "4"]}
    if key in CLAIMS or key in ("wrt", "assume"):
        several = {"type": "array", "items": text, "minItems": 1}
        return {**said, "anyOf": [text, several]}
    return {**said, **text}


def of_subject(name: str) -> dict[str, Any]:
    """Return what else a record with this subject must have, and may not have."""
    rule = SUBJECTS[name]
    foreign = [key for key in SUBJECTS if key != name]
    foreign += [key for key in COMPANIONS if key not in rule.needs + rule.may]
    foreign += [key for key in CLAIMS if key not in rule.claims]
    foreign += [*SPELLINGS, "layout"]
    return {
        "required": [name, *rule.needs],
        "anyOf": [{"required": [claim]} for claim in rule.claims],
        "not": {"anyOf": [{"required": [key]} for key in foreign]},
    }


def of_statement(spelling: str) -> dict[str, Any]:
    """Return what a record with a whole statement may not have beside it."""
    foreign = [key for key in SPELLINGS if key != spelling]
    foreign += [*SUBJECTS, *COMPANIONS, *CLAIMS]
    return {
        "required": [spelling],
        "not": {"anyOf": [{"required": [key]} for key in foreign]},
    }


def of_types() -> dict[str, Any]:
    """Return the schema of a type; its pattern is a first check, not the grammar."""
    kinds = "; ".join(f"{row.example}: {row.help}" for row in KINDS.values())
    return {
        "type": "string",
        "description": f"{kinds}. Functions: vector(n) -> scalar, "
        f"(scalar, scalar) -> matrix(m, n), from and to {', '.join(FUNCTION_KINDS)}, "
        f"and with a property: {', '.join(PROPERTIES)}.",
        "examples": [
            *(row.example for row in KINDS.values()),
            *("vector(n) -> vector(m)", "convex vector(n) -> scalar"),
        ],
        "pattern": rf"^\s*(\(|({'|'.join([*PROPERTIES, *KINDS])})\b)",
    }


SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "nabla-verifier records",
    "description": "A YAML file of matrix-calculus identities.",
    "anyOf": [
        {"$ref": "#/$defs/records"},
        {
            "type": "object",
            "required": ["identities"],
            "additionalProperties": False,
            "properties": {
                key: {
                    "description": DESCRIPTIONS[key],
                    **(
                        {"$ref": "#/$defs/records"}
                        if key == "identities"
                        else {"type": ["string", "number"], "maxLength": PEOPLE[key]}
                    ),
                }
                for key in FILE_KEYS
            },
        },
    ],
    "$defs": {
        "records": {
            "description": "One record for each identity.",
            "type": "array",
            "minItems": 1,
            "items": {"$ref": "#/$defs/record"},
        },
        "record": {
            "description": "One identity: names, a subject on the left, claims on the "
            "right.",
            "type": "object",
            "required": ["id"],
            "additionalProperties": False,
            "properties": {key: of_field(key) for key in KEYS},
            "oneOf": [
                *(of_subject(name) for name in SUBJECTS),
                *(of_statement(name) for name in SPELLINGS),
            ],
        },
        "text": {
            "description": "An expression, or another text that is read as written; "
            "YAML's guesses, as that 0 is a number, do not matter.",
            "type": ["string", "number", "boolean"],
            "examples": ["x.T @ (A + A.T)", 0],
        },
        "name": {
            "description": "A name: ASCII letters, digits and single underscores.",
            "type": "string",
            "maxLength": MAX_NAME,
            "pattern": "^[A-Za-z](_?[A-Za-z0-9])*_?$",
        },
        "type": of_types(),
    },
}
