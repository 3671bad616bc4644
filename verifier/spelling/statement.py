"""A statement as it was written: what is claimed of which derivative, still loose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from ..language.tree import Call, Derived, Name, Number, Tree
from ..reading.problem import Fault
from . import loose
from .defining import Definition, inserted
from .loose import is_zero
from .points import freed

PRIMED = frozenset(("f", "g", "h", "u", "v", "y", "z", "phi", "psi", "F", "G"))
"""Names whose prime is a derivative."""


@dataclass(frozen=True)
class Written:
    """A statement: a subject, its body, and what is claimed of it in which field."""

    subject: str  # function value limit expansion
    body: Tree
    claims: tuple[tuple[str, Tree], ...]
    wrt: tuple[str, ...] = ()
    moving: str = ""
    target: Tree | None = None
    error: Tree | None = None
    by: Tree | None = None
    """The entry that a derivative is by."""
    left_out: tuple[tuple[Tree, str], ...] = ()
    """Sides that are left out since the language cannot say them, and why."""
    also: tuple[Written, ...] = ()
    """What must hold as well: further sides that are derivatives."""
    side: Tree | None = None
    """Of what must hold as well, the side that is the derivative."""
    lets: Mapping[str, Definition] = field(default_factory=dict)
    """What its names are in terms of what it is by: `σ = sqrt(σ²)`."""
    notes: tuple[str, ...] = ()
    """What was taken for what else."""
    ranks: Mapping[str, str] = field(default_factory=dict)
    """What names can only be."""
    apart: tuple[str, str, str] | None = None
    """What is said of two indices: `("i", "≠", "j")`."""
    parted: bool = False
    """Whether what must hold as well is the rest of it, entry by entry."""

    @property
    def trees(self) -> list[Tree]:
        """Return all trees."""
        return [self.body, *(tree for _, tree in self.claims)]


def statements_of(
    sides: Sequence[Tree], definitions: Mapping[str, Definition] | None = None
) -> list[Written]:
    """Return what the sides of a formula claim, the likeliest reading first."""
    known = definitions or {}
    sides, quotient = freed(sides, known)
    if quotient is not None:
        body, moving, target = quotient.body, quotient.moving, quotient.target
        claims = tuple(("both", side) for side in sides[1:])
        return [Written("limit", body, claims, moving=moving, target=target)]
    sides = [_with_dots(side, sides) for side in sides]
    sides = [_with_primes(side, sides) for side in sides]
    sides = [_with_change_outside(sides[0]), *map(_with_change_inside, sides[1:])]
    sides = [_turned_outside(sides[0], sides[1:]), *sides[1:]]
    sides = _with_whole_change([_of_defined(sides[0], sides[1:], known), *sides[1:]])
    if all(map(_is_mixed, sides)):
        return [Written("value", sides[0], tuple(("both", s) for s in sides[1:]))]
    derivatives = [side for side in sides if is_derivative(side)]
    if not derivatives:
        sides = [_gathered(sides[0]), *sides[1:]]
        derivatives = [side for side in sides[:1] if is_derivative(side)]
    if not derivatives:
        left, right = sides[0], list(sides[1:])
        if (made := _expansion(left, right)) is not None:
            return [made]
        if isinstance(left, Call) and left.name == loose.LIMIT:
            return [_limit(left, right)]
        for side in sides:
            for change in loose.calls(side, loose.CHANGE):
                raise Fault(change.start, "a differential stands alone on one side")
        letters = _all(sides)
        changes = {name for name in letters if loose.is_moved(name, letters)}
        changes |= {name for name in letters if _is_step(name)}
        if changes:
            return _of_changes(sides, changes, known)
        return [Written("value", left, tuple(("both", side) for side in right))]
    # All sides are equal: a further derivative is claimed as well, or is a statement of
    # its own that must hold too; it is no other way to read the first one.
    first, *more = derivatives
    if (linear := _by_step(first, sides)) is not first:
        sides = [linear if side is first else side for side in sides]
        derivatives = [linear, *more]
        first = linear
    if differentiated(first) is not None and not _changes(first):
        _check_changes(first, sides)
    plain = [side for side in sides if side not in derivatives]
    own = {id(side): made for side in more if (made := _own(side, plain, known))}
    also = tuple(own.values())
    others = [side for side in sides if side is not first and id(side) not in own]
    found = [
        replace(made, also=also)
        for one in _reaches(first, others)
        if (made := _claimed(one, others, known)) is not None
    ]
    turned = [made for one in found if (made := _by_turned(one)) is not None]
    return [*turned, *found]


def _by_turned(written: Written) -> Written | None:
    """Return `∂L/∂X^T = W (∂L/∂Y)^T` as a derivative by the transpose of X.

    Elsewhere the `T` below says that a derivative is laid out as a row. Beside another
    one that is by a plain name it would be of another layout than that.
    """
    derived = [
        part
        for _, claim in written.claims
        for part in loose.calls(claim, loose.PARTIAL, loose.GRADIENT)
    ]
    plain = all(_plain(by) == by for part in derived for by in part.args[1:])
    rows = all(where == "numerator" for where, _ in written.claims)
    if not (derived and plain and rows and len(written.wrt) == 1):
        return None
    (name,) = written.wrt
    if written.subject != "function" or not name[0].isupper():
        return None
    turned = f"{name}_turned"
    back = Definition((), loose.call("transpose", Name(turned)))
    claims = tuple(("denominator", claim) for _, claim in written.claims)
    lets = {**written.lets, name: back}
    return replace(written, wrt=(turned,), claims=claims, lets=lets)


def _is_step(name: str) -> bool:
    """Whether a name is the change of a matrix, which is no name otherwise."""
    return loose.is_change(name) and len(name) == 2 and name[1].isupper()


def _by_step(first: Tree, sides: Sequence[Tree]) -> Tree:
    """Read `∂ tr(A dX)/∂X`, of what is linear in the step dX, as by that."""
    match first:
        case Call(loose.PARTIAL, (body, by)):
            match _plain(by):
                case Name(name):
                    step, names = f"d{name}", _all([body])
                    others = _all([side for side in sides if side is not first])
                case _:
                    return first
        case _:
            return first
    if step not in names or name in names or step in others:
        return first

    def change(part: Tree) -> Tree:
        return (
            Name(name, start=part.start, stop=part.stop) if part == Name(step) else part
        )

    return replace(first, args=(loose.mapped(body, change), by))


def _is_mixed(tree: Tree) -> bool:
    """Whether a side is a derivative of a named function by two names."""
    match tree:
        case Call(loose.SECOND_PARTIAL, (Name(), Name(one), Name(other))):
            return one != other
    return False


def _changes(tree: Tree) -> bool:
    """Whether a side is a differential."""
    return next(loose.calls(tree, loose.CHANGE), None) is not None


def _check_changes(first: Tree, sides: Sequence[Tree]) -> None:
    """Refuse `∂(U V)/∂x = U (dV/dx)` where `dV` is half of a derivative."""
    letters = _all(sides)
    changes = {name for name in letters if loose.is_moved(name, letters)}
    if changes:
        said = f"`{min(changes)}` is a change, and no side is a differential"
        raise Fault(first.start, said)


def _own(
    side: Tree, plain: Sequence[Tree], known: Mapping[str, Definition]
) -> Written | None:
    """Return what a further derivative claims; None for that of a mere name."""
    try:
        reached = next(_reaches(side, plain))
        made = _claimed(reached, plain, known) if plain else None
    except Fault:
        return None
    if made is None or isinstance(made.body, Name):
        return None
    return replace(made, side=side)


# --- derivatives ------------------------------------------------------------------


def is_derivative(tree: Tree) -> bool:
    """Whether a side is a derivative, or a multiple of one."""
    match tree:
        case Call("transpose" | "neg", (inner,)):
            return is_derivative(inner)
        case Call("add" | "sub", (left, right)):
            return _acts(left) and not has_derivative(right)
        case Call(loose.JUXTAPOSED | loose.DOTTED | loose.STARRED, (left, right)):
            return is_derivative(right) and _is_plain(left)
        case Call(loose.OVER, (above, below)):
            return is_derivative(above) and _is_plain(below)
        case Call("hessian", (_,)):
            return True
        case Call(name, _):
            return name in loose.CALCULUS
    return False


def differentiated(tree: Tree) -> Tree | None:
    """Return what a side is the derivative of."""
    match tree:
        case Call("transpose" | "neg" | loose.ACTING | loose.OVER, (inner, *_)):
            return differentiated(inner)
        case Call(loose.JUXTAPOSED | loose.DOTTED | loose.STARRED, (_, inner)):
            return differentiated(inner)
        case Call("hessian", (body,)):
            return body
        case Call(name, (body, *_)) if name in loose.CALCULUS:
            return body
    return None


def _is_plain(tree: Tree) -> bool:
    """Whether a factor is a number or a letter of one."""
    whole = next(loose.calls(tree, loose.IDENTITY, loose.ONES, loose.ZEROS), None)
    names = (part.name for part in loose.parts(tree) if isinstance(part, Name))
    return whole is None and _NUMBERS.issuperset(names) and not has_derivative(tree)


_NUMBERS = frozenset("lam alpha beta gamma eta mu a c k m n N M T t s".split())
"""Letters of numbers, which may stand before a derivative."""


def _acts(tree: Tree) -> bool:
    """Whether the first term of a sum is an operator, which may act on all of it."""
    match tree:
        case Call("add" | "sub", (left, right)):
            return _acts(left) and not has_derivative(right)
        case Call(loose.ACTING, _):
            return True
    return False


def has_derivative(tree: Tree) -> bool:
    return any(True for _ in loose.calls(tree, *loose.CALCULUS)) or any(
        isinstance(part, Derived) for part in loose.parts(tree)
    )


def _gathered(tree: Tree) -> Tree:
    """Return `∂f/∂x + ∂g/∂x` as `∂(f + g)/∂x`; anything else as it is."""
    match tree:
        case Call("neg", (inner,)):
            match _gathered(inner):
                case Call(loose.PARTIAL | loose.GRADIENT, (body, *by)) as made:
                    return replace(made, args=(loose.call("neg", body), *by))
        case Call("add" | "sub" as name, (left, right)):
            match _gathered(left), _gathered(right):
                case (
                    Call(loose.PARTIAL | loose.GRADIENT as above, (body, by)),
                    Call(loose.PARTIAL | loose.GRADIENT as other, (more, again)),
                ) if above == other and by == again:
                    return replace(
                        tree, name=above, args=(loose.call(name, body, more), by)
                    )
        case Call(loose.ACTING, (inner,)):
            return _gathered(inner)
    return tree


def _reaches(side: Tree, others: Sequence[Tree]) -> Iterator[Tree]:
    """Yield a side with its operator acting on all of it, as far as it may."""
    match side:
        case Call("add" | "sub", _):
            yield _whole(side)
        case _:
            yield side


def _whole(tree: Tree) -> Tree:
    """Return a sum whose first term's operator acts on all terms."""
    match tree:
        case Call(loose.ACTING, (inner,)):
            return inner
        case Call("add" | "sub" as name, (left, right)):
            inner = _whole(left)
            assert isinstance(inner, Call)
            body = replace(tree, name=name, args=(inner.args[0], right))
            return replace(inner, args=(body, *inner.args[1:]))
    return tree


