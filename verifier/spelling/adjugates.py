"""Stars above matrices: `d|X| = tr(X^* dX)` is about the adjugate of X.

So it is where the determinant of the same matrix stands beside it. Elsewhere a star may
be a conjugate transpose, an adjoint, or a part of a name.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..language.tree import Call, Name, Tree
from ..reading.problem import Fault
from . import loose


def with_adjugates(sides: Sequence[Tree]) -> list[Tree]:
    """Return sides in which stars are adjugates; a Fault where they may be else."""
    starred = [one for side in sides for one in loose.calls(side, loose.ADJUGATE)]
    if not starred:
        return [*sides]
    names = "det", "logdet", loose.BARS
    inside = [one.args[0] for side in sides for one in loose.calls(side, *names)]
    within = any(any(loose.calls(tree, loose.ADJUGATE)) for tree in inside)
    for one in starred:
        if within or one.args[0] not in inside or not isinstance(one.args[0], Name):
            said = "a star above may be an adjoint, an adjugate, or part of a name"
            raise Fault(one.start, said, "write `^T`, or `adj(A)`")
    return [loose.mapped(side, _adjugate) for side in sides]


def _adjugate(tree: Tree) -> Tree:
    match tree:
        case Call(loose.ADJUGATE, (inner,)):
            place = {"start": tree.start, "stop": tree.stop}
            determinant = loose.call("det", inner, **place)
            inverse = loose.call("inv", inner, **place)
            return loose.call("mul", determinant, inverse, **place)
    return tree
