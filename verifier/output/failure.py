"""What is shown of a failure: how often, where, the smallest case, and the way out."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from markupsafe import Markup

from ..results import phrases
from ..results.model import Result
from ..results.phrases import one_line
from .case import Case, case_of
from .heatmap import described, heat_map, largest

MOTION = ("limit", "expansion", "sign")
PLAIN = re.compile(r"(?![-+](?: |$))[A-Za-z0-9(.+-][A-Za-z0-9_ ()@.,*+/-]*")
"""Texts that mean themselves in YAML, without quotes."""
LABELS = {"other": "", "missing-term": "missing or extra term"}
"""Words for kinds of diagnosis that are not the kind's own."""


@dataclass(frozen=True)
class Picture:
    """One heat map with its name."""

    name: str
    image: Markup
    scale: str


@dataclass(frozen=True)
class Failure:
    """A failing claim, or one without a verdict, with all that explains it."""

    result: Result
    run: Mapping[str, Any]
    several: bool = False
    """Whether the claim is made in both layouts at once."""

    @property
    def diagnosis(self) -> str:
        """Return what would make the claim true."""
        return one_line(str((self.result.diagnosis or {}).get("text") or ""))

    @property
    def reason(self) -> str:
        """Return why there is no verdict, or how what moves behaves."""
        note = one_line(str(self.result.evidence.get("note") or ""))
        moves = self.result.statement.get("kind") in MOTION
        told = moves or self.result.verdict in ("inconclusive", "crashed")
        return note if told and note not in self.diagnosis else ""

    @property
    def suggestion(self) -> str:
        """Return the claim that has been verified in the place of this one."""
        return one_line(str((self.result.diagnosis or {}).get("suggestion") or ""))

    @property
    def kind(self) -> str:
        """Return the kind of the diagnosis, in words."""
        kind = str((self.result.diagnosis or {}).get("kind") or "")
        return LABELS.get(kind, kind.replace("-", " "))

    @property
    def line(self) -> str:
        """Return the suggestion as the line of the record."""
        if not self.suggestion:
            return ""
        kind = self.result.claim
        field = self.result.layout if kind in ("shape", "sign") else kind
        return f"{'both' if self.several else field}: {yaml(self.suggestion)}"

    @property
    def replay(self) -> str:
        """Return the command that repeats the draws."""
        return phrases.replay(self.result, self.run)

    @property
    def detail(self) -> str:
        """Return the last words of what crashed."""
        return str(self.result.evidence.get("detail") or "").strip()

    @property
    def census(self) -> list[str]:
        """Return how many draws fail, and how many entries at the one shown."""
        evidence, said = self.result.evidence, []
        failing, draws = evidence.get("failing"), evidence.get("draws")
        if failing and draws and self.result.verdict == "fails":
            said.append(f"{failing} of {phrases.plural(draws, 'usable draw')} fail")
        if sample := self.result.sample:
            where = phrases.sizes_of(sample["sizes"])
            at = f"draw {sample['draw']}" + (f" ({where})" if where else "")
            entries = phrases.plural(sample["entries"], "entry", "entries")
            said.append(f"{sample['differ']} of {entries} differ at {at}")
        return said

    @cached_property
    def case(self) -> Case | None:
        """The smallest failing case."""
        return case_of(self.result)

    @cached_property
    def pictures(self) -> list[Picture]:
        """Heat maps of autodiff, claim and difference at a draw of a larger case."""
        sample = self.result.sample
        if not sample or sample["entries"] < 2:
            return []
        both = largest(sample["autodiff"], sample["claim"])
        scales = {
            "autodiff": both,
            "claim": both,
            "difference": largest(sample["difference"]),
        }
        return [
            Picture(
                name,
                heat_map(sample[name], scale, described(name, sample[name])),
                phrases.short(scale),
            )
            for name, scale in scales.items()
        ]


def yaml(text: str) -> str:
    """Return a text as a YAML value, in quotes where it needs them."""
    return text if PLAIN.fullmatch(text) else json.dumps(text)
