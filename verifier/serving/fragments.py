"""What is to be shown to people, and what is shown: a part of a page."""

from __future__ import annotations

from dataclasses import dataclass

from ..output.asked_page import problems_html
from ..reading.problem import Place, Problem


@dataclass(frozen=True)
class ToShow:
    """A line whose answer is for people: a part of a page."""

    text: str


@dataclass(frozen=True)
class Fragment:
    """A part of a page, and the verdict that it shows."""

    verdict: str
    html: str


def crashed(reason: str, limit: bool = False) -> Fragment:
    """Return what is shown where the verifier failed, or a limit was reached."""
    if limit:
        return refused(f"stopped at a limit: it {reason}", "state less at once")
    said = f"this crashed, which is our fault: {reason}"
    return refused(said, "please report it, with the statement")


def refused(text: str, hint: str) -> Fragment:
    """Return what is shown where there is no answer."""
    said = Problem(Place("<statement>", 1, 1), text, hint)
    return Fragment("crashed", problems_html([said]))
