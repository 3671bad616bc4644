"""Matrix-calculus identities, written as YAML records, verified against JAX."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .commands.asking import check
    from .commands.coding import CodeSession, check_code
    from .commands.differentiating import derive
    from .commands.proofreading import read_notes
    from .commands.streaming import astream, stream
    from .notes.model import Digest
    from .reading.problem import InputError, Problem
    from .reading.record import Record
    from .results.answer import Answer
    from .results.coded import CodeAnswer
    from .results.derivation import Derivation
    from .results.model import Report, Result
    from .results.streamed import StreamAnswer
    from .running.session import load, verify

__all__ = [
    "Answer",
    "CodeAnswer",
    "CodeSession",
    "Derivation",
    "Digest",
    "InputError",
    "Problem",
    "Record",
    "Report",
    "Result",
    "StreamAnswer",
    "astream",
    "check",
    "check_code",
    "derive",
    "load",
    "read_notes",
    "stream",
    "verify",
]

_HOMES = {
    "Answer": "results.answer",
    "Derivation": "results.derivation",
    "CodeAnswer": "results.coded",
    "CodeSession": "commands.coding",
    "Digest": "notes.model",
    "InputError": "reading.problem",
    "Problem": "reading.problem",
    "Record": "reading.record",
    "Report": "results.model",
    "Result": "results.model",
    "StreamAnswer": "results.streamed",
    "astream": "commands.streaming",
    "check": "commands.asking",
    "derive": "commands.differentiating",
    "check_code": "commands.coding",
    "load": "running.session",
    "read_notes": "commands.proofreading",
    "stream": "commands.streaming",
    "verify": "running.session",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is asked for: no worker and no command needs all."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
