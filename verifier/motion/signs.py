"""Signs: which ones a value takes for all small values of a name."""

from __future__ import annotations

from ..engine.enclosure import Enclosure
from ..language.statement import Claim
from ..language.term import terms
from .looks import Look
from .paths import Motion
from .sightings import CLOSE, CLOSER, Scale, Signs


def signs(motion: Motion, word: str, thorough: bool) -> Signs:
    """Return the signs at one draw, as many as a claim of a word needs."""
    look = _look(motion, word, thorough, CLOSE)
    return (_look(motion, word, thorough, CLOSER) if look.fickle else look).signs()


def _look(motion: Motion, word: str, thorough: bool, scale: Scale) -> Look:
    look = Look(motion, word, scale)
    look.along_the_draw()
    if not look.settled and (thorough or word == "indefinite"):
        look.around()
    if not look.settled and thorough:
        look.beside()
    return look


def depends_on_draws(motion: Motion) -> bool:
    """Whether anything but the small name and the sizes varies."""
    return any(
        term.op in ("apply", "derived")
        or (term.op == "variable" and term.name != motion.name)
        for term in terms(motion.body)
    )


def sign(motion: Motion, claim: Claim, thorough: bool) -> Enclosure:
    """Return what one draw says about a claim of a sign."""
    return signs(motion, claim.word, thorough).judged(claim.word)
