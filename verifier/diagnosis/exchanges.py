"""Edits that put one part in the place of another: a name, a function, an operation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

from ..deriving.algebra import Rebuild, everywhere, names, put, spots
from ..deriving.products import Algebra
from ..language.declaration import FunctionType, Type
from ..language.primitives import PRIMITIVES, Row
from ..language.term import Shape
from ..language.tree import Call, Derived, Name, Number, Tree
from .edits import ONE, PLACE, TWO, Edit
from .patient import Patient

LAW = "{} is not {}"
STRANGE = 2.5
"""What a function takes more that nothing speaks of."""
OPERATORS = ("add", "sub", "mul", "div", "matmul")


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


def identified(patient: Patient) -> Iterator[Edit]:
    """Yield an identity beside a scalar added to a square matrix, or for ones."""
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
    sums |= {"sum": "prod", "prod": "sum"}
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
        match part:
            case Call(name, args) if name in sums and not any(map(_is_number, args)):
                new = Call(sums[name], args)
                yield Edit("wrong-operation", PLACE, rebuild(new), (new, part), 0.3)


def all_reoperated(patient: Patient) -> Iterator[Edit]:
    """Yield all products of one kind made those of the other."""
    for name, other in (("matmul", "mul"), ("mul", "matmul")):
        new = _renamed(patient.tree, name, other)
        if new != patient.tree:
            words = "all products are of the wrong kind"
            yield Edit("wrong-operation", words, new, (), 0.2)


def _renamed(tree: Tree, name: str, other: str) -> Tree:
    """Return a tree with one operation for another, but beside numbers."""
    match tree:
        case Call(found, args):
            new = tuple(_renamed(arg, name, other) for arg in args)
            plain = found != name or any(map(_is_number, args))
            return Call(found if plain else other, new)
    return tree


def _is_number(tree: Tree) -> bool:
    return isinstance(tree, Number)


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


def renamed(patient: Patient) -> Iterator[Edit]:
    """Yield another name in one place: as little as two in each other's places."""
    for part, rebuild in spots(patient.tree):
        if isinstance(part, Name):
            for new in _others(part, patient.statement.types):
                yield Edit("wrong-part", PLACE, rebuild(new), (new, part))


def _others(part: Tree, types: Mapping[str, Type | FunctionType]) -> Iterator[Tree]:
    """Yield what could stand in the place of a part: the same kind of name."""
    match part:
        case Name(name) if isinstance(declared := types.get(name), Type):
            for other, another in types.items():
                alike = isinstance(another, Type) and another.shape == declared.shape
                if alike and other != name:
                    yield Name(other)
        case Call(name, args) if name in PRIMITIVES:
            if len(args) == 1 and not PRIMITIVES[name].symbol:
                yield args[0]
            for other in _alike(name):
                yield Call(other, args)
        case Call(name, args) if isinstance(types.get(name), FunctionType):
            for other in _like(name, types):
                yield Call(other, args)
        case Derived(symbol=name) if isinstance(types.get(name), FunctionType):
            for other in _like(name, types):
                yield replace(part, symbol=other)


def _like(name: str, types: Mapping[str, Type | FunctionType]) -> Iterator[str]:
    """Yield function symbols that take and give the same shapes as one."""
    shapes = _shapes(types[name])
    yield from (o for o, t in types.items() if o != name and _shapes(t) == shapes)


def _shapes(declared: Type | FunctionType) -> list[Shape]:
    if isinstance(declared, Type):
        return []
    return [one.shape for one in (*declared.arguments, declared.result)]


@cache
def _alike(name: str) -> list[str]:
    """Return functions of one argument that give the same: a number, or entries."""

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
    """Yield what is meant where a function does not keep a sum or a product."""
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


EXCHANGES = (renamed, exchanged, identified, reoperated, all_reoperated, replaced)
