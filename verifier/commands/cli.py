"""The command `nabla`: what was typed, what is done about it, the exit status."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..engine.settings import DEVICES, DTYPES, EVIDENCE, LAYOUTS, Settings
from ..output import text
from ..results.model import AS_EXPECTED, BAD_INPUT, DIFFERS, INTERRUPTED
from ..results.phrases import did_you_mean, one_line, plural, printable
from ..running import catalogue
from ..running.memo import remembered

if TYPE_CHECKING:
    from ..reading.record import Record

NOTHING_FOUND = 1

ABOUT = "Verify matrix-calculus identities, written as YAML records, against JAX."
EXAMPLES = """\
examples:
  nabla verify                              the built-in catalogue
  nabla verify mine.yaml --report reports   a file, and reports/index.html
  nabla verify mine.yaml::quadratic-form    one record of a file
  nabla verify quadratic-form --draws 2560  one record of the catalogue
  nabla lint mine.yaml                      read and check, compute nothing
  nabla list --search "chain rule"          what the catalogue knows
  nabla show quadratic-form                 one record, as it was read

exit status of `nabla verify`:
  0  every verdict is the expected one
  1  a claim fails, or one that is expected to fail holds
  2  bad usage, a malformed record, or nothing to check
  3  nothing worse than inconclusive or crashed
