"""`nabla verify`: check claims by drawing at random."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..engine.settings import DTYPES, EVIDENCE, LAYOUTS, Settings
from ..output import text
from ..results.model import BAD_INPUT
from ..running import catalogue
from .options import (
    Add,
    device_option,
    draw_options,
    fresh_option,
    paths,
    refuse,
    size_options,
    writable,
)
from .printing import format_option, publish

ABOUT = """\
PATH is a file or folder of records, PATH::id one record of it; a bare id is one of the
built-in catalogue. Nothing named: the whole catalogue.
"""
EXAMPLES = """\
examples:
  nabla verify                             the built-in catalogue
  nabla verify mine.yaml --report reports  a file, and reports/index.html
  nabla verify mine.yaml::quadratic-form   one record of a file
  nabla verify jacobian-of-inverse         one record of the catalogue
  nabla check "d(x.T @ x)/dx = 2*x"        one statement, without a file
  nabla notes lecture.tex                  what a document states
  nabla new mine.yaml                      a file to start from
  nabla lint mine.yaml                     read and check, compute nothing
  nabla list --search "chain rule"         what the catalogue knows
  nabla show jacobian-of-inverse           one record, as it was read
  nabla compare old.json new.json          what is newly wrong
  nabla explain                            what verdicts and messages mean

exit status of `nabla verify`:
  0  every verdict is the expected one
  1  a claim fails, or one that is expected to fail holds
  2  bad usage, a malformed record, or nothing to check
  3  nothing worse than inconclusive or crashed
"""


def add(command: Add) -> None:
    """Add the command."""
    options(
        command("verify", verify, "check claims by drawing at random", ABOUT, EXAMPLES)
    )


def options(sub: argparse.ArgumentParser) -> None:
    """Add the options of `nabla verify`."""
    option = sub.add_argument
    paths(sub, "file, folder, PATH::id or id")
    option(
        "--layout",
        choices=(*LAYOUTS, "both"),
        default="both",
        help="check the claims of one layout only (default: all)",
    )
    draw_options(sub)
    device_option(sub)
    fresh_option(sub)
    size_options(sub)
    option(
        "--dtype",
        choices=DTYPES,
        default="float64",
        help="precision of the computation (default: float64)",
    )
    option(
        "--evidence",
        choices=EVIDENCE,
        default="",
        help="leave open what rests on less (default: take the strongest there is)",
    )
    option(
        "--report",
        type=Path,
        metavar="DIR",
        help="write DIR/index.html and DIR/results.json",
    )
    format_option(sub)
    option(
        "--watch",
        action="store_true",
        help="stay, and verify again what changed when a file is saved",
    )


def verify(options: argparse.Namespace) -> int:
    """Run `nabla verify`."""
    from ..running import device, session

    if options.report and not writable(options.report):
        return BAD_INPUT
    selection = None if options.watch else catalogue.select(options.paths)
    try:
        place = device.find(options.device, bool(options.size or options.sizes))
    except device.NoDevice as none:
        return refuse(str(none), "use `--device cpu`")
    layouts = LAYOUTS if options.layout == "both" else (options.layout,)
    settings = Settings(
        options.seed,
        options.draws,
        options.dtype,
        place,
        layouts,
        options.evidence,
        executor=options.executor,
        size=options.size,
        sizes=options.sizes,
    )
    if selection is not None:
        session.unknown_sizes(selection.records, settings)
    if selection is None:
        from .watching import watch

        return watch(options, settings)
    with text.Progress(len(selection.records)) as progress:
        report = session.run(
            selection,
            settings,
            jobs=options.jobs,
            command=options.typed,
            on_result=progress.step,
            fresh=options.fresh,
        )
    published = publish(report, options.format, options.report)
    return report.exit_status if published or report.interrupted else BAD_INPUT
