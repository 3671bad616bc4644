"""What each kind of finding means: the rules of readers that have rules."""

from __future__ import annotations

from dataclasses import dataclass

from ..results.model import Result


@dataclass(frozen=True)
class Rule:
    """A kind of finding: its name, what it means, and what to do about it."""

    id: str
    means: str
    do: str
    level: str = "error"


WRITE = "Write what the message suggests; it was verified at every draw."
RULES = {
    rule.id: rule
    for rule in (
        Rule("wrong-layout", "The claim is right in the other layout.", WRITE),
        Rule("transposed", "A part of the claim stands transposed.", WRITE),
        Rule("factor", "The claim is right up to a constant factor.", WRITE),
        Rule("sign", "The claim has the opposite sign.", WRITE),
        Rule(
            "needs-symmetric",
            "The claim is right for symmetric matrices only.",
            "Declare the matrix `symmetric(n)`, or write what the message suggests.",
        ),
        Rule(
            "needs-square",
            "The claim is right for square matrices only.",
            "Declare the matrix with one size, or write what the message suggests.",
        ),
        Rule(
            "needs-other-assumption",
            "The claim is right for a class of inputs only, which the message names.",
            "Declare that type, or write what the message suggests.",
        ),
        Rule("wrong-order", "Factors of the claim stand in the wrong order.", WRITE),
        Rule("missing-term", "A term of the claim is missing, or is too much.", WRITE),
        Rule("wrong-power", "An exponent of the claim is wrong.", WRITE),
        Rule(
            "shape",
            "The claim has another shape than its layout demands.",
            "Compare both shapes in the message with the table of layouts.",
        ),
        Rule(
            "other",
            "The claim differs from the derivative by JAX.",
            "Work out the smallest case of the message by hand.",
        ),
        Rule(
            "holds-unexpectedly",
            "The claim is said to fail, and holds.",
            "Take `expect: fails` away, or state the claim that is meant.",
        ),
        Rule(
            "inconclusive",
            "Neither was shown: that the claim holds, or that it fails.",
            "Look at the reason in the message; more draws or other types may decide.",
            "warning",
        ),
        Rule(
            "crashed",
            "The verifier came to grief over this record: a fault of its own.",
            "Report it, with the record and the last words of the message.",
        ),
        Rule(
            "malformed",
            "The record cannot be read, so nothing of it was checked.",
            "Mend the record as the hint of the message says.",
        ),
    )
}


def rule_of(result: Result) -> Rule:
    """Return the rule that a result falls under which is not as expected."""
    kind = result.verdict
    if kind == "holds":
        kind = "holds-unexpectedly"
    elif kind == "fails":
        kind = str((result.diagnosis or {}).get("kind") or "other")
    # A later version may know more kinds.
    return RULES.get(kind) or Rule(kind, RULES["other"].means, RULES["other"].do)