"""
VERIFY = """\
PATH is a file or folder of records, PATH::id one record of it; a bare id is one of the
built-in catalogue. Nothing named: the whole catalogue.
"""


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    main = argparse.ArgumentParser(
        prog="nabla",
        description=ABOUT,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    main.add_argument("--version", action=Version, help="print the version and exit")
    commands = main.add_subparsers(title="commands", metavar="COMMAND", dest="command")

    def add(
        name: str, run: Callable[[argparse.Namespace], int], help: str, about: str = ""
    ) -> argparse.ArgumentParser:
        sub = commands.add_parser(
            name,
            help=help,
            description=about or f"{help[0].upper()}{help[1:]}.",
            epilog=EXAMPLES if name == "verify" else None,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        sub.set_defaults(run=run)
        return sub

    verify_options(add("verify", verify, "check claims by drawing at random", VERIFY))
    sub = add("lint", lint, "read records, check names and shapes, compute nothing")
    paths(sub, "file, folder, PATH::id or id")
    sub = add("list", list_records, "list the records of the catalogue")
    paths(sub, "list these instead")
    sub.add_argument("--tag", metavar="T", help="only records with this tag")
    sub.add_argument("--search", metavar="WORDS", help="only records with all words")
    sub.add_argument("--source", metavar="WORDS", help="only with these in the source")
    sub = add("show", show, "print one record as it was read")
    sub.add_argument("id", metavar="ID", help="an id of the catalogue, or PATH::id")
    sub = add("selftest", selftest, "spoil every claim, and demand that all fail")
    paths(sub, "spoil the claims of these instead of the catalogue")
    draw_options(sub)
    add("schema", schema, "print the JSON Schema of the record format")
    return main


def paths(sub: argparse.ArgumentParser, help: str) -> None:
    """Add the paths that a command reads."""
    sub.add_argument("paths", nargs="*", metavar="PATH", help=help)


def verify_options(sub: argparse.ArgumentParser) -> None:
    """Add the options of `nabla verify`."""
    option = sub.add_argument
    paths(sub, "file, folder, PATH::id or id")
    option(
        "--layout",
        choices=(*LAYOUTS, "both"),
        default="both",
        help="check the claims of one layout only (default: both)",
    )
    draw_options(sub)
    option(
        "--device",
        choices=DEVICES,
        default="auto",
        help="where to compute (default: auto, a GPU if there is one)",
    )
    option(
        "--dtype",
        choices=DTYPES,
        default="float64",
        help="precision of the computation (default: float64)",
    )
    option(
        "--evidence",
        choices=EVIDENCE,
        default="",
        help="leave open what rests on less (default: take the strongest there is)",
    )
    option(
        "--report",
        type=Path,
        metavar="DIR",
        help="write DIR/index.html and DIR/results.json",
    )
    option(
        "--format",
        choices=("text", "json"),
        default="text",
        help="what to print (default: text)",
    )


def draw_options(sub: argparse.ArgumentParser) -> None:
    """Add the options of everything that draws."""
    option = sub.add_argument
    option(
        "--draws",
        type=whole(1, 1_000_000),
        default=256,
        metavar="N",
        help="random draws for each claim (default: 256)",
    )
    option(
        "--seed",
        type=whole(0, 2**63 - 1),
        default=0,
        metavar="S",
        help="what draws are a function of, with id and number (default: 0)",
    )
    option(
        "--jobs",
        type=whole(1, 1024),
        metavar="N",
        help="worker processes (default: one a core)",
    )


def whole(low: int, high: int) -> Callable[[str], int]:
    """Return a reader of whole numbers between two bounds."""

    def read(word: str) -> int:
        if not (word.isascii() and word.isdigit() and low <= int(word[:20]) <= high):
            raise argparse.ArgumentTypeError(
                f"`{printable(word)}` is not a whole number from {low} to {high}"
            )
        return int(word)

    return read


class Version(argparse.Action):
    """Prints the version; looking it up costs nothing where nobody asks."""

    def __init__(self, option_strings: Sequence[str], dest: str, **kwargs: Any):
        super().__init__(option_strings, dest, nargs=0, **kwargs)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import PackageNotFoundError, version

        try:
            print(f"nabla-verifier {version('nabla-verifier')}")
        except PackageNotFoundError:
            print("nabla-verifier, not installed: run from its source")
        parser.exit()


def verify(options: argparse.Namespace) -> int:
    """Run `nabla verify`."""
    from ..running import device, session

    if options.report and not writable(options.report):
        return BAD_INPUT
    selection = catalogue.select(options.paths)
    try:
        place = device.find(options.device)
    except device.NoDevice as none:
        return refuse(str(none), "use `--device cpu`")
    layouts = LAYOUTS if options.layout == "both" else (options.layout,)
    settings = Settings(
        options.seed, options.draws, options.dtype, place, layouts, options.evidence
    )
    with text.Progress(len(selection.records)) as progress:
        report = session.run(
            selection,
            settings,
            jobs=options.jobs,
            command=options.typed,
            on_result=progress.step,
        )
    if options.format == "json":
        print(json.dumps(report.to_json(), indent=1, allow_nan=False))
    else:
        print(text.report_text(report, text.Paint.of(sys.stdout)), end="")
    if options.report:
        from ..output.report import write

        page = write(report, options.report)
        if options.format == "text":
            print(f"report: {printable(str(page))}")
    return report.exit_status


def writable(folder: Path) -> bool:
    """Make the folder of the report before the work, and say so if that fails."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        refuse(f"cannot write a report to `{folder}`: {error.strerror or error}")
        return False
    return True


def selftest(options: argparse.Namespace) -> int:
    """Run `nabla selftest`."""
    from ..running import selftest as test

    selection = catalogue.select(options.paths)
    settings = Settings(options.seed, options.draws)
    with text.Progress(len(selection.records)) as progress:
        census = test.run(
            selection.records, settings, jobs=options.jobs, on_result=progress.step
        )
    print(text.census_text(census, text.Paint.of(sys.stdout)), end="")
    if not census.killed:
        return BAD_INPUT
    return DIFFERS if census.survivors else AS_EXPECTED


def lint(options: argparse.Namespace) -> int:
    """Run `nabla lint`."""
    paint = text.Paint.of(sys.stdout)

    def found() -> list[int] | None:
        """Count records and files, and print the problems, which are not kept."""
        from ..language.checker import check

        selection = catalogue.select(options.paths)
        problems = list(selection.problems)
        for record in selection.records:
            problems += check(record)[1]
        for problem in sorted(problems):
            print(text.problem_text(problem, paint), end="\n\n")
        counts = [len(selection.records), selection.files]
        if not problems and selection.records:
            return counts
        said = plural(len(problems), "problem") if problems else "no problems"
        print(paint(f"{counted(counts)}: {said}", "red"))
        return None

    files = catalogue.files_of(options.paths)
    clean = found() if files is None else remembered("lint", files, found)
    if clean is None:
        return BAD_INPUT
    print(paint(f"{counted(clean)}: no problems", "green"))
    return AS_EXPECTED


