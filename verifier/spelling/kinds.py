"""What a tree without indices is: a number, a column, a row or a matrix, if it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..language.primitives import PRIMITIVES
from ..language.tree import Call, Name, Number, Tree
from ..reading.problem import Fault
from . import loose

NUMBER, COLUMN, ROW, MATRIX = "number", "column", "row", "matrix"
_TURNED = {COLUMN: ROW, ROW: COLUMN}
_BY_SHAPE = {"1 1": NUMBER, "n 1": COLUMN, "m 1": COLUMN, "1 n": ROW}
_COUNTS = frozenset("N")
"""A capital letter that is a number nearly always."""
_FACTORS = frozenset(("lam", "eta", "gamma"))
"""Letters of the factor before a penalty or a step."""


@dataclass
class Kinds:
    """Knows names by what was said of them, by their entries, and by their letters."""

    said: Mapping[str, str]
    entries: dict[str, str] = field(default_factory=dict)
    turned: set[str] = field(default_factory=set)
    """Names that are transposed somewhere."""

    @property
    def known(self) -> dict[str, str]:
        """All names of which something more than their letter is known."""
        return {**self.entries, **self.said}

    def learn(self, tree: Tree, columns: Mapping[str, str]) -> None:
        """Take note of the names whose entries stand in a tree."""
        for entry in loose.calls(tree, loose.ENTRY):
            base = entry.args[0]
            if not isinstance(base, Name) or base.name in columns:
                continue
            kind = COLUMN if len(entry.args) == 2 else MATRIX
            if self.entries.setdefault(base.name, kind) != kind:
                said = f"`{base.name}` has one index here and two there"
                raise Fault(base.start, said)
        for sum_ in loose.calls(tree, loose.TOTAL):
            for bound in sum_.args[2:]:
                if isinstance(bound, Name):
                    self.entries.setdefault(bound.name, NUMBER)
        for call in loose.calls(tree, "transpose"):
            if isinstance(call.args[0], Name):
                self.turned.add(call.args[0].name)
        names = {part.name for part in loose.parts(tree) if isinstance(part, Name)}
        for name in [*self.entries, *columns]:
            for other in names:
                stem, _, digits = other.rpartition("_")
                if stem == name and digits.isdigit() and int(digits):
                    said = f"`{other}` may be an entry of `{name}`"
                    raise Fault(tree.start, said, "give it another name")

    def of(self, tree: Tree) -> str | None:
        """Return what a tree is; None where it may be a number or a column."""
        match tree:
            case Number():
                return NUMBER
            case Name(name):
                return self.name(name)
            case Call("neg", (inner,)):
                return self.of(inner)
            case Call("transpose", (inner,)):
                return _turned(self.of(inner) or COLUMN)
            case Call(name, args):
                return self.result(name, [self.of(arg) for arg in args])
        return None

    def name(self, name: str) -> str | None:
        """Return what a name is."""
        if name in self.known:
            return self.known[name]
        if name in ("pi", "e") or name in _COUNTS:
            return NUMBER
        if name[0].isupper():
            return MATRIX
        if name in self.turned:
            return COLUMN
        return NUMBER if name in _FACTORS else None

    def result(self, name: str, args: Sequence[str | None]) -> str | None:
        """Return what a function of such arguments is."""
        if name in ("add", "sub"):
            known = {kind for kind in args if kind is not None}
            return known.pop() if len(known) == 1 and None not in args else None
        if name in (loose.JUXTAPOSED, loose.TIMES, "matmul", loose.DOTTED):
            return _product(name, *args)
        if name in ("mul", loose.STARRED):
            known = [kind for kind in args if kind != NUMBER]
            return known[0] if known else NUMBER
        if name in (loose.OVER, "div", loose.POWER, "pow", "sqrt", loose.EXPONENTIAL):
            return args[0]
        if name in (loose.INNER, loose.BARS, loose.NORM):
            return NUMBER
        if name == loose.IDENTITY:
            return MATRIX
        if name in (loose.ONES, loose.ZEROS):
            return COLUMN
        if name == loose.DIAGONAL:
            return MATRIX if args[0] != MATRIX else COLUMN
        if name == loose.PRIMED:
            return _turned(args[0] or COLUMN)
        row = PRIMITIVES.get(name)
        if row is None:
            return None
        shape = row.signature.rpartition("->")[2].strip()
        if shape == "elementwise" or row.signature == "m n -> m n":
            return args[0] if len(set(args)) == 1 else None
        return _BY_SHAPE.get(shape, MATRIX)


def _turned(kind: str) -> str:
    return _TURNED.get(kind, kind)


def _product(name: str, left: str | None, right: str | None) -> str | None:
    """Return what a product is."""
    if name == loose.DOTTED and left == right == COLUMN:
        return NUMBER
    if left == NUMBER:
        return right
    if right == NUMBER:
        return left
    if left is None or right is None:
        if left in (ROW, MATRIX):
            return NUMBER if left == ROW else COLUMN
        if right in (MATRIX, COLUMN):
            return right
        return None
    inner = {ROW: NUMBER, MATRIX: COLUMN}
    if right == COLUMN:
        return inner.get(left)
    if right == ROW:
        return {COLUMN: MATRIX}.get(left)
    return {ROW: ROW, MATRIX: MATRIX}.get(left)
