"""YAML to nodes that know their place; every scalar stays the text that was written.

The nodes are built from the parser's events, never by a YAML loader: libyaml's
composer overflows the stack of the process at 100,000 levels, and aliases and merge
keys can hang any loader. Nothing is typed, so `no`, `1e3`, `2024-13-45` are texts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml

from .bounds import FILE_DEPTH, FILE_NODES
from .problem import Problem
from .source import Source, shown
from .syntax import quote_hint, syntax_problem

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MAX_DEPTH = FILE_DEPTH.value
MAX_EVENTS = FILE_NODES.value
MAX_REFUSALS = 20


@dataclass(slots=True)
class Scalar:
    """A text, at `source.text[start:stop]`; `style` is ' " | > or, if plain, ""."""

    value: str
    style: str
    line: int
    column: int
    start: int
    stop: int


@dataclass(slots=True)
class Items:
    """A list; `flow` if in brackets."""

    nodes: list[Node]
    line: int
    column: int
    flow: bool


@dataclass(slots=True)
class Pairs:
    """A mapping, its pairs in order, duplicates and all; `flow` if in braces."""

    pairs: list[tuple[Node, Node]]
    line: int
    column: int
    flow: bool


Node = Scalar | Items | Pairs


def parse(source: Source, loader: Any = None) -> tuple[Node | None, list[Problem]]:
    """Return the root node, None if there is none or the file cannot be used."""
    parser: Any = None
    root: list[Node] = []
    open_lists, open_nodes = [root], []
    refused: list[Problem] = []
    event: Any = None
    documents = 0

    def refuse(problems: list[Problem]) -> None:
        # One problem a line: what follows an alias that is none is rarely YAML.
        for problem in problems:
            if all(problem.place.line != other.place.line for other in refused):
                refused.append(problem)

    try:
        parser = (loader or LOADER)(source.text)
        for _ in range(MAX_EVENTS):
            event = parser.get_event()
            kind = type(event)
            if kind is yaml.ScalarEvent:
                mark = event.start_mark
                node = Scalar(
                    event.value,
                    event.style or "",
                    mark.line + 1,
                    mark.column + 1,
                    mark.index,
                    event.end_mark.index,
                )
                open_lists[-1].append(node)
                if event.anchor or event.tag:
                    refuse(_refusal(source, event))
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                if len(open_nodes) == MAX_DEPTH:
                    refused.append(_too_deep(source, event))
                    break
                if event.anchor or event.tag:
                    refuse(_refusal(source, event))
                mark = event.start_mark
                make = Pairs if kind is yaml.MappingStartEvent else Items
                node = make(
                    [], mark.line + 1, mark.column + 1, event.flow_style or False
                )
                open_lists[-1].append(node)
                open_nodes.append(node)
                open_lists.append([])
            elif kind is yaml.MappingEndEvent:
                flat = open_lists.pop()
                open_nodes.pop().pairs = list(zip(flat[::2], flat[1::2], strict=True))
            elif kind is yaml.SequenceEndEvent:
                open_nodes.pop().nodes = open_lists.pop()
            elif kind is yaml.AliasEvent:
                refuse(_refusal(source, event))
                open_lists[-1].append(_nothing(event))
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                refused += _document(source, event, documents)
            elif kind is yaml.StreamEndEvent:
                break
            if documents > 1 or len(refused) >= MAX_REFUSALS:
                break
        else:
            refused.append(_too_many(source, event))
    except yaml.YAMLError as error:
        if "nesting depth" in (getattr(error, "problem", None) or ""):
            # libyaml 0.2.6 reads ahead to its own limit before it gives any event.
            mark: Any = getattr(error, "problem_mark", None)
            return parse(Source(source.file, source.text[: mark.index]), loader)
        problem = syntax_problem(source, error)
        refuse([problem])
    except ValueError:  # PyYAML's own scanner, at an escape beyond U+10FFFF
        line, column = _after(event)
        text = "YAML: an escape after this place stands for no character"
        refused.append(source.problem(line, column, text))
    finally:
        if parser is not None:
            parser.dispose()
    return (root[0] if root and not refused else None), refused


def _nothing(event: Any) -> Scalar:
    mark = event.start_mark
    return Scalar("", "", mark.line + 1, mark.column + 1, mark.index, mark.index)


def _after(event: Any) -> tuple[int, int]:
    mark = event.end_mark if event else None
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


# What YAML has and records do not


def _refusal(source: Source, event: Any) -> list[Problem]:
    """Return a problem for an alias, an anchor and a tag."""
    mark = event.start_mark
    line, column = mark.line + 1, mark.column + 1
    found = []
    if alias := isinstance(event, yaml.AliasEvent):
        found.append((f"alias '*{shown(event.anchor)}'", "*"))
    elif event.anchor:
        found.append((f"anchor '&{shown(event.anchor)}'", "&"))
    if not alias and event.tag:
        written = re.compile(r"![^\s,\[\]{}]*").search(source.text, mark.index)
        found.append((f"tag '{shown(written[0] if written else event.tag)}'", "!"))
    return [
        source.problem(
            line,
            column,
            f"{name} is not allowed: a record has only texts, lists and mappings",
            quote_hint(source, line, f"put a text that begins with `{char}` in quotes"),
        )
        for name, char in found
    ]


def _document(source: Source, event: Any, number: int) -> list[Problem]:
    mark = event.start_mark
    if number > 1:
        text = "more than one YAML document: a file holds one list of records"
        hint = "delete this line"
    elif event.version or event.tags or source.text[mark.index : mark.index + 1] == "%":
        text, hint = "a YAML directive is not allowed", "delete this line"
    else:
        return []
    return [source.problem(mark.line + 1, mark.column + 1, text, hint)]


def _too_deep(source: Source, event: Any) -> Problem:
    mark = event.start_mark
    return source.problem(
        mark.line + 1,
        mark.column + 1,
        FILE_DEPTH.said(),
        FILE_DEPTH.hint,
        kind="limit",
    )


def _too_many(source: Source, event: Any) -> Problem:
    line, column = _after(event)
    text = FILE_NODES.said()
    return source.problem(line, column, text, FILE_NODES.hint, kind="limit")