def _claimed(
    left: Tree, right: Sequence[Tree], known: Mapping[str, Definition]
) -> Written | None:
    match left:
        case Call(loose.ACTING, (inner,)):
            return _claimed(inner, right, known)
        case Call("neg", (inner,)):
            made = _claimed(inner, right, known)
            return made and replace(made, body=loose.call("neg", made.body))
        case Call(loose.JUXTAPOSED | loose.DOTTED | loose.STARRED, (factor, inner)):
            made = _claimed(inner, right, known)
            return made and replace(
                made, body=loose.call(loose.JUXTAPOSED, factor, made.body)
            )
        case Call(loose.OVER, (inner, below)):
            made = _claimed(inner, right, known)
            return made and replace(made, body=loose.call(loose.OVER, made.body, below))
        case Call("transpose", (inner,)):
            turned = [loose.call("transpose", side) for side in right]
            return _claimed(inner, turned, known)
        case Call(loose.PARTIAL | loose.GRADIENT, (body, by)):
            return _derivative(body, by, right)
        case Call(loose.GRADIENT, (body,)):
            return _derivative(body, _variable(body, left, known), right)
        case Call("hessian", (body,)):
            return _hessian(body, _variable(body, left, known), right)
        case Call(loose.SECOND_PARTIAL, (body, one, other)):
            first, second = _plain(one), _plain(other)
            if _is_entry(first) and _is_entry(second):
                claims = tuple(("hessian", side) for side in right)
                return Written("entries", body, claims, by=left)
            if first != second:
                said = "a second derivative by two variables is not read"
                raise Fault(left.start, said)
            return _hessian(body, first, right)
        case Call(loose.CHANGE, (body,)):
            return _differential(body, right, known)
    return None


