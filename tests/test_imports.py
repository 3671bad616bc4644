"""Imports go one way, and what only reads and checks records is symbolic."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import verifier
from verifier.running.worker import environment

PACKAGE = Path(verifier.__file__).parent

ORDER = {
    "reading": """
        bounds problem source syntax nodes places fields reader record blanks mending
        writing
    """,
    "language": """
        characters decimals dimension tokens tree declaration expression printing
        arrays structure primitives synonyms layout term spectra symmetry assumption
        arguments calculus shapes pairs sizes distant statement repeated names movement
        checker schema notation
    """,
    "spelling": """
        vocabulary tokens scan runs typefaces commands rearranged scanner layers
        variations regrouping refusing loose calls coded ranges cursor
        compositions lambdas variables quotients slashes nablas blocks operators naming
        atoms superscripts postfixes words extents grammar assembly
        contraction kinds values indices samples division defining entered points
        taylor approximate
        sized cases written indexed labelled derivatives balanced differentials
        shorthand limiting claims
        statement apart adjugates alone brackets changing operating flows parsed clauses
        entries coordinates
        primes directions titles standing needs chains gradients components jacobians
        subscripted summed unindexed
    """,
    "prose": """
        facts lexicon spaces memberships sentences phrases sayings subjects clauses
        typed layouts announcing hearing
    """,
    "asking": """
        pieces inline uses domains unification loosened strict fitting readings
        inference question said ways guesses spelled expressing unfolded meant elsewise
        worded
        unsaid disguised entry
        stated onesided
    """,
    "engine": """
        settings outcome arrays
        exponential roots spectrum numeric traced matrices jets undecided arithmetic
        still ball_functions ball_spectrum principal balls residues free free_symbols
        series symbols members derived evaluate draws points ruling rules_of_axes
        rules_of_places rules_of_matrices executing jaxprs programs sides applications
        rows execution plan function
        derivative subject experiment comparison directions cancelling ranks magnitude
        finding ball_point enclosure
    """,
    "deriving": """
        algebra writing abbreviations forms products literal links rules rewriting
        derivation samples shelves stock entrywise factoring blocks shortening
        closed_form sharing naming reasons through lines narration steps
    """,
    "motion": """
        monomials places products germs inverses gamma entries elimination spectra
        arrays resonance moving breaks paths directions minima near
        limits expansions signs behaviour
    """,
    "judging": """
        shape_claim watching creases kinks verdict degrees cost rational fields trials
        exact candidates example valueless tally counting rays lines regions jumps
        crossing scaled motion witness sample proof
        weighted constants standing solving rounded confirming steep
        reasons case unenclosed holding comparing judge
    """,
    "diagnosis": """
        approach
        glimpse patient wholes factors matching terms edits additions exchanges
        classes trials
        assumptions conditions commuting conventions smallest words shortcuts search
    """,
    "results": """
        shown model answer streamed derivation coded phrases explanations checks storage
        comparison
    """,
    "notes": """
        document gathering lexing stream definitions packages macros opening inputs
        symbols pictures formulas latex codes markup masking markdown plain notebook
        scanning
        model context layering choosing maplets asides relations
        conditions frames cuts lines unapplied respelling linear_maps
        cells restructured heads rows composing tables neighbours joints joining
        remarks fits symmetry keeping excusing settling missing sides chaining
        attempting preceding called completing telling doubting pairs unsure rereading
        stating implied introducing sorting reading
    """,
    "running": """
        cache worker process interrupts chunks pool crew recent verification memo
        catalogue allowance
        device store journal versions judged memory outpost loopback cluster remote
        familiar desk session batches
        mutants selftest inquiry derived weighing noted
    """,
    "output": """
        text rounds explanation reference shells rules junit sarif github formats
        typeface boxes letters pieces forms setting spaces mathml latex unicode
        typesetting
        formulas matrices case heatmap axis failure identity page writing report changes
        sheet documents answers asked_page derived_steps derived_text coded notes_text
        notes_forms
        notes_shown
        notes_page notebook
        equivalents snippets callables lengths translation programming derived_program
    """,
    "streaming": """
        line renaming told alike answering team flow aflow resuming
    """,
    "coding": """
        formula frameworks calling shapes items asking question setting comparing
        giving running smallest facts explaining session
        drawing small variants matching naming work
    """,
    "serving": """
        limits metrics fragments work front guard lines app server
    """,
    "commands": """
        options filtering latest printing watching streaming lining verifying asking
        coding answering differentiating deriving filling prompt checking proofreading
        noting linting listing showing exporting explaining
        reporting comparing testing describing starting completing collecting serving
        cli
    """,
}
STAGES = [f"{room}.{name}" for room, names in ORDER.items() for name in names.split()]
"""A module imports only what stands before it."""

SYMBOLIC = [
    stage
    for stage in STAGES
    if stage.startswith(
        (
            "reading.",
            "language.",
            "spelling.",
            "prose.",
            "asking.",
            "notes.",
        )
    )
]
"""Stages that start no device: with them `lint`, `list` and `show` answer at once."""

NUMERIC = {"numpy", "scipy", "jax", "jaxlib", "flint"}
DRY = "import sys; import {}; print(*sys.modules)"


def tree(name: str) -> ast.Module:
    path = PACKAGE.joinpath(*name.split(".")).with_suffix(".py")
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(name: str) -> Iterator[tuple[str, str]]:
    """Yield what a module imports: ("", stage) or (package, "").

    Imports inside functions count too; those for type checkers only do not.
    """
    root = tree(name)
    skipped = {
        id(inner)
        for node in ast.walk(root)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(root):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name.partition(".")[0], ""
        elif isinstance(node, ast.ImportFrom) and node.level:
            # `from .. import x` is `verifier.x`: from a room, two levels up is the top.
            above = name.split(".")[: 2 - node.level]
            path = [*above, *(node.module or "").split(".")]
            for alias in node.names:
                stage = ".".join([*filter(None, path), alias.name])
                yield "", ".".join(stage.split(".")[:2])
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module).partition(".")[0], ""


def test_order_names_every_module_once():
    modules = {
        ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        for path in PACKAGE.glob("*/*.py")
        if path.stem != "__init__"
    }
    assert sorted(STAGES) == sorted(modules)


def test_rooms_hold_no_code_of_their_own():
    for room in ORDER:
        body = tree(f"{room}.__init__").body
        assert [type(node) for node in body] == [ast.Expr], room
    assert {path.stem for path in PACKAGE.glob("*.py")} == {"__init__", "__main__"}


@pytest.mark.parametrize("name", STAGES)
def test_stage_imports_only_earlier_ones(name):
    before = STAGES[: STAGES.index(name)]
    later = [stage for _, stage in imported(name) if stage and stage not in before]
    assert later == []


@pytest.mark.parametrize("name", SYMBOLIC)
def test_symbolic_stage_imports_nothing_numeric(name):
    assert {package for package, _ in imported(name)} & NUMERIC == set()


def test_jax_is_imported_in_the_engine_only_and_configured_in_one_module():
    users = {s for s in STAGES if "jax" in {package for package, _ in imported(s)}}
    names = ("traced", "rules_of_places", "jaxprs", "programs", "sides", "execution")
    names += ("plan",)
    assert users == {f"engine.{name}" for name in names}
    configured = {
        stage
        for stage in STAGES
        for node in ast.walk(tree(stage))
        if isinstance(node, ast.Attribute) and ast.unparse(node) == "jax.config"
    }
    assert configured == {"engine.traced"}


def test_nothing_private_of_jax_is_used():
    found = {
        (stage, module)
        for stage in STAGES
        for node in ast.walk(tree(stage))
        for module in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [f"{node.module}.{alias.name}" for alias in node.names]
            if isinstance(node, ast.ImportFrom) and not node.level
            else [ast.unparse(node)]
            if isinstance(node, ast.Attribute)
            else []
        )
        if re.match(r"(jax|jnp|lax)\b.*\._", module)
    }
    assert found == set()


@pytest.mark.parametrize(
    "module",
    [
        "verifier",
        "verifier.language.checker",
        "verifier.running.session",
        "verifier.commands.cli",
        "verifier.commands.checking",
        "verifier.commands.verifying",
    ],
)
def test_importing_starts_no_device_and_loads_nothing_numeric(module):
    done = subprocess.run(
        [sys.executable, "-c", DRY.format(module)],
        capture_output=True,
        text=True,
        check=True,
        timeout=180,
        env={**environment("cpu"), "JAX_PLATFORMS": "absent"},
    )
    modules = done.stdout.split()
    assert module in modules
    loaded = {name.partition(".")[0] for name in modules}
    assert loaded & NUMERIC == set()


def test_public_names_are_sorted_and_there():
    assert verifier.__all__ == sorted(verifier.__all__)
    for name in verifier.__all__:
        assert getattr(verifier, name).__doc__
