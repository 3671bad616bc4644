"""The prompt of `nabla check`: statements line by line, with one worker kept warm."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..asking.entry import types_of
from ..engine.settings import Settings
from ..output import text
from ..output.text import problem_text
from ..reading.problem import InputError
from ..results.answer import CHOICES, Answer
from ..results.derivation import Derivation
from ..results.model import BAD_INPUT
from ..results.phrases import printable
from ..running import cache, interrupts
from ..running.desk import Desk
from ..running.inquiry import layouts_of
from .answering import show, show_mistake
from .differentiating import answer_or_derivation

ASK = "nabla> "
RANK = (0, 3, 1, 2)
"""Exit statuses from good to bad: of several statements the worst counts."""
HISTORY = 1000  # lines that are remembered
HELP = """\
  d(x.T @ A @ x)/dx = (A + A.T) @ x     check a statement (`nabla check --help`)
  :where A: symmetric(n), b: scalar     types for all further statements
  :where                                show them; `:where -` forgets them
  :layout either                        or both, numerator, denominator, mixed
  :draws 256, :seed 0                   how often, and from where, to draw
  :yaml                                 the last statement as a record for a file
  ?, :help                              this help
  :quit                                 leave; so does Ctrl-D, and Ctrl-C stops a check
"""


class Prompt:
    """Asks for statements until there are no more."""

    def __init__(self, options: argparse.Namespace, settings: Settings, desk: Desk):
        self.options, self.settings, self.desk = options, settings, desk
        self.where: dict[str, str] = {}
        self.last: Answer | Derivation | None = None
        self.statuses: list[int] = []
        self.talks = sys.stdin.isatty() and sys.stdout.isatty()

    def run(self) -> int:
        """Answer every line; return the worst status if nobody talks to it."""
        try:
            for types in self.options.where:
                self.declare(types)
        except InputError as error:
            show_mistake(error, self.options)
            return BAD_INPUT
        with history() if self.talks else contextlib.nullcontext():
            for line in self.lines():
                if not self.take(line.strip()):
                    break
        if self.talks:
            return 0
        return max(self.statuses, key=RANK.index, default=BAD_INPUT)

    def lines(self) -> Iterator[str]:
        """Yield what is typed or piped in."""
        if not self.talks:
            yield from sys.stdin
            return
        print("Type a statement, or ? for help.")
        while True:
            try:
                yield input(ASK)
            except EOFError:
                print()
                return
            except KeyboardInterrupt:
                interrupts.obeyed()
                print()

    def take(self, line: str) -> bool:
        """Do what a line says; False where it says to leave."""
        if not line or line.startswith("#"):
            return True
        if line[0] in ":?":
            word, _, rest = line.removeprefix(":").partition(" ")
            return self.command(word, rest.strip())
        try:
            self.statuses.append(self.check(line))
        except InputError as error:
            self.complain(error)
        except KeyboardInterrupt:
            interrupts.obeyed()
            print(text.message("stopped"), file=sys.stderr)
            self.statuses.append(BAD_INPUT)
            if not self.talks:
                return False
            self.desk.start(self.settings.device)
        return True

    def complain(self, error: InputError) -> None:
        """Show what is wrong with a statement, and remember that something was."""
        self.statuses.append(BAD_INPUT)
        show_mistake(error, self.options, indent=None)

    def check(self, statement: str) -> int:
        """Check a statement; types of names that do not occur in it do not matter."""
        if not self.talks and self.options.format == "text":
            print(text.Paint.of(sys.stdout)(printable(statement), "bold"))
        self.last = answer_or_derivation(
            statement,
            self.settings,
            where=self.where,
            layout=self.options.layout,
            command=self.options.typed,
            desk=self.desk,
            spare=True,
        )
        show(self.last, self.options, indent=None)
        sys.stdout.flush()
        return self.last.exit_status

    # commands

    def command(self, word: str, rest: str) -> bool:
        """Run a command of the prompt; False for the one that leaves."""
        known: dict[str, Callable[[str], None]] = {
            "where": self.set_where,
            "layout": self.set_layout,
            "draws": lambda said: self.set_number("draws", said),
            "seed": lambda said: self.set_number("seed", said),
            "yaml": lambda _: self.show_yaml(),
            "help": lambda _: print(HELP, end=""),
        }
        if word in ("quit", "q", "exit"):
            return False
        run = known.get("help" if word.startswith("?") else word)
        if run is None:
            said = f"no command `:{printable(word)[:40]}`"
            print(text.message(said, "`?` shows them all"), file=sys.stderr)
            return True
        try:
            run(rest)
        except InputError as error:
            show_mistake(error, self.options)
        return True

    def declare(self, types: str) -> None:
        """Take types for all further statements; InputError where they are none."""
        found, problems = types_of(types)
        if problems:
            raise InputError("\n\n".join(map(problem_text, problems)), problems)
        self.where |= found

    def set_where(self, types: str) -> None:
        """Add types, forget them all, or only show them."""
        if types == "-":
            self.where = {}
        else:
            self.declare(types)
        said = ", ".join(f"{name}: {found}" for name, found in self.where.items())
        print(printable(said) or "all types are inferred")

    def set_layout(self, layout: str) -> None:
        """Ask for other layouts from now on."""
        if layout not in CHOICES:
            raise InputError(f"layout is one of {', '.join(CHOICES)}")
        self.options.layout = layout
        self.settings = replace(self.settings, layouts=layouts_of(layout))

    def set_number(self, name: str, said: str) -> None:
        """Change the draws or the seed."""
        if not (said.isascii() and said.isdigit() and len(said) < 8):
            raise InputError(f"{name} is a whole number, not `{printable(said)[:40]}`")
        changed: dict[str, Any] = {name: int(said)}
        try:
            self.settings = replace(self.settings, **changed)
        except ValueError as error:
            raise InputError(str(error)) from None

    def show_yaml(self) -> None:
        """Show the last statement as a record."""
        if self.last is None:
            raise InputError("no statement was checked yet")
        print(self.last.record, end="")


@contextlib.contextmanager
def history() -> Iterator[None]:
    """Let lines be edited and called back; remember them in the cache folder."""
    try:
        import readline
    except ImportError:  # Windows
        yield
        return
    folder = cache.folder("prompt")
    place: Path | None = None if folder is None else folder / "history"
    readline.set_history_length(HISTORY)
    if place is not None:
        with contextlib.suppress(OSError):
            readline.read_history_file(place)
    try:
        yield
    finally:
        if place is not None:
            with contextlib.suppress(OSError):
                readline.write_history_file(place)
                place.chmod(0o600)
