"""What the terminal shows of a derivation: closed forms, and what they rest on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import indent

from ..results import phrases
from ..results.derivation import Derivation
from ..results.model import Result
from ..results.phrases import one_line
from .answers import READ_AS, assumptions
from .derived_steps import steps_text
from .text import Paint

NAMES = {"differential": "differential", "hessian": "Hessian"}


def derivation_text(found: Derivation, paint: Paint | None = None) -> str:
    """Return the closed forms, for which types, and how sure they are."""
    paint = paint or Paint()
    lines = [*_asked(found, paint), *(f"  {line}" for line in said(found))]
    for results in _alike(found.forms):
        lines += [f"  {line}" for line in _form(results, paint)]
    for let, meaning in found.lets.items():
        lines.append(f"  with {let} = {paint(one_line(meaning), 'green')}")
    for name, why in found.missing.items():
        lines.append(f"  {label(name)}: {paint(why, 'yellow')}")
    if found.steps:
        lines += ["  step by step", indent(steps_text(found.steps), "    ")]
    if found.left_out:
        count = phrases.plural(found.left_out, "line")
        lines.append(f"    {count} could not be verified: left out")
    return "\n".join(lines) + "\n"


def latex(found: Derivation) -> Iterator[str]:
    """Yield each closed form as an equation in LaTeX."""
    from .typesetting import equation  # slow to import: not for who reads a terminal

    yield from (equation(form, "latex") for form in found.forms)


def headline(found: Derivation) -> str:
    """Return what was derived, in a line."""
    forms = "; ".join(form.text for form in found.forms)
    return one_line(forms or "; ".join(found.missing.values()))


def label(name: str) -> str:
    """Return how a claim is called: by its layout, or by what it is."""
    return NAMES.get(name) or phrases.LAYOUT_NAMES.get(name) or name


def said(found: Derivation) -> Iterator[str]:
    """Yield the types, what was understood how, and where there is no derivative."""
    yield from assumptions(found)
    yield from (one_line(condition) for condition in found.conditions)


def _asked(found: Derivation, paint: Paint) -> Iterator[str]:
    if found.read:
        yield f"{READ_AS}{one_line(found.read)}"
    elif found.forms:
        yield paint(one_line(found.forms[0].subject), "bold")
    else:
        yield paint(one_line(found.statement), "bold")


def _alike(forms: Sequence[Result]) -> list[list[Result]]:
    """Put forms together that are the same in several layouts."""
    found: dict[tuple[str, str], list[Result]] = {}
    for form in forms:
        claim = "" if form.layout else form.claim
        found.setdefault((form.text, claim), []).append(form)
    return list(found.values())


def _form(results: Sequence[Result], paint: Paint) -> Iterator[str]:
    first = results[0]
    name = label(first.layout or first.claim) if len(results) == 1 else "both layouts"
    shape = f", {first.shape}" if first.shape else ""
    yield f"{name}{shape}: {paint(one_line(first.text), 'green')}"
    yield f"  evidence: {phrases.evidence_of(first)}"
