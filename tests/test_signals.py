"""A cell's signals are those of a Python started by hand, however the grader was started."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
from tiny_set import QUICK

from course_lib.grading.session import Session

pytestmark = pytest.mark.sandbox


@pytest.fixture
def in_the_background(light) -> Iterator[None]:
    """The signals that a shell has ignored in what it does not wait for, and nohup."""
    numbers = (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP)
    before = {number: signal.signal(number, signal.SIG_IGN) for number in numbers}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_a_cell_heeds_signals_that_the_grader_ignores(in_the_background):
    with Session(QUICK) as session:
        session.run_cell("import os, signal, subprocess, time")
        (output,) = session.run_cell("os.kill(os.getpid(), signal.SIGINT)\ntime.sleep(1)")
        assert output.ename == "KeyboardInterrupt"
        hang_up = "subprocess.run(['sh', '-c', 'kill -HUP $$; kill -QUIT $$']).returncode"
        (output,) = session.run_cell(hang_up)
        assert output.data["text/plain"] == str(-signal.SIGHUP)
