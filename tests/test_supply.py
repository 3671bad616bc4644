"""What the program is built from and how it is released."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
WORKFLOW = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text())
JOBS = WORKFLOW["jobs"]


def named(requirement: str) -> str:
    return re.split(r"[\[<>=!~ ]", requirement)[0]


def test_every_dependency_has_a_reason():
    page = (ROOT / "docs" / "reliability.md").read_text()
    rows = re.findall(r"(?m)^\| ([\w, -]+) \| .+ \| (always|`\w+`) \|$", page)
    told = {
        (name, where.strip("`")) for names, where in rows for name in names.split(", ")
    }
    asked = {(named(one), "always") for one in PROJECT["dependencies"]}
    for extra, some in PROJECT["optional-dependencies"].items():
        asked |= {(named(one), extra) for one in some}
    asked = {(name, extra) for name, extra in asked if name != PROJECT["name"]}
    # What an extra shares with a smaller one is told there.
    smaller = {name for name, where in told if where == "cluster"}
    asked -= {(name, "test") for name in smaller}
    assert told == asked


def test_only_the_job_that_publishes_may_ask_for_an_identity():
    assert WORKFLOW["permissions"] == {"contents": "read"}
    for name, job in JOBS.items():
        assert ("id-token" in job.get("permissions", {})) == (name == "publish")
    assert JOBS["publish"]["environment"] == "release"
    assert "password" not in str(JOBS) and "secrets" not in str(JOBS)


def test_nothing_is_published_before_it_is_checked_and_built():
    assert JOBS["build"]["needs"] == "check"
    assert JOBS["publish"]["needs"] == "build"
    assert JOBS["document"]["needs"] == "publish"
    ran = " ".join(str(step.get("run")) for step in JOBS["check"]["steps"])
    assert ".ci/run" in ran and "pyproject.toml" in ran
    ran = " ".join(str(step.get("run")) for step in JOBS["build"]["steps"])
    for word in (".ci/wheel", "pip-audit", "cyclonedx-py"):
        assert word in ran


@pytest.mark.parametrize("job", JOBS)
def test_jobs_have_limits_and_steps_of_known_versions(job):
    assert JOBS[job]["timeout-minutes"] <= 60
    for step in JOBS[job]["steps"]:
        if "uses" in step:
            assert re.fullmatch(r"[\w/-]+@(v\d+|release/v\d+)", step["uses"])


def test_how_to_report_a_fault_is_said():
    text = (ROOT / "SECURITY.md").read_text()
    assert "in private" in text and "docs/reliability.md" in text
