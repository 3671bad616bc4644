"""What the words of a result mean: for every kind of problem, diagnosis and verdict.

The texts and their examples are data, in `verifier/explanations/`; the command, the
documentation and the tests read them from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
GROUPS = {
    "verdicts": "a verdict",
    "grades": "a grade of evidence",
    "diagnoses": "what is wrong with a claim that fails",
    "problems": "a problem of a record",
}
"""The files of explanations, and what each of their entries is."""


@dataclass(frozen=True)
class Explanation:
    """What one word means, an example that gets it, one that does not, what to do.

    A word that is no mistake (`holds`, a grade) is what the example `right` gets.
    """

    kind: str
    group: str
    means: str
    do: str = ""
    wrong: str = ""
    right: str = ""

    @property
    def gist(self) -> str:
        """Return the first sentence of what it means."""
        return self.means.partition(". ")[0].rstrip(".") + "."

    @property
    def example(self) -> str:
        """Return the records that get this kind, as a file."""
        return self.wrong or self.right


@cache
def explanations() -> tuple[Explanation, ...]:
    """Return all of them, group by group."""
    folder = Path(__file__).parent.parent / "explanations"
    return tuple(
        Explanation(group=group, **entry)
        for group in GROUPS
        for entry in yaml.load((folder / f"{group}.yaml").read_bytes(), LOADER)
    )


def explained(kind: str) -> list[Explanation]:
    """Return what is known about a word; `shape` is a grade and a diagnosis."""
    return [one for one in explanations() if one.kind == kind]
