"""Notations of documents: code, plain lines, brackets, columns, displays."""

from __future__ import annotations

import pytest

from verifier.notes.codes import is_formula, is_rule
from verifier.notes.lines import lines_of
from verifier.notes.reading import read_document
from verifier.notes.scanning import scan_text


def findings(text: str, name: str = "notes.md"):
    """Read a document; return what was found in it."""
    return read_document(scan_text(text, name)).findings


def read(text: str, name: str = "notes.md") -> list[str]:
    """Return what was read in a document."""
    return [found.read for found in findings(text, name) if found.status == "read"]


# --- formulas that are set as code ------------------------------------------------


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("d(c^T z)/dz = c", True),
        ("dL/dW = x^T g", True),
        ("||z - c||^2 = z^T z - 2 c^T z + c^T c", True),
        (r"\nabla_w f = \Phi^T r", True),
        ("∂f/∂x = 2x", True),
        ("d tr(C X)/dX = C^T", True),
        ("x = 3", False),
        ("lr = 0.01", False),
        ("y = model(x)", False),
        ("W.grad = x.T @ g", False),
        ("loss == d(x)/dx", False),
        ("np.dot(a, b) = b^T a", False),
        ("for i in x^T x = 3", False),
    ],
)
def test_code_is_a_rule_where_only_mathematics_is_written_so(code, rule):
    assert is_rule(code) is rule


@pytest.mark.parametrize(
    "code", ["x", "A", "R^n", "2 C z", "sum_{i,k} C_{ik} z_k", "Cz"]
)
def test_names_and_terms_may_be_formulas(code):
    assert is_formula(code)


@pytest.mark.parametrize(
    "code",
    [
        "set_axes",
        "model.fit",
        "print(x)['a']",
        "x[0][1]",
        "import",
        "f()",
        "--flag",
        "3",
    ],
)
def test_programs_are_no_formulas(code):
    assert not is_formula(code)


def test_a_text_that_sets_its_rules_as_code_is_read():
    text = (
        "Take `z` in `R^n` and a constant `C`.\n\n"
        "> **1.** `d(c^T z)/dz = c`, and then `d(z^T C z)/dz = (C + C^T) z`.\n"
    )
    assert read(text) == ["d(c.T @ z)/dz = c", "d(z.T @ C @ z)/dz = (C + C.T) @ z"]


def test_its_places_are_those_of_the_text():
    (found,) = findings("Here\n\n> is ``d(c^T z)/dz = 2c``, wrong.\n")
    assert (found.place.line, found.place.column) == (3, 8)


def test_types_and_conditions_in_code_are_heard():
    text = "`d(z^T C z)/dz = 2 C z` when `C` is symmetric."
    (found,) = [one for one in findings(text) if one.status == "read"]
    assert found.record is not None
    types = {name: kind.value for name, kind in found.record.where.items()}
    assert types["C"] == "symmetric(n)"


def test_code_of_a_program_is_no_formula_beside_dollars():
    text = "Call `y = f(x)` and `a = b^T`; $\\nabla_z (c^T z) = c$, `x = 2`."
    formulas = [p.text for p in scan_text(text, "a.md").parts if p.kind == "formula"]
    assert "x = 2" in formulas or formulas == [r"\nabla_z (c^T z) = c"]
    assert read("Set `x = 2` and `y = x`; $\\nabla_z (c^T z) = c$.") == [
        "d(c.T @ z)/dz = c"
    ]


def test_fences_stay_code():
    assert not findings("```python\nd(c^T z)/dz = c\n```\n\nSee `d(c^T z)/dz`.\n")


# --- what goes on with a statement ---------------------------------------------------


def test_a_formula_that_begins_with_a_relation_goes_on_with_the_derivative():
    text = "So $\\nabla_z z^T C z = (C + C^T) z$, which is $= 2Cz$ for symmetric $C$."
    made = [one for one in findings(text) if "2 * C" in one.read]
    assert [one.read for one in made] == ["d(z.T @ C @ z)/dz = 2 * C @ z"]


def test_a_display_goes_on_with_the_one_before():
    text = "$$(z - c)^T (z - c)$$\n(by definition)\n$$= z^T z - 2c^T z + c^T c$$\n"
    assert read(text) == ["(z - c).T @ (z - c) = z.T @ z - 2 * c.T @ z + c.T @ c"]


