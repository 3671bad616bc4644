"""What each kind of finding means: the rules of readers that have rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from ..reading.problem import Problem
from ..results.explanations import explanations
from ..results.model import Result

NO_PASS = ("inconclusive", "malformed", "crashed")
"""Verdicts that are findings by themselves."""


@dataclass(frozen=True)
class Rule:
    """A kind of finding: its name, what it means, and what to do about it."""

    id: str
    gist: str
    means: str
    do: str
    level: str = "error"


@cache
def rules() -> Mapping[str, Rule]:
    """Return the rules: diagnoses, problems and verdicts, as they are explained."""
    found = [
        Rule(one.kind, one.gist, one.means, one.do)
        if one.kind != "inconclusive"
        else Rule(one.kind, one.gist, one.means, one.do, "warning")
        for one in explanations()
        if one.group in ("diagnoses", "problems") or one.kind in NO_PASS
    ]
    gist = "The claim is said to fail, and holds."
    do = "Take `expect: fails` away, or state the claim that is meant."
    found.append(Rule("holds-unexpectedly", gist, gist, do))
    return {rule.id: rule for rule in found}


def rule_of(result: Result) -> Rule:
    """Return the rule that a result falls under which is not as expected."""
    kind = result.verdict
    if kind == "holds":
        kind = "holds-unexpectedly"
    elif kind == "fails":
        kind = str((result.diagnosis or {}).get("kind") or "other")
    # A later version may know more kinds.
    known = rules()
    other = known["other"]
    return known.get(kind) or Rule(kind, other.gist, other.means, other.do)


def rule_of_problem(problem: Problem) -> Rule:
    """Return the rule that a problem of a record falls under."""
    known = rules()
    return known.get(problem.kind) or known["malformed"]
