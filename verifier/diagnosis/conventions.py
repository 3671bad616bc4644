"""Claims that are right by other conventions: row-major vec, the symmetric argument."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ..deriving.algebra import inside
from ..engine.arrays import Places
from ..language.declaration import Type
from ..language.term import ONE, SCALAR, Shape
from ..language.tree import Call, Tree
from .assumptions import holds_at
from .glimpse import Glance
from .patient import Patient

ENTRY_TOLERANCE = 1e-7
"""Part of the largest entry within which all entries are equal."""


def is_row_major(patient: Patient) -> bool:
    """Whether the claim is right for a vec that stacks the rows."""
    if not patient.claim.fits or not patient.glances:
        return False
    if patient.statement.record.subject == "value":
        return _is_right_by_rows(patient)
    stacked = _stacked(patient)
    if stacked is None or not any(ONE not in shape for shape in stacked):
        return False
    seen = [_agrees(patient, glance, stacked) for glance in patient.glances.all]
    return all(by_rows for by_rows, _ in seen) and not all(plain for _, plain in seen)


def _stacked(patient: Patient) -> tuple[Shape, Shape] | None:
    """Return the shapes whose entries lie along the rows and columns of the claim."""
    statement, claim = patient.statement, patient.claim
    if statement.record.subject != "function" or claim.field == "differential":
        return None
    x = statement.variable(statement.wrt[0]).shape
    if claim.field == "hessian":
        return x, x
    if statement.pair(statement.wrt[0]) != "any by any":
        return None
    y = statement.body.shape
    turned = claim.layout is not None and claim.layout.turns("any by any")
    return (x, y) if turned or claim.layout is None else (y, x)


def _agrees(
    patient: Patient, glance: Glance, stacked: tuple[Shape, Shape]
) -> tuple[bool, bool]:
    """Return whether the claim agrees where rows are stacked, and as it is.

    What is zero agrees both ways, and tells nothing.
    """
    assert patient.claim.term is not None
    frame = glance.evaluation.frame
    rows, columns = (_by_rows(*frame.shape(shape)) for shape in stacked)  # type: ignore[union-attr]
    C = glance.spread(patient.claim.term)
    least = ENTRY_TOLERANCE * abs(C).max() + glance.dust.max()
    by_rows, plain = (
        bool(np.all(abs(C - J) <= least))
        for J in (glance.left[:, rows][:, :, columns], glance.left)
    )
    return by_rows, plain


def _by_rows(m: int, n: int) -> Places:
    """Return where the entries of an m x n matrix, row by row, lie in its columns."""
    return np.arange(m * n).reshape(n, m).T.ravel()


def _is_right_by_rows(patient: Patient) -> bool:
    """Whether an equation is right if every vec in it stacks rows."""
    sides = [turned_vec(tree) for tree in (patient.body, patient.tree)]
    if sides == [patient.body, patient.tree]:
        return False
    left, right = (patient.algebra.term(tree) for tree in sides)
    if left is None or right is None or left.shape != right.shape:
        return False
    for glance in patient.glances.all if patient.glances else ():
        L, R = (glance.evaluation.of(term) for term in (left, right))
        if not np.all(abs(L - R) <= ENTRY_TOLERANCE * abs(L).max() + glance.dust.max()):
            return False
    return True


def turned_vec(tree: Tree) -> Tree:
    """Stack rows in the place of columns, everywhere in a tree."""
    match tree:
        case Call("vec", (X,)):
            return Call("vec", (Call("transpose", (turned_vec(X),)),))
        case Call("unvec", (v, m, n)):
            return Call("transpose", (Call("unvec", (turned_vec(v), n, m)),))
    return inside(tree, turned_vec)


def is_symmetric_form(patient: Patient) -> bool:
    """Whether the claim counts the entries of a symmetric matrix the other way.

    All of them, where the independent ones are asked for, or the other way round.
    """
    statement, claim = patient.statement, patient.claim
    record = statement.record
    if record.subject != "function" or not claim.fits or len(statement.wrt) != 1:
        return False
    declared = statement.variable(statement.wrt[0])
    square = declared.shape[0] == declared.shape[1] != ONE
    if not square or statement.body.shape != SCALAR or claim.layout is None:
        return False
    if record.entries == "independent":
        return holds_at(patient, _counted(patient, "all", declared.kind))
    definite = "positive_definite"
    if declared.kind not in ("matrix", "invertible", "symmetric", definite):
        return False
    kind = definite if declared.kind == definite else "symmetric"
    return holds_at(patient, _counted(patient, "independent", kind))


def _counted(patient: Patient, entries: str, kind: str) -> Any:
    statement = patient.statement
    name = statement.wrt[0]
    dims = statement.variable(name).dims
    return replace(
        statement,
        record=replace(statement.record, entries=entries),
        types={
            **statement.types,
            name: Type(kind, dims if kind == "matrix" else dims[:1]),
        },
    )
