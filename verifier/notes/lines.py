"""A formula of a document as the statements that its lines make."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ..prose.hearing import facts_behind
from .asides import divided, is_balanced, without_ends

_TOKEN = re.compile(
    r"\\(begin|end)\s*\{([^{}]*)\}|\\\\(?:\[[^\]]{0,20}\])?|\\[A-Za-z]+|\\.|[{}]"
)
_WRAPPER = re.compile(
    r"\s*\\begin\s*\{(aligned|split|gathered|alignedat|eqnarray\*?|align\*?|equation\*?|"
    r"gather\*?|multline\*?|(?:x{0,2}|fl)alignat?\*?|IEEEeqnarray\*?|array)\}"
    r"(?:\{[\dlcr|@{} ]*\})?(?P<inside>.*)\\end\s*\{\1\}[\s.,;]*",
    re.DOTALL,
)
_BOXED = re.compile(
    r"[\s&]*\\(?:boxed|fbox|framebox|ensuremath|displaystyle|bbox(?:\[[^\[\]]*\])?|"
    r"colorbox\s*\{\w+\}|textcolor\s*\{\w+\})\s*\{(?P<inside>.*)\}[\s.,;]*",
    re.DOTALL,
)
"""A frame round all of a formula."""
_BRACED = re.compile(
    r"\s*\\left\s*\\(?:\{|lbrace\b)(?P<inside>.*)\\right\s*\.[\s.,;]*", re.DOTALL
)
"""A brace in front of all rows, as a list of rules has it."""
_RELATION = re.compile(
    r"^(?:[\s&{}]|\\q?quad\b|\\[,;:! ]|\\left\s*\.)*"
    r"(?:=|\\equiv\b|\\approx\b|≡|≈|\+|-|\\cdot\b|\\times\b)"
)
_BRACES = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}"
_COMMENT = re.compile(
    r"(?:[&\s~,.]|\\q?quad\b|\\[;,:! ])*\\(?:text|mbox|textrm|intertext|tag)\*?\s*"
    r"\{(?:[^{}$]|\$[^$]*\$|\{[^{}]*\})*\}[\s.,;]*$"
)
"""What is said beside a line: the reason of a step, or a condition."""
_QUOTE = re.compile(r"^[ \t]*>[ \t]?", re.MULTILINE)
_CUT = re.compile(
    r"\\q?quad\b|&|(?<!\\)[,;]|[⇒⟹⇔⟺]|"
    r"\\(?:implies|iff|therefore|(?:Long)?(?:left)?[Rr]ightarrow)\b|\\(?:text|textrm|mbox|mathrm)\s*\{\s*"
    r"(?:and|so|and so|or|hence|thus|et|und|y|e|và|及|和|与|且|以及)\s*,?\s*\}"
)
"""What may stand between two statements."""
_SET = re.compile(
    rf"\\(?:overset|stackrel|underset)\s*({_BRACES})\s*(?:\{{\s*=\s*\}}|=)|"
    rf"\\x(?:longequal|equal)\s*(?:\[[^\]]*\])?\s*({_BRACES})"
)
"""An equals sign with something set above or below it."""
CONDITION = re.compile(
    r"\s*(?:\\(?:text|mbox|textrm)\s*\{\s*)?(?:(?:if|when|whenever|provided|assuming|"
    r"for|si|lorsque|pour|wenn|falls|se|nếu|khi)\b|若|当|如果|假设|假定)"
)
"""How a condition begins."""
_MARK = re.compile(
    r"\s*(?:[-+]|\\(?:otimes|oslash|odot|oplus|circ|times|cdot|text\s*\{[^{}]*\})|\s)*$"
)
"""A cell that only says what its row is about."""
RELATIONS = re.compile(
    r"(?<![<>!:])=|≡|\\equiv\b|\\triangleq\b|\\coloneqq\b|:=|\\doteq\b|≜|"
    r"\\x(?:longequal|equal)\b"
)
MOST_BLOCKS = 5
"""Blocks of lines within each other."""
MOST_CUTS = 60
"""Places at which one line may be divided."""


@dataclass(frozen=True)
class Line:
    """A statement's text, and where in the formula it starts."""

    text: str
    start: int
    said: str = ""  # how it was rewritten, which its reading says
    left_out: tuple[str, ...] = ()  # rows that cannot be read, and why
    aside: bool = False  # whether it is said beside a formula


@dataclass(frozen=True)
class _Chain:
    """Rows that make one statement, and the condition that is said beside them."""

    text: str
    start: int
    condition: str = ""
    left_out: tuple[str, ...] = ()


