"""What a record assumes beyond its types: sizes that go together, what commutes."""

from __future__ import annotations

import ast
import operator
import re
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from math import lcm

from ..reading.bounds import ASSUMPTION
from ..reading.problem import Fault
from .characters import check_characters
from .declaration import KINDS, FunctionType, Type, near_miss
from .dimension import Dim, read_dim
from .term import size_names

Types = Mapping[str, Type | FunctionType]
Bound = tuple[Dim, int]
"""A difference of numbers, and the least that it is."""
COMMUTE = "commute"
ALIKE = {
    "matrix": "general",
    "invertible": "general",
    "symmetric": "symmetric",
    "positive_definite": "symmetric",
}
"""Kinds of matrices that are drawn as polynomials in one matrix of their sort."""
Test = Callable[[Mapping[str, int]], bool]
_COMPARED: dict[str, Callable[[int, int], bool]] = {
    ">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt
}  # fmt: skip
_LENGTH = ASSUMPTION.value
_HINT = (
    "an assumption is an inequality of sizes such as `m >= n`, or that matrices "
    "commute: `commute(A, B)`"
)
_SIGNS: dict[type[ast.cmpop], tuple[int, int]] = {
    ast.GtE: (1, 0),
    ast.Gt: (1, 1),
    ast.LtE: (-1, 0),
    ast.Lt: (-1, 1),
}
"""Which difference of the sides it bounds, left minus right or the other; its least."""


@dataclass(frozen=True)
class Assumption:
    """One assumption: bounds of sizes and whole numbers, or names that commute."""

    bounds: tuple[Bound, ...] = ()
    commuting: tuple[str, ...] = ()


def parse_assumption(text: str, types: Types) -> Assumption:
    """Read an assumption such as `m >= n`, `2 <= k < n` or `commute(A, B)`."""
    tree = _python(text)
    if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name):
        return _called(tree, tree.func.id, types)
    if not isinstance(tree, ast.Compare):
        raise Fault(0, f"`{_short(text)}` is no assumption", _HINT, kind="assumption")
    known = {*size_names(types), *_whole(types)}
    sides = [tree.left, *tree.comparators]
    dims = [_side(side, types, known) for side in sides]
    bounds = []
    for left, right, sign in zip(dims[:-1], dims[1:], tree.ops, strict=True):
        found = _SIGNS.get(type(sign))
        if found is None:
            equal = isinstance(sign, ast.Eq)
            said = (
                "sizes that are equal have one name" if equal else "say which is less"
            )
            hint = "write it in both types" if equal else "write `m > n` or `m < n`"
            raise Fault(0, f"`{_short(text)}`: {said}", hint, kind="assumption")
        way, least = found
        bound = left - right if way > 0 else right - left
        if not bound.names:
            said = f"`{_short(text)}` says nothing of the sizes"
            raise Fault(0, said, _HINT, kind="assumption")
        # In whole numbers, so that more than nothing is 1 at least.
        bound = bound * lcm(*(c.denominator for _, c in bound.terms))
        bounds.append((bound, least))
    return Assumption(tuple(bounds))


def inequalities(
    sizes: Collection[str], whole: Mapping[str, Dim | None]
) -> Iterator[tuple[str, Test]]:
    """Yield what could be assumed of numbers: how it is written, and where it is so."""
    for first, second in combinations(sorted(sizes), 2):
        for sign, compare in _COMPARED.items():
            yield f"{first} {sign} {second}", _test(compare, first, second)
    indices = [name for name, dim in whole.items() if dim is not None]
    for first, second in combinations(indices, 2):
        for sign in "<>":
            yield f"{first} {sign} {second}", _test(_COMPARED[sign], first, second)
    for name in (name for name, dim in whole.items() if dim is None):
        for least in (0, 1):
            yield f"{name} >= {least}", _test(operator.ge, name, least)


def _test(compare: Callable[[int, int], bool], first: str, second: str | int) -> Test:
    def test(numbers: Mapping[str, int]) -> bool:
        right = second if isinstance(second, int) else numbers[second]
        return compare(numbers[first], right)

    return test


