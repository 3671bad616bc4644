"""The claim as a sum, compared with the truth as a sum, and put right."""

from __future__ import annotations

from collections.abc import Iterator

from ..language.printing import show
from ..language.tree import Tree
from .algebra import joined, summands
from .derivation import unfolded
from .glimpse import Glances
from .matching import Difference, Part, difference
from .products import Product
from .trial import Remark, Trial


def matched(trial: Trial) -> Remark | None:
    """Compare the terms of the claim with the true ones."""
    glances = trial.glances
    if not trial.claim.fits or not trial.truth or glances is None:
        return None

    def write(product: Product) -> str:
        return show(trial.written([product]))

    for claimed, true in _sums(trial):
        sides = [[_part(trial, glances, p) for p in side] for side in (claimed, true)]
        found = difference(*sides, trial.algebra, write)
        if found is not None:
            return Remark(found.kind, found.text, _mended(trial, found))
    return None


def _sums(trial: Trial) -> Iterator[tuple[list[Product], list[Product]]]:
    """Yield the claim and the truth as sums: as written, and multiplied out."""
    algebra, truth = trial.algebra, trial.truth
    tree = unfolded(trial.tree, trial.statement)
    written = [algebra.product(term) for term in summands(tree)]
    if all(p.shape == trial.claim.demanded for p in written):
        yield written, truth
    yield algebra.expanded(tree), truth
    out = [p for term in truth for p in algebra.expanded(algebra.tree(term))]
    yield algebra.expanded(tree), algebra.total(out)


def _part(trial: Trial, glances: Glances, product: Product) -> Part:
    term = trial.algebra.term(trial.algebra.tree(product))
    assert term is not None
    return Part(product, glances.vector(term))


def _mended(trial: Trial, found: Difference) -> Tree | None:
    """Put the terms that are right in the place of those that are wrong."""
    wrong = [product.body for product in found.wrong]
    kept = [term for term in summands(trial.tree) if not _is_one(trial, term, wrong)]
    mended = [*kept, *(trial.written([product]) for product in found.right)]
    tree = joined(mended) if mended else None
    return tree if tree is not None and trial.holds(tree) else None


def _is_one(trial: Trial, term: Tree, wrong: list[object]) -> bool:
    product = trial.algebra.product(unfolded(term, trial.statement))
    return product.body in wrong or trial.algebra.closed(product).body in wrong
