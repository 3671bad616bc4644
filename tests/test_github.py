"""Annotations and the step summary of GitHub Actions."""

import html
import re
from html.parser import HTMLParser

import pytest
from made import failure, problem, report, result

from verifier.output.github import MAX_SUMMARY, command, github, summary
from verifier.reading.problem import Place

EVIL = "a%0A\r\n::error file=x::y\x00\x1b[31m\u202e,:%25 </pre><script>@octocat #1 *b*"


def commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """Read commands as the runner does: one a line, values unescaped at the end."""
    found = []
    for line in text.splitlines():
        name, _, rest = line.removeprefix("::").partition(" ")
        given, _, message = rest.partition("::")
        pairs = (pair.split("=", 1) for pair in given.split(","))
        values = {key: plain(value, ":,") for key, value in pairs}
        found.append((name, values, plain(message)))
    return found


def plain(value: str, more: str = "") -> str:
    for character in [*"\r\n", *more, "%"]:
        value = value.replace(f"%{ord(character):02X}", character)
    return value


def test_a_failure_is_an_error_on_its_own_line():
    found, _ = commands(github(report(failure())))
    assert found == (
        "error",
        {
            "file": "identities/quadratic.yaml",
            "line": "7",
            "col": "14",
            "title": "quadratic-form, numerator layout: fails",
        },
        "x.T @ (A + A) identities/quadratic.yaml:7:14\n"
        "claimed of d(x.T @ A @ x)/dx\n"
        "it holds when A is symmetric; for every A write `x.T @ (A + A.T)`\n"
        "smallest case: n = 2, A = [[0, 1], [0, 0]], x = [1, 0]: "
        "autodiff [0, 1], claim [0, 2]\n"
        "evidence: floating point; 60 draws; 0.3 digits agree at most; R = 4.5e+14\n"
        "replay: nabla verify identities/quadratic.yaml::quadratic-form "
        "--seed 7 --draws 64",
    )


def test_a_problem_is_an_error_with_its_hint():
    (kind, given, said), _ = commands(github(report(problem())))
    assert (kind, given["line"], given["title"]) == (
        "error",
        "9",
        "quadratic-form, numerator: malformed",
    )
    assert said.splitlines() == [
        "`@` needs matching inner sizes",
        "left is 1 x n, right is 1 x n: n against 1",
        "hint: the left side is already a row; drop `@ x.T`",
    ]


def test_undecided_is_a_warning_and_success_only_a_notice():
    found = commands(github(report(result(), result("inconclusive"))))
    assert [kind for kind, *_ in found] == ["warning", "notice"]
    assert found[-1][2].startswith(
        "2 claims of 1 identity in 1 file: 1 holds, 1 is inconclusive\nseed 7, 64 draws"
    )


def test_the_ten_worst_are_annotated_and_the_others_counted():
    many = [result("inconclusive", id=f"open-{i}") for i in range(8)]
    many += [failure(id=f"wrong-{i}") for i in range(5)]
    found = commands(github(report(*many, problem())))
    assert [kind for kind, *_ in found] == ["error"] * 6 + ["warning"] * 4 + ["notice"]
    assert found[-1][2].startswith("the 10 worst are annotated, 4 others not\n")


def test_files_are_named_from_the_top_of_the_repository(tmp_path, monkeypatch):
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    for file, said in (
        ("a.yaml", "sub/a.yaml"),
        ("../b.yaml", "b.yaml"),
        (str(tmp_path / "c.yaml"), "c.yaml"),
        ("/elsewhere/d.yaml", "/elsewhere/d.yaml"),
    ):
        found = commands(github(report(failure(file=file)), str(tmp_path)))
        assert found[0][1]["file"] == said
    assert commands(github(report(failure(file="a.yaml"))))[0][1]["file"] == "a.yaml"


def test_a_place_that_is_not_known_is_left_out():
    line = command("error", "x", Place("a.yaml", 0, 0))
    assert line == "::error file=a.yaml::x"


def test_nothing_of_a_stranger_ends_a_command_or_begins_one():
    evil = failure(
        id=EVIL,
        text=EVIL,
        file=EVIL,
        why=EVIL,
        diagnosis={"kind": EVIL, "text": EVIL, "suggestion": EVIL},
        evidence={"note": EVIL},
    )
    text = github(report(evil, problem(id=EVIL, text=EVIL, hint=EVIL, field=EVIL)))
    assert len(text.splitlines()) == 3
    assert text.replace("\n", "").isprintable()
    found = commands(text)
    assert [kind for kind, *_ in found] == ["error", "error", "notice"]
    assert [set(given) for _, given, _ in found] == [
        {"file", "line", "col", "title"},
        {"file", "line", "col", "title"},
        {"title"},
    ]
    assert "a%0A\\r\\n::error file=x::y\\x00" in found[1][1]["title"]


class Words(HTMLParser):
    """Reads the HTML of a summary: its tags, and the texts of its blocks."""

    def __init__(self, markdown: str):
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(markdown)

    def handle_starttag(self, tag, attrs):
        assert attrs == []
        self.tags.append(tag)

    def handle_data(self, data):
        self.text += data


def test_the_summary_shows_counts_and_each_failure_in_full():
    text = summary(report(result(), failure(), problem()))
    assert text.startswith("### nabla verify: 1 holds, 1 fails\n")
    assert (
        "| holds | fails | problems |\n| ---: | ---: | ---: |\n| 1 | 1 | 1 |\n" in text
    )
    words = Words(text)
    assert set(words.tags) == {"code", "pre"}
    assert "smallest case: n = 2, A = [[0, 1], [0, 0]]" in words.text
    assert "hint: the left side is already a row; drop `@ x.T`" in words.text
    assert "seed 7, 64 draws, cpu, float64" in words.text


def test_an_interrupted_run_says_so_in_the_summary():
    assert "**Interrupted:**" in summary(report(result(), interrupted=True))


def test_nothing_of_a_stranger_is_markup_in_the_summary():
    evil = failure(id=EVIL, text=EVIL, file=EVIL, why=EVIL, evidence={"note": EVIL})
    text = summary(report(evil, problem(id=EVIL, text=EVIL), device=EVIL))
    assert set(Words(text).tags) == {"code", "pre"}
    outside = re.sub(r"<pre>.*?</pre>|<code>.*?</code>", "", text, flags=re.DOTALL)
    assert re.findall(r"[@*_`<>\[]", outside) == []
    for inside in re.findall(r"<code>(.*?)</code>", text):
        assert re.fullmatch(r"(?:[^\W_]|[\s,;-]|&#\d+;)*", inside)
        assert "@octocat #1 *b*" in html.unescape(inside)


def test_the_summary_stays_within_its_room_and_counts_what_is_left_out():
    many = [failure(id=f"wrong-{i}", subject="é" * 3000) for i in range(400)]
    text = summary(report(*many))
    assert MAX_SUMMARY - 10_000 < len(text.encode()) <= MAX_SUMMARY
    kept = text.count("<pre>")
    assert text.count("</pre>") == kept
    assert f"{400 - kept} entries are left out here: there is no room for more." in text
    assert "seed 7, 64 draws" in Words(text).text


@pytest.mark.parametrize("room", [-5, 0, 100, 500, 1000, 2000])
def test_a_summary_that_is_nearly_full_takes_what_fits(room):
    text = summary(report(*[failure(id=f"wrong-{i}") for i in range(9)]), room)
    assert len(text.encode()) <= max(0, room)
    assert text.count("<pre>") == text.count("</pre>")
