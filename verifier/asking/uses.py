"""How the names of a statement are used: what that says of them before any shape."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ..language.primitives import CALCULUS, CONSTANTS, ELEMENTARY, FUNCTIONS, PRIMITIVES
from ..language.tree import Call, Derived, Name, Number, Tree, Tuple_
from ..spelling import loose

_GREEK = (
    "alpha beta gamma delta epsilon eps zeta eta theta kappa lam lambda_ mu nu xi rho "
    "sigma tau phi chi psi omega"
)
GREEK = frozenset(_GREEK.split())
SYMBOL = re.compile(r"[A-Za-z](?:_?\d+)?|(?:" + "|".join(sorted(GREEK)) + r")\d*")
_LOOSE = loose.LOOSE
_RESERVED = PRIMITIVES.keys() | CONSTANTS | CALCULUS - {"D"}
"""Names that no variable has; a matrix may be called D, beside the derivatives."""
NOT_SYMBOLS = frozenset("doO")
"""`d(...)` and `o(h)` mean something else, where they mean anything."""
LOSSES = frozenset(("L", "J", "C", "E", "ell"))
"""Functions whose values are numbers where nothing else is said."""
WHOLE_LETTERS = frozenset("ijklmnN")
"""Letters of whole numbers, where they stand in an exponent."""
COUNTS = frozenset("mnN")
"""Letters of sizes, where they stand as numbers: `sum(x)/n`."""
SQUARE = frozenset(
    name for name, row in FUNCTIONS.items() if row.parameters[0] == "n n"
)


@dataclass(frozen=True)
class Draft:
    """A statement before its names have types: trees, and the names that it names."""

    subject: str
    body: Tree
    claims: Sequence[tuple[str, Tree]]  # field and text of each
    wrt: tuple[str, ...] = ()
    moving: str = ""
    target: str = ""
    ranks: Mapping[str, str] = field(default_factory=dict)
    """What names are that their fonts, or an earlier reading, have told."""
    told: frozenset[str] = frozenset()
    """Names of which words say what they are."""
    firm: bool = False
    """Whether names are nothing else than that."""
    sizes: Mapping[tuple[str, int], str] = field(default_factory=dict)
    """The sizes of names by axis that have a name themselves."""

    @property
    def trees(self) -> list[Tree]:
        """Return both sides."""
        return [self.body, *(tree for _, tree in self.claims)]

    @property
    def differentials(self) -> dict[str, str]:
        """Return the names of differentials, each with the name that it is of."""
        if not any(where == "differential" for where, _ in self.claims):
            return {}
        return {f"d{name}": name for name in self.wrt}


@dataclass
class Uses:
    """What the names of a statement are used for, in the order of their appearance."""

    variables: dict[str, None] = field(default_factory=dict)
    functions: dict[str, list[tuple[Tree, ...]]] = field(default_factory=dict)
    """Function symbols, with the arguments of every application."""
    derived: set[str] = field(default_factory=set)
    """Function symbols under `D`, `hessian` or `taylor`."""
    scalar_valued: set[str] = field(default_factory=set)
    """Function symbols under `hessian`, `taylor` or `D` of `D`."""
    sizes: set[str] = field(default_factory=set)
    integers: set[str] = field(default_factory=set)
    indices: dict[str, Tree] = field(default_factory=dict)
    """Indices, with the size that they count to."""
    firm: set[str] = field(default_factory=set)
    """Names under `@`, `.T`, `tr` and the like: whoever writes that means no scalar."""
    square: set[str] = field(default_factory=set)
    """Names under `tr`, `inv` and the like: even a small letter is a matrix there."""
    exponents: set[str] = field(default_factory=set)
    behind: set[str] = field(default_factory=set)
    """Names that stand behind a capital letter, as the θ in `X θ`."""
    before: set[str] = field(default_factory=set)
    """Names of vectors that stand before a capital letter, as the h in `h W`."""
    halved: set[str] = field(default_factory=set)
    """Names that stand alone above a number, as the d of `d/2 log 2π`."""
    normed: set[str] = field(default_factory=set)
    """Names whose norm is written with two bars: of a number it would be `|x|`."""
    barred: set[str] = field(default_factory=set)
    """Names that stand alone between bars, `|x|`."""
    below: set[str] = field(default_factory=set)
    """Names that something is divided by, or whose sign is taken."""
    complemented: set[str] = field(default_factory=set)
    """Names that are taken from one, `1 - y`."""
    weighing: set[str] = field(default_factory=set)
    """Names that a logarithm is multiplied by, as in `y log p`."""
    inner: set[str] = field(default_factory=set)
    """Function symbols that stand in the argument of another one."""
    chained: set[str] = field(default_factory=set)
    """Function symbols whose derivative is multiplied, by `@`, by another's."""
    spread: set[str] = field(default_factory=set)
    """Function symbols whose derivative is multiplied entry by entry."""
    det: bool = False
    moved: set[str] = field(default_factory=set)
    """Names that a derivative or a limit moves: no numbers of a size."""

    @property
    def counts(self) -> set[str]:
        """Return the letters of sizes that stand only as numbers."""
        loose = {name for name in self.variables if name in COUNTS}
        return loose - self.firm - self.exponents - self.moved

    @property
    def binary(self) -> set[str]:
        """Return the labels of a cross-entropy of numbers, `y log p + (1 - y) ...`."""
        return self.complemented & self.weighing - self.firm

    def look(self, tree: Tree) -> None:
        """Take note of how a tree uses its names."""
        match tree:
            case Call("sub", (Number(value), Name(name))) if value == 1:
                self.complemented.add(name)
            case Call(loose.JUXTAPOSED | loose.DOTTED, (Name(name), Call(log, _))):
                if log in ("log", "ln", loose.LOGARITHM):
                    self.weighing.add(name)
        match tree:
            case Name(name) if name not in _RESERVED:
                self.variables.setdefault(name)
            case Derived():
                self._derived(tree)
            case Call() if tree.name in PRIMITIVES:
                self._primitive(tree)
            case Call(loose.UNIT, _):
                return  # an index is no variable
            case Call() if tree.name in _LOOSE:
                self._loose(tree)
            case Call(name, args):
                self._apply(name, args)
                self._all(args)
            case Tuple_(items):
                self._all(items)

    def _all(self, trees: Sequence[Tree]) -> None:
        for tree in trees:
            self.look(tree)

    def _derived(self, tree: Derived) -> None:
        if tree.symbol not in ELEMENTARY:  # under `D` any name is a function's
            self._apply(tree.symbol, tree.args)
            self.derived.add(tree.symbol)
            if tree.kind != "D" or len(tree.positions) > 1:
                self.scalar_valued.add(tree.symbol)
        if tree.center is not None:
            self.look(tree.center)
        if tree.order is not None:
            self.integers |= set(names(tree.order))
        self._all(tree.args)

    def _apply(self, name: str, args: tuple[Tree, ...]) -> None:
        self.functions.setdefault(name, []).append(args)
        self.inner |= {inner for arg in args for inner in names(arg)}

    def _spread(self, args: Sequence[Tree]) -> None:
        """Take note of the g of `∂L/∂a ⊙ g'(z)`."""
        for arg in args:
            if isinstance(arg, Derived) and arg.kind == "D" and len(arg.positions) == 1:
                self.spread.add(arg.symbol)

    def _loose(self, tree: Call) -> None:
        if tree.name == loose.COMPOSED:
            self._spread(tree.args)
        if tree.name == loose.POWER:
            self.exponents |= WHOLE_LETTERS & set(names(tree.args[1]))
            if loose.is_number(tree.args[1], -1) and (name := bare(tree.args[0])):
                self.square.add(name)
                self.below.add(name)
        match tree:
            case Call(loose.OVER, (_, Name(name))):
                self.below.add(name)
            case Call(loose.BARS, (Name(name),)):
                self.barred.add(name)
            case Call(loose.OVER, (Name(name), Number())):
                self.halved.add(name)
            case Call(loose.NORM, (Name(name),)):
                self.normed.add(name)
        if tree.name == loose.ARRAYS:
            self.firm |= {*map(bare, tree.args)} - {""}
        if tree.name == loose.JUXTAPOSED:
            left, right = tree.args
            while isinstance(left, Call) and left.name == loose.JUXTAPOSED:
                left = left.args[1]
            if bare(left)[:1].isupper() and isinstance(right, Name):
                self.behind.add(right.name)
            row = _entrywise(left)
            if bare(right)[:1].isupper() and row[:1].islower() and row not in GREEK:
                self.before.add(row)
        self._all(tree.args)

    def _primitive(self, tree: Call) -> None:
        row = PRIMITIVES[tree.name]
        if tree.name == "mul":
            self._spread(tree.args)
        match tree:  # `‖x‖_p`
            case Call("sum", (Call("pow", (Call("abs", (Name(name),)), _)),)):
                self.normed.add(name)
        if tree.name == "sign":
            self.below.add(bare(tree.args[0]))
        if row.signature == "elementwise":
            if tree.name == "pow" and tree.args[1:]:
                self.exponents |= WHOLE_LETTERS & set(names(tree.args[1]))
            self._all(tree.args)
            return
        self.det |= tree.name == "det"
        if tree.name == "matmul" and len(tree.args) == 2:
            left, right = _factors(tree.args[0])[-1], _factors(tree.args[1])[0]
            if isinstance(left, Derived) and isinstance(right, Derived):
                self.chained |= {left.symbol, right.symbol}
        maps = row.signature.replace(" ", "") == "mn->mn"
        for parameter, arg in zip(row.parameters, tree.args, strict=False):
            if parameter.startswith("#"):
                self.sizes |= set(names(arg))
                continue
            if parameter == "integer":
                self.integers |= set(names(arg))
                continue
            if parameter == "index" and isinstance(arg, Name) and tree.args[1:]:
                self.indices[arg.name] = tree.args[1]
                continue
            name = bare(arg)
            if name and not maps:
                self.firm.add(name)
                if tree.name in SQUARE:
                    self.square.add(name)
            self.look(arg)


