"""Calls as they are meant: what a name, a subscript or a power stands for."""

from __future__ import annotations

from difflib import get_close_matches
from fractions import Fraction

from ..language.tree import Call, Name, Number, Tree
from ..reading.problem import Fault
from . import loose
from .vocabulary import ACCENTS, FUNCTIONS, GREEK, SIGNS

INDICES = frozenset("ijklmnpqrst")
GREEK_NAMES = frozenset(
    "alpha beta gamma delta eps zeta eta theta kappa lam mu nu xi rho sigma tau "
    "omega chi Gamma Delta Theta Lambda Sigma Phi Psi Omega".split()
)


def as_indices(text: str) -> list[Tree]:
    """Return the indices that a subscript such as `ij` consists of, or none."""
    if 1 <= len(text) <= 2 and all(letter in "ijklpqrs" for letter in text):
        return [Name(letter) for letter in text]
    return []


def index_of(text: str) -> Tree:
    return Number(Fraction(text)) if text.isdecimal() else Name(text)


def plain(text: str) -> str:
    """Return a subscript as a part of a name."""
    spelt = text.replace("+", "p").replace("-", "m").replace("*", "star")
    return "".join(char if char.isalnum() and char.isascii() else "" for char in spelt)


def power(tree: Tree, exponent: Tree, start: int, stop: int) -> Tree:
    """Return a power, a transpose, an inverse transpose or a pseudoinverse."""

    def made(name: str, *args: Tree) -> Call:
        return loose.call(name, *args, start=start, stop=stop)

    match exponent:
        case Name("⊤"):
            if loose.is_number(tree, 1):
                return made("transpose", made(loose.ONES))
            return made("transpose", tree)
        case Name("†" | "+"):
            return made("pinv", tree)
        case Name("*") if isinstance(tree, Name) and tree.name[0].islower():
            return Name(f"{tree.name}_star", start=start, stop=stop)
        case Name("*" | "#"):
            return made(loose.ADJUGATE, tree)
        case Name("H"):
            said = "`^H` is a conjugate transpose, and there are real numbers only"
            raise Fault(start, said, "write `^T` where the entries are real")
        case Call("neg", (Name("⊤" | "'" | "T"),)):
            return made("transpose", made(loose.POWER, tree, MINUS_ONE))
        case Call(loose.JUXTAPOSED, (Name("⊤" | "T"), Call("neg"))):
            return made("transpose", made(loose.POWER, tree, MINUS_ONE))
    if isinstance(tree, Name) and tree.name == "e":
        return made(loose.EXPONENTIAL, exponent)
    return made(loose.POWER, tree, exponent)


MINUS_ONE = Call("neg", (Number(Fraction(1)),))


_BELOW = {
    "cot": "tan", "sec": "cos", "csc": "sin", "coth": "tanh", "sech": "cosh",
    "csch": "sinh",
}  # fmt: skip
"""What stands below in a function that is one over another."""


def function(name: str, args: list[Tree], start: int, stop: int, at: int) -> Tree:
    """Return the call of a function by one of the names that people give it."""

    def made(name: str, *args: Tree) -> Call:
        return loose.call(name, *args, start=start, stop=stop)

    if name in ("log", "ln") and len(args) == 1:
        match args[0]:
            case Call("Gamma", (inner,)) | Call(
                loose.JUXTAPOSED, (Name("Gamma"), inner)
            ):
                return made("lgamma", inner)
    if name in ("t", "transpose") and len(args) == 1:
        return made("transpose", *args)
    if name == "dot" and len(args) == 2:
        return made(loose.DOTTED, *args)
    if name == "outer" and len(args) == 2:
        return made("matmul", args[0], made("transpose", args[1]))
    if name in ("matmul", "mm", "mv") and len(args) == 2:
        return made("matmul", *args)
    if name in ("multiply", "mul") and len(args) == 2:
        return made("mul", *args)
    if name == "adj" and len(args) == 1:
        return made("mul", made("det", *args), made("inv", *args))
    if name == "cof" and len(args) == 1:
        turned = made("transpose", made("inv", *args))
        return made("mul", made("det", *args), turned)
    if name == "square" and len(args) == 1:
        return made("pow", args[0], Number(Fraction(2)))
    if name in ("max", "min") and len(args) == 2:
        return made({"max": "maximum", "min": "minimum"}[name], *args)
    if name == "dot" and len(args) == 3:
        inner = made("matmul", made("transpose", args[0]), args[1])
        return made("matmul", inner, args[2])
    if name == "transpose" and len(args) == 3 and all(map(_is_axis, args[1:])):
        return made("transpose", args[0])
    if name == "solve" and len(args) == 1:
        return made("inv", *args)
    if name == "crossprod" and len(args) == 1:
        return made("matmul", made("transpose", args[0]), args[0])
    if name == "pow" and len(args) == 2:
        return made("pow", *args)
    if name == "logsoftmax" and len(args) == 1:
        return made("sub", args[0], made("logsumexp", args[0]))
    if name in _BELOW and len(args) == 1:
        below = _BELOW[name]
        return made("div", Number(Fraction(1)), made(below, args[0]))
    if name == "diag" and len(args) == 1:
        return made(loose.DIAGONAL, *args)
    if name == "norm" and len(args) == 2:
        if loose.is_number(args[1], 2) or loose.is_name(args[1], "fro", "F"):
            return made("norm", args[0])
        if loose.is_number(args[1], 1):
            return made("norm1", args[0])
    return made(name, *args)


def _is_axis(tree: Tree) -> bool:
    """Whether an argument is the number of an axis, as in `A.transpose(0, 1)`."""
    return any(loose.is_number(tree, axis) for axis in (-2, -1, 0, 1))


def near(text: str) -> str:
    """Return a hint for what is not known."""
    known = sorted({*FUNCTIONS, *GREEK, *SIGNS, *ACCENTS, "frac", "sqrt"})
    close = get_close_matches(text.lstrip("\\")[:80], known, n=1, cutoff=0.6)
    return f"did you mean `{close[0]}`?" if close else ""
