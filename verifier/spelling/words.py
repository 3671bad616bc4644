"""Functions by name, with and without brackets round their arguments."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from ..language.primitives import PRIMITIVES
from ..language.tree import Call, Derived, Number, Tree
from ..reading.problem import Fault
from . import loose
from .calls import function
from .cursor import OPENING
from .postfixes import Postfixes
from .tokens import Token, closed
from .vocabulary import GREEDY

ENTRYWISE = frozenset(
    name
    for name, row in PRIMITIVES.items()
    if row.entrywise and row.signature == "m n -> m n"
)
"""Functions of numbers, whose derivative `tanh'` is a function of numbers as well."""


_GATHERING = ("sum", "mean", "prod")
"""Functions of all entries, which Julia gives a function of each of them before."""


@dataclass
class Words(Postfixes):
    """Reads functions."""

    def word(self) -> Tree:
        """Read a function, with or without brackets round its argument."""
        token = self.token
        assert token is not None
        start, name = token.start, token.text
        if name == "sum" and self.peek(1) == "_":
            return self.total(loose.TOTAL)
        if name in ("max", "min") and self.peek(1) == "_":
            return self.over_all(name)
        self.at += 1
        if name in _GATHERING and self.gathers():
            return self.gathered(name, start)
        exponent: Tree | None = None
        if self.take("'"):
            tree = self.applied(name, token)
            whole = start == self.tokens[0].start and self.token is None
            if not whole and name in ENTRYWISE and isinstance(tree, Call):
                slope = Derived("D", name, (1,), None, None, tree.args)
                return replace(slope, start=start, stop=self.behind, mark=start)
            return loose.call(loose.PRIMED, tree, start=start, stop=self.behind)
        while self.peek() in ("^", "_"):
            if self.peek() == "^":
                exponent = self.exponent()
            else:
                self.at += 1
                below = self.subscript()
                if name == "log" and below in ("2", "10"):
                    return self.logarithm(int(below), start)
                if name == "norm" and below == "1":
                    name = "norm1"
                elif below not in ("2", "F", "e", ""):
                    raise Fault(start, f"`{name}` with `{below}` below it is not known")
        tree = self.applied(name, token)
        if exponent is not None:
            if loose.is_number(exponent, -1):
                inverse = f"arc{name}"
                known = inverse in ("arcsin", "arccos", "arctan")
                if known and isinstance(tree, Call):
                    return Call(inverse, tree.args, start=start, stop=self.behind)
                said = f"`{name}^-1` may be an inverse function or one over `{name}`"
                raise Fault(start, said, f"write `1 / {name}(...)`")
            tree = loose.call(
                loose.POWER, tree, exponent, start=start, stop=self.behind
            )
        return tree

    def gathers(self) -> bool:
        """Whether the first argument is a function: that of `sum(abs2, x)`."""
        return self.peek() == "(" and self.kind(1) == "word" and self.peek(2) == ","

    def gathered(self, name: str, start: int) -> Tree:
        """Read Julia's `sum(abs2, x)`, the sum of `abs2.(x)`."""
        token = self.tokens[self.at + 1]
        self.at += 3
        args = self.inside(")")
        inner = function(token.text, args, token.start, self.behind, token.start)
        return function(name, [inner], start, self.behind, start)

    def logarithm(self, base: int, start: int) -> Tree:
        tree = self.applied("log", self.tokens[self.at - 1])
        below = loose.call("log", Number(Fraction(base)))
        return loose.call("div", tree, below, start=start, stop=self.behind)

    def applied(self, name: str, token: Token) -> Tree:
        """Read the arguments of a function."""
        start = token.start
        if name in ("min", "max") and self.peek() not in ("(", "[", "{"):
            raise Fault(start, f"`{name}` without brackets asks for a solution")
        if self.peek() == "." and self.peek(1) == "(":
            self.at += 1  # Julia's `exp.(x)`
        if self.peek() in ("(", "[", "{") and not self._is_factor(name):
            opening = self.peek()
            self.at += 1
            args = self.inside(OPENING[opening])
            if self.context.inside and len(args) == 1 and self.peek() == "^":
                args = [self.raised(args[0], start)]
            tree = function(name, args, start, self.behind, start)
            return self.behind_of(tree)

        if self.token is None or not (self.starts_operand() or self.peek() == "-"):
            raise self.fault(f"`{name}` of what?", f"write `{name}(...)`")
        return function(name, [self.chain(name in GREEDY)], start, self.behind, start)

    def _is_factor(self, name: str) -> bool:
        """Whether the bracket of `tr (A B)^T C` is no more than the first factor.

        A number has no transpose.
        """
        stop = closed(self.tokens, self.at) if name in GREEDY else 0
        behind = [token.text for token in self.tokens[stop : stop + 4]] if stop else []
        mark = behind[2:3] if behind[1:4:2] == ["{", "}"] else behind[1:2]
        return behind[:1] == ["^"] and mark in (["T"], ["⊤"])

    def chain(self, greedy: bool) -> Tree:
        """Read the factors that a function without brackets takes."""
        start = self.place
        if self.peek() == "-":
            return self.negative()
        number = not greedy and not self.is_matrix
        tree = self.factor()
        while self.starts_operand():
            if not greedy and self.kind() == "word":
                break
            if not greedy and self.peek() == "{" and self.peek(1) in ("(", "["):
                break  # `sin φ {(A + B)}`, where a brace was under it
            if number and self.is_matrix:
                break  # `sin φ I` and `log J C^{-1}` are multiples
            if not greedy and self.peek() in ("(", "[", "∂", "∇", "∑", "⟨", "|", "‖"):
                break
            tree = self.joined(loose.JUXTAPOSED, tree, self.factor(), start)
        return tree

    @property
    def is_matrix(self) -> bool:
        """Whether a bold letter follows, or the identity."""
        at = self.at
        while at < len(self.tokens) and self.tokens[at].kind == "accent":
            at += 1
            at += at < len(self.tokens) and self.tokens[at].text == "{"
        token = self.tokens[at] if at < len(self.tokens) else None
        return (
            token is not None
            and token.kind == "name"
            and (token.bold or token.text == "I")
        )
