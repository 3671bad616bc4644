"""What rows compute on, in whichever arithmetic: NumPy's floats, JAX's tracers, balls,
residues. These types have nothing in common that a type checker could name.
"""

from __future__ import annotations

from typing import Any, TypeAlias

Array: TypeAlias = Any
"""Matrices, one a draw: the last two axes are rows and columns."""
