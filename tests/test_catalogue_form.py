"""Every record of the catalogue reads well: its title, tags, notes and layouts."""

from __future__ import annotations

import argparse
import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from verifier import load
from verifier.commands.filtering import chosen, entry

ROOT = Path(__file__).parent.parent
RECORDS, PROBLEMS = load()
STATEMENT = re.compile(r"L\d+")
"""The tag of a numbered statement of the lectures, which one record alone may have."""

TRANSPOSED_INSIDE = {"commutation", "eye", "hstack", "kron", "ones", "vstack", "zeros"}
"""Calls whose transpose is written with other arguments, or is another call."""


def ids(wrong):
    return [record.id for record in RECORDS if wrong(record)]


def test_the_catalogue_is_read_without_a_problem():
    assert PROBLEMS == []
    assert len(RECORDS) >= 450
    assert sum(len(record.claims) for record in RECORDS) >= 900


def test_no_two_titles_are_one():
    titles = Counter(record.title.casefold() for record in RECORDS)
    assert [title for title, many in titles.items() if many > 1] == []


def test_a_title_is_a_line_that_begins_like_a_sentence_and_has_no_full_stop():
    assert ids(lambda one: not 15 <= len(one.title) <= 90) == []
    assert ids(lambda one: one.title != one.title.strip()) == []
    assert ids(lambda one: one.title.endswith((".", ":", ","))) == []
    assert ids(lambda one: one.title[0].islower()) == []
    assert ids(lambda one: one.title.lower().startswith(("test ", "check "))) == []


def test_a_title_says_whether_the_claim_is_wrong():
    said = ("Mistake, ", "Erratum, ")
    assert ids(lambda one: (one.expect == "fails") != one.title.startswith(said)) == []
    erratum = "Erratum, "
    assert (
        ids(lambda one: ("erratum" in one.tags) != one.title.startswith(erratum)) == []
    )


def test_every_record_says_where_it_comes_from_and_what_it_is_about():
    assert ids(lambda one: not one.source) == []
    assert ids(lambda one: not one.tags) == []
    assert ids(lambda one: len(set(one.tags)) < len(one.tags)) == []
    assert ids(lambda one: bool(one.why) != (one.expect == "fails")) == []


def test_there_are_mistakes_enough():
    mistakes = ids(lambda one: "/mistakes/" in one.place.file.replace("\\", "/"))
    assert len(mistakes) >= 80


def test_a_tag_leads_from_one_record_to_another():
    tags = Counter(tag for record in RECORDS for tag in record.tags)
    alone = [one for one, many in tags.items() if many < 2]
    assert [one for one in alone if not STATEMENT.fullmatch(one)] == []


def test_no_two_tags_are_one_word():
    tags = {tag for record in RECORDS for tag in record.tags}
    words = Counter(tag.replace("-", "").removesuffix("s") for tag in tags)
    assert [word for word, many in words.items() if many > 1] == []


def transposed(node):
    """Return what stands before `.T`, or nothing."""
    is_transpose = isinstance(node, ast.Attribute) and node.attr == "T"
    return node.value if is_transpose else None


def unscaled(node):
    """Return an expression without the signs and factors before and after it."""
    if isinstance(node, ast.UnaryOp):
        return unscaled(node.operand)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return unscaled(node.right)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return unscaled(node.left)
    return node


def is_product(node):
    """Tell whether the transpose of an expression is a product the other way round."""
    if isinstance(node, ast.UnaryOp):
        return is_product(node.operand)
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in TRANSPOSED_INSIDE
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult)


def terms(node):
    """Yield the terms of a sum."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        yield from terms(node.left)
        yield from terms(node.right)
    else:
        yield node


def has_natural_form(text):
    """Tell whether a claim transposes what is written naturally without.

    (A @ B).T is B.T @ A.T, anywhere in a claim; a sum with such a term is written term
    by term where it is the whole claim, while a residual (A @ x - b).T stays as it is.
    """
    tree = ast.parse(text, mode="eval").body
    whole = transposed(unscaled(tree))
    if whole is not None and any(map(is_product, terms(whole))):
        return True
    return any(is_product(transposed(node)) for node in ast.walk(tree))


@pytest.mark.parametrize(
    ("text", "natural"),
    [
        ("((A + A.T) @ x).T", True),
        ("2 * (A @ B).T", True),
        ("-(A @ X @ B + B @ X @ A).T / 2", True),
        ("kron(A, B).T @ c", True),
        ("x.T @ (A + A.T)", False),
        ("2 * (A @ x - b).T @ A", False),
        ("(y - softmax(z)).T", False),
        ("k * matpow(X, k - 1).T", False),
        ("(P * (G @ V.T)).T @ Q", False),
    ],
)
def test_what_has_a_natural_form_is_told_from_what_has_none(text, natural):
    assert has_natural_form(text) == natural


def test_no_layout_is_the_other_with_a_transpose_behind_where_a_natural_form_exists():
    found = []
    for record in RECORDS:
        for layout in ("numerator", "denominator"):
            texts = [one.text.value for one in record.claims if one.field == layout]
            if texts and all(map(has_natural_form, texts)):
                found.append((record.id, layout, texts))
    assert found == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("log det", "derivative-of-log-absolute-determinant"),
        ("log det", "differential-of-log-determinant"),
        ("quadratic form", "gradient-of-quadratic-form-general"),
        ("chain rule", "chain-rule-two-vector-functions"),
        ("softmax jacobian", "softmax-jacobian"),
        ("least squares", "least-squares-gradient"),
        ("matrix inverse derivative", "jacobian-of-inverse"),
        ("derivative inverse", "derivative-of-inverse-of-matrix-curve"),
        ("kl divergence", "gaussian-kl-gradient-first-mean"),
        ("cross entropy softmax gradient", "cross-entropy-logits-gradient"),
        ("layer norm", "layer-norm-jacobian"),
        ("rmsnorm", "rms-norm-jacobian"),
        ("hessian", "hessian-of-scalar-function"),
        ("trace derivative", "derivative-of-trace-ax"),
        ("pseudoinverse", "jacobian-of-pseudo-inverse-full-column-rank"),
        ("kronecker vec", "vec-of-product"),
    ],
)
def test_people_find_a_rule_by_the_words_that_they_have(words, expected):
    entries = [entry(record) for record in RECORDS]
    asked = argparse.Namespace(tag=None, source=None, search=words)
    fits = chosen(asked, entries)
    assert expected in [one["id"] for one in entries if fits(one)]
