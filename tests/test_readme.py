"""The Python examples of the documentation run as they stand, as a script would."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from verifier.commands import cli
from verifier.running.worker import environment

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("README.md", "docs/api.md", "docs/code.md")
PATTERN = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: str, language: str) -> list[str]:
    """Return the examples in a language, in order."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return [text for name, text in PATTERN.findall(text) if name == language]


EXAMPLES = {
    f"{page}-{number}": text
    for page in PAGES
    for number, text in enumerate(blocks(page, "python"), 1)
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_python_examples_run(name, tmp_path):
    if "import torch" in EXAMPLES[name]:
        pytest.importorskip("torch", reason="PyTorch is not installed")
    # The README's example of a record file is the file that the examples verify.
    (record,) = [t for t in blocks("README.md", "yaml") if t.startswith("- id:")]
    (tmp_path / "mine.yaml").write_text(record)
    (tmp_path / "example.py").write_text(EXAMPLES[name])
    surroundings = environment("cpu")
    folder = os.pathsep.join([str(ROOT), surroundings["PYTHONPATH"]])
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
    shown = re.findall(r"^print\(.*\)  # (.*)$", EXAMPLES[name], re.MULTILINE)
    printed = done.stdout.splitlines()
    assert [text for text in shown if text not in printed] == []


def test_the_failure_that_the_readme_shows_is_what_the_program_prints(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    (record,) = [t for t in blocks("README.md", "yaml") if t.startswith("- id:")]
    wrong = re.sub(r"denominator: .*", "denominator: 2 * A @ x", record)
    Path("mine.yaml").write_text(wrong)
    assert cli.main(["verify", "mine.yaml", "--device", "cpu", "--jobs", "1"]) == 1
    (shown,) = [t for t in blocks("README.md", "text") if t.startswith("my-")]
    assert shown in capsys.readouterr().out


@pytest.mark.parametrize("number", [0, 1], ids=["check", "derive"])
def test_the_questions_that_the_readme_asks_are_answered_as_it_shows(capsys, number):
    command, *lines = blocks("README.md", "console")[number].splitlines()
    words = shlex.split(command.removeprefix("$ nabla "))
    assert cli.main([*words, "--device", "cpu"]) == 0
    said = capsys.readouterr().out.splitlines()
    kept = [line for line in lines if line.strip() != "..."]
    assert [line for line in said if line in kept] == kept
    assert said[0] == kept[0]


def test_the_readme_has_every_command_in_its_table():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = "\n".join(line for line in readme.splitlines() if line.startswith("| `"))
    assert set(re.findall(r"`nabla (\w+)", table)) == set(cli.COMMANDS)
