"""`nabla check`: one statement, typed on the command line or at a prompt."""

from __future__ import annotations

import argparse

from ..engine.settings import Settings
from ..language.notation import GRAMMAR, RULES, SPELLINGS
from ..reading.problem import InputError
from ..results.answer import CHOICES, EITHER
from ..results.model import BAD_INPUT
from ..running import device
from ..running.desk import Desk
from .options import Add, device_option, draw_options, fresh_option, refuse

ABOUT = """\
Check one statement, and say in which layout it holds. Put it in quotes. What has no
right side is derived, as `nabla derive` does. Without a statement, a prompt asks for
statements; from a pipe, every line is one.
"""
EPILOG = f"""\
{GRAMMAR}
{SPELLINGS}
{RULES}
examples:
  nabla check "d(x.T @ A @ x)/dx = (A + A.T) @ x"
  nabla check "d(x.T @ A @ x)/dx = 2*A @ x" --where "A: symmetric(n)"
  nabla check "∇_x xᵀAx = 2Ax where A is symmetric"
  nabla check "d(log(det(X)))/dX = inv(X).T" --yaml >> mine.yaml
  nabla check "d(x.T @ A @ x)/dx"               what is it? (see `nabla derive`)

exit status of `nabla check`:
  0  the statement holds in the layout asked for, or in one of the two
  1  it fails
  2  bad usage, or a statement that cannot be read
  3  it is inconclusive, or the check crashed
"""


def add(command: Add) -> None:
    """Add the command."""
    sub = command(
        "check", run, "check one statement, or ask at a prompt", ABOUT, EPILOG
    )
    option = sub.add_argument
    option(
        "statement", nargs="*", metavar="STATEMENT", help="`left = right`, in quotes"
    )
    option(
        "--where",
        action="append",
        default=[],
        metavar="TYPES",
        help='types of names, such as "A: symmetric(n), b: scalar" (may be repeated)',
    )
    option(
        "--layout",
        choices=CHOICES,
        default=EITHER,
        help="the layout in which it must hold (default: either)",
    )
    draw_options(sub, jobs=False)
    device_option(sub)
    fresh_option(sub)
    option(
        "--format",
        choices=("text", "json"),
        default="text",
        help="what to print (default: text)",
    )
    option("--yaml", action="store_true", help="print it as a record for a file")


def run(options: argparse.Namespace) -> int:
    """Run `nabla check`."""
    if len(options.statement) > 1:
        return refuse("more than one statement", "put the statement in quotes")
    try:
        place = device.find(options.device)
    except device.NoDevice as none:
        return refuse(str(none), "use `--device cpu`")
    with Desk(options.fresh) as desk:
        desk.start(place)  # it imports JAX while the statement is read or typed
        return answer(options, place, desk)


def answer(options: argparse.Namespace, place: str, desk: Desk) -> int:
    """Answer the statement, or all that are typed."""
    from ..running.inquiry import layouts_of
    from .answering import show, show_mistake
    from .differentiating import answer_or_derivation
    from .prompt import Prompt

    layouts = layouts_of(options.layout)
    settings = Settings(options.seed, options.draws, device=place, layouts=layouts)
    if not options.statement:
        return Prompt(options, settings, desk).run()
    try:
        found = answer_or_derivation(
            options.statement[0],
            settings,
            where=", ".join(options.where),
            layout=options.layout,
            command=options.typed,
            desk=desk,
        )
    except InputError as error:
        show_mistake(error, options)
        return BAD_INPUT
    desk.close()  # before printing, which may have to wait for a reader
    show(found, options)
    return found.exit_status
