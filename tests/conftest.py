"""What test modules share: a cluster that grades, a browser, and a page of live figures in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dask
import pytest
from distributed import LocalCluster

from course_lib.grading import cluster


@pytest.fixture(scope="session")
def scheduler() -> Iterator[str]:
    """The address of a cluster of one process, which keeps its warm sandbox from run to run.

    Starting both takes several seconds of processor time. What a test does with ``grade_class``
    that ends processes needs a cluster of that test's own: no address.
    """
    with (
        dask.config.set(cluster.CONFIG),
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


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    from watched_page import chromium  # most modules need none

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
