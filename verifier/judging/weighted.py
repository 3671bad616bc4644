"""The Hessian of a vector function: that of every weighted sum of its entries.

H has the Hessians of the entries of vec(y) one above the other, (|y| |x|) x |x|, as
Magnus and Neudecker stack them. It is right if for every column w of weights

    the Hessian of w^T vec(y)  =  (w^T kron I) H

so that weights are drawn with all else, and a scalar function is judged.
"""

from __future__ import annotations

from dataclasses import replace

from ..engine.experiment import Experiment
from ..language.declaration import Type
from ..language.statement import Claim, Statement
from ..language.term import ONE, SCALAR, Term
from .kinks import mark_kinks


def is_stacked(statement: Statement, claim: Claim) -> bool:
    """Whether a claim is about the Hessian of a function that is no scalar."""
    return claim.field == "hessian" and statement.body.shape != SCALAR


def weighted(experiment: Experiment, claim: Claim) -> tuple[Experiment, Claim]:
    """Return the same claim about a weighted sum of the entries, with its draws."""
    statement, H = experiment.statement, claim.term
    assert H is not None
    (m, n), (rows, columns) = statement.body.shape, claim.demanded
    size = m * n
    name = _fresh(statement)
    row = Term("transpose", (ONE, size), (Term("variable", (size, ONE), name=name),))
    stacked = Term("vec", (size, ONE), (statement.body,))
    total = Term("matmul", SCALAR, (row, stacked))
    eye = Term("eye", (columns, columns), dims=(columns,))
    blocks = Term("kron", (columns, rows), (row, eye))
    shape = columns, columns
    claim = replace(claim, term=Term("matmul", shape, (blocks, H)), demanded=shape)
    other = replace(
        statement,
        types={**statement.types, name: Type("vector", (size,))},
        bodies=dict.fromkeys(statement.bodies, total),
        claims=(claim,),
    )
    found = Experiment(other, experiment.settings)
    found.differentiate()
    mark_kinks(found)
    return found, claim


def _fresh(statement: Statement) -> str:
    """Return a name for the weights that nothing else has."""
    known = {*statement.types, *statement.lets, *statement.sizes}
    names = ("w", *(f"w{i}" for i in range(len(known))))
    return next(name for name in names if name not in known)
