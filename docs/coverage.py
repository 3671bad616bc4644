"""Make docs/coverage.md: which rules of its sources the catalogue has, and why not.

`python docs/coverage.py` writes the page; with `--check` it only says whether the page
is as it would be written, and whether every rule has a record or a reason.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from verifier import Record, load

HERE = Path(__file__).parent
DATA = HERE / "coverage.yaml"
PAGE = HERE / "coverage.md"

NEXT_TO = re.compile(r"^(a classic mistake )?next to ", re.IGNORECASE)
"""What stands before a citation where the record is not the source's own rule."""

ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")
DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True)
class Citing:
    """A record, and what its citation says of the form that it has."""

    record: Record
    form: str = ""

    def __str__(self) -> str:
        kind = kind_of(self.record)
        before = "" if kind == "rule" else f"{kind} "
        after = f" ({self.form})" if self.form else ""
        return f"{before}`{self.record.id}`{after}"


@dataclass(frozen=True)
class Rule:
    """A rule of a source, and the records that have it."""

    key: str
    name: str
    out: str = ""
    note: str = ""
    records: list[Citing] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return any(one.record.expect == "holds" for one in self.records)


@dataclass(frozen=True)
class Part:
    """A table of rules that are cited in one way."""

    title: str
    about: str
    cite: str
    tag: str
    rules: list[Rule]


@dataclass(frozen=True)
class Topic:
    """What people look for, and the records with its tags."""

    title: str
    records: list[Record]

    @property
    def in_both_layouts(self) -> bool:
        fields = {
            claim.field
            for record in self.records
            if record.expect == "holds"
            for claim in record.claims
        }
        return "both" in fields or {"numerator", "denominator"} <= fields


@dataclass
class Coverage:
    """The sources and topics, matched to the records of the catalogue."""

    records: Sequence[Record]
    sources: dict[str, tuple[str, list[Part]]] = field(default_factory=dict)
    works: dict[str, dict[str, list[Record]]] = field(default_factory=dict)
    topics: dict[str, list[Topic]] = field(default_factory=dict)
    out: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def kind_of(record: Record) -> str:
    """Return whether a record is a rule, an erratum of a source, or a mistake."""
    if record.expect == "holds":
        return "rule"
    return "erratum" if "erratum" in record.tags else "mistake"


def citations(record: Record) -> Iterator[str]:
    """Yield what a record cites, without what stands before a citation."""
    for text in record.source.split(";"):
        yield NEXT_TO.sub("", text.strip())


def match(records: Sequence[Record], data: dict) -> Coverage:
    """Match the rules, works and topics of the data to the records."""
    found = Coverage(records, out=data["out"])
    for source in data["sources"]:
        parts = [part_of(part) for part in source["parts"]]
        found.sources[source["source"]] = (source["about"], parts)
    found.works = {name: defaultdict(list) for name in data["works"]}
    place(found)
    for group in data["topics"]:
        found.topics[group["title"]] = [
            Topic(title, [one for one in records if tagged(one, tags)])
            for title, tags in group["topics"].items()
        ]
    found.problems += complaints(found)
    return found


def part_of(data: dict) -> Part:
    """Read a part and its rules."""
    rules = []
    for key, said in data["rules"].items():
        said = said if isinstance(said, dict) else {"rule": said or key}
        rules.append(Rule(key, said["rule"], said.get("out", ""), said.get("note", "")))
    about, cite, tag = (data.get(key, "") for key in ("about", "cite", "tag"))
    return Part(data["part"], about, cite, tag, rules)


def place(found: Coverage) -> None:
    """Give every record to the rules and works that it cites."""
    cited: dict[str, Rule] = {}
    by_tag: dict[str, Rule] = {}
    for _, parts in found.sources.values():
        for part in parts:
            for rule in part.rules:
                at = by_tag if part.tag else cited
                at[(part.tag or part.cite).replace("{}", rule.key)] = rule
    names = sorted((*cited, *found.works), key=len, reverse=True)
    for record in found.records:
        for tag in record.tags:
            if tag in by_tag:
                by_tag[tag].records.append(Citing(record))
        for citation in citations(record):
            name = next((one for one in names if begins(citation, one)), None)
            if name is None:
                said = (
                    f"`{record.id}` cites `{citation}`, which docs/coverage.yaml lacks"
                )
                found.problems.append(said)
                continue
            rest = citation[len(name) :].lstrip(", ")
            if name in cited:
                cited[name].records.append(Citing(record, rest))
            else:
                found.works[name][rest].append(record)


def begins(citation: str, name: str) -> bool:
    """Tell whether a citation is the name, or goes on after a comma."""
    return citation == name or citation.startswith(name + ", ")


def tagged(record: Record, wanted: Iterable[str]) -> bool:
    """Tell whether a record has all tags of one of the wanted sets, `a + b`."""
    return any(set(one.split(" + ")) <= set(record.tags) for one in wanted)


def complaints(found: Coverage) -> Iterator[str]:
    """Yield what is missing, or said twice."""
    for _, parts in found.sources.values():
        for part in parts:
            for rule in part.rules:
                name = (part.cite or part.tag).replace("{}", rule.key)
                covered = rule.holds or (part.tag and rule.records)
                if rule.out and covered:
                    yield f"`{name}` has a record, and a reason why it has none"
                if not rule.out and not covered:
                    yield f"`{name}` has neither a record that holds nor a reason"
    for name, places in found.works.items():
        if not places:
            yield f"no record cites `{name}`"
    for topics in found.topics.values():
        for topic in topics:
            if not topic.in_both_layouts:
                yield f"the topic `{topic.title}` has no record in both layouts"
    ids = {record.id for record in found.records if record.expect == "holds"}
    for record in found.records:
        if record.expect == "fails" and not right_forms(record, ids):
            yield f"`{record.id}` fails, and its notes name no record that holds"


