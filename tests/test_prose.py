"""What the words of a document say about names: facts, their places and scopes."""

from __future__ import annotations

import re
import time

import pytest

from verifier.language.declaration import parse_type
from verifier.prose.facts import Fact, Piece
from verifier.prose.hearing import facts_behind, facts_of

_FORMULAS = re.compile(r"(\$\$.*?\$\$|\$[^$]*\$)", re.DOTALL)


def pieces(text: str, section: str = "") -> list[Piece]:
    """Take a text apart at its dollars; a blank line ends a paragraph."""
    found, line, paragraph = [], 1, 0
    for part in _FORMULAS.split(text):
        if not part:
            continue
        formula = part.startswith("$")
        kind = "formula" if formula else "words"
        display = part.startswith("$$")
        found.append(Piece(kind, part.strip("$"), line, display, paragraph, section))
        line += part.count("\n")
        paragraph += part.count("\n\n")
    return found


def said(facts: tuple[Fact, ...]) -> list[str]:
    """Write facts as `A: symmetric(n)`; shapes that are said again are left out."""
    made = []
    for fact in facts:
        names = ", ".join(fact.names)
        if fact.about == "type":
            made += [f"{name}: {fact.value}" for name in fact.names]
        else:
            made.append(" ".join(filter(None, (fact.about, names, fact.value))))
    return list(dict.fromkeys(made))


