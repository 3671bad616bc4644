"""What shows itself: one line for `repr`, the terminal's text for `str`, a notebook.

How it looks is the business of the room `output`, which comes later and is asked only
when something is shown.
"""

from __future__ import annotations


class Shown:
    """A value that Python, a terminal and a notebook show as people want to read it."""

    def __repr__(self) -> str:
        from ..output import notebook

        return notebook.line(self)

    def __str__(self) -> str:
        from ..output import notebook

        return notebook.text(self)

    def _repr_html_(self) -> str:
        from ..output import notebook

        return notebook.html(self)

    def _repr_latex_(self) -> str | None:
        from ..output import notebook

        return notebook.latex(self)