def _python(text: str) -> ast.expr:
    if len(text) > _LENGTH:
        raise Fault(0, ASSUMPTION.said(found=len(text)), kind="limit")
    check_characters(text, "an assumption")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError) as e:
        turned = re.search(r"=\s*[<>]", text)
        hint = "write `>=` or `<=`" if turned else _HINT
        said = f"`{_short(text)}` is no assumption"
        raise Fault(0, said, hint, kind="assumption") from e


def _side(tree: ast.expr, types: Types, known: Collection[str]) -> Dim:
    dim = read_dim(tree)
    for name in sorted(dim.names - set(known)):
        hint = f"the sizes are {', '.join(sorted(known))}" if known else ""
        if name in types:
            said = f"`{name}` is no size: it is {types[name]}"
            hint = "what is true of values belongs to their types, such as `positive`"
        else:
            said = f"`{name}` is no size of this record"
        raise Fault(tree.col_offset, said, hint, kind="assumption")
    return dim


def _called(tree: ast.Call, name: str, types: Types) -> Assumption:
    if name != COMMUTE:
        raise _unknown(name, tree, types)
    names = [arg.id if isinstance(arg, ast.Name) else "" for arg in tree.args]
    if "" in names or tree.keywords or len(set(names)) < max(2, len(names)):
        said = f"`{COMMUTE}` takes two or more names of matrices, each once"
        raise Fault(0, said, "write `commute(A, B)`", kind="assumption")
    for arg, one in zip(tree.args, names, strict=True):
        declared = types.get(one)
        if not isinstance(declared, Type) or declared.kind not in ALIKE:
            found = f"is {declared}" if declared else "is not declared"
            kinds = ", ".join(f"`{KINDS[kind].example}`" for kind in ALIKE)
            raise Fault(
                arg.col_offset,
                f"`{one}` {found}, and only square matrices can be assumed to commute",
                f"the types that can are {kinds}".replace("(m, n)", "(n, n)"),
                kind="assumption",
            )
    shapes = {types[one].shape for one in names}  # type: ignore[union-attr]
    rows = {side for shape in shapes for side in shape}
    if len(rows) > 1:
        said = "matrices that commute are square and of one size"
        given = ", ".join(f"{one}: {types[one]}" for one in names)
        raise Fault(0, said, f"these are {given}", kind="assumption")
    sorts = {ALIKE[types[one].kind] for one in names}  # type: ignore[union-attr]
    if len(sorts) > 1:
        said = f"`{COMMUTE}` takes matrices that are all symmetric, or none of them"
        hint = "write a record for symmetric matrices, and one for others"
        raise Fault(0, said, hint, kind="assumption")
    return Assumption(commuting=tuple(names))


def _unknown(name: str, tree: ast.Call, types: Types) -> Fault:
    said = f"unknown assumption '{_short(name)}'"
    first = tree.args[0] if tree.args else None
    if name in KINDS:
        of = first.id if isinstance(first, ast.Name) else "A"
        hint = f"it is a type: write `{of}: {KINDS[name].example}` in `where`"
    elif near_miss(name, [COMMUTE]) or name.lower().startswith("commut"):
        hint = f"did you mean '{COMMUTE}'?"
    else:
        hint = _HINT
    return Fault(0, said, hint, kind="assumption")


def tied(types: Types, groups: Collection[tuple[str, ...]]) -> Types:
    """Return types in which each of a group commutes with its first name."""
    found = dict(types)
    for first, *others in groups:
        for name in others:
            declared = found[name]
            assert isinstance(declared, Type)
            found[name] = replace(declared, commutes=first)
    return found


def _whole(types: Types) -> Iterator[str]:
    for name, declared in types.items():
        if isinstance(declared, Type) and declared.kind in ("integer", "index"):
            yield name


def _short(text: str) -> str:
    text = text.strip()
    return text if len(text) <= 40 else text[:37] + "..."
