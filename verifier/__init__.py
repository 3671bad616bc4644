"""Matrix-calculus identities, written as YAML records, verified against JAX."""

from .reading.problem import Problem
from .reading.record import Record
from .results.model import Report, Result
from .running.session import load, verify

__all__ = ["Problem", "Record", "Report", "Result", "load", "verify"]
