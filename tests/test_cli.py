"""The command: what it prints, what it returns, and what it never starts."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from verifier.commands import cli, verifying
from verifier.results.model import Report
from verifier.running import catalogue, device

ROOT = Path(__file__).resolve().parent.parent
RECORD = """
- id: {0}
  title: Gradient of {0}
  tags: [L1, {0}]
  where: {{x: vector(n)}}
  function: x.T @ x
  wrt: x
  denominator: 2 * x
"""
MALFORMED = RECORD.format("bad").replace("2 * x", "2 * y")


@pytest.fixture(autouse=True)
def _work(monkeypatch, tmp_path):
    monkeypatch.setattr("verifier.running.desk.WORK", "session_work:verify_chunk")
    monkeypatch.chdir(tmp_path)


def write(*ids, more=""):
    Path("a.yaml").write_text("".join(map(RECORD.format, ids)) + more)


def nabla(capsys, *words):
    status = cli.main(words)
    out, err = capsys.readouterr()
    return status, out, err


def verify(capsys, *words):
    return nabla(capsys, "verify", "a.yaml", "--device", "cpu", "--jobs", "1", *words)


def test_success_is_quiet(capsys):
    write("one", "two")
    status, out, err = verify(capsys)
    lines = out.splitlines()
    assert status == 0
    assert lines[0] == "a.yaml  2 hold"
    assert lines[2] == "2 claims of 2 identities in 1 file: 2 hold"
    assert lines[3].startswith("seed 0, 256 draws, cpu, float64; ")
    assert re.search(r"jax \d.*, jaxlib \d.*, python 3.*; \d+\.\d s$", lines[3])
    assert len(lines) == 4
    assert err == ""


@pytest.mark.parametrize(
    ("ids", "more", "status"),
    [
        (["one"], "", 0),
        (["one", "one-fails"], "", 1),
        (["one-fails", "two-inconclusive"], "", 1),
        (["one"], MALFORMED, 2),
        (["one-fails"], MALFORMED, 2),
        (["one", "two-inconclusive"], "", 3),
    ],
)
def test_exit_status(capsys, ids, more, status):
    write(*ids, more=more)
    assert verify(capsys)[0] == status


def test_nothing_to_check_is_never_a_success(capsys):
    Path("a.yaml").write_text("# nothing\n")
    assert verify(capsys)[0] == 2
    Path("empty").mkdir()
    status, out, _ = nabla(capsys, "verify", "empty", "--device", "cpu")
    assert status == 2
    write("one")
    status, out, _ = verify(capsys, "--layout", "numerator")
    assert status == 2
    assert "nothing was checked" in out


def test_json_is_one_object_that_can_be_read_back(capsys):
    write("one", "two-fails", more=MALFORMED)
    status, out, err = verify(capsys, "--format", "json", "--seed", "5", "--draws", "9")
    data = json.loads(out)
    assert status == 2
    assert err == ""
    assert (data["schema"], data["run"]["seed"], data["run"]["draws"]) == (1, 5, 9)
    assert data["run"]["command"].startswith("nabla verify a.yaml --device cpu")
    assert [(r["id"], r["verdict"], r["as_expected"]) for r in data["results"]] == [
        ("one", "holds", True),
        ("two-fails", "fails", False),
    ]
    assert [problem["id"] for problem in data["problems"]] == ["bad"]
    assert Report.from_json(data).exit_status == 2


def test_report_is_written_and_named(capsys):
    write("one")
    status, out, _ = verify(capsys, "--report", "new/reports")
    assert status == 0
    assert out.endswith("report: new/reports/index.html\n")
    assert sorted(os.listdir("new/reports")) == ["index.html", "results.json"]


def test_a_report_that_cannot_be_written_is_said_before_the_work(capsys):
    write("one")
    status, out, err = verify(capsys, "--report", "a.yaml/reports")
    assert (status, out) == (2, "")
    assert err == "nabla: cannot write a report to `a.yaml/reports`: Not a directory\n"


@pytest.mark.parametrize("command", ["verify", "lint", "list", "show"])
def test_what_is_not_there_is_said_with_a_near_miss(capsys, command):
    write("one")
    assert nabla(capsys, command, "b.yaml") == (
        2,
        "",
        "nabla: no file or folder `b.yaml`\n  hint: did you mean `a.yaml`?\n",
    )
    assert nabla(capsys, command, "a.yaml::noe") == (
        2,
        "",
        "nabla: no record `noe` in `a.yaml`\n  hint: did you mean `one`?\n",
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--draws", "0"], "`0` is not a whole number from 1 to 1000000"),
        (["--draws", "1e3"], "`1e3` is not a whole number"),
        (["--seed", "-1"], "`-1` is not a whole number from 0"),
        (["--jobs", "٣"], "is not a whole number"),
        (["--layout", "row"], "invalid choice: 'row'"),
        (["--fromat", "json"], "unrecognized arguments: --fromat"),
    ],
)
def test_bad_options_are_bad_usage(capsys, words, said):
    with pytest.raises(SystemExit) as caught:
        cli.main(["verify", *words])
    assert caught.value.code == 2
    assert said in capsys.readouterr().err


def test_a_gpu_that_is_not_there_is_bad_usage(capsys, monkeypatch):
    write("one")
    monkeypatch.setattr(device, "plugged", lambda: False)
    assert nabla(capsys, "verify", "a.yaml", "--device", "gpu") == (
        2,
        "",
        "nabla: no GPU: JAX has no plugin for one\n  hint: use `--device cpu`\n",
    )


def test_auto_takes_a_gpu_for_large_sizes_where_a_process_finds_one(monkeypatch):
    monkeypatch.setattr(device, "plugged", lambda: True)
    monkeypatch.setattr(device, "PROBE", "print('gpu')")
    assert device.find("auto", large=True) == "gpu"
    assert device.find("gpu") == "gpu"
    assert device.find("auto") == "cpu"
    assert device.find("cpu") == "cpu"
    monkeypatch.setattr(device, "PROBE", "raise SystemExit('the driver is too old')")
    assert device.find("auto", large=True) == "cpu"
    with pytest.raises(device.NoDevice, match="no GPU: the driver is too old"):
        device.find("gpu")
    monkeypatch.setattr(device, "PROBE", "import time; time.sleep(60)")
    monkeypatch.setattr(device, "PATIENCE", 0.5)
    assert device.find("auto", large=True) == "cpu"


def test_lint_shows_every_problem(capsys):
    write("one", more=MALFORMED + MALFORMED.replace("id: bad", "id: worse"))
    status, out, _ = nabla(capsys, "lint", "a.yaml")
    assert status == 2
    assert out.startswith("a.yaml:16:20: bad, denominator: ")
    assert "    denominator: 2 * y\n                     ^\n" in out
    assert "a.yaml:24:20: worse, denominator: " in out
    assert out.endswith("\n3 records in 1 file: 2 problems\n")
    write("one")
    assert nabla(capsys, "lint", "a.yaml") == (
        0,
        "1 record in 1 file: no problems\n",
        "",
    )


def test_list_finds_by_tag_and_words(capsys):
    write("square", "norm-squared")
    assert nabla(capsys, "list", "a.yaml")[1] == (
        "square        Gradient of square\nnorm-squared  Gradient of norm-squared\n"
    )
    both = nabla(capsys, "list", "a.yaml", "--tag", "L1")
    assert both[1].count("\n") == 2
    one = nabla(capsys, "list", "a.yaml", "--search", "GRADIENT norm")
    assert one[:2] == (0, "norm-squared  Gradient of norm-squared\n")
    assert nabla(capsys, "list", "a.yaml", "--tag", "squar") == (
        2,
        "",
        "nabla: no record has the tag `squar`\n  hint: did you mean `square`?\n",
    )
    assert nabla(capsys, "list", "a.yaml", "--search", "zebra") == (
        1,
        "",
        "nabla: no record has all these words\n",
    )


def test_show_prints_the_record_as_it_was_read(capsys):
    write("one")
    assert nabla(capsys, "show", "a.yaml::one") == (
        0,
        "one  a.yaml:2:3\n"
        "Gradient of one\n"
        "\n"
        "  where        x: vector(n)\n"
        "  function     x.T @ x\n"
        "  wrt          x\n"
        "  denominator  2 * x\n"
        "  tags         L1, one\n",
        "",
    )


def test_schema_is_printed_as_json(capsys):
    status, out, _ = nabla(capsys, "schema")
    assert status == 0
    assert json.loads(out)["$schema"].endswith("2020-12/schema")


def test_help_has_examples_and_the_exit_status(capsys):
    for words in (["--help"], ["verify", "--help"]):
        with pytest.raises(SystemExit) as caught:
            cli.main(words)
        assert caught.value.code == 0
        out = capsys.readouterr().out
        assert "nabla verify mine.yaml::quadratic-form" in out
        assert "2  bad usage, a malformed record, or nothing to check" in out


def test_no_command_is_bad_usage_and_helps(capsys):
    status, out, err = nabla(capsys)
    assert (status, out) == (2, "")
    assert err.startswith("usage: nabla")


def test_help_says_in_one_line_what_each_command_does(capsys):
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    out = capsys.readouterr().out
    for name in cli.COMMANDS:
        assert re.search(rf"^    {name} {{2,}}\w", out, re.M)


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("verfy", "did you mean `verify`?"),
        ("d(x)/dx = 1", "`nabla --help` shows them all"),
    ],
)
def test_a_command_that_is_not_there_is_told_with_a_near_miss(capsys, word, hint):
    assert nabla(capsys, word) == (
        2,
        "",
        f"nabla: no command `{word}`\n  hint: {hint}\n",
    )


def test_version(capsys):
    with pytest.raises(SystemExit) as caught:
        cli.main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out.startswith("nabla-verifier")


# In processes of their own.

SURROUNDINGS = {
    **os.environ,
    "JAX_PLATFORMS": "absent",
    "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")]),
}


@pytest.mark.parametrize(
    "words",
    [["lint"], ["list"], ["show", "{id}"], ["schema"], ["--help"], ["--version"]],
    ids=lambda words: words[0],
)
def test_nothing_numeric_is_imported_and_no_device_started(words):
    first = catalogue.select().records[0].id
    words = [word.format(id=first) for word in words]
    program = (
        "import sys\nfrom verifier.commands import cli\n"
        f"try: status = cli.main({words!r})\n"
        "except SystemExit as end: status = end.code\n"
        "heavy = {'jax', 'jaxlib', 'numpy', 'flint', 'scipy', 'jinja2'}\n"
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


def module(*words, **more):
    return subprocess.Popen(
        [sys.executable, "-m", "verifier", *words],
        env=SURROUNDINGS,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **more,
    )


def test_a_reader_that_goes_away_is_no_traceback():
    process = module("schema")
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert "Traceback" not in process.stderr.read()
    process.stderr.close()
    assert process.wait(30) in (0, 1)


def test_ctrl_c_writes_the_report_and_exits_130():
    write("one", "two-interrupts")
    program = (
        "import signal, sys\nfrom verifier.commands import cli\n"
        "from verifier.running import desk, session\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "desk.WORK, session.CHUNK = 'session_work:verify_chunk', 1\n"
        "sys.exit(cli.main(['verify', 'a.yaml', '--device', 'cpu', '--jobs', '1',"
        " '--report', 'reports']))\n"
    )
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=SURROUNDINGS,
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert time.monotonic() - started < 140
    assert done.returncode == 130, done.stderr
    assert "interrupted; 1 claim of 1 identity in 1 file: 1 holds" in done.stdout
    assert "Traceback" not in done.stderr
    data = json.loads(Path("reports/results.json").read_text())
    assert data["run"]["interrupted"] is True
    assert "This run was interrupted" in Path("reports/index.html").read_text()


def test_the_ids_of_the_help_are_in_the_catalogue(capsys):
    named = re.findall(r"nabla (?:show|verify) ([a-z]+-[a-z-]+) ", verifying.EXAMPLES)
    assert len(named) == 2
    for id in named:
        assert nabla(capsys, "show", id)[0] == 0
