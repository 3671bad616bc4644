"""The abbreviations of a record: seen through to compare, and kept to suggest."""

from __future__ import annotations

from collections.abc import Mapping

from ..language.tree import Call, Derived, Name, Tree
from .algebra import inside

LONGEST = 1500
"""Parts of an expression that is looked at as a whole: each `let` may double it."""


class Abbreviations:
    """What the names of `let` stand for, each in full."""

    def __init__(self, lets: Mapping[str, Tree]):
        self.meanings: dict[str, Tree] = {}
        self.lengths: dict[str, int] = {}
        for name, meaning in lets.items():
            self.lengths[name] = self._length(meaning)
            if self.lengths[name] <= LONGEST:
                self.meanings[name] = self._in_full(meaning)

    def _length(self, tree: Tree) -> int:
        match tree:
            case Name(name):
                return self.lengths.get(name, 1)
            case Call(args=args) | Derived(args=args):
                return 1 + sum(map(self._length, args))
        return 1

    def _in_full(self, tree: Tree) -> Tree:
        if isinstance(tree, Name):
            return self.meanings.get(tree.name, tree)
        return inside(tree, self._in_full)

    def unfolded(self, tree: Tree) -> Tree | None:
        """Put what names stand for in their places; None where that is too long."""
        return self._in_full(tree) if self._length(tree) <= LONGEST else None

    def folded(self, tree: Tree) -> Tree:
        """Put names in the place of what they stand for, the last ones first."""
        for name, meaning in reversed(list(self.meanings.items())):
            tree = _named(tree, name, meaning)
        return tree


def _named(tree: Tree, name: str, meaning: Tree) -> Tree:
    if tree == meaning:
        return Name(name)
    return inside(tree, lambda part: _named(part, name, meaning))
