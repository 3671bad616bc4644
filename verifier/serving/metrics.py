"""What is counted, and how Prometheus reads it."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import accumulate

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Seconds that an answer may take, by which answers are counted."""
MEDIA_TYPE = "text/plain; version=0.0.4"


class Counts:
    """Requests and answers since the start."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.requests: Counter[tuple[str, int]] = Counter()
        self.answers: Counter[str] = Counter()
        self.slots = [0] * (len(BOUNDS) + 1)
        self.seconds = 0.0

    def answered(self, verdict: str, seconds: float) -> None:
        """Count an answer, and how long it was waited for."""
        self.answers[verdict] += 1
        self.slots[bisect_left(BOUNDS, seconds)] += 1
        self.seconds += seconds

    def text(self, now: Mapping[str, float], totals: Mapping[str, float]) -> str:
        """Return all of it as Prometheus reads it: `now` goes up and down."""
        return "".join(f"{line}\n" for line in self._lines(now, totals))

    def _lines(
        self, now: Mapping[str, float], totals: Mapping[str, float]
    ) -> Iterator[str]:
        yield "# HELP nabla_requests_total Requests by path and status."
        yield "# TYPE nabla_requests_total counter"
        for (path, status), count in sorted(self.requests.items()):
            yield f'nabla_requests_total{{path="{path}",status="{status}"}} {count}'
        yield "# HELP nabla_answers_total Answers by verdict."
        yield "# TYPE nabla_answers_total counter"
        for verdict, count in sorted(self.answers.items()):
            yield f'nabla_answers_total{{verdict="{verdict}"}} {count}'
        yield "# HELP nabla_answer_seconds Seconds from a question to its answer."
        yield "# TYPE nabla_answer_seconds histogram"
        bounds = [*map(str, BOUNDS), "+Inf"]
        for bound, count in zip(bounds, accumulate(self.slots), strict=True):
            yield f'nabla_answer_seconds_bucket{{le="{bound}"}} {count}'
        yield f"nabla_answer_seconds_sum {self.seconds:.6f}"
        yield f"nabla_answer_seconds_count {sum(self.slots)}"
        for kind, values in (("gauge", now), ("counter", totals)):
            for name, value in values.items():
                yield f"# TYPE nabla_{name} {kind}"
                yield f"nabla_{name} {value:g}"
