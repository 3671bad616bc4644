"""Expressions: Python's syntax, of which an allow-list makes our own tree."""

from __future__ import annotations

import ast
import builtins
import re
import warnings
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache

from ..reading.bounds import EXPRESSION, EXPRESSION_DEPTH
from ..reading.problem import Fault, Mistake
from .characters import check_characters
from .decimals import decimal
from .tokens import Token, scan
from .tree import (
    DERIVED,
    OPERATORS,
    Call,
    Derived,
    Name,
    Number,
    Tree,
    Tuple_,
    dimension_of,
)

__all__ = [
    "DEPTH",
    "DERIVED",
    "LENGTH",
    "OPERATORS",
    "Call",
    "Derived",
    "Name",
    "Number",
    "Tree",
    "Tuple_",
    "dimension_of",
    "parse",
]

LENGTH, DEPTH = EXPRESSION.value, EXPRESSION_DEPTH.value


_BINARY: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("add", "+"),
    ast.Sub: ("sub", "-"),
    ast.Mult: ("mul", "*"),
    ast.Div: ("div", "/"),
    ast.MatMult: ("matmul", "@"),
    ast.Pow: ("pow", "**"),
}


@lru_cache(2048)  # each reading of a statement is written, and read again
def parse(text: str, *, tuple_allowed: bool = False) -> Tree:
    """Read an expression; a Fault says what cannot be read, and where."""
    if len(text) > LENGTH:
        said = EXPRESSION.said(found=len(text))
        raise Fault(0, said, EXPRESSION.hint, kind="limit")
    check_characters(text, "an expression")
    flat = re.sub(r"[\t\n]", " ", text)  # offsets stay true
    body = flat.strip()
    if not body:
        raise Fault(0, "the expression is empty")
    lead = flat.index(body[0])
    tokens = scan(flat)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            root = ast.parse(body, mode="eval").body
    except (SyntaxError, ValueError, OverflowError, Warning) as error:
        raise _syntax(error, lead, len(flat)) from error
    except (RecursionError, MemoryError) as error:
        raise _too_deep(lead) from error
    builder = _Builder(flat, lead, tokens)
    if tuple_allowed and isinstance(root, ast.Tuple):
        items = tuple(builder.build(item, 1) for item in root.elts)
        return Tuple_(items, **builder.span(root))
    return builder.build(root, 0)


def _syntax(error: Exception, lead: int, length: int) -> Fault:
    column = getattr(error, "offset", None) or 1
    offset = min(max(lead + column - 1, 0), length - 1)
    reason = str(getattr(error, "msg", "") or "Python cannot read it").splitlines()[0]
    # Python's advice, such as "Maybe you meant '=='", does not fit here.
    reason = re.split(r"[.,] (?:maybe|perhaps) ", reason, flags=re.IGNORECASE)[0]
    return Fault(offset, f"syntax: {reason}")


def _too_deep(offset: int) -> Fault:
    hint = EXPRESSION_DEPTH.hint
    return Fault(offset, EXPRESSION_DEPTH.said(), hint, kind="limit")


