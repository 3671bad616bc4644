"""What a statement depends on that was not understood: where it fails, nobody knows.

A definition that could not be put in, a sum, a condition in words: the statement may be
right of what was meant. Each doubt says what it is, and the line that raises it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..asking.spelled import Spelled
from ..language.expression import parse
from ..language.primitives import PRIMITIVES
from ..language.tree import Call, Derived, Name, Tree
from ..spelling import loose
from ..spelling.approximate import WRITTEN
from .context import Context, Defined, Unused
from .document import Part
from .model import Inference

MOST_LED = 40
"""Names that definitions lead to, in search of what they depend on."""


@dataclass(frozen=True)
class Formulated:
    """A statement in the language, its parts at hand."""

    body: Tree
    claims: tuple[Tree, ...]
    wrt: frozenset[str]

    @classmethod
    def of(cls, read: Spelled) -> Formulated:
        """Parse what was read."""
        claims = tuple(parse(text) for _, text in read.claims)
        return cls(parse(read.body), claims, frozenset(read.wrt))

    @property
    def trees(self) -> tuple[Tree, ...]:
        """Return all sides."""
        return self.body, *self.claims


def doubts(
    context: Context, part: Part, formula: str, found: Sequence[Spelled]
) -> tuple[Inference, ...]:
    """Return why a statement may be right though it fails; of the surest reading."""
    every = [tuple(_doubts(context, part, formula, read)) for read in found]
    return min(every, key=len, default=())


def _doubts(
    context: Context, part: Part, formula: str, read: Spelled
) -> Iterator[Inference]:
    made = Formulated.of(read)
    yield from _functions(context, part, made)
    yield from _constants(context, part, made)
    yield from _certain(read, made)
    yield from _permuted(made)
    yield from _valued(context, part, made)
    yield from _listed(context, formula, made)
    yield from _expected(formula, made)
    yield from _by_itself(formula)
    yield from _sized(read, made)
    yield from _open_sizes(read, made)
    yield from _by_factors(context, part, formula)
    yield from _inverted(context, part, read)
    yield from _approximate(formula, read)
    yield from _mapped(formula, read)


# --- definitions that were not put in -----------------------------------------------


def _functions(context: Context, part: Part, made: Formulated) -> Iterator[Inference]:
    """Doubt functions taken for any ones, of which a claim says more than `D(f)`."""
    if not made.wrt:
        return
    for call in _applied(made.body):
        if not made.wrt & _names(call) or not (line := _told(context, part, call.name)):
            continue
        if not all(call.name in _derived(claim) for claim in made.claims):
            said = f"`{call.name}` is taken for any function"
            yield Inference(said, "its definition could not be used", line)


def _constants(context: Context, part: Part, made: Formulated) -> Iterator[Inference]:
    """Doubt names taken for constants that depend on what a derivative is by."""
    if not made.wrt:
        return
    by = {_letter(name) for name in made.wrt}
    for name in sorted(_names(made.body) - made.wrt):
        if _is_solved_with(context, part, name, made.wrt):
            continue
        for line, inside in _meant(context, part, name):
            if by & {_letter(one) for one in inside}:
                said = f"`{name}` is taken for a constant"
                yield Inference(said, "its definition could not be used", line)
                break


def _told(context: Context, part: Part, name: str) -> int:
    """Return the line on which a function is defined, 0 where it is not."""
    found = [one.line for one in context.every.get(name, ()) if _encloses(one, part)]
    found += [one.line for one in context.unused.get(name, ()) if _encloses(one, part)]
    return found[0] if found else 0


def _meant(
    context: Context, part: Part, name: str
) -> Iterator[tuple[int, Iterable[str]]]:
    """Yield the lines on which a name is defined, and what it depends on there."""
    for one in context.every.get(name, ()):
        if _encloses(one, part):
            yield one.line, _led(context, part, one.made.body)
    for one in context.unused.get(name, ()):
        if _encloses(one, part):
            yield one.line, _WORD.findall(one.text)


def _is_solved_with(
    context: Context, part: Part, name: str, wrt: Iterable[str]
) -> bool:
    """Whether a variable is given by a name, and that by the variable.

    Those are no definitions but what two conditions are solved for.
    """
    return any(
        name in _names(one.made.body) and _encloses(one, part)
        for variable in wrt
        for one in context.every.get(variable, ())
    )


_WORD = re.compile(r"\\?[A-Za-z]+")


def _led(context: Context, part: Part, tree: Tree) -> set[str]:
    """Return all names that a definition leads to."""
    waiting, found = [tree], set[str]()
    while waiting and len(found) < MOST_LED:
        for name in _names(waiting.pop()) - found:
            found.add(name)
            known = (one for one in context.every.get(name, ()) if _encloses(one, part))
            if (one := next(known, None)) is not None:
                waiting.append(one.made.body)
    return found


def _encloses(one: Defined | Unused, part: Part) -> bool:
    """Whether a definition counts where a formula stands, by its headings."""
    return part.within[: len(one.within)] == one.within


# --- functions that are certain ones ------------------------------------------------


def _certain(read: Spelled, made: Formulated) -> Iterator[Inference]:
    """Doubt an equation of the values of a function: it may be a certain one."""
    if read.subject != "value":
        return
    names = {call.name for tree in made.trees for call in _applied(tree)}
    names |= {name for tree in made.trees for name in _derived(tree)}
    for name in sorted(names)[:1]:
        yield Inference(f"`{name}` is taken for any function", "nothing is known of it")


def _permuted(made: Formulated) -> Iterator[Inference]:
    """Doubt a function whose arguments stand in two orders, or depend on another."""
    orders: dict[str, set[tuple[Tree, ...]]] = {}
    for tree in made.trees:
        for call in _applied(tree):
            orders.setdefault(call.name, set()).add(call.args)
        for part in loose.parts(tree):
            if isinstance(part, Derived) and part.args:
                orders.setdefault(part.symbol, set()).add(part.args)
    free = [
        (part.symbol, at)
        for tree in made.claims
        for part in loose.parts(tree)
        if isinstance(part, Derived) and made.wrt and len(part.args or ()) > 1
        for at in part.positions
        if at <= len(part.args) and not made.wrt & _names(part.args[at - 1])
    ]
    for name, at in free[:1]:
        said = f"argument {at} of `{name}` does not depend on what the derivative is by"
        yield Inference(said, "it may be meant to")
    for name, found in orders.items():
        if len(found) > 1 and len({frozenset(args) for args in found}) == 1:
            said = f"the arguments of `{name}` stand in more than one order"
            yield Inference(said, "the order may say nothing")
        mixed = any(_is_mixed(args) for args in found) and len(made.wrt) == 1
        if mixed and any(made.wrt & _names(arg) for args in found for arg in args):
            said = f"an argument of `{name}` depends on another one"
            yield Inference(said, "its derivative may be the partial or the total one")


def _is_mixed(args: Sequence[Tree]) -> bool:
    """Whether one argument, a name or what a name stood for, is a part of another."""
    return any(
        one != other and any(part == one for part in loose.parts(other))
        for one in args
        for other in args
        if _names(one)
    )


# --- what the text says beside a formula --------------------------------------------


def _valued(context: Context, part: Part, made: Formulated) -> Iterator[Inference]:
    """Doubt a claim without a name of the body to which the text gives a value."""
    claimed = {name for tree in made.claims for name in _names(tree)}
    for name in sorted(_names(made.body) - claimed):
        for one in context.values.get(name, ()):
            if _encloses(one, part):
                said = f"the text says `{name} = {one.text}`"
                yield Inference(said, "it may be meant at that value", one.line)
                break


_ANGLES = re.compile(r"\\langle\b|⟨|\\left\s*<")


def _listed(context: Context, formula: str, made: Formulated) -> Iterator[Inference]:
    """Doubt angle brackets, where a text writes vectors in them."""
    if _ANGLES.search(formula) and context.tuples:
        yield Inference("`⟨a, b⟩` is read as a product", "it may be a vector here")


_SETTING = re.compile(r"\\[,;:!> ]|\s|\\(?:mathbf|mathrm|boldsymbol|bm|bf|rm)\b|[{}]")
_BY_ITSELF = re.compile(
    r"\\[dt]?frac\\partial(?P<X>[A-Z])\\partial(?P=X)(?![_A-Za-z])|∂(?P<Y>[A-Z])/∂(?P=Y)"
)
_EXPECTED = re.compile(
    r"(?<![A-Za-z])(?:\\(?:mathbf|mathrm|mathsf|operatorname|bm|boldsymbol)\s*)?"
    r"\{?\s*E\s*\}?\s*(?:\\left|\\big|\\Big)?\s*[\[(]"
)
_SYMMETRY = re.compile(
    r"(?<!non-)(?<!non)(?<!a)(?<!un)(?<!anti)(?<!anti-)(?<!skew[- ])s[yiý]m+[eé]tri|"
    r"对称|對稱|対称|대칭|đối xứng|"
    r"симметрич|[Hh]ermitian|self-adjoint"
)
_NOT_SYMMETRIC = re.compile(
    r"\b(?:not|non|nicht|no|n't|pas|không)\b[^.]{0,20}$|[不非反]$"
)


_BECAUSE = re.compile(
    r"\b(?:because|since|car|puisque|comme|da|weil|porque|vì|поскольку|"
    r"так как)\b|因为|因為|由于|由於",
    re.IGNORECASE,
)
_WITHIN = re.compile(r"\\(?:text|mbox|textrm|mathrm)\s*\{([^{}]{0,60})\}")


_SAME = re.compile(
    r"(?<![A-Za-z])([A-Z])\s*\}?\s*=\s*(?:\\[a-z]+\s*\{?\s*)?\1\s*\}?\s*"
    r"(?:\^\s*\{?\s*(?:\\(?:top|intercal|mathsf|mathrm)\b|T\b)|'|ᵀ)"
)
"""`A = A^T`."""


def speaks_of_symmetry(words: str) -> bool:
    """Whether words before a statement say that something is symmetric."""
    return _SAME.search(words) is not None or any(
        _NOT_SYMMETRIC.search(words[: found.start()]) is None
        for found in _SYMMETRY.finditer(words.casefold())
    )


def gives_symmetry(formula: str, behind: str) -> bool:
    """Whether a formula, or the sentence behind it, has symmetry as its reason.

    What is only a case, as "if A is symmetric, this is ...", is none.
    """
    within = " ".join(_WITHIN.findall(formula))
    cause = _BECAUSE.search(behind)
    return (
        speaks_of_symmetry(within)
        or re.search(r"\bsym(?:m?\.|\b)", within) is not None
        or (cause is not None and speaks_of_symmetry(behind[cause.end() :]))
    )


def _expected(formula: str, made: Formulated) -> Iterator[Inference]:
    """Doubt a matrix E before a bracket: it may be an expectation."""
    names = {name for tree in made.trees for name in _names(tree)}
    if "E" in names and _EXPECTED.search(formula):
        yield Inference("`E` is read as a matrix", "it may be an expectation")


def _mapped(formula: str, read: Spelled) -> Iterator[Inference]:
    """Doubt `Dg(X)[V]` as a product where X is a matrix: it is a map of matrices."""
    matrices = any(read.ranks.get(name) in ("matrix", "square") for name in read.wrt)
    if matrices and _MAPPED.search(_SETTING.sub("", formula)):
        said = "`Dg(X)[V]` is read as the product of a derivative and a step"
        yield Inference(said, "the types of g were guessed from the shapes")


_MAPPED = re.compile(r"\bD\s*\\?[A-Za-z]{1,12}\s*\([^\[\]]{1,60}\)\s*\[")
"""The derivative of a function that is a map, at the step that stands in brackets."""


def _approximate(formula: str, read: Spelled) -> Iterator[Inference]:
    """Doubt `≈` of second order: Gauss and Newton leave terms out there."""
    plain = "**" not in read.error or all(
        "hessian(" in claim for _, claim in read.claims
    )
    if read.subject == "expansion" and WRITTEN.search(formula) and not plain:
        said = "`≈` is read as an expansion to the order of its last term"
        yield Inference(said, "an approximation may leave more out")


def _by_itself(formula: str) -> Iterator[Inference]:
    """Doubt `∂X/∂X` among factors: it may be a matrix of blocks."""
    if found := _BY_ITSELF.search(_SETTING.sub("", formula)):
        X = found["X"] or found["Y"]
        said = f"`∂{X}/∂{X}` is read as the derivative of a column by a column"
        yield Inference(said, "it may be a matrix of blocks")


def _sized(read: Spelled, made: Formulated) -> Iterator[Inference]:
    """Doubt the norm of a matrix whose inverse is claimed: some write `‖K‖` for it."""
    for call in loose.calls(made.body, "norm"):
        (inner, *_) = call.args
        inverse = (
            one.args[0] == inner
            for tree in made.claims
            for one in loose.calls(tree, "inv")
        )
        if isinstance(inner, Name) and any(inverse):
            said = f"`‖{inner.name}‖` is read as a norm"
            yield Inference(said, "it may be a determinant")
            return


def _open_sizes(read: Spelled, made: Formulated) -> Iterator[Inference]:
    """Doubt a commutation matrix beside a product of matrices of unknown sizes."""
    spoken = any(True for tree in made.trees for _ in loose.calls(tree, "commutation"))
    if not spoken:
        return
    inside = {
        name
        for tree in made.trees
        for product in loose.calls(tree, "kron")
        for name in _names(product)
    }
    for name in sorted(inside - read.said.facts.keys())[:1]:
        said = f"the sizes of `{name}` are those that fit"
        yield Inference(said, "the text does not give them")


_BELOW = re.compile(
    r"\\partial\s*\{?\s*(?:\\[a-z]+\s*\{?\s*)?(?P<X>[A-Za-z])\s*\}?\s*"
    r"_\s*\{?\s*(?P<at>[a-z](?:\s*,?\s*[a-z])?)\s*\}?(?![A-Za-z])"
)
"""`∂X_{jk}`, below a fraction's bar."""


