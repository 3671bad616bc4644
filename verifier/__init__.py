"""Matrix-calculus identities, written as YAML records, verified against JAX."""

from .problem import Problem
from .record import Record
from .results import Report, Result
from .session import load, verify

__all__ = ["Problem", "Record", "Report", "Result", "load", "verify"]
