"""The files that a document inputs: beside or below it, each once at a time."""

from __future__ import annotations

import os
from pathlib import Path

from ..reading.bounds import DOCUMENT_FILES, INPUT_DEPTH, INPUT_NAMES
from ..reading.source import Source, file_name, shown
from .opening import MAX_BYTES, Refusal, opened

MAX_FILES = DOCUMENT_FILES.value
MAX_ASKED = INPUT_NAMES.value
MAX_INPUT_DEPTH = INPUT_DEPTH.value

Answer = tuple[str, str, bool]
"""What was found, what to write instead, and whether it is only a note."""


class Inputs:
    """Finds what `\\input{name}` names in `root`, the folder of the document."""

    def __init__(self, root: Path | None, name: str):
        self.root = root
        self.open_files = [name]
        self._asked = self._read = 0
        self._bytes = 0

    def enter(self, by: str, name: str) -> Source | Answer:
        """Return the text of a file, or why it is not read."""
        said = shown(name, 100)
        self._asked += 1
        if self._asked > MAX_ASKED:
            return INPUT_NAMES.said(found=said), "", True
        inside = "keep the file in the folder of the document"
        if self.root is None:
            return (
                f"the file `{said}` is not read: this text is not in a file",
                "",
                True,
            )
        path = Path(name)
        if not name or path.is_absolute() or ".." in path.parts or "\0" in name:
            return f"the file `{said}` is not read: it may be elsewhere", inside, False
        found = self._find(path)
        if found is None:
            hint = "it is left out; what it defines is unknown"
            return f"the file `{said}` is not there", hint, True
        root = os.path.join(os.path.realpath(self.root), "")
        if not os.path.realpath(found).startswith(root):
            return f"the file `{said}` leads out of the folder", inside, False
        label = file_name(found)
        if label in self.open_files:
            return f"the file `{said}` inputs itself", "input it once", False
        if len(self.open_files) > MAX_INPUT_DEPTH:
            return INPUT_DEPTH.said(found=said), "", False
        if self._read >= MAX_FILES:
            return DOCUMENT_FILES.said(found=said), "", False
        opened_file = opened(found, label)
        if isinstance(opened_file, Refusal):
            return f"the file `{said}` is not read: {opened_file.text}", "", False
        self._bytes += len(opened_file.source.text)
        if self._bytes > MAX_BYTES:
            text = f"the file `{said}` is not read: the document is too long"
            return text, f"all its files may have {MAX_BYTES} bytes", False
        self._read += 1
        self.open_files.append(label)
        return opened_file.source

    def leave(self, file: str) -> None:
        """Say that a file has been read."""
        if file in self.open_files:
            self.open_files.remove(file)

    def _find(self, path: Path) -> Path | None:
        assert self.root is not None
        for name in (path, path.with_name(path.name + ".tex")):
            whole = self.root / name
            try:
                if whole.is_file():
                    return whole
            except (OSError, ValueError):
                return None
        return None