def _called(node: ast.expr) -> str:
    """Return the name of the function that a node calls, if it does."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id
    return ""


class _Builder:
    """Makes our tree of Python's; what has no row here is refused."""

    def __init__(self, text: str, lead: int, tokens: Sequence[Token]):
        self.text, self.lead, self.tokens = text, lead, tokens
        self.starts = [token.start for token in tokens]

    def start(self, node: ast.expr) -> int:
        return self.lead + node.col_offset

    def stop(self, node: ast.expr) -> int:
        return self.lead + (node.end_col_offset or node.col_offset)

    def span(self, node: ast.expr, mark: int | None = None) -> dict[str, int]:
        """Return start, stop and mark, as keywords of our node."""
        start = self.start(node)
        mark = start if mark is None else mark
        return {"start": start, "stop": self.stop(node), "mark": mark}

    def source(self, node: ast.expr, limit: int = 40) -> str:
        """Return the node's text, shortened for a message."""
        text = self.text[self.start(node) : self.stop(node)]
        return text if len(text) <= limit else text[: limit - 3] + "..."

    def fault(
        self,
        node: ast.expr,
        text: str,
        hint: str = "",
        kind: Mistake = "not-allowed",
    ) -> Fault:
        return Fault(self.start(node), text, hint, kind=kind)

    def build(self, node: ast.expr, depth: int) -> Tree:
        if depth > DEPTH:
            raise _too_deep(self.lead)
        match node:
            case ast.Name():
                return Name(node.id, **self.span(node))
            case ast.Constant():
                return self.number(node)
            case ast.BinOp():
                return self.binary(node, depth)
            case ast.UnaryOp(op=ast.UAdd()):
                return self.build(node.operand, depth + 1)
            case ast.UnaryOp(op=ast.USub()):
                operand = self.build(node.operand, depth + 1)
                return Call("neg", (operand,), **self.span(node))
            case ast.Attribute():
                if node.attr != "T":
                    raise self.attribute(node)
                operand = self.build(node.value, depth + 1)
                return Call("transpose", (operand,), **self.span(node))
            case ast.Call():
                return self.call(node, depth)
            case _:
                raise self.refuse(node)

    def number(self, node: ast.Constant) -> Number:
        source = self.text[self.start(node) : self.stop(node)]
        kind = type(node.value).__name__
        if kind in ("int", "float"):
            return Number(decimal(source), **self.span(node))
        hints = {
            "complex": f"all values are real; a product with {source[-1]} is written "
            f"`{source[:-1]}*{source[-1]}`",
            "bytes": "an expression holds no text; a transpose is written `b.T`",
            "bool": "write 1 or 0",
            "NoneType": "write a number or a declared name",
        }
        kind = {"NoneType": "None", "str": "text"}.get(kind, kind)
        hint = hints.get(type(node.value).__name__, "an expression holds no text")
        said = self.source(node)
        raise self.fault(node, f"{kind} constant `{said}` is not allowed", hint)

    def binary(self, node: ast.BinOp, depth: int) -> Call:
        name, sign = _BINARY.get(type(node.op), ("", ""))
        if not name:
            raise self.refuse(node)
        left = self.build(node.left, depth + 1)
        right = self.build(node.right, depth + 1)
        # Between the operands stand only the operator and brackets.
        index = bisect_left(self.starts, self.stop(node.left))
        while self.tokens[index].text != sign:
            index += 1
        return Call(name, (left, right), **self.span(node, self.tokens[index].start))

    def call(self, node: ast.Call, depth: int) -> Call | Derived:
        function = node.func
        if isinstance(function, ast.Call):
            return self.derived(node, function, depth)
        if isinstance(function, ast.Attribute):
            raise self.method(node, function)
        if not isinstance(function, ast.Name):
            source = self.source(function)
            hint = f"write `({source}) * (...)`" if not source.startswith("(") else ""
            raise self.fault(
                node,
                "only a named function can be called",
                hint or "for a product write `*` or `@` between the brackets",
            )
        name = function.id
        if name in DERIVED:
            raise self.without_arguments(node, name)
        self.check_plain(node)
        return Call(name, self.arguments(node, depth), **self.span(node))

    def arguments(self, node: ast.Call, depth: int) -> tuple[Tree, ...]:
        return tuple(self.build(argument, depth + 1) for argument in node.args)

    def check_plain(self, node: ast.Call) -> None:
        """Refuse keyword and starred arguments, and calls of Python's own functions."""
        name = _called(node)
        texts = (
            isinstance(item, ast.Constant) and isinstance(item.value, str)
            for item in node.args
        )
        if hasattr(builtins, name) and name not in _SHARED and any(texts):
            hint = "Python's functions are not known"
            raise self.fault(node, f"unknown function '{name}'", hint, "unknown-name")
        if node.keywords:
            keyword = node.keywords[0]
            offset = self.lead + keyword.col_offset
            if keyword.arg is None:
                text = "starred argument `**` is not allowed"
                raise Fault(offset, text, kind="not-allowed")
            hint = "arguments are given by position"
            if keyword.arg in ("axis", "dim"):
                hint = "along an axis there are `rowsum(X)` and `colsum(X)`"
            text = f"keyword argument `{keyword.arg}=` is not allowed"
            raise Fault(offset, text, hint, kind="not-allowed")
        for item in node.args:
            if isinstance(item, ast.Starred):
                raise self.fault(item, "starred argument `*` is not allowed")

    def method(self, node: ast.Call, function: ast.Attribute) -> Fault:
        """Refuse x.sum() and x.T()."""
        name, value = function.attr, self.source(function.value)
        if name == "T":
            return self.fault(
                node, "`.T` is not a function", f"write `{value}.T` without brackets"
            )
        hints = {
            "dot": f"write `{value} @ ...`",
            "matmul": f"write `{value} @ ...`",
            "transpose": f"write `{value}.T`",
            "t": f"write `{value}.T`",
        }
        inside = ", ".join(self.source(item, 20) for item in node.args)
        call = f"{name}({value}, {inside})" if inside else f"{name}({value})"
        if value in ("np", "jnp", "numpy", "jax", "math", "torch", "np.linalg"):
            call = f"{name}({inside})"
        return self.fault(
            node,
            f"method call '.{name}(...)' is not allowed, only .T",
            hints.get(name, "" if name.startswith("_") else f"write `{call}`"),
        )

    def attribute(self, node: ast.Attribute) -> Fault:
        value = self.source(node.value)
        hints = {
            "t": f"write `{value}.T`",
            "H": f"write `{value}.T`",
            "I": f"write `inv({value})`",
            "shape": "the sizes are names of the types, such as n in `vector(n)`",
            "size": "the sizes are names of the types, such as n in `vector(n)`",
        }
        return self.fault(
            node, f"'.{node.attr}' is not allowed, only .T", hints.get(node.attr, "")
        )

    def derived(self, node: ast.Call, inner: ast.Call, depth: int) -> Derived:
        """Read D(f)(x), D(D(f, 1), 2)(x, y), hessian(f)(x), taylor(f, a, n)(x)."""
        kind = _called(inner)
        if kind not in DERIVED:
            raise self.fault(
                node,
                "only a named function can be called",
                f"`{self.source(inner)}` is a value; for a product write `*` or `@`",
            )
        self.check_plain(node)
        self.check_plain(inner)
        symbol, positions = "", ()
        center = order = None
        if kind == "D":
            symbol, positions = self.positions(inner)
        else:
            takes = {"hessian": 1, "taylor": 3}[kind]
            if len(inner.args) != takes:
                raise self.fault(
                    inner,
                    f"{kind} takes {takes}, given {len(inner.args)}",
                    f"write `{_EXAMPLE[kind]}`",
                    "calculus",
                )
            symbol = self.symbol(inner.args[0], kind)
        if kind == "taylor":
            center = self.build(inner.args[1], depth + 1)
            order = self.build(inner.args[2], depth + 1)
        arguments = self.arguments(node, depth)
        return Derived(
            kind, symbol, positions, center, order, arguments, **self.span(node)
        )

    def positions(self, node: ast.Call) -> tuple[str, tuple[int, ...]]:
        """Read what stands before the arguments of D: its symbol and its positions."""
        positions: list[int] = []
        while True:
            self.check_plain(node)
            if not 1 <= len(node.args) <= 2:
                raise self.fault(
                    node,
                    f"D takes 1 or 2, given {len(node.args)}",
                    "write `D(f)(x)`, or `D(f, 2)(x, y)` for the second argument",
                    "calculus",
                )
            positions.append(self.position(node.args[1]) if node.args[1:] else 1)
            if len(positions) > DEPTH:
                raise _too_deep(self.lead)
            first = node.args[0]
            if not (isinstance(first, ast.Call) and _called(first) == "D"):
                return self.symbol(first, "D"), tuple(reversed(positions))
            node = first

    def position(self, node: ast.expr) -> int:
        value = node.value if isinstance(node, ast.Constant) else None
        if type(value) is not int or not 1 <= value <= 99:
            raise self.fault(
                node,
                f"D takes the number of an argument, from 1, not `{self.source(node)}`",
                "write `D(f, 2)(x, y)` for the second argument of f",
                "calculus",
            )
        return value

    def symbol(self, node: ast.expr, kind: str) -> str:
        """Read the function symbol that D, hessian or taylor takes."""
        if isinstance(node, ast.Name):
            return node.id
        hint = f"for example `{_EXAMPLE[kind]}`"
        name = _called(node)
        if isinstance(node, ast.Call) and name and name not in DERIVED:
            values = ", ".join(self.source(item, 20) for item in node.args)
            inside = f"{name}, a, n" if kind == "taylor" else name
            hint = f"write `{kind}({inside})({values})`"
        raise self.fault(
            node,
            f"{kind} takes a declared function, not `{self.source(node)}`",
            hint,
            "calculus",
        )

    def without_arguments(self, node: ast.Call, kind: str) -> Fault:
        """Refuse D(f) alone, which is a function and no value."""
        self.check_plain(node)
        for first in node.args[:1]:
            if _called(first) not in DERIVED:
                self.symbol(first, kind)
        return self.fault(
            node,
            f"{kind} takes a declared function and then its arguments",
            f"`{self.source(node)}` is a function; write `{_EXAMPLE[kind]}`",
            "calculus",
        )

    def refuse(self, node: ast.expr) -> Fault:
        """Say that a kind of node is not allowed, and what may have been meant."""
        sign = ""
        if isinstance(node, ast.BinOp):
            what, hint = "operator", "the operators are + - * / ** @ and .T"
            index = bisect_left(self.starts, self.stop(node.left))
            while self.tokens[index].text == ")":
                index += 1
            sign = self.tokens[index].text
        elif isinstance(node, ast.UnaryOp):
            what, hint = "operator", "the operators are + - * / ** @ and .T"
            sign = "not" if isinstance(node.op, ast.Not) else "~"
        elif isinstance(node, ast.BoolOp):
            what, hint = "operator", "values are numbers, not truths"
            sign = "and" if isinstance(node.op, ast.And) else "or"
        else:
            what, hint = _REFUSED.get(type(node), (type(node).__name__, ""))
        what = f"{what} `{sign}`" if sign else what
        return self.fault(node, f"{what} is not allowed", hint)


_SHARED = ("abs", "max", "min", "sum")  # ours, and Python's too
_EXAMPLE = {
    "D": "D(f)(x)",
    "hessian": "hessian(f)(x)",
    "taylor": "taylor(f, a, n)(x)",
}
_SUMS = "write sums with `sum`, `tr`, `rowsum`, `colsum` or products"
_BUILD = "declare it in `where`, or build it with `hstack`, `vstack`, `diag`"
_REFUSED: dict[type[ast.expr], tuple[str, str]] = {
    ast.Compare: (
        "comparison",
        "an equation is two fields; for a case write `step`, `maximum` or `minimum`",
    ),
    ast.IfExp: ("if-else", "write `step`, `maximum` or `minimum`"),
    ast.Subscript: (
        "subscript",
        "entry i of x is `unit(i, n).T @ x`, entry (i, j) of A "
        "`unit(i, m).T @ A @ unit(j, n)`",
    ),
    ast.ListComp: ("comprehension", _SUMS),
    ast.GeneratorExp: ("comprehension", _SUMS),
    ast.JoinedStr: ("f-string", "an expression holds no text"),
    ast.Tuple: ("tuple", _BUILD),
    ast.List: ("list", _BUILD),
}
