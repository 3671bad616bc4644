"""`nabla verify`: check claims by drawing at random."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..engine.settings import DTYPES, EVIDENCE, LAYOUTS, Settings
from ..output import text
from ..results.model import BAD_INPUT
from ..running import cache, catalogue
from .options import (
    Add,
    cluster_option,
    device_option,
    draw_options,
    fresh_option,
    no_jobs,
    paths,
    refuse,
    size_options,
    whole,
    writable,
)
from .printing import format_option, publish

ABOUT = """\
PATH is a file or folder of records, PATH::id one record of it; a bare id is one of the
built-in catalogue. Nothing named: the whole catalogue. `-` reads statements or records
as JSON lines, and answers each on a line of its own.
"""
EXAMPLES = """\
examples:
  nabla verify                             the built-in catalogue
  nabla verify mine.yaml --report reports  a file, and reports/index.html
  nabla verify mine.yaml::quadratic-form   one record of a file
  nabla verify jacobian-of-inverse         one record of the catalogue
  nabla check "d(x.T @ x)/dx = 2*x"        one statement, without a file
  nabla notes lecture.tex                  what a document states
  nabla verify - --format jsonl < in.jsonl     statements by the million
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
    cluster_option(sub)
    device_option(sub)
    fresh_option(sub)
    size_options(sub)
    option(
        "--seconds",
        type=whole(1, 86_400),
        default=0,
        metavar="N",
        help="processor time of each record (default: 10; the catalogue's have 60)",
    )
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
    format_option(sub, more=("jsonl",))
    option(
        "--resume",
        action="store_true",
        help="go on where a run was interrupted: what is finished is not asked again",
    )
    lines = sub.add_argument_group("for JSON lines")
    lines.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="add the answers to a file, from which `--resume` knows what is done",
    )
    lines.add_argument(
        "--unordered",
        action="store_true",
        help="answer as verdicts are found, not in the order of the lines",
    )
    lines.add_argument(
        "--diagnose",
        action="store_true",
        help="say what is wrong with each claim that fails (slower)",
    )
    option(
        "--watch",
        action="store_true",
        help="stay, and verify again what changed when a file is saved",
    )


def is_asked(options: argparse.Namespace) -> bool:
    """Whether JSON lines are asked for, not records of files."""
    named = any(p == "-" or p.endswith(".jsonl") for p in options.paths)
    return named or options.format == "jsonl"


def _misplaced(options: argparse.Namespace) -> str:
    """Say which options of JSON lines are given without any."""
    names = ("output", "unordered", "diagnose")
    given = [f"`--{name}`" for name in names if getattr(options, name)]
    return f"there are no JSON lines for {', '.join(given)}" if given else ""


def verify(options: argparse.Namespace) -> int:
    """Run `nabla verify`."""
    from ..running import device, session
    from ..running.desk import Desk

    no_jobs(options)
    lines = is_asked(options)
    if not lines and (said := _misplaced(options)):
        return refuse(said, "they are for `nabla verify - --format jsonl`")
    if options.resume and options.fresh:
        hint = "leave `--fresh` out: what is finished is remembered"
        return refuse("`--fresh` asks all again, and `--resume` does not", hint)
    if options.resume and not lines and cache.folder("verdicts") is None:
        hint = "name a folder that is yours alone: NABLA_CACHE_DIR"
        return refuse("there is nowhere to remember what is finished", hint)
    if options.report and not writable(options.report):
        return BAD_INPUT
    watched = options.watch or lines
    selection = None if watched else catalogue.select(options.paths)
    try:
        large = bool(options.size or options.sizes)
        place = device.find(options.device, large, not options.cluster)
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
        diagnose=options.diagnose or not lines,
        seconds=options.seconds,
    )
    if lines:
        from .lining import verify_lines

        return verify_lines(options, settings)
    if selection is not None:
        session.unknown_sizes(selection.records, settings)
    if selection is None:
        from .watching import watch

        return watch(options, settings)
    with (
        Desk(options.fresh, options.cluster) as desk,
        text.Progress(len(selection.records)) as progress,
    ):
        report = session.run(
            selection,
            settings,
            jobs=options.jobs,
            command=options.typed,
            on_result=progress.step,
            desk=desk,
        )
    published = publish(report, options.format, options.report)
    return report.exit_status if published or report.interrupted else BAD_INPUT
