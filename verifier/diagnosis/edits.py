"""Edits of a claim, one at a time: where the mistakes that people make lie.

Each edit is a mistake undone: its kind, what is wrong in words, and the whole tree with
the change in it. None of them is believed before it is verified.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations

from ..language.declaration import values_of
from ..language.printing import show
from ..language.tree import Call, Derived, Name, Number, Tree
from .abbreviations import Abbreviations
from .algebra import (
    Rebuild,
    chained,
    factors,
    joined,
    names,
    negative,
    put,
    scaled,
    spots,
    summands,
)
from .factors import CONSTANT, atoms
from .forms import written
from .patient import Patient
from .products import Algebra

ONE, TWO, THREE = (Number(Fraction(k)) for k in (1, 2, 3))
SCALES = (Fraction(2), Fraction(1, 2))
MOST_FACTORS = 4
"""Factors of a product that are tried in every order."""
MOST_PARTS = 150
"""Parts of a term beyond which it is not taken apart."""
NO_POWER = ("add", "sub", "neg", "transpose", "vec", "kron", "eye", "ones", "zeros")


@dataclass(frozen=True)
class Edit:
    """A mistake undone; `words` has a `{}` for each of the parts that it names."""

    kind: str
    words: str
    tree: Tree
    parts: tuple[Tree, ...] = ()

    def text(self, lets: Abbreviations) -> str:
        """Return what is wrong, in the words of the record."""
        parts = (f"`{show(lets.folded(part))}`" for part in self.parts)
        return self.words.format(*parts)


Family = Callable[[Patient], Iterator[Edit]]
TURN, TURNED = "{} must be transposed", "{} must not be transposed"
ORDER = "the factors of {} are in the wrong order"
SIGN = "the sign of {} is wrong"
FACTOR = "the factor of {} is wrong"
POWER = "the power of {} is wrong"
EXTRA, TWIN = "{} is too much", "the transpose of {} is missing beside it"
PLACE = "{} belongs in the place of {}"


def transposed(patient: Patient) -> Iterator[Edit]:
    """Yield a `.T` added to one factor, or taken away from one."""
    for part, rebuild in spots(patient.tree):
        match part:
            case Number() | Call("neg" | "add" | "sub" | "mul" | "div" | "matmul"):
                continue
            case Call("transpose", (inner,)):
                yield Edit("transposed", TURNED, rebuild(inner), (inner,))
            case _ if not patient.algebra.is_symmetric(part):
                turned = Call("transpose", (part,))
                yield Edit("transposed", TURN, rebuild(turned), (part,))


def transposed_sums(patient: Patient) -> Iterator[Edit]:
    """Yield a `.T` added to a whole product or sum, or to all places of a name."""
    for part, rebuild in spots(patient.tree):
        match part:
            case Call("neg" | "add" | "sub" | "mul" | "div" | "matmul"):
                turned = Call("transpose", (part,))
                yield Edit("transposed", TURN, rebuild(turned), (part,))
    for name in map(Name, names(patient.tree)):
        new = put(patient.tree, {name.name: Call("transpose", (name,))})
        yield Edit("transposed", "{} stands for its transpose", new, (name,))


def reordered(patient: Patient) -> Iterator[Edit]:
    """Yield the factors of a product in another order."""
    for part, rebuild in spots(patient.tree):
        match part:
            case Call("kron" | "div" | "commutation" as name, (left, right)):
                turned = Call(name, (right, left))
            case Call("solve", (A, B)):
                turned = Call("matmul", (B, Call("inv", (A,))))
            case _:
                continue
        yield Edit("wrong-order", ORDER, rebuild(turned), (part,))
    for part, rebuild in spots(patient.tree):
        if isinstance(part, Call) and part.name == "matmul":
            for turned in _permuted(factors(part)):
                yield Edit("wrong-order", ORDER, rebuild(turned), (part,))


def _permuted(chain: list[Tree]) -> Iterator[Tree]:
    """Yield a product in other orders, two factors exchanged before more are moved."""
    if len(chain) > MOST_FACTORS:
        return
    orders = sorted(
        permutations(range(len(chain))),
        key=lambda order: sum(i != k for i, k in enumerate(order)),
    )
    for order in orders[1:]:
        yield chained([chain[i] for i in order])


def exchanged(patient: Patient) -> Iterator[Edit]:
    """Yield all products of a kind turned round, or two names in each other's place."""
    tree = patient.tree
    for name in ("kron", "matmul"):
        turned = _turned(tree, name)
        if turned != tree:
            words = "the factors of all products are in the wrong order"
            yield Edit("wrong-order", words, turned)
    known = names(tree)
    for i, first in enumerate(known):
        for second in known[:i]:
            new = put(tree, {first: Name(second), second: Name(first)})
            words = "{} and {} stand in each other's place"
            yield Edit("wrong-order", words, new, (Name(second), Name(first)))


def _turned(tree: Tree, name: str) -> Tree:
    match tree:
        case Call(found, args):
            args = tuple(_turned(arg, name) for arg in args)
            return Call(found, args[::-1] if found == name else args)
    return tree


