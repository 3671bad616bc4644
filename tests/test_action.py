"""The GitHub action and the pre-commit hooks: well formed, and tried."""

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from verifier.commands import cli
from verifier.results.storage import read

ROOT = Path(__file__).resolve().parent.parent
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
STEPS = ACTION["runs"]["steps"]
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
RECORD = """\
- id: {0}
  where: {{x: vector(n)}}
  function: x.T @ x
  wrt: x
  denominator: {1}
"""


def step(name: str) -> dict:
    return next(one for one in STEPS if one.get("name") == name)


def test_the_action_is_a_composite_one_with_described_inputs():
    assert ACTION["runs"]["using"] == "composite"
    assert list(ACTION["inputs"]) == [
        *("paths", "notes", "args", "python-version", "report")
    ]
    for one in ACTION["inputs"].values():
        assert set(one) == {"description", "default"}
        assert isinstance(one["default"], str)
    assert ACTION["name"]
    assert ACTION["description"]


def test_every_input_is_used_and_none_inside_a_script():
    used = set(re.findall(r"inputs\.([\w-]+)", json.dumps(STEPS)))
    assert used == set(ACTION["inputs"])
    for one in STEPS:
        assert "${{" not in one.get("run", "")
        assert ("run" in one) == (one.get("shell") == "bash")
        assert ("run" in one) != ("uses" in one)


def test_other_actions_are_named_with_their_major_version():
    for one in STEPS:
        if "uses" in one:
            assert re.fullmatch(r"actions/[\w-]+@v\d+", one["uses"])


def test_the_report_is_uploaded_whatever_the_verdicts_are():
    upload = step("Upload the report")
    assert upload["if"] == "${{ !cancelled() && inputs.report != '' }}"
    assert upload["with"]["path"] == "${{ runner.temp }}/nabla-report"
    assert '--report "$RUNNER_TEMP/nabla-report"' in step("Verify")["run"]


def verify(folder: Path, python: str | Path, paths="", args="", name="Verify"):
    """Run the script of a step as a runner does."""
    return subprocess.run(
        [
            "bash",
            "--noprofile",
            "--norc",
            "-eo",
            "pipefail",
            "-c",
            step(name)["run"],
        ],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PYTHON": str(python),
            "RUNNER_TEMP": str(folder / "temp dir"),
            "NABLA_PATHS": paths,
            "NABLA_NOTES": paths,
            "NABLA_ARGS": args,
        },
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


@pytest.mark.parametrize(
    ("paths", "args", "words"),
    [
        ("", "", ["--"]),
        ("a.yaml", "", ["--", "a.yaml"]),
        ("a b.yaml\n\n  c.yaml\n", "", ["--", "a b.yaml", "  c.yaml"]),
        ("x", "--seed 3\n --draws  9 ", ["--seed", "3", "--draws", "9", "--", "x"]),
        (
            "$(touch evil); *",
            "`touch evil`",
            ["`touch", "evil`", "--", "$(touch evil); *"],
        ),
    ],
)
def test_inputs_become_words_and_never_commands(tmp_path, paths, args, words):
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nprintf '<%s>\\n' \"$@\"\n")
    python.chmod(0o755)
    done = verify(tmp_path, python, paths, args)
    assert (done.returncode, done.stderr) == (0, "")
    given = re.findall("<(.*)>", done.stdout)
    report = ["--report", str(tmp_path / "temp dir/nabla-report")]
    assert given == ["-m", "verifier", "verify", "--format", "github", *report, *words]
    assert not (tmp_path / "evil").exists()


def test_the_step_verifies_annotates_and_leaves_a_report(tmp_path):
    (tmp_path / "a b.yaml").write_text(RECORD.format("right", "2 * x"))
    (tmp_path / "c.yaml").write_text(RECORD.format("wrong", "3 * x"))
    (tmp_path / "temp dir").mkdir()
    args = "--draws 8 --jobs 1 --device cpu"
    done = verify(tmp_path, sys.executable, "a b.yaml\nc.yaml\n", args)
    assert done.returncode == 1, done.stderr
    first, last = done.stdout.splitlines()
    assert first.startswith("::error file=c.yaml,line=5,col=16,title=wrong%2C denomin")
    assert "2 claims of 2 identities in 2 files: 1 holds, 1 fails" in last
    assert len(read(tmp_path / "temp dir/nabla-report").results) == 2


