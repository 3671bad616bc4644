"""A statement in the spelling of mathematics, to what it may mean in the language.

Where its operators depend on what the names are, the reading that fits its shapes best
decides; then all of it is written in the language, and goes the way of every statement.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from ..language.declaration import FunctionType
from ..language.tree import Name, Tree
from ..prose.hearing import facts_behind
from ..reading.problem import Fault
from ..spelling.apart import pair_of, pairs_in
from ..spelling.clauses import sides_of
from ..spelling.components import with_components
from ..spelling.coordinates import by_coordinates, without_names
from ..spelling.defining import Definition
from ..spelling.directions import along_changes
from ..spelling.flows import along_flow, check_claimed, check_flows, with_dots
from ..spelling.gradients import with_entries
from ..spelling.grammar import Context
from ..spelling.jacobians import by_components, of_symmetry
from ..spelling.loose import LISTED, calls, unstacked
from ..spelling.parsed import Sides
from ..spelling.samples import Told
from ..spelling.shorthand import of_prime
from ..spelling.statement import statements_of
from ..spelling.subscripted import with_subscripts
from ..spelling.summed import SUMMED, with_sums, with_units
from ..spelling.titles import without_titles
from ..spelling.written import Written
from .expressing import expressed
from .guesses import (
    CROSS_ENTROPY,
    DIGAMMA,
    GUESSED_LOGISTIC,
    LOGISTIC,
    is_gamma,
    is_logistic,
    observed_in,
)
from .said import Said, said_of
from .spelled import Given, Spelled, left_out_of
from .unfolded import about_numbers, both_signs, of_some, unfolded
from .ways import ways


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
    if sides.defines and isinstance(sides.sides[0], Name) and len(sides.sides) < 3:
        what = "this is a definition, which claims nothing"
        raise Fault(0, what, "write `=` where both sides are known")
    check_claimed(sides.sides, {**(definitions or {}), **sides.lets})
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
        words = _SHORT.sub("symmetric", _ARROW.sub("->", words))
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
    if (trees := without_titles(sides.sides, known)) != sides.sides:
        names = (s.name for s in sides.sides if isinstance(s, Name) and s not in trees)
        noted = (*noted, *(f"`{name}` is what it is called" for name in names))
        sides = replace(sides, sides=trees, tight=())
    for trees in _rewritten(sides.sides, known):
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
    stated = [(about_numbers(one, sides, said, known), cost) for one, cost in stated]
    arrays = _ARRAYS.search(sides.text) is not None
    if sides.either:
        stated, noted = both_signs(stated, sides, known, noted)
    if (primed := of_prime(sides.sides)) and by_each is None:
        stated += [(written, PRIME) for written in statements_of(primed, known)]
    if sides.tight and by_each is None:
        stated += [(written, TIGHT) for written in statements_of(sides.tight, known)]
    for written, cost in stated:
        if apart is not None:
            written = of_some(written, apart)
        also, left_out = _also(written, known, told, given, sides, said)
        try:
            for way in ways(unfolded(written, known, told), arrays):
                if (read := expressed(way.plain, given, sides, said)) is not None:
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


def _rewritten(
    sides: tuple[Tree, ...], known: Mapping[str, Definition]
) -> Iterator[tuple[Tree, ...]]:
    """Yield sides as they are in full, each time that something of them is not."""
    for made in (
        with_dots,
        along_flow,
        check_flows,
        along_changes,
        with_subscripts,
        lambda trees, _: with_entries(trees),
        lambda trees, _: with_units(trees),
    ):
        if (trees := made(sides, known)) != sides:
            yield (sides := trees)


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
                for plain in unfolded(one, known, told)
                if (read := expressed(plain, given, sides, said)) is not None
            ]
            found.append(min(ways, key=lambda read: read.cost))
        except (Fault, ValueError) as problem:
            why = problem.text if isinstance(problem, Fault) else "no shapes fit"
            left_out.append(left_out_of(sides.shown(one.side or one.body), why))
    return tuple(found), left_out


_ARRAYS = re.compile(
    r"\b(?:np|jnp|numpy|jax|torch|tf|autograd)\.[a-z]|\blambda\b[\w\s,]{1,80}:|\brange\("
)
"""Code in which a vector has one axis."""
PRIME = 0.5
"""What it costs that the prime of a bracket is no transpose."""
TIGHT = 0.5
"""What it costs that all of `bc` is below in `a/bc`."""


_SHORT = re.compile(r"\bsymm?\b\.?")
_ARROW = re.compile(r"\\(?:long)?(?:rightarrow|to)\b")
_TEXT = re.compile(r"\\(?:text|mbox|textrm|mathrm)\s*\{([^{}]{2,200}|[^\x00-\x7f])\}")
"""Words that are set inside a formula."""


_SET_TEXT = re.compile(
    r"\\(?:text|mbox|textrm)\s*\{((?:[^{}]|\{[^{}]{0,80}\}){2,200})\}"
)
"""Words with names in another font among them."""
