"""A stream of tokens into which macros put back what they stand for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..reading.bounds import MACRO_BURST, MACRO_EFFORT, WORDS
from .gathering import Enough
from .lexing import Lexer, Report, Token

MAX_TOKENS = WORDS.value
MAX_EFFORT = MACRO_EFFORT.value
MAX_ARGUMENT = 50_000  # tokens of one argument
MAX_BURST = MACRO_BURST.value  # put back before the text itself is read again


@dataclass
class Budget:
    """What reading a document may still cost; shared by all its streams."""

    tokens: int = MAX_TOKENS
    left: int = MAX_EFFORT  # for arguments and macros
    reported: bool = False


class Stream:
    """Tokens of a piece of text, with those put back first."""

    def __init__(
        self, text: str, start: int, stop: int, report: Report, budget: Budget
    ):
        self.report, self.budget = report, budget
        self.stop = stop
        self._lexer = iter(Lexer(text, start, stop, report))
        self._waiting: list[Token] = []  # the next one last
        self._burst = 0

    def next(self) -> Token | None:
        """Return the next token, or None at the end."""
        if self._waiting:
            return self._waiting.pop()
        self._burst = 0
        token = next(self._lexer, None)
        self.budget.tokens -= 1
        if self.budget.tokens < 0 and token:
            self.report(token.place, WORDS.said(), WORDS.hint)
            raise Enough
        return token

    def back(self, *tokens: Token) -> None:
        """Put tokens back, as they were read."""
        self._waiting.extend(reversed(tokens))

    def push(self, tokens: Sequence[Token]) -> bool:
        """Put new tokens before the rest; False if that is too much."""
        self._burst += len(tokens)
        self.budget.left -= len(tokens)
        if self._burst > MAX_BURST or self.budget.left < 0:
            return False
        self._waiting.extend(reversed(tokens))
        return True

    def spaces(self) -> list[Token]:
        """Take white space and comments, but no empty line."""
        taken: list[Token] = []
        while token := self.next():
            if token.kind == "chars" and (rest := token.text.lstrip()) != token.text:
                length = len(token.text) - len(rest)
                space, token = _cut(token, length)
                taken.append(space)
                if token is None:
                    continue
            if token.kind != "comment":
                self.back(token)
                break
            taken.append(token)
        return taken

    def atom(self) -> Token | None:
        """Take a token, of several characters only the first."""
        token = self.next()
        if token and token.kind == "chars" and len(token.text) > 1:
            token, rest = _cut(token, 1)
            if rest:
                self.back(rest)
        return token

    def argument(self, limit: int = MAX_ARGUMENT) -> list[Token] | None:
        """Take `{...}`, whose content is returned, or one token; None if there is none.

        A content of more tokens than the limit is none, and stays where it is.
        """
        taken = self.spaces()
        first = self.atom()
        if first is None or first.kind in ("}", "$", "break"):
            self.back(*taken, *([first] if first else []))
            return None
        if first.kind != "{":
            return [first]
        inner = self._until(["}"], limit)
        if inner is None:
            self.back(*taken, first)
        return inner

    def optional(self) -> list[Token] | None:
        """Take `[...]`, whose content is returned, if it is there."""
        return self.delimited("[", ["]"])

    def delimited(self, opener: str, until: Sequence[str]) -> list[Token] | None:
        """Take what stands between one character and a delimiter, if it is there."""
        taken = self.spaces()
        first = self.atom()
        if first and first.text == opener:
            inner = self._until(until)
            if inner is not None:
                return inner
        self.back(*taken, *([first] if first else []))
        return None

    def star(self, star: str = "*") -> bool:
        """Take a star if one is next."""
        taken = self.spaces()
        first = self.atom()
        if first and first.text == star:
            return True
        self.back(*taken, *([first] if first else []))
        return False

    def until(self, delimiter: Sequence[str]) -> list[Token] | None:
        """Take what stands before a delimiter, and the delimiter."""
        inner = self._until(delimiter)
        if inner and len(inner) > 1 and _is_one_group(inner):
            return inner[1:-1]
        return inner

    def _until(
        self, delimiter: Sequence[str], limit: int = MAX_ARGUMENT
    ) -> list[Token] | None:
        """Take tokens up to a delimiter outside braces; None, and all back, without it.

        A delimiter is a row of atoms: characters and commands.
        """
        single = len(delimiter) == 1 and delimiter[0] in "[]{}$~"
        read = self.next if single else self.atom
        taken: list[Token] = []
        depth, size = 0, len(delimiter)
        limit = min(limit, self.budget.left)
        while len(taken) < limit and (token := read()):
            taken.append(token)
            if depth == 0 and _ends(taken, delimiter):
                self.budget.left -= len(taken)
                return taken[: len(taken) - size]
            if token.kind == "{":
                depth += 1
            elif token.kind == "}":
                depth -= 1
                if depth < 0:
                    break
        self.budget.left -= len(taken)
        if self.budget.left <= 0 and taken and not self.budget.reported:
            self.budget.reported = True
            self.report(
                taken[0].place,
                "the arguments and macros of this document are too much to read",
                "close braces where they are opened; write shorter macros",
            )
        self.back(*taken)
        return None


def _cut(token: Token, length: int) -> tuple[Token, Token | None]:
    """Divide a token of characters."""
    text = token.text
    if length >= len(text):
        return token, None
    if not token.true:
        return token._replace(text=text[:length]), token._replace(text=text[length:])
    middle = token.place + length
    return (
        token._replace(text=text[:length], stop=middle),
        token._replace(text=text[length:], place=middle),
    )


def _ends(taken: list[Token], delimiter: Sequence[str]) -> bool:
    size = len(delimiter)
    return len(taken) >= size and all(
        have.text == need or (need == " " and have.text.isspace())
        for have, need in zip(taken[-size:], delimiter, strict=True)
    )


def _is_one_group(tokens: Sequence[Token]) -> bool:
    """Say whether braces stand around all of it: TeX drops those of an argument."""
    if tokens[0].kind != "{" or tokens[-1].kind != "}":
        return False
    depth = 0
    for token in tokens[:-1]:
        depth += (token.kind == "{") - (token.kind == "}")
        if depth == 0:
            return False
    return True


def text_of(tokens: Iterable[Token]) -> str:
    """Return the text of tokens, without comments."""
    return "".join(t.text for t in tokens if t.kind not in ("comment", "skipped"))
