"""What balls raise where there is nothing to compare."""

from __future__ import annotations


class Undecided(Exception):
    """An enclosure is too wide to decide, or a point has no derivative."""


class Overlap(Undecided):
    """Two enclosures overlap: in more bits one may be seen to be the larger."""


class Bend(Overlap):
    """The same where a function bends, as `abs` does, and does not jump."""


class Inseparable(Undecided):
    """Eigenvalues lie too near to each other to be enclosed one by one."""


class NoValue(Undecided):
    """The point certainly has no value."""


class Leaves(NoValue, ZeroDivisionError):
    """A matrix moves to another rank, where its pseudoinverse has no derivative."""


COMPLEX = "complex eigenvalues, which have no order"
CROWDED = "eigenvalues too near to each other to tell if they are real"
UNSYMMETRIC = "no symmetric matrix in `cholesky`"
"""Why there is none, or none is seen."""
