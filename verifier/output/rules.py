"""The kinds of findings, for readers that have rules."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ..reading.problem import Problem
from ..results.explanations import explanations
from ..results.model import Result
from ..results.phrases import printable

UNEXPECTED = "holds-unexpectedly"
VERDICTS = {"holds": UNEXPECTED, "fails": "other"}
"""The rule of a verdict; of any other it is the verdict itself."""


@dataclass(frozen=True)
class Rule:
    """A kind of finding: its name, what it means, and what to do about it."""

    id: str
    gist: str
    means: str
    do: str
    level: str = "error"

    @property
    def help(self) -> str:
        """Return what is to be known, and where there is more."""
        more = "" if self.id == UNEXPECTED else f"\n\n`nabla explain {self.id}`"
        return f"{self.means}\n\n{self.do}{more}"


@cache
def rules() -> dict[str, Rule]:
    """Return a rule for every diagnosis, kind of problem and open verdict."""
    found = {}
    for one in explanations():
        if one.group == "grades" or one.kind == "fails":
            continue
        gist, means = one.gist, one.means
        if one.kind == "holds":
            gist = means = "A claim that is expected to fail holds."
        level = "warning" if one.kind == "inconclusive" else "error"
        id = VERDICTS.get(one.kind, one.kind) if one.group == "verdicts" else one.kind
        found[id] = Rule(id, gist, means, one.do, level)
    return found


def rule_of(finding: Result | Problem) -> Rule:
    """Return the rule of a problem, or of a result that is not as expected."""
    if isinstance(finding, Problem):
        return _named(finding.kind or "malformed", "malformed")
    kind = VERDICTS.get(finding.verdict, finding.verdict)
    if finding.verdict == "fails":
        kind = str((finding.diagnosis or {}).get("kind") or kind)
    return _named(kind, "other")


def _named(kind: str, like: str) -> Rule:
    """Return a rule by its name; a later version may know more of them."""
    known = rules()
    return known.get(kind) or Rule(
        printable(kind), known[like].gist, known[like].means, known[like].do
    )
