"""The keys of the format: what goes with what, the limits, and near misses."""

from __future__ import annotations

import difflib
import keyword
import re
from collections.abc import Sequence
from dataclasses import dataclass

from . import bounds
from .bounds import LINE_OF_TEXT, PROSE, TAG
from .bounds import NAME as NAME_BOUND
from .source import code_point, shown

LAYOUTS = ("numerator", "denominator", "both", "mixed")
"""The keys of claims in a layout."""


@dataclass(frozen=True)
class Subject:
    """What goes with one kind of left side."""

    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    claims: tuple[str, ...] = LAYOUTS


_ALL_CLAIMS = (*LAYOUTS, "differential", "hessian")
SUBJECTS = {
    "function": Subject(("wrt",), ("entries",), _ALL_CLAIMS),
    "value": Subject(),
    "limit": Subject(("as",)),
    "expansion": Subject(("small", "error")),
    "sign": Subject(("small",)),
    "shape": Subject(("wrt",), ("order",)),
}
SPELLINGS = ("latex", "math")
"""The keys of a whole statement, both sides of it, as mathematics is written."""
CLAIMS = SUBJECTS["function"].claims
COMPANIONS = ("wrt", "as", "small", "error", "order", "entries")
PEOPLE: dict[str, int] = {
    "title": LINE_OF_TEXT.value,
    "source": LINE_OF_TEXT.value,
    "notes": PROSE.value,
    "why": PROSE.value,
}
KEYS = (
    *("id", *PEOPLE, "tags", "where", "assume", "let"),
    *(*SPELLINGS, "layout"),
    *(*SUBJECTS, *COMPANIONS, *CLAIMS, "expect"),
)
FILE_KEYS = ("title", "source", "identities")
EXPECT = ("holds", "fails")
ENTRIES = ("all", "independent")

# Words that people write for a key, no near miss of it.
_SYNONYMS = {
    "name": "id",
    "description": "notes",
    "comment": "notes",
    "reference": "source",
    "variables": "where",
    "types": "where",
    "with": "where",
    "assumptions": "assume",
    "assuming": "assume",
    "when": "assume",
    "if": "assume",
    "given": "assume",
    "sizes": "assume",
    "provided": "assume",
    "definitions": "let",
    "variable": "wrt",
    "jacobian": "numerator",
    "derivative": "numerator",
    "gradient": "denominator",
    "claim": "both",
    "equation": "value",
    "statement": "math",
    "formula": "math",
    "tex": "latex",
    "differentials": "differential",
    "records": "identities",
}

MAX_ID = bounds.ID.value
MAX_NAME = NAME_BOUND.value
MAX_TAG = TAG.value
ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
NAME_RULE = (
    "a name is made of ASCII letters, digits and single `_`, "
    f"begins with a letter, and has at most {MAX_NAME} characters"
)
EXAMPLES = {
    "wrt": "x",
    "as": "h -> 0",
    "small": "h",
    "error": "o(h)",
    "order": "2",
}
FORMS = {
    "as": re.compile(r"[^-]*[^-\s]\s*->\s*\S.*"),
    "error": re.compile(r"[oO]\s*\(.+\)"),
    "order": re.compile(r"[1-9]"),
}


def name_fault(name: str) -> tuple[str, str] | None:
    """Say why a text cannot be the name of a variable, and what would do; or None."""
    if keyword.iskeyword(name):
        said = f"'{name}' is a Python keyword, not a name for a variable"
        return said, f"write `{name}_`"
    if len(name) <= MAX_NAME and "__" not in name and NAME.fullmatch(name):
        return None
    hint = NAME_RULE
    if odd := next((char for char in name if not char.isascii()), ""):
        hint = f"{code_point(odd)} is not ASCII; {NAME_RULE}"
    elif ":" in name:
        hint = "a space is needed after the `:`"
    return f"'{shown(name)}' is not a valid name", hint


def near(word: str, names: Sequence[str]) -> str:
    """Return the name that the word was meant to be, or ""."""
    word, names = word[:40], names[:500]
    for attempt in (word, word.lower()):
        if found := difflib.get_close_matches(attempt, names, 1, 0.6):
            return found[0]
    return ""


def near_key(word: str, names: Sequence[str]) -> str:
    synonym = _SYNONYMS.get(word.lower(), "")
    return synonym if synonym in names else near(word, names)


def meant(name: str, otherwise: str = "") -> str:
    return f"did you mean '{name}'?" if name else otherwise


def listed(names: Sequence[str], last: str = "or") -> str:
    quoted = [f"'{name}'" for name in names]
    if len(quoted) == 1:
        return quoted[0]
    return f"{', '.join(quoted[:-1])} {last} {quoted[-1]}"
