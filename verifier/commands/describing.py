"""`nabla schema`: the record format as JSON Schema."""

from __future__ import annotations

import argparse
import json

from ..results.model import AS_EXPECTED
from .options import Add


def add(command: Add) -> None:
    """Add the command."""
    command("schema", schema, "print the JSON Schema of the record format")


def schema(options: argparse.Namespace) -> int:
    """Run `nabla schema`."""
    print(schema_text(), end="")
    return AS_EXPECTED


def schema_text() -> str:
    """Return the schema as the file `schema.json` of the package has it."""
    from ..language.schema import SCHEMA

    return json.dumps(SCHEMA, indent=2) + "\n"
