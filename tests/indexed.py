"""Two readings of a loose tree by numpy: with indices, by loops, and without them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from verifier.language.tree import Call, Name, Number, Tree
from verifier.spelling import loose

FUNCTIONS = {
    "exp": np.exp, "log": np.log, "sin": np.sin, "cos": np.cos, "tanh": np.tanh,
    "sqrt": np.sqrt, "abs": np.abs, "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "f": lambda x: x**3 - x, loose.EXPONENTIAL: np.exp,
}  # fmt: skip
OPERATIONS = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide,
    "pow": np.power, "maximum": np.maximum, "max": np.maximum,
}  # fmt: skip
PRODUCTS = (
    loose.JUXTAPOSED,
    loose.TIMES,
    "matmul",
    loose.DOTTED,
    loose.INNER,
    loose.STARRED,
)


@dataclass
class World:
    """Values of names, and how far every index counts."""

    names: Mapping[str, np.ndarray]
    sizes: Mapping[str, int]
    columns: Mapping[str, str] = field(default_factory=dict)

    def loops(self, tree: Tree, at: Mapping[str, int]) -> np.ndarray:
        """Evaluate a tree with indices; everything is a matrix, numbers are 1 x 1."""
        match tree:
            case Number(value):
                return np.array([[float(value)]])
            case Name(name):
                return self.names[name]
            case Call(loose.ENTRY, (Name("delta"), Name(i), Name(j))):
                return np.array([[float(at[i] == at[j])]])
            case Call(loose.ENTRY, (Call(loose.IDENTITY), Name(i), Name(j))):
                return np.array([[float(at[i] == at[j])]])
            case Call(loose.ENTRY, (Name(base), Name(i))) if base in self.columns:
                return self.names[self.columns[base]][:, [at[i]]]
            case Call(loose.ENTRY, (base, Name(i))):
                value = self.loops(base, at)
                assert 1 in value.shape
                return value.reshape(-1, 1)[[at[i]]]
            case Call(loose.ENTRY, (base, Name(i), Name(j))):
                return self.loops(base, at)[[at[i]]][:, [at[j]]]
            case Call(loose.TOTAL, (Name(i), body, *_)):
                terms = [self.loops(body, {**at, i: n}) for n in range(self.sizes[i])]
                return sum(terms[1:], start=terms[0])
            case Call(name, args):
                return operated(name, [self.loops(arg, at) for arg in args])
        raise AssertionError(tree)


def operated(name: str, args: list[np.ndarray]) -> np.ndarray:
    """Apply an operation to matrices, as written mathematics means it."""
    first = args[0]
    number = all(arg.shape == (1, 1) for arg in args)
    if name in PRODUCTS:
        left, right = args
        if (1, 1) in (left.shape, right.shape):
            return left * right
        if name in (loose.DOTTED, loose.INNER):
            assert left.shape == right.shape
            return np.sum(left * right).reshape(1, 1)
        return left @ right
    if name == "transpose":
        return first.T
    if name == "neg":
        return -first
    if name in (loose.OVER, "div") and args[1].shape == (1, 1):
        return first / args[1]
    if name in (loose.POWER, "pow"):
        if number:
            return first ** args[1]
        return np.linalg.matrix_power(first, int(args[1].item()))
    if name == loose.BARS and number:
        return np.abs(first)
    if name in (loose.NORM, "norm", loose.BARS):
        return np.sqrt(np.sum(first**2)).reshape(1, 1)
    if name == "norm1":
        return np.sum(np.abs(first)).reshape(1, 1)
    if name == "sum":
        return np.sum(first).reshape(1, 1)
    if name == "tr":
        return np.trace(first).reshape(1, 1)
    if name in FUNCTIONS:
        return FUNCTIONS[name](first)
    left, right = args
    assert left.shape == right.shape or (1, 1) in (left.shape, right.shape), name
    return OPERATIONS[name](left, right)


@dataclass
class Spread:
    """A matrix some of whose sizes are those of what it meets."""

    array: np.ndarray
    rows: bool = False
    columns: bool = False
    made: Callable[[int], np.ndarray] | None = None
    """A square matrix by its size, as an identity is one."""

    def filled(self, shape: tuple[int, int]) -> np.ndarray:
        """Return the array, of a shape that it can have."""
        if self.made:
            assert shape[0] == shape[1]
            return self.made(shape[0])
        for axis, free in enumerate((self.rows, self.columns)):
            assert free or self.array.shape[axis] == shape[axis], (self, shape)
        return np.broadcast_to(self.array, shape)

    @property
    def number(self) -> bool:
        return self.array.shape == (1, 1) and not (
            self.rows or self.columns or self.made
        )


def strict(tree: Tree, names: Mapping[str, np.ndarray]) -> Spread:
    """Evaluate a tree without indices; a shape that does not fit is an error."""
    match tree:
        case Number(value):
            return Spread(np.array([[float(value)]]))
        case Name(name):
            return Spread(names[name])
        case Call(loose.ONES):
            return Spread(np.ones((1, 1)), rows=True)
        case Call(loose.IDENTITY):
            return Spread(np.ones((1, 1)), made=np.eye)
        case Call(name, args):
            return _strict(name, [strict(arg, names) for arg in args])
    raise AssertionError(tree)


def _strict(name: str, args: list[Spread]) -> Spread:
    first = args[0]
    if name in OPERATIONS:
        return _entrywise(name, *args)
    if name == "matmul":
        return _product(*args)
    if name in PRODUCTS:
        if args[0].number or args[1].number:
            return _entrywise("mul", *args)
        if name in (loose.DOTTED, loose.INNER):
            return Spread(np.sum(args[0].array * args[1].array).reshape(1, 1))
        return _product(*args)
    if name in ("transpose", "neg", *FUNCTIONS):
        turned = name == "transpose"
        function = np.transpose if turned else FUNCTIONS.get(name, np.negative)
        if first.made:
            inner = first.made
            return Spread(first.array, made=lambda n: function(inner(n)))
        sides = (first.rows, first.columns)[:: -1 if turned else 1]
        return Spread(function(first.array), sides[0], sides[1])
    if name == "diag" and first.rows:
        value = first.array
        return Spread(value, made=lambda n: np.diag(np.full(n, value.item())))
    if name == "diagonal" and first.made:  # all entries of the diagonal are equal
        return Spread(first.made(2)[:1, :1], rows=True)
    assert not (first.rows or first.columns or first.made), name
    array = first.array
    if name == "colsum":
        return Spread(np.sum(array, axis=0, keepdims=True))
    if name == "sum":
        return Spread(np.sum(array).reshape(1, 1))
    if name == "rowsum":
        return Spread(np.sum(array, axis=1, keepdims=True))
    if name == "tr":
        assert array.shape[0] == array.shape[1]
        return Spread(np.trace(array).reshape(1, 1))
    if name == "diag":
        assert array.shape[1] == 1
        return Spread(np.diag(array[:, 0]))
    if name == "diagonal":
        assert array.shape[0] == array.shape[1]
        return Spread(np.diag(array).reshape(-1, 1))
    return Spread(operated(name, [arg.array for arg in args]))


def _entrywise(name: str, left: Spread, right: Spread) -> Spread:
    operation = OPERATIONS[name]
    if left.number or right.number:
        other = right if left.number else left
        if other.made:
            return Spread(
                other.array,
                made=lambda n: operation(
                    left.made(n) if left.made else left.array,
                    right.made(n) if right.made else right.array,
                ),
            )
        return Spread(operation(left.array, right.array), other.rows, other.columns)
    shape = []
    for axis, flag in enumerate(("rows", "columns")):
        fixed = {
            side.array.shape[axis]
            for side in (left, right)
            if not side.made and not getattr(side, flag)
        }
        assert len(fixed) < 2, (left, right)
        shape.append(fixed.pop() if fixed else 0)
    if left.made or right.made:
        if not any(shape):
            return Spread(
                left.array,
                made=lambda n: operation(left.filled((n, n)), right.filled((n, n))),
            )
        shape = [max(shape), max(shape)]
    rows, columns = (size or 1 for size in shape)
    array = operation(left.filled((rows, columns)), right.filled((rows, columns)))
    return Spread(array, not shape[0], not shape[1])


def _product(left: Spread, right: Spread) -> Spread:
    if left.made and right.made:
        first, second = left.made, right.made
        return Spread(left.array, made=lambda n: first(n) @ second(n))
    if left.made:
        assert not right.rows
        left = Spread(left.made(right.array.shape[0]))
    if right.made:
        assert not left.columns
        right = Spread(right.made(left.array.shape[1]))
    a, b = left.array, right.array
    if left.columns and right.rows:
        assert a.shape[1] == b.shape[0] == 1
        raise AssertionError("the inside of this product has no size")
    if left.columns:
        a = np.broadcast_to(a, (a.shape[0], b.shape[0]))
    if right.rows:
        b = np.broadcast_to(b, (a.shape[1], b.shape[1]))
    return Spread(a @ b, left.rows, right.columns)


OWN = "own"
"""The size of columns such as w and of what is no index."""
_COLUMNS = ("w", "mu", "beta", "m")
_NUMBERS = ("c", "lam", "n", "N", "gamma")


def world(
    tree: Tree, free: str, columns: Mapping[str, str], seed: int = 0
) -> tuple[World, tuple[int, int]]:
    """Return values for all names of a tree, and the shape of what it is by `free`.

    Indices count equally far only where they stand at the same axis of a name.
    """
    groups: dict[str, str] = {}

    def root(name: str) -> str:
        while groups.setdefault(name, name) != name:
            name = groups[name]
        return name

    axes: dict[str, list[str]] = {}
    for entry in loose.calls(tree, loose.ENTRY):
        base, *indices = entry.args
        letters = [index.name for index in indices if isinstance(index, Name)]
        if isinstance(base, Name) and base.name == "delta":
            groups[root(letters[0])] = root(letters[1])
        elif isinstance(base, Name) and base.name in columns:
            own = axes.setdefault(columns[base.name], [OWN, f"{base.name} 1"])
            groups[root(own[1])] = root(letters[0])
        elif isinstance(base, Name):
            places = [f"{base.name} {place}" for place in range(len(letters))]
            axes[base.name] = places
            for place, letter in zip(places, letters, strict=True):
                groups[root(place)] = root(letter)
        else:
            for letter in letters:
                groups[root(letter)] = root(OWN)
    for part in loose.parts(tree):
        if isinstance(part, Name) and part.name not in (*columns, "delta"):
            shape = [OWN, OWN] if part.name[0].isupper() else [OWN]
            axes.setdefault(part.name, [] if part.name in _NUMBERS else shape)
    for sum_ in loose.calls(tree, loose.TOTAL):
        for bound in sum_.args[2:]:
            assert isinstance(bound, Name) and isinstance(sum_.args[0], Name)
            groups[root(sum_.args[0].name)] = root(f"{bound.name} as a size")
    sizes: dict[str, int] = {}

    def size(name: str) -> int:
        return sizes.setdefault(root(name), 2 + len(sizes))

    draw = np.random.default_rng(seed)
    names = {}
    for name, places in axes.items():
        shape = [*map(size, places), 1, 1][:2]
        names[name] = draw.uniform(0.4, 1.6, shape)
    letters = {sum_.args[0] for sum_ in loose.calls(tree, loose.TOTAL)}
    counted = {i.name: size(i.name) for i in letters if isinstance(i, Name)}
    for sum_ in loose.calls(tree, loose.TOTAL):
        for bound in sum_.args[2:]:
            assert isinstance(bound, Name) and isinstance(sum_.args[0], Name)
            names[bound.name] = np.array([[float(size(sum_.args[0].name))]])
    counted |= {index: size(index) for index in free}
    rows, cols = (*(size(index) for index in free), 1, 1)[:2]
    return World(names, counted, columns), (rows, cols)


def by_loops(tree: Tree, free: str, world: World, shape: tuple[int, int]) -> np.ndarray:
    """Return the array whose entries a tree is, computed one by one."""
    if not free:
        return world.loops(tree, {})
    made = np.empty(shape)
    for row in range(shape[0]):
        for column in range(shape[1]):
            at = dict(zip(free, (row, column), strict=False))
            made[row, column] = world.loops(tree, at).item()
    return made


def without(tree: Tree, world: World, shape: tuple[int, int]) -> np.ndarray:
    """Return the value of a tree without indices, of a shape."""
    return strict(tree, world.names).filled(shape)
