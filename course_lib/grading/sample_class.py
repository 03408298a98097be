"""A class to try the course with: submissions made of the declared variants and mistakes."""

from __future__ import annotations

import copy
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from ..checks.exercise import Exercise
from ..checks.registry import exercises_of
from ..course import Course
from ..release_source import source_notebooks
from .sample_answers import answer_source
from .sample_students import SAMPLE_DUE, SAMPLES, Student

__all__ = ["SAMPLE_DUE", "write_sample_class"]


def write_sample_class(course: Course, set_name: str) -> list[str]:
    """Write the sample class's submissions of ``set_name`` into ``submitted/``.

    The same release gives the same bytes; what stands there already is left untouched.

    Returns
    -------
    The students' ids, in order.

    Raises
    ------
    ValueError
        one line where the set is unknown, has no sample class or has not been released, or where
        ``submitted/`` holds anyone else's work; nothing is written then.
    """
    course.require_set(set_name)
    if set_name not in SAMPLES:
        raise ValueError(f"{set_name} has no sample class: there is one for {', '.join(SAMPLES)}")
    students = SAMPLES[set_name]
    _require_nobody_else(course, {student.name for student in students})
    released = _released(course, set_name)
    solved = source_notebooks(course.solutions / set_name, exercises_of(set_name))
    for student in students:
        folder = course.submitted / student.name / set_name
        for name, content in _files(student, released, solved, exercises_of(set_name)).items():
            _write(folder / name, content)
    return [student.name for student in students]


def _require_nobody_else(course: Course, sample: set[str]) -> None:
    there = {path.name for path in course.submitted.glob("[!.]*") if path.is_dir()}
    others = sorted(there - sample)
    if others:
        shown = ", ".join(others[:3]) + (", ..." if len(others) > 3 else "")
        raise ValueError(
            f"submitted/ holds work that is not the sample class's ({shown}): nothing was "
            "written; try the sample class in another course folder"
        )


def _released(course: Course, set_name: str) -> dict[str, NotebookNode]:
    paths = sorted((course.assignments / set_name).glob("*.ipynb"))
    if not paths:
        raise ValueError(f"{set_name} has not been released: run course release {set_name}")
    return {path.stem: nbformat.read(path, as_version=4) for path in paths}


def _files(
    student: Student,
    released: dict[str, NotebookNode],
    solved: dict[str, NotebookNode],
    exercises: dict[str, Exercise],
) -> dict[str, bytes]:
    """What the student handed in, by file name."""
    files = {"timestamp.txt": f"{student.handed_in}\n".encode()}
    if student.notes:
        return files | {"notes.txt": student.notes.encode()}
    for name, notebook in released.items():
        filled = _filled(student, notebook, solved[name], exercises)
        content = student.content or nbformat.writes(filled).encode() + b"\n"
        files[student.file_name or f"{name}.ipynb"] = content
    return files


def _filled(
    student: Student,
    released: NotebookNode,
    solved: NotebookNode,
    exercises: dict[str, Exercise],
) -> NotebookNode:
    """The released notebook with the student's answers and added cells."""
    notebook = copy.deepcopy(released)
    solutions = {cell.id: _without_markers(cell.source) for cell in solved.cells}
    cells = []
    for cell in notebook.cells:
        marks = cell.metadata.get("nbgrader", {})
        name = marks.get("grade_id", "")
        if name in student.added:
            cells.append(new_code_cell(student.added[name].strip(), id=f"own-{name}"[:64]))
        if marks.get("solution") and name in exercises:
            choice = student.answers.get(name, student.rest)
            if choice == "solution":
                cell.source = solutions[cell.id]
            elif choice != "stub":
                cell.source = answer_source(exercises[name], choice)
        elif marks.get("solution") and student.written:
            cell.source = student.written
        cells.append(cell)
    notebook.cells = cells
    return notebook


def _without_markers(source: str) -> str:
    lines = source.split("\n")
    return "\n".join(
        line for line in lines if "BEGIN SOLUTION" not in line and "END SOLUTION" not in line
    )


def _write(path: Path, content: bytes) -> None:
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
