"""What the language has: its functions and types, as the terminal shows them."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from ..language.declaration import KINDS
from ..language.primitives import PRIMITIVES, Row
from .text import WIDTH, Paint

TOPICS = {
    "functions": "every operator and function, with the shapes that it takes and gives",
    "types": "every type that a name can have",
}
"""What `nabla explain` lists beside the words of results."""
DERIVED = [
    ("D(f)(x)", "the derivative of f at x, in the layout of the claim"),
    ("D(f, 2)(x, y)", "the derivative by the second argument"),
    ("D(D(f, 1), 2)(x, y)", "the derivative of that by the first, by the second"),
    ("hessian(f)(x)", "second derivatives, of each entry below those before it"),
    ("taylor(f, a, n)(x)", "the Taylor polynomial of degree n about a"),
]
WORDS = {"index": "i", "integer": "k"}


def called(row: Row) -> str:
    """Return how a function is called."""
    if row.signature == "elementwise":
        return f"{row.name}(X, Y)"
    names = iter("XYZ")
    parts = [
        p[1:] if p.startswith("#") else WORDS.get(p) or next(names)
        for p in row.parameters
    ]
    return f"{row.name}({', '.join(parts)})"


def shapes(row: Row) -> tuple[str, str]:
    """Return the shapes of the arguments and of the result, as people write them."""
    if row.signature == "elementwise":
        return "equal shapes, or a scalar", "that shape"
    words = {"index": "an index", "integer": "a whole number"}
    takes = [
        words.get(p, "a size" if p.startswith("#") else p.replace(" ", " x "))
        for p in row.parameters
    ]
    return ", ".join(takes), row.signature.split("->")[1].strip().replace(" ", " x ")


def topic_text(topic: str, paint: Paint) -> str:
    """Return one topic as a table."""
    if topic == "types":
        rows = [(row.example, row.help) for row in KINDS.values()]
        return listed("types", rows, paint)
    signs = [(row.symbol, row.help) for row in PRIMITIVES.values() if row.symbol]
    plain = [row for row in PRIMITIVES.values() if not row.symbol]
    rows = [(called(row), f"{' -> '.join(shapes(row))}: {row.help}") for row in plain]
    tables = [("operators", signs), ("functions", rows)]
    tables.append(("of function symbols", DERIVED))
    return "\n".join(listed(*table, paint) for table in tables)


def listed(title: str, rows: Sequence[tuple[str, str]], paint: Paint) -> str:
    """Return a table of two columns, its texts wrapped."""
    width = max(len(name) for name, _ in rows)
    lines = [title]
    for name, said in rows:
        begin = f"  {name:<{width}}  "
        rest = " " * len(begin)
        text = textwrap.fill(said, WIDTH, initial_indent=begin, subsequent_indent=rest)
        lines.append(text.replace(name, paint(name, "bold"), 1))
    return "\n".join(lines) + "\n"
