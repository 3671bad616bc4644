"""Random functions, well-typed by the signatures of the table of primitives.

A row is generated because it stands in the table: its signature says which arguments
it takes, and its `domain` of which kind they must be.
"""

from __future__ import annotations

from random import Random

from verifier.language.declaration import KINDS, FunctionType, Type
from verifier.language.dimension import Dim
from verifier.language.layout import Layout
from verifier.language.primitives import PRIMITIVES, Row
from verifier.language.shapes import infer, signature_size
from verifier.language.term import ONE, SCALAR, Scope, Shape
from verifier.language.tree import Call, Name, Number, Tree
from verifier.reading.problem import Fault

from .writing import call, number, size, turned

NAMES = {
    "1 1": ["t", "s", "r", "c", "w"],
    "a 1": ["x", "y", "z", "b", "u"],
    "a b": ["X", "Y", "Z", "B", "C"],
    "a a": ["A", "S", "P", "R", "H"],
    "index": ["i", "j"],
    "integer": ["k"],
    "function": ["f", "g"],
}
PLAIN = ("scalar", "vector", "matrix")
WHOLE = ("index", "integer")
DEFINITE = ("positive_definite",)
REGULAR = ("invertible", "positive_definite", "orthogonal")
POSITIVE = ("positive", "positive_vector", "positive_matrix", "probability_vector")
OFTEN = {"add": 3, "sub": 3, "mul": 4, "matmul": 8, "transpose": 2, "div": 2, "pow": 2}
"""How often a row is taken, beside the others."""
MOST = 5
"""Names of a record."""
FUNCTION, ENTRY = 0.12, 0.12
"""How often a tree is a function symbol, and a scalar an entry of a vector."""
PLAIN_LEAF = 0.55


Drawn = tuple[Row, dict[str, Dim], Shape | None]
"""A row, the sizes that its value's shape binds, and that shape."""


class NoTree(Exception):
    """Nothing of that shape is known, or there are too many names."""


