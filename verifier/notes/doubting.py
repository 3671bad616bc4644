"""Why a statement that is read as one may be no rule: it may be meant otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..asking.guesses import GUESSED_LOGISTIC
from ..asking.spelled import Spelled
from ..language.tree import Call, Name, Number
from ..spelling import loose
from ..spelling.parsed import Sides
from .chaining import differentiates
from .conditions import CONDITION
from .document import Document
from .missing import about_itself, at_a_point
from .model import CONDITION as TAKEN
from .respelling import LINEAR
from .sides import LANGUAGE, SIZES, expands, is_letter, is_traced, names_of

TOPS = re.compile(r"\^\s*\{?\s*\\?(?:top|intercal|mathsf|mathrm|T)\b|ᵀ")
_BOLD = re.compile(r"\\(?:mathbf|boldsymbol|bm|vec|bf|pmb)\b\s*\{?\s*[a-z]\b")
MANY_BOLD = 5
"""From so many bold letters on, small ones that are not bold are numbers."""
_TURNED = re.compile(
    r"(?<![A-Za-z\\])N\s*(?:\^\s*\{?\s*(?:\\(?:top|intercal|mathsf)|T\b)|ᵀ)|"
    r"(?:\\partial|∂|\\nabla_)\s*\{?\s*N\b"
)
"""Where N is a matrix, which is a number nearly always."""
MANY = 5
"""Transposes from which on a prime is none."""
_STEP = re.compile(r"\b(\w+) \+ d\1\b")
"""`x + dx`: a change that is small, and no differential."""
_UNIT = re.compile(r"eye\([^()]*\)(?:\.T)?")
_DAGGER = re.compile(r"\\dagger\b|†")
_PSEUDO = re.compile(r"pseudo-?\s?inv|Moore.{1,3}Penrose|广义逆|伪逆", re.IGNORECASE)
_CHANGE = re.compile(r"\bd([A-Za-z]\w*)")
OPERATORS = frozenset(
    ("transpose", loose.PRIMED, "inv", "tr", "det", "logdet", "vec", loose.BARS)
)
OF_SIZES = frozenset("mnpqN")
COMPOUNDS = frozenset(
    ("add", "sub", "mul", "matmul", "kron", loose.JUXTAPOSED, loose.COMPOSED)
)


@dataclass(frozen=True)
class Habits:
    """How a document writes."""

    tops: bool
    """Whether its transposes are written `^T`."""
    pseudo: bool
    """Whether it speaks of pseudo-inverses."""
    softmax: bool
    """Whether it speaks of the softmax function, which some call σ."""
    bold: bool
    """Whether its vectors are bold."""
    matrix: bool
    """Whether its N is a matrix."""
    linear: bool
    """Whether it speaks of linear maps, whose arguments are directions."""
    commutation: frozenset[str] = frozenset()
    """Letters that it gives to commutation matrices."""

    @classmethod
    def of(cls, document: Document) -> Habits:
        """Look at all of a document."""
        formulas = [p.text for p in document.parts if p.kind == "formula"]
        tops = sum(len(TOPS.findall(text)) for text in formulas) >= MANY
        texts = [part.text for part in document.parts]
        return cls(
            tops,
            any(map(_PSEUDO.search, texts)),
            any("softmax" in text.casefold() for text in texts),
            sum(len(_BOLD.findall(text)) for text in formulas) >= MANY_BOLD,
            any(map(_TURNED.search, formulas)),
            any(map(LINEAR.search, texts)),
            frozenset(_commutations(document)),
        )


_COMMUTATION = re.compile(
    r"commutation\s+matri|vec-?permutation|matrices?\s+de\s+commutation|"
    r"kommutations-?matri|matriz\s+de\s+conmutación|matrice\s+di\s+commutazione|"
    r"matriz\s+de\s+comutação|交换矩阵|換位行列|交換行列|换位矩阵",
    re.IGNORECASE,
)
_LETTER_OF_SIZES = re.compile(
    r"\s*(?:\\(?:math(?:bf|rm|it|sf|cal)|boldsymbol|bm|bf)\s*\{?\s*)?([A-Z])\s*\}?\s*[_^]"
)
AROUND = 40
"""Characters between what is named and its letter."""


def _commutations(document: Document) -> Iterator[str]:
    """Yield the letters beside the words `commutation matrix`."""
    parts = [part for part in document.parts if part.kind != "remark"]
    for at, part in enumerate(parts):
        if part.kind == "formula":
            continue
        for words in _COMMUTATION.finditer(part.text):
            behind = len(part.text) - words.end() <= AROUND
            near = [parts[at + 1]] if behind and at + 1 < len(parts) else []
            near += [parts[at - 1]] if words.start() <= AROUND and at else []
            for one in near:
                if one.kind == "formula" and (
                    found := _LETTER_OF_SIZES.match(one.text)
                ):
                    yield found[1]
                    break


def weakness(habits: Habits, sides: Sides, read: Spelled, display: bool) -> str:
    """Say why a statement may be no rule, though it is read as one; "" if it is."""
    weak = "" if expands(sides.sides) else about_itself(read)
    if read.subject == "value" and not weak and may_be_condition(sides, display):
        return TAKEN
    return weak or _otherwise(habits, sides, read)


def _otherwise(habits: Habits, sides: Sides, read: Spelled) -> str:
    """Say what else its signs may mean."""
    primes = (
        prime for tree in sides.sides for prime in loose.calls(tree, loose.PRIMED)
    )
    if habits.tops and any(True for _ in primes):
        return "a prime may belong to a name where transposes are written ^T"
    if _DAGGER.search(sides.text) and not habits.pseudo:
        return "a dagger may be another sign than that of the pseudo-inverse"
    if habits.softmax and GUESSED_LOGISTIC in read.notes:
        return "`σ` may be another function than the logistic one"
    by_matrix = any(read.ranks.get(name) == "matrix" for name in read.wrt)
    if by_matrix and all(_UNIT.fullmatch(text) for _, text in read.claims):
        return "an identity fits every shape: a capital letter may be a vector"
    if _STEP.search(" ".join([read.body, *(text for _, text in read.claims)])):
        return "it may be meant to first order"
    if at_a_point(read):
        return "it may be the value at a point"
    changes = {
        frozenset(_CHANGE.findall(text))
        for where, text in read.claims
        if where == "differential"
    }
    if len(changes) > 1:
        return "its sides name other changes: some of them are taken for zero"
    doubts = [words for words in read.unheard if CONDITION.match(words)]
    return f"its condition `{doubts[0]}` is not understood" if doubts else ""


def is_a_rule(sides: Sides) -> bool:
    """Whether an equation has the form of a rule: `(A B)^T = B^T A^T`.

    `(A B)^T = A B` has not: it says what the product is. And of sizes, as in the m of
    `det(A)^m`, nobody knows which one each is.
    """
    left, *right = sides.sides
    if any(OF_SIZES & names_of(side) for side in sides.sides):
        return False
    match left:
        case Call(loose.POWER, (inner, exponent)) if loose.is_number(exponent, -1):
            pass
        case Call(name, (inner,)) if name in OPERATORS:
            pass
        case _:
            return False
    compound = isinstance(inner, Call) and inner.name in COMPOUNDS
    plain = inner, loose.call("neg", inner), loose.call(loose.IDENTITY)
    said = any(side in plain or isinstance(side, Name | Number) for side in right)
    return compound and not said


def may_be_condition(sides: Sides, display: bool) -> bool:
    """Whether an equation may be assumed: `AB = BA`, or one in a sentence."""
    if any(map(differentiates, sides.sides)) or expands(sides.sides):
        return False
    named = [names_of(tree) - LANGUAGE for tree in sides.sides]
    if len(set().union(*named) - SIZES) == 1 and all(map(is_letter, sides.sides)):
        return True  # `A^T = A^{-1}` says what A is
    several = all(len(names) > 1 for names in named)
    if several and sum(map(is_traced, sides.sides)) > 1:
        return False  # as `tr(AB) = tr(BA)`, and no `AB = BA`
    short = all(
        sum(isinstance(part, Name) for part in loose.parts(tree)) <= 2
        for tree in sides.sides
    )
    return short or not display