def uses_of(draft: Draft) -> Uses:
    """Return how a statement uses its names."""
    found = Uses(moved={*draft.wrt, draft.moving})
    for tree in draft.trees:
        found.look(tree)
    for name in draft.differentials:
        found.variables.pop(name, None)
    for name in list(found.functions):
        if not is_symbol(name) and name not in found.derived:
            del found.functions[name]  # more likely a misspelt one of the language
    for name in draft.wrt:
        found.variables.setdefault(name)
    found.sizes -= found.integers
    for name in found.sizes & found.indices.keys():
        del found.indices[name]  # `unit(n, n)`
    if found.det:  # `det(c * A) = c**n * det(A)`: the exponent is the size
        found.exponents -= COUNTS
    for tree in draft.trees:
        match tree:  # the trace of a number is that number
            case Call("tr", (Name(name) as inner,)) if inner in draft.trees:
                if name[0].islower():
                    found.firm.discard(name)
                    found.square.discard(name)
    # In `D(g)(f(x)) @ D(f)(x)` f has a size that is summed over.
    found.firm |= found.inner & found.chained
    special = found.sizes | found.integers | found.indices.keys()
    for name in special | found.functions.keys():
        found.variables.pop(name, None)
    return found


def is_symbol(name: str) -> bool:
    """Whether a name that is called may be a function symbol, not a misspelt one."""
    return SYMBOL.fullmatch(name) is not None and name not in NOT_SYMBOLS


