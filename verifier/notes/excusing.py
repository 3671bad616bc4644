"""What else a statement that fails may have meant: further readings of it."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace

from ..language.checker import check
from ..language.expression import parse
from ..language.tree import Call, Name, Tree
from ..reading.record import Record
from ..spelling.loose import calls, parts
from .fits import Fitted, is_a_chain_rule
from .model import Other

COVARIANCES = ("Sigma", "Lambda", "Omega")
"""Names of matrices that are symmetric without a word."""


def others(
    fitted: Sequence[Fitted],
    chosen: str,
    firm: frozenset[str],
    symmetric: Container[str],
    spoken: bool = False,
) -> Iterator[Other]:
    """Yield further readings: in other layouts, of symmetric matrices, and others.

    What the text says plainly excludes a reading as an excuse: another layout, where it
    keeps to one, and a symmetric A, where it says what A is and never symmetric, unless
    the words before have `spoken` of it, or a square is completed.
    """
    first = fitted[0]
    told = {n for n, fact in first.read.said.facts.items() if fact.about == "not"}
    made = _symmetric(first.records[chosen], told)
    if made is not None:
        record, names = made
        plain = first.read.said.facts.keys()
        value = first.read.subject == "value"
        excuses = spoken or any(
            name in symmetric
            or ((value or name not in plain) and is_in_a_form(record, name))
            for name in names
        )
        said = "` and `".join(names)
        yield Other(record, first.read.text, f"`{said}` symmetric", excuses)
    for layout, record in first.records.items():
        if layout != chosen:
            read = first.read_in(layout)
            excuses = layout not in firm or is_a_chain_rule(first)
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
