"""Claims that are wrong as a whole: the layout, the sign, a factor, the shape."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from ..language.declaration import Type
from ..language.layout import BOTH, Layout
from ..language.printing import show
from ..language.term import SCALAR, show_shape
from ..language.tree import Call, Derived, Name, Tree
from .algebra import names, negative, scaled, transpose
from .patient import Patient, Remark

SMALL = [Fraction(k) for k in ("2", "1/2", "3", "1/3", "4", "1/4")]


def other_layout(patient: Patient) -> Remark | None:
    """Find out whether the transpose of the claim is right."""
    claim = patient.claim
    if not claim.fits and not claim.fits_transposed:
        return None
    turned = patient.algebra.plain(transpose(patient.tree))
    if not patient.holds(turned):
        turned = Call("transpose", (patient.tree,))
        if not patient.holds(turned):
            return None
    told = "" if claim.fits else f"{shapes(patient)}; "
    if claim.layout and patient.subject == "function":
        turned_here = claim.layout.turns(
            patient.statement.pair(patient.statement.wrt[0])
        )
        layout = BOTH[not turned_here].value
        text = f"{told}this is the derivative in {layout} layout, its transpose"
        return Remark("wrong-layout", text, turned)
    text = f"{told}this is the transpose of the left side"
    if patient.subject == "value" and patient.repeats(turned):
        text = f"{text}, which is not symmetric"
    return Remark("transposed", text, turned)


def in_another_layout(patient: Patient) -> Remark | None:
    """Find out whether the claim, with each D in it, is right in another layout.

    Of numerator and denominator layout each has the factors of a chain the other way
    round, which is what is said of a claim in one that is right in the other.
    """
    claim = patient.claim
    if claim.layout is None or patient.moving or not _arranged(patient.tree):
        return None
    for layout in Layout:
        mixed = Layout.MIXED in (layout, claim.layout)
        if layout is claim.layout or not mixed or not patient.holds_in(layout):
            continue
        text = f"this is right in {layout.value} layout: claim it as `{layout.value}`"
        return Remark("wrong-layout", text)
    return None


def _arranged(tree: Tree) -> bool:
    """Whether a D stands in a tree, which each layout arranges in its own way."""
    if isinstance(tree, Derived) and tree.kind == "D":
        return True
    return any(map(_arranged, tree.args if isinstance(tree, Call | Derived) else ()))


def shapes(patient: Patient) -> str:
    """Say which shape a claim has that does not fit, and which it needs."""
    claim = patient.claim
    assert claim.term is not None
    found, wanted = (show_shape(s) for s in (claim.term.shape, claim.demanded))
    where = f"{claim.layout.value} layout" if claim.layout else "it"
    return f"the claim has the shape {found}, and {where} needs the shape {wanted}"


def sign_or_number(patient: Patient) -> Remark | None:
    """Find out whether minus the claim is right, or a small multiple of it."""
    if not patient.claim.fits:
        return None
    turned = negative(patient.tree)
    if patient.holds(turned):
        return Remark("sign", "the sign is wrong", turned)
    for k in [_fraction(patient, patient.tree)] if patient.glances else SMALL:
        multiple = None if k is None else scaled(k, patient.tree)
        if multiple is not None and patient.holds(multiple):
            text = "a scalar factor is wrong"
            if k is not None and k.denominator == 1:
                text = f"the factor {k} is missing"
            return Remark("factor", text, multiple)
    return None


def _fraction(patient: Patient, tree: Tree) -> Fraction | None:
    """Return the small fraction that a tree is too small by, if it is one."""
    ratio = _ratio(patient, tree)
    if ratio is None:
        return None
    k = Fraction(ratio).limit_denominator(64)
    return k if k and abs(ratio - float(k)) <= 1e-7 * abs(float(k)) else None


def _ratio(patient: Patient, tree: Tree) -> float | None:
    term = patient.fitting(tree)
    return patient.glances.ratio(term) if term and patient.glances else None


def scalar_factor(patient: Patient) -> Remark | None:
    """Find a factor that is a size, its root, or a scalar; or just a number."""
    if not patient.claim.fits or not patient.glances:
        return None
    for factor, said, tree in _multiples(patient):
        k = _fraction(patient, tree)
        if k is not None and patient.holds(multiple := scaled(k, tree)):
            text = f"{said} is missing"
            if k != 1:
                text = f"{said} and the factor {k} are missing"
            size = all(name in patient.statement.sizes for name in names(factor))
            return Remark("factor" if size else "missing-term", text, multiple)
    ratio = _ratio(patient, patient.tree)
    if ratio is None or abs(ratio - 1) <= 1e-7:
        return None  # at ordinary draws they do not differ
    return Remark("factor", f"the left side is {ratio:.12g} times the claim")


def _multiples(patient: Patient) -> Iterator[tuple[Tree, str, Tree]]:
    """Yield the claim times or by a size, its root, or a scalar."""
    statement, tree = patient.statement, patient.tree
    parts: list[Tree] = [Name(name) for name in sorted(statement.sizes)]
    parts += [Call("sqrt", (part,)) for part in parts]
    parts += [
        Name(name)
        for name, declared in statement.types.items()
        if isinstance(declared, Type) and declared.shape == SCALAR
    ]
    for part in parts:
        yield part, f"the factor `{show(part)}`", Call("mul", (part, tree))
        yield part, f"the divisor `{show(part)}`", Call("div", (tree, part))
