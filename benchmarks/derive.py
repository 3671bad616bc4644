"""Closed forms derived from functions alone: how many, how long, how fast.

Every function of the catalogue that has a claim, and every function that other programs
test or show (`derive-functions.yaml`), is derived in the fields that its record claims.
What comes out is verified as any claim, and measured against the record's own. With
`--sympy` SymPy derives them too, as far as it takes them (pip install sympy).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from measuring import ROOT, judged, table

from verifier.deriving.algebra import length, names
from verifier.deriving.closed_form import ClosedForms
from verifier.deriving.links import NoRule
from verifier.engine.settings import Settings
from verifier.language.checker import check
from verifier.language.expression import parse
from verifier.language.printing import show
from verifier.language.statement import Claim, Statement
from verifier.language.tree import Tree
from verifier.reading.problem import Text
from verifier.reading.record import Record, WrittenClaim, load
from verifier.running.catalogue import Selection
from verifier.running.session import run

PEERS = Path(__file__).parent / "derive-functions.yaml"
DERIVED, LONG, SLOW = 0.95, 0.03, 0.05
OPEN = "0"
"""The claim of a record whose source gives no result."""
FIELDS = ("numerator", "denominator", "mixed", "differential", "hessian")


@dataclass(frozen=True)
class Form:
    """One derivative: what came out, in how many seconds, beside what is claimed."""

    record: Record
    field: str
    tree: Tree | None
    why: str
    seconds: float
    size: int
    claimed: int
    """Parts of the shortest claim; 0 if there is none."""

    @property
    def ratio(self) -> float:
        """How many times as long as the claim it is."""
        return self.size / self.claimed


def statements(paths: Sequence[Path]) -> Iterator[Statement]:
    """Yield the functions of records that are right."""
    for record in load(paths)[0]:
        if record.subject == "function" and record.expect == "holds":
            found, _ = check(record)
            if found is not None:
                yield found


def size(tree: Tree, lets: Mapping[str, Tree]) -> int:
    """Return the parts of a tree, and of each abbreviation that it uses, once."""
    seen: set[str] = set()
    total, left = 0, [tree]
    while left:
        part = left.pop()
        total += length(part)
        used = [name for name in names(part) if name in lets and name not in seen]
        seen.update(used)
        left += [lets[name] for name in used]
    return total


def field_of(claim: Claim) -> str:
    """Return what is derived for a claim: a layout, or its field."""
    return claim.layout.value if claim.layout else claim.field


def forms(statement: Statement) -> Iterator[Form]:
    """Derive every field that a record claims, without verification.

    What takes long is derived once more: other work on the machine is not counted.
    """
    found = list(_derived(statement))
    if any(form.seconds > SLOW for form in found):
        again = _derived(statement)
        found = [
            replace(one, seconds=min(one.seconds, other.seconds))
            for one, other in zip(found, again, strict=True)
        ]
    yield from found


def _derived(statement: Statement) -> Iterator[Form]:
    claims: dict[str, list[str]] = {}
    for claim in statement.claims:
        claims.setdefault(field_of(claim), []).append(claim.text)
    made = ClosedForms(statement)
    lets = statement.lets
    for field, texts in claims.items():
        began = time.process_time()
        tree, why = None, ""
        try:
            tree = made.form(field)
        except NoRule as reason:
            why = str(reason) or "no rule"
        seconds = time.process_time() - began
        given = [size(parse(text), lets) for text in texts if text != OPEN]
        own = size(tree, lets) if tree is not None else 0
        yield Form(
            statement.record, field, tree, why, seconds, own, min(given, default=0)
        )


def claiming(record: Record, found: Sequence[Form]) -> Record:
    """Return a record that claims what was derived."""
    place = record.body.place
    claims = tuple(
        WrittenClaim(form.field, Text(show(form.tree), place))
        for form in found
        if form.tree is not None
    )
    return replace(record, claims=claims)


def unverified(found: Sequence[Form], draws: int, jobs: int | None) -> list[str]:
    """Return what does not hold of all that was derived, each with its verdict."""
    by_record: dict[int, list[Form]] = {}
    for form in found:
        by_record.setdefault(id(form.record), []).append(form)
    records = [claiming(some[0].record, some) for some in by_record.values()]
    records = [record for record in records if record.claims]
    selection = Selection(tuple(records), (), 1)
    layouts = ("numerator", "denominator", "mixed")
    report = run(selection, Settings(draws=draws, layouts=layouts), jobs=jobs)
    problems = [f"{problem.place}: {problem.text}" for problem in report.problems]
    return problems + [
        f"{result.id}, {result.claim} {result.layout}: {result.verdict}: {result.text}"
        for result in report.results
        if result.verdict != "holds"
    ]


def noise() -> float:
    """Return by how much the same work takes longer at times on this machine."""
    taken = []
    for _ in range(40):
        began = time.process_time()
        sum(i * i for i in range(100_000))
        taken.append(time.process_time() - began)
    return max(taken) / min(taken)


def shown(found: Sequence[Form], long: bool) -> None:
    """Print what has no closed form, and what is much longer than its claim."""
    for form in found:
        if form.tree is None:
            body = form.record.body.value
            print(f"  {form.record.id}, {form.field}: {form.why}: {body}")
        elif long and form.claimed and form.ratio > 2:
            print(f"  {form.record.id}, {form.field}: {show(form.tree)}")


def counted(title: str, found: Sequence[Form], wrong: int) -> list[str]:
    """Return a row of the table."""
    made = [form for form in found if form.tree is not None]
    ratios = [form.ratio for form in made if form.claimed]
    times = sorted(1000 * form.seconds for form in found)
    return [
        title,
        str(len(found)),
        f"{len(made) / len(found):.1%}",
        str(wrong),
        f"{median(ratios):.2f}",
        f"{sum(ratio > 2 for ratio in ratios) / len(ratios):.1%}",
        f"{median(times):.0f}",
        f"{times[int(0.95 * len(times))]:.0f}",
        f"{sum(form.seconds > SLOW for form in found) / len(found):.1%}",
    ]


HEADS = ("functions of", "derived", "share", "not held", "size", "> 2 x", "ms", "95 %")
HEADS += ("> 50 ms",)


def measured(title: str, found: Sequence[Form], wrong: Sequence[str]) -> bool:
    """Judge the promises about some functions."""
    made = [form for form in found if form.tree is not None]
    ratios = [form.ratio for form in made if form.claimed]
    long = sum(ratio > 2 for ratio in ratios) / len(ratios)
    middle = median(form.seconds for form in found)
    promises = {
        f"at least {DERIVED:.0%} derived": len(made) >= DERIVED * len(found),
        "all verified": not wrong,
        "median size at most that of the claim": median(ratios) <= 1,
        f"at most {LONG:.0%} above twice": long <= LONG,
        "median time below 50 ms": middle < SLOW,
    }
    for promise, kept in promises.items():
        print(judged(f"{title}: {promise}", kept))
    return all(promises.values())


def beside_sympy(sources: Mapping[str, Sequence[Path]]) -> int:
    """Print what SymPy derives of the functions that claim a derivative."""
    try:
        import beside
        import sympy_values
    except ImportError as missing:
        print(f"--sympy needs SymPy (pip install sympy): {missing}", file=sys.stderr)
        return 2
    rows = []
    for title, paths in sources.items():
        known = [
            statement
            for statement in statements(paths)
            if any(claim.layout for claim in statement.claims)
        ]
        found = list(beside.outcomes(known, sympy_values.written))
        rows.append(beside.row(title, len(known), found))
        for theirs, ours in found:
            if theirs.said == "wrong" or any(one.said == "wrong" for one in ours):
                print(f"  {theirs.id}: SymPy {theirs.said}, ours {ours[0].said}")
    print(table(beside.HEADS, rows))
    return 0


def main() -> int:
    """Derive, verify, and print the table; 1 if a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path, help="in place of both")
    parser.add_argument("--draws", type=int, default=64, help="(default: 64)")
    parser.add_argument("--jobs", type=int, help="workers (default: all cores)")
    parser.add_argument("--show", action="store_true", help="print what is long")
    parser.add_argument("--unverified", action="store_true", help="do not verify")
    parser.add_argument("--sympy", action="store_true", help="beside SymPy, no more")
    asked = parser.parse_args()
    sources = {str(path): [path] for path in asked.paths} or {
        "the catalogue": sorted((ROOT / "identities").rglob("*.yaml")),
        "other programs": [PEERS],
    }
    if asked.sympy:
        return beside_sympy(sources)
    rows, kept = [], []
    for title, paths in sources.items():
        known = list(statements(paths))
        found = [form for statement in known for form in forms(statement)]
        wrong = [] if asked.unverified else unverified(found, asked.draws, asked.jobs)
        print(*wrong, sep="\n")
        shown(found, asked.show)
        rows.append(counted(title, found, len(wrong)))
        kept.append(measured(title, found, wrong))
    print(f"\nthe same work takes up to {noise():.1f} times as long at times here")
    print(table(HEADS, rows))
    return int(not all(kept))


if __name__ == "__main__":
    sys.exit(main())