def counted(counts: Sequence[int]) -> str:
    """Return `3 records in 1 file`."""
    return f"{plural(counts[0], 'record')} in {plural(counts[1], 'file')}"


def list_records(options: argparse.Namespace) -> int:
    """Run `nabla list`."""
    paint = text.Paint.of(sys.stdout)
    files = catalogue.files_of(options.paths)
    problems = 0

    def read() -> list[dict[str, Any]]:
        nonlocal problems
        selection = catalogue.select(options.paths)
        problems = len(selection.problems)
        return [entry(record) for record in selection.records]

    def clean() -> list[dict[str, Any]] | None:
        found = read()
        return None if problems else found

    found = None if files is None else remembered("list", files, clean)
    found = read() if found is None else found
    if options.tag is not None:
        known = sorted({tag for one in found for tag in one["tags"]})
        found = [one for one in found if options.tag in one["tags"]]
        if not found:
            return refuse(
                f"no record has the tag `{options.tag}`",
                did_you_mean(options.tag, known),
            )
    words = (options.search or "").casefold().split()
    found = [one for one in found if all(word in one["said"] for word in words)]
    sources = (options.source or "").casefold().split()
    found = [
        one for one in found if all(w in one["source"].casefold() for w in sources)
    ]
    if found:
        rows = [(printable(one["id"]), one_line(one["title"])) for one in found]
        print(text.columns(rows, paint))
    else:
        print(text.message("no record has all these words"), file=sys.stderr)
    if problems:
        many = f"{plural(problems, 'problem')} in these files"
        print(text.message(many, "see `nabla lint`"), file=sys.stderr)
    return AS_EXPECTED if found else NOTHING_FOUND


def entry(record: Record) -> dict[str, Any]:
    """Return what a list shows of a record and looks for in it."""
    return {
        "id": record.id,
        "title": record.title,
        "source": record.source,
        "tags": list(record.tags),
        "said": said(record),
    }


def said(record: Record) -> str:
    """Return all that a search looks at."""
    parts = [record.id, record.id.replace("-", " "), record.title, record.source]
    parts += [record.notes, record.why, *record.tags, record.body.value]
    parts += [claim.text.value for claim in record.claims]
    return " ".join(parts).casefold()


def show(options: argparse.Namespace) -> int:
    """Run `nabla show`."""
    selection = catalogue.select([options.id])
    paint = text.Paint.of(sys.stdout)
    for problem in sorted(selection.problems):
        print(text.problem_text(problem, paint))
    for record in selection.records:
        print(text.record_text(record, paint))
    return BAD_INPUT if selection.problems else AS_EXPECTED


def schema(options: argparse.Namespace) -> int:
    """Run `nabla schema`."""
    from ..language.schema import SCHEMA

    print(json.dumps(SCHEMA, indent=2))
    return AS_EXPECTED


def refuse(said: str, hint: str = "") -> int:
    """Say on standard error why nothing was done."""
    print(text.message(said, hint), file=sys.stderr)
    return BAD_INPUT


def main(words: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    import shlex

    words = sys.argv[1:] if words is None else list(words)
    main_parser = parser()
    options = main_parser.parse_args(words)
    options.typed = shlex.join(["nabla", *words])
    if options.command is None:
        main_parser.print_help(sys.stderr)
        return BAD_INPUT
    try:
        return options.run(options)
    except catalogue.Unknown as unknown:
        return refuse(unknown.text, unknown.hint)
    except KeyboardInterrupt:
        print(text.message("interrupted"), file=sys.stderr)
        return INTERRUPTED
