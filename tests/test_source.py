"""Files become text, or a problem that says where and why not."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.reading.problem import Problem
from verifier.reading.source import (
    MAX_BYTES,
    Source,
    code_point,
    decode,
    find,
    read,
    shown,
)


def refused(data: bytes) -> Problem:
    found = decode(data, "a.yaml")
    assert isinstance(found, Problem)
    return found


def accepted(data: bytes) -> Source:
    found = decode(data, "a.yaml")
    assert isinstance(found, Source)
    return found


def test_every_line_end_is_read_as_one_line_end():
    assert accepted(b"a\r\nb\rc\nd").lines == ("a", "b", "c", "d")


def test_byte_order_mark_at_the_start_is_dropped():
    assert accepted(b"\xef\xbb\xbf- id: a\n").text == "- id: a\n"


def test_byte_order_mark_elsewhere_is_named_with_its_place():
    problem = refused("- id: a\n  \ufefffunction: x\n".encode())
    assert str(problem.place) == "a.yaml:2:3"
    assert problem.text == (
        "the character U+FEFF ZERO WIDTH NO-BREAK SPACE cannot stand in a file"
    )


def test_byte_that_is_not_utf8_is_named_with_its_place_and_its_latin1_reading():
    problem = refused(b"- id: a\r\n  title: caf\xe9 au lait\r\n")
    assert str(problem.place) == "a.yaml:2:13"
    assert problem.text == "the byte `0xe9` is not UTF-8"
    assert problem.hint == "save the file as UTF-8 (in Latin-1 this byte is `é`)"
    assert problem.excerpt == "  title: café au lait"
    assert problem.caret == 13


def test_columns_count_characters_and_not_bytes():
    assert refused("é𝑥\x00".encode()).place.column == 3


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_other_encodings_never_pass(encoding):
    problem = refused("- id: a\n".encode(encoding))
    assert problem.place.line == 1


def test_utf16_is_named():
    assert refused("a".encode("utf-16")).text == "the file is UTF-16; UTF-8 is needed"


@pytest.mark.parametrize(
    "char", ["\0", "\x07", "\x1b", "\x7f", "\x85", "\u2028", "\u2029", "\uffff"]
)
def test_unseen_characters_are_refused_and_never_shown(char):
    problem = refused(f"- id: a\n  title: b{char}c\n".encode())
    assert str(problem.place) == "a.yaml:2:11"
    assert problem.text.startswith(f"the character U+{ord(char):04X}")
    assert char not in problem.text + problem.hint + problem.excerpt


def test_further_unseen_characters_are_counted():
    assert refused(b"\0\0\0").text == (
        "the character U+0000 cannot stand in a file (and 2 more)"
    )


def test_file_beyond_the_limit_is_not_read(tmp_path):
    big = tmp_path / "big.yaml"
    big.write_bytes(b"#" * (MAX_BYTES + 1))
    problem = read(big)
    assert isinstance(problem, Problem)
    assert (
        problem.text
        == f"the file has {MAX_BYTES + 1} bytes; the limit is 1048576 bytes"
    )
    assert str(problem.place) == f"{big}:1:1"
    big.write_bytes(b"#" * MAX_BYTES)
    assert isinstance(read(big), Source)


def test_missing_file_is_a_problem(tmp_path):
    problem = read(tmp_path / "none.yaml")
    assert isinstance(problem, Problem)
    assert problem.text == "the file cannot be read: no such file or directory"


def test_name_with_a_null_character_is_a_problem():
    files, problems = find(["a\0.yaml"])
    assert problems == []
    problem = read(files[0])
    assert isinstance(problem, Problem)
    assert problem.text == "the name of this file holds the character U+0000"
    assert "\0" not in problem.place.file


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
def test_pipe_is_refused_before_it_is_opened(tmp_path):
    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)
    problem = read(pipe)
    assert isinstance(problem, Problem)
    assert problem.text == "this is not a regular file"


def test_folders_are_searched_in_order_and_each_file_is_read_once(tmp_path):
    for name in ("b.yaml", "a.yml", "c.txt", ".d.yaml", "deep/e.yaml", ".git/f.yaml"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text("[]")
    files, problems = find([tmp_path, tmp_path / "b.yaml"])
    assert [os.path.relpath(file, tmp_path) for file in files] == [
        "a.yml",
        "b.yaml",
        os.path.join("deep", "e.yaml"),
    ]
    assert problems == []


def test_folder_without_record_files_is_a_problem(tmp_path):
    files, problems = find([tmp_path])
    assert files == []
    assert problems[0].text == "no file `*.yaml` or `*.yml` in this folder"


def test_links_out_of_a_folder_are_not_followed(tmp_path):
    (tmp_path / "out.yaml").write_text("[]")
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.yaml").write_text("[]")
    (folder / "b.yaml").symlink_to(folder / "a.yaml")
    (folder / "c.yaml").symlink_to(tmp_path / "out.yaml")
    (folder / "loop").symlink_to(folder)
    files, problems = find([folder])
    assert files == [str(folder / "a.yaml")]
    assert [problem.text for problem in problems] == [
        "this link leads out of the folder that was asked for"
    ]


def test_file_is_named_as_it_was_given(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_bytes(b"\0")
    assert find(["./a.yaml"])[0] == ["./a.yaml"]
    problem = read("./a.yaml")
    assert isinstance(problem, Problem)
    assert str(problem.place) == "./a.yaml:1:1"


def test_text_of_users_is_cut_and_made_visible():
    assert shown("a" * 50) == "a" * 37 + "..."
    assert shown("a\x1bb\ud800") == "a<U+001B>b<U+D800>"


def test_code_points_carry_their_names():
    assert code_point("Α") == "U+0391 GREEK CAPITAL LETTER ALPHA"  # noqa: RUF001
    assert code_point("\a") == "U+0007"


@given(st.binary(max_size=200))
def test_any_bytes_give_text_or_a_problem_inside_the_file(data):
    found = decode(data, "a")
    if isinstance(found, Problem):
        assert found.place.line <= 1 + data.count(b"\n") + data.count(b"\r")
        assert found.caret <= len(found.excerpt)
    else:
        assert "\r" not in found.text
