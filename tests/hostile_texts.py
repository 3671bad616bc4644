"""Hostile documents, notebooks, lines, statements and requests.

Each document has the good formula somewhere, which must be read whatever else there is.
"""

from __future__ import annotations

import json
from typing import Any

GOOD = r"\frac{\partial}{\partial x} x^\top A x = (A + A^\top) x"
SHOWN = f"$${GOOD}$$\n\n"


def tex(text: str, head: str = "") -> str:
    """Return a document of LaTeX with a text before the good formula."""
    begin = f"\\documentclass{{article}}\n{head}\n\\begin{{document}}\n"
    return f"{begin}{text}\n\n\\[ {GOOD} \\]\n\\end{{document}}\n"


DOUBLING = "\\newcommand{\\aa}{x+x}" + "".join(
    f"\\newcommand{{\\a{b}}}{{\\a{a}\\a{a}}}"
    for a, b in zip("abcdefghijklmnopqrstuvw", "bcdefghijklmnopqrstuvwx", strict=True)
)

LATEX: dict[str, tuple[str, str]] = {
    "itself": (tex("$\\a$", "\\newcommand{\\a}{\\a}"), "levels deep"),
    "each-other": (tex("$\\a$", "\\def\\a{\\b}\\def\\b{\\a}"), "levels deep"),
    "growing": (tex("$\\a$", "\\newcommand{\\a}{\\a\\a}"), "levels deep"),
    "doubling": (tex("$\\ax$", DOUBLING), "more than 20000 characters"),
    "many-uses": (tex("$\\am$ " * 3000, DOUBLING), "expand to too much: over 1000000"),
    "argument-in-argument": (
        tex("$" + "\\b{" * 3000 + "x" + "}" * 3000 + "$", "\\newcommand{\\b}[1]{#1#1}"),
        "",
    ),
    "redefinition": (
        tex("$\\frac{a}{b}$", "\\renewcommand{\\frac}[2]{\\frac{#2}{#1}}"),
        "",
    ),
    "no-end": ("\\begin{document}\n\\[ " + GOOD + " \\]\n\\begin{align} a &= b", ""),
    "open-braces": (tex("{" * 20_000), ""),
    "open-dollars": (tex("$" * 3), ""),
    "environments": (
        tex("\\begin{itemize}" * 200 + "\\end{itemize}" * 200),
        "limit of 50",
    ),
    "fractions": (tex("$" + "\\frac{" * 2000 + "a" + "}{b}" * 2000 + "$"), ""),
    "long-formula": (tex("$" + "x+" * 30_000 + "x$"), "20000 characters"),
    "roots": (tex("$" + "\\sqrt{" * 500 + "x" + "}" * 500 + " = 1$"), ""),
    "scripts": (tex("$x" + "_{a" * 500 + "}" * 500 + " = 1$"), ""),
    "write18": (tex("\\immediate\\write18{touch PWNED}"), ""),
    "input-absolute": (tex("\\input{/etc/passwd}"), "not read"),
    "input-above": (tex("\\input{../../../etc/passwd}"), "not read"),
    "input-pipe": (tex('\\input{|"id"}'), "not read"),
    "openin": (tex("\\newread\\f\\openin\\f=/etc/passwd \\read\\f to\\l \\l"), ""),
    "csname": (
        tex("\\expandafter\\def\\csname a\\endcsname{x}$\\csname a\\endcsname$"),
        "",
    ),
    "catcode": (tex("\\catcode`\\$=12 \\catcode`\\!=0 !frac"), ""),
    "loop": (tex("\\loop\\iftrue x\\repeat"), ""),
    "hats": (tex("$^^5cinput{x}^^M$"), ""),
    "verbatim": (tex("\\begin{verbatim}\n\\end{document}\n\\end{verbatim}"), ""),
    "bidi": (tex("$\u202ex = y\u202c$"), ""),
    "zero-width": (tex("$x\u200b\u200d = y\ufeff$"), ""),
    "controls": (tex("$x \x07\x1b[2J = y$"), ""),
    "half-pair": (tex("$\ud800 = x$"), ""),
    "confusable": (tex("$\u0430 = \u0430 + 1$"), ""),
    "huge-number": (tex("$x^{" + "9" * 5000 + "} = 1$"), ""),
    "huge-power": (tex("$9^{9^{9^{9}}} x = x$"), ""),
    "huge-matrix": (
        tex("$\\begin{pmatrix}" + "a & b \\\\" * 4000 + "\\end{pmatrix} = A$"),
        "",
    ),
    "many-indices": (tex("$\\sum_{ijklmnpqrstuv} a_{ijklmnpqrstuv} = 0$"), ""),
    "thousand-errors": (tex("$\\foo{$ " * 3000), ""),
    "long-name": (tex(f"$\\mathrm{{{'a' * 10_000}}} = 1$"), ""),
    "remark": (tex("% nabla: " + "where " * 5000), ""),
    "remark-type": (tex("% nabla: where x: vector(__import__('os'))"), ""),
    "html": (tex("</script><script>alert(1)</script> $x = \\text{<b>}$"), ""),
}

