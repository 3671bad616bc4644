"""The words of an expression, and what can be said about mistakes word by word.

Python's parser says "invalid syntax"; this scan, which runs first, says which operator
is missing where. It also keeps every limit before anything grows.
"""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass, field

from ..reading import bounds
from ..reading.problem import Fault
from .characters import NAME_LENGTH

TOKENS, BRACKETS = bounds.TOKENS.value, bounds.BRACKETS.value
DIGITS, EXPONENT = bounds.DIGITS.value, bounds.EXPONENT.value

_TOKEN = re.compile(
    r"""
      (?P<space>[ ]+)
    | (?P<string>[rRbBuUfF]{0,2}(?:"[^"]*"|'[^']*'))
    | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[jJ]?)
    | (?P<name>[A-Za-z_]\w*)
    | (?P<op>\*\*|//|<<|>>|<=|>=|==|!=|:=|->|\.\.\.|.)
    """,
    re.VERBOSE | re.ASCII,
)
_WORDS = frozenset(("and", "or", "not", "in", "is", "if", "else", "for"))
_STATEMENTS = frozenset(
    set(keyword.kwlist) - _WORDS - {"lambda", "True", "False", "None"}
)
_CLOSING = {"(": ")", "[": "]"}
_REFUSED = {
    ";": ("';' is not allowed", "one field holds one expression"),
    "#": ("`#` is not allowed", "a YAML comment needs a space before its `#`"),
    "\\": ("`\\` is not allowed", "for A\\b write `solve(A, b)`"),
    "|": (
        "`|` is not allowed",
        "for |x| write `abs(x)` of a number, `norm(x)` of a vector, "
        "`det(A)` of a matrix",
    ),
    "^": (
        "`^` is not allowed",
        "a transpose is written `.T`, a power `**`, an inverse `inv(A)`",
    ),
    "{": ("`{` is not allowed", "use round brackets"),
    "}": ("`}` is not allowed", "use round brackets"),
    ":=": ("`:=` is not allowed", "name a part in `let`"),
    "->": ("`->` is not allowed", "an arrow belongs to a type or to `as: h -> 0`"),
    "...": ("`...` is not allowed", "write every term"),
    "$": ("`$` is not allowed", "expressions are not LaTeX"),
    "`": ("` is not allowed", "an expression is written without quotes"),
    "?": (
        "`?` is not allowed",
        "where a claim is open, `nabla fill FILE` derives it",
    ),
    "!": ("`!` is not allowed", "there is no factorial; write its value"),
    '"': ('`"` is not allowed', "an expression holds no text"),
}


@dataclass(frozen=True)
class Token:
    """A word of the text."""

    kind: str  # string number name op
    text: str
    start: int

    @property
    def stop(self) -> int:
        """Return the offset after it."""
        return self.start + len(self.text)


@dataclass
class _Scan:
    """What the scan knows between two words."""

    text: str
    tokens: list[Token] = field(default_factory=list)
    operand: bool = False  # an operand has just ended
    start: int = 0  # where that operand began
    open: list[tuple[Token, int]] = field(default_factory=list)  # and operand's start


def scan(text: str) -> list[Token]:
    """Split a text (ASCII, line breaks as spaces) into tokens, or raise a Fault."""
    state = _Scan(text)
    position = 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        assert found is not None and found.lastgroup is not None
        kind, source = found.lastgroup, found[0]
        if kind == "string":
            source = _prime(state, source, position)
            kind = "string" if source[-1:] in "'\"" and len(source) > 1 else "name"
        if kind != "space":
            token = Token(kind, source, position)
            _take(state, token)
            state.tokens.append(token)
            if len(state.tokens) > TOKENS:
                raise Fault(
                    0,
                    bounds.TOKENS.said(),
                    bounds.TOKENS.hint,
                    mark=token.start,
                    kind="limit",
                )
        position += len(source)
    if state.open:
        bracket = state.open[-1][0]
        raise Fault(
            bracket.start, f"syntax: `{bracket.text}` is never closed", _closes(bracket)
        )
    if not state.operand:
        last = state.tokens[-1]
        raise Fault(
            last.start,
            f"syntax: the expression ends after `{last.text}`",
            "something is missing on its right",
        )
    return state.tokens


