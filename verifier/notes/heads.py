"""What the heads of a table say of its columns."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .cells import Cell
from .relations import RELATIONS

_FUNCTION = re.compile(
    r"functions?\b|expression|ausdruck|expresión|espressione|expressão|"
    r"funktion|fonction|función|funcion|funzione|função|"
    r"h\N{LATIN SMALL LETTER A WITH GRAVE}m|函数|函數|表达式|関数|функци",
    re.IGNORECASE,
)
_DERIVATIVE = re.compile(
    r"(?<!anti)derivative|gradient|jacobi|differentiation|(?<!anti)dérivée|"
    r"(?<!anti)dérivation|ableitung|(?<!anti)derivada|(?<!anti)derivata|"
    r"đạo hàm|导数|導數|导函数|梯度|偏导|求导|雅可比|雅克比|производн|градиент",
    re.IGNORECASE,
)
_HESSIAN = re.compile(
    r"hessian|hesse-?matri|second(?:e|a)? deriv|dérivée seconde|zweite ableitung|"
    r"segunda derivada|hessienne|海森|黑塞|二阶导",
    re.IGNORECASE,
)
_DIFFERENTIAL = re.compile(
    r"differen[tz]ial\b(?!\s+(?:equation|operator))|différentielle|diferencial|"
    r"differenziale|微分",
    re.IGNORECASE,
)
_VARIABLE = re.compile(
    r"\bvariab(?:le|el|ile)n?s?\b|veränderliche|ableitungsvariable|"
    r"变量|變量|变元|自变",
    re.IGNORECASE,
)
BY = re.compile(
    r"(?:with\s+)?respect\s+to|\bw\.?\s?r\.?\s?t\b|par\s+rapport\s+à|\bnach\b|"
    r"(?:con\s+)?respecto\s+a|rispetto\s+a|关于|對於|(?<!绝)对(?![称数角应])",
    re.IGNORECASE,
)
_RESULT = re.compile(
    r"results?\b|value\b|answer\b|formula\b|résultat|valeur|formule|ergebnis|wert\b|"
    r"formel|resultado|valor\b|fórmula|risultato|valore|结果|結果|答案|公式|值",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"integral|intégrale|integrale|stammfunktion|primitive|primitiva|积分|不定积分|"
    r"\b(?:shape|size|dimensions?|cost|norm|name|type|order|notation|meaning|numerical|"
    r"approximate|directional|third|covariant|taille|coût|norme|nom|richtungs\w*|"
    r"größe|kosten|name|tamaño|dimensión)\b|directionnelle|形状|维度|维数|大小|方向导数|"
    r"含义|类型|数值",
    re.IGNORECASE,
)
"""What makes a head say something else, such as `size of the gradient`."""
_LAYOUTS = {
    "numerator": re.compile(r"numerator|分子", re.IGNORECASE),
    "denominator": re.compile(r"denominator|分母", re.IGNORECASE),
}
_JACOBIAN = re.compile(r"jacobi|雅可比|雅各比", re.IGNORECASE)
_CONDITIONS = re.compile(
    r"condition|qualifi|constraint|restrict|assum|hypoth|hipótes|ipotes|premise|条件|假设|"
    r"前提|bedingung|voraussetzung|annahme",
    re.IGNORECASE,
)
_KINDS = re.compile(
    r"scalars?|vectors?|matri(?:x|ces)|skalar|vektor|scalaire|vecteur|matrice|escalar|"
    r"matriz|标量|纯量|向量|矢量|矩阵|スカラー|ベクトル|行列",
    re.IGNORECASE,
)
"""What heads the functions whose values are of that kind."""
_FONT = r"\\(?:math(?:bf|rm|it|sf)|boldsymbol|bm|vec|bf)"
LETTER = (
    rf"(?:{_FONT}\s*\{{\s*\\?[A-Za-z]+\s*\}}|{_FONT}\s+[A-Za-z](?![A-Za-z])|"
    r"\\(?!partial|nabla|frac|left|right|quad)[A-Za-z]+|[A-Za-z])"
)
"""A name as it is set."""
HEAD = re.compile(rf"\s*{LETTER}\s*(?:\\left)?\(\s*({LETTER})\s*(?:\\right)?\)\s*")
"""A lone `f(x)`."""
LONE = re.compile(rf"\s*({LETTER})\s*")
SLOPE = re.compile(
    r"\s*(?:\\[dt]?frac\s*\{\s*(?:\\partial|\\?(?:mathrm)?\{?d)|\\partial|\\nabla|∂|∇|"
    r"d\s*\(.{1,80}\)\s*/\s*d|d\w{0,6}\s*/\s*d|"
    r"\\mathrm\s*D|D\s*f|[fgy]\s*'|[fgy]\s*\^\s*\{?\s*\\prime|J_)"
)
"""How a derivative begins."""
DIFFERENTIAL = re.compile(
    rf"\s*(?:\\(?:mathrm|text|operatorname|rm)\s*(?:\{{\s*d\s*\}}|d)|d)\s*({LETTER})\s*"
    rf"(?:(?:\\left)?\(\s*{LETTER}\s*(?:\\right)?\)\s*)?=?\s*"
)
"""A lone `df`."""
_SECOND = re.compile(r"\\nabla\s*\^\s*\{?\s*2|∇²|''|\\partial\s*\^\s*\{?\s*2")
_NAMED = re.compile(
    rf"\\nabla\s*_\s*(?:\{{\s*({LETTER})\s*\}}|({LETTER}))|"
    rf"\{{\s*(?:\\partial|(?:\\mathrm\s*)?\{{?d\}}?)\s*({LETTER})\s*\}}\s*$|"
    rf"/\s*(?:\\partial|∂)\s*({LETTER})\s*$|"
    rf"\(\s*({LETTER})\s*(?:\\right)?\)\s*$"
)
_SPEAKS = re.compile(
    rf"{_DERIVATIVE.pattern}|derivatives|derivation|dérivées|dérivations|ableitungen|"
    r"derivadas|derivate",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Column:
    """What a column holds."""

    role: str = ""
    """function kind variable derivative hessian differential result condition other"""
    variable: str = ""
    layout: str = ""
    empty: bool = False  # whether nothing stands at its head


def column_of(cell: Cell) -> Column:
    """Return what the head of a column says."""
    words = cell.words
    layout = next((n for n, said in _LAYOUTS.items() if said.search(words)), "")
    formula = cell.formulas[0].text if cell.formulas else ""
    if _OTHER.search(words):
        return Column("other")
    if SLOPE.match(formula):
        side = RELATIONS.split(formula, maxsplit=1)[0]
        role = "hessian" if _SECOND.search(side) else "derivative"
        return Column(role, _named(_NAMED.search(side.strip())), layout)
    lone = LONE.fullmatch(formula) if len(cell.formulas) == 1 else None
    if _VARIABLE.search(words) and not (formula or BY.search(words)):
        return Column("function" if _FUNCTION.search(words) else "variable")
    if not layout and _JACOBIAN.search(words):
        layout = "numerator"  # it has a row for each value, the one of a number too
    if layout or _HESSIAN.search(words) or _DERIVATIVE.search(words):
        role = "hessian" if _HESSIAN.search(words) else "derivative"
        variable = lone[1] if lone and BY.search(words) else ""
        return Column(role, variable, layout)
    if _DIFFERENTIAL.search(words) or (
        DIFFERENTIAL.fullmatch(formula) and len(cell.formulas) == 1
    ):
        return Column("differential")
    if _CONDITIONS.search(words):
        return Column("condition")
    head = HEAD.match(formula)
    if head and (head.end() == len(formula) or RELATIONS.match(formula, head.end())):
        return Column("function", head[1])
    if head := HEAD.fullmatch(words):
        return Column("function", head[1])
    if _FUNCTION.search(words) or (lone and lone[1].strip("\\{} ")[-1:] in "fgyF"):
        return Column("function")
    if BY.search(words) or _VARIABLE.search(words):
        return Column("variable")
    if _KINDS.fullmatch(words):
        return Column("kind")
    if _RESULT.search(words):
        return Column("result")
    return Column(empty=not (words or formula))


def speaks(words: str) -> bool:
    """Whether words speak of derivatives."""
    return _SPEAKS.search(words) is not None


def _named(found: re.Match[str] | None) -> str:
    return next(filter(None, found.groups()), "") if found else ""
