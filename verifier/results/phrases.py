"""How values and verdicts are said in words; the terminal and the report say the same.

Texts of records come from strangers: whatever is shown passes through `printable`.
"""

from __future__ import annotations

import math
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .model import Result

LONGEST = 200
"""Characters of what both sides are exactly."""
LARGEST = 8  # rows or columns of a matrix that is written out
LAYOUT_NAMES = {
    "": "",
    "numerator": "numerator layout",
    "denominator": "denominator layout",
    "mixed": "mixed layout",
}
GRADES = {
    "float": "floating point",
    "ball": "interval arithmetic",
    "exact": "exact arithmetic",
    "shape": "symbolic shapes",
}
VERDICT_COUNTS = {  # (expected, verdict) -> said of one claim, of several
    ("holds", "holds"): ("holds", "hold"),
    ("fails", "fails"): ("fails as expected", "fail as expected"),
    ("holds", "fails"): ("fails", "fail"),
    ("fails", "holds"): ("holds unexpectedly", "hold unexpectedly"),
    ("", "malformed"): ("is malformed", "are malformed"),
    ("", "crashed"): ("crashed", "crashed"),
    ("", "inconclusive"): ("is inconclusive", "are inconclusive"),
}


def inert(text: str) -> str:
    """Return lines none of which is a command to a CI server that reads the log.

    Those look for `::error ...` and `##[...]` behind any white space too, and a line of
    a file, or its name, may begin like that.
    """
    return re.sub(r"(?m)^(\s*)(?=::|##)", r"\1\\", text)