def test_documents_become_words_too_and_their_report_stands_beside(tmp_path):
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nprintf '<%s>\\n' \"$@\"\n")
    python.chmod(0o755)
    given = "a b.tex\n\n$(touch evil).md\n", "--draws  9 "
    done = verify(tmp_path, python, *given, name="Read the notes")
    assert (done.returncode, done.stderr) == (0, "")
    report = str(tmp_path / "temp dir/nabla-report/notes")
    assert re.findall("<(.*)>", done.stdout) == [
        *("-m", "verifier", "notes", "--format", "github", "--report", report),
        *("--draws", "9", "--", "a b.tex", "$(touch evil).md"),
    ]
    assert not (tmp_path / "evil").exists()


def test_only_what_is_named_is_verified_and_one_failure_hides_no_other():
    assert step("Verify")["if"] == "${{ inputs.paths != '' || inputs.notes == '' }}"
    assert step("Read the notes")["if"] == "${{ !cancelled() && inputs.notes != '' }}"


def test_hooks_are_what_pre_commit_needs():
    ids = ["nabla-lint", "nabla-verify", "nabla-notes"]
    assert [hook["id"] for hook in HOOKS] == ids
    for hook in HOOKS:
        assert hook["language"] == "python"
        assert hook["entry"] == hook["name"] == hook["id"].replace("-", " ")
        assert hook["pass_filenames"] is True
    assert HOOKS[2]["types_or"] == ["tex", "markdown", "jupyter"]
    for hook in HOOKS[:2]:
        pattern = re.compile(hook["files"])
        for path in ("identities/a.yaml", "course/identities/b/c.yml"):
            assert pattern.search(path)
        for path in (".github/workflows/ci.yaml", "identities/notes.md", "a.yaml"):
            assert not pattern.search(path)


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_s_command_takes_the_files_that_it_gets(hook):
    words = [*hook["entry"].split()[1:], *hook.get("args", [])]
    options = cli.parser().parse_args(
        [*words, "identities/a.yaml", "identities/b.yaml"]
    )
    files = options.files if hook["id"] == "nabla-notes" else options.paths
    assert files == ["identities/a.yaml", "identities/b.yaml"]


@pytest.mark.skipif(
    importlib.util.find_spec("pre_commit") is None,
    reason="pre-commit comes with the extra `dev`",
)
def test_pre_commit_runs_the_hooks_on_record_files_only(tmp_path):
    # The real hooks install the package first; here they run the one under test.
    hooks = [{**hook, "language": "system"} for hook in HOOKS]
    for hook in hooks:
        hook["entry"] = hook["entry"].replace("nabla", f"{sys.executable} -m verifier")
    hooks[1]["args"] = ["--draws", "8", "--jobs", "1", "--device", "cpu"]
    config = {"repos": [{"repo": "local", "hooks": hooks}]}
    (tmp_path / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    (tmp_path / "identities").mkdir()
    (tmp_path / "identities/a.yaml").write_text(RECORD.format("wrong", "3 * x"))
    (tmp_path / "other.yaml").write_text("not: a record\n")
    env = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PRE_COMMIT_HOME": str(tmp_path / "h"),
    }

    def run(*words):
        return subprocess.run(
            words, cwd=tmp_path, env=env, capture_output=True, text=True, check=False
        )

    assert run("git", "init", "--quiet").returncode == 0
    assert run("git", "add", ".").returncode == 0
    command = [sys.executable, "-m", "pre_commit"]
    manifest = str(ROOT / ".pre-commit-hooks.yaml")
    assert run(*command, "validate-manifest", manifest).returncode == 0
    done = run(*command, "run", "--all-files", "--verbose", "--color", "never")
    assert done.returncode == 1
    assert "1 record in 1 file: no problems" in done.stdout
    assert "identities/a.yaml  1 fails" in done.stdout
    assert "write `2 * x`" in done.stdout
    assert "other.yaml" not in done.stdout
