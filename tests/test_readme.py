"""The Python examples of the README run as they stand, as a user's own script would."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from verifier.running.worker import environment

README = Path(__file__).resolve().parent.parent / "README.md"
PATTERN = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[str]:
    """Return the examples in a language, in order."""
    return [
        text
        for name, text in PATTERN.findall(README.read_text(encoding="utf-8"))
        if name == language
    ]


@pytest.mark.parametrize("number", range(len(blocks("python"))))
def test_python_examples_run(number, tmp_path):
    # The example of a record file is the file that the Python examples verify.
    (record,) = [text for text in blocks("yaml") if text.startswith("- id:")]
    (tmp_path / "mine.yaml").write_text(record)
    (tmp_path / "example.py").write_text(blocks("python")[number])
    surroundings = environment("cpu")
    folder = os.pathsep.join([str(README.parent), surroundings["PYTHONPATH"]])
    done = subprocess.run(
        [sys.executable, "-W", "error", "example.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=180,
        env={**surroundings, "PYTHONPATH": folder},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    # A line `print(...)  # text` shows what is printed.
    shown = re.findall(r"^print\(.*\)  # (.*)$", blocks("python")[number], re.MULTILINE)
    printed = done.stdout.splitlines()
    assert [text for text in shown if text not in printed] == []
