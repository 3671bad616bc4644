"""Types of names: one table of kinds, and the reader of `where`."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from ..reading.bounds import TYPE
from ..reading.problem import Fault
from .characters import check_characters
from .dimension import Dim, parse_dim

_LENGTH = TYPE.value


@dataclass(frozen=True)
class KindRow:
    """One kind of value: its name, its dimensions, its shape in them, and its help."""

    name: str
    dims: int
    shape: str  # rows and columns; `1`, or `a`, `b` for the first, second dimension
    help: str
    said: str = ""  # of its values, beside their space; empty: what the name says

    @property
    def adjective(self) -> str:
        """Say what is special about its values: `symmetric`, or nothing."""
        words = [word for word in self.name.split("_") if word not in _PLAIN]
        return self.said or " ".join(words)

    @property
    def example(self) -> str:
        """Show how the kind is written."""
        names = {0: "", 1: "(n)", 2: "(m, n)"}
        return self.name + names[self.dims]


_PLAIN = ("scalar", "vector", "matrix", "index", "integer")
KINDS: dict[str, KindRow] = {
    row.name: row
    for row in (
        KindRow("scalar", 0, "1 1", "a real number"),
        KindRow("vector", 1, "a 1", "an n x 1 column"),
        KindRow("matrix", 2, "a b", "an m x n matrix"),
        KindRow("index", 1, "1 1", "a whole number from 1 to n"),
        KindRow("integer", 0, "1 1", "a whole number"),
        KindRow("positive", 0, "1 1", "a positive number"),
        KindRow("positive_vector", 1, "a 1", "a column of positive entries"),
        KindRow("positive_matrix", 2, "a b", "a matrix of positive entries"),
        KindRow("unit_vector", 1, "a 1", "a column of norm 1", "of length 1"),
        KindRow(
            "probability_vector",
            1,
            "a 1",
            "a positive column of sum 1",
            "positive, of sum 1",
        ),
        KindRow("symmetric", 1, "a a", "A.T = A"),
        KindRow("positive_definite", 1, "a a", "symmetric, x.T @ A @ x > 0"),
        KindRow("invertible", 1, "a a", "a square matrix with an inverse"),
        KindRow("orthogonal", 1, "a a", "Q.T @ Q = eye(n)"),
        KindRow("idempotent", 1, "a a", "P @ P = P"),
        KindRow(
            "projection",
            1,
            "a a",
            "P @ P = P, P.T = P",
            "an orthogonal projection",
        ),
        KindRow("diagonal", 1, "a a", "zero off the diagonal"),
        KindRow("lower", 1, "a a", "zero above the diagonal", "lower triangular"),
        KindRow("upper", 1, "a a", "zero below the diagonal", "upper triangular"),
        KindRow("skew", 1, "a a", "A.T = -A", "skew-symmetric"),
    )
}

CURVED = ("convex", "concave", "strictly_convex", "strictly_concave")
PROPERTIES = (*CURVED, "positive")
FUNCTION_KINDS = ("scalar", "vector", "matrix")

# Words from elsewhere, and what they are called here.
_ALSO = {
    "real": "scalar",
    "float": "scalar",
    "number": "scalar",
    "constant": "scalar",
    "int": "integer",
    "vec": "vector",
    "column": "vector",
    "row": "vector",
    "mat": "matrix",
    "square": "matrix",
    "tensor": "matrix",
    "spd": "positive_definite",
    "psd": "positive_definite",
    "simplex": "probability_vector",
    "unit": "unit_vector",
    "lower_triangular": "lower",
    "upper_triangular": "upper",
    "tril": "lower",
    "triu": "upper",
    "antisymmetric": "skew",
    "skew_symmetric": "skew",
    "nonsingular": "invertible",
    "unitary": "orthogonal",
    "rotation": "orthogonal",
    "projector": "projection",
    "orthogonal_projection": "projection",
    "oblique_projection": "idempotent",
}


@dataclass(frozen=True)
class Type:
    """The type of a value: a kind and its dimensions."""

    kind: str
    dims: tuple[Dim, ...] = ()
    commutes: str = ""
    """A name that it is assumed to commute with, and is drawn as a polynomial of."""

    @cached_property
    def shape(self) -> tuple[Dim, Dim]:
        """Return the rows and the columns."""
        rows, columns = KINDS[self.kind].shape.split()
        return self._side(rows), self._side(columns)

    def _side(self, side: str) -> Dim:
        return Dim.of(1) if side == "1" else self.dims["ab".index(side)]

    def __str__(self) -> str:
        dims = ", ".join(map(str, self.dims))
        return f"{self.kind}({dims})" if dims else self.kind


@dataclass(frozen=True)
class FunctionType:
    """The type of a function symbol; `property` is empty or one of PROPERTIES."""

    arguments: tuple[Type, ...]
    result: Type
    property: str = ""

    def __str__(self) -> str:
        arguments = ", ".join(map(str, self.arguments))
        if len(self.arguments) != 1:
            arguments = f"({arguments})"
        return f"{self.property} {arguments} -> {self.result}".lstrip()


def of_scalars(declared: FunctionType) -> bool:
    """Whether all arguments are scalars: then it may be applied to entries."""
    return all(argument.kind == "scalar" for argument in declared.arguments)


def values_of(types: Iterable[Type | FunctionType]) -> Iterator[Type]:
    """Yield the types of values, of functions those of their arguments and results."""
    for declared in types:
        if isinstance(declared, FunctionType):
            yield from (*declared.arguments, declared.result)
        else:
            yield declared


def near_miss(word: str, words: Iterable[str]) -> str:
    """Return the one of `words` that `word` was probably meant to be, or nothing."""
    import difflib

    choices = {choice.lower(): choice for choice in words}
    found = difflib.get_close_matches(word[:40].lower(), choices, 1, 0.7)
    return choices[found[0]] if found else ""


@lru_cache(4096)  # records of one file declare the same types again and again
def parse_type(text: str) -> Type | FunctionType:
    """Read a type such as `matrix(m, n)` or `convex vector(n) -> scalar`."""
    if len(text) > _LENGTH:
        raise Fault(0, TYPE.said(found=len(text)), kind="limit")
    check_characters(text, "a type")
    flat = re.sub(r"\s", " ", text)  # offsets stay true
    if not flat.strip():
        raise Fault(0, "the type is empty", _kinds_hint(), kind="type")
    if "->" in flat:
        return _function(flat)
    return _value(_python(flat, 0), 0, flat)


def _function(text: str) -> FunctionType:
    start = _start(text)
    if text.count("->") > 1:
        raise _malformed_function(
            start,
            text,
            "more than one `->`",
            "give several arguments in brackets: `(vector(n), vector(n)) -> scalar`",
        )
    left, right = text.split("->")
    for side, name in ((left, "before"), (right, "after")):
        if not side.strip():
            raise _malformed_function(start, text, f"nothing {name} `->`")
    property, shift = _property(left)
    arguments = _arguments(left[shift:], shift, text)
    shift = len(left) + 2
    tree = _python(right, shift)
    if isinstance(tree, ast.Tuple):
        raise _malformed_function(start, text, "a function has one result")
    result = _value(tree, shift, text)
    _check_side(result, "result", shift + tree.col_offset)
    if property in CURVED and result.kind != "scalar":
        raise Fault(
            shift + tree.col_offset,
            f"a {property} function has a scalar result, not {result}",
            kind="type",
        )
    return FunctionType(arguments, result, property)


def _property(left: str) -> tuple[str, int]:
    """Split off the property: its name, and where the arguments begin."""
    found = re.match(r"\s*([A-Za-z_]\w*)(?:\s+(?=[\w(])|(?=\())", left)
    if found is None or (found[1] in KINDS and found[1] not in PROPERTIES):
        return "", 0
    if found[1] in PROPERTIES:
        return found[1], found.end()
    if found.end() == found.end(1):
        return "", 0  # an unknown type, called: found out below
    near = near_miss(found[1], PROPERTIES)
    raise Fault(
        found.start(1),
        f"unknown property '{found[1]}'"
        + (f"; did you mean '{near}'?" if near else ""),
        f"the properties of a function are {', '.join(PROPERTIES)}",
        kind="type",
    )


def _arguments(left: str, shift: int, text: str) -> tuple[Type, ...]:
    tree = _python(left, shift)
    trees = [tree]
    if isinstance(tree, ast.Tuple):
        if not left.lstrip().startswith("(") or not tree.elts:
            raise _malformed_function(
                _start(text),
                text,
                "several arguments stand in brackets" if tree.elts else "no argument",
                "write it as `(scalar, scalar) -> scalar`",
            )
        trees = tree.elts
    arguments = tuple(_value(tree, shift, text) for tree in trees)
    for argument, tree in zip(arguments, trees, strict=True):
        _check_side(argument, "argument", shift + tree.col_offset)
    return arguments


def _check_side(type: Type, what: str, offset: int) -> None:
    if type.kind not in FUNCTION_KINDS:
        allowed = ", ".join(KINDS[kind].example for kind in FUNCTION_KINDS)
        raise Fault(
            offset,
            f"a function's {what} cannot be {type}",
            f"allowed are {allowed}",
            kind="type",
        )


def _python(text: str, shift: int) -> ast.expr:
    """Parse a piece of a type; the tree's columns count from `shift`."""
    lead = len(text) - len(text.lstrip())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            # Spaces in front are indentation to Python; brackets make them harmless.
            tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError) as e:
        raise _malformed(shift + lead, text, _syntax_hint(text.strip())) from e
    for node in ast.walk(tree):
        if isinstance(node, ast.expr):
            node.col_offset += lead
    return tree


