"""The names of a record: declared, reserved, differentiated by."""

from __future__ import annotations

from collections.abc import Callable

from ..reading.problem import Fault, Problem, Text
from ..reading.record import Record
from .assumption import Bound, parse_assumption, tied
from .declaration import FunctionType, Type, parse_type
from .primitives import CONSTANTS, LATER, PRIMITIVES
from .statement import WHOLE
from .term import Term, size_names
from .tree import Tree

STRUCTURED = {
    "symmetric", "positive_definite", "diagonal", "lower", "upper", "skew"
}  # fmt: skip
"""Types that have independent entries."""


class Names:
    """The declared names of a record, and the problems found in it so far."""

    def __init__(self, record: Record):
        self.record = record
        self.problems: list[Problem] = []
        self.types: dict[str, Type | FunctionType] = {}
        self.bounds: list[Bound] = []
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

    def declare(self) -> None:
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
                self.fault(Fault(0, message, kind="duplicate"), place, "let")

    def assume(self) -> None:
        """Read what is assumed: bounds of sizes, and types of matrices that commute."""
        groups: list[tuple[str, ...]] = []
        for text in self.record.assume:
            try:
                found = parse_assumption(text.value, self.types)
            except Fault as fault:
                self.fault(fault, text, "assume")
                continue
            self.bounds += found.bounds
            again = [n for n in found.commuting if any(n in group for group in groups)]
            if again:
                message = f"`{again[0]}` is assumed to commute in two places"
                hint = "name all matrices that commute at once: `commute(A, B, C)`"
                self.fault(Fault(0, message, hint, kind="assumption"), text, "assume")
            groups += [found.commuting] if found.commuting else []
        if not self.problems:
            self.types = dict(tied(self.types, groups))

    def _reserve(self, name: str, place: Text) -> None:
        # Operators have names too: a function `add` would be what `+` means.
        taken = PRIMITIVES.keys() | CONSTANTS | {"hessian", "taylor"}
        if name in taken - LATER:
            message = f"'{name}' is reserved: it is a name of the language"
            hint = f"choose another name, such as `{name}_` or `{name[0]}1`"
            self.fault(Fault(0, message, hint, kind="name"), place, "where")

    def reject_clashes(self) -> None:
        for name in size_names(self.types) & {*self.record.where, *self.record.let}:
            places = {**self.record.where_places, **self.record.let_places}
            message = f"`{name}` is a dimension of a type and cannot be a name as well"
            fault = Fault(0, message, "rename one of the two", kind="name")
            self.fault(fault, places[name], "where")

    def reject_moving(self, moving: str) -> None:
        """Refuse to assume that what moves commutes: along its way it would not."""
        for name, declared in self.types.items():
            first = declared.commutes if isinstance(declared, Type) else ""
            if first and moving in (first, name):
                message = f"`{moving}` moves, and cannot be assumed to commute"
                hint = "write the other as a polynomial of it, in `let`"
                text = self.record.assume[0]
                self.fault(Fault(0, message, hint, kind="assumption"), text, "assume")
                return

    def wrt_names(self) -> tuple[str, ...]:
        return tuple(text.value.strip() for text in self.record.wrt)

    def variables(self) -> tuple[str, ...]:
        names = []
        for text in self.record.wrt:
            name = text.value.strip()
            declared = self.types.get(name)
            if isinstance(declared, FunctionType):
                message = f"wrt '{name}' is a function: differentiate by a variable"
                self.fault(Fault(0, message, kind="variable"), text, "wrt")
            elif isinstance(declared, Type) and declared.kind in WHOLE:
                message = f"wrt '{name}' is a whole number: no derivative by it exists"
                self.fault(Fault(0, message, kind="variable"), text, "wrt")
            elif (
                declared is not None
                and self.record.entries == "independent"
                and declared.kind not in STRUCTURED
            ):
                message = (
                    f"`entries: independent` needs a structured wrt, and `{name}` "
                    f"is {declared}"
                )
                hint = "structured types: " + ", ".join(sorted(STRUCTURED))
                self.fault(Fault(0, message, hint, kind="variable"), text, "wrt")
            names.append(name)
        if len(set(names)) != len(names):
            self.fault(
                Fault(0, "wrt names a variable twice", kind="duplicate"),
                self.record.wrt[-1],
                "wrt",
            )
        fields = {claim.field for claim in self.record.claims}
        if len(names) > 1 and fields != {"differential"}:
            message = "several wrt names are for `differential` claims only"
            hint = "write a record for each variable"
            self.fault(
                Fault(0, message, hint, kind="misplaced-key"), self.record.wrt[1], "wrt"
            )
        return tuple(names)