def printable(text: str) -> str:
    """Escape everything that could move a cursor, hide text or turn its direction."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else escape(c) for c in text)


def escape(character: str) -> str:
    """Return a character as Python would write it in a text."""
    code = ord(character)
    if character in "\n\r\t":
        return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}[character]
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def one_line(text: str) -> str:
    """Return a text of a record on one line, safe to print."""
    return printable(" ".join(text.split()))


def plural(count: int, one: str, several: str = "") -> str:
    """Return `3 claims`, `1 claim`."""
    return f"{count:,} {one if count == 1 else several or one + 's'}"


def number(value: Any, exact: bool = False) -> str:
    """Return a number as people write it; `exact` digits can be copied back."""
    if not isinstance(value, (int, float)):
        return printable(str(value))
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(value) if exact else f"{value:.6g}"


def rows(value: Any) -> list[list[Any]]:
    """Return a value as a list of rows, whatever was stored."""
    if not isinstance(value, (list, tuple)):
        return [[value]]
    if value and not isinstance(value[0], (list, tuple)):
        return [list(value)]
    return [list(row) for row in value]


def matrix(value: Any, exact: bool = True) -> str:
    """Write a value on one line: `3`, `[1, 0]` for a vector, `[[1, 0], [0, 1]]`."""
    table = rows(value)
    height, width = len(table), max(map(len, table), default=0)
    flat = min(height, width) <= 1
    if height * width > LARGEST**2 or (max(height, width) > LARGEST and not flat):
        return f"({height} x {width})"
    cells = [[number(entry, exact) for entry in row] for row in table]
    if height == width == 1:
        return cells[0][0]
    if height == 1 or width == 1:
        return "[" + ", ".join(cell for row in cells for cell in row) + "]"
    return "[" + ", ".join(f"[{', '.join(row)}]" for row in cells) + "]"


def pair(autodiff: Any, claim: Any) -> tuple[str, str]:
    """Write both sides with as many digits as it takes to see that they differ."""
    short = matrix(autodiff, exact=False), matrix(claim, exact=False)
    return short if short[0] != short[1] else (matrix(autodiff), matrix(claim))


def name_of(result: Result) -> str:
    """Return `quadratic-form, numerator layout`."""
    said = LAYOUT_NAMES[result.layout]
    kind = "" if result.claim in LAYOUT_NAMES else result.claim
    parts = (printable(result.id), printable(kind), said)
    return ", ".join(part for part in parts if part)


def verdict_of(result: Result) -> str:
    """Return the verdict, and that it was not to be expected where that is the news."""
    if result.verdict == "holds" and not result.as_expected:
        return "holds, but was expected to fail"
    if result.verdict == "fails" and result.as_expected:
        return "fails, as expected"
    if result.verdict == "crashed" and result.evidence.get("limit"):
        return "crashed: stopped at a limit"
    if result.verdict == "crashed":
        return "crashed: a fault of nabla-verifier, not of the record"
    return result.verdict


def diagnosis_of(result: Result) -> str:
    """Return what would make the claim true, with the verified suggestion."""
    if not result.diagnosis:
        return ""
    said = one_line(result.diagnosis.get("text") or "")
    suggestion = one_line(result.diagnosis.get("suggestion") or "")
    if not suggestion or suggestion in said:
        return said
    return f"{said}; write `{suggestion}`" if said else f"write `{suggestion}`"


def kind_of(result: Result) -> str:
    """Return the word that `nabla explain` knows a result by."""
    if result.verdict == "fails" and result.diagnosis:
        return str(result.diagnosis.get("kind") or "fails")
    return result.verdict


def evidence_of(result: Result) -> str:
    """Return what the verdict rests on: grade, draws, digits, R, draws left out."""
    evidence = result.evidence
    return "; ".join([*_basis(evidence), *_figures(result), *_remarks(evidence)])


def grounds_of(result: Result) -> str:
    """Return what the verdict rests on, without digits and R, and in short."""
    evidence = dict(result.evidence)
    if bound := evidence.get("bound"):
        power = math.floor(math.log10(bound)) + 1
        evidence["exact"] = f"exact, in error with probability below 1e{power}"
    return "; ".join([*_basis(evidence), *_remarks(evidence)])


def figures_of(result: Result) -> str:
    """Return `15.2 digits, R = 0.25`, without the digits where the sides differ."""
    digits, ratio = result.evidence.get("digits"), result.evidence.get("R")
    said = []
    if digits is not None and result.verdict == "holds":
        worn = digits < 1  # of a matrix that is nearly singular, say
        text = f"{number(round(digits, 1))} digits"
        said.append("no digits at the worst draw" if worn else text)
    if ratio is not None:
        said.append(f"R = {short(ratio)}")
    return ", ".join(said)


def _basis(evidence: Mapping[str, Any]) -> Iterator[str]:
    if exact := evidence.get("exact"):
        yield one_line(str(exact))
    elif grade := evidence.get("grade"):
        yield GRADES.get(grade, printable(str(grade)))
    if draws := evidence.get("draws"):
        yield plural(draws, "draw") + _directions(evidence)


def _directions(evidence: Mapping[str, Any]) -> str:
    """Return ` along random directions, 12 of them entry by entry`."""
    draws, whole = evidence.get("draws"), evidence.get("whole")
    if whole is None or whole == draws:
        return ""
    of_them = f", {whole} of them entry by entry" if whole else ""
    return f" along random directions{of_them}"


def _figures(result: Result) -> Iterator[str]:
    if (digits := result.evidence.get("digits")) is not None:
        holds = result.verdict == "holds"
        text = f"{number(round(digits, 1))} digits agree"
        if holds and digits < 1:
            text = "rounding leaves no digits at the worst draw"
        yield text if holds else f"{text} at most"
    if (ratio := result.evidence.get("R")) is not None:
        yield f"R = {short(ratio)}"


def _remarks(evidence: Mapping[str, Any]) -> Iterator[str]:
    if evidence.get("vacuous") and "vacuous" not in str(evidence.get("note")):
        yield "vacuous: both sides are always zero"
    if left := left_out(evidence):
        yield left
    if note := evidence.get("note"):
        yield one_line(str(note))


def left_out(evidence: Mapping[str, Any]) -> str:
    """Return `12 draws left out (10 kink, 2 not finite)`, or nothing."""
    reasons = {k: v for k, v in (evidence.get("left_out") or {}).items() if v}
    if not reasons:
        return ""
    listed = ", ".join(f"{count} {one_line(why)}" for why, count in reasons.items())
    return f"{plural(sum(reasons.values()), 'draw')} left out ({listed})"


def short(value: Any) -> str:
    """Return a figure with three digits."""
    if isinstance(value, (int, float)):
        return f"{value:.3g}"
    return printable(str(value))


def sizes_of(sizes: Mapping[str, Any]) -> str:
    """Return `m = 2, n = 3`."""
    return ", ".join(f"{printable(k)} = {number(v)}" for k, v in sizes.items())


def case_of(result: Result) -> tuple[list[str], str]:
    """Return the smallest failing case: its settings one by one, and what they give."""
    case = result.counterexample or {}
    given = [sizes_of(case["sizes"])] if case.get("sizes") else []
    for name, value in (case.get("values") or {}).items():
        if name not in (case.get("sizes") or {}):
            given.append(f"{printable(name)} = {matrix(value)}")
    sides = [case.get("autodiff"), case.get("claim")]
    if None in sides:
        labels = zip((left_of(result), "claim"), sides, strict=True)
        gives = [f"{label} {matrix(v)}" for label, v in labels if v is not None]
    else:
        left, right = pair(*sides)
        gives = [f"{left_of(result)} {left}", f"claim {right}"]
        exact = case.get("exact") or {}
        if any("/" in side for side in exact.values()):
            left, right = (one_line(exact[side]) for side in ("left", "claim"))
            if len(left) + len(right) <= LONGEST:  # hundreds of digits tell nobody
                gives.append(f"exactly {left} and {right}")
    if note := case.get("note"):
        gives.append(one_line(str(note)))
    return given, ", ".join(gives)


def left_of(result: Result) -> str:
    """Return what the left side is called: only a derivative is found by autodiff."""
    kind = result.statement.get("kind", "function")
    return "autodiff" if kind == "function" else "left side"


def replay(result: Result, run: Mapping[str, Any]) -> str:
    """Return the command that repeats one record's draws."""
    words = ["nabla", "verify", f"{result.file}::{result.id}"]
    if statement := run.get("statement"):
        words = ["nabla", "check", str(statement)]
    words += ["--seed", str(run.get("seed", 0)), "--draws", str(run.get("draws", 256))]
    if run.get("dtype", "float64") != "float64":
        words += ["--dtype", run["dtype"]]
    if run.get("device", "cpu") != "cpu":
        words += ["--device", run["device"]]
    sizes, executor = asked_sizes(run), str(run.get("executor", ""))
    usual = "xla" if run.get("device") == "gpu" else "numpy"
    # What is usual is said where large sizes would have been left to the other one.
    if executor in ("numpy", "xla") and (executor != usual or sizes):
        words += ["--executor", executor]
    words += sizes
    return printable(shlex.join(words))


