"""Taylor expansions: the step from a point, and what their letters stand for.

In `f(x) ≈ f(a) + g^T (x - a) + 1/2 (x - a)^T H (x - a)` the step is `x - a`, and H is
the Hessian of f at a where nothing else is said of it: so it is at every author's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from ..language.tree import Call, Derived, Name, Number, Tree
from . import loose
from .defining import Definition

_PRODUCTS = (loose.JUXTAPOSED, loose.DOTTED, loose.STARRED, loose.INNER, "matmul",
             "mul", loose.TIMES)  # fmt: skip


def error_of(tree: Tree) -> Call | None:
    """Return the `o(h)` or `O(h^2)` that a term is; None for another term."""
    match tree:
        case Call("o" | "O", (_,)):
            return tree
        case Call(loose.JUXTAPOSED, (Name("o" | "O" as letter), inner)):
            return loose.call(letter, inner, start=tree.start, stop=tree.stop)
    return None


def with_error(sides: Sequence[Tree]) -> tuple[Tree, ...]:
    """Read `+ h ε(h)` and `+ ‖h‖ ε(h)` at the end as `+ o(h)`, where h is a step.

    So French texts write it: ε is a function that goes to zero with its argument.
    """
    steps = {
        part.args[1]
        for part in loose.calls(sides[0], "add")
        if isinstance(part.args[1], Name)
    }
    match sides[-1]:
        case Call("add", (rest, term)) if len(sides) > 1:
            factors = list(_factors(term))
            gone = [h for f in factors if (h := _vanishing(f)) is not None]
            others = [f for f in factors if _vanishing(f) is None]
            if not len(gone) == len(others) == 1 or gone[0] not in steps:
                return tuple(sides)
            if gone[0] in {*loose.parts(others[0])}:
                error = loose.call("o", others[0], start=term.start, stop=term.stop)
                return *sides[:-1], replace(sides[-1], args=(rest, error))
    return tuple(sides)


def _factors(tree: Tree) -> Iterator[Tree]:
    match tree:
        case Call(name, (left, right)) if (
            name in _PRODUCTS and _vanishing(tree) is None
        ):
            yield from _factors(left)
            yield from _factors(right)
        case _:
            yield tree


def _vanishing(tree: Tree) -> Tree | None:
    """Return the h of `ε(h)`, or None."""
    match tree:
        case Call(name, (Name() as h,)) | Call(
            loose.JUXTAPOSED, (Name(name), Name() as h)
        ) if name.partition("_")[0] in ("eps", "epsilon"):
            return h
    return None


def is_expanded(sides: Sequence[Tree]) -> bool:
    """Whether the last side of a formula ends in `+ o(h)`."""
    match sides[-1]:
        case Call("add", (_, error)):
            return error_of(error) is not None
    return False


def names_of(tree: Tree) -> Iterator[Name]:
    """Yield the names in a tree."""
    return (part for part in loose.parts(tree) if isinstance(part, Name))


def degree(tree: Tree, name: str) -> int:
    """Return the degree of a side in a name, as far as it is a polynomial in it."""
    match tree:
        case Name(other):
            return int(other == name)
        case Call(loose.POWER | "pow", (base, Number(value=power))):
            whole = power.denominator == 1 and power > 0
            return degree(base, name) * (int(power) if whole else 1)
        case Call("add" | "sub", (left, right)):
            return max(degree(left, name), degree(right, name))
        case Call(made, (left, right)) if made in _PRODUCTS:
            return degree(left, name) + degree(right, name)
        case Call(loose.OVER | "div", (above, _)):
            return degree(above, name)
        case Call(loose.NORM | loose.BARS | "transpose" | "neg" | loose.PRIMED, (one,)):
            return degree(one, name)
    return 0


# --- points -----------------------------------------------------------------------


def with_points(sides: Sequence[Tree]) -> tuple[Tree, ...]:
    """Read x_k as a name where it is a point: a step is from it, as `x - x_k` says.

    So are g_k and H_k beside it.
    """
    points = {
        point
        for side in sides
        for part in loose.calls(side, "sub")
        for point in _points(*part.args)
    }

    counted = {_counted(point) for point in points} - {None}

    def change(part: Tree) -> Tree:
        if _counted(part) in counted and (name := _called(part)) is not None:
            return Name(name, start=part.start, stop=part.stop)
        return part

    return tuple(loose.mapped(side, change) for side in sides)


def _counted(point: Tree) -> Tree | None:
    """Return the k of `x_k` and `x_{k+1}`."""
    match point:
        case Call(loose.ENTRY, (Name(), Name() as index)):
            return index
        case Call(loose.ENTRY, (Name(), Call("add" | "sub", (Name() as index, _)))):
            return index
    return None


def _points(left: Tree, right: Tree) -> Iterator[Tree]:
    """Yield the points that a step is between: those of `x - x_k`, `x_{k+1} - x_k`."""
    match left, right:
        case Name(name), Call(loose.ENTRY, (Name(base), _)):
            if name == base or name.startswith(f"{base}_"):
                yield right
        case Call(loose.ENTRY, (Name(name), _)), Call(loose.ENTRY, (Name(base), _)):
            if name == base:
                yield from (left, right)


def _called(point: Tree) -> str | None:
    """Return what a point is called: `x_k`, or `x_kp1` for the one behind it."""
    match point:
        case Call(loose.ENTRY, (Name(base), Name(index))):
            return f"{base}_{index}"
        case Call(loose.ENTRY, (Name(base), Call("add" | "sub" as sign, (k, one)))):
            if isinstance(k, Name) and loose.is_number(one, 1):
                return f"{base}_{k.name}{'p' if sign == 'add' else 'm'}1"
    return None


def about(left: Tree, right: Tree, *more: Tree) -> tuple[Tree, ...]:
    """Read `f(x) ≈ f(a) + f'(a) (x - a)` as an expansion by the step from a."""
    for part in () if more else loose.calls(right, "sub"):
        match part.args:
            case (Name() as x, Name() as a) if x in {*loose.parts(left)}:
                if a in {*loose.parts(left)}:
                    continue
                names = {p.name for one in (left, right) for p in names_of(one)}
                free = (f"h{count or ''}" for count in range(len(names) + 1))
                h = Name(next(name for name in free if name not in names))

                right = loose.mapped(right, partial(_bound, x=x))
                moved = partial(_moved, x=x, there=Call("add", (a, h)))
                return loose.mapped(left, moved), loose.mapped(right, moved)
    return left, right, *more


def _bound(part: Tree, x: Name) -> Tree:
    """Give the x of `∂f/∂x |_{x=a}` a name of its own: it is none outside."""
    match part:
        case Call(loose.AT, (inner, value, *named)):
            own = Name(f"{x.name}_there")
            inner, *named = (
                loose.mapped(one, lambda p: own if p == x else p)
                for one in (inner, *named)
            )
            return replace(part, args=(inner, value, *named))
    return part


def _moved(part: Tree, x: Name, there: Call) -> Tree:
    """Write `a + h` for x, and h for `x - a`."""
    a, h = there.args
    if part == Call("sub", (there, a)):
        return h
    return there if part == x else part


# --- slopes -----------------------------------------------------------------------


@dataclass(frozen=True)
class Slopes:
    """What letters stand for in an expansion of f about a."""

    symbol: str
    point: Tree
    step: str
    order: int
    """Of the derivative that is expanded: 1 for `∇f(x + h)`."""
    known: Mapping[str, Definition]

    @classmethod
    def of(
        cls, left: Tree, step: str, known: Mapping[str, Definition]
    ) -> Slopes | None:
        """Return those of an expansion of `f(a + h)` or of `∇f(a + h)`."""
        match left:
            case Call(loose.GRADIENT, (Call(_, (_,)) as inner, *_)):
                made = cls.of(inner, step, known)
                return made and replace(made, order=1)
            case Call(symbol, (Call("add" | "sub", (point, _)),)):
                if symbol not in loose.LOOSE | loose.CALCULUS:
                    return cls(symbol, point, step, 0, known)
        return None

    def put(self, left: Tree, claim: Tree) -> tuple[Tree, Tree, tuple[str, ...]]:
        """Return both sides without such letters, and what they were taken for."""
        notes: dict[str, None] = {}
        gradient: set[Tree] = set()
        slopes = any(isinstance(part, Derived) for part in loose.parts(claim)) or any(
            True for _ in loose.calls(claim, *loose.CALCULUS)
        )
        bent = any(self.is_bend(part) for part in loose.parts(claim))

        def change(part: Tree, at: int) -> Tree:
            letter = _letter(part)
            if not self.is_free(part) or letter not in ("H", "J", "g"):
                return part
            if letter == "H" and at + self.order == 2:
                made = Derived("hessian", self.symbol, (), None, None, (self.point,))
                what = "the Hessian"
            elif letter == "J" and at == 1 and not self.order:
                made = Derived("D", self.symbol, (1,), None, None, (self.point,))
                what = "the Jacobian"
            elif letter == "g" and at == 1 and bent and not slopes and not self.order:
                made = Derived("D", self.symbol, (1,), None, None, (self.point,))
                what = "the gradient"
                gradient.add(part)
            else:
                return part
            notes[f"`{letter}` is read as {what} of `{self.symbol}`"] = None
            return replace(made, start=part.start, stop=part.stop)

        def term(tree: Tree) -> Tree:
            match tree:
                case Call("add" | "sub", (left, right)):
                    return replace(tree, args=(term(left), term(right)))
            at = degree(tree, self.step)
            return loose.mapped(tree, partial(change, at=at))

        slope = Derived("D", self.symbol, (1,), None, None, (self.point,))

        def again(part: Tree) -> Tree:
            return slope if part in gradient else part  # `f(x - ε g)`

        made = term(claim)
        if gradient:
            left, made = (loose.mapped(side, again) for side in (left, made))
        return left, made, tuple(notes)

    def is_level(self, claim: Tree) -> bool:
        """Whether terms of second order follow without those of the first.

        So it is where f is least: it is no expansion at any point.
        """
        degrees = {degree(term, self.step) for term in _terms(claim)}
        return self.order == 0 and 2 in degrees and 1 not in degrees

    def is_bend(self, part: Tree) -> bool:
        """Whether a letter is that of a Hessian, or a Hessian is written."""
        return (_letter(part) == "H" and self.is_free(part)) or (
            isinstance(part, Derived) and part.kind == "hessian"
        )

    def is_free(self, part: Tree) -> bool:
        """Whether a letter may stand for a slope: nothing is known of it."""
        match part:
            case Name(name):
                return self._is_open(name)
            case Call(name, (point,)):
                return self._is_open(name) and point == self.point
        return False

    def _is_open(self, name: str) -> bool:
        """Whether a letter is not defined but as a derivative of what is expanded."""
        if name not in self.known:
            return name != self.symbol
        match self.known[name].body:
            case Call(loose.GRADIENT | loose.PARTIAL | "hessian", (Call(f, (_,)), *_)):
                return f == self.symbol
            case Derived(_, f):
                return f == self.symbol
        return False


def _terms(tree: Tree) -> Iterator[Tree]:
    """Yield the terms of a sum."""
    match tree:
        case Call("add" | "sub", (left, right)):
            yield from _terms(left)
            yield from _terms(right)
        case _:
            yield tree


def _letter(part: Tree) -> str:
    """Return the letter of `H`, `H_f`, `H_k` or `H(a)`."""
    match part:
        case Name(name) | Call(name, (_,)):
            return name.partition("_")[0]
    return ""
