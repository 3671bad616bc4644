"""Dual numbers over any ring: a value and its derivative along one direction.

Built over Arb balls they enclose a derivative rigorously; over duals they give second
derivatives. A derivative of None is zero. Comparisons that the enclosures leave open
raise Undecided, so that nothing is decided by rounding.
"""

from __future__ import annotations

from typing import Any

from flint import arb
from numpy import ndarray

from .balls import OPEN, Bend, Overlap, Undecided


class Dual:
    """v + d * epsilon, with epsilon^2 = 0."""

    __slots__ = ("d", "v")

    def __init__(self, v: Any, d: Any = None):
        self.v, self.d = v, d

    def __repr__(self) -> str:
        return f"Dual({self.v}, {self.d})"

    def __add__(self, other: Any) -> Dual:
        if not isinstance(other, Dual):
            if isinstance(other, ndarray):
                return NotImplemented  # so that NumPy goes over the entries
            return Dual(self.v + other, self.d)
        if self.d is None:
            return Dual(self.v + other.v, other.d)
        return Dual(self.v + other.v, self.d if other.d is None else self.d + other.d)

    __radd__ = __add__

    def __neg__(self) -> Dual:
        return Dual(-self.v, None if self.d is None else -self.d)

    def __sub__(self, other: Any) -> Dual:
        if isinstance(other, ndarray):
            return NotImplemented
        return self + (-other)

    def __rsub__(self, other: Any) -> Dual:
        return -self + other

    def __mul__(self, other: Any) -> Dual:
        if not isinstance(other, Dual):
            if isinstance(other, ndarray):
                return NotImplemented
            return Dual(self.v * other, None if self.d is None else self.d * other)
        v = self.v * other.v
        if self.d is None:
            return Dual(v, None if other.d is None else self.v * other.d)
        if other.d is None:
            return Dual(v, self.d * other.v)
        return Dual(v, self.d * other.v + self.v * other.d)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Dual:
        if not isinstance(other, Dual):
            if isinstance(other, ndarray):
                return NotImplemented
            return Dual(self.v / other, None if self.d is None else self.d / other)
        v = self.v / other.v
        if self.d is None and other.d is None:
            return Dual(v)
        top = 0 if self.d is None else self.d
        if other.d is not None:
            top = top - v * other.d
        return Dual(v, top / other.v)

    def __rtruediv__(self, other: Any) -> Dual:
        return Dual(other + 0 * self.v) / self

    def __pow__(self, other: Any) -> Dual:
        if isinstance(other, int):
            return self._integer_power(other)
        if isinstance(other, Dual) and other.d is None and self.d is None:
            return Dual(self.v**other.v)
        exponent = other if isinstance(other, Dual) else Dual(other)
        if exponent.d is None:  # x**c, also at x < 0 where c is whole
            v = self.v**exponent.v
            return Dual(v, self.v ** (exponent.v - 1) * exponent.v * self.d)
        return (self.log() * exponent).exp()

    def _integer_power(self, k: int) -> Dual:
        if k == 0:
            return Dual(self.v * 0 + 1)
        v = self.v**k
        return Dual(v, None if self.d is None else self.v ** (k - 1) * k * self.d)

    def __abs__(self) -> Dual:
        if still(self):  # no sign is needed where nothing moves
            return Dual(abs(self.v))
        try:
            return self if self > 0 else -self
        except Overlap as overlap:
            raise Bend(str(overlap)) from overlap

    def __gt__(self, other: Any) -> bool:
        return _order(self, other) > 0

    def __lt__(self, other: Any) -> bool:
        return _order(self, other) < 0

    def __ge__(self, other: Any) -> bool:
        return _order(self, other) >= 0

    def __le__(self, other: Any) -> bool:
        return _order(self, other) <= 0

    def __eq__(self, other: object) -> bool:
        difference = middle(self) - middle(other)
        if difference == 0:  # of two exact numbers, such as an index
            return True
        if difference != 0:
            return False
        raise Overlap("equality is left open")

    __hash__ = None  # type: ignore[assignment]

    def _chain(self, v: Any, slope: Any) -> Dual:
        return Dual(v, None if self.d is None else slope() * self.d)

    def exp(self) -> Dual:
        """Return the exponential."""
        v = self.v.exp()
        return self._chain(v, lambda: v)

    def log(self) -> Dual:
        """Return the natural logarithm."""
        return self._chain(self.v.log(), lambda: 1 / self.v)

    def log1p(self) -> Dual:
        """Return log(1 + x)."""
        return self._chain(self.v.log1p(), lambda: 1 / (self.v + 1))

    def sqrt(self) -> Dual:
        """Return the square root."""
        v = self.v.sqrt()
        return self._chain(v, lambda: 1 / (v * 2))

    def sin(self) -> Dual:
        """Return the sine."""
        return self._chain(self.v.sin(), lambda: self.v.cos())

    def cos(self) -> Dual:
        """Return the cosine."""
        return self._chain(self.v.cos(), lambda: -self.v.sin())

    def tan(self) -> Dual:
        """Return the tangent."""
        v = self.v.tan()
        return self._chain(v, lambda: v * v + 1)

    def sinh(self) -> Dual:
        """Return the hyperbolic sine."""
        return self._chain(self.v.sinh(), lambda: self.v.cosh())

    def cosh(self) -> Dual:
        """Return the hyperbolic cosine."""
        return self._chain(self.v.cosh(), lambda: self.v.sinh())

    def tanh(self) -> Dual:
        """Return the hyperbolic tangent."""
        v = self.v.tanh()
        return self._chain(v, lambda: -(v * v) + 1)

    def erf(self) -> Dual:
        """Return the error function."""
        scale = 2 / arb.pi().sqrt()
        return self._chain(self.v.erf(), lambda: (-(self.v * self.v)).exp() * scale)


def _order(x: Any, y: Any) -> int:
    """Return 1, 0 or -1; a tie is one only between constants of the differentiation."""
    difference = middle(x) - middle(y)
    if difference > 0:
        return 1
    if difference < 0:
        return -1
    if not difference == 0:  # of balls, `!=` says something else
        raise Overlap(OPEN)
    if still(x) and still(y):
        return 0
    raise Undecided(OPEN)


def still(x: Any) -> bool:
    """Whether x is a constant of the differentiation."""
    return not isinstance(x, Dual) or (x.d is None and still(x.v))


def middle(x: Any) -> Any:
    """Return the innermost value of a dual, a ball."""
    while isinstance(x, Dual):
        x = x.v
    return x
