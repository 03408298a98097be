"""A file system that is really full: one line that says so, nothing half written, nothing lost.

bubblewrap mounts it, which needs no rights that grading does not need.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from fault_course import rows_of_undisturbed
from quick_grader import quick_grading
from tiny_course import answers, hand_in, release_tiny, tiny_exercises
from tiny_set import SET

from course_lib.grading import classroom
from course_lib.grading.classroom import grade_class
from course_lib.grading.record import LOG

pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning"),
]
SIZE = 4 * 2**20
# From no room at all to room for the whole of the results; the last must do.
ROOMS = (0, 4096, 16384, 40960, 65536, 1048576)


@pytest.fixture(scope="module")
def tried(once_graded, tmp_path_factory) -> tuple[dict, dict[int, dict]]:
    """The rows of an undisturbed run, and by room what came of grading with so little."""
    root = tmp_path_factory.mktemp("full")
    rows, _ = rows_of_undisturbed(once_graded, root / "undisturbed")
    place = root / "disk"
    place.mkdir()
    words = ["bwrap", "--dev-bind", "/", "/", "--size", str(SIZE), "--tmpfs", str(place), "--"]
    script = Path(__file__).with_name("full_disk.py")
    done = subprocess.run(
        [*words, sys.executable, script, once_graded.root, place, *map(str, ROOMS)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = [json.loads(line) for line in done.stdout.splitlines()]
    return rows, {each["room"]: each for each in told}


@pytest.mark.parametrize("room", ROOMS)
def test_a_full_disk_is_one_line_and_costs_nothing(tried, room):
    rows, told = tried
    assert told[room]["half"] == told[room]["left"] == []
    assert told[room]["states"] == ["graded", "invalid"]
    assert told[room]["rows"] == repr(sorted(rows.items()))
    if room == ROOMS[-1]:
        assert (told[room]["code"], told[room]["said"]) == (0, "")
        return
    assert told[room]["code"] == 2, told[room]["said"]
    (line,) = told[room]["said"].strip().splitlines()
    assert "then run the same command again" in line


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path, monkeypatch, capfd):
    with tiny_exercises(), quick_grading():
        course = release_tiny(tmp_path)
        hand_in(course, "ada", answers())
        (course.root / LOG).parent.mkdir(exist_ok=True)
        (course.root / LOG).unlink(missing_ok=True)
        (course.root / LOG).symlink_to("/dev/full")
        monkeypatch.setattr(classroom, "read_reply", lambda *_: 1 / 0)
        capfd.readouterr()
        assert [o.state for o in grade_class(course, SET)] == ["grader-error"]
    assert capfd.readouterr() == ("", "")


def test_a_log_that_cannot_be_opened_is_one_line(tmp_path):
    with tiny_exercises():
        course = release_tiny(tmp_path)
        hand_in(course, "ada", answers())
        (course.root / LOG).unlink(missing_ok=True)
        (course.root / LOG).mkdir(parents=True)
        with pytest.raises(ValueError, match=r"grading\.log cannot be written \(Is a directory\)"):
            grade_class(course, SET)