def test_a_display_far_behind_does_not():
    text = "$$(z - c)^T (z - c)$$\n\n" + "Other words. " * 60 + "\n\n$$= z^T z$$\n"
    assert not read(text)


CHAIN = (
    "Let $B$ and $C$ be square matrices.\n\n$$(B + C)^T B$$\n\n"
    "$$= B^T B + (C^T B)$$\n\nNote that in the term $C^T B$\n\n"
)


def test_a_chain_goes_on_behind_an_equation_that_it_uses():
    noted = "$$C^T B = (B^T C)^T$$\n\nand so\n\n"
    text = f"{CHAIN}{noted}$$= B^T B + (B^T C)^T$$\n\n$$= B^T B + ((C^T B)^T)^T$$\n"
    first = "(B + C).T @ B"
    assert read(text) == [
        f"{first} = B.T @ B + C.T @ B",
        "C.T @ B = (B.T @ C).T",
        f"{first} = B.T @ B + (B.T @ C).T",
        f"{first} = B.T @ B + C.T @ B",
    ]


def test_an_equation_of_its_own_goes_on_behind_a_chain():
    text = f"{CHAIN}$$C^T B = (B^T C)^T$$\n\n$$= ((C^T B)^T)^T$$\n"
    assert read(text)[-1] == "C.T @ B = C.T @ B"


def test_a_relation_in_a_sentence_without_a_derivative_is_left_alone():
    assert not read("With $c = 3$ we have $= 2Cz$.")


# --- columns and brackets ------------------------------------------------------------


def test_columns_of_alignat_are_statements():
    formula = (
        r"\begin{alignat}{2} f(z) &= z^TCz & \qquad d(z^TCz) &= (dz)^TCz + z^TCdz \\"
        r" & & &\implies Df(z) = z^T(C+C^T) \end{alignat}"
    )
    assert [line.text.strip() for line in lines_of(formula)] == [
        "f(z) &= z^TCz",
        r"\qquad d(z^TCz) &= (dz)^TCz + z^TCdz",
        "Df(z) = z^T(C+C^T)",
    ]
    assert "d(z.T @ C @ z)/dz = z.T @ (C + C.T)" in read(f"$$\n{formula}\n$$\n")


@pytest.mark.parametrize(
    ("formula", "line"),
    [
        ("((BC)^T = C^T B^T)", "(BC)^T = C^T B^T"),
        ("(B C = (C^T B^T)^T", "B C = (C^T B^T)^T"),
        ("(B + C)^T = (B^T + C^T)", "(B + C)^T = (B^T + C^T)"),
        ("(B + C) z", "(B + C) z"),
    ],
)
def test_a_bracket_round_an_equation_is_left_out(formula, line):
    assert [one.text.strip() for one in lines_of(formula)] == [line]


def test_a_row_that_begins_with_a_space_and_a_sign_goes_on():
    (line,) = lines_of(r"a &= b + c \\ & \quad - d")
    assert "- d" in line.text


# --- plain lines ----------------------------------------------------------------------


def test_an_arrow_stands_between_a_definition_and_its_derivative():
    text = "rules:\ny = u' * Z * v --> Dy/DZ = u * v'\n"
    assert read(text, "a.txt") == ["d(u.T @ Z @ v)/dZ = u @ v.T"]


def test_words_of_chinese_stand_between_formulas():
    text = "设 y = u'Zv 则 dy/dZ = uv'\n"
    assert read(text, "a.txt") == ["d(u.T @ Z @ v)/dZ = u @ v.T"]


# --- equations in changes, identities and chains --------------------------------------


def test_an_equation_in_dX_holds_for_every_change():
    text = (
        r"$$\operatorname{vec}(B\,dX) = (I \otimes B)\operatorname{vec}(dX)$$ with $X$."
    )
    text = text.replace("vec}(B", "vec}(X^T B").replace(
        "\\otimes B)", "\\otimes X^T B)"
    )
    (found,) = read(text)
    assert "dX" not in found and "vec(X.T @ B @ H)" in found


def test_a_step_that_is_added_to_a_value_is_no_such_equation():
    assert not read(r"$$\det(X + dX) - \det(X) = \det(X)\operatorname{tr}(X^{-1}dX)$$")


def test_the_change_of_a_vec_is_that_of_all_of_it():
    (found,) = read(
        r"$$\operatorname{vec}(dX^{-1})"
        r" = -(X^{-T} \otimes X^{-1})\operatorname{vec}(dX)$$"
    )
    assert found.startswith("d(vec(inv(X))) = -")


