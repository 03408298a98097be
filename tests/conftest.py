"""What test modules share: a cluster that grades, and folders that pytest can remove."""

from __future__ import annotations

from collections.abc import Iterator

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
