"""Where a claim stands in its file, and what can stand there instead."""

import pytest

from verifier.reading.mending import Page
from verifier.reading.problem import Place
from verifier.reading.source import Source

RECORD = """\
- id: one
  where: {{x: vector(n), A: "matrix(n, n)"}}
  function: x.T @ A @ x
  wrt: x
  {}
- id: other
  where: {{x: vector(n)}}
  function: x.T @ x
  wrt: x
  denominator: 2 * x
"""


def page(claims: str) -> Page:
    return Page(Source("a.yaml", RECORD.format(claims)))


def claim(claims: str, text: str, line=5, column=None):
    column = column or claims.index(text) + 3
    return page(claims).claim("one", text, Place("a.yaml", line, column))


PLAIN = "numerator: x.T @ (A + A)"


def test_a_plain_claim_is_found_with_its_end():
    found = claim(PLAIN, "x.T @ (A + A)")
    assert found is not None
    assert (found.start, found.stop) == (
        Place("a.yaml", 5, 14),
        Place("a.yaml", 5, 27),
    )
    assert found.takes("x.T @ (A + A.T)")


@pytest.mark.parametrize("quote", ["'", '"'])
def test_a_quoted_claim_is_replaced_inside_its_quotes(quote):
    found = claim(f"numerator: {quote}2 * x{quote}", "2 * x", column=14)
    assert found is not None
    assert (found.start.column, found.stop.column) == (15, 20)
    assert found.takes("(A + A.T) @ kron(x, x)")


def test_a_claim_over_two_lines_ends_on_the_second():
    found = claim("numerator: >-\n    2 *\n    x", "2 * x", column=14)
    assert found is not None
    assert (found.start.line, found.stop.line) == (6, 7)


@pytest.mark.parametrize(
    ("claims", "text", "new"),
    [
        ("numerator: [2 * x]", "2 * x", "kron(x, x)"),  # the comma ends it
        (PLAIN, "x.T @ (A + A)", "A # x"),
        (PLAIN, "x.T @ (A + A)", "- x"),
        (PLAIN, "x.T @ (A + A)", "[x]"),
        (PLAIN, "x.T @ (A + A)", "x: A"),
        (PLAIN, "x.T @ (A + A)", "A\n  denominator: x"),
        (PLAIN, "x.T @ (A + A)", "A\n- id: third"),
    ],
)
def test_a_text_that_would_not_be_read_as_it_is_does_not_fit(claims, text, new):
    found = claim(claims, text)
    assert found is not None
    assert not found.takes(new)
    assert found.takes("-2 * x")


def test_other_problems_of_the_file_do_not_matter():
    found = Page(Source("a.yaml", RECORD.format(PLAIN) + "- id: broken\n"))
    assert found.trouble
    one = found.claim("one", "x.T @ (A + A)", Place("a.yaml", 5, 14))
    assert one is not None
    assert one.takes("2 * x")
    assert not one.takes("x: y")


@pytest.mark.parametrize(
    ("id", "text", "line"),
    [
        ("two", "x.T @ (A + A)", 5),
        ("one", "x.T @ (A - A)", 5),
        ("one", "x.T @ (A + A)", 4),
    ],
)
def test_a_file_that_says_something_else_by_now_has_no_such_claim(id, text, line):
    assert page(PLAIN).claim(id, text, Place("a.yaml", line, 14)) is None
