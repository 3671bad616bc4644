"""`pytest --nabla`: run for real by pytester, mostly with workers that only pretend."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from sampled import first_of

from verifier.running import batches, desk, pool, session

pytest_plugins = "pytester"

ROOT = Path(__file__).resolve().parent.parent
RECORD = """
- id: {0}
  title: Gradient of {0}
  tags: [short, {0}-tag]
  where: {{x: vector(n)}}
  function: x.T @ x
  wrt: x
  numerator: 2 * x.T
  denominator: 2 * x
"""
MALFORMED = RECORD.format("bad").replace("2 * x\n", "2 * y\n")
CONFTEST = """
from verifier.running import desk, session

desk.WORK = "session_work:verify_chunk"
run = getattr(session.run, "real", session.run)  # one process may run several times

def logged(selection, *more, **options):
    with open("ids.txt", "a") as log:
        print(*[record.id for record in selection.records], file=log)
    return run(selection, *more, **options)

session.run, logged.real = logged, run
"""


@pytest.fixture(autouse=True)
def _project(pytester, monkeypatch):
    """Make a project whose workers pretend, with warnings as errors."""
    monkeypatch.setenv("PYTHONPATH", f"{ROOT}:{ROOT / 'tests'}")
    monkeypatch.setattr(desk, "WORK", desk.WORK)  # what the conftest changes
    monkeypatch.setattr(session, "run", session.run)
    pytester.makeini("[pytest]\nfilterwarnings = error\n")
    pytester.makeconftest(CONFTEST)


@pytest.fixture
def nabla(pytester):
    """Return what runs `pytest --nabla` on the project in this process."""

    def run(*words):
        return pytester.runpytest_inprocess("-p", "pytest_nabla", "--nabla", *words)

    return run


def write(pytester, *ids, name="mine", more=""):
    text = "".join(map(RECORD.format, ids)) + more
    (pytester.path / f"{name}.yaml").write_text(text)


def verified(pytester):
    """Return the ids of each batch that was verified."""
    log = pytester.path / "ids.txt"
    return (
        [line.split() for line in log.read_text().splitlines()] if log.exists() else []
    )


def test_each_claim_is_a_test_with_its_line(pytester, nabla):
    write(pytester, "one", "two")
    result = nabla("mine.yaml", "--collect-only", "-q")
    assert result.outlines[:4] == [
        "mine.yaml::one::numerator",
        "mine.yaml::one::denominator",
        "mine.yaml::two::numerator",
        "mine.yaml::two::denominator",
    ]
    assert verified(pytester) == []
    items, _ = pytester.inline_genitems("-p", "pytest_nabla", "--nabla", "mine.yaml")
    assert [item.location for item in items] == [
        ("mine.yaml", 7, "one, numerator"),
        ("mine.yaml", 8, "one, denominator"),
        ("mine.yaml", 16, "two, numerator"),
        ("mine.yaml", 17, "two, denominator"),
    ]


def test_an_expected_verdict_passes_and_every_other_one_fails(pytester, nabla):
    refuted = (
        RECORD.format("known-fails") + "  expect: fails\n  why: it is an example\n"
    )
    surprise = RECORD.format("sound") + "  expect: fails\n"
    ids = ("good", "wrong-fails", "open-inconclusive", "bad-dies")
    write(pytester, *ids, more=refuted + surprise)
    result = nabla("mine.yaml", "-v", "-k", "denominator")
    result.assert_outcomes(passed=2, failed=4, deselected=6)
    result.stdout.fnmatch_lines(
        [
            "mine.yaml::good::denominator PASSED*",
            "mine.yaml::wrong-fails::denominator FAILED*",
            "mine.yaml::open-inconclusive::denominator FAILED*",
            "mine.yaml::bad-dies::denominator FAILED*",
            "mine.yaml::known-fails::denominator PASSED*",
            "mine.yaml::sound::denominator FAILED*",
            "wrong-fails, denominator layout: fails",
            "  2 [*] x * mine.yaml:18:16",
            "  replay: nabla verify mine.yaml::wrong-fails --seed 0 --draws 256",
            "open-inconclusive, denominator layout: inconclusive",
            "bad-dies, denominator layout: crashed: a fault of nabla-verifier*",
            "sound, denominator layout: holds, but was expected to fail",
        ]
    )
    assert "Traceback" not in result.stdout.str()
    assert "collecting.py" not in result.stdout.str()


def test_a_malformed_record_is_a_test_that_fails_with_its_problems(pytester, nabla):
    write(pytester, "one", more=MALFORMED)
    result = nabla("mine.yaml", "-v")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(
        [
            "mine.yaml::bad::malformed FAILED*",
            "mine.yaml:18:20: bad, denominator: 'y' is not declared",
            "    denominator: 2 [*] y",
            "                     ^",
            "  hint: *",
        ]
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- id: [", "mine.yaml:2:1: YAML: the file ends where"),
        ("", "mine.yaml:1:1: the file is empty"),
        ("services: {}", "mine.yaml:1:1: unknown key 'services'"),
    ],
)
def test_a_file_that_holds_no_records_is_one_test_that_fails(
    pytester, nabla, text, said
):
    pytester.makefile(".yaml", mine=text)
    result = nabla("mine.yaml", "-v")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["mine.yaml::malformed FAILED*", f"{said}*"])


def test_an_id_is_unique_over_the_files_of_a_run(pytester, nabla):
    write(pytester, "one", name="a")
    write(pytester, "one", name="b")
    result = nabla("a.yaml", "b.yaml")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["b.yaml:2:7: one, id: duplicate id 'one': a.yaml*"])


def test_only_what_is_selected_is_verified_and_nothing_twice(pytester, nabla):
    write(pytester, "one", "two", "three")
    nabla("mine.yaml", "-k", "not two").assert_outcomes(passed=4, deselected=2)
    nabla("mine.yaml::two").assert_outcomes(passed=2)
    nabla("mine.yaml::three::denominator").assert_outcomes(passed=1)
    nabla("mine.yaml", "-k", "one-tag").assert_outcomes(passed=2, deselected=4)
    assert verified(pytester) == [["one", "three"], ["two"], ["three"], ["one"]]


def test_what_is_remembered_is_not_verified_again(pytester, nabla, monkeypatch):
    started = []
    start = pool.Pool.start

    def counted(self):
        started.append(self)
        start(self)

    monkeypatch.setattr(pool.Pool, "start", counted)
    write(pytester, "one", "two-fails")
    assert nabla("mine.yaml", "--collect-only").ret == 0
    assert started == []
    nabla("mine.yaml").assert_outcomes(passed=2, failed=2)
    assert len(started) == 1
    nabla("mine.yaml").assert_outcomes(passed=2, failed=2)
    assert len(started) == 1
    nabla("mine.yaml", "--nabla-fresh").assert_outcomes(passed=2, failed=2)
    assert len(started) == 2


def test_workers_stay_from_batch_to_batch(pytester, nabla, monkeypatch):
    started = []
    start = pool.Pool.start
    monkeypatch.setattr(pool.Pool, "start", lambda s: [started.append(s), start(s)])
    monkeypatch.setattr(batches, "BATCH", 1)
    write(pytester, "one", "two", "three")
    nabla("mine.yaml").assert_outcomes(passed=6)
    assert verified(pytester) == [["one"], ["two"], ["three"]]
    assert len(started) == 1


def test_a_batch_is_verified_when_its_first_test_is_run(pytester, nabla, monkeypatch):
    monkeypatch.setattr(batches, "BATCH", 2)
    write(pytester, "one", "two-fails", name="a")
    write(pytester, "three", "four", "five", name="b")
    nabla("a.yaml", "b.yaml", "-x").assert_outcomes(passed=2, failed=1)
    assert verified(pytester) == [["one", "two-fails"]]
    nabla("a.yaml", "b.yaml").assert_outcomes(passed=8, failed=2)
    assert verified(pytester)[1:] == [["one", "two-fails"], ["three", "four"], ["five"]]


def test_last_failed_runs_only_those_again(pytester, nabla):
    write(pytester, "one", "two-fails")
    nabla("mine.yaml").assert_outcomes(passed=2, failed=2)
    result = nabla("mine.yaml", "--lf")
    result.assert_outcomes(failed=2, deselected=2)
    assert verified(pytester)[-1] == ["two-fails"]


def test_claims_carry_a_mark_beside_ordinary_tests(pytester, nabla):
    write(pytester, "one")
    pytester.makepyfile("def test_plain(): pass")
    strict = "--strict-markers"
    nabla(".", strict).assert_outcomes(passed=3)
    nabla(".", strict, "-m", "nabla").assert_outcomes(passed=2, deselected=1)
    nabla(".", strict, "-m", "not nabla").assert_outcomes(passed=1, deselected=2)


def test_junit_has_the_verdict_and_the_message(pytester, nabla):
    write(pytester, "one", "two-fails")
    nabla("mine.yaml", "--junitxml", "junit.xml")
    cases = ElementTree.parse(pytester.path / "junit.xml").findall(".//testcase")
    assert [case.get("name") for case in cases] == ["numerator", "denominator"] * 2
    assert [case.get("classname") for case in cases][::2] == [
        "mine.yaml.one",
        "mine.yaml.two-fails",
    ]
    verdicts = [
        found.get("value")
        for case in cases
        for found in case.iter("property")
        if found.get("name") == "nabla_verdict"
    ]
    assert verdicts == ["holds", "holds", "fails", "fails"]
    failure = cases[2].find("failure")
    assert failure is not None and failure.text is not None
    assert failure.text.startswith("two-fails, numerator layout: fails")


def test_equal_forms_and_layouts_have_names_of_their_own(pytester, nabla):
    text = RECORD.format("one").replace("2 * x.T", "[2 * x.T, x.T + x.T]")
    text = text.replace("  denominator: 2 * x\n", "")
    text += """