@pytest.mark.parametrize(
    ("formula", "status"),
    [
        ("B B^{-1} = I", ["read"]),
        ("I = (B + C)^{-1}(B + C)", ["read"]),
        ("B^T B = I", ["aside"]),
        ("B C = I", []),
    ],
)
def test_a_product_with_the_inverse_is_a_rule_and_other_products_are_conditions(
    formula, status
):
    assert [found.status for found in findings(f"$${formula}$$")] == status


def test_a_chain_behind_what_it_names_is_an_equation():
    text = r"$$S_k = P_k - K_k H P_k + K_k R K_k^T = (I - K_k H) P_k + K_k R K_k^T$$"
    (found,) = read(text)
    assert found.startswith("P_k - K_k @ H @ P_k + K_k @ R @ K_k.T = ")


# --- derivatives of functions that are mere names -------------------------------------


def test_a_prime_of_a_defined_name_is_its_derivative():
    text = "Let $$f = Z^T H Z$$ then $$f'(Z) = (H + H^T) Z$$"
    assert read(text) == ["d(Z.T @ H @ Z)/dZ = (H + H.T) @ Z"]


def test_a_variation_is_a_differential():
    text = "With $f(B) = B^2$: $$f'(B)[\\delta B] = B\\,\\delta B + \\delta B\\,B$$"
    assert read(text) == ["d(B @ B) = B @ dB + dB @ B"]


def test_a_delta_that_is_a_name_stays_one():
    assert read(r"$$\nabla_z (\delta^T z) = \delta$$") == ["d(delta.T @ z)/dz = delta"]


# --- doubts -------------------------------------------------------------------------


def test_the_identity_of_a_capital_letter_is_doubted():
    (found,) = findings("dZ'/dZ = I\n", "a.txt")
    assert found.status == "read" and "capital" in found.weak


# --- tags of other languages --------------------------------------------------------

PAGE = r"""<!DOCTYPE html>
<html><head><script>var a = "$b$";</script></head><body>
<p>\begin{align} \frac{\partial c^T z}{\partial z} &amp;= c \end{align}</p>
<table><tr><th>\(f(z)\)</th><th>\(\nabla f(z)\)</th></tr>
<tr><td>\(z^T z\)</td><td>\(2z\)</td></tr>
</table></body></html>
"""


def test_pages_of_html_are_read_with_their_entities_and_tables():
    assert read(PAGE, "a.html") == ["d(c.T @ z)/dz = c", "d(z.T @ z)/dz = 2 * z"]


def test_formulas_of_restructuredtext_are_read_at_their_lines():
    text = (
        "Here :math:`\\nabla_z (c^T z) = c` stands.\n\n.. math::\n   :label: one\n\n"
        "   \\nabla_z (z^T z) = 2z\n\nThen :math:`\\nabla_z (b^T z) = b`.\n"
    )
    found = [(one.place.line, one.read) for one in findings(text, "a.rst")]
    assert found == [
        (1, "d(c.T @ z)/dz = c"),
        (6, "d(z.T @ z)/dz = 2 * z"),
        (8, "d(b.T @ z)/dz = b"),
    ]


def test_formulas_between_tags_of_a_wiki_are_read():
    text = "It is <math>\\nabla_z (c^T z) = c</math>, <math>z</math> a column.\n"
    assert read(text, "a.wiki") == ["d(c.T @ z)/dz = c"]


# --- macros -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "reading"),
    [
        (r"\pdv{z^T C z}{z} = (C + C^T)z", "d(z.T @ C @ z)/dz = (C + C.T) @ z"),
        (r"\dv{t} t^2 = 2t", "d(t**2)/dt = 2 * t"),
        (r"\pdv[2]{t^4}{t} = 12t^2", "hessian(t**4, t) = 12 * t**2"),
        (r"\dd{(z^T z)} = 2z^T \dd{z}", "d(z.T @ z) = 2 * z.T @ dz"),
        (r"\diff (z^T z) = 2z^T \diff z", "d(z.T @ z) = 2 * z.T @ dz"),
        (
            r"\operatorname{dvec}(BXC) = (C^T \otimes B)\operatorname{dvec}(X)",
            "d(vec(B @ X @ C)) = kron(C.T, B) @ vec(dX)",
        ),
        (
            r"\nabla_{\boldsymbol{\mathit{z}}}\, c^T \boldsymbol{\mathit{z}} = c",
            "d(c.T @ z)/dz = c",
        ),
        (r"\nabla_z \vert\vert z \vert\vert^2 = 2z", "d(norm(z)**2)/dz = 2 * z"),
    ],
)
def test_macros_of_packages_and_fonts_are_known(formula, reading):
    assert read(f"$${formula}$$") == [reading]