class Grammar:
    """Makes trees, and declares the names that they need."""

    def __init__(self, random: Random):
        self.random = random
        self.types: dict[str, Type | FunctionType] = {}
        m, n = Dim.of("m"), Dim.of("n")
        few = [[n], [n], [m, n], [m, n], [m, n], [Dim.of(3), n], [Dim.of(2)]]
        self.sizes = random.choice(few)

    @property
    def scope(self) -> Scope:
        """Return what the names mean."""
        return Scope(self.types, Layout.NUMERATOR)

    def shape(self, tree: Tree) -> Shape:
        """Return the rows and columns of a tree."""
        return infer(tree, self.scope).shape

    def any_shape(self) -> Shape:
        """Return a shape of values that people differentiate."""
        n, m = self.random.choice(self.sizes), self.random.choice(self.sizes)
        shapes = [SCALAR, SCALAR, (n, ONE), (n, ONE), (m, n), (n, n)]
        return self.random.choice(shapes)

    # Leaves.

    def leaf(self, shape: Shape, kinds: tuple[str, ...] = ()) -> Tree:
        """Return a name of some shape and kind, or a number."""
        known = [
            name
            for name, declared in self.types.items()
            if isinstance(declared, Type)
            and declared.shape == shape
            and declared.kind not in WHOLE
            and (not kinds or declared.kind in kinds)
        ]
        if known and (self.random.random() < 0.65 or len(self.types) >= MOST):
            return Name(self.random.choice(known))
        if shape == SCALAR and not kinds and self.random.random() < ENTRY:
            n = self.random.choice(self.sizes)
            entry = call("unit", self.whole("index", {"n": n}), size(n))
            return call("matmul", turned(entry), self.leaf((n, ONE)))
        if shape == SCALAR and not kinds and self.random.random() < 0.25:
            return number(self.random.choice((2, 3, 1)))
        rows = [
            row
            for row in KINDS.values()
            if row.name not in WHOLE
            and (not kinds or row.name in kinds)
            and _dims(row.shape, shape) is not None
        ]
        if not rows:
            raise NoTree
        if shape == SCALAR:
            rows = [row for row in rows if row.shape == "1 1"] or rows
        elif shape[1] == ONE:
            rows = [row for row in rows if row.shape == "a 1"] or rows
        elif shape[0] == ONE and not kinds and self.random.random() < 0.7:
            return turned(self.leaf((shape[1], ONE)))
        plain = [row for row in rows if row.name in PLAIN]
        if plain and self.random.random() < PLAIN_LEAF:
            rows = plain
        row = self.random.choice(rows)
        dims = _dims(row.shape, shape)
        assert dims is not None
        return Name(self.declared(row.shape, Type(row.name, dims[: row.dims])))

    def declared(self, key: str, declared: Type | FunctionType) -> str:
        """Declare a new name."""
        free = [name for name in NAMES[key] if name not in self.types]
        if not free or len(self.types) > MOST:
            raise NoTree
        self.types[free[0]] = declared
        return free[0]

    def whole(self, parameter: str, sizes: dict[str, Dim]) -> Tree:
        """Return an index or a whole number."""
        if parameter == "index":
            if self.random.random() < 0.7:
                return self.named("index", Type("index", (sizes["n"],)))
            return number(1)
        if self.random.random() < 0.4:
            return self.named("integer", Type("integer"))
        return number(self.random.choice((2, 3, -1, -2)))

    def named(self, key: str, declared: Type) -> Tree:
        """Return a name of a type, the one that is there if there is one."""
        for name, other in self.types.items():
            if other == declared:
                return Name(name)
        return Name(self.declared(key, declared))

    # Trees.

    def tree(self, shape: Shape | None, depth: int, domain: str = "") -> Tree:
        """Return a tree of a shape, if one is asked for, in which rows are nested."""
        if domain:
            return self.within(domain, shape or self.square(), depth)
        if depth <= 0:
            return self.leaf(shape or self.any_shape())
        if self.random.random() < FUNCTION:
            return self.symbol(shape or self.any_shape(), depth)
        for _ in range(8):
            row = self.row(shape)
            if row is not None:
                return self.application(*row, depth)
        return self.leaf(shape or self.any_shape())

    def square(self) -> Shape:
        """Return a square shape."""
        n = self.random.choice(self.sizes)
        return n, n

    def row(
        self, shape: Shape | None
    ) -> tuple[Row, dict[str, Dim], Shape | None] | None:
        """Draw a row that can have a value of some shape, and its sizes."""
        rows = list(PRIMITIVES.values())
        weights = [OFTEN.get(row.name, 1) for row in rows]
        row = self.random.choices(rows, weights)[0]
        if row.signature == "elementwise":
            return row, {}, shape or self.any_shape()
        result = row.signature.split("->")[1].split()
        bound: dict[str, Dim] = {}
        if shape is not None and not _unified(result, shape, bound):
            return None
        return row, bound, shape

    def application(
        self, row: Row, bound: dict[str, Dim], shape: Shape | None, depth: int
    ) -> Tree:
        """Return a row of arguments."""
        if row.signature == "elementwise":
            assert shape is not None
            return self.elementwise(row.name, shape, depth)
        for letter in sorted(set("mnpq") & set(row.signature)):
            if letter not in bound:
                wide = "kron" not in row.name or self.random.random() < 0.5
                bound[letter] = self.random.choice(self.sizes) if wide else ONE
        args: list[Tree] = []
        for i, parameter in enumerate(row.parameters):
            if parameter.startswith("#"):
                args.append(size(bound[parameter[1:]]))
            elif parameter in WHOLE:
                args.append(self.whole(parameter, bound))
            else:
                rows, columns = (signature_size(p, bound) for p in parameter.split())
                domain = row.domain if i == 0 else ""
                less = depth - 1 - (self.random.random() < 0.4)
                args.append(self.tree((rows, columns), less, domain))
        if row.name == "matpow" and not _natural(args[1]):
            args[0] = self.within("invertible", self.shape(args[0]), 0)
        return Call(row.name, tuple(args))

    def elementwise(self, name: str, shape: Shape, depth: int) -> Tree:
        """Return two arguments of one shape, or a scalar and another."""
        random = self.random
        shapes = [shape, shape]
        if random.random() < 0.3:
            shapes[random.randrange(2)] = SCALAR
        if name == "pow":
            if random.random() < 0.7:
                base = self.tree(shape, depth - 1)
                return call(name, base, number(random.choice((2, 3, 2, 4))))
            base = self.within("positive", shape, depth - 1)
            half = call("div", number(1), number(2))
            exponents = [number(-2), half, self.leaf(SCALAR), self.whole("integer", {})]
            return call(name, base, random.choice(exponents))
        below = "positive" if name == "div" and random.random() < 0.7 else ""
        left = self.tree(shapes[0], depth - 1)
        right = self.tree(shapes[1], depth - 1 - (random.random() < 0.5), below)
        if name in ("maximum", "minimum") and left == right:
            raise NoTree  # a tie everywhere
        return call(name, left, right)

    def symbol(self, shape: Shape, depth: int) -> Tree:
        """Return a function symbol of its arguments."""
        for name, declared in self.types.items():
            if isinstance(declared, FunctionType) and declared.result.shape == shape:
                args = [self.tree(t.shape, depth - 1) for t in declared.arguments]
                return Call(name, tuple(args))
        shapes = [self.any_shape() for _ in range(1 + (self.random.random() < 0.25))]
        declared = FunctionType(tuple(map(plain, shapes)), plain(shape))
        name = self.declared("function", declared)
        return Call(name, tuple(self.tree(one, depth - 1) for one in shapes))

    def within(self, domain: str, shape: Shape, depth: int) -> Tree:
        """Return a tree of a kind of values."""
        ways = {
            "positive": self.positive,
            "invertible": self.invertible,
            "positive_definite": self.definite,
            "symmetric": self.symmetric,
        }
        if domain in ways and self.random.random() < 0.8:
            return ways[domain](shape, depth)
        if domain not in KINDS:
            return self.tree(shape, depth - 1)
        kinds = {"positive": POSITIVE, "invertible": REGULAR}.get(domain, (domain,))
        kinds = ("symmetric", *DEFINITE) if domain == "symmetric" else kinds
        return self.leaf(shape, kinds)

    def positive(self, shape: Shape, depth: int) -> Tree:
        """Return a tree of positive entries."""
        inner = self.tree(shape, depth - 1)
        return self.random.choice(
            [
                call("exp", inner),
                call("add", number(1), call("pow", inner, number(2))),
                call("add", call("abs", inner), number(1)),
                call("softplus", inner),
                call("cosh", inner),
            ]
        )

    def invertible(self, shape: Shape, depth: int) -> Tree:
        """Return a square tree that has an inverse."""
        if depth > 1 and self.random.random() < 0.4:
            left, right = self.leaf(shape, REGULAR), self.leaf(shape, REGULAR)
            return call("matmul", left, right)
        if self.random.random() < 0.4:
            return self.definite(shape, depth)
        return self.leaf(shape, REGULAR)

    def definite(self, shape: Shape, depth: int) -> Tree:
        """Return a positive definite tree."""
        n = shape[0]
        X = self.tree((n, self.random.choice(self.sizes)), depth - 1)
        return call("add", call("matmul", X, turned(X)), call("eye", size(n)))

    def symmetric(self, shape: Shape, depth: int) -> Tree:
        """Return a symmetric tree."""
        X = self.tree(shape, depth - 1)
        ways = [call("add", X, turned(X)), call("matmul", X, turned(X))]
        return self.random.choice(ways)