def _is_entry(tree: Tree) -> bool:
    return isinstance(tree, Call) and tree.name == loose.ENTRY


def _plain(tree: Tree) -> Tree:
    match tree:
        case Call("transpose" | loose.PRIMED, (inner,)):
            return inner
    return tree


def _derivative(body: Tree, by: Tree, right: Sequence[Tree]) -> Written:
    layout = "both" if _plain(by) == by else "numerator"
    variable = _plain(by)
    match body, variable:
        case Call("vec", (inner,)), Call("vec", (Name() as name,)):
            body, variable = inner, name  # a derivative by a matrix is of its entries
    claims = tuple((layout, side) for side in right)
    if _is_entry(variable):
        return Written("entries", body, claims, by=variable)
    match variable:
        case Call(loose.POWER, (Name(name), two)) if loose.is_number(two, 2):
            square = f"{name}_squared"
            root = Definition((), loose.call("sqrt", Name(square)))
            return Written("function", body, claims, (square,), lets={name: root})
        case Call("inv", (Name(name),)):
            inverse = f"{name}_inverse"
            root = Definition((), loose.call("inv", Name(inverse)))
            return Written("function", body, claims, (inverse,), lets={name: root})
    if not isinstance(variable, Name):
        raise Fault(variable.start, "a derivative is by a name")
    return Written("function", body, claims, (variable.name,))


