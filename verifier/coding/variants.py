"""What code may compute instead of what is right: edits of that, likely ones first.

The truth in closed form is known to the diagnosis, and so are the mistakes that people
make: here they are made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import chain, combinations, islice

from ..deriving.algebra import inside, length, names, spots, transpose
from ..deriving.closed_form import ClosedForms
from ..deriving.links import NoRule
from ..diagnosis.additions import ADDITIONS, completed, multiplied
from ..diagnosis.edits import SMALL
from ..diagnosis.exchanges import EXCHANGES, lawful
from ..diagnosis.patient import Patient
from ..language.expression import parse
from ..language.primitives import PRIMITIVES
from ..language.printing import show
from ..language.tree import OPERATORS, Call, Name, Number, Tree
from ..reading.problem import Fault

MOST_FORMS = 4
"""Ways to write what is right, of which edits are made."""
WORK = 60_000
"""Parts of edited formulas that are looked at: of long ones there are fewer."""
MOST = 2500
MOST_PAIRS = 1500
PAIRED = 60
"""Single edits of which each is made beside every other."""
MOST_SYMMETRIC = 3
WRITTEN = frozenset((*OPERATORS, "sqrt"))
LEVEL = ("sub", "add", "mul", "div", "pow")
"""What slopes are written with, beside functions of the entries."""
LEVEL += tuple(name for name, row in PRIMITIVES.items() if row.differential or row.kink)


def forms(patient: Patient, texts: Sequence[str]) -> list[Tree]:
    """Return what is right, written in a few ways; nothing where no rule is known."""
    algebra, found = patient.algebra, list[Tree]()
    if patient.subject == "value":
        found.append(patient.whole_body or patient.body)
        with suppress(Fault):
            found.append(algebra.joined(algebra.expanded(found[0])))
    elif patient.truth:
        joined = algebra.joined(patient.truth)
        found += [patient.lighter(joined), joined, algebra.plain(joined)]
        # One that recalls other functions, as softmax for exponentials, is told last.
        for short in _short(patient):
            foreign = _functions(short) - _functions(joined)
            found.insert(len(found) if foreign else 0, short)
    for text in texts:
        tree = patient.abbreviations.unfolded(parse(text))
        found += [tree] if tree is not None else []
    return [tree for tree in dict.fromkeys(found) if _is_right(patient, tree)][
        :MOST_FORMS
    ]


def _short(patient: Patient) -> Iterator[Tree]:
    """Yield the derivative as people write it."""
    claim = patient.claim
    field = claim.layout.value if claim.layout else claim.field
    with suppress(NoRule, Fault):
        yield ClosedForms(patient.statement).form(field)


def _functions(tree: Tree) -> set[str]:
    return {part.name for part, _ in spots(tree) if isinstance(part, Call)} - WRITTEN


def _is_right(patient: Patient, tree: Tree) -> bool:
    """Whether a tree looks right at a few draws."""
    term = patient.fitting(tree)
    return term is not None and bool(patient.glances and patient.glances.match(term))


def wholes(patient: Patient, tree: Tree) -> Iterator[Tree]:
    """Yield the truth turned, its diagonal, for symmetric matrices, without a slope."""
    yield transpose(tree)
    yield Call("transpose", (tree,))
    if patient.algebra.is_square(tree):
        yield Call("diag", (Call("diagonal", (tree,)),))
    square = [n for n in names(tree) if patient.algebra.is_square(Name(n))]
    for count in range(1, MOST_SYMMETRIC + 1):
        for some in combinations(square, count):
            yield patient.algebra.plain(straight(tree, frozenset(some)))
            yield straight(tree, frozenset(some))
    yield from _levelled(patient, tree)


def _levelled(patient: Patient, tree: Tree) -> Iterator[Tree]:
    """Yield the truth with ones in the place of a slope, as where it is forgotten."""
    algebra = patient.algebra
    for part, rebuild in spots(tree):
        if isinstance(part, Call) and part.name in LEVEL and algebra.term(part):
            rows, columns = algebra.shape(part)
            yield rebuild(algebra.ones(rows, columns))


def straight(tree: Tree, symmetric: frozenset[str]) -> Tree:
    """Leave out the transposes of some names."""
    match tree:
        case Call("transpose", (Name(name),)) if name in symmetric:
            return Name(name)
        case Call("transpose", (Call(function, (Name(name),)) as inner,)) if (
            name in symmetric and function in ("inv", "expm", "pinv")
        ):
            return inner
    return inside(tree, lambda part: straight(part, symmetric))


def small(patient: Patient, tree: Tree) -> Iterator[Tree]:
    """Yield the truth with a small mistake, the likeliest first."""
    edits = _edited(patient, tree, SMALL)
    yield from (edit for edit in edits if not _has_nothing_raised(edit))


def _has_nothing_raised(tree: Tree) -> bool:
    """Whether a power of zero stands in a tree: one is not written so."""
    for part, _ in spots(tree):
        match part:
            case Call("pow", (_, Number(k))) if k == 0:
                return True
    return False


def larger(patient: Patient, tree: Tree) -> Iterator[Tree]:
    """Yield the truth with a part missing, too much, or exchanged."""
    families = (*ADDITIONS, *EXCHANGES, lawful, completed, multiplied)
    yield from _without(tree)
    yield from _edited(patient, tree, families)


def pairs(patient: Patient, tree: Tree) -> Iterator[Tree]:
    """Yield the truth with two small mistakes."""
    first = islice(small(patient, tree), PAIRED)
    yield from islice(chain.from_iterable(small(patient, t) for t in first), MOST_PAIRS)


def _without(tree: Tree) -> Iterator[Tree]:
    """Yield a tree with a function of one argument left out."""
    for part, rebuild in spots(tree):
        match part:
            case Call("transpose"):
                continue
            case Call(_, (inner,)):
                yield rebuild(inner)


def _edited(patient: Patient, tree: Tree, families: Sequence) -> Iterator[Tree]:
    """Yield the edits of some families, each once."""
    text = show(tree)
    told = replace(patient.claim, text=text, term=patient.algebra.term(tree))
    one = Patient(patient.experiment, told)
    budget, seen = min(MOST, WORK // length(tree)), {tree}
    edits = chain.from_iterable(family(one) for family in families)
    found = []
    for edit in islice(edits, budget):
        if edit.tree not in seen:
            seen.add(edit.tree)
            found.append((edit.cost, length(edit.tree), len(found), edit.tree))
    yield from (tree for *_, tree in sorted(found, key=lambda row: row[:3]))
