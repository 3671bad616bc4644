"""Printed programs run: every primitive and records of the catalogue, by the engine."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from inspect import signature
from math import prod
from typing import Any

import numpy as np
import pytest
from programmed import as_given, difference, points, run
from stated import quadratic, statement

from verifier.engine import numeric
from verifier.language.checker import check
from verifier.language.expression import parse
from verifier.language.primitives import FUNCTIONS, PRIMITIVES, Row
from verifier.language.statement import Statement
from verifier.language.term import Term
from verifier.language.tree import Tree
from verifier.output.equivalents import FRAMEWORKS
from verifier.output.programming import program
from verifier.output.snippets import rank
from verifier.output.translation import NoTranslation
from verifier.reading.record import load
from verifier.running.catalogue import builtin

SIZES = {"m": 2, "n": 3, "p": 4, "q": 5}
LACKING = {"jax": {"logm"}, "torch": {"sqrtm", "logm"}}
"""What a framework has for symmetric matrices only."""
SAME = 1e-9
INSTALLED = [
    name if find_spec(name) else pytest.param(name, marks=pytest.mark.skip("no torch"))
    for name in FRAMEWORKS
]


@dataclass(frozen=True)
class Case:
    """A text of the language, the types of its names, and their values."""

    text: str
    types: dict[str, str]
    drawn: dict[str, Any]

    @cached_property
    def stated(self) -> Statement:
        """The function of the text; a number is what it is differentiated by."""
        where = {**self.types, "t": "scalar"}
        known = set(re.findall(r"(?<![*\w])\w+(?![*\w])", str(self.types)))
        for size in SIZES:
            if re.search(rf"\b{size}\b", self.text) and size not in known:
                where[f"s{size}"] = f"vector({size})"
        return statement(where=where, function=self.text, wrt="t", numerator="t")

    @property
    def wanted(self) -> np.ndarray:
        """The value by the rows of the table; a row keeps its two axes."""
        body = self.stated.body
        X = self._of(body)
        return as_given(X, rank(body.shape)) if rank(body.shape) in "sv" else X

    def _of(self, term: Term) -> Any:
        if term.op == "number":
            return numeric.constant(term.value)
        if term.op == "size":
            return numeric.constant(term.dims[0].number(SIZES))
        if term.op == "constant":
            return numeric.constant(np.pi)
        if term.op == "variable":
            X = self.values[term.name]
            return X.reshape(*X.shape, *[1] * (2 - X.ndim))
        args = [*map(self._of, term.args)] + ([int(term.value)] if term.value else [])
        args += [int(dim.number(SIZES)) for dim in term.dims]
        return PRIMITIVES[term.op].value(numeric, *args)

    @property
    def values(self) -> dict[str, np.ndarray]:
        sizes = {f"s{size}": np.ones(count) for size, count in SIZES.items()}
        return {**sizes, **self.drawn, "t": np.array(1.5)}

    def made(self, framework: str) -> tuple[Callable, list[np.ndarray]]:
        """Return the printed function, and its arguments."""
        function = run(program(self.stated, {}, framework))["f"]
        return function, [self.values[name] for name in signature(function).parameters]


def case_of(row: Row, **kinds: str) -> Case:
    """Return a primitive of matrices; some parameters have another type."""
    types: dict[str, str] = {}
    args = []
    for parameter in ["m n"] * 2 if row.signature == "elementwise" else row.parameters:
        if parameter.startswith("#"):
            args.append(parameter[1:])
        elif parameter in ("integer", "index"):
            args.append("2")
        else:
            name = "XYZ"[len(types)]
            rows, columns = parameter.split()
            type = f"vector({rows})" if columns == "1" else f"matrix({rows}, {columns})"
            types[name] = kinds.get(parameter.replace(" ", ""), type)
            args.append(name)
    return Case(written(row, args), types, draw(types, row.name))


def written(row: Row, args: list[str]) -> str:
    if row.symbol == ".T":
        return f"{args[0]}.T"
    if row.symbol:
        return f" {row.symbol} ".join(args) if len(args) > 1 else f"-{args[0]}"
    return f"{row.name}({', '.join(args)})"


def draw(types: dict[str, str], name: str) -> dict[str, np.ndarray]:
    """Return values of names, at which a primitive has a value."""
    random = np.random.default_rng(7)
    found = {}
    for key, type in types.items():
        dims = re.findall(r"[\w*]+", type.partition("(")[2])
        dims *= 2 if "definite" in type else 1
        shape = [prod(SIZES.get(d) or int(d) for d in dim.split("*")) for dim in dims]
        low = 1.1 if name == "acosh" else 0.1
        X = random.uniform(low, low + 0.8, shape)
        if len(shape) == 2 and shape[0] == shape[1]:
            # Positive eigenvalues, and no symmetry where none is declared.
            X = X / 10 + np.diag(np.arange(1.0, shape[0] + 1))
            X = (X + X.T) / 2 if "definite" in type else X
        found[key] = X
    return found


def results(framework: str, made: list[tuple[Callable, list[Any]]]) -> list[Any]:
    """Call functions; JAX compiles them all at once, which is faster."""
    if framework == "jax":
        import jax

        functions = [function for function, _ in made]
        whole = jax.jit(
            lambda given: [f(*args) for f, args in zip(functions, given, strict=True)]
        )
        given = [args for _, args in made]
        options: dict[str, str | bool] = {"xla_backend_optimization_level": "0"}
        return whole.lower(given).compile(compiler_options=options)(given)
    if framework == "torch":
        from torch import from_numpy  # type: ignore

        return [f(*(from_numpy(np.array(x)) for x in args)) for f, args in made]
    return [function(*args) for function, args in made]


def compare(framework: str, cases: list[Case]) -> None:
    found = results(framework, [case.made(framework) for case in cases])
    for case, value in zip(cases, map(np.asarray, found), strict=True):
        wanted = case.wanted
        assert value.shape == wanted.shape, case.text
        gap = abs(value - wanted).max()
        assert gap <= SAME * max(1.0, abs(wanted).max()), case.text


@pytest.mark.parametrize("framework", INSTALLED)
def test_every_primitive_has_the_value_of_its_row(framework, x64):
    cases = []
    for row in PRIMITIVES.values():
        if row.name not in LACKING.get(framework, ()) and not row.symmetric:
            cases.append(case_of(row))
        else:
            cases.append(case_of(row, nn="positive_definite(n)"))
    cases += [
        case_of(PRIMITIVES[name], nn="positive_definite(n)")
        for name in ("sqrtm", "logm", "eigenvalues")
    ]
    compare(framework, cases)


@pytest.mark.parametrize("framework", LACKING)
def test_what_a_framework_lacks_is_named(framework):
    assert LACKING[framework]
    for row in PRIMITIVES.values():
        case = case_of(row) if not row.symmetric else None
        if row.name in LACKING[framework] and case is not None:
            said = f"{framework} has no `{row.name}` of a matrix that may be unsymm"
            with pytest.raises(NoTranslation, match=said):
                case.made(framework)


@pytest.mark.parametrize("framework", INSTALLED)
def test_primitives_of_a_column_a_row_and_a_number(framework, x64):
    rows = [row for row in FUNCTIONS.values() if row.signature.startswith("m n ->")]
    # JAX compiles each one, so it is shown those that differ by rank.
    if framework == "jax":
        rows = [row for row in rows if not row.entrywise]
    assert len(rows) > 15
    types = {"X": "vector(n)"}
    cases = [
        Case(written(row, [arg]), types, draw(types, row.name))
        for row in rows
        for arg in ("X", "X.T", "t")
        if arg != "t" or row.name not in ("arcsin", "arccos", "atanh")
    ]
    compare(framework, cases)


@pytest.mark.parametrize("framework", INSTALLED)
def test_products_and_blocks_of_columns_and_rows(framework, x64):
    types = {"X": "vector(n)", "Y": "vector(m)", "Z": "matrix(n, m)"}
    texts = (
        "X @ Y.T", "X.T @ Z @ Y", "X.T @ Z", "Z @ Y", "X @ t", "t @ X.T", "X.T @ X",
        "kron(X, Y)", "kron(X.T, Y.T)", "kron(X, Y.T)", "kron(X.T, Y)", "kron(Z, Y)",
        "kron(Y.T, Z)", "kron(t, Z)", "khatri_rao(X, Y)", "khatri_rao(X.T, Z.T)",
        "hstack(Z, X)", "hstack(X, Z)", "hstack(X, X)", "hstack(X.T, t)",
        "hstack(X.T, Y.T)", "vstack(Z, Y.T)", "vstack(Y.T, Z)", "vstack(Y.T, Y.T)",
        "vstack(X, t)", "vstack(X, Y)", "vstack(Z, Z)", "unvec(vec(Z), n, m)",
        "unvec(X, n, 1)", "unvec(X, 1, n)", "vec(X.T)", "ones(n, 1)", "ones(1, n)",
        "zeros(1, 1)", "ones(1, 1)", "zeros(n, 1)", "eye(1)", "diag(t)", "unit(1, n)",
        "solve(X @ X.T + eye(n), X)", "inv(X.T @ X)", "det(X.T @ X)", "tr(X.T @ X)",
        "X**2 - 1 / X", "sqrt(1 / 2) * X", "exp(-X**2)", "2**t * X", "X**(1/3)",
        "relu(1 - 2 * X)", "maximum(X, 1 / 2)", "digamma(2) * X", "pi * X / n",
        "commutation(n, 1)", "step(X - 1 / 2)", "tril(X @ Y.T)", "cumsum(Z)",
    )  # fmt: skip
    drawn = draw(types, "")
    # What JAX has is spelled as in NumPy, and takes long to compile.
    few = texts[::5] if framework == "jax" else texts
    compare(framework, [Case(text, types, drawn) for text in few])


def test_products_of_columns_and_rows_are_inner_and_outer_ones():
    found = statement(
        **quadratic(function="x.T @ A @ x * (x @ x.T)", numerator="x", wrt="x")
    )
    text = program(found, {}, "numpy")
    assert "return x @ A @ x * np.outer(x, x)" in text


def test_program_reads_as_a_person_would_write_it():
    found = statement(**quadratic(denominator="(A + A.T) @ x", hessian="A + A.T"))
    forms = {"denominator": parse("(A + A.T) @ x"), "numerator": parse("x.T @ A")}
    assert (
        program(found, forms, "numpy")
        == '''\
def f(x, A):
    """x.T @ A @ x, with x: vector(n), A: matrix(n, n)"""
    return x @ A @ x


def f_gradient(x, A):
    """The gradient of f by x: (A + A.T) @ x"""
    return (A + A.T) @ x


def f_jacobian(x, A):
    """The derivative of f by x in numerator layout: x.T @ A"""
    return (x @ A)[None, :]
'''
    )


def test_shared_parts_are_local_variables():
    found = statement(
        where={"A": "matrix(m, n)", "x": "vector(n)", "b": "vector(m)"},
        let={"r": "A @ x - b"},
        function="r.T @ r / m",
        wrt="x",
        denominator="x",
    )
    forms = {"denominator": parse("2 * A.T @ r / (m * norm(r) * norm(A @ x))")}
    text = program(found, forms, "torch")
    assert (
        text
        == '''\
import torch


def f(x, A, b):
    """r.T @ r / m, with x: vector(n), A: matrix(m, n), b: vector(m)"""
    m = A.shape[0]
    r = A @ x - b
    return r @ r / m


def f_gradient(x, A, b):
    """The gradient of f by x: 2 * A.T @ r / (m * norm(r) * norm(A @ x))"""
    m = A.shape[0]
    A_x = A @ x
    r = A_x - b
    return 2 * A.T @ r / (m * torch.linalg.norm(r) * torch.linalg.norm(A_x))
'''
    )


def test_names_of_python_and_of_modules_get_out_of_the_way():
    where = {"np": "vector(n)", "f": "scalar -> scalar"}
    found = statement(where=where, function="f(sum(np))", wrt="np", numerator="np.T")
    text = program(found, {}, "numpy")
    assert "def value(np_, f):" in text
    point = {"np_": np.ones(3), "f": lambda s: 2 * s}
    assert run(text)["value"](**point) == 6


def test_sizes_come_from_the_arguments_or_are_arguments():
    cases = {
        "matrix(n + 2, 2*n)": "n = X.shape[0] - 2",
        "vector(n*n)": "n = math.isqrt(4 * X.shape[0]) // 2",
        "vector(n*(n + 1)/2)": "n = (math.isqrt(8 * X.shape[0] + 1) - 1) // 2",
        "matrix(m, n)": "m, n = X.shape",
    }
    for type, line in cases.items():
        more = "m * " if "m," in type else ""
        found = statement(
            where={"X": type}, function=f"{more}n * sum(X)", wrt="X", numerator="X"
        )
        text = program(found, {}, "numpy")
        assert line in text
        scope = run(text)
        shape = {"matrix(n + 2, 2*n)": (5, 6), "matrix(m, n)": (1, 3)}.get(type)
        X = np.ones(shape or (9 if "n*n" in type else 6))
        assert scope["f"](X) == 3 * X.size
    where = {"x": "vector(n)", "g": "vector(n) -> vector(p)"}
    found = statement(where=where, function="p * g(x)", wrt="x", numerator="x")
    assert "def f(x, g, p):" in program(found, {}, "numpy")


def test_matrix_of_one_column_keeps_its_shape():
    found = statement(
        where={"X": "matrix(n, 1)"}, function="X.T @ X", wrt="X", denominator="2 * X"
    )
    scope = run(program(found, {"denominator": parse("2 * X")}, "numpy"))
    X = np.ones((3, 1))
    assert scope["f"](X) == 3
    assert scope["f_gradient"](X).tolist() == (2 * X).tolist()


# Records of the catalogue.


def picked(step: int) -> list[tuple[Statement, dict[str, Tree]]]:
    """Return some records of functions with what they claim."""
    records, _ = load([builtin()])
    functions = [record for record in records if record.subject == "function"]
    found = []
    for record in functions[::step]:
        if "any-matrix" in record.id:  # whose eigenvalues are not real
            continue
        known, _ = check(record)
        assert known is not None
        forms = {claim.field: claim for claim in known.claims if claim.fits}
        trees = {
            part: parse(claim.text)
            for field, claim in forms.items()
            for part in (("numerator", "denominator") if field == "both" else (field,))
        }
        found.append((known, trees))
    return found


@pytest.fixture(scope="module")
def some() -> list[tuple[Statement, dict[str, Tree]]]:
    return picked(35)


@pytest.mark.parametrize("framework", INSTALLED)
def test_programs_of_records_have_the_values_of_the_engine(framework, some, x64):
    compared = set()
    # JAX takes long, and one point of each is enough.
    for known, forms in some[::10] if framework == "jax" else some:
        text = program(known, forms, framework)
        for point in points(known, most=1)[: 1 if framework == "jax" else 2]:
            gaps = difference(known, forms, text, point, framework)
            for field, gap in gaps.items():
                assert gap <= SAME, (known.record.id, field)
                compared.add(known.record.id)
    assert len(compared) >= (3 if framework == "jax" else 30)


def test_gradients_agree_with_differences_of_the_function():
    records = (
        quadratic(denominator="(A + A.T) @ x"),
        quadratic(
            where={"x": "vector(n)", "A": "matrix(m, n)", "b": "vector(m)"},
            function="logsumexp(A @ x - b) + norm(x)",
            denominator="A.T @ softmax(A @ x - b) + x / norm(x)",
        ),
        quadratic(
            where={"x": "matrix(n, n)", "A": "matrix(n, n)"},
            function="tr(A @ inv(x)) + logdet(x)",
            denominator="-(inv(x) @ A @ inv(x)).T + inv(x).T",
        ),
    )
    for fields in records:
        fields.pop("numerator")
        found = statement(**fields)
        forms = {"denominator": parse(fields["denominator"])}
        scope = run(program(found, forms, "numpy"))
        random = np.random.default_rng(3)
        sizes = {"n": 3, "m": 2}
        args = {
            name: random.normal(size=[sizes[d] for d in re.findall(r"[mn]\b", type)])
            for name, type in fields["where"].items()
        }
        x, G = args["x"], scope["f_gradient"](**args)
        assert G.shape == x.shape
        for i in np.ndindex(*x.shape):
            step = np.zeros(x.shape)
            step[i] = 1e-6
            up, down = (scope["f"](**{**args, "x": x + s}) for s in (step, -step))
            assert abs((up - down) / 2e-6 - G[i]) < 1e-6


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_programs_stand_as_a_formatter_would_leave_them(framework, some, tmp_path):
    ruff = shutil.which("ruff")
    for i, (known, forms) in enumerate(some):
        text = program(known, forms, framework)
        ast.parse(text)
        assert all(len(line) <= 88 for line in text.splitlines())
        (tmp_path / f"made_{i}.py").write_text(text, encoding="utf-8")
    if ruff is None:
        pytest.skip("no ruff")
    for command in (["format", "--check"], ["check", "--select", "E,F,I,W,UP,B"]):
        words = [ruff, *command, "--isolated", "--ignore", "E741"]
        words = words[:-2] if "format" in command else words
        done = subprocess.run([*words, tmp_path], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout


@pytest.fixture
def x64():
    """Give JAX numbers of 64 bits, as the engine has them."""
    import jax

    before = jax.config.read("jax_enable_x64")
    jax.config.update("jax_enable_x64", True)
    yield
    jax.config.update("jax_enable_x64", before)
