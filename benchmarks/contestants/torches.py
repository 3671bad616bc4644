"""What people write with PyTorch: a loop over draws, batches, and `gradcheck`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import torch
from torch.autograd import gradcheck
from torch.autograd.functional import jacobian

from . import Judge
from .functions import Array, Formula, Kit
from .question import Question, Unfit, fit, verdicts

torch.set_num_threads(1)


def kron(A: Array, B: Array) -> Array:
    """Return the Kronecker product; `torch.kron` 2.13 refuses some transposes."""
    m, n, p, q = *A.shape, *B.shape
    return (A[:, None, :, None] * B[None, :, None, :]).reshape(m * p, n * q)


TORCH = Kit(
    exp=torch.exp,
    log=torch.log,
    tanh=torch.tanh,
    sum=torch.sum,
    trace=torch.trace,
    norm=torch.linalg.norm,
    kron=kron,
    inv=torch.linalg.inv,
    solve=torch.linalg.solve,
    det=torch.linalg.det,
    logdet=lambda X: torch.linalg.slogdet(X)[1],
    sigmoid=torch.sigmoid,
    softplus=torch.nn.functional.softplus,
    softmax=partial(torch.softmax, dim=0),
    logsumexp=lambda X: torch.logsumexp(X, dim=(0, 1)),
    eye=partial(torch.eye, dtype=torch.float64),
)


def loop(question: Question) -> Judge:
    """Differentiate draw by draw, where there are many rows all of them at once."""
    body, claim = (partial(f, TORCH) for f in (question.function.body, question.claim))
    draws = [tuple(map(torch.from_numpy, values)) for values in question.draws]

    def judge() -> dict[str, str]:
        same = [True, True]
        for x, *rest in draws:
            along = partial(with_rest, body, rest)
            J = jacobian(along, x, vectorize=not question.scalar)
            numerator, denominator = question.arranged(J)
            same[0] &= close(claim(x, *rest), numerator)
            same[1] &= close(claim(x, *rest).T, denominator)
        return verdicts(*same)

    return judge


def with_rest(body: Formula, rest: Sequence[Array], x: Array) -> Array:
    """Return the function of its first argument."""
    return body(x, *rest)


def batch(question: Question) -> Judge:
    """Differentiate all draws of a size at once."""
    body, claim = (partial(f, TORCH) for f in (question.function.body, question.claim))
    derivative = torch.func.vmap(torch.func.jacrev(body))
    claims = torch.func.vmap(claim)
    stacks = [
        tuple(
            torch.stack([*map(torch.from_numpy, X)]) for X in zip(*draws, strict=True)
        )
        for draws in question.by_size
    ]

    def judge() -> dict[str, str]:
        same = [True, True]
        for stack in stacks:
            numerator, denominator = question.arranged(derivative(*stack), lanes=1)
            same[0] &= close(claims(*stack), numerator)
            same[1] &= close(claims(*stack).mT, denominator)
        return verdicts(*same)

    return judge


def checked(question: Question) -> Judge:
    """Make the claims rules of differentiation, forward and reverse; check these."""
    function = ruled(question).apply
    forward = {"check_backward_ad": False, "check_forward_ad": True}
    draws = [tuple(map(torch.from_numpy, values)) for values in question.draws]

    def judge() -> dict[str, str]:
        same = [True, True]
        for values in draws:
            x, rest = values[0].clone().requires_grad_(), values[1:]
            same[0] &= agrees(function, x, rest, check_undefined_grad=False, **forward)
            same[1] &= agrees(function, x, rest)
        return verdicts(*same)

    return judge


def ruled(question: Question) -> type[torch.autograd.Function]:
    """Return the function; the claim in numerator layout is its JVP, else its VJP."""
    body, claim = (partial(f, TORCH) for f in (question.function.body, question.claim))

    class Ruled(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, *values: Array) -> Array:
            ctx.save_for_backward(*values)
            ctx.save_for_forward(*values)
            ctx.y = body(*values)
            return ctx.y

        @staticmethod
        def jvp(ctx: Any, *moves: Array) -> Array:
            y, dx = ctx.y, moves[0]
            C = fit(claim(*ctx.saved_tensors), y, dx, question.scalar)
            if question.scalar:
                return (C.T * dx).sum().reshape(y.shape)
            return (C @ dx.T.reshape(-1)).reshape(y.T.shape).T

        @staticmethod
        def backward(ctx: Any, *grads: Array) -> tuple[Array | None, ...]:
            values, g = ctx.saved_tensors, grads[0]
            x = values[0]
            D = fit(claim(*values), g, x, question.scalar).T
            if question.scalar:
                dx = D * g
            else:
                dx = (D @ g.T.reshape(-1)).reshape(x.T.shape).T
            return dx, *[None] * (len(values) - 1)

    return Ruled


def agrees(function: Array, x: Array, rest: tuple[Array, ...], **asked: bool) -> bool:
    """Whether `gradcheck` accepts the rule of a function by its first argument."""
    try:
        return gradcheck(
            partial(with_rest, function, rest), (x,), raise_exception=False, **asked
        )
    except Unfit:
        return False


def close(said: Array, found: Array) -> bool:
    """Whether a claim has the shape and, for `allclose`, the values of a derivative."""
    return said.shape == found.shape and torch.allclose(said, found)
