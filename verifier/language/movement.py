"""How a name moves: to a limit, or as a small change with an error of some order."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..reading.problem import Fault, Text
from .arguments import integer_argument
from .declaration import FunctionType, Type
from .dimension import Dim
from .expression import parse
from .layout import Layout
from .names import Names
from .primitives import CONSTANTS
from .shapes import infer
from .statement import WHOLE
from .term import SCALAR, Scope, Shape


@dataclass(frozen=True)
class Movement:
    """The moving name, where it goes (`inf`, a constant or a name), and the rate."""

    name: str = ""
    target: str = ""
    rate: tuple[str, Dim] = ("", Dim.of(1))


def movement(names: Names) -> Movement:
    """Read `as`, or `small` and `error`."""
    record, rate = names.record, ("", Dim.of(1))
    if record.approach is not None:
        return Movement(*_approach(names, record.approach), rate)
    if record.small is None:
        return Movement()
    name = record.small.value.strip()
    declared = names.types.get(name)
    if name in record.let or (declared is None and name not in record.where):
        message = f"small '{name}' is not declared"
        hint = f"declare it in `where`, for instance `{name[:31]}: scalar`"
        names.fault(Fault(0, message, hint, kind="unknown-name"), record.small, "small")
    elif declared is not None:
        _must_vary(names, name, declared, record.small, "small")
    if record.error is not None:
        rate = _rate(names, record.error, name)
    return Movement(name, "0", rate)


def _approach(names: Names, text: Text) -> tuple[str, str]:
    match = re.fullmatch(r"\s*([A-Za-z]\w*)\s*->\s*(.*\S)\s*", text.value, re.DOTALL)
    if match is None:
        message = f"`as` must read `h -> 0` or `n -> inf`, not `{text.value[:60]}`"
        names.fault(Fault(0, message, kind="value"), text, "as")
        return "", ""
    name, target = match.groups()
    wanted = _place(names, name, text, match.start(2))
    if wanted is None:
        return name, "0"
    if name in names.record.let:
        message = f"'{name}' is an abbreviation and cannot go to a limit"
        names.fault(Fault(0, message, kind="variable"), text, "as")
    elif name not in names.record.where:
        kind = "integer" if target == "inf" else "scalar"
        names.types[name] = Type(kind, ())
    elif name in names.types:
        declared = names.types[name]
        whole = isinstance(declared, Type) and declared.kind == "integer"
        if not (whole and target == "inf"):
            _must_vary(names, name, declared, text, "as")
        shape = declared.shape if isinstance(declared, Type) else None
        if target != "0" and not whole and shape != wanted:
            message = f"`{name}` and {target} have different shapes"
            names.fault(Fault(0, message, kind="dimension-mismatch"), text, "as")
    return name, target


def _place(names: Names, name: str, text: Text, start: int) -> Shape | None:
    """Return the shape of where a limit goes: infinity, a name, or a constant."""
    target = text.value[start:].strip()
    if target in ("inf", "-inf"):
        return SCALAR
    declared = names.types.get(target)
    if isinstance(declared, Type) and declared.kind not in WHOLE and target != name:
        return declared.shape
    hint = "go to a number, to a declared name, or to `inf`"
    if target.isidentifier() and target not in CONSTANTS:
        message = f"`{name} -> {target}`: '{target}' is not a declared value"
        names.fault(Fault(start, message, hint, kind="unknown-name"), text, "as")
        return None
    try:
        shape = infer(parse(target), Scope({}, Layout.NUMERATOR)).shape
    except Fault as fault:
        moved = Fault(start + fault.offset, fault.text, hint, kind=fault.kind)
        names.fault(moved, text, "as")
        return None
    return shape


def _must_vary(
    names: Names, name: str, declared: Type | FunctionType, text: Text, where: str
) -> None:
    fixed = {"unit_vector", "probability_vector", "orthogonal", "index", "integer"}
    fixed |= {"idempotent", "projection"}
    if isinstance(declared, FunctionType) or declared.kind in fixed:
        message = f"'{name}' is {declared}: it cannot be small"
        hint = "a small name is a scalar, a vector or a matrix"
        names.fault(Fault(0, message, hint, kind="variable"), text, where)


def _rate(names: Names, text: Text, name: str) -> tuple[str, Dim]:
    h = re.escape(name)
    size = rf"(?:norm\(\s*{h}\s*\)|abs\(\s*{h}\s*\)|{h})"
    pattern = rf"\s*([oO])\(\s*(?:(1)|{size}\s*(?:\*\*\s*(.+?))?)\s*\)\s*"
    match = re.fullmatch(pattern, text.value)
    if match is None:
        message = f"`error` must read `o({name})`, `o({name}**2)` or `O({name}**3)`"
        found = f", not `{text.value[:60]}`"
        names.fault(Fault(0, message + found, kind="value"), text, "error")
        return "o", Dim.of(1)
    letter, one, power = match.groups()
    if one:
        return letter, Dim.of(0)
    if power is None:
        return letter, Dim.of(1)
    try:
        scope = Scope(names.types, Layout.NUMERATOR)
        return letter, integer_argument(parse(power), scope)
    except Fault as fault:
        moved = Fault(
            match.start(3) + fault.offset, fault.text, fault.hint, kind=fault.kind
        )
        names.fault(moved, text, "error")
        return "o", Dim.of(1)
