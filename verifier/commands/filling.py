"""`nabla fill`: records whose claims are `?`, completed in their files."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..engine.settings import Settings
from ..language.checker import check
from ..output import text
from ..reading import blanks
from ..reading.blanks import Blank
from ..reading.problem import Problem
from ..reading.record import Record, WrittenClaim, records_of
from ..reading.source import Source, find, read
from ..reading.writing import quoted
from ..results.derivation import Derivation
from ..results.model import AS_EXPECTED, BAD_INPUT, UNDECIDED
from ..results.phrases import one_line, plural
from ..running import device
from ..running.desk import Desk
from .options import Add, device_option, draw_options, fresh_option, refuse

ABOUT = """\
Complete records whose claims are `?`: each is derived, verified, and written in its
place; all else in the file stays as it is.
"""
EPILOG = """\
a record to be completed:
  - id: my-quadratic-form
    where:
      A: matrix(n, n)
      x: vector(n)
    function: x.T @ A @ x
    wrt: x
    numerator: ?
    denominator: ?
    hessian: ?

exit status of `nabla fill`:
  0  nothing is left open
  2  bad usage, or a record that cannot be read
  3  some claims are left open: no closed form is known, or none could be verified
"""


def add(command: Add) -> None:
    """Add the command."""
    sub = command("fill", run, "complete records whose claims are `?`", ABOUT, EPILOG)
    sub.add_argument("files", nargs="+", metavar="FILE", help="a file of records")
    said = "show what would be written, and write nothing"
    sub.add_argument("--dry-run", action="store_true", help=said)
    draw_options(sub, jobs=False)
    device_option(sub)
    fresh_option(sub)


def run(options: argparse.Namespace) -> int:
    """Run `nabla fill`."""
    try:
        place = device.find(options.device)
    except device.NoDevice as none:
        return refuse(str(none), "use `--device cpu`")
    settings = Settings(options.seed, options.draws, device=place)
    files, problems = find(options.files)
    pages: list[_Page] = []
    for file in files:
        source = read(file)
        if isinstance(source, Problem):
            problems.append(source)
        else:
            pages.append(_Page(source, Path(file)))
    with Desk(options.fresh) as desk:
        desk.start(place)
        for page in pages:
            page.fill(settings, desk)
            problems += page.problems
    return _told(pages, problems, options.dry_run)


@dataclass
class _Page:
    """A file, its open claims, and what was found to fill them."""

    source: Source
    path: Path

    def fill(self, settings: Settings, desk: Desk) -> None:
        """Derive what is open in the file."""
        self.texts: dict[int, str] = {}
        self.left: list[tuple[Blank, str]] = []
        self.told: list[tuple[Blank, Mapping[str, str]]] = []
        records, self.problems = records_of(blanks.legible(self.source))
        for record in records:
            if open_ := list(blanks.blanks(record)):
                self._fill(record, open_, settings, desk)

    def _fill(
        self, record: Record, open_: Sequence[Blank], settings: Settings, desk: Desk
    ) -> None:
        if record.subject != "function":
            said = f"`{blanks.OPEN}` stands for a derivative, and this is no `function`"
            self.left += [(blank, said) for blank in open_]
            return
        from ..running.derived import derived  # slow to import: not for the help

        problems = check(_closed(record))[1]
        if problems:
            self.problems += problems
            return
        fields = tuple(dict.fromkeys(f for blank in open_ for f in blank.fields))
        found = derived(record, fields, settings, desk=desk, share=False)
        for blank in open_:
            self._take(blank, found)

    def _take(self, blank: Blank, found: Derivation) -> None:
        """Write what was found in the place of an open claim."""
        texts = {}
        for field in blank.fields:
            if field in found.missing:
                self.left.append((blank, found.missing[field]))
                return
            texts[field] = found[field]
        number = blank.place.line
        line = blanks.filled(
            self.source.lines[number - 1], {f: quoted(t) for f, t in texts.items()}
        )
        if line is None:
            said = "its place cannot be written to; give each claim a line of its own"
            self.left.append((blank, said))
            return
        self.texts[number] = line
        self.told.append((blank, texts))

    def write(self) -> None:
        """Put the completed lines into the file, which is there or not, as a whole."""
        lines = self.path.read_bytes().decode("utf-8").splitlines(keepends=True)
        for number, line in self.texts.items():
            old = lines[number - 1]
            end = old[len(old.rstrip("\r\n")) :]
            mark = "\ufeff" if old.startswith("\ufeff") else ""
            lines[number - 1] = mark + line.replace("\n", end or "\n") + end
        beside = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        beside.write_bytes("".join(lines).encode("utf-8"))
        beside.chmod(self.path.stat().st_mode & 0o777)
        beside.replace(self.path.resolve())


def _closed(record: Record) -> Record:
    """Return a record in which zeros stand for what is open."""
    zero = replace(record.body, value="0", places=())
    claims = (
        WrittenClaim(c.field, zero) if c.text.value.strip() == blanks.OPEN else c
        for c in record.claims
    )
    return replace(record, claims=tuple(claims))


def _told(pages: Sequence[_Page], problems: Sequence[Problem], dry: bool) -> int:
    """Write the files and say what was done."""
    paint = text.Paint.of(sys.stdout)
    for problem in sorted(problems):
        print(text.problem_text(problem, paint), end="\n\n")
    filled = sum(len(page.told) for page in pages)
    left = sum(len(page.left) for page in pages)
    for page in pages:
        for line in _lines(page, paint):
            print(line)
        if page.texts and not dry:
            try:
                page.write()
            except OSError as error:
                return refuse(f"cannot write `{page.path}`: {error.strerror or error}")
    verb = "would be filled" if dry else "filled"
    said = f"{plural(filled, 'claim')} {verb}"
    print(paint(f"{said}, {left} left open" if left else said, "bold"))
    if problems:
        return BAD_INPUT
    return UNDECIDED if left else AS_EXPECTED


def _lines(page: _Page, paint: text.Paint) -> Iterator[str]:
    for blank, texts in page.told:
        for field, found in texts.items():
            name = f"{blank.place}: {blank.record.id}, {field}"
            yield f"{one_line(name)}: {paint(one_line(found), 'green')}"
    for blank, why in page.left:
        name = f"{blank.place}: {blank.record.id}, {blank.claim.field}"
        yield f"{one_line(name)}: {paint(f'left open: {why}', 'yellow')}"
