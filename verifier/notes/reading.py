"""A document read: which formulas are statements, and what they state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..asking.entry import types_of
from ..asking.spelled import Spelled, left_out_of
from ..language.declaration import FunctionType, Type, parse_type
from ..language.tree import Call, Name, Number, Tree
from ..reading.problem import Fault, Problem
from ..spelling import loose
from ..spelling.clauses import Sides, sides_of
from ..spelling.coordinates import without_names
from ..spelling.defining import (
    Definition,
    defined,
    inserted,
    named,
    rooted,
    softmaxed,
)
from ..spelling.grammar import Context as Grammar
from ..spelling.subscripted import with_labels, with_samples, with_subscripts
from ..spelling.unindexed import capitals
from .attempting import Asking, attempted
from .chaining import Chained, differentiates, some
from .completing import (
    is_column,
    with_changes,
    with_dots,
    with_units,
    without_entries,
    without_examples,
)
from .context import Context, Defined
from .document import Document, Part
from .doubting import Habits, is_a_rule, may_be_condition, weakness
from .fits import Candidate
from .joining import with_joined
from .linear_maps import rewritten
from .lines import RELATIONS, Line, lines_of
from .maplets import maplets
from .missing import unread
from .model import ASIDE, CONDITION, READ, UNREAD, Finding
from .neighbours import moving_beside
from .pairs import Pair, is_pair, told_pair
from .preceding import (
    SAID,
    Differentiated,
    differentiated_in,
    stood_for,
    without_namesakes,
)
from .remarks import Remarks, remarks_of
from .rereading import Open, again, as_step, doubted, otherwise, weakened
from .respelling import directed
from .settling import settle
from .sides import (
    LANGUAGE,
    cancels,
    entry_name,
    expands,
    formulas,
    is_change,
    is_constant,
    is_expansion,
    is_flat,
    is_nothing,
    is_traced,
    largest_nested,
    leading,
    names_derivative,
    names_of,
    nested_names,
    orthogonal_by,
    same_names,
)
from .tables import MADE as ROW
from .tables import with_rows
from .telling import (
    DERIVATIVE,
    MATRICES,
    QUANTIFIED,
    lead,
    numbers_of,
    shown,
    sizes_said,
    without_zeros,
)

NAMED = "it is about names that the text defines, which may be of another kind"
OWN_FAULT = "a fault of the reader"
MOST_NOTED = 100
"""Characters of a formula without a relation whose names are taken note of."""
MOST_HEAD = 60
"""Characters of what is defined."""


@dataclass(frozen=True)
class Reading:
    """What was found in a document, nothing of it verified yet."""

    findings: tuple[Finding, ...] = ()
    layout: str = ""
    why_layout: str = ""
    problems: tuple[Problem, ...] = ()


@dataclass
class Reader:
    """Goes through a document from its beginning to its end."""

    document: Document
    where: Mapping[str, str] = field(default_factory=dict)
    candidates: list[Candidate] = field(default_factory=list)
    last: Differentiated | None = None

    def __post_init__(self) -> None:
        self.context = Context(self.document)
        self.remarks: Remarks = remarks_of(self.document)
        self.habits = Habits.of(self.document)
        self.pairs: dict[tuple[str, ...], dict[Tree, Pair]] = {}
        self.seen = set[str]()  # names in formulas so far
        self.closed = set[str]()  # those that a chain of derivatives gave its value

    def run(self) -> None:
        """Read all formulas."""
        found: list[Candidate | Open] = []
        for at, part in enumerate(self.document.parts):
            if part.kind != "formula":
                continue
            self.maplets(part)
            for line in lines_of(part.text):
                meant = (
                    directed(line, self.parameters(part))
                    if self.habits.linear
                    else line
                )
                read = rewritten(meant)
                if RELATIONS.search(read.text) or is_expansion(read.text):
                    found += self.line(at, part, line, read)
                else:
                    self.note(read.text)
        for one in found:  # by now all of the document is known
            if not isinstance(one, Open):
                self.candidates.append(doubted(self.context, one))
                continue
            made = again(self.context, one, self.read) if one.is_open else one.made
            first, *steps = (doubted(self.context, step) for step in made)
            first = otherwise(self.context, one, first, self.read)
            self.candidates += [first, *steps]

    def note(self, text: str) -> None:
        """Take note of the names in a formula that states nothing."""
        try:
            sides = sides_of(f"{text} = 0").sides if len(text) <= MOST_NOTED else ()
        except Fault:
            return
        self.seen.update(name for tree in sides for name in names_of(tree))

    def parameters(self, part: Part) -> dict[str, str]:
        """Return the argument of each function of one that is defined."""
        found = self.context.definitions(part)
        one = {name: d.made.parameters for name, d in found.items()}
        return {name: args[0] for name, args in one.items() if len(args) == 1}

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

    def line(
        self, at: int, part: Part, line: Line, read: Line
    ) -> Iterator[Candidate | Open]:
        """Read one line of a formula, which may be written anew for it."""
        place = self.document.place(part, line.start + lead(line.text))
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
        differs = DERIVATIVE.search(read.text) is not None
        try:
            sides = sides_of(read.text, self.grammar(definitions), some=True)
            said = (*((read.said,) if read.said else ()), *line.left_out)
            known = (definitions, differs, said)
            found = [*self.statement(at, part, sides, finding, *known)]
            self.seen.update(name for tree in sides.sides for name in names_of(tree))
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
        known = {*definitions, *self.where}
        names = {name for name in known if len(name) > 1 or name == "I"}
        letters = self.habits.commutation
        return Grammar(frozenset(names), frozenset(functions), commutation=letters)

    def statement(
        self,
        at: int,
        part: Part,
        sides: Sides,
        finding: Finding,
        definitions: Mapping[str, Defined],
        differs: bool,
        noted: tuple[str, ...],
    ) -> Iterator[Candidate | Open]:
        """Tell what a formula is, and read it if it is a statement."""
        if is_pair(finding.formula):
            return
        sides, noted = self.of_pairs(at, part, sides, noted)
        definitions = without_namesakes(definitions, sides.sides)
        definitions = without_entries(definitions, sides.sides)
        definitions = self.context.leading(definitions, sides.sides[0], part)
        known = {name: one.made for name, one in definitions.items()}
        whole = with_labels(with_subscripts(sides.sides, known), known)
        whole = with_samples(whole, known)
        whole = with_dots(whole, known)
        beside = moving_beside(self.document, at)
        whole = tuple(with_units(tree) for tree in with_changes(whole, known, beside))
        if change := capitals(whole, [made.body for made in known.values()]):
            whole = tuple(loose.mapped(tree, change) for tree in whole)
        if whole != sides.sides:
            sides = replace(sides, sides=whole, tight=())
        if (named_so := self.letter(at, sides.sides)) is not None:
            self.context.define("I", named_so, part)
            what = "a definition of `I`"
            yield Candidate(replace(finding, status=ASIDE, reason=what))
            return
        trees = list(sides.sides)
        left = trees[0]
        if len(without_names(trees)) < 2 <= len(trees):
            said = "it says what the entries of a derivative are"
            yield Candidate(replace(finding, status=ASIDE, reason=said))
            return
        made = None if is_change(left, trees[1:]) else defined(left, trees[1])
        calculus = any(map(differentiates, trees)) or is_change(left, trees[1:])
        if made is not None and (renamed := self.renamed(made, definitions)):
            self.context.define(*renamed, part)  # `J(w) = E`, of a J that is defined
            what = f"a definition of `{renamed[0]}`"
            yield Candidate(replace(finding, status=ASIDE, reason=what))
            return
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
        if made is None and not calculus and (root := rooted(left, trees[1])):
            self.context.define(*root, part)  # `E^T E = (X - M C)^T (X - M C)`
            trees = trees[1:]
            if len(trees) < 2:
                what = f"a definition of `{root[0]}`"
                yield Candidate(replace(finding, status=ASIDE, reason=what))
                return
            sides = replace(sides, sides=tuple(trees), tight=())
            left = trees[0]
        if made is None and (soft := softmaxed(left, trees[1])) is not None:
            self.context.define(*soft, part)
        if made is None and (name := entry_name(left)):
            self.context.value(name, trees[1], part)
        if made is not None and not differentiates(left):
            name, definition = made
            before = definitions.get(name)
            plain = not differentiates(trees[1])
            if name not in sides.lets and (plain or names_derivative(trees[1])):
                others = [tree for tree in trees[2:] if not differentiates(tree)]
                others = [tree for tree in others if name not in names_of(tree)]
                if not plain and others:
                    definition = replace(definition, value=others[0])
                self.context.define(name, definition, part, others if plain else ())
            rest = [tree for tree in trees[1:] if not isinstance(tree, Number)]
            # `G := ∇_Y L = 2 (Y - T)` says what the gradient is, too.
            defines = sides.defines and not names_derivative(trees[1])
            if len(rest) < 2 or defines:
                what = f"a definition of `{name}`"
                if (same := self.anew(at, sides, finding, made, before)) is not None:
                    yield same
                elif differs or MATRICES.search(finding.formula):
                    yield Candidate(replace(finding, status=ASIDE, reason=what))
                return
            sides = replace(sides, sides=tuple(rest), tight=())
            trees = rest
        if calculus and (closed := self.closing(part, trees)) is not None:
            name, trees = closed
            noted += (f"`{name}` is what that is called",)
            if len(trees) < 2:
                what = f"a definition of `{name}`"
                yield Candidate(replace(finding, status=ASIDE, reason=what))
                return
            sides = replace(sides, sides=tuple(trees), tight=())
        if calculus and len(kept := formulas(trees)) < len(trees):
            sides = replace(sides, sides=tuple(kept), tight=())
            noted += ("the value at a point, at the end, is left out",)
        piece = self.context.numbers[at]
        around = self.context.before(piece), self.context.behind(piece)
        constant = is_constant(trees, *around)
        flat = calculus and is_flat(trees)
        if part.made == ROW and is_nothing(trees):  # a rule, of what is no function
            constant = not any(name in definitions for name in names_of(left))
        if constant:
            definitions = {}
        sides, zeros = (sides, ()) if constant or flat else without_zeros(sides)
        noted += zeros
        trees = list(sides.sides)
        if len(trees) < 2:
            said = "it is set to zero, which is a condition and no rule"
            yield Candidate(replace(finding, status=ASIDE, reason=said))
            return
        if part.made:
            noted += (f"it is put together of {part.made}",)
        stated = self.context.stated_in(at)
        typed = any(fact.about == "type" for fact in stated)
        if not calculus and typed and not QUANTIFIED.search(finding.formula):
            said = "it says what its names are"
            yield Candidate(replace(finding, status=ASIDE, reason=said))
            return
        count = 0 if calculus else leading(trees)
        if count:
            trees = trees[count:]  # `P = a = b`: what P is, and a rule about that
            sides = replace(sides, sides=tuple(trees), tight=())
        unlike = not calculus and not expands(trees) and not same_names(trees)
        if unlike and self.is_told(at, orthogonal_by(trees)):
            unlike = False  # `Q Q^T = I`, of a Q that is orthogonal
        if unlike:
            said = "its sides have different names: a definition or a condition"
            if found := self.put_in(at, sides, finding, definitions, noted):
                yield from found
                return
            if (inner := named(trees)) is not None:
                self.context.define(*inner, part)
                said = f"a definition of `{inner[0]}`"
            elif len(kept := largest_nested(trees)) > 1:
                gone = [tree for one, tree in enumerate(trees) if one not in kept]
                why = "it has names that the others have not"
                noted += tuple(left_out_of(sides.shown(tree), why) for tree in gone)
                found = [*self.read(at, some(sides, kept), finding, {}, noted)]
                if all(one.finding.status == READ for one in found):
                    yield from (weakened(one, CONDITION) for one in found)
                    return
            if differs or MATRICES.search(finding.formula):
                yield Candidate(replace(finding, status=ASIDE, reason=said))
            return
        traced = is_traced(trees[0])  # `tr(M) = tr(M^T)` is a rule of every M
        if not (calculus or traced) and may_be_condition(sides, part.display):
            made = [definitions.get(name) for name in names_of(trees[0])]
            own = any(one is not None and one.within == part.within for one in made)
            known = definitions if own else {}
            if found := self.put_in(at, sides, finding, known, noted):
                yield from found  # `P P = P`, of a P that is defined
                return
        known = without_examples(definitions, trees) if calculus else {}
        meant = stood_for(trees, known, self.last, at, part) if calculus else None
        if meant is not None:
            known = {**known, meant.name: meant}
        line = self.document.place(part).line
        self.last = differentiated_in(trees, at, part, line) or self.last
        made = [*self.read(at, sides, finding, known, noted)]
        if flat:
            made = [weakened(one, CONDITION) for one in made]
        if meant is not None:
            made = [weakened(one, SAID) for one in made]
        if zeros and not calculus:  # what is set to zero is so but for a factor
            made = [weakened(one, CONDITION) for one in made]
        if calculus:
            settled = meant is not None
            yield Open(at, part, sides, finding, known, noted, tuple(made), settled)
            return
        dotted = any(True for _ in loose.calls(trees[0], loose.DOTTED))
        defined_ = any(name in definitions for name in names_of(trees[0]))
        if count and (dotted or defined_):
            made = [weakened(one, NAMED) for one in made]
        yield from made

    def of_pairs(
        self, at: int, part: Part, sides: Sides, noted: tuple[str, ...]
    ) -> tuple[Sides, tuple[str, ...]]:
        """Add what the text says of the indices of a derivative."""
        piece = self.context.numbers[at]
        around = self.context.before(piece), self.context.behind(piece)
        before = self.pairs.setdefault(part.within, {})
        if (pair := told_pair(sides.sides, around, before)) is None:
            return sides, noted
        before[sides.sides[0]] = pair
        said = " ".join(pair)
        noted += (f"it is said of `{said}` only",)
        return replace(sides, conditions=(*sides.conditions, said)), noted

    def is_told(self, at: int, name: str) -> bool:
        """Whether the text says that a matrix is orthogonal."""
        said = self.context.said(at, frozenset((name,))) if name else None
        return said is not None and said.kinds.get(name) == "orthogonal"

    def closing(
        self, part: Part, trees: Sequence[Tree]
    ) -> tuple[str, list[Tree]] | None:
        """Take note of the δ of `∂L/∂z = W^T ∂L/∂y = δ`, a name that is new there.

        Return it, and the other sides.
        """
        match trees[-1]:
            case Name(name) if names_derivative(trees[0]):
                pass
            case _:
                return None
        inside = {one for tree in trees[:-1] for one in names_of(tree)}
        if name in inside or (name in self.seen and name not in self.closed):
            return None
        self.closed.add(name)
        value = trees[1] if len(trees) > 2 else None
        self.context.define(name, Definition((), trees[0], value), part)
        return name, list(trees[:-1])

    def letter(self, at: int, trees: Sequence[Tree]) -> Definition | None:
        """Return what I is where a list of definitions has come to it, behind H."""
        if len(trees) != 2 or trees[0] != Call(loose.IDENTITY, ()):
            return None
        before = self.context.defined.get("H")
        own = self.document.parts[at]
        if before is None or before.within != own.within:
            return None
        near = before.paragraph == own.paragraph
        whole = names_of(trees[1]) - LANGUAGE and not cancels(trees[1])
        return Definition((), trees[1]) if near and whole else None

    def renamed(
        self, made: tuple[str, Definition], definitions: Mapping[str, Defined]
    ) -> tuple[str, Definition] | None:
        """Return what E is where `J(w) = E` follows what J is."""
        name, definition = made
        body, before = definition.body, definitions.get(name)
        if before is None or not definition.parameters or not isinstance(body, Name):
            return None
        if body.name in definitions or body.name in definition.parameters:
            return None
        if before.made.parameters != definition.parameters:
            return None
        arguments = tuple(map(Name, definition.parameters))
        return body.name, Definition((), Call(name, arguments))

    def anew(
        self,
        at: int,
        sides: Sides,
        finding: Finding,
        made: tuple[str, Definition],
        before: Defined | None,
    ) -> Candidate | None:
        """Read a definition of what is defined already: both must be the same."""
        name, definition = made
        if before is None or before.within != self.document.parts[at].within:
            return None
        again = before.made.parameters == definition.parameters
        if not again or before.made.body == definition.body:
            return None
        both = replace(sides, sides=(before.made.body, definition.body), tight=())
        force = {one: d for one, d in self.context.defined.items() if one != name}
        found = self.put_in(at, both, finding, force, ())
        return (
            replace(found[0], used={name: before, **found[0].used}) if found else None
        )

    def put_in(
        self,
        at: int,
        sides: Sides,
        finding: Finding,
        definitions: Mapping[str, Defined],
        noted: tuple[str, ...],
    ) -> list[Candidate]:
        """Read an equation with its definitions put in, if that is one of the same.

        Where it fails it may be a condition all the same, or another definition; a step
        of a chain is an error where others hold, with names that are defined beside it.
        """
        known = {name: one.made for name, one in definitions.items()}
        try:
            whole = tuple(inserted(tree, known) for tree in sides.sides)
        except Fault:
            return []
        if len({*whole}) < 2 or not (same_names(whole) or nested_names(whole)):
            return []
        plain = replace(sides, sides=whole, tight=())
        found = [*self.read(at, plain, finding, {}, noted)]
        if any(one.finding.status != READ for one in found):
            return []
        names = {name for tree in sides.sides for name in names_of(tree)}
        used = {name: one for name, one in definitions.items() if name in names}
        own = self.document.parts[at].within
        sure = bool(used) and all(
            not d.made.parameters and d.within == own for d in used.values()
        )
        rule = sure and len(whole) > 2
        made = (weakened(one, CONDITION, rule=rule) for one in found)
        return [replace(one, used=used) for one in made]

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
        names |= {name[1:] for name in names if name[0] == "d" and len(name) > 1}
        said, given = self.context.said(at, names), self.given(at, names)
        given = {**sizes_said(whole, said), **given}
        if self.habits.matrix and "N" in names:
            sides = replace(sides, fonts={"N": "matrix", **sides.fonts})
        if self.habits.bold and (plain := numbers_of(whole)):
            sides = replace(
                sides, fonts={**dict.fromkeys(plain, "scalar"), **sides.fonts}
            )
        if numbers := self.context.sizes(at, names):
            fonts = {**dict.fromkeys(numbers, "scalar"), **sides.fonts}
            sides = replace(sides, fonts=fonts)
        named_here = {name for tree in sides.sides for name in names_of(tree)}
        made_so = named_here & known.keys()
        if columns := [n for n in made_so if is_column(n, known)]:
            fonts = {**dict.fromkeys(columns, "vector"), **sides.fonts}
            sides = replace(sides, fonts=fonts)
        used = {
            name: one
            for name, one in definitions.items()
            if any(name in names_of(tree) for tree in sides.sides)
        }
        said = self.context.with_definitions(
            said, self.document.parts[at], used.values()
        )
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
                yield as_step(step)

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
        alike = same_names(sides.sides) or nested_names(sides.sides)
        alike |= self.is_told(at, orthogonal_by(sides.sides))
        if equation and not alike:
            said = "its sides have different names: a definition or a condition"
            yield Candidate(replace(finding, status=ASIDE, reason=said))
            return
        weak = self.weak(at, sides, first) or _differing(first)
        noted = (*candidate.noted, *made.left_out)
        rule = weak == CONDITION and is_a_rule(sides)
        finding = replace(finding, weak=weak, rule=rule)
        candidate = replace(candidate, finding=finding, noted=noted)
        yield replace(candidate, found=attempt.found)
        for one in first.also:
            part = replace(candidate, found=(one,))
            yield part if first.parted else as_step(part)

    def weak(self, at: int, sides: Sides, read: Spelled) -> str:
        """Say why a statement may be no rule; "" if it is one."""
        return weakness(self.habits, sides, read, self.document.parts[at].display)

    def given(self, at: int, names: frozenset[str]) -> dict[str, Type | FunctionType]:
        """Return the types that are given outside the text, and in remarks before."""
        types = {**self.where, **types_of(self.remarks.where(at))[0]}
        return {name: parse_type(types[name]) for name in types if name in names}


def _differing(first: Spelled) -> str:
    """Say that derivatives of one chain are read of different kinds of names."""
    for one in first.also:
        kinds = one.ranks.items()
        if any(first.ranks.get(name, kind) != kind for name, kind in kinds):
            return "its derivatives are read of other kinds of names"
    return ""


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
