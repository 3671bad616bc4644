"""From a file to results, through a worker: what is wrong fails, each time alike."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from stated import text_of

from verifier import verify
from verifier.engine.settings import Settings
from verifier.running import catalogue, session

RECORDS: list[dict[str, Any]] = [
    {
        "id": "quadratic-form",
        "where": {"x": "vector(n)", "A": "matrix(n, n)"},
        "function": "x.T @ A @ x",
        "wrt": "x",
        "numerator": ["x.T @ (A + A.T)", "2 * x.T @ A"],
        "denominator": "(A + A.T) @ x",
        "hessian": "A + A.T",
    },
    {
        "id": "inverse",
        "where": {"A": "invertible(n)"},
        "function": "inv(A)",
        "wrt": "A",
        "differential": "-inv(A) @ dA @ inv(A)",
    },
    {
        "id": "chain-rule",
        "where": {
            "x": "vector(n)",
            "f": "vector(n) -> vector(p)",
            "g": "vector(p) -> vector(q)",
        },
        "let": {"y": "f(x)"},
        "function": "g(y)",
        "wrt": "x",
        "numerator": ["D(g)(y) @ D(f)(x)", "(D(g)(y) + 1) @ D(f)(x)"],
        "denominator": "D(f)(x) @ D(g)(y)",
    },
    {
        "id": "exact-sizes",
        "where": {"A": "matrix(n, n)", "k": "integer"},
        "function": "tr(matpow(A, k**2))",
        "wrt": "A",
        "numerator": "k**2 * matpow(A, k**2) @ inv(A)",
    },
    {
        "id": "kron-of-vectors",
        "where": {"a": "vector(m)", "b": "vector(n)"},
        "value": "kron(a, b)",
        "both": ["vec(b @ a.T)", "vec(a @ b.T)"],
    },
    {
        "id": "expansion",
        "where": {"x": "vector(n)", "h": "vector(n)", "f": "vector(n) -> vector(m)"},
        "expansion": "f(x + h)",
        "small": "h",
        "error": "o(h)",
        "numerator": ["f(x) + D(f)(x) @ h", "f(x) - D(f)(x) @ h"],
    },
    {
        "id": "entries",
        "where": {"S": "symmetric(n)"},
        "function": "tr(S @ S)",
        "wrt": "S",
        "entries": "independent",
        "both": "4 * S - 2 * diag(diagonal(S))",
    },
]
WRONG = {
    "2 * x.T @ A",
    "(D(g)(y) + 1) @ D(f)(x)",
    "vec(a @ b.T)",
    "f(x) - D(f)(x) @ h",
}
ANOTHER = {
    "id": "another",
    "where": {"n": "scalar", "B": "matrix(p, q)"},
    "function": "n * B",
    "wrt": "B",
    "numerator": "n * eye(p*q)",
}
FEW = {"draws": 24, "device": "cpu", "jobs": 1}


def written(folder, *records):
    path = folder / "records.yaml"
    path.write_text(text_of(*records), encoding="utf-8")
    return path


def told(report, *ids):
    """Return all that the results say, without the places that a file gives them."""
    found = report.to_json()["results"]
    for result in found:
        assert result.pop("line") > 0
        assert result.pop("column") > 0
        result.pop("file")
    return [result for result in found if not ids or result["id"] in ids]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("records")


@pytest.fixture(scope="module")
def report(folder):
    return verify(written(folder, *RECORDS), **FEW)


def test_right_claims_hold_and_wrong_ones_fail(report):
    assert report.problems == []
    assert {r.text for r in report.results} >= set(WRONG)
    for result in report.results:
        wanted = "fails" if result.text in WRONG else "holds"
        assert result.verdict == wanted, (result.id, result.text, result.evidence)
    assert report.exit_status == 1


def test_claims_come_in_their_order_with_their_layouts(report):
    assert [(r.id, r.claim, r.layout) for r in report.results][:5] == [
        ("quadratic-form", "numerator", "numerator"),
        ("quadratic-form", "numerator", "numerator"),
        ("quadratic-form", "denominator", "denominator"),
        ("quadratic-form", "hessian", ""),
        ("inverse", "differential", ""),
    ]


def test_evidence_has_every_promised_field(report):
    assert report.results
    for result in report.results:
        assert set(result.evidence) >= {
            "grade", "digits", "draws", "left_out", "sizes", "R", "rho", "vacuous",
            "note",
        }  # fmt: skip
        if result.verdict == "holds":
            assert result.evidence["draws"] >= 8
            assert result.evidence["grade"] in ("ball", "exact")
            assert len(result.evidence["sizes"]) >= 4


def test_failures_show_where(report):
    failures = [result for result in report.results if result.verdict == "fails"]
    assert failures
    for result in failures:
        assert result.counterexample is not None
        assert result.counterexample["sizes"]
        if result.id != "expansion":  # its sides are shown very near to each other
            assert result.counterexample["autodiff"] != result.counterexample["claim"]
        assert result.diagnosis is not None


def test_same_seed_gives_the_same_verdicts_and_digits(report, folder):
    again = verify(written(folder, *RECORDS), **FEW)
    assert told(again) == told(report)


def test_another_seed_gives_other_draws_and_the_same_verdicts(report, folder):
    other = verify(written(folder, *RECORDS), **FEW, seed=1)
    assert [r.verdict for r in other.results] == [r.verdict for r in report.results]
    # The smallest case may be the same under every seed; samples are drawn.
    drawn = [[r.sample for r in one.results if r.sample] for one in (report, other)]
    assert drawn[0]
    assert all(a != b for a, b in zip(*drawn, strict=True))


def test_neither_another_record_nor_their_order_changes_what_records_say(
    report, folder
):
    more = verify(written(folder, ANOTHER, *RECORDS[::-1]), **FEW)
    for record in RECORDS:
        assert told(more, record["id"]) == told(report, record["id"])
    first = more.results[0]
    assert (first.id, first.verdict) == ("another", "holds")


def test_more_draws_keep_the_first_ones(report, folder):
    more = verify(written(folder, *RECORDS[:1]), **{**FEW, "draws": 48})
    assert [r.verdict for r in more.results] == [r.verdict for r in report.results[:4]]
    few, many = report.results[1].counterexample, more.results[1].counterexample
    assert few is not None
    assert many == few  # the smallest failing case is among the first


# Every claim's spoiled twin fails.

CLAIMS = ("numerator", "denominator", "both", "differential", "hessian")
SPOILED = ("function", "value", "limit", "expansion")


def spoiled(claim):
    if isinstance(claim, list):
        return [spoiled(one) for one in claim]
    return f"({claim}) * (1 + 1/64) + 1/61"


def twins():
    """Yield the records of the lectures, each claim of a value spoiled."""
    for path in sorted((catalogue.builtin() / "lectures").glob("*.yaml")):
        given = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
        records = given["identities"] if isinstance(given, dict) else given
        for record in records:
            if set(record) & set(SPOILED):
                yield {
                    key: spoiled(value) if key in CLAIMS else value
                    for key, value in record.items()
                }


def test_spoiled_twin_of_every_claim_fails(folder):
    path = written(folder, *twins())
    settings = Settings(draws=24, diagnose=False)
    report = session.run(catalogue.select([str(path)]), settings, jobs=2)
    assert report.problems == []
    assert len(report.results) > 300
    survivors = [
        (result.id, result.claim, result.text, result.verdict)
        for result in report.results
        if result.verdict != "fails"
    ]
    assert survivors == []
