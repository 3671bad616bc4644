"""What a formula introduces: a definition, and what it states besides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..language.tree import Call, Name, Number, Tree
from ..spelling import loose
from ..spelling.coordinates import without_names
from ..spelling.defining import (
    Definition,
    defined,
    rooted,
    softmaxed,
)
from ..spelling.parsed import Sides
from .chaining import differentiates
from .context import Defined
from .document import Part
from .fits import Candidate
from .implied import implied
from .model import ASIDE, Finding
from .rereading import Open
from .sides import (
    LANGUAGE,
    cancels,
    entry_name,
    is_change,
    names_derivative,
    names_of,
)
from .stating import Knowledge
from .telling import (
    MATRICES,
)

Found = list[Candidate | Open]
"""What a formula comes to."""


@dataclass
class Formula:
    """A formula while it is told what it is: what is left of it to be stated."""

    at: int
    part: Part
    sides: Sides
    finding: Finding
    definitions: Mapping[str, Defined]
    """What its names are defined as."""
    noted: tuple[str, ...] = ()
    """What was taken for what else."""
    differs: bool = False
    """Whether a sign of a derivative is written in it."""
    made: tuple[str, Definition] | None = None
    """What its first two sides define."""
    calculus: bool = False
    """Whether it is about a derivative or a differential."""
    flat: bool = False
    """Whether a derivative is said to be zero, at a point perhaps."""
    zeroed: bool = False
    """Whether it was set to zero, which is left out."""

    @property
    def trees(self) -> list[Tree]:
        """Return its sides."""
        return list(self.sides.sides)

    @property
    def matters(self) -> bool:
        """Whether it is of matrices or a derivative: what else it is, is said."""
        return self.differs or MATRICES.search(self.finding.formula) is not None

    def keep(self, trees: Sequence[Tree]) -> None:
        """Go on with some of the sides."""
        if len(trees) < len(self.sides.sides) or [*trees] != self.trees:
            self.sides = replace(self.sides, sides=tuple(trees), tight=())

    def aside(self, said: str) -> Found:
        """Return that it is no statement, and what it is."""
        return [Candidate(replace(self.finding, status=ASIDE, reason=said))]

    def defines(self, *names: str) -> Found:
        """Return that it only says what names are."""
        return self.aside(f"a definition of {' and '.join(f'`{n}`' for n in names)}")


def introduced(known: Knowledge, formula: Formula) -> Found | None:
    """Take note of what a formula introduces; None where it states more than that."""
    for step in (
        _letter,
        _entries,
        _kind,
        _called,
        _through,
        _root,
        _function,
        _implied,
        _closing,
    ):
        if (found := step(known, formula)) is not None:
            return found
    return None


def _letter(known: Knowledge, formula: Formula) -> Found | None:
    """Read `I = ...` as a definition where a list of them has come to it, behind H."""
    trees, part = formula.trees, formula.part
    before = known.context.defined.get("H")
    if len(trees) != 2 or trees[0] != Call(loose.IDENTITY, ()) or before is None:
        return None
    near = before.within == part.within and before.paragraph == part.paragraph
    if not near or not names_of(trees[1]) - LANGUAGE or cancels(trees[1]):
        return None
    known.context.define("I", Definition((), trees[1]), part)
    return formula.defines("I")


def _entries(known: Knowledge, formula: Formula) -> Found | None:
    """Leave out what says how the entries of a derivative are called."""
    if len(without_names(formula.trees)) < 2 <= len(formula.trees):
        return formula.aside("it says what the entries of a derivative are")
    return None


def _kind(known: Knowledge, formula: Formula) -> Found | None:
    """Tell whether a formula may define what is on its left, or is of calculus."""
    left, *right = formula.trees
    change = is_change(left, right)
    formula.made = None if change else defined(left, right[0])
    formula.calculus = change or any(map(differentiates, formula.trees))
    return None


def _called(known: Knowledge, formula: Formula) -> Found | None:
    """Read `J(w) = E`, of a J that is defined, as a definition of E."""
    made = formula.made
    if made is None or (new := _renamed(made, formula.definitions)) is None:
        return None
    known.context.define(*new, formula.part)
    return formula.defines(new[0])


def _renamed(
    made: tuple[str, Definition], definitions: Mapping[str, Defined]
) -> tuple[str, Definition] | None:
    """Return what E is where `J(w) = E` follows what J is."""
    name, definition = made
    body, before = definition.body, definitions.get(name)
    if before is None or not definition.parameters or not isinstance(body, Name):
        return None
    if body.name in definitions or body.name in definition.parameters:
        return None
    if before.made.parameters != definition.parameters:
        return None
    arguments = tuple(map(Name, definition.parameters))
    return body.name, Definition((), Call(name, arguments))


def _through(known: Knowledge, formula: Formula) -> Found | None:
    """Read `y = f(x) = x^2` as two definitions."""
    made, trees = formula.made, formula.trees
    if made is None or len(trees) < 3:
        return None
    inner = defined(trees[1], trees[2])
    if inner is None or trees[1] == trees[0] or not isinstance(trees[1], Call):
        return None
    known.context.define(*inner, formula.part)
    outer = Definition(made[1].parameters, trees[2])
    known.context.define(made[0], outer, formula.part)
    if not any(map(differentiates, trees[2:])) and len(trees) == 3:
        return formula.defines(made[0], inner[0])
    return None


def _root(known: Knowledge, formula: Formula) -> Found | None:
    """Read `E^T E = (X - M C)^T (X - M C)` as what E is; and a softmax as its rows."""
    left, *right = trees = formula.trees
    if formula.made is not None:
        return None
    if not formula.calculus and (root := rooted(left, right[0])):
        known.context.define(*root, formula.part)
        if len(right) < 2:
            return formula.defines(root[0])
        formula.keep(right)
    left, *right = trees = formula.trees
    if (soft := softmaxed(left, right[0])) is not None:
        known.context.define(*soft, formula.part)
    if name := entry_name(left):
        known.context.value(name, trees[1], formula.part)
    return None


def _function(known: Knowledge, formula: Formula) -> Found | None:
    """Take note of what a name or a function is; go on with what else is said."""
    made, trees, part = formula.made, formula.trees, formula.part
    if made is None or differentiates(trees[0]):
        return None
    name, definition = made
    before = formula.definitions.get(name)
    plain = not differentiates(trees[1])
    called = known.context.defined.get(name)
    if called is not None and _says_more(called, formula):
        formula.keep([called.made.body, *trees[1:]])  # `δ = ∂L/∂z`, and what it is
        formula.calculus = True
        formula.noted += (f"`{name}` is the derivative that it is called by",)
        return None
    if name not in formula.sides.lets and (plain or names_derivative(trees[1])):
        others = [tree for tree in trees[2:] if not differentiates(tree)]
        others = [tree for tree in others if name not in names_of(tree)]
        if not plain and others:
            definition = replace(definition, value=others[0])
        known.context.define(name, definition, part, others if plain else ())
    rest = [tree for tree in trees[1:] if not isinstance(tree, Number)]
    # `G := ∇_Y L = 2 (Y - T)` says what the gradient is, too.
    defines = formula.sides.defines and not names_derivative(trees[1])
    if len(rest) < 2 or defines:
        if (same := _anew(known, formula, made, before)) is not None:
            return [same]
        return formula.defines(name) if formula.matters else []
    formula.keep(rest)
    return None


def _says_more(before: Defined, formula: Formula) -> bool:
    """Whether a name stands for a derivative, of which a formula says what it is."""
    named_ = not before.made.parameters and names_derivative(before.made.body)
    anew = not names_derivative(formula.trees[1])
    return named_ and anew and before.within == formula.part.within


def _anew(
    known: Knowledge,
    formula: Formula,
    made: tuple[str, Definition],
    before: Defined | None,
) -> Candidate | None:
    """Read a definition of what is defined already: both must be the same."""
    name, definition = made
    if before is None or before.within != formula.part.within:
        return None
    again = before.made.parameters == definition.parameters
    if not again or before.made.body == definition.body:
        return None
    sides = (before.made.body, definition.body)
    both = replace(formula.sides, sides=sides, tight=())
    force = {one: d for one, d in known.context.defined.items() if one != name}
    found = known.put_in(formula.at, both, formula.finding, force, ())
    return replace(found[0], used={name: before, **found[0].used}) if found else None


def _implied(known: Knowledge, formula: Formula) -> Found | None:
    """Take note of what J is where `∇J(θ) = ∇ ½ ‖X θ - y‖²`; go on with that."""
    if formula.calculus and (made := implied(formula.trees, formula.definitions)):
        known.context.define(*made, formula.part, implied=True)
    return None


def _closing(known: Knowledge, formula: Formula) -> Found | None:
    """Take note of the δ of `∂L/∂z = W^T ∂L/∂y = δ`, a name that is new there."""
    trees = formula.trees
    if not formula.calculus:
        return None
    match trees[-1]:
        case Name(name) if names_derivative(trees[0]):
            pass
        case _:
            return None
    inside = {one for tree in trees[:-1] for one in names_of(tree)}
    if name in inside or (name in known.seen and name not in known.closed):
        return None
    known.closed.add(name)
    value = trees[1] if len(trees) > 2 else None
    known.context.define(name, Definition((), trees[0], value), formula.part)
    formula.noted += (f"`{name}` is what that is called",)
    if len(trees) < 3:
        return formula.defines(name)
    formula.keep(trees[:-1])
    return None
