"""What a gradient gives, taken apart: an array, several in order, or some by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..language.arrays import Array
from ..results.phrases import did_you_mean, printable
from .calling import Misbehaved
from .frameworks import plain

ONE = ""
"""The name of an array of which nobody has said what it is the derivative by."""
NUMBERS = (bool, int, float, np.number)


def parted(found: Any, names: Sequence[str], order: Sequence[str]) -> dict[str, Array]:
    """Return arrays by what they are derivatives by.

    `names` are those that were asked for, if any; several arrays without names are in
    their order, or in the `order` of the arguments. A None is no derivative.
    """
    if isinstance(found, Mapping):
        for name in found:
            if name not in order:
                hint = did_you_mean(str(name), order)
                said = f"your gradient gives a derivative by `{printable(str(name))}`"
                raise Misbehaved(f"{said}, which is no variable; {hint}".rstrip("; "))
        missing = [name for name in names if found.get(name) is None]
        if missing:
            raise Misbehaved(f"your gradient gives no derivative by `{missing[0]}`")
        wanted = names or [name for name in found if found[name] is not None]
        return {name: array(found[name], "gradient") for name in wanted}
    if isinstance(found, tuple) or (isinstance(found, list) and not _is_table(found)):
        if len(found) == 1 and len(names) < 2:
            return {names[0] if names else ONE: array(found[0], "gradient")}
        by = names if len(found) == len(names) else order
        if len(found) != len(by):
            count = f"your gradient gives {len(found)} arrays"
            raise Misbehaved(f"{count}, and there are {len(by)} variables: give a dict")
        given = dict(zip(by, found, strict=True))
        return {n: array(G, "gradient") for n, G in given.items() if G is not None}
    if len(names) > 1:
        wanted = " and ".join(f"`{name}`" for name in names)
        raise Misbehaved(f"your gradient gives one array, and not those by {wanted}")
    return {names[0] if names else ONE: array(found, "gradient")}


def _is_table(found: list[Any]) -> bool:
    """Whether a list is an array written out, and no list of arrays."""
    return all(
        isinstance(one, NUMBERS) or (isinstance(one, list) and _is_table(one))
        for one in found
    )


def array(found: Any, label: str) -> Array:
    """Return an array of real numbers; Misbehaved says what it is instead."""
    if found is None:
        raise Misbehaved(f"your {label} gives None: is a `return` missing?")
    try:
        return plain(found)
    except TypeError as error:
        raise Misbehaved(f"your {label} {_unread(error)}") from None
    except Exception as error:
        what = f"{type(found).__name__}, and no array: {' '.join(str(error).split())}"
        raise Misbehaved(f"your {label} gives a {printable(what)[:200]}") from None


def _unread(error: TypeError) -> str:
    text = " ".join(str(error).split())
    return text if text.startswith("gives") else f"gives no array of numbers: {text}"


def precision_of(X: Array, label: str) -> str:
    """Return the precision of an array; whole numbers are exact."""
    if X.dtype.kind in "iub" or X.dtype == np.float64 or X.dtype.itemsize > 8:
        return "float64"
    if X.dtype == np.float32:
        return "float32"
    said = f"your {label} computes in {X.dtype}, which is too coarse to be judged"
    raise Misbehaved(f"{said}: run it in float32 or float64")
