"""Matrices with their derivatives along one direction, or along two.

A jet is v + d1 e1 + d2 e2 + d12 e1 e2 with e1^2 = e2^2 = 0, over any field; `parts`
holds the four matrices under the bit masks 0, 1, 2, 3, and a part that is not there is
zero. The products of whole matrices are FLINT's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import matmul, mul, truediv
from typing import Any

import numpy as np

from ..language.arrays import Array
from .matrices import Matrix, Shape

Parts = Mapping[int, Matrix]
Product = Callable[[Matrix, Matrix], Matrix]


class Jet:
    """A matrix with the derivatives that it carries along."""

    __slots__ = ("parts",)
    __array_ufunc__ = None  # so that NumPy leaves `array == jet` to the jet

    def __init__(self, parts: Parts):
        self.parts = parts

    @property
    def value(self) -> Matrix:
        """The matrix without its derivatives."""
        return self.parts[0]

    @property
    def shape(self) -> Shape:
        """The shape of every part."""
        return self.parts[0].shape

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def still(self) -> bool:
        """Whether it is a constant of the differentiation."""
        return len(self.parts) == 1

    def part(self, mask: int) -> Matrix:
        """Return a part, also where it is zero."""
        found, value = self.parts.get(mask), self.value
        if found is None:
            zero = value.field.zero
            found = value.of((1,) * len(value.shape), [zero]).spread(value.shape)
        return found

    def moving(self, direction: Matrix, mask: int = 1) -> Jet:
        """Return the jet of a variable that moves along a direction."""
        return Jet({**self.parts, mask: direction})

    def each(self, f: Callable[[Matrix], Matrix]) -> Jet:
        """Apply a linear map to every part."""
        return Jet({mask: f(X) for mask, X in self.parts.items()})

    def chain(
        self,
        value: Matrix,
        slope: Callable[[], Matrix],
        curve: Callable[[], Matrix],
    ) -> Jet:
        """Return a function of the entries, from its first two derivatives there."""
        parts = self.parts
        if len(parts) == 1:
            return Jet({0: value})
        factor = slope()
        found = {mask: factor * X for mask, X in parts.items() if mask}
        if 1 in parts and 2 in parts:
            bend = curve() * (parts[1] * parts[2])
            found[3] = found[3] + bend if 3 in found else bend
        return Jet({0: value, **found})

    # Products, and what undoes them.

    def times(self, product: Product, other: Jet) -> Jet:
        """Return a product of two jets, over all pairs of disjoint masks."""
        if len(self.parts) == len(other.parts) == 1:
            return Jet({0: product(self.parts[0], other.parts[0])})
        found: dict[int, Matrix] = {}
        for i, X in self.parts.items():
            for j, Y in other.parts.items():
                if not i & j:
                    Z = product(X, Y)
                    found[i | j] = found[i | j] + Z if i | j in found else Z
        return Jet(found)

    def over(
        self, product: Product, divided: Callable[[Matrix], Matrix], other: Jet
    ) -> Jet:
        """Return Z with product(other, Z) = self, if `divided` does so for values."""
        found: dict[int, Matrix] = {}
        for mask in range(4):
            top = self.parts.get(mask)
            for i, Y in other.parts.items():
                if i and i & mask == i and mask ^ i in found:
                    Z = product(Y, found[mask ^ i])
                    top = -Z if top is None else top - Z
            if top is not None:
                found[mask] = divided(top)
        return Jet(found)

    # Arithmetic, entry by entry; an operand that is no jet is a number.

    def _of(self, other: Any) -> Jet:
        if isinstance(other, Jet):
            return other
        value = self.value
        return Jet({0: value.of((1, 1), [value.field.number(other)])})

    def __add__(self, other: Any) -> Jet:
        X, Y = self.parts, self._of(other).parts
        found = {0: X[0] + Y[0]}
        if len(X) == len(Y) == 1:
            return Jet(found)
        shape = found[0].shape
        for mask in (1, 2, 3):
            if mask in X and mask in Y:
                found[mask] = X[mask] + Y[mask]
            elif mask in X or mask in Y:
                # What one side has alone spreads as the sum does.
                found[mask] = (X[mask] if mask in X else Y[mask]).spread(shape)
        return Jet(found)

    __radd__ = __add__

    def __neg__(self) -> Jet:
        return self.each(lambda X: -X)

    def __sub__(self, other: Any) -> Jet:
        return self + (-other)

    def __rsub__(self, other: Any) -> Jet:
        return -self + other

    def __mul__(self, other: Any) -> Jet:
        if isinstance(other, Jet):
            return self.times(mul, other)
        c = self.value.field.number(other)
        return self.each(lambda X: X.scaled(c))

    __rmul__ = __mul__

    def __matmul__(self, other: Jet) -> Jet:
        return self.times(matmul, other)

    def __truediv__(self, other: Any) -> Jet:
        Y = self._of(other)
        return self.over(mul, lambda X: truediv(X, Y.value), Y)

    def __rtruediv__(self, other: Any) -> Jet:
        return self._of(other) / self

    def __pow__(self, k: int) -> Jet:
        x = self.value
        return self.chain(
            x.map(lambda a: a**k),
            lambda: x.map(lambda a: k * a ** (k - 1) if k else 0 * a),
            lambda: x.map(
                lambda a: k * (k - 1) * a ** (k - 2) if k not in (0, 1) else 0 * a
            ),
        )

    def __abs__(self) -> Jet:
        return self.value.field.absolute(self)

    def __gt__(self, other: Any) -> Array:
        return self.value.field.exceeds(self, self._of(other))

    def __eq__(self, other: object) -> Any:
        """Compare a number that is exact, such as an index, with whole numbers."""
        x = self.value.scalar
        return np.vectorize(lambda k: x == int(k), otypes=[bool])(other)

    __hash__ = None  # type: ignore[assignment]

    # Entries moved about.

    @property
    def T(self) -> Jet:
        """The transpose."""
        return self.each(lambda X: X.T)

    def swapaxes(self, first: int, second: int) -> Jet:
        """Return the transpose."""
        return self.T

    def reshape(self, *shape: int) -> Jet:
        """Return every part in another shape."""
        return self.each(lambda X: X.reshape(shape))

    def __getitem__(self, key: Any) -> Jet:
        return self.each(lambda X: X[key])


def constant(X: Matrix) -> Jet:
    """Return a matrix that does not move."""
    return Jet({0: X})
