"""What people write with JAX: a loop over draws, the same in batches, `check_grads`."""

from __future__ import annotations

from functools import cache, partial

import jax
import jax.numpy as jnp
import numpy as np
from jax.test_util import check_grads

from . import Judge
from .functions import Array, Formula, Kit
from .question import NUMPY, Question, Unfit, fit, verdicts

JAX = Kit(
    exp=jnp.exp,
    log=jnp.log,
    tanh=jnp.tanh,
    sum=jnp.sum,
    trace=jnp.trace,
    norm=jnp.linalg.norm,
    kron=jnp.kron,
    inv=jnp.linalg.inv,
    solve=jnp.linalg.solve,
    det=jnp.linalg.det,
    logdet=lambda X: jnp.linalg.slogdet(X)[1],
    sigmoid=jax.nn.sigmoid,
    softplus=jax.nn.softplus,
    softmax=partial(jax.nn.softmax, axis=0),
    logsumexp=jax.nn.logsumexp,
    eye=jnp.eye,
)


def loop(question: Question) -> Judge:
    """Differentiate draw by draw; each size is compiled once. Claims are NumPy's."""
    derivative = compiled(question.function.body)
    claim = partial(question.claim, NUMPY)
    draws = [(values, tuple(map(jnp.asarray, values))) for values in question.draws]

    def judge() -> dict[str, str]:
        same = [True, True]
        with np.errstate(all="ignore"):
            for values, arrays in draws:
                J = np.asarray(derivative(*arrays))
                numerator, denominator = question.arranged(J)
                same[0] &= close(claim(*values), numerator)
                same[1] &= close(claim(*values).T, denominator)
        return verdicts(*same)

    return judge


@cache
def compiled(body: Formula) -> Formula:
    """Return the derivative of a function: other claims about it use it again."""
    return jax.jit(jax.jacfwd(partial(body, JAX)))


def batch(question: Question) -> Judge:
    """Differentiate all draws of a size at once, compiled together with the claim."""
    body, claim = (partial(f, JAX) for f in (question.function.body, question.claim))
    both = jax.jit(
        jax.vmap(lambda *values: (jax.jacfwd(body)(*values), claim(*values)))
    )
    stacks = [
        tuple(jnp.stack(X) for X in zip(*draws, strict=True))
        for draws in question.by_size
    ]

    def judge() -> dict[str, str]:
        same = [True, True]
        for stack in stacks:
            J, said = map(np.asarray, both(*stack))
            numerator, denominator = question.arranged(J, lanes=1)
            same[0] &= close(said, numerator)
            same[1] &= close(said.swapaxes(-1, -2), denominator)
        return verdicts(*same)

    return judge


def checked(question: Question) -> Judge:
    """Make the claims rules of differentiation, forward and reverse; check these."""
    pushed, pulled = jax.jit(pushing(question)), jax.jit(pulling(question))
    draws = [tuple(map(jnp.asarray, values)) for values in question.draws]

    def judge() -> dict[str, str]:
        same = [True, True]
        for values in draws:
            same[0] &= agrees(pushed, values, "fwd")
            same[1] &= agrees(pulled, values, "rev")
        return verdicts(*same)

    return judge


def pushing(question: Question) -> Array:
    """Return the function, with the claim in numerator layout as its JVP."""
    body, claim = (partial(f, JAX) for f in (question.function.body, question.claim))
    function = jax.custom_jvp(lambda *values: body(*values))

    @function.defjvp
    def pushed(values: Array, moves: Array) -> Array:
        y, dx = body(*values), moves[0]
        C = fit(claim(*values), y, dx, question.scalar)
        dy = jnp.sum(C.T * dx) if question.scalar else C @ dx.T.reshape(-1)
        return y, dy.reshape(y.T.shape).T

    return function


def pulling(question: Question) -> Array:
    """Return the function, with the claim in denominator layout as its VJP."""
    body, claim = (partial(f, JAX) for f in (question.function.body, question.claim))
    function = jax.custom_vjp(lambda *values: body(*values))

    def backward(values: Array, g: Array) -> Array:
        x = values[0]
        D = fit(claim(*values), g, x, question.scalar).T
        dx = D * g if question.scalar else (D @ g.T.reshape(-1)).reshape(x.T.shape).T
        return dx, *map(jnp.zeros_like, values[1:])

    function.defvjp(lambda *values: (body(*values), values), backward)
    return function


def agrees(function: Array, values: tuple[Array, ...], mode: str) -> bool:
    """Whether `check_grads` accepts the rule of a function by its first argument."""
    try:
        check_grads(
            lambda x: function(x, *values[1:]), values[:1], order=1, modes=(mode,)
        )
    except (AssertionError, Unfit):
        return False
    return True


def close(said: np.ndarray, found: np.ndarray) -> bool:
    """Whether a claim has the shape and, for `allclose`, the values of a derivative."""
    return said.shape == found.shape and bool(np.allclose(said, found))
