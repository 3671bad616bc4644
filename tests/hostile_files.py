"""Files of records that an attacker may send, and what each must get.

`FILES` has a row a file: its name, its bytes, the outcome, and what must be said. A
verdict is that of the record `bad`; `problem` is a mistake of it, `file` one of the
whole file. Where there is a record `good` it must hold whatever stands beside it.
"""

# ruff: noqa: E501

from __future__ import annotations

from dataclasses import dataclass

GOOD = """
- id: good
  where: {u: vector(k)}
  function: u.T @ u
  wrt: u
  numerator: 2 * u.T
"""


@dataclass(frozen=True)
class File:
    """A file, and what it must get: `says` are parts of a message, `place` L:C."""

    name: str
    data: bytes
    outcome: str  # "holds", "fails", "inconclusive", "any", "problem", "file"
    says: tuple[str, ...] = ()
    place: str = ""


def _text(value: str) -> str:
    """Quote a text so that YAML takes it as it is."""
    return "'" + value.replace("'", "''") + "'"


def record(
    name: str,
    outcome: str,
    *says: str,
    place: str = "",
    function: str = "x.T @ x",
    claim: str = "2 * x.T",
    where: dict[str, str] | None = None,
    wrt: str = "x",
    **more: str,
) -> File:
    """Return a file of one record beside a good one."""
    types = {"x": "vector(n)"} if where is None else where
    lines = ["- id: bad", "  where:"]
    lines += [f"    {_text(key)}: {_text(value)}" for key, value in types.items()]
    lines += [f"  function: {_text(function)}", f"  wrt: {_text(wrt)}"]
    lines += [f"  numerator: {_text(claim)}"]
    lines += [f"  {key}: {_text(value)}" for key, value in more.items()]
    text = "\n".join(lines) + GOOD
    return File(name, text.encode("utf-8", "surrogatepass"), outcome, says, place)


def whole(name: str, text: str | bytes, outcome: str, *says: str, place: str = ""):
    """Return a file as it is written here."""
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    return File(name, data, outcome, says, place)


S = {"a": "scalar"}
A = {"A": "matrix(n, n)"}

