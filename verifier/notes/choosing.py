"""Which definitions a statement is read with, where those in force do not do.

The nearest one of each name that it misses comes first, whether it stands before the
statement or behind it; then another one of a name that is defined more than once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ..language.tree import Call, Derived, Name, Tree
from ..spelling import loose
from .context import Context, Defined
from .document import Part

MOST_WAYS = 4
"""Choices of definitions that are tried for one statement."""
MOST_NAMES = 60
"""Names that definitions may lead to."""
CLOSE = 2
"""Paragraphs behind a statement in which what it is about may be defined."""
SWAPPED = 2
"""Other definitions of one name."""


def ways(
    context: Context,
    part: Part,
    trees: Iterable[Tree],
    force: Mapping[str, Defined],
    own: frozenset[str] = frozenset(),
) -> Iterator[Mapping[str, Defined]]:
    """Yield choices of definitions for a statement, the nearest ones first.

    `force` are the definitions in force where it stands, and `own` are names that mean
    what is in force or follows closely, or just any function; of another section they
    are what is tried last.
    """
    trees = list(trees)
    every = reached(context, part, trees, force)
    chosen = {
        name: one
        for name, one in every.items()
        if name in force or name not in own or _is_close(one, part)
    }
    count = 0
    if chosen != {name: force[name] for name in chosen if name in force}:
        yield {**force, **chosen}
        count += 1
    for name in chosen:
        for other in context.nearest(name, part)[: SWAPPED + 1]:
            if other.made == chosen[name].made:
                continue
            if count == MOST_WAYS:
                return
            count += 1
            swapped = {**force, **chosen, name: other}
            inner = reached(context, part, [other.made.body], swapped)
            yield {**swapped, **inner, name: other}
    # The f of the last statement of a text may be the one of its beginning.
    for name in own & every.keys() - chosen.keys():
        for other in context.nearest(name, part)[: SWAPPED + 1]:
            inner = reached(context, part, [other.made.body], force)
            yield {**force, **inner, name: other}


def swapped(
    context: Context,
    part: Part,
    force: Mapping[str, Defined],
    used: Mapping[str, Defined],
) -> Iterator[tuple[str, Mapping[str, Defined]]]:
    """Yield a name that a statement was read with, and another definition of it.

    Where one stands before the statement in its own section, no other section counts.
    """
    count, line = 0, context.document.place(part).line
    for name, one in used.items():
        seen = [one.made]
        own = one.within == part.within and one.line <= line
        for other in context.nearest(name, part)[: SWAPPED + 2]:
            if other.made in seen:
                continue
            if own and (other.within != part.within or other.line > line):
                continue
            if count == MOST_WAYS:
                return
            count += 1
            seen.append(other.made)
            yield name, {**force, name: other}


def _is_close(one: Defined, part: Part) -> bool:
    """Whether a definition follows as closely as a `where` behind a statement."""
    return one.within == part.within and 0 <= one.paragraph - part.paragraph <= CLOSE


def reached(
    context: Context, part: Part, trees: Iterable[Tree], force: Mapping[str, Defined]
) -> dict[str, Defined]:
    """Return a definition of each name that some trees lead to."""
    found: dict[str, Defined] = {}
    waiting = [name for tree in trees for name in named_in(tree)]
    seen = set[str]()
    while waiting and len(seen) < MOST_NAMES:
        name = waiting.pop(0)
        if name in seen:
            continue
        seen.add(name)
        one = force.get(name) or next(iter(context.nearest(name, part)), None)
        if one is not None:
            found[name] = one
            inside = named_in(one.made.body)
            waiting += [n for n in inside if n not in one.made.parameters]
    return found


def named_in(tree: Tree) -> list[str]:
    """Return the names of a tree, those of its functions too."""
    found = [p.name for p in loose.parts(tree) if isinstance(p, Name | Call)]
    symbols = [p.symbol for p in loose.parts(tree) if isinstance(p, Derived)]
    return list(dict.fromkeys([*found, *symbols]))
