"""A record with its types, terms and shapes checked: what a worker verifies.

Everything here is symbolic. A claim of the wrong outer shape is not a mistake of the
record but a false claim, and is kept with the shape that its layout demands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from .declaration import FunctionType, Type, parse_type
from .dimension import Dim
from .expression import Number, Tree, Tuple_, parse
from .layout import Layout, arranged_shape, kind_of_pair
from .primitives import CONSTANTS, FUNCTIONS
from .problem import Fault, Place, Problem, Text
from .record import Record
from .shapes import (
    SCALAR,
    Scope,
    Shape,
    Term,
    infer,
    integer_argument,
    is_scalar,
    show_shape,
    size_argument,
    size_names,
)
from .sizes import (
    LARGEST_DERIVATIVE,
    LARGEST_TERM,
    Demands,
    smallest,
)

LAYOUTS = (Layout.NUMERATOR, Layout.DENOMINATOR)
SIGNS = ("positive", "negative", "indefinite")
STRUCTURED = {"symmetric", "positive_definite", "diagonal", "lower", "skew"}
"""Types that have independent entries."""
WHOLE = ("integer", "index")


@dataclass(frozen=True)
class Claim:
    """One claim in one layout; `word` is what a claim of a sign or a shape says."""

    field: str
    layout: Layout | None
    text: str
    place: Place
    term: Term | None = None
    demanded: Shape = SCALAR
    word: str = ""
    tuple: tuple[Dim, ...] = ()

    @property
    def fits(self) -> bool:
        """Whether the claim has the shape that its layout demands."""
        return self.term is None or self.term.shape == self.demanded

    @property
    def fits_transposed(self) -> bool:
        """Whether its transpose has that shape."""
        return self.term is not None and self.term.shape[::-1] == self.demanded


@dataclass(frozen=True)
class Statement:
    """A record that can be verified."""

    record: Record
    types: Mapping[str, Type | FunctionType]
    bodies: Mapping[Layout, Term]
    claims: tuple[Claim, ...]
    wrt: tuple[str, ...] = ()
    differentials: Mapping[str, Type] = field(default_factory=dict)
    moving: str = ""
    """The name that is small, or that goes to a limit."""
    target: str = ""
    """Where it goes: `inf` or a number."""
    rate: tuple[str, Dim] = ("", Dim.of(1))
    """`o` or `O`, and the power of the small name."""
    order: int = 1
    lets: Mapping[str, Tree] = field(default_factory=dict)

    def scope(self, claim: Claim) -> Scope:
        """Return what names mean inside a claim."""
        layout = claim.layout or Layout.NUMERATOR
        return Scope(self.types, layout, self.lets, extra=self.differentials)

    @property
    def body(self) -> Term:
        """The subject, where the layout does not matter."""
        return self.bodies[Layout.NUMERATOR]

    @property
    def whole(self) -> dict[str, Dim | None]:
        """Whole numbers that are drawn with the sizes: integers, and indices 1..n."""
        return {
            name: declared.dims[0] if declared.kind == "index" else None
            for name, declared in self.types.items()
            if isinstance(declared, Type) and declared.kind in WHOLE
        }

    @property
    def demands(self) -> Demands:
        """What sizes must satisfy for this record."""
        return demands(
            self.types,
            [*self.bodies.values(), *(claim.term for claim in self.claims)],
            self.derivatives,
        )

    @property
    def derivatives(self) -> list[Shape]:
        """The shapes of the derivatives that are computed."""
        y = self.body.shape
        found = []
        for name in self.wrt if self.record.subject == "function" else ():
            x = self.variable(name).shape
            found.append((y[0] * y[1], x[0] * x[1]))
            if any(claim.field == "hessian" for claim in self.claims):
                found.append((x[0] * x[1], x[0] * x[1]))
        return found

    def asked(self, layouts: Sequence[str]) -> Statement | None:
        """Return the statement with the claims of some layouts, if any is left."""
        claims = tuple(
            claim
            for claim in self.claims
            if claim.layout is None or claim.layout.value in layouts
        )
        return replace(self, claims=claims) if claims else None

    @property
    def values(self) -> dict[str, Type | FunctionType]:
        """Every name that is drawn, the differentials too."""
        return {**self.types, **self.differentials}

    @property
    def sizes(self) -> frozenset[str]:
        """The size names."""
        return size_names(self.types)

    def pair(self, name: str) -> str:
        """Name the row of the layouts' table for the derivative by one variable."""
        return kind_of_pair(self.body.shape, is_scalar(self.variable(name)))

    def variable(self, name: str) -> Type:
        """Return the type of a name that is no function."""
        declared = self.types[name]
        assert isinstance(declared, Type)
        return declared


