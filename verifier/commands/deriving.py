"""`nabla derive`: a derivative in closed form, verified before it is shown."""

from __future__ import annotations

import argparse

from ..engine.settings import Settings
from ..reading.problem import InputError
from ..results.answer import CHOICES, EITHER
from ..results.derivation import Derivation
from ..results.model import BAD_INPUT
from ..running import device
from ..running.desk import Desk
from .answering import show, show_mistake
from .options import Add, device_option, draw_options, fresh_option, refuse

FRAMEWORKS = ("numpy", "jax", "torch")
ABOUT = """\
Derive a function in closed form, in numerator and denominator layout. Every form is
verified, as a claim of a record is, before it is shown. Give the derivative that is
asked for, in any spelling that `nabla check` reads, or the id of a record.
"""
EPILOG = """\
examples:
  nabla derive "d(x.T @ A @ x)/dx"
  nabla derive "∇_x ‖Ax - b‖²" --layout denominator
  nabla derive "norm(A @ x - b)**2" --wrt x --hessian
  nabla derive "d(log det X)/dX" --where "X: positive_definite(n)" --differential
  nabla derive softmax-jacobian --latex
  nabla derive "d(tr(A @ inv(X)))/dX" --steps
  nabla derive "d(norm(A @ x - b)**2)/dx" --python numpy
  nabla derive "d(x.T @ A @ x)/dx" --yaml >> mine.yaml

exit status of `nabla derive`:
  0  all that was asked for was derived and verified
  2  bad usage, or something that cannot be read
  3  some of it has no closed form here, or could not be verified
"""


def add(command: Add) -> None:
    """Add the command."""
    sub = command("derive", run, "derive a function in closed form", ABOUT, EPILOG)
    option = sub.add_argument
    option(
        "statement",
        metavar="STATEMENT",
        help="such as `d(x.T @ x)/dx`, or a record's id",
    )
    option(
        "--where",
        action="append",
        default=[],
        metavar="TYPES",
        help='types of names, such as "A: symmetric(n), b: scalar" (may be repeated)',
    )
    option("--wrt", default="", metavar="NAME", help="what a function is derived by")
    option(
        "--layout",
        choices=CHOICES,
        default=EITHER,
        help="the layout that is wanted (default: numerator and denominator)",
    )
    option("--differential", action="store_true", help="the differential as well")
    option("--hessian", action="store_true", help="the Hessian as well")
    said = "tell it as a textbook does, line by line; each line is verified"
    option("--steps", action="store_true", help=said)
    draw_options(sub, jobs=False)
    device_option(sub)
    fresh_option(sub)
    form = sub.add_mutually_exclusive_group()
    form.add_argument("--latex", action="store_true", help="print it as LaTeX")
    form.add_argument(
        "--python",
        choices=FRAMEWORKS,
        help="print a function and its derivative that run",
    )
    form.add_argument("--yaml", action="store_true", help="print a record for a file")
    form.add_argument(
        "--format",
        choices=("text", "json"),
        default="text",
        help="what to print (default: text)",
    )


def run(options: argparse.Namespace) -> int:
    """Run `nabla derive`."""
    from .differentiating import derivation_of

    try:
        place = device.find(options.device)
    except device.NoDevice as none:
        return refuse(str(none), "use `--device cpu`")
    more = [name for name in ("differential", "hessian") if getattr(options, name)]
    settings = Settings(options.seed, options.draws, device=place)
    with Desk(options.fresh) as desk:
        desk.start(place)  # it imports JAX while the statement is read
        try:
            found = derivation_of(
                options.statement,
                settings,
                where=", ".join(options.where),
                wrt=options.wrt,
                layout=options.layout,
                more=more,
                told=options.steps,
                command=options.typed,
                desk=desk,
            )
        except InputError as error:
            show_mistake(error, options)
            return BAD_INPUT
    if options.python and found.forms:
        return _print_program(found, options.python)
    show(found, options)
    return found.exit_status


def _print_program(found: Derivation, framework: str) -> int:
    """Print what was derived as Python, or say what the framework lacks."""
    from ..output.derived_program import program_of
    from ..output.translation import NoTranslation

    try:
        print(program_of(found, framework), end="")
    except NoTranslation as none:
        return refuse(f"no Python for this: {none}")
    return found.exit_status