def lines_of(text: str, depth: int = 0) -> list[Line]:
    """Return the statements of a formula: lines that go on are one."""
    start = 0
    text = _BRACKETED.sub(_bare_remark, text)
    if depth < MOST_BLOCKS and (blocks := _blocks(text)):
        return [
            replace(one, start=block.start + one.start)
            for block in blocks
            for one in lines_of(block.text, depth + 1)
        ]
    while found := _wrapped(text):
        start += found.start("inside")
        text = found["inside"]
    opens, text = _unbracketed(text)
    start += opens
    if found := _system(text):
        before = text[: found.start()]
        lead = before.partition("\\Rightarrow")[0].partition("\\left")[0]
        inside = start + found.start("inside")
        rows = [
            replace(line, start=inside + line.start)
            for line in lines_of(found["inside"])
        ]
        ends = Line(text[found.end() :], start + found.end())
        lines = [Line(lead, start), *rows, ends]
        return [line for line in lines if RELATIONS.search(line.text)]
    rows, beside = _apart(_rows(text, start))
    chains: list[_Chain] = []
    for row in _balanced(rows):
        if chains and row.left_out:
            left_out = (*chains[-1].left_out, *row.left_out)
            chains[-1] = replace(chains[-1], left_out=left_out)
        elif not chains or not (_goes_on(row.text) or _is_open(chains[-1], row.text)):
            chains.append(_Chain(row.text, row.start))
        else:
            chains[-1:] = _joined(chains[-1], row.text, row.start)
    lines = [
        Line(
            f"{ended} {chain.condition}" if chain.condition else ended,
            at,
            left_out=chain.left_out,
        )
        for chain in chains
        for row in _newlines(Line(once(chain.text), chain.start))
        for part in _parts(row)
        for line in _conditional(part)
        for at, ended in ((line.start, without_ends(line.text)),)
    ]
    return [*lines, *beside]


def _apart(rows: Iterable[Line]) -> tuple[list[Line], list[Line]]:
    """Return the rows of a formula, and the equations in what is said beside them."""
    kept: list[Line] = []
    beside: list[Line] = []
    for row in rows:
        if not row.text.strip():  # `\\\\\\\\` ends one line, as some programs want it
            continue
        new = _QUOTE.sub("", row.text)
        found = divided(new, RELATIONS, _restricts)
        beside += [
            Line(without_ends(one), row.start + at, aside=True)
            for one, at in found.said
        ]
        if not found.alone:
            kept.append(Line(found.row, row.start))
    return kept, beside


def _balanced(rows: Sequence[Line]) -> Iterator[Line]:
    """Yield rows, those that have a bracket too many in a chain as left out."""
    at = 0
    while at < len(rows):
        stop = at + 1
        while stop < len(rows) and _goes_on(rows[stop].text):
            stop += 1
        chain = rows[at:stop]
        odd = [not is_balanced(row.text) for row in chain]
        at = stop
        kept = [row for row, strange in zip(chain, odd, strict=True) if not strange]
        first = RELATIONS.search(chain[0].text)
        side = chain[0].text[: first.start()] if first else ""
        if odd[0] and side.strip(" &") and is_balanced(side):
            kept.insert(0, replace(chain[0], text=side))
        whole = is_balanced("".join(row.text for row in chain))
        if whole or len(kept) < 2 or kept[0].start != chain[0].start:
            yield from chain
            continue
        yield from kept
        for row, strange in zip(chain, odd, strict=True):
            if strange:
                shown = " ".join(row.text.replace("&", " ").split())[:60]
                said = f"the row `{shown}` is left out: a bracket in it has no partner"
                yield replace(row, left_out=(said,))


def _is_open(chain: _Chain, row: str) -> bool:
    """Whether a row goes on with the one before, which ends with a sign.

    One that is indented and has no sign may be a factor: the one before is not all.
    """
    if RELATIONS.search(row):
        return _OPEN_END.search(chain.text) is not None and not _starts_anew(row)
    indented = _INDENTED.match(row) and row.strip(" &.,;")
    return RELATIONS.search(chain.text) is not None and bool(indented)


def once(text: str) -> str:
    """Return a formula that stands twice, as one copied from a web page does."""
    places = [at for at, char in enumerate(text) if char not in " \t\n&~"]
    half, odd = divmod(len(places), 2)
    if odd or half < SHORTEST:
        return text
    plain = "".join(text[at] for at in places)
    if plain[:half] != plain[half:] or RELATIONS.search(plain[:half]) is None:
        return text
    return text[: places[half]]


