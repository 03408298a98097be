"""A notebook in a sandbox: its outputs, its verdicts, and what a lying process can say."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable

import nbformat
import numpy as np
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
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

from course_lib.grading import line, wire
from course_lib.grading import session as session_module
from course_lib.grading.judging import Question, read_question, verdict_on
from course_lib.grading.line import Ended
from course_lib.grading.outputs import notebook_outputs
from course_lib.grading.released import Released
from course_lib.grading.run import invalid_result
from course_lib.grading.session import Session
from course_lib.grading.states import Result, State
from course_lib.grading.student_code import notebook_code

PIXEL = "iVBORw0KGgoAAAANSUhEUg=="


def cell_of(result: Result, name: str) -> NotebookNode:
    return next(cell for cell in result.notebook.cells if cell.id == name)


def told(result: Result, name: str) -> str:
    """What a student reads at an exercise."""
    stream, number = cell_of(result, f"test_{name}").outputs
    assert number.output_type == "execute_result"
    assert float(number.data["text/plain"]) == result.marks[name].points
    return stream.text


# --- verdicts -------------------------------------------------------------------------------


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


# --- a process that lies --------------------------------------------------------------------

Talk = Callable[[socket.socket, dict], None]


class LyingSandbox:
    """Its worker says that it is ready and copies itself; then it answers with ``talk``."""

    killed, bounds_memory = False, True

    def __init__(self, talk: Talk, status: int | None = 0) -> None:
        self.channel, far = socket.socketpair()
        self.talk, self.status = talk, status
        self.threads = []
        self._start(self._run, far)

    def _start(self, action, far) -> None:
        thread = threading.Thread(target=action, args=(far,))
        self.threads.append(thread)
        thread.start()

    def _run(self, far) -> None:
        far.sendall(wire.pack({"id": "ready", "process": 2}))
        with far, contextlib.suppress(OSError):
            while True:
                request = wire.receive(lambda n: received(far, n))
                if request["do"] != "snapshot":
                    self._talk(far, request)
                    return
                _, (copy,), _, _ = socket.recv_fds(far, 1, 1)
                far.sendall(wire.pack({"id": request["id"]}))
                self._start(self._copy, socket.socket(fileno=copy))

    def _copy(self, far) -> None:
        far.sendall(wire.pack({"id": "ready", "process": 3}))
        with far, contextlib.suppress(OSError):
            self._talk(far, wire.receive(lambda n: received(far, n)))

    def _talk(self, far, request) -> None:
        self.talk(far, request)
        while far.recv(100):  # until the grader hangs up
            pass

    def leave(self) -> None:
        self.channel.close()
        for thread in self.threads:
            thread.join()

    def exit_status(self, process: int) -> int | None:
        return self.status

    def end_process(self, process: int) -> None:
        pass

    def end_others(self) -> None:
        pass

    def spare_process(self, process: int) -> None:
        pass

    def out_of_memory(self) -> bool:
        return False


def received(far, length: int) -> bytes:
    content = far.recv(length, socket.MSG_WAITALL) if length else b""
    if len(content) < length:
        raise ConnectionError("the grader has hung up")
    return content


def replies(**reply) -> Talk:
    def talk(channel, request):
        mark = request["id"] + ("-0" if request["do"] == "ask" else "")
        channel.sendall(wire.pack({"id": mark, **reply}))

    return talk


def sends(content: bytes) -> Talk:
    return lambda channel, _: channel.sendall(content)


@pytest.fixture
def lying(monkeypatch):
    """``lying(talk)``: a session whose other end does ``talk`` once it is asked."""
    monkeypatch.setattr(line, "GRACE", 0.2)

    def start(talk, status=0, limits=QUICK):
        monkeypatch.setattr(session_module, "Sandbox", lambda _: LyingSandbox(talk, status))
        return Session(limits)

    return start


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ({}, {"value": None, "error": "", "changed": ()}),
        ({"value": np.ones(2), "changed": (0, 7, "x")}, {"changed": (0,)}),
        ({"error": "a\nb" + "c" * 9999}, {"error": ("a b" + "c" * 9999)[:499] + "…"}),
        ({"error": 3, "unwritten": "yes", "timed_out": 1}, {"error": "3", "unwritten": False}),
        ({"changed": "000"}, {"changed": ()}),
    ],
)
def test_an_answer_is_made_of_what_is_well_formed(lying, reply, expected):
    with lying(replies(**reply)) as session:
        answer = session.snapshot().ask("double", "call", (np.zeros(2),))
    for name, value in expected.items():
        assert getattr(answer, name) == value


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (wire.pack({"id": "guessed", "value": 1}), "not asked"),
        (wire.pack({"value": 1}), "not asked"),
        (b"\xff" * 64, "larger than allowed"),
        (b"\0\0\0\4\0\0\0\0evil", "malformed"),
    ],
)
def test_what_is_no_reply_is_tampering(lying, content, reason):
    with lying(sends(content)) as session, pytest.raises(Ended, match=reason) as ended:
        session.run_cell("1")
    assert ended.value.state is State.TAMPERED


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (0, State.CRASH),
        (1, State.CRASH),
        (-11, State.CRASH),
        (-9, State.CRASH),
        (71, State.MEMORY),
        (None, State.TAMPERED),
    ],
)
def test_the_end_of_the_process_is_told(lying, status, state):
    def hang_up(channel, _):
        channel.shutdown(socket.SHUT_RDWR)

    with lying(hang_up, status) as session, pytest.raises(Ended) as ended:
        session.run_cell("1")
    assert ended.value.state is state


def test_silence_and_drops_of_bytes_end_in_time(lying):
    limits = QUICK.__class__(cell_seconds=0.1)
    with lying(sends(b"\0"), limits=limits) as session, pytest.raises(Ended) as ended:
        session.run_cell("1")
    assert ended.value.state is State.TIMEOUT


def test_all_replies_together_are_bounded(lying, monkeypatch):
    monkeypatch.setattr(line, "MAX_RECEIVED", 300)
    with lying(replies(value="x" * 1000)) as session, pytest.raises(Ended, match="more than 300"):
        session.run_cell("1")


def test_outputs_hold_text_and_pictures_only():
    hostile = [
        {"output_type": "stream", "name": "stdout", "text": "kept"},
        {"output_type": "stream", "name": "evil", "text": "x"},
        {"output_type": "display_data", "data": {"text/html": "<script>", "text/plain": "kept"}},
        {"output_type": "display_data", "data": {"image/png": '"><script>'}},
        {"output_type": "display_data", "data": {"image/svg+xml": "<svg onload=x>"}},
        {"output_type": "display_data", "data": {"application/javascript": "alert(1)"}},
        {"output_type": "execute_result", "data": {"image/png": PIXEL}, "execution_count": "1"},
        {"output_type": "error", "ename": 3, "evalue": None, "traceback": "no list"},
        {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["t", 3]},
        {"output_type": "unknown"},
        None,
    ]
    kept = notebook_outputs(hostile)
    assert [output.output_type for output in kept] == [
        "stream",
        "display_data",
        "execute_result",
        "error",
        "error",
    ]
    assert kept[1].data == {"text/plain": "kept"}
    assert kept[2].data == {"image/png": PIXEL}
    assert "script" not in str(kept)
    for nothing in (None, 3, {"a": 1}, "text"):
        assert notebook_outputs(nothing) == []
    assert len(notebook_outputs(hostile[:1] * 1000)) == 100
    nbformat.validate(nbformat.v4.new_notebook(cells=[new_code_cell("", outputs=kept)]))


def test_a_stub_runs_without_an_error_of_its_own():
    assert answer_cell("double").source == STUB.format("double")


def test_what_one_cell_shows_is_bounded_in_all_and_drives_no_terminal():
    text = {"output_type": "stream", "name": "stdout", "text": "x" * 200_000}
    picture = {"output_type": "display_data", "data": {"image/png": "A" * 2**22}}
    kept = notebook_outputs([*[text] * 50, *[picture] * 10])
    assert sum(len(output.get("text", "")) for output in kept) < 2**19
    assert len([output for output in kept if output.output_type == "display_data"]) == 2
    (shown,) = notebook_outputs([{**text, "text": "a\0\x07\x9b2J\tb\x1b[31m\n"}])
    assert shown.text == "a2J\tb\x1b[31m\n"
