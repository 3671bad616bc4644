"""The font of formulas, for pages that load nothing.

Without a font that has a table of mathematics a browser guesses where scripts, bars and
brackets go, and guesses badly. `docs/font.py` cuts this one out of STIX Two Math. A
notebook gets none: it would be stored with every output.
"""

from __future__ import annotations

import base64
from functools import cache
from pathlib import Path

FONT = Path(__file__).parent / "fonts" / "math.woff2"


@cache
def face() -> str:
    """Return the rule of a style sheet that brings the font along."""
    data = base64.b64encode(FONT.read_bytes()).decode("ascii")
    source = f'url(data:font/woff2;base64,{data}) format("woff2")'
    return f'@font-face {{ font-family: "Nabla Math"; src: {source}; }}'
