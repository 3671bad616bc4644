"""A statement in the spelling of mathematics, to the record that it is.

Where its operators depend on what the names are, the reading that fits its shapes best
decides; then all of it is written in the language, and goes the way of every statement.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

from ..language.declaration import FunctionType, Type
from ..language.layout import BOTH, Layout, arranged_shape
from ..language.printing import show
from ..language.term import SCALAR, Shape
from ..language.tree import Call, Name, Tree
from ..prose.hearing import facts_behind
from ..reading.problem import Fault, Text
from ..reading.record import Record, WrittenClaim
from ..spelling.apart import is_of_some, pair_of, pairs_in
from ..spelling.chains import written_out
from ..spelling.clauses import Sides, sides_of
from ..spelling.components import with_components
from ..spelling.coordinates import by_coordinates, without_names
from ..spelling.defining import Definition
from ..spelling.gradients import with_entries
from ..spelling.grammar import Context
from ..spelling.indexed import with_indexed
from ..spelling.jacobians import by_components, of_symmetry
from ..spelling.loose import (
    EITHER,
    LISTED,
    bounded,
    calls,
    is_zero,
    lowered,
    mapped,
    parts,
    unstacked,
)
from ..spelling.needs import needed, prepared, symbolic, without_named
from ..spelling.primes import of_numbers
from ..spelling.samples import Told
from ..spelling.standing import with_unit_vectors
from ..spelling.statement import statements_of
from ..spelling.subscripted import with_subscripts
from ..spelling.summed import SUMMED, with_sums, with_units
from ..spelling.unindexed import Unindexed, unindexed
from ..spelling.written import Written
from .fitting import Misfit
from .guesses import (
    CROSS_ENTROPY,
    DIGAMMA,
    GUESSED_LOGISTIC,
    LOGISTIC,
    is_gamma,
    is_logistic,
    observed_in,
    targets_in,
    under_nablas,
)
from .inference import sized_names
from .loosened import is_vector
from .readings import OTHER_SHAPE, Search, best
from .said import Said, said_of
from .strict import Strict
from .uses import Draft, uses_of
from .ways import ways

Given = Mapping[str, Type | FunctionType]


@dataclass(frozen=True)
class Spelled:
    """A statement in the language, and how well it fits."""

    subject: str
    body: str
    claims: tuple[tuple[str, str], ...]
    wrt: tuple[str, ...]
    ranks: Mapping[str, str]
    """What each name was read as."""
    cost: float
    moving: str = ""
    target: str = ""
    error: str = ""
    notes: tuple[str, ...] = ()
    said: Said = field(default_factory=Said)
    """What words say of its names."""
    unheard: tuple[str, ...] = ()
    """Conditions that were not understood."""
    left_out: tuple[str, ...] = ()
    """Which sides are left out, and why."""
    parted: bool = False
    """Whether it is a part of a list, and what must hold as well the other parts."""
    entrywise: bool = False
    """Whether it is said in entries, which are the same in every layout."""
    columns: bool = False
    """Whether derivatives in a differential have the shape of what they are by."""
    also: tuple[Spelled, ...] = ()
    """What must hold as well: of a further derivative in the same statement."""

    @property
    def fits(self) -> bool:
        """Whether all shapes fit."""
        return self.cost < OTHER_SHAPE

    @property
    def text(self) -> str:
        """Return it on one line."""
        right = " = ".join(dict.fromkeys(text for _, text in self.claims))
        fields = {where for where, _ in self.claims}
        if {"numerator", "denominator"} <= fields and right.startswith("zeros("):
            right = "0"  # of the shape that the layout asks for
        if self.subject == "limit":
            return f"lim {self.moving}->{self.target} of ({self.body}) = {right}"
        if self.subject == "expansion":
            return f"{self.body} = {right} + {self.error}"
        if self.subject != "function":
            return f"{self.body} = {right}"
        if fields == {"differential"}:
            return f"d({self.body}) = {right}"
        if fields == {"hessian"}:
            return f"hessian({self.body}, {self.wrt[0]}) = {right}"
        turned = ".T" if fields == {"numerator"} else ""
        return f"d({self.body})/d{self.wrt[0]}{turned} = {right}"


def spelled(
    text: str,
    given: Given | None = None,
    context: Context | None = None,
    definitions: Mapping[str, Definition] | None = None,
    said: Said | None = None,
) -> list[Spelled]:
    """Return the readings of a statement, the best one first; a Fault if none."""
    given = given or {}
    context = context or Context()
    functions = {n for n, type_ in given.items() if isinstance(type_, FunctionType)}
    context = replace(
        context,
        names=context.names | given.keys(),
        functions=context.functions | functions,
    )
    sides = sides_of(text, context)
    if sides.defines and isinstance(sides.sides[0], Name):
        what = "this is a definition, which claims nothing"
        raise Fault(0, what, "write `=` where both sides are known")
    return readings(sides, given, definitions, said)


def readings(
    sides: Sides,
    given: Given,
    definitions: Mapping[str, Definition] | None = None,
    said: Said | None = None,
) -> list[Spelled]:
    """Return the readings of a statement that is parsed, the best one first."""
    said = said or Said()
    trees, component = with_components(sides.sides)
    if component:
        fonts = {**sides.fonts, component: "scalar"}
        tight = with_components(sides.tight)[0]
        sides = replace(sides, sides=trees, tight=tight, fonts=fonts)
    unheard = []
    apart = pairs_in(sides.conditions)
    for condition in sides.conditions:
        if pair_of(condition) is not None:
            continue
        words = _SET_TEXT.sub(r" \1 ", _TEXT.sub(r" \1 ", condition))
        facts = facts_behind(words)
        said = said.and_then(said_of(facts))
        if not facts and not _QUANTIFIED.fullmatch(condition):
            unheard.append(condition)
    known = {**said.definitions, **(definitions or {}), **sides.lets}
    noted: tuple[str, ...] = ()
    if "sigma" not in {*known, *given} and is_logistic(sides.sides, known):
        known["sigma"] = LOGISTIC
        noted = (GUESSED_LOGISTIC,)
    if "psi" not in {*known, *given} and is_gamma(sides.sides, known):
        known["psi"] = DIGAMMA
        noted = (*noted, "`psi` is read as the derivative of `log Γ`")
    observed = observed_in(sides.sides, known)
    if observed and "CE" not in given:
        known.setdefault("CE", CROSS_ENTROPY)
        kinds = dict.fromkeys(observed - given.keys(), "probability_vector")
        said = Said(dict.fromkeys(kinds, "vector"), kinds).and_then(said)
        noted = (*noted, "`CE` is read as a cross-entropy, of probabilities")
    known = {name: made for name, made in known.items() if name not in given}
    told = _told(sides, said)
    if 1 < len(rest := without_names(sides.sides)) < len(sides.sides):
        sides = replace(sides, sides=rest, tight=())
    if (trees := with_subscripts(sides.sides, known)) != sides.sides:
        sides = replace(sides, sides=trees, tight=())
    if (trees := with_entries(sides.sides)) != sides.sides:
        sides = replace(sides, sides=trees, tight=())
    if (trees := with_units(sides.sides)) != sides.sides:
        sides = replace(sides, sides=trees, tight=())
    if (trees := with_sums(sides.sides)) != sides.sides:
        sides = replace(sides, sides=trees, tight=())
        noted = (*noted, SUMMED)
    found: list[Spelled] = []
    fault: Fault | None = None
    stated: list[tuple[Written, float]] = []
    if (by_each := by_coordinates(sides.sides, known)) is not None:
        stated = [(by_each, 0.0)]
    for values in (one for side in sides.sides for one in calls(side, LISTED)):
        if not stated:
            raise unstacked(values.start)
    if not stated and (whole := by_components(sides.sides, known)) is not None:
        stated = [(whole, 0.0)]
    if not stated and (whole := of_symmetry(sides.sides)) is not None:
        stated = [(whole, 0.0)]
    if not stated:
        stated = [(written, 0.0) for written in statements_of(sides.sides, known)]
    stated = [(_of_numbers(one, sides, said, known), cost) for one, cost in stated]
    if sides.either:
        stated, noted = _both_signs(stated, sides, known, noted)
    if sides.tight and by_each is None:
        stated += [(written, TIGHT) for written in statements_of(sides.tight, known)]
    for written, cost in stated:
        if apart is not None:
            written = _of_some(written, apart)
        also, left_out = _also(written, known, told, given, sides, said)
        try:
            for way in ways(_plain(written, known, told)):
                if (read := _read(way.plain, given, sides, said)) is not None:
                    more = replace(
                        read,
                        unheard=tuple(unheard),
                        notes=(*read.notes, *noted),
                        left_out=(*read.left_out, *left_out),
                        also=also,
                        parted=written.parted,
                        columns=way.columns,
                    )
                    entries = written.subject == "entries"
                    cost_ = read.cost + cost + way.cost
                    entries |= read.entrywise
                    found.append(replace(more, cost=cost_, entrywise=entries))
        except Fault as problem:
            fault = fault or problem
    if fault is not None and not found:
        raise fault
    once = {(read.body, read.claims): read for read in reversed(found)}
    first = list(once.values())[::-1]
    return sorted(first, key=lambda read: read.cost)


def _told(sides: Sides, said: Said) -> Told:
    """Return what fonts and words say of samples `x_i`, each of which is a vector."""
    bold = {name for name, rank in sides.fonts.items() if rank == "vector"}
    ranks = {
        name[:-2]: rank for name, rank in said.ranks.items() if _SAMPLE.fullmatch(name)
    }
    columns = bold | {name for name, rank in ranks.items() if rank == "vector"}
    numbers = {name for name, rank in ranks.items() if rank == "scalar"}
    return Told(frozenset(columns - numbers), frozenset(numbers))


_QUANTIFIED = re.compile(r"(?:for )?(?:all|any|every|each) \w+")
"""What a statement is true of anyway: `for all x`."""
_SAMPLE = re.compile(r"\w+_[ijkntN]")


def _of_some(written: Written, apart: tuple[str, str, str]) -> Written:
    """Return a statement about the entries whose indices are one, or are not."""
    made = replace(written, apart=apart)
    letters = {n.name for t in written.trees for n in parts(t) if isinstance(n, Name)}
    told = written.subject == "entries" and is_of_some(made)
    if not told and letters & {apart[0], apart[2]}:
        said = "it is said of some entries only: of some pairs of indices"
        raise Fault(written.body.start, said)
    return made


def _of_numbers(
    written: Written, sides: Sides, said: Said, known: Mapping[str, Definition]
) -> Written:
    """Return a statement about functions of numbers where its primes say that."""
    if _JACOBIAN.search(sides.text):
        return written
    found = of_numbers(sides.sides, known)
    if found:
        found |= dict.fromkeys(written.wrt, "scalar")
    told = {*said.ranks, *said.arguments, *sides.fonts}
    if not found or told & found.keys():
        return written
    return replace(written, ranks={**found, **written.ranks})


_JACOBIAN = re.compile(r"(?<![A-Za-z\\])J\}?\s*_")
"""The letter of a Jacobian, `J_f(x)`: that of a function of numbers is called `f'`."""


def _both_signs(
    stated: Sequence[tuple[Written, float]],
    sides: Sides,
    known: Mapping[str, Definition],
    noted: tuple[str, ...],
) -> tuple[list[tuple[Written, float]], tuple[str, ...]]:
    """Add what is stated with the lower signs, as the other part of each statement."""
    found = [part for side in sides.sides for part in calls(side, "add", "sub")]
    try:
        if sum(part.mark == EITHER for part in found) != sides.either:
            raise ValueError
        (other, *_) = statements_of(tuple(map(lowered, sides.sides)), known)
    except (Fault, ValueError):
        return [*stated], (*noted, "of `±` the upper sign is read")
    made = [
        (replace(written, also=(*written.also, other), parted=True), cost)
        for written, cost in stated
    ]
    return made, noted


def left_out_of(shown: str, why: str) -> str:
    """Say that a side is left out, which one it is, and why."""
    if not shown:
        return f"a side is left out: {why}"
    if len(shown) > MOST_SHOWN:
        shown = shown[: MOST_SHOWN - 1] + "…"
    return f"the side `{shown}` is left out: {why}"


MOST_SHOWN = 80
"""Characters of a side that is left out."""


def _also(
    written: Written,
    known: Mapping[str, Definition],
    told: Told,
    given: Given,
    sides: Sides,
    said: Said,
) -> tuple[tuple[Spelled, ...], list[str]]:
    """Return what must hold as well, and of what cannot be read why."""
    found: list[Spelled] = []
    left_out: list[str] = []
    for one in written.also:
        try:
            ways = [
                replace(read, entrywise=read.entrywise or one.subject == "entries")
                for plain in _plain(one, known, told)
                if (read := _read(plain, given, sides, said)) is not None
            ]
            found.append(min(ways, key=lambda read: read.cost))
        except (Fault, ValueError) as problem:
            why = problem.text if isinstance(problem, Fault) else "no shapes fit"
            left_out.append(left_out_of(sides.shown(one.side or one.body), why))
    return tuple(found), left_out


def _plain(
    written: Written, known: Mapping[str, Definition], told: Told
) -> Iterator[Unindexed]:
    """Yield a statement with the definitions it needs, and with all of them."""
    written, known = prepared(written, {**known, **written.lets})
    written = with_unit_vectors(written, known)
    try:
        few = with_indexed(written_out(written, needed(written, known)), known)
    except Fault as fault:
        few, known = _symbolic(written, known, fault)
    yield from unindexed(few, told)
    try:
        named = without_named(written, known)
        every = with_indexed(written_out(written, named), known)
        if every != few:
            yield from unindexed(every, told)
    except Fault:  # it is read already
        return


def _symbolic(
    written: Written, known: Mapping[str, Definition], fault: Fault
) -> tuple[Written, Mapping[str, Definition]]:
    """Return a statement about functions of which nothing is known."""
    for fewer in symbolic(written, known):
        try:
            return written_out(written, needed(written, fewer)), fewer
        except Fault:
            continue
    raise fault


TIGHT = 0.5
"""What it costs that all of `bc` is below in `a/bc`."""
_TEXT = re.compile(r"\\(?:text|mbox|textrm|mathrm)\s*\{([^{}]{2,200}|[^\x00-\x7f])\}")
"""Words that are set inside a formula."""
_SET_TEXT = re.compile(
    r"\\(?:text|mbox|textrm)\s*\{((?:[^{}]|\{[^{}]{0,80}\}){2,200})\}"
)
"""Words with names in another font among them."""


def _read(plain: Unindexed, given: Given, sides: Sides, said: Said) -> Spelled | None:
    """Find what the names are, and write the statement in the language."""
    written = plain.written
    applied = said.applied(written.trees)
    ranks = {**under_nablas(sides.sides), **sides.fonts, **applied, **said.ranks}
    ranks |= {**plain.ranks, **written.ranks}
    for name, rank in said.ranks.items():
        if rank == "square" and ranks[name] == "matrix":
            ranks[name] = rank
    letters = {n.name for t in written.trees for n in parts(t) if isinstance(n, Name)}
    sizes = {at: size for at, size in plain.sizes.items() if size in letters}
    claims = written.claims
    target = show(written.target) if written.target is not None else ""
    draft = Draft(
        written.subject,
        written.body,
        claims,
        written.wrt,
        written.moving,
        target,
        {name: rank for name, rank in ranks.items() if name not in given},
        frozenset({*said.ranks, *applied, *plain.ranks, *written.ranks} - given.keys()),
        sizes=sizes,
    )
    search = Search(draft, uses_of(draft), given)
    reading = best(search)
    assert reading.fitting is not None
    fitting = reading.fitting
    strict = Strict(fitting, sized_names(draft, search, given, reading))
    try:
        # A power of a matrix is written out: small in memory, and large in a text.
        body = bounded(strict.tree(written.body))
        made = [
            (claim[0], bounded(claim[1]))
            for where, tree in claims
            for claim in _claims(strict, written, where, tree)
        ]
        error = _error(strict, written, sides) if written.error else ""
        _check_taken(plain, strict, letters)
    except Misfit:
        return None
    targets = {
        name: "probability_vector"
        for name in targets_in(body) - given.keys() - said.kinds.keys()
        if reading.choice.get(name) == "vector"
    }
    said = Said(kinds=targets).and_then(said)
    notes = tuple(f"`{name}` is read as probabilities" for name in targets)
    return Spelled(
        written.subject,
        show(body),
        tuple((where, show(tree)) for where, tree in made),
        written.wrt,
        dict(reading.choice),
        reading.cost,
        written.moving,
        target,
        error,
        (*plain.notes, *written.notes, *notes),
        said,
        left_out=tuple(
            left_out_of(sides.shown(tree), why) for tree, why in written.left_out
        ),
        entrywise=plain.by_entries,
    )


def _error(strict: Strict, written: Written, sides: Sides) -> str:
    """Return how large an error is, of a vector by its norm where nobody writes it."""
    assert written.error is not None
    made = strict.tree(written.error)
    if strict.shape(Name(written.moving)) == SCALAR or _SMALL.search(sides.text):
        return show(made)

    def sized(part: Tree) -> Tree:
        return Call("norm", (part,)) if part == Name(written.moving) else part

    normed = any(True for _ in calls(made, "norm"))
    return show(made if normed else mapped(made, sized))


_SMALL = re.compile(r"(?<![A-Za-z])[oO]\s*(?:\\left\s*)?\(")
"""An error that is written."""


def _check_taken(plain: Unindexed, strict: Strict, letters: Set[str]) -> None:
    """Refuse what was read without its indices for ranks that names do not have.

    In `Σ_i (x_i + b)²` the b was taken for a number: a vector is another statement.
    """
    for tree, rank in plain.taken.items():
        if {part.name for part in parts(tree) if isinstance(part, Name)} <= letters:
            shape = strict.shape(tree)
            if _rank(shape) != rank:
                said = f"`{show(strict.tree(tree))}` is a {_rank(shape)}"
                what = f"{said}, and beside its indices it would be a {rank}"
                raise Fault(tree.start, what, "give it an index, or another type")


def _rank(shape: Shape) -> str:
    return "scalar" if shape == SCALAR else "vector" if is_vector(shape) else "matrix"


def _claims(
    strict: Strict, written: Written, where: str, tree: Tree
) -> Iterator[tuple[str, Tree]]:
    """Yield a claim in the language; a 0 is of the shape that is asked for."""
    if not is_zero(tree):
        yield where, strict.tree(tree)
        return
    shape = strict.shape(written.body)
    if written.subject != "function" or where in ("differential", "hessian"):
        if where == "hessian":
            rows, columns = strict.shape(Name(written.wrt[0]))
            shape = rows * columns, rows * columns
        yield where, strict.zeros(shape, tree.start)
        return
    x = strict.shape(Name(written.wrt[0]))
    for layout in BOTH if where == "both" else (Layout(where),):
        demanded = arranged_shape(shape, x, layout, x == SCALAR)
        field = where if demanded == SCALAR else layout.value
        yield field, strict.zeros(demanded, tree.start)
        if demanded == SCALAR:
            return


def record_of(read: Spelled, whole: Text, types: Mapping[str, Text], id: str) -> Record:
    """Return the record of a reading; all of it stands where the statement does."""

    def text(value: str) -> Text:
        at = whole.at(0)
        return Text(value, at, whole.lines, ((at.line, at.column),) * (len(value) + 1))

    return Record(
        id,
        whole.at(0),
        read.subject,
        text(read.body),
        tuple(WrittenClaim(where, text(claim)) for where, claim in read.claims),
        where=types,
        where_places={name: text(name) for name in types},
        wrt=tuple(map(text, read.wrt)),
        approach=text(f"{read.moving} -> {read.target}") if read.target else None,
        small=text(read.moving) if read.error else None,
        error=text(read.error) if read.error else None,
    )
