"""What several commands share: their options, and how they refuse."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from ..engine.settings import DEVICES, EXECUTORS, LARGEST_SIZE
from ..output import text
from ..reading.problem import Refused
from ..results.model import BAD_INPUT
from ..results.phrases import printable

Run = Callable[[argparse.Namespace], int]
Add = Callable[..., argparse.ArgumentParser]
"""`add(name, run, help, about="", epilog="")` makes a command's own parser."""


def paths(sub: argparse.ArgumentParser, help: str) -> None:
    """Add the paths that a command reads."""
    sub.add_argument("paths", nargs="*", metavar="PATH", help=help)


def draw_options(sub: argparse.ArgumentParser, jobs: bool = True) -> None:
    """Add the options of everything that draws."""
    option = sub.add_argument
    option(
        "--draws",
        type=whole(1, 1_000_000),
        default=256,
        metavar="N",
        help="random draws for each claim (default: 256)",
    )
    option(
        "--seed",
        type=whole(0, 2**63 - 1),
        default=0,
        metavar="S",
        help="what draws are a function of, with id and number (default: 0)",
    )
    if not jobs:
        return
    option(
        "--jobs",
        type=whole(1, 1024),
        metavar="N",
        help="worker processes (default: one a core)",
    )


def cluster_option(sub: argparse.ArgumentParser) -> None:
    """Add the option of everything that may be too much for one machine."""
    sub.add_argument(
        "--cluster",
        type=cluster_address,
        metavar="ADDRESS",
        help="compute on a Dask cluster: tcp://host:8786, or local:4 for one of four "
        "workers on this machine, for this run",
    )


def cluster_address(word: str) -> str:
    """Read where a cluster is."""
    from ..running.cluster import ClusterError, local_workers

    try:
        local_workers(word)
    except ClusterError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return word


def no_jobs(options: argparse.Namespace) -> None:
    """Refuse a number of workers where those of a cluster are counted elsewhere."""
    if options.cluster and options.jobs:
        hint = "a cluster has the workers that were started for it"
        raise Refused("`--jobs` is for the workers of this machine", hint)


def device_option(sub: argparse.ArgumentParser) -> None:
    """Add the option of everything that computes."""
    sub.add_argument(
        "--device",
        choices=DEVICES,
        default="auto",
        help="where to compute (default: auto, a GPU for large sizes)",
    )


def size_options(sub: argparse.ArgumentParser) -> None:
    """Add the options that ask for larger sizes, and for who computes there."""
    sub.add_argument(
        "--size",
        type=whole(1, LARGEST_SIZE),
        default=0,
        metavar="N",
        help="try sizes of about N as well, along random directions",
    )
    sub.add_argument(
        "--sizes",
        type=named_sizes,
        default=(),
        metavar="NAMES",
        help="the same for sizes by name, such as n=512,m=64",
    )
    sub.add_argument(
        "--executor",
        choices=EXECUTORS,
        default="auto",
        help="who runs what JAX derives (default: auto, XLA on a GPU and for large "
        "sizes)",
    )


def named_sizes(word: str) -> tuple[tuple[str, int], ...]:
    """Read `n=512,m=64`, sorted by name."""
    found: dict[str, int] = {}
    for part in word.split(","):
        name, sign, number = (text.strip() for text in part.partition("="))
        if not (sign and name.isidentifier()):
            raise argparse.ArgumentTypeError(
                f"`{printable(part.strip())}` is no size by name; write `n=512,m=64`"
            )
        if name in found:
            raise argparse.ArgumentTypeError(f"`{printable(name)}` has two sizes")
        found[name] = whole(1, LARGEST_SIZE)(number)
    return tuple(sorted(found.items()))


def fresh_option(sub: argparse.ArgumentParser) -> None:
    """Add the option of everything that takes remembered verdicts."""
    said = "ask again where a verdict is remembered"
    sub.add_argument("--fresh", action="store_true", help=said)


def whole(low: int, high: int) -> Callable[[str], int]:
    """Return a reader of whole numbers between two bounds."""

    def read(word: str) -> int:
        if not (word.isascii() and word.isdigit() and low <= int(word[:20]) <= high):
            raise argparse.ArgumentTypeError(
                f"`{printable(word)}` is not a whole number from {low} to {high}"
            )
        return int(word)

    return read


def writable(folder: Path) -> bool:
    """Make the folder of the report before the work, and say so if that fails."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        refuse(f"cannot write a report to `{folder}`: {error.strerror or error}")
        return False
    return True


def refuse(said: str, hint: str = "") -> int:
    """Say on standard error why nothing was done."""
    print(text.message(said, hint), file=sys.stderr)
    return BAD_INPUT
