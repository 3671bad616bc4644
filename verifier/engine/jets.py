"""Arrays of exact numbers with their derivatives along one direction, or along two.

An element is v + d1 e1 + d2 e2 + d12 e1 e2 with e1^2 = e2^2 = 0, over any field;
`parts` holds the four arrays under the bit masks 0, 1, 2, 3, and a part that is not
there is zero. The last two axes are the matrix, and an axis in front is for draws.
Entries are Python integers or fractions: at the sizes of a claim these are faster than
machine words, since one operation on short words costs many calls.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Protocol

import numpy as np

Array = Any
Parts = Mapping[int, Array]


class Field(Protocol):
    """What a jet asks of the field that its entries lie in."""

    def reduce(self, X: Array) -> Array:
        """Return the entries in their shortest form, after a product."""
        ...

    def lift(self, value: Fraction | int) -> Any:
        """Return a fraction as an element."""
        ...

    def reciprocal(self, X: Array) -> Array:
        """Return 1 / x entry by entry, UNDEFINED where x is zero."""
        ...


class _Undefined:
    """What a division by zero gives: whatever it enters is undefined as well."""

    def _self(self, *_: object) -> _Undefined:
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _self
    __mod__ = __neg__ = _self

    def __eq__(self, other: object) -> bool:
        return False

    def __ne__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return "UNDEFINED"


UNDEFINED = _Undefined()


def defined(X: Array) -> Array:
    """Return where entries are numbers; like NaN, UNDEFINED differs from itself."""
    return np.asarray(X == X, dtype=bool)


class Jet:
    """An array over a field, with the derivatives that it carries along."""

    __slots__ = ("field", "parts")
    __array_ufunc__ = None  # so that NumPy leaves `array == jet` to the jet

    def __init__(self, field: Field, parts: Parts):
        self.field, self.parts = field, parts

    @property
    def value(self) -> Array:
        """The array without its derivatives."""
        return self.parts[0]

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of every part."""
        return self.value.shape

    @property
    def still(self) -> Jet:
        """The jet without its derivatives."""
        return Jet(self.field, {0: self.value})

    def get(self, mask: int) -> Array:
        """Return a part, also where it is zero."""
        found = self.parts.get(mask)
        return np.zeros(self.shape, dtype=object) if found is None else found

    def part(self, mask: int) -> Array:
        """Return a part in its shortest form: equal parts have equal entries."""
        return self.field.reduce(self.get(mask))

    def moving(self, direction: Array, mask: int = 1) -> Jet:
        """Return the jet of a variable that moves along a direction."""
        return Jet(self.field, {**self.parts, mask: direction})

    def each(self, f: Callable[[Array], Array]) -> Jet:
        """Apply a linear map to every part."""
        return Jet(self.field, {mask: f(X) for mask, X in self.parts.items()})

    def with_product(self, f: Callable[[Array, Array], Array], other: Jet) -> Jet:
        """Return f(self, other) for a bilinear f, over all pairs of disjoint masks."""
        found: dict[int, Array] = {}
        for i, X in self.parts.items():
            for j, Y in other.parts.items():
                if not i & j:
                    Z = f(X, Y)
                    found[i | j] = found[i | j] + Z if i | j in found else Z
        reduce = self.field.reduce
        return Jet(self.field, {mask: reduce(Z) for mask, Z in found.items()})

    def newton(self, start: Array, product: Callable[[Jet, Jet], Jet], one: Any) -> Jet:
        """Return the inverse for a product, from the inverse of the value.

        Y (2 - X Y) squares the error, and the error of `start` is nilpotent.
        """
        inverse = Jet(self.field, {0: start})
        for bit in (1, 2):
            if any(mask & bit for mask in self.parts):
                inverse = product(inverse, 2 * one - product(self, inverse))
        return inverse

    # Arrays.

    def reshape(self, *shape: int) -> Jet:
        """Return every part in another shape."""
        return self.each(lambda X: X.reshape(*shape))

    def __getitem__(self, index: Any) -> Jet:
        return self.each(lambda X: X[index])

    def __eq__(self, other: object) -> Any:
        return self.value == (other.value if isinstance(other, Jet) else other)

    __hash__ = None  # type: ignore[assignment]

    # Arithmetic; an operand that is no jet is a whole number.

    def __add__(self, other: Jet | int) -> Jet:
        if not isinstance(other, Jet):
            return Jet(self.field, {**self.parts, 0: self.value + other})
        X, Y = self.parts, other.parts
        found: dict[int, Array] = {}
        for mask in X.keys() | Y.keys():
            if mask in X and mask in Y:
                found[mask] = X[mask] + Y[mask]
            else:
                found[mask] = X[mask] if mask in X else Y[mask]
        # A scalar spreads: then so do the parts that it has and the other has not.
        shape = found[0].shape
        for mask, Z in found.items():
            if Z.shape != shape:
                found[mask] = np.broadcast_to(Z, shape)
        return Jet(self.field, found)

    __radd__ = __add__

    def __neg__(self) -> Jet:
        return self.each(lambda X: -X)

    def __sub__(self, other: Jet | int) -> Jet:
        return self + (-other)

    def __rsub__(self, other: int) -> Jet:
        return -self + other

    def __mul__(self, other: Jet | int) -> Jet:
        if not isinstance(other, Jet):
            return self.each(lambda X: X * other)
        return self.with_product(lambda X, Y: X * Y, other)

    __rmul__ = __mul__

    def __truediv__(self, other: Jet | int) -> Jet:
        if not isinstance(other, Jet):
            part = self.field.lift(Fraction(1, other))
            return self.each(lambda X: self.field.reduce(X * part))
        return self * other.reciprocal()

    def reciprocal(self) -> Jet:
        """Return 1 / x entry by entry."""
        start = self.field.reciprocal(self.value)
        one = Jet(self.field, {0: 0 * start + 1})
        return self.newton(start, lambda X, Y: X * Y, one)

    def __pow__(self, k: int) -> Jet:
        if k < 0:
            return self.reciprocal() ** -k
        if k == 0:
            return Jet(self.field, {0: 0 * self.value + 1})
        if k == 1:
            return self
        half = self ** (k // 2)
        return half * half * self if k % 2 else half * half

    def __abs__(self) -> Jet:
        # A generic number stands for a positive one: those are dense in the line.
        return self
