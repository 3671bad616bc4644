"""Terms as expressions of NumPy, JAX or PyTorch, on arrays as people have them.

In the language all values have rows and columns. In code a number is an array without
axes, a column or a row has one axis, and only a matrix has two: `x.T @ A @ x` becomes
`x @ A @ x`, and `x @ x.T` becomes `np.outer(x, x)`. Which is meant follows from the
shape that a term has at all sizes; what has no idiom is computed with two axes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import factorial

from ..language.declaration import FunctionType, Type
from ..language.dimension import Dim
from ..language.symmetry import is_symmetric
from ..language.term import Term, literal, terms
from .callables import called, turns
from .equivalents import ARRAYS, HELPERS, MATH, Equivalent, equivalents
from .snippets import (
    SIGNS,
    Code,
    Level,
    Names,
    declared_rank,
    numeral,
    raised,
    rank,
    signed,
    sized,
)

WIDTH = 88


class NoTranslation(Exception):
    """A framework has nothing for what stands in an expression."""


_CHEAP = ("neg", "vec", "diagonal", "eye", "ones", "zeros", "unit")
_EASY = ("pow", "mul", "div", "add", "sub")
SPECTRAL = ("sqrtm", "logm", "eigenvalues")
"""Functions that are computed in another way where a matrix is symmetric."""


class Translation:
    """The body of one function: its lines, and what stands in them."""

    def __init__(
        self,
        framework: str,
        types: Mapping[str, Type | FunctionType],
        names: Names,
        like: str,
        lets: Mapping[Term, str],
    ):
        self.framework, self.types, self.names, self.lets = (
            framework,
            types,
            names,
            lets,
        )
        self.xp, self.is_torch = ARRAYS[framework], framework == "torch"
        self.like = like
        """A variable whose dtype and device constants have."""
        self.lines: list[str] = []
        self.used: set[str] = set()
        self.sizes: set[str] = set()
        self.helpers: set[str] = set()
        self.callables: dict[str, str] = {}
        """Derivatives of function symbols, and what each of them is."""
        self._table = equivalents(framework)
        self._named: dict[Term, Code] = {}
        self._uses: Counter[Term] = Counter()

    def finish(self, root: Term, wanted: str) -> None:
        """Write the lines that return a term: with two axes, or in a variable's shape.

        `wanted` is `m`, or `=x`, or nothing.
        """
        every = list(terms(root))
        self._uses.update(arg for term in every for arg in term.args)
        for term in every:
            if term.op == "transpose":  # is never named, so what it turns is used
                self._uses[term.args[0]] += self._uses[term] - 1
        self._line(root, "return ", lambda code: self._returned(code, root, wanted))

    def _returned(self, code: Code, root: Term, wanted: str) -> Code:
        code = self._array(code)
        if wanted.startswith("="):
            self.used.add(wanted[1:])
            shape = f"{self.names.own(wanted[1:])}.shape"
            return Code(f"{self.xp}.reshape({code}, {shape})")
        return self._spread(code, rank(root.shape)) if wanted == "m" else code

    # lines

    def _line(
        self, term: Term, start: str, last: Callable[[Code], Code] = lambda code: code
    ) -> Code:
        """Write a line; parts of what is too long get names in lines before it."""
        while True:
            code = last(self._computed(term))
            line = f"    {start}{code}"
            parts = [a for a in term.args if a not in self._named and a.args]
            if len(line) <= WIDTH or not parts:
                self.lines.append(line)
                return code
            self._name(max(parts, key=lambda arg: len(self._of(arg).text)))

    def _name(self, term: Term) -> Code:
        """Give a term a name, in a line of its own."""
        name = self.names.fresh(self.lets.get(term) or _proposed(term))
        self._named[term] = replace(self._line(term, f"{name} = "), text=name)
        self._named[term] = replace(self._named[term], level=Level.ATOM)
        return self._named[term]

    def _of(self, term: Term) -> Code:
        """Return the expression of a term, or the name that it has or should have."""
        if term in self._named:
            return self._named[term]
        worth = self._uses[term] > 1 and not _is_easy(term)
        if term.args and (term in self.lets or worth):
            return self._name(term)
        return self._computed(term)

    # expressions

    def _computed(self, term: Term) -> Code:
        ranks = [rank(arg.shape) for arg in term.args]
        match term.op:
            case "number":
                assert term.value is not None
                return numeral(term.value)
            case "constant":
                return Code(f"{self.xp}.{term.name}", plain=True)
            case "size":
                return self.size(term.dims[0])
            case "variable":
                return self._variable(term)
            case "apply":
                self.used.add(term.name)
                return self._applied(self.names.own(term.name), term.args)
            case "derived":
                return self._derived(term)
            case "pow":
                return self._power(term)
            case "unit":
                return self._unit(term)
            case "transpose":
                code = self._of(term.args[0])
                return Code(f"{code:atom}.T") if ranks == ["m"] else code
            case "matmul" if ranks == ["v", "r"]:
                left, right = map(self._of, term.args)
                return Code(f"{self.xp}.outer({left}, {right})")
            case "matmul" | "kron" if "s" in ranks:
                return signed("mul", *map(self._of, term.args))
            case op if op in SIGNS:
                return signed(op, *map(self._of, term.args))
        return self._called(term, ranks)

    def _variable(self, term: Term) -> Code:
        declared = self.types[term.name]
        assert isinstance(declared, Type)
        self.used.add(term.name)
        name = self.names.own(term.name)
        given, meant = declared_rank(declared), rank(term.shape)
        plain = declared.kind in ("integer", "index")
        if given == meant:
            return Code(name, plain=plain)
        return self._gathered(name, meant) if given == "m" else Code(f"{name}[0]")

    def _power(self, term: Term) -> Code:
        base = self._of(term.args[0])
        if term.value is None:
            exponent = self._of(term.args[1])
            return raised(base, exponent)
        if term.value > 0:
            return base if term.value == 1 else raised(base, numeral(term.value))
        if term.value == 0:
            return raised(base, numeral(term.value))
        return signed(
            "div",
            numeral(Fraction(1)),
            base if term.value == -1 else raised(base, numeral(-term.value)),
        )

    def _unit(self, term: Term) -> Code:
        """Return a column of the identity, counted from 0."""
        (index,) = term.args
        value = literal(index)
        place = signed("sub", self._of(index), numeral(Fraction(1)))
        code = place if value is None else numeral(value - 1)
        return self._filled(self._row(term, "s"), term, [code])

    def _called(self, term: Term, ranks: Sequence[str]) -> Code:
        """Return a call: as the table says for such arguments, or with two axes."""
        args = [self._of(arg) for arg in term.args]
        plain = self.is_torch and all(arg.plain for arg in args)
        if plain and term.op in MATH:
            listed = ", ".join(map(str, args))
            return Code(f"{MATH[term.op]}({listed})", plain=True)
        known = [
            "y" if term.op in SPECTRAL and is_symmetric(arg, self.types) else r
            for arg, r in zip(term.args, ranks, strict=True)
        ]
        row = self._row(term, "".join(known))
        if row is not None:
            same = row.text == "{0}"
            return args[0] if same else self._filled(row, term, self._arrays(args))
        row = self._row(term, "m" * len(args))
        wide = map(self._spread, self._arrays(args), ranks)
        return self._gathered(
            self._filled(row, term, list(wide)).text, rank(term.shape)
        )

    def _row(self, term: Term, ranks: str) -> Equivalent | None:
        result = rank(term.shape)
        rows = self._table.get(term.op, ())
        return next((row for row in rows if row.fits(ranks, result)), None)

    def _filled(self, row: Equivalent | None, term: Term, args: Sequence[Code]) -> Code:
        """Put arguments and sizes into the text of a row."""
        if row is None or not row.text:
            more = " of a matrix that may be unsymmetric" * (term.op in SPECTRAL)
            raise NoTranslation(f"{self.framework} has no `{term.op}`{more}")
        sizes = {key: self.size(dim) for key, dim in zip("kl", term.dims, strict=False)}
        if "{ref}" in row.text:
            self.used.add(self.like)
        self.helpers |= set(re.findall(r"(?<![\w.])\w+(?=\()", row.text)) & {*HELPERS}
        ref = self.names.own(self.like)
        text = row.text.format(*args, ref=ref, **sizes)
        return Code(text, plain=bool(args) and all(arg.plain for arg in args))

    # ranks

    def _arrays(self, args: Iterable[Code]) -> list[Code]:
        return [self._array(arg) for arg in args]

    def _array(self, code: Code) -> Code:
        """Return a number of Python as an array, where functions take nothing else."""
        if not (code.plain and self.is_torch):
            return code
        self.used.add(self.like)
        return Code(f"{self.names.own(self.like)}.new_tensor({code})")

    def _spread(self, code: Code, rank: str) -> Code:
        """Return a value with two axes."""
        match rank:
            case "s":
                return Code(f"{self.xp}.reshape({self._array(code)}, (1, 1))")
            case "v":
                return Code(f"{code:atom}[:, None]")
            case "r":
                return Code(f"{code:atom}[None, :]")
        return code

    def _gathered(self, text: str, rank: str) -> Code:
        """Return a value with two axes with as many as it should have."""
        return Code(text + {"s": "[0, 0]", "v": "[:, 0]", "r": "[0]", "m": ""}[rank])

    def size(self, dim: Dim) -> Code:
        """Return a size, or a whole number, of names."""
        for name in dim.names:
            (self.used if name in self.types else self.sizes).add(name)
        return sized(dim, self.names)

    # function symbols

    def _applied(self, name: str, args: Sequence[Term]) -> Code:
        listed = ", ".join(map(str, self._arrays(map(self._of, args))))
        return Code(f"{name}({listed})")

    def _derived(self, term: Term) -> Code:
        declared = self.types.get(term.name)
        if not isinstance(declared, FunctionType):
            raise NoTranslation(f"a derivative of `{term.name}` is not written as code")
        if term.kind == "taylor":
            return self._taylor(term, declared)
        positions = () if term.kind == "hessian" else term.positions
        code = self._applied(self._callable(term.name, declared, positions), term.args)
        turned = term.kind == "D" and rank(term.shape) == "m"
        turned = turned and turns(declared, term)
        return Code(f"{code:atom}.T") if turned else code

    def _callable(
        self, symbol: str, declared: FunctionType, positions: tuple[int, ...]
    ) -> str:
        """Return the name of a derivative of a function, which is an argument."""
        name, said = called(symbol, declared, positions)
        self.callables[name] = said
        return name

    def _taylor(self, term: Term, declared: FunctionType) -> Code:
        """Return a Taylor polynomial, by derivatives at its centre."""
        degree = term.dims[0].constant
        if degree is None:
            raise NoTranslation("a Taylor polynomial needs a degree that is a number")
        center, x = term.args
        self.used.add(term.name)
        total = self._applied(self.names.own(term.name), [center])
        step = signed("sub", self._of(x), self._of(center))
        for k in range(1, degree + 1):
            name = self._callable(term.name, declared, (1,) * k)
            power = step if k == 1 else raised(step, numeral(Fraction(k)))
            part = signed("mul", self._applied(name, [center]), power)
            if k > 1:
                part = signed("div", part, numeral(Fraction(factorial(k))))
            total = signed("add", total, part)
            if k < degree and len(total.text) > WIDTH // 2:
                name = self.names.fresh("part")
                self.lines.append(f"    {name} = {total}")
                total = Code(name)
        return total


def _leaf(term: Term) -> str:
    """Return the name of a variable, transposed or not; of others nothing."""
    if term.op == "transpose":
        return _leaf(term.args[0])
    if term.op == "size":
        return str(term.dims[0])
    return term.name if term.op == "variable" else ""


def _proposed(term: Term) -> str:
    """Propose a name for a part: `inv_A`, `A_x`."""
    leaves = [_leaf(arg) for arg in term.args]
    if all(leaves) and term.op == "matmul":
        return "_".join(leaves)
    if all(leaves) and len(leaves) == 1 and term.op != "derived":
        return f"{term.name or term.op}_{leaves[0]}"
    return "part"


def _is_easy(term: Term) -> bool:
    """Whether a part is read as easily as a name for it."""
    if term.op == "transpose":
        return True
    if term.op in _CHEAP:
        return all(map(_is_easy, term.args))
    return not term.args or (term.op in _EASY and not any(a.args for a in term.args))
