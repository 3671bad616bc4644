"""Imports go one way, and what only reads and checks records is symbolic."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import verifier
from verifier.worker import environment

PACKAGE = Path(verifier.__file__).parent

ORDER = """
    problem source syntax nodes places fields reader record
    characters dimension tokens tree declaration expression printing
    structure primitives layout term arguments calculus shapes sizes
    statement names movement checker

    settings outcome shape_claim
    numeric traced duals balls jets residues series symbols evaluate draws
    derivative subject experiment enclosure
    paths trends limits expansions minima charts valleys signs behaviour kinks verdict
    degrees rational exact example
    tally motion witness judge
    assumptions occurrences rewrites glimpse diagnosis
    proof worker verification

    process pool memo results phrases catalogue device session mutants selftest
    schema text report cli
"""
STAGES = ORDER.split()
"""A module imports only what stands before it."""

SYMBOLIC = STAGES[: STAGES.index("shape_claim") + 1]
"""Stages that start no device: with them `lint`, `list` and `show` answer at once."""

NUMERIC = {"numpy", "scipy", "jax", "jaxlib", "flint"}
DRY = "import sys; import {}; print(*sys.modules)"


def tree(name: str) -> ast.Module:
    return ast.parse((PACKAGE / f"{name}.py").read_text(encoding="utf-8"))


def imported(name: str) -> Iterator[tuple[str, str]]:
    """Yield what a module imports: ("", stage) or (package, "").

    Imports inside functions count too; those for type checkers only do not.
    """
    root = tree(name)
    skipped = {
        id(inner)
        for node in ast.walk(root)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(root):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield _split(alias.name)
        elif isinstance(node, ast.ImportFrom):
            assert node.level <= 1, f"{name}: imports from outside the package"
            if node.level and not node.module:
                for alias in node.names:
                    yield "", alias.name
            elif node.level:
                yield "", str(node.module)
            else:
                yield _split(str(node.module))


def _split(module: str) -> tuple[str, str]:
    first, _, rest = module.partition(".")
    return ("", rest.split(".")[0]) if first == "verifier" else (first, "")


def test_order_names_every_module_once():
    modules = {path.stem for path in PACKAGE.glob("*.py")}
    assert sorted(STAGES) == sorted(modules - {"__init__", "__main__"})


@pytest.mark.parametrize("name", STAGES)
def test_stage_imports_only_earlier_ones(name):
    before = STAGES[: STAGES.index(name)]
    later = [stage for _, stage in imported(name) if stage and stage not in before]
    assert later == []


@pytest.mark.parametrize("name", SYMBOLIC)
def test_symbolic_stage_imports_nothing_numeric(name):
    assert {package for package, _ in imported(name)} & NUMERIC == set()


def test_jax_is_imported_in_two_modules_and_configured_in_one():
    users = {s for s in STAGES if "jax" in {package for package, _ in imported(s)}}
    assert users == {"traced", "derivative", "worker"}
    configured = {
        stage
        for stage in STAGES
        for node in ast.walk(tree(stage))
        if isinstance(node, ast.Attribute) and ast.unparse(node) == "jax.config"
    }
    assert configured == {"traced"}


@pytest.mark.parametrize("module", ["verifier", "verifier.checker", "verifier.cli"])
def test_importing_starts_no_device_and_loads_nothing_numeric(module):
    done = subprocess.run(
        [sys.executable, "-c", DRY.format(module)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={**environment("cpu"), "JAX_PLATFORMS": "absent"},
    )
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "yaml" in loaded
    assert loaded & NUMERIC == set()


def test_public_names_are_sorted_and_there():
    assert verifier.__all__ == sorted(verifier.__all__)
    for name in verifier.__all__:
        assert getattr(verifier, name).__doc__