def resigned(patient: Patient) -> Iterator[Edit]:
    """Yield one sign turned."""
    for part, rebuild in spots(patient.tree):
        match part:
            case Call("add", (left, right)):
                yield Edit("sign", SIGN, rebuild(Call("sub", (left, right))), (right,))
                yield Edit("sign", SIGN, rebuild(Call("sub", (right, left))), (left,))
            case Call("sub", (left, right)):
                yield Edit("sign", SIGN, rebuild(Call("add", (left, right))), (right,))
                yield Edit("sign", SIGN, rebuild(Call("sub", (right, left))), (part,))
            case Call("neg", (inner,)):
                yield Edit("sign", SIGN, rebuild(inner), (inner,))


def repowered(patient: Patient) -> Iterator[Edit]:
    """Yield one power moved by one, added or taken away."""
    for part, rebuild in spots(patient.tree):
        for new in _powers(part, patient.algebra):
            yield Edit("wrong-power", POWER, rebuild(new), (_base(part),))
    for name in map(Name, names(patient.tree)):
        if patient.algebra.is_square(name):
            new = put(patient.tree, {name.name: Call("inv", (name,))})
            yield Edit("wrong-power", "{} stands for its inverse", new, (name,))


def _base(part: Tree) -> Tree:
    """Return what stands twice at the end of a product, or the whole of a part."""
    match part:
        case Call("matmul", (Call("matmul", (_, left)), right)) if left == right:
            return right
    return part


def _powers(part: Tree, algebra: Algebra) -> Iterator[Tree]:
    scalar, square = algebra.is_scalar(part), algebra.is_square(part)
    match part:
        case Number() | Call("eye" | "ones" | "zeros"):
            return
        case Call("pow" | "matpow" as name, (base, k)):
            for step in (1, -1, 2, -2):
                yield Call(name, (base, _moved(k, step)))
            yield base
        case Call("inv", (inner,)):
            yield inner
        case Call("matmul", (left, right)) if left == right:
            yield left
        case Call("matmul", (Call("matmul", (rest, left)), right)) if left == right:
            yield Call("matmul", (rest, left))
        case Name() | Call("transpose", (Name(),)) if square:
            yield Call("inv", (part,))
            yield Call("matmul", (part, part))
        case Call("matmul") if square:
            yield Call("inv", (part,))
    if scalar:
        yield Call("pow", (part, TWO))
        yield Call("pow", (part, THREE))
        yield Call("sqrt", (part,))
        for size in sorted(algebra.scope.sizes):
            yield Call("pow", (part, Name(size)))
    elif not isinstance(part, Call) or part.name not in NO_POWER:
        yield Call("pow", (part, TWO))


def _moved(k: Tree, step: int) -> Tree:
    if isinstance(k, Number):
        return Number(k.value + step)
    match k, step:
        case Call("add", (inner, Number(value))), -1 if value == 1:
            return inner
        case Call("sub", (inner, Number(value))), 1 if value == 1:
            return inner
    name = "add" if step > 0 else "sub"
    return Call(name, (k, Number(Fraction(abs(step)))))


def rescaled(patient: Patient) -> Iterator[Edit]:
    """Yield one term, or one number in it, doubled, halved or taken away."""
    terms = summands(patient.tree)
    for i, term in enumerate(terms if len(terms) > 1 else ()):
        for k in SCALES:
            changed = [*terms[:i], scaled(k, term), *terms[i + 1 :]]
            yield Edit("factor", FACTOR, joined(changed), (term,))
    for part, rebuild in spots(patient.tree):
        match part:
            case Call("mul" | "matmul", (Number() as k, right)):
                words = "the factor {} of {} is too much"
                yield Edit("factor", words, rebuild(right), (k, right))
            case Call("div", (left, Number() as k)):
                words = "the divisor {} of {} is too much"
                yield Edit("factor", words, rebuild(left), (k, left))
            case Call("add" | "sub" as name, (left, right)):
                for k in SCALES:
                    first = Call(name, (scaled(k, left), right))
                    yield Edit("factor", FACTOR, rebuild(first), (left,))
                    second = Call(name, (left, scaled(k, right)))
                    yield Edit("factor", FACTOR, rebuild(second), (right,))


def resized(patient: Patient) -> Iterator[Edit]:
    """Yield a size replaced by another, taken away, or moved by one."""
    sizes, others = patient.algebra.scope.sizes, list(_sizes(patient))
    for part, rebuild in spots(patient.tree):
        match part:
            case Name(name) if name in sizes:
                for other in others:
                    if other != part:
                        yield Edit("factor", PLACE, rebuild(other), (other, part))
            case Call("mul", (Name(name) as size, right)) if name in sizes:
                words = "the factor {} of {} is too much"
                yield Edit("factor", words, rebuild(right), (size, right))
            case Call("div", (left, Name(name) as size)) if name in sizes:
                words = "the divisor {} of {} is too much"
                yield Edit("factor", words, rebuild(left), (size, left))
            case Call("add" | "sub", (Name(name) as size, Number())) if name in sizes:
                yield Edit("factor", PLACE, rebuild(size), (size, part))


