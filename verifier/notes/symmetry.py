"""Which matrices of a statement may be symmetric, though the text does not say so.

In `x^T A x` most are. Whoever tells `A` from `A^T` means none that is: in the statement
itself, or in another one of the same document.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..language.expression import parse
from ..language.tree import Call, Name, Tree
from ..prose.facts import Fact
from ..reading.record import Record
from ..spelling.loose import calls, mapped, parts
from .context import Context
from .fits import Candidate, Fitted

SYMMETRIC = ("symmetric", "positive_definite", "diagonal", "projection")
COVARIANCES = ("Sigma", "Lambda", "Omega")
"""Names of matrices that are symmetric without a word."""


Case = tuple[str, tuple[str, ...], int]
"""A name that is symmetric in some case, and the section and the line that say so."""


@dataclass(frozen=True)
class Symmetries:
    """What a document says, and shows, of the symmetry of its matrices."""

    told: Mapping[str, int] = field(default_factory=dict)
    """The first line on which a name is said to be symmetric, and not for one rule."""
    cases: tuple[Case, ...] = ()
    general: frozenset[str] = frozenset()
    """Names of square matrices that a statement tells from their transposes."""

    defined: frozenset[str] = frozenset()
    """Names that the text defines, as what may be symmetric."""
    context: Context | None = None

    @classmethod
    def of(cls, context: Context, fitted: Iterable[Sequence[Fitted]]) -> Symmetries:
        """Look at all of a document."""
        told, cases = dict[str, int](), list[Case]()
        for fact in context.facts:
            said = fact.about == "type" and fact.value.startswith(SYMMETRIC)
            if not said or context.is_in_a_row(fact):
                continue
            within = context.part(fact.at).within
            for name in fact.names:
                if _is_a_case(context, fact):
                    cases.append((name, within, fact.line))
                else:
                    told.setdefault(name, fact.line)
        general = {
            name
            for first, *_ in filter(None, fitted)
            for name in _told_apart(next(iter(first.records.values())))
        }
        for part in context.document.parts:
            if part.kind == "formula":
                general.update(_added(part.text))
        defined = context.every.keys() | context.unused.keys()
        return cls(told, tuple(cases), frozenset(general), frozenset(defined), context)

    def excused(
        self, candidate: Candidate, first: Fitted, names: Sequence[str]
    ) -> Sequence[str]:
        """Return the names by which a statement may mean a symmetric matrix.

        Beside a covariance most matrices are: `Σ^{-1} S Σ^{-1}`.
        """
        found = [name for name in names if self.excuses(candidate, first, name)]
        covariance = any(name.startswith(COVARIANCES) for name in found)
        if covariance and not self.general.intersection(names):
            return names
        return found

    def case(self, candidate: Candidate, name: str) -> bool:
        """Whether a case in which a name is symmetric was put before, in a section."""
        if self.context is None:
            return False
        within = self.context.part(candidate.piece).within
        line = candidate.finding.place.line
        return any(
            of == name and at < line and _is_inside(within, where)
            for of, where, at in self.cases
        )

    def excuses(self, candidate: Candidate, first: Fitted, name: str) -> bool:
        """Whether a statement may mean a symmetric matrix by a name."""
        record = next(iter(first.records.values()))
        line = candidate.finding.place.line
        if candidate.symmetric or name.startswith(COVARIANCES):
            return True
        if _never_symmetric(record, name):
            return False
        case = self.case(candidate, name)
        if name in self.general and name not in self.defined:
            return case or self.told.get(name, line) < line
        if name in self.told or case:
            return True
        plain = first.read.subject != "value" and name in first.read.said.facts
        return not plain and is_in_a_form(record, name)


_CASE = re.compile(
    r"(?:\b(?:if|when|whenever|case|cases|si|quand|lorsque|wenn|falls|sofern|ist|"
    r"cuando|siempre que|nếu|khi)\b|"
    r"若|如果|当|當|もし)[^.;。；]{0,40}$",
    re.IGNORECASE,
)


def _is_a_case(context: Context, fact: Fact) -> bool:
    """Whether something is said for a case: `if A is symmetric, this simplifies to`."""
    own = context.pieces[fact.at].text[: fact.offset]
    return _CASE.search(f"{context.before(fact.at)} {own}") is not None


def _is_inside(within: Sequence[str], section: Sequence[str]) -> bool:
    """Whether something stands in a section, or in a list of it, under no heading."""
    lists = within[len(section) :]
    return within[: len(section)] == section and all(map(_LIST.fullmatch, lists))


_LIST = re.compile(r"[a-z]+\*?")
"""The name of an environment; a heading is another."""


def _told_apart(record: Record) -> Iterator[str]:
    """Yield the square matrices that a claim adds to their transposes."""
    for name, type_ in record.where.items():
        texts = [claim.text.value for claim in record.claims]
        turned = f"{name}.T"
        if is_square(type_.value) and any(turned in text for text in texts):
            sums = (one for t in texts for one in calls(parse(t), "add", "sub"))
            if any(_differs_by(name, *one.args) for one in sums):
                yield name


def _differs_by(name: str, left: Tree, right: Tree) -> bool:
    """Whether two terms are the same but for the transpose of a name."""
    turned = Call("transpose", (Name(name),))

    def plain(part: Tree) -> Tree:
        return Name(name) if part == turned else part

    return left != right and mapped(left, plain) == mapped(right, plain)


def _never_symmetric(record: Record, name: str) -> bool:
    """Whether each claim has a name both as it is and transposed.

    In `(A + A^T) x = 2 A x` it is simplified, as if it was symmetric.
    """
    turned = Call("transpose", (Name(name),))
    for claim in record.claims:
        found = [*parts(parse(claim.text.value))]
        if not found.count(Name(name)) > found.count(turned) > 0:
            return False
    return True


_FONT = re.compile(
    r"\\(?:mathbf|mathrm|mathit|mathsf|boldsymbol|bm|pmb|bf|rm|left|right)\b|[{}\s&]"
)
_TURNED = r"(?:\^(?:\\top|\\intercal|\\prime|T|t|')|'|ᵀ)"
_ADDED = re.compile(
    rf"([A-Z](?:_\w)?)(\w*)\+\1{_TURNED}\2|([A-Z](?:_\w)?){_TURNED}(\w*)\+\3\4(?!{_TURNED})"
)
"""`A x + A^T x`, `A^T + A`."""


def _added(formula: str) -> Iterator[str]:
    """Yield the names that a formula, even an unread one, adds to their transposes."""
    for found in _ADDED.finditer(_FONT.sub("", formula)):
        yield found[1] or found[3]


def is_square(type_: str) -> bool:
    """Whether a type is one of square matrices that may be symmetric."""
    kind, _, sizes = type_.partition("(")
    rows, _, columns = sizes.rstrip(")").partition(",")
    square = kind == "matrix" and rows.strip() == columns.strip()
    return kind == "invertible" or square


def is_in_a_form(record: Record, name: str) -> bool:
    """Whether a matrix stands in a form `x.T @ A @ x`, where most are symmetric."""
    texts = [record.body.value, *(claim.text.value for claim in record.claims)]
    products = (part for text in texts for part in calls(parse(text), "matmul"))
    return any(
        _transposed(left) == right and Name(name) in {*parts(middle)}
        for product in products
        for left, middle, right in _triples(_factors(product))
    )


def made_symmetric(record: Record, names: Iterable[str]) -> Record:
    """Return a record where some square matrices are symmetric."""
    found = dict(record.where)
    for name in names:
        size = found[name].value.partition("(")[2].rstrip(")").partition(",")[0]
        found[name] = replace(found[name], value=f"symmetric({size.strip()})")
    return replace(record, where=found)


def _transposed(tree: Tree) -> Tree:
    if isinstance(tree, Call) and tree.name == "transpose":
        return tree.args[0]
    return Call("transpose", (tree,))


def _factors(tree: Tree) -> list[Tree]:
    """Return the matrices of a product; `1/2 * x.T` is x.T here."""
    match tree:
        case Call("matmul", args):
            return [factor for arg in args for factor in _factors(arg)]
        case Call("mul" | "neg", (*_, last)):
            return _factors(last)
    return [tree]


def _triples(factors: Sequence[Tree]) -> Iterator[tuple[Tree, Tree, Tree]]:
    return zip(factors, factors[1:], factors[2:], strict=False)
