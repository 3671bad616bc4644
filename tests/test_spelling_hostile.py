"""Odd and hostile formulas are read or refused: no crash, no long wait."""

import string
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verifier.asking.entry import question_of
from verifier.notes.reading import read_document
from verifier.notes.scanning import scan_text

SECONDS = 30
"""Of one formula, on a machine that has much else to do: most take milliseconds."""

PIECES = [
    *(r"\frac", r"\partial", r"\nabla", r"\mathbf", r"\top", r"\left(", r"\right)"),
    *(r"\|", r"\sum_", r"\hat", r"\log", r"\det", r"\operatorname{tr}", r"\\", "&"),
    *(r"\begin{pmatrix}", r"\end{pmatrix}", r"\cdot", r"\times", r"\otimes", r"\sqrt"),
    *(
        r"\to",
        r"\lim_",
        r"\ldots",
        r"\langle",
        r"\rangle",
        "{",
        "}",
        "_",
        "^",
        "=",
        "+",
    ),
    *(
        "-",
        "|",
        "(",
        ")",
        "'",
        ",",
        ".",
        ";",
        ":=",
        "[",
        "]",
        "{ij}",
        "{(l)}",
        "!",
        "/",
    ),
    *(
        "x",
        "A",
        "T",
        "-1",
        "i",
        "j",
        "f",
        "2",
        "d",
        "dx",
        "dX",
        "h",
        "e",
        "I",
        "∇",
        "∂",
    ),
    *("ᵀ", "²", "⁻¹", "ᵢ", "Σ", "·", "⊗", "∘", "⊙", "‖", "ŵ", "ẋ", "√", "⟨", "⟩", "→"),
    *("\u22a4", "∞", "†", "\U0001d431", "\u0302", "np.", ".T", "@", "*", "**", "inv("),
    *(".dot(", "axis=0", "'fro'", "lambda", ".*", ".^", "o(h)", "where", "softmax"),
]
WORDS = st.one_of(
    st.sampled_from(PIECES),
    st.text(string.ascii_letters + string.digits + string.punctuation, max_size=6),
    st.text(max_size=3),
)


def answered(statement: str, where: str = "") -> str:
    """Return what a statement is read as, or all that is said of why it is not."""
    begun = time.process_time()
    question, problems = question_of(statement, where)
    assert time.process_time() - begun < SECONDS
    assert (question is None) == bool(problems)
    if question is not None:
        return question.read or question.record.body.value
    assert all(problem.text and "\n" not in problem.text for problem in problems)
    return " ".join(f"{p.text}; {p.hint}" for p in problems)


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS, max_size=25), st.sampled_from(["", " "]), st.booleans())
def test_any_row_of_signs_is_read_or_refused(words, between, equation):
    assert answered(between.join(words) + (" = 2 A x" if equation else ""))


@settings(max_examples=15, deadline=None)
@given(st.lists(WORDS, max_size=40), st.sampled_from(["a.md", "a.tex", "a.txt"]))
def test_any_document_is_read(words, name):
    text = "Let $A$ be symmetric.\n\n$\\nabla_x " + " ".join(words) + " = 2 A x$"
    begun = time.process_time()
    reading = read_document(scan_text(text, name))
    assert time.process_time() - begun < SECONDS
    assert all(finding.read or finding.reason for finding in reading.findings)


UNITS = [
    *(
        "'",
        "_",
        "^",
        "|",
        "‖",
        "{",
        "(",
        "[",
        "⟨",
        "-",
        "+",
        "√",
        "∇",
        "∂",
        "∂/",
        "d",
        "!",
    ),
    *(
        "x=",
        "x+",
        "^T",
        "np.",
        "Σ_{i}",
        "D[",
        "D f(",
        "9",
        "1e9",
        "&",
        r"\sqrt",
        r"\frac",
    ),
    *(r"\hat", r"\mathbf{", r"\left(", r"\sum_i", r"\log", r"\\", r"\text{"),
    *(r"\begin{pmatrix}", r"∇\hat{"),
]


