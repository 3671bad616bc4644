"""Every limit that whoever writes records, documents or requests can reach.

One row a limit: what it is of, how much is allowed, and what is said of more. Modules
take value and words from here, and so does the documentation. Limits of a search that
nobody is told about, because less is found then and nothing refused, stand where they
are used.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Bound:
    """A limit; in its `text`, `{limit}` is its value, and `{found}` what came."""

    of: str
    value: int
    unit: str
    text: str
    hint: str = ""

    def said(self, **found: object) -> str:
        """Return the message; `found` says what goes into it."""
        return self.text.format(**{"limit": self.value, **found})

    def fits(self, message: str) -> bool:
        """Whether a message is this limit's."""
        names = re.findall(r"{(\w+)}", self.text)
        told = self.said(**{name: "\0" for name in names if name != "limit"})
        parts = map(re.escape, told.split("\0"))
        return re.search(".*".join(parts), message) is not None


# --- records ----------------------------------------------------------------------

FILE_BYTES = Bound(
    "a file of records",
    2**20,
    "bytes",
    "the file has {found} bytes; the limit is {limit} bytes",
    "split it: one file per topic",
)
FILE_DEPTH = Bound(
    "lists and mappings inside each other",
    5,
    "levels",
    "lists and mappings are nested too deeply; the limit is {limit} levels",
    "put a text that begins with `[` or `{` in quotes",
)
FILE_NODES = Bound(
    "a file of records",
    200_000,
    "texts, lists and mappings",
    "the file has more than {limit} texts, lists and mappings",
    "split it: one file per topic",
)
FILE_PROBLEMS = Bound(
    "what is told of a file",
    1000,
    "problems",
    "too many problems: the file is not read beyond this record",
)
RECORD_PROBLEMS = Bound(
    "what is told of a record",
    100,
    "problems",
    "more than {limit} problems of this record: the others are not shown",
)
ID = Bound(
    "an `id`",
    80,
    "characters",
    "an id must be kebab-case: small letters and digits joined by single hyphens, "
    "at most {limit} characters",
)
TAG = Bound(
    "a tag",
    80,
    "characters",
    "'{key}' has {found} characters; the limit is {limit}",
    "shorten it",
)
LINE_OF_TEXT = Bound(
    "`title`, `source`",
    500,
    "characters",
    "'{key}' has {found} characters; the limit is {limit}",
    "shorten it",
)
PROSE = Bound(
    "`notes`, `why`",
    5000,
    "characters",
    "'{key}' has {found} characters; the limit is {limit}",
    "shorten it",
)
NAME = Bound(
    "the name of a variable",
    31,
    "characters",
    "it has {found} characters; the limit is {limit}",
)
TYPE = Bound(
    "a type", 200, "characters", "type has {found} characters; the limit is {limit}"
)
ASSUMPTION = Bound(
    "an assumption",
    200,
    "characters",
    "an assumption has {found} characters; the limit is {limit}",
)

# --- expressions ------------------------------------------------------------------

EXPRESSION = Bound(
    "an expression",
    2000,
    "characters",
    "the expression has {found} characters; the limit is {limit}",
    "name its parts in `let`",
)
EXPRESSION_DEPTH = Bound(
    "operations inside each other",
    100,
    "levels",
    "the expression is nested too deeply; the limit is {limit}",
    "name its parts in `let`",
)
TOKENS = Bound(
    "an expression",
    600,
    "words and operators",
    "more words and operators than the limit of {limit}",
    "name the parts in `let`",
)
BRACKETS = Bound(
    "brackets inside each other",
    40,
    "levels",
    "brackets nested deeper than the limit of {limit}",
    "name a part in `let`",
)
DIGITS = Bound(
    "digits of a number",
    19,
    "in a row",
    "too many digits: {found} in a row; the limit is {limit}",
)
EXPONENT = Bound(
    "a number, up or down",
    300,
    "powers of ten",
    "number is too {found}; the limit is 1e{sign}{limit}",
)
POWER = Bound(
    "a whole exponent of `matpow`, a degree",
    16,
    "",
    "{found} is over the limit: at most {limit} is allowed",
)

# --- sizes ------------------------------------------------------------------------

