"""Which definitions a statement needs, and which would take its sense from it.

In `∂(y - X β)^T (y - X β)/∂β` the y is data, though the text has said `y = X β + ε`; in
`∂J/∂x = W^T ∂J/∂z` the J is any function of z.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import replace

from ..language.tree import Call, Derived, Name, Tree
from ..reading.problem import Fault
from . import loose
from .defining import Definition, inserted
from .written import Written

MOST = 6
"""Definitions within each other."""


def needed(
    written: Written, definitions: Mapping[str, Definition]
) -> Mapping[str, Definition]:
    """Return the definitions that a statement needs to be about what it is by.

    Others stay out: in `∂(y - X β)^T (y - X β)/∂β` the y is data, though the text has
    said `y = X β + ε`.
    """
    found: dict[str, Definition] = {}
    body = written.body
    for _ in range(MOST):
        names = names_in(body)
        lone = isinstance(body, Name) or any(
            isinstance(part, Call) and part.name in definitions
            for part in loose.parts(body)
        )
        if not lone and names >= {*written.variables} and written.variables:
            break
        more = {name for name in names if name in definitions and name not in found}
        if not lone and written.variables:
            by = {*written.variables}
            closed = {name for name in more if _reached(name, definitions) & by}
            more = closed or more
        if not more:
            break
        found |= {name: definitions[name] for name in more}
        body = inserted(body, {name: definitions[name] for name in more})
    known = names_in(body) | {*written.variables}
    missing = set[str]()
    beside = _between(written, definitions) if written.variables else set()
    for _, claim in written.claims:
        for name in names_in(claim) - known:
            # The B of `C = B V` is any matrix in a derivative by V.
            if name in definitions and not (name in beside and _differentiates(claim)):
                found[name] = definitions[name]
        letters = {part.name for part in loose.parts(claim) if isinstance(part, Name)}
        missing |= letters - known - definitions.keys()
    missing -= {name.upper() for name in _sampled(body)}  # the X of samples x_i
    # Where the claim speaks of the L of `Σ = L L^T`, Σ stands for it.
    for name in names_in(body):
        if name in definitions and _reached(name, definitions) & missing:
            found[name] = definitions[name]
    return found


def _sampled(tree: Tree) -> set[str]:
    """Return the names that stand with one index, as samples do."""
    return {
        entry.args[0].name
        for entry in loose.calls(tree, loose.ENTRY)
        if len(entry.args) == 2 and isinstance(entry.args[0], Name)
    }


def _between(written: Written, definitions: Mapping[str, Definition]) -> set[str]:
    """Return what stands beside a variable in what claims take the derivative by."""
    by = {*written.variables}
    above = {
        _below(part)
        for _, claim in written.claims
        for part in loose.calls(claim, loose.PARTIAL, loose.GRADIENT)
    }
    found, waiting, seen = set[str](), list(above), set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in definitions:
            continue
        seen.add(name)
        if not _reached(name, definitions) & by:
            continue
        inside = names_in(definitions[name].body)
        waiting += inside
        found |= {one for one in inside if not _reached(one, definitions) & by}
    return found


def without_named(
    written: Written, definitions: Mapping[str, Definition]
) -> Mapping[str, Definition]:
    """Return definitions without those of names that stand for themselves in claims.

    In `∂L/∂y = 2 y - λ` λ does not depend on y, though `λ = 2 y` at the optimum.
    """
    few = needed(written, definitions)
    named = {name for _, claim in written.claims for name in names_in(claim)}
    own = {
        name
        for name in named & definitions.keys() - few.keys()
        if _reached(name, definitions) & {*written.variables}
    }
    return {name: made for name, made in definitions.items() if name not in own}


def prepared(
    written: Written, definitions: Mapping[str, Definition]
) -> tuple[Written, dict[str, Definition]]:
    """Return a statement in which `δ = ∂J/∂z` is written out, and what else is defined.

    What a derivative is by is free: `u = w ∘ x` is no definition of it in `∂y/∂u`, and
    y is a function of u where it is made of `w ∘ x`. So are, in the derivative of
    `p(x | m, S)` by m, the x and the S. A β̂ is β where a derivative by β is taken at β̂.
    """
    written = _twinned(written, definitions)
    free = _beside(written) - written.lets.keys()
    definitions = {n: made for n, made in definitions.items() if n not in free}
    deltas = {n: made for n, made in definitions.items() if _differentiates(made.body)}
    known = {n: made for n, made in definitions.items() if n not in deltas}
    for name in written.variables:
        made = known.pop(name, None)
        if made is not None and not made.parameters and isinstance(made.body, Call):
            known = {n: _by(name, made.body, other) for n, other in known.items()}
    used = {n for _, claim in written.claims for n in names_in(claim)} & deltas.keys()
    if used:
        few = {name: deltas[name] for name in used}
        few = _downstream(few, deltas, known, {*written.variables})
        claims = tuple((where, inserted(tree, few)) for where, tree in written.claims)
        written = replace(written, claims=claims)
    return written, known


def _downstream(
    used: Mapping[str, Definition],
    deltas: Mapping[str, Definition],
    known: Mapping[str, Definition],
    by: Set[str],
) -> dict[str, Definition]:
    """Return what stands for `δ = ∂L/∂z`, so that L is a function of few things.

    Beside `∂L/∂y`, of a y that is made of z, it is what the text says that it is in
    terms of that: with respect to both L would be two functions. So it is where z does
    not depend on what the statement is by.
    """
    found = dict(used)
    for _ in range(MOST):
        below = {name: _below(made.body) for name, made in found.items()}
        upper = [
            name
            for name, made in found.items()
            if made.value is not None
            and (
                not _reached(below[name], known) & by
                or any(
                    other
                    and other != below[name]
                    and below[name] in _reached(other, known)
                    for other in below.values()
                )
            )
        ]
        if not upper:
            break
        for name in upper:
            value = found[name].value
            assert value is not None
            found[name] = replace(found[name], body=value, value=None)
            more = names_in(value) & deltas.keys() - found.keys()
            found |= {one: deltas[one] for one in more}
    return found


def _below(tree: Tree) -> str:
    """Return what a derivative is by; "" for all else."""
    match tree:
        case Call("transpose" | loose.ACTING, (inner,)):
            return _below(inner)
        case Call(loose.PARTIAL | loose.GRADIENT, (_, Name(name))):
            return name
    return ""


DECORATED = ("hat", "star", "tilde")
"""Marks of the point at which a derivative is taken."""


def _twinned(written: Written, definitions: Mapping[str, Definition]) -> Written:
    """Return a statement by β in terms of β, though it has `β̂` or `β*` in its place."""
    if len(written.wrt) != 1:
        return written
    (name,) = written.wrt
    inside = names_in(written.body)
    free = {one: made for one, made in definitions.items() if one != name}
    try:
        body = inserted(written.body, free)
    except Fault:
        return written
    whole = names_in(body)
    claimed = {n for _, claim in written.claims for n in names_in(claim)}
    others = {f"{name}_{mark}" for mark in DECORATED}
    others |= {name.removesuffix(f"_{mark}") for mark in DECORATED} - {name}
    twins = others & inside if name not in whole else others & claimed - whole
    if not twins and name not in whole and others & whole & claimed:
        twins = others & whole  # `∂E/∂w` of what is defined in terms of ŵ
        written = replace(written, body=body)
    if len(twins) != 1 or (name in whole and name in claimed):
        return written
    (twin,) = twins

    def change(part: Tree) -> Tree:
        return Name(name, start=part.start) if part == Name(twin) else part

    return replace(
        written,
        body=loose.mapped(written.body, change),
        claims=tuple((where, loose.mapped(t, change)) for where, t in written.claims),
        notes=(*written.notes, f"`{twin}` is read as `{name}`"),
    )


def _beside(written: Written) -> set[str]:
    """Return the arguments of a function one of which its derivative is by."""
    by = {*written.variables, *written.lets}
    found = set[str]()
    for part in loose.parts(written.body):
        if isinstance(part, Call) and part.name not in loose.LOOSE | loose.CALCULUS:
            names = {arg.name for arg in part.args if isinstance(arg, Name)}
            found |= (
                names - by if names & by and len(names) == len(part.args) else set()
            )
    return found


def _differentiates(tree: Tree) -> bool:
    return next(loose.calls(tree, *loose.CALCULUS), None) is not None


def _by(name: str, value: Tree, made: Definition) -> Definition:
    """Return a definition in which a value has its name.

    In `λ (A x - y)` y stands for itself already: that y = A x is a constraint.
    """
    if Name(name) in loose.parts(made.body):
        return made

    def change(part: Tree) -> Tree:
        return Name(name, start=part.start) if part == value else part

    return replace(made, body=loose.mapped(made.body, change))


def symbolic(
    written: Written, definitions: Mapping[str, Definition]
) -> Iterator[Mapping[str, Definition]]:
    """Yield fewer and fewer definitions: of whose derivatives claims speak stay out.

    In `∂J/∂x = W^T ∂J/∂z` the J is any function of z, whatever the text says it is.
    """
    pairs = [
        (above.name, below.name)
        for _, claim in written.claims
        for part in loose.calls(claim, loose.PARTIAL, loose.GRADIENT)
        if len(part.args) == 2
        for above, below in [part.args]
        if isinstance(above, Name) and isinstance(below, Name)
    ]
    derived = {
        part.symbol
        for _, claim in written.claims
        for part in loose.parts(claim)
        if isinstance(part, Derived)
    }
    derived |= {
        above.name  # `∇_x f(x)`
        for _, claim in written.claims
        for part in loose.calls(claim, loose.PARTIAL, loose.GRADIENT, "hessian")
        for above in part.args[:1]
        if isinstance(above, Name | Call) and above.name in definitions
    }
    outer = {above for above, below in pairs if below not in written.wrt}
    every = {above for above, _ in pairs}
    for left_out in (outer | derived, every | derived):
        if left_out & definitions.keys():
            yield {n: made for n, made in definitions.items() if n not in left_out}


def names_in(tree: Tree) -> set[str]:
    """Return the names of a tree, those of its functions too."""
    found = {p.name for p in loose.parts(tree) if isinstance(p, Name | Call)}
    return found | {p.symbol for p in loose.parts(tree) if isinstance(p, Derived)}


def _reached(name: str, definitions: Mapping[str, Definition]) -> set[str]:
    """Return all names that a definition leads to."""
    seen, waiting = set[str](), [name]
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        if one in definitions:
            waiting += names_in(definitions[one].body)
    return seen
