"""Records: the fields of the format, checked; what they say is for later stages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from .bounds import FILE_PROBLEMS
from .fields import (
    CLAIMS,
    COMPANIONS,
    ENTRIES,
    EXAMPLES,
    EXPECT,
    FILE_KEYS,
    FORMS,
    KEYS,
    LAYOUTS,
    NAME,
    PEOPLE,
    SPELLINGS,
    SUBJECTS,
    listed,
    meant,
    near,
)
from .fields import MAX_ID as MAX_ID
from .fields import MAX_NAME as MAX_NAME
from .fields import MAX_TAG as MAX_TAG
from .nodes import Items, Node, Pairs, Scalar, parse
from .places import text_of
from .problem import Place, Problem, Text
from .reader import KINDS, Fields, Reader, TooMany
from .source import Source, find, read, shown

MAX_FILE_PROBLEMS = FILE_PROBLEMS.value


@dataclass(frozen=True)
class WrittenClaim:
    """One right side, as written."""

    field: str  # one of CLAIMS
    text: Text


@dataclass(frozen=True)
class Record:
    """One identity, as written: its meaning is read from the texts by later stages."""

    id: str
    place: Place  # of the record's first key
    subject: str  # a key of SUBJECTS; "" while it is only stated
    body: Text  # the subject's expression
    claims: tuple[WrittenClaim, ...]  # in the order written, lists flattened
    title: str = ""
    source: str = ""  # its own, or its file's
    notes: str = ""
    why: str = ""
    tags: tuple[str, ...] = ()
    where: Mapping[str, Text] = field(default_factory=dict)  # name -> type, in order
    where_places: Mapping[str, Text] = field(default_factory=dict)  # name -> its key
    assume: tuple[Text, ...] = ()  # inequalities of sizes, and what commutes
    let: Mapping[str, Text] = field(default_factory=dict)
    let_places: Mapping[str, Text] = field(default_factory=dict)
    wrt: tuple[Text, ...] = ()
    approach: Text | None = None  # the key `as`
    small: Text | None = None
    error: Text | None = None
    order: Text | None = None
    expect: str = "holds"
    entries: str = "all"
    topic: str = ""  # the title of its file
    stated: Text | None = None  # the whole statement, in one of SPELLINGS
    spelling: str = ""  # which of them
    layout: str = ""  # in which it is stated; "": in each where it has a shape


def load(paths: Sequence[str | Path]) -> tuple[list[Record], list[Problem]]:
    """Read files and folders: every good record, and every problem of all files."""
    files, problems = find(paths)
    records: list[Record] = []
    taken: dict[str, Place] = {}
    for file in files:
        source = read(file)
        if isinstance(source, Problem):
            problems.append(source)
            continue
        found, more = records_of(source, taken)
        records += found
        problems += more
    return records, sorted(problems)


def records_of(
    source: Source, taken: dict[str, Place] | None = None
) -> tuple[list[Record], list[Problem]]:
    """Read the records of one file; `taken` has the ids of the files before it."""
    taken = {} if taken is None else taken
    root, problems = parse(source)
    if problems:
        return [], problems
    if not source.text.strip():
        return [], [_no_records(source, "the file is empty")]
    if root is None or _is_null(root):
        return [], [_no_records(source, "there are no records here")]
    reader = _RecordReader(source)
    nodes, records = [], []
    with suppress(TooMany):
        nodes = reader.file(root)
    problems = reader.problems
    for node in nodes:
        one = _RecordReader(source, reader.default, taken)
        with suppress(TooMany):
            record = one.record(node)
            if record and not one.problems:
                records.append(replace(record, topic=reader.topic))
        problems += one.problems
        if len(problems) > MAX_FILE_PROBLEMS:
            text = FILE_PROBLEMS.said()
            end = source.problem(node.line, node.column, text, kind="limit")
            return records, [*problems, end]
    return records, problems


_FILE_HINT = "a file is a list of records; each begins with `- id: `"


def _no_records(source: Source, text: str) -> Problem:
    return source.problem(1, 1, text, _FILE_HINT, kind="records")


def _is_null(node: Node) -> bool:
    if isinstance(node, Scalar):
        return not node.style and node.value in ("", "~", "null")
    return isinstance(node, Items) and not node.nodes


class _RecordReader(Reader):
    """Puts the fields together: what the record needs, and what goes with what."""

    topic = ""

    def file(self, root: Node) -> list[Node]:
        """Return the nodes of the records; keep the file's own title and source."""
        if isinstance(root, Items):
            return root.nodes
        if isinstance(root, Scalar):
            text = "a file is a list of records; this one is a text"
            self.complain(root, text, _FILE_HINT, kind="records")
            return []
        keys = [key.value for key, _ in root.pairs if isinstance(key, Scalar)]
        if "identities" not in keys and {"id", *SUBJECTS} & set(keys):
            text = "a file is a list of records; this one is a single mapping"
            hint = "put `- ` before the first key, and indent the rest"
            self.complain(root, text, hint, kind="records")
            return []
        fields = self.fields(root, FILE_KEYS)
        self.topic = self.people("title", fields)
        self.default = self.people("source", fields)
        if "identities" not in fields:
            if "identities" not in self.meant:
                text = "missing key 'identities'"
                self.complain(root, text, _FILE_HINT, kind="missing-key")
            return []
        node = fields["identities"][1]
        if _is_null(node):
            key = fields["identities"][0]
            text = "there are no records here"
            self.complain(key, text, _FILE_HINT, kind="records")
            return []
        if not isinstance(node, Items):
            text = f"'identities' must be a list of records, not {KINDS[type(node)]}"
            self.complain(node, text, "begin each record with `- `", kind="records")
            return []
        return node.nodes

    def record(self, node: Node) -> Record | None:
        """Return the record; where there are problems, it is not fit for use."""
        if not isinstance(node, Pairs):
            text = (
                f"a record must be a mapping of keys to texts, not {KINDS[type(node)]}"
            )
            self.complain(node, text, "begin it with `- id: `", kind="records")
            return None
        first = node.pairs[0][0] if node.pairs else node
        # The id first: every problem of the record carries it.
        self.find_id(node)
        fields = self.fields(node, KEYS)
        if "id" not in fields and "id" not in self.meant:
            hint = "an id is kebab-case: `my-rule`"
            self.complain(first, "missing key 'id'", hint, kind="missing-key")
        people = {key: self.people(key, fields) for key in PEOPLE}
        where, where_places = self.named("where", fields, {})
        let, let_places = self.named("let", fields, where_places)
        subject = self.subject(first, fields)
        texts = {
            key: self.expression(key, fields[key][1])
            for key in ("as", "small", "error", "order")
            if key in fields
        }
        self.check_forms(texts)
        assume = self.texts("assume", fields["assume"][1]) if "assume" in fields else ()
        wrt = self.texts("wrt", fields["wrt"][1]) if "wrt" in fields else ()
        # Without a readable `where` every name would be a second problem.
        spelled = subject in SPELLINGS
        absent = "where" not in fields and "where" not in self.meant and not spelled
        if absent or ("where" in fields and isinstance(fields["where"][1], Pairs)):
            small = texts.get("small")
            for text in wrt:
                self.check_declared("wrt", text, where_places, let)
            if small:
                self.check_declared("small", small, where_places, let)
        claims = tuple(
            WrittenClaim(key, text)
            for key in fields
            if key in CLAIMS
            for text in self.texts(key, fields[key][1])
        )
        self.check_claims(first, fields, subject, len(wrt))
        body = None
        if subject and (not spelled or self.quoted_well(subject, fields[subject][1])):
            body = self.expression(subject, fields[subject][1])
        record = Record(
            self.id,
            Place(self.source.file, first.line, first.column),
            "" if spelled else subject,
            body or Text("", Place(self.source.file, first.line, first.column)),
            claims,
            **people,
            tags=self.tags(fields),
            where=where,
            where_places=where_places,
            assume=assume,
            let=let,
            let_places=let_places,
            wrt=wrt,
            approach=texts.get("as"),
            small=texts.get("small"),
            error=texts.get("error"),
            order=texts.get("order"),
            expect=self.word("expect", fields, EXPECT),
            entries=self.word("entries", fields, ENTRIES),
            stated=body if spelled else None,
            spelling=subject if spelled else "",
            layout=self.word("layout", fields, LAYOUTS) if "layout" in fields else "",
        )
        return record if record.source else replace(record, source=self.default)

    def subject(self, first: Node, fields: Fields) -> str:
        found = [key for key in fields if key in SUBJECTS or key in SPELLINGS]
        if len(found) == 1:
            return found[0]
        if found:
            text = f"one subject is needed, and {listed(found, 'and')} are {len(found)}"
            hint = "make a record of each"
            second = found[1]
            self.complain(fields[second][0], text, hint, second, "misplaced-key")
        elif not self.meant & {*SUBJECTS, *SPELLINGS}:
            others = listed([key for key in SUBJECTS if key != "function"])
            hint = f"every record has one subject: 'function', or {others}"
            text = "missing key 'function'"
            self.complain(first, text, hint, "function", "missing-key")
        return ""

    def check_claims(
        self,
        first: Node,
        fields: Fields,
        subject: str,
        variables: int,
    ) -> None:
        """Check that the subject has what it needs, and nothing that is not its own."""
        claims = [key for key in fields if key in CLAIMS]
        if subject in SPELLINGS:
            self.check_stated(fields, subject)
            return
        if "layout" in fields and subject:
            text = f"'layout' does not go with '{subject}'"
            hint = f"it goes with {listed(SPELLINGS)}; here the claim's key says it"
            node = fields["layout"][0]
            self.complain(node, text, hint, "layout", "misplaced-key")
        rule = SUBJECTS.get(subject)
        stated = any(key in fields for key in SPELLINGS)
        if not claims and not stated and not self.meant & set(CLAIMS):
            hint = f"write {listed(rule.claims if rule else CLAIMS)}"
            text = "the record has no claim: what the subject is equal to"
            self.complain(first, text, hint, kind="missing-key")
        if rule is None:
            return
        for key in rule.needs:
            if key not in fields and key not in self.meant:
                text = f"missing key '{key}': '{subject}' needs it"
                hint = f"such as `{key}: {EXAMPLES[key]}`"
                self.complain(first, text, hint, key, "missing-key")
        for key, (node, _) in fields.items():
            if key in COMPANIONS and key not in rule.needs + rule.may:
                owners = [name for name, own in SUBJECTS.items() if key in own.needs]
                owners += [name for name, own in SUBJECTS.items() if key in own.may]
                text = f"'{key}' does not go with '{subject}'"
                hint = f"it goes with {listed(owners)}"
                self.complain(node, text, hint, key, "misplaced-key")
            elif key in CLAIMS and key not in rule.claims:
                text = f"'{key}' cannot be claimed of '{subject}'"
                hint = f"write {listed(rule.claims)}"
                self.complain(node, text, hint, key, "misplaced-key")
        if variables > 1:
            for key in claims or ["wrt"] * (subject == "shape"):
                if key != "differential":
                    text = f"'{key}' needs one variable, and 'wrt' has {variables}"
                    hint = "only 'differential' takes several"
                    node = fields[key][0]
                    self.complain(node, text, hint, key, "misplaced-key")

    def check_stated(self, fields: Fields, subject: str) -> None:
        """Check that nothing is said beside a whole statement that is a part of it."""
        for key in (*COMPANIONS, *CLAIMS):
            if key in fields:
                text = f"'{key}' does not go with '{subject}', which states both sides"
                hint = f"write `layout: {key}`" if key in LAYOUTS else "leave it out"
                self.complain(fields[key][0], text, hint, key, "misplaced-key")

    def quoted_well(self, key: str, node: Node) -> bool:
        """Complain of double quotes, in which YAML reads the backslashes of LaTeX."""
        if not isinstance(node, Scalar) or node.style != '"':
            return True
        written = "".join(text_of(self.source, node).lines)
        if not re.search(r"\\[A-Za-z]", written.replace(r"\\", "")):
            return True
        said = "in double quotes YAML reads a backslash as its own"
        self.complain(node, said, "write it in single quotes, or in none", key)
        return False

    def check_declared(
        self, key: str, text: Text, where: Mapping[str, Text], let: Mapping[str, Text]
    ) -> None:
        name = text.value
        if name in where:
            return
        hint = meant(near(name, tuple(where)), "declare it in 'where'")
        if name in let:
            hint = "'let' abbreviates an expression; name a variable of 'where'"
        elif "," in name:
            hint = f"a list has brackets: `{key}: [{shown(name)}]`"
        elif not NAME.fullmatch(name):
            hint = f"'{key}' is the name of a variable, not an expression"
        found = f"{key} '{shown(name)}' is not declared"
        self.complain(text.place, found, hint, key, "unknown-name")

    def check_forms(self, texts: Mapping[str, Text | None]) -> None:
        """Check what a field must look like, before anything is parsed."""
        for key, form in FORMS.items():
            text = texts.get(key)
            if text and not form.fullmatch(text.value):
                needed = f"'{key}' must read like `{EXAMPLES[key]}`"
                found = f"{needed}, not `{shown(text.value)}`"
                self.complain(text.place, found, field=key)
