"""`verifier.check_code`: a function and its gradient in Python, against a formula."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from ..coding.asking import Worker
from ..coding.session import checked
from ..coding.shapes import EITHER
from ..engine.settings import Settings
from ..output import notebook
from ..reading.problem import InputError
from ..results.coded import CodeAnswer
from ..results.shown import show_by

show_by(notebook)
LAYOUTS = (EITHER, "numerator", "denominator", "mixed")
DRAWS = 32
"""Draws at which it is decided what is said of a mistake."""


def check_code(
    function: Callable[..., Any] | None,
    formula: str,
    /,
    *,
    gradient: Callable[..., Any] | None = None,
    where: str | Mapping[str, str] = "",
    layout: Literal["either", "numerator", "denominator", "mixed"] = EITHER,
    wrt: str | Sequence[str] | None = None,
    framework: Literal["numpy", "jax", "torch"] | None = None,
    seed: int = 0,
    timeout: float = 60.0,
) -> CodeAnswer:
    """Check a function and its gradient against a formula or the record of an id.

    >>> def f(x, A):
    ...     return x @ A @ x
    >>> def g(x, A):
    ...     return 2 * A @ x
    >>> answer = check_code(f, "x.T @ A @ x", gradient=g)
    >>> answer.holds, answer.diagnosis
    (False, 'it holds when A is symmetric; for every A write `(A + A.T) @ x`')

    The code runs in this process, with arrays of NumPy, JAX or PyTorch, whichever it
    mentions. Parameters are told by the formula's names, or by their order. A gradient
    gives one array, several in a tuple, or a dict by name, of the variables' shapes or
    as Jacobians; `wrt` says by what, where that is not plain. InputError says that the
    formula cannot be read or that the signature does not fit; whatever the code does
    wrong is in the answer. `timeout` bounds each wait for what is right, in seconds:
    the code itself is not bounded.
    """
    with CodeSession(timeout) as session:
        return session.check(
            function,
            formula,
            gradient=gradient,
            where=where,
            layout=layout,
            wrt=wrt,
            framework=framework,
            seed=seed,
        )


class CodeSession:
    """A worker that answers one `check` after another; `close` ends it."""

    def __init__(self, timeout: float = 60.0):
        """Start the worker; it imports JAX meanwhile."""
        if not timeout > 0:
            raise InputError(f"timeout is a number of seconds, not {timeout!r}")
        self._worker = Worker(timeout)
        self._worker.start()

    def check(
        self,
        function: Callable[..., Any] | None,
        formula: str,
        /,
        *,
        gradient: Callable[..., Any] | None = None,
        where: str | Mapping[str, str] = "",
        layout: str = EITHER,
        wrt: str | Sequence[str] | None = None,
        framework: str | None = None,
        seed: int = 0,
    ) -> CodeAnswer:
        """Check code as `check_code` does."""
        if layout not in LAYOUTS:
            raise InputError(f"layout is one of {', '.join(LAYOUTS)}, not {layout!r}")
        try:
            settings = Settings(seed, DRAWS)
        except ValueError as error:
            raise InputError(str(error)) from None
        return checked(
            self._worker,
            function,
            formula,
            gradient,
            where,
            layout,
            wrt,
            framework,
            settings,
        )

    def require(
        self, function: Callable[..., Any] | None, formula: str, /, **more: Any
    ) -> CodeAnswer:
        """Check code, and raise AssertionError with the diagnosis unless it holds."""
        __tracebackhide__ = True
        answer = self.check(function, formula, **more)
        if not answer.holds:
            raise AssertionError(f"the code is not {formula}\n{answer}")
        return answer

    def close(self) -> None:
        """End the worker."""
        self._worker.close()

    def __enter__(self) -> CodeSession:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
