"""Every row of the table says how it is typeset, in a notation that can be read."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path
from xml.etree import ElementTree

import pytest

from verifier.language.primitives import PRIMITIVES, Row
from verifier.language.tree import Call, Name
from verifier.output.boxes import Letter
from verifier.output.forms import BadForm, filled, fitting, forms
from verifier.output.latex import latex, source
from verifier.output.mathml import mathml
from verifier.output.pieces import Piece

KINDS = ("scalar", "vector", "matrix", "")
TYPES = {"s": "scalar", "x": "vector(n)", "X": "matrix(m, n)", "S": "symmetric(n)"}


def count(row: Row) -> int:
    return 2 if row.signature == "elementwise" else len(row.parameters)


@pytest.mark.parametrize("row", PRIMITIVES.values(), ids=lambda row: row.name)
def test_every_row_is_typeset_whatever_its_arguments_are(row: Row):
    printed = set()
    for names in product("sxXSu", repeat=count(row)):
        tree = Call(row.name, tuple(map(Name, names)))
        said = latex(tree, TYPES)
        assert said.count("{") == said.count("}")
        ElementTree.fromstring(mathml(tree, TYPES))
        printed.add(said)
    shown = {index for form in forms(row.typeset) for index, _ in form.wants}
    several = 5 ** len(shown or range(count(row)))
    assert len(printed) == several  # no two arguments look alike


@pytest.mark.parametrize(
    "row", [row for row in PRIMITIVES.values() if row.typeset], ids=lambda row: row.name
)
def test_every_form_has_room_for_every_argument(row: Row):
    sizes = {i for i, p in enumerate(row.parameters) if p.startswith("#")}
    for form in forms(row.typeset):
        shown = [index for index, _ in form.wants]
        assert len(set(shown)) == len(shown)
        assert set(range(count(row))) - set(shown) <= sizes
    for kinds in product(KINDS, repeat=count(row)):
        assert fitting(row.typeset, kinds) in forms(row.typeset)


def test_first_form_that_fits_is_taken():
    typeset = "#s^#s or √#v or f(#)"
    given = (("scalar", "scalar"), ("vector", ""), ("matrix", ""), ("", ""))
    shown = [fitting(typeset, kinds).tokens[0] for kinds in given]
    assert shown == ["#1", "√", "f", "f"]


def test_argument_in_a_script_is_known_to_be_small():
    assert forms("#_{#, #}^#")[0].small == {1, 2, 3}
    assert forms("unvec_{#2 x #3}(#1)")[0].small == {1, 2}
    assert forms("# # or #^T #")[1].small == set()


@pytest.mark.parametrize("typeset", ["(#", "#)", "[#; #", "#_{#", "# ⊗", "", "#s"])
def test_form_that_cannot_be_read_is_refused(typeset: str):
    pieces = [Piece(Letter("A", "bold"))] * 2
    with pytest.raises(BadForm):
        filled(fitting(typeset, ["matrix", "matrix"]), pieces, False)


def test_constant_is_bold_and_any_other_letter_is_not():
    def said(typeset: str) -> str:
        form = fitting(typeset, ["scalar"])
        return source(filled(form, [Piece(Letter("n"))], False).box)

    assert said("I_#") == r"\mathbf{I}_{n}"
    assert said("1_{#}") == r"\mathbf{1}_{n}"
    assert said("e^#") == r"\mathrm{e}^{n}"
    assert said("2 #") == "2n"


def test_notation_that_the_documentation_shows_can_be_read():
    page = (
        Path(__file__).parent.parent.joinpath("docs", "extending.md").read_text("utf-8")
    )
    table = page.split("| `typeset` | on paper |")[1].split("\n\n")[0]
    found = [
        typeset.replace("\\|", "|")
        for line in table.splitlines()
        for typeset in re.findall(r"`([^`]*#[^`]*)`", line.split(" | ")[0])
    ]
    assert len(found) > 10
    pieces = [Piece(Letter(name)) for name in "ab"]
    for typeset in found:
        assert source(filled(fitting(typeset, ["scalar"] * 2), pieces, False).box)