def _closes(bracket: Token) -> str:
    return f"close it with `{_CLOSING[bracket.text]}`"


def _take(state: _Scan, token: Token) -> None:
    """Move over one token."""
    if token.kind == "op":
        _take_operator(state, token)
        return
    if token.kind == "name":
        _check_name(state, token)
        if token.text in _WORDS:
            state.operand = False
            return
    elif token.kind == "number":
        _check_number(state, token)
    if state.operand:
        raise _missing_operator(state, token)
    after_dot = bool(state.tokens) and state.tokens[-1].text == "."
    if not after_dot:  # in `x.T` the operand begins at x
        state.start = token.start
    state.operand = True


def _take_operator(state: _Scan, token: Token) -> None:
    operator = token.text
    if operator == "'":
        raise _lone_quote(state, token)
    if operator in _REFUSED:
        text, hint = _REFUSED[operator]
        raise Fault(token.start, text, hint, kind="not-allowed")
    previous = state.tokens[-1] if state.tokens else None
    if operator in _CLOSING:
        _take_opening(state, token, previous)
    elif operator in _CLOSING.values():
        _take_closing(state, token, previous)
    elif operator == "=" and not _in_call(state):
        raise Fault(
            token.start,
            "syntax: `=` is not allowed in an expression",
            "a field holds one side; the other side is another field",
        )
    elif operator == ":" or state.operand:
        state.operand = False
    elif operator not in ("+", "-", "~"):
        # f(*x) and f(**x) are Python; the tree says that they are not allowed.
        starred = operator in ("*", "**") and previous and previous.text in ("(", ",")
        if not starred:
            raise _missing_operand(token, previous)


def _in_call(state: _Scan) -> bool:
    """Tell whether the innermost bracket holds a function's arguments."""
    return bool(state.open) and state.open[-1][0].start != state.open[-1][1]


def _take_opening(state: _Scan, token: Token, previous: Token | None) -> None:
    start = state.start if state.operand else token.start
    number = previous is not None and previous.kind == "number"
    if state.operand and number:
        raise _missing_operator(state, token)
    state.open.append((token, start))
    if len(state.open) > BRACKETS:
        raise Fault(
            0,
            bounds.BRACKETS.said(),
            bounds.BRACKETS.hint,
            mark=token.start,
            kind="limit",
        )
    state.operand = False


def _take_closing(state: _Scan, token: Token, previous: Token | None) -> None:
    if not state.open:
        raise Fault(
            token.start, f"syntax: `{token.text}` closes nothing", "drop it or open it"
        )
    bracket, start = state.open.pop()
    if _CLOSING[bracket.text] != token.text:
        raise Fault(
            token.start,
            f"syntax: `{bracket.text}` is closed by `{token.text}`",
            _closes(bracket),
            mark=token.start,
        )
    assert previous is not None
    if not state.operand and previous.text not in (bracket.text, ",", ":"):
        raise Fault(
            token.start,
            f"syntax: `{previous.text}` is followed by `{token.text}`",
            f"something is missing on the right of `{previous.text}`",
        )
    state.operand, state.start = True, start


def _missing_operand(token: Token, previous: Token | None) -> Fault:
    operator = token.text
    hint = "something is missing between them"
    if operator in ("<", ">"):
        hint = "an inner product is written `x.T @ y`"
    elif operator == "." or previous is None:
        hint = f"something is missing on the left of `{operator}`"
    elif operator == previous.text == "*":
        hint = "a power is written `**`, without a space"
    if previous is None:
        return Fault(
            token.start, f"syntax: the expression begins with `{operator}`", hint
        )
    return Fault(
        token.start, f"syntax: `{previous.text}` is followed by `{operator}`", hint
    )


