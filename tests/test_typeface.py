"""The font of formulas: small, free, and with a glyph for all that is ever printed."""

from __future__ import annotations

import ast
import base64
import string
import unicodedata
from pathlib import Path
from xml.etree import ElementTree

import pytest
from fontTools.ttLib import TTFont

from verifier.language.primitives import PRIMITIVES
from verifier.output import boxes, mathml, typeface
from verifier.output.boxes import Digits, Letter, Sign, Word
from verifier.output.letters import GREEK

MODULES = """
    boxes letters pieces forms setting spaces mathml typesetting matrices
""".split()  # noqa: SIM905
"""What makes formulas, each with the signs that it writes."""
UNSEEN = "\N{FUNCTION APPLICATION}\N{INVISIBLE TIMES}"
ITALIC = {
    chr(int(unicodedata.decomposition(chr(code)).split()[1], 16)): chr(code)
    for code in range(0x1D434, 0x1D716)
    if unicodedata.name(chr(code), "").startswith("MATHEMATICAL ITALIC")
} | {"h": "\N{PLANCK CONSTANT}", "\N{PARTIAL DIFFERENTIAL}": "\U0001d715"}
"""What a browser draws for a letter that stands alone."""


@pytest.fixture(scope="module")
def font() -> TTFont:
    return TTFont(typeface.FONT)


def drawn(element: str) -> set[str]:
    """Return the characters that a browser draws for MathML."""
    found: set[str] = set()
    for node in ElementTree.fromstring(element).iter():
        text = (node.text or "").strip("\n")
        alone = node.tag == "mi" and node.get("mathvariant") != "normal"
        found |= set(ITALIC.get(text, text) if alone else text)
    return found - set(UNSEEN)


def absent(font: TTFont, characters: set[str]) -> list[str]:
    return sorted(characters - set(map(chr, font.getBestCmap() or {})))


def written(module: str) -> set[str]:
    """Return the characters of the texts in a module that are no documentation."""
    path = Path(boxes.__file__).with_name(f"{module}.py")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and id(node) not in said
    ]
    return set("".join(text for text in texts if isinstance(text, str)))


def test_browsers_draw_letters_that_stand_alone_in_italics():
    assert drawn(mathml.element(Letter("x"))) == {"\N{MATHEMATICAL ITALIC SMALL X}"}
    assert drawn(mathml.element(Letter("h"))) == {"\N{PLANCK CONSTANT}"}
    assert drawn(mathml.element(Letter("d", "upright"))) == {"d"}
    assert drawn(mathml.element(Word("tr"))) == {"t", "r"}


@pytest.mark.parametrize("style", ["italic", "upright", "bold"])
def test_every_letter_has_a_glyph_in_every_style(font, style):
    names = [*string.ascii_letters, *GREEK, "nabla", "partial", "infty"]
    characters = set[str]().union(
        *(drawn(mathml.element(Letter(name, style))) for name in names)
    )
    assert len(characters) > 80
    assert absent(font, characters) == []


def test_words_numbers_and_the_letters_of_spaces_have_glyphs(font):
    words = string.ascii_letters + string.digits + "_"
    shown = [Word(words), Word(words, bold=True), Digits(string.digits + ".")]
    shown += [Letter("R", "blackboard"), Letter("Z", "blackboard"), Letter("T", "sans")]
    assert absent(font, set[str]().union(*map(drawn, map(mathml.element, shown)))) == []
    assert absent(font, set(string.printable.strip())) == []


@pytest.mark.parametrize("module", MODULES)
def test_every_sign_that_formulas_are_made_of_has_a_glyph(font, module):
    assert absent(font, written(module) - set(UNSEEN + "\n")) == []


def test_every_sign_of_the_table_of_primitives_has_a_glyph(font):
    signs = {sign for row in PRIMITIVES.values() for sign in row.typeset}
    assert {"⊗", "⊙", "∘", "‖", "√"} <= signs
    assert absent(font, signs) == []


def test_a_sign_without_a_glyph_is_found(font):
    assert absent(font, drawn(mathml.element(Sign("⊞")))) == ["⊞"]
    assert "⊙" in written("forms") and "⊗" in written("mathml")


def test_font_has_its_table_of_mathematics_and_tall_brackets(font):
    glyphs = font.getBestCmap()
    variants = font["MATH"].table.MathVariants
    tall = dict(
        zip(
            variants.VertGlyphCoverage.glyphs,
            variants.VertGlyphConstruction,
            strict=True,
        )
    )
    for bracket in "()[]{}|‖√":
        assert tall[glyphs[ord(bracket)]].GlyphAssembly.PartRecords, bracket


def test_font_is_small_and_free(font):
    assert font.flavor == "woff2"
    assert typeface.FONT.stat().st_size < 60_000
    said = (typeface.FONT.parent / "OFL.txt").read_text(encoding="utf-8")
    for text in (said, font["name"].getDebugName(13)):
        assert "SIL Open Font License, Version 1.1" in text
    assert "STIX Fonts Project Authors" in font["name"].getDebugName(0)
    # The licence asks of who changes a font to give it a name of its own.
    assert font["name"].getDebugName(1) == "Nabla Math"


def test_rule_of_the_style_sheet_holds_the_font_and_asks_for_nothing(font):
    rule = typeface.face()
    assert rule.count("url(") == 1
    _, _, rest = rule.partition("url(data:font/woff2;base64,")
    data = rest.partition(")")[0]
    assert base64.b64decode(data, validate=True) == typeface.FONT.read_bytes()
