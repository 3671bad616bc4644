"""Names of a claim that the left side does not have: what they may be short for.

A derivative is often written with p for softmax(x), or with r for A x - b.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from ..deriving.algebra import length, names, put, spots
from ..language.declaration import Type
from ..language.printing import show
from ..language.tree import Call, Derived, Name, Tree
from .patient import Patient, Remark

MOST = 12
"""Parts that a name may be short for."""
NEARLY = 4
"""Those of them with which the claim is looked at, if it holds with none."""
Looks = Callable[[Patient], Remark | None]


def short_for(patient: Patient, look: Looks) -> Remark | None:
    """Find a part of the left side for which a strange name stands.

    The claim must hold with it, or be right but for one mistake that a look finds.
    """
    body = patient.whole_body
    if body is None:
        return None
    for name in _strange(patient, body):
        parts = list(_parts(patient, body, name))
        for part in parts:
            tree = put(patient.tree, {name: part})
            if patient.says_more(tree):
                return Remark("wrong-part", f"{_asked(name, part)} it holds", tree)
        for part in parts[:NEARLY]:
            tree = put(patient.tree, {name: part})
            # What holds, and says nothing, has no mistake to look for.
            other = None if patient.holds(tree) else _claiming(patient, tree)
            found = look(other) if other is not None else None
            fixed = found and found.tree
            if (
                found
                and fixed is not None
                and names(fixed)
                and patient.says_more(fixed)
            ):
                return replace(found, text=f"{_asked(name, part)} {found.text}")
    return None


def _asked(name: str, part: Tree) -> str:
    return f"did you mean `{name} = {show(part)}`? with that"


def _strange(patient: Patient, body: Tree) -> Iterator[str]:
    """Yield names that stand in the claim alone, and are nothing else."""
    known = {*names(body), *patient.statement.lets, *patient.statement.wrt}
    known |= {f"d{name}" for name in patient.statement.wrt}
    for name in names(patient.tree):
        declared = patient.statement.types.get(name)
        if name not in known and isinstance(declared, Type):
            yield name


def _parts(patient: Patient, body: Tree, name: str) -> Iterator[Tree]:
    """Yield parts of the left side and its derivative that have a name's shape."""
    algebra = patient.algebra
    shape, seen = algebra.shape(Name(name)), set[Tree]()
    trees = (body, *map(algebra.tree, patient.truth))
    parts = {part for tree in trees for part, _ in spots(tree)}
    for part in sorted(parts, key=lambda tree: (length(tree), show(tree))):
        for way in (part, algebra.turned(part)):
            if way in seen or not isinstance(way, Call | Derived):
                continue
            seen.add(way)
            term = algebra.term(way)
            if term is not None and term.shape == shape and len(seen) <= MOST:
                yield way


def _claiming(patient: Patient, tree: Tree) -> Patient | None:
    """Return a claim with another text in the same experiment."""
    term = patient.algebra.term(tree)
    if term is None:
        return None
    claim = replace(patient.claim, text=show(tree), term=term)
    return Patient(patient.experiment, claim)
