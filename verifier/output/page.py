"""The report as the page shows it: identities in groups, everything in words.

Templates print these data and compute nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

from ..results import phrases
from ..results.model import Report, Result
from ..results.phrases import one_line, plural
from ..results.storage import pack
from .axis import Mark
from .identity import KINDS, MANY, Identity, ShownClaim, kind_of

UNFOLDED = 40
"""Identities that are listed at once; of more, only the files are."""
LINK = re.compile(r"https?://[^\s<>\"'`\\]+[^\s<>\"'`\\.,;:!?)\]}]")
ANCHOR = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True)
class Group:
    """The identities of one file that are as expected."""

    name: str
    identities: tuple[Identity, ...]

    @property
    def results(self) -> list[Result]:
        """Return the results of all of them."""
        return [r for one in self.identities for c in one.claims for r in c.results]


@dataclass(frozen=True)
class Page:
    """Everything that the page shows."""

    report: Report

    @cached_property
    def identities(self) -> list[Identity]:
        """The identities in the order of the run."""
        groups: dict[tuple[str, str], list[Result]] = {}
        for result in self.report.results:
            groups.setdefault((result.file, result.id), []).append(result)
        taken: set[str] = set()
        found = []
        for number, results in enumerate(groups.values(), 1):
            id = results[0].id
            # An id of another form is a counter: no stranger's text is an attribute.
            plain = ANCHOR.fullmatch(id) and len(id) <= 80 and id not in taken
            taken.add(id)
            anchor = f"id={id}" if plain else f"id=_{number}"
            found.append(Identity(anchor, tuple(self._claims(results))))
        return found

    def _claims(self, results: Sequence[Result]) -> Iterator[ShownClaim]:
        """Join the results that say the same in both layouts."""
        said: dict[str, list[Result]] = {}
        for number, result in enumerate(results):
            same = {**result.to_json(), "layout": "", "claim": ""}
            kind = result.claim if result.claim != result.layout else ""
            key = f"{kind} {same}" if result.layout else str(number)
            said.setdefault(key, []).append(result)
        for joined in said.values():
            yield ShownClaim(tuple(joined), self.report.run)

    @property
    def surprises(self) -> list[Identity]:
        """Return the identities that are not as expected, the most urgent first."""
        found = [one for one in self.identities if not one.as_expected]
        return sorted(found, key=lambda one: list(KINDS).index(one.kind))

    @cached_property
    def groups(self) -> list[Group]:
        """The identities that are as expected, by file."""
        files: dict[str, list[Identity]] = {}
        for one in self.identities:
            if one.as_expected:
                files.setdefault(one.head.file, []).append(one)
        return [Group(self.short(file), tuple(ones)) for file, ones in files.items()]

    @property
    def expected(self) -> int:
        """Return how many identities are as expected."""
        return len(self.identities) - len(self.surprises)

    @property
    def unfolded(self) -> bool:
        """Whether the files are so few that their identities are listed at once."""
        return self.expected <= UNFOLDED

    @cached_property
    def strip(self) -> list[list[Identity]]:
        """All identities by file, in the order of the run."""
        files: dict[str, list[Identity]] = {}
        for one in self.identities:
            files.setdefault(one.head.file, []).append(one)
        return list(files.values())

    def short(self, file: str) -> str:
        """Return a file's name without the folder that all files are in."""
        cut = len(self._folder)
        return one_line(file[cut:] if file.startswith(self._folder) else file)

    @cached_property
    def _folder(self) -> str:
        files = {result.file for result in self.report.results}
        if len(files) < 2:
            return ""
        steps = zip(*(file.split("/")[:-1] for file in files), strict=False)
        shared = [step[0] for step in takewhile(lambda s: len(set(s)) == 1, steps)]
        return "".join(f"{name}/" for name in shared)

    @property
    def counts(self) -> list[tuple[str, int, str]]:
        """Return what became of claims, of how many, and how that is said."""
        found = Counter(map(kind_of, self.report.results))
        return [
            (kind, count, said if count == 1 else MANY.get(kind, said))
            for kind, said in reversed(KINDS.items())
            if (count := found[kind])
        ]

    @property
    def headline(self) -> str:
        """Return the outcome in one sentence."""
        odd, count = len(self.surprises), len(self.identities)
        so_far = " so far" if self.report.interrupted else ""
        if not count:
            return "No identity was checked"
        if odd:
            ones, verb = (
                plural(count, "identity", "identities"),
                "is" if odd == 1 else "are",
            )
            return f"{odd:,} of {ones} {verb} not as expected{so_far}"
        ones = "The identity is" if count == 1 else f"All {count:,} identities are"
        return f"{ones} as expected{so_far}"

    @property
    def scope(self) -> str:
        """Return how much was checked."""
        files = {result.file for result in self.report.results}
        claims = plural(len(self.report.results), "claim")
        ones = plural(len(self.identities), "identity", "identities")
        return f"{claims} of {ones} in {plural(len(files), 'file')}"

    @property
    def findings(self) -> list[Identity]:
        """Return the identities where autodiff was found inaccurate."""
        return [
            one for one in self.identities if any(claim.finding for claim in one.claims)
        ]

    @property
    def marks(self) -> list[Mark]:
        """Return the marks that are drawn with the axis: the first of each identity."""
        found = {mark for one in self.identities for mark in one.marks[:1]}
        return sorted(found, key=lambda mark: mark.x)

    @property
    def latex(self) -> str:
        """Return the equations of every identity as LaTeX, packed for the script."""
        found = {
            one.anchor: [claim.formulas.latex for claim in one.columns]
            for one in self.identities
        }
        return pack(found)

    @property
    def tags(self) -> list[str]:
        """Return the tags of more than one identity."""
        found = Counter(tag for one in self.identities for tag in set(one.tags))
        return sorted(tag for tag, count in found.items() if count > 1)

    @property
    def grades(self) -> list[tuple[str, str]]:
        """Return the grades of evidence that occur, each with its words."""
        found = {claim.grade for one in self.identities for claim in one.claims}
        return [(key, said) for key, said in phrases.GRADES.items() if key in found]

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Return how the run was made, in pairs."""
        run = self.report.run
        known = [
            (name, str(run[name]))
            for name in ("seed", "draws", "device", "dtype", "executor", "size")
            if name in run
        ]
        known.append(("sizes", phrases.sizes_of(run.get("sizes_asked") or {})))
        known.append(("layouts", ", ".join(run.get("layouts", ()))))
        known.append(("started", str(run.get("started", "")).replace("T", " ")))
        known.append(("time", f"{run.get('seconds', 0.0):.1f} s"))
        if remembered := run.get("remembered"):
            known.append(("remembered", plural(remembered, "verdict")))
        known += [(name, str(v)) for name, v in (run.get("versions") or {}).items()]
        return [(name, value) for name, value in known if value]


def segments(source: str) -> Iterator[tuple[str, bool]]:
    """Split a text into pieces, each with whether it is a link to follow."""
    end = 0
    for match in LINK.finditer(source):
        yield source[end : match.start()], False
        yield match.group(), True
        end = match.end()
    yield source[end:], False
