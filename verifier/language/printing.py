"""Trees as texts of the language: as few brackets as give the same tree back."""

from __future__ import annotations

from fractions import Fraction

from .tree import Call, Derived, Name, Number, Tree, Tuple_

# How tightly each operator binds, its sign, and what its left and right must reach.
_SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(1, 6)
_BINARY = {
    "add": (_SUM, " + ", _SUM, _PRODUCT),
    "sub": (_SUM, " - ", _SUM, _PRODUCT),
    "mul": (_PRODUCT, " * ", _PRODUCT, _SIGN),
    "div": (_PRODUCT, " / ", _PRODUCT, _SIGN),
    "matmul": (_PRODUCT, " @ ", _PRODUCT, _SIGN),
    "pow": (_POWER, "**", _ATOM, _SIGN),
}


def show(tree: Tree) -> str:
    """Print a tree so that `parse` reads the same tree."""
    return _show(tree)[0]


def _show(tree: Tree) -> tuple[str, int]:
    """Print a tree, and say how tightly the text binds."""
    match tree:
        case Number(value):
            return _number(value)
        case Name(name):
            return name, _ATOM
        case Call("neg", (operand,)):
            return f"-{_bound(operand, _SIGN)}", _SIGN
        case Call("transpose", (operand,)):
            text = _bound(operand, _ATOM)
            # `2.T` is not Python.
            return f"({text}).T" if isinstance(operand, Number) else f"{text}.T", _ATOM
        case Call(name, (left, right)) if name in _BINARY:
            level, sign, at_left, at_right = _BINARY[name]
            return f"{_bound(left, at_left)}{sign}{_bound(right, at_right)}", level
        case Call(name, args):
            return f"{name}({_list(args)})", _ATOM
        case Derived():
            return f"{_function(tree)}({_list(tree.args)})", _ATOM
        case Tuple_(items):
            return f"({_list(items)}{',' * (len(items) == 1)})", _ATOM


def _bound(tree: Tree, least: int) -> str:
    """Print a tree, in brackets where it binds less than is needed."""
    text, level = _show(tree)
    return text if level >= least else f"({text})"


def _list(trees: tuple[Tree, ...]) -> str:
    return ", ".join(map(show, trees))


def _function(tree: Derived) -> str:
    if tree.center is not None and tree.order is not None:
        return f"taylor({tree.symbol}, {show(tree.center)}, {show(tree.order)})"
    if tree.kind != "D":
        return f"{tree.kind}({tree.symbol})"
    text = tree.symbol
    for position in tree.positions:
        alone = position == 1 and len(tree.args) == 1
        text = f"D({text})" if alone else f"D({text}, {position})"
    return text


def _number(value: Fraction) -> tuple[str, int]:
    """Print a number as it would be written: 3, 0.1, 1e-12; and 1/3 for a quotient."""
    if value < 0:
        text, level = _number(-value)
        return f"-{text}", min(level, _SIGN)
    mantissa, exponent = value.numerator, 0
    below = value.denominator
    # A decimal has a denominator 2**a * 5**b: bring it to a power of ten.
    for prime, other in ((2, 5), (5, 2)):
        while below % prime == 0:
            below //= prime
            mantissa *= other
            exponent -= 1
    if below != 1:
        return f"{value.numerator}/{value.denominator}", _PRODUCT
    while mantissa and mantissa % 10 == 0:
        mantissa //= 10
        exponent += 1
    digits = str(mantissa)
    if exponent >= 0 and len(digits) + exponent <= 16:
        return digits + "0" * exponent, _ATOM
    if exponent < 0 and len(digits) + exponent > -6:
        digits = digits.zfill(1 - exponent)
        return f"{digits[:exponent]}.{digits[exponent:]}", _ATOM
    return f"{digits}e{exponent}", _ATOM
