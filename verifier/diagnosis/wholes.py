"""Claims that are wrong as a whole: the layout, the sign, a factor, the shape."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ..deriving.algebra import (
    joined,
    length,
    names,
    negative,
    plus,
    scaled,
    spots,
    summands,
    transpose,
)
from ..deriving.forms import written
from ..engine.arrays import Floats
from ..language.declaration import Type
from ..language.layout import BOTH, Layout
from ..language.printing import show
from ..language.term import SCALAR, show_shape
from ..language.tree import Call, Derived, Name, Number, Tree
from .glimpse import EXACT, Glances
from .patient import Patient, Remark

SMALL = [Fraction(k) for k in ("2", "1/2", "3", "1/3", "4", "1/4")]
POWERS = [Fraction(k) for k in ("1", "-1", "2", "-2", "1/2", "-1/2")]
MOST_TERMS = 8
"""Terms of a sum beyond which they are not looked at one by one."""
MOST_SCALARS = 24
MEASURES = frozenset({"det", "tr", "norm", "sum"})
"""Scalars of a name that may be missing where one of something else is known."""
INNER = 1.2
"""What a factor takes more that is no size and no name of a constant."""


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
        return Remark("wrong-layout", text, patient.whole_truth, conditional=True)
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
    """Find the number, such as -1, that the claim or one term of it lacks."""
    if not patient.claim.fits:
        return None
    nothing = patient.algebra.zeros(*patient.claim.demanded)
    if patient.holds(nothing):
        return Remark("missing-term", f"`{show(patient.tree)}` is too much", nothing)
    if patient.glances is None:
        return _by_trial(patient)
    for part in _parts(patient):
        if part.ratios is None or (k := _fraction(part.ratios)) is None:
            continue
        new = part.with_term(scaled(k, part.term))
        if k == 1 or not patient.holds(new):
            continue
        if k == -1:
            return Remark("sign", f"the sign{part.of} is wrong", new)
        text = (
            f"the factor{part.of} is wrong" if part.of else "a scalar factor is wrong"
        )
        if k.denominator == 1:
            text = f"the factor {k}{part.of} is missing"
        return Remark("factor", text, new)
    return None


def _by_trial(patient: Patient) -> Remark | None:
    """Try the sign, and a few numbers, where single draws show nothing."""
    turned = negative(patient.tree)
    if patient.holds(turned):
        return Remark("sign", "the sign is wrong", turned)
    for k in SMALL:
        multiple = scaled(k, patient.tree)
        if patient.holds(multiple):
            whole = k.denominator == 1
            text = f"the factor {k} is missing" if whole else "a scalar factor is wrong"
            return Remark("factor", text, multiple)
    return None


@dataclass(frozen=True)
class _Part:
    """The claim, or one of its terms, and by how much it is too small at each draw."""

    terms: Sequence[Tree]
    at: int
    ratios: Floats | None

    @property
    def term(self) -> Tree:
        return self.terms[self.at]

    @property
    def of(self) -> str:
        """Name the term, where there are several."""
        term = self.term
        shown = negative(term) if _has_minus(term) else term
        return f" of `{show(shown)}`" if len(self.terms) > 1 else ""

    def with_term(self, new: Tree) -> Tree:
        """Return the claim with another term in the place of this one."""
        return joined([*self.terms[: self.at], new, *self.terms[self.at + 1 :]])


def _has_minus(term: Tree) -> bool:
    return len(show(negative(term))) < len(show(term))


def _parts(patient: Patient) -> Iterator[_Part]:
    """Yield the claim as a whole, then its terms."""
    glances, tree = patient.glances, patient.tree
    assert glances is not None
    terms = summands(tree)
    ways = [[tree]] if len(terms) < 2 or len(terms) > MOST_TERMS else [[tree], terms]
    for some in ways:
        found = [patient.algebra.term(term) for term in some]
        for i, term in enumerate(found):
            others = [other for other in (*found[:i], *found[i + 1 :]) if other]
            if term is not None and len(others) == len(some) - 1:
                yield _Part(some, i, glances.ratios(term, others))


def _number(ratios: Floats) -> float | None:
    """Return the number that all ratios are, if they are one."""
    told = ratios[~np.isnan(ratios)]
    return float(told[0]) if abs(told / told[0] - 1).max() <= EXACT else None


def _fraction(ratios: Floats) -> Fraction | None:
    """Return the small fraction that all ratios are, if they are one."""
    ratio = _number(ratios)
    if ratio is None:
        return None
    k = Fraction(ratio).limit_denominator(64)
    return k if k and abs(ratio - float(k)) <= 1e-7 * abs(float(k)) else None


def scalar_factor(patient: Patient) -> Remark | None:
    """Find a scalar that the claim, or one term of it, lacks as a factor."""
    if not patient.claim.fits or not patient.glances:
        return None
    known = None
    for part in _parts(patient):
        if part.ratios is None:
            continue
        known = known or list(_scalars(patient, patient.glances))
        for power in POWERS:
            for scalar, values in known:
                if power.denominator != 1 and (values < 0).any():
                    continue
                k = _fraction(part.ratios / values ** float(power))
                if k is None:
                    continue
                found = _multiplied(patient, part, scalar, power, k)
                if found is not None:
                    return found
        ratio = None if part.of else _number(part.ratios)
        if ratio is not None and abs(ratio - 1) > 1e-7:  # else they hardly differ
            said = f"the left side is {ratio:.12g} times the claim"
            return Remark("factor", said)
    return None


def _multiplied(
    patient: Patient, part: _Part, scalar: Tree, power: Fraction, k: Fraction
) -> Remark | None:
    """Multiply a term by a power of a scalar, and say what was wrong."""
    algebra, whole = patient.algebra, scaled(k, part.term)
    size = abs(power)
    factor = scalar if size == 1 else Call("pow", (scalar, Number(size)))
    if size == Fraction(1, 2):
        factor = Call("sqrt", (scalar,))
    args = (factor, whole) if power > 0 else (whole, factor)
    new = part.with_term(Call("mul" if power > 0 else "div", args))
    if patient.repeats(new) or not patient.holds(new):
        return None
    have = dict(algebra.product(part.term).scalars).get(scalar, Fraction(0))
    word = "factor" if power > 0 else "divisor"
    also = "" if k == 1 else f" and the factor {k}"
    verb = "is" if k == 1 else "are"
    named = show(patient.abbreviations.folded(factor))
    said = f"the {word} `{named}`{also}{part.of} {verb} missing"
    moves = patient.moves(scalar)
    kind = "missing-term" if moves else "factor"
    if have and have == -power and k == 1:
        word = "divisor" if power > 0 else "factor"
        said = f"the {word} `{named}`{part.of} is too much"
    elif have:
        kind, said = "wrong-power", f"the power of `{show(scalar)}`{part.of} is wrong"
        if k != 1:
            said += " and its sign" if k == -1 else f", and the factor {k} is missing"
    sized = algebra.scope.sizes.issuperset(names(scalar))
    plain = isinstance(scalar, Name) and not isinstance(patient.tree, Number)
    dear = moves or not (sized or plain)
    return Remark(kind, said, new, cost=INNER * dear)


def missing_term(patient: Patient) -> Remark | None:
    """Find a part of what is written, or its square, that the claim lacks as a term."""
    glances, claim = patient.glances, patient.fitting(patient.tree)
    if glances is None or claim is None or patient.claims_zero:
        return None
    for part in _parts_of_all(patient):
        found = patient.fitting(part)
        ratios = found and glances.ratios(found, [claim])
        k = _fraction(ratios) if isinstance(ratios, np.ndarray) else None
        if k is None:
            continue
        part = patient.abbreviations.folded(part)
        new = plus(patient.tree, scaled(k, part))
        if patient.says_more(new):
            term = scaled(abs(k), negative(part) if _has_minus(part) else part)
            named = show(patient.shrunk(term))
            return Remark("missing-term", f"the term `{named}` is missing", new)
    return None


def _parts_of_all(patient: Patient) -> Iterator[Tree]:
    """Yield parts of both sides that could be terms, and squares, the short first."""
    claim, algebra = patient.abbreviations.unfolded(patient.tree), patient.algebra
    trees = (claim, patient.whole_body, *map(algebra.tree, patient.truth))
    parts = {p: None for tree in trees if tree is not None for p, _ in spots(tree)}
    ones = Call("ones", tuple(map(written, patient.claim.demanded)))
    one = Number(Fraction(1)) if patient.claim.demanded == SCALAR else ones
    fit = [part for part in sorted(parts, key=length) if patient.fitting(part)]
    yield from [one] if one not in parts else []
    yield from fit[:MOST_SCALARS]
    if patient.claim.demanded == SCALAR:
        for part in fit[:MOST_SCALARS]:
            yield Call("pow", (part, Number(Fraction(2))))


def _scalars(patient: Patient, glances: Glances) -> Iterator[tuple[Tree, Floats]]:
    """Yield sizes, scalar names and scalar parts with their values at the draws."""
    statement, algebra = patient.statement, patient.algebra
    parts: dict[Tree, None] = {Name(n): None for n in sorted(statement.sizes)}
    for name, declared in statement.types.items():
        if isinstance(declared, Type) and declared.shape == SCALAR:
            parts[Name(name)] = None
    claim = patient.abbreviations.unfolded(patient.tree)
    bodies = (claim, patient.whole_body, *map(algebra.tree, patient.truth))
    for tree in bodies:
        for part, _ in spots(tree) if tree is not None else ():
            if not isinstance(part, Number) and algebra.is_scalar(part):
                parts[part] = None
    for name in {part.name for part in parts if isinstance(part, Call)} & MEASURES:
        parts |= {Call(name, (Name(n),)): None for n in sorted(statement.types)}
    simple = sorted(parts, key=length)
    for part in simple[:MOST_SCALARS]:
        term = algebra.term(part)
        values = None if term is None else glances.scalar(term)
        if values is not None and (values != 0).all():
            yield part, values
