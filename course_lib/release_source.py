"""From the edited solutions to nbgrader's source notebooks, with every rule checked on the way.

In ``solutions/<set>/<notebook>.md`` (jupytext, MyST) four kinds of cell carry metadata:
``:exercise: NAME`` the answer, ``:check: NAME`` its test, ``:test: {id: NAME, points: N}`` a test
of plain asserts, and ``written: {id: NAME, points: N}`` a question answered in words. Everything
else is text and code that students are given.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jupytext
from nbformat import NotebookNode

from .checks.cells import checked_name, is_test_code
from .checks.exercise import Exercise
from .release_stubs import solution_lines

SCHEMA_VERSION = 3  # of nbgrader's cell metadata
ROLES = ("exercise", "check", "test", "written")
TEST_MARKS = {"grade": True, "solution": False, "locked": True}
# No versions in here: what is generated must not depend on the machine that generates it.
NOTEBOOK_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def source_notebooks(folder: Path, exercises: Mapping[str, Exercise]) -> dict[str, NotebookNode]:
    """The source notebooks of the set in ``folder``, by name.

    Raises
    ------
    ValueError
        where a cell breaks a rule; one line with the file, the rule and what to do.
    """
    notebooks = {
        path.stem: _source_notebook(path, exercises) for path in sorted(folder.glob("*.md"))
    }
    if not notebooks:
        raise ValueError(f"{folder} holds no notebook: write one as NAME.md")
    _require_unique(folder.name, notebooks)
    for name in exercises:
        _require_pair(folder.name, name, notebooks)
    return notebooks


def _source_notebook(path: Path, exercises: Mapping[str, Exercise]) -> NotebookNode:
    try:
        notebook = jupytext.read(path, fmt={"extension": ".md", "format_name": "myst"})
    except Exception as error:  # jupytext raises what its YAML and Markdown parsers raise
        reason = " ".join(str(error).split())
        raise ValueError(f"{path.name} is no MyST notebook: {reason}") from error
    seen: Counter[str] = Counter()
    for cell in notebook.cells:
        try:
            _convert(cell, exercises, seen)
        except ValueError as error:
            raise ValueError(f"{path.name}: {error}") from error
    notebook.metadata = NotebookNode(NOTEBOOK_METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def _convert(cell: NotebookNode, exercises: Mapping[str, Exercise], seen: Counter[str]) -> None:
    """Give one cell nbgrader's metadata and an id that is the same every time."""
    roles = [role for role in ROLES if role in cell.metadata]
    if len(roles) > 1:
        raise ValueError(f"one cell is {' and '.join(roles)} at once: make it two cells")
    if not roles:
        _require_no_markers(cell)
        kind = "code" if cell.cell_type == "code" else "text"
        seen[kind] += 1
        cell.id = f"{kind}-{seen[kind]:02d}"
        return
    makers = {"exercise": _answer, "check": _check, "test": _test, "written": _written}
    make = makers[roles[0]]
    marks = make(cell, cell.metadata.pop(roles[0]), exercises)
    cell.metadata["nbgrader"] = NotebookNode(schema_version=SCHEMA_VERSION, task=False, **marks)
    cell.id = marks["grade_id"]


def _answer(cell: NotebookNode, name: str, exercises: Mapping[str, Exercise]) -> dict[str, Any]:
    _require_declared("answer", name, exercises)
    _require_markers(cell, "code", name)
    return {"grade": False, "solution": True, "locked": False, "grade_id": name}


def _check(cell: NotebookNode, name: str, exercises: Mapping[str, Exercise]) -> dict[str, Any]:
    _require_declared("check", name, exercises)
    _require_no_markers(cell)
    if checked_name(cell.source) != name:
        raise ValueError(f'the check cell of {name!r} must be the one line check("{name}", {name})')
    _let_run_all_go_on(cell)
    return {**TEST_MARKS, "grade_id": f"test_{name}", "points": exercises[name].points}