def test_a_macro_that_the_text_defines_is_its_own():
    text = "$\\newcommand{\\dd}{c}$ $$\\nabla_z (\\dd^T z) = \\dd$$"
    assert read(text) == ["d(c.T @ z)/dz = c"]


# --- tables -------------------------------------------------------------------------


def test_a_cell_that_names_a_jacobian_or_hessian_is_of_the_function_of_its_row():
    text = (
        "\n| $f(x)$ | kind | $\\nabla f$ or $J_f$ | symmetric |\n|---|---|---|---|\n"
        "| $Bx$ | vector | $J_f = B$ | |\n"
        "| $x^T B x$ | number | $H_f = B + B^T$ | $= 2B$ if $B = B^T$ |\n"
        "| $x^T c = c^T x$ | number | $\\nabla f = c$ | |\n"
    )
    found = read(text)
    assert "d(B @ x)/dx = B" in found
    assert "hessian(x.T @ B @ x, x) = B + B.T" in found
    assert "hessian(x.T @ B @ x, x) = 2 * B" in found
    assert "d(c.T @ x)/dx = c" in found or "d(x.T @ c)/dx = c" in found


def test_a_row_says_a_derivative_and_a_differential():
    text = (
        "\n| $f(X)$ | $\\frac{\\partial f}{\\partial X}$ | differential |\n"
        "|---|---|---|\n"
        "| $\\operatorname{tr}(B^T X)$ | $B$ | $df = \\operatorname{tr}(B^T dX)$ |\n"
    )
    assert {one.split(" = ")[0] for one in read(text)} == {
        "d(tr(B.T @ X))/dX",
        "d(tr(B.T @ X))",
    }


# --- functions without their argument -------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "reading"),
    [
        (
            r"\nabla_z (\alpha f + g)(z) = \alpha\nabla_z f(z) + \nabla_z g(z)",
            "d(alpha * f(z) + g(z))/dz = alpha * D(f)(z) + D(g)(z)",
        ),
        ("(f + g)'(t) = f'(t) + g'(t)", "d(f(t) + g(t))/dt = D(f)(t) + D(g)(t)"),
        (r"(B + C)(z) = B z + C z", "(B + C) @ z = B @ z + C @ z"),
    ],
)
def test_a_sum_of_functions_is_applied_to_its_argument(formula, reading):
    assert read(f"$${formula}$$") == [reading]


def test_what_is_known_of_the_sign_behind_an_equation_is_left_out():
    assert read(r"$$\nabla^2_z \|B z\|^2 = 2 B^T B \succeq 0$$") == [
        "hessian(norm(B @ z)**2, z) = 2 * B.T @ B"
    ]


# --- values at a point ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "reading"),
    [
        ("dL/dw = 2(wx - y)x = 2(-4)(2) = -16", "d(L(w))/dw = 2 * (w * x - y) * x"),
        (
            r"\frac{d}{dt} t^3 = 3t^2 = 3 \cdot 4 = 12",
            "d(t**3)/dt = 3 * t**2",
        ),
    ],
)
def test_the_value_at_a_point_behind_a_derivative_is_no_side_of_it(formula, reading):
    (found,) = read(f"$${formula}$$")
    assert found.startswith(reading) and "16" not in found and "12" not in found


def test_rules_in_a_fence_without_a_language_are_read_and_programs_are_not():
    text = (
        "```\nd(z^T C z)/dz = (C + C^T) z\nz = f(3)\nfor i in z: d(z)/dz = 3\n```\n\n"
        "```python\nd(c^T z)/dz = c\n```\n"
    )
    found = [(one.place.line, one.read) for one in findings(text)]
    assert found == [(2, "d(z.T @ C @ z)/dz = (C + C.T) @ z")]


def test_a_row_with_a_left_side_of_its_own_is_no_continuation():
    rows = r"\nabla f &= 0 \\ - 2 c + 2 C z &= 0 \\ C z &= c"
    assert [one.text.strip() for one in lines_of(rows)] == [
        r"\nabla f &= 0",
        "- 2 c + 2 C z &= 0",
        "C z &= c",
    ]
