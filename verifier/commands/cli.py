"""The command `nabla`: which commands there are, and which of them was typed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

from ..output import text
from ..reading.problem import Refused
from ..results.model import BAD_INPUT, INTERRUPTED
from ..results.phrases import did_you_mean, printable
from .options import Run, refuse

COMMANDS = {
    "verify": "verifying",
    "check": "checking",
    "derive": "deriving",
    "fill": "filling",
    "notes": "noting",
    "lint": "linting",
    "new": "starting",
    "list": "listing",
    "show": "showing",
    "export": "exporting",
    "explain": "explaining",
    "report": "reporting",
    "compare": "comparing",
    "selftest": "testing",
    "schema": "describing",
    "serve": "serving",
    "completion": "completing",
}
"""The module of each command, in the order of the help; what is typed is imported."""

ABOUT = "Verify matrix-calculus identities, written as YAML records, against JAX."


class Parser(argparse.ArgumentParser):
    """A parser that complains in texts which move no cursor."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with what was typed, and exit."""
        super().error(printable(message))


def parser(only: str = "") -> argparse.ArgumentParser:
    """Return the parser of the command line, or of one command of it."""
    main = Parser(
        prog="nabla",
        description=ABOUT,
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

    for name, module in COMMANDS.items():
        if only in ("", name):
            command = import_module(f".{module}", __package__)
            command.add(add)
            if name == "verify":
                main.epilog = command.EXAMPLES
    return main


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
    typed = words[0] if words else ""
    if typed and typed not in COMMANDS and not typed.startswith("-"):
        hint = did_you_mean(typed, list(COMMANDS)) or "`nabla --help` shows them all"
        return refuse(f"no command `{typed[:80]}`", hint)
    main_parser = parser(typed if typed in COMMANDS else "")
    options = main_parser.parse_args(words)
    options.typed = shlex.join(["nabla", *words])
    options.parser = parser
    if options.command is None:
        main_parser.print_help(sys.stderr)
        return BAD_INPUT
    try:
        return options.run(options)
    except Refused as error:
        return refuse(error.text, error.hint)
    except KeyboardInterrupt:
        print(text.message("interrupted"), file=sys.stderr)
        return INTERRUPTED
