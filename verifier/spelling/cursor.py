"""Where a parser stands in its tokens, and what can be said of the next ones."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..language.tree import Call, Tree
from ..reading.bounds import FORMULA_DEPTH, FORMULA_STEPS
from ..reading.problem import Fault
from .calls import near
from .refusing import of_end, of_sign, of_unknown
from .tokens import Token

DEPTH = FORMULA_DEPTH.value
"""Brackets and powers within each other."""
STEPS = FORMULA_STEPS.value
"""Operands that are read, those that are read again in another way with them."""
OPENING = {"(": ")", "[": "]", "{": "}", "⟨": "⟩"}
CLOSING = frozenset(OPENING.values())
BRACKETS_OPEN = frozenset(("sign", char) for char in OPENING)
BRACKETS_CLOSE = frozenset(("sign", char) for char in CLOSING)
_STARTS = ("name", "number", "word", "differential", "fraction", "root", "accent",
           "begin")  # fmt: skip

SYMBOLS = frozenset(("f", "g", "h", "F", "G", "phi", "psi", "sigma", "varphi"))
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
    free: frozenset[str] = frozenset()
    """Indices that a side has without a sum: no sum reaches further for them."""
    tight: bool = False
    """Whether all of `bc` is below in `a/bc`."""
    commutation: frozenset[str] = frozenset()
    """Letters that are commutation matrices, with sizes below them."""
    layers: frozenset[str] = frozenset()
    """Letters that are a part of the names they stand above."""
    counting: frozenset[str] = frozenset()
    """Letters that are indices, besides those that always are."""
    normed: bool = False
    """Whether norms have two bars here, so that one is an absolute value."""
    operators: frozenset[str] = frozenset()
    """Letters that differentiate what follows them: the H of `H(x^T A x) = 2 A`."""
    inside: bool = False
    """Whether the power behind `tr(A)^{-1}` is that of the argument."""


@dataclass
class Cursor(ABC):
    """A place in the tokens of one expression; the layers of the parser stand on it."""

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

    @property
    def spaced(self) -> bool:
        """Whether there is a space before the next token."""
        return self.token is not None and self.token.spaced

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
            return self.fault(*of_unknown(token.text, near(token.text)))
        if token.kind == "text":
            hint = "types and conditions stand behind a statement: `... where ...`"
            return self.fault(f"the words `{token.text[:40]}` are no formula", hint)
        if token.kind == "end":
            said = f"`\\end{{{token.text}}}` ends nothing"
            return self.fault(said, "leave it out")
        return self.fault(*of_sign(token.text, self.bars))

    def deeper(self) -> None:
        """Go one level down, as often and as deep as a formula may."""
        self.depth += 1
        self.steps[0] += 1
        if self.steps[0] > STEPS:
            said, hint = FORMULA_STEPS.said(), FORMULA_STEPS.hint
            raise Fault(self.place, said, hint, kind="limit")
        if self.depth > DEPTH:
            said, hint = FORMULA_DEPTH.said(), FORMULA_DEPTH.hint
            raise Fault(self.place, said, hint, kind="limit")

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
            closes = self.bars and self.bars[-1] == token.text
            return not closes and not self.at_a_point()
        return token.text in ("(", "[", "{", "⟨", "∂", "∇", "∑", "∏", "√")

    def at_a_point(self) -> bool:
        """Whether the bar of `∂f/∂x |_{x=a}` follows."""
        return self.peek() in ("|", "∣") and self.peek(1) == "_" and not self.bars

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

    # --- what other layers read ---

    @abstractmethod
    def sum(self) -> Tree:
        """Read terms with signs between them."""

    @abstractmethod
    def product(self) -> Tree:
        """Read factors, and what binds looser than they do."""

    @abstractmethod
    def factor(self) -> Tree:
        """Read an operand with all that stands round it."""

    @abstractmethod
    def negative(self) -> Tree:
        """Read `-b` behind an operator."""

    @abstractmethod
    def joined(self, name: str, left: Tree, right: Tree, start: int) -> Call:
        """Return a product."""

    @abstractmethod
    def name(self) -> Tree:
        """Read a name with its accents, its subscript, and its arguments."""

    @abstractmethod
    def behind_of(self, tree: Tree) -> Tree:
        """Read powers, primes and arguments behind an operand."""

    @abstractmethod
    def matrix(self) -> Tree:
        """Read a matrix that is written out."""

    @abstractmethod
    def application(self, tree: Tree, start: int) -> Tree:
        """Read the arguments of a name."""

    @abstractmethod
    def raised(self, tree: Tree, start: int) -> Tree:
        """Read a power, a transpose or a prime that stands above."""

    @abstractmethod
    def exponent(self) -> Tree:
        """Read what stands above: one token, or what is in braces."""

    @abstractmethod
    def inside(self, closing: str, empty: bool = False) -> list[Tree]:
        """Read what is separated by commas, up to a bracket."""

    @abstractmethod
    def group(self) -> Tree:
        """Read what is in braces, or one token."""

    @abstractmethod
    def bracket(self) -> list[Tree]:
        """Read brackets."""

    @abstractmethod
    def atom(self) -> Tree:
        """Read a number, a name, or what is in brackets."""
