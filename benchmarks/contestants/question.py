"""One claim to be judged: at which draws, and what is claimed there.

The draws are the program's own, so that every contestant has the same number of them,
at the same sizes and of the same values. They are made before any clock is started.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import prod

import numpy as np

from verifier import Record, load
from verifier.engine import numeric
from verifier.engine.draws import Source, values
from verifier.engine.outcome import FAILS, HOLDS
from verifier.language.checker import check
from verifier.language.layout import BOTH
from verifier.language.sizes import cases
from verifier.language.statement import Statement
from verifier.reading.problem import Text
from verifier.reading.record import WrittenClaim

from .functions import FUNCTIONS, Array, Formula, Function, Kit

SEED = 0
LAYOUTS = tuple(layout.value for layout in BOTH)
KINDS = ("right", "factor", "mistake")
"""What is claimed: the truth, 1 + 1e-9 times the truth, or a mistake people make."""
FACTOR = 1.000000001
Values = tuple[np.ndarray, ...]

NUMPY = Kit(
    exp=np.exp,
    log=np.log,
    tanh=np.tanh,
    sum=np.sum,
    trace=np.trace,
    norm=np.linalg.norm,
    kron=np.kron,
    inv=np.linalg.inv,
    solve=np.linalg.solve,
    det=np.linalg.det,
    logdet=lambda X: np.linalg.slogdet(X)[1],
    sigmoid=lambda X: 1 / (1 + np.exp(-X)),
    softplus=lambda X: np.logaddexp(0, X),
    softmax=lambda X: np.exp(X - X.max()) / np.exp(X - X.max()).sum(),
    logsumexp=lambda X: np.log(np.exp(X - X.max()).sum()) + X.max(),
    eye=np.eye,
)


@dataclass(frozen=True)
class Question:
    """A claim about a function, and the draws at which it is judged."""

    function: Function
    kind: str
    record: Record  # states the function, and this claim in both layouts
    scalar: bool  # whether the function is declared to be one
    draws: Sequence[Values]  # the variable first

    @property
    def claim(self) -> Formula:
        """Return what is claimed in numerator layout."""
        if self.kind == "mistake":
            return self.function.mistake.claim
        if self.kind == "factor":
            return lambda *values: FACTOR * self.function.claim(*values)
        return self.function.claim

    @property
    def by_size(self) -> list[list[Values]]:
        """Return the draws, those of one size together."""
        found: dict[tuple[tuple[int, ...], ...], list[Values]] = {}
        for draw in self.draws:
            found.setdefault(tuple(X.shape for X in draw), []).append(draw)
        return list(found.values())

    def arranged(self, J: Array, lanes: int = 0) -> tuple[Array, Array]:
        """Arrange the axes of result and variable as each layout has them.

        There are `lanes` axes in front. What is moved are axes, of NumPy or PyTorch.
        """
        front, (p, q) = J.shape[:lanes], J.shape[-2:]
        if self.scalar:
            numerator = J.reshape(*front, p, q).swapaxes(-1, -2)
        else:
            m, n = J.shape[lanes:-2]
            stacked = J.swapaxes(-4, -3).swapaxes(-2, -1)
            numerator = stacked.reshape(*front, m * n, p * q)
        return numerator, numerator.swapaxes(-1, -2)


class Unfit(Exception):
    """A claim has not the shape of the derivative: it fails."""


def fit(C: Array, y: Array, x: Array, scalar: bool) -> Array:
    """Return a claim in numerator layout; raise Unfit where it is no dy/dx."""
    shape = x.shape[::-1] if scalar else (prod(y.shape), prod(x.shape))
    if C.shape != shape:
        raise Unfit
    return C


def verdicts(numerator: bool, denominator: bool) -> dict[str, str]:
    """Say by layout what was found of a claim."""
    found = zip(LAYOUTS, (numerator, denominator), strict=True)
    return {layout: HOLDS if same else FAILS for layout, same in found}


def questions(count: int, kinds: Sequence[str]) -> Iterator[Question]:
    """Yield the claims of these kinds about every function, at so many draws."""
    records = {record.id: record for record in load(*(f.id for f in FUNCTIONS))[0]}
    for function in FUNCTIONS:
        statement, problems = check(records[function.id])
        assert statement is not None, problems
        pair = statement.pair(statement.wrt[0])
        draws = drawn(statement, function.names.split(), count)
        for kind in kinds:
            record = stated(statement.record, function, kind)
            yield Question(function, kind, record, pair == "scalar by any", draws)


def drawn(statement: Statement, names: Sequence[str], count: int) -> list[Values]:
    """Return the program's own draws of a record: the values of these names."""
    id = statement.record.id
    sizes = cases(sorted(statement.sizes), statement.demands, statement.whole, SEED, id)
    found: dict[int, Values] = {}
    for draws in Source(statement.values, sizes, SEED, id).draw(count):
        # The first lane is the draw itself; those behind it tell the noise.
        raw = {name: lanes[0] for name, lanes in draws.raw.items()}
        made, _ = values(numeric, statement.values, raw, draws.case)
        for row, number in enumerate(draws.numbers):
            found[int(number)] = tuple(made[name][row] for name in names)
    return [found[number] for number in range(count)]


def stated(record: Record, function: Function, kind: str) -> Record:
    """Return the record with the claim in both layouts, and no other."""
    texts: dict[str, Text] = {}
    for claim in record.claims:
        fields = LAYOUTS if claim.field == "both" else (claim.field,)
        for field in fields:
            texts.setdefault(field, claim.text)
    claims = []
    for field in LAYOUTS:
        text = texts[field].value
        if kind == "mistake":
            wrong = function.mistake.text
            text = wrong if field == LAYOUTS[0] else f"({wrong}).T"
        elif kind == "factor":
            text = f"{FACTOR} * ({text})"
        claims.append(WrittenClaim(field, Text(text, texts[field].place)))
    return replace(record, claims=tuple(claims))
