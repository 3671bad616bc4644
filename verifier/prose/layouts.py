"""Which way a document says that its derivatives lie, and what its letters are.

The values of a `layout` fact: numerator, denominator, mixed; gradient column, gradient
row, gradient shape (it has the shape of what it is by); jacobian numerator, jacobian
denominator.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .facts import Fact, Piece
from .sentences import Item

_NAMED = re.compile(
    r"\b(?:(?P<numerator>numerator[- ]layout|numerator[- ](?:style|convention|form)|"
    r"jacobian (?:formulation|layout|convention))|"
    r"(?P<denominator>denominator[- ]layout|denominator[- ](?:style|convention|form)|"
    r"hessian (?:formulation|layout|convention)|gradient (?:formulation|convention))|"
    r"(?P<mixed>mixed[- ](?:layout|convention)))\b"
    r"|(?P<zh_numerator>分子布局)|(?P<zh_denominator>分母布局)|(?P<zh_mixed>混合布局)",
    re.I,
)
_CHOSEN = re.compile(
    r"\b(?:we|i|i'll|let us|let's|this (?:document|note|paper|course|text|article)|"
    r"these notes|here|this is in|this (?:convention )?is called|are in|all (?:in|of)|"
    r"adopt(?:ed|s)?|using|uses?|follow(?:s|ed|ing)?|"
    r"written in|stick|our|on utilise|nous|standard)\b|本文|采用|使用|我们|约定|"
    r"本教程|术语叫",
    re.I,
)
_OTHERS = re.compile(
    r"\b(?:not|never|n't|other|others|another|instead|see also|refer|while|some|many|"
    r"versus|vs|if we|if you|were|would|had we|unlike|rather than|sometimes|different|"
    r"both|either|there are|two|whether|may|might|can|could|opposed|contrast|"
    r"in (?:the )?(?:numerator|denominator|mixed)[- ]layout,? (?:it|this|the|one)|"
    r"certains|parfois|alternative(?:ly)?)\b|don't|doesn't|另一|有些|有的|如果|"
    r"其他|不采用|不使用|他|她|这个人",
    re.I,
)
_GRADIENT = re.compile(
    r"\b(?:gradients?|derivative of (?:a|the) scalar (?:by|with respect to|"
    r"w\.?r\.?t\.?) "
    r"(?:a|the) (?:column )?vector|gradient vectors?|dérivée|gradiant)\b[^.;]{0,80}?"
    r"\b(?:is|are|as|be|will be|est|sont|comme)\b (?:always |also |then |thus )?"
    r"(?:written (?:as )?|defined (?:as|to be) |taken (?:as|to be) |considered )?"
    r"(?:to be )?(?:an? |the |un |des )?(?:\S{1,12}[- ]dimensional )?"
    r"(?:(?P<column>columns?\b(?: vectors?)?|vecteurs? colonnes?)"
    r"|(?P<row>rows?\b(?: vectors?)?|vecteurs? lignes?))(?! of)",
    re.I,
)
_ROWS = re.compile(
    r"\b(?:we(?:'re| are)? (?:use|using)|with|remember that we're using) "
    r"(?P<kind>row|column) gradients?\b",
    re.I,
)
_SHAPE = re.compile(
    r"\b(?:gradient|derivative)s?\b[^.;]{0,60}\b(?:same (?:shape|size|"
    r"dimensions?)) (?:as|of)\b"
    r"|\bgradient[^.;]{0,40}a la même (?:taille|dimension|forme)\b"
    r"|求导结果与[^。；]{0,12}同型|(?:梯度|导数)[^。；]{0,16}(?:形状相同|同型|同维|"
    r"维度相同|大小相同)",
    re.I,
)
_ZH_GRADIENT = re.compile(
    r"(?:梯度|标量对(?:列)?向量(?:的导数|求导))[^。；，行列]{0,16}(?:是|为|写成|"
    r"表示为|记为)[^。；，行列]{0,8}"
    r"(?:(?P<column>列)|(?P<row>行))向量"
)
_JACOBIAN = re.compile(
    r"\bjacobian\b[^.;]{0,60}\b(?:is|has|of size|of shape|as)\b[^.;$]{0,30}\$?\s*"
    r"m\s*(?:×|x|\\times|by)\s*n\b",
    re.I,
)
_LETTERS = re.compile(
    r"\b(?P<bold>bold(?:face)?(?:d)?)?[ ,-]*(?P<case>lower[- ]?case|upper[- ]?case|"
    r"capital|small|"
    r"greek)[ ,-]*(?P<after>bold(?:face)?(?:d)?)?\s*(?:roman |latin )?(?:letters?|"
    r"symbols?|characters?)?"
    r"(?: \([^)]{0,80}\)| such as \S{1,30}| \S{1,20}(?:, \S{1,20}){0,4})?\s*"
    r"(?:(?:are|is) (?:used )?(?:for|to denote|to represent)?|denotes?|represents?|"
    r"for|stand for|:|—|=)\s*"
    r"(?:the |column |real )*(?P<what>scalars?|vectors?|matri(?:x|ces)|constants?)\b",
    re.I,
)
_REVERSED = re.compile(
    r"\b(?P<what>scalars?|vectors?|matri(?:x|ces))\s*(?:\([^)]{0,40}\) )?"
    r"(?:(?:are|is|will be)\s*)?(?:always |usually )?(?:denoted|represented|"
    r"written|typeset|set|indicated|given)?\s*"
    r"(?:by|in|with|using|as)\s*(?:a |an )?(?P<bold>bold(?:face)?(?:d)?)?[ ,-]*"
    r"(?P<case>lower[- ]?case|upper[- ]?case|capitals?|small|greek)?[ "
    r",-]*(?P<after>bold(?:face)?)?",
    re.I,
)
_ZH_LETTERS = re.compile(
    r"(?P<what>标量|向量|矩阵)(?:用|"
    r"以)(?P<how>[^，。；,]{0,16}?)字母(?:或希腊字母)?(?:来)?(?:表示|记)"
)


def of_sentence(
    pieces: Sequence[Piece], items: Sequence[Item], words: str, section: list[int]
) -> Iterator[Fact]:
    """Yield the layout that a sentence chooses; one that it only mentions is none."""
    if len(words) > 2000:
        return
    words = re.sub(r"[*_`]+", "", words)
    values: list[str] = []
    named = {str(m.lastgroup).removeprefix("zh_") for m in _NAMED.finditer(words)}
    question = items[-1].text in ("?", "？")
    if len(named) == 1 and not question and not _OTHERS.search(words):
        if _CHOSEN.search(words) or len(words) < 40:
            values += named
    elif len(named) == 2 and not question:
        values += _first_chosen(words)
    for pattern in (_GRADIENT, _ZH_GRADIENT):
        for found in pattern.finditer(words):
            if not _OTHERS.search(words):
                values.append(f"gradient {'column' if found['column'] else 'row'}")
    for found in _ROWS.finditer(words):
        values.append(f"gradient {found['kind'].lower()}")
    if _SHAPE.search(words) and not re.search(r"\bnot\b|不", words):
        values.append("gradient shape")
    if _JACOBIAN.search(words) and not _OTHERS.search(words):
        values.append("jacobian numerator")
    for value in dict.fromkeys(values):
        yield _fact(pieces, items, "layout", value, words, (0, len(pieces) - 1))


def _first_chosen(words: str) -> list[str]:
    """Read `we use numerator layout, while others use denominator layout`."""
    first = re.split(
        r"\b(?:while|whereas|instead of|rather than|unlike|not)\b|而不", words
    )[0]
    found = {str(m.lastgroup).removeprefix("zh_") for m in _NAMED.finditer(first)}
    chosen = _CHOSEN.search(first) and not _OTHERS.search(first)
    return list(found) if len(found) == 1 and chosen else []


def of_headings(pieces: Sequence[Piece], section: list[int]) -> Iterator[Fact]:
    """Yield the layouts that headings name, for what stands below them."""
    before = ""
    for at, piece in enumerate(pieces):
        if piece.section != before:
            before = piece.section
            found = {
                str(m.lastgroup).removeprefix("zh_") for m in _NAMED.finditer(before)
            }
            if len(found) == 1:
                yield Fact(
                    "layout", (), found.pop(), before, at, 0, piece.line, "section",
                    at, section[at],
                )  # fmt: skip


def letters_in(
    pieces: Sequence[Piece], items: Sequence[Item], words: str, last: int
) -> Iterator[Fact]:
    """Yield what kind of value letters of a fashion are said to be."""
    if len(words) > 2000:
        return
    for pattern in (_LETTERS, _REVERSED):
        for found in pattern.finditer(words):
            fashion = _fashion(found)
            what = found["what"].lower()
            kind = {"s": "scalar", "v": "vector", "m": "matrix"}.get(what[0])
            if fashion and kind:
                yield _fact(
                    pieces, items, "letters", kind, found[0], (0, last), fashion
                )
    for found in _ZH_LETTERS.finditer(words):
        how = found["how"]
        bold = "bold " if re.search(r"粗|黑", how) else ""
        case = "upper" if "大写" in how else "lower" if "小写" in how else ""
        kind = {"标量": "scalar", "向量": "vector", "矩阵": "matrix"}[found["what"]]
        if case:
            yield _fact(
                pieces, items, "letters", kind, found[0], (0, last), bold + case
            )


def _fashion(found: re.Match[str]) -> str:
    """Return `bold lower`, `upper`, `greek`, ...; nothing if it is none."""
    case = (found["case"] or "").lower()
    kinds = {"l": "lower", "s": "lower", "u": "upper", "c": "upper", "g": "greek"}
    bold = "bold" if found["bold"] or found["after"] else ""
    return f"{bold} {kinds.get(case[:1], '')}".strip()


def _fact(
    pieces: Sequence[Piece],
    items: Sequence[Item],
    about: str,
    value: str,
    words: str,
    span: tuple[int, int],
    name: str = "",
) -> Fact:
    item = items[0]
    piece = pieces[item.piece]
    line = piece.line + piece.text.count("\n", 0, item.start)
    names = (name,) if name else ()
    assert about == "layout" or about == "letters"
    return Fact(
        about, names, value, words, item.piece, item.start, line, "document", *span
    )
