"""What stands above an operand: a power, a mark, a number that belongs to a name."""

from __future__ import annotations

from dataclasses import dataclass

from ..language.tree import Call, Name, Tree
from . import loose
from .atoms import Atoms
from .calls import plain
from .cursor import OPENING


@dataclass
class Superscripts(Atoms):
    """Reads what stands above an operand."""

    def with_number(self, tree: Tree, start: int) -> Tree | None:
        """Read `x^{(k)}`, and its entry `x^{(k)}_i` or `x_i^{(k)}`."""
        match tree:
            case Name() if name := self.numbered(tree):
                if self.peek() == "_":
                    return self.decorated(name, start)
                return Name(name, start=start, stop=self.behind)
            case Call(loose.ENTRY, (Name() as base, *indices)):
                if name := self.numbered(base):
                    base = Name(name, start=start, stop=base.stop)
                    stop = self.behind
                    return loose.call(
                        loose.ENTRY, base, *indices, start=start, stop=stop
                    )
        return None

    def numbered(self, tree: Name) -> str:
        """Read `W^{(l)}` and `x^{[2]}`, where the superscript numbers the name.

        So does the minus of `x_k^-`, the value before a measurement.
        """
        if signed := self.before():
            self.at += signed
            return f"{tree.name}_minus"
        if layer := self.layer():
            return f"{tree.name}_{layer}"
        if self.peek(1) == "{" and self.peek(2) in ("(", "["):
            tokens = self.tokens[self.at + 3 : self.at + 9]
            closing = OPENING[self.peek(2)]
            texts = [token.text for token in tokens]
            if closing in texts:
                inside = texts[: texts.index(closing)]
                rest = texts[texts.index(closing) + 1 :]
                if rest[:1] == ["}"] and len(inside) in (1, 2, 3):
                    self.at += 5 + len(inside)
                    return f"{tree.name}_{plain(''.join(inside))}"
        return ""

    def layer(self) -> str:
        """Take the number of a layer: the `l` of `W^l`, the `l-1` of `a^{l-1}`."""
        braced = self.peek(1) == "{"
        first = self.at + (2 if braced else 1)
        letter = self.tokens[first : first + 1]
        if not letter or letter[0].text not in self.context.layers:
            return ""
        if not braced:
            self.at += 2
            return letter[0].text
        texts = [token.text for token in self.tokens[first : first + 4]]
        if texts[1:2] == ["}"]:
            self.at += 4
            return texts[0]
        if texts[1:2] in (["+"], ["-"]) and texts[2:4] == ["1", "}"]:
            self.at += 6
            return plain("".join(texts[:3]))
        return ""

    def before(self) -> int:
        """Count the tokens of a minus above that belongs to no number, 0 for none."""
        if self.peek(1) == "{" and self.peek(2) == "-" and self.peek(3) == "}":
            return 4
        behind = self.tokens[self.at + 2 : self.at + 3]
        if self.peek(1) != "-" or not behind:
            return 2 if self.peek(1) == "-" else 0
        token = behind[0]
        if token.kind == "sign":
            return 0 if token.text in ("⊤", "⊤!", "'", "{", "(", "∞", "†") else 2
        if token.kind == "name" and token.text not in ("T", "t"):
            # `x^-n` is a power, and `P^-H` a product.
            return 2 if token.spaced or token.text[0].isupper() else 0
        return 2 if token.kind == "accent" else 0

    def exponent(self) -> Tree:
        """Read what stands above: one token, or what is in braces."""
        self.at += 1
        self.deeper()
        fraction, self.fraction = self.fraction, ""
        start = self.place
        marks = ("⊤", "⊤!", "†", "*", "'", "+", "#")
        if self.peek() in marks and self.peek(1) != "{":
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
        return self.peek(1) in ("⊤", "†", "'", "*", "+", "#") or (
            self.peek(1) == "-" and self.peek(2) in ("⊤", "'")
        )

    def _marked(self) -> Tree:
        closing = OPENING[self.peek()]
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