def terms(*roots: Term | None) -> Iterator[Term]:
    """Walk over all terms below these, each once."""
    seen: set[int] = set()
    stack = [root for root in roots if root is not None]
    while stack:
        term = stack.pop()
        if id(term) not in seen:
            seen.add(id(term))
            yield term
            stack.extend(term.args)


def demands(
    types: Mapping[str, Type | FunctionType],
    roots: Iterable[Term | None],
    derivatives: Iterable[Shape],
) -> Demands:
    """Collect what these types and terms ask of sizes."""
    dims: set[Dim] = set()
    shapes: set[Shape] = set()
    least: set[tuple[Dim, int]] = set()
    for declared in types.values():
        parts = (
            (*declared.arguments, declared.result)
            if isinstance(declared, FunctionType)
            else (declared,)
        )
        for part in parts:
            dims |= {*part.dims, *part.shape}
            shapes.add(part.shape)
    for term in terms(*roots):
        dims |= set(term.shape)
        shapes.add(term.shape)
        if term.op == "unit" and term.args[0].op == "number":
            assert term.args[0].value is not None
            least.add((term.dims[0], int(term.args[0].value)))
    return Demands(
        frozenset(dims), frozenset(shapes), frozenset(derivatives), frozenset(least)
    )


def check(record: Record) -> tuple[Statement | None, list[Problem]]:
    """Check a record's names, types, expressions and shapes; report all problems."""
    checker = _Checker(record)
    statement = checker.statement()
    return (None if checker.problems else statement), checker.problems


