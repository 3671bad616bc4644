"""Make the parts of the documentation that the code's own tables say.

`python docs/tables.py` puts what `NAME(WORDS)` returns between the lines

    <!-- generated: NAME WORDS -->
    <!-- end -->

of a page. With `--check` it writes nothing, and fails where a page is stale.
"""

from __future__ import annotations

import argparse
import dataclasses
import inspect
import re
import sys
import textwrap
from collections.abc import Iterable, Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any

import verifier
from verifier.commands import cli
from verifier.language import declaration
from verifier.language.notation import GRAMMAR, RULES, SPELLINGS
from verifier.language.primitives import PRIMITIVES
from verifier.language.schema import DESCRIPTIONS
from verifier.output.reference import called, shapes
from verifier.reading import fields
from verifier.reading.bounds import BOUNDS, Bound
from verifier.results.explanations import explanations as all_explanations

DOCS = Path(__file__).resolve().parent
MARK = re.compile(
    r"^(?P<mark><!-- generated: (?P<name>[a-z-]+)(?P<words>( [a-z]+)*) -->\n)"
    r".*?^<!-- end -->$",
    re.M | re.S,
)


def filled(page: str) -> str:
    """Return a page with what is generated in its places."""

    def made(found: re.Match[str]) -> str:
        text = GENERATED[found["name"]](*found["words"].split())
        return f"{found['mark']}\n{text}\n\n<!-- end -->"

    return MARK.sub(made, page)


def stale() -> dict[Path, str]:
    """Return the pages that are not as they would be made, and what they should say."""
    found = {}
    for path in sorted(DOCS.glob("*.md")):
        page = path.read_text(encoding="utf-8")
        if (made := filled(page)) != page:
            found[path] = made
    return found