STATED = {
    # memberships
    r"Let $A \in \mathbb{R}^{m \times n}$.": "A: matrix(m, n)",
    r"$x \in \mathbb R^n$": "x: vector(n)",
    r"Soit $A \in \mathcal{M}_n(\mathbb{R})$.": "A: matrix(n, n)",
    r"Soit $B \in \mathcal{M}_{m,n}(\mathbb{R})$.": "B: matrix(m, n)",
    r"Soit $S \in \mathcal{S}_n(\mathbb{R})$.": "S: symmetric(n)",
    r"Soit $S \in \mathcal{S}_n^{++}(\mathbb{R})$.": "S: positive_definite(n)",
    r"Soit $P \in GL_n(\mathbb{R})$.": "P: invertible(n)",
    r"Si de plus $A$ est symétrique, $x = y$.": "A: symmetric(?)",
    r"et si $A$ est symétrique cela donne $x = y$.": "A: symmetric(?)",
    r"$A$ étant symétrique, $x = y$.": "A: symmetric(?)",
    "$x ∈ ℝⁿ$": "x: vector(n)",
    r"$x \in \R^{n}, \; A \in \R^{m\times n}$": "x: vector(n); A: matrix(m, n)",
    r"for $a, b \in \mathbb{R}^n$ we": "a: vector(n); b: vector(n)",
    r"$f : \mathbb{R}^n \to \mathbb{R}$": "f: vector(n) -> scalar",
    r"$f: \mathbb{R^{m}}\rightarrow\mathbb{R}$": "f: vector(m) -> scalar",
    r"$g\colon \R^n \times \R^m \to \R^k$": "g: (vector(n), vector(m)) -> vector(k)",
    r"$h: \mathbb{R}^{m\times n} \to \mathbb{R}$": "h: matrix(m, n) -> scalar",
    r"$\alpha \in \mathbb{R}$": "alpha: scalar",
    r"$t \in \mathbb{R}_+$": "t: positive",
    r"$t \in (0,1)$": "t: scalar",
    r"$x \in \mathbb{R}^{n+1}$": "x: vector(n + 1)",
    r"$x \in \mathbb{R}^{2n}$": "x: vector(2*n)",
    r"$\mathbf{x} \in \mathbb{R}^{n \times 1}$": "x: vector(n)",
    r"$W \in \mathbb{R}^{d_k \times |V|}$": "W: matrix(d_k, size_V)",
    r"$A^T \in \mathbb{R}^{n \times m}$": "A: matrix(m, n)",
    r"$z = Wx + b \in \mathbb{R}^m$": "z: vector(m)",
    r"$A \in \mathbb{S}^n$": "A: symmetric(n)",
    r"$A \in S_{++}^n$": "A: positive_definite(n)",
    r"$\hat{\mathbf y} \in \mathbb{R}^N$": "y_hat: vector(N)",
    r"$\forall x \in \mathbb{R}^n$": "x: vector(n)",
    r"for $1 \le i \le n$": "i: index(n)",
    r"for $i = 1, \ldots, n$": "i: index(n)",
    # a verb
    "$A$ is an $m \\times n$ matrix": "A: matrix(m, n)",
    "Let $A$ be an m by n matrix.": "A: matrix(m, n)",
    "Let $x$ be a vector of length $n$.": "x: vector(n)",
    "Let $x$ be an $n$-dimensional vector.": "x: vector(n)",
    "where $A$ is $m \\times n$ and $x$ is $n \\times 1$": (
        "A: matrix(m, n); x: vector(n)"
    ),
    "$A$ is a matrix of size $m \\times n$": "A: matrix(m, n)",
    "$x$ is a vector in $\\mathbb{R}^n$": "x: vector(n)",
    "where $A$ is symmetric": "A: symmetric(?)",
    "where $A$ and $B$ are symmetric": "A: symmetric(?); B: symmetric(?)",
    "where $A, B$ are symmetric": "A: symmetric(?); B: symmetric(?)",
    "where $A$ is symmetric and $B$ is not": "A: symmetric(?)",
    "$A$ is a real symmetric $n \\times n$ matrix": "A: symmetric(n)",
    "$S$ is symmetric and positive definite.": "S: positive_definite(?)",
    "$\\Sigma$ is a covariance matrix": "Sigma: positive_definite(?)",
    "where $\\Sigma$ is SPD": "Sigma: positive_definite(?)",
    "$X$ is invertible.": "X: invertible(?)",
    "$X$ is nonsingular.": "X: invertible(?)",
    "assuming that $X$ is non-singular": "X: invertible(?)",
    "$X$ has full column rank.": "property X full_rank",
    "$Q$ is an orthogonal matrix": "Q: orthogonal(?)",
    "$L$ is lower triangular": "L: lower(?)",
    "$P$ is idempotent": "P: idempotent(?)",
    "$H$ is a projection matrix": "H: projection(?)",
    "$K$ is skew-symmetric": "K: skew(?)",
    "$u$ is a unit vector": "u: unit_vector(?)",
    "$x$ is a row vector": "x: matrix(1, ?)",
    "$A$ is square": "A: square(?)",
    "$c$ is a positive scalar": "c: positive",
    "$x$ and $A$ are a vector and a matrix, respectively": (
        "x: vector(?); A: matrix(?, ?)"
    ),
    "where $a$ and $A$ are a vector and a matrix": "a: vector(?); A: matrix(?, ?)",
    r"$Q \in \mathbb{R}^{n\times n}$ is orthogonal": (
        "Q: matrix(n, n); Q: orthogonal(n)"
    ),
    "Assume $A$ to be invertible.": "A: invertible(?)",
    "where $A$ is assumed to be symmetric": "A: symmetric(?)",
    # no verb, or the names behind
    "with $A$ symmetric": "A: symmetric(?)",
    "for symmetric $A$": "A: symmetric(?)",
    "(for symmetric $\\Sigma^{-1}$)": "Sigma: symmetric(?)",
    "a square matrix $A$": "A: square(?)",
    "the diagonal matrix $D$": "D: diagonal(?)",
    "symmetric matrices $A$ and $B$": "A: symmetric(?); B: symmetric(?)",
    "the scalar $\\alpha$": "alpha: scalar",
    "with $x$ a vector and $A$ a matrix": "x: vector(?); A: matrix(?, ?)",
    "a symmetric positive definite matrix $S$": "S: positive_definite(?)",
    r"a symmetric matrix $A \in \mathbb{R}^{n\times n}$": (
        "A: symmetric(n); A: matrix(n, n)"
    ),
    # conditions
    "where $A^T = A$": "A: symmetric(?)",
    "if $A = A^\\top$, then": "A: symmetric(?)",
    "with $X \\succ 0$": "X: positive_definite(?)",
    "for $x > 0$": "x: positive",
    "with $\\|u\\|_2 = 1$": "u: unit_vector(?)",
    "where $Q^T Q = I$": "Q: orthogonal(?)",
    "where $K^T = -K$": "K: skew(?)",
    # constants and meanings
    "$a, b$ are constant vectors": "constant a, b; a: vector(?); b: vector(?)",
    "$A$ does not depend on $x$": "constant A",
    "$A$ is independent of $x$": "constant A",
    r"${\bf A}$ is a matrix that does not depend on ${\bf x}$": (
        "A: matrix(?, ?); constant A"
    ),
    "$\\odot$ denotes the Hadamard product": "meaning ⊙ mul",
    "$\\odot$ denotes the elementwise (Hadamard) product": "meaning ⊙ mul",
    "$\\otimes$ is the Kronecker product": "meaning ⊗ kron",
    "$\\circ$ denotes function composition": "meaning ∘ composition",
    "where $X^+$ is the pseudo-inverse": "meaning ^+ pinv",
    "$\\text{tr}$ denotes the trace": "meaning tr tr",
    "$|X|$ denotes the determinant": "meaning | det",
    "$\\|\\cdot\\|_F$ is the Frobenius norm": "meaning ‖ frobenius",
    "with $I$ the identity matrix": "meaning I eye",
    "$e$ is the vector of ones": "meaning e ones",
    "$\\sigma$ is the sigmoid function": "meaning sigma sigmoid",
    # functions
    "elementwise function $\\sigma$": (
        "property sigma elementwise; sigma: scalar -> scalar"
    ),
    "$\\sigma(\\cdot)$ is applied elementwise": (
        "property sigma elementwise; sigma: scalar -> scalar"
    ),
    "$y = f(x)$ is a scalar function of the vector $x$": (
        "f: vector(?) -> scalar; x: vector(?)"
    ),
    r"$f$ is a function from $\mathbb{R}^n$ to $\mathbb{R}$": (
        "f: vector(n) -> scalar"
    ),
    "$f$ is convex": "property f convex",
    # denials
    "$A$ is not symmetric": "not A symmetric",
    "$A$ is not necessarily symmetric": "not A symmetric",
    "for non-symmetric $A$": "not A symmetric",
    # letters
    "Lowercase bold letters are vectors.": "letters bold lower vector",
    "Vectors are denoted by bold lowercase letters.": "letters bold lower vector",
    "Capital letters denote matrices.": "letters upper matrix",
    "向量用粗体小写字母表示": "letters bold lower vector",
    # French
    "soit $A$ une matrice symétrique": "A: symmetric(?)",
    "où $x$ est un vecteur colonne de taille $n$": "x: vector(n)",
    "Si $A$ est inversible, alors": "A: invertible(?)",
    "la matrice $S$ est définie positive": "S: positive_definite(?); S: matrix(?, ?)",
    "$\\alpha$ est un réel": "alpha: scalar",
    # Chinese
    "设$A$为$n$阶对称矩阵, $x$为$n$维列向量": "A: symmetric(n); x: vector(n)",
    "其中$A$是可逆矩阵": "A: invertible(?)",
    "若$A$对称\N{FULLWIDTH COMMA}则": "A: symmetric(?)",
    "$Q$是正交矩阵": "Q: orthogonal(?)",
    "$c$是标量": "c: scalar",
    "其中$X, u, y$分别是矩阵、向量、标量": "X: matrix(?, ?); u: vector(?); y: scalar",
    "$\\odot$ 表示两个向量逐元素相乘": "meaning ⊙ mul",
    # layouts
    "We use the numerator layout.": "layout numerator",
    "This is in numerator layout.": "layout numerator",
    "This is called the **denominator layout** convention.": "layout denominator",
    "We follow the Jacobian formulation.": "layout numerator",
    "Here we use the Hessian formulation.": "layout denominator",
    "We use numerator layout, while others use denominator layout.": (
        "layout numerator"
    ),
    "The gradient is a column vector.": "layout gradient column",
    "We always write the gradient as a row vector.": "layout gradient row",
    "The derivative of a scalar by a column vector is a column vector.": (
        "layout gradient column"
    ),
    "The gradient has the same shape as $x$.": "layout gradient shape",
    "本文采用分子布局。": "layout numerator",
    "本文以不转置为准\N{FULLWIDTH COMMA}术语叫 Mixed Layout。": "layout mixed",
    # lists of symbols
    r"$\mathbf{A}$: a symmetric matrix": "A: symmetric(?)",
    r"$a$: scalar, $\mathbf{x}$: vector": "a: scalar; x: vector(?)",
    "We denote by $\\odot$ the Hadamard product.": "meaning ⊙ mul",
    "We denote the Hadamard product by $\\odot$.": "meaning ⊙ mul",
    "the $n \\times n$ identity matrix $I_n$": "meaning I_n eye",
    "$\\sigma$ acts elementwise": (
        "property sigma elementwise; sigma: scalar -> scalar"
    ),
    # announced errors
    "$x = 2A x$ (wrong!)": "wrong",
    "One might expect $d(AB) = A dB$, but this is not correct.": "wrong",
    "The following is false in general: $$d(AB) = A dB$$": "wrong in general",
    "错误写法: $d(AB) = A dB$": "wrong",
    "It is not true that $AB = BA$.": "wrong",
    "A common mistake is to write $d(AB) = A B$.": "wrong",
    "Wrong: $d(AB) = A B$": "wrong",
    "The formula $AB = BA$ does not hold in general.": "wrong in general",
    "$AB = BA$ is false.": "wrong",
    "In general $AB \\neq BA$.": "wrong in general",
    "$AB = BA$ 不成立": "wrong",
    "$AB = BA$ est faux.": "wrong",
    "The formula $AB = C$ should read $AB = D$.": "wrong",
}