@pytest.mark.parametrize("times", [40, 2900])
@pytest.mark.parametrize("unit", UNITS)
def test_one_sign_again_and_again_is_refused_or_read(unit, times):
    assert answered(unit * (times if times * len(unit) < 6000 else 5900 // len(unit)))
    assert answered("x^T A x = " + unit * 40 + "x")


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("∂/", "below a derivative stands"),
        (r"\lim_{x_i \to 0} x = 1", "what goes to a limit is a name"),
        (r"\lim_ f \to = x", "something is missing behind"),
        ("x_{①} = x", "x"),
        ("x^T = 1e999999999", "too long or too large"),
        ("x^{1e999999999} = x", "too long or too large"),
        ("x^T = " + "9" * 4990, "too long or too large"),
        ("('*A') = x", "nothing in these brackets"),
        ("f('a') = x", "nothing in these brackets"),
        ("matmul(A, x, x) = A", "matmul takes 2 arguments, not 3"),
        ("matmul(A) = A", "matmul takes 2 arguments, not 1"),
        ("d(x^T A^6^6^6^6^6 x)/dx = x", "more than 1500 parts"),
        ("X^T = " + "crossprod(" * 26 + "X" + ")" * 26, "1500 parts"),
        ("x^T " * 150 + "= x", "operations stand within each other"),
        ("J_{g∘f}(x) = J_g(f_i(x)) J_f(x)", "derivative at an entry"),
        (
            r"\frac{df}{dx} = 1 \text{ where } "
            + ", ".join(
                f"{a} = {' '.join([b] * 20)}"
                for a, b in zip("fghkl", "ghklx", strict=True)
            ),
            "more than 1500 parts",
        ),
        (r"\frac{df}{dx} = 2 where f = g, g = f", "by too many others, or by itself"),
    ],
    ids=lambda text: text[:40],
)
def test_what_explodes_is_refused_in_one_sentence(statement, said):
    assert said in answered(statement)


def test_a_transpose_of_a_transpose_costs_no_more_than_one():
    assert "." in answered("x" + "^T" * 30 + " = x = x")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("dy_i/dx_j = A_ij where y = A x", "d(A @ x)/dx.T = A"),
        ("d A B = dA B + A dB", "d(A @ B) = dA @ B + A @ dB"),
        (
            r"\mathrm{d} x^T y = y^T \mathrm{d}x + x^T \mathrm{d}y",
            "d(x.T @ y) = y.T @ dx + x.T @ dy",
        ),
        ("x_i^{(k)} = x_i^{(k)}", "x_k_i = x_k_i"),
        (r"A \ b = inv(A) b", "solve(A, b) = inv(A) @ b"),
        ("f = x^2, df/dx = 2x", "d(x**2)/dx = 2 * x"),
        (r"\mathcal{L}(\theta) = \theta^T\theta", "L(theta) = theta.T @ theta"),
        (
            r"\frac{d}{dx} (f g) = f' g + f g'",
            "d(f(x) * g(x))/dx = D(f)(x) * g(x) + f(x) * D(g)(x)",
        ),
        (
            r"\nabla_x (A x)' A x = 2 A' A x",
            "d((A @ x).T @ A @ x)/dx = 2 * A.T @ A @ x",
        ),
        ("sum_i x_i y_i = x' y", "sum(x * y) = x.T @ y"),
        (
            r"\lim_{n\to\infty} (1 + \frac1n)^n = e",
            "lim n->inf of ((1 + 1 / n)**n) = exp(1)",
        ),
    ],
)
def test_what_could_be_misread_is_read_as_it_is_meant(typed, read):
    question, problems = question_of(typed)
    assert question is not None, problems
    assert question.read == read


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (r"\mathbb{E}[x] = 1", r"`\mathbb{E}` is not known"),
        ("A_{ij} x_j = y_k", "write a sum: `Σ_k`"),
        ("np.sum(A, axis=0) = 1", "the argument `axis=` is not read"),
        ("np.transpose(A, 1, 0, 2) = A", "transpose"),
        ("df/dx = 2x", "it is not said what `f` is"),
        ("dy_i/dx_j = A_ij", "how it depends on `x`"),
        ("dA_{ij}/dx = 1", "it is not said what `A_ij` is"),
        (r"\frac{\partial^2 f}{\partial x_i^2} = 2", "how it depends on `x_i`"),
        (r"\frac{\partial^2 x_1 x_2}{\partial x_1 \partial x_2} = 1", "two variables"),
    ],
)
def test_what_has_another_meaning_is_refused(typed, said):
    assert said in answered(typed)
    assert question_of(typed)[0] is None


def test_both_readings_of_a_slash_before_a_product_are_judged():
    question, _ = question_of("d/dx √x = 1/2√x", "x: positive")
    assert question is not None
    assert question.read == "d(sqrt(x))/dx = 1 / 2 * sqrt(x)"
    assert [other.read for other in question.others] == [
        "d(sqrt(x))/dx = 1 / (2 * sqrt(x))"
    ]
    apart, _ = question_of("d/dx x^2 = 1/2 x", "x: scalar")
    assert apart is not None
    assert not apart.others
