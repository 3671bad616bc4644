"""The macros of a document: what it defines, and what a use of it stands for.

Definitions hold from where they stand to the end of the document; groups do not end
them. Nothing of TeX is executed but the replacement of a macro by its body.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .lexing import Lexer, Token
from .stream import Budget, Stream, text_of

MAX_DEPTH = 20

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


_NO_VALUE = "\\NoValue"
_YES, _NO = "\\BooleanTrue", "\\BooleanFalse"
_MANDATORY = Parameter("m")
_CHOICES: dict[str, tuple[str, tuple[int, int]]] = {
    # the value asked for, and which of the branches to take if it is that, and if not
    "\\IfBooleanTF": (_YES, (0, 1)),
    "\\IfBooleanT": (_YES, (0, -1)),
    "\\IfBooleanF": (_YES, (-1, 0)),
    "\\IfNoValueTF": (_NO_VALUE, (0, 1)),
    "\\IfNoValueT": (_NO_VALUE, (0, -1)),
    "\\IfNoValueF": (_NO_VALUE, (-1, 0)),
    "\\IfValueTF": (_NO_VALUE, (1, 0)),
    "\\IfValueT": (_NO_VALUE, (-1, 0)),
    "\\IfValueF": (_NO_VALUE, (0, -1)),
}


class Macros:
    """The macros that a document has defined so far."""

    def __init__(self):
        self.budget = Budget()
        self.titles: dict[str, str] = {}  # of environments made by \newtheorem
        self._known: dict[str, Macro] = {}
        self._reported: set[str] = set()
        self._burst = False
        # \intertext is a text like others: what follows goes on with the formula.
        for name in ("\\intertext", "\\shortintertext"):
            self._known[name] = Macro(body=made("\\text"))

    def take(self, token: Token, stream: Stream) -> bool:
        """Read a definition, or replace a macro by its body; False if it is neither."""
        name = token.text
        if name in self._known:
            return self._expand(token, self._known[name], stream)
        if name in _CHOICES:
            return self._choose(token, stream)
        define = _DEFINITIONS.get(name)
        if define is None:
            return False
        if not define(self, name, stream):
            stream.report(
                token.place,
                f"this `{name}` is not read as a definition",
                "write `\\newcommand{\\name}[1]{...}`, its braces balanced",
            )
        return True

    def environment(self, token: Token, part: str, name: str, stream: Stream) -> bool:
        """Replace `\\begin{name}` or `\\end{name}` that the document defines."""
        macro = self._known.get(f"{part} {name}")
        return macro is not None and self._expand(token, macro, stream)

    # --- uses

    def _complain(self, token: Token, stream: Stream, text: str, hint: str) -> None:
        if (token.text + text) not in self._reported:
            self._reported.add(token.text + text)
            stream.report(token.place, text, hint)

    def _expand(self, token: Token, macro: Macro, stream: Stream) -> bool:
        name = token.text
        if token.depth >= MAX_DEPTH:
            text = f"macro `{name}` expands over {MAX_DEPTH} levels deep"
            self._complain(token, stream, text, "define it without itself")
            return False
        if self.budget.left <= 0:
            text = "the macros of this document expand to too much"
            hint = "write shorter macros; further uses stay as they are"
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
                text = f"macro `{name}` expands to too much"
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

    # --- definitions

    def define(self, name: str, macro: Macro) -> None:
        """Keep a macro, unless its name means something to the readers."""
        if name not in _KEPT_NAMES:
            self._known[name] = macro

    def known(self, name: str) -> Macro | None:
        """Return what a name stands for."""
        return self._known.get(name)


def _argument(parameter: Parameter, stream: Stream) -> Sequence[Token] | None:
    match parameter.kind:
        case "m":
            return stream.argument()
        case "s":
            return made(_YES if stream.star() else _NO)
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
            for inner in arguments[index - 1]:
                deeper = max(depth, inner.depth)
                tokens.append(inner._replace(depth=deeper) if deeper else inner)
    return tokens


# --- how definitions are written


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


def _command(macros: Macros, kind: str, stream: Stream) -> bool:
    """Read `\\newcommand*{\\name}[2][default]{body}`."""
    stream.star()
    name = _name(stream)
    parameters = _signature(stream)
    body = stream.argument()
    if name is None or parameters is None or body is None:
        return False
    if kind != "\\providecommand" or macros.known(name) is None:
        macros.define(name, Macro(tuple(parameters), tuple(body)))
    return True


def _environment(macros: Macros, kind: str, stream: Stream) -> bool:
    """Read `\\newenvironment{name}[1]{begin}{end}`."""
    stream.star()
    name = text_of(stream.argument() or ()).strip()
    parameters = _signature(stream)
    begin, end = stream.argument(), stream.argument()
    if not name or parameters is None or begin is None or end is None:
        return False
    macros.define(f"begin {name}", Macro(tuple(parameters), tuple(begin)))
    macros.define(f"end {name}", Macro((), tuple(end)))
    return True


def _def(macros: Macros, kind: str, stream: Stream) -> bool:
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
    macros.define(name, Macro(tuple(parameters), tuple(body), tuple(prefix)))
    return True


def _let(macros: Macros, kind: str, stream: Stream) -> bool:
    """Read `\\let\\name=\\other`: what `\\other` means now."""
    name = _name(stream)
    stream.star("=")
    other = stream.argument()
    if name is None or not other or len(other) != 1:
        return False
    token = other[0]
    known = macros.known(token.text)
    if token.kind == "command" and known is None:
        token = token._replace(kind="primitive")
    macros.define(name, known or Macro((), (token,)))
    return True


def _operator(macros: Macros, kind: str, stream: Stream) -> bool:
    """Read `\\DeclareMathOperator*{\\name}{text}`."""
    star = "*" if stream.star() else ""
    name, body = _name(stream), stream.argument()
    if name is None or body is None:
        return False
    whole = (*made(f"\\operatorname{star}{{"), *body, *made("}"))
    macros.define(name, Macro((), whole))
    return True


def _paired(macros: Macros, kind: str, stream: Stream) -> bool:
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
    macros.define(name, Macro((*size, *([_MANDATORY] * count)), shifted))
    return True


def _shifted(token: Token, by: int) -> Token:
    if token.kind != "parameter" or token.text == "##":
        return token
    return token._replace(text=f"#{int(token.text[1]) + by}")


def _document_command(macros: Macros, kind: str, stream: Stream) -> bool:
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
                parameters.append(Parameter("o", made(_NO_VALUE)))
            case "O":
                parameters.append(Parameter("o", tuple(inner.argument() or ())))
            case "d" | "D" | "r":
                opener, closer = inner.atom(), inner.atom()
                if opener is None or closer is None:
                    return False
                value = made(_NO_VALUE)
                if letter.text == "D":
                    value = tuple(inner.argument() or ())
                parameters.append(
                    Parameter("between", value, (closer.text,), opener.text)
                )
            case "+" | "!" | " " | "\n":
                pass
            case _:
                return False
    if kind == "\\ProvideDocumentCommand" and macros.known(name):
        return True
    macros.define(name, Macro(tuple(parameters), tuple(body)))
    return True


def _inner(tokens: Sequence[Token]) -> Stream:
    stream = Stream("", 0, 0, lambda *_: None, Budget())
    stream.push(tokens)
    return stream


def _theorem(macros: Macros, kind: str, stream: Stream) -> bool:
    """Read `\\newtheorem{name}[counter]{Title}`."""
    stream.star()
    name = stream.argument()
    stream.optional()
    title = stream.argument()
    stream.optional()
    if not name or not title:
        return False
    macros.titles[text_of(name).strip()] = text_of(title).strip().lower()
    return True


_DEFINITIONS: dict[str, Callable[[Macros, str, Stream], bool]] = {
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
