"""Every word of a result is explained, by an example that really gets it."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest
from made import failure, problem, report, result

import verifier
from verifier.commands import cli
from verifier.engine.settings import Settings
from verifier.judging.proof import GRADES
from verifier.language.declaration import KINDS
from verifier.language.primitives import PRIMITIVES
from verifier.output import text
from verifier.output.explanation import problems_of
from verifier.output.reference import TOPICS, called
from verifier.output.text import Paint
from verifier.reading.problem import MISTAKES
from verifier.reading.record import records_of
from verifier.reading.source import Source
from verifier.results.explanations import GROUPS, explained, explanations
from verifier.results.model import DIAGNOSES, VERDICTS
from verifier.running import session
from verifier.running.catalogue import Selection

PROBLEMS = [one for one in explanations() if one.group == "problems"]
WITHOUT_EXAMPLE = ["crashed", "file"]  # no record does that
COMPUTED = [
    one
    for one in explanations()
    if one.group != "problems" and one.kind not in (*WITHOUT_EXAMPLE, "malformed")
]


@pytest.mark.parametrize(
    ("group", "kinds"),
    [
        ("verdicts", VERDICTS),
        ("grades", GRADES),
        ("diagnoses", DIAGNOSES),
        ("problems", MISTAKES),
    ],
)
def test_every_kind_of_a_closed_set_is_explained_in_its_order(group, kinds):
    said = [one.kind for one in explanations() if one.group == group]
    assert said == list(kinds)


@pytest.mark.parametrize(
    "one", explanations(), ids=lambda one: f"{one.group}-{one.kind}"
)
def test_an_explanation_is_plain_english_and_has_an_example(one):
    for said in (one.means, one.do):
        assert said.isascii()
        assert not said or said[-1] in ".`"
    assert len(one.means) > 40
    assert (one.example == "") == (one.kind in WITHOUT_EXAMPLE)
    # What is a mistake shows how it is mended.
    assert one.right or one.kind in (*WITHOUT_EXAMPLE, "float")


@pytest.mark.parametrize(
    "one", [one for one in PROBLEMS if one.example], ids=lambda one: one.kind
)
def test_the_example_of_a_problem_has_that_problem_and_its_twin_has_none(one):
    assert {problem.kind for problem in problems_of(one.wrong)} == {one.kind}
    assert problems_of(one.right) == []


def test_what_is_not_there_is_a_problem_of_the_kind_file(tmp_path):
    _, problems = session.load(tmp_path)
    assert [problem.kind for problem in problems] == ["file"]


@pytest.fixture(scope="module")
def results():
    """Return the results of all examples, by group, kind and `wrong` or `right`."""
    records, names = [], {}
    for one in COMPUTED:
        for side in ("wrong", "right"):
            found, problems = records_of(Source("a.yaml", getattr(one, side) or "[]"))
            for record in found if getattr(one, side) else ():
                assert problems == []
                name = f"example-{len(names)}"
                names[name] = one.group, one.kind, side
                records.append(replace(record, id=name))
    made = session.run(Selection(tuple(records), (), 1), Settings(0, 128), jobs=2)
    assert made.problems == []
    assert len({result.id for result in made.results}) == len(names)
    by_name = {}
    for found in made.results:
        by_name.setdefault(names[found.id], []).append(found)
    return by_name


@pytest.mark.parametrize("one", COMPUTED, ids=lambda one: f"{one.group}-{one.kind}")
def test_the_example_gets_the_word_and_the_mended_one_holds(results, one):
    side = "wrong" if one.wrong else "right"
    assert results[one.group, one.kind, side]
    for found in results[one.group, one.kind, side]:
        said = {
            "verdicts": found.verdict,
            "grades": found.evidence.get("grade"),
            "diagnoses": (found.diagnosis or {}).get("kind"),
        }
        assert said[one.group] == one.kind
    for found in results.get((one.group, one.kind, "right"), ()):
        assert found.verdict == "holds"


def test_the_example_of_a_malformed_record_is_one():
    (one,) = explained("malformed")
    assert problems_of(one.wrong)
    assert problems_of(one.right) == []


@pytest.mark.parametrize(
    "name",
    [
        "characters",
        "dimension",
        "declaration",
        "arguments",
        "calculus",
        "shapes",
        "names",
        "movement",
        "checker",
    ],
)
def test_a_fault_that_is_none_of_syntax_says_its_kind(name):
    # A Fault is one of syntax unless it says otherwise: fit for the parsers only.
    path = Path(verifier.__file__).parent / "language" / f"{name}.py"
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Fault":
            said = [keyword.arg for keyword in node.keywords]
            assert "kind" in said, f"{path.name}:{node.lineno}"


def test_a_run_ends_with_the_commands_that_say_more():
    found = report(failure(), result("inconclusive", id="b"), problem(kind="type"))
    said = text.report_text(found)
    names = "nabla explain type, nabla explain needs-symmetric, "
    assert f"\n\nto learn more: {names}nabla explain inconclusive\n\n" in said
    assert "explain" not in text.report_text(report(result()))


def test_explain_alone_lists_every_kind_once_with_its_gist(capsys):
    assert cli.main(["explain"]) == 0
    lines = capsys.readouterr().out.splitlines()
    said = [line.split()[0] for line in lines if line[:2] == "  " and line[2] != " "]
    assert said == [*(one.kind for one in explanations()), *TOPICS]
    titles = [line for line in lines if line and line[0] != " "]
    assert titles == [*GROUPS, "the language"]
    assert max(map(len, lines)) <= text.WIDTH


def test_explain_shows_the_message_of_the_example(capsys):
    assert cli.main(["explain", "unknown-key"]) == 0
    assert capsys.readouterr().out == (
        "unknown-key: a problem of a record\n"
        "\n"
        "  A record has a key that the format does not know, most often a slip of the "
        "pen.\n"
        "\n"
        "this record has it\n"
        "\n"
        "    - id: squared-length\n"
        "      where: {x: vector(n)}\n"
        "      functoin: x.T @ x\n"
        "      wrt: x\n"
        "      denominator: 2 * x\n"
        "\n"
        "nabla says\n"
        "\n"
        "    example.yaml:3:3: squared-length: unknown key 'functoin'\n"
        "        functoin: x.T @ x\n"
        "        ^\n"
        "      hint: did you mean 'function'?\n"
        "\n"
        "and this one does not\n"
        "\n"
        "    - id: squared-length\n"
        "      where: {x: vector(n)}\n"
        "      function: x.T @ x\n"
        "      wrt: x\n"
        "      denominator: 2 * x\n"
        "\n"
        "what to do\n"
        "\n"
        "  Write the key that the hint names. What people should know goes into "
        "`notes`. An\n"
        "  editor that reads the schema (`nabla schema`) completes keys.\n"
    )


def test_a_word_with_two_meanings_is_explained_twice(capsys):
    assert cli.main(["explain", "shape"]) == 0
    out = capsys.readouterr().out
    assert "shape: a grade of evidence" in out
    assert "shape: what is wrong with a claim that fails" in out


def test_the_example_alone_is_a_file_of_records(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["explain", "factor", "--example"]) == 0
    Path("example.yaml").write_text(capsys.readouterr().out)
    assert cli.main(["lint", "example.yaml"]) == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["crash"], "nothing is known about `crash`\n  hint: did you mean `crashed`?"),
        (["zebra"], "`zebra`\n  hint: `nabla explain` lists every kind"),
        (["--example"], "an example of what?\n  hint: `nabla explain` lists"),
        (["crashed", "--example"], "no record gets `crashed` by itself"),
    ],
)
def test_what_cannot_be_explained_is_said(capsys, words, said):
    assert cli.main(["explain", *words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err


def test_explanations_are_painted_on_a_terminal_only():
    from verifier.output.explanation import explanation_text

    (one,) = explained("factor")
    assert "\x1b[" not in explanation_text(one, Paint())
    assert "\x1b[1mfactor\x1b[0m: " in explanation_text(one, Paint(True))


@pytest.mark.parametrize("topic", TOPICS)
def test_the_language_is_listed_in_the_width_of_a_terminal(topic, capsys):
    assert cli.main(["explain", topic]) == 0
    said = capsys.readouterr().out
    assert all(len(line) <= text.WIDTH for line in said.splitlines())
    known = KINDS.values() if topic == "types" else PRIMITIVES.values()
    names = {row.example for row in KINDS.values()}
    if topic == "functions":
        names = {row.symbol or called(row) for row in PRIMITIVES.values()}
        names |= {"D(f)(x)", "hessian(f)(x)", "taylor(f, a, n)(x)"}
    assert len(names) >= len(known)
    for name in names:
        assert f"\n  {name} " in said
    assert cli.main(["explain"]) == 0
    assert f"\n  {topic} " in capsys.readouterr().out
    assert cli.main(["explain", topic, "--example"]) == 2


def test_a_function_that_is_not_there_leads_to_the_list():
    (wrong,) = problems_of(
        "- {id: a, where: {x: vector(n)}, value: frobnicate(x), both: x}\n"
    )
    assert wrong.hint.endswith("`nabla explain functions` lists all there are")