def _value(tree: ast.expr, shift: int, text: str) -> Type:
    """Read a value's type."""
    start = shift + tree.col_offset
    if isinstance(tree, ast.Name):
        name, dims = tree.id, []
    elif isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name):
        name, dims = tree.func.id, tree.args
        if tree.keywords:
            raise _malformed(start, text, f"write `{_example(name)}`")
    else:
        raise _malformed(start, text, _shape_hint(tree))
    row = KINDS.get(name)
    if row is None:
        raise _unknown(name, start)
    if len(dims) != row.dims or (isinstance(tree, ast.Call) and not row.dims):
        takes = {0: "no dimension", 1: "1 dimension", 2: "2 dimensions"}[row.dims]
        raise Fault(
            start,
            f"{name} takes {takes}, given {len(dims)}",
            f"write `{row.example}`",
            kind="type",
        )
    return Type(name, tuple(parse_dim(dim, shift) for dim in dims))


def _example(name: str) -> str:
    return KINDS[name].example if name in KINDS else "vector(n)"


def _unknown(name: str, offset: int) -> Fault:
    known = _ALSO.get(name.lower(), "") or near_miss(name, KINDS)
    said = name if len(name) <= 40 else name[:37] + "..."
    text = f"unknown type '{said}'" + (f"; did you mean '{known}'?" if known else "")
    if name in PROPERTIES:
        return Fault(
            offset,
            f"'{name}' is a property of a function",
            f"write `{name} vector(n) -> scalar`",
            kind="type",
        )
    hints = {
        "row": "a row is `x.T` with `x: vector(n)`",
        "square": "write `matrix(n, n)`",
    }
    hint = hints.get(name.lower(), f"write `{_example(known)}`" if known else "")
    return Fault(offset, text, hint or _kinds_hint(), kind="type")


