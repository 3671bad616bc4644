"""Matrix-calculus identities, written as YAML records, verified against JAX."""

from .commands.asking import check
from .reading.problem import InputError, Problem
from .reading.record import Record
from .results.answer import Answer
from .results.model import Report, Result
from .running.session import load, verify

__all__ = [
    "Answer",
    "InputError",
    "Problem",
    "Record",
    "Report",
    "Result",
    "check",
    "load",
    "verify",
]
