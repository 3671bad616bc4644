"""Inner functions by names: `let u = A @ x - b`, so that one rule makes one line.

Named are the arguments of functions that are not linear, and what stands in more than
one place, as far as they depend on the variable.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from ..language.primitives import PRIMITIVES
from ..language.term import ONE, SCALAR
from ..language.tree import DERIVED, Call, Derived, Name, Number, Tree
from .algebra import everywhere, inside, length, names, spots
from .products import Algebra

LINEAR = frozenset(
    (
        *("add", "sub", "neg", "transpose", "mul", "matmul", "tr", "sum", "mean"),
        *("rowsum", "colsum", "cumsum", "vec", "unvec", "vech", "kron", "diag"),
        *("diagonal", "tril", "triu", "hstack", "vstack"),
    )
)
"""Functions that are linear in each of their arguments."""
PRODUCTS = frozenset(("mul", "matmul", "kron"))
LETTERS = {"scalar": "s r q p c", "column": "u v w z r q", "matrix": "M N P Q R W"}
MOST_NAMES = 4
"""Inner functions beyond which nobody follows the lines."""
REPEATED = 3
"""Parts of what is named because it stands in more than one place."""


class Naming:
    """Names inner functions; `lets` of its scope has them, with what was there."""

    def __init__(
        self,
        algebra: Algebra,
        moving: Iterable[str],
        lets: dict[str, Tree],
        taken: Iterable[str] = (),
    ):
        self.algebra, self.lets = algebra, lets
        self.moving = set(moving)
        self.made: dict[str, Tree] = {}
        scope = algebra.scope
        self._taken = {*scope.types, *scope.extra, *scope.sizes, *lets, *PRIMITIVES}
        self._taken |= {"pi", *DERIVED, *taken}
        self._given = {*scope.types, *lets}

    def depends(self, tree: Tree) -> bool:
        """Whether a tree contains what moves."""
        return not self.moving.isdisjoint(names(tree))

    def named(self, tree: Tree) -> Tree:
        """Return a tree in which inner functions are names, and so in `lets`."""
        for name in needed([tree], self.lets):
            self.lets[name] = self._inner(self.lets[name])
        tree = self._inner(tree)
        while len(self.made) <= MOST_NAMES and (part := self._repeated(tree)):
            tree = everywhere(tree, part, self._name(part))
        return tree

    def _inner(self, tree: Tree) -> Tree:
        """Name the arguments of functions that are not linear."""
        if not isinstance(tree, Call | Derived) or not self.depends(tree):
            return tree
        if _has_own_rule(tree, self):
            return tree
        tree = inside(tree, self._inner)
        assert isinstance(tree, Call | Derived)
        if isinstance(tree, Call) and self._is_linear(tree):
            return tree
        return inside(tree, self._name)

    def _is_linear(self, tree: Call) -> bool:
        match tree:
            case Call("div", (_, below)):
                return not self.depends(below)
            case Call("pow", (Call("norm"), Number())):
                return True
        return tree.name in LINEAR

    def _name(self, tree: Tree) -> Tree:
        """Return the name of a tree, a new one where it has none."""
        if not self.depends(tree) or isinstance(tree, Name) or has_layout(tree):
            return tree
        for name, meaning in self.lets.items():
            if meaning == tree and f"d{name}" not in self._given:
                return Name(name)
        new = self._letter(tree)
        for name, meaning in self.made.items():
            self.made[name] = self.lets[name] = everywhere(meaning, tree, Name(new))
        self.made[new] = self.lets[new] = tree
        self.moving.add(new)
        return Name(new)

    def _letter(self, tree: Tree) -> str:
        shape = self.algebra.shape(tree)
        kind = "column" if shape[1] == ONE else "matrix"
        for letter in self._letters("scalar" if shape == SCALAR else kind):
            if not self._taken & {letter, f"d{letter}"}:
                self._taken |= {letter, f"d{letter}"}
                return letter
        raise AssertionError

    def _letters(self, kind: str) -> Iterator[str]:
        letters = LETTERS[kind].split()
        yield from letters
        yield from (f"{letter}{i}" for i in range(1, 1000) for letter in letters)

    def _repeated(self, tree: Tree) -> Tree | None:
        """Return the longest part that stands in more than one place."""
        roots = [tree, *self.made.values()]
        counts = Counter(part for root in roots for part, _ in spots(root))
        found = [
            part
            for part, count in counts.items()
            if count > 1
            and length(part) >= REPEATED
            and self.depends(part)
            and not (isinstance(part, Call) and part.name == "transpose")
        ]
        return max(found, key=length, default=None)


def needed(trees: Iterable[Tree], meanings: Mapping[str, Tree]) -> list[str]:
    """Return the names that trees need, each after those that it needs itself."""
    found: dict[str, None] = {}

    def add(tree: Tree) -> None:
        for name in names(tree):
            if name in meanings and name not in found:
                add(meanings[name])
                found[name] = None

    for tree in trees:
        add(tree)
    return list(found)


def _has_own_rule(tree: Tree, naming: Naming) -> bool:
    """Whether a whole has a rule that is lost once a part of it is a name."""
    match tree:
        case Call("expm", (Call("mul", args),)):
            return any(map(naming.algebra.is_scalar, args))
        case Call("pow", (Name(), Number())):
            return True
    return False


def has_layout(tree: Tree) -> bool:
    """Whether a tree means something else in another layout."""
    return any(isinstance(part, Derived) for part, _ in spots(tree))
