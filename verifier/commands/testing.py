"""`nabla selftest`: spoil every claim, and demand that all of them fail."""

from __future__ import annotations

import argparse
import sys

from ..engine.settings import Settings
from ..output import text
from ..results.model import AS_EXPECTED, BAD_INPUT, DIFFERS
from ..running import catalogue
from .options import Add, cluster_option, draw_options, no_jobs, paths


def add(command: Add) -> None:
    """Add the command."""
    sub = command("selftest", selftest, "spoil every claim, and demand that all fail")
    paths(sub, "spoil the claims of these instead of the catalogue")
    draw_options(sub)
    cluster_option(sub)


def selftest(options: argparse.Namespace) -> int:
    """Run `nabla selftest`."""
    from ..running import selftest as test

    no_jobs(options)
    selection = catalogue.select(options.paths)
    settings = Settings(options.seed, options.draws)
    with text.Progress(len(selection.records)) as progress:
        census = test.run(
            selection.records,
            settings,
            jobs=options.jobs,
            cluster=options.cluster,
            on_result=progress.step,
        )
    print(text.census_text(census, text.Paint.of(sys.stdout)), end="")
    if not census.killed:
        return BAD_INPUT
    return DIFFERS if census.survivors else AS_EXPECTED
