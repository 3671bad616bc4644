"""`nabla explain`: what a verdict, a diagnosis or a problem means, with an example."""

from __future__ import annotations

import argparse
import sys

from ..output import text
from ..results.model import AS_EXPECTED
from ..results.phrases import did_you_mean
from .options import Add, refuse


def add(command: Add) -> None:
    """Add the command."""
    sub = command("explain", explain, "explain a verdict, a diagnosis or a problem")
    sub.add_argument(
        "kind",
        nargs="?",
        metavar="KIND",
        help="a word of a result, or functions, or types; none: list them",
    )
    sub.add_argument(
        "--example", action="store_true", help="print only the records that get it"
    )


def explain(options: argparse.Namespace) -> int:
    """Run `nabla explain`."""
    from ..output.explanation import explanation_text, list_text
    from ..output.reference import TOPICS, listed, topic_text
    from ..results.explanations import explained, explanations

    paint = text.Paint.of(sys.stdout)
    if options.kind is None:
        if options.example:
            return refuse("an example of what?", "`nabla explain` lists every kind")
        print(list_text(explanations(), paint))
        print(listed("the language", list(TOPICS.items()), paint), end="")
        return AS_EXPECTED
    if options.kind in TOPICS and not options.example:
        print(topic_text(options.kind, paint), end="")
        return AS_EXPECTED
    found = explained(options.kind)
    if not found:
        known = [*(one.kind for one in explanations()), *TOPICS]
        hint = did_you_mean(options.kind, known) or "`nabla explain` lists every kind"
        return refuse(f"nothing is known about `{options.kind}`", hint)
    example = "".join(one.example for one in found)
    if options.example and not example:
        return refuse(f"no record gets `{options.kind}` by itself")
    if options.example:
        print(example, end="")
    else:
        print("\n".join(explanation_text(one, paint) for one in found), end="")
    return AS_EXPECTED
