"""A statement without indices: its entries and sums as matrices, in every sensible way.

`∂f/∂x_i = 2 x_i` is `∂f/∂x = 2 x`; in `Σ_i (y_i - w^T x_i)²` the x_i are numbers or the
columns of a matrix, and what fits decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

from ..language.tree import Call, Name, Number, Tree
from ..reading.problem import Fault
from . import loose
from .apart import is_of_some, of_some
from .assembly import product
from .indices import Lifted, lifted
from .kinds import COLUMN, MATRIX, NUMBER
from .labelled import with_components_named
from .loose import is_zero
from .samples import (
    NOTHING_TOLD,
    Told,
    by_entries,
    free_letters,
    of_samples,
    proposals,
    shared,
    together,
    whole_names,
)
from .standing import VECTORS
from .summed import is_about_entries
from .written import Written

RANKS = {NUMBER: "scalar", COLUMN: "vector", MATRIX: "matrix"}


@dataclass(frozen=True)
class Unindexed:
    """A statement without indices, and what that says of its names."""

    written: Written
    ranks: Mapping[str, str] = field(default_factory=dict)
    sizes: Mapping[tuple[str, int], str] = field(default_factory=dict)
    """The size of a name by axis, where a sum ends with it."""
    notes: tuple[str, ...] = ()
    taken: Mapping[Tree, str] = field(default_factory=dict)
    """What was taken for a scalar, a vector or a matrix: if it is not, all is wrong."""
    by_entries: bool = False
    """Whether it says what the derivative by one entry is, which has no layout."""


def unindexed(written: Written, told: Told = NOTHING_TOLD) -> Iterator[Unindexed]:
    """Yield a statement without indices; a Fault where it cannot be read so."""
    written = _mapped(written, _turned)
    change = capitals(_trees(written))
    written = _mapped(written, change) if change else written
    written = with_components_named(written, told)
    change = of_samples(_trees(written))
    written = _mapped(written, change) if change else written
    written = written if written.apart else _named(written)
    if not any(map(_indexed, _trees(written))):
        yield Unindexed(written)
        return
    fault: Fault | None = None
    found = False
    for one, columns in _meant(written, told):
        try:
            made = _read(one, columns)
        except Fault as problem:
            fault = fault or problem
        else:
            found = True
            # Where X stands beside the x_i, these are hardly those of another matrix.
            of_rows = [*_of_rows(made, one, columns)]
            yield from of_rows
            if not of_rows or one.subject != "value":
                yield made
    if fault is not None and not found:
        raise fault


def _meant(written: Written, told: Told) -> Iterator[tuple[Written, Mapping[str, str]]]:
    """Yield what a statement may be about, with the names that are columns.

    An e that stands there with an index only may be the columns of the identity; the
    x_i beside it are then those of an X that stands there.
    """
    bare = {name for tree in _trees(written) for name in whole_names(tree)}
    if not bare & {*VECTORS} and written.subject != "entries":
        units = _mapped(written, _column_of_identity)
        if units != written:
            for columns in proposals(_trees(units), told) or [{}]:
                whole = {name: name.upper() for name in columns}
                yield (
                    units,
                    {**columns, **{n: X for n, X in whole.items() if X in bare}},
                )
    for columns in proposals(_trees(written), told) or [{}]:
        yield written, columns


def _column_of_identity(part: Tree) -> Tree:
    match part:
        case Call(loose.ENTRY, (Name(name) as base, Name() as index)):
            if name in VECTORS:
                whole = loose.call(loose.IDENTITY, start=base.start, stop=base.stop)
                return replace(part, args=(whole, index))
    return part


def capitals(
    trees: Sequence[Tree], beside: Sequence[Tree] = ()
) -> Callable[[Tree], Tree] | None:
    """Return how `a_ij` is read as an entry of A, which stands there and a does not.

    It may stand `beside` them, in what the text has defined.
    """
    bare = {name for tree in (*trees, *beside) for name in whole_names(tree)}
    double = {
        entry.args[0].name
        for tree in trees
        for entry in loose.calls(tree, loose.ENTRY)
        if len(entry.args) == 3 and isinstance(entry.args[0], Name)
    }
    known = {name for name in bare | double if name[0].isupper()}
    named = {
        one: capital
        for one in double - bare
        if (capital := one[0].upper() + one[1:]) in known - {one}
    }
    if not named:
        return None

    def change(part: Tree) -> Tree:
        match part:
            case Call(loose.ENTRY, (Name(name), one, other)) if name in named:
                return replace(part, args=(Name(named[name]), one, other))
        return part

    return change


def _turned(part: Tree) -> Tree:
    """Read the prime of what has an index, `x_i'`, as a transpose."""
    match part:
        case Call(loose.PRIMED, (inner,)) if _indexed(inner):
            return replace(part, name="transpose")
    return part


def _mapped(written: Written, change: Callable[[Tree], Tree]) -> Written:
    claims = tuple((where, loose.mapped(one, change)) for where, one in written.claims)
    by = loose.mapped(written.by, change) if written.by is not None else None
    body = loose.mapped(written.body, change)
    return replace(written, body=body, claims=claims, by=by)


def _of_rows(
    made: Unindexed, written: Written, columns: Mapping[str, str]
) -> Iterator[Unindexed]:
    """Yield it with the X of one side as the matrix of the x_i of others, its rows.

    The loss is a sum over samples there, and its gradient is `X^T (X w - y)`.
    """
    every = {name for tree in written.trees for name in _matrices(tree)}
    # Where both stand in what is differentiated, they are hardly the same.
    both = _matrices(written.body) & _sampled(written.body)
    both = both if written.subject != "value" else set[str]()
    named = {
        matrix: name.upper()
        for name, matrix in columns.items()
        if matrix != name.upper() and name.upper() in every - both - {name}
    }
    if not named:
        return
    ways = [dict.fromkeys(named, True), dict.fromkeys(named, False)]
    if len(named) == 2:  # `A B = Σ_k a_k b_k^T`
        one, other = named
        ways += [{one: True, other: False}, {one: False, other: True}]
    for rows in ways:
        yield _with_rows(made, columns, named, rows)


def _with_rows(
    made: Unindexed,
    columns: Mapping[str, str],
    named: Mapping[str, str],
    rows: Mapping[str, bool],
) -> Unindexed:
    """Return it with what its matrices of samples are called, whose rows some are."""

    def change(part: Tree) -> Tree:
        if isinstance(part, Name) and part.name in named:
            whole = Name(named[part.name])
            return loose.call("transpose", whole) if rows[part.name] else whole
        return part

    def held(tree: Tree) -> bool:
        return any(isinstance(p, Name) and p.name in named for p in loose.parts(tree))

    said = {True: "rows", False: "columns"}
    notes = (
        _notes({name: named.get(matrix, matrix)}, said[rows.get(matrix, False)])
        for name, matrix in columns.items()
    )
    return replace(
        made,
        written=_mapped(made.written, change),
        ranks={named.get(name, name): rank for name, rank in made.ranks.items()},
        sizes={
            (named.get(name, name), 1 - axis if rows.get(name) else axis): size
            for (name, axis), size in made.sizes.items()
        },
        notes=tuple(note for one in notes for note in one),
        taken={tree: rank for tree, rank in made.taken.items() if not held(tree)},
    )


def _sampled(tree: Tree) -> set[str]:
    """Return what the matrices of names with one index are called."""
    single = (e for e in loose.calls(tree, loose.ENTRY) if len(e.args) == 2)
    return {e.args[0].name.upper() for e in single if isinstance(e.args[0], Name)}


def _matrices(tree: Tree) -> set[str]:
    """Return the names that stand without an index, or with two."""
    double = (e for e in loose.calls(tree, loose.ENTRY) if len(e.args) == 3)
    names = {e.args[0].name for e in double if isinstance(e.args[0], Name)}
    return {*whole_names(tree)} | names


def _trees(written: Written) -> list[Tree]:
    return [*written.trees, *((written.by,) if written.by is not None else ())]


def _indexed(tree: Tree) -> bool:
    names = loose.ENTRY, loose.TOTAL, loose.PRODUCT
    return next(loose.calls(tree, *names), None) is not None


def _named(written: Written) -> Written:
    """Read `w_k` as a name where w stands with that one index, and k is nothing else.

    The same goes for numbers: `x_1` is a name.
    """
    trees = _trees(written)
    entries = [entry for tree in trees for entry in loose.calls(tree, loose.ENTRY)]
    bound = {
        total.args[0]
        for tree in trees
        for total in loose.calls(tree, loose.TOTAL, loose.PRODUCT)
    }
    letters = {part for tree in trees for part in loose.parts(tree)}
    ways: dict[Tree, set[tuple[Tree, ...]]] = {}
    for entry in entries:
        ways.setdefault(entry.args[0], set()).add(entry.args[1:])
    bare = {name for tree in trees for name in whole_names(tree)}
    several = len({indices for found in ways.values() for indices in found}) > 1

    def is_name(entry: Call) -> bool:
        base, *indices = entry.args
        if not isinstance(base, Name) or not letters:
            return False
        if all(isinstance(index, Number) for index in indices):
            return True
        alone = len(ways[base]) == 1 and base.name not in bare
        return alone and not bound & set(indices) and not (several and _two(indices))

    def change(part: Tree) -> Tree:
        if isinstance(part, Call) and part.name == loose.ENTRY and is_name(part):
            base, *indices = part.args
            assert isinstance(base, Name)
            name = f"{base.name}_{''.join(map(_letter, indices))}"
            return Name(name, start=part.start, stop=part.stop)
        return part

    if not entries or not all(map(is_name, entries)):
        numbers = all(isinstance(i, Number) for e in entries for i in e.args[1:])
        if not numbers or not entries:
            return written
    body = loose.mapped(written.body, change)
    claims = tuple(
        (where, loose.mapped(tree, change)) for where, tree in written.claims
    )
    by = loose.mapped(written.by, change) if written.by is not None else None
    if written.subject != "entries":
        return replace(written, body=body, claims=claims, by=by)
    match by:
        case Name(name) | Call(loose.SECOND_PARTIAL, (_, Name(name), Name(_))):
            pass
        case _:
            return replace(written, body=body, claims=claims, by=by)
    if isinstance(by, Call) and by.args[2] != Name(name):
        raise Fault(by.start, "a second derivative by two variables is not read")
    return Written("function", body, claims, (name,), left_out=written.left_out)


def _two(indices: list[Tree]) -> bool:
    return len(indices) > 1


def _letter(index: Tree) -> str:
    return index.name if isinstance(index, Name) else str(getattr(index, "value", ""))


def _read(written: Written, columns: Mapping[str, str]) -> Unindexed:
    for entry in (e for t in _trees(written) for e in loose.calls(t, loose.ENTRY)):
        if loose.is_name(entry.args[0], "e") and written.subject != "value":
            raise Fault(entry.start, "`e_i` may be a unit vector")
    if written.subject == "entries" and is_of_some(written):
        known = shared(_trees(written), columns, {})
        ranks = _ranks(known, {}, columns)
        made = of_some(written, columns)
        return Unindexed(made, ranks, notes=_notes(columns), by_entries=True)
    if written.subject == "entries":
        return replace(_by_entries(written, columns), by_entries=True)
    trees = _trees(written)
    free = list(
        dict.fromkeys(letter for tree in trees for letter in free_letters(tree))
    )
    if free and written.subject != "value":
        said = f"`{free[0]}` is an index on one side only"
        raise Fault(trees[0].start, said)
    # A product over an index on one side alone hides a sum, or is a slip.
    sides = [set(letters) for tree in trees if (letters := free_letters(tree))]
    for side in sides:
        if lacking := sorted(set(free) - side):
            said = f"`{lacking[0]}` is an index on one side only"
            raise Fault(trees[0].start, said, f"write a sum: `Σ_{lacking[0]}`")
    for tree in trees:
        _not_twice(tree, set(free))
        if free and not free_letters(tree) and is_about_entries(tree, trees):
            said = f"`{free[0]}` is an index on one side only"
            raise Fault(tree.start, said, f"write a sum: `Σ_{free[0]}`")
    known = shared(trees, columns, {})
    made = [lifted(tree, free, columns, known) for tree in trees]
    if written.subject == "value" and not free and _are_alike(made):
        # `x^T A x = Σ_ij x_i A_ij x_j` says how that product is computed.
        made = [lifted(tree, free, columns, known, entries=True) for tree in trees]
    claims = tuple(
        (where, one.tree)
        for (where, _), one in zip(written.claims, made[1:], strict=False)
    )
    assumed = {tree: kind for one in made for tree, kind in one.assumed.items()}
    return Unindexed(
        replace(written, body=made[0].tree, claims=claims),
        _ranks(known, assumed, columns),
        together(*made),
        _notes(columns),
        _taken(known, assumed, columns),
    )


def _are_alike(made: Sequence[Lifted]) -> bool:
    """Whether all sides have come to the same, so that they would state nothing."""
    return len({loose.mapped(one.tree, _multiplied) for one in made}) == 1 < len(made)


def _multiplied(part: Tree) -> Tree:
    """Return a product as it is written where its factors are matrices."""
    match part:
        case Call(loose.JUXTAPOSED | loose.DOTTED | "matmul", (left, right)):
            return product(left, right)
        case Call(loose.PRIMED, (inner,)):
            return Call("transpose", (inner,))
    return part


def _not_twice(tree: Tree, free: Set[str]) -> None:
    """Raise a Fault where a side sums over what is free on the other."""
    summed = {_letter(total.args[0]) for total in loose.calls(tree, loose.TOTAL)}
    if not free_letters(tree) and (again := sorted(summed & free)):
        said = f"`{again[0]}` is summed over on one side, and free on the other"
        raise Fault(tree.start, said, "put all that is summed into brackets")


def _by_entries(written: Written, columns: Mapping[str, str]) -> Unindexed:
    by = written.by
    assert by is not None
    free = {*free_letters(written.body), *free_letters(by)}
    for _, claim in written.claims:
        if len(free) == 2 and not free & {*free_letters(claim)} and not is_zero(claim):
            said = "it is said of some entries only: the right side has no index"
            raise Fault(claim.start, said)
        _not_twice(claim, free)
    second = isinstance(by, Call) and by.name == loose.SECOND_PARTIAL
    variables = list(by.args[1:]) if second and isinstance(by, Call) else by
    found = [
        by_entries(written.body, variables, claim, columns)
        for _, claim in written.claims
    ]
    first = found[0]
    name = first.by
    if not isinstance(name, Name):
        raise Fault(by.start, "a derivative is by a name")
    claims = tuple((one.layout, one.claim) for one in found)
    known = shared(_trees(written), columns, {})
    assumed = {tree: kind for one in found for tree, kind in one.assumed.items()}
    return Unindexed(
        Written(
            "function", first.body, claims, (name.name,), left_out=written.left_out
        ),
        _ranks(known, assumed, columns),
        first.sizes,
        _notes(columns),
        _taken(known, assumed, columns),
    )


def _ranks(
    known: Mapping[str, str], assumed: Mapping[Tree, str], columns: Mapping[str, str]
) -> dict[str, str]:
    """Return what entries, and what was taken for granted, say of names."""
    found = {name: RANKS[kind] for name, kind in known.items() if kind in RANKS}
    for tree, kind in assumed.items():
        if isinstance(tree, Name) and kind in RANKS:
            found[tree.name] = RANKS[kind]
    return found | dict.fromkeys(columns.values(), "matrix")


def _taken(
    known: Mapping[str, str], assumed: Mapping[Tree, str], columns: Mapping[str, str]
) -> dict[Tree, str]:
    """Return what all of this rests on, names with entries and trees without."""
    found: dict[Tree, str] = {
        Name(name): RANKS[kind]
        for name, kind in known.items()
        if kind in RANKS and name not in columns
    }
    found |= {tree: RANKS[kind] for tree, kind in assumed.items() if kind in RANKS}
    return found | {Name(matrix): "matrix" for matrix in columns.values()}


def _notes(columns: Mapping[str, str], what: str = "columns") -> tuple[str, ...]:
    return tuple(
        f"the `{name}` with an index are the {what} of `{matrix}`"
        for name, matrix in columns.items()
    )
