"""The verifier tested by mutants: every spoiled claim must fail, or be the same claim.

Whether a mutant is the same claim in other words is decided by the stages beyond
floating point, never by a list. A mutant that has a value at no draw, such as
`log(-abs(x))`, states nothing that could be true or false, and is counted apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..engine.outcome import FAILS, HOLDS, INCONCLUSIVE, Outcome
from ..engine.settings import Settings
from ..language.checker import check
from ..language.expression import parse
from ..language.printing import show
from ..language.shapes import infer
from ..language.statement import Claim, Statement
from ..reading.problem import Fault, Text
from ..reading.record import Record
from ..reading.record import WrittenClaim as Written
from . import pool
from .allowance import roomy
from .desk import Desk
from .mutants import mutants
from .session import CHUNK

DERIVED = ("function", "value", "limit", "expansion")
STRONG = ("ball", "exact")


@dataclass(frozen=True)
class Mutant:
    """A spoiled claim: of which record, how it was spoiled, and its text."""

    id: str
    field: str
    name: str
    text: str


@dataclass
class Census:
    """What became of the mutants."""

    killed: Counter[str] = field(default_factory=Counter)
    equivalent: list[Mutant] = field(default_factory=list)
    without_value: list[Mutant] = field(default_factory=list)
    survivors: list[tuple[Mutant, str]] = field(default_factory=list)

    @property
    def kill_rate(self) -> float:
        """Return the share of the false mutants that fail."""
        killed = sum(self.killed.values())
        return killed / max(1, killed + len(self.survivors))

    def count(self, mutant: Mutant, outcome: Outcome) -> None:
        """Count one mutant by its verdict."""
        verdict, known = outcome.verdict, outcome.evidence
        grade = str(known.get("grade", ""))
        if verdict == FAILS:
            self.killed[mutant.name] += 1
        elif verdict == HOLDS and grade in STRONG:
            self.equivalent.append(mutant)
        elif verdict == INCONCLUSIVE and known.get("undefined") and not known["draws"]:
            self.without_value.append(mutant)
        else:
            self.survivors.append((mutant, f"{verdict} ({grade})"))


def spoiled(record: Record) -> Iterator[tuple[Record, list[Mutant]]]:
    """Yield the record with its claims replaced by the mutants that conform."""
    statement, _ = check(record)
    if statement is None or record.expect != "holds" or record.subject not in DERIVED:
        return
    claims: list[Written] = []
    found: list[Mutant] = []
    for claim in statement.claims:
        for mutant in _conforming(statement, claim):
            where = claim.field if claim.layout is None else claim.layout.value
            text = Text(mutant.text, claim.place)
            claims.append(Written(where, text))
            found.append(mutant)
    if claims:
        yield replace(record, claims=tuple(claims)), found


def _conforming(statement: Statement, claim: Claim) -> Iterator[Mutant]:
    """Yield the mutants of a claim that have its shape: others fail before they run."""
    assert claim.term is not None
    scope = statement.scope(claim)
    for name, tree in mutants(parse(claim.text)):
        try:
            shape = infer(tree, scope).shape
        except Fault:
            continue
        if shape == claim.demanded:
            yield Mutant(statement.record.id, claim.field, name, show(tree))


def run(
    records: Sequence[Record],
    settings: Settings,
    *,
    jobs: int | None = None,
    cluster: str | None = None,
    on_result: Callable[[str], None] = lambda id: None,
) -> Census:
    """Verify the mutants of all records, and count what becomes of them."""
    pairs = [pair for record in records for pair in spoiled(record)]
    census = Census()

    def keep(index: int, outcome: Any) -> None:
        record, found = pairs[index]
        for i, mutant in enumerate(found):
            if isinstance(outcome, pool.Crash):
                census.survivors.append((mutant, f"crashed: {outcome.reason}"))
            else:
                census.count(mutant, outcome[i])
        on_result(record.id)

    with Desk(cluster=cluster) as desk:
        desk.run(
            [record for record, _ in pairs],
            replace(settings, diagnose=False),
            jobs=jobs,
            chunk_size=CHUNK,
            limits=roomy(),
            on_result=keep,
        )
    return census
