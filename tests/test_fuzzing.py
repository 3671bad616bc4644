"""The targets of `benchmarks/fuzz.py`, fed by Hypothesis for a few seconds.

`hypothesis fuzz tests/test_fuzzing.py` (hypofuzz) goes on with them for as long as it
is let; Atheris, guided by coverage too, is fed by `python benchmarks/fuzz.py`.
"""

from __future__ import annotations

import pytest
from fuzzing import findings
from fuzzing.findings import Tried
from fuzzing.seeds import seeds, words
from fuzzing.targets import TARGETS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

EXAMPLES = {
    "yaml": 30,
    "expression": 60,
    "statement": 20,
    "latex": 20,
    "lines": 6,
    "records": 2,
}
"""Inputs of each target, which take some seconds altogether."""


@st.composite
def inputs(draw: st.DrawFn, target: str) -> bytes:
    """Return a seed, some of whose pieces are others, or words in a row."""
    known = [word.encode() for word in words(target)]
    data = draw(st.sampled_from([b"", *SEEDS[target]]))
    for _ in range(draw(st.integers(0 if data else 1, 4))):
        start = draw(st.integers(0, len(data)))
        gone = draw(st.sampled_from([0, 0, 1, 2, 8, 40]))
        new = draw(st.sampled_from(known) | st.binary(max_size=4))
        data = data[:start] + new + data[start + gone :]
    return data


SEEDS = {name: seeds(name)[:60] for name in TARGETS}


def fed(name: str):
    """Return a test of one target, as hypofuzz looks for it: a function of its own."""

    @settings(
        max_examples=EXAMPLES[name],
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(inputs(name))
    def test(data: bytes) -> None:
        TARGETS[name](data)

    return test


test_any_yaml = fed("yaml")
test_any_expression = fed("expression")
test_any_statement = fed("statement")
test_any_document = fed("latex")
test_any_line = fed("lines")
test_any_record = fed("records")


# --- the fuzzer itself ------------------------------------------------------------


def test_what_a_target_raises_is_kept_once_for_each_place(tmp_path, monkeypatch):
    def odd(data: bytes) -> None:
        assert data != b"a", "a promise"
        assert data != b"b"

    tried = Tried(odd, tmp_path)
    for data in (b"a", b"a", b"b", b"c"):
        tried(data)
    assert (tried.inputs, len(tried.seen)) == (4, 2)
    kept = sorted(tmp_path.glob("AssertionError-at-test_fuzzing.py-*[0-9]"))
    assert [file.read_bytes() for file in kept] == [b"a", b"b"]
    assert "a promise" in kept[0].with_name(kept[0].name + ".txt").read_text()


def test_what_takes_long_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(findings, "SLOW", -1.0)
    tried = Tried(lambda data: None, tmp_path)
    tried(b"slow")
    assert len(tried.seen) == 1


@pytest.mark.parametrize("name", TARGETS)
def test_every_target_has_seeds_and_words(name):
    assert len(SEEDS[name]) == 60
    assert len(words(name)) > 50
