"""What verdicts on the statements of a document come to: errors, or not so sure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from ..notes.model import ASIDE, CONDITION, SWAPPED, Finding, Inference, Other, Verdict
from ..results.model import Result

CLOSE, SEVERAL = 12, 2
"""Lines near a rule, and rules there that hold, which make it one of a list."""


def with_rules(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Take an equation among rules that hold for a rule, and no condition."""
    return [
        replace(verdict, finding=replace(verdict.finding, weak=""))
        if _is_listed(verdict, verdicts)
        else replace(verdict, finding=replace(verdict.finding, rule=False))
        for verdict in verdicts
    ]


def _is_listed(verdict: Verdict, verdicts: Sequence[Verdict]) -> bool:
    """Whether a rule that fails stands among some that hold, or in part holds."""
    finding = verdict.finding
    if not finding.rule or verdict.kind != "fails":
        return False
    if any(result.verdict == "holds" for result in verdict.results):
        return True
    near = [
        other
        for other in verdicts
        if other.verdict == "holds" and other.finding.record is not None
        if other.finding.record.subject == "value"
        if other.finding.place.file == finding.place.file
        if abs(other.finding.place.line - finding.place.line) <= CLOSE
    ]
    return len(near) >= SEVERAL


def kept(verdict: Verdict) -> Verdict:
    """Refute what holds in another layout than the one that the text keeps to."""
    finding = verdict.finding
    if not finding.breaks or verdict.verdict != "holds" or finding.record is None:
        return verdict
    other = Other(finding.record, finding.read, finding.breaks, excuses=False)
    return replace(verdict, verdict="fails", under=finding.breaks, other=other)


def with_conventions(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Take `K_{nm}` for an error where the text means `K_{mn}` elsewhere."""
    kept = {
        verdict.finding.place.file
        for verdict in verdicts
        if verdict.verdict == "holds" and "commutation(" in verdict.finding.read
    }
    return [
        replace(verdict, other=replace(verdict.other, excuses=False))
        if verdict.other is not None
        and verdict.under == SWAPPED
        and not verdict.finding.doubts
        and verdict.finding.place.file in kept
        else verdict
        for verdict in verdicts
    ]


def without_weak(verdict: Verdict) -> Verdict:
    """Call a formula no statement that fails, and that may have been a condition."""
    weak = verdict.finding.weak
    if not weak or verdict.kind not in ("fails", "conditional"):
        return verdict
    return _aside(verdict.finding, weak)


def _aside(finding: Finding, why: str) -> Verdict:
    """Return the verdict on what is no statement."""
    return Verdict(replace(finding, status=ASIDE, reason=why, record=None, others=()))


def unsure(verdict: Verdict) -> Verdict:
    """Leave open what fails, and what depends on something that was not understood."""
    finding = verdict.finding
    if verdict.kind != "fails" or verdict.other is not None or not finding.doubts:
        return verdict
    finding = replace(finding, inferred=(*finding.inferred, *finding.doubts))
    return replace(verdict, finding=finding, verdict="inconclusive")


def doubted(verdict: Verdict) -> Verdict:
    """Leave open what fails, and what no small change would make right.

    People get a sign, a factor or a transpose wrong. What is far from anything that is
    true was more likely meant otherwise than it was read.
    """
    if not is_far(verdict):
        return verdict
    finding = verdict.finding
    if finding.rule:
        return _aside(finding, CONDITION)
    inferred = (*finding.inferred, Inference(FAR, "from the diagnosis"))
    finding = replace(finding, inferred=inferred)
    return replace(verdict, finding=finding, verdict="inconclusive")


def is_far(verdict: Verdict) -> bool:
    """Whether a statement fails, and no small change would make it right."""
    if verdict.kind != "fails" or verdict.other is not None:
        return False
    wrong = [result for result in verdict.results if result.verdict == "fails"]
    return bool(wrong) and not any(map(_is_near, wrong))


def nearest(verdict: Verdict) -> Other | None:
    """Return the reading in which a statement that is far from right may be nearer."""
    others = (one for one in verdict.finding.others if one.excuses)
    return next((one for one in others if one.why.endswith("symmetric")), None)


FAR = "as it is read it fails, and no small change would mend it: was it meant so?"
VAGUE = ("other", "needs-other-assumption")
"""Kinds of mistakes that have no name."""
SHORT = 8
"""Tokens of a claim all of which may change."""


def _is_near(result: Result) -> bool:
    """Whether a claim is a mistake that people make away from what is true."""
    found = result.diagnosis or {}
    suggestion = found.get("suggestion")
    if not suggestion:
        return bool(found) and found.get("kind") not in VAGUE
    claimed, right = (_TOKEN.findall(text) for text in (result.text, suggestion))
    alike = SequenceMatcher(None, claimed, right, autojunk=False).ratio()
    if found.get("kind") in VAGUE:
        return alike > 0.6
    return alike > 0.35 or len(claimed) <= SHORT


_TOKEN = re.compile(r"\w+|\S")
