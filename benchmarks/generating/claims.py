"""Records with claims of known truth: a function of a seed and a number."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from random import Random

from verifier.language.declaration import FunctionType, Type
from verifier.language.expression import parse
from verifier.language.layout import Layout
from verifier.language.printing import show
from verifier.language.sizes import generator
from verifier.language.term import SCALAR, Scope, Shape, is_scalar
from verifier.language.tree import Call, Name, Tree
from verifier.reading.problem import Fault, Place, Text
from verifier.reading.record import Record, WrittenClaim

from .calculus import Calculus, by_entries, in_denominator_layout
from .differential import NoRule, written_out
from .faults import MOVING, Wrong, wrong
from .grammar import WHOLE, Grammar, function, plain
from .identities import rewritten
from .writing import call, changed, names_in, number, turned, zeros

LONGEST = 700
"""Characters of a claim beyond which nobody would write it."""
VALUE, LIMIT, EXPANSION = 0.3, 0.03, 0.02
"""Shares of the subjects of records; all others are derivatives."""
HESSIAN, DIFFERENTIAL = 0.25, 0.4
INDEPENDENT = ("symmetric", "diagonal", "lower", "skew")
RIGHT = "right"
Right = tuple[str, Tree, Shape]
"""A right claim: its field, its tree and its shape."""
ORDER = ("numerator", "denominator", "both", "differential", "hessian")
"""The format keeps the claims of one field together."""
PLACE = Place("generated", 1, 1)


@dataclass(frozen=True)
class Stated:
    """A claim as it stands in a record, and how it came about."""

    field: str
    text: str
    made: Wrong
    right: str
    """The text of the right claim that it was made of."""

    @property
    def is_right(self) -> bool:
        """Whether it was made by rule, without an edit."""
        return self.made.kind == RIGHT

    @property
    def tree(self) -> Tree:
        """Return what the verifier reads."""
        return parse(self.text)


@dataclass
class Made:
    """A record, and its claims in the order written."""

    record: Record
    types: dict[str, Type | FunctionType]
    body: Tree
    wrt: str = ""
    claims: list[Stated] = field(default_factory=list)


def made(seed: int, number_: int) -> Made | None:
    """Return a record of its own for these numbers; None where no rule is known."""
    id = f"generated-{seed}-{number_}"
    random = generator(seed, id)
    grammar, body = function(random)
    try:
        found = _record(id, grammar, body, random)
    except (NoRule, Fault, RecursionError):
        return None
    return found if found is not None and found.claims else None


def _record(id: str, grammar: Grammar, body: Tree, random: Random) -> Made | None:
    names = [name for name in sorted(names_in(body)) if _varies(grammar, name)]
    if not names or not _whole(grammar, body):
        return None
    kind = random.random()
    wrt = random.choice(names)
    if kind < VALUE:
        return _value(id, grammar, body, random)
    if _structured_below(body, wrt, grammar):
        return None
    if kind < VALUE + LIMIT + EXPANSION:
        return _moving(id, grammar, body, wrt, random, kind < VALUE + LIMIT)
    return _derivatives(id, grammar, body, wrt, random)


def _varies(grammar: Grammar, name: str) -> bool:
    declared = grammar.types.get(name)
    return isinstance(declared, Type) and declared.kind not in WHOLE


def _whole(grammar: Grammar, body: Tree) -> bool:
    """Whether the function has a text that is read back, at its shape."""
    return grammar.shape(parse(show(body))) == grammar.shape(body)


def _structured_below(tree: Tree, wrt: str, grammar: Grammar) -> bool:
    """Whether a symmetric variable stands where only symmetric matrices may stand.

    Its entries would leave that set one by one.
    """
    match tree:
        case Call("cholesky" | "eigenvalues", (arg,)) if wrt in names_in(arg):
            declared = grammar.types[wrt]
            assert isinstance(declared, Type)
            return declared.kind in ("symmetric", "positive_definite", "diagonal")
        case Call(_, args):
            return any(_structured_below(arg, wrt, grammar) for arg in args)
    return False


def _value(id: str, grammar: Grammar, body: Tree, random: Random) -> Made:
    record = _start(id, "value", body, grammar)
    found = Made(record, grammar.types, body)
    right = rewritten(body, grammar.scope, random, random.randint(1, 3))
    return _with_claims(found, [("numerator", right, grammar.shape(body))], random)


def _derivatives(
    id: str, grammar: Grammar, body: Tree, wrt: str, random: Random
) -> Made:
    """Return the derivatives of a function, as far as rules are known for them."""
    calculus = Calculus.of(grammar.scope, [wrt])
    change = calculus.differential(body)
    y, x = grammar.shape(body), grammar.shape(Name(wrt))
    claims: list[Right] = []
    if random.random() < DIFFERENTIAL:
        right = zeros(*y) if change is None else written_out(change, calculus)
        claims.append(("differential", right, y))
    entries = "all"
    try:
        J, shape, entries = _first(calculus, change, wrt, y, random)
        claims.append(("numerator", J, shape))
        transposed = in_denominator_layout(turned(J), grammar.types)
        claims.append(("denominator", transposed, (shape[1], shape[0])))
        if y == SCALAR != x and entries == "all" and random.random() < HESSIAN:
            claims.append(_hessian(calculus, turned(J), x))
    except NoRule:
        if not claims:
            raise
    if entries != "all":  # a differential has a change for every entry
        claims = [claim for claim in claims if claim[0] != "differential"]
    record = _start(id, "function", body, grammar)
    record = replace(record, wrt=(_text(wrt),), entries=entries)
    made = Made(record, grammar.types, body, wrt)
    return _with_claims(made, claims, random, calculus.scope)


def _first(
    calculus: Calculus, change: Tree | None, wrt: str, y: Shape, random: Random
) -> tuple[Tree, Shape, str]:
    """Return the derivative in numerator layout, its shape, and by which entries."""
    declared = calculus.scope.types[wrt]
    assert isinstance(declared, Type)
    x, entries = declared.shape, "all"
    if is_scalar(declared):
        found, shape = _by_scalar(change, wrt, y), y
    elif y == SCALAR:
        G = calculus.gradient(change, number(1))
        G = zeros(*x) if G is None else G
        if declared.kind in INDEPENDENT and random.random() < 0.5:
            entries, G = "independent", by_entries(declared.kind, G)
        found, shape = turned(G), (x[1], x[0])
    else:
        shape = y[0] * y[1], x[0] * x[1]
        J = calculus.jacobian(change)
        found = zeros(*shape) if J is None else J
    return written_out(found, calculus), shape, entries


def _by_scalar(change: Tree | None, wrt: str, y: Shape) -> Tree:
    if change is None:
        return zeros(*y)
    return _simpler(changed(change, {f"d{wrt}": number(1)}))


def _simpler(tree: Tree) -> Tree:
    """Leave out factors 1, and sums and traces of scalars that were changes."""
    match tree:
        case Call(name, args):
            args = tuple(map(_simpler, args))
            if name in ("mul", "matmul") and number(1) in args:
                return args[1] if args[0] == number(1) else args[0]
            return Call(name, args)
    return tree


def _hessian(calculus: Calculus, gradient: Tree, x: Shape) -> Right:
    if "D(" in show(gradient):
        raise NoRule
    change = calculus.differential(gradient)
    found = calculus.jacobian(change)
    n = x[0] * x[1]
    H = zeros(n, n) if found is None else written_out(found, calculus)
    return "hessian", H, (n, n)


def _moving(
    id: str, grammar: Grammar, body: Tree, wrt: str, random: Random, limit: bool
) -> Made | None:
    """Return a directional derivative, as a limit or as an expansion."""
    calculus = Calculus.of(grammar.scope, [wrt])
    change = calculus.differential(body)
    if change is None:
        return None
    grammar.types["v"] = plain(grammar.shape(Name(wrt)))
    grammar.types[MOVING] = Type("scalar")
    h, v, shape = Name(MOVING), Name("v"), grammar.shape(body)
    there = changed(body, {wrt: call("add", Name(wrt), call("mul", h, v))})
    right = changed(written_out(change, calculus), {f"d{wrt}": v})
    if limit:
        there = call("div", call("sub", there, body), h)
        record = _start(id, "limit", there, grammar)
        record = replace(record, approach=_text("h -> 0"))
    else:
        right = call("add", body, call("mul", h, right))
        record = _start(id, "expansion", there, grammar)
        record = replace(record, small=_text("h"), error=_text("o(h)"))
    made = Made(record, grammar.types, there, MOVING)
    return _with_claims(made, [("numerator", right, shape)], random)


def _with_claims(
    made: Made,
    rights: list[Right],
    random: Random,
    scope: Scope | None = None,
) -> Made:
    """Write right claims, other words for them, and wrong ones."""
    scope = scope or Scope(made.types, Layout.NUMERATOR)
    for name, right, shape in rights:
        if name == "denominator":
            scope = replace(scope, layout=Layout.DENOMINATOR, inferred={}, seen={})
        texts = [show(right)]
        if len(texts[0]) > LONGEST:
            continue
        for _ in range(random.randint(0, 2)):
            other = show(rewritten(right, scope, random, random.randint(1, 3)))
            if len(other) <= LONGEST:
                texts.append(other)
        for text in dict.fromkeys(texts):
            made.claims.append(Stated(name, text, Wrong(RIGHT, parse(text)), texts[0]))
        for fault in wrong(parse(random.choice(texts)), shape, scope, random, 4):
            if fault.kind == "overflows, and is right":
                fault = replace(fault, kind=RIGHT)
            text = show(fault.tree)
            if len(text) > LONGEST:
                continue
            made.claims.append(Stated(name, text, fault, texts[0]))
    made.claims.sort(key=lambda claim: ORDER.index(claim.field))
    where = {name: _text(str(declared)) for name, declared in made.types.items()}
    claims = tuple(WrittenClaim(c.field, _text(c.text)) for c in made.claims)
    made.record = replace(made.record, claims=claims, where=where, where_places=where)
    return made


def _start(id: str, subject: str, body: Tree, grammar: Grammar) -> Record:
    return Record(id, PLACE, subject, _text(show(body)), ())


def _text(value: str) -> Text:
    return Text(value, PLACE)
