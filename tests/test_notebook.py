"""A real notebook, run by a real kernel: results show themselves."""

from __future__ import annotations

import nbformat
import pytest
from nbclient import NotebookClient

from verifier.running.worker import environment

pytestmark = pytest.mark.filterwarnings("default")  # those of other people's packages
CELLS = [
    "from verifier import InputError, check, verify",
    'check("d(x.T @ A @ x)/dx = (A + A.T) @ x", draws=8, device="cpu")',
    'check("d(x.T @ x)/dx = 3*x", draws=8, device="cpu").results[1]',
    'check("tr(A @ B) = tr(B @ A)", draws=8, device="cpu").report',
    'try:\n    check("d(x @@ A)/dx = x")\nexcept InputError as e:\n    print(e)',
]


@pytest.fixture(scope="module")
def outputs():
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    client = NotebookClient(notebook, timeout=240, kernel_name="python3")
    client.execute(env=environment("cpu"))
    return [cell.outputs for cell in notebook.cells]


def test_an_answer_is_shown_as_text_html_and_latex(outputs):
    (shown,) = outputs[1]
    assert shown.data["text/plain"].startswith("<Answer: holds in denominator layout")
    assert "<math" in shown.data["text/html"]
    assert '<b class="holds">holds in denominator layout' in shown.data["text/html"]
    assert shown.data["text/latex"].startswith("$\\displaystyle \\frac{")


def test_a_result_is_shown_with_its_diagnosis(outputs):
    (shown,) = outputs[2]
    assert shown.data["text/plain"] == "<Result: inline, denominator layout: fails>"
    assert "write `2 * x`" in shown.data["text/html"]


def test_a_report_is_shown_as_a_table(outputs):
    (shown,) = outputs[3]
    assert shown.data["text/plain"] == "<Report: 1 holds>"
    assert "<table>" in shown.data["text/html"]


def test_a_mistake_is_shown_with_its_caret(outputs):
    (shown,) = outputs[4]
    assert shown.text.splitlines()[1:3] == ["    d(x @@ A)/dx = x", "         ^"]
