"""From tokens to a loose tree: a precedence parser that knows how people write.

Sums bind loosest, then products (written or not), then signs, then what stands above,
below and behind. A function without brackets takes the factors that follow it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import factorial

from ..language.tree import Call, Derived, Name, Number, Tree
from ..reading.problem import Fault
from . import loose
from .calls import (
    GREEK_NAMES,
    INDICES,
    as_indices,
    function,
    index_of,
    near,
    plain,
    power,
)
from .operators import derivative, written_out
from .refusing import of_end, of_sign
from .tokens import Token, tokens_of
from .vocabulary import GREEDY

MOST_FACTORIAL = 18
DEPTH = 100
"""Brackets and powers within each other."""
STEPS = 20_000
"""Operands that are read, those that are read again in another way with them."""
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
_OPENING = {"(": ")", "[": "]", "{": "}", "⟨": "⟩"}
_CLOSING = frozenset(_OPENING.values())
BRACKETS_OPEN = frozenset(("sign", char) for char in _OPENING)
BRACKETS_CLOSE = frozenset(("sign", char) for char in _CLOSING)
_STARTS = ("name", "number", "word", "differential", "fraction", "root", "accent",
           "begin")  # fmt: skip
_SYMBOLS = frozenset(("f", "g", "h", "F", "G", "phi", "psi", "sigma", "varphi"))
"""Letters that are functions where an argument follows."""


@dataclass(frozen=True)
class Context:
    """What is known before a statement is read."""

    names: frozenset[str] = frozenset()
    """Names of more than one letter."""
    functions: frozenset[str] = frozenset()
    """Names that are functions, where arguments follow."""
    dependent: frozenset[str] = frozenset()
    """Names that are differentiated: functions, where names stand in brackets."""
    products: frozenset[str] = frozenset()
    """Names that a bracket multiplies, whatever they look like."""
    tight: bool = False
    """Whether all of `bc` is below in `a/bc`."""
    inside: bool = False
    """Whether the power behind `tr(A)^{-1}` is that of the argument."""


@dataclass
class Parser:
    """Reads the tokens of one expression."""

    tokens: Sequence[Token]
    context: Context = field(default_factory=Context)
    changes: bool = False
    """Whether `d x` is the change of x."""
    cookbook: bool = False
    """Whether `∂X` is the change of X, where it is no part of a fraction."""
    entrywise: bool = False
    """Whether `*` goes entry by entry, as in numpy."""
    at: int = 0
    depth: int = 0
    bars: list[str] = field(default_factory=list)
    """The bars that are open."""
    fraction: str = ""
    """The sign (`∂`, `d`) whose `/` ends a numerator."""
    bold: set[str] = field(default_factory=set)
    plain: set[str] = field(default_factory=set)
    """Names that were set in bold, and those that were not."""
    steps: list[int] = field(default_factory=lambda: [0])
    """How many operands were read."""
    slashes: list[int] = field(default_factory=lambda: [0])
    """How many denominators may reach further than they were read."""

    # --- tokens ---

    @property
    def token(self) -> Token | None:
        """The next token."""
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def peek(self, ahead: int = 0) -> str:
        """Return the text of a sign that follows, or nothing."""
        at = self.at + ahead
        if at >= len(self.tokens):
            return ""
        token = self.tokens[at]
        return token.text if token.kind in ("sign", "row", "tab") else ""

    def kind(self, ahead: int = 0) -> str:
        """Return the kind of a token that follows."""
        at = self.at + ahead
        return self.tokens[at].kind if at < len(self.tokens) else ""

    def take(self, *signs: str) -> bool:
        """Move over a sign, if it is one of these."""
        if self.peek() in signs and self.peek():
            self.at += 1
            return True
        return False

    @property
    def place(self) -> int:
        """Where the next token starts."""
        if self.token is not None:
            return self.token.start
        return self.tokens[-1].stop if self.tokens else 0

    @property
    def behind(self) -> int:
        """Where the last token ended."""
        return self.tokens[self.at - 1].stop if self.at else 0

    def fault(self, said: str, hint: str = "") -> Fault:
        """Say what is wrong at the next token."""
        return Fault(self.place, said, hint)

    def unreadable(self) -> Fault:
        """Say that the next token cannot be read here."""
        token = self.token
        if token is None:
            place = self.tokens[-1].start if self.tokens else self.place
            return Fault(place, *of_end(self.tokens))
        if token.kind == "unknown":
            other = "write what it stands for, or leave it out"
            return self.fault(
                f"`{token.text[:40]}` is not known", near(token.text) or other
            )
        if token.kind == "text":
            hint = "types and conditions stand behind a statement: `... where ...`"
            return self.fault(f"the words `{token.text[:40]}` are no formula", hint)
        if token.kind == "end":
            said = f"`\\end{{{token.text}}}` ends nothing"
            return self.fault(said, "leave it out")
        return self.fault(*of_sign(token.text, self.bars))

    # --- sums and products ---

    def whole(self) -> Tree:
        """Read all tokens as one expression."""
        tree = self.sum()
        if self.token is not None:
            raise self.unreadable()
        return loose.bounded(tree)

    def sum(self) -> Tree:
        """Read terms with signs between them."""
        self.deeper()
        start = self.place
        tree = self.signed()
        while self.peek() in ("+", "-"):
            sign = self.peek()
            self.at += 1
            right = self.product() if self.peek() not in ("+", "-") else self.signed()
            name = "add" if sign == "+" else "sub"
            tree = loose.call(name, tree, right, start=start, stop=self.behind)
        self.depth -= 1
        return tree

    def deeper(self) -> None:
        """Go one level down, as often and as deep as a formula may."""
        self.depth += 1
        self.steps[0] += 1
        if self.steps[0] > STEPS:
            said = "the formula takes too long to read"
            raise Fault(self.place, said, "split it, or name its parts", kind="limit")
        if self.depth > DEPTH:
            said = f"the formula is nested deeper than the limit of {DEPTH}"
            raise Fault(self.place, said, "name its parts", kind="limit")

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

    def ends_numerator(self) -> bool:
        """Whether `/ ∂x` follows, below what is being read."""
        if not self.fraction:
            return False
        ahead = 2 if self.peek(1) == "(" else 1
        if self.fraction == "∂":
            return self.peek(ahead) == "∂"
        return self.kind(ahead) == "differential" or (
            self.kind(ahead) == "name" and self.tokens[self.at + ahead].text == "d"
        )

    def starts_operand(self) -> bool:
        """Whether a factor begins here."""
        self.split_bars()
        token = self.token
        if token is None:
            return False
        if token.kind in _STARTS:
            return True
        if token.kind != "sign":
            return False
        if token.text in ("|", "‖"):
            return not (self.bars and self.bars[-1] == token.text)
        return token.text in ("(", "[", "{", "⟨", "∂", "∇", "∑", "∏", "√")

    def split_bars(self) -> None:
        """Take `||` as two bars where the first of them closes one: `|A||B|`."""
        token = self.token
        if token is None or token.text != "‖" or token.stop - token.start != 2:
            return
        if self.bars[-1:] == ["|"]:
            middle = token.start + 1
            pair = [
                Token("sign", "|", token.start, middle),
                Token("sign", "|", middle, token.stop),
            ]
            self.tokens = [
                *self.tokens[: self.at], *pair, *self.tokens[self.at + 1 :]
            ]  # fmt: skip

    # --- factors ---

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
        elif isinstance(found, Derived):
            found = self.behind_of(found)
        self.depth -= 1
        return found

    def turned_in_front(self) -> Tree:
        """Read the French `^t A`."""
        start = self.place
        exponent = self.exponent()
        if not (loose.is_name(exponent, "⊤", "t")):
            raise Fault(start, "there is nothing below this power")
        inner = self.factor()
        return loose.call("transpose", inner, start=start, stop=self.behind)

    def atom(self) -> Tree:
        """Read a number, a name, or what is in brackets."""
        self.deeper()
        tree = self._atom()
        self.depth -= 1
        return tree

    def _atom(self) -> Tree:
        token = self.token
        if token is None:
            raise self.unreadable()
        start = token.start
        if token.kind == "number":
            self.at += 1
            return Number(Fraction(token.text), start=start, stop=token.stop)
        if token.kind == "differential":
            self.at += 1
            return Name(f"d{token.text}", start=start, stop=token.stop)
        if token.kind in ("name", "accent"):
            return self.name()
        if token.kind == "fraction":
            self.at += 1
            above, below = self.group(), self.group()
            return loose.call(loose.OVER, above, below, start=start, stop=self.behind)
        if token.kind == "root":
            return self.root()
        if token.kind == "begin":
            return self.matrix()
        sign = self.peek()
        if sign == "√":
            self.at += 1
            inside = self.atom()
            return loose.call("sqrt", inside, start=start, stop=self.behind)
        if sign == "⟨":
            return self.inner()
        if sign in _OPENING:
            return self.bracket()[0]
        if sign in ("|", "‖"):
            return self.between_bars(sign)
        if sign in ("∑", "∏"):
            return self.total(loose.TOTAL if sign == "∑" else loose.PRODUCT)
        raise self.unreadable()

    def group(self) -> Tree:
        """Read what is in braces, or one token, as LaTeX's commands do."""
        if self.peek() == "{":
            return self.bracket()[0]
        token = self.token
        if token is not None and token.kind == "number" and len(token.text) > 1:
            # `\frac12`
            first = Token("number", token.text[0], token.start, token.start + 1)
            rest = Token("number", token.text[1:], token.start + 1, token.stop)
            self.tokens = [
                *self.tokens[: self.at], first, rest, *self.tokens[self.at + 1 :]
            ]  # fmt: skip
        return self.atom()

    def inside(self, closing: str, empty: bool = False) -> list[Tree]:
        """Read what is separated by commas, up to a closing bracket."""
        start = self.place
        bars, self.bars = self.bars, []
        fraction, self.fraction = self.fraction, ""
        items: list[Tree] = []
        while True:
            if closing != ")" or not self.keyword():
                items.append(self.sum())
            if not self.take(",", "∣", ";"):
                break
        self.bars, self.fraction = bars, fraction
        if not self.take(closing):
            if self.token is None:
                raise self.fault(f"a bracket is never closed: `{closing}` is missing")
            raise self.unreadable()
        if not items and not empty:
            raise Fault(start, "there is nothing in these brackets")
        return items

    def keyword(self) -> bool:
        """Move over `dim=0` and `'fro'`, which say here what is the case anyway."""
        if self.kind() == "name" and self.peek(1) == "=":
            self.at += 2
            if self.peek() == "'":
                return self.quoted()
            self.at += 1
            return True
        return self.peek() == "'" and self.quoted()

    def quoted(self) -> bool:
        """Move over a word in quotes."""
        for ahead in range(1, 6):
            if self.peek(ahead) == "'":
                self.at += ahead + 1
                return True
        raise self.unreadable()

    def bracket(self) -> list[Tree]:
        """Read brackets; there is one item in those that are no arguments."""
        opening = self.peek()
        start = self.place
        self.at += 1
        if self.peek() == _OPENING[opening]:
            raise Fault(start, "there is nothing in these brackets")
        items = self.inside(_OPENING[opening])
        if not items:
            raise Fault(start, "there is no value in these brackets")
        if len(items) > 1:
            said = "a list of values in brackets is no matrix"
            hint = "stack them: `vstack(a, b)`, or name a vector"
            raise Fault(start, said, hint)
        return items

    def inner(self) -> Tree:
        start = self.place
        self.at += 1
        items = self.inside("⟩")
        if len(items) != 2:
            raise Fault(start, "an inner product has two sides", "write `⟨x, y⟩`")
        if self.take("_"):
            self.subscript()
        return loose.call(loose.INNER, *items, start=start, stop=self.behind)

    def root(self) -> Tree:
        start = self.place
        self.at += 1
        order = None
        if self.take("["):
            order = self.inside("]")[0]
        inside = self.group()
        if order is None:
            return loose.call("sqrt", inside, start=start, stop=self.behind)
        one = Number(Fraction(1))
        exponent = loose.call("div", one, order)
        return loose.call(loose.POWER, inside, exponent, start=start, stop=self.behind)

    def between_bars(self, sign: str) -> Tree:
        """Read `|A|` or `‖x‖`, with what stands below a norm."""
        start = self.place
        self.at += 1
        self.deeper()
        self.bars.append(sign)
        inside = self.sum()
        self.bars.pop()
        self.depth -= 1
        self.split_bars()
        if not self.take(sign):
            said = f"`{'||' if sign == '‖' else sign}` is never closed"
            raise Fault(start, said)
        if sign == "|":
            return loose.call(loose.BARS, inside, start=start, stop=self.behind)
        return self.norm(inside, start)

    def norm(self, inside: Tree, start: int) -> Tree:
        """Read what stands below a norm, in either order with its power."""
        power: Tree | None = None
        if self.peek() == "^":
            power = self.exponent()
        kind = "2"
        if self.take("_"):
            kind = self.subscript()
        names = {"1": "norm1", "2": loose.NORM, "F": "norm", "Fro": "norm"}
        names |= {"fro": "norm", "e": loose.NORM}
        if kind not in names:
            said = f"a norm with `{kind}` below it is not known"
            raise Fault(start, said, "there are the norms of x: `norm`, `norm1`")
        tree: Tree = loose.call(names[kind], inside, start=start, stop=self.behind)
        if power is not None:
            tree = loose.call(loose.POWER, tree, power, start=start, stop=self.behind)
        return tree

    def total(self, name: str) -> Tree:
        """Read a sum over an index, and the term that it sums."""
        start = self.place
        self.at += 1
        names, bounds = list[str](), list[Tree]()
        while self.peek() in ("_", "^"):
            if not self.take("_"):
                if self.peek(1) == "{" and self.peek(3) == "=":
                    drop = slice(self.at + 2, self.at + 4)  # `^{i=n}`
                    self.tokens = [
                        *self.tokens[: drop.start],
                        *self.tokens[drop.stop :],
                    ]
                end = self.exponent()
                bounds = [Name("T") if loose.is_name(end, "⊤") else end]
                continue
            if self.peek() == "{":
                self.at += 1
                names, ends = self.summation()
                bounds += ends
            elif self.kind() == "name":
                assert self.token is not None
                names = [*self.token.text]
                self.at += 1
        if not names:
            raise Fault(start, "a sum says by which index", "write `Σ_i`")
        body = self.product()
        for letter in reversed(names):
            body = loose.call(
                name,
                Name(letter),
                body,
                *bounds[:1],
                start=start,
                stop=self.behind,
            )
        return body

    def summation(self) -> tuple[list[str], list[Tree]]:
        """Read `i`, `i,j`, `i=1` or `i∈[n]` in the braces below a sum."""
        start = self.place
        tokens: list[Token] = []
        while self.token is not None and not self.take("}"):
            tokens.append(self.token)
            self.at += 1
        texts = [token.text for token in tokens]
        count = next((i for i, text in enumerate(texts) if text in ("=", "∈")), None)
        below = texts[count:] if count is not None else []
        named = [token for token in tokens[:count] if token.text != ","]
        ends: list[Tree] = []
        if len(below) == 4 and below[:2] == ["∈", "["] and tokens[-2].kind == "name":
            ends = [Name(below[2], start=tokens[-2].start, stop=tokens[-2].stop)]
        elif below not in ([], ["=", "1"]):
            raise Fault(start, "a sum over a part of the entries is not read")
        if any(token.kind != "name" for token in named):
            raise Fault(start, "a condition below a sum is not read")
        return [letter for token in named for letter in token.text], ends

    def matrix(self) -> Tree:
        """Read a matrix that is written out."""
        return written_out(self)

    # --- names ---

    def name(self) -> Tree:
        """Read a name with its accents, its subscript, and its arguments."""
        token = self.token
        assert token is not None
        start = token.start
        if token.kind == "accent":
            self.at += 1
            accent = token.text
            inside = self.group()
            if not isinstance(inside, Name):
                if not accent:
                    return inside
                raise Fault(start, f"an accent ({accent}) over more than a name")
            name = f"{inside.name}_{accent}" if accent else inside.name
        else:
            self.at += 1
            name = token.text
            (self.bold if token.bold else self.plain).add(name)
        return self.decorated(name, start)

    def decorated(self, name: str, start: int) -> Tree:
        """Read what stands below a name, and what it is applied to."""
        indices: list[Tree] = []
        while self.peek() == "_":
            mark = self.at
            self.at += 1
            below = self.below()
            if isinstance(below, str):
                name += f"_{below}" if below else ""
            elif not indices:
                indices = below
            else:
                self.at = mark
                break
        if name == "E" and self.peek() == "[" and name not in self.context.names:
            raise Fault(start, "an expectation is not read")
        tree: Tree = self.named(name, start)
        functions = _SYMBOLS | self.context.functions
        if indices and name in functions and self.peek() == "(":  # `f_i(x)`
            tree = self.application(tree, start)
        if indices:
            tree = loose.call(
                loose.ENTRY, tree, *indices, start=start, stop=self.behind
            )
        return tree

    def named(self, name: str, start: int) -> Tree:
        stop = self.behind
        if name == "ones":
            return loose.call(loose.ONES, start=start, stop=stop)
        if name == "zeros":
            return loose.call(loose.ZEROS, start=start, stop=stop)
        if (name == "I" or name.startswith("I_")) and name not in self.context.names:
            return loose.call(loose.IDENTITY, start=start, stop=stop)
        return Name(name, start=start, stop=stop)

    def below(self) -> str | list[Tree]:
        """Read a subscript: indices, or a part of the name."""
        if self.kind() == "accent":
            inner = self.name()
            return inner.name if isinstance(inner, Name) else ""
        if not self.take("{"):
            token = self.token
            if token is None or token.kind not in (
                "name",
                "number",
                "text",
                "word",
                "differential",
            ):
                if self.take("*", "+", "⊤"):
                    return "star"
                raise self.unreadable()
            self.at += 1
            return as_indices(token.text) or plain(token.text)
        tokens: list[Token] = []
        depth = 1
        while self.token is not None:
            depth += {"{": 1, "}": -1}.get(self.peek(), 0)
            if not depth:
                break
            tokens.append(self.token)
            self.at += 1
        if not self.take("}"):
            raise self.fault("a subscript is never closed", "close it with `}`")
        letters = [t.text for t in tokens if t.text not in (",", "{", "}")]
        if (
            all(t in INDICES or t.isdecimal() for t in letters)
            and 1 <= len(letters) <= 2
        ):
            found = [index_of(letter) for letter in letters]
            if any(isinstance(index, Name) for index in found):
                return found
        return plain("".join(letters))

    def subscript(self) -> str:
        """Read a subscript as a word."""
        below = self.below()
        if isinstance(below, str):
            return below
        return "".join(part.name if isinstance(part, Name) else "" for part in below)

    def atom_of_name(self) -> Tree:
        """Read a name with what decorates it, and no arguments."""
        token = self.token
        if token is None or token.kind not in ("name", "accent", "differential"):
            said = "here stands the name of a variable"
            if token is not None and token.text not in ("{", "}"):
                said = f"{said}, not `{token.text[:40]}`"
            raise self.fault(said, "such as the x of `∇_x f(x)`")
        if token.kind == "differential":  # `∇_dx` hardly; a name all the same
            self.at += 1
            return Name(f"d{token.text}", start=token.start, stop=token.stop)
        return self.name()

    def named_only(self, token: Token) -> Name:
        """Return the name that a token is."""
        return Name(token.text, start=token.start, stop=token.stop)

    # --- what stands behind ---

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
            elif sign == "(" and _is_composed(tree):
                tree = self.composed(tree, start)
            elif sign == "!" and isinstance(tree, Number):
                tree = self.factorial(tree)
            elif sign == "_" and self.tokens[self.at - 1].text in _CLOSING:
                tree = self.of_entry(tree, start)
            elif self.is_applied(tree):
                tree = self.application(tree, start)
            else:
                return tree

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
        if isinstance(tree, Name) and (name := self.numbered(tree)):
            return Name(name, start=start, stop=self.behind)
        match tree:  # `x_i^{(k)}`, an entry of `x^{(k)}`
            case Call(loose.ENTRY, (Name() as base, *indices)) if name := self.numbered(
                base
            ):
                base = Name(name, start=start, stop=base.stop)
                return loose.call(
                    loose.ENTRY, base, *indices, start=start, stop=self.behind
                )
        exponent = self.exponent()
        if isinstance(tree, Name) and self.peek() == "_":
            tree = self.decorated(tree.name, start)  # `K^T_k`
        if entrywise:
            return loose.call("pow", tree, exponent, start=start, stop=self.behind)
        if isinstance(exponent, Name) and exponent.name.strip("'") == "":
            return self.with_primes(tree, len(exponent.name), start)
        return power(tree, exponent, start, self.behind)

    def numbered(self, tree: Name) -> str:
        """Read `W^{(l)}` and `x^{[2]}`, where the superscript numbers the name."""
        if self.peek(1) == "{" and self.peek(2) in ("(", "["):
            tokens = self.tokens[self.at + 3 : self.at + 9]
            closing = _OPENING[self.peek(2)]
            texts = [token.text for token in tokens]
            if closing in texts:
                inside = texts[: texts.index(closing)]
                rest = texts[texts.index(closing) + 1 :]
                if rest[:1] == ["}"] and len(inside) in (1, 2, 3):
                    self.at += 5 + len(inside)
                    return f"{tree.name}_{plain(''.join(inside))}"
        return ""

    def exponent(self) -> Tree:
        """Read what stands above: one token, or what is in braces."""
        self.at += 1
        self.deeper()
        fraction, self.fraction = self.fraction, ""
        start = self.place
        if self.peek() in ("⊤", "⊤!", "†", "*", "'", "+") and self.peek(1) != "{":
            sign = self.peek()
            self.at += 1
            found: Tree = Name({"⊤!": "⊤"}.get(sign, sign), start=start)
        elif self.peek() in ("{", "(") and self._marks():
            found = self._marked()
        elif self.peek() == "-":
            self.at += 1
            sign_start = start
            inner = self.mark_or(self.atom)
            found = loose.call("neg", inner, start=sign_start, stop=self.behind)
        elif self.peek() == "{":
            found = self.bracket()[0]
        else:
            found = self.mark_or(self.group)
        if loose.is_name(found, "T"):
            found = Name("⊤", start=start, stop=self.behind)
        self.fraction = fraction
        self.depth -= 1
        return found

    def _marks(self) -> bool:
        """Whether braces hold only signs such as `-⊤`."""
        return self.peek(1) in ("⊤", "†", "'", "*", "+") or (
            self.peek(1) == "-" and self.peek(2) in ("⊤", "'")
        )

    def _marked(self) -> Tree:
        closing = _OPENING[self.peek()]
        self.at += 1
        minus = self.take("-")
        start = self.place
        sign = mark = self.peek()
        self.at += 1
        while self.peek() == sign == "'":
            mark += "'"
            self.at += 1
        found: Tree = Name(mark, start=start)
        if not self.take(closing):
            raise self.unreadable()
        return loose.call("neg", found) if minus else found

    def mark_or(self, read) -> Tree:
        """Read `T` as the mark of a transpose."""
        token = self.token
        if token is not None and token.kind == "sign" and token.text in ("⊤", "⊤!"):
            self.at += 1
            return Name("⊤", start=token.start, stop=token.stop)
        kinds = {"name": ("T",), "text": ("T", "t", "tr")}
        if token is not None and token.text in kinds.get(token.kind, ()):
            self.at += 1
            return Name("⊤", start=token.start, stop=token.stop)
        return read()

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
            not self.spaced or tree.name in _SYMBOLS or tree.name == "sigma"
        )
        if isinstance(tree, Name) and applied and self.peek() == "(":
            self.at += 1
            args = tuple(self.inside(")"))
            found: Tree = Derived(
                "D", tree.name, (1,) * count, None, None, args,
                start=start, stop=self.behind, mark=start,
            )  # fmt: skip
            return found
        for _ in range(count):
            tree = loose.call(loose.PRIMED, tree, start=start, stop=self.behind)
        return tree

    @property
    def spaced(self) -> bool:
        """Whether there is a space before the next token."""
        return self.token is not None and self.token.spaced

    def is_applied(self, tree: Tree) -> bool:
        """Whether the bracket that follows holds the arguments of a name."""
        if self.peek() != "(" or not isinstance(tree, Name):
            return False
        name = tree.name
        if name in self.context.products:
            return False
        if name in self.context.functions or name.split("_")[0] in _SYMBOLS:
            return True
        if self.lists_arguments():
            return True
        if self.spaced:
            return False
        if len(name) > 1 and name.isalpha() and name not in GREEK_NAMES:
            return True  # a word that is not known
        inside = self.bracketed()
        if name in self.context.dependent and inside:
            return all(
                t.kind in ("name", "accent", "sign") for t in inside
            ) and not any(t.text in ("+", "-", "∂", "∇") for t in inside)
        texts = [token.text for token in inside]
        if not inside or any(sign in texts for sign in ("+", "-")):
            return False  # `λ(x + y)` is a product
        if any(token.kind not in ("name", "sign", "accent") for token in inside):
            return False
        lone = len(inside) == 1 and texts[0][:1].islower()
        # `A(BC)` is a product, `A(t)` and `λ(A)` are values of functions.
        return lone or (name[0].islower() and name not in "abcdxe")

    def bracketed(self) -> list[Token]:
        """Return the tokens in the bracket that follows."""
        depth = 0
        for at in range(self.at, len(self.tokens)):
            token = self.tokens[at]
            depth += (token.kind, token.text) in BRACKETS_OPEN
            depth -= (token.kind, token.text) in BRACKETS_CLOSE
            if depth <= 0:
                return list(self.tokens[self.at + 1 : at])
        return []

    def lists_arguments(self) -> bool:
        """Whether the bracket that follows holds several things: `p(x | μ, σ)`."""
        depth = 0
        for token in self.tokens[self.at :]:
            depth += (token.kind, token.text) in BRACKETS_OPEN
            depth -= (token.kind, token.text) in BRACKETS_CLOSE
            if depth == 1 and token.text in (",", "∣", ";"):
                return True
            if depth <= 0:
                return False
        return False

    def application(self, tree: Tree, start: int) -> Tree:
        assert isinstance(tree, Name)
        self.at += 1
        args = self.inside(")")
        return Call(tree.name, tuple(args), start=start, stop=self.behind, mark=start)

    # --- functions ---

    def word(self) -> Tree:
        """Read a function, with or without brackets round its argument."""
        token = self.token
        assert token is not None
        start, name = token.start, token.text
        if name == "sum" and self.peek(1) == "_":
            return self.total(loose.TOTAL)
        self.at += 1
        exponent: Tree | None = None
        if self.take("'"):
            tree = self.applied(name, token)
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
                if inverse in ("arcsin", "arccos", "arctan"):
                    return Call(inverse, tree.args, start=start, stop=self.behind)
                said = f"`{name}^-1` may be an inverse function or one over `{name}`"
                raise Fault(start, said, f"write `1 / {name}(...)`")
            tree = loose.call(
                loose.POWER, tree, exponent, start=start, stop=self.behind
            )
        return tree

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
        if self.peek() in ("(", "[", "{"):
            opening = self.peek()
            self.at += 1
            args = self.inside(_OPENING[opening])
            if self.context.inside and len(args) == 1 and self.peek() == "^":
                args = [self.raised(args[0], start)]
            tree = function(name, args, start, self.behind, start)
            return self.behind_of(tree)

        if self.token is None or not (self.starts_operand() or self.peek() == "-"):
            raise self.fault(f"`{name}` of what?", f"write `{name}(...)`")
        return function(name, [self.chain(name in GREEDY)], start, self.behind, start)

    def chain(self, greedy: bool) -> Tree:
        """Read the factors that a function without brackets takes."""
        start = self.place
        if self.peek() == "-":
            return self.negative()
        tree = self.factor()
        while self.starts_operand():
            if not greedy and self.kind() == "word":
                break
            if not greedy and self.peek() in ("(", "[", "∂", "∇", "∑", "⟨", "|", "‖"):
                break
            tree = self.joined(loose.JUXTAPOSED, tree, self.factor(), start)
        return tree


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


def parse(text: str, context: Context | None = None) -> Tree:
    """Read one expression."""
    context = context or Context()
    return Parser(tokens_of(text, context.names), context).whole()