DIMENSION = Bound(
    "a number as a dimension of a type",
    64,
    "",
    "dimension {found} is over the limit: 1..{limit}",
    "give the dimension a name; names stand for many sizes",
)
MADE_DIMENSION = Bound(
    "a number as a dimension of `eye`, `ones`, `zeros`",
    4096,
    "",
    "dimension {found} is over the limit: 1..{limit} are allowed",
)
DIMENSION_DEGREE = Bound(
    "a dimension, a polynomial of sizes",
    6,
    "degree",
    "dimension is too large: the limit is degree {limit}",
)
ENTRIES = Bound(
    "a value, at the smallest sizes",
    20_000,
    "entries",
    "a value would have {found} entries; the limit is {limit}",
)
DERIVATIVE_ENTRIES = Bound(
    "a Jacobian or Hessian, at the smallest sizes",
    1_000_000,
    "entries",
    "the {name} would have {found} entries; the limit is {limit}",
)
ASKED_SIZE = Bound("`--size`, `--sizes`", 4096, "", "sizes are at most {limit}")

# --- computing --------------------------------------------------------------------

RECORD_SECONDS = Bound(
    "a record, a statement, a line of a stream",
    10,
    "seconds of the processor",
    "took more than {limit} s of processor time",
)
OWN_SECONDS = Bound(
    "a record of the built-in catalogue",
    60,
    "seconds of the processor",
    "took more than {limit} s of processor time",
)
ROOMY_SECONDS = Bound(
    "a record where more is asked for: `--size`, more draws, a GPU, `nabla selftest`",
    600,
    "seconds of the processor",
    "took more than {limit} s of processor time",
)
RECORD_MEMORY = Bound(
    "a worker process", 2, "GiB", "used more than {limit} GiB of memory"
)
ROOMY_MEMORY = Bound(
    "a worker process where more is asked for",
    6,
    "GiB",
    "used more than {limit} GiB of memory",
)

# --- statements -------------------------------------------------------------------

STATEMENT = Bound(
    "a statement",
    6000,
    "characters",
    "the statement has {found} characters; the limit is {limit}",
    "split it, or name its parts",
)
SIGNS = Bound(
    "a formula",
    4000,
    "signs",
    "the formula has more than {limit} signs",
    "split it, or name its parts",
)
FORMULA_DEPTH = Bound(
    "parts of a formula inside each other",
    100,
    "levels",
    "the formula is nested deeper than the limit of {limit}",
    "name its parts",
)
FORMULA_STEPS = Bound(
    "reading a formula",
    20_000,
    "steps",
    "the formula takes too long to read: more than {limit} steps",
    "split it, or name its parts",
)
FORMULA_DIGITS = Bound(
    "a number in a formula",
    19,
    "digits",
    "the number `{found}...` is too long or too large",
)
DEFINED_PARTS = Bound(
    "a formula with its definitions",
    1500,
    "parts",
    "with its definitions this has more than {limit} parts",
    "split it",
)
DEFINED_DEPTH = Bound(
    "operations inside each other, definitions included",
    100,
    "levels",
    "more than {limit} operations stand within each other",
    "name its parts",
)
PRODUCT_TERMS = Bound(
    "a product that is multiplied out",
    32,
    "terms",
    "a product has more than {limit} terms",
)

# --- documents --------------------------------------------------------------------

DOCUMENT_BYTES = Bound(
    "a document, and the files that it inputs together",
    5_000_000,
    "bytes",
    "the file has {found} bytes; the limit is {limit} bytes",
    "divide it",
)
DOCUMENT_FILES = Bound(
    "`\\input`",
    200,
    "files",
    "the file `{found}` is not read: there are more than {limit} files",
)
INPUT_DEPTH = Bound(
    "`\\input` inside each other",
    20,
    "levels",
    "the file `{found}` is not read: files are input more than {limit} deep",
)
INPUT_NAMES = Bound(
    "names of files that are looked for",
    1000,
    "",
    "the file `{found}` is not read: more than {limit} are named",
)
WORDS = Bound(
    "a document",
    1_000_000,
    "words and signs",
    "the document has more than {limit} words and signs",
    "split it; what follows is not read",
)
PARTS = Bound(
    "a document",
    100_000,
    "formulas and pieces of prose",
    "the document has more than {limit} formulas or pieces of prose",
    "split it; what follows is not read",
)
FORMULA = Bound(
    "a formula of a document, macros expanded",
    20_000,
    "characters",
    "a formula has more than {limit} characters",
)
ENVIRONMENTS = Bound(
    "environments around a part",
    50,
    "levels",
    "environments are nested deeper than the limit of {limit}",
)
MACRO_DEPTH = Bound(
    "macros inside each other",
    20,
    "levels",
    "macro `{found}` expands over {limit} levels deep",
)
MACRO_EFFORT = Bound(
    "what all macros of a document read and put into it",
    1_000_000,
    "words and signs",
    "the macros of this document expand to too much: over {limit} words and signs",
    "write shorter macros; further uses stay as they are",
)
MACRO_BURST = Bound(
    "what one macro puts into the text",
    200_000,
    "words and signs",
    "macro `{found}` expands to too much: over {limit} words and signs",
)
CELLS = Bound(
    "a notebook",
    10_000,
    "cells",
    "the notebook has more than {limit} cells; the others are not read",
    "divide it",
)
DOCUMENT_PROBLEMS = Bound(
    "what is told of a document",
    100,
    "problems",
    "{found} more problems of this document are not shown",
    "mend those above first",
)
DOCUMENT_TROUBLE = Bound(
    "problems of a document",
    10_000,
    "problems",
    "the document has more than {limit} problems; what follows is not read",
    "mend those above first",
)

