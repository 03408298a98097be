"""A notebook in a sandbox: what its cells show, and the verdicts on its answers."""

from __future__ import annotations

import nbformat
import numpy as np
import pytest
from nbformat import NotebookNode
from tiny_set import (
    EXERCISES,
    HIDDEN_MARK,
    IMPORTS,
    QUICK,
    STUB,
    answer_cell,
    grade,
    grade_with,
    points,
    released_notebook,
    submitted_notebook,
)
from tiny_set import test_cell as check_cell

from course_lib.grading.judging import Question, read_question, verdict_on
from course_lib.grading.released import Released
from course_lib.grading.run import invalid_result
from course_lib.grading.session import Session
from course_lib.grading.states import Result, State
from course_lib.grading.student_code import notebook_code


def cell_of(result: Result, name: str) -> NotebookNode:
    return next(cell for cell in result.notebook.cells if cell.id == name)


def told(result: Result, name: str) -> str:
    """What a student reads at an exercise."""
    stream, number = cell_of(result, f"test_{name}").outputs
    assert number.output_type == "execute_result"
    assert float(number.data["text/plain"]) == result.marks[name].points
    return stream.text


@pytest.mark.sandbox
def test_a_right_notebook_earns_all_and_every_test_shows_its_points():
    result = grade(submitted_notebook())
    assert (result.state, result.reason) == (State.GRADED, "")
    assert (result.points, result.max_points) == (5, 5)
    assert told(result, "double") == "✓ double: 3 of 3 points.\n"
    nbformat.validate(result.notebook)


@pytest.mark.sandbox
def test_wrong_answers_name_the_mistake_and_no_hidden_case():
    wrong = 'import sys; print("warned", file=sys.stderr)\ndef double(x): return 2 * x + 1'
    result = grade(submitted_notebook(double=wrong, total=STUB.format("total")))
    assert result.state is State.GRADED
    assert points(result) == {"double": 0, "total": 0}
    assert result.marks["double"].mistake == "This is plus_1."
    assert "This is plus_1." in told(result, "double")
    assert "Not written yet" in told(result, "total")
    assert f"{HIDDEN_MARK:.0f}" not in nbformat.writes(result.notebook)


FORGES = """
import os, wire
def double(x):
    for channel in range(256):
        try: os.write(channel, {sent})
        except OSError: pass
    return 2 * x
"""


@pytest.mark.sandbox
@pytest.mark.parametrize("sent", ["wire.pack({'id': 'x', 'value': 0.0})", "bytes(16)"])
def test_a_call_that_forges_a_reply_costs_its_own_exercise_only(sent):
    result = grade(submitted_notebook(double=FORGES.format(sent=sent)))
    assert result.state is State.TAMPERED
    assert points(result) == {"double": 0, "total": 2}


@pytest.mark.sandbox
def test_a_call_that_closes_its_line_costs_its_own_exercise_only():
    closes = "import os\ndef double(x):\n    os.closerange(3, 256)\n    return 2 * x"
    result = grade(submitted_notebook(double=closes))
    assert result.state is State.CRASH
    assert points(result) == {"double": 0, "total": 2}


@pytest.mark.sandbox
def test_a_call_that_ends_its_process_keeps_the_answers_before_it():
    ends = "import os\ndef double(x, calls=[]):\n    calls.append(x)\n"
    with Session(QUICK) as session:
        session.run_cell(f"{ends}    if len(calls) > 2: os._exit(3)\n    return 2 * x")
        snapshot = session.snapshot()
        session.finish_cells()
        answers = snapshot.ask_all("double", "call", [(1.0,), (2.0,), (3.0,), (4.0,)])
    assert [answer.value for answer in answers] == [2.0, 4.0, None, None]
    assert [bool(answer.error) for answer in answers] == [False, False, True, True]
    assert session.trouble[0] is State.CRASH


@pytest.mark.sandbox
def test_cases_that_are_too_large_for_one_frame_are_asked_in_several():
    big = np.arange(2**21, dtype=float)
    with Session(QUICK) as session:
        session.run_cell("def last(x): return x[-1]")
        answers = session.snapshot().ask_all("last", "call", [(big + i,) for i in range(3)])
    assert [answer.value for answer in answers] == [2**21 - 1 + i for i in range(3)]


RIGHT_OF_ANY_KIND = [
    "def total(x): return float(sum(x.tolist()))",
    "def total(x): return np.float32(np.sum(x))",
    "import torch\ndef total(x): return torch.tensor(x).sum()",
    "def total(x):\n    print('noise'); np.seterr(all='raise'); return x.sum()",
    "%%time\ndef total(x):\n    return x.sum()",
    "total = lambda x: x.sum()",
]


@pytest.mark.sandbox
def test_right_answers_of_any_kind_are_right():
    question = Question(EXERCISES["total"], "total")
    with Session(QUICK) as session:
        session.run_cell(IMPORTS)
        for answer in RIGHT_OF_ANY_KIND:
            session.run_cell(answer)
            assert verdict_on(question, answer, 1, session.snapshot()).points == 2, answer


