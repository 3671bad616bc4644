"""What the terminal shows, asserted as text."""

import io

import pytest
from made import RUN, failure, problem, report, result

from verifier.commands import cli
from verifier.output import text
from verifier.output.text import Paint, Progress
from verifier.results import phrases

SUMMARY = "seed 7, 64 draws, cpu, float64; nabla-verifier 0.1.0, jax 0.10.2, "
SUMMARY += "python 3.11.7; 1.2 s"


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_success_is_a_line_a_file_and_a_summary():
    other = result(id="trace", file="identities/a.yaml")
    wrong = result("fails", expected="fails", file="identities/a.yaml")
    assert text.report_text(report(result(), other, wrong)) == (
        "identities/a.yaml          1 holds, 1 fails as expected\n"
        "identities/quadratic.yaml  1 holds\n"
        "\n"
        "3 claims of 3 identities in 2 files: 2 hold, 1 fails as expected\n"
        f"{SUMMARY}\n"
    )


def test_failure_says_what_would_make_it_true_and_how_to_repeat_it():
    assert text.result_text(failure(), RUN) == (
        "quadratic-form, numerator layout: fails\n"
        "  x.T @ (A + A)          identities/quadratic.yaml:7:14\n"
        "  claimed of d(x.T @ A @ x)/dx\n"
        "  it holds when A is symmetric; for every A write `x.T @ (A + A.T)`\n"
        "  smallest case: n = 2, A = [[0, 1], [0, 0]], x = [1, 0]: "
        "autodiff [0, 1], claim [0, 2]\n"
        "  evidence: floating point; 60 draws; 0.3 digits agree at most; R = 4.5e+14\n"
        "  replay: nabla verify identities/quadratic.yaml::quadratic-form "
        "--seed 7 --draws 64"
    )


def test_problem_points_at_the_character():
    assert text.problem_text(problem()) == (
        "identities/quadratic.yaml:9:14: quadratic-form, numerator: "
        "`@` needs matching inner sizes\n"
        "    numerator: x.T @ (A + A.T) @ x.T\n"
        "                               ^\n"
        "  left is 1 x n, right is 1 x n: n against 1\n"
        "  hint: the left side is already a row; drop `@ x.T`"
    )


def test_a_problem_without_excerpt_or_hint_is_one_line():
    bare = problem(excerpt="", caret=0, hint="", detail=(), id="", field="")
    place = "identities/quadratic.yaml:9:14"
    assert text.problem_text(bare) == f"{place}: `@` needs matching inner sizes"


@pytest.mark.parametrize(
    ("line", "caret", "marked"),
    [
        ("    both: x + y", 13, "+"),
        ("\tboth: x + y", 10, "+"),
        ("both: \x1b[31m + y", 13, "+"),
        ("title: 行列の微分 + y", 14, "+"),
        ("x" * 300 + "+" + "y" * 300, 301, "+"),
    ],
)
def test_caret_stands_under_its_character(line, caret, marked):
    shown, mark = text.excerpt(line, caret)
    column = 0
    for character in shown:
        if column == mark - 1:
            assert character == marked
            break
        column += text.width_of(character)
    else:
        pytest.fail("the caret stands beyond the line")
    assert text.width_of(shown) <= 90


def test_caret_may_stand_behind_the_last_character():
    assert text.excerpt("both: x +", 10) == ("both: x +", 10)


def test_no_text_of_a_record_can_move_the_cursor():
    evil = "a\x1b[2J\rb\x07\u202ec\x9b31m\ud800"
    found = failure(
        id=evil,
        text=evil,
        subject=evil,
        file=evil,
        why=evil,
        expected="holds",
        diagnosis={"kind": "other", "text": evil, "suggestion": evil},
        counterexample={"values": {evil: [[1]]}, "sizes": {evil: 2}, "note": evil},
        evidence={"note": evil, "left_out": {evil: 2}, "grade": evil},
    )
    wrong = problem(text=evil, hint=evil, excerpt=evil, detail=(evil,), id=evil)
    printed = text.report_text(report(found, wrong, command=evil))
    assert printed.replace("\n", "").isprintable()
    assert "a\\x1b[2J" in printed
    assert "\\u202e" in printed


