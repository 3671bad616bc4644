"""Statements with indices: samples that are columns, and derivatives by entries."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..language.tree import Call, Name, Number, Tree
from ..reading.problem import Fault
from . import loose
from .indices import Lifted, lettered, lifted
from .kinds import COLUMN, MATRIX, Kinds

MOST_OTHERS = 4
"""Names that may be columns though nothing says so, one after the other."""
_NORMS = (loose.NORM, "norm", "norm1")
_SUMS = ("add", "sub", "neg", loose.OVER, "div")


@dataclass(frozen=True)
class Told:
    """What a text says of `x_i`, by the name without its index."""

    columns: frozenset[str] = frozenset()
    """What is set in bold, or said to be a vector for each index."""
    numbers: frozenset[str] = frozenset()


NOTHING_TOLD = Told()

# --- samples ------------------------------------------------------------------------


def proposals(trees: Sequence[Tree], told: Told = NOTHING_TOLD) -> list[dict[str, str]]:
    """Return which names may be columns for every index, with their matrices.

    The likeliest comes first: what is set in bold or told, transposed, in a norm, or
    multiplied by a row or a matrix has columns; all else has entries.
    """
    trees = [lettered(tree, frozenset()) for tree in trees]
    single: dict[str, None] = {}
    double: set[str] = set()
    for entry in (found for tree in trees for found in loose.calls(tree, loose.ENTRY)):
        if isinstance(entry.args[0], Name):
            name = entry.args[0].name
            if len(entry.args) == 2:
                single.setdefault(name)
            else:
                double.add(name)
    numbers = {name for tree in trees for name in _added_to_numbers(tree)}
    numbers |= told.numbers
    placed = placed_in(trees) - numbers
    taken = {p.name for t in trees for p in loose.parts(t) if isinstance(p, Name)}
    bare = {name for tree in trees for name in whole_names(tree)}
    evident = placed | told.columns - numbers
    likely = [name for name in single if name in evident and name not in double]
    # A y that stands there without an index is a vector, of which the y_i are entries.
    others = [
        name
        for name in single
        if name not in evident | double | told.numbers
        and not (name in bare and name[0].islower())
    ]
    others.sort(key=lambda name: name.upper() not in bare - {name})
    choices = [likely, *([*likely, name] for name in others[:MOST_OTHERS])]
    if 0 < len(sure := [name for name in likely if name in placed]) < len(likely):
        choices.insert(1, sure)  # the y of `y_i` is set in bold without its index
    if likely:
        choices.append([])
    return [{name: _matrix_of(name, taken) for name in names} for names in choices]


def placed_in(trees: Sequence[Tree]) -> set[str]:
    """Return the names with an index that stand where only a column has sense."""
    return {name for tree in trees for name in _columns(tree, False)}


def _added_to_numbers(tree: Tree) -> Iterator[str]:
    """Yield the names whose entries a number is added to, as in `p_i (1 - p_i)`."""
    for call in loose.calls(tree, "add", "sub"):
        if any(isinstance(arg, Number) and arg.value for arg in call.args):
            for arg in call.args:
                match arg:
                    case Call(loose.ENTRY, (Name(name), _)):
                        yield name


def whole_names(tree: Tree) -> Iterator[str]:
    """Yield the names that stand somewhere without an index."""
    match tree:
        case Name(name):
            yield name
        case Call(loose.ENTRY, (base, *_)) if isinstance(base, Name):
            return
        case _:
            for arg in getattr(tree, "args", ()):
                yield from whole_names(arg)


def of_samples(trees: Sequence[Tree]) -> Callable[[Tree], Tree] | None:
    """Return how the `x_ij` beside samples `x_i` is read as the entry j of `x_i`.

    The index that x has alone somewhere is that of the sample, else it is the first.
    """
    alone: dict[str, set[Tree]] = {}
    double = set[str]()
    for entry in (found for tree in trees for found in loose.calls(tree, loose.ENTRY)):
        match entry.args:
            case (Name(name), index):
                alone.setdefault(name, set()).add(index)
            case (Name(name), _, _):
                double.add(name)
    both = {name for name in double & alone.keys() if name[0].islower()}
    if not both:
        return None

    def change(part: Tree) -> Tree:
        match part:
            case Call(loose.ENTRY, (Name(name) as base, one, other)) if name in both:
                second = other in alone[name] and one not in alone[name]
                sample, index = (other, one) if second else (one, other)
                inner = replace(part, args=(base, sample))
                return replace(part, args=(inner, index))
        return part

    return change


def _matrix_of(name: str, taken: set[str]) -> str:
    """Return a name for the matrix whose columns are x_1, x_2, ..."""
    capital = name.upper()
    free = len(name) == 1 and capital != name and capital not in taken
    return capital if free else f"{name}_columns"


def _columns(tree: Tree, wanted: bool) -> Iterator[str]:
    """Yield the names whose entries stand where only a column has sense.

    `wanted` says that the tree itself is a column.
    """
    match tree:
        case Call(loose.ENTRY, (Name(name), _)):
            if wanted:
                yield name
        case Call("transpose", (inner,)):
            yield from _columns(inner, True)
        case Call(name, args) if name in _NORMS or name == loose.INNER:
            for arg in args:
                yield from _columns(arg, True)
        case Call(name, args) if name in _SUMS:
            for at, arg in enumerate(args):
                below = at == 1 and name in (loose.OVER, "div")
                yield from _columns(arg, wanted and not below)
        case Call(loose.JUXTAPOSED | loose.TIMES | "matmul" | loose.DOTTED):
            factors = _factors(tree)
            for at, factor in enumerate(factors):
                last = at == len(factors) - 1
                met = at > 0 and _takes_a_column(factors[at - 1])
                yield from _columns(factor, met or (wanted and last))
        case Call(_, args):
            for arg in args:
                yield from _columns(arg, False)


def _factors(tree: Tree) -> list[Tree]:
    """Return the factors of a product that is written from the left to the right."""
    match tree:
        case Call(
            loose.JUXTAPOSED | loose.TIMES | "matmul" | loose.DOTTED, (left, right)
        ):
            return [*_factors(left), *_factors(right)]
    return [tree]


def _takes_a_column(tree: Tree) -> bool:
    """Whether a factor is a row or a matrix, so that a column follows it."""
    match tree:
        case Call("transpose" | loose.PRIMED):
            return True
        case Name(name):
            return name[0].isupper() and name != "N"
        case Call(loose.POWER, (base, _)):
            return _takes_a_column(base)
    return False


# --- derivatives by entries ---------------------------------------------------------


@dataclass(frozen=True)
class ByEntries:
    """A derivative whose body, variable and claim had indices, without them."""

    body: Tree
    by: Tree
    claim: Tree
    layout: str
    """`denominator` for a gradient, `numerator` for a Jacobian, or `hessian`."""
    assumed: Mapping[Tree, str] = field(default_factory=dict)
    sizes: Mapping[tuple[str, int], str] = field(default_factory=dict)


def by_entries(
    body: Tree,
    by: Tree | Sequence[Tree],
    claim: Tree,
    columns: Mapping[str, str] | None = None,
    kinds: Mapping[str, str] | None = None,
) -> ByEntries:
    """Read `∂f/∂x_i = ...`, `∂f/∂A_ij = ...`, `∂y_i/∂x_j = ...`, `∂y_i/∂t = ...`.

    Two variables, `∂²f/∂x_i∂x_j`, are those of a Hessian.
    """
    variables = list(by) if isinstance(by, Sequence) else [by]
    columns = columns or {}
    names: list[Tree] = []
    below: list[str] = []
    for variable in variables:
        name, letters = _variable(variable, columns)
        names.append(name)
        below += letters
    above = free_letters(body)
    free = (*above, *below)
    if len(free) > 2:
        said = "a derivative with more than two free indices is no matrix"
        raise Fault(variables[0].start, said)
    if len(free) == 2 and free[0] == free[1]:
        said = f"`{free[0]}` is an index above and below: these are some entries only"
        raise Fault(variables[0].start, said, "take two letters")
    if len(variables) == 2 and (names[0] != names[1] or above or len(below) != 2):
        said = "a second derivative by entries is by two entries of one vector"
        raise Fault(variables[0].start, said)
    known = shared([body, claim, *variables], columns, kinds or {})
    upper = lifted(body, above, columns, known)
    value = lifted(claim, free, columns, known)
    layout = "hessian" if len(variables) == 2 else "denominator"
    if above:
        layout = "numerator"
    return ByEntries(
        upper.tree,
        names[0],
        value.tree,
        layout,
        {**upper.assumed, **value.assumed},
        together(upper, value),
    )


def _variable(tree: Tree, columns: Mapping[str, str]) -> tuple[Tree, list[str]]:
    """Return the name of a variable and its indices."""
    match tree:
        case Name():
            return tree, []
        case Call(loose.ENTRY, (Name(name) as base, *indices)):
            letters = [index.name for index in indices if isinstance(index, Name)]
            if len(letters) < len(indices):
                raise Fault(tree.start, "a derivative by a fixed entry is not read")
            if name in columns:
                said = f"a derivative by the column `{name}_{letters[0]}` is not read"
                raise Fault(tree.start, said)
            return base, letters
    raise Fault(tree.start, "below a derivative stands one variable")


def free_letters(tree: Tree, bound: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Return the indices that are not summed over, in the order of appearance."""
    found: dict[str, None] = {}
    match tree:
        case Call(loose.TOTAL | loose.PRODUCT, (Name(index), body, *_)):
            return free_letters(body, bound | {index})
        case Call(loose.ENTRY, (base, *indices)):
            found |= dict.fromkeys(free_letters(base, bound))
            letters = [index.name for index in indices if isinstance(index, Name)]
            found |= dict.fromkeys(name for name in letters if name not in bound)
        case Call(_, args):
            for arg in args:
                found |= dict.fromkeys(free_letters(arg, bound))
    return tuple(found)


def shared(
    trees: Sequence[Tree], columns: Mapping[str, str], kinds: Mapping[str, str]
) -> dict[str, str]:
    """Return what names are by their entries in any of the trees of a statement."""
    known = Kinds(kinds)
    free = frozenset(letter for tree in trees for letter in free_letters(tree))
    whole = Call("all", tuple(lettered(tree, free) for tree in trees))
    known.learn(whole, columns)
    for name, kind in known.entries.items():
        said = kinds.get(name, kind)
        if kind in (COLUMN, MATRIX) and said != kind:
            text = f"`{name}` is a {said}, and its entries are those of a {kind}"
            raise Fault(trees[0].start, text)
    return {**known.entries, **kinds}


def together(*parts: Lifted) -> dict[tuple[str, int], str]:
    """Return the sizes where the sums of a statement end."""
    found: dict[tuple[str, int], str] = {}
    for part in parts:
        for place, size in part.sizes.items():
            if found.setdefault(place, size) != size:
                said = f"sums over `{place[0]}` end at `{found[place]}` and at `{size}`"
                raise Fault(part.tree.start, said)
    return found
