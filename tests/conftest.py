"""What test modules share: a cluster that grades, courses to grade, a browser and live figures.

What takes time to import is imported where it is used: pytest's first process runs no test.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

from course_lib.course import Course
from course_lib.lean import skip_unused_imports

skip_unused_imports()


@pytest.fixture(scope="session")
def scheduler() -> Iterator[str]:
    """The address of a cluster of one process, which keeps its warm sandbox from run to run.

    Starting both takes several seconds of processor time. What a test does with ``grade_class``
    that ends processes needs a cluster of that test's own: no address.
    """
    import dask
    from distributed import LocalCluster

    from course_lib.grading.cluster import CONFIG

    with (
        dask.config.set(CONFIG),
        LocalCluster(
            n_workers=1,
            threads_per_worker=1,
            memory_limit=0,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            scheduler_kwargs={"dashboard": False},
        ) as running,
    ):
        yield running.scheduler_address


@pytest.fixture(scope="session", autouse=True)
def quick_gradebooks() -> Iterator[None]:
    """For each new gradebook nbgrader starts alembic, which takes seconds, to ask what is known."""
    api = sys.modules.get("nbgrader.api")  # most modules need none
    with pytest.MonkeyPatch.context() as patch:
        if api is not None:
            patch.setattr(api, "get_alembic_version", cache(api.get_alembic_version))
        yield


@pytest.fixture(scope="module")
def light() -> Iterator[None]:
    """Sandboxes that start quickly, in this process and in workers that it starts."""
    from light_sandbox import LightServer

    from course_lib.grading import cluster, sandbox, server

    preloads = [*cluster.CONFIG["distributed.worker.preload"], LightServer.__module__]
    server.end_shared_server()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sandbox, "server_kind", lambda weaker: LightServer)
        patch.setattr(sandbox, "Server", LightServer)  # of one submission alone
        patch.setitem(cluster.CONFIG, "distributed.worker.preload", preloads)
        yield
    server.end_shared_server()


@pytest.fixture(scope="session")
def tiny_release(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course with the tiny set released; nothing is handed in. Nobody writes to it."""
    from tiny_course import release_tiny, tiny_exercises

    with tiny_exercises():
        return release_tiny(tmp_path_factory.mktemp("released"))


@pytest.fixture(scope="module")
def released_course(tiny_release: Course) -> Iterator[Course]:
    """That course, and its exercises declared."""
    from tiny_course import tiny_exercises

    with tiny_exercises():
        yield tiny_release


@pytest.fixture
def course(released_course: Course, tmp_path: Path) -> Course:
    """A copy of it, to hand in and grade."""
    from tiny_course import copy_of

    return copy_of(released_course, tmp_path / "course")


@pytest.fixture(scope="session")
def grade(scheduler: str) -> Callable[..., list[Any]]:
    """``grade_class`` for the tiny set, on the tests' cluster."""
    from tiny_set import QUICK, SET

    from course_lib.grading.classroom import grade_class

    return partial(grade_class, set_name=SET, limits=QUICK, scheduler=scheduler)


@pytest.fixture(scope="module")
def once_graded(released_course: Course, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """Nine students of it, six of whom were graded and have handed in again since."""
    from fault_course import graded_once

    return graded_once(released_course, tmp_path_factory.mktemp("once") / "course")


@pytest.fixture(scope="session")
def nothing_graded(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course for grading by hand. Nobody writes to it."""
    from hand_graded import make_course

    return make_course(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    from watched_page import chromium

    with chromium() as running:
        yield running


@pytest.fixture
def live_page(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """``live_page("schedule", theme="dark", width=360)`` opens a page with that live figure."""
    from contextlib import ExitStack

    from live_figures import PLACES, write_page
    from watched_page import watched_page

    with ExitStack() as pages:

        def open_page(*names: str, theme: str = "light", width: int = 800, **options: Any) -> Any:
            size = {"width": width, "height": 900}
            page = pages.enter_context(
                watched_page(browser, tmp_path.as_uri(), *PLACES, viewport=size, **options)
            )
            page.goto(write_page(tmp_path, names, theme).as_uri(), wait_until="load")
            return page

        yield open_page
