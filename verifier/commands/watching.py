"""`nabla verify --watch`: whenever a file is saved, what changed is verified again."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from ..engine.settings import Settings
from ..output import text
from ..output.rounds import round_text
from ..reading.source import find
from ..results.model import INTERRUPTED, Report
from ..results.phrases import plural
from ..running import catalogue, session
from ..running.desk import Desk
from .options import refuse
from .printing import publish, save

PERIOD = 0.25  # seconds between two looks at the files
SETTLING = 0.1  # seconds for which files that change must be left alone
PATIENCE = 20  # such times; what is written for longer is read as it is
Stamp = tuple[int, ...]


def watch(options: argparse.Namespace, settings: Settings) -> int:
    """Verify again and again, until Ctrl-C; return the status of the last state."""
    if options.format != "text":
        return refuse("`--watch` prints text", "leave `--format` out")
    folders = catalogue.places(options.paths)
    status, last = INTERRUPTED, Report({})
    with Desk(options.fresh, options.cluster) as desk:
        try:
            while True:
                seen = stamps(folders)
                try:
                    report = verified(options, settings, desk)
                except catalogue.Unknown as error:
                    if not last.run:
                        raise  # nothing that was ever there
                    status = refuse(error.text, error.hint)
                else:
                    if report.interrupted and last.run:
                        return status
                    status, before, last = report.exit_status, last, report
                    tell(report, before, options, len(seen))
                    if report.interrupted:
                        return status
                wait(folders, seen)
        except KeyboardInterrupt:
            return status


def verified(options: argparse.Namespace, settings: Settings, desk: Desk) -> Report:
    """Read the files as they are now, and verify what is not known."""
    selection = catalogue.select(options.paths)
    with text.Progress(len(selection.records)) as progress:
        return session.run(
            selection,
            settings,
            jobs=options.jobs,
            command=options.typed,
            on_result=progress.step,
            desk=desk,
        )


def tell(report: Report, last: Report, options: argparse.Namespace, files: int) -> None:
    """Print everything at first, and then what changed; write the page each time."""
    paint = text.Paint.of(sys.stdout)
    if not last.run:
        publish(report, options.format, options.report)
        print(paint(f"watching {plural(files, 'file')}; Ctrl-C ends", "dim"))
    else:
        # The page before printing: what is printed may be answered by Ctrl-C.
        failure = save(report, options.report)[1] if options.report else ""
        print("\n" + round_text(last, report, paint, time.strftime("%H:%M:%S")), end="")
        if failure:
            refuse(failure)
    sys.stdout.flush()


def wait(folders: Sequence[Path], seen: dict[str, Stamp]) -> None:
    """Return when files are not as they were seen, and whoever wrote them is done."""
    while (now := stamps(folders)) == seen:
        time.sleep(PERIOD)
    for _ in range(PATIENCE):
        time.sleep(SETTLING)
        before, now = now, stamps(folders)
        if before == now:
            return


def stamps(folders: Sequence[Path]) -> dict[str, Stamp]:
    """Return what tells whether a file was written, for each that is there."""
    found: dict[str, Stamp] = {}
    for file in find(folders)[0]:
        try:
            status = os.stat(file)
        except (OSError, ValueError):
            continue
        found[file] = (
            status.st_ino,
            status.st_size,
            status.st_mtime_ns,
            status.st_ctime_ns,
        )
    return found
