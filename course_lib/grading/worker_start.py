"""Preloaded by Dask in each of the local cluster's processes, before anything else is imported."""

from __future__ import annotations

import logging

from ..lean import skip_unused_imports

skip_unused_imports()
# What there is to say comes with the results, and is said once for all of these processes.
logging.getLogger("course_lib").setLevel(logging.ERROR)
