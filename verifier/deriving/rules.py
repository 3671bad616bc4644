"""The rules of differentiation: what leads from an argument to the value of a function.

Whatever stands here is checked against the left side before anybody sees it: a wrong
rule loses a suggestion and cannot make a false one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from ..language.declaration import FunctionType, Type, of_scalars
from ..language.layout import kind_of_pair
from ..language.primitives import PRIMITIVES
from ..language.term import ONE, SCALAR, Shape
from ..language.tree import Call, Derived, Name, Number, Tree
from .algebra import names, summands
from .forms import said, written
from .links import (
    Beside,
    Flip,
    Inner,
    Left,
    Link,
    Named,
    NoRule,
    Primary,
    Reduced,
    Right,
    Spread,
    Stack,
    Times,
    Unstack,
)
from .products import Algebra, Product

MOST_WAYS = 48
"""Ways to the variable beyond which nobody reads the sum."""

CHANGES = ("du", "dv")
"""Names of the changes of a function's arguments, behind blanks that nobody writes."""

Chain = tuple[str, tuple[Link, ...]]
"""A variable, and the links from it to the value."""


@dataclass(frozen=True)
class Rules:
    """Leads from the variables to a function, in the layout of one claim."""

    algebra: Algebra
    names: frozenset[str]

    def chains(self, tree: Tree) -> list[Chain]:
        """Return every way from a variable to the value of a tree."""
        match tree:
            case Name(name):
                return [(name, ())] if name in self.names else []
            case Call() if (known := self.closed(tree)) is not None:
                arg, link = known
                return [(name, (*chain, link)) for name, chain in self.chains(arg)]
            case Derived(center=Name() | Call() as center) if self.chains(center):
                raise NoRule
            case Call(_, args) | Derived(args=args):
                found: list[Chain] = []
                for i, arg in enumerate(args):
                    inner = self.chains(arg)
                    for links in self._rules(tree, i) if inner else ():
                        found += [(name, (*chain, *links)) for name, chain in inner]
                        if len(found) > MOST_WAYS:
                            raise NoRule
                return found
        return []

    # Rules.

    def _rules(self, tree: Tree, i: int) -> Iterator[Sequence[Link]]:
        """Yield what leads from an argument to a node, in each of its terms."""
        if isinstance(tree, Derived):
            yield self._second(tree, i)
            return
        assert isinstance(tree, Call)
        declared = self.algebra.scope.types.get(tree.name)
        if isinstance(declared, FunctionType):
            yield self._symbol(tree, declared, i)
        elif PRIMITIVES[tree.name].differential:
            yield from self._stated(tree, i)
        else:
            yield from self._shaped(tree, i)

    def closed(self, tree: Call) -> tuple[Tree, Link] | None:
        """Return an argument and its link where expm or logm has a closed form."""
        match tree:
            case Call("tr", (Call("expm", (X,)) as E,)):
                return X, self._gradient(Call("transpose", (E,)))
            case Call("tr", (Call("sqrtm", (X,)) as S,)):
                half = Call("div", (Call("inv", (S,)), Number(Fraction(2))))
                return X, self._gradient(Call("transpose", (half,)))
            case Call("tr", (Call("matpow", (X, k)),)) if not _is_small(k):
                one = Number(Fraction(1))
                less = Call("sub", (k, one))
                if isinstance(k, Number):
                    less = Number(k.value - 1)
                slope = Call("mul", (k, Call("matpow", (X, less))))
                return X, self._gradient(Call("transpose", (slope,)))
            case Call("tr", (Call("matmul", (X, Call("logm", (Y,)) as L)),)) if X == Y:
                eye = self.algebra.eye(self.algebra.shape(X)[0])
                return X, self._gradient(Call("add", (Call("transpose", (L,)), eye)))
            case Call("expm", (Call("mul", (t, A)),)):
                t, A = (t, A) if self.algebra.is_scalar(t) else (A, t)
                if self.algebra.is_scalar(t) and not self.chains(A):
                    C = self.algebra.product(Call("matmul", (A, tree)))
                    return t, Spread(self.algebra, SCALAR, C)
        return None

    def _stated(self, tree: Call, i: int) -> Iterator[Sequence[Link]]:
        """Yield the terms of the differential that the row of a function states."""
        algebra, changes = self.algebra, _changes(tree)
        change = Name(changes[i])
        match tree:
            case Call("pow", (u, Number(k))):
                power = Call("pow", (u, Number(k - 1))) if k != 2 else u
                slope = Call("mul", (Number(k), power)) if k != 1 else Number(k)
                yield [self._times(slope, u, tree)]
                return
            case Call("logsumexp", (u,)) if algebra.shape(u)[1] == ONE:
                yield [self._gradient(Call("softmax", (u,)))]
                return
        told = said(PRIMITIVES[tree.name].differential, tree, algebra, changes)
        for term in summands(told):
            match term:
                case _ if change.name not in names(term):
                    continue
                case Call("mul", (slope, moved)) if moved == change:
                    yield [self._times(slope, tree.args[i], tree)]
                case Call("sum", (Call("mul", (G, moved)),)) if moved == change:
                    yield [self._gradient(G)]
                case Call(name, (moved,)) if name == tree.name and moved == change:
                    yield [Named(algebra, algebra.shape(tree.args[i]), name)]
                case _:
                    declared = Type("matrix", algebra.shape(tree.args[i]))
                    wider = algebra.knowing({change.name: declared})
                    inner = Rules(wider, frozenset({change.name}))
                    yield from (links for _, links in inner.chains(term))

    def _shaped(self, tree: Call, i: int) -> Iterator[Sequence[Link]]:
        """Yield the rules of functions that look at whole matrices."""
        algebra, shape = self.algebra, self.algebra.shape
        product, a = algebra.product, tree.args[i]
        match tree:
            case Call("add" | "sub" as name):
                sign = -1 if name == "sub" and i == 1 else 1
                yield [self._times(Number(Fraction(sign)), a, tree)]
            case Call("neg"):
                yield [self._times(Number(Fraction(-1)), a, tree)]
            case Call("transpose"):
                yield [Flip(algebra, shape(a))]
            case Call("mul", args):
                yield [self._times(args[1 - i], a, tree)]
            case Call("matmul", args) if SCALAR in map(shape, args):
                yield [self._times(args[1 - i], a, tree)]
            case Call("matmul", args):
                side = Right if i == 0 else Left
                yield [side(algebra, shape(a), product(args[1 - i]))]
            case Call("matpow", (X, Number(k) as power)) if _is_small(power):
                for j in range(int(k)):
                    before, after = (
                        self._matrix_power(X, p) for p in (j, int(k) - 1 - j)
                    )
                    yield from self._around(before, after, X)
            case Call("matpow" | "expm" | "logm" as name, (X, *rest)):
                yield [Primary(algebra, shape(X), name, X, tuple(rest))]
            case Call("tr" | "sum" | "mean" as name, (X,)):
                yield [self._reduced(name, X)]
            case Call("rowsum", (X,)):
                m, n = shape(X)
                yield [Right(algebra, (m, n), product(algebra.ones(n, ONE)))]
            case Call("colsum", (X,)):
                m, n = shape(X)
                yield [Left(algebra, (m, n), product(algebra.ones(ONE, m)))]
            case Call("vec"):
                yield [Stack(algebra, shape(a))]
            case Call("unvec") if i == 0:
                yield [Unstack(algebra, shape(a), shape(tree))]
            case Call("kron", (u, v)) if shape(u)[1] == shape(v)[1] == ONE:
                eye = product(algebra.eye(shape(a)[0]))
                sides = (eye, product(v)) if i == 0 else (product(u), eye)
                yield [Left(algebra, shape(a), algebra.kron(*sides))]
            case Call("kron", args):
                yield [Beside(algebra, shape(a), product(args[1 - i]), first=i == 0)]
            case Call("diag" | "diagonal" as name):
                back = "diagonal" if name == "diag" else "diag"
                yield [Named(algebra, shape(a), name, back)]
            case Call("tril" | "triu" as name):
                yield [Named(algebra, shape(a), name, name)]
            case Call("hstack" | "vstack" as name):
                yield [self._beside(name, tree, i)]
            case _:
                raise NoRule

    def _around(
        self, before: Product, after: Product, X: Tree
    ) -> Iterator[Sequence[Link]]:
        shape = self.algebra.shape(X)
        yield [
            Left(self.algebra, shape, before),
            Right(self.algebra, (before.shape[0], shape[1]), after),
        ]

    def _matrix_power(self, X: Tree, k: int) -> Product:
        found = self.algebra.product(self.algebra.eye(self.algebra.shape(X)[0]))
        for _ in range(k):
            found = self.algebra.at(found, self.algebra.product(X))
        return found

    def _times(self, slope: Tree, arg: Tree, tree: Tree) -> Link:
        """Return the map that multiplies the entries of an argument by a slope."""
        algebra = self.algebra
        shape, result = algebra.shape(arg), algebra.shape(tree)
        C = algebra.product(slope)
        if shape == SCALAR and result != SCALAR:
            if C.shape == SCALAR:
                C = algebra.by(C, algebra.product(algebra.ones(*result)))
            return Spread(algebra, shape, C)
        return Times(algebra, shape, C)

    def _gradient(self, gradient: Tree) -> Link:
        algebra = self.algebra
        return Inner(algebra, algebra.shape(gradient), algebra.product(gradient))

    def _reduced(self, name: str, X: Tree) -> Link:
        algebra = self.algebra
        m, n = algebra.shape(X)
        C = algebra.product(algebra.eye(m) if name == "tr" else algebra.ones(m, n))
        if name == "mean":
            below = [algebra.product(written(d)) for d in (m, n)]
            for size in below:
                C = algebra.by(C, algebra.inverted(size))
        return Reduced(algebra, (m, n), C, name)

    def _beside(self, name: str, tree: Call, i: int) -> Link:
        """Stacking is a product: hstack(A, B) = A @ hstack(I, 0) + B @ hstack(0, I)."""
        algebra = self.algebra
        axis = 1 if name == "hstack" else 0
        here, other = (algebra.shape(tree.args[k])[axis] for k in (i, 1 - i))
        sides = (here, other) if name == "hstack" else (other, here)
        eye = Call("eye", (written(here),))
        zeros = Call("zeros", tuple(written(d) for d in sides))
        block = Call(name, (eye, zeros) if i == 0 else (zeros, eye))
        link = Right if name == "hstack" else Left
        return link(algebra, algebra.shape(tree.args[i]), algebra.product(block))

    # Function symbols.

    def _symbol(self, tree: Call, declared: FunctionType, i: int) -> Sequence[Link]:
        slope = Derived("D", tree.name, (i + 1,), None, None, tree.args)
        if of_scalars(declared) and declared.result.shape == SCALAR:
            return [self._times(slope, tree.args[i], tree)]
        return self._known(slope, declared.result.shape, declared.arguments[i].shape)

    def _second(self, tree: Derived, i: int) -> Sequence[Link]:
        """Return the way through a derivative of a function symbol."""
        algebra, declared = self.algebra, self.algebra.scope.types.get(tree.symbol)
        if tree.kind != "D":
            raise NoRule
        again = replace(tree, positions=(*tree.positions, i + 1))
        if not isinstance(declared, FunctionType) or of_scalars(declared):
            return [self._times(again, tree.args[i], tree)]
        if tree.positions[1:]:
            raise NoRule
        y = declared.result.shape
        x, z = (declared.arguments[k].shape for k in (tree.positions[0] - 1, i))
        if len(tree.args) == 1 and x != SCALAR:
            # vec of the transposed Jacobian changes by this much.
            H = algebra.product(replace(tree, kind="hessian", positions=()))
        elif y == SCALAR:
            H = algebra.product(again)
            is_row = (x == SCALAR) != (z == SCALAR)
            if self.algebra.scope.layout.turns_second(is_row):
                H = algebra.transposed(H)
            if is_row and z == SCALAR:
                H = algebra.transposed(H)
        else:
            raise NoRule
        turned = (x[0] * x[1], y[0] * y[1]) if y != SCALAR else x
        column = (z[0] * z[1], ONE)
        links: list[Link] = [
            Stack(algebra, z),
            Left(algebra, column, H),
            Unstack(algebra, (H.shape[0], ONE), turned),
        ]
        if not self._turned(y, x):
            links.append(Flip(algebra, turned))
        return links

    def _turned(self, y: Shape, x: Shape) -> bool:
        return self.algebra.scope.layout.turns(kind_of_pair(y, x == SCALAR))

    def _known(self, slope: Tree, y: Shape, x: Shape) -> Sequence[Link]:
        """Return the links of a derivative that is a name, whatever its layout."""
        algebra = self.algebra
        D = algebra.product(slope)
        if self._turned(y, x):
            D = algebra.transposed(D)
        if x == SCALAR:
            return [Times(algebra, x, D) if y == SCALAR else Spread(algebra, x, D)]
        if y == SCALAR:
            return [Inner(algebra, x, algebra.transposed(D))]
        mn, pq = (y[0] * y[1], ONE), (x[0] * x[1], ONE)
        return [
            Stack(algebra, x),
            Left(algebra, pq, D),
            Unstack(algebra, mn, y),
        ]


def _is_small(power: Tree) -> bool:
    """Whether a power of a matrix is written as a product."""
    return isinstance(power, Number) and power.value in (1, 2, 3, 4)


def _changes(tree: Tree) -> tuple[str, ...]:
    """Return names of changes that do not stand in a tree.

    A rule that is used within another one has its changes among its arguments.
    """
    blanks = max((len(name) - len(name.lstrip()) for name in names(tree)), default=0)
    return tuple(" " * (blanks + 1) + change for change in CHANGES)
