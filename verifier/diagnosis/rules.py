"""The rules of differentiation: what leads from an argument to the value of a function.

Whatever stands here is checked against the left side before anybody sees it: a wrong
rule loses a suggestion and cannot make a false one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from ..language.declaration import FunctionType
from ..language.expression import parse
from ..language.layout import Layout
from ..language.term import ONE, SCALAR, Shape
from ..language.tree import Call, Derived, Name, Number, Tree
from .algebra import put
from .forms import written
from .links import (
    Beside,
    Flip,
    Inner,
    Left,
    Link,
    Named,
    NoRule,
    Reduced,
    Right,
    Spread,
    Stack,
    Times,
    Unstack,
)
from .products import Algebra, Product

MOST = 48
"""Ways to the variable beyond which nobody reads the sum."""

SLOPES = {
    "exp": "exp(u)",
    "log": "1 / u",
    "sin": "cos(u)",
    "cos": "-sin(u)",
    "tan": "1 + tan(u)**2",
    "sinh": "cosh(u)",
    "cosh": "sinh(u)",
    "tanh": "1 - tanh(u)**2",
    "sqrt": "1 / (2 * sqrt(u))",
    "erf": "2 * exp(-u**2) / sqrt(pi)",
    "sigmoid": "sigmoid(u) * (1 - sigmoid(u))",
    "softplus": "sigmoid(u)",
    "relu": "step(u)",
    "abs": "sign(u)",
}
"""Functions of the entries, each with its derivative."""

GRADIENTS = {
    "det": "det(u) * inv(u).T",
    "logdet": "inv(u).T",
    "norm": "u / norm(u)",
    "norm1": "sign(u)",
    "logsumexp": "exp(u) / sum(exp(u))",
}
"""Scalar functions, each with its gradient."""

PAIRS = {
    ("mul", 0): "v",
    ("mul", 1): "u",
    ("div", 0): "1 / v",
    ("div", 1): "-u / v**2",
    ("pow", 0): "v * u**(v - 1)",
    ("pow", 1): "log(u) * u**v",
    ("maximum", 0): "step(u - v)",
    ("maximum", 1): "step(v - u)",
    ("minimum", 0): "step(v - u)",
    ("minimum", 1): "step(u - v)",
}
"""Functions of two entries, each with its derivative by one of them."""

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
            case Call() if (known := self._exponential(tree)) is not None:
                arg, link = known
                return [(name, (*chain, link)) for name, chain in self.chains(arg)]
            case Call(_, args) | Derived(args=args):
                found: list[Chain] = []
                for i, arg in enumerate(args):
                    inner = self.chains(arg)
                    for links in self._rules(tree, i) if inner else ():
                        found += [(name, (*chain, *links)) for name, chain in inner]
                        if len(found) > MOST:
                            raise NoRule
                return found
        return []

    # Rules.

    def _rules(self, tree: Tree, i: int) -> Iterator[Sequence[Link]]:
        """Yield what leads from an argument to a node, in each of its terms."""
        if isinstance(tree, Derived):
            yield self._second(tree)
            return
        assert isinstance(tree, Call)
        args = tree.args
        declared = self.algebra.scope.types.get(tree.name)
        if isinstance(declared, FunctionType):
            yield self._symbol(tree, declared, i)
        elif tree.name in SLOPES:
            yield [self._times(_put(SLOPES[tree.name], u=args[0]), args[0], tree)]
        elif tree.name in GRADIENTS:
            yield [self._gradient(_put(GRADIENTS[tree.name], u=args[0]))]
        elif (tree.name, i) in PAIRS:
            yield [self._times(self._pair(tree, i), args[i], tree)]
        else:
            yield from self._shaped(tree, i)

    def _exponential(self, tree: Call) -> tuple[Tree, Link] | None:
        """Return an argument and its link where expm has a closed form."""
        match tree:
            case Call("tr", (Call("expm", (X,)) as E,)):
                return X, self._gradient(Call("transpose", (E,)))
            case Call("expm", (Call("mul", (t, A)),)):
                t, A = (t, A) if self.algebra.is_scalar(t) else (A, t)
                if self.algebra.is_scalar(t) and not self.chains(A):
                    C = self.algebra.product(Call("matmul", (A, tree)))
                    return t, Spread(self.algebra, SCALAR, C)
        return None

    def _pair(self, tree: Call, i: int) -> Tree:
        u, v = tree.args
        if tree.name == "pow" and isinstance(v, Number):
            k = v.value
            power = Call("pow", (u, Number(k - 1))) if k != 2 else u
            return Call("mul", (v, power)) if k != 1 else Number(Fraction(1))
        return _put(PAIRS[tree.name, i], u=u, v=v)

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
            case Call("matmul", args) if SCALAR in map(shape, args):
                yield [self._times(args[1 - i], a, tree)]
            case Call("matmul", args):
                side = Right if i == 0 else Left
                yield [side(algebra, shape(a), product(args[1 - i]))]
            case Call("inv", (X,)):
                yield from self._around(product(tree).times(-1), product(tree), X)
            case Call("pinv", (X,)):
                yield from self._pseudoinverse(X, tree)
            case Call("solve", (A, _)) if i == 0:
                inverse = product(Call("inv", (A,))).times(-1)
                yield from self._around(inverse, product(tree), A)
            case Call("solve", (A, B)):
                yield [Left(algebra, shape(B), product(Call("inv", (A,))))]
            case Call("matpow", (X, Number(k))) if k in (1, 2, 3, 4):
                for j in range(int(k)):
                    before, after = (
                        self._matrix_power(X, p) for p in (j, int(k) - 1 - j)
                    )
                    yield from self._around(before, after, X)
            case Call("softmax", (u,)):
                s = Call("softmax", (u,))
                spread = Call("matmul", (s, Call("transpose", (s,))))
                for part in (Call("diag", (s,)), Call("neg", (spread,))):
                    yield [Left(algebra, shape(u), product(part))]
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

    def _pseudoinverse(self, X: Tree, P: Tree) -> Iterator[Sequence[Link]]:
        """Yield the three terms of d pinv(X) at a constant rank (Golub and Pereyra)."""
        algebra, shape = self.algebra, self.algebra.shape
        (m, n), turned = shape(X), Call("transpose", (P,))
        outside = Call("sub", (algebra.eye(m), Call("matmul", (X, P))))
        beyond = Call("sub", (algebra.eye(n), Call("matmul", (P, X))))
        yield from self._around(algebra.product(P).times(-1), algebra.product(P), X)
        for before, after in (
            (Call("matmul", (P, turned)), outside),
            (beyond, Call("matmul", (turned, P))),
        ):
            yield [
                Flip(algebra, (m, n)),
                Left(algebra, (n, m), algebra.product(before)),
                Right(algebra, (n, m), algebra.product(after)),
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
        return self._known(slope, declared.result.shape, declared.arguments[i].shape)

    def _second(self, tree: Derived) -> Sequence[Link]:
        """Return the way through a derivative of a function symbol."""
        declared = self.algebra.scope.types.get(tree.symbol)
        scalar = not isinstance(declared, FunctionType)
        if tree.kind != "D" or len(tree.args) != 1:
            raise NoRule
        if scalar or declared.arguments[0].shape == declared.result.shape == SCALAR:
            again = replace(tree, positions=(*tree.positions, 1))
            return self._known(again, SCALAR, SCALAR)
        if declared.result.shape != SCALAR:
            raise NoRule
        x = declared.arguments[0].shape
        hessian = self.algebra.product(replace(tree, kind="hessian", positions=()))
        stacked_shape = (x[0] * x[1], ONE)
        links: list[Link] = [
            Stack(self.algebra, x),
            Left(self.algebra, stacked_shape, hessian),
            Unstack(self.algebra, stacked_shape, x),
        ]
        if self._numerator:
            links.append(Flip(self.algebra, x))
        return links

    @property
    def _numerator(self) -> bool:
        return self.algebra.scope.layout is Layout.NUMERATOR

    def _known(self, slope: Tree, y: Shape, x: Shape) -> Sequence[Link]:
        """Return the links of a derivative that is a name, whatever its layout."""
        algebra = self.algebra
        D = algebra.product(slope)
        if not self._numerator:
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


def _put(text: str, **trees: Tree) -> Tree:
    tree = parse(text)
    for name, new in trees.items():
        tree = put(tree, name, new)
    return tree
