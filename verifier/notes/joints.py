"""Words that make a statement of two formulas, in six languages.

English, French, Spanish and German say "the gradient of f is g" in one order, with the
function behind a preposition; Chinese and Japanese have the function first.
"""

from __future__ import annotations

import re

SLOPES = (
    r"(?:partial )?derivative|gradient|jacobian(?: matrix)?|"  # English
    r"dérivée(?: partielle)?|(?:matrice )?jacobienne|"  # French
    r"derivada(?: parcial)?|gradiente|(?:matriz )?jacobiana|"  # Spanish
    r"(?:partielle )?ableitung|gradienten|jacobi-?matrix"  # German
)
CURVES = (
    r"hessian(?: matrix)?|second derivative|(?:matrice )?hessienne|dérivée seconde|"
    r"(?:matriz )?hessiana|segunda derivada|hesse-?matrix|zweite ableitung"
)
CHANGES = (
    r"(?:total )?differential|différentielle|diferencial|(?:totale )?differen[tz]ial"
)
_CHINESE = r"梯度|导数|偏导数|导函数|雅可比矩阵|雅克比矩阵"
_JAPANESE = r"勾配|微分|偏微分|導関数|ヤコビ行列"
_CURVES_THERE = r"海森矩阵|黑塞矩阵|Hessian\s*矩阵|ヘッセ行列|ヘシアン"
_OF = r"(?:of|de|du|del|von|der|des)\s+|d['’]\s*"
_ARTICLE = r"(?:the|a|an|la|le|l['’]|une?|los?|las?|der|die|das|des)\s*"
_BE = (
    r"(?:(?:is|equals)(?:\s+(?:simply|just|then|therefore|thus|hence))?"
    r"(?:\s+(?:given\s+by|equal\s+to))?|est(?:\s+donnée?\s+par|\s+égale?\s+à)?|vaut|"
    r"es(?:\s+igual\s+a)?|viene\s+dad[oa]\s+por|está\s+dad[oa]\s+por|"
    r"ist(?:\s+(?:dann|gleich|gegeben\s+durch))?|lautet|beträgt)\b"
)
OF = re.compile(
    rf"\b(?:(?P<first>{SLOPES})|(?P<second>{CURVES})|(?P<change>{CHANGES}))\s+"
    rf"(?:{_OF})(?:{_ARTICLE}\s*)?(?:\w+\s+){{0,3}}$",
    re.IGNORECASE,
)
ACT = re.compile(
    r"\b(?:differentiat(?:e|es|ing)|en\s+dérivant|dérivons|derivando|derivamos|"
    rf"(?:ableiten|ableitung|differenzieren)\s+(?:{_OF}))\s*(?:{_ARTICLE}\s*)?"
    r"(?:\w+\s+){0,3}$",
    re.IGNORECASE,
)
"""`differentiating`, whose result is said behind the function."""
ABOUT = re.compile(
    rf"\b(?:(?P<first>{SLOPES})|(?P<second>{CURVES}))\s+(?:{_OF})", re.IGNORECASE
)
THAT_OF = re.compile(
    r"(?:\bthat\s+of|\bcell?e?(?:lui)?\s+d(?:e|u)|\b(?:el|la)\s+de|\b(?:der|die)\s+von)"
    r"\s+(?:\w+\s+)?$",
    re.IGNORECASE,
)
"""`and that of`, behind a sentence that says of what."""
BY = re.compile(
    r"\s*\(?\s*(?:(?:taken\s+)?with\s+respect\s+to|w\.?\s?r\.?\s?t\.?|par\s+rapport\s+à|"
    r"(?:con\s+)?respecto\s+(?:a|de)l?|nach|bezüglich)"
    r"(?:\s+(?:the\s+|la\s+|le\s+|el\s+|dem\s+|der\s+)?"
    r"(?:vector|matrix|variable|vecteur|matrice|matriz|vektor|variablen))?\s*",
    re.IGNORECASE,
)
IS = re.compile(rf"\s*\)?\s*,?\s*{_BE}\s*:?\s*", re.IGNORECASE)
GIVES = re.compile(
    r"\s*\)?\s*,?\s*(?:(?:this|it|which)\s+)?(?:gives|yields|results\s+in|"
    r"(?:we|you|one)\s+(?:then\s+)?(?:get|gets|obtain|obtains|have|find)|"
    r"(?:on|nous)\s+(?:obtient|obtenons|trouve)|donne|ergibt|liefert|erhält\s+man|"
    r"(?:se\s+)?(?:obtiene|obtenemos)|resulta)\b(?:\s+us)?\s*:?\s*",
    re.IGNORECASE,
)
HAS = re.compile(
    rf"\s*,?\s*(?:(?:has|whose)\s+(?:the\s+)?|dont\s+(?:le|la)\s+|a\s+pour\s+|"
    rf"cuy[oa]\s+|tiene\s+(?:por|como)\s+|(?:dessen|deren)\s+)"
    rf"(?:(?P<first>{SLOPES})|(?P<second>{CURVES}))(?:\s+{_BE})?\s*:?\s*",
    re.IGNORECASE,
)
THAT_IS = re.compile(
    rf"\s*(?:的(?:(?P<first>{_CHINESE})|(?P<second>{_CURVES_THERE}))(?:就)?(?:是|为|等于)|"
    rf"の(?:{_JAPANESE}|(?P<curve>{_CURVES_THERE}))は)\s*[:：、]?\s*"
)
VARIABLE = re.compile(r"\s*(?:关于|对于|对|相对于)(?:向量|矩阵|变量)?\s*$")
"""Before the variable, in Chinese."""
OBJECT = re.compile(r"\s*(?:(?:关于|对于|对|相对于)(?:向量|矩阵|变量)?|を)\s*$")
WHICH_IS = re.compile(
    rf"\s*(?:(?:的)?(?:{_CHINESE}|求导)(?:就)?(?:是|为|等于|得到|得)|"
    r"で(?:偏)?微分(?:すると|した(?:もの|結果)は))\s*[:：、]?\s*"
)
SIMPLER = re.compile(
    r"\b(?:simplif(?:y|ies)|reduces?)\s+(?:(?:the|this|that|it)\s*(?:\w+\s+)?)?to\s*:?\s*$|"
    r"\b(?:this|it|the\s+(?:result|gradient|derivative|last\s+expression))\s+"
    r"(?:then\s+|simply\s+)?becomes\s*:?\s*$|"
    r"\b(?:if|when)\b[^.;:]*\bthe\s+(?:result|gradient|derivative)\s+is\s*(?:simply\s*)?$|"
    r"(?:化简|简化|化|退化)[为成]\s*[:：]?\s*$|(?<!的)(?:结果|上式|导数|梯度)(?:就)?(?:是|为|变为|变成)\s*$|"
    r"\bse\s+(?:simplifie|réduit)\s+(?:en|à)\s*:?\s*$|"
    r"\bsi\b[^.;:]*\b(?:le\s+résultat|le\s+gradient|la\s+dérivée)\s+(?:est|vaut|devient)\s*$|"
    r"\bse\s+(?:simplifica|reduce)\s+a\s*:?\s*$|"
    r"\b(?:si|cuando)\b[^.;:]*\bel\s+(?:resultado|gradiente)\s+es\s*$|"
    r"\bvereinfacht\s+sich\s+(?:(?:das|dies|der\s+\w+|die\s+\w+)\s+)?zu\s*:?\s*$",
    re.IGNORECASE,
)
ITS_CURVE = re.compile(
    rf"(?:^|[\s.,;(])(?:(?:its|the|sa|la|su|die|ihre|seine)\s+)?(?:{CURVES})\s*"
    rf"(?:{_BE}|[:：])\s*$|\b(?:and|et|y|und)\s+(?:(?:the|a|la|die)\s+)?(?:{CURVES})\s*$|(?:{_CURVES_THERE})(?:就)?(?:是|为|等于|は|[:：])\s*$",
    re.IGNORECASE,
)
"""`its Hessian is`, of the function whose gradient was given."""
