"""Build the book: execute its chapters, turn warnings into a failure, count the pages."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from sphinx_external_toc.parsing import parse_toc_yaml

from .book_cache import forget_changed
from .book_execute import execute_chapters
from .book_links import write_external_links
from .book_sphinx import run_sphinx
from .course import Course

# Pages that Sphinx adds to those of the table of contents.
EXTRA_PAGES = frozenset({"genindex.html", "search.html"})
# Folders of Sphinx's own: what pages are drawn with, and the source code that they show.
EXTRA_FOLDERS = ("_static", "_modules")
# Parts of course_lib that no page shows.
NOT_SHOWN = frozenset({"cli"})
# What every page is drawn with, and no page alone: where it changes, every page is read again.
FRAME = ("docstrings.py", "book_pages.py", "book_sphinx.py")


@dataclass(frozen=True)
class Book:
    """A built book: its first page, and how many pages of the table of contents there are."""

    index: Path
    pages: int


def build_book(
    course: Course, quiet: bool = False, tell: Callable[[str], object] | None = None
) -> Book:
    """Build ``book/`` into ``build/book/_build/html``; do nothing where nothing has changed.

    Chapters are executed through jupyter-cache. It looks only at a chapter's own cells, so what was
    kept of a chapter is forgotten where anything that it imports, or a pin, has changed. Sphinx
    keeps the pages that it has read, and reads again those that have changed; it writes all of
    them, because a page links to others.

    Parameters
    ----------
    course
        the course folder
    quiet
        say nothing of what Sphinx says; the log is written in either case
    tell
        called with a line for each chapter that is executed, as it is done

    Raises
    ------
    ValueError
        where there is no ``_config.yml`` or table of contents.
    RuntimeError
        where the build failed, warned, or made other pages than the table of contents names.
    """
    toc = _require(course.book / "_toc.yml")
    config = _require(course.root / "_config.yml")
    output = course.root / "build" / "book"
    html, stamp = output / "_build" / "html", output / "stamp"
    pages = _pages(toc)
    sources = [config, *_files(course.book), *_files(course.assignments)]
    with _alone_in(output):
        state = _digest([*sources, *_library(course, but=NOT_SHOWN)], course.root)
        if not (stamp.is_file() and stamp.read_text() == state and _built(html) >= pages):
            stamp.unlink(missing_ok=True)
            frame = _frame(course, config, toc)
            _forget(course, output, frame)
            _execute(course, config, pages, output, tell)
            run_sphinx(course, config, toc, output, quiet)
            _require_pages(html, pages, output / "build.log")
            write_external_links(html, pages, output)
            (output / "frame").write_text(frame)
            stamp.write_text(state)
    return Book(index=html / "index.html", pages=len(pages))


@contextmanager
def _alone_in(output: Path) -> Iterator[None]:
    """Wait until no other process builds into ``output``, and keep others out meanwhile."""
    output.mkdir(parents=True, exist_ok=True)
    with (output / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _require(path: Path) -> Path:
    if not path.is_file():
        raise ValueError(f"the book needs {path.name}: there is no {path}; restore it from git")
    return path


def _pages(toc: Path) -> set[str]:
    """Names of the pages that a table of contents asks for."""
    return {f"{name}.html" for name in parse_toc_yaml(toc)}


def _built(html: Path) -> set[str]:
    """Names of the pages that lie in ``html``, Sphinx's own aside."""
    found = (page.relative_to(html) for page in html.rglob("*.html"))
    names = {page.as_posix() for page in found if page.parts[0] not in EXTRA_FOLDERS}
    # jupyter-book writes index.html to send the reader to the root page.
    return names - EXTRA_PAGES - {"index.html"}


def _require_pages(html: Path, pages: set[str], log: Path) -> None:
    built = _built(html)
    if built != pages:
        raise RuntimeError(
            f"the table of contents names {len(pages)} pages and {len(built)} were built; "
            f"they differ in {', '.join(sorted(built ^ pages))}; log: {log}"
        )


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def _library(course: Course, but: frozenset[str]) -> list[Path]:
    """The files of the library ``but`` for some of its parts, and the pins."""
    library = course.root / "course_lib"
    modules = (path for path in library.rglob("*.py") if _part(path, library) not in but)
    return [*modules, *course.root.glob("requirements.txt")]


def _part(path: Path, library: Path) -> str:
    return path.relative_to(library).parts[0]


def _digest(files: Iterable[Path], root: Path) -> str:
    digest = hashlib.sha256(f"{sys.version} torch {version('torch')}".encode())
    for path in sorted(files):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _pins(course: Course) -> str:
    return _digest(course.root.glob("requirements.txt"), course.root)


def _frame(course: Course, config: Path, toc: Path) -> str:
    """Stands for what every page is drawn with."""
    own = (Path(__file__).with_name(name) for name in FRAME)
    digest = hashlib.sha256(_pins(course).encode())
    for path in (config, toc, *sorted(_files(course.book / "_templates")), *own):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _forget(course: Course, output: Path, frame: str) -> None:
    """Clear old pages; forget what was computed or read with something else than there is now.

    A page warns only as it is read, so after a build that failed all of them are read again.
    """
    build, mark = output / "_build", output / "frame"
    shutil.rmtree(build / "html", ignore_errors=True)
    if not (mark.is_file() and mark.read_text() == frame):
        shutil.rmtree(build / ".doctrees", ignore_errors=True)
    for name in forget_changed(course, build / ".jupyter_cache", _pins(course)):
        (build / ".doctrees" / f"{name}.doctree").unlink(missing_ok=True)
    mark.unlink(missing_ok=True)  # it comes back unless the build fails


def _execute(
    course: Course,
    config: Path,
    pages: set[str],
    output: Path,
    tell: Callable[[str], object] | None,
) -> None:
    names = sorted(page.removesuffix(".html") for page in pages)
    chapters = {name: course.book / f"{name}.md" for name in names}
    cache = output / "_build" / ".jupyter_cache"
    present = {name: path for name, path in chapters.items() if path.is_file()}
    for executed in execute_chapters(present, config, cache):
        if tell:
            tell(str(executed))
