"""Code in JAX and PyTorch: named and accused as that of NumPy is."""

from __future__ import annotations

import sys
from functools import partial
from importlib import import_module

import numpy as np
import pytest
from coded import QUADRATIC, RIGHT, WRONG

from verifier import InputError
from verifier.coding.frameworks import Arrays, frameworks_of

SPACES = {"jax": "jax.numpy", "torch": "torch"}
BRIEF = {
    "jax": (
        "right for symmetric A only",
        "a sum for a mean",
        "the transpose",
        "quadratic",
        "trace",
        "mean",
    )
}
"""What is run with a framework that compiles each operation at each size anew."""


@pytest.fixture
def session(codes):
    return codes


def cases(rows):
    """Return each row in each framework; of slow ones in JAX only a thorough run."""
    thorough = pytest.mark.thorough
    return [
        pytest.param(space, name, marks=[] if fast else [thorough])
        for space in SPACES
        for name in rows
        for fast in [space not in BRIEF or name in BRIEF[space]]
    ]


def checked(session, space, row):
    pytest.importorskip(space, reason=f"{space} is not installed")
    xp = import_module(SPACES[space])
    return session.check(
        None,
        row.formula,
        gradient=row.make(xp),
        where=row.where,
        wrt=row.by,
        framework=space,
    )


@pytest.mark.parametrize(("space", "name"), cases(WRONG))
def test_a_planted_mistake_is_named(space, name, session):
    row = WRONG[name]
    answer = checked(session, space, row)
    assert answer.verdict == "fails"
    assert row.said in answer.diagnosis
    assert row.computes in answer.results[0].text
    assert answer.run["framework"] == space


@pytest.mark.parametrize(("space", "name"), cases(RIGHT))
def test_what_is_right_is_not_accused(space, name, session):
    answer = checked(session, space, RIGHT[name])
    assert answer.verdict == "holds", str(answer)


def test_a_vector_jacobian_product_by_hand_is_checked_by_what_jax_makes_of_it(session):
    jax = pytest.importorskip("jax")

    def made(factor):
        @jax.custom_vjp
        def squares(x):
            return (x * x).sum()

        def forth(x):
            return squares(x), x

        def back(x, g):
            return (factor * g * x,)

        squares.defvjp(forth, back)
        return squares

    right, wrong = made(2.0), made(1.0)
    answer = session.check(right, "x.T @ x", gradient=jax.grad(right))
    assert answer.holds
    assert answer.run == {"seed": 0, "framework": "jax", "dtype": "float64"}
    answer = session.check(wrong, "x.T @ x", gradient=jax.grad(wrong))
    assert [result.verdict for result in answer.results] == ["holds", "fails"]
    assert answer.diagnosis == "the factor 2 is missing; write `2 * x`"


def test_jax_code_that_computes_in_single_precision_is_judged_as_such(session):
    jax = pytest.importorskip("jax")

    def gradient(x):
        return 2 * x.astype(jax.numpy.float32)

    answer = session.check(None, "x.T @ x", gradient=gradient)
    assert answer.holds
    assert answer.run["dtype"] == "float32"


def test_a_hand_written_backward_of_pytorch_is_checked(session):
    torch = pytest.importorskip("torch")

    class Squares(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return (x * x).sum()

        @staticmethod
        def backward(ctx, g):
            (x,) = ctx.saved_tensors
            return g * x

    def gradient(x):
        return torch.autograd.grad(Squares.apply(x), x)

    answer = session.check(Squares.apply, "x.T @ x", gradient=gradient, wrt="x")
    assert [result.verdict for result in answer.results] == ["holds", "fails"]
    assert answer.diagnosis == "the factor 2 is missing; write `2 * x`"


# --- which framework ----------------------------------------------------------------


def test_a_framework_is_told_by_what_code_speaks_of():
    module = type(sys)("torch")

    def plain(x):
        return x

    def numeric(x):
        return np.exp(x)

    def imported(x):
        import numpy

        return numpy.exp(x)

    def tensors(x):
        return module.exp(x)

    class Model:
        def __call__(self, x):
            return tensors(x)

    class Tensor:
        pass

    Tensor.__module__ = "torch.nn"
    weight = Tensor()

    def weighted(x):
        return x * weight

    assert frameworks_of([plain], "jax") == ["jax"]
    assert frameworks_of([plain], None)[0] == "numpy"
    for code in (numeric, imported, partial(numeric)):
        assert frameworks_of([plain, code], None) == ["numpy"]
    for code in (tensors, weighted, Model(), partial(tensors), lambda x: tensors(x)):
        assert frameworks_of([numeric, code], None) == ["torch"]


def test_a_framework_that_is_not_there_is_told(monkeypatch, session):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(InputError, match="PyTorch cannot be imported"):
        session.check(lambda x: x @ x, "x.T @ x", framework="torch")


class Tensor:
    """A stand-in for a tensor of PyTorch: an array that must be detached first."""

    def __init__(self, X):
        self.X, self.requires_grad = X, False
        self.shape = X.shape

    def requires_grad_(self, wanted):
        self.requires_grad = wanted
        return self

    def detach(self):
        return Tensor(self.X)

    def cpu(self):
        return self

    def __array__(self, dtype=None, copy=None):
        if self.requires_grad:
            raise RuntimeError("detach it first")
        return np.asarray(self.X)

    def __matmul__(self, other):
        made = Tensor(self.X @ other.X)
        made.requires_grad = True
        return made

    def add_(self, other):
        self.X += other


def test_tensors_are_made_followed_and_detached(monkeypatch, session):
    module = type(sys)("torch")
    monkeypatch.setattr(module, "from_numpy", Tensor, raising=False)
    monkeypatch.setitem(sys.modules, "torch", module)
    seen = []

    def function(x, A):
        seen.append(x.requires_grad)
        return (x @ A) @ x

    def gradient(x, A):
        seen.append(x.requires_grad)
        return (A @ x).detach()

    answer = session.check(
        function,
        QUADRATIC,
        gradient=gradient,
        where="A: symmetric(n)",
        framework="torch",
    )
    assert {*seen} == {False, True}
    assert [result.verdict for result in answer.results] == ["holds", "fails"]
    assert answer.diagnosis.startswith("the factor 2 is missing")

    def changing(x, A):
        x.add_(1.0)
        return x

    def single(x):
        if x.X.dtype != np.float32:
            raise RuntimeError("the same dtype is expected")
        return x @ x

    answer = session.check(single, "x.T @ x", framework="torch")
    assert answer.holds
    assert answer.run["dtype"] == "float32"
    answer = session.check(changing, QUADRATIC, framework="torch")
    assert "changes its argument `x` in place" in answer.diagnosis


def test_arrays_of_numpy_are_fresh_and_scalars_have_no_axes():
    X = np.ones((2, 2))
    made = Arrays("numpy").made(X)
    made[0] = 2
    assert X.max() == 1
    assert Arrays("numpy").made(np.array(1.5)) == 1.5
