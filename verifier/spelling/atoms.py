"""Operands: numbers, names, and all that is between brackets and bars."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from ..language.tree import Name, Number, Tree
from ..reading.problem import Fault
from . import loose
from .calls import index_of
from .cursor import OPENING
from .naming import Naming
from .tokens import Token

ORDERS = ("p", "ord")
"""Names of an argument that says which norm is meant."""


@dataclass
class Atoms(Naming):
    """Reads operands."""

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
            if token.text in ("0", "1") and self.peek() == "_":  # `\mathbf{1_n}`
                return self.decorated(("zeros", "ones")[int(token.text)], start)
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
        if sign in ("(", "["):
            return self.values()
        if sign in OPENING:
            return self.bracket()[0]
        if sign in ("|", "‖"):
            return self.between_bars(sign)
        if sign in ("∑", "∏"):
            return self.total(loose.TOTAL) if sign == "∑" else self.over_all("prod")
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
                items.append(self.compared(self.sum()))
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

    def compared(self, left: Tree) -> Tree:
        """Read `x > 0` in brackets as the 1 or 0 that it is in a product."""
        sign = self.peek()
        if sign not in ("<", ">", "≤", "≥"):
            return left
        self.at += 1
        right = self.sum()
        if sign in ("<", "≤"):
            left, right = right, left
        above = loose.call("sub", left, right, start=left.start, stop=self.behind)
        if loose.is_number(right, 0):
            above = left
        elif loose.is_number(left, 0):
            above = loose.call("neg", right, start=left.start, stop=self.behind)
        return loose.call("step", above, start=left.start, stop=self.behind)

    def keyword(self) -> bool:
        """Move over `dim=0` and `'fro'`, which say here what is the case anyway.

        Of `ord=2` the value is left, an argument as it is without its name.
        """
        if self.kind() == "name" and self.peek(1) == "=":
            key = self.tokens[self.at].text
            self.at += 2
            if self.peek() == "'":
                return self.quoted()
            if key in ORDERS:
                return False
            self.take("-")
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

    def values(self) -> Tree:
        """Read what is in brackets: a value, or a list of several ones."""
        start = self.place
        items = self.items()
        if len(items) == 1:
            return items[0]
        return loose.call(loose.LISTED, *items, start=start, stop=self.behind)

    def bracket(self) -> list[Tree]:
        """Read brackets; there is one item in those that are no arguments."""
        start = self.place
        items = self.items()
        if len(items) > 1:
            raise loose.unstacked(start)
        return items

    def items(self) -> list[Tree]:
        """Read what is in brackets, at least one value."""
        opening = self.peek()
        start = self.place
        self.at += 1
        if self.peek() == OPENING[opening]:
            raise Fault(start, "there is nothing in these brackets")
        items = self.inside(OPENING[opening])
        if not items:
            raise Fault(start, "there is no value in these brackets")
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
        if sign == "|" and self.context.normed and _is_small(inside):
            return loose.call("abs", inside, start=start, stop=self.behind)
        if sign == "|":
            return loose.call(loose.BARS, inside, start=start, stop=self.behind)
        return self.norm(inside, start)

    def infinite(self) -> bool:
        """Take an `∞` that stands below a norm, in brackets or without."""
        if self.take("∞"):
            return True
        if self.peek() == "{" and self.peek(1) == "∞" and self.peek(2) == "}":
            self.at += 3
            return True
        return False

    def norm(self, inside: Tree, start: int) -> Tree:
        """Read what stands below a norm, in either order with its power."""
        power: Tree | None = None
        if self.peek() == "^":
            power = self.exponent()
        kind = "2"
        if self.take("_"):
            kind = "∞" if self.infinite() else self.subscript()
        if kind == "∞":
            inside = loose.call("abs", inside, start=start, stop=self.behind)
        names = {"∞": "max", "1": "norm1", "2": loose.NORM, "F": "norm", "Fro": "norm"}
        names |= {"fro": "norm", "e": loose.NORM}
        if kind in _ORDERS:
            return self.of_order(inside, kind, power, start)
        if kind not in names:
            said = f"a norm with `{kind}` below it is not known"
            raise Fault(start, said, "there are the norms of x: `norm`, `norm1`")
        tree: Tree = loose.call(names[kind], inside, start=start, stop=self.behind)
        if power is not None:
            tree = loose.call(loose.POWER, tree, power, start=start, stop=self.behind)
        return tree

    def of_order(self, inside: Tree, kind: str, power: Tree | None, start: int) -> Tree:
        """Read `‖x‖_p` and `‖x‖_p^p` of a vector, by the powers of its entries."""
        named = [part.name for part in loose.parts(inside) if isinstance(part, Name)]
        if all(name[0].isupper() for name in named):
            said = f"the norm of a matrix with `{kind}` below it is not known"
            raise Fault(start, said, "there are `norm` and `norm1`")
        place = {"start": start, "stop": self.behind}
        order = index_of(kind)
        entries = loose.call("pow", loose.call("abs", inside, **place), order, **place)
        total = loose.call("sum", entries, **place)
        at = self.at
        if power is None and self.peek() == "^":
            power = self.exponent()
            if power != order:
                self.at, power = at, None
        if power == order:
            return total
        root = loose.call("div", Number(Fraction(1)), order, **place)
        tree: Tree = loose.call("pow", total, root, **place)
        return tree if power is None else loose.call(loose.POWER, tree, power, **place)

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
        body = self.product()
        names = names or _only_index(body)
        if not names:
            raise Fault(start, "a sum says by which index", "write `Σ_i`")
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

    def over_all(self, name: str) -> Tree:
        """Read a product over an index, or the largest value: of the column of all."""
        start = self.place
        column = self.total(loose.PRODUCT)
        inside = [*loose.calls(column, loose.PRODUCT)]
        indices = {one.args[0] for one in inside}
        if len(indices) > 1:
            raise Fault(start, "a product over two indices is not read")
        entries = loose.calls(column, loose.ENTRY)
        if not any(indices & {*entry.args[1:]} for entry in entries):
            raise Fault(start, f"`{name}` over what has no such index is not read")
        return loose.call(name, column, start=start, stop=self.behind)

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


_ORDERS = ("p", "q", "3", "4")
"""What stands below a norm that is the root of a sum of powers."""


def _is_small(tree: Tree) -> bool:
    """Whether there is no matrix in a tree, whose bars would be a determinant."""
    whole = next(loose.calls(tree, loose.IDENTITY), None)
    names = [part.name for part in loose.parts(tree) if isinstance(part, Name)]
    return whole is None and not any(name[0].isupper() for name in names)


def _only_index(tree: Tree) -> list[str]:
    """Return the one index in what is summed, where nothing stands below the sum."""
    found = loose.indices(tree)
    inside = any(loose.calls(tree, loose.TOTAL, loose.PRODUCT))
    letters = {*"ijklmn"}
    return [*found] if len(found) == 1 and found <= letters and not inside else []
