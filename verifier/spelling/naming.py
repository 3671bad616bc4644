"""Names as they are written: with accents, subscripts and indices."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..language.tree import Call, Name, Tree
from ..reading.problem import Fault
from . import loose
from .calls import INDICES, as_indices, index_of, plain
from .cursor import SYMBOLS, Cursor
from .tokens import Token

_ONES = re.compile(r"ones(?:_[nmNMpPqdDkKT]\d?)?")
_ZEROS = re.compile(r"zeros(?:_[nmNMpPqdDkKT]{1,2}\d?)?")
"""Constants, with the size that stands below them."""


_PLAIN = frozenset("abcdexyz")
"""Letters that are values, and no functions, where they have an index."""


@dataclass
class Naming(Cursor):
    """Reads names."""

    def name(self) -> Tree:
        """Read a name with its accents, its subscript, and its arguments."""
        token = self.token
        assert token is not None
        start = token.start
        if token.kind == "accent":
            self.at += 1
            accent = token.text
            if accent and self.kind() == "name":  # `\hat y_i` is `\hat{y}_i`
                inside: Tree = self.name_alone()
            else:
                inside = self.group()
            match inside:
                case Call(loose.ENTRY, (Name(base), *indices)) if accent:
                    marked = Name(f"{base}_{accent}", start=start, stop=self.behind)
                    return replace(inside, args=(marked, *indices))  # `\hat{y_i}`
            if not isinstance(inside, Name):
                for value, constant in enumerate(("zeros", "ones")):
                    if not accent and loose.is_number(inside, value):  # `\vec{1}`
                        return self.decorated(constant, start)
                if not accent:
                    return inside
                raise Fault(start, f"an accent ({accent}) over more than a name")
            name = f"{inside.name}_{accent}" if accent else inside.name
        else:
            self.at += 1
            name = token.text
            (self.bold if token.bold else self.plain).add(name)
        return self.decorated(name, start)

    def name_alone(self) -> Name:
        """Take one letter, with nothing of what stands below it."""
        token = self.token
        assert token is not None
        self.at += 1
        (self.bold if token.bold else self.plain).add(token.text)
        return Name(token.text, start=token.start, stop=token.stop)

    def decorated(self, name: str, start: int) -> Tree:
        """Read what stands below a name, and what it is applied to."""
        indices: list[Tree] = []
        while self.peek() == "_":
            mark = self.at
            self.at += 1
            below = self.below()
            if name in ("ones", "zeros") and not isinstance(below, str):
                below = "".join(i.name for i in below if isinstance(i, Name))
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
        functions = SYMBOLS | self.context.functions
        if indices and self.peek() == "(" and not self.spaced:  # `f_i(x)`
            inside = self.bracketed()
            called = name in functions or (name not in _PLAIN and is_lone(inside))
            # `σ_i(1 - σ_i)` is a product
            if called and all(token.text != name for token in inside):
                tree = self.application(tree, start)
        if indices:
            tree = loose.call(
                loose.ENTRY, tree, *indices, start=start, stop=self.behind
            )
        return tree

    def named(self, name: str, start: int) -> Tree:
        stop = self.behind
        if _ONES.fullmatch(name):
            return loose.call(loose.ONES, start=start, stop=stop)
        if _ZEROS.fullmatch(name):
            return loose.call(loose.ZEROS, start=start, stop=stop)
        unit = name == "I" or (name.startswith("I_") and name != "I_1")
        if unit and name not in self.context.names:
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
        indices = INDICES | self.context.counting
        if (
            all(t in indices or t.isdecimal() for t in letters)
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


def is_lone(tokens: Sequence[Token]) -> bool:
    """Whether tokens are one small letter, which may have marks: `x`, `x̂`, `x_0`."""
    bare = [token for token in tokens if token.text not in ("{", "}")]
    bare = [token for token in bare if token.kind != "accent"]
    if not bare or bare[0].kind != "name" or not bare[0].text[:1].islower():
        return False
    return len(bare) == 1 or (len(bare) == 3 and bare[1].text == "_")
