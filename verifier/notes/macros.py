"""The macros of a document: what a use of one stands for.

Nothing of TeX is executed but the replacement of a macro by its body.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..reading.bounds import MACRO_BURST, MACRO_DEPTH, MACRO_EFFORT
from .definitions import NO, NO_VALUE, YES, Macro, Parameter, Table, define, made
from .lexing import Token
from .packages import packaged
from .stream import Budget, Stream, text_of

MAX_DEPTH = MACRO_DEPTH.value

_CHOICES: dict[str, tuple[str, tuple[int, int]]] = {
    # the value asked for, and which of the branches to take if it is that, and if not
    "\\IfBooleanTF": (YES, (0, 1)),
    "\\IfBooleanT": (YES, (0, -1)),
    "\\IfBooleanF": (YES, (-1, 0)),
    "\\IfNoValueTF": (NO_VALUE, (0, 1)),
    "\\IfNoValueT": (NO_VALUE, (0, -1)),
    "\\IfNoValueF": (NO_VALUE, (-1, 0)),
    "\\IfValueTF": (NO_VALUE, (1, 0)),
    "\\IfValueT": (NO_VALUE, (-1, 0)),
    "\\IfValueF": (NO_VALUE, (0, -1)),
}

_DIFFERENTIAL = re.compile(r"(?<![A-Za-z\\])d\s*\}?\s*(?:\\[,!:]\s*)*$")
"""A `d` at the end, upright or not."""


class Macros:
    """The macros that a document has defined so far."""

    def __init__(self):
        self.budget = Budget()
        self.table = Table()
        self._reported: set[str] = set()
        self._burst = False
        # \intertext is a text like others: what follows goes on with the formula.
        for name in ("\\intertext", "\\shortintertext"):
            self.table.define(name, Macro(body=made("\\text")))

    def take(self, token: Token, stream: Stream, maths: bool = False) -> bool:
        """Read a definition, or replace a macro by its body; False if it is neither.

        In mathematics the macros of packages are known too.
        """
        name = token.text
        macro = self.table.known(name) or (packaged().get(name) if maths else None)
        if macro is not None:
            return self._expand(token, macro, stream)
        if name in _CHOICES:
            return self._choose(token, stream)
        done = define(self.table, name, stream)
        if done is None:
            return False
        if not done:
            stream.report(
                token.place,
                f"this `{name}` is not read as a definition",
                "write `\\newcommand{\\name}[1]{...}`, its braces balanced",
            )
        return True

    def environment(self, token: Token, part: str, name: str, stream: Stream) -> bool:
        """Replace `\\begin{name}` or `\\end{name}` that the document defines."""
        macro = self.table.known(f"{part} {name}")
        return macro is not None and self._expand(token, macro, stream)

    # --- uses

    def _complain(self, token: Token, stream: Stream, text: str, hint: str) -> None:
        if (token.text + text) not in self._reported:
            self._reported.add(token.text + text)
            stream.report(token.place, text, hint)

    def _expand(self, token: Token, macro: Macro, stream: Stream) -> bool:
        name = token.text
        if token.depth >= MAX_DEPTH:
            text = MACRO_DEPTH.said(found=name)
            self._complain(token, stream, text, "define it without itself")
            return False
        if self.budget.left <= 0:
            text = MACRO_EFFORT.said()
            hint = MACRO_EFFORT.hint
            if not self.budget.reported:
                self.budget.reported = True
                stream.report(token.place, text, hint)
            return False
        arguments = self._arguments(macro, stream)
        if arguments is None:
            needed = len(macro.parameters)
            text = f"macro `{name}` needs {needed} argument{'s'[: needed != 1]}"
            if macro.prefix:
                text = f"macro `{name}` needs `{''.join(macro.prefix)}` after it"
            self._complain(token, stream, text, "write them in braces")
            return False
        if not stream.push(_replaced(token, macro.body, arguments)):
            if not self._burst:
                self._burst = True
                text = MACRO_BURST.said(found=name)
                stream.report(token.place, text, "define it shorter")
            return False
        return True

    def _arguments(self, macro: Macro, stream: Stream) -> list[Sequence[Token]] | None:
        for need in macro.prefix:
            atom = stream.atom()
            while atom and atom.text.isspace() and need != " ":
                atom = stream.atom()
            if atom is None or not (atom.text == need or atom.text.isspace()):
                if atom:
                    stream.back(atom)
                return None
        values: list[Sequence[Token]] = []
        if macro.parameters and not macro.prefix:
            stream.spaces()  # TeX drops them after a command
        for parameter in macro.parameters:
            value = _argument(parameter, stream)
            if value is None:
                return None
            values.append(value)
        return values

    def _choose(self, token: Token, stream: Stream) -> bool:
        asked, branches = _CHOICES[token.text]
        value = stream.argument()
        needed = 2 if min(branches) >= 0 else 1
        found = [stream.argument() for _ in range(needed)]
        which = branches[0 if text_of(value or ()).strip() == asked else 1]
        if which >= 0 and (taken := found[which]):
            stream.push(taken)
        return True


def _argument(parameter: Parameter, stream: Stream) -> Sequence[Token] | None:
    match parameter.kind:
        case "m":
            return stream.argument()
        case "s":
            return made(YES if stream.star() else NO)
        case "until":
            return stream.until(parameter.until)
        case "between":
            found = stream.delimited(parameter.opener, parameter.until)
        case _:
            found = stream.optional()
    return parameter.default if found is None else found


def _replaced(
    use: Token, body: Sequence[Token], arguments: Sequence[Sequence[Token]]
) -> list[Token]:
    """Return a body with its arguments; its own tokens have the place of the use."""
    depth = use.depth + 1
    tokens: list[Token] = []
    for token in body:
        if token.kind != "parameter":
            tokens.append(
                Token(token.kind, token.text, use.place, use.stop, depth, False)
            )
        elif token.text == "##":
            tokens.append(Token("chars", "#", use.place, use.stop, depth, False))
        elif (index := int(token.text[1])) <= len(arguments):
            argument = arguments[index - 1]
            grouped = _changes(text_of(tokens), text_of(argument).strip())
            group = [Token(b, b, use.place, use.stop, depth, False) for b in "{}"]
            tokens += group[:1] if grouped else []
            for inner in argument:
                deeper = max(depth, inner.depth)
                tokens.append(inner._replace(depth=deeper) if deeper else inner)
            tokens += group[1:] if grouped else []
    return tokens


def _changes(before: str, argument: str) -> bool:
    """Whether a `d` stands before an argument of several letters: it is of all of it.

    TeX sets `\\mathrm{d}#1` without a bracket, whatever the argument is.
    """
    many = len(argument) > 1 and argument[0] not in "{(["
    differential = _DIFFERENTIAL.search(before) is not None
    return differential and many and not any(sign in argument for sign in "=&")