def _sizes(patient: Patient) -> Iterator[Tree]:
    """Yield the dimensions of the declared types that are no plain numbers."""
    types = values_of(patient.statement.types.values())
    dims = {dim for declared in types for dim in declared.dims if dim.names}
    yield from map(written, sorted(dims, key=str))


def thinned(patient: Patient) -> Iterator[Edit]:
    """Yield one term or factor taken out, or a transpose put beside a term."""
    for part, rebuild in spots(patient.tree):
        match part:
            case Call("add" | "sub" as name, (left, right)):
                other = right if name == "add" else negative(right)
                yield Edit("missing-term", EXTRA, rebuild(left), (right,))
                yield Edit("missing-term", EXTRA, rebuild(other), (left,))
    for part, rebuild in spots(patient.tree):
        match part:
            case Call("mul" | "matmul", (Number(value), right)) if value == 2:
                yield Edit("missing-term", TWIN, rebuild(_with_twin(right)), (right,))
            case Name() | Derived() | Call("matmul" | "inv" | "kron"):
                if not patient.algebra.is_symmetric(part):
                    new = rebuild(_with_twin(part))
                    yield Edit("missing-term", TWIN, new, (part,))
            case Call("add" | "sub" as name, (left, right)):
                yield from _spread(name, left, right, rebuild, patient.algebra)


def _with_twin(part: Tree) -> Tree:
    return Call("add", (part, Call("transpose", (part,))))


def _spread(
    name: str, left: Tree, right: Tree, rebuild: Rebuild, algebra: Algebra
) -> Iterator[Edit]:
    """Yield an identity beside a scalar that is added to a square matrix."""
    for scalar, other in ((left, right), (right, left)):
        if algebra.is_scalar(scalar) and algebra.is_square(other):
            eye = algebra.eye(algebra.shape(other)[0])
            new = Call("mul", (scalar, eye)) if scalar != ONE else eye
            args = (new, right) if scalar is left else (left, new)
            words = "the factor {} of {} is missing"
            tree = rebuild(Call(name, args))
            yield Edit("missing-term", words, tree, (eye, scalar))


def reproducted(patient: Patient) -> Iterator[Edit]:
    """Yield an elementwise product for a matrix product, and the other way round."""
    pairs = {"mul": "matmul", "exp": "expm", "pow": "matpow"}
    pairs |= {other: name for name, other in pairs.items()}
    for part, rebuild in spots(patient.tree):
        match part:
            case Call("mul" | "matmul" as name, args):
                words = "the product {} is of the wrong kind"
            case Call("exp" | "expm" as name, args):
                words = "{} is the exponential of the wrong kind"
            case Call("pow" | "matpow" as name, (_, Number()) as args):
                words = "{} is a power of the wrong kind"
            case _:
                continue
        yield Edit("other", words, rebuild(Call(pairs[name], args)), (part,))


def completed(patient: Patient) -> Iterator[Edit]:
    """Yield a larger part of the left side or of the truth for what is a part of it.

    D(f)(g(x)) for D(f)(x), or A @ x - b for x: the rest of it was forgotten. The trees
    are without abbreviations.
    """
    algebra, body = patient.algebra, patient.whole_body
    claim = patient.abbreviations.unfolded(patient.tree)
    if claim is None or body is None:
        return
    places: dict[Tree, list[Rebuild]] = {}
    for part, rebuild in spots(claim):
        if not isinstance(part, Number):
            places.setdefault(part, []).append(rebuild)
    seen: set[Tree] = set()
    for tree in (body, *map(algebra.tree, patient.truth)):
        wholes = [whole for whole, _ in spots(tree)]
        for whole in wholes if len(wholes) <= MOST_PARTS else ():
            for variant in (whole, algebra.turned(whole)):
                if variant not in seen:
                    seen.add(variant)
                    yield from _completed(patient, variant, claim, places)


def _completed(
    patient: Patient, whole: Tree, claim: Tree, places: Mapping[Tree, list[Rebuild]]
) -> Iterator[Edit]:
    """Yield a whole in the places of its parts."""
    algebra, shape = patient.algebra, patient.algebra.shape
    parts = {part for part, _ in spots(whole)} - {whole}
    for part in sorted(parts & places.keys(), key=show):
        kind = "missing-term"
        if algebra.product(part).body == algebra.product(whole).body:
            kind = "factor"
        elif shape(part) != shape(whole):
            if part != claim or patient.claim.fits:
                continue
            kind = "shape" if _only_arranged(part, whole) else kind
        for rebuild in places[part]:
            yield Edit(kind, PLACE, rebuild(whole), (whole, part))


def _only_arranged(part: Tree, whole: Tree) -> bool:
    """Whether a whole has no factors but those of its part, and constants."""
    more = atoms(whole) - atoms(part)
    return all(isinstance(atom, Call) and atom.name in CONSTANT for atom in more)


EARLY = (transposed, reordered, transposed_sums)
LATE = (resigned, rescaled, resized, exchanged, repowered, thinned, reproducted)
"""The order in which mistakes are looked for; between them the claim may hold for
symmetric matrices."""