def bare(tree: Tree) -> str:
    """Return the name of a variable, or of a function's value, that a tree is.

    Its transpose and its multiples are it as well: in `2*a @ x.T` that is a.
    """
    match tree:
        case Name(name):
            return name
        case Call("transpose" | "neg", (inner,)):
            return bare(inner)
        case Call("mul", (Number(), inner)) | Call("mul" | "div", (inner, Number())):
            return bare(inner)
        case Call(name, _) if name not in PRIMITIVES and name not in _LOOSE:
            return name
    return ""


def _entrywise(tree: Tree) -> str:
    """Return the name that a factor is, or that it is a function of, entry by entry."""
    match tree:
        case Name(name):
            return name
        case Call(name, (inner,)) if name in ELEMENTARY:
            return _entrywise(inner)
    return ""


def _factors(tree: Tree) -> list[Tree]:
    """Return the factors of a matrix product, transposes and all."""
    match tree:
        case Call("matmul", (left, right)):
            return [*_factors(left), *_factors(right)]
        case Call("transpose", (inner,)):
            return [inner]
    return [tree]


def differentiates(tree: Tree) -> bool:
    """Whether there is a `D` in a tree, so that the layout matters."""
    if isinstance(tree, Derived) and tree.kind == "D":
        return True
    return any(map(differentiates, getattr(tree, "args", ())))


def names(tree: Tree) -> Iterator[str]:
    """Yield every name in a tree, those of its function symbols too."""
    match tree:
        case Name(name):
            yield name
        case Call(loose.UNIT, _):
            return
        case Call(name, args):
            if name not in PRIMITIVES and name not in _LOOSE:
                yield name
            for arg in args:
                yield from names(arg)
        case Derived():
            yield tree.symbol
            for arg in (tree.center, tree.order, *tree.args):
                if arg is not None:
                    yield from names(arg)
        case Tuple_(items):
            for item in items:
                yield from names(item)