def _hessian(body: Tree, by: Tree, right: Sequence[Tree]) -> Written:
    if not isinstance(by, Name):
        raise Fault(by.start, "a derivative is by a name")
    claims = tuple(("hessian", side) for side in right)
    return Written("function", body, claims, (by.name,))


def _variable(body: Tree, left: Tree, known: Mapping[str, Definition]) -> Name:
    """Return the variable of a derivative that does not name it."""
    match body:
        case Call(name, (Name() as argument,)) if name not in loose.LOOSE:
            return argument
        case Name(name) if name not in known and name not in _POINT | {*_USUAL}:
            # `∇λ`, of a λ that depends on something, is no derivative by λ.
            raise Fault(left.start, _NO_VARIABLE, _VARIABLE_HINT)
        case Name(name) | Call(name, _) if name in known:
            made = known[name]
            if len(made.parameters) == 1:
                return Name(made.parameters[0])
            if len(made.parameters) > 1 and _POINT.issuperset(made.parameters):
                said = (
                    f"a gradient by all of `{', '.join(made.parameters)}` is not read"
                )
                raise Fault(left.start, said, "write it by one of them, `d(f)/dx`")
            body = made.body
            if isinstance(body, Call) and body.name in known and len(body.args) == 1:
                return _variable(body, left, known)  # `E = J(w)`
            below = name.partition("_")[2]  # as in `∇² E_w`
            if Name(below) in {*loose.parts(body)}:
                return Name(below)
    names = [part for part in loose.parts(body) if isinstance(part, Name)]
    small = list(dict.fromkeys(n.name for n in names if n.name[0].islower()))
    every = list(dict.fromkeys(n.name for n in names))
    usual = [name for name in small if name.partition("_")[0] in _USUAL]
    if not usual:  # an unknown is called so, too
        usual = [name for name in every if name in ("X", "W")][:1]
    for some in (every, usual, small):
        if len(some) == 1:
            return Name(some[0])
    raise Fault(left.start, _NO_VARIABLE, _VARIABLE_HINT)


_NO_VARIABLE = "it is not said by which variable"
_VARIABLE_HINT = "write `∇_x f(x)` or `d(f)/dx`"


