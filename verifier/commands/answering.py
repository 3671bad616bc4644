"""How answers to statements are printed, at a prompt or not."""

from __future__ import annotations

import argparse
import json
import sys

from ..output import text
from ..output.answers import answer_text, headline
from ..reading.problem import InputError
from ..results.answer import Answer
from ..results.model import Report


def show(answer: Answer, options: argparse.Namespace, indent: int | None = 1) -> None:
    """Print an answer as it was asked for."""
    if options.format == "json":
        print(json.dumps(answer.to_json(), indent=indent, allow_nan=False))
    elif options.yaml:
        print(f"# {headline(answer)}\n{answer.record}", end="")
    else:
        print(answer_text(answer, text.Paint.of(sys.stdout)), end="")


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
