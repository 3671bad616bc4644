"""What is not YAML: the complaints of libyaml and PyYAML, in words that help."""

from __future__ import annotations

import re
from typing import Any

import yaml

from .problem import Problem
from .source import Source

_VALUE = re.compile(r"""\s*(?:-\ +)*([\w.-]+):\ +(\S.*)$""", re.X)
_ENTRY = re.compile(r"""\s*(?:-\ +)+(\S.*)$""", re.X)


def quote_hint(source: Source, line: int, otherwise: str = "") -> str:
    """Say how this line would look with its text in quotes."""
    text = source.lines[line - 1] if line <= len(source.lines) else ""
    otherwise = otherwise or "put the text in single quotes"
    key = ""
    if match := _VALUE.match(text):
        key, value = f"{match[1]}: ", match[2]
    elif match := _ENTRY.match(text):
        key, value = "- ", match[1]
    else:
        return otherwise
    value = value.rstrip()
    # Inside brackets the text is only a part of the line; long lines help nobody.
    if value[0] in "[{" or len(value) > 60:
        return otherwise
    if value[0] == "'":
        value = value[1:].replace("''", "'").rstrip("'")
    doubled = value.replace("'", "''")
    return f"quote the text: `{key}'{doubled}'`"


def syntax_problem(source: Source, error: yaml.YAMLError) -> Problem:
    """Return what the parser stumbled over as a problem."""
    problem = getattr(error, "problem", None) or ""
    context = getattr(error, "context", None) or ""
    mark = getattr(error, "problem_mark", None)
    begin = getattr(error, "context_mark", None) or mark
    if mark is None:
        text = "YAML: the file holds a character that cannot stand in YAML"
        return source.problem(1, 1, text, "delete it")
    char = source.text[mark.index : mark.index + 1]
    tick = '"`"' if char == "`" else f"`{char}`"
    opener = source.text[begin.index : begin.index + 1] if begin else ""
    line = source.lines[mark.line] if mark.line < len(source.lines) else ""
    value = _VALUE.match(line) or _ENTRY.match(line)
    same_line = value is not None and value.start(value.lastindex or 0) < mark.column

    def at(where: Any, text: str, hint: str = "") -> Problem:
        hint = hint or quote_hint(source, where.line + 1)
        return source.problem(where.line + 1, where.column + 1, "YAML: " + text, hint)

    if "alias" in context or "anchor" in context:
        kind = "an alias" if "alias" in context else "an anchor"
        return at(begin, f"a text that begins with `{opener}` is read as {kind}")
    if "tag" in context or "tag handle" in problem:
        return at(begin, "a text that begins with `!` is read as a tag")
    if "directive" in context or "incompatible" in problem or "directive" in problem:
        where = begin or mark
        return at(where, "a directive (`%`) is not allowed", "delete this line")
    if "block scalar" in context and "tab" not in problem:
        text = f"`{opener}` begins a block of lines, and ends its own line"
        return at(begin, text)
    if "quoted scalar" in context:
        if "escape" in problem or "hexdec" in problem:
            text = "this `\\` in double quotes is not an escape that YAML knows"
            return at(mark, text, "use single quotes, which keep `\\` as it is")
        hint = "close it; a quote inside a text is doubled (`''`) or escaped (`\\\"`)"
        return at(begin, f"the quote `{opener}` opened here is never closed", hint)
    if char == "\t" or "tab" in problem:
        return at(mark, "a tab cannot indent a line", "use spaces")
    if not char and "node content" in problem:
        text = "the file ends where a text is still to come"
        return at(mark, text, "close every bracket, and write what is missing")
    if "start any token" in problem or "node content" in problem:
        return at(mark, f"an unquoted {tick} cannot stand here")
    if "sequence entries" in problem or "mapping keys" in problem:
        return at(mark, f"an unquoted `{char} ` cannot stand here")
    if "mapping values" in problem:
        if same_line:
            return at(mark, "`: ` inside a text reads as the end of a key")
        text = "a key cannot stand here: this line goes on from the one above"
        hint = "indent it like the other keys; a key above needs a space after its `:`"
        return at(mark, text, hint)
    if "flow" in context:
        text = f"the `{opener}` opened here is not closed"
        if mark.index < len(source.text):
            text += f" before line {mark.line + 1}, column {mark.column + 1}"
        return at(begin, text, "close it, or put a text that has brackets in quotes")
    if "expected ':'" in problem:
        text = "this line is neither `key: text` nor `- text`"
        return at(begin, text, "write a colon and a space after the key")
    if "document start" in problem:
        return at(mark, "there is text after the end of the document", "delete it")
    if "expected key" in problem or "indicator" in problem or "block end" in problem:
        if same_line:
            return at(mark, "a text goes on after its closing quote or bracket")
        text = "this line does not fit the indentation of the lines above"
        hint = "every record begins with `- `, and its keys stand under each other"
        return at(mark, text, hint)
    return at(mark, problem)
