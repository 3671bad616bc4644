"""Links of the chain rule: linear maps from one change to the next, as trees.

What leads from a variable to the value of a function is a chain of such maps. It is
read in three ways: forward with a change put in, which gives a differential; backward
with a one put in, which gives a gradient; and as matrices on stacked columns, which
gives a Jacobian.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..language.term import ONE, SCALAR, Shape
from ..language.tree import Call, Tree
from .forms import written
from .products import Algebra, Product


class NoRule(Exception):
    """A derivative that the language cannot write, or that no rule is known for."""


@dataclass(frozen=True)
class Link:
    """A linear map of matrices M of one shape; G is the gradient of what it gives."""

    algebra: Algebra
    shape: Shape

    def forward(self, M: Product) -> Product:
        """Return the image of M."""
        raise NoRule

    def backward(self, G: Product) -> Product:
        """Return the gradient of M from that of its image."""
        raise NoRule

    def stacked(self, J: Product) -> Product:
        """Return the Jacobian of the image from that of M, columns stacked."""
        raise NoRule

    def product(self, name: str, *args: Tree) -> Product:
        """Return a call as a product."""
        return self.algebra.product(Call(name, args))


@dataclass(frozen=True)
class Left(Link):
    """M to A @ M."""

    A: Product

    def forward(self, M: Product) -> Product:
        return self.algebra.at(self.A, M)

    def backward(self, G: Product) -> Product:
        return self.algebra.at(self.algebra.transposed(self.A), G)

    def stacked(self, J: Product) -> Product:
        eye = self.algebra.product(self.algebra.eye(self.shape[1]))
        return self.algebra.at(self.algebra.kron(eye, self.A), J)


@dataclass(frozen=True)
class Right(Link):
    """M to M @ B."""

    B: Product

    def forward(self, M: Product) -> Product:
        return self.algebra.at(M, self.B)

    def backward(self, G: Product) -> Product:
        return self.algebra.at(G, self.algebra.transposed(self.B))

    def stacked(self, J: Product) -> Product:
        eye = self.algebra.product(self.algebra.eye(self.shape[0]))
        B = self.algebra.transposed(self.B)
        return self.algebra.at(self.algebra.kron(B, eye), J)


@dataclass(frozen=True)
class Times(Link):
    """M to C * M, entry by entry; C has the shape of M or is a scalar."""

    C: Product

    def forward(self, M: Product) -> Product:
        return self.algebra.by(self.C, M)

    def backward(self, G: Product) -> Product:
        return self.algebra.by(self.C, G)

    def stacked(self, J: Product) -> Product:
        if self.C.shape == SCALAR:
            return self.algebra.by(self.C, J)
        return self.algebra.at(diagonal_of(self.algebra, self.C), J)


@dataclass(frozen=True)
class Spread(Link):
    """A scalar s to s * C."""

    C: Product

    def forward(self, M: Product) -> Product:
        return self.algebra.by(M, self.C)

    def backward(self, G: Product) -> Product:
        return inner(self.algebra, self.C, G)

    def stacked(self, J: Product) -> Product:
        return self.algebra.at(self.algebra.stacked(self.C), J)


@dataclass(frozen=True)
class Inner(Link):
    """M to the sum of C * M: what a scalar function with the gradient C does."""

    C: Product

    def forward(self, M: Product) -> Product:
        return inner(self.algebra, self.C, M)

    def backward(self, G: Product) -> Product:
        return self.algebra.by(G, self.C)

    def stacked(self, J: Product) -> Product:
        column = self.algebra.stacked(self.C)
        return self.algebra.at(self.algebra.transposed(column), J)


@dataclass(frozen=True)
class Reduced(Inner):
    """A trace, sum or mean, which is written by its name where nothing is lost."""

    name: str

    def forward(self, M: Product) -> Product:
        return self.algebra.within(self.name, M)


@dataclass(frozen=True)
class Flip(Link):
    """M to its transpose."""

    def forward(self, M: Product) -> Product:
        return self.algebra.transposed(M)

    def backward(self, G: Product) -> Product:
        return self.algebra.transposed(G)

    def stacked(self, J: Product) -> Product:
        if ONE in self.shape:
            return J
        K = self.product("commutation", *map(written, self.shape))
        return self.algebra.at(K, J)


@dataclass(frozen=True)
class Stack(Link):
    """M to vec(M)."""

    def forward(self, M: Product) -> Product:
        return self.algebra.stacked(M)

    def backward(self, G: Product) -> Product:
        return unstacked(self.algebra, G, self.shape)

    def stacked(self, J: Product) -> Product:
        return J


@dataclass(frozen=True)
class Unstack(Link):
    """A stacked column to its m x n matrix."""

    into: Shape

    def forward(self, M: Product) -> Product:
        return unstacked(self.algebra, M, self.into)

    def backward(self, G: Product) -> Product:
        return self.algebra.stacked(G)

    def stacked(self, J: Product) -> Product:
        return J


@dataclass(frozen=True)
class Beside(Link):
    """M to a Kronecker product with B."""

    B: Product
    first: bool

    def forward(self, M: Product) -> Product:
        sides = (M, self.B) if self.first else (self.B, M)
        return self.algebra.kron(*sides)

    def backward(self, G: Product) -> Product:
        turned = self.algebra.transposed(self._stacking())
        column = self.algebra.at(turned, self.algebra.stacked(G))
        return unstacked(self.algebra, column, self.shape)

    def stacked(self, J: Product) -> Product:
        return self.algebra.at(self._stacking(), J)

    def _stacking(self) -> Product:
        """Return d vec(A kron B) / d vec(A)^T, or that by vec(B)^T."""
        algebra, column = self.algebra, self.algebra.stacked(self.B)
        eye = algebra.product(algebra.eye(self.shape[0] * self.shape[1]))
        sides = (eye, column) if self.first else (column, eye)
        (m, n), (p, q) = self.shape, self.B.shape
        if not self.first:
            (m, n), (p, q) = (p, q), (m, n)
        outer, inner = (algebra.product(algebra.eye(k)) for k in (n, p))
        if ONE in (m, q):
            return algebra.kron(*sides)
        K = self.product("commutation", written(q), written(m))
        swap = algebra.kron(algebra.kron(outer, K), inner)
        return algebra.at(swap, algebra.kron(*sides))


@dataclass(frozen=True)
class Named(Link):
    """A linear map that is a function of the language; `back` is its adjoint."""

    name: str
    back: str = ""

    def forward(self, M: Product) -> Product:
        return self.algebra.within(self.name, M)

    def backward(self, G: Product) -> Product:
        if not self.back:
            raise NoRule
        return self.algebra.within(self.back, G)

    def stacked(self, J: Product) -> Product:
        if self.name in ("diag", "diagonal"):
            eye = self.algebra.eye(self.shape[0])
            E = self.product("khatri_rao", eye, eye)
            turned = self.algebra.transposed(E)
            return self.algebra.at(E if self.name == "diag" else turned, J)
        if self.name not in ("tril", "triu"):
            raise NoRule
        mask = self.product(self.name, self.algebra.ones(*self.shape))
        return self.algebra.at(diagonal_of(self.algebra, mask), J)


@dataclass(frozen=True)
class Primary(Link):
    """The derivative of a function of a matrix X, such as a power or expm.

    A triangular block matrix holds it: f([[X, M], [0, X]]) has it as its block above,
    and that of X.T is its adjoint (N. J. Higham, Functions of Matrices, chapter 3).
    """

    name: str
    X: Tree
    rest: tuple[Tree, ...] = ()
    """The other arguments of the function."""

    def forward(self, M: Product) -> Product:
        return self._block(self.X, M)

    def backward(self, G: Product) -> Product:
        return self._block(self.algebra.turned(self.X), G)

    def _block(self, X: Tree, M: Product) -> Product:
        n = self.shape[0]
        zeros, eye = self.algebra.zeros(n, n), self.algebra.eye(n)
        core = self.algebra.tree(Product(M.shape, chain=M.chain))
        rows = Call("hstack", (X, core)), Call("hstack", (zeros, X))
        whole = self.product(self.name, Call("vstack", rows), *self.rest)
        first = self.product("hstack", eye, zeros)
        last = self.product("vstack", zeros, eye)
        found = self.algebra.at(self.algebra.at(first, whole), last)
        return self.algebra.by(Product(SCALAR, M.number, M.scalars), found)


def inner(algebra: Algebra, C: Product, M: Product) -> Product:
    """Return the sum of the entries of C * M."""
    if M.shape == SCALAR:
        return algebra.by(C, M)
    if M.shape[1] == ONE:
        return algebra.at(algebra.transposed(C), M)
    if M.shape[0] == ONE:
        return algebra.at(M, algebra.transposed(C))
    whole = algebra.at(algebra.transposed(C), M)
    return algebra.within("tr", whole)


def unstacked(algebra: Algebra, v: Product, shape: Shape) -> Product:
    """Return the matrix of a shape whose columns are stacked in v."""
    match v.chain:
        case (Call("vec", (M,)),) if algebra.shape(M) == shape:
            return algebra.by(Product(SCALAR, v.number, v.scalars), algebra.product(M))
    if ONE in shape:
        return v if shape[1] == ONE else algebra.transposed(v)
    core = algebra.tree(Product(v.shape, chain=v.chain))
    found = algebra.product(Call("unvec", (core, *map(written, shape))))
    return algebra.by(Product(SCALAR, v.number, v.scalars), found)


def diagonal_of(algebra: Algebra, C: Product) -> Product:
    """Return the diagonal matrix of the stacked entries."""
    return algebra.within("diag", algebra.stacked(C))