UNSTATED = (
    "the symmetric part of $A$ is",
    "the eigenvalues of $A$ are positive",
    "the columns of $A$ are orthogonal",
    "the determinant of the matrix of $A + B$ is a scalar",
    "the product of $x$ and $y$ is a scalar",
    "the derivative at a point $x$ is the matrix of its parts",
    "$x$ and $y$ are orthogonal",
    "$A$ is orthogonal to $B$",
    "$A$ may be symmetric",
    "We want $A$ to be symmetric.",
    "Is $A$ symmetric?",
    "whether $A$ is symmetric or not",
    "unless $A$ is symmetric",
    "$A$ is called symmetric if $A = A^T$.",
    "$A$ is symmetric if $A = A^T$",
    "We say that $A$ is symmetric if $A^T = A$.",
    "symmetric matrices are nice",
    "$A$ is nice",
    "$A$ is a matrix product",
    "$b$ is invertible",
    "$t$ is the trace of $A$",
    "$B$ is the inverse of $A$",
    "$s$ is the softmax of $x$",
    "$m$ is the number of samples",
    "for $n$ vectors",
    "We get $A = A^T$ from this computation",
    "then $x > 0$ follows",
    "$A - A^T$ is skew-symmetric",
    "$AB$ is symmetric",
    "We will not use numerator layout in this course.",
    "Some textbooks instead use the numerator layout.",
    "In denominator layout it will be $2x$.",
    "See also 'Denominator layout' under this link.",
    "Which of numerator layout and denominator layout should we use?",
    "Please correct me if there is any mistake. Then $AB = C$.",
    "It is not wrong to write $AB = C$.",
    "The correct formula is $AB = C$.",
    "if $i \\neq j$ then",
    "where $x \\neq 0$",
    "A common mistake is to forget it; instead write $AB = C$.",
    "where $x^{(i)}$ 的行",
    "$A$ 的行列式为正",
    "$\\min_{x \\in \\mathbb{R}^n} f(x)$",
    "$\\{x \\in \\mathbb{R}^n : Ax = b\\}$",
)


