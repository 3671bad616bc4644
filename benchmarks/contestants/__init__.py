"""What `peers.py` compares: the same claims, judged by several means.

Each module but `functions` and `question` is a contestant, or a few: a function of a
`Question` that returns a `Judge`, to be called once cold and once warm. Only the
module that is asked is imported, so that none pays for the libraries of another.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .question import Question

Judge = Callable[[], dict[str, str]]
"""Judges a claim at all draws: a verdict for each layout."""


@dataclass(frozen=True)
class Contestant:
    """A way to judge a claim: what a reader calls it, and where it is."""

    label: str
    place: str  # "module:function"
    library: str  # what it must find installed
    most: int | None = None  # draws beyond which its time is extrapolated

    def prepare(self) -> Callable[[Question], Judge]:
        """Import the contestant: what prepares a judge of a question."""
        module, _, function = self.place.partition(":")
        return getattr(import_module(f"{__name__}.{module}"), function)


PROGRAM = "program"
CONTESTANTS = {
    PROGRAM: Contestant("this program", "program:verified", "jax"),
    "jax-loop": Contestant("JAX loop: `jit(jacfwd)`, `allclose`", "jaxes:loop", "jax"),
    "jax-batch": Contestant("JAX, all draws of a size at once", "jaxes:batch", "jax"),
    "check-grads": Contestant(
        "`jax.test_util.check_grads`", "jaxes:checked", "jax", 256
    ),
    "torch-loop": Contestant(
        "PyTorch loop: `functional.jacobian`, `allclose`", "torches:loop", "torch"
    ),
    "torch-batch": Contestant(
        "PyTorch, all draws of a size at once", "torches:batch", "torch"
    ),
    "gradcheck": Contestant(
        "`torch.autograd.gradcheck`", "torches:checked", "torch", 256
    ),
}
