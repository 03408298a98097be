"""Chapters executed side by side, into the cache from which Sphinx then takes what they gave."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import yaml
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn, JupyterCacheAbstract
from myst_nb.core.read import is_myst_markdown_notebook, read_myst_markdown_notebook
from myst_parser.config.main import MdParserConfig
from nbformat import NotebookNode

from .book_chapter import Executed, execute


def execute_chapters(
    chapters: dict[str, Path], config: Path, cache: Path, processes: int | None = None
) -> Iterator[Executed]:
    """Execute the chapters that ``cache`` does not hold, as many at once as there are processors.

    A chapter that fails is not kept: Sphinx executes it again, and its build says what happened.

    Parameters
    ----------
    chapters
        names of chapters and where they lie; a page without cells is passed over
    config
        the book's configuration, which says how pages are read and how long a cell may take
    cache
        the folder that jupyter-cache keeps
    processes
        how many kernels at once; as many as there are processors where it is not said
    """
    settings = yaml.safe_load(config.read_text(encoding="utf-8"))
    timeout = settings["execute"]["timeout"]
    kept = get_cache(cache)
    waiting = _not_kept(chapters, kept, settings["parse"]["myst_enable_extensions"])
    with ThreadPoolExecutor(processes or len(os.sched_getaffinity(0))) as pool:
        running = [
            pool.submit(execute, name, notebook, chapters[name].parent, timeout)
            for name, notebook in waiting.items()
        ]
        for done in as_completed(running):
            executed = done.result()
            if executed.error is None:
                _keep(kept, executed, chapters[executed.chapter])
            yield executed


def _not_kept(
    chapters: dict[str, Path], kept: JupyterCacheAbstract, syntax: list[str]
) -> dict[str, NotebookNode]:
    """Chapters as MyST-NB reads them, those with the most code first: they take longest."""
    found = {}
    reading = MdParserConfig(enable_extensions=set(syntax))
    for name, path in chapters.items():
        text = path.read_text(encoding="utf-8")
        if is_myst_markdown_notebook(text):
            notebook = read_myst_markdown_notebook(
                text, reading, add_source_map=True, path=str(path)
            )
            try:
                kept.match_cache_notebook(notebook)
            except KeyError:
                found[name] = notebook
    return dict(sorted(found.items(), key=lambda item: -_code(item[1])))


def _code(notebook: NotebookNode) -> int:
    return sum(len(cell.source) for cell in notebook.cells if cell.cell_type == "code")


def _keep(kept: JupyterCacheAbstract, executed: Executed, path: Path) -> None:
    data = {"execution_seconds": executed.seconds}
    bundle = CacheBundleIn(executed.notebook, str(path), data=data)
    kept.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
