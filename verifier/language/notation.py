"""How a statement is written on one line: what the help and the documentation say."""

GRAMMAR = """\
what a statement may say (`=` or `==`; a further `= ...` is another form of the claim):
  d(x.T @ x)/dx = 2*x             a derivative; also d f / d x, d/dx (f), and with ∂
  d(A @ x)/dx.T = A               the same in numerator layout only
  grad(f(x), x) = D(f)(x)         the same as a derivative; also ∇_x f(x), D(f(x), x),
                                  gradient(f(x), x), jacobian(f(x), x)
  hessian(x.T @ x, x) = 2*eye(n)  second derivatives; also d2(f)/dx2, ∂²f/∂x², ∇²_x f
  d(A @ X) = A @ dX               a differential: dX stands for the change of X
  tr(A @ B) = tr(B @ A)           an equation
  lim h->0 of sin(h)/h = 1        a limit; also lim_{h->0} f, limit(f, h->0)
  f(x + h) = f(x) + D(f)(x) @ h + o(h)        an expansion for small h
  sign of h.T @ h = positive for small h      or negative, or indefinite
  shape of d(f(x))/dx = (m, n) where x: vector(n), f: vector(n) -> vector(m)
  ... where A: symmetric(n), b: scalar        types of names, at the end
a transpose is .T (or ^T); D(f)(x) is the derivative of the function symbol f
"""

SPELLED = {
    "∂(xᵀAx)/∂x = (A + Aᵀ)x": "d(x.T @ A @ x)/dx = (A + A.T) @ x",
    "d(x'*A*x)/dx = (A + A')*x": "d(x.T @ A @ x)/dx = (A + A.T) @ x",
    r"\frac{\partial}{\partial x} \|Ax - b\|^2 = 2A^\top(Ax - b)": (
        "d(norm(A @ x - b)**2)/dx = 2*A.T @ (A @ x - b)"
    ),
    "d/dX log|X| = X^-T": "d(logdet(X))/dX = inv(X).T",
    "d(np.trace(A @ X))/dX = A": "d(tr(A @ X))/dX = A",
    "∇_x Σ_i a_i x_i = a": "d(a.T @ x)/dx = a",
    "∇f = b where f(x) = bᵀx": "d(b.T @ x)/dx = b",
    "d/dt |_{t=0} (A + tB)^-1 = -A^-1 B A^-1": (
        "lim t->0 of (inv(A + t*B) - inv(A))/t = -(inv(A) @ B @ inv(A))"
    ),
    "(A + E)^-1 ≈ A^-1 - A^-1 E A^-1": (
        "inv(A + E) = inv(A) - inv(A) @ E @ inv(A) + o(E)"
    ),
    "∂ max(0, Wx)/∂x = diag(Wx > 0) W": (
        "d(maximum(0, W @ x))/dx = diag(step(W @ x)) @ W"
    ),
    "∇_x xᵀAx = 2Ax, A symmetric": (
        "d(x.T @ A @ x)/dx = 2*A @ x where A: symmetric(n)"
    ),
}
"""Statements as people spell them, and in the language."""
_LISTED = "\n".join(
    f"  {typed:<31} {strict}" if len(typed) < 32 else f"  {typed}\n{'':34}{strict}"
    for typed, strict in SPELLED.items()
)
SPELLINGS = f"""\
what is not written so is read as mathematics, LaTeX or code, and shown as read:
{_LISTED}
A b is a product; |X| a determinant, an absolute value or a norm; a ∘ b goes by entries.
Where it could be read in two ways both are judged, and it says which one holds
"""

RULES = """\
types that are not given are inferred and printed:
  capital letters are matrices, small letters vectors, a b c s t and Greek words (alpha,
  lam, mu) scalars, what is called (f(x)) a function symbol; where the shapes do not
  allow that, the nearest reading that they do. Sizes are as general as possible. Values
  are restricted to where the statement is defined: log(x) and sqrt(x) make x positive,
  inv(X) and log(det(X)) make X invertible; n and m may be sizes
"""
