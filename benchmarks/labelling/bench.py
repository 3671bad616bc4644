"""The verifier, asked many claims at once whether they hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b

from verifier.engine.settings import LAYOUTS, Settings
from verifier.reading.record import Record
from verifier.reading.writing import yaml_of
from verifier.running.catalogue import Selection
from verifier.running.desk import Desk
from verifier.running.device import find
from verifier.running.session import run

from .sameness import Equation, Way, same

DRAWS = 64
"""Enough to see whether two formulas are the same."""


@dataclass
class Bench:
    """The verifier, asked whether claims hold."""

    desk: Desk
    jobs: int | None = None
    draws: int = DRAWS
    known: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def ask(self, records: Iterable[Record]) -> None:
        """Verify records, all in one run."""
        new = {
            named.id: named
            for named in map(_named, records)
            if named.id not in self.known
        }
        settings = Settings(
            draws=self.draws, device=find("cpu"), layouts=LAYOUTS, diagnose=False
        )
        selection = Selection(tuple(new.values()), (), 1)
        report = (
            run(selection, settings, jobs=self.jobs, desk=self.desk) if new else None
        )
        found: dict[str, list[str]] = {id: [] for id in new}
        for result in report.results if report else ():
            found[result.id].append(result.verdict)
        self.known |= {id: tuple(verdicts) for id, verdicts in found.items()}

    def verdicts(self, record: Record) -> tuple[str, ...]:
        """Return the verdicts on all claims of a record that was asked."""
        return self.known[_named(record).id]

    def ask_all(self, ways: Iterable[Way], more: Iterable[Record]) -> None:
        """Ask all that may have to hold, and further records."""
        equations = (one for way in ways for either in way for one in either)
        asked = [record for one in equations if (record := one.record)]
        self.ask([*asked, *more])

    def same(self, ways: Sequence[Way]) -> bool:
        """Whether all of one way holds, which was asked."""
        return same(ways, self.holds)

    def holds(self, equation: Equation) -> bool:
        """Whether an equation that was asked holds."""
        record = equation.record
        return record is not None and "holds" in self.verdicts(record)


def _named(record: Record) -> Record:
    text = yaml_of(replace(record, id="x")).encode()
    return replace(record, id=f"x-{blake2b(text).hexdigest()[:16]}")
