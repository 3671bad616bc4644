"""Completion, tried in the shells themselves."""

from __future__ import annotations

import os
import re
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from verifier.commands import cli
from verifier.output.shells import OFFERS, commands_of, script

ROOT = Path(__file__).resolve().parent.parent
SHELLS = ("bash", "zsh", "fish")
RECORD = "- {{id: {}, value: 1, both: 1}}\n"
BASH = """
source {script}
COMP_LINE=$1 COMP_POINT=${{#1}} COMP_CWORD=1 COMPREPLY=()
_nabla
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Return a folder with a file of records, the scripts, and `nabla` beside them."""
    folder = tmp_path_factory.mktemp("shell")
    (folder / "work" / "folder").mkdir(parents=True)
    records = "".join(map(RECORD.format, ("one-rule", "one-more", "two")))
    (folder / "work" / "mine.yaml").write_text(records)
    (folder / "work" / "notes.txt").write_text("")
    for shell in SHELLS:
        (folder / shell).write_text(script(shell, cli.parser()))
    command = folder / "bin" / "nabla"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m verifier "$@"\n')
    command.chmod(0o755)
    return folder


def surroundings(place):
    return {
        **os.environ,
        "PATH": f"{place / 'bin'}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "HOME": str(place),
        "TERM": "dumb",
        "COLUMNS": "200",
    }


def replies(shell, place, line):
    """Return what a shell offers at the end of a line that is being typed."""
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    if shell == "zsh":
        return typed(place, line)
    words = {
        "bash": ["bash", "-c", BASH.format(script=place / "bash"), "bash", line],
        "fish": ["fish", "-N", "-c", f"source {place / 'fish'}; complete -C '{line}'"],
    }
    done = subprocess.run(
        words[shell],
        capture_output=True,
        text=True,
        cwd=place / "work",
        env=surroundings(place),
        check=True,
        timeout=180,
    )
    assert done.stderr == ""
    return [line.partition("\t")[0].rstrip("/") for line in done.stdout.split("\n")][
        :-1
    ]


def typed(place, line):
    """Return what zsh makes of a line and a tab: it completes on a terminal only."""
    import pty

    # No `pty.fork`: where JAX is loaded, a fork is a warning, and warnings are errors.
    terminal, end = pty.openpty()
    shell = subprocess.Popen(
        ["zsh", "-f", "-i"],
        stdin=end,
        stdout=end,
        stderr=end,
        cwd=place / "work",
        env=surroundings(place),
        start_new_session=True,
    )
    os.close(end)
    try:
        setup = "PS1=; unsetopt zle_bracketed_paste; autoload -Uz compinit; "
        setup += f"compinit -D -u; source {place / 'zsh'}; echo rea''dy\n"
        os.write(terminal, setup.encode())
        until(terminal, "ready")
        os.write(terminal, f"{line}\t".encode())
        said = until(terminal, f"{line}(?s:.)*\\S", quiet=0.7)
    finally:
        shell.kill()
        shell.wait()
        os.close(terminal)
    return [word.rstrip("/") for word in said.replace("\x07", " ").split()]


def until(terminal, pattern, quiet=0.0):
    """Read until a text has come and nothing more for some seconds."""
    said, end, last = "", time.monotonic() + 20, time.monotonic()
    while time.monotonic() < end:
        if select.select([terminal], [], [], 0.1)[0]:
            said += os.read(terminal, 65536).decode(errors="replace")
            last = time.monotonic()
        elif re.search(pattern, said) and time.monotonic() - last >= quiet:
            break
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", said)


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("nabla verif", "verify"),
        ("nabla verify --layo", "--layout"),
        ("nabla verify --layout deno", "denominator"),
        ("nabla verify --report fol", "folder"),
        ("nabla verify mine.y", "mine.yaml"),
        ("nabla show quadratic-form-one-t", "quadratic-form-one-term"),
        ("nabla explain dimension-m", "dimension-mismatch"),
        ("nabla completion fi", "fish"),
    ],
)
def test_what_is_begun_is_completed(shell, place, line, offered):
    assert offered in replies(shell, place, line)


@pytest.mark.parametrize("shell", SHELLS)
def test_the_ids_of_a_file_come_behind_its_colons(shell, place):
    found = " ".join(replies(shell, place, "nabla verify mine.yaml::one-"))
    assert "one-rule" in found
    assert "one-more" in found
    assert "two" not in found


def test_an_option_with_an_equals_sign_offers_its_values(place):
    assert replies("bash", place, "nabla verify --layout=d") == ["denominator"]


def test_a_value_that_is_a_number_offers_nothing(place):
    assert replies("bash", place, "nabla verify --draws ") == [""]


def test_nothing_that_is_typed_is_run(place):
    line = "nabla verify $(touch evil).yaml::"
    replies("bash", place, line)
    assert not (place / "work" / "evil").exists()


def test_every_argument_has_something_to_offer_or_says_that_it_has_not():
    import argparse

    subs = [
        sub
        for action in cli.parser()._actions
        if isinstance(action, argparse._SubParsersAction)
        for sub in action.choices.values()
    ]
    metavars = {
        action.metavar
        for sub in subs
        for action in sub._actions
        if isinstance(action.metavar, str)
    }
    assert metavars <= set(OFFERS), "give each a row in `OFFERS`"


@pytest.mark.parametrize("shell", SHELLS)
def test_scripts_name_every_command_and_option(shell):
    said = script(shell, cli.parser())
    assert not re.search("@[a-z]+@", said)
    for command in commands_of(cli.parser()):
        assert command.name in said
        for option in command.options:
            assert all(name.lstrip("-") in said for name in option.names)


@pytest.mark.parametrize("shell", SHELLS)
def test_the_command_prints_the_script(shell, capsys):
    assert cli.main(["completion", shell]) == 0
    assert capsys.readouterr().out == script(shell, cli.parser())
