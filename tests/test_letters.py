"""How names look: and that no two names of a record look alike."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.language.declaration import parse_type
from verifier.language.expression import parse
from verifier.language.layout import Layout
from verifier.language.term import Scope
from verifier.output.latex import source
from verifier.output.letters import CONSTANTS, GREEK, SHORT, Symbols, symbol
from verifier.output.mathml import markup

names = st.from_regex(
    r"[A-Za-z][A-Za-z0-9]{0,3}(_[A-Za-z0-9]{1,2}){0,2}_?", fullmatch=True
)
kinds = st.sampled_from(("scalar", "vector(n)", "matrix(m, n)", "scalar -> vector(n)"))


def looks(*declared: str, **more: str) -> dict[str, str]:
    """Return how names look, written as `x: vector(n)`."""
    types = dict(text.split(": ") for text in declared)
    scope = Scope(
        {name: parse_type(kind) for name, kind in types.items()},
        Layout.NUMERATOR,
        {name: parse(text) for name, text in more.items()},
    )
    return {name: source(box) for name, box in Symbols(scope).boxes.items()}


@pytest.mark.parametrize(
    ("name", "bold", "said"),
    [
        ("x", False, "x"),
        ("x", True, r"\mathbf{x}"),
        ("x2", False, "x_{2}"),
        ("x_12", True, r"\mathbf{x}_{12}"),
        ("x_i", False, "x_{i}"),
        ("x_new", False, r"x_{\mathrm{new}}"),
        ("x1_i", False, "x_{1, i}"),
        ("x_a_b", False, "x_{a, b}"),
        ("theta1", False, r"\theta_{1}"),
        ("x_mu", False, r"x_{\mu}"),
        ("mu", True, r"\boldsymbol{\mu}"),
        ("lam", False, r"\lambda"),
        ("eps", False, r"\varepsilon"),
        ("Sigma", False, r"\Sigma"),
        ("Sigma", True, r"\boldsymbol{\Sigma}"),
        ("mask", False, r"\mathrm{mask}"),
        ("mask", True, r"\mathbf{mask}"),
        ("fK1", False, r"\mathrm{fK}_{1}"),
        ("a2b", False, r"\mathrm{a2b}"),
        ("det_", False, r"\mathrm{det\_}"),
    ],
)
def test_name_looks_as_in_a_book(name: str, bold: bool, said: str):
    assert source(symbol(name, bold)) == said


def test_every_greek_letter_has_a_character_of_its_own_plain_and_bold():
    found = [
        "".join(ElementTree.fromstring(markup(symbol(name, bold))).itertext())
        for name in sorted({*GREEK, *SHORT} - {"lambda", "varepsilon"})
        for bold in (False, True)
    ]
    assert all(len(text) == 1 and not text.isascii() for text in found)
    assert len(set(found)) == 2 * len(GREEK)


def test_types_decide_what_is_bold():
    found = looks(
        "x: vector(n)", "X: matrix(m, n)", "a: scalar", "p: positive", "k: integer",
        "f: vector(n) -> scalar", "g: scalar -> vector(n)", "S: symmetric(n)",
        y="X.T @ X @ x", z="x.T @ x",
    )  # fmt: skip
    bold = {name for name, said in found.items() if "mathbf" in said}
    assert bold == {"x", "X", "g", "S", "y"}


def test_change_of_a_name_is_written_with_a_d():
    found = looks("x: scalar", dU="ddU * x", ddU="U / x", U="x * x")
    assert found["dU"] == r"\mathrm{d}U"
    assert found["ddU"] == r"\mathrm{d}^{2}U"
    assert looks("d: scalar", "delta: scalar")["delta"] == r"\delta"


def test_names_that_would_look_alike_are_written_as_they_are():
    found = looks("x2: scalar", "x_2: scalar", "x3: scalar", "lam: scalar")
    assert found["x2"] == r"\mathrm{x2}"
    assert found["x_2"] == r"\mathrm{x\_2}"
    assert found["x3"] == "x_{3}"
    assert looks("x2: scalar", "x_2: vector(n)")["x2"] == "x_{2}"


def test_name_that_would_look_like_a_constant_is_written_as_it_is():
    assert {"I", "e", "K", "D", "0", "1"} == CONSTANTS
    assert looks("e1: vector(n)")["e1"] == r"\mathbf{e1}"
    assert looks("I_n: matrix(n, n)")["I_n"] == r"\mathbf{I\_n}"
    assert looks("e1: scalar")["e1"] == "e_{1}"


@given(st.dictionaries(names, kinds, min_size=2, max_size=8))
def test_no_two_names_look_alike(types: dict[str, str]):
    scope = Scope({n: parse_type(t) for n, t in types.items()}, Layout.NUMERATOR)
    found = Symbols(scope).boxes
    assert len(set(found.values())) == len(found)
    assert len({source(box) for box in found.values()}) == len(found)
    assert len({markup(box) for box in found.values()}) == len(found)