@pytest.mark.parametrize("text", STATED)
def test_what_is_stated_is_found_and_nothing_else(text):
    assert sorted(said(facts_of(pieces(text)))) == sorted(STATED[text].split("; "))


@pytest.mark.parametrize("text", UNSTATED)
def test_what_is_not_stated_is_not_found(text):
    assert said(facts_of(pieces(text))) == []


@pytest.mark.parametrize("text", STATED)
def test_types_are_of_the_language(text):
    types = [fact.value for fact in facts_of(pieces(text)) if fact.about == "type"]
    known = [one.replace("?", "q") for one in types if one != "square(?)"]
    assert [str(parse_type(one)) for one in known] == known


TYPED = {
    "where A is symmetric": "A: symmetric(?)",
    "(A symmetric)": "A: symmetric(?)",
    "A symmetric": "A: symmetric(?)",
    "A = A^T": "A: symmetric(?)",
    "for symmetric A": "A: symmetric(?)",
    "with x ∈ R^n": "x: vector(n)",
    "with x in R^n": "x: vector(n)",
    "S positive definite": "S: positive_definite(?)",
    "where A and B are symmetric": "A: symmetric(?); B: symmetric(?)",
    "where x is a vector": "x: vector(?)",
    "A is a square matrix": "A: square(?)",
    "where A is an m x n matrix": "A: matrix(m, n)",
    "A ∈ R^(m\N{MULTIPLICATION SIGN}n), x ∈ R^n": "A: matrix(m, n); x: vector(n)",
    "if X is invertible": "X: invertible(?)",
    "a is a constant vector": "constant a; a: vector(?)",
    "x > 0": "x: positive",
    "where Σ is symmetric": "Sigma: symmetric(?)",
    "where lambda is a scalar": "lam: scalar",
    "where $A$ is symmetric": "A: symmetric(?)",
    "where A is not symmetric": "not A symmetric",
    "A 对称": "A: symmetric(?)",
    "y = A x": "",
    "hello": "",
}


