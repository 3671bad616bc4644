"""The pytest plugin of nabla-verifier: its options, a fixture, and `--nabla`.

It stands beside the package because pytest imports every plugin whenever it starts,
and importing the package takes nearly as long as pytest itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from verifier import CodeAnswer


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options; pytest reads all numbers, the plugin itself their bounds."""
    option = parser.getgroup("nabla", "matrix-calculus identities").addoption
    option(
        "--nabla",
        action="store_true",
        help="collect the claims of YAML record files as tests",
    )
    option("--nabla-draws", type=int, default=256, metavar="N", help="draws of a claim")
    option("--nabla-seed", type=int, default=0, metavar="S", help="the seed of draws")
    option(
        "--nabla-layout",
        choices=("numerator", "denominator", "both"),
        default="both",
        help="collect the claims of one layout only",
    )
    option(
        "--nabla-fresh",
        action="store_true",
        help="ask again where a verdict is remembered",
    )
    parser.addini(
        "nabla_files",
        "record files that `--nabla` collects: files, folders, patterns",
        type="args",
        default=[],
    )


@pytest.fixture(scope="session")
def nabla_code() -> Iterator[Callable[..., CodeAnswer]]:
    """Check code against a formula, as `verifier.check_code` does; fail with why.

    `nabla_code(function, "x.T @ A @ x", gradient=...)`: one worker serves all tests.
    """
    from verifier import CodeSession

    with CodeSession() as session:
        yield session.require


def pytest_configure(config: pytest.Config) -> None:
    """Load the rest of the plugin if it is asked for."""
    config.addinivalue_line("markers", "nabla: a claim of a record file")
    if config.getoption("nabla"):
        from verifier.commands import collecting

        collecting.enter(config)
