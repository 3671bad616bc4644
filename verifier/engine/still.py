"""What does not move stays still under any function that has a value there.

At a random point a number that is exactly zero, and does not move, is zero around it as
well: `relu(x)` where x is negative. So its square root does not move either, although
the slope of the root is infinite there: 0 * infinity is 0. At a point that is not
random, as the zeros of A - A.T for a symmetric A, a product of zeros that move seems
not to move. So what was taken for still is looked at again a little beside the point.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flint import arb

from .jets import Jet
from .matrices import Matrix

ZERO = arb(0)
Places = tuple[int, ...]


class Stillness:
    """Keeps entries still that a function of infinite slope would lose."""

    def __init__(self) -> None:
        self.kept: list[Places] = []
        """The entries that were, for each function that met some."""

    @contextmanager
    def watched(self) -> Iterator[list[Places]]:
        """Give the list of what is kept still meanwhile."""
        before, self.kept = self.kept, []
        try:
            yield self.kept
        finally:
            self.kept = before

    def chain(
        self,
        x: Jet,
        value: Matrix,
        slope: Callable[[], Matrix],
        curve: Callable[[], Matrix],
    ) -> Jet:
        """Return a function of the entries, from its first two derivatives there."""
        found = x.chain(value, slope, curve)
        lost = {
            i
            for mask, X in found.parts.items()
            if mask
            for i, a in enumerate(X.entries)
            if not a.is_finite() and value.entries[i].is_finite()
        }
        kept = tuple(i for i in sorted(lost) if rests(x, i)) if lost else ()
        return self.replaced(found, kept, value) if kept else found

    def replaced(self, x: Jet, kept: Places, value: Matrix) -> Jet:
        """Return a jet with some entries that have a value and do not move."""
        self.kept.append(kept)
        parts = {}
        for mask, X in x.parts.items():
            entries = list(X.entries)
            for i in kept:
                entries[i] = ZERO if mask else value.entries[i]
            parts[mask] = X.of(X.shape, entries)
        return Jet(parts)


def rests(x: Jet, i: int) -> bool:
    """Whether an entry does not move, exactly."""
    return all(X.entries[i] == 0 for mask, X in x.parts.items() if mask)
