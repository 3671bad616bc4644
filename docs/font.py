"""Make verifier/output/fonts/math.woff2, the font that formulas are set in.

`python docs/font.py STIXTwoMath-Regular.ttf` cuts out of the full font what MathML
needs here, with its table of mathematics. The full font, STIX Two Math, is free
software; it is no part of the checkout, and this script downloads nothing.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from fontTools.subset import Options, Subsetter, save_font
from fontTools.ttLib import TTFont

MADE = Path(__file__).parent.parent / "verifier" / "output" / "fonts" / "math.woff2"
NAME = "Nabla Math"
"""A changed font goes by another name than the one it was made of."""

RANGES = (
    (0x20, 0x7E),  # what notes and names of functions are written in
    (0x391, 0x3A1),  # Greek, upright
    (0x3A3, 0x3A9),
    (0x3B1, 0x3C9),
    (0x1D400, 0x1D433),  # Latin, bold
    (0x1D434, 0x1D454),  # Latin, italic; its h is among the signs
    (0x1D456, 0x1D467),
    (0x1D6A8, 0x1D6DB),  # Greek, bold
    (0x1D6E2, 0x1D71B),  # Greek, italic
    (0x1D736, 0x1D755),  # Greek, bold italic
    (0x1D7CE, 0x1D7D7),  # digits, bold
)
SIGNS = "∂∇∞ϵϕ√·±∓∘⊙⊗⊘⊕∈→…≠≈≤≥‖" + (
    "\N{NO-BREAK SPACE}\N{MINUS SIGN}\N{MULTIPLICATION SIGN}\N{PLANCK CONSTANT}"
    "\N{DOUBLE-STRUCK CAPITAL R}\N{DOUBLE-STRUCK CAPITAL Z}"
    "\N{MATHEMATICAL SANS-SERIF CAPITAL T}"
)
PRIMES = "\N{PRIME}\N{DOUBLE PRIME}\N{TRIPLE PRIME}"

CONSTANTS = {
    # Scripts of letters and brackets stand at one height, as in TeX. A browser takes
    # every base for a box, and lifts its scripts with the height of the box.
    "SuperscriptShiftUp": 400,
    "SuperscriptShiftUpCramped": 320,
    "SuperscriptBaselineDropMax": 380,
    "SubscriptBaselineDropMin": 40,
    # Brackets fit under the smallest root.
    "RadicalDisplayStyleVerticalGap": 140,
}
"""In thousandths of the size of letters."""
ROOT = 860
"""How wide the larger roots are, in the same unit: Chromium leaves room for the widest
of them at every root."""


def characters() -> set[int]:
    """Return what the font has."""
    found = {code for first, last in RANGES for code in range(first, last + 1)}
    return found | set(map(ord, SIGNS + PRIMES))


def small(font: TTFont) -> Iterator[tuple[int, str]]:
    """Yield the primes with the glyphs that are meant to stand in a script."""
    glyphs = font.getBestCmap()
    table = font["GSUB"].table
    lookups = {
        index
        for record in table.FeatureList.FeatureRecord
        if record.FeatureTag == "ssty"
        for index in record.Feature.LookupListIndex
    }
    for index in sorted(lookups):
        for part in table.LookupList.Lookup[index].SubTable:
            part = getattr(part, "ExtSubTable", part)
            for code in map(ord, PRIMES):
                if choices := part.alternates.get(glyphs[code]):
                    yield code, choices[0]


def narrow(font: TTFont) -> None:
    """Make larger roots as wide as the small one, about, as those of TeX are."""
    variants = font["MATH"].table.MathVariants
    index = variants.VertGlyphCoverage.glyphs.index(font.getBestCmap()[ord("√")])
    root = variants.VertGlyphConstruction[index]
    names = {one.VariantGlyph for one in root.MathGlyphVariantRecord}
    names |= {part.glyph for part in root.GlyphAssembly.PartRecords}
    most = ROOT * font["head"].unitsPerEm // 1000
    for name in names:
        width, side = font["hmtx"][name]
        if width > most:
            glyph = font["glyf"][name]
            glyph.coordinates.scale((most / width, 1))
            glyph.coordinates.toInt()
            glyph.recalcBounds(font["glyf"])
            font["hmtx"][name] = most, round(side * most / width)


def cut(path: Path) -> TTFont:
    """Return the font without what is not needed."""
    font = TTFont(path, recalcTimestamp=False)
    # Chromium does not ask for `ssty` in scripts, and would set a prime far too small.
    primes = dict(small(font))
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap.update(primes)
    constants = font["MATH"].table.MathConstants
    for name, value in CONSTANTS.items():
        getattr(constants, name).Value = value * font["head"].unitsPerEm // 1000
    options = Options(
        flavor="woff2",
        hinting=False,
        layout_features=[],
        name_IDs=[0, 13, 14],
        notdef_outline=True,
        drop_tables=[*Options().drop_tables, "GDEF", "GPOS", "GSUB", "DSIG"],
    )
    wanted = characters()
    if absent := wanted - font.getBestCmap().keys():
        raise SystemExit(f"{path} lacks {' '.join(map(hex, sorted(absent)))}")
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    narrow(font)
    for number, text in {
        1: NAME,
        2: "Regular",
        4: NAME,
        6: NAME.replace(" ", ""),
    }.items():
        font["name"].setName(text, number, 3, 1, 0x409)
    return font


def main() -> None:
    """Write the font."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("font", type=Path, help="the full font")
    font = cut(parser.parse_args().font)
    MADE.parent.mkdir(exist_ok=True)
    save_font(font, str(MADE), Options(flavor="woff2"))
    glyphs, size = len(font.getGlyphOrder()), MADE.stat().st_size
    print(f"{MADE.name}: {glyphs} glyphs, {size:,} bytes")


if __name__ == "__main__":
    sys.exit(main())
