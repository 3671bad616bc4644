"""Which records are meant by what people type."""

from pathlib import Path

import pytest

from verifier.running import catalogue
from verifier.running.catalogue import Target, Unknown, outermost, resolve, select

RECORD = "- id: {0}\n  where: {{x: scalar}}\n  function: x\n  wrt: x\n  both: {1}\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sub").mkdir()
    write(Path("a.yaml"), "one", "two")
    write(Path("sub/b.yaml"), "three", "four")
    return tmp_path


def write(path, *ids):
    path.write_text("".join(RECORD.format(id, 1) for id in ids))


def ids(*texts):
    return [record.id for record in select(texts).records]


def test_paths_ids_and_both_together(folder):
    assert ids("a.yaml") == ["one", "two"]
    assert ids("a.yaml::two") == ["two"]
    assert ids("sub") == ["three", "four"]
    assert ids("sub::four") == ["four"]
    assert ids(".") == ["one", "two", "three", "four"]
    assert ids("sub/b.yaml::three", "a.yaml::one") == ["three", "one"]


def test_no_file_is_read_twice(folder):
    assert ids("a.yaml", "./a.yaml", str(folder / "a.yaml"), ".") == ids(".")
    assert ids("sub", "sub/b.yaml::three") == ["three", "four"]
    assert outermost([Path("sub/b.yaml"), Path("sub"), Path()]) == [Path()]


def test_a_bare_id_is_one_of_the_built_in_catalogue(folder, monkeypatch):
    monkeypatch.setattr(catalogue, "builtin", lambda: Path("sub"))
    assert ids("three") == ["three"]
    assert ids() == ["three", "four"]
    assert resolve("sub") == Target(Path("sub"))  # a path that exists comes first


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("a.yml", "no file or folder `a.yml`", "did you mean `a.yaml`?"),
        ("sub/c.yaml", "no file or folder `sub/c.yaml`", "did you mean `sub/b.yaml`?"),
        ("b/c.yaml", "no file or folder `b/c.yaml`", "there is no folder `b` either"),
        ("x.yaml::one", "no file or folder `x.yaml`", "did you mean `a.yaml`?"),
        ("a.yaml::tow", "no record `tow` in `a.yaml`", "did you mean `two`?"),
        (
            "a.yaml::zzz",
            "no record `zzz` in `a.yaml`",
            "`nabla list a.yaml` shows every id",
        ),
        (
            "a-b",
            "no record `a-b` in the built-in catalogue",
            "`nabla list --search 'a b'` looks for it",
        ),
        ("a.yaml::", "no id after `::` in `a.yaml::`", "write `PATH::id`"),
        ("thre", "no record `thre` in the built-in catalogue", "did you mean `three`?"),
        ("Not An Id", "no file or folder `Not An Id`", ""),
    ],
)
def test_what_is_not_there_is_named_with_a_near_miss(
    folder, monkeypatch, text, said, hint
):
    monkeypatch.setattr(catalogue, "builtin", lambda: Path("sub"))
    with pytest.raises(Unknown) as caught:
        select([text])
    assert (caught.value.text, caught.value.hint) == (said, hint)


def test_only_problems_of_what_is_meant_are_told(folder):
    path = Path("a.yaml")
    path.write_text(path.read_text() + RECORD.format("three", 1) + "  colour: red\n")
    assert [problem.id for problem in select(["a.yaml"]).problems] == ["three"]
    assert select(["a.yaml::one"]).problems == ()
    selection = select(["a.yaml::three"])
    assert selection.records == ()
    assert [problem.id for problem in selection.problems] == ["three"]


def test_a_file_that_cannot_be_read_says_so_whatever_record_of_it_is_meant(folder):
    Path("a.yaml").write_text("- id: one\n   function: x\n")
    for text in ("a.yaml", "a.yaml::one"):
        assert [problem.kind for problem in select([text]).problems] == ["yaml"]
    with pytest.raises(Unknown):
        select(["a.yaml", "sub::one"])


def test_a_name_that_does_not_print_is_a_problem_of_the_file(folder):
    Path("d\x07").mkdir()
    Path("a.yaml").rename("d\x07/a.yaml")
    for text in ("d\x07", "d\x07/a.yaml", "d\x07/a.yaml::one"):
        (problem,) = select([text]).problems
        assert str(problem.place) == "d<U+0007>/a.yaml:1:1"
        assert problem.text == "the name of this file holds the character U+0007"
        assert problem.hint == "rename it"


def test_the_built_in_folder_is_there_and_shown_from_where_people_are(
    tmp_path, monkeypatch
):
    found = catalogue.builtin().resolve()
    assert found.name == "identities"
    assert any(found.rglob("*.yaml"))
    monkeypatch.chdir(found.parent)
    assert catalogue.builtin() == Path("identities")
    monkeypatch.chdir(tmp_path)
    assert catalogue.builtin() == found


def test_a_wheel_carries_the_catalogue_inside(tmp_path, monkeypatch):
    package = tmp_path / "site-packages" / "verifier"
    (package / "identities").mkdir(parents=True)
    (package.parent / "identities").mkdir()  # somebody else's
    monkeypatch.setattr(
        catalogue, "__file__", str(package / "running" / "catalogue.py")
    )
    assert catalogue.builtin() == package / "identities"