def _natural(exponent: Tree) -> bool:
    return isinstance(exponent, Number) and exponent.value >= 0


def _dims(pattern: str, shape: Shape) -> tuple[Dim, ...] | None:
    """Return the dimensions of a kind at a shape, or None."""
    bound: dict[str, Dim] = {}
    if not _unified(pattern.split(), shape, bound):
        return None
    return tuple(bound[letter] for letter in "ab" if letter in bound)


def _unified(pattern: list[str], shape: Shape, bound: dict[str, Dim]) -> bool:
    """Bind letters to sizes, if the pattern fits."""
    for letters, actual in zip(pattern, shape, strict=True):
        if len(letters) == 1 and letters.isalpha() and letters not in bound:
            bound[letters] = actual
        else:
            try:
                if signature_size(letters, bound) != actual:
                    return False
            except KeyError:
                return False
    return True


def plain(shape: Shape) -> Type:
    """Return the type of values of a shape that have no property."""
    if shape == SCALAR:
        return Type("scalar")
    return Type("vector", shape[:1]) if shape[1] == ONE else Type("matrix", shape)


def function(random: Random) -> tuple[Grammar, Tree]:
    """Return a function, and the grammar that has declared its names."""
    while True:
        grammar = Grammar(random)
        depth = random.choice((1, 2, 2, 3, 3, 4))
        try:
            shape = grammar.any_shape() if random.random() < 0.85 else None
            tree = grammar.tree(shape, depth)
            grammar.shape(tree)
        except (NoTree, Fault):
            continue
        return grammar, tree
