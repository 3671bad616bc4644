"""The arrays that code takes and gives: NumPy's, JAX's or PyTorch's.

None of them is imported here unless code that is to be run wants it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np

from ..language.arrays import Array
from ..reading.problem import InputError

NUMPY, JAX, TORCH = "numpy", "jax", "torch"
FRAMEWORKS = (NUMPY, JAX, TORCH)
HOMES = {"jax": JAX, "jaxlib": JAX, "torch": TORCH, "numpy": NUMPY}
CALLED = ("__call__",)
DEEP = 4
"""Functions within functions whose names are looked through."""


def frameworks_of(
    functions: Sequence[Callable[..., Any]], asked: str | None
) -> list[str]:
    """Return the framework of some code, which is what its names stand for.

    Where they stand for none, NumPy comes first, then those that are loaded.
    """
    if asked is not None and asked not in FRAMEWORKS:
        raise InputError(f"framework is one of {', '.join(FRAMEWORKS)}, not {asked!r}")
    if asked is not None:
        return [asked]
    found = {one for function in functions for one in _used(function, DEEP, set())}
    if found:
        return [next(one for one in (TORCH, JAX, NUMPY) if one in found)]
    return [NUMPY, *(one for one in (TORCH, JAX) if one in sys.modules)]


def _used(thing: Any, deep: int, seen: set[int]) -> Iterator[str]:
    """Yield the frameworks that a function speaks of, in its names and closures."""
    if id(thing) in seen or deep == 0:
        return
    seen.add(id(thing))
    home = str(getattr(type(thing), "__module__", "")).partition(".")[0]
    home = thing.__name__.partition(".")[0] if _is_module(thing) else home
    if home in HOMES:
        yield HOMES[home]
    if _is_module(thing):
        return
    if isinstance(thing, type):  # such as a subclass of `torch.autograd.Function`
        homes = {str(base.__module__).partition(".")[0] for base in thing.__mro__}
        yield from (HOMES[home] for home in homes & HOMES.keys())
        return
    for inner in _within(thing):
        yield from _used(inner, deep - 1, seen)


def _within(thing: Any) -> Iterator[Any]:
    """Yield what a function mentions: globals, closures, what it wraps or is of."""
    for name in ("__wrapped__", "__func__", "func", "fun", "__self__", "forward"):
        inner = getattr(thing, name, None)
        if inner is not None:
            yield inner
    code = getattr(thing, "__code__", None)
    if code is None:
        yield from (vars(type(thing))[n] for n in CALLED if n in vars(type(thing)))
        return
    known = getattr(thing, "__globals__", {})
    names = {*code.co_names}
    for constant in code.co_consts:  # functions within, and what they import
        names |= {*getattr(constant, "co_names", ())}
    yield from (known[name] for name in names if name in known)
    yield from (
        sys.modules[name] for name in names & HOMES.keys() if name in sys.modules
    )
    for cell in getattr(thing, "__closure__", None) or ():
        try:
            yield cell.cell_contents
        except ValueError:  # it is empty
            continue
    yield from getattr(thing, "__defaults__", None) or ()


def _is_module(thing: Any) -> bool:
    return isinstance(thing, type(sys))


def _imported(framework: str) -> Any:
    from importlib import import_module

    try:
        return import_module(framework)
    except ImportError as error:
        name = {"jax": "JAX", "torch": "PyTorch"}[framework]
        raise InputError(f"{name} cannot be imported: {error}") from None


class Arrays:
    """Makes the arrays of one framework, and tells whether they were changed."""

    def __init__(self, framework: str, single: bool = False):
        """Make arrays of float64, or of float32 where code takes no others."""
        self.framework, self.single = framework, single
        self.module = None if framework == NUMPY else _imported(framework)

    def made(self, X: Array) -> Any:
        """Return an array, a fresh one, that belongs to nobody else."""
        X = self._rounded(X)
        if self.framework == NUMPY:
            return np.array(X) if X.ndim else np.float64(X)
        if self.framework == TORCH:
            return self.module.from_numpy(np.array(X)).requires_grad_(False)  # type: ignore[union-attr]
        return self.module.numpy.asarray(np.array(X))  # type: ignore[union-attr]

    def _rounded(self, X: Array) -> Array:
        return X.astype(np.float32) if self.single else X

    def precise(self) -> AbstractContextManager[Any]:
        """Return a context in which numbers of float64 stay such."""
        if self.framework != JAX:
            return nullcontext()
        jax: Any = self.module
        if hasattr(jax, "enable_x64"):
            return jax.enable_x64(True)
        return jax.experimental.enable_x64()

    def follow(self, arrays: list[Any]) -> None:
        """Let PyTorch follow some arrays, as code that calls `backward` expects."""
        for X in arrays if self.framework == TORCH else ():
            if hasattr(X, "requires_grad_"):
                X.requires_grad_(True)

    def same(self, X: Any, Y: Array) -> bool:
        """Whether an array still is what it was made of."""
        if self.framework == JAX or not hasattr(X, "shape"):
            return True  # it cannot be changed
        X, Y = plain(X), self._rounded(Y)
        return X.shape == Y.shape and bool(np.all((X == Y) | ((X != X) & (Y != Y))))


def options(
    functions: Sequence[Callable[..., Any]], asked: str | None
) -> Iterator[Arrays]:
    """Yield the arrays that code may want, the likeliest first.

    Code for PyTorch may have numbers of its own, which are float32 unless it says more,
    and do not go together with others.
    """
    for framework in frameworks_of(functions, asked):
        yield Arrays(framework)
        if framework == TORCH:
            yield Arrays(framework, single=True)


def plain(X: Any) -> Array:
    """Return what code gives as an array of NumPy; TypeError where it is none."""
    for name in ("detach", "cpu", "resolve_conj"):  # of a tensor
        if callable(step := getattr(X, name, None)) and not isinstance(X, np.ndarray):
            X = step()
    found = np.asarray(X)
    if found.dtype.kind not in "fiub":
        kind = "complex numbers" if found.dtype.kind == "c" else f"{found.dtype}"
        raise TypeError(f"gives no array of real numbers, but {kind}")
    return found
