"""Documents from bytes: decoded, with line ends and unseen characters made harmless."""

from __future__ import annotations

import codecs
import os
import re
from dataclasses import dataclass
from pathlib import Path

from ..reading.bounds import DOCUMENT_BYTES
from ..reading.source import Source, Unreadable, code_point, contents, file_name

MAX_BYTES = DOCUMENT_BYTES.value

_WIDE = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"\\usepackage\s*\[\s*(\w+)\s*\]\s*\{inputenc\}")
_ENCODINGS = {
    b"latin1": "latin-1",
    b"latin9": "iso8859-15",
    b"latin2": "iso8859-2",
    b"ansinew": "cp1252",
    b"cp1252": "cp1252",
    b"cp1250": "cp1250",
    b"cp1251": "cp1251",
    b"koi8-r": "koi8-r",
    b"applemac": "mac-roman",
}
# Tabs and line ends stay; a form feed or a line separator ends a line.
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Refusal:
    """Why a file cannot be read at all."""

    text: str


@dataclass(frozen=True)
class Opened:
    """A text fit to be read, and what was wrong with it: offset, text, hint."""

    source: Source
    faults: tuple[tuple[int, str, str], ...] = ()


def opened(path: str | Path, label: str = "") -> Opened | Refusal:
    """Read the text of a file."""
    try:
        data = contents(path, MAX_BYTES)
    except Unreadable as error:
        return Refusal(str(error))
    found = decoded(data, label or file_name(os.fspath(path)))
    text = found.source.text
    odd = text.count("\ufffd") + data.count(b"\x00")
    if odd > max(10, len(text) // 10) and not data.startswith(
        tuple(mark for mark, _ in _WIDE)
    ):
        return Refusal(f"this is no text: {odd} of its {len(text)} characters are none")
    return found


def decoded(data: bytes, label: str) -> Opened:
    """Turn the bytes of a document into a text; a byte that is none becomes U+FFFD."""
    encoding = next((name for mark, name in _WIDE if data.startswith(mark)), "utf-8")
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return cleaned(data.decode(encoding), label)
    except UnicodeDecodeError as error:
        declared = _DECLARED.search(data[:100_000])
        name = _ENCODINGS.get(declared[1].lower() if declared else b"")
        if name:
            return cleaned(data.decode(name, "replace"), label)
        before = data[: error.start].decode(encoding, "replace")
        byte = data[error.start]
        fault = (
            len(_LINE_ENDS.sub("\n", before)),
            f"the byte `0x{byte:02x}` is not {encoding.upper()}",
            "save the file as UTF-8; such bytes are left out",
        )
        made = cleaned(data.decode(encoding, "replace"), label)
        return Opened(made.source, (fault, *made.faults))


def cleaned(text: str, label: str) -> Opened:
    """Make a text fit to be read: one kind of line end, no character nobody can see."""
    text = _LINE_ENDS.sub("\n", text)
    faults = []
    for pattern, instead in ((_SURROGATE, "\ufffd"), (_UNSEEN, " ")):
        found = pattern.search(text)
        if found:
            text, count = pattern.subn(instead, text)
            more = f" (and {count - 1} more)" if count > 1 else ""
            char = f"the character {code_point(found[0])} is none of a text{more}"
            faults.append((found.start(), char, "delete it"))
    return Opened(Source(label, text), tuple(faults))
