"""MathML Core: well-formed, with the elements that browsers know, and escaped."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from verifier.language.expression import parse
from verifier.output.boxes import (
    APPLY,
    COMMA,
    EQUALS,
    MINUS,
    THIN,
    TIMES,
    Digits,
    Fence,
    Letter,
    Note,
    Ratio,
    Row,
    Scripts,
    Sign,
    Table,
    Under,
    Word,
)
from verifier.output.mathml import element, markup, mathml

TYPES = {"x": "vector(n)", "A": "matrix(n, n)", "a": "scalar"}
CORE = """
    math mrow mi mn mo mtext mspace msub msup msubsup munder mfrac msqrt mtable mtr mtd
"""
ATTRIBUTES = "largeop displaystyle mathvariant form stretchy lspace rspace width"


def test_quadratic_form_as_a_whole():
    assert mathml(parse("x.T @ (A + A.T)"), TYPES) == (
        '<math displaystyle="true">'
        "<msup><mi>\U0001d431</mi><mi>\U0001d5b3</mi></msup><mo>\u2062</mo>"
        '<mo stretchy="false">(</mo><mi>\U0001d400</mi><mo>+</mo>'
        "<msup><mi>\U0001d400</mi><mi>\U0001d5b3</mi></msup>"
        '<mo stretchy="false">)</mo></math>'
    )


@pytest.mark.parametrize(
    ("box", "said"),
    [
        (Letter("x"), "<mi>x</mi>"),
        (Letter("d", "upright"), '<mi mathvariant="normal">d</mi>'),
        (Letter("alpha"), "<mi>\N{GREEK SMALL LETTER ALPHA}</mi>"),
        (Letter("Sigma", "bold"), "<mi>\N{MATHEMATICAL BOLD CAPITAL SIGMA}</mi>"),
        (Letter("R", "blackboard"), "<mi>\N{DOUBLE-STRUCK CAPITAL R}</mi>"),
        (Word("tr", operator=True), "<mi>tr</mi>"),
        (Word("ab", bold=True), "<mi>\U0001d41a\U0001d41b</mi>"),
        (Digits("0.5"), "<mn>0.5</mn>"),
        (EQUALS, "<mo>=</mo>"),
        (MINUS, '<mo form="prefix">\N{MINUS SIGN}</mo>'),
        (APPLY, "<mo>\N{FUNCTION APPLICATION}</mo>"),
        (TIMES, "<mo>\N{INVISIBLE TIMES}</mo>"),
        (Sign("/", "tight"), '<mo lspace="0" rspace="0">/</mo>'),
        (Sign("⊗"), '<mo largeop="false">⊗</mo>'),
        (THIN, '<mspace width="0.1667em"/>'),
        (Note("a <b> & c"), "<mtext>a &lt;b&gt; &amp; c</mtext>"),
        (Ratio(Letter("a"), Digits("2")), "<mfrac><mi>a</mi><mn>2</mn></mfrac>"),
        (Table(((Letter("a"),),)), "<mtable><mtr><mtd><mi>a</mi></mtd></mtr></mtable>"),
    ],
)  # fmt: skip
def test_each_kind_of_box(box, said):
    assert markup(box) == said


def test_bars_say_which_side_they_are_of_and_grow_only_round_what_is_tall():
    low = Fence("|", Letter("a"), "|")
    assert 'form="prefix"' in markup(low) and 'form="postfix"' in markup(low)
    assert markup(low).count('stretchy="false"') == 2
    high = Fence("|", Ratio(Letter("a"), Letter("b")), "|")
    assert "stretchy" not in markup(high)
    assert "stretchy" not in markup(Fence("(", Row((high, low)), ")"))[:20]


def test_signs_in_scripts_stand_close_and_those_on_the_line_do_not():
    close = ' lspace="0" rspace="0"'
    plus = Row((Letter("n"), Sign("+"), Fence("(", Row((Letter("k"), COMMA)), ")")))
    assert close not in markup(plus)
    for box in (Scripts(plus, plus), Scripts(plus, None, plus), Under(plus, plus)):
        said = markup(box)
        assert said.count("<mo>+</mo>") == said.count("<mo>,</mo>") == 1
        assert said.count(f"<mo{close}>+</mo>") == 1
        assert said.count(f"<mo{close}>,</mo>") == 1
    product = markup(Scripts(Letter("e"), None, Row((Sign("⊗"), MINUS))))
    assert f'<mo{close} largeop="false">⊗</mo><mo form="prefix">' in product


@pytest.mark.parametrize(
    "text",
    [
        "norm(A @ x)**2 / (1 + sqrt(a))",
        "vstack(hstack(A, x), hstack(x.T, a))",
        "logdet(A) * unit(1, n)",
        "a**(1/2) + 1e-9",
    ],
)
def test_elements_are_those_of_mathml_core(text: str):
    root = ElementTree.fromstring(mathml(parse(text), TYPES))
    assert root.tag == "math"
    assert {node.tag for node in root.iter()} <= set(CORE.split())
    attributes = {name for node in root.iter() for name in node.attrib}
    assert attributes <= set(ATTRIBUTES.split())


def test_nothing_of_a_text_becomes_markup():
    hostile = (
        "</mtext></math><script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;"
    )
    said = element(Note(hostile))
    assert "<script" not in said and "<img" not in said
    root = ElementTree.fromstring(said)
    assert "".join(root.itertext()) == hostile
    for box in (Word("<b>"), Digits("<b>"), Sign("<b>"), Fence("<", Letter("a"), ">")):
        assert not re.search("<b>|<<", markup(box))
