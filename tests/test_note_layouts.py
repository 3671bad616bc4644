"""What a document's layout says: fences, scripts, tables, and lines with conditions."""

from __future__ import annotations

import pytest

from verifier.notes.reading import read_document
from verifier.notes.scanning import scan_text


def findings(text: str, name: str = "notes.md"):
    """Read a document; return what was found in it."""
    return read_document(scan_text(text, name)).findings


def read(text: str, name: str = "notes.md") -> list[str]:
    """Return what was read in a document."""
    return [found.read for found in findings(text, name) if found.status == "read"]


# --- what holds formulas --------------------------------------------------------------


def test_a_fence_of_mathematics_may_begin_with_lines_that_are_aligned():
    text = r"""
```math
\begin{aligned}
    \mathop{\nabla}_{U} \text{tr}(UV) &= V^T \\
    \nabla_U \text{tr}(U^T V) &= V
\end{aligned}
```
"""
    assert read(text) == ["d(tr(U @ V))/dU = V.T", "d(tr(U.T @ V))/dU = V"]


def test_a_directive_of_myst_holds_text():
    text = r"""
```{admonition} Note
For a symmetric matrix $C$,

$$
\nabla_x x^\top C x = 2 C x
$$
```

$$\nabla_x c^\top x = c$$

```python
$$\nabla_x c^\top x = 2c$$
```
"""
    assert read(text) == [
        "d(x.T @ C @ x)/dx = 2 * C @ x",
        "d(c.T @ x)/dx = c",
    ]


def test_a_script_of_mathjax_is_a_formula():
    text = r"""
Of <script type="math/tex">f(x) = c^\top x</script> this is the gradient:

<script type="math/tex; mode=display">
\begin{aligned}

\nabla f(x) &= c

\end{aligned}
</script>
"""
    document = scan_text(text, "notes.md")
    assert [part.display for part in document.parts if part.kind == "formula"] == [
        False,
        True,
    ]
    (found,) = [f for f in findings(text) if f.status == "read"]
    assert (found.read, found.place.line) == ("d(c.T @ x)/dx = c", 7)
