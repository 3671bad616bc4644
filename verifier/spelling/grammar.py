"""From tokens to a loose tree: a precedence parser that knows how people write.

Sums bind loosest, then products (written or not), then signs, then what stands above,
below and behind. A function without brackets takes the factors that follow it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..language.tree import Call, Derived, Tree
from ..reading.problem import Fault
from . import loose
from .blocks import written_out
from .cursor import Context
from .extents import with_term
from .operators import derivative
from .regrouping import regrouped
from .scanner import tokens_of
from .tokens import Token
from .variables import at_point
from .words import Words

_WIDE = {"⊗": "kron", "⊙": "mul", "∘": loose.COMPOSED, ":": loose.INNER}
_PRODUCTS = {
    "·": loose.DOTTED,
    "×": loose.TIMES,
    "*": loose.STARRED,
    "@": "matmul",
    ".*": "mul",
    "/": loose.OVER,
    "./": "div",
    "//": loose.OVER,
}


@dataclass
class Parser(Words):
    """Reads the tokens of one expression."""

    def whole(self) -> Tree:
        """Read all tokens as one expression."""
        tree = self.sum()
        if self.token is not None:
            raise self.unreadable()
        whole = tree = loose.bounded(tree)
        if isinstance(tree, Call) and tree.name == "transpose":
            whole = tree.args[0]
        for listed in loose.calls(tree, loose.LISTED):
            if listed is not whole:
                raise loose.unstacked(listed.start)
        return tree

    def sum(self) -> Tree:
        """Read terms with signs between them."""
        self.deeper()
        start = self.place
        tree = self.signed()
        while self.peek() in ("+", "-"):
            sign, either = self.peek(), self.tokens[self.at].either
            end = self.behind
            self.at += 1
            right = self.product() if self.peek() not in ("+", "-") else self.signed()
            name = "add" if sign == "+" else "sub"
            if (within := self.within(tree, right, name, end)) is not None:
                tree = within
                continue
            tree = loose.call(name, tree, right, start=start, stop=self.behind)
            if either:
                tree = replace(tree, mark=loose.EITHER)
        self.depth -= 1
        return tree

    def within(self, tree: Tree, term: Tree, name: str, end: int) -> Tree | None:
        """Return terms with one more in the sum that they end in, if it is of that."""
        return with_term(tree, term, name, end, self.context.free)

    def signed(self) -> Tree:
        """Read a term that may have a sign."""
        start = self.place
        if self.take("-"):
            self.deeper()
            inner = self.signed()
            self.depth -= 1
            return loose.call("neg", inner, start=start, stop=self.behind)
        while self.take("+"):
            if self.peek() == "-":
                return self.signed()
        return self.product()

    def product(self) -> Tree:
        """Read products; `⊗`, `⊙` and `∘` bind looser than what is written together."""
        start = self.place
        tree = self.factors()
        while self.kind() == "sign" and self.peek() in _WIDE:
            name = _WIDE[self.peek()]
            self.at += 1
            right = self.negative() if self.peek() == "-" else self.factors()
            tree = self.joined(name, tree, right, start)
        return tree

    def factors(self) -> Tree:
        """Read factors, with or without an operator between them."""
        start = self.place
        tree = self.factor()
        while True:
            sign = self.peek()
            if sign == "/" and self.ends_numerator():
                return tree
            if sign in _PRODUCTS and self.kind() == "sign":
                self.at += 1
                right = self.negative() if self.peek() == "-" else self.factor()
                if sign == "/":
                    right = self.below_slash(right)
                tree = self.joined(self.operator(sign), tree, right, start)
            elif sign == "\\":
                self.at += 1
                tree = self.joined("solve", tree, self.factor(), start)
            elif self.starts_operand():
                tree = self.joined(loose.JUXTAPOSED, tree, self.factor(), start)
            else:
                return tree

    def below_slash(self, tree: Tree) -> Tree:
        """Read the `bc` of `a/bc`, which may be below or only begin there."""
        start = tree.start
        while self.starts_operand() and not self.spaced and self.peek() in ("", "√"):
            self.slashes[0] += 1
            if not self.context.tight:
                return tree
            tree = self.joined(loose.JUXTAPOSED, tree, self.factor(), start)
        return tree

    def operator(self, sign: str) -> str:
        """Return what an operator is called; `*` is numpy's beside an `@`."""
        if sign == "*" and self.entrywise:
            return "mul"
        return _PRODUCTS[sign]

    def part(self, tokens: Sequence[Token]) -> Parser:
        """Return a parser of other tokens that shares what this one collects."""
        return Parser(
            list(tokens),
            self.context,
            self.changes,
            self.cookbook,
            entrywise=self.entrywise,
            depth=self.depth + 1,
            bold=self.bold,
            plain=self.plain,
            steps=self.steps,
            slashes=self.slashes,
        )

    def negative(self) -> Tree:
        """Read `-b` behind an operator."""
        start = self.place
        self.at += 1
        return loose.call("neg", self.factor(), start=start, stop=self.behind)

    def joined(self, name: str, left: Tree, right: Tree, start: int) -> Call:
        """Return a product."""
        return loose.call(name, left, right, start=start, stop=self.behind)

    def factor(self) -> Tree:
        """Read an operand with all that stands above, below and behind it."""
        token = self.token
        if token is None:
            raise self.unreadable()
        self.deeper()
        if self.peek() == "^" and self.kind(1) != "":
            found = self.turned_in_front()
            self.depth -= 1
            return found
        found = derivative(self)
        if found is None:
            found = self.word() if token.kind == "word" else self.behind_of(self.atom())
            closed = self.tokens[self.at - 1].text in (")", "]")
            if closed and self.at_a_point() and differentiates(loose.bounded(found)):
                found = at_point(self, found)
        else:
            if isinstance(found, Derived):
                found = self.behind_of(found)
            found = at_point(self, found)
        self.depth -= 1
        return found

    def matrix(self) -> Tree:
        """Read a matrix that is written out."""
        return written_out(self)

    def turned_in_front(self) -> Tree:
        """Read the French `^t A`."""
        start = self.place
        exponent = self.exponent()
        if not (loose.is_name(exponent, "⊤", "t")):
            raise Fault(start, "there is nothing below this power")
        inner = self.factor()
        return loose.call("transpose", inner, start=start, stop=self.behind)


def parse(text: str, context: Context | None = None) -> Tree:
    """Read one expression."""
    context = context or Context()
    return Parser(regrouped(tokens_of(text, context.names)), context).whole()


def differentiates(tree: Tree) -> bool:
    """Whether there is a derivative in a tree."""
    return any(
        isinstance(part, Derived)
        or (isinstance(part, Call) and part.name in loose.CALCULUS)
        for part in loose.parts(tree)
    )


__all__ = ["Context", "Parser", "parse"]
