"""Hostile submissions in a class of honest ones: none earns more than its honest part.

All are graded in one run, as an instructor grades a class, with an honest neighbour for each class
of attacks; then each is looked at.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import threading
import time
from pathlib import Path

import pytest
from attacks import CLASSES, Attack
from attacks.attack import SLEEPER
from bs4 import BeautifulSoup
from inert import require_inert
from nbgrader.api import Gradebook
from tiny_course import answers, hand_in, release_tiny, tiny_exercises
from tiny_set import HIDDEN_MARK, NAME, SET

from course_lib.course import Course
from course_lib.grading import feedback as feedback_module
from course_lib.grading.classroom import Outcome, grade_class
from course_lib.grading.feedback_page import STATES
from course_lib.grading.report import write_report
from course_lib.grading.sandbox import Limits

pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning"),
]

# Soft limits that an honest answer of this set comes nowhere near.
LIMITS = Limits(
    memory_bytes=2 * 2**30,
    scratch_bytes=64 * 2**20,
    processes=64,
    cell_seconds=2.0,
    call_seconds=1.0,
    submission_seconds=30.0,
)
SECRET = "sentinel-of-the-host"
ALL = [(kind, attack) for kind, attacks in CLASSES.items() for attack in attacks]
NAMES = [f"{kind}-{attack.name}" for kind, attack in ALL]
NEIGHBOURS = [f"{kind}-zz-neighbour" for kind in CLASSES]
# Whose feedback pages are made and looked at: they take longer than grading.
SHOWN = [n for n, (kind, a) in zip(NAMES, ALL, strict=True) if kind == "host" or a.never or a.place]
# By state, one that ends in it.
ENDS = {
    "timeout": "ending-loop-in-a-cell",
    "memory": "resources-memory-at-once",
    "crash": "ending-abort",
    "tampered": "forging-forged-reply",
    "invalid": "tampering-zipped",
}
SHOWN += [*NEIGHBOURS, *ENDS.values()]


class Host:
    """What an attack could reach: files, a server, sockets, a process, and who came by."""

    def __init__(self, course: Course) -> None:
        self.course, self.visits = course, []
        self.secrets = [course.root / "solutions" / "secret.txt", course.root / "secret.txt"]
        for path in self.secrets:
            path.write_text(SECRET)
        self.servers = [socket.create_server(("127.0.0.1", 0)), *self._unix()]
        for server in self.servers:
            threading.Thread(target=self._serve, args=[server], daemon=True).start()
        self.canary = subprocess.Popen(["sleep", "600"])

    def _unix(self):
        self.abstract, self.path = f"attacks-{os.getpid()}", str(self.course.root / "socket")
        for address in (f"\0{self.abstract}", self.path):
            server = socket.socket(socket.AF_UNIX)
            server.bind(address)
            server.listen()
            yield server

    def _serve(self, server: socket.socket) -> None:
        try:
            while True:
                self.visits.append(server.accept()[1])
        except OSError:
            return

    def told(self, source: str) -> str:
        """A cell's source with the addresses that it is after."""
        port = str(self.servers[0].getsockname()[1])
        words = {"COURSE": str(self.course.root), "PORT": port, "CANARY": str(self.canary.pid)}
        for name, word in {**words, "ABSTRACT": self.abstract, "SOCKET": self.path}.items():
            source = re.sub(rf"\b{name}\b", word, source)
        return source

    def close(self) -> None:
        for server in self.servers:
            server.shutdown(socket.SHUT_RDWR)
            server.close()
        self.canary.kill()
        self.canary.wait()


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    with tiny_exercises() as patch:
        patch.setenv("COURSE_SECRET_TOKEN", "hunter2")
        course = release_tiny(tmp_path_factory.mktemp("attacked"))
        yield course
    # What attacks hand in may be more than pytest's own tidying can take.
    subprocess.run(["rm", "-rf", str(course.root)], check=False)


@pytest.fixture(scope="module")
def host(course):
    host = Host(course)
    yield host
    host.close()


@pytest.fixture(scope="module")
def graded(course, host) -> dict[str, Outcome]:
    """The class, graded; then its feedback pages and the instructor's report."""
    for student in NEIGHBOURS:
        hand_in(course, student, answers())
    for (_, attack), name in zip(ALL, NAMES, strict=True):
        _aimed(attack, host).hand_in(course.submitted / name / SET)
    outcomes = {outcome.student: outcome for outcome in grade_class(course, SET, limits=LIMITS)}
    for student in SHOWN:
        assert feedback_module._convert(course, SET, student)
    write_report(course, SET)
    return outcomes


def _aimed(attack: Attack, host: Host) -> Attack:
    given = {**vars(attack), "total": host.told(attack.total)}
    for name in ("cells", "first", "last"):
        given[name] = tuple(host.told(cell) for cell in getattr(attack, name))
    return Attack(**given)


