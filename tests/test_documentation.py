"""The documentation says what the program does: its examples are run."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
from fnmatch import fnmatchcase
from importlib.util import find_spec
from pathlib import Path

import pytest

import verifier
from verifier.commands import cli
from verifier.language.checker import check
from verifier.language.declaration import KINDS
from verifier.language.primitives import FUNCTIONS, PRIMITIVES
from verifier.reading.record import KEYS, SUBJECTS, records_of
from verifier.reading.source import Source
from verifier.results.explanations import GROUPS, explanations
from verifier.running import catalogue

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = sorted(path for path in DOCS.glob("*.md") if path.stem != "coverage")
FENCE = re.compile(
    r'^```(?P<language>\w+)(?: title="(?P<title>[^"]+)")?\n(?P<text>.*?)^```$',
    re.M | re.S,
)


@pytest.fixture(scope="module")
def tables():
    spec = importlib.util.spec_from_file_location("tables", DOCS / "tables.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def blocks(name):
    """Return language, title and text of every block of code on a page."""
    page = (DOCS / f"{name}.md").read_text(encoding="utf-8")
    page = re.sub(r"^<!-- generated: .*?^<!-- end -->$", "", page, flags=re.M | re.S)
    return [match.group("language", "title", "text") for match in FENCE.finditer(page)]


# --- what is generated --------------------------------------------------------------


def test_every_place_is_filled_and_everything_generated_has_a_place(tables):
    used = set()
    for path in PAGES:
        page = path.read_text(encoding="utf-8")
        used |= {match["name"] for match in tables.MARK.finditer(page)}
        assert page.count("<!-- generated:") == len(tables.MARK.findall(page))
    assert used == set(tables.GENERATED)


def test_what_is_generated_is_not_stale(tables):
    names = [path.name for path in tables.stale()]
    assert names == [], "run `python docs/tables.py`"


def rows(text):
    return [line.strip("| ").split(" | ") for line in text.splitlines()[2:]]


def test_the_tables_of_the_format_have_a_row_for_each_name(tables):
    assert [row[0] for row in rows(tables.types())] == [
        f"`{row.example}`" for row in KINDS.values()
    ]
    named = [row[0].partition("(")[0].strip("`") for row in rows(tables.functions())]
    assert named == list(FUNCTIONS)
    assert len(rows(tables.operators())) == len(PRIMITIVES) - len(FUNCTIONS)
    keys = [row[0].strip("`") for row in rows(tables.keys()) + rows(tables.subjects())]
    assert sorted(keys) == sorted(KEYS)
    assert keys[-len(SUBJECTS) :] == list(SUBJECTS)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_are_shown_as_they_are_called(tables, name):
    row = FUNCTIONS[name]
    call = tables.called(row)
    given = call.partition("(")[2].rstrip(")").split(", ")
    assert len(given) == (2 if row.signature == "elementwise" else len(row.parameters))
    taken, made = tables.shapes(row)
    assert taken and made
    assert "#" not in call + taken + made


def test_explanations_commands_and_names_are_all_there(tables):
    for group in GROUPS:
        page = tables.explanations(group)
        for one in explanations():
            if one.group == group:
                assert f"### `{one.kind}`" in page
                assert one.wrong.rstrip() in page
    said = tables.commands()
    assert said.count("## `nabla ") == len(cli.COMMANDS)
    for name in cli.COMMANDS:
        assert f"## `nabla {name}`" in said
    for name in verifier.__all__:
        assert f"## `{name}`" in tables.api()


# --- what is written ----------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_records_of_a_page_have_no_problems(path):
    for language, title, text in blocks(path.stem):
        whole = language == "yaml" and text.startswith("- id: ")
        if not whole or title == "mine.yaml" or path.stem == "extending":
            continue  # these pages are followed below
        records, problems = catalogue.settled(*records_of(Source(path.name, text)))
        for record in records:
            problems += check(record)[1]
        assert problems == []


def test_getting_started_is_what_the_program_prints(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    file = tmp_path / "mine.yaml"
    followed = 0
    for language, title, text in blocks("getting-started"):
        if title == "mine.yaml" and text.startswith("- id:"):
            file.write_text(f"{file.read_text()}\n{text}")
        elif title == "mine.yaml":
            key = text.partition(":")[0] + ":"
            before, _, after = file.read_text().rpartition(f"\n{key}")
            file.write_text(f"{before}\n{text}{after.partition(chr(10))[2]}")
        elif language == "console":
            for part in text.split("$ nabla ")[1:]:
                typed, _, shown = part.partition("\n")
                cli.main(typed.split())
                said = capsys.readouterr().out
                assert matches(said, shown), said
                followed += 1
    assert followed == 5


def test_asking_shows_what_the_program_prints(monkeypatch, capsys):
    monkeypatch.setenv("NO_COLOR", "1")
    texts = [text for kind, _, text in blocks("asking") if kind == "console"]
    for text, status in zip(texts, (1, 0), strict=True):
        typed, _, shown = text.removeprefix("$ nabla ").partition("\n")
        assert cli.main([*shlex.split(typed), "--device", "cpu"]) == status
        said = capsys.readouterr().out
        assert matches(said, shown), said


def test_notes_shows_what_the_program_prints(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("NO_COLOR", "1")
    ((_, _, text),) = [block for block in blocks("notes") if block[0] == "console"]
    shutil.copy(DOCS / "sample-notes.tex", tmp_path / "lecture.tex")
    monkeypatch.chdir(tmp_path)
    typed, _, shown = text.removeprefix("$ nabla ").partition("\n")
    assert cli.main([*shlex.split(typed), "--device", "cpu", "--jobs", "1"]) == 1
    said = capsys.readouterr().out
    assert matches(said, shown), said
    page = (tmp_path / "reports/index.html").read_text(encoding="utf-8")
    for told in ("1 of 5 statements is wrong", "2\\mathbf{X}", "line 18"):
        assert told in page


def matches(said, shown):
    """Whether a text is as it is shown, where `...` stands for anything."""
    pairs = zip(said.splitlines(), shown.splitlines(), strict=True)
    return all(
        fnmatchcase(line, re.sub(r"([*?[])", r"[\1]", wanted).replace("...", "*"))
        for line, wanted in pairs
    )


TREE = ("verifier", "tests", "docs", "benchmarks", "identities")
ALSO = (
    "python docs/tables.py --check",
    "python docs/coverage.py --check",
    "pytest -q tests/test_catalogue_form.py -k every_record",
    "pytest -q tests/test_schema.py",
)
"""What every new function and record must satisfy, though the page does not say so."""
SILU = "identities/functions/activations.yaml"
EXAMPLES = "EXAMPLES: dict[str, list[Example]] = {\n"


def added(root, title, text):
    """Put what the page shows into a file, where the page says that it belongs."""
    path = root / title
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    at = {
        "verifier/language/primitives.py": lambda: lines.index("    # reductions\n"),
        "tests/test_primitives.py": lambda: 1 + lines.index(EXAMPLES),
        SILU: lambda: len(lines),
    }[title]()
    gap = "\n" if title == SILU else ""
    path.write_text("".join([*lines[:at], gap, text, *lines[at:]]), encoding="utf-8")


PROGRAMS = {"python": [], "nabla": ["-m", "verifier"], "pytest": ["-m", "pytest"]}
PROGRAMS |= {"ruff": ["-m", "ruff"]} if find_spec("ruff") else {}


def run(root, line):
    """Run a line of a page in a copy of the tree."""
    program, *words = shlex.split(line)
    found = {"PYTHONPATH": str(root), "JAX_PLATFORMS": "cpu"}
    return subprocess.run(
        [sys.executable, *PROGRAMS[program], *words],
        capture_output=True,
        text=True,
        cwd=root,
        check=False,
        timeout=240,
        env={**os.environ, **found},
    )


@pytest.fixture(scope="module")
def extended(tmp_path_factory):
    """Follow the page on extending in a copy of the tree; nothing is run yet."""
    root = tmp_path_factory.mktemp("extended")
    hidden = shutil.ignore_patterns("__pycache__", "*.html")
    for name in TREE:
        shutil.copytree(ROOT / name, root / name, ignore=hidden)
    shutil.copy(ROOT / "pyproject.toml", root)
    for _, title, text in blocks("extending"):
        if title:
            added(root, title, text)
    return root


def lines_to_run():
    ((_, _, commands),) = [one for one in blocks("extending") if one[0] == "sh"]
    lines = re.split(r"\n| && ", commands.strip())
    return [line for line in lines if line.partition(" ")[0] in PROGRAMS]


@pytest.mark.parametrize("line", [*lines_to_run(), *ALSO])
def test_a_function_is_added_as_the_page_says(line, extended):
    done = run(extended, line)
    assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"


def test_a_wrong_claim_about_an_added_function_is_put_right(extended):
    record = next(text for _, title, text in blocks("extending") if title == SILU)
    wrong = extended / "wrong.yaml"
    wrong.write_text(record.replace("both: sigmoid", "both: tanh"), encoding="utf-8")
    done = run(extended, "nabla verify wrong.yaml")
    assert done.returncode == 1
    assert "write `sigmoid(x) * (1 + x * (1 - sigmoid(x)))`" in done.stdout


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_pages_are_plain(path):
    page = path.read_text(encoding="utf-8")
    assert page.startswith("# ")
    for dash in "\N{EM DASH}\N{EN DASH}":
        assert dash not in page


def test_the_site_is_built_without_a_warning_and_loads_nothing_from_elsewhere(tmp_path):
    pytest.importorskip("mkdocs", reason="the extra `docs` is not installed")
    pytest.importorskip("material", reason="the extra `docs` is not installed")
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-q", "-d", tmp_path],
        cwd=ROOT,
        check=True,
        timeout=240,
        env={**os.environ, "PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1"},
    )
    pages = list(tmp_path.rglob("*.html"))
    assert len(pages) > len(PAGES)
    for path in pages:
        html = path.read_text(encoding="utf-8")
        for tag in re.findall(r"<(?:script|link|img|iframe|source)\b[^>]*>", html):
            assert not re.search(r"(?:src|href)=[\"']?(?:https?:)?//", tag), tag
    for path in tmp_path.rglob("*.css"):
        assert not re.search(r"url\([\"']?(?:https?:)?//", path.read_text())
