"""A document, by its name or its text, to its prose and formulas."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

from ..reading.source import Source, file_name
from .document import Document
from .gathering import Enough, Gathering
from .inputs import Inputs
from .latex import Latex
from .macros import Macros
from .markdown import Markdown
from .notebook import read_notebook
from .opening import Opened, Refusal, cleaned, opened
from .plain import Plain

LATEX = frozenset({".tex", ".ltx", ".latex"})
MARKDOWN = frozenset({".md", ".markdown", ".qmd", ".rmd", ".mdown"})
NOTEBOOK = frozenset({".ipynb"})

# What makes a text without a telling name LaTeX, or Markdown.
_LATEX_MARKS = re.compile(r"^[ \t]*\\(?:documentclass|begin\{document\})", re.MULTILINE)
_MARKDOWN_MARKS = re.compile(
    r"\$\$|\\\(|\\\[|(?<![\\$])\$(?![\s$])[^$\n]*[^$\s\\]\$(?!\d)|^[ \t]*(?:```|~~~)"
    r"|:math:`|^[ \t]*\.\.[ \t]+math::|<math[ >]|<script[^<>\n]*math/tex"
    r"|\\begin\{(?:equation|align|gather|eqnarray|multline)\*?\}",
    re.MULTILINE,
)


def scan(path: str | Path) -> Document:
    """Read a document from a file; a Document without parts says why it cannot be."""
    name = file_name(os.fspath(path))
    found = opened(path, name)
    if isinstance(found, Refusal):
        gathering = Gathering(name)
        gathering.open(Source(name, ""))
        gathering.problem(name, 0, found.text, "", "file")
        return gathering.document()
    return _read(found, Path(path).parent)


def scan_text(text: str, name: str = "text") -> Document:
    """Read a document from its text; the name says what it is written in."""
    return _read(cleaned(text, name), None)


def _read(found: Opened, folder: Path | None) -> Document:
    source = found.source
    gathering = Gathering(source.file)
    gathering.open(source)
    for offset, text, hint in found.faults:
        gathering.problem(source.file, offset, text, hint, "character")
    with suppress(Enough):
        _take_apart(source, folder, gathering)
    return gathering.document()


def _take_apart(source: Source, folder: Path | None, gathering: Gathering) -> None:
    macros = Macros()
    match _language(source):
        case "latex":
            Latex(gathering, macros, Inputs(folder, source.file)).read(source)
        case "markdown":
            Markdown(gathering, macros).read(source)
        case "loose markdown":
            Markdown(gathering, macros).read(source, loose=True)
        case "notebook":
            read_notebook(source, gathering, macros)
        case _:
            Plain(gathering).read(source)


def _language(source: Source) -> str:
    ending = os.path.splitext(source.file)[1].lower()
    if ending in LATEX or (ending not in MARKDOWN and _is_latex(source.text)):
        return "latex"
    if ending in MARKDOWN:
        return "markdown"
    if ending in NOTEBOOK:
        return "notebook"
    return "loose markdown" if _MARKDOWN_MARKS.search(source.text) else "plain"


def _is_latex(text: str) -> bool:
    return bool(_LATEX_MARKS.search(text))
