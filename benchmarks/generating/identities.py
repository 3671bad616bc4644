"""True statements by which a claim is written in other words.

Letters stand for any tree, and what is written must have the same shape as what it
replaces. What holds for some kinds only stands for names of these kinds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from random import Random

from verifier.deriving.algebra import Rebuild, spots
from verifier.language.declaration import Type
from verifier.language.expression import parse
from verifier.language.primitives import PRIMITIVES
from verifier.language.shapes import infer
from verifier.language.term import Scope
from verifier.language.tree import Call, Name, Number, Tree
from verifier.reading.problem import Fault

from .writing import changed

Rule = tuple[tuple[tuple[str, str], ...], Tree, Tree]
"""Which letter must be of which kind, and the two sides."""
Way = tuple[Tree, Tree, dict[str, Tree], Rebuild]
"""The right side of a rule, the part it is to replace, its letters, and how."""
RULES = """
    (A @ B) @ C -> A @ (B @ C)
    A @ (B @ C) -> (A @ B) @ C
    (A @ B).T -> B.T @ A.T
    A.T @ B.T -> (B @ A).T
    (A + B).T -> A.T + B.T
    (A * B).T -> B.T * A.T
    A + B -> B + A
    A - B -> -(B - A)
    A * B -> B * A
    (A + B) * C -> A * C + B * C
    (A - B) @ C -> A @ C - B @ C
    A @ (B + C) -> A @ B + A @ C
    A * A -> A**2
    A**2 -> A * A
    A**3 -> A * A**2
    A / B -> A * B**(-1)
    A / B / C -> A / (B * C)
    tr(A @ B) -> tr(B @ A)
    tr(A @ B) -> sum(A.T * B)
    tr(A) -> tr(A.T)
    tr(A) -> sum(diagonal(A))
    sum(A * B) -> tr(A.T @ B)
    sum(A * B) -> vec(A).T @ vec(B)
    sum(A) -> sum(A.T)
    sum(A) -> sum(rowsum(A))
    sum(A) -> sum(vec(A))
    rowsum(A) -> colsum(A.T).T
    colsum(A) -> rowsum(A.T).T
    inv(A @ B) -> inv(B) @ inv(A)
    inv(A.T) -> inv(A).T
    inv(A).T -> inv(A.T)
    inv(inv(A)) -> A
    solve(A, B) -> inv(A) @ B
    inv(A) @ B -> solve(A, B)
    det(A @ B) -> det(A) * det(B)
    det(A.T) -> det(A)
    det(inv(A)) -> 1 / det(A)
    logdet(A @ B) -> logdet(A) + logdet(B)
    logdet(inv(A)) -> -logdet(A)
    logdet(A) -> log(abs(det(A)))
    kron(A, B).T -> kron(A.T, B.T)
    kron(A, B) @ kron(C, D) -> kron(A @ C, B @ D)
    kron(A + B, C) -> kron(A, C) + kron(B, C)
    kron(A, B) @ vec(C) -> vec(B @ C @ A.T)
    vec(A @ B @ C) -> kron(C.T, A) @ vec(B)
    diag(A) @ B -> diag(A) @ (B + B) / 2
    diag(A) @ diag(B) -> diag(A * B)
    diagonal(diag(A)) -> A
    exp(A + B) -> exp(A) * exp(B)
    exp(A) -> exp(A / 2)**2
    exp(-A) -> 1 / exp(A)
    log(exp(A)) -> A
    sin(A) -> 2 * sin(A / 2) * cos(A / 2)
    cos(A) -> 1 - 2 * sin(A / 2)**2
    sin(A)**2 -> 1 - cos(A)**2
    cos(A)**2 -> 1 - sin(A)**2
    tan(A) -> sin(A) / cos(A)
    tanh(A) -> 2 * sigmoid(2 * A) - 1
    tanh(A) -> sinh(A) / cosh(A)
    1 - tanh(A)**2 -> 1 / cosh(A)**2
    cosh(A)**2 -> 1 + sinh(A)**2
    sinh(A) -> (exp(A) - exp(-A)) / 2
    sigmoid(A) -> 1 - sigmoid(-A)
    sigmoid(A) -> exp(A) / (1 + exp(A))
    softplus(A) -> A + softplus(-A)
    softplus(A) -> log(1 + exp(A))
    erf(-A) -> -erf(A)
    abs(A) -> A * sign(A)
    abs(A) -> maximum(A, -A)
    relu(A) -> (A + abs(A)) / 2
    relu(A) -> A * step(A)
    maximum(A, B) -> (A + B + abs(A - B)) / 2
    maximum(A, B) -> -minimum(-A, -B)
    minimum(A, B) -> A + B - maximum(A, B)
    sqrt(A) * sqrt(A) -> A
    norm(A)**2 -> sum(A**2)
    norm(A) -> sqrt(sum(A * A))
    norm1(A) -> sum(abs(A))
    max(A) -> -min(-A)
    logsumexp(A) -> log(sum(exp(A)))
    softmax(A) -> exp(A) / sum(exp(A))
    tril(A) -> triu(A.T).T
    tril(A) + triu(A) -> A + diag(diagonal(A))
    expm(A.T) -> expm(A).T
    expm(A) -> expm(A / 2) @ expm(A / 2)
    matpow(A, 2) -> A @ A
    matpow(A, 3) -> A @ A @ A
    matpow(A, -1) -> inv(A)
    tr(A @ B) -> sum(eigenvalues(A @ B)) if A is definite, B is symmetric
    tr(B @ A) -> sum(eigenvalues(B @ A)) if A is definite, B is symmetric
    tr(solve(A, B)) -> sum(eigenvalues(solve(A, B))) if A is definite, B is symmetric
    logdet(A @ B) -> sum(log(eigenvalues(A @ B))) if A is definite, B is definite
    A -> 2 * A - A
    A -> (A.T).T
    A -> A * exp(0)
    A.T -> A if A is symmetric
    A -> A.T if A is symmetric
    A.T -> A if A is definite
    A -> cholesky(A) @ cholesky(A).T if A is definite
    logdet(A) -> 2 * sum(log(diagonal(cholesky(A)))) if A is definite
    tr(A) -> sum(eigenvalues(A)) if A is definite
    tr(A) -> sum(eigenvalues(A)) if A is symmetric
    det(A) -> tr(A) * det(A) / sum(eigenvalues(A)) if A is symmetric
    inv(A) -> A.T if A is orthogonal
    A.T -> inv(A) if A is orthogonal
    pinv(A) -> A.T if A is orthogonal
    A -> diag(diagonal(A)) if A is diagonal
    A.T -> A if A is diagonal
    A -> tril(A) if A is lower
    det(A) -> exp(sum(log(abs(diagonal(A))))) * sign(det(A)) if A is lower
    A.T -> -A if A is skew
    A -> -A.T if A is skew
    A -> inv(inv(A)) if A is invertible
    pinv(A) -> inv(A) if A is invertible
    A -> A / norm(A) if A is unit_vector
    A -> A / sum(A) if A is probability_vector
    A -> exp(log(A)) if A is positive
    A -> abs(A) if A is positive
    A -> sqrt(A)**2 if A is positive_vector
    A -> exp(log(A)) if A is positive_matrix
