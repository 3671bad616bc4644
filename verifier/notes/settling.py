"""The layout of a document, and the records of what it states in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..asking.question import infer
from ..asking.spelled import Spelled, record_of
from ..language.checker import check
from ..language.expression import parse
from ..language.tree import Call, Name, Tree
from ..reading.problem import Text
from ..reading.record import Record
from ..spelling.loose import calls, parts
from .context import Context, Defined
from .lines import CONDITION
from .model import READ, UNREAD, Finding, Inference, Other

LAYOUTS = ("denominator", "numerator", "mixed")
SYMMETRIC = ("symmetric", "positive_definite", "diagonal", "projection")
COVARIANCES = ("Sigma", "Lambda", "Omega")
"""Names of matrices that are symmetric without a word."""
ENOUGH = 3
"""Statements that show which layout a document keeps to."""
MOST_OTHERS = 6
"""Further readings of one statement."""


@dataclass(frozen=True)
class Candidate:
    """A formula, its readings, and what it was read with."""

    finding: Finding
    found: tuple[Spelled, ...] = ()
    used: Mapping[str, Defined] = field(default_factory=dict)
    layout: str = ""
    """That a remark declares."""
    piece: int = 0
    given: Mapping[str, str] = field(default_factory=dict)
    """Types that are given outside the text, or in its remarks."""
    noted: tuple[str, ...] = ()
    """What else was done to read it."""


@dataclass(frozen=True)
class Settled:
    """Findings with their records, and the layout that they are in."""

    findings: tuple[Finding, ...]
    layout: str = ""
    why: str = ""


@dataclass(frozen=True)
class Fitted:
    """The records of a reading: one without a layout, or one for each that fits."""

    read: Spelled
    records: Mapping[str, Record]
    names: tuple[str, ...] = ()
    """Names whose types nobody gave."""
    reads: Mapping[str, Spelled] = field(default_factory=dict)
    """What is read in a layout, where it is not the same in all of them."""

    def read_in(self, layout: str) -> Spelled:
        """Return what is read in a layout."""
        return self.reads.get(layout, self.read)


def settle(
    candidates: Sequence[Candidate],
    context: Context,
    layout: str,
    where: Mapping[str, str],
) -> Settled:
    """Choose the layout that is declared, or the one that most statements fit."""
    fitted = [
        by_layout([one for read in candidate.found if (one := fit(read, candidate))])
        for candidate in candidates
    ]
    chosen, why = layout_of(fitted, context, layout)
    firm = mistaken(fitted, chosen)
    if layout or ("declared" in why and keeps_to(fitted, chosen)):
        firm = frozenset(LAYOUTS) - {chosen}
    symmetric = {
        name
        for fact in context.facts
        if fact.about == "type" and fact.value.startswith(SYMMETRIC)
        for name in fact.names
    }
    findings = tuple(
        finding_of(candidate, some, candidate.layout or chosen, firm, symmetric)
        for candidate, some in zip(candidates, fitted, strict=True)
    )
    needed = any(some and "" not in some[0].records for some in fitted)
    return Settled(findings, chosen if needed else "", why if needed else "")


def fit(read: Spelled, candidate: Candidate) -> Fitted | None:
    """Make the records of a reading, in each layout in which it has a shape."""
    place = candidate.finding.place
    plain = Text(candidate.finding.formula, place, (candidate.finding.formula,))
    texts = " ".join([read.body, *(text for _, text in read.claims)])
    given = {
        name: replace(plain, value=text, places=())
        for name, text in candidate.given.items()
        if re.search(rf"\b{name}\b", texts)
    }
    bare = record_of(read, plain, given, "notes")
    ranks = {name: rank for name, rank in read.ranks.items() if name not in given}
    inferred, _, problems = infer(bare, ranks)
    if inferred is None or problems:
        return None
    types = {
        name: given.get(name)
        or replace(plain, value=read.said.restricted(name, type_), places=())
        for name, type_ in inferred.types.items()
    }
    record = record_of(read, plain, types, "notes")
    texts = [record.body.value, *(claim.text.value for claim in record.claims)]
    derived = any("D(" in text for text in texts)
    if (read.subject != "function" and not derived) or _settled(record):
        statement, problems = check(record)
        if problems or not statement:
            return None
        if read.subject == "value" and not all(c.fits for c in statement.claims):
            return None  # its sides are of other shapes: it was not meant so
        return Fitted(read, {"": record}, tuple(types))
    records: dict[str, Record] = {}
    for layout in LAYOUTS:
        claims = tuple(
            replace(claim, field=layout if claim.field == "both" else claim.field)
            for claim in record.claims
        )
        if any(claim.field not in (layout, "both") for claim in claims):
            continue
        made = replace(record, claims=claims)
        statement, problems = check(made)
        if not problems and statement and all(c.fits for c in statement.claims):
            records[layout] = made
    if not records:
        return None
    if {"numerator", "denominator"} <= records.keys() and _scalar(record):
        return Fitted(read, {"": record}, tuple(types))
    return Fitted(read, records, tuple(types))


def by_layout(fitted: Sequence[Fitted]) -> list[Fitted]:
    """Make one of the two readings of a differential that has derivatives in it.

    To `df = (∂f/∂x)^T dx` the layout says what `∂f/∂x` is: one of numbers has the shape
    of x in all of them but the numerator layout.
    """
    derived = [one for one in fitted if _derived_differential(one.read)]
    if not derived:
        return list(fitted)
    found: dict[str, Fitted] = {}
    for one in derived:
        found.setdefault("denominator" if one.read.columns else "numerator", one)
    columns, rows = found.get("denominator"), found.get("numerator")
    types = [text.value for text in derived[0].records[""].where.values()]
    scalar = all(text.endswith("-> scalar") for text in types if "->" in text)
    if mixed := columns if scalar else rows:
        found["mixed"] = mixed
    records = {layout: some.records[""] for layout, some in found.items()}
    reads = {layout: some.read for layout, some in found.items()}
    one = replace(rows or derived[0], records=records, reads=reads)
    others = [other for other in fitted if other not in found.values()]
    others.insert(fitted.index(derived[0]), one)
    return others


def _derived_differential(read: Spelled) -> bool:
    return any(where == "differential" and "D(" in text for where, text in read.claims)


def _settled(record: Record) -> bool:
    """Whether a statement has no layout."""
    return all(claim.field in ("hessian", "differential") for claim in record.claims)


def _scalar(record: Record) -> bool:
    """Whether a derivative is one number, the same in every layout."""
    from ..language.term import SCALAR

    if any("D(" in claim.text.value for claim in record.claims):
        return False  # which depends on the layout
    statement, _ = check(record)
    return statement is not None and all(
        claim.demanded == SCALAR for claim in statement.claims if claim.layout
    )


def layout_of(
    fitted: Sequence[Sequence[Fitted]], context: Context, asked: str
) -> tuple[str, str]:
    """Return the layout of a document, and why it is that."""
    if asked:
        return asked, "as it was asked for"
    declared = [
        fact
        for fact in context.facts
        if fact.about == "layout" and fact.value in LAYOUTS
    ]
    fitted = [some for some in fitted if some and not some[0].read.entrywise]
    counts = Counter(
        layout
        for some in fitted
        if some and "" not in some[0].records
        for layout in some[0].records
    )
    total = sum(1 for some in fitted if some and "" not in some[0].records)
    if declared:
        fact = declared[0]
        if counts[fact.value] * 2 >= total:
            return fact.value, f"declared on line {fact.line}"
    if not total:
        return "denominator", "nothing in it needs one"
    best = max(LAYOUTS, key=lambda layout: counts[layout])
    return best, f"{counts[best]} of {total} statements fit it"


def mistaken(fitted: Sequence[Sequence[Fitted]], chosen: str) -> frozenset[str]:
    """Return the layouts that are a mistake in a document that keeps to its own.

    Statements that fit both say nothing: to a text of gradients a Jacobian in mixed
    layout is as good as one in denominator layout.
    """
    records = [
        some[0].records
        for some in fitted
        if some and not some[0].read.entrywise and "" not in some[0].records
    ]
    found: set[str] = set()
    for other in LAYOUTS:
        kept = sum(chosen in one and other not in one for one in records)
        broken = sum(other in one and chosen not in one for one in records)
        if other != chosen and kept >= ENOUGH and kept >= ENOUGH * broken:
            found.add(other)
    return frozenset(found)


def keeps_to(fitted: Sequence[Sequence[Fitted]], layout: str) -> bool:
    """Whether few statements of a document depart from the layout that it declares."""
    records = [
        some[0].records
        for some in fitted
        if some and not some[0].read.entrywise and "" not in some[0].records
    ]
    within = sum(layout in one and len(one) < len(LAYOUTS) for one in records)
    return within >= ENOUGH * sum(layout not in one for one in records)


def finding_of(
    candidate: Candidate,
    fitted: Sequence[Fitted],
    layout: str,
    firm: frozenset[str],
    symmetric: Container[str],
) -> Finding:
    """Return a finding with its record in the layout, and the other readings."""
    finding = candidate.finding
    if finding.status != READ:
        return finding
    if not fitted:
        said = "its shapes fit in no layout"
        return replace(finding, status=UNREAD, reason=said, construct="shapes that fit")
    first = fitted[0]
    chosen = layout if layout in first.records else next(iter(first.records))
    inferred = [*inferences(candidate, first, chosen)]
    # A text in numerator layout may write its gradients as columns all the same.
    columns = layout == "numerator" and "mixed" in first.records
    # Indices and `∂x^T` say themselves which layout they are in, and by a number a row
    # is often the same as its column.
    free = any(where == "both" for where, _ in first.read.claims)
    free &= not all(is_number(first, name) for name in first.read.wrt)
    wrong = firm >= first.records.keys() and layout not in first.records
    breaks = wrong and free and chosen and not columns
    breaks = breaks and not first.read.entrywise and not _is_a_chain_rule(first)
    if chosen and chosen != layout:
        inferred.append(
            Inference(f"{chosen} layout", "its shapes do not fit the other one")
        )
    return replace(
        finding,
        read=first.read_in(chosen).text,
        record=first.records[chosen],
        inferred=tuple(inferred),
        breaks=f"{chosen} layout" if breaks else "",
        others=tuple(others(fitted, chosen, firm, symmetric))[:MOST_OTHERS],
    )


def _is_a_chain_rule(fitted: Fitted) -> bool:
    """Whether a claim speaks of derivatives, whose order tells its own layout."""
    return any("D(" in text for _, text in fitted.read.claims)


def is_number(fitted: Fitted, name: str) -> bool:
    """Whether a name is a number in a reading."""
    record = next(iter(fitted.records.values()))
    return name in record.where and record.where[name].value in ("scalar", "positive")


def inferences(
    candidate: Candidate, fitted: Fitted, layout: str
) -> Iterator[Inference]:
    """Yield what a reading took from elsewhere, and what it guessed."""
    for name, one in candidate.used.items():
        yield Inference(f"`{name}` as defined", "the text defines it", one.line)
    record = next(iter(fitted.records.values()))
    for name, text in record.where.items():
        fact = fitted.read.said.facts.get(name)
        if name in candidate.given:
            yield Inference(f"{name}: {text.value}", "it was given")
        elif fact is not None:
            why = f"the text says `{' '.join(fact.words.split())[:60]}`"
            yield Inference(f"{name}: {text.value}", why, fact.line)
        else:
            why = "by its letter and the shapes"
            yield Inference(f"{name}: {text.value}", why)
    for words in fitted.read.unheard:
        if CONDITION.match(words):
            yield Inference(f"`{words}` is left out", "it was not understood")
    read = fitted.read_in(layout)
    for note in (*candidate.noted, *read.notes, *read.left_out):
        yield Inference(note, "as it was read")


def others(
    fitted: Sequence[Fitted],
    chosen: str,
    firm: frozenset[str],
    symmetric: Container[str],
) -> Iterator[Other]:
    """Yield further readings: in other layouts, of symmetric matrices, and others.

    What the text says plainly excludes a reading as an excuse: another layout, where it
    keeps to one, and a symmetric A, where it says what A is and never symmetric.
    """
    first = fitted[0]
    told = {n for n, fact in first.read.said.facts.items() if fact.about == "not"}
    made = _symmetric(first.records[chosen], told)
    if made is not None:
        record, names = made
        plain = first.read.said.facts.keys()
        excuses = any(
            name in symmetric or (name not in plain and is_in_a_form(record, name))
            for name in names
        )
        said = "` and `".join(names)
        yield Other(record, first.read.text, f"`{said}` symmetric", excuses)
    for layout, record in first.records.items():
        if layout != chosen:
            read = first.read_in(layout)
            excuses = layout not in firm or _is_a_chain_rule(first)
            yield Other(record, read.text, f"{layout} layout", excuses)
    turned: list[Other] = []
    for one in fitted[1:]:
        layout = chosen if chosen in one.records else next(iter(one.records))
        why = next((n for n in one.read.notes if n.startswith("with `")), "")
        said = why or "another reading"
        yield Other(one.records[layout], one.read.text, said)
        turned += [
            Other(record, one.read.text, f"{said}, in {other} layout")
            for other, record in one.records.items()
            if other != layout and other not in firm and why
        ]
    yield from turned
    if (plain := _of_numbers(first.records[chosen])) is not None:
        yield Other(plain, first.read.text, "all of it numbers")


_OF_MATRICES = re.compile(r"\.T\b|[A-Z]\w*|norm|\b(?:eye|ones|zeros|tr|det|inv)\(")


def _of_numbers(record: Record) -> Record | None:
    """Return a record whose names are all numbers, where nothing is a matrix in it."""
    texts = [record.body.value, *(claim.text.value for claim in record.claims)]
    plain = _DERIVED.sub(" ", " ".join(texts))
    if any(map(_OF_MATRICES.search, [plain, *record.where])):
        return None
    where = {
        name: replace(text, value=_of(text.value))
        for name, text in record.where.items()
    }
    if where == record.where:
        return None
    made = replace(record, where=where)
    statement, problems = check(made)
    fits = not problems and statement and all(claim.fits for claim in statement.claims)
    return made if fits else None


_DERIVED = re.compile(r"\bD\(")
_VALUE = re.compile(r"\b(?:vector|matrix|symmetric|invertible)\([^()]*\)")


def _of(type_: str) -> str:
    return _VALUE.sub("scalar", type_)


def is_in_a_form(record: Record, name: str) -> bool:
    """Whether a matrix stands in a form `x.T @ A @ x`, where most are symmetric."""
    if name.startswith(COVARIANCES):
        return True
    texts = [record.body.value, *(claim.text.value for claim in record.claims)]
    products = (part for text in texts for part in calls(parse(text), "matmul"))
    return any(
        _transposed(left) == right and Name(name) in {*parts(middle)}
        for product in products
        for left, middle, right in _triples(_factors(product))
    )


def _transposed(tree: Tree) -> Tree:
    if isinstance(tree, Call) and tree.name == "transpose":
        return tree.args[0]
    return Call("transpose", (tree,))


def _factors(tree: Tree) -> list[Tree]:
    """Return the matrices of a product; `1/2 * x.T` is x.T here."""
    match tree:
        case Call("matmul", args):
            return [factor for arg in args for factor in _factors(arg)]
        case Call("mul" | "neg", (*_, last)):
            return _factors(last)
    return [tree]


def _triples(factors: Sequence[Tree]) -> Iterator[tuple[Tree, Tree, Tree]]:
    return zip(factors, factors[1:], factors[2:], strict=False)


def _symmetric(record: Record, told: Container[str]) -> tuple[Record, list[str]] | None:
    """Return a record whose square matrices, as far as may be, are symmetric."""
    found = dict(record.where)
    names: list[str] = []
    for name, text in record.where.items():
        kind, _, sizes = text.value.partition("(")
        rows, _, columns = sizes.rstrip(")").partition(",")
        square = kind == "invertible" or (
            kind == "matrix" and rows.strip() == columns.strip()
        )
        free = name not in told and name not in {wrt.value for wrt in record.wrt}
        free |= name.startswith("Sigma") and name not in told  # a covariance
        if square and free:
            found[name] = replace(text, value=f"symmetric({rows.strip()})")
            names.append(name)
    if not names:
        return None
    return replace(record, where=found), names