SHORTEST = 10
"""Characters of a formula that may stand twice: `AB = BAB = B` is a chain."""
_OPEN, _SHUT = (rf"(?:\\(?:left|right|[bB]igg?[lrm]?)\s*)?\{one}" for one in "()")
_BRACKETED = re.compile(
    rf"(?P<open>{_OPEN})(?P<said>\s*\\(?:text|mbox|textrm)\s*\{{\s*(?:if|when|since|because|"
    r"as|by|using|car|si|puisque|wenn|weil|da|falls|因为|若|当|porque|pues|ya que)\b"
    rf"(?:(?!\\\\)[^()])*)(?P<shut>{_SHUT})(?=[\s.,;}}]*(?:\\(?:\\|notag|nonumber|end)|$))"
)
"""A remark in brackets at the end of a line: `(\text{since } A^T = A)`."""


def _bare_remark(found: re.Match[str]) -> str:
    """Return the remark with blanks for its brackets: an `=` in it is none outside."""
    open_, shut = (" " * len(found[one]) for one in ("open", "shut"))
    return f"{open_}{found['said']}{shut}"


def _wrapped(text: str) -> re.Match[str] | None:
    """Find what stands round all of a formula."""
    found = _WRAPPER.fullmatch(text) or _BRACED.fullmatch(text)
    if found is None and (boxed := _BOXED.fullmatch(text)):
        depth = 0
        for mark in re.finditer(r"(?<!\\)[{}]", boxed["inside"]):
            depth += 1 if mark[0] == "{" else -1
            if depth < 0:
                return None  # there are two frames
        return boxed
    return found


def _blocks(text: str) -> list[Line]:
    """Divide a formula at the blocks of lines in it that are not all of a side."""
    found: list[Line] = []
    depth = first = begin = 0
    for mark in _BLOCK.finditer(text):
        depth += 1 if mark[1] == "begin" else -1
        if depth == 1 and mark[1] == "begin":
            begin = mark.start()
        elif depth == 0:
            before, behind = text[first:begin], text[mark.end() :]
            if _OPEN_BLOCK.search(before) or _SHUT_BLOCK.match(behind):
                return []
            found.append(Line(before, first))
            found.append(Line(text[begin : mark.end()], begin))
            first = mark.end()
        elif depth < 0:
            return []
    rest = Line(text[first:], first)
    kept = [line for line in (*found, rest) if line.text.strip(" \n\\,.;")]
    return kept if depth == 0 and len(kept) > 1 and found else []


_BLOCK = re.compile(r"\\(begin|end)\s*\{(?:aligned|split|gathered|alignedat)\}")
_OPEN_BLOCK = re.compile(
    r"(?:[=+(\[{|&^_]|\\left\s*\S{0,3}|\\[lL]?[bB]igg?l?\s*\S{0,2}|\\qquad|[^\s\\])\s*$"
)
"""Before a block that is a side of something; behind a line end it is its own."""
_SHUT_BLOCK = re.compile(r"\s*(?:=|\\right\s*[^\\\s.]|[)\]])")


def _unbracketed(text: str) -> tuple[int, str]:
    """Leave out a bracket round a whole equation, or half of one; and its size."""
    head = _HEAD.match(text)
    tail = _TAIL.search(text)
    opens, closes = text.count("("), text.count(")")
    if opens == closes and head and tail and RELATIONS.search(text):
        depth = 0
        for found in re.finditer(r"[()]", text[: tail.start(1)]):
            depth += 1 if found[0] == "(" else -1
            if not depth:
                return 0, text  # it is closed before the end
        between = text[head.end() : tail.start()]
        outer = re.sub(r"\([^()]*\)", "", re.sub(r"\([^()]*\)", "", between))
        if RELATIONS.search(outer):
            return head.end(), between
    elif opens == closes + 1 and head and RELATIONS.search(text):
        first = RELATIONS.search(text)
        side = text[head.end() : first.start()] if first else ""
        if side.count("(") == side.count(")"):
            return head.end(), text[head.end() :]
    return 0, text


_HEAD = re.compile(r"\s*\(")
_TAIL = re.compile(r"(\))[\s.,;]*$")


def _system(text: str) -> re.Match[str] | None:
    """Find `\\begin{cases}` whose rows are statements of their own."""
    found = _CASES.search(text)
    if found is None or re.search(
        r"=[\s&]*(?:\\left\s*\\?\{)?\s*$", text[: found.start()]
    ):
        return None
    rows = [row.text for row in _rows(found["inside"], 0) if row.text.strip()]
    return found if len(rows) > 1 and all(map(_starts_anew, rows)) else None