@pytest.mark.parametrize("text", TYPED)
def test_a_typed_condition_is_read(text):
    assert sorted(said(facts_behind(text))) == sorted(
        filter(None, TYPED[text].split("; "))
    )


# --- places and scopes ---


def only(text: str, section: str = "") -> tuple[Fact, list[Piece]]:
    parts = pieces(text, section)
    facts = facts_of(parts)
    assert len(facts) == 1, facts
    return facts[0], parts


def covered(text: str, section: str = "") -> list[str]:
    """Return the formulas for which the only fact of a text is said."""
    fact, parts = only(text, section)
    return [
        p.text for i, p in enumerate(parts) if p.kind == "formula" and fact.covers(i)
    ]


def test_a_fact_knows_its_place_and_its_words():
    fact, _ = only("First a line.\nThen let $x$ be\na vector of length $n$.")
    assert (fact.line, fact.words) == (2, "x be a vector of length n")


def test_if_is_said_for_what_follows_in_its_sentence():
    text = "$a = 1$. If $A$ is symmetric, this is $b = 2$. Then $c = 3$."
    assert covered(text) == ["A", "b = 2"]


def test_if_at_the_end_is_said_for_the_formula_before_it():
    text = "First $a = 1$. Then $b = 2$ if $A$ is symmetric. Then $c = 3$."
    assert covered(text) == ["b = 2", "A"]


def test_if_reaches_a_displayed_formula():
    text = "If $A$ is symmetric, this simplifies to $$b = 2.$$ Next, $c = 3$."
    assert covered(text) == ["A", "b = 2."]


def test_if_without_a_formula_is_said_for_its_paragraph():
    text = "If $A$ is symmetric, more is true. Then $b = 2$.\n\nNow $c = 3$."
    assert covered(text) == ["A", "b = 2"]


