"""Derivatives of some entries in a document: what it says of two indices is heard."""

from __future__ import annotations

import pytest

from verifier.notes.model import Finding
from verifier.notes.reading import read_document
from verifier.notes.scanning import scan_text

GIVEN = r"Let $\mathbf{z} \in \mathbb{R}^n$ and $p = \mathrm{softmax}(z)$."
APART = r"$$\frac{\partial p_i}{\partial z_j} = -p_i p_j$$"
SAME = r"$$\frac{\partial p_i}{\partial z_j} = p_i (1 - p_j)$$"
WHOLE = r"$$\frac{\partial p_i}{\partial z_j} = p_i (\delta_{ij} - p_j)$$"
UNLIKE = "(1 - unit(i, n).T @ unit(j, n)) * "
MASKED = f"= {UNLIKE}(unit(i, n).T @ -(softmax(z) @ softmax(z).T) @ unit(j, n))"
DIAGONAL = "= unit(i, n).T @ diag(softmax(z) * (1 - softmax(z))) @ unit(i, n)"


def findings(text: str) -> list[Finding]:
    return list(read_document(scan_text(text, "notes.md"), "").findings)


def read(text: str) -> list[str]:
    found = [one for one in findings(f"{GIVEN}\n\n{text}\n") if one.status == "read"]
    return [one.read for one in found]


@pytest.mark.parametrize(
    "text",
    [
        f"For $i \\neq j$:\n\n{APART}",
        f"If $j \\ne i$, the derivative is\n\n{APART}",
        f"Case 2: $i \\not= j$. The quotient rule says that\n\n{APART}",
        f"**Case 2** (i ≠ j): the quotient rule says that\n\n{APART}",
        f"We have\n\n{APART}\n\nfor $i \\neq j$.",
        APART.replace("p_j$$", r"p_j, \quad i \neq j$$"),
        APART.replace("p_j$$", r"p_j \text{ if } i \neq j$$"),
    ],
)
def test_entries_off_the_diagonal_are_said_of_those_only(text):
    (one,) = read(text)
    assert one.startswith(f"lim h->0 of ({UNLIKE}")
    assert one.endswith(MASKED)


@pytest.mark.parametrize(
    "text",
    [
        f"For $i = j$:\n\n{SAME}",
        f"Case 1: i = j. The quotient rule says that\n\n{SAME}",
        f"We have\n\n{SAME}\n\nwhen $i = j$.",
        SAME.replace("p_j)$$", r"p_j), \quad i = j$$"),
        SAME.replace("z_j", "z_i").replace("p_j", "p_i"),
    ],
)
def test_entries_on_the_diagonal_are_said_of_those_only(text):
    (one,) = read(text)
    assert one.endswith(DIAGONAL)


def test_what_follows_of_the_same_derivative_is_of_the_same_entries():
    again = APART.replace("-p_i p_j", r"-\frac{e^{z_i}}{\sum_k e^{z_k}} p_j")
    text = f"For $i \\neq j$:\n\n{again}\n\nThat is\n\n{APART}\n\n"
    first, second = read(text)
    assert first.startswith("lim")
    assert second.endswith(MASKED)


@pytest.mark.parametrize(
    "text",
    [
        f"There are two cases, $i = j$ and $i \\neq j$. Both are\n\n{WHOLE}",
        f"For $i \\neq j$:\n\n{APART}\n\n# Anew\n\n{GIVEN}\n\n{WHOLE}",
        f"If $k \\neq j$ then another one, but\n\n{WHOLE}",
    ],
)
def test_what_is_said_of_all_entries_stays_so(text):
    claim = "diag(softmax(z)) - softmax(z) @ softmax(z).T"
    assert read(text)[-1] == f"d(softmax(z))/dz.T = {claim}"


@pytest.mark.parametrize(
    "rows",
    [
        r"p_i (1 - p_i) & i = j \\ -p_i p_j & i \neq j",
        r"p_i (1 - p_i), & \text{if } i = j, \\ -p_i p_j, & \text{if } i \neq j.",
        r"p_i (1 - p_i) & \text{for $i = j$} \\ -p_i p_j & \text{otherwise}",
        r"-p_i p_j & i \neq j \\ p_i (1 - p_i) & \mbox{else}",
    ],
)
def test_values_by_cases_are_one_matrix(rows):
    cases = rf"\begin{{cases}} {rows} \end{{cases}}"
    text = rf"$$\frac{{\partial p_i}}{{\partial z_j}} = {cases}$$"
    (one,) = [one for one in findings(f"{GIVEN}\n\n{text}\n") if one.status == "read"]
    assert one.read.startswith("d(softmax(z))/dz.T = diag(softmax(z) * (1 - ")
    assert not one.announced


def test_an_equation_of_indices_defines_nothing():
    text = f"For $i = j$ this is $p_i$.\n\n{WHOLE}"
    assert len(read(text)) == 1