def _by_factors(context: Context, part: Part, formula: str) -> Iterator[Inference]:
    """Doubt `∂f/∂X_jk` where the derivative is the sum of that and of `∂f/∂X_lm`.

    Then each is by one factor of a product only, in which X stands more than once.
    """
    if (found := _BELOW.search(formula)) is None:
        return
    X, own = found["X"], _spaceless(found["at"])
    for one in context.document.parts:
        if one.kind != "formula" or one.within != part.within:
            continue
        at = {_spaceless(f["at"]) for f in _BELOW.finditer(one.text) if f["X"] == X}
        if own in at and len(at) > 1 and _SUMMED.search(one.text):
            said = f"`∂/∂{X}_{own}` is read as the derivative by an entry of `{X}`"
            why = "it may be by one factor of a product"
            yield Inference(said, why, context.document.place(one).line)
            return


_SUMMED = re.compile(r"\+\s*\\[dt]?frac\s*\{\s*\\partial")
"""A sum of derivatives."""


def _spaceless(text: str) -> str:
    return "".join(text.replace(",", "").split())


def _inverted(context: Context, part: Part, read: Spelled) -> Iterator[Inference]:
    """Doubt that `Σ^{-1}` is `1/(l^T l)`, of a Σ that is defined as `L^T L`."""
    ranks = {"vector", "scalar"}
    for name, every in context.every.items():
        if not name[0].isupper():
            continue
        for one in every:
            inner = _names(one.made.body)
            product = any(True for _ in loose.calls(one.made.body, "transpose"))
            small = all(read.ranks.get(letter) in ranks for letter in inner)
            capital = any(letter[0].isupper() for letter in inner)
            if not (inner and product and small and capital and _encloses(one, part)):
                continue
            said = f"`{name}` is a number by its definition, as it is read"
            yield Inference(said, "it may be a matrix", one.line)
            return


# --- parts of a statement -----------------------------------------------------------


def _letter(name: str) -> str:
    """Return the letter of a name, small, without its marks: `x` of `X_i`."""
    return name.lstrip("\\").split("_")[0].casefold()


def _names(tree: Tree) -> set[str]:
    return {part.name for part in loose.parts(tree) if isinstance(part, Name)}


def _applied(tree: Tree) -> Iterator[Call]:
    """Yield the calls of functions of which nothing is known."""
    for part in loose.parts(tree):
        if isinstance(part, Call) and part.name not in KNOWN:
            yield part


KNOWN = PRIMITIVES.keys() | loose.LOOSE | loose.CALCULUS | {"hessian"}


def _derived(tree: Tree) -> set[str]:
    return {part.symbol for part in loose.parts(tree) if isinstance(part, Derived)}
