"""Derivatives of names: `∂z/∂x = ∂z/∂y ∂y/∂x` is of functions z(y) and y(x).

Where a derivative of a name by a name stands, the first is a function of the second.
The language has function symbols and their derivatives `D(f)(x)` for them, which are in
the layout of the claim that they stand in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ..language.primitives import ELEMENTARY, PRIMITIVES
from ..language.tree import Call, Derived, Name, Tree
from ..reading.problem import Fault
from . import loose
from .defining import Definition, cancelled, inserted, is_symbol
from .loose import is_zero
from .needs import names_in
from .written import Written

_OF_ROWS = ("differential", "numerator")
"""Fields of claims in which `∂f/∂x^T` is the derivative of f itself."""
_OPERATORS = PRIMITIVES.keys() - ELEMENTARY
MOST = 6
"""Functions within each other."""


def written_out(written: Written, definitions: Mapping[str, Definition]) -> Written:
    """Return a statement without derivatives of names, its definitions put in."""
    return Chain.of(written, definitions).written(written)


def _applied(
    written: Written, definitions: Mapping[str, Definition]
) -> dict[str, Tree]:
    """Return what each function symbol of one argument is applied to on the left."""
    found: dict[str, list[Call]] = {}
    for part in loose.parts(inserted(written.body, definitions)):
        if isinstance(part, Call) and is_symbol(part.name):
            found.setdefault(part.name, []).append(part)
    return {
        name: calls[0].args[0]
        for name, calls in found.items()
        if len(calls[0].args) == 1 and all(call == calls[0] for call in calls)
    }


@dataclass
class Chain:
    """Which names are functions of which."""

    args: dict[str, list[str]] = field(default_factory=dict)
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    by: tuple[str, ...] = ()
    counting: frozenset[str] = frozenset()
    """Names of indices, which are no values."""
    values: dict[str, Tree] = field(default_factory=dict)
    """The values of names that are known by now."""
    entered: list[str] = field(default_factory=list)
    """Functions whose definitions are being put in."""
    applied: Mapping[str, Tree] = field(default_factory=dict)
    """What a function symbol is applied to in it, if that is one thing."""
    where: str = ""
    """The field of the claim that is being written out."""
    apart: dict[str, set[str]] = field(default_factory=dict)
    """By which names one side has derivatives of a function, each for itself."""

    @classmethod
    def of(cls, written: Written, definitions: Mapping[str, Definition]) -> Chain:
        """Find what depends on what, as the derivatives of a statement say."""
        counting = [loose.indices(tree) for tree in written.trees]
        made = cls({}, definitions, written.wrt, frozenset().union(*counting))
        found = made.args
        for tree in written.trees:
            for part in loose.calls(tree, loose.PARTIAL, loose.GRADIENT):
                match part.args:
                    case (Name(above), Name(below)) if above != below:
                        made.add(above, below)
            for part in loose.calls(tree, loose.SECOND_PARTIAL):
                match part.args:
                    case (Name(above), *by):
                        names = [one.name for one in by if isinstance(one, Name)]
                        for below in names if len({*names}) > 1 else ():
                            made.add(above, below)
        match written.body, written.wrt:
            case (Name(above), (below,)) if above != below:
                # What has the derivative 0 by its rule does not depend on it.
                constant = all(is_zero(tree) for _, tree in written.claims)
                if above not in definitions and not constant:
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
        for tree in written.trees:
            made.keep_apart(tree)
        made.args = made.through()
        made.applied = _applied(written, definitions)
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

    def keep_apart(self, tree: Tree) -> None:
        """Note of which names one side has the derivatives of a function by both."""
        found: dict[str, set[str]] = {}
        for part in loose.calls(tree, loose.PARTIAL, loose.GRADIENT):
            match part.args:
                case (Name(above), Name(below)):
                    found.setdefault(above, set()).add(below)
        for above, names in found.items():
            if len(names) > 1:
                self.apart.setdefault(above, set()).update(names)

    def through(self) -> dict[str, list[str]]:
        """Leave out what a name depends on through others that are defined.

        Of a text with `∂f/∂Y`, `∂f/∂X` and `Y = A X B` the f is one function, of a Y.
        But `∂f/∂X + ∂f/∂Y` on one side are the derivatives of an f of both.
        """
        inside = {
            name: names_in(inserted(self.definitions[name].body, self.definitions))
            for args in self.args.values()
            for name in args
            if name in self.definitions
        }
        return {
            name: [
                below
                for below in args
                if below in self.apart.get(name, ())
                or not any(below in inside.get(other, ()) for other in args)
            ]
            for name, args in self.args.items()
        }

    # --- trees ---

    def written(self, written: Written) -> Written:
        """Return a statement about function symbols and their derivatives."""
        claims = []
        fault: Fault | None = None
        left_out = []
        for where, tree in written.claims:
            self.where = where
            try:
                claims.append((where, loose.bounded(self.value_of(tree))))
            except Fault as problem:  # a step that the language cannot say
                fault = fault or problem
                left_out.append((tree, problem.text))
        self.where = ""
        if fault is not None and not claims:
            raise fault
        body = loose.bounded(self.value_of(written.body))
        return replace(
            written, body=body, claims=tuple(claims), left_out=tuple(left_out)
        )

    def value_of(self, tree: Tree) -> Tree:
        """Return a side in terms of what it is by."""
        match tree:
            case Call(loose.PRIMED, (Name(name),)) if name in self.definitions:
                said = f"the derivative of `{name}`, which is defined, is not read"
                raise Fault(tree.start, said, "write what it is")
        found = self.tree(tree)
        return loose.mapped(found, cancelled) if self.definitions else found

    def value(self, name: str, depth: int = 0) -> Tree:
        """Return a name as the value of a function, all the way down."""
        if name in self.counting:
            return Name(name)
        if depth > MOST:
            said = f"`{name}` is defined by too many others, or by itself"
            raise Fault(0, said)
        if name not in self.values:
            self.values[name] = self._value(name, depth)
        return self.values[name]

    def _value(self, name: str, depth: int) -> Tree:
        if name in self.definitions and name not in self.by:
            applied = {
                n: made for n, made in self.definitions.items() if made.parameters
            }
            body = inserted(self.definitions[name].body, applied)
            return self.names(body, depth + 1)
        if name not in self.args or name in self.by:
            return Name(name)
        args = tuple(self.value(below, depth + 1) for below in self.args[name])
        return Call(name, args)

    def names(self, tree: Tree, depth: int = 0) -> Tree:
        """Return a tree with each name as the value that it is."""

        def change(part: Tree) -> Tree:
            return self.value(part.name, depth) if isinstance(part, Name) else part

        return loose.mapped(tree, change)

    def tree(self, tree: Tree) -> Tree:
        """Put derivatives of function symbols in the place of derivatives of names."""
        match tree:
            case Call(loose.ACTING, (inner,)):
                return self.tree(inner)
            case Call(
                loose.PARTIAL,
                (above, Call("transpose" | loose.PRIMED, (Name() as by,))),
            ) if self.where in _OF_ROWS:
                return self.tree(replace(tree, args=(above, by)))
            case Call(loose.PARTIAL, (above, Call() as by)) if (
                made := self.by_value(above, by)
            ) is not None:
                return made
            case Call(loose.GRADIENT, (Name() as above,)) if (
                self.where == "differential" and len(self.by) == 1
            ):
                return self.derivative(above.name, self.by[0])
            case Call(
                loose.PARTIAL | loose.GRADIENT, (Call(above, (inner,)), Name(below))
            ) if self.is_symbol(above) and self.outside(below, inner):
                # `∇_x f(A z)` is the gradient of f, of an x, at A z.
                return Derived("D", above, (1,), None, None, self.all((inner,)))
            case Call(
                loose.SECOND_PARTIAL,
                (Call(above, (inner,)), Name(below), Name(other)),
            ) if (
                self.is_symbol(above) and below == other and self.outside(below, inner)
            ):
                return Derived("hessian", above, (), None, None, self.all((inner,)))
            case Call(loose.PARTIAL, (Name(above), Name(below))) if above == below:
                return loose.call(loose.IDENTITY, start=tree.start, stop=tree.stop)
            case Call(loose.PARTIAL | loose.GRADIENT, (Name(above), Name(below))):
                return self.derivative(above, below)
            case Call(loose.SECOND_PARTIAL, (Name(above), Name(below), Name(again))):
                if below == again and (arg := self.argument(above, below)) is not None:
                    return Derived("hessian", above, (), None, None, self.all((arg,)))
                if below in self.args.get(above, ()) and again in self.args[above]:
                    known = self.args[above]
                    at = known.index(below) + 1, known.index(again) + 1
                    args = tuple(map(self.value, known))
                    return Derived("D", above, at, None, None, args)
            case Call(loose.PARTIAL, (Call(above, args), Name(below))):
                if (made := self.of_call(above, args, below)) is not None:
                    return made
            case Call(loose.GRADIENT, (Call(above, args), *by)) if len(args) == 1:
                if above not in loose.LOOSE and (not by or by[0] == args[0]):
                    self.check_open(above, tree)
                    return Derived("D", above, (1,), None, None, self.all(args))
            case Call("hessian", (Call(above, args),)) if above not in loose.LOOSE:
                self.check_open(above, tree)
                return Derived("hessian", above, (), None, None, self.all(args))
            case Name(name) if name not in self.by:
                return self.value(name)
            case Call(name, args) if name in self.definitions:
                made = self.definitions[name]
                if name in self.entered:
                    raise Fault(tree.start, f"`{name}` is defined by itself")
                if len(made.parameters) == len(args):
                    self.entered.append(name)
                    found = self.tree(inserted(tree, self.definitions))
                    self.entered.pop()
                    return found
            case Derived():
                self.check_open(tree.symbol, tree)
        for inner in (tree,) if isinstance(tree, Call) else ():
            if inner.name in loose.CALCULUS or inner.name == "hessian":
                said = "a derivative of an expression inside an expression is not read"
                raise Fault(inner.start, said, "name what is differentiated")
        if isinstance(tree, Call | Derived):
            return replace(tree, args=self.all(tree.args))
        return tree

    def check_open(self, name: str, tree: Tree) -> None:
        """Refuse the derivative of a function that is defined: it is none of any f."""
        if name in self.definitions:
            said = f"the derivative of `{name}`, which is defined, is not read"
            raise Fault(tree.start, said, "write what it is")

    def is_symbol(self, name: str) -> bool:
        """Whether a name that is called is a function of which nothing is known."""
        return is_symbol(name) and name not in self.definitions

    def outside(self, below: str, inner: Tree) -> bool:
        """Whether `∇_y f(A x)` is f's derivative where it is applied, not by the x."""
        return below not in self.by and below not in names_in(inner)

    def all(self, trees: tuple[Tree, ...]) -> tuple[Tree, ...]:
        """Do so with several trees."""
        return tuple(self.tree(tree) for tree in trees)

    def of_call(
        self, symbol: str, args: tuple[Tree, ...], below: str
    ) -> Derived | None:
        """Return the derivative of `f(u, v)` by one of the names it is applied to."""
        names = [arg.name if isinstance(arg, Name) else "" for arg in args]
        known = symbol in loose.LOOSE or symbol in self.definitions
        if args == (Name(below),) and self.is_free(symbol, below):
            # In `∂f(A x)/∂x = ∂f(y)/∂y A` the y stands for what f is applied to.
            args_ = self.all((self.applied[symbol],))
            return Derived("D", symbol, (1,), None, None, args_)
        if known or below not in names or symbol in _OPERATORS:
            return None
        values = tuple(self.names(arg) for arg in args)
        return Derived("D", symbol, (names.index(below) + 1,), None, None, values)

    def by_value(self, above: Tree, by: Call) -> Tree | None:
        """Return `∂g(f(x))/∂f(x)`, the derivative by the value of a function."""
        if not self.is_symbol(by.name):
            return None
        match above:
            case Call(loose.JUXTAPOSED | loose.DOTTED, (Call() as first, rest)):
                # `∂/∂f(x) g(f(x)) · ∂/∂x f(x)`, of which the first acts on g alone
                made = self.by_value(first, by)
                return made and replace(above, args=(made, self.tree(rest)))
            case Call(name, args) if self.is_symbol(name) and by in args:
                values = self.all(args)
                return Derived("D", name, (args.index(by) + 1,), None, None, values)
            case Name(name) if self.applied.get(name) == by:
                return Derived("D", name, (1,), None, None, self.all((by,)))
        return None

    def is_free(self, symbol: str, name: str) -> bool:
        """Whether a name stands for what a function symbol is applied to."""
        inner = self.applied.get(symbol)
        known = {*self.by, *self.args, *self.definitions}
        return isinstance(inner, Call) and name not in known | names_in(inner)

    def argument(self, above: str, below: str) -> Tree | None:
        """Return what `∇_y f` is by: in `∇_x f(A x)` the y stands for `A x`."""
        arg = self.applied.get(above)
        if arg is None:
            return None
        if arg == Name(below) or (isinstance(arg, Call) and arg.name == below):
            return arg
        defined = self.definitions.get(below)
        if defined is not None:
            return arg if inserted(defined.body, self.definitions) == arg else None
        return arg if self.outside(below, arg) else None

    def derivative(self, above: str, below: str) -> Tree:
        """Return the derivative of a name by a name."""
        if (arg := self.argument(above, below)) is not None:
            return Derived("D", above, (1,), None, None, self.all((arg,)))
        if above in self.definitions:
            match self.definitions[above].body:
                case Call(symbol, args):
                    if (made := self.of_call(symbol, args, below)) is not None:
                        return made
            said = f"the derivative of `{above}`, which is defined, is not read"
            raise Fault(0, said, "write what it is")
        if below not in self.args.get(above, []):
            raise Fault(0, f"`{above}` is no function of `{below}` directly")
        args = tuple(self.value(name) for name in self.args[above])
        position = self.args[above].index(below) + 1
        return Derived("D", above, (position,), None, None, args)