_DEFINES = re.compile(r"=[\s&]*(?:\\left\s*\\?\{)?\s*$")
_CASES = re.compile(
    r"\\begin\s*\{(cases|dcases|rcases|array|aligned|gathered)\}(?:\{[lcr|@{} ]*\})?"
    r"(?P<inside>(?:(?!\\begin).)*?)\\end\s*\{\1\}",
    re.DOTALL,
)


def _goes_on(row: str) -> bool:
    """Whether a row goes on with the statement of the one before."""
    found = _RELATION.match(row)
    if found is None:
        return False
    mark, tab, rest = row.partition("&")
    if tab and not _MARK.match(mark) and RELATIONS.match(rest.lstrip()):
        return False  # `- 2b &= 0` has a left side of its own
    return not (tab and _MARK.match(mark) and mark.strip() and _starts_anew(rest))


def _joined(chain: _Chain, row: str, start: int) -> list[_Chain]:
    """Join a row to a chain; one with a condition is a statement of its own."""
    comment = _COMMENT.search(row)
    body = _INDENT.sub("& ", row[: comment.start()] if comment else row)
    said = _condition(comment[0]) if comment else ""
    before, own = chain.text, chain.condition
    if not own and (last := _COMMENT.search(before)):
        before, own = before[: last.start()], _condition(last[0])
    before = _DOT.sub("", before)
    side = _first_side(before)
    if said and not own and side and re.match(r"[\s&{}]*(?:=|\\equiv|≡)", body):
        return [
            replace(chain, text=before, condition=""),
            _Chain(f"{side} {body}", start, said),
        ]
    return [replace(chain, text=f"{before} {body}", condition=own or said)]


_INDENTED = re.compile(
    r"^\s*(?:&[\s&]*|(?:\\q?quad\b\s*)+)"
    r"(?!(?:[\s&~([]|\\q?quad\b|\\[,;: ]|\\[lc]?dots\w?)*"
    r"(?:\\(?:text|mbox|tag|intertext|vdots|hline|end)\b|$))"
)
"""How a row begins that has nothing on the left: no words."""
_DOT = re.compile(r"(?<!\\right)(?<!\\left)[\s.,;]+$")
"""The end of a sentence that goes on in the next row."""
_INDENT = re.compile(r"^[\s&]*(?:\\q?quad\b[\s&]*)+")
"""Space before what goes on with the row above."""


def _condition(comment: str) -> str:
    """Return a condition as it stands behind a statement; "" for another comment."""
    words = _WORDS.sub(" ", comment).replace("$", " ").strip(" &~,.;{}")
    if not words or not _restricts(words):
        return ""
    return rf"\quad \text{{{_NUMBER.sub('', words)}}}"


def _restricts(words: str) -> bool:
    """Whether words are a condition, and no reason or name of a step."""
    return CONDITION.match(words) is not None or any(
        fact.restricts for fact in facts_behind(words)
    )


_WORDS = re.compile(
    r"\\(?:text|mbox|textrm|intertext|tag|q?quad\b|[;,:! ])\*?\s*\{?|\}\s*$"
)
_NUMBER = re.compile(r"[\s,;(]*\(?\d+(?:\.\d+)*\)?\s*$")
"""The number of a formula, behind what is said of it."""


def _first_side(text: str) -> str:
    """Return what stands before the first relation, "" where there is none."""
    for found in RELATIONS.finditer(text):
        before = text[: found.start()]
        if before.count("{") == before.count("}"):
            return before.rstrip("& \n")
    return ""


def _conditional(line: Line) -> Iterator[Line]:
    """Divide a line at an equals sign over which a condition stands."""
    for found in _SET.finditer(line.text):
        inside = (found[1] or found[2])[1:-1]
        words = re.sub(r"\\(?:text|mbox|textrm)\s*\{([^{}]*)\}", r" \1 ", inside)
        if not _restricts(words):
            continue
        before, behind = line.text[: found.start()], line.text[found.end() :]
        side = _first_side(before)
        if side:
            yield Line(before, line.start)
        said = rf"\quad \text{{if}} {inside}"
        yield Line(f"{side or before} = {behind} {said}", line.start + found.start())
        return
    yield line


def _rows(text: str, start: int) -> Iterator[Line]:
    depth = braces = first = 0
    escaped = "&" not in text and "\\begin" not in text  # where `\\|` is a norm's bar
    for found in _TOKEN.finditer(text):
        if found[1]:
            depth += 1 if found[1] == "begin" else -1
        elif found[0] in "{}":
            braces += 1 if found[0] == "{" else -1
        elif escaped and text.startswith("\\\\|", found.start()):
            continue
        elif found[0].startswith("\\\\") and depth <= 0 and braces <= 0:
            yield Line(text[first : found.start()], start + first)
            first = found.end()
    yield Line(text[first:], start + first)


