"""Settings of every test; the numeric ones must be in force before jaxlib loads."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from verifier.running.worker import environment

for _name, _value in environment("cpu").items():
    if _name.startswith("JAX_") or _name.endswith(("NPROC", "_NUM_THREADS")):
        os.environ[_name] = _value

import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

if TYPE_CHECKING:
    from browser import Browser

    from verifier import CodeSession

LONGEST = (
    "test_primitives",
    "test_attacks",
    "test_generated",
    "test_paths",
    "test_answers",
    "test_signs",
    "test_executors",
    "test_pytest_plugin",
    "test_catalogue_lectures",
    "test_documentation",
    "test_typeface_browser",
    "test_browser",
)
"""Files that take most of a minute or more: they come first, so that none is left to
one worker while the others wait."""


SAMPLED = (
    "test_answers",
    "test_attacks",
    "test_code",
    "test_code_frameworks",
    "test_deriving",
    "test_diagnosis",
    "test_documentation",
    "test_eigenvalues",
    "test_executing",
    "test_expansions",
    "test_generated",
    "test_jumps",
    "test_limits",
    "test_matrix_functions",
    "test_members",
    "test_noting",
    "test_paths",
    "test_peers",
    "test_primitives",
    "test_printing",
    "test_programming",
    "test_programs",
    "test_ranks",
    "test_record",
    "test_regions",
    "test_resonance",
    "test_scaled",
    "test_scanning",
    "test_signs",
    "test_steps",
    "test_symbols",
    "test_words",
)
"""Files with many siblings of a case, each of which takes long."""
SHARE = 6
"""Of these siblings, one of so many is run without `--thorough`."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `--thorough` run all tests; whoever names tests or files gets all of them."""
    help = "run all siblings of the cases that take long, and the slowest tests"
    parser.addoption("--thorough", action="store_true", help=help)


def pytest_configure(config: pytest.Config) -> None:
    """Describe the marker of what is run only with `--thorough`."""
    config.addinivalue_line("markers", "thorough: run only when it is asked for")
    whole = config.args_source is not pytest.Config.ArgsSource.ARGS
    given = getattr(config, "workerinput", {"brief": whole})
    config.stash[BRIEF] = given["brief"] and not config.getoption("thorough")


BRIEF = pytest.StashKey[bool]()
"""Whether all files are run, and not all of their tests."""


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node) -> None:
    """Tell a worker of xdist, to which files are always named."""
    node.workerinput["brief"] = node.config.stash[BRIEF]


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Leave out what only a thorough run takes, and put what takes longest first."""
    if config.stash[BRIEF]:
        left_out = [item for item in items if item.get_closest_marker("thorough")]
        siblings: dict[str, list[pytest.Item]] = {}
        for item in items:
            if item.path.stem in SAMPLED and isinstance(item, pytest.Function):
                siblings.setdefault(item.nodeid.partition("[")[0], []).append(item)
        for several in siblings.values():
            left_out += (one for i, one in enumerate(several) if i % SHARE)
        config.hook.pytest_deselected(items=left_out)
        gone = set(left_out)
        items[:] = [item for item in items if item not in gone]
    rank = {name: i for i, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.path.stem, len(LONGEST)))


settings.register_profile("nabla", deadline=None, derandomize=True)
settings.load_profile("nabla")


@pytest.fixture(autouse=True)
def _cache(tmp_path_factory, monkeypatch):
    """Give each test a cache of its own: what one has remembered is news to others."""
    monkeypatch.setenv("NABLA_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture(scope="module")
def codes() -> Iterator[CodeSession]:
    """A worker that is asked about code, one for all tests."""
    from verifier import CodeSession

    with CodeSession() as started:
        yield started


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser without a window; without one the test is skipped, or fails in CI."""
    from browser import browser

    with browser() as started:
        yield started
