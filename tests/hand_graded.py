"""A class graded by hand: what the grader leaves behind, without running it."""

import json
import shutil
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader.api import Gradebook

from course_lib.course import MARK, Course
from course_lib.release_generate import put_commands_on_path

ROOT = Path(__file__).parents[1]
SET = "ps1_losses"
RIGHT = "✓ mse: 3 of 3 points."


def graded(**marks):
    """nbgrader's metadata of one cell."""
    plain = {"schema_version": 3, "task": False, "grade": False, "solution": False, "locked": False}
    return {"nbgrader": plain | marks}


def verdict(text, points):
    result = new_output("execute_result", {"text/plain": str(points)}, execution_count=1)
    return [new_output("stream", name="stdout", text=text), result]


ANSWER = "def mse(a, y):\n    return ((a - y) ** 2).mean()"


def autograded_notebook(extra=(), answer=ANSWER, points=3, said=RIGHT):
    """As the grader leaves it: an answer, its verdict, a written answer, and ``extra`` cells."""
    return new_notebook(
        cells=[
            new_markdown_cell("# Losses\nThe mean $\\frac{1}{N}\\sum_i (a_i - y_i)^2$."),
            new_code_cell(answer, metadata=graded(grade_id="mse", solution=True)),
            new_code_cell(
                'check("mse", mse)',
                metadata=graded(grade_id="test_mse", grade=True, locked=True, points=3),
                outputs=verdict(said, points),
            ),
            new_markdown_cell(
                "Because **logs** add.",
                metadata=graded(grade_id="why_logs", grade=True, solution=True, points=2),
            ),
            *extra,
        ]
    )


def make_course(root):
    """A course folder with one set in the gradebook and no submission yet."""
    shutil.copy(ROOT / MARK, root)
    (root / "solutions" / SET).mkdir(parents=True)
    (root / "solutions" / SET / "losses.md").write_text("# Losses\n")
    course = Course(root)
    put_commands_on_path()
    with Gradebook(course.gradebook_url) as gradebook:
        gradebook.add_assignment(SET, duedate="2026-10-05 23:59:00 UTC")
        gradebook.add_notebook("losses", SET)
        gradebook.add_grade_cell("test_mse", "losses", SET, max_score=3, cell_type="code")
        gradebook.add_grade_cell("why_logs", "losses", SET, max_score=2, cell_type="markdown")
        for cell in ("mse", "why_logs"):
            gradebook.add_solution_cell(cell, "losses", SET)
    return course


def grade(course, student, points=3.0, timestamp=None, penalty=None, notebook=None, **record):
    """Put one graded submission where the grader would."""
    folder = course.autograded / student / SET
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook or autograded_notebook(points=points), folder / "losses.ipynb")
    told = {"state": "graded", "reason": "", "seed": 20261005, "exercises": {}} | record
    (folder / "grading.json").write_text(json.dumps(told))
    with Gradebook(course.gradebook_url) as gradebook:
        gradebook.update_or_create_student(student)
        gradebook.update_or_create_submission(SET, student, timestamp=timestamp)
        marks = gradebook.find_grade("test_mse", "losses", SET, student)
        marks.auto_score, marks.needs_manual_grade = points, False
        submitted = gradebook.find_submission_notebook("losses", SET, student)
        submitted.late_submission_penalty = penalty
        gradebook.db.commit()
