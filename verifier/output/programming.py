"""A function and its derivatives as Python that runs, with NumPy, JAX or PyTorch."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..language.declaration import FunctionType, Type, of_scalars
from ..language.expression import parse
from ..language.layout import BY_SCALAR_VALUE, Layout
from ..language.printing import show
from ..language.shapes import infer
from ..language.statement import Statement
from ..language.term import SCALAR, Scope, Term, is_scalar, shared
from ..language.tree import Tree
from .equivalents import HELPERS, MODULES, helper
from .lengths import Lengths
from .snippets import Names, declared_rank, rank
from .translation import WIDTH, Translation

LAYOUTS = ("numerator", "denominator", "mixed")


@dataclass(frozen=True)
class _Function:
    """One function of a program: its name, its formula, its body."""

    name: str
    said: str
    """What its value is; before the formula, in its docstring."""
    formula: str
    body: Translation
    changes: tuple[str, ...] = ()
    """Differentials, which are further arguments."""


def program(
    statement: Statement,
    forms: Mapping[str, Tree],
    framework: str,
    lets: Mapping[str, Tree] | None = None,
    name: str = "f",
) -> str:
    """Print a function, and its derivatives by the names of fields, as Python.

    Columns are arrays of one axis. Derivatives by scalars and of scalars have the shape
    of what they differentiate, in denominator layout; Jacobians have two axes.
    NoTranslation where a framework lacks something.
    """
    writer = _Writer(statement, framework, lets or {}, name)
    functions = [writer.value()]
    for field, tree in forms.items():
        made = writer.derivative(field, tree)
        if all(made.name != known.name for known in functions):
            functions.append(made)
    return writer.text(functions)


class _Writer:
    """Writes the functions of one program."""

    def __init__(
        self,
        statement: Statement,
        framework: str,
        lets: Mapping[str, Tree],
        name: str,
    ):
        self.statement, self.framework = statement, framework
        self.lets = {**statement.lets, **lets}
        self.types = statement.values
        # A function symbol of the record keeps its name.
        self.name = "value" if name in self.types or name in self.lets else name
        reserved = {*MODULES, *HELPERS, "abs", "max", "min", self.name}
        self.taken = {*self.types, *self.lets, *statement.sizes, *reserved}
        self.names = Names(set(self.taken), reserved)
        self.lengths = Lengths(self.types, self.names)

    # functions

    def value(self) -> _Function:
        """Return the function itself."""
        tree = parse(self.statement.record.body.value)
        root = self.statement.body.shape
        wanted = "m" if rank(root) == "r" else ""
        body = self._body(tree, Layout.NUMERATOR, wanted)
        return _Function(self.name, "", show(tree), body)

    def derivative(self, field: str, tree: Tree) -> _Function:
        """Return a derivative; its name says which."""
        layout = Layout(field) if field in LAYOUTS else Layout.NUMERATOR
        kind, wanted, said = self._kind(field)
        body = self._body(tree, layout, wanted)
        differential = field == "differential"
        changes = tuple(self.statement.differentials) if differential else ()
        return _Function(f"{self.name}_{kind}", said, show(tree), body, changes)

    def _kind(self, field: str) -> tuple[str, str, str]:
        """Return what a derivative is called, what shape is wanted, what is said."""
        value, first = self.statement.body.shape, self.statement.wrt[0]
        x = self.statement.variable(first)
        row = "m" if rank(value) == "r" else ""
        if field == "differential":
            return "differential", row, f"The differential of {self.name}"
        wide = "" if is_scalar(x) else "m"
        if field == "hessian":
            return "hessian", wide, f"The Hessian of {self.name} by {first}"
        layout = Layout(field)
        said = f"The derivative of {self.name} by {first} in {field} layout"
        turned = layout.turns(self.statement.pair(first))
        if is_scalar(x):
            turned_row = "m" if (rank(value) == "v") == turned else ""
            kind = "gradient" if turned and value != SCALAR else "derivative"
            return kind, turned_row if rank(value) in "vr" else "", said
        if turned and self.statement.pair(first) == BY_SCALAR_VALUE:
            shape = "" if declared_rank(x) == rank(x.shape) else f"={first}"
            return "gradient", shape, f"The gradient of {self.name} by {first}"
        return ("gradient" if turned else "jacobian"), wide, said

    def _body(self, tree: Tree, layout: Layout, wanted: str) -> Translation:
        scope = Scope(
            self.statement.types,
            layout,
            self.lets,
            extra=self.statement.differentials,
        )
        root = infer(tree, scope)
        named = list(scope.inferred)
        whole = Term("all", SCALAR, (root, *(scope.inferred[name] for name in named)))
        root, *meanings = shared(whole).args
        lets = {
            term: self.names.own(name)
            for name, term in zip(named, meanings, strict=True)
        }
        names = Names(self.taken - {*lets.values()}, self.names.reserved)
        like = self.statement.wrt[0]
        body = Translation(self.framework, self.types, names, like, lets)
        body.finish(root, wanted)
        return body

    # text

    def text(self, functions: Sequence[_Function]) -> str:
        """Print the functions below what they need."""
        given = self._given(functions)
        parts = [self._function(function, given) for function in functions]
        needed = set().union(*(function.body.helpers for function in functions))
        helpers = [helper(n, self.framework) for n in HELPERS if n in needed]
        code = re.sub(r'"""(.|\n)*?"""', "", "\n".join([*helpers, *parts]))
        modules = {
            name: line
            for name, line in MODULES.items()
            if re.search(rf"(?<![\w.]){name}\.", code)
        }
        # The standard library stands by itself.
        standard = [line for name, line in modules.items() if name == "math"]
        others = [line for name, line in modules.items() if name != "math"]
        imports = "\n\n".join("\n".join(b) for b in (standard, others) if b)
        blocks = [imports] if imports else []
        return "\n\n\n".join([*blocks, *helpers, *parts]) + "\n"

    def _given(self, functions: Sequence[_Function]) -> list[str]:
        """Return the arguments: the variables, what is used, what shows sizes."""
        bodies = [function.body for function in functions]
        used = set().union(*(body.used for body in bodies))
        wrt = self.statement.wrt
        given = [*wrt, *(n for n in self.statement.types if n in used and n not in wrt)]
        wanted = set().union(*(body.sizes for body in bodies))
        for name in self.statement.types:
            found = {size for size, _ in self.lengths.lines(given, wanted)}
            if wanted - found and name not in given:
                more = {size for size, _ in self.lengths.lines([*given, name], wanted)}
                given += [name] if more > found else []
        return given

    def _function(self, function: _Function, given: Sequence[str]) -> str:
        body = function.body
        found = list(self.lengths.lines(given, body.sizes))
        own = [*map(self.names.own, given), *function.changes, *sorted(body.callables)]
        # What no argument shows is an argument itself.
        lost = sorted(body.sizes - {size for size, _ in found})
        own += map(self.names.own, lost)
        lines = _signature(function.name, own)
        lines += self._docstring(function, given, lost)
        lines += [f"    {line}" for _, line in found if line]
        return "\n".join([*lines, *body.lines])

    def _docstring(
        self, function: _Function, given: Sequence[str], lost: Sequence[str]
    ) -> list[str]:
        """Return the formula, and what its names are."""
        said, formula = function.said, function.formula
        callables = dict(sorted(function.body.callables.items()))
        text = f"{said}: {formula}" if said else formula
        notes = {
            name: str(self.types[name]) + _entrywise(self.types[name])
            for name in ([*given, *function.changes] if not said else [])
        }
        short = ", ".join(f"{name}: {note}" for name, note in notes.items())
        one = f'    """{text}, with {short}"""' if short else f'    """{text}"""'
        notes |= callables | dict.fromkeys(lost, "a size")
        if len(one) <= WIDTH and not (callables or lost):
            return [one]
        above = f"{said}." if said else ""
        lines = [above, "", formula] if above else [formula]
        lines += ["", *(f"{name}: {note}" for name, note in notes.items())]
        wrap = textwrap.TextWrapper(
            WIDTH - 7, break_long_words=False, break_on_hyphens=False
        ).wrap
        lines = [part for line in lines for part in wrap(line) or [""]]
        while not lines[-1]:
            lines.pop()
        lines[0] = f'"""{lines[0]}'
        return [f"    {line}".rstrip() for line in (*lines, '"""')]


def _entrywise(declared: Type | FunctionType) -> str:
    if isinstance(declared, FunctionType) and of_scalars(declared):
        return ", of arrays entry by entry" if is_scalar(declared.result) else ""
    return ""


def _signature(name: str, arguments: Sequence[str]) -> list[str]:
    """Return the first line of a function, broken as formatters do."""
    listed = ", ".join(arguments)
    line = f"def {name}({listed}):"
    if len(line) <= WIDTH:
        return [line]
    if len(listed) + 4 <= WIDTH:
        return [f"def {name}(", f"    {listed}", "):"]
    return [f"def {name}(", *(f"    {one}," for one in arguments), "):"]
