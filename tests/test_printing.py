"""Printing and comparing results: what each command writes where, and its status."""

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from made import failure, problem, report, result

from verifier.commands import cli
from verifier.output import report as page
from verifier.output.formats import FORMATS
from verifier.output.report import write
from verifier.results.storage import read

ROOT = Path(__file__).resolve().parent.parent
RECORD = """
- id: {0}
  where: {{x: vector(n)}}
  function: x.T @ x
  wrt: x
  denominator: 2 * x
"""
OLD, NEW = report(result(), result(id="b")), report(failure(), result(id="b"))


@pytest.fixture(autouse=True)
def _work(monkeypatch, tmp_path):
    monkeypatch.setattr("verifier.running.desk.WORK", "session_work:verify_chunk")
    monkeypatch.chdir(tmp_path)
    for name in ("GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE"):
        monkeypatch.delenv(name, raising=False)


def nabla(capsys, *words):
    status = cli.main(words)
    out, err = capsys.readouterr()
    return status, out, err


def verify(capsys, *words, ids=("one", "two-fails"), more=""):
    Path("a.yaml").write_text("".join(map(RECORD.format, ids)) + more)
    return nabla(capsys, "verify", "a.yaml", "--device", "cpu", "--jobs", "1", *words)


def claims_in(format: str, out: str) -> int:
    """Count the claims in an output that must be whole and nothing else."""
    match format:
        case "json":
            return len(json.loads(out)["results"])
        case "junit":
            return len(list(ET.fromstring(out).iter("testcase")))
        case "sarif":
            return len(json.loads(out)["runs"][0]["results"])
        case "github":
            assert all(line.startswith("::") for line in out.splitlines())
            return out.count("\n") - 1
    assert "claims of" in out or "claim of" in out
    return out.count("replay:")


@pytest.mark.parametrize(
    ("format", "count"),
    [("text", 1), ("json", 2), ("junit", 2), ("sarif", 1), ("github", 1)],
)
def test_verify_prints_each_format_and_nothing_else(capsys, format, count):
    status, out, err = verify(capsys, "--format", format, "--report", "reports")
    assert (status, err) == (1, "")
    assert claims_in(format, out) == count
    assert out.endswith("\n")
    assert ("report: reports/index.html" in out) == (format == "text")
    assert len(read("reports").results) == 2


def test_every_format_is_in_the_help_and_no_other_is_taken(capsys):
    with pytest.raises(SystemExit):
        cli.main(["verify", "--help"])
    assert ", ".join(FORMATS) in " ".join(capsys.readouterr().out.split())
    with pytest.raises(SystemExit) as caught:
        cli.main(["verify", "--format", "xml"])
    assert caught.value.code == 2
    assert "invalid choice: 'xml'" in capsys.readouterr().err


def test_problems_are_in_every_format(capsys):
    bad = RECORD.format("bad").replace("2 * x", "2 * y")
    for format in FORMATS:
        status, out, _ = verify(capsys, "--format", format, ids=("one",), more=bad)
        assert status == 2
        assert "'y' is not declared" in out


def test_github_adds_to_the_summary_of_the_step(capsys, monkeypatch, tmp_path):
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    assert verify(capsys, "--format", "junit")[0] == 1
    assert summary.read_text() == "before\n"
    status, out, err = verify(capsys, "--format", "github")
    assert (status, err) == (1, "")
    assert summary.read_text().startswith("before\n### nabla verify: 1 holds")
    assert "### nabla verify" not in out


def test_a_summary_that_cannot_be_written_is_said_and_fails_nothing(
    capsys, monkeypatch, tmp_path
):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))
    status, out, err = verify(capsys, "--format", "github", ids=("one",))
    assert (status, claims_in("github", out)) == (0, 0)
    assert (
        err == f"nabla: cannot add to the step summary `{tmp_path}`: Is a directory\n"
    )


def test_github_names_files_from_the_top_of_the_repository(
    capsys, monkeypatch, tmp_path
):
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    assert "::error file=sub/a.yaml,line=" in verify(capsys, "--format", "github")[1]


