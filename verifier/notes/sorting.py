"""What a formula is: a definition, a condition, or a statement to be judged."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from ..asking.said import Said
from ..asking.spelled import left_out_of
from ..language.tree import Name
from ..spelling import loose
from ..spelling.defining import (
    named,
)
from ..spelling.derivatives import names_in
from ..spelling.entered import entered
from ..spelling.flows import along_flow, with_dots
from ..spelling.parsed import Sides
from ..spelling.subscripted import (
    with_counts,
    with_labels,
    with_samples,
    with_subscripts,
)
from ..spelling.unindexed import capitals
from .chaining import some
from .completing import (
    with_changes,
    with_units,
    without_entries,
    without_examples,
)
from .context import Defined
from .doubting import may_be_condition
from .introducing import Formula, Found, introduced
from .layering import with_layers
from .model import CONDITION, READ
from .neighbours import moving_beside
from .pairs import is_pair, told_pair
from .preceding import (
    SAID,
    differentiated_in,
    stood_for,
    without_namesakes,
)
from .rereading import Open, weakened
from .sides import (
    SIZES,
    expands,
    formulas,
    is_constant,
    is_flat,
    is_nothing,
    is_traced,
    largest_nested,
    leading,
    may_cancel,
    names_of,
    nested_names,
    orthogonal_by,
    same_names,
    with_whole,
)
from .stating import Knowledge
from .tables import MADE as ROW
from .telling import (
    QUANTIFIED,
    without_zeros,
)

NAMED = "it is about names that the text defines, which may be of another kind"
DIFFERENT = "its sides have different names: a definition or a condition"


def sorted_out(known: Knowledge, formula: Formula) -> Found:
    """Tell what a formula is, and read it if it is a statement."""
    if is_pair(formula.finding.formula):
        return []
    _of_pairs(known, formula)
    _in_full(known, formula)
    for step in (introduced, _without_zeros, _typed):
        if (found := step(known, formula)) is not None:
            return found
    calculus = formula.calculus
    count = 0 if calculus else leading(formula.trees)
    whole = count > 0 and nested_names(formula.trees)  # `A^{-1} A B = I B = B`
    if whole and (found := _nested(known, formula)):
        return found
    if count:  # `P = a = b`: what P is, and a rule about that
        formula.keep(formula.trees[count:])
    for step in (_unlike, _condition):
        if not calculus and (found := step(known, formula)) is not None:
            return found
    return _calculus(known, formula) if calculus else _rule(known, formula, count)


def _nested(known: Knowledge, formula: Formula) -> Found:
    """Read a chain in whose first sides more names stand than in the others.

    Where one of them is defined, it may be right of that only.
    """
    at, sides, finding = formula.at, formula.sides, formula.finding
    found = [*known.read(at, sides, finding, {}, formula.noted)]
    if any(one.finding.status != READ for one in found):
        return []
    names = {name for tree in formula.trees for name in names_of(tree)}
    free = not names & formula.definitions.keys()
    return [weakened(one, CONDITION, rule=free) for one in found]


def _of_pairs(known: Knowledge, formula: Formula) -> None:
    """Add what the text says of the indices of a derivative."""
    piece = known.context.numbers[formula.at]
    around = known.context.before(piece), known.context.behind(piece)
    before = known.pairs.setdefault(formula.part.within, {})
    sides = formula.sides
    if (pair := told_pair(sides.sides, around, before)) is None:
        return
    before[sides.sides[0]] = pair
    said = " ".join(pair)
    formula.noted += (f"it is said of `{said}` only",)
    formula.sides = replace(sides, conditions=(*sides.conditions, said))


def _in_full(known: Knowledge, formula: Formula) -> None:
    """Write a formula as its definitions have it: indices, dots, steps and units."""
    sides, part = formula.sides, formula.part
    if (made := entered(*sides.sides[:2])) is not None:
        known.context.define(*made, part)  # `z_i = Σ_j W_ij x_j`
    found = with_layers(formula.definitions, sides.sides)
    found = without_namesakes(found, sides.sides)
    found = without_entries(found, sides.sides)
    found = known.context.leading(found, sides.sides[0], part)
    formula.definitions = found
    force = {name: one.made for name, one in found.items()}
    whole = with_counts(sides.sides, force)
    whole = with_labels(with_subscripts(whole, force), force)
    whole = along_flow(with_dots(with_samples(whole, force), force), force)
    beside = moving_beside(known.document, formula.at)
    whole = tuple(with_units(tree) for tree in with_changes(whole, force, beside))
    if change := capitals(whole, [one.body for one in force.values()]):
        whole = tuple(loose.mapped(tree, change) for tree in whole)
    formula.keep(whole)


def _without_zeros(known: Knowledge, formula: Formula) -> Found | None:
    """Leave out the value at a point, and `= 0`, which is a condition."""
    calculus, whole, noted = formula.calculus, formula.sides, formula.noted
    if calculus and len(kept := formulas(formula.trees)) < len(formula.trees):
        formula.keep(kept)
        formula.noted += ("the value at a point, at the end, is left out",)
    formula.flat = calculus and is_flat(formula.trees)
    if _is_constant(known, formula):
        formula.definitions = {}
    elif not formula.flat:
        formula.sides, zeros = without_zeros(formula.sides)
        formula.noted += zeros
        formula.zeroed = bool(zeros)
    if len(formula.trees) < 2:
        if not calculus and (found := _cancelled(known, formula, whole, noted)):
            return found
        return formula.aside("it is set to zero, which is a condition and no rule")
    if formula.part.made:
        formula.noted += (f"it is put together of {formula.part.made}",)
    return None


def _cancelled(
    known: Knowledge, formula: Formula, whole: Sides, noted: tuple[str, ...]
) -> Found:
    """Read `M X = 0`, of an M that is defined: it may hold for all values."""
    force = formula.definitions
    return [*known.put_in(formula.at, whole, formula.finding, force, noted)]


def _is_constant(known: Knowledge, formula: Formula) -> bool:
    """Whether a derivative is said to be zero of what does not depend on it."""
    trees = formula.trees
    if formula.part.made == ROW and is_nothing(trees):  # a rule, of what is no function
        return not any(name in formula.definitions for name in names_of(trees[0]))
    piece = known.context.numbers[formula.at]
    return is_constant(trees, known.context.before(piece), known.context.behind(piece))


def _typed(known: Knowledge, formula: Formula) -> Found | None:
    """Leave out `A = A^T ∈ R^{n×n}`, which says of what kind a name is."""
    stated = known.context.stated_in(formula.at)
    typed = any(fact.about == "type" for fact in stated)
    if formula.calculus or QUANTIFIED.search(formula.finding.formula):
        return None
    if _says_a_kind(known, formula):
        return None
    lone = _is_of_one(formula)
    named_ = lone and isinstance(formula.trees[0], Name)
    if lone and (typed or named_) and known.has_kind(formula.at, formula.trees):
        known.told.add(formula.at)  # `R^T = R^{-1}`, of an R that is orthogonal
    elif lone and typed and _is_repeated(known, formula):
        formula.zeroed = True  # in one sentence with `an orthogonal matrix R`
    elif typed:
        return formula.aside("it says what its names are")
    return None


def _says_a_kind(known: Knowledge, formula: Formula) -> bool:
    """Whether a sentence says what a kind is: `A is orthogonal if A^T A = I`."""
    letters = names_in(formula.trees) - SIZES
    if len(letters) != 1 or known.has_kind(formula.at, formula.trees):
        return False
    (name,) = letters
    sentence = _sentence(known, formula)
    kinds = [kind for kind, word in _KINDS.items() if word.search(sentence)]
    if len(kinds) != 1 or "matri" not in sentence or not name[0].isupper():
        return False
    known.told.add(formula.at)
    known.kinds[formula.at] = Said({name: "matrix"}, {name: kinds[0]})
    return True


_KINDS = {
    "orthogonal": re.compile(r"\borthogonal\b"),
    "symmetric": re.compile(r"(?<![-\w])(?<!skew )symmetric\b"),
    "skew": re.compile(r"\b(?:skew[- ]symmetric|anti-?symmetric)\b"),
}
"""Words for kinds of matrices that a formula says what they are."""


def _sentence(known: Knowledge, formula: Formula) -> str:
    """Return what stands before a formula in its sentence."""
    before = known.context.before(known.context.numbers[formula.at])
    return re.split(r"[.;](?=\s)", before)[-1].lower()


def _is_of_one(formula: Formula) -> bool:
    """Whether a formula is about one name, on every side."""
    letters = [names_in([tree]) - SIZES for tree in formula.trees]
    return len(letters[0]) == 1 and all(one == letters[0] for one in letters)


def _is_repeated(known: Knowledge, formula: Formula) -> bool:
    """Whether the words before a formula say the kind that it says of its name."""
    sentence = _sentence(known, formula)
    stated = known.context.stated_in(formula.at)
    kinds = (fact.value.partition("(")[0] for fact in stated if fact.restricts)
    return any(kind.replace("_", " ") in sentence for kind in kinds)


def _unlike(known: Knowledge, formula: Formula) -> Found | None:
    """Read an equation whose sides have different names, if definitions help."""
    trees, at = formula.trees, formula.at
    means = _means(formula)
    if means and (found := _put_in(known, formula, means)):
        return found
    if expands(trees) or same_names(trees, samples=False):
        return None
    if known.is_told(at, orthogonal_by(trees)) or at in known.told:
        return None  # `Q Q^T = I`, of a Q that is orthogonal
    sides, finding, noted = formula.sides, formula.finding, formula.noted
    for force in (_of_unlike(formula), formula.definitions):
        if found := known.put_in(at, sides, finding, force, noted):
            return [*found]
    if same_names(trees):
        return None
    if (inner := named(trees)) is not None:
        known.context.define(*inner, formula.part)
        return formula.defines(inner[0]) if formula.matters else []
    if may_cancel(trees) and not orthogonal_by(trees):
        found = [*known.read(at, sides, finding, {}, noted)]
        if all(one.finding.status == READ for one in found):
            return [weakened(one, CONDITION) for one in found]
    if len(kept := largest_nested(trees)) > 1:
        gone = [tree for one, tree in enumerate(trees) if one not in kept]
        why = "it has names that the others have not"
        noted += tuple(left_out_of(sides.shown(tree), why) for tree in gone)
        found = [*known.read(at, some(sides, kept), finding, {}, noted)]
        if all(one.finding.status == READ for one in found):
            alike = len(kept) > 2 and same_names([trees[one] for one in kept])
            return [weakened(one, CONDITION, rule=alike) for one in found]
    return formula.aside(DIFFERENT) if formula.matters else []


def _put_in(known: Knowledge, formula: Formula, force: Mapping[str, Defined]) -> Found:
    """Read an equation with some definitions put in."""
    at, sides, finding = formula.at, formula.sides, formula.finding
    return [*known.put_in(at, sides, finding, force, formula.noted)]


def _means(formula: Formula) -> Mapping[str, Defined]:
    """Return what `x̄` is defined as where it stands beside the `x_i`."""
    stems = {
        entry.args[0].name
        for tree in formula.trees
        for entry in loose.calls(tree, loose.ENTRY)
        if len(entry.args) == 2 and isinstance(entry.args[0], Name)
    }
    found = formula.definitions.items()
    means = {f"{stem}_bar" for stem in stems}
    return {name: one for name, one in found if name in means}


def _of_unlike(formula: Formula) -> Mapping[str, Defined]:
    """Return the definitions of names that stand on some sides only, beside samples."""
    if with_whole(formula.trees) == formula.trees:
        return formula.definitions
    each = [names_of(tree) for tree in formula.trees]
    common = set.intersection(*each)
    found = formula.definitions.items()
    return {name: one for name, one in found if name not in common}


def _condition(known: Knowledge, formula: Formula) -> Found | None:
    """Read `P P = P`, of a P that is defined, with its definition."""
    trees = formula.trees
    if is_traced(trees[0]):  # `tr(M) = tr(M^T)` is a rule of every M
        return None
    if not may_be_condition(formula.sides, formula.part.display):
        return None
    made = [formula.definitions.get(name) for name in names_of(trees[0])]
    own = any(one is not None and one.within == formula.part.within for one in made)
    force = formula.definitions if own else {}
    found = known.put_in(
        formula.at, formula.sides, formula.finding, force, formula.noted
    )
    return [*found] or None


def _rule(known: Knowledge, formula: Formula, count: int) -> Found:
    """Read an equation; `count` sides before it said what it is of."""
    trees = formula.trees
    left = trees[0]
    _differentiated(known, formula)
    read = known.read(formula.at, formula.sides, formula.finding, {}, formula.noted)
    made = [*read]
    if formula.at in known.told:
        made = [weakened(one, CONDITION) for one in made]
    if not same_names(trees, samples=False) and [*trees] != with_whole(trees):
        # `X^T X = Σ_i x_i x_i^T` says what the x_i are
        made = [weakened(one, CONDITION) for one in made]
    if formula.zeroed:  # what is set to zero is so but for a factor
        made = [weakened(one, CONDITION) for one in made]
    dotted = any(True for _ in loose.calls(left, loose.DOTTED))
    defined_ = any(name in formula.definitions for name in names_of(left))
    if count and (dotted or defined_):
        made = [weakened(one, NAMED) for one in made]
    return [*made]


def _calculus(known: Knowledge, formula: Formula) -> Found:
    """Read a statement about a derivative, with what its names are defined as."""
    at, part, trees = formula.at, formula.part, formula.trees
    force = without_examples(formula.definitions, trees)
    meant = stood_for(trees, force, known.last, at, part)
    if meant is not None:
        force = {**force, meant.name: meant}
    _differentiated(known, formula)
    sides, finding, noted = formula.sides, formula.finding, formula.noted
    made = [*known.read(at, sides, finding, force, noted)]
    stated = {name: one for name, one in force.items() if not one.implied}
    if made[0].finding.status != READ and len(stated) < len(force):
        force = stated  # that derivative was of another one, or is misprinted
        made = [*known.read(at, sides, finding, force, noted)]
    if formula.flat:
        made = [weakened(one, CONDITION) for one in made]
    if meant is not None:
        made = [weakened(one, SAID) for one in made]
    settled = meant is not None
    return [Open(at, part, sides, finding, force, noted, tuple(made), settled)]


def _differentiated(known: Knowledge, formula: Formula) -> None:
    """Take note of what was differentiated last."""
    line = known.document.place(formula.part).line
    made = differentiated_in(formula.trees, formula.at, formula.part, line)
    known.last = made or known.last