"""
HARD = """
    A -> A + 1e20 - 1e20
    A -> 1e40 * (A * 1e-40)
    A -> A * exp(60) * exp(-60)
    A -> log(exp(40 * A)) / 40
    A -> A + 1e-30 - 1e-30
    A -> (A**3 + 1e9) - (1e9 + A**3) + A
    A -> A / 3 * 3
    A -> A * (sin(1e5)**2 + cos(1e5)**2)
"""


FULL = {"definite": "positive_definite"}
"""Kinds that have a shorter name in the rules."""


def _read(line: str) -> Rule:
    rule, _, kinds = line.partition(" if ")
    left, right = rule.split("->")
    needed = [part.split(" is ") for part in kinds.split(", ") if part]
    needs = tuple((letter.strip(), FULL.get(kind, kind)) for letter, kind in needed)
    return needs, parse(left.strip()), parse(right.strip())


DULL, RARELY = 0.2, 0.08
"""How often a rule is taken that any value fits, and one that is hard on floats."""
READ = [_read(line) for line in RULES.strip().splitlines()]
DIFFICULT = [_read(line) for line in HARD.strip().splitlines()]
PLAIN = [rule for rule in READ if not isinstance(rule[1], Name)]
ANYWHERE = [rule for rule in READ if isinstance(rule[1], Name)]
SPREADING = ("add", "sub", "mul", "div", "matmul")


def rewritten(tree: Tree, scope: Scope, random: Random, steps: int) -> Tree:
    """Write a tree in other words, some steps away."""
    for _ in range(steps):
        rules = ANYWHERE if random.random() < DULL else PLAIN
        rules = DIFFICULT if random.random() < RARELY else rules
        ways: dict[Tree, list[Way]] = {}
        for way in _ways(tree, scope, rules):
            ways.setdefault(way[0], []).append(way)
        for rule in random.sample(list(ways), len(ways)):
            right, part, bound, rebuild = random.choice(ways[rule])
            new = changed(right, bound)
            if _same_shape(part, new, scope):
                tree = rebuild(new)
                break
    return tree


def _ways(tree: Tree, scope: Scope, rules: Sequence[Rule]) -> Iterator[Way]:
    """Yield the rules that apply to the parts of a tree."""
    for part, rebuild in value_spots(tree):
        for needs, left, right in rules if not isinstance(part, Number) else ():
            bound: dict[str, Tree] = {}
            if not _matches(left, part, bound) or not _are(needs, bound, scope):
                continue
            if _entrywise(left, right) or not _spreads(left, part, scope):
                yield right, part, bound, rebuild


def value_spots(tree: Tree) -> Iterator[tuple[Tree, Rebuild]]:
    """Yield every part that is a value, sizes not, with a way to replace it."""
    yield tree, lambda new: new
    if isinstance(tree, Call):
        row = PRIMITIVES.get(tree.name)
        for i, arg in enumerate(tree.args):
            parameters = row.parameters if row else ()
            if i < len(parameters) and parameters[i][0] in "#i":
                continue

            def put(new: Tree, i: int = i, tree: Call = tree) -> Tree:
                return Call(tree.name, (*tree.args[:i], new, *tree.args[i + 1 :]))

            for inner, rebuild in value_spots(arg):
                yield inner, lambda new, r=rebuild, p=put: p(r(new))


def _matches(pattern: Tree, tree: Tree, bound: dict[str, Tree]) -> bool:
    match pattern, tree:
        case Name(letter), _:
            return bound.setdefault(letter, tree) == tree
        case Call(name, wanted), Call(found, args):
            return name == found and all(
                _matches(one, other, bound)
                for one, other in zip(wanted, args, strict=False)
            )
    return pattern == tree


@cache
def _entrywise(*sides: Tree) -> bool:
    """Whether a rule speaks of entries only, so that scalars may spread."""
    for side in sides:
        for part, _ in spots(side):
            if isinstance(part, Call):
                row = PRIMITIVES[part.name]
                if row.signature not in ("elementwise", "m n -> m n"):
                    return False
    return True


def _spreads(pattern: Tree, tree: Tree, scope: Scope) -> bool:
    """Whether a scalar spreads over a matrix, or scales one, where a rule looks."""
    match pattern, tree:
        case Call(name, wanted), Call(_, args):
            if len(args) == 2 and name in SPREADING:
                (m, n), (p, q) = (infer(arg, scope).shape for arg in args)
                if (n != p) if name == "matmul" else (m, n) != (p, q):
                    return True
            pairs = zip(wanted, args, strict=False)
            return any(_spreads(one, other, scope) for one, other in pairs)
    return False


def _are(
    needs: Sequence[tuple[str, str]], bound: Mapping[str, Tree], scope: Scope
) -> bool:
    """Whether letters stand for names of the kinds that a rule needs."""
    for letter, kind in needs:
        tree = bound[letter]
        declared = scope.types.get(tree.name) if isinstance(tree, Name) else None
        if not isinstance(declared, Type) or declared.kind != kind:
            return False
    return True


def _same_shape(part: Tree, new: Tree, scope: Scope) -> bool:
    try:
        return infer(part, scope).shape == infer(new, scope).shape
    except Fault:
        return False