def test_exact_sides_are_shown_where_they_are_fractions():
    thirds = {"left": "[[1/3, 0]]", "claim": "[[2/3, 0]]"}
    whole = {"left": "[[1, 0]]", "claim": "[[2, 0]]"}
    case = {"sizes": {}, "values": {}, "autodiff": [[1 / 3, 0]], "claim": [[2 / 3, 0]]}
    _, said = phrases.case_of(failure(counterexample=case | {"exact": thirds}))
    assert said.endswith(", exactly [[1/3, 0]] and [[2/3, 0]]")
    _, said = phrases.case_of(failure(counterexample=case | {"exact": whole}))
    assert "exactly" not in said


def test_long_cases_are_a_line_for_each_value():
    values = {"A": [[0.5, 1.25, 3.0]] * 3, "x": [[0.015625]] * 3}
    case = {"sizes": {"n": 3}, "values": values, "autodiff": 1.5, "claim": [[2.0]]}
    assert text.case_lines(failure(counterexample=case)) == [
        "smallest case:",
        "  n = 3",
        "  A = [[0.5, 1.25, 3], [0.5, 1.25, 3], [0.5, 1.25, 3]]",
        "  x = [0.015625, 0.015625, 0.015625]",
        "  autodiff 1.5, claim 2",
    ]


def test_sides_that_differ_late_are_shown_with_all_digits():
    assert phrases.pair([[0.5]], [[0.5000000001]]) == ("0.5", "0.5000000001")
    assert phrases.pair([[1 / 3]], [[2 / 3]]) == ("0.333333", "0.666667")


def test_large_matrices_are_named_by_their_size():
    assert phrases.matrix([[1.0] * 9] * 9) == "(9 x 9)"
    assert phrases.matrix([["nan", "inf"]]) == "[nan, inf]"
    assert phrases.matrix([]) == "[]"


def test_suggestion_is_named_once():
    said = {"kind": "sign", "text": "it holds with the other sign", "suggestion": "-x"}
    assert phrases.diagnosis_of(failure(diagnosis=said)) == (
        "it holds with the other sign; write `-x`"
    )


def test_other_surprises_say_what_they_are():
    crashed = result(
        "crashed",
        evidence={"note": "worker died with signal SIGSEGV", "detail": "a\nb"},
    )
    assert "last words: b\n" in text.result_text(crashed, RUN)
    assert (
        "quadratic-form, numerator layout: crashed: a fault of nabla-verifier, "
        "not of the record\n"
    ) in text.result_text(crashed, RUN)
    assert "reason: worker died with signal SIGSEGV" in text.result_text(crashed, RUN)
    held = result("holds", expected="fails", why="a factor is missing")
    assert "holds, but was expected to fail\n" in text.result_text(held, RUN)
    assert "said to be wrong because: a factor is missing\n" in (
        text.result_text(held, RUN)
    )
    few = result("inconclusive", evidence={"draws": 3, "left_out": {"kink": 61}})
    assert "evidence: 3 draws; 61 draws left out (61 kink)" in (
        text.result_text(few, RUN)
    )


def test_what_is_no_layout_is_named():
    found = failure(claim="hessian", layout="")
    assert phrases.name_of(found) == "quadratic-form, hessian"
    found = failure(claim="shape", layout="denominator")
    assert phrases.name_of(found) == "quadratic-form, shape, denominator layout"


def test_replay_repeats_what_is_not_the_default():
    run = {**RUN, "dtype": "float32", "device": "gpu"}
    assert phrases.replay(failure(file="my file.yaml"), run) == (
        "nabla verify 'my file.yaml::quadratic-form' --seed 7 --draws 64 "
        "--dtype float32 --device gpu"
    )


