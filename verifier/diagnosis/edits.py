"""Edits of a claim, one at a time: where the mistakes that people make lie.

Each edit is a mistake undone: its kind, what is wrong in words, and the whole tree with
the change in it. None of them is believed before it is verified.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from itertools import permutations

from ..language.declaration import FunctionType, Type, values_of
from ..language.primitives import PRIMITIVES, Row
from ..language.printing import show
from ..language.term import SCALAR
from ..language.tree import Call, Derived, Name, Number, Tree
from .abbreviations import Abbreviations
from .algebra import (
    Rebuild,
    chained,
    factors,
    inside,
    names,
    negative,
    put,
    scaled,
    spots,
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
    cost: float = 0.0
    """What the edit takes more than the least: a sign turned, a `.T` added."""

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
LAW = "{} is not {}"
NO_FACTOR = ("mul", "matmul", "div", "transpose", "neg", "pow")
"""Where a factor of an argument is one of the whole, or none at all."""
STRANGE = 2.5
"""What a function takes more that nothing speaks of."""
OPERATORS = ("add", "sub", "mul", "div", "matmul")


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
                yield Edit("transposed", TURN, rebuild(turned), (part,), 0.3)
    for name in map(Name, names(patient.tree)):
        new = put(patient.tree, {name.name: Call("transpose", (name,))})
        yield Edit("transposed", "{} stands for its transpose", new, (name,), 0.3)


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
        yield Edit("wrong-order", ORDER, rebuild(turned), (part,), 0.1)
    for part, rebuild in spots(patient.tree):
        if isinstance(part, Call) and part.name == "matmul":
            for moved, turned in _permuted(factors(part)):
                cost = 0.1 * (moved - 1)
                yield Edit("wrong-order", ORDER, rebuild(turned), (part,), cost)


def _permuted(chain: list[Tree]) -> Iterator[tuple[int, Tree]]:
    """Yield a product in other orders, and how many factors are moved in each."""
    if len(chain) > MOST_FACTORS:
        return
    for order in permutations(range(len(chain))):
        moved = sum(i != k for i, k in enumerate(order))
        if moved:
            yield moved, chained([chain[i] for i in order])


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
            case Call(name, (inner,)) if name in PRIMITIVES and name != "transpose":
                new = rebuild(Call(name, (negative(inner),)))
                yield Edit("sign", SIGN, new, (inner,))


def repowered(patient: Patient) -> Iterator[Edit]:
    """Yield one power moved by one, added or taken away, or turned round."""
    for part, rebuild in spots(patient.tree):
        for cost, new in _powers(part, patient.algebra):
            yield Edit("wrong-power", POWER, rebuild(new), (_base(part),), cost)
    for name in map(Name, names(patient.tree)):
        if patient.algebra.is_square(name):
            new = put(patient.tree, {name.name: Call("inv", (name,))})
            words = "{} stands for its inverse"
            yield Edit("wrong-power", words, new, (name,), 0.3)


def _base(part: Tree) -> Tree:
    """Return what stands twice at the end of a product, or the whole of a part."""
    match part:
        case Call("matmul", (Call("matmul", (_, left)), right)) if left == right:
            return right
    return part


def _powers(part: Tree, algebra: Algebra) -> Iterator[tuple[float, Tree]]:
    scalar, square = algebra.is_scalar(part), algebra.is_square(part)
    match part:
        case Number() | Call("eye" | "ones" | "zeros" | "add" | "sub"):
            pass
        case Call("pow" | "matpow" as name, (base, k)):
            for step in (1, -1, 2, -2):
                yield 0.1 * (abs(step) - 1), Call(name, (base, _moved(k, step)))
            yield 0, base
            if scalar:
                yield 0.5, Call("mul", (k, base))
        case Call("inv", (inner,)):
            yield 0, inner
        case Call("matmul", (left, right)) if left == right:
            yield 0, left
        case Call("matmul", (Call("matmul", (rest, left)), right)) if left == right:
            yield 0, Call("matmul", (rest, left))
        case Name() | Call("transpose", (Name(),)) if square:
            yield 0, Call("inv", (part,))
            yield 0, Call("matmul", (part, part))
        case Call("matmul") if square:
            yield 0, Call("inv", (part,))
        case Call("neg", (inner,)):
            for size in sorted(algebra.scope.sizes):
                sign = Call("pow", (Number(Fraction(-1)), Name(size)))
                yield 0.5, Call("mul", (sign, inner))
    if isinstance(part, Number):
        for size in sorted(algebra.scope.sizes) if part.value not in (0, 1) else ():
            yield 0.3, Call("pow", (part, Name(size)))
        return
    if scalar:
        yield 0, Call("pow", (part, TWO))
        yield 0.1, Call("pow", (part, THREE))
        yield 0.1, Call("sqrt", (part,))
        yield 0.2, Call("div", (ONE, part))
        for size in sorted(algebra.scope.sizes):
            yield 0.1, Call("pow", (part, Name(size)))
    elif not isinstance(part, Call) or part.name not in NO_POWER:
        yield 0, Call("pow", (part, TWO))


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
    """Yield one number taken away, or one part of a sum doubled or halved."""
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
            yield Edit(kind, words, rebuild(whole), (more, whole), 0.2 * count)


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


def identified(patient: Patient) -> Iterator[Edit]:
    """Yield an identity beside a scalar that is added to a square matrix, or for ones."""
    algebra = patient.algebra
    for part, rebuild in spots(patient.tree):
        match part:
            case Call("add" | "sub" as name, (left, right)):
                yield from _spread(name, left, right, rebuild, algebra)
            case Call("ones", (m, n)) if m == n:
                eye = Call("eye", (m,))
                yield Edit("missing-identity", PLACE, rebuild(eye), (eye, part))


def _spread(
    name: str, left: Tree, right: Tree, rebuild: Rebuild, algebra: Algebra
) -> Iterator[Edit]:
    for scalar, other in ((left, right), (right, left)):
        if algebra.is_scalar(scalar) and algebra.is_square(other):
            eye = algebra.eye(algebra.shape(other)[0])
            new = eye if scalar == ONE else Call("mul", (scalar, eye))
            if (
                isinstance(scalar, Call)
                and scalar.name == "div"
                and scalar.args[0] == ONE
            ):
                new = Call("div", (eye, scalar.args[1]))
            args = (new, right) if scalar is left else (left, new)
            words = "the factor {} of {} is missing"
            tree = rebuild(Call(name, args))
            yield Edit("missing-identity", words, tree, (eye, scalar))


def reoperated(patient: Patient) -> Iterator[Edit]:
    """Yield an operation of another kind: of entries for matrices, a sum for a product.

    And the other way round.
    """
    pairs = {"mul": "matmul", "exp": "expm", "pow": "matpow"}
    pairs |= {other: name for name, other in pairs.items()}
    sums = {"add": "mul", "mul": "add", "sub": "div", "div": "sub"}
    for part, rebuild in spots(patient.tree):
        match part:
            case Call("mul" | "matmul" as name, args):
                words = "the product {} is of the wrong kind"
            case Call("exp" | "expm" as name, args):
                words = "{} is the exponential of the wrong kind"
            case Call("pow" | "matpow" as name, (_, Number()) as args):
                words = "{} is a power of the wrong kind"
            case _:
                name, args, words = "", (), ""
        if name:
            new = rebuild(Call(pairs[name], args))
            yield Edit("wrong-operation", words, new, (part,))
        plain = isinstance(part, Call) and part.name in sums
        if plain and not any(isinstance(arg, Number) for arg in part.args):
            new = Call(sums[part.name], part.args)
            yield Edit("wrong-operation", PLACE, rebuild(new), (new, part), 0.3)


def everywhere(tree: Tree, part: Tree, new: Tree) -> Tree:
    """Put another part in every place of one."""
    if tree == part:
        return new
    return inside(tree, lambda inner: everywhere(inner, part, new))


def replaced(patient: Patient) -> Iterator[Edit]:
    """Yield another name, or another function, in the place of one."""
    types = patient.statement.types
    truths = (patient.body, *map(patient.algebra.tree, patient.truth))
    known = {
        part.name
        for tree in truths
        for part, _ in spots(tree)
        if isinstance(part, Call)
    }
    tree, seen = patient.tree, set[Tree]()
    for part, rebuild in spots(tree):
        ways = [rebuild]
        if part in seen:
            ways.append(lambda new, part=part: everywhere(tree, part, new))
        seen.add(part)
        for new in _others(part, types):
            strange = isinstance(new, Call) and new.name not in known
            cost = STRANGE if strange else 0.4
            for way in ways:
                yield Edit("wrong-part", PLACE, way(new), (new, part), cost)


def _others(part: Tree, types: Mapping[str, Type | FunctionType]) -> Iterator[Tree]:
    """Yield what could stand in the place of a part: the same kind of name."""
    match part:
        case Name(name) if isinstance(declared := types.get(name), Type):
            for other, another in types.items():
                if isinstance(another, Type) and another.shape == declared.shape:
                    if other != name:
                        yield Name(other)
        case Call(name, args) if name in PRIMITIVES:
            if len(args) == 1 and not PRIMITIVES[name].symbol:
                yield args[0]
            for other in _alike(name):
                yield Call(other, args)
        case Call(name, args) if isinstance(declared := types.get(name), FunctionType):
            for other, another in types.items():
                if other != name and another == declared:
                    yield Call(other, args)
        case Derived(symbol=name) if isinstance(types.get(name), FunctionType):
            for other, another in types.items():
                if other != name and another == types[name]:
                    yield replace(part, symbol=other)


@cache
def _alike(name: str) -> list[str]:
    """Return functions of one argument that give what this one does: a number, or entries."""

    def gives(row: Row) -> str:
        result = row.signature.split("->")[-1].strip()
        return "entries" if row.parameters == [result] else result

    row = PRIMITIVES[name]
    if row.symbol or len(row.parameters) != 1:
        return []
    return [
        other.name
        for other in PRIMITIVES.values()
        if other.name != name
        and not other.symbol
        and len(other.parameters) == 1
        and gives(other) == gives(row)
    ]


def lawful(patient: Patient) -> Iterator[Edit]:
    """Yield what a function keeps of a sum, a product or a power, in that law's place."""
    for part, rebuild in spots(patient.tree):
        kind = (
            "wrong-power" if isinstance(part, Call) and part.name == "pow" else "other"
        )
        for new in _laws(part):
            yield Edit(kind, LAW, rebuild(new), (part, new))


