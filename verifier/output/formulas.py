"""The formulas of a claim, for the page: MathML to read, LaTeX to copy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

from markupsafe import Markup

from ..results.model import Result
from ..results.phrases import one_line, printable
from . import latex, mathml
from .boxes import APPLY, EQUALS, THIN, TIMES, Box, Note, listed, row
from .typesetting import Typeset

SHORT = {
    mathml.markup(TIMES): "",
    mathml.markup(APPLY): "",
    mathml.markup(THIN): "<mspace/>",
    ' stretchy="false"': " stretchy=false",
}
"""What a page of thousands of formulas does without: signs that are not seen, and are
clear to screen readers too; how wide a space is, the style of the page says."""


class Formulas:
    """Both sides of a claim, and its abbreviations."""

    def __init__(self, result: Result):
        self.result = result

    @cached_property
    def left(self) -> Markup:
        """The left side."""
        return self._shown(lambda typeset: typeset.left, self.result.subject)

    @cached_property
    def right(self) -> Markup:
        """The right side, behind its relation where that is no equals sign."""
        return self._shown(_related, self.result.text)

    @cached_property
    def where(self) -> Markup:
        """The abbreviations, or nothing."""
        return self._shown(lambda typeset: _apart(typeset.where), "")

    @cached_property
    def latex(self) -> str:
        """The whole equation."""
        box = self._box(lambda typeset: typeset.equation, self.result.text)
        return "" if box is None else printable(latex.source(box))

    def _shown(self, side: Callable[[Typeset], Box | None], text: str) -> Markup:
        box = self._box(side, text)
        if box is None:
            return Markup("")
        markup = mathml.inline(box)
        for long, short in SHORT.items():
            markup = markup.replace(long, short)
        return Markup(f"<math>{printable(markup)}</math>")

    def _box(self, side: Callable[[Typeset], Box | None], text: str) -> Box | None:
        try:
            return side(self._typeset)
        except Exception:  # a report is never lost to one formula
            return Note(one_line(text)) if text else None

    @cached_property
    def _typeset(self) -> Typeset:
        return Typeset(self.result)


def _related(typeset: Typeset) -> Box:
    plain = typeset.relation == EQUALS
    return typeset.right if plain else row(typeset.relation, typeset.right)


def _apart(boxes: Sequence[Box]) -> Box | None:
    return listed(boxes, apart=True) if boxes else None