# --- streams and the service ------------------------------------------------------

LINE_BYTES = Bound(
    "a line of a stream, a question over HTTP",
    2**16,
    "bytes",
    "the line is longer than {limit:,} bytes",
)
HTTP_BYTES = Bound(
    "the body of `POST /answer`",
    2**16,
    "bytes",
    "a question has at most {limit:,} bytes",
    "`POST /answers` takes many, one a line",
)
HTTP_BODY_SECONDS = Bound(
    "until a question has come whole",
    10,
    "seconds",
    "the question did not come within {limit} s",
)
HTTP_SECONDS = Bound(
    "until a question has its answer",
    30,
    "seconds",
    "no answer within {limit} s",
    "`nabla check` has no such limit",
)
HTTP_UNDER_WAY = Bound(
    "questions at once, of all who ask",
    256,
    "",
    "{limit} questions are under way already",
    "ask again in a moment",
)
HTTP_STREAMS = Bound(
    "streams at once",
    8,
    "",
    "{limit} streams are under way already",
    "ask again in a moment",
)
HTTP_LINES = Bound(
    "a request that is a stream",
    100_000,
    "lines",
    "a request has at most {limit:,} lines",
    "send the others in another one",
)
HTTP_STILL_SECONDS = Bound(
    "that a stream may stand still",
    60,
    "seconds",
    "no line came within {limit} s",
)

# --- results ----------------------------------------------------------------------

RESULTS_BYTES = Bound(
    "a file of results, and what is packed in a page",
    64 * 2**20,
    "bytes",
    "the file has {found} bytes; the limit is {limit} bytes",
    "verify fewer records at a time",
)

BOUNDS: dict[str, tuple[Bound, ...]] = {
    "records": (
        *(FILE_BYTES, FILE_DEPTH, FILE_NODES, FILE_PROBLEMS, RECORD_PROBLEMS),
        *(ID, TAG, LINE_OF_TEXT, PROSE, NAME, TYPE, ASSUMPTION),
    ),
    "expressions": (
        *(EXPRESSION, EXPRESSION_DEPTH, TOKENS, BRACKETS, DIGITS, EXPONENT, POWER),
    ),
    "sizes": (
        *(DIMENSION, MADE_DIMENSION, DIMENSION_DEGREE),
        *(ENTRIES, DERIVATIVE_ENTRIES, ASKED_SIZE),
    ),
    "computing": (
        *(RECORD_SECONDS, OWN_SECONDS, ROOMY_SECONDS, RECORD_MEMORY, ROOMY_MEMORY),
    ),
    "statements": (
        *(STATEMENT, SIGNS, FORMULA_DEPTH, FORMULA_STEPS, FORMULA_DIGITS),
        *(DEFINED_PARTS, DEFINED_DEPTH, PRODUCT_TERMS),
    ),
    "documents": (
        *(DOCUMENT_BYTES, DOCUMENT_FILES, INPUT_DEPTH, INPUT_NAMES, WORDS, PARTS),
        *(FORMULA, ENVIRONMENTS, MACRO_DEPTH, MACRO_BURST, MACRO_EFFORT, CELLS),
        *(DOCUMENT_PROBLEMS, DOCUMENT_TROUBLE),
    ),
    "streams": (
        *(LINE_BYTES, HTTP_BYTES, HTTP_BODY_SECONDS, HTTP_SECONDS, HTTP_UNDER_WAY),
        *(HTTP_STREAMS, HTTP_LINES, HTTP_STILL_SECONDS),
    ),
    "results": (RESULTS_BYTES,),
}
"""All of them, by what they are of."""
