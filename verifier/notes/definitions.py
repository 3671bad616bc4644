"""How macros are defined: `\\newcommand`, `\\def` and their kin, made a table.

Definitions hold from where they stand to the end of the document; groups do not end
them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .lexing import Lexer, Token
from .stream import Budget, Stream, text_of

# What the readers themselves give a meaning to keeps it.
_KEPT = """
begin end section subsection subsubsection chapter part paragraph subparagraph item
label tag text mbox frac dfrac tfrac left right input include documentclass usepackage
maketitle title author date caption footnote ( ) [ ] { } $ \\ def newcommand document
"""
_KEPT_NAMES = frozenset("\\" + name for name in _KEPT.split())


@dataclass(frozen=True)
class Parameter:
    """How one argument is taken.

    `kind` is "m" (mandatory), "o" (in brackets, else `default`), "s" (a star), "until"
    (up to `until`) or "between" (between `opener` and `until`, else `default`).
    """

    kind: str
    default: tuple[Token, ...] = ()
    until: tuple[str, ...] = ()
    opener: str = ""


@dataclass(frozen=True)
class Macro:
    """A macro: its arguments, and its body, in which `#1` stands for the first."""

    parameters: tuple[Parameter, ...] = ()
    body: tuple[Token, ...] = ()
    prefix: tuple[str, ...] = ()  # what must follow the name


def made(latex: str) -> tuple[Token, ...]:
    """Return tokens of a text of our own."""
    return tuple(Lexer(latex, 0, len(latex), lambda *_: None))


NO_VALUE = "\\NoValue"
YES, NO = "\\BooleanTrue", "\\BooleanFalse"
_MANDATORY = Parameter("m")


class Table:
    """The macros that a document has defined so far."""

    def __init__(self):
        self.titles: dict[str, str] = {}  # of environments made by \newtheorem
        self._known: dict[str, Macro] = {}

    def define(self, name: str, macro: Macro) -> None:
        """Keep a macro, unless its name means something to the readers."""
        if name not in _KEPT_NAMES:
            self._known[name] = macro

    def known(self, name: str) -> Macro | None:
        """Return what a name stands for."""
        return self._known.get(name)


def define(table: Table, name: str, stream: Stream) -> bool | None:
    """Read what follows a command that defines; None if `name` is none.

    False says that this could not be read.
    """
    read = _DEFINITIONS.get(name)
    return None if read is None else read(table, name, stream)


def _name(stream: Stream) -> str | None:
    """Take the name that is defined: `\\name` or `{\\name}`."""
    found = [t for t in stream.argument() or () if not t.text.isspace()]
    if len(found) == 1 and found[0].kind in ("command", "primitive"):
        return found[0].text
    return None


def _count(stream: Stream) -> int | None:
    """Take the number of arguments, in brackets."""
    found = stream.optional()
    if found is None:
        return 0
    text = text_of(found).strip()
    return int(text) if text in set("0123456789") else None


def _signature(stream: Stream) -> list[Parameter] | None:
    """Take `[2][default]`."""
    count = _count(stream)
    if count is None:
        return None
    default = stream.optional() if count else None
    parameters = [_MANDATORY] * count
    if default is not None:
        parameters[0] = Parameter("o", tuple(default))
    return parameters


def _command(table: Table, kind: str, stream: Stream) -> bool:
    """Read `\\newcommand*{\\name}[2][default]{body}`."""
    stream.star()
    name = _name(stream)
    parameters = _signature(stream)
    body = stream.argument()
    if name is None or parameters is None or body is None:
        return False
    if kind != "\\providecommand" or table.known(name) is None:
        table.define(name, Macro(tuple(parameters), tuple(body)))
    return True


def _environment(table: Table, kind: str, stream: Stream) -> bool:
    """Read `\\newenvironment{name}[1]{begin}{end}`."""
    stream.star()
    name = text_of(stream.argument() or ()).strip()
    parameters = _signature(stream)
    begin, end = stream.argument(), stream.argument()
    if not name or parameters is None or begin is None or end is None:
        return False
    table.define(f"begin {name}", Macro(tuple(parameters), tuple(begin)))
    table.define(f"end {name}", Macro((), tuple(end)))
    return True


def _def(table: Table, kind: str, stream: Stream) -> bool:
    """Read `\\def\\name(#1,#2){body}`."""
    name = _name(stream)
    pattern: list[Token] = []
    while (token := stream.atom()) and token.kind not in ("{", "break"):
        if len(pattern) > 100:
            return False
        if token.kind != "comment":
            pattern.append(token)
    if token is None or name is None:
        return False
    stream.back(token)
    body = stream.argument()
    if body is None:
        return False
    prefix: list[str] = []
    delimiters: list[list[str]] = []
    for token in pattern:
        if token.kind == "parameter":
            delimiters.append([])
        else:
            target = delimiters[-1] if delimiters else prefix
            # TeX drops white space after a command, the defined one too.
            before = target[-1] if target else "" if delimiters else "\\"
            if not token.text.isspace():
                target.append(token.text)
            elif before != " " and not before.startswith("\\"):
                target.append(" ")
    parameters = [
        Parameter("until", until=tuple(until)) if until else _MANDATORY
        for until in delimiters
    ]
    table.define(name, Macro(tuple(parameters), tuple(body), tuple(prefix)))
    return True


def _let(table: Table, kind: str, stream: Stream) -> bool:
    """Read `\\let\\name=\\other`: what `\\other` means now."""
    name = _name(stream)
    stream.star("=")
    other = stream.argument()
    if name is None or not other or len(other) != 1:
        return False
    token = other[0]
    known = table.known(token.text)
    if token.kind == "command" and known is None:
        token = token._replace(kind="primitive")
    table.define(name, known or Macro((), (token,)))
    return True


def _operator(table: Table, kind: str, stream: Stream) -> bool:
    """Read `\\DeclareMathOperator*{\\name}{text}`."""
    star = "*" if stream.star() else ""
    name, body = _name(stream), stream.argument()
    if name is None or body is None:
        return False
    whole = (*made(f"\\operatorname{star}{{"), *body, *made("}"))
    table.define(name, Macro((), whole))
    return True


def _paired(table: Table, kind: str, stream: Stream) -> bool:
    """Read `\\DeclarePairedDelimiter{\\name}{left}{right}`, or X with its own body."""
    name = _name(stream)
    count = _count(stream) if kind.endswith("X") else 1
    left, right = stream.argument(), stream.argument()
    body = stream.argument() if kind.endswith("X") else made("#1")
    if name is None or left is None or right is None or body is None or not count:
        return False
    whole = (*left, *body, *right)
    # The size of the delimiters, by a star or in brackets, says nothing.
    size = (Parameter("s"), Parameter("o"))
    shifted = tuple(_shifted(token, len(size)) for token in whole)
    table.define(name, Macro((*size, *([_MANDATORY] * count)), shifted))
    return True


def _shifted(token: Token, by: int) -> Token:
    if token.kind != "parameter" or token.text == "##":
        return token
    return token._replace(text=f"#{int(token.text[1]) + by}")


def _document_command(table: Table, kind: str, stream: Stream) -> bool:
    """Read `\\NewDocumentCommand{\\name}{s m O{default}}{body}`."""
    name, letters, body = _name(stream), stream.argument(), stream.argument()
    if name is None or letters is None or body is None:
        return False
    inner = _inner(letters)
    parameters: list[Parameter] = []
    while letter := inner.atom():
        match letter.text:
            case "m" | "s":
                parameters.append(Parameter(letter.text))
            case "o":
                parameters.append(Parameter("o", made(NO_VALUE)))
            case "O":
                parameters.append(Parameter("o", tuple(inner.argument() or ())))
            case "d" | "D" | "r":
                opener, closer = inner.atom(), inner.atom()
                if opener is None or closer is None:
                    return False
                value = made(NO_VALUE)
                if letter.text == "D":
                    value = tuple(inner.argument() or ())
                parameters.append(
                    Parameter("between", value, (closer.text,), opener.text)
                )
            case "+" | "!" | " " | "\n":
                pass
            case _:
                return False
    if kind == "\\ProvideDocumentCommand" and table.known(name):
        return True
    table.define(name, Macro(tuple(parameters), tuple(body)))
    return True


def _inner(tokens: Sequence[Token]) -> Stream:
    stream = Stream("", 0, 0, lambda *_: None, Budget())
    stream.push(tokens)
    return stream


def _theorem(table: Table, kind: str, stream: Stream) -> bool:
    """Read `\\newtheorem{name}[counter]{Title}`."""
    stream.star()
    name = stream.argument()
    stream.optional()
    title = stream.argument()
    stream.optional()
    if not name or not title:
        return False
    table.titles[text_of(name).strip()] = text_of(title).strip().lower()
    return True


_DEFINITIONS: dict[str, Callable[[Table, str, Stream], bool]] = {
    "\\newcommand": _command,
    "\\renewcommand": _command,
    "\\providecommand": _command,
    "\\DeclareRobustCommand": _command,
    "\\def": _def,
    "\\gdef": _def,
    "\\edef": _def,
    "\\xdef": _def,
    "\\let": _let,
    "\\DeclareMathOperator": _operator,
    "\\DeclarePairedDelimiter": _paired,
    "\\DeclarePairedDelimiterX": _paired,
    "\\NewDocumentCommand": _document_command,
    "\\RenewDocumentCommand": _document_command,
    "\\ProvideDocumentCommand": _document_command,
    "\\DeclareDocumentCommand": _document_command,
    "\\newenvironment": _environment,
    "\\renewenvironment": _environment,
    "\\newtheorem": _theorem,
}
