"""For a wrong word about a sign: the word that is right, or where it would be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..engine.experiment import Experiment
from ..engine.outcome import FAILS, HOLDS, Outcome, diagnosis
from ..judging.judge import verdict_on
from ..language.checker import SIGNS
from ..language.statement import Claim
from .classes import Narrowing, narrowings
from .trials import SCALES, scaled

OPPOSITES = {"positive", "negative"}


def other_word(
    experiment: Experiment, claim: Claim, outcome: Outcome
) -> dict[str, str]:
    """Say what was seen, and which word holds, or for which inputs this one does."""
    seen = outcome.evidence["note"]
    if experiment.statement.record.subject != "sign":
        return diagnosis("other", f"the claim differs: {seen}")
    notes: set[str] = set()
    for word in SIGNS:
        other = replace(claim, text=word, word=word)
        found = outcome if word == claim.word else verdict_on(experiment, other)
        if found.verdict == HOLDS and not _fails_far(experiment, other):
            kind = "sign" if {claim.word, word} == OPPOSITES else "other"
            return diagnosis(kind, f"the claim differs: {seen}; write `{word}`", word)
        if found.verdict == FAILS:
            notes.add(_bare(found.evidence["note"]))
    narrowing = next(_narrowings(experiment, claim), None)
    if narrowing is not None:
        text = f"the claim differs: {seen}; it holds when {narrowing.words}"
        return diagnosis("needs-other-assumption", text)
    elsewhere = sorted(notes - {_bare(seen)})
    also = "".join(f", and elsewhere {note}" for note in elsewhere)
    return diagnosis("other", f"the claim differs: {seen}{also}")


def _bare(note: str) -> str:
    return note.removesuffix(" here")


def _narrowings(experiment: Experiment, claim: Claim) -> Iterator[Narrowing]:
    """Yield the narrower classes of inputs for which a word holds."""
    for narrowing in narrowings(experiment.statement):
        one = Experiment(narrowing.of(experiment.statement), experiment.settings)
        if verdict_on(one, claim).verdict == HOLDS and not _fails_far(one, claim):
            yield narrowing


def _fails_far(experiment: Experiment, claim: Claim) -> bool:
    """Whether a word is wrong where all other values are large, or small."""
    for scale in SCALES:
        far = Experiment(experiment.statement, experiment.settings)
        far.blocks = [
            replace(block, draws=scaled(block.draws, scale)) for block in far.blocks
        ]
        if verdict_on(far, claim).verdict == FAILS:
            return True
    return False
