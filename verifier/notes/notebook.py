"""Jupyter notebooks: each Markdown cell is read; code, raw cells and outputs are not.

The format's own package is not used: what is needed of a notebook is the list of its
cells, the same in every version of the format, and a notebook that is not quite valid
is to be read as well.
"""

from __future__ import annotations

import json

from ..reading.bounds import CELLS
from ..reading.source import Source
from .gathering import Gathering
from .macros import Macros
from .markdown import Markdown
from .opening import cleaned

MAX_CELLS = CELLS.value


def read_notebook(source: Source, gathering: Gathering, macros: Macros) -> None:
    """Read a notebook into a gathering; each cell is a file of its own."""
    try:
        cells = _cells(json.loads(source.text))
    except RecursionError:
        cells = None
    except ValueError as error:
        at = getattr(error, "pos", 0)
        reason = str(getattr(error, "msg", error)).lower()
        text = f"this is not a notebook: its JSON has an error: {reason}"
        gathering.problem(source.file, at, text, "save it again from Jupyter")
        return
    if cells is None:
        text = "this is not a notebook: it has no list of cells"
        gathering.problem(source.file, 0, text, "save it again from Jupyter")
        return
    markdown = Markdown(gathering, macros)
    for number, cell in enumerate(cells[:MAX_CELLS], 1):
        if isinstance(cell, dict) and cell.get("cell_type") == "markdown":
            label = f"{source.file}:cell {number}"
            opened = cleaned(_text(cell.get("source")), label)
            markdown.read(opened.source)
            for offset, text, hint in opened.faults:
                gathering.problem(label, offset, text, hint, "character")
    if len(cells) > MAX_CELLS:
        gathering.problem(source.file, 0, CELLS.said(), CELLS.hint, "limit")


def _cells(notebook: object) -> list[object] | None:
    """Return the cells of a notebook; those of version 3 stand in worksheets."""
    if not isinstance(notebook, dict):
        return None
    cells = notebook.get("cells")
    if cells is None and isinstance(sheets := notebook.get("worksheets"), list):
        cells = []
        for sheet in sheets:
            if isinstance(sheet, dict) and isinstance(sheet.get("cells"), list):
                cells.extend(sheet["cells"])
    return cells if isinstance(cells, list) else None


def _text(source: object) -> str:
    if isinstance(source, list):
        return "".join(line for line in source if isinstance(line, str))
    return source if isinstance(source, str) else ""
