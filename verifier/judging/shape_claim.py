"""Claims about the shape of a derivative: decided by the symbols alone."""

from __future__ import annotations

from ..engine.outcome import FAILS, HOLDS, Outcome, diagnosis, evidence
from ..language.dimension import Dim
from ..language.layout import Layout, arranged_shape
from ..language.statement import Claim, Statement
from ..language.term import SCALAR, is_scalar

Tensor = tuple[Dim, ...]


def judge_shape(statement: Statement, claim: Claim) -> Outcome:
    """Compare the claimed shape with the shapes that the derivative has."""
    layout = claim.layout or Layout.NUMERATOR
    right = shapes(statement, layout)
    found = evidence("shape", note="decided by the declared types")
    if claim.tuple in right:
        return Outcome(HOLDS, found)
    shown = " or ".join(show(shape) for shape in right)
    others = (other for other in Layout if claim.tuple in shapes(statement, other))
    if other := next(others, None):
        text = f"this is the shape in {other.value} layout; here it is {shown}"
        return Outcome(FAILS, found, diagnosis("wrong-layout", text, show(right[0])))
    text = f"the derivative has the shape {shown}"
    return Outcome(FAILS, found, diagnosis("shape", text, show(right[0])))


def show(shape: Tensor) -> str:
    """Print a tensor's shape as a claim is written."""
    inner = ", ".join(map(str, shape))
    return f"({inner},)" if len(shape) == 1 else f"({inner})"


def shapes(statement: Statement, layout: Layout) -> list[Tensor]:
    """Return the shapes that books give to a derivative.

    Of first order it is the layout's matrix, or for a pair of matrices the tensor of
    all entries; of higher order the tensor, sides of scalars left out.
    """
    y = statement.body.shape
    x = statement.variable(statement.wrt[0])
    tensor = (*_sides(y), *(_sides(x.shape) * statement.order))
    turned = (*(_sides(x.shape) * statement.order), *_sides(y))
    rule = statement.pair(statement.wrt[0])
    if statement.order == 1:
        plain = arranged_shape(y, x.shape, layout, is_scalar(x))
        if len(tensor) > 2:
            return [plain, turned if layout.turns(rule) else tensor]
        return [plain]
    found = [tensor if tensor else SCALAR]
    if layout.turns(rule) and turned != tensor:
        found.append(turned)
    if y == SCALAR and tensor:
        found.append((Dim.of(1), *tensor))
    flat = (x.shape[0] * x.shape[1],) * statement.order
    if y == SCALAR and flat not in found:
        found.append(flat)
    return found


def _sides(shape: tuple[Dim, Dim]) -> Tensor:
    return tuple(dim for dim in shape if dim != Dim.of(1))
