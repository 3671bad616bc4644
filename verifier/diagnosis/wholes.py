"""Claims that are wrong as a whole: the layout, the sign, a factor, the shape."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice

from ..language.declaration import Type
from ..language.expression import parse
from ..language.printing import show
from ..language.term import SCALAR, show_shape
from ..language.tree import Call, Name, Number, Tree
from .algebra import drop_scalar_transposes, negative, scaled, spots, transpose
from .trial import Remark, Trial

SMALL = (2, Fraction(1, 2), 3, Fraction(1, 3), 4, Fraction(1, 4))
CONSTANT = ("eye", "ones", "zeros")
MOST_PARTS = 80


def other_layout(trial: Trial) -> Remark | None:
    """Find out whether the transpose of the claim is right."""
    claim = trial.claim
    if not claim.fits and not claim.fits_transposed:
        return None
    turned = tidy(trial, transpose(trial.tree))
    if not trial.holds(turned):
        turned = Call("transpose", (trial.tree,))
        if not trial.holds(turned):
            return None
    shapes = "" if claim.fits else f"{_shapes(trial)}; "
    if claim.layout and trial.subject == "function":
        layout = claim.layout.other.value
        text = f"{shapes}this is the derivative in {layout} layout, its transpose"
        return Remark("wrong-layout", text, turned)
    text = f"{shapes}this is the transpose of the left side"
    return Remark("transposed", text, turned)


def tidy(trial: Trial, tree: Tree) -> Tree:
    """Leave out transposes of scalars."""
    return drop_scalar_transposes(tree, trial.algebra.is_scalar)


def _shapes(trial: Trial) -> str:
    claim = trial.claim
    assert claim.term is not None
    found, wanted = (show_shape(s) for s in (claim.term.shape, claim.demanded))
    where = f"{claim.layout.value} layout" if claim.layout else "it"
    return f"the claim has the shape {found}, and {where} needs the shape {wanted}"


def sign_or_number(trial: Trial) -> Remark | None:
    """Find out whether minus the claim is right, or a small multiple of it."""
    if not trial.claim.fits:
        return None
    turned = negative(trial.tree)
    if trial.holds(turned):
        return Remark("sign", "the sign is wrong", turned)
    ks = (_fraction(trial, trial.tree),) if trial.glances else SMALL
    for k in ks:
        if k is not None and trial.holds(multiple := scaled(Fraction(k), trial.tree)):
            return Remark(
                "factor", f"the factor {_said(Fraction(k))} is missing", multiple
            )
    return None


def _said(k: Fraction) -> str:
    return f"{k.numerator}/{k.denominator}" if k.denominator != 1 else str(k)


def _fraction(trial: Trial, tree: Tree) -> Fraction | None:
    """Return the small fraction that a tree is too small by, if it is one."""
    ratio = _ratio(trial, tree)
    if ratio is None:
        return None
    k = Fraction(ratio).limit_denominator(64)
    return k if k and abs(ratio - float(k)) <= 1e-7 * abs(float(k)) else None


def _ratio(trial: Trial, tree: Tree) -> float | None:
    term = trial.fitting(tree)
    return trial.glances.ratio(term) if term and trial.glances else None


def scalar_factor(trial: Trial) -> Remark | None:
    """Find a factor that is a size, its root, or a scalar; or just a number."""
    if not trial.claim.fits or not trial.glances:
        return None
    for said, tree in _multiples(trial):
        k = _fraction(trial, tree)
        if k is not None and trial.holds(multiple := scaled(k, tree)):
            factor = said if k == 1 else f"{said} and {_said(k)}"
            return Remark("factor", f"{factor} is missing", multiple)
    ratio = _ratio(trial, trial.tree)
    if ratio is None:
        return None
    return Remark("factor", f"the left side is {ratio:.12g} times the claim")


def _multiples(trial: Trial) -> Iterator[tuple[str, Tree]]:
    """Yield the claim times or by a size, its root, or a scalar."""
    statement, tree = trial.statement, trial.tree
    parts: list[Tree] = [Name(name) for name in sorted(statement.sizes)]
    parts += [Call("sqrt", (part,)) for part in parts]
    parts += [
        Name(name)
        for name, declared in statement.types.items()
        if isinstance(declared, Type) and declared.shape == SCALAR
    ]
    for part in parts:
        yield f"the factor `{show(part)}`", Call("mul", (part, tree))
        yield f"the divisor `{show(part)}`", Call("div", (tree, part))


def missing_factor(trial: Trial) -> Remark | None:
    """Find a part of the function or of the claim that is missing as a factor."""
    for part in _parts(trial):
        for args in ((trial.tree, part), (part, trial.tree)):
            for name in ("mul", "matmul"):
                tree = Call(name, args)
                if trial.holds(tree):
                    constant = isinstance(part, Call) and part.name in CONSTANT
                    alone = constant and not trial.claim.fits
                    text = f"the factor `{show(part)}` is missing"
                    if alone:
                        text = f"{_shapes(trial)}; {text}"
                    return Remark("shape" if alone else "missing-term", text, tree)
    return None


def _parts(trial: Trial) -> Iterator[Tree]:
    """Yield parts of the claim, of the left side and of the truth, and f(part)."""
    parts: dict[Tree, None] = {}
    body = parse(trial.statement.record.body.value)
    truth = [trial.algebra.tree(product) for product in trial.truth]
    for tree in (trial.tree, body, *truth):
        for part, _ in spots(tree):
            parts |= dict.fromkeys((part, transpose(part)))
    functions = {p.name for p in parts if isinstance(p, Call) and len(p.args) == 1}
    names = [part for part in parts if isinstance(part, Name)]
    parts |= {Call(f, (n,)): None for f in sorted(functions) for n in names}
    yield from islice((p for p in parts if not isinstance(p, Number)), MOST_PARTS)


def wrong_shape(trial: Trial) -> Remark | None:
    """Say that the claim does not fit."""
    claim = trial.claim
    if claim.fits:
        return None
    turned = "; its transpose would fit" if claim.fits_transposed else ""
    return Remark("shape", _shapes(trial) + turned)