def _missing_operator(state: _Scan, token: Token) -> Fault:
    previous = state.tokens[-1]
    left = _short(state.text[state.start : previous.stop])
    text = f"syntax: no operator between `{left}` and `{token.text}`"
    right = "(...)" if token.text == "(" else token.text
    if previous.kind == "number":
        if right.startswith("_"):
            return Fault(token.start, text, "a number is written without `_`")
        return Fault(token.start, text, f"write `{left}*{right}`")
    hint = f"write `{left} @ {right}` or `{left} * {right}`"
    if previous.kind == "name" and left == previous.text:
        hint += f"; a function's argument needs brackets: `{left}({token.text})`"
    return Fault(token.start, text, hint)


def _short(source: str) -> str:
    return source if len(source) <= 30 else "..." + source[-27:]


def _check_name(state: _Scan, token: Token) -> None:
    if len(token.text) > NAME_LENGTH:
        raise Fault(
            token.start,
            f"'{token.text[:NAME_LENGTH]}...' is not declared",
            bounds.NAME.said(found=len(token.text)),
            kind="unknown-name",
        )
    if token.text in _STATEMENTS:
        raise Fault(
            token.start,
            f"syntax: `{token.text}` is a Python keyword, not part of an expression",
            "choose another name",
            kind="name",
        )
    if token.text == "lambda":
        raise Fault(
            token.start,
            "`lambda` is not allowed: it is a Python keyword",
            "for a number write a name such as `lam`",
            kind="name",
        )


def _check_number(state: _Scan, token: Token) -> None:
    mantissa, _, exponent = token.text.rstrip("jJ").lower().partition("e")
    run = max(map(len, mantissa.split(".")))
    if run > DIGITS:
        raise Fault(token.start, bounds.DIGITS.said(found=run), kind="limit")
    power = exponent.lstrip("+-").lstrip("0")
    if len(power) > 3 or int(power or 0) > EXPONENT:
        found, sign = ("small", "-") if "-" in exponent else ("large", "")
        said = bounds.EXPONENT.said(found=found, sign=sign)
        raise Fault(token.start, said, kind="limit")
    if len(mantissa) > 1 and mantissa[0] == "0" and mantissa[1].isdigit():
        raise Fault(
            token.start,
            f"syntax: `{token.text}` begins with a zero",
            f"write `{token.text.lstrip('0') or '0'}`",
        )


def _prime(state: _Scan, source: str, position: int) -> str:
    """Return a quoted text, or only its prefix where the quote is a prime."""
    prefix = source[: min(source.find(c) for c in "'\"" if c in source)]
    if source[-1] == '"':
        return source
    inside = source[len(prefix) + 1 : -1]
    if not prefix:
        last = state.tokens[-1] if state.tokens else None
        if state.operand and last is not None and last.stop == position:
            raise _lone_quote(state, Token("op", "'", position))
        return source
    # b'x' is Python's bytes; in b' * x' and f'(x) the quote is meant as a prime.
    prime = prefix.lower() == "f" or re.search(r"[-+*/@(),.]", inside)
    return prefix if prime and len(prefix) == 1 else source


def _lone_quote(state: _Scan, token: Token) -> Fault:
    """Say what a prime is called here: a transpose, or a derivative."""
    if not state.operand:
        return Fault(
            token.start, "syntax: `'` is never closed", "there is no text here"
        )
    operand = _short(state.text[state.start : token.start].strip())
    primes = re.match(r"'+", state.text[token.start :])
    assert primes is not None
    text = "`'` is not allowed"
    after = state.text[token.start + primes.end() :]
    hint = f"a transpose is written `{operand}.T`"
    if after.lstrip().startswith("("):
        function = operand
        for _ in range(min(primes.end(), 3)):
            function = f"D({function})"
        derivative = f"a derivative is written `{function}(...)`"
        # A' (A x - b) begins with a transpose, f'(x) is a derivative.
        matrix = operand[:1].isupper() or not after.startswith("(")
        hint = f"{hint}, {derivative}" if matrix else derivative
    return Fault(token.start, text, hint, kind="not-allowed")
