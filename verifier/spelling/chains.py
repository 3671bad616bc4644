"""Derivatives of names: `∂z/∂x = ∂z/∂y ∂y/∂x` is of functions z(y) and y(x).

Where a derivative of a name by a name stands, the first is a function of the second.
The language has function symbols and their derivatives `D(f)(x)` for them, which are in
numerator layout where a function is differentiated; in the others they are turned.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from ..language.tree import Call, Derived, Name, Tree
from ..reading.problem import Fault
from . import loose
from .clauses import Definition
from .statement import Written, inserted

LAYOUTS = ("numerator", "denominator", "mixed")
TURNED = {"denominator": loose.TURNED, "mixed": loose.TURNED_IF_SCALAR}
MOST = 6
"""Functions within each other."""


def variants(
    written: Written, definitions: Mapping[str, Definition]
) -> Iterator[tuple[Written, str]]:
    """Yield a statement without derivatives of names, for each layout that matters."""
    chain = Chain.of(written, definitions)
    if written.subject != "function" or not _matters(written, chain):
        yield chain.written(written, ""), ""
        return
    for layout in LAYOUTS:
        yield chain.written(written, layout), layout


def _matters(written: Written, chain: Chain) -> bool:
    """Whether there are derivatives in what is claimed."""
    if all(where in ("hessian", "differential") for where, _ in written.claims):
        return False
    return any(
        True for _, tree in written.claims for part in loose.calls(tree, loose.PARTIAL)
    )


@dataclass
class Chain:
    """Which names are functions of which."""

    args: dict[str, list[str]] = field(default_factory=dict)
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    by: tuple[str, ...] = ()

    @classmethod
    def of(cls, written: Written, definitions: Mapping[str, Definition]) -> Chain:
        """Find what depends on what, as the derivatives of a statement say."""
        made = cls(definitions=definitions, by=written.wrt)
        found = made.args
        for tree in written.trees:
            for part in loose.calls(tree, loose.PARTIAL, loose.GRADIENT):
                match part.args:
                    case (Name(above), Name(below)) if above != below:
                        made.add(above, below)
        match written.body, written.wrt:
            case (Name(above), (below,)) if above != below:
                if above not in definitions:
                    known = found.setdefault(above, [])
                    through = [d.body for n, d in definitions.items() if n in known]
                    reached = made.reaches(known, below) or any(
                        isinstance(p, Name) and p.name == below
                        for body in through
                        for p in loose.parts(inserted(body, definitions))
                    )
                    if below not in known and not reached:
                        known.append(below)
            case (body, (below,)):
                for part in loose.parts(body):
                    if isinstance(part, Name) and part.name in found:
                        made.add(part.name, below) if not found[part.name] else None
        made.args = made.direct()
        return made

    def add(self, above: str, below: str) -> None:
        """Note that a name is a function of another."""
        if above in self.definitions:
            return
        known = self.args.setdefault(above, [])
        if below not in known:
            known.append(below)

    def reaches(self, names: list[str], below: str) -> bool:
        """Whether a name is reached from others."""
        seen, waiting = set[str](), list(names)
        while waiting:
            name = waiting.pop()
            if name == below:
                return True
            if name not in seen:
                seen.add(name)
                waiting += self.args.get(name, [])
        return False

    def direct(self) -> dict[str, list[str]]:
        """Leave out what a name depends on only through others."""
        return {
            name: [
                below
                for below in args
                if not any(
                    other != below and self.reaches(self.args.get(other, []), below)
                    for other in args
                )
            ]
            for name, args in self.args.items()
        }

    # --- trees ---

    def written(self, written: Written, layout: str) -> Written:
        """Return a statement about function symbols, their derivatives in a layout."""
        claims = tuple(
            (
                layout if where == "both" and layout else where,
                self.tree(tree, layout),
            )
            for where, tree in written.claims
        )
        return replace(written, body=self.tree(written.body, layout), claims=claims)

    def value(self, name: str, depth: int = 0) -> Tree:
        """Return a name as the value of a function, all the way down."""
        if depth > MOST:
            raise Fault(0, f"`{name}` depends on itself")
        if name in self.definitions and name not in self.by:
            made = self.definitions[name]
            if not made.parameters:
                return self.names(made.body, depth + 1)
        if name not in self.args or name in self.by:
            return Name(name)
        args = tuple(self.value(below, depth + 1) for below in self.args[name])
        return Call(name, args)

    def names(self, tree: Tree, depth: int = 0) -> Tree:
        """Return a tree with each name as the value that it is."""

        def change(part: Tree) -> Tree:
            return self.value(part.name, depth) if isinstance(part, Name) else part

        return loose.mapped(tree, change)

    def tree(self, tree: Tree, layout: str) -> Tree:
        """Put derivatives of function symbols in the place of derivatives of names."""
        match tree:
            case Call(loose.ACTING, (inner,)):
                return self.tree(inner, layout)
            case Call(loose.PARTIAL, (Name(above), Name(below))):
                return self.derivative(above, below, layout)
            case Call(loose.PARTIAL, (Call(above, args), Name(below))):
                if (made := self.of_call(above, args, below)) is not None:
                    return turned(made, layout)
            case Call(loose.GRADIENT, (Call(above, args), *by)) if len(args) == 1:
                if above not in loose.LOOSE and (not by or by[0] == args[0]):
                    made = Derived("D", above, (1,), None, None, self.all(args, layout))
                    # a gradient is a column
                    return Call(loose.TURNED, (made,)) if self.by else made
            case Call("hessian", (Call(above, args),)) if above not in loose.LOOSE:
                return Derived("hessian", above, (), None, None, self.all(args, layout))
            case Name(name) if name not in self.by:
                return self.value(name)
            case Call(name, args) if name in self.definitions:
                made = self.definitions[name]
                if len(made.parameters) == len(args):
                    return self.tree(inserted(tree, self.definitions), layout)
            case Derived() if tree.symbol in self.definitions:
                said = (
                    f"the derivative of `{tree.symbol}`, which is defined, is not read"
                )
                raise Fault(tree.start, said, "write what it is")
        if isinstance(tree, Call) and tree.name in (*loose.CALCULUS, "hessian"):
            if tree.name != "hessian" or len(tree.args) == 1:
                said = "a derivative of an expression inside an expression is not read"
                raise Fault(tree.start, said, "name what is differentiated")
        if isinstance(tree, Call | Derived):
            return replace(tree, args=self.all(tree.args, layout))
        return tree

    def all(self, trees: tuple[Tree, ...], layout: str) -> tuple[Tree, ...]:
        """Do so with several trees."""
        return tuple(self.tree(tree, layout) for tree in trees)

    def of_call(
        self, symbol: str, args: tuple[Tree, ...], below: str
    ) -> Derived | None:
        """Return the derivative of `f(u, v)` by one of the names it is applied to."""
        names = [arg.name if isinstance(arg, Name) else "" for arg in args]
        if symbol in loose.LOOSE or below not in names or symbol in self.definitions:
            return None
        values = tuple(self.names(arg) for arg in args)
        return Derived("D", symbol, (names.index(below) + 1,), None, None, values)

    def derivative(self, above: str, below: str, layout: str) -> Tree:
        """Return the derivative of a name by a name."""
        if above in self.definitions:
            match self.definitions[above].body:
                case Call(symbol, args):
                    if (made := self.of_call(symbol, args, below)) is not None:
                        return turned(made, layout)
            said = f"the derivative of `{above}`, which is defined, is not read"
            raise Fault(0, said, "write what it is")
        if below not in self.args.get(above, []):
            raise Fault(0, f"`{above}` is no function of `{below}` directly")
        args = tuple(self.value(name) for name in self.args[above])
        position = self.args[above].index(below) + 1
        return turned(Derived("D", above, (position,), None, None, args), layout)


def turned(made: Derived, layout: str) -> Tree:
    """Return a derivative of a function symbol in a layout."""
    return Call(TURNED[layout], (made,)) if layout in TURNED else made
