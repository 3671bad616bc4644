"""Documents of formula sheets: a web page, LaTeX, Markdown; templates only print."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ..engine.settings import LAYOUTS
from ..language.statement import Statement
from . import latex, mathml, typeface
from .boxes import Box, Note
from .sheet import Sheet, sheet


def html(sheet: Sheet) -> str:
    """Return the sheet as a page that loads nothing and runs nothing."""
    return _printed(sheet, "sheet.html", str, mathml.element)


def tex(sheet: Sheet) -> str:
    """Return the sheet as a LaTeX document."""
    return _printed(sheet, "sheet.tex", latex.escaped, latex.source)


def markdown(sheet: Sheet) -> str:
    """Return the sheet as Markdown, with formulas as GitHub reads them."""
    return _printed(sheet, "sheet.md", _markdown, _github)


def fragment(statement: Statement) -> str:
    """Return one record as LaTeX to paste into a document that loads amsmath."""
    made = sheet([statement], LAYOUTS)
    return _printed(made, "fragment.tex", str, latex.source)


FORMATS: Mapping[str, Callable[[Sheet], str]] = {
    "latex": tex,
    "markdown": markdown,
    "html": html,
}


def _printed(
    sheet: Sheet, name: str, text: Callable[[str], str], math: Callable[[Box], str]
) -> str:
    """Fill a template; every text goes through `text`, every formula through `math`."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=name.endswith(".html"),
        undefined=StrictUndefined,
        finalize=lambda value: value if isinstance(value, Markup) else text(str(value)),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="<<",
        variable_end_string=">>",
        comment_start_string="<#",
        comment_end_string="#>",
    )
    return environment.get_template(name).render(
        sheet=sheet,
        font_face=Markup(typeface.face()),
        math=lambda box: Markup(math(box)),
        code=_code,
        words=lambda text: Markup(latex.source(Note(text))),
    )


def _markdown(text: str) -> str:
    """Escape what Markdown or HTML would read inside a line."""
    return re.sub(r"([\\`*_\[\]<>#~$|&@])", r"\\\1", text)


def _code(text: str) -> Markup:
    return Markup("`" + text.replace("`", "'") + "`")


def _github(box: Box) -> str:
    """Print a formula without the macros that GitHub refuses."""
    return re.sub(
        r"\\operatorname\{([^{}]*)\}", r"\\mathop{\\mathrm{\1}}", latex.source(box)
    )