def right_forms(record: Record, ids: set[str]) -> list[str]:
    """Return the ids of right forms that the notes of a mistake name."""
    return [one for one in ID.findall(record.notes) if one in ids]


def page(found: Coverage) -> str:
    """Return the text of docs/coverage.md."""
    sections = [
        head(found),
        *(source_section(name, *rest) for name, rest in found.sources.items()),
        errata_section(found.records),
        *(topic_section(title, topics) for title, topics in found.topics.items()),
        works_section(found.works),
        mistakes_section(found.records),
        out_section(found.out),
    ]
    return "\n\n".join(sections) + "\n"


def head(found: Coverage) -> str:
    rows = []
    for name, (_, parts) in found.sources.items():
        rules = [rule for part in parts for rule in part.rules]
        out = sum(bool(rule.out) for rule in rules)
        rows.append((name, f"{len(rules)}", f"{len(rules) - out}", f"{out}"))
    claims = sum(len(record.claims) for record in found.records)
    failing = [record for record in found.records if record.expect == "fails"]
    errata = sum(kind_of(record) == "erratum" for record in failing)
    return f"""# What the catalogue covers

For each source its rules, the records that have them, and what is out and why. `nabla
show ID` prints a record. Made by `python docs/coverage.py` from the `source` fields and
the tags of the catalogue, and from docs/coverage.yaml, which lists the rules.

{len(found.records):,} records with {claims:,} claims. {len(failing)} of the records are
about what looks right and is wrong, {errata} of them errata of a source.

{table(("source", "rules", "in", "out"), rows)}

In the tables, what stands in brackets after a record is the form that it has of the
rule."""


def source_section(name: str, about: str, parts: list[Part]) -> str:
    text = [f"## {name}", about]
    for part in parts:
        rows = []
        for rule in part.rules:
            records = ", ".join(map(str, rule.records))
            more = f"out: {rule.out}" if rule.out else rule.note
            key = "" if rule.key == rule.name else rule.key
            rows.append((key, rule.name, "; ".join(filter(None, (records, more)))))
        text += filter(None, (f"### {part.title}", part.about))
        text.append(table(("", "rule", "records, or why not"), rows))
    return "\n\n".join(text)


def errata_section(records: Sequence[Record]) -> str:
    ids = {record.id for record in records if record.expect == "holds"}
    rows = [
        (one.source, f"`{one.id}`", one.why, codes(right_forms(one, ids)))
        for one in records
        if kind_of(one) == "erratum"
    ]
    columns = ("source", "record", "what is wrong", "right form")
    return "## Errata of the sources\n\n" + table(columns, rows)


def topic_section(title: str, topics: list[Topic]) -> str:
    rows = [
        (one.title, codes(r.id for r in one.records if r.expect == "holds"))
        for one in topics
    ]
    return f"## Topics: {title}\n\n" + table(("topic", "records"), rows)


def works_section(works: dict[str, dict[str, list[Record]]]) -> str:
    rows = []
    for name, places in works.items():
        for where in sorted(places, key=natural):
            rules = [one.id for one in places[where] if kind_of(one) == "rule"]
            if rules:
                rows.append((name, where, codes(rules)))
    return "## Other sources\n\n" + table(("source", "place", "records"), rows)


def mistakes_section(records: Sequence[Record]) -> str:
    ids = {record.id for record in records if record.expect == "holds"}
    rows = []
    for one in records:
        if kind_of(one) == "mistake":
            what = one.title.removeprefix("Mistake, ")
            rows.append((f"`{one.id}`", what, codes(right_forms(one, ids))))
    return "## Mistakes\n\n" + table(("record", "mistake", "right form"), rows)


def out_section(out: dict[str, str]) -> str:
    return "## What is out, and why\n\n" + table(("what", "why"), list(out.items()))


def natural(text: str) -> list[tuple[int, int, str]]:
    """Return a key that sorts numbers in a text as numbers."""
    parts = filter(None, DIGITS.split(text))
    return [(0, int(one), "") if one.isdigit() else (1, 0, one) for one in parts]


def codes(ids: Iterable[str]) -> str:
    return ", ".join(f"`{one}`" for one in ids)


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of Markdown."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(map(cell, line))} |" for line in lines)


def cell(text: str) -> str:
    """Return a text whose marks are not read as Markdown."""
    parts = text.replace("|", r"\|").split("`")
    parts[::2] = [re.sub(r"([*<_])", r"\\\1", one) for one in parts[::2]]
    return "`".join(parts).strip()


def read() -> Coverage:
    """Match the data file to the built-in catalogue."""
    records, problems = load()
    data = yaml.load(DATA.read_text(encoding="utf-8"), yaml.BaseLoader)
    found = match(records, data)
    found.problems += [f"{one.place.file}: {one.text}" for one in problems]
    return found


def main(words: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    parser = argparse.ArgumentParser(description="Make docs/coverage.md.")
    parser.add_argument("--check", action="store_true", help="only say what is amiss")
    options = parser.parse_args(words)
    found = read()
    text = page(found)
    if options.check and PAGE.read_text(encoding="utf-8") != text:
        found.problems.append("docs/coverage.md is old: run `python docs/coverage.py`")
    if not options.check:
        PAGE.write_text(text, encoding="utf-8")
    for problem in found.problems:
        print(problem, file=sys.stderr)
    return 1 if found.problems else 0


if __name__ == "__main__":
    sys.exit(main())
