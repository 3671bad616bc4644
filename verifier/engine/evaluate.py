"""Walk over terms, in any namespace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..language.arrays import Array
from ..language.dimension import Dim
from ..language.primitives import PRIMITIVES
from ..language.spectra import Spectral, as_trace, entry, spectral
from ..language.term import Shape, Term
from .derived import derived
from .symbols import Symbol, apply
from .undecided import Inseparable


class Exact:
    """Sizes that are known: arrays have just these."""

    def __init__(self, numbers: Mapping[str, int]):
        self.numbers = numbers

    def integer(self, dim: Dim) -> int:
        """Return a size, an exponent or a degree."""
        return int(dim.number(self.numbers))

    def shape(self, shape: Shape) -> tuple[int, int]:
        """Return a shape in numbers."""
        return self.integer(shape[0]), self.integer(shape[1])


def evaluate(
    root: Term,
    values: Mapping[str, Array],
    symbols: Mapping[str, Symbol],
    frame: Exact,
    xp: Any,
) -> Array:
    """Return the value of a term; terms that occur twice are computed once."""
    return Evaluation(values, symbols, frame, xp).of(root)


class Evaluation:
    """The values of terms at one point, or at many draws at once."""

    def __init__(
        self,
        values: Mapping[str, Array],
        symbols: Mapping[str, Symbol],
        frame: Exact,
        xp: Any,
    ):
        self.values, self.symbols, self.frame, self.xp = values, symbols, frame, xp
        self.known: dict[Term, Array] = {}  # terms are keys by identity

    def of(self, term: Term) -> Array:
        """Return the value of a term."""
        found = self.known.get(term)
        if found is None:
            found = self.known[term] = self._compute(term)
        return found

    def _compute(self, term: Term) -> Array:
        xp, frame = self.xp, self.frame
        match term.op:
            case "number":
                return xp.constant(term.value)
            case "constant":
                return xp.constant(xp.pi)
            case "variable":
                return self.values[term.name]
            case "size":
                return self._size(term.dims[0])
        over = spectral(term)
        if over is not None:
            return self._over_spectrum(over)
        args = [self.of(arg) for arg in term.args]
        if term.op == "apply":
            shape = frame.shape(term.shape)
            return apply(xp, self.symbols[term.name], args, shape)
        if term.op == "derived":
            degree = frame.integer(term.dims[0]) if term.dims else 0
            symbol = self.symbols.get(term.name, term.name)
            return derived(xp, term, symbol, args, degree, frame.integer)
        if term.op == "pow" and term.value is not None:
            args.append(int(term.value))
        args += [frame.integer(dim) for dim in term.dims]
        return PRIMITIVES[term.op].value(xp, *args)

    def _over_spectrum(self, over: Spectral) -> Array:
        X, *scalars = (self.of(operand) for operand in over.operands)

        def f(w: Array) -> Array:
            return entry(over.form, self.xp, w, scalars)

        try:
            return self.xp.over_spectrum(X, f, over.kind)
        except Inseparable:
            trace = as_trace(over, exponential=True)
            if trace is None:
                raise
            return self.of(trace)

    def _size(self, dim: Dim) -> Array:
        return self.xp.constant(self.frame.integer(dim))