def _laws(part: Tree) -> Iterator[Tree]:
    match part:
        case Call("pow", (Call(f, (u,)), k)) if f in PRIMITIVES:
            yield Call(f, (Call("pow", (u, k)),))
            if k == TWO:
                yield Call(f, (Call("matmul", (u, u)),))
        case Call(f, (Call("pow", (u, k)),)) if f in PRIMITIVES:
            yield Call("pow", (Call(f, (u,)), k))
        case Call(f, (Call("matmul", (u, v)),)) if f in PRIMITIVES and u == v:
            yield Call("pow", (Call(f, (u,)), TWO))
        case Call(name, (Call(f, (u,)), Call(g, (v,)))) if f == g and f in PRIMITIVES:
            for other in OPERATORS if name in OPERATORS else ():
                yield Call(f, (Call(other, (u, v)),))
        case Call(f, (Call(name, (u, v)),)) if f in PRIMITIVES and name in OPERATORS:
            for other in OPERATORS:
                yield Call(other, (Call(f, (u,)), Call(f, (v,))))
        case Call("mul" | "matmul" as name, (c, Call(f, (u,)))) if f in PRIMITIVES:
            yield Call(f, (Call(name, (c, u)),))


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
        match whole:
            case Call("mul" | "matmul", (left, right)) if part in (left, right):
                other = right if part == left else left
                words, parts = "the factor {} of {} is missing", (other, part)
                if isinstance(other, Call) and other.name == "eye":
                    kind = "missing-identity"
            case Call("div", (left, right)) if part == left:
                words, parts = "the divisor {} of {} is missing", (right, part)
        for rebuild in places[part]:
            yield Edit(kind, words, rebuild(whole), parts)
        if len(places[part]) > 1:
            yield Edit(kind, words, everywhere(claim, part, whole), parts, 0.1)


def _only_arranged(part: Tree, whole: Tree) -> bool:
    """Whether a whole has no factors but those of its part, and constants."""
    more = atoms(whole) - atoms(part)
    return all(isinstance(atom, Call) and atom.name in CONSTANT for atom in more)


EARLY = (transposed, reordered, transposed_sums, resigned, rescaled, repowered)
LATE = (resized, exchanged, thinned, identified, reoperated, measured, replaced)
LAWS = (lawful,)
"""Mistakes from the small to the large; in between, the claim may hold for symmetric
matrices."""
