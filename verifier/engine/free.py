"""Elementary functions as free ones: what proves an identity without their values.

An identity between rational functions of the entries and of `exp(u)`, `sin(v)`, ...
that holds whatever numbers these stand for holds for the functions themselves. So each
application has a random residue as its value, the same wherever its argument is the
same; its derivatives are those of the function, made of such values by the chain rule.
Of what the functions are these laws are kept, each of them true for real numbers:

    exp(0) = 1,  exp(-u) = 1 / exp(u),  exp(log(u)) = u,  log(exp(u)) = u,
    log(1) = 0,  log(1 / u) = -log(u),  sin(-u) = -sin(u),  cos(-u) = cos(u),
    sin(u)**2 + cos(u)**2 = 1

and nothing else: exp(u + v) = exp(u) exp(v) is true, and not seen. Sides that differ
here are therefore not proven to be different.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from hashlib import blake2b
from random import Random
from typing import Any, Self

from flint import nmod

from .jets import Jet
from .matrices import Matrix
from .residues import ExactArithmetic, Numbers, Residue

MOST_INVERSES = 4096
"""Values of `exp` and `log` whose arguments are remembered at a draw."""


class FreeArithmetic(ExactArithmetic):
    """Exact arithmetic in which elementary functions have values, that of a draw."""

    key: bytes
    powers: dict[int, nmod]
    """Values of `exp` by what they are of; among them those that have a logarithm."""
    logarithms: dict[int, nmod]
    """Logarithms by what they are of."""

    def __init__(self, field: Residue, pi: Any = None):
        super().__init__(field, pi)
        self.modulus = field.modulus

    def drawn(self, key: bytes) -> Self:
        """Return the arithmetic of one draw, whose values are made from a key."""
        found = copy(self)
        found.key = key
        found.powers, found.logarithms = {}, {}
        return found

    def value_of(self, name: str, x: nmod) -> nmod:
        """Return the value of a function, as good as random and always the same."""
        said = f"{name} {int(x)}".encode()
        found = blake2b(said, digest_size=16, key=self.key).digest()
        # 128 bits: the remainder is as likely as any other but for 1 in 2^67.
        return nmod(int.from_bytes(found, "big") % self.modulus, self.modulus)

    def values_of(self, name: str, point: Sequence[nmod], count: int) -> list[int]:
        """Return so many values at a point, always the same."""
        said = f"{name} {' '.join(map(str, point))}".encode()
        seed = blake2b(said, digest_size=16, key=self.key).digest()
        return Numbers(self.modulus, Random(seed)).take(count)

    # Values that obey the laws.

    def _exp(self, u: nmod) -> nmod:
        known = self.powers.get(int(u))
        if known is not None:
            return known
        found = self._with_inverse("exp", u)
        self._remember(u, found)
        return found

    def _log(self, u: nmod) -> nmod:
        if not u:
            raise ZeroDivisionError("the logarithm of zero")
        known = self.logarithms.get(int(u))
        if known is not None:
            return known
        below = 1 / u
        if int(u) == int(below):  # the logarithm of 1; -1 has none
            if int(u) == 1:
                return nmod(0, self.modulus)
            raise ZeroDivisionError("the logarithm of -1")
        least = u if int(u) < int(below) else below
        found = self.value_of("log", least)
        found = found if least is u else -found
        self._remember(found, u)
        return found

    def _with_inverse(self, name: str, u: nmod) -> nmod:
        """Return f(u) with f(0) = 1 and f(-u) = 1 / f(u)."""
        if not u:
            return nmod(1, self.modulus)
        if self._is_negative(u):
            return 1 / self.value_of(name, -u)
        return self.value_of(name, u)

    def _remember(self, log: nmod, power: nmod) -> None:
        """Keep that one residue is the logarithm of the other, and their opposites."""
        if len(self.powers) >= MOST_INVERSES:
            self.powers.clear()
            self.logarithms.clear()
        for u, e in ((log, power), (-log, 1 / power)):
            self.powers.setdefault(int(u), e)
            self.logarithms.setdefault(int(e), u)

    def _odd(self, name: str, u: nmod) -> nmod:
        """Return f(u) with f(-u) = -f(u)."""
        if not u:
            return u
        return (
            -self.value_of(name, -u) if self._is_negative(u) else self.value_of(name, u)
        )

    def _is_negative(self, u: nmod) -> bool:
        return 2 * int(u) > self.modulus

    # Functions of the entries. Shifts are against overflow, and there is none.

    def top(self, x: Jet, axis: Any = (-2, -1)) -> Jet:
        """Return no shift."""
        return self.zeros((1, 1))

    def exp(self, x: Jet) -> Jet:
        """Return the exponential."""
        E = x.value.map(self._exp)
        return x.chain(E, lambda: E, lambda: E)

    def expm1(self, x: Jet) -> Jet:
        """Return exp(x) - 1."""
        return self.exp(x) - 1

    def log(self, x: Jet) -> Jet:
        """Return the natural logarithm."""
        v = x.value
        one = v.of((1, 1), [v.field.number(1)])
        return x.chain(v.map(self._log), lambda: one / v, lambda: -(one / (v * v)))

    def sin(self, x: Jet) -> Jet:
        """Return the sine."""
        S, C = self._circle(x.value)
        return x.chain(S, lambda: C, lambda: -S)

    def cos(self, x: Jet) -> Jet:
        """Return the cosine."""
        S, C = self._circle(x.value)
        return x.chain(C, lambda: -S, lambda: -C)

    def tan(self, x: Jet) -> Jet:
        """Return the tangent."""
        return self.sin(x) / self.cos(x)

    def sinh(self, x: Jet) -> Jet:
        """Return the hyperbolic sine."""
        E = self.exp(x)
        return (E - 1 / E) / 2

    def cosh(self, x: Jet) -> Jet:
        """Return the hyperbolic cosine."""
        E = self.exp(x)
        return (E + 1 / E) / 2

    def tanh(self, x: Jet) -> Jet:
        """Return the hyperbolic tangent."""
        E = self.exp(x)
        return (E - 1 / E) / (E + 1 / E)

    def sqrt(self, x: Jet) -> Jet:
        """Return no root: a residue may have two, and neither is the positive one."""
        raise ZeroDivisionError("a root")

    def lgamma(self, x: Jet) -> Jet:
        """Return log|gamma function|."""
        return self._gamma(x, -1)

    def polygamma(self, k: int, x: Jet) -> Jet:
        """Return the digamma function, or its derivative of order k."""
        return self._gamma(x, k)

    def _gamma(self, x: Jet, k: int) -> Jet:
        """Return a member of the sequence of lgamma and its derivatives."""

        def member(k: int) -> Matrix:
            return x.value.map(lambda u: self.value_of(f"polygamma {k}", u))

        return x.chain(member(k), lambda: member(k + 1), lambda: member(k + 2))

    def _circle(self, v: Matrix) -> tuple[Matrix, Matrix]:
        """Return a point of the unit circle for each angle, from the half's tangent."""
        t = v.map(lambda u: self._odd("tan of a half", u))
        one, two = (v.of((1, 1), [v.field.number(k)]) for k in (1, 2))
        below = one + t * t
        return two * t / below, (one - t * t) / below

    def _inverse_tangent(self, x: Jet, sign: int) -> Jet:
        name = "arctan" if sign > 0 else "arctanh"
        values = x.value.map(lambda u: self._odd(name, u))
        rational = super()._inverse_tangent(x, sign)
        return Jet({**rational.parts, 0: values})
