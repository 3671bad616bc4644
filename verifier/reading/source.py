"""Files to text: found, bounded, decoded, and free of characters nobody can see."""

from __future__ import annotations

import codecs
import os
import re
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .bounds import FILE_BYTES
from .problem import Mistake, Place, Problem

SUFFIXES = (".yaml", ".yml")
MAX_BYTES = FILE_BYTES.value
MAX_EXCERPT = 400  # characters of a source line that a problem shows

# Control characters, and what YAML 1.1 or libyaml would read as a line end or refuse.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]"
)
_OTHER_ENCODINGS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


@dataclass(frozen=True)
class Source:
    """The text of one file, its line ends all `\\n`; `file` is its name for people."""

    file: str
    text: str

    @cached_property
    def lines(self) -> tuple[str, ...]:
        return tuple(self.text.split("\n"))

    def problem(
        self,
        line: int,
        column: int,
        text: str,
        hint: str = "",
        id: str = "",
        field: str = "",
        kind: Mistake = "yaml",
    ) -> Problem:
        """Return a problem at a place of this file, with its source line."""
        whole = self.lines[line - 1] if line <= len(self.lines) else ""
        # Of a line of a mebibyte only the part that the problem is about.
        start = max(0, column - MAX_EXCERPT // 2) if len(whole) > MAX_EXCERPT else 0
        excerpt = _UNSEEN.sub(
            "\N{REPLACEMENT CHARACTER}", whole[start : start + MAX_EXCERPT]
        )
        place = Place(self.file, line, column)
        caret = column - start if excerpt else 0
        return Problem(place, text, hint, id, field, (), excerpt, caret, kind)


def shown(text: str, limit: int = 40) -> str:
    """Return text of a user fit for a message: cut, and nothing in it unprintable."""
    cut = text if len(text) <= limit else text[: limit - 3] + "..."
    if cut.isprintable():
        return cut
    return "".join(c if c.isprintable() else f"<{code_point(c)}>" for c in cut)


def code_point(char: str) -> str:
    """Return `U+0391 GREEK CAPITAL LETTER ALPHA`, or `U+0007` for want of a name."""
    return f"U+{ord(char):04X} {unicodedata.name(char, '')}".rstrip()


def find(paths: Sequence[str | Path]) -> tuple[list[str], list[Problem]]:
    """Return the record files among files and folders, each once, in order."""
    files: dict[str, str] = {}
    problems: list[Problem] = []
    for given in paths:
        path = os.fspath(given)
        found = [path]
        if os.path.isdir(path):
            found = []
            for file in _walk(path):
                if _inside(file, path):
                    found.append(file)
                else:
                    problems.append(
                        _whole(
                            file,
                            "this link leads out of the folder that was asked for",
                            "name the file itself to read it",
                        )
                    )
            if not found:
                needed = " or ".join(f"`*{suffix}`" for suffix in SUFFIXES)
                problems.append(_whole(path, f"no file {needed} in this folder"))
        for file in found:
            files.setdefault(_real(file), file)
    return list(files.values()), problems


def read(path: str | Path) -> Source | Problem:
    """Read one file, or say why it cannot be a record file."""
    for char in _name(path):
        if not char.isprintable():  # a place in this file could not be given
            found = f"the name of this file holds the character {code_point(char)}"
            return _whole(path, found, "rename it")
    try:
        return decode(contents(path, MAX_BYTES), file_name(path))
    except TooLarge as error:
        return _whole(path, str(error), FILE_BYTES.hint, "limit")
    except Unreadable as error:
        return _whole(path, str(error))


class Unreadable(Exception):
    """Why a file cannot be read."""


class TooLarge(Unreadable):
    """The file is longer than it may be."""


def contents(path: str | Path, limit: int) -> bytes:
    """Return the bytes of a regular file, or raise Unreadable."""
    try:
        # Before opening: a pipe would block, and a device has no end.
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):
            raise Unreadable("this is not a regular file")
        size, data = status.st_size, b""
        if size <= limit:
            with open(path, "rb") as stream:
                data = stream.read(limit + 1)
            size = len(data)  # it may have grown
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Unreadable(f"the file cannot be read: {reason.lower()}") from None
    if size > limit:
        raise TooLarge(FILE_BYTES.said(found=size, limit=limit))
    return data


def decode(data: bytes, file: str) -> Source | Problem:
    """Turn the bytes of a file into text, or say which byte or character is wrong."""
    data = data.removeprefix(codecs.BOM_UTF8)
    for mark, name in _OTHER_ENCODINGS:
        if data.startswith(mark):
            text = f"the file is {name}; UTF-8 is needed"
            hint = "save the file as UTF-8"
            return Problem(Place(file, 1, 1), text, hint, kind="character")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = _unix(data[: error.start].decode("utf-8"))
        byte = data[error.start]
        rest = re.split("[\r\n]", data[error.start :].decode("latin-1"))[0]
        line = before.rpartition("\n")[2]
        place = Place(file, before.count("\n") + 1, len(line) + 1)
        hint = "save the file as UTF-8"
        if chr(byte).isprintable():
            hint += f" (in Latin-1 this byte is `{chr(byte)}`)"
        return Problem(
            place,
            f"the byte `0x{byte:02x}` is not UTF-8",
            hint,
            excerpt=_UNSEEN.sub("\N{REPLACEMENT CHARACTER}", line + rest),
            caret=place.column,
            kind="character",
        )
    source = Source(file, _unix(text))
    unseen = list(_UNSEEN.finditer(source.text))
    if unseen:
        start = unseen[0].start()
        line = source.text.count("\n", 0, start) + 1
        column = start - source.text.rfind("\n", 0, start)
        more = f" (and {len(unseen) - 1} more)" if len(unseen) > 1 else ""
        return source.problem(
            line,
            column,
            f"the character {code_point(unseen[0][0])} cannot stand in a file{more}",
            "delete it",
            kind="character",
        )
    return source


def _unix(text: str) -> str:
    return re.sub("\r\n?", "\n", text) if "\r" in text else text


def _whole(
    path: str | Path, text: str, hint: str = "", kind: Mistake = "file"
) -> Problem:
    return Problem(Place(file_name(path), 1, 1), text, hint, kind=kind)


def file_name(path: str | Path) -> str:
    """Return what a file is called where it is shown."""
    return shown(_name(path), 4096)


def _name(path: str | Path) -> str:
    """Return a path with its bytes that are no text as escapes."""
    try:
        return os.fsencode(path).decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:  # half of a pair, which no file can have in its name
        return os.fspath(path).encode("utf-8", "backslashreplace").decode()


def _walk(folder: str) -> Iterator[str]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if name.endswith(SUFFIXES) and not name.startswith("."):
                yield os.path.join(parent, name)


def _inside(file: str, folder: str) -> bool:
    # A broken link is inside: reading it says what is wrong.
    if not os.path.islink(file) or not os.path.exists(file):
        return True
    return _real(file).startswith(os.path.join(_real(folder), ""))


def _real(path: str) -> str:
    try:
        return os.path.realpath(path)
    except ValueError:  # a null character in the name
        return path
