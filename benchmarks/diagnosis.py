"""The diagnosis measured: one mistake of a known kind in each claim of the catalogue.

Nothing is labelled by hand: a mistake is made by a rule, and the rule is the label. The
diagnosis is right if it names the kind; whatever it suggests is verified again, as a
claim of its own, with other draws.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from measuring import judged, table

from verifier.deriving.algebra import Rebuild, negative, spots, transpose
from verifier.engine.settings import Settings
from verifier.language.checker import check
from verifier.language.expression import parse
from verifier.language.printing import show
from verifier.language.shapes import infer
from verifier.language.statement import Claim, Statement
from verifier.language.tree import Call, Name, Number, Tree
from verifier.reading.problem import Fault, Text
from verifier.reading.record import Record, WrittenClaim, load
from verifier.running import pool
from verifier.running.desk import WORK
from verifier.running.session import CHUNK

CATALOGUE = Path(__file__).parent.parent / "identities"
SUBJECTS = ("function", "value", "expansion", "limit")
TWO = Number(Fraction(2))
SHARE = 0.8
ALSO = {
    # A transpose of everything, which may be what a transposed factor comes to.
    "transposed": ("wrong-layout",),
    "wrong-order": ("wrong-layout", "row-major"),
    "row-major": ("wrong-order", "wrong-layout"),
    # What is taken away may be a constant, or an identity.
    "missing-term": ("factor", "missing-identity"),
    "wrong-layout": ("transposed",),
}
"""Other names of the same mistake."""

Mistake = tuple[str, Tree]


def mistakes(tree: Tree) -> Iterator[Mistake]:
    """Yield every mistake of every kind in a right claim, with its kind."""
    yield "wrong-layout", transpose(tree)
    yield "sign", negative(tree)
    yield "factor", Call("mul", (TWO, tree))
    for part, rebuild in spots(tree):
        yield from _in(part, rebuild)


def _in(part: Tree, rebuild: Rebuild) -> Iterator[Mistake]:
    match part:
        case Call("add" | "sub" as name, (left, right)):
            other = "sub" if name == "add" else "add"
            yield "sign", rebuild(Call(other, (left, right)))
            yield "missing-term", rebuild(left)
            yield "missing-term", rebuild(right if name == "add" else negative(right))
            for k in (TWO, Number(Fraction(1, 2))):
                yield "factor", rebuild(Call(name, (left, Call("mul", (k, right)))))
        case Call("mul" | "matmul", (Number(), right)):
            yield "factor", rebuild(right)
        case Call("mul" | "matmul" as name, (left, right)):
            yield "missing-term", rebuild(left)
            yield "missing-term", rebuild(right)
            if name == "matmul":
                yield "wrong-order", rebuild(Call(name, (right, left)))
        case Call("div", (left, Number())):
            yield "factor", rebuild(left)
        case Call("transpose", (inner,)):
            yield "transposed", rebuild(inner)
        case Call("kron", (left, right)):
            yield "row-major", rebuild(Call("kron", (right, left)))
        case Call("pow" | "matpow" as name, (base, Number(k))):
            yield "wrong-power", rebuild(Call(name, (base, Number(k + 1))))
            yield "wrong-power", rebuild(base)
        case Call("inv", (inner,)):
            yield "wrong-power", rebuild(inner)
    match part:
        case Call("add", (left, Call("transpose", (right,)))) if left == right:
            yield "needs-symmetric", rebuild(Call("mul", (TWO, left)))
        case Name():
            yield "transposed", rebuild(Call("transpose", (part,)))


def spoiled(record: Record, most: int) -> tuple[Record, list[str]] | None:
    """Return the record with mistakes as its claims, and the kind of each."""
    statement, _ = check(record)
    if statement is None or record.expect != "holds" or record.subject not in SUBJECTS:
        return None
    claims: list[WrittenClaim] = []
    kinds: list[str] = []
    for claim in statement.claims:
        for kind, tree in _some(statement, claim, most):
            where = claim.field if claim.layout is None else claim.layout.value
            claims.append(WrittenClaim(where, Text(show(tree), claim.place)))
            kinds.append(kind)
    return (replace(record, claims=tuple(claims)), kinds) if claims else None


def _some(statement: Statement, claim: Claim, most: int) -> Iterator[Mistake]:
    """Yield a few mistakes that make sense, of as many kinds as there are."""
    scope = statement.scope(claim)
    tree = parse(claim.text)
    found: dict[str, list[Tree]] = {}
    for kind, mistaken in mistakes(tree):
        try:
            shape = infer(mistaken, scope).shape
        except Fault:
            continue
        if kind == "wrong-layout" or shape == claim.demanded:
            found.setdefault(kind, []).append(mistaken)
    random_ = random.Random(f"{statement.record.id} {claim.field} {claim.layout}")
    for trees in found.values():
        random_.shuffle(trees)
    ways = [(i, kind) for kind, trees in found.items() for i in range(len(trees))]
    random_.shuffle(ways)
    for i, kind in sorted(ways, key=lambda way: way[0])[:most]:
        yield kind, found[kind][i]


def outcomes(records: Sequence[Record], settings: Settings, jobs: int | None) -> Any:
    """Verify records in workers; return what came out of each."""
    found: dict[int, Any] = {}

    def keep(index: int, outcome: Any) -> None:
        found[index] = outcome

    pool.run(records, WORK, settings, jobs=jobs, chunk_size=CHUNK, on_result=keep)
    return [found[i] for i in range(len(records))]


def repeated(
    pairs: Iterable[tuple[Record, list[tuple[WrittenClaim, str]]]],
) -> list[Record]:
    """Return records that claim what was suggested."""
    return [
        replace(
            record,
            claims=tuple(
                replace(claim, text=Text(new, claim.text.place)) for claim, new in said
            ),
        )
        for record, said in pairs
        if said
    ]


def main() -> int:
    """Make mistakes, diagnose them, verify the suggestions, and print the shares."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path, default=[CATALOGUE])
    parser.add_argument("--most", type=int, default=3, help="mistakes in each claim")
    parser.add_argument("--draws", type=int, default=64, help="(default: 64)")
    parser.add_argument("--every", type=int, default=1, help="take each n-th record")
    parser.add_argument("--jobs", type=int, help="workers (default: all cores)")
    parser.add_argument("--show", action="store_true", help="print what is missed")
    asked = parser.parse_args()
    records = load(asked.paths)[0][:: asked.every]
    pairs = [pair for r in records if (pair := spoiled(r, asked.most)) is not None]
    settings = Settings(draws=asked.draws)
    counts: Counter[tuple[str, str]] = Counter()
    suggested: list[tuple[Record, list[tuple[WrittenClaim, str]]]] = []
    done = outcomes([record for record, _ in pairs], settings, asked.jobs)
    for (record, kinds), found in zip(pairs, done, strict=True):
        if isinstance(found, pool.Crash):
            print(f"{record.id}: {found.reason}")
            continue
        said = []
        for claim, kind, outcome in zip(record.claims, kinds, found, strict=True):
            if outcome.verdict != "fails":
                continue
            named = outcome.diagnosis["kind"]
            counts[kind, named] += 1
            counts[kind, "suggestion"] += bool(outcome.diagnosis["suggestion"])
            if outcome.diagnosis["suggestion"]:
                said.append((claim, outcome.diagnosis["suggestion"]))
            if asked.show and named != kind and named not in ALSO.get(kind, ()):
                body, text = record.body.value, outcome.diagnosis["text"]
                print(f"{kind}: {record.id}: {body}: {claim.text.value}: {text}")
        suggested.append((record, said))
    false = _false(repeated(suggested), replace(settings, seed=1), asked.jobs)
    right, total = _print(counts)
    share = right / max(1, total)
    promise = f"{share:.1%} of the kinds are right, at least {SHARE:.0%}"
    print(f"\n{judged(promise, share >= SHARE)}")
    print(judged(f"{false} suggestions are false", false == 0))
    return 0 if share >= SHARE and not false else 1


