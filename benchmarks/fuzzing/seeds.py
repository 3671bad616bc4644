"""What inputs are made of: the catalogue, notes, and the words of the language."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from verifier.language.primitives import PRIMITIVES
from verifier.reading.record import SUBJECTS

ROOT = Path(__file__).resolve().parents[2]
MOST = 400
LONGEST = 1500
"""Of a seed: short ones are read sooner, and changed more thoroughly."""
SIGNS = ["@", ".T", "**", "*", "+", "-", "/", "(", ")", ",", "1", "2", "0.5", "1e-9"]
SIGNS += ["x", "X", "A", "n", "dx", "dX", "d(", ")/d", "=", "->", " where ", ": "]
KEYS = ["\n- id: ", "\n  ", *"{}[]|>'\"#", "&a", "*a", "<<"]
LATEX = r"""
\frac{ \partial \nabla_ \mathbf{ ^\top \left( \right) \| \sum_{i=1}^n \hat \log \det
\operatorname{tr} \\ & \begin{align} \end{align} \begin{pmatrix} \end{pmatrix} \otimes
\sqrt{ \to \lim_{ \langle \rangle } $ $$ \( \) \[ \] \def\a{ \newcommand{\b}[1]{ #1 %
\verb| \label{ \text{ \mathbb{R}^{ \in \times \odot \circ \top ^{-1} _{ij} := \cdot
\delta_{ij} ∇ ∂ ᵀ ² ⁻¹ Σ ‖
""".split()  # noqa: SIM905
JSON = ['{"statement": "', '"where": {', '"layout": "both"', '"id": ', "null", "1e999"]
JSON += ['"function": "', "\\ud800", "\\u0000", "}", "]", "[", ",", "-0", "true", "NaN"]


def words(target: str) -> list[str]:
    """Return what inputs of a target are likely to be made of."""
    names = [f"{name}(" for name in PRIMITIVES]
    of_records = [
        f"{key}: " for key in (*SUBJECTS, "where", "wrt", "both", "numerator")
    ]
    return {
        "expression": SIGNS + names,
        "statement": SIGNS + names + LATEX,
        "latex": LATEX + SIGNS,
        "lines": JSON + SIGNS + names,
    }.get(target, KEYS + of_records + SIGNS + names)


def seeds(target: str) -> list[bytes]:
    """Return inputs that mean something."""
    found = list(dict.fromkeys(_SEEDS[target]()))
    random.Random(0).shuffle(found)
    return [one.encode() for one in found if len(one) <= LONGEST][:MOST]


def _files() -> Iterator[str]:
    for file in sorted((ROOT / "identities").rglob("*.yaml")):
        yield file.read_text(encoding="utf-8")


def _records() -> Iterator[str]:
    for text in _files():
        yield from re.findall(r"(?m)^- .*\n(?:(?:  .*)?\n)*", text)


def _said() -> Iterator[dict[str, object]]:
    for text in _records():
        one = yaml.load(text, yaml.CBaseLoader)[0]
        kept = ("id", "title", "notes", "source", "tags", "why", "author")
        yield {key: value for key, value in one.items() if key not in kept}


def _expressions() -> Iterator[str]:
    for one in _said():
        yield from (value for value in one.values() if isinstance(value, str))


def _statements() -> Iterator[str]:
    for one in _said():
        claim = next((one[k] for k in ("both", "denominator") if k in one), None)
        types = ", ".join(f"{k}: {v}" for k, v in dict(one.get("where") or ()).items())
        if "function" in one and isinstance(claim, str):
            yield f"d({one['function']})/d{one.get('wrt')} = {claim}\n{types}"
        elif "value" in one and isinstance(claim, str):
            yield f"{one['value']} = {claim}\n{types}"


def _documents() -> Iterator[str]:
    for file in ("docs/sample-notes.tex", "docs/notes.md"):
        for part in re.split(r"\n\n+", (ROOT / file).read_text(encoding="utf-8")):
            yield f"{'ab'[file.endswith('md')]}{part}"
    for line in (ROOT / "tests" / "spelled.yaml").read_text("utf-8").splitlines():
        yield f"a$${line.strip()}$$"


def _lines() -> Iterator[str]:
    for text in _statements():
        said, _, where = text.partition("\n")
        yield json.dumps({"statement": said, "where": where, "id": 1})
    for one in _said():
        yield json.dumps(one)


_SEEDS = {
    "yaml": _records,
    "records": _records,
    "expression": _expressions,
    "statement": _statements,
    "latex": _documents,
    "lines": _lines,
}
