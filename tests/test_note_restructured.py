"""Tables of reStructuredText: csv-table, list-table, grids and simple ones."""

from __future__ import annotations

import pytest

from verifier.notes.reading import read_document
from verifier.notes.scanning import scan_text

CSV = r"""
.. csv-table:: Derivatives
   :header: "Variable", "Function", "Derivative"
   :align: center

   :math:`\mathbf{x}`, :math:`\mathbf{a}^T\mathbf{x}`, :math:`\mathbf{a}`
   :math:`\mathbf{X}`, :math:`\mathbf{a}^T\mathbf{Xb}`, ":math:`\mathbf{a}\mathbf{b}^T`"
"""
SEMICOLONS = r"""
.. csv-table:: Derivatives
   :delim: ;

   Function; Gradient
   :math:`a^T x`; :math:`a`
   :math:`a^T X b`; :math:`a b^T`
"""
LIST = r"""
.. list-table:: Derivatives
   :header-rows: 1

   * - Function
     - Variable
     - Gradient
   * - :math:`a^T x`
     - :math:`x`
     - :math:`a`
   * - :math:`a^T X b`
     - :math:`X`
     - :math:`a b^T`
"""
GRID = r"""
+-----------------+------------+-----------------+
| Function        | Variable   | Gradient        |
+=================+============+=================+
| :math:`a^T x`   | :math:`x`  | :math:`a`       |
+-----------------+------------+-----------------+
| :math:`a^T X b` | :math:`X`  | :math:`a b^T`   |
|                 |            |                 |
+-----------------+------------+-----------------+
"""
SIMPLE = r"""
===============  ===========  ==============
Function         Variable     Gradient
===============  ===========  ==============
:math:`a^T x`    :math:`x`    :math:`a`
:math:`a^T X b`  :math:`X`    :math:`a b^T`
===============  ===========  ==============
"""


def findings(text: str):
    """Read a document; return what was found in it."""
    return read_document(scan_text(text, "notes.rst")).findings


def read(text: str) -> list[str]:
    """Return the derivatives that were read in a document."""
    return [f.read for f in findings(text) if f.read.startswith("d(")]


@pytest.mark.parametrize(
    "text", [CSV, LIST, GRID, SIMPLE], ids=["csv", "list", "grid", "simple"]
)
def test_each_row_is_a_statement(text):
    assert read(text) == ["d(a.T @ x)/dx = a", "d(a.T @ X @ b)/dX = a @ b.T"]


def test_each_row_is_found_on_its_line():
    assert [f.place.line for f in findings(CSV)] == [6, 7]
    assert [f.place.line for f in findings(GRID)] == [5, 7]


def test_a_table_may_have_another_delimiter():
    found = read(SEMICOLONS.replace("a^T X b", "x^T x").replace("a b^T", "2 x"))
    assert found == ["d(a.T @ x)/dx = a", "d(x.T @ x)/dx = 2 * x"]


def test_functions_may_stand_in_a_column_for_each_kind():
    rows = [
        ["x", "a^T x", "", "a", "a^T"],
        ["x", "", "A x", "A^T", "A"],
        ["x", "b^T x", "", "", "b^T"],
    ]
    lines = [", ".join(f":math:`{cell}`" * bool(cell) for cell in row) for row in rows]
    text = """
.. csv-table:: Derivatives
   :header: "Variable", "Scalar", "Vector", "Denominator Layout", "Numerator Layout"

   """ + "\n   ".join(lines)
    assert read(text) == [
        "d(a.T @ x)/dx = a",
        "d(a.T @ x)/dx = a.T",
        "d(A @ x)/dx = A.T",
        "d(A @ x)/dx = A",
        "d(b.T @ x)/dx = b.T",
    ]


def test_a_row_that_fills_two_of_these_columns_states_nothing():
    text = r"""
.. csv-table:: Derivatives
   :header: "Variable", "Scalar", "Vector", "Gradient"

   :math:`x`, :math:`a^T x`, :math:`A x`, :math:`a`
"""
    assert read(text) == []


def test_a_value_in_the_layout_of_another_column_breaks_what_its_column_keeps_to():
    rows = "\n".join(
        rf"   :math:`\mathbf{{x}}`, :math:`\mathbf{{{m}}}\mathbf{{x}}`, "
        rf":math:`\mathbf{{{m}}}^T`, :math:`\mathbf{{{m}}}{turned}`"
        for m, turned in (("A", ""), ("B", ""), ("C", ""), ("D", "^T"))
    )
    text = f"""
.. csv-table:: Derivatives
   :header: "Variable", "Function", "Denominator Layout", "Numerator Layout"

{rows}
"""
    broken = [f.read for f in findings(text) if f.breaks]
    assert broken == ["d(D @ x)/dx = D.T"]


def test_a_table_that_says_nothing_of_derivatives_states_nothing():
    text = GRID.replace("Gradient", "Size").replace("Function", "Name")
    assert read(text) == []


@pytest.mark.parametrize(
    "text",
    [
        '.. csv-table::\n\n   "a, :math:`x`\n',
        ".. list-table::\n   :header-rows: 1\n",
        "+---+\n| :math:`x` |",
        "==== ====\n:math:`x`",
        ".. csv-table::",
    ],
)
def test_a_table_that_is_cut_off_is_no_fault(text):
    assert read(f"Text :math:`y`.\n\n{text}") == []
