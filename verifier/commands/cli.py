"""The command `nabla`: which commands there are, and which of them was typed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any

from ..output import text
from ..results.model import BAD_INPUT, INTERRUPTED
from ..results.phrases import did_you_mean
from ..results.storage import NoResults
from ..running import catalogue
from . import (
    checking,
    comparing,
    completing,
    describing,
    explaining,
    exporting,
    linting,
    listing,
    reporting,
    showing,
    starting,
    testing,
    verifying,
)
from .options import Run, refuse

COMMANDS = (
    verifying,
    checking,
    linting,
    starting,
    listing,
    showing,
    exporting,
    explaining,
    reporting,
    comparing,
    testing,
    describing,
    completing,
)
"""In the order of the help; each adds itself, and imports late what is slow."""

ABOUT = "Verify matrix-calculus identities, written as YAML records, against JAX."


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    main = argparse.ArgumentParser(
        prog="nabla",
        description=ABOUT,
        epilog=verifying.EXAMPLES,
        formatter_class=Help,
        allow_abbrev=False,
    )
    main.add_argument("--version", action=Version, help="print the version and exit")
    commands = main.add_subparsers(title="commands", metavar="COMMAND", dest="command")

    def add(
        name: str, run: Run, help: str, about: str = "", epilog: str = ""
    ) -> argparse.ArgumentParser:
        sub = commands.add_parser(
            name,
            help=help,
            description=about or f"{help[0].upper()}{help[1:]}.",
            epilog=epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        sub.set_defaults(run=run)
        return sub

    for command in COMMANDS:
        command.add(add)
    return main


def names(parser: argparse.ArgumentParser) -> list[str]:
    """Return the names of the commands that a parser knows."""
    return [
        name
        for action in parser._actions
        if isinstance(action, argparse._SubParsersAction)
        for name in action.choices
    ]


class Help(argparse.RawDescriptionHelpFormatter):
    """Keeps what commands do in one column: argparse forgets that they are indented."""

    def add_argument(self, action: argparse.Action) -> None:
        super().add_argument(action)
        if isinstance(action, argparse._SubParsersAction):
            self._action_max_length += self._indent_increment


class Version(argparse.Action):
    """Prints the version; looking it up costs nothing where nobody asks."""

    def __init__(self, option_strings: Sequence[str], dest: str, **kwargs: Any):
        super().__init__(option_strings, dest, nargs=0, **kwargs)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import PackageNotFoundError, version

        try:
            print(f"nabla-verifier {version('nabla-verifier')}")
        except PackageNotFoundError:
            print("nabla-verifier, not installed: run from its source")
        parser.exit()


def main(words: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    import shlex

    words = sys.argv[1:] if words is None else list(words)
    main_parser = parser()
    known = names(main_parser)
    if words and words[0] not in known and not words[0].startswith("-"):
        hint = did_you_mean(words[0], known) or "`nabla --help` shows them all"
        return refuse(f"no command `{words[0][:80]}`", hint)
    options = main_parser.parse_args(words)
    options.typed = shlex.join(["nabla", *words])
    options.parser = main_parser
    if options.command is None:
        main_parser.print_help(sys.stderr)
        return BAD_INPUT
    try:
        return options.run(options)
    except (catalogue.Unknown, NoResults) as error:
        return refuse(error.text, error.hint)
    except KeyboardInterrupt:
        print(text.message("interrupted"), file=sys.stderr)
        return INTERRUPTED