def main() -> int:
    """Write the pages anew, or only say which of them are stale."""
    found = stale()
    for path, made in found.items():
        print(f"docs/{path.name}")
        if "--check" not in sys.argv:
            path.write_text(made, encoding="utf-8", newline="\n")
    return 1 if found and "--check" in sys.argv else 0


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table of Markdown."""
    lines = [list(head)]
    lines += [["---"] * len(lines[0]), *map(list, rows)]
    return "\n".join(f"| {' | '.join(map(cell, line))} |" for line in lines)


def cell(text: str) -> str:
    """Return a text that ends no cell."""
    return text.replace("|", "\\|")


def code(text: str) -> str:
    """Return a text as code."""
    return f"`{text}`"


def codes(words: Iterable[str]) -> str:
    """Return words as code, with commas."""
    return ", ".join(map(code, words))


# --- the format ---------------------------------------------------------------------


def keys() -> str:
    """Every key that is no subject, and what it says."""
    names = [key for key in fields.KEYS if key not in fields.SUBJECTS]
    return table(["key", "meaning"], [[code(k), DESCRIPTIONS[k]] for k in names])


def subjects() -> str:
    """What goes with what."""
    return table(
        ["subject", "needs", "may have", "claims", "meaning"],
        [
            [
                code(name),
                codes(rule.needs),
                codes(rule.may),
                codes(rule.claims),
                DESCRIPTIONS[name],
            ]
            for name, rule in fields.SUBJECTS.items()
        ],
    )


def types() -> str:
    """Every type of a value."""
    rows = [[code(row.example), row.help] for row in declaration.KINDS.values()]
    return table(["type", "a value is"], rows)


def functions_types() -> str:
    """What a function symbol may be."""
    kinds = codes(
        declaration.KINDS[kind].example for kind in declaration.FUNCTION_KINDS
    )
    properties = codes(f"{p} vector(n) -> scalar" for p in declaration.PROPERTIES)
    return (
        "A function is declared by its arguments and its result: "
        "`vector(n) -> vector(m)`, `scalar -> matrix(m, n)`. "
        f"Both are made of {kinds}. "
        f"A property may stand in front: {properties}."
    )


def operators() -> str:
    """Every operator."""
    rows = [row for row in PRIMITIVES.values() if row.symbol]
    return table(
        ["operator", "meaning"],
        [[code(row.symbol), row.help] for row in rows],
    )


def functions() -> str:
    """Every function, with the shapes that it takes and gives."""
    rows = [row for row in PRIMITIVES.values() if not row.symbol]
    return table(
        ["function", "takes", "gives", "is"],
        [[code(called(row)), *shapes(row), row.help] for row in rows],
    )


def limits(*groups: str) -> str:
    """What is refused for its size, and in which words."""
    rows = [
        [one.of, f"{one.value:,} {one.unit}".strip(), said_of(one)]
        for group in groups or BOUNDS
        for one in BOUNDS[group]
    ]
    return table(["what", "at most", "what is said of more"], rows)


def said_of(bound: Bound) -> str:
    """The words of a limit, with dots for what is only known then."""
    names = re.findall(r"{(\w+)}", bound.text)
    return bound.said(**{name: "..." for name in names if name != "limit"})


# --- words, commands, names ---------------------------------------------------------


def explanations(group: str) -> str:
    """Every explanation of a group, with its examples."""
    parts = []
    for one in all_explanations():
        if one.group == group:
            parts.append(f"### `{one.kind}`\n\n{one.means}")
            if one.wrong:
                parts.append(f'```yaml title="gets it"\n{one.wrong.rstrip()}\n```')
            if one.right:
                title = "does not" if one.wrong else "gets it"
                parts.append(f'```yaml title="{title}"\n{one.right.rstrip()}\n```')
            parts += [one.do] if one.do else []
    return "\n\n".join(parts)


def commands() -> str:
    """Every command with its arguments, as the parser knows them."""
    parts = []
    for action in cli.parser()._actions:
        if not isinstance(action, argparse._SubParsersAction):
            continue
        for name, sub in action.choices.items():
            usage = " ".join(sub.format_usage().removeprefix("usage: ").split())
            usage = textwrap.fill(usage, 72, subsequent_indent=" " * 8)
            parts.append(f"## `nabla {name}`\n\n{sub.description}")
            parts.append(f"```text\n{usage}\n```")
            rows = [
                [written(inner), meaning(inner)]
                for inner in sub._actions
                if inner.dest != "help"
            ]
            parts += [table(["argument", "meaning"], rows)] if rows else []
    return "\n\n".join(parts)


def written(action: argparse.Action) -> str:
    """Return an argument as it is typed."""
    if not action.option_strings:
        return code(str(action.metavar or action.dest.upper()))
    value = "" if action.nargs == 0 else action.metavar or action.dest[0].upper()
    return code(f"{', '.join(action.option_strings)} {value}".strip())


def meaning(action: argparse.Action) -> str:
    """Return what an argument means, and what may stand for it."""
    said = (action.help or "").replace("%%", "%")
    choices = list(map(str, action.choices or ()))
    told = all(choice in said for choice in choices)
    return said if told else f"{codes(choices)}: {said}"


def api() -> str:
    """Every public name: how it is called, what it does, which fields it has."""
    parts = []
    for name in verifier.__all__:
        found = getattr(verifier, name)
        parts.append(f"## `{name}`")
        if not dataclasses.is_dataclass(found):
            parts.append(f"```text\n{name}{inspect.signature(found)}\n```")
        parts.append(inspect.getdoc(found) or "")
        if dataclasses.is_dataclass(found):
            rows = [*attributes(found)]
            parts.append(table(["attribute", "type", "meaning"], rows))
    return "\n\n".join(parts)


def attributes(found: Any) -> Iterator[list[str]]:
    """Yield the fields and properties of a class, with what the source says of them."""
    said = dict(
        re.findall(r"^    (\w+): [^#\n]*# (.+)$", inspect.getsource(found), re.M)
    )
    for field in dataclasses.fields(found):
        type = str(field.type).replace(" | ", " or ")
        yield [code(field.name), code(type), said.get(field.name, "")]
    for name, value in vars(found).items():
        if isinstance(value, property):
            type = value.fget.__annotations__["return"] if value.fget else ""
            meaning = (inspect.getdoc(value) or "").partition("\n")[0]
            yield [code(name), code(type), meaning]


def promises() -> str:
    """What the benchmarks check, from their own page."""
    page = DOCS.parent / "benchmarks" / "README.md"
    lines = page.read_text(encoding="utf-8").splitlines()
    first = next(at for at, line in enumerate(lines) if line.startswith("| script |"))
    return "\n".join(takewhile(lambda line: line.startswith("|"), lines[first:]))


def sample() -> str:
    """Link to the sample report, where there is one."""
    if not (DOCS / "sample-report.html").is_file():
        return ""
    return "What a run looks like: [a report](sample-report.html), one file."


def notations() -> str:
    """Return what a statement may say, and how its types are found."""
    return f"```text\n{GRAMMAR}\n{SPELLINGS}\n{RULES}```"


GENERATED = {
    "keys": keys,
    "subjects": subjects,
    "types": types,
    "functions-types": functions_types,
    "operators": operators,
    "functions": functions,
    "limits": limits,
    "explanations": explanations,
    "commands": commands,
    "notations": notations,
    "api": api,
    "promises": promises,
    "sample": sample,
}


if __name__ == "__main__":
    sys.exit(main())
