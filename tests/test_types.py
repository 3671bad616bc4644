"""What a type checker says to people who use the package, rightly and wrongly."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import verifier

ROOT = Path(verifier.__file__).parent.parent
USED = """\
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, assert_type

from verifier import Answer, InputError, Problem, Record, Report, Result
from verifier import check, load, verify

answer = check("tr(A) = tr(A.T)", where={"A": "matrix(n, n)"}, layout="both", draws=8)
assert_type(answer, Answer)
assert_type(answer.holds, bool)
assert_type(answer.verdicts, dict[str, str])
assert_type(answer.layouts, tuple[str, ...])
assert_type(answer.results, Sequence[Result])
assert_type(answer.types, Mapping[str, str])
assert_type(answer.best, Result)
assert_type(answer.report, Report)
answer = check(function="A @ x", wrt="x", numerator=["A", "2 * A"])
records, problems = load("identities", Path("mine.yaml"))
assert_type(records, list[Record])
assert_type(problems, list[Problem])
report = verify(Path("mine.yaml"), layout="numerator", device="cpu", dtype="float32")
assert_type(report, Report)
assert_type(report.counts, dict[str, int])
assert_type(report.surprises, list[Result])
assert_type(report.problems, Sequence[Problem])
assert_type(report.to_json(), dict[str, Any])
assert_type(Report.from_json({}), Report)
for result in report.results:
    assert_type(result.verdict, str)
    assert_type(result.place.line, int)
    assert_type(result.diagnosis, Mapping[str, Any] | None)
for record in records:
    assert_type(record.claims[0].text.value, str)
    assert_type(record.where["x"].place.file, str)
try:
    verify(jobs=2)
except InputError as error:
    assert_type(error.problems, tuple[Problem, ...])
"""
MISUSED = (
    "check('x = x', layout='numerators')",
    "check('x = x', draws='8')",
    "check('x = x', drawz=8)",
    "check(function='x', wrt=1)",
    "check('x = x').holdz",
    "verify('mine.yaml', layout='either')",
    "verify('mine.yaml', device='tpu')",
    "verify('mine.yaml', dtype='float16')",
    "verify(3)",
    "load(3)",
)
STRICT = {"typeCheckingMode": "strict", "reportUnusedExpression": False}


@pytest.fixture(scope="module")
def complaints(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, set[int]]:
    """Return the lines of two scripts that a strict checker finds fault with."""
    pytest.importorskip("pyright", reason="the extra `dev` is not installed")
    folder = tmp_path_factory.mktemp("user")
    (folder / "used.py").write_text(USED, encoding="utf-8")
    lines = ["from verifier import check, load, verify", *MISUSED]
    (folder / "misused.py").write_text("\n".join(lines), encoding="utf-8")
    (folder / "pyrightconfig.json").write_text(json.dumps(STRICT), encoding="utf-8")
    words = ["-m", "pyright", "--outputjson", "--pythonpath", sys.executable]
    done = subprocess.run(
        [sys.executable, *words, "-p", str(folder)],
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    found: dict[str, set[int]] = {"used.py": set(), "misused.py": set()}
    said: list[dict[str, Any]] = json.loads(done.stdout)["generalDiagnostics"]
    for one in said:
        found[Path(one["file"]).name].add(one["range"]["start"]["line"])
    return found


def test_what_the_package_gives_has_the_types_that_it_promises(complaints):
    assert complaints["used.py"] == set()


def test_misuse_is_seen_before_anything_runs(complaints):
    assert complaints["misused.py"] == set(range(1, 1 + len(MISUSED)))


def test_checkers_are_told_that_there_are_types():
    assert (ROOT / "verifier" / "py.typed").is_file()
