"""What shows itself: one line for `repr`, the terminal's text for `str`, a notebook.

How it looks is the business of the room `output`, which comes later, and is said once,
where `verifier.check` is defined.
"""

from __future__ import annotations

from typing import ClassVar, Protocol


class Look(Protocol):
    """What a value is shown as; a module with these functions is one."""

    def line(self, value: Shown, /) -> str:
        """Return what `repr` says."""
        ...

    def text(self, value: Shown, /) -> str:
        """Return what the terminal shows."""
        ...

    def html(self, value: Shown, /) -> str:
        """Return what a notebook shows."""
        ...

    def latex(self, value: Shown, /) -> str | None:
        """Return a formula, if there is one."""
        ...


class Shown:
    """A value that Python, a terminal and a notebook show as people want to read it."""

    _look: ClassVar[Look]

    def __repr__(self) -> str:
        return self._look.line(self)

    def __str__(self) -> str:
        return self._look.text(self)

    def _repr_html_(self) -> str:
        return self._look.html(self)

    def _repr_latex_(self) -> str | None:
        return self._look.latex(self)


def show_by(look: Look) -> None:
    """Say once how all values look."""
    Shown._look = look
