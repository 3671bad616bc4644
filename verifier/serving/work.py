"""What the workers of the service do: answer lines, and show answers to people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..engine.settings import Settings
from ..output.asked_page import answer_html, problems_html
from ..results.answer import Answer
from ..streaming.answering import bench_for
from ..streaming.line import Asked, line_of
from ..streaming.told import written
from .fragments import Fragment, ToShow, crashed


def serve_chunk(
    items: Sequence[Asked | ToShow], settings: Settings
) -> Iterator[str | Fragment]:
    """Answer each item: a line as a line of JSON, what is to be shown as HTML."""
    bench = bench_for(settings)
    for one in items:
        if isinstance(one, Asked):
            yield written(bench.answer(one))
        else:
            yield _shown(one.text, settings)


def _shown(text: str, settings: Settings) -> Fragment:
    line, problems = line_of(text)
    if problems:
        return Fragment("malformed", problems_html(problems))
    try:
        answer = bench_for(settings).judge(line)
        if isinstance(answer, Answer):
            return Fragment(answer.verdict, answer_html(answer))
        return Fragment("malformed", problems_html(answer))
    except Exception as error:  # a fault of ours costs no other question
        return crashed(f"{type(error).__name__}: {error}"[:500])
