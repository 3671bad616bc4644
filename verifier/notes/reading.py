"""A document read: which formulas are statements, and what they state."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..asking.entry import types_of
from ..asking.said import Said
from ..asking.spelled import Spelled, readings
from ..language.declaration import FunctionType, Type, parse_type
from ..language.expression import parse
from ..language.primitives import PRIMITIVES
from ..language.tree import Call, Derived, Name, Number, Tree
from ..reading.problem import Fault, Problem
from ..spelling import loose
from ..spelling.clauses import Sides, sides_of
from ..spelling.defining import Definition, defined, inserted, named
from ..spelling.grammar import Context as Grammar
from ..spelling.statement import is_zero
from .choosing import ways
from .context import Context, Defined
from .document import Document, Part
from .lines import RELATIONS, Line, lines_of
from .maplets import maplets
from .model import ASIDE, READ, UNREAD, Finding
from .remarks import Remarks, remarks_of
from .settling import Candidate, settle

DERIVATIVE = re.compile(
    r"\\partial|\\nabla|∂|∇|\\frac\s*\{\s*\\?(?:mathrm|operatorname|rm)?\s*\{?d\b|"
    r"\\d?frac\{d|\bd\s*/\s*d|\bd[A-Za-z]+\s*/\s*d|\\mathrm\s*\{?\s*d\s*\}?|\bgrad\b|"
    r"\\operatorname\{grad\}|'\s*\(|\bd\s*\\?(?:log|ln|det|tr|operatorname|mathrm)|"
    r"\bd\s*\(|\bd[A-Z]\b|\bD\s*[_f(]"
)
MATRICES = re.compile(
    r"\^\s*\{?\s*(?:\\top|T\b|\\mathsf|\\intercal|-\s*1|\\dagger|')|ᵀ|⁻¹|"
    r"\\(?:det|tr|Tr|operatorname|mathrm)\b|\\\||‖|\\otimes|\\odot|\\circ"
)
MISSING = (
    "a name that is not defined",
    "a derivative of a name",
    "a derivative without its variable",
    "shapes that fit",
)
"""What a statement lacks that other definitions may bring."""
MOST_SHOWN = 400
"""Characters of a formula that a report repeats."""


@dataclass(frozen=True)
class Reading:
    """What was found in a document, nothing of it verified yet."""

    findings: tuple[Finding, ...] = ()
    layout: str = ""
    why_layout: str = ""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Open:
    """A statement that could not be read with the definitions in force."""

    at: int
    part: Part
    sides: Sides
    finding: Finding
    force: Mapping[str, Defined]
    made: Candidate
    """What was made of it, kept so that no other candidate takes its identity."""


@dataclass
class Reader:
    """Goes through a document from its beginning to its end."""

    document: Document
    where: Mapping[str, str] = field(default_factory=dict)
    candidates: list[Candidate] = field(default_factory=list)
    open: dict[int, Open] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.context = Context(self.document)
        self.remarks: Remarks = remarks_of(self.document)

    def run(self) -> None:
        """Read all formulas."""
        for at, part in enumerate(self.document.parts):
            if part.kind != "formula":
                continue
            self.maplets(part)
            for line in lines_of(part.text):
                if RELATIONS.search(line.text) is None:
                    continue
                self.candidates += self.line(at, part, line)
        self.candidates = [
            one
            for candidate in self.candidates
            for one in self.again(candidate, self.open.get(id(candidate)))
        ]

    def maplets(self, part: Part) -> None:
        """Take note of what functions do that are defined by an arrow."""
        for name, text in maplets(part.text):
            grammar = Grammar(functions=frozenset(filter(None, (name,))))
            try:
                left, right, *_ = sides_of(text, grammar).sides
            except Fault:
                continue
            if (made := defined(left, right)) is not None:
                self.context.define(*made, part)

    def again(self, candidate: Candidate, open_: Open | None) -> list[Candidate]:
        """Read a statement with other definitions, where those in force do not do."""
        if open_ is None:
            return [candidate]
        own = _own(candidate)
        for chosen in ways(
            self.context, open_.part, open_.sides.sides, open_.force, own
        ):
            made = self.read(open_.at, open_.sides, open_.finding, chosen)
            if made.finding.status == READ and not made.finding.weak:
                made = replace(made, noted=candidate.noted)
                also = made.found[0].also
                return [made, *(replace(made, found=(one,)) for one in also)]
        return [candidate]

    def line(self, at: int, part: Part, line: Line) -> Iterator[Candidate]:
        """Read one line of a formula."""
        place = self.document.place(part, line.start + _lead(line.text))
        finding = Finding(
            UNREAD,
            shown(line.text),
            place,
            section=part.within[-1] if part.within else "",
            announced=self.context.announced(at),
            expected=self.remarks.expected(at),
        )
        if self.remarks.skipped(at):
            yield Candidate(replace(finding, status=ASIDE, reason="a remark skips it"))
            return
        definitions = self.context.definitions(part)
        differs = DERIVATIVE.search(line.text) is not None
        try:
            sides = sides_of(line.text, self.grammar(definitions))
            found = [*self.statement(at, part, sides, finding, definitions, differs)]
        except Fault as fault:
            if differs or MATRICES.search(line.text):
                yield Candidate(unread(finding, fault))
            return
        yield from found

    def grammar(self, definitions: Mapping[str, Defined]) -> Grammar:
        """Return what is known of names before a formula is read."""
        functions = {name for name, made in definitions.items() if made.made.parameters}
        names = {name for name in {*definitions, *self.where} if len(name) > 1}
        return Grammar(frozenset(names), frozenset(functions))

    def statement(
        self,
        at: int,
        part: Part,
        sides: Sides,
        finding: Finding,
        definitions: Mapping[str, Defined],
        differs: bool,
    ) -> Iterator[Candidate]:
        """Tell what a formula is, and read it if it is a statement."""
        trees = list(sides.sides)
        left = trees[0]
        made = None if _is_change(left, trees[1:]) else defined(left, trees[1])
        calculus = any(map(_differentiates, trees))
        if made is not None and len(trees) > 2:
            inner = defined(trees[1], trees[2])
            if inner is not None and trees[1] != left and isinstance(trees[1], Call):
                self.context.define(*inner, part)  # `y = f(x) = x^2`
                outer = Definition(made[1].parameters, trees[2])
                self.context.define(made[0], outer, part)
                if not any(map(_differentiates, trees[2:])) and len(trees) == 3:
                    what = f"a definition of `{made[0]}` and `{inner[0]}`"
                    yield Candidate(replace(finding, status=ASIDE, reason=what))
                    return
        if made is not None and not _differentiates(left):
            name, definition = made
            plain = not _differentiates(trees[1])
            if name not in sides.lets and (plain or _names_derivative(trees[1])):
                others = [tree for tree in trees[2:] if not _differentiates(tree)]
                others = [tree for tree in others if name not in _names(tree)]
                self.context.define(name, definition, part, others if plain else ())
            rest = [tree for tree in trees[1:] if not isinstance(tree, Number)]
            if len(rest) < 2 or sides.defines:
                what = f"a definition of `{name}`"
                if differs or MATRICES.search(finding.formula):
                    yield Candidate(replace(finding, status=ASIDE, reason=what))
                return
            sides = replace(sides, sides=tuple(rest), tight=())
            trees = rest
        zero = [tree for tree in trees if is_zero(tree)]
        if zero and len(trees) - len(zero) < 2:
            said = "it is set to zero, which is a condition and no rule"
            yield Candidate(replace(finding, status=ASIDE, reason=said))
            return
        noted = ("`= 0` is left out: it is set to zero",) if zero else ()
        if zero:
            sides = replace(
                sides,
                sides=tuple(tree for tree in trees if not is_zero(tree)),
                tight=tuple(tree for tree in sides.tight if not is_zero(tree)),
            )
        stated = self.context.stated_in(at)
        if not calculus and any(fact.about == "type" for fact in stated):
            said = "it says what its names are"
            yield Candidate(replace(finding, status=ASIDE, reason=said))
            return
        if not calculus and not _expands(trees) and not _same_names(trees):
            said = "its sides have different names: a definition or a condition"
            if (inner := named(trees)) is not None:
                self.context.define(*inner, part)
                said = f"a definition of `{inner[0]}`"
            if MATRICES.search(finding.formula):
                yield Candidate(replace(finding, status=ASIDE, reason=said))
            return
        made = self.read(at, sides, finding, definitions if calculus else {})
        made = replace(made, noted=noted)
        if calculus and (made.finding.construct in MISSING or made.finding.weak):
            self.open[id(made)] = Open(at, part, sides, finding, definitions, made)
        yield made
        for one in made.found[0].also if made.found else ():
            yield replace(made, found=(one,))

    def read(
        self,
        at: int,
        sides: Sides,
        finding: Finding,
        definitions: Mapping[str, Defined],
    ) -> Candidate:
        """Read a statement with what the document has said of its names."""
        known = {name: one.made for name, one in definitions.items()}
        try:
            whole = [inserted(tree, known) for tree in sides.sides]
        except Fault as fault:
            return Candidate(unread(finding, fault))
        names = frozenset(
            part.name
            for tree in whole
            for part in loose.parts(tree)
            if isinstance(part, Name | Call)
        )
        said = self.context.said(at, names)
        used = {
            name: one
            for name, one in definitions.items()
            if any(name in _names(tree) for tree in sides.sides)
        }
        try:
            found = readings(sides, self.given(at, names), known, said)
        except Fault as fault:
            return Candidate(unread(finding, fault))
        found = [*found, *self.alternatives(at, finding, names, definitions, said)]
        if not found:
            said_ = "its shapes fit in no reading"
            return Candidate(
                replace(finding, reason=said_, construct="shapes that fit")
            )
        equation = found[0].subject == "value" and not _expands(sides.sides)
        if equation and not _same_names(sides.sides):
            said_ = "its sides have different names: a definition or a condition"
            return Candidate(replace(finding, status=ASIDE, reason=said_))
        weak = "" if _expands(sides.sides) else _about_itself(found[0])
        if (
            found[0].subject == "value"
            and not weak
            and self.may_be_condition(at, sides)
        ):
            weak = "it does not hold for all values: taken for a condition"
        if not weak and (clear := [read for read in found if not _unknown(read)]):
            found = clear
        unknown = [] if weak else _unknown(found[0])
        if unknown:
            listed = ", ".join(f"`{name}`" for name in unknown)
            reason = f"it is not said what {listed} is"
            return Candidate(
                replace(finding, reason=reason, construct="a name that is not defined")
            )
        return Candidate(
            replace(finding, status=READ, weak=weak),
            tuple(found),
            used,
            self.remarks.layout(at),
            self.context.numbers[at],
            {name: str(type_) for name, type_ in self.given(at, names).items()},
        )

    def may_be_condition(self, at: int, sides: Sides) -> bool:
        """Whether an equation may be assumed: `AB = BA`, or one in a sentence."""
        if any(map(_differentiates, sides.sides)) or _expands(sides.sides):
            return False
        short = all(
            sum(isinstance(part, Name) for part in loose.parts(tree)) <= 2
            for tree in sides.sides
        )
        return short or not self.document.parts[at].display

    def alternatives(
        self,
        at: int,
        finding: Finding,
        names: frozenset[str],
        definitions: Mapping[str, Defined],
        said: Said,
    ) -> list[Spelled]:
        """Return the readings in which powers belong to arguments: `tr(A)^{-1}`."""
        if not re.search(r"(?:tr|Tr|det)\b[^=]*\)\s*\^", finding.formula):
            return []
        grammar = replace(self.grammar(definitions), inside=True)
        try:
            other = sides_of(finding.formula, grammar)
            known = {name: one.made for name, one in definitions.items()}
            return readings(other, self.given(at, names), known, said)
        except Fault:
            return []

    def given(self, at: int, names: frozenset[str]) -> dict[str, Type | FunctionType]:
        """Return the types that are given outside the text, and in remarks before."""
        types = {**self.where, **types_of(self.remarks.where(at))[0]}
        return {name: parse_type(types[name]) for name in types if name in names}


def read_document(
    document: Document, layout: str = "", where: Mapping[str, str] | None = None
) -> Reading:
    """Read a document; with a `layout`, all of it is read in that one."""
    reader = Reader(document, dict(where or {}))
    reader.run()
    found = settle(reader.candidates, reader.context, layout, reader.where)
    return Reading(
        found.findings, found.layout, found.why, tuple(reader.remarks.problems)
    )


# --- formulas -----------------------------------------------------------------------


def shown(text: str) -> str:
    """Return a formula on one line, as far as a report repeats it."""
    line = " ".join(text.replace("&", " ").split()).strip()
    return line if len(line) <= MOST_SHOWN else line[: MOST_SHOWN - 1] + "…"


def _lead(text: str) -> int:
    return len(text) - len(text.lstrip())


def unread(finding: Finding, fault: Fault) -> Finding:
    """Return a finding that could not be read, and which construct is missing."""
    reason = "; ".join(filter(None, (fault.text, fault.hint)))
    return replace(finding, reason=reason, construct=construct(fault.text))


def construct(text: str) -> str:
    """Return what a message says is missing, for the counts."""
    for pattern, name in _CONSTRUCTS:
        if re.search(pattern, text):
            return name
    return "its grammar"


_CONSTRUCTS = (
    (r"…|dots", "dots"),
    (r"integral|∫", "an integral"),
    (r"E\b|mathbb", "an expectation"),
    (r"cases", "a definition by cases"),
    (r"order above 2|second derivative", "a higher derivative"),
    (r"inside an expression", "a derivative of an expression"),
    (r"index|entry|entries|sum ", "indices"),
    (r"list of values|stack", "a list of values"),
    (r"is defined|not known as a function|no function of", "a derivative of a name"),
    (r"is not known", "an unknown sign"),
    (r"words", "words in a formula"),
    (r"inequality", "an inequality"),
    (r"which variable", "a derivative without its variable"),
    (r"norm", "another norm"),
)


def _differentiates(tree: Tree) -> bool:
    return any(
        isinstance(part, Derived)
        or (isinstance(part, Call) and part.name in (*loose.CALCULUS, "hessian"))
        for part in loose.parts(tree)
    )


def _own(candidate: Candidate) -> frozenset[str]:
    """Return the function that a statement says something of, whatever it is."""
    if not candidate.finding.weak or not candidate.found:
        return frozenset()
    body = parse(candidate.found[0].body)
    return frozenset((body.name,)) if isinstance(body, Call) else frozenset()


def _names_derivative(tree: Tree) -> bool:
    """Whether a side is the derivative of a name by a name, which `δ` may stand for."""
    match tree:
        case Call("transpose" | loose.ACTING, (inner,)):
            return _names_derivative(inner)
        case Call(loose.PARTIAL | loose.GRADIENT, (Name(), Name())):
            return True
    return False


def _is_change(left: Tree, right: Sequence[Tree]) -> bool:
    """Whether a side is `dy`, of what the other sides say in terms of changes."""
    return _change(left) and any(
        _change(part) for tree in right for part in loose.parts(tree)
    )


def _change(tree: Tree) -> bool:
    return isinstance(tree, Name) and tree.name[:1] == "d" and len(tree.name) > 1


def _names(tree: Tree) -> set[str]:
    return {p.name for p in loose.parts(tree) if isinstance(p, Name | Call)}


_SIZES = frozenset("nmNTpdkijl") | {"e", "pi"}


def _expands(trees: Sequence[Tree]) -> bool:
    """Whether an equation has an error term, `+ o(h)`."""
    return any(
        isinstance(part, Call | Name) and part.name in ("o", "O")
        for part in loose.parts(trees[-1])
    )


def _same_names(trees: Sequence[Tree]) -> bool:
    """Whether the sides of an equation are about the same names and functions."""
    found = [
        {
            part.name
            for part in loose.parts(tree)
            if (isinstance(part, Name) and part.name not in _SIZES)
            or (isinstance(part, Call) and part.name not in _LANGUAGE)
        }
        | {part.symbol for part in loose.parts(tree) if isinstance(part, Derived)}
        for tree in trees
    ]
    composite = all(isinstance(tree, Call | Derived) for tree in trees[:1])
    return composite and bool(found[0]) and all(names == found[0] for names in found)


_LANGUAGE = (
    loose.LOOSE
    | loose.CALCULUS
    | PRIMITIVES.keys()
    | {loose.ENTRY, loose.TOTAL, loose.PRODUCT, "hessian"}
)


def _about_itself(read: Spelled) -> str:
    """Say that a statement is about a function of which nothing is known."""
    body = parse(read.body)
    symbol = isinstance(body, Call) and body.name not in PRIMITIVES
    if isinstance(body, Call) and symbol and read.subject == "function":
        plain = all(isinstance(arg, Name) for arg in body.args)
        said = f"it says what `{body.name}` is, or how its derivative is written"
        return said if plain else ""
    derived = isinstance(body, Derived) and read.subject == "value"
    if derived and isinstance(body, Derived):
        return f"it says what the derivative of `{body.symbol}` is"
    return ""


def _unknown(read: Spelled) -> list[str]:
    """Return names of a claim that its function does not have."""
    if read.subject != "function":
        return []
    body = {p.name for p in loose.parts(parse(read.body)) if isinstance(p, Name | Call)}
    body |= {p.symbol for p in loose.parts(parse(read.body)) if isinstance(p, Derived)}
    found: dict[str, None] = {}
    zero = all(text in ("0",) or text.startswith("zeros(") for _, text in read.claims)
    if not zero and not {*read.wrt} <= body:
        return [name for name in read.wrt if name not in body]
    sizes = {"n", "m", "N", "p", "q", "k", "e", "pi"}
    for _, text in read.claims:
        for part in loose.parts(parse(text)):
            name = part.symbol if isinstance(part, Derived) else ""
            if isinstance(part, Name):
                name = part.name
            change = name[:1] == "d" and name[1:] in body
            if name and name not in body and name not in sizes and not change:
                found.setdefault(name)
    symbols = [p for p in loose.parts(parse(read.body)) if isinstance(p, Call)]
    unapplied = [p.name for p in symbols if p.name not in PRIMITIVES]
    if unapplied and not found:
        derived = any(
            isinstance(part, Derived)
            for _, text in read.claims
            for part in loose.parts(parse(text))
        )
        if not derived:
            found[unapplied[0]] = None
    return list(found)
