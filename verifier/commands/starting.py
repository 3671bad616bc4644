"""`nabla new`: a file to start from, with the schema that editors read beside it."""

from __future__ import annotations

import argparse
import re
import shlex
from pathlib import Path

from ..reading.source import SUFFIXES
from ..results.model import AS_EXPECTED
from ..results.phrases import printable
from .describing import schema_text
from .options import Add, refuse

SCHEMA_NAME = "nabla.schema.json"
PACKAGE = Path(__file__).parent.parent


def add(command: Add) -> None:
    """Add the command."""
    sub = command("new", new, "write a commented file of records to start from")
    sub.add_argument("file", type=Path, metavar="FILE", help="such as mine.yaml")
    sub.add_argument(
        "--no-schema",
        action="store_true",
        help=f"do not write {SCHEMA_NAME} beside it, which editors read",
    )


def new(options: argparse.Namespace) -> int:
    """Run `nabla new`."""
    file: Path = options.file
    if file.suffix not in SUFFIXES:
        hint = f"write `nabla new {printable(str(file.with_suffix(SUFFIXES[0])))}`"
        return refuse(f"`{file}` does not end with `.yaml` or `.yml`", hint)
    text = (PACKAGE / "templates" / "new.yaml").read_text(encoding="utf-8")
    text = text.replace("FILE", printable(file.name))
    # Ids are unique over all files, and a folder may hold several that begin like this.
    slug = "-".join(re.findall("[a-z0-9]+", file.stem.lower()))[:40].strip("-")
    text = text.replace("- id: my-", f"- id: {slug or 'my'}-")
    if options.no_schema:
        text = text.partition("\n#\n")[2]
    try:
        _write(file, text)
    except FileExistsError:
        return refuse(f"`{file}` is there already, and is left as it is")
    except OSError as error:
        return refuse(f"cannot write `{file}`: {error.strerror or error}")
    print(f"wrote {printable(str(file))}: a record, and an example of each subject")
    if not options.no_schema:
        _write_schema(file.with_name(SCHEMA_NAME))
    print(f"next: nabla verify {printable(shlex.quote(str(file)))}")
    return AS_EXPECTED


def _write_schema(path: Path) -> None:
    """Write the schema for editors; one that is there is left as it is."""
    name = printable(str(path))
    try:
        _write(path, schema_text())
        print(f"wrote {name}: with it an editor completes and checks the keys")
    except FileExistsError:
        if not _holds(path, schema_text()):
            print(f"{name} is not of this version: `nabla schema` prints the new one")
    except OSError as error:
        print(f"cannot write {name}, which only editors need: {error.strerror}")


def _holds(path: Path, text: str) -> bool:
    try:
        return path.read_bytes() == text.encode()
    except OSError:
        return False


def _write(path: Path, text: str) -> None:
    with path.open("x", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
