"""Edits that add a term or a factor which was forgotten, or take one away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..deriving.algebra import Rebuild, everywhere, negative, scaled, spots
from ..deriving.forms import written
from ..language.declaration import Type, values_of
from ..language.primitives import PRIMITIVES
from ..language.printing import show
from ..language.term import SCALAR
from ..language.tree import Call, Derived, Name, Number, Tree
from .edits import ONE, PLACE, POWER, SCALES, Edit
from .factors import CONSTANT, atoms
from .patient import Patient

EXTRA, TWIN = "{} is too much", "the transpose of {} is missing beside it"
MOST_PARTS = 150
"""Parts of a term beyond which it is not taken apart."""
NO_FACTOR = ("mul", "matmul", "div", "transpose", "neg", "pow")
"""Where a factor of an argument is one of the whole, or none at all."""
LINEAR = ("neg", "transpose", "tr", "sum", "vec")


def resized(patient: Patient) -> Iterator[Edit]:
    """Yield a size replaced by another, or moved by one."""
    sizes, others = patient.algebra.scope.sizes, list(_sizes(patient))
    for part, rebuild in spots(patient.tree):
        match part:
            case Name(name) if name in sizes:
                for other in others:
                    if other != part:
                        yield Edit("factor", PLACE, rebuild(other), (other, part))
                for name in ("sub", "add"):
                    other = Call(name, (part, ONE))
                    yield Edit("factor", PLACE, rebuild(other), (other, part), 0.2)
            case Call("add" | "sub", (Name(name) as size, Number())) if name in sizes:
                yield Edit("factor", PLACE, rebuild(size), (size, part))


def _sizes(patient: Patient) -> Iterator[Tree]:
    """Yield the dimensions of the declared types that are no plain numbers."""
    types = values_of(patient.statement.types.values())
    dims = {dim for declared in types for dim in declared.dims if dim.names}
    yield from map(written, sorted(dims, key=str))


def raised(patient: Patient) -> Iterator[Edit]:
    """Yield a power whose exponent is a size: a determinant grows like that."""
    algebra = patient.algebra
    for part, rebuild in spots(patient.tree):
        if algebra.is_scalar(part) and not isinstance(part, Number):
            for size in sorted(algebra.scope.sizes):
                new = rebuild(Call("pow", (part, Name(size))))
                yield Edit("wrong-power", POWER, new, (part,), 0.4)


def thinned(patient: Patient) -> Iterator[Edit]:
    """Yield one term or factor taken out, or a transpose put beside a term."""
    for part, rebuild in spots(patient.tree):
        match part:
            case Call("add" | "sub" as name, (left, right)):
                other = right if name == "add" else negative(right)
                yield Edit("missing-term", EXTRA, rebuild(left), (right,))
                yield Edit("missing-term", EXTRA, rebuild(other), (left,))
            case Call("mul" | "matmul" | "div"):
                yield from _without_factors(part, rebuild, patient)
    for part, rebuild in spots(patient.tree):
        match part:
            case Call("mul" | "matmul", (Number(value), right)) if value == 2:
                yield Edit("missing-term", TWIN, rebuild(_with_twin(right)), (right,))
            case Name() | Derived() | Call("matmul" | "inv" | "kron"):
                if not patient.algebra.is_symmetric(part):
                    new = rebuild(_with_twin(part))
                    yield Edit("missing-term", TWIN, new, (part,))


def _without_factors(part: Call, rebuild: Rebuild, patient: Patient) -> Iterator[Edit]:
    """Yield a product without one of its factors, or two that stand side by side."""
    steps = _steps(part)
    for count in (1, 2):
        for i in range(len(steps) - count + 1):
            kept, gone = steps[:i] + steps[i + count :], steps[i : i + count]
            if not kept or kept[0][0] == "div" or len({name for name, _ in gone}) > 1:
                continue
            word = "divisor" if gone[0][0] == "div" else "factor"
            whole, more = _multiplication(kept), _multiplication(gone)
            inner = patient.moves(more) or not patient.algebra.is_scalar(more)
            kind = "missing-term" if inner else "factor"
            words = f"the {word} {{}} of {{}} is too much"
            yield Edit(kind, words, rebuild(whole), (more, whole), 0.2 * (count - 1))


def _steps(tree: Tree) -> list[tuple[str, Tree]]:
    """Return what is multiplied and divided by, from left to right."""
    match tree:
        case Call("mul" | "matmul" | "div" as name, (left, right)):
            return [*_steps(left), (name, right)]
    return [("mul", tree)]


def _multiplication(steps: Sequence[tuple[str, Tree]]) -> Tree:
    tree = steps[0][1]
    for name, factor in steps[1:]:
        tree = Call(
            "mul" if name == "div" and steps[0][0] == "div" else name, (tree, factor)
        )
    return tree


def _with_twin(part: Tree) -> Tree:
    return Call("add", (part, Call("transpose", (part,))))


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


def multiplied(patient: Patient) -> Iterator[Edit]:
    """Yield a name as a factor of some part: entry by entry, or a matrix beside it."""
    algebra, words = patient.algebra, "the factor {} of {} is missing"
    values = [name for name in _values(patient) if not algebra.is_scalar(name)]
    sides = dict.fromkeys([*values, *map(algebra.turned, values)])
    for part, rebuild in spots(patient.tree):
        term = algebra.term(part)
        for new in sides if term is not None and term.shape != SCALAR else ():
            pairs = []
            if algebra.shape(new) == algebra.shape(part):
                pairs.append(("mul", (new, part)))
            if algebra.is_square(new):
                pairs += [("matmul", (new, part)), ("matmul", (part, new))]
            for name, pair in pairs:
                whole = rebuild(Call(name, pair))
                yield Edit("missing-term", words, whole, (new, part))
    yield from _joined(patient)


def _joined(patient: Patient) -> Iterator[Edit]:
    """Yield a name added to the argument of a function, or taken from it."""
    algebra, words = patient.algebra, "the term {} is missing beside {}"
    for part, rebuild in spots(patient.tree):
        if not isinstance(part, Call) or part.name in LINEAR or len(part.args) != 1:
            continue
        (inner,) = part.args
        for new in _values(patient):
            if inner != new and algebra.shape(new) == algebra.shape(inner):
                for pair in (("add", inner, new), ("sub", inner, new)):
                    whole = rebuild(Call(part.name, (Call(pair[0], pair[1:]),)))
                    yield Edit("missing-term", words, whole, (new, inner))


def _values(patient: Patient) -> list[Tree]:
    declared = patient.statement.types.items()
    return [Name(name) for name, kind in declared if isinstance(kind, Type)]


def measured(patient: Patient) -> Iterator[Edit]:
    """Yield a scalar or a size as a factor or divisor of a term or an argument."""
    algebra, tree = patient.algebra, patient.tree
    names = [name for name in _values(patient) if algebra.is_scalar(name)]
    scalars, seen = [*names, *_sizes(patient)], set[Tree]()
    for whole, _ in spots(tree):
        if not isinstance(whole, Call) or whole.name in NO_FACTOR:
            continue
        for part in whole.args:
            if part in seen or isinstance(part, Number) or algebra.term(part) is None:
                continue
            seen.add(part)
            for k in () if _is_operation(whole) else SCALES:
                changed = everywhere(tree, part, scaled(k, part))
                words = "the factor {} of {} is missing"
                yield Edit("factor", words, changed, (Number(k), part), 0.3)
            for new in scalars:
                kind = "missing-term" if patient.moves(new) else "factor"
                for name, word in (("mul", "factor"), ("div", "divisor")):
                    pair = (new, part) if name == "mul" else (part, new)
                    words = f"the {word} {{}} of {{}} is missing"
                    changed = everywhere(tree, part, Call(name, pair))
                    yield Edit(kind, words, changed, (new, part), 0.3)


def _completed(
    patient: Patient, whole: Tree, claim: Tree, places: Mapping[Tree, list[Rebuild]]
) -> Iterator[Edit]:
    """Yield a whole in the places of its parts."""
    algebra, shape = patient.algebra, patient.algebra.shape
    inner = {part for part, _ in spots(whole)} - {whole}
    for part in sorted(inner & places.keys(), key=show):
        kind = "missing-term"
        if algebra.product(part).body == algebra.product(whole).body:
            kind = "factor"
        elif shape(part) != shape(whole):
            if part != claim or patient.claim.fits:
                continue
            kind = "shape" if _only_arranged(part, whole) else kind
        words, parts = PLACE, (whole, part)
        forgotten = kind
        alike = kind == "missing-term" and shape(part) == shape(whole)
        if alike and isinstance(whole, Call) and not _is_operation(whole):
            kind = "wrong-part"
        match whole:
            case Call("mul" | "matmul", (left, right)) if part in (left, right):
                other = right if part == left else left
                words, parts = "the factor {} of {} is missing", (other, part)
                kind = forgotten
                if isinstance(other, Call) and other.name == "eye":
                    kind = "missing-identity"
            case Call("div", (left, right)) if part == left:
                words, parts = "the divisor {} of {} is missing", (right, part)
                kind = forgotten
        for rebuild in places[part]:
            yield Edit(kind, words, rebuild(whole), parts)
        if len(places[part]) > 1:
            yield Edit(kind, words, everywhere(claim, part, whole), parts, 0.1)


def _is_operation(tree: Call) -> bool:
    """Whether a sum, a product or the like is written with a sign."""
    row = PRIMITIVES.get(tree.name)
    return row is not None and bool(row.symbol)


def _only_arranged(part: Tree, whole: Tree) -> bool:
    """Whether a whole has no factors but those of its part, and constants."""
    more = atoms(whole) - atoms(part)
    return all(isinstance(atom, Call) and atom.name in CONSTANT for atom in more)


ADDITIONS = (resized, thinned, measured, raised)