def _false(records: list[Record], settings: Settings, jobs: int | None) -> int:
    """Count the suggestions that do not hold."""
    false = 0
    for record, found in zip(records, outcomes(records, settings, jobs), strict=True):
        if isinstance(found, pool.Crash):
            print(f"{record.id}: {found.reason}")
            continue
        for claim, outcome in zip(record.claims, found, strict=True):
            if outcome.verdict != "holds":
                false += outcome.verdict == "fails"
                print(f"{record.id}: {claim.text.value}: {outcome.verdict}")
    return false


def _print(counts: Counter[tuple[str, str]]) -> tuple[int, int]:
    """Print the shares and the confusion; return how many are right, of how many."""
    kinds = sorted({kind for kind, _ in counts})
    others = sorted({named for _, named in counts} - {"suggestion"})
    rows, right, total = [], 0, 0
    for kind in kinds:
        here = sum(counts[kind, named] for named in others)
        good = sum(counts[kind, n] for n in {kind, *ALSO.get(kind, ())})
        right, total = right + good, total + here
        share, shown = good / here, counts[kind, "suggestion"] / here
        cells = [str(counts[kind, named] or ".") for named in others]
        rows.append((kind, str(here), f"{share:.1%}", f"{shown:.1%}", *cells))
    print(table(("made", "claims", "right", "suggested", *others), rows))
    return right, total


if __name__ == "__main__":
    sys.exit(main())
