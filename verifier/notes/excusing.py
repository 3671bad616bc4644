"""What else a statement that fails may have meant: further readings of it."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace

from ..language.checker import check
from ..reading.problem import Text
from ..reading.record import Record
from .fits import Candidate, Fitted, is_a_chain_rule
from .model import SWAPPED, Other
from .symmetry import Symmetries, is_square, made_symmetric


def others(
    candidate: Candidate,
    fitted: Sequence[Fitted],
    chosen: str,
    firm: frozenset[str],
    symmetries: Symmetries,
) -> Iterator[Other]:
    """Yield further readings: in other layouts, of symmetric matrices, and others.

    What the text says plainly excludes a reading as an excuse: another layout, where it
    keeps to one, and a symmetric A, where it says or shows that A is none.
    """
    first = fitted[0]
    told = {n for n, fact in first.read.said.facts.items() if fact.about == "not"}
    record = first.records[chosen]
    every = _symmetric(record, told, candidate.symmetric)
    meant = symmetries.excused(candidate, first, every)
    for names, excuses in ((meant, True), (every, False)):
        if names and (excuses or names != meant):
            said = "` and `".join(names)
            made = made_symmetric(record, names)
            yield Other(made, first.read.text, f"`{said}` symmetric", excuses)
    for layout, record in first.records.items():
        if layout != chosen:
            read = first.read_in(layout)
            excuses = layout not in firm or is_a_chain_rule(first)
            yield Other(record, read.text, f"{layout} layout", excuses)
    if (other := _swapped(first.records[chosen])) is not None:
        read = _COMMUTATION.sub(_TURNED, first.read_in(chosen).text)
        yield Other(other, read, SWAPPED)
    for made, why in _counted(first.records[chosen], candidate, first):
        yield Other(made, first.read_in(chosen).text, why)
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


def _swapped(record: Record) -> Record | None:
    """Return a record with `K_{nm}` for `K_{mn}`: there are two conventions."""

    def change(text: Text) -> Text:
        return replace(text, value=_COMMUTATION.sub(_TURNED, text.value))

    claims = tuple(replace(one, text=change(one.text)) for one in record.claims)
    made = replace(record, body=change(record.body), claims=claims)
    statement, problems = check(made) if made != record else (None, ())
    fits = statement is not None and all(claim.fits for claim in statement.claims)
    return made if fits and not problems else None


_COMMUTATION = re.compile(r"\bcommutation\((\w+), (\w+)\)")
_TURNED = r"commutation(\2, \1)"
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


def _counted(
    record: Record, candidate: Candidate, fitted: Fitted
) -> Iterator[tuple[Record, str]]:
    """Yield a record whose N, a number in it, is a size that nobody has named.

    What a letter counts is often said in words alone: which of the sizes it is was
    guessed.
    """
    sizes = {
        letter
        for text in record.where.values()
        for inside in _SIZES.findall(text.value)
        for letter in _LETTER.findall(inside)
    }
    texts = [record.body.value, *(claim.text.value for claim in record.claims)]
    plain = _SIZED.sub(" ", " ".join(texts))
    numbers = [name for name in sorted(sizes) if re.search(rf"\b{name}\b", plain)]
    told = {
        letter
        for fact in fitted.read.said.facts.values()
        for letter in _LETTER.findall(fact.value.partition("(")[2])
    }
    written = {*_LETTER.findall(candidate.finding.formula)}
    for number in numbers:
        for size in sorted(sizes - told - written - {number}):
            pattern = re.compile(rf"\b{size}\b")

            def change(
                text: Text, pattern: re.Pattern[str] = pattern, number: str = number
            ) -> Text:
                return replace(text, value=pattern.sub(number, text.value))

            claims = tuple(replace(one, text=change(one.text)) for one in record.claims)
            where = {name: change(text) for name, text in record.where.items()}
            made = replace(record, body=change(record.body), claims=claims, where=where)
            statement, problems = check(made)
            if statement and not problems and all(c.fits for c in statement.claims):
                yield made, f"`{number} = {size}`"


_SIZES = re.compile(r"\(([^()]*)\)")
_LETTER = re.compile(r"[A-Za-z]+")
_SIZED = re.compile(r"\b(?:eye|ones|zeros|unit|commutation|duplication)\([^()]*\)")
_DERIVED = re.compile(r"\bD\(")
_VALUE = re.compile(r"\b(?:vector|matrix|symmetric|invertible)\([^()]*\)")


def _of(type_: str) -> str:
    return _VALUE.sub("scalar", type_)


def _symmetric(record: Record, told: Container[str], spoken: bool) -> list[str]:
    """Return the square matrices of a record that are not said to be general.

    One that a derivative is by is symmetric only where its text speaks of that.
    """
    varied = {wrt.value for wrt in record.wrt}
    return [
        name
        for name, text in record.where.items()
        if is_square(text.value) and name not in told
        if spoken or name not in varied or name.startswith("Sigma")  # a covariance
    ]