@pytest.mark.sandbox
def test_what_is_forbidden_counts_wherever_it_hides():
    hidden = "%%capture\ndef add_up(x):\n    return np.cumsum(x)[-1]"
    result = grade_with(hidden, total="def total(x): return add_up(x)")
    assert points(result) == {"double": 3, "total": 0}
    assert "total may not use numpy.cumsum" in told(result, "total")


@pytest.mark.sandbox
def test_code_too_deep_to_be_read_is_not_taken_for_allowed():
    deep = "import sys; sys.setrecursionlimit(10**6)"
    hidden = "def total(x): return np.cumsum(x)[-1]\nx = 0" + " + 0" * 20_000
    result = grade_with(deep, total=hidden)
    assert points(result) == {"double": 3, "total": 0}
    assert "too deeply to be read" in told(result, "total")


@pytest.mark.sandbox
def test_a_comparison_in_an_added_cell_is_not_held_against_an_answer():
    assert grade_with("print(np.cumsum(np.arange(3)))").points == 5


@pytest.mark.sandbox
def test_hidden_cases_follow_from_the_seed():
    question, seen = Question(EXERCISES["double"], "double"), []
    with Session(QUICK) as session:
        session.run_cell("SEEN = []\ndef double(x):\n    SEEN.insert(0, float(x[0]))")
        for seed in (1, 1, 2):
            snapshot = session.snapshot()
            verdict_on(question, "", seed, snapshot)
            seen.append(snapshot.run_test("SEEN[0]").result)
    assert seen[0] == seen[1] != seen[2]


@pytest.mark.sandbox
def test_cells_show_what_a_notebook_would_show():
    cells = (
        "print('out'); import warnings; warnings.warn('careful')",
        "import matplotlib.pyplot as plt\nplt.plot([1, 2]);",
        "display('shown'); 6 * 7",
        "1 / 0",
        "import asyncio\nawait asyncio.sleep(0)\n'awaited'",
        "%%capture kept\nprint('kept')",
        "kept.stdout",
        "exit",
        "import sys; sys.exit(1)",
        "input()",
        "import course_lib.losses",
        "this is no Python",
        "check('double', double)",
    )
    result = grade_with(*cells)
    assert (result.state, result.points) == (State.GRADED, 5)
    shown = [c.outputs for c in result.notebook.cells if c.id.startswith("added-")]
    assert [output.get("name") for output in shown[0]] == ["stdout", "stderr"]
    assert set(shown[1][0].data) == {"image/png", "text/plain"}
    assert [o.data["text/plain"] for o in shown[2]] == ["'shown'", "42"]
    assert shown[2][1].execution_count == 5
    assert shown[4][0].data["text/plain"] == "'awaited'"
    assert shown[5] == shown[7] == []
    assert shown[6][0].data["text/plain"] == "'kept\\n'"
    errors = {
        3: "ZeroDivisionError",
        9: "StdinNotImplementedError",
        10: "ModuleNotFoundError",
        11: "SyntaxError",
    }
    assert {i: shown[i][0].ename for i in errors} == errors
    assert shown[12][0].text == "double: judged when this notebook is graded\n"


@pytest.mark.sandbox
def test_files_given_with_the_release_lie_beside_the_notebook(tmp_path):
    (tmp_path / "data.csv").write_text("1,2")
    with Session(QUICK, {"sub/data.csv": tmp_path / "data.csv"}) as session:
        (output,) = session.run_cell("open('sub/data.csv').read()")
        session.run_cell("open('mine.txt', 'w').write('a'); open('sub/data.csv', 'w')")
    assert output.data["text/plain"] == "'1,2'"
    assert (tmp_path / "data.csv").read_text() == "1,2"


def test_an_invalid_submission_is_told_so_at_every_question():
    released = Released("ps0", {}, EXERCISES)
    result = invalid_result(released_notebook(), released, "the file is empty")
    assert (result.state, result.reason) == (State.INVALID, "the file is empty")
    assert (result.points, result.max_points) == (0, 5)
    assert "0 of 3 points. Nothing to mark" in told(result, "double")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("assert double(1) == 2", "not in the gradebook as it was released"),
        ("check('double', double(1))", 'neither the one line check\\("NAME", NAME\\)'),
        ("check('double', double, 3)", "neither"),
        ("check('double', double)\nprint(1)", "neither"),
        ("check('double'", "neither"),
        ("# nothing", "neither"),
        ("check('triple', triple)", "exercises of this set are double, total"),
    ],
)
def test_a_test_cell_that_cannot_be_graded_is_never_full_points(source, message):
    cell = check_cell("double", 3)
    cell.source = source
    with pytest.raises(ValueError, match=message):
        read_question(cell, EXERCISES, {})


def test_points_must_be_those_of_the_exercise():
    with pytest.raises(ValueError, match="worth 3, but 4 in the released notebook: release again"):
        read_question(check_cell("double", 4), EXERCISES, {})


def test_code_inside_of_magics_and_texts_is_seen():
    cells = ["%time import math", "if 1:\n    %time a = 1", "exec('b = 2')", "broken (", "!ls"]
    code = notebook_code(cells)
    for part in ("import math", "a = 1", "b = 2"):
        assert part in code.splitlines()
    assert "broken" not in code


def test_a_stub_runs_without_an_error_of_its_own():
    assert answer_cell("double").source == STUB.format("double")
