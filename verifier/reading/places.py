"""Where each character of a value stands in its file: quotes, escapes, folded lines."""

from __future__ import annotations

import re

from .nodes import Scalar
from .problem import Place, Text
from .source import Source

# Spaces are one piece, so that a mebibyte of them is looked at once.
_PIECES = {
    "": re.compile(r"[ \t\n]+|."),
    "'": re.compile(r"[ \t\n]+|''|."),
    '"': re.compile(r"\\(?:x..|u.{4}|U.{8}|\n[ \t\n]*|.)|[ \t\n]+|."),
}


def text_of(source: Source, scalar: Scalar) -> Text:
    """Return a scalar as a text that knows the place of each of its characters."""
    place = Place(source.file, scalar.line, scalar.column)
    first = source.lines[scalar.line - 1] if scalar.line <= len(source.lines) else ""
    written = source.text[scalar.start : scalar.stop]
    if not scalar.style and written == scalar.value:
        return Text(written, place, (first,))
    offsets = _offsets(written, scalar)
    line, column, at = scalar.line, scalar.column, scalar.start
    places = []
    for offset in offsets:
        newlines = source.text.count("\n", at, offset)
        if newlines:
            line += newlines
            column = offset - source.text.rfind("\n", at, offset)
        else:
            column += offset - at
        at = offset
        places.append((line, column))
    last = max(line, scalar.line)
    return Text(
        scalar.value,
        place,
        source.lines[scalar.line - 1 : last] or (first,),
        tuple(places),
    )


def _offsets(written: str, scalar: Scalar) -> list[int]:
    """Return the offset in the file of each character of the value, and of its end."""
    if scalar.style in ("|", ">"):
        offsets = _block_offsets(written, scalar.value)
    else:
        offsets = _flow_offsets(written, scalar)
    if offsets is None:
        # Never a wrong place: what cannot be followed is the text as a whole.
        offsets = [0] * (len(scalar.value) + 1)
    return [scalar.start + offset for offset in offsets]


def _flow_offsets(written: str, scalar: Scalar) -> list[int] | None:
    """Follow a plain or quoted text: escapes, doubled quotes, and folded lines."""
    quotes = len(scalar.style)
    end = len(written) - quotes
    value, offsets, i = scalar.value, [], 0
    for piece in _PIECES[scalar.style].finditer(written, quotes, end):
        found, start = piece[0], piece.start()
        breaks = found.count("\n")
        if found[0] == "\\" and scalar.style == '"':
            # An escaped line end stands for nothing, each further one for itself.
            stands = value[i : i + 1] if not breaks else "\n" * (breaks - 1)
        elif breaks:
            stands = "\n" * (breaks - 1) or " "
        elif found == "''" and scalar.style:
            stands = "'"
        else:
            stands = found
        if not value.startswith(stands, i):
            return None
        verbatim = stands == found
        offsets += (start + k if verbatim else start for k in range(len(stands)))
        i += len(stands)
    return [*offsets, end] if i == len(value) else None


def _block_offsets(written: str, value: str) -> list[int] | None:
    """Follow a block: each line without its indentation stands whole in the value."""
    start = written.find("\n") + 1
    first = value.lstrip("\n")
    inner = len(first) - len(first.lstrip(" "))
    indent = -1
    offsets: list[int] = []
    for line in written[start:].split("\n") if start else ():
        content = line.strip(" ")
        if content and indent < 0:
            indent = len(line) - len(line.lstrip(" ")) - inner
        content = line[indent:] if indent >= 0 else ""
        if content:
            found = value.find(content, len(offsets))
            if found < 0 or value[len(offsets) : found].strip(" \n"):
                return None
            offsets += [max(start - 1, 0)] * (found - len(offsets))
            offsets += range(start + indent, start + indent + len(content))
        start += len(line) + 1
    if value[len(offsets) :].strip("\n"):
        return None
    end = len(written.rstrip())
    return offsets + [end] * (len(value) - len(offsets) + 1)
