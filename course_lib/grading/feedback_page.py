"""One feedback page: what a student reads of a graded notebook, as an nbconvert exporter.

``nbgrader_config.py`` names it as the exporter of nbgrader's ``GenerateFeedback``. A page is one
file without any script, and its content policy forbids the browser to run or fetch anything.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from markupsafe import Markup
from nbconvert.exporters import Exporter
from nbconvert.filters.ansi import ansi2html
from nbformat import NotebookNode
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from . import mathml, pages, safe_html
from .late import DailyPenalty
from .marks import Mark, Marks, Record, class_marks, read_record
from .pages import TEMPLATES, render
from .safe_html import clean_html, markdown_html

# What is said to the student where grading did not end in the ordinary way.
STATES = {
    "timeout": "Part of your notebook was still running when its time was up, so grading went on "
    "without it. What was answered before that keeps its points. Look for a loop that never ends.",
    "memory": "Your notebook asked for more memory than a submission may use, and was stopped "
    "there. What was answered before that keeps its points. Look for an array that grows too big.",
    "crash": "Running your notebook ended Python itself, so grading stopped there. What was "
    "answered before that keeps its points.",
    "tampered": "Your notebook reached into the grading machinery, so its answers could not be "
    "counted. If that was an accident, talk to your instructor.",
    "invalid": "What was handed in could not be read as the notebook of this assignment, so there "
    "was nothing to mark. Hand in the .ipynb file, saved from Jupyter, or talk to your instructor.",
}
# In a verdict (checks/sentences.py): the line that names the problem, with those that it is folded
# into, and what is said after the points where there is no such line.
PROBLEM = re.compile(r"^  problem (.*(?:\n {10}.*)*)", re.MULTILINE)
REMARK = re.compile(r"\S+ \w+: \S+ of \S+ points?\. (.+)")
NO_RESPONSE = "No response."  # nbgrader's own comment on an answer that was not begun
# Of what an output offers, the first of these is shown; scripts, drawings and widgets never are.
SHOWN = ("text/html", "text/markdown", "image/png", "image/jpeg", "text/latex", "text/plain")


@dataclass(frozen=True)
class CellView:
    """One cell as the template needs it; ``source`` and ``outputs`` are clean HTML."""

    kind: str  # text, code, answer, test, written
    name: str
    source: Markup
    outputs: list[Markup]
    mark: Mark | None = None
    found: str = ""  # what grading says of it, in a few words
    comment: Markup | None = None


class FeedbackExporter(Exporter):
    """A graded notebook as one HTML page that holds nothing active."""

    file_extension = ".html"
    output_mimetype = "text/html"

    def from_notebook_node(  # type: ignore[override]  # text, as all exporters of pages give
        self, nb: NotebookNode, resources: Any = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """The page of a notebook that nbgrader has graded."""
        nb, resources = super().from_notebook_node(nb, resources, **kw)
        told = resources["nbgrader"]
        folder = Path(resources["metadata"]["path"])
        marks = class_marks(told["db_url"], told["assignment"], told["student"])[told["student"]]
        days = DailyPenalty(config=self.config).days_late(marks.seconds_late)
        record = read_record(folder)
        made_of = fingerprint(folder / f"{told['notebook']}.ipynb", marks, record)
        page = feedback_page(nb, told["assignment"], told["notebook"], marks, record, days, made_of)
        return page, resources


def fingerprint(notebook: Path, marks: Marks, record: Record) -> str:
    """Changes when anything that the page of ``notebook`` shows has changed, comments included."""
    digest = hashlib.sha256(notebook.read_bytes())
    for part in (repr(marks), repr(record), *_own_sources()):
        digest.update(part.encode())
    return digest.hexdigest()


def _own_sources() -> list[str]:
    """A new version of this program makes new pages."""
    modules = [Path(str(module.__file__)) for module in (mathml, pages, safe_html)]
    sources = (Path(__file__), *modules, *sorted(TEMPLATES.glob("*")))
    return [path.read_text("utf-8") for path in sources]


def feedback_page(
    nb: NotebookNode,
    set_name: str,
    notebook: str,
    marks: Marks,
    record: Record,
    days_late: int,
    made_of: str,
) -> str:
    """The HTML page; ``days_late`` in days begun, ``made_of`` the fingerprint kept in it."""
    cells = [_cell_view(cell, notebook, marks, record) for cell in nb.cells]
    return render(
        "feedback.html.j2",
        set_name=set_name,
        notebook=notebook,
        marks=marks,
        cells=cells,
        graded=[cell for cell in cells if cell.mark],
        state=record.state,
        trouble=STATES.get(record.state, "" if record.state == "graded" else record.state),
        reason=record.reason,
        days_late=days_late,
        pending=sum(mark.max_points for mark in marks.marks if mark.pending),
        made_of=made_of,
        code_colours=Markup(HtmlFormatter().get_style_defs(".highlight")),
    )


def _cell_view(cell: NotebookNode, notebook: str, marks: Marks, record: Record) -> CellView:
    told = cell.metadata.get("nbgrader", {})
    name = str(told.get("grade_id", ""))
    mark = next((m for m in marks.marks if (m.notebook, m.cell) == (notebook, name)), None)
    comment = marks.comments.get((notebook, name))
    kind = _kind(cell, told) if mark or told.get("solution") else _plain_kind(cell)
    outputs = [_output_html(output) for output in _shown_outputs(cell, kind)]
    return CellView(
        kind=kind,
        name=mark.exercise if mark else name,
        source=_source_html(cell),
        outputs=outputs,
        mark=mark,
        found=_found(cell, mark, record, comment) if mark else "",
        comment=Markup(markdown_html(comment)) if comment else None,
    )


def _found(cell: NotebookNode, mark: Mark, record: Record, comment: str | None) -> str:
    if mark.pending:
        return "to be read by a person"
    if mark.points >= mark.max_points:
        return "right"
    if mark.exercise in record.mistakes:
        return record.mistakes[mark.exercise]
    said = "".join(output.get("text", "") for output in cell.get("outputs", []))
    problem = PROBLEM.search(said) or REMARK.match(said)
    if problem:
        return " ".join(problem[1].split())
    if comment == NO_RESPONSE:
        return "no answer"
    return "partly right" if mark.points > 0 else "not right yet"


def _plain_kind(cell: NotebookNode) -> str:
    return "code" if cell.cell_type == "code" else "text"


def _kind(cell: NotebookNode, told: dict[str, Any]) -> str:
    if not told.get("solution"):
        return "test"
    return "answer" if cell.cell_type == "code" else "written"


def _shown_outputs(cell: NotebookNode, kind: str) -> list[NotebookNode]:
    outputs = cell.get("outputs", [])
    if kind == "test":  # its result is the number of points, which stands in the heading
        return [o for o in outputs if o.output_type in ("stream", "error")]
    return list(outputs)


def _source_html(cell: NotebookNode) -> Markup:
    if cell.cell_type == "code":
        return Markup(highlight(cell.source, PythonLexer(), HtmlFormatter()))
    if cell.cell_type == "markdown":
        return Markup(markdown_html(cell.source, cell.get("attachments")))
    return Markup(f"<pre>{escape(cell.source)}</pre>")


def _output_html(output: NotebookNode) -> Markup:
    if output.output_type == "stream":
        return Markup(f'<pre class="{_stream(output)}">{ansi2html(output.text)}</pre>')
    if output.output_type == "error":
        traceback = "\n".join(output.traceback) or f"{output.ename}: {output.evalue}"
        return Markup(f'<pre class="stderr">{ansi2html(traceback)}</pre>')
    kind = next((kind for kind in SHOWN if output.data.get(kind)), None)
    return Markup(_data_html(kind, str(output.data[kind])) if kind else NOT_SHOWN)


NOT_SHOWN = '<p class="quiet">An output that only a running notebook can show.</p>'


def _stream(output: NotebookNode) -> str:
    return "stderr" if output.name == "stderr" else "stdout"


def _data_html(kind: str, data: str) -> str:
    if kind == "text/html":
        return clean_html(data)
    if kind in ("text/markdown", "text/latex"):
        return markdown_html(data)
    if kind == "text/plain":
        return f"<pre>{ansi2html(data)}</pre>"
    picture = "".join(data.split())
    return clean_html(f'<img alt="a figure" src="data:{kind};base64,{escape(picture)}">')
