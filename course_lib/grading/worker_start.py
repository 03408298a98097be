"""Preloaded by Dask in each of the local cluster's processes, before anything else is imported."""

from __future__ import annotations

from ..lean import skip_unused_imports

skip_unused_imports()
