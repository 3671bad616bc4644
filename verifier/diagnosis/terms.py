"""The claim as a sum, compared with the truth as a sum, and put right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..deriving.algebra import joined, summands
from ..deriving.products import Product
from ..language.printing import show
from ..language.tree import Tree
from .glimpse import Glances
from .matching import Difference, Part, difference
from .patient import Patient, Remark


def matched(patient: Patient) -> Remark | None:
    """Compare the terms of the claim with the true ones."""
    glances = patient.glances
    if not patient.claim.fits or not patient.truth or glances is None:
        return None

    def write(product: Product) -> str:
        return show(patient.lighter(patient.shrunk(patient.written([product]))))

    for claimed, true in _sums(patient):
        left, right = (
            [_part(patient, glances, p) for p in side] for side in (claimed, true)
        )
        found = difference(left, right, patient.algebra, write)
        if found is not None and not _is_trivial(patient, found):
            return Remark(found.kind, found.text, _mended(patient, found))
    return None


def _is_trivial(patient: Patient, found: Difference) -> bool:
    """Whether all that is said is that the right side should be the left side."""
    whole = patient.subject == "value" and len(patient.truth) == 1
    return whole and len(found.right) == 1


def _sums(patient: Patient) -> Iterator[tuple[list[Product], list[Product]]]:
    """Yield the claim and the truth as sums: as written, and multiplied out."""
    algebra, truth = patient.algebra, patient.truth
    tree = patient.abbreviations.unfolded(patient.tree)
    if tree is None:
        return
    shape = patient.claim.demanded
    written = [algebra.product(term) for term in summands(tree)]
    yield [algebra.spread(product, shape) for product in written], truth
    expanded = algebra.expanded(tree)
    yield expanded, truth
    out = [p for term in truth for p in algebra.expanded(algebra.tree(term))]
    yield expanded, algebra.total(out)


def _part(patient: Patient, glances: Glances, product: Product) -> Part:
    term = patient.algebra.term(patient.algebra.tree(product))
    assert term is not None
    return Part(product, glances.vector(term))


def _mended(patient: Patient, found: Difference) -> Tree | None:
    """Put the terms that are right in the place of those that are wrong."""
    wrong = [product.body for product in found.wrong]
    kept = [
        term for term in summands(patient.tree) if not _is_one(patient, term, wrong)
    ]
    mended = [*kept, *(patient.written([product]) for product in found.right)]
    tree = joined(mended) if mended else None
    return tree if tree is not None and patient.says_more(tree) else None


def _is_one(patient: Patient, term: Tree, wrong: Sequence[object]) -> bool:
    whole = patient.abbreviations.unfolded(term)
    product = patient.algebra.product(term if whole is None else whole)
    if not product.number:
        return True
    return product.body in wrong or patient.algebra.closed(product).body in wrong