def test_a_report_that_cannot_be_written_costs_no_result(capsys, monkeypatch):
    def fails(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(page, "write", fails)
    status, out, err = verify(capsys, "--format", "json", "--report", "reports")
    assert (status, claims_in("json", out)) == (2, 2)
    assert err == "nabla: cannot write a report to `reports`: No space left on device\n"


def test_report_writes_the_page_again_without_verifying(capsys, tmp_path):
    write(NEW, tmp_path / "a")
    for name in ("a/results.json", "a/index.html", "a"):
        status, out, err = nabla(capsys, "report", name, "-o", "b")
        assert (status, out, err) == (0, "report: b/index.html\n", "")
        for file in ("index.html", "results.json"):
            assert Path("b", file).read_bytes() == Path("a", file).read_bytes()
    assert nabla(capsys, "report", "a")[1] == "report: reports/index.html\n"


@pytest.mark.parametrize("format", FORMATS)
def test_report_prints_a_format_and_writes_nothing_unless_asked(capsys, format):
    write(report(failure(), problem()), Path("a"))
    status, out, err = nabla(capsys, "report", "a", "--format", format)
    assert (status, err) == (0, "")
    assert claims_in(format, out) >= 1
    assert os.listdir() == ["a"]
    out = nabla(capsys, "report", "a", "--format", format, "-o", "b")[1]
    assert claims_in(format, out) >= 1
    assert Path("b/index.html").exists()


def test_compare_says_what_is_newly_wrong_by_its_status(capsys):
    write(OLD, Path("old"))
    write(NEW, Path("new"))
    status, out, err = nabla(capsys, "compare", "old", "new/index.html")
    assert (status, err) == (1, "")
    assert "not as expected any more: 1 claim\n" in out
    assert nabla(capsys, "compare", "new", "old")[0] == 0
    status, out, _ = nabla(capsys, "compare", "old/results.json", "old")
    assert (status, out.splitlines()[-1]) == (0, "no change; 2 claims as before")


def test_compare_writes_a_file(capsys):
    write(OLD, Path("old"))
    write(NEW, Path("new"))
    for format in ("text", "json", "html"):
        words = ["compare", "old", "new", "--format", format]
        printed = nabla(capsys, *words)[1]
        told = nabla(capsys, *words, "-o", f"c/diff.{format}")
        assert told == (1, f"comparison: c/diff.{format}\n", "")
        assert Path(f"c/diff.{format}").read_text() == printed
    status, out, err = nabla(capsys, "compare", "old", "new", "-o", "old/index.html/x")
    assert (status, out) == (2, "")
    assert err.startswith("nabla: cannot write `old/index.html/x`: ")


def test_what_is_no_results_file_is_refused_with_what_to_do(capsys):
    Path("a.yaml").write_text("[]")
    write(OLD, Path("old"))
    hint = (
        "  hint: `nabla verify --report DIR` writes `DIR/results.json` and"
        " `DIR/index.html`\n"
    )
    said = "nabla: `a.yaml`: this is JSON, but not the results of a run\n" + hint
    for words in (
        ["report", "a.yaml"],
        ["compare", "a.yaml", "old"],
        ["compare", "old", "a.yaml"],
    ):
        assert nabla(capsys, *words) == (2, "", said)
    status, _, err = nabla(capsys, "compare", "old", "b.json")
    assert status == 2
    assert err.startswith("nabla: `b.json`: the file cannot be read: no such file or d")


def test_a_run_that_checked_nothing_is_no_success(capsys):
    write(OLD, Path("old"))
    write(report(), Path("new"))
    assert nabla(capsys, "compare", "old", "new") == (
        2,
        "",
        "nabla: nothing was checked in `new`\n",
    )


# In processes of their own.

SURROUNDINGS = {
    **os.environ,
    "JAX_PLATFORMS": "absent",
    "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")]),
}


def started(*words):
    """Start the command in a process, with workers that do as the ids ask."""
    program = (
        "import signal, sys\nfrom verifier.__main__ import main\n"
        "from verifier.running import desk, session\n"
        # Where the tests run in the background, Ctrl-C is ignored.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "desk.WORK, session.CHUNK = 'session_work:verify_chunk', 1\n"
        f"sys.argv[1:] = {list(words)!r}\n"
        "if __name__ == '__main__': sys.exit(main())\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", program],
        env=SURROUNDINGS,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


ONE = ["verify", "a.yaml", "--device", "cpu", "--jobs", "1", "--report", "reports"]


@pytest.mark.parametrize("format", FORMATS)
def test_ctrl_c_prints_what_is_finished_in_every_format(format):
    ids = ("one", "two-interrupts")
    Path("a.yaml").write_text("".join(map(RECORD.format, ids)))
    process = started(*ONE, "--format", format)
    out, err = process.communicate(timeout=150)
    assert (process.returncode, err) == (130, "")
    assert claims_in(format, out) == {"json": 1, "junit": 2}.get(format, 0)
    assert "interrupted" in out
    assert read("reports").interrupted
    if format == "junit":
        assert ET.fromstring(out).get("errors") == "1"


@pytest.mark.parametrize("format", FORMATS)
def test_a_reader_that_goes_away_costs_no_report(format):
    ids = [f"rule-{i}-fails" for i in range(100)]
    Path("a.yaml").write_text("".join(map(RECORD.format, ids)))
    process = started(*ONE, "--format", format)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == ""
    process.stderr.close()
    assert process.wait(50) == 1
    assert len(read("reports").results) == 100


@pytest.mark.parametrize(
    "words",
    [
        ["report", "old", "--format", "sarif"],
        ["report", "old", "--format", "junit"],
        ["compare", "old", "old"],
    ],
    ids=lambda words: words[-1],
)
def test_nothing_numeric_is_imported(words):
    write(OLD, Path("old"))
    program = (
        "import sys\nfrom verifier.commands import cli\n"
        f"status = cli.main({words!r})\n"
        "heavy = {'jax', 'jaxlib', 'numpy', 'flint', 'scipy'}\n"
        "print('HEAVY', sorted(heavy & set(sys.modules)), status)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=SURROUNDINGS,
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert done.stdout.splitlines()[-1:] == ["HEAVY [] 0"], done.stderr
