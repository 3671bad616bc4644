"""One call of a user's code: by names or in order, with all that may go wrong with it.

It runs in this process, as it is, and without a limit of time.
"""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..language.arrays import Array
from ..reading.problem import InputError
from ..results.phrases import did_you_mean, printable
from .frameworks import Arrays, plain

P = inspect.Parameter
BY_PLACE = (P.POSITIONAL_ONLY, P.POSITIONAL_OR_KEYWORD)


class Misbehaved(Exception):
    """What code did that is no answer: the text says what, and what to do.

    `unsure` where nothing can be said of it, `shape` where its arrays do not fit. With
    arrays of another `form`, or of another framework, it might do better.
    """

    def __init__(
        self,
        text: str,
        *,
        unsure: bool = False,
        shape: bool = False,
        form: bool = False,
        foreign: bool = False,
    ):
        super().__init__(text)
        self.unsure, self.shape = unsure, shape
        self.form, self.foreign = form or shape or foreign, foreign


@dataclass(frozen=True)
class Code:
    """A callable, and which names of the formula its arguments are."""

    call: Callable[..., Any]
    label: str
    """What it is called in messages: `function` or `gradient`."""
    places: tuple[str, ...]
    keywords: tuple[str, ...] = ()

    def __call__(self, values: Mapping[str, Any]) -> Any:
        given = [values[name] for name in self.places]
        return self.call(*given, **{name: values[name] for name in self.keywords})

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names that it is given."""
        return (*self.places, *self.keywords)


def bound(
    call: Callable[..., Any], label: str, values: Sequence[str], sizes: Sequence[str]
) -> Code:
    """Find out what the parameters of code are; InputError where they do not fit.

    Parameters that bear the formula's names are given by these; where none does, they
    are given in the order in which the formula names its values.
    """
    if not callable(call):
        raise InputError(f"{label} is a function, not {printable(repr(call))[:60]}")
    try:
        found = list(inspect.signature(call).parameters.values())
    except (TypeError, ValueError):  # of a built-in function
        return Code(call, label, tuple(values))
    known = {*values, *sizes}
    takes_more = any(p.kind is P.VAR_POSITIONAL for p in found)
    takes_names = any(p.kind is P.VAR_KEYWORD for p in found)
    placed = [p for p in found if p.kind in BY_PLACE]
    named = [p for p in found if p.kind is P.KEYWORD_ONLY]
    needed = [p for p in placed if p.default is P.empty]
    if takes_names or any(p.name in known for p in (*placed, *named)):
        return _by_name(call, label, placed, named, values, sizes, takes_names)
    lacking = [p.name for p in named if p.default is P.empty]
    few, many = len(needed), len(placed)
    if lacking or few > len(values) or (many < len(values) and not takes_more):
        raise InputError(_misfit(label, [p.name for p in found], values))
    return Code(call, label, tuple(values) if takes_more else tuple(values[:many]))


def _by_name(
    call: Callable[..., Any],
    label: str,
    placed: Sequence[P],
    named: Sequence[P],
    values: Sequence[str],
    sizes: Sequence[str],
    takes_names: bool,
) -> Code:
    known = {*values, *sizes}
    strange = [
        p.name
        for p in (*placed, *named)
        if p.default is P.empty and p.name not in known
    ]
    if strange:
        raise InputError(_misfit(label, [p.name for p in (*placed, *named)], values))
    places: list[str] = []
    for p in placed:
        if p.name not in known:
            break  # what follows is given by its name
        places.append(p.name)
    behind = [p for p in placed[len(places) :] if p.kind is not P.POSITIONAL_ONLY]
    keywords = [p.name for p in (*behind, *named) if p.name in known]
    if takes_names:
        keywords += [name for name in values if name not in (*places, *keywords)]
    return Code(call, label, tuple(places), tuple(keywords))


def _misfit(label: str, parameters: Sequence[str], values: Sequence[str]) -> str:
    theirs = ", ".join(f"`{printable(name)}`" for name in parameters) or "none"
    ours = ", ".join(f"`{name}`" for name in values)
    strange = [name for name in parameters if name not in values]
    hints = [hint for name in strange if (hint := did_you_mean(name, values))]
    said = f"the parameters of the {label} are {theirs}, and the formula has {ours}"
    return "; ".join([said, hints[0] if hints else "call them as the formula does"])


class Runner:
    """Runs code of one framework at values, and watches what it does to them."""

    def __init__(self, code: Code, arrays: Arrays):
        self.code, self.arrays = code, arrays

    def at(self, values: Mapping[str, Array | int]) -> Any:
        """Return what code gives; Misbehaved where it does what it must not."""
        label, given = self.code.label, {n: values[n] for n in self.code.names}
        made = {
            name: value if isinstance(value, int) else self.arrays.made(value)
            for name, value in given.items()
        }
        if label == "gradient":
            self.arrays.follow(list(made.values()))
        try:
            with self.arrays.precise(), np.errstate(all="ignore"):
                found = self.code(made)
        except Exception as error:
            foreign = isinstance(error, FOREIGN)
            said = _raised(label, given, error)
            raise Misbehaved(said, form=True, foreign=foreign) from error
        for name, X in made.items():
            before = given[name]
            if not isinstance(before, int) and not self.arrays.same(X, before):
                said = f"your {label} changes its argument `{name}` in place"
                raise Misbehaved(f"{said}: let it work on a copy")
        return found

    def steady(self, values: Mapping[str, Array | int]) -> None:
        """Run code twice at the same values; Misbehaved where it gives two answers."""
        first, second = (_leaves(self.at(values)) for _ in range(2))
        alike = [
            a == b or (a != a and b != b) for a, b in zip(first, second, strict=False)
        ]
        if len(first) != len(second) or not all(alike):
            said = (
                f"your {self.code.label} gives something else when it is called again"
            )
            hint = "switch off what is random in it, such as dropout"
            raise Misbehaved(f"{said}: {hint}", unsure=True)


def _leaves(found: Any) -> list[float]:
    """Return all numbers of what code gives, where it has some."""
    if isinstance(found, Mapping):
        found = list(found.values())
    if isinstance(found, list | tuple):
        return [x for one in found for x in _leaves(one)]
    try:
        return [float(x) for x in plain(found).ravel()]
    except Exception:  # what it is instead of an array is said elsewhere
        return []


def _raised(label: str, values: Mapping[str, Any], error: Exception) -> str:
    text = " ".join(str(error).split())[:300]
    said = f"{type(error).__name__}: {text}" if text else type(error).__name__
    frames = traceback.extract_tb(error.__traceback__)
    theirs = [frame for frame in frames if not frame.filename.startswith(_HERE)]
    place = f" at {Path(theirs[0].filename).name}:{theirs[0].lineno}" if theirs else ""
    shapes = ", ".join(
        f"{name} = {value}"
        if isinstance(value, int)
        else f"{name} of shape {value.shape}"
        for name, value in values.items()
    )
    return f"your {label} raised {printable(said + place)} (with {shapes})"


FOREIGN = (AttributeError, TypeError, RuntimeError)
"""What code raises that is given arrays of another framework or precision."""
_HERE = str(Path(__file__).parent)