def _kinds_hint() -> str:
    return "the types are " + ", ".join(row.example for row in KINDS.values())


def _malformed(offset: int, text: str, hint: str = "") -> Fault:
    return Fault(
        offset, f"malformed type `{text.strip()}`", hint or _kinds_hint(), kind="type"
    )


def _malformed_function(offset: int, text: str, why: str, hint: str = "") -> Fault:
    example = "a function's type reads `vector(n) -> scalar`"
    said = f"malformed function type `{text.strip()}`: {why}"
    return Fault(offset, said, hint or example, kind="type")


def _start(text: str) -> int:
    return len(text) - len(text.lstrip())


def _syntax_hint(text: str) -> str:
    """Guess what was meant by a type that Python cannot parse."""
    if text.count("(") != text.count(")"):
        return (
            "the brackets do not match; inside `{...}` YAML splits at each comma, "
            "so write one line per name"
        )
    if "=>" in text or "- >" in text:
        return "an arrow is written `->`"
    words = re.match(r"([A-Za-z_]\w*)\s+([A-Za-z_]\w*)", text)
    if words is not None:
        joined = f"{words[1]}_{words[2]}"
        if joined in KINDS:
            return f"write `{KINDS[joined].example}`"
        if words[1] in PROPERTIES:
            return f"a property belongs to a function: `{words[1]} vector(n) -> scalar`"
    if "^" in text or text[:1] == "R":
        return "write `vector(n)` or `matrix(m, n)`"
    return ""


def _shape_hint(tree: ast.expr) -> str:
    if isinstance(tree, ast.Subscript):
        return "dimensions stand in round brackets: `matrix(m, n)`"
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.BitXor):
        return "write `vector(n)` or `matrix(m, n)`"
    if isinstance(tree, ast.Tuple):
        return "a name has one type"
    return ""