FILES = [
    # --- bytes ---------------------------------------------------------------------
    whole("nothing", b"", "file", "empty", place="1:1"),
    whole("a-comment", "# nothing here\n", "file", "no records", place="1:1"),
    whole("null", "~\n", "file", "no records"),
    whole("a-number", "3.5\n", "file", "list of records", place="1:1"),
    whole("nul", b"- id: a\n  title: b\x00c\n" + GOOD.encode(), "file", "U+0000"),
    whole("escape", b"- id: a\n  title: \x1b[31mred\n", "file", "U+001B", place="2:10"),
    whole("latin", b"- id: a\n  title: caf\xe9\n", "file", "0xe9", "UTF-8"),
    whole("cut-off", b"- id: a\n  title: caf\xc3", "file", "UTF-8"),
    whole("overlong", b"- id: a\n  title: \xc0\xaf\n", "file", "0xc0"),
    whole("utf-16", GOOD.encode("utf-16"), "file", "UTF-16", place="1:1"),
    whole("mark", b"\xef\xbb\xbf" + GOOD.strip().encode(), "none"),
    whole("mark-inside", "\n\ufeff" + GOOD, "file", "U+FEFF"),
    whole("old-mac", GOOD.strip().replace("\n", "\r"), "none"),
    whole("two-mebibytes", b"#" * (2**21), "file", "2097152 bytes", "the limit is"),
    # --- YAML ----------------------------------------------------------------------
    whole("open-quote", "- id: a\n  title: 'b\n" + GOOD, "file", "quote"),
    whole("open-brace", "- id: a\n  where: {x: scalar\n", "file", "YAML"),
    whole("depth", "- id: " + "[" * 50_000, "file", "nested too deeply"),
    whole("depth-of-maps", "- id: " + "{a: " * 9_000, "file", "nested too deeply"),
    whole("dashes", "- " * 20_000, "file", "nested too deeply"),
    whole("alias", "- id: a\n  title: *b\n" + GOOD, "file", "alias '*b'"),
    whole(
        "laughs",
        "- &a [x, x]\n"
        + "".join(
            f"- &{b} [*{a}, *{a}]\n"
            for a, b in zip("abcdefgh", "bcdefghi", strict=False)
        ),
        "file",
        "anchor",
    ),
    whole("self", "- &a [*a]\n", "file", "anchor", place="1:3"),
    whole("merge", "- <<: {id: b}\n  id: a\n" + GOOD, "problem", "merge key"),
    whole("python", "- !!python/object/apply:os.system [id]\n", "file", "tag"),
    whole("tag", "- id: !!binary aGk=\n" + GOOD, "file", "tag"),
    whole("documents", GOOD + "---\n" + GOOD, "file", "more than one YAML document"),
    whole("directive", "%YAML 1.1\n---\n" + GOOD, "file", "directive"),
    whole("list-as-key", "- [id]: a\n" + GOOD, "problem", "key"),
    whole("same-key", "- id: bad\n  wrt: x\n  wrt: y\n" + GOOD, "problem", "duplicate"),
    whole(
        "same-id", GOOD.replace("good", "twin") * 2 + GOOD, "problem", "duplicate id"
    ),
    whole("number-for-id", "- id: 1e3.4\n  wrt: x\n" + GOOD, "problem", "kebab-case"),
    whole("path-for-id", "- id: ../../etc/passwd\n" + GOOD, "problem", "kebab-case"),
    whole("long-id", f"- id: {'a' * 81}\n" + GOOD, "problem", "at most 80 characters"),
    whole(
        "text-for-record", "- only a text\n" + GOOD, "problem", "mapping", place="1:3"
    ),
    whole("list-for-where", "- id: bad\n  where: [x]\n" + GOOD, "problem", "'where'"),
    whole(
        "many-keys",
        "- id: bad\n" + "".join(f"  k{i}: 1\n" for i in range(500)) + GOOD,
        "problem",
        "more than 100 problems of this record",
    ),
    whole("surrogate", '- id: bad\n  title: "\\ud800"\n' + GOOD, "file", "YAML"),
    whole("beyond", '- id: bad\n  title: "\\U00110000"\n' + GOOD, "file", "YAML"),
    # --- texts for people -----------------------------------------------------------
    File(
        "title-with-bell",
        b'- id: bad\n  title: "a\\x07b"\n' + GOOD.encode(),
        "problem",
        ("U+0007",),
    ),
    record("right-to-left", "problem", "U+202E", title="abc\u202edef"),
    record("isolate", "problem", "U+2066", title="abc\u2066def"),
    record("long-title", "problem", "501 characters", "500", title="a" * 501),
    record("long-notes", "problem", "5001 characters", notes="a" * 5001),
    record("script-in-title", "holds", title="<script>alert(1)</script>"),
    record("template-in-title", "holds", title="{{ 7*7 }}{% raw %}<< 7 >>${7}"),
    record("source-with-script", "holds", source="javascript:alert(1)"),
    record("formula-of-csv", "holds", title="=cmd|' /C calc'!A0"),
    # --- names and types -------------------------------------------------------------
    record("name-of-python", "problem", "Python keyword", where={"class": "scalar"}),
    record("dunder", "problem", "valid name", where={"__class__": "scalar"}),
    record(
        "name-of-function",
        "problem",
        "'det' is reserved",
        where={"x": "vector(n)", "det": "scalar"},
    ),
    record("cyrillic-name", "problem", "U+0430", where={"\u0430": "scalar"}),
    record("long-name", "problem", "31 characters", where={"a" * 32: "scalar"}),
    record("type-as-call", "problem", where={"x": "vector(__import__('os'))"}),
    record("type-attribute", "problem", "type", where={"x": "vector(n).__class__"}),
    record(
        "size-of-a-million",
        "problem",
        "1000000",
        "1..64",
        where={"x": "vector(1000000)"},
    ),
    record("size-below-one", "problem", "positive", where={"x": "vector(-1)"}),
    record("half-a-size", "problem", "whole number", where={"x": "vector(2.5)"}),
    record(
        "size-to-the-nine",
        "problem",
        "a dimension must be",
        where={"x": "vector(n**9)"},
    ),
    record(
        "size-times",
        "problem",
        "too large",
        where={"x": f"vector({'*'.join('abcdefghi')})"},
    ),
    record(
        "size-of-degree-7",
        "problem",
        "degree 6",
        where={"x": f"vector({'*'.join('n' * 7)})"},
    ),
    record("long-type", "problem", "200", where={"x": f"vector({'n+' * 120}n)"}),
    record(
        "arrows",
        "problem",
        "malformed function type",
        where={"x": "scalar -> scalar -> scalar"},
    ),
    record("unknown-type", "problem", where={"x": "tensor(n, n, n)"}),
    record(
        "hundred-names",
        "holds",
        where={"x": "vector(n)", **{f"v{i}": "scalar" for i in range(100)}},
    ),
    # --- expressions -------------------------------------------------------------------
    record(
        "import", "problem", "not allowed", function="__import__('os').system('id')"
    ),
    record("eval", "problem", "unknown function 'eval'", function="eval(x)"),
    record("getattr", "problem", "getattr", function="getattr(x, T)"),
    record("attribute", "problem", "only .T", function="x.__class__"),
    record("subscript", "problem", "subscript", function="x[0]"),
    record("lambda", "problem", "lambda", function="(lambda: x)()"),
    record("comprehension", "problem", "not allowed", function="[x for x in x]"),
    record("format", "problem", "not allowed", function="f'{x}'"),
    record("walrus", "problem", "not allowed", function="(y := x)"),
    record("conditional", "problem", "not allowed", function="x if x else x"),
    record("boolean", "problem", "constant", function="True * x"),
    record("complex", "problem", "complex", function="2j * x"),
    record("keyword", "problem", "keyword argument", function="norm(x, ord=1)"),
    record("star", "problem", function="norm(*x)"),
    record("call-of-call", "problem", "named function", function="exp(x)(x)"),
    record("two-lines", "problem", function="x.T @ x; import os"),
    record("backslash", "problem", function="x.T @ \\ x"),
    record("minus-sign", "problem", "U+2212", function="x.T @ x \u2212 1"),
    record("fullwidth", "problem", "U+FF53", function="\uff53um(x)"),
    record("math-letter", "problem", "U+1D431", function="\U0001d431.T @ x"),
    record("zero-width", "problem", "U+200D", function="x.T @\u200d x"),
    record("override", "problem", "U+202E", function="x.T \u202e@ x"),
    record("kelvin", "problem", "U+212A", function="\u212a * x"),
    record("brackets", "problem", "40", function="(" * 60 + "x" + ")" * 60),
    record("minuses", "problem", "600", function="-" * 900 + "sum(x)"),
    record("transposes", "problem", "600", function="x" + ".T" * 300),
    record("operators", "problem", "600", function="x" + "+x" * 700),
    record("long-expression", "problem", "2000", function="x" + " + x" * 600),
    record("digits", "problem", "19", function="1" * 60 + " * x"),
    record("big-number", "problem", "1e300", function="1e301 * x"),
    record("hexadecimal", "problem", function="0xffffffffffffffffffff * x"),
    record("huge-eye", "problem", "4096", function="tr(eye(100000)) * x"),
    record(
        "huge-ones",
        "problem",
        "entries",
        "20000",
        function="sum(kron(ones(60, 60), ones(60, 60))) * x",
    ),
    record(
        "huge-jacobian",
        "problem",
        "Jacobian",
        "1000000",
        function="X @ X",
        claim="X",
        wrt="X",
        where={"X": "matrix(32, 32)"},
    ),
    record(
        "steep-power",
        "problem",
        "16",
        function="matpow(A, 17)",
        claim="A",
        wrt="A",
        where=A,
    ),
    record(
        "power-by-name",
        "problem",
        "exponent",
        function="matpow(A, a)",
        claim="A",
        wrt="A",
        where={**A, **S},
    ),
    record(
        "unit-past-the-end",
        "problem",
        "unit(5, 3)",
        "1..3",
        where={"x": "vector(3)"},
        claim="unit(5, 3).T",
    ),
    record("unit-zero", "problem", "unit(0", claim="unit(0, n).T"),
    record("rows-and-columns", "problem", "+", function="sum(x + x.T)"),
    record(
        "square-by-chance",
        "problem",
        function="A + A.T",
        claim="A",
        wrt="A",
        where={"A": "matrix(m, n)"},
    ),
    # --- wrong, or not to be known ----------------------------------------------------
    record("transposed", "fails", "transpose", claim="2 * x"),
    record("wrong-factor", "fails", claim="3 * x.T"),
    record("tiny-and-wrong", "fails", function="1e-14 * x.T @ x", claim="3e-14 * x.T"),
    record("tiny-and-right", "holds", function="1e-14 * x.T @ x", claim="2e-14 * x.T"),
    record(
        "beyond-floats",
        "fails",
        function="1e-300 * 1e-300 * a",
        claim="3e-300 * 1e-300",
        where=S,
        wrt="a",
    ),
    record("tower", "any", claim="9**9**9 * x.T"),
    record("tower-of-two", "any", function="2**2**2**99 * x.T @ x"),
    record(
        "long-power",
        "any",
        function="a**123456789",
        claim="123456789 * a**123456788",
        where=S,
        wrt="a",
    ),
    record(
        "nan",
        "inconclusive",
        "not finite",
        function="sum(x) / 0 - sum(x) / 0",
        claim="(0 / 0) * ones(1, n)",
    ),
    record(
        "infinite",
        "inconclusive",
        "not finite",
        function="sum(x) / 0",
        claim="ones(1, n) / 0",
    ),
    record("overflow", "any", function="exp(exp(exp(exp(x.T @ x))))"),
    record("nothing-changes", "holds", function="sum(sign(x))", claim="zeros(1, n)"),
]
