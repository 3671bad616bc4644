"""Which records are meant by a tag and by words: what `list` and `export` share."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..results.phrases import did_you_mean
from ..running.catalogue import Unknown

if TYPE_CHECKING:
    from ..reading.record import Record

Entry = Mapping[str, Any]


def filters(sub: argparse.ArgumentParser) -> None:
    """Add the options that choose among records."""
    sub.add_argument("--tag", metavar="T", help="only records with this tag")
    sub.add_argument("--search", metavar="WORDS", help="only records with all words")
    sub.add_argument("--source", metavar="WORDS", help="only with these in the source")


def entry(record: Record) -> Entry:
    """Return what a list shows of a record and looks for in it."""
    return {
        "id": record.id,
        "title": record.title,
        "source": record.source,
        "tags": list(record.tags),
        "fails": record.expect == "fails",
        "said": said(record),
    }


def said(record: Record) -> str:
    """Return all that a search looks at."""
    parts = [record.id, record.id.replace("-", " "), record.title, record.source]
    parts += [record.notes, record.why, *record.tags, record.body.value]
    parts += [claim.text.value for claim in record.claims]
    return " ".join(parts).casefold()


def chosen(
    options: argparse.Namespace, entries: Sequence[Entry]
) -> Callable[[Entry], bool]:
    """Return whether an entry is meant; a tag that none of them has is a mistake."""
    known = sorted({tag for one in entries for tag in one["tags"]})
    if options.tag is not None and options.tag not in known:
        raise Unknown(
            f"no record has the tag `{options.tag}`", did_you_mean(options.tag, known)
        )
    words = (options.search or "").casefold().split()
    sources = (options.source or "").casefold().split()

    def fits(one: Entry) -> bool:
        source = one["source"].casefold()
        return (
            (options.tag is None or options.tag in one["tags"])
            and all(word in one["said"] for word in words)
            and all(word in source for word in sources)
        )

    return fits