MARKDOWN: dict[str, tuple[str, str]] = {
    "quotes": (">" * 3000 + " a\n\n" + SHOWN, ""),
    "lists": ("".join(" " * i + "- a\n" for i in range(400)) + "\n" + SHOWN, ""),
    "backticks": ("a " + "`" * 5000 + "\n\n" + SHOWN, ""),
    "brackets": ("[" * 20_000 + "\n\n" + SHOWN, ""),
    "stars": ("*_" * 20_000 + "\n\n" + SHOWN, ""),
    "dollars": ("$" * 4001 + "\n\n" + SHOWN, ""),
    "tags": ("<a " * 20_000 + "\n\n" + SHOWN, ""),
    "comment": ("<!-- \n\n" + "x" * 100 + "\n\n -->\n\n" + SHOWN, ""),
    "table": ("|a" * 3000 + "|\n" + "|-" * 3000 + "|\n\n" + SHOWN, ""),
    "front": ("---\ntitle: *a\n" + "a: &b [*b]\n" + "---\n\n" + SHOWN, ""),
}


def notebook(cells: Any, **more: Any) -> str:
    """Return a notebook."""
    return json.dumps({"nbformat": 4, "metadata": {}, "cells": cells, **more})


MARK = {"cell_type": "markdown", "source": SHOWN}
NOTEBOOKS: dict[str, tuple[str, bool]] = {
    # the text, and whether the good formula is in it
    "odd-cells": (notebook([None, 5, "x", [], {}, {"cell_type": 7}, MARK]), True),
    "odd-sources": (
        notebook(
            [{"cell_type": "markdown", "source": s} for s in (None, 5, [1, None])]
            + [MARK]
        ),
        True,
    ),
    "output": (
        notebook([{"cell_type": "code", "source": "1/0", "outputs": 5}, MARK]),
        True,
    ),
    "extra": (notebook([MARK], nbformat=float("nan")), True),
    "many": (notebook([MARK] + [{"cell_type": "raw"}] * 20_000), True),
    "cells-as-text": (notebook("markdown"), False),
    "cells-as-mapping": (notebook({"a": MARK}), False),
    "list": ("[]", False),
    "cut-off": (notebook([MARK])[:-5], False),
    "bomb": ("[" * 100_000, False),
    "map-bomb": ('{"a":' * 100_000, False),
    "huge-int": ('{"cells": ' + "9" * 10_000 + "}", False),
    "not-json": ("\x00\x01", False),
    "nothing": ("", False),
}