_POINT = frozenset("xyzuvt")
"""Names of coordinates: a gradient by several of them is a vector."""
_USUAL = ("x", "w", "theta", "X")
"""Names of variables, where nothing says which one of several it is."""


def _differential(
    body: Tree, right: Sequence[Tree], known: Mapping[str, Definition]
) -> Written:
    inside = {
        part.name
        for part in loose.parts(inserted(body, known))
        if isinstance(part, Name)
    }
    changed = [
        part.name[1:]
        for side in right
        for part in loose.parts(side)
        if isinstance(part, Name) and loose.is_change(part.name)
    ]
    changed = [name for name in changed if name in inside] or changed
    if not changed:
        said = "a differential names the changes of its variables on the right"
        hint = "such as `d(A @ X) = A @ dX`; a derivative is `d(f)/dx`"
        raise Fault(body.start, said, hint)
    claims = tuple(("differential", side) for side in right)
    return Written("function", body, claims, tuple(dict.fromkeys(changed)))


# --- primes, limits, expansions -----------------------------------------------------


def _with_primes(side: Tree, sides: Sequence[Tree]) -> Tree:
    """Read primes as derivatives where all of a statement is about numbers."""
    primes = [
        part
        for one in sides
        for part in loose.parts(one)
        if isinstance(part, Call) and part.name == loose.PRIMED
    ]
    inner = _all(primes)
    if not primes or any(name[0].isupper() and name not in PRIMED for name in inner):
        return side
    whole = any(not isinstance(p.args[0], Name) for p in primes if p in sides)
    symbols = {p.args[0].name for p in primes if isinstance(p.args[0], Name)}
    led = _variable_of(sides[0])
    if led is not None and led.name[0].isupper():
        return side  # by a matrix: `d(u'Xv)/dX = uv'`
    begins = sides[0] in primes or led is not None
    if not whole and not (symbols and symbols <= PRIMED and begins):
        return side
    usual = Name(next((n for n in ("x", "t", "s") if n in _all(sides)), "x"))
    variable = led or usual

    def change(part: Tree) -> Tree:
        match part:
            case Call(loose.PRIMED, (inner,)):
                body = _applied(inner, variable)
                return replace(part, name=loose.PARTIAL, args=(body, variable))
        return part

    return loose.mapped(side, change)


def _variable_of(tree: Tree) -> Name | None:
    """Return the variable that a side is a derivative by, if it is one by a name."""
    match tree:
        case Call(loose.ACTING, (inner,)) | Call("add" | "sub", (inner, _)):
            return _variable_of(inner)
        case Call(loose.PARTIAL, (_, Name() as by)):
            return by
    return None


def _with_whole_change(sides: Sequence[Tree]) -> list[Tree]:
    """Read `d A B = dA B + A dB` as the change of all of its left side."""
    left, *right = sides
    first = _first_factor(left)
    if not isinstance(first, Name) or first is left or not _is_change(first):
        return [*sides]
    changes = [part for part in loose.parts(left) if _is_change(part)]
    again = any(part == first for side in right for part in loose.parts(side))
    if len(changes) > 1 or not again or has_derivative(left):
        return [*sides]
    within = [*loose.calls(left, "add", "sub")]
    sums = (one for side in right for one in loose.calls(side, "add", "sub"))
    if all(one in within for one in sums):
        return [*sides]  # `dx^T y = y^T dx` is about a step
    return [_changed_whole(left, first), *right]


def _with_change_outside(tree: Tree) -> Tree:
    """Read `vec(d f)`, of what is linear, as `d(vec f)`."""
    match tree:
        case Call("vec" | "tr" | "diagonal" | "vech", (inner,)):
            match _with_change_outside(inner):
                case Call(loose.CHANGE, (body,)) as made:
                    return replace(made, args=(replace(tree, args=(body,)),))
    return tree


def _turned_outside(left: Tree, right: Sequence[Tree]) -> Tree:
    """Read `d(X^T)` as that, where it is said to be `(dX)^T`: its tree is the same."""
    match left:
        case Call("transpose", (Name() as change,)) if _is_change(change):
            if left in right:
                body = replace(left, args=(Name(change.name[1:], start=change.start),))
                return Call(loose.CHANGE, (body,), start=left.start, stop=left.stop)
    return left