- id: same
  where: {a: scalar}
  function: a**2
  wrt: a
  both: 2 * a
- id: tensor
  where: {x: vector(n)}
  shape: x
  wrt: x
  both: (n, n)
- id: equation
  where: {x: vector(n)}
  value: x + x
  both: 2 * x
"""
    pytester.makefile(".yaml", mine=text)
    result = nabla("mine.yaml", "--collect-only", "-q")
    assert [line.partition("::")[2] for line in result.outlines[:8]] == [
        "one::numerator-1",
        "one::numerator-2",
        "same::numerator",
        "same::denominator",
        "tensor::shape-numerator",
        "tensor::shape-denominator",
        "equation::numerator",
        "equation::denominator",
    ]


def test_options_reach_the_run_and_the_layout_selects(pytester, nabla):
    write(pytester, "one", "two-fails")
    words = ["--nabla-draws", "9", "--nabla-seed", "5", "--nabla-layout", "numerator"]
    result = nabla("mine.yaml", *words)
    result.assert_outcomes(passed=1, failed=1)
    replay = "  replay: nabla verify mine.yaml::two-fails --seed 5 --draws 9"
    result.stdout.fnmatch_lines(["nabla: 9 draws, seed 5", replay])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--nabla-draws", "0"], "--nabla-draws: 0 is not from 1 to 1000000"),
        (
            ["--nabla-seed", "-1"],
            "--nabla-seed: -1 is not from 0 to 9223372036854775807",
        ),
        (["--nabla-layout", "row"], "invalid choice: 'row'"),
    ],
)
def test_bad_options_are_bad_usage(pytester, nabla, words, said):
    write(pytester, "one")
    result = nabla("mine.yaml", *words)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert said in result.stderr.str()


def test_without_files_it_says_how_to_name_them(nabla):
    result = nabla()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "--nabla: no record files: name files or folders" in result.stderr.str()


@pytest.mark.parametrize("entry", ["rules", "rules/*.yaml", "rules/deep/mine.yaml"])
@pytest.mark.parametrize("testpaths", ["", "tests"])
def test_the_settings_name_the_record_files(pytester, nabla, entry, testpaths):
    pytester.makeini(
        f"[pytest]\nfilterwarnings = error\nnabla_files = {entry}\n"
        + (f"testpaths = {testpaths}\n" if testpaths else "")
    )
    for folder in ("rules/deep", "tests"):
        (pytester.path / folder).mkdir(parents=True)
    (pytester.path / "rules" / "deep" / "mine.yaml").write_text(RECORD.format("one"))
    (pytester.path / "tests" / "test_a.py").write_text("def test_plain(): pass\n")
    (pytester.path / "docker.yaml").write_text("services: {}\n")
    if "*" in entry:
        (pytester.path / "rules" / "top.yaml").write_text(RECORD.format("two"))
        nabla(".").assert_outcomes(passed=5)
        nabla().assert_outcomes(passed=3 if testpaths else 5)
    else:
        nabla().assert_outcomes(passed=3)
        nabla(".").assert_outcomes(passed=3)
    nabla("docker.yaml").assert_outcomes(failed=1)  # it was asked for


@pytest.mark.parametrize("entry", ["none/*.yaml", "none.yaml"])
def test_settings_that_name_nothing_are_refused(pytester, nabla, entry):
    pytester.makeini(f"[pytest]\nnabla_files = {entry}\n")
    result = nabla()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert f"nabla_files: there is no `{entry}`" in result.stderr.str()


def test_an_interruption_ends_the_run(pytester, nabla, monkeypatch):
    write(pytester, "one")
    pytester.makeconftest(
        "from dataclasses import replace\n"
        "from verifier.running import desk, session\n"
        "run = session.run\n"
        "desk.WORK = 'session_work:verify_chunk'\n"
        "def interrupted(*words, **options):\n"
        "    report = run(*words, **options)\n"
        "    return replace(report, run={**report.run, 'interrupted': True})\n"
        "session.run = interrupted\n"
    )
    result = pytester.runpytest_subprocess("-p", "pytest_nabla", "--nabla", "mine.yaml")
    assert result.ret == pytest.ExitCode.INTERRUPTED


# --- with xdist -------------------------------------------------------------------


@pytest.mark.parametrize("dist", first_of(["loadfile", "worksteal"]))
def test_xdist_verifies_each_record_in_one_worker(pytester, dist):
    pytest.importorskip("xdist")
    ids = [f"rule-{k}" for k in range(6)]
    write(pytester, *ids[:4], name="a")
    write(pytester, *ids[4:], "seven-fails", name="b", more=MALFORMED)
    pytester.makepyfile("def test_plain(): pass")
    words = ["--nabla", "a.yaml", "b.yaml", "-n", "2", "--dist", dist, "-v", "."]
    result = pytester.runpytest_subprocess("-p", "pytest_nabla", *words)
    result.assert_outcomes(passed=13, failed=3)
    result.stdout.fnmatch_lines(["*FAILED*b.yaml::seven-fails::denominator*"])
    batches = verified(pytester)
    known = sorted([*ids, "seven-fails"])
    if dist == "worksteal":  # it may part the claims of a record
        assert {id for batch in batches for id in batch} == set(known)
        assert {len(batch) for batch in batches} == {1}
        return
    assert sorted(id for batch in batches for id in batch) == known
    sizes = {"load": [7], "loadfile": [3, 4], "loadscope": [1] * 7}[dist]
    assert sorted(map(len, batches)) == sizes


def test_batches_are_told_from_names_alone(monkeypatch):
    monkeypatch.setattr(batches, "BATCH", 2)
    names = ["a.yaml::one::numerator", "a.yaml::one::denominator"]
    names += ["a.yaml::two::numerator", "t.py::test_x", "a.yaml::malformed"]
    names += ["b.yml::three::numerator"]
    found = batches.batches(names, "load")
    assert list(found.values()) == ["batch 0"] * 3 + ["batch 1"]
    assert set(names) - set(found) == {"t.py::test_x", "a.yaml::malformed"}
    by_file = batches.batches(names, "loadfile")
    assert list(by_file.values()) == ["a.yaml"] * 3 + ["b.yml"]
    by_record = batches.batches(names, "loadscope")
    assert list(by_record.values()) == ["a.yaml::one"] * 2 + [
        "a.yaml::two",
        "b.yml::three",
    ]


def test_real_workers_verify_in_two_processes(pytester):
    pytest.importorskip("xdist")
    (pytester.path / "conftest.py").unlink()
    wrong = RECORD.format("wrong").replace("2 * x", "3 * x")
    write(pytester, "right", more=wrong)
    words = ["--nabla", "mine.yaml", "-n", "2", "--dist", "loadscope"]
    result = pytester.runpytest_subprocess("-p", "pytest_nabla", *words)
    result.assert_outcomes(passed=2, failed=2)
    result.stdout.fnmatch_lines(["*write `2 [*] x.T`*"])


# --- when it is not asked for -----------------------------------------------------


def test_without_the_option_nothing_is_collected_and_nothing_loaded(pytester):
    write(pytester, "one")
    pytester.makeconftest("")
    pytester.makepyfile(
        "import sys\n"
        "def test_nothing_of_ours_is_loaded():\n"
        "    assert 'pytest_nabla' in sys.modules\n"
        "    assert not [m for m in sys.modules if m.split('.')[0] == 'verifier']\n"
    )
    result = pytester.runpytest_subprocess("-p", "pytest_nabla", ".")
    result.assert_outcomes(passed=1)


def test_the_plugin_imports_nothing_by_itself():
    code = "import sys, pytest; before = set(sys.modules); import pytest_nabla; "
    code += "print(sorted(set(sys.modules) - before))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
        timeout=180,
    )
    loaded = set(re.findall(r"'(\w+)", done.stdout))
    assert "pytest_nabla" in loaded
    assert loaded.isdisjoint({"verifier", "yaml", "numpy", "jax"})


CODE = """
def f(x, A):
    return x @ A @ x

