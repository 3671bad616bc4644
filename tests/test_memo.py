"""Answers kept between runs: right while nothing changed, else computed anew."""

from __future__ import annotations

import pytest

from verifier.running.memo import remembered


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.setenv("NABLA_CACHE_DIR", str(tmp_path / "cache"))
    path = tmp_path / "a.yaml"
    path.write_text("- id: a\n")
    return path


def test_an_answer_is_computed_once_for_the_same_files(file):
    calls = []
    for _ in range(3):
        assert remembered("x", [file], lambda: calls.append(1) or [7, "é"]) == [7, "é"]
    assert calls == [1]


def test_another_content_or_another_question_is_computed_again(file):
    assert remembered("x", [file], lambda: 1) == 1
    assert remembered("y", [file], lambda: 2) == 2
    file.write_text("- id: b\n")
    assert remembered("x", [file], lambda: 3) == 3


def test_none_is_not_kept(file):
    assert remembered("x", [file], lambda: None) is None
    assert remembered("x", [file], lambda: 4) == 4


def test_a_torn_answer_is_computed_again(file, tmp_path):
    assert remembered("x", [file], lambda: 5) == 5
    (kept,) = (tmp_path / "cache" / "answers").glob("*.json")
    kept.write_text('{"to')
    assert remembered("x", [file], lambda: 6) == 6


def test_without_a_cache_folder_everything_is_computed(file, monkeypatch):
    monkeypatch.setenv("NABLA_CACHE_DIR", "/dev/null/none")
    assert remembered("x", [file], lambda: 1) == 1
    assert remembered("x", [file], lambda: 2) == 2


def test_old_answers_go(file, tmp_path):
    for k in range(20):
        file.write_text(str(k))
        remembered("x", [file], lambda k=k: k)
    assert len(list((tmp_path / "cache" / "answers").glob("*.json"))) == 16
