"""Which records are meant: the built-in catalogue, files, folders and ids."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from ..reading.problem import InputError, Problem, Refused
from ..reading.record import Record
from ..reading.record import load as read
from ..reading.source import file_name, find
from ..results.phrases import did_you_mean, printable

ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Unknown(Refused, InputError):
    """There is no such file, folder or record."""


def real(path: Path) -> Path:
    """Return where a path leads."""
    return _resolved(path.absolute())


@cache
def _resolved(path: Path) -> Path:
    return path.resolve()


@dataclass(frozen=True)
class Target:
    """A file or folder, and the one record of it that is meant, or all."""

    path: Path
    id: str = ""
    lost: bool = False
    """Whether the file was read and the record is not among those understood."""

    def holds(self, file: str) -> bool:
        """Whether a file that was read belongs to this target."""
        # Files are called as people see them: what does not print is escaped.
        return real(Path(file)).is_relative_to(real(Path(file_name(self.path))))


@dataclass(frozen=True)
class Selection:
    """The records that are meant, in the order read, and the problems among them."""

    records: tuple[Record, ...]
    problems: tuple[Problem, ...]
    files: int


def builtin() -> Path:
    """Return the catalogue's folder: in the package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    inside, beside = package / "identities", package.parent / "identities"
    checkout = (package.parent / "pyproject.toml").is_file() and beside.is_dir()
    return shown(beside if checkout else inside)


def shown(path: Path) -> Path:
    """Return a path as people expect to see it: from where they are, if below."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def resolve(text: str) -> Target:
    """Say what `PATH`, `PATH::id` or `id` means; a path that exists comes first."""
    name, separator, id = text.rpartition("::")
    path = Path(name if separator else text)
    if separator and not id:
        raise Unknown(f"no id after `::` in `{text}`", "write `PATH::id`")
    if path.exists():
        return Target(path, id if separator else "")
    if not separator and ID.fullmatch(text):
        return Target(builtin(), text)
    raise Unknown(f"no file or folder `{path}`", sibling(path))


def sibling(path: Path) -> str:
    """Return a hint that names what lies beside a path that does not exist."""
    try:
        names = [entry.name for entry in path.parent.iterdir()]
    except OSError:
        return f"there is no folder `{path.parent}` either"
    folder = "" if path.parent == Path() else f"{path.parent}/"
    return did_you_mean(path.name, names, folder)


def select(texts: Sequence[str] = ()) -> Selection:
    """Read what the texts mean; nothing said means the whole built-in catalogue."""
    targets = [resolve(text) for text in texts] or [Target(builtin())]
    records, problems = load(_likely(targets))
    if not all(any(chosen(r, [t]) for r in records) for t in targets if t.id):
        records, problems = load(outermost(target.path for target in targets))
    for number, target in enumerate(targets):
        if target.id and not any(chosen(record, [target]) for record in records):
            lost = replace(target, lost=target.path.is_file())
            refuse_unless_malformed(lost, records, problems)
            targets[number] = lost
    wanted = tuple(record for record in records if chosen(record, targets))
    found = tuple(problem for problem in problems if concerns(problem, targets))
    files = {r.place.file for r in wanted} | {p.place.file for p in found}
    return Selection(wanted, found, len(files))


def load(paths: Sequence[Path]) -> tuple[list[Record], list[Problem]]:
    """Read files and folders."""
    return settled(*read(paths))


def settled(
    records: list[Record], problems: list[Problem]
) -> tuple[list[Record], list[Problem]]:
    """Return records with what those state that are written in LaTeX or mathematics."""
    if not any(record.stated for record in records):
        return records, problems
    from ..asking.stated import settled  # slow to import: most catalogues have none

    return settled(records, problems)


def files_of(texts: Sequence[str]) -> list[str] | None:
    """Return the files that the texts mean as a whole; None where one means an id."""
    targets = [resolve(text) for text in texts] or [Target(builtin())]
    files, problems = find(outermost(target.path for target in targets))
    whole = not problems and not any(target.id for target in targets)
    return files if whole else None


def places(texts: Sequence[str]) -> list[Path]:
    """Return the files and folders that the texts mean, or in which their records are.

    Each must be there; what is called by its path is known by it when it is not.
    """
    targets = [resolve(text) for text in texts] or [Target(builtin())]
    return outermost(target.path for target in targets)


def _likely(targets: Sequence[Target]) -> list[Path]:
    """Return what must be read: of a folder only the files that mention the ids."""
    paths = outermost(target.path for target in targets)
    if not all(target.id for target in targets):
        return paths
    words = [target.id.encode() for target in targets]
    found = []
    for file in find(paths)[0]:
        with suppress(OSError):
            text = Path(file).read_bytes()
            if any(word in text for word in words):
                found.append(Path(file))
    return found or paths


def outermost(paths: Iterable[Path]) -> list[Path]:
    """Return each path once, without those inside another one of them."""
    given = list(dict.fromkeys(paths))
    kept: list[Path] = []
    for path in sorted(given, key=lambda path: len(real(path).parts)):
        if not any(real(path).is_relative_to(real(other)) for other in kept):
            kept.append(path)
    return sorted(kept, key=given.index)


def chosen(record: Record, targets: Iterable[Target]) -> bool:
    """Whether a record is one of those meant."""
    return any(
        target.holds(record.place.file) and target.id in ("", record.id)
        for target in targets
    )


def concerns(problem: Problem, targets: Iterable[Target]) -> bool:
    """Whether a problem is of a record that is meant, or of its whole file."""
    return any(
        target.holds(problem.place.file)
        and (not target.id or problem.id == target.id or hides(problem, target))
        for target in targets
    )


def hides(problem: Problem, target: Target) -> bool:
    """Whether a problem of no record may be why the one meant is not to be seen."""
    return target.lost and not problem.id


def refuse_unless_malformed(
    target: Target, records: Sequence[Record], problems: Sequence[Problem]
) -> None:
    """Raise Unknown for an id that is not there; one with problems is there."""
    here = [problem for problem in problems if target.holds(problem.place.file)]
    if any(problem.id == target.id or hides(problem, target) for problem in here):
        return
    known = [record.id for record in records if target.holds(record.place.file)]
    known += [problem.id for problem in here if problem.id]
    if target.path == builtin():
        place = "the built-in catalogue"
        words = shlex.quote(target.id.replace("-", " "))
        hint = f"`nabla list --search {words}` looks for it"
    else:
        place = f"`{printable(str(target.path))}`"
        hint = f"`nabla list {shlex.quote(str(target.path))}` shows every id"
    hint = did_you_mean(target.id, known) or hint
    raise Unknown(f"no record `{target.id}` in {place}", hint)
