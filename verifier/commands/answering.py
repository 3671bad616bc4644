"""How answers to statements are printed, at a prompt or not."""

from __future__ import annotations

import argparse
import json
import sys

from ..output import derived_text, text
from ..output.answers import answer_text, headline
from ..reading.problem import InputError
from ..results.answer import Answer
from ..results.derivation import Derivation
from ..results.model import Report


def show(
    answer: Answer | Derivation, options: argparse.Namespace, indent: int | None = 1
) -> None:
    """Print an answer as it was asked for."""
    if options.format == "json":
        print(json.dumps(answer.to_json(), indent=indent, allow_nan=False))
        return
    is_derived = isinstance(answer, Derivation)
    paint = text.Paint.of(sys.stdout)
    if options.yaml:
        said = derived_text.headline(answer) if is_derived else headline(answer)
        print(f"# {said}\n{answer.record}", end="")
    elif is_derived and getattr(options, "latex", False):
        print("\n".join(derived_text.latex(answer)))
    elif is_derived:
        print(derived_text.derivation_text(answer, paint), end="")
    else:
        print(answer_text(answer, paint), end="")


def show_mistake(
    error: InputError, options: argparse.Namespace, indent: int | None = 1
) -> None:
    """Print what is wrong with a statement: on standard error, or as JSON."""
    if options.format == "json":
        found = Report({}, (), error.problems).to_json()
        print(json.dumps(found, indent=indent, allow_nan=False))
        return
    paint = text.Paint.of(sys.stderr)
    said = [text.problem_text(problem, paint) for problem in error.problems]
    print("\n\n".join(said) or text.message(str(error)), file=sys.stderr)
