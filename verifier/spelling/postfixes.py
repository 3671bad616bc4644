"""What stands behind an operand: powers, primes, subscripts, arguments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import factorial

from ..language.tree import Call, Derived, Name, Number, Tree
from ..reading.problem import Fault
from . import loose
from .calls import GREEK_NAMES, function, power
from .cursor import CLOSING, SYMBOLS
from .naming import is_lone
from .superscripts import Superscripts
from .tokens import Token

MOST_FACTORIAL = 18
_NUMBERS = frozenset("abcdekmnprstxyzN")
"""Letters that a bracket behind their power multiplies."""


@dataclass
class Postfixes(Superscripts):
    """Reads what stands behind an operand."""

    def behind_of(self, tree: Tree) -> Tree:
        """Read powers, primes and arguments behind an operand."""
        start = tree.start
        while True:
            sign = self.peek()
            if sign in ("^", ".^"):
                tree = self.raised(tree, start)
            elif sign == "⊤!":
                self.at += 1
                tree = loose.call("transpose", tree, start=start, stop=self.behind)
            elif sign in ("'", "⊤"):
                tree = self.primed(tree, start)
            elif sign == "." and self.peek(2) == "(":
                tree = self.method(tree, start)
            elif sign == "." and self.peek(1) == "(" and isinstance(tree, Name):
                self.at += 1  # Julia's `σ.(x)`
                tree = self.application(tree, start)
            elif sign == "(" and self.peek(1) == ":" and self.peek(2) == ")":
                self.at += 3  # `A(:)`, as in MATLAB
                tree = loose.call("vec", tree, start=start, stop=self.behind)
            elif sign == "(" and _is_composed(tree):
                tree = self.composed(tree, start)
            elif sign == "[" and isinstance(tree, Derived) and not self.spaced:
                self.at += 1
                along = self.inside("]")
                if len(along) > 1:
                    raise Fault(start, "a derivative along two things is not read")
                tree = loose.call(
                    loose.ALONG, tree, *along, start=start, stop=self.behind
                )
            elif sign == "[" and self.is_numbered():
                whole = isinstance(tree, Call) and tree.name == "logdet"
                if not whole or self.tokens[self.at + 1].text != "1":
                    said = "an entry with a number in brackets is not read"
                    raise Fault(self.place, said, "name that entry")
                self.at += 3  # `slogdet(X)[1]`
            elif sign == "(" and self.is_pointwise(tree):
                tree = self.pointwise(tree, start)
            elif sign == "!" and isinstance(tree, Number):
                tree = self.factorial(tree)
            elif sign == "_" and _is_primed(tree):
                tree = self.primed_by(tree, start)
            elif sign == "_" and self.tokens[self.at - 1].text in CLOSING:
                tree = self.of_entry(tree, start)
            elif self.is_applied(tree):
                tree = self.application(tree, start)
            else:
                return tree

    def is_numbered(self) -> bool:
        """Whether a number in brackets touches an operand: `x[0]`."""
        number = self.kind(1) == "number" and self.peek(2) == "]"
        return number and not self.spaced

    def factorial(self, tree: Number) -> Tree:
        """Read `3!`."""
        self.at += 1
        value = tree.value
        if value.denominator != 1 or value > MOST_FACTORIAL:
            raise Fault(tree.start, f"the factorial of {value} is not read")
        return Number(Fraction(factorial(int(value))), start=tree.start)

    def of_entry(self, tree: Tree, start: int) -> Tree:
        """Read `(A x)_i`, `[A]_{ij}`, `[a]_×`."""
        self.at += 1
        if self.take("×"):
            return loose.call("cross_matrix", tree, start=start, stop=self.behind)
        below = self.below()
        if isinstance(below, str):
            if below in ("F", "2"):
                raise Fault(start, f"`_{below}` stands behind what is no norm")
            raise Fault(start, f"the subscript `{below}` is no index")
        return loose.call(loose.ENTRY, tree, *below, start=start, stop=self.behind)

    def method(self, tree: Tree, start: int) -> Tree:
        """Read `x.dot(y)`, `A.t()`, `x.sum()`, as code has them."""
        self.at += 1
        token = self.token
        assert token is not None
        name = token.text
        self.at += 2
        items = [] if self.take(")") else self.inside(")", empty=True)
        return function(name, [tree, *items], start, self.behind, token.start)

    def composed(self, tree: Tree, start: int) -> Tree:
        """Read `(f ∘ g)(x)` and `(f ∘ g)'(x)`."""
        self.at += 1
        argument = self.inside(")")[0]
        if isinstance(tree, Call) and tree.name == loose.PRIMED:
            body = _composed(tree.args[0], argument)
            name = loose.PARTIAL
            return loose.call(name, body, argument, start=start, stop=self.behind)
        return _composed(tree, argument)

    def raised(self, tree: Tree, start: int) -> Tree:
        """Read a power, a transpose or a prime that stands above."""
        entrywise = self.peek() == ".^"
        if (named := self.with_number(tree, start)) is not None:
            return named
        exponent = self.exponent()
        if isinstance(tree, Name) and self.peek() == "_":
            tree = self.decorated(tree.name, start)  # `K^T_k`
        if entrywise:
            return loose.call("pow", tree, exponent, start=start, stop=self.behind)
        if isinstance(exponent, Name) and exponent.name.strip("'") == "":
            return self.with_primes(tree, len(exponent.name), start)
        if self.raises_a_value(tree, exponent):
            tree = self.application(tree, start)
        return power(tree, exponent, start, self.behind)

    def raises_a_value(self, tree: Tree, exponent: Tree) -> bool:
        """Whether the power of a function is that of its value: `g^2(x)`, `f^T(x)`.

        `U^{-1}(x)` is the inverse of a matrix, and `f^{-1}(x)` that of a function.
        """
        if not isinstance(tree, Name) or tree.name in _NUMBERS:
            return False
        whole = isinstance(exponent, Number) and exponent.value > 1
        matrix = tree.name[0].isupper() and tree.name in self.context.dependent
        inverse = matrix and loose.is_number(exponent, -1)
        if not whole and not inverse and not loose.is_name(exponent, "⊤"):
            return False
        inside = [token for token in self.bracketed() if token.text not in ("{", "}")]
        named = [token for token in inside if token.kind != "accent"]
        if self.spaced or len(named) != 1 or named[0].kind != "name":
            return False  # `σ^2(X^T X)` is a product
        return self.is_applied(tree)

    def is_pointwise(self, tree: Tree) -> bool:
        """Whether a bracket of functions is applied: `(f + g)(x)`."""
        inside = self.bracketed()
        before = self.tokens[self.at - 1].text
        touches = before == ")" or (before == "'" and _is_primed(tree))
        if not touches or self.spaced or len(inside) != 1:
            return False
        names = [part.name for part in loose.parts(tree) if isinstance(part, Name)]
        letter = inside[0].kind == "name" and inside[0].text not in names
        return letter and any(name in _FUNCTIONS for name in names)

    def pointwise(self, tree: Tree, start: int) -> Tree:
        """Read `(f + g)(x)`, or `(f + g)'(x)`."""
        self.at += 1
        argument = self.inside(")")[0]

        def valued(part: Tree) -> Tree:
            return _valued(part, argument)

        match tree:
            case Call(loose.PRIMED, (inner,)):
                body = loose.mapped(inner, valued)
                return loose.call(
                    loose.PARTIAL, body, argument, start=start, stop=self.behind
                )
        return loose.mapped(tree, valued)

    def primed(self, tree: Tree, start: int) -> Tree:
        """Read `f'(x)`, `A'`, `x⊤`."""
        if self.take("⊤"):
            return loose.call("transpose", tree, start=start, stop=self.behind)
        count = 0
        while self.take("'"):
            count += 1
        return self.with_primes(tree, count, start)

    def with_primes(self, tree: Tree, count: int, start: int) -> Tree:
        """Return a derivative of a function that is applied, or a primed operand."""
        applied = isinstance(tree, Name) and (
            not self.spaced or tree.name in SYMBOLS or tree.name == "sigma"
        )
        if isinstance(tree, Name) and tree.name in self.context.products:
            applied = False
        if isinstance(tree, Name) and applied and self.peek() == "(":
            behind = [token.text for token in self.tokens[self.at + 1 : self.at + 5]]
            along = behind[1:4:2] == [";", ")"]  # `f'(x; d)`
            self.at += 1
            args = tuple(self.inside(")"))
            if along:
                slope = Derived(
                    "D", tree.name, (1,), None, None, args[:1],
                    start=start, stop=self.behind, mark=start,
                )  # fmt: skip
                return loose.call(
                    loose.ALONG, slope, args[1], start=start, stop=self.behind
                )
            found: Tree = Derived(
                "D", tree.name, (1,) * count, None, None, args,
                start=start, stop=self.behind, mark=start,
            )  # fmt: skip
            return found
        for _ in range(count):
            tree = loose.call(loose.PRIMED, tree, start=start, stop=self.behind)
        return tree

    def primed_by(self, tree: Tree, start: int) -> Tree:
        """Read `(|F|)'_x`, the derivative by what stands below the prime."""
        assert isinstance(tree, Call)
        self.at += 1
        braced = self.take("{")
        by = self.atom_of_name() if braced else self.named_below()
        if braced and not self.take("}"):
            raise self.unreadable()
        return loose.call(
            loose.PARTIAL, tree.args[0], by, start=start, stop=self.behind
        )

    def named_below(self) -> Tree:
        """Read the one letter that stands below."""
        token = self.token
        if token is None or token.kind != "name":
            raise self.unreadable()
        self.at += 1
        return Name(token.text, start=token.start, stop=token.stop)

    def is_applied(self, tree: Tree) -> bool:
        """Whether the bracket that follows holds the arguments of a name."""
        if self.peek() != "(" or not isinstance(tree, Name):
            return False
        name = tree.name
        if name in self.context.products:
            return False
        if name in self.context.functions or name.split("_")[0] in SYMBOLS:
            return True
        if self.lists_arguments():
            return True
        inside = self.bracketed()
        if self.spaced and not (is_lone(inside) and self.is_a_side(tree, inside)):
            return False
        if _is_change(name) and not (inside and _is_one(inside)):
            return False  # `dX(A + B)` is a product
        if len(name) > 1 and name.isalpha() and name not in GREEK_NAMES:
            return True  # a word that is not known
        if name in self.context.dependent and inside:
            return all(
                t.kind in ("name", "accent", "sign") for t in inside
            ) and not any(t.text in ("+", "-", "∂", "∇") for t in inside)
        if name in _LOSSES and self.holds_value(inside):
            return True
        texts = [token.text for token in inside]
        if not inside or any(sign in texts for sign in ("+", "-", "·", "×", "*", "/")):
            return False  # `λ(x + y)` is a product
        lone = is_lone(inside)
        if not lone and any(t.kind not in ("name", "sign", "accent") for t in inside):
            return False
        # `A(BC)` is a product, `A(t)` and `λ(A)` are values of functions.
        return lone or (name[0].islower() and name not in "abcdxe")

    def is_a_side(self, tree: Name, inside: Sequence[Token]) -> bool:
        """Whether `Q_n (β)` is all of a side: a product would have no bracket."""
        whole = self.at + len(inside) + 2 == len(self.tokens)
        first = tree.start == self.tokens[0].start
        return whole and first and tree.name.split("_")[0] in _OBJECTIVES

    def holds_value(self, tokens: Sequence[Token]) -> bool:
        """Whether a bracket holds the value of a function alone: that of `L(f(x))`."""
        functions = SYMBOLS | self.context.functions
        if len(tokens) < 4 or tokens[0].text not in functions:
            return False
        depth = 0
        for at, token in enumerate(tokens[1:], 1):
            depth += (token.text == "(") - (token.text == ")")
            if not depth:
                return at > 1 and at == len(tokens) - 1
        return False

    def application(self, tree: Tree, start: int) -> Tree:
        assert isinstance(tree, Name)
        self.at += 1
        args = self.inside(")")
        return Call(tree.name, tuple(args), start=start, stop=self.behind, mark=start)


def _is_change(name: str) -> bool:
    """Whether a name is the change of a matrix, `dX`."""
    return len(name) == 2 and name[0] == "d" and name[1].isupper()


def _is_one(tokens: Sequence[Token]) -> bool:
    """Whether tokens are one name, small or not."""
    return len(tokens) == 1 and tokens[0].kind == "name"


_OBJECTIVES = frozenset(("L", "J", "E", "l", "ell", "C", "R", "Q", "S", "RSS", "SSE"))
"""Letters of what is minimized, with its argument behind a space."""
_LOSSES = frozenset("LJECRl")
"""Letters that are functions before the value of another one."""
_FUNCTIONS = SYMBOLS - {"sigma", "varphi"}
"""Letters that are functions in brackets before an argument."""


def _valued(tree: Tree, argument: Tree) -> Tree:
    """Return the value of a function in `(f + g)(x)`; anything else as it is."""
    match tree:
        case Name(name) if name in _FUNCTIONS:
            return Call(name, (argument,), start=tree.start, stop=tree.stop)
        case Call(loose.PRIMED, (Call(name, (inner,)),)) if name in _FUNCTIONS:
            return Derived("D", name, (1,), None, None, (inner,), start=tree.start)
    return tree


def _is_primed(tree: Tree) -> bool:
    """Whether a tree has one prime, which may be a derivative."""
    match tree:
        case Call(loose.PRIMED, (inner,)):
            return not (isinstance(inner, Call) and inner.name == loose.PRIMED)
    return False


def _is_composed(tree: Tree) -> bool:
    """Whether a tree is `f ∘ g`, or its derivative."""
    if isinstance(tree, Call) and tree.name == loose.PRIMED:
        tree = tree.args[0]
    return isinstance(tree, Call) and tree.name == loose.COMPOSED


def _composed(tree: Tree, argument: Tree) -> Tree:
    """Apply `f ∘ g` to an argument."""
    match tree:
        case Call(loose.COMPOSED, (outer, inner)):
            return _composed(outer, _composed(inner, argument))
        case Name(name):
            return Call(name, (argument,), start=tree.start, stop=argument.stop)
        case Call(loose.PRIMED, (Name(name),)):
            return Derived("D", name, (1,), None, None, (argument,), start=tree.start)
    raise Fault(tree.start, "only functions that have names are composed")
