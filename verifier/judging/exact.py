"""The exact stage: both sides of a claim at random residues, at sizes up to 12.

A claim made of rational functions is compared in two fields (`fields`). If the sides
differ anywhere, the claim is false, and that is a proof. If it is false at some sizes,
then left minus right is a rational function that is not zero, and by Schwartz and
Zippel it vanishes at a random point with probability at most degree / order. Elementary
functions are taken for free ones (`engine.free`): what agrees then is proven alike, and
what differs is undecided.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from ..engine.finding import Finding
from ..language.distant import distant
from ..language.sizes import Case, generator
from ..language.statement import Claim, Statement
from ..language.term import Term
from .degrees import NotRational
from .fields import Fields, Shared
from .rational import Identity, unfit
from .trials import LARGEST, Trial, at_ones, chosen

RELATED = "the sides differ unless functions in them are related"
"""Why free functions decide nothing: exp(u + v) is exp(u) * exp(v)."""
CLAIMLESS = "the right side has no value where the left side has one"
UNDECIDED = Finding.UNDECIDED
ALL_ENTRIES = 40_000
"""Entries that the draws may take together; those of the smallest cases come first."""
MOST_SHOWN = 12
"""Choices of sizes that are printed one by one."""


@dataclass(frozen=True)
class Exactly:
    """What the exact stage found; `str` is the sentence for people."""

    finding: Finding
    sizes: tuple[Mapping[str, int], ...] = ()
    """Sizes, and whole numbers by name, at which the sides agree everywhere."""
    different: tuple[Mapping[str, int], ...] = ()
    """Sizes at which they differ, which is a proof: the search ends there."""
    draws: int = 0
    """Draws in all."""
    degree: int = 0
    """The largest degree of left minus right."""
    bound: float = 0.0
    """Probability that a claim that is false at one of `sizes` passes there."""
    reason: str = ""
    """Why nothing was decided."""
    free: bool = False
    """Whether elementary functions were taken for free ones."""
    partial: bool = False
    """Whether not every size to 12 was looked at."""
    claimless: Case | None = None
    """Where the right side has no value, and the left side has one."""
    suspect: Case | None = None
    """Where free functions differ, though they agree at smaller sizes."""
    cases: tuple[Case, ...] = ()
    """What `sizes`, or `different`, are."""

    def __str__(self) -> str:
        if self.finding is Finding.UNDECIDED:
            return f"not decided exactly: {self.reason}"
        if self.finding is Finding.DIFFERENT:
            return f"exact: the sides differ{show_sizes(self.different, ' at ')}"
        text = f"exact{show_sizes(self.sizes, ' at ')}"
        text += ", whatever the values of its functions" if self.free else ""
        if self.bound == 0:
            return text
        return (
            f"{text}: a false identity would pass with probability below "
            f"{_power_of_ten_above(self.bound)}"
        )


def _power_of_ten_above(bound: float) -> str:
    return f"1e{math.floor(math.log10(bound)) + 1}"


def show_sizes(sizes: Sequence[Mapping[str, int]], before: str) -> str:
    """Print sizes: `n = 2`, `n in {2, 3}`, `(m, n) in {(2, 3), (3, 2)}`.

    Many are only counted: `17 choices of (m, n) to 12`.
    """
    names = sorted(sizes[0]) if sizes else []
    if not names:
        return ""
    rows = sorted(tuple(chosen[name] for name in names) for chosen in sizes)
    left, *listed = (_row(row) for row in (names, *rows))
    if len(listed) > MOST_SHOWN:
        return f"{before}{len(listed)} choices of {left} to {max(map(max, rows))}"
    if len(listed) == 1:
        return f"{before}{left} = {listed[0]}"
    return f"{before}{left} in {{{', '.join(listed)}}}"


def _row(parts: Sequence[object]) -> str:
    text = ", ".join(map(str, parts))
    return text if len(parts) == 1 else f"({text})"


def compared(
    statement: Statement,
    claim: Claim,
    cases: Sequence[Case],
    seed: int,
    *,
    term: Term | None = None,
    shared: Shared | None = None,
) -> Exactly | None:
    """Compare the sides of a claim, or another closed form `term`, at random residues.

    None if they are not rational functions, not even of elementary functions that are
    taken for free ones: `unfit` says why. Every case gets a draw in each of the two
    fields, or more where the degree is so large that the bound would not be below
    1e-32. Deterministic in the seed and the record's id.
    """
    if term is None and claim.term is None:
        return None  # it is a word, as of a sign
    known = {} if shared is None else shared.setdefault("without roots", {})
    identity = Identity(statement, claim, term, known=known)
    if unfit(identity):
        identity = Identity(statement, claim, term, free=True, known=known)
        if unfit(identity):
            return None
    fields = Fields(seed, (statement.record.id, "residues"), shared)
    trials, reason, partial = _trials(identity, cases, fields)
    try:
        for trial in (*trials, *_far_out(identity, trials, fields)):
            if at_ones(trial.case) and not _has_values_elsewhere(trials):
                continue
            if trial.look() is Finding.DIFFERENT:
                if identity.free:
                    agreed = any(t.finding is Finding.SAME for t in trials)
                    suspect = trial.case if agreed else None
                    return Exactly(UNDECIDED, reason=RELATED, suspect=suspect)
                at = (dict(trial.case.numbers),)
                found = Finding.DIFFERENT, (), at, trial.draws, trial.degree
                return Exactly(*found, cases=(trial.case,))
    except NotRational as refused:
        return Exactly(UNDECIDED, reason=str(refused))
    same = [trial for trial in trials if trial.finding is Finding.SAME]
    if claimless := next((t.case for t in trials if t.claimless), None):
        return Exactly(UNDECIDED, reason=CLAIMLESS, claimless=claimless)
    if not same:
        return Exactly(UNDECIDED, reason=reason)
    return Exactly(
        Finding.SAME,
        tuple(dict(trial.case.numbers) for trial in same),
        (),
        sum(trial.draws * trial.parts for trial in same),
        max(trial.degree for trial in same),
        max(trial.bound for trial in same),
        free=identity.free,
        partial=partial or len(same) < len(trials),
        cases=tuple(trial.case for trial in same),
    )


def _far_out(
    identity: Identity, trials: Sequence[Trial], fields: Fields
) -> Iterator[Trial]:
    """Yield trials at distant numbers, where there are any and they are affordable.

    They refute only: what they say is no part of what is proven.
    """
    statement = identity.statement
    cases = [trial.case for trial in trials[:1]]
    roots = identity.written
    random = generator(fields.seed, *fields.words, "distant")
    for case in distant(cases, statement.demands, statement.whole, roots, random):
        with suppress(NotRational):  # an exponent that is too large
            trial = Trial(identity, case, fields)
            if not trial.too_large:
                yield trial


def _has_values_elsewhere(trials: Sequence[Trial]) -> bool:
    """Whether there are values at larger sizes, where there are such sizes."""
    others = [trial for trial in trials if not at_ones(trial.case)]
    return not others or any(trial.finding is Finding.SAME for trial in others)


def _trials(
    identity: Identity, cases: Sequence[Case], fields: Fields
) -> tuple[list[Trial], str, bool]:
    """Return the trials that are affordable.

    With them why there is nothing to be found, and whether sizes are left out.
    """
    found: list[Trial] = []
    names = identity.statement.sizes
    reason, entries, tried = "there are no sizes", 0, 0
    sorts = "cases", identity.statement.demands
    if sorts not in fields.shared:
        fields.shared[sorts] = list(chosen(identity, cases, fields.random))
    for case in fields.shared[sorts]:
        tried += 1
        if at_ones(case) and not found and reason != "there are no sizes":
            break  # what is true at size 1 alone says little
        try:
            trial = Trial(identity, case, fields)
        except NotRational as refused:  # an exponent that is too large at these sizes
            reason = str(refused)
            if identity.free and case in cases:
                return [], reason, True  # it is composed too deeply
            continue
        entries += trial.entries
        if trial.too_large or (found and entries > ALL_ENTRIES):
            reason = "the sizes are too large"
            continue
        found.append(trial)
    if found:
        reason = "a side is not defined"
    reach = {
        name: max((t.case.sizes[name] for t in found), default=0) for name in names
    }
    return found, reason, len(found) < tried or any(n < LARGEST for n in reach.values())