LINES: dict[str, tuple[bytes, str]] = {
    # a line of a stream, and what is said of it
    "not-json": (b"d(x)/dx = 1", "not JSON"),
    "not-text": (b"\xff\xfe", "not UTF-8"),
    "a-list": (b"[]", "JSON object"),
    "a-null": (b"null", "JSON object"),
    "nothing": (b'{"statement": ""}', ""),
    "a-number": (b'{"statement": 5}', ""),
    "nan": (b'{"statement": "x = x", "id": NaN}', "NaN"),
    "infinity": (b'{"statement": "x = x", "id": 1e999}', "too large"),
    "twice": (b'{"statement": "x = x", "statement": "y = y"}', ""),
    "depth": (b'{"statement": ' + b"[" * 30_000 + b"}", "nested too deeply"),
    "digits": (b'{"id": ' + b"9" * 30_000 + b', "statement": "x"}', ""),
    "long": (b'{"statement": "' + b"x+" * 40_000 + b'"}', "longer than"),
    "unknown-key": (b'{"statment": "x = x"}', "statement"),
    "nul": (b'{"statement": "x \\u0000 = x"}', ""),
    "half-pair": (b'{"statement": "\\ud800 = x"}', ""),
    "bidi": (b'{"statement": "x \\u202e= x"}', "U+202E"),
    "import": (b'{"statement": "__import__(\'os\') = x"}', ""),
    "type": (b'{"statement": "x = x", "where": {"x": 5}}', ""),
    "where-depth": (
        b'{"statement": "x = x", "where": "x: vector(' + b"(" * 9000 + b'"}',
        "",
    ),
    "layout": (b'{"statement": "x = x", "layout": ["both"]}', "layout"),
    "diagnose": (b'{"statement": "x = x", "diagnose": "no"}', ""),
    "fields": (b'{"function": {"a": 1}, "wrt": "x", "numerator": "1"}', ""),
    "path": (b'{"statement": "../../etc/passwd"}', ""),
}

STATEMENTS: dict[str, str] = {
    "nothing": "",
    "spaces": " \t ",
    "equals": "=" * 1000,
    "open": "(" * 3000,
    "close": ")" * 3000,
    "braces": "{" * 3000 + "}" * 3000 + "=x",
    "fractions": "\\frac{" * 500 + "1" + "}{x}" * 500 + " = 1",
    "derivatives": "d(" * 200 + "x" + ")/dx" * 200 + " = 1",
    "long": "x + " * 3000 + "x = x",
    "digits": "9" * 5000 + " = x",
    "scripts": "x" + "^2" * 1000 + " = x",
    "power-tower": "d(x**2**2**2**2**2**99)/dx = 1",
    "sums": "\\sum_i" * 300 + " x_i = 1",
    "primes": "f" + "'" * 3000 + "(x) = 1",
    "transposes": "A" + "^T" * 900 + " = A",
    "import": "__import__('os').system('touch PWNED') = 1",
    "percent": "%s%n%x = {0.__class__}",
    "quotes": "'\"`" * 500,
    "controls": "x\x00\x1b = x",
    "bidi": "\u202ex = y",
    "half-pair": "\ud800 = x",
    "marks": "x" + "\u0301" * 3000 + " = x",
    "fullwidth": "\uff44(\uff58)/\uff44\uff58 = 1",
    "emoji": "\U0001f4a9 = \U0001f4a9",
    "where": "x = x where " + "x is a vector and " * 500,
    "limits": "lim h->0 of " * 300 + "h = 0",
    "doubling": "d(" + "adj(" * 38 + "x" + ")" * 38 + ")/dx = \\frac12 x",
    "doubling-at": "\\frac{d}{dx} ("
    + "adj(" * 38
    + "x"
    + ")" * 38
    + ")|_{x=a} = \\frac12",
    "doubling-nearly": "adj(" * 38 + "x + h" + ")" * 38 + " ≈ x",
    "norms": "|" * 999 + "x" + "|" * 999 + " = 1",
    "integrals": "\\int" * 900 + " x = 1",
    "names": " + ".join(f"a{i}" for i in range(900)) + " = 0",
    "many-factors": " ".join("ABCDEFGH"[i % 8] for i in range(1500)) + " = 0",
    "ambiguous": "x(y)(z)" * 200 + " = 0",
    "commas": "f(" + "x," * 900 + "x) = 1",
}