def asked_sizes(run: Mapping[str, Any]) -> list[str]:
    """Return the options that ask for larger sizes: `--sizes n=512,m=64`."""
    words = ["--size", str(run["size"])] if run.get("size") else []
    sizes = run.get("sizes_asked") or {}
    listed = ",".join(f"{printable(name)}={n}" for name, n in sizes.items())
    return [*words, "--sizes", listed] if listed else words


def tally(results: Sequence[Result]) -> str:
    """Return `34 hold, 3 fail as expected, 1 is inconclusive`."""
    counts = dict.fromkeys(VERDICT_COUNTS, 0)
    for result in results:
        key = (result.expected, result.verdict)
        counts[key if key in counts else ("", result.verdict)] += 1
    said = [
        f"{count:,} {VERDICT_COUNTS[key][count != 1]}"
        for key, count in counts.items()
        if count
    ]
    return ", ".join(said) or "nothing was checked"


def did_you_mean(word: str, known: Sequence[str], before: str = "") -> str:
    """Return a hint that names what may have been meant, or nothing."""
    from difflib import SequenceMatcher, get_close_matches

    word = word[:80]
    close = get_close_matches(word, list(known), n=3, cutoff=0.6)
    if not close:
        return ""
    alike = [SequenceMatcher(None, name, word).ratio() for name in close]
    best = [name for name, r in zip(close, alike, strict=True) if r > alike[0] - 0.15]
    listed = " or ".join(f"`{printable(before + name)}`" for name in best)
    return f"did you mean {listed}?"
