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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that take longest before the others."""
    rank = {name: i for i, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.path.stem, len(LONGEST)))


settings.register_profile("nabla", deadline=None, derandomize=True)
settings.load_profile("nabla")


@pytest.fixture(autouse=True)
def _cache(tmp_path_factory, monkeypatch):
    """Give each test a cache of its own: what one has remembered is news to others."""
    monkeypatch.setenv("NABLA_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser without a window; without one the test is skipped, or fails in CI."""
    from browser import browser

    with browser() as started:
        yield started
