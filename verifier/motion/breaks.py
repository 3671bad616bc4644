"""Breaks: scalar terms along whose zeros a value may break, as divisors are."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from ..language.primitives import PRIMITIVES
from ..language.term import SCALAR, Term, terms
from .moving import Motion

MOST = 8
"""Terms that are followed: divisors first, sums and differences before others."""

SOLVING = ("inv", "solve", "logdet")
"""What breaks where the determinant of its first argument is zero."""
ENDING = ("log", "sqrt", "log1p", "arcsin", "arccos", "acosh", "atanh")
GAMMA = ("lgamma", "digamma", "trigamma", "polygamma")
"""What has no value beyond some number."""
SINGULAR = (*ENDING, *GAMMA, "pinv", "cholesky", *SOLVING)
SUMS = ("add", "sub")
PASSED = ("mul", "div", "pow", "neg", "abs", "sqrt", "transpose", "exp", "norm")
"""What is zero where something below it is, or nowhere."""

Rank = int | None
"""0 in divisors, 1 beside them and where a value bends, jumps or ends; else None."""


def breaks(motion: Motion, *roots: Term) -> bool:
    """Whether a value may break as the name moves: others are smooth."""
    return any(_is_sharp(motion, term) for term, _, _ in _below(motion, roots))


def breaking(motion: Motion, *roots: Term) -> list[tuple[Term, bool]]:
    """Return the terms along whose zeros a value may break, and which divide."""
    found: dict[Hashable, tuple[tuple[int, bool], Term]] = {}
    forms = Forms()
    for term, rank, partial in _below(motion, roots):
        if term.op in SOLVING:
            rank, term, partial = 0, Term("det", SCALAR, term.args[:1]), False
        if rank is None or partial or term.op in PASSED or term.shape != SCALAR:
            continue
        form, order = forms.of(term), (rank, term.op not in (*SUMS, "det"))
        if form not in found or order < found[form][0]:
            found[form] = order, term
    ranked = sorted(found.values(), key=lambda pair: pair[0])
    return [(term, rank == 0) for (rank, _), term in ranked[:MOST]]


def alike(term: Term, *roots: Term) -> list[Term]:
    """Return the terms below these that are written like one of them."""
    forms = Forms()
    form = forms.of(term)
    return [other for other in terms(*roots) if forms.of(other) == form]


def _below(
    motion: Motion, roots: tuple[Term, ...]
) -> Iterator[tuple[Term, Rank, bool]]:
    """Yield the terms that move, with their rank, and whether a sum goes on above."""
    stack: list[tuple[Term, Rank, bool]] = [(root, None, False) for root in roots]
    seen: set[tuple[Term, Rank, bool]] = set()
    while stack:
        found = stack.pop()
        term, rank, _ = found
        if found in seen or motion.stands_still(term):
            continue
        seen.add(found)
        yield found
        if rank is None and _is_sharp(motion, term):
            rank = 1
        for place, arg in enumerate(term.args):
            divisor = _is_sharp(motion, term) and (
                (term.op == "div" and place == 1)
                or (term.op == "pow" and term.value is not None)
            )
            partial = term.op in SUMS and arg.op in SUMS
            stack.append((arg, 0 if divisor else rank, partial))


def _is_sharp(motion: Motion, term: Term) -> bool:
    match term.op:
        case "div":
            return not motion.stands_still(term.args[1])
        case "pow":
            return term.value is None or term.value < 0
        case op:
            kinked = op in PRIMITIVES and PRIMITIVES[op].kink is not None
            return kinked or op in SINGULAR


class Forms:
    """Numbers terms, so that those which are written alike have one number."""

    def __init__(self) -> None:
        self._known: dict[Term, int] = {}
        self._numbers: dict[Hashable, int] = {}

    def of(self, term: Term) -> int:
        """Return the number of a term."""
        if term not in self._known:
            arguments = tuple(self.of(arg) for arg in term.args)
            said = (term.op, term.name, term.value, term.kind, term.dims)
            form = (said, term.positions, arguments)
            self._known[term] = self._numbers.setdefault(form, len(self._numbers))
        return self._known[term]
