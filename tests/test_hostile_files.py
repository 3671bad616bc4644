"""Hostile files of records, read and verified together: each gets what it must."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hostile_files import FILES, GOOD, File

from verifier.reading import record
from verifier.running.worker import environment

SECONDS = 240
"""Of all files together, on a machine that has much else to do."""
VERDICTS = ("holds", "fails", "inconclusive")


def numbered(row: File, number: int) -> bytes:
    """Return the file with ids that no other file has."""
    data = row.data
    for word in (b"bad", b"good"):
        data = data.replace(b"id: " + word, b"id: %s-%d" % (word, number))
    return data


def nabla(*words: str, folder: Path, **more: Any) -> subprocess.CompletedProcess[bytes]:
    """Run the command as a user would."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "verifier", *words],
        capture_output=True,
        cwd=folder,
        timeout=SECONDS,
        env={**environment("cpu"), "NABLA_CACHE_DIR": str(folder / ".cache")},
        **more,
    )


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What one run says of each file: its results and its problems."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "in").mkdir()
    for number, row in enumerate(FILES):
        (folder / "in" / f"{row.name}.yaml").write_bytes(numbered(row, number))
    words = ("--draws", "16", "--jobs", "1", "--device", "cpu", "--format", "json")
    done = nabla("verify", "in", *words, folder=folder)
    assert done.returncode == 2, done.stderr
    said = json.loads(done.stdout)
    of: dict[str, dict[str, list[Any]]] = {
        row.name: {"results": [], "problems": []} for row in FILES
    }
    for kind, some in of[FILES[0].name].items():
        assert some == []
        for one in said[kind]:
            of[Path(one["file"]).stem][kind].append(one)
    return of


@pytest.mark.parametrize("row", FILES, ids=lambda row: row.name)
def test_a_hostile_file_gets_what_it_must(found, row: File):
    results, problems = found[row.name]["results"], found[row.name]["problems"]
    bad = [one for one in results if one["id"].startswith("bad")]
    verdicts = [one["verdict"] for one in bad]
    match row.outcome:
        case "problem" | "file":
            assert problems and not bad
        case "none":
            assert not problems and not bad
        case "any":
            assert verdicts and set(verdicts) <= set(VERDICTS)
        case verdict:
            assert verdicts == [verdict] and not problems
    told = json.dumps([problems, bad], ensure_ascii=False)
    assert "fault of ours" not in told
    for word in row.says:
        assert word.lower() in told.lower()
    if row.place:
        places = [f"{one['line']}:{one['column']}" for one in problems]
        assert row.place in places
    # Neither what is wrong with a record nor how it is judged costs another its own.
    good = [one["verdict"] for one in results if one["id"].startswith("good")]
    assert good == ([] if row.outcome == "file" else ["holds"])


def test_there_is_a_row_for_everything():
    assert len({row.name for row in FILES}) == len(FILES) > 100
    assert {row.outcome for row in FILES} == {
        *VERDICTS,
        "any",
        "none",
        "problem",
        "file",
    }


# --- what is no file -----------------------------------------------------------------


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """A folder of things that only look like files, with a good one among them."""
    (tmp_path / "good.yaml").write_text(GOOD)
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    (tmp_path / "gone.yaml").symlink_to("nowhere.yaml")
    (tmp_path / "zero.yaml").symlink_to("/dev/zero")
    (tmp_path / "up").symlink_to("..")
    os.mkfifo(tmp_path / "pipe.yaml")
    with open(tmp_path / "sparse.yaml", "wb") as file:
        file.truncate(2**40)
    (tmp_path / "\x1b[31m\u202e\n.yaml").write_text(GOOD)
    (tmp_path / os.fsdecode(b"\xff\xfe.yaml")).write_text(GOOD)
    return tmp_path


@pytest.mark.skipif(os.name != "posix", reason="pipes and links")
def test_what_is_no_file_is_said_at_once_and_the_others_are_read(odd: Path):
    start = time.monotonic()
    records, problems = record.load([odd])
    assert time.monotonic() - start < 5
    assert [one.id for one in records] == ["good"]
    said = {Path(one.place.file).name: one.text for one in problems}
    assert "regular file" in said["pipe.yaml"]
    assert "symbolic links" in said["loop.yaml"]
    assert "no such file" in said["gone.yaml"]
    assert "out of the folder" in said["zero.yaml"]
    assert "1099511627776 bytes" in said["sparse.yaml"]
    assert any("U+001B" in text for text in said.values())
    assert all(one.place.file.isprintable() for one in problems)


@pytest.mark.skipif(os.name != "posix", reason="devices")
@pytest.mark.parametrize("path", ["/dev/zero", "/dev/stdin", "/proc/self/mem", "."])
def test_devices_are_not_read(path: str, tmp_path: Path):
    start = time.monotonic()
    records, problems = record.load([tmp_path if path == "." else path])
    assert records == [] and problems
    assert time.monotonic() - start < 5


@pytest.mark.skipif(os.name != "posix" or os.getuid() == 0, reason="root may read all")
def test_what_may_not_be_read_is_said(tmp_path: Path):
    (tmp_path / "a.yaml").write_text(GOOD)
    (tmp_path / "a.yaml").chmod(0)
    (_, [problem]) = record.load([tmp_path])
    assert "permission denied" in problem.text


def test_thousands_of_mistakes_are_not_thousands_of_lines(tmp_path: Path):
    lines = (f"- id: a{i}\n  wrong: 1\n" for i in range(5_000))
    (tmp_path / "a.yaml").write_text("".join(lines))
    (tmp_path / "b.yaml").write_text(GOOD)
    start = time.monotonic()
    records, problems = record.load([tmp_path])
    assert time.monotonic() - start < 30
    assert len(problems) < 1200
    assert any("too many problems" in one.text for one in problems)
    assert [one.id for one in records] == ["good"]
