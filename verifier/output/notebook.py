"""What Python and a notebook show of results: a line, a text, HTML, LaTeX.

Whatever comes from a record is escaped. The HTML brings its few styles along, under
class names of its own, and needs neither scripts nor the network.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from ..notes.model import Digest
from ..results import phrases
from ..results.answer import Answer
from ..results.coded import CodeAnswer
from ..results.derivation import Derivation
from ..results.model import Report, Result
from ..results.phrases import one_line
from ..results.shown import Shown
from . import answers, coded, derived_text, notes_text
from . import text as terminal

MOST_RESULTS = 50
"""Results of a report that a notebook shows."""
STYLE = """\
<style>
.nabla-shown { line-height: 1.5; max-width: 60em; overflow-x: auto; }
.nabla-shown b.holds { color: #1a7f37; }
.nabla-shown b.fails, .nabla-shown b.crashed { color: #cf222e; }
.nabla-shown b.inconclusive { color: #9a6700; }
.nabla-shown .why { opacity: 0.75; font-size: 90%; margin: 0 0 0.5em 1.5em; }
.nabla-shown .formula { margin: 0.25em 0 0.25em 1.5em; }
.nabla-shown table { border-collapse: collapse; margin: 0.5em 0; }
.nabla-shown td { text-align: left; padding: 0.2em 1em 0.2em 0; vertical-align: top; }
</style>
"""


def line(value: Shown) -> str:
    """Return what `repr` says."""
    match value:
        case Answer():
            return f"<Answer: {answers.headline(value)}: {one_line(value.statement)}>"
        case Result():
            return f"<Result: {phrases.name_of(value)}: {phrases.verdict_of(value)}>"
        case Derivation():
            return f"<Derivation: {derived_text.headline(value)}>"
        case Report():
            problems = f"; {phrases.plural(len(value.problems), 'problem')}"
            said = phrases.tally(value.results)
            return f"<Report: {said}{problems if value.problems else ''}>"
        case CodeAnswer():
            return f"<CodeAnswer: {coded.headline(value)}: {one_line(value.function)}>"
        case Digest():
            return f"<Digest: {one_line(value.name)}: {notes_text.tally([value])}>"
    return object.__repr__(value)


def text(value: Shown) -> str:
    """Return what the terminal shows."""
    match value:
        case Answer():
            return answers.answer_text(value).rstrip("\n")
        case Derivation():
            return derived_text.derivation_text(value).rstrip("\n")
        case Result():
            return terminal.result_text(value, {})
        case Report():
            return terminal.report_text(value).rstrip("\n")
        case CodeAnswer():
            return coded.code_text(value)
        case Digest():
            return notes_text.notes_text([value]).rstrip("\n")
    return line(value)


def html(value: Shown) -> str:
    """Return what a notebook shows."""
    match value:
        case Answer():
            parts = [STYLE, *_answer(value)]
        case Derivation():
            parts = [STYLE, *_derivation(value)]
        case Result():
            parts = [STYLE, *_result(value)]
        case Report():
            parts = [STYLE, *_report(value)]
        case CodeAnswer():
            parts = [STYLE, *_code(value)]
        case Digest():
            parts = [STYLE, *_digest(value)]
        case _:
            parts = [f"<code>{escape(line(value))}</code>"]
    return '<div class="nabla-shown">\n' + "\n".join(parts) + "\n</div>"


def latex(value: Shown) -> str | None:
    """Return the statement as a formula; None for several."""
    if isinstance(value, Answer) and value.results:
        shown = next(
            (r for r in value.results if r.verdict == "holds"), value.results[0]
        )
        return latex(shown)
    if isinstance(value, Derivation) and value.forms:
        lines = " \\\\ ".join(_equation(form, "latex") for form in value.forms)
        return f"$\\displaystyle \\begin{{gathered}} {lines} \\end{{gathered}}$"
    if isinstance(value, Result):
        return f"$\\displaystyle {_equation(value, 'latex')}$"
    return None


# --- HTML -------------------------------------------------------------------------


def _answer(answer: Answer) -> Iterator[str]:
    if answer.read:
        yield f"<div>read as <code>{escape(one_line(answer.read))}</code></div>"
    yield f"<div>{_verdict(answers.headline(answer), answer.verdict)}</div>"
    true = [result for result in answer.results if result.verdict == "holds"]
    for result in true or [answer.best]:
        yield _formula(result)
    said = [*answers.assumptions(answer), *answers.other_readings(answer)]
    yield f'<div class="why">{_lines(said)}</div>'
    for result in answer.results:
        named = phrases.LAYOUT_NAMES[result.layout]
        label = f"{escape(named)}: " if named else ""
        yield f'<div class="why">{label}{_why(result)}</div>'


def _derivation(found: Derivation) -> Iterator[str]:
    if found.read:
        yield f"<div>read as <code>{escape(one_line(found.read))}</code></div>"
    for form in found.forms:
        yield _formula(form)
        why = f"{derived_text.label(form.layout or form.claim)}: {form.text}"
        yield f'<div class="why">{_lines([why, phrases.evidence_of(form)])}</div>'
    lets = [f"with {name} = {meaning}" for name, meaning in found.lets.items()]
    missing = [f"{derived_text.label(k)}: {v}" for k, v in found.missing.items()]
    said = [*lets, *missing, *derived_text.said(found)]
    yield f'<div class="why">{_lines(said)}</div>'


def _result(result: Result) -> Iterator[str]:
    name, verdict = phrases.name_of(result), phrases.verdict_of(result)
    yield f"<div>{escape(name)}: {_verdict(verdict, result.verdict)}</div>"
    yield _formula(result)
    yield f'<div class="why">{_why(result)}</div>'


def _report(report: Report) -> Iterator[str]:
    yield f"<div>{_verdict(phrases.tally(report.results), _worst(report))}</div>"
    if report.problems:
        problems = "\n\n".join(
            map(terminal.problem_text, report.problems[:MOST_RESULTS])
        )
        yield f"<pre>{escape(problems)}</pre>"
    surprises = report.surprises
    others = (result for result in report.results if result.as_expected)
    shown = [*surprises, *others][:MOST_RESULTS]
    yield "<table>"
    for result in shown:
        verdict = _verdict(phrases.verdict_of(result), result.verdict)
        why = "" if result.as_expected else f'<div class="why">{_why(result)}</div>'
        name, formula = escape(phrases.name_of(result)), _formula(result)
        yield f"<tr><td>{name}</td><td>{formula}{why}</td><td>{verdict}</td></tr>"
    yield "</table>"
    if len(shown) < len(report.results):
        yield f'<div class="why">{len(report.results) - len(shown):,} more</div>'


def _code(answer: CodeAnswer) -> Iterator[str]:
    for result in answer.results:
        said = _verdict(coded.verdict(result), result.verdict)
        yield f"<div>{escape(result.claim)}: {said}</div>"
        yield f'<div class="why">{_lines(coded.why(result))}</div>'
    yield f"<div>of <code>{escape(one_line(answer.function))}</code></div>"
    yield f'<div class="why">{_lines(coded.assumptions(answer))}</div>'


def _digest(digest: Digest) -> Iterator[str]:
    wrong = {0: "holds", 3: "inconclusive"}.get(digest.exit_status, "fails")
    yield f"<div>{_verdict(notes_text.tally([digest]), wrong)}</div>"
    yield f'<div class="why">{_lines([notes_text.layout_of(digest)])}</div>'
    order = notes_text.URGENT
    found = [v for v in digest.verdicts if v.kind in order and v.results]
    yield "<table>"
    for verdict in sorted(found, key=lambda v: order.index(v.kind))[:MOST_RESULTS]:
        result = notes_text.worst_result(verdict)
        place = escape(one_line(str(verdict.finding.place)))
        said = _verdict(notes_text.headline(verdict), verdict.verdict)
        shown = f'{_formula(result)}<div class="why">{_why(result)}</div>'
        yield f"<tr><td>{place}</td><td>{shown}</td><td>{said}</td></tr>"
    yield "</table>"


def _worst(report: Report) -> str:
    """Return the verdict that gives a report its colour."""
    if report.problems or not report.results:
        return "fails"
    return next((result.verdict for result in report.surprises), "holds")


def _verdict(said: str, verdict: str) -> str:
    return f'<b class="{escape(verdict)}">{escape(said)}</b>'


def _formula(result: Result) -> str:
    """Return the statement as MathML."""
    return f'<div class="formula">{_equation(result, "mathml")}</div>'


def _equation(result: Result, form: str) -> str:
    from .typesetting import equation  # slow to import: not for who sees no notebook

    return equation(result, form)


def _why(result: Result) -> str:
    """Return what would be right, the smallest case, and what a verdict rests on."""
    said = [phrases.diagnosis_of(result)] if result.verdict == "fails" else []
    said += terminal.case_lines(result)
    return _lines([*said, phrases.evidence_of(result)])


def _lines(lines: Iterable[str]) -> str:
    return "<br>".join(escape(said) for said in lines if said)