def test_right(nabla_code):
    answer = nabla_code(f, "x.T @ A @ x", gradient=lambda x, A: (A + A.T) @ x)
    assert answer.run["framework"] == "numpy"

def test_wrong(nabla_code):
    nabla_code(f, "x.T @ A @ x", gradient=lambda x, A: 2 * A @ x)
"""


def test_code_is_checked_by_a_fixture_that_says_what_is_wrong(pytester):
    pytester.makeconftest("")
    pytester.makepyfile(CODE)
    result = pytester.runpytest_inprocess("-p", "pytest_nabla", "-q")
    result.assert_outcomes(passed=1, failed=1)
    shown = str(result.stdout)
    assert "gradient by x: fails" in shown
    assert "it holds when A is symmetric; for every A write `(A + A.T) @ x`" in shown
    assert "right [0, 1], your code [0, 2]" in shown
    assert "coding.py" not in shown  # no line of ours


# --- strangers' texts ----------------------------------------------------------------

EVIL = "a\x1b[31m\u202e\u2028::error::x"


def test_no_text_of_a_stranger_moves_anything_in_what_pytest_prints(pytester, nabla):
    evil = MALFORMED.replace("2 * x.T", f"'{EVIL} + </pre>'").encode()
    (pytester.path / "bytes.yaml").write_bytes(evil)
    (pytester.path / "text.yaml").write_text(
        MALFORMED.replace("x.T @ x", "x.T \u202e@ x")
    )
    (pytester.path / f"{EVIL}.yaml").write_text(RECORD.format("bad-fails"))
    write(pytester, "one")
    result = nabla(".", "-v", "-rA")
    printed = "\n".join([*result.outlines, *result.errlines])
    assert "U+001B" in printed and "2 passed" in printed
    assert all(line.isprintable() for line in printed.split("\n"))
