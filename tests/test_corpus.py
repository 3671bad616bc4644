"""What a document was read as is judged rightly by what its labels say was meant."""

from __future__ import annotations

import json
import sys
from dataclasses import replace

import corpus
import pytest
from labelling import judging
from labelling.bench import Bench
from labelling.judging import judge
from labelling.labels import BadLabel, Label, load, read
from labelling.meanings import meanings
from labelling.names import plain
from labelling.pairing import likeness, paired
from labelling.sameness import same, ways
from labelling.stated import in_no_layout, stated

from verifier.asking.entry import question_of
from verifier.notes.model import Digest, Finding, Verdict
from verifier.reading.problem import Place
from verifier.results.model import Result
from verifier.running.desk import Desk

X, A = "x: vector(n)", "A: matrix(n, n)"


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    patched = pytest.MonkeyPatch()
    patched.setenv("NABLA_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
    with Desk() as desk:
        yield Bench(desk, jobs=1, draws=16)
    patched.undo()


def label(meaning, where="", layout="denominator", truth="right", **more):
    given = {"file": "a.md", "line": 1, "formula": "f", "meaning": meaning}
    given |= {"where": where, "layout": layout, "truth": truth, **more}
    return read(json.dumps(given))


def found(text, where="", layout="denominator", line=1, kind="holds", formula="f"):
    """Return what a document reader would hand over that has read a text."""
    question, problems = question_of(text, where, (layout,), spare=True)
    assert question is not None, problems
    finding = Finding(
        *("read", formula, Place("a.md", line, 1)), read=text, record=question.record
    )
    return Verdict(finding, verdict=kind)


def what(bench, verdict, *labels):
    digest = Digest("a.md", {"a.md": "\n" * 50}, verdicts=[verdict])
    (outcome,) = judge(digest, labels, bench).outcomes
    return outcome.what


# --- the same claim, or another one -------------------------------------------------

SAME = [
    ("d(x.T @ A @ x)/dx = (2 * A) @ x", "d(x.T @ A @ x)/dx = 2 * A @ x", "symmetric"),
    ("d(x.T @ A @ x)/dx = A @ x + A.T @ x", "d(x.T @ A @ x)/dx = (A + A.T) @ x", ""),
    ("d(norm(x)**2)/dx = 2 * x", "d(x.T @ x)/dx = x + x", ""),
    ("d(y_hat.T @ w_1)/dw_1 = y_hat", "d(yhat.T @ w1)/dw1 = yhat", ""),
    ("d(a.T @ z)/dz = a", "d(c.T @ x)/dx = c", ""),
    ("d(x.T @ x / N)/dx = 2 / N * x", "d(x.T @ x / n)/dx = 2 / n * x", ""),
    ("d(x.T @ x)/dx = 2 * x", "d(x.T @ x + b.T @ b)/dx = 2 * x", "b"),
    ("d((A + A.T) @ x)/dx = A + A.T", "hessian(x.T @ A @ x, x) = A + A.T", ""),
    ("d(x.T @ x) = 2 * dx.T @ x", "d(x.T @ x) = 2 * x.T @ dx", ""),
    ("A = A", "A.T.T = A", ""),
    ("tr(B @ A) = tr(A @ B)", "tr(A @ B) = tr(B @ A)", ""),
    ("d(x.T @ x)/dx = 2 * x = x + x = 3 * x", "d(x.T @ x)/dx = 3 * x", ""),
]
OTHER = [
    ("d(x.T @ A @ x)/dx = 2 * A @ x", "d(x.T @ A @ x)/dx = (A + A.T) @ x", ""),
    ("d(norm(x))/dx = x / norm(x)", "d(x.T @ x)/dx = 2 * x", ""),
    ("d(x.T @ A @ b)/dx = A @ b", "d(x.T @ A @ b)/db = A.T @ x", ""),
    ("d(a.T @ x)/dx = x", "d(u.T @ v)/dv = u", ""),
    ("d(a * b)/da = b", "d(a.T @ b)/da = b", "vectors"),
    ("tr(A @ B) = tr(A @ B)", "tr(A @ B) = tr(B @ A)", ""),
    ("d(x.T @ x)/dx = 2 * x", "d(x.T @ x)/dx = 2 * x = 3 * x", ""),
    ("d(x.T @ x)/dx = 2 * x", "hessian(x.T @ x, x) = 2 * eye(n)", ""),
    ("d(x.T @ x + b.T @ x)/dx = 2 * x", "d(x.T @ x)/dx = 2 * x", "b"),
]
WHERE = {
    "": "",
    "symmetric": "A: symmetric(n)",
    "vectors": "a: vector(n), b: vector(n)",
}


def is_same(bench, read, meant, where):
    verdict = found(read)
    (first, *_), problem = meanings(label(meant, WHERE.get(where, "b: vector(n)")))
    assert problem == ""
    record = verdict.finding.record
    assert record is not None
    reading = stated(record)
    assert reading is not None
    made = ways(in_no_layout(reading), first.stated)
    bench.ask(
        record
        for way in made
        for either in way
        for equation in either
        if (record := equation.record)
    )
    return same(made, bench.holds)


@pytest.mark.parametrize(("read", "meant", "where"), SAME)
def test_the_same_claim_in_other_words_is_what_was_meant(bench, read, meant, where):
    assert is_same(bench, read, meant, where)


@pytest.mark.parametrize(("read", "meant", "where"), OTHER)
def test_another_claim_is_not_what_was_meant(bench, read, meant, where):
    assert not is_same(bench, read, meant, where)


def test_a_wrong_statement_is_meant_only_where_the_wrong_one_was_read(bench):
    wrong = label("d(x.T @ x)/dx = 3 * x", X, truth="wrong")
    read = found("d(x.T @ x)/dx = 3 * x", kind="fails")
    assert what(bench, read, wrong) == judging.MEANT
    assert what(bench, found("d(x.T @ x)/dx = 2 * x"), wrong) == judging.MISREAD
    special = found("d(x.T @ A @ x)/dx = 2 * A @ x", "A: symmetric(n)")
    general = label("d(x.T @ A @ x)/dx = 2 * A @ x", f"{X}, {A}", truth="wrong")
    assert what(bench, special, general) == judging.RIGHTED


def test_a_layout_is_that_of_the_text_and_a_transposed_shape_no_mistake(bench):
    row = "d(x.T @ A @ x)/dx = x.T @ (A + A.T)"
    column = found("d(x.T @ A @ x)/dx = (x.T @ (A + A.T)).T")
    assert what(bench, column, label(row, A, "numerator")) == judging.MEANT
    jacobian = label("d(A @ x)/dx = A", A, "numerator")
    turned = found("d(A @ x)/dx = A", A, "denominator", kind="fails")
    assert what(bench, turned, jacobian) == judging.TURNED
    told = found("d(A @ x)/dx = A", A, "numerator")
    assert what(bench, told, jacobian) == judging.MEANT
    # What only fits the other layout, or only holds there, cannot mean this one.
    assert what(bench, told, label("d(A @ x)/dx = A", A)) == judging.MEANT
    wide = label("d(B @ x)/dx = B", "B: matrix(m, n)", truth="wrong")
    assert what(bench, told, wide) == judging.RIGHTED


def test_names_of_other_types_are_told_apart_from_another_claim(bench):
    number = found("d(y(x)) = D(y)(x) * dx", "y: scalar -> scalar, x: scalar")
    vector = label("d(y(x)) = D(y)(x) * dx", "y: scalar -> vector(m), x: scalar")
    assert what(bench, number, vector) == judging.TYPED


def test_a_wrong_shape_can_be_meant(bench):
    wrong = label("d(x.T @ A @ x)/dx = A + A.T", f"{X}, {A}", truth="wrong")
    _, problem = meanings(wrong)
    assert problem == ""
    assert what(bench, found("d(x.T @ x)/dx = 2 * x"), wrong) == judging.MISREAD


def test_each_side_of_a_chain_is_judged_by_its_own_label(bench):
    chain = "d(x.T @ x)/dx = x + x = 3 * x"
    failing = replace(result("3 * x"), verdict="fails")
    verdict = replace(
        found(chain, kind="fails", formula="f = x + x = 3 x"),
        results=(result("x + x"), failing),
    )
    labels = [
        label("d(x.T @ x)/dx = x + x", formula="f = x + x"),
        label("d(x.T @ x)/dx = 3 * x", truth="wrong", line=2, formula="&= 3 x"),
    ]
    digest = Digest("a.md", {"a.md": "f\n\\"}, verdicts=[verdict])
    outcomes = judge(digest, labels, bench).outcomes
    assert [one.what for one in outcomes] == [judging.MEANT, judging.MEANT]
    assert [one.called_wrong for one in outcomes] == [False, True]


def test_a_side_that_was_left_out_of_a_chain_was_not_read(bench):
    verdict = found("d(x.T @ x)/dx = x + x", formula="f = x + x = 2 x")
    labels = [
        label("d(x.T @ x)/dx = x + x", formula="f = x + x"),
        label("d(x.T @ x)/dx = 2 * x", line=2, formula="&= 2 x"),
    ]
    digest = Digest("a.md", {"a.md": "f\n\\"}, verdicts=[verdict])
    outcomes = judge(digest, labels, bench).outcomes
    assert [one.what for one in outcomes] == [judging.MEANT, judging.MISREAD]
    assert what(bench, verdict, labels[1]) == judging.MEANT


def result(text):
    return Result("x", "denominator", "denominator", text, "holds")


def test_a_label_that_is_wrong_itself_is_told(bench):
    digest = Digest("a.md", {}, verdicts=[])
    odd = [
        label("d(x.T @ x)/dx = 3 * x"),
        label("d(x.T @ x)/dx = 2 * x", truth="wrong"),
        label("d(x.T @ x)/dx = 2 * x +"),
        label("d(x.T @ x)/dx = 2 * x"),
    ]
    outcomes = judge(digest, odd, bench).outcomes
    assert [bool(one.doubt) for one in outcomes] == [True, True, True, False]
    lost = [judging.LOST, judging.LOST, judging.BROKEN, judging.LOST]
    assert [one.what for one in outcomes] == lost


def test_names_are_matched_by_what_spellings_have_in_common():
    assert plain("y_hat") == plain("hat_y") == plain("yhat") == plain("yHat".lower())
    assert plain("w_1") == plain("w1")
    assert plain("x_hat") != plain("x_bar")
    assert plain("a") != plain("A")


# --- pairs --------------------------------------------------------------------------


def at(line, formula, column=1, file="a.md", status="read"):
    return Verdict(Finding(status, formula, Place(file, line, column)))


def labelled(line, formula, **more):
    return Label(1, "a.md", line, formula, "statement", "right", **more)


def test_statements_of_a_line_are_paired_by_their_text_and_in_their_order():
    verdicts = [at(3, r"\nabla f = 2x"), at(3, r"\nabla f = 2x", 40), at(3, "a=b", 60)]
    labels = [labelled(3, r"\nabla f = 2x"), labelled(3, r"\nabla f = 2x")]
    assert paired(labels, verdicts, {}) == verdicts[:2]
    assert paired([labelled(3, "a &= b")], verdicts, {}) == [verdicts[2]]


def test_a_label_is_paired_within_its_block_and_nowhere_else():
    text = "\n".join(["$$", r"\nabla f", "= 2x", "$$", "", "", "", r"$\nabla f = 2x$"])
    far = at(8, r"\nabla f = 2x")
    assert paired([labelled(2, r"\nabla f = 2x")], [far], {"a.md": text}) == [None]
    near = at(1, r"\nabla f = 2x")
    assert paired([labelled(2, r"\nabla f = 2x")], [near, far], {"a.md": text}) == [
        near
    ]
    assert paired([labelled(8, r"c^T y = \det Z")], [near, far], {"a.md": text}) == [
        None
    ]


def test_a_row_of_a_chain_belongs_to_what_was_found_before_it():
    whole = at(2, r"\nabla f = 2x + b = b + 2x")
    labels = [labelled(2, r"\nabla f &= 2x + b"), labelled(3, r"&= b + 2x")]
    text = {"a.md": "$$\nf\n&\n$$\n\n\n\n\n&"}
    assert paired(labels, [whole], text) == [whole, whole]
    assert paired([labelled(9, "&= b + 2x")], [whole], text) == [None]


def test_a_label_quotes_macros_as_they_stand():
    spelled = at(1, r"\frac{\partial^{} \mathbf{a}^{\mathsf T}\mathbf{x}}{\partial x}")
    text = {"a.md": r"\pd{\vaT\vx}{\vx}"}
    assert paired([labelled(1, r"\pd{\vaT\vx}{\vx}")], [spelled], text) == [spelled]


def test_a_cell_of_a_notebook_has_lines_of_its_own():
    first, second = (at(1, "a = b", file=f"a.ipynb:cell {n}") for n in (2, 4))
    assert paired([labelled(1, "a = b", cell=4)], [first, second], {}) == [second]


def test_formulas_are_alike_whatever_they_look_like():
    one, other = r"\mathbf{x}^{\top} A \, \mathbf x &= b,", r"x^{\mathsf T} Ax = b"
    assert likeness(one, other) == 1
    assert likeness("(A+A^T)x", r"\nabla_x (x^T A x) = (A+A^T)x") > 0.5
    assert likeness("c^T y", r"\det Z") == 0


# --- the benchmark ------------------------------------------------------------------

TEXT = """\
Let $A$ be an $n \\times n$ matrix. Gradients are columns.

$$\\frac{\\partial x^T A x}{\\partial x} = (A + A^T) x$$

$$\\frac{\\partial x^T x}{\\partial x} = 3 x$$

$$\\nabla_x (b^T x) = b$$

$$\\nabla_x \\int f(x, t) dt = 0$$
"""
GIVEN = [
    (3, r"\frac{\partial x^T A x}{\partial x} = (A + A^T) x", "right"),
    (5, r"\frac{\partial x^T x}{\partial x} = 3 x", "wrong"),
    (7, r"\nabla_x (b^T x) = b", "right"),
    (9, r"\nabla_x \int f(x, t) dt = 0", "right"),
]
MEANT = (
    "d(x.T @ A @ x)/dx = A @ x + A.T @ x",
    "d(x.T @ x)/dx = 3 * x",
    "d(b.T @ x)/dx = 2 * b",  # which is not what the text says
    None,
)


def test_a_folder_is_judged_and_every_miss_is_listed(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("NABLA_CACHE_DIR", str(tmp_path / "cache"))
    lines = [
        {"file": "a.md", "line": line, "formula": formula, "truth": truth}
        | {"meaning": meaning, "where": X, "layout": "denominator"}
        for (line, formula, truth), meaning in zip(GIVEN, MEANT, strict=True)
    ]
    lines.append({**lines[0], "file": "gone.md"})
    (tmp_path / "a.md").write_text(TEXT)
    (tmp_path / "labels.jsonl").write_text("\n".join(map(json.dumps, lines)))
    words = [str(tmp_path), "--misses", str(tmp_path / "misses"), "--jobs", "1"]
    monkeypatch.setattr(sys, "argv", ["corpus.py", *words, "--only", "a.md"])
    assert corpus.main() == 0
    out = capsys.readouterr().out
    (row,) = [line for line in out.splitlines() if line.startswith("a.md")]
    numbers = "4 3 2 (67 %) 1 0 0 0 3 0 (0.0 %) 1 1 (100 %)"
    assert row.split()[1:] == numbers.split()
    assert "gone.md" not in out
    misses = (tmp_path / "misses").read_text()
    assert "a.md:7: READ OTHERWISE; label 3 in doubt: it is said to be right" in misses
    assert "read:     d(b.T @ x)/dx = b" in misses
    assert "a.md:3" not in misses


def test_a_line_that_is_no_label_is_refused_with_its_number(tmp_path):
    good = {"file": "a.md", "line": 1, "formula": "f", "truth": "right"}
    for bad in ({**good, "truth": "perhaps"}, {"file": "a.md"}, [], "{"):
        lines = [json.dumps(good), bad if bad == "{" else json.dumps(bad)]
        (tmp_path / "labels.jsonl").write_text("\n".join(lines))
        with pytest.raises(BadLabel, match=r"labels\.jsonl:2: "):
            load(tmp_path)


def test_a_chain_is_meant_as_a_whole():
    parts = ["d(x.T @ x)/dx = x + x", "x + x = 2 * x"]
    whole = label(parts, X, parts=parts)
    assert whole.options == (tuple(parts),)
    assert label({"parts": parts}, X).options == whole.options
    (first, *_), _ = meanings(whole)
    assert len(first.stated.sides) == 2