def _newlines(row: Line) -> Iterator[Line]:
    """Divide a formula at line ends behind which a derivative is stated anew."""
    first = 0
    for found in re.finditer(r"\n", row.text):
        before, behind = row.text[first : found.start()], row.text[found.end() :]
        if not _ANEW.match(behind) or not _is_whole(before):
            continue
        if RELATIONS.search(before):
            following = behind.partition("\n")[0]
            if RELATIONS.search(following):
                yield Line(before, row.start + first)
                first = found.end()
    yield Line(row.text[first:], row.start + first)


_ANEW = re.compile(r"\s*(?:\\[dt]?frac\s*\{\s*(?:\\partial|d)|\\partial|\\nabla|∂|∇)")


def _parts(line: Line) -> Iterator[Line]:
    """Divide a line where a statement ends and another one begins."""
    first = cuts = 0
    for found in _CUT.finditer(line.text):
        cuts += 1
        if cuts > MOST_CUTS:
            break
        before, behind = line.text[first : found.start()], line.text[found.end() :]
        defines = _DEFINITION.match(behind) and _DEFINITION.match(before)
        defines = defines or _COLON.match(behind)
        anew = bool(defines) or _starts_anew(behind)
        anew |= bool(_ARROW.match(found[0]) and RELATIONS.search(behind))
        if not _is_whole(before) or not anew:
            continue
        listed = found[0] in (",", ";")
        if _ARROW.match(found[0]):
            if not before.strip(" &\n"):
                first = found.end()  # `& & \implies Df(x) = ...`
            elif RELATIONS.search(before) and not _OPEN_END.search(before):
                yield Line(before, line.start + first)
                first = found.end()
            continue
        if found[0] == "&" and before.strip() and _MARK.match(before):
            first = found.end()
        elif _OPEN_END.search(before) or not RELATIONS.search(before):
            continue
        elif not listed or defines or _starts_anew(before):
            yield Line(before, line.start + first)
            first = found.end()
    yield Line(line.text[first:], line.start + first)


_ARROW = re.compile(r"[⇒⟹⇔⟺]|\\(?:implies|iff|therefore|\w*ightarrow)")
"""What stands between a statement and what follows from it."""
_OPEN_END = re.compile(r"(?:=|\+|-|\\equiv|\\cdot|\\times)[\s&{}]*$")
_DEFINITION = re.compile(
    r"\s*(?:[A-Za-z]|\\[A-Za-z]+\s*\{\s*\\?[A-Za-z]+\s*\}|\\[A-Za-z]+)"
    r"(?:_(?:\w|\{\w+\}))?(?:\([^()=]{1,40}\))?\s*(?::=|=|\\coloneqq|\\triangleq)"
)


_COLON = re.compile(
    r"(?:\s|\\q?quad\b|&)*(?:[A-Za-z]|\\[A-Za-z]+\s*\{\s*\\?[A-Za-z]+\s*\}|\\[A-Za-z]+)"
    r"(?:_(?:\w|\{\w+\}))?\s*(?::=|\\coloneqq|\\triangleq)"
)
"""What begins with a sign that only a definition has: `\\qquad G := ...`."""


def _is_whole(text: str) -> bool:
    """Whether no bracket is open behind a text."""
    pairs = ("{}", "()", (r"\begin", r"\end"))
    sized = len(_LEFT.findall(text)) == len(_RIGHT.findall(text))
    return sized and all(text.count(one) == text.count(other) for one, other in pairs)


_LEFT, _RIGHT = re.compile(r"\\left(?![A-Za-z])"), re.compile(r"\\right(?![A-Za-z])")


def _starts_anew(text: str) -> bool:
    """Whether a statement follows that has a derivative on its left side."""
    left = RELATIONS.split(text, maxsplit=1)
    return len(left) > 1 and _DERIVATIVE.search(left[0]) is not None


_DERIVATIVE = re.compile(
    r"^[\s&]*(?:\\q?quad\s*)?[dD]_(?:[A-Za-z]|\{[^{}]{1,20}\})\s*[A-Za-z\\]|"
    r"\\partial|\\nabla|∂|∇|\\[dt]?frac\s*\{\s*(?:\\mathrm\{?)?d|'\s*[_(]|"
    r"^[\s&]*(?:\\q?quad\s*)?d\s*(?:[(|]|\\(?:left|operatorname|mathrm|l?[vV]ert)\b)"
)
