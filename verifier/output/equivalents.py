"""What each primitive is in NumPy, JAX and PyTorch: one table, and its helpers.

A row reads: primitive, ranks of the arguments, texts. Ranks are `s` for a number, `v`
for a column, `r` for a row (both are arrays of one axis in code), `m` for a matrix, `y`
for one that is known to be symmetric, `.` for any; `>m` asks for a result of that rank.
The first row that fits is taken. Texts stand for NumPy, JAX and PyTorch, of two the
first serves NumPy and JAX, and one serves all; `xp` is the array module, `sp` that of
special functions, and `-` says that there is no such thing. `{0}` is an argument, `{k}`
and `{l}` are sizes or exponents, `{ref}` is an array whose dtype and device are meant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

FRAMEWORKS = ("numpy", "jax", "torch")

MODULES = {
    "math": "import math",
    "jax": "import jax",
    "jnp": "import jax.numpy as jnp",
    "jsp": "import jax.scipy as jsp",
    "np": "import numpy as np",
    "scipy": "import scipy",
    "torch": "import torch",
}
"""How each module is imported, in the order of the lines."""

ARRAYS = {"numpy": "np", "jax": "jnp", "torch": "torch"}
_SPECIAL = {"numpy": "scipy", "jax": "jsp", "torch": "torch"}

_SAME = (
    "exp log sin cos tan sinh cosh tanh asinh acosh atanh log1p expm1 sqrt erf lgamma"
)
MATH = {
    **{name: f"math.{name}" for name in _SAME.split()},
    "arctan": "math.atan",
    "arcsin": "math.asin",
    "arccos": "math.acos",
    "abs": "abs",
    "maximum": "max",
    "minimum": "min",
}
"""Functions of Python numbers, which those of PyTorch do not take."""

_TABLE = """
exp           .    xp.exp({0})
log           .    xp.log({0})
sin           .    xp.sin({0})
cos           .    xp.cos({0})
tan           .    xp.tan({0})
sinh          .    xp.sinh({0})
cosh          .    xp.cosh({0})
tanh          .    xp.tanh({0})
arctan        .    xp.arctan({0})
arcsin        .    xp.arcsin({0})
arccos        .    xp.arccos({0})
asinh         .    xp.arcsinh({0})
acosh         .    xp.arccosh({0})
atanh         .    xp.arctanh({0})
log1p         .    xp.log1p({0})
expm1         .    xp.expm1({0})
sqrt          .    xp.sqrt({0})
erf           .    sp.special.erf({0})
lgamma        .    sp.special.gammaln({0})
digamma       .    sp.special.digamma({0})
trigamma      .    sp.special.polygamma(1, {0})
polygamma     .    sp.special.polygamma({k}, {0})
sigmoid       .    sp.special.expit({0})
softplus      .    xp.logaddexp(0, {0}) | torch.nn.functional.softplus({0}, threshold=40)
relu          .    xp.maximum({0}, 0) | torch.relu({0})
abs           .    xp.abs({0})
sign          .    xp.sign({0})
step          .    xp.where({0} > 0, 1.0, 0.0) | ({0} > 0).to({ref})
maximum       ..   xp.maximum({0}, {1})
minimum       ..   xp.minimum({0}, {1})
sum           s    {0}
sum           .    xp.sum({0})
mean          s    {0}
mean          .    xp.mean({0})
max           s    {0}
max           .    xp.max({0})
min           s    {0}
min           .    xp.min({0})
norm          s    xp.abs({0})
norm          .    xp.linalg.norm({0})
norm1         s    xp.abs({0})
norm1         .    xp.sum(xp.abs({0}))
logsumexp     s    {0}
logsumexp     m    sp.special.logsumexp({0}) | torch.logsumexp({0}, dim=(0, 1))
logsumexp     .    sp.special.logsumexp({0}) | torch.logsumexp({0}, dim=0)
rowsum        m    xp.sum({0}, axis=1)
rowsum        r    xp.sum({0})
rowsum        .    {0}
colsum        m    xp.sum({0}, axis=0)
colsum        v    xp.sum({0})
colsum        .    {0}
softmax       s    xp.ones_like({0})
softmax       v    scipy.special.softmax({0}) | jax.nn.softmax({0}) | torch.softmax({0}, dim=0)
rowsoftmax    m    scipy.special.softmax({0}, axis=1) | jax.nn.softmax({0}, axis=1) | torch.softmax({0}, dim=1)
rowsoftmax    r    scipy.special.softmax({0}) | jax.nn.softmax({0}) | torch.softmax({0}, dim=0)
rowsoftmax    .    xp.ones_like({0})
rowlogsumexp  m    sp.special.logsumexp({0}, axis=1)
rowlogsumexp  r    sp.special.logsumexp({0}) | torch.logsumexp({0}, dim=0)
rowlogsumexp  .    {0}
prod          s    {0}
prod          .    xp.prod({0})
cumsum        m    xp.cumsum({0}, axis=0)
cumsum        v    xp.cumsum({0}, axis=0)
cumsum        .    {0}
tr            s    {0}
tr            m    xp.trace({0})
det           s    {0}
det           m    xp.linalg.det({0})
logdet        s    xp.log(xp.abs({0}))
logdet        m    xp.linalg.slogdet({0})[1]
inv           m    xp.linalg.inv({0})
pinv          m    xp.linalg.pinv({0})
solve         mv   xp.linalg.solve({0}, {1})
solve         mm   xp.linalg.solve({0}, {1})
matpow        m    xp.linalg.matrix_power({0}, {k})
expm          m    sp.linalg.expm({0}) | torch.linalg.matrix_exp({0})
sqrtm         y    scipy.linalg.sqrtm({0}) | sqrtm({0}) | sqrtm({0})
sqrtm         m    scipy.linalg.sqrtm({0}) | principal_sqrtm({0}) | -
logm          y    scipy.linalg.logm({0}) | logm({0}) | logm({0})
logm          m    scipy.linalg.logm({0}) | - | -
cholesky      m    xp.linalg.cholesky({0})
eigenvalues   s    {0}
eigenvalues   y    xp.linalg.eigvalsh({0})
eigenvalues   m    eigenvalues({0})
vec           m    {0:atom}.T.ravel()
vec           .    {0}
vech          s    {0}
vech          m    vech({0})
unvec         .>m  {0:atom}.reshape({l}, {k}).T
unvec         .    {0}
kron          vv   xp.kron({0}, {1}) | torch.outer({0}, {1}).ravel()
kron          rr   xp.kron({0}, {1}) | torch.outer({0}, {1}).ravel()
kron          vr   xp.outer({0}, {1})
kron          rv   xp.outer({1}, {0})
kron          mm   xp.kron({0}, {1}) | kron({0}, {1})
khatri_rao    vv   xp.kron({0}, {1}) | torch.outer({0}, {1}).ravel()
khatri_rao    mm   scipy.linalg.khatri_rao({0}, {1}) | khatri_rao({0}, {1}) | khatri_rao({0}, {1})
cross         vv   xp.cross({0}, {1}) | torch.linalg.cross({0}, {1})
cross_matrix  v    xp.cross(xp.eye(3), {0}) | torch.linalg.cross(torch.eye(3).to({ref}), {0:atom}[None, :])
diag          s    {0}
diag          v    xp.diag({0})
diagonal      s    {0}
diagonal      m    xp.diagonal({0})
tril          m    xp.tril({0})
tril          v    {0}
tril          s    {0}
triu          m    xp.triu({0})
triu          r    {0}
triu          s    {0}
hstack        ..>r xp.hstack([{0}, {1}])
hstack        mm   xp.hstack([{0}, {1}])
hstack        mv   xp.column_stack([{0}, {1}])
hstack        vm   xp.column_stack([{0}, {1}])
hstack        vv   xp.column_stack([{0}, {1}])
vstack        ..>v xp.hstack([{0}, {1}])
vstack        ..>m xp.vstack([{0}, {1}])
eye           >s   1.0
eye           >m   xp.eye({k}) | torch.eye({k}).to({ref})
ones          >s   1.0
ones          >v   xp.ones({k}) | {ref}.new_ones({k})
ones          >r   xp.ones({l}) | {ref}.new_ones({l})
ones          >m   xp.ones(({k}, {l})) | {ref}.new_ones({k}, {l})
zeros         >s   0.0
zeros         >v   xp.zeros({k}) | {ref}.new_zeros({k})
zeros         >r   xp.zeros({l}) | {ref}.new_zeros({l})
zeros         >m   xp.zeros(({k}, {l})) | {ref}.new_zeros({k}, {l})
unit          .>s  1.0
unit          .>v  xp.eye({k})[{0}] | torch.eye({k}).to({ref})[{0}]
commutation   >s   1.0
commutation   >m   commutation({k}, {l}) | commutation({k}, {l}).to({ref})
duplication   >s   1.0
duplication   >m   duplication({k}) | duplication({k}).to({ref})
elimination   >s   1.0
elimination   >m   elimination({k}) | elimination({k}).to({ref})
"""  # noqa: E501

_HELPERS = {
    "commutation": '''
def commutation(m, n):
    """K with K @ vec(A) = vec(A.T) for A of m rows and n columns."""
    return xp.eye(m * n)[xp.arange(m * n).reshape(n, m).T.ravel()]
''',
    "duplication": '''
def duplication(n):
    """D with D @ vech(A) = vec(A) for a symmetric A."""
    i = xp.arange(n)
    low, high = xp.minimum(i[:, None], i), xp.maximum(i[:, None], i)
    index = low * n + high - low * (low + 1) // 2
    return xp.eye(n * (n + 1) // 2)[index.ravel()]
''',
    "elimination": '''
def elimination(n):
    """L with L @ vec(A) = vech(A)."""
    j, i = xp.triu_indices(n)
    return xp.eye(n * n)[j * n + i]
''',
    "vech": '''
def vech(A):
    """The columns of the lower triangle of A, stacked."""
    j, i = xp.triu_indices(A.shape[0])
    return A[i, j]
''',
    # torch.kron refuses some matrices whose entries do not lie row by row.
    "kron": '''
def kron(A, B):
    """The Kronecker product: block (i, j) is A[i, j] * B."""
    blocks = A[:, None, :, None] * B[None, :, None, :]
    return blocks.reshape(A.shape[0] * B.shape[0], A.shape[1] * B.shape[1])
''',
    "khatri_rao": '''
def khatri_rao(A, B):
    """The Kronecker products of the columns of A and B."""
    return (A[:, None, :] * B[None, :, :]).reshape(-1, A.shape[1])
''',
    "sqrtm": '''
def sqrtm(A):
    """The square root of a symmetric matrix."""
    w, V = xp.linalg.eigh(A)
    return V * xp.sqrt(w) @ V.T
''',
    "logm": '''
def logm(A):
    """The logarithm of a symmetric matrix."""
    w, V = xp.linalg.eigh(A)
    return V * xp.log(w) @ V.T
''',
    "principal_sqrtm": '''
def principal_sqrtm(A):
    """The principal square root of a matrix; NaN where it is not real."""
    S = jsp.linalg.sqrtm(A)
    return jnp.where(jnp.allclose(S.imag, 0), S.real, jnp.nan)
''',
    "eigenvalues": '''
def eigenvalues(A):
    """The eigenvalues in ascending order; NaN where some are not real."""
    w = xp.linalg.eigvals(A)
    return xp.where((w.imag == 0).all(), xp.sort(w.real), xp.nan)
''',
}

_IN_TORCH = {
    "torch.triu_indices(n)": "torch.triu_indices(n, n)",
    "torch.triu_indices(A.shape[0])": "torch.triu_indices(*A.shape)",
    "torch.sort(w.real)": "torch.sort(w.real).values",
}
"""Where the helpers differ in PyTorch."""

HELPERS = tuple(_HELPERS)
"""The names of functions that stand above those that use them."""


@dataclass(frozen=True)
class Equivalent:
    """One row of the table, for one framework; no text where it has no such thing."""

    ranks: str
    result: str
    text: str

    def fits(self, ranks: str, result: str) -> bool:
        """Whether the row is meant for arguments and a result of these ranks."""
        return (
            len(ranks) == len(self.ranks)
            and all(map(_agree, self.ranks, ranks))
            and self.result in ("", result)
        )


def _agree(wanted: str, rank: str) -> bool:
    # What is said of any matrix is true of a symmetric one.
    return wanted in (".", rank) or (wanted, rank) == ("m", "y")


def helper(name: str, framework: str) -> str:
    """Return the text of a helper function."""
    text = _HELPERS[name].strip()
    text = re.sub(r"\bxp\b", ARRAYS[framework], text)
    if framework == "torch":
        for written, meant in _IN_TORCH.items():
            text = text.replace(written, meant)
    return text


def _text(texts: str, framework: str) -> str:
    """Pick the text of a framework, with its modules put in."""
    variants = texts.split(" | ")
    if len(variants) == 2:
        variants.insert(0, variants[0])
    text = variants[FRAMEWORKS.index(framework) if len(variants) > 1 else 0]
    text = re.sub(r"\bxp\b", ARRAYS[framework], text)
    text = re.sub(r"\bsp\b", _SPECIAL[framework], text)
    if framework == "torch":
        text = text.replace("axis=", "dim=")
    return "" if text == "-" else text


def equivalents(framework: str) -> dict[str, list[Equivalent]]:
    """Return the rows of the table by the names of the primitives."""
    found: dict[str, list[Equivalent]] = {}
    for line in _TABLE.strip().splitlines():
        name, fits, texts = line.split(maxsplit=2)
        ranks, _, result = fits.partition(">")
        row = Equivalent(ranks, result, _text(texts, framework))
        found.setdefault(name, []).append(row)
    return found