class _Checker:
    """Collects the problems of one record."""

    def __init__(self, record: Record):
        self.record = record
        self.problems: list[Problem] = []
        self.types: dict[str, Type | FunctionType] = {}
        self.lets: dict[str, Tree] = {}

    def fault(self, fault: Fault, text: Text, where: str) -> None:
        problem = text.problem(fault, self.record.id, where)
        if problem not in self.problems:
            self.problems.append(problem)

    def attempt(self, text: Text, where: str, work: Callable[[], Term]) -> Term | None:
        """Do some work on a text; a fault in it becomes a problem at its place."""
        try:
            return work()
        except Fault as fault:
            self.fault(fault, text, where)
            return None

    def statement(self) -> Statement | None:
        record = self.record
        self._declare()
        wrt = self._wrt()
        moving, target, rate = self._movement()
        self._reject_clashes()
        if self.problems:
            self._parse_only()
            return None
        self._parse_lets()
        bodies = self._bodies()
        order = self._order()
        if not bodies:
            self._parse_only()
            return None
        claims = self._claims(bodies, wrt)
        if self.problems:
            return None
        differentials = self._differentials(wrt)
        statement = Statement(
            record,
            self.types,
            bodies,
            tuple(claims),
            wrt,
            differentials,
            moving,
            target,
            rate,
            order,
            dict(self.lets),
        )
        self._check_size(statement)
        return statement

    def _check_size(self, statement: Statement) -> None:
        """Refuse what is too large at the smallest sizes that there are."""
        record, wanted = self.record, statement.demands
        sizes = smallest(sorted(statement.sizes), wanted)
        if sizes is None:
            message = "no sizes up to 9 satisfy all dimensions of this record"
            self.fault(Fault(0, message), record.body, record.subject)
        elif wanted.entries(sizes) > LARGEST_TERM:
            message = f"a value would have {wanted.entries(sizes)} entries"
            self.fault(
                Fault(0, f"{message}; the limit is {LARGEST_TERM}"),
                record.body,
                record.subject,
            )
        elif wanted.cost(sizes) > LARGEST_DERIVATIVE:
            second = any(claim.field == "hessian" for claim in statement.claims)
            name = "Hessian" if second else "Jacobian"
            message = f"the {name} would have {wanted.cost(sizes)} entries"
            self.fault(
                Fault(0, f"{message}; the limit is {LARGEST_DERIVATIVE}"),
                record.body,
                record.subject,
            )

    # names

    def _declare(self) -> None:
        for name, text in self.record.where.items():
            self._reserve(name, self.record.where_places[name])
            try:
                self.types[name] = parse_type(text.value)
            except Fault as fault:
                self.fault(fault, text, f"where {name}")
        for name in self.record.let:
            place = self.record.let_places[name]
            self._reserve(name, place)
            if name in self.record.where:
                message = f"duplicate name '{name}': it is declared in `where` already"
                self.fault(Fault(0, message), place, "let")

    def _reserve(self, name: str, place: Text) -> None:
        if name in FUNCTIONS or name in CONSTANTS or name in ("hessian", "taylor"):
            message = f"'{name}' is reserved: it is a name of the language"
            hint = f"choose another name, such as `{name}_` or `{name[0]}1`"
            self.fault(Fault(0, message, hint), place, "where")

    def _reject_clashes(self) -> None:
        for name in size_names(self.types) & {*self.record.where, *self.record.let}:
            places = {**self.record.where_places, **self.record.let_places}
            message = f"`{name}` is a dimension of a type and cannot be a name as well"
            self.fault(Fault(0, message, "rename one of the two"), places[name], "where")

    def _names(self) -> tuple[str, ...]:
        return tuple(text.value.strip() for text in self.record.wrt)

    def _wrt(self) -> tuple[str, ...]:
        names = []
        for text in self.record.wrt:
            name = text.value.strip()
            declared = self.types.get(name)
            if isinstance(declared, FunctionType):
                message = f"wrt '{name}' is a function: differentiate by a variable"
                self.fault(Fault(0, message), text, "wrt")
            elif isinstance(declared, Type) and declared.kind in WHOLE:
                message = f"wrt '{name}' is a whole number: there is no derivative by it"
                self.fault(Fault(0, message), text, "wrt")
            elif declared is not None and self.record.entries == "independent":
                if declared.kind not in STRUCTURED:
                    message = (
                        f"`entries: independent` needs a structured wrt, and `{name}` "
                        f"is {declared}"
                    )
                    hint = "structured types: " + ", ".join(sorted(STRUCTURED))
                    self.fault(Fault(0, message, hint), text, "wrt")
            names.append(name)
        if len(set(names)) != len(names):
            self.fault(
                Fault(0, "wrt names a variable twice"), self.record.wrt[-1], "wrt"
            )
        fields = {claim.field for claim in self.record.claims}
        if len(names) > 1 and fields != {"differential"}:
            message = "several wrt names are for `differential` claims only"
            hint = "write a record for each variable"
            self.fault(Fault(0, message, hint), self.record.wrt[1], "wrt")
        return tuple(names)

    def _movement(self) -> tuple[str, str, tuple[str, Dim]]:
        record, rate = self.record, ("", Dim.of(1))
        if record.approach is not None:
            return (*self._approach(record.approach), rate)
        if record.small is None:
            return "", "", rate
        name = record.small.value.strip()
        declared = self.types.get(name)
        if name in record.let or (declared is None and name not in record.where):
            message = f"small '{name}' is not declared"
            hint = f"declare it in `where`, for instance `{name[:31]}: scalar`"
            self.fault(Fault(0, message, hint), record.small, "small")
        elif declared is not None:
            self._must_vary(name, declared, record.small, "small")
        if record.error is not None:
            rate = self._rate(record.error, name)
        return name, "0", rate

    def _approach(self, text: Text) -> tuple[str, str]:
        match = re.fullmatch(
            r"\s*([A-Za-z]\w*)\s*->\s*(-?[0-9]+(?:\.[0-9]+)?|-inf|[A-Za-z]\w*)\s*", text.value
        )
        if match is None:
            message = f"`as` must read `h -> 0` or `n -> inf`, not `{text.value[:60]}`"
            self.fault(Fault(0, message), text, "as")
            return "", ""
        name, target = match.groups()
        if target[0].isalpha() and target != "inf":
            point = self.types.get(target)
            if not isinstance(point, Type) or point.kind in WHOLE or target == name:
                message = f"`{name} -> {target}`: '{target}' is not a declared value"
                hint = "go to a number, to a declared name, or to `inf`"
                self.fault(Fault(match.start(2), message, hint), text, "as")
                return name, "0"
        if name in self.record.let:
            message = f"'{name}' is an abbreviation and cannot go to a limit"
            self.fault(Fault(0, message), text, "as")
        elif name not in self.record.where:
            kind = "integer" if target == "inf" else "scalar"
            self.types[name] = Type(kind, ())
        elif name in self.types:
            declared = self.types[name]
            whole = isinstance(declared, Type) and declared.kind == "integer"
            if not (whole and target == "inf"):
                self._must_vary(name, declared, text, "as")
            shape = declared.shape if isinstance(declared, Type) else None
            point = self.types.get(target)
            wanted = point.shape if isinstance(point, Type) else SCALAR
            if target != "0" and not whole and shape != wanted:
                message = f"`{name}` and {target} have different shapes"
                self.fault(Fault(0, message), text, "as")
        return name, target

    def _must_vary(
        self, name: str, declared: Type | FunctionType, text: Text, where: str
    ) -> None:
        fixed = {"unit_vector", "probability_vector", "orthogonal", "index", "integer"}
        if isinstance(declared, FunctionType) or declared.kind in fixed:
            message = f"'{name}' is {declared}: it cannot be small"
            hint = "a small name is a scalar, a vector or a matrix"
            self.fault(Fault(0, message, hint), text, where)

    def _rate(self, text: Text, name: str) -> tuple[str, Dim]:
        h = re.escape(name)
        size = rf"(?:norm\(\s*{h}\s*\)|abs\(\s*{h}\s*\)|{h})"
        pattern = rf"\s*([oO])\(\s*(?:(1)|{size}\s*(?:\*\*\s*(.+?))?)\s*\)\s*"
        match = re.fullmatch(pattern, text.value)
        if match is None:
            message = f"`error` must read `o({name})`, `o({name}**2)` or `O({name}**3)`"
            found = f", not `{text.value[:60]}`"
            self.fault(Fault(0, message + found), text, "error")
            return "o", Dim.of(1)
        letter, one, power = match.groups()
        if one:
            return letter, Dim.of(0)
        if power is None:
            return letter, Dim.of(1)
        try:
            scope = Scope(self.types, Layout.NUMERATOR)
            return letter, integer_argument(parse(power), scope)
        except Fault as fault:
            moved = Fault(match.start(3) + fault.offset, fault.text, fault.hint)
            self.fault(moved, text, "error")
            return "o", Dim.of(1)

    def _order(self) -> int:
        text = self.record.order
        if text is None:
            return 1
        if text.value.strip() not in ("1", "2", "3", "4"):
            message = f"order must be 1, 2, 3 or 4, not `{text.value[:20]}`"
            self.fault(Fault(0, message), text, "order")
            return 1
        return int(text.value)

    # expressions

    def _parse_only(self) -> None:
        """Report mistakes of syntax even where shapes cannot be checked."""
        texts = [(f"let {name}", text) for name, text in self.record.let.items()]
        texts.append((self.record.subject, self.record.body))
        texts += [(claim.field, claim.text) for claim in self.record.claims]
        for where, text in texts:
            if where.startswith("let") or self.record.subject != "sign":
                try:
                    parse(text.value, tuple_allowed=self.record.subject == "shape")
                except Fault as fault:
                    self.fault(fault, text, where)

    def _parse_lets(self) -> None:
        for name, text in self.record.let.items():
            try:
                tree = parse(text.value)
                differentials = self._differentials(self._names())
                infer(tree, self._scope(Layout.NUMERATOR, extra=differentials))
                self.lets[name] = tree
            except Fault as fault:
                self.fault(fault, text, f"let {name}")
                # Later texts may use the name; they are checked without it.
                self.lets[name] = Number(Fraction(0))

    def _scope(self, layout: Layout, **more: object) -> Scope:
        return Scope(self.types, layout, dict(self.lets), **more)  # type: ignore[arg-type]

    def _bodies(self) -> dict[Layout, Term]:
        """Infer the subject in the layouts that are claimed: D depends on it."""
        claimed = [part for c in self.record.claims for part in _layouts(c.field)]
        wanted = list(dict.fromkeys(part or Layout.NUMERATOR for part in claimed))
        if self.record.subject == "function":
            wanted = wanted[:1]
        found = {layout: self._body(layout) for layout in wanted}
        if None in found.values() or self.problems:
            return {}
        bodies = {layout: term for layout, term in found.items() if term is not None}
        first = next(iter(bodies.values()))
        return {layout: bodies.get(layout, first) for layout in LAYOUTS}

    def _body(self, layout: Layout) -> Term | None:
        record = self.record
        calculus = record.subject != "function"
        return self.attempt(
            record.body,
            record.subject,
            lambda: infer(
                parse(record.body.value), self._scope(layout, calculus=calculus)
            ),
        )

    def _differentials(self, wrt: tuple[str, ...]) -> dict[str, Type]:
        if not any(claim.field == "differential" for claim in self.record.claims):
            return {}
        found: dict[str, Type] = {}
        for name in wrt:
            declared = self.types[name]
            assert isinstance(declared, Type)
            if self.record.entries == "independent":
                kind = declared.kind
                kind = "symmetric" if kind == "positive_definite" else kind
                found[f"d{name}"] = Type(kind, declared.dims)
            else:
                found[f"d{name}"] = _free(declared)
        return found

    # claims

    def _claims(
        self, bodies: Mapping[Layout, Term], wrt: tuple[str, ...]
    ) -> list[Claim]:
        differentials = self._differentials(wrt)
        for name in differentials:
            if name in self.types:
                text = self.record.where_places[name]
                message = f"`{name}` is the differential of `{name[1:]}` here"
                self.fault(Fault(0, message, "rename one of the two"), text, "where")
        self._check_subject(bodies[Layout.NUMERATOR])
        found: list[Claim] = []
        for claim in self.record.claims:
            for layout in _layouts(claim.field):
                body = bodies[layout or Layout.NUMERATOR]
                made = self._claim(claim.field, claim.text, layout, body, wrt)
                if made is not None:
                    found.append(made)
        return found

    def _check_subject(self, body: Term) -> None:
        record = self.record
        if record.subject == "sign" and body.shape != SCALAR:
            message = f"a sign is that of a scalar, and this is {show_shape(body.shape)}"
            self.fault(Fault(0, message), record.body, "sign")
        hessians = [claim for claim in record.claims if claim.field == "hessian"]
        if hessians and body.shape != SCALAR:
            message = (
                "a hessian claim needs a scalar function, and this is "
                f"{show_shape(body.shape)}"
            )
            self.fault(Fault(0, message), record.body, record.subject)

    def _claim(
        self,
        where: str,
        text: Text,
        layout: Layout | None,
        body: Term,
        wrt: tuple[str, ...],
    ) -> Claim | None:
        subject = self.record.subject
        found = text.value.strip()
        if subject == "sign":
            if found not in SIGNS:
                message = f"a claim of a sign is one of {', '.join(SIGNS)}"
                fault = Fault(0, f"{message}, not `{found[:40]}`")
                self.fault(fault, text, where)
                return None
            return Claim(where, layout, found, text.place, word=found)
        if subject == "shape":
            return self._shape_claim(where, text, layout)
        differential = where == "differential"
        extra = self._differentials(wrt) if differential else {}
        scope = self._scope(layout or Layout.NUMERATOR, extra=extra)
        term = self.attempt(text, where, lambda: infer(parse(text.value), scope))
        if term is None:
            return None
        demanded = body.shape
        if subject == "function" and not differential:
            x = self.types[wrt[0]]
            assert isinstance(x, Type)
            size = x.shape[0] * x.shape[1]
            demanded = (
                (size, size)
                if layout is None
                else arranged_shape(body.shape, x.shape, layout, is_scalar(x))
            )
        return Claim(where, layout, found, text.place, term, demanded)

    def _shape_claim(
        self, where: str, text: Text, layout: Layout | None
    ) -> Claim | None:
        try:
            tree = parse(text.value, tuple_allowed=True)
            if not isinstance(tree, Tuple_):
                raise Fault(0, "a claim of a shape is a tuple such as `(m, n)`")
            scope = self._scope(Layout.NUMERATOR)
            dims = tuple(size_argument(item, scope) for item in tree.items)
        except Fault as fault:
            self.fault(fault, text, where)
            return None
        return Claim(where, layout, text.value.strip(), text.place, tuple=dims)


def _layouts(where: str) -> tuple[Layout | None, ...]:
    match where:
        case "numerator":
            return (Layout.NUMERATOR,)
        case "denominator":
            return (Layout.DENOMINATOR,)
        case "both":
            return LAYOUTS
    return (None,)


def _free(declared: Type) -> Type:
    """Return the type of an unconstrained change of a variable."""
    if declared.shape == SCALAR:
        return Type("scalar", ())
    rows, columns = declared.shape
    if columns == Dim.of(1):
        return Type("vector", (rows,))
    return Type("matrix", (rows, columns))
