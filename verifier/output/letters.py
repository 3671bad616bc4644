"""How names look: Greek letters, subscripts, bold where a value is no scalar."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..language.declaration import FunctionType
from ..language.primitives import PRIMITIVES
from ..language.shapes import infer
from ..language.term import SCALAR, Scope, is_scalar
from ..language.tree import Name
from ..results.phrases import one_line
from .boxes import Box, Digits, Letter, Note, Scripts, Word, listed, row

GREEK = frozenset(
    """
    alpha beta gamma delta epsilon varepsilon zeta eta theta iota kappa lambda mu nu xi
    pi rho sigma tau upsilon phi varphi chi psi omega
    Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega
    """.split()  # noqa: SIM905
)
SHORT = {"lam": "lambda", "eps": "varepsilon"}
"""What people write for a letter whose name Python keeps, or is long."""
CONSTANTS = frozenset(
    row.typeset[0] for row in PRIMITIVES.values() if row.typeset[1:2] == "_"
)
"""Letters that the language uses with a subscript, such as the I of the identity."""

_NAME = re.compile(r"([A-Za-z]+)([0-9]*)((?:_[A-Za-z0-9]+)*)")
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def letter(text: str, bold: bool = False) -> Box:
    """Return one letter, Latin or Greek; capital Greek letters stand upright."""
    if bold:
        return Letter(text, "bold")
    return Letter(text, "upright" if len(text) > 1 and text.istitle() else "italic")


def symbol(name: str, bold: bool = False) -> Box:
    """Return how a name looks: `theta1` is a theta with the subscript 1."""
    match = _NAME.fullmatch(name)
    if match is None:
        known = _IDENTIFIER.fullmatch(name)
        return Word(name, bold) if known else Note(one_line(name))
    letters, digits, rest = match.groups()
    subs = [digits] if digits else []
    subs += rest.split("_")[1:]
    base = _plain(letters, bold)
    return Scripts(base, listed([_plain(sub) for sub in subs])) if subs else base


def _plain(text: str, bold: bool = False) -> Box:
    if text.isdigit():
        return Digits(text)
    text = SHORT.get(text, text)
    if text in GREEK or len(text) == 1:
        return letter(text, bold)
    return Word(text, bold)


class Symbols:
    """The names of a scope, each with a look of its own."""

    def __init__(self, scope: Scope):
        self.scope = scope
        names = {*scope.types, *scope.extra, *scope.lets, *scope.sizes}
        self.changes = {name for name in names if self._changed(name, names)}
        self.boxes = {name: self._box(name) for name in names}
        self.boxes.update(
            (name, Word(name, self.bold(name))) for name in list(self._alike(names))
        )

    def __getitem__(self, name: str) -> Box:
        return self.boxes.get(name) or symbol(name)

    def bold(self, name: str) -> bool:
        """Whether a name stands for a vector or a matrix, or a function with such."""
        declared = self.scope.extra.get(name) or self.scope.types.get(name)
        if isinstance(declared, FunctionType):
            return not is_scalar(declared.result)
        if declared is not None:
            return not is_scalar(declared)
        lets = self.scope.lets
        return name in lets and infer(Name(name), self.scope).shape != SCALAR

    def _changed(self, name: str, names: Iterable[str]) -> bool:
        """Whether a name is the change of another one, as dX or ddX."""
        if name in self.scope.extra:
            return True
        of = name.lstrip("d")
        return bool(of) and of != name and of in names

    def _box(self, name: str) -> Box:
        bold = self.bold(name)
        if name not in self.changes:
            return symbol(name, bold)
        of = name[1:] if name in self.scope.extra else name.lstrip("d")
        times = len(name) - len(of)
        d: Box = Letter("d", "upright")
        return row(
            Scripts(d, None, Digits(str(times))) if times > 1 else d, symbol(of, bold)
        )

    def _alike(self, names: Iterable[str]) -> Iterable[str]:
        """Yield the names that would look as another one, or as a constant."""
        seen: dict[Box, str] = {}
        for name in sorted(names):
            box = self.boxes[name]
            other = seen.setdefault(box, name)
            if other != name:
                yield from (name, other)
            base = box.base if isinstance(box, Scripts) else None
            match base:
                case Letter(text, "bold") if text in CONSTANTS:
                    yield name
