"""The lines of a derivation as text: equals signs below each other, reasons behind."""

from __future__ import annotations

from collections.abc import Sequence

from ..deriving.lines import Step

WIDEST = 60
"""Characters of a line behind which its reason still stands beside it."""


def steps_text(told: Sequence[Step]) -> str:
    """Return the lines, each with its reason.

    A left side is said once; the reason of a long line stands below it.
    """
    if not told:
        return ""
    margin = max(len(_left(line)) for line in told)
    sides = [line.right for line in told]
    width = max((len(text) for text in sides if len(text) <= WIDEST), default=0)
    found: list[str] = []
    before = ""
    for line in told:
        left = "" if line.left == before and line.field else _left(line)
        before = line.left
        start = f"{left:>{margin}} = "
        if len(line.right) <= width:
            found.append(f"{start}{line.right:<{width}}   {line.reason}")
        else:
            found.append(f"{start}{line.right}")
            found.append(f"{'':>{margin + 3 + width}}   {line.reason}")
    return "\n".join(text.rstrip() for text in found)


def _left(line: Step) -> str:
    return line.left if line.field else f"let {line.left}"
