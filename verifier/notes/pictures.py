"""Formulas that a server draws, `![](https://latex.codecogs.com/svg.latex?x^2)`.

Markdown has shown formulas so where nothing else would. Each is written with dollars,
and filled up with spaces: what stands behind it stays where it was.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

_SERVER = (
    r"https?://(?:[\w.-]*codecogs\.com/(?:\w+\.(?:latex|image)|eqnedit\.php)\?|"
    r"(?P<plus>render\.githubusercontent\.com/render/math\?math=|"
    r"www\.zhihu\.com/equation\?tex=)|i\.upmath\.me/(?:svg|png)/|"
    r"(?:math|latex)\.vercel\.app/\?(?:inline|from|block)=)"
)
"""Before what is drawn; with a `plus`, that stands for a space."""
_INNER = r"[^\s\"'<>()]"
_PICTURE = re.compile(
    rf"!\[(?:[^\n!]|!(?!\[)){{0,2000}}?\]\({_SERVER}"
    rf"(?P<code>(?:{_INNER}|\((?:{_INNER}|\({_INNER}*\))*\)){{1,4000}})"
    r"(?:[ \t]+\"[^\"\n]*\")?\)"
)
_IMAGE = re.compile(
    rf"<img\b[^<>\n]{{0,4000}}?\bsrc\s*=\s*(?P<quote>[\"']){_SERVER}"
    r"(?P<code>[^\s\"'<>]{1,8000})(?P=quote)(?:[^<>\"'\n]|\"[^\"\n]*\"|'[^'\n]*'){0,400}>"
)
_SPACE = re.compile(r"&(?:space|nbsp);|(?<!\\)~")
_ASIDE = re.compile(r"&(?=[a-z]\w*=)[^&]*")
"""What else the address says, `&mode=inline`."""
_STYLE = re.compile(
    r"(?:\s*\\(?:inline|displaystyle|large|Large|huge|(?:dpi|bg|fg|fn)"
    r"(?:\s*\{\w+\}|_\w+)|color\s*\{\w+\})(?![A-Za-z]))+"
)


def with_drawn(text: str) -> str:
    """Return a text with the formulas that pictures show between dollars."""
    if "://" not in text:
        return text
    return _IMAGE.sub(_written, _PICTURE.sub(_written, text))


def _written(found: re.Match[str]) -> str:
    code = _ASIDE.sub("", _SPACE.sub(" ", found["code"].replace("&amp;", "&")))
    if found["plus"] or "%2B" in code.upper():
        code = code.replace("+", " ")
    code = " ".join(unquote(code).split())
    code = code[style.end() :].strip() if (style := _STYLE.match(code)) else code
    if not code or "$" in code or "`" in code:
        return found[0]
    return f"{f'${code}$':<{len(found[0])}}"
