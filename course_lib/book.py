"""Build the book: execute its chapters, turn warnings into a failure, count the pages."""

from __future__ import annotations

import fcntl
import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from sphinx_external_toc.parsing import parse_toc_yaml

from .book_cache import forget_changed
from .course import Course

# Pages that Sphinx adds to those of the table of contents.
EXTRA_PAGES = frozenset({"genindex.html", "search.html"})
# Folders of Sphinx's own: what pages are drawn with, and the source code that they show.
EXTRA_FOLDERS = ("_static", "_modules")
# Parts of course_lib that no page shows.
NOT_SHOWN = frozenset({"cli", "exercises", "grading"})
# In a course folder elsewhere, -P keeps its course_lib/ from hiding the one that is installed.
PYTHON = (sys.executable, "-P")
EXECUTE = "from jupyter_book.cli.main import main; main()"


@dataclass(frozen=True)
class Book:
    """A built book: its first page, and how many pages of the table of contents there are."""

    index: Path
    pages: int


def build_book(course: Course, quiet: bool = False) -> Book:
    """Build ``book/`` into ``build/book/_build/html``; do nothing where nothing has changed.

    Chapters are executed through jupyter-cache. It looks only at a chapter's own cells, so what was
    kept of a chapter is forgotten where anything that it imports, or a pin, has changed.

    Parameters
    ----------
    course
        the course folder
    quiet
        say nothing while building; the log is written in either case

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
            _start_afresh(course, output)
            _run(course, config, toc, output, quiet)
            _require_pages(html, pages, output / "build.log")
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


def _start_afresh(course: Course, output: Path) -> None:
    """Clear old pages, and forget the chapters whose code gives something else by now."""
    for name in ("html", ".doctrees"):
        shutil.rmtree(output / "_build" / name, ignore_errors=True)
    pins = _digest(course.root.glob("requirements.txt"), course.root)
    forget_changed(course, output / "_build" / ".jupyter_cache", pins)


def _run(course: Course, config: Path, toc: Path, output: Path, quiet: bool) -> None:
    strict = ["-W", "-n", "--keep-going"]
    places = ["--config", config, "--toc", toc, "--path-output", output]
    command = [*PYTHON, "-c", EXECUTE, "build", course.book, *places, *strict]
    log = output / "build.log"
    with (
        log.open("w", encoding="utf-8") as sink,
        subprocess.Popen(
            [str(part) for part in command],
            cwd=course.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        ) as process,
    ):
        for line in process.stdout or ():
            sink.write(line)
            if not quiet:
                print(line, end="", flush=True)
    if process.returncode != 0:
        raise RuntimeError(f"the book did not build: {_reason(log)}; log: {log}")


def _reason(log: Path) -> str:
    """The first line of a build's log that says what went wrong, and how a failed cell ended."""
    lines = _lines(log)
    telling = [line for line in lines if re.search(r"\b(WARNING|ERROR|\w*Error): ", line)]
    first = (telling or lines or ["it said nothing"])[0]
    tracebacks = [re.search(r"traceback saved in: (\S+)", line) for line in lines]
    ends = [_lines(Path(found[1]))[-1] for found in tracebacks if found]
    return f"{first} ({ends[0]})" if ends else first


def _lines(log: Path) -> list[str]:
    text = re.sub(r"\x1b\[[0-9;]*m", "", log.read_text(encoding="utf-8"))
    return [line.strip() for line in text.splitlines() if line.strip()]