def _test(cell: NotebookNode, given: Any, _: Mapping[str, Exercise]) -> dict[str, Any]:
    name, points = _name_and_points("test", given)
    _require_no_markers(cell)
    if cell.cell_type != "code" or not is_test_code(cell.source):
        raise ValueError(f"the test {name!r} must be Python with asserts of its own, and no check")
    _let_run_all_go_on(cell)
    return {**TEST_MARKS, "grade_id": name, "points": points}


def _let_run_all_go_on(cell: NotebookNode) -> None:
    """Run All goes on to the next exercise after a test that fails."""
    cell.metadata["tags"] = sorted({*cell.metadata.get("tags", ()), "raises-exception"})


def _written(cell: NotebookNode, given: Any, _: Mapping[str, Exercise]) -> dict[str, Any]:
    name, points = _name_and_points("written", given)
    _require_markers(cell, "markdown", name)
    marks = {"grade": True, "solution": True, "locked": False, "grade_id": name}
    return {**marks, "points": points}


def _name_and_points(role: str, given: Any) -> tuple[str, float]:
    told = "written question" if role == "written" else role
    if not isinstance(given, dict) or not str(given.get("id", "")).isidentifier():
        raise ValueError(f"a {told} needs {role}: {{id: NAME, points: N}}, got {given}")
    name, points = given["id"], given.get("points")
    if isinstance(points, bool) or not isinstance(points, (int, float)) or points <= 0:
        raise ValueError(f"the {told} {name!r} needs points above 0, got {points}")
    return name, points


def _require_declared(kind: str, name: str, exercises: Mapping[str, Exercise]) -> None:
    if name not in exercises:
        known = ", ".join(exercises) or "none yet"
        raise ValueError(f"{kind} cell for an unknown exercise {name!r}: declared are {known}")


def _require_markers(cell: NotebookNode, cell_type: str, name: str) -> None:
    if cell.cell_type != cell_type:
        raise ValueError(f"the answer cell of {name!r} is {cell.cell_type}: make it {cell_type}")
    if solution_lines(cell.source) is None:
        raise ValueError(
            f"the answer of {name!r} is not between markers: put the solution between the lines "
            "### BEGIN SOLUTION and ### END SOLUTION"
        )


def _require_no_markers(cell: NotebookNode) -> None:
    if "BEGIN SOLUTION" in cell.source or "END SOLUTION" in cell.source:
        first = cell.source.strip().splitlines()[0]
        raise ValueError(f"solution markers in a cell that is no answer (it begins {first!r})")


def _require_unique(set_name: str, notebooks: Mapping[str, NotebookNode]) -> None:
    ids = Counter(name for notebook in notebooks.values() for name in graded_ids(notebook))
    twice = [name for name, count in ids.items() if count > 1]
    if twice:
        raise ValueError(f"{set_name}: the cell {twice[0]!r} stands there twice: rename one")


def _require_pair(set_name: str, name: str, notebooks: Mapping[str, NotebookNode]) -> None:
    """The answer cell of ``name``, and after it, in the same notebook, its check cell."""
    order = [
        graded
        for notebook in notebooks.values()
        for graded in (*graded_ids(notebook), "")  # "" keeps notebooks apart
        if graded in (name, f"test_{name}", "")
    ]
    for wanted, option in ((name, "exercise"), (f"test_{name}", "check")):
        if wanted not in order:
            kind = "answer" if option == "exercise" else "check"
            raise ValueError(
                f"{set_name}: the exercise {name!r} has no {kind} cell: "
                f"add one with :{option}: {name}"
            )
    if order.index(f"test_{name}") != order.index(name) + 1:
        raise ValueError(f"{set_name}: the check cell of {name!r} must follow its answer cell")


def graded_ids(notebook: NotebookNode) -> list[str]:
    """The grade_id of each cell that has one, in order."""
    return [c.metadata.nbgrader.grade_id for c in notebook.cells if "nbgrader" in c.metadata]
