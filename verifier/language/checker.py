"""The symbolic check of a record: every expression and shape, all problems at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from ..reading.bounds import DERIVATIVE_ENTRIES, ENTRIES
from ..reading.problem import Fault, Problem, Text
from ..reading.record import Record
from .arguments import size_argument
from .declaration import FunctionType, Type
from .dimension import Dim
from .expression import parse
from .layout import BOTH, Layout, arranged_shape
from .movement import movement
from .names import Names
from .shapes import infer
from .sizes import LARGEST_DERIVATIVE, LARGEST_SMALLEST, LARGEST_TERM, cases, smallest
from .statement import Claim, Statement
from .term import SCALAR, Scope, Term, is_scalar, show_shape, terms
from .tree import Call, Derived, Number, Tree, Tuple_

SIGNS = ("positive", "negative", "indefinite")


def check(record: Record) -> tuple[Statement | None, list[Problem]]:
    """Check a record's names, types, expressions and shapes; report all problems."""
    checker = _Checker(record)
    statement = checker.statement()
    return (None if checker.problems else statement), checker.problems


class _Checker(Names):
    """Collects the problems of one record, and makes its statement."""

    def __init__(self, record: Record):
        super().__init__(record)
        self._known: dict[tuple[str, bool], Term] = {}
        """Terms in which nothing is arranged, by what is written, in a differential."""

    def statement(self) -> Statement | None:
        record = self.record
        self.declare()
        self.assume()
        wrt = self.variables()
        moved = movement(self)
        self.reject_clashes()
        self.reject_moving(moved.name)
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
            moved.name,
            moved.target,
            moved.rate,
            order,
            dict(self.lets),
            tuple(self.bounds),
        )
        self._check_size(statement)
        return statement

    def _check_size(self, statement: Statement) -> None:
        """Refuse what is too large at the smallest sizes that there are."""
        record, wanted = self.record, statement.demands
        names = sorted(statement.sizes)
        sizes = smallest(names, wanted)
        if sizes is None and record.assume:
            self._impossible(f"no sizes up to {LARGEST_SMALLEST} are")
        elif sizes is None:
            message = "no sizes up to 9 satisfy all dimensions of this record"
            self.fault(Fault(0, message, kind="type"), record.body, record.subject)
        elif wanted.among and not cases(names, wanted, statement.whole, 0, record.id):
            self._impossible("no whole numbers that are drawn, from -2 to 5, are")
        elif wanted.entries(sizes) > LARGEST_TERM:
            message = ENTRIES.said(found=wanted.entries(sizes))
            self.fault(
                Fault(0, message, kind="limit"),
                record.body,
                record.subject,
            )
        elif wanted.cost(sizes) > LARGEST_DERIVATIVE:
            second = any(claim.field == "hessian" for claim in statement.claims)
            name = "Hessian" if second else "Jacobian"
            message = DERIVATIVE_ENTRIES.said(name=name, found=wanted.cost(sizes))
            self.fault(
                Fault(0, message, kind="limit"),
                record.body,
                record.subject,
            )

    def _impossible(self, nothing: str) -> None:
        """Say that nothing satisfies what is assumed."""
        texts = self.record.assume
        every = " and ".join(f"`{text.value.strip()}`" for text in texts)
        hint = "an assumption of `n >= 2` is met, and one of `n >= 20` is not"
        fault = Fault(0, f"{nothing} so that {every}", hint, kind="assumption")
        self.fault(fault, texts[0], "assume")

    def _order(self) -> int:
        text = self.record.order
        if text is None:
            return 1
        if text.value.strip() not in ("1", "2", "3", "4"):
            message = f"order must be 1, 2, 3 or 4, not `{text.value[:20]}`"
            self.fault(Fault(0, message, kind="value"), text, "order")
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
                differentials = self._differentials(self.wrt_names())
                infer(tree, self._scope(Layout.NUMERATOR, extra=differentials))
                self.lets[name] = tree
            except Fault as fault:
                self.fault(fault, text, f"let {name}")
                # Later texts may use the name; they are checked without it.
                self.lets[name] = Number(Fraction(0))

    def _scope(self, layout: Layout, **more: object) -> Scope:
        return Scope(self.types, layout, dict(self.lets), **more)  # type: ignore[arg-type]

    def _bodies(self) -> dict[Layout, Term]:
        """Infer the subject in the layouts that are claimed: D depends on it.

        A function is one for all its claims: D is in numerator layout there.
        """
        claimed = [part for c in self.record.claims for part in _layouts(c.field)]
        wanted = list(dict.fromkeys(part or Layout.NUMERATOR for part in claimed))
        if self.record.subject == "function":
            wanted = [Layout.NUMERATOR]
        found = {layout: self._body(layout) for layout in wanted}
        if None in found.values() or self.problems:
            return {}
        bodies = {layout: term for layout, term in found.items() if term is not None}
        first = next(iter(bodies.values()))
        return {layout: bodies.get(layout, first) for layout in Layout}

    def _body(self, layout: Layout) -> Term | None:
        record = self.record
        denominator = any(claim.field == "denominator" for claim in record.claims)
        fixed = record.subject == "function" and denominator
        return self.attempt(
            record.body,
            record.subject,
            lambda: _inferred(record.body, self._scope(layout), fixed),
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
                self.fault(
                    Fault(0, message, "rename one of the two", kind="name"),
                    text,
                    "where",
                )
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
            found = show_shape(body.shape)
            message = f"a sign is that of a scalar, and this is {found}"
            self.fault(
                Fault(0, message, kind="dimension-mismatch"), record.body, "sign"
            )

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
                fault = Fault(0, f"{message}, not `{found[:40]}`", kind="value")
                self.fault(fault, text, where)
                return None
            return Claim(where, layout, found, text.place, word=found)
        if subject == "shape":
            return self._shape_claim(where, text, layout)
        differential = where == "differential"
        extra = self._differentials(wrt) if differential else {}
        scope = self._scope(layout or Layout.NUMERATOR, extra=extra)
        term = self._known.get((text.value, differential))
        if term is None:
            term = self.attempt(text, where, lambda: _inferred(text, scope))
        if term is None:
            return None
        if all(part.layout is None for part in terms(term)):  # as in all layouts
            self._known[text.value, differential] = term
        demanded = body.shape
        if subject == "function" and not differential:
            x = self.types[wrt[0]]
            assert isinstance(x, Type)
            size = x.shape[0] * x.shape[1]
            entries = body.shape[0] * body.shape[1]
            demanded = (
                (entries * size, size)
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
                raise Fault(
                    0, "a claim of a shape is a tuple such as `(m, n)`", kind="value"
                )
            scope = self._scope(Layout.NUMERATOR)
            dims = tuple(size_argument(item, scope) for item in tree.items)
        except Fault as fault:
            self.fault(fault, text, where)
            return None
        return Claim(where, layout, text.value.strip(), text.place, tuple=dims)


def _inferred(text: Text, scope: Scope, fixed: bool = False) -> Term:
    """Infer a text; where a derivative lies as few expect it, a mismatch says so.

    `fixed` where D is in numerator layout though claims are in the other.
    """
    tree = parse(text.value)
    try:
        return infer(tree, scope)
    except Fault as fault:
        symbol = _differentiated(tree)
        if not symbol or fault.kind != "dimension-mismatch":
            raise
        if fixed:
            scalar = _is_scalar(symbol, scope)
            form = "a row" if scalar else "the Jacobian"
            meant = f"in a `function` D({symbol})(x) is in numerator layout: {form}"
        else:
            meant = _as_arranged(tree, scope, symbol)
        if not meant:
            raise
        hint = f"{fault.hint}; {meant}" if fault.hint else meant
        raise Fault(
            fault.offset, fault.text, hint, fault.detail, fault.mark, kind=fault.kind
        ) from None


def _as_arranged(tree: Tree, scope: Scope, symbol: str) -> str:
    """Say how a layout arranges D, where this is what a mismatch comes from."""
    fitting = [layout for layout in Layout if _fits_in(tree, scope, layout)]
    if fitting == [Layout.MIXED]:
        return "it fits in mixed layout: claim it as `mixed`"
    scalar = _is_scalar(symbol, scope)
    if scope.layout is Layout.NUMERATOR or not (
        scalar or scope.layout is Layout.DENOMINATOR
    ):
        return ""
    form = "a column" if scalar else "the transpose of the Jacobian"
    return f"in {scope.layout.value} layout D({symbol})(x) is {form}"


def _is_scalar(symbol: str, scope: Scope) -> bool:
    declared = scope.types.get(symbol)
    return not isinstance(declared, FunctionType) or declared.result.shape == SCALAR


def _fits_in(tree: Tree, scope: Scope, layout: Layout) -> bool:
    try:
        infer(tree, replace(scope, layout=layout, inferred={}, seen={}))
    except Fault:
        return False
    return True


def _differentiated(tree: Tree) -> str:
    """Return a function whose D stands in a tree, or nothing."""
    if isinstance(tree, Derived) and tree.kind == "D":
        return tree.symbol
    parts = tree.args if isinstance(tree, Call | Derived) else ()
    return next((found for part in parts if (found := _differentiated(part))), "")


def _layouts(where: str) -> tuple[Layout | None, ...]:
    if where == "both":
        return BOTH
    return (Layout(where),) if where in {one.value for one in Layout} else (None,)


def _free(declared: Type) -> Type:
    """Return the type of an unconstrained change of a variable."""
    if declared.shape == SCALAR:
        return Type("scalar", ())
    rows, columns = declared.shape
    if columns == Dim.of(1):
        return Type("vector", (rows,))
    return Type("matrix", (rows, columns))
