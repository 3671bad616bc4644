"""Brackets and bars of a formula: which of them belong together.

An equals sign stands outside of all brackets. A bar that no other one closes divides
the arguments of a function.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..reading.problem import Fault
from .cursor import BRACKETS_CLOSE, BRACKETS_OPEN
from .division import EQUAL
from .tokens import Token


def conditional(tokens: Sequence[Token]) -> list[Token]:
    """Read the bar of `p(x | m)` as `p(x ∣ m)`: one that no other bar closes."""
    found = list(tokens)
    open_: list[tuple[int, list[int]]] = []
    for at, token in enumerate(tokens):
        if (token.kind, token.text) in BRACKETS_OPEN:
            open_.append((at, []))
        elif (token.kind, token.text) in BRACKETS_CLOSE and open_:
            first, bars = open_.pop()
            before = tokens[first - 1].kind if first else ""
            if len(bars) == 1 and token.text == ")" and before in _APPLIED:
                found[bars[0]] = replace(tokens[bars[0]], text="∣")
        elif token.kind == "sign" and token.text in ("|", "‖") and open_:
            open_[-1][1].extend([at, at] if token.text == "‖" else [at])
    return found


_APPLIED = ("name", "accent", "word")
"""What stands before the bracket of arguments."""


def balanced(tokens: Sequence[Token]) -> None:
    """Refuse brackets that are open at an equals sign, or closed without need."""
    open_: list[Token] = []
    for at, token in enumerate(tokens):
        if (token.kind, token.text) in BRACKETS_OPEN:
            open_.append(token)
        elif (token.kind, token.text) in BRACKETS_CLOSE:
            if not open_:
                said = f"the bracket `{token.text}` closes nothing"
                raise Fault(token.start, said, "drop it or open it")
            open_.pop()
        elif (
            token.text in EQUAL and open_ and all(inner.text != "{" for inner in open_)
        ):
            called = open_[-1].text == "("
            if called and _is_said_anyway(tokens, at, open_[-1]):
                continue
            if called and at > 1 and tokens[at - 2].text == ",":  # `np.sum(A, axis=0)`
                said = f"the argument `{tokens[at - 1].text}=` is not read"
                hint = "along an axis there are `rowsum(X)` and `colsum(X)`"
                raise Fault(tokens[at - 1].start, said, hint)
            said = f"the bracket `{open_[-1].text}` is not closed before `=`"
            raise Fault(open_[-1].start, said, "close it")


def _is_said_anyway(tokens: Sequence[Token], at: int, bracket: Token) -> bool:
    """Whether an argument says what is the case anyway, as the axis of a vector."""
    opened = next(i for i, token in enumerate(tokens) if token is bracket)
    function = tokens[opened - 1].text if opened else ""
    return tokens[at - 1].text in _HARMLESS.get(function, ())


_HARMLESS = {
    "norm": ("p", "ord"),
    **dict.fromkeys(("softmax", "logsoftmax", "logsumexp"), ("dim", "axis")),
}
"""Such arguments, by functions."""