def _with_change_inside(tree: Tree) -> Tree:
    """Read `d(vec X)`, as factor of a differential, as `vec(dX)`."""

    def change(part: Tree) -> Tree:
        match part:
            case Call(
                loose.CHANGE, (Call("vec" | "vech" | "tr", (Name(name),)) as made,)
            ):
                return replace(made, args=(Name(f"d{name}", start=made.start),))
        return part

    return loose.mapped(tree, change)


def _of_changes(
    sides: Sequence[Tree], changes: set[str], known: Mapping[str, Definition]
) -> list[Written]:
    """Read `dx^T x = ...` as an equation for every dx, and as the change of `x^T x`."""
    found = [_of_any_change(sides, changes)]
    first = _first_factor(sides[0])
    lone = [part for part in loose.parts(sides[0]) if _is_change(part)] == [first]
    if isinstance(first, Name) and first is not sides[0] and lone:
        found += statements_of([_changed_whole(sides[0], first), *sides[1:]], known)
    return found


def _changed_whole(left: Tree, first: Name) -> Tree:
    """Return the change of a product whose first factor is written as one."""
    base = replace(first, name=first.name[1:])
    body = loose.mapped(left, lambda part: base if part == first else part)
    return loose.call(loose.CHANGE, body, start=left.start, stop=left.stop)


def _of_any_change(sides: Sequence[Tree], changes: set[str]) -> Written:
    """Read `A dX B = ...`, no side of which is a differential, for every `dX`."""
    for side in sides:
        own = changes & _all([side])
        if own != changes and not is_zero(side):
            one = min(changes - own)
            said = f"`{one}` is a change, and no side is a differential"
            raise Fault(sides[0].start, said)
    for part in (part for side in sides for part in loose.calls(side, "add", "sub")):
        if len({bool(changes & _all([term])) for term in part.args}) > 1:
            said = "a step that is added to a value is no differential"
            raise Fault(part.start, said)
    letters, called = _all(sides), dict[str, str]()
    for name in sorted(changes):
        letter = "H" if name[1].isupper() else "h"
        free = (f"{letter}{count or ''}" for count in range(len(letters) + 1))
        called[name] = next(one for one in free if one not in letters)
        letters.add(called[name])

    def change(part: Tree) -> Tree:
        if isinstance(part, Name) and part.name in called:
            return replace(part, name=called[part.name])
        return part

    left, *right = (loose.mapped(side, change) for side in sides)
    notes = tuple(f"`{name}` is read as any `{to}`" for name, to in called.items())
    claims = tuple(("both", side) for side in right)
    return Written("value", left, claims, notes=notes)


def _first_factor(tree: Tree) -> Tree:
    """Return the factor that a product begins with, without its transpose."""
    match tree:
        case Call(
            loose.JUXTAPOSED | loose.DOTTED | loose.STARRED | "matmul", (left, _)
        ):
            return _first_factor(left)
        case Call("transpose" | loose.PRIMED, (Name() as inner,)):
            return inner
    return tree


def _is_change(tree: Tree) -> bool:
    return isinstance(tree, Name) and loose.is_change(tree.name)


def _applied(tree: Tree, variable: Name) -> Tree:
    """Return `f ∘ g` at a variable; anything else as it is."""
    match tree:
        case Call(loose.COMPOSED, (Name(outer), inner)):
            inside = _applied(inner, variable)
            if isinstance(inside, Name):
                inside = Call(inside.name, (variable,))
            return Call(outer, (inside,), start=tree.start, stop=tree.stop)
    return tree


def _with_dots(side: Tree, sides: Sequence[Tree]) -> Tree:
    """Read `ẋ` as the derivative of x by t."""
    letters = _all(sides)

    def change(part: Tree) -> Tree:
        match part:
            case Call(name, args) if name.endswith("_dot") and len(args) == 1:
                symbol = name.removesuffix("_dot")
                return Derived("D", symbol, (1,), None, None, args)
            case Name(name) if name.endswith("_dot") and "t" in letters:
                by = Name(name.removesuffix("_dot")), Name("t")
                return Call(loose.PARTIAL, by, start=part.start, stop=part.stop)
        return part

    return loose.mapped(side, change)


