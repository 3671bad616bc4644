"""Answers in a file: each is there as soon as it is found, and none is asked twice.

The file is only ever added to. After an interruption its last line may be half a line,
which goes; what else is there tells which lines of the input are answered.
"""

from __future__ import annotations

import json
import os
import zlib
from array import array
from pathlib import Path

from ..results.streamed import worse


class Mismatch(ValueError):
    """These are not the answers to these lines."""


def mark(line: bytes | str) -> int:
    """Return a number that tells a line from others; never 0."""
    data = line.encode() if isinstance(line, str) else line
    return zlib.crc32(data.strip()) or 1


class Answers:
    """A file that answers are added to; with `resume`, one that has some already."""

    def __init__(self, file: Path, by: str, resume: bool):
        """Open it; OSError where that cannot be, Mismatch where it is another's."""
        self.file, self.by, self.status, self.count = file, by, 0, 0
        self.marks = array("L")  # of the line, by its number; 0: not answered
        whole = self._known() if resume and file.exists() else 0
        # Without a buffer: what it cannot write would be tried again at the end.
        self.stream = file.open("r+b" if whole else "wb", buffering=0)
        self.stream.seek(whole)
        self.stream.truncate()

    def _known(self) -> int:
        """Read what is there; return where its last whole line ends."""
        whole = 0
        with self.file.open("rb") as stream:
            for number, line in enumerate(stream, 1):
                if not line.endswith(b"\n"):
                    break
                try:
                    said = json.loads(line)
                    n, marked, verdict = said["n"], said["of"], said["verdict"]
                    self.status = worse(self.status, verdict)
                except (ValueError, KeyError, TypeError):
                    text = f"line {number} of `{self.file}` is no answer of a stream"
                    raise Mismatch(text) from None
                if said.get("by") != self.by:
                    raise Mismatch(
                        f"`{self.file}` was answered by {said.get('by')}, "
                        f"and this is {self.by}"
                    )
                self._note(n, int(marked, 16))
                whole += len(line)
        return whole

    def _note(self, n: int, marked: int) -> None:
        if n >= len(self.marks):
            self.marks.extend([0] * (n + 1 - len(self.marks)))
        self.count += not self.marks[n]
        self.marks[n] = marked

    def has(self, n: int, line: bytes | str) -> bool:
        """Whether a line is answered; Mismatch where another one was."""
        if n >= len(self.marks) or not self.marks[n]:
            return False
        if self.marks[n] != mark(line):
            text = f"line {n} is another one than that which `{self.file}` answers"
            raise Mismatch(text)
        return True

    def add(self, answer: str, line: bytes | str) -> None:
        """Add the answer to a line, for good: a process that is killed loses none.

        OSError says that there is no room; what was added before is there.
        """
        said = memoryview(f'{answer[:-1]}, "of": "{mark(line):08x}"}}\n'.encode())
        while said:
            said = said[self.stream.write(said) :]

    def close(self) -> None:
        """Write all of it to the disk."""
        try:
            os.fsync(self.stream.fileno())
        finally:
            self.stream.close()