def test_nothing_checked_and_interruption_are_said():
    assert text.summary(report()).startswith("nothing was checked\n")
    told = text.summary(report(result(), problem(), interrupted=True))
    assert told.startswith(
        "interrupted; 1 claim of 1 identity in 1 file: 1 holds; 1 problem\n"
    )


@pytest.mark.parametrize(
    ("environment", "stream", "on"),
    [
        ({}, Terminal, True),
        ({}, io.StringIO, False),
        ({"TERM": "dumb"}, Terminal, False),
        ({"NO_COLOR": "1"}, Terminal, False),
        ({"NO_COLOR": ""}, Terminal, True),
        ({"FORCE_COLOR": "1"}, io.StringIO, True),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, io.StringIO, True),
        ({"FORCE_COLOR": ""}, io.StringIO, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, Terminal, False),
    ],
    ids=str,
)
def test_colour_is_for_terminals_and_as_the_environment_says(
    monkeypatch, environment, stream, on
):
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"TERM": "xterm", **environment}.items():
        monkeypatch.setenv(name, value)
    assert Paint.of(stream()).on == on


COMMANDS = [
    ["verify", "a.yaml", "--device", "cpu", "--jobs", "1"],
    ["lint", "a.yaml"],
    ["list", "--search", "softmax"],
    ["show", "gradient-of-quadratic-form"],
    ["explain"],
    ["explain", "factor"],
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_paints_when_forced_and_never_when_forbidden(
    monkeypatch, capsys, tmp_path, words
):
    monkeypatch.setattr("verifier.running.desk.WORK", "session_work:verify_chunk")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text("- {id: a-fails, value: 1, both: 2}\n- id: b\n")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("FORCE_COLOR", "1")
    cli.main(words)
    assert "\x1b[1m" in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    cli.main(words)
    out, err = capsys.readouterr()
    assert out and "\x1b" not in out + err


def test_the_caret_of_a_problem_is_painted():
    assert "\x1b[31m^\x1b[0m" in text.problem_text(problem(), Paint(True))


def test_progress_shows_on_a_terminal_only_and_leaves_nothing_behind(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    pipe, terminal = io.StringIO(), Terminal()
    for stream in (pipe, terminal):
        with Progress(2, stream) as progress:
            progress.INTERVAL = 0
            progress.step("one\x1b[2J")
            progress.step("two")
    assert pipe.getvalue() == ""
    shown = terminal.getvalue()
    assert "1 of 2  one\\x1b[2J" in shown
    assert "2 of 2  two" in shown
    assert shown.endswith("\r\x1b[K")


def test_message_names_what_was_meant():
    assert text.message("no file `a`", "did you mean `b`?") == (
        "nabla: no file `a`\n  hint: did you mean `b`?"
    )
    assert phrases.did_you_mean("quadratic-fom", ["quadratic-form", "trace"]) == (
        "did you mean `quadratic-form`?"
    )
    assert phrases.did_you_mean("zzz", ["gradient-of-quadratic-form"]) == ""


def test_a_worst_draw_without_digits_is_no_claim_that_nothing_agrees():
    worn = result(evidence={"grade": "exact", "digits": 0.0, "draws": 60, "R": 1.5})
    said = "rounding leaves no digits at the worst draw"
    assert phrases.evidence_of(worn) == f"exact arithmetic; 60 draws; {said}; R = 1.5"
    assert phrases.figures_of(worn) == "no digits at the worst draw, R = 1.5"
    assert phrases.evidence_of(failure()).count("digits agree at most") == 1


def test_a_left_side_is_found_by_autodiff_only_where_something_is_differentiated():
    for kind, name in (("function", "autodiff"), ("value", "left side")):
        found = failure(statement={"kind": kind, "body": "x", "wrt": ["x"]})
        assert phrases.case_of(found)[1] == f"{name} [0, 1], claim [0, 2]"