def _of_defined(
    left: Tree, right: Sequence[Tree], known: Mapping[str, Definition]
) -> Tree:
    """Read `f'(x)` of an f that is defined, and `dy` before what changes."""
    match left:
        case Derived("D", name, _, _, _, (argument,)) if (
            name in known and len(left.positions) < 3
        ):
            value: Tree = Call(name, (argument,), start=left.start, stop=left.stop)
            if not known[name].parameters:  # `f = x^T x, f'(x) = 2x`
                value = Name(name, start=left.start, stop=left.stop)
            if len(left.positions) == 2:
                by = argument, argument
                return Call(loose.SECOND_PARTIAL, (value, *by), start=left.start)
            return Call(loose.PARTIAL, (value, argument), start=left.start)
        case Call(
            loose.JUXTAPOSED | loose.DOTTED,
            (Derived("D", name, (_,), _, _, (argument,)), Name(change)),
        ) if loose.is_change(change):  # `f'(A)[dA]`
            value = Call(name, (argument,), start=left.start, stop=left.stop)
            return Call(loose.CHANGE, (value,), start=left.start, stop=left.stop)
        case Call(loose.JUXTAPOSED, (Name(partial), Name(change))) if loose.is_change(
            change
        ) and partial.endswith(
            f"_{change[1:]}"
        ):  # `f_A[dA]`, the part of `df` that is by A
            name = partial.removesuffix(f"_{change[1:]}")
            if name in known:
                value = Name(name, start=left.start, stop=left.stop)
                if names := known[name].parameters:
                    value = Call(name, tuple(map(Name, names)), start=left.start)
                return Call(loose.CHANGE, (value,), start=left.start, stop=left.stop)
        case Derived("hessian", name, _, _, _, (argument,)) if name in known:
            value = Call(name, (argument,), start=left.start, stop=left.stop)
            by = value, argument, argument
            return Call(loose.SECOND_PARTIAL, by, start=left.start)
        case Call("tr" | "vec" | "vech" | "diagonal", (Name() as change,)):
            match _of_defined(change, right, known):
                case Call(loose.CHANGE, (Name(name) as body,)) if name in known:
                    body = replace(left, args=(body,))
                    return Call(loose.CHANGE, (body,), start=left.start)
        case Name(name) if loose.is_change(name):
            if any(_is_change(part) for side in right for part in loose.parts(side)):
                body = Name(name[1:], start=left.start, stop=left.stop)
                return Call(loose.CHANGE, (body,), start=left.start, stop=left.stop)
    return left


def _all(sides: Sequence[Tree]) -> set[str]:
    return {p.name for side in sides for p in loose.parts(side) if isinstance(p, Name)}


def _limit(left: Call, right: Sequence[Tree]) -> Written:
    moving, target, body = left.args
    if not isinstance(moving, Name):
        raise Fault(moving.start, "what goes to a limit is a name")
    if "e" not in _all([body]):  # then it is a number and no name
        one = Number(Fraction(1))
        right = [loose.call("exp", one) if s == Name("e") else s for s in right]
    claims = tuple(("both", side) for side in right)
    return Written("limit", body, claims, moving=moving.name, target=target)


def _expansion(left: Tree, right: Sequence[Tree]) -> Written | None:
    """Read `f(x + h) = f(x) + D h + o(h)`; None where there is no error term."""
    last = right[-1]
    match last:
        case Call("add", (claim, error)) if len(right) == 1:
            rate = _rate(error)
        case _:
            return None
    if rate is None:
        return None
    names = [p.name for p in loose.parts(rate.args[0]) if isinstance(p, Name)]
    if len(set(names)) != 1:
        raise Fault(error.start, "it is not said which name is small", "write `o(h)`")
    return Written("expansion", left, (("both", claim),), moving=names[0], error=rate)


def _rate(tree: Tree) -> Call | None:
    match tree:
        case Call("o" | "O", (_,)):
            return tree
        case Call(loose.JUXTAPOSED, (Name("o" | "O" as letter), inner)):
            return loose.call(letter, inner, start=tree.start, stop=tree.stop)
    return None