def test_a_condition_in_brackets_is_said_for_the_formula_before_them():
    text = "$a = 1$ and $b = 2$ (for symmetric $A$) and $c = 3$."
    assert covered(text) == ["b = 2"]


def test_if_ends_where_the_other_case_begins():
    text = "If $A$ is symmetric then $b = 2$, otherwise $c = 3$."
    assert covered(text) == ["A", "b = 2"]


def test_where_is_said_for_the_formula_before_it():
    text = "First $a = 1$. Then $$b = 2$$ where $A$ is symmetric. Now $c = 3$."
    assert covered(text) == ["b = 2", "A"]


def test_where_in_a_sentence_of_its_own_is_said_for_the_one_before_it():
    text = "$a = 1$ is it. $$b = 2.$$ Where $A$ is symmetric. Now $c = 3$."
    assert "b = 2." in covered(text)
    assert "c = 3" not in covered(text)


def test_let_is_said_for_the_rest_of_its_section():
    parts = pieces("$a = 1$. ", "One") + pieces(
        "Let $A$ be symmetric. $b = 2$. ", "Two"
    )
    parts += pieces("$c = 3$.", "Three")
    (fact,) = facts_of(parts)
    found = [p.text for i, p in enumerate(parts) if fact.covers(i)]
    assert fact.scope == "section"
    assert found == ["Let ", "A", " be symmetric. ", "b = 2", ". "]


@pytest.mark.parametrize(
    ("text", "section"),
    [
        ("$a = 1$. Throughout, $A$ is symmetric. $b = 2$.", ""),
        ("$a = 1$. In this paper $A$ is symmetric. $b = 2$.", ""),
        ("$a = 1$. $A$ is symmetric. $b = 2$.", "Notation"),
    ],
)
def test_what_is_said_for_the_document(text, section):
    assert covered(text, section) == ["a = 1", "A", "b = 2"]


def test_only_the_formula_that_is_called_wrong_is_meant():
    parts = pieces(
        "We know $a = b$. A common mistake is to write $c = d$. But $e = f$."
    )
    (fact,) = facts_of(parts)
    assert (fact.about, parts[fact.first].text, fact.first) == (
        "wrong",
        "c = d",
        fact.last,
    )


def test_the_right_formula_beside_a_wrong_one_is_not_called_wrong():
    parts = pieces("It is wrong to write $a = b$; the correct formula is $c = d$.")
    assert [parts[f.at].text for f in facts_of(parts)] == ["a = b"]


def test_a_heading_declares_the_layout_of_what_is_below_it():
    parts = pieces("$a = b$", "Introduction") + pieces("$c = d$", "Denominator layout")
    (fact,) = facts_of(parts)
    assert (fact.value, fact.scope, fact.covers(0), fact.covers(1)) == (
        "denominator",
        "section",
        False,
        True,
    )


def test_sizes_that_differ_are_of_no_square_matrix():
    text = r"where $U \in \mathbb{R}^{m \times r}$ and $U^T U = I$"
    assert said(facts_of(pieces(text))) == ["U: matrix(m, r)"]


def test_a_restriction_is_more_than_a_shape():
    values = {
        f.value: f.restricts for f in facts_of(pieces("$A$ is a symmetric matrix"))
    }
    assert values == {"symmetric(?)": True}
    values = {f.value: f.restricts for f in facts_of(pieces("$A$ is a matrix"))}
    assert values == {"matrix(?, ?)": False}


@pytest.mark.parametrize(
    "text",
    [
        "symmetric and " * 3_000,
        "$A$ and " * 3_000,
        "where $A$ is symmetric and " * 1_000,
        "the gradient " * 3_000,
        "numerator layout " * 3_000,
        "lowercase bold " * 3_000,
        "(" * 20_000,
        "$" + "(" * 10_000 + "$ is symmetric",
        "$" + "A," * 10_000 + "$ are symmetric",
        "对称" * 10_000,
        "a\n" * 10_000,
    ],
)
def test_hostile_prose_ends_soon(text):
    start = time.process_time()
    facts_of(pieces(text))
    assert time.process_time() - start < 30
