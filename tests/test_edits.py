"""Edits: every family undoes its mistake, and says what it was."""

from __future__ import annotations

import pytest
from stated import record

from verifier.diagnosis import additions, edits, exchanges, search
from verifier.diagnosis.patient import Patient
from verifier.engine.experiment import Experiment
from verifier.engine.settings import Settings
from verifier.language.checker import check
from verifier.language.printing import show

WHERE = {
    "x": "vector(n)",
    "y": "vector(n)",
    "b": "vector(m)",
    "A": "matrix(n, n)",
    "B": "matrix(n, n)",
    "S": "symmetric(n)",
    "Y": "matrix(m, n)",
    "s": "scalar",
    "f": "vector(n) -> scalar",
}


def patient(claim: str, body: str, let: dict[str, str] | None = None) -> Patient:
    fields = {"where": WHERE, "value": body, "numerator": claim}
    stated, problems = check(record(**fields, **({"let": let} if let else {})))
    assert stated is not None, problems
    return Patient(Experiment(stated, Settings(draws=4)), stated.claims[0])


def edited(family: str, claim: str, body: str = "x", **more) -> dict[str, str]:
    """Return what is said of each tree; the first to yield a tree is heard."""
    said: dict[str, str] = {}
    one = patient(claim, body, **more)
    rooms = (edits, additions, exchanges)
    families = [getattr(room, family) for room in rooms if hasattr(room, family)]
    for edit in families[0](one):
        text = f"{edit.kind}: {edit.text(one.abbreviations)}"
        said.setdefault(show(edit.tree), text)
    return said


@pytest.mark.parametrize(
    ("family", "claim", "right", "said"),
    [
        ("transposed", "A @ x", "A.T @ x", "transposed: `A` must be transposed"),
        ("transposed", "A.T @ x", "A @ x", "transposed: `A` must not be transposed"),
        ("transposed_sums", "(A + B) @ x", "(A + B).T @ x",
         "transposed: `A + B` must be transposed"),
        ("transposed_sums", "A @ A @ x", "A.T @ A.T @ x",
         "transposed: `A` stands for its transpose"),
        ("reordered", "A @ B @ x", "B @ A @ x",
         "wrong-order: the factors of `A @ B @ x` are in the wrong order"),
        ("reordered", "x @ y.T @ A @ x", "A @ y.T @ x @ x",
         "wrong-order: the factors of `x @ y.T @ A @ x` are in the wrong order"),
        ("reordered", "commutation(m, n) @ kron(b, x)",
         "commutation(n, m) @ kron(b, x)",
         "wrong-order: the factors of `commutation(m, n)` are in the wrong order"),
        ("exchanged", "s * x / norm(y)", "s * y / norm(x)",
         "wrong-order: `x` and `y` stand in each other's place"),
        ("resigned", "x - (y + s * x)", "x - (y - s * x)",
         "sign: the sign of `s * x` is wrong"),
        ("repowered", "x / s", "x / s**2", "wrong-power: the power of `s` is wrong"),
        ("repowered", "A @ x / norm(x)**3", "A @ x / norm(x)**2",
         "wrong-power: the power of `norm(x)**3` is wrong"),
        ("repowered", "A @ x", "inv(A) @ x", "wrong-power: the power of `A` is wrong"),
        ("repowered", "A @ B @ A", "inv(A) @ B @ inv(A)",
         "wrong-power: `A` stands for its inverse"),
        ("rescaled", "A @ x + y", "A @ x + 2 * y",
         "factor: the factor of `y` is wrong"),
        ("rescaled", "s * (x / 2)", "s * x",
         "factor: the divisor `2` of `x` is too much"),
        ("resized", "x / n", "x / m", "factor: `m` belongs in the place of `n`"),
        ("resized", "x / (n - 1)", "x / n",
         "factor: `n` belongs in the place of `n - 1`"),
        ("thinned", "x + A @ y", "x", "missing-term: `A @ y` is too much"),
        ("thinned", "2 * A", "A + A.T",
         "missing-term: the transpose of `A` is missing beside it"),
        ("identified", "A + s", "A + s * eye(n)",
         "missing-identity: the factor `eye(n)` of `s` is missing"),
        ("reoperated", "A * B", "A @ B",
         "wrong-operation: the product `A * B` is of the wrong kind"),
        ("replaced", "A @ x", "A @ y",
         "wrong-part: `y` belongs in the place of `x`"),
        ("replaced", "tr(A) * x", "det(A) * x",
         "wrong-part: `det(A)` belongs in the place of `tr(A)`"),
        ("replaced", "exp(exp(s))", "exp(s)",
         "wrong-part: `exp(s)` belongs in the place of `exp(exp(s))`"),
        ("lawful", "tr(A) * tr(B)", "tr(A @ B)",
         "other: `tr(A) * tr(B)` is not `tr(A @ B)`"),
        ("lawful", "tr(A)**2", "tr(A @ A)",
         "wrong-power: `tr(A)**2` is not `tr(A @ A)`"),
        ("measured", "exp(x) @ x.T", "exp(x / s) @ (x / s).T",
         "factor: the divisor `s` of `x` is missing"),
        ("multiplied", "exp(x)", "exp(A @ x)",
         "missing-term: the factor `A` of `x` is missing"),
        ("thinned", "s * x * exp(s)", "s * x",
         "factor: the factor `exp(s)` of `s * x` is too much"),
        ("reoperated", "s + exp(s)", "s * exp(s)",
         "wrong-operation: `s * exp(s)` belongs in the place of `s + exp(s)`"),
        ("reoperated", "exp(A)", "expm(A)",
         "wrong-operation: `exp(A)` is the exponential of the wrong kind"),
    ],
)  # fmt: skip
def test_family_undoes_its_mistake(family, claim, right, said):
    assert edited(family, claim)[right] == said


def test_transposes_that_change_nothing_are_not_tried():
    found = edited("transposed", "s * S @ (x * 2)")
    assert not any(tree.startswith(("s.T", "s * S.T")) for tree in found)


def test_parts_of_the_left_side_complete_what_is_a_part_of_them():
    found = edited("completed", "A.T @ x", body="A.T @ (A @ x - y)")
    assert found["A.T @ (A @ x - y)"] == (
        "missing-term: `A @ x - y` belongs in the place of `x`"
    )


def test_completed_parts_are_written_in_the_words_of_the_record():
    one = patient("A.T @ x", "A.T @ r", {"r": "A @ x - y"})
    found = search.edited(additions.completed)(one)
    assert found is not None
    assert found.tree is not None
    assert show(found.tree) == "A.T @ r"
    assert found.text == "`r` belongs in the place of `x`"


def test_completion_by_a_number_is_a_factor():
    found = edited("completed", "exp(s)", body="exp(s / 2)")
    assert found["exp(s / 2)"] == "factor: the divisor `2` of `s` is missing"
