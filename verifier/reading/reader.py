"""Reading the fields of one record: every value checked, every problem collected."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile

from .bounds import ID as ID_BOUND
from .bounds import LINE_OF_TEXT, RECORD_PROBLEMS
from .fields import (
    CLAIMS,
    ID,
    MAX_ID,
    MAX_TAG,
    PEOPLE,
    listed,
    meant,
    name_fault,
    near,
    near_key,
)
from .nodes import Items, Node, Pairs, Scalar
from .places import text_of
from .problem import Mistake, Place, Problem, Text
from .source import Source, code_point, shown

Fields = dict[str, tuple[Scalar, Node]]  # key -> its node, its value
MAX_PIECES = 8  # of one text that is split at its commas
MAX_PROBLEMS = RECORD_PROBLEMS.value
KINDS = {Items: "a list", Pairs: "a mapping", Scalar: "text"}

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_BAD_CATEGORIES = ("Cc", "Cs", "Cn", "Zl", "Zp")


def _depth(node: Node) -> int:
    """Count the round brackets that a plain text opens and does not close."""
    if not isinstance(node, Scalar) or node.style:
        return 0
    return node.value.count("(") - node.value.count(")")


def _absent(node: Node) -> bool:
    return isinstance(node, Scalar) and node.start == node.stop


class TooMany(Exception):
    """There are problems enough: what is left would be more of the same."""


class Reader:
    """Reads one record (or what is round the records), collecting its problems."""

    def __init__(
        self,
        source: Source,
        default: str = "",
        taken: dict[str, Place] | None = None,
    ):
        self.source, self.default = source, default
        self.taken = {} if taken is None else taken
        self.id = ""
        self.problems: list[Problem] = []
        self.meant: set[str] = set()  # keys that an unknown key was meant to be

    def complain(
        self,
        where: Node | Place,
        text: str,
        hint: str = "",
        field: str = "",
        kind: Mistake = "value",
    ) -> None:
        if len(self.problems) == MAX_PROBLEMS:
            place, text = (where.line, where.column), RECORD_PROBLEMS.said()
            self.problems.append(
                self.source.problem(*place, text, "", self.id, "", "limit")
            )
            raise TooMany
        self.problems.append(
            self.source.problem(
                where.line, where.column, text, hint, self.id, field, kind
            )
        )

    # Keys

    def fields(self, node: Pairs, names: Sequence[str]) -> Fields:
        """Return the known keys with their values; the others are problems."""
        fields: Fields = {}
        for key, value in self.whole_pairs(node):
            if not isinstance(key, Scalar):
                self.complain(key, f"a key must be text, not {KINDS[type(key)]}")
            elif key.value == "<<" and not key.style:
                hint = "write out the keys that it stands for"
                text = "the merge key '<<' is not allowed"
                self.complain(key, text, hint, kind="yaml")
            elif key.value in fields:
                line = fields[key.value][0].line
                text = f"duplicate key '{key.value}': it is already on line {line}"
                hint = "delete one of the two"
                if key.value in CLAIMS:
                    hint = "delete one, or write the claims as a list under one key"
                self.complain(key, text, hint, key.value, "duplicate")
            elif key.value in names:
                fields[key.value] = key, value
            else:
                guess = near_key(key.value, names)
                self.meant.add(guess)
                hint = meant(guess, f"the keys are {listed(names, 'and')}")
                text = f"unknown key '{shown(key.value)}'"
                self.complain(key, text, hint, kind="unknown-key")
        return fields

    def whole_pairs(self, node: Pairs, field: str = "") -> Iterator[tuple[Node, Node]]:
        """Yield the pairs, but for the pieces of a text that YAML split at a comma."""
        i = 0
        while i < len(node.pairs):
            key, value = node.pairs[i]
            yield key, value
            i += 1
            if node.flow and _depth(value) > 0:
                after = node.pairs[i : i + MAX_PIECES]
                keys = [k for k, _ in takewhile(lambda pair: _absent(pair[1]), after)]
                name = f"{key.value}: " if isinstance(key, Scalar) else ""
                i += self.check_comma([value, *keys], name, field) - 1

    def whole_items(self, node: Items, field: str) -> Iterator[Node]:
        """Yield the items, but for the pieces of a text that YAML split at a comma."""
        i = 0
        while i < len(node.nodes):
            yield node.nodes[i]
            pieces = node.nodes[i : i + MAX_PIECES] if node.flow else [node.nodes[i]]
            i += self.check_comma(pieces, "- ", field)

    def check_comma(self, nodes: Sequence[Node], label: str, field: str) -> int:
        """Return how many nodes the first text is split into; 1 is as it should be."""
        pieces: list[str] = []
        depth = 0
        for node in nodes:
            pieces.append(node.value if isinstance(node, Scalar) else "")
            depth += _depth(node)
            if depth <= 0:
                break
        if depth or len(pieces) == 1:
            return 1
        text = ", ".join(pieces)
        what = "name" if field in ("where", "let") else "text"
        self.complain(
            nodes[1],
            f"YAML splits `{shown(text)}` at its comma, inside braces or brackets",
            f"write one line per {what}, `{shown(label + text, 60)}`, or quote it",
            field,
            "yaml",
        )
        return len(pieces)

    def find_id(self, node: Pairs) -> None:
        for key, value in node.pairs:
            if not isinstance(key, Scalar) or key.value != "id":
                continue
            if not isinstance(value, Scalar):
                text = f"'id' must be text, not {KINDS[type(value)]}"
                self.complain(value, text, field="id")
            elif len(value.value) > MAX_ID or not ID.fullmatch(value.value):
                slug = "-".join(re.findall("[a-z0-9]+", value.value[:200].lower()))
                fits = slug and len(value.value) <= MAX_ID
                text = ID_BOUND.said()
                hint = f"such as `{slug}`" if fits else ""
                self.complain(value, text, hint, "id", "name")
            elif value.value in self.taken:
                self.id = value.value
                text = f"duplicate id '{value.value}': {self.taken[value.value]} has it"
                hint = "an id is unique over all files"
                self.complain(value, text, hint, "id", "duplicate")
            else:
                self.taken[value.value] = Place(
                    self.source.file, value.line, value.column
                )
                self.id = value.value
            return

    # Values

    def people(self, key: str, fields: Fields) -> str:
        """Return a text for people, or "" after a problem."""
        if key not in fields:
            return ""
        return self.prose(key, fields[key][1], PEOPLE[key], key in ("notes", "why"))

    def prose(self, key: str, node: Node, limit: int, many_lines: bool = False) -> str:
        if not isinstance(node, Scalar):
            self.complain(
                node, f"'{key}' must be text, not {KINDS[type(node)]}", field=key
            )
            return ""
        value = node.value.rstrip("\n") if node.style in ("|", ">") else node.value
        if len(value) > limit:
            text = LINE_OF_TEXT.said(key=key, found=len(value), limit=limit)
            self.complain(node, text, LINE_OF_TEXT.hint, key, "limit")
            return ""
        if value.isprintable():
            return value
        for offset, char in enumerate(value):
            if many_lines and char in "\n\t":
                continue
            if char in _BIDI or unicodedata.category(char) in _BAD_CATEGORIES:
                text = f"'{key}' contains the character {code_point(char)}"
                hint = "write it on one line" if char == "\n" else "delete it"
                self.complain(node, text, hint, key, "character")
                # The place is the text's, the caret the character's.
                problem, at = self.problems[-1], text_of(self.source, node).at(offset)
                caret = problem.caret + at.column - node.column
                if at.line == node.line and caret <= len(problem.excerpt):
                    self.problems[-1] = replace(problem, caret=caret)
                return ""
        return value

    def expression(self, key: str, node: Node, name: str = "") -> Text | None:
        """Return a text for a parser: one line, no space round it, not empty."""
        what = name or key
        if not isinstance(node, Scalar):
            needed = "text or a list of texts" if key in CLAIMS else "text"
            text = f"'{what}' must be {needed}, not {KINDS[type(node)]}"
            hint = "put a text that begins with `[` or `{` in quotes"
            self.complain(node, text, hint, key)
            return None
        text = text_of(self.source, node)
        value = text.value
        # Only YAML's own spaces: a character of another kind is the parser's to name.
        start = len(value) - len(value.lstrip(" \t\n"))
        stop = len(value.rstrip(" \t\n"))
        if start >= stop:
            if key == "where":
                hint = f"write its type: `{what}: vector(n)`"
                self.complain(node, f"'{what}' has no type", hint, key)
            else:
                self.complain(node, f"'{what}' is empty", "write an expression", key)
            return None
        places = text.places[start : stop + 1]
        if start or stop < len(value):
            text = replace(text, value=value[start:stop], places=places)
        if "\n" in text.value or "\t" in text.value:
            text = replace(text, value=re.sub("[\n\t]", " ", text.value))
        if control := _CONTROL.search(text.value):
            self.complain(
                text.at(control.start()),
                f"'{what}' contains the character {code_point(control[0])}",
                "delete it",
                key,
                "character",
            )
            return None
        return text

    def texts(self, key: str, node: Node) -> tuple[Text, ...]:
        """Return the texts of a field that may be one text or a list of them."""
        items = [node]
        if isinstance(node, Items):
            items = list(self.whole_items(node, key))
            if not items:
                self.complain(node, f"'{key}' is an empty list", field=key)
        texts = (self.expression(key, item) for item in items)
        return tuple(text for text in texts if text)

    def tags(self, fields: Fields) -> tuple[str, ...]:
        if "tags" not in fields:
            return ()
        node = fields["tags"][1]
        items = node.nodes if isinstance(node, Items) else [node]
        tags = (self.prose("tags", item, MAX_TAG).strip() for item in items)
        return tuple(tag for tag in tags if tag)

    def word(self, key: str, fields: Fields, words: Sequence[str]) -> str:
        """Return one of a closed set of words, the first where the key is absent."""
        if key not in fields:
            return words[0]
        node = fields[key][1]
        found = node.value if isinstance(node, Scalar) else ""
        if found in words:
            return found
        written = f"`{shown(found)}`" if found else KINDS[type(node)]
        text = f"'{key}' must be {listed(words)}, not {written}"
        self.complain(node, text, meant(near(found, words)), key)
        return words[0]

    def named(
        self,
        key: str,
        fields: Fields,
        earlier: Mapping[str, Text],
    ) -> tuple[dict[str, Text], dict[str, Text]]:
        """Return the texts and the keys of `where` or `let`, by name."""
        values: dict[str, Text] = {}
        places: dict[str, Text] = {}
        if key not in fields:
            return values, places
        node = fields[key][1]
        if not isinstance(node, Pairs):
            example = "x: vector(n)" if key == "where" else "y: A @ x"
            found = KINDS[type(node)]
            if isinstance(node, Scalar) and not node.value:
                node, found = fields[key][0], "empty"
            text = f"'{key}' must be a mapping of names to texts, not {found}"
            self.complain(node, text, f"one line per name, indented: `{example}`", key)
            return values, places
        for name, value in self.whole_pairs(node, key):
            if not isinstance(name, Scalar):
                self.complain(name, f"a name must be text, not {KINDS[type(name)]}")
                continue
            if not self.check_name(name, key) and _absent(value):
                continue
            other = places.get(name.value) or earlier.get(name.value)
            if other:
                known = f"it is already on line {other.place.line}"
                text = f"duplicate name '{shown(name.value)}': {known}"
                self.complain(name, text, "choose another name", key, "duplicate")
                continue
            places[name.value] = text_of(self.source, name)
            text = self.expression(key, value, shown(name.value))
            if text:
                values[name.value] = text
        return values, places

    def check_name(self, node: Scalar, field: str) -> bool:
        fault = name_fault(node.value)
        if fault:
            self.complain(node, *fault, field, "name")
        return fault is None
