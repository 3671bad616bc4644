"""What a statement lacks: constructs that are not read, and names nobody has said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from ..asking.spelled import Spelled
from ..language.expression import parse
from ..language.primitives import PRIMITIVES
from ..language.tree import Call, Derived, Name, Tree
from ..reading.problem import Fault
from ..spelling import loose
from .model import Finding

NO_READING = "its shapes fit in no reading"
NO_LAYOUT = "its shapes fit in no layout"
MISFIT = "shapes that fit"
MISSING = (
    "a name that is not defined",
    "a derivative of a name",
    "a derivative without its variable",
    MISFIT,
)
"""What a statement lacks that other definitions may bring."""


def unread(finding: Finding, fault: Fault) -> Finding:
    """Return a finding that could not be read, and which construct is missing."""
    return replace(finding, reason=reason_of(fault), construct=construct(fault.text))


def reason_of(fault: Fault) -> str:
    """Return what a fault says, on one line."""
    return "; ".join(filter(None, (fault.text, fault.hint)))


def construct(text: str) -> str:
    """Return what a message says is missing, for the counts."""
    for pattern, name in _CONSTRUCTS:
        if re.search(pattern, text):
            return name
    return "its grammar"


_CONSTRUCTS = (
    (r"beside its indices", MISFIT),
    (r"…|dots", "dots"),
    (r"integral|∫", "an integral"),
    (r"E\b|mathbb", "an expectation"),
    (r"cases", "a definition by cases"),
    (r"order above 2|second derivative", "a higher derivative"),
    (r"inside an expression", "a derivative of an expression"),
    (r"index|entry|entries|sum ", "indices"),
    (r"list of values|stack", "a list of values"),
    (r"is defined|not known as a function|no function of", "a derivative of a name"),
    (r"is not known", "an unknown sign"),
    (r"words", "words in a formula"),
    (r"inequality", "an inequality"),
    (r"which variable", "a derivative without its variable"),
    (r"norm", "another norm"),
)


def about_itself(read: Spelled) -> str:
    """Say that a statement is about a function of which nothing is known."""
    body = parse(read.body)
    symbol = isinstance(body, Call) and body.name not in PRIMITIVES
    if isinstance(body, Call) and symbol and read.subject == "function":
        plain = all(isinstance(arg, Name) for arg in body.args)
        said = f"it says what `{body.name}` is, or how its derivative is written"
        return said if plain else ""
    derived = isinstance(body, Derived) and read.subject == "value"
    if derived and isinstance(body, Derived):
        return f"it says what the derivative of `{body.symbol}` is"
    return ""


def unknown(read: Spelled) -> list[str]:
    """Return names of a claim that its function does not have."""
    if read.subject not in ("function", "expansion"):
        return []
    body = {p.name for p in loose.parts(parse(read.body)) if isinstance(p, Name | Call)}
    body |= {p.symbol for p in loose.parts(parse(read.body)) if isinstance(p, Derived)}
    found: dict[str, None] = {}
    zero = all(_ZERO.fullmatch(text) for _, text in read.claims)
    if not zero and not {*read.wrt} <= body:
        return [name for name in read.wrt if name not in body]
    for _, text in read.claims:
        for part in loose.parts(parse(text)):
            name = part.symbol if isinstance(part, Derived) else ""
            if isinstance(part, Name) and part.name not in _SIZES:
                name = part.name
            if isinstance(part, Call) and part.name not in PRIMITIVES:
                name = part.name
            change = name[:1] == "d" and name[1:] in body
            if name and name not in body and not change:
                found.setdefault(name)
    symbols = [p for p in loose.parts(parse(read.body)) if isinstance(p, Call)]
    unapplied = [p.name for p in symbols if p.name not in PRIMITIVES]
    if unapplied and not found and not all(map(_derives, read.claims)):
        found[unapplied[0]] = None
    return list(found)


_SIZES = frozenset("nmNpqk") | {"e", "pi"}
_ZERO = re.compile(r"0|zeros\([^()]*\)")


def at_a_point(read: Spelled) -> bool:
    """Whether a derivative by a number is claimed to be a number, as at `x = 1`."""
    if read.subject != "function" or any(
        where == "hessian" for where, _ in read.claims
    ):
        return False
    trees = [parse(text) for _, text in read.claims]
    if any(map(_is_written_out, trees)):
        return True
    names = (p for tree in trees for p in loose.parts(tree) if isinstance(p, Name))
    plain = not any(True for _ in names) and not any(map(_ZERO.fullmatch, _texts(read)))
    return plain and all(read.ranks.get(name) == "scalar" for name in read.wrt)


def _is_written_out(tree: Tree) -> bool:
    """Whether a side is a matrix of numbers, as a derivative is at some point."""
    calls = any(True for _ in loose.calls(tree, "vstack", "hstack"))
    return calls and not any(isinstance(part, Name) for part in loose.parts(tree))


def _texts(read: Spelled) -> list[str]:
    return [text for _, text in read.claims]


def matrix_function(read: Spelled) -> str:
    """Say that `tr(sin(X))` may be of the function of a matrix; "" for all else."""
    for text in (read.body, *(text for _, text in read.claims)):
        for whole in loose.calls(parse(text), "tr", "det", "logdet"):
            for part in loose.calls(whole, *_OF_MATRICES):
                names = (n for n in loose.parts(part) if isinstance(n, Name))
                if _is_column(part.args[0], read.ranks):
                    continue  # `tr(a^T exp(X b))` is of entries
                if any(read.ranks.get(name.name) == "matrix" for name in names):
                    return f"`{part.name}` of a matrix is not read under a trace"
    return ""


def _is_column(tree: Tree, ranks: Mapping[str, str]) -> bool:
    """Whether an argument is a vector or a number, as the `X b` of `exp(X b)`."""
    match tree:
        case Name(name):
            return ranks.get(name) in ("vector", "scalar")
        case Call("neg", (inner,)) | Call("matmul", (_, inner)):
            return _is_column(inner, ranks)
        case Call("add" | "sub" | "mul" | "div", (left, right)):
            return _is_column(left, ranks) and _is_column(right, ranks)
    return False


_OF_MATRICES = ("sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "log", "sqrt")


def _derives(claim: tuple[str, str]) -> bool:
    """Whether a claim is about the derivative of a function that nobody has said."""
    return any(isinstance(part, Derived) for part in loose.parts(parse(claim[1])))
