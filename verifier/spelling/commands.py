"""Commands of LaTeX as tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ..reading.problem import Fault
from .runs import CALLED, CHANGED
from .scan import DOUBLED, VERTS, Scan
from .tokens import Token
from .typefaces import bold_letter
from .vocabulary import (
    ACCENTS,
    BOXES,
    DROPPED,
    FONTS,
    FRACTIONS,
    FUNCTIONS,
    GAPS,
    GREEK,
    IGNORED_ARGUMENT,
    OPERATORS,
    SIGNS,
    SPACES,
    SPELT,
    TEXTS,
    TRANSPOSES,
)

_COMMAND = re.compile(r"\\(?:([A-Za-z]+\*?)|(.))", re.DOTALL)
_SYMMETRY = re.compile(r"\bsymmetric|=.*(?:\^\s*\{?\s*(?:\\top|\\intercal|T)|⊤)")
"""What is said above a sign, of a matrix: `\\overset{A = A^T}{=}`."""
_NESTED = re.compile(r"\\(?:text|mathrm|textrm|operatorname|mbox)\s*\{([^{}]*)\}")
_OPENS = re.compile(r" *\{")
_BRACED = re.compile(r"\{\s*(\\?[\W_])\s*\}")
_PLACE = re.compile(r"\s*\[[tbc]\]")
_SIZED_BOX = re.compile(r"\s*\[[^\[\]]{0,80}\]")
_OF_BRACKET = re.compile(r"\s*(?:\\(?:left|big\w*|Big\w*)\s*)?\(")
_TERM = re.compile(r"(?:^|[-+=&({])\s*$")
_NEXT = re.compile(r"\s*(?:$|[-+=&,.;)}]|\\\\|\\(?:end|right|quad)\b)")


def command(scan: Scan) -> Iterator[Token]:
    """Take a command of LaTeX."""
    found = _COMMAND.match(scan.text, scan.at)
    if found is None:
        raise Fault(scan.at, "the formula ends in `\\`", "leave the backslash out")
    name = found[1] or found[2]
    stop = found.end()
    bare = name.rstrip("*")
    apart = found[2] == " " and scan.text[scan.at - 1 : scan.at] == " "
    if not scan.latex and (apart or (found[1] and len(found[1]) == 1)):
        yield scan.token("sign", scan.at + 1, "\\")  # MATLAB's `A\\b`
    elif name == "\\" and scan.escaped and scan.text[stop : stop + 1] == "|":
        yield _bars(scan)
    elif name == "\\":
        if gap := re.compile(r"\\\\\*?(?:\[[^\]]{0,20}\])?").match(scan.text, scan.at):
            stop = gap.end()
        yield scan.token("row", stop)
    elif name in ("begin", "end"):
        yield _environment(scan, name, stop)
    elif name in IGNORED_ARGUMENT:
        _, scan.at = scan.argument(stop)
        _unboxed(scan)
    elif name in ("overset", "underset", "stackrel"):
        reason, end = scan.argument(stop)
        if _SYMMETRY.search(reason) and "=" in scan.text[end : end + 3]:
            scan.reasons.append((end - len(reason) - 1, end - 1))
        _, scan.at = scan.argument(stop)
        if braced := _BRACED.match(scan.text, scan.at):  # `\stackrel{(1)}{=}`
            scan.at = braced.start(1)
            scan.skipped.add(braced.end() - 1)
    elif name == "bbox" and (size := _SIZED_BOX.match(scan.text, stop)):
        scan.at = size.end()
        _unboxed(scan)
    elif name in ("overbrace", "underbrace"):
        _without_label(scan, stop, "_" if name == "underbrace" else "^")
        scan.at = _opened(scan, scan.at, stop)
    elif name in ("xlongequal", "xequal"):
        if bracket := re.compile(r"\s*\[[^\]]*\]").match(scan.text, stop):
            stop = bracket.end()
        yield scan.token("sign", scan.argument(stop)[1], "=")
    elif name == "|":
        yield _bars(scan)
    elif name in ("_", "*"):  # escaped for Markdown
        yield scan.token("sign", stop, name)
    elif scan.paired and (pair := VERTS.match(scan.text, scan.at)):
        yield scan.token("sign", pair.end(), "‖")
    elif name in ("mathop", "mathbin", "mathrel", "mathord"):
        inside, end = scan.argument(stop)
        scan.at = stop
        if end - stop > len(inside):  # in braces
            scan.skipped.add(end - 1)
            scan.at = scan.text.index("{", stop) + 1
    elif name in TEXTS:
        inside, stop = scan.argument(stop)
        yield from _words(scan, inside, stop)
    elif name in FRACTIONS:
        yield scan.token("fraction", stop, "frac")
    elif name == "sqrt":
        yield scan.token("root", stop)
    elif name == "vec" and _OF_BRACKET.match(scan.text, stop):
        yield scan.token("word", stop, "vec")  # there is no arrow on a bracket
    elif name in ACCENTS:
        yield scan.token("accent", stop, ACCENTS[name])
    elif name in GAPS:
        yield scan.token("gap", stop)
    elif name in SPACES:
        scan.spaced, scan.at = True, stop
    elif name in BOXES and _unboxed(scan, stop):
        pass
    elif name in DROPPED and (braced := _BRACED.match(scan.text, stop)):
        scan.at = braced.start(1)  # `\big{(}`
        scan.skipped.add(braced.end() - 1)
    elif name in DROPPED:
        bracket = scan.text[stop : stop + 2]
        if name in ("left", "right") and bracket[:1] == ".":
            stop += 1
        if bracket in ("\\(", "\\)"):
            scan.at = stop
            yield scan.token("sign", stop + 2, bracket[1])
        else:
            scan.at = stop
    elif bare in FONTS:
        yield scan.token("font", stop, bare)
    elif bare in GREEK:
        yield scan.token("name", stop, SPELT.get(bare, bare))
    elif name in TRANSPOSES and _is_postfix(scan, stop):
        yield scan.token("sign", stop, "⊤")
    elif name in TRANSPOSES:
        yield scan.token("word", stop, "transpose")
    elif name in SIGNS:
        yield scan.token("sign", stop, SIGNS[name])
    elif bare in FUNCTIONS:
        yield scan.token("word", stop, FUNCTIONS[bare])
    elif name in ("ell", "hbar", "imath", "jmath"):
        yield scan.token("name", stop, {"ell": "l"}.get(name, name[0]))
    elif letter := bold_letter(name):
        yield replace(scan.token("name", stop, letter), bold=True)
    else:
        yield scan.token("unknown", stop, f"\\{name}")


def _is_postfix(scan: Scan, stop: int) -> bool:
    """Whether a transpose stands behind its operand, or is an exponent."""
    before = scan.found[-1].text if scan.found else ""
    exponent = before == "^" or (
        before in ("{", "-") and any(t.text == "^" for t in scan.found[-3:-1])
    )
    operand = bool(scan.found) and (
        scan.found[-1].kind in ("name", "number", "end") or before in (")", "]", "}")
    )
    return exponent or (operand and not _OPENS.match(scan.text, stop))


def _unboxed(scan: Scan, start: int | None = None) -> bool:
    """Skip the braces round a whole statement, as those of a box or a colour."""
    start = scan.at if start is None else start
    opens = _OPENS.match(scan.text, start)
    if opens is None:
        return False
    inside, stop = scan.argument(start)
    flat = re.sub(r"\{[^{}]*\}", "", re.sub(r"\{[^{}]*\}", "", inside))
    if "=" not in flat:
        return False
    scan.at = opens.end()
    scan.skipped.add(stop - 1)
    return True


def _bars(scan: Scan) -> Token:
    """Take the bars of a norm; where all are doubled, two are one of `||`."""
    pair = DOUBLED.match(scan.text, scan.at) if scan.doubled else None
    stop = pair.end() if pair else scan.text.index("|", scan.at) + 1
    return scan.token("sign", stop, "‖")


def _without_label(scan: Scan, start: int, sign: str) -> None:
    """Skip what is set below or above a brace."""
    _, at = scan.argument(start)
    if label := re.compile(rf"\s*\{sign}").match(scan.text, at):
        _, stop = scan.argument(label.end())
        scan.skipped.update(range(at, stop))


def _opened(scan: Scan, before: int, start: int) -> int:
    """Return where terms below a brace begin: it is no bracket round them.

    One below `b - c` in `a - b - c + d` changes nothing; beside a factor it may.
    """
    inside, stop = scan.argument(start)
    while stop in scan.skipped:
        stop += 1
    alone = _TERM.search(scan.text, 0, before) and _NEXT.match(scan.text, stop)
    end = start + scan.text[start:].find(inside) + len(inside)
    if not alone or scan.text[end : end + 1] != "}":
        return start
    scan.skipped.add(end)
    return end - len(inside)


def _environment(scan: Scan, name: str, stop: int) -> Token:
    inside, stop = scan.argument(stop)
    placed = _PLACE.match(scan.text, stop)
    if placed and inside in ("array", "aligned", "alignedat", "gathered"):
        stop = placed.end()
    if inside in ("array", "aligned", "alignedat") and scan.text[stop:][:1] == "{":
        _, stop = scan.argument(stop)  # its columns
    return scan.token(name, stop, inside)


def _words(scan: Scan, inside: str, stop: int) -> Iterator[Token]:
    """Take what is set as text: a function's name, a letter, or words."""
    inside = inside.strip()
    while nested := _NESTED.fullmatch(inside):  # `\operatorname{\text{d}}`
        inside = nested[1].strip()
    if inside in FUNCTIONS or inside in OPERATORS:
        known = FUNCTIONS.get(inside) or OPERATORS[inside]
        yield scan.token("word", stop, known)
    elif inside[:1] == "d" and inside[1:] in CHANGED:  # `\operatorname{dvec}`
        yield Token("name", "d", scan.at, stop)
        yield scan.token("word", stop, FUNCTIONS[inside[1:]])
    elif inside in ("(", ")", "[", "]", "=", "+", "-", ","):
        yield scan.token("sign", stop, inside)
    elif re.fullmatch(r"[A-Za-z]", inside) or (
        inside.isalpha() and CALLED.match(scan.text, stop)
    ):
        yield scan.token("name", stop, inside)
    else:
        yield scan.token("text", stop, inside)
