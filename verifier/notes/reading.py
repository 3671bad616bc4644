"""A document read: which formulas are statements, and what they state."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..asking.entry import types_of
from ..asking.spelled import Spelled
from ..language.declaration import FunctionType, Type, parse_type
from ..language.expression import parse
from ..language.tree import Call, Derived, Name, Number, Tree
from ..reading.problem import Fault, Problem
from ..spelling import loose
from ..spelling.clauses import Sides, sides_of
from ..spelling.defining import Definition, defined, inserted, named
from ..spelling.grammar import Context as Grammar
from .attempting import Asking, attempted
from .chaining import STEP, Chained, differentiates
from .choosing import swapped, ways
from .context import Context, Defined
from .document import Document, Part
from .doubting import Habits, weakness
from .fits import Candidate
from .joining import with_joined
from .lines import RELATIONS, Line, lines_of
from .maplets import maplets
from .missing import MISSING, unread
from .model import ASIDE, READ, UNREAD, Finding
from .remarks import Remarks, remarks_of
from .settling import settle
from .sides import (
    LANGUAGE,
    entry_name,
    expands,
    formulas,
    is_change,
    is_nought,
    leading,
    names_derivative,
    names_of,
    same_names,
)
from .tables import with_rows
from .unsure import doubts, speaks_of_symmetry

DERIVATIVE = re.compile(
    r"\\partial|\\nabla|∂|∇|\\frac\s*\{\s*\\?(?:mathrm|operatorname|rm)?\s*\{?d\b|"
    r"\\d?frac\{d|\bd\s*/\s*d|\bd[A-Za-z]+\s*/\s*d|\\mathrm\s*\{?\s*d\s*\}?|\bgrad\b|"
    r"\\operatorname\{grad\}|'\s*\(|\bd\s*\\?(?:log|ln|det|tr|operatorname|mathrm)|"
    r"\bd\s*\(|(?<![\\A-Za-z])d(?:[A-Za-z]\b|\s*\\(?:left|math[bi]|bold|bm|theta|beta))|"
    r"\bD\s*[_f(]|\bD[A-Za-z]\s*/\s*D[A-Za-z]\b"
)
MATRICES = re.compile(
    r"\^\s*\{?\s*(?:\\top|T\b|\\mathsf|\\intercal|-\s*1|\\dagger|')|ᵀ|⁻¹|"
    r"\\(?:det|tr|Tr|operatorname|mathrm)\b|\\\||‖|\\otimes|\\odot|\\circ"
)
NAMED = "it is about names that the text defines, which may be of another kind"
CHOSEN = "it fails with definitions of another section"
_BOLD = re.compile(r"\\(?:mathbf|boldsymbol|bm|vec|bf|pmb)\b\s*\{?\s*[a-z]\b")
MANY_BOLD = 5
"""From so many bold letters on, small ones that are not bold are numbers."""
OWN_FAULT = "a fault of the reader"
MOST_HEAD = 60
"""Characters of what is defined."""
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
    """A statement, and what was made of it with the definitions in force."""

    at: int
    part: Part
    sides: Sides
    finding: Finding
    force: Mapping[str, Defined]
    noted: tuple[str, ...]
    made: tuple[Candidate, ...]
    """What was made of it with those."""

    @property
    def is_open(self) -> bool:
        """Whether it could not be read with them."""
        first = self.made[0].finding
        return first.construct in MISSING or bool(first.weak)


@dataclass
class Reader:
    """Goes through a document from its beginning to its end."""

    document: Document
    where: Mapping[str, str] = field(default_factory=dict)
    candidates: list[Candidate] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context = Context(self.document)
        self.remarks: Remarks = remarks_of(self.document)
        formulas = [p.text for p in self.document.parts if p.kind == "formula"]
        self.habits = Habits.of(self.document)
        self.bold = sum(len(_BOLD.findall(text)) for text in formulas) >= MANY_BOLD

    def run(self) -> None:
        """Read all formulas."""
        found: list[Candidate | Open] = []
        for at, part in enumerate(self.document.parts):
            if part.kind != "formula":
                continue
            self.maplets(part)
            for line in lines_of(part.text):
                if RELATIONS.search(line.text) is None:
                    continue
                found += self.line(at, part, line)
        for one in found:  # by now all of the document is known
            if not isinstance(one, Open):
                self.candidates.append(self.doubted(one))
                continue
            made = self.again(one) if one.is_open else one.made
            first, *steps = map(self.doubted, made)
            self.candidates += [self.otherwise(one, first), *steps]

    def otherwise(self, open_: Open, candidate: Candidate) -> Candidate:
        """Add what a statement says with other definitions of the names in it."""
        finding = candidate.finding
        if finding.status != READ or finding.weak:
            return candidate
        swaps = swapped(self.context, open_.part, open_.force, candidate.used)
        more: list[Spelled] = []
        for name, force in swaps:
            try:
                (made, *_) = self.read(
                    open_.at, open_.sides, open_.finding, force, open_.noted
                )
            except Exception:  # this definition does not do
                continue
            said = f"with `{name}` as defined on line {force[name].line}"
            if made.finding.status == READ and made.found:
                first = made.found[0]
                more.append(replace(first, notes=(*first.notes, said)))
        return replace(candidate, more=tuple(more))

    def doubted(self, candidate: Candidate) -> Candidate:
        """Return a statement with what makes it doubtful where it fails."""
        finding = candidate.finding
        if finding.status != READ or not candidate.found:
            return candidate
        part = self.context.part(candidate.piece)
        why = doubts(self.context, part, finding.formula, candidate.found)
        spoken = speaks_of_symmetry(self.context.before(candidate.piece))
        finding = replace(finding, doubts=why)
        return replace(candidate, finding=finding, symmetric=spoken)

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

    def again(self, open_: Open) -> Sequence[Candidate]:
        """Read a statement with other definitions, where those in force do not do."""
        chosen_ = ways(
            self.context,
            open_.part,
            open_.sides.sides,
            open_.force,
            _own(open_.made[0]),
        )
        for chosen in chosen_:
            try:
                made = [
                    *self.read(
                        open_.at, open_.sides, open_.finding, chosen, open_.noted
                    )
                ]
            except Exception:  # these definitions do not do
                continue
            if made[0].finding.status == READ and not made[0].finding.weak:
                known = open_.force.values()
                used = made[0].used
                more = [one for one in used.values() if one not in known]
                section = open_.part.within
                # Without sections, what another definition replaces is not near it.
                near = section or not any(
                    name in open_.force and one.line != open_.force[name].line
                    for name, one in used.items()
                )
                if near and all(one.within == section for one in more):
                    return made
                return [_weakened(one, CHOSEN) for one in made]
        return open_.made

    def line(self, at: int, part: Part, line: Line) -> Iterator[Candidate | Open]:
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
            sides = sides_of(line.text, self.grammar(definitions), some=True)
            found = [*self.statement(at, part, sides, finding, definitions, differs)]
        except Fault as fault:
            self.missed(part, line)
            if differs or MATRICES.search(line.text):
                yield Candidate(unread(finding, fault))
            return
        except Exception as error:  # a fault of ours costs no other formula its verdict
            said = f"{OWN_FAULT}: {type(error).__name__}"
            yield Candidate(replace(finding, reason=said, construct=OWN_FAULT))
            return
        yield from found

    def missed(self, part: Part, line: Line) -> None:
        """Take note of a name whose definition cannot be read."""
        head, _, body = RELATIONS.sub("\0", line.text, count=1).partition("\0")
        if not 0 < len(head.strip(" &")) <= MOST_HEAD:
            return
        try:
            sides = sides_of(f"{head} = 0").sides
        except Fault:
            return
        if (made := defined(*sides)) is not None:
            self.context.miss(made[0], body, part)

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
    ) -> Iterator[Candidate | Open]:
        """Tell what a formula is, and read it if it is a statement."""
        trees = list(sides.sides)
        left = trees[0]
        made = None if is_change(left, trees[1:]) else defined(left, trees[1])
        calculus = any(map(differentiates, trees)) or is_change(left, trees[1:])
        if made is not None and len(trees) > 2:
            inner = defined(trees[1], trees[2])
            if inner is not None and trees[1] != left and isinstance(trees[1], Call):
                self.context.define(*inner, part)  # `y = f(x) = x^2`
                outer = Definition(made[1].parameters, trees[2])
                self.context.define(made[0], outer, part)
                if not any(map(differentiates, trees[2:])) and len(trees) == 3:
                    what = f"a definition of `{made[0]}` and `{inner[0]}`"
                    yield Candidate(replace(finding, status=ASIDE, reason=what))
                    return
        if made is None and (name := entry_name(left)):
            self.context.value(name, trees[1], part)
        if made is not None and not differentiates(left):
            name, definition = made
            plain = not differentiates(trees[1])
            if name not in sides.lets and (plain or names_derivative(trees[1])):
                others = [tree for tree in trees[2:] if not differentiates(tree)]
                others = [tree for tree in others if name not in names_of(tree)]
                self.context.define(name, definition, part, others if plain else ())
            rest = [tree for tree in trees[1:] if not isinstance(tree, Number)]
            if len(rest) < 2 or sides.defines:
                what = f"a definition of `{name}`"
                if differs or MATRICES.search(finding.formula):
                    yield Candidate(replace(finding, status=ASIDE, reason=what))
                return
            sides = replace(sides, sides=tuple(rest), tight=())
            trees = rest
        kept = formulas(trees) if calculus else trees
        solved = ""
        if len(kept) < len(trees):
            trees = list(kept)
            sides = replace(sides, sides=tuple(trees), tight=())
            solved = "the value at a point, at the end, is left out"
        zeros = [at for at, tree in enumerate(trees) if is_nought(tree)]
        if zeros and 1 < zeros[0] + 1 < len(trees):
            # `a = b = 0, c = d`: behind the zero the condition is solved
            trees = trees[: zeros[0] + 1]
            solved = "what stands behind `= 0` is left out: there it is solved"
            sides = replace(sides, sides=tuple(trees), tight=())
        zero = [tree for tree in trees if is_nought(tree)]
        if zero and len(trees) - len(zero) < 2:
            said = "it is set to zero, which is a condition and no rule"
            yield Candidate(replace(finding, status=ASIDE, reason=said))
            return
        noted = ("`= 0` is left out: it is set to zero",) if zero else ()
        if solved:
            noted += (solved,)
        if part.made:
            noted += (f"it is put together of {part.made}",)
        if zero:
            sides = replace(
                sides,
                sides=tuple(tree for tree in trees if not is_nought(tree)),
                tight=tuple(tree for tree in sides.tight if not is_nought(tree)),
            )
        stated = self.context.stated_in(at)
        if not calculus and any(fact.about == "type" for fact in stated):
            said = "it says what its names are"
            yield Candidate(replace(finding, status=ASIDE, reason=said))
            return
        count = 0 if calculus else leading(trees)
        if count:
            trees = trees[count:]  # `P = a = b`: what P is, and a rule about that
            sides = replace(sides, sides=tuple(trees), tight=())
        if not calculus and not expands(trees) and not same_names(trees):
            said = "its sides have different names: a definition or a condition"
            if (inner := named(trees)) is not None:
                self.context.define(*inner, part)
                said = f"a definition of `{inner[0]}`"
            if differs or MATRICES.search(finding.formula):
                yield Candidate(replace(finding, status=ASIDE, reason=said))
            return
        known = definitions if calculus else {}
        made = [*self.read(at, sides, finding, known, noted)]
        if calculus:
            yield Open(at, part, sides, finding, known, noted, tuple(made))
            return
        dotted = any(True for _ in loose.calls(trees[0], loose.DOTTED))
        defined_ = any(name in definitions for name in names_of(trees[0]))
        if count and (dotted or defined_):
            made = [_weakened(one, NAMED) for one in made]
        yield from made

    def read(
        self,
        at: int,
        sides: Sides,
        finding: Finding,
        definitions: Mapping[str, Defined],
        noted: tuple[str, ...],
    ) -> Iterator[Candidate]:
        """Read a statement with what the document has said of its names."""
        known = {name: one.made for name, one in definitions.items()}
        try:
            whole = [inserted(tree, known) for tree in sides.sides]
        except Fault as fault:
            yield Candidate(unread(finding, fault))
            return
        names = frozenset(
            part.name
            for tree in whole
            for part in loose.parts(tree)
            if isinstance(part, Name | Call)
        )
        said, given = self.context.said(at, names), self.given(at, names)
        if self.bold and (plain := _numbers(whole)):
            sides = replace(
                sides, fonts={**dict.fromkeys(plain, "scalar"), **sides.fonts}
            )
        used = {
            name: one
            for name, one in definitions.items()
            if any(name in names_of(tree) for tree in sides.sides)
        }
        candidate = Candidate(
            replace(finding, status=READ),
            (),
            used,
            self.document.parts[at].layout or self.remarks.layout(at),
            self.context.numbers[at],
            {name: str(type_) for name, type_ in given.items()},
            noted,
        )
        asking = Asking(
            candidate,
            given,
            said,
            known,
            lambda sides, read: self.weak(at, sides, read),
            len(sides.sides) + len(sides.unread) > 2,
            self.document.is_cell(self.document.parts[at]),
        )
        made = attempted(sides, asking, self.grammar(definitions))
        yield from self.candidates_of(at, made, candidate)
        for one in made.apart:
            for step in self.candidates_of(at, one, candidate):
                yield _as_step(step)

    def candidates_of(
        self, at: int, made: Chained, candidate: Candidate
    ) -> Iterator[Candidate]:
        """Return what is to be judged of a chain."""
        finding, attempt, sides = candidate.finding, made.attempt, made.sides
        if not attempt.is_read:
            reason = attempt.reason
            unread_ = replace(finding, status=UNREAD, reason=reason)
            yield Candidate(replace(unread_, construct=attempt.construct))
            return
        first = attempt.found[0]
        equation = first.subject == "value" and not expands(sides.sides)
        if equation and not same_names(sides.sides):
            said = "its sides have different names: a definition or a condition"
            yield Candidate(replace(finding, status=ASIDE, reason=said))
            return
        weak = self.weak(at, sides, first) or _differing(first)
        noted = (*candidate.noted, *made.left_out)
        candidate = replace(candidate, finding=replace(finding, weak=weak), noted=noted)
        yield replace(candidate, found=attempt.found)
        for one in first.also:
            yield _as_step(replace(candidate, found=(one,)))

    def weak(self, at: int, sides: Sides, read: Spelled) -> str:
        """Say why a statement may be no rule; "" if it is one."""
        return weakness(self.habits, sides, read, self.document.parts[at].display)

    def given(self, at: int, names: frozenset[str]) -> dict[str, Type | FunctionType]:
        """Return the types that are given outside the text, and in remarks before."""
        types = {**self.where, **types_of(self.remarks.where(at))[0]}
        return {name: parse_type(types[name]) for name in types if name in names}


def _numbers(trees: Sequence[Tree]) -> frozenset[str]:
    """Return the names of a statement of numbers, in a text whose vectors are bold.

    With a transpose or a capital in it, it is not one.
    """
    found: set[str] = set()
    for part in (part for tree in trees for part in loose.parts(tree)):
        match part:
            case Call("transpose" | loose.PRIMED | loose.NORM | loose.INNER):
                return frozenset()
            case Name(name) | Call(name) | Derived(_, name):
                found.add(name)
    found -= LANGUAGE
    return frozenset(found) if all(name[0].islower() for name in found) else frozenset()


def _differing(first: Spelled) -> str:
    """Say that derivatives of one chain are read of different kinds of names."""
    for one in first.also:
        kinds = one.ranks.items()
        if any(first.ranks.get(name, kind) != kind for name, kind in kinds):
            return "its derivatives are read of other kinds of names"
    return ""


def _as_step(candidate: Candidate) -> Candidate:
    """Return what is judged of a step between, which may be meant otherwise."""
    return replace(_weakened(candidate, STEP), noted=())


def _weakened(candidate: Candidate, why: str) -> Candidate:
    """Return what is no error of the text where it fails."""
    finding = candidate.finding
    return replace(candidate, finding=replace(finding, weak=finding.weak or why))


def read_document(
    document: Document, layout: str = "", where: Mapping[str, str] | None = None
) -> Reading:
    """Read a document; with a `layout`, all of it is read in that one."""
    reader = Reader(with_joined(with_rows(document)), dict(where or {}))
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


def _own(candidate: Candidate) -> frozenset[str]:
    """Return the function that a statement says something of, whatever it is."""
    if not candidate.finding.weak or not candidate.found:
        return frozenset()
    body = parse(candidate.found[0].body)
    return frozenset((body.name,)) if isinstance(body, Call) else frozenset()