@pytest.fixture(scope="module")
def scores(graded, course) -> dict[str, float]:
    with Gradebook(course.gradebook_url) as gradebook:
        return {
            submission.student_id: submission.score
            for submission in gradebook.assignment_submissions(SET)
        }


def come_back(course: Course, student: str) -> str:
    """All that is kept of a submission and may be given back, the seed's record aside."""
    folders = [folder / student / SET for folder in (course.autograded, course.feedback)]
    paths = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    kept = [path for path in paths if path.name not in ("grading.json", "timestamp.txt")]
    return "\n".join(f"{path.name}\n{path.read_text('utf-8', errors='replace')}" for path in kept)


@pytest.mark.parametrize(("kind", "attack"), ALL, ids=NAMES)
def test_an_attack_earns_no_more_than_its_honest_part(kind, attack, graded, scores, course, host):
    student = f"{kind}-{attack.name}"
    outcome = graded[student]
    assert outcome.state in attack.states, outcome
    assert outcome.points in attack.points, outcome
    assert scores[student] == outcome.points
    assert outcome.reason.isprintable()
    kept, page = come_back(course, student), ""
    if student in SHOWN:
        page = (course.feedback / student / SET / f"{NAME}.html").read_text("utf-8")
        require_inert(page)
    for secret in (SECRET, "hunter2"):
        assert secret not in kept
    # A page shows markup as text; what must never be there at all is looked for in both.
    for words in attack.never:
        assert words not in (page if words.startswith("<") else kept), words


def test_the_neighbours_are_graded_in_full(graded, scores, course):
    for student in NEIGHBOURS:
        assert (graded[student].state, graded[student].points) == ("graded", 5.0)
        assert scores[student] == 5.0
        assert "evil" not in come_back(course, student)


def test_the_whole_class_is_graded(graded):
    assert set(graded) == {*NAMES, *NEIGHBOURS}
    assert {outcome.state for outcome in graded.values()} == {
        "graded",
        "timeout",
        "memory",
        "crash",
        "tampered",
        "invalid",
    }


@pytest.mark.parametrize("state", ENDS)
def test_the_instructor_reads_the_reason_and_the_student_a_kind_sentence(state, graded, course):
    outcome = graded[ENDS[state]]
    assert outcome.state == state
    page = (course.feedback / outcome.student / SET / f"{NAME}.html").read_text("utf-8")
    text = " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())
    assert STATES[state] in text
    assert outcome.reason
    assert outcome.reason in text
    assert outcome.reason in (course.reports / f"{SET}.csv").read_text("utf-8")


def test_there_are_enough_of_each_class():
    assert all(len(attacks) >= 12 for attacks in CLASSES.values())
    assert len(NAMES) == len(set(NAMES)) >= 60


def test_the_host_is_untouched(graded, course, host):
    assert [path.read_text() for path in host.secrets] == [SECRET] * 2
    assert host.visits == []
    assert host.canary.poll() is None
    folders = [course.root, Path("/tmp"), Path("/dev/shm"), Path("/"), Path.home(), Path.cwd()]
    assert not [path for folder in folders for path in folder.glob("*evil*from-inside*")]
    assert not list(course.root.rglob("core*.[0-9]*"))
    for table in ("shm", "sem", "msg"):
        assert "6189537" not in Path("/proc/sysvipc", table).read_text()  # the key 0x5E71E1


def test_no_process_outlives_its_submission(graded):
    end = time.monotonic() + 5  # the kernel ends a name space soon, not at once
    while _left_over() and time.monotonic() < end:
        time.sleep(0.05)
    assert not _left_over()


def _left_over() -> list[str]:
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(path.read_bytes().decode(errors="replace"))
        except OSError:
            continue
    return [line for line in lines if SLEEPER in line]


def test_nothing_that_could_run_is_handed_on(graded, course):
    for folder in (course.autograded, course.feedback):
        for path in folder.rglob("*"):
            assert not path.is_symlink()
            if path.is_file():
                allowed = (".ipynb", ".json", ".txt", ".csv", ".html")
                assert path.suffix in allowed, path
                assert path.suffix != ".html" or path.name == f"{NAME}.html", path


def test_the_report_is_inert(graded, course):
    page = (course.reports / f"{SET}.html").read_text("utf-8")
    assert not re.search(r"<(script|img|iframe|b onclick)", page)
    table = (course.reports / f"{SET}.csv").read_text("utf-8")
    assert "\x1b" not in page + table
    assert not [line for line in table.splitlines() if line.startswith(("=", "+", "-", "@"))]
    assert str(int(HIDDEN_MARK)) not in page + table
